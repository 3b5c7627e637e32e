//! Which connections did peers have, and how did their packets fare?
//!
//! One row a connection, over TCP or uTP, from the moment in which it is known to be peers': by their messages, or because it goes over
//! uTP and was answered, or because it is taken for [encrypted](super::encrypted). What is open lies with its stream, below the report, and is
//! looked at when a report is made; what is over was told once, as an event. So an open connection costs nothing here.

use std::borrow::Cow;

use serde::Serialize;

use super::cell::{Cell, number, optional, text, words};
use super::encrypted::Claim;
use super::midstream;
use super::requests::Asked;
use crate::base::{Arrange, Code, Endpoint, InfoHash, Limits, Map, PeerId, Set, Time};
use crate::flow::{Both, Ending, FlowId, Measured, Statistics};
use crate::protocol::canonical_priority::priority;
use crate::protocol::peer_wire::account::{Account, CLIENT_BYTES, Encryption, Peers};
use crate::protocol::{self, Speakers, Streams, peer_id};

/// One connection.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Connection {
    /// The number of its stream, the same whenever these files are read. Streams of TCP have even numbers, of uTP odd ones, each in
    /// the order in which they were met.
    pub flow: u64,
    /// How its bytes travelled: `tcp` or `utp`.
    pub transport: &'static str,
    /// What it speaks: `peer_wire`, or `encrypted` where that is only likely; `None` for uTP of which that is not known.
    pub protocol: Option<&'static str>,
    /// How it is hidden: not at all (`none`), by a key exchange after which both went on in clear (`plaintext`), or wholly (`rc4`). `None`
    /// where the beginning is not in the capture, or nothing is known of it.
    pub encryption: Option<&'static str>,
    /// How likely it is encrypted BitTorrent, from 0 to 1; `None` for one that can be read.
    pub confidence: Option<f64>,
    /// Who opened it; where that is not in the capture, who was seen first.
    pub originator: Endpoint,
    /// The other end.
    pub responder: Endpoint,
    /// The torrent; `None` where the capture does not tell. That of an encrypted connection is the most likely one.
    pub info_hash: Option<InfoHash>,
    /// The originator's name for itself.
    pub originator_peer_id: Option<PeerId>,
    /// The responder's name for itself.
    pub responder_peer_id: Option<PeerId>,
    /// The originator's client, by its own words or its peer ID.
    pub originator_client: Option<String>,
    /// The responder's client, by its own words or its peer ID.
    pub responder_client: Option<String>,
    /// Whether it was open before the capture began, or its opening is not in it.
    pub midstream: bool,
    /// Its first frame.
    pub first_frame: u64,
    /// Its latest frame.
    pub last_frame: u64,
    /// When its first packet was captured.
    pub first_seen: Time,
    /// When its latest packet was captured.
    pub last_seen: Time,
    /// How it ended: `fin` (an end said that it has no more to send), `reset` (an end dropped it), `open` (it was not seen to end), or
    /// `unseen` (another one took its place, so that it must have ended).
    pub ended: &'static str,
    /// Which end said so first.
    pub ended_by: Option<Endpoint>,
    /// Microseconds that its opening took to the other end and back; `None` where a packet of it is missing or came twice.
    pub round_trip_micros: Option<u64>,
    /// In which order peers keep connections when they have too many, the highest first (BEP 40); `None` between address families.
    pub priority: Option<u32>,
    /// What the originator sent.
    pub sent: Traffic,
    /// What the responder sent.
    pub received: Traffic,
    /// How the originator asked for blocks and was served; `None` where nothing of it is known.
    pub originator_asked: Option<Box<Asked>>,
    /// The same of the responder.
    pub responder_asked: Option<Box<Asked>>,
}

