//! Magnet links: a torrent's name, and where to begin.
//!
//! BEP 9, with the hash of version 2 of BEP 52:
//!
//! ```text
//! magnet:?xt=urn:btih:HASH  &xt=urn:btmh:1220HASH  &dn=NAME  &xl=BYTES  &tr=TRACKER …  &ws=URL …  &x.pe=HOST:PORT …
//! ```
//!
//! `btih` stands in 40 hex digits or in 32 of base 32 (RFC 4648), `btmh` in hex with the mark of SHA-256 before it. In: a link that somebody
//! gave. Out: what it says. Left out on purpose: names of hosts in `x.pe`, which only DNS could make addresses of, the choice of files of
//! BEP 53 (`so`), and fields of other networks; these are passed over.

use std::borrow::Cow;
use std::net::IpAddr;

use super::info_dictionary::NAME_BYTES;
use crate::base::{Endpoint, InfoHash, InfoHashV2, Limits, Malformed};

/// What a magnet link says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Magnet {
    /// The torrent's hash of version 1; `None` where the link has none.
    pub info_hash: Option<InfoHash>,
    /// The torrent's hash of version 2; `None` where the link has none. It has at least one of the two.
    pub info_hash_v2: Option<InfoHashV2>,
    /// What people call the torrent, as whoever made the link says.
    pub name: Option<String>,
    /// Bytes of all its files, as whoever made the link says.
    pub size: Option<u64>,
    /// Trackers.
    pub trackers: Vec<String>,
    /// Seeds on the web (BEP 19).
    pub web_seeds: Vec<String>,
    /// Peers to begin with.
    pub peers: Vec<Endpoint>,
}

impl Magnet {
    /// The torrent's names in messages: version 1 first, then the first bytes of version 2.
    pub fn names(&self) -> impl Iterator<Item = InfoHash> + use<> {
        self.info_hash.into_iter().chain(self.info_hash_v2.map(InfoHashV2::truncated))
    }
}

/// Reads a magnet link.
///
/// # Errors
/// [`Malformed`] names what makes it none: another scheme, a hash that cannot be one, or no hash at all.
pub fn parse(link: &str, limits: &Limits) -> Result<Magnet, Malformed> {
    let (scheme, fields) = link.split_once(':').ok_or(malformed("magnet"))?;
    let fields = fields.strip_prefix('?').filter(|_| scheme.eq_ignore_ascii_case("magnet")).ok_or(malformed("magnet"))?;
    let mut magnet = Magnet::default();
    for field in fields.split('&') {
        let (key, value) = field.split_once('=').unwrap_or((field, ""));
        // Some write a number behind the key where a field comes more than once.
        let plain = key.trim_end_matches(|end: char| end.is_ascii_digit()).strip_suffix('.').unwrap_or(key);
        match plain.to_ascii_lowercase().as_str() {
            "xt" => magnet.read_topic(&decoded(value, false))?,
            "dn" => magnet.name = magnet.name.or_else(|| name(&decoded(value, true))),
            "xl" => magnet.size = magnet.size.or_else(|| value.parse().ok()),
            "tr" => add(&mut magnet.trackers, text(value), limits),
            "ws" => add(&mut magnet.web_seeds, text(value), limits),
            "x.pe" => add(&mut magnet.peers, endpoint(&text(value).unwrap_or_default()), limits),
            _ => {}
        }
    }
    if magnet.names().next().is_none() { Err(malformed("xt")) } else { Ok(magnet) }
}

impl Magnet {
    /// `xt`: the first of each version counts; those of other networks are passed over.
    fn read_topic(&mut self, topic: &[u8]) -> Result<(), Malformed> {
        let urn = |prefix: &[u8]| {
            let (start, rest) = topic.split_at_checked(prefix.len())?;
            start.eq_ignore_ascii_case(prefix).then_some(rest)
        };
        if let Some(hash) = urn(b"urn:btih:") {
            let info_hash = InfoHash::from_hex(hash).or_else(|| from_base32(hash)).ok_or(malformed("btih"))?;
            self.info_hash.get_or_insert(info_hash);
        } else if let Some(hash) = urn(b"urn:btmh:") {
            let info_hash = hash.strip_prefix(SHA_256).and_then(from_hex).ok_or(malformed("btmh"))?;
            self.info_hash_v2.get_or_insert(InfoHashV2(info_hash));
        }
        Ok(())
    }
}

