//! Which pieces does one peer have, and since when?
//!
//! In: what a peer says of its pieces, and pieces that it was seen to receive whole. Out: how many it had, at which time, and when it first had
//! a given share. What a peer once said stays said: a bitfield that shows less than an earlier one takes nothing back, because seeds
//! hide pieces on purpose (lazy bitfields, BEP 16); only `lt_donthave` (BEP 54) does.

use crate::base::{Arrange, Time};

/// A moment at which a peer was known to have more pieces than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    /// When it was captured.
    pub(super) time: Time,
    /// When the peer last was heard of with fewer; `time` itself where it told each piece as it got it.
    pub(super) since: Time,
    /// The frame that shows it.
    pub(super) frame: u64,
    /// Pieces, or [`EVERY`].
    pub(super) count: u32,
}

/// A share of a torrent's pieces that a peer reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Crossing {
    /// When it was known to have reached it.
    pub(super) time: Time,
    /// When it was last known not to have.
    pub(super) since: Time,
    /// The frame that shows it.
    pub(super) frame: u64,
}

/// One peer's pieces over time.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) pieces: Pieces,
    /// Rising counts, by time; the first is what was known first.
    pub(super) points: Vec<Point>,
}

/// A set of pieces.
#[derive(Debug, Default)]
pub(super) enum Pieces {
    /// Without a bit for each while there is none.
    #[default]
    None,
    Some {
        /// One bit a piece, lowest first.
        bits: Vec<u64>,
        count: u32,
    },
    /// However many the torrent has.
    All,
}

/// Every piece, however many the torrent has.
pub(super) const EVERY: u32 = u32::MAX;

impl Point {
    /// Whether the peer had at least `threshold` percent of `pieces`.
    pub(super) fn is_at(&self, threshold: u8, pieces: u32) -> bool {
        percent(self.count, pieces) >= u64::from(threshold)
    }

    /// The share of `pieces` that the peer had, 0 to 1.
    pub(super) fn share(&self, pieces: u32) -> f64 {
        f64::from(self.count.min(pieces)) / f64::from(pieces.max(1))
    }
}

impl Progress {
    /// Whether anything is known.
    pub(super) fn is_known(&self) -> bool {
        !self.points.is_empty()
    }

    /// What was known first and last.
    pub(super) fn ends(&self) -> Option<(Point, Point)> {
        self.points.first().copied().zip(self.points.last().copied())
    }

    /// Bytes of memory that the set of pieces takes.
    pub(super) fn memory(&self) -> usize {
        match &self.pieces {
            Pieces::Some { bits, .. } => size_of_val(bits.as_slice()),
            Pieces::None | Pieces::All => 0,
        }
    }

    /// Takes that the peer has piece `index`. Answers whether that is new. Never of one beyond [`MOST_PIECES`].
    pub(super) fn add(&mut self, index: u32) -> bool {
        if index >= MOST_PIECES {
            return false;
        }
        if matches!(self.pieces, Pieces::None) {
            self.pieces = Pieces::Some { bits: Vec::new(), count: 0 };
        }
        let Pieces::Some { bits, count } = &mut self.pieces else { return false };
        let (word, bit) = (index as usize / 64, 1 << (index % 64));
        if word >= bits.len() {
            bits.resize(word + 1, 0);
        }
        let Some(word) = bits.get_mut(word).filter(|word| **word & bit == 0) else { return false };
        *word |= bit;
        *count += 1;
        true
    }

    /// Takes a bitfield as it stands in the message: the highest bit of the first byte is piece 0.
    pub(super) fn add_bitfield(&mut self, bitfield: &[u8]) {
        let mut more = bitfield.chunks(8).map(|bytes| {
            let mut word = [0; 8];
            for (into, byte) in word.iter_mut().zip(bytes) {
                *into = byte.reverse_bits();
            }
            u64::from_le_bytes(word)
        });
        match &mut self.pieces {
            Pieces::All => {}
            Pieces::None => self.pieces = Pieces::of(more.collect()),
            Pieces::Some { bits, count } => {
                for (word, more) in bits.iter_mut().zip(&mut more) {
                    *word |= more;
                }
                bits.extend(more);
                *count = ones(bits);
            }
        }
    }

    /// Takes that the peer has every piece.
    pub(super) fn add_all(&mut self) {
        self.pieces = Pieces::All;
    }

    /// Takes that the peer no longer has piece `index`. What it had at earlier times stays.
    pub(super) fn remove(&mut self, index: u32) {
        let Pieces::Some { bits, count } = &mut self.pieces else { return };
        let bit = 1 << (index % 64);
        if let Some(word) = bits.get_mut(index as usize / 64).filter(|word| **word & bit != 0) {
            *word &= !bit;
            *count -= 1;
        }
    }

