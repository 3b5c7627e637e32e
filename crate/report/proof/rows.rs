//! What came of verifying, as rows and as text.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::base::{Endpoint, InfoHash, InfoHashV2};

/// What came of verifying.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Verified {
    /// The torrents that were asked for, in the order in which they were met.
    pub torrents: Vec<VerifiedTorrent>,
    /// Bytes of blocks of connections that do not tell their torrent.
    pub unattributed_bytes: u64,
    /// Connections that may be encrypted BitTorrent: what they carried cannot be read.
    pub hidden_connections: u64,
}

/// A torrent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct VerifiedTorrent {
    /// Its name in messages.
    pub info_hash: InfoHash,
    /// Its hash of version 1.
    pub info_hash_v1: Option<InfoHash>,
    /// Its hash of version 2.
    pub info_hash_v2: Option<InfoHashV2>,
    /// What people call it.
    pub name: String,
    /// Bytes of a piece.
    pub piece_length: u64,
    /// How many pieces it has.
    pub piece_count: u32,
    /// Pieces whose bytes are right.
    pub verified: u32,
    /// Those of them that were not put together from the captures, but lay in the folder already.
    pub kept: u32,
    /// Pieces whose bytes are all there, and wrong.
    pub failed: u32,
    /// Pieces that cannot be checked.
    pub incomplete: u32,
    /// All pieces in order; neighbours of which the same is to be said are one row.
    pub pieces: Vec<VerifiedPieces>,
    /// Its files.
    pub files: Vec<VerifiedFile>,
    /// Who sent bytes of verified pieces, those of most bytes first.
    pub senders: Vec<VerifiedSender>,
}

/// Who sent bytes that a hash proved right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct VerifiedSender {
    /// Who.
    pub endpoint: Endpoint,
    /// Its bytes that were proven right: what came after a piece was whole is not checked again.
    pub bytes: u64,
    /// Verified pieces that hold some of them.
    pub pieces: u32,
    /// The first frame of such bytes.
    pub first_frame: u64,
}

/// Neighbouring pieces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct VerifiedPieces {
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// What became of them.
    pub state: State,
    /// Of verified ones, which hashes they have: of version 1, of version 2.
    pub by: Vec<Hashed>,
    /// Bytes of them that did not come.
    pub missing_bytes: u64,
    /// Why they are incomplete.
    pub reasons: Vec<Reason>,
    /// Who sent wrong bytes of them, or may have.
    pub wrong_senders: Vec<Endpoint>,
    /// Whether it is certain that each of those did.
    pub certain: bool,
}

/// What a piece was checked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub enum Hashed {
    /// The whole piece, in version 1.
    #[serde(rename = "SHA-1")]
    Sha1,
    /// The tree of its file, in version 2.
    #[serde(rename = "SHA-256")]
    Sha256,
}

/// What became of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(rename = "PieceState"))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All its bytes came, and are right.
    Verified,
    /// All its bytes came, and some are wrong.
    Failed,
    /// Some did not come, or it is not known what is right.
    Incomplete,
}

/// Why a piece is incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(rename = "MissingReason"))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No block with these bytes is in the capture, be it that none was asked for or that its frames are missing.
    NotSeen,
    /// Blocks were sent, and packets of them are not in the capture.
    NotCaptured,
    /// Blocks were sent, and their packets were cut when captured.
    Truncated,
    /// It made way for pieces of which more had come.
    MadeWay,
    /// What its bytes hash to is not known.
    NoHashes,
    /// Perhaps: a connection that may be encrypted, and may be this torrent's, may have carried them.
    MaybeEncrypted,
    /// Perhaps: blocks of connections that do not tell their torrent are in the capture.
    MaybeUnattributed,
}

/// A file of a torrent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct VerifiedFile {
    /// Its path, as the torrent has it.
    pub path: String,
    /// Its bytes.
    pub length: u64,
    /// Those of them that are in verified pieces.
    pub verified_bytes: u64,
}

impl Hashed {
    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Hashed::Sha1 => "SHA-1",
            Hashed::Sha256 => "SHA-256",
        }
    }
}

impl State {
    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            State::Verified => "verified",
            State::Failed => "failed",
            State::Incomplete => "incomplete",
        }
    }
}

impl Reason {
    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Reason::NotSeen => "no block captured",
            Reason::NotCaptured => "packets not captured",
            Reason::Truncated => "truncated",
            Reason::MadeWay => "made way for others",
            Reason::NoHashes => "hashes not known",
            Reason::MaybeEncrypted => "perhaps encrypted",
            Reason::MaybeUnattributed => "perhaps in a connection that does not tell its torrent",
        }
    }
}

/// The rows for people.
pub fn text(verified: &Verified) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    for torrent in &verified.torrents {
        let VerifiedTorrent { info_hash, name, piece_count, verified, failed, incomplete, .. } = torrent;
        let _ =
            writeln!(out, "{info_hash} {name:?}: {verified} of {piece_count} pieces verified, {failed} failed, {incomplete} incomplete");
        for pieces in &torrent.pieces {
            let _ = writeln!(out, "  {}", line(pieces));
        }
    }
    if verified.torrents.is_empty() {
        out.push_str("No torrent is known: give its .torrent file with --torrent.\n");
    }
    if verified.hidden_connections > 0 {
        let _ = writeln!(out, "{} connections may be encrypted: what they carried cannot be read.", verified.hidden_connections);
    }
    if verified.unattributed_bytes > 0 {
        let _ = writeln!(out, "{} bytes of blocks are of connections that do not tell their torrent.", verified.unattributed_bytes);
    }
    out
}

fn line(pieces: &VerifiedPieces) -> String {
    let VerifiedPieces { first, last, state, by, missing_bytes, reasons, wrong_senders, certain } = pieces;
    let mut line = if first == last { format!("{first} {}", state.name()) } else { format!("{first}-{last} {}", state.name()) };
    if !by.is_empty() {
        let _ = write!(line, " by {}", by.iter().map(|by| by.name()).collect::<Vec<_>>().join(" and "));
    }
    if *missing_bytes > 0 {
        let _ = write!(line, ", {missing_bytes} bytes missing");
    }
    if !reasons.is_empty() {
        let reasons: Vec<&str> = reasons.iter().map(|reason| reason.name()).collect();
        let _ = write!(line, " ({})", reasons.join(", "));
    }
    if !wrong_senders.is_empty() {
        let senders: Vec<String> = wrong_senders.iter().map(Endpoint::to_string).collect();
        let _ = write!(line, ", wrong bytes from {}{}", if *certain { "" } else { "one or more of " }, senders.join(", "));
    }
    line
}
