//! How many copies of its pieces does a torrent have, and are rare pieces asked for first?
//!
//! In: which peers are connected to another, what each of them has, and what they ask for. Out, over time: the lowest and the mean number of
//! *copies* of a piece among the peers that are connected and of which it is known what they have, the monitored hosts among them; and the *rank* of
//! the pieces that were asked for.
//!
//! A peer is connected from its first message until its last connection ends: by FIN of both ends, by a reset, by uTP's FIN or reset. Where no end
//! is in the capture it counts as connected until the flow makes way for others. Peers that have every piece however many there are count
//! as one number for all. While it is not known how many pieces the torrent has, there are as many as the highest that was named.
//!
//! The rank (after A. Legout, G. Urvoy-Keller, P. Michiardi: Rarest First and Choke Algorithms Are Enough, 2006) is taken when a peer asks
//! for a piece for the first time, of anyone. It compares the copies of that piece with those of each other piece that the asked peer has, and that the
//! asking peer neither has nor has asked for: 0 is the rarest of them, 1 the most common, 0.5 what chance comes to. Of local hosts it is
//! told apart, because they know most of what the capture shows; others have neighbours that it does not show.

use std::net::IpAddr;

use serde::Serialize;

use super::copies::Copies;
use super::moments::{Join, MOMENTS, Moments};
use super::progress::{MOST_PIECES, Pieces, word_of};
use super::{Contact, PeerState, SwarmAnalysis, TorrentState};
use crate::base::{Endpoint, Limits, Map, Time};
use crate::decode::{Packet, Transport};
use crate::flow::utp::Kind;
use crate::flow::{Both, Direction, Ending, FlowId};
use crate::protocol::{Connection, Event, utp};

/// How many copies there were at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct AvailabilityMoment {
    /// When this came about; it stays so until the next moment.
    pub time: Time,
    /// Copies of the rarest piece.
    pub minimum: u32,
    /// Copies of a piece on average.
    pub mean: f64,
    /// Peers that were connected and of which it was known what they have.
    pub peers: u32,
}

/// How rare the pieces were that were asked for from one moment on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct RarityMoment {
    /// When the first of them was asked for.
    pub time: Time,
    /// How many.
    pub requests: u32,
    /// How rare on average: 0 the rarest, 1 the most common, 0.5 as chance chooses.
    pub rank: f64,
}

/// What is kept of one torrent.
#[derive(Debug, Default)]
pub(super) struct Availability {
    copies: Copies,
    /// Peers that are counted, and those of them that have every piece.
    peers: u32,
    seeds: u32,
    /// As it was when the first of the most peers left: the last time that there were so many. `None` while nobody left.
    fullest: Option<Box<Fullest>>,
    moments: Moments<AvailabilityMoment>,
    /// When the numbers last changed, while no moment tells it.
    changed: Option<Time>,
    /// From when on a change makes the next moment.
    due: Option<Time>,
    own_ranks: Moments<RarityMoment>,
    all_ranks: Moments<RarityMoment>,
    /// Bytes of memory that it is known to take.
    accounted: usize,
    /// There was no more memory for it.
    given_up: bool,
}

/// The copies at the moment with most peers.
#[derive(Debug)]
struct Fullest {
    time: Time,
    peers: u32,
    seeds: u32,
    copies: Copies,
}

/// The copies of each piece at one moment.
#[derive(Debug, Default)]
pub(super) struct CopiesThen {
    /// Of each piece, or the fewest in each of equal ranges of pieces where there are more than [`RANGES`]; empty where they are not kept.
    pub(super) copies: Vec<u32>,
    /// The moment.
    pub(super) time: Option<Time>,
    /// Peers that were connected then and of which it was known what they have.
    pub(super) peers: u32,
}

/// The pieces that a peer asked for.
#[derive(Debug, Default)]
pub(super) struct Asked {
    bits: Vec<u64>,
    /// The latest: the blocks of a piece are asked for in rows.
    latest: u32,
}

/// What is kept over all torrents.
#[derive(Debug)]
pub(super) struct Counting {
    /// TCP connections that may be reset, by originator and responder.
    lines: Map<(Endpoint, Endpoint), FlowId>,
    /// Bytes that copies, moments, and what was asked for, take.
    memory: usize,
    limit: usize,
    /// The limit was reached, and nobody was told.
    pub(super) reached: bool,
}

