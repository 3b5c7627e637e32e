//! Whether the clock of a capture file jumps.
//!
//! In: the times of a file's frames, in the file's order. Out: what to say where one lies far from the one before. A clock that was set, a
//! computer that slept, files put one behind the other: what was read stays right, and what rests on times (rates, durations, the order of
//! several files) may not be.

use crate::base::Time;

/// The clock of one file.
#[derive(Debug, Default)]
pub(super) struct Clock {
    last: Time,
    running: bool,
}

impl Clock {
    /// Takes the time of the next frame; answers what is odd about it.
    #[inline]
    pub(super) fn tick(&mut self, time: Time) -> Option<String> {
        let step = time.since(self.last);
        let odd = !(BACK..=ON).contains(&step) && self.running;
        (self.last, self.running) = (time, true);
        if odd { Some(told(step)) } else { None }
    }
}

#[cold]
fn told(step: i64) -> String {
    let seconds = step.unsigned_abs() as f64 / 1e9;
    let (amount, unit) = match seconds {
        ..120.0 => (seconds, "s"),
        ..7_200.0 => (seconds / 60.0, "min"),
        ..172_800.0 => (seconds / 3_600.0, "h"),
        _ => (seconds / 86_400.0, "days"),
    };
    let direction = if step < 0 { "goes back" } else { "jumps ahead" };
    format!("the clock {direction} by {amount:.1} {unit}")
}

/// Nanoseconds of the largest step back that is none: captures on several queues swap frames that are closer together.
const BACK: i64 = -1_000_000_000;

/// Nanoseconds of the longest silence that is no jump: a week.
const ON: i64 = 7 * 86_400 * 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_are_told_and_silences_are_not() {
        let mut clock = Clock::default();
        let day = 86_400 * 1_000_000_000_i64;
        for (nanos, expected) in [
            (20_000 * day, None),
            (20_000 * day - 999_999_999, None),
            (20_007 * day - 999_999_999, None),
            (20_007 * day - 3_500_000_000, Some("the clock goes back by 2.5 s")),
            (20_037 * day - 3_500_000_000, Some("the clock jumps ahead by 30.0 days")),
            (20_037 * day - 3_500_000_000, None),
            (i64::MIN, Some("the clock goes back by 106752.0 days")),
            (i64::MAX, Some("the clock jumps ahead by 106752.0 days")),
            (i64::MAX - 600_000_000_000, Some("the clock goes back by 10.0 min")),
        ] {
            assert_eq!(clock.tick(Time::from_nanos(nanos)).as_deref(), expected, "{nanos}");
        }
    }
}
