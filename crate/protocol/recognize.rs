//! Finds out which protocol a stream speaks.
//!
//! In: a stream's deliveries. Out: its events, once the protocol is known. A stream whose beginning is in the capture tells in its first
//! bytes; any segment of another may still begin with a handshake (a proxy's answer came first) or a request to a tracker. A stream that was open before
//! the capture, or whose beginning was lost, is searched for messages that chain, in both directions together, until they weigh enough
//! or [`BUDGET_BYTES`] went by. RFC 9293 gives no boundaries, BEP 3 gives the messages. What a proxy tunnels is a stream of its own. TLS is
//! told as such: a tracker in it cannot be read.

use super::peer_wire::PREFIX;
use super::peer_wire::resync::{self, Facts, Search};
use super::peer_wire::stream::{Connection, Window};
use super::{Message, Outlet, Probe, http, http_tracker};
use crate::base::Code;
use crate::flow::{Both, Content, Direction, Missing};

/// What is known of a stream. Belongs to the [`Dissector`](super::Dissector) and travels with the stream.
#[derive(Debug, Default)]
pub enum StreamState {
    /// Nothing came yet.
    #[default]
    Fresh,
    /// Open.
    Searching(Box<Searching>),
    /// Two peers.
    PeerWire(Box<PeerWire>),
    /// A client and a web server, which may be a tracker.
    Http(Box<Http>),
    /// No protocol that this crate reads.
    Other,
}

/// A connection of two peers: see [`crate::protocol::peer_wire`].
#[derive(Debug)]
pub struct PeerWire(Connection);

/// A connection that speaks HTTP: see [`crate::protocol::http_tracker`].
#[derive(Debug, Default)]
pub struct Http(http::Connection);

/// A stream of which the protocol is open.
#[derive(Debug, Default)]
pub struct Searching {
    windows: Both<Window>,
    /// What speaks for messages at the beginning of each window.
    bits: Both<u32>,
    searched: usize,
}

impl StreamState {
    /// Bytes held.
    pub(super) fn held_bytes(&self) -> usize {
        match self {
            StreamState::Searching(searching) => searching.windows.iter().map(Window::len).sum(),
            StreamState::PeerWire(connection) => connection.0.held_bytes(),
            StreamState::Http(connection) => connection.0.held_bytes(),
            StreamState::Fresh | StreamState::Other => 0,
        }
    }

    /// Takes one delivery of the stream; `room` is how many more bytes may be held.
    pub(super) fn dissect(&mut self, content: Content<'_>, room: usize, outlet: &mut Outlet<'_>) {
        match (&mut *self, content) {
            (StreamState::PeerWire(connection), Content::Bytes(bytes)) => connection.0.bytes(bytes, room, outlet),
            (StreamState::PeerWire(connection), Content::Gap { bytes, missing }) => {
                if missing == Missing::Lost {
                    outlet.emit(0, Message::Finding(Code::SegmentLost));
                }
                connection.0.gap(bytes, missing, outlet);
            }
            (StreamState::PeerWire(connection), Content::Closed) => connection.0.close(outlet),
            (StreamState::Http(_), Content::Bytes(bytes)) => self.go_on(bytes, room, outlet),
            (StreamState::Http(connection), Content::Gap { bytes, missing }) => connection.0.gap(bytes, missing, outlet),
            (StreamState::Http(connection), Content::Closed) => connection.0.close(outlet),
            (StreamState::Fresh | StreamState::Other, Content::Bytes(bytes)) => self.begin(bytes, room, outlet),
            (StreamState::Fresh, Content::Opened { midstream: true } | Content::Gap { .. }) => {
                *self = StreamState::Searching(Box::default());
            }
            (StreamState::Searching(searching), Content::Bytes(bytes)) => {
                if let Some(next) = searching.push(bytes, room, outlet) {
                    *self = next;
                }
            }
            (StreamState::Searching(searching), Content::Gap { .. }) => searching.forget(outlet.delivery.direction),
            _ => {}
        }
    }

