//! Which hosts run BitTorrent?
//!
//! A host is an address. Every host of the local network is listed, also one that has nothing to do with BitTorrent, and every other that
//! spoke to a peer; nodes that speak the DHT only have a [table](super::peers) of their own. A host is *local* when its address is
//! [no public one](is_private), or when it is one end of nearly all packets between public addresses of its
//! version of IP: then the capture was made there. It runs BitTorrent when it did something that only BitTorrent does, each of which is listed as evidence; what
//! others say of it is none. Its torrents are those that it says itself that it takes part in, and those of its connections that are encrypted or lack a handshake, where known.

mod unfinished;

use std::net::IpAddr;

use serde::Serialize;
use smallvec::SmallVec;

use super::cell::{Cell, list, number, text};
use super::encrypted::Claim;
use super::host_facts::LocalReason;
use super::local_vote::Votes;
use super::midstream;
use super::port_mappings::PortMapping;
use super::sources::{Source, Sources};
use super::traffic::HostSeries;
use crate::base::{Arrange, Code, Endpoint, InfoHash, Limits, Map, Time, is_link_local, is_private};
use crate::flow::Direction;
use crate::protocol::dht::{self, Body};
use crate::protocol::{Event, Message};
use crate::protocol::{peer_id, peer_wire};
pub use unfinished::UnfinishedHosts;

/// One address.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Host {
    /// The address.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "String"))]
    pub address: IpAddr,
    /// Whether it is on the network, or is the host, where the capture was made.
    pub local: bool,
    /// Whether it runs BitTorrent: whether there is evidence.
    pub bittorrent: bool,
    /// What it did that only BitTorrent does.
    pub evidence: Vec<Evidence>,
    /// Clients that it says it runs.
    pub clients: Vec<String>,
    /// Torrents that it takes part in.
    pub torrents: Vec<InfoHash>,
    /// Bytes of BitTorrent payload that it sent.
    pub sent: u64,
    /// Bytes of BitTorrent payload that it got.
    pub received: u64,
    /// The first frame that it sent.
    pub first_frame: u64,
    /// The latest.
    pub last_frame: u64,
    /// When the first was captured.
    pub first_time: Time,
    /// When the latest was captured.
    pub last_time: Time,
    /// Why it is taken for local, or for none; `None` where nothing says that it is local.
    pub local_reason: Option<LocalReason>,
    /// Hosts with which it exchanged messages of peers, in clear or, as it seems, encrypted.
    pub peers: usize,
    /// Bytes of BitTorrent in streams to and from it over TCP.
    pub tcp: u64,
    /// The same over uTP.
    pub utp: u64,
    /// How many of both are encrypted.
    pub encrypted: u64,
    /// Bytes over time of those; of the local hosts with most of them only.
    pub series: Option<HostSeries>,
    /// Ports on which it says that it takes connections.
    pub listen_ports: Vec<u16>,
    /// Ports that it asked gateways for.
    pub port_mappings: Vec<PortMapping>,
    /// Trackers that it asked: their URLs, or where they are.
    pub trackers: Vec<String>,
}

/// Something that a host did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Evidence {
    /// What.
    pub kind: EvidenceKind,
    /// How often; of announcements, for how many torrents.
    pub count: u64,
    /// The first frame that shows it.
    pub first_frame: u64,
    /// When that was captured.
    pub first_time: Time,
    /// The latest frame that shows it; of announcements, the first of the latest.
    pub last_frame: u64,
}

/// What a host can do that only BitTorrent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// It sent a handshake.
    Handshake,
    /// It sent messages of peers other than these.
    PeerMessages,
    /// It said that it has pieces.
    ClaimsPieces,
    /// It sent blocks of pieces.
    Blocks,
    /// It asked DHT nodes.
    DhtQuery,
    /// It answered DHT nodes.
    DhtResponse,
    /// It announced itself to trackers.
    TrackerAnnounce,
    /// It announced itself to DHT nodes.
    DhtAnnounce,
    /// It announced itself on its network.
    LsdAnnounce,
    /// It announced itself on its network by mDNS.
    MdnsAnnounce,
    /// It was asked for, as a piece is.
    Requests,
    /// It has encrypted connections, of which one end is known to be a peer or a DHT node.
    EncryptedFlow,
}

