//! The header of a uTP packet (BEP 29).
//!
//! ```text
//!  0       4       8               16                              32
//! +-------+-------+---------------+-------------------------------+
//! | type  | ver 1 | extension     | connection_id                 |
//! | timestamp_microseconds                                        |
//! | timestamp_difference_microseconds                             |
//! | wnd_size                                                      |
//! | seq_nr                        | ack_nr                        |
//! +---------------+---------------+---------------+---------------+
//! | extension     | length        | length bytes, as often as the extension before it is not 0
//! ```
//!
//! Extensions are stepped over by their lengths: 1 is the selective acknowledgement, 2 (8 bytes of flags) stands in libutp, 3 (a
//! reason for closing) in libtorrent. Cumulative acknowledgements say all that the order of packets needs.

use crate::base::{Malformed, Reader};

/// What every uTP packet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What the packet is for.
    pub kind: Kind,
    /// Which connection between two endpoints it belongs to, as the sender names it.
    pub connection_id: u16,
    /// When it was sent, in microseconds of the sender's own clock.
    pub timestamp: u32,
    /// How long the last packet of the other end took, in microseconds, by two clocks that nobody set alike.
    pub timestamp_difference: u32,
    /// Bytes that the sender has room for.
    pub window: u32,
    /// The packet's number; of a state packet that of the next data.
    pub sequence: u16,
    /// The number of the last packet that arrived with all before it.
    pub acknowledgement: u16,
    /// Bytes of the header and its extensions.
    pub length: u32,
}

/// The types of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 0 `ST_DATA`: carries the stream.
    Data,
    /// 1 `ST_FIN`: ends it.
    Fin,
    /// 2 `ST_STATE`: acknowledges.
    State,
    /// 3 `ST_RESET`: refuses, or breaks off.
    Reset,
    /// 4 `ST_SYN`: opens.
    Syn,
}

impl Kind {
    /// The type's name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Data => "data",
            Kind::Fin => "fin",
            Kind::State => "state",
            Kind::Reset => "reset",
            Kind::Syn => "syn",
        }
    }

    /// Whether packets of this type have a number of their own.
    pub fn is_numbered(self) -> bool {
        matches!(self, Kind::Data | Kind::Fin)
    }
}

impl Header {
    /// The header of a datagram, of which `cut_short` bytes are not in the capture; `None` when it cannot be uTP.
    pub fn read(payload: &[u8], cut_short: u32) -> Option<Self> {
        // Everything else ends here: a million datagrams of the DHT begin with a `d`.
        let kind = match payload.first()? {
            0x01 => Kind::Data,
            0x11 => Kind::Fin,
            0x21 => Kind::State,
            0x31 => Kind::Reset,
            0x41 => Kind::Syn,
            _ => return None,
        };
        Header::read_fields(kind, payload, u64::from(cut_short)).ok().flatten()
    }

    fn read_fields(kind: Kind, payload: &[u8], cut_short: u64) -> Result<Option<Self>, Malformed> {
        let mut reader = Reader::new(payload);
        reader.u8("type")?;
        let mut extension = reader.u8("extension")?;
        let mut header = Header {
            kind,
            connection_id: reader.u16("connection_id")?,
            timestamp: reader.u32("timestamp_microseconds")?,
            timestamp_difference: reader.u32("timestamp_difference_microseconds")?,
            window: reader.u32("wnd_size")?,
            sequence: reader.u16("seq_nr")?,
            acknowledgement: reader.u16("ack_nr")?,
            length: HEADER_BYTES,
        };
        while extension != 0 {
            extension = reader.u8("extension")?;
            let length = reader.u8("length")?;
            header.length += 2 + u32::from(length);
            // The last may reach into what the capture cut off.
            if reader.bytes(length.into(), "extension").is_err() {
                let on_the_wire = payload.len() as u64 + cut_short;
                return Ok((extension == 0 && u64::from(header.length) <= on_the_wire).then_some(header));
            }
        }
        Ok(Some(header))
    }

