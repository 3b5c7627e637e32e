//! What was said, message by message, in order?
//!
//! In: the events of one more reading of the same files, of which a [`Scope`] says those that are wanted. Out: an [`EventRow`] for each. The
//! report keeps aggregates and no messages, so a list of messages is a question of its own, asked when somebody wants to see it: memory is
//! bounded by the list and not by the capture. [`Told`] hands every row on as it comes, [`Listing`] keeps them for windows, and beside them
//! the [requests and blocks](ladder) of the one stream that was asked for.
//!
//! A row says of a message what that says of itself. What is in no message has its row, too, so that the account of a stream's bytes can
//! be followed in order: bytes that could not be read are of the protocol `unread`, and what was wrong of the protocol `finding`.

pub mod ladder;
mod listing;
mod scope;
pub mod trails;
pub mod written;

use std::fmt::{self, Write};

use serde::{Deserialize, Serialize};

use super::Observer;
use super::findings::{FindingRow, Findings};
use crate::base::{Code, Endpoint, FilePlace, Finding, InfoHash, Limits, Time};
use crate::flow::FlowId;
use crate::protocol::given::Given;
use crate::protocol::{Event, Message};

pub use listing::{Listing, WindowQuery};
pub(in crate::report) use scope::Host;
pub use scope::{Scope, ScopeError};

/// Which events are wanted. What is absent or empty asks for nothing; what is given must all be so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct EventQuery {
    /// Of the stream with this number.
    pub flow: Option<u64>,
    /// About the torrent with this info hash: 40 hex digits, or the 64 of version 2.
    pub torrent: Option<String>,
    /// The torrent's other info hashes, where it has several.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional, as = "Option<Vec<String>>"))]
    pub torrent_names: Vec<String>,
    /// Numbers of streams that are known to be about the torrent although they do not name it.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional, as = "Option<Vec<u64>>"))]
    pub torrent_flows: Vec<u64>,
    /// Between peers, about the piece with this index: who has it, asks for it, sends it.
    pub piece: Option<u32>,
    /// To or from this address, or this address and port.
    pub host: Option<String>,
    /// Of this protocol, as the `protocol` or the `extension` of a row names it.
    pub protocol: Option<String>,
    /// Not before this frame.
    pub from_frame: Option<u64>,
    /// Not after this frame.
    pub to_frame: Option<u64>,
    /// Of which the row holds this text, whatever the case.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional, as = "Option<String>"))]
    pub text: String,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct EventRow {
    /// Its place among the events that were asked for, from 1.
    pub number: u64,
    /// The frame in which it begins. Of a finding about a file: the last frame before it, 0 where there is none.
    pub frame: u64,
    /// When that was captured; `None` before the first frame.
    pub time: Option<Time>,
    /// Who sent it; `None` for a finding that is about no message.
    pub source: Option<Endpoint>,
    /// To whom.
    pub destination: Option<Endpoint>,
    /// The number of the stream that carried it; `None` for a datagram.
    pub flow: Option<u64>,
    /// The torrent that it is about: what it names, its stream or the question that it answers; `None` where none of them does.
    pub torrent: Option<InfoHash>,
    /// The protocol, as in the report's `messages`; `mse`, `torrent`, `connection`, `unread` and `finding` for what is no message.
    pub protocol: &'static str,
    /// The message's name in the protocol; the kind, the reason or the code of what is none.
    pub name: &'static str,
    /// The extension of the peer wire protocol that the message is of, where it has a name.
    pub extension: Option<&'static str>,
    /// Payload bytes that it accounts for.
    pub bytes: u64,
    /// What it says, in one line.
    pub text: String,
}

/// Some of the rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct EventWindow {
    /// Events that were asked for.
    pub matched: u64,
    /// Those of them that are listed; the others came after as many as are kept.
    pub kept: usize,
    /// Those of them that pass the window's filter.
    pub filtered: usize,
    /// The window.
    pub rows: Vec<EventRow>,
}

/// Hands on the row of every event of a scope as it comes. A message that waited for a segment comes late, after those of later frames.
#[derive(Debug)]
pub struct Told<F> {
    rows: Rows,
    findings: Findings,
    tell: F,
}

impl<F: FnMut(&EventRow)> Told<F> {
    /// Tells `tell` the rows of `scope`.
    pub fn new(scope: Scope, limits: &Limits, tell: F) -> Self {
        Told { rows: Rows::new(scope), findings: Findings::new(limits), tell }
    }
}

impl<F> Told<F> {
    /// What was wrong with the captures, in whatever scope.
    pub fn findings(&self) -> Vec<FindingRow> {
        self.findings.rows()
    }
}

impl<F: FnMut(&EventRow)> Observer for Told<F> {
    fn know(&mut self, given: &Given<'_>) {
        self.rows.know(given);
    }

    fn observe_frame(&mut self, frame: u64, time: Time, _bytes: u32) {
        self.rows.last = Some((frame, time));
    }

    fn observe(&mut self, event: &Event<'_>) {
        if let Message::Finding(code) = event.message {
            self.findings.add(Finding::at(code, event.frame));
        }
        if let Some(row) = self.rows.of_event(event) {
            (self.tell)(&row);
        }
    }

    fn found(&mut self, finding: Finding) {
        self.findings.add(finding);
        if let Some(row) = self.rows.of_finding(finding) {
            (self.tell)(&row);
        }
    }

    fn found_in_file(&mut self, finding: Finding, place: FilePlace) {
        self.findings.add_in_file(finding, place);
        if let Some(row) = self.rows.of_finding(finding) {
            (self.tell)(&row);
        }
    }
}

