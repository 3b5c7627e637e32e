//! Which bytes of a piece are in the capture?
//!
//! Blocks come in any order, again, overlapping, and some of them with holes: each byte counts once.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::protocol::peer_wire::Block;

/// Which bytes of a piece are there.
#[derive(Clone, Debug, Default)]
pub(super) struct Extent {
    /// Whole blocks, neighbours joined: begin and end.
    whole: SmallVec<[(u32, u32); 1]>,
    /// Blocks of which bytes are missing: begin, and how many are there.
    partial: SmallVec<[(u32, u32); 1]>,
}

/// The same in a line for the capture that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnfinishedExtent {
    whole: Vec<(u32, u32)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    partial: Vec<(u32, u32)>,
}

impl Extent {
    /// Adds a block and answers how many of its bytes are new.
    pub(super) fn add(&mut self, block: Block, captured: u32) -> u64 {
        let before = self.bytes();
        let end = block.begin.saturating_add(block.length);
        if captured < block.length {
            self.add_partial(block.begin, end, captured);
        } else {
            self.add_whole(block.begin, end);
        }
        self.bytes().saturating_sub(before)
    }

    /// Adds what another extent of the same piece holds.
    pub(super) fn absorb(&mut self, from: Extent) {
        from.whole.into_iter().for_each(|(begin, end)| self.add_whole(begin, end));
        // Where a block that is there in part was to end is not kept: at least there where its bytes would if they came first.
        from.partial.into_iter().for_each(|(begin, there)| self.add_partial(begin, begin.saturating_add(there), there));
    }

    /// What there is of the piece, for the capture that goes on.
    pub(super) fn unfinished(&self) -> UnfinishedExtent {
        UnfinishedExtent { whole: self.whole.to_vec(), partial: self.partial.to_vec() }
    }

    /// What there was of the piece in an earlier capture.
    pub(super) fn going_on(extent: UnfinishedExtent) -> Self {
        let UnfinishedExtent { whole, partial } = extent;
        let mut sound = Extent::default();
        whole.into_iter().take(RUNS).filter(|(begin, end)| begin < end).for_each(|(begin, end)| sound.add_whole(begin, end));
        partial.into_iter().take(RUNS).for_each(|(begin, there)| sound.add_partial(begin, begin.saturating_add(there), there));
        sound
    }

    fn add_whole(&mut self, begin: u32, end: u32) {
        let (mut begin, mut end) = (begin, end);
        self.partial.retain(|(at, _)| !(begin..end).contains(at));
        // The usual block lies right behind the last one.
        if let Some((_, last)) = self.whole.last_mut().filter(|(_, last)| *last == begin) {
            *last = end;
            return;
        }
        self.whole.retain(|(known_begin, known_end)| {
            let apart = *known_end < begin || end < *known_begin;
            if !apart {
                (begin, end) = (begin.min(*known_begin), end.max(*known_end));
            }
            apart
        });
        let at = self.whole.partition_point(|(known, _)| *known < begin);
        if self.whole.len() < RUNS {
            self.whole.insert(at, (begin, end));
        }
    }

    fn add_partial(&mut self, begin: u32, end: u32, captured: u32) {
        if self.whole.iter().any(|(known_begin, known_end)| *known_begin <= begin && end <= *known_end) {
            return;
        }
        if let Some((_, most)) = self.partial.iter_mut().find(|(at, _)| *at == begin) {
            *most = captured.max(*most);
        } else if self.partial.len() < RUNS {
            self.partial.push((begin, captured));
        }
    }

    /// Where the last of the whole blocks ends.
    pub(super) fn end(&self) -> Option<u32> {
        self.whole.iter().map(|(_, end)| *end).max()
    }

    /// Where runs of bytes end, as far as they are there.
    pub(super) fn ends(&self) -> impl Iterator<Item = u32> {
        self.whole.iter().map(|(_, end)| *end)
    }

    /// The runs of bytes that are there, rising and apart. Of a block of which bytes are missing, those that are there are taken for its first.
    pub(super) fn runs(&self) -> Vec<(u32, u32)> {
        let partial = self.partial.iter().map(|(begin, there)| (*begin, begin.saturating_add(*there)));
        let mut runs: Vec<_> = self.whole.iter().copied().chain(partial).filter(|(begin, end)| begin < end).collect();
        runs.sort_unstable();
        let mut reached = 0;
        runs.retain_mut(|(begin, end)| {
            *begin = reached.max(*begin);
            reached = reached.max(*end);
            begin < end
        });
        runs
    }

    /// How many bytes are there.
    pub(super) fn bytes(&self) -> u64 {
        let whole: u64 = self.whole.iter().map(|(begin, end)| u64::from(end - begin)).sum();
        whole + self.partial.iter().map(|(_, captured)| u64::from(*captured)).sum::<u64>()
    }
}

/// Runs of one piece that are kept apart. A piece of 16 MiB has 1024 blocks.
const RUNS: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extents() {
        let mut extent = Extent::default();
        let mut add = |begin, length, captured| extent.add(Block { index: 0, begin, length }, captured);
        assert_eq!(add(0, 10, 10), 10);
        assert_eq!(add(10, 10, 10), 10);
        assert_eq!(add(40, 10, 4), 4);
        assert_eq!(add(40, 10, 3), 0);
        assert_eq!(add(5, 10, 10), 0);
        assert_eq!(add(30, 30, 30), 26);
        assert_eq!(add(35, 5, 1), 0);
        assert_eq!(add(u32::MAX - 1, 100, 100), 1, "an end beyond the number range is cut");
        assert_eq!(extent.bytes(), 51);
    }

    #[test]
    fn one_absorbs_another() {
        let (mut one, mut other) = (Extent::default(), Extent::default());
        let block = |begin, length| Block { index: 0, begin, length };
        one.add(block(0, 10), 10);
        one.add(block(20, 10), 3);
        other.add(block(5, 15), 15);
        other.add(block(40, 10), 4);
        one.absorb(other);
        assert_eq!(one.bytes(), 27);
    }
}
