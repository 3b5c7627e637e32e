//! Which torrents does the capture touch, and what does the study find of each?
//!
//! In: what other analyses know. Out: one row a torrent, for the table that the study of torrents begins with.

use serde::Serialize;

use super::Analyses;
use super::cell::{Cell, number, optional, text, words};
use super::download::volumes::Volumes;
use super::swarm::Counts;
use crate::base::{InfoHash, InfoHashV2, Time};

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
    /// The frame that completed its info dictionary.
    pub metadata_frame: Option<u64>,
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
    "metadata_frame",
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
    /// The torrents of which connections are in the capture, in the order in which they were met.
    pub(super) fn torrent_list(&self) -> Vec<ListedTorrent> {
        let download = self.download();
        let counts = self.swarm.counts_by_torrent();
        let volumes = download.volumes(|address| self.hosts.is_local(address));
        let listed = download.torrents().filter_map(|row| {
            let info_hash = row.info_hash?;
            let (Counts { met, progress_known, .. }, confirmed) = counts.get(&info_hash).copied().unwrap_or_default();
            let Volumes { down, up } = volumes.get(&info_hash).copied().unwrap_or_default();
            Some(ListedTorrent {
                info_hash,
                info_hash_v2: row.info_hash_v2,
                name: row.name,
                piece_length: row.piece_length,
                piece_count: row.piece_count,
                total_size: row.total_size,
                metadata_frame: row.metadata_frame,
                pieces: row.pieces,
                met,
                progress_known,
                confirmed,
                down,
                up,
                first_frame: Some(row.first_frame),
                first_time: Some(row.first_time),
                last_time: Some(row.last_time),
            })
        });
        listed.collect()
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
            "metadata_frame" => optional(self.metadata_frame),
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