impl EvidenceKind {
    /// The kind's name in the report.
    pub fn name(self) -> &'static str {
        match self {
            EvidenceKind::Handshake => "handshake",
            EvidenceKind::PeerMessages => "peer_messages",
            EvidenceKind::ClaimsPieces => "claims_pieces",
            EvidenceKind::Blocks => "blocks",
            EvidenceKind::DhtQuery => "dht_query",
            EvidenceKind::DhtResponse => "dht_response",
            EvidenceKind::TrackerAnnounce => "tracker_announce",
            EvidenceKind::DhtAnnounce => "dht_announce",
            EvidenceKind::LsdAnnounce => "lsd_announce",
            EvidenceKind::MdnsAnnounce => "mdns_announce",
            EvidenceKind::Requests => "requests",
            EvidenceKind::EncryptedFlow => "encrypted_flow",
        }
    }
}

/// Gathers the section.
#[derive(Debug)]
pub struct HostsAnalysis {
    by_address: Map<IpAddr, u32>,
    hosts: Vec<State>,
    /// A bit for each value of the last bits of an address, set where a host has them: most addresses of the DHT are no host's.
    endings: Box<[u64; ENDINGS / 64]>,
    /// Hosts looked up last: most packets are to or from them.
    recent: [(IpAddr, u32); 2],
    votes: Votes,
    /// What the user says of hosts.
    chosen: Map<IpAddr, bool>,
    limits: Limits,
}

#[derive(Debug)]
struct State {
    address: IpAddr,
    evidence: SmallVec<[Evidence; 2]>,
    clients: SmallVec<[Box<str>; 1]>,
    versions: SmallVec<[[u8; 4]; 1]>,
    sent: u64,
    received: u64,
    first: (u64, Time),
    last: (u64, Time),
}

