//! The section: torrents, their peers, and the confirmed downloads with what they are a part of.

use std::net::IpAddr;

use serde::Serialize;

use super::super::evidence::Rung;
use super::super::sources::{Naming, Source, Sources};
use super::geometry::Geometry;
use super::peer::{Peer, PeerRow, SPEED_SPAN_NANOS, listed_peer, sources_of};
use super::progress::Crossing;
use super::{AvailabilityMoment, PeerState, RarityMoment, SwarmAnalysis, TorrentState};
use crate::base::{Arrange, Endpoint, InfoHash, Map, Set, Time};
use crate::protocol::peer_id;

/// The section.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Swarm {
    /// The share of its pieces, in percent, at which a peer's download is confirmed: 50 to 100.
    pub threshold: u8,
    /// The torrents of which peers were met, in the order in which they were.
    pub torrents: Vec<SwarmTorrent>,
}

/// A torrent and its peers. How each peer's progress rose, and the copies of each piece, are in the torrent's
/// [`TorrentStudy`](super::TorrentStudy).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct SwarmTorrent {
    /// Its name on the wire.
    pub info_hash: InfoHash,
    /// How many pieces it has; `None` while that is not known.
    pub piece_count: Option<u32>,
    /// How many peers there are of each kind, to read the confirmed downloads by.
    pub counts: Counts,
    /// The peers that were met, in the order in which they were; then those that were only listed.
    pub peers: Vec<Peer>,
    /// The downloads that are confirmed, by time.
    pub confirmed_downloads: Vec<ConfirmedDownload>,
    /// How many in each hour.
    pub confirmed_per_hour: Vec<ConfirmedHour>,
    /// Copies of pieces over time, at most 256 moments.
    pub availability: Vec<AvailabilityMoment>,
    /// How rare the pieces were that were asked for, at most 256 moments: by local hosts, or, where none of them asked, by all peers.
    pub rarest_first: Vec<RarityMoment>,
}

/// What the number of confirmed downloads is a part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Counts {
    /// Peers, met or listed.
    pub peers: usize,
    /// Of these, those that anything named, be it themselves: trackers, DHT nodes, peers, the local network.
    pub listed: usize,
    /// Of these, those that spoke in clear.
    pub met: usize,
    /// Of these, those whose progress is known.
    pub progress_known: usize,
    /// Of these, those that were at or above the threshold when they were first met: they may have downloaded before, or never.
    pub complete_at_first: usize,
    /// Of those whose progress is known, those that were met in one connection only and were below the threshold then and at its end.
    pub met_once_below: usize,
    /// Connections that ended after the handshake, from an address of which peers are listed: it is not told which of them it was.
    pub unidentified: usize,
}

/// The section without its peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct SwarmDigest {
    /// The share of its pieces, in percent, at which a peer's download is confirmed.
    pub threshold: u8,
    /// Peers that were met, over all torrents.
    pub peer_count: usize,
    /// Of these, those on the network where the capture was made.
    pub local_count: usize,
    /// Of those that were met, those whose progress is known.
    pub progress_known: usize,
    /// Of these, those that were at or above the threshold when they were first met.
    pub complete_at_first: usize,
    /// Of those whose progress is known, those that were met in one connection only and were below the threshold then and at its end.
    pub met_once_below: usize,
    /// Downloads that are confirmed, over all torrents.
    pub confirmed_count: usize,
}

/// A download that is confirmed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct ConfirmedDownload {
    /// The peer.
    pub endpoint: Endpoint,
    /// Its client and version, as it says.
    pub client: Option<String>,
    /// When it was known to have reached the threshold.
    pub time: Time,
    /// When it was last known to be below: `time` itself where it told each piece as it got it.
    pub not_before: Time,
    /// The frame that shows it.
    pub frame: u64,
    /// Whether its host is where the capture was made.
    pub local: bool,
}

