//! Message Stream Encryption: streams that hide that they are BitTorrent's.
//!
//! The Azureus wiki's *Message Stream Encryption*; what it wraps is the stream of BEP 3. A and B agree on a key by Diffie-Hellman with a
//! prime of 768 bits, prove by hashes that both know the torrent, and go on in RC4 or, if both want it so, in clear. All of it looks
//! random; what can be seen is how much each side sends before the other answers:
//!
//! ```text
//! flight 0  A → B   key:96 PadA:0-512
//! flight 1  B → A   key:96 PadB:0-512
//! flight 2  A → B   hash:20 hash:20 rc4( VC:8 crypto_provide:4 len:2 PadC:0-512 len:2 IA )
//! flight 3  B → A   rc4( VC:8 crypto_select:4 len:2 PadD:0-512 ), then the stream, in RC4 or in clear
//! ```
//!
//! A [`Watch`] goes along with a stream of which no protocol is known. It refuses every stream whose first flights have other sizes or
//! another order, that begins as another protocol does, or whose bytes are not evenly spread; that they are is necessary and proves
//! nothing. Where the beginning is not in the capture, even spread is all there is. So what a watch tells, in [`Message`]s, is what was
//! seen, and no verdict: that takes what is known of the endpoints, which is an analysis's business. Messages are whole accounts, a later
//! one replaces an earlier one, and they count no bytes as read.
//!
//! A stream that goes on in clear is handed over with the bytes from there on: see [`Seen::InClear`].
//!
//! Left out on purpose: the hashes, which could be checked against known torrents only with the secret key, and decryption.

mod unfinished;

use std::fmt;

use super::peer_wire::PREFIX;
use super::peer_wire::window::Window;
use super::{Mark, Message as AnyMessage, Outlet, Unread};
use crate::base::Time;
use crate::flow::{Both, Direction, Missing};
pub use unfinished::UnfinishedWatch;

/// What was seen so far of a stream that may be encrypted. Its event stands at the stream's first bytes, as its originator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// How much of the key exchange was seen.
    pub stage: Stage,
    /// Bytes of the flights, as far as they are over or going on.
    pub flights: [u64; 4],
    /// Bytes that each end sent and the capture has.
    pub bytes: Both<u64>,
    /// Bytes of both that are in no frame.
    pub lost: u64,
    /// Bytes of both that were cut at the snap length.
    pub truncated: u64,
    /// The latest frame.
    pub last_frame: u64,
    /// When it was captured.
    pub last_time: Time,
    /// The number by which an earlier capture, which this one goes on with, told of it.
    pub earlier: Option<u32>,
}

/// How much of a key exchange was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// None after all: the stream is in clear, or was from here on. Every earlier message about it is void.
    Clear,
    /// The beginning is not in the capture; the bytes after it are evenly spread.
    Midstream,
    /// What may be the originator's key, and no answer.
    Key,
    /// What may be both keys.
    Keys,
    /// All four flights.
    Handshake,
}

impl Stage {
    /// The stage in a word.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Clear => "clear",
            Stage::Midstream => "midstream",
            Stage::Key => "key",
            Stage::Keys => "keys",
            Stage::Handshake => "handshake",
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, ..] = self.flights;
        match self.stage {
            Stage::Clear | Stage::Midstream => write!(f, "{}", self.stage.name())?,
            Stage::Key => write!(f, "key of {a} bytes")?,
            Stage::Keys => write!(f, "keys of {a} and {b} bytes")?,
            Stage::Handshake => write!(f, "handshake, keys of {a} and {b} bytes")?,
        }
        write!(f, ", {} and {} bytes in all", self.bytes.originator, self.bytes.responder)
    }
}

/// What a watch makes of more bytes.
#[derive(Debug)]
pub(super) enum Seen {
    /// It may be encrypted.
    Open,
    /// It is not.
    Other,
    /// Two peers that agreed to go on in clear: what each sent since, in which a handshake stands at the beginning of one, and how many bytes of
    /// that an earlier capture has accounted for.
    InClear(Both<Window>, Both<usize>),
}

/// Goes along with a stream that may be encrypted.
#[derive(Debug)]
pub(super) struct Watch {
    phase: Phase,
    flights: [u64; 4],
    seen: Both<Half>,
    lost: u64,
    truncated: u64,
    /// The first and the latest frame.
    marks: Option<(Mark, Mark)>,
    /// The stage that was told, and the bytes seen by then.
    told: Option<(Stage, u64)>,
    /// Some bytes cannot be ciphertext.
    uneven: bool,
    /// Its number, where an earlier capture told of it.
    earlier: Option<u32>,
}

