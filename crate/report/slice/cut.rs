//! Which bytes of a frame are a block's, also where they come again?
//!
//! In: the runs of block bytes that the first reading found in a frame, and packets. Out: parts of their payload. Bytes that are sent again are
//! read by nobody, so no message tells of them: they are known by their numbers, as long as their stream is not much further.

use std::collections::VecDeque;
use std::ops::Range;

use super::choice::Run;
use crate::base::{Arrange, Endpoint, Limits, Recent};
use crate::decode::{Packet, Transport};
use crate::flow::utp::Header;

/// What was sent of blocks, by sender and receiver.
#[derive(Debug)]
pub(super) struct Sent {
    by_way: Recent<Way, VecDeque<(u32, u32)>>,
}

/// Who sends whom, in which connection of uTP.
type Way = (Endpoint, Endpoint, Option<u16>);

/// A packet that is of a stream, as far as its bytes are numbered.
#[derive(Clone, Copy, Debug)]
struct Numbered {
    way: Way,
    /// Bytes of payload before the first that has a number.
    head: usize,
    /// The number of that.
    first: u32,
}

impl Sent {
    pub(super) fn new(limits: &Limits) -> Self {
        Sent { by_way: Recent::new(limits.flows) }
    }

    /// The parts of a packet's payload that are bytes of blocks, in their order. `known` are those that were read in its frame.
    pub(super) fn parts(&mut self, packet: &Packet<'_>, known: &[Run]) -> Vec<Range<usize>> {
        let length = packet.payload.len();
        let place = |run: &Run| {
            let end = length.checked_sub(run.behind as usize)?;
            Some(end.checked_sub(run.bytes as usize)?..end)
        };
        let mut parts: Vec<_> = known.iter().filter_map(place).collect();
        if let Some(numbered) = Numbered::of(packet) {
            if parts.is_empty() {
                parts = self.again(numbered, length);
            } else {
                self.remember(numbered, &parts);
            }
        }
        parts.arrange_by_key(|part| part.start);
        parts
    }

    /// What of a packet was sent before.
    fn again(&self, Numbered { way, head, first }: Numbered, length: usize) -> Vec<Range<usize>> {
        let Some(runs) = self.by_way.get(&way) else { return Vec::new() };
        let bytes = i64::try_from(length.saturating_sub(head)).unwrap_or(0);
        let place = |(start, end): &(u32, u32)| {
            // Numbers go round: those that are nearest are meant.
            let from = i64::from(start.wrapping_sub(first).cast_signed());
            let to = from + i64::from(end.wrapping_sub(*start));
            let (from, to) = (from.max(0), to.min(bytes));
            let index = |number: i64| head + usize::try_from(number).unwrap_or(0);
            (from < to).then(|| index(from)..index(to))
        };
        runs.iter().filter_map(place).collect()
    }

    fn remember(&mut self, Numbered { way, head, first }: Numbered, parts: &[Range<usize>]) {
        if self.by_way.get(&way).is_none() {
            self.by_way.insert(way, VecDeque::new());
        }
        let Some(runs) = self.by_way.get_mut(&way) else { return };
        let number = |index: usize| first.wrapping_add(u32::try_from(index.saturating_sub(head)).unwrap_or(0));
        for (start, end) in parts.iter().map(|part| (number(part.start), number(part.end))) {
            match runs.back_mut().filter(|(_, last)| *last == start) {
                Some((_, last)) => *last = end,
                None => runs.push_back((start, end)),
            }
            if runs.len() > RUNS {
                runs.pop_front();
            }
        }
    }
}

impl Numbered {
    fn of(packet: &Packet<'_>) -> Option<Self> {
        let way = |id| (packet.source, packet.destination, id);
        match packet.transport {
            Transport::Tcp { sequence, syn, .. } => Some(Numbered { way: way(None), head: 0, first: sequence.wrapping_add(syn.into()) }),
            Transport::Udp => {
                let header = Header::read(packet.payload, packet.cut_short).filter(|header| header.kind.is_numbered())?;
                // Each packet has room for as many bytes as there can be in one.
                let first = u32::from(header.sequence) << 16;
                Some(Numbered { way: way(Some(header.connection_id)), head: header.length as usize, first })
            }
        }
    }
}

/// Runs that are remembered of one direction: of TCP a block each, of uTP a packet each.
const RUNS: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Scale;

    fn segment(sequence: u32, payload: &[u8]) -> Packet<'_> {
        let transport =
            Transport::Tcp { sequence, acknowledgement: None, syn: false, fin: false, rst: false, window: None, scale: Scale::Unknown };
        let (source, destination) = (Endpoint::new([10, 0, 0, 1], 1), Endpoint::new([10, 0, 0, 2], 2));
        Packet { source, destination, transport, payload, cut_short: 0 }
    }

    fn run(behind: u32, bytes: u32) -> Run {
        Run { frame: 1, behind, bytes }
    }

    #[test]
    fn what_comes_again_is_known_by_its_numbers() {
        let mut sent = Sent::new(&Limits::default());
        let mut parts = |packet: &Packet<'_>, known: &[Run]| {
            let parts = sent.parts(packet, known).into_iter();
            parts.map(|part| (part.start, part.end)).collect::<Vec<_>>()
        };
        let first = u32::MAX - 9;
        assert_eq!(parts(&segment(first, &[0; 20]), &[run(0, 15)]), [(5, 20)], "a header before it");
        assert_eq!(parts(&segment(first.wrapping_add(20), &[0; 20]), &[run(10, 10)]), [(0, 10)], "and one behind it");
        assert_eq!(parts(&segment(first, &[0; 20]), &[]), [(5, 20)], "again");
        assert_eq!(parts(&segment(first, &[0; 40]), &[]), [(5, 30)], "again, with what follows");
        assert_eq!(parts(&segment(first.wrapping_add(10), &[0; 5]), &[]), [(0, 5)], "a part of it");
        assert!(parts(&segment(first.wrapping_add(30), &[0; 10]), &[]).is_empty(), "no block");
        assert!(parts(&segment(first.wrapping_add(30), &[0; 10]), &[run(0, 11), run(11, 1)]).is_empty(), "no more than there is");
    }
}
