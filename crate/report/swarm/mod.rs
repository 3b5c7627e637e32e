//! Which peers took part in a torrent, what did each have, and which of them are seen to have completed a download?
//!
//! In: the messages between peers in clear. Out: one row a peer and torrent, and the *confirmed downloads*: peers that were seen with less than a
//! share of the pieces (98 % unless said otherwise) and later with as much or more. It is what the *BitTorrent Download Analyzer* found by asking
//! peers again and again, read from what they told others. A lower bound by its nature: who was met once, or had everything when it was first
//! met, confirms nothing, and the counts beside it say how many those are.
//!
//! Which ends of connections are one peer is decided in [`identity`]; what a peer has, in [`progress`]. A peer has what it says it has, and
//! the pieces of which every byte went to it in this capture, where the length of the piece is known: some clients tell no one that they
//! are complete.

mod availability;
mod by_torrent;
mod copies;
mod geometry;
mod going_on;
mod identity;
mod kept;
mod ladders;
mod meetings;
mod moments;
mod peer;
mod pieces;
mod progress;
mod proven;
mod rates;
mod reached;
mod section;
mod slots;
mod study;

use std::net::IpAddr;

use super::download::Sizes;
use super::extent::Extent;
use crate::base::{Code, Endpoint, InfoHash, Limits, Map, PeerId, Recent, Time};
use crate::flow::{Both, Direction, FlowId};
use crate::protocol::Event;
use crate::protocol::info_dictionary::InfoDictionary;
use crate::protocol::peer_id;
use crate::protocol::peer_wire::extension;
use crate::protocol::peer_wire::{ExtensionHandshake, Message};
use availability::{Asked, Availability, Counting};
use geometry::Geometry;
use identity::Identities;
use progress::Progress;
use rates::Rates;

pub use availability::{AvailabilityMoment, RarityMoment};
pub use going_on::{Open, UnfinishedContacts, UnfinishedPeer, UnfinishedSwarm, UnfinishedTorrent};
pub use kept::{KeptIdentity, KeptPeer, KeptPoint};
pub(super) use ladders::Deeds;
pub(super) use meetings::{Meetings, Met};
pub(super) use peer::COLUMNS;
pub use peer::{Peer, PeerRow, SPEED_SPAN_NANOS};
pub(super) use reached::Reached;
pub use section::{ConfirmedDownload, ConfirmedHour, Counts, Swarm, SwarmDigest, SwarmTorrent};
pub use study::{CurvePoint, ProgressCurve, TorrentStudy};

/// Gathers the section.
#[derive(Debug)]
pub struct SwarmAnalysis {
    by_hash: Map<InfoHash, u32>,
    torrents: Vec<TorrentState>,
    peers: Vec<PeerState>,
    identities: Identities,
    /// The ends of connections.
    contacts: Recent<FlowId, Both<Option<Contact>>>,
    /// Those of the connection that was heard last: messages mostly come in rows.
    latest: Option<(FlowId, Both<Option<Contact>>)>,
    /// Pieces on their way to a peer.
    arriving: Map<(u32, u32), Extent>,
    /// Bytes that all sets of pieces and their histories take.
    memory: usize,
    counting: Counting,
    earlier: going_on::Earlier,
    /// The time of the latest message.
    now: Time,
    threshold: u8,
    limits: Limits,
}

#[derive(Debug)]
struct TorrentState {
    info_hash: InfoHash,
    geometry: Option<Geometry>,
    /// One more than the highest index that was named: the torrent has as many pieces at least.
    least_pieces: u32,
    /// It proved to be another's second name.
    absorbed: bool,
    availability: Box<Availability>,
}