impl HostsAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        let none = (IpAddr::from([0; 4]), u32::MAX);
        HostsAnalysis {
            by_address: Map::default(),
            hosts: Vec::new(),
            endings: Box::new([0; ENDINGS / 64]),
            recent: [none; 2],
            votes: Votes::default(),
            chosen: Map::default(),
            limits: limits.clone(),
        }
    }

    /// Takes a packet of any protocol.
    pub(super) fn observe_packet(&mut self, frame: u64, time: Time, source: IpAddr, destination: IpAddr, found: &mut impl FnMut(Code)) {
        if is_private(source) || self.is_chosen(source) {
            if let Some(host) = self.met(source, frame, time, found) {
                host.last = (frame, time);
            }
        } else if !is_private(destination) {
            self.votes.count(source, destination);
        }
    }

    /// Takes an event.
    pub(super) fn observe(&mut self, event: &Event<'_>, found: &mut impl FnMut(Code)) {
        let (source, destination) = (event.source.address, event.destination.address);
        let mut bytes = event.bytes;
        match &event.message {
            Message::PeerWire { message, .. } => {
                let Some(host) = self.met(source, event.frame, event.time, found) else { return };
                let kind = match message {
                    peer_wire::Message::Handshake(_) => EvidenceKind::Handshake,
                    peer_wire::Message::Piece { .. } => EvidenceKind::Blocks,
                    peer_wire::Message::Bitfield(_) | peer_wire::Message::Have { .. } | peer_wire::Message::HaveAll => {
                        EvidenceKind::ClaimsPieces
                    }
                    _ => EvidenceKind::PeerMessages,
                };
                host.did(event, kind);
                if let peer_wire::Message::ExtensionHandshake(handshake) = message
                    && let Some(client) = handshake.client
                {
                    self.runs(source, client, found);
                }
            }
            Message::Dht(message) if is_private(source) || self.votes.leads(source) || self.is_chosen(source) => {
                let limit = self.limits.clients_per_host;
                let Some(host) = self.met(source, event.frame, event.time, found) else { return };
                host.did(event, if matches!(message.body, Body::Query(_)) { EvidenceKind::DhtQuery } else { EvidenceKind::DhtResponse });
                host.version(message.version, limit);
            }
            Message::Mdns(message) if !message.facts.is_empty() => {
                let Some(host) = self.met(source, event.frame, event.time, found) else { return };
                host.did(event, EvidenceKind::MdnsAnnounce);
                for client in message.facts.iter().filter_map(|fact| peer_id::client(fact.peer_id?)) {
                    self.runs(source, client.as_bytes(), found);
                }
            }
            Message::Unread { bytes: unread, .. } => bytes = *unread,
            _ => {}
        }
        if bytes > 0 {
            if let Some(host) = self.known(source) {
                host.meet(event.frame, event.time);
                host.sent += bytes;
                host.last = host.last.max((event.frame, event.time));
            }
            if let Some(host) = self.known(destination) {
                host.meet(event.frame, event.time);
                host.received += bytes;
            }
        }
    }

    /// Whether a host did something that only BitTorrent does.
    pub(super) fn speaks(&self, address: IpAddr) -> bool {
        self.by_address.get(&address).and_then(|index| self.hosts.get(*index as usize)).is_some_and(|host| !host.evidence.is_empty())
    }

    /// Says whether a host is local, whatever else is known; `None` takes that back.
    pub(super) fn set_local(&mut self, address: IpAddr, local: Option<bool>) {
        match local {
            Some(local) if self.chosen.len() < self.limits.hosts => drop(self.chosen.insert(address, local)),
            Some(_) => {}
            None => drop(self.chosen.remove(&address)),
        }
    }

    /// Whether the user says that a host is local. Asked for every packet: mostly nobody says anything.
    fn is_chosen(&self, address: IpAddr) -> bool {
        !self.chosen.is_empty() && self.chosen.get(&address) == Some(&true)
    }

    /// Whether a host is where the capture was made.
    pub(super) fn is_local(&self, address: IpAddr) -> bool {
        match self.chosen.get(&address) {
            Some(local) => *local,
            None => is_private(address) || self.votes.elects(address),
        }
    }

    /// Why a host is taken for local, or for none.
    fn local_reason(&self, address: IpAddr) -> Option<LocalReason> {
        if self.chosen.contains_key(&address) {
            Some(LocalReason::User)
        } else if is_link_local(address) {
            Some(LocalReason::LinkLocal)
        } else if is_private(address) {
            Some(LocalReason::Private)
        } else {
            (self.votes.elects(address)).then_some(LocalReason::Shape)
        }
    }

    /// How many local hosts there are.
    pub(super) fn local_count(&self) -> usize {
        self.hosts.iter().filter(|host| host.is_met() && self.is_local(host.address)).count()
    }

    /// The hosts: local ones first, then those that run BitTorrent, then by their first frame.
    pub(super) fn section(&self, sources: &Sources, claims: &[Claim], midstream: &[midstream::Claim]) -> Vec<Host> {
        let mut hosts: Vec<Host> = self.hosts.iter().filter(|host| host.is_met()).map(|host| self.row(host, sources)).collect();
        let mut places: Map<IpAddr, usize> = hosts.iter().enumerate().map(|(place, host)| (host.address, place)).collect();
        for claim in claims.iter().filter(|claim| claim.is_placed()) {
            for direction in Direction::BOTH {
                let Endpoint { address, .. } = *claim.flow.ends.of(direction);
                let place = *places.entry(address).or_insert_with(|| {
                    let state = State::new(address, claim.flow.first);
                    hosts.push(self.row(&state, sources));
                    hosts.len() - 1
                });
                if let Some(host) = hosts.get_mut(place) {
                    host.takes(claim, direction);
                }
            }
        }
        for claim in midstream {
            for end in claim.ends.iter() {
                let host = places.get(&end.address).and_then(|place| hosts.get_mut(*place));
                if let Some(host) = host.filter(|host| !host.torrents.contains(&claim.info_hash)) {
                    host.torrents.push(claim.info_hash);
                }
            }
        }
        hosts.arrange_by_key(|host| (!host.local, !host.bittorrent, host.first_frame, host.address));
        hosts
    }

    fn row(&self, state: &State, sources: &Sources) -> Host {
        let mut evidence = state.evidence.to_vec();
        let mut torrents = Vec::new();
        for naming in sources.of_address(state.address).filter(|naming| naming.source.is_own()) {
            if !torrents.contains(&naming.info_hash) {
                torrents.push(naming.info_hash);
            }
            let kind = match naming.source {
                Source::TrackerAnnounce => EvidenceKind::TrackerAnnounce,
                Source::DhtAnnounce => EvidenceKind::DhtAnnounce,
                Source::Lsd => EvidenceKind::LsdAnnounce,
                _ => continue,
            };
            add(&mut evidence, kind, naming.first);
        }
        let versions = state.versions.iter().filter_map(|version| dht::client(version)).map(|client| format!("{client} (DHT)"));
        Host {
            address: state.address,
            local: self.is_local(state.address),
            bittorrent: !evidence.is_empty(),
            evidence,
            clients: state.clients.iter().map(|client| client.to_string()).chain(versions).collect(),
            torrents,
            sent: state.sent,
            received: state.received,
            first_frame: state.first.0,
            last_frame: state.last.0,
            first_time: state.first.1,
            last_time: state.last.1,
            local_reason: self.local_reason(state.address),
            peers: 0,
            tcp: 0,
            utp: 0,
            encrypted: 0,
            series: None,
            listen_ports: Vec::new(),
            port_mappings: Vec::new(),
            trackers: Vec::new(),
        }
    }

    /// A host of the table; it is met now if it was not before and there is room.
    fn met(&mut self, address: IpAddr, frame: u64, time: Time, found: &mut impl FnMut(Code)) -> Option<&mut State> {
        let index = match self.find(address) {
            Some(index) => index,
            None if self.hosts.len() >= self.limits.hosts => {
                found(Code::LimitHosts);
                return None;
            }
            None => {
                let index = u32::try_from(self.hosts.len()).ok()?;
                self.by_address.insert(address, index);
                let (word, bit) = ending(address);
                *self.endings.get_mut(word)? |= bit;
                self.hosts.push(State::new(address, (frame, time)));
                index
            }
        };
        let host = self.hosts.get_mut(index as usize)?;
        host.meet(frame, time);
        Some(host)
    }

    /// A host of the table.
    fn known(&mut self, address: IpAddr) -> Option<&mut State> {
        let index = self.find(address)?;
        self.hosts.get_mut(index as usize)
    }

    fn find(&mut self, address: IpAddr) -> Option<u32> {
        let [latest, before] = self.recent;
        if latest.0 == address && latest.1 != u32::MAX {
            return Some(latest.1);
        }
        let (word, bit) = ending(address);
        if self.endings.get(word)? & bit == 0 {
            return None;
        }
        let index = if before.0 == address && before.1 != u32::MAX { before.1 } else { *self.by_address.get(&address)? };
        self.recent = [(address, index), latest];
        Some(index)
    }

    /// A host says which client it runs.
    fn runs(&mut self, address: IpAddr, client: &[u8], found: &mut impl FnMut(Code)) {
        let limit = self.limits.clients_per_host;
        let Some(host) = self.known(address) else { return };
        if host.clients.iter().any(|known| known.as_bytes() == client) {
            return;
        }
        let client = peer_id::own_words(client, CLIENT_BYTES);
        if host.clients.iter().any(|known| **known == *client) {
            return;
        }
        if host.clients.len() < limit {
            host.clients.push(client.into());
        } else {
            found(Code::LimitHosts);
        }
    }
}

