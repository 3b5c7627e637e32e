//! Puts fragments of IP packets together (RFC 791, RFC 8200).
//!
//! In: fragments in capture order, whatever order they were sent in. Out: what the whole packet carries, once all of it was there. The rules:
//!
//! - What two fragments both have must be the same, or the packet is left out. So does RFC 5722 with IPv6, and Linux with both. Hosts
//!   differ in which of the two they would believe, and an invented message is worse than a missed one.
//! - A packet that is not whole after [`PATIENCE`] of the capture's time is left out: senders use a packet's number again.
//! - Fragments that come again soon after their packet was whole are repeats.
//! - A datagram of UDP whose checksum shows that its fragments do not belong together is left out; nothing but the sender itself cuts packets
//!   up and leaves the checksum to hardware, and that does not capture fragments.
//! - Of a packet of which the capture cut fragments, what is known goes on up to the first hole.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

use etherparse::IpNumber;

use super::layer::{Fragment, Fragmented, Layer, Span};
use super::msdu::{Msdus, Part as WirelessPart};
use crate::base::{Code, Finding, Limits, Map, Time};

/// Packets of which fragments are known.
#[derive(Debug)]
pub(super) struct Fragments {
    packets: Map<Fragmented, Packet>,
    /// Those that wait, in the order in which they were met, each with the frame that tells it from others of the same name. Some are gone.
    waiting: VecDeque<(Fragmented, u64)>,
    /// Those that were whole, in the order in which they became it, with the time.
    whole: VecDeque<(Fragmented, u64, Time)>,
    /// Bytes that all parts take.
    held: usize,
    /// Those of wireless frames.
    msdus: Msdus,
    findings: VecDeque<Finding>,
    packets_limit: usize,
    bytes_limit: usize,
}

/// What a whole packet carries.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) layer: Layer,
    pub(super) captured: Vec<u8>,
    pub(super) wire: usize,
    /// The frames that its fragments came in, in their order.
    pub(super) frames: Vec<u64>,
}

/// One packet.
#[derive(Debug)]
struct Packet {
    /// Its first fragment in the capture.
    frame: u64,
    since: Time,
    state: State,
}

#[derive(Debug)]
enum State {
    Waiting(Parts),
    Whole,
    /// Its fragments contradict each other.
    LeftOut,
}

/// What is known of a packet. No two parts overlap.
#[derive(Debug, Default)]
struct Parts {
    parts: BTreeMap<usize, Part>,
    /// Bytes on the wire of all parts.
    wire: usize,
    /// Where the last one ends, once it is known.
    end: Option<usize>,
    /// The frames that brought something.
    frames: Vec<u64>,
}

#[derive(Debug)]
struct Part {
    wire: usize,
    captured: Vec<u8>,
}

impl Whole {
    pub(super) fn span(&self) -> Span<'_> {
        Span { captured: &self.captured, wire: self.wire }
    }
}

impl Fragments {
    pub(super) fn new(limits: &Limits) -> Self {
        Fragments {
            packets: Map::default(),
            waiting: VecDeque::new(),
            whole: VecDeque::new(),
            held: 0,
            msdus: Msdus::new(limits),
            findings: VecDeque::new(),
            packets_limit: limits.fragmented_packets,
            bytes_limit: limits.fragment_bytes,
        }
    }

    /// Takes one fragment, which was in `frame`; hands out the packet that it completes.
    pub(super) fn push(&mut self, frame: u64, time: Time, fragment: &Fragment<'_>) -> Option<Whole> {
        self.expire(time);
        let Fragment { of, offset, more, content } = *fragment;
        let end = offset + content.wire;
        if content.wire == 0 || end > LONGEST || more && content.wire % 8 != 0 {
            self.findings.push_back(Finding::at(Code::PacketMalformed, frame));
            return None;
        }
        let packet = self.packets.entry(of).or_insert_with(|| {
            self.waiting.push_back((of, frame));
            Packet { frame, since: time, state: State::Waiting(Parts::default()) }
        });
        let State::Waiting(parts) = &mut packet.state else { return None };
        let Some(added) = parts.add(offset, content, more) else {
            self.held -= parts.cost();
            packet.state = State::LeftOut;
            self.findings.push_back(Finding::at(Code::FragmentConflict, frame));
            return None;
        };
        self.held += added;
        if added > 0 || parts.is_whole() {
            parts.frames.push(frame);
        }
        let whole = parts.is_whole().then(|| parts.join(of));
        if let Some(whole) = whole {
            self.held -= parts.cost();
            packet.state = State::Whole;
            self.whole.push_back((of, packet.frame, time));
            if whole.is_mixed(of) {
                self.findings.push_back(Finding::at(Code::FragmentConflict, frame));
                return None;
            }
            return Some(whole);
        }
        self.make_room(frame);
        None
    }