impl Join for AvailabilityMoment {
    fn join(&mut self, later: Self) {
        *self = later;
    }
}

impl Join for RarityMoment {
    fn join(&mut self, later: Self) {
        let requests = self.requests.saturating_add(later.requests);
        self.rank = (self.rank * f64::from(self.requests) + later.rank * f64::from(later.requests)) / f64::from(requests.max(1));
        self.requests = requests;
    }
}

impl Counting {
    pub(super) fn new(limits: &Limits) -> Self {
        Counting { lines: Map::default(), memory: 0, limit: limits.availability_bytes, reached: false }
    }
}

impl Availability {
    /// A peer with these pieces comes.
    fn arrives(&mut self, pieces: &Pieces) {
        self.peers += 1;
        match pieces {
            Pieces::None => {}
            Pieces::Some { bits, .. } => self.copies.add(bits),
            Pieces::All => self.seeds += 1,
        }
    }

    /// A peer that came with these pieces goes.
    fn goes(&mut self, pieces: &Pieces) {
        self.peers = self.peers.saturating_sub(1);
        match pieces {
            Pieces::None => {}
            Pieces::Some { bits, .. } => self.copies.remove(bits),
            Pieces::All => self.seeds = self.seeds.saturating_sub(1),
        }
    }

    /// A peer is about to leave. In the end everybody has left: what is told is how it was while most were there.
    fn leaves(&mut self, time: Time) {
        if self.fullest.as_ref().is_none_or(|fullest| fullest.peers <= self.peers) {
            let (peers, seeds, copies) = (self.peers, self.seeds, self.copies.clone());
            self.fullest = Some(Box::new(Fullest { time, peers, seeds, copies }));
        }
    }

    /// The numbers are about to change; `pieces`: how many the torrent has.
    fn changes(&mut self, time: Time, pieces: u32) {
        if self.due.is_some_and(|due| time < due) {
            self.changed = Some(time.max(self.changed.unwrap_or(time)));
            return;
        }
        if let Some(moment) = self.latest(pieces) {
            self.moments.push(moment.time, moment);
        }
        self.changed = Some(time);
        self.due = Some(self.moments.end(time));
    }

    /// The latest moment, while it is not kept yet, unless it is as the one before.
    fn latest(&self, pieces: u32) -> Option<AvailabilityMoment> {
        let time = self.changed.filter(|_| pieces > 0)?;
        let mean = self.copies.sum() as f64 / f64::from(pieces) + f64::from(self.seeds);
        let moment = AvailabilityMoment { time, minimum: self.copies.lowest(pieces) + self.seeds, mean, peers: self.peers };
        let is_known = |last: &AvailabilityMoment| AvailabilityMoment { time, ..*last } == moment;
        Some(moment).filter(|_| !self.moments.values().next_back().is_some_and(is_known))
    }

    /// Bytes of memory that it takes.
    fn memory(&self) -> usize {
        let kept = self.fullest.as_ref().map_or(0, |fullest| fullest.copies.memory());
        self.copies.memory() + kept + self.moments.memory() + self.own_ranks.memory() + self.all_ranks.memory()
    }

    /// Copies over time; `pieces`: how many the torrent has.
    pub(super) fn moments(&self, pieces: u32) -> Vec<AvailabilityMoment> {
        let mut moments: Vec<_> = self.moments.values().copied().chain(self.latest(pieces)).collect();
        // The latest may be one too many.
        moments.drain(..moments.len().saturating_sub(MOMENTS));
        moments
    }

    /// How rare the pieces were that were asked for: by local hosts, or, where none asked, by all.
    pub(super) fn rarity(&self) -> Vec<RarityMoment> {
        let own: Vec<_> = self.own_ranks.values().copied().collect();
        if own.is_empty() { self.all_ranks.values().copied().collect() } else { own }
    }

