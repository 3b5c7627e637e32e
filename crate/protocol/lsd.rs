//! Local service discovery: a client tells its network which torrents it has.
//!
//! BEP 14. One message is one datagram to `239.192.152.143:6771` or `[ff15::efc0:988f]:6771`:
//!
//! ```text
//! BT-SEARCH * HTTP/1.1␍␊
//! Host: GROUP␍␊  Port: PORT␍␊  Infohash: 40 DIGITS␍␊ …  cookie: TEXT␍␊  ␍␊␍␊
//! ```
//!
//! Known by its first line, wherever it is sent. Headers come in any order and case; there may be several info hashes.

use std::fmt;

use smallvec::SmallVec;

use super::{Datagram, DatagramProtocol, Message as AnyMessage, Parsed, Probe};
use crate::base::{Code, InfoHash, Limits, Malformed};

pub(super) const PROTOCOL: DatagramProtocol = DatagramProtocol { probe, parse, malformed: Code::LsdMalformed, accounted: true };

/// An announcement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message<'a> {
    /// The port on which the sender listens; `None` where it is not in the capture.
    pub port: Option<u16>,
    /// The torrents.
    pub info_hashes: SmallVec<[InfoHash; 1]>,
    /// By which a sender knows its own announcements.
    pub cookie: Option<&'a [u8]>,
}

impl Message<'_> {
    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        "announce"
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "announce")?;
        self.info_hashes.iter().try_for_each(|info_hash| write!(f, " {info_hash}"))?;
        self.port.map_or(Ok(()), |port| write!(f, " port {port}"))
    }
}

fn probe(datagram: &Datagram<'_>) -> Probe {
    if datagram.payload.starts_with(BEGINNING) { Probe::Yes } else { Probe::No }
}

fn parse<'a>(datagram: &Datagram<'a>, limits: &Limits) -> Parsed<'a> {
    let mut message = Message::default();
    let mut malformed = None;
    for line in lines(datagram.payload).skip(1) {
        if let Err(field) = message.read(line, limits) {
            let offset = line.as_ptr().addr() - datagram.payload.as_ptr().addr();
            malformed.get_or_insert(Malformed { field, offset });
        }
    }
    if message.port.is_none() || message.info_hashes.is_empty() {
        malformed.get_or_insert(Malformed { field: "Port, Infohash", offset: datagram.payload.len() });
    }
    Parsed { message: Some(AnyMessage::Lsd(message)), malformed: malformed.filter(|_| datagram.cut_short == 0) }
}

impl<'a> Message<'a> {
    /// Reads one header; the failure names it.
    fn read(&mut self, line: &'a [u8], limits: &Limits) -> Result<(), &'static str> {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return Ok(()) };
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        match name.to_ascii_lowercase().as_slice() {
            b"port" => self.port = Some(str::from_utf8(value).ok().and_then(|port| port.parse().ok()).ok_or("Port")?),
            b"infohash" => {
                let info_hash = InfoHash::from_hex(value).ok_or("Infohash")?;
                if self.info_hashes.len() < limits.scraped_torrents {
                    self.info_hashes.push(info_hash);
                }
            }
            b"cookie" => self.cookie = Some(value),
            _ => {}
        }
        Ok(())
    }
}

/// The lines of a text, without their ends; the last one only when it has one.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').filter_map(|line| line.strip_suffix(b"\n")).map(<[u8]>::trim_ascii_end)
}

const BEGINNING: &[u8] = b"BT-SEARCH * HTTP/1.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Endpoint;

    const ANNOUNCE: &[u8] = b"BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nport: 51413\r\n\
        INFOHASH: 6D6e6f707172737475767778797a313233343536\r\nInfohash: 0707070707070707070707070707070707070707\r\ncookie: a1\r\n\r\n\r\n";

    fn read(payload: &[u8], cut_short: u32) -> Option<Parsed<'_>> {
        let at = Endpoint::new([10, 0, 0, 1], 6771);
        let datagram = Datagram { source: at, destination: at, payload, cut_short };
        (probe(&datagram) == Probe::Yes).then(|| parse(&datagram, &Limits::default()))
    }

    #[test]
    fn an_announcement() {
        let Some(Parsed { message: Some(AnyMessage::Lsd(message)), malformed: None }) = read(ANNOUNCE, 0) else {
            panic!("an announcement")
        };
        assert_eq!((message.port, message.cookie), (Some(51413), Some(&b"a1"[..])));
        assert_eq!(message.info_hashes.as_slice(), [InfoHash(*b"mnopqrstuvwxyz123456"), InfoHash([7; 20])]);
        assert_eq!(message.to_string(), format!("announce 6d6e6f707172737475767778797a313233343536 {} port 51413", "07".repeat(20)));
    }

    #[test]
    fn other_searches_are_none() {
        for payload in [&b""[..], b"BT-SEARCH", b"M-SEARCH * HTTP/1.1\r\n\r\n", b"bt-search * HTTP/1.1\r\n"] {
            assert!(read(payload, 0).is_none(), "{}", payload.escape_ascii());
        }
    }

    #[test]
    fn every_prefix_is_malformed_or_cut_until_both_headers_are_there() {
        let first_hash = ANNOUNCE.windows(8).position(|at| at == b"Infohash").unwrap();
        for end in BEGINNING.len()..ANNOUNCE.len() {
            let parsed = read(&ANNOUNCE[..end], 0).unwrap();
            assert_eq!(parsed.malformed.is_some(), end < first_hash, "{end}");
            assert!(parsed.message.is_some() && read(&ANNOUNCE[..end], 1).unwrap().malformed.is_none());
        }
    }

    #[test]
    fn a_malformed_header_is_named() {
        for (line, field) in [("Port: 70000", "Port"), ("Port:", "Port"), ("Infohash: 07", "Infohash"), ("Infohash: zz", "Infohash")] {
            let payload = format!("BT-SEARCH * HTTP/1.1\r\n{line}\r\n\r\n");
            let malformed = read(payload.as_bytes(), 0).unwrap().malformed.unwrap();
            assert_eq!((malformed.field, malformed.offset), (field, 22), "{line}");
        }
    }
}
