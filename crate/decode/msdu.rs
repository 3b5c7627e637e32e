//! Puts the fragments of wireless frames together (IEEE 802.11, 10.4 and 10.5: an MSDU in several MPDUs).
//!
//! In: fragments in capture order. Out: what they carry, with the last of them. A sender sends the next one when the one before was
//! acknowledged, so that they come in order, and what comes again is a repeat. Where one is missing the others are left out.

use std::collections::VecDeque;

use super::fragment::Whole;
use super::layer::{Layer, Span};
use crate::base::{Code, Finding, Limits, Time};

/// A part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) of: Sent,
    /// Its place among the parts, from 0.
    pub(super) number: u8,
    /// Whether other parts follow this one.
    pub(super) more: bool,
    pub(super) content: Span<'a>,
}

/// What the parts of one frame have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) to: [u8; 6],
    pub(super) from: [u8; 6],
    /// The number that the sender gave the frame.
    pub(super) sequence: u16,
}

/// Frames of which parts are known, the oldest first.
#[derive(Debug)]
pub(super) struct Msdus {
    waiting: VecDeque<Msdu>,
    limit: usize,
}

#[derive(Debug)]
struct Msdu {
    of: Sent,
    /// Its first part in the capture.
    frame: u64,
    since: Time,
    /// The part that comes next; [`NONE`] when it is whole or left out.
    next: u8,
    captured: Vec<u8>,
    wire: usize,
    /// The frames that its parts came in.
    frames: Vec<u64>,
}

impl Msdus {
    pub(super) fn new(limits: &Limits) -> Self {
        Msdus { waiting: VecDeque::new(), limit: limits.wireless_fragments }
    }

    /// Takes one part, which was in `frame`; hands out what it completes. What is given up goes to `findings`.
    pub(super) fn push(&mut self, frame: u64, time: Time, part: &Part<'_>, findings: &mut VecDeque<Finding>) -> Option<Whole> {
        while self.waiting.front().is_some_and(|msdu| time.since(msdu.since) > PATIENCE) {
            findings.extend(self.waiting.pop_front().and_then(|msdu| msdu.given_up(Code::FragmentSkipped)));
        }
        if !self.waiting.iter().any(|msdu| msdu.of == part.of) {
            if self.waiting.len() >= self.limit {
                findings.extend(self.waiting.pop_front().and_then(|msdu| msdu.given_up(Code::LimitFragments)));
            }
            self.waiting.push_back(Msdu { of: part.of, frame, since: time, next: 0, captured: Vec::new(), wire: 0, frames: Vec::new() });
        }
        let msdu = self.waiting.iter_mut().find(|msdu| msdu.of == part.of)?;
        if part.number > msdu.next || part.content.wire > LONGEST {
            findings.extend(msdu.given_up(Code::FragmentSkipped));
            msdu.let_go();
        }
        if part.number != msdu.next {
            return None;
        }
        // Of what the capture cut, only the part before is known.
        if msdu.captured.len() == msdu.wire {
            msdu.captured.extend_from_slice(part.content.captured);
        }
        msdu.wire += part.content.wire;
        msdu.next += 1;
        msdu.frames.push(frame);
        if part.more {
            return None;
        }
        let (captured, frames) = (std::mem::take(&mut msdu.captured), std::mem::take(&mut msdu.frames));
        let whole = Whole { layer: Layer::Llc, captured, wire: msdu.wire, frames };
        msdu.let_go();
        Some(whole)
    }

    /// The capture is over: what is not whole will not be.
    pub(super) fn finish(&mut self, findings: &mut VecDeque<Finding>) {
        findings.extend(self.waiting.drain(..).filter_map(|msdu| msdu.given_up(Code::FragmentSkipped)));
    }
}

impl Msdu {
    /// Keeps no more than that it was there: its parts may come again.
    fn let_go(&mut self) {
        self.next = NONE;
        self.captured = Vec::new();
        self.frames = Vec::new();
    }

