//! From one capture to the next: what is not over when a capture ends, and a session that goes on with it.
//!
//! Captures are cut into files while connections are open. Behind the cut there is no handshake, so nothing says what a connection is about, or what its
//! peers had before. In: a session that has read a capture to its end. Out: lines of text, one a host, torrent, peer, client of the web or connection; a
//! later session that is given them before its first bytes knows these connections where it meets them again, and speaks of nothing that it does not
//! meet. Lines are JSON, for this program and the versions after it: what one cannot read is left out.

use serde::{Deserialize, Serialize};

use super::{Reports, Session};
use crate::base::Time;
use crate::flow::Unfinished;
use crate::protocol::udp_tracker::UnfinishedAsking;
use crate::protocol::{StreamState, UnfinishedStream};
use crate::report::dht::UnfinishedDht;
use crate::report::encrypted::{OpenFlow, UnfinishedFlow};
use crate::report::hosts::UnfinishedHosts;
use crate::report::init::UnfinishedInit;
use crate::report::swarm::{Open, UnfinishedContacts, UnfinishedPeer, UnfinishedTorrent};
use crate::report::trackers::UnfinishedRequests;
use crate::report::web_going_on::{UnfinishedClient, UnfinishedTorrentFacts};

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Torrent(UnfinishedTorrent),
    Peer(UnfinishedPeer),
    TorrentFacts(UnfinishedTorrentFacts),
    Client(UnfinishedClient),
    Connection(Box<UnfinishedConnection>),
    Hosts(UnfinishedHosts),
    Init(UnfinishedInit),
    Dht(UnfinishedDht),
    Asking(UnfinishedAsking),
    Requests(UnfinishedRequests),
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
    /// Of what may be peers that encrypt, what is known of them.
    #[serde(default)]
    hidden: Option<UnfinishedFlow>,
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
        let hidden: Vec<_> = left.iter().map(|(open, flow, talk)| hidden_flow(*open, flow, talk)).collect();
        let hidden = self.analyses().unfinished_flows(&hidden);
        let frames = self.reading.progress().frames;
        let downloads = self.analyses().unfinished_downloads(frames, last, left.iter().map(|(open, ..)| *open));
        let known = swarm.contacts.into_iter().zip(downloads.connections).zip(hidden);
        let connections = left.iter().zip(known).filter(|((.., talk), ((_, download), _))| match talk {
            UnfinishedStream::Web(talk) => download.is_some() || talk.brings_pieces(),
            _ => true,
        });
        let connections = connections.map(|((_, flow, talk), ((contacts, download), hidden))| {
            Line::Connection(Box::new(UnfinishedConnection { flow: flow.clone(), talk: talk.clone(), contacts, download, hidden }))
        });
        let torrents = swarm.torrents.into_iter().map(Line::Torrent).chain(downloads.torrents.into_iter().map(Line::TorrentFacts));
        let ends = swarm.peers.into_iter().map(Line::Peer).chain(downloads.clients.into_iter().map(Line::Client));
        let lines = torrents.chain(ends).chain(connections).chain(self.unfinished_datagrams(last));
        // Writing such values to memory cannot fail.
        lines.filter_map(|line| serde_json::to_string(&line).ok()).collect()
    }

    /// What is not over beside connections, where the capture ended at `last`.
    fn unfinished_datagrams(&self, last: Time) -> impl Iterator<Item = Line> {
        let analyses = self.analyses();
        let lines = [
            Some(Line::Hosts(analyses.unfinished_hosts(last))),
            analyses.unfinished_init(last).map(Line::Init),
            analyses.unfinished_dht(last).map(Line::Dht),
            self.reading.pipeline.dissector.unfinished_asking().map(Line::Asking),
            analyses.unfinished_requests(last).map(Line::Requests),
        ];
        lines.into_iter().flatten()
    }
}

impl Session {
    /// Takes such a line of an earlier session, before the first bytes. Answers whether it could be read.
    pub fn go_on(&mut self, line: &str) -> bool {
        let Ok(line) = serde_json::from_str(line) else { return false };
        match line {
            Line::Torrent(torrent) => self.analyses_mut().expect_torrent(torrent),
            Line::Hosts(hosts) => self.analyses_mut().expect_hosts(hosts),
            Line::Init(init) => self.analyses_mut().expect_init(init),
            Line::Dht(dht) => self.analyses_mut().expect_dht(dht),
            Line::Asking(asking) => self.reading.pipeline.dissector.expect_answers(asking),
            Line::Requests(requests) => self.analyses_mut().expect_requests(requests),
            Line::Peer(peer) => self.analyses_mut().expect_peer(peer),
            Line::TorrentFacts(facts) => self.analyses_mut().expect_facts(facts),
            Line::Client(client) => self.analyses_mut().expect_client(client),
            Line::Connection(connection) => {
                let UnfinishedConnection { flow, talk, contacts, download, hidden } = *connection;
                let number = self.reading.pipeline.next_earlier();
                self.analyses_mut().expect_contacts(number, contacts);
                download.into_iter().for_each(|download| self.analyses_mut().expect_download(number, download));
                hidden.iter().for_each(|hidden| self.analyses_mut().expect_flow(number, hidden));
                self.reading.pipeline.go_on(flow, StreamState::going_on(talk, number));
            }
        }
        true
    }
}

/// A connection that may be encrypted.
fn hidden_flow(open: Open, flow: &Unfinished, talk: &UnfinishedStream) -> Option<OpenFlow> {
    let is_hidden = matches!(talk, UnfinishedStream::Hidden(_) | UnfinishedStream::Searched(..));
    is_hidden.then(|| OpenFlow { open, ends: flow.ends(), heard: Time::from_nanos(flow.heard) })
}

/// A connection of which nothing was heard for so long is not waited for: peers that say nothing are told so every two minutes (BEP 3).
const FORGOTTEN_NANOS: i64 = 3_600_000_000_000;
