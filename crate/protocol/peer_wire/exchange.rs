//! How two peers asked each other for blocks, how they were served, and who choked whom and was interested when.
//!
//! In: their messages as they are read, with their moments. Out: sums of fixed size, kept with the stream as an [`Account`](super::account)
//! is, so that they cost no look-up. What an end asked and got is kept from its first request or block on, of 600 bytes.
//!
//! A latency is the time from a request to the first byte of its block, at the place of the capture: at the asking end the whole
//! wait, at the answering end only what that end took. A connection that was not seen to begin says nothing of choke and
//! interest until it changes; one that was begins choked and not interested (BEP 3).

use crate::base::Time;
use crate::flow::{Both, Direction};

/// What two peers made of asking and serving.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    /// Each end: what it asked for, and how it stood towards the other.
    pub ends: Both<Side>,
    /// When an end turned to choke or interest or away, in the order in which that was read.
    pub changes: Vec<Change>,
    /// Whether later changes were left out of `changes`.
    pub is_cut: bool,
}

/// One end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Whether it speaks the fast extension (BEP 6): then a choke alone drops no request.
    pub is_fast: bool,
    /// Whether it chokes the other end.
    pub choking: Turning,
    /// Whether it is interested in what the other end has.
    pub interested: Turning,
    /// What it asked for; `None` where it asked for nothing and got nothing.
    pub asked: Option<Box<Asked>>,
}

/// Something that is on or off, over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turning {
    /// Whether it is on, and since when; `None` while that is not known.
    now: Option<(bool, Time)>,
    /// Since when it is known.
    known: Time,
    /// Nanoseconds that it was on, up to `now`.
    on: u64,
    /// How often it turned on.
    pub turned_on: u32,
    /// How often it turned off.
    pub turned_off: u32,
}

/// An end turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The frame of the message, numbered from 1.
    pub frame: u64,
    /// When that was captured.
    pub time: Time,
    /// Which end said so.
    pub end: Direction,
    /// What it said.
    pub turn: Turn,
}

/// What an end said of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It answers no requests.
    Choke,
    /// It answers requests.
    Unchoke,
    /// It wants pieces that the other end has.
    Interested,
    /// It wants none.
    NotInterested,
}

/// What one end asked for, and how it was served.
///
/// Requests = `answered` + `cancelled` + `rejected` + `choked_away` + those that were never answered, or are still open. Blocks =
/// `answered` + `late` + `unasked`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Requests.
    pub requests: u64,
    /// Requests whose block came.
    pub answered: u64,
    /// Requests that it took back.
    pub cancelled: u64,
    /// Requests that the other end refused (BEP 6).
    pub rejected: u64,
    /// Requests that a choke of the other end dropped.
    pub choked_away: u64,
    /// Blocks that came although their request had been cancelled, or dropped by a choke.
    pub late: u64,
    /// Blocks of which no request is in the capture.
    pub unasked: u64,
    /// Blocks that had come before, among the last [`RECENT`] or more. Counted above as well.
    pub duplicates: u64,
    /// How long the answered requests waited.
    pub waits: Histogram,
    /// How many requests were open at one time.
    pub pipeline: Pipeline,
    /// The last blocks that came, each at a place by its number.
    recent: Vec<Option<(u32, u32)>>,
}

/// How often what took how long: four buckets to each doubling, so that what is told of it is at most a quarter off.
///
/// Without memory while nothing is counted: most connections of a flood never get an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram(Vec<u32>);

/// How many requests were open, over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// Now.
    depth: u16,
    /// Since when.
    since: Time,
    /// The most.
    pub highest: u16,
    /// Microseconds in which any were open.
    busy: u64,
    /// Microseconds times the requests that were open in them.
    area: u64,
    /// Where the first of `steps` begins.
    begin: Time,
    /// Each step lasts two to the power of this many nanoseconds.
    shift: u32,
    /// The most in each step of time.
    steps: Vec<u16>,
}

impl Exchange {
    /// An end's handshake was read.
    pub fn begin(&mut self, end: Direction, time: Time, is_fast: bool) {
        let side = self.ends.of_mut(end);
        side.is_fast = is_fast;
        side.choking.begin(true, time);
        side.interested.begin(false, time);
    }

    /// Whether a choke alone drops no request.
    pub fn is_fast(&self) -> bool {
        self.ends.iter().all(|side| side.is_fast)
    }

