//! Pseudonyms of IP addresses: Crypto-PAn, with ranges that stay what they are.
//!
//! J. Xu et al., Prefix-Preserving IP Address Anonymization, ICNP 2002. Bit `n` of an address is flipped or not by a secret function of the
//! bits before it: the first bit of AES over these, padded with a secret. So two addresses share as many leading bits as their pseudonyms do,
//! and no two have one pseudonym. The function is evaluated at the nodes of a tree of prefixes; that it says *flip* at a node swaps what hangs
//! below.
//!
//! Who is local depends on ranges, so these may not move. At every node on the way from the root to such a range nothing is flipped: the
//! range is its own pseudonym, what lies in it is swapped within, and nothing else gets in. It remains prefix-preserving and one to one. What
//! it gives away is how long the common prefix of an address and the nearest such range is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use aes::Aes128;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};

/// What Crypto-PAn is keyed with.
pub(super) struct CryptoPan {
    cipher: Aes128,
    pad: u128,
}

/// A range that stays.
#[derive(Clone, Copy)]
struct Range {
    /// Its first address, from the uppermost bit on.
    prefix: u128,
    /// Leading bits that all of it shares.
    length: u32,
    /// Whether each address in it stays too.
    whole: bool,
}

impl CryptoPan {
    /// The first half of the key is AES's, the second half's ciphertext the padding, as in the authors' own program.
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let (cipher, pad) = key.split_at(16);
        let half = |half: &[u8]| <[u8; 16]>::try_from(half).unwrap_or_default();
        let cipher = Aes128::new(&Array::from(half(cipher)));
        let mut block = Array::from(half(pad));
        cipher.encrypt_block(&mut block);
        CryptoPan { cipher, pad: u128::from_be_bytes(block.into()) }
    }

    /// The pseudonym of an address. That of an IPv4 address in an IPv6 one (`::ffff:1.2.3.4`) is the IPv4 address's, in the same way.
    pub(super) fn address(&self, address: IpAddr) -> IpAddr {
        match address {
            IpAddr::V4(v4) => self.v4(v4).into(),
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => self.v4(v4).to_ipv6_mapped().into(),
                None => self.v6(v6).into(),
            },
        }
    }

    fn v4(&self, address: Ipv4Addr) -> Ipv4Addr {
        let bits = u128::from(address.to_bits()) << 96;
        let [a, b, c, d, ..] = self.bits(bits, 32, kept(bits, &V4)).to_be_bytes();
        [a, b, c, d].into()
    }

    fn v6(&self, address: Ipv6Addr) -> Ipv6Addr {
        let bits = address.to_bits();
        // Such a group is made of the last bits of a host's address (RFC 4291), and is the only one of the registered groups that is.
        let kept = if SOLICITED.holds(bits) { SOLICITED.length } else { kept(bits, &V6) };
        self.bits(bits, 128, kept).into()
    }

    /// The pseudonym of the first `length` bits, of which the first `kept` stay.
    fn bits(&self, bits: u128, length: u32, kept: u32) -> u128 {
        let mut blocks = [Array::default(); 128];
        let open = blocks.get_mut(kept as usize..length as usize).unwrap_or_default();
        for (place, block) in (kept..).zip(&mut *open) {
            let known = leading(place);
            *block = Array::from((bits & known | self.pad & !known).to_be_bytes());
        }
        self.cipher.encrypt_blocks(open);
        let flips = (kept..).zip(open).filter(|(_, block)| block.first().is_some_and(|byte| byte >> 7 == 1));
        flips.fold(bits, |bits, (place, _)| bits ^ FIRST >> place)
    }
}

impl Range {
    const fn v4(address: [u8; 4], length: u32, whole: bool) -> Self {
        Range { prefix: (u32::from_be_bytes(address) as u128) << 96, length, whole }
    }

    const fn v6(words: [u16; 8], length: u32, whole: bool) -> Self {
        let [a, b, c, d, e, f, g, h] = words;
        Range { prefix: Ipv6Addr::new(a, b, c, d, e, f, g, h).to_bits(), length, whole }
    }

    fn holds(self, bits: u128) -> bool {
        (bits ^ self.prefix).leading_zeros() >= self.length
    }

    /// How many leading bits of an address stay because of this range.
    fn keeps(self, bits: u128) -> u32 {
        let shared = (bits ^ self.prefix).leading_zeros();
        match (shared >= self.length, self.whole) {
            (true, true) => u128::BITS,
            (true, false) => self.length,
            // The nodes from the root to where the ways part, that one included.
            (false, _) => shared + 1,
        }
    }
}

/// How many leading bits of an address stay.
fn kept(bits: u128, ranges: &[Range]) -> u32 {
    ranges.iter().map(|range| range.keeps(bits)).max().unwrap_or_default()
}

/// The first `count` bits, fewer than 128.
fn leading(count: u32) -> u128 {
    !(u128::MAX >> count)
}

