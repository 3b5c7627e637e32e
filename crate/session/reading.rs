//! Reads captures: the bytes of one or several files, through the floors, to whatever observes their events.
//!
//! In: the bytes of each file in any chunking. Out: calls of an [`Observer`], in the order of the capture.
//!
//! Several files are read as one, in time order: [`Reading::wants`] says whose bytes are needed next, and frames are taken from the file
//! whose next frame is the earliest. They are numbered through, as a merged file's would be.
//!
//! The floors are compiled anew for every observer that a reading is fed as. The first reading is fed as it is, and so are those that verify, because
//! they are to be fast; the others are fed as a [`FurtherReading`], which any reading turns into, and share one copy.

use std::net::IpAddr;

use serde::Serialize;

use super::clock::Clock;
use super::duplicates::{Beside, Duplicates, Judged, Origin};
use crate::base::{Code, FilePlace, Finding, Limits, Time};
use crate::capture::{Advance, Aside, CaptureError, Flaw, Frame, Input, LinkType, Reader, Step, Unpacked, Unpacking};
use crate::decode::{Decoded, Decoder, Place};
use crate::flow::{Flows, Unfinished};
use crate::protocol::given::Given;
use crate::protocol::{Dissector, StreamState, Streams, UnfinishedStream};
use crate::report::capture::{Capture, CaptureFile};
use crate::report::swarm::Open;
use crate::report::{Observer, Record};

/// One pass over captures, for `O` to observe.
pub struct Reading<O: ?Sized> {
    pub(super) sources: Vec<Source>,
    finished: bool,
    /// Torrents that were given.
    pub(super) given: usize,
    pub(super) limits: Limits,
    /// With the observer in it, and so the last.
    pub(super) pipeline: Pipeline<O>,
}

/// A reading of which it is not known when it is compiled who observes. Each thing that is observed costs a call.
pub type FurtherReading<'o> = Reading<dyn Observer + 'o>;

/// How far reading is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Progress {
    /// Bytes read of all files.
    pub bytes: u64,
    /// Bytes of all files; `None` when that of one is not known.
    pub bytes_total: Option<u64>,
    /// Frames read.
    pub frames: u64,
    /// The earliest frame's time; `None` before the first frame.
    pub first_time: Option<Time>,
    /// The latest frame's time.
    pub last_time: Option<Time>,
}

/// One file on its way in.
pub(super) struct Source {
    /// Its number, from 0.
    index: usize,
    pub(super) name: String,
    size: Option<u64>,
    reader: Reader,
    input: Input,
    /// No more bytes will come.
    ended: bool,
    /// The next frame, looked at but not taken.
    pub(super) next: Option<Ahead>,
    /// What follows in the file is only counted.
    passing: bool,
    /// Nothing more will be read.
    pub(super) done: bool,
    bytes: u64,
    pub(super) frames: u64,
    /// The times of its first frame, and of the latest.
    pub(super) first: Option<Time>,
    pub(super) last: Option<Time>,
    clock: Clock,
    link_types: Vec<LinkType>,
}

/// Where in a source's buffer its next frame stands.
pub(super) struct Ahead {
    pub(super) time: Time,
    offset: u64,
    link_type: LinkType,
    original_len: u32,
    /// The frame's bytes, counted from the start of its record.
    bytes: std::ops::Range<usize>,
    /// Bytes of its record.
    record: usize,
}

/// Everything behind the capture floor.
pub(super) struct Pipeline<O: ?Sized> {
    decoder: Decoder,
    flows: Streams,
    pub(super) dissector: Dissector,
    pub(super) duplicates: Duplicates,
    /// Connections that were open at the end.
    pub(super) left: Vec<(Open, Unfinished, UnfinishedStream)>,
    /// Connections of an earlier capture that were told of.
    earlier: u32,
    /// How often the observer was told something.
    changes: u64,
    frames: u64,
    first_time: Option<Time>,
    last_time: Option<Time>,
    pub(super) observer: O,
}

