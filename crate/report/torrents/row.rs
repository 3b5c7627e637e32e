//! One torrent, as all that is known of it tells.

use serde::Serialize;

use super::{FactKind, FactSource, Known, Section, TorrentFact, Tracked};
use crate::base::{InfoHash, InfoHashV2};
use crate::report::cell::{Cell, list, number, optional, text, words};

/// A torrent that is known by any means.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct KnownTorrent {
    /// Its name in messages. Of two, that of version 1.
    pub info_hash: InfoHash,
    /// Its hash of version 1; `None` where it has none, and while that is not known.
    pub info_hash_v1: Option<InfoHash>,
    /// Its hash of version 2; `None` where it has none, and while that is not known.
    pub info_hash_v2: Option<InfoHashV2>,
    /// Its name for people: the info dictionary's, else the first that a link tells.
    pub name: Option<String>,
    /// Bytes of a piece.
    pub piece_length: Option<u64>,
    /// How many pieces it has.
    pub piece_count: Option<u64>,
    /// Bytes of all its files.
    pub total_size: Option<u64>,
    /// Whether peers are to be had from its trackers only.
    pub private: Option<bool>,
    /// Its files, at most 1000. In windows of the table only where one torrent is asked for.
    pub files: Vec<TorrentFile>,
    /// How many files it has.
    pub file_count: Option<usize>,
    /// Its trackers: of files, links, and those that were asked.
    pub trackers: Vec<String>,
    /// Its seeds on the web: of files, links, and those that sent pieces.
    pub web_seeds: Vec<String>,
    /// Peers that links name.
    pub peers_named: usize,
    /// Whether it was given, and not only found in the capture.
    pub given: bool,
    /// Whether anything in the capture is about it.
    pub in_capture: bool,
    /// Who says what, in the order in which it became known.
    pub facts: Vec<TorrentFact>,
}

/// A file of a torrent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct TorrentFile {
    /// Its path below the folder that is named after the torrent, or its name where it is the only file.
    pub path: String,
    /// Its bytes.
    pub length: u64,
}

impl Section<'_> {
    /// The row at a place.
    pub(in crate::report) fn at(&self, place: usize, files: bool) -> Option<KnownTorrent> {
        self.rows.get(place).map(|names| self.row(names, files))
    }

    pub(super) fn row(&self, names: &[InfoHash], files: bool) -> KnownTorrent {
        let empty = Known::default();
        let known = names.iter().find_map(|name| self.analysis.of(*name)).unwrap_or(&empty);
        let dictionary = names.iter().find_map(|name| self.rest.download.dictionary(*name));
        let sizes = names.iter().find_map(|name| self.rest.download.sizes(*name));
        let mut row = KnownTorrent {
            info_hash: names.first().copied().unwrap_or(InfoHash([0; 20])),
            info_hash_v1: known.v1,
            info_hash_v2: known.v2,
            name: dictionary.map(|dictionary| dictionary.name.clone()).or_else(|| known.name.clone()),
            piece_length: sizes.map(|sizes| sizes.piece_length),
            piece_count: sizes.map(|sizes| sizes.piece_count),
            total_size: sizes.map(|sizes| sizes.total).or(known.size),
            private: dictionary.map(|dictionary| dictionary.private),
            files: Vec::new(),
            file_count: dictionary.map(|dictionary| dictionary.files.len()),
            trackers: known.trackers.clone(),
            web_seeds: known.web_seeds.clone(),
            peers_named: known.peers.len(),
            given: known.given,
            in_capture: self.is_touched(names),
            facts: known.facts.clone(),
        };
        if let Some(first) = dictionary.and_then(|dictionary| dictionary.names().next()).or(known.v1) {
            row.info_hash = first;
        }
        if files && let Some(dictionary) = dictionary {
            let file = |file: &crate::protocol::info_dictionary::File| TorrentFile { path: file.path.clone(), length: file.length };
            row.files = dictionary.files.iter().take(FILES).map(file).collect();
        }
        if dictionary.is_none() && sizes.is_some() {
            row.facts.push(TorrentFact { fact: FactKind::Info, source: FactSource::Inferred, value: None, origin: None, frame: None });
        }
        self.add_trackers(names, &mut row);
        self.add_web_seeds(names, &mut row);
        row
    }

    /// The trackers that were asked about it.
    fn add_trackers(&self, names: &[InfoHash], row: &mut KnownTorrent) {
        for (Tracked { url, endpoint, protocol }, frame) in names.iter().filter_map(|name| self.asked.get(name)).flatten() {
            let tracker = &url.map_or_else(|| format!("{protocol}://{endpoint}"), str::to_owned);
            let (fact, source) = (FactKind::Trackers, FactSource::Announce);
            row.facts.push(TorrentFact { fact, source, value: None, origin: Some(tracker.clone()), frame: Some(*frame) });
            if !row.trackers.contains(tracker) {
                row.trackers.push(tracker.clone());
            }
        }
    }

    /// The web servers that sent pieces of it.
    fn add_web_seeds(&self, names: &[InfoHash], row: &mut KnownTorrent) {
        for seed in self.rest.web_seeds.iter().filter(|seed| names.contains(&seed.info_hash)) {
            let origin = Some(seed.endpoint.to_string());
            let (fact, source) = (FactKind::WebSeeds, FactSource::Inferred);
            row.facts.push(TorrentFact { fact, source, value: None, origin, frame: Some(seed.first_frame) });
            let is_known =
                row.web_seeds.iter().any(|known| seed.url.starts_with(known.trim_end_matches('/')) || known.starts_with(&seed.url));
            if !is_known {
                row.web_seeds.push(seed.url.clone());
            }
        }
    }
}

