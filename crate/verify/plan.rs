//! What a torrent's pieces must be.
//!
//! In: its info dictionary, and the layers of its files' trees. Out: of each piece its bytes, which of them are padding, where the others belong, and
//! whether they hash to what they must: SHA-1 of the whole piece in version 1 (BEP 3), the file's tree in version 2 (BEP 52), both in
//! a hybrid. Padding is zeros (BEP 47).

use std::ops::Range;

use sha1::Sha1;
use sha2::Digest;

use super::merkle::{self, Hash, LEAF_BYTES};
use crate::base::{InfoHash, InfoHashV2};
use crate::protocol::info_dictionary::{File, InfoDictionary};
use crate::report::proof::Hashed;

/// A torrent, as it is to be verified.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it is.
    pub dictionary: InfoDictionary,
    /// Of each file of more than one piece the hashes of its pieces in version 2, where they are known and are right.
    layers: Vec<Option<Vec<Hash>>>,
}

/// A part of a piece that belongs to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The file, by its place in the info dictionary.
    pub file: usize,
    /// Bytes from the file's start.
    pub at: u64,
    /// Which bytes of the piece.
    pub bytes: Range<u32>,
}

/// What a piece was checked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Whether its bytes are right by every hash that is known.
    pub right: bool,
    /// Whether SHA-1 said so.
    pub v1: bool,
    /// Whether the tree of its file said so.
    pub v2: bool,
}

impl Plan {
    /// The plan of a torrent; `None` where its pieces are larger than `longest`.
    pub fn new(dictionary: InfoDictionary, longest: usize) -> Option<Plan> {
        let fits = dictionary.piece_length <= longest as u64;
        let layers = dictionary.files.iter().map(|_| None).collect();
        fits.then_some(Plan { dictionary, layers })
    }

    /// The torrent's names: of version 1, and of version 2.
    pub fn names(&self) -> (Option<InfoHash>, Option<InfoHashV2>) {
        (self.dictionary.info_hash, self.dictionary.info_hash_v2)
    }

    /// The torrent's first name in messages.
    pub fn name(&self) -> InfoHash {
        self.dictionary.names().next().unwrap_or(InfoHash([0; 20]))
    }

    /// The files that need a layer: place, root, and pieces.
    pub fn wanted_layers(&self) -> impl Iterator<Item = (usize, Hash, usize)> {
        let files = self.dictionary.files.iter().enumerate().filter(|(_, file)| file.length > self.dictionary.piece_length);
        files.filter_map(|(at, file)| {
            let pieces = usize::try_from(file.length.div_ceil(self.dictionary.piece_length)).ok()?;
            Some((at, file.pieces_root?.0, pieces))
        })
    }

    /// Whether nothing is missing of what pieces must be.
    pub fn is_whole(&self) -> bool {
        self.wanted_layers().all(|(file, ..)| self.layers.get(file).is_some_and(Option::is_some))
    }

    /// Takes the layer of a file; answers whether its root is the file's.
    pub fn take_layer(&mut self, file: usize, layer: Vec<Hash>) -> bool {
        let Some((_, root, pieces)) = self.wanted_layers().find(|(at, ..)| *at == file) else { return false };
        let width = self.leaves_of_a_piece();
        let right = layer.len() == pieces && merkle::root(layer.clone(), pieces.next_power_of_two(), merkle::absent(width)) == root;
        if let Some(slot) = self.layers.get_mut(file).filter(|_| right) {
            *slot = Some(layer);
        }
        right
    }

    /// The number of the layer whose nodes are pieces.
    pub fn piece_layer(&self) -> u32 {
        self.leaves_of_a_piece().trailing_zeros()
    }

    fn leaves_of_a_piece(&self) -> usize {
        usize::try_from(self.dictionary.piece_length).unwrap_or(usize::MAX).div_ceil(LEAF_BYTES)
    }

    /// Bytes of a piece, padding among them; 0 where there is no such piece.
    pub fn length(&self, index: u32) -> u32 {
        let begin = self.begin(index);
        let end = match self.dictionary.info_hash {
            Some(_) => self.dictionary.hashes.end,
            None => self.file_at(begin).map_or(0, |(_, file)| file.offset + file.length),
        };
        u32::try_from(end.saturating_sub(begin).min(self.dictionary.piece_length)).unwrap_or(0)
    }

    fn begin(&self, index: u32) -> u64 {
        self.dictionary.piece_length.saturating_mul(index.into())
    }

