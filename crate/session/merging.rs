//! Takes the frames of several files in the order of time, and tells what the files have in common.
//!
//! In: the files, each looked at up to its next frame. Out: frames, sent through the floors.

use smallvec::SmallVec;

use super::Reading;
use super::duplicates::{APART, Beside, Pair};
use crate::base::{Code, FilePlace, Finding, Time};
use crate::capture::CaptureError;
use crate::report::Observer;

/// A file, and how long it has the earliest frame.
struct Turn {
    source: usize,
    /// The first frame of another file; `None` where there is none.
    until: Option<Place>,
    /// The files that it overlaps in time.
    beside: SmallVec<[Beside; 4]>,
}

/// A frame's place among those of all files: of two at the same time that of a file which has begun is first.
type Place = (Time, bool, usize);

impl<O: Observer + ?Sized> Reading<O> {
    /// Takes frames, the earliest first, as long as that is known.
    pub(super) fn run(&mut self) -> Result<(), CaptureError> {
        let mut outcome = Ok(());
        for source in &mut self.sources {
            outcome = outcome.and(source.look_ahead(&mut self.pipeline));
        }
        while let Some(turn) = self.turn() {
            let Some(source) = self.sources.get_mut(turn.source) else { return outcome };
            // What is read alone is compared with nothing.
            let alone = turn.until.is_none() && turn.beside.is_empty();
            let mut last = None;
            while let Some(next) = source.next.as_ref().filter(|next| turn.has((next.time, false, turn.source))) {
                let time = next.time;
                let compared = !alone && turn.compares(time);
                source.take(compared.then_some(&turn.beside), &mut self.pipeline);
                last = if alone { None } else { last.max(Some(time)) };
                outcome = outcome.and(source.look_ahead(&mut self.pipeline));
            }
            source.last = source.last.max(last);
        }
        outcome
    }

    /// Whose turn it is; `None` while that is not known, and when all have ended.
    fn turn(&mut self) -> Option<Turn> {
        if self.wants().is_some() {
            return None;
        }
        let ahead =
            || self.sources.iter().enumerate().filter_map(|(index, source)| Some((source.next.as_ref()?.time, source.frames == 0, index)));
        let (time, _, source) = ahead().min()?;
        let until = ahead().filter(|(_, _, index)| *index != source).min();
        let first = *self.sources.get_mut(source)?.first.get_or_insert(time);
        let others = self.sources.iter().enumerate().filter(|(index, _)| *index != source);
        let beside = others.filter_map(|(file, other)| {
            let last = other.last?;
            match other.next {
                Some(_) => Some(Beside { file, until: Time::MAX }),
                None => (first <= last).then_some(Beside { file, until: last.later(APART) }),
            }
        });
        Some(Turn { source, until, beside: beside.collect() })
    }

    /// Tells what the files have in common.
    pub(super) fn tell_pairs(&mut self) {
        let name = |file: usize| self.sources.get(file).map_or("", |source| &source.name);
        let frames = |file: usize| self.sources.get(file).map_or(0, |source| source.frames);
        for pair in self.pipeline.duplicates.pairs() {
            let (first, second) = pair.files;
            let place = |text| FilePlace { file: name(second).to_owned(), offset: pair.offset, bytes: 0, text };
            if pair.copied > 0 {
                self.pipeline.observer.placed(Code::FrameCopied, place(copied(pair, name(first), frames(first), frames(second))));
            }
            if pair.duplicates > 0 {
                let text = if first == second { again(pair, frames(first)) } else { elsewhere(pair, name(first), name(second)) };
                self.pipeline.observer.placed(Code::PacketDuplicate, place(text));
            }
        }
        if self.pipeline.duplicates.take_crowded() {
            self.pipeline.observer.found(Finding::anywhere(Code::LimitDuplicates));
        }
    }
}

impl Turn {
    /// Whether a frame of its file is the earliest of all.
    fn has(&self, frame: Place) -> bool {
        self.until.is_none_or(|until| frame < until)
    }

    /// Whether frames of this time are held against those of other files: one may also begin with what is recorded now, by a clock that is late.
    fn compares(&self, time: Time) -> bool {
        self.beside.iter().any(|beside| time <= beside.until) || self.until.is_some_and(|(until, ..)| until.since(time) <= APART)
    }
}

fn copied(pair: &Pair, first: &str, frames_of_first: u64, frames: u64) -> String {
    match pair.copied {
        copied if copied == frames && copied == frames_of_first => {
            format!("it is a copy of {first}: each of its {frames} frames stands there too")
        }
        copied if copied == frames => format!("each of its {frames} frames stands in {first} too"),
        copied => format!("{copied} of its {frames} frames stand in {first} too"),
    }
}

fn elsewhere(pair: &Pair, first: &str, second: &str) -> String {
    let &Pair { duplicates, second_first, .. } = pair;
    let earlier = duplicates - second_first;
    format!("{duplicates} packets stand in {first} too: {earlier} were recorded there first, {second_first} in {second}{}", apart(pair))
}

fn again(pair: &Pair, frames: u64) -> String {
    let &Pair { duplicates, .. } = pair;
    let once = frames.saturating_sub(duplicates);
    // Of three copies two are duplicates.
    let times = (frames + once / 2).checked_div(once).unwrap_or(0);
    let each = if times > 1 && duplicates * 10 >= once * 9 { format!("; nearly each stands in it {times} times") } else { String::new() };
    format!("{duplicates} of its {frames} frames are packets that stand in it before{each}{}", apart(pair))
}

/// How far the copies are apart, and which of them say less.
fn apart(pair: &Pair) -> String {
    let micros = pair.apart / i128::from(pair.duplicates.max(1)) / 1000;
    let cut = if pair.cut > 0 { format!("; {} were cut where they were recorded first", pair.cut) } else { String::new() };
    format!(", {}.{:03} ms apart in the mean{cut}", micros / 1000, micros % 1000)
}