/// One direction of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(rename = "ConnectionTraffic"))]
pub struct Traffic {
    /// Packets, repeated ones too.
    pub packets: u64,
    /// Payload bytes, repeated ones left out.
    pub bytes: u64,
    /// Packets of which the capture had the payload before: sent again, or come twice.
    pub repeated_packets: u64,
    /// Payload bytes that came again.
    pub repeated_bytes: u64,
    /// Packets with new payload from before what had come already: overtaken on the way, or sent again for one that was lost before it was
    /// captured.
    pub out_of_order_packets: u64,
    /// Packets that are not in the capture; `None` for TCP, which numbers bytes.
    pub lost_packets: Option<u64>,
    /// Bytes that are not in the capture; `None` for uTP, which numbers packets.
    pub lost_bytes: Option<u64>,
    /// Microseconds that packets took above the fastest one, on average; `None` for TCP, and where the other end never said.
    pub mean_delay_micros: Option<u64>,
    /// Microseconds that the slowest packet took above the fastest one.
    pub highest_delay_micros: Option<u32>,
    /// Bytes that the sender said to have room for, the last time. `None` where it never said, and for TCP where the unit is not known,
    /// which only the opening tells.
    pub window: Option<u32>,
    /// The same on average.
    pub mean_window: Option<u64>,
    /// The same at the least.
    pub lowest_window: Option<u32>,
    /// Packets that said that there is no room at all.
    pub zero_windows: u64,
    /// Messages of the peer wire protocol.
    pub messages: u64,
    /// Blocks that were asked for.
    pub requests: u64,
    /// Blocks that were sent.
    pub blocks: u64,
    /// Bytes of those that are in the capture.
    pub block_bytes: u64,
    /// Microseconds from the other end's request to the block, on average; `None` where the capture has no block with its request.
    pub mean_wait_micros: Option<u64>,
}

/// Gathers connections that are over.
#[derive(Debug)]
#[expect(clippy::vec_box, reason = "a list that grows has its rows twice while they are moved, and these are large")]
pub(super) struct ConnectionsAnalysis {
    rows: Vec<Box<Connection>>,
    /// Those over TCP that are listed only while they are taken for encrypted ones.
    hidden: Vec<Box<Connection>>,
    /// Whether priorities are not told: they are sums of addresses, and these are pseudonyms.
    leaves_out_priorities: bool,
    limit: usize,
}

impl ConnectionsAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        ConnectionsAnalysis { rows: Vec::new(), hidden: Vec::new(), leaves_out_priorities: false, limit: limits.connections }
    }

    /// Tells no priorities.
    pub(super) fn leave_out_priorities(&mut self) {
        self.leaves_out_priorities = true;
    }

    /// Takes a connection that is over.
    pub(super) fn observe(&mut self, connection: &protocol::Connection<'_>, found: &mut dyn FnMut(Code)) {
        let mut row = Connection::of(connection);
        row.priority = row.priority.filter(|_| !self.leaves_out_priorities);
        let rows = if row.is_hidden() { &mut self.hidden } else { &mut self.rows };
        if rows.len() < self.limit {
            rows.push(Box::new(row));
        } else {
            found(Code::LimitConnections);
        }
    }

    /// How many rows there are.
    pub(super) fn count(&self, streams: &Streams, claims: &[Claim]) -> usize {
        let claims: Set<FlowId> = claims.iter().map(Claim::flow_id).collect();
        let hidden = self.hidden.iter().filter(|row| claims.contains(&FlowId(row.flow))).count();
        let open = streams.open().filter(|(state, measured)| {
            protocol::Connection::of(measured, state).is_some_and(|connection| {
                let hidden = matches!(connection.speakers, Speakers::Hidden) && !measured.flow.is_utp();
                !hidden || claims.contains(&measured.flow)
            })
        });
        (self.rows.len() + hidden + open.count()).min(self.limit)
    }

    /// All rows, by their first frames: those that are over, and those of `streams` that are open, given which are taken for encrypted, and
    /// the torrents of those whose handshake is not in the capture.
    pub(super) fn list(&self, streams: &Streams, claims: &[Claim], midstream: &[midstream::Claim]) -> Vec<Cow<'_, Connection>> {
        let torrents: Map<u64, InfoHash> = midstream.iter().map(|claim| (claim.flow.0, claim.info_hash)).collect();
        let claims: Map<FlowId, &Claim> = claims.iter().map(|claim| (claim.flow_id(), claim)).collect();
        let open = streams.open().filter_map(|(state, measured)| {
            protocol::Connection::of(&measured, state).map(|connection| Cow::Owned(Connection::of(&connection)))
        });
        let over = self.rows.iter().chain(&self.hidden).map(|row| Cow::Borrowed(&**row));
        let mut rows: Vec<_> = over.chain(open).filter_map(|row| known_by(row, &claims)).collect();
        rows.arrange_by_key(|row| (row.first_frame, row.flow));
        rows.truncate(self.limit);
        for row in rows.iter_mut().filter(|row| row.info_hash.is_none()) {
            if let Some(info_hash) = torrents.get(&row.flow) {
                row.to_mut().info_hash = Some(*info_hash);
            }
        }
        rows
    }
}

