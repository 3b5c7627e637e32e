//! Floor 6: [`Event`]s → what the report says.
//!
//! In: events in capture order. Out: at any moment a [`Report`] (everything, for the command line and for export) or a [`Digest`]
//! (everything but the long tables, for the page). One file answers one question and fills one section; none looks at bytes.
//! [`Analyses`] is the only place that lists them. Their names in JSON are what other programs rely on.

pub mod anonymous;
pub mod capture;
mod cell;
pub mod connections;
pub mod coverage;
pub mod csv;
pub mod dht;
pub mod download;
pub mod encrypted;
pub mod events;
pub mod evidence;
mod extent;
pub mod findings;
pub mod frame;
pub mod geography;
pub mod host_facts;
pub mod hosts;
pub mod https_trackers;
pub mod init;
mod kept;
mod layout;
mod local_vote;
mod mdns;
pub mod messages;
mod midstream;
pub mod names;
pub mod overview;
pub mod peer_sources;
pub mod peers;
pub mod places;
pub mod port_mappings;
pub mod proof;
mod queries;
pub mod requests;
mod sentences;
mod shares;
pub mod slice;
pub mod sources;
pub mod swarm;
pub mod table;
pub mod text;
pub mod torrent_list;
mod torrent_page;
pub mod torrents;
pub mod trackers;
pub mod traffic;
pub mod watch;
mod web_claims;
mod web_files;
pub mod web_going_on;
pub mod web_seeds;
mod whole;
pub mod wireshark;

use std::borrow::Cow;
use std::net::IpAddr;

use queries::Asked;

pub use whole::{Digest, HIDDEN_TRACKERS_IN_DIGEST, Report, Sections, TORRENTS_IN_DIGEST, WEB_SEEDS_IN_DIGEST};

use crate::base::pseudonyms::Pseudonyms;
use crate::base::{Arrange, Code, FilePlace, Finding, InfoHash, Limits, Time};
use crate::capture::Frame;
use crate::decode::Packet;
use crate::protocol::given::Given;
use crate::protocol::{Event, Message, Streams};

/// Where a frame comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The file's number, from 0.
    pub file: usize,
    /// The file's name.
    pub name: &'a str,
    /// The frame's number in that file, from 1.
    pub number: u64,
}

/// What is told of a capture while it is read.
pub trait Observer {
    /// Whether it wants the bytes of blocks and files as they pass: always the same answer.
    fn wants_payload(&self) -> bool {
        false
    }

    /// Whether it wants what is in frames; else nothing of them is read. Always the same answer.
    fn wants_content(&self) -> bool {
        true
    }

    /// Takes the next frame as it stands in its file, before all else that is told of it.
    fn observe_record(&mut self, _frame: &Frame<'_>, _record: Record<'_>) {}

    /// What a file is called where it is told of.
    fn file_name(&mut self, name: &str) -> String {
        name.to_owned()
    }

    /// Takes the next frame, of so many bytes on the wire, before anything that is in it.
    fn observe_frame(&mut self, _frame: u64, _time: Time, _bytes: u32) {}

