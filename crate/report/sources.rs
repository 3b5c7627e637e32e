//! Who said that an endpoint takes part in a torrent?
//!
//! Trackers, DHT nodes and peers list endpoints to the one that asked; hosts speak of themselves in handshakes and announcements. No
//! section of its own: it is what [`encrypted`](super::encrypted) flows and [`hosts`](super::hosts) are attributed by. Everything goes in
//! by [`Sources::names`], whatever its protocol. A DHT answer counts for a torrent only when something else in the capture knows the
//! torrent: clients blur the targets of their lookups.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::base::{Code, Endpoint, InfoHash, Limits, Map, NodeId, Set, Time};
use crate::flow::{Direction, FlowId};
use crate::protocol::Event;
use crate::protocol::dht::{self, Body};
use crate::protocol::given::{Given, What};
use crate::protocol::peer_wire::Message;
use crate::protocol::peer_wire::extension;
use crate::protocol::{http_tracker, lsd, udp_tracker};

/// How it is known that an endpoint takes part in a torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A tracker listed it.
    Tracker,
    /// A DHT node listed it.
    Dht,
    /// A peer listed it.
    Pex,
    /// It announced itself on its own network.
    Lsd,
    /// It announced itself on its own network, by mDNS.
    Mdns,
    /// A magnet link names it (`x.pe`, BEP 9) that whoever reads the capture gave.
    Magnet,
    /// It opened a connection to a local host.
    Incoming,
    /// It announced itself to a tracker.
    TrackerAnnounce,
    /// It announced itself to a DHT node.
    DhtAnnounce,
    /// It sent a handshake in clear.
    Handshake,
    /// It gave this port, in clear, to a peer of the torrent.
    ListenPort,
}

/// One source that named an endpoint, or any port of its host, for a torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Naming {
    /// The torrent.
    pub info_hash: InfoHash,
    /// How.
    pub source: Source,
    /// Whom it was told; `None` when everybody may know.
    pub told: Option<IpAddr>,
    /// The first time: frame and time.
    pub first: (u64, Time),
    /// The latest time.
    pub last: (u64, Time),
}

/// Gathers namings.
#[derive(Debug)]
pub struct Sources {
    by_endpoint: Map<Endpoint, Namings>,
    /// The same by address alone, together with what is said by an end whose port is its own for one connection only.
    by_address: Map<IpAddr, Namings>,
    /// Torrents that something else than a DHT answer names.
    exact: Set<InfoHash>,
    /// Torrents that whoever reads the capture gave.
    given: Set<InfoHash>,
    /// Endpoints that magnet links name, each for torrents.
    linked: Map<Endpoint, SmallVec<[InfoHash; 1]>>,
    /// Namings in both tables.
    count: usize,
    limits: Limits,
}

/// What became of a naming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Noted {
    /// It was known.
    Again,
    /// It is kept.
    New,
    /// There is no room for it.
    Full,
}

type Namings = SmallVec<[Naming; 1]>;

impl Source {
    /// Whether the endpoint's own host says so.
    pub fn is_own(self) -> bool {
        !matches!(self, Source::Tracker | Source::Dht | Source::Pex | Source::Magnet)
    }

    /// The source's name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Source::Tracker => "tracker",
            Source::Dht => "dht",
            Source::Pex => "pex",
            Source::Lsd => "lsd",
            Source::Mdns => "mdns",
            Source::Magnet => "magnet",
            Source::Incoming => "incoming",
            Source::TrackerAnnounce => "tracker_announce",
            Source::DhtAnnounce => "dht_announce",
            Source::Handshake => "handshake",
            Source::ListenPort => "listen_port",
        }
    }

    /// The source in words, behind "an endpoint".
    pub fn words(self) -> &'static str {
        match self {
            Source::Tracker => "was listed by a tracker",
            Source::Dht => "was listed by a DHT node",
            Source::Pex => "was listed by a peer",
            Source::Lsd => "announced itself on the local network",
            Source::Mdns => "announced itself on the local network by mDNS",
            Source::Magnet => "is named by a magnet link",
            Source::Incoming => "opened a connection",
            Source::TrackerAnnounce => "announced itself to a tracker",
            Source::DhtAnnounce => "announced itself to the DHT",
            Source::Handshake => "sent a handshake in clear",
            Source::ListenPort => "was given as a port that takes connections",
        }
    }
}

