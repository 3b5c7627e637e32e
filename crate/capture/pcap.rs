//! The classic container: a header, then records.
//!
//! In: bytes from the start of a record. Out: a [`Step`]. Micro- and nanoseconds, either byte order.
//! Document: draft-ietf-opsawg-pcap. Left out on purpose: versions before 2.4, which swapped the two lengths; the "modified" layouts.
//!
//! ```text
//! header  magic 4 | major 2 | minor 2 | reserved 8 | snaplen 4 | FCS 4 bits, reserved 12, link type 16 bits
//! record  seconds 4 | micro- or nanoseconds 4 | captured length 4 | original length 4 | bytes
//! ```

use pcap_parser::nom::{Err, Needed};
use pcap_parser::{parse_pcap_frame, parse_pcap_frame_be, parse_pcap_header};

use super::{Caps, Frame, LinkType, Place, Step};
use crate::base::{Code, Time};

/// A pcap file: what its header says, once it was read.
#[derive(Debug, Default)]
pub(super) struct Pcap {
    header: Option<Header>,
}

#[derive(Clone, Copy, Debug)]
struct Header {
    big_endian: bool,
    /// Nanoseconds in one unit of a record's fraction of a second.
    unit: i64,
    link_type: LinkType,
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

/// Whether `bytes` begin with one of the four magic numbers.
pub(super) fn has_magic(bytes: &[u8]) -> bool {
    bytes.first_chunk().is_some_and(|magic| MAGICS.contains(magic))
}

impl Pcap {
    /// The record that `bytes` begin with; the file's header first.
    pub(super) fn next<'a>(&mut self, bytes: &'a [u8], limits: Caps, place: Place) -> Step<'a> {
        let Some(header) = self.header else {
            return self.header(bytes);
        };
        let parsed = if header.big_endian { parse_pcap_frame_be(bytes) } else { parse_pcap_frame(bytes) };
        match parsed {
            Ok((rest, record)) if bytes.len() - rest.len() <= limits.record_bytes => {
                let seconds = i64::from(record.ts_sec) * 1_000_000_000;
                let time = Time::from_nanos(seconds + i64::from(record.ts_usec) * header.unit);
                let Place { number, offset } = place;
                let frame = Frame { number, offset, time, link_type: header.link_type, bytes: record.data, original_len: record.origlen };
                Step::Frame { used: bytes.len() - rest.len(), frame }
            }
            Err(Err::Incomplete(Needed::Size(missing))) if bytes.len().saturating_add(missing.get()) <= limits.record_bytes => {
                Step::More { needed: bytes.len() + missing.get() }
            }
            _ => Step::End { finding: Some(Code::FileDamaged) },
        }
    }

    fn header<'a>(&mut self, bytes: &[u8]) -> Step<'a> {
        let Ok((rest, header)) = parse_pcap_header(bytes) else {
            return Step::More { needed: HEADER_BYTES };
        };
        self.header = Some(Header {
            big_endian: header.is_bigendian(),
            unit: if header.is_nanosecond_precision() { 1 } else { 1000 },
            link_type: LinkType(header.network.0.cast_unsigned()),
        });
        Step::Skip { used: bytes.len() - rest.len(), finding: None }
    }
}

const HEADER_BYTES: usize = 24;

/// Micro- and nanoseconds, each in both byte orders.
const MAGICS: [[u8; 4]; 4] = [[0xa1, 0xb2, 0xc3, 0xd4], [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [0x4d, 0x3c, 0xb2, 0xa1]];
