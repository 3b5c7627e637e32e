//! How things are known, asked of a session.
//!
//! In: a question in words, as the page and the command line write it. Out: a ladder, or the evidence report written out.

use serde::Deserialize;

use super::{Reports, Session};
use crate::base::{Endpoint, InfoHash};
use crate::report::events::trails::Trails;
use crate::report::evidence::account::{About, Account, Question};
use crate::report::evidence::html::page;
use crate::report::evidence::ladders::{EvidenceAnswer, Subject};
use crate::report::evidence::words::Offset;

/// Whose ladder is wanted: a host's, a torrent's, or with a torrent an endpoint's or a piece's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct EvidenceSubject {
    /// An address.
    pub host: Option<String>,
    /// An info hash.
    pub torrent: Option<String>,
    /// An address with its port.
    pub endpoint: Option<String>,
    /// The index of a piece.
    pub piece: Option<u32>,
}

/// Which evidence report is wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct EvidenceQuery {
    /// Only this host.
    pub host: Option<String>,
    /// Only the torrent of this info hash.
    pub torrent: Option<String>,
    /// Minutes by which local time is ahead of UTC.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional, as = "Option<i32>"))]
    pub utc_offset: i32,
    /// SHA-256 of each file, in their order; `None` for one that could not be read.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional, as = "Option<Vec<Option<String>>>"))]
    pub hashes: Vec<Option<String>>,
}

/// How an evidence report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceFormat {
    /// A page to read and to print.
    Html,
    /// The same for programs.
    Json,
}

impl<O: Reports> Session<O> {
    /// Takes what one more reading of the same captures told of each piece, for their ladders.
    pub fn trace(&mut self, trails: Trails) {
        let observer = self.reading.observer_mut();
        let trails = trails.renamed(|info_hash| observer.torrent(info_hash));
        observer.analyses_mut().trace(trails);
    }

    /// How something is known, as of now; `None` where there is nothing of that name.
    pub fn ladder(&self, subject: &EvidenceSubject) -> Option<EvidenceAnswer> {
        let captures: Vec<String> = self.reading.capture().files.into_iter().map(|file| file.name).collect();
        self.analyses().ladder(subject.read()?, &captures, self.streams())
    }

    /// The evidence report as of now, written out; `None` where the host or the torrent is not written as one. Both forms hold the same claims.
    pub fn evidence(&self, query: &EvidenceQuery, format: EvidenceFormat) -> Option<String> {
        let account = self.account(query)?;
        match format {
            EvidenceFormat::Html => Some(page(&account)),
            EvidenceFormat::Json => serde_json::to_string_pretty(&account).ok().map(|json| json + "\n"),
        }
    }

    /// What the evidence report says.
    pub fn account(&self, query: &EvidenceQuery) -> Option<Account> {
        let about = match (&query.host, &query.torrent) {
            (Some(host), None) => About::Host(host.parse().ok()?),
            (None, Some(torrent)) => About::Torrent(InfoHash::named(torrent)?),
            (None, None) => About::Everything,
            (Some(_), Some(_)) => return None,
        };
        let question = Question {
            about,
            offset: Offset::minutes(query.utc_offset),
            hashes: query.hashes.clone(),
            expanded_bytes: self.reading.limits.expanded_bytes,
        };
        Some(self.analyses().account(&self.reading.capture(), self.streams(), &question))
    }
}

impl EvidenceSubject {
    fn read(&self) -> Option<Subject> {
        let torrent = self.torrent.as_deref().and_then(InfoHash::named);
        match self {
            EvidenceSubject { host: Some(host), .. } => host.parse().ok().map(Subject::Host),
            EvidenceSubject { endpoint: Some(endpoint), .. } => {
                let endpoint: std::net::SocketAddr = endpoint.parse().ok()?;
                Some(Subject::Peer(torrent?, Endpoint { address: endpoint.ip(), port: endpoint.port() }))
            }
            EvidenceSubject { piece: Some(piece), .. } => Some(Subject::Piece(torrent?, *piece)),
            _ => torrent.map(Subject::Torrent),
        }
    }
}
