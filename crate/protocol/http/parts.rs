//! Which bytes of a file a body brings.
//!
//! In: a body's bytes and gaps, as they pass. Out: runs of neighbouring bytes, each told when it is long enough, broken by a gap, or over.
//! A body is the file, one part of it, or several parts, each behind lines of its own (RFC 9110, `multipart/byteranges`):
//!
//! ```text
//! ␍␊ --BOUNDARY ␍␊ Content-Type: … ␍␊ Content-Range: bytes 0-99/1000 ␍␊ ␍␊ bytes ␍␊ --BOUNDARY ␍␊ … ␍␊ --BOUNDARY--
//! ```

use serde::{Deserialize, Serialize};

use super::{Encoding, Head};
use crate::base::hex_bytes;
use crate::flow::Missing;
use crate::protocol::web_file::{Message, Run, Step, read_content_range};
use crate::protocol::{Mark, Message as AnyMessage, Outlet, payload};

/// A body that brings bytes of a file.
#[derive(Debug)]
pub(super) struct Parts {
    number: u32,
    place: Place,
    run: Run,
    /// Where the run began.
    mark: Mark,
}

/// What of such a body is still to come when a capture ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnfinishedParts {
    number: u32,
    place: Place,
}

/// Where in the file, or between its parts, the next byte of the body stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// `at` in the file; so many more follow, `None` for as many as there are.
    Inside { at: u64, left: Option<u64>, several: bool },
    /// In the lines before a part: what of a line is there, and the part that an earlier line told.
    Before {
        #[serde(with = "hex_bytes")]
        line: Vec<u8>,
        part: Option<(u64, u64)>,
    },
    /// Nowhere that can be told.
    Unknown,
}

impl Parts {
    /// The body behind an answer's head; `None` where it brings no bytes of a file as they are. Tells of the answer.
    pub(super) fn begin(number: u32, status: u16, head: &Head<'_>, length: u64, outlet: &mut Outlet<'_>) -> Option<Box<Parts>> {
        let mark = outlet.mark();
        let tell = |step, outlet: &mut Outlet<'_>| outlet.emit(0, AnyMessage::WebFile(Message { number, step }));
        if let Some(location) = head.location.filter(|_| (300..400).contains(&status)) {
            tell(Step::Moved(location), outlet);
        }
        if head.encoding != Encoding::Identity {
            return None;
        }
        let (place, total) = match (status, head.content_range.and_then(read_content_range)) {
            (200, _) => (Place::Inside { at: 0, left: None, several: false }, head.length.filter(|_| !head.chunked)),
            (206, Some((first, bytes, total))) => (Place::Inside { at: first, left: Some(bytes), several: false }, total),
            (206, None) if head.is_several => (Place::Before { line: Vec::new(), part: None }, None),
            _ => return None,
        };
        tell(Step::Answered { total, head: length }, outlet);
        Some(Box::new(Parts { number, place, run: Run::default(), mark }))
    }

    /// What is still to come.
    pub(super) fn unfinished(&self) -> UnfinishedParts {
        UnfinishedParts { number: self.number, place: self.place.clone() }
    }

    /// The body of which this is still to come.
    pub(super) fn going_on(parts: UnfinishedParts) -> Box<Self> {
        let UnfinishedParts { number, place } = parts;
        let is_long = matches!(&place, Place::Before { line, .. } if line.len() > LINE_BYTES);
        let place = if is_long { Place::Unknown } else { place };
        Box::new(Parts { number, place, run: Run::default(), mark: Mark { frame: 0, time: Default::default() } })
    }

    /// Bytes held.
    pub(super) fn held_bytes(&self) -> usize {
        if let Place::Before { line, .. } = &self.place { line.len() } else { 0 }
    }

    /// Takes bytes of the message that are not the body's own.
    pub(super) fn frame(&mut self, bytes: usize) {
        self.run.read += bytes as u64;
    }

