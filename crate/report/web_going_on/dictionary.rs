//! An info dictionary for the capture that goes on: without the hashes of its pieces, which only a verification needs.

use serde::{Deserialize, Serialize};

use crate::base::{InfoHash, InfoHashV2, PiecesRoot};
use crate::protocol::info_dictionary::{File, InfoDictionary, NAME_BYTES};

/// What a torrent is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnfinishedDictionary {
    info_hash: Option<InfoHash>,
    info_hash_v2: Option<InfoHashV2>,
    name: String,
    piece_length: u64,
    piece_count: u32,
    private: bool,
    files: Vec<UnfinishedEntry>,
}

/// A file of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedEntry {
    path: String,
    length: u64,
    offset: u64,
    pieces_root: Option<PiecesRoot>,
}

impl UnfinishedDictionary {
    /// As much of it as goes on; `None` of one that would not be [taken](Self::whole).
    pub(super) fn of(dictionary: &InfoDictionary) -> Option<Self> {
        let InfoDictionary { info_hash, info_hash_v2, piece_length, piece_count, private, .. } = *dictionary;
        let entry = |file: &File| {
            let File { length, offset, pieces_root, .. } = *file;
            UnfinishedEntry { path: file.path.clone(), length, offset, pieces_root }
        };
        let files: Vec<_> = dictionary.files.iter().map(entry).collect();
        let name = dictionary.name.clone();
        let told = UnfinishedDictionary { info_hash, info_hash_v2, name, piece_length, piece_count, private, files };
        told.total().is_some_and(|total| total == dictionary.total_size).then_some(told)
    }

    /// The dictionary; `None` where it cannot be one.
    pub(super) fn whole(self) -> Option<InfoDictionary> {
        let total_size = self.total()?;
        let UnfinishedDictionary { info_hash, info_hash_v2, name, piece_length, piece_count, private, files } = self;
        let file = |entry| {
            let UnfinishedEntry { path, length, offset, pieces_root } = entry;
            File { path, length, offset, pieces_root }
        };
        let files = files.into_iter().map(file).collect();
        let hashes = Default::default();
        let dictionary = InfoDictionary { info_hash, info_hash_v2, name, piece_length, piece_count, total_size, private, files, hashes };
        dictionary.names().next()?;
        Some(dictionary)
    }

    /// Bytes of its files; `None` where they do not lie in its pieces one behind another, or its pieces are fewer or larger than any that is in use.
    fn total(&self) -> Option<u64> {
        let room = self.piece_length.checked_mul(self.piece_count.into())?;
        if self.piece_length < LEAST_PIECE_BYTES || self.piece_count > MOST_PIECES || self.name.len() > NAME_BYTES {
            return None;
        }
        let (mut end, mut total) = (0_u64, 0_u64);
        for UnfinishedEntry { length, offset, .. } in &self.files {
            if *offset < end {
                return None;
            }
            end = offset.checked_add(*length).filter(|end| *end <= room)?;
            total = total.checked_add(*length)?;
        }
        Some(total)
    }
}

/// Pieces of less are in no use.
const LEAST_PIECE_BYTES: u64 = 16 << 10;
/// Pieces of a torrent whose downloads over HTTP are claimed at most.
const MOST_PIECES: u32 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary() -> InfoDictionary {
        let file = |path: &str, offset, length| File { path: path.into(), length, offset, pieces_root: None };
        InfoDictionary {
            info_hash: Some(InfoHash([1; 20])),
            info_hash_v2: None,
            name: "n".into(),
            piece_length: 16 << 10,
            piece_count: 3,
            total_size: 40_000,
            private: true,
            files: vec![file("a", 0, 10_000), file("b", 16 << 10, 0), file("c", 16 << 10, 30_000)],
            hashes: Default::default(),
        }
    }

    #[test]
    fn it_is_the_same_behind_the_seam() {
        let told = UnfinishedDictionary::of(&dictionary()).unwrap();
        let line = serde_json::to_string(&told).unwrap();
        assert_eq!(serde_json::from_str::<UnfinishedDictionary>(&line).unwrap().whole(), Some(dictionary()));
    }

    #[test]
    fn what_cannot_be_one() {
        let refused = |change: &dyn Fn(&mut UnfinishedDictionary)| {
            let mut told = UnfinishedDictionary::of(&dictionary()).unwrap();
            change(&mut told);
            told.whole().is_none()
        };
        assert!(!refused(&|_| {}));
        assert!(refused(&|told| told.piece_length = 0));
        assert!(refused(&|told| told.piece_length = u64::MAX));
        assert!(refused(&|told| told.piece_count = 2), "more bytes than pieces have");
        assert!(refused(&|told| told.piece_count = u32::MAX));
        assert!(refused(&|told| told.files[0].length = 17 << 10), "files over each other");
        assert!(refused(&|told| told.files[2].length = u64::MAX));
        assert!(refused(&|told| told.info_hash = None));
        assert!(refused(&|told| told.name = "n".repeat(NAME_BYTES + 1)));
        assert_eq!(UnfinishedDictionary::of(&InfoDictionary { files: Vec::new(), ..dictionary() }), None, "files that were let go");
    }
}
