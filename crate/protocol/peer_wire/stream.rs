//! Ordered bytes of a connection → peer-wire messages.
//!
//! In: each direction's bytes and gaps. Out: events. One direction is always in one [`State`]; a message is read when all of it is
//! there, but for the block of a piece, which is counted as it passes. A gap inside a block or a body costs those bytes and nothing
//! after them, because the header said where the next message begins; a gap over a header costs the framing, which
//! [`resync`] finds again. What the messages said on the way (the number of pieces, open requests) are the facts that
//! it goes by.

mod exchanging;
mod torn;
mod unfinished;

use std::borrow::Cow;

use super::account::{Account, Encryption, Peers, Requests};
use super::exchange::Exchange;
use super::extension::{self, Extensions};
use super::resync::{self, Facts, Search, Standing};
use super::window::{Input, Window};
use super::{Block, HANDSHAKE_BYTES, Kind, Message, PREFIX, parse, parse_handshake};
use crate::base::{Code, InfoHash};
use crate::flow::{Both, Direction, Missing};
use crate::protocol::info_dictionary::{InfoDictionary, MetadataSource};
use crate::protocol::payload::Place;
use crate::protocol::torrents::Whose;
use crate::protocol::{Mark, Message as AnyMessage, Outlet, Unread};
use torn::Torn;
pub use unfinished::UnfinishedTalk;

/// A connection between two peers.
#[derive(Debug)]
pub(in crate::protocol) struct Connection {
    info_hash: Option<InfoHash>,
    index_bound: Option<u32>,
    encryption: Option<Encryption>,
    extensions: Extensions,
    halves: Both<Half>,
    said: Both<Account>,
    /// Kept from a handshake on, or the first message that has to do with it.
    exchange: Option<Box<Exchange>>,
    /// Its number, while it is one of an earlier capture that was not met again.
    earlier: Option<u32>,
}

/// What one peer sends.
#[derive(Debug)]
struct Half {
    state: State,
    /// The beginning of the message that is being read.
    partial: Vec<u8>,
    /// How many bytes of it an earlier capture has accounted for.
    before: usize,
    /// Where `partial`, or the block, began.
    mark: Mark,
    /// Bytes in which boundaries are looked for.
    window: Window,
    /// The block that packets of unknown size were lost from, until a boundary is found.
    torn: Option<Torn>,
    /// Blocks that this peer asked for and did not get yet, oldest first.
    requests: Requests,
    /// Its first bytes may still be encrypted, before its messages begin.
    veiled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A handshake is due.
    Handshake,
    /// A message is due, or has begun.
    Message,
    /// Inside the block of a piece, `left` bytes before its end.
    Block { block: Block, left: u32, captured: u32 },
    /// Inside a body that is not read.
    Body { left: u64 },
    /// Boundaries are not known.
    Lost,
}

/// What the next bytes of a half that is between messages are.
enum Next<'a> {
    /// A keep-alive.
    KeepAlive,
    /// The header of a piece.
    Piece(Block),
    /// A whole message.
    Whole(Kind, Cow<'a, [u8]>),
    /// A message that is longer than is read.
    Long(Kind, u32),
    /// Not all there yet.
    Partial,
    /// No message.
    Broken,
}

impl Connection {
    /// A connection of which neither handshake was read yet. `lost`: it did not begin with one that is in the capture.
    pub(in crate::protocol) fn new(lost: bool) -> Self {
        let half = || Half {
            state: if lost { State::Lost } else { State::Handshake },
            partial: Vec::new(),
            before: 0,
            mark: Mark { frame: 0, time: Default::default() },
            window: Window::default(),
            torn: None,
            requests: Requests::default(),
            veiled: false,
        };
        let halves = Both { originator: half(), responder: half() };
        Connection {
            info_hash: None,
            index_bound: None,
            encryption: (!lost).then_some(Encryption::None),
            extensions: Extensions::default(),
            halves,
            said: Both::default(),
            exchange: None,
            earlier: None,
        }
    }

