//! Which torrents does the capture touch, and what does the study find of each?
//!
//! In: what other analyses know. Out: one row a torrent, for the table that the study of torrents begins with.

use serde::Serialize;

use super::Analyses;
use super::cell::{Cell, number, optional, text, words};
use super::download::TorrentRow;
use super::download::volumes::Volumes;
use super::swarm::Counts;
use super::torrents::{FactKind, FactSource, KnownTorrent};
use crate::base::{Arrange, InfoHash, InfoHashV2, Map, Time};

/// A torrent with what is known of it and of its peers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct ListedTorrent {
    /// Its name on the wire. Of two, that of version 1.
    pub info_hash: InfoHash,
    /// Its whole name of version 2.
    pub info_hash_v2: Option<InfoHashV2>,
    /// Its name for people.
    pub name: Option<String>,
    /// Bytes of a piece.
    pub piece_length: Option<u64>,
    /// How many pieces it has.
    pub piece_count: Option<u64>,
    /// Bytes of all its files.
    pub total_size: Option<u64>,
    /// Whether it was given, and not only found in the capture.
    pub given: bool,
    /// Whether anything in the capture is about it.
    pub in_capture: bool,
    /// Who tells its name; `None` where nobody does.
    pub name_from: Option<FactSource>,
    /// What the file is called that tells it; or the endpoint.
    pub name_origin: Option<String>,
    /// The frame that tells it; `None` where it was given.
    pub name_frame: Option<u64>,
    /// Pieces of which the capture shows a block.
    pub pieces: usize,
    /// Peers that were met.
    pub met: usize,
    /// Of these, those whose progress is known.
    pub progress_known: usize,
    /// Of these, those whose download is confirmed.
    pub confirmed: usize,
    /// Bytes of its blocks that went to hosts of the local network.
    pub down: u64,
    /// Bytes of its blocks that went from them.
    pub up: u64,
    /// The first frame that shows it; `None` where no connection does.
    pub first_frame: Option<u64>,
    /// When that was captured.
    pub first_time: Option<Time>,
    /// When it was last heard of.
    pub last_time: Option<Time>,
}

/// The columns of the table, in the order of its CSV.
pub(super) const COLUMNS: &[&str] = &[
    "info_hash",
    "info_hash_v2",
    "name",
    "total_size",
    "piece_count",
    "given",
    "in_capture",
    "name_from",
    "name_frame",
    "pieces",
    "met",
    "progress_known",
    "confirmed",
    "down",
    "up",
    "first_frame",
    "first_time",
    "last_time",
];

impl Analyses {
    /// The torrents that are known: first those of which blocks are in the capture, then those of which connections are, then those that
    /// it touches, then those that were only given; of each kind as they became known.
    pub(super) fn torrent_list(&self) -> Vec<ListedTorrent> {
        let download = self.download();
        let counts = self.swarm.counts_by_torrent();
        let volumes = download.volumes(|address| self.hosts.is_local(address));
        let mut met: Map<InfoHash, TorrentRow> = download.torrents().filter_map(|row| Some((row.info_hash?, row))).collect();
        let section = self.known_torrents(&download, None);
        let mut listed = Vec::new();
        for (place, names) in section.rows.iter().enumerate() {
            let Some(known) = section.at(place, false) else { continue };
            // The two names of a hybrid in a link do not prove that connections under both are about one torrent.
            let rows: Vec<_> = names.iter().filter_map(|name| met.remove(name)).collect();
            if rows.is_empty() {
                listed.push(ListedTorrent::known(&known));
            }
            listed.extend(rows.into_iter().map(|row| ListedTorrent::met(&known, row)));
        }
        for torrent in &mut listed {
            let (Counts { met, progress_known, .. }, confirmed) = counts.get(&torrent.info_hash).copied().unwrap_or_default();
            let Volumes { down, up } = volumes.get(&torrent.info_hash).copied().unwrap_or_default();
            (torrent.met, torrent.progress_known, torrent.confirmed) = (met, progress_known, confirmed);
            (torrent.down, torrent.up) = (down, up);
        }
        listed.arrange_by_key(|torrent| torrent.group());
        listed
    }
}

impl ListedTorrent {
    /// A torrent of which no connection is in the capture.
    fn known(known: &KnownTorrent) -> Self {
        let mut tell = known.facts.iter().filter(|fact| fact.fact == FactKind::Name && fact.value.is_some());
        let told = tell.clone().find(|fact| fact.value == known.name).or_else(|| tell.next());
        ListedTorrent {
            info_hash: known.info_hash,
            info_hash_v2: known.info_hash_v2,
            name: known.name.clone(),
            piece_length: known.piece_length,
            piece_count: known.piece_count,
            total_size: known.total_size,
            given: known.given,
            in_capture: known.in_capture,
            name_from: told.map(|fact| fact.source),
            name_origin: told.and_then(|fact| fact.origin.clone()),
            name_frame: told.and_then(|fact| fact.frame),
            pieces: 0,
            met: 0,
            progress_known: 0,
            confirmed: 0,
            down: 0,
            up: 0,
            first_frame: None,
            first_time: None,
            last_time: None,
        }
    }

    /// One of which connections are.
    fn met(known: &KnownTorrent, row: TorrentRow) -> Self {
        ListedTorrent {
            info_hash: row.info_hash.unwrap_or(known.info_hash),
            info_hash_v2: row.info_hash_v2.or(known.info_hash_v2),
            name: row.name.or_else(|| known.name.clone()),
            piece_length: row.piece_length,
            piece_count: row.piece_count,
            total_size: row.total_size.or(known.total_size),
            pieces: row.pieces,
            first_frame: Some(row.first_frame),
            first_time: Some(row.first_time),
            last_time: Some(row.last_time),
            ..ListedTorrent::known(known)
        }
    }

    /// What comes first, in whatever order: of which blocks are in the capture, connections, anything.
    pub(super) fn group(&self) -> u8 {
        match self {
            _ if self.pieces > 0 => 0,
            ListedTorrent { first_frame: Some(_), .. } => 1,
            ListedTorrent { in_capture: true, .. } => 2,
            _ => 3,
        }
    }
}

impl ListedTorrent {
    /// The value in `column`.
    pub(super) fn cell(&self, column: &str) -> Cell<'_> {
        let moment = |time: &Option<Time>| time.map_or(Cell::Absent, |time| Cell::Number(time.seconds()));
        match column {
            "info_hash" => text(self.info_hash),
            "info_hash_v2" => self.info_hash_v2.map_or(Cell::Absent, text),
            "name" => words(self.name.as_deref()),
            "total_size" => optional(self.total_size),
            "piece_count" => optional(self.piece_count),
            "given" => text(self.given),
            "in_capture" => text(self.in_capture),
            "name_from" => self.name_from.map_or(Cell::Absent, |source| Cell::Text(source.name().into())),
            "name_frame" => optional(self.name_frame),
            "pieces" => number(self.pieces as u64),
            "met" => number(self.met as u64),
            "progress_known" => number(self.progress_known as u64),
            "confirmed" => number(self.confirmed as u64),
            "down" => number(self.down),
            "up" => number(self.up),
            "first_frame" => optional(self.first_frame),
            "first_time" => moment(&self.first_time),
            "last_time" => moment(&self.last_time),
            _ => Cell::Absent,
        }
    }
}
