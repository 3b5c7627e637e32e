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
//! Two files are compared while both are read, so that one which only continues another costs nothing; their clocks may differ by
//! [`APART`], if that is not more packets than are remembered. A single file is looked at in samples.

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// The number of its file.
    pub(super) file: usize,
    /// The number of its interface there.
    pub(super) interface: u32,
}

/// Remembers packets.
#[derive(Debug)]
pub(super) struct Duplicates {
    recent: Recent<u64, Seen>,
    pairs: Vec<Pair>,
    pairs_limit: usize,
    /// Whether a file is over, by its number.
    ended: Vec<bool>,
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
    time: Time,
    frame: u64,
    file: usize,
    /// A hash of the whole frame.
    bytes: u64,
    content: Option<u64>,
    cut: bool,
    /// How often it was read.
    read: u32,
    /// How often each place recorded it.
    places: SmallVec<[(u64, u32); 2]>,
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
    /// Of these, those that were cut when they were recorded first, and not again.
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
            ended: Vec::new(),
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

    /// A file is over.
    pub(super) fn end(&mut self, file: usize) {
        if self.ended.len() <= file {
            self.ended.resize(file + 1, false);
        }
        if let Some(ended) = self.ended.get_mut(file) {
            *ended = true;
        }
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
    pub(super) fn judge(&mut self, frame: &Frame<'_>, origin: Origin, decoder: &Decoder) -> Judged {
        let (bytes, identity) = (frame_hash(frame), decoder.identity(frame));
        let key = key_of(bytes, identity);
        let place = identity.map_or(0, |identity| identity.place) ^ hash(&[origin.file as u64, origin.interface.into()]);
        let Some(seen) = self.recent.get_mut(&key).filter(|seen| seen.time.since(frame.time).abs() <= APART) else {
            self.remember(key, frame, origin, (bytes, identity, place));
            return Judged::New;
        };
        let here = seen.places.iter().find(|(known, _)| *known == place).map_or(0, |(_, times)| *times) + 1;
        let is_again = here <= seen.read;
        let judged = match identity {
            _ if is_again && seen.is_frame(frame.time, bytes) && seen.file != origin.file => Judged::Copied(seen.frame),
            Some(identity) if seen.is_packet(&identity) && is_again && seen.is_elsewhere(frame, &identity, origin, &self.pairs, &self.ended) => {
                Judged::Duplicate
            }
            Some(identity) if seen.is_packet(&identity) && !is_again && here > 1 && seen.is_mirrored(frame, &identity, bytes, &mut self.mirrored) => {
                self.note_pair(key, frame, origin, identity.cut, Judged::Duplicate);
                return Judged::Duplicate;
            }
            // Another packet, to which a sender that has no more numbers gave the same.
            Some(identity) if !seen.is_packet(&identity) => {
                self.remember(key, frame, origin, (bytes, Some(identity), place));
                return Judged::New;
            }
            _ => Judged::New,
        };
        seen.count(place);
        if judged == Judged::New {
            seen.read = seen.read.max(here);
            (seen.time, seen.frame, seen.file, seen.bytes) = (frame.time, frame.number, origin.file, bytes);
        } else {
            self.note_pair(key, frame, origin, identity.is_some_and(|identity| identity.cut), judged);
        }
        judged
    }

    fn remember(&mut self, key: u64, frame: &Frame<'_>, origin: Origin, (bytes, identity, place): (u64, Option<Identity>, u64)) {
        if identity.is_some_and(|identity| identity.carries) {
            self.mirrored.meet_once();
        }
        let seen = Seen {
            time: frame.time,
            frame: frame.number,
            file: origin.file,
            bytes,
            content: identity.and_then(|identity| identity.content),
            cut: identity.is_some_and(|identity| identity.cut),
            read: 1,
            places: SmallVec::from_elem((place, 1), 1),
        };
        if self.recent.insert(key, seen) {
            let two_files = self.pairs.iter().any(|pair| pair.files.0 != pair.files.1);
            self.crowded |= two_files && self.forgot.is_some_and(|before| frame.time.since(before) < APART);
            self.forgot = Some(frame.time);
        }
    }

    /// Takes down that a frame and one before are the same.
    fn note_pair(&mut self, key: u64, frame: &Frame<'_>, origin: Origin, cut: bool, judged: Judged) {
        let Some(seen) = self.recent.get(&key) else { return };
        let files = (seen.file.min(origin.file), seen.file.max(origin.file));
        let known = self.pairs.iter().any(|pair| pair.files == files);
        if !known && self.pairs.len() < self.pairs_limit {
            self.pairs.push(Pair { files, offset: 0, copied: 0, duplicates: 0, second_first: 0, cut: 0, apart: 0 });
        }
        let Some(pair) = self.pairs.iter_mut().find(|pair| pair.files == files) else { return };
        if pair.offset == 0 && files.1 == origin.file {
            pair.offset = frame.offset;
        }
        if judged == Judged::Duplicate {
            pair.duplicates += 1;
            pair.second_first += u64::from(seen.file > origin.file);
            pair.cut += u64::from(seen.cut && !cut);
            pair.apart += i128::from(frame.time.since(seen.time));
        } else {
            pair.copied += 1;
        }
        if files.0 == files.1 {
            self.until = self.until.max(frame.number + EVERY);
        }
    }
}

impl Seen {
    /// Whether a frame is this one, recorded once and copied.
    fn is_frame(&self, time: Time, bytes: u64) -> bool {
        (self.time, self.bytes) == (time, bytes)
    }

