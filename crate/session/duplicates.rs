//! Finds what a capture holds twice.
//!
//! In: the frames of all files in time order, each with where it was recorded. Out: whether it is new, or a frame that two files have, or a
//! packet that another place recorded too: the other end of a transfer, another interface, a port that mirrors what comes in and goes out.
//!
//! - **A copied frame** is the same in time and bytes as one of another file. It is no frame of its own: it gets no number.
//! - **A duplicate packet** is a frame of its own whose packet came before, recorded elsewhere. It is counted, and not read. The first copy in
//!   time is the one that is read, also where it was cut and a later one was not.
//!
//! What a sender sends again is no duplicate. Most senders number their packets, so that it is another packet. Where they do not (IPv6, and
//! IPv4 packets that may not be cut up), each place of capture shows by itself how often a packet was sent: as often as it stands in one
//! place's frames is it read. Where two copies have nothing to tell their places apart, they must be numbered and come at once, or
//! be equal to the last bit in a capture of which nearly every packet stands twice.
//!
//! Two files are held against each other where they overlap in time, so that one which only continues another costs nothing, and what is sent
//! again after a change of files is not lost. Their clocks may differ by [`APART`], if that is not more packets than are remembered; packets
//! without a number by [`APART_UNPROVEN`] until the two have shown that they have something in common. Within one file copies are looked for in
//! samples, and where a sample has one, everywhere.

use std::hash::{DefaultHasher, Hasher};

use smallvec::SmallVec;

use crate::base::{Limits, Recent, Time, secret};
use crate::capture::Frame;
use crate::decode::{Decoder, Identity};

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    /// One that was not seen before.
    New,
    /// The frame of this number, which another file has too.
    Copied(u64),
    /// One whose packet was recorded elsewhere before.
    Duplicate,
}

/// Where a frame was recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin<'a> {
    /// The number of its file.
    pub(super) file: usize,
    /// The number of its interface there.
    pub(super) interface: u32,
    /// The files that this one overlaps in time.
    pub(super) beside: &'a [Beside],
}

/// A file that another one overlaps in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside {
    /// Its number.
    pub(super) file: usize,
    /// Up to when it matters.
    pub(super) until: Time,
}

/// Remembers packets.
#[derive(Debug)]
pub(super) struct Duplicates {
    recent: Recent<u64, Seen>,
    pairs: Vec<Pair>,
    pairs_limit: usize,
    /// Frames up to this number are all looked at.
    until: u64,
    mirrored: Mirrored,
    /// When the older half was forgotten last.
    forgot: Option<Time>,
    /// Packets had to be forgotten earlier than [`APART`] says.
    crowded: bool,
}

/// A packet that was met.
#[derive(Debug)]
struct Seen {
    /// The frame that it was in last.
    last: Met,
    /// Some before that.
    earlier: SmallVec<[Met; 1]>,
    content: Option<u64>,
    cut: bool,
    /// How often it was read.
    read: u32,
    /// How often each place recorded it.
    places: SmallVec<[(u64, u32); 2]>,
}

/// A frame.
#[derive(Clone, Copy, Debug)]
struct Met {
    time: Time,
    number: u64,
    file: usize,
    /// A hash of all of it.
    bytes: u64,
    /// Whether it was one of a sample.
    sampled: bool,
    /// The file in which its copy was met last.
    copied_by: Option<usize>,
}

/// What two files have in common, or one with itself.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// The numbers of the files, the smaller first.
    pub(super) files: (usize, usize),
    /// Where in the second file the first of it stands, in bytes.
    pub(super) offset: u64,
    /// Frames that are the same in both.
    pub(super) copied: u64,
    /// Packets that are the same in both, as other frames.
    pub(super) duplicates: u64,
    /// Of these, those that the second file had first.
    pub(super) second_first: u64,
    /// Packets that may be the same, and count as others because the two files had nothing in common before.
    pub(super) likely: u64,
    /// Of the duplicates, those that were cut when they were recorded first, and not again.
    pub(super) cut: u64,
    /// Nanoseconds from the first to the second, over all.
    pub(super) apart: i128,
}

