//! The classic container: a header, then records.
//!
//! In: bytes from the start of a record. Out: a [`Step`]. Micro- and nanoseconds, either byte order; also with the longer heads of Alexey
//! Kuznetzov's libpcap, which Linux distributions had around the year 2000.
//! Document: draft-ietf-opsawg-pcap; for the longer heads the comments of libpcap and Wireshark. Left out on purpose: versions before 2.4,
//! which swapped the two lengths, and longer heads under the usual magic number.
//!
//! ```text
//! header  magic 4 | major 2 | minor 2 | reserved 8 | snaplen 4 | FCS 4 bits, reserved 12, link type 16 bits
//! record  seconds 4 | micro- or nanoseconds 4 | captured length 4 | original length 4 | bytes
//!         Kuznetzov's: interface 4, protocol 2, kind 1, padding 1 or 5 before the bytes
//! ```

use super::records::{Head, Layout, Records};
use super::{Caps, LinkType, Place, Step};
use crate::base::Time;

/// A pcap file: what its header says, once it was read.
#[derive(Debug, Default)]
pub(super) struct Pcap {
    header: Option<Header>,
    records: Records,
}

#[derive(Clone, Copy, Debug)]
struct Header {
    link_type: LinkType,
    record: PcapRecord,
}

/// How the records are written.
#[derive(Clone, Copy, Debug)]
struct PcapRecord {
    big_endian: bool,
    /// Nanoseconds in one unit of a record's fraction of a second.
    unit: u32,
    head_bytes: usize,
}

/// Whether `bytes` begin a pcap file of version 2. Of a shorter start only what is there is judged.
pub(super) fn recognised(bytes: &[u8]) -> bool {
    has_magic(bytes)
        && match (bytes.first(), bytes.get(4..6)) {
            (Some(0xa1), Some(major)) => major == [0, 2],
            (_, Some(major)) => major == [2, 0],
            (_, None) => true,
        }
}

/// Whether `bytes` begin with one of the magic numbers.
pub(super) fn has_magic(bytes: &[u8]) -> bool {
    magic(bytes).is_some()
}

/// The magic number that `bytes` begin with, and whether the most significant byte comes first.
fn magic(bytes: &[u8]) -> Option<(u32, bool)> {
    let magic = *bytes.first_chunk()?;
    let orders = [(u32::from_be_bytes(magic), true), (u32::from_le_bytes(magic), false)];
    orders.into_iter().find(|(magic, _)| matches!(*magic, MICROSECONDS | NANOSECONDS | KUZNETZOV))
}

impl Pcap {
    /// The record that `bytes` begin with; the file's header first.
    #[inline(always)]
    pub(super) fn next<'a>(&mut self, bytes: &'a [u8], last: bool, limits: Caps, place: Place) -> Step<'a> {
        let Some(Header { link_type, record }) = self.header else {
            return self.header(bytes, last, limits);
        };
        match self.records.next(&record, bytes, last, limits, place) {
            Ok(head) => super::frame(bytes, &head, record.head_bytes, link_type, place),
            Err(step) => step,
        }
    }

    #[cold]
    fn header<'a>(&mut self, bytes: &[u8], last: bool, limits: Caps) -> Step<'a> {
        let (Some((magic, big_endian)), Some((header, rest))) = (magic(bytes), bytes.split_first_chunk::<HEADER_BYTES>()) else {
            return Step::More { needed: HEADER_BYTES };
        };
        let number = header.last_chunk().map_or(0, |number| u32_of(*number, big_endian));
        let unit = if magic == NANOSECONDS { 1 } else { 1000 };
        let mut record = PcapRecord { big_endian, unit, head_bytes: if magic == KUZNETZOV { 24 } else { 16 } };
        if magic == KUZNETZOV {
            // Two versions of the patch have one magic number; the records tell which it was.
            let longer = PcapRecord { head_bytes: 28, ..record };
            let fits = Records::fit(&record, rest, last, limits).and_then(|fits| Ok((fits, Records::fit(&longer, rest, last, limits)?)));
            match fits {
                Ok((false, true)) => record = longer,
                Ok(_) => {}
                Err(needed) => return Step::More { needed: HEADER_BYTES + needed },
            }
        }
        self.header = Some(Header { link_type: LinkType(number), record });
        Step::Skip { used: HEADER_BYTES, finding: None }
    }
}

impl Layout for PcapRecord {
    #[inline]
    fn head_bytes(&self) -> usize {
        self.head_bytes
    }

    #[inline(always)]
    fn head(&self, bytes: &[u8]) -> Option<Head> {
        let (fields, _) = bytes.get(..self.head_bytes)?.first_chunk::<16>()?.as_chunks::<4>();
        let &[seconds, fraction, captured, original] = fields else { return None };
        let [seconds, fraction, captured, original] = [seconds, fraction, captured, original].map(|field| u32_of(field, self.big_endian));
        let nanos = i64::from(fraction) * i64::from(self.unit);
        Some(Head {
            captured,
            original,
            size: self.head_bytes as u64 + u64::from(captured),
            time: Time::from_nanos(i64::from(seconds) * 1_000_000_000 + nanos),
            sound: nanos < 1_000_000_000,
            blank: (seconds | fraction | captured | original) == 0,
        })
    }
}

#[inline]
fn u32_of(bytes: [u8; 4], big_endian: bool) -> u32 {
    if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
}

const HEADER_BYTES: usize = 24;

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;
const KUZNETZOV: u32 = 0xa1b2_cd34;
