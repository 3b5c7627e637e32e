//! Rows that stand in a table only: what a section says of a thing, as one line with named cells.

use serde::Serialize;

use super::super::cell::{Cell, list, number, optional, text, words};
use super::super::download::{Piece, Share, TorrentRow};
use super::super::init::BootstrapNode;
use super::super::peers::Node;
use super::super::trackers::{Announce, Tracker};
use crate::base::Endpoint;

/// A bootstrap node with its first request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct BootstrapRow {
    /// The name asked for.
    pub name: String,
    /// One address of it.
    pub address: String,
    /// The port asked.
    pub port: Option<u16>,
    /// The frame of the DNS answer.
    pub dns_frame: Option<u64>,
    /// How many initial requests there were.
    pub requests: usize,
    /// Their transaction IDs in hex.
    pub transaction_ids: Vec<String>,
    /// What the first one asked.
    pub query: Option<String>,
    /// The frame of the first one.
    pub request_frame: Option<u64>,
    /// How many nodes the first answer names.
    pub nodes: Option<usize>,
    /// Seconds from the answered request to the first answer.
    pub delay: Option<f64>,
    /// The frame of the first answer.
    pub answer_frame: Option<u64>,
}

/// A piece with its senders counted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct PieceRow {
    /// Its index.
    pub index: u32,
    /// Bytes of it that are in the capture.
    pub bytes: u64,
    /// Whether its bytes fit its hash; `None` while that is not known.
    pub verified: Option<bool>,
    /// How many endpoints sent blocks of it.
    pub contributors: usize,
    /// The one that sent most.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "Option<String>"))]
    pub top_contributor: Option<Endpoint>,
    /// How many endpoints its blocks went to.
    pub receivers: usize,
    /// All that sent blocks of it, in order of their first block.
    pub sent_by: Vec<Share>,
    /// All that its blocks went to.
    pub received_by: Vec<Share>,
    /// The first frame that shows it.
    pub first_frame: u64,
    /// The last frame in which a block of it begins.
    pub last_frame: u64,
}

/// An announce with its tracker.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct AnnounceRow {
    /// The tracker's URL without a query; `None` where the capture does not tell.
    pub url: Option<String>,
    /// Where it was asked.
    pub endpoint: Endpoint,
    /// `http` or `udp`.
    pub protocol: &'static str,
    /// Seconds from the request to the answer.
    pub delay: Option<f64>,
    /// The request and its answer.
    #[serde(flatten)]
    pub announce: Announce,
}

impl BootstrapRow {
    pub(super) fn of(node: &BootstrapNode) -> Self {
        let first = node.requests.first();
        let answered = node.requests.iter().find_map(|request| Some((request, request.response?)));
        BootstrapRow {
            name: node.name.clone(),
            address: node.address.to_string(),
            port: node.port,
            dns_frame: node.resolved.map(|resolved| resolved.frame),
            requests: node.requests.len(),
            transaction_ids: node.requests.iter().map(|request| request.transaction_id.clone()).collect(),
            query: first.map(|request| request.query.clone()),
            request_frame: first.map(|request| request.frame),
            nodes: answered.map(|(_, answer)| answer.nodes),
            delay: answered.map(|(request, answer)| answer.time.since(request.time) as f64 / 1e9),
            answer_frame: answered.map(|(_, answer)| answer.frame),
        }
    }

    pub(super) fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "name" => Cell::Text(self.name.as_str().into()),
            "address" => Cell::Text(self.address.as_str().into()),
            "port" => optional(self.port.map(u64::from)),
            "dns_frame" => optional(self.dns_frame),
            "requests" => number(self.requests as u64),
            "transaction_ids" => Cell::Text(list(self.transaction_ids.iter())),
            "query" => self.query.as_deref().map_or(Cell::Absent, |query| Cell::Text(query.into())),
            "request_frame" => optional(self.request_frame),
            "nodes" => optional(self.nodes.map(|nodes| nodes as u64)),
            "delay" => self.delay.map_or(Cell::Absent, Cell::Number),
            "answer_frame" => optional(self.answer_frame),
            _ => Cell::Absent,
        }
    }
}

