//! Which trackers were asked, and what did they answer?
//!
//! One row a tracker: over HTTP by its endpoint and URL, over UDP by its endpoint. An answer belongs to its request by the order in the
//! stream (HTTP) or by transaction ID and both ends (UDP); a request that has none keeps nothing in those columns. A UDP
//! tracker's URL is put together of the name that DNS gave last for its address, where that is in the capture, and the path that the
//! client sent along (BEP 41), if it did. Those that are asked [over HTTPS](super::https_trackers) follow.

mod unfinished;

use std::net::IpAddr;

use serde::Serialize;

use super::https_trackers::{self, Hidden, HttpsTrackers};
use crate::base::{Code, Endpoint, InfoHash, Limits, Map, PeerId, Recent, Time};
use crate::flow::FlowId;
use crate::protocol::http_tracker::{self, Answer, Kind, Place, Query, Retry};
use crate::protocol::udp_tracker::{self, Details};
use crate::protocol::{Event, dns, tracker};
use unfinished::Late;
pub use unfinished::UnfinishedRequests;

/// One tracker.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Tracker {
    /// Its URL without a query; `None` where the capture does not tell.
    pub url: Option<String>,
    /// Where it was asked.
    pub endpoint: Endpoint,
    /// `http`, `udp`, or `https`, of which no request can be read.
    pub protocol: &'static str,
    /// Whether it was asked through a proxy: then the endpoint is the proxy's.
    pub proxied: bool,
    /// Requests for a connection (UDP): a tracker that answers none of them is asked nothing else.
    pub connect_requests: u64,
    /// Their answers.
    pub connect_responses: u64,
    /// What clients told it and asked it, oldest first.
    pub announces: Vec<Announce>,
    /// Which swarms' sizes it was asked for, oldest first.
    pub scrapes: Vec<Scrape>,
    /// What is known of a tracker whose requests cannot be read; `None` of others.
    pub hidden: Option<Hidden>,
}

/// An announce and its answer. `None` is what the request does not say, or the answer, or for want of one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Announce {
    /// The frame of the request.
    pub frame: u64,
    /// When it was captured.
    pub time: Time,
    /// Who asked.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "Option<String>"))]
    pub client: Option<Endpoint>,
    /// The torrent.
    pub info_hash: Option<InfoHash>,
    /// `started`, `completed`, `stopped`, `paused`, or `none` when it was time to.
    pub event: Option<&'static str>,
    /// The client's name in the swarm.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "Option<String>"))]
    pub peer_id: Option<PeerId>,
    /// What the client calls itself (`User-Agent`).
    pub agent: Option<String>,
    /// The port on which it listens.
    pub port: Option<u16>,
    /// Bytes sent, as it says.
    pub uploaded: Option<u64>,
    /// Bytes got, as it says.
    pub downloaded: Option<u64>,
    /// Bytes missing, as it says.
    pub left: Option<u64>,
    /// Peers wanted; -1 as many as the tracker likes.
    pub num_want: Option<i64>,
    /// How often the request was sent: more than once where no answer came (UDP).
    pub sent: u32,
    /// The frame of the answer.
    pub answer_frame: Option<u64>,
    /// When it was captured.
    pub answer_time: Option<Time>,
    /// How many peers it names.
    pub peers: Option<usize>,
    /// Peers with all pieces, as the tracker counts.
    pub seeders: Option<u64>,
    /// Peers without all pieces, as the tracker counts.
    pub leechers: Option<u64>,
    /// Downloads ever, as the tracker counts.
    pub completed: Option<u64>,
    /// Seconds until the next announce is wanted.
    pub interval: Option<u64>,
    /// Seconds until the next announce is allowed.
    pub min_interval: Option<u64>,
    /// The client's address, as the tracker sees it (BEP 24).
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "Option<String>"))]
    pub external_address: Option<IpAddr>,
    /// Why there is nothing: the tracker's words, or the status of HTTP.
    pub error: Option<String>,
    /// When to ask again after an error: minutes, or `never` (BEP 31).
    pub retry: Option<String>,
    /// What the tracker warns of.
    pub warning: Option<String>,
}

