//! Trackers over UDP: connecting, announcing, scraping.
//!
//! BEP 15 (with its IPv6 answers), BEP 41 (options behind an announce). One message is one datagram, all numbers big-endian:
//!
//! ```text
//! connect   → 8 magic         │ 4 action 0 │ 4 transaction           ← 4 action │ 4 transaction │ 8 connection
//! announce  → 8 connection    │ 4 action 1 │ 4 transaction │ 20 info_hash │ 20 peer_id │ 8 downloaded │ 8 left │ 8 uploaded
//!             │ 4 event │ 4 ip │ 4 key │ 4 num_want │ 2 port │ options
//!                                                                   ← 4 action │ 4 transaction │ 4 interval │ 4 leechers │ 4 seeders │ peers
//! scrape    → 8 connection    │ 4 action 2 │ 4 transaction │ 20 info_hash …
//!                                                                   ← 4 action │ 4 transaction │ (4 seeders │ 4 completed │ 4 leechers) …
//! error                                                             ← 4 action 3 │ 4 transaction │ text
//! ```
//!
//! Known on any port. A connect request shows its magic; an announce has more than a hundred bits that must fall just so, and is known
//! without the connect request before it. All else shows too little: a scrape is known by a connection ID, an answer by a transaction ID
//! that [`Memory`] holds for the same two ends. Left out on purpose: the authentication of older drafts.

mod unfinished;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use super::tracker::{Event, PEER_BYTES, PEER6_BYTES, Peers};
use super::{Datagram, DatagramProtocol, Message as AnyMessage, Parsed, Probe};
use crate::base::{Code, Endpoint, Excerpt, InfoHash, Limits, Malformed, PeerId, Reader, Recent};
pub use unfinished::UnfinishedAsking;

/// Requests.
pub(super) const PROTOCOL: DatagramProtocol =
    DatagramProtocol { probe: probe_request, parse: parse_request, malformed: Code::UdpTrackerMalformed, accounted: true };

/// Answers, which only [`Memory::expects`] knows.
const ANSWERS: DatagramProtocol =
    DatagramProtocol { probe: |_| Probe::No, parse: parse_answer, malformed: Code::UdpTrackerMalformed, accounted: true };

/// One message, borrowed from its datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// What ties an answer to its request.
    pub transaction_id: u32,
    /// What is said.
    pub body: Body<'a>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// Asks for a connection ID.
    ConnectRequest,
    /// Gives one.
    ConnectResponse {
        /// What later requests must carry.
        connection_id: u64,
    },
    /// Says that a client is in a swarm, and asks for others.
    AnnounceRequest {
        /// The ID that a connect response gave.
        connection_id: u64,
        /// The torrent.
        info_hash: InfoHash,
        /// The rest; `None` where the capture cut it off.
        details: Option<Details>,
    },
    /// Names others.
    AnnounceResponse {
        /// Seconds until the next announce is wanted.
        interval: u32,
        /// Peers that are not complete.
        leechers: u32,
        /// Peers that are.
        seeders: u32,
        /// Some peers.
        peers: Peers<'a>,
    },
    /// Asks how large swarms are.
    ScrapeRequest {
        /// The ID that a connect response gave.
        connection_id: u64,
        /// The torrents.
        info_hashes: Vec<InfoHash>,
    },
    /// Says so, in the order of the request.
    ScrapeResponse(Vec<Swarm>),
    /// Says what went wrong.
    Error(&'a [u8]),
    /// A message of which the capture holds too little to read: its action, and whether it answers.
    Cut(Action, bool),
}

/// What is asked for, or answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// 0
    Connect,
    /// 1
    Announce,
    /// 2
    Scrape,
    /// 3: only answers are.
    Error,
}

/// What an announce says of its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The sender's name in the swarm.
    pub peer_id: PeerId,
    /// Bytes got since `started`.
    pub downloaded: u64,
    /// Bytes that are missing; all ones where the sender does not know.
    pub left: u64,
    /// Bytes sent since `started`.
    pub uploaded: u64,
    /// Why it announces.
    pub event: Event,
    /// Where it wants to be reached; `None` for where it sends from.
    pub address: Option<Ipv4Addr>,
    /// By which a tracker knows it again when its address changes.
    pub key: u32,
    /// Peers wanted, -1 for as many as the tracker likes.
    pub num_want: i32,
    /// The port on which it listens.
    pub port: u16,
    /// The path and query of the tracker's URL (BEP 41), empty when not said.
    pub url_data: Vec<u8>,
}

