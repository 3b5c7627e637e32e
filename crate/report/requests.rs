//! How did peers ask for blocks, and how were they served?
//!
//! How long requests waited, how many were open at one time, who choked whom and was interested when: a summary in the row of each connection,
//! sums over all of them in the section, and one connection in detail when it is asked for. What is open lies with its stream and is
//! looked at when a report is made; of what is over the [`Exchange`](exchange::Exchange) is kept.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Serialize;

use crate::base::{Arrange, Code, Endpoint, InfoHash, Limits, Map, Time};
use crate::flow::{Both, Direction, FlowId, Measured};
use crate::protocol::peer_wire::exchange::{self, Histogram, Turn, Turning};
use crate::protocol::{self, Speakers, Streams};

/// How requests were served, over all connections of peers in clear.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Requests {
    /// Those of local hosts.
    pub local: RequestGroup,
    /// Those of all others.
    pub remote: RequestGroup,
    /// How long those of local hosts waited: the buckets that anything is in, and those between.
    pub local_latencies: Vec<LatencyBucket>,
    /// The same by transport, those of local hosts first.
    pub by_transport: Vec<RequestGroup>,
    /// The same by torrent, those of local hosts first, then by how many there are.
    pub by_torrent: Vec<RequestGroup>,
}

/// Requests that have something in common.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct RequestGroup {
    /// Whether local hosts asked.
    pub local: bool,
    /// Over what they went, `tcp` or `utp`; `None` where that is no matter.
    pub transport: Option<&'static str>,
    /// Which torrent they were of; `None` where that is no matter, or not known.
    pub info_hash: Option<InfoHash>,
    /// Connections.
    pub connections: u64,
    /// Requests.
    pub requests: u64,
    /// Requests whose block came.
    pub answered: u64,
    /// Half of the answers came within so many seconds; `None` without answers.
    pub median_latency: Option<f64>,
    /// Nine of ten answers came within so many seconds.
    pub ninth_decile_latency: Option<f64>,
    /// The most that were open at one time in one connection.
    pub pipeline: u16,
}

/// How one end of a connection asked, and how it was served.
///
/// Requests are answered, cancelled, rejected, choked away or unanswered. Blocks that it got were answers, late or unasked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Asked {
    /// Requests.
    pub requests: u64,
    /// Requests whose block came.
    pub answered: u64,
    /// Requests that nothing came of, or that are still open.
    pub unanswered: u64,
    /// Requests that it took back.
    pub cancelled: u64,
    /// Requests that the other end refused.
    pub rejected: u64,
    /// Requests that a choke of the other end dropped.
    pub choked_away: u64,
    /// Blocks that came although it had taken the request back, or a choke had dropped it.
    pub late: u64,
    /// Blocks of which no request is in the capture.
    pub unasked: u64,
    /// Blocks that had come shortly before, at least: among the last 32. Counted above too.
    pub duplicates: u64,
    /// Half of the answers began within so many seconds of their request, at most a quarter off; `None` without answers.
    pub median_latency: Option<f64>,
    /// Nine of ten answers did within so many seconds.
    pub ninth_decile_latency: Option<f64>,
    /// The most requests that were open at one time.
    pub pipeline: u16,
    /// How many were open on average, while any were.
    pub mean_pipeline: Option<f64>,
    /// The share of the time in which the other end choked it; `None` where that is not known.
    pub choked_share: Option<f64>,
    /// The share of the time in which it was interested.
    pub interested_share: Option<f64>,
    /// How often the other end unchoked it.
    pub unchokes: u32,
}

/// How many requests waited how long.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct LatencyBucket {
    /// At least so many seconds.
    pub from: f64,
    /// Less than so many.
    pub until: f64,
    /// Requests.
    pub count: u64,
}

/// How the ends of one connection asked and were served, over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Exchange {
    /// The number of its stream.
    pub flow: u64,
    /// When its first packet was captured.
    pub from: Time,
    /// When its latest packet was captured.
    pub until: Time,
    /// Who opened it.
    pub originator: ExchangeEnd,
    /// The other end.
    pub responder: ExchangeEnd,
    /// When an end turned to choke or interest, or away.
    pub changes: Vec<Change>,
    /// Whether later ones are left out.
    pub is_cut: bool,
}