const FIRST: u128 = 1 << 127;

/// What stays of IPv4 (RFC 6890, RFC 5771). Hosts' own addresses are in none of those that stay whole.
#[rustfmt::skip]
const V4: [Range; 12] = [
    // "This network", of which the unspecified address is no host's.
    Range::v4([0, 0, 0, 0], 8, false), Range::v4([0, 0, 0, 0], 32, true),
    Range::v4([10, 0, 0, 0], 8, false), Range::v4([172, 16, 0, 0], 12, false), Range::v4([192, 168, 0, 0], 16, false),
    Range::v4([100, 64, 0, 0], 10, false), Range::v4([169, 254, 0, 0], 16, false),
    Range::v4([127, 0, 0, 0], 8, true),
    // Groups: the well-known ones and those that networks choose for themselves. Those between may be made of a provider's number or address.
    Range::v4([224, 0, 0, 0], 8, true), Range::v4([239, 0, 0, 0], 8, true), Range::v4([224, 0, 0, 0], 4, false),
    Range::v4([255, 255, 255, 255], 32, true),
];

/// What stays of IPv6 (RFC 4291, RFC 4193).
#[rustfmt::skip]
const V6: [Range; 10] = [
    Range::v6([0, 0, 0, 0, 0, 0, 0, 0], 128, true), Range::v6([0, 0, 0, 0, 0, 0, 0, 1], 128, true),
    Range::v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, false),
    Range::v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 8, false), Range::v6([0xfd00, 0, 0, 0, 0, 0, 0, 0], 8, false),
    Range::v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, false), Range::v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 64, false),
    // Groups: the registered ones, and that of local service discovery (BEP 14). Others may be made of a network's address.
    Range::v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, false), Range::v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 12, true),
    Range::v6([0xff15, 0, 0, 0, 0, 0, 0xefc0, 0x988f], 128, true),
];