    /// Takes the next packet, whatever it carries.
    fn observe_packet(&mut self, _frame: u64, _time: Time, _packet: &Packet<'_>) {}

    /// Takes the next event.
    fn observe(&mut self, event: &Event<'_>);

    /// Takes a torrent that was given, before the first frame.
    fn know(&mut self, _given: &Given<'_>) {}

    /// Takes the name that a capture file gives an address, on the word of whoever wrote it.
    fn name(&mut self, _address: IpAddr, _name: &str) {}

    /// Takes what a lower floor found wrong.
    fn found(&mut self, finding: Finding);

    /// Takes what the lowest floor found wrong at a place of a file.
    fn found_in_file(&mut self, finding: Finding, _place: FilePlace) {
        self.found(finding);
    }

    /// Whether it has seen all that it wants to see: then no more is read.
    fn is_done(&self) -> bool {
        false
    }

    /// Takes where in a file stands what was found and counted before.
    fn placed(&mut self, _code: Code, _place: FilePlace) {}

    /// Takes that no more events will come.
    fn finish(&mut self) {}
}

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
    requests: requests::RequestsAnalysis,
    trackers: trackers::TrackersAnalysis,
    sources: sources::Sources,
    peer_sources: peer_sources::PeerSourcesAnalysis,
    swarm: swarm::SwarmAnalysis,
    encrypted: encrypted::EncryptedAnalysis,
    hosts: hosts::HostsAnalysis,
    traffic: traffic::TrafficAnalysis,
    mdns: mdns::MdnsAnalysis,
    web_files: web_files::WebFiles,
    /// What was claimed of them at the end.
    web_seeds: Vec<web_seeds::WebSeed>,
    names: names::Names,
    places: places::Places,
    torrents: torrents::TorrentsAnalysis,
    /// What somebody watches for.
    watch: watch::WatchList,
    /// What was said of each piece, where that was looked up.
    trails: Option<events::trails::Trails>,
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
            requests: requests::RequestsAnalysis::new(limits),
            trackers: trackers::TrackersAnalysis::new(limits),
            sources: sources::Sources::new(limits),
            peer_sources: peer_sources::PeerSourcesAnalysis::new(limits),
            swarm: swarm::SwarmAnalysis::new(limits),
            encrypted: encrypted::EncryptedAnalysis::new(limits),
            hosts: hosts::HostsAnalysis::new(limits),
            traffic: traffic::TrafficAnalysis::new(limits),
            mdns: mdns::MdnsAnalysis::new(limits),
            web_files: web_files::WebFiles::new(limits),
            web_seeds: Vec::new(),
            names: names::Names::new(limits),
            places: places::Places::new(limits),
            torrents: torrents::TorrentsAnalysis::new(limits),
            watch: watch::WatchList::default(),
            trails: None,
        }
    }
}

impl Analyses {
    /// Analyses to be told under `pseudonyms`: they know the names that are known in advance by their pseudonyms, and say nothing of what
    /// is calculated from addresses and IDs.
    pub fn of_pseudonyms(limits: &Limits, pseudonyms: &mut Pseudonyms) -> Self {
        let mut analyses = Analyses::new(limits);
        analyses.init.call_well_known(|name| pseudonyms.host(name));
        analyses.dht.leave_out_ids();
        analyses.connections.leave_out_priorities();
        analyses.web_files.leaves_out_order = true;
        analyses
    }
}

impl Observer for Analyses {
    fn know(&mut self, given: &Given<'_>) {
        let mut found = |code| self.findings.add(Finding::anywhere(code));
        self.torrents.give(given, &mut found);
        self.sources.give(given, &mut found);
        self.peer_sources.give(given, &mut found);
        self.trackers.https.give(given, &mut found);
        if let Some(dictionary) = given.dictionary() {
            self.download.give(dictionary, &mut found);
            self.swarm.observe_torrent(dictionary, &mut found);
        }
    }

    fn observe_frame(&mut self, _frame: u64, time: Time, bytes: u32) {
        self.traffic.observe_frame(time, bytes);
    }

