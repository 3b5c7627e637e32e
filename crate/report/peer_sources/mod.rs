//! Where do the peers of each torrent come from, and what were they worth?
//!
//! In: what trackers, DHT nodes and peers list, local announcements, connections that others open, and every attempt to reach an endpoint. Out: a
//! row a torrent and source, a row a request with what it yielded, new peers against known ones by the hour, and the distribution
//! of the silences between messages by which the *BitTorrent Download Analyzer* set its timeout.
//!
//! - **Received** is every address in every message of a source, repetitions too. It is *unique* the first time that the source names it for
//!   the torrent, and otherwise repeated in the message or in a later one; of the unique ones, those are *first* that no other source had
//!   named. A torrent is counted under the name that the message has: to trackers and the DHT, the two names of a hybrid one are two.
//! - **Not counted** is what a local host tells others outside: it says nothing of where its own peers come from. Where neither end is local,
//!   everything is. Of the DHT only answers to a `get_peers` in the capture count, and only their `values`.
//! - **Incoming** is a peer whose handshake, in clear, opened a connection to a local host. Over TCP the port that it came from is its own
//!   for that connection only, so such peers are told apart by address.
//! - **Tried** is an endpoint to which somebody sent a SYN, over TCP or uTP, before or after it was named; *answered* if one was taken. Of
//!   uTP an unanswered SYN is known by its shape only, which counts towards endpoints that were named, and nowhere else. What an encrypted
//!   connection came to is not known beyond that.
//! - **Useful** of the answered ones are those that sent a handshake in clear, by one measure, and those that sent or got a block, by the other.

mod addresses;
mod request;
mod section;
mod statistics;
mod text;

use std::collections::BTreeMap;
use std::net::IpAddr;

use smallvec::SmallVec;

use super::hosts::HostsAnalysis;
use super::queries::Asked;
use super::sources::Source;
use crate::base::{Code, Endpoint, InfoHash, Limits, Map, Time};
use crate::flow::utp::Kind;
use crate::flow::{Direction, FlowId};
use crate::protocol::dht::{self, Body};
use crate::protocol::given::{Given, What};
use crate::protocol::peer_wire::extension;
use crate::protocol::peer_wire::gaps::BOUNDS;
use crate::protocol::peer_wire::{self, gaps::Gaps};
use crate::protocol::{Attempt, Connection, Event, Speakers, http_tracker, lsd, udp_tracker, utp};
use addresses::{Addresses, Told};

pub(super) use request::COLUMNS as REQUEST_COLUMNS;
pub use request::SourceRequest;
pub(super) use section::{ADDRESS_COLUMNS, Join, Known, SOURCE_COLUMNS};
pub use section::{GapShare, MessageGaps, PeerSources, SourceAddress, SourceHour, SourceRow, SourcesDigest};
pub(super) use statistics::COLUMNS as STATISTIC_COLUMNS;
pub use statistics::SecondaryStatistic;
pub use text::text;

/// Gathers the section.
#[derive(Debug)]
pub struct PeerSourcesAnalysis {
    addresses: Addresses,
    by_hash: Map<InfoHash, u32>,
    torrents: Vec<TorrentState>,
    incoming: Map<(u32, IpAddr), Incoming>,
    /// New and known addresses, by hour since 1970 and place in [`SOURCES`].
    hours: BTreeMap<(i64, u8), Yield>,
    /// What answers of trackers yielded, by frame and receiver, and torrent.
    announces: Map<(u64, Endpoint, u32), Yield>,
    /// What lookups in the DHT yielded, by their key.
    lookups: Map<u32, LookupYield>,
    exchanges: Vec<Exchange>,
    by_sender: Map<(u32, Endpoint), u32>,
    /// Messages that named addresses, so far.
    messages: u32,
    gaps: GapSums,
    limits: Limits,
}

#[derive(Debug)]
struct TorrentState {
    info_hash: InfoHash,
    /// By place in [`SOURCES`]. Most torrents have one or two.
    counts: SmallVec<[(u8, Counts); 2]>,
}

/// What one source named for one torrent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    messages: u64,
    received: u64,
    first: u64,
    elsewhere: u64,
    repeated_in_message: u64,
    repeated_later: u64,
}

/// What one request, or an hour, brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Yield {
    received: u64,
    new: u64,
}

#[derive(Clone, Copy, Debug)]
struct LookupYield {
    torrent: u32,
    /// Answers with values.
    answers: u64,
    brought: Yield,
}

/// What one peer told by PEX.
#[derive(Clone, Copy, Debug)]
struct Exchange {
    torrent: u32,
    sender: Endpoint,
    receiver: Endpoint,
    messages: u64,
    first: (u64, Time),
    last: Time,
    brought: Yield,
}