impl<O: Observer> Reading<O> {
    /// A reading without files.
    pub fn new(limits: Limits, observer: O) -> Self {
        let (decoder, flows, mut dissector) = (Decoder::new(&limits), Flows::new(&limits), Dissector::new(&limits));
        if observer.wants_payload() {
            dissector.carry_payload();
        }
        let duplicates = Duplicates::new(&limits);
        let pipeline = Pipeline {
            decoder,
            flows,
            dissector,
            duplicates,
            left: Vec::new(),
            earlier: 0,
            changes: 0,
            frames: 0,
            first_time: None,
            last_time: None,
            observer,
        };
        Reading { sources: Vec::new(), finished: false, given: 0, limits, pipeline }
    }

    /// Who observed, once nothing more is to be read.
    pub fn into_observer(self) -> O {
        self.pipeline.observer
    }
}

impl<O: Observer + ?Sized> Reading<O> {
    /// Lets the compressed files that are added from now on unpack to so many bytes, or to any number.
    pub fn expand_to(&mut self, bytes: Option<u64>) {
        self.limits.expanded_bytes = bytes.unwrap_or(u64::MAX);
    }

    /// Adds a file, before the first bytes of any; answers its number. `size` is its length in bytes where that is known.
    pub fn add_file(&mut self, name: &str, size: Option<u64>) -> usize {
        self.sources.push(Source {
            index: self.sources.len(),
            name: self.pipeline.observer.file_name(name),
            size,
            reader: Reader::new(&self.limits),
            input: Input::new(&self.limits),
            ended: false,
            next: None,
            passing: false,
            done: false,
            bytes: 0,
            frames: 0,
            first: None,
            last: None,
            clock: Clock::default(),
            link_types: Vec::new(),
        });
        let files = self.sources.len();
        self.sources.iter_mut().for_each(|source| source.input.share(files));
        files - 1
    }

    /// The file of which bytes, or the end, must come next; `None` when all have ended, or the observer has seen enough.
    pub fn wants(&self) -> Option<usize> {
        if self.pipeline.observer.is_done() {
            return None;
        }
        self.sources.iter().position(|source| !source.done && !source.ended && source.next.is_none())
    }

    /// Takes the next bytes of a file.
    ///
    /// # Errors
    /// [`CaptureError`] when the file is no capture; the other files go on, and more bytes of this one are ignored.
    pub fn push(&mut self, source: usize, mut bytes: &[u8]) -> Result<(), CaptureError> {
        while !bytes.is_empty() {
            let room = self.room(source);
            let taken = room.len().min(bytes.len());
            let (now, later) = bytes.split_at(taken);
            if let Some(into) = room.get_mut(..taken).filter(|_| taken > 0) {
                into.copy_from_slice(now);
            } else {
                return Ok(());
            }
            self.filled(source, taken)?;
            bytes = later;
        }
        Ok(())
    }

    /// Room for the next bytes of a file, so that a reader need not copy them: fill its beginning, then call [`filled`](Self::filled).
    /// Empty when there is no such file, or none of it is wanted.
    pub fn room(&mut self, source: usize) -> &mut [u8] {
        self.sources.get_mut(source).filter(|source| !source.done).map_or(&mut [], |source| source.input.room())
    }

