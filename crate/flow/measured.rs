//! How the packets of a stream fared.
//!
//! In: what the headers of a TCP or uTP connection say. Out: sums of fixed size. An observer sees what passed one place of the way, so
//! each figure tells what it rests on: a packet is *repeated* when the capture has its bytes already, and *out of order* when it fills a hole
//! that later bytes had left, be it that these overtook it or that it is sent again for one that was lost before it came here.
//!
//! uTP tells one-way delays (BEP 29). They are measured by two clocks that nobody set alike, so only what a delay has above its lowest
//! value means something: the queues on the way. That is what uTP itself steers by. Of both transports the opening tells a round trip:
//! from the first packet of one end over the answer of the other to the next of the first, wherever between them the capture was made.

use super::{Both, Direction, FlowId};
use crate::base::{Endpoint, Time};

/// How a stream fared, as far as it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Which stream.
    pub flow: FlowId,
    /// Its ends.
    pub ends: Both<Endpoint>,
    /// Its first frame, of whatever kind.
    pub first_frame: u64,
    /// When that was captured.
    pub first_time: Time,
    /// Its latest frame.
    pub last_frame: u64,
    /// When that was captured.
    pub last_time: Time,
    /// Whether its opening is not in the capture.
    pub midstream: bool,
    /// Whether the responder took it: with its own SYN (TCP), or with anything but a reset (uTP).
    pub answered: bool,
    /// Whether it is over, and how.
    pub ending: Ending,
    /// Nanoseconds that its opening took to the other end and back; `None` where a packet of it is missing, or came twice.
    pub round_trip: Option<i64>,
    /// What each end sent.
    pub sent: Both<Statistics>,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// It was not seen to.
    #[default]
    Open,
    /// This end said first that it has no more to send.
    Fin(Direction),
    /// This end dropped it.
    Reset(Direction),
    /// It made way for another, and its end is not in the capture.
    Unseen,
}

/// One direction of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Packets of any kind.
    pub packets: u64,
    /// Payload bytes on the wire, without repeated ones.
    pub bytes: u64,
    /// Packets of which the capture had the payload already: sent again by their sender, or twice by the network.
    pub repeated_packets: u64,
    /// Payload bytes that came again.
    pub repeated_bytes: u64,
    /// Packets with new payload from before what had come already.
    pub out_of_order_packets: u64,
    /// Packets that no frame of the capture has; `None` for TCP, which numbers bytes.
    pub lost_packets: Option<u64>,
    /// Bytes that no frame of the capture has; `None` for uTP, which numbers packets.
    pub lost_bytes: Option<u64>,
    /// The room that the sender said to have for what the other end sends.
    pub window: Window,
    /// How long the sender's packets took, by uTP's clocks.
    pub delay: Delay,
}

/// Bytes that an end said to have room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// How many packets said so; 0 also where a TCP capture does not tell in which unit.
    pub samples: u64,
    /// The last value.
    pub latest: u32,
    /// The lowest value.
    pub lowest: u32,
    /// All values summed up.
    pub total: u64,
    /// How many packets said that there is no room at all.
    pub zeros: u64,
}

impl Window {
    /// Takes the next value.
    pub(super) fn observe(&mut self, bytes: u32) {
        self.lowest = if self.samples == 0 { bytes } else { self.lowest.min(bytes) };
        self.latest = bytes;
        self.total += u64::from(bytes);
        self.zeros += u64::from(bytes == 0);
        self.samples += 1;
    }

    /// The same in bytes, when each value counts so many powers of two; only the number of zeros when that is not known.
    pub(super) fn scaled(self, shift: Option<u8>) -> Self {
        match shift {
            Some(shift) => {
                Window { latest: self.latest << shift, lowest: self.lowest << shift, total: self.total.saturating_mul(1 << shift), ..self }
            }
            None => Window { zeros: self.zeros, ..Window::default() },
        }
    }

    /// The average; `None` without a sample.
    pub fn mean(&self) -> Option<u64> {
        self.total.checked_div(self.samples)
    }
}

/// The first three packets of a connection, by which its round trip is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Opening {
    /// None was seen.
    #[default]
    Due,
    /// The originator asked.
    Asked(Time),
    /// The responder answered.
    Answered(Time),
    /// The originator went on, so many nanoseconds after it had asked.
    Took(i64),
    /// A packet came twice: which one was answered is not known.
    Unclear,
}

impl Opening {
    /// The originator asks for a connection.
    pub(super) fn ask(&mut self, time: Time) {
        *self = if matches!(self, Opening::Due) { Opening::Asked(time) } else { self.unclear() };
    }

    /// The responder takes it.
    pub(super) fn answer(&mut self) {
        *self = if let Opening::Asked(time) = *self { Opening::Answered(time) } else { self.unclear() };
    }

    /// The originator sends anything else.
    pub(super) fn go_on(&mut self, time: Time) {
        if let Opening::Answered(asked) = *self {
            *self = Opening::Took(time.since(asked));
        }
    }

    /// Whether an answer is due.
    pub(super) fn is_asked(self) -> bool {
        matches!(self, Opening::Asked(_))
    }

    fn unclear(self) -> Self {
        if matches!(self, Opening::Took(_)) { self } else { Opening::Unclear }
    }

    /// Nanoseconds to the other end and back.
    pub(super) fn round_trip(self) -> Option<i64> {
        if let Opening::Took(nanos) = self { Some(nanos.max(0)) } else { None }
    }
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

    #[test]
    fn a_window_is_told_in_bytes_where_its_unit_is_known() {
        let mut window = Window::default();
        [10, 0, 5].into_iter().for_each(|bytes| window.observe(bytes));
        assert_eq!(window.scaled(Some(7)), Window { samples: 3, latest: 640, lowest: 0, total: 1920, zeros: 1 });
        assert_eq!(window.scaled(Some(7)).mean(), Some(640));
        assert_eq!((window.scaled(None).mean(), window.scaled(None).zeros), (None, 1));
    }
}
