//! The section: what each source named for each torrent, and what became of it.

use serde::Serialize;

use super::super::cell::{Cell, list, number, optional, text};
use super::super::dht::DhtAnalysis;
use super::super::sources::{Source, Sources};
use super::super::swarm::{Meetings, Met, SwarmAnalysis};
use super::super::trackers::TrackersAnalysis;
use super::addresses::{Attempts, Naming};
use super::statistics::SecondaryStatistic;
use super::{Counts, HOUR_NANOS, Incoming, PeerSourcesAnalysis, SOURCES, SourceRequest, place};
use crate::base::{Arrange, Endpoint, InfoHash, Time};
use crate::protocol::peer_wire::gaps::BOUNDS;

/// The section.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct PeerSources {
    /// What each source named: over all torrents, then for each torrent in the order in which peers were named for them.
    pub sources: Vec<SourceRow>,
    /// The requests to trackers, the lookups of peers in the DHT, and the peers that listed others, each with its yield, by frame.
    pub requests: Vec<SourceRequest>,
    /// New and known addresses by hour and source.
    pub hours: Vec<SourceHour>,
    /// How long peers were silent between messages, as connections began.
    pub gaps: MessageGaps,
    /// What the *BitTorrent Download Analyzer* called its secondary statistics, as far as a capture tells them.
    pub statistics: Vec<SecondaryStatistic>,
    /// Distinct endpoints that others named, to which nobody tried to connect and from which no peer is known to have come.
    pub untouched: u64,
    /// Every address that was named, with its first source; then the peers that came by themselves.
    pub addresses: Vec<SourceAddress>,
}

/// The section without its long lists.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct SourcesDigest {
    /// Distinct endpoints that others named, for whatever torrent.
    pub addresses: u64,
    /// Of these, those to which somebody tried to connect.
    pub tried: u64,
    /// Of those that were not tried, those from which no peer is known to have come.
    pub untouched: u64,
    /// Of those that were tried, those that took a connection.
    pub answered: u64,
    /// Of those that were tried, those that took none.
    pub failed: u64,
    /// Of those that took a connection, those that sent or got a block, as far as that can be read.
    pub useful: u64,
    /// Requests listed: announces to trackers, lookups in the DHT, peers that listed others.
    pub requests: usize,
    /// What each source named over all torrents.
    pub sources: Vec<SourceRow>,
    /// New and known addresses by hour and source.
    pub hours: Vec<SourceHour>,
    /// How long peers were silent between messages, as connections began.
    pub gaps: MessageGaps,
    /// The original's secondary statistics.
    pub statistics: Vec<SecondaryStatistic>,
}

/// What one source named for one torrent, or for all. `None` of what means nothing for peers that come by themselves.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct SourceRow {
    /// The torrent, under the name that was asked about; `None` for the sum over all.
    pub info_hash: Option<InfoHash>,
    /// The source.
    pub source: Source,
    /// Messages with addresses, or connections that peers opened.
    pub messages: u64,
    /// Addresses in them, repetitions too.
    pub received: u64,
    /// Distinct ones: `received` without what is repeated, and without what there was no room to know.
    pub unique: u64,
    /// Of these, those that no other source had named before.
    pub first: u64,
    /// Of the unique ones, those that another source had named before.
    pub elsewhere: u64,
    /// Addresses that stood in the same message before.
    pub repeated_in_message: u64,
    /// Addresses that the source had named in an earlier message.
    pub repeated_later: u64,
    /// Of the unique ones, those to which somebody tried to connect.
    pub tried: Option<u64>,
    /// Of these, those that took a connection.
    pub answered: Option<u64>,
    /// Of those that were tried, those that took none.
    pub failed: Option<u64>,
    /// Of those that were tried, those that refused a connection.
    pub refused: Option<u64>,
    /// Of those that were tried, those of which the first attempt failed.
    pub failed_first: Option<u64>,
    /// Of those that were tried, those of which a later attempt failed.
    pub failed_later: Option<u64>,
    /// Of those that answered or came, those that sent a handshake in clear for the torrent.
    pub handshakes: u64,
    /// Of these, those that sent or got a block.
    pub useful: u64,
    /// Of the unique ones, those that were met although no attempt to reach them was answered: mostly they came by themselves.
    pub met_otherwise: Option<u64>,
}

