//! Peers whose connections are not over when a capture ends, for the capture that goes on.
//!
//! In: the connections that are open. Out: who their ends are, what each of them has, and which parts of pieces are on their way to it, so that the next
//! capture knows them from the first message on. A peer that was told of is none of the capture before a connection of it goes on there.

use serde::{Deserialize, Serialize};

use super::geometry::Geometry;
use super::progress::{MOST_PIECES, Pieces, Progress};
use super::{Contact, PeerState, SwarmAnalysis, TorrentState, meet};
use crate::base::{Code, Endpoint, InfoHash, Map, PeerId, Set, Time, hex_bytes};
use crate::flow::{Direction, FlowId};
use crate::protocol::Event;
use crate::protocol::peer_wire::Block;
use crate::report::extent::Extent;

/// A torrent of open connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedTorrent {
    /// Its names on the wire.
    names: Vec<InfoHash>,
    /// As many pieces as were named at least.
    least_pieces: u32,
    geometry: Option<Geometry>,
}

/// A peer with an open connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedPeer {
    /// Its number, which [`UnfinishedContact`] refers to.
    number: u32,
    info_hash: InfoHash,
    endpoint: Endpoint,
    listens: bool,
    peer_id: Option<PeerId>,
    client: Option<Box<str>>,
    /// When it was last heard of, in nanoseconds since 1970-01-01 00:00 UTC.
    heard: i64,
    /// Whether it is known what it has.
    known: bool,
    pieces: UnfinishedPieces,
    /// Of pieces on their way to it.
    arriving: Vec<Parts>,
}

/// Parts of a piece that came: its index, and begin and end of each run of bytes.
type Parts = (u32, Vec<(u32, u32)>);

/// The pieces of a peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UnfinishedPieces {
    None,
    /// As in a bitfield: the highest bit of the first byte is piece 0.
    Some(#[serde(with = "hex_bytes")] Vec<u8>),
    All,
}

/// The peers at the ends of an open connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedContacts {
    originator: Option<UnfinishedContact>,
    responder: Option<UnfinishedContact>,
}

/// One end of an open connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedContact {
    peer: u32,
    /// When the peer was last heard of on an earlier connection, in nanoseconds since 1970-01-01 00:00 UTC.
    before: Option<i64>,
    /// What it has is known, or will be once it says anything.
    began: bool,
}

/// A connection that is open at the end of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Of this capture.
    Met(FlowId),
    /// Of an earlier one, and not met in this one, under the number by which it was told.
    Earlier(u32),
}

/// What was told of an earlier capture, and was not met again yet.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    contacts: Map<u32, UnfinishedContacts>,
    peers: Map<u32, UnfinishedPeer>,
    /// Peers that were met again, by their numbers in the earlier capture.
    met: Map<u32, u32>,
}

/// The peers and torrents of open connections.
#[derive(Clone, Debug, Default)]
pub struct UnfinishedSwarm {
    /// The torrents.
    pub torrents: Vec<UnfinishedTorrent>,
    /// The peers.
    pub peers: Vec<UnfinishedPeer>,
    /// Of each connection the ends.
    pub contacts: Vec<UnfinishedContacts>,
}

impl SwarmAnalysis {
    /// What is to be known of open connections where they go on, in their order.
    pub(in crate::report) fn unfinished(&self, open: impl Iterator<Item = Open>) -> UnfinishedSwarm {
        let mut telling = Telling::new(self);
        let contacts = open.map(|open| match open {
            Open::Met(flow) => {
                let ends = self.contacts.get(&flow).copied().unwrap_or_default();
                let [originator, responder] = Direction::BOTH.map(|end| ends.of(end).as_ref().and_then(|contact| telling.contact(contact)));
                UnfinishedContacts { originator, responder }
            }
            Open::Earlier(number) => {
                let UnfinishedContacts { originator, responder } = self.earlier.contacts.get(&number).copied().unwrap_or_default();
                let [originator, responder] = [originator, responder].map(|contact| telling.earlier_contact(contact?));
                UnfinishedContacts { originator, responder }
            }
        });
        let contacts = contacts.collect();
        UnfinishedSwarm { contacts, ..telling.swarm }
    }

    /// Takes a torrent of an earlier capture.
    pub(in crate::report) fn expect_torrent(&mut self, torrent: UnfinishedTorrent, found: &mut impl FnMut(Code)) {
        let UnfinishedTorrent { names, least_pieces, geometry } = torrent;
        let Some(number) = names.first().and_then(|name| self.torrent(*name, found)) else { return };
        for name in names.into_iter().take(NAMES) {
            self.by_hash.entry(name).or_insert(number);
        }
        if let Some(torrent) = self.torrents.get_mut(number as usize) {
            torrent.least_pieces = torrent.least_pieces.max(least_pieces.min(MOST_PIECES));
            torrent.geometry = torrent.geometry.take().or(geometry);
        }
    }