    /// The copies of each piece as most peers were there: the last moment at which they were so many, which is `now` if they still are.
    pub(super) fn copies(&self, pieces: u32, now: Time) -> CopiesThen {
        if self.given_up {
            return CopiesThen::default();
        }
        let (time, peers, seeds, copies) = match &self.fullest {
            Some(fullest) if fullest.peers > self.peers => (fullest.time, fullest.peers, fullest.seeds, &fullest.copies),
            _ => (now, self.peers, self.seeds, &self.copies),
        };
        let range = pieces.div_ceil(RANGES).max(1);
        let fewest = |from: u32| (from..pieces.min(from.saturating_add(range))).map(|piece| copies.of(piece) + seeds).min();
        CopiesThen { copies: (0..pieces).step_by(range as usize).filter_map(fewest).collect(), time: Some(time), peers }
    }
}

impl SwarmAnalysis {
    /// Takes a packet: a reset ends its connection.
    #[inline]
    pub(in crate::report) fn observe_packet(&mut self, time: Time, packet: &Packet<'_>) {
        if matches!(packet.transport, Transport::Tcp { rst: true, .. }) {
            self.reset(time, packet.source, packet.destination);
        }
    }

    // Kept out of the way of packets, of which hardly any resets.
    #[cold]
    fn reset(&mut self, time: Time, source: Endpoint, destination: Endpoint) {
        let ways = [(source, destination), (destination, source)];
        if let Some(flow) = ways.iter().find_map(|way| self.counting.lines.remove(way)) {
            self.disconnect(flow, time);
        }
    }

    /// Takes a packet of a uTP connection: a FIN or a reset ends it.
    pub(in crate::report) fn observe_utp(&mut self, event: &Event<'_>, message: &utp::Message) {
        if let (Kind::Fin | Kind::Reset, Some(flow)) = (message.header.kind, event.flow) {
            self.disconnect(flow, event.time);
        }
    }

    /// Takes that nothing more comes of a connection. One that is open at the end of the capture stays so.
    pub(in crate::report) fn observe_end(&mut self, event: &Event<'_>, connection: &Connection<'_>) {
        let Some(flow) = event.flow.filter(|_| connection.measured.ending != Ending::Open) else { return };
        self.disconnect(flow, event.time);
        self.contacts.remove(&flow);
        self.latest = self.latest.filter(|(latest, _)| *latest != flow);
        let Both { originator, responder } = connection.measured.ends;
        if self.counting.lines.get(&(originator, responder)) == Some(&flow) {
            self.counting.lines.remove(&(originator, responder));
        }
    }

    /// The peer of an end of a connection is connected now.
    pub(super) fn connect(&mut self, event: &Event<'_>, flow: FlowId, peer: u32) {
        if !flow.is_utp() && self.counting.lines.len() < self.limits.flows {
            let ends = (event.source, event.destination);
            let (originator, responder) = if event.direction == Direction::Originator { ends } else { (ends.1, ends.0) };
            self.counting.lines.insert((originator, responder), flow);
        }
        match self.peers.get_mut(peer as usize) {
            Some(peer) if peer.counted => peer.open = peer.open.saturating_add(1),
            _ => {
                self.change(peer, event.time, |peer| peer.open = peer.open.saturating_add(1));
            }
        }
    }

    /// A connection is over for both of its peers.
    fn disconnect(&mut self, flow: FlowId, time: Time) {
        let mut ends = self.ends(flow);
        for direction in Direction::BOTH {
            let Some(contact) = ends.of_mut(direction).as_mut().filter(|contact| contact.open) else { continue };
            contact.open = false;
            let (peer, contact) = (self.survivor(contact.peer), *contact);
            self.keep(flow, direction, contact);
            match self.peers.get_mut(peer as usize) {
                Some(peer) if peer.open > 1 => peer.open -= 1,
                _ => {
                    if let Some((_, torrent)) = self.peer_and_torrent(peer).filter(|(peer, _)| peer.counted) {
                        torrent.availability.leaves(time);
                    }
                    self.change(peer, time, |peer| peer.open = 0);
                }
            }
        }
    }

    /// Changes a peer, and with it the copies of what it has.
    pub(super) fn change<T>(&mut self, peer: u32, time: Time, change: impl FnOnce(&mut PeerState) -> T) -> Option<T> {
        let (state, torrent) = self.peer_and_torrent(peer)?;
        torrent.take_off(state, time);
        let answer = change(state);
        torrent.count(state, time);
        self.account(peer);
        Some(answer)
    }

