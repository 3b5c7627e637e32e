//! How long a peer was silent between its messages, as its connection began.
//!
//! A connection's *opening* is what a peer says from its handshake on, until it first says nothing for the last of [`BOUNDS`], or the
//! connection or the capture ends. It is what the *BitTorrent Download Analyzer* took for one session: it heard a peer out, with a timeout
//! that began anew with each message, and this is how it found out how long that must be. Messages of every kind count, keep-alives too,
//! each at the time of the frame in which it begins. A connection of which the handshake is not in the capture has no opening.

use crate::base::Time;

/// The gaps of one end's opening.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    state: State,
    /// When the handshake was sent.
    began: Time,
    /// When the latest message of the opening was sent.
    last: Time,
    /// Nanoseconds of the longest one.
    longest: i64,
    /// How many there were, by the first of [`BOUNDS`] that they are below.
    counts: [u32; BOUNDS.len()],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// There was no handshake.
    #[default]
    Due,
    /// It goes on.
    Open,
    /// A gap ended it.
    Over,
}

impl Gaps {
    /// Takes the next message.
    #[inline]
    pub(super) fn observe(&mut self, time: Time, is_handshake: bool) {
        match self.state {
            State::Due if is_handshake => *self = Gaps { state: State::Open, began: time, last: time, ..Gaps::default() },
            State::Open => self.add(time),
            State::Due | State::Over => {}
        }
    }

    fn add(&mut self, time: Time) {
        let gap = time.since(self.last).max(0);
        let bound = BOUNDS.iter().position(|bound| gap < bound * SECOND);
        let Some(count) = bound.and_then(|bound| self.counts.get_mut(bound)) else {
            self.state = State::Over;
            return;
        };
        *count = count.saturating_add(1);
        self.longest = self.longest.max(gap);
        self.last = self.last.max(time);
    }

    /// The gaps by the first of [`BOUNDS`] that they are below; `None` of an opening with one message or none.
    pub fn counts(&self) -> Option<[u32; BOUNDS.len()]> {
        self.counts.iter().any(|count| *count > 0).then_some(self.counts)
    }

    /// Nanoseconds of the longest gap.
    pub fn longest(&self) -> i64 {
        self.longest
    }

    /// Nanoseconds from the handshake to the last message of the opening.
    pub fn duration(&self) -> i64 {
        self.last.since(self.began)
    }
}

/// Seconds that gaps are told apart by. Five were the original's timeout, thirty what it was found out with.
pub const BOUNDS: [i64; 6] = [1, 2, 5, 6, 10, 30];

const SECOND: i64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(messages: &[(i64, bool)]) -> Gaps {
        let mut gaps = Gaps::default();
        messages.iter().for_each(|(millis, handshake)| gaps.observe(Time::from_nanos(millis * 1_000_000), *handshake));
        gaps
    }

    #[test]
    fn gaps_are_counted_from_the_handshake_to_the_first_long_silence() {
        let heard = gaps(&[(500, false), (1000, true), (1999, false), (2999, false), (8999, false), (39_000, false), (39_100, false)]);
        assert_eq!(heard.counts(), Some([1, 1, 0, 0, 1, 0]));
        assert_eq!((heard.longest(), heard.duration()), (6 * SECOND, 7_999_000_000));
    }

    #[test]
    fn without_a_handshake_or_another_message_there_are_none() {
        assert_eq!(gaps(&[(0, false), (1, false)]).counts(), None);
        assert_eq!(gaps(&[(0, true)]).counts(), None);
        assert_eq!(gaps(&[(0, true), (30_000, false)]).counts(), None);
        assert_eq!(gaps(&[(10, true), (5, false)]).counts(), Some([1, 0, 0, 0, 0, 0]), "a frame out of order");
    }
}