    /// Whether a packet is this one by what is known of both.
    fn is_packet(&self, identity: &Identity) -> bool {
        self.content.is_none() || identity.content.is_none() || self.content == identity.content
    }

    /// Whether a packet that another place recorded was sent once, by what is known of the two places.
    fn is_elsewhere(&self, frame: &Frame<'_>, identity: &Identity, origin: Origin, pairs: &[Pair], ended: &[bool]) -> bool {
        let apart = frame.time.since(self.time).abs();
        if self.file == origin.file {
            return apart <= if identity.numbered { APART_IN_FILE } else { APART_UNNUMBERED };
        }
        // What stands in a file that begins when another is over was sent again, unless the two have much in common.
        let files = (self.file.min(origin.file), self.file.max(origin.file));
        let is_over = ended.get(self.file).copied().unwrap_or_default();
        !is_over || pairs.iter().any(|pair| pair.files == files && pair.copied + pair.duplicates >= IN_COMMON)
    }

    /// Whether a packet was recorded twice at a place of which nothing tells that it is two.
    fn is_mirrored(&self, frame: &Frame<'_>, identity: &Identity, bytes: u64, mirrored: &mut Mirrored) -> bool {
        let apart = frame.time.since(self.time).abs();
        if identity.numbered {
            return apart <= APART_MIRRORED;
        }
        let equal = self.bytes == bytes && apart <= APART_EQUAL && identity.carries;
        equal && mirrored.meet_twice()
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
/// The same of packets with a number, where nothing tells the places apart.
const APART_MIRRORED: i64 = SECOND / 100;
/// The same of packets without one, which must be equal to the last bit.
const APART_EQUAL: i64 = SECOND / 1000;
const SECOND: i64 = 1_000_000_000;

/// Frames or packets that two files have in common before they are held against each other beyond the end of one.
const IN_COMMON: u64 = 16;

/// Frames with which a capture begins, all of which are looked at.
const BEGINNING: u64 = 256;
/// Of so many frames the first few are looked at, and after one that stands twice so many all together.
const EVERY: u64 = 4096;
const SAMPLED: u64 = 16;

/// Packets of which most must stand twice.
const ENOUGH: u32 = 32;
/// Places of capture that are told apart for a packet; at further ones it is only taken for another copy.
const PLACES: usize = 8;

/// Bytes of a frame that hold its headers, and the beginning of what it carries.
const HEADERS: usize = 160;
/// Bytes at its end.
const END: usize = 16;
