//! Holes of unknown size.
//!
//! In: lost packets of uTP, of which nobody knows how many bytes they had. Out: what can be said for certain. Nobody knows where such a hole
//! ends, so framing is lost with it. But where it falls into a block, whose length is known, the next boundary tells: if that stands where
//! it would if the lost packets were as large as their neighbours, they had that many bytes, and what came behind the hole is the
//! block's. Two things that know nothing of each other then say the same. If not, the block ends with the hole, and the bytes
//! behind it are passed over: nobody knows whose they are.

use super::{Connection, State};
use crate::protocol::peer_wire::Block;
use crate::protocol::{Outlet, Unread};

/// A block with a hole of unknown size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Torn {
    block: Block,
    /// Bytes of it before the hole.
    captured: u32,
    /// Bytes of it behind those.
    left: u64,
    /// How many of them the hole has if the lost packets were as large as their neighbours.
    likely_lost: u64,
    /// Bytes that came behind the hole, and are the block's only if that is so.
    passed: u64,
}

impl Torn {
    /// Bytes from here to where the block ends if the hole has its likely size.
    pub(super) fn due(&self) -> u64 {
        self.left - self.likely_lost - self.passed
    }
}

impl Connection {
    /// Says that packets of the outlet's direction are not in the capture: `likely` bytes if they were as large as their neighbours.
    pub(in crate::protocol) fn packets_lost(&mut self, likely: Option<u64>, outlet: &mut Outlet<'_>) {
        self.settle(outlet);
        let half = self.half(outlet.delivery.direction);
        let waiting = std::mem::take(&mut half.window).len() as u64;
        let torn = match (half.state, half.torn.take()) {
            (State::Block { block, left, captured }, _) => Some(Torn { block, captured, left: left.into(), likely_lost: 0, passed: 0 }),
            (State::Lost, Some(torn)) => Some(Torn { passed: torn.passed + waiting, ..torn }),
            (State::Lost, None) => {
                outlet.unread(waiting, Unread::Resynchronised);
                None
            }
            _ => {
                self.gap_in_message(0, outlet);
                None
            }
        };
        let half = self.half(outlet.delivery.direction);
        half.state = State::Lost;
        half.torn = torn;
        match torn.zip(likely) {
            Some((torn, likely)) if torn.likely_lost + likely + torn.passed <= torn.left => {
                half.torn = Some(Torn { likely_lost: torn.likely_lost + likely, ..torn });
            }
            _ => self.end_torn(false, outlet),
        }
    }

    /// The block with a hole is over: `fits` if a boundary was found where the likely size of the hole has it.
    pub(super) fn end_torn(&mut self, fits: bool, outlet: &mut Outlet<'_>) {
        let Some(Torn { block, captured, likely_lost, passed, .. }) = self.half(outlet.delivery.direction).torn.take() else { return };
        let behind = if fits { u32::try_from(passed).unwrap_or_default() } else { 0 };
        outlet.unread(if fits { likely_lost } else { 0 }, Unread::Lost);
        outlet.unread(passed - u64::from(behind), Unread::Resynchronised);
        let state = self.half(outlet.delivery.direction).state;
        self.block_passed(block, 0, captured + behind, outlet);
        self.half(outlet.delivery.direction).state = state;
    }