/// A scrape and its answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Scrape {
    /// The frame of the request.
    pub frame: u64,
    /// When it was captured.
    pub time: Time,
    /// Who asked.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "Option<String>"))]
    pub client: Option<Endpoint>,
    /// The torrents asked about, with what was answered.
    pub torrents: Vec<Scraped>,
    /// The frame of the answer; `None` when none is in the capture.
    pub answer_frame: Option<u64>,
    /// When it was captured.
    pub answer_time: Option<Time>,
    /// Why there is nothing: the tracker's words, or the status of HTTP.
    pub error: Option<String>,
}

/// The size of one swarm; `None` what was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Scraped {
    /// The torrent.
    pub info_hash: InfoHash,
    /// Peers with all pieces.
    pub seeders: Option<u64>,
    /// Peers without all pieces.
    pub leechers: Option<u64>,
    /// Downloads ever.
    pub completed: Option<u64>,
}

/// How much there is to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct TrackersDigest {
    /// Trackers.
    pub trackers: usize,
    /// Announces listed.
    pub announces: usize,
    /// Announces that were answered with anything but an error.
    pub answered: usize,
    /// Announces that were answered with an error.
    pub refused: usize,
    /// Scrapes listed.
    pub scrapes: usize,
}

/// Gathers the section.
#[derive(Debug)]
pub struct TrackersAnalysis {
    trackers: Vec<Tracker>,
    by_name: Map<(Endpoint, Option<String>), usize>,
    /// Requests, with and without their answer.
    asked: Recent<Asked, Listed>,
    /// What DNS called an address last.
    names: Recent<IpAddr, String>,
    /// Every announce in capture order: its tracker, and its place there.
    announces: Vec<(usize, usize)>,
    scrapes: usize,
    late: Late,
    pub(super) https: HttpsTrackers,
    limits: Limits,
}

/// What ties an answer to its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Asked {
    /// The stream, and which of its requests.
    Http(Option<FlowId>, u32),
    /// Client, tracker, and transaction ID.
    Udp(Endpoint, Endpoint, u32),
}

/// Where a request is listed: its tracker, and its place there.
#[derive(Clone, Copy, Debug)]
enum Listed {
    Announce(usize, usize),
    Scrape(usize, usize),
    /// Of an earlier capture, at its place among those.
    LateAnnounce(usize),
    LateScrape(usize),
}

