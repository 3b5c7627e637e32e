//! Floor 6: [`Event`]s → what the report says.
//!
//! In: events in capture order. Out: at any moment a [`Report`] (everything, for the command line and for export) or a [`Digest`]
//! (everything but the long tables, for the page). One file answers one question and fills one section; none looks at bytes.
//! [`Analyses`] is the only place that lists them. Their names in JSON are what other programs rely on.

pub mod capture;
mod cell;
pub mod connections;
pub mod coverage;
pub mod csv;
pub mod dht;
pub mod download;
pub mod encrypted;
mod extent;
pub mod findings;
pub mod hosts;
pub mod init;
mod layout;
pub mod messages;
pub mod peers;
pub mod port_mappings;
mod queries;
mod shares;
pub mod sources;
pub mod table;
pub mod text;
pub mod trackers;
mod web_claims;
mod web_files;
pub mod web_seeds;

use serde::Serialize;

use queries::Asked;

use crate::base::{Finding, Limits, Time};
use crate::decode::Packet;
use crate::protocol::{Event, Message};

/// Everything that is known of a capture.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Report {
    /// The files.
    pub capture: capture::Capture,
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
    /// uTP connections, and how their packets fared.
    pub connections: Vec<connections::Connection>,
    /// Which trackers were asked, and what they answered.
    pub trackers: Vec<trackers::Tracker>,
    /// Which web servers sent pieces of torrents.
    pub web_seeds: Vec<web_seeds::WebSeed>,
    /// Which connections are encrypted BitTorrent.
    pub encrypted_flows: Vec<encrypted::EncryptedFlow>,
    /// Which hosts run BitTorrent.
    pub hosts: Vec<hosts::Host>,
}

/// The report without its long tables, which are asked for in windows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Digest {
    /// The files.
    pub capture: capture::Capture,
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
    /// How many uTP connections there are to list.
    pub connection_count: usize,
    /// The torrents, those with most bytes first, at most [`TORRENTS_IN_DIGEST`].
    pub torrents: Vec<download::TorrentRow>,
    /// How many torrents there are.
    pub torrent_count: usize,
    /// How many trackers and announces there are to list.
    pub trackers: trackers::TrackersDigest,
    /// How many connections are taken for encrypted BitTorrent.
    pub encrypted_flow_count: usize,
    /// How many hosts of the local network there are, with BitTorrent or without.
    pub local_host_count: usize,
}

/// Torrents that a digest lists.
pub const TORRENTS_IN_DIGEST: usize = 1000;

/// Every analysis of the crate.
#[derive(Debug)]
pub struct Analyses {
    coverage: coverage::Coverage,
    messages: messages::Messages,
    findings: findings::Findings,
    init: init::InitAnalysis,
    queries: queries::Queries,
    peers: peers::PeersAnalysis,
    dht: dht::DhtAnalysis,
    download: download::DownloadAnalysis,
    connections: connections::ConnectionsAnalysis,
    trackers: trackers::TrackersAnalysis,
    sources: sources::Sources,
    encrypted: encrypted::EncryptedAnalysis,
    hosts: hosts::HostsAnalysis,
    web_files: web_files::WebFiles,
    /// What was claimed of them at the end.
    web_seeds: Vec<web_seeds::WebSeed>,
}

impl Analyses {
    /// Analyses that have seen nothing.
    pub fn new(limits: &Limits) -> Self {
        Analyses {
            coverage: coverage::Coverage::default(),
            messages: messages::Messages::default(),
            findings: findings::Findings::new(limits),
            init: init::InitAnalysis::new(limits),
            queries: queries::Queries::new(limits),
            peers: peers::PeersAnalysis::new(limits),
            dht: dht::DhtAnalysis::new(limits),
            download: download::DownloadAnalysis::new(limits),
            connections: connections::ConnectionsAnalysis::new(limits),
            trackers: trackers::TrackersAnalysis::new(limits),
            sources: sources::Sources::new(limits),
            encrypted: encrypted::EncryptedAnalysis::new(limits),
            hosts: hosts::HostsAnalysis::new(limits),
            web_files: web_files::WebFiles::new(limits),
            web_seeds: Vec::new(),
        }
    }

    /// Takes the next packet, whatever it carries.
    pub fn observe_packet(&mut self, frame: u64, time: Time, packet: &Packet<'_>) {
        let mut found = |code| self.findings.add(Finding::at(code, frame));
        self.hosts.observe_packet(frame, time, packet.source.address, packet.destination.address, &mut found);
    }