/// How many addresses an hour brought.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct SourceHour {
    /// When the hour began.
    pub time: Time,
    /// The source.
    pub source: Source,
    /// Addresses that nobody had named for the torrent before; peers that came for the first time.
    pub new: u64,
    /// The others.
    pub duplicate: u64,
}

/// How long peers were silent between messages, from the handshake to the first silence of thirty seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct MessageGaps {
    /// Ends of connections of which the handshake and at least one more message are in the capture.
    pub openings: u64,
    /// Gaps between messages, over all of them.
    pub gaps: u64,
    /// What share of them is below so many seconds.
    pub shares: Vec<GapShare>,
    /// Seconds of the longest gap of each, on average.
    pub mean_longest: Option<f64>,
    /// Seconds from the handshake to the last message before the silence, on average.
    pub mean_duration: Option<f64>,
}

/// The gaps below a bound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct GapShare {
    /// The bound in seconds.
    pub below: u32,
    /// Gaps below it, and not below the bound before.
    pub count: u64,
    /// What share of all gaps is below it, from 0 to 1.
    pub share: f64,
    /// Openings of which the longest gap is below it, and not below the bound before.
    pub longest: u64,
    /// Of what share of the openings the longest gap is below it.
    pub longest_share: f64,
}

/// An address that was named for a torrent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct SourceAddress {
    /// The torrent.
    pub info_hash: InfoHash,
    /// The address; with port 0 that of a peer that came by itself over TCP, where its port is the connection's own.
    pub endpoint: Endpoint,
    /// The source that named it first; of a peer that came by itself, its address with whatever port.
    pub source: Source,
    /// The frame that did, or in which the peer came.
    pub frame: u64,
    /// When that was captured.
    pub time: Time,
    /// All sources that named it; of a peer that came by itself only that.
    pub sources: Vec<Source>,
    /// Attempts to connect to it.
    pub attempts: u32,
    /// Those that it took.
    pub answered: u32,
    /// Those that it refused.
    pub refused: u32,
    /// Whether a peer of the torrent sent a handshake from there, in clear.
    pub met: bool,
    /// Whether it sent or got a block.
    pub useful: bool,
}

/// What else is known, to tell what became of addresses.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Known<'a> {
    pub(in crate::report) swarm: &'a SwarmAnalysis,
    pub(in crate::report) trackers: &'a TrackersAnalysis,
    pub(in crate::report) dht: &'a DhtAnalysis,
    pub(in crate::report) sources: &'a Sources,
}

/// The addresses, joined with what became of them.
#[derive(Debug)]
pub(in crate::report) struct Join<'a> {
    analysis: &'a PeerSourcesAnalysis,
    known: Known<'a>,
    meetings: Meetings<'a>,
    incoming: Vec<(InfoHash, Endpoint, Incoming)>,
}

impl PeerSourcesAnalysis {
    pub(in crate::report) fn section(&self, known: Known<'_>) -> PeerSources {
        let join = self.join(known);
        let sources = join.rows();
        PeerSources {
            statistics: join.statistics(&sources),
            sources,
            requests: self.requests(known),
            hours: self.hours(),
            gaps: self.gaps.section(),
            untouched: self.addresses.untouched(&join.meetings),
            addresses: join.keys(None).filter_map(|key| join.address(key as usize)).collect(),
        }
    }

