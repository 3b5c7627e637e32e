//! Floor 5: [`Delivery`] → [`Event`].
//!
//! In: datagrams and ordered bytes. Out: one event for every message of a known protocol, with the frame that carried it. Ports mean
//! nothing here: a datagram belongs to the first protocol of [`DATAGRAMS`] whose probe knows its structure, a stream to the one
//! that [`recognize`] finds in it, at its beginning or, when that is not in the capture, anywhere. A datagram that no probe knows may still
//! be the answer to an earlier one, which [`Dissector`] remembers. uTP is asked first, on the floor below, and takes no tracker's message: an
//! answer begins with a zero byte, where uTP has a version of 1; a request that begins with a connection ID may look like uTP, but until
//! packets agree on a connection it is handed on as a datagram too, and requests with one ID have no time stamps that could agree. Every byte of a recognised flow
//! ends in exactly one event's account: in [`Event::bytes`] of a message, or in a [`Message::Unread`].

pub mod anatomy;
pub mod canonical_priority;
pub mod dht;
pub mod dns;
pub mod given;
#[cfg(test)]
#[path = "../../tests/support/heard.rs"]
mod heard;
mod http;
pub mod http_tracker;
pub mod info_dictionary;
pub mod lsd;
pub mod magnet;
pub mod mdns;
pub mod metainfo;
pub mod mse;
pub mod nat_pmp;
pub mod payload;
#[cfg(test)]
#[path = "../../tests/support/peer.rs"]
mod peer;
pub mod peer_id;
pub mod peer_wire;
mod recognize;
#[cfg(test)]
mod tests;
pub mod tls;
mod torrents;
pub mod tracker;
pub mod udp_tracker;
mod unfinished;
pub mod upnp;
pub mod utp;
pub mod web_file;
pub mod web_seed;

use std::fmt;

use crate::base::{Code, Endpoint, Limits, Malformed, Recent, Time};
use crate::flow::utp::lone_syn;
use crate::flow::{Content, Delivery, Direction, Ending, FlowId, Flows, Measured};
use torrents::Torrents;

pub use http::UnfinishedWeb;
use peer_wire::account::Peers;
pub use peer_wire::stream::UnfinishedTalk;
pub use recognize::StreamState;
pub use unfinished::UnfinishedStream;

/// The streams of a capture, each with what the dissector knows of it.
pub type Streams = Flows<StreamState>;

/// One message of one protocol, or what there was instead of one.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// When the frame was captured.
    pub time: Time,
    /// The frame in which the message begins, numbered from 1.
    pub frame: u64,
    /// Who sent it.
    pub source: Endpoint,
    /// To whom.
    pub destination: Endpoint,
    /// The stream that carried it; `None` for a datagram.
    pub flow: Option<FlowId>,
    /// Which end of the stream sent it.
    pub direction: Direction,
    /// Payload bytes of the flow that this message accounts for as decoded.
    pub bytes: u64,
    /// The message.
    pub message: Message<'a>,
}