impl TrackersAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        TrackersAnalysis {
            trackers: Vec::new(),
            by_name: Map::default(),
            asked: Recent::new(limits.tracker_requests),
            names: Recent::new(limits.tracker_names),
            announces: Vec::new(),
            scrapes: 0,
            late: Late::default(),
            https: HttpsTrackers::new(limits),
            limits: limits.clone(),
        }
    }

    /// The trackers, those that are asked over HTTPS behind the others.
    pub(super) fn section(&self, is_client: &dyn Fn(IpAddr) -> bool) -> Vec<Tracker> {
        self.trackers.iter().cloned().chain(self.hidden(is_client)).collect()
    }

    /// The trackers that are asked over HTTPS.
    pub(super) fn hidden(&self, is_client: &dyn Fn(IpAddr) -> bool) -> Vec<Tracker> {
        self.https.section(&https_trackers::Known { trackers: &self.trackers, is_client })
    }

    pub(super) fn digest(&self) -> TrackersDigest {
        let announces = || self.trackers.iter().flat_map(|tracker| &tracker.announces);
        TrackersDigest {
            trackers: self.trackers.len(),
            announces: self.announces.len(),
            answered: announces().filter(|announce| announce.answer_frame.is_some() && announce.error.is_none()).count(),
            refused: announces().filter(|announce| announce.error.is_some()).count(),
            scrapes: self.scrapes,
        }
    }

    /// How many announces are listed.
    pub fn announce_count(&self) -> usize {
        self.announces.len()
    }

    /// An announce by its place in capture order, and its tracker.
    pub fn announce(&self, index: usize) -> Option<(&Tracker, &Announce)> {
        let (tracker, place) = *self.announces.get(index)?;
        let tracker = self.trackers.get(tracker)?;
        Some((tracker, tracker.announces.get(place)?))
    }

    pub(super) fn observe_dns(&mut self, message: &dns::Message) {
        let Some(name) = message.question.as_ref().filter(|_| message.response) else { return };
        for record in &message.answers {
            if let dns::Data::Address(address) = record.data {
                self.names.insert(address, name.clone());
            }
        }
    }

    /// Takes a name that a capture file gives an address; what DNS said before is believed more.
    pub(super) fn name(&mut self, address: IpAddr, name: &str) {
        if self.names.get(&address).is_none() {
            self.names.insert(address, name.into());
        }
    }

    /// Takes a message over HTTP. Of an announce and its answer it says whose torrent it is about.
    pub(super) fn observe_http(
        &mut self,
        event: &Event<'_>,
        message: &http_tracker::Message<'_>,
        found: &mut impl FnMut(Code),
    ) -> Option<InfoHash> {
        let key = Asked::Http(event.flow, message.number);
        match &message.body {
            http_tracker::Body::Request { place, query } => {
                let announced = query.info_hashes.first().copied().filter(|_| message.kind == Kind::Announce);
                let Some(tracker) = self.tracker(event.destination, place.url(), "http", found) else { return announced };
                if let Some(tracker) = self.trackers.get_mut(tracker) {
                    tracker.proxied |= !place.path.starts_with(b"/") || self.https.is_tunnel(event.flow);
                }
                match message.kind {
                    Kind::Announce => self.add_announce(key, tracker, http_announce(event, place, query), found),
                    Kind::Scrape => self.add_scrape(key, tracker, event, &query.info_hashes, found),
                }
                announced
            }
            http_tracker::Body::Response { status, answer } => match self.listed(key) {
                Some(Listed::Announce(tracker, place)) => {
                    let announce = self.announce_at(tracker, place)?;
                    announce.answer_http(event, *status, answer.as_ref());
                    announce.info_hash
                }
                Some(Listed::Scrape(tracker, place)) => {
                    if let Some(scrape) = self.scrape_at(tracker, place) {
                        scrape.answer_http(event, *status, answer.as_ref());
                    }
                    None
                }
                // Those of earlier captures went over UDP.
                Some(Listed::LateAnnounce(_) | Listed::LateScrape(_)) | None => None,
            },
        }
    }

    /// Takes a message over UDP. Of an announce and its answer it says whose torrent it is about.
    pub(super) fn observe_udp(
        &mut self,
        event: &Event<'_>,
        message: &udp_tracker::Message<'_>,
        found: &mut impl FnMut(Code),
    ) -> Option<InfoHash> {
        use udp_tracker::Body;
        let request = Asked::Udp(event.source, event.destination, message.transaction_id);
        let answered = Asked::Udp(event.destination, event.source, message.transaction_id);
        match &message.body {
            Body::ConnectRequest => {
                let tracker = self.udp_tracker(event.destination, &[], found);
                if let Some(tracker) = tracker.and_then(|tracker| self.trackers.get_mut(tracker)) {
                    tracker.connect_requests += 1;
                }
            }
            Body::ConnectResponse { .. } => {
                let tracker = self.by_name.get(&(event.source, None)).copied();
                if let Some(tracker) = tracker.and_then(|tracker| self.trackers.get_mut(tracker)) {
                    tracker.connect_responses += 1;
                }
            }
            Body::AnnounceRequest { info_hash, details, .. } => {
                self.observe_udp_announce(event, request, *info_hash, details.as_ref(), found);
                return Some(*info_hash);
            }
            Body::ScrapeRequest { info_hashes, .. } => {
                if let Some(tracker) = self.udp_tracker(event.destination, &[], found) {
                    self.add_scrape(request, tracker, event, info_hashes, found);
                }
            }
            Body::AnnounceResponse { interval, leechers, seeders, peers } => {
                let announce = self.open_announce(answered)?;
                (announce.answer_frame, announce.answer_time) = (Some(event.frame), Some(event.time));
                (announce.interval, announce.peers) = (Some((*interval).into()), Some(peers.count()));
                (announce.seeders, announce.leechers) = (Some((*seeders).into()), Some((*leechers).into()));
                return announce.info_hash;
            }
            Body::ScrapeResponse(swarms) => {
                if let Some(scrape) = self.open_scrape(answered) {
                    scrape.answer_udp(event, swarms);
                }
            }
            Body::Error(text) => self.observe_udp_error(event, answered, text),
            Body::Cut(..) => {}
        }
        None
    }

    fn observe_udp_announce(
        &mut self,
        event: &Event<'_>,
        key: Asked,
        info_hash: InfoHash,
        details: Option<&Details>,
        found: &mut impl FnMut(Code),
    ) {
        if let Some(announce) = self.open_announce(key).filter(|announce| announce.info_hash == Some(info_hash)) {
            announce.sent = announce.sent.saturating_add(1);
            return;
        }
        let url_data = details.map(|details| details.url_data.as_slice()).unwrap_or_default();
        let Some(index) = self.udp_tracker(event.destination, url_data, found) else { return };
        self.add_announce(key, index, udp_announce(event, info_hash, details), found);
    }

    fn observe_udp_error(&mut self, event: &Event<'_>, key: Asked, text: &[u8]) {
        let error = Some(String::from_utf8_lossy(text).into_owned());
        if let Some(announce) = self.open_announce(key) {
            (announce.answer_frame, announce.answer_time, announce.error) = (Some(event.frame), Some(event.time), error);
        } else if let Some(scrape) = self.open_scrape(key) {
            (scrape.answer_frame, scrape.answer_time, scrape.error) = (Some(event.frame), Some(event.time), error);
        }
    }

    /// The row of a tracker.
    fn tracker(&mut self, endpoint: Endpoint, url: Option<String>, protocol: &'static str, found: &mut impl FnMut(Code)) -> Option<usize> {
        let name = (endpoint, url);
        if let Some(known) = self.by_name.get(&name) {
            return Some(*known);
        }
        if self.trackers.len() >= self.limits.trackers {
            found(Code::LimitTrackers);
            return None;
        }
        let index = self.trackers.len();
        self.trackers.push(Tracker {
            url: name.1.clone(),
            endpoint,
            protocol,
            connect_requests: 0,
            connect_responses: 0,
            announces: Vec::new(),
            scrapes: Vec::new(),
            hidden: None,
            proxied: false,
        });
        self.by_name.insert(name, index);
        Some(index)
    }

    /// The row of a tracker over UDP, of which a request said `url_data`.
    fn udp_tracker(&mut self, endpoint: Endpoint, url_data: &[u8], found: &mut impl FnMut(Code)) -> Option<usize> {
        let index = self.tracker(endpoint, None, "udp", found)?;
        let tracker = self.trackers.get_mut(index)?;
        let is_open = tracker.url.is_none() || !url_data.is_empty();
        if let Some(name) = self.names.get(&endpoint.address).filter(|_| is_open) {
            // The one with a path says more.
            let url = udp_url(name, endpoint.port, url_data);
            tracker.url = tracker.url.take().into_iter().chain([url]).max_by_key(String::len);
        }
        Some(index)
    }

    fn has_room(&self, found: &mut impl FnMut(Code)) -> bool {
        let has_room = self.announces.len() + self.scrapes < self.limits.announces;
        if !has_room {
            found(Code::LimitTrackers);
        }
        has_room
    }

    fn add_announce(&mut self, key: Asked, index: usize, announce: Announce, found: &mut impl FnMut(Code)) {
        let has_room = self.has_room(found);
        let Some(tracker) = self.trackers.get_mut(index).filter(|_| has_room) else { return };
        let place = tracker.announces.len();
        tracker.announces.push(announce);
        self.announces.push((index, place));
        self.asked.insert(key, Listed::Announce(index, place));
    }

    fn add_scrape(&mut self, key: Asked, index: usize, event: &Event<'_>, info_hashes: &[InfoHash], found: &mut impl FnMut(Code)) {
        let has_room = self.open_scrape(key).is_none() && self.has_room(found);
        let Some(tracker) = self.trackers.get_mut(index).filter(|_| has_room) else { return };
        let unknown = |info_hash: &InfoHash| Scraped { info_hash: *info_hash, seeders: None, leechers: None, completed: None };
        let torrents = info_hashes.iter().map(unknown).collect();
        let place = tracker.scrapes.len();
        let client = Some(event.source);
        tracker.scrapes.push(Scrape { frame: event.frame, time: event.time, client, torrents, ..Scrape::default() });
        self.scrapes += 1;
        self.asked.insert(key, Listed::Scrape(index, place));
    }

    fn listed(&self, key: Asked) -> Option<Listed> {
        self.asked.get(&key).copied()
    }

    fn announce_at(&mut self, tracker: usize, place: usize) -> Option<&mut Announce> {
        self.trackers.get_mut(tracker)?.announces.get_mut(place)
    }

    fn scrape_at(&mut self, tracker: usize, place: usize) -> Option<&mut Scrape> {
        self.trackers.get_mut(tracker)?.scrapes.get_mut(place)
    }

    /// The announce of that key, when it has no answer yet.
    fn open_announce(&mut self, key: Asked) -> Option<&mut Announce> {
        let announce = match self.listed(key)? {
            Listed::Announce(tracker, place) => self.announce_at(tracker, place)?,
            Listed::LateAnnounce(place) => &mut self.late.announces.get_mut(place)?.1,
            Listed::Scrape(..) | Listed::LateScrape(_) => return None,
        };
        Some(announce).filter(|announce| announce.answer_frame.is_none())
    }

    /// The scrape of that key, when it has no answer yet.
    fn open_scrape(&mut self, key: Asked) -> Option<&mut Scrape> {
        let scrape = match self.listed(key)? {
            Listed::Scrape(tracker, place) => self.scrape_at(tracker, place)?,
            Listed::LateScrape(place) => &mut self.late.scrapes.get_mut(place)?.1,
            Listed::Announce(..) | Listed::LateAnnounce(_) => return None,
        };
        Some(scrape).filter(|scrape| scrape.answer_frame.is_none())
    }
}