    /// Takes a peer of an earlier capture.
    pub(in crate::report) fn expect_peer(&mut self, peer: UnfinishedPeer) {
        if self.earlier.peers.len() < self.limits.swarm_peers {
            self.earlier.peers.insert(peer.number, peer);
        }
    }

    /// Takes the ends of a connection of an earlier capture.
    pub(in crate::report) fn expect_contacts(&mut self, connection: u32, contacts: UnfinishedContacts) {
        if self.earlier.contacts.len() < self.limits.flows {
            self.earlier.contacts.insert(connection, contacts);
        }
    }

    /// A connection goes on.
    pub(in crate::report) fn goes_on(&mut self, event: &Event<'_>, connection: u32, found: &mut impl FnMut(Code)) {
        let Some((flow, contacts)) = event.flow.zip(self.earlier.contacts.remove(&connection)) else { return };
        self.now = event.time;
        let UnfinishedContacts { originator, responder } = contacts;
        for (direction, end) in [(Direction::Originator, originator), (Direction::Responder, responder)] {
            let Some(UnfinishedContact { peer, before, began }) = end else { continue };
            let Some(peer) = self.meet_again(event, peer, found) else { continue };
            self.keep(flow, direction, Contact { peer, before: before.map(Time::from_nanos), lazy_until: None, began, open: true });
            self.connect(event, flow, peer);
        }
    }

    /// The peer that had a number in the earlier capture.
    fn meet_again(&mut self, event: &Event<'_>, number: u32, found: &mut impl FnMut(Code)) -> Option<u32> {
        if let Some(known) = self.earlier.met.get(&number) {
            return Some(self.survivor(*known));
        }
        let UnfinishedPeer { info_hash, endpoint, listens, peer_id, client, heard, known, pieces, arriving, .. } =
            self.earlier.peers.remove(&number)?;
        let torrent = self.torrent(info_hash, found)?;
        let SwarmAnalysis { identities, peers, limits, .. } = self;
        let mut first = || {
            let peer = meet(peers, limits, event, torrent, endpoint, listens)?;
            // In this capture it said nothing yet.
            peers.last_mut().into_iter().for_each(|peer| peer.last = Time::from_nanos(heard));
            Some(peer)
        };
        let peer = match (listens, peer_id) {
            (true, _) => identities.listening(torrent, endpoint, first),
            (false, Some(id)) => identities.named(torrent, endpoint.address, id, first),
            (false, None) => first(),
        };
        let Some(mut peer) = peer.map(|peer| self.survivor(peer)) else {
            found(Code::LimitSwarm);
            return None;
        };
        if let Some(id) = peer_id {
            let same = self.identities.named(torrent, endpoint.address, id, || Some(peer));
            self.looked_up(peer, same);
            self.merge(peer, same);
            peer = self.survivor(peer);
        }
        let progress = self.known_pieces(pieces, found);
        let bound = self.torrents.get(torrent as usize).map_or(0, TorrentState::bound);
        self.change(peer, event.time, |peer| {
            peer.peer_id = peer.peer_id.or(peer_id);
            peer.client = peer.client.take().or(client);
            peer.progress.absorb(progress, event.time);
            // What follows is more than this, and not what is known first.
            if known {
                peer.progress.note(event.time, event.time, event.frame, bound);
            }
        });
        self.earlier.met.insert(number, peer);
        self.expect_parts(peer, arriving);
        Some(peer)
    }

    /// The set of pieces that was told; empty where there is no room for it.
    fn known_pieces(&mut self, pieces: UnfinishedPieces, found: &mut impl FnMut(Code)) -> Progress {
        let mut progress = Progress::default();
        match pieces {
            UnfinishedPieces::None => {}
            UnfinishedPieces::All => progress.add_all(),
            UnfinishedPieces::Some(bits) if bits.len() > MOST_PIECES as usize / 8 || self.memory >= self.limits.progress_bytes => {
                found(Code::LimitSwarm);
            }
            UnfinishedPieces::Some(bits) => progress.add_bitfield(&bits),
        }
        self.memory += progress.memory();
        progress
    }