    /// Takes a part of a wireless frame, which was in `frame`; hands out what that carries with its last one.
    pub(super) fn push_part(&mut self, frame: u64, time: Time, part: &WirelessPart<'_>) -> Option<Whole> {
        self.msdus.push(frame, time, part, &mut self.findings)
    }

    /// The capture is over: what is not whole will not be.
    pub(super) fn finish(&mut self) {
        self.msdus.finish(&mut self.findings);
        while let Some((of, frame)) = self.waiting.pop_front() {
            self.give_up(of, frame, Finding::at(Code::FragmentSkipped, frame));
        }
    }

    /// One thing that was found wrong, the earliest first.
    pub(super) fn take_finding(&mut self) -> Option<Finding> {
        self.findings.pop_front()
    }

    /// Lets go of what has waited too long.
    fn expire(&mut self, now: Time) {
        while self.whole.front().is_some_and(|(.., since)| now.since(*since) > REPEATS) {
            self.forget_whole();
        }
        while let Some(&(of, frame)) = self.waiting.front() {
            if self.waits(of, frame).is_some_and(|packet| now.since(packet.since) <= PATIENCE) {
                break;
            }
            self.waiting.pop_front();
            self.give_up(of, frame, Finding::at(Code::FragmentSkipped, frame));
        }
    }

    /// Lets go of the oldest while there is too much of them.
    fn make_room(&mut self, frame: u64) {
        while self.packets.len() > self.packets_limit || self.held > self.bytes_limit {
            if self.packets.len() > self.packets_limit && self.forget_whole() {
                continue;
            }
            let Some((of, first)) = self.waiting.pop_front() else { return };
            self.give_up(of, first, Finding::at(Code::LimitFragments, frame));
        }
        // Those that became whole behind one that waits.
        if self.waiting.len() > 2 * self.packets.len() + SLACK {
            let waiting = std::mem::take(&mut self.waiting);
            self.waiting = waiting.into_iter().filter(|(of, frame)| self.waits(*of, *frame).is_some()).collect();
        }
    }

    /// The packet, if it is still that one and not whole.
    fn waits(&self, of: Fragmented, frame: u64) -> Option<&Packet> {
        self.packets.get(&of).filter(|packet| packet.frame == frame && !matches!(packet.state, State::Whole))
    }

    /// Forgets the oldest packet that was whole, if there is one: fragments of its name are another's.
    fn forget_whole(&mut self) -> bool {
        let Some((of, frame, _)) = self.whole.pop_front() else { return false };
        if self.packets.get(&of).is_some_and(|packet| packet.frame == frame) {
            self.packets.remove(&of);
        }
        true
    }

    /// Forgets a packet that is not whole, for a reason.
    fn give_up(&mut self, of: Fragmented, frame: u64, why: Finding) {
        let Some(packet) = self.waits(of, frame) else { return };
        if let State::Waiting(parts) = &packet.state {
            self.held -= parts.cost();
            self.findings.push_back(why);
        }
        self.packets.remove(&of);
    }
}

impl Parts {
    /// Adds what a fragment has of its own, and answers what that costs; `None` if it contradicts what was there.
    fn add(&mut self, offset: usize, content: Span<'_>, more: bool) -> Option<usize> {
        let end = offset + content.wire;
        let known = self.parts.last_key_value().map_or(0, |(at, part)| at + part.wire);
        let last = if more { self.end } else { Some(end) };
        if self.end.is_some() && self.end != last || last.is_some_and(|last| known.max(end) > last) {
            return None;
        }
        self.end = last;
        let mut own = Vec::new();
        let mut from = offset;
        let before = self.parts.range(..=offset).next_back().map_or(offset, |(at, _)| *at);
        for (&at, part) in self.parts.range(before..end) {
            if !part.agrees(at, offset, content) {
                return None;
            }
            if from < at {
                own.push((from, at));
            }
            from = from.max(at + part.wire);
        }
        if from < end {
            own.push((from, end));
        }
        let mut cost = 0;
        for (from, to) in own {
            let part = content.captured.get(from - offset..).unwrap_or_default();
            let part = Part { wire: to - from, captured: part.get(..to - from).unwrap_or(part).to_vec() };
            (self.wire, cost) = (self.wire + part.wire, cost + part.cost());
            self.parts.insert(from, part);
        }
        Some(cost)
    }