/// A row with what is claimed of it; `None` when it may be anything.
fn known_by<'a>(row: Cow<'a, Connection>, claims: &Map<FlowId, &Claim>) -> Option<Cow<'a, Connection>> {
    match claims.get(&FlowId(row.flow)).filter(|_| row.protocol.is_none()) {
        Some(claim) => {
            let (protocol, encryption) = (Some("encrypted"), Some("rc4"));
            let (confidence, info_hash) = (Some(claim.confidence()), claim.info_hash());
            Some(Cow::Owned(Connection { protocol, encryption, confidence, info_hash, ..row.into_owned() }))
        }
        None => (!row.is_hidden()).then_some(row),
    }
}

impl Connection {
    fn of(connection: &protocol::Connection<'_>) -> Self {
        let Measured { flow, ends, first_frame, first_time, last_frame, last_time, midstream, ending, round_trip, sent, .. } =
            *connection.measured;
        let (ended, ended_by) = match ending {
            Ending::Open => ("open", None),
            Ending::Fin(end) => ("fin", Some(*ends.of(end))),
            Ending::Reset(end) => ("reset", Some(*ends.of(end))),
            Ending::Unseen => ("unseen", None),
        };
        let row = Connection {
            flow: flow.0,
            transport: if flow.is_utp() { "utp" } else { "tcp" },
            protocol: None,
            encryption: None,
            confidence: None,
            originator: ends.originator,
            responder: ends.responder,
            info_hash: None,
            originator_peer_id: None,
            responder_peer_id: None,
            originator_client: None,
            responder_client: None,
            midstream,
            first_frame,
            last_frame,
            first_seen: first_time,
            last_seen: last_time,
            ended,
            ended_by,
            round_trip_micros: round_trip.and_then(micros),
            priority: priority(ends.originator, ends.responder),
            sent: sent.originator.into(),
            received: sent.responder.into(),
            originator_asked: None,
            responder_asked: None,
        };
        match connection.speakers {
            Speakers::Peers(peers) => row.with(&peers),
            Speakers::Hidden | Speakers::Unknown | Speakers::Others => row,
        }
    }

    /// The same, with what the peers said.
    fn with(self, peers: &Peers<'_>) -> Self {
        let Both { originator, responder } = peers.said;
        let asked = Asked::both(peers.exchange, self.last_seen);
        Connection {
            protocol: Some("peer_wire"),
            encryption: peers.encryption.map(|encryption| match encryption {
                Encryption::None => "none",
                Encryption::Plaintext => "plaintext",
            }),
            info_hash: peers.info_hash,
            originator_peer_id: originator.peer_id,
            responder_peer_id: responder.peer_id,
            originator_client: client(originator),
            responder_client: client(responder),
            sent: self.sent.with(originator),
            received: self.received.with(responder),
            originator_asked: asked.originator,
            responder_asked: asked.responder,
            ..self
        }
    }

    /// Whether it is peers' only if it is taken for an encrypted one.
    fn is_hidden(&self) -> bool {
        self.protocol.is_none() && self.transport == "tcp"
    }