/// Who opened connections to local hosts.
#[derive(Clone, Copy, Debug)]
struct Incoming {
    connections: u64,
    /// The port, where it is the peer's own.
    port: u16,
    first: (u64, Time),
}

/// The openings of all connections, see [`Gaps`].
#[derive(Clone, Copy, Debug, Default)]
struct GapSums {
    openings: u64,
    counts: [u64; BOUNDS.len()],
    longest_counts: [u64; BOUNDS.len()],
    longest_nanos: u64,
    duration_nanos: u64,
}

impl PeerSourcesAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        PeerSourcesAnalysis {
            addresses: Addresses::new(limits.source_addresses),
            by_hash: Map::default(),
            torrents: Vec::new(),
            incoming: Map::default(),
            hours: BTreeMap::new(),
            announces: Map::default(),
            lookups: Map::default(),
            exchanges: Vec::new(),
            by_sender: Map::default(),
            messages: 0,
            gaps: GapSums::default(),
            limits: limits.clone(),
        }
    }

    /// Takes an answer of a tracker over UDP about `info_hash`.
    pub(super) fn observe_udp_tracker(
        &mut self,
        event: &Event<'_>,
        message: &udp_tracker::Message<'_>,
        info_hash: InfoHash,
        found: &mut impl FnMut(Code),
    ) {
        if let udp_tracker::Body::AnnounceResponse { peers, .. } = &message.body {
            self.announced(event, peers.endpoints(), info_hash, found);
        }
    }

    /// Takes an answer of a tracker over HTTP about `info_hash`.
    pub(super) fn observe_http_tracker(
        &mut self,
        event: &Event<'_>,
        message: &http_tracker::Message<'_>,
        info_hash: InfoHash,
        found: &mut impl FnMut(Code),
    ) {
        if matches!(message.body, http_tracker::Body::Response { .. }) {
            self.announced(event, message.listed(), info_hash, found);
        }
    }

    /// Takes an answer of a DHT node to a question.
    pub(super) fn observe_dht(
        &mut self,
        event: &Event<'_>,
        message: &dht::Message<'_>,
        asked: Asked,
        hosts: &HostsAnalysis,
        found: &mut impl FnMut(Code),
    ) {
        let Body::Response(response) = &message.body else { return };
        let Some(target) = asked.for_peers().filter(|_| !response.values.is_empty() && !tells_outside(event, hosts)) else { return };
        let Some(torrent) = self.torrent(InfoHash(target.0), found) else { return };
        let brought = self.lists(at(event), torrent, Source::Dht, response.values.iter(), found);
        let Some(lookup) = asked.lookup else { return };
        let row = self.lookups.entry(lookup).or_insert(LookupYield { torrent, answers: 0, brought: Yield::default() });
        row.answers += 1;
        row.brought.add(brought);
    }

    /// Takes a message between peers in clear.
    pub(super) fn observe_peer(
        &mut self,
        event: &Event<'_>,
        info_hash: InfoHash,
        message: &peer_wire::Message<'_>,
        hosts: &HostsAnalysis,
        found: &mut impl FnMut(Code),
    ) {
        match message {
            peer_wire::Message::Handshake(_) if event.direction == Direction::Originator && !tells_outside(event, hosts) => {
                self.comes(event, info_hash, found);
            }
            peer_wire::Message::Extended { message: extension::Message::UtPex(pex), .. } if !tells_outside(event, hosts) => {
                let Some(torrent) = self.torrent(info_hash, found) else { return };
                let brought = self.lists(at(event), torrent, Source::Pex, pex.added().map(|(peer, _)| peer), found);
                self.exchanged(event, torrent, brought, found);
            }
            _ => {}
        }
    }

    /// Takes a local announcement.
    pub(super) fn observe_lsd(&mut self, event: &Event<'_>, message: &lsd::Message<'_>, found: &mut impl FnMut(Code)) {
        let Some(port) = message.port else { return };
        for info_hash in &message.info_hashes {
            self.names(at(event), Endpoint { port, ..event.source }, *info_hash, Source::Lsd, found);
        }
    }

    /// Takes a torrent that was given: peers that a magnet link names were known before the capture.
    pub(super) fn give(&mut self, given: &Given<'_>, found: &mut impl FnMut(Code)) {
        let What::Link(magnet) = &given.what else { return };
        for (peer, name) in magnet.peers.iter().flat_map(|peer| given.names().into_iter().map(move |name| (*peer, name))) {
            self.names((0, Time::from_nanos(0)), peer, name, Source::Magnet, found);
        }
    }

    /// Takes that one endpoint is named in a frame, or was before the first: frame 0.
    pub(super) fn names(&mut self, at: (u64, Time), endpoint: Endpoint, info_hash: InfoHash, source: Source, found: &mut impl FnMut(Code)) {
        if let Some(torrent) = self.torrent(info_hash, found) {
            self.lists(at, torrent, source, std::iter::once(endpoint), found);
        }
    }

    /// Takes a connection of peers, or what may be one, that is over.
    pub(super) fn observe_connection(&mut self, connection: &Connection<'_>, found: &mut impl FnMut(Code)) {
        let measured = connection.measured;
        if let Some(attempt) = Attempt::of(measured) {
            self.tried(measured.ends.responder, measured.first_time, attempt, 0, found);
        }
        if let Speakers::Peers(peers) = connection.speakers {
            peers.said.iter().for_each(|said| self.gaps.add(&said.gaps));
        }
    }

    /// Takes that somebody asked for a connection.
    pub(super) fn observe_attempt(&mut self, event: &Event<'_>, attempt: Attempt, found: &mut impl FnMut(Code)) {
        self.tried(event.destination, event.time, attempt, event.source.port, found);
    }

    /// Takes a packet of a uTP connection.
    pub(super) fn observe_utp(&mut self, event: &Event<'_>, message: &utp::Message) {
        if message.header.kind == Kind::Syn
            && let Some(attempts) = self.addresses.attempts(event.destination)
        {
            attempts.heard((event.source.port, message.header.connection_id));
        }
    }

    fn tried(&mut self, endpoint: Endpoint, time: Time, attempt: Attempt, from: u16, found: &mut impl FnMut(Code)) {
        let Some(attempts) = self.addresses.attempts(endpoint) else { return found(Code::LimitPeerSources) };
        match attempt.id {
            Some(id) => attempts.wait(time, (from, id)),
            None => attempts.note(time, attempt.answered, attempt.refused),
        }
    }

    /// The number of a torrent, met now if not before.
    fn torrent(&mut self, info_hash: InfoHash, found: &mut impl FnMut(Code)) -> Option<u32> {
        if let Some(known) = self.by_hash.get(&info_hash) {
            return Some(*known);
        }
        if self.torrents.len() >= self.limits.torrents {
            found(Code::LimitPeerSources);
            return None;
        }
        let number = u32::try_from(self.torrents.len()).ok()?;
        self.by_hash.insert(info_hash, number);
        self.torrents.push(TorrentState { info_hash, counts: SmallVec::new() });
        Some(number)
    }

    /// Takes the addresses of one message.
    fn lists(
        &mut self,
        at: (u64, Time),
        torrent: u32,
        source: Source,
        peers: impl Iterator<Item = Endpoint>,
        found: &mut impl FnMut(Code),
    ) -> Yield {
        let Some(place) = place(source) else { return Yield::default() };
        self.messages = self.messages.wrapping_add(1);
        let mut counts = Counts { messages: 1, ..Counts::default() };
        for peer in peers {
            let told = self.addresses.name(peer, torrent, place, self.messages, at);
            if told == Told::Full {
                found(Code::LimitPeerSources);
            }
            counts.count(told);
        }
        self.counted(at, torrent, place, counts, found)
    }

    /// Adds the counts of one message.
    fn counted(&mut self, at: (u64, Time), torrent: u32, place: u8, counts: Counts, found: &mut impl FnMut(Code)) -> Yield {
        let brought = Yield { received: counts.received, new: counts.first };
        if let Some(known) = self.torrents.get_mut(torrent as usize).and_then(|torrent| torrent.counts(place)) {
            known.add(&counts);
        }
        // Before the capture there are no hours.
        if at.0 > 0 {
            self.add_hour((at.1.nanos().div_euclid(HOUR_NANOS), place), brought, found);
        }
        brought
    }

    fn add_hour(&mut self, hour: (i64, u8), brought: Yield, found: &mut impl FnMut(Code)) {
        if self.hours.len() < self.limits.source_requests || self.hours.contains_key(&hour) {
            self.hours.entry(hour).or_default().add(brought);
        } else {
            found(Code::LimitPeerSources);
        }
    }

    /// Takes what a tracker listed. The answers that are known are as many as announces are kept.
    fn announced(&mut self, event: &Event<'_>, peers: impl Iterator<Item = Endpoint>, info_hash: InfoHash, found: &mut impl FnMut(Code)) {
        let Some(torrent) = self.torrent(info_hash, found) else { return };
        let brought = self.lists(at(event), torrent, Source::Tracker, peers, found);
        self.announces.entry((event.frame, event.destination, torrent)).or_default().add(brought);
    }

    /// Takes what a PEX message brought.
    fn exchanged(&mut self, event: &Event<'_>, torrent: u32, brought: Yield, found: &mut impl FnMut(Code)) {
        let next = u32::try_from(self.exchanges.len()).ok().filter(|_| self.exchanges.len() < self.limits.source_requests);
        let known = self.by_sender.get(&(torrent, event.source)).copied();
        let Some(at) = known.or(next) else { return found(Code::LimitPeerSources) };
        if known.is_none() {
            self.by_sender.insert((torrent, event.source), at);
            self.exchanges.push(Exchange {
                torrent,
                sender: event.source,
                receiver: event.destination,
                messages: 0,
                first: (event.frame, event.time),
                last: event.time,
                brought: Yield::default(),
            });
        }
        if let Some(exchange) = self.exchanges.get_mut(at as usize) {
            exchange.messages += 1;
            exchange.last = exchange.last.max(event.time);
            exchange.brought.add(brought);
        }
    }

    /// Takes the handshake that opens a connection.
    fn comes(&mut self, event: &Event<'_>, info_hash: InfoHash, found: &mut impl FnMut(Code)) {
        let Some((torrent, place)) = self.torrent(info_hash, found).zip(place(Source::Incoming)) else { return };
        let key = (torrent, event.source.address);
        if self.incoming.len() >= self.limits.swarm_peers && !self.incoming.contains_key(&key) {
            return found(Code::LimitPeerSources);
        }
        let port = if event.flow.is_some_and(FlowId::is_utp) { event.source.port } else { 0 };
        let incoming = self.incoming.entry(key).or_insert(Incoming { connections: 0, port, first: (event.frame, event.time) });
        incoming.connections += 1;
        // Whether it was named before is known when the report is made: its own port may be told later.
        let told = if incoming.connections == 1 { Told::New } else { Told::Before };
        let mut counts = Counts { messages: 1, ..Counts::default() };
        counts.count(told);
        self.counted(at(event), torrent, place, counts, found);
    }
}