    fn is_whole(&self) -> bool {
        self.end == Some(self.wire)
    }

    fn cost(&self) -> usize {
        self.parts.values().map(Part::cost).sum()
    }

    /// All that is captured before the first hole.
    fn join(&mut self, of: Fragmented) -> Whole {
        let mut captured = Vec::with_capacity(self.wire);
        for (at, part) in &self.parts {
            if captured.len() < *at {
                break;
            }
            captured.extend_from_slice(&part.captured);
        }
        Whole { layer: Layer::Carried(of.ends, of.protocol), captured, wire: self.wire, frames: std::mem::take(&mut self.frames) }
    }
}

impl Part {
    /// What it takes, its place in the table included.
    fn cost(&self) -> usize {
        self.captured.len() + PART_COST
    }

    /// Whether this part, which begins at `at`, and a fragment that begins at `offset` are the same where both are captured.
    fn agrees(&self, at: usize, offset: usize, content: Span<'_>) -> bool {
        let from = at.max(offset);
        let here = self.captured.get(from - at..).unwrap_or_default();
        let there = content.captured.get(from - offset..).unwrap_or_default();
        here.iter().zip(there).all(|(here, there)| here == there)
    }
}

impl Whole {
    /// Whether its checksum says that this is no datagram that anybody sent.
    fn is_mixed(&self, of: Fragmented) -> bool {
        let [_, _, _, _, l0, l1, c0, c1, ..] = *self.captured else { return false };
        let whole = self.captured.len() == self.wire && usize::from(u16::from_be_bytes([l0, l1])) == self.wire;
        if of.protocol != IpNumber::UDP.0 || !whole || [c0, c1] == [0, 0] {
            return false;
        }
        let addresses = [of.ends.source, of.ends.destination].map(|address| match address {
            IpAddr::V4(address) => sum(&address.octets()),
            IpAddr::V6(address) => sum(&address.octets()),
        });
        let total = addresses.iter().sum::<u64>() + u64::from(IpNumber::UDP.0) + self.wire as u64 + sum(&self.captured);
        !total.is_multiple_of(0xffff)
    }
}

/// The sum of the 16-bit numbers in `bytes`, as the internet's checksum has it (RFC 1071), not yet cut to 16 bits.
fn sum(bytes: &[u8]) -> u64 {
    let (pairs, last) = bytes.as_chunks::<2>();
    let last = last.first().map_or(0, |last| u64::from(*last) << 8);
    pairs.iter().map(|pair| u64::from(u16::from_be_bytes(*pair))).sum::<u64>() + last
}

/// How long a packet waits for its fragments: what Linux waits.
const PATIENCE: i64 = 30_000_000_000;

/// For how long fragments of a whole packet are repeats. A sender of 1 Gbit/s uses all numbers of IPv4 in not much more.
const REPEATS: i64 = 250_000_000;

/// Bytes of the longest packet.
const LONGEST: usize = 65_535;

/// How many of the queue may be gone before it is gone through.
const SLACK: usize = 64;