    /// An end says how it stands. Answers whether that is a change.
    pub fn turn(&mut self, end: Direction, turn: Turn, time: Time) -> bool {
        let side = self.ends.of_mut(end);
        match turn {
            Turn::Choke => side.choking.turn(true, time),
            Turn::Unchoke => side.choking.turn(false, time),
            Turn::Interested => side.interested.turn(true, time),
            Turn::NotInterested => side.interested.turn(false, time),
        }
    }

    /// What an end asked for.
    pub fn asked(&mut self, end: Direction) -> &mut Asked {
        self.ends.of_mut(end).asked.get_or_insert_default()
    }

    /// The same without what only further messages would need.
    pub fn settled(&self) -> Exchange {
        let mut settled = self.clone();
        for end in Direction::BOTH {
            if let Some(asked) = &mut settled.ends.of_mut(end).asked {
                asked.recent = Vec::new();
            }
        }
        settled
    }
}

impl Turn {
    /// The message's name.
    pub fn name(self) -> &'static str {
        match self {
            Turn::Choke => "choke",
            Turn::Unchoke => "unchoke",
            Turn::Interested => "interested",
            Turn::NotInterested => "not_interested",
        }
    }
}

impl Turning {
    fn begin(&mut self, on: bool, time: Time) {
        if self.now.is_none() {
            (self.now, self.known) = (Some((on, time)), time);
        }
    }

    fn turn(&mut self, on: bool, time: Time) -> bool {
        match self.now {
            Some((now, _)) if now == on => return false,
            Some((now, since)) => {
                // A message that was held back for an earlier segment may be older than one that was read before it.
                let time = time.max(since);
                if now {
                    self.on = self.on.saturating_add(nanos_between(since, time));
                }
                self.now = Some((on, time));
            }
            None => (self.now, self.known) = (Some((on, time)), time),
        }
        let count = if on { &mut self.turned_on } else { &mut self.turned_off };
        *count = count.saturating_add(1);
        true
    }

    /// Nanoseconds that it was on and that it is known, up to `end`; `None` where it is not known.
    pub fn on_and_known(&self, end: Time) -> Option<(u64, u64)> {
        let (now, since) = self.now?;
        let open = if now { nanos_between(since, end) } else { 0 };
        Some((self.on.saturating_add(open), nanos_between(self.known, end.max(since))))
    }

    /// Whether it was on at first; `None` where it is never known. As if before its first change it had been the other.
    pub fn at_first(&self) -> Option<bool> {
        let (now, _) = self.now?;
        Some(if (self.turned_on + self.turned_off).is_multiple_of(2) { now } else { !now })
    }

    /// Since when it is known; `None` where it is not.
    pub fn known_since(&self) -> Option<Time> {
        self.now.map(|_| self.known)
    }
}

impl Asked {
    /// A block came.
    pub fn got(&mut self, index: u32, begin: u32) {
        if self.recent.is_empty() {
            self.recent = vec![None; RECENT];
        }
        let place = (index.wrapping_mul(7).wrapping_add(begin >> 14)) as usize % RECENT;
        let before = self.recent.get_mut(place).and_then(|place| place.replace((index, begin)));
        self.duplicates += u64::from(before == Some((index, begin)));
    }

    /// Requests that were never answered, or are still open.
    pub fn unanswered(&self) -> u64 {
        self.requests.saturating_sub(self.answered + self.cancelled + self.rejected + self.choked_away)
    }
}

impl Histogram {
    /// Counts something that took so many nanoseconds.
    pub fn add(&mut self, nanos: i64) {
        let nanos = u64::try_from(nanos).unwrap_or(0).max(1 << SHORTEST);
        let octave = nanos.ilog2();
        let quarter = nanos >> (octave - 2) & 3;
        let bucket = (octave - SHORTEST) as usize * 4 + quarter as usize;
        self.allocate();
        if let Some(count) = self.0.get_mut(bucket.min(BUCKETS - 1)) {
            *count = count.saturating_add(1);
        }
    }

    /// Adds all that another one counted.
    pub fn absorb(&mut self, other: &Histogram) {
        if other.0.is_empty() {
            return;
        }
        self.allocate();
        for (count, more) in self.0.iter_mut().zip(&other.0) {
            *count = count.saturating_add(*more);
        }
    }

