//! Records one behind the other, each with a head that says how long it is: what pcap, snoop and Network Monitor files have in common.
//!
//! In: bytes from the start of a record, and a [`Layout`]. Out: its [`Head`], once all of it is there, or a [`Step`] without a frame.
//!
//! A file may be damaged. A record is believed when the one behind it can be one too. Where it cannot, the next place is looked for from
//! which [`CHAIN`] records follow each other, or fewer up to the file's end, and what is between is told as skipped. To be found so, a
//! record must have a length that links carry, a time within a month of the last good one and a day of those beside it, and a fraction below a
//! second: some forty bits that would have to fall just so. It may cost whole records next to the damage; it invents none.

use super::{Caps, Flaw, Place, Step};
use crate::base::{Code, Time};

/// How a container's records are laid out.
pub(super) trait Layout {
    /// Bytes of a record's head.
    fn head_bytes(&self) -> usize;

    /// The head that `bytes` begin with; `None` when they are fewer.
    fn head(&self, bytes: &[u8]) -> Option<Head>;
}

/// What the head of a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Bytes of the frame that were kept.
    pub(super) captured: u32,
    /// Bytes of the frame as it was on the wire.
    pub(super) original: u32,
    /// Bytes of the whole record.
    pub(super) size: u64,
    pub(super) time: Time,
    /// Whether it can be the head of a record, for all it says besides the lengths.
    pub(super) sound: bool,
    /// Whether all its bytes are zero.
    pub(super) blank: bool,
}

/// The records of one file.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// The time of the last good record.
    time: Option<Time>,
    /// The head of the next record, where it was there to be looked at.
    ahead: Option<Head>,
    lost: Option<Lost>,
}

/// No record is where one should be.
#[derive(Clone, Copy, Debug)]
struct Lost {
    from: u64,
    reason: &'static str,
}

/// What is known of the time of records.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    time: Option<Time>,
    /// It is that of a good record, so that one more up to the file's end is enough.
    good: bool,
}

/// Whether records follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Yes,
    No,
    /// That is seen when so many bytes are there.
    Need(usize),
}

impl Records {
    /// The head of the record that `bytes` begin with, which is there whole.
    // As the reader's own `next`: a call for each frame and its copies are some hundredths of the time.
    #[inline(always)]
    pub(super) fn next(
        &mut self,
        layout: &impl Layout,
        bytes: &[u8],
        last: bool,
        limits: Caps,
        place: Place,
    ) -> Result<Head, Step<'static>> {
        if self.lost.is_some() {
            return Err(self.search(layout, bytes, last, limits, place));
        }
        let Some(head) = self.ahead.take().or_else(|| layout.head(bytes)) else {
            return Err(Step::More { needed: layout.head_bytes() });
        };
        let size = match usize::try_from(head.size) {
            Ok(size) if size <= limits.record_bytes && !(head.blank && place.number > 1) => size,
            _ => return Err(self.lose(&head, place)),
        };
        if bytes.len() < size {
            return Err(if last { self.cut(layout, &head, bytes, limits, place) } else { Step::More { needed: size } });
        }
        match bytes.get(size..).and_then(|rest| layout.head(rest)) {
            Some(next) if next.follows(head.time, limits) => self.ahead = Some(next),
            Some(_) => self.suspect(layout, &head, bytes, last, limits, place)?,
            None if !last => return Err(Step::More { needed: size + layout.head_bytes() }),
            None => {}
        }
        self.time = Some(head.time);
        Ok(head)
    }

    /// Whether records of `layout` stand at the start of `bytes`: for a container whose layout shows there only.
    pub(super) fn fit(layout: &impl Layout, bytes: &[u8], last: bool, limits: Caps) -> Result<bool, usize> {
        match chain(layout, bytes, 0, last, Known::default(), limits) {
            Verdict::Yes => Ok(true),
            Verdict::No => Ok(false),
            Verdict::Need(bytes) => Err(bytes),
        }
    }

    /// The head behind the record that `bytes` begin with looks odd. If records follow each other from there, if only by their lengths, all is
    /// well: a clock jumped, or there was none. If they do from inside the record, its length is wrong.
    #[cold]
    fn suspect(
        &mut self,
        layout: &impl Layout,
        head: &Head,
        bytes: &[u8],
        last: bool,
        limits: Caps,
        place: Place,
    ) -> Result<(), Step<'static>> {
        let size = usize::try_from(head.size).unwrap_or(usize::MAX);
        for verdict in [chain(layout, bytes, size, last, Known::default(), limits), lengths_chain(layout, bytes, size, last, limits)] {
            match verdict {
                Verdict::Yes => return Ok(()),
                Verdict::Need(needed) => return Err(Step::More { needed }),
                Verdict::No => {}
            }
        }
        for at in 1..size {
            match chain(layout, bytes, at, last, self.known(Some(head)), limits) {
                Verdict::Yes => {
                    self.lost = Some(Lost { from: place.offset, reason: WRONG_LENGTH });
                    return Err(self.found(at, place));
                }
                Verdict::Need(needed) => return Err(Step::More { needed }),
                Verdict::No => {}
            }
        }
        Ok(())
    }

    /// What the next record is held against: the last good one, else that in which it is looked for.
    fn known(&self, inside: Option<&Head>) -> Known {
        Known { time: self.time.or(inside.map(|head| head.time)), good: self.time.is_some() }
    }

    /// The file ends inside the record that `bytes` begin with, or its length is wrong and others follow.
    #[cold]
    fn cut(&mut self, layout: &impl Layout, head: &Head, bytes: &[u8], limits: Caps, place: Place) -> Step<'static> {
        for at in 1..bytes.len() {
            if chain(layout, bytes, at, true, self.known(Some(head)), limits) == Verdict::Yes {
                self.lost = Some(Lost { from: place.offset, reason: WRONG_LENGTH });
                return self.found(at, place);
            }
        }
        let flaw = Flaw { code: Code::FileCut, offset: place.offset, bytes: bytes.len() as u64, reason: "a record ends early" };
        Step::End { finding: Some(flaw) }
    }

    /// Nothing that can be a record begins here.
    #[cold]
    fn lose(&mut self, head: &Head, place: Place) -> Step<'static> {
        self.lost = Some(Lost { from: place.offset, reason: if head.blank { BLANK } else { IMPOSSIBLE } });
        Step::Skip { used: 1, finding: None }
    }

    /// Looks for the next record.
    #[cold]
    fn search(&mut self, layout: &impl Layout, bytes: &[u8], last: bool, limits: Caps, place: Place) -> Step<'static> {
        let Some(lost) = self.lost else { return Step::Skip { used: 0, finding: None } };
        let given_up = limits.searched_bytes.saturating_sub(place.offset - lost.from);
        for at in 0..bytes.len() {
            if at as u64 >= given_up {
                return Step::End { finding: Some(lost.flaw(Code::FileDamaged, place.offset + at as u64)) };
            }
            match chain(layout, bytes, at, last, self.known(None), limits) {
                Verdict::Yes => return self.found(at, place),
                Verdict::Need(needed) if at == 0 => return Step::More { needed },
                Verdict::Need(_) => return Step::Skip { used: at, finding: None },
                Verdict::No => {}
            }
        }
        match bytes.len() {
            rest if last => Step::End { finding: Some(lost.flaw(Code::FileDamaged, place.offset + rest as u64)) },
            0 => Step::More { needed: 1 },
            used => Step::Skip { used, finding: None },
        }
    }

    /// The next record begins `at` bytes further.
    fn found(&mut self, at: usize, place: Place) -> Step<'static> {
        let lost = self.lost.take();
        Step::Skip { used: at, finding: lost.map(|lost| lost.flaw(Code::RecordsSkipped, place.offset + at as u64)) }
    }
}

