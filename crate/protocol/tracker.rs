//! What the tracker protocols over HTTP and over UDP share: why a client announces, and lists of peers.
//!
//! BEP 3 and BEP 15 (events), BEP 21 (`paused`), BEP 23 (compact peers), BEP 7 (their IPv6 form). A compact peer is
//!
//! ```text
//! 4 or 16 bytes address │ 2 bytes port
//! ```
//!
//! one after another. Left out on purpose: peers that a tracker names by a host's name, which are counted only.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::base::Endpoint;

/// Why a client announces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Event {
    /// Because it was time to.
    #[default]
    None,
    /// It has all pieces now.
    Completed,
    /// It joins the swarm.
    Started,
    /// It leaves.
    Stopped,
    /// It has all that it wants, but not all (BEP 21).
    Paused,
    /// None that a document names.
    Unknown,
}

impl Event {
    /// The event's name in the documents.
    pub fn name(self) -> &'static str {
        match self {
            Event::None => "none",
            Event::Completed => "completed",
            Event::Started => "started",
            Event::Stopped => "stopped",
            Event::Paused => "paused",
            Event::Unknown => "unknown",
        }
    }

    /// The event of a number (BEP 15).
    pub(super) fn of_number(number: u32) -> Self {
        match number {
            0 => Event::None,
            1 => Event::Completed,
            2 => Event::Started,
            3 => Event::Stopped,
            _ => Event::Unknown,
        }
    }

    /// The event of a word (BEP 3, BEP 21).
    pub(super) fn of_word(word: &[u8]) -> Self {
        match word {
            b"" | b"none" | b"empty" => Event::None,
            b"completed" => Event::Completed,
            b"started" => Event::Started,
            b"stopped" => Event::Stopped,
            b"paused" => Event::Paused,
            _ => Event::Unknown,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The peers that a tracker names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peers<'a> {
    /// Compact ones: 6 bytes each.
    pub ipv4: &'a [u8],
    /// Compact ones with IPv6 addresses: 18 bytes each.
    pub ipv6: &'a [u8],
    /// Those that stood in a list, each in a dictionary of its own.
    pub listed: Vec<Endpoint>,
    /// Peers that are named and in none of these: by a host's name, or in bytes that are not in the capture.
    pub others: usize,
}

impl Peers<'_> {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.ipv4.len() / PEER_BYTES + self.ipv6.len() / PEER6_BYTES + self.listed.len() + self.others
    }

    /// Those whose addresses are known.
    pub fn endpoints(&self) -> impl Iterator<Item = Endpoint> {
        compact(self.ipv4).chain(compact6(self.ipv6)).chain(self.listed.iter().copied())
    }
}

/// Compact IPv4 peers.
fn compact(bytes: &[u8]) -> impl Iterator<Item = Endpoint> {
    bytes.as_chunks().0.iter().map(|[a, b, c, d, port @ ..]: &[u8; PEER_BYTES]| Endpoint {
        address: IpAddr::V4(Ipv4Addr::new(*a, *b, *c, *d)),
        port: u16::from_be_bytes(*port),
    })
}

/// Compact IPv6 peers.
fn compact6(bytes: &[u8]) -> impl Iterator<Item = Endpoint> {
    bytes.as_chunks().0.iter().filter_map(|peer: &[u8; PEER6_BYTES]| {
        let (address, port) = (peer.first_chunk::<16>()?, peer.last_chunk::<2>()?);
        Some(Endpoint { address: IpAddr::V6(Ipv6Addr::from(*address)), port: u16::from_be_bytes(*port) })
    })
}

/// A compact peer.
pub(super) const PEER_BYTES: usize = 6;
/// A compact peer with an IPv6 address.
pub(super) const PEER6_BYTES: usize = 18;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_of_every_form() {
        let ipv6 = [&[0x20, 0x01, 0x0d, 0xb8][..], &[0; 11], &[1, 0x1a, 0xe1]].concat();
        let listed = Endpoint::new([10, 0, 0, 9], 5);
        let peers = Peers { ipv4: b"\x0a\0\0\x02\xc8\xd5\x0a\0\0\x03\x1a\xe1\x0a", ipv6: &ipv6, listed: vec![listed], others: 2 };
        let texts: Vec<_> = peers.endpoints().map(|peer| peer.to_string()).collect();
        assert_eq!(texts, ["10.0.0.2:51413", "10.0.0.3:6881", "[2001:db8::1]:6881", "10.0.0.9:5"]);
        assert_eq!(peers.count(), 6);
    }

    #[test]
    fn events_by_number_and_word() {
        for (number, word, event) in [(0, "", Event::None), (1, "completed", Event::Completed), (2, "started", Event::Started)] {
            assert_eq!((Event::of_number(number), Event::of_word(word.as_bytes())), (event, event));
        }
        assert_eq!((Event::of_number(9), Event::of_word(b"x"), Event::of_word(b"paused")), (Event::Unknown, Event::Unknown, Event::Paused));
        assert_eq!(Event::of_number(3).to_string(), "stopped");
    }
}
