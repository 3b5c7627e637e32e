//! uTP (BEP 29): packets of UDP → two ordered streams of bytes a connection.
//!
//! In: UDP packets in capture order. Out: deliveries, and which packets are none of its own. What a passive observer must decide, and how:
//!
//! - **What is uTP**: see [`candidates`]. Nothing is claimed before several packets agree; those before are remembered and read then.
//! - **Which connection**: by both endpoints and the connection id. What the originator sends has an id that is one higher than that of its
//!   SYN, what the responder sends has the SYN's.
//! - **The order**: packets have numbers of 16 bits, and hold any number of bytes. Packet `n` has the offsets from `n` × [`ROOM`] on of
//!   the [assembler](super::assembler), of which it fills as many as it has bytes.
//! - **Where a stream begins**: the originator's behind its SYN. The responder's first data has the number of its answer to the SYN in
//!   libutp and libtorrent, where a state packet has the number of the next data, and the one behind it in the text of BEP 29. That
//!   number is held open until data has it, or the originator acknowledged the one before it (so it is still to come), or
//!   acknowledged it without data (so it is the answer's own).
//! - **When a hole is given up**: see [`patience`](super::patience). How many bytes a lost packet had, nobody knows: the hole is told
//!   in packets ([`Content::PacketsLost`]), with the size that they would have at that of their neighbours.
//! - **Two sizes of one packet**: clients that look for the largest size that passes (librqbit) send a packet that was too large again
//!   with fewer bytes, under the same number, and the rest with the next. While it is the last and not acknowledged, the later size counts.
//!   libutp and libtorrent never change a packet that was sent.
//! - **Where a stream ends**: before the number of its FIN, which libutp gives to nothing else. libtorrent gives it to data too, and sends
//!   that later if it must, so a FIN closes nothing: a connection ends with the capture, or when it makes way. A reset gives every hole
//!   up and ends nothing either: it may be forged.
//!
//! A header is delivered as it comes, bytes in order. Left out on purpose: selective acknowledgements, a change of address.

mod candidates;
mod going_on;
mod header;
mod last;

pub use header::{Header, Kind, lone_syn};

use super::assembler::{Assembler, Chunk, Mark, Missing, Segment};
use super::ends::Way;
use super::measured::Opening;
use super::patience::Patience;
use super::unfinished::{Unfinished, Waiting};
use super::{Both, Content, Delivery, Direction, Ending, FlowId, FlowIds, Measured, Statistics, limit_reached};
use crate::base::{Arrange, Code, Endpoint, Finding, Limits, Map};
use crate::decode;
use candidates::{Candidates, Found, Packet, are_near};
use last::Last;

/// The connections of a capture.
pub(super) struct Connections<S> {
    by_route: Map<Route, (u32, Direction)>,
    slots: Vec<Connection<S>>,
    candidates: Candidates,
    /// Those of an earlier capture.
    pub(super) waiting: Waiting<S>,
    ids: FlowIds,
    held_bytes: usize,
    limits: Limits,
    findings: Vec<Finding>,
}

/// A way that packets of a connection take, and the id under which they do.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Route {
    way: Way,
    id: u16,
}

struct Connection<S> {
    id: FlowId,
    ends: Both<Endpoint>,
    /// The id under which each end sends; `None` where that was not seen.
    ids: Both<Option<u16>>,
    halves: Both<Half>,
    first_seen: Mark,
    last_seen: Mark,
    opening: Opening,
    ending: Ending,
    /// Whether the reader of the stream was told that it is there.
    opened: bool,
    closed: bool,
    state: S,
}

/// What one end sends.
#[derive(Default)]
struct Half {
    assembler: Assembler,
    /// The sequence number of packet 0, known from the first packet on.
    base: Option<u16>,
    /// Whether `base` is that behind a SYN.
    syn: bool,
    /// Whether it is open if there is a packet 0.
    doubtful: bool,
    /// Offset behind the last packet that the other end acknowledged; `None` when it was never seen to.
    acknowledged: Option<u64>,
    patience: Patience,
    /// Offset of the end of the stream.
    end: Option<u64>,
    last: Last,
    statistics: Statistics,
}

