//! How long is each piece of a torrent?

use serde::{Deserialize, Serialize};

use crate::base::Map;
use crate::protocol::info_dictionary::InfoDictionary;
use crate::report::download::Sizes;

/// The lengths of a torrent's pieces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Geometry {
    /// Pieces.
    pub(super) pieces: u32,
    /// Bytes of a piece.
    pub(super) piece_length: u64,
    /// Bytes of the pieces that are shorter, by index: the last one, and in version 2 the last of each file.
    tails: Map<u32, u32>,
    /// No info dictionary tells it.
    #[serde(skip)]
    pub(super) is_inferred: bool,
}

impl Geometry {
    /// As an info dictionary says it.
    pub(super) fn of(dictionary: &InfoDictionary) -> Self {
        let InfoDictionary { piece_count, piece_length, files, .. } = dictionary;
        let mut tails = Map::default();
        let ends = files.iter().map(|file| file.offset.saturating_add(file.length));
        let begins = files.iter().skip(1).map(|file| Some(file.offset)).chain([None]);
        for (end, _) in ends.zip(begins).filter(|(end, next)| *next != Some(*end)) {
            let (Some(piece), Some(length)) = (end.checked_div(*piece_length), end.checked_rem(*piece_length)) else { continue };
            if let (Ok(piece), Ok(length @ 1..)) = (u32::try_from(piece), u32::try_from(length)) {
                tails.insert(piece, length);
            }
        }
        Geometry { pieces: *piece_count, piece_length: *piece_length, tails, is_inferred: false }
    }

    /// As files prove it of which no info dictionary tells; `None` where the pieces have no number. Which pieces are shorter is left open.
    pub(super) fn sized(sizes: Sizes) -> Option<Self> {
        let pieces = u32::try_from(sizes.piece_count).ok()?;
        Some(Geometry { pieces, piece_length: sizes.piece_length, tails: Map::default(), is_inferred: true })
    }

    /// Bytes of piece `index`; `None` where the torrent has no such piece.
    pub(super) fn length(&self, index: u32) -> Option<u64> {
        (index < self.pieces).then(|| self.tails.get(&index).map_or(self.piece_length, |tail| u64::from(*tail)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::info_dictionary::File;

    fn geometry(pieces: u32, files: &[(u64, u64)]) -> Geometry {
        let file = |(offset, length): &(u64, u64)| File { path: String::new(), length: *length, offset: *offset, pieces_root: None };
        Geometry::of(&InfoDictionary {
            info_hash: None,
            info_hash_v2: None,
            name: String::new(),
            piece_length: 100,
            piece_count: pieces,
            total_size: files.iter().map(|(_, length)| length).sum(),
            private: false,
            files: files.iter().map(file).collect(),
            hashes: Default::default(),
        })
    }

    #[test]
    fn pieces_end_where_files_end_and_the_next_begins_apart() {
        let lengths = |geometry: &Geometry| (0..=geometry.pieces).map(|index| geometry.length(index)).collect::<Vec<_>>();
        assert_eq!(lengths(&geometry(3, &[(0, 150), (150, 0), (150, 90)])), [Some(100), Some(100), Some(40), None], "back to back");
        assert_eq!(lengths(&geometry(3, &[(0, 150), (200, 0), (200, 7)])), [Some(100), Some(50), Some(7), None], "each at a piece's start");
        assert_eq!(lengths(&geometry(2, &[(0, 200)])), [Some(100), Some(100), None]);
        assert_eq!(geometry(0, &[]).length(0), None);
    }
}