    /// The value in `column`.
    pub(super) fn cell(&self, column: &str) -> Cell<'_> {
        let Connection { sent, received, originator_asked, responder_asked, .. } = self;
        match column {
            "flow" => number(self.flow),
            "transport" => Cell::Text(self.transport.into()),
            "protocol" => words(self.protocol),
            "encryption" => words(self.encryption),
            "originator" => text(self.originator),
            "responder" => text(self.responder),
            "info_hash" => self.info_hash.map_or(Cell::Absent, text),
            "originator_client" => words(self.originator_client.as_deref()),
            "responder_client" => words(self.responder_client.as_deref()),
            "first_frame" => number(self.first_frame),
            "last_frame" => number(self.last_frame),
            "first_seen" => Cell::Number(self.first_seen.seconds()),
            "last_seen" => Cell::Number(self.last_seen.seconds()),
            "duration" => Cell::Number(self.last_seen.since(self.first_seen) as f64 / 1e9),
            "ended" => Cell::Text(self.ended.into()),
            "round_trip_micros" => optional(self.round_trip_micros),
            "packets" => number(sent.packets + received.packets),
            "sent" => number(sent.bytes),
            "received" => number(received.bytes),
            "sent_block_bytes" => number(sent.block_bytes),
            "received_block_bytes" => number(received.block_bytes),
            "sent_wait_micros" => optional(sent.mean_wait_micros),
            "received_wait_micros" => optional(received.mean_wait_micros),
            "sent_delay_micros" => optional(sent.mean_delay_micros),
            "received_delay_micros" => optional(received.mean_delay_micros),
            "sent_window" => optional(sent.mean_window),
            "received_window" => optional(received.mean_window),
            "repeated" => number(sent.repeated_packets + received.repeated_packets),
            "out_of_order" => number(sent.out_of_order_packets + received.out_of_order_packets),
            "lost_packets" => optional(sum(sent.lost_packets, received.lost_packets)),
            "lost_bytes" => optional(sum(sent.lost_bytes, received.lost_bytes)),
            "priority" => optional(self.priority.map(u64::from)),
            "request_latency" | "pipeline" | "choked_share" | "interested_share" => asked_cell(self.asker(), column),
            _ if column.starts_with("originator_") => asked_cell(originator_asked.as_deref(), column.trim_start_matches("originator_")),
            _ if column.starts_with("responder_") => asked_cell(responder_asked.as_deref(), column.trim_start_matches("responder_")),
            _ => Cell::Absent,
        }
    }
}

impl Connection {
    /// What the end that got more of blocks asked for, or else the end that asked for more.
    fn asker(&self) -> Option<&Asked> {
        let (originator, responder) = (self.originator_asked.as_deref()?, self.responder_asked.as_deref()?);
        let got = (self.received.block_bytes, originator.requests);
        Some(if got >= (self.sent.block_bytes, responder.requests) { originator } else { responder })
    }
}

/// The value in a column that is about what one end asked for.
fn asked_cell(asked: Option<&Asked>, column: &str) -> Cell<'static> {
    let Some(asked) = asked else { return Cell::Absent };
    let value = match column {
        "request_latency" => asked.median_latency,
        "pipeline" => (asked.requests > 0).then_some(f64::from(asked.pipeline)),
        "choked_share" => asked.choked_share,
        "interested_share" => asked.interested_share,
        _ => None,
    };
    value.map_or(Cell::Absent, Cell::Number)
}

impl Traffic {
    /// The same, with what its sender said.
    fn with(self, said: &Account) -> Self {
        Traffic {
            messages: said.messages,
            requests: said.requests,
            blocks: said.blocks,
            block_bytes: said.block_bytes,
            mean_wait_micros: said.mean_wait().map(|nanos| nanos / NANOS),
            ..self
        }
    }
}