const SOLICITED: Range = Range::v6([0xff02, 0, 0, 0, 0, 1, 0xff00, 0], 104, false);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::is_private;

    /// The key of the sample trace that comes with the authors' own program.
    const SAMPLE: [u8; 32] = [
        21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16, 216, 152, 143, 131, 121, 121, 101, 39, 98, 87, 76, 45, 42,
        132, 34, 2,
    ];

    /// The pseudonym where no range stays.
    fn plain(pan: &CryptoPan, address: &str) -> String {
        match address.parse().unwrap() {
            IpAddr::V4(v4) => {
                let [a, b, c, d, ..] = pan.bits(u128::from(v4.to_bits()) << 96, 32, 0).to_be_bytes();
                Ipv4Addr::new(a, b, c, d).to_string()
            }
            IpAddr::V6(v6) => Ipv6Addr::from(pan.bits(v6.to_bits(), 128, 0)).to_string(),
        }
    }

    #[test]
    fn is_what_the_authors_program_makes_of_its_sample() {
        let pan = CryptoPan::new(&SAMPLE);
        for (address, pseudonym) in [
            ("128.11.68.132", "135.242.180.132"),
            ("129.118.74.4", "134.136.186.123"),
            ("130.132.252.244", "133.68.164.234"),
            ("141.223.7.43", "141.167.8.160"),
            ("141.233.145.108", "141.129.237.235"),
            ("152.163.225.39", "151.140.114.167"),
            ("156.29.3.236", "147.225.12.42"),
            ("165.247.96.84", "162.9.99.234"),
            ("166.107.77.190", "160.132.178.185"),
            ("192.102.249.13", "252.138.62.131"),
            ("192.215.32.125", "252.43.47.189"),
            ("192.233.80.103", "252.25.108.8"),
            ("192.41.57.43", "252.222.221.184"),
            ("193.150.244.223", "253.169.52.216"),
            ("195.205.63.100", "255.186.223.5"),
            ("198.200.171.101", "249.199.68.213"),
            ("198.26.132.101", "249.36.123.202"),
            ("198.36.213.5", "249.7.21.132"),
            ("198.51.77.238", "249.18.186.254"),
            ("199.217.79.101", "248.38.184.213"),
            ("202.49.198.20", "245.206.7.234"),
            ("203.12.160.252", "244.248.163.4"),
            ("204.184.162.189", "243.192.77.90"),
            ("24.0.250.221", "100.15.198.226"),
            ("38.15.67.68", "64.3.66.187"),
            ("4.3.88.225", "124.60.155.63"),
            ("63.14.55.111", "95.9.215.7"),
            ("64.39.15.238", "0.219.7.41"),
            ("10.185.25.118", "117.161.29.118"),
            // Of other programs that follow it: the sample has none of these.
            ("::1", "78ff:f001:9fc0:20df:8380:b1f1:704:ed"),
            ("::ffff", "78ff:f001:9fc0:20df:8380:b1f1:704:f838"),
            ("2001:db8::1", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e"),
            ("2001:db8::2", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c"),
        ] {
            let as_ipv4_in_ipv6 = address.parse::<Ipv6Addr>().is_ok_and(|v6| v6.to_ipv4_mapped().is_some());
            assert_eq!((plain(&pan, address).as_str(), as_ipv4_in_ipv6), (pseudonym, false), "{address}");
        }
    }

    /// Numbers that look independent.
    fn chance() -> impl FnMut() -> u128 {
        let mut state = 1_u128;
        move || {
            state = state.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(0x5851_f42d_4c95_7f2d);
            state ^ state >> 64 ^ state << 71
        }
    }

    fn class(address: IpAddr) -> (bool, bool, bool, bool, bool, bool) {
        let link_local = crate::base::is_link_local(address);
        let v4 = |is: fn(Ipv4Addr) -> bool| matches!(address, IpAddr::V4(v4) if is(v4));
        let broadcast = v4(|v4| v4.is_broadcast()) || v4(|v4| v4.octets()[0] == 0);
        (is_private(address), address.is_loopback(), address.is_multicast(), address.is_unspecified(), link_local, broadcast)
    }

    fn shared(one: IpAddr, other: IpAddr) -> u32 {
        match (one, other) {
            (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => unreachable!(),
        }
    }

    fn assert_preserves(pan: &CryptoPan, pair: [IpAddr; 2]) {
        let [one, other] = pair;
        let [image, image_of_other] = pair.map(|address| pan.address(address));
        assert_eq!(shared(one, other), shared(image, image_of_other), "{one} and {other} are {image} and {image_of_other}");
        assert_eq!(class(one), class(image), "{one} is {image}");
    }

    #[test]
    fn prefixes_and_classes_are_preserved() {
        let (pan, mut chance) = (CryptoPan::new(&SAMPLE), chance());
        // Every pair of neighbouring /16, and what lies about the edges of ranges.
        for high in 0..=u16::MAX {
            let place = |high: u16, low: u128| IpAddr::from(Ipv4Addr::from((u32::from(high) << 16) | (low & 0xffff) as u32));
            assert_preserves(&pan, [place(high, chance()), place(high ^ 1 << (high % 16), chance())]);
            assert_preserves(&pan, [place(high, 0), place(high, 0xffff)]);
        }
        for _ in 0..20_000 {
            let (address, other, length) = (chance(), chance(), (chance() % 129) as u32);
            let pair =
                [address, address & !u128::MAX.checked_shr(length).unwrap_or(0) | other & u128::MAX.checked_shr(length).unwrap_or(0)];
            assert_preserves(&pan, pair.map(|bits| Ipv6Addr::from(bits).into()));
            assert_preserves(&pan, pair.map(|bits| Ipv4Addr::from((bits >> 96) as u32).into()));
            let range = V6[(other % V6.len() as u128) as usize];
            let near = |bits: u128| range.prefix ^ bits & u128::MAX.checked_shr(length).unwrap_or(0);
            assert_preserves(&pan, [near(address), near(other)].map(|bits| Ipv6Addr::from(bits).into()));
        }
    }

    #[test]
    fn no_two_have_one_pseudonym() {
        let pan = CryptoPan::new(&SAMPLE);
        for network in ["192.168.0.0", "172.31.0.0", "8.8.0.0", "100.63.0.0", "223.255.0.0", "126.255.0.0"] {
            let first = network.parse::<Ipv4Addr>().unwrap().to_bits();
            let images: std::collections::BTreeSet<_> = (0..=0xffff).map(|host| pan.address(Ipv4Addr::from(first | host).into())).collect();
            assert_eq!(images.len(), 0x1_0000, "{network}");
        }
    }

    #[test]
    fn what_is_nobodys_stays() {
        let pan = CryptoPan::new(&SAMPLE);
        for stays in [
            "0.0.0.0",
            "127.0.0.1",
            "127.0.1.1",
            "255.255.255.255",
            "224.0.0.251",
            "239.192.152.143",
            "239.255.255.250",
            "::",
            "::1",
            "ff02::1",
            "ff02::fb",
            "ff05::c",
            "ff15::efc0:988f",
        ] {
            assert_eq!(pan.address(stays.parse().unwrap()).to_string(), stays);
        }
        for moves in [
            "192.168.1.1",
            "10.0.0.1",
            "172.16.0.1",
            "100.64.3.2",
            "169.254.7.7",
            "8.8.8.8",
            "233.252.0.1",
            "fe80::1",
            "fd00::1",
            "2001:db8::1",
            "ff02::1:ff12:3456",
            "ff3e:40:2001:db8::1",
            "::ffff:8.8.8.8",
        ] {
            assert_ne!(pan.address(moves.parse().unwrap()).to_string(), moves);
        }
        let (v4, mapped) = (pan.address("8.8.8.8".parse().unwrap()), pan.address("::ffff:8.8.8.8".parse().unwrap()));
        assert_eq!(mapped.to_string(), format!("::ffff:{v4}"));
    }
}
