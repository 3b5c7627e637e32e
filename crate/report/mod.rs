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
pub mod events;
mod extent;
pub mod findings;
pub mod hosts;
pub mod https_trackers;
pub mod init;
mod layout;
mod mdns;
pub mod messages;
mod midstream;
pub mod peers;
pub mod port_mappings;
mod queries;
mod shares;
pub mod sources;
pub mod swarm;
pub mod table;
pub mod text;
pub mod trackers;
mod web_claims;
mod web_files;
pub mod web_seeds;

use std::borrow::Cow;
use std::net::IpAddr;

use serde::Serialize;

use queries::Asked;

use crate::base::{FilePlace, Finding, Limits, Time};
use crate::decode::Packet;
use crate::protocol::{Event, Message, Streams};

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
    /// Connections of peers, and how their packets fared.
    pub connections: Vec<connections::Connection>,
    /// Who took part, and which downloads are confirmed.
    pub swarm: swarm::Swarm,
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
    /// How many connections there are to list.
    pub connection_count: usize,
    /// The torrents, those with most bytes first, at most [`TORRENTS_IN_DIGEST`].
    pub torrents: Vec<download::TorrentRow>,
    /// How many torrents there are.
    pub torrent_count: usize,
    /// How many peers and confirmed downloads there are.
    pub swarm: swarm::SwarmDigest,
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
}

/// What is told of a capture while it is read.
pub trait Observer {
    /// Takes the next frame, before anything that is in it.
    fn observe_frame(&mut self, _frame: u64, _time: Time) {}

    /// Takes the next packet, whatever it carries.
    fn observe_packet(&mut self, _frame: u64, _time: Time, _packet: &Packet<'_>) {}

    /// Takes the next event.
    fn observe(&mut self, event: &Event<'_>);

    /// Takes what a lower floor found wrong.
    fn found(&mut self, finding: Finding);

    /// Takes what the lowest floor found wrong at a place of a file.
    fn found_in_file(&mut self, finding: Finding, _place: FilePlace) {
        self.found(finding);
    }

    /// Takes that no more events will come.
    fn finish(&mut self) {}
}

/// Torrents that a digest lists.
pub const TORRENTS_IN_DIGEST: usize = 1000;

/// Trackers over HTTPS that a digest lists.
pub const HIDDEN_TRACKERS_IN_DIGEST: usize = 256;

/// Web seeds that a digest lists.
pub const WEB_SEEDS_IN_DIGEST: usize = 256;

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
    midstream: midstream::MidstreamAnalysis,
    /// What was claimed for torrents when the capture had ended.
    settled: Option<Vec<midstream::Claim>>,
    connections: connections::ConnectionsAnalysis,
    trackers: trackers::TrackersAnalysis,
    sources: sources::Sources,
    swarm: swarm::SwarmAnalysis,
    encrypted: encrypted::EncryptedAnalysis,
    hosts: hosts::HostsAnalysis,
    mdns: mdns::MdnsAnalysis,
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
            midstream: midstream::MidstreamAnalysis::new(limits),
            settled: None,
            connections: connections::ConnectionsAnalysis::new(limits),
            trackers: trackers::TrackersAnalysis::new(limits),
            sources: sources::Sources::new(limits),
            swarm: swarm::SwarmAnalysis::new(limits),
            encrypted: encrypted::EncryptedAnalysis::new(limits),
            hosts: hosts::HostsAnalysis::new(limits),
            mdns: mdns::MdnsAnalysis::new(limits),
            web_files: web_files::WebFiles::new(limits),
            web_seeds: Vec::new(),
        }
    }
}

impl Observer for Analyses {
    fn observe_packet(&mut self, frame: u64, time: Time, packet: &Packet<'_>) {
        let mut found = |code| self.findings.add(Finding::at(code, frame));
        self.hosts.observe_packet(frame, time, packet.source.address, packet.destination.address, &mut found);
    }

    fn observe(&mut self, event: &Event<'_>) {
        self.coverage.observe(event);
        self.messages.observe(event);
        self.init.mappings.observe_use(event);
        let mut found = |code| self.findings.add(Finding::at(code, event.frame));
        self.hosts.observe(event, &mut found);
        match &event.message {
            Message::Dns(message) => {
                self.init.observe_dns(event, message, &mut found);
                self.trackers.observe_dns(message);
                self.trackers.https.observe_dns(event, message, &mut found);
            }
            Message::Dht(message) => {
                self.init.observe_dht(event, message, &mut found);
                let lookup = self.dht.observe_query(event, message, &mut found);
                let asked = self.queries.observe(event, message, lookup, &mut found);
                let new = self.peers.observe(event, message, asked, &mut found);
                self.dht.observe_answer(event, message, asked, new, &mut found);
                self.sources.observe_dht(event, message, asked.and_then(Asked::for_peers), &mut found);
            }
            Message::PeerWire { info_hash, message } => {
                self.download.observe(event, *info_hash, message, &mut found);
                self.midstream.observe(event, *info_hash, message, &mut found);
                if let Some(info_hash) = info_hash {
                    self.sources.observe_peer(event, *info_hash, message, &mut found);
                    self.swarm.observe(event, *info_hash, message, &mut found);
                    self.web_files.observe_peer(event, *info_hash, message, &mut found);
                }
            }
            Message::Mse(message) => self.encrypted.observe(event, message, &mut found),
            Message::Torrent { dictionary, source } => {
                self.download.observe_torrent(event, dictionary, *source, &mut found);
                self.midstream.observe_torrent(event, dictionary);
                self.swarm.observe_torrent(dictionary);
            }
            Message::Connection(connection) => self.connections.observe(connection, &mut found),
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
            Message::Mdns(message) => self.mdns.observe(event, message, &mut self.sources, &mut found),
            Message::Tls(message) => self.trackers.https.observe_tls(event, message, &mut found),
            Message::Tunnel(target) => self.trackers.https.observe_tunnel(event, target),
            Message::TorrentFile(metainfo) => self.trackers.https.observe_torrent_file(event, metainfo, &mut found),
            Message::Finding(code) => found(*code),
            Message::WebFile(message) => self.web_files.observe(event, message, &mut found),
            Message::WebSeed(message) => {
                if let Some(block) = message.block() {
                    self.download.observe_web(event, message.info_hash, block, &mut found);
                }
            }
            Message::Utp(_) | Message::Unread { .. } => {}
        }
    }