impl Announce {
    /// Seconds from the request to the answer.
    pub fn delay(&self) -> Option<f64> {
        self.answer_time.map(|time| time.since(self.time) as f64 / 1e9)
    }

    fn answer_http(&mut self, event: &Event<'_>, status: u16, answer: Option<&Answer<'_>>) {
        (self.answer_frame, self.answer_time) = (Some(event.frame), Some(event.time));
        self.error = error(status, answer);
        let Some(answer) = answer else { return };
        self.peers = answer.peers.as_ref().map(tracker::Peers::count);
        (self.seeders, self.leechers, self.completed) = (answer.seeders, answer.leechers, answer.completed);
        (self.interval, self.min_interval, self.external_address) = (answer.interval, answer.min_interval, answer.external_address);
        self.warning = answer.warning.map(|text| String::from_utf8_lossy(text).into_owned());
        self.retry = answer.retry.map(|retry| match retry {
            Retry::Minutes(minutes) => minutes.to_string(),
            Retry::Never => "never".into(),
        });
    }
}

impl Scrape {
    fn answer_http(&mut self, event: &Event<'_>, status: u16, answer: Option<&Answer<'_>>) {
        (self.answer_frame, self.answer_time) = (Some(event.frame), Some(event.time));
        self.error = error(status, answer);
        for swarm in answer.iter().flat_map(|answer| &answer.files) {
            if let Some(row) = self.torrents.iter_mut().find(|row| row.info_hash == swarm.info_hash) {
                (row.seeders, row.leechers, row.completed) = (swarm.seeders, swarm.leechers, swarm.completed);
            }
        }
    }