    pub(in crate::report) fn digest(&self, known: Known<'_>) -> SourcesDigest {
        let join = self.join(known);
        let mut sources = join.rows();
        let statistics = join.statistics(&sources);
        sources.retain(|row| row.info_hash.is_none());
        let (mut addresses, mut tried, mut answered) = (0, 0, 0);
        for attempts in self.addresses.named() {
            addresses += 1;
            tried += u64::from(attempts.is_some());
            answered += u64::from(attempts.is_some_and(|attempts| attempts.answered > 0));
        }
        let requests = self.request_count(known);
        let (hours, gaps) = (self.hours(), self.gaps.section());
        let (failed, useful) = (tried - answered, join.useful());
        let untouched = self.addresses.untouched(&join.meetings);
        SourcesDigest { addresses, tried, untouched, answered, failed, useful, requests, sources, hours, gaps, statistics }
    }

    /// The addresses, joined with what became of them.
    pub(in crate::report) fn join<'a>(&'a self, known: Known<'a>) -> Join<'a> {
        let mut incoming: Vec<_> = self
            .incoming
            .iter()
            .filter_map(|((torrent, address), incoming)| {
                let torrent = self.torrents.get(*torrent as usize)?;
                Some((torrent.info_hash, Endpoint { address: *address, port: incoming.port }, *incoming))
            })
            .collect();
        incoming.arrange_by_key(|(info_hash, endpoint, incoming)| (incoming.first.0, *endpoint, *info_hash));
        Join { analysis: self, known, meetings: known.swarm.meetings(), incoming }
    }

    fn hours(&self) -> Vec<SourceHour> {
        let hour = |((hour, place), sum): (&(i64, u8), &super::Yield)| {
            let source = *SOURCES.get(usize::from(*place))?;
            let time = Time::from_nanos(hour.saturating_mul(HOUR_NANOS));
            Some(SourceHour { time, source, new: sum.new, duplicate: sum.received - sum.new })
        };
        self.hours.iter().filter_map(hour).collect()
    }
}