/// Makes rows of the events of a scope, and counts them.
#[derive(Debug)]
pub(in crate::report) struct Rows {
    scope: Scope,
    matched: u64,
    /// The latest frame.
    pub(super) last: Option<(u64, Time)>,
}

impl Rows {
    pub(in crate::report) fn new(scope: Scope) -> Self {
        Rows { scope, matched: 0, last: None }
    }

    /// Takes what an event tells of torrents, and makes no row.
    pub(super) fn pass(&mut self, event: &Event<'_>) {
        self.scope.takes(event);
    }

    /// Takes a torrent that was given.
    pub(super) fn know(&mut self, given: &Given<'_>) {
        self.scope.know(given);
    }

    /// The row of an event; `None` where it is not wanted.
    pub(super) fn of_event(&mut self, event: &Event<'_>) -> Option<EventRow> {
        let torrent = self.scope.takes(event)?;
        let Named { protocol, name, extension } = Named::of(event);
        let bytes = if let Message::Unread { bytes, .. } = event.message { bytes } else { event.bytes };
        self.counted(EventRow {
            number: 0,
            frame: event.frame,
            time: Some(event.time),
            source: Some(event.source),
            destination: Some(event.destination),
            flow: event.flow.map(FlowId::number),
            torrent,
            protocol,
            name,
            extension,
            bytes,
            text: line(&event.message),
        })
    }

    /// The row of something that was wrong below the messages.
    pub(super) fn of_finding(&mut self, finding: Finding) -> Option<EventRow> {
        // Half of a capture may be copies of the other half.
        if matches!(finding.code, Code::FrameCopied | Code::PacketDuplicate) {
            return None;
        }
        let (last, time) = self.last.unzip();
        let frame = finding.frame.or(last).unwrap_or(0);
        let row = EventRow {
            number: 0,
            frame,
            time,
            source: None,
            destination: None,
            flow: None,
            torrent: None,
            protocol: FINDING,
            name: finding.code.name(),
            extension: None,
            bytes: 0,
            text: line(&Message::Finding(finding.code)),
        };
        if self.scope.takes_finding(frame) { self.counted(row) } else { None }
    }

    /// Whether an event is wanted.
    pub(in crate::report) fn takes(&mut self, event: &Event<'_>) -> bool {
        if self.scope.text.is_empty() { self.scope.takes(event).is_some() } else { self.of_event(event).is_some() }
    }

    /// What is asked for.
    pub(in crate::report) fn scope(&mut self) -> &mut Scope {
        &mut self.scope
    }

    fn counted(&mut self, mut row: EventRow) -> Option<EventRow> {
        let wanted = self.scope.text.is_empty() || row.holds(&self.scope.text);
        self.matched += u64::from(wanted);
        row.number = self.matched;
        wanted.then_some(row)
    }
}

impl EventRow {
    /// Whether a part of the row holds a text in lower case.
    fn holds(&self, text: &str) -> bool {
        let holds = |words: &str| words.to_lowercase().contains(text);
        let ends = || self.source.iter().chain(&self.destination).any(|end| holds(&end.to_string()));
        holds(&self.text) || [self.protocol, self.name].into_iter().chain(self.extension).any(holds) || ends()
    }
}

/// What an event is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Named {
    protocol: &'static str,
    name: &'static str,
    extension: Option<&'static str>,
}

impl Named {
    fn of(event: &Event<'_>) -> Self {
        let (protocol, name) = event.name().unwrap_or_else(|| match &event.message {
            Message::Mse(message) => ("mse", message.stage.name()),
            Message::Tls(_) => ("tls", "client_hello"),
            Message::Tunnel(_) => ("tls", "tunnel"),
            Message::WebFile(_) => ("http", "file"),
            Message::Torrent { .. } => ("torrent", "info_dictionary"),
            Message::Connection(connection) => ("connection", if connection.measured.flow.is_utp() { "utp" } else { "tcp" }),
            Message::Unread { reason, .. } => (UNREAD, reason.name()),
            Message::Finding(code) => (FINDING, code.name()),
            // Every other message has a name.
            _ => (UNREAD, "unknown"),
        });
        Named { protocol, name, extension: event.extension_name().map(|(extension, _)| extension) }
    }
}

/// A message in one line of at most [`LINE_BYTES`].
fn line(message: &Message<'_>) -> String {
    let mut line = Line(String::new());
    // It ends early where the line is full.
    let _ = write!(line, "{message}");
    line.0
}

/// A text that is full at some length.
struct Line(String);

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let Some(room) = LINE_BYTES.checked_sub(self.0.len()) else { return Err(fmt::Error) };
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        let end = (0..=room).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        self.0.push_str(text.get(..end).unwrap_or_default());
        self.0.push('…');
        Err(fmt::Error)
    }
}

/// The protocol of rows that tell of bytes in no message.
const UNREAD: &str = "unread";

/// The protocol of rows that tell what was wrong.
const FINDING: &str = "finding";

/// Bytes of a row's text, one sign at its end not counted: what is longer is a list or a hostile text.
const LINE_BYTES: usize = 320;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_full_at_some_length() {
        let mut line = Line(String::new());
        assert!(write!(line, "{}", "x".repeat(LINE_BYTES)).is_ok(), "it may be full");
        assert!(write!(line, "y").is_err() && write!(line, "z").is_err());
        assert_eq!(line.0, "x".repeat(LINE_BYTES) + "…");
        let mut line = Line("x".repeat(LINE_BYTES - 1));
        assert!(write!(line, "µm").is_err(), "half a sign is none");
        assert_eq!(line.0, "x".repeat(LINE_BYTES - 1) + "…");
    }
}