/// One end of a connection.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct ExchangeEnd {
    /// Who.
    pub endpoint: Endpoint,
    /// What it asked for.
    pub asked: Asked,
    /// How long its requests waited: the buckets that anything is in, and those between.
    pub latencies: Vec<LatencyBucket>,
    /// When the other end choked it.
    pub choked: Vec<Stretch>,
    /// When the other end did not choke it.
    pub unchoked: Vec<Stretch>,
    /// When it was interested.
    pub interested: Vec<Stretch>,
    /// When the first of `pipeline` begins; `None` where it asked for nothing.
    pub pipeline_begin: Option<Time>,
    /// How many seconds each of `pipeline` lasts.
    pub pipeline_step: f64,
    /// The most requests that were open in each step of time.
    pub pipeline: Vec<u16>,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Stretch {
    /// From.
    pub at: Time,
    /// Until.
    pub until: Time,
}

/// An end turned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Change {
    /// The frame of the message, numbered from 1.
    pub frame: u64,
    /// When that was captured.
    pub time: Time,
    /// Who said so.
    pub end: Direction,
    /// What it said: `choke`, `unchoke`, `interested` or `not_interested`.
    pub turn: &'static str,
}

/// Keeps the exchanges of connections that are over.
#[derive(Debug)]
pub(super) struct RequestsAnalysis {
    over: Map<FlowId, Kept>,
    /// Changes that all of them keep.
    changes: usize,
    limits: Limits,
}

/// What is kept of a connection.
#[derive(Debug)]
struct Kept {
    ends: Both<Endpoint>,
    info_hash: Option<InfoHash>,
    first: Time,
    last: Time,
    exchange: Box<exchange::Exchange>,
}

/// A connection that is over or open.
struct Held<'a> {
    flow: FlowId,
    ends: Both<Endpoint>,
    info_hash: Option<InfoHash>,
    first: Time,
    last: Time,
    exchange: &'a exchange::Exchange,
}

/// Requests that are being added up.
#[derive(Clone, Debug, Default)]
struct Sum {
    group: RequestGroup,
    waits: Histogram,
}

impl RequestsAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        RequestsAnalysis { over: Map::default(), changes: 0, limits: limits.clone() }
    }

    /// Takes a connection that is over.
    pub(super) fn observe(&mut self, connection: &protocol::Connection<'_>, found: &mut dyn FnMut(Code)) {
        let Speakers::Peers(peers) = connection.speakers else { return };
        let Some(exchange) = peers.exchange else { return };
        if self.over.len() >= self.limits.connections {
            return found(Code::LimitConnections);
        }
        let mut exchange = Box::new(exchange.settled());
        if exchange.changes.len() > self.limits.changes.saturating_sub(self.changes) {
            (exchange.changes, exchange.is_cut) = (Vec::new(), true);
            found(Code::LimitChanges);
        }
        self.changes += exchange.changes.len();
        let &Measured { flow, ends, first_time, last_time, .. } = connection.measured;
        self.over.insert(flow, Kept { ends, info_hash: peers.info_hash, first: first_time, last: last_time, exchange });
    }

    /// One connection in detail; `None` where there is none of that number, or nothing is known of it.
    pub(super) fn exchange(&self, flow: u64, streams: &Streams) -> Option<Exchange> {
        let mut found = None;
        self.each(streams, |held| {
            if held.flow == FlowId(flow) {
                found = Some(held.told());
            }
        });
        found
    }

    /// The section, given which hosts are local, and the torrents of connections without a handshake.
    pub(super) fn section(&self, streams: &Streams, torrents: &Map<FlowId, InfoHash>, is_local: &dyn Fn(IpAddr) -> bool) -> Requests {
        let (mut local, mut remote) = (Sum::of(true), Sum::of(false));
        let mut by_transport = BTreeMap::<_, Sum>::new();
        let mut by_torrent = Map::<_, Sum>::default();
        self.each(streams, |held| {
            let transport = if held.flow.is_utp() { "utp" } else { "tcp" };
            let info_hash = held.info_hash.or_else(|| torrents.get(&held.flow).copied());
            for asker in Direction::BOTH {
                let Some(asked) = held.exchange.ends.of(asker).asked.as_deref() else { continue };
                let is_local = is_local(held.ends.of(asker).address);
                if is_local { &mut local } else { &mut remote }.add(asked);
                by_transport.entry((!is_local, transport)).or_insert_with(|| Sum::of(is_local)).add(asked);
                by_torrent.entry((is_local, info_hash)).or_insert_with(|| Sum::of(is_local)).add(asked);
            }
        });
        let mut torrents: Vec<_> = by_torrent.into_iter().map(|((_, info_hash), sum)| RequestGroup { info_hash, ..sum.group() }).collect();
        torrents.arrange_by_key(|group| (!group.local, std::cmp::Reverse(group.requests), group.info_hash));
        Requests {
            local_latencies: buckets(&local.waits),
            local: local.group(),
            remote: remote.group(),
            by_transport: (by_transport.into_iter())
                .map(|((_, transport), sum)| RequestGroup { transport: Some(transport), ..sum.group() })
                .collect(),
            by_torrent: torrents,
        }
    }

    /// Every connection of which anything is known, in no order.
    fn each(&self, streams: &Streams, mut act: impl FnMut(Held<'_>)) {
        for (flow, kept) in &self.over {
            let Kept { ends, info_hash, first, last, exchange } = kept;
            act(Held { flow: *flow, ends: *ends, info_hash: *info_hash, first: *first, last: *last, exchange });
        }
        for (state, measured) in streams.open() {
            let connection = protocol::Connection::of(&measured, state);
            let Some(Speakers::Peers(peers)) = connection.map(|connection| connection.speakers) else { continue };
            if let Some(exchange) = peers.exchange {
                let Measured { flow, ends, first_time: first, last_time: last, .. } = measured;
                act(Held { flow, ends, info_hash: peers.info_hash, first, last, exchange });
            }
        }
    }
}