/// How much of a file stands twice in it without anything that tells the two apart.
#[derive(Clone, Copy, Debug, Default)]
struct Mirrored {
    once: u32,
    twice: u32,
}

impl Duplicates {
    pub(super) fn new(limits: &Limits) -> Self {
        Duplicates {
            recent: Recent::new(limits.compared_packets),
            pairs: Vec::new(),
            pairs_limit: limits.frames_per_finding,
            until: BEGINNING,
            mirrored: Mirrored::default(),
            forgot: None,
            crowded: false,
        }
    }

    /// Whether the frame of this number is to be looked at, in a file that is read alone.
    #[inline]
    pub(super) fn samples(&self, number: u64) -> bool {
        number % EVERY < SAMPLED || number <= self.until
    }

    /// What the files have in common.
    pub(super) fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Whether packets had to be forgotten earlier than [`APART`] says, since this was asked last.
    pub(super) fn take_crowded(&mut self) -> bool {
        std::mem::take(&mut self.crowded)
    }

    /// Says what a frame is.
    #[cold]
    #[inline(never)]
    pub(super) fn judge(&mut self, frame: &Frame<'_>, origin: Origin<'_>, decoder: &Decoder) -> Judged {
        let identity = decoder.identity(frame);
        let sampled = self.samples(frame.number);
        let met = Met { time: frame.time, number: frame.number, file: origin.file, bytes: frame_hash(frame), sampled, copied_by: None };
        let key = key_of(met.bytes, identity);
        let place = identity.map_or(0, |identity| identity.place) ^ hash(&[origin.file as u64, origin.interface.into()]);
        let known = self.recent.get_mut(&key).filter(|seen| seen.last.time.since(frame.time).abs() <= APART);
        let Some(seen) = known.filter(|seen| seen.is_packet(identity)) else {
            self.remember(key, met, identity, place);
            return Judged::New;
        };
        if let Some(copied) = seen.copied(met) {
            if seen.times(place) < seen.read {
                seen.count(place);
            }
            if let Some(pair) = self.pair(copied.file, met.file, frame.offset) {
                pair.copied += 1;
            }
            return Judged::Copied(copied.number);
        }
        let last = if seen.times(place) < seen.read { seen.last_beside(met.file) } else { seen.last };
        let judged = match identity {
            Some(identity) if seen.times(place) < seen.read => self.elsewhere(last, met, identity.numbered, origin, frame.offset),
            Some(identity) if seen.times(place) > 0 => self.mirrored.judge(last, met, &identity),
            _ => Judged::New,
        };
        self.take_down(key, (last, met), judged, (identity.is_some_and(|identity| identity.cut), place, frame.offset));
        judged
    }

    fn remember(&mut self, key: u64, met: Met, identity: Option<Identity>, place: u64) {
        if met.sampled && identity.is_some_and(|identity| identity.carries) {
            self.mirrored.meet_once();
        }
        let (content, cut) = identity.map_or((None, false), |identity| (identity.content, identity.cut));
        let seen = Seen { last: met, earlier: SmallVec::new(), content, cut, read: 1, places: SmallVec::from_elem((place, 1), 1) };
        if self.recent.insert(key, seen) {
            let two_files = self.pairs.iter().any(|pair| pair.files.0 != pair.files.1);
            self.crowded |= two_files && self.forgot.is_some_and(|before| met.time.since(before) < APART);
            self.forgot = Some(met.time);
        }
    }

