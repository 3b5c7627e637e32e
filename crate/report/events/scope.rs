//! Which events belong to a stream, a torrent, a host, a protocol.
//!
//! In: an [`EventQuery`], then events. Out: whether an event is wanted, and the torrent that it is about. A message is about the torrent that it
//! names; one that names none about that of its stream, or of the question that it answers. That is remembered from one event to the
//! next, bounded, in the same reading: what a stream said before it named its torrent is not known to be about it, unless whoever asks gives
//! the stream's number.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use smallvec::SmallVec;

use super::{EventQuery, Named};
use crate::base::{Endpoint, InfoHash, Limits, Recent, Set};
use crate::flow::FlowId;
use crate::protocol::given::Given;
use crate::protocol::mse::Stage;
use crate::protocol::web_file::Step;
use crate::protocol::{Event, Message, dht, http_tracker, peer_wire, udp_tracker};

/// Which events are wanted.
#[derive(Debug)]
pub struct Scope {
    flow: Option<u64>,
    torrents: SmallVec<[InfoHash; 2]>,
    torrent_flows: Set<u64>,
    piece: Option<u32>,
    host: Option<Host>,
    protocol: Option<String>,
    frames: std::ops::RangeInclusive<u64>,
    /// In lower case.
    pub(super) text: String,
    known: Known,
}

/// Why a question cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeError {
    /// A torrent's name is not 40 or 64 hex digits.
    Torrent,
    /// A host is no IP address, alone or with a port.
    Host,
}

/// One or both parts of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Host {
    Address(IpAddr),
    Endpoint(Endpoint),
}

/// What was said about torrents so far.
#[derive(Debug)]
struct Known {
    flows: Recent<FlowId, InfoHash>,
    /// How far the key exchange of a stream was last told.
    exchanges: Recent<FlowId, Stage>,
    /// The torrents of questions, each by who asked whom under which number.
    asked: Recent<(Endpoint, Endpoint, Key), InfoHash>,
}

/// What an answer has in common with its question.
type Key = SmallVec<[u8; 8]>;

/// The torrents that a message names.
type Names = SmallVec<[InfoHash; 2]>;