#[derive(Debug)]
struct PeerState {
    torrent: u32,
    endpoint: Endpoint,
    /// Whether it takes connections there.
    listens: bool,
    peer_id: Option<PeerId>,
    client: Option<Box<str>>,
    contacts: u32,
    first: (u64, Time),
    last: Time,
    progress: Progress,
    reached: Reached,
    downloaded: u64,
    uploaded: u64,
    /// How fast that went; `None` while there is no block.
    rates: Option<Box<Rates>>,
    /// What it asked for; `None` while that is nothing.
    asked: Option<Box<Asked>>,
    /// How often it was looked up by who it is: as many identities may refer to it at most.
    looked_up: u8,
    /// Connections of it that are not over.
    open: u16,
    /// Whether the copies of its pieces are counted.
    counted: bool,
    /// The peer that it proved to be.
    merged_into: Option<u32>,
}

/// One end of a connection.
#[derive(Clone, Copy, Debug)]
struct Contact {
    peer: u32,
    /// When the peer was last heard of on an earlier connection.
    before: Option<Time>,
    /// Until when pieces that it names belong to what it said as the connection began.
    lazy_until: Option<Time>,
    /// Its handshake is in the capture: who then says nothing of pieces has none (BEP 3). Of others, what they have is known once they
    /// tell all of it.
    began: bool,
    /// The connection is not over.
    open: bool,
}