impl Sum {
    fn of(local: bool) -> Self {
        Sum { group: RequestGroup { local, ..RequestGroup::default() }, waits: Histogram::default() }
    }

    fn add(&mut self, asked: &exchange::Asked) {
        let group = &mut self.group;
        group.connections += 1;
        group.requests += asked.requests;
        group.answered += asked.answered;
        group.pipeline = group.pipeline.max(asked.pipeline.highest);
        self.waits.absorb(&asked.waits);
    }

    fn group(self) -> RequestGroup {
        let quantile = |share| self.waits.quantile(share).map(rounded);
        RequestGroup { median_latency: quantile(0.5), ninth_decile_latency: quantile(0.9), ..self.group }
    }
}

impl Held<'_> {
    fn told(&self) -> Exchange {
        let changes = self.exchange.changes.iter();
        Exchange {
            flow: self.flow.number(),
            from: self.first,
            until: self.last,
            originator: self.end(Direction::Originator),
            responder: self.end(Direction::Responder),
            changes: changes.map(|&exchange::Change { frame, time, end, turn }| Change { frame, time, end, turn: turn.name() }).collect(),
            is_cut: self.exchange.is_cut,
        }
    }

    fn end(&self, end: Direction) -> ExchangeEnd {
        let side = self.exchange.ends.of(end);
        let other = self.exchange.ends.of(end.reverse());
        let asked = side.asked.as_deref();
        let (begin, step, steps) = asked.map(|asked| asked.pipeline.steps()).unwrap_or_default();
        let (choked, unchoked) = self.stretches(end.reverse(), &other.choking, Turn::Choke, Turn::Unchoke);
        ExchangeEnd {
            endpoint: *self.ends.of(end),
            asked: Asked::of(self.exchange, end, self.last),
            latencies: asked.map(|asked| buckets(&asked.waits)).unwrap_or_default(),
            choked,
            unchoked,
            interested: self.stretches(end, &side.interested, Turn::Interested, Turn::NotInterested).0,
            pipeline_begin: (!steps.is_empty()).then_some(begin),
            pipeline_step: step,
            pipeline: steps.to_vec(),
        }
    }

    /// When something of an end was on, and when it was off.
    fn stretches(&self, end: Direction, turning: &Turning, on: Turn, off: Turn) -> (Vec<Stretch>, Vec<Stretch>) {
        let mut stretches = (Vec::new(), Vec::new());
        let Some((mut is_on, mut since)) = turning.at_first().zip(turning.known_since()) else { return stretches };
        let mut put = |is_on: bool, at: Time, until: Time| {
            if until > at {
                if is_on { &mut stretches.0 } else { &mut stretches.1 }.push(Stretch { at, until });
            }
        };
        for change in self.exchange.changes.iter().filter(|change| change.end == end && (change.turn == on || change.turn == off)) {
            put(is_on, since, change.time);
            (is_on, since) = (change.turn == on, change.time.max(since));
        }
        // What came behind the last that is listed is not told here.
        if !self.exchange.is_cut {
            put(is_on, since, self.last);
        }
        stretches
    }
}