/// Downloads that were confirmed in one hour. Hours without any are left out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct ConfirmedHour {
    /// When the hour began: a whole hour of UTC.
    pub time: Time,
    /// How many.
    pub confirmed: usize,
}

/// How what a peer was known to have stands to the threshold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Never seen at it.
    Below,
    /// Seen below it, and later at it.
    Confirmed,
    /// At it when its progress was first known.
    Complete,
}

impl SwarmAnalysis {
    /// The section. `sources` tells who named which peer, `is_local` which hosts are where the capture was made.
    pub(in crate::report) fn section(&self, sources: &Sources, is_local: &impl Fn(IpAddr) -> bool) -> Swarm {
        let mut torrents = self.told(None, sources, is_local);
        torrents.retain(|torrent| torrent.counts.met > 0);
        // Those that were given have their numbers before any peer is met.
        torrents.arrange_by_key(|torrent| torrent.peers.first().and_then(|peer| peer.first_frame));
        Swarm { threshold: self.threshold, torrents }
    }

    /// All torrents, or `only` one.
    pub(super) fn told(&self, only: Option<u32>, sources: &Sources, is_local: &impl Fn(IpAddr) -> bool) -> Vec<SwarmTorrent> {
        let among = |torrent: u32| only.is_none_or(|only| only == torrent);
        let mut listed: Map<u32, Map<Endpoint, Vec<Naming>>> = Map::default();
        for (endpoint, naming) in sources.all() {
            if let Some(torrent) = self.by_hash.get(&naming.info_hash).filter(|torrent| among(**torrent)) {
                listed.entry(*torrent).or_default().entry(endpoint).or_default().push(*naming);
            }
        }
        let mut torrents: Vec<_> = self.torrents.iter().zip(0..).filter(|(_, number)| among(*number)).map(SwarmTorrent::of).collect();
        let identified = self.identified();
        let first = only.unwrap_or(0);
        for peer in self.peers.iter().filter(|peer| peer.merged_into.is_none() && among(peer.torrent)) {
            let Some(torrent) = torrents.get_mut((peer.torrent - first) as usize) else { continue };
            if peer.is_unidentified(&identified) {
                torrent.counts.unidentified += 1;
                continue;
            }
            let namings = listed.get_mut(&peer.torrent).and_then(|listed| listed.remove(&peer.endpoint)).unwrap_or_default();
            torrent.counts.add(peer, self.standing(peer));
            torrent.counts.listed += usize::from(!namings.is_empty());
            let row = self.row(peer, &namings, sources, is_local);
            torrent.confirmed_downloads.extend(self.crossing(peer).map(|crossing| ConfirmedDownload::of(&row, crossing)));
            torrent.peers.push(row);
        }
        for (number, torrent) in (first..).zip(&mut torrents) {
            let listed = listed.remove(&number);
            let only_listed =
                listed.iter().flatten().filter_map(|(endpoint, namings)| listed_peer(*endpoint, namings, is_local(endpoint.address)));
            torrent.finish(only_listed.collect());
        }
        torrents
    }

    /// How many peers were met, and how many downloads are confirmed, over all torrents.
    pub(in crate::report) fn digest(&self, is_local: impl Fn(IpAddr) -> bool) -> SwarmDigest {
        let mut counts = Counts::default();
        let (mut confirmed_count, mut local_count) = (0, 0);
        for peer in self.keys(None).filter_map(|key| self.peers.get(key as usize)) {
            let standing = self.standing(peer);
            confirmed_count += usize::from(standing == Some(Standing::Confirmed));
            local_count += usize::from(is_local(peer.endpoint.address));
            counts.add(peer, standing);
        }
        let Counts { met: peer_count, progress_known, complete_at_first, met_once_below, .. } = counts;
        SwarmDigest {
            threshold: self.threshold,
            peer_count,
            local_count,
            progress_known,
            complete_at_first,
            met_once_below,
            confirmed_count,
        }
    }