    fn allocate(&mut self) {
        if self.0.is_empty() {
            self.0 = vec![0; BUCKETS];
        }
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|count| u64::from(*count)).sum()
    }

    /// The seconds below which a share of them lies, as if those of a bucket were spread evenly; `None` of none.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let all = self.count();
        let mut left = all as f64 * share;
        let bucket = self.buckets().find(|(_, _, count)| {
            let found = left <= f64::from(*count) && *count > 0;
            if !found {
                left -= f64::from(*count);
            }
            found
        });
        bucket.filter(|_| all > 0).map(|(from, until, count)| from + (until - from) * left / f64::from(count))
    }

    /// Each bucket: from so many seconds until so many, and how many were counted. What was shorter is in the first, what was longer in the last.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, f64, u32)> {
        let edge = |bucket: u32| (1_u64 << (SHORTEST + bucket / 4)) as f64 / 1e9 * (1.0 + f64::from(bucket % 4) / 4.0);
        (0..).zip(&self.0).map(move |(bucket, count)| (edge(bucket), edge(bucket + 1), *count))
    }
}

impl Pipeline {
    /// From `time` on, `depth` are open.
    #[inline]
    pub fn set(&mut self, depth: usize, time: Time) {
        if self.steps.is_empty() {
            (self.begin, self.since, self.shift) = (time, time, SHORTEST_STEP);
        }
        let time = time.max(self.since);
        let depth = u16::try_from(depth).unwrap_or(u16::MAX);
        let micros = nanos_between(self.since, time) / 1000;
        if self.depth > 0 {
            self.busy = self.busy.saturating_add(micros);
            self.area = self.area.saturating_add(micros.saturating_mul(self.depth.into()));
        }
        self.step(time, depth);
        (self.depth, self.since) = (depth, time);
        self.highest = self.highest.max(depth);
    }

    fn step(&mut self, time: Time, depth: u16) {
        let since_begin = nanos_between(self.begin, time);
        while since_begin >> self.shift >= STEPS as u64 {
            self.steps = self.steps.chunks(2).map(|pair| pair.iter().copied().max().unwrap_or(0)).collect();
            self.shift += 1;
        }
        #[expect(clippy::cast_possible_truncation, reason = "less than STEPS")]
        let at = (since_begin >> self.shift) as usize;
        if self.steps.len() <= at {
            // All the while there were as many as at its beginning.
            self.steps.resize(at + 1, self.depth);
        }
        if let Some(step) = self.steps.get_mut(at) {
            *step = (*step).max(depth);
        }
    }

    /// How many were open on average while any were.
    pub fn mean(&self) -> Option<f64> {
        (self.busy > 0).then(|| self.area as f64 / self.busy as f64)
    }

    /// Where the first step begins, how many seconds each lasts, and the most that were open in each.
    pub fn steps(&self) -> (Time, f64, &[u16]) {
        (self.begin, (1_u64 << self.shift) as f64 / 1e9, &self.steps)
    }
}

/// Nanoseconds from one moment to a later one.
fn nanos_between(from: Time, until: Time) -> u64 {
    u64::try_from(until.since(from)).unwrap_or(0)
}

/// Blocks of an end among which those that come again are known.
pub const RECENT: usize = 32;

/// Buckets of a histogram: twenty doublings.
const BUCKETS: usize = 80;

/// The power of two of the nanoseconds at which the first bucket begins: 66 microseconds, so that the last ends at 69 seconds.
const SHORTEST: u32 = 16;

/// Steps of a pipeline: on a screen they are some pixels wide.
const STEPS: usize = 128;

