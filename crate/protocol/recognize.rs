//! Finds out which protocol a stream speaks.
//!
//! In: a stream's deliveries. Out: its events, once the protocol is known. A stream whose beginning is in the capture tells in its first
//! bytes; any segment of another may still begin with a handshake (a proxy's answer came first). A stream that was open before
//! the capture, or whose beginning was lost, is searched for messages that chain, in both directions together, until they weigh enough
//! or [`BUDGET_BYTES`] went by. RFC 9293 gives no boundaries, BEP 3 gives the messages.

use super::peer_wire::PREFIX;
use super::peer_wire::resync::{self, Facts, Search};
use super::peer_wire::stream::{Connection, Window};
use super::{Message, Outlet};
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
    /// No protocol that this crate reads.
    Other,
}

/// A connection of two peers: see [`crate::protocol::peer_wire`].
#[derive(Debug)]
pub struct PeerWire(Connection);

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
            (StreamState::PeerWire(connection), Content::PacketsLost { likely_bytes, .. }) => {
                outlet.emit(0, Message::Finding(Code::SegmentLost));
                connection.0.packets_lost(likely_bytes, outlet);
            }
            (StreamState::PeerWire(connection), Content::Closed) => connection.0.close(outlet),
            (StreamState::Fresh | StreamState::Other, Content::Bytes(bytes)) => self.begin(bytes, room, outlet),
            (StreamState::Fresh, Content::Opened { midstream: true } | Content::Gap { .. } | Content::PacketsLost { .. }) => {
                *self = StreamState::Searching(Box::default());
            }
            (StreamState::Searching(searching), Content::Bytes(bytes)) => {
                if let Some(next) = searching.push(bytes, room, outlet) {
                    *self = next;
                }
            }
            (StreamState::Searching(searching), Content::Gap { .. } | Content::PacketsLost { .. }) => {
                searching.forget(outlet.delivery.direction)
            }
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
            _ => *self = StreamState::Other,
        }
    }
}

impl Searching {
    /// Takes more bytes; answers what the stream is, once that is known or given up.
    fn push(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) -> Option<StreamState> {
        let direction = outlet.delivery.direction;
        let other_bits = *self.bits.of(direction.reverse());
        let (window, bits) = (self.windows.of_mut(direction), self.bits.of_mut(direction));
        window.push(bytes, outlet.mark());
        self.searched += bytes.len();
        let may_wait = window.len() <= room.min(resync::WINDOW_BYTES);
        let facts = Facts { index_bound: None, requests: &Default::default(), due: None, of_peer: false };
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

/// What a request weighs: one direction must hold that much for the other to count.
const TELLING_BITS: u32 = 44;