impl Scope {
    /// The events that `query` asks for.
    ///
    /// # Errors
    /// [`ScopeError`] when a torrent or a host is not written as one.
    pub fn new(query: &EventQuery, limits: &Limits) -> Result<Self, ScopeError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let torrents = given(&query.torrent).into_iter().chain(query.torrent_names.iter().cloned());
        let torrents = torrents.map(|name| InfoHash::named(&name).ok_or(ScopeError::Torrent));
        let host = given(&query.host).map(|host| Host::read(&host).ok_or(ScopeError::Host));
        Ok(Scope {
            flow: query.flow,
            torrents: torrents.collect::<Result<_, _>>()?,
            torrent_flows: query.torrent_flows.iter().copied().collect(),
            piece: query.piece,
            host: host.transpose()?,
            protocol: given(&query.protocol),
            frames: query.from_frame.unwrap_or(0)..=query.to_frame.unwrap_or(u64::MAX),
            text: query.text.to_lowercase(),
            ..Scope::everything(limits)
        })
    }

    /// Every event that is ever listed.
    pub(in crate::report) fn everything(limits: &Limits) -> Self {
        Scope {
            flow: None,
            torrents: SmallVec::new(),
            torrent_flows: Set::default(),
            piece: None,
            host: None,
            protocol: None,
            frames: 0..=u64::MAX,
            text: String::new(),
            known: Known {
                flows: Recent::new(limits.flows),
                exchanges: Recent::new(limits.flows),
                asked: Recent::new(limits.tracker_requests),
            },
        }
    }

    /// Takes a torrent that was given: its info dictionary tells all of its names.
    pub(in crate::report) fn know(&mut self, given: &Given<'_>) {
        if let Some(dictionary) = given.dictionary() {
            self.learn(dictionary.names().collect());
        }
    }

    /// Whether all of one stream is asked for, and which.
    pub(in crate::report) fn flow(&self) -> Option<u64> {
        self.flow
    }

    /// The torrents that are asked for, by all their names that are known so far.
    pub(in crate::report) fn torrents(&self) -> &[InfoHash] {
        &self.torrents
    }

    /// Whether an event is wanted, but for its text, and the torrent that it is about.
    pub(super) fn takes(&mut self, event: &Event<'_>) -> Option<Option<InfoHash>> {
        // Cheap questions first. What a stream that is not asked for says about torrents is not needed.
        let flow = event.flow.map(FlowId::number);
        if self.flow.is_some() && self.flow != flow {
            return None;
        }
        // Files of web servers may be a web seed's, and mostly are not: they are told of a stream that is asked for, by their heads.
        if let Message::WebFile(message) = &event.message
            && (self.flow.is_none() || matches!(message.step, Step::Run(_)))
        {
            return None;
        }
        // Whether those are BitTorrent's is not known, and of those that are another event tells.
        if matches!(event.message, Message::Attempt(_)) || !self.known.is_news(event) {
            return None;
        }
        let torrents = self.known.torrents(event, &self.torrents);
        if let Message::Torrent { dictionary, .. } = event.message {
            self.learn(dictionary.names().collect());
        }
        let torrent = torrents.iter().find(|torrent| self.torrents.contains(torrent));
        let by_number = || flow.is_some_and(|flow| self.torrent_flows.contains(&flow));
        let about = self.torrents.is_empty() || torrent.is_some() || by_number();
        let host = self.host.is_none_or(|host| host.is(event.source) || host.is(event.destination));
        let piece = self.piece.is_none_or(|piece| is_about(&event.message, piece));
        let wanted = about && host && piece && self.frames.contains(&event.frame) && self.speaks(event);
        wanted.then(|| torrent.or(torrents.first()).copied())
    }

    /// Whether a finding that is about no message is wanted, but for its text.
    pub(super) fn takes_finding(&self, frame: u64) -> bool {
        let everything = self.flow.is_none() && self.torrents.is_empty() && self.host.is_none() && self.piece.is_none();
        everything && self.frames.contains(&frame) && self.protocol.as_deref().is_none_or(|protocol| protocol == super::FINDING)
    }

    fn speaks(&self, event: &Event<'_>) -> bool {
        self.protocol.as_deref().is_none_or(|wanted| {
            let Named { protocol, extension, .. } = Named::of(event);
            protocol == wanted || extension == Some(wanted)
        })
    }

    /// Takes the other names of a torrent that is asked for.
    fn learn(&mut self, names: Names) {
        if names.iter().any(|name| self.torrents.contains(name)) {
            let others: Names = names.into_iter().filter(|name| !self.torrents.contains(name)).collect();
            self.torrents.extend(others);
        }
    }
}

/// Whether peers speak of a piece: they have it, ask for it or send it, or have everything.
fn is_about(message: &Message<'_>, piece: u32) -> bool {
    let Message::PeerWire { message, .. } = message else { return false };
    match message {
        peer_wire::Message::Have { index } | peer_wire::Message::Suggest { index } | peer_wire::Message::AllowedFast { index } => {
            *index == piece
        }
        peer_wire::Message::Request(block) | peer_wire::Message::Cancel(block) | peer_wire::Message::Reject(block) => block.index == piece,
        peer_wire::Message::Piece { block, .. } => block.index == piece,
        peer_wire::Message::HaveAll => true,
        peer_wire::Message::Bitfield(bits) => {
            let byte = usize::try_from(piece / 8).ok().and_then(|at| bits.get(at));
            byte.is_some_and(|byte| byte & (0x80 >> (piece % 8)) != 0)
        }
        _ => false,
    }
}

impl Known {
    /// Whether an event tells more than an earlier one. What an encrypted stream carried is told again and again, for the account.
    fn is_news(&mut self, event: &Event<'_>) -> bool {
        let (Message::Mse(message), Some(flow)) = (&event.message, event.flow) else { return true };
        let again = self.exchanges.get(&flow) == Some(&message.stage);
        if !again {
            self.exchanges.insert(flow, message.stage);
        }
        !again
    }