/// Where in the exchange a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// In this flight.
    Flight(usize),
    /// Behind the beginning of the last one.
    Done,
    /// Anywhere: the beginning was not seen.
    Midstream,
}

/// What one end sent.
#[derive(Debug, Default)]
struct Half {
    /// Whether it sent anything, here or in an earlier capture.
    began: bool,
    bytes: u64,
    spread: Spread,
    /// What it sent since the last flight began, while a handshake in clear may come.
    since: Window,
    /// How much went into `since`.
    searched: usize,
    /// How many bytes at the beginning of `since` an earlier capture has accounted for.
    before: usize,
}

impl Default for Watch {
    /// A watch over a stream of which the beginning is not in the capture.
    fn default() -> Self {
        Watch {
            phase: Phase::Midstream,
            flights: [0; 4],
            seen: Both::default(),
            lost: 0,
            truncated: 0,
            marks: None,
            told: None,
            uneven: false,
            earlier: None,
        }
    }
}

impl Watch {
    /// A watch over a stream from its first byte on.
    pub(super) fn from_start() -> Self {
        Watch { phase: Phase::Flight(0), ..Watch::default() }
    }

    /// Bytes held.
    pub(super) fn held_bytes(&self) -> usize {
        self.seen.iter().map(|half| half.since.held_bytes()).sum()
    }

    /// Whether anything was told of it.
    pub(super) fn is_told(&self) -> bool {
        self.told.is_some()
    }

    /// Whether a handshake in clear may come.
    pub(super) fn may_clear(&self) -> bool {
        self.phase == Phase::Done && self.seen.iter().any(|half| half.searched < CLEAR_BYTES)
    }

    /// Takes the next bytes of the outlet's direction; `room` is how many more may be held.
    pub(super) fn bytes(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) -> Seen {
        let direction = outlet.delivery.direction;
        self.mark(outlet.mark());
        let half = self.seen.of_mut(direction);
        let first = !half.began && self.phase != Phase::Midstream;
        half.began = true;
        half.bytes += bytes.len() as u64;
        if first && begins_as_another(bytes) || !self.advance(direction, bytes.len() as u64) {
            return self.refuse(outlet);
        }
        if self.may_clear()
            && let Some(at) = self.find_clear(bytes, room, direction, outlet.mark())
        {
            return self.clear(at, direction, outlet);
        }
        // What is kept may yet be in clear, and is looked at when it is let go.
        let kept = self.seen.of(direction).since.len() >= bytes.len();
        if !kept {
            self.sample(bytes, direction);
        }
        if self.uneven {
            return self.refuse(outlet);
        }
        self.tell_news(outlet);
        Seen::Open
    }

    /// Says that the next `count` bytes of the outlet's direction are not in the capture.
    pub(super) fn gap(&mut self, count: u64, missing: Missing, outlet: &mut Outlet<'_>) -> Seen {
        let direction = outlet.delivery.direction;
        self.mark(outlet.mark());
        match missing {
            Missing::Lost => self.lost += count,
            Missing::Truncated => self.truncated += count,
        }
        self.let_go(direction);
        if self.advance(direction, count) && !self.uneven { Seen::Open } else { self.refuse(outlet) }
    }

    /// The stream is over.
    pub(super) fn close(&mut self, outlet: &mut Outlet<'_>) {
        Direction::BOTH.into_iter().for_each(|direction| self.let_go(direction));
        if self.uneven {
            self.refuse(outlet);
        } else {
            self.tell(outlet);
        }
    }

    /// Tells what was seen so far, if that is anything.
    pub(super) fn tell(&mut self, outlet: &mut Outlet<'_>) {
        if let Some(stage) = self.stage() {
            self.told = Some((stage, self.total()));
            self.emit(stage, outlet);
        }
    }

    /// Tells a new stage, and every now and then how many bytes there are.
    fn tell_news(&mut self, outlet: &mut Outlet<'_>) {
        let due = match self.told {
            None => self.phase == Phase::Done,
            Some((_, bytes)) => self.total() - bytes >= NEWS_BYTES,
        };
        if due {
            self.tell(outlet);
        }
    }

    fn emit(&self, stage: Stage, outlet: &mut Outlet<'_>) {
        let Some((first, last)) = self.marks else { return };
        let bytes = Both { originator: self.seen.originator.bytes, responder: self.seen.responder.bytes };
        let Watch { flights, lost, truncated, earlier, .. } = *self;
        let message = Message { stage, flights, bytes, lost, truncated, last_frame: last.frame, last_time: last.time, earlier };
        outlet.towards(Direction::Originator).emit_at(first, 0, AnyMessage::Mse(message));
    }

