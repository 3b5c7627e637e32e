//! What happened over time, at a bounded number of moments.
//!
//! Time is cut into intervals of equal width, and what falls into one becomes one. When there are too many, two neighbours become one each: the
//! width doubles. The intervals begin at multiples of their width since 1970, so that the same capture always gives the same.

use crate::base::Time;

/// Values by time.
#[derive(Clone, Debug)]
pub(super) struct Moments<T> {
    /// The width of an interval: 2 to this power of [`NARROWEST_NANOS`].
    width: u32,
    /// The number of each interval that holds anything, and what it holds, in order.
    values: Vec<(i64, T)>,
}

/// What can become one with what comes after it.
pub(super) trait Join {
    /// Takes what came later in the same interval.
    fn join(&mut self, later: Self);
}

impl<T> Default for Moments<T> {
    fn default() -> Self {
        Moments { width: 0, values: Vec::new() }
    }
}

impl<T: Join> Moments<T> {
    /// Adds a value. Of a time before that of the last one, it belongs to the last one's interval.
    pub(super) fn push(&mut self, time: Time, value: T) {
        let number = self.number(time);
        match self.values.last_mut() {
            Some((last, joined)) if *last >= number => joined.join(value),
            _ => self.values.push((number, value)),
        }
        while self.values.len() > MOMENTS {
            self.width += 1;
            let mut wider: Vec<(i64, T)> = Vec::with_capacity(MOMENTS);
            for (number, value) in self.values.drain(..) {
                match wider.last_mut() {
                    Some((last, joined)) if *last == number.div_euclid(2) => joined.join(value),
                    _ => wider.push((number.div_euclid(2), value)),
                }
            }
            self.values = wider;
        }
    }

    /// When the interval of `time` ends.
    pub(super) fn end(&self, time: Time) -> Time {
        Time::from_nanos(self.number(time).saturating_add(1).saturating_mul(NARROWEST_NANOS.saturating_mul(1 << self.width)))
    }

    /// The values, in order.
    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.values.iter().map(|(_, value)| value)
    }

    fn number(&self, time: Time) -> i64 {
        time.nanos().div_euclid(NARROWEST_NANOS) >> self.width
    }
}

/// Moments that are kept.
pub(super) const MOMENTS: usize = 256;

/// The narrowest interval: a sixteenth of a second.
const NARROWEST_NANOS: i64 = 1_000_000_000 / 16;

#[cfg(test)]
mod tests {
    use super::*;

    impl Join for u32 {
        fn join(&mut self, later: Self) {
            *self += later;
        }
    }

    fn at(sixteenth: i64) -> Time {
        Time::from_nanos(sixteenth * NARROWEST_NANOS + 5)
    }

    #[test]
    fn the_width_doubles_when_there_are_too_many() {
        let mut moments = Moments::default();
        (0..256).for_each(|sixteenth| moments.push(at(sixteenth), 1));
        assert_eq!((moments.values().count(), moments.end(at(6))), (256, Time::from_nanos(7 * NARROWEST_NANOS)));
        moments.push(at(256), 1);
        assert_eq!((moments.values().count(), moments.end(at(6))), (129, Time::from_nanos(8 * NARROWEST_NANOS)));
        assert_eq!(moments.values().copied().collect::<Vec<_>>(), [vec![2; 128], vec![1]].concat());
    }

    #[test]
    fn moments_far_apart_and_out_of_order_are_kept_within_the_bound() {
        let mut moments = Moments::default();
        (0..1000).for_each(|day| moments.push(Time::from_nanos(day * 86_400_000_000_000), 1));
        moments.push(Time::from_nanos(i64::MIN), 1);
        moments.push(Time::from_nanos(i64::MAX), 1);
        assert!(moments.values().count() <= MOMENTS && moments.values().sum::<u32>() == 1002);
        assert!(moments.end(Time::from_nanos(i64::MAX)) > Time::from_nanos(i64::MAX - 1));
    }
}