    /// Says how it began, where that was not with a handshake in clear.
    pub(in crate::protocol) fn began(&mut self, encryption: Encryption) {
        self.encryption = Some(encryption);
        // With the last flight of its key exchange the originator may send encrypted what the answer then lets go on in clear.
        self.halves.originator.veiled = encryption == Encryption::Plaintext;
    }

    /// What the peers made of it so far.
    pub(in crate::protocol) fn peers(&self) -> Peers<'_> {
        Peers { info_hash: self.info_hash, encryption: self.encryption, said: &self.said, exchange: self.exchange.as_deref() }
    }

    /// Bytes held of messages that have begun.
    pub(in crate::protocol) fn held_bytes(&self) -> usize {
        self.halves.iter().map(Half::held_bytes).sum()
    }

    /// Takes the next bytes of the outlet's direction. `room`: how many more may be held back.
    pub(in crate::protocol) fn bytes(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) {
        let mark = outlet.mark();
        if self.half(outlet.delivery.direction).window.is_empty() {
            self.read(&mut Input { bytes, marks: &[(0, mark)], at: 0, last: false }, room, outlet);
        } else {
            self.window(Window::default(), Some((bytes, mark)), room, outlet);
        }
    }

    /// Takes bytes that were kept while the stream was being recognised.
    pub(in crate::protocol) fn kept(&mut self, window: Window, room: usize, outlet: &mut Outlet<'_>) {
        self.window(window, None, room, outlet);
    }

    fn window(&mut self, kept: Window, new: Option<(&[u8], Mark)>, room: usize, outlet: &mut Outlet<'_>) {
        let direction = outlet.delivery.direction;
        let mut window = std::mem::take(&mut self.half(direction).window);
        window.append(kept);
        match new {
            Some((bytes, mark)) if window.bytes().is_empty() => {
                self.read(&mut Input { bytes, marks: &[(0, mark)], at: 0, last: false }, room, outlet);
            }
            new => {
                if let Some((bytes, mark)) = new {
                    window.push(bytes, mark);
                }
                self.read(&mut window.input(false), room, outlet);
            }
        }
    }

    /// Reads what is kept of the outlet's direction, which nothing will follow.
    fn settle(&mut self, outlet: &mut Outlet<'_>) {
        let window = std::mem::take(&mut self.half(outlet.delivery.direction).window);
        self.read(&mut window.input(true), resync::WINDOW_BYTES, outlet);
    }

    /// Says that the next `count` bytes of the outlet's direction are not in the capture.
    pub(in crate::protocol) fn gap(&mut self, count: u64, missing: Missing, outlet: &mut Outlet<'_>) {
        let reason = match missing {
            Missing::Lost => Unread::Lost,
            Missing::Truncated => Unread::Truncated,
        };
        self.settle(outlet);
        outlet.unread(count, reason);
        let direction = outlet.delivery.direction;
        let covered = match self.half(direction).state {
            State::Block { block, left, captured } => {
                let covered = count.min(left.into());
                #[expect(clippy::cast_possible_truncation, reason = "covered is at most left")]
                let left = left - covered as u32;
                self.block_passed(block, left, captured, outlet);
                covered
            }
            State::Body { left } => {
                let covered = count.min(left);
                self.half(direction).state = if covered < left { State::Body { left: left - covered } } else { State::Message };
                covered
            }
            State::Handshake | State::Message | State::Lost => self.gap_in_message(count, outlet),
        };
        if covered < count {
            self.lose(outlet);
        }
    }

    /// The stream is over.
    pub(in crate::protocol) fn close(&mut self, outlet: &mut Outlet<'_>) {
        for direction in Direction::BOTH {
            let outlet = &mut outlet.towards(direction);
            self.settle(outlet);
            // Of the rest of an earlier capture's block nothing may have come.
            let was_told = self.half(direction).before > 0;
            if let State::Block { block, captured, .. } = self.half(direction).state
                && !(was_told && captured == 0)
            {
                self.block_passed(block, 0, captured, outlet);
            }
            self.gap_in_message(0, outlet);
            self.lose(outlet);
        }
    }

    fn half(&mut self, direction: Direction) -> &mut Half {
        self.halves.of_mut(direction)
    }

    fn read(&mut self, input: &mut Input<'_>, room: usize, outlet: &mut Outlet<'_>) {
        let direction = outlet.delivery.direction;
        while !input.rest().is_empty() {
            match self.half(direction).state {
                State::Handshake => self.read_handshake(input, outlet),
                State::Message => self.read_message(input, room, outlet),
                State::Block { block, left, captured } => {
                    let (mark, rest) = (input.mark(), input.rest());
                    let passed = input.take_up_to(left);
                    if outlet.payload {
                        let place = Place::Piece {
                            info_hash: self.info_hash,
                            index: block.index,
                            begin: block.begin.saturating_add(block.length - left),
                        };
                        outlet.payload(mark, place, rest.get(..passed as usize).unwrap_or_default());
                    }
                    self.block_passed(block, left - passed, captured + passed, outlet);
                }
                State::Body { left } => {
                    let passed = u64::from(input.take_up_to(u32::try_from(left).unwrap_or(u32::MAX)));
                    outlet.unread(passed, Unread::Resynchronised);
                    self.half(direction).state = if passed < left { State::Body { left: left - passed } } else { State::Message };
                }
                State::Lost => {
                    self.search(input, room, outlet);
                    if self.half(direction).state == State::Lost {
                        return;
                    }
                }
            }
        }
    }

    fn read_handshake(&mut self, input: &mut Input<'_>, outlet: &mut Outlet<'_>) {
        let half = self.half(outlet.delivery.direction);
        let begun = half.partial.len();
        let due = PREFIX.get(begun..).unwrap_or_default();
        if !due.iter().zip(input.rest()).all(|(due, byte)| due == byte) {
            half.state = State::Lost;
            let passed = std::mem::take(&mut half.partial).len() as u64;
            outlet.unread(half.of_this_capture(passed), Unread::Resynchronised);
            return;
        }
        if let Some(bytes) = half.gather(input, HANDSHAKE_BYTES) {
            half.state = State::Message;
            let mark = half.mark;
            self.handshake(&bytes, mark, outlet);
        }
    }

    /// Hands on a handshake of which at least the reserved bytes were read.
    fn handshake(&mut self, bytes: &[u8], mark: Mark, outlet: &mut Outlet<'_>) {
        match parse_handshake(bytes) {
            Ok(handshake) => {
                self.info_hash = handshake.info_hash.or(self.info_hash);
                self.exchange().begin(outlet.delivery.direction, mark.time, handshake.is_fast());
                self.emit(mark, bytes.len(), Message::Handshake(handshake), outlet);
            }
            Err(_) => {
                let passed = self.half(outlet.delivery.direction).of_this_capture(bytes.len() as u64);
                outlet.unread(passed, Unread::Resynchronised);
            }
        }
    }

    fn read_message(&mut self, input: &mut Input<'_>, room: usize, outlet: &mut Outlet<'_>) {
        let direction = outlet.delivery.direction;
        let half = self.half(direction);
        let longest = outlet.limits.message_bytes.min(room.saturating_add(half.partial.len()));
        let next = half.next(input, longest);
        let mark = half.mark;
        match next {
            Next::KeepAlive => self.emit(mark, 4, Message::KeepAlive, outlet),
            Next::Piece(block) => {
                self.half(direction).state = State::Block { block, left: block.length, captured: 0 };
                if block.length == 0 {
                    self.block_passed(block, 0, 0, outlet);
                }
            }
            Next::Whole(kind, bytes) => self.message(kind, &bytes, mark, room, outlet),
            Next::Long(kind, length) => {
                // More than the header was kept where the message had begun before room ran out.
                let kept = std::mem::take(&mut self.half(direction).partial).len() as u64;
                self.half(direction).state = State::Body { left: u64::from(length) - 1 - kept };
                self.emit(mark, 5, Message::Bodiless(kind), outlet);
                outlet.emit(0, AnyMessage::Finding(Code::LimitMessage));
                let kept = self.half(direction).of_this_capture(kept);
                outlet.unread(kept, Unread::Resynchronised);
            }
            Next::Partial => {}
            Next::Broken => {
                outlet.emit(0, AnyMessage::Finding(Code::PeerWireMalformed));
                self.look_again(input, room, outlet);
            }
        }
    }

    /// What begins here is no message: one may begin at the next byte, be it kept or to come.
    fn look_again(&mut self, input: &mut Input<'_>, room: usize, outlet: &mut Outlet<'_>) {
        let half = self.half(outlet.delivery.direction);
        half.state = State::Lost;
        let mark = half.mark;
        let partial = std::mem::take(&mut half.partial);
        outlet.unread(half.of_this_capture(1), Unread::Resynchronised);
        if partial.is_empty() {
            input.at += 1;
            return;
        }
        let mut window = Window::default();
        window.push(&partial, mark);
        window.append(input.keep_rest());
        input.at = input.bytes.len();
        self.read(&mut Input { at: 1, ..window.input(input.last) }, room, outlet);
    }

    /// Hands on a whole message, `bytes` being all of it.
    fn message(&mut self, kind: Kind, bytes: &[u8], mark: Mark, room: usize, outlet: &mut Outlet<'_>) {
        match parse(kind, bytes.get(5..).unwrap_or_default(), outlet.limits) {
            Ok(mut message) => {
                let direction = outlet.delivery.direction;
                let opened = self.extensions.open(&mut message, direction, outlet.limits).map_err(|_| Code::ExtensionMalformed);
                self.learn(&message);
                self.exchanged(&message, mark, room, outlet);
                let gathered = opened.and_then(|()| self.gather(&message, outlet));
                self.emit(mark, bytes.len(), message, outlet);
                match gathered {
                    Ok(None) => {}
                    Ok(Some(dictionary)) => {
                        self.info_hash = self.info_hash.or(dictionary.names().next());
                        let source = MetadataSource::UtMetadata;
                        outlet.emit_at(mark, 0, AnyMessage::Torrent { dictionary: &dictionary, source });
                    }
                    Err(code) => outlet.emit(0, AnyMessage::Finding(code)),
                }
            }
            Err(_) => {
                self.emit(mark, bytes.len(), Message::Bodiless(kind), outlet);
                outlet.emit(0, AnyMessage::Finding(Code::PeerWireMalformed));
            }
        }
    }

    /// Keeps a piece of the torrent's info dictionary; answers the dictionary when that is whole.
    fn gather(&self, message: &Message<'_>, outlet: &mut Outlet<'_>) -> Result<Option<Box<InfoDictionary>>, Code> {
        let Message::Extended { message: extension::Message::UtMetadata(piece), .. } = message else { return Ok(None) };
        let Some(whose) = self.info_hash.map(Whose::Torrent).or(outlet.delivery.flow.map(Whose::Stranger)) else { return Ok(None) };
        let total = piece.total_size.or(self.extensions.metadata_size(outlet.delivery.direction));
        match total.filter(|_| piece.kind == extension::ut_metadata::Kind::Data) {
            Some(total) => outlet.torrents.take(whose, piece.piece, total, piece.data),
            None => Ok(None),
        }
    }

    /// Keeps what a message says about messages to come.
    fn learn(&mut self, message: &Message<'_>) {
        if let Message::Bitfield(bits) = message {
            let bound = u32::try_from(bits.len().saturating_mul(8)).ok();
            self.index_bound = self.index_bound.max(bound);
        }
    }

    /// Some of a block went by; at its end it is handed on.
    fn block_passed(&mut self, block: Block, left: u32, captured: u32, outlet: &mut Outlet<'_>) {
        let direction = outlet.delivery.direction;
        let half = self.half(direction);
        if left > 0 {
            half.state = State::Block { block, left, captured };
            return;
        }
        half.state = State::Message;
        let mark = half.mark;
        self.served(&block, mark.time, outlet);
        self.emit(mark, PIECE_HEADER_BYTES + captured as usize, Message::Piece { block, captured }, outlet);
    }

    /// A gap of `count` bytes falls between messages or into one that is not a block's. Answers how much of it the message covers.
    fn gap_in_message(&mut self, count: u64, outlet: &mut Outlet<'_>) -> u64 {
        let half = self.half(outlet.delivery.direction);
        let (state, mark) = (half.state, half.mark);
        let partial = std::mem::take(&mut half.partial);
        let begun = partial.len() as u64;
        let total = match state {
            State::Handshake if begun >= 28 => HANDSHAKE_BYTES as u64,
            State::Message => match partial.first_chunk::<5>() {
                Some([a, b, c, d, _]) => 4 + u64::from(u32::from_be_bytes([*a, *b, *c, *d])),
                None => begun,
            },
            _ => begun,
        };
        match (state, partial.get(4)) {
            (State::Handshake, _) if total > begun => self.handshake(&partial, mark, outlet),
            (State::Message, Some(kind)) => {
                let extended = self.extensions.open_cut(&partial, outlet.delivery.direction, outlet.limits);
                self.emit(mark, partial.len(), extended.unwrap_or(Message::Bodiless(Kind(*kind))), outlet);
            }
            _ => {
                let begun = self.half(outlet.delivery.direction).of_this_capture(begun);
                outlet.unread(begun, Unread::Resynchronised);
            }
        }
        let covered = count.min(total - begun);
        if total - begun > covered {
            self.half(outlet.delivery.direction).state = State::Body { left: total - begun - covered };
        } else if total > begun {
            self.half(outlet.delivery.direction).state = State::Message;
        }
        covered
    }

    /// Boundaries are no longer known in the outlet's direction.
    fn lose(&mut self, outlet: &mut Outlet<'_>) {
        self.end_torn(false, outlet);
        let half = self.half(outlet.delivery.direction);
        half.state = State::Lost;
        let window = std::mem::take(&mut half.window);
        outlet.unread(window.len() as u64, Unread::Resynchronised);
    }

    /// Looks for the next boundary.
    fn search(&mut self, input: &mut Input<'_>, room: usize, outlet: &mut Outlet<'_>) {
        let direction = outlet.delivery.direction;
        let requests = &self.halves.of(direction.reverse()).requests;
        let due = self.halves.of(direction).torn.and_then(|torn| usize::try_from(torn.due()).ok());
        let index_bound = outlet.torrents.piece_count(self.info_hash).or(self.index_bound);
        let upload_only = self.extensions.number_of(extension::upload_only::NAME, direction);
        let facts = Facts { index_bound, requests, upload_only, due, standing: Standing::Peer };
        let may_wait = !input.last && input.rest().len() <= room.min(resync::WINDOW_BYTES);
        let found = resync::search(input.rest(), &facts, may_wait);
        let (passed, state) = match found {
            Search::Found { at } => (at, State::Message),
            Search::Open { at, .. } => (at, State::Lost),
        };
        input.at += passed;
        self.pass_over(passed as u64, state == State::Message, outlet);
        let half = self.half(direction);
        half.state = state;
        if state == State::Lost {
            half.window = input.keep_rest();
            return;
        }
        let veiled = std::mem::take(&mut half.veiled);
        if input.rest().starts_with(PREFIX) {
            half.state = State::Handshake;
        } else if !veiled {
            let mark = input.mark();
            outlet.emit_at(mark, 0, AnyMessage::Finding(Code::Resynchronised));
        }
    }

    fn emit(&mut self, mark: Mark, bytes: usize, message: Message<'_>, outlet: &mut Outlet<'_>) {
        let said = self.said.of_mut(outlet.delivery.direction);
        said.observe(&message);
        said.gaps.observe(mark.time, matches!(message, Message::Handshake(_)));
        let bytes = self.half(outlet.delivery.direction).of_this_capture(bytes as u64);
        outlet.emit_at(mark, bytes, AnyMessage::PeerWire { info_hash: self.info_hash, message });
    }
}