impl SwarmAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        SwarmAnalysis {
            by_hash: Map::default(),
            torrents: Vec::new(),
            peers: Vec::new(),
            identities: Identities::default(),
            contacts: Recent::new(limits.flows),
            latest: None,
            arriving: Map::default(),
            memory: 0,
            counting: Counting::new(limits),
            earlier: going_on::Earlier::default(),
            now: Time::default(),
            threshold: THRESHOLD,
            limits: limits.clone(),
        }
    }

    /// Sets the share of pieces, in percent, at which downloads are confirmed; below 50 it is 50, above 100 it is 100.
    pub(super) fn confirm_at(&mut self, threshold: u8) {
        self.threshold = threshold.clamp(50, 100);
    }

    /// That share.
    pub(super) fn threshold(&self) -> u8 {
        self.threshold
    }

    /// Takes a message between two peers of `info_hash`. `is_local`: whether a host is where the capture was made.
    pub(super) fn observe(
        &mut self,
        event: &Event<'_>,
        info_hash: InfoHash,
        message: &Message<'_>,
        is_local: &impl Fn(IpAddr) -> bool,
        found: &mut impl FnMut(Code),
    ) {
        self.now = event.time;
        self.hear(event, info_hash, message, is_local, found);
        if std::mem::take(&mut self.counting.reached) {
            found(Code::LimitAvailability);
        }
    }

    fn hear(
        &mut self,
        event: &Event<'_>,
        info_hash: InfoHash,
        message: &Message<'_>,
        is_local: &impl Fn(IpAddr) -> bool,
        found: &mut impl FnMut(Code),
    ) {
        let Some(flow) = event.flow else { return };
        let Some(contact) = self.contact(event, flow, info_hash, event.direction, found) else { return };
        match message {
            Message::Handshake(handshake) => {
                if let Some(peer) = self.peers.get_mut(contact.peer as usize) {
                    peer.reached.handshake.note(event);
                }
                if let Some(id) = handshake.peer_id {
                    self.calls_itself(event, flow, contact, id);
                }
            }
            Message::ExtensionHandshake(handshake) => self.introduces(event, flow, contact, handshake),
            Message::Piece { block, captured } => self.sends(event, flow, info_hash, contact, (*block, *captured), found),
            Message::Request(block) => self.asks(event, flow, contact, block.index, is_local),
            Message::Bitfield(_)
            | Message::Have { .. }
            | Message::HaveAll
            | Message::HaveNone
            | Message::Extended { message: extension::Message::LtDontHave(_), .. } => {
                self.claims(event, flow, contact, message, found);
            }
            _ => {}
        }
    }

    /// Takes what a torrent is, perhaps before any of its peers is met.
    pub(super) fn observe_torrent(&mut self, dictionary: &InfoDictionary, found: &mut impl FnMut(Code)) {
        let known = dictionary.names().filter_map(|name| self.by_hash.get(&name).copied()).min();
        let met = || dictionary.names().next().and_then(|name| self.torrent(name, found));
        let Some(into) = known.or_else(met) else { return };
        for name in dictionary.names() {
            if let Some(from) = self.by_hash.insert(name, into).filter(|from| *from != into) {
                self.absorb(into, from);
            }
        }
        let Some(torrent) = self.torrents.get_mut(into as usize).filter(|torrent| torrent.geometry.is_none()) else { return };
        torrent.info_hash = dictionary.names().next().unwrap_or(torrent.info_hash);
        let geometry = Geometry::of(dictionary);
        torrent.geometry = Some(geometry);
    }

    /// Takes how many pieces a torrent has, and how long they are, that no info dictionary tells.
    pub(super) fn measured(&mut self, info_hash: InfoHash, sizes: Sizes) {
        let torrent = self.by_hash.get(&info_hash).and_then(|number| self.torrents.get_mut(*number as usize));
        if let Some(torrent) = torrent.filter(|torrent| torrent.geometry.is_none()) {
            torrent.geometry = Geometry::sized(sizes);
        }
    }

    /// Makes two torrents that are one under two names one.
    fn absorb(&mut self, into: u32, from: u32) {
        if let Some(from) = self.torrents.get_mut(from as usize) {
            from.absorbed = true;
        }
        for number in (0..).take(self.peers.len()) {
            let Some(peer) = self.peers.get_mut(number as usize).filter(|peer| peer.torrent == from && peer.merged_into.is_none()) else {
                continue;
            };
            if let Some(torrent) = self.torrents.get_mut(from as usize) {
                torrent.take_off(peer, self.now);
                self.counting.account(torrent);
            }
            peer.torrent = into;
            if let Some(torrent) = self.torrents.get_mut(into as usize) {
                torrent.count(peer, self.now);
                self.counting.account(torrent);
            }
            let PeerState { endpoint, listens, peer_id, .. } = *peer;
            if let Some(id) = peer_id {
                let same = self.identities.named(into, endpoint.address, id, || Some(number));
                self.looked_up(number, same);
                self.merge(number, same);
            }
            if listens {
                let same = self.identities.listening(into, endpoint, || Some(number));
                self.looked_up(number, same);
                self.merge(number, same);
            }
        }
    }

    /// The end `direction` of a connection, met now if not before; `None` when no more peers are kept.
    fn contact(
        &mut self,
        event: &Event<'_>,
        flow: FlowId,
        info_hash: InfoHash,
        direction: Direction,
        found: &mut impl FnMut(Code),
    ) -> Option<Contact> {
        let known = self.ends(flow);
        if let Some(mut contact) = *known.of(direction) {
            contact.peer = self.survivor(contact.peer);
            return Some(contact);
        }
        let torrent = self.torrent(info_hash, found)?;
        let endpoint = if direction == event.direction { event.source } else { event.destination };
        let listens = direction == Direction::Responder || flow.is_utp();
        let met = self.peers.len();
        let peer = if listens {
            let SwarmAnalysis { identities, peers, limits, .. } = self;
            identities.listening(torrent, endpoint, || meet(peers, limits, event, torrent, endpoint, true))
        } else {
            meet(&mut self.peers, &self.limits, event, torrent, endpoint, false)
        };
        let Some(peer) = peer.map(|peer| self.survivor(peer)) else {
            found(Code::LimitSwarm);
            return None;
        };
        let state = self.peers.get_mut(peer as usize)?;
        state.contacts += 1;
        let before = (peer as usize != met).then_some(state.last);
        let contact = Contact { peer, before, lazy_until: None, began: false, open: true };
        self.keep(flow, direction, contact);
        self.connect(event, flow, peer);
        Some(contact)
    }

    /// Keeps what changed of one end of a connection.
    fn keep(&mut self, flow: FlowId, direction: Direction, contact: Contact) {
        let mut ends = self.ends(flow);
        *ends.of_mut(direction) = Some(contact);
        self.contacts.insert(flow, ends);
        self.latest = Some((flow, ends));
    }

    /// What is known of the ends of a connection.
    fn ends(&mut self, flow: FlowId) -> Both<Option<Contact>> {
        if let Some((_, ends)) = self.latest.filter(|(latest, _)| *latest == flow) {
            return ends;
        }
        let ends = self.contacts.get(&flow).copied().unwrap_or_default();
        self.latest = Some((flow, ends));
        ends
    }

    /// The number of a torrent, met now if not before.
    fn torrent(&mut self, info_hash: InfoHash, found: &mut impl FnMut(Code)) -> Option<u32> {
        if let Some(known) = self.by_hash.get(&info_hash) {
            return Some(*known);
        }
        if self.torrents.len() >= self.limits.torrents {
            found(Code::LimitSwarm);
            return None;
        }
        let number = u32::try_from(self.torrents.len()).ok()?;
        self.by_hash.insert(info_hash, number);
        self.torrents.push(TorrentState { info_hash, geometry: None, least_pieces: 0, absorbed: false, availability: Box::default() });
        Some(number)
    }

    /// A peer says who it is.
    fn calls_itself(&mut self, event: &Event<'_>, flow: FlowId, mut contact: Contact, id: PeerId) {
        contact.began = true;
        self.keep(flow, event.direction, contact);
        let Some(peer) = self.heard(event, contact.peer) else { return };
        peer.peer_id = Some(id);
        let torrent = peer.torrent;
        let same = self.identities.named(torrent, event.source.address, id, || Some(contact.peer));
        self.looked_up(contact.peer, same);
        self.become_one(event, flow, &mut contact, same);
    }

    /// A peer says which client it is, and where it listens.
    fn introduces(&mut self, event: &Event<'_>, flow: FlowId, mut contact: Contact, handshake: &ExtensionHandshake<'_>) {
        let Some(peer) = self.heard(event, contact.peer) else { return };
        if let Some(client) = handshake.client {
            peer.client = Some(peer_id::own_words(client, CLIENT_BYTES).into());
        }
        let Some(port) = handshake.port.filter(|port| *port > 0) else { return };
        let (torrent, endpoint) = (peer.torrent, Endpoint { port, ..event.source });
        // An end that is known to listen may give another port than the one that it was reached at: a gateway stands between.
        if !peer.listens {
            (peer.endpoint, peer.listens) = (endpoint, true);
        }
        let same = self.identities.listening(torrent, endpoint, || Some(contact.peer));
        self.looked_up(contact.peer, same);
        self.become_one(event, flow, &mut contact, same);
    }

    /// Makes the peer of one end the one that it proves to be.
    fn become_one(&mut self, event: &Event<'_>, flow: FlowId, contact: &mut Contact, same: Option<u32>) {
        let same = same.map(|same| self.survivor(same));
        let Some(same) = same.filter(|same| *same != contact.peer) else { return };
        contact.before = contact.before.max(self.peers.get(same as usize).map(|peer| peer.last));
        let spent = self.only_here(contact.peer);
        let former = contact.peer;
        self.merge(former, Some(same));
        contact.peer = same.min(former);
        self.keep(flow, event.direction, *contact);
        if spent && former > same {
            self.give_back(event.source.address, same);
        }
    }

    /// Makes two peers one: the later becomes the earlier.
    fn merge(&mut self, one: u32, other: Option<u32>) {
        let Some(other) = other else { return };
        let (one, other) = (self.survivor(one), self.survivor(other));
        let (into, from) = (one.min(other), one.max(other));
        if into == from {
            return;
        }
        let later = self.change(from, self.now, |later| {
            later.merged_into = Some(into);
            let open = std::mem::take(&mut later.open);
            let taken = (std::mem::take(&mut later.progress), later.client.take(), later.rates.take(), later.asked.take());
            (taken, open, later.first.1)
        });
        let Some(((progress, client, rates, asked), open, met)) = later else { return };
        let Some(later) = self.peers.get(from as usize) else { return };
        let PeerState { endpoint, listens, peer_id, contacts, last, reached, downloaded, uploaded, .. } = *later;
        self.change(into, self.now, |peer| {
            // What both say on connections that overlap is one history; what the earlier said last, before the later was met, is not known here.
            peer.progress.absorb(progress, peer.last.min(met));
            if listens && !peer.listens {
                (peer.endpoint, peer.listens) = (endpoint, true);
            }
            peer.peer_id = peer_id.or(peer.peer_id);
            peer.client = client.or(peer.client.take());
            (peer.contacts, peer.last) = (peer.contacts + contacts, peer.last.max(last));
            peer.reached.absorb(reached);
            (peer.downloaded, peer.uploaded) = (peer.downloaded + downloaded, peer.uploaded + uploaded);
            peer.open = peer.open.saturating_add(open);
            peer.asked = peer.asked.take().or(asked);
            match (&mut peer.rates, rates) {
                (Some(rates), Some(more)) => rates.absorb(&more),
                (None, more) => peer.rates = more,
                (Some(_), None) => {}
            }
        });
    }

    /// The peer that a peer proved to be.
    fn survivor(&self, mut peer: u32) -> u32 {
        while let Some(into) = self.peers.get(peer as usize).and_then(|peer| peer.merged_into) {
            peer = into;
        }
        peer
    }

    /// A peer that speaks.
    fn heard(&mut self, event: &Event<'_>, peer: u32) -> Option<&mut PeerState> {
        let peer = self.peers.get_mut(peer as usize)?;
        peer.last = peer.last.max(event.time);
        Some(peer)
    }

    /// A peer and its torrent, to be changed.
    fn peer_and_torrent(&mut self, peer: u32) -> Option<(&mut PeerState, &mut TorrentState)> {
        let peer = self.peers.get_mut(peer as usize)?;
        let torrent = self.torrents.get_mut(peer.torrent as usize)?;
        Some((peer, torrent))
    }

    /// Takes that the copies of a peer's torrent may take more memory, or less.
    fn account(&mut self, peer: u32) {
        let torrent = self.peers.get(peer as usize).and_then(|peer| self.torrents.get_mut(peer.torrent as usize));
        torrent.into_iter().for_each(|torrent| self.counting.account(torrent));
    }
}

