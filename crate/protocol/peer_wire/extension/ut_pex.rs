//! `ut_pex`: peers tell each other whom they are connected to.
//!
//! BEP 11. Contacts stand one behind another: an address of 4 or 16 bytes and a port of 2.
//!
//! ```text
//! d 5:added CONTACTS  7:added.f FLAGS  6:added6 CONTACTS  8:added6.f FLAGS  7:dropped CONTACTS  8:dropped6 CONTACTS e
//! ```
//!
//! `FLAGS` is a byte for each added contact. The first message of a connection names all peers, later ones what has changed.

use std::fmt;

use crate::base::bencode::{Cursor, Kind};
use crate::base::{Endpoint, Limits, Malformed};

/// The extension's name in the handshake.
pub const NAME: &str = "ut_pex";

/// A message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Message<'a> {
    /// `added`: peers of 6 bytes.
    pub added: &'a [u8],
    /// `added.f`: the flags of each.
    pub added_flags: &'a [u8],
    /// `added6`: peers of 18 bytes.
    pub added6: &'a [u8],
    /// `added6.f`: the flags of each.
    pub added6_flags: &'a [u8],
    /// `dropped`: peers of 6 bytes.
    pub dropped: &'a [u8],
    /// `dropped6`: peers of 18 bytes.
    pub dropped6: &'a [u8],
}

/// What is said of an added contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(
    /// The bits as they stand on the wire; those above 0x10 are not defined.
    pub u8,
);

impl Flags {
    /// It prefers encryption.
    pub const ENCRYPTION: Flags = Flags(0x01);
    /// It only uploads: a seed, or a peer that has all it wants.
    pub const UPLOAD_ONLY: Flags = Flags(0x02);
    /// It speaks uTP.
    pub const UTP: Flags = Flags(0x04);
    /// It speaks `ut_holepunch`.
    pub const HOLEPUNCH: Flags = Flags(0x08);
    /// The sender connected to it, so it can be reached.
    pub const REACHABLE: Flags = Flags(0x10);

    /// Whether all bits of `other` are set.
    pub fn holds(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

impl<'a> Message<'a> {
    /// The peers that the sender is connected to by now, with what it says of them.
    pub fn added(&self) -> impl Iterator<Item = (Endpoint, Flags)> + use<'a> {
        let flags = |flags: &'a [u8]| flags.iter().map(|bits| Flags(*bits)).chain(std::iter::repeat(Flags::default()));
        v4(self.added).zip(flags(self.added_flags)).chain(v6(self.added6).zip(flags(self.added6_flags)))
    }

    /// The peers that the sender is connected to no longer.
    pub fn dropped(&self) -> impl Iterator<Item = Endpoint> + use<'a> {
        v4(self.dropped).chain(v6(self.dropped6))
    }

    /// Whether the payload could be nothing else: it begins with the first key, ends with the dictionary and names someone.
    pub(super) fn is_certain(&self, payload: &[u8]) -> bool {
        let whole = Cursor::new(payload, 2).skip(NAME).is_ok_and(|value| value.len() == payload.len());
        whole && payload.starts_with(b"d5:added") && (self.added().next().is_some() || self.dropped().next().is_some())
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} added, {} dropped", self.added().count(), self.dropped().count())
    }
}

fn v4(contacts: &[u8]) -> impl Iterator<Item = Endpoint> {
    contacts.as_chunks::<6>().0.iter().map(|[a, b, c, d, high, low]| Endpoint::new([*a, *b, *c, *d], u16::from_be_bytes([*high, *low])))
}

fn v6(contacts: &[u8]) -> impl Iterator<Item = Endpoint> {
    contacts.as_chunks::<18>().0.iter().filter_map(|contact| {
        let (address, port) = contact.split_last_chunk::<2>()?;
        Some(Endpoint::new(<[u8; 16]>::try_from(address).ok()?, u16::from_be_bytes(*port)))
    })
}

pub(super) fn parse<'a>(payload: &'a [u8], limits: &Limits) -> Result<Message<'a>, Malformed> {
    let mut cursor = Cursor::new(payload, limits.bencode_depth);
    let mut message = Message::default();
    cursor.enter(Kind::Dictionary, "ut_pex")?;
    while !cursor.leave("ut_pex")? {
        match (cursor.bytes("key")?, cursor.peek("value")?) {
            (b"added", Kind::Bytes) => message.added = contacts(&mut cursor, 6, "added")?,
            (b"added.f", Kind::Bytes) => message.added_flags = cursor.bytes("added.f")?,
            (b"added6", Kind::Bytes) => message.added6 = contacts(&mut cursor, 18, "added6")?,
            (b"added6.f", Kind::Bytes) => message.added6_flags = cursor.bytes("added6.f")?,
            (b"dropped", Kind::Bytes) => message.dropped = contacts(&mut cursor, 6, "dropped")?,
            (b"dropped6", Kind::Bytes) => message.dropped6 = contacts(&mut cursor, 18, "dropped6")?,
            _ => drop(cursor.skip("value")?),
        }
    }
    Ok(message)
}

/// Whole contacts of `size` bytes.
fn contacts<'a>(cursor: &mut Cursor<'a>, size: usize, field: &'static str) -> Result<&'a [u8], Malformed> {
    let malformed = cursor.malformed(field);
    let contacts = cursor.bytes(field)?;
    if contacts.len().is_multiple_of(size) { Ok(contacts) } else { Err(malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &[u8] = b"d5:added12:\x0a\0\0\x01\x1a\xe1\x0a\0\0\x02\0\x017:added.f1:\x126:added618:\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x1a\xe18:added6.f1:\x047:dropped6:\x0a\0\0\x03\0\x028:dropped60:4:morei1ee";

    fn read(payload: &[u8]) -> Result<Message<'_>, &'static str> {
        parse(payload, &Limits::default()).map_err(|malformed| malformed.field)
    }

    #[test]
    fn a_message() {
        let message = read(WHOLE).unwrap();
        let added: Vec<_> = message.added().map(|(endpoint, flags)| (endpoint.to_string(), flags.0)).collect();
        assert_eq!(added, [("10.0.0.1:6881".into(), 0x12), ("10.0.0.2:1".into(), 0), ("[2001:db8::1]:6881".into(), 4)]);
        assert_eq!(message.dropped().map(|endpoint| endpoint.to_string()).collect::<Vec<_>>(), ["10.0.0.3:2"]);
        assert_eq!(message.to_string(), "3 added, 1 dropped");
        assert!(Flags(0x12).holds(Flags::REACHABLE) && !Flags(0x12).holds(Flags::UTP));
    }

    #[test]
    fn malformed_fields_are_named() {
        for (payload, field) in [
            (&b""[..], "ut_pex"),
            (b"i1e", "ut_pex"),
            (b"d5:added5:abcdee", "added"),
            (b"d6:added66:abcdefe", "added6"),
            (b"d7:dropped1:ae", "dropped"),
            (b"d8:dropped617:abcdefghijklmnopqe", "dropped6"),
            (b"di1ei2ee", "key"),
        ] {
            assert_eq!(read(payload), Err(field), "{payload:?}");
        }
        assert_eq!(read(b"d5:addedli1eee"), Ok(Message::default()), "another type says nothing");
    }

    #[test]
    fn every_prefix_is_malformed() {
        for end in 0..WHOLE.len() {
            assert!(read(&WHOLE[..end]).is_err(), "{end}");
        }
    }
}
