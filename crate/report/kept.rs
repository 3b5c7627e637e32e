//! What analyses keep beyond the sections of the report, for a database that joins captures, and take from the capture before.

use super::dht::UnfinishedDht;
use super::encrypted::{self, OpenFlow, UnfinishedFlow};
use super::hosts::UnfinishedHosts;
use super::init::{LateAnswer, UnfinishedInit};
use super::swarm::{KeptIdentity, KeptPeer, Open, UnfinishedContacts, UnfinishedPeer, UnfinishedSwarm, UnfinishedTorrent};
use super::trackers::{Announce, Scrape, UnfinishedRequests};
use super::web_claims::{Claim, Known};
use super::web_going_on::{UnfinishedClient, UnfinishedDownloads, UnfinishedTorrentFacts};
use super::{Analyses, Sections};
use crate::base::{Endpoint, Finding, InfoHash, Time};

impl Sections<'_> {
    /// The peers that were met, also those that are not identified.
    pub fn kept_peers(&self) -> impl Iterator<Item = KeptPeer<'_>> {
        self.analyses.swarm.kept_peers()
    }

    /// All that they are known by, in no order.
    pub fn kept_identities(&self) -> impl Iterator<Item = KeptIdentity> {
        self.analyses.swarm.kept_identities()
    }

    /// Calls `each` for every run of bytes that the capture shows of a piece: torrent, index, begin and end. Runs of one piece do not overlap, and rise.
    pub fn piece_runs(&self, torrent: Option<InfoHash>, each: impl FnMut(u32, u32, u32)) {
        self.analyses.download().piece_runs(torrent, each);
    }

    /// Numbers that stand for the transaction IDs of a DHT node's responses, by its place in the list of nodes. As many as are kept.
    pub fn transactions(&self, node: usize) -> &[u64] {
        self.analyses.peers.transactions(node)
    }

    /// Answers of bootstrap nodes to requests of an earlier capture.
    pub fn late_answers(&self) -> &[LateAnswer] {
        self.analyses.init.late_answers()
    }

    /// Announces of an earlier capture of which this one shows something, each with its tracker: how often they were repeated, and the answer.
    pub fn late_announces(&self) -> impl Iterator<Item = (Endpoint, &Announce)> {
        self.analyses.trackers.late_announces()
    }

    /// Scrapes of an earlier capture that are answered in this one, each with its tracker.
    pub fn late_scrapes(&self) -> impl Iterator<Item = (Endpoint, &Scrape)> {
        self.analyses.trackers.late_scrapes()
    }

    /// The share of its pieces, in percent, at which a peer's download is confirmed.
    pub fn threshold(&self) -> u8 {
        self.analyses.swarm.threshold()
    }
}

impl Analyses {
    /// The peers and torrents of connections that are open at the end of the capture, in the order of those.
    pub fn unfinished_swarm(&self, open: impl Iterator<Item = Open>) -> UnfinishedSwarm {
        self.swarm.unfinished(open)
    }

    /// What is known of connections that are open at the end of the capture and may be encrypted, in the order of those.
    pub fn unfinished_flows(&self, open: &[Option<OpenFlow>]) -> Vec<Option<UnfinishedFlow>> {
        self.encrypted.unfinished(open, encrypted::Known { sources: &self.sources, hosts: &self.hosts, peers: &self.peers })
    }

    /// Takes a connection of an earlier capture that may be encrypted, and goes on under this number.
    pub fn expect_flow(&mut self, number: u32, flow: &UnfinishedFlow) {
        self.encrypted.expect(number, flow);
    }

    /// The hosts that are known at the end of the capture, which was at `now`.
    pub fn unfinished_hosts(&self, now: Time) -> UnfinishedHosts {
        self.hosts.unfinished(now)
    }

    /// Takes the hosts of an earlier capture.
    pub fn expect_hosts(&mut self, hosts: UnfinishedHosts) {
        self.hosts.expect(hosts);
    }

    /// What is known of bootstrap nodes at the end of the capture, which was at `now`.
    pub fn unfinished_init(&self, now: Time) -> Option<UnfinishedInit> {
        self.init.unfinished(now)
    }

    /// Takes what an earlier capture told of bootstrap nodes.
    pub fn expect_init(&mut self, init: UnfinishedInit) {
        let findings = &mut self.findings;
        self.init.expect(init, &mut |code| findings.add(Finding::anywhere(code)));
    }

    /// What of the DHT is not over at the end of the capture, which was at `now`.
    pub fn unfinished_dht(&self, now: Time) -> Option<UnfinishedDht> {
        self.dht.unfinished(now, &self.queries)
    }

    /// Takes what of the DHT was not over in an earlier capture.
    pub fn expect_dht(&mut self, dht: UnfinishedDht) {
        self.dht.expect(dht, &mut self.queries);
    }

    /// Requests to trackers that may be answered after the end of the capture, which was at `now`.
    pub fn unfinished_requests(&self, now: Time) -> Option<UnfinishedRequests> {
        self.trackers.unfinished(now)
    }

    /// Takes requests to trackers of an earlier capture.
    pub fn expect_requests(&mut self, requests: UnfinishedRequests) {
        self.trackers.expect(requests);
    }

    /// Takes a torrent of an earlier capture.
    pub fn expect_torrent(&mut self, torrent: UnfinishedTorrent) {
        let findings = &mut self.findings;
        self.swarm.expect_torrent(torrent, &mut |code| findings.add(Finding::anywhere(code)));
    }

    /// Takes a peer of an earlier capture.
    pub fn expect_peer(&mut self, peer: UnfinishedPeer) {
        self.swarm.expect_peer(peer);
    }

    /// Downloads from the web, at the end of a capture of so many frames that ended at `last`, and which of open connections are theirs.
    pub fn unfinished_downloads(&self, frames: u64, last: Time, open: impl Iterator<Item = Open>) -> UnfinishedDownloads {
        self.web_files.unfinished(self.known_of_web(), frames, last, open)
    }

    /// Takes a client of the web of an earlier capture.
    pub fn expect_client(&mut self, client: UnfinishedClient) {
        let findings = &mut self.findings;
        self.web_files.expect_client(client, &mut |code| findings.add(Finding::anywhere(code)));
    }

    /// Takes what is known of a torrent of such clients.
    pub fn expect_facts(&mut self, facts: UnfinishedTorrentFacts) {
        let mut found = |code| self.findings.add(Finding::anywhere(code));
        if let Some(dictionary) = self.web_files.expect_facts(facts, &mut found) {
            self.download.give(&dictionary, &mut found);
        }
    }

    /// Takes that a connection goes on under `number`, which the clients of the web know as `connection`.
    pub fn expect_download(&mut self, number: u32, connection: u32) {
        self.web_files.expect_connection(number, connection);
    }

    /// What tells which downloads from the web are torrents'.
    pub(super) fn known_of_web(&self) -> Known<'_> {
        Known { download: &self.download, sources: &self.sources, trackers: &self.trackers, torrents: &self.torrents }
    }

    /// Keeps which blocks peers sent of torrents to which claims add what came from the web: blocks tell how long pieces are, and that does not.
    pub(super) fn keep_blocks(&mut self, claims: &[Claim]) {
        for claim in claims {
            let known = self.known_of_web();
            let blocks = known.blocks(&self.web_files, &known.names(claim.info_hash));
            self.web_files.earlier.keep_blocks(claim.info_hash, blocks);
        }
    }

    /// Takes the ends of a connection of an earlier capture, which goes on under this number.
    pub fn expect_contacts(&mut self, number: u32, contacts: UnfinishedContacts) {
        self.swarm.expect_contacts(number, contacts);
    }
}