/// The message of an event.
#[derive(Clone, Debug)]
pub enum Message<'a> {
    /// A DNS query or answer. Not BitTorrent itself: its bytes are in no account.
    Dns(dns::Message),
    /// A message of the distributed hash table.
    Dht(dht::Message<'a>),
    /// A message between two peers about the torrent `info_hash`; `None` when the connection's handshake is not in the capture.
    PeerWire {
        /// The torrent.
        info_hash: Option<crate::base::InfoHash>,
        /// What was said.
        message: peer_wire::Message<'a>,
    },
    /// A client tells its network by mDNS that it is there, or asks for others; so do other programs. Not BitTorrent itself: its bytes are
    /// in no account.
    Mdns(mdns::Message),
    /// A connection encrypted with TLS, and whom it is to. Its bytes are in no account.
    Tls(tls::Message),
    /// A proxy leads the rest of a stream to this host and port. Not a message.
    Tunnel(&'a str),
    /// What was seen of a stream that may be encrypted. Not a message of its peers: its bytes are in no account yet.
    Mse(mse::Message),
    /// What a torrent is. Follows the message that held the last part of its info dictionary, once for each torrent.
    Torrent {
        /// What it is.
        dictionary: &'a info_dictionary::InfoDictionary,
        /// Where that is from.
        source: info_dictionary::MetadataSource,
    },
    /// A packet of a uTP connection. What it carries has its own events.
    Utp(utp::Message),
    /// A connection of an earlier capture goes on, of which whoever told of it knows more by this number. Not a message.
    GoesOn {
        /// The number.
        number: u32,
    },
    /// A connection is over.
    Connection(Connection<'a>),
    /// Somebody asked for a connection of which no other event tells. Not known to be BitTorrent's.
    Attempt(Attempt),
    /// A message to or from a tracker over UDP.
    UdpTracker(udp_tracker::Message<'a>),
    /// A message to or from a tracker over HTTP.
    HttpTracker(http_tracker::Message<'a>),
    /// A piece asked of a web server, or its answer.
    WebSeed(web_seed::Message),
    /// A GET of a file, or what it brought. Not known to be a web seed's: its bytes are in no account yet.
    WebFile(web_file::Message<'a>),
    /// A `.torrent` file.
    TorrentFile(metainfo::Metainfo<'a>),
    /// A client tells its network which torrents it has.
    Lsd(lsd::Message<'a>),
    /// A client asks its gateway for a port, by NAT-PMP or PCP. Not BitTorrent itself: its bytes are in no account.
    NatPmp(nat_pmp::Message),
    /// A client asks its gateway for a port, by UPnP. Not BitTorrent itself: its bytes are in no account.
    Upnp(upnp::Message),
    /// Bytes of a block or a file as they pass, in no account: the message behind them has one. Only for who asked for them.
    Payload(payload::Payload<'a>),
    /// Bytes of a recognised flow that are in no message.
    Unread {
        /// Why.
        reason: Unread,
        /// How many.
        bytes: u64,
    },
    /// Something was wrong.
    Finding(Code),
}

/// A connection that is BitTorrent's or may be, as far as it went.
#[derive(Clone, Copy, Debug)]
pub struct Connection<'a> {
    /// How its packets fared.
    pub measured: &'a Measured,
    /// Who speaks in it.
    pub speakers: Speakers<'a>,
}

/// What became of a request for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Whether the other end took it.
    pub answered: bool,
    /// Whether the other end said no.
    pub refused: bool,
    /// The connection ID of a SYN of uTP that nobody has answered yet, which is sent again with each repetition; `None` of a connection
    /// that is over.
    pub id: Option<u16>,
}

impl Attempt {
    /// That of a connection that is over; `None` where its beginning is not in the capture.
    pub fn of(measured: &Measured) -> Option<Self> {
        let refused = !measured.answered && measured.ending == Ending::Reset(Direction::Responder);
        (!measured.midstream).then_some(Attempt { answered: measured.answered, refused, id: None })
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Attempt { answered: true, .. } => "a connection that was taken",
            Attempt { refused: true, .. } => "a connection that was refused",
            Attempt { .. } => "a connection that nobody answered",
        })
    }
}

/// Who speaks in a stream.
#[derive(Clone, Copy, Debug)]
pub enum Speakers<'a> {
    /// Two peers, in clear.
    Peers(Peers<'a>),
    /// Perhaps two peers that encrypt: see [`mse`].
    Hidden,
    /// That is open.
    Unknown,
    /// No peers.
    Others,
}

impl fmt::Display for Connection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "over")?;
        for (end, way) in ["originator", "responder"].into_iter().zip(self.measured.sent.iter()) {
            write!(f, "; {end} sent {} packets, {} bytes, {} again", way.packets, way.bytes, way.repeated_packets)?;
            match (way.lost_packets, way.lost_bytes) {
                (Some(packets), _) => write!(f, ", {packets} lost")?,
                (None, Some(bytes)) => write!(f, ", {bytes} bytes lost")?,
                (None, None) => {}
            }
        }
        Ok(())
    }
}

impl<'a> Connection<'a> {
    /// The connection of a stream; `None` where it is no peers' by all that is known.
    pub fn of(measured: &'a Measured, state: &'a StreamState) -> Option<Self> {
        let speakers = state.speakers();
        let shown = match speakers {
            Speakers::Peers(_) | Speakers::Hidden => true,
            // Nothing else is known to go over uTP.
            Speakers::Unknown | Speakers::Others => measured.flow.is_utp(),
        };
        shown.then_some(Connection { measured, speakers })
    }
}

/// Why bytes of a recognised flow could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unread {
    /// Passed over while message boundaries were looked for.
    Resynchronised,
    /// No frame with them is in the capture.
    Lost,
    /// Their frame was cut when captured.
    Truncated,
    /// Encrypted: of a connection that then went on in clear. Those of one that did not are in its [`mse::Message`].
    Encrypted,
}

