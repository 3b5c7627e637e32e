//! Files of Microsoft's Network Monitor, 1.x and 2.x: a header, frames, and a table that says where each frame is.
//!
//! In: bytes from the start of a record. Out: a [`Step`]. The table stands behind the frames, so that it cannot lead through a stream:
//! frames are read as they stand, from the header on, and the table is held against them. Programs write them in order.
//! Document: the help of Network Monitor 3.4, as Wireshark's `netmon.c` retells it. Left out on purpose: comments, processes, and the
//! statistics that stand among the frames.
//!
//! ```text
//! header  "RTSS" or "GMBU" | minor 1 | major 1 | link type 2 | year, month, weekday, day, hour, minute, second, ms 2 each
//!         | table: offset 4, bytes 4 | other tables | in all 128
//! 1.x     milliseconds 4 | original length 2 | captured length 2 | bytes
//! 2.x     microseconds 8 | original length 4 | captured length 4 | bytes | since 2.1 link type 2 | since 2.2 process 4
//!         | since 2.3 time since 1601 in 100 ns 8, time zone 1
//! ```
//!
//! Before 2.3 times are those of the clock on the wall, in a zone that the file does not name: they are read as UTC.

use super::records::{Head, Layout, Records};
use super::{Caps, Flaw, Frame, LinkType, Place, Step};
use crate::base::{Code, Time};

/// A Network Monitor file: what its header says, once it was read.
#[derive(Debug, Default)]
pub(super) struct Netmon {
    header: Option<Header>,
    records: Records,
    frames: Order,
    table: Option<Table>,
}

#[derive(Clone, Copy, Debug)]
struct Header {
    link_type: u16,
    record: NetmonRecord,
    /// Where the table begins; the frames end there. `None` in a file that was never finished.
    table: Option<u64>,
    table_bytes: u64,
}

/// How the records are written.
#[derive(Clone, Copy, Debug)]
struct NetmonRecord {
    major: u8,
    minor: u8,
    start: Time,
}

/// Places of frames, in order: how many, and a number that another order would hardly have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Order {
    count: u64,
    sum: u64,
}

/// The table on its way.
#[derive(Debug)]
struct Table {
    left: u64,
    frames: Order,
}

/// Whether `bytes` begin a file of version 1 or 2. Of a shorter start only what is there is judged.
pub(super) fn recognised(bytes: &[u8]) -> bool {
    has_magic(bytes) && bytes.get(5).is_none_or(|major| matches!(major, 1 | 2))
}

/// Whether `bytes` begin with one of the two magic numbers.
pub(super) fn has_magic(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RTSS") || bytes.starts_with(b"GMBU")
}

