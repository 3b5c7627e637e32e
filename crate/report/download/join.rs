//! Makes one torrent of two.
//!
//! What was met under two names may prove to be one torrent: its pieces, senders, receivers and connections are then counted as if all of them
//! had been met under one. The info dictionary proves it, and so does a connection that is upgraded from version 1 to version 2
//! (BEP 52). That trackers are told both names at one time proves nothing. What a connection without a handshake carried is joined to
//! the torrent that [`midstream`](crate::report) evidence claims it for.

use super::super::midstream::Claim;
use super::super::shares::{Added, add_share};
use super::{DownloadAnalysis, PieceState};
use crate::base::{Arrange, Code, InfoHash, Limits, Map, Recent, Set};
use crate::flow::{Direction, FlowId};
use crate::protocol::Event;
use crate::protocol::peer_wire::Handshake;

/// Connections on which a torrent of both versions may show both of its names.
#[derive(Clone, Debug)]
pub(super) struct Upgrades {
    /// The name of version 1 that was opened with, by an end that speaks version 2 too.
    offered: Recent<FlowId, InfoHash>,
    /// That, and another name that was answered with.
    answered: Recent<FlowId, (InfoHash, InfoHash)>,
}

impl DownloadAnalysis {
    /// Makes two torrents that are one under two names one.
    pub(super) fn absorb(&mut self, into: u32, from: u32, found: &mut impl FnMut(Code)) {
        let shared = self.absorb_connections(into, from);
        let Some(from) = self.torrents.get_mut(from as usize).and_then(Option::take) else { return };
        let Some(into) = self.torrents.get_mut(into as usize).and_then(Option::as_mut) else { return };
        into.attributed.extend(from.attributed);
        into.dictionary = into.dictionary.take().or(from.dictionary);
        into.upgraded = into.upgraded.or(from.upgraded);
        into.sizes = into.sizes.or(from.sizes);
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
    /// call the torrent by different names, or whose handshake came late.
    fn absorb_connections(&mut self, into: u32, from: u32) -> usize {
        let of_from = self.counted.keys().filter(|(_, torrent)| *torrent == from);
        let flows: Set<FlowId> = of_from.map(|(flow, _)| *flow).collect();
        let mut both = 0;
        for flow in flows {
            let carried = self.counted.remove(&(flow, from)).flatten();
            let known = self.counted.get(&(flow, into)).copied();
            both += usize::from(known.is_some());
            let spans = [carried, known.flatten()].into_iter().flatten();
            self.counted.insert((flow, into), spans.reduce(|one, other| one.with(other.first).with(other.last)));
        }
        both
    }

    /// Whether nothing is kept apart.
    pub(in crate::report) fn is_settled(&self) -> bool {
        self.by_flow.is_empty()
    }

    /// Puts what connections without a handshake carried under the torrents that they are claimed for, and the rest under none.
    pub(in crate::report) fn settle(&mut self, claims: &[Claim], found: &mut impl FnMut(Code)) {
        let mut apart: Vec<_> = std::mem::take(&mut self.by_flow).into_iter().collect();
        apart.arrange_by_key(|(_, index)| *index);
        let by_flow: Map<FlowId, &Claim> = claims.iter().map(|claim| (claim.flow, claim)).collect();
        for (flow, index) in apart {
            let claim = by_flow.get(&flow);
            let info_hash = claim.map(|claim| claim.info_hash);
            if let Some(state) = self.torrents.get_mut(index as usize).and_then(Option::as_mut) {
                state.info_hash = info_hash;
                state.attributed.extend(claim.map(|claim| claim.row(state.bytes)));
            }
            match self.by_hash.get(&info_hash).copied() {
                Some(torrent) => self.absorb(torrent, index, found),
                None => drop(self.by_hash.insert(info_hash, index)),
            }
        }
    }

    /// Takes a handshake. The end that opened a connection with the name of version 1 may say that it speaks version 2 too; an answer with
    /// another name is then the same torrent's of version 2 (BEP 52), if the first end goes on.
    pub(super) fn observe_handshake(&mut self, event: &Event<'_>, handshake: &Handshake) {
        let (Some(flow), Some(info_hash)) = (event.flow, handshake.info_hash) else { return };
        let upgrades = &mut self.upgrades;
        match event.direction {
            Direction::Originator if handshake.speaks_v2() => drop(upgrades.offered.insert(flow, info_hash)),
            Direction::Originator => {}
            Direction::Responder => {
                if let Some(offered) = upgrades.offered.remove(&flow).filter(|offered| *offered != info_hash) {
                    upgrades.answered.insert(flow, (offered, info_hash));
                }
            }
        }
    }

    /// Takes a message that follows a handshake: that of the end which opened the connection shows that it took the answer's name.
    pub(super) fn confirm_upgrade(&mut self, event: &Event<'_>, found: &mut impl FnMut(Code)) {
        let flow = event.flow.filter(|_| event.direction == Direction::Originator);
        let Some((v1, v2)) = flow.and_then(|flow| self.upgrades.answered.remove(&flow)) else { return };
        let known = [v1, v2].map(|name| self.by_hash.get(&Some(name)).copied());
        let [Some(into), Some(from)] = known else { return };
        // Whoever's info dictionary is known has no more names than that says.
        let is_told =
            |index: u32| self.torrents.get(index as usize).and_then(Option::as_ref).is_none_or(|state| state.dictionary.is_some());
        if into == from || is_told(into) || is_told(from) {
            return;
        }
        self.absorb(into, from, found);
        self.by_hash.insert(Some(v2), into);
        if let Some(torrent) = self.torrents.get_mut(into as usize).and_then(Option::as_mut) {
            torrent.info_hash = Some(v1);
            torrent.upgraded = Some(v2);
        }
    }
}

impl Upgrades {
    pub(super) fn new(limits: &Limits) -> Self {
        Upgrades { offered: Recent::new(limits.flows), answered: Recent::new(limits.flows) }
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
