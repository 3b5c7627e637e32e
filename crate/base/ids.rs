//! The 20-byte names of BitTorrent: torrents, peers and DHT nodes.

use std::fmt;

use serde::{Serialize, Serializer};

/// Bytes written as lower-case hex digits.
pub struct Hex<'a>(
    /// The bytes to write.
    pub &'a [u8],
);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(type = "string"))]
        pub struct $name(
            /// The bytes as they stand on the wire.
            pub [u8; 20],
        );

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
    };
}

id! {
    /// A torrent's name on the wire: the SHA-1 of its info dictionary (BEP 3), or the first 20 bytes of the SHA-256 (BEP 52).
    InfoHash
}
impl InfoHash {
    /// The info hash that 40 hex digits of either case spell.
    pub fn from_hex(digits: &[u8]) -> Option<Self> {
        let mut hash = [0; 20];
        let (pairs, odd) = digits.as_chunks::<2>();
        if pairs.len() != hash.len() || !odd.is_empty() {
            return None;
        }
        for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
            let digit = |digit: u8| char::from(digit).to_digit(16);
            *byte = u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()?;
        }
        Some(InfoHash(hash))
    }
}

id! {
    /// A client's name for itself in one swarm (BEP 3), often with its make and version (BEP 20).
    PeerId
}
id! {
    /// A DHT node's place in the key space (BEP 5).
    NodeId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_in_lower_case_hex() {
        assert_eq!(InfoHash([0xAB; 20]).to_string(), "ab".repeat(20));
        assert_eq!(InfoHash::from_hex("aB".repeat(20).as_bytes()), Some(InfoHash([0xAB; 20])));
        for wrong in ["", "ab", &"+1".repeat(20), &"ab".repeat(21), &"a".repeat(39)] {
            assert_eq!(InfoHash::from_hex(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(format!("{:?}", NodeId([1; 20])), format!("NodeId({})", "01".repeat(20)));
    }
}
