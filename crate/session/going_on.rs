//! From one capture to the next: what is not over when a capture ends, and a session that goes on with it.
//!
//! Captures are cut into files while connections are open. Behind the cut there is no handshake, so nothing says what a connection is about, or what its
//! peers had before. In: a session that has read a capture to its end. Out: lines of text, one a host, torrent, peer, client of the web or connection; a
//! later session that is given them before its first bytes knows these connections where it meets them again, and speaks of nothing that it does not
//! meet. Lines are JSON, for this program and the versions after it: what one cannot read is left out.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Reports, Session};
use crate::base::Time;
use crate::flow::Unfinished;
use crate::protocol::{StreamState, UnfinishedStream};
use crate::report::swarm::{UnfinishedContacts, UnfinishedPeer, UnfinishedTorrent};
use crate::report::web_going_on::{UnfinishedClient, UnfinishedTorrentFacts};

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// With when it last sent something, in nanoseconds since 1970-01-01 00:00 UTC.
    Host(IpAddr, i64),
    Torrent(UnfinishedTorrent),
    Peer(UnfinishedPeer),
    TorrentFacts(UnfinishedTorrentFacts),
    Client(UnfinishedClient),
    Connection(Box<UnfinishedConnection>),
}

/// A connection that is not over.
#[derive(Serialize, Deserialize)]
struct UnfinishedConnection {
    flow: Unfinished,
    talk: UnfinishedStream,
    /// The peers at its ends.
    #[serde(default)]
    contacts: UnfinishedContacts,
    /// By which number the downloads of clients of the web know it.
    #[serde(default)]
    download: Option<u32>,
}

impl<O: Reports> Session<O> {
    /// What is not over, once everything is read: lines of text for a session that reads what was captured next. None under pseudonyms, because
    /// connections are known again by their own addresses.
    pub fn unfinished(&self) -> Vec<String> {
        if O::PSEUDONYMOUS {
            return Vec::new();
        }
        let last = self.reading.progress().last_time.unwrap_or_default();
        let is_fresh = |heard: i64| last.since(Time::from_nanos(heard)) < FORGOTTEN_NANOS;
        let left: Vec<_> = self.reading.pipeline.left.iter().filter(|(_, flow, _)| is_fresh(flow.heard)).collect();
        let swarm = self.analyses().unfinished_swarm(left.iter().map(|(open, ..)| *open));
        let frames = self.reading.progress().frames;
        let downloads = self.analyses().unfinished_downloads(frames, last, left.iter().map(|(open, ..)| *open));
        let contacts = swarm.contacts.into_iter().zip(downloads.connections);
        let connections = left.iter().zip(contacts).filter(|((.., talk), (_, download))| match talk {
            UnfinishedStream::Peers(_) => true,
            UnfinishedStream::Web(talk) => download.is_some() || talk.brings_pieces(),
        });
        let connections = connections.map(|((_, flow, talk), (contacts, download))| {
            Line::Connection(Box::new(UnfinishedConnection { flow: flow.clone(), talk: talk.clone(), contacts, download }))
        });
        let torrents = swarm.torrents.into_iter().map(Line::Torrent).chain(downloads.torrents.into_iter().map(Line::TorrentFacts));
        let ends = swarm.peers.into_iter().map(Line::Peer).chain(downloads.clients.into_iter().map(Line::Client));
        let hosts = self.analyses().hosts_heard().map(|(address, heard)| (address, heard.nanos()));
        let hosts = hosts.filter(|(_, heard)| is_fresh(*heard)).map(|(address, heard)| Line::Host(address, heard));
        let lines = hosts.chain(torrents).chain(ends).chain(connections);
        // Writing such values to memory cannot fail.
        lines.filter_map(|line| serde_json::to_string(&line).ok()).collect()
    }
}

impl Session {
    /// Takes such a line of an earlier session, before the first bytes. Answers whether it could be read.
    pub fn go_on(&mut self, line: &str) -> bool {
        let Ok(line) = serde_json::from_str(line) else { return false };
        match line {
            Line::Host(address, heard) => self.analyses_mut().expect_host(address, Time::from_nanos(heard)),
            Line::Torrent(torrent) => self.analyses_mut().expect_torrent(torrent),
            Line::Peer(peer) => self.analyses_mut().expect_peer(peer),
            Line::TorrentFacts(facts) => self.analyses_mut().expect_facts(facts),
            Line::Client(client) => self.analyses_mut().expect_client(client),
            Line::Connection(connection) => {
                let UnfinishedConnection { flow, talk, contacts, download } = *connection;
                let number = self.reading.pipeline.next_earlier();
                self.analyses_mut().expect_contacts(number, contacts);
                download.into_iter().for_each(|download| self.analyses_mut().expect_download(number, download));
                self.reading.pipeline.go_on(flow, StreamState::going_on(talk, number));
            }
        }
        true
    }
}

/// A connection or host of which nothing was heard for so long is not waited for: peers that say nothing are told so every two minutes (BEP 3).
const FORGOTTEN_NANOS: i64 = 3_600_000_000_000;