    /// The file that holds a byte.
    fn file_at(&self, at: u64) -> Option<(usize, &File)> {
        let files = &self.dictionary.files;
        let next = files.partition_point(|file| file.offset <= at);
        // Of files that begin at one place all but one are empty.
        let candidates = files.iter().enumerate().take(next).rev();
        candidates.take_while(|(_, file)| file.length == 0 || file.offset + file.length > at).find(|(_, file)| file.length > 0)
    }

    /// The parts of a piece that belong to files.
    pub fn spans(&self, index: u32) -> Vec<Span> {
        let (begin, length) = (self.begin(index), u64::from(self.length(index)));
        let first = self
            .dictionary
            .files
            .partition_point(|file| file.offset + file.length <= begin && file.length > 0 || file.offset + file.length < begin);
        let files = self.dictionary.files.iter().enumerate().skip(first).take_while(|(_, file)| file.offset < begin + length);
        files
            .filter_map(|(at, file)| {
                let from = file.offset.max(begin);
                let to = (file.offset + file.length).min(begin + length);
                let within = |place: u64| u32::try_from(place - begin).ok();
                (from < to).then_some(())?;
                Some(Span { file: at, at: from - file.offset, bytes: within(from)?..within(to)? })
            })
            .collect()
    }

    /// Where a byte of a file lies: the piece, and the byte in it.
    pub fn place(&self, file: usize, at: u64) -> Option<(u32, u32)> {
        let file = self.dictionary.files.get(file).filter(|file| at < file.length)?;
        let place = file.offset.checked_add(at)?;
        let (index, within) = (place / self.dictionary.piece_length, place % self.dictionary.piece_length);
        Some((u32::try_from(index).ok()?, u32::try_from(within).ok()?))
    }

    /// What a piece can be checked by, before it is there.
    pub fn checks(&self, index: u32) -> Checked {
        let v1 = self.dictionary.info_hash.is_some();
        let v2 = self.dictionary.info_hash_v2.is_some() && self.expected(index).is_some();
        Checked { right: false, v1, v2 }
    }

    /// Checks a piece that lies in pages of [`LEAF_BYTES`].
    pub fn check(&self, index: u32, pages: &[&[u8]]) -> Checked {
        let Checked { v1, v2, .. } = self.checks(index);
        let right = (v1 || v2) && (!v1 || self.check_v1(index, pages)) && (!v2 || self.check_v2(index, pages));
        Checked { right, v1, v2 }
    }

    fn check_v1(&self, index: u32, pages: &[&[u8]]) -> bool {
        let mut hash = Sha1::new();
        pages.iter().for_each(|page| hash.update(page));
        let digest: [u8; 20] = hash.finalize().into();
        let at = (index as usize).saturating_mul(20);
        self.dictionary.hashes.digests.get(at..at.saturating_add(20)) == Some(&digest[..])
    }

    fn check_v2(&self, index: u32, pages: &[&[u8]]) -> bool {
        let Some((expected, mut data, width)) = self.expected(index) else { return false };
        let mut due = Vec::with_capacity(pages.len());
        for page in pages {
            let page = page.get(..data).unwrap_or(page);
            due.extend((!page.is_empty()).then_some(page));
            data -= page.len();
        }
        data == 0 && merkle::root(merkle::leaves(&due), width, [0; 32]) == expected
    }

    /// What a piece must be in version 2: its node, its bytes without padding, and the leaves under that node.
    fn expected(&self, index: u32) -> Option<(Hash, usize, usize)> {
        let begin = self.begin(index);
        let (at, file) = self.file_at(begin)?;
        let left = usize::try_from((file.offset + file.length - begin).min(self.dictionary.piece_length)).ok()?;
        if file.length <= self.dictionary.piece_length {
            return Some((file.pieces_root?.0, left, left.div_ceil(LEAF_BYTES).next_power_of_two()));
        }
        let nth = usize::try_from((begin - file.offset) / self.dictionary.piece_length).ok()?;
        let node = self.layers.get(at)?.as_ref()?.get(nth)?;
        Some((*node, left, self.leaves_of_a_piece()))
    }
}

impl Checked {
    /// Whether anything can be checked.
    pub fn known(self) -> bool {
        self.v1 || self.v2
    }

    /// Words for the hashes.
    pub fn names(self) -> Vec<Hashed> {
        [(self.v1, Hashed::Sha1), (self.v2, Hashed::Sha256)].into_iter().filter(|(known, _)| *known).map(|(_, name)| name).collect()
    }
}
