//! What analyses keep beyond the sections of the report, for a database that joins captures, and take from the capture before.

use std::net::IpAddr;

use super::swarm::{KeptIdentity, KeptPeer, Open, UnfinishedContacts, UnfinishedPeer, UnfinishedSwarm, UnfinishedTorrent};
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

    /// Takes the ends of a connection of an earlier capture, which goes on under this number.
    pub fn expect_contacts(&mut self, number: u32, contacts: UnfinishedContacts) {
        self.swarm.expect_contacts(number, contacts);
    }
}
