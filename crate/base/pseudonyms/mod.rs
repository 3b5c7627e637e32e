//! Pseudonyms: what stands in an anonymised export for whom the capture names.
//!
//! In: a key of 256 random bits, which the user holds, and addresses and names. Out: for each the same pseudonym as often as it is asked for,
//! in one capture and the next, and another one under another key. Who has the key can find out by trial whose pseudonym it is, nobody else:
//! so a key is drawn, and no pass phrase is taken, since those are guessed by trial as well.
//!
//! - An address keeps its prefixes and its range: [`address`]. Ports stay.
//! - A MAC address becomes one that no vendor gave; those of groups stay.
//! - A peer ID keeps the bytes by which it names its client (BEP 20), which many share; the others are replaced.
//! - A DHT node's ID is replaced whole: since BEP 42 its first bits are a sum of the address.
//! - The name of a host is replaced label by label, so that hosts of one domain are still of one. Labels that say what kind of host or
//!   service it is stay: the tables of [`host`].
//! - Another name is replaced, but for a well-known extension of a file: [`mod@file`].
//!
//! All but addresses are replaced by what HMAC with SHA-256 makes of them, each kind under a key of its own.

mod address;
mod file;
mod host;

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Hex, InfoHash, InfoHashV2, Limits, NodeId, PeerId, PiecesRoot, Recent};
use address::CryptoPan;

/// The pseudonyms under one key.
pub struct Pseudonyms {
    addresses: CryptoPan,
    /// What was asked for lately.
    known_addresses: Recent<IpAddr, IpAddr>,
    names: Hmac<Sha256>,
    torrents: bool,
}

/// The key that hex digits spell, 64 of either case with nothing else but space around them; `None` for other texts.
pub fn key(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    let (pairs, odd) = text.trim().as_bytes().as_chunks::<2>();
    if pairs.len() != key.len() || !odd.is_empty() {
        return None;
    }
    for (byte, [high, low]) in key.iter_mut().zip(pairs) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()?;
    }
    Some(key)
}

impl fmt::Debug for Pseudonyms {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pseudonyms").field("torrents", &self.torrents).finish_non_exhaustive()
    }
}

impl Pseudonyms {
    /// Pseudonyms under `key`, which should be random. Those of addresses in no range that stays are what other programs for Crypto-PAn make of
    /// them under the same key, so far as no such range is near.
    pub fn new(key: &[u8; 32]) -> Self {
        let mut names = keyed(key);
        names.update(b"names");
        Pseudonyms {
            addresses: CryptoPan::new(key),
            known_addresses: Recent::new(Limits::default().pseudonyms),
            names: keyed(&names.finalize().into_bytes().into()),
            torrents: false,
        }
    }

    /// Replaces the names of torrents on the wire too, which else stay: they say what was shared.
    pub fn and_torrents(self) -> Self {
        Pseudonyms { torrents: true, ..self }
    }

    /// The pseudonym of an address.
    pub fn address(&mut self, address: IpAddr) -> IpAddr {
        if let Some(known) = self.known_addresses.get(&address) {
            return *known;
        }
        let pseudonym = self.addresses.address(address);
        // What is forgotten is made again.
        self.known_addresses.insert(address, pseudonym);
        pseudonym
    }

