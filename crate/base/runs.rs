//! A list that grows without moving what it holds.

/// A list in runs of [`RUN`] entries. One of a single run would need room for itself twice whenever it is moved to where it may grow.
#[derive(Clone, Debug)]
pub struct Runs<T> {
    /// All but the last are full.
    runs: Vec<Vec<T>>,
}

impl<T> Default for Runs<T> {
    fn default() -> Self {
        Runs { runs: vec![Vec::new()] }
    }
}

impl<T> Runs<T> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.runs.last().map_or(0, |last| (self.runs.len() - 1) * RUN + last.len())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry at `index`.
    pub fn get(&self, index: usize) -> Option<&T> {
        self.runs.get(index / RUN)?.get(index % RUN)
    }

    /// The entry at `index`, to be changed.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.runs.get_mut(index / RUN)?.get_mut(index % RUN)
    }

    /// Adds an entry at the end.
    pub fn push(&mut self, entry: T) {
        match self.runs.last_mut().filter(|last| last.len() < RUN) {
            Some(last) => last.push(entry),
            None => {
                let mut run = Vec::with_capacity(RUN);
                run.push(entry);
                self.runs.push(run);
            }
        }
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.runs.iter().flatten()
    }
}

/// Entries of a run.
const RUN: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_was_pushed() {
        let mut runs = Runs::default();
        assert!(runs.is_empty());
        for entry in 0..3 * RUN {
            runs.push(entry);
            assert_eq!(runs.len(), entry + 1);
        }
        *runs.get_mut(RUN).unwrap() = 7;
        assert_eq!((runs.get(RUN - 1), runs.get(RUN), runs.get(3 * RUN)), (Some(&(RUN - 1)), Some(&7), None));
        assert_eq!(runs.iter().count(), 3 * RUN);
    }
}
