//! What a connection without a handshake can be held against: the shape of torrents, and when connections carried blocks of them.

use super::{DownloadAnalysis, TorrentState};
use crate::base::{InfoHash, PiecesRoot, Time};
use crate::flow::FlowId;
use crate::protocol::info_dictionary::InfoDictionary;

/// What is known of a torrent's pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct Shape {
    /// How many it has; `None` until the info dictionary is known.
    pub(in crate::report) piece_count: Option<u32>,
    /// Their length; `None` until the info dictionary is known.
    pub(in crate::report) piece_length: Option<u64>,
    /// The highest index that is certain.
    pub(in crate::report) highest_index: Option<u32>,
    /// The last piece and where it ends, if that is not where a block of the usual size would.
    pub(in crate::report) tail: Option<(u32, u32)>,
}

/// From the first to the last of some moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) struct Span {
    pub(in crate::report) first: Time,
    pub(in crate::report) last: Time,
}

impl DownloadAnalysis {
    /// The name under which a torrent is listed that has several.
    pub(in crate::report) fn canonical(&self, info_hash: InfoHash) -> InfoHash {
        self.first_name(info_hash)
    }

    /// When a connection carried blocks of a torrent.
    pub(in crate::report) fn carried(&self, flow: FlowId, torrent: InfoHash) -> Option<Span> {
        let index = self.by_hash.get(&Some(torrent))?;
        *self.counted.get(&(flow, *index))?
    }

    /// The torrents whose info dictionary lists a file of this content.
    pub(in crate::report) fn with_root(&self, root: PiecesRoot) -> impl Iterator<Item = InfoHash> {
        let lists = move |state: &&TorrentState| {
            let files = state.dictionary.as_ref().map(|(dictionary, ..)| dictionary.files.as_slice());
            files.unwrap_or_default().iter().any(|file| file.pieces_root == Some(root))
        };
        let given = self.given.values().filter(move |dictionary| dictionary.files.iter().any(|file| file.pieces_root == Some(root)));
        let given = given.filter_map(|dictionary| dictionary.names().next());
        self.torrents.iter().flatten().filter(lists).filter_map(|state| state.info_hash).chain(given)
    }

    /// What is known of a torrent's pieces.
    pub(in crate::report) fn shape(&self, info_hash: InfoHash) -> Shape {
        let given = || self.given.get(&info_hash).map(|dictionary| Shape::of(dictionary));
        self.torrent(Some(info_hash)).map(TorrentState::shape).or_else(given).unwrap_or_default()
    }
}

impl TorrentState {
    pub(super) fn shape(&self) -> Shape {
        let last_seen = self.pieces.last_key_value();
        let Some((dictionary, ..)) = &self.dictionary else {
            let tail = last_seen.and_then(|(index, piece)| odd(*index, piece.extent.end()?));
            return Shape { highest_index: last_seen.map(|(index, _)| *index), tail, ..Shape::default() };
        };
        Shape::of(dictionary)
    }
}

/// The end of a piece that is not where a block of the usual size ends.
fn odd(index: u32, end: u32) -> Option<(u32, u32)> {
    (!end.is_multiple_of(1 << 14)).then_some((index, end))
}

impl Shape {
    /// As an info dictionary says.
    fn of(dictionary: &InfoDictionary) -> Self {
        let last = dictionary.piece_count.saturating_sub(1);
        let end = dictionary.files.iter().map(|file| file.offset.saturating_add(file.length)).max();
        let rest = end.and_then(|end| end.checked_sub(u64::from(last).checked_mul(dictionary.piece_length)?));
        let tail = rest.and_then(|rest| odd(last, u32::try_from(rest).ok()?));
        let (piece_count, piece_length) = (Some(dictionary.piece_count), Some(dictionary.piece_length));
        Shape { piece_count, piece_length, highest_index: Some(last), tail }
    }
}

impl Span {
    pub(super) fn at(time: Time) -> Self {
        Span { first: time, last: time }
    }

    /// With one more moment.
    pub(super) fn with(self, time: Time) -> Self {
        Span { first: self.first.min(time), last: self.last.max(time) }
    }

    /// Whether both hold a moment.
    pub(in crate::report) fn meets(self, other: Span) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}