/// How large a swarm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swarm {
    /// Peers with all pieces.
    pub seeders: u32,
    /// How often it was downloaded, ever.
    pub completed: u32,
    /// Peers without all pieces.
    pub leechers: u32,
}

impl Message<'_> {
    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        match self.body {
            Body::ConnectRequest | Body::Cut(Action::Connect, false) => "connect_request",
            Body::ConnectResponse { .. } | Body::Cut(Action::Connect, true) => "connect_response",
            Body::AnnounceRequest { .. } | Body::Cut(Action::Announce, false) => "announce_request",
            Body::AnnounceResponse { .. } | Body::Cut(Action::Announce, true) => "announce_response",
            Body::ScrapeRequest { .. } | Body::Cut(Action::Scrape, false) => "scrape_request",
            Body::ScrapeResponse(_) | Body::Cut(Action::Scrape, true) => "scrape_response",
            Body::Error(_) | Body::Cut(Action::Error, _) => "error",
        }
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name().replace('_', " "))?;
        match &self.body {
            Body::AnnounceRequest { info_hash, details, .. } => {
                write!(f, " {info_hash}")?;
                let Some(Details { event, port, left, downloaded, uploaded, .. }) = details else { return Ok(()) };
                write!(f, " event {event}, port {port}")?;
                // All ones: the sender does not know.
                if *left != u64::MAX {
                    write!(f, ", left {left}")?;
                }
                write!(f, ", downloaded {downloaded}, uploaded {uploaded}")
            }
            Body::AnnounceResponse { interval, leechers, seeders, peers } => {
                write!(f, ", {} peers, {seeders} seeders, {leechers} leechers, interval {interval} s", peers.count())
            }
            Body::ScrapeRequest { info_hashes, .. } => {
                write!(f, ", {} torrents", info_hashes.len())?;
                info_hashes.iter().try_for_each(|info_hash| write!(f, ", {info_hash}"))
            }
            Body::ScrapeResponse(swarms) => {
                write!(f, ", {} torrents", swarms.len())?;
                swarms.iter().try_for_each(|Swarm { seeders, leechers, .. }| write!(f, ", {seeders} seeders, {leechers} leechers"))
            }
            Body::Error(text) => write!(f, " {}", Excerpt(text)),
            Body::ConnectRequest | Body::ConnectResponse { .. } | Body::Cut(..) => Ok(()),
        }
    }
}

/// What was asked of whom: by it answers are known, and scrapes.
#[derive(Debug)]
pub(super) struct Memory {
    /// Open and recent requests, by client, tracker and transaction ID.
    requests: Recent<(Endpoint, Endpoint, u32), Action>,
    /// Connection IDs, by client and tracker. A tracker ties one to an address, and clients use it from several ports.
    connections: Recent<(IpAddr, Endpoint, u64), ()>,
}

impl Memory {
    /// A memory of nothing.
    pub(super) fn new(limits: &Limits) -> Self {
        Memory { requests: Recent::new(limits.tracker_requests), connections: Recent::new(limits.tracker_requests) }
    }