impl Unread {
    /// The reason in a word, as in the report's `coverage`.
    pub fn name(self) -> &'static str {
        match self {
            Unread::Resynchronised => "resynchronised",
            Unread::Lost => "lost",
            Unread::Truncated => "truncated",
            Unread::Encrypted => "encrypted",
        }
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Message::Dns(message) => message.fmt(f),
            Message::Dht(message) => message.fmt(f),
            Message::PeerWire { message, .. } => message.fmt(f),
            Message::Mse(message) => message.fmt(f),
            Message::Tls(message) => message.fmt(f),
            Message::Tunnel(target) => write!(f, "tunnel to {target}"),
            Message::Torrent { dictionary, .. } => dictionary.fmt(f),
            Message::Utp(message) => message.fmt(f),
            Message::GoesOn { .. } => f.write_str("goes on"),
            Message::Connection(connection) => connection.fmt(f),
            Message::Attempt(attempt) => attempt.fmt(f),
            Message::UdpTracker(message) => message.fmt(f),
            Message::HttpTracker(message) => message.fmt(f),
            Message::WebSeed(message) => message.fmt(f),
            Message::WebFile(message) => message.fmt(f),
            Message::TorrentFile(metainfo) => metainfo.fmt(f),
            Message::Lsd(message) => message.fmt(f),
            Message::Mdns(message) => message.fmt(f),
            Message::NatPmp(message) => message.fmt(f),
            Message::Upnp(message) => message.fmt(f),
            Message::Payload(payload) => write!(f, "{} bytes of payload", payload.bytes.len()),
            Message::Unread { reason, bytes } => write!(f, "{bytes} bytes {}", reason.name()),
            Message::Finding(code) => f.write_str(code.text()),
        }
    }
}

impl Event<'_> {
    /// The extension of the peer wire protocol and the message's name in it, for messages that are counted under those too.
    pub fn extension_name(&self) -> Option<(&'static str, &'static str)> {
        match &self.message {
            Message::PeerWire { message: peer_wire::Message::Extended { message, .. }, .. } => message.name(),
            _ => None,
        }
    }

    /// The protocol and the message's name in it, as in the report's `messages`; `None` for what is no message.
    pub fn name(&self) -> Option<(&'static str, &'static str)> {
        match &self.message {
            Message::Dns(message) => Some(("dns", message.name())),
            Message::Dht(message) => Some(("dht", message.name())),
            Message::PeerWire { message, .. } => Some(("peer_wire", message.name())),
            Message::Utp(message) => Some(("utp", message.name())),
            Message::UdpTracker(message) => Some(("udp_tracker", message.name())),
            Message::HttpTracker(message) => Some(("http_tracker", message.name())),
            Message::WebSeed(message) => Some(("web_seed", message.name())),
            Message::TorrentFile(_) => Some(("http", "torrent_file")),
            Message::Lsd(message) => Some(("lsd", message.name())),
            Message::Mdns(message) => Some(("mdns", message.name())),
            Message::NatPmp(message) => Some((message.protocol(), message.name())),
            Message::Upnp(message) => Some(("upnp", message.name())),
            Message::Mse(_) | Message::Tls(_) | Message::Tunnel(_) | Message::WebFile(_) => None,
            Message::Torrent { .. } | Message::GoesOn { .. } | Message::Connection(_) | Message::Attempt(_) => None,
            Message::Payload(_) | Message::Unread { .. } | Message::Finding(_) => None,
        }
    }
}