impl Lost {
    fn flaw(self, code: Code, until: u64) -> Flaw {
        Flaw { code, offset: self.from, bytes: until - self.from, reason: self.reason }
    }
}

impl Head {
    /// Whether it may stand behind a record of that time. The clock of a capture goes on, more or less.
    #[inline]
    fn follows(&self, time: Time, limits: Caps) -> bool {
        self.sound && !self.blank && self.size <= limits.record_bytes as u64 && within(self.time, time, DAY)
    }

    /// Whether a record found by searching may look so.
    fn is_likely(&self, limits: Caps) -> bool {
        self.sound && self.has_likely_lengths(limits)
    }

    fn has_likely_lengths(&self, limits: Caps) -> bool {
        let most = limits.record_bytes.min(LARGEST_FOUND) as u64;
        self.captured > 0 && self.size <= most && (1..=most).contains(&u64::from(self.original))
    }
}

/// Whether records follow each other from `at` on by their lengths alone. Asked of the one place where a record should begin, and where two lengths
/// of 32 bits each can tell.
fn lengths_chain(layout: &impl Layout, bytes: &[u8], mut at: usize, last: bool, limits: Caps) -> Verdict {
    if layout.head_bytes() < 16 {
        return Verdict::No;
    }
    for link in 0..CHAIN {
        let Some(head) = bytes.get(at..).and_then(|rest| layout.head(rest)) else {
            return match last {
                true if link > 0 => Verdict::Yes,
                true => Verdict::No,
                false => Verdict::Need(at + layout.head_bytes()),
            };
        };
        let Ok(size) = usize::try_from(head.size) else { return Verdict::No };
        if !head.has_likely_lengths(limits) || (last && link == 0 && bytes.len() - at < size) {
            return Verdict::No;
        }
        at += size;
    }
    Verdict::Yes
}

/// Whether records follow each other from `at` on, the first not long after what is known.
fn chain(layout: &impl Layout, bytes: &[u8], mut at: usize, last: bool, known: Known, limits: Caps) -> Verdict {
    let mut before = known.time.map(|time| (time, MONTH));
    for link in 0..CHAIN {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(head) = layout.head(rest) else {
            // The file's end, or a head that is cut.
            return match last {
                true if link > 1 || (link == 1 && rest.is_empty() && known.good) => Verdict::Yes,
                true => Verdict::No,
                false => Verdict::Need(at + layout.head_bytes()),
            };
        };
        let in_time = before.is_none_or(|(time, apart)| within(head.time, time, apart));
        let Ok(size) = usize::try_from(head.size) else { return Verdict::No };
        if !head.is_likely(limits) || !in_time || (last && rest.len() < size && link < 2) {
            return Verdict::No;
        }
        before = Some((head.time, DAY));
        at += size;
        if at > bytes.len() && !last {
            return Verdict::Need(at);
        }
    }
    Verdict::Yes
}

fn within(one: Time, other: Time, apart: i64) -> bool {
    one.since(other).unsigned_abs() <= apart.unsigned_abs()
}

/// So many records that can follow each other are no chance.
const CHAIN: usize = 3;

/// Bytes of the largest record that is looked for: Wireshark's bound for most links.
const LARGEST_FOUND: usize = 256 << 10;

const DAY: i64 = 86_400 * 1_000_000_000;
const MONTH: i64 = 31 * DAY;

const IMPOSSIBLE: &str = "a record's length cannot be";
const BLANK: &str = "zeros stand where a record should";
const WRONG_LENGTH: &str = "a record is not as long as it says";