    /// The keys of the peers of a torrent, or of all, in the order in which they were met.
    pub(in crate::report) fn keys(&self, torrent: Option<InfoHash>) -> impl Iterator<Item = u32> {
        // A number that no torrent has, where there is none of that name.
        self.numbered(torrent.map(|torrent| self.by_hash.get(&torrent).copied().unwrap_or(u32::MAX)))
    }

    /// The keys of the peers of the torrent of a number, or of all.
    pub(super) fn numbered(&self, number: Option<u32>) -> impl Iterator<Item = u32> {
        let identified = self.identified();
        let peers = (0..).zip(&self.peers);
        let peers = peers.filter(move |(_, peer)| peer.merged_into.is_none() && !peer.is_unidentified(&identified));
        peers.filter(move |(_, peer)| number.is_none_or(|number| number == peer.torrent)).map(|(key, _)| key)
    }

    /// The peer of a key.
    pub(in crate::report) fn peer(&self, key: u32, sources: &Sources, is_local: &impl Fn(IpAddr) -> bool) -> Option<PeerRow> {
        let peer = self.peers.get(key as usize)?;
        let ours = |naming: &&Naming| self.by_hash.get(&naming.info_hash) == Some(&peer.torrent);
        let namings: Vec<_> = sources.of_endpoint(peer.endpoint).filter(ours).copied().collect();
        Some(PeerRow { info_hash: self.torrents.get(peer.torrent as usize)?.info_hash, peer: self.row(peer, &namings, sources, is_local) })
    }

    /// The peers that were met, without who named them.
    pub(in crate::report) fn met(&self, sources: &Sources) -> impl Iterator<Item = Peer> {
        self.keys(None).filter_map(|key| self.peers.get(key as usize)).map(|peer| self.row(peer, &[], sources, &|_| false))
    }

    /// The addresses of peers that showed more than a handshake, or where they listen, each with its torrent.
    pub(super) fn identified(&self) -> Set<(u32, IpAddr)> {
        let shown = |peer: &&PeerState| peer.merged_into.is_none() && !peer.is_bare();
        self.peers.iter().filter(shown).map(|peer| (peer.torrent, peer.endpoint.address)).collect()
    }

    /// How a peer's progress stands to the threshold; `None` while it, or the number of pieces, is not known.
    pub(super) fn standing(&self, peer: &PeerState) -> Option<Standing> {
        let geometry = self.torrents.get(peer.torrent as usize)?.geometry.as_ref()?;
        let (first, _) = peer.progress.ends()?;
        Some(match self.crossing(peer) {
            _ if first.is_at(self.threshold, geometry.pieces) => Standing::Complete,
            Some(_) => Standing::Confirmed,
            None => Standing::Below,
        })
    }

    pub(super) fn crossing(&self, peer: &PeerState) -> Option<Crossing> {
        let geometry = self.torrents.get(peer.torrent as usize)?.geometry.as_ref()?;
        peer.progress.crossing(self.threshold, geometry.pieces)
    }

    fn row(&self, peer: &PeerState, namings: &[Naming], sources: &Sources, is_local: &impl Fn(IpAddr) -> bool) -> Peer {
        let is_linked = sources.linked(peer.endpoint).any(|name| self.by_hash.get(&name) == Some(&peer.torrent));
        let geometry = self.torrents.get(peer.torrent as usize).and_then(|torrent| torrent.geometry.as_ref());
        let ends = geometry.zip(peer.progress.ends());
        let speed = |geometry: &Geometry| Some(peer.progress.fastest(SPEED_SPAN_NANOS, geometry.pieces)? * geometry.piece_length as f64);
        Peer {
            endpoint: peer.endpoint,
            peer_id: peer.peer_id,
            client: peer.client_name(),
            sources: sources_of(namings).into_iter().chain(is_linked.then_some(Source::Magnet)).collect(),
            evidence: peer.reached.rung(),
            contacts: peer.contacts,
            first_seen: peer.first.1,
            last_seen: peer.last,
            first_frame: Some(peer.first.0),
            progress_first: ends.map(|(geometry, (first, _))| first.share(geometry.pieces)),
            progress_last: ends.map(|(geometry, (_, last))| last.share(geometry.pieces)),
            completed_at: self.crossing(peer).map(|crossing| crossing.time),
            max_speed: geometry.and_then(speed),
            download_rate: peer.rates.as_ref().and_then(|rates| rates.download()),
            upload_rate: peer.rates.as_ref().and_then(|rates| rates.upload()),
            local: is_local(peer.endpoint.address),
            downloaded: peer.downloaded,
            uploaded: peer.uploaded,
        }
    }
}