    /// The first bytes of a stream, or later ones of a stream that speaks no protocol of ours.
    fn begin(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) {
        let begins = bytes.iter().zip(PREFIX).all(|(byte, due)| byte == due);
        let known = begins && bytes.len() >= PREFIX.len();
        match self {
            _ if known => {
                let mut connection = Connection::new(false);
                connection.bytes(bytes, room, outlet);
                *self = StreamState::PeerWire(Box::new(PeerWire(connection)));
            }
            StreamState::Fresh if begins => {
                let mut searching = Searching::default();
                searching.push(bytes, room, outlet);
                *self = StreamState::Searching(Box::new(searching));
            }
            StreamState::Fresh if http::probe(bytes) != Probe::No => self.become_http(bytes, room, outlet),
            StreamState::Other if http_tracker::begins(bytes) => self.become_http(bytes, room, outlet),
            _ => {
                if matches!((&*self, bytes), (StreamState::Fresh, [TLS_HANDSHAKE, 3, ..])) {
                    outlet.emit(0, Message::Finding(Code::Tls));
                }
                *self = StreamState::Other;
            }
        }
    }

    /// The stream speaks HTTP from here on.
    fn become_http(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) {
        *self = StreamState::Http(Box::default());
        self.go_on(bytes, room, outlet);
    }

    /// More bytes of HTTP, behind which something else may begin.
    fn go_on(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) {
        let StreamState::Http(connection) = self else { return };
        match connection.0.bytes(bytes, room, outlet) {
            http::Fate::Goes => {}
            http::Fate::Over => *self = StreamState::Other,
            http::Fate::Tunnel { used } => {
                *self = StreamState::Fresh;
                if let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
                    self.begin(rest, room, outlet);
                }
            }
        }
    }
}

impl Searching {
    /// Takes more bytes; answers what the stream is, once that is known or given up.
    fn push(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) -> Option<StreamState> {
        if http_tracker::begins(bytes) {
            let mut state = StreamState::default();
            state.become_http(bytes, room, outlet);
            return Some(state);
        }
        let direction = outlet.delivery.direction;
        let other_bits = *self.bits.of(direction.reverse());
        let (window, bits) = (self.windows.of_mut(direction), self.bits.of_mut(direction));
        window.push(bytes, outlet.mark());
        self.searched += bytes.len();
        let may_wait = window.len() <= room.min(resync::WINDOW_BYTES);
        let facts = Facts { index_bound: None, requests: &Default::default(), of_peer: false };
        let found = resync::search(window.bytes(), &facts, may_wait);
        match found {
            Search::Found { at } => {
                window.forget(at);
                return Some(self.recognized(room, outlet));
            }
            Search::Open { at, bits: weight } => {
                window.forget(at);
                *bits = weight;
            }
        }
        // Only what is told by more than haves may speak for both.
        if other_bits > 0 && *bits > 0 && other_bits + *bits >= resync::STRANGER_BITS && other_bits.max(*bits) >= TELLING_BITS {
            return Some(self.recognized(room, outlet));
        }
        (self.searched > BUDGET_BYTES).then_some(StreamState::Other)
    }

    /// The stream is two peers': reads what was kept, in the order in which it came.
    fn recognized(&mut self, room: usize, outlet: &mut Outlet<'_>) -> StreamState {
        let mut connection = Connection::new(true);
        let with_handshake = self.windows.iter().any(|window| window.bytes().starts_with(PREFIX));
        if !with_handshake {
            outlet.emit(0, Message::Finding(Code::Midstream));
        }
        let Both { originator, responder } = std::mem::take(&mut self.windows);
        let mut kept = [(Direction::Originator, originator), (Direction::Responder, responder)];
        kept.sort_by_key(|(_, window)| window.mark().map(|mark| mark.frame));
        for (direction, window) in kept {
            connection.kept(window, room, &mut outlet.towards(direction));
        }
        StreamState::PeerWire(Box::new(PeerWire(connection)))
    }

    /// A hole: what was kept before it leads nowhere.
    fn forget(&mut self, direction: Direction) {
        *self.windows.of_mut(direction) = Window::default();
        *self.bits.of_mut(direction) = 0;
    }
}