    /// It is not encrypted; what was told is taken back.
    pub(super) fn refuse(&mut self, outlet: &mut Outlet<'_>) -> Seen {
        if self.told.is_some() {
            self.emit(Stage::Clear, outlet);
        }
        Seen::Other
    }

    /// What can be said by now.
    fn stage(&self) -> Option<Stage> {
        let [key, answer, ..] = self.flights;
        let stage = match self.phase {
            Phase::Midstream => Stage::Midstream,
            Phase::Done => Stage::Handshake,
            Phase::Flight(0 | 1) if key < KEY_BYTES => return None,
            Phase::Flight(0 | 1) if answer < KEY_BYTES => Stage::Key,
            Phase::Flight(_) => Stage::Keys,
        };
        let sampled = |direction: Direction| self.seen.of(direction).spread.bytes;
        let enough = match stage {
            Stage::Midstream => sampled(Direction::Originator) + sampled(Direction::Responder) >= MIDSTREAM_BYTES,
            Stage::Key => sampled(Direction::Originator) >= TELLING_BYTES,
            _ => Direction::BOTH.into_iter().all(|direction| sampled(direction) >= TELLING_BYTES),
        };
        enough.then_some(stage)
    }

    fn total(&self) -> u64 {
        self.seen.iter().map(|half| half.bytes).sum()
    }

    fn mark(&mut self, mark: Mark) {
        let first = self.marks.map_or(mark, |(first, _)| first);
        self.marks = Some((first, mark));
    }

    /// Puts `count` bytes into their flight; answers whether that is one of this protocol's.
    fn advance(&mut self, direction: Direction, count: u64) -> bool {
        let Phase::Flight(mut at) = self.phase else { return true };
        let turn = if at % 2 == 0 { Direction::Originator } else { Direction::Responder };
        let sizes = |at: usize| FLIGHT_BYTES.get(at).copied().unwrap_or_default();
        if direction != turn {
            if self.flights.get(at).is_none_or(|bytes| *bytes < sizes(at).0) {
                return false;
            }
            at += 1;
        }
        let Some(bytes) = self.flights.get_mut(at) else { return false };
        *bytes += count;
        let (least, most) = sizes(at);
        let last = at + 1 == FLIGHT_BYTES.len();
        self.phase = if last && *bytes >= least { Phase::Done } else { Phase::Flight(at) };
        *bytes <= most
    }

    /// Looks whether the first few KiB of each direction may be random.
    fn sample(&mut self, bytes: &[u8], direction: Direction) {
        let wanted = if self.phase == Phase::Midstream { MIDSTREAM_SAMPLE_BYTES } else { SAMPLE_BYTES };
        let spread = &mut self.seen.of_mut(direction).spread;
        let left = wanted.saturating_sub(spread.bytes);
        if left > 0 {
            let sample = bytes.get(..usize::try_from(left).unwrap_or(usize::MAX)).unwrap_or(bytes);
            spread.add(sample);
            self.uneven |= !spread.is_even() || self.phase == Phase::Midstream && holds_tls(sample);
        }
    }

    /// Lets go what was kept of a direction: it was not in clear.
    fn let_go(&mut self, direction: Direction) {
        let kept = std::mem::take(&mut self.seen.of_mut(direction).since);
        self.sample(kept.bytes(), direction);
    }

    /// Keeps what comes after the last flight began, and looks for a handshake in it: where in what is kept it begins.
    fn find_clear(&mut self, bytes: &[u8], room: usize, direction: Direction, mark: Mark) -> Option<usize> {
        if self.seen.of(direction).searched >= CLEAR_BYTES || bytes.len() > room {
            // The responder's handshake is long due: without it the originator's messages would not be found either.
            let over: &[Direction] = if direction == Direction::Responder { &Direction::BOTH } else { &[direction] };
            for direction in over {
                self.let_go(*direction);
                self.seen.of_mut(*direction).searched = CLEAR_BYTES;
            }
            return None;
        }
        let half = self.seen.of_mut(direction);
        half.searched += bytes.len();
        half.since.push(bytes, mark);
        let found = half.since.bytes().windows(PREFIX.len()).position(|window| window == PREFIX);
        // The originator may go on in clear, behind a handshake that it sent encrypted, before the responder's handshake is here.
        if found.is_none() && direction == Direction::Responder {
            let passed = half.since.len().saturating_sub(PREFIX.len() - 1);
            half.forget(passed);
        }
        found
    }