    /// Notes how many pieces there are now. `pieces`: how many the torrent has, or may have at most, which decides what is left out where there
    /// are more points than [`POINTS`]. A message that waited for a lost segment is read after later ones: what it tells counts from the latest
    /// on, because what those told is in the count.
    pub(super) fn note(&mut self, time: Time, since: Time, frame: u64, pieces: u32) {
        let count = self.pieces.count();
        if self.points.last().is_some_and(|last| last.count >= count) {
            return;
        }
        if self.points.len() >= POINTS {
            self.thin(pieces);
        }
        let time = self.points.last().map_or(time, |last| last.time.max(time));
        self.points.push(Point { time, since, frame, count });
    }

    /// Adds what was just told to the first point: it belongs to what the peer said as a connection began.
    pub(super) fn note_first(&mut self) {
        let count = self.pieces.count();
        if let [first] = self.points.as_mut_slice() {
            first.count = first.count.max(count);
        }
    }

    /// Leaves out points between which the share of pieces in whole percents is the same. The first at or above each stays, so that the time
    /// at which any whole percent was reached stays exact.
    fn thin(&mut self, pieces: u32) {
        let mut last = None;
        self.points.retain(|point| {
            let new = last != Some(percent(point.count, pieces));
            last = Some(percent(point.count, pieces));
            new
        });
    }

    /// When the peer first had at least `threshold` percent of `pieces`; `None` when it never had, or had from the first.
    pub(super) fn crossing(&self, threshold: u8, pieces: u32) -> Option<Crossing> {
        let (first, rest) = self.points.split_first()?;
        let above = |point: &&Point| point.is_at(threshold, pieces);
        if above(&first) {
            return None;
        }
        let Point { time, since, frame, .. } = *rest.iter().find(above)?;
        Some(Crossing { time, since, frame })
    }

    /// Pieces a second, at most, between two moments that lie `apart` nanoseconds or more apart; `None` when it gained none between any two
    /// such: a count may rise beyond the torrent's pieces, once it says that it has all.
    pub(super) fn fastest(&self, apart: i64, pieces: u32) -> Option<f64> {
        let mut bases = self.points.iter().peekable();
        let mut base = bases.next()?;
        let speed = |point: &Point| {
            while let Some(next) = bases.next_if(|next| point.time.since(next.time) >= apart) {
                base = next;
            }
            let nanos = point.time.since(base.time);
            let gained = point.count.min(pieces).saturating_sub(base.count.min(pieces));
            (nanos >= apart && gained > 0).then(|| f64::from(gained) / (nanos as f64 / 1e9))
        };
        self.points.iter().filter_map(speed).max_by(f64::total_cmp)
    }

    /// Takes what is known of what proves to be the same peer, which was heard of at `heard` before.
    pub(super) fn absorb(&mut self, mut other: Progress, heard: Time) {
        if let Some(first) = other.points.first_mut() {
            first.since = first.since.min(heard);
        }
        match other.pieces {
            Pieces::None => {}
            Pieces::All => self.add_all(),
            Pieces::Some { bits: more, .. } => match &mut self.pieces {
                Pieces::All => {}
                Pieces::None => self.pieces = Pieces::of(more),
                Pieces::Some { bits, count } => {
                    bits.resize(bits.len().max(more.len()), 0);
                    for (word, more) in bits.iter_mut().zip(more) {
                        *word |= more;
                    }
                    *count = ones(bits);
                }
            },
        }
        self.points.extend(other.points);
        self.points.arrange_by_key(|point| (point.time, point.count));
        let mut most = None;
        self.points.retain(|point| {
            let new = most.is_none_or(|most| point.count > most);
            most = most.max(Some(point.count));
            new
        });
    }
}

impl Pieces {
    fn of(bits: Vec<u64>) -> Self {
        let count = ones(&bits);
        Pieces::Some { bits, count }
    }

    /// Pieces 64 times `word` and on, one bit each, lowest first.
    pub(super) fn word(&self, word: usize) -> u64 {
        match self {
            Pieces::None => 0,
            Pieces::Some { bits, .. } => word_of(bits, word),
            Pieces::All => u64::MAX,
        }
    }

    fn count(&self) -> u32 {
        match self {
            Pieces::None => 0,
            Pieces::Some { count, .. } => *count,
            Pieces::All => EVERY,
        }
    }
}

/// One word of a set, which may end before it.
pub(super) fn word_of(bits: &[u64], word: usize) -> u64 {
    bits.get(word).copied().unwrap_or(0)
}

fn ones(bits: &[u64]) -> u32 {
    bits.iter().map(|word| word.count_ones()).sum()
}

/// `count` of `pieces` in whole percents, rounded down, so that reaching a share means that no piece of it lacks. 100 for a torrent
/// without pieces.
fn percent(count: u32, pieces: u32) -> u64 {
    (u64::from(count.min(pieces)) * 100).checked_div(pieces.into()).unwrap_or(100)
}

/// Pieces of a torrent that are told apart: as many as the longest bitfield that is read has. An info dictionary can name 2³² with
/// a few bytes, and the last of them would take half a gigabyte.
pub(super) const MOST_PIECES: u32 = 8 << 20;