/// Bytes of a stream, both directions together, that are searched before it is given up.
const BUDGET_BYTES: usize = 1 << 20;

/// The first byte of a handshake of TLS, before the version.
const TLS_HANDSHAKE: u8 = 0x16;

/// What a request weighs: one direction must hold that much for the other to count.
const TELLING_BITS: u32 = 44;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Endpoint, Limits, Time};
    use crate::flow::{Delivery, FlowId};

    use Direction::{Originator as CLIENT, Responder as SERVER};

    /// What is heard of a stream, by the names of messages and findings.
    fn heard(deliveries: &[(Direction, Content<'_>)]) -> Vec<&'static str> {
        let mut state = StreamState::default();
        let mut names = Vec::new();
        for (direction, content) in deliveries {
            let at = Endpoint::new([10, 0, 0, 1], 1);
            let (time, flow) = (Time::default(), Some(FlowId(0)));
            let delivery = Delivery { time, frame: 1, source: at, destination: at, flow, direction: *direction, content: *content };
            let mut sink = |event: crate::protocol::Event<'_>| match (event.name(), &event.message) {
                (Some((_, name)), _) => names.push(name),
                (None, Message::Finding(code)) => names.push(code.name()),
                (None, _) => names.push("unread"),
            };
            state.dissect(*content, 1 << 20, &mut Outlet { delivery, limits: &Limits::default(), sink: &mut sink });
        }
        names
    }

    const ANNOUNCE: &[u8] = b"GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=1 HTTP/1.1\r\n\r\n";
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nde";
    const HANDSHAKE: &[u8] = b"\x13BitTorrent protocol\0\0\0\0\0\0\0\0aaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbb";
    const BOTH: [&str; 2] = ["announce_request", "announce_response"];

    #[test]
    fn a_tracker_is_found_wherever_its_stream_begins() {
        let (request, answer) = ((CLIENT, Content::Bytes(ANNOUNCE)), (SERVER, Content::Bytes(ANSWER)));
        assert_eq!(heard(&[(CLIENT, Content::Opened { midstream: false }), request, answer]), BOTH);
        assert_eq!(heard(&[(CLIENT, Content::Opened { midstream: true }), request, answer]), BOTH);
        assert_eq!(heard(&[(SERVER, Content::Bytes(b"a proxy greets")), request, answer]), BOTH);
        let midstream = [(SERVER, Content::Opened { midstream: true }), (SERVER, Content::Bytes(&[7; 100]))];
        assert_eq!(heard(&[&midstream[..], &[request, answer]].concat()), BOTH);
    }

    #[test]
    fn what_a_proxy_tunnels_is_a_stream_of_its_own() {
        let connect = (CLIENT, Content::Bytes(b"CONNECT a:1 HTTP/1.1\r\n\r\n"));
        let established = (SERVER, Content::Bytes(b"HTTP/1.1 200 OK\r\n\r\n"));
        assert_eq!(heard(&[connect, established, (CLIENT, Content::Bytes(HANDSHAKE))]), ["handshake"]);
        assert_eq!(heard(&[connect, established, (CLIENT, Content::Bytes(ANNOUNCE))]), ["announce_request"]);
        assert_eq!(heard(&[connect, established, (CLIENT, Content::Bytes(b"\x16\x03\x01\x02\0"))]), ["tls"]);
        let together = [b"HTTP/1.1 200 OK\r\n\r\n", HANDSHAKE].concat();
        assert_eq!(heard(&[connect, (SERVER, Content::Bytes(&together))]), ["handshake"]);
    }

    #[test]
    fn http_that_turns_out_to_be_none_may_still_be_peer_wire() {
        let garbage = (CLIENT, Content::Bytes(b"GET /\x01\x02"));
        assert_eq!(heard(&[garbage, (SERVER, Content::Bytes(HANDSHAKE))]), ["handshake"]);
        assert_eq!(heard(&[(CLIENT, Content::Bytes(b"GET / HTTP/1.1\r\n\r\n")), (SERVER, Content::Closed)]), [""; 0]);
    }
}