impl State {
    fn new(address: IpAddr, first: (u64, Time)) -> Self {
        State {
            address,
            evidence: SmallVec::new(),
            clients: SmallVec::new(),
            versions: SmallVec::new(),
            sent: 0,
            received: 0,
            first,
            last: first,
        }
    }

    fn did(&mut self, event: &Event<'_>, kind: EvidenceKind) {
        match self.evidence.iter_mut().find(|evidence| evidence.kind == kind) {
            Some(evidence) => {
                evidence.count += 1;
                evidence.last_frame = event.frame;
            }
            None => {
                self.evidence.push(Evidence { kind, count: 1, first_frame: event.frame, first_time: event.time, last_frame: event.frame })
            }
        }
    }

    fn version(&mut self, version: Option<&[u8]>, limit: usize) {
        if let Some(version) = version.and_then(|version| version.first_chunk::<4>())
            && !self.versions.contains(version)
            && self.versions.len() < limit
        {
            self.versions.push(*version);
        }
    }
}

impl Host {
    /// The value in `column`.
    pub(super) fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "address" => text(self.address),
            "local" => text(self.local),
            "bittorrent" => text(self.bittorrent),
            "evidence" => Cell::Text(list(self.evidence.iter().map(|evidence| evidence.kind.name()))),
            "clients" => Cell::Text(self.clients.join(", ").into()),
            "torrents" => Cell::Text(list(self.torrents.iter())),
            "torrent_count" => number(self.torrents.len() as u64),
            "sent" => number(self.sent),
            "received" => number(self.received),
            "local_reason" => self.local_reason.map_or(Cell::Absent, |reason| Cell::Text(reason.name().into())),
            "peers" => number(self.peers as u64),
            "tcp" => number(self.tcp),
            "utp" => number(self.utp),
            "exchanged" => number(self.tcp + self.utp),
            "encrypted" => number(self.encrypted),
            "encrypted_share" => self.encrypted_share().map_or(Cell::Absent, Cell::Number),
            "listen_ports" => Cell::Text(list(self.listen_ports.iter())),
            "trackers" => Cell::Text(list(self.trackers.iter())),
            "first_frame" => number(self.first_frame),
            "last_frame" => number(self.last_frame),
            _ => Cell::Absent,
        }
    }

    /// How much of its bytes in streams is encrypted, from 0 to 1; `None` where there are none.
    fn encrypted_share(&self) -> Option<f64> {
        let all = self.tcp + self.utp;
        (all > 0).then(|| self.encrypted as f64 / all as f64)
    }

    /// Takes its part of an encrypted connection.
    fn takes(&mut self, claim: &Claim, direction: Direction) {
        add(&mut self.evidence, EvidenceKind::EncryptedFlow, claim.flow.first);
        self.bittorrent = true;
        self.sent += claim.flow.bytes.of(direction);
        self.received += claim.flow.bytes.of(direction.reverse());
        self.last_frame = self.last_frame.max(claim.flow.last.0);
        self.last_time = self.last_time.max(claim.flow.last.1);
        if let Some(torrent) = claim.torrent.filter(|torrent| !self.torrents.contains(&torrent.info_hash)) {
            self.torrents.push(torrent.info_hash);
        }
    }
}