impl TorrentState {
    /// What a source named.
    fn counts(&mut self, place: u8) -> Option<&mut Counts> {
        if self.counts.iter().all(|(known, _)| *known != place) {
            self.counts.push((place, Counts::default()));
        }
        self.counts.iter_mut().find(|(known, _)| *known == place).map(|(_, counts)| counts)
    }
}

impl Counts {
    fn count(&mut self, told: Told) {
        self.received += 1;
        match told {
            Told::New => self.first += 1,
            Told::Elsewhere => self.elsewhere += 1,
            Told::Before => self.repeated_later += 1,
            Told::Again => self.repeated_in_message += 1,
            Told::Full => {}
        }
    }

    fn add(&mut self, other: &Counts) {
        self.messages += other.messages;
        self.received += other.received;
        self.first += other.first;
        self.elsewhere += other.elsewhere;
        self.repeated_in_message += other.repeated_in_message;
        self.repeated_later += other.repeated_later;
    }
}

impl Yield {
    fn add(&mut self, other: Yield) {
        self.received += other.received;
        self.new += other.new;
    }
}

impl GapSums {
    fn add(&mut self, gaps: &Gaps) {
        let Some(counts) = gaps.counts() else { return };
        self.openings += 1;
        for (sum, count) in self.counts.iter_mut().zip(counts) {
            *sum += u64::from(count);
        }
        // The longest gap is below the same bound as the last of those that are not empty.
        if let Some(sum) = counts.iter().rposition(|count| *count > 0).and_then(|bound| self.longest_counts.get_mut(bound)) {
            *sum += 1;
        }
        self.longest_nanos = self.longest_nanos.saturating_add(gaps.longest().unsigned_abs());
        self.duration_nanos = self.duration_nanos.saturating_add(gaps.duration().unsigned_abs());
    }
}

/// Frame and time of an event.
fn at(event: &Event<'_>) -> (u64, Time) {
    (event.frame, event.time)
}

/// Whether a local host tells something to another that is not.
fn tells_outside(event: &Event<'_>, hosts: &HostsAnalysis) -> bool {
    hosts.is_local(event.source.address) && !hosts.is_local(event.destination.address)
}

/// The place of a source in [`SOURCES`].
fn place(source: Source) -> Option<u8> {
    SOURCES.iter().position(|known| *known == source).and_then(|place| u8::try_from(place).ok())
}

/// Where peers may come from.
const SOURCES: [Source; 7] = [Source::Tracker, Source::Dht, Source::Pex, Source::Lsd, Source::Mdns, Source::Magnet, Source::Incoming];

const HOUR_NANOS: i64 = 3_600_000_000_000;

#[cfg(test)]
mod tests;
