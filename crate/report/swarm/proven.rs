//! Which peers sent bytes that hashes prove right.

use super::super::evidence::Rung;
use super::{PeerState, SwarmAnalysis};
use crate::base::{Endpoint, Set};
use crate::report::proof::Proof;

impl SwarmAnalysis {
    /// Puts the peers that sent bytes of verified pieces on the top rung. A sender is the peer that its endpoint was found to be; of several at one
    /// address it is none unless its port tells.
    pub(in crate::report) fn prove(&mut self, proof: &Proof) {
        for torrent in &proof.verified().torrents {
            for name in torrent.names() {
                let Some(number) = self.by_hash.get(&name).copied() else { continue };
                let peer_at = self.peer_at(name);
                let proven: Set<Endpoint> = torrent.senders.iter().map(|sender| peer_at(sender.endpoint)).collect();
                drop(peer_at);
                let sent =
                    |peer: &&mut PeerState| peer.torrent == number && peer.merged_into.is_none() && peer.reached.rung() >= Rung::SentBlocks;
                for peer in self.peers.iter_mut().filter(sent) {
                    peer.reached.proven = proven.contains(&peer.endpoint);
                }
            }
        }
    }
}
