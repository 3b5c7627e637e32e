//! The counts of each torrent's peers, without the peers.

use super::section::Standing;
use super::{Counts, SwarmAnalysis};
use crate::base::{InfoHash, Map};

impl SwarmAnalysis {
    /// How many peers of each torrent there are of each kind, and how many downloads are confirmed. Only those that were met are counted. A torrent
    /// of two names is under both.
    pub(in crate::report) fn counts_by_torrent(&self) -> Map<InfoHash, (Counts, usize)> {
        let mut counts: Vec<(Counts, usize)> = vec![Default::default(); self.torrents.len()];
        for peer in self.keys(None).filter_map(|key| self.peers.get(key as usize)) {
            let Some((counts, confirmed)) = counts.get_mut(peer.torrent as usize) else { continue };
            let standing = self.standing(peer);
            *confirmed += usize::from(standing == Some(Standing::Confirmed));
            counts.add(peer, standing);
        }
        let named = self.by_hash.iter().filter_map(|(name, torrent)| Some((*name, *counts.get(*torrent as usize)?)));
        named.collect()
    }
}
