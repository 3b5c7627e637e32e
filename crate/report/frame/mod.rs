//! What is in one frame?
//!
//! In: everything that is told while the files are read once more, up to that frame and a little further: a message that begins in it may end later.
//! Out: a [`FrameView`]: its layers and messages with their places, its bytes, what was read from it, and how Wireshark shows it. What comes after
//! the frame is waited for until the next message of its stream begins, or for [`PATIENCE`] frames.

mod view;
pub mod written;

use serde::Serialize;

use super::events::{EventRow, Rows, Scope};
use super::{Observer, Record};
use crate::base::part::Part;
use crate::base::{Endpoint, Finding, Limits, Time};
use crate::capture::Frame;
use crate::decode::anatomy::{Anatomy, anatomy};
use crate::flow::{Direction, FlowId};
use crate::protocol::Event;
use crate::protocol::anatomy::Begun;
use crate::protocol::given::Given;

/// One frame, taken apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct FrameView {
    /// Its number, through all files.
    pub number: u64,
    /// Its number in its file.
    pub number_in_file: u64,
    /// What its file is called.
    pub file: String,
    /// Bytes of the file before its record, unpacked where it is compressed.
    pub offset: u64,
    /// When it was captured.
    pub time: Time,
    /// Seconds since the earliest frame up to it.
    pub seconds: f64,
    /// What it begins with.
    pub link_type: String,
    /// Bytes that were captured.
    pub captured: usize,
    /// Bytes that it had on the wire.
    pub original: u32,
    /// The captured bytes as hex digits; of many only the first.
    pub bytes: String,
    /// Captured bytes that are not in `bytes`.
    pub left_out: usize,
    /// Its headers and messages in the order of their bytes.
    pub layers: Vec<Part>,
    /// What is to be known beside them.
    pub notes: Vec<FrameNote>,
    /// What was read from it: events that begin in it, and those that end with it.
    pub events: Vec<EventRow>,
    /// The number of the stream that it is of; `None` where it is of none that is known.
    pub flow: Option<u64>,
    /// Wireshark's display filter for it, in its file.
    pub filter: String,
    /// A TShark command that shows it.
    pub command: String,
}

/// Something to be known about a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct FrameNote {
    /// A sentence; where it is about another frame, up to that frame's number.
    pub text: String,
    /// The other frame.
    pub frame: Option<u64>,
}

/// Waits for one frame, and for what begins in it.
#[derive(Debug)]
pub struct FrameAnalysis {
    wanted: u64,
    limits: Limits,
    rows: Rows,
    first_time: Option<Time>,
    /// The frame that is read now.
    current: u64,
    found: Option<Found>,
    /// Nothing more is waited for.
    done: bool,
}

/// The frame, once it has come.
#[derive(Debug)]
struct Found {
    file: usize,
    number_in_file: u64,
    offset: u64,
    time: Time,
    first_time: Time,
    link_type: String,
    captured: usize,
    original: u32,
    bytes: Vec<u8>,
    anatomy: Anatomy,
    events: Vec<EventRow>,
    begun: Vec<(Speech, Begun)>,
    /// The last message before those: the frame in which it began, and its name.
    before: Option<(u64, &'static str)>,
}

/// Whose message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Speech {
    source: Endpoint,
    destination: Endpoint,
    flow: Option<FlowId>,
    direction: Direction,
}

impl FrameAnalysis {
    /// Waits for the frame with this number.
    pub fn new(wanted: u64, limits: &Limits) -> Self {
        let rows = Rows::new(Scope::everything(limits));
        FrameAnalysis { wanted, limits: limits.clone(), rows, first_time: None, current: 0, found: None, done: false }
    }

    /// The frame as far as it is known now; `None` until it has come. `files` are the names of the files.
    pub fn view(&self, files: &[String]) -> Option<FrameView> {
        Some(self.found.as_ref()?.view(self.wanted, files))
    }
}

impl Observer for FrameAnalysis {
    fn know(&mut self, given: &Given<'_>) {
        self.rows.know(given);
    }