impl From<Statistics> for Traffic {
    fn from(statistics: Statistics) -> Self {
        let Statistics { packets, bytes, repeated_packets, repeated_bytes, out_of_order_packets, .. } = statistics;
        let Statistics { lost_packets, lost_bytes, window, delay, .. } = statistics;
        let known = window.samples > 0;
        Traffic {
            packets,
            bytes,
            repeated_packets,
            repeated_bytes,
            out_of_order_packets,
            lost_packets,
            lost_bytes,
            mean_delay_micros: delay.mean_micros(),
            highest_delay_micros: (delay.samples > 0).then_some(delay.highest_micros),
            window: known.then_some(window.latest),
            mean_window: window.mean(),
            lowest_window: known.then_some(window.lowest),
            zero_windows: window.zeros,
            ..Traffic::default()
        }
    }
}

/// The client of one end.
fn client(said: &Account) -> Option<String> {
    let told = said.client.as_deref().map(|client| peer_id::own_words(client, CLIENT_BYTES));
    told.or_else(|| said.peer_id.and_then(peer_id::client))
}

fn micros(nanos: i64) -> Option<u64> {
    u64::try_from(nanos).ok().map(|nanos| nanos / NANOS)
}

fn sum(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one.zip(other).map(|(one, other)| one + other)
}

/// Nanoseconds of a microsecond.
const NANOS: u64 = 1000;

/// The columns of the table, in the order of its CSV.
pub(super) const COLUMNS: &[&str] = &[
    "flow",
    "transport",
    "protocol",
    "encryption",
    "originator",
    "responder",
    "info_hash",
    "originator_client",
    "responder_client",
    "first_frame",
    "last_frame",
    "first_seen",
    "last_seen",
    "duration",
    "ended",
    "round_trip_micros",
    "packets",
    "sent",
    "received",
    "sent_block_bytes",
    "received_block_bytes",
    "sent_wait_micros",
    "received_wait_micros",
    "sent_delay_micros",
    "received_delay_micros",
    "sent_window",
    "received_window",
    "repeated",
    "out_of_order",
    "lost_packets",
    "lost_bytes",
    "priority",
    "request_latency",
    "pipeline",
    "choked_share",
    "interested_share",
    "originator_request_latency",
    "originator_pipeline",
    "originator_choked_share",
    "originator_interested_share",
    "responder_request_latency",
    "responder_pipeline",
    "responder_choked_share",
    "responder_interested_share",
];