    /// Whether a packet that was met at another place was sent once, by what is known of the two places.
    fn elsewhere(&mut self, last: Met, met: Met, numbered: bool, origin: Origin<'_>, offset: u64) -> Judged {
        let apart = met.time.since(last.time).abs();
        if last.file == met.file {
            let is_one = last.sampled && met.sampled && apart <= if numbered { APART_IN_FILE } else { APART_UNNUMBERED };
            return if is_one { Judged::Duplicate } else { Judged::New };
        }
        if !origin.beside.iter().any(|beside| beside.file == last.file) {
            return Judged::New;
        }
        if numbered || apart <= APART_UNPROVEN {
            return Judged::Duplicate;
        }
        let Some(pair) = self.pair(last.file, met.file, offset) else { return Judged::New };
        pair.likely += 1;
        if pair.duplicates + pair.likely > IN_COMMON { Judged::Duplicate } else { Judged::New }
    }

    /// Takes down what became of a packet that had been met.
    fn take_down(&mut self, key: u64, (last, met): (Met, Met), judged: Judged, (cut, place, offset): (bool, u64, u64)) {
        let Some(seen) = self.recent.get_mut(&key) else { return };
        let was_cut = seen.cut;
        // A copy that nothing tells from the one before is of the same place, and one more of it would seem to have been sent again.
        if judged == Judged::New || seen.times(place) < seen.read {
            seen.count(place);
        }
        if judged == Judged::New {
            seen.read = seen.read.max(seen.times(place));
        }
        seen.meet(met);
        if judged != Judged::Duplicate {
            return;
        }
        if last.file == met.file {
            self.until = self.until.max(met.number + EVERY);
        }
        if let Some(pair) = self.pair(last.file, met.file, offset) {
            pair.duplicates += 1;
            pair.second_first += u64::from(last.file > met.file);
            pair.cut += u64::from(was_cut && !cut);
            pair.apart += i128::from(met.time.since(last.time));
        }
    }

    /// What two files have in common, where there is room for it: that of a frame of the second, which stands at `offset`.
    fn pair(&mut self, one: usize, other: usize, offset: u64) -> Option<&mut Pair> {
        let files = (one.min(other), one.max(other));
        if !self.pairs.iter().any(|pair| pair.files == files) && self.pairs.len() < self.pairs_limit {
            let (copied, duplicates, second_first, likely, cut, apart) = Default::default();
            self.pairs.push(Pair { files, offset: 0, copied, duplicates, second_first, likely, cut, apart });
        }
        let pair = self.pairs.iter_mut().find(|pair| pair.files == files)?;
        if pair.offset == 0 && files.1 == other {
            pair.offset = offset;
        }
        Some(pair)
    }
}

impl Seen {
    /// The frame of another file that is equal to one and was made at the same time, and of which this file had no copy before.
    fn copied(&mut self, met: Met) -> Option<Met> {
        let is_equal = |other: &Met| other.file != met.file && (other.time, other.bytes) == (met.time, met.bytes);
        let mut known = self.earlier.iter_mut().chain([&mut self.last]);
        let copied = known.find(|other| is_equal(other) && other.copied_by != Some(met.file))?;
        copied.copied_by = Some(met.file);
        Some(*copied)
    }

    /// The frame that it was in last in another file, or where there is none in this one.
    fn last_beside(&self, file: usize) -> Met {
        let mut known = [&self.last].into_iter().chain(self.earlier.iter().rev());
        *known.find(|other| other.file != file).unwrap_or(&self.last)
    }

    fn meet(&mut self, met: Met) {
        if self.earlier.len() >= EARLIER {
            self.earlier.remove(0);
        }
        self.earlier.push(std::mem::replace(&mut self.last, met));
    }

    /// Whether a packet is this one by what is known of both.
    fn is_packet(&self, identity: Option<Identity>) -> bool {
        let content = identity.and_then(|identity| identity.content);
        content.is_none() || self.content.is_none() || self.content == content
    }

    /// How often a place recorded it.
    fn times(&self, place: u64) -> u32 {
        self.places.iter().find(|(known, _)| *known == place).map_or(0, |(_, times)| *times)
    }

