//! What analyses keep beyond the sections of the report, for a database that joins captures, and take from the capture before.

use std::net::IpAddr;

use super::swarm::{KeptIdentity, KeptPeer, Open, UnfinishedContacts, UnfinishedPeer, UnfinishedSwarm, UnfinishedTorrent};
use super::web_claims::{Claim, Known};
use super::web_going_on::{UnfinishedClient, UnfinishedDownloads, UnfinishedTorrentFacts};
use super::{Analyses, Sections};
use crate::base::{Finding, InfoHash, Time};

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

    /// The hosts of which bytes are counted, here or in an earlier capture, and when they last sent something.
    pub fn hosts_heard(&self) -> impl Iterator<Item = (IpAddr, Time)> {
        self.hosts.heard()
    }

    /// Takes a host of an earlier capture.
    pub fn expect_host(&mut self, address: IpAddr, heard: Time) {
        self.hosts.expect(address, heard);
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