#[cfg(test)]
impl Connection {
    /// A connection of which nothing is known but its ends.
    pub(super) fn between(originator: Endpoint, responder: Endpoint) -> Self {
        let measured = tests::measured(0, Both { originator, responder });
        Connection::of(&protocol::Connection { measured: &measured, speakers: Speakers::Unknown })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{Direction, Flows, Window};
    use crate::protocol::Connection as Told;
    use crate::protocol::peer_wire::exchange::Exchange;

    pub(super) fn measured(flow: u64, ends: Both<Endpoint>) -> Measured {
        Measured {
            flow: FlowId(flow),
            ends,
            first_frame: 1,
            first_time: Time::default(),
            last_frame: 1,
            last_time: Time::default(),
            midstream: false,
            answered: true,
            ending: Ending::Open,
            round_trip: None,
            sent: Both::default(),
        }
    }

    fn ends() -> Both<Endpoint> {
        Both { originator: Endpoint::new([10, 0, 0, 1], 1), responder: Endpoint::new([10, 0, 0, 2], 2) }
    }

    /// The rows of connections that are over.
    fn rows(limits: &Limits, connections: &[Told<'_>]) -> (Vec<Connection>, Vec<Code>) {
        let mut analysis = ConnectionsAnalysis::new(limits);
        let mut findings = Vec::new();
        connections.iter().for_each(|connection| analysis.observe(connection, &mut |code| findings.push(code)));
        let streams = Flows::new(limits);
        let rows: Vec<_> = analysis.list(&streams, &[], &[]).into_iter().map(Cow::into_owned).collect();
        assert_eq!(analysis.count(&streams, &[]), rows.len());
        (rows, findings)
    }

    #[test]
    fn peers_tell_who_they_are_and_packets_how_they_fared() {
        let originator = Account { client: Some((*b"\xff client").into()), messages: 5, requests: 2, ..Account::default() };
        let responder = Account {
            peer_id: Some(PeerId(*b"-qB4520-abcdefghijkl")),
            blocks: 3,
            block_bytes: 48,
            answered: 2,
            waited: 8_001_000,
            ..Account::default()
        };
        let said = Both { originator, responder };
        let mut exchange = Exchange::default();
        for end in Direction::BOTH {
            exchange.begin(end, Time::default(), false);
            let asked = exchange.asked(end);
            asked.requests = 1;
            asked.waits.add(2_000_000);
        }
        let peers =
            Peers { info_hash: Some(InfoHash([7; 20])), encryption: Some(Encryption::Plaintext), said: &said, exchange: Some(&exchange) };
        let window = Window { samples: 2, latest: 9, lowest: 3, total: 12, zeros: 0 };
        let sent = Both { originator: Statistics { packets: 3, bytes: 40, window, ..Statistics::default() }, ..Both::default() };
        let measured = Measured {
            ending: Ending::Reset(Direction::Responder),
            round_trip: Some(21_500_999),
            last_time: Time::from_nanos(2_500_000_000),
            sent,
            ..measured(4, ends())
        };
        let (rows, findings) = rows(&Limits::default(), &[Told { measured: &measured, speakers: Speakers::Peers(peers) }]);
        let [row] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((row.flow, row.transport, row.protocol, row.encryption), (4, "tcp", Some("peer_wire"), Some("plaintext")));
        assert_eq!((row.originator_client.as_deref(), row.responder_client.as_deref()), (Some("ÿ client"), Some("qBittorrent 4.5.2")));
        assert_eq!((row.ended, row.ended_by, row.round_trip_micros), ("reset", Some(ends().responder), Some(21_500)));
        assert_eq!((row.sent.window, row.sent.mean_window, row.sent.lowest_window), (Some(9), Some(6), Some(3)));
        assert_eq!((row.sent.messages, row.sent.requests, row.sent.mean_wait_micros), (5, 2, None));
        assert_eq!((row.received.blocks, row.received.block_bytes, row.received.mean_wait_micros), (3, 48, Some(4000)));
        assert_eq!((row.received.window, findings), (None, vec![]));
        let absent: Vec<_> = COLUMNS.iter().filter(|column| row.cell(column) == Cell::Absent).collect();
        assert_eq!(
            absent,
            [&"sent_wait_micros", &"sent_delay_micros", &"received_delay_micros", &"received_window", &"lost_packets", &"lost_bytes"]
        );
        assert_eq!((row.cell("packets"), row.cell("duration"), row.cell("port")), (Cell::Number(3.0), Cell::Number(2.5), Cell::Absent));
    }

    #[test]
    fn what_may_be_anything_is_listed_over_utp_only() {
        let (tcp, utp) = (measured(2, ends()), measured(3, ends()));
        let told = |measured, speakers| Told { measured, speakers };
        let (rows, _) =
            rows(&Limits::default(), &[told(&tcp, Speakers::Hidden), told(&utp, Speakers::Hidden), told(&utp, Speakers::Others)]);
        assert_eq!(rows.iter().map(|row| (row.transport, row.protocol)).collect::<Vec<_>>(), [("utp", None); 2]);
    }

    #[test]
    fn rows_stand_in_the_order_of_their_first_frames_and_the_cap_is_a_finding() {
        let flows = [(9, 1), (3, 5), (7, 5)].map(|(first_frame, flow)| Measured { first_frame, ..measured(flow, ends()) });
        let told: Vec<_> = flows.iter().map(|measured| Told { measured, speakers: Speakers::Unknown }).collect();
        let (all, findings) = rows(&Limits::default(), &told);
        assert_eq!((all.iter().map(|row| row.first_frame).collect::<Vec<_>>(), findings), (vec![3, 7, 9], vec![]));
        let (some, findings) = rows(&Limits { connections: 2, ..Limits::default() }, &told);
        assert_eq!((some.len(), findings), (2, vec![Code::LimitConnections]));
    }
}