impl Naming {
    /// The latest time before `time`, as frame and time; `None` when it was named after it only.
    pub fn before(&self, time: Time) -> Option<(u64, Time)> {
        [self.last, self.first].into_iter().find(|(_, named)| *named <= time)
    }
}

impl Sources {
    pub(super) fn new(limits: &Limits) -> Self {
        Sources {
            by_endpoint: Map::default(),
            by_address: Map::default(),
            exact: Set::default(),
            given: Set::default(),
            linked: Map::default(),
            count: 0,
            limits: limits.clone(),
        }
    }

    /// What named exactly this endpoint.
    pub fn of_endpoint(&self, endpoint: Endpoint) -> impl Iterator<Item = &Naming> {
        self.by_endpoint.get(&endpoint).into_iter().flatten()
    }

    /// What named any port of this address.
    pub fn of_address(&self, address: IpAddr) -> impl Iterator<Item = &Naming> {
        self.by_address.get(&address).into_iter().flatten()
    }

    /// Every naming of an endpoint.
    pub(super) fn all(&self) -> impl Iterator<Item = (Endpoint, &Naming)> {
        self.by_endpoint.iter().flat_map(|(endpoint, namings)| namings.iter().map(|naming| (*endpoint, naming)))
    }

    /// Whether the torrent's name is exact: one that only DHT answers name may be the blurred target of a lookup.
    pub fn is_exact(&self, info_hash: InfoHash) -> bool {
        self.exact.contains(&info_hash) || self.given.contains(&info_hash)
    }

    /// The torrents that something else in the capture names than a DHT answer.
    pub(super) fn exact(&self) -> impl Iterator<Item = InfoHash> {
        self.exact.iter().copied()
    }

    /// Takes a torrent that was given. The endpoints that a magnet link names are kept apart: no frame and no time tells of them.
    pub(super) fn give(&mut self, given: &Given<'_>, found: &mut impl FnMut(Code)) {
        let names = given.names();
        self.given.extend(&names);
        let What::Link(magnet) = &given.what else { return };
        for peer in &magnet.peers {
            if self.linked.len() >= self.limits.namings {
                return found(Code::LimitSources);
            }
            let torrents = self.linked.entry(*peer).or_default();
            let room = self.limits.namings_per_endpoint.saturating_sub(torrents.len());
            torrents.extend(names.iter().copied().take(room));
        }
    }

    /// The torrents for which magnet links name this endpoint.
    pub fn linked(&self, endpoint: Endpoint) -> impl Iterator<Item = InfoHash> {
        self.linked.get(&endpoint).into_iter().flatten().copied()
    }

    /// Every endpoint that magnet links name.
    pub fn all_linked(&self) -> impl Iterator<Item = (Endpoint, InfoHash)> {
        self.linked.iter().flat_map(|(endpoint, torrents)| torrents.iter().map(|torrent| (*endpoint, *torrent)))
    }

    /// Takes that `event` names `endpoint` for a torrent. What others list is told to the event's receiver.
    pub(super) fn names(
        &mut self,
        event: &Event<'_>,
        endpoint: Endpoint,
        info_hash: InfoHash,
        source: Source,
        found: &mut impl FnMut(Code),
    ) {
        let now = (event.frame, event.time);
        let told = (!source.is_own()).then_some(event.destination.address);
        let naming = Naming { info_hash, source, told, first: now, last: now };
        let per_key = self.limits.namings_per_endpoint;
        let room = self.count < self.limits.namings;
        let of_host = endpoint.port == 0;
        let by_endpoint = if of_host { Noted::Again } else { note(&mut self.by_endpoint, endpoint, naming, room, per_key) };
        // To whom an address was listed is not kept: it serves to say which torrents its host is in.
        let by_address = note(&mut self.by_address, endpoint.address, Naming { told: None, ..naming }, room, per_key);
        if source != Source::Dht && by_address != Noted::Full {
            self.exact.insert(info_hash);
        }
        let noted = [by_endpoint, by_address];
        self.count += noted.iter().filter(|noted| **noted == Noted::New).count();
        if noted.contains(&Noted::Full) {
            found(Code::LimitSources);
        }
    }