    /// How to read a datagram that its own bytes do not tell, but what was said before does.
    pub(super) fn expects(&self, datagram: &Datagram<'_>) -> Option<&'static DatagramProtocol> {
        let [a0, a1, a2, a3, t0, t1, t2, t3, rest @ ..] = datagram.payload else { return None };
        let (first, second) = (u32::from_be_bytes([*a0, *a1, *a2, *a3]), u32::from_be_bytes([*t0, *t1, *t2, *t3]));
        if let Some(action) = Action::of(first) {
            let asked = self.requests.get(&(datagram.destination, datagram.source, second))?;
            return (action == *asked || action == Action::Error).then_some(&ANSWERS);
        }
        let known = matches!(rest, [0, 0, 0, 1 | 2, _, _, _, _, ..]) && {
            let connection_id = u64::from(first) << 32 | u64::from(second);
            self.connections.get(&(datagram.source.address, datagram.destination, connection_id)).is_some()
        };
        known.then_some(&PROTOCOL)
    }

    /// Remembers what a message says of those to come.
    pub(super) fn learn(&mut self, source: Endpoint, destination: Endpoint, message: &Message<'_>) {
        let mut asked = |action| {
            self.requests.insert((source, destination, message.transaction_id), action);
        };
        match message.body {
            Body::ConnectRequest => asked(Action::Connect),
            Body::AnnounceRequest { connection_id, .. } => {
                asked(Action::Announce);
                self.connections.insert((source.address, destination, connection_id), ());
            }
            Body::ScrapeRequest { .. } => asked(Action::Scrape),
            Body::Cut(action, false) => asked(action),
            Body::ConnectResponse { connection_id } => {
                self.connections.insert((destination.address, source, connection_id), ());
            }
            _ => {}
        }
    }
}

impl Action {
    fn of(number: u32) -> Option<Self> {
        match number {
            0 => Some(Action::Connect),
            1 => Some(Action::Announce),
            2 => Some(Action::Scrape),
            3 => Some(Action::Error),
            _ => None,
        }
    }
}

/// A connect request by its magic; an announce by its structure.
fn probe_request(datagram: &Datagram<'_>) -> Probe {
    let is = match datagram.payload {
        [0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0, _, _, _, _, ..] => true,
        [_, _, _, _, _, _, _, _, 0, 0, 0, 1, _, _, _, _, rest @ ..] => is_announce(rest),
        _ => false,
    };
    if is { Probe::Yes } else { Probe::No }
}

/// Whether what stands behind the header of an announce is one: counts below 2^48, an event, a port, and an info hash that is no filling.
fn is_announce(rest: &[u8]) -> bool {
    let Ok((info_hash, details)) = read_announce(&mut Reader::new(rest)) else { return false };
    let distinct = (0..=u8::MAX).filter(|byte| info_hash.0.contains(byte)).count();
    distinct >= 8
        && details.event != Event::Unknown
        && details.port != 0
        && details.downloaded.max(details.uploaded) < 1 << 48
        && (details.left < 1 << 48 || details.left > i64::MAX as u64)
        && (-1..=1 << 16).contains(&details.num_want)
}

fn parse_request<'a>(datagram: &Datagram<'a>, limits: &Limits) -> Parsed<'a> {
    let mut reader = Reader::new(datagram.payload);
    match read_request_header(&mut reader) {
        Ok((connection_id, action, transaction_id)) => {
            let body = read_request(&mut reader, action, connection_id, datagram.cut_short > 0, limits);
            parsed((action, false), transaction_id, body, datagram)
        }
        Err(malformed) => Parsed { message: None, malformed: Some(malformed) },
    }
}

fn parse_answer<'a>(datagram: &Datagram<'a>, limits: &Limits) -> Parsed<'a> {
    let mut reader = Reader::new(datagram.payload);
    match read_answer_header(&mut reader) {
        Ok((action, transaction_id)) => {
            let body = read_answer(&mut reader, action, datagram, limits);
            parsed((action, true), transaction_id, body, datagram)
        }
        Err(malformed) => Parsed { message: None, malformed: Some(malformed) },
    }
}

/// A message whose body could not be read is still one, and when the capture cut it, nothing is wrong with it.
fn parsed<'a>(kind: (Action, bool), transaction_id: u32, body: Result<Body<'a>, Malformed>, datagram: &Datagram<'_>) -> Parsed<'a> {
    let malformed = body.as_ref().err().copied().filter(|_| datagram.cut_short == 0);
    let body = body.unwrap_or(Body::Cut(kind.0, kind.1));
    Parsed { message: Some(AnyMessage::UdpTracker(Message { transaction_id, body })), malformed }
}

fn read_request_header(reader: &mut Reader<'_>) -> Result<(u64, Action, u32), Malformed> {
    let connection_id = reader.u64("connection_id")?;
    let action = Action::of(reader.u32("action")?).ok_or(reader.malformed("action"))?;
    Ok((connection_id, action, reader.u32("transaction_id")?))
}

