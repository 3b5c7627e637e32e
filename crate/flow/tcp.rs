//! TCP (RFC 9293): segments → two ordered streams of bytes a connection.
//!
//! In: TCP packets in capture order. Out: deliveries. Sequence numbers become 64-bit offsets, so that wrap-around is over before the
//! [assembler](super::assembler) sees them. What a passive observer must decide, and how:
//!
//! - **Where a stream begins**: at the SYN; without one, at what the other end acknowledges, or at the first bytes seen.
//! - **When a hole is given up**: see [`patience`](super::patience); and when too much is held behind it.
//! - **When a connection is over**: both FINs reached. It stays in the table, so that a late repetition is not taken for a new
//!   connection; a SYN with another number replaces it. A reset gives every hole up but ends nothing: it may be forged.
//!
//! Left out on purpose: checksums (offloading makes them wrong in honest captures), window checks, options but the window's unit (RFC 7323).

use super::assembler::{Assembler, Chunk, Mark, Segment};
use super::ends::Ends;
use super::measured::Opening;
use super::patience::Patience;
use super::unfinished::{Unfinished, UnfinishedEnd, Waiting};
use super::{Both, Content, Delivery, Direction, Ending, FlowId, FlowIds, Measured, Statistics, limit_reached};
use crate::base::{Code, Endpoint, Finding, Limits, Map, Time};
use crate::decode::{Packet, Scale, Transport};

/// The connections of a capture.
pub(super) struct Connections<S> {
    by_ends: Map<Ends, u32>,
    slots: Vec<Connection<S>>,
    /// Where the connection looked up last stands: most packets are of the same as the one before.
    latest: usize,
    /// Those of an earlier capture.
    pub(super) waiting: Waiting<S>,
    ids: FlowIds,
    held_bytes: usize,
    limits: Limits,
    findings: Vec<Finding>,
}

struct Connection<S> {
    id: FlowId,
    ends: Both<Endpoint>,
    halves: Both<Half>,
    first_seen: Mark,
    last_seen: Mark,
    opening: Opening,
    /// Whether the reader of the stream was told that it is there.
    opened: bool,
    ending: Ending,
    closed: bool,
    state: S,
}

/// What one end sends.
#[derive(Default)]
struct Half {
    assembler: Assembler,
    /// The sequence number of offset 0, known from the first packet on.
    base: Option<u32>,
    /// Whether `base` is that of a SYN.
    syn: bool,
    /// Offset behind the last byte that the other end acknowledged; `None` when it was never seen to.
    acknowledged: Option<u64>,
    patience: Patience,
    /// Offset of the end of the stream.
    end: Option<u64>,
    scale: Scale,
    statistics: Statistics,
}

impl<S: Default> Connections<S> {
    pub(super) fn new(limits: &Limits, ids: FlowIds) -> Self {
        let (by_ends, slots, findings) = (Map::default(), Vec::new(), Vec::new());
        let waiting = Waiting::new(limits.flows);
        Connections { by_ends, slots, latest: 0, waiting, ids, held_bytes: 0, limits: limits.clone(), findings }
    }

    pub(super) fn count(&self) -> u64 {
        self.ids.count
    }

    pub(super) fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    pub(super) fn push(&mut self, frame: u64, time: Time, packet: &Packet<'_>, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let Transport::Tcp { sequence, acknowledgement, syn, fin, rst, .. } = packet.transport else { return };
        let carries = !packet.payload.is_empty() || packet.cut_short > 0;
        let Some(slot) = self.find_or_open(frame, time, packet, syn, carries, sink) else { return };
        let Some(connection) = self.slots.get_mut(slot) else { return };
        let mark = Mark { frame, time };
        connection.last_seen = mark;
        if connection.closed {
            return;
        }
        let direction = connection.direction(packet.source);
        let held_before = connection.held_bytes();
        connection.half(direction).place(sequence, syn);
        if let Some(acknowledgement) = acknowledgement {
            connection.half(direction.reverse()).acknowledge(acknowledgement);
        }
        connection.measure(direction, mark.time, packet);
        if let Some(segment) = connection.half(direction).segment(mark, sequence, syn, packet) {
            if fin {
                let end = segment.offset + segment.bytes.len() as u64 + u64::from(segment.cut_short);
                connection.half(direction).end.get_or_insert(end);
            }
            connection.open_once(mark, carries, sink);
            connection.insert(direction, segment, sink);
        }
        connection.give_up_holes(mark, rst, sink);
        if connection.halves.iter().all(Half::ended) {
            connection.close(mark, sink);
        }
        let held_now = connection.held_bytes();
        self.held_bytes = (self.held_bytes + held_now).saturating_sub(held_before);
        if held_now > held_before {
            self.bound_held(slot, mark, sink);
        }
    }

