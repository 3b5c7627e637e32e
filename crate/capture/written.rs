//! Frames → a pcapng file.
//!
//! In: frames as they were read, of any container. Out: the blocks of one section, in the byte order of most machines: a section header with the
//! name of who wrote it, an interface for each of whatever the caller keeps apart, and enhanced packets with nanoseconds, the length on the wire
//! and comments. Document: the pcapng draft of the IETF's opsawg. Left out on purpose: what [`Reader`](super::Reader) does not
//! read, such as the direction in a packet's flags and counts of dropped packets.

use super::{Frame, LinkType};
use crate::base::Time;

/// Writes the blocks of one section.
#[derive(Debug, Default)]
pub struct PcapngWriter {
    /// Of each interface, the seconds that its times count from.
    origins: Vec<i64>,
}

impl PcapngWriter {
    /// A section header. `application` is what writes it; each of `comments` is about the whole file.
    pub fn section(application: &str, comments: &[String]) -> Vec<u8> {
        let mut body = BYTE_ORDER.to_le_bytes().to_vec();
        // Version 1.0; the section's length is not told.
        body.extend([1, 0, 0, 0]);
        body.extend([0xff; 8]);
        comments.iter().for_each(|comment| option(&mut body, COMMENT, comment.as_bytes()));
        option(&mut body, APPLICATION, application.as_bytes());
        end_options(&mut body, true);
        block(SECTION, &body)
    }

    /// An interface, and its number. `name` may be empty. `before_1970`: all of its times are, else none.
    pub fn interface(&mut self, link_type: LinkType, name: &str, before_1970: bool) -> (u32, Vec<u8>) {
        let number = u32::try_from(self.origins.len()).unwrap_or(u32::MAX);
        let origin = if before_1970 { EARLIEST_SECOND } else { 0 };
        self.origins.push(origin);
        // A link type has 16 bits there; what pcap keeps above them is not the type.
        let [low, high, ..] = link_type.base().0.to_le_bytes();
        let mut body = vec![low, high, 0, 0];
        // No snap length: frames of this interface may have been cut at several.
        body.extend([0; 4]);
        if !name.is_empty() {
            option(&mut body, INTERFACE_NAME, name.as_bytes());
        }
        option(&mut body, RESOLUTION, &[NANOSECONDS]);
        if before_1970 {
            option(&mut body, ORIGIN, &origin.to_le_bytes());
        }
        end_options(&mut body, true);
        (number, block(INTERFACE, &body))
    }

    /// A packet of an interface that was written before.
    pub fn packet(&self, interface: u32, frame: &Frame<'_>, comments: &[String]) -> Vec<u8> {
        let origin = usize::try_from(interface).ok().and_then(|index| self.origins.get(index)).copied().unwrap_or(0);
        let ticks = since(frame.time, origin);
        let mut body = interface.to_le_bytes().to_vec();
        let [b0, b1, b2, b3, high @ ..] = ticks.to_le_bytes();
        body.extend(high);
        body.extend([b0, b1, b2, b3]);
        body.extend(u32::try_from(frame.bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        body.extend(frame.original_len.to_le_bytes());
        body.extend(frame.bytes);
        pad(&mut body);
        comments.iter().for_each(|comment| option(&mut body, COMMENT, comment.as_bytes()));
        end_options(&mut body, !comments.is_empty());
        block(PACKET, &body)
    }
}

/// Nanoseconds from a second to a time that is not before it.
fn since(time: Time, origin: i64) -> u64 {
    let nanos = i128::from(time.nanos()) - i128::from(origin) * 1_000_000_000;
    u64::try_from(nanos).unwrap_or(0)
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = value.get(..LONGEST_OPTION).unwrap_or(value);
    body.extend(code.to_le_bytes());
    body.extend(u16::try_from(value.len()).unwrap_or(0).to_le_bytes());
    body.extend(value);
    pad(body);
}

fn end_options(body: &mut Vec<u8>, any: bool) {
    if any {
        body.extend([0; 4]);
    }
}

/// What comes next begins at a multiple of four bytes.
fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 12).unwrap_or(u32::MAX).to_le_bytes();
    [&kind.to_le_bytes(), &length, body, &length].concat()
}

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const PACKET: u32 = 6;
const BYTE_ORDER: u32 = 0x1a2b_3c4d;

/// Options: of any block, of a section, and of an interface its name, the unit of its times, and what these count from.
const COMMENT: u16 = 1;
const APPLICATION: u16 = 4;
const INTERFACE_NAME: u16 = 2;
const RESOLUTION: u16 = 9;
const ORIGIN: u16 = 14;

/// The unit of times: ten to the minus ninth of a second.
const NANOSECONDS: u8 = 9;

/// The second of the earliest time that there is, rounded down.
const EARLIEST_SECOND: i64 = i64::MIN / 1_000_000_000 - 1;

/// Bytes of an option, so that the block stays as small as readers take it.
const LONGEST_OPTION: usize = 32_768;

#[cfg(test)]
mod tests {
    use super::super::tests::read;
    use super::*;

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let mut writer = PcapngWriter::default();
        let mut file = PcapngWriter::section("Swarmscope", &["about the file".into()]);
        let mut written = Vec::new();
        for (link_type, nanos, bytes, original_len, comments) in [
            (1, 1_700_000_000_123_456_789, &b"first"[..], 5, vec![]),
            (101, 1_700_000_000_000_000_001, b"", 1500, vec!["one".to_owned(), "another".to_owned()]),
            (0xf400_0001, 0, b"with a check sequence", 21, vec![]),
            (276, -1, b"before", 9, vec!["early".to_owned()]),
            (1, i64::MIN, b"earliest", 8, vec![]),
            (1, i64::MAX, b"latest", 2, vec![]),
        ] {
            let (number, block) = writer.interface(LinkType(link_type), "eth0", nanos < 0);
            file.extend(block);
            let frame = Frame { number: 1, offset: 0, time: Time::from_nanos(nanos), link_type: LinkType(link_type), bytes, original_len };
            file.extend(writer.packet(number, &frame, &comments));
            written.push((nanos, link_type & 0xffff, bytes.to_vec(), original_len));
            if written.len() == 4 {
                // The reader's tests allow four interfaces.
                file.extend(PcapngWriter::section("Swarmscope", &[]));
                writer = PcapngWriter::default();
            }
        }
        let (frames, findings) = read(&file);
        let frames: Vec<_> = frames.into_iter().map(|(_, _, nanos, link, bytes, original)| (nanos, link, bytes, original)).collect();
        assert_eq!((frames, findings), (written, vec![]));
    }
}