fn read_answer_header(reader: &mut Reader<'_>) -> Result<(Action, u32), Malformed> {
    let action = Action::of(reader.u32("action")?).ok_or(reader.malformed("action"))?;
    Ok((action, reader.u32("transaction_id")?))
}

fn read_request<'a>(
    reader: &mut Reader<'a>,
    action: Action,
    connection_id: u64,
    is_cut: bool,
    limits: &Limits,
) -> Result<Body<'a>, Malformed> {
    match action {
        Action::Connect => Ok(Body::ConnectRequest),
        Action::Announce => {
            let mut whole = reader.clone();
            match read_announce(&mut whole) {
                Ok((info_hash, mut details)) => {
                    details.url_data = read_url_data(&mut whole);
                    Ok(Body::AnnounceRequest { connection_id, info_hash, details: Some(details) })
                }
                Err(malformed) if !is_cut => Err(malformed),
                Err(_) => Ok(Body::AnnounceRequest { connection_id, info_hash: InfoHash(reader.array("info_hash")?), details: None }),
            }
        }
        Action::Scrape => {
            let info_hashes = reader.rest().as_chunks().0.iter().copied().map(InfoHash);
            Ok(Body::ScrapeRequest { connection_id, info_hashes: info_hashes.take(limits.scraped_torrents).collect() })
        }
        Action::Error => Err(reader.malformed("action")),
    }
}

fn read_announce(reader: &mut Reader<'_>) -> Result<(InfoHash, Details), Malformed> {
    let info_hash = InfoHash(reader.array("info_hash")?);
    let details = Details {
        peer_id: PeerId(reader.array("peer_id")?),
        downloaded: reader.u64("downloaded")?,
        left: reader.u64("left")?,
        uploaded: reader.u64("uploaded")?,
        event: Event::of_number(reader.u32("event")?),
        address: Some(Ipv4Addr::from(reader.u32("IP address")?)).filter(|address| !address.is_unspecified()),
        key: reader.u32("key")?,
        num_want: reader.u32("num_want")?.cast_signed(),
        port: reader.u16("port")?,
        url_data: Vec::new(),
    };
    Ok((info_hash, details))
}

/// The URL data in the options behind an announce, in as many parts as it comes. What follows a broken option is left alone: older
/// clients put bytes of their own there.
fn read_url_data(reader: &mut Reader<'_>) -> Vec<u8> {
    let mut url_data = Vec::new();
    while let Ok(kind) = reader.u8("option") {
        match kind {
            OPTION_END => break,
            OPTION_NOP => continue,
            _ => {}
        }
        let length = reader.u8("option length").map(usize::from);
        let Ok(value) = length.and_then(|length| reader.bytes(length, "option")) else { break };
        if kind == OPTION_URL_DATA {
            url_data.extend_from_slice(value);
        }
    }
    url_data
}

fn read_answer<'a>(reader: &mut Reader<'a>, action: Action, datagram: &Datagram<'_>, limits: &Limits) -> Result<Body<'a>, Malformed> {
    match action {
        Action::Connect => Ok(Body::ConnectResponse { connection_id: reader.u64("connection_id")? }),
        Action::Announce => read_announce_response(reader, datagram),
        Action::Scrape => Ok(Body::ScrapeResponse(read_swarms(reader, limits))),
        Action::Error => Ok(Body::Error(reader.rest())),
    }
}

fn read_announce_response<'a>(reader: &mut Reader<'a>, datagram: &Datagram<'_>) -> Result<Body<'a>, Malformed> {
    let (interval, leechers, seeders) = (reader.u32("interval")?, reader.u32("leechers")?, reader.u32("seeders")?);
    let missing = datagram.cut_short as usize;
    // BEP 15: the address family of the answer is that of the packet.
    let peers = if datagram.source.address.is_ipv6() {
        Peers { ipv6: reader.rest(), others: missing / PEER6_BYTES, ..Peers::default() }
    } else {
        Peers { ipv4: reader.rest(), others: missing / PEER_BYTES, ..Peers::default() }
    };
    Ok(Body::AnnounceResponse { interval, leechers, seeders, peers })
}