    /// Takes a DHT message. `target`: what the query asked about that it answers.
    pub(super) fn observe_dht(
        &mut self,
        event: &Event<'_>,
        message: &dht::Message<'_>,
        target: Option<NodeId>,
        found: &mut impl FnMut(Code),
    ) {
        match &message.body {
            Body::Query(query) => {
                if let Some((endpoint, target)) = query.announced(event.source).zip(query.target) {
                    self.names(event, endpoint, InfoHash(target.0), Source::DhtAnnounce, found);
                }
            }
            Body::Response(response) => {
                for (peer, target) in response.values.iter().zip(target.into_iter().cycle()) {
                    self.names(event, peer, InfoHash(target.0), Source::Dht, found);
                }
            }
            Body::Error { .. } => {}
        }
    }

    /// Takes a message between peers in clear.
    pub(super) fn observe_peer(&mut self, event: &Event<'_>, info_hash: InfoHash, message: &Message<'_>, found: &mut impl FnMut(Code)) {
        let port = |port| Endpoint { port, ..event.source };
        match message {
            Message::Handshake(_) => {
                // Over TCP, the originator's port is its own for this connection only.
                let listens = event.direction == Direction::Responder || event.flow.is_some_and(FlowId::is_utp);
                self.names(event, port(if listens { event.source.port } else { 0 }), info_hash, Source::Handshake, found);
            }
            Message::ExtensionHandshake(handshake) => {
                if let Some(listens) = handshake.port.filter(|port| *port > 0) {
                    self.names(event, port(listens), info_hash, Source::ListenPort, found);
                }
            }
            Message::Extended { message: extension::Message::UtPex(pex), .. } => {
                for (peer, _) in pex.added() {
                    self.names(event, peer, info_hash, Source::Pex, found);
                }
            }
            Message::Port(dht) if *dht > 0 => self.names(event, port(*dht), info_hash, Source::ListenPort, found),
            _ => {}
        }
    }
}

impl Sources {
    /// Takes a message to or from a tracker over UDP; `info_hash` is the torrent that is announced.
    pub(super) fn observe_udp_tracker(
        &mut self,
        event: &Event<'_>,
        message: &udp_tracker::Message<'_>,
        info_hash: InfoHash,
        found: &mut impl FnMut(Code),
    ) {
        match &message.body {
            udp_tracker::Body::AnnounceRequest { details: Some(details), .. } => self.announces(event, details.port, info_hash, found),
            udp_tracker::Body::AnnounceResponse { peers, .. } => self.lists(event, peers.endpoints(), info_hash, found),
            _ => {}
        }
    }

    /// Takes a message to or from a tracker over HTTP; `info_hash` is the torrent that is announced.
    pub(super) fn observe_http_tracker(
        &mut self,
        event: &Event<'_>,
        message: &http_tracker::Message<'_>,
        info_hash: InfoHash,
        found: &mut impl FnMut(Code),
    ) {
        match &message.body {
            http_tracker::Body::Request { query, .. } => self.announces(event, query.port.unwrap_or_default(), info_hash, found),
            http_tracker::Body::Response { .. } => self.lists(event, message.listed(), info_hash, found),
        }
    }

    /// Takes a local announcement.
    pub(super) fn observe_lsd(&mut self, event: &Event<'_>, message: &lsd::Message<'_>, found: &mut impl FnMut(Code)) {
        for info_hash in &message.info_hashes {
            let endpoint = Endpoint { port: message.port.unwrap_or_default(), ..event.source };
            self.names(event, endpoint, *info_hash, Source::Lsd, found);
        }
    }

    fn announces(&mut self, event: &Event<'_>, port: u16, info_hash: InfoHash, found: &mut impl FnMut(Code)) {
        self.names(event, Endpoint { port, ..event.source }, info_hash, Source::TrackerAnnounce, found);
    }

