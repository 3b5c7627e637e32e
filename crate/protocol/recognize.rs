//! Finds out which protocol a stream speaks.
//!
//! In: a stream's deliveries. Out: its events, once the protocol is known. A stream whose beginning is in the capture tells in its first
//! bytes; any segment of another may still begin with a handshake (a proxy's answer came first) or a request to a tracker. A stream that was open before
//! the capture, or whose beginning was lost, is searched for messages that chain, in both directions together, until they weigh enough
//! or [`BUDGET_BYTES`] went by; less is enough between ends of which one is remembered to have spoken peer wire. RFC 9293 gives no
//! boundaries, BEP 3 gives the messages. What a proxy tunnels is a stream of its own. TLS is told as such, with the name that it asks
//! for: a tracker in it cannot be read. A stream in which nothing was found is watched as one that may be
//! [encrypted](super::mse), until it shows that it is not.

use super::mse::{Seen, Watch};
use super::peer_wire::PREFIX;
use super::peer_wire::account::Encryption;
use super::peer_wire::resync::{self, Facts, Search, Standing};
use super::peer_wire::stream::Connection;
use super::peer_wire::window::Window;
use super::{Mark, Message, Outlet, Probe, Speakers, UnfinishedStream, Unread, http, http_tracker, tls};
use crate::base::Code;
use crate::flow::{Both, Content, Direction, FlowId, Missing};

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
    /// A connection encrypted with TLS, or the first few bytes of what may be one.
    Tls(Box<Tls>),
    /// Perhaps two peers that encrypt.
    Watched(Box<Watched>),
    /// No protocol that this crate reads.
    Other,
}

/// A connection of two peers: see [`crate::protocol::peer_wire`].
#[derive(Debug)]
pub struct PeerWire(Connection);

/// A connection that speaks HTTP: see [`crate::protocol::http_tracker`].
#[derive(Debug, Default)]
pub struct Http(http::Connection);

/// A connection that speaks TLS: see [`crate::protocol::tls`].
#[derive(Debug, Default)]
pub struct Tls(tls::Connection);

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
    before: Both<Before>,
    /// The frame behind the first loss.
    lost: Option<Mark>,
}

/// Bytes of one direction that went by before the stream was recognised.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    passed: u64,
    lost: u64,
    truncated: u64,
}

impl StreamState {
    /// Bytes held.
    pub(super) fn held_bytes(&self) -> usize {
        match self {
            StreamState::Searching(searching) => searching.windows.iter().map(Window::held_bytes).sum(),
            StreamState::PeerWire(connection) => connection.0.held_bytes(),
            StreamState::Http(connection) => connection.0.held_bytes(),
            StreamState::Tls(connection) => connection.0.held_bytes(),
            StreamState::Watched(watched) => watched.0.held_bytes(),
            StreamState::Fresh | StreamState::Other => 0,
        }
    }

    /// How many changes of choke and interest are kept.
    pub(super) fn change_count(&self) -> usize {
        match self {
            StreamState::PeerWire(connection) => connection.0.change_count(),
            _ => 0,
        }
    }