/// Points of one peer that are kept, before those that say little are left out: a whole percent each, and as many again.
const POINTS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_nanos(seconds * 1_000_000_000)
    }

    /// A peer that had the pieces below `first`, and then tells of one more each second.
    fn told(first: u32, until: u32, pieces: u32) -> Progress {
        let mut progress = Progress::default();
        for index in 0..first {
            assert!(progress.add(index));
        }
        progress.note(at(0), at(0), 1, pieces);
        for index in first..until {
            assert!(progress.add(index));
            let second = i64::from(index - first) + 1;
            progress.note(at(second), at(second), second as u64 + 1, pieces);
        }
        progress
    }

    #[test]
    fn a_share_is_reached_once_and_exactly() {
        let progress = told(10, 1000, 1000);
        for threshold in [50, 98, 99, 100] {
            let second = i64::from(threshold) * 10 - 10;
            let crossing = Crossing { time: at(second), since: at(second), frame: second as u64 + 1 };
            assert_eq!(progress.crossing(threshold, 1000), Some(crossing), "{threshold} %");
        }
        assert_eq!(progress.crossing(1, 1000), None, "it had that from the first");
        assert_eq!(told(10, 970, 1000).crossing(98, 1000), None);
        assert!(progress.points.len() <= POINTS);
    }

    #[test]
    fn pieces_beyond_all_bounds_are_not_kept() {
        let mut progress = Progress::default();
        assert!(progress.add(MOST_PIECES - 1) && !progress.add(MOST_PIECES) && !progress.add(u32::MAX));
        assert_eq!((progress.pieces.count(), progress.memory()), (1, MOST_PIECES as usize / 8));
    }

    #[test]
    fn a_seed_downloads_nothing() {
        let mut seed = Progress::default();
        seed.add_all();
        seed.note(at(0), at(0), 1, 8);
        seed.add_bitfield(&[0xF0]);
        seed.note(at(9), at(9), 2, 8);
        assert_eq!((seed.crossing(98, 8), seed.ends().map(|(first, last)| (first.count, last.count))), (None, Some((EVERY, EVERY))));
    }

    #[test]
    fn pieces_that_follow_a_bitfield_at_once_belong_to_it() {
        let mut lazy = Progress::default();
        lazy.add_bitfield(&[0xFF, 0x70]);
        lazy.note(at(0), at(0), 1, 12);
        assert!(lazy.add(8));
        lazy.note_first();
        lazy.note(at(1), at(1), 2, 12);
        assert_eq!((lazy.points.len(), lazy.crossing(100, 12)), (1, None));
    }

    #[test]
    fn what_was_said_stays_said_until_it_is_taken_back() {
        let mut progress = Progress::default();
        progress.add_bitfield(&[0b1010_0000, 1]);
        assert!(!progress.add(2) && !progress.add(15) && progress.add(64));
        progress.note(at(1), at(0), 1, 100);
        progress.add_bitfield(&[0b0100_0000]);
        progress.note(at(2), at(1), 2, 100);
        progress.remove(64);
        progress.remove(64);
        progress.remove(9999);
        progress.note(at(3), at(2), 3, 100);
        let counts: Vec<_> = progress.points.iter().map(|point| (point.count, point.since)).collect();
        assert_eq!((counts, progress.pieces.count()), (vec![(4, at(0)), (5, at(1))], 4));
    }

    #[test]
    fn speed_is_between_moments_apart() {
        let progress = told(0, 20, 20);
        assert_eq!(progress.fastest(10_000_000_000, 20), Some(1.0));
        assert_eq!(progress.fastest(30_000_000_000, 20), None);
    }

    #[test]
    fn who_says_that_it_has_all_after_all_gains_nothing() {
        let mut progress = Progress::default();
        progress.add_bitfield(&[0xFF]);
        progress.note(at(0), at(0), 1, 8);
        progress.add_all();
        progress.note(at(60), at(60), 2, 8);
        assert_eq!((progress.points.len(), progress.fastest(10_000_000_000, 8)), (2, None));
    }

    #[test]
    fn what_is_read_late_counts_from_then_on() {
        let mut progress = told(0, 4, 8);
        assert!(progress.add(6));
        progress.note(at(2), at(2), 9, 8);
        let last = progress.points.last().map(|point| (point.time, point.since, point.count));
        assert_eq!(last, Some((at(4), at(2), 5)));
    }

    #[test]
    fn two_that_are_one_are_known_by_their_rising_counts() {
        let mut one = told(0, 3, 8);
        let mut other = Progress::default();
        other.add_bitfield(&[0xFE]);
        other.note(at(30), at(20), 40, 8);
        one.absorb(other, at(3));
        assert_eq!(one.crossing(80, 8), Some(Crossing { time: at(30), since: at(3), frame: 40 }));
        let counts: Vec<_> = one.points.iter().map(|point| point.count).collect();
        assert_eq!((counts, one.pieces.count()), (vec![0, 1, 2, 3, 7], 7));
    }
}
