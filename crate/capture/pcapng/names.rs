//! Name resolution blocks: names of addresses, as whoever wrote the file knew them.
//!
//! In: the body of a block. Out: addresses and names. Names of Ethernet addresses are left out. Document: draft-ietf-opsawg-pcapng, 4.5.
//!
//! ```text
//! records: type 2 | length 2 | value, padded to 4; type 0 ends them, options follow
//! IPv4 (1): address 4 | names, each ended by a byte 0        IPv6 (2): address 16 | the same
//! ```

use std::net::IpAddr;

use crate::base::Code;

/// What a block says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) known: Vec<(IpAddr, String)>,
    /// Why not all of it was read.
    pub(super) flaw: Option<(Code, &'static str)>,
}

/// Reads the body of a block whose numbers are written as `number` reads them, up to so many names.
pub(super) fn read(mut body: &[u8], number: impl Fn([u8; 2]) -> u16, limit: usize) -> Names {
    let mut names = Names::default();
    while let Some(([k0, k1, l0, l1], rest)) = body.split_first_chunk::<4>() {
        let (kind, length) = (number([*k0, *k1]), usize::from(number([*l0, *l1])));
        if kind == END {
            break;
        }
        let Some(value) = rest.get(..length) else {
            names.flaw = Some((Code::BlockDamaged, "a name's record is longer than its block"));
            break;
        };
        // The last padding may be missing.
        body = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        let Some((address, texts)) = address(kind, value) else { continue };
        for name in texts.split(|byte| *byte == 0).filter_map(name) {
            if names.known.len() >= limit {
                names.flaw = Some((Code::LimitNames, "more names than are remembered"));
                return names;
            }
            names.known.push((address, name));
        }
    }
    names
}

fn address(kind: u16, value: &[u8]) -> Option<(IpAddr, &[u8])> {
    match kind {
        VERSION_4 => value.split_first_chunk::<4>().map(|(address, names)| ((*address).into(), names)),
        VERSION_6 => value.split_first_chunk::<16>().map(|(address, names)| ((*address).into(), names)),
        _ => None,
    }
}

/// A name in lower case and without the dot of the root, as DNS messages are read; `None` where it can be none.
fn name(bytes: &[u8]) -> Option<String> {
    let text = str::from_utf8(bytes).ok()?.trim_end_matches('.');
    let is_name = (1..=LONGEST).contains(&text.len()) && !text.chars().any(|char| char.is_control() || char.is_whitespace());
    is_name.then(|| text.to_ascii_lowercase())
}

const END: u16 = 0;
const VERSION_4: u16 = 1;
const VERSION_6: u16 = 2;

/// Bytes of a name of DNS (RFC 1035).
const LONGEST: usize = 253;

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "the numbers of a test are small")]
mod tests {
    use super::*;

    fn record(kind: u16, value: &[u8]) -> Vec<u8> {
        let padding = vec![0; value.len().next_multiple_of(4) - value.len()];
        [&kind.to_be_bytes()[..], &(value.len() as u16).to_be_bytes(), value, &padding].concat()
    }

    fn names(body: &[u8], limit: usize) -> (Vec<(String, String)>, Option<Code>) {
        let Names { known, flaw } = read(body, u16::from_be_bytes, limit);
        (known.into_iter().map(|(address, name)| (address.to_string(), name)).collect(), flaw.map(|(code, _)| code))
    }

    #[test]
    fn names_of_both_versions() {
        let v6 = [&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9][..], b"six.example\0"].concat();
        let body = [
            record(1, b"\xcb\0\x71\x01Router.Example.\0other.example\0"),
            record(3, b"\x02\0\0\0\0\x01a-switch\0"),
            record(2, &v6),
            record(1, b"\xcb\0\x71\x02not ended"),
            record(1, b"\xcb\0\x71\x03\xff\0\0ended"),
            record(1, b"\xcb\0"),
            record(0, b""),
            record(1, b"\xcb\0\x71\x04behind the end"),
        ]
        .concat();
        let expected =
            [("203.0.113.1", "router.example"), ("203.0.113.1", "other.example"), ("2001:db8::9", "six.example"), ("203.0.113.3", "ended")];
        let expected: Vec<_> = expected.map(|(address, name)| (address.to_owned(), name.to_owned())).into();
        assert_eq!(names(&body, 10), (expected.clone(), None));
        assert_eq!(names(&body, 2), (expected[..2].to_vec(), Some(Code::LimitNames)));
    }

    #[test]
    fn a_record_that_lies_ends_the_reading() {
        let good = record(1, b"\xcb\0\x71\x01a.example\0");
        for end in 0..good.len() {
            assert!(names(&good[..end], 9).0.is_empty() || end >= 4 + 14);
        }
        assert_eq!(names(&[&good[..], &[0, 1, 0xff, 0xff, 1]].concat(), 9).1, Some(Code::BlockDamaged));
    }
}
