//! Which uTP connections were there, and how did their packets fare?
//!
//! One row a connection, told when it ends: with the capture, or when it makes way for another. Only what was answered is a connection.

use serde::Serialize;

use super::cell::{Cell, number, optional, text};
use crate::base::{Code, Endpoint, Limits, Time};
use crate::flow::Both;
use crate::flow::utp::Statistics;
use crate::protocol::Event;

/// One connection.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Connection {
    /// Who opened it; where that is not in the capture, who was seen first.
    pub originator: Endpoint,
    /// The other end.
    pub responder: Endpoint,
    /// How its bytes travelled: `utp`.
    pub transport: &'static str,
    /// When its last packet was captured.
    pub last_seen: Time,
    /// What the originator sent.
    pub sent: Traffic,
    /// What the responder sent.
    pub received: Traffic,
}

/// One direction of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Traffic {
    /// Packets, repeated ones too.
    pub packets: u64,
    /// Payload bytes, each packet's once.
    pub bytes: u64,
    /// Packets that were sent again, or came twice.
    pub repeated_packets: u64,
    /// Packets that are not in the capture.
    pub lost_packets: u64,
    /// Microseconds that packets took above the fastest one, on average; `None` where the other end never said.
    pub mean_delay_micros: Option<u64>,
    /// Microseconds that the slowest packet took above the fastest one.
    pub highest_delay_micros: Option<u32>,
}

/// Gathers connections.
#[derive(Debug)]
pub(super) struct ConnectionsAnalysis {
    rows: Vec<Connection>,
    limit: usize,
}

impl ConnectionsAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        ConnectionsAnalysis { rows: Vec::new(), limit: limits.connections }
    }

    /// Takes what was measured of a connection.
    pub(super) fn observe(&mut self, event: &Event<'_>, measured: &Both<Statistics>, found: &mut dyn FnMut(Code)) {
        if self.rows.len() >= self.limit {
            found(Code::LimitConnections);
            return;
        }
        self.rows.push(Connection {
            originator: event.source,
            responder: event.destination,
            transport: "utp",
            last_seen: event.time,
            sent: measured.originator.into(),
            received: measured.responder.into(),
        });
    }

    /// How many ended.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// One by its place in the order in which they ended.
    pub(super) fn get(&self, index: usize) -> Option<&Connection> {
        self.rows.get(index)
    }

    /// All rows, in the order in which the connections ended.
    pub(super) fn section(&self) -> Vec<Connection> {
        self.rows.clone()
    }
}

impl Connection {
    /// The value in `column`.
    pub(super) fn cell(&self, column: &str) -> Cell<'_> {
        let Connection { originator, responder, transport, sent, received, .. } = self;
        match column {
            "originator" => text(originator),
            "responder" => text(responder),
            "transport" => Cell::Text((*transport).into()),
            "packets" => number(sent.packets + received.packets),
            "sent" => number(sent.bytes),
            "received" => number(received.bytes),
            "sent_delay_micros" => optional(sent.mean_delay_micros),
            "received_delay_micros" => optional(received.mean_delay_micros),
            "repeated" => number(sent.repeated_packets + received.repeated_packets),
            "lost" => number(sent.lost_packets + received.lost_packets),
            _ => Cell::Absent,
        }
    }
}

impl From<Statistics> for Traffic {
    fn from(statistics: Statistics) -> Self {
        let Statistics { packets, bytes, repeated_packets, lost_packets, delay, .. } = statistics;
        let (mean_delay_micros, known) = (delay.mean_micros(), delay.samples > 0);
        let highest_delay_micros = known.then_some(delay.highest_micros);
        Traffic { packets, bytes, repeated_packets, lost_packets, mean_delay_micros, highest_delay_micros }
    }
}

/// The columns of the table, in the order of its CSV.
pub(super) const COLUMNS: &[&str] = &[
    "originator",
    "responder",
    "transport",
    "packets",
    "sent",
    "received",
    "sent_delay_micros",
    "received_delay_micros",
    "repeated",
    "lost",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Direction;
    use crate::protocol::Message;

    #[test]
    fn a_connection_is_a_row_and_the_cap_a_finding() {
        let measured = Both { originator: Statistics { packets: 3, bytes: 40, ..Statistics::default() }, responder: Statistics::default() };
        let event = Event {
            time: Time::from_nanos(0),
            frame: 1,
            source: Endpoint::new([10, 0, 0, 1], 1),
            destination: Endpoint::new([10, 0, 0, 2], 2),
            flow: None,
            direction: Direction::Originator,
            bytes: 0,
            message: Message::Measured(measured),
        };
        let mut analysis = ConnectionsAnalysis::new(&Limits { connections: 1, ..Limits::default() });
        let mut findings = Vec::new();
        analysis.observe(&event, &measured, &mut |code| findings.push(code));
        analysis.observe(&event, &measured, &mut |code| findings.push(code));
        let rows = analysis.section();
        assert_eq!((rows.len(), rows[0].sent.bytes, rows[0].received.mean_delay_micros), (1, 40, None));
        assert_eq!(findings, [Code::LimitConnections]);
    }
}