/// Adds one more of a kind to a host's evidence.
fn add(evidence: &mut Vec<Evidence>, kind: EvidenceKind, first: (u64, Time)) {
    match evidence.iter_mut().find(|evidence| evidence.kind == kind) {
        Some(evidence) => {
            evidence.count += 1;
            (evidence.first_frame, evidence.first_time) = (evidence.first_frame, evidence.first_time).min(first);
            evidence.last_frame = evidence.last_frame.max(first.0);
        }
        None => evidence.push(Evidence { kind, count: 1, first_frame: first.0, first_time: first.1, last_frame: first.0 }),
    }
}

/// The last bits of an address, as a word of `endings` and a bit in it.
fn ending(address: IpAddr) -> (usize, u64) {
    let last = match address {
        IpAddr::V4(address) => u16::from_be_bytes([address.octets()[2], address.octets()[3]]),
        IpAddr::V6(address) => address.segments()[7],
    };
    let last = usize::from(last) % ENDINGS;
    (last / 64, 1 << (last % 64))
}

/// The columns of the table of hosts, in the order of its CSV.
pub(super) const COLUMNS: &[&str] = &[
    "address",
    "local",
    "local_reason",
    "bittorrent",
    "evidence",
    "clients",
    "torrents",
    "torrent_count",
    "peers",
    "sent",
    "received",
    "exchanged",
    "tcp",
    "utp",
    "encrypted",
    "encrypted_share",
    "listen_ports",
    "trackers",
    "first_frame",
    "last_frame",
];

/// Endings of addresses that are told apart: many more than most captures have hosts.
const ENDINGS: usize = 4096;

