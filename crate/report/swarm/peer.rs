//! A peer as a row: where it is, what it says of itself, what it had.

use serde::Serialize;

use super::super::cell::{Cell, list, number, optional, text, words};
use super::super::evidence::Rung;
use super::super::sources::{Naming, Source};
use crate::base::{Arrange, Endpoint, InfoHash, PeerId, Time};

/// A peer of a torrent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Peer {
    /// Where it takes connections; where that is not known, where it last opened one from.
    pub endpoint: Endpoint,
    /// What it last called itself.
    pub peer_id: Option<PeerId>,
    /// Its client and version, as it says.
    pub client: Option<String>,
    /// Who named it.
    pub sources: Vec<Source>,
    /// How it is known to take part: the strongest rung of the ladder.
    pub evidence: Rung,
    /// Connections with it in clear.
    pub contacts: u32,
    /// When it was first met, or listed.
    pub first_seen: Time,
    /// When it was last met, or listed.
    pub last_seen: Time,
    /// The first frame of its own.
    pub first_frame: Option<u64>,
    /// The share of pieces that it was first known to have, 0 to 1; `None` while it, or the number of pieces, is not known.
    pub progress_first: Option<f64>,
    /// The share of pieces that it was last known to have.
    pub progress_last: Option<f64>,
    /// When it was known to have reached the threshold, if it was known to be below it before.
    pub completed_at: Option<Time>,
    /// Bytes a second, at most, at which its pieces grew between two moments at least [`SPEED_SPAN_NANOS`] apart; `None` where pieces or
    /// their length are not known. It tells what came to the peer from everywhere, by what it says of its pieces.
    pub max_speed: Option<f64>,
    /// Bytes of blocks a second that went to it in this capture, at most, in any of the windows of ten seconds that follow each other from
    /// its first block on; `None` without blocks. What takes less than ten seconds is told as if it took them.
    pub download_rate: Option<f64>,
    /// The same of blocks that came from it.
    pub upload_rate: Option<f64>,
    /// Whether its host is where the capture was made.
    pub local: bool,
    /// Bytes of blocks that went to it in this capture.
    pub downloaded: u64,
    /// Bytes of blocks that it sent in this capture.
    pub uploaded: u64,
}

/// A peer with its torrent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct PeerRow {
    /// The torrent.
    pub info_hash: InfoHash,
    /// The peer.
    #[serde(flatten)]
    pub peer: Peer,
}

/// A peer that was only named; `None` when nothing named it.
pub(super) fn listed_peer(endpoint: Endpoint, namings: &[Naming], local: bool) -> Option<Peer> {
    let first = namings.iter().map(|naming| naming.first).min_by_key(|(_, time)| *time)?;
    Some(Peer {
        endpoint,
        peer_id: None,
        client: None,
        sources: sources_of(namings),
        evidence: Rung::Listed,
        contacts: 0,
        first_seen: first.1,
        last_seen: namings.iter().map(|naming| naming.last.1).max()?,
        first_frame: None,
        progress_first: None,
        progress_last: None,
        completed_at: None,
        max_speed: None,
        download_rate: None,
        upload_rate: None,
        local,
        downloaded: 0,
        uploaded: 0,
    })
}

pub(super) fn sources_of(namings: &[Naming]) -> Vec<Source> {
    let mut sources: Vec<_> = namings.iter().map(|naming| naming.source).collect();
    sources.arrange();
    sources.dedup();
    sources
}

impl PeerRow {
    /// The value in `column`.
    pub(in crate::report) fn cell(&self, column: &str) -> Cell<'_> {
        let Peer { client, sources, progress_first, progress_last, completed_at, max_speed, .. } = &self.peer;
        let share = |share: &Option<f64>| share.map_or(Cell::Absent, Cell::Number);
        match column {
            "info_hash" => text(self.info_hash),
            "endpoint" => text(self.peer.endpoint),
            "client" => words(client.as_deref()),
            "evidence" => Cell::Text(self.peer.evidence.name().into()),
            "sources" => Cell::Text(list(sources.iter().map(|source| source.name()))),
            "contacts" => number(self.peer.contacts.into()),
            "progress_first" => share(progress_first),
            "progress_last" => share(progress_last),
            "completed_at" => completed_at.map_or(Cell::Absent, |time| Cell::Number(time.seconds())),
            "max_speed" => share(max_speed),
            "download_rate" => share(&self.peer.download_rate),
            "upload_rate" => share(&self.peer.upload_rate),
            "downloaded" => number(self.peer.downloaded),
            "uploaded" => number(self.peer.uploaded),
            "first_seen" => Cell::Number(self.peer.first_seen.seconds()),
            "last_seen" => Cell::Number(self.peer.last_seen.seconds()),
            "first_frame" => optional(self.peer.first_frame),
            _ => Cell::Absent,
        }
    }
}

/// The columns of the table of peers, in the order of its CSV.
pub(in crate::report) const COLUMNS: &[&str] = &[
    "info_hash",
    "endpoint",
    "client",
    "evidence",
    "sources",
    "contacts",
    "progress_first",
    "progress_last",
    "completed_at",
    "max_speed",
    "download_rate",
    "upload_rate",
    "downloaded",
    "uploaded",
    "first_seen",
    "last_seen",
    "first_frame",
];

/// The shortest time between two moments that speed is measured by: over shorter ones a burst of announcements looks like speed.
pub const SPEED_SPAN_NANOS: i64 = 10_000_000_000;