    fn finish(&mut self) {
        let claims = self.midstream_claims();
        let findings = &mut self.findings;
        self.download.settle(&claims, &mut |code| findings.add(Finding::anywhere(code)));
        self.settled = Some(claims);
        self.claim_web_seeds();
    }

    fn found(&mut self, finding: Finding) {
        self.findings.add(finding);
    }

    fn found_in_file(&mut self, finding: Finding, place: FilePlace) {
        self.findings.add_in_file(finding, place);
    }
}

impl Analyses {
    /// Sets the share of a torrent's pieces, in percent from 50 to 100, at which a peer's download is confirmed.
    pub fn confirm_at(&mut self, threshold: u8) {
        self.swarm.confirm_at(threshold);
    }

    /// The capture is over: takes downloads for web seeds' that all of it proves to be. To be called once.
    fn claim_web_seeds(&mut self) {
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

    /// Everything, as of now; `streams` are those that the events came from.
    pub fn report(&self, capture: capture::Capture, streams: &Streams) -> Report {
        let claims = self.claims();
        Report {
            capture,
            coverage: self.coverage.with(&claims),
            messages: self.messages.clone(),
            findings: self.findings.rows(),
            init: self.init.section(),
            peers: self.peers.section(),
            dht: self.dht.section(),
            download: self.download().section(),
            connections: self.connections.list(streams, &claims, &self.midstream_claims()).into_iter().map(Cow::into_owned).collect(),
            swarm: self.swarm.section(&self.sources),
            trackers: self.trackers.section(&|address| self.is_client(address)),
            tracker_records: self.trackers.https.records(),
            web_seeds: self.web_seeds.clone(),
            encrypted_flows: claims.iter().map(encrypted::Claim::row).collect(),
            hosts: self.host_rows(&claims),
        }
    }

    /// Everything but the long tables, as of now.
    pub fn digest(&self, capture: capture::Capture, streams: &Streams) -> Digest {
        let mut torrents: Vec<_> = self.download().torrents().collect();
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
            connection_count: self.connections.count(streams, &claims),
            torrents,
            torrent_count,
            swarm: self.swarm.digest(),
            trackers: self.trackers.digest(),
            hidden_trackers: self.hidden_trackers(),
            tracker_records: self.trackers.https.records(),
            web_seeds: self.web_seeds.iter().take(WEB_SEEDS_IN_DIGEST).cloned().collect(),
            encrypted_flow_count: claims.len(),
            local_host_count: self.hosts.local_count(),
        }
    }

    /// The trackers over HTTPS that a digest lists.
    fn hidden_trackers(&self) -> Vec<trackers::Tracker> {
        let mut trackers = self.trackers.hidden(&|address| self.is_client(address));
        trackers.truncate(HIDDEN_TRACKERS_IN_DIGEST);
        trackers
    }

    /// Whether a host does what only BitTorrent does, or says that it does.
    fn is_client(&self, address: IpAddr) -> bool {
        self.hosts.speaks(address) || self.sources.of_address(address).any(|naming| naming.source.is_own())
    }

    /// The flows that are taken for encrypted BitTorrent, by what is known now.
    fn claims(&self) -> Vec<encrypted::Claim> {
        self.encrypted.claims(encrypted::Known { sources: &self.sources, hosts: &self.hosts, peers: &self.peers })
    }

    /// The hosts, as of now.
    fn host_rows(&self, claims: &[encrypted::Claim]) -> Vec<hosts::Host> {
        self.hosts.section(&self.sources, claims, &self.midstream_claims())
    }

    /// The DHT nodes that answered.
    pub fn peers(&self) -> &peers::PeersAnalysis {
        &self.peers
    }

    /// The connections without a handshake whose torrent is known by other evidence.
    fn midstream_claims(&self) -> Vec<midstream::Claim> {
        let known = midstream::Known { sources: &self.sources, hosts: &self.hosts, download: &self.download };
        self.settled.clone().unwrap_or_else(|| self.midstream.claims(known))
    }

    /// The torrents and their pieces, as of now.
    pub fn download(&self) -> Cow<'_, download::DownloadAnalysis> {
        if self.download.is_settled() {
            return Cow::Borrowed(&self.download);
        }
        let mut download = self.download.clone();
        download.settle(&self.midstream_claims(), &mut |_| {});
        Cow::Owned(download)
    }
}