    /// Who speaks in the stream, as far as that is known.
    pub(super) fn speakers(&self) -> Speakers<'_> {
        match self {
            StreamState::PeerWire(connection) => Speakers::Peers(connection.0.peers()),
            StreamState::Watched(watched) if watched.0.is_told() => Speakers::Hidden,
            StreamState::Searching(searching) if searching.watch.as_ref().is_some_and(Watch::is_told) => Speakers::Hidden,
            StreamState::Fresh | StreamState::Searching(_) | StreamState::Watched(_) => Speakers::Unknown,
            StreamState::Http(_) | StreamState::Tls(_) | StreamState::Other => Speakers::Others,
        }
    }

    /// What is to be known of it where it goes on in another capture; `None` where there is nothing.
    pub fn unfinished(&self) -> Option<UnfinishedStream> {
        match self {
            StreamState::PeerWire(connection) => connection.0.unfinished().map(UnfinishedStream::Peers),
            StreamState::Http(connection) => connection.0.unfinished().map(UnfinishedStream::Web),
            StreamState::Watched(watched) => Some(UnfinishedStream::Hidden(watched.0.unfinished())),
            StreamState::Searching(searching) => {
                let searched = u32::try_from(searching.searched).unwrap_or(u32::MAX);
                searching.watch.as_ref().map(|watch| UnfinishedStream::Searched(watch.unfinished(), searched))
            }
            _ => None,
        }
    }

    /// The number of a connection of an earlier capture that was not met again.
    pub fn earlier(&self) -> Option<u32> {
        match self {
            StreamState::PeerWire(connection) => connection.0.earlier(),
            StreamState::Http(connection) => connection.0.earlier(),
            StreamState::Watched(watched) => watched.0.earlier(),
            StreamState::Searching(searching) => searching.watch.as_ref().and_then(Watch::earlier),
            _ => None,
        }
    }

    /// That of a stream which goes on, and is told by `number` once it does.
    pub fn going_on(stream: UnfinishedStream, number: u32) -> Self {
        match stream {
            UnfinishedStream::Peers(talk) => StreamState::PeerWire(Box::new(PeerWire(Connection::going_on(talk, number)))),
            UnfinishedStream::Web(talk) => StreamState::Http(Box::new(Http(http::Connection::going_on(talk, number)))),
            UnfinishedStream::Hidden(watch) => StreamState::Watched(Box::new(Watched(Watch::going_on(watch, number)))),
            UnfinishedStream::Searched(watch, searched) => {
                let watch = Some(Watch::going_on(watch, number));
                StreamState::Searching(Box::new(Searching { watch, searched: searched as usize, ..Searching::default() }))
            }
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
            (StreamState::PeerWire(connection), Content::Opened { .. }) => connection.0.opened(outlet),
            (StreamState::Http(connection), Content::Opened { .. }) => connection.0.opened(outlet),
            (StreamState::Watched(watched), Content::Opened { .. }) => watched.0.opened(outlet),
            (StreamState::Http(_), Content::Bytes(bytes)) => self.go_on(bytes, room, outlet),
            (StreamState::Http(connection), Content::Gap { bytes, missing }) => connection.0.gap(bytes, missing, outlet),
            (StreamState::Http(connection), Content::PacketsLost { .. }) => {
                // HTTP over uTP is none that is known.
                connection.0.close(outlet);
                *self = StreamState::Other;
            }
            (StreamState::Http(connection), Content::Closed) => connection.0.close(outlet),
            (StreamState::Tls(connection), Content::Bytes(bytes)) => {
                if let Err((direction, before)) = connection.0.bytes(bytes, room, outlet) {
                    self.watch(&before, room, &mut outlet.towards(direction));
                    self.dissect(content, room, outlet);
                }
            }
            (StreamState::Tls(connection), Content::Gap { .. }) => connection.0.gap(outlet),
            (StreamState::Tls(connection), Content::Closed) => connection.0.close(outlet),
            (StreamState::Fresh | StreamState::Other, Content::Bytes(bytes)) => self.begin(bytes, room, outlet),
            (StreamState::Fresh, Content::Opened { midstream: true } | Content::Gap { .. } | Content::PacketsLost { .. }) => {
                *self = StreamState::Searching(Box::new(Searching::midstream()));
                self.dissect(content, room, outlet);
            }
            (StreamState::Searching(searching), Content::Bytes(bytes)) => {
                if let Some(next) = searching.push(bytes, room, outlet) {
                    *self = next;
                }
            }
            (StreamState::Searching(searching), Content::Gap { .. } | Content::PacketsLost { .. }) => match searching.settle(outlet) {
                Some(next) => {
                    *self = next;
                    self.dissect(content, room, outlet);
                }
                None => {
                    let (bytes, missing) = known_hole(content);
                    searching.skip(bytes, missing, outlet);
                }
            },
            (StreamState::Searching(searching), Content::Closed) => {
                let mut directions = Direction::BOTH.iter();
                match directions.find_map(|direction| searching.settle(&mut outlet.towards(*direction))) {
                    Some(next) => {
                        *self = next;
                        self.dissect(content, room, outlet);
                    }
                    None => searching.close(outlet),
                }
            }
            (StreamState::Watched(watched), Content::Bytes(bytes)) => {
                if !watched.0.may_clear() && (bytes.starts_with(PREFIX) || http_tracker::begins(bytes)) {
                    watched.0.refuse(outlet);
                    *self = StreamState::Other;
                    self.begin(bytes, room, outlet);
                } else {
                    let seen = watched.0.bytes(bytes, room, outlet);
                    self.seen(seen, room, outlet);
                }
            }
            (StreamState::Watched(watched), Content::Gap { .. } | Content::PacketsLost { .. }) => {
                let (bytes, missing) = known_hole(content);
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
            Seen::InClear(kept, before) => *self = StreamState::peers(kept, before, Some(Encryption::Plaintext), room, outlet),
        }
    }

    /// Two peers, of whose bytes the first were kept, of which an earlier capture accounted for so many before: reads them in the order in which they came.
    fn peers(kept: Both<Window>, before: Both<usize>, began: Option<Encryption>, room: usize, outlet: &mut Outlet<'_>) -> Self {
        // Which end opened the stream may not be in the capture.
        outlet.speaks(&Direction::BOTH);
        let mut connection = Connection::new(true);
        began.into_iter().for_each(|encryption| connection.began(encryption));
        connection.accounted_for(before);
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
                // The port that a TCP connection is opened from is its own, and nobody else is met there.
                let is_utp = outlet.delivery.flow.is_some_and(FlowId::is_utp);
                outlet.speaks(if is_utp { &Direction::BOTH } else { &[Direction::Responder] });
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
            StreamState::Fresh if tls::probe(bytes) != Probe::No => {
                *self = StreamState::Tls(Box::default());
                self.dissect(Content::Bytes(bytes), room, outlet);
            }
            StreamState::Fresh => self.watch(bytes, room, outlet),
            _ => *self = StreamState::Other,
        }
    }

    /// The first bytes of a stream that begins as no protocol does: it may be encrypted.
    fn watch(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) {
        let mut watch = Watch::from_start();
        let seen = watch.bytes(bytes, room, outlet);
        *self = StreamState::Watched(Box::new(Watched(watch)));
        self.seen(seen, room, outlet);
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
    /// A stream of which the beginning is not in the capture.
    fn midstream() -> Self {
        Searching { watch: Some(Watch::default()), ..Searching::default() }
    }

    /// Takes more bytes; answers what the stream is, once that is known or given up.
    fn push(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) -> Option<StreamState> {
        if http_tracker::begins(bytes) {
            let mut state = StreamState::default();
            state.become_http(bytes, room, outlet);
            return Some(state);
        }
        if tls::probe(bytes) == Probe::Yes {
            let mut state = StreamState::Tls(Box::default());
            state.dissect(Content::Bytes(bytes), room, outlet);
            return Some(state);
        }
        if matches!(self.watch.as_mut().map(|watch| watch.bytes(bytes, room, outlet)), Some(Seen::Other)) {
            self.watch = None;
        }
        let window = self.windows.of_mut(outlet.delivery.direction);
        window.push(bytes, outlet.mark());
        let may_wait = window.len() <= room.min(resync::WINDOW_BYTES);
        self.searched += bytes.len();
        self.search(may_wait, room, outlet).or_else(|| (self.searched > BUDGET_BYTES).then(|| self.give_up(outlet)))
    }

    /// Nothing follows what was kept of the outlet's direction: it must speak for itself, or is passed over.
    fn settle(&mut self, outlet: &mut Outlet<'_>) -> Option<StreamState> {
        self.search(false, resync::WINDOW_BYTES, outlet)
    }

    /// Looks for messages in what is kept of the outlet's direction.
    fn search(&mut self, may_wait: bool, room: usize, outlet: &mut Outlet<'_>) -> Option<StreamState> {
        let direction = outlet.delivery.direction;
        let other_bits = *self.bits.of(direction.reverse());
        let standing = if outlet.knows_an_end() { Standing::Acquaintance } else { Standing::Stranger };
        let (window, bits) = (self.windows.of_mut(direction), self.bits.of_mut(direction));
        let facts = Facts { index_bound: None, requests: &Default::default(), upload_only: None, due: None, standing };
        let (found, passed) = match resync::search(window.bytes(), &facts, may_wait) {
            Search::Found { at } => (true, at),
            Search::Open { at, bits: weight } => {
                *bits = weight;
                // Only what is told by more than haves may speak for both.
                let both = other_bits > 0 && weight > 0 && other_bits + weight >= resync::STRANGER_BITS;
                (both && other_bits.max(weight) >= TELLING_BITS, at)
            }
        };
        window.forget(passed);
        self.before.of_mut(direction).passed += passed as u64;
        found.then(|| self.recognized(room, outlet))
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
        if let Some(mark) = self.lost {
            outlet.emit_at(mark, 0, Message::Finding(Code::SegmentLost));
        }
        for direction in Direction::BOTH {
            let (Before { passed, lost, truncated }, outlet) = (*self.before.of(direction), &mut outlet.towards(direction));
            outlet.unread(passed, Unread::Resynchronised);
            outlet.unread(lost, Unread::Lost);
            outlet.unread(truncated, Unread::Truncated);
        }
        let with_handshake = self.windows.iter().any(|window| window.bytes().starts_with(PREFIX));
        if !with_handshake {
            outlet.emit(0, Message::Finding(Code::Midstream));
        }
        let began = with_handshake.then_some(Encryption::None);
        StreamState::peers(std::mem::take(&mut self.windows), Both::default(), began, room, outlet)
    }

    /// Takes note of a hole, before which nothing is kept.
    fn skip(&mut self, bytes: u64, missing: Missing, outlet: &mut Outlet<'_>) {
        if matches!(self.watch.as_mut().map(|watch| watch.gap(bytes, missing, outlet)), Some(Seen::Other)) {
            self.watch = None;
        }
        let before = self.before.of_mut(outlet.delivery.direction);
        match missing {
            Missing::Truncated => before.truncated += bytes,
            Missing::Lost => {
                self.lost.get_or_insert(outlet.mark());
                before.lost += bytes;
            }
        }
    }
}

