//! Sorts rows by a sort that stands once in the program.
//!
//! In: rows, and by what they are sorted. Out: the same rows in order; equal ones stay as they were. The standard library's sorts are compiled anew for
//! each kind of row and each key, which are ten kilobytes of WebAssembly every time. Here only numbers of rows are sorted, by calls of what compares two of
//! them, and each row is then moved once. For what is sorted for every packet, or is numbers itself, the standard library's are faster.

use std::cmp::Ordering;

/// Rows that can be put in order.
pub trait Arrange<T> {
    /// Sorts by what `compare` says of two rows.
    fn arrange_by(&mut self, compare: impl Fn(&T, &T) -> Ordering);

    /// Sorts by a key, which is made anew for each comparison.
    fn arrange_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.arrange_by(|one, other| key(one).cmp(&key(other)));
    }

    /// Sorts by the rows' own order.
    fn arrange(&mut self)
    where
        T: Ord,
    {
        self.arrange_by(T::cmp);
    }
}

impl<T> Arrange<T> for [T] {
    fn arrange_by(&mut self, compare: impl Fn(&T, &T) -> Ordering) {
        let compare = |one: usize, other: usize| {
            let rows = self.get(one).zip(self.get(other));
            rows.map_or(Ordering::Equal, |(one, other)| compare(one, other))
        };
        let mut order = order(self.len(), &compare);
        for start in 0..self.len() {
            let mut at = start;
            // The place `at` gets the row of another one, which gets the next one's, until the first row has found its place.
            while let Some(from) = order.get_mut(at).map(|from| std::mem::replace(from, at)).filter(|from| *from != start) {
                self.swap(at, from);
                at = from;
            }
        }
    }
}

/// For each place the number of the row that belongs there.
#[inline(never)]
fn order(rows: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    order.sort_by(|one, other| compare(*one, *other));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All sequences of up to six rows with keys from 0 to 3 are sorted as the standard library sorts them, equal rows as they were.
    #[test]
    fn rows_come_in_the_order_of_the_standard_library() {
        for length in 0..=6_u32 {
            for number in 0..4_u32.pow(length) {
                let mut rows: Vec<(u32, u32)> = (0..length).map(|place| (number / 4_u32.pow(place) % 4, place)).collect();
                let mut sorted = rows.clone();
                sorted.sort_by_key(|row| row.0);
                rows.arrange_by_key(|row| row.0);
                assert_eq!(rows, sorted);
            }
        }
    }

    #[test]
    fn many_rows_that_cannot_be_copied_are_sorted_too() {
        let mut rows: Vec<String> = (0..1000_u32).map(|number| (number * 7919 % 1000).to_string()).collect();
        let mut sorted = rows.clone();
        sorted.sort();
        rows.arrange();
        assert_eq!(rows, sorted);
        rows.arrange_by(|one, other| other.cmp(one));
        sorted.reverse();
        assert_eq!(rows, sorted);
    }
}