impl Netmon {
    /// The record that `bytes` begin with; the file's header first.
    pub(super) fn next<'a>(&mut self, bytes: &'a [u8], last: bool, limits: Caps, place: Place) -> Step<'a> {
        let Some(header) = self.header else { return self.header(bytes) };
        let Place { offset, .. } = place;
        let Some(until) = header.table else { return self.frame(header, bytes, last, limits, place) };
        if offset >= until {
            return self.table(header, bytes, last);
        }
        // Of what is there, the frames reach to the table.
        let left = usize::try_from(until - offset).unwrap_or(usize::MAX);
        match bytes.get(..left) {
            None => self.frame(header, bytes, last, limits, place),
            Some(frames) => match self.frame(header, frames, true, limits, place) {
                Step::More { .. } => Step::Skip { used: left, finding: None },
                // The frames end there, whether whole or not, and the table follows.
                Step::End { finding } => Step::Skip { used: left, finding },
                step => step,
            },
        }
    }

    fn frame<'a>(&mut self, header: Header, bytes: &'a [u8], last: bool, limits: Caps, place: Place) -> Step<'a> {
        let head = match self.records.next(&header.record, bytes, last, limits, place) {
            Ok(head) => head,
            Err(step) => return step,
        };
        self.frames.add(place.offset);
        let captured = usize::try_from(head.captured).unwrap_or(usize::MAX);
        let record = bytes.get(header.record.head_bytes()..).unwrap_or_default();
        let (frame, trailer) = record.split_at_checked(captured).unwrap_or((record, &[]));
        let network = match trailer {
            [low, high, ..] if header.record.trailer_bytes() > 0 => u16::from_le_bytes([*low, *high]),
            _ => header.link_type,
        };
        let used = usize::try_from(head.size).unwrap_or(usize::MAX);
        let Some((link_type, skipped)) = link_type(network, frame) else { return Step::Skip { used, finding: None } };
        let Place { number, offset } = place;
        let bytes = frame.get(skipped..).unwrap_or_default();
        let original_len = head.original.saturating_sub(u32::try_from(skipped).unwrap_or(0));
        let time = header.record.utc(trailer).unwrap_or(head.time);
        Step::Frame { used, frame: Frame { number, offset, time, link_type, bytes, original_len } }
    }

    /// The table: an offset of four bytes for each frame. What follows is no longer looked at.
    fn table<'a>(&mut self, header: Header, bytes: &[u8], last: bool) -> Step<'a> {
        let table = self.table.get_or_insert(Table { left: header.table_bytes / 4, frames: Order::default() });
        let count = (bytes.len() / 4).min(usize::try_from(table.left).unwrap_or(usize::MAX));
        let (places, _) = bytes.get(..count * 4).unwrap_or_default().as_chunks::<4>();
        places.iter().for_each(|place| table.frames.add(u64::from(u32::from_le_bytes(*place))));
        table.left -= count as u64;
        if count > 0 {
            return Step::Skip { used: count * 4, finding: None };
        }
        if table.left > 0 && !last {
            return Step::More { needed: 4 };
        }
        let same = table.left == 0 && table.frames == self.frames;
        let reason = "the table of frames names others";
        let flaw = Flaw { code: Code::FramesUnordered, offset: header.table.unwrap_or(0), bytes: 0, reason };
        Step::End { finding: (!same).then_some(flaw) }
    }

    fn header<'a>(&mut self, bytes: &[u8]) -> Step<'a> {
        let Some(header) = bytes.first_chunk::<HEADER_BYTES>() else { return Step::More { needed: HEADER_BYTES } };
        let [_, _, _, _, minor, major, rest @ ..] = *header;
        let (halves, _) = rest.as_chunks::<2>();
        let &[link_type, year, month, _, day, hour, minute, second, millis, low, high, length_low, length_high, ..] = halves else {
            return Step::More { needed: HEADER_BYTES };
        };
        let [year, month, day] = [year, month, day].map(|half| i64::from(u16::from_le_bytes(half)));
        let [hour, minute, second, millis] = [hour, minute, second, millis].map(|half| i64::from(u16::from_le_bytes(half)));
        let whole = |[a, b]: [u8; 2], [c, d]: [u8; 2]| u64::from(u32::from_le_bytes([a, b, c, d]));
        let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
        self.header = Some(Header {
            link_type: u16::from_le_bytes(link_type),
            record: NetmonRecord { major, minor, start: Time::from_nanos((seconds * 1000 + millis).saturating_mul(1_000_000)) },
            table: Some(whole(low, high)).filter(|offset| *offset >= HEADER_BYTES as u64),
            table_bytes: whole(length_low, length_high),
        });
        Step::Skip { used: HEADER_BYTES, finding: None }
    }
}

impl Order {
    fn add(&mut self, place: u64) {
        self.count += 1;
        self.sum = (self.sum ^ place).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
}

impl NetmonRecord {
    /// Bytes behind a frame.
    fn trailer_bytes(self) -> usize {
        match (self.major, self.minor) {
            (1, _) | (_, 0) => 0,
            (_, 1) => 2,
            (_, 2) => 6,
            _ => 15,
        }
    }

    /// The time in the trailer, which is not that of a wall.
    fn utc(self, trailer: &[u8]) -> Option<Time> {
        let ticks = u64::from_le_bytes(*trailer.get(6..14).filter(|_| self.trailer_bytes() == 15)?.first_chunk()?);
        let since_1970 = i64::try_from(ticks).ok()? - TICKS_TO_1970;
        Some(Time::from_nanos(since_1970.saturating_mul(100)))
    }
}

impl Layout for NetmonRecord {
    fn head_bytes(&self) -> usize {
        if self.major == 1 { 8 } else { 16 }
    }