    fn observe_record(&mut self, frame: &Frame<'_>, record: Record<'_>) {
        if self.done {
            return;
        }
        self.current = frame.number;
        let first = self.first_time.map_or(frame.time, |first| first.min(frame.time));
        match &self.found {
            None => self.first_time = Some(first),
            Some(found) => self.done = !found.waits() || frame.number - self.wanted > PATIENCE,
        }
        if frame.number == self.wanted {
            self.found = Some(Found::new(frame, record, first, &self.limits));
        }
    }

    fn observe_frame(&mut self, frame: u64, time: Time, _bytes: u32) {
        self.rows.last = Some((frame, time));
    }

    fn observe(&mut self, event: &Event<'_>) {
        if self.done {
            return;
        }
        let Some(found) = &mut self.found else { return self.rows.pass(event) };
        let speech = Speech { source: event.source, destination: event.destination, flow: event.flow, direction: event.direction };
        if event.frame > self.wanted {
            // Messages of one direction of a stream are told in order: nothing more begins in the frame.
            self.done = found.is_of(speech) && event.flow.is_some() && event.name().is_some_and(|(protocol, _)| protocol != "utp");
            return;
        }
        let begins = event.frame == self.wanted;
        if !begins && found.is_of(speech) && found.begun.is_empty() && event.flow.is_some() {
            found.before = event.name().filter(|(protocol, _)| *protocol != "utp").map(|(_, name)| (event.frame, name)).or(found.before);
        }
        if let Some((protocol, name)) = event.name().filter(|_| begins) {
            found.begun.push((speech, Begun { protocol, name, bytes: event.bytes }));
        }
        if (begins || self.current == self.wanted) && found.events.len() < EVENTS {
            found.events.extend(self.rows.of_event(event));
        }
    }

    fn found(&mut self, finding: Finding) {
        let Some(found) = self.found.as_mut().filter(|_| !self.done && finding.frame == Some(self.wanted)) else { return };
        if found.events.len() < EVENTS {
            found.events.extend(self.rows.of_finding(finding));
        }
    }

    fn is_done(&self) -> bool {
        self.done
    }

    fn finish(&mut self) {
        self.done = true;
    }
}

impl Found {
    fn new(frame: &Frame<'_>, record: Record<'_>, first_time: Time, limits: &Limits) -> Self {
        Found {
            file: record.file,
            number_in_file: record.number,
            offset: frame.offset,
            time: frame.time,
            first_time,
            link_type: frame.link_type.to_string(),
            captured: frame.bytes.len(),
            original: frame.original_len,
            bytes: frame.bytes.get(..BYTES).unwrap_or(frame.bytes).to_vec(),
            anatomy: anatomy(frame, limits),
            events: Vec::new(),
            begun: Vec::new(),
            before: None,
        }
    }

    /// Whether a message is one of a packet in the frame.
    fn is_of(&self, speech: Speech) -> bool {
        let ends = (speech.source, speech.destination);
        self.anatomy.carried.iter().any(|carried| (carried.source, carried.destination) == ends)
    }

    /// Whether later frames may tell more: of a stream, or of a datagram that may be a stream's and of which nothing else is known.
    fn waits(&self) -> bool {
        let is_utp = |bytes: &[u8]| matches!(bytes, [0x01 | 0x11 | 0x21 | 0x31 | 0x41, ..]);
        let known = self.begun.iter().any(|(_, begun)| begun.protocol != "utp" && begun.protocol != "peer_wire");
        self.anatomy.carried.iter().any(|carried| {
            let payload = self.bytes.get(carried.start..carried.end).unwrap_or_default();
            carried.end > carried.start && (carried.tcp || is_utp(payload) && !known)
        })
    }
}

/// Frames behind the one that is looked at that are read for the rest of a message in it. A block of 16 KiB takes a dozen of its own stream, among
/// those of others.
const PATIENCE: u64 = 20_000;

/// Bytes of a frame that are shown: the largest of nearly every link, and what a person scrolls through.
const BYTES: usize = 64 << 10;

/// Events of one frame that are listed: a full frame of the smallest messages has fewer.
const EVENTS: usize = 16_384;
