//! Floor 4: [`Packet`] → [`Delivery`].
//!
//! In: packets in capture order. Out: datagrams as they came, and the bytes of streams in the order their sender wrote them, with every
//! hole told as a [`Content::Gap`] or [`Content::PacketsLost`]. A stream may begin before the capture, lose segments, repeat and overlap
//! them; whoever reads the deliveries sees one sequence in which each byte stands once. [`assembler`] orders bytes and knows neither TCP
//! nor uTP; the transports map their sequence numbers to offsets and share it. A datagram may be a packet of a uTP stream: until several of them agree
//! that it is, it is delivered as a datagram too.
//!
//! [`Flows`] carries a state of its reader's with every stream and hands it over with each delivery: it never looks inside.

mod assembler;
#[cfg(test)]
#[path = "../../tests/support/dice.rs"]
pub(crate) mod dice;
mod ends;
mod measured;
mod patience;
mod tcp;
mod unfinished;
pub mod utp;

use serde::Serialize;

use crate::base::{Code, Endpoint, Finding, Limits, Time};
use crate::decode::{Packet, Transport};

use assembler::Mark;
pub use assembler::Missing;
pub use measured::{Delay, Ending, Measured, Statistics, Window};
use tcp::Connections;
pub use unfinished::{Unfinished, UnfinishedEnd};

/// Names one stream of a capture; no two share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowId(
    /// The streams of each transport are numbered in the order in which they were met: TCP has the even numbers.
    pub u64,
);

impl FlowId {
    /// The stream's number, the same whenever the same bytes are read.
    pub fn number(self) -> u64 {
        self.0
    }

    /// Whether the stream goes over uTP, and not TCP.
    pub fn is_utp(self) -> bool {
        self.0 % 2 == FlowIds::UTP.first
    }
}

/// Gives the streams of one transport their names.
#[derive(Clone, Copy, Debug)]
struct FlowIds {
    count: u64,
    first: u64,
}

/// Which of a stream's two ends sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The end that opened the stream; where the opening is not in the capture, the end that was seen first.
    Originator,
    /// The other end.
    Responder,
}

impl FlowIds {
    const TCP: FlowIds = FlowIds { count: 0, first: 0 };
    const UTP: FlowIds = FlowIds { count: 0, first: 1 };

    fn next(&mut self) -> FlowId {
        let id = FlowId(self.first + 2 * self.count);
        self.count += 1;
        id
    }
}

impl Direction {
    /// Both, the originator's first.
    pub const BOTH: [Direction; 2] = [Direction::Originator, Direction::Responder];

    /// The other end.
    pub fn reverse(self) -> Self {
        match self {
            Direction::Originator => Direction::Responder,
            Direction::Responder => Direction::Originator,
        }
    }
}

/// One thing for each direction of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Both<T> {
    /// What belongs to what the originator sends.
    pub originator: T,
    /// What belongs to what the responder sends.
    pub responder: T,
}

impl<T> Both<T> {
    /// The thing of one direction.
    pub fn of(&self, direction: Direction) -> &T {
        match direction {
            Direction::Originator => &self.originator,
            Direction::Responder => &self.responder,
        }
    }

    /// The thing of one direction, to be changed.
    pub fn of_mut(&mut self, direction: Direction) -> &mut T {
        match direction {
            Direction::Originator => &mut self.originator,
            Direction::Responder => &mut self.responder,
        }
    }

    /// Both things, the originator's first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        [&self.originator, &self.responder].into_iter()
    }
}

/// Something that one end sent to the other, at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery<'a> {
    /// When the frame that carried it was captured.
    pub time: Time,
    /// The frame that carried it, numbered from 1.
    pub frame: u64,
    /// Who sent.
    pub source: Endpoint,
    /// To whom.
    pub destination: Endpoint,
    /// The stream it belongs to; `None` for a datagram.
    pub flow: Option<FlowId>,
    /// Which end of the stream sent. A datagram's sender is its originator.
    pub direction: Direction,
    /// What was sent.
    pub content: Content<'a>,
}

