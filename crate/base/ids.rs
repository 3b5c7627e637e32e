//! The names of BitTorrent: torrents, peers and DHT nodes.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes written as lower-case hex digits.
pub struct Hex<'a>(
    /// The bytes to write.
    pub &'a [u8],
);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Written in runs and not byte by byte: a capture can hold a million IDs.
        let mut digits = [0; 64];
        for run in self.0.chunks(digits.len() / 2) {
            for (pair, byte) in digits.chunks_exact_mut(2).zip(run) {
                pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
            }
            let written = digits.get(..run.len() * 2).unwrap_or_default();
            f.write_str(std::str::from_utf8(written).unwrap_or_default())?;
        }
        Ok(())
    }
}

fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(type = "string"))]
        pub struct $name(
            /// The bytes as they stand on the wire.
            pub [u8; $bytes],
        );

        impl Hash for $name {
            /// The bytes alone: all have the same length.
            #[inline]
            fn hash<H: Hasher>(&self, state: &mut H) {
                state.write(&self.0);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Hex(&self.0).fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(written: D) -> Result<Self, D::Error> {
                let digits = Cow::<'de, str>::deserialize(written)?;
                bytes_of(digits.as_bytes()).map($name).ok_or_else(|| D::Error::custom("hex digits are due"))
            }
        }
    };
}

id! {
    /// A torrent's name on the wire: the SHA-1 of its info dictionary (BEP 3), or the first 20 bytes of the SHA-256 (BEP 52).
    InfoHash, 20
}
id! {
    /// The name of a torrent of version 2: the SHA-256 of its info dictionary (BEP 52). On the wire only its first 20 bytes are seen.
    InfoHashV2, 32
}
id! {
    /// The root of a file's Merkle tree, which names its content (BEP 52).
    PiecesRoot, 32
}
impl InfoHash {
    /// The name on the wire of the torrent that hex digits of either case spell: all 40, or the first 40 of the 64 of version 2.
    pub fn named(digits: &str) -> Option<Self> {
        let (wire, rest) = digits.as_bytes().split_at_checked(40).filter(|(_, rest)| matches!(rest.len(), 0 | 24))?;
        InfoHash::from_hex(wire).filter(|_| rest.iter().all(u8::is_ascii_hexdigit))
    }

    /// The info hash that 40 hex digits of either case spell.
    pub fn from_hex(digits: &[u8]) -> Option<Self> {
        bytes_of(digits).map(InfoHash)
    }
}

/// The bytes that hex digits of either case spell.
fn bytes_of<const BYTES: usize>(digits: &[u8]) -> Option<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    let (pairs, odd) = digits.as_chunks::<2>();
    if pairs.len() != BYTES || !odd.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()?;
    }
    Some(bytes)
}

id! {
    /// A client's name for itself in one swarm (BEP 3), often with its make and version (BEP 20).
    PeerId, 20
}
id! {
    /// A DHT node's place in the key space (BEP 5).
    NodeId, 20
}

impl InfoHashV2 {
    /// What stands for it where messages have room for 20 bytes.
    pub fn truncated(self) -> InfoHash {
        let InfoHashV2([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, ..]) = self;
        InfoHash([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torrent_is_named_by_all_its_digits() {
        let wire = "aB".repeat(20);
        assert_eq!(InfoHash::named(&wire), Some(InfoHash([0xab; 20])));
        assert_eq!(InfoHash::named(&format!("{wire}{}", "0c".repeat(12))), Some(InfoHash([0xab; 20])));
        for wrong in ["", "ab", &wire[1..], &format!("{wire}0"), &format!("{wire}{}", "0z".repeat(12)), &"é".repeat(20)] {
            assert_eq!(InfoHash::named(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ids_are_written_in_lower_case_hex() {
        let long: Vec<u8> = (0..=255).collect();
        let digits: String = long.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(Hex(&long).to_string(), digits);
        assert_eq!(InfoHash([0xAB; 20]).to_string(), "ab".repeat(20));
        assert_eq!(InfoHash::from_hex("aB".repeat(20).as_bytes()), Some(InfoHash([0xAB; 20])));
        for wrong in ["", "ab", &"+1".repeat(20), &"ab".repeat(21), &"a".repeat(39)] {
            assert_eq!(InfoHash::from_hex(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(format!("{:?}", NodeId([1; 20])), format!("NodeId({})", "01".repeat(20)));
    }
}
