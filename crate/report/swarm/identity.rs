//! Which ends of connections are one and the same peer?
//!
//! In: what an end shows of itself. Out: the number of its peer. The rule, for the peers of one torrent:
//!
//! 1. The same listening endpoint is the same peer. An end listens where it took a connection, where its uTP packets come from (BEP 29: clients
//!    have one socket for all), and on the port that it gives in its extension handshake (`p`, BEP 10).
//! 2. The same peer ID at the same address is the same peer. Not without the address: some clients give every copy one ID; and a new ID
//!    does not make a new peer, because others take one for each connection (libtorrent 2).
//!
//! What the originator of a TCP connection does not tell makes it a peer of its own: two rows may be one peer, but never one row two.

use std::net::IpAddr;

use crate::base::{Endpoint, Map, PeerId};

/// The peers that are known by something.
#[derive(Debug, Default)]
pub(super) struct Identities {
    listening: Map<(u32, Endpoint), u32>,
    named: Map<(u32, IpAddr, PeerId), u32>,
}

impl Identities {
    /// The peer of torrent `torrent` that listens at `endpoint`; `peer`, from now on, when none did.
    pub(super) fn listening(&mut self, torrent: u32, endpoint: Endpoint, peer: impl FnOnce() -> Option<u32>) -> Option<u32> {
        Self::known(&mut self.listening, (torrent, endpoint), peer)
    }

    /// The peer of torrent `torrent` at `address` that calls itself `id`; `peer`, from now on, when none did.
    pub(super) fn named(&mut self, torrent: u32, address: IpAddr, id: PeerId, peer: impl FnOnce() -> Option<u32>) -> Option<u32> {
        Self::known(&mut self.named, (torrent, address, id), peer)
    }

    /// Makes what is known by an ID, while it is `from`, `into`, unless more than `most` are known so. Answers whether it was done.
    pub(super) fn hand_over(&mut self, id: (u32, IpAddr, PeerId), from: u32, into: u32, most: usize) -> bool {
        if self.named.len() > most {
            return false;
        }
        let Some(known) = self.named.get_mut(&id).filter(|known| **known == from) else { return false };
        *known = into;
        true
    }

    /// All that peers are known by, in no order: the peer, its address, and either the port on which it listens or its ID.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, (IpAddr, Option<u16>), Option<PeerId>)> {
        let listening = self.listening.iter().map(|((_, endpoint), peer)| (*peer, (endpoint.address, Some(endpoint.port)), None));
        listening.chain(self.named.iter().map(|((_, address, id), peer)| (*peer, (*address, None), Some(*id))))
    }

    fn known<K: Eq + std::hash::Hash>(map: &mut Map<K, u32>, key: K, peer: impl FnOnce() -> Option<u32>) -> Option<u32> {
        if let Some(known) = map.get(&key) {
            return Some(*known);
        }
        let peer = peer()?;
        map.insert(key, peer);
        Some(peer)
    }
}