fn malformed(field: &'static str) -> Malformed {
    Malformed { field, offset: 0 }
}

fn add<T: PartialEq>(into: &mut Vec<T>, value: Option<T>, limits: &Limits) {
    if let Some(value) = value.filter(|value| into.len() < limits.scraped_torrents && !into.contains(value)) {
        into.push(value);
    }
}

/// A value with its escapes undone; a `%` without two hex digits stands for itself. `plus`: a plus stands for a space, as forms write it.
fn decoded(value: &str, plus: bool) -> Cow<'_, [u8]> {
    if !value.bytes().any(|byte| byte == b'%' || plus && byte == b'+') {
        return value.as_bytes().into();
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [byte, after @ ..] = rest {
        let escape = after.split_first_chunk().filter(|_| *byte == b'%').and_then(|([high, low], after)| Some((pair(*high, *low)?, after)));
        (rest, _) = match escape {
            Some((byte, after)) => (after, bytes.push(byte)),
            None => (after, bytes.push(if plus && *byte == b'+' { b' ' } else { *byte })),
        };
    }
    bytes.into()
}

/// A value that is text; `None` where it is empty, or none.
fn text(value: &str) -> Option<String> {
    String::from_utf8(decoded(value, false).into_owned()).ok().filter(|text| !text.is_empty())
}

/// A name, as long as file systems take it.
fn name(bytes: &[u8]) -> Option<String> {
    let mut name = String::from_utf8_lossy(bytes).into_owned();
    while name.len() > NAME_BYTES {
        name.pop();
    }
    (!name.is_empty()).then_some(name)
}

/// `1.2.3.4:5`, or `[2001:db8::1]:5`.
fn endpoint(text: &str) -> Option<Endpoint> {
    let (host, port) = text.rsplit_once(':')?;
    let address: IpAddr = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(host) => IpAddr::V6(host.parse().ok()?),
        None => IpAddr::V4(host.parse().ok()?),
    };
    let port = port.parse().ok().filter(|port| *port > 0)?;
    Some(Endpoint::new(address.to_canonical(), port))
}

fn pair(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

fn from_hex(digits: &[u8]) -> Option<[u8; 32]> {
    let (pairs, odd) = digits.as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| pair(*high, *low)).collect::<Option<Vec<u8>>>()?;
    bytes.try_into().ok().filter(|_| odd.is_empty())
}

/// 32 digits of base 32: `A` to `Z` and `2` to `7`, of either case.
fn from_base32(digits: &[u8]) -> Option<InfoHash> {
    let digits: &[u8; 32] = digits.try_into().ok()?;
    let mut hash = [0; 20];
    for (bytes, digits) in hash.chunks_exact_mut(5).zip(digits.chunks_exact(8)) {
        let mut bits = 0_u64;
        for digit in digits {
            let value = match digit.to_ascii_uppercase() {
                letter @ b'A'..=b'Z' => letter - b'A',
                number @ b'2'..=b'7' => number - b'2' + 26,
                _ => return None,
            };
            bits = bits << 5 | u64::from(value);
        }
        let [_, _, _, group @ ..] = bits.to_be_bytes();
        bytes.copy_from_slice(&group);
    }
    Some(InfoHash(hash))
}