impl<S: Default> Connections<S> {
    pub(super) fn new(limits: &Limits, ids: FlowIds) -> Self {
        let candidates = Candidates::new(limits.candidate_bytes);
        let (by_route, slots, findings) = (Map::default(), Vec::new(), Vec::new());
        let waiting = Waiting::new(limits.flows);
        Connections { by_route, slots, candidates, waiting, ids, held_bytes: 0, limits: limits.clone(), findings }
    }

    pub(super) fn count(&self) -> u64 {
        self.ids.count
    }

    pub(super) fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Takes a UDP packet; answers whether it is of a uTP connection, and not a datagram by itself.
    pub(super) fn push(&mut self, mark: Mark, packet: &decode::Packet<'_>, sink: &mut impl FnMut(&mut S, Delivery<'_>)) -> bool {
        let &decode::Packet { source, destination, payload, cut_short, .. } = packet;
        let Some(header) = Header::read(payload, cut_short) else { return false };
        let on_the_wire = payload.len() as u64 + u64::from(cut_short);
        let bytes = payload.get(header.length as usize..).unwrap_or_default();
        let cut_short = on_the_wire - u64::from(header.length) - bytes.len() as u64;
        let Some(cut_short) = u32::try_from(cut_short).ok().filter(|_| on_the_wire < ROOM) else { return false };
        let packet = Packet { mark, source, destination, header, bytes, cut_short };
        let is_usual = header.is_usual(payload, on_the_wire);
        match self.find(&packet, sink).or_else(|| is_usual.then(|| self.find_or_open(&packet, sink)).flatten()) {
            Some((slot, direction)) => self.take(slot, direction, &packet, sink),
            None => return false,
        }
        true
    }

    pub(super) fn finish(&mut self, sink: &mut impl FnMut(&mut S, Delivery<'_>), leave: &mut impl FnMut(Option<FlowId>, &S, Unfinished)) {
        for connection in &mut self.slots {
            if !connection.is_over() {
                connection.skip_holes(sink);
                leave(Some(connection.id), &connection.state, connection.unfinished());
            }
            connection.close(connection.last_seen, sink);
        }
        self.slots.clear();
        self.by_route.clear();
        self.held_bytes = 0;
    }

    /// The connections that are not over.
    pub(super) fn open(&self) -> impl Iterator<Item = (&S, Measured)> {
        self.slots.iter().filter(|connection| !connection.closed).map(|connection| (&connection.state, connection.measured()))
    }

    /// The known connection of a packet, and who sent it.
    fn find(&mut self, packet: &Packet<'_>, sink: &mut impl FnMut(&mut S, Delivery<'_>)) -> Option<(usize, Direction)> {
        let Header { kind, connection_id: id, sequence, .. } = packet.header;
        let route = Route { way: Way::of(packet.source, packet.destination), id };
        let back = || self.by_route.get(&Route { way: route.way.reverse(), id }).map(|(slot, sender)| (*slot, sender.reverse()));
        let (slot, direction) = match kind {
            // A SYN has the id that its answers will have.
            Kind::Syn => back().filter(|(_, direction)| *direction == Direction::Originator)?,
            // libutp sends back the id that it was sent, libtorrent its own.
            Kind::Reset => self.by_route.get(&route).copied().or_else(back)?,
            _ => *self.by_route.get(&route)?,
        };
        let slot = slot as usize;
        let connection = self.slots.get(slot)?;
        if kind == Kind::Syn && !connection.halves.originator.began_with(sequence) {
            self.forget(slot, packet.mark, sink);
            return None;
        }
        Some((slot, direction))
    }

    /// The connection of a packet that none of the known ones has, when that is clear by now.
    fn find_or_open(&mut self, packet: &Packet<'_>, sink: &mut impl FnMut(&mut S, Delivery<'_>)) -> Option<(usize, Direction)> {
        if let Some(found) = self.find_other_direction(packet) {
            return Some(found);
        }
        if let Some(found) = self.go_on(packet, sink) {
            return Some(found);
        }
        let Some(Found { ends, ids, packets }) = self.candidates.find(packet) else {
            if self.candidates.remember(*packet) {
                limit_reached(&mut self.findings, Code::LimitCandidates, packet.mark.frame);
            }
            return None;
        };
        let first = packets.first().map_or(packet.mark, |earlier| earlier.packet().mark);
        let slot = self.open_slot(ends, ids, first, packet.mark, sink);
        for earlier in &packets {
            let earlier = earlier.packet();
            let direction = if earlier.source == ends.originator { Direction::Originator } else { Direction::Responder };
            self.take(slot, direction, &earlier, sink);
        }
        Some((slot, if packet.source == ends.originator { Direction::Originator } else { Direction::Responder }))
    }

    /// A connection that was only seen in the other direction yet, and whose numbers the packet meets.
    fn find_other_direction(&mut self, packet: &Packet<'_>) -> Option<(usize, Direction)> {
        let Header { kind, connection_id: id, acknowledgement, .. } = packet.header;
        if matches!(kind, Kind::Syn | Kind::Reset) {
            return None;
        }
        let way = Way::of(packet.source, packet.destination);
        for back in [id.wrapping_add(1), id.wrapping_sub(1)] {
            let Some((slot, other)) = self.by_route.get(&Route { way: way.reverse(), id: back }).copied() else { continue };
            let direction = other.reverse();
            let Some(connection) = self.slots.get_mut(slot as usize) else { continue };
            let meets = connection.halves.of(other).last_sequence().is_some_and(|last| are_near(last, acknowledgement));
            if connection.ids.of(direction).is_none() && meets {
                *connection.ids.of_mut(direction) = Some(id);
                self.by_route.insert(Route { way, id }, (slot, direction));
                return Some((slot as usize, direction));
            }
        }
        None
    }

    /// The slot of a new connection, of which the first packet came at `first`.
    fn open_slot(
        &mut self,
        ends: Both<Endpoint>,
        ids: Both<Option<u16>>,
        first: Mark,
        mark: Mark,
        sink: &mut impl FnMut(&mut S, Delivery<'_>),
    ) -> usize {
        if self.slots.len() >= self.limits.flows {
            limit_reached(&mut self.findings, Code::LimitFlows, mark.frame);
            self.let_idle_go(mark, sink);
        }
        let id = self.ids.next();
        let (halves, state) = (Both::default(), S::default());
        let (opening, ending) = (Opening::default(), Ending::default());
        let (first_seen, last_seen, opened, closed) = (first, mark, false, false);
        let connection = Connection { id, ends, ids, halves, first_seen, last_seen, opening, ending, opened, closed, state };
        let slot = self.slots.len();
        register(&mut self.by_route, slot, &connection);
        self.slots.push(connection);
        slot
    }

    /// Ends a connection whose id another one takes.
    fn forget(&mut self, slot: usize, mark: Mark, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let Some(connection) = self.slots.get_mut(slot) else { return };
        self.held_bytes = self.held_bytes.saturating_sub(connection.held_bytes());
        connection.make_way(mark, sink);
        for route in connection.routes().into_iter().flatten() {
            self.by_route.remove(&route.0);
        }
        connection.ids = Both::default();
    }

    /// Closes and forgets the eighth of all connections that was idle longest.
    fn let_idle_go(&mut self, mark: Mark, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        // Connections that are over go first.
        self.slots.arrange_by_key(|connection| (!connection.is_over(), connection.last_seen.time));
        let going = (self.slots.len() / 8).max(1).min(self.slots.len());
        for mut connection in self.slots.drain(..going) {
            self.held_bytes = self.held_bytes.saturating_sub(connection.held_bytes());
            connection.make_way(mark, sink);
        }
        self.by_route.clear();
        for (slot, connection) in self.slots.iter().enumerate() {
            register(&mut self.by_route, slot, connection);
        }
    }

    /// Takes the next packet of a connection.
    fn take(&mut self, slot: usize, direction: Direction, packet: &Packet<'_>, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let Some(connection) = self.slots.get_mut(slot) else { return };
        let held_before = connection.held_bytes();
        connection.take(direction, packet, sink);
        let held_now = connection.held_bytes();
        self.held_bytes = (self.held_bytes + held_now).saturating_sub(held_before);
        if held_now > held_before {
            self.bound_held(slot, packet.mark, sink);
        }
    }

    /// Gives holes up where more is held behind them than a stream, or all streams, may hold.
    fn bound_held(&mut self, slot: usize, mark: Mark, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let over_all = self.held_bytes > self.limits.total_held_bytes;
        let Some(connection) = self.slots.get_mut(slot) else { return };
        for direction in Direction::BOTH {
            while let held = connection.halves.of(direction).assembler.held_bytes()
                && held > 0
                && (over_all || held > self.limits.stream_held_bytes)
            {
                limit_reached(&mut self.findings, Code::LimitHeld, mark.frame);
                connection.skip(direction, sink);
                self.held_bytes = (self.held_bytes + connection.halves.of(direction).assembler.held_bytes()).saturating_sub(held);
            }
        }
    }
}

