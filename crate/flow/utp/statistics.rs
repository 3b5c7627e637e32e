//! What the headers of one direction of a uTP connection say about the way it took (BEP 29).
//!
//! In: headers. Out: sums of fixed size. The one-way delay is measured by two clocks that nobody set alike, so only what it has above
//! its lowest value means something: the queues on the way. That is what uTP itself steers by.

/// One direction of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Packets of any kind.
    pub packets: u64,
    /// Payload bytes on the wire, each packet's once.
    pub bytes: u64,
    /// Packets whose number had come before: sent again by their sender, or twice by the network.
    pub repeated_packets: u64,
    /// Payload bytes of those.
    pub repeated_bytes: u64,
    /// Packets that no frame of the capture has.
    pub lost_packets: u64,
    /// Bytes that the sender last said to have room for.
    pub window: u32,
    /// How long the sender's packets took.
    pub delay: Delay,
}

/// One-way delay above its base, which is the lowest that was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    base: u32,
    /// How many packets said one.
    pub samples: u64,
    /// Microseconds above the base, of the last sample.
    pub latest_micros: u32,
    /// Microseconds above the base, at most.
    pub highest_micros: u32,
    /// Microseconds above the base, summed up.
    pub total_micros: u64,
}

impl Delay {
    /// Takes the next value of `timestamp_difference_microseconds`, which wraps around.
    pub(super) fn observe(&mut self, difference: u32) {
        if self.samples == 0 {
            self.base = difference;
        }
        let above = difference.wrapping_sub(self.base);
        self.latest_micros = above;
        if above.cast_signed() < 0 {
            // A new base: everything so far was that much further above it.
            let lower = self.base.wrapping_sub(difference);
            self.base = difference;
            self.latest_micros = 0;
            self.highest_micros = self.highest_micros.saturating_add(lower);
            self.total_micros = self.total_micros.saturating_add(self.samples.saturating_mul(lower.into()));
        }
        self.highest_micros = self.highest_micros.max(self.latest_micros);
        self.total_micros = self.total_micros.saturating_add(self.latest_micros.into());
        self.samples += 1;
    }

    /// Microseconds above the base, on average; `None` without a sample.
    pub fn mean_micros(&self) -> Option<u64> {
        self.total_micros.checked_div(self.samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delay(differences: &[u32]) -> (u32, u32, Option<u64>) {
        let mut delay = Delay::default();
        differences.iter().for_each(|difference| delay.observe(*difference));
        (delay.latest_micros, delay.highest_micros, delay.mean_micros())
    }

    #[test]
    fn delay_is_told_above_its_lowest_value() {
        assert_eq!(delay(&[]), (0, 0, None));
        assert_eq!(delay(&[5_000]), (0, 0, Some(0)));
        assert_eq!(delay(&[5_000, 5_600, 5_300]), (300, 600, Some(300)));
        assert_eq!(delay(&[5_600, 5_000, 5_300]), (300, 600, Some(300)), "in any order");
        assert_eq!(delay(&[u32::MAX - 99, 100, u32::MAX - 199]), (0, 300, Some(133)), "across the wrap");
    }
}