    fn observe_packet(&mut self, frame: u64, time: Time, packet: &Packet<'_>) {
        let mut found = |code| self.findings.add(Finding::at(code, frame));
        self.hosts.observe_packet(frame, time, packet.source.address, packet.destination.address, &mut found);
        self.swarm.observe_packet(time, packet);
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
                self.names.observe_dns(message, &mut found);
            }
            Message::Dht(message) => {
                self.traffic.dht.add(event.time, 1);
                self.init.observe_dht(event, message, &mut found);
                let lookup = self.dht.observe_query(event, message, &mut found);
                let asked = self.queries.observe(event, message, lookup, &mut found);
                let new = self.peers.observe(event, message, asked, &mut found);
                self.dht.observe_answer(event, message, asked, new, &mut found);
                self.sources.observe_dht(event, message, asked.and_then(Asked::for_peers), &mut found);
                if let Some(asked) = asked {
                    self.peer_sources.observe_dht(event, message, asked, &self.hosts, &mut found);
                }
            }
            Message::PeerWire { info_hash, message } => {
                self.traffic.observe_peer(event, *info_hash, &mut found);
                self.download.observe(event, *info_hash, message, &mut found);
                self.midstream.observe(event, *info_hash, message, &mut found);
                if let Some(info_hash) = info_hash {
                    self.sources.observe_peer(event, *info_hash, message, &mut found);
                    self.peer_sources.observe_peer(event, *info_hash, message, &self.hosts, &mut found);
                    self.swarm.observe(event, *info_hash, message, &|address| self.hosts.is_local(address), &mut found);
                    self.web_files.observe_peer(event, *info_hash, message, &mut found);
                }
            }
            Message::Mse(message) => self.encrypted.observe(event, message, &mut found),
            Message::Torrent { dictionary, source } => {
                self.download.observe_torrent(event, dictionary, *source, &mut found);
                self.midstream.observe_torrent(event, dictionary);
                self.swarm.observe_torrent(dictionary, &mut found);
                self.torrents.observe_torrent(event, dictionary, *source, &mut found);
            }
            Message::GoesOn { number } => self.swarm.goes_on(event, *number, &mut found),
            Message::Connection(connection) => {
                self.connections.observe(connection, &mut found);
                self.swarm.observe_end(event, connection);
                self.requests.observe(connection, &mut found);
                self.peer_sources.observe_connection(connection, &mut found);
            }
            Message::Attempt(attempt) => self.peer_sources.observe_attempt(event, *attempt, &mut found),
            Message::Utp(message) => {
                self.swarm.observe_utp(event, message);
                self.peer_sources.observe_utp(event, message);
            }
            Message::UdpTracker(_)
            | Message::HttpTracker(_)
            | Message::Lsd(_)
            | Message::NatPmp(_)
            | Message::Upnp(_)
            | Message::Mdns(_) => self.observe_discovery(event),
            Message::Tls(message) => {
                self.trackers.https.observe_tls(event, message, &mut found);
                if !self.trackers.https.is_tunnel(event.flow) {
                    self.names.observe_tls(event, message, &mut found);
                }
            }
            Message::Tunnel(target) => self.trackers.https.observe_tunnel(event, target),
            Message::TorrentFile(metainfo) => {
                self.trackers.https.observe_torrent_file(event, metainfo, &mut found);
                self.torrents.observe_torrent_file(event, metainfo, &mut found);
            }
            Message::Finding(code) => found(*code),
            Message::WebFile(message) => self.web_files.observe(event, message, &mut found),
            Message::WebSeed(message) => message.block().into_iter().for_each(|block| {
                self.download.observe_web(event, message.info_hash, block, &mut found);
                self.traffic.observe_web(event, message.info_hash, block.length, &mut found);
            }),
            Message::Unread { reason, bytes } => self.traffic.observe_unread(event, *reason, *bytes),
            // Never asked for.
            Message::Payload(_) => {}
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

    fn name(&mut self, address: IpAddr, name: &str) {
        let mut found = |code| self.findings.add(Finding::anywhere(code));
        self.names.observe_file(address, name, &mut found);
        self.trackers.name(address, name);
        self.init.name(address, name, &mut found);
    }

    fn placed(&mut self, code: Code, place: FilePlace) {
        self.findings.add_place(code, place);
    }
}

impl Analyses {
    /// Takes a message by which a client finds others, or lets itself be found.
    fn observe_discovery(&mut self, event: &Event<'_>) {
        let mut found = |code| self.findings.add(Finding::at(code, event.frame));
        match &event.message {
            Message::UdpTracker(message) => {
                self.traffic.trackers.add(event.time, 1);
                if let Some(info_hash) = self.trackers.observe_udp(event, message, &mut found) {
                    self.sources.observe_udp_tracker(event, message, info_hash, &mut found);
                    self.peer_sources.observe_udp_tracker(event, message, info_hash, &mut found);
                }
            }
            Message::HttpTracker(message) => {
                self.traffic.trackers.add(event.time, 1);
                if let Some(info_hash) = self.trackers.observe_http(event, message, &mut found) {
                    self.sources.observe_http_tracker(event, message, info_hash, &mut found);
                    self.peer_sources.observe_http_tracker(event, message, info_hash, &mut found);
                }
            }
            Message::Lsd(message) => {
                self.sources.observe_lsd(event, message, &mut found);
                self.peer_sources.observe_lsd(event, message, &mut found);
            }
            Message::NatPmp(message) => self.init.mappings.observe_nat_pmp(event, message, &mut found),
            Message::Upnp(message) => self.init.mappings.observe_upnp(event, message, &mut found),
            Message::Mdns(message) => self.mdns.observe(event, message, &mut |endpoint, info_hash| {
                self.sources.names(event, endpoint, info_hash, sources::Source::Mdns, &mut found);
                self.peer_sources.names((event.frame, event.time), endpoint, info_hash, sources::Source::Mdns, &mut found);
            }),
            _ => {}
        }
    }