    /// Takes the first `count` bytes of the [`room`](Self::room) of a file.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn filled(&mut self, source: usize, count: usize) -> Result<(), CaptureError> {
        if let Some(source) = self.sources.get_mut(source) {
            source.bytes += source.input.filled(count) as u64;
        }
        self.run()
    }

    /// What unpacks a file elsewhere, for [`unpacked`](Self::unpacked): once all files are added.
    pub fn unpacking(&self) -> Unpacking {
        Unpacking::new(&self.limits, self.sources.len())
    }

    /// Takes what comes next of a file that is unpacked elsewhere, from its start on.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn unpacked(&mut self, source: usize, unpacked: &Unpacked) -> Result<(), CaptureError> {
        let Some(found) = self.sources.get_mut(source).filter(|source| !source.done) else { return Ok(()) };
        let taken = found.bytes + unpacked.read;
        found.input.go_on_with(unpacked);
        self.push(source, unpacked.bytes())?;
        let Some(found) = self.sources.get_mut(source) else { return Ok(()) };
        // What counts are the bytes of the file.
        found.bytes = taken;
        if let Some(flaw) = unpacked.flaw.filter(|_| !found.done && !found.passing) {
            found.packed_wrong(flaw, &mut self.pipeline);
        }
        if unpacked.is_last {
            found.input.end();
        }
        self.run()
    }

    /// Says that a file has no more bytes.
    ///
    /// # Errors
    /// As [`push`](Self::push): a file may be too short to be a capture.
    pub fn end(&mut self, source: usize) -> Result<(), CaptureError> {
        if let Some(source) = self.sources.get_mut(source) {
            source.ended = true;
            source.input.end();
        }
        self.run()
    }

    /// Ends every flow: once all files have ended, or where reading is given up, which leaves the rest of the files unread. Later calls
    /// change nothing.
    pub fn finish(&mut self) {
        if !self.finished {
            self.finished = true;
            self.tell_pairs();
            self.pipeline.finish();
        }
    }

    /// How far reading is.
    pub fn progress(&self) -> Progress {
        Progress {
            bytes: self.sources.iter().map(|source| source.bytes).sum(),
            bytes_total: self.sources.iter().map(|source| source.size).sum(),
            frames: self.pipeline.frames,
            first_time: self.pipeline.first_time,
            last_time: self.pipeline.last_time,
        }
    }

    /// The limits that it keeps.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Who observes.
    pub fn observer(&self) -> &O {
        &self.pipeline.observer
    }

    /// Who observes, to be asked something that it must look up.
    pub fn observer_mut(&mut self) -> &mut O {
        &mut self.pipeline.observer
    }

    /// The streams, as far as they went.
    pub fn streams(&self) -> &Streams {
        &self.pipeline.flows
    }

    /// A number that changes with what was observed.
    pub fn version(&self) -> u64 {
        self.pipeline.changes
    }

    /// What the files are called.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| &*source.name)
    }

    /// What is known of the files.
    pub fn capture(&self) -> Capture {
        let file = |source: &Source| CaptureFile {
            name: source.name.clone(),
            format: source.input.format(&source.reader),
            bytes: source.bytes,
            frames: source.frames,
            link_types: source.link_types.iter().map(LinkType::to_string).collect(),
        };
        let Progress { bytes, frames, first_time, last_time, .. } = self.progress();
        Capture { files: self.sources.iter().map(file).collect(), frames, bytes, first_time, last_time }
    }
}

impl Source {
    /// Steps to the next frame, unless it is known or its bytes are not there.
    pub(super) fn look_ahead(&mut self, pipeline: &mut Pipeline<impl Observer + ?Sized>) -> Result<(), CaptureError> {
        while self.next.is_none() && !self.done {
            if self.passing {
                self.input.discard();
                self.done = self.ended;
                return Ok(());
            }
            let bytes = self.input.bytes();
            let step = match self.reader.next(bytes, self.input.is_last()) {
                Ok(step) => step,
                Err(error) => {
                    self.done = true;
                    self.bytes = 0;
                    return Err(self.input.refused(error));
                }
            };
            match step {
                Step::Frame { used, frame } => {
                    let Frame { time, offset, link_type, original_len, .. } = frame;
                    // The frame's place in the buffer, from its place in memory's: both slices begin in `bytes`.
                    let begin = frame.bytes.as_ptr().addr() - bytes.as_ptr().addr();
                    let bytes = begin..begin + frame.bytes.len();
                    self.next = Some(Ahead { time, offset, link_type, original_len, bytes, record: used });
                }
                Step::Skip { used, finding } => {
                    self.input.consume(used);
                    finding.into_iter().for_each(|flaw| self.flawed(flaw, pipeline));
                    self.pass_asides(None, pipeline);
                }
                Step::More { .. } => match self.input.advance() {
                    Advance::Further => {}
                    Advance::Nothing => return Ok(()),
                    Advance::Flaw(flaw) => self.packed_wrong(flaw, pipeline),
                },
                Step::End { finding } => {
                    self.stop();
                    finding.into_iter().for_each(|flaw| self.flawed(flaw, pipeline));
                }
            }
        }
        Ok(())
    }