/// What a hash of version 2 begins with: the multihash code of SHA-256, and its length.
const SHA_256: &[u8] = b"1220";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(link: &str) -> Result<Magnet, &'static str> {
        parse(link, &Limits::default()).map_err(|malformed| malformed.field)
    }

    const HEX: &str = "0123456789abcdef0123456789ABCDEF01234567";
    const HASH: InfoHash =
        InfoHash([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67]);

    #[test]
    fn hashes() {
        let two = "11".repeat(32);
        let name = |link: &str| read(link).map(|magnet| (magnet.info_hash, magnet.info_hash_v2));
        for (link, expected) in [
            (format!("magnet:?xt=urn:btih:{HEX}"), (Some(HASH), None)),
            ("magnet:?xt=urn:btih:AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH".to_owned(), (Some(HASH), None)),
            ("MAGNET:?xt=URN:BTIH:aerukz4jvpg66ajdivtytk6n54asgrlh".to_owned(), (Some(HASH), None)),
            (format!("magnet:?xt=urn:btmh:1220{two}"), (None, Some(InfoHashV2([0x11; 32])))),
            (format!("magnet:?dn=x&xt.1=urn:btih:{HEX}&xt.2=urn:btmh:1220{two}"), (Some(HASH), Some(InfoHashV2([0x11; 32])))),
            (format!("magnet:?xt=urn%3abtih%3A{HEX}&xt=urn:btih:{}&xt=urn:sha1:ABC", "0".repeat(40)), (Some(HASH), None)),
        ] {
            assert_eq!(name(&link), Ok(expected), "{link}");
        }
    }

    #[test]
    fn everything_a_link_may_say() {
        let magnet = read(&format!(
            "magnet:?xt=urn:btih:{HEX}&dn=a+b%20%C3%A9%zz&dn=other&xl=12&tr=http%3A%2F%2Ft.example%2Fa%3Fx%3D1&tr.1=udp://u:1&tr=udp://u:1\
             &ws=http://w/%2520+&x.pe=1.2.3.4:5&x.pe=[2001:db8::1]:6&x.pe=[::ffff:1.2.3.4]:5&x.pe=host:7&x.pe=1.2.3.4:0&so=0-2&so&&x=%",
        ))
        .unwrap();
        assert_eq!(magnet.name.as_deref(), Some("a b é%zz"));
        assert_eq!(magnet.size, Some(12));
        assert_eq!(magnet.trackers, ["http://t.example/a?x=1", "udp://u:1"]);
        assert_eq!(magnet.web_seeds, ["http://w/%20+"]);
        let peers: Vec<_> = magnet.peers.iter().map(Endpoint::to_string).collect();
        assert_eq!(peers, ["1.2.3.4:5", "[2001:db8::1]:6"]);
    }

    #[test]
    fn malformed_links_are_told() {
        for (link, field) in [
            ("", "magnet"),
            ("magnet", "magnet"),
            ("magnet:xt=urn:btih:", "magnet"),
            ("http:?xt=urn:btih:0", "magnet"),
            ("magnet:?", "xt"),
            ("magnet:?dn=name", "xt"),
            ("magnet:?xt=urn:sha1:AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH", "xt"),
            ("magnet:?xt=urn:btih:", "btih"),
            ("magnet:?xt=urn:btih:0123", "btih"),
            ("magnet:?xt=urn:btih:AERUKZ4JVPG66AJDIVTYTK6N54ASGRL1", "btih"),
            ("magnet:?xt=urn:btmh:1220", "btmh"),
            ("magnet:?xt=urn:btmh:1114aa", "btmh"),
        ] {
            assert_eq!(read(link), Err(field), "{link}");
        }
        let odd = format!("magnet:?xt=urn:btmh:1220{}", "1".repeat(63));
        assert_eq!(read(&odd), Err("btmh"));
    }

    #[test]
    fn every_prefix_and_every_length_is_read_within_bounds() {
        let whole = format!("magnet:?xt=urn:btih:{HEX}&dn=%C3%A9%e&x.pe=[::1]:1&xl=99999999999999999999");
        for end in 0..=whole.len() {
            let _ = read(&whole[..end]);
        }
        let many = (0..3000).fold(whole, |link, number| format!("{link}&tr=udp://t{number}"));
        let magnet = read(&format!("{many}&dn={}", "é".repeat(500))).unwrap();
        assert_eq!((magnet.trackers.len(), magnet.size), (1024, None));
        let long = read(&format!("magnet:?xt=urn:btih:{HEX}&dn={}", "é".repeat(500))).unwrap();
        assert_eq!(long.name.map(|name| name.len()), Some(254));
    }
}
