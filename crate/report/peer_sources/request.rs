//! What each request for peers yielded: announces to trackers, lookups in the DHT, and the peers that listed others.

use serde::Serialize;

use super::super::cell::{Cell, number, optional, text};
use super::super::dht::Lookup;
use super::super::sources::Source;
use super::super::trackers::Announce;
use super::{Exchange, Known, PeerSourcesAnalysis, Yield};
use crate::base::{Arrange, Endpoint, InfoHash, Time};

/// One request. What a peer lists by PEX is one, from its first message to its last.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct SourceRequest {
    /// `tracker`, `dht` or `pex`.
    pub source: Source,
    /// The torrent; `None` of a lookup that found nobody and asked about what nothing else in the capture names: clients blur what they look
    /// up, and look up themselves.
    pub info_hash: Option<InfoHash>,
    /// Who asked, or was told.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "Option<String>"))]
    pub client: Option<Endpoint>,
    /// Who was asked, or told; `None` of a lookup, which asks many.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "Option<String>"))]
    pub asked: Option<Endpoint>,
    /// The frame of the first message.
    pub frame: u64,
    /// When that was captured.
    pub time: Time,
    /// Seconds from there to the answer, or to the latest message; `None` of an announce without an answer.
    pub duration: Option<f64>,
    /// Messages sent: announces with their repetitions, queries; by PEX those that list peers.
    pub messages: u64,
    /// Answers with peers.
    pub answers: u64,
    /// Addresses that they name.
    pub received: u64,
    /// Of these, those that nobody had named for the torrent before.
    pub new: u64,
    /// The others.
    pub duplicate: u64,
}

impl PeerSourcesAnalysis {
    /// All requests, by frame.
    pub(in crate::report) fn requests(&self, known: Known<'_>) -> Vec<SourceRequest> {
        let mut announces = self.announces.clone();
        let trackers = (0..known.trackers.announce_count()).filter_map(|index| known.trackers.announce(index));
        let announced = trackers.map(|(tracker, announce)| {
            let torrent = announce.info_hash.and_then(|info_hash| self.by_hash.get(&info_hash));
            let answer =
                announce.answer_frame.zip(announce.client).zip(torrent).map(|((frame, client), torrent)| (frame, client, *torrent));
            SourceRequest::of_announce(tracker.endpoint, announce, answer.and_then(|answer| announces.remove(&answer)).unwrap_or_default())
        });
        let mut requests: Vec<_> = announced.collect();
        let lookups = known.dht.lookups().filter(|(key, lookup)| self.is_request(*key, lookup));
        requests.extend(lookups.map(|(key, lookup)| self.of_lookup(key, lookup, known)));
        requests.extend(self.exchanges.iter().map(|exchange| self.of_exchange(exchange)));
        requests.arrange_by_key(|request| request.frame);
        requests
    }

    /// How many there are.
    pub(super) fn request_count(&self, known: Known<'_>) -> usize {
        let lookups = known.dht.lookups().filter(|(key, lookup)| self.is_request(*key, lookup));
        known.trackers.announce_count() + lookups.count() + self.exchanges.len()
    }

    /// Whether a lookup is one for peers: a single query that brought none is mostly somebody else's.
    fn is_request(&self, key: u32, lookup: &Lookup) -> bool {
        lookup.query == "get_peers" && (lookup.queries > 1 || self.lookups.contains_key(&key))
    }

    fn of_lookup(&self, key: u32, lookup: &Lookup, known: Known<'_>) -> SourceRequest {
        let found = self.lookups.get(&key);
        let brought = found.map(|found| found.brought).unwrap_or_default();
        let torrent = found.and_then(|found| self.torrents.get(found.torrent as usize)).map(|torrent| torrent.info_hash);
        let target = Some(InfoHash(lookup.target.0)).filter(|target| known.sources.is_exact(*target));
        SourceRequest {
            source: Source::Dht,
            info_hash: torrent.or(target),
            client: Some(lookup.asker),
            asked: None,
            frame: lookup.first_frame,
            time: lookup.first_time,
            duration: Some(lookup.last_time.since(lookup.first_time) as f64 / 1e9),
            messages: lookup.queries,
            answers: found.map_or(0, |found| found.answers),
            received: brought.received,
            new: brought.new,
            duplicate: brought.received - brought.new,
        }
    }

    fn of_exchange(&self, exchange: &Exchange) -> SourceRequest {
        let Yield { received, new } = exchange.brought;
        SourceRequest {
            source: Source::Pex,
            info_hash: self.torrents.get(exchange.torrent as usize).map(|torrent| torrent.info_hash),
            client: Some(exchange.receiver),
            asked: Some(exchange.sender),
            frame: exchange.first.0,
            time: exchange.first.1,
            duration: Some(exchange.last.since(exchange.first.1) as f64 / 1e9),
            messages: exchange.messages,
            answers: exchange.messages,
            received,
            new,
            duplicate: received - new,
        }
    }
}

impl SourceRequest {
    fn of_announce(tracker: Endpoint, announce: &Announce, Yield { received, new }: Yield) -> Self {
        SourceRequest {
            source: Source::Tracker,
            info_hash: announce.info_hash,
            client: announce.client,
            asked: Some(tracker),
            frame: announce.frame,
            time: announce.time,
            duration: announce.delay(),
            messages: announce.sent.into(),
            answers: u64::from(received > 0),
            received,
            new,
            duplicate: received - new,
        }
    }

    /// The value in `column`.
    pub(in crate::report) fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "source" => Cell::Text(self.source.name().into()),
            "info_hash" => self.info_hash.map_or(Cell::Absent, text),
            "client" => self.client.map_or(Cell::Absent, text),
            "asked" => self.asked.map_or(Cell::Absent, text),
            "frame" => optional(Some(self.frame)),
            "time" => Cell::Number(self.time.seconds()),
            "duration" => self.duration.map_or(Cell::Absent, Cell::Number),
            "messages" => number(self.messages),
            "answers" => number(self.answers),
            "received" => number(self.received),
            "new" => number(self.new),
            "duplicate" => number(self.duplicate),
            _ => Cell::Absent,
        }
    }
}

/// The columns of the table of requests, in the order of its CSV.
pub(in crate::report) const COLUMNS: &[&str] =
    &["source", "info_hash", "client", "asked", "frame", "time", "duration", "messages", "answers", "received", "new", "duplicate"];