/// The power of two of the nanoseconds that the shortest step lasts: 67 milliseconds.
const SHORTEST_STEP: u32 = 26;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Time {
        Time::from_nanos(millis * 1_000_000)
    }

    #[test]
    fn a_histogram_knows_quantiles_to_a_quarter() {
        let mut waits = Histogram::default();
        assert_eq!((waits.quantile(0.5), waits.count()), (None, 0));
        for nanos in [-1, 0, 65_536, 81_919, 81_920, 131_072, 163_840, 40_000_000, i64::MAX] {
            waits.add(nanos);
        }
        let counted: Vec<_> = waits.0.iter().enumerate().filter(|(_, count)| **count > 0).map(|(at, count)| (at, *count)).collect();
        assert_eq!(counted, [(0, 4), (1, 1), (4, 1), (5, 1), (36, 1), (79, 1)]);
        let edges: Vec<_> = waits.buckets().collect();
        assert!(edges.iter().all(|(from, until, _)| from < until && until / from < 1.2501), "{edges:?}");
        assert!((edges[36].0..edges[36].1).contains(&0.04) && edges[79].1 > 68.0, "{edges:?}");
        for micros in [90, 900, 12_345, 250_000, 30_000_000_i64] {
            let mut waits = Histogram::default();
            (0..1001).for_each(|n| waits.add((micros + micros * (n - 500) / 5000) * 1000));
            let median = waits.quantile(0.5).unwrap() * 1e6;
            assert!((median / micros as f64 - 1.0).abs() < 0.25, "{micros}: {median}");
            assert!(waits.quantile(0.9).unwrap() >= waits.quantile(0.5).unwrap());
        }
        let (mut sum, mut other) = (Histogram::default(), Histogram::default());
        (0..3).for_each(|n| other.add(n * 1_000_000));
        sum.absorb(&other);
        assert_eq!((sum.count(), sum), (3, other));
    }

    #[test]
    fn choke_and_interest_are_known_from_a_handshake_or_from_their_first_change() {
        let mut exchange = Exchange::default();
        exchange.begin(Direction::Originator, at(1000), true);
        let turns = [(Turn::Unchoke, 3000, true), (Turn::Unchoke, 4000, false), (Turn::Choke, 6000, true), (Turn::Interested, 6000, true)];
        for (turn, millis, changes) in turns {
            assert_eq!(exchange.turn(Direction::Originator, turn, at(millis)), changes, "{turn:?}");
        }
        let Side { choking, interested, .. } = exchange.ends.originator;
        assert_eq!(choking.on_and_known(at(9000)), Some((5_000_000_000, 8_000_000_000)));
        assert_eq!((choking.turned_on, choking.turned_off, choking.at_first()), (1, 1, Some(true)));
        assert_eq!((interested.on_and_known(at(9000)), interested.at_first()), (Some((3_000_000_000, 8_000_000_000)), Some(false)));
        let responder = &mut exchange.ends.responder;
        assert_eq!((responder.choking.on_and_known(at(9000)), responder.choking.at_first()), (None, None));
        assert!(responder.choking.turn(false, at(8000)));
        assert_eq!(responder.choking.on_and_known(at(9000)), Some((0, 1_000_000_000)));
        assert!(!exchange.is_fast());
        exchange.begin(Direction::Responder, at(8500), true);
        assert!(exchange.is_fast());
    }

    #[test]
    fn a_pipeline_tells_its_most_its_mean_and_its_steps() {
        let mut pipeline = Pipeline::default();
        assert_eq!((pipeline.mean(), pipeline.highest), (None, 0));
        [(1, 0), (3, 10), (4, 20), (0, 40), (2, 140), (0, 150)].iter().for_each(|(depth, millis)| pipeline.set(*depth, at(*millis)));
        let (begin, width, steps) = pipeline.steps();
        assert_eq!((begin, steps), (at(0), &[4, 0, 2][..]));
        assert!((width - 0.067).abs() < 0.001);
        assert_eq!((pipeline.highest, pipeline.mean()), (4, Some((10.0 + 30.0 + 80.0 + 20.0) / 50.0)));
        pipeline.set(9, at(100_000));
        pipeline.set(0, at(101_000));
        let (_, width, steps) = pipeline.steps();
        assert!((1.0..1.1).contains(&width) && steps.len() == 95, "{width} {steps:?}");
        assert_eq!((steps[0], steps[50], steps[93], steps[94]), (4, 0, 9, 9));
        pipeline.set(1, Time::from_nanos(i64::MAX));
        assert!(pipeline.steps.len() <= STEPS);
        pipeline.set(2, at(0));
        assert_eq!(pipeline.highest, 9);
    }

    #[test]
    fn blocks_that_come_again_are_known_among_the_last() {
        let mut asked = Asked::default();
        for index in 0..8 {
            (0..16).for_each(|block| asked.got(index, block << 14));
        }
        assert_eq!(asked.duplicates, 0);
        asked.got(7, 15 << 14);
        asked.got(7, 0);
        asked.got(0, 0);
        assert_eq!(asked.duplicates, 2);
    }
}