    /// Nothing more will be read. What was taken in behind this place depends on the driver's chunks, and does not count. How far the
    /// unpacking of a compressed file came depends on them too: such a file is passed over to its end.
    fn stop(&mut self) {
        self.passing = self.input.is_packed();
        self.done = !self.passing;
        if self.done && !self.ended {
            self.bytes -= self.input.unread() as u64;
        }
    }

    /// Tells what is wrong with what is compressed. Of a file in which no capture has begun the error tells.
    #[cold]
    fn packed_wrong(&self, flaw: Flaw, pipeline: &mut Pipeline<impl Observer + ?Sized>) {
        if !self.reader.format().is_empty() {
            self.flawed(flaw, pipeline);
        }
    }

    #[cold]
    fn flawed(&self, flaw: Flaw, pipeline: &mut Pipeline<impl Observer + ?Sized>) {
        let Flaw { code, offset, bytes, reason } = flaw;
        pipeline.found_in_file(Finding::anywhere(code), FilePlace { file: self.name.clone(), offset, bytes, text: reason.to_owned() });
    }

    /// Hands on what else stood in what was stepped over, or beside the frame that has this number.
    #[cold]
    fn pass_asides(&mut self, frame: Option<u64>, pipeline: &mut Pipeline<impl Observer + ?Sized>) {
        for (offset, aside) in self.reader.take_asides() {
            let (code, text) = match aside {
                Aside::Name(address, name) => {
                    pipeline.name(address, &name);
                    continue;
                }
                Aside::Comment(text) => (Code::Comment, text),
                Aside::Dropped { interface, packets } => {
                    (Code::PacketsDropped, format!("{packets} packets of interface {interface} were dropped"))
                }
                Aside::Secrets => (Code::SecretsSkipped, "keys of encrypted connections".to_owned()),
            };
            pipeline.found_in_file(Finding { code, frame }, FilePlace { file: self.name.clone(), offset, bytes: 0, text });
        }
    }

    #[cold]
    fn clock_jumped(&self, text: String, offset: u64, pipeline: &mut Pipeline<impl Observer + ?Sized>) {
        let place = FilePlace { file: self.name.clone(), offset, bytes: 0, text };
        pipeline.found_in_file(Finding::at(Code::ClockJumped, pipeline.frames + 1), place);
    }

    /// Sends the next frame through the floors; `compared`: it is held against those of these files first.
    #[inline(always)]
    pub(super) fn take<O: Observer + ?Sized>(&mut self, compared: Option<&[Beside]>, pipeline: &mut Pipeline<O>) {
        let Some(next) = self.next.take() else { return };
        if let Some(jump) = self.clock.tick(next.time) {
            self.clock_jumped(jump, next.offset, pipeline);
        }
        let record = self.input.bytes();
        self.frames += 1;
        if !self.link_types.contains(&next.link_type) {
            self.link_types.push(next.link_type);
        }
        let frame = Frame {
            number: pipeline.frames + 1,
            offset: next.offset,
            time: next.time,
            link_type: next.link_type,
            bytes: record.get(next.bytes).unwrap_or_default(),
            original_len: next.original_len,
        };
        let mut judged = Judged::New;
        if compared.is_some() || pipeline.duplicates.samples(frame.number) {
            let origin = Origin { file: self.index, interface: self.reader.interface(), beside: compared.unwrap_or_default() };
            judged = pipeline.duplicates.judge(&frame, origin, &pipeline.decoder);
        }
        let number = if let Judged::Copied(number) = judged { number } else { frame.number };
        // A copy has the number of the frame that it is a copy of.
        if !matches!(judged, Judged::Copied(_)) {
            pipeline.observer.observe_record(&frame, Record { file: self.index, name: &self.name, number: self.frames });
        }
        pipeline.take(&frame, judged);
        if self.reader.has_asides() {
            self.pass_asides(Some(number), pipeline);
        }
        self.input.consume(next.record);
    }
}

