//! Which datagrams are uTP (BEP 29)?
//!
//! In: datagrams whose first bytes could be a uTP header. Out: a connection, once several of them agree; and those of its packets that
//! were remembered until then. One datagram alone proves nothing: a DNS query with the right number looks like a SYN, a STUN answer
//! like data. Evidence is weighed in bits, as after a loss in a stream: how much had to fall just so?
//!
//! - **An answered SYN**: the answer carries the SYN's connection id and acknowledges its number.
//! - **Both directions** of a running connection: ids that differ by one, and each acknowledges about what the other numbers.
//! - **One direction** over time: one id, numbers that stay close, and time stamps that go as the capture's own clock goes.
//!
//! A SYN that nobody answers stays here until it makes room: it is a contact, not a connection.

use std::collections::{BTreeMap, VecDeque};

use super::header::{Header, Kind};
use crate::base::{Endpoint, Map};
use crate::flow::Both;
use crate::flow::assembler::Mark;
use crate::flow::ends::Ends;

/// A datagram that may be uTP, or is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet<'a> {
    pub(super) mark: Mark,
    pub(super) source: Endpoint,
    pub(super) destination: Endpoint,
    pub(super) header: Header,
    /// What follows the header, as far as the capture has it.
    pub(super) bytes: &'a [u8],
    pub(super) cut_short: u32,
}

/// A packet that waits for others.
#[derive(Debug)]
pub(super) struct Remembered {
    mark: Mark,
    source: Endpoint,
    destination: Endpoint,
    header: Header,
    bytes: Box<[u8]>,
    cut_short: u32,
}

/// A connection that several packets agree on.
#[derive(Debug)]
pub(super) struct Found {
    /// Who has which end.
    pub(super) ends: Both<Endpoint>,
    /// The id under which each end sends, as far as that was seen.
    pub(super) ids: Both<Option<u16>>,
    /// Its packets so far, but for the one that gave the answer.
    pub(super) packets: Vec<Remembered>,
}

/// All datagrams that may be uTP.
#[derive(Debug)]
pub(super) struct Candidates {
    by_ends: Map<Ends, Candidate>,
    /// Whose packets were remembered first.
    order: BTreeMap<u64, Ends>,
    count: u64,
    bytes: usize,
    limit: usize,
}

/// What went by between two ends.
#[derive(Debug)]
struct Candidate {
    /// Its place in the order.
    turn: u64,
    /// The first that had to make way, without their bytes: what came later may agree with them only.
    witnesses: Vec<Remembered>,
    packets: VecDeque<Remembered>,
}

impl Candidates {
    /// Keeps packets that need up to `limit` bytes of memory.
    pub(super) fn new(limit: usize) -> Self {
        Candidates { by_ends: Map::default(), order: BTreeMap::new(), count: 0, bytes: 0, limit }
    }

    /// A packet came: the connection that it is of, when it and those before it are enough to tell.
    pub(super) fn find(&mut self, packet: &Packet<'_>) -> Option<Found> {
        let between = Ends::of(packet.source, packet.destination);
        let candidate = self.by_ends.get_mut(&between)?;
        let (ends, ids) = weigh(candidate.witnesses.iter().chain(&candidate.packets).rev(), packet)?;
        let mut found = Found { ends, ids, packets: Vec::new() };
        let (packets, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut candidate.packets).into_iter().partition(|packet| found.has(&packet.packet()));
        candidate.packets = others.into();
        self.bytes -= packets.iter().chain(&candidate.witnesses).map(Remembered::cost).sum::<usize>();
        candidate.witnesses.clear();
        if candidate.packets.is_empty() {
            self.order.remove(&candidate.turn);
            self.by_ends.remove(&between);
        }
        found.packets = packets;
        Some(found)
    }

    /// Keeps a packet that does not tell yet; answers whether others had to make way.
    pub(super) fn remember(&mut self, packet: Packet<'_>) -> bool {
        let between = Ends::of(packet.source, packet.destination);
        let candidate = self.by_ends.entry(between).or_insert_with(|| {
            self.count += 1;
            self.order.insert(self.count, between);
            Candidate { turn: self.count, witnesses: Vec::new(), packets: VecDeque::new() }
        });
        if candidate.packets.len() >= PACKETS
            && let Some(first) = candidate.packets.pop_front()
        {
            self.bytes -= first.cost();
            if candidate.witnesses.len() < WITNESSES {
                let witness = Remembered { bytes: Box::default(), ..first };
                self.bytes += witness.cost();
                candidate.witnesses.push(witness);
            }
        }
        let remembered = Remembered::from(packet);
        self.bytes += remembered.cost();
        candidate.packets.push_back(remembered);
        let too_much = self.bytes > self.limit;
        while self.bytes > self.limit
            && let Some((_, first)) = self.order.pop_first()
        {
            let gone = self.by_ends.remove(&first);
            self.bytes -=
                gone.iter().flat_map(|candidate| candidate.witnesses.iter().chain(&candidate.packets)).map(Remembered::cost).sum::<usize>();
        }
        too_much
    }
}

impl Found {
    /// Whether a packet between the two ends is of this connection.
    fn has(&self, packet: &Packet<'_>) -> bool {
        let (own, other) = if packet.source == self.ends.originator {
            (self.ids.originator, self.ids.responder)
        } else {
            (self.ids.responder, self.ids.originator)
        };
        let id = Some(packet.header.connection_id);
        match packet.header.kind {
            // Sent under the id that the answers will have.
            Kind::Syn => packet.source == self.ends.originator && id == other,
            Kind::Reset => id == own || id == other,
            _ => id == own,
        }
    }
}

