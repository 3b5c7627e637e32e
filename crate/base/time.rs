//! An instant of capture time. There is no clock in this crate: time comes from frames.

use serde::{Serialize, Serializer};

/// An instant: nanoseconds since 1970-01-01 00:00 UTC, as the capture says.
///
/// Ranges from the year 1677 to 2262. In JSON: seconds as a decimal number, microseconds kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(type = "number"))]
pub struct Time(i64);

impl Time {
    /// The instant `nanos` nanoseconds after the epoch; negative means before it.
    pub const fn from_nanos(nanos: i64) -> Self {
        Time(nanos)
    }

    /// The latest instant.
    pub const MAX: Time = Time(i64::MAX);

    /// The instant so many nanoseconds later. Saturates.
    pub const fn later(self, nanos: i64) -> Self {
        Time(self.0.saturating_add(nanos))
    }

    /// Nanoseconds since the epoch.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Nanoseconds from `earlier` to here; negative when `earlier` is later. Saturates.
    pub const fn since(self, earlier: Time) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Seconds since the epoch, rounded down to the microsecond, which a 64-bit float still holds exactly until 2248.
    pub fn seconds(self) -> f64 {
        self.0.div_euclid(1000) as f64 / 1e6
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.seconds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_keep_microseconds() {
        assert_eq!(Time::from_nanos(1_700_000_000_123_456_789).seconds(), 1_700_000_000.123_456);
        assert_eq!(Time::from_nanos(-1).seconds(), -0.000_001);
    }

    #[test]
    fn a_difference_saturates() {
        assert_eq!(Time::from_nanos(i64::MAX).since(Time::from_nanos(i64::MIN)), i64::MAX);
    }
}