    /// Passes over bytes in which no message begins; `found` if one begins behind them.
    pub(super) fn pass_over(&mut self, count: u64, found: bool, outlet: &mut Outlet<'_>) {
        match &mut self.half(outlet.delivery.direction).torn {
            Some(torn) if count <= torn.due() => {
                torn.passed += count;
                let fits = torn.due() == 0;
                if found {
                    self.end_torn(fits, outlet);
                }
            }
            _ => {
                self.end_torn(false, outlet);
                let veiled = self.half(outlet.delivery.direction).veiled;
                outlet.unread(count, if veiled { Unread::Encrypted } else { Unread::Resynchronised });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::base::{Endpoint, Limits, Time};
    use crate::flow::{Content, Delivery, Direction, FlowId};
    use crate::protocol::peer_wire::{Message as PeerMessage, PREFIX};
    use crate::protocol::{Dissector, Message, StreamState, Unread};

    /// What came of a stream: names of its messages with the bytes captured of blocks, and the coverage.
    #[derive(Debug, Default, PartialEq, Eq)]
    struct Outcome {
        messages: Vec<(&'static str, u32)>,
        decoded: u64,
        lost: u64,
        resynchronised: u64,
    }

    fn dissect(contents: &[Content<'_>]) -> Outcome {
        let (mut outcome, mut state) = (Outcome::default(), StreamState::default());
        let mut dissector = Dissector::new(&Limits::default());
        for content in contents {
            let delivery = Delivery {
                time: Time::from_nanos(0),
                frame: 1,
                source: Endpoint::new([10, 0, 0, 1], 1),
                destination: Endpoint::new([10, 0, 0, 2], 2),
                flow: Some(FlowId(1)),
                direction: Direction::Originator,
                content: *content,
            };
            dissector.dissect(Some(&mut state), delivery, &mut |event| {
                outcome.decoded += event.bytes;
                match event.message {
                    Message::PeerWire { message: PeerMessage::Piece { captured, .. }, .. } => outcome.messages.push(("piece", captured)),
                    Message::Unread { reason: Unread::Lost, bytes } => outcome.lost += bytes,
                    Message::Unread { reason: Unread::Resynchronised, bytes } => outcome.resynchronised += bytes,
                    _ => outcome.messages.extend(event.name().map(|(_, name)| (name, 0))),
                }
            });
        }
        outcome
    }

    /// Handshake, then blocks that are each followed by a have, then a request: and where each message begins.
    fn stream() -> (Vec<u8>, Vec<usize>) {
        let (mut bytes, mut begins) = ([&PREFIX[..], &[7; 48]].concat(), vec![0]);
        for index in 0..4_u32 {
            begins.push(bytes.len());
            bytes.extend([&[0, 0, 0x40, 9, 7][..], &index.to_be_bytes(), &[0; 4]].concat());
            bytes.extend((0..16_384_u32).map(|n| (n + index * 16_384).wrapping_mul(2_654_435_761).to_be_bytes()[1]));
            begins.push(bytes.len());
            bytes.extend([&[0, 0, 0, 5, 4][..], &index.to_be_bytes()].concat());
        }
        begins.push(bytes.len());
        bytes.extend([&[0, 0, 0, 13, 6][..], &[0; 4], &[0, 0, 0x40, 0], &[0, 0, 0x40, 0]].concat());
        begins.push(bytes.len());
        (bytes, begins)
    }

    /// The stream in packets of `size` bytes, of which the `lost` from `first` on are missing.
    fn without(stream: &[u8], size: usize, first: usize, lost: usize) -> Outcome {
        let packets: Vec<&[u8]> = stream.chunks(size).collect();
        let likely_bytes = packets.get(first + lost).filter(|behind| behind.len() == size).map(|_| (size * lost) as u64);
        let hole = Content::PacketsLost { packets: lost as u64, likely_bytes };
        let mut contents = vec![Content::Opened { midstream: false }];
        contents.extend(packets[..first].iter().map(|packet| Content::Bytes(packet)));
        contents.push(hole);
        contents.extend(packets.iter().skip(first + lost).map(|packet| Content::Bytes(packet)));
        contents.push(Content::Closed);
        dissect(&contents)
    }

    /// What must come of the stream when its bytes in `hole` are missing.
    fn due(begins: &[usize], hole: &std::ops::Range<usize>) -> Vec<(&'static str, u32)> {
        let mut messages = Vec::new();
        for (n, ends) in begins.windows(2).enumerate() {
            let (begin, end) = (ends[0], ends[1]);
            let whole = hole.end <= begin || hole.start >= end;
            // Of a message that is not whole, the length and the kind.
            let known = whole || hole.start >= begin + if n == 0 { 28 } else { 5 };
            let mut message = |name, captured: usize| messages.push((name, u32::try_from(captured).unwrap()));
            match n {
                _ if !known => {}
                0 => message("handshake", 0),
                9 => message("request", 0),
                n if n % 2 == 0 => message("have", 0),
                _ if whole => message("piece", 16_384),
                _ if hole.end <= end && hole.start >= begin + 13 => message("piece", end - begin - 13 - hole.len()),
                _ => message("piece", hole.start.saturating_sub(begin + 13)),
            }
        }
        messages
    }

    #[test]
    fn a_lost_packet_costs_the_message_it_was_in() {
        let (bytes, begins) = stream();
        for size in [1000, 1387] {
            let packets = bytes.len().div_ceil(size);
            for (first, lost) in (1..packets - 1).flat_map(|first| [(first, 1), (first, 2), (first, 5)]) {
                let hole = first * size..((first + lost) * size).min(bytes.len());
                let outcome = without(&bytes, size, first, lost);
                // The last packet is shorter: where it stands behind the hole, or is in it, no size is likely.
                if first + lost + 1 < packets {
                    assert_eq!(outcome.messages, due(&begins, &hole), "{size} {hole:?}");
                }
                assert!(outcome.lost == 0 || outcome.lost == hole.len() as u64);
                assert_eq!(outcome.decoded + outcome.resynchronised, (bytes.len() - hole.len()) as u64, "{size} {hole:?}");
            }
        }
    }

    #[test]
    fn two_holes_in_a_block_are_one() {
        let (bytes, _) = stream();
        let packet = |n: usize| Content::Bytes(&bytes[n * 1000..(n + 1) * 1000]);
        let hole = |likely_bytes| Content::PacketsLost { packets: 1, likely_bytes };
        let packets = |likely| {
            [
                &[packet(0), hole(likely)][..],
                &(2..5).map(packet).collect::<Vec<_>>(),
                &[hole(likely)],
                &(6..30).map(packet).collect::<Vec<_>>(),
            ]
            .concat()
        };
        let outcome = dissect(&packets(Some(1000)));
        assert_eq!((outcome.messages[1], outcome.lost, outcome.resynchronised), (("piece", 14_384), 2000, 0));
        let outcome = dissect(&packets(None));
        assert_eq!((outcome.messages[1], outcome.messages[2], outcome.lost), (("piece", 919), ("have", 0), 0));
        let outcome = dissect(&packets(Some(999)));
        assert_eq!(
            (outcome.messages[1], outcome.messages[2], outcome.lost),
            (("piece", 919), ("have", 0), 0),
            "where it does not fit nothing is believed"
        );
    }
}