/// What a delivery carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// One datagram, of which the last `cut_short` bytes are not in the capture.
    Datagram {
        /// The bytes that are in the capture.
        payload: &'a [u8],
        /// How many more there were on the wire.
        cut_short: u32,
    },
    /// A stream begins. `midstream`: it was open before the capture began.
    Opened {
        /// Whether the opening is not in the capture.
        midstream: bool,
    },
    /// The next bytes of this direction of the stream.
    Bytes(&'a [u8]),
    /// The next `bytes` bytes of this direction are not in the capture.
    Gap {
        /// How many, at least 1.
        bytes: u64,
        /// Why.
        missing: Missing,
    },
    /// The next `packets` packets of this direction are not in the capture, and nobody knows how many bytes they had.
    PacketsLost {
        /// How many, at least 1.
        packets: u64,
        /// How many bytes there were if they were as large as their neighbours; `None` where those are not alike. No fact, but whoever
        /// finds the stream going on where this says may believe it.
        likely_bytes: Option<u64>,
    },
    /// A packet of a uTP connection, as it came: what it carries follows in order. Stands also before the stream opens and after it closed.
    Utp {
        /// Its header.
        header: utp::Header,
        /// Bytes that it carried on the wire.
        bytes: u64,
        /// Whether its number had come before.
        repeated: bool,
    },
    /// The stream is over: no bytes follow in either direction.
    Closed,
    /// A connection is over, and this is how its packets fared. Stands behind everything else of it, also where no stream was opened.
    Measured(&'a Measured),
}

/// All streams of a capture. `S` is what the reader of the deliveries keeps with each stream.
pub struct Flows<S> {
    tcp: Connections<S>,
    utp: utp::Connections<S>,
}

impl<S: Default> Flows<S> {
    /// No stream yet.
    pub fn new(limits: &Limits) -> Self {
        Flows { tcp: Connections::new(limits, FlowIds::TCP), utp: utp::Connections::new(limits, FlowIds::UTP) }
    }

    /// Takes one packet and hands on what it completes: nothing, one thing or many.
    ///
    /// `sink` receives the stream's state beside each delivery; a datagram has none.
    pub fn push(&mut self, frame: u64, time: Time, packet: &Packet<'_>, mut sink: impl FnMut(Option<&mut S>, Delivery<'_>)) {
        match packet.transport {
            Transport::Udp => {
                if !self.utp.push(Mark { frame, time }, packet, &mut |state, delivery| sink(Some(state), delivery)) {
                    let &Packet { source, destination, payload, cut_short, .. } = packet;
                    let (direction, content) = (Direction::Originator, Content::Datagram { payload, cut_short });
                    sink(None, Delivery { time, frame, source, destination, flow: None, direction, content });
                }
            }
            Transport::Tcp { .. } => self.tcp.push(frame, time, packet, &mut |state, delivery| sink(Some(state), delivery)),
        }
    }

    /// Waits for a connection that was open when an earlier capture ended, and is to go on with the state `state`.
    pub fn go_on(&mut self, unfinished: Unfinished, state: S) {
        match unfinished.utp {
            true => self.utp.waiting.add(unfinished, state),
            false => self.tcp.waiting.add(unfinished, state),
        }
    }

    /// The capture is over: hands on what was held back, and closes every stream.
    pub fn finish(&mut self, sink: impl FnMut(Option<&mut S>, Delivery<'_>)) {
        self.finish_leaving(sink, |_, _, _| {});
    }

    /// The same, and calls `leave` for each connection that is not over, with its state as it is behind the last bytes; without a name for those of an
    /// earlier capture that were not met again.
    pub fn finish_leaving(
        &mut self,
        mut sink: impl FnMut(Option<&mut S>, Delivery<'_>),
        mut leave: impl FnMut(Option<FlowId>, &S, Unfinished),
    ) {
        self.tcp.finish(&mut |state, delivery| sink(Some(state), delivery), &mut leave);
        self.utp.finish(&mut |state, delivery| sink(Some(state), delivery), &mut leave);
        self.tcp.waiting.left().chain(self.utp.waiting.left()).for_each(|(unfinished, state)| leave(None, state, unfinished.clone()));
    }

    /// The connections that are not over, as far as they went, each with its reader's state.
    pub fn open(&self) -> impl Iterator<Item = (&S, Measured)> {
        self.tcp.open().chain(self.utp.open())
    }

    /// What was found wrong since the last call.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        let mut findings = self.tcp.take_findings();
        let more = self.utp.take_findings();
        if !more.is_empty() {
            findings.extend(more);
        }
        findings
    }

    /// Streams met so far.
    pub fn count(&self) -> u64 {
        self.tcp.count() + self.utp.count()
    }
}

/// A cap of the flow floor was reached in `frame`.
fn limit_reached(findings: &mut Vec<Finding>, code: Code, frame: u64) {
    // One row a code and frame is enough: the report counts, and a flood must not grow this list.
    if findings.last() != Some(&Finding::at(code, frame)) {
        findings.push(Finding::at(code, frame));
    }
}