fn register<S>(by_route: &mut Map<Route, (u32, Direction)>, slot: usize, connection: &Connection<S>) {
    let Ok(slot) = u32::try_from(slot) else { return };
    for (route, direction) in connection.routes().into_iter().flatten() {
        by_route.insert(route, (slot, direction));
    }
}

impl<S> Connection<S> {
    fn routes(&self) -> [Option<(Route, Direction)>; 2] {
        Direction::BOTH.map(|direction| {
            let way = Way::of(*self.ends.of(direction), *self.ends.of(direction.reverse()));
            self.ids.of(direction).map(|id| (Route { way, id }, direction))
        })
    }

    fn held_bytes(&self) -> usize {
        self.halves.iter().map(|half| half.assembler.held_bytes()).sum()
    }

    /// Learns what a packet says of the connection's life.
    fn learn(&mut self, direction: Direction, kind: Kind, mark: Mark) {
        match (direction, kind) {
            (_, Kind::Reset) => self.ending = Ending::Reset(direction),
            (_, Kind::Fin) if self.ending == Ending::Open => self.ending = Ending::Fin(direction),
            (Direction::Originator, Kind::Syn) => self.opening.ask(mark.time),
            (Direction::Originator, _) => self.opening.go_on(mark.time),
            (Direction::Responder, Kind::State) if self.opening.is_asked() => self.opening.answer(),
            _ => {}
        }
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
            answered: responder.statistics.window.samples > 0,
            ending: self.ending,
            round_trip: self.opening.round_trip(),
            sent: Both { originator: originator.measured(), responder: responder.measured() },
        }
    }

    fn is_over(&self) -> bool {
        self.closed || self.halves.iter().all(|half| half.end.is_some_and(|end| half.assembler.next() >= end))
    }
}

