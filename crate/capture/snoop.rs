//! snoop, as of Solaris: a header, then records padded to four bytes.
//!
//! In: bytes from the start of a record. Out: a [`Step`]. Document: RFC 1761; more link types in Sun's `dlpi.h`. Surveyor of Shomiti
//! wrote the same with other link types, and 16 bytes of its own behind each frame, by which it is known.
//!
//! ```text
//! header  "snoop" 0 0 0 | version 4 | link type 4
//! record  original length 4 | captured length 4 | record length 4 | drops 4 | seconds 4 | microseconds 4 | bytes | padding
//! ```

use super::records::{Head, Layout, Records};
use super::{Caps, LinkType, Place, Step};
use crate::base::Time;

/// A snoop file.
#[derive(Debug, Default)]
pub(super) struct Snoop {
    link_type: Option<LinkType>,
    records: Records,
}

/// Whether `bytes` begin a snoop file: of version 2, or those with which Shomiti numbered its hardware. Of a shorter start only what is
/// there is judged.
pub(super) fn recognised(bytes: &[u8]) -> bool {
    has_magic(bytes) && bytes.get(8..12).is_none_or(|version| matches!(version, [0, 0, 0, 2..=5]))
}

/// Whether `bytes` begin with the name of the format.
pub(super) fn has_magic(bytes: &[u8]) -> bool {
    bytes.starts_with(b"snoop\0\0\0")
}

impl Snoop {
    /// The record that `bytes` begin with; the file's header first.
    pub(super) fn next<'a>(&mut self, bytes: &'a [u8], last: bool, limits: Caps, place: Place) -> Step<'a> {
        let Some(link_type) = self.link_type else { return self.header(bytes, last) };
        match self.records.next(&SnoopRecord, bytes, last, limits, place) {
            Ok(head) => super::frame(bytes, &head, HEAD_BYTES, link_type, place),
            Err(step) => step,
        }
    }

    fn header<'a>(&mut self, bytes: &[u8], last: bool) -> Step<'a> {
        let Some((header, rest)) = bytes.split_first_chunk::<HEADER_BYTES>() else { return Step::More { needed: HEADER_BYTES } };
        if rest.len() < HEAD_BYTES && !last {
            return Step::More { needed: HEADER_BYTES + HEAD_BYTES };
        }
        let padding = SnoopRecord.head(rest).map_or(0, |head| head.size.saturating_sub(HEAD_BYTES as u64 + u64::from(head.captured)));
        let number = header.last_chunk().map_or(0, |number| u32::from_be_bytes(*number));
        self.link_type = Some(link_type(number, padding >= SHOMITI_BYTES));
        Step::Skip { used: HEADER_BYTES, finding: None }
    }
}

/// A record of a snoop file.
struct SnoopRecord;

impl Layout for SnoopRecord {
    fn head_bytes(&self) -> usize {
        HEAD_BYTES
    }

    fn head(&self, bytes: &[u8]) -> Option<Head> {
        let (fields, _) = bytes.first_chunk::<HEAD_BYTES>()?.as_chunks::<4>();
        let &[original, captured, size, drops, seconds, micros] = fields else { return None };
        let [original, captured, size, seconds, micros] = [original, captured, size, seconds, micros].map(u32::from_be_bytes);
        let held = HEAD_BYTES as u64 + u64::from(captured);
        // A record too short for its frame is impossible, and so is one of endless length.
        let size = if u64::from(size) < held { u64::MAX } else { u64::from(size) };
        Some(Head {
            captured,
            original,
            size,
            time: Time::from_nanos(i64::from(seconds) * 1_000_000_000 + i64::from(micros) * 1000),
            sound: micros < 1_000_000 && size - held.min(size) <= MOST_PADDING,
            blank: [original, captured, seconds, micros] == [0; 4] && drops == [0; 4],
        })
    }
}

/// What the link type of a snoop file is called in a pcap file. Those without a name there keep their number, above all that have one.
fn link_type(number: u32, shomiti: bool) -> LinkType {
    match number {
        0 | 4 => LinkType::ETHERNET,
        10 | 12 | 19 if shomiti => LinkType::ETHERNET,
        25 if !shomiti => LinkType::ETHERNET,
        8 => LinkType::FDDI,
        9 | 14 if !shomiti => LinkType::NULL,
        _ => LinkType(0x8000_0000 | number),
    }
}

const HEADER_BYTES: usize = 16;
const HEAD_BYTES: usize = 24;

/// Bytes of what Shomiti writes behind a frame; others pad with fewer.
const SHOMITI_BYTES: u64 = 16;

/// More bytes behind a frame than any program writes.
const MOST_PADDING: u64 = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_types_have_the_names_of_pcap() {
        for (number, shomiti, expected) in [
            (0, false, LinkType::ETHERNET),
            (4, false, LinkType::ETHERNET),
            (4, true, LinkType::ETHERNET),
            (12, true, LinkType::ETHERNET),
            (12, false, LinkType(0x8000_000c)),
            (8, false, LinkType::FDDI),
            (14, false, LinkType::NULL),
        ] {
            assert_eq!(link_type(number, shomiti), expected, "{number}");
        }
    }
}