    /// The pseudonym of a MAC address: one that somebody gave himself. Those of groups stay, but for such as are made of a host's address.
    pub fn mac(&self, mac: [u8; 6]) -> [u8; 6] {
        match mac {
            [0, 0, 0, 0, 0, 0] => mac,
            [0x33, 0x33, 0xff, a, b, c] => {
                let group = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00 | u16::from(a), u16::from_be_bytes([b, c]));
                let IpAddr::V6(group) = self.addresses.address(group.into()) else { return mac };
                let [.., a, b, c] = group.octets();
                [0x33, 0x33, 0xff, a, b, c]
            }
            [first, ..] if first & 1 == 1 => mac,
            _ => {
                let [first, rest @ ..] = self.bytes::<6>(Kind::Mac, &mac);
                let [a, b, c, d, e] = rest;
                [first & 0xfc | 2, a, b, c, d, e]
            }
        }
    }

    /// The pseudonym of a peer ID, of the same client.
    pub fn peer_id(&self, id: PeerId) -> PeerId {
        let mut pseudonym = self.bytes::<20>(Kind::Peer, &id.0);
        for (byte, kept) in pseudonym.iter_mut().zip(id.0).take(client_bytes(&id.0)) {
            *byte = kept;
        }
        PeerId(pseudonym)
    }

    /// The pseudonym of a DHT node's ID, or of a place in the key space. Those that share their first 16 bits, as the blurred targets of one
    /// lookup do, share them still; how near two are otherwise does not show.
    pub fn node_id(&self, id: NodeId) -> NodeId {
        let mut pseudonym = self.bytes::<20>(Kind::Node, &id.0);
        let [first, second, ..] = id.0;
        // A Feistel network: no two prefixes become one.
        let prefix = (0..4).fold([first, second], |[left, right], round| {
            let [sum] = self.bytes::<1>(Kind::NodePrefix, &[round, right]);
            [right, left ^ sum]
        });
        pseudonym.iter_mut().zip(prefix).for_each(|(byte, prefix)| *byte = prefix);
        NodeId(pseudonym)
    }

    /// A torrent's name on the wire, or its pseudonym if these are replaced.
    pub fn info_hash(&self, info_hash: InfoHash) -> InfoHash {
        if self.torrents { InfoHash(self.bytes(Kind::Torrent, &info_hash.0)) } else { info_hash }
    }

    /// The same of version 2. What stands for it where messages have room for 20 bytes remains its beginning.
    pub fn info_hash_v2(&self, info_hash: InfoHashV2) -> InfoHashV2 {
        if !self.torrents {
            return info_hash;
        }
        let mut pseudonym = self.bytes::<32>(Kind::TorrentV2, &info_hash.0);
        for (byte, first) in pseudonym.iter_mut().zip(self.info_hash(info_hash.truncated()).0) {
            *byte = first;
        }
        InfoHashV2(pseudonym)
    }

    /// Whether the names of torrents on the wire are replaced.
    pub fn hides_torrents(&self) -> bool {
        self.torrents
    }

    /// The pseudonym of a host's name, of an address in text, or of either with a port. The same whatever the case.
    pub fn host(&mut self, name: &str) -> String {
        host::pseudonym(self, name)
    }

    /// The pseudonym of the name of a torrent, a file or a folder; the extension stays where many files have it.
    pub fn name(&self, name: &str) -> String {
        file::pseudonym(self, name)
    }

    /// The pseudonym of a URL: the scheme and the port stay, and at the end of the path what trackers are told by.
    pub fn url(&mut self, url: &str) -> String {
        host::url_pseudonym(self, url)
    }

    /// The pseudonym of bytes that somebody chose: a token, a key.
    pub fn opaque<const N: usize>(&self, bytes: &[u8]) -> [u8; N] {
        self.bytes(Kind::Opaque, bytes)
    }

    /// The pseudonym of what names the content of a file, if torrents are replaced.
    pub fn pieces_root(&self, root: PiecesRoot) -> PiecesRoot {
        if self.torrents { PiecesRoot(self.bytes(Kind::Torrent, &root.0)) } else { root }
    }

    fn bytes<const N: usize>(&self, kind: Kind, bytes: &[u8]) -> [u8; N] {
        let mut mac = self.names.clone();
        mac.update(&[kind as u8]);
        mac.update(bytes);
        let sum = mac.finalize().into_bytes();
        let mut pseudonym = [0; N];
        pseudonym.iter_mut().zip(sum).for_each(|(byte, sum)| *byte = sum);
        pseudonym
    }

    fn digits(&self, kind: Kind, bytes: &[u8]) -> String {
        Hex(&self.bytes::<DIGITS_BYTES>(kind, bytes)).to_string()
    }
}

/// What is replaced: two things of different kinds with the same bytes have nothing to do with each other.
#[derive(Clone, Copy)]
enum Kind {
    Mac,
    Peer,
    Node,
    Torrent,
    TorrentV2,
    Label,
    Name,
    NodePrefix,
    Opaque,
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("any length")
}

/// How many bytes at the beginning of a peer ID name a client (BEP 20). IDs that follow none of the customs name none.
fn client_bytes(id: &[u8; 20]) -> usize {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'~');
    match id {
        [b'-', b'M', b'L', ..] if id.get(8) == Some(&b'-') => 9,
        // Some write a letter of the version where the dash should be.
        [b'-', rest @ ..] if rest.iter().take(7).all(is_word) => 8,
        [b'A' | b'S', b'2' | b'3', b'-', ..] if id.iter().take(10).all(is_word) => 10,
        [b'M' | b'Q', ..] if id.get(7) == Some(&b'-') && id.iter().take(8).all(is_word) => 8,
        [b'A'..=b'Z', _, _, _, _, _, b'-', b'-', b'-', ..] if id.iter().take(9).all(is_word) => 9,
        [b'e', b'x', b'b', b'c', _, _, b'L', b'O', b'R', b'D', ..] => 10,
        [b'e', b'x', b'b', b'c', ..] | [b'F', b'U', b'T', b'B', ..] => 6,
        [b'X', b'B', b'T', a, b, c, ..] if [a, b, c].into_iter().all(u8::is_ascii_digit) => 8,
        [b'T', b'I', b'X', digits @ ..] if digits.iter().take(4).all(u8::is_ascii_digit) => 7,
        _ => 0,
    }
}