    pub(super) fn finish(&mut self, sink: &mut impl FnMut(&mut S, Delivery<'_>), leave: &mut impl FnMut(Option<FlowId>, &S, Unfinished)) {
        for connection in &mut self.slots {
            if !connection.is_over() {
                connection.skip_holes(sink);
                leave(Some(connection.id), &connection.state, connection.unfinished());
            }
            connection.close(connection.last_seen, sink);
        }
        self.held_bytes = 0;
    }

    /// The connections that are not over.
    pub(super) fn open(&self) -> impl Iterator<Item = (&S, Measured)> {
        self.slots.iter().filter(|connection| !connection.closed).map(|connection| (&connection.state, connection.measured()))
    }

    /// The connection of a packet; opens one for a SYN or for payload, and replaces one whose ends begin anew.
    fn find_or_open(
        &mut self,
        frame: u64,
        time: Time,
        packet: &Packet<'_>,
        syn: bool,
        carries: bool,
        sink: &mut impl FnMut(&mut S, Delivery<'_>),
    ) -> Option<usize> {
        let found = self.find(packet.source, packet.destination);
        if let Some(connection) = found.and_then(|slot| self.slots.get_mut(slot)) {
            if !(syn || connection.closed) || !connection.begins_anew(packet, carries) {
                return found;
            }
            self.held_bytes = self.held_bytes.saturating_sub(connection.held_bytes());
            connection.make_way(Mark { frame, time }, sink);
        } else if !syn && !carries {
            return None;
        }
        let answer = syn && matches!(packet.transport, Transport::Tcp { acknowledgement: Some(_), .. });
        let (originator, responder) = if answer { (packet.destination, packet.source) } else { (packet.source, packet.destination) };
        let earlier = if found.is_none() && !syn { self.go_on(time, packet) } else { None };
        let (ends, halves, state) = earlier.unwrap_or_else(|| (Both { originator, responder }, Both::default(), S::default()));
        let id = self.ids.next();
        let connection = Connection {
            id,
            ends,
            halves,
            first_seen: Mark { frame, time },
            last_seen: Mark { frame, time },
            opening: Opening::default(),
            opened: false,
            ending: Ending::default(),
            closed: false,
            state,
        };
        if let Some(old) = found.and_then(|slot| self.slots.get_mut(slot)) {
            *old = connection;
            return found;
        }
        if self.slots.len() >= self.limits.flows {
            limit_reached(&mut self.findings, Code::LimitFlows, frame);
            self.let_idle_go(Mark { frame, time }, sink);
        }
        let slot = self.slots.len();
        self.by_ends.insert(Ends::of(originator, responder), u32::try_from(slot).ok()?);
        self.slots.push(connection);
        Some(slot)
    }

    /// The connection of an earlier capture that a packet goes on with: its ends, halves and state.
    fn go_on(&mut self, time: Time, packet: &Packet<'_>) -> Option<(Both<Endpoint>, Both<Half>, S)> {
        let Transport::Tcp { sequence, .. } = packet.transport else { return None };
        let is_near = |next: u32| u64::from(sequence.wrapping_sub(next).cast_signed().unsigned_abs()) <= ELSEWHERE;
        let (earlier, state) = self.waiting.take(time, packet.source, packet.destination, |end| end.next.is_some_and(is_near))?;
        let half = |end: &UnfinishedEnd| Half { base: end.next, ..Half::default() };
        let halves = Both { originator: half(&earlier.originator), responder: half(&earlier.responder) };
        Some((earlier.ends(), halves, state))
    }

    /// Where the connection between two ends stands.
    #[inline]
    fn find(&mut self, source: Endpoint, destination: Endpoint) -> Option<usize> {
        if !self.slots.get(self.latest).is_some_and(|connection| connection.is_between(source, destination)) {
            self.latest = *self.by_ends.get(&Ends::of(source, destination))? as usize;
        }
        Some(self.latest)
    }

    /// Closes and forgets the eighth of all connections that was idle longest.
    fn let_idle_go(&mut self, mark: Mark, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        // Connections that are over go first.
        self.slots.sort_by_key(|connection| (!connection.is_over(), connection.last_seen.time));
        let going = (self.slots.len() / 8).max(1).min(self.slots.len());
        for mut connection in self.slots.drain(..going) {
            self.held_bytes = self.held_bytes.saturating_sub(connection.held_bytes());
            connection.make_way(mark, sink);
        }
        self.by_ends.clear();
        for (slot, connection) in (0_u32..).zip(&self.slots) {
            self.by_ends.insert(Ends::of(connection.ends.originator, connection.ends.responder), slot);
        }
    }

    /// Gives holes up where more is held behind them than a stream, or all streams, may hold.
    fn bound_held(&mut self, slot: usize, mark: Mark, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let over_all = self.held_bytes > self.limits.total_held_bytes;
        let Some(connection) = self.slots.get_mut(slot) else { return };
        for direction in Direction::BOTH {
            while let held = connection.half(direction).assembler.held_bytes()
                && held > 0
                && (over_all || held > self.limits.stream_held_bytes)
            {
                limit_reached(&mut self.findings, Code::LimitHeld, mark.frame);
                connection.skip(direction, sink);
                self.held_bytes = (self.held_bytes + connection.half(direction).assembler.held_bytes()).saturating_sub(held);
            }
        }
    }
}

impl<S> Connection<S> {
    fn is_between(&self, one: Endpoint, other: Endpoint) -> bool {
        let Both { originator, responder } = self.ends;
        one == originator && other == responder || one == responder && other == originator
    }

    fn is_over(&self) -> bool {
        self.closed || matches!(self.ending, Ending::Reset(_))
    }

    /// How it fared so far.
    fn measured(&self) -> Measured {
        let Both { originator, responder } = &self.halves;
        Measured {
            flow: self.id,
            ends: self.ends,
            first_frame: self.first_seen.frame,
            first_time: self.first_seen.time,
            last_frame: self.last_seen.frame,
            last_time: self.last_seen.time,
            midstream: !originator.syn && !responder.syn,
            answered: responder.syn,
            ending: self.ending,
            round_trip: self.opening.round_trip(),
            sent: Both { originator: originator.measured(responder), responder: responder.measured(originator) },
        }
    }

    /// What it is known by where it goes on.
    fn unfinished(&self) -> Unfinished {
        let Both { originator, responder } = self.ends;
        let end = |endpoint, half: &Half| UnfinishedEnd { endpoint, next: half.next_sequence(), id: None };
        let (originator, responder) = (end(originator, &self.halves.originator), end(responder, &self.halves.responder));
        Unfinished { utp: false, originator, responder, heard: self.last_seen.time.nanos() }
    }

    /// Learns what a packet says of the way it took. Its bytes must not be with the assembler yet.
    fn measure(&mut self, direction: Direction, time: Time, packet: &Packet<'_>) {
        let Transport::Tcp { sequence, acknowledgement, syn, fin, rst, window, scale } = packet.transport else { return };
        match direction {
            Direction::Originator if syn => self.opening.ask(time),
            Direction::Originator => self.opening.go_on(time),
            Direction::Responder if syn && acknowledgement.is_some() => self.opening.answer(),
            Direction::Responder => {}
        }
        if rst {
            self.ending = Ending::Reset(direction);
        } else if fin && self.ending == Ending::Open {
            self.ending = Ending::Fin(direction);
        }
        let half = self.halves.of_mut(direction);
        if syn {
            half.scale = scale;
        } else if let Some(window) = window.filter(|_| !rst) {
            half.statistics.window.observe(window.into());
        }
        half.count(sequence, syn, packet.payload.len() as u64 + u64::from(packet.cut_short));
    }
}

impl<S: Default> Connection<S> {
    fn direction(&self, source: Endpoint) -> Direction {
        if source == self.ends.originator { Direction::Originator } else { Direction::Responder }
    }

    /// Whether a packet between the same ends belongs to another connection than this one: its SYN has another number, or this one
    /// is over and the packet carries bytes from elsewhere in the number space.
    fn begins_anew(&mut self, packet: &Packet<'_>, carries: bool) -> bool {
        let Transport::Tcp { sequence, syn, .. } = packet.transport else { return false };
        let closed = self.closed;
        let half = self.half(self.direction(packet.source));
        let Some(base) = half.base else { return false };
        if syn {
            return base != sequence.wrapping_add(1);
        }
        let next = half.assembler.next();
        closed && carries && offset_near(base, next, sequence).is_none_or(|offset| offset.abs_diff(next) > ELSEWHERE)
    }

    fn half(&mut self, direction: Direction) -> &mut Half {
        self.halves.of_mut(direction)
    }

    fn held_bytes(&self) -> usize {
        self.halves.iter().map(|half| half.assembler.held_bytes()).sum()
    }

    fn insert(&mut self, direction: Direction, segment: Segment<'_>, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let (half, mut hand_on) = self.split(direction, sink);
        half.assembler.insert(segment, &mut hand_on);
    }

    fn skip(&mut self, direction: Direction, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let (half, mut hand_on) = self.split(direction, sink);
        half.assembler.skip(&mut hand_on);
    }

    /// One half, and what turns its chunks into deliveries.
    fn split<'c>(
        &'c mut self,
        direction: Direction,
        sink: &'c mut impl FnMut(&mut S, Delivery<'_>),
    ) -> (&'c mut Half, impl FnMut(Chunk<'_>) + 'c) {
        let Connection { ends, halves, state, id, .. } = self;
        let (half, flow) = (halves.of_mut(direction), Some(*id));
        let (source, destination) = (*ends.of(direction), *ends.of(direction.reverse()));
        let hand_on = move |chunk: Chunk<'_>| {
            let (content, mark) = match chunk {
                Chunk::Bytes(bytes, mark) => (Content::Bytes(bytes), mark),
                Chunk::Gap(bytes, missing, mark) => (Content::Gap { bytes, missing }, mark),
            };
            sink(state, Delivery { time: mark.time, frame: mark.frame, source, destination, flow, direction, content });
        };
        (half, hand_on)
    }

    /// Tells the reader of the stream, before its first bytes.
    fn open_once(&mut self, mark: Mark, carries: bool, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        if !self.opened && carries {
            self.opened = true;
            let midstream = self.halves.iter().all(|half| !half.syn);
            self.tell(mark, Content::Opened { midstream }, sink);
        }
    }

    /// Gives up the holes that will not fill; after a reset none will.
    fn give_up_holes(&mut self, mark: Mark, reset: bool, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        if self.halves.iter().all(|half| half.assembler.hole_end().is_none()) {
            return;
        }
        for direction in Direction::BOTH {
            while self.half(direction).gives_up(mark) || reset && self.half(direction).assembler.hole_end().is_some() {
                self.skip(direction, sink);
            }
        }
    }

    /// Hands on all that is held, tells what was acknowledged and never came, ends the stream, and tells how it fared.
    fn close(&mut self, mark: Mark, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        if self.closed {
            return;
        }
        self.closed = true;
        self.skip_holes(sink);
        for direction in Direction::BOTH {
            if let Some(end) = self.half(direction).never_came().filter(|_| self.opened) {
                let (half, mut hand_on) = self.split(direction, sink);
                half.assembler.skip_to(end, mark, &mut hand_on);
            }
        }
        if self.opened {
            self.tell(mark, Content::Closed, sink);
        }
        let measured = self.measured();
        self.tell(mark, Content::Measured(&measured), sink);
        self.state = S::default();
    }

    /// Gives every hole up.
    fn skip_holes(&mut self, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        for direction in Direction::BOTH {
            while self.half(direction).assembler.hole_end().is_some() {
                self.skip(direction, sink);
            }
        }
    }

    /// Ends the stream because the capture goes on without it.
    fn make_way(&mut self, mark: Mark, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        if self.ending == Ending::Open {
            self.ending = Ending::Unseen;
        }
        self.close(mark, sink);
    }

    fn tell(&mut self, mark: Mark, content: Content<'_>, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let Both { originator: source, responder: destination } = self.ends;
        let direction = Direction::Originator;
        sink(
            &mut self.state,
            Delivery { time: mark.time, frame: mark.frame, source, destination, flow: Some(self.id), direction, content },
        );
    }
}

