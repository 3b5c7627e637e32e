//! What does the capture prove, how is it known, and what is not?
//!
//! In: a question (all of the capture, one torrent or one host), and what only whoever drives the session knows: hashes of the files, an offset from
//! UTC. Out: an [`Account`], which is the evidence report as JSON, and what [its page](super::html) is made of: both hold the same claims.

use std::net::IpAddr;

use serde::Serialize;

use super::super::capture::Capture;
use super::super::coverage::Coverage;
use super::super::findings::FindingRow;
use super::super::{Analyses, hosts};
use super::claims::{ClaimList, lists};
use super::ladders::Book;
use super::unknown::unknown;
use super::words::{Offset, bytes, counted, date};
use crate::base::{InfoHash, Time};
use crate::protocol::Streams;

/// What an evidence report is about, and what whoever asks knows.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Only this torrent, or this host; all of the capture where neither is given.
    pub about: About,
    /// The offset of local times from UTC.
    pub offset: Offset,
    /// SHA-256 of each capture file in lower-case hex, in their order; `None` for one that could not be computed.
    pub hashes: Vec<Option<String>>,
    /// Bytes that a compressed capture may unpack to.
    pub expanded_bytes: u64,
}

/// What a report is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum About {
    /// All of the capture.
    #[default]
    Everything,
    /// One torrent, by any of its names.
    Torrent(InfoHash),
    /// One host.
    Host(IpAddr),
}

/// The evidence report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Account {
    /// The form of this document: changes when a field changes its meaning.
    pub format: &'static str,
    /// What it is called.
    pub title: String,
    /// What it is about: `capture`, `torrent` or `host`.
    pub scope: &'static str,
    /// The torrent's info hash, or the host's address; `None` for all of the capture.
    pub about: Option<String>,
    /// The program that made it.
    pub tool: Tool,
    /// The offset from UTC of times that are told as local.
    pub utc_offset: String,
    /// The files.
    pub files: Vec<File>,
    /// Frames of all files.
    pub frames: u64,
    /// The earliest frame's time.
    pub first_time: Option<Time>,
    /// The latest frame's time.
    pub last_time: Option<Time>,
    /// Thresholds, and what whoever read the capture said and gave.
    pub settings: Vec<Fact>,
    /// What was wrong with the capture, whatever the scope.
    pub findings: Vec<FindingRow>,
    /// What became of every byte of recognised payload, whatever the scope.
    pub coverage: Coverage,
    /// The claims.
    pub claims: Vec<ClaimList>,
    /// What the capture does not tell, a sentence each.
    pub unknown: Vec<String>,
    #[serde(skip)]
    pub(super) offset: Offset,
}

/// A program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// A capture file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct File {
    /// Its name, without folders.
    pub name: String,
    /// Its format, by content.
    pub format: String,
    /// Bytes read.
    pub bytes: u64,
    /// Frames read.
    pub frames: u64,
    /// The link types of its frames.
    pub link_types: Vec<String>,
    /// Its SHA-256, of all bytes of the file; `None` where it was not computed.
    pub sha256: Option<String>,
}

/// Something that is known, with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What.
    pub name: &'static str,
    /// The value, in words.
    pub value: String,
}

impl Fact {
    pub(super) fn new(name: &'static str, value: impl ToString) -> Self {
        Fact { name, value: value.to_string() }
    }
}

impl Analyses {
    /// The evidence report, as of now.
    pub fn account(&self, capture: &Capture, streams: &Streams, question: &Question) -> Account {
        let book = Book::new(self, streams);
        let names: Vec<String> = capture.files.iter().map(|file| file.name.clone()).collect();
        let about = question.about;
        Account {
            format: FORMAT,
            title: title(&book, about, &names),
            scope: match about {
                About::Everything => "capture",
                About::Torrent(_) => "torrent",
                About::Host(_) => "host",
            },
            about: match about {
                About::Everything => None,
                About::Torrent(info_hash) => Some(info_hash.to_string()),
                About::Host(address) => Some(address.to_string()),
            },
            tool: Tool { name: "Swarmscope", version: env!("CARGO_PKG_VERSION") },
            utc_offset: question.offset.words(),
            files: files(capture, &question.hashes),
            frames: capture.frames,
            first_time: capture.first_time,
            last_time: capture.last_time,
            settings: self.settings(&book, question),
            findings: self.findings.rows(),
            coverage: self.coverage.with(&book.claims),
            claims: lists(&book, streams, about, &names, question.offset),
            unknown: unknown(&book, question),
            offset: question.offset,
        }
    }