/// Bytes that become digits in a name: among a million names two are one with a chance of one in five hundred.
const DIGITS_BYTES: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn keys_are_64_hex_digits() {
        let digits = "0aB1".repeat(16);
        let expected: Vec<u8> = [0x0a, 0xb1].repeat(16);
        assert_eq!(key(&digits).unwrap().to_vec(), expected);
        assert_eq!(key(&format!(" {digits}\n")), key(&digits));
        for wrong in ["", "secret", &digits[1..], &format!("{digits}00"), &"0g".repeat(32), &"+1".repeat(32)] {
            assert_eq!(key(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_same_key_gives_the_same_and_another_key_others() {
        let (mut one, mut same, mut other) = (Pseudonyms::new(&KEY), Pseudonyms::new(&KEY), Pseudonyms::new(&[8; 32]));
        let address = "198.51.100.7".parse().unwrap();
        assert_eq!((one.address(address), one.address(address)), (same.address(address), same.address(address)));
        assert_ne!(one.address(address), other.address(address));
        assert_eq!(one.node_id(NodeId([1; 20])), same.node_id(NodeId([1; 20])));
        assert_ne!(one.node_id(NodeId([1; 20])), other.node_id(NodeId([1; 20])));
        let prefixes: std::collections::BTreeSet<_> = (0..=u16::MAX)
            .map(|prefix| {
                let mut id = [0; 20];
                id[..2].copy_from_slice(&prefix.to_be_bytes());
                one.node_id(NodeId(id)).0[..2].to_vec()
            })
            .collect();
        assert_eq!(prefixes.len(), 1 << 16);
        assert_eq!(one.host("a.example"), same.host("a.example"));
        assert_ne!(one.host("a.example"), other.host("a.example"));
        assert!(!format!("{one:?}").contains('7'));
    }

    #[test]
    fn macs_are_nobodys() {
        let pseudonyms = Pseudonyms::new(&KEY);
        for stays in [[0; 6], [0xff; 6], [0x33, 0x33, 0, 0, 0, 0xfb], [1, 0, 0x5e, 0, 0, 0xfb]] {
            assert_eq!(pseudonyms.mac(stays), stays);
        }
        let pseudonym = pseudonyms.mac([0x00, 0x1b, 0x21, 1, 2, 3]);
        assert_eq!((pseudonym[0] & 3, pseudonym == pseudonyms.mac([0x00, 0x1b, 0x21, 1, 2, 4])), (2, false));
        let group = pseudonyms.mac([0x33, 0x33, 0xff, 1, 2, 3]);
        assert_eq!((&group[..3], group[3..] == [1, 2, 3]), (&[0x33, 0x33, 0xff][..], false));
    }

    #[test]
    fn peer_ids_keep_what_names_the_client() {
        let pseudonyms = Pseudonyms::new(&KEY);
        for (id, kept) in [
            (&b"-qB4520-abcdefghijkl"[..], 8),
            (b"-UT3310Babcdefghijkl", 8),
            (b"-ML2.7.2-abcdefghijk", 9),
            (b"A2-1-36-0-abcdefghij", 10),
            (b"M4-20-8-abcdefghijkl", 8),
            (b"S58B-----abcdefghijk", 9),
            (b"exbc\x01\x02LORDabcdefghij", 10),
            (b"exbc\0\x3babcdefghijklmn", 6),
            (b"XBT054d-abcdefghijkl", 8),
            (b"TIX0255-abcdefghijkl", 7),
            (b"abcdefghijklmnopqrst", 0),
            (b"-\x01\x02abcdefghijklmnopq", 0),
        ] {
            let id = PeerId(id.try_into().unwrap());
            let pseudonym = pseudonyms.peer_id(id);
            assert_eq!(pseudonym.0[..kept], id.0[..kept], "{id}");
            assert!(pseudonym.0[kept..].windows(4).all(|bytes| !id.0.windows(4).any(|own| own == bytes)), "{id}");
        }
    }

    #[test]
    fn torrents_stay_unless_they_are_to_be_replaced() {
        let (info_hash, v2) = (InfoHash([3; 20]), InfoHashV2([4; 32]));
        let stays = Pseudonyms::new(&KEY);
        assert_eq!((stays.info_hash(info_hash), stays.info_hash_v2(v2)), (info_hash, v2));
        let hides = Pseudonyms::new(&KEY).and_torrents();
        assert!(hides.info_hash(info_hash) != info_hash && hides.info_hash_v2(v2) != v2);
        assert_eq!(hides.info_hash_v2(v2).truncated(), hides.info_hash(v2.truncated()));
    }
}