/// What a probe says of bytes that may belong to its protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// They do.
    Yes,
    /// They may: more bytes will tell.
    Maybe,
    /// They do not.
    No,
}

/// A protocol whose messages are datagrams.
struct DatagramProtocol {
    /// Whether a datagram is one of its messages. Never [`Probe::Maybe`]: nothing follows a datagram.
    probe: fn(&Datagram<'_>) -> Probe,
    /// Reads the message of a datagram that the probe knows.
    parse: for<'a> fn(&Datagram<'a>, &Limits) -> Parsed<'a>,
    /// The finding for a datagram that the probe knows and that cannot be read, or not wholly.
    malformed: Code,
    /// Whether its bytes count as BitTorrent's in the coverage sum.
    accounted: bool,
}

/// What a datagram protocol read.
struct Parsed<'a> {
    /// The message, of which fields may be missing when something was wrong.
    message: Option<Message<'a>>,
    /// What was wrong, unless bytes are missing only because the capture cut them.
    malformed: Option<Malformed>,
}

/// What a datagram protocol sees of a packet.
struct Datagram<'a> {
    source: Endpoint,
    destination: Endpoint,
    payload: &'a [u8],
    cut_short: u32,
}

/// The datagram protocols, in the order in which they are asked.
const DATAGRAMS: &[DatagramProtocol] =
    &[dht::PROTOCOL, udp_tracker::PROTOCOL, lsd::PROTOCOL, nat_pmp::PROTOCOL, upnp::PROTOCOL, mdns::PROTOCOL, dns::PROTOCOL];

/// Reads deliveries. A stream's state travels with the stream; what is kept here is what streams tell about torrents, and of datagrams what
/// answers are known by.
#[derive(Debug)]
pub struct Dissector {
    limits: Limits,
    torrents: Torrents,
    /// What was asked of trackers.
    trackers: udp_tracker::Memory,
    /// Who takes connections and speaks peer wire.
    speakers: Recent<Endpoint, ()>,
    /// Bytes that all streams hold of messages begun, and while they are being recognised.
    held_bytes: usize,
    /// Changes of choke and interest that all open connections keep.
    changes: usize,
    /// Whether the bytes of blocks are handed on as they pass.
    payload: bool,
}

impl Dissector {
    /// A dissector with the caps `limits`.
    pub fn new(limits: &Limits) -> Self {
        let (torrents, trackers) = (Torrents::new(limits), udp_tracker::Memory::new(limits));
        Dissector {
            limits: limits.clone(),
            torrents,
            trackers,
            speakers: Recent::new(limits.speakers),
            held_bytes: 0,
            changes: 0,
            payload: false,
        }
    }

    /// Hands on the bytes of blocks and files as they pass, from now on.
    pub fn carry_payload(&mut self) {
        self.payload = true;
    }

    /// What was asked of trackers when the capture ended, for one that goes on; `None` if nothing was.
    pub fn unfinished_asking(&self) -> Option<udp_tracker::UnfinishedAsking> {
        self.trackers.unfinished()
    }

    /// Takes what was asked of trackers in an earlier capture.
    pub fn expect_answers(&mut self, asking: udp_tracker::UnfinishedAsking) {
        self.trackers.expect(asking);
    }

    /// Takes what a torrent is, from whoever reads the capture: resynchronisation then knows its pieces. The bytes of the capture are read
    /// as before, and what they tell of the torrent is told.
    pub fn know(&mut self, dictionary: &info_dictionary::InfoDictionary) {
        self.torrents.give(dictionary);
    }