    /// Takes which parts of pieces came to a peer.
    fn expect_parts(&mut self, peer: u32, arriving: Vec<Parts>) {
        for (piece, runs) in arriving {
            if self.arriving.len() >= self.limits.arriving_pieces {
                return;
            }
            let mut extent = Extent::default();
            for (begin, end) in runs.into_iter().filter(|(begin, end)| begin < end) {
                let length = end - begin;
                extent.add(Block { index: piece, begin, length }, length);
            }
            self.arriving.entry((peer, piece)).or_default().absorb(extent);
        }
    }
}

/// Gathers what is to be told, each torrent and peer once.
struct Telling<'a> {
    analysis: &'a SwarmAnalysis,
    swarm: UnfinishedSwarm,
    torrents: Set<u32>,
    peers: Set<u32>,
    /// Parts of pieces that came to each peer.
    arriving: Map<u32, Vec<Parts>>,
}

impl<'a> Telling<'a> {
    fn new(analysis: &'a SwarmAnalysis) -> Self {
        let mut arriving: Map<u32, Vec<_>> = Map::default();
        for ((peer, piece), extent) in &analysis.arriving {
            arriving.entry(analysis.survivor(*peer)).or_default().push((*piece, extent.runs()));
        }
        Telling { analysis, swarm: UnfinishedSwarm::default(), torrents: Set::default(), peers: Set::default(), arriving }
    }

    fn contact(&mut self, contact: &Contact) -> Option<UnfinishedContact> {
        let peer = self.analysis.survivor(contact.peer);
        let is_known = self.peer(peer)?.progress.is_known();
        Some(UnfinishedContact { peer, before: contact.before.map(Time::nanos), began: contact.began || is_known })
    }

    /// The end of a connection that was not met again. Its peer may have been, in another.
    fn earlier_contact(&mut self, contact: UnfinishedContact) -> Option<UnfinishedContact> {
        let earlier = &self.analysis.earlier;
        if let Some(met) = earlier.met.get(&contact.peer) {
            let peer = self.analysis.survivor(*met);
            self.peer(peer)?;
            return Some(UnfinishedContact { peer, ..contact });
        }
        let told = earlier.peers.get(&contact.peer)?;
        // Behind the numbers of this capture.
        let number = contact.peer.checked_add(u32::try_from(self.analysis.peers.len()).ok()?)?;
        if self.peers.insert(number) {
            self.swarm.peers.push(UnfinishedPeer { number, ..told.clone() });
            let torrent = self.analysis.by_hash.get(&told.info_hash).copied();
            torrent.into_iter().for_each(|torrent| self.torrent(torrent));
        }
        Some(UnfinishedContact { peer: number, ..contact })
    }

    fn peer(&mut self, number: u32) -> Option<&'a PeerState> {
        let peer = self.analysis.peers.get(number as usize)?;
        if self.peers.insert(number) {
            let mut arriving = self.arriving.remove(&number).unwrap_or_default();
            arriving.sort_unstable();
            self.swarm.peers.push(UnfinishedPeer {
                number,
                info_hash: self.analysis.torrents.get(peer.torrent as usize)?.info_hash,
                endpoint: peer.endpoint,
                listens: peer.listens,
                peer_id: peer.peer_id,
                client: peer.client.clone(),
                heard: peer.last.nanos(),
                known: peer.progress.is_known(),
                pieces: UnfinishedPieces::of(&peer.progress.pieces),
                arriving,
            });
            self.torrent(peer.torrent);
        }
        Some(peer)
    }

    fn torrent(&mut self, number: u32) {
        let Some(torrent) = self.analysis.torrents.get(number as usize).filter(|_| self.torrents.insert(number)) else { return };
        let of_torrent = self.analysis.by_hash.iter().filter(|(_, known)| **known == number);
        let mut names: Vec<_> = of_torrent.map(|(name, _)| *name).collect();
        // The one that it goes by stands first.
        names.sort_unstable_by_key(|name| (*name != torrent.info_hash, *name));
        let (least_pieces, geometry) = (torrent.least_pieces, torrent.geometry.clone());
        self.swarm.torrents.push(UnfinishedTorrent { names, least_pieces, geometry });
    }
}

impl UnfinishedPieces {
    fn of(pieces: &Pieces) -> Self {
        match pieces {
            Pieces::None => UnfinishedPieces::None,
            Pieces::Some { bits, .. } => {
                UnfinishedPieces::Some(bits.iter().flat_map(|word| word.to_le_bytes()).map(u8::reverse_bits).collect())
            }
            Pieces::All => UnfinishedPieces::All,
        }
    }
}

/// Names of one torrent on the wire, at most: one of each version.
const NAMES: usize = 2;