    /// The torrents that an event is about; of more than one, those first that it names. `wanted` are those that are asked for.
    fn torrents(&mut self, event: &Event<'_>, wanted: &[InfoHash]) -> Names {
        let names = named(event, wanted);
        match (asks(&event.message), names.first()) {
            (Some((true, key)), Some(first)) => {
                let asked = names.iter().find(|name| wanted.contains(name)).unwrap_or(first);
                self.asked.insert((event.source, event.destination, key), *asked);
            }
            (Some((false, key)), None) => {
                return self.asked.get(&(event.destination, event.source, key)).copied().into_iter().collect();
            }
            _ => {}
        }
        let Some(flow) = event.flow else { return names };
        match names.first() {
            Some(name) if self.flows.get(&flow) != Some(name) => drop(self.flows.insert(flow, *name)),
            Some(_) => {}
            None => return self.flows.get(&flow).copied().into_iter().collect(),
        }
        names
    }
}

/// The torrents that a message itself names.
fn named(event: &Event<'_>, wanted: &[InfoHash]) -> Names {
    match &event.message {
        Message::PeerWire { info_hash, .. } => info_hash.iter().copied().collect(),
        Message::Torrent { dictionary, .. } => dictionary.names().collect(),
        Message::UdpTracker(udp_tracker::Message { body, .. }) => match body {
            udp_tracker::Body::AnnounceRequest { info_hash, .. } => [*info_hash].into_iter().collect(),
            udp_tracker::Body::ScrapeRequest { info_hashes, .. } => info_hashes.iter().copied().collect(),
            _ => Names::new(),
        },
        Message::HttpTracker(http_tracker::Message { body: http_tracker::Body::Request { query, .. }, .. }) => {
            query.info_hashes.iter().copied().collect()
        }
        Message::WebSeed(message) => [message.info_hash].into_iter().collect(),
        Message::Lsd(message) => message.info_hashes.iter().copied().collect(),
        Message::Mdns(message) => message.info_hashes().collect(),
        Message::Dht(dht::Message { body: dht::Body::Query(query), .. }) => {
            let target = query.target.map(|target| InfoHash(target.0));
            // Clients blur what they look up, so a target that nobody asks about is no torrent.
            let sure = query.name == b"announce_peer";
            target.filter(|target| sure || query.name == b"get_peers" && wanted.contains(target)).into_iter().collect()
        }
        _ => Names::new(),
    }
}

/// Whether a message asks (or answers), and what both have in common; `None` where an answer needs no question to be understood.
fn asks(message: &Message<'_>) -> Option<(bool, Key)> {
    match message {
        Message::Dht(message) => Some((matches!(message.body, dht::Body::Query(_)), key(message.transaction_id))),
        Message::UdpTracker(message) => {
            let asks = message.name().ends_with("request");
            Some((asks, key(&message.transaction_id.to_be_bytes())))
        }
        Message::HttpTracker(message) => {
            let asks = matches!(message.body, http_tracker::Body::Request { .. });
            Some((asks, key(&message.number.to_be_bytes())))
        }
        _ => None,
    }
}

/// The beginning of a number: clients use a few bytes.
fn key(number: &[u8]) -> Key {
    number.iter().copied().take(KEY_BYTES).collect()
}

impl Host {
    /// An address, alone or with a port.
    pub(in crate::report) fn read(text: &str) -> Option<Self> {
        let endpoint = |socket: SocketAddr| Host::Endpoint(Endpoint::new(socket.ip(), socket.port()));
        text.parse().map(Host::Address).ok().or_else(|| text.parse().map(endpoint).ok())
    }

    /// Whether an endpoint is it, or is at it.
    pub(in crate::report) fn is(self, endpoint: Endpoint) -> bool {
        match self {
            Host::Address(address) => endpoint.address == address,
            Host::Endpoint(host) => endpoint == host,
        }
    }
}