    /// The stream goes on in clear at `at` of what is kept of `direction`: accounts for what came before, and gives the rest away.
    fn clear(&mut self, at: usize, direction: Direction, outlet: &mut Outlet<'_>) -> Seen {
        self.emit(Stage::Clear, outlet);
        self.seen.of_mut(direction).forget(at);
        if direction == Direction::Originator {
            // The originator waits for the answer before it goes on in clear, so all of that was encrypted.
            self.seen.responder.forget(usize::MAX);
        }
        let (mut kept, mut before) = (Both::default(), Both::default());
        for direction in Direction::BOTH {
            let half = self.seen.of_mut(direction);
            let encrypted = half.bytes.saturating_sub(half.since.len().saturating_sub(half.before) as u64);
            outlet.towards(direction).unread(encrypted, Unread::Encrypted);
            *kept.of_mut(direction) = std::mem::take(&mut half.since);
            *before.of_mut(direction) = half.before;
        }
        outlet.unread(self.lost, Unread::Lost);
        outlet.unread(self.truncated, Unread::Truncated);
        Seen::InClear(kept, before)
    }
}

impl Half {
    /// Forgets the first `count` bytes of what was kept.
    fn forget(&mut self, count: usize) {
        self.since.forget(count);
        self.before = self.before.saturating_sub(count);
    }
}

/// Whether bytes are spread as random ones are: as many ones as zeros, and no value more often than chance has it.
///
/// Bytes are compared within chunks of [`CHUNK_BYTES`], so that nothing need be kept of them. Both bounds are so far out that random bytes
/// pass in all but some ten in a million cases.
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    bytes: u64,
    ones: u64,
    /// Pairs of equal bytes in a chunk, and all pairs.
    equal: u64,
    pairs: u64,
}

impl Spread {
    fn add(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(CHUNK_BYTES) {
            let mut counts = [0_u64; 256];
            for byte in chunk {
                if let Some(count) = counts.get_mut(usize::from(*byte)) {
                    self.equal += *count;
                    *count += 1;
                }
                self.ones += u64::from(byte.count_ones());
            }
            let length = chunk.len() as u64;
            self.bytes += length;
            self.pairs += length * (length - 1) / 2;
        }
    }

    /// Whether they may be random; too few bytes always may.
    fn is_even(&self) -> bool {
        if self.bytes < TELLING_BYTES {
            return true;
        }
        // Of 8 n bits half are ones, give or take the root of 2 n; of all pairs one in 256 is equal, give or take the root of that.
        let (bits_off, deviation) = (self.ones.abs_diff(4 * self.bytes) as f64, (2.0 * self.bytes as f64).sqrt());
        let due = self.pairs as f64 / 256.0;
        bits_off <= 5.0 * deviation && self.equal as f64 <= due + 6.0 * due.sqrt() + 6.0
    }
}

/// Whether a stream's first bytes are those of a protocol whose beginning is otherwise random enough.
fn begins_as_another(bytes: &[u8]) -> bool {
    let length = bytes.len();
    match *bytes {
        // A TLS record, an SSH banner, STUN with its cookie.
        [0x14..=0x18, 3, 0..=4, ..] | [b'S', b'S', b'H', b'-', ..] | [_, _, _, _, 0x21, 0x12, 0xa4, 0x42, ..] => true,
        // A length before the message: DNS, OpenVPN and many others.
        [a, b, c, d, ..] => {
            usize::from(u16::from_be_bytes([a, b])) + 2 == length
                || usize::try_from(u32::from_be_bytes([a, b, c, d])) == Ok(length.saturating_sub(4))
        }
        _ => false,
    }
}

/// Whether a TLS record of application data seems to begin somewhere.
fn holds_tls(bytes: &[u8]) -> bool {
    bytes.windows(5).any(|window| matches!(*window, [0x17, 3, 1..=3, 0..=0x41, _]))
}

/// Bytes of a key.
const KEY_BYTES: u64 = 96;

/// The fewest and the most bytes of each flight. Of IA the document allows 64 KiB; clients send a handshake, and a few messages at most.
const FLIGHT_BYTES: [(u64, u64); 4] =
    [(96, 96 + 512), (96, 96 + 512), (20 + 20 + 14 + 2, 512 + 20 + 20 + 14 + 512 + 2 + 1024), (14, u64::MAX)];

/// Bytes of each direction in which a handshake in clear is looked for, once the last flight has begun: PadD is at most 512.
const CLEAR_BYTES: usize = 4 << 10;