    /// Takes bytes of the body.
    pub(super) fn take(&mut self, mut bytes: &[u8], outlet: &mut Outlet<'_>) {
        while !bytes.is_empty() {
            let taken = match &mut self.place {
                Place::Inside { at, left, several } => {
                    let length = bytes.len() as u64;
                    let taken = left.map_or(length, |left| left.min(length));
                    if self.run.bytes == 0 {
                        (self.run.first, self.mark) = (*at, outlet.mark());
                    }
                    let passed = usize::try_from(taken).ok().and_then(|taken| bytes.get(..taken)).unwrap_or(bytes);
                    outlet.payload(outlet.mark(), payload::Place::File { number: self.number, at: *at }, passed);
                    *at = at.saturating_add(taken);
                    self.run.bytes += taken;
                    self.run.last_frame = outlet.delivery.frame;
                    let ends = left.as_mut().is_some_and(|left| {
                        *left -= taken;
                        *left == 0
                    });
                    let next = if *several { Place::Before { line: Vec::new(), part: None } } else { Place::Unknown };
                    if ends {
                        self.place = next;
                    }
                    self.run.read += taken;
                    if ends || self.run.bytes >= RUN_BYTES {
                        self.tell(outlet);
                    }
                    usize::try_from(taken).unwrap_or(bytes.len())
                }
                Place::Before { .. } => self.take_line(bytes, outlet),
                Place::Unknown => {
                    self.run.read += bytes.len() as u64;
                    return;
                }
            };
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// Takes bytes of a line before a part; answers how many.
    fn take_line(&mut self, bytes: &[u8], outlet: &mut Outlet<'_>) -> usize {
        let Place::Before { line, part } = &mut self.place else { return bytes.len() };
        let end = bytes.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
        let taken = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or(bytes);
        self.run.read += taken.len() as u64;
        if line.len() + taken.len() > LINE_BYTES {
            self.place = Place::Unknown;
            return taken.len();
        }
        line.extend_from_slice(taken);
        if end.is_none() {
            return taken.len();
        }
        let text = std::mem::take(line);
        let text = text.trim_ascii();
        if let Some((at, bytes)) = part.filter(|_| text.is_empty()) {
            self.place = Place::Inside { at, left: Some(bytes), several: true };
        } else if text.starts_with(b"--") {
            *part = None;
        } else if let Some((first, bytes, total)) = part_of(text) {
            *part = Some((first, bytes));
            outlet.emit(0, AnyMessage::WebFile(Message { number: self.number, step: Step::Answered { total, head: 0 } }));
        }
        taken.len()
    }

    /// A gap in the body.
    pub(super) fn gap(&mut self, bytes: u64, missing: Missing, outlet: &mut Outlet<'_>) {
        self.tell(outlet);
        let share = if missing == Missing::Lost { &mut self.run.lost } else { &mut self.run.truncated };
        *share += bytes;
        match &mut self.place {
            Place::Inside { at, left, .. } if left.is_none_or(|left| bytes < left) => {
                *at = at.saturating_add(bytes);
                *left = left.map(|left| left - bytes);
            }
            Place::Inside { left, several: true, .. } if *left == Some(bytes) => {
                self.place = Place::Before { line: Vec::new(), part: None }
            }
            _ => self.place = Place::Unknown,
        }
    }

    /// The body is over, or what is there of it.
    pub(super) fn finish(&mut self, outlet: &mut Outlet<'_>) {
        self.tell(outlet);
    }

    /// Tells of the run.
    fn tell(&mut self, outlet: &mut Outlet<'_>) {
        let run = std::mem::take(&mut self.run);
        if run.bytes + run.read + run.lost + run.truncated > 0 {
            let mark = if run.bytes > 0 { self.mark } else { outlet.mark() };
            outlet.emit_at(mark, 0, AnyMessage::WebFile(Message { number: self.number, step: Step::Run(run) }));
        }
    }
}

/// The part that a line tells, if it is the one that does.
fn part_of(line: &[u8]) -> Option<(u64, u64, Option<u64>)> {
    let (name, value) = line.split_at_checked(CONTENT_RANGE.len())?;
    if name.eq_ignore_ascii_case(CONTENT_RANGE) { read_content_range(value) } else { None }
}

const CONTENT_RANGE: &[u8] = b"Content-Range:";
/// A run is told when it is this long: often enough to say in which frame a piece came, seldom enough to cost nothing.
const RUN_BYTES: u64 = 256 << 10;
/// The longest line before a part.
const LINE_BYTES: usize = 1024;
