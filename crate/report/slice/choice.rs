//! Which frames were chosen.
//!
//! In: streams, datagrams and runs of frames. Out: whether a frame is one of them, by its number and what its packets say of themselves.

use smallvec::SmallVec;

use super::{Carrier, Kind, Pair};
use crate::base::{Code, Limits, Map};
use crate::report::events::Host;

/// The frames of a slice.
#[derive(Debug)]
pub struct Choice {
    pub(super) whole: Whole,
    /// Only frames of these runs, each with its last; none is no condition.
    pub(super) runs: Vec<(u64, u64)>,
    pub(super) singles: Frames,
    /// Of each pair of ends the runs of frames in which their connections are wanted.
    pub(super) tcp: Map<Pair, SmallVec<[(u64, u64); 1]>>,
    /// Of each pair of ends the IDs of their connections.
    pub(super) utp: Map<Pair, SmallVec<[u16; 2]>>,
    /// Bytes of blocks, in the order of their frames.
    pub(super) payload: Vec<Run>,
    pub(super) notes: Map<u64, SmallVec<[Note; 1]>>,
    /// Comments about the files.
    pub(super) comments: Vec<String>,
    /// A cap was reached.
    pub(super) full: bool,
}

/// What is taken without a look at what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whole {
    Everything,
    Host(Host),
    Nothing,
}

/// Neighbouring bytes of blocks in one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    pub(super) frame: u64,
    /// Captured bytes of the packet behind them.
    pub(super) behind: u32,
    pub(super) bytes: u32,
}

/// What a slice says of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    Found(Code),
    /// It was there.
    Comment(String),
}

/// Single frames, a bit each.
#[derive(Debug)]
pub(super) struct Frames {
    bits: Vec<u64>,
    limit: u64,
}

impl Choice {
    pub(super) fn new(whole: Whole, runs: Vec<(u64, u64)>, limits: &Limits) -> Self {
        Choice {
            whole,
            runs,
            singles: Frames { bits: Vec::new(), limit: limits.sliced_frames },
            tcp: Map::default(),
            utp: Map::default(),
            payload: Vec::new(),
            notes: Map::default(),
            comments: Vec::new(),
            full: false,
        }
    }

    /// Whether a frame may be taken at all, by its number.
    pub(super) fn allows(&self, frame: u64) -> bool {
        self.runs.is_empty() || self.runs.iter().any(|(first, last)| (*first..=*last).contains(&frame))
    }

    /// Whether a frame is taken whatever its packets are.
    pub(super) fn takes(&self, frame: u64) -> bool {
        self.whole == Whole::Everything || self.singles.has(frame)
    }

    /// Whether a packet's frame is taken because of the packet.
    pub(super) fn takes_packet(&self, frame: u64, Carrier { pair, kind }: Carrier) -> bool {
        if let Whole::Host(host) = self.whole {
            return host.is(pair.0) || host.is(pair.1);
        }
        match kind {
            Kind::Tcp => self.tcp.get(&pair).is_some_and(|runs| runs.iter().any(|(first, last)| (*first..=*last).contains(&frame))),
            Kind::Utp(id) => self.utp.get(&pair).is_some_and(|ids| ids.contains(&id)),
            Kind::Datagram => false,
        }
    }

    /// Takes a single frame.
    pub(super) fn add(&mut self, frame: u64) {
        self.full |= !self.singles.insert(frame);
    }
}

impl Frames {
    fn has(&self, frame: u64) -> bool {
        let word = usize::try_from(frame / 64).ok().and_then(|at| self.bits.get(at));
        word.is_some_and(|word| word >> (frame % 64) & 1 == 1)
    }

    /// Adds a frame, unless that is beyond the cap.
    fn insert(&mut self, frame: u64) -> bool {
        let Some(at) = usize::try_from(frame / 64).ok().filter(|_| frame < self.limit) else { return false };
        if self.bits.len() <= at {
            self.bits.resize(at + 1, 0);
        }
        if let Some(word) = self.bits.get_mut(at) {
            *word |= 1 << (frame % 64);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_frames_have_a_cap() {
        let mut frames = Frames { bits: Vec::new(), limit: 200 };
        assert!(frames.insert(1) && frames.insert(64) && frames.insert(199));
        assert!(!frames.insert(200) && !frames.insert(u64::MAX));
        let there: Vec<u64> = (0..300).filter(|frame| frames.has(*frame)).collect();
        assert_eq!(there, [1, 64, 199]);
        assert!(!frames.has(u64::MAX));
    }
}