    /// A peer asks for a block of `index`. `is_local`: whether a host is where the capture was made.
    pub(super) fn asks(&mut self, event: &Event<'_>, flow: FlowId, contact: Contact, index: u32, is_local: &impl Fn(IpAddr) -> bool) {
        let Some(asking) = self.peers.get(contact.peer as usize) else { return };
        if asking.asked.as_ref().is_some_and(|asked| asked.latest == index) || !(contact.began || asking.progress.is_known()) {
            return;
        }
        let other = self.ends(flow).of(event.direction.reverse()).map(|other| self.survivor(other.peer));
        let Some((asking, torrent)) =
            self.peers.get(contact.peer as usize).and_then(|peer| Some((peer, self.torrents.get(peer.torrent as usize)?)))
        else {
            return;
        };
        let bound = torrent.bound().min(MOST_PIECES);
        if index >= bound || torrent.availability.given_up {
            return;
        }
        if self.counting.memory >= self.counting.limit {
            self.counting.reached = true;
            return;
        }
        let word = |word: usize| asking.progress.pieces.word(word) | asking.asked.as_ref().map_or(0, |asked| word_of(&asked.bits, word));
        let rank =
            other.and_then(|other| self.peers.get(other as usize)).filter(|other| other.torrent == asking.torrent).and_then(|other| {
                let choice = |at| other.progress.pieces.word(at) & !word(at);
                let is_new = choice(index as usize / 64) >> (index % 64) & 1 == 1;
                is_new.then(|| torrent.availability.copies.rank(index, bound, choice)).flatten()
            });
        let Some(asking) = self.peers.get_mut(contact.peer as usize) else { return };
        let asked = asking.asked.get_or_insert_default();
        let before = asked.bits.len();
        asked.add(index);
        self.counting.memory += size_of::<u64>() * (asked.bits.len() - before);
        let Some((rank, torrent)) = rank.zip(self.torrents.get_mut(asking.torrent as usize)) else { return };
        let moment = RarityMoment { time: event.time, requests: 1, rank };
        torrent.availability.all_ranks.push(event.time, moment);
        if is_local(event.source.address) {
            torrent.availability.own_ranks.push(event.time, moment);
        }
        self.counting.account(torrent);
    }
}

impl TorrentState {
    /// Takes the copies of a peer off, if they are counted.
    pub(super) fn take_off(&mut self, peer: &mut PeerState, time: Time) {
        if std::mem::take(&mut peer.counted) && !self.availability.given_up {
            self.availability.changes(time, self.bound());
            self.availability.goes(&peer.progress.pieces);
        }
    }

    /// Counts the copies of a peer, if it is connected, and it is known what it has.
    pub(super) fn count(&mut self, peer: &mut PeerState, time: Time) {
        if peer.open > 0 && peer.progress.is_known() && !peer.counted && !self.availability.given_up {
            peer.counted = true;
            self.availability.changes(time, self.bound());
            self.availability.arrives(&peer.progress.pieces);
        }
    }

    /// Counts one more piece of a peer, or all of it now that it is known what it has.
    pub(super) fn count_one(&mut self, peer: &mut PeerState, index: u32, time: Time) {
        if !peer.counted {
            self.count(peer, time);
        } else if !self.availability.given_up {
            self.availability.changes(time, self.bound());
            self.availability.copies.add_one(index);
        }
    }
}

impl Counting {
    /// Takes that what is kept of a torrent may take more memory now, or less. Gives it up when all take too much.
    pub(super) fn account(&mut self, torrent: &mut TorrentState) {
        let availability = &mut *torrent.availability;
        let memory = availability.memory();
        self.memory = (self.memory + memory).saturating_sub(availability.accounted);
        availability.accounted = memory;
        if self.memory > self.limit && memory > 0 {
            self.memory -= memory;
            *availability = Availability { given_up: true, ..Availability::default() };
            self.reached = true;
        }
    }
}

impl Asked {
    fn add(&mut self, index: u32) {
        let word = index as usize / 64;
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        if let Some(word) = self.bits.get_mut(word) {
            *word |= 1 << (index % 64);
        }
        self.latest = index;
    }
}

/// Ranges of pieces that are told apart.
const RANGES: u32 = 1200;