/// Bytes of a client's name that are kept.
const CLIENT_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::super::encrypted::{EncryptedAnalysis, Known};
    use super::super::peers::PeersAnalysis;
    use super::super::sources::tests::event;
    use super::*;
    use crate::flow::{Both, FlowId};
    use crate::protocol::{Unread, mse};

    fn local(last: u8) -> Endpoint {
        Endpoint::new([192, 168, 1, last], 6881)
    }

    fn remote(last: u8) -> Endpoint {
        Endpoint::new([203, 0, 113, last], 6881)
    }

    struct Story(HostsAnalysis, Sources, u64, Vec<Code>);

    impl Story {
        fn new(limits: &Limits) -> Self {
            Story(HostsAnalysis::new(limits), Sources::new(limits), 0, Vec::new())
        }

        fn packet(&mut self, from: Endpoint, to: Endpoint) {
            self.2 += 1;
            self.0.observe_packet(self.2, Time::from_nanos(0), from.address, to.address, &mut |code| self.3.push(code));
        }

        fn say(&mut self, from: Endpoint, to: Endpoint, bytes: u64, message: Message<'_>) {
            self.packet(from, to);
            let event = Event { bytes, message, ..event(from, to, 0, self.2) };
            self.0.observe(&event, &mut |code| self.3.push(code));
            if let Message::PeerWire { info_hash: Some(info_hash), message } = &event.message {
                self.1.observe_peer(&event, *info_hash, message, &mut |_| {});
            }
        }

        fn peer(&mut self, from: Endpoint, to: Endpoint, message: peer_wire::Message<'_>) {
            self.say(from, to, 10, Message::PeerWire { info_hash: Some(InfoHash([7; 20])), message });
        }

        fn rows(&self) -> Vec<Host> {
            self.0.section(&self.1, &[], &[])
        }

        fn row(&self, of: Endpoint) -> Host {
            self.rows().into_iter().find(|row| row.address == of.address).unwrap()
        }
    }

    fn handshake() -> peer_wire::Message<'static> {
        peer_wire::Message::Handshake(peer_wire::Handshake { reserved: [0; 8], info_hash: None, peer_id: None })
    }

    fn ping() -> Message<'static> {
        let body = Body::Query(dht::Query::default());
        Message::Dht(dht::Message { transaction_id: b"a", version: Some(b"LT\x02\x10"), read_only: false, seen_as: b"", body })
    }

    #[test]
    fn every_local_host_is_listed_and_remote_ones_that_are_peers() {
        let mut story = Story::new(&Limits::default());
        story.packet(local(5), remote(80));
        story.peer(remote(9), local(6), handshake());
        story.say(remote(8), local(6), 20, ping());
        let rows = |story: &Story| story.rows().iter().map(|row| (row.address, row.local, row.bittorrent)).collect::<Vec<_>>();
        assert_eq!(rows(&story), [(local(5).address, true, false), (remote(9).address, false, true)]);
        story.peer(local(6), remote(9), handshake());
        let order = [(local(6).address, true, true), (local(5).address, true, false), (remote(9).address, false, true)];
        assert_eq!(rows(&story), order, "first those that run BitTorrent");
    }

    #[test]
    fn evidence_is_what_a_host_did_itself() {
        let mut story = Story::new(&Limits::default());
        story.peer(local(5), remote(9), handshake());
        story.peer(local(5), remote(9), peer_wire::Message::Choke);
        story.peer(local(5), remote(9), peer_wire::Message::Choke);
        story.say(local(5), remote(8), 20, ping());
        story.say(local(5), remote(8), 0, Message::Unread { reason: Unread::Lost, bytes: 5 });
        story.say(remote(9), local(5), 7, Message::Finding(Code::Midstream));
        let at = event(local(5), remote(1), 0, 3);
        story.1.names(&at, local(5), InfoHash([8; 20]), Source::TrackerAnnounce, &mut |_| {});
        story.1.names(&at, local(4), InfoHash([8; 20]), Source::Tracker, &mut |_| {});
        story.packet(local(4), remote(1));
        let row = story.row(local(5));
        let evidence: Vec<_> = row.evidence.iter().map(|evidence| (evidence.kind, evidence.count, evidence.first_frame)).collect();
        let expected = [
            (EvidenceKind::Handshake, 1, 1),
            (EvidenceKind::PeerMessages, 2, 2),
            (EvidenceKind::DhtQuery, 1, 4),
            (EvidenceKind::TrackerAnnounce, 1, 3),
        ];
        assert_eq!((evidence.as_slice(), row.sent, row.received), (&expected[..], 55, 7));
        assert_eq!((row.torrents, row.clients), (vec![InfoHash([7; 20]), InfoHash([8; 20])], vec!["libtorrent 2.1.0 (DHT)".to_owned()]));
        assert!(!story.row(local(4)).bittorrent, "what others say of it is no evidence");
    }

    #[test]
    fn encrypted_connections_count_for_both_ends() {
        let mut story = Story::new(&Limits::default());
        story.packet(local(5), remote(9));
        let limits = Limits::default();
        let (mut encrypted, peers) = (EncryptedAnalysis::new(&limits), PeersAnalysis::new(&limits));
        for (flow, to) in [(1, remote(9)), (2, remote(10))] {
            let message = mse::Message {
                stage: mse::Stage::Handshake,
                flights: [100; 4],
                bytes: Both { originator: 1000, responder: 50 },
                lost: 0,
                truncated: 0,
                last_frame: 9,
                last_time: Time::default(),
                earlier: None,
            };
            let told = Event { flow: Some(FlowId(flow)), message: Message::Mse(message), ..event(local(5), to, 5, 7) };
            encrypted.observe(&told, &message, &mut |_| {});
        }
        let listing = event(remote(1), local(5), 1, 2);
        story.1.names(&listing, remote(9), InfoHash([7; 20]), Source::Tracker, &mut |_| {});
        let claims = encrypted.claims(Known { sources: &story.1, hosts: &story.0, peers: &peers });
        let rows = story.0.section(&story.1, &claims, &[]);
        let seen: Vec<_> = rows.iter().map(|row| (row.address, row.sent, row.received, row.torrents.len(), row.last_frame)).collect();
        assert_eq!(claims.len(), 2);
        assert_eq!(seen, [(local(5).address, 1000, 50, 1, 9), (remote(9).address, 50, 1000, 1, 9)], "a shape alone makes no peer");
    }

    #[test]
    fn a_host_with_a_public_address_is_local_when_all_packets_are_its() {
        let mut story = Story::new(&Limits::default());
        story.packet(remote(200), remote(53));
        for other in 1..=30 {
            story.packet(remote(other), remote(200));
            story.say(remote(200), remote(other), 20, ping());
        }
        let rows: Vec<_> = story.rows().iter().map(|row| (row.address, row.local, row.bittorrent)).collect();
        assert_eq!(rows, [(remote(200).address, true, true)]);
        for _ in 0..10 {
            story.packet(remote(1), remote(2));
        }
        assert_eq!(story.rows().iter().filter(|row| row.local).count(), 0, "less than nine in ten");
    }

    #[test]
    fn the_user_s_word_decides_who_is_local() {
        let mut story = Story::new(&Limits::default());
        story.0.set_local(remote(7).address, Some(true));
        story.0.set_local(local(5).address, Some(false));
        story.packet(local(5), remote(7));
        story.packet(remote(7), local(6));
        story.say(remote(7), remote(8), 20, ping());
        let rows = |story: &Story| story.rows().iter().map(|row| (row.address, row.local, row.local_reason)).collect::<Vec<_>>();
        let user = Some(LocalReason::User);
        let private = (local(6).address, true, Some(LocalReason::Private));
        story.packet(local(6), remote(9));
        assert_eq!(rows(&story), [(remote(7).address, true, user), private, (local(5).address, false, user)]);
        story.0.set_local(local(5).address, None);
        story.0.set_local(remote(7).address, Some(false));
        assert_eq!((story.0.is_local(local(5).address), story.0.is_local(remote(7).address)), (true, false));
        let link = Endpoint::new([169, 254, 0, 1], 1);
        story.packet(link, remote(9));
        assert_eq!(story.row(link).local_reason, Some(LocalReason::LinkLocal));
    }

    #[test]
    fn two_alone_are_as_good_as_each_other() {
        let mut story = Story::new(&Limits::default());
        (0..100).for_each(|_| story.packet(remote(1), remote(2)));
        assert!(!story.0.is_local(remote(1).address));
    }

    #[test]
    fn clients_are_kept_once_and_caps_are_told() {
        let mut story = Story::new(&Limits { hosts: 1, clients_per_host: 1, ..Limits::default() });
        for client in [&b"one"[..], b"one", b"\xff\xff", b"\xff\xff"] {
            let handshake = peer_wire::ExtensionHandshake { client: Some(client), ..Default::default() };
            story.peer(local(5), remote(9), peer_wire::Message::ExtensionHandshake(Box::new(handshake)));
        }
        assert_eq!(story.row(local(5)).clients, ["one"]);
        assert_eq!(story.3, [Code::LimitHosts; 2]);
        story.packet(local(6), remote(9));
        assert_eq!((story.rows().len(), story.3.len()), (1, 3));
    }
}
