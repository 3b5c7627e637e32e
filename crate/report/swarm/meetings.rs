//! Which peers were met, for who knows them by where they listen.

use std::net::IpAddr;

use super::SwarmAnalysis;
use crate::base::{Endpoint, InfoHash, Map, Set};

/// The peers that were met: that spoke in clear, by torrent and where they are.
#[derive(Debug)]
pub(in crate::report) struct Meetings<'a> {
    by_hash: &'a Map<InfoHash, u32>,
    by_endpoint: Map<(u32, Endpoint), Met>,
    by_address: Map<(u32, IpAddr), Met>,
}

/// A peer that was met, or several at one address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct Met {
    /// It sent or got a block.
    pub(in crate::report) exchanged: bool,
    /// What it had is known.
    pub(in crate::report) progress_known: bool,
}

impl SwarmAnalysis {
    /// Where the peer of an endpoint of a torrent is: one that listens there, else the only one at its address, else the endpoint itself. Who
    /// opens connections does so from another port each time, and those that are over are not remembered.
    pub(in crate::report) fn peer_at(&self, torrent: InfoHash) -> impl Fn(Endpoint) -> Endpoint {
        let number = self.by_hash.get(&torrent).copied().unwrap_or(u32::MAX);
        let mut at: Map<IpAddr, (Endpoint, bool)> = Map::default();
        let mut known: Set<Endpoint> = Set::default();
        for peer in self.numbered(Some(number)).filter_map(|key| self.peers.get(key as usize)) {
            known.insert(peer.endpoint);
            at.entry(peer.endpoint.address).and_modify(|(_, only)| *only = false).or_insert((peer.endpoint, true));
        }
        move |endpoint| match at.get(&endpoint.address) {
            Some((peer, true)) if !known.contains(&endpoint) => *peer,
            _ => endpoint,
        }
    }

    /// The peers that were met.
    pub(in crate::report) fn meetings(&self) -> Meetings<'_> {
        let (mut by_endpoint, mut by_address) = (Map::default(), Map::default());
        for peer in self.peers.iter().filter(|peer| peer.merged_into.is_none()) {
            let met = Met { exchanged: peer.downloaded + peer.uploaded > 0, progress_known: peer.progress.is_known() };
            if peer.listens {
                by_endpoint.entry((peer.torrent, peer.endpoint)).or_insert_with(Met::default).add(met);
            }
            by_address.entry((peer.torrent, peer.endpoint.address)).or_insert_with(Met::default).add(met);
        }
        Meetings { by_hash: &self.by_hash, by_endpoint, by_address }
    }
}

impl Meetings<'_> {
    /// The peer of a torrent that listens there.
    pub(in crate::report) fn at(&self, torrent: InfoHash, endpoint: Endpoint) -> Option<Met> {
        self.by_endpoint.get(&(*self.by_hash.get(&torrent)?, endpoint)).copied()
    }

    /// The peers of a torrent at an address.
    pub(in crate::report) fn of(&self, torrent: InfoHash, address: IpAddr) -> Option<Met> {
        self.by_address.get(&(*self.by_hash.get(&torrent)?, address)).copied()
    }

    /// Where the peers listen, each with a number that its torrent's names share.
    pub(in crate::report) fn places(&self) -> impl Iterator<Item = (u32, Endpoint)> {
        self.by_endpoint.keys().copied()
    }

    /// The number of a torrent.
    pub(in crate::report) fn number(&self, torrent: InfoHash) -> Option<u32> {
        self.by_hash.get(&torrent).copied()
    }
}

impl Met {
    fn add(&mut self, other: Met) {
        self.exchanged |= other.exchanged;
        self.progress_known |= other.progress_known;
    }
}
