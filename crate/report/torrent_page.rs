//! What the page of one torrent shows that takes more than one analysis.

use super::{Analyses, download, swarm};
use crate::base::InfoHash;

impl Analyses {
    /// Who sent which part of a torrent, as of now; `by_peer`: endpoints that are one peer's are one contributor.
    pub fn piece_map(&self, torrent: Option<InfoHash>, by_peer: bool) -> download::PieceMap {
        let download = self.download();
        match torrent.filter(|_| by_peer) {
            Some(info_hash) => download.piece_map_by(torrent, self.swarm.peer_at(info_hash)),
            None => download.piece_map(torrent),
        }
    }

    /// One torrent's swarm over time, as of now; `None` when there is no such torrent.
    pub fn torrent_study(&self, torrent: InfoHash) -> Option<swarm::TorrentStudy> {
        self.swarm.study(torrent, &self.sources, &|address| self.hosts.is_local(address))
    }
}
