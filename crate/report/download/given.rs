//! Torrents of which all is known before any peer of theirs is met: they are listed once one is.

use std::sync::Arc;

use super::{DownloadAnalysis, Sizes};
use crate::base::{Code, InfoHash, Limits};
use crate::protocol::info_dictionary::{InfoDictionary, MetadataSource};

impl DownloadAnalysis {
    /// Takes what a torrent is, before the capture begins.
    pub(in crate::report) fn give(&mut self, dictionary: &InfoDictionary, found: &mut impl FnMut(Code)) {
        if dictionary.names().all(|name| self.given.contains_key(&name)) {
            return;
        }
        let dictionary = kept(dictionary, &mut self.files_memory, &self.limits, found);
        for name in dictionary.names() {
            self.given.insert(name, Arc::clone(&dictionary));
        }
    }

    /// A torrent was met: takes what is known of it, under all of its names.
    pub(super) fn recognise(&mut self, index: u32, info_hash: InfoHash) {
        let Some(dictionary) = self.given.get(&info_hash).cloned() else { return };
        for name in dictionary.names() {
            self.by_hash.insert(Some(name), index);
        }
        if let Some(torrent) = self.torrents.get_mut(index as usize).and_then(Option::as_mut) {
            torrent.info_hash = dictionary.names().next();
            torrent.dictionary = Some((dictionary, None, MetadataSource::TorrentFile));
        }
    }

    /// Whether a peer of the torrent was met, or a part of it seen.
    pub(in crate::report) fn is_met(&self, info_hash: InfoHash) -> bool {
        self.torrent(Some(info_hash)).is_some()
    }

    /// Every name in messages of a torrent that is met or was given.
    pub(in crate::report) fn names(&self, info_hash: InfoHash) -> impl Iterator<Item = InfoHash> {
        let upgraded = self.torrent(Some(info_hash)).into_iter().flat_map(|torrent| torrent.info_hash.into_iter().chain(torrent.upgraded));
        self.dictionary(info_hash).into_iter().flat_map(InfoDictionary::names).chain(upgraded)
    }

    /// The sizes of a torrent, where they are known.
    pub(in crate::report) fn sizes(&self, info_hash: InfoHash) -> Option<Sizes> {
        self.dictionary(info_hash).map(Sizes::of).or_else(|| self.torrent(Some(info_hash))?.sizes)
    }
}

impl Sizes {
    /// As an info dictionary says.
    pub(super) fn of(dictionary: &InfoDictionary) -> Self {
        Sizes { piece_length: dictionary.piece_length, piece_count: dictionary.piece_count.into(), total: dictionary.total_size }
    }
}

/// A dictionary to keep: without its files where there are too many of them.
pub(super) fn kept(dictionary: &InfoDictionary, memory: &mut usize, limits: &Limits, found: &mut impl FnMut(Code)) -> Arc<InfoDictionary> {
    let mut dictionary = dictionary.clone();
    if *memory + dictionary.memory() > limits.total_metadata_bytes {
        dictionary.files.clear();
        found(Code::LimitMetadata);
    }
    *memory += dictionary.memory();
    Arc::new(dictionary)
}
