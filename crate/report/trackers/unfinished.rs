//! Requests to trackers over UDP that have no answer when a capture ends, for the capture that goes on.
//!
//! In: announces and scrapes without an answer. Out: what the next capture shows of them, apart from its own rows: repetitions, and the answer.

use serde::{Deserialize, Serialize};

use super::{Announce, Asked, Listed, Scrape, Scraped, TrackersAnalysis};
use crate::base::{Endpoint, InfoHash, Time};

/// Requests without an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedRequests {
    announces: Vec<UnfinishedRequest>,
    scrapes: Vec<UnfinishedRequest>,
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedRequest {
    client: Endpoint,
    tracker: Endpoint,
    transaction_id: u32,
    info_hashes: Vec<InfoHash>,
    /// When it was captured, in nanoseconds since 1970-01-01 00:00 UTC.
    time: i64,
}

/// What this capture shows of an earlier one's requests: each with the tracker. Their times are those of the requests.
#[derive(Debug, Default)]
pub(super) struct Late {
    pub(super) announces: Vec<(Endpoint, Announce)>,
    pub(super) scrapes: Vec<(Endpoint, Scrape)>,
}

impl TrackersAnalysis {
    /// Requests that may be answered yet, where the capture ended at `now`; `None` without any.
    pub(in crate::report) fn unfinished(&self, now: Time) -> Option<UnfinishedRequests> {
        let mut unfinished = UnfinishedRequests::default();
        for key in self.asked.keys() {
            let (Asked::Udp(client, tracker, transaction_id), Some(listed)) = (*key, self.listed(*key)) else { continue };
            let request = |info_hashes, time: Time| {
                let is_fresh = now.since(time) < PATIENCE_NANOS;
                is_fresh.then_some(UnfinishedRequest { client, tracker, transaction_id, info_hashes, time: time.nanos() })
            };
            if let Some(announce) = self.announce_of(listed).filter(|announce| announce.answer_frame.is_none()) {
                unfinished.announces.extend(request(announce.info_hash.into_iter().collect(), announce.time));
            } else if let Some(scrape) = self.scrape_of(listed).filter(|scrape| scrape.answer_frame.is_none()) {
                unfinished.scrapes.extend(request(scrape.torrents.iter().map(|torrent| torrent.info_hash).collect(), scrape.time));
            }
        }
        for requests in [&mut unfinished.announces, &mut unfinished.scrapes] {
            requests.sort_unstable_by_key(|request| (request.time, request.client, request.tracker, request.transaction_id));
            requests.dedup();
        }
        (!unfinished.announces.is_empty() || !unfinished.scrapes.is_empty()).then_some(unfinished)
    }

    /// Takes requests of an earlier capture.
    pub(in crate::report) fn expect(&mut self, unfinished: UnfinishedRequests) {
        let room = self.limits.tracker_requests;
        for request in unfinished.announces.into_iter().take(room.saturating_sub(self.late.announces.len())) {
            self.asked.insert(request.key(), Listed::LateAnnounce(self.late.announces.len()));
            let (time, client) = (Time::from_nanos(request.time), Some(request.client));
            let announce = Announce { time, client, info_hash: request.info_hashes.first().copied(), ..Announce::default() };
            self.late.announces.push((request.tracker, announce));
        }
        for request in unfinished.scrapes.into_iter().take(room.saturating_sub(self.late.scrapes.len())) {
            self.asked.insert(request.key(), Listed::LateScrape(self.late.scrapes.len()));
            let (time, client) = (Time::from_nanos(request.time), Some(request.client));
            let unknown = |info_hash| Scraped { info_hash, seeders: None, leechers: None, completed: None };
            let torrents = request.info_hashes.into_iter().take(self.limits.scraped_torrents).map(unknown).collect();
            self.late.scrapes.push((request.tracker, Scrape { time, client, torrents, ..Scrape::default() }));
        }
    }

    /// Announces of an earlier capture of which this one shows something, each with its tracker.
    pub(in crate::report) fn late_announces(&self) -> impl Iterator<Item = (Endpoint, &Announce)> {
        let told = self.late.announces.iter().filter(|(_, announce)| announce.answer_time.is_some() || announce.sent > 0);
        told.map(|(tracker, announce)| (*tracker, announce))
    }

    /// Scrapes of an earlier capture that are answered in this one, each with its tracker.
    pub(in crate::report) fn late_scrapes(&self) -> impl Iterator<Item = (Endpoint, &Scrape)> {
        self.late.scrapes.iter().filter(|(_, scrape)| scrape.answer_time.is_some()).map(|(tracker, scrape)| (*tracker, scrape))
    }

    fn announce_of(&self, listed: Listed) -> Option<&Announce> {
        match listed {
            Listed::Announce(tracker, place) => self.trackers.get(tracker)?.announces.get(place),
            Listed::LateAnnounce(place) => self.late.announces.get(place).map(|(_, announce)| announce),
            _ => None,
        }
    }

    fn scrape_of(&self, listed: Listed) -> Option<&Scrape> {
        match listed {
            Listed::Scrape(tracker, place) => self.trackers.get(tracker)?.scrapes.get(place),
            Listed::LateScrape(place) => self.late.scrapes.get(place).map(|(_, scrape)| scrape),
            _ => None,
        }
    }
}

impl UnfinishedRequest {
    fn key(&self) -> Asked {
        Asked::Udp(self.client, self.tracker, self.transaction_id)
    }
}

/// How long an answer is waited for: clients ask again after 15 seconds, and then after 30 (BEP 15).
const PATIENCE_NANOS: i64 = 60_000_000_000;