    fn settings(&self, book: &Book<'_>, question: &Question) -> Vec<Fact> {
        let mut settings = vec![Fact::new("Downloads are confirmed at", format!("{} % of the pieces", self.swarm.threshold()))];
        let said = |local: bool| {
            let by_user =
                |host: &&hosts::Host| host.local == local && host.local_reason == Some(super::super::host_facts::LocalReason::User);
            let hosts: Vec<_> = book.hosts.iter().filter(by_user).map(|host| host.address.to_string()).collect();
            if hosts.is_empty() { "none".into() } else { hosts.join(", ") }
        };
        settings.push(Fact::new("Hosts said to be local", said(true)));
        settings.push(Fact::new("Hosts said to be remote", said(false)));
        let given = self.known_torrents(&self.download(), None).all();
        let given: Vec<_> = given.iter().filter(|torrent| torrent.given).map(|torrent| torrent.info_hash.to_string()).collect();
        let shown = given.iter().take(GIVEN).cloned().collect::<Vec<_>>().join(", ");
        let more = given.len().saturating_sub(GIVEN);
        settings.push(Fact::new(
            "Torrents given",
            match (given.len(), more) {
                (0, _) => "none".into(),
                (_, 0) => shown,
                _ => format!("{shown} and {more} more"),
            },
        ));
        let cap = if question.expanded_bytes == u64::MAX { "any number of bytes".into() } else { bytes(question.expanded_bytes) };
        settings.push(Fact::new("A compressed capture may unpack to", cap));
        for database in self.places.databases() {
            let built = Time::from_nanos(i64::try_from(database.built).unwrap_or(0).saturating_mul(1_000_000_000));
            let day = date(built, Offset::default());
            let day = day.get(..10).unwrap_or_default();
            settings.push(Fact::new("Database of addresses", format!("{}, {}, built {day}", database.name, database.kind)));
        }
        let words = match self.proof().verified().torrents.len() {
            0 => "no piece was checked against its hash".into(),
            checked => format!("pieces of {} were checked against their hashes", counted(checked as u64, "torrent", "torrents")),
        };
        settings.push(Fact::new("Verification", words));
        settings
    }
}

fn title(book: &Book<'_>, about: About, names: &[String]) -> String {
    match about {
        About::Host(address) => format!("Evidence on host {address}"),
        About::Torrent(info_hash) => match book.torrent_name(info_hash) {
            Some(name) => format!("Evidence on torrent {name}"),
            None => format!("Evidence on torrent {info_hash}"),
        },
        About::Everything => match names {
            [only] => format!("Evidence in {only}"),
            _ => format!("Evidence in {} capture files", names.len()),
        },
    }
}

fn files(capture: &Capture, hashes: &[Option<String>]) -> Vec<File> {
    let hashes = hashes.iter().cloned().chain(std::iter::repeat(None));
    let file = |(file, sha256): (&super::super::capture::CaptureFile, Option<String>)| File {
        name: file.name.clone(),
        format: file.format.clone(),
        bytes: file.bytes,
        frames: file.frames,
        link_types: file.link_types.clone(),
        sha256,
    };
    capture.files.iter().zip(hashes).map(file).collect()
}

/// The form of the document.
const FORMAT: &str = "swarmscope evidence report 1";

/// Torrents that were given and are named.
const GIVEN: usize = 20;

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A report on nothing.
    pub(in super::super) fn account() -> Account {
        let analyses = Analyses::new(&crate::base::Limits::default());
        let streams = crate::flow::Flows::new(&crate::base::Limits::default());
        analyses.account(&Capture::default(), &streams, &Question::default())
    }

    #[test]
    fn a_report_on_nothing_says_what_is_not_known() {
        let account = account();
        assert_eq!((account.claims.len(), account.scope, account.utc_offset.as_str()), (0, "capture", "+00:00"));
        assert_eq!(account.unknown.len(), 3, "{:?}", account.unknown);
        assert_eq!(account.settings[0].value, "98 % of the pieces");
    }
}