    fn answer_udp(&mut self, event: &Event<'_>, swarms: &[udp_tracker::Swarm]) {
        (self.answer_frame, self.answer_time) = (Some(event.frame), Some(event.time));
        for (row, swarm) in self.torrents.iter_mut().zip(swarms) {
            (row.seeders, row.leechers) = (Some(swarm.seeders.into()), Some(swarm.leechers.into()));
            row.completed = Some(swarm.completed.into());
        }
    }
}

fn http_announce(event: &Event<'_>, place: &Place<'_>, query: &Query) -> Announce {
    Announce {
        frame: event.frame,
        time: event.time,
        client: Some(event.source),
        info_hash: query.info_hashes.first().copied(),
        event: query.event.map(tracker::Event::name),
        peer_id: query.peer_id,
        agent: place.agent.map(|agent| String::from_utf8_lossy(agent).into_owned()),
        port: query.port,
        uploaded: query.uploaded,
        downloaded: query.downloaded,
        left: query.left,
        num_want: query.num_want,
        sent: 1,
        ..Announce::default()
    }
}

fn udp_announce(event: &Event<'_>, info_hash: InfoHash, details: Option<&Details>) -> Announce {
    let request = Announce {
        frame: event.frame,
        time: event.time,
        client: Some(event.source),
        info_hash: Some(info_hash),
        sent: 1,
        ..Announce::default()
    };
    let Some(details) = details else { return request };
    Announce {
        event: Some(details.event.name()),
        peer_id: Some(details.peer_id),
        port: Some(details.port),
        uploaded: Some(details.uploaded),
        downloaded: Some(details.downloaded),
        // All ones: the client has no info dictionary yet.
        left: Some(details.left).filter(|left| *left <= i64::MAX as u64),
        num_want: Some(details.num_want.into()),
        ..request
    }
}

