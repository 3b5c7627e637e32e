//! A map that forgets what is oldest, for what must be remembered a while and may not grow.

use std::hash::Hash;

use super::Map;

/// Keeps the latest entries, at least half of a limit and at most all of it: when it is full, the older half is forgotten at once.
///
/// An entry is as old as its last [`insert`](Self::insert).
#[derive(Clone, Debug)]
pub struct Recent<K, V> {
    newer: Map<K, V>,
    older: Map<K, V>,
    half: usize,
}

impl<K: Eq + Hash, V> Recent<K, V> {
    /// An empty map of at most `limit` entries.
    pub fn new(limit: usize) -> Self {
        Recent { newer: Map::default(), older: Map::default(), half: (limit / 2).max(1) }
    }

    /// Remembers `value` under `key`. Answers whether others had to be forgotten for it.
    pub fn insert(&mut self, key: K, value: V) -> bool {
        let full = self.newer.len() >= self.half && !self.newer.contains_key(&key);
        let mut forgot = false;
        if full {
            forgot = !self.older.is_empty();
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(key, value);
        forgot
    }

    /// What is remembered under `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.newer.get(key).or_else(|| self.older.get(key))
    }

    /// What is remembered under `key`, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.newer.get_mut(key).or_else(|| self.older.get_mut(key))
    }

    /// The keys of all that is remembered, some perhaps twice.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.older.keys().chain(self.newer.keys())
    }

    /// Forgets `key`, and answers what was remembered under it.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let older = self.older.remove(key);
        self.newer.remove(key).or(older)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_older_half_is_forgotten_when_it_is_full() {
        let mut recent = Recent::new(4);
        let forgot: Vec<_> = (0..6).map(|key| recent.insert(key, key * 10)).collect();
        assert_eq!(forgot, [false, false, false, false, true, false]);
        assert_eq!(recent.keys().copied().collect::<BTreeSet<_>>(), (2..6).collect());
        assert_eq!((0..6).map(|key| recent.get(&key).copied()).collect::<Vec<_>>(), [None, None, Some(20), Some(30), Some(40), Some(50)]);
    }

    #[test]
    fn an_entry_is_as_old_as_its_last_insert() {
        let mut recent = Recent::new(4);
        for key in [0, 1, 2, 0, 3, 4] {
            recent.insert(key, ());
        }
        assert_eq!((recent.get(&0), recent.get(&1)), (Some(&()), None));
        assert!(recent.get_mut(&0).is_some() && recent.get_mut(&1).is_none());
        assert_eq!((recent.remove(&0), recent.remove(&0), recent.get(&0)), (Some(()), None, None));
    }
}
