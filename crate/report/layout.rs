//! How may files lie in the pieces of a torrent whose info dictionary is not in the capture?
//!
//! In: files in an order, with their lengths, and what peers said of the torrent's pieces. Out: every [`Layout`] that contradicts none of it.
//! Pieces are powers of two of at least 16 KiB (BEP 52 demands it, BEP 3 calls it usual), and files lie end to end (BEP 3) or each begins a
//! piece (BEP 52, BEP 47). A fact that fits no such layout leaves none, so torrents with other pieces are missed and not invented.

/// What the capture says of a torrent's pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The highest index of a piece that anyone had, or sent.
    pub(super) highest: Option<u32>,
    /// Bytes of a bitfield: pieces, eight to a byte.
    pub(super) bitfield: Option<u32>,
    /// Ends of blocks, each with the index of its piece.
    pub(super) ends: Vec<(u32, u32)>,
    /// Hashes of version 2 were asked for: then each file begins a piece.
    pub(super) version_2: bool,
}

/// A file in a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    /// Which.
    pub(super) file: usize,
    /// Bytes from the start of the first piece to the file.
    pub(super) offset: u64,
    /// Its bytes.
    pub(super) length: u64,
}

/// Files in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Bytes of a piece.
    pub(super) piece_length: u64,
    /// The files, as they follow each other.
    pub(super) files: Vec<Placed>,
    /// Each file begins a piece.
    pub(super) aligned: bool,
}

impl Layout {
    /// Lays files, each given with its length, in this order; `None` where there are more bytes than a number holds.
    pub(super) fn new(files: &[(usize, u64)], piece_length: u64, aligned: bool) -> Option<Self> {
        let mut offset = 0_u64;
        let mut placed = Vec::with_capacity(files.len());
        for (file, length) in files {
            placed.push(Placed { file: *file, offset, length: *length });
            offset = offset.checked_add(*length)?;
            if aligned {
                offset = offset.checked_next_multiple_of(piece_length)?;
            }
        }
        Some(Layout { piece_length, files: placed, aligned })
    }

    /// All layouts of these files, in this order, that the facts allow.
    pub(super) fn all(files: &[(usize, u64)], aligned: bool, facts: &Facts) -> Vec<Layout> {
        let lengths = PIECE_BITS.map(|bits| 1_u64 << bits);
        lengths.filter_map(|length| Layout::new(files, length, aligned)).filter(|layout| layout.fits(facts)).collect()
    }

    /// Bytes from the start of the first piece to the end of the last file.
    pub(super) fn size(&self) -> u64 {
        self.files.last().map_or(0, |last| last.offset.saturating_add(last.length))
    }

    /// Bytes of all files.
    pub(super) fn total(&self) -> u64 {
        self.files.iter().map(|file| file.length).fold(0, u64::saturating_add)
    }

    pub(super) fn piece_count(&self) -> u64 {
        self.size().div_ceil(self.piece_length)
    }

    /// Bytes of files in the piece at `index`; 0 when there is no such piece.
    pub(super) fn piece_bytes(&self, index: u64) -> u64 {
        let begin = index.saturating_mul(self.piece_length);
        let end = begin.saturating_add(self.piece_length);
        let ends = |file: &Placed| file.offset.saturating_add(file.length);
        let before = self.files.partition_point(|file| ends(file) <= begin);
        let within = self.files.iter().skip(before).take_while(|file| file.offset < end);
        within.map(|file| ends(file).min(end).saturating_sub(file.offset.max(begin))).sum()
    }

    /// Whether a client that has nothing of the torrent may say that it lacks `bytes`. Libtorrent counts the padding of files that begin
    /// pieces, that behind the last one included; others leave that out.
    pub(super) fn may_lack(&self, bytes: u64) -> bool {
        let all_pieces = self.piece_count().saturating_mul(self.piece_length);
        let single = self.files.len() == 1;
        (single || !self.aligned) && bytes == self.total() || (single || self.aligned) && (bytes == all_pieces || bytes == self.size())
    }

    /// Whether a client asks for this part of a file in blocks of pieces: it begins and ends where a block of 16 KiB does, or the file.
    pub(super) fn is_of_blocks(&self, file: usize, first: u64, last: Option<u64>) -> bool {
        self.is_even(file, first, last, BLOCK_BYTES)
    }

    /// The same for whole pieces.
    pub(super) fn is_of_pieces(&self, file: usize, first: u64, last: Option<u64>) -> bool {
        self.is_even(file, first, last, self.piece_length)
    }

    fn is_even(&self, file: usize, first: u64, last: Option<u64>, unit: u64) -> bool {
        let Some(place) = self.files.iter().find(|place| place.file == file) else { return false };
        let even = |at: u64| place.offset.checked_add(at).is_some_and(|at| at % unit == 0);
        let end = last.map_or(place.length, |last| last.saturating_add(1));
        first < end && end <= place.length && (first == 0 || even(first)) && (end == place.length || even(end))
    }