impl Half {
    /// Bytes of memory held.
    fn held_bytes(&self) -> usize {
        self.partial.len() + self.window.held_bytes() + self.requests.held_bytes()
    }

    /// Reads the next message, or as much of it as there is; `mark` then tells where it began.
    fn next<'a>(&mut self, input: &mut Input<'a>, longest: usize) -> Next<'a> {
        if self.partial.is_empty() {
            self.mark = input.mark();
        }
        let mut header = [0; PIECE_HEADER_BYTES];
        let mut seen = 0;
        for (into, byte) in header.iter_mut().zip(self.partial.iter().chain(input.rest())) {
            *into = *byte;
            seen += 1;
        }
        let [a, b, c, d, kind, body @ ..] = header;
        let (length, kind) = (u32::from_be_bytes([a, b, c, d]), Kind(kind));
        if seen < 4 {
            self.keep(input);
            return Next::Partial;
        }
        if length == 0 {
            self.pass(input, 4);
            return Next::KeepAlive;
        }
        if seen < 5 {
            self.keep(input);
            return Next::Partial;
        }
        match kind.lengths() {
            Some(lengths) if !lengths.contains(&length) => return Next::Broken,
            None if length > UNKNOWN_LONGEST => return Next::Broken,
            _ => {}
        }
        if kind == Kind::PIECE {
            if seen < PIECE_HEADER_BYTES {
                self.keep(input);
                return Next::Partial;
            }
            self.pass(input, PIECE_HEADER_BYTES);
            let [i0, i1, i2, i3, b0, b1, b2, b3] = body;
            let (index, begin) = (u32::from_be_bytes([i0, i1, i2, i3]), u32::from_be_bytes([b0, b1, b2, b3]));
            return Next::Piece(Block { index, begin, length: length - 9 });
        }
        let total = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(4);
        if total > longest.max(SHORT_BYTES) {
            self.pass(input, 5);
            return Next::Long(kind, length);
        }
        self.gather(input, total).map_or(Next::Partial, |bytes| Next::Whole(kind, bytes))
    }

    /// `total` bytes: what was kept and what comes. `None`, and all is kept, when they are not all there.
    fn gather<'a>(&mut self, input: &mut Input<'a>, total: usize) -> Option<Cow<'a, [u8]>> {
        if self.partial.is_empty() {
            self.mark = input.mark();
            if let Some(whole) = input.rest().get(..total) {
                input.at += total;
                return Some(Cow::Borrowed(whole));
            }
        }
        let due = total.saturating_sub(self.partial.len());
        let taken = input.rest().get(..due).unwrap_or(input.rest());
        self.partial.extend_from_slice(taken);
        input.at += taken.len();
        (self.partial.len() >= total).then(|| Cow::Owned(std::mem::take(&mut self.partial)))
    }

    /// Keeps everything for the next time.
    fn keep(&mut self, input: &mut Input<'_>) {
        self.partial.extend_from_slice(input.rest());
        input.at = input.bytes.len();
    }

    /// Passes over the first `count` bytes of what was kept and what comes.
    fn pass(&mut self, input: &mut Input<'_>, count: usize) {
        input.at += count.saturating_sub(self.partial.len());
        self.partial.drain(..count.min(self.partial.len()));
    }
}

/// Bytes before the block of a piece.
const PIECE_HEADER_BYTES: usize = 13;

/// Messages up to this size are held whole whatever others hold: a stream must be able to read its haves.
const SHORT_BYTES: usize = 256;

/// The longest message of an unknown kind that is stepped over; a longer one is taken for lost framing.
const UNKNOWN_LONGEST: u32 = 1 << 17;

#[cfg(test)]
mod tests;