    fn head(&self, bytes: &[u8]) -> Option<Head> {
        let head = bytes.get(..self.head_bytes())?;
        let (nanos, original, captured) = if self.major == 1 {
            let [a, b, c, d, e, f, g, h] = *head.first_chunk()?;
            let millis = i64::from(u32::from_le_bytes([a, b, c, d]));
            (millis * 1_000_000, u32::from(u16::from_le_bytes([e, f])), u32::from(u16::from_le_bytes([g, h])))
        } else {
            let (micros, lengths) = head.split_first_chunk::<8>()?;
            let (fields, _) = lengths.as_chunks::<4>();
            let &[original, captured] = fields else { return None };
            let micros = u64::from_le_bytes(*micros).cast_signed();
            (micros.saturating_mul(1000), u32::from_le_bytes(original), u32::from_le_bytes(captured))
        };
        Some(Head {
            captured,
            original,
            size: (head.len() + self.trailer_bytes()) as u64 + u64::from(captured),
            time: Time::from_nanos(self.start.nanos().saturating_add(nanos)),
            sound: captured <= original,
            // The first frames of a capture have the time 0, but not a length of 0 too.
            blank: head.iter().all(|byte| *byte == 0),
        })
    }
}

/// What the number of a link type means, and how many bytes of Network Monitor's own come before the frame; `None` for what is no frame.
fn link_type(network: u16, frame: &[u8]) -> Option<(LinkType, usize)> {
    let link_type = match network {
        // Files of Network Monitor 3.4 about tunnels give 0, and have Ethernet.
        0 | 1 => LinkType::ETHERNET,
        3 => LinkType::FDDI,
        // A version of one byte, and how long what is said of the radio is, itself included.
        6 => match frame {
            [_, low, high, ..] => return Some((LinkType::IEEE802_11, usize::from(u16::from_le_bytes([*low, *high])))),
            _ => LinkType::IEEE802_11,
        },
        7..=9 => LinkType::RAW,
        0xe080 => LinkType::IEEE802_11,
        0xe081..=0xe08a => LinkType(u32::from(network)),
        0xe000..=0xefff => LinkType(u32::from(network & 0xfff)),
        // Reassembled payload, adapters, names: what Network Monitor tells itself.
        0xfffc..=0xfffe => return None,
        _ => LinkType(0x8000_0000 | u32::from(network)),
    };
    Some((link_type, 0))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. Any numbers are taken: those of no date give some day.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // A year that begins in March has its leap day at the end.
    let year = if month > 2 { year } else { year - 1 };
    let month = (month + 9) % 12;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (month * 153 + 2) / 5 + day - 719_469
}

const HEADER_BYTES: usize = 128;

/// Units of 100 ns from the year 1601 to 1970.
const TICKS_TO_1970: i64 = 116_444_736_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days() {
        for (date, expected) in [
            ((1970, 1, 1), 0),
            ((1969, 12, 31), -1),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2005, 7, 3), 12_967),
            ((1601, 1, 1), -134_774),
            ((65_535, 65_535, 65_535), days(65_535, 65_535, 65_535)),
        ] {
            assert_eq!(days(date.0, date.1, date.2), expected, "{date:?}");
        }
    }

    #[test]
    fn link_types_have_the_names_of_pcap() {
        for (network, frame, expected) in [
            (0, &b""[..], Some((LinkType::ETHERNET, 0))),
            (1, b"", Some((LinkType::ETHERNET, 0))),
            (6, b"\x02\x20\0rest", Some((LinkType::IEEE802_11, 32))),
            (6, b"\x02", Some((LinkType::IEEE802_11, 0))),
            (9, b"", Some((LinkType::RAW, 0))),
            (0xe071, b"", Some((LinkType::LINUX_SLL, 0))),
            (0xe080, b"", Some((LinkType::IEEE802_11, 0))),
            (0xfffe, b"", None),
            (0xffff, b"", Some((LinkType(0x8000_ffff), 0))),
        ] {
            assert_eq!(link_type(network, frame), expected, "{network:#x}");
        }
    }
}