impl PeerState {
    /// Its client and version, as it says; else as its ID does.
    pub(super) fn client_name(&self) -> Option<String> {
        self.client.as_deref().map(str::to_owned).or_else(|| self.peer_id.and_then(peer_id::client))
    }

    /// Whether it showed no more than a handshake, and not where it listens.
    fn is_bare(&self) -> bool {
        !self.listens && self.reached.rung() <= Rung::Handshake && !self.progress.is_known()
    }

    /// Whether it may well be one of the peers `identified` at its address.
    pub(super) fn is_unidentified(&self, identified: &Set<(u32, IpAddr)>) -> bool {
        self.is_bare() && identified.contains(&(self.torrent, self.endpoint.address))
    }
}

impl SwarmTorrent {
    /// A torrent without its peers.
    fn of((torrent, _): (&TorrentState, u32)) -> Self {
        SwarmTorrent {
            info_hash: torrent.info_hash,
            piece_count: torrent.geometry.as_ref().map(|geometry| geometry.pieces),
            counts: Counts::default(),
            peers: Vec::new(),
            confirmed_downloads: Vec::new(),
            confirmed_per_hour: Vec::new(),
            availability: torrent.availability.moments(torrent.bound()),
            rarest_first: torrent.availability.rarity(),
        }
    }

    /// Takes the peers that were only listed, and puts all in order.
    fn finish(&mut self, mut only_listed: Vec<Peer>) {
        only_listed.arrange_by_key(|peer| (peer.first_seen, peer.endpoint));
        self.counts.listed += only_listed.len();
        self.peers.append(&mut only_listed);
        self.counts.peers = self.peers.len();
        self.confirmed_downloads.arrange_by_key(|download| (download.time, download.endpoint));
        for ConfirmedDownload { time, .. } in &self.confirmed_downloads {
            let begin = Time::from_nanos(time.nanos().div_euclid(HOUR_NANOS).saturating_mul(HOUR_NANOS));
            match self.confirmed_per_hour.last_mut().filter(|hour| hour.time == begin) {
                Some(hour) => hour.confirmed += 1,
                None => self.confirmed_per_hour.push(ConfirmedHour { time: begin, confirmed: 1 }),
            }
        }
    }
}

impl Counts {
    /// Counts a peer that was met.
    pub(super) fn add(&mut self, peer: &PeerState, standing: Option<Standing>) {
        self.met += 1;
        self.progress_known += usize::from(standing.is_some());
        self.complete_at_first += usize::from(standing == Some(Standing::Complete));
        self.met_once_below += usize::from(peer.contacts < 2 && standing == Some(Standing::Below));
    }
}

impl ConfirmedDownload {
    fn of(peer: &Peer, Crossing { time, since, frame }: Crossing) -> Self {
        ConfirmedDownload { endpoint: peer.endpoint, client: peer.client.clone(), time, not_before: since, frame, local: peer.local }
    }
}

/// An hour. Those of 1970 began at whole hours of UTC, and leap seconds are in no capture's time.
const HOUR_NANOS: i64 = 3_600_000_000_000;