/// What a part takes besides its bytes, in memory.
const PART_COST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::ip::Ends;

    const CONTENT: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

    fn packet(number: u32) -> Fragmented {
        let ends = Ends { source: [10, 0, 0, 1].into(), destination: [10, 0, 0, 2].into() };
        Fragmented { ends, protocol: 6, number }
    }

    /// `CONTENT`'s bytes of a range as a fragment.
    fn part(number: u32, from: usize, to: usize) -> Fragment<'static> {
        let content = Span::new(&CONTENT[from..to], 0);
        Fragment { of: packet(number), offset: from, more: to < CONTENT.len(), content }
    }

    fn seconds(seconds: i64) -> Time {
        Time::from_nanos(seconds * 1_000_000_000)
    }

    /// Pushes fragments, a frame each, and answers in which frame what was whole.
    fn push(fragments: &mut Fragments, parts: &[Fragment<'_>]) -> Vec<(u64, Vec<u8>, usize)> {
        let whole = |(frame, part)| fragments.push(frame, seconds(0), part).map(|whole| (frame, whole.captured, whole.wire));
        (1..).zip(parts).filter_map(whole).collect()
    }

    fn found(fragments: &mut Fragments) -> Vec<Finding> {
        std::iter::from_fn(|| fragments.take_finding()).collect()
    }

    #[test]
    fn in_any_order_repeated_or_overlapping_the_packet_is_the_same() {
        let parts = [(0, 8), (8, 16), (16, 24), (24, 36)];
        for (order, frame, what) in [
            (&parts[..], 4, "in order"),
            (&[parts[3], parts[2], parts[1], parts[0]], 4, "reversed"),
            (&[parts[2], parts[0], parts[3], parts[1]], 4, "mixed"),
            (&[parts[0], parts[0], parts[1], parts[2], parts[1], parts[3], parts[3], parts[0]], 6, "repeated"),
            (&[(0, 16), (8, 24), (16, 36)], 3, "overlapping"),
            (&[(8, 16), (24, 36), (0, 36)], 3, "all of it at last"),
            (&[(0, 24), (8, 16), (24, 36)], 3, "one within another"),
        ] {
            let mut fragments = Fragments::new(&Limits::default());
            let order: Vec<_> = order.iter().map(|(from, to)| part(1, *from, *to)).collect();
            assert_eq!(push(&mut fragments, &order), [(frame, CONTENT.to_vec(), 36)], "{what}");
            fragments.finish();
            assert_eq!((found(&mut fragments), fragments.held), (vec![], 0), "{what}");
        }
    }

    #[test]
    fn packets_of_other_numbers_and_ends_do_not_mix() {
        let mut fragments = Fragments::new(&Limits::default());
        let mut other = part(1, 16, 36);
        other.of.ends.source = [10, 0, 0, 3].into();
        let parts = [part(1, 0, 16), part(2, 16, 36), other, part(2, 0, 16), part(1, 16, 36)];
        assert_eq!(push(&mut fragments, &parts).iter().map(|(frame, ..)| *frame).collect::<Vec<_>>(), [4, 5]);
        fragments.finish();
        assert_eq!(found(&mut fragments), [Finding::at(Code::FragmentSkipped, 3)]);
    }

    #[test]
    fn a_packet_with_a_hole_is_left_out_in_time() {
        let mut fragments = Fragments::new(&Limits::default());
        let push = |fragments: &mut Fragments, frame, second, part| fragments.push(frame, seconds(second), &part).is_some();
        assert!(!push(&mut fragments, 1, 100, part(1, 0, 16)));
        assert!(!push(&mut fragments, 2, 129, part(2, 0, 16)));
        assert!(push(&mut fragments, 3, 130, part(1, 16, 36)), "within the time");
        assert!(!push(&mut fragments, 4, 160, part(3, 0, 16)));
        assert_eq!(found(&mut fragments), [Finding::at(Code::FragmentSkipped, 2)]);
        assert!(!push(&mut fragments, 5, 161, part(2, 16, 36)), "too late: its number is another packet's now");
        assert!(!push(&mut fragments, 6, 1, part(4, 0, 16)), "a clock set back");
        assert!(push(&mut fragments, 7, 2, part(4, 16, 36)));
        assert!(!push(&mut fragments, 8, 200, part(1, 0, 16)), "the same number, much later");
        assert!(push(&mut fragments, 9, 200, part(1, 16, 36)));
        fragments.finish();
        assert_eq!(found(&mut fragments).len(), 2);
        assert_eq!(fragments.held, 0);
    }

    #[test]
    fn a_packet_that_contradicts_itself_is_left_out() {
        let other = |from: usize, to: usize| Fragment { content: Span::new(&[b'!'; 36][from..to], 0), ..part(1, from, to) };
        for (parts, what) in [
            (vec![part(1, 0, 16), other(8, 24), part(1, 16, 36)], "another text"),
            (vec![part(1, 16, 36), Fragment { more: false, ..part(1, 0, 16) }, part(1, 0, 16)], "another end"),
            (vec![part(1, 16, 36), Fragment { offset: 40, ..part(1, 0, 8) }, part(1, 0, 16)], "more behind the end"),
            (vec![part(1, 8, 24), Fragment { more: false, ..part(1, 8, 16) }, part(1, 0, 8)], "an end before what there is"),
        ] {
            let mut fragments = Fragments::new(&Limits::default());
            assert_eq!(push(&mut fragments, &parts), [], "{what}");
            fragments.finish();
            assert_eq!((found(&mut fragments), fragments.held), (vec![Finding::at(Code::FragmentConflict, 2)], 0), "{what}");
        }
    }

    #[test]
    fn fragments_that_cannot_be_are_malformed() {
        for (offset, length, more) in [(0, 0, true), (0, 9, true), (65_528, 8, false), (65_528, 8, true)] {
            let mut fragments = Fragments::new(&Limits::default());
            let fragment = Fragment { offset, more, content: Span::new(&CONTENT[..length], 0), ..part(1, 0, 8) };
            assert_eq!(push(&mut fragments, &[fragment]), []);
            assert_eq!((found(&mut fragments), fragments.packets.len()), (vec![Finding::at(Code::PacketMalformed, 1)], 0));
        }
    }

    #[test]
    fn what_the_capture_cut_ends_the_packet() {
        let cut = |from: usize, to: usize, bytes: usize| Fragment {
            content: Span { captured: &CONTENT[from..from + bytes], wire: to - from },
            ..part(1, from, to)
        };
        for (parts, expected) in [
            (vec![part(1, 0, 16), cut(16, 36, 5)], 21),
            (vec![cut(0, 16, 5), part(1, 16, 36)], 5),
            (vec![cut(16, 36, 0), cut(0, 16, 16)], 16),
            (vec![cut(0, 16, 0), cut(16, 36, 0)], 0),
        ] {
            let mut fragments = Fragments::new(&Limits::default());
            assert_eq!(push(&mut fragments, &parts), [(2, CONTENT[..expected].to_vec(), 36)]);
        }
    }

    #[test]
    fn a_datagram_of_two_is_known_by_its_checksum() {
        let mut datagram = [&[0x1a, 0xe1, 0x1a, 0xe2, 0, 16, 0, 0][..], b"payload!"].concat();
        let pseudo = sum(&[10, 0, 0, 1, 10, 0, 0, 2]) + 17 + 16 + sum(&datagram);
        let folded = (pseudo >> 16) + (pseudo & 0xffff);
        let right = !u16::try_from((folded >> 16) + (folded & 0xffff)).unwrap();
        for (checksum, whole) in [(0, true), (right, true), (right ^ 1, false)] {
            datagram[6..8].copy_from_slice(&checksum.to_be_bytes());
            let part = |from: usize, to| {
                let of = Fragmented { protocol: IpNumber::UDP.0, ..packet(1) };
                Fragment { of, offset: from, more: to < 16, content: Span::new(&datagram[from..to], 0) }
            };
            let mut fragments = Fragments::new(&Limits::default());
            assert_eq!(push(&mut fragments, &[part(0, 8), part(8, 16)]).len(), usize::from(whole), "{checksum:04x}");
            assert_eq!(found(&mut fragments).len(), usize::from(!whole));
            assert_eq!(fragments.held, 0);
        }
    }

    #[test]
    fn there_is_a_cap_on_packets_and_on_bytes() {
        for limits in
            [Limits { fragmented_packets: 10, ..Limits::default() }, Limits { fragment_bytes: 10 * (16 + PART_COST), ..Limits::default() }]
        {
            let mut fragments = Fragments::new(&limits);
            let parts: Vec<_> = (0..5000).map(|number| part(number, 0, 16)).collect();
            assert_eq!(push(&mut fragments, &parts), []);
            assert_eq!((fragments.packets.len(), fragments.waiting.len()), (10, 10));
            assert_eq!(found(&mut fragments).len(), 4990);
            assert_eq!(push(&mut fragments, &[part(4989, 16, 36)]), [], "made way");
            assert_eq!(push(&mut fragments, &[part(4995, 16, 36)]).len(), 1, "still there");
        }
    }

    #[test]
    fn one_that_waits_does_not_make_the_queues_grow() {
        let mut fragments = Fragments::new(&Limits { fragmented_packets: 100, ..Limits::default() });
        assert!(fragments.push(1, seconds(0), &part(0, 0, 16)).is_none());
        for number in 1..10_000 {
            let time = Time::from_nanos(i64::from(number) * 1000);
            assert!(fragments.push(2 * u64::from(number), time, &part(number, 0, 16)).is_none());
            assert!(fragments.push(2 * u64::from(number) + 1, time, &part(number, 16, 36)).is_some());
            assert!(fragments.packets.len() <= 101 && fragments.waiting.len() < 400 && fragments.whole.len() <= 101);
        }
        assert_eq!(found(&mut fragments), []);
        assert!(fragments.push(30_000, seconds(1), &part(0, 16, 36)).is_some());
    }
}