/// A peer that was not met before; `None` when no more are kept.
fn meet(peers: &mut Vec<PeerState>, limits: &Limits, event: &Event<'_>, torrent: u32, endpoint: Endpoint, listens: bool) -> Option<u32> {
    let number = u32::try_from(peers.len()).ok().filter(|_| peers.len() < limits.swarm_peers)?;
    peers.push(PeerState {
        torrent,
        endpoint,
        listens,
        peer_id: None,
        client: None,
        contacts: 0,
        first: (event.frame, event.time),
        last: event.time,
        progress: Progress::default(),
        reached: Reached::default(),
        downloaded: 0,
        uploaded: 0,
        rates: None,
        asked: None,
        looked_up: u8::from(listens),
        open: 0,
        counted: false,
        merged_into: None,
    });
    Some(number)
}

impl PeerState {
    /// Whether it took part in this capture, and not only in the one before.
    fn was_heard(&self) -> bool {
        self.last >= self.first.1
    }

    /// How fast its blocks go, of which one is of this time.
    fn rates_since(&mut self, time: Time) -> &mut Rates {
        self.rates.get_or_insert_with(|| Box::new(Rates::since(time)))
    }
}

impl TorrentState {
    /// Pieces that it has, or has at least.
    fn bound(&self) -> u32 {
        self.geometry.as_ref().map_or(self.least_pieces, |geometry| geometry.pieces)
    }
}

/// The threshold of the original study.
const THRESHOLD: u8 = 98;

/// Bytes of a client's name that are kept.
const CLIENT_BYTES: usize = 64;

#[cfg(test)]
mod over_time_tests;
#[cfg(test)]
mod tests;