impl Join<'_> {
    /// What each source named: over all torrents, then for each.
    pub(in crate::report) fn rows(&self) -> Vec<SourceRow> {
        let mut rows = Rows::of(self.analysis);
        for (endpoint, naming, attempts) in self.analysis.addresses.iter() {
            let Some(attempts) = attempts else { continue };
            let met = self.meetings.at(self.torrent(naming), endpoint);
            rows.of_naming(naming, |row| row.add(attempts, met));
        }
        self.count_met_otherwise(&mut rows);
        for (info_hash, endpoint, incoming) in &self.incoming {
            let met = self.meetings.of(*info_hash, endpoint.address);
            let before = self.first_named(*info_hash, endpoint, incoming).is_some();
            let Some(row) = self.analysis.by_hash.get(info_hash).and_then(|torrent| rows.get(*torrent, Source::Incoming)) else { continue };
            row.first -= u64::from(before);
            row.elsewhere += u64::from(before);
            row.handshakes += 1;
            row.useful += u64::from(met.is_some_and(|met| met.exchanged));
        }
        rows.all()
    }

    /// Counts the addresses at which a peer was met although no attempt was answered.
    fn count_met_otherwise(&self, rows: &mut Rows) {
        let numbers = self.analysis.torrents.iter().map(|torrent| self.meetings.number(torrent.info_hash));
        let mut names: Vec<(u32, u32)> = numbers.zip(0..).filter_map(|(number, torrent)| Some((number?, torrent))).collect();
        names.arrange();
        for (number, endpoint) in self.meetings.places() {
            let from = names.partition_point(|(known, _)| *known < number);
            for (_, torrent) in names.iter().skip(from).take_while(|(known, _)| *known == number) {
                let found = self.analysis.addresses.find(endpoint, *torrent);
                let unanswered = found.filter(|(_, attempts)| attempts.is_none_or(|attempts| attempts.answered == 0));
                if let Some((naming, _)) = unanswered {
                    rows.of_naming(naming, |row| add(&mut row.met_otherwise, true));
                }
            }
        }
    }

    /// How many endpoints took a connection and exchanged blocks.
    fn useful(&self) -> u64 {
        let useful = self.analysis.addresses.iter().filter(|(endpoint, naming, attempts)| {
            let answered = attempts.is_some_and(|attempts| attempts.answered > 0);
            answered && self.meetings.at(self.torrent(naming), *endpoint).is_some_and(|met| met.exchanged)
        });
        let distinct: crate::base::Set<Endpoint> = useful.map(|(endpoint, ..)| endpoint).collect();
        distinct.len() as u64
    }

    /// The keys of the addresses that were named for a torrent, or for any.
    pub(in crate::report) fn keys(&self, torrent: Option<InfoHash>) -> impl Iterator<Item = u32> {
        let number = torrent.map(|torrent| self.analysis.by_hash.get(&torrent).copied());
        let named = self.analysis.addresses.len();
        let is = move |key: &usize| match key.checked_sub(named).and_then(|at| self.incoming.get(at)) {
            Some((info_hash, ..)) => torrent.is_none_or(|torrent| torrent == *info_hash),
            None => {
                let naming = self.analysis.addresses.get(*key);
                naming.is_some_and(|(_, naming, _)| number.is_none_or(|number| number == Some(naming.torrent)))
            }
        };
        (0..named + self.incoming.len()).filter(is).filter_map(|key| u32::try_from(key).ok())
    }

    /// The address of a key.
    pub(in crate::report) fn address(&self, key: usize) -> Option<SourceAddress> {
        let Some(at) = key.checked_sub(self.analysis.addresses.len()) else { return self.named(key) };
        let (info_hash, endpoint, incoming) = self.incoming.get(at)?;
        let met = self.meetings.of(*info_hash, endpoint.address);
        let before = self.first_named(*info_hash, endpoint, incoming);
        Some(SourceAddress {
            info_hash: *info_hash,
            endpoint: *endpoint,
            source: before.unwrap_or(Source::Incoming),
            frame: incoming.first.0,
            time: incoming.first.1,
            sources: vec![Source::Incoming],
            attempts: 0,
            answered: 0,
            refused: 0,
            met: true,
            useful: met.is_some_and(|met| met.exchanged),
        })
    }

    fn named(&self, key: usize) -> Option<SourceAddress> {
        let (endpoint, naming, attempts) = self.analysis.addresses.get(key)?;
        let info_hash = self.torrent(naming);
        let met = self.meetings.at(info_hash, endpoint);
        let attempts = attempts.copied().unwrap_or_default();
        Some(SourceAddress {
            info_hash,
            endpoint,
            source: *SOURCES.get(usize::from(naming.source))?,
            frame: naming.first.0,
            time: naming.first.1,
            sources: named_by(naming).collect(),
            attempts: attempts.count,
            answered: attempts.answered,
            refused: attempts.refused,
            met: met.is_some(),
            useful: met.is_some_and(|met| met.exchanged),
        })
    }

    /// How many peers that came by themselves told what they had.
    pub(super) fn evaluated_incoming(&self) -> usize {
        let known = |(info_hash, endpoint, _): &&(InfoHash, Endpoint, Incoming)| {
            self.meetings.of(*info_hash, endpoint.address).is_some_and(|met| met.progress_known)
        };
        self.incoming.iter().filter(known).count()
    }

    /// The attempts to reach endpoints that were named.
    pub(super) fn attempts(&self) -> impl Iterator<Item = &Attempts> {
        self.analysis.addresses.named().flatten()
    }

    pub(super) fn gaps(&self) -> MessageGaps {
        self.analysis.gaps.section()
    }

    /// The source that had named an address before a peer came from it.
    fn first_named(&self, info_hash: InfoHash, endpoint: &Endpoint, incoming: &Incoming) -> Option<Source> {
        let namings = self.known.sources.of_address(endpoint.address).filter(|naming| naming.info_hash == info_hash);
        let listed = namings.filter(|naming| place(naming.source).is_some() && naming.first.0 < incoming.first.0);
        listed.min_by_key(|naming| naming.first.0).map(|naming| naming.source)
    }

    fn torrent(&self, naming: &Naming) -> InfoHash {
        self.analysis.torrents.get(naming.torrent as usize).map_or(InfoHash([0; 20]), |torrent| torrent.info_hash)
    }
}

