//! What is kept of peers, beyond the section: what a database needs to join captures, in which a peer may be met again.

use super::progress::EVERY;
use super::{PeerState, SwarmAnalysis};
use crate::base::{Endpoint, InfoHash, PeerId, Time};

/// A peer that was met, with how its pieces rose; also one that is not identified, because another capture may do that.
#[derive(Clone, Debug)]
pub struct KeptPeer<'a> {
    /// Its number, which [`KeptIdentity`] refers to.
    pub number: u32,
    /// The torrent.
    pub info_hash: InfoHash,
    /// Where it takes connections; where that is not known, where it last opened one from.
    pub endpoint: Endpoint,
    /// Whether it takes connections there.
    pub listens: bool,
    /// What it last called itself.
    pub peer_id: Option<PeerId>,
    /// Its client and version, as it says.
    pub client: Option<String>,
    /// The strongest rung of the ladder.
    pub evidence: &'static str,
    /// Connections with it in clear.
    pub contacts: u32,
    /// The first frame of its own, and its time.
    pub first: (u64, Time),
    /// When it was last met.
    pub last: Time,
    /// Bytes of blocks that went to it.
    pub downloaded: u64,
    /// Bytes of blocks that it sent.
    pub uploaded: u64,
    /// Bytes of blocks a second that went to it, at most.
    pub download_rate: Option<f64>,
    /// The same of blocks that came from it.
    pub upload_rate: Option<f64>,
    state: &'a PeerState,
}

/// A moment at which a peer was known to have more pieces than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptPoint {
    /// The moment.
    pub time: Time,
    /// When it was last known to have fewer; `time` itself where it told each piece as it got it.
    pub since: Time,
    /// The frame that shows it.
    pub frame: u64,
    /// How many pieces; `None` of all, however many there are.
    pub pieces: Option<u32>,
}

/// What a peer is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptIdentity {
    /// The number of the peer.
    pub number: u32,
    /// Its address, and the port on which it listens where that is what it is known by.
    pub place: (std::net::IpAddr, Option<u16>),
    /// Its peer ID, where it is known by that.
    pub peer_id: Option<PeerId>,
}

impl KeptPeer<'_> {
    /// How its pieces rose.
    pub fn points(&self) -> impl Iterator<Item = KeptPoint> {
        self.state.progress.points.iter().map(|point| KeptPoint {
            time: point.time,
            since: point.since,
            frame: point.frame,
            pieces: (point.count != EVERY).then_some(point.count),
        })
    }
}

impl SwarmAnalysis {
    /// The peers that were met, each once.
    pub(in crate::report) fn kept_peers(&self) -> impl Iterator<Item = KeptPeer<'_>> {
        let met = (0..).zip(&self.peers).filter(|(_, peer)| peer.merged_into.is_none() && peer.was_heard());
        met.filter_map(|(number, peer)| {
            Some(KeptPeer {
                number,
                info_hash: self.torrents.get(peer.torrent as usize)?.info_hash,
                endpoint: peer.endpoint,
                listens: peer.listens,
                peer_id: peer.peer_id,
                client: peer.client_name(),
                evidence: peer.reached.rung().name(),
                contacts: peer.contacts,
                first: peer.first,
                last: peer.last,
                downloaded: peer.downloaded,
                uploaded: peer.uploaded,
                download_rate: peer.rates.as_ref().and_then(|rates| rates.download()),
                upload_rate: peer.rates.as_ref().and_then(|rates| rates.upload()),
                state: peer,
            })
        })
    }

    /// All that they are known by, in no order.
    pub(in crate::report) fn kept_identities(&self) -> impl Iterator<Item = KeptIdentity> {
        let was_heard = |peer| self.peers.get(self.survivor(peer) as usize).is_some_and(PeerState::was_heard);
        let known = self.identities.all().filter(move |(peer, ..)| was_heard(*peer));
        known.map(|(peer, place, peer_id)| KeptIdentity { number: self.survivor(peer), place, peer_id })
    }
}
