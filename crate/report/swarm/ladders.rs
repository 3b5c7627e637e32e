//! What the peers that were met did, for the ladder of evidence.

use super::{Reached, SwarmAnalysis};
use crate::base::{Endpoint, InfoHash, Time};

/// What one peer of a torrent did.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Deeds {
    /// Where the peer is.
    pub(in crate::report) endpoint: Endpoint,
    /// Connections with it in clear.
    pub(in crate::report) contacts: u32,
    /// The first frame of its own, or to it.
    pub(in crate::report) first: (u64, Time),
    /// When it reached what.
    pub(in crate::report) reached: Reached,
    /// Bytes of blocks that it sent.
    pub(in crate::report) uploaded: u64,
}

impl SwarmAnalysis {
    /// What the peers of a torrent did, or those of all, in the order in which they were met.
    pub(in crate::report) fn deeds(&self, torrent: Option<InfoHash>) -> impl Iterator<Item = Deeds> {
        self.keys(torrent).filter_map(|key| {
            let peer = self.peers.get(key as usize)?;
            Some(Deeds {
                endpoint: peer.endpoint,
                contacts: peer.contacts,
                first: peer.first,
                reached: peer.reached,
                uploaded: peer.uploaded,
            })
        })
    }
}
