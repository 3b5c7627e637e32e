//! Makes one torrent of two.
//!
//! What was met under two names may prove to be one torrent: its pieces, senders, receivers and connections are then counted as if all of them
//! had been met under one.

use super::{Added, DownloadAnalysis, PieceState, add_share};
use crate::base::{Code, Set};
use crate::flow::FlowId;

impl DownloadAnalysis {
    /// Makes two torrents that are one under two names one.
    pub(super) fn absorb(&mut self, into: u32, from: u32, found: &mut impl FnMut(Code)) {
        let shared = self.absorb_connections(into, from);
        let Some(from) = self.torrents.get_mut(from as usize).and_then(Option::take) else { return };
        let Some(into) = self.torrents.get_mut(into as usize).and_then(Option::as_mut) else { return };
        into.connections = (into.connections + from.connections).saturating_sub(shared);
        into.receivers.extend(from.receivers);
        (into.first_frame, into.first_time) = (into.first_frame.min(from.first_frame), into.first_time.min(from.first_time));
        into.last_time = into.last_time.max(from.last_time);
        for (endpoint, contribution) in from.contributors {
            let sum = into.contributors.entry(endpoint).or_default();
            (sum.bytes, sum.pieces) = (sum.bytes + contribution.bytes, sum.pieces + contribution.pieces);
        }
        let both = into.pieces.len() + from.pieces.len();
        for (index, piece) in from.pieces {
            match into.pieces.get_mut(&index) {
                Some(known) => {
                    for endpoint in known.absorb(piece, self.limits.endpoints_per_piece, found) {
                        into.contributors.entry(endpoint).and_modify(|sum| sum.pieces -= 1);
                    }
                }
                None => drop(into.pieces.insert(index, piece)),
            }
        }
        into.bytes = into.pieces.values().map(|piece| piece.extent.bytes()).sum();
        self.pieces -= both - into.pieces.len();
    }

    /// Counts connections for the one torrent that were counted for the other. Answers how many were for both: a connection whose ends
    /// call the torrent by different names.
    fn absorb_connections(&mut self, into: u32, from: u32) -> usize {
        let of_from = self.counted.keys().filter(|(_, torrent)| *torrent == from);
        let flows: Set<FlowId> = of_from.map(|(flow, _)| *flow).collect();
        let mut both = 0;
        for flow in flows {
            self.counted.remove(&(flow, from));
            both += usize::from(self.counted.get(&(flow, into)).is_some());
            self.counted.insert((flow, into), ());
        }
        both
    }
}

impl PieceState {
    /// Takes what was known of the same piece under another name; answers the contributors that both have.
    fn absorb(&mut self, from: PieceState, limit: usize, found: &mut impl FnMut(Code)) -> Vec<u32> {
        let mut twice = Vec::new();
        for (endpoint, bytes) in from.contributors {
            match add_share(&mut self.contributors, endpoint, bytes, limit) {
                Added::First => {}
                Added::More => twice.push(endpoint),
                Added::Full => found(Code::LimitPieces),
            }
        }
        for (endpoint, bytes) in from.receivers {
            if let Added::Full = add_share(&mut self.receivers, endpoint, bytes, limit) {
                found(Code::LimitPieces);
            }
        }
        self.extent.absorb(from.extent);
        (self.first_frame, self.last_frame) = (self.first_frame.min(from.first_frame), self.last_frame.max(from.last_frame));
        twice
    }
}