impl<S: Default> Connection<S> {
    fn take(&mut self, direction: Direction, packet: &Packet<'_>, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let Packet { mark, ref header, .. } = *packet;
        self.last_seen = mark;
        self.learn(direction, header.kind, mark);
        let repeated = self.halves.of_mut(direction).note(packet);
        self.halves.of_mut(direction.reverse()).hear(header);
        let content = Content::Utp { header: *header, bytes: packet.size(), repeated };
        self.tell(mark, direction, content, sink);
        if self.closed {
            return;
        }
        if header.kind == Kind::Data || header.kind == Kind::Fin && packet.size() > 0 {
            self.insert(direction, packet, sink);
        }
        for direction in Direction::BOTH {
            self.settle_beginning(direction, sink);
            while self.halves.of_mut(direction).gives_up(mark) || header.kind == Kind::Reset && self.is_holed(direction) {
                self.skip(direction, sink);
            }
        }
    }

    fn is_holed(&self, direction: Direction) -> bool {
        self.halves.of(direction).assembler.hole_end().is_some()
    }

    fn insert(&mut self, direction: Direction, packet: &Packet<'_>, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let Some(number) = self.halves.of(direction).number(packet.header.sequence) else { return };
        let size = packet.size();
        if !self.opened && size > 0 {
            self.opened = true;
            let midstream = self.halves.iter().all(|half| !half.syn);
            self.tell(packet.mark, Direction::Originator, Content::Opened { midstream }, sink);
        }
        let (half, mut hand_on) = self.split(direction, sink);
        if half.is_another_size(number, size) {
            let known = half.last.handed_on;
            half.last = Last { size, handed_on: size.max(known) };
            let new = usize::try_from(known).ok().and_then(|known| packet.bytes.get(known..)).unwrap_or_default();
            let mut apart = Last::default();
            hand_on(&mut apart, None, Chunk::Bytes(new, packet.mark));
            if size > known + new.len() as u64 {
                hand_on(&mut apart, None, Chunk::Gap(size - known - new.len() as u64, Missing::Truncated, packet.mark));
            }
            return;
        }
        let segment =
            Segment { offset: number * ROOM, bytes: packet.bytes, cut_short: packet.cut_short, padding: ROOM - size, mark: packet.mark };
        half.doubtful &= number > 0;
        let Half { assembler, last, .. } = half;
        assembler.insert(segment, &mut |chunk| hand_on(last, None, chunk));
    }

