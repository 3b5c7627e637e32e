//! What the report consists of: its sections, whole or, for the page, without their long tables.

use serde::Serialize;

use super::{
    capture, connections, coverage, dht, download, encrypted, findings, geography, hosts, https_trackers, init, messages, overview,
    peer_sources, peers, requests, swarm, torrents, trackers, traffic, web_seeds,
};

/// Everything that is known of a capture.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Report {
    /// The files.
    pub capture: capture::Capture,
    /// Who here runs BitTorrent, and what it costs.
    pub overview: overview::Overview,
    /// What share of the payload was read.
    pub coverage: coverage::Coverage,
    /// Messages by protocol and name.
    pub messages: messages::Messages,
    /// What was wrong.
    pub findings: Vec<findings::FindingRow>,
    /// How the client found its first DHT nodes.
    pub init: init::Init,
    /// Which DHT nodes answered.
    pub peers: peers::Peers,
    /// How the DHT worked.
    pub dht: dht::Dht,
    /// Which pieces came from whom.
    pub download: download::Download,
    /// Connections of peers, and how their packets fared.
    pub connections: Vec<connections::Connection>,
    /// How requests for blocks were served.
    pub requests: requests::Requests,
    /// Who took part, and which downloads are confirmed.
    pub swarm: swarm::Swarm,
    /// Where peers come from, and what they were worth.
    pub sources: peer_sources::PeerSources,
    /// Which trackers were asked, and what they answered.
    pub trackers: Vec<trackers::Tracker>,
    /// What DNS says of trackers.
    pub tracker_records: Vec<https_trackers::TrackerRecord>,
    /// Which web servers sent pieces of torrents.
    pub web_seeds: Vec<web_seeds::WebSeed>,
    /// Which connections are encrypted BitTorrent.
    pub encrypted_flows: Vec<encrypted::EncryptedFlow>,
    /// Which hosts run BitTorrent.
    pub hosts: Vec<hosts::Host>,
    /// Where the peers are; `None` where no database of addresses was given.
    pub geography: Option<geography::Geography>,
    /// Which torrents are known by any means, and who says what of them.
    pub torrents: Vec<torrents::KnownTorrent>,
    /// How much was moved, and when.
    pub traffic: traffic::Traffic,
}

/// The report without its long tables, which are asked for in windows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Digest {
    /// The files.
    pub capture: capture::Capture,
    /// Who here runs BitTorrent, and what it costs.
    pub overview: overview::Overview,
    /// What share of the payload was read.
    pub coverage: coverage::Coverage,
    /// Messages by protocol and name.
    pub messages: messages::Messages,
    /// What was wrong.
    pub findings: Vec<findings::FindingRow>,
    /// How the client found its first DHT nodes.
    pub init: init::Init,
    /// How many DHT nodes there are to list.
    pub peers: peers::PeersDigest,
    /// How the DHT worked; its lookups are among the long tables.
    pub dht: dht::Dht,
    /// How many lookups there are.
    pub lookup_count: usize,
    /// How many connections there are to list.
    pub connection_count: usize,
    /// The torrents, those with most bytes first, at most [`TORRENTS_IN_DIGEST`].
    pub torrents: Vec<download::TorrentRow>,
    /// How many torrents there are.
    pub torrent_count: usize,
    /// How many peers and confirmed downloads there are.
    pub swarm: swarm::SwarmDigest,
    /// Where peers come from; addresses and requests are among the long tables.
    pub sources: peer_sources::SourcesDigest,
    /// How many trackers and announces there are to list.
    pub trackers: trackers::TrackersDigest,
    /// Trackers that are asked over HTTPS, at most [`HIDDEN_TRACKERS_IN_DIGEST`].
    pub hidden_trackers: Vec<trackers::Tracker>,
    /// What DNS says of trackers.
    pub tracker_records: Vec<https_trackers::TrackerRecord>,
    /// Which web servers sent pieces of torrents, at most [`WEB_SEEDS_IN_DIGEST`].
    pub web_seeds: Vec<web_seeds::WebSeed>,
    /// How many connections are taken for encrypted BitTorrent.
    pub encrypted_flow_count: usize,
    /// How many hosts of the local network there are, with BitTorrent or without.
    pub local_host_count: usize,
    /// How many torrents are known by any means.
    pub known_torrent_count: usize,
    /// How much was moved, and when.
    pub traffic: traffic::Traffic,
}

/// Torrents that a digest lists.
pub const TORRENTS_IN_DIGEST: usize = 1000;

/// Trackers over HTTPS that a digest lists.
pub const HIDDEN_TRACKERS_IN_DIGEST: usize = 256;

/// Web seeds that a digest lists.
pub const WEB_SEEDS_IN_DIGEST: usize = 256;
