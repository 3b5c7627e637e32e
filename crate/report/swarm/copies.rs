//! How many peers have each piece of a torrent?
//!
//! In: sets of pieces that come and go, whole or piece by piece. Out: the number of each piece, the lowest, the sum, and how rare a piece is among
//! others. The numbers lie on their side: a plane holds one binary digit of every piece's number, 64 pieces a word, lowest digit first. So a
//! set is added with a few operations a word, and the memory is a bit for each piece and digit of the greatest number.

/// A number for each piece.
#[derive(Clone, Debug, Default)]
pub(super) struct Copies {
    planes: Vec<Vec<u64>>,
    sum: u64,
}

impl Copies {
    /// Counts each piece of a set: one bit a piece, lowest first.
    pub(super) fn add(&mut self, bits: &[u64]) {
        self.sum += ones(bits);
        let mut carry = bits.to_vec();
        for plane in &mut self.planes {
            plane.resize(plane.len().max(carry.len()), 0);
            for (digit, carry) in plane.iter_mut().zip(&mut carry) {
                (*digit, *carry) = (*digit ^ *carry, *digit & *carry);
            }
            if carry.iter().all(|word| *word == 0) {
                return;
            }
        }
        self.planes.push(carry);
    }

    /// Takes off each piece of a set that was counted.
    pub(super) fn remove(&mut self, bits: &[u64]) {
        self.sum = self.sum.saturating_sub(ones(bits));
        let mut borrow = bits.to_vec();
        for plane in &mut self.planes {
            for (digit, borrow) in plane.iter_mut().zip(&mut borrow) {
                (*digit, *borrow) = (*digit ^ *borrow, !*digit & *borrow);
            }
        }
    }

    /// Counts one piece.
    pub(super) fn add_one(&mut self, index: u32) {
        let (word, bit) = (index as usize / 64, 1 << (index % 64));
        self.sum += 1;
        for plane in &mut self.planes {
            if plane.len() <= word {
                plane.resize(word + 1, 0);
            }
            let Some(digit) = plane.get_mut(word) else { return };
            *digit ^= bit;
            if *digit & bit != 0 {
                return;
            }
        }
        let mut plane = vec![0; word];
        plane.push(bit);
        self.planes.push(plane);
    }

    /// How often piece `index` was counted.
    pub(super) fn of(&self, index: u32) -> u32 {
        let (word, shift) = (index as usize / 64, index % 64);
        let digits = self.planes.iter().zip(0..).map(|(plane, digit)| (plane.get(word).map_or(0, |word| word >> shift & 1)) << digit);
        digits.fold(0, |number, digit| number | u32::try_from(digit).unwrap_or(0))
    }

    /// The sum of all numbers.
    pub(super) fn sum(&self) -> u64 {
        self.sum
    }

    /// The lowest number among the first `pieces`.
    pub(super) fn lowest(&self, pieces: u32) -> u32 {
        let mut lowest_of: Vec<u64> = (0..words(pieces)).map(|word| mask(word, pieces)).collect();
        let mut lowest = 0;
        for (digit, plane) in self.planes.iter().enumerate().rev() {
            let at = |word: usize| plane.get(word).copied().unwrap_or(0);
            if lowest_of.iter().enumerate().any(|(word, among)| among & !at(word) != 0) {
                lowest_of.iter_mut().enumerate().for_each(|(word, among)| *among &= !at(word));
            } else {
                lowest |= 1 << digit;
            }
        }
        lowest
    }

    /// How rare piece `index` is among `others`, which answers a word of a set that it is in: 0 for the rarest, 1 for the most common, equals in
    /// the middle of each other, so that whoever chooses by chance comes to 0.5. `None` where there is nothing to choose from. Of torrents of
    /// more than [`COMPARED_WORDS`] times 64 `pieces`, not all are compared: runs of 64 at equal distances, its own among them.
    pub(super) fn rank(&self, index: u32, pieces: u32, others: impl Fn(usize) -> u64) -> Option<f64> {
        let (own, step) = (index as usize / 64, words(pieces).div_ceil(COMPARED_WORDS).max(1));
        let number = self.of(index);
        let (mut all, mut rarer, mut equal) = (0, 0, 0);
        for word in (own % step..words(pieces)).step_by(step) {
            let among = others(word) & mask(word, pieces);
            let (mut fewer, mut same) = (0, among);
            for (digit, plane) in self.planes.iter().enumerate().rev() {
                let digits = plane.get(word).copied().unwrap_or(0);
                if number >> digit & 1 == 1 {
                    fewer |= same & !digits;
                    same &= digits;
                } else {
                    same &= !digits;
                }
            }
            all += among.count_ones();
            rarer += fewer.count_ones();
            equal += same.count_ones();
        }
        let among = u32::checked_sub(all, 1).filter(|among| *among > 0)?;
        Some((f64::from(rarer) + f64::from(equal.saturating_sub(1)) / 2.0) / f64::from(among))
    }

