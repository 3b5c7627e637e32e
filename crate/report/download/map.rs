//! Who sent which part of a torrent, for a picture.

use serde::Serialize;

use super::{Contributor, DownloadAnalysis};
use crate::base::{InfoHash, Map};

/// Runs of pieces by their main sender.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct PieceMap {
    /// Pieces of the torrent; where that is not known, one more than the highest index seen.
    pub pieces: u64,
    /// Runs of neighbouring pieces with the same main sender, by index. Pieces that the capture does not show are in none.
    pub runs: Vec<PieceRun>,
    /// The [`RANKS`] endpoints that sent most, in that order.
    pub contributors: Vec<Contributor>,
    /// How many more there are.
    pub others: usize,
    /// What those sent, in bytes.
    pub other_bytes: u64,
}

/// Neighbouring pieces with the same main sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct PieceRun {
    /// Index of the first piece.
    pub first: u32,
    /// How many.
    pub count: u32,
    /// Place of the sender of most bytes in [`PieceMap::contributors`], from 1; 0 for any other.
    pub rank: u32,
}

/// Contributors that a [`PieceMap`] tells apart: as many as there are hues that can be told apart.
pub const RANKS: usize = 8;

impl DownloadAnalysis {
    /// Who sent which part of a torrent; empty when there is no such torrent.
    pub fn piece_map(&self, torrent: Option<InfoHash>) -> PieceMap {
        let Some(state) = self.torrent(torrent) else { return PieceMap::default() };
        let mut contributors = self.contributors(torrent);
        let rest = contributors.split_off(contributors.len().min(RANKS));
        let ranks: Map<u32, u32> = (1..)
            .zip(&contributors)
            .filter_map(|(rank, contributor)| Some((*self.by_endpoint.get(&contributor.endpoint)?, rank)))
            .collect();
        let mut runs: Vec<PieceRun> = Vec::new();
        for (index, piece) in &state.pieces {
            let main = piece.contributors.iter().max_by_key(|(_, bytes)| *bytes);
            let rank = main.and_then(|(endpoint, _)| ranks.get(endpoint)).copied().unwrap_or(0);
            match runs.last_mut() {
                Some(run) if run.rank == rank && run.first.checked_add(run.count) == Some(*index) => run.count += 1,
                _ => runs.push(PieceRun { first: *index, count: 1, rank }),
            }
        }
        let seen = state.pieces.last_key_value().map_or(0, |(index, _)| u64::from(*index) + 1);
        PieceMap {
            pieces: state.row().piece_count.map_or(seen, |count| seen.max(count)),
            runs,
            contributors,
            others: rest.len(),
            other_bytes: rest.iter().map(|contributor| contributor.bytes).sum(),
        }
    }
}