    fn given_up(&self, code: Code) -> Option<Finding> {
        (self.next != NONE).then(|| Finding::at(code, self.frame))
    }
}

/// How long a frame waits for its parts: twice what receivers wait at least.
const PATIENCE: i64 = 1_000_000_000;

/// Bytes of the longest frame on the air.
const LONGEST: usize = 11_454;

/// A number that no part has.
const NONE: u8 = u8::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    fn part(sequence: u16, number: u8, more: bool, content: &[u8]) -> Part<'_> {
        Part { of: Sent { to: [1; 6], from: [2; 6], sequence }, number, more, content: Span::new(content, 0) }
    }

    /// The frames in which something was whole, and the findings.
    type Found = (Vec<(u64, Vec<u8>)>, Vec<(Code, u64)>);

    /// What comes of these parts, each with its time in milliseconds.
    fn push(parts: &[(i64, Part<'_>)]) -> Found {
        let mut msdus = Msdus::new(&Limits { wireless_fragments: 2, ..Limits::default() });
        let mut findings = VecDeque::new();
        let mut whole = Vec::new();
        for (frame, (millis, part)) in (1..).zip(parts) {
            let found = msdus.push(frame, Time::from_nanos(millis * 1_000_000), part, &mut findings);
            whole.extend(found.map(|whole| (frame, whole.span().captured.to_vec())));
        }
        msdus.finish(&mut findings);
        assert!(msdus.waiting.is_empty());
        (whole, findings.into_iter().map(|finding| (finding.code, finding.frame.unwrap())).collect())
    }

    #[test]
    fn parts_in_order_are_the_whole_and_repeats_are_nothing() {
        let (one, two, three) = (part(7, 0, true, b"one"), part(7, 1, true, b"two"), part(7, 2, false, b"three"));
        let expected = (vec![(5, b"onetwothree".to_vec())], vec![]);
        assert_eq!(push(&[(0, one), (1, one), (2, two), (3, one), (4, three), (5, three), (6, two)]), expected);
        let other = |number, more| Part { of: Sent { from: [3; 6], ..one.of }, ..part(7, number, more, b"other") };
        let found = push(&[(0, one), (0, other(0, true)), (0, two), (0, other(1, false)), (0, three)]);
        assert_eq!(found, (vec![(4, b"otherother".to_vec()), (5, b"onetwothree".to_vec())], vec![]), "by turns");
    }

    #[test]
    fn a_missing_part_costs_the_whole_and_is_told_once() {
        let (one, two, three) = (part(7, 0, true, b"one"), part(7, 1, true, b"two"), part(7, 2, false, b"three"));
        for (parts, frame) in [(vec![(0, one), (0, three), (0, three)], 1), (vec![(0, two), (0, three)], 1), (vec![(0, one), (0, two)], 1)]
        {
            assert_eq!(push(&parts), (vec![], vec![(Code::FragmentSkipped, frame)]));
        }
        let late = push(&[(0, one), (2000, two), (2001, three)]);
        assert_eq!(late, (vec![], vec![(Code::FragmentSkipped, 1), (Code::FragmentSkipped, 2)]));
        let again = push(&[(0, one), (0, two), (0, three), (2000, one), (2000, two), (2000, three)]);
        assert_eq!(again.0.len(), 2, "numbers come again");
    }

    #[test]
    fn there_is_a_cap_and_what_the_capture_cut_is_the_end() {
        let found = push(&[(0, part(1, 0, true, b"x")), (0, part(2, 0, true, b"x")), (0, part(3, 0, true, b"x"))]);
        assert_eq!(found, (vec![], vec![(Code::LimitFragments, 1), (Code::FragmentSkipped, 2), (Code::FragmentSkipped, 3)]));
        let mut cut = part(1, 0, true, b"x");
        cut.content.wire = 9;
        assert_eq!(push(&[(0, cut), (0, part(1, 1, false, b"y"))]).0, [(2, b"x".to_vec())]);
    }
}