    fn lists(&mut self, event: &Event<'_>, peers: impl Iterator<Item = Endpoint>, info_hash: InfoHash, found: &mut impl FnMut(Code)) {
        for peer in peers {
            self.names(event, peer, info_hash, Source::Tracker, found);
        }
    }
}

/// Adds a naming to those of `key`, if it is there or there is `room`.
fn note<K: Eq + std::hash::Hash>(map: &mut Map<K, Namings>, key: K, naming: Naming, room: bool, per_key: usize) -> Noted {
    let namings = match map.get_mut(&key) {
        Some(namings) => namings,
        None if room => map.entry(key).or_default(),
        None => return Noted::Full,
    };
    let same = |known: &&mut Naming| (known.info_hash, known.source, known.told) == (naming.info_hash, naming.source, naming.told);
    if let Some(known) = namings.iter_mut().find(same) {
        known.last = naming.last;
        return Noted::Again;
    }
    if !room || namings.len() >= per_key {
        return Noted::Full;
    }
    namings.push(naming);
    Noted::New
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::flow::Direction;

    /// An event from one host of 10.0.0.0/24 to another.
    pub(in crate::report) fn event(from: Endpoint, to: Endpoint, seconds: i64, frame: u64) -> Event<'static> {
        Event {
            time: Time::from_nanos(seconds * 1_000_000_000),
            frame,
            source: from,
            destination: to,
            flow: None,
            direction: Direction::Originator,
            bytes: 0,
            message: crate::protocol::Message::Finding(Code::Midstream),
        }
    }

    fn endpoint(last: u8, port: u16) -> Endpoint {
        Endpoint::new([10, 0, 0, last], port)
    }

    #[test]
    fn namings_are_kept_by_whom_they_were_told_and_by_when() {
        let mut sources = Sources::new(&Limits::default());
        let (peer, torrent) = (endpoint(9, 6881), InfoHash([7; 20]));
        for (to, seconds, frame) in [(1, 10, 1), (2, 20, 2), (1, 30, 3)] {
            sources.names(&event(endpoint(3, 80), endpoint(to, 5), seconds, frame), peer, torrent, Source::Tracker, &mut |_| {});
        }
        let namings: Vec<_> = sources.of_endpoint(peer).map(|naming| (naming.told, naming.first.0, naming.last.0)).collect();
        assert_eq!(namings, [(Some(endpoint(1, 0).address), 1, 3), (Some(endpoint(2, 0).address), 2, 2)]);
        let before = |seconds: i64| sources.of_endpoint(peer).next().unwrap().before(Time::from_nanos(seconds * 1_000_000_000));
        assert_eq!([5, 15, 35].map(|seconds| before(seconds).map(|(frame, _)| frame)), [None, Some(1), Some(3)]);
        assert_eq!(sources.of_address(peer.address).count(), 1);
        assert!(sources.is_exact(torrent));
    }

    #[test]
    fn dht_answers_name_peers_and_make_no_torrent() {
        let mut sources = Sources::new(&Limits::default());
        let (asker, target) = (endpoint(1, 6881), NodeId([7; 20]));
        let at = event(endpoint(2, 6881), asker, 1, 1);
        let payload = b"d1:rd2:id20:abcdefghij01234567896:valuesl6:abcdefee1:t1:x1:y1:re";
        crate::protocol::dht::tests::with(payload, |message| sources.observe_dht(&at, message, Some(target), &mut |_| {}));
        let named = Endpoint::new(*b"abcd", 0x6566);
        assert_eq!(sources.of_endpoint(named).map(|naming| naming.source).collect::<Vec<_>>(), [Source::Dht]);
        assert!(!sources.is_exact(InfoHash(target.0)));
        let announce = dht::Query { name: b"announce_peer", target: Some(target), port: Some(7), ..dht::Query::default() };
        let message = dht::Message { transaction_id: b"", version: None, read_only: false, seen_as: b"", body: Body::Query(announce) };
        sources.observe_dht(&event(asker, endpoint(2, 6881), 2, 2), &message, None, &mut |_| {});
        assert!(sources.is_exact(InfoHash(target.0)));
        assert_eq!(sources.of_endpoint(endpoint(1, 7)).map(|naming| naming.source).collect::<Vec<_>>(), [Source::DhtAnnounce]);
    }

    #[test]
    fn an_originators_port_names_its_host_only() {
        let mut sources = Sources::new(&Limits::default());
        let (from, to, torrent) = (endpoint(1, 40000), endpoint(2, 6881), InfoHash([7; 20]));
        let handshake = Message::Handshake(crate::protocol::peer_wire::Handshake { reserved: [0; 8], info_hash: None, peer_id: None });
        sources.observe_peer(&event(from, to, 1, 1), torrent, &handshake, &mut |_| {});
        sources.observe_peer(&Event { direction: Direction::Responder, ..event(to, from, 1, 1) }, torrent, &handshake, &mut |_| {});
        assert_eq!((sources.of_endpoint(from).count(), sources.of_address(from.address).count()), (0, 1));
        assert_eq!((sources.of_endpoint(to).count(), sources.of_address(to.address).count()), (1, 1));
        sources.observe_peer(&event(from, to, 1, 1), torrent, &Message::Port(6999), &mut |_| {});
        assert_eq!(sources.of_endpoint(endpoint(1, 6999)).count(), 1);
    }

    #[test]
    fn an_originators_port_over_utp_is_where_it_can_be_reached() {
        let handshake = Message::Handshake(crate::protocol::peer_wire::Handshake { reserved: [0; 8], info_hash: None, peer_id: None });
        for (flow, known) in [(0, 0), (1, 1)] {
            let mut sources = Sources::new(&Limits::default());
            let at = Event { flow: Some(FlowId(flow)), ..event(endpoint(1, 6881), endpoint(2, 6881), 1, 1) };
            sources.observe_peer(&at, InfoHash([7; 20]), &handshake, &mut |_| {});
            assert_eq!(sources.of_endpoint(endpoint(1, 6881)).count(), known);
        }
    }

    #[test]
    fn a_tracker_lists_peers_and_its_clients_announce_themselves() {
        let (client, tracker) = (endpoint(1, 5000), endpoint(3, 80));
        let mut sources = Sources::new(&Limits::default());
        let query = http_tracker::Query { port: Some(6881), ..http_tracker::Query::default() };
        let peers = crate::protocol::tracker::Peers { ipv4: &[10, 0, 0, 9, 0x1a, 0xe1], ipv6: &[], listed: Vec::new(), others: 0 };
        let answer = http_tracker::Answer { peers: Some(peers), ..http_tracker::Answer::default() };
        for (from, to, body) in [
            (client, tracker, http_tracker::Body::Request { place: http_tracker::Place::default(), query }),
            (tracker, client, http_tracker::Body::Response { status: 200, answer: Some(answer) }),
        ] {
            let message = http_tracker::Message { number: 0, kind: http_tracker::Kind::Announce, body };
            sources.observe_http_tracker(&event(from, to, 1, 1), &message, InfoHash([7; 20]), &mut |_| {});
        }
        let named = |endpoint| sources.of_endpoint(endpoint).map(|naming| (naming.source, naming.told)).collect::<Vec<_>>();
        assert_eq!(named(endpoint(1, 6881)), [(Source::TrackerAnnounce, None)]);
        assert_eq!(named(endpoint(9, 6881)), [(Source::Tracker, Some(client.address))]);
    }

    #[test]
    fn caps_are_told() {
        let mut sources = Sources::new(&Limits { namings: 2, namings_per_endpoint: 1, ..Limits::default() });
        let mut codes = Vec::new();
        for (last, torrent) in [(1, 7), (1, 7), (1, 8), (2, 7)] {
            let at = event(endpoint(3, 80), endpoint(4, 5), 1, 1);
            sources.names(&at, endpoint(last, 1), InfoHash([torrent; 20]), Source::Pex, &mut |code| codes.push(code));
        }
        assert_eq!(codes, [Code::LimitSources; 2]);
    }
}
