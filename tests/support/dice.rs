//! Chance that falls alike on every run.
#![allow(dead_code, unreachable_pub, clippy::cast_possible_truncation, reason = "every test uses some of this")]

/// Pseudo-random numbers (xorshift64).
pub struct Dice(u64);

impl Dice {
    /// The dice of one seed, which must not be 0.
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    /// Bytes that look like nothing.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.below(256) as u8).collect()
    }
}
