//! How fast did blocks go to a peer, and come from it?
//!
//! In: the bytes of each block and their time. Out: the greatest number of bytes in any of the ten-second windows that follow each other from
//! the peer's first block on. It is payload that was seen on the wire, where [`Progress::fastest`](super::progress::Progress::fastest) tells
//! the speed that a peer's own words about its pieces show, whoever sent them.

use crate::base::Time;

/// The blocks of one peer.
#[derive(Debug)]
pub(super) struct Rates {
    /// When the window ends.
    until: Time,
    /// Bytes in it.
    down: u64,
    up: u64,
    /// The most bytes in any before it.
    most_down: u64,
    most_up: u64,
}

impl Rates {
    /// Of a peer whose first block is of this time.
    pub(super) fn since(first: Time) -> Self {
        Rates { until: Time::from_nanos(first.nanos().saturating_add(WINDOW_NANOS)), down: 0, up: 0, most_down: 0, most_up: 0 }
    }

    /// Takes bytes that went to the peer.
    pub(super) fn downloads(&mut self, time: Time, bytes: u32) {
        self.go_to(time);
        self.down += u64::from(bytes);
    }

    /// Takes bytes that came from the peer.
    pub(super) fn uploads(&mut self, time: Time, bytes: u32) {
        self.go_to(time);
        self.up += u64::from(bytes);
    }

    /// Bytes a second to the peer, at most; `None` when there were none.
    pub(super) fn download(&self) -> Option<f64> {
        a_second(self.down.max(self.most_down))
    }

    /// Bytes a second from the peer, at most; `None` when there were none.
    pub(super) fn upload(&self) -> Option<f64> {
        a_second(self.up.max(self.most_up))
    }

    /// Takes what proves to be the same peer's.
    pub(super) fn absorb(&mut self, other: &Rates) {
        self.most_down = self.most_down.max(other.most_down).max(other.down);
        self.most_up = self.most_up.max(other.most_up).max(other.up);
    }

    /// Goes on to the window of `time`, if that is a later one.
    fn go_to(&mut self, time: Time) {
        if time < self.until {
            return;
        }
        let windows = time.since(self.until) / WINDOW_NANOS + 1;
        self.until = Time::from_nanos(self.until.nanos().saturating_add(windows.saturating_mul(WINDOW_NANOS)));
        self.most_down = self.most_down.max(std::mem::take(&mut self.down));
        self.most_up = self.most_up.max(std::mem::take(&mut self.up));
    }
}

fn a_second(bytes: u64) -> Option<f64> {
    (bytes > 0).then(|| bytes as f64 / (WINDOW_NANOS as f64 / 1e9))
}

/// The length of a window.
const WINDOW_NANOS: i64 = 10_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_nanos(seconds * 1_000_000_000)
    }

    #[test]
    fn the_fullest_window_counts() {
        let mut rates = Rates::since(at(100));
        assert_eq!((rates.download(), rates.upload()), (None, None));
        for (second, bytes) in [(100, 500), (109, 500), (110, 700), (109, 100), (135, 900)] {
            rates.downloads(at(second), bytes);
        }
        rates.uploads(at(136), 10);
        assert_eq!((rates.download(), rates.upload()), (Some(100.0), Some(1.0)));
        rates.downloads(at(139), 900);
        assert_eq!(rates.download(), Some(180.0));
    }

    #[test]
    fn two_that_are_one_have_the_greater_rate() {
        let (mut one, mut other) = (Rates::since(at(0)), Rates::since(at(4)));
        one.downloads(at(0), 100);
        other.downloads(at(5), 300);
        other.uploads(at(5), 20);
        one.absorb(&other);
        one.downloads(at(9), 100);
        assert_eq!((one.download(), one.upload()), (Some(30.0), Some(2.0)));
    }

    #[test]
    fn any_times_are_taken() {
        let mut rates = Rates::since(Time::from_nanos(i64::MIN));
        rates.downloads(Time::from_nanos(i64::MAX), 7);
        rates.downloads(Time::from_nanos(i64::MIN), 3);
        assert_eq!(rates.download(), Some(1.0));
    }
}