    /// Reads one delivery and hands on its events. `state` is what this dissector left with the delivery's stream.
    pub fn dissect(&mut self, state: Option<&mut StreamState>, delivery: Delivery<'_>, sink: &mut dyn FnMut(Event<'_>)) {
        let Dissector { limits, torrents, speakers, changes, held_bytes, payload, .. } = self;
        let mut outlet = Outlet { delivery, limits, torrents, speakers, changes, payload: *payload, sink };
        match (state, delivery.content) {
            (_, Content::Datagram { payload, cut_short }) => dissect_datagram(&mut self.trackers, &mut outlet, payload, cut_short),
            (_, Content::Utp { header, bytes, repeated }) => utp::dissect(header, bytes, repeated, &mut outlet),
            (Some(state), Content::Measured(measured)) => {
                if let Some(connection) = Connection::of(measured, state) {
                    outlet.emit(0, Message::Connection(connection));
                } else if let Some(attempt) = Attempt::of(measured) {
                    outlet.emit_at(Mark { frame: measured.first_frame, time: measured.first_time }, 0, Message::Attempt(attempt));
                }
                *outlet.changes = outlet.changes.saturating_sub(state.change_count());
            }
            (Some(state), content) => {
                let before = state.held_bytes();
                let room = outlet.limits.reading_bytes.saturating_sub(*held_bytes);
                state.dissect(content, room, &mut outlet);
                // Behind the end comes only what was measured, and then the state is dropped with what it holds.
                let held = if content == Content::Closed { 0 } else { state.held_bytes() };
                *held_bytes = (*held_bytes + held).saturating_sub(before);
            }
            (None, _) => {}
        }
    }
}

fn dissect_datagram(trackers: &mut udp_tracker::Memory, outlet: &mut Outlet<'_>, payload: &[u8], cut_short: u32) {
    let Delivery { source, destination, .. } = outlet.delivery;
    let datagram = Datagram { source, destination, payload, cut_short };
    let known = DATAGRAMS.iter().find(|protocol| (protocol.probe)(&datagram) == Probe::Yes);
    let Some(protocol) = known.or_else(|| trackers.expects(&datagram)) else {
        if let Some(header) = lone_syn(payload, cut_short) {
            let attempt = Attempt { answered: false, refused: false, id: Some(header.connection_id) };
            outlet.emit(0, Message::Attempt(attempt));
        }
        return;
    };
    let bytes = if protocol.accounted { payload.len() as u64 } else { 0 };
    let Parsed { message, malformed } = (protocol.parse)(&datagram, outlet.limits);
    if let Some(Message::UdpTracker(message)) = &message {
        trackers.learn(source, destination, message);
    }
    match message {
        Some(message) => outlet.emit(bytes, message),
        None => outlet.unread(bytes, Unread::Resynchronised),
    }
    if malformed.is_some() {
        outlet.emit(0, Message::Finding(protocol.malformed));
    }
    if protocol.accounted {
        outlet.unread(cut_short.into(), Unread::Truncated);
    }
}

/// Where the events of one delivery go.
struct Outlet<'o> {
    delivery: Delivery<'o>,
    limits: &'o Limits,
    torrents: &'o mut Torrents,
    speakers: &'o mut Recent<Endpoint, ()>,
    /// See [`Dissector`].
    changes: &'o mut usize,
    /// Whether somebody wants the bytes of blocks.
    payload: bool,
    sink: &'o mut dyn FnMut(Event<'_>),
}

/// The frame in which something began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    frame: u64,
    time: Time,
}