impl Remembered {
    pub(super) fn packet(&self) -> Packet<'_> {
        let Remembered { mark, source, destination, header, cut_short, .. } = *self;
        Packet { mark, source, destination, header, bytes: &self.bytes, cut_short }
    }

    /// Bytes of memory.
    fn cost(&self) -> usize {
        size_of::<Self>() + self.bytes.len()
    }
}

impl From<Packet<'_>> for Remembered {
    fn from(packet: Packet<'_>) -> Self {
        let Packet { mark, source, destination, header, bytes, cut_short } = packet;
        Remembered { mark, source, destination, header, bytes: bytes.into(), cut_short }
    }
}

/// Weighs what the known packets between two ends, the latest first, say for a new one: the ends and ids of its connection, when that is enough.
fn weigh<'a>(known: impl Iterator<Item = &'a Remembered>, packet: &Packet<'_>) -> Option<(Both<Endpoint>, Both<Option<u16>>)> {
    let mut bits = 0;
    let mut both = None;
    for earlier in known.map(Remembered::packet) {
        if earlier.source == packet.source {
            bits += if clocks_agree(&earlier, packet) { CLOCK_BITS } else { 0 };
        } else if let Some(syn) = answered_syn(&earlier, packet) {
            let (ends, id) = (Both { originator: syn.source, responder: syn.destination }, syn.header.connection_id);
            return Some((ends, Both { originator: Some(id.wrapping_add(1)), responder: Some(id) }));
        } else if both.is_none() {
            both = originator(&earlier, packet);
            bits += if both.is_some() { BOTH_BITS } else { 0 };
        }
        if bits >= ENOUGH_BITS {
            let one = (
                Both { originator: packet.source, responder: packet.destination },
                Both { originator: Some(packet.header.connection_id), responder: None },
            );
            return Some(both.unwrap_or(one));
        }
    }
    None
}

/// The SYN of two packets in opposite directions, when the other answers it.
fn answered_syn<'p, 'b>(one: &'p Packet<'b>, other: &'p Packet<'b>) -> Option<&'p Packet<'b>> {
    let (syn, answer) = if one.header.kind == Kind::Syn { (one, other) } else { (other, one) };
    let answers = syn.header.kind == Kind::Syn
        && answer.header.kind != Kind::Syn
        && answer.header.connection_id == syn.header.connection_id
        && answer.header.acknowledgement == syn.header.sequence;
    answers.then_some(syn)
}

/// The ends and ids of a running connection that two packets in opposite directions may be of.
fn originator(one: &Packet<'_>, other: &Packet<'_>) -> Option<(Both<Endpoint>, Both<Option<u16>>)> {
    let is_running = |packet: &Packet<'_>| matches!(packet.header.kind, Kind::Data | Kind::State | Kind::Fin);
    let meet = are_near(one.header.sequence, other.header.acknowledgement) && are_near(other.header.sequence, one.header.acknowledgement);
    if !(is_running(one) && is_running(other) && meet) {
        return None;
    }
    let (one_id, other_id) = (one.header.connection_id, other.header.connection_id);
    let (first, second) = match one_id.wrapping_sub(other_id) {
        1 => (one, other),
        u16::MAX => (other, one),
        _ => return None,
    };
    let ids = Both { originator: Some(first.header.connection_id), responder: Some(second.header.connection_id) };
    Some((Both { originator: first.source, responder: second.source }, ids))
}

/// Whether two packets of one sender were stamped by a clock that went as the capture's did in between.
fn clocks_agree(earlier: &Packet<'_>, later: &Packet<'_>) -> bool {
    let (before, now) = (&earlier.header, &later.header);
    let elapsed = later.mark.time.since(earlier.mark.time) / 1000;
    let stamped = i64::from(now.timestamp.wrapping_sub(before.timestamp));
    before.connection_id == now.connection_id
        && now.kind != Kind::Syn
        && before.kind != Kind::Syn
        && are_near(before.sequence, now.sequence)
        && are_near(before.acknowledgement, now.acknowledgement)
        && stamped >= LEAST_MICROS
        && (stamped - elapsed).abs() <= LEAST_MICROS + (elapsed / 4).min(JITTER_MICROS)
}

/// Whether two packet numbers may be of one moment.
pub(super) fn are_near(one: u16, other: u16) -> bool {
    one.wrapping_sub(other).cast_signed().unsigned_abs() < NEAR
}

/// What must speak for a connection whose SYN is not in the capture.
const ENOUGH_BITS: u32 = 48;

/// Ids that differ by one, 15 bits, and two pairs of numbers that meet, 3 bits each.
const BOTH_BITS: u32 = 21;

/// The same id, and a time stamp that is one in 2¹⁵.
const CLOCK_BITS: u32 = 31;

/// More packets are under way only on links faster than any that a client filled.
const NEAR: u16 = 4096;

/// Time stamps closer than this could be a counter.
const LEAST_MICROS: i64 = 1000;

/// What queues on the way may add between two packets.
const JITTER_MICROS: i64 = 50_000;

/// Packets remembered between two ends: what a link of 2 Gbit/s carries while [`LEAST_MICROS`] go by.
const PACKETS: usize = 192;

/// Packets remembered without their bytes, for links that are faster.
const WITNESSES: usize = 8;