    fn count(&mut self, place: u64) {
        if let Some((_, times)) = self.places.iter_mut().find(|(known, _)| *known == place) {
            *times += 1;
        } else if self.places.len() < PLACES {
            self.places.push((place, 1));
        }
    }
}

impl Mirrored {
    /// Whether a packet was recorded twice at a place of which nothing tells that it is two.
    fn judge(&mut self, last: Met, met: Met, identity: &Identity) -> Judged {
        let apart = met.time.since(last.time).abs();
        let is_close = last.sampled && met.sampled && last.file == met.file && apart <= APART_MIRRORED;
        let is_equal = identity.carries && last.bytes == met.bytes;
        if is_close && (identity.numbered || is_equal && self.meet_twice()) { Judged::Duplicate } else { Judged::New }
    }

    fn meet_once(&mut self) {
        self.once += 1;
        if self.once >= 2 * ENOUGH {
            (self.once, self.twice) = (self.once / 2, self.twice / 2);
        }
    }

    /// Counts an equal frame, and answers whether nearly every packet had one.
    fn meet_twice(&mut self) -> bool {
        self.twice += 1;
        self.twice >= ENOUGH / 2 && 4 * self.twice >= 3 * self.once
    }
}

/// A hash of a frame: of its lengths, its headers, which number it, and its end.
fn frame_hash(frame: &Frame<'_>) -> u64 {
    let Frame { bytes, original_len, link_type, .. } = frame;
    let mut hasher = DefaultHasher::new();
    hasher.write_u64(secret());
    hasher.write_u64(u64::from(link_type.0) << 32 | u64::from(*original_len));
    hasher.write_usize(bytes.len());
    hasher.write(bytes.get(..HEADERS).unwrap_or(bytes));
    hasher.write(bytes.len().checked_sub(END).and_then(|end| bytes.get(end..)).unwrap_or_default());
    hasher.finish()
}

/// What a frame is looked up by: its packet, and as much as is known of one without a number; of what is no packet all of it.
fn key_of(bytes: u64, identity: Option<Identity>) -> u64 {
    match identity {
        None => bytes,
        Some(Identity { packet, numbered: true, .. }) => packet,
        Some(Identity { packet, content, .. }) => hash(&[packet, content.unwrap_or_default()]),
    }
}

fn hash(numbers: &[u64]) -> u64 {
    let mut hasher = DefaultHasher::new();
    numbers.iter().for_each(|number| hasher.write_u64(*number));
    hasher.finish()
}

/// Nanoseconds that the clocks of two files may differ by.
pub(super) const APART: i64 = 60 * SECOND;
/// Nanoseconds between the copies of a packet that two places of one file recorded: their clock is one.
const APART_IN_FILE: i64 = SECOND;
/// The same of packets without a number: less than after what anybody sends TCP's segments again.
const APART_UNNUMBERED: i64 = SECOND / 20;
/// The same where nothing tells the places apart. Networks deliver some packets twice, mostly further apart.
const APART_MIRRORED: i64 = SECOND / 1000;
/// Nanoseconds that the clocks of two files may differ by before they have shown that they have something in common.
const APART_UNPROVEN: i64 = SECOND;
const SECOND: i64 = 1_000_000_000;

/// Packets that two files seem to have in common before that is believed of packets without a number.
const IN_COMMON: u64 = 16;

/// Frames with which a capture begins, all of which are looked at.
const BEGINNING: u64 = 128;
/// Of so many frames the first few are looked at, and after one that stands twice so many all together.
const EVERY: u64 = 4096;
const SAMPLED: u64 = 16;

/// Packets of which most must stand twice.
const ENOUGH: u32 = 32;
/// Frames kept of a packet beside the last one.
const EARLIER: usize = 3;
/// Places of capture that are told apart for a packet; at further ones it is only taken for another copy.
const PLACES: usize = 8;

/// Bytes of a frame that hold its headers, and the beginning of what it carries.
const HEADERS: usize = 96;
/// Bytes at its end.
const END: usize = 16;