/// Why an answer over HTTP holds nothing.
fn error(status: u16, answer: Option<&Answer<'_>>) -> Option<String> {
    match answer {
        Some(answer) => answer.failure.map(|failure| String::from_utf8_lossy(failure).into_owned()),
        None => (!(200..300).contains(&status)).then(|| format!("HTTP status {status}")),
    }
}

/// The URL of a tracker over UDP, without a query.
fn udp_url(name: &str, port: u16, url_data: &[u8]) -> String {
    let path = url_data.split(|byte| *byte == b'?').next().unwrap_or_default();
    format!("udp://{name}:{port}{}", String::from_utf8_lossy(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Direction;
    use crate::protocol::Message;
    use crate::protocol::http_tracker::{Body, Swarm};
    use crate::protocol::udp_tracker::Body as Udp;

    const HASH: InfoHash = InfoHash([7; 20]);

    fn client() -> Endpoint {
        Endpoint::new([10, 0, 0, 1], 6881)
    }

    fn server() -> Endpoint {
        Endpoint::new([10, 0, 0, 9], 6969)
    }

    struct Story {
        analysis: TrackersAnalysis,
        frame: u64,
        found: Vec<Code>,
    }

    impl Story {
        fn new(limits: Limits) -> Self {
            Story { analysis: TrackersAnalysis::new(&limits), frame: 0, found: Vec::new() }
        }

        fn event(&mut self, source: Endpoint, destination: Endpoint, message: Message<'_>) {
            self.frame += 1;
            let time = Time::from_nanos(i64::try_from(self.frame).unwrap() * 500_000_000);
            let (flow, direction) = (Some(FlowId(3)), Direction::Originator);
            let event = Event { time, frame: self.frame, source, destination, flow, direction, bytes: 0, message };
            let mut found = |code| self.found.push(code);
            match &event.message {
                Message::HttpTracker(message) => {
                    self.analysis.observe_http(&event, message, &mut found);
                }
                Message::UdpTracker(message) => {
                    self.analysis.observe_udp(&event, message, &mut found);
                }
                Message::Dns(message) => self.analysis.observe_dns(message),
                _ => unreachable!("only these are told"),
            }
        }

        fn section(&self) -> Vec<Tracker> {
            self.analysis.section(&|_| false)
        }

        fn ask(&mut self, transaction_id: u32, body: Udp<'_>) {
            self.event(client(), server(), Message::UdpTracker(udp_tracker::Message { transaction_id, body }));
        }

        fn answer(&mut self, transaction_id: u32, body: Udp<'_>) {
            self.event(server(), client(), Message::UdpTracker(udp_tracker::Message { transaction_id, body }));
        }

        fn http(&mut self, number: u32, kind: Kind, body: Body<'_>) {
            let (source, destination) = if matches!(body, Body::Request { .. }) { (client(), server()) } else { (server(), client()) };
            self.event(source, destination, Message::HttpTracker(http_tracker::Message { number, kind, body }));
        }

        fn resolve(&mut self, name: &str) {
            let record = dns::Record { name: name.into(), data: dns::Data::Address(server().address) };
            let message = dns::Message { id: 1, response: true, question: Some(name.into()), answers: vec![record] };
            self.event(server(), client(), Message::Dns(message));
        }
    }

    fn udp_request(url_data: &[u8]) -> Udp<'static> {
        let details = Details {
            peer_id: PeerId([1; 20]),
            downloaded: 1,
            left: u64::MAX,
            uploaded: 3,
            event: tracker::Event::Started,
            address: None,
            key: 0,
            num_want: -1,
            port: 6881,
            url_data: url_data.to_vec(),
        };
        Udp::AnnounceRequest { connection_id: 5, info_hash: HASH, details: Some(details) }
    }

    fn udp_response() -> Udp<'static> {
        let peers = tracker::Peers { ipv4: &[0; 12], ..Default::default() };
        Udp::AnnounceResponse { interval: 1800, leechers: 3, seeders: 5, peers }
    }

    fn request(path: &'static [u8], hashes: &[InfoHash]) -> Body<'static> {
        let query = Query { info_hashes: hashes.into(), event: Some(tracker::Event::Completed), port: Some(6881), ..Query::default() };
        Body::Request { place: Place { path, host: Some(b"t.example:6969"), agent: Some(b"x/1") }, query }
    }

    #[test]
    fn an_announce_over_udp() {
        let mut story = Story::new(Limits::default());
        story.ask(1, Udp::ConnectRequest);
        story.answer(1, Udp::ConnectResponse { connection_id: 5 });
        story.resolve("tracker.example.org");
        story.ask(2, udp_request(b"/announce?pass=1"));
        story.ask(3, udp_request(b""));
        story.answer(9, udp_response());
        story.answer(2, udp_response());
        story.answer(2, Udp::Error(b"too late"));
        let section = story.section();
        let [tracker] = section.as_slice() else { panic!("{section:?}") };
        assert_eq!(tracker.url.as_deref(), Some("udp://tracker.example.org:6969/announce"));
        assert_eq!((tracker.connect_requests, tracker.connect_responses, tracker.protocol), (1, 1, "udp"));
        let [first, open] = tracker.announces.as_slice() else { panic!("{tracker:?}") };
        assert_eq!((first.frame, first.answer_frame, first.delay()), (4, Some(7), Some(1.5)));
        assert_eq!((first.event, first.left, first.num_want, first.port), (Some("started"), None, Some(-1), Some(6881)));
        assert_eq!((first.peers, first.seeders, first.leechers, first.interval), (Some(2), Some(5), Some(3), Some(1800)));
        assert_eq!((&first.error, open.answer_frame, open.peers, open.interval), (&None, None, None, None));
        let digest = TrackersDigest { trackers: 1, announces: 2, answered: 1, refused: 0, scrapes: 0 };
        assert_eq!(story.analysis.digest(), digest);
    }

    #[test]
    fn a_request_sent_again_is_one_until_it_is_answered() {
        let mut story = Story::new(Limits::default());
        story.ask(1, udp_request(b""));
        story.ask(1, udp_request(b""));
        story.answer(1, Udp::Error(b"full"));
        story.ask(1, udp_request(b""));
        let sent: Vec<_> = story.section()[0].announces.iter().map(|announce| (announce.sent, announce.error.clone())).collect();
        assert_eq!(sent, [(2, Some("full".into())), (1, None)]);
    }

    #[test]
    fn announces_over_http_are_answered_by_number() {
        let mut story = Story::new(Limits::default());
        for number in 0..3 {
            story.http(number, Kind::Announce, request(b"/announce", &[HASH]));
        }
        let failure = Answer { failure: Some(b"no"), retry: Some(Retry::Never), ..Answer::default() };
        story.http(1, Kind::Announce, Body::Response { status: 200, answer: Some(failure) });
        let peers = tracker::Peers { others: 4, ..Default::default() };
        let answer = Answer { interval: Some(9), seeders: Some(1), peers: Some(peers), ..Answer::default() };
        story.http(0, Kind::Announce, Body::Response { status: 200, answer: Some(answer) });
        story.http(2, Kind::Announce, Body::Response { status: 404, answer: None });
        let section = story.section();
        assert_eq!(section[0].url.as_deref(), Some("http://t.example:6969/announce"));
        let row = |announce: &Announce| (announce.peers, announce.interval, announce.error.clone(), announce.retry.clone());
        let rows: Vec<_> = section[0].announces.iter().map(row).collect();
        let refused = |error: &str, retry: Option<&str>| (None, None, Some(error.into()), retry.map(str::to_owned));
        assert_eq!(rows, [(Some(4), Some(9), None, None), refused("no", Some("never")), refused("HTTP status 404", None)]);
        assert_eq!((section[0].announces[0].agent.as_deref(), section[0].announces[0].event), (Some("x/1"), Some("completed")));
        assert_eq!((story.analysis.digest().answered, story.analysis.digest().refused), (1, 2));
    }

    #[test]
    fn scrapes_over_both() {
        let other = InfoHash([8; 20]);
        let mut story = Story::new(Limits::default());
        story.http(0, Kind::Scrape, request(b"/scrape", &[HASH, other]));
        let swarm = Swarm { info_hash: other, seeders: Some(5), completed: None, leechers: Some(3) };
        story.http(0, Kind::Scrape, Body::Response { status: 200, answer: Some(Answer { files: vec![swarm], ..Answer::default() }) });
        story.ask(7, Udp::ScrapeRequest { connection_id: 5, info_hashes: vec![HASH, other] });
        story.answer(7, Udp::ScrapeResponse(vec![udp_tracker::Swarm { seeders: 1, completed: 2, leechers: 3 }]));
        let section = story.section();
        let torrents = |tracker: usize| {
            let row = |row: &Scraped| (row.info_hash, row.seeders, row.leechers, row.completed);
            section[tracker].scrapes[0].torrents.iter().map(row).collect::<Vec<_>>()
        };
        assert_eq!(torrents(0), [(HASH, None, None, None), (other, Some(5), Some(3), None)]);
        assert_eq!(torrents(1), [(HASH, Some(1), Some(3), Some(2)), (other, None, None, None)]);
        assert_eq!((story.analysis.digest().scrapes, section[1].scrapes[0].answer_frame), (2, Some(4)));
    }

    #[test]
    fn lists_are_bounded() {
        let mut story = Story::new(Limits { trackers: 1, announces: 2, ..Limits::default() });
        for number in 0..3 {
            story.http(number, Kind::Announce, request(b"/announce", &[HASH]));
        }
        assert_eq!((story.found.as_slice(), story.analysis.announce_count()), (&[Code::LimitTrackers][..], 2));
        story.http(3, Kind::Announce, request(b"/other", &[HASH]));
        assert_eq!((story.found.len(), story.section().len()), (2, 1));
    }
}