impl KnownTorrent {
    /// The value in `column`.
    pub(in crate::report) fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "info_hash" => text(self.info_hash),
            "info_hash_v1" => self.info_hash_v1.map_or(Cell::Absent, text),
            "info_hash_v2" => self.info_hash_v2.map_or(Cell::Absent, text),
            "name" => words(self.name.as_deref()),
            "piece_length" => optional(self.piece_length),
            "piece_count" => optional(self.piece_count),
            "total_size" => optional(self.total_size),
            "private" => self.private.map_or(Cell::Absent, text),
            "file_count" => optional(self.file_count.map(|files| files as u64)),
            "trackers" => Cell::Text(list(self.trackers.iter())),
            "web_seeds" => Cell::Text(list(self.web_seeds.iter())),
            "peers_named" => number(self.peers_named as u64),
            "given" => text(self.given),
            "in_capture" => text(self.in_capture),
            "facts" => Cell::Text(list(self.facts.iter().map(TorrentFact::in_words))),
            _ => Cell::Absent,
        }
    }
}

impl TorrentFact {
    /// `name:magnet_link`.
    fn in_words(&self) -> String {
        format!("{}:{}", self.fact.name(), self.source.name())
    }
}

impl FactKind {
    /// Its name in the report.
    pub fn name(self) -> &'static str {
        match self {
            FactKind::Name => "name",
            FactKind::Info => "info",
            FactKind::Trackers => "trackers",
            FactKind::WebSeeds => "web_seeds",
            FactKind::Peers => "peers",
        }
    }
}

impl FactSource {
    /// Its name in the report.
    pub fn name(self) -> &'static str {
        match self {
            FactSource::TorrentFile => "torrent_file",
            FactSource::MagnetLink => "magnet_link",
            FactSource::UtMetadata => "ut_metadata",
            FactSource::Http => "http",
            FactSource::Announce => "announce",
            FactSource::Inferred => "inferred",
        }
    }

    /// It in words, before where or what told.
    pub(in crate::report) fn words(self) -> &'static str {
        match self {
            FactSource::TorrentFile => "the .torrent file",
            FactSource::MagnetLink => "the magnet link",
            FactSource::UtMetadata => "the peer",
            FactSource::Http => "a .torrent file over HTTP from",
            FactSource::Announce => "an announce to",
            FactSource::Inferred => "pieces from the web server",
        }
    }
}

/// The columns of the table of torrents that are known, in the order of its CSV.
pub(in crate::report) const COLUMNS: &[&str] = &[
    "info_hash",
    "info_hash_v1",
    "info_hash_v2",
    "name",
    "piece_length",
    "piece_count",
    "total_size",
    "private",
    "file_count",
    "trackers",
    "web_seeds",
    "peers_named",
    "given",
    "in_capture",
    "facts",
];

/// Files of one torrent in the report.
const FILES: usize = 1000;
