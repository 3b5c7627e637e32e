//! Amounts over time, in bins that become wider as the time becomes longer.
//!
//! In: an amount and its time, in any order. Out: sums for each of at most [`BINS`] bins of equal width. Nobody knows beforehand how long
//! a capture is: the narrowest bins are a sixteenth of a second wide, and whenever there would be too many, neighbours become one. Bins begin
//! at multiples of their width since the epoch, so that the bins of any two series fit each other.

use super::Time;

/// Amounts in bins of equal width.
#[derive(Clone, Debug)]
pub struct Series {
    /// The bins are [`NARROWEST`] · 2^`width` nanoseconds wide.
    width: u8,
    /// The most bins there may be.
    most: u16,
    /// The number of the first bin, counted from the epoch.
    first: i64,
    bins: Vec<u64>,
    /// The bin that was added to last, when it begins, in nanoseconds since the epoch, and how many it lasts: the next amount mostly belongs to
    /// the same one, and one comparison tells.
    at: usize,
    begin: i64,
    lasts: u64,
}

/// Bins side by side, on which several series can be laid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    width: u8,
    first: i64,
    count: usize,
}

/// The most bins of a series: two pixels each on a wide page.
pub const BINS: usize = 512;

/// Nanoseconds of the narrowest bin: a sixteenth of a second. A 64-bit float holds its multiples exactly.
const NARROWEST: i64 = 62_500_000;

impl Default for Series {
    fn default() -> Self {
        Series::of_at_most(BINS)
    }
}

impl Series {
    /// An empty series of at most `bins` bins, from 2 to [`BINS`].
    pub fn of_at_most(bins: usize) -> Self {
        let most = u16::try_from(bins.clamp(2, BINS)).unwrap_or(2);
        Series { width: 0, most, first: 0, bins: Vec::new(), at: 0, begin: 0, lasts: 0 }
    }

    /// Adds an amount at a time, which may be before those that were added.
    #[inline]
    pub fn add(&mut self, time: Time, amount: u64) {
        if time.nanos().wrapping_sub(self.begin).cast_unsigned() >= self.lasts {
            self.turn_to(time);
        }
        if let Some(bin) = self.bins.get_mut(self.at) {
            *bin = bin.wrapping_add(amount);
        }
    }

    /// Everything that was added.
    pub fn total(&self) -> u64 {
        self.bins.iter().fold(0, |sum, bin| sum.saturating_add(*bin))
    }

    /// Whether nothing was added, not even an amount of 0.
    pub fn is_empty(&self) -> bool {
        self.bins.is_empty()
    }

    /// How wide the bins are: 2 to this power sixteenths of a second.
    pub fn width(&self) -> u8 {
        self.width
    }

    /// The same amounts in wider bins, of 2^`width` sixteenths of a second; the same series where its bins are as wide or wider.
    pub fn to_width(&self, width: u8) -> Series {
        let mut wider = self.clone();
        while wider.width < width {
            wider.widen();
        }
        wider.lasts = 0;
        wider
    }

