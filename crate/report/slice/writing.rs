//! The second reading for a slice: the chosen frames, written as they were.
//!
//! In: frames and a [`Choice`]. Out: a pcapng file, handed on block by block. Order, times, link types and lengths are those of the capture. Where
//! payload is left out, a frame ends before the first byte of a block behind which nothing else follows, as if the snap length had
//! cut it there; bytes of blocks before something else are set to zero. Checksums of transports stay those of what was sent: they no longer
//! fit a frame with zeros, and cannot be checked in one that is cut. Packets in fragments keep theirs.

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

use super::super::Record;
use super::anonymous::{Rewritten, rewritten};
use super::choice::{Choice, Note, Run};
use super::cut::Sent;
use super::{Carrier, SliceQuery, SliceSummary};
use crate::base::pseudonyms::Pseudonyms;
use crate::base::{Code, Finding, Limits, Map};
use crate::capture::{Frame, LinkType, PcapngWriter};
use crate::decode::{Decoded, Decoder, Place, innermost};
use crate::protocol::Event;
use crate::report::Observer;
use crate::report::findings::Findings;

/// Takes the bytes of a file as they come.
pub trait Output {
    /// The next bytes.
    fn write(&mut self, bytes: &[u8]);
}

impl Output for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// What of a frame belongs to blocks.
#[derive(Debug, Default)]
struct Blocks {
    parts: Vec<Range<usize>>,
    /// Where the packet's payload ends.
    end: usize,
}

/// Writes frames.
#[derive(Debug)]
pub struct Writing<O> {
    choice: Choice,
    decoder: Decoder,
    writer: PcapngWriter,
    /// The interface for frames of a file, of a link type, before 1970 or later.
    interfaces: Map<(usize, LinkType, bool), u32>,
    numbers: bool,
    /// What was sent of blocks; `None` where they are kept.
    sent: Option<Sent>,
    /// The first run of block bytes that is not of an earlier frame.
    next_run: usize,
    begun: bool,
    /// By which everybody is told; `None` where everything stays.
    pseudonyms: Option<Pseudonyms>,
    summary: SliceSummary,
    limits: Limits,
    output: O,
}

impl<O: Output> Writing<O> {
    /// Writes what was chosen into `output`.
    pub fn new(query: &SliceQuery, choice: Choice, limits: &Limits, output: O) -> Self {
        Writing {
            choice,
            decoder: Decoder::new(limits),
            writer: PcapngWriter::default(),
            interfaces: Map::default(),
            numbers: query.numbers,
            sent: query.cut_payload.then(|| Sent::new(limits)),
            next_run: 0,
            begun: false,
            pseudonyms: None,
            summary: SliceSummary::default(),
            limits: limits.clone(),
            output,
        }
    }

    /// Writes headers under these pseudonyms, and nothing of what they carry.
    pub fn under(self, pseudonyms: Pseudonyms) -> Self {
        // Whoever wrote comments into the capture may have named somebody in them.
        let choice = Choice { comments: Vec::new(), ..self.choice };
        Writing { pseudonyms: Some(pseudonyms), sent: None, choice, ..self }
    }

    /// Where the file goes.
    pub fn output_mut(&mut self) -> &mut O {
        &mut self.output
    }

    /// What was written so far.
    pub fn summary(&self) -> SliceSummary {
        let mut findings = Findings::new(&self.limits);
        if self.choice.full {
            findings.add(Finding::anywhere(Code::LimitSlice));
        }
        SliceSummary { findings: findings.rows(), ..self.summary.clone() }
    }

    fn write(&mut self, block: &[u8]) {
        self.summary.bytes += block.len() as u64;
        self.output.write(block);
    }

    /// Writes what stands before everything else.
    fn begin(&mut self) {
        if !self.begun {
            self.begun = true;
            let section = PcapngWriter::section(APPLICATION, &self.choice.comments);
            self.write(&section);
        }
    }

    fn write_frame(&mut self, file: (usize, &str), frame: &Frame<'_>, comments: &[String]) {
        self.begin();
        let interface = self.interface(file, frame);
        let block = self.writer.packet(interface, frame, comments);
        self.write(&block);
        self.summary.frames += 1;
    }

    /// Writes the packets of a frame under pseudonyms, each as a frame.
    fn write_anonymous(&mut self, frame: &Frame<'_>) {
        let packets = innermost(frame, self.limits.layers);
        let comments = self.comments(frame.number);
        let mut any = false;
        for packet in packets {
            let Some(Rewritten { bytes, wire }) = self.pseudonyms.as_mut().and_then(|names| rewritten(&packet, names)) else { continue };
            let original_len = u32::try_from(wire).unwrap_or(u32::MAX);
            let frame = Frame { bytes: &bytes, original_len, link_type: LinkType::RAW, ..*frame };
            self.write_frame((0, ""), &frame, if any { &[] } else { &comments });
            any = true;
        }
        self.summary.left_out += u64::from(!any);
    }