impl Asked {
    /// The ends' summaries of a connection that went on until `last`; `None` of which nothing is known.
    pub(super) fn both(exchange: Option<&exchange::Exchange>, last: Time) -> Both<Option<Box<Asked>>> {
        let of = |end| exchange.map(|exchange| Box::new(Asked::of(exchange, end, last)));
        Both { originator: of(Direction::Originator), responder: of(Direction::Responder) }
    }

    fn of(exchange: &exchange::Exchange, end: Direction, last: Time) -> Self {
        let side = exchange.ends.of(end);
        let other = exchange.ends.of(end.reverse());
        let share = |turning: &Turning| {
            let (on, known) = turning.on_and_known(last)?;
            (known > 0).then(|| rounded(on as f64 / known as f64))
        };
        let standing = Asked {
            choked_share: share(&other.choking),
            interested_share: share(&side.interested),
            unchokes: other.choking.turned_off,
            ..Asked::default()
        };
        let Some(asked) = side.asked.as_deref() else { return standing };
        let exchange::Asked { requests, answered, cancelled, rejected, choked_away, late, unasked, duplicates, .. } = *asked;
        Asked {
            requests,
            answered,
            unanswered: asked.unanswered(),
            cancelled,
            rejected,
            choked_away,
            late,
            unasked,
            duplicates,
            median_latency: asked.waits.quantile(0.5).map(rounded),
            ninth_decile_latency: asked.waits.quantile(0.9).map(rounded),
            pipeline: asked.pipeline.highest,
            mean_pipeline: asked.pipeline.mean().map(rounded),
            ..standing
        }
    }
}

/// The buckets that anything is in, and those between.
fn buckets(waits: &Histogram) -> Vec<LatencyBucket> {
    let all: Vec<_> = waits
        .buckets()
        .map(|(from, until, count)| LatencyBucket { from: rounded(from), until: rounded(until), count: count.into() })
        .collect();
    let first = all.iter().position(|bucket| bucket.count > 0);
    let last = all.iter().rposition(|bucket| bucket.count > 0);
    first.zip(last).and_then(|(first, last)| all.get(first..=last)).unwrap_or_default().to_vec()
}