    /// Sets the share of a torrent's pieces, in percent from 50 to 100, at which a peer's download is confirmed.
    pub fn confirm_at(&mut self, threshold: u8) {
        self.swarm.confirm_at(threshold);
    }

    /// The capture is over: takes downloads for web seeds' that all of it proves to be. To be called once.
    fn claim_web_seeds(&mut self) {
        let known = self.known_of_web();
        let claims = web_claims::claims(&self.web_files, known);
        self.web_seeds = web_seeds::section(&self.web_files, &claims);
        let began = self.traffic.began();
        self.keep_blocks(&claims);
        for claim in &claims {
            let gets = claim.gets.iter().filter_map(|get| self.web_files.gets.get(*get));
            for get in gets.filter(|get| get.is_of_this_capture()) {
                self.coverage.claim_web(get.bytes, get.lost, get.truncated);
                self.messages.add(("web_seed", "request"), u64::from(get.frame > 0));
                self.messages.add(("web_seed", "response"), u64::from(get.is_answered));
                let findings = &mut self.findings;
                claim.tell(get, began, |event, block| {
                    let mut found = |code| findings.add(Finding::at(code, event.frame));
                    self.download.observe_web(event, claim.info_hash, block, &mut found);
                    self.traffic.observe_web(event, claim.info_hash, block.length, &mut found);
                });
            }
            if let Some(sizes) = claim.sizes() {
                self.download.measured(claim.info_hash, sizes);
                self.swarm.measured(claim.info_hash, sizes);
            }
        }
        claims.iter().flat_map(|claim| &claim.gets).for_each(|get| self.web_files.tell(*get));
    }

    /// Who here runs BitTorrent, and what it costs: told from the hosts without what else is known of each, which takes long to find where many
    /// peers were met.
    fn overview(&self, claims: &[encrypted::Claim], torrents: &[download::TorrentRow]) -> overview::Overview {
        let hosts = self.hosts.section(&self.sources, claims, &self.midstream_claims());
        let (swarm, coverage) = (self.swarm_digest(), self.coverage.with(claims));
        overview::Overview::of(&overview::Known { hosts: &hosts, torrents, names: &self.torrents, swarm, claims, coverage })
    }

    /// Everything but the long tables, as of now.
    pub fn digest(&self, capture: capture::Capture, streams: &Streams) -> Digest {
        let mut torrents: Vec<_> = self.download().torrents().collect();
        let torrent_count = torrents.len();
        let claims = self.claims();
        let overview = self.overview(&claims, &torrents);
        torrents.arrange_by_key(|torrent| std::cmp::Reverse(torrent.bytes));
        torrents.truncate(TORRENTS_IN_DIGEST);
        Digest {
            capture,
            overview,
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
            swarm: self.swarm_digest(),
            sources: self.peer_sources.digest(self.known_of_sources()),
            trackers: self.trackers.digest(),
            hidden_trackers: self.hidden_trackers(),
            tracker_records: self.trackers.https.records(),
            web_seeds: self.web_seeds.iter().take(WEB_SEEDS_IN_DIGEST).cloned().collect(),
            encrypted_flow_count: claims.len(),
            local_host_count: self.hosts.local_count(),
            known_torrent_count: self.known_torrents(&self.download, None).rows.len(),
            traffic: self.traffic(&claims),
        }
    }