/// Bytes of each direction that must be evenly spread, where the beginning is there and where it is not.
const SAMPLE_BYTES: u64 = 4 << 10;
const MIDSTREAM_SAMPLE_BYTES: u64 = 16 << 10;

/// Bytes of one direction whose spread says something.
const TELLING_BYTES: u64 = 64;

/// Bytes of both directions without which nothing is said of a stream that began before the capture.
const MIDSTREAM_BYTES: u64 = 1 << 10;

/// Bytes that are compared with each other.
const CHUNK_BYTES: usize = 512;

/// Bytes after which a stream that was told of is told of anew: a block, so that its rate is known as well as that of a stream in clear.
const NEWS_BYTES: u64 = 1 << 14;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Endpoint, Limits};
    use crate::flow::{Content, Delivery, FlowId};
    use crate::protocol::peer_wire::Message as PeerMessage;
    use crate::protocol::{Dissector, StreamState, UnfinishedStream};

    const A: Direction = Direction::Originator;
    const B: Direction = Direction::Responder;

    /// Bytes without any pattern, the same for the same seed.
    fn noise(seed: u64, length: usize) -> Vec<u8> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0]
        };
        (0..length).map(|_| next()).collect()
    }

    /// What came of a stream.
    #[derive(Debug, Default)]
    struct Outcome {
        told: Vec<Message>,
        handshakes: usize,
        messages: usize,
        /// Bytes in messages, and encrypted ones.
        decoded: u64,
        encrypted: u64,
        others: u64,
    }

    impl Outcome {
        fn stages(&self) -> Vec<Stage> {
            self.told.iter().map(|message| message.stage).collect()
        }
    }

    /// A stream as it is delivered: what each end sent in turn, in the order of the capture.
    fn play(midstream: bool, contents: &[(Direction, Content<'_>)]) -> Outcome {
        play_on(StreamState::default(), midstream, contents).0
    }

    /// The same from a state on; also what is left of it before it is over.
    fn play_on(mut state: StreamState, midstream: bool, contents: &[(Direction, Content<'_>)]) -> (Outcome, Option<UnfinishedStream>) {
        let (mut outcome, mut left) = (Outcome::default(), None);
        let (mut dissector, is_new) = (Dissector::new(&Limits::default()), state.earlier().is_none());
        let ends = Both { originator: Endpoint::new([10, 0, 0, 1], 40000), responder: Endpoint::new([10, 0, 0, 2], 6881) };
        let opened = (A, Content::Opened { midstream });
        for (frame, (direction, content)) in (1..).zip([&opened].into_iter().chain(contents).chain(&[(A, Content::Closed)])) {
            let (source, destination) = (*ends.of(*direction), *ends.of(direction.reverse()));
            if *content == Content::Closed {
                left = state.unfinished();
            }
            let delivery = Delivery {
                time: Time::default(),
                frame,
                source,
                destination,
                flow: Some(FlowId(0)),
                direction: *direction,
                content: *content,
            };
            dissector.dissect(Some(&mut state), delivery, &mut |event| {
                outcome.decoded += event.bytes;
                match event.message {
                    AnyMessage::Mse(message) => {
                        assert_eq!((event.frame, event.source), (2, ends.originator), "told at the stream's beginning");
                        outcome.told.push(message);
                    }
                    AnyMessage::PeerWire { message: PeerMessage::Handshake(_), .. } => outcome.handshakes += 1,
                    AnyMessage::PeerWire { .. } => outcome.messages += 1,
                    AnyMessage::Unread { reason: Unread::Encrypted, bytes } => outcome.encrypted += bytes,
                    AnyMessage::Unread { bytes, .. } => outcome.others += bytes,
                    _ => {}
                }
            });
        }
        assert!(!is_new || dissector.held_bytes == state.held_bytes());
        (outcome, left)
    }

    /// A conversation that is cut in two within a flight, the second capture given what the first left; `None` where that is no watch.
    fn cut(conversation: &[(Direction, Vec<u8>)], flight: usize, at: usize) -> Option<[Outcome; 2]> {
        let mut halves = [conversation[..=flight].to_vec(), conversation[flight..].to_vec()];
        halves[0][flight].1.truncate(at);
        halves[1][0].1.drain(..at);
        let contents = |half: &'_ [(Direction, Vec<u8>)]| half.iter().filter(|(_, bytes)| !bytes.is_empty()).cloned().collect::<Vec<_>>();
        let [first, second] = halves.map(|half| contents(&half));
        let delivered = |half: &[(Direction, Vec<u8>)], state, midstream| {
            let contents: Vec<_> = half.iter().map(|(direction, bytes)| (*direction, Content::Bytes(bytes))).collect();
            play_on(state, midstream, &contents)
        };
        let (first, left) = delivered(&first, StreamState::default(), false);
        let left = left.filter(|left| matches!(left, UnfinishedStream::Hidden(_)))?;
        let written = serde_json::to_string(&left).unwrap();
        let state = StreamState::going_on(serde_json::from_str(&written).unwrap(), 7);
        assert_eq!(state.earlier(), Some(7));
        Some([first, delivered(&second, state, true).0])
    }

    fn bytes_told(outcome: &Outcome) -> u64 {
        outcome.told.last().map_or(0, |last| last.bytes.originator + last.bytes.responder)
    }

    fn sent(flights: &[(Direction, Vec<u8>)]) -> Outcome {
        let contents: Vec<_> = flights.iter().map(|(direction, bytes)| (*direction, Content::Bytes(bytes))).collect();
        play(false, &contents)
    }

    /// The flights of an exchange with these sizes, in turn.
    fn flights(sizes: &[usize]) -> Vec<(Direction, Vec<u8>)> {
        (1..).zip(sizes).map(|(seed, size)| (if seed % 2 == 1 { A } else { B }, noise(seed, *size))).collect()
    }

    fn handshake(peer: u8) -> Vec<u8> {
        [PREFIX.as_slice(), &[0; 8], &[7; 20], &[peer; 20]].concat()
    }

    #[test]
    fn a_key_exchange_is_told_when_it_is_complete_and_when_it_ends_early() {
        for (sizes, stages) in [
            (&[307, 169, 164, 112, 68, 16000][..], &[Stage::Handshake, Stage::Handshake][..]),
            (&[96, 96, 56, 14], &[Stage::Handshake, Stage::Handshake]),
            (&[608, 608, 2104, 14], &[Stage::Handshake, Stage::Handshake]),
            (&[307, 169, 164], &[Stage::Keys]),
            (&[307, 169], &[Stage::Keys]),
            (&[307, 60], &[Stage::Key]),
            (&[307], &[Stage::Key]),
            (&[95], &[]),
            (&[], &[]),
        ] {
            let outcome = sent(&flights(sizes));
            assert_eq!(outcome.stages(), stages, "{sizes:?}");
            let all: usize = sizes.iter().sum();
            if let Some(last) = outcome.told.last() {
                assert_eq!(last.bytes.originator + last.bytes.responder, all as u64);
            }
            assert_eq!((outcome.decoded, outcome.encrypted, outcome.others), (0, 0, 0), "its bytes are in its messages only");
        }
        let told = sent(&flights(&[307, 169, 164, 112])).told[0];
        assert_eq!(told.to_string(), "handshake, keys of 307 and 169 bytes, 471 and 281 bytes in all");
    }

    #[test]
    fn other_sizes_and_another_order_are_refused() {
        for sizes in [
            &[95, 96, 56, 14][..],
            &[609, 96, 56, 14],
            &[96, 95, 56, 14],
            &[96, 609, 56, 14],
            &[96, 96, 55, 14],
            &[96, 96, 2105, 14],
            &[96, 96, 56, 13, 1],
        ] {
            assert_eq!(sent(&flights(sizes)).stages(), [], "{sizes:?}");
        }
        let mut from_responder = flights(&[300, 300, 100, 100, 1000]);
        from_responder.iter_mut().for_each(|(direction, _)| *direction = direction.reverse());
        assert_eq!(sent(&from_responder).stages(), []);
    }

    #[test]
    fn where_segments_split_does_not_matter() {
        let whole = flights(&[150, 120, 80, 40, 68]);
        let last = sent(&whole).told.last().copied().unwrap();
        for flight in 0..whole.len() {
            for at in 1..whole[flight].1.len() {
                let mut split = whole.clone();
                let tail = split[flight].1.split_off(at);
                split.insert(flight + 1, (whole[flight].0, tail));
                let told = sent(&split).told.last().copied().unwrap();
                assert_eq!(
                    (told.stage, told.flights[..3].to_vec(), told.bytes),
                    (last.stage, last.flights[..3].to_vec(), last.bytes),
                    "{flight} {at}"
                );
            }
        }
    }

    #[test]
    fn an_exchange_that_is_cut_in_two_goes_on_wherever_that_is() {
        let conversation = flights(&[150, 120, 80, 40, 300]);
        let whole = sent(&conversation).told.last().copied().unwrap();
        for flight in 0..conversation.len() {
            for at in 1..conversation[flight].1.len() {
                let [first, second] = cut(&conversation, flight, at).unwrap();
                let last = second.told.last().unwrap();
                assert_eq!((last.stage, last.earlier), (Stage::Handshake, Some(7)), "{flight} {at}");
                assert_eq!(last.flights[..3], whole.flights[..3], "{flight} {at}");
                // Of too few bytes the first says nothing.
                let before: usize = conversation[..flight].iter().map(|(_, bytes)| bytes.len()).sum::<usize>() + at;
                assert!([0, before as u64].contains(&bytes_told(&first)), "{flight} {at}");
                assert_eq!(bytes_told(&second), whole.bytes.originator + whole.bytes.responder - before as u64, "{flight} {at}");
            }
        }
        let mut plain = flights(&[200, 200, 100, 100, 40]);
        plain.push((A, b"and now in plain words ".repeat(20)));
        assert_eq!(cut(&plain, 4, 20).unwrap()[1].stages(), [Stage::Clear], "what was told before is taken back");
    }

    #[test]
    fn what_is_cut_in_two_goes_on_in_clear_with_each_byte_once() {
        let own = [flights(&[307, 169, 72, 47]), vec![(A, handshake(1)), (B, handshake(2)), (A, vec![0, 0, 0, 1, 2])]].concat();
        let mut gone_on = 0;
        for flight in 0..own.len() {
            for at in 1..own[flight].1.len() {
                let Some([first, second]) = cut(&own, flight, at) else { continue };
                gone_on += 1;
                assert_eq!((second.handshakes, second.messages), (2, 1), "{flight} {at}: {second:?}");
                let after = own[flight..].iter().map(|(_, bytes)| bytes.len()).sum::<usize>() - at;
                assert_eq!(second.decoded + second.encrypted + second.others, after as u64, "{flight} {at}");
                assert_eq!(first.handshakes, 0);
            }
        }
        assert!(gone_on > 307 + 169 + 72 + 40, "{gone_on}");
    }

    #[test]
    fn other_protocols_are_refused() {
        let behind = |header: &[u8], length: usize| [header, &noise(9, length - header.len())].concat();
        let text =
            b"GET /announce?info_hash=abc HTTP/1.1\r\nHost: tracker.example.org\r\nUser-Agent: curl/8\r\nAccept: */*\r\n\r\n".repeat(2);
        let base64: Vec<u8> = noise(9, 200)
            .iter()
            .map(|byte| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[usize::from(byte & 63)])
            .collect();
        let tunnel: Vec<u8> = [&198_u16.to_be_bytes()[..], &noise(9, 198)].concat();
        let framed: Vec<u8> = [&196_u32.to_be_bytes()[..], &noise(9, 196)].concat();
        let mut zeros = noise(9, 200);
        zeros[96..].fill(0);
        for first in [
            behind(b"\x16\x03\x01\x01\xfc", 300),
            behind(b"\x17\x03\x03\x01\x00", 300),
            behind(b"SSH-2.0-OpenSSH_9.2p1\r\n", 300),
            behind(b"\x00\x01\x00\x50\x21\x12\xa4\x42", 100),
            text,
            base64,
            tunnel,
            framed,
            zeros,
        ] {
            let mut conversation = flights(&[0, 200, 100, 100, 1000]);
            conversation[0].1.clone_from(&first);
            assert_eq!(sent(&conversation).stages(), [], "as the first flight: {}", first.escape_ascii());
            let mut conversation = flights(&[200, 0, 100, 100, 1000]);
            conversation[1].1.clone_from(&first);
            assert_eq!(sent(&conversation).stages(), [], "as the second: {}", first.escape_ascii());
        }
    }

    #[test]
    fn what_is_not_random_after_all_takes_back_what_was_told() {
        let mut conversation = flights(&[200, 200, 100, 100]);
        conversation.push((A, b"and now in plain words ".repeat(20)));
        assert_eq!(sent(&conversation).stages(), [Stage::Handshake, Stage::Clear]);
        let mut conversation = flights(&[200, 200, 100, 100, 5000, 5000, 200_000]);
        conversation.push((A, handshake(1)));
        let outcome = sent(&conversation);
        assert_eq!((outcome.stages(), outcome.handshakes), (vec![Stage::Handshake, Stage::Handshake, Stage::Clear], 1));
    }

    /// Both ways in which clients go on in clear: the originator's handshake in clear too, or sent before, encrypted.
    #[test]
    fn what_goes_on_in_clear_is_read_on() {
        let interested = [0, 0, 0, 1, 2];
        let extended = [&[0, 0, 0, 22, 20, 0][..], b"d1:v13:libtorrent 2e"].concat();
        let own = [flights(&[307, 169, 72, 47]), vec![(A, handshake(1)), (B, handshake(2)), (A, interested.to_vec())]].concat();
        let inside = [flights(&[307, 169, 72 + 68, 47]), vec![(A, extended.clone()), (B, handshake(2)), (A, interested.to_vec())]].concat();
        let joined = |mut flights: Vec<(Direction, Vec<u8>)>| {
            flights[3].1.extend(handshake(2));
            flights.remove(5);
            flights
        };
        for (conversation, handshakes, messages, encrypted) in [
            (own.clone(), 2, 1, 307 + 169 + 72 + 47),
            (inside.clone(), 1, 2, 307 + 169 + 140 + 47),
            (joined(own.clone()), 2, 1, 307 + 169 + 72 + 47),
            (joined(inside), 1, 2, 307 + 169 + 140 + 47),
        ] {
            let outcome = sent(&conversation);
            let all: usize = conversation.iter().map(|(_, bytes)| bytes.len()).sum();
            assert_eq!((outcome.handshakes, outcome.messages, outcome.encrypted), (handshakes, messages, encrypted), "{outcome:?}");
            assert_eq!(outcome.decoded + outcome.encrypted + outcome.others, all as u64, "every byte is counted once");
            assert_eq!(outcome.told.last().unwrap().stage, Stage::Clear);
        }
        for at in 1..68 {
            let mut split = own.clone();
            let tail = split[4].1.split_off(at);
            split.insert(5, (A, tail));
            let outcome = sent(&split);
            assert_eq!((outcome.handshakes, outcome.messages, outcome.encrypted), (2, 1, 595), "{at}");
        }
    }

    #[test]
    fn a_stream_that_began_before_the_capture_is_told_of_when_it_looks_random() {
        let told = |bytes: &[u8]| play(true, &[(A, Content::Bytes(&noise(3, 40))), (B, Content::Bytes(bytes))]).stages();
        assert_eq!(told(&noise(4, 1000)), [Stage::Midstream]);
        assert_eq!(told(&noise(4, 2 << 20)), [Stage::Midstream, Stage::Midstream], "when it is given up, and at the end");
        assert_eq!(told(&noise(4, 900)), [], "too little");
        assert_eq!(told(&b"plain words, as far as one can see. ".repeat(100)), []);
        assert_eq!(told(&[&noise(4, 500)[..], &[0x17, 3, 3, 0x40, 0x11], &noise(5, 9000)].concat()), [], "a TLS record inside");
    }

    #[test]
    fn gaps_count_for_the_sizes_and_are_told() {
        let (key, answer, rest) = (noise(1, 100), noise(2, 100), noise(3, 80));
        let gap = |bytes, missing| Content::Gap { bytes, missing };
        let outcome = play(
            false,
            &[
                (A, Content::Bytes(&key)),
                (A, gap(200, Missing::Truncated)),
                (B, Content::Bytes(&answer)),
                (A, gap(70, Missing::Lost)),
                (B, Content::Bytes(&rest)),
            ],
        );
        let last = outcome.told.last().unwrap();
        assert_eq!((last.stage, last.flights, last.lost, last.truncated), (Stage::Handshake, [300, 100, 70, 80], 70, 200));
        let refused = play(false, &[(A, Content::Bytes(&key)), (A, gap(600, Missing::Lost)), (B, Content::Bytes(&answer))]);
        assert_eq!(refused.stages(), []);
    }

    #[test]
    fn a_long_stream_is_told_of_every_now_and_then() {
        let conversation = [flights(&[307, 169, 164, 112]), (0..40).map(|seed| (B, noise(seed + 10, 100_000))).collect()].concat();
        let outcome = sent(&conversation);
        assert_eq!(outcome.told.len(), 1 + 40 + 1);
        assert_eq!(outcome.told.last().unwrap().bytes.responder, 169 + 112 + 4_000_000);
    }

    /// Of random bytes hardly any are refused, however they are cut.
    #[test]
    fn random_bytes_are_evenly_spread() {
        let refused = (0..20_000_u64).filter(|seed| {
            let mut spread = Spread::default();
            let bytes = noise(seed + 1, 96 + usize::try_from(seed % 500).unwrap());
            bytes.chunks(1 + usize::try_from(seed % 97).unwrap()).any(|chunk| {
                spread.add(chunk);
                !spread.is_even()
            })
        });
        assert!(refused.count() <= 2);
    }
}