/// Five decimals, which is the precision of latencies and more than that of shares.
fn rounded(value: f64) -> f64 {
    (value * 1e5).round() / 1e5
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Set;
    use crate::flow::Ending;
    use crate::flow::Flows;
    use crate::protocol::peer_wire::account::{Encryption, Peers};

    fn at(seconds: i64) -> Time {
        Time::from_nanos(seconds * 1_000_000_000)
    }

    fn host(last: u8) -> Endpoint {
        Endpoint::new([10, 0, 0, last], 6881)
    }

    /// A connection in which the originator asked for two blocks and got one after 40 ms, and was choked for half of its 20 seconds.
    fn exchange() -> exchange::Exchange {
        let mut exchange = exchange::Exchange::default();
        Direction::BOTH.iter().for_each(|end| exchange.begin(*end, at(0), true));
        for (end, turn, seconds) in [
            (Direction::Originator, Turn::Interested, 5),
            (Direction::Responder, Turn::Unchoke, 6),
            (Direction::Responder, Turn::Choke, 16),
        ] {
            assert!(exchange.turn(end, turn, at(seconds)));
            exchange.changes.push(exchange::Change { frame: 9, time: at(seconds), end, turn });
        }
        let asked = exchange.asked(Direction::Originator);
        (asked.requests, asked.answered, asked.late) = (2, 1, 1);
        asked.waits.add(40_000_000);
        [(1, 7), (2, 8), (1, 9)].iter().for_each(|(depth, seconds)| asked.pipeline.set(*depth, at(*seconds)));
        exchange
    }

    fn observed(limits: &Limits, flows: &[u64]) -> (RequestsAnalysis, Vec<Code>) {
        let exchange = exchange();
        let (mut analysis, mut findings) = (RequestsAnalysis::new(limits), Vec::new());
        for flow in flows {
            let measured = Measured {
                flow: FlowId(*flow),
                ends: Both { originator: host(1), responder: host(2) },
                first_frame: 1,
                first_time: at(0),
                last_frame: 99,
                last_time: at(20),
                midstream: false,
                answered: true,
                ending: Ending::Open,
                round_trip: None,
                sent: Both::default(),
            };
            let said = Both::default();
            let peers = Peers { info_hash: None, encryption: Some(Encryption::None), said: &said, exchange: Some(&exchange) };
            let connection = protocol::Connection { measured: &measured, speakers: Speakers::Peers(peers) };
            analysis.observe(&connection, &mut |code| findings.push(code));
        }
        (analysis, findings)
    }

    #[test]
    fn requests_are_added_up_by_who_asked_and_over_what() {
        let (analysis, findings) = observed(&Limits::default(), &[2, 3, 5]);
        let torrents = [(FlowId(5), InfoHash([7; 20]))].into_iter().collect();
        let local: Set<IpAddr> = [host(1).address].into_iter().collect();
        let section = analysis.section(&Flows::new(&Limits::default()), &torrents, &|address| local.contains(&address));
        assert_eq!((section.local.connections, section.local.requests, section.local.answered, section.local.pipeline), (3, 6, 3, 2));
        assert_eq!((section.remote, findings), (RequestGroup::default(), vec![]));
        let parts =
            |groups: &[RequestGroup]| groups.iter().map(|group| (group.transport, group.info_hash, group.requests)).collect::<Vec<_>>();
        assert_eq!(parts(&section.by_transport), [(Some("tcp"), None, 2), (Some("utp"), None, 4)]);
        assert_eq!(parts(&section.by_torrent), [(None, None, 4), (None, Some(InfoHash([7; 20])), 2)]);
        let [bucket] = section.local_latencies[..] else { panic!("{:?}", section.local_latencies) };
        assert!((bucket.from..bucket.until).contains(&0.04) && bucket.count == 3, "{bucket:?}");
        assert!((bucket.from..bucket.until).contains(&section.local.median_latency.unwrap()));
    }

    #[test]
    fn one_connection_is_told_in_stretches_of_time() {
        let (analysis, _) = observed(&Limits::default(), &[2]);
        let streams = Flows::new(&Limits::default());
        assert_eq!(analysis.exchange(3, &streams), None);
        let Exchange { originator, responder, changes, .. } = analysis.exchange(2, &streams).unwrap();
        let stretch = |from, until| Stretch { at: at(from), until: at(until) };
        assert_eq!(originator.choked, [stretch(0, 6), stretch(16, 20)]);
        assert_eq!((originator.unchoked, originator.interested), (vec![stretch(6, 16)], vec![stretch(5, 20)]));
        assert_eq!((responder.choked, responder.interested.len(), responder.pipeline_begin), (vec![stretch(0, 20)], 0, None));
        assert_eq!((originator.asked.choked_share, originator.asked.interested_share), (Some(0.5), Some(0.75)));
        assert_eq!((originator.asked.unanswered, originator.asked.unchokes, originator.asked.mean_pipeline), (1, 1, Some(1.5)));
        assert_eq!((originator.pipeline_begin, originator.pipeline.len()), (Some(at(7)), 30));
        assert_eq!(changes.iter().map(|change| change.turn).collect::<Vec<_>>(), ["interested", "unchoke", "choke"]);
    }

    #[test]
    fn connections_and_changes_have_caps_and_reaching_one_is_a_finding() {
        let (analysis, findings) = observed(&Limits { changes: 4, connections: 2, ..Limits::default() }, &[2, 4, 6]);
        assert_eq!(findings, [Code::LimitChanges, Code::LimitConnections]);
        let streams = Flows::new(&Limits::default());
        let cut = analysis.exchange(4, &streams).unwrap();
        assert_eq!((cut.is_cut, cut.changes.len(), cut.originator.asked.choked_share), (true, 0, Some(0.5)));
        assert_eq!(analysis.exchange(6, &streams), None);
    }
}
