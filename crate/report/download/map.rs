//! Who sent which part of a torrent, for a picture.

use serde::Serialize;

use std::cmp::Reverse;

use smallvec::SmallVec;

use super::{Contributor, DownloadAnalysis, PieceState, TorrentState};
use crate::base::{Arrange, Endpoint, InfoHash, Map};

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
        self.piece_map_by(torrent, |endpoint| endpoint)
    }

    /// The same by peers: `peer_of` tells where the peer of an endpoint is. A peer that opens connections does so from another port each time.
    pub(in crate::report) fn piece_map_by(&self, torrent: Option<InfoHash>, peer_of: impl Fn(Endpoint) -> Endpoint) -> PieceMap {
        let Some(state) = self.torrent(torrent) else { return PieceMap::default() };
        let peers: Map<u32, Endpoint> =
            state.contributors.keys().filter_map(|number| Some((*number, peer_of(self.endpoint(*number)?)))).collect();
        let mut contributors = state.contributors_by(&peers);
        let rest = contributors.split_off(contributors.len().min(RANKS));
        let ranks: Map<Endpoint, u32> = contributors.iter().map(|contributor| contributor.endpoint).zip(1..).collect();
        let mut runs: Vec<PieceRun> = Vec::new();
        for (index, piece) in &state.pieces {
            let main = piece.by_peer(&peers).into_iter().max_by_key(|(_, bytes)| *bytes);
            let rank = main.and_then(|(peer, _)| ranks.get(&peer)).copied().unwrap_or(0);
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

impl TorrentState {
    /// What each of `peers` sent, those of most bytes first.
    fn contributors_by(&self, peers: &Map<u32, Endpoint>) -> Vec<Contributor> {
        let mut sums: Map<Endpoint, Contributor> = Map::default();
        for (number, contribution) in &self.contributors {
            let Some(endpoint) = peers.get(number).copied() else { continue };
            sums.entry(endpoint).or_insert(Contributor { endpoint, bytes: 0, pieces: 0 }).bytes += contribution.bytes;
        }
        for (peer, _) in self.pieces.values().flat_map(|piece| piece.by_peer(peers)) {
            sums.entry(peer).and_modify(|sum| sum.pieces += 1);
        }
        let mut contributors: Vec<_> = sums.into_values().collect();
        contributors.arrange_by_key(|contributor| (Reverse(contributor.bytes), contributor.endpoint));
        contributors
    }
}

impl PieceState {
    /// What each of `peers` sent of it.
    fn by_peer(&self, peers: &Map<u32, Endpoint>) -> SmallVec<[(Endpoint, u64); 4]> {
        let mut sums: SmallVec<[(Endpoint, u64); 4]> = SmallVec::new();
        for (number, bytes) in &self.contributors {
            let Some(peer) = peers.get(number) else { continue };
            match sums.iter_mut().find(|(known, _)| known == peer) {
                Some((_, sum)) => *sum += bytes,
                None => sums.push((*peer, *bytes)),
            }
        }
        sums
    }
}