/// Bytes of a transaction ID that are remembered.
const KEY_BYTES: usize = 16;

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ScopeError::Torrent => "a torrent is named by 40 or 64 hex digits",
            ScopeError::Host => "a host is an IP address, alone or with a port",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{InfoHashV2, Time};
    use crate::protocol::info_dictionary::{InfoDictionary, MetadataSource};
    use crate::protocol::tracker::Peers;
    use crate::protocol::{Unread, peer_wire};

    const ONE: InfoHash = InfoHash([0xaa; 20]);
    const TWO: InfoHash = InfoHash([0xbb; 20]);

    fn client() -> Endpoint {
        Endpoint::new([10, 0, 0, 1], 6881)
    }

    fn other() -> Endpoint {
        Endpoint::new([10, 0, 0, 9], 6969)
    }

    fn event(flow: Option<u64>, to_client: bool, message: Message<'_>) -> Event<'_> {
        let (source, destination) = if to_client { (other(), client()) } else { (client(), other()) };
        let direction = crate::flow::Direction::Originator;
        Event { time: Time::from_nanos(0), frame: 7, source, destination, flow: flow.map(FlowId), direction, bytes: 0, message }
    }

    fn of_torrent(names: &[&str], torrent_flows: &[u64]) -> Scope {
        let torrent_names = names.iter().map(|name| (*name).to_owned()).collect();
        let query = EventQuery { torrent_names, torrent_flows: torrent_flows.to_vec(), ..EventQuery::default() };
        Scope::new(&query, &Limits::default()).unwrap()
    }

    fn announce(transaction_id: u32, info_hash: InfoHash) -> Message<'static> {
        let body = udp_tracker::Body::AnnounceRequest { connection_id: 1, info_hash, details: None };
        Message::UdpTracker(udp_tracker::Message { transaction_id, body })
    }

    fn answer(transaction_id: u32) -> Message<'static> {
        let body = udp_tracker::Body::AnnounceResponse { interval: 1, leechers: 2, seeders: 3, peers: Peers::default() };
        Message::UdpTracker(udp_tracker::Message { transaction_id, body })
    }

    fn lost() -> Message<'static> {
        Message::Unread { reason: Unread::Lost, bytes: 5 }
    }

    fn said(info_hash: Option<InfoHash>) -> Message<'static> {
        Message::PeerWire { info_hash, message: peer_wire::Message::Choke }
    }

    #[test]
    fn an_answer_is_about_what_was_asked() {
        let mut scope = of_torrent(&[&"aa".repeat(20)], &[]);
        let mut takes = |to_client, message| scope.takes(&event(None, to_client, message));
        assert_eq!(takes(false, announce(1, ONE)), Some(Some(ONE)));
        assert_eq!(takes(false, announce(2, TWO)), None);
        assert_eq!((takes(true, answer(2)), takes(true, answer(1))), (None, Some(Some(ONE))));
        assert_eq!(takes(true, answer(3)), None, "nobody asked");
        assert_eq!(takes(false, answer(1)), None, "the other way round");
    }

    #[test]
    fn what_names_no_torrent_is_about_that_of_its_stream() {
        let mut scope = of_torrent(&[&"aa".repeat(20)], &[6]);
        let mut takes = |flow, message| scope.takes(&event(Some(flow), false, message));
        assert_eq!(takes(0, lost()), None, "it is not known yet");
        assert_eq!((takes(0, said(Some(ONE))), takes(2, said(Some(TWO)))), (Some(Some(ONE)), None));
        assert_eq!((takes(0, lost()), takes(2, lost())), (Some(Some(ONE)), None));
        assert_eq!((takes(6, lost()), takes(6, said(None)), takes(8, said(None))), (Some(None), Some(None), None));
    }

    #[test]
    fn a_torrent_goes_by_all_its_names() {
        let whole = InfoHashV2([0xbb; 32]);
        let dictionary = InfoDictionary {
            info_hash: Some(ONE),
            info_hash_v2: Some(whole),
            name: "both".into(),
            piece_length: 1,
            piece_count: 1,
            total_size: 1,
            private: false,
            files: vec![],
            hashes: Default::default(),
        };
        let mut scope = of_torrent(&[&"AA".repeat(20)], &[]);
        assert_eq!(scope.takes(&event(Some(0), false, said(Some(TWO)))), None, "nobody knows that yet");
        assert_eq!(
            scope.takes(&event(Some(2), false, Message::Torrent { dictionary: &dictionary, source: MetadataSource::UtMetadata })),
            Some(Some(ONE))
        );
        assert_eq!(scope.takes(&event(Some(0), false, said(Some(TWO)))), Some(Some(TWO)));
        let mut scope = of_torrent(&[&whole.to_string(), &"aa".repeat(20)], &[]);
        assert_eq!(scope.takes(&event(Some(0), false, said(Some(TWO)))), Some(Some(TWO)));
    }

    #[test]
    fn what_clients_look_up_is_a_torrent_where_somebody_asks_about_it() {
        let query = |name: &'static [u8]| {
            let target = Some(crate::base::NodeId([0xaa; 20]));
            let body = dht::Body::Query(dht::Query { name, target, ..dht::Query::default() });
            Message::Dht(dht::Message { transaction_id: b"tt", version: None, read_only: false, seen_as: &[], body })
        };
        let mut everything = Scope::new(&EventQuery::default(), &Limits::default()).unwrap();
        let mut takes = |name| everything.takes(&event(None, false, query(name)));
        assert_eq!((takes(b"get_peers"), takes(b"announce_peer"), takes(b"find_node")), (Some(None), Some(Some(ONE)), Some(None)));
        let mut scope = of_torrent(&[&"aa".repeat(20)], &[]);
        let mut takes = |name| scope.takes(&event(None, false, query(name)));
        assert_eq!((takes(b"get_peers"), takes(b"find_node")), (Some(Some(ONE)), None));
    }

    #[test]
    fn a_piece_is_whatever_peers_say_of_it() {
        let mut scope = Scope::new(&EventQuery { piece: Some(9), ..EventQuery::default() }, &Limits::default()).unwrap();
        let mut takes = |message| scope.takes(&event(Some(0), false, Message::PeerWire { info_hash: Some(ONE), message })).is_some();
        let block = |index| peer_wire::Block { index, begin: 0, length: 16384 };
        for (message, wanted) in [
            (peer_wire::Message::Request(block(9)), true),
            (peer_wire::Message::Request(block(8)), false),
            (peer_wire::Message::Piece { block: block(9), captured: 1 }, true),
            (peer_wire::Message::Have { index: 9 }, true),
            (peer_wire::Message::Have { index: 10 }, false),
            (peer_wire::Message::HaveAll, true),
            (peer_wire::Message::HaveNone, false),
            (peer_wire::Message::Bitfield(&[0, 0x40]), true),
            (peer_wire::Message::Bitfield(&[0xff, 0xbf]), false),
            (peer_wire::Message::Bitfield(&[0xff]), false),
        ] {
            assert_eq!(takes(message.clone()), wanted, "{message}");
        }
        assert!(scope.takes(&event(Some(0), false, lost())).is_none());
    }

    #[test]
    fn names_that_are_none_are_refused() {
        let scope = |query: EventQuery| Scope::new(&query, &Limits::default()).map(|_| ());
        for torrent in ["aa", &"zz".repeat(20), &"aa".repeat(21), &("aa".repeat(20) + &"zz".repeat(12)), &"é".repeat(20)] {
            let query = EventQuery { torrent: Some(torrent.into()), ..EventQuery::default() };
            assert_eq!(scope(query), Err(ScopeError::Torrent), "{torrent}");
        }
        for (host, outcome) in
            [("::1", Ok(())), ("[::1]:5", Ok(())), ("10.0.0.1:5", Ok(())), ("10.0.0", Err(ScopeError::Host)), ("", Ok(()))]
        {
            assert_eq!(scope(EventQuery { host: Some(host.into()), ..EventQuery::default() }), outcome, "{host}");
        }
    }
}
