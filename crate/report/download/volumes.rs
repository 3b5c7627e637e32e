//! How much of each torrent came into the local network, and how much went out.

use std::net::IpAddr;

use super::{DownloadAnalysis, TorrentState};
use crate::base::{InfoHash, Map};

/// Bytes of blocks that are in the capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct Volumes {
    /// To hosts of the local network.
    pub(in crate::report) down: u64,
    /// From them.
    pub(in crate::report) up: u64,
}

impl DownloadAnalysis {
    /// What each torrent's blocks brought to the hosts for which `is_local` says so, and took from them.
    pub(in crate::report) fn volumes(&self, is_local: impl Fn(IpAddr) -> bool) -> Map<InfoHash, Volumes> {
        let local: Vec<bool> = self.endpoints.iter().map(|endpoint| is_local(endpoint.address)).collect();
        let is_local = |endpoint: u32| local.get(endpoint as usize).copied().unwrap_or_default();
        self.torrents.iter().flatten().filter_map(|torrent| Some((torrent.info_hash?, torrent.volumes(is_local)))).collect()
    }
}

impl TorrentState {
    fn volumes(&self, is_local: impl Fn(u32) -> bool) -> Volumes {
        let received = self.pieces.values().flat_map(|piece| piece.receivers.iter());
        Volumes {
            down: received.filter(|(endpoint, _)| is_local(*endpoint)).map(|(_, bytes)| *bytes).sum(),
            up: self.contributors.iter().filter(|(endpoint, _)| is_local(**endpoint)).map(|(_, sent)| sent.bytes).sum(),
        }
    }
}