impl<O: Observer + ?Sized> Pipeline<O> {
    /// Takes a torrent before the first frame.
    pub(super) fn give(&mut self, given: &Given<'_>) {
        self.changes += 1;
        if let Some(dictionary) = given.dictionary() {
            self.dissector.know(dictionary);
        }
        self.observer.know(given);
    }

    /// The number of the next connection of an earlier capture.
    pub(super) fn next_earlier(&mut self) -> u32 {
        self.earlier += 1;
        self.earlier
    }

    /// Takes a connection of an earlier capture before the first frame.
    pub(super) fn go_on(&mut self, flow: Unfinished, state: StreamState) {
        self.flows.go_on(flow, state);
    }

    fn found_in_file(&mut self, finding: Finding, place: FilePlace) {
        self.changes += 1;
        self.observer.found_in_file(finding, place);
    }

    /// Takes the name that a file gives an address.
    fn name(&mut self, address: IpAddr, name: &str) {
        self.changes += 1;
        self.observer.name(address, name);
    }

    /// Counts a frame that is not read.
    #[cold]
    fn pass_over(&mut self, frame: &Frame<'_>, judged: Judged) {
        if let Judged::Copied(number) = judged {
            self.observer.found(Finding::at(Code::FrameCopied, number));
            return;
        }
        self.frames = frame.number;
        self.last_time = self.last_time.max(Some(frame.time));
        self.observer.found(Finding::at(Code::PacketDuplicate, frame.number));
    }

    #[inline(always)]
    fn take(&mut self, frame: &Frame<'_>, judged: Judged) {
        self.changes += 1;
        if judged != Judged::New {
            return self.pass_over(frame, judged);
        }
        self.frames = frame.number;
        self.first_time = Some(self.first_time.map_or(frame.time, |first| first.min(frame.time)));
        self.last_time = self.last_time.max(Some(frame.time));
        if !self.observer.wants_content() {
            return;
        }
        self.observer.observe_frame(frame.number, frame.time, frame.original_len);
        let Pipeline { decoder, flows, dissector, observer, .. } = self;
        let mut place = Place::default();
        while let Some(decoded) = decoder.next(frame, &mut place) {
            let packet = match decoded {
                Decoded::Packet(packet) => packet,
                Decoded::Finding(finding) => {
                    observer.found(finding);
                    continue;
                }
            };
            if packet.cut_short > 0 {
                observer.found(Finding::at(Code::PacketTruncated, frame.number));
            }
            observer.observe_packet(frame.number, frame.time, &packet);
            flows.push(frame.number, frame.time, &packet, |state, delivery| {
                dissector.dissect(state, delivery, &mut |event| observer.observe(&event));
            });
            flows.take_findings().into_iter().for_each(|finding| observer.found(finding));
        }
    }

    fn finish(&mut self) {
        self.changes += 1;
        let Pipeline { decoder, flows, dissector, observer, left, .. } = self;
        decoder.finish().for_each(|finding| observer.found(finding));
        flows.finish_leaving(
            |state, delivery| dissector.dissect(state, delivery, &mut |event| observer.observe(&event)),
            |id, state, flow| {
                let open = id.map(Open::Met).or(state.earlier().map(Open::Earlier));
                left.extend(open.zip(state.unfinished()).map(|(open, stream)| (open, flow, stream)));
            },
        );
        observer.finish();
    }
}