    /// Whether a datagram of `bytes` bytes with this header looks like what clients send: only data, and the end of it, carry bytes,
    /// and few extensions were ever used.
    pub(super) fn is_usual(&self, payload: &[u8], bytes: u64) -> bool {
        let known = payload.get(1).is_some_and(|extension| *extension <= LAST_EXTENSION);
        known && (self.kind.is_numbered() || bytes == u64::from(self.length))
    }
}

/// The header of a datagram that looks like the SYN of a connection and belongs to none that is known. It may be anything: twenty bytes
/// of another protocol can look so.
pub fn lone_syn(payload: &[u8], cut_short: u32) -> Option<Header> {
    let header = Header::read(payload, cut_short).filter(|header| header.kind == Kind::Syn)?;
    header.is_usual(payload, payload.len() as u64 + u64::from(cut_short)).then_some(header)
}

/// Bytes before the first extension.
const HEADER_BYTES: u32 = 20;

/// The highest extension that a client is known to send.
const LAST_EXTENSION: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &[u8] = &[0x21, 0, 0x12, 0x34, 0, 0, 0, 5, 0, 0, 0, 6, 0, 4, 0, 0, 0, 8, 0, 9];

    fn header(length: u32) -> Header {
        Header {
            kind: Kind::State,
            connection_id: 0x1234,
            timestamp: 5,
            timestamp_difference: 6,
            window: 0x4_0000,
            sequence: 8,
            acknowledgement: 9,
            length,
        }
    }

    #[test]
    fn fields_stand_where_the_document_has_them() {
        assert_eq!(Header::read(PLAIN, 0), Some(header(20)));
        for (first, kind) in [(0x01, Kind::Data), (0x11, Kind::Fin), (0x21, Kind::State), (0x31, Kind::Reset), (0x41, Kind::Syn)] {
            let bytes = [&[first][..], &PLAIN[1..], b"payload"].concat();
            assert_eq!(Header::read(&bytes, 0), Some(Header { kind, ..header(20) }));
        }
        for first in (0..=255).filter(|first| ![0x01, 0x11, 0x21, 0x31, 0x41].contains(first)) {
            assert_eq!(Header::read(&[&[first][..], &PLAIN[1..]].concat(), 0), None);
        }
    }

    #[test]
    fn every_prefix_of_a_header_is_none() {
        let extended = [&[0x21, 1][..], &PLAIN[2..], &[3, 4, 0xff, 0, 0, 1], &[0, 4, 0, 0, 0, 2]].concat();
        for end in 0..extended.len() {
            assert_eq!(Header::read(&extended[..end], 0), None, "{end}");
        }
        assert_eq!(Header::read(&extended, 0), Some(header(32)));
        assert_eq!(Header::read(&extended[..30], 2), Some(header(32)), "the last extension was cut by the capture");
        assert_eq!(Header::read(&extended[..30], 1), None, "and cannot be longer than its datagram");
        assert_eq!(Header::read(&extended[..24], 8), None, "where the chain goes on is not known");
    }

    #[test]
    fn malformed_headers_are_none() {
        for (extension, chain) in
            [(1, &b""[..]), (1, b"\0"), (1, b"\0\x05abcd"), (1, b"\x01\x04abcd\0\x09abcd"), (255, b"\xff\0\xff\0\xff")]
        {
            let bytes = [&[0x21, extension][..], &PLAIN[2..], chain].concat();
            assert_eq!(Header::read(&bytes, 0), None, "{}", chain.escape_ascii());
        }
    }

    #[test]
    fn unusual_packets() {
        let is_usual = |bytes: &[u8]| Header::read(bytes, 0).unwrap().is_usual(bytes, bytes.len() as u64);
        assert!(is_usual(PLAIN));
        assert!(!is_usual(&[PLAIN, &[1]].concat()), "a state packet carries nothing");
        assert!(is_usual(&[&[0x01][..], &PLAIN[1..], &[1]].concat()));
        assert!(!is_usual(&[&[0x21, 9][..], &PLAIN[2..], &[0, 0]].concat()), "no client sends extension 9");
    }
}