    /// Bytes of memory that the numbers take.
    pub(super) fn memory(&self) -> usize {
        self.planes.iter().map(|plane| size_of_val(plane.as_slice())).sum()
    }
}

/// Pieces in a set.
fn ones(bits: &[u64]) -> u64 {
    bits.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// Words of a set of `pieces`.
fn words(pieces: u32) -> usize {
    pieces.div_ceil(64) as usize
}

/// The bits of word `word` that stand for pieces.
fn mask(word: usize, pieces: u32) -> u64 {
    match (pieces as usize).saturating_sub(word * 64) {
        left @ 0..64 => (1 << left) - 1,
        _ => u64::MAX,
    }
}

/// Runs of 64 pieces that a piece is compared with: its rank among 256 is as good as exact once there are some requests.
const COMPARED_WORDS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::dice::Dice;

    #[test]
    fn numbers_are_those_that_a_list_keeps() {
        let (mut copies, mut list, mut sets) = (Copies::default(), [0u32; 200], Vec::new());
        let mut dice = Dice::new(7);
        for round in 0..300 {
            let set: Vec<u64> = (0..4).map(|word| u64::from_le_bytes(dice.bytes(8).try_into().unwrap()) & mask(word, 200)).collect();
            let (add, index) = (round % 3 != 2, (round * 37 % 200) as u32);
            let one = |set: &[u64], index: usize| (set[index / 64] >> (index % 64) & 1) as u32;
            if add {
                copies.add(&set);
                copies.add_one(index);
                (0..200).for_each(|index| list[index] += one(&set, index));
                list[index as usize] += 1;
                sets.push((set, index));
            } else if let Some((set, index)) = sets.pop() {
                copies.remove(&set);
                copies.remove(&(0..4).map(|word| if word == index as usize / 64 { 1 << (index % 64) } else { 0 }).collect::<Vec<_>>());
                (0..200).for_each(|index| list[index] -= one(&set, index));
                list[index as usize] -= 1;
            }
            let sum = list.iter().map(|number| u64::from(*number)).sum();
            assert_eq!((copies.lowest(200), copies.sum()), (*list.iter().min().unwrap(), sum), "round {round}");
        }
        assert!((0..200).all(|index| copies.of(index) == list[index as usize]) && copies.of(9999) == 0);
        assert!(copies.memory() <= 8 * 4 * 8, "eight digits");
    }

    #[test]
    fn rare_is_what_few_have() {
        let mut copies = Copies::default();
        // Piece 0 once, 1 and 2 twice, 3 three times.
        [0b1111, 0b1110, 0b1000].iter().for_each(|set| copies.add(&[*set]));
        let rank = |index, among: u64| copies.rank(index, 4, |_| among);
        assert_eq!([0, 1, 2, 3].map(|index| rank(index, 0b1111)), [Some(0.0), Some(0.5), Some(0.5), Some(1.0)]);
        assert_eq!([rank(1, 0b0110), rank(1, 0b0010), rank(3, 0b1001)], [Some(0.5), None, Some(1.0)]);
        assert_eq!(Copies::default().rank(3, 4, |_| 0b1111), Some(0.5), "all are alike");
    }

    #[test]
    fn of_a_long_torrent_some_pieces_are_compared() {
        let (mut copies, pieces) = (Copies::default(), 64 * 40);
        copies.add_one(64 * 13);
        let asked = std::cell::RefCell::new(Vec::new());
        let rank = copies.rank(64 * 13, pieces, |word| {
            asked.borrow_mut().push(word);
            1
        });
        assert_eq!(rank, Some(1.0));
        assert!(asked.borrow().len() == COMPARED_WORDS && asked.borrow().iter().all(|word| word % 10 == 3));
    }

    #[test]
    fn nothing_is_counted_below_nothing() {
        let mut copies = Copies::default();
        copies.remove(&[1]);
        assert_eq!((copies.lowest(64), copies.lowest(0), copies.sum()), (0, 0, 0));
    }
}