/// The rows while they are counted: of each torrent, one a source.
struct Rows(Vec<Vec<SourceRow>>);

impl Rows {
    fn of(analysis: &PeerSourcesAnalysis) -> Self {
        let row =
            |info_hash, (place, counts): &(u8, Counts)| Some(SourceRow::of(Some(info_hash), *SOURCES.get(usize::from(*place))?, counts));
        let of = |torrent: &super::TorrentState| {
            let mut counts = torrent.counts.clone();
            counts.arrange_by_key(|(place, _)| *place);
            counts.iter().filter_map(|counts| row(torrent.info_hash, counts)).collect()
        };
        Rows(analysis.torrents.iter().map(of).collect())
    }

    fn get(&mut self, torrent: u32, source: Source) -> Option<&mut SourceRow> {
        self.0.get_mut(torrent as usize)?.iter_mut().find(|row| row.source == source)
    }

    /// The rows that an address counts in.
    fn of_naming(&mut self, naming: &Naming, mut count: impl FnMut(&mut SourceRow)) {
        named_by(naming).for_each(|source| {
            if let Some(row) = self.get(naming.torrent, source) {
                count(row);
            }
        });
    }

    /// The sums, then all rows.
    fn all(self) -> Vec<SourceRow> {
        let mut sums: Vec<_> = SOURCES.iter().map(|source| SourceRow::of(None, *source, &Counts::default())).collect();
        let mut rows: Vec<_> = self.0.into_iter().flatten().collect();
        for (sum, row) in rows.iter().filter_map(|row| Some((usize::from(place(row.source)?), row))) {
            if let Some(sum) = sums.get_mut(sum) {
                sum.sum(row);
            }
        }
        sums.retain(|sum| sum.received > 0);
        sums.append(&mut rows);
        sums
    }
}

impl SourceRow {
    fn of(info_hash: Option<InfoHash>, source: Source, counts: &Counts) -> Self {
        let Counts { messages, received, first, elsewhere, repeated_in_message, repeated_later } = *counts;
        let tried = (source != Source::Incoming).then_some(0);
        SourceRow {
            info_hash,
            source,
            messages,
            received,
            unique: first + elsewhere,
            first,
            elsewhere,
            repeated_in_message,
            repeated_later,
            tried,
            answered: tried,
            failed: tried,
            refused: tried,
            failed_first: tried,
            failed_later: tried,
            handshakes: 0,
            useful: 0,
            met_otherwise: tried,
        }
    }

    /// Counts what became of an address that was tried.
    fn add(&mut self, attempts: &Attempts, met: Option<Met>) {
        let answered = attempts.answered > 0;
        add(&mut self.tried, true);
        add(&mut self.answered, answered);
        add(&mut self.failed, !answered);
        add(&mut self.refused, attempts.refused > 0);
        add(&mut self.failed_first, attempts.first_failed() > 0);
        add(&mut self.failed_later, attempts.later_failed() > 0);
        self.handshakes += u64::from(answered && met.is_some());
        self.useful += u64::from(answered && met.is_some_and(|met| met.exchanged));
    }

    /// Adds those of a torrent.
    fn sum(&mut self, row: &SourceRow) {
        self.messages += row.messages;
        self.received += row.received;
        self.unique += row.unique;
        self.first += row.first;
        self.elsewhere += row.elsewhere;
        self.repeated_in_message += row.repeated_in_message;
        self.repeated_later += row.repeated_later;
        self.handshakes += row.handshakes;
        self.useful += row.useful;
        let sum = |one: &mut Option<u64>, other: Option<u64>| *one = one.zip(other).map(|(one, other)| one + other);
        sum(&mut self.tried, row.tried);
        sum(&mut self.answered, row.answered);
        sum(&mut self.failed, row.failed);
        sum(&mut self.refused, row.refused);
        sum(&mut self.failed_first, row.failed_first);
        sum(&mut self.failed_later, row.failed_later);
        sum(&mut self.met_otherwise, row.met_otherwise);
    }

