//! Finds the entries of a large list by keys that stay in the list.

use std::hash::{BuildHasher, Hash};

use super::Hashing;

/// Where in a list the entries with which keys stand. Eight bytes for each place, of which at least a quarter is free: a map would hold
/// every key a second time, and would move all of them as often as it grows.
#[derive(Debug, Default)]
pub struct Index {
    /// As many as a power of two. An entry stands at its hash, or as near behind it as there was a free place.
    places: Vec<Place>,
    entries: usize,
    hashing: Hashing,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    hash: u32,
    /// Where in the list; [`FREE`] for none.
    at: u32,
}

impl Index {
    /// The entry with `key`, as `is` tells of the places in the list that it may be at. Without one, it is taken to stand at `next` from
    /// now on, where that is given.
    pub fn find_or_insert(&mut self, key: impl Hash, next: Option<u32>, is: impl Fn(u32) -> bool) -> Option<u32> {
        if self.entries >= self.places.len() / 4 * 3 {
            self.grow();
        }
        #[expect(clippy::cast_possible_truncation, reason = "tables take their places from the lowest bits")]
        let hash = self.hashing.hash_one(key) as u32;
        let place = free_or(&mut self.places, hash, |place| place.hash == hash && is(place.at))?;
        if place.at != FREE {
            return Some(place.at);
        }
        if let Some(at) = next {
            *place = Place { hash, at };
            self.entries += 1;
        }
        None
    }

    /// The entry with `key`, as [`find_or_insert`](Self::find_or_insert) finds it.
    pub fn find(&self, key: impl Hash, is: impl Fn(u32) -> bool) -> Option<u32> {
        #[expect(clippy::cast_possible_truncation, reason = "tables take their places from the lowest bits")]
        let hash = self.hashing.hash_one(key) as u32;
        let mask = self.places.len().checked_sub(1)?;
        let from = hash as usize & mask;
        let places = (0..=mask).map_while(|step| self.places.get(from.wrapping_add(step) & mask).filter(|place| place.at != FREE));
        places.filter(|place| place.hash == hash).map(|place| place.at).find(|at| is(*at))
    }

    fn grow(&mut self) {
        let free = Place { hash: 0, at: FREE };
        let mut places = vec![free; (self.places.len() * 2).max(SMALLEST)];
        for old in self.places.iter().filter(|place| place.at != FREE) {
            if let Some(place) = free_or(&mut places, old.hash, |_| false) {
                *place = *old;
            }
        }
        self.places = places;
    }
}

/// The first place from `hash` on that is free, as some are, or that `is` tells to be the one.
fn free_or(places: &mut [Place], hash: u32, is: impl Fn(&Place) -> bool) -> Option<&mut Place> {
    let mask = places.len().wrapping_sub(1);
    let mut at = hash as usize & mask;
    while places.get(at).is_some_and(|place| place.at != FREE && !is(place)) {
        at = (at + 1) & mask;
    }
    places.get_mut(at)
}

/// The value of `at` for none: a list of 2³² - 1 entries does not fit memory.
const FREE: u32 = u32::MAX;

const SMALLEST: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_entry_and_no_other() {
        let (mut index, mut list) = (Index::default(), Vec::new());
        for n in 0..20_000_u32 {
            let key = u64::from(n % 7_000) << 40;
            let found = index.find_or_insert(key, Some(n), |at| list[at as usize] == key);
            if found.is_none() {
                list.push(key);
            }
            assert_eq!(found, (n >= 7_000).then_some(n % 7_000));
        }
        assert_eq!(index.find_or_insert(1_u64, None, |at| list[at as usize] == 1), None);
        let find = |key: u64| index.find(key, |at| list[at as usize] == key);
        assert_eq!([3 << 40, 6_999 << 40, 1, 7_000 << 40].map(find), [Some(3), Some(6_999), None, None]);
        assert_eq!(Index::default().find(1_u64, |_| true), None);
        assert_eq!((list.len(), index.entries), (7_000, 7_000));
        assert!(index.places.len() <= 16_384);
    }
}