    /// Decides whether there is a packet 0, once that can be told.
    fn settle_beginning(&mut self, direction: Direction, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let (half, mut hand_on) = self.split(direction, sink);
        if half.doubtful && half.assembler.next() == 0 && half.assembler.hole_end().is_some() && half.acknowledged > Some(0) {
            half.doubtful = false;
            let Half { assembler, last, .. } = half;
            assembler.advance(ROOM, &mut |chunk| hand_on(last, None, chunk));
        }
    }

    /// Gives the first hole up.
    fn skip(&mut self, direction: Direction, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let (half, mut hand_on) = self.split(direction, sink);
        let behind = half.assembler.held_size();
        let Half { assembler, last, doubtful, .. } = half;
        if std::mem::take(doubtful) && assembler.next() == 0 {
            assembler.advance(ROOM, &mut |chunk| hand_on(last, None, chunk));
        } else {
            assembler.skip(&mut |chunk| hand_on(last, behind, chunk));
        }
    }

    /// One half, and what turns its chunks into deliveries: with the last packet handed on, and the size of the one behind a hole.
    fn split<'c>(
        &'c mut self,
        direction: Direction,
        sink: &'c mut impl FnMut(&mut S, Delivery<'_>),
    ) -> (&'c mut Half, impl FnMut(&mut Last, Option<u64>, Chunk<'_>) + 'c) {
        let Connection { ends, halves, state, id, .. } = self;
        let (half, flow) = (halves.of_mut(direction), Some(*id));
        let (source, destination) = (*ends.of(direction), *ends.of(direction.reverse()));
        let hand_on = move |last: &mut Last, behind: Option<u64>, chunk: Chunk<'_>| {
            let (content, mark) = last.content(behind, chunk);
            if content != Content::Bytes(&[]) {
                sink(state, Delivery { time: mark.time, frame: mark.frame, source, destination, flow, direction, content });
            }
        };
        (half, hand_on)
    }

    /// Hands on all that is held, tells what was acknowledged and never came, ends the stream, and tells how it fared.
    fn close(&mut self, mark: Mark, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        if self.closed {
            return;
        }
        self.closed = true;
        self.skip_holes(sink);
        for direction in Direction::BOTH {
            if let Some(end) = self.halves.of(direction).never_came().filter(|_| self.opened) {
                let (Half { assembler, last, .. }, mut hand_on) = self.split(direction, sink);
                assembler.skip_to(end, mark, &mut |chunk| hand_on(last, None, chunk));
            }
        }
        if self.opened {
            self.tell(mark, Direction::Originator, Content::Closed, sink);
        }
        let measured = self.measured();
        self.tell(mark, Direction::Originator, Content::Measured(&measured), sink);
        self.state = S::default();
    }

    /// Gives every hole up.
    fn skip_holes(&mut self, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        for direction in Direction::BOTH {
            while self.is_holed(direction) {
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

    fn tell(&mut self, mark: Mark, direction: Direction, content: Content<'_>, sink: &mut impl FnMut(&mut S, Delivery<'_>)) {
        let (source, destination) = (*self.ends.of(direction), *self.ends.of(direction.reverse()));
        let delivery = Delivery { time: mark.time, frame: mark.frame, source, destination, flow: Some(self.id), direction, content };
        sink(&mut self.state, delivery);
    }
}

impl Half {
    /// Learns what a packet of this half says of it; answers whether its number had come before.
    fn note(&mut self, packet: &Packet<'_>) -> bool {
        let Header { kind, sequence, window, .. } = packet.header;
        let repeated = match kind {
            Kind::Syn => std::mem::replace(&mut self.syn, true),
            Kind::Fin => self.end.is_some() && self.end == self.number(sequence).map(|number| number * ROOM),
            Kind::Data => self.base.is_some() && self.number(sequence).is_none_or(|number| self.assembler.knows(number * ROOM)),
            Kind::State | Kind::Reset => false,
        };
        match kind {
            Kind::Syn => _ = self.base.get_or_insert(sequence.wrapping_add(1)),
            Kind::State => {
                self.doubtful |= self.base.is_none();
                self.base.get_or_insert(sequence);
            }
            Kind::Data | Kind::Fin => _ = self.base.get_or_insert(sequence),
            Kind::Reset => {}
        }
        if kind == Kind::Fin {
            self.end = self.end.max(self.number(sequence).map(|number| number * ROOM));
        }
        let late = kind == Kind::Data && !repeated && self.number(sequence).is_some_and(|number| self.assembler.is_behind(number * ROOM));
        self.statistics.packets += 1;
        self.statistics.out_of_order_packets += u64::from(late);
        // libtorrent's SYN says that there is no room, whatever there is.
        if !matches!(kind, Kind::Syn | Kind::Reset) {
            self.statistics.window.observe(window);
        }
        self.statistics.repeated_packets += u64::from(repeated);
        let bytes = if repeated { &mut self.statistics.repeated_bytes } else { &mut self.statistics.bytes };
        *bytes += packet.size();
        repeated
    }

    /// Learns what a packet of the other end says of this half.
    fn hear(&mut self, header: &Header) {
        if matches!(header.kind, Kind::Syn | Kind::Reset) {
            return;
        }
        if header.timestamp_difference != 0 {
            self.statistics.delay.observe(header.timestamp_difference);
        }
        let behind = header.acknowledgement.wrapping_add(1);
        self.base.get_or_insert(behind);
        // The number before packet 0 was acknowledged: packet 0 itself is still to come.
        self.doubtful &= self.base != Some(behind);
        self.acknowledged = self.acknowledged.max(self.number(behind).map(|number| number * ROOM));
    }

    /// Where in the stream the packet with a sequence number stands; `None` for one before packet 0.
    fn number(&self, sequence: u16) -> Option<u64> {
        let next = self.assembler.next() / ROOM;
        #[expect(clippy::cast_possible_truncation, reason = "the low 16 bits are what the sequence number shows of a packet's")]
        let expected = self.base?.wrapping_add(next as u16);
        next.checked_add_signed(sequence.wrapping_sub(expected).cast_signed().into())
    }

    /// The sequence number of the last packet in order.
    fn last_sequence(&self) -> Option<u16> {
        #[expect(clippy::cast_possible_truncation, reason = "the low 16 bits are what the sequence number shows of a packet's")]
        self.base.map(|base| base.wrapping_add((self.assembler.next() / ROOM) as u16).wrapping_sub(1))
    }

    /// Whether a SYN with that number is the one that opened this half.
    fn began_with(&self, sequence: u16) -> bool {
        self.syn && self.base == Some(sequence.wrapping_add(1))
    }

    /// Whether a packet is the last that was handed on, sent again with another size before anything acknowledged it.
    fn is_another_size(&self, number: u64, size: u64) -> bool {
        let is_last = (number + 1) * ROOM == self.assembler.next() && self.acknowledged.is_none_or(|end| end < self.assembler.next());
        is_last && size > 0 && self.last.size > 0 && size != self.last.size
    }

    fn measured(&self) -> Statistics {
        Statistics { lost_packets: Some(self.assembler.lost() / ROOM), ..self.statistics }
    }

    fn gives_up(&mut self, now: Mark) -> bool {
        self.patience.is_over(&self.assembler, self.acknowledged, now)
    }

    /// The end of what was sent, by the other end's acknowledgement or by the FIN, where it is beyond what was seen.
    fn never_came(&self) -> Option<u64> {
        let next = self.assembler.next();
        // A packet of which it is open whether there is one is not missing.
        let from = if self.doubtful { next.max(ROOM) } else { next };
        // A FIN is acknowledged as if it were data.
        let acknowledged = self.acknowledged.map(|end| end.min(self.end.unwrap_or(u64::MAX)));
        acknowledged.max(self.end).filter(|end| *end > from && *end - next < MAX_UNSEEN * ROOM)
    }
}

impl Packet<'_> {
    /// Bytes on the wire behind the header.
    fn size(&self) -> u64 {
        self.bytes.len() as u64 + u64::from(self.cut_short)
    }
}

/// Offsets of one packet: more than the bytes of any, as UDP counts them with 16 bits.
const ROOM: u64 = 1 << 16;

/// Acknowledged packets beyond the last seen that are believed to be missing; a larger number is a broken acknowledgement.
const MAX_UNSEEN: u64 = 4096;

#[cfg(test)]
mod tests;