impl Half {
    /// Learns where the stream begins, from a packet of its sender.
    fn place(&mut self, sequence: u32, syn: bool) {
        let first = if syn { sequence.wrapping_add(1) } else { sequence };
        let base = *self.base.get_or_insert(first);
        self.syn |= syn && base == first;
    }

    /// Learns what the other end has received.
    #[inline]
    fn acknowledge(&mut self, acknowledgement: u32) {
        let base = *self.base.get_or_insert(acknowledgement);
        let offset = offset_near(base, self.assembler.next(), acknowledgement);
        // A FIN is acknowledged as if it were a byte.
        let offset = offset.map(|offset| offset.min(self.end.unwrap_or(u64::MAX)));
        self.acknowledged = self.acknowledged.max(offset);
    }

    /// Counts a packet with `size` bytes of payload.
    #[inline]
    fn count(&mut self, sequence: u32, syn: bool, size: u64) {
        self.statistics.packets += 1;
        if size > 0 {
            self.count_bytes(sequence, syn, size);
        }
    }

    fn count_bytes(&mut self, sequence: u32, syn: bool, size: u64) {
        let next = self.assembler.next();
        let first = if syn { sequence.wrapping_add(1) } else { sequence };
        let Some(offset) = self.base.and_then(|base| offset_near(base, next, first)) else {
            // From before the first bytes that were seen.
            self.statistics.bytes += size;
            self.statistics.out_of_order_packets += 1;
            return;
        };
        if offset == next && self.assembler.hole_end().is_none() {
            // In order, with nothing held: all of it is new.
            self.statistics.bytes += size;
            return;
        }
        let ends_at_next = offset.saturating_add(size) == next;
        if ends_at_next && size == 1 {
            // Whether the other end is still there is asked with the last byte.
            return;
        }
        let known = if offset > next && self.assembler.knows(offset) { size } else { next.saturating_sub(offset).min(size) };
        self.statistics.bytes += size - known;
        self.statistics.repeated_bytes += known;
        self.statistics.repeated_packets += u64::from(known == size);
        self.statistics.out_of_order_packets += u64::from(known < size && self.assembler.is_behind(offset));
    }