    /// The sum of several series, with bins as wide as the widest of them, or wider where they lie far apart.
    pub fn sum<'a>(of: impl Iterator<Item = &'a Series>) -> Series {
        let mut sum = Series::default();
        for series in of {
            let width = sum.width.max(series.width);
            sum = sum.to_width(width);
            let series = series.to_width(width);
            for (number, amount) in (series.first..).zip(&series.bins).filter(|(_, amount)| **amount > 0) {
                // Adding may widen the sum: the bin is found by when it begins.
                sum.add(Time::from_nanos(begin_of(number, series.width)), *amount);
            }
        }
        sum
    }

    /// The amounts on a grid. What lies outside is added to its first or last bin; a bin wider than the grid's is spread evenly.
    pub fn on(&self, grid: &Grid) -> Vec<u64> {
        let mut amounts = vec![0; grid.count];
        self.add_on(grid, &mut amounts);
        amounts
    }

    /// Adds the amounts on a grid to `sums`, as [`on`](Self::on) has them.
    pub fn add_on(&self, grid: &Grid, sums: &mut [u64]) {
        let last = grid.first.saturating_add_unsigned(grid.count as u64).saturating_sub(1);
        for (number, amount) in (self.first..).zip(&self.bins).filter(|(_, amount)| **amount > 0) {
            let (from, to) = if grid.width >= self.width {
                let number = number >> (grid.width - self.width);
                (number, number)
            } else {
                let finer = self.width - grid.width;
                (number << finer, ((number + 1) << finer) - 1)
            };
            let (from, to) = (from.clamp(grid.first, last), to.clamp(grid.first, last));
            let bins = usize::try_from(from - grid.first).ok().zip(usize::try_from(to - grid.first).ok());
            if let Some(bins) = bins.and_then(|(from, to)| sums.get_mut(from..=to)) {
                spread(*amount, bins);
            }
        }
    }

    /// Makes the bin that a time lies in the one that is added to.
    #[cold]
    fn turn_to(&mut self, time: Time) {
        let narrow = time.nanos().div_euclid(NARROWEST);
        if self.bins.is_empty() {
            self.first = narrow >> self.width;
            self.bins.push(0);
        }
        let mut number = narrow >> self.width;
        while self.count_with(number) > u64::from(self.most) {
            self.widen();
            number = narrow >> self.width;
        }
        if let Ok(before @ 1..) = usize::try_from(self.first - number) {
            self.bins.splice(0..0, std::iter::repeat_n(0, before));
            self.first = number;
        }
        self.at = usize::try_from(number - self.first).unwrap_or_default();
        if self.at >= self.bins.len() {
            self.bins.resize(self.at + 1, 0);
        }
        // May wrap, and is subtracted as it wraps.
        self.begin = (number << self.width).wrapping_mul(NARROWEST);
        self.lasts = NARROWEST.cast_unsigned() << self.width;
    }

    /// How many bins there are with the one of this number.
    fn count_with(&self, number: i64) -> u64 {
        let last = self.first.saturating_add_unsigned(self.bins.len() as u64) - 1;
        (last.max(number) - self.first.min(number)).cast_unsigned() + 1
    }

    /// Makes bins twice as wide.
    fn widen(&mut self) {
        let odd = usize::from(self.first & 1 == 1 && !self.bins.is_empty());
        let (alone, pairs) = self.bins.split_at(odd);
        let pairs = pairs.chunks(2).map(|pair| pair.iter().fold(0, |sum: u64, bin| sum.saturating_add(*bin)));
        self.bins = alone.iter().copied().chain(pairs).collect();
        self.first >>= 1;
        self.width += 1;
        // The bin that was added to last is no more where it was.
        self.lasts = 0;
    }
}

impl Grid {
    /// The narrowest grid of at most [`BINS`] bins that all of the series lie on; `None` where they are empty. Bins of a series with fewer
    /// than that may reach beyond what was added: `within` bounds the grid where it is given.
    pub fn over<'a>(of: impl Iterator<Item = &'a Series>, within: Option<&Grid>) -> Option<Grid> {
        let ends = |series: &Series| {
            let end = series.first.saturating_add_unsigned(series.bins.len() as u64);
            (series.first << series.width, (end << series.width) - 1)
        };
        let ends = of.filter(|series| !series.is_empty()).map(ends);
        let (mut from, mut to) = ends.reduce(|all, ends| (all.0.min(ends.0), all.1.max(ends.1)))?;
        let mut width = 0;
        if let Some(grid) = within {
            let (least, most) = (grid.first << grid.width, ((grid.first + grid.count as i64) << grid.width) - 1);
            (from, to) = (from.clamp(least, most), to.clamp(least, most));
        }
        while ((to >> width) - (from >> width)).cast_unsigned() >= BINS as u64 {
            width += 1;
        }
        let count = usize::try_from((to >> width) - (from >> width)).ok()? + 1;
        Some(Grid { width, first: from >> width, count })
    }

    /// How many bins it has.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Seconds that each bin lasts.
    pub fn bin_seconds(&self) -> f64 {
        (NARROWEST.cast_unsigned() << self.width) as f64 / 1e9
    }

    /// When the first bin begins.
    pub fn first_time(&self) -> Time {
        Time::from_nanos(begin_of(self.first, self.width))
    }
}

/// When a bin begins, in nanoseconds since the epoch, or when [`Time`] does.
fn begin_of(number: i64, width: u8) -> i64 {
    (number << width).saturating_mul(NARROWEST)
}