fn read_swarms(reader: &mut Reader<'_>, limits: &Limits) -> Vec<Swarm> {
    let swarm = |reader: &mut Reader<'_>| -> Result<Swarm, Malformed> {
        Ok(Swarm { seeders: reader.u32("seeders")?, completed: reader.u32("completed")?, leechers: reader.u32("leechers")? })
    };
    std::iter::from_fn(|| swarm(reader).ok()).take(limits.scraped_torrents).collect()
}

const OPTION_END: u8 = 0;
const OPTION_NOP: u8 = 1;
const OPTION_URL_DATA: u8 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [u8; 4] = [0xfd, 0x85, 0x64, 0x9d];
    const CONNECTION: [u8; 8] = [0xa4, 0x37, 0x6b, 0x5f, 0x7f, 0x44, 0xec, 0xaf];

    fn client() -> Endpoint {
        Endpoint::new([10, 0, 0, 1], 6883)
    }

    fn tracker() -> Endpoint {
        Endpoint::new([10, 0, 0, 9], 6969)
    }

    /// What a dissector would make of one datagram after another.
    struct Conversation(Memory);

    impl Conversation {
        fn new() -> Self {
            Conversation(Memory::new(&Limits::default()))
        }

        fn read<'a>(&mut self, source: Endpoint, destination: Endpoint, payload: &'a [u8], cut_short: u32) -> Option<Parsed<'a>> {
            let datagram = Datagram { source, destination, payload, cut_short };
            let known = if (PROTOCOL.probe)(&datagram) == Probe::Yes { Some(&PROTOCOL) } else { self.0.expects(&datagram) };
            let parsed = (known?.parse)(&datagram, &Limits::default());
            if let Some(AnyMessage::UdpTracker(message)) = &parsed.message {
                self.0.learn(source, destination, message);
            }
            Some(parsed)
        }

        fn ask<'a>(&mut self, payload: &'a [u8]) -> Option<Message<'a>> {
            message(self.read(client(), tracker(), payload, 0)?)
        }

        fn answer<'a>(&mut self, payload: &'a [u8]) -> Option<Message<'a>> {
            message(self.read(tracker(), client(), payload, 0)?)
        }
    }

    fn message(parsed: Parsed<'_>) -> Option<Message<'_>> {
        match parsed.message? {
            AnyMessage::UdpTracker(message) => Some(message),
            _ => unreachable!("parse answers trackers"),
        }
    }

    fn connect() -> Vec<u8> {
        [&MAGIC[..], &[0; 4], &IDS].concat()
    }

    fn announce() -> Vec<u8> {
        let numbers = [&[0; 6][..], &[2, 0], &[0; 6], &[0x30, 0], &[0; 8], &[0, 0, 0, 2], &[0; 4], &[0x37, 0x8e, 0x19, 0x41]].concat();
        let end = b"\0\0\0\xc8\x1a\xe3\x01\x02\x05/anno\x09\x01x\x02\x04unce\0\x02\x01!";
        [&CONNECTION[..], &[0, 0, 0, 1], &IDS, b"mnopqrstuvwxyz123456", b"-LT2110-0F3U3nOjk7Vw", &numbers, end].concat()
    }

    const MAGIC: [u8; 8] = [0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80];

    #[test]
    fn connecting() {
        let mut conversation = Conversation::new();
        assert_eq!(conversation.ask(&connect()).unwrap().body, Body::ConnectRequest);
        let answer = [&[0; 4][..], &IDS, &CONNECTION].concat();
        let message = conversation.answer(&answer).unwrap();
        assert_eq!(message.body, Body::ConnectResponse { connection_id: u64::from_be_bytes(CONNECTION) });
        assert_eq!(message.to_string(), "connect response");
    }

    #[test]
    fn announcing() {
        let mut conversation = Conversation::new();
        let request = announce();
        let message = conversation.ask(&request).unwrap();
        let details = Details {
            peer_id: PeerId(*b"-LT2110-0F3U3nOjk7Vw"),
            downloaded: 512,
            left: 0x3000,
            uploaded: 0,
            event: Event::Started,
            address: None,
            key: 0x378e_1941,
            num_want: 200,
            port: 6883,
            url_data: b"/announce".to_vec(),
        };
        let info_hash = InfoHash(*b"mnopqrstuvwxyz123456");
        assert_eq!(
            message.body,
            Body::AnnounceRequest { connection_id: u64::from_be_bytes(CONNECTION), info_hash, details: Some(details) }
        );
        assert_eq!(
            message.to_string(),
            "announce request 6d6e6f707172737475767778797a313233343536 event started, port 6883, left 12288, downloaded 512, uploaded 0"
        );
        let answer = [&[0, 0, 0, 1][..], &IDS, &[0, 0, 7, 8], &[0, 0, 0, 3], &[0, 0, 0, 5], b"\x0a\0\0\x02\xc8\xd5"].concat();
        let message = conversation.answer(&answer).unwrap();
        assert_eq!(message.to_string(), "announce response, 1 peers, 5 seeders, 3 leechers, interval 1800 s");
    }

    #[test]
    fn an_answer_over_ipv6_holds_ipv6_peers() {
        let at = |port| Endpoint::new([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], port);
        let mut conversation = Conversation::new();
        assert!(conversation.read(at(1), at(2), &announce(), 0).is_some());
        let answer = [&[0, 0, 0, 1][..], &IDS, &[0; 12], &[7; 36]].concat();
        let message = message(conversation.read(at(2), at(1), &answer, 0).unwrap()).unwrap();
        let Body::AnnounceResponse { peers, .. } = message.body else { panic!("{message:?}") };
        assert_eq!((peers.count(), peers.ipv6.len(), peers.ipv4.len()), (2, 36, 0));
    }

    #[test]
    fn scraping_and_errors() {
        let mut conversation = Conversation::new();
        let scrape = [&CONNECTION[..], &[0, 0, 0, 2], &IDS, &[7; 20], &[8; 20]].concat();
        assert_eq!(conversation.ask(&scrape), None, "nothing tells it");
        conversation.ask(&connect());
        conversation.answer(&[&[0; 4][..], &IDS, &CONNECTION].concat());
        assert_eq!(
            conversation.ask(&scrape).unwrap().to_string(),
            format!("scrape request, 2 torrents, {}, {}", "07".repeat(20), "08".repeat(20))
        );
        let answer = [&[0, 0, 0, 2][..], &IDS, &[0, 0, 0, 5, 0, 0, 0, 100, 0, 0, 0, 3]].concat();
        let swarm = Swarm { seeders: 5, completed: 100, leechers: 3 };
        assert_eq!(conversation.answer(&answer).unwrap().body, Body::ScrapeResponse(vec![swarm]));
        let error = [&[0, 0, 0, 3][..], &IDS, b"no"].concat();
        assert_eq!(conversation.answer(&error).unwrap().to_string(), "error no");
    }

    #[test]
    fn an_answer_needs_its_request_between_the_same_ends() {
        let mut conversation = Conversation::new();
        let answer = [&[0; 4][..], &IDS, &CONNECTION].concat();
        assert_eq!(conversation.answer(&answer), None);
        conversation.ask(&connect());
        assert_eq!(conversation.ask(&answer), None, "the wrong way");
        assert_eq!(conversation.answer(&[&[0; 7][..], &[1], &CONNECTION].concat()), None, "another transaction");
        assert_eq!(conversation.answer(&[&[0, 0, 0, 1][..], &IDS, &CONNECTION].concat()), None, "another action");
        assert!(conversation.answer(&answer).is_some());
    }

    /// The flow floor asks first whether a datagram is uTP (version 1 in the low half of the first byte, the type in the high one).
    #[test]
    fn a_connection_id_that_looks_like_utp_is_a_trackers_all_the_same() {
        use crate::decode::{Packet, Transport};
        use crate::flow::Flows;
        use crate::protocol::Dissector;
        for (first, second) in [0x01, 0x11, 0x21, 0x31, 0x41].into_iter().flat_map(|first| [(first, 0), (first, 1), (first, 2)]) {
            let connection = [first, second, 0x76, 0xc6, 0xc8, 0xba, 0x24, 0x65];
            let magic = [0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80];
            let scrape = [&connection[..], &[0, 0, 0, 2], &IDS, b"mnopqrstuvwxyz123456"].concat();
            let announce = [&connection[..], &announce()[8..]].concat();
            let conversation = [
                (true, [&magic[..], &[0; 4], &IDS].concat()),
                (false, [&[0; 4], &IDS[..], &connection].concat()),
                (true, scrape.clone()),
                (false, [&[0, 0, 0, 2], &IDS[..], &[0; 12]].concat()),
                (true, announce),
                (false, [&[0, 0, 0, 1], &IDS[..], &[0; 12]].concat()),
                (true, scrape),
                (false, [&[0, 0, 0, 3], &IDS[..], b"enough"].concat()),
            ];
            let limits = Limits::default();
            let (mut flows, mut dissector, mut told) = (Flows::new(&limits), Dissector::new(&limits), Vec::new());
            for (number, (asks, payload)) in (1..).zip(&conversation) {
                let (source, destination) = if *asks { (client(), tracker()) } else { (tracker(), client()) };
                let packet = Packet { source, destination, transport: Transport::Udp, payload, cut_short: 0 };
                let time = crate::base::Time::from_nanos(number * 300_000_000);
                flows.push(number.unsigned_abs(), time, &packet, |state, delivery| {
                    dissector.dissect(state, delivery, &mut |event| told.extend(event.name()));
                });
            }
            let names = ["connect_request", "connect_response", "scrape_request", "scrape_response", "announce_request"];
            let names = names.into_iter().chain(["announce_response", "scrape_request", "error"]);
            assert_eq!(told, names.map(|name| ("udp_tracker", name)).collect::<Vec<_>>(), "{first:x} {second}");
        }
    }

    #[test]
    fn what_only_begins_like_an_announce_is_none() {
        let whole = announce();
        for (at, byte) in [(11, 2), (8, 1), (80, 1), (83, 9), (56, 1), (72, 1), (64, 1), (92, 1)] {
            let mut other = whole.clone();
            other[at] = byte;
            assert_eq!(Conversation::new().ask(&other), None, "{at}");
        }
        let filled = [&whole[..16], &[7; 20], &whole[36..]].concat();
        assert_eq!(Conversation::new().ask(&filled), None);
        assert_eq!(Conversation::new().ask(&[&[1; 8][..], &[0, 0, 0, 1], &[0; 100]].concat()), None);
    }

    #[test]
    fn no_prefix_of_a_request_is_one_unless_the_capture_cut_it() {
        for end in 0..98 {
            assert_eq!(Conversation::new().ask(&announce()[..end]), None, "{end}");
        }
        for end in 0..16 {
            assert_eq!(Conversation::new().ask(&connect()[..end]), None, "{end}");
        }
        let whole = announce();
        for end in 16..98 {
            let mut conversation = Conversation::new();
            conversation.ask(&announce());
            let cut = u32::try_from(whole.len() - end).unwrap();
            let parsed = conversation.read(client(), tracker(), &whole[..end], cut).unwrap();
            assert!(parsed.malformed.is_none());
            let message = message(parsed).unwrap();
            assert_eq!(message.name(), "announce_request");
            assert_eq!(matches!(message.body, Body::AnnounceRequest { details: None, .. }), end >= 36, "{end}");
        }
    }

    #[test]
    fn every_prefix_of_an_answer_is_read_or_malformed() {
        let whole = [&[0, 0, 0, 1][..], &IDS, &[0, 0, 7, 8], &[0, 0, 0, 3], &[0, 0, 0, 5], &[7; 12]].concat();
        for end in 8..whole.len() {
            let mut conversation = Conversation::new();
            conversation.ask(&announce());
            let parsed = conversation.read(tracker(), client(), &whole[..end], 0).unwrap();
            assert_eq!(parsed.malformed.is_some(), end < 20, "{end}");
            assert_eq!(message(parsed).unwrap().name(), "announce_response");
            let cut = u32::try_from(whole.len() - end).unwrap();
            let parsed = conversation.read(tracker(), client(), &whole[..end], cut).unwrap();
            assert!(parsed.malformed.is_none());
        }
    }
}