    /// How its packets fared, given what `other` sent.
    fn measured(&self, other: &Half) -> Statistics {
        let shift = match (self.scale, other.scale) {
            (Scale::Shift(shift), Scale::Shift(_)) => Some(shift),
            (Scale::Bytes, _) | (_, Scale::Bytes) => Some(0),
            _ => None,
        };
        let window = self.statistics.window.scaled(shift);
        Statistics { window, lost_bytes: Some(self.assembler.lost()), ..self.statistics }
    }

    /// The payload of a packet at its offset; `None` when it lies wholly before the stream's known beginning.
    fn segment<'a>(&self, mark: Mark, sequence: u32, syn: bool, packet: &Packet<'a>) -> Option<Segment<'a>> {
        let first = if syn { sequence.wrapping_add(1) } else { sequence };
        let base = self.base?;
        if let Some(offset) = offset_near(base, self.assembler.next(), first) {
            return Some(Segment { offset, bytes: packet.payload, cut_short: packet.cut_short, padding: 0, mark });
        }
        // It began before offset 0: what reaches beyond is new.
        let before = usize::try_from(base.wrapping_sub(first)).ok()?;
        let bytes = packet.payload.get(before..)?;
        Some(Segment { offset: 0, bytes, cut_short: packet.cut_short, padding: 0, mark })
    }

    /// The sequence number behind the last byte in order.
    fn next_sequence(&self) -> Option<u32> {
        #[expect(clippy::cast_possible_truncation, reason = "the low 32 bits are what the sequence number shows of an offset")]
        self.base.map(|base| base.wrapping_add(self.assembler.next() as u32))
    }

    /// Whether the first hole should be given up now.
    fn gives_up(&mut self, now: Mark) -> bool {
        self.patience.is_over(&self.assembler, self.acknowledged, now)
    }

    fn ended(&self) -> bool {
        self.end.is_some_and(|end| self.assembler.next() >= end)
    }

    /// The end of what was sent, by the other end's acknowledgement or by the FIN, where it is beyond what was seen.
    fn never_came(&self) -> Option<u64> {
        let next = self.assembler.next();
        // One byte beyond the last seen is a FIN that is not in the capture either.
        let least = next + u64::from(self.end.is_none());
        self.acknowledged.max(self.end).filter(|end| *end > least && *end - next < MAX_UNSEEN)
    }
}

/// The offset of `sequence` in a stream that has reached `next`; `None` when it lies before offset 0.
fn offset_near(base: u32, next: u64, sequence: u32) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, reason = "the low 32 bits are what the sequence number shows of an offset")]
    let expected = base.wrapping_add(next as u32);
    let distance = i64::from(sequence.wrapping_sub(expected).cast_signed());
    next.checked_add_signed(distance)
}

/// Bytes between the end of a connection and a packet that cannot be a late repetition of it.
const ELSEWHERE: u64 = 1 << 22;

/// Acknowledged bytes beyond the last seen that are believed to be missing; a larger number is a broken acknowledgement.
const MAX_UNSEEN: u64 = 1 << 30;

#[cfg(test)]
mod tests;