/// Adds an amount to bins evenly; what cannot be divided goes to the first of them, one each.
fn spread(amount: u64, bins: &mut [u64]) {
    let count = bins.len() as u64;
    let (each, rest) = (amount / count.max(1), amount % count.max(1));
    for (bin, place) in bins.iter_mut().zip(0_u64..) {
        *bin = bin.saturating_add(each + u64::from(place < rest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn at(seconds: i64) -> Time {
        Time::from_nanos(seconds * SECOND)
    }

    fn series(amounts: &[(i64, u64)]) -> Series {
        let mut series = Series::default();
        amounts.iter().for_each(|(seconds, amount)| series.add(at(*seconds), *amount));
        series
    }

    /// Which bins are not empty: when each begins, in seconds, and its amount.
    fn told(series: &Series) -> Vec<(f64, u64)> {
        let begin = |number| begin_of(number, series.width) as f64 / 1e9;
        (series.first..).zip(&series.bins).filter(|(_, amount)| **amount > 0).map(|(number, amount)| (begin(number), *amount)).collect()
    }

    #[test]
    fn bins_double_until_all_fit() {
        let mut series = series(&[(100, 1)]);
        assert_eq!((told(&series), series.width()), (vec![(100.0, 1)], 0));
        series.add(Time::from_nanos(100 * SECOND + 62_499_999), 2);
        series.add(Time::from_nanos(100 * SECOND + 62_500_000), 3);
        assert_eq!(told(&series), [(100.0, 3), (100.0625, 3)]);
        series.add(at(132), 4);
        assert_eq!((told(&series), series.width()), (vec![(100.0, 6), (132.0, 4)], 1));
        series.add(at(0), 5);
        assert_eq!((series.width(), series.total(), told(&series).first()), (3, 15, Some(&(0.0, 5))));
    }

    #[test]
    fn times_may_jump_by_centuries_and_lie_before_the_epoch() {
        let mut series = Series::default();
        let times = [0, -1, i64::MAX, i64::MIN, 1_800_000_000 * SECOND, -1_000_000 * SECOND, i64::MIN + 1];
        for (count, time) in (1..).zip(times) {
            series.add(Time::from_nanos(time), 1);
            assert_eq!((series.total(), series.bins.len() <= BINS), (count, true));
        }
        let grid = Grid::over([&series].into_iter(), None).unwrap();
        assert_eq!(series.on(&grid).iter().sum::<u64>(), 7);
    }

    #[test]
    fn every_amount_is_in_the_bin_of_its_time() {
        let mut seed = 7_u64;
        let mut below = |bound: i64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33).cast_signed() % bound
        };
        for most in [2, 3, 32, 100, BINS] {
            let mut series = Series::of_at_most(most);
            let mut added = Vec::new();
            for round in 0..400 {
                let reach = 1 << below(12);
                let time = 1_000_000 + below(reach) - if round % 3 == 0 { reach } else { 0 };
                let amount = below(1000).cast_unsigned();
                series.add(at(time), amount);
                added.push((time * 16, amount));
            }
            assert!(series.bins.len() <= most && series.bins.len() > most / 4, "{} of {most}", series.bins.len());
            for (number, bin) in (series.first..).zip(&series.bins) {
                let of_bin = added.iter().filter(|(time, _)| time >> series.width == number);
                assert_eq!(of_bin.map(|(_, amount)| amount).sum::<u64>(), *bin);
            }
        }
    }

    #[test]
    fn series_of_different_widths_add_up() {
        let (long, short, none) = (series(&[(0, 1), (600, 2)]), series(&[(300, 5)]), Series::default());
        let sum = Series::sum([&short, &none, &long].into_iter());
        assert_eq!((sum.total(), sum.width()), (8, long.width()));
        assert_eq!(told(&sum), told(&Series::sum([&long, &short].into_iter())));
        assert_eq!(short.to_width(9).total(), 5);
        assert_eq!(short.to_width(9).to_width(2).width(), 9, "never narrower");
        let apart = Series::sum([&series(&[(0, 1)]), &series(&[(100_000, 1)])].into_iter());
        assert!(apart.bins.len() <= BINS && apart.total() == 2);
        let mut wider = short.to_width(3);
        wider.add(at(301), 1);
        assert_eq!(wider.total(), 6);
    }

    #[test]
    fn series_lie_on_one_grid() {
        let (long, short) = (series(&[(0, 1), (600, 2)]), series(&[(300, 5)]));
        let grid = Grid::over([&long, &short].into_iter(), None).unwrap();
        assert_eq!((grid.bin_seconds(), grid.first_time(), grid.count()), (2.0, at(0), 301));
        let amounts = short.on(&grid);
        assert_eq!((amounts.len(), amounts[150], amounts.iter().sum::<u64>()), (301, 5, 5));
        let mut coarse = Series::of_at_most(2);
        [0, 599].into_iter().for_each(|seconds| coarse.add(at(seconds), 1000));
        let spread = coarse.on(&grid);
        assert_eq!(spread.iter().sum::<u64>(), 2000, "spread, and nothing beyond the grid");
        assert!(spread.iter().all(|amount| (3..=1000).contains(amount)));
        let outside = series(&[(-50, 7), (9999, 8)]).on(&grid);
        assert_eq!((outside[0], outside[300]), (7, 8));
        assert_eq!(Grid::over([&Series::default()].into_iter(), None), None);
        let within = Grid::over([&coarse].into_iter(), Some(&grid)).unwrap();
        assert!(within.first_time() >= at(0) && within.count() <= 301);
    }
}
