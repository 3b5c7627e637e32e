//! Floor 5: [`Delivery`] → [`Event`].
//!
//! In: datagrams and ordered bytes. Out: one event for every message of a known protocol, with the frame that carried it. Ports mean
//! nothing here: a datagram belongs to the first protocol of [`DATAGRAMS`] whose probe knows its structure, a stream to the one
//! that [`recognize`] finds in it, at its beginning or, when that is not in the capture, anywhere. A datagram that no probe knows may still
//! be the answer to an earlier one, which [`Dissector`] remembers. Every byte of a recognised flow
//! ends in exactly one event's account: in [`Event::bytes`] of a message, or in a [`Message::Unread`].

pub mod canonical_priority;
pub mod dht;
pub mod dns;
mod http;
pub mod http_tracker;
pub mod info_dictionary;
pub mod lsd;
pub mod metainfo;
pub mod mse;
pub mod nat_pmp;
#[cfg(test)]
#[path = "../../tests/support/peer.rs"]
mod peer;
pub mod peer_id;
pub mod peer_wire;
mod recognize;
mod torrents;
pub mod tracker;
pub mod udp_tracker;
pub mod upnp;
pub mod utp;
pub mod web_file;
pub mod web_seed;

use crate::base::{Code, Endpoint, Limits, Malformed, Time};
use crate::flow::utp::Statistics;
use crate::flow::{Both, Content, Delivery, Direction, FlowId};
use torrents::Torrents;

pub use recognize::StreamState;

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
    /// A uTP connection is over, and this is how its packets fared.
    Measured(Both<Statistics>),
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
            Message::NatPmp(message) => Some((message.protocol(), message.name())),
            Message::Upnp(message) => Some(("upnp", message.name())),
            Message::Mse(_)
            | Message::WebFile(_)
            | Message::Torrent { .. }
            | Message::Measured(_)
            | Message::Unread { .. }
            | Message::Finding(_) => None,
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
    &[dht::PROTOCOL, udp_tracker::PROTOCOL, lsd::PROTOCOL, nat_pmp::PROTOCOL, upnp::PROTOCOL, dns::PROTOCOL];

/// Reads deliveries. A stream's state travels with the stream; what is kept here is what streams tell about torrents, and of datagrams what
/// answers are known by.
#[derive(Debug)]
pub struct Dissector {
    limits: Limits,
    torrents: Torrents,
    /// What was asked of trackers.
    trackers: udp_tracker::Memory,
    /// Bytes that all streams hold of messages begun, and while they are being recognised.
    held_bytes: usize,
}

impl Dissector {
    /// A dissector with the caps `limits`.
    pub fn new(limits: &Limits) -> Self {
        let (torrents, trackers) = (Torrents::new(limits), udp_tracker::Memory::new(limits));
        Dissector { limits: limits.clone(), torrents, trackers, held_bytes: 0 }
    }

    /// Reads one delivery and hands on its events. `state` is what this dissector left with the delivery's stream.
    pub fn dissect(&mut self, state: Option<&mut StreamState>, delivery: Delivery<'_>, sink: &mut dyn FnMut(Event<'_>)) {
        let mut outlet = Outlet { delivery, limits: &self.limits, torrents: &mut self.torrents, sink };
        match (state, delivery.content) {
            (_, Content::Datagram { payload, cut_short }) => dissect_datagram(&mut self.trackers, &mut outlet, payload, cut_short),
            (_, Content::Utp { header, bytes, repeated }) => utp::dissect(header, bytes, repeated, &mut outlet),
            (_, Content::Measured(measured)) => outlet.emit(0, Message::Measured(*measured)),
            (Some(state), content) => {
                let before = state.held_bytes();
                let room = self.limits.reading_bytes.saturating_sub(self.held_bytes);
                state.dissect(content, room, &mut outlet);
                self.held_bytes = (self.held_bytes + state.held_bytes()).saturating_sub(before);
            }
            (None, _) => {}
        }
    }
}

fn dissect_datagram(trackers: &mut udp_tracker::Memory, outlet: &mut Outlet<'_>, payload: &[u8], cut_short: u32) {
    let Delivery { source, destination, .. } = outlet.delivery;
    let datagram = Datagram { source, destination, payload, cut_short };
    let known = DATAGRAMS.iter().find(|protocol| (protocol.probe)(&datagram) == Probe::Yes);
    let Some(protocol) = known.or_else(|| trackers.expects(&datagram)) else { return };
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
        Outlet { delivery, limits: self.limits, torrents: self.torrents, sink: self.sink }
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

    /// Accounts for bytes that are in no message.
    fn unread(&mut self, bytes: u64, reason: Unread) {
        if bytes > 0 {
            self.emit(0, Message::Unread { reason, bytes });
        }
    }
}

#[cfg(test)]
impl Event<'_> {
    /// The event as tests tell it: a message in its own words; `?3`, `_3` and `~3` for bytes passed over, lost and truncated; `!code` for
    /// a finding.
    fn told(&self) -> String {
        match &self.message {
            Message::Dns(message) => message.to_string(),
            Message::Dht(message) => message.to_string(),
            Message::PeerWire { message, .. } => message.to_string(),
            Message::Utp(message) => message.to_string(),
            Message::Torrent { dictionary, .. } => format!("torrent {:?}", dictionary.name),
            Message::Unread { reason: Unread::Resynchronised, bytes } => format!("?{bytes}"),
            Message::Unread { reason: Unread::Lost, bytes } => format!("_{bytes}"),
            Message::Unread { reason: Unread::Truncated, bytes } => format!("~{bytes}"),
            Message::Finding(code) => format!("!{}", code.name()),
            _ => self.name().map_or("measured", |(_, name)| name).to_owned(),
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
