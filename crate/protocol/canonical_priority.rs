//! In which order peers keep connections when they have too many, so that all agree and nobody is shut out of a swarm.
//!
//! BEP 40. The priority of a connection is a checksum over both ends, the smaller first, with bits masked off so that neighbours of one
//! network count as one the more, the less they have in common with the other end:
//!
//! ```text
//! IPv4, nothing in common    ff.ff.55.55        same /16    ff.ff.ff.55        same /24    ff.ff.ff.ff
//! IPv6, nothing in common    ffff:ffff:ffff:5555:…          same /48   ffff:ffff:ffff:ff55:…      one byte more for each in common
//! same address               the two ports
//! ```

use std::net::IpAddr;

use crate::base::Endpoint;

/// The priority of a connection between two peers; the higher is kept. `None` between addresses of different families.
pub fn priority(one: Endpoint, other: Endpoint) -> Option<u32> {
    if one.address == other.address {
        let (low, high) = (one.port.min(other.port), one.port.max(other.port));
        return Some(crc32c([low, high].into_iter().flat_map(u16::to_be_bytes)));
    }
    match (one.address, other.address) {
        (IpAddr::V4(one), IpAddr::V4(other)) => Some(of_masked(one.octets(), other.octets(), 2)),
        (IpAddr::V6(one), IpAddr::V6(other)) => Some(of_masked(one.octets(), other.octets(), 6)),
        _ => None,
    }
}

/// `whole`: the leading bytes that always count. One more does for each byte in common from there on, and one from the start of that.
fn of_masked<const N: usize>(one: [u8; N], other: [u8; N], whole: usize) -> u32 {
    let common = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let kept = if common < whole { whole } else { common + 1 };
    let masked = |address: [u8; N]| {
        let mut masked = address;
        masked.iter_mut().skip(kept).for_each(|byte| *byte &= 0x55);
        masked
    };
    let (one, other) = (masked(one), masked(other));
    crc32c(one.min(other).into_iter().chain(one.max(other)))
}

/// The CRC-32 of Castagnoli, bit by bit: it is asked for a few bytes at a time.
fn crc32c(bytes: impl Iterator<Item = u8>) -> u32 {
    let shift = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0x82f6_3b78 } else { crc >> 1 };
    !bytes.fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(byte), shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_examples() {
        let client = Endpoint::new([123, 213, 32, 10], 1);
        for (peer, due) in [([98, 76, 54, 32], 0xec2d_7224), ([123, 213, 32, 234], 0x9956_8189)] {
            let peer = Endpoint::new(peer, 2);
            assert_eq!((priority(client, peer), priority(peer, client)), (Some(due), Some(due)));
        }
        assert_eq!(crc32c(b"123456789".iter().copied()), 0xe306_9283);
    }

    #[test]
    fn masks() {
        let v4 = |bytes: [u8; 4]| Endpoint::new(bytes, 1);
        assert_eq!(priority(v4([1, 2, 3, 0xaa]), v4([9, 2, 3, 4])), priority(v4([1, 2, 3, 0]), v4([9, 2, 3, 4])));
        assert_ne!(priority(v4([1, 2, 3, 4]), v4([1, 2, 0xab, 4])), priority(v4([1, 2, 3, 4]), v4([1, 2, 1, 4])));
        let v6 = |seventh: u8, eighth: u8, last: u8| {
            let mut address = [1; 16];
            (address[6], address[7], address[15]) = (seventh, eighth, last);
            Endpoint::new(address, 1)
        };
        let here = v6(0, 0, 0);
        assert_ne!(priority(here, v6(0xaa, 0, 0)), priority(here, v6(0xa0, 0, 0)), "the same /48");
        assert_eq!(priority(here, v6(0xaa, 0xaa, 0)), priority(here, v6(0xaa, 0, 0)));
        assert_ne!(priority(here, v6(0, 0xaa, 0)), priority(here, v6(0, 0xa0, 0)), "the same /56");
    }

    #[test]
    fn one_address_is_told_apart_by_ports() {
        let at = |port| Endpoint::new([10, 0, 0, 1], port);
        assert_eq!(priority(at(1), at(2)), priority(at(2), at(1)));
        assert_ne!(priority(at(1), at(2)), priority(at(1), at(3)));
        assert_eq!(priority(at(1), Endpoint::new([0; 16], 1)), None);
    }
}