impl Outlet<'_> {
    /// The frame of the delivery.
    fn mark(&self) -> Mark {
        Mark { frame: self.delivery.frame, time: self.delivery.time }
    }

    /// The same outlet for what the end `direction` of the stream sent.
    fn towards(&mut self, direction: Direction) -> Outlet<'_> {
        let mut delivery = self.delivery;
        if delivery.direction != direction {
            (delivery.source, delivery.destination, delivery.direction) = (delivery.destination, delivery.source, direction);
        }
        Outlet {
            delivery,
            limits: self.limits,
            torrents: self.torrents,
            speakers: self.speakers,
            changes: self.changes,
            payload: self.payload,
            sink: self.sink,
        }
    }

    /// Remembers that these ends of the stream speak peer wire.
    fn speaks(&mut self, ends: &[Direction]) {
        for direction in ends {
            let end = self.towards(*direction).delivery.source;
            if self.speakers.insert(end, ()) {
                self.emit(0, Message::Finding(Code::LimitSpeakers));
            }
        }
    }

    /// Whether one end of the stream is remembered to speak peer wire.
    fn knows_an_end(&self) -> bool {
        [self.delivery.source, self.delivery.destination].iter().any(|end| self.speakers.get(end).is_some())
    }

    /// Hands on a message of the delivery's frame that accounts for `bytes`.
    fn emit(&mut self, bytes: u64, message: Message<'_>) {
        self.emit_at(self.mark(), bytes, message);
    }

    /// Hands on a message that began in an earlier frame.
    fn emit_at(&mut self, mark: Mark, bytes: u64, message: Message<'_>) {
        let Delivery { source, destination, flow, direction, .. } = self.delivery;
        (self.sink)(Event { time: mark.time, frame: mark.frame, source, destination, flow, direction, bytes, message });
    }

    /// Hands on bytes as they pass, to who wants them.
    #[inline]
    fn payload(&mut self, mark: Mark, place: payload::Place, bytes: &[u8]) {
        if self.payload && !bytes.is_empty() {
            let content = if let Content::Bytes(content) = self.delivery.content { content } else { &[] };
            let carried = payload::Carried::new(self.delivery.frame, content, bytes);
            self.emit_at(mark, 0, Message::Payload(payload::Payload { place, carried, bytes }));
        }
    }

    /// Accounts for bytes that are in no message.
    fn unread(&mut self, bytes: u64, reason: Unread) {
        if bytes > 0 {
            self.emit(0, Message::Unread { reason, bytes });
        }
    }
}

#[cfg(test)]
impl Event<'_> {
    /// The event as tests tell it: a message in its own words, some shorter; `?3`, `_3`, `~3` and `#3` for bytes passed over, lost, truncated
    /// and encrypted; `!code` for a finding.
    fn told(&self) -> String {
        match &self.message {
            Message::Dns(message) => message.to_string(),
            Message::Dht(message) => message.to_string(),
            Message::PeerWire { message, .. } => match message {
                peer_wire::Message::Handshake(handshake) => {
                    handshake.info_hash.map_or("handshake".into(), |info_hash| format!("handshake {info_hash}"))
                }
                peer_wire::Message::Piece { block, .. } => format!("piece {block}"),
                peer_wire::Message::Bodiless(kind) => kind.name().to_owned(),
                message => message.to_string(),
            },
            Message::Utp(message) => message.to_string(),
            Message::Tls(message) => message.to_string(),
            Message::Mdns(message) => message.to_string(),
            Message::UdpTracker(message) => message.to_string(),
            Message::HttpTracker(message) => message.to_string(),
            Message::WebSeed(message) => message.to_string(),
            Message::TorrentFile(message) => message.to_string(),
            Message::Lsd(message) => message.to_string(),
            Message::NatPmp(message) => message.to_string(),
            Message::Upnp(message) => message.to_string(),
            Message::Tunnel(target) => format!("tunnel to {target}"),
            Message::Torrent { dictionary, .. } => format!("torrent {:?}", dictionary.name),
            Message::Unread { reason: Unread::Resynchronised, bytes } => format!("?{bytes}"),
            Message::Unread { reason: Unread::Lost, bytes } => format!("_{bytes}"),
            Message::Unread { reason: Unread::Truncated, bytes } => format!("~{bytes}"),
            Message::Unread { reason: Unread::Encrypted, bytes } => format!("#{bytes}"),
            Message::Finding(code) => format!("!{}", code.name()),
            Message::Mse(message) => message.to_string(),
            Message::WebFile(message) => message.to_string(),
            Message::GoesOn { number } => format!("goes on as {number}"),
            Message::Connection(_) => "connection".into(),
            Message::Attempt(_) => "attempt".into(),
            Message::Payload(payload) => format!("payload {}", payload.bytes.len()),
        }
    }

    /// Payload bytes in the event's account, read or not.
    fn accounted(&self) -> u64 {
        match self.message {
            Message::Unread { bytes, .. } => self.bytes + bytes,
            _ => self.bytes,
        }
    }
}