    /// Whether it contradicts nothing that is known.
    fn fits(&self, facts: &Facts) -> bool {
        let count = self.piece_count();
        let block_fits = |(index, end): &(u32, u32)| {
            let (bytes, end) = (self.piece_bytes(u64::from(*index)), u64::from(*end));
            // A block that is shorter than others ends where the piece does. Padding may be asked for as if it were data.
            let most = if self.aligned { self.piece_length } else { bytes };
            end <= most && (end % BLOCK_BYTES == 0 || end == bytes)
        };
        facts.highest.is_none_or(|highest| u64::from(highest) < count)
            && facts.bitfield.is_none_or(|bytes| count.div_ceil(8) == u64::from(bytes))
            && (self.aligned || !facts.version_2 || self.files.len() == 1)
            && facts.ends.iter().all(block_fits)
    }
}

/// Pieces have from 16 KiB to 256 MiB: larger ones are in no use.
const PIECE_BITS: std::ops::RangeInclusive<u32> = 14..=28;
/// What clients ask for at a time.
const BLOCK_BYTES: u64 = 16 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: u64 = 1 << 10;

    fn facts(highest: u32, ends: &[(u32, u32)]) -> Facts {
        Facts { highest: Some(highest), ends: ends.to_vec(), ..Facts::default() }
    }

    fn lengths(files: &[(usize, u64)], aligned: bool, facts: &Facts) -> Vec<u64> {
        Layout::all(files, aligned, facts).iter().map(|layout| layout.piece_length / KIB).collect()
    }

    #[test]
    fn pieces_are_told_by_indices_and_ends_of_blocks() {
        let files = [(0, 2048 * KIB)];
        assert_eq!(lengths(&files, false, &Facts::default()).len(), 15);
        assert_eq!(lengths(&files, false, &facts(31, &[])), [16, 32, 64]);
        assert_eq!(lengths(&files, false, &facts(31, &[(3, 64 << 10)])), [64]);
        assert_eq!(lengths(&files, false, &facts(31, &[(3, 128 << 10)])), [0; 0]);
        assert_eq!(lengths(&files, false, &facts(32, &[(3, 64 << 10)])), [0; 0]);
        assert_eq!(lengths(&files, false, &Facts { bitfield: Some(4), ..Facts::default() }), [64]);
        assert_eq!(lengths(&files, false, &facts(0, &[(3, 5000)])), [0; 0], "a short piece in the middle");
    }

    #[test]
    fn ends_of_files_that_begin_pieces() {
        let files = [(0, 100_000), (1, 5000), (2, 20_000)];
        let short = facts(3, &[(2, 5000), (3, 20_000), (0, 64 << 10)]);
        assert_eq!((lengths(&files, true, &short), lengths(&files, false, &short)), (vec![64], vec![]));
        let layout = Layout::new(&files, 64 * KIB, true).unwrap();
        assert_eq!(layout.files.iter().map(|file| file.offset / KIB).collect::<Vec<_>>(), [0, 128, 192]);
        assert_eq!((0..5).map(|index| layout.piece_bytes(index)).collect::<Vec<_>>(), [65536, 34464, 5000, 20_000, 0]);
        assert_eq!((layout.piece_count(), layout.total()), (4, 125_000));
        assert!(layout.may_lack(4 * 65536) && layout.may_lack(3 * 65536 + 20_000) && !layout.may_lack(125_000));
        let version_2 = Facts { version_2: true, ..facts(1, &[(1, 64 << 10)]) };
        assert_eq!(lengths(&files, false, &version_2), [0; 0]);
    }

    #[test]
    fn files_end_to_end() {
        let layout = Layout::new(&[(7, 1000), (3, 0), (4, 99_000)], 64 * KIB, false).unwrap();
        assert_eq!((layout.size(), layout.piece_count(), layout.piece_bytes(1)), (100_000, 2, 34_464));
        assert!(layout.may_lack(100_000) && !layout.may_lack(2 * 65536));
        assert!(layout.is_of_pieces(4, 0, None) && layout.is_of_pieces(4, 64_536, Some(98_999)) && layout.is_of_pieces(7, 0, Some(999)));
        assert!(layout.is_of_blocks(4, 16_384 - 1000, None) && !layout.is_of_pieces(4, 16_384 - 1000, None));
        assert!(!layout.is_of_blocks(4, 16_384, None) && !layout.is_of_blocks(4, 0, Some(99_000)) && !layout.is_of_blocks(9, 0, None));
        assert_eq!(Layout::new(&[(0, u64::MAX), (1, 1)], 64 * KIB, false), None);
        assert_eq!(Layout::new(&[(0, u64::MAX)], 64 * KIB, true), None);
        assert_eq!(Layout::new(&[], 64 * KIB, true).unwrap().piece_bytes(0), 0);
    }
}
