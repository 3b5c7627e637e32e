//! One torrent's swarm over time: the pictures of its page, and their numbers.
//!
//! In: what the analysis knows. Out: how each peer's progress rose, which downloads are confirmed and when, how many copies of the pieces there
//! were, and how rare the pieces were that were asked for. The curves and the copies are in no report; everything else of a study is.

use std::cmp::Reverse;
use std::net::IpAddr;

use serde::Serialize;

use super::super::sources::Sources;
use super::availability::CopiesThen;
use super::section::{ConfirmedDownload, ConfirmedHour, Counts, SwarmTorrent};
use super::{AvailabilityMoment, PeerState, RarityMoment, SwarmAnalysis};
use crate::base::{Arrange, Endpoint, InfoHash, Time};

/// A torrent's swarm over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct TorrentStudy {
    /// Its name on the wire.
    pub info_hash: InfoHash,
    /// How many pieces it has; `None` while that is not known.
    pub piece_count: Option<u32>,
    /// Bytes of a piece; `None` while that is not known.
    pub piece_length: Option<u64>,
    /// The share of its pieces, in percent, at which a peer's download is confirmed: 50 to 100.
    pub threshold: u8,
    /// How many peers there are of each kind.
    pub counts: Counts,
    /// How the progress of peers rose, of those of which it is known: confirmed downloads first, then by what they had last; at most
    /// [`CURVES`].
    pub curves: Vec<ProgressCurve>,
    /// Copies of pieces over time, at most 256 moments.
    pub availability: Vec<AvailabilityMoment>,
    /// Copies of each piece at the last moment at which most peers were connected and known; the fewest in each of equal ranges of pieces where
    /// there are more than 1200. Empty where they are not kept.
    pub copies: Vec<u32>,
    /// That moment: when the first of them left, or the end of the capture. `None` where there are no copies.
    pub copies_time: Option<Time>,
    /// How many peers were connected then, of which it was known what they have.
    pub copies_peers: u32,
    /// How rare the pieces were that were asked for, at most 256 moments: by local hosts, or, where none of them asked, by all peers.
    pub rarest_first: Vec<RarityMoment>,
    /// The downloads that are confirmed, by time.
    pub confirmed: Vec<ConfirmedDownload>,
    /// How many in each hour.
    pub confirmed_per_hour: Vec<ConfirmedHour>,
}

/// How the progress of one peer rose.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct ProgressCurve {
    /// The peer.
    pub endpoint: Endpoint,
    /// Its client and version, as it says.
    pub client: Option<String>,
    /// Whether its host is where the capture was made.
    pub local: bool,
    /// When it was known to have reached the threshold, if it was known to be below it before.
    pub completed_at: Option<Time>,
    /// Moments at which it was known to have more than before; it stays so until the next.
    pub points: Vec<CurvePoint>,
}

/// What a peer had from one moment on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct CurvePoint {
    /// The moment.
    pub time: Time,
    /// The share of the torrent's pieces, 0 to 1.
    pub share: f64,
}

impl SwarmAnalysis {
    /// A torrent's swarm over time; `None` where no peer of it was met. `sources` tells who named which peer, `is_local` which hosts are where the
    /// capture was made.
    pub(in crate::report) fn study(
        &self,
        torrent: InfoHash,
        sources: &Sources,
        is_local: &impl Fn(IpAddr) -> bool,
    ) -> Option<TorrentStudy> {
        let number = *self.by_hash.get(&torrent)?;
        let state = self.torrents.get(number as usize)?;
        let told = self.told(Some(number), sources, is_local).pop()?;
        let SwarmTorrent { info_hash, piece_count, counts, confirmed_downloads, confirmed_per_hour, availability, rarest_first, .. } = told;
        let CopiesThen { copies, time, peers: copies_peers } = state.availability.copies(state.bound(), self.now);
        Some(TorrentStudy {
            info_hash,
            piece_count,
            piece_length: state.geometry.as_ref().map(|geometry| geometry.piece_length),
            threshold: self.threshold,
            counts,
            curves: piece_count.map(|pieces| self.curves(number, pieces, is_local)).unwrap_or_default(),
            availability,
            copies_time: time.filter(|_| !copies.is_empty()),
            copies,
            copies_peers,
            rarest_first,
            confirmed: confirmed_downloads,
            confirmed_per_hour,
        })
    }

    /// How the progress of a torrent's peers rose.
    fn curves(&self, torrent: u32, pieces: u32, is_local: &impl Fn(IpAddr) -> bool) -> Vec<ProgressCurve> {
        let known = self.numbered(Some(torrent)).filter_map(|key| self.peers.get(key as usize));
        let known = known.filter_map(|peer| Some((self.crossing(peer), peer.progress.ends()?.1.count.min(pieces), peer)));
        let mut known: Vec<_> = known.collect();
        known.arrange_by_key(|(crossing, last, peer)| {
            (crossing.map_or((true, None), |crossing| (false, Some(crossing.time))), Reverse(*last), peer.endpoint)
        });
        let curve = |(crossing, _, peer): (Option<super::progress::Crossing>, u32, &PeerState)| ProgressCurve {
            endpoint: peer.endpoint,
            client: peer.client_name(),
            local: is_local(peer.endpoint.address),
            completed_at: crossing.map(|crossing| crossing.time),
            points: peer.progress.points.iter().map(|point| CurvePoint { time: point.time, share: point.share(pieces) }).collect(),
        };
        known.into_iter().take(CURVES).map(curve).collect()
    }
}

/// Curves of one study: more than can be told apart in a picture.
pub(super) const CURVES: usize = 200;
