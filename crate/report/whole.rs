//! What the report consists of: its sections, whole or, for the page, without their long tables.

use std::borrow::Cow;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::{
    Analyses, capture, connections, coverage, dht, download, encrypted, findings, geography, hosts, https_trackers, init, messages,
    overview, peer_sources, peers, requests, swarm, torrents, trackers, traffic, watch, web_seeds,
};
use crate::protocol::Streams;

/// The sections of the report, each made when it is asked for: those of a million peers need not stand beside each other. As JSON it is the whole
/// report, one section after the other.
pub struct Sections<'a> {
    pub(super) analyses: &'a Analyses,
    streams: &'a Streams,
    capture: capture::Capture,
    claims: Vec<encrypted::Claim>,
}

/// Declares the report, and how each of its sections is made of `all` that is known.
macro_rules! sections {
    (|$all:ident| $($(#[$doc:meta])* $name:ident: $type:ty = $made:expr;)*) => {
        /// Everything that is known of a capture.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
        pub struct Report {
            $($(#[$doc])* pub $name: $type,)*
        }

        impl Sections<'_> {
            $($(#[$doc])* pub fn $name(&self) -> $type {
                let $all = self;
                $made
            })*

            /// All of them.
            pub fn report(&self) -> Report {
                Report { $($name: self.$name()),* }
            }
        }

        impl Serialize for Sections<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut report = serializer.serialize_struct("Report", [$(stringify!($name)),*].len())?;
                $(report.serialize_field(stringify!($name), &self.$name())?;)*
                report.end()
            }
        }
    };
}

sections! {
    |all|
    /// The files.
    capture: capture::Capture = all.capture.clone();
    /// Who here runs BitTorrent, and what it costs.
    overview: overview::Overview = all.analyses.overview(&all.claims, &all.analyses.download().torrents().collect::<Vec<_>>());
    /// What share of the payload was read.
    coverage: coverage::Coverage = all.analyses.coverage.with(&all.claims);
    /// Messages by protocol and name.
    messages: messages::Messages = all.analyses.messages.clone();
    /// What was wrong.
    findings: Vec<findings::FindingRow> = all.analyses.findings.rows();
    /// How the client found its first DHT nodes.
    init: init::Init = all.analyses.init.section();
    /// Which DHT nodes answered.
    peers: peers::Peers = all.analyses.peers.section();
    /// How the DHT worked.
    dht: dht::Dht = all.analyses.dht.section();
    /// Which pieces came from whom.
    download: download::Download = all.analyses.download().section();
    /// Connections of peers, and how their packets fared.
    connections: Vec<connections::Connection> = all.listed_connections();
    /// How requests for blocks were served.
    requests: requests::Requests = all.analyses.requests_section(all.streams);
    /// Who took part, and which downloads are confirmed.
    swarm: swarm::Swarm = all.analyses.swarm.section(&all.analyses.sources, &|address| all.analyses.hosts.is_local(address));
    /// Where peers come from, and what they were worth.
    sources: peer_sources::PeerSources = all.analyses.peer_sources.section(all.analyses.known_of_sources());
    /// Which trackers were asked, and what they answered.
    trackers: Vec<trackers::Tracker> = all.analyses.trackers.section(&|address| all.analyses.is_client(address));
    /// What DNS says of trackers.
    tracker_records: Vec<https_trackers::TrackerRecord> = all.analyses.trackers.https.records();
    /// Which web servers sent pieces of torrents.
    web_seeds: Vec<web_seeds::WebSeed> = all.analyses.web_seeds.clone();
    /// Which connections are encrypted BitTorrent.
    encrypted_flows: Vec<encrypted::EncryptedFlow> = all.claims.iter().map(encrypted::Claim::row).collect();
    /// Which hosts run BitTorrent.
    hosts: Vec<hosts::Host> = all.analyses.host_rows(&all.claims);
    /// Where the peers are; `None` where no database of addresses was given.
    geography: Option<geography::Geography> = all.analyses.geography(&all.claims);
    /// Which torrents are known by any means, and who says what of them.
    torrents: Vec<torrents::KnownTorrent> = all.analyses.known_torrents(&all.analyses.download(), None).all();
    /// Which of what somebody watches for is in the capture; empty without a list.
    watched: Vec<watch::Watched> = all.analyses.watched(all.streams);
    /// How much was moved, and when.
    traffic: traffic::Traffic = all.analyses.traffic(&all.claims);
}

impl Analyses {
    /// The sections of the report, as of now; `streams` are those that the events came from.
    pub fn sections<'a>(&'a self, capture: capture::Capture, streams: &'a Streams) -> Sections<'a> {
        Sections { analyses: self, streams, capture, claims: self.claims() }
    }
}

impl Sections<'_> {
    fn listed_connections(&self) -> Vec<connections::Connection> {
        let Sections { analyses, streams, claims, .. } = self;
        analyses.connections.list(streams, claims, &analyses.midstream_claims()).into_iter().map(Cow::into_owned).collect()
    }
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