    /// The value in `column`.
    pub(in crate::report) fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "info_hash" => self.info_hash.map_or(Cell::Absent, text),
            "source" => Cell::Text(self.source.name().into()),
            "messages" => number(self.messages),
            "received" => number(self.received),
            "unique" => number(self.unique),
            "first" => number(self.first),
            "elsewhere" => number(self.elsewhere),
            "repeated_in_message" => number(self.repeated_in_message),
            "repeated_later" => number(self.repeated_later),
            "tried" => optional(self.tried),
            "answered" => optional(self.answered),
            "failed" => optional(self.failed),
            "refused" => optional(self.refused),
            "failed_first" => optional(self.failed_first),
            "failed_later" => optional(self.failed_later),
            "handshakes" => number(self.handshakes),
            "useful" => number(self.useful),
            "met_otherwise" => optional(self.met_otherwise),
            _ => Cell::Absent,
        }
    }
}

impl SourceAddress {
    /// The value in `column`.
    pub(in crate::report) fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "info_hash" => text(self.info_hash),
            "endpoint" => text(self.endpoint),
            "source" => Cell::Text(self.source.name().into()),
            "frame" => number(self.frame),
            "time" => Cell::Number(self.time.seconds()),
            "sources" => Cell::Text(list(self.sources.iter().map(|source| source.name()))),
            "attempts" => number(self.attempts.into()),
            "answered" => number(self.answered.into()),
            "refused" => number(self.refused.into()),
            "met" => text(self.met),
            "useful" => text(self.useful),
            _ => Cell::Absent,
        }
    }
}

impl super::GapSums {
    fn section(&self) -> MessageGaps {
        let gaps = self.counts.iter().sum();
        let share = |below: u64, all: u64| if all == 0 { 0.0 } else { below as f64 / all as f64 };
        let mean = |nanos: u64| (self.openings > 0).then(|| nanos as f64 / 1e9 / self.openings as f64);
        let (mut below, mut longest_below) = (0, 0);
        let shares = BOUNDS.iter().zip(self.counts.iter().zip(self.longest_counts)).map(|(bound, (count, longest))| {
            (below, longest_below) = (below + count, longest_below + longest);
            GapShare {
                below: u32::try_from(*bound).unwrap_or_default(),
                count: *count,
                share: share(below, gaps),
                longest,
                longest_share: share(longest_below, self.openings),
            }
        });
        MessageGaps {
            openings: self.openings,
            gaps,
            shares: shares.collect(),
            mean_longest: mean(self.longest_nanos),
            mean_duration: mean(self.duration_nanos),
        }
    }
}

/// The sources that named an address.
fn named_by(naming: &Naming) -> impl Iterator<Item = Source> {
    let by = naming.by;
    (0..).zip(SOURCES).filter(move |(place, _)| by & 1 << place != 0).map(|(_, source)| source)
}

/// Counts one more if it `is`.
fn add(count: &mut Option<u64>, is: bool) {
    if let Some(count) = count {
        *count += u64::from(is);
    }
}

/// The columns of the table of sources, in the order of its CSV.
pub(in crate::report) const SOURCE_COLUMNS: &[&str] = &[
    "info_hash",
    "source",
    "messages",
    "received",
    "unique",
    "first",
    "elsewhere",
    "repeated_in_message",
    "repeated_later",
    "tried",
    "answered",
    "failed",
    "refused",
    "failed_first",
    "failed_later",
    "handshakes",
    "useful",
    "met_otherwise",
];

/// The columns of the table of addresses, in the order of its CSV.
pub(in crate::report) const ADDRESS_COLUMNS: &[&str] =
    &["info_hash", "endpoint", "source", "frame", "time", "sources", "attempts", "answered", "refused", "met", "useful"];