    fn interface(&mut self, (file, name): (usize, &str), frame: &Frame<'_>) -> u32 {
        let key = (file, frame.link_type.base(), frame.time.nanos() < 0);
        if let Some(number) = self.interfaces.get(&key) {
            return *number;
        }
        let (number, block) = self.writer.interface(frame.link_type, name, key.2);
        self.interfaces.insert(key, number);
        self.write(&block);
        number
    }

    /// Whether a frame is taken, and what of its bytes belongs to blocks.
    fn look(&mut self, frame: &Frame<'_>) -> Option<Blocks> {
        let runs = self.runs_of(frame.number);
        if !self.choice.allows(frame.number) {
            return None;
        }
        let mut taken = self.choice.takes(frame.number);
        if taken && self.sent.is_none() {
            return Some(Blocks::default());
        }
        let mut place = Place::default();
        let (mut blocks, mut packets) = (Blocks::default(), 0);
        while let Some(decoded) = self.decoder.next(frame, &mut place) {
            let Decoded::Packet(packet) = decoded else { continue };
            taken |= self.choice.takes_packet(frame.number, Carrier::of(&packet));
            packets += 1;
            let Some((sent, start)) = self.sent.as_mut().zip(within(frame.bytes, packet.payload)) else { continue };
            let known = self.choice.payload.get(runs.clone()).unwrap_or_default();
            let shifted = sent.parts(&packet, known).into_iter().map(|part| start + part.start..start + part.end);
            blocks = Blocks { parts: shifted.collect(), end: start + packet.payload.len() };
        }
        // Of several packets it is not known which one a run is of.
        taken.then(|| if packets == 1 { blocks } else { Blocks::default() })
    }

    /// The places of a frame's runs of block bytes.
    fn runs_of(&mut self, frame: u64) -> Range<usize> {
        let runs = &self.choice.payload;
        let skip = |from: usize, before: &dyn Fn(&Run) -> bool| from + runs.iter().skip(from).take_while(|run| before(run)).count();
        let first = skip(self.next_run, &|run| run.frame < frame);
        let end = skip(first, &|run| run.frame == frame);
        self.next_run = end;
        first..end
    }

    /// A frame's bytes without those of blocks.
    fn without<'f>(&mut self, bytes: &'f [u8], Blocks { parts, end }: &Blocks) -> Cow<'f, [u8]> {
        let Some(last) = parts.last() else { return Cow::Borrowed(bytes) };
        // What follows at the end of the frame may be its padding or its check sequence, and goes with the block.
        let ends_with_it = last.end == *end;
        let kept = if ends_with_it { last.start } else { bytes.len() };
        let mut kept = bytes.get(..kept).unwrap_or(bytes).to_vec();
        self.summary.cut_bytes += (bytes.len() - kept.len()) as u64;
        for part in parts.iter().take(parts.len() - usize::from(ends_with_it)) {
            if let Some(zeroed) = kept.get_mut(part.clone()) {
                zeroed.fill(0);
                self.summary.zeroed_bytes += part.len() as u64;
            }
        }
        Cow::Owned(kept)
    }

    fn comments(&mut self, frame: u64) -> SmallVec<[String; 2]> {
        let number = self.numbers.then(|| format!("frame {frame} of the capture"));
        let notes = self.choice.notes.remove(&frame).unwrap_or_default();
        let words = |note| match note {
            Note::Found(code) => Some(format!("{}: {}", code.name(), code.text())),
            Note::Comment(text) => Some(text).filter(|_| self.pseudonyms.is_none()),
        };
        number.into_iter().chain(notes.into_iter().filter_map(words)).collect()
    }
}

impl<O: Output> Observer for Writing<O> {
    fn wants_content(&self) -> bool {
        false
    }

    fn observe_record(&mut self, frame: &Frame<'_>, record: Record<'_>) {
        let Some(blocks) = self.look(frame) else { return };
        if self.pseudonyms.is_some() {
            return self.write_anonymous(frame);
        }
        let comments = self.comments(frame.number);
        let bytes = self.without(frame.bytes, &blocks);
        let whole = u32::try_from(frame.bytes.len()).unwrap_or(u32::MAX);
        let original_len = if bytes.len() < frame.bytes.len() { frame.original_len.max(whole) } else { frame.original_len };
        self.write_frame((record.file, record.name), &Frame { bytes: &bytes, original_len, ..*frame }, &comments);
    }

    fn observe(&mut self, _event: &Event<'_>) {}

    fn found(&mut self, _finding: Finding) {}

    fn finish(&mut self) {
        self.begin();
    }
}

/// Where a part lies in the whole; `None` where it does not.
fn within(whole: &[u8], part: &[u8]) -> Option<usize> {
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    (start + part.len() <= whole.len()).then_some(start)
}

/// Who writes the file.
const APPLICATION: &str = concat!("Swarmscope ", env!("CARGO_PKG_VERSION"));