impl PieceRow {
    pub(super) fn of(piece: &Piece) -> Self {
        let top = piece.contributors.iter().max_by_key(|Share { bytes, .. }| *bytes);
        PieceRow {
            index: piece.index,
            bytes: piece.bytes,
            verified: piece.verified,
            contributors: piece.contributors.len(),
            top_contributor: top.map(|share| share.endpoint),
            receivers: piece.receivers.len(),
            sent_by: piece.contributors.clone(),
            received_by: piece.receivers.clone(),
            first_frame: piece.first_frame,
            last_frame: piece.last_frame,
        }
    }

    pub(super) fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "index" => number(self.index.into()),
            "bytes" => number(self.bytes),
            "verified" => self.verified.map_or(Cell::Absent, text),
            "contributors" => number(self.contributors as u64),
            "top_contributor" => self.top_contributor.map_or(Cell::Absent, text),
            "receivers" => number(self.receivers as u64),
            "sent_by" => Cell::Text(list(self.sent_by.iter().map(|share| share.endpoint))),
            "received_by" => Cell::Text(list(self.received_by.iter().map(|share| share.endpoint))),
            "first_frame" => number(self.first_frame),
            "last_frame" => number(self.last_frame),
            _ => Cell::Absent,
        }
    }
}

impl AnnounceRow {
    pub(super) fn of((tracker, announce): (&Tracker, &Announce)) -> Self {
        AnnounceRow {
            url: tracker.url.clone(),
            endpoint: tracker.endpoint,
            protocol: tracker.protocol,
            delay: announce.delay(),
            announce: announce.clone(),
        }
    }

    pub(super) fn cell(&self, column: &str) -> Cell<'_> {
        let announce = &self.announce;
        match column {
            "frame" => number(announce.frame),
            "protocol" => Cell::Text(self.protocol.into()),
            "url" => words(self.url.as_deref()),
            "endpoint" => text(self.endpoint),
            "client" => announce.client.map_or(Cell::Absent, text),
            "info_hash" => announce.info_hash.map_or(Cell::Absent, text),
            "event" => words(announce.event),
            "port" => optional(announce.port.map(u64::from)),
            "uploaded" => optional(announce.uploaded),
            "downloaded" => optional(announce.downloaded),
            "left" => optional(announce.left),
            "sent" => number(announce.sent.into()),
            "answer_frame" => optional(announce.answer_frame),
            "delay" => self.delay.map_or(Cell::Absent, Cell::Number),
            "peers" => optional(announce.peers.map(|peers| peers as u64)),
            "seeders" => optional(announce.seeders),
            "leechers" => optional(announce.leechers),
            "completed" => optional(announce.completed),
            "interval" => optional(announce.interval),
            "error" => words(announce.error.as_deref()),
            "warning" => words(announce.warning.as_deref()),
            _ => Cell::Absent,
        }
    }
}

pub(super) fn node_cell<'a>(node: &'a Node, column: &str) -> Cell<'a> {
    match column {
        "node_id" => text(node.node_id),
        "address" => text(node.address),
        "port" => number(node.port.into()),
        "client" => node.client.as_deref().map_or(Cell::Absent, |client| Cell::Text(client.into())),
        "responses" => number(node.responses.into()),
        "delay" => node.delay.map_or(Cell::Absent, Cell::Number),
        "first_frame" => number(node.first_frame),
        "last_frame" => number(node.last_frame),
        _ => Cell::Absent,
    }
}

pub(super) fn torrent_cell<'a>(torrent: &'a TorrentRow, column: &str) -> Cell<'a> {
    match column {
        "info_hash" => torrent.info_hash.map_or(Cell::Absent, text),
        "name" => torrent.name.as_deref().map_or(Cell::Absent, |name| Cell::Text(name.into())),
        "piece_count" => optional(torrent.piece_count),
        "total_size" => optional(torrent.total_size),
        "pieces" => number(torrent.pieces as u64),
        "bytes" => number(torrent.bytes),
        "contributors" => number(torrent.contributors as u64),
        "receivers" => number(torrent.receivers as u64),
        "connections" => number(torrent.connections as u64),
        "first_frame" => number(torrent.first_frame),
        _ => Cell::Absent,
    }
}

pub(super) const ANNOUNCE_COLUMNS: &[&str] = &[
    "frame",
    "protocol",
    "url",
    "endpoint",
    "client",
    "info_hash",
    "event",
    "port",
    "uploaded",
    "downloaded",
    "left",
    "sent",
    "answer_frame",
    "delay",
    "peers",
    "seeders",
    "leechers",
    "completed",
    "interval",
    "error",
    "warning",
];
