//! Finds out which protocol a stream speaks.
//!
//! In: a stream's deliveries. Out: its events, once the protocol is known. A stream whose beginning is in the capture tells in its first
//! bytes; any segment of another may still begin with a handshake (a proxy's answer came first). A stream that was open before
//! the capture, or whose beginning was lost, is searched for messages that chain, in both directions together, until they weigh enough
//! or [`BUDGET_BYTES`] went by. RFC 9293 gives no boundaries, BEP 3 gives the messages. A stream in which nothing was found is watched as
//! one that may be [encrypted](super::mse), until it shows that it is not.

use super::mse::{Seen, Watch};
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
    /// Perhaps two peers that encrypt.
    Watched(Box<Watched>),
    /// No protocol that this crate reads.
    Other,
}

/// A connection of two peers: see [`crate::protocol::peer_wire`].
#[derive(Debug)]
pub struct PeerWire(Connection);

/// A stream that may be encrypted: see [`crate::protocol::mse`].
#[derive(Debug)]
pub struct Watched(Watch);

/// A stream of which the protocol is open.
#[derive(Debug, Default)]
pub struct Searching {
    windows: Both<Window>,
    watch: Option<Watch>,
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
            StreamState::Watched(watched) => watched.0.held_bytes(),
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
            (StreamState::Fresh | StreamState::Other, Content::Bytes(bytes)) => self.begin(bytes, room, outlet),
            (StreamState::Fresh, Content::Opened { midstream: true }) => *self = StreamState::Searching(Box::new(Searching::midstream())),
            (StreamState::Fresh, Content::Gap { bytes, missing }) => {
                let mut searching = Searching::midstream();
                searching.gap(bytes, missing, outlet);
                *self = StreamState::Searching(Box::new(searching));
            }
            (StreamState::Searching(searching), Content::Bytes(bytes)) => {
                if let Some(next) = searching.push(bytes, room, outlet) {
                    *self = next;
                }
            }
            (StreamState::Searching(searching), Content::Gap { bytes, missing }) => searching.gap(bytes, missing, outlet),
            (StreamState::Searching(searching), Content::Closed) => searching.close(outlet),
            (StreamState::Watched(watched), Content::Bytes(bytes)) => {
                if bytes.starts_with(PREFIX) && !watched.0.may_clear() {
                    watched.0.refuse(outlet);
                    self.begin(bytes, room, outlet);
                } else {
                    let seen = watched.0.bytes(bytes, room, outlet);
                    self.seen(seen, room, outlet);
                }
            }
            (StreamState::Watched(watched), Content::Gap { bytes, missing }) => {
                let seen = watched.0.gap(bytes, missing, outlet);
                self.seen(seen, room, outlet);
            }
            (StreamState::Watched(watched), Content::Closed) => watched.0.close(outlet),
            _ => {}
        }
    }

    /// Goes by what a watch has seen.
    fn seen(&mut self, seen: Seen, room: usize, outlet: &mut Outlet<'_>) {
        match seen {
            Seen::Open => {}
            Seen::Other => *self = StreamState::Other,
            Seen::InClear(kept) => *self = StreamState::peers(kept, room, outlet),
        }
    }

    /// Two peers, of whose bytes the first were kept: reads them in the order in which they came.
    fn peers(kept: Both<Window>, room: usize, outlet: &mut Outlet<'_>) -> Self {
        let mut connection = Connection::new(true);
        let Both { originator, responder } = kept;
        let mut kept = [(Direction::Originator, originator), (Direction::Responder, responder)];
        kept.sort_by_key(|(_, window)| window.mark().map(|mark| mark.frame));
        for (direction, window) in kept {
            connection.kept(window, room, &mut outlet.towards(direction));
        }
        StreamState::PeerWire(Box::new(PeerWire(connection)))
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
            StreamState::Fresh => {
                let mut watch = Watch::from_start();
                let seen = watch.bytes(bytes, room, outlet);
                *self = StreamState::Watched(Box::new(Watched(watch)));
                self.seen(seen, room, outlet);
            }
            _ => *self = StreamState::Other,
        }
    }
}

impl Searching {
    /// A stream of which the beginning is not in the capture.
    fn midstream() -> Self {
        Searching { watch: Some(Watch::default()), ..Searching::default() }
    }

    /// Takes more bytes; answers what the stream is, once that is known or given up.
    fn push(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) -> Option<StreamState> {
        let direction = outlet.delivery.direction;
        if matches!(self.watch.as_mut().map(|watch| watch.bytes(bytes, room, outlet)), Some(Seen::Other)) {
            self.watch = None;
        }
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
        (self.searched > BUDGET_BYTES).then(|| self.give_up(outlet))
    }

    /// What the stream is when no message was found in it.
    fn give_up(&mut self, outlet: &mut Outlet<'_>) -> StreamState {
        let Some(mut watch) = self.watch.take() else { return StreamState::Other };
        watch.tell(outlet);
        StreamState::Watched(Box::new(Watched(watch)))
    }

    /// The stream is over.
    fn close(&mut self, outlet: &mut Outlet<'_>) {
        if let Some(watch) = &mut self.watch {
            watch.close(outlet);
        }
    }

    /// The stream is two peers': reads what was kept, in the order in which it came.
    fn recognized(&mut self, room: usize, outlet: &mut Outlet<'_>) -> StreamState {
        let with_handshake = self.windows.iter().any(|window| window.bytes().starts_with(PREFIX));
        if !with_handshake {
            outlet.emit(0, Message::Finding(Code::Midstream));
        }
        StreamState::peers(std::mem::take(&mut self.windows), room, outlet)
    }

    /// A hole: what was kept before it leads nowhere.
    fn gap(&mut self, bytes: u64, missing: Missing, outlet: &mut Outlet<'_>) {
        let direction = outlet.delivery.direction;
        if let Some(watch) = &mut self.watch {
            watch.gap(bytes, missing, outlet);
        }
        *self.windows.of_mut(direction) = Window::default();
        *self.bits.of_mut(direction) = 0;
    }
}

/// Bytes of a stream, both directions together, that are searched before it is given up.
const BUDGET_BYTES: usize = 1 << 20;

/// What a request weighs: one direction must hold that much for the other to count.
const TELLING_BITS: u32 = 44;
