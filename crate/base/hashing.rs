//! How keys of [`Map`](super::Map)s are hashed: fast where the widest product has 64 bits, as in WebAssembly, and safe from whoever wrote
//! the capture.
//!
//! The sum of products "pair-multiply-shift" (M. Thorup, High Speed Hashing for Integers and Strings, 2015): every word of a key is cut
//! into two halves, each is added to a secret of its own, and the products of the pairs are added up. Any two different keys meet in the
//! upper 32 bits for one in 2³² choices of the secrets, whatever keys they are: to make a table slow takes knowing the secrets. They are
//! drawn once a process. WebAssembly itself has no chance to draw from, so who drives it [gives one](draw_secrets).

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;

/// Makes hashers that share the process's secrets.
#[derive(Clone, Copy, Debug)]
pub struct Hashing(&'static Secrets);

/// Hashes one key.
#[derive(Clone, Debug)]
pub struct KeyHasher {
    secrets: &'static Secrets,
    /// Words since the beginning, or since the secrets began again.
    words: usize,
    sum: u64,
}

/// Two numbers for each word of a key.
type Secrets = [(u64, u64); 16];

static SECRETS: OnceLock<Secrets> = OnceLock::new();

/// Draws the secrets from `chance`, which nobody else must know, before the first table is made. Later calls change nothing: tables rely
/// on them.
pub fn draw_secrets(chance: u64) {
    SECRETS.get_or_init(|| secrets(chance));
}

/// A number that nobody else knows, the same all the time: for who hashes in another way.
pub fn secret() -> u64 {
    let Hashing([(one, _), ..]) = Hashing::default();
    *one
}

impl Default for Hashing {
    fn default() -> Self {
        Hashing(SECRETS.get_or_init(|| secrets(RandomState::new().hash_one(0))))
    }
}

impl BuildHasher for Hashing {
    type Hasher = KeyHasher;

    #[inline]
    fn build_hasher(&self) -> KeyHasher {
        KeyHasher { secrets: self.0, words: 0, sum: 0 }
    }
}

impl Hasher for KeyHasher {
    #[inline]
    fn write_u64(&mut self, word: u64) {
        if self.words == self.secrets.len() {
            // A long key: what there is so far becomes the first word of another key.
            let [first, ..] = self.secrets;
            (self.words, self.sum) = (1, product(*first, self.sum >> 32));
        }
        let secrets = self.secrets.get(self.words).copied().unwrap_or_default();
        self.sum = self.sum.wrapping_add(product(secrets, word));
        self.words += 1;
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.write_u64(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            self.write_u64(rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    #[inline]
    fn write_u16(&mut self, number: u16) {
        self.write_u64(number.into());
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    /// The upper half of the sum, mixed: a table takes its place from the lowest bits, and like keys have sums at like distances. Mixing
    /// joins no two of them.
    #[inline]
    fn finish(&self) -> u64 {
        let upper = (self.sum >> 32) as u32;
        let mixed = (upper ^ upper >> 16).wrapping_mul(0x85eb_ca6b);
        let mixed = u64::from(mixed ^ mixed >> 13);
        mixed << 32 | mixed
    }
}

#[inline]
fn product((one, other): (u64, u64), word: u64) -> u64 {
    one.wrapping_add(word >> 32).wrapping_mul(other.wrapping_add(word & 0xffff_ffff))
}

/// Numbers that look independent, all from one: SplitMix64 (G. L. Steele et al., Fast Splittable Pseudorandom Number Generators, 2014).
fn secrets(mut chance: u64) -> Secrets {
    let mut next = || {
        chance = chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (chance ^ chance >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    };
    std::array::from_fn(|_| (next(), next()))
}

#[cfg(test)]
mod tests {
    use std::hash::Hash;

    use super::*;

    /// The hash of `key` under the secrets that are drawn from `chance`.
    fn hash(chance: u64, key: impl Hash) -> u64 {
        Hashing(Box::leak(Box::new(secrets(chance)))).hash_one(key)
    }

    #[test]
    fn keys_made_to_meet_do_not() {
        const KEYS: u64 = 1 << 10;
        // Keys that differ in few bits, in any place, alone and between others: what makes tables of weaker hashes slow.
        let families: [fn(u64, u32) -> [u64; 3]; 4] = [
            |key, shift| [key << shift, 0, 0],
            |key, shift| [0, key.wrapping_neg() << shift, u64::MAX],
            |key, shift| [key.rotate_right(shift), key.rotate_left(shift), key],
            |key, shift| [(key & 1) << shift, (key >> 1 & 1) << shift, key >> 2],
        ];
        for (which, family) in families.iter().enumerate() {
            let (mut meetings, mut worst, mut tried) = (0, 0, 0);
            for chance in 0..8 {
                let hashing = Hashing(Box::leak(Box::new(secrets(chance))));
                for shift in (0..54).step_by(2) {
                    let mut table = vec![0_u64; 1 << 10];
                    (0..KEYS).for_each(|key| table[(hashing.hash_one(family(key, shift)) % KEYS) as usize] += 1);
                    meetings += table.iter().map(|keys| keys * keys.saturating_sub(1) / 2).sum::<u64>();
                    worst = worst.max(*table.iter().max().unwrap());
                    tried += 1;
                }
            }
            // Keys thrown at random would meet so often.
            let expected = tried * KEYS / 2;
            assert!(meetings < expected * 5 / 4, "family {which}: {meetings} meetings, {expected} expected");
            assert!(worst < KEYS / 16, "family {which}: {worst} keys in one place");
        }
    }

    #[test]
    fn every_word_and_byte_counts() {
        for length in 1..300 {
            let key = vec![0_u8; length];
            let hashes: std::collections::BTreeSet<_> = (0..length)
                .map(|at| {
                    let mut key = key.clone();
                    key[at] = 1;
                    hash(1, key)
                })
                .chain([hash(1, &key)])
                .collect();
            assert_eq!(hashes.len(), length + 1);
        }
    }

    #[test]
    fn other_secrets_hash_otherwise() {
        assert_ne!(hash(1, 5_u64), hash(2, 5_u64));
        draw_secrets(3);
        draw_secrets(4);
        assert_eq!(Hashing::default().hash_one(7), Hashing::default().hash_one(7));
    }
}