    /// Takes the next event.
    pub fn observe(&mut self, event: &Event<'_>) {
        self.coverage.observe(event);
        self.messages.observe(event);
        self.init.mappings.observe_use(event);
        let mut found = |code| self.findings.add(Finding::at(code, event.frame));
        self.hosts.observe(event, &mut found);
        match &event.message {
            Message::Dns(message) => {
                self.init.observe_dns(event, message, &mut found);
                self.trackers.observe_dns(message);
            }
            Message::Dht(message) => {
                self.init.observe_dht(event, message, &mut found);
                let asked = self.queries.observe(event, message, &mut found);
                let new = self.peers.observe(event, message, asked, &mut found);
                self.dht.observe(event, message, asked, new, &mut found);
                self.sources.observe_dht(event, message, asked.and_then(Asked::for_peers), &mut found);
            }
            Message::PeerWire { info_hash, message } => {
                self.download.observe(event, *info_hash, message, &mut found);
                if let Some(info_hash) = info_hash {
                    self.sources.observe_peer(event, *info_hash, message, &mut found);
                    self.web_files.observe_peer(event, *info_hash, message, &mut found);
                }
            }
            Message::Mse(message) => self.encrypted.observe(event, message, &mut found),
            Message::Torrent { dictionary, source } => self.download.observe_torrent(event, dictionary, *source, &mut found),
            Message::Measured(measured) => self.connections.observe(event, measured, &mut found),
            Message::UdpTracker(message) => {
                if let Some(info_hash) = self.trackers.observe_udp(event, message, &mut found) {
                    self.sources.observe_udp_tracker(event, message, info_hash, &mut found);
                }
            }
            Message::HttpTracker(message) => {
                if let Some(info_hash) = self.trackers.observe_http(event, message, &mut found) {
                    self.sources.observe_http_tracker(event, message, info_hash, &mut found);
                }
            }
            Message::Lsd(message) => self.sources.observe_lsd(event, message, &mut found),
            Message::NatPmp(message) => self.init.mappings.observe_nat_pmp(event, message, &mut found),
            Message::Upnp(message) => self.init.mappings.observe_upnp(event, message, &mut found),
            Message::Finding(code) => found(*code),
            Message::WebFile(message) => self.web_files.observe(event, message, &mut found),
            Message::WebSeed(_) | Message::TorrentFile(_) | Message::Utp(_) | Message::Unread { .. } => {}
        }
    }

    /// The capture is over: takes downloads for web seeds' that all of it proves to be. To be called once.
    pub fn conclude(&mut self) {
        let known = web_claims::Known { download: &self.download, sources: &self.sources, trackers: &self.trackers };
        let claims = web_claims::claims(&self.web_files, known);
        self.web_seeds = web_seeds::section(&self.web_files, &claims);
        for claim in &claims {
            let gets = claim.gets.iter().filter_map(|get| self.web_files.gets.get(*get));
            for get in gets {
                self.coverage.claim_web(get.bytes, get.lost, get.truncated);
                self.messages.add(("web_seed", "request"), 1);
                self.messages.add(("web_seed", "response"), u64::from(get.is_answered));
                let findings = &mut self.findings;
                claim.tell(get, |event, block| {
                    self.download.observe_web(event, claim.info_hash, block, &mut |code| findings.add(Finding::at(code, event.frame)));
                });
            }
            if let Some(sizes) = claim.sizes() {
                self.download.measured(claim.info_hash, sizes);
            }
        }
    }

    /// Takes what a lower floor found wrong.
    pub fn found(&mut self, finding: Finding) {
        self.findings.add(finding);
    }

    /// Everything, as of now.
    pub fn report(&self, capture: capture::Capture) -> Report {
        let claims = self.claims();
        Report {
            capture,
            coverage: self.coverage.with(&claims),
            messages: self.messages.clone(),
            findings: self.findings.rows(),
            init: self.init.section(),
            peers: self.peers.section(),
            dht: self.dht.section(),
            download: self.download.section(),
            connections: self.connections.section(),
            trackers: self.trackers.section(),
            web_seeds: self.web_seeds.clone(),
            encrypted_flows: claims.iter().map(encrypted::Claim::row).collect(),
            hosts: self.hosts.section(&self.sources, &claims),
        }
    }

    /// Everything but the long tables, as of now.
    pub fn digest(&self, capture: capture::Capture) -> Digest {
        let mut torrents: Vec<_> = self.download.torrents().collect();
        let torrent_count = torrents.len();
        torrents.sort_by_key(|torrent| std::cmp::Reverse(torrent.bytes));
        torrents.truncate(TORRENTS_IN_DIGEST);
        let claims = self.claims();
        Digest {
            capture,
            coverage: self.coverage.with(&claims),
            messages: self.messages.clone(),
            findings: self.findings.rows(),
            init: self.init.section(),
            peers: self.peers.digest(&self.messages),
            dht: self.dht.digest(),
            lookup_count: self.dht.lookup_keys().count(),
            connection_count: self.connections.len(),
            torrents,
            torrent_count,
            trackers: self.trackers.digest(),
            encrypted_flow_count: claims.len(),
            local_host_count: self.hosts.local_count(),
        }
    }

    /// The flows that are taken for encrypted BitTorrent, by what is known now.
    fn claims(&self) -> Vec<encrypted::Claim> {
        self.encrypted.claims(encrypted::Known { sources: &self.sources, hosts: &self.hosts, peers: &self.peers })
    }

    /// The DHT nodes that answered.
    pub fn peers(&self) -> &peers::PeersAnalysis {
        &self.peers
    }

    /// The torrents and their pieces.
    pub fn download(&self) -> &download::DownloadAnalysis {
        &self.download
    }
}