    /// How many peers were met, and how many of them are local.
    fn swarm_digest(&self) -> swarm::SwarmDigest {
        self.swarm.digest(|address| self.hosts.is_local(address))
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

    /// What tells where peers come from and what became of them.
    fn known_of_sources(&self) -> peer_sources::Known<'_> {
        peer_sources::Known { swarm: &self.swarm, trackers: &self.trackers, dht: &self.dht, sources: &self.sources }
    }

    /// The torrents that are known by any means, as of now: all, or the one of a name.
    fn known_torrents<'a>(&'a self, download: &'a download::DownloadAnalysis, only: Option<InfoHash>) -> torrents::Section<'a> {
        let Analyses { trackers, sources, dht, web_seeds, .. } = self;
        torrents::Section::new(&self.torrents, torrents::Rest { download, trackers, sources, dht, web_seeds }, only)
    }

    /// The hosts, as of now.
    fn host_rows(&self, claims: &[encrypted::Claim]) -> Vec<hosts::Host> {
        let mut hosts = self.hosts.section(&self.sources, claims, &self.midstream_claims());
        let is_local = |address| self.hosts.is_local(address);
        let known = traffic::Known { is_local: &is_local, encrypted: &self.encrypted, claims };
        host_facts::add(
            &mut hosts,
            host_facts::Known {
                traffic: self.traffic.of_hosts(&known),
                mappings: &self.init.mappings,
                trackers: &self.trackers,
                sources: &self.sources,
            },
        );
        hosts
    }

    /// How much was moved, as of now.
    fn traffic(&self, claims: &[encrypted::Claim]) -> traffic::Traffic {
        let is_local = |address| self.hosts.is_local(address);
        self.traffic.section(&traffic::Known { is_local: &is_local, encrypted: &self.encrypted, claims })
    }

    /// How much of one torrent was moved, as of now.
    pub fn torrent_traffic(&self, info_hash: InfoHash) -> traffic::TorrentTraffic {
        let canonical = |info_hash| self.download.canonical(info_hash);
        let (wanted, is_local) = (canonical(info_hash), |address| self.hosts.is_local(address));
        let midstream = self.midstream_claims();
        let streams = midstream.iter().filter(|claim| canonical(claim.info_hash) == wanted).map(|claim| claim.flow).collect();
        let claims = self.claims();
        let known = traffic::Known { is_local: &is_local, encrypted: &self.encrypted, claims: &claims };
        self.traffic.of_torrent(&known, |name| canonical(name) == wanted, &streams)
    }

    /// Says whether a host is local, whatever else is known; `None` takes that back.
    pub fn set_local(&mut self, address: IpAddr, local: Option<bool>) {
        self.hosts.set_local(address, local);
    }

    /// The databases of addresses, and the list of public suffixes.
    pub fn places(&self) -> &places::Places {
        &self.places
    }

    /// The same, for who has some.
    pub fn places_mut(&mut self) -> &mut places::Places {
        &mut self.places
    }

    /// Where the peers are, without its long tables; `None` where no database of addresses was given.
    pub fn geography_in_short(&self) -> Option<geography::Geography> {
        self.geography(&self.claims()).map(geography::Geography::in_short)
    }

    /// Where the peers are.
    fn geography(&self, claims: &[encrypted::Claim]) -> Option<geography::Geography> {
        let Analyses { swarm, peers: nodes, sources, names, places, .. } = self;
        if places.is_empty() {
            return None;
        }
        geography::Geography::of(&geography::Known { swarm, download: &self.download(), claims, nodes, sources, names, places })
    }

    /// The peer of a key of the table of peers of torrents.
    fn peer_of_torrent(&self, key: u32) -> Option<swarm::PeerRow> {
        self.swarm.peer(key, &self.sources, &|address| self.hosts.is_local(address))
    }

    /// How requests were served, as of now.
    fn requests_section(&self, streams: &Streams) -> requests::Requests {
        let torrents = self.midstream_claims().into_iter().map(|claim| (claim.flow, claim.info_hash)).collect();
        self.requests.section(streams, &torrents, &|address| self.hosts.is_local(address))
    }

    /// How the ends of one connection asked and were served, as of now.
    pub fn exchange(&self, flow: u64, streams: &Streams) -> Option<requests::Exchange> {
        self.requests.exchange(flow, streams)
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