/// How many bytes of a hole are known, and why they are missing. Of packets that are lost nobody knows how many they had.
fn known_hole(content: Content<'_>) -> (u64, Missing) {
    match content {
        Content::Gap { bytes, missing } => (bytes, missing),
        _ => (0, Missing::Lost),
    }
}

/// Bytes of a stream, both directions together, that are searched before it is given up.
const BUDGET_BYTES: usize = 1 << 20;

/// What a request weighs: one direction must hold that much for the other to count.
const TELLING_BITS: u32 = 44;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Endpoint, Limits, Time};
    use crate::flow::Delivery;
    use crate::flow::dice::Dice;
    use crate::protocol::peer::{handshake, have, message, piece, request};
    use crate::protocol::{Dissector, Event};

    const A: Direction = Direction::Originator;
    const B: Direction = Direction::Responder;
    const LOST: Missing = Missing::Lost;

    /// A stream on its way through a dissector, and what was told of it.
    struct Stream {
        dissector: Dissector,
        state: StreamState,
        told: Vec<String>,
        /// Names of messages and findings.
        names: Vec<&'static str>,
        accounted: u64,
    }

    impl Default for Stream {
        fn default() -> Self {
            let dissector = Dissector::new(&Limits::default());
            Stream { dissector, state: StreamState::default(), told: Vec::new(), names: Vec::new(), accounted: 0 }
        }
    }

    impl Stream {
        fn open(midstream: bool) -> Self {
            let mut stream = Stream::default();
            stream.put(A, Content::Opened { midstream });
            stream
        }

        fn put(&mut self, direction: Direction, content: Content<'_>) -> &mut Self {
            let (source, destination) = (Endpoint::new([10, 0, 0, 1], 1), Endpoint::new([10, 0, 0, 2], 2));
            let time = Time::from_nanos(0);
            let delivery = Delivery { time, frame: 1, source, destination, flow: Some(FlowId(0)), direction, content };
            self.dissector.dissect(Some(&mut self.state), delivery, &mut |event: Event<'_>| {
                // What may be encrypted, and whom a stream is to, is told beside what it says.
                if matches!(event.message, Message::Mse(_) | Message::Tls(_) | Message::Tunnel(_) | Message::WebFile(_)) {
                    return;
                }
                self.told.push(event.told());
                self.names.push(match (event.name(), &event.message) {
                    (Some((_, name)), _) => name,
                    (None, Message::Finding(code)) => code.name(),
                    (None, _) => "unread",
                });
                self.accounted += event.accounted();
            });
            let held = if content == Content::Closed { 0 } else { self.state.held_bytes() };
            assert_eq!(self.dissector.held_bytes, held, "what is held is known");
            self
        }

        fn say(&mut self, direction: Direction, bytes: &[u8]) -> &mut Self {
            self.put(direction, Content::Bytes(bytes))
        }

        /// Says it in segments of `length` bytes.
        fn say_in(&mut self, length: usize, direction: Direction, bytes: &[u8]) -> &mut Self {
            bytes.chunks(length).fold(self, |stream, part| stream.say(direction, part))
        }

        fn lose(&mut self, direction: Direction, bytes: u64) -> &mut Self {
            self.put(direction, Content::Gap { bytes, missing: LOST })
        }

        fn end(&mut self) -> String {
            self.put(A, Content::Closed);
            assert_eq!(self.dissector.held_bytes, 0, "nothing is held of a stream that is over");
            std::mem::take(&mut self.told).join(", ")
        }
    }

    /// A stream in which A says this, told from its beginning or from the middle, in one segment or in many.
    fn every_way(bytes: &[u8]) -> impl Iterator<Item = Stream> {
        [(false, 1), (false, 1400), (true, 1), (true, 1400), (true, usize::MAX)].into_iter().map(|(midstream, length)| {
            let mut stream = Stream::open(midstream);
            stream.say_in(length, A, bytes);
            stream
        })
    }

    #[test]
    fn what_is_no_peer_is_not_taken_for_one() {
        let mut dice = Dice::new(1);
        let http = b"GET /index.html?info_hash=aaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nHost: web.example\r\n\r\n".repeat(50);
        let tls = (0..40).flat_map(|_| [&b"\x17\x03\x03\x04\0"[..], &dice.bytes(1024)].concat()).collect::<Vec<_>>();
        let ssh = [&b"SSH-2.0-OpenSSH_9.2p1\r\n"[..], &[0, 0, 1, 0x14, 7, 20], &dice.bytes(270), &[0, 0, 0, 12, 10, 21], &dice.bytes(4000)];
        let numbers: Vec<_> = (0..20_000_u32).flat_map(u32::to_be_bytes).collect();
        let lengths: Vec<_> = (0..4000).flat_map(|_| [&[0, 0, 0, 16][..], &dice.bytes(16)].concat()).collect();
        for (bytes, what) in [
            (http, "HTTP"),
            (tls, "TLS"),
            (ssh.concat(), "SSH"),
            (dice.bytes(200_000), "noise"),
            (vec![0; 200_000], "zeros"),
            (vec![1; 200_000], "ones"),
            (numbers, "rising numbers"),
            (lengths, "records with a length before them"),
            (b"\0\0\0\x01\0\0\0\x01".repeat(9000), "ones of four bytes"),
            (b"\x13BitTorrent protocols".to_vec(), "almost a handshake, too short"),
            ((0..20_000_u32).flat_map(have).collect(), "haves and nothing else: could be anything"),
        ] {
            let is_handshake = bytes.starts_with(PREFIX);
            for mut stream in every_way(&bytes) {
                assert!(stream.state.held_bytes() <= 4 * BUDGET_BYTES, "{what}");
                assert_eq!(stream.end().is_empty(), !is_handshake, "{what}");
            }
        }
    }

    #[test]
    fn a_stream_is_given_up_after_its_budget() {
        let mut stream = Stream::open(true);
        let noise = Dice::new(2).bytes(1 << 16);
        stream.say_in(noise.len(), A, &noise.repeat(BUDGET_BYTES / noise.len()));
        assert!(matches!(stream.state, StreamState::Searching(_)));
        stream.say(A, b"x");
        assert!(matches!(stream.state, StreamState::Watched(_)) && stream.state.held_bytes() == 0, "it may be encrypted");
        let mut stream = Stream::open(true);
        stream.say_in(1 << 16, A, &vec![0; BUDGET_BYTES + 1]);
        assert!(matches!(stream.state, StreamState::Other) && stream.state.held_bytes() == 0);
    }

    #[test]
    fn a_handshake_is_known_wherever_it_is_cut() {
        let said = [handshake(b'a'), message(2, &[]), request(1, 0, 600)].concat();
        let answer = [handshake(b'b'), message(1, &[])].concat();
        let expected = Stream::open(false).say(A, &said).say(B, &answer).end();
        let hash = "aa".repeat(20);
        assert_eq!(expected, format!("handshake {hash}, interested, request piece 1, begin 0, length 600, handshake {hash}, unchoke"));
        for at in 1..said.len() {
            let told = Stream::open(false).say(A, &said[..at]).say(A, &said[at..]).say(B, &answer).end();
            assert_eq!(told, expected, "cut at {at}");
        }
        for at in 1..answer.len() {
            let told = Stream::open(false).say(A, &said).say(B, &answer[..at]).say(B, &answer[at..]).end();
            assert_eq!(told, expected, "answer cut at {at}");
        }
        let mut stream = Stream::open(false);
        stream.say_in(1, A, &said).say_in(1, B, &answer);
        assert_eq!(stream.end(), expected, "byte by byte");
        assert_eq!(stream.accounted, (said.len() + answer.len()) as u64);
    }

    #[test]
    fn a_handshake_may_follow_what_a_proxy_says() {
        let told = Stream::open(false)
            .say(A, b"CONNECT 192.0.2.1:6881 HTTP/1.1\r\n\r\n")
            .say(B, b"HTTP/1.1 200 Connection established\r\n\r\n")
            .say(A, &handshake(b'a'))
            .say(B, &[handshake(b'b'), message(1, &[])].concat())
            .end();
        let hash = "aa".repeat(20);
        assert_eq!(told, format!("handshake {hash}, handshake {hash}, unchoke"));
    }

    #[test]
    fn a_connection_older_than_the_capture_is_known_by_its_messages() {
        let (asked, given) = (request(1, 0, 0x4000), piece(1, 0, &[0xee; 0x4000]));
        let (ask, give) = ("request piece 1, begin 0, length 16384", "piece piece 1, begin 0, length 16384");
        let both = format!("!midstream, !resynchronised, {ask}, !resynchronised, {give}");
        assert_eq!(Stream::open(true).say(A, &asked).say(B, &given).end(), both, "each side alone is not enough");
        assert_eq!(Stream::open(true).say(A, &asked).end(), "", "one request could be chance");
        assert_eq!(Stream::open(true).say(B, &given).end(), "", "one piece could be chance");
        let told = Stream::open(true).say(A, &[asked.clone(), request(1, 0x4000, 0x4000)].concat()).end();
        assert_eq!(told, format!("!midstream, !resynchronised, {ask}, request piece 1, begin 16384, length 16384"));
        let told = Stream::open(true).say(A, &handshake(b'a')).say(B, &asked).end();
        assert_eq!(told, format!("handshake {}, !resynchronised, {ask}", "aa".repeat(20)), "a handshake tells all");
    }

    #[test]
    fn less_is_enough_where_peer_wire_was_spoken_before() {
        let ask = "!midstream, !resynchronised, request piece 1, begin 0, length 16384";
        let mut stream = Stream::open(false);
        stream.say(A, &handshake(b'a')).end();
        stream.state = StreamState::default();
        stream.put(A, Content::Opened { midstream: true });
        assert_eq!(stream.say(A, &request(1, 0, 0x4000)).end(), ask, "another connection with the same responder");
        let mut stream = Stream::open(true);
        stream.say(B, &request(1, 0, 0x4000)).say(B, &request(2, 0, 0x4000)).end();
        stream.state = StreamState::default();
        assert_eq!(stream.lose(B, 9).say(A, &request(1, 0, 0x4000)).end(), format!("!segment_lost, _9, {ask}"));
    }

    #[test]
    fn what_went_by_before_a_stream_was_known_is_accounted_for() {
        let known = [request(1, 0, 0x4000), request(2, 0, 0x4000)].concat();
        let ask = "!resynchronised, request piece 1, begin 0, length 16384, request piece 2, begin 0, length 16384";
        let told = Stream::open(true).say(A, &[&[0xff; 30][..], &known].concat()).say(B, &[0xff; 9]).end();
        assert_eq!(told, format!("?30, !midstream, {ask}, ?9"));
        let mut stream = Stream::open(false);
        stream.lose(A, 68).say(B, &[0xff; 7]).lose(B, 3).say(A, &known);
        assert_eq!(stream.end(), format!("!segment_lost, _68, ?7, _3, !midstream, {ask}"));
        assert_eq!(stream.accounted, 68 + 7 + 3 + known.len() as u64);
    }

    #[test]
    fn a_short_stream_is_searched_to_its_end() {
        // What stands before the requests looks like the beginning of a message that is longer than the stream.
        let lure = [0, 0, 0x40, 0, 22, 0xff];
        let known = [request(1, 0, 0x4000), request(2, 0, 0x4000)].concat();
        let ask = "!resynchronised, request piece 1, begin 0, length 16384, request piece 2, begin 0, length 16384";
        assert_eq!(Stream::open(true).say(A, &lure).say(A, &known).end(), format!("?6, !midstream, {ask}"), "to its end");
        let told = Stream::open(true).say(A, &lure).say(A, &known).lose(A, 5).end();
        assert_eq!(told, format!("?6, !midstream, {ask}, !segment_lost, _5"), "to its first loss");
    }

    /// What is heard of a stream, by the names of messages and findings.
    fn heard(deliveries: &[(Direction, Content<'_>)]) -> Vec<&'static str> {
        let mut stream = Stream::default();
        for (direction, content) in deliveries {
            stream.put(*direction, *content);
        }
        stream.names
    }

    const ANNOUNCE: &[u8] = b"GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=1 HTTP/1.1\r\n\r\n";
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nde";
    const BOTH: [&str; 2] = ["announce_request", "announce_response"];

    #[test]
    fn a_tracker_is_found_wherever_its_stream_begins() {
        let (request, answer) = ((A, Content::Bytes(ANNOUNCE)), (B, Content::Bytes(ANSWER)));
        assert_eq!(heard(&[(A, Content::Opened { midstream: false }), request, answer]), BOTH);
        assert_eq!(heard(&[(A, Content::Opened { midstream: true }), request, answer]), BOTH);
        assert_eq!(heard(&[(B, Content::Bytes(b"a proxy greets")), request, answer]), BOTH);
        let midstream = [(B, Content::Opened { midstream: true }), (B, Content::Bytes(&[7; 100]))];
        assert_eq!(heard(&[&midstream[..], &[request, answer]].concat()), BOTH);
    }

    #[test]
    fn what_a_proxy_tunnels_is_a_stream_of_its_own() {
        let connect = (A, Content::Bytes(b"CONNECT a:1 HTTP/1.1\r\n\r\n"));
        let established = (B, Content::Bytes(b"HTTP/1.1 200 OK\r\n\r\n"));
        assert_eq!(heard(&[connect, established, (A, Content::Bytes(&handshake(b'a')))]), ["handshake"]);
        assert_eq!(heard(&[connect, established, (A, Content::Bytes(ANNOUNCE))]), ["announce_request"]);
        assert_eq!(heard(&[connect, established, (A, Content::Bytes(b"\x16\x03\x01\x02\0\x01"))]), ["tls"]);
        let together = [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &handshake(b'a')].concat();
        assert_eq!(heard(&[connect, (B, Content::Bytes(&together))]), ["handshake"]);
    }

    #[test]
    fn http_that_turns_out_to_be_none_may_still_be_peer_wire() {
        let garbage = (A, Content::Bytes(b"GET /\x01\x02"));
        assert_eq!(heard(&[garbage, (B, Content::Bytes(&handshake(b'a')))]), ["handshake"]);
        assert_eq!(heard(&[(A, Content::Bytes(b"GET / HTTP/1.1\r\n\r\n")), (B, Content::Closed)]), [""; 0]);
    }
}
