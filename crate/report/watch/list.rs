//! What somebody watches for: info hashes, addresses and names, an entry a line.
//!
//! In: a text. Out: entries, and the lines that are none. A line is an info hash (40 hex digits, or the 64 of version 2, of which the wire has the
//! first 40), a magnet link, an address, a network (`203.0.113.0/24`), or else a name: any text of at least three letters that the name of a torrent, a
//! file, a host or a tracker is to hold, whatever the case. What follows ` # ` is a note, and a line that begins with `#` is nothing but one.

use std::net::IpAddr;

use serde::Serialize;

use crate::base::{InfoHash, Limits, Map};
use crate::protocol::magnet;

/// What one line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line's number, from 1.
    pub line: usize,
    /// What is watched for, as it was written.
    pub text: String,
    /// What the list notes of it.
    pub note: Option<String>,
    /// What it is.
    pub kind: EntryKind,
}

/// What is watched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A torrent.
    InfoHash,
    /// An address.
    Address,
    /// All addresses that begin as one does.
    Network,
    /// Names that hold a text.
    Name,
}

impl EntryKind {
    /// The kind for people.
    pub fn name(self) -> &'static str {
        match self {
            EntryKind::InfoHash => "info hash",
            EntryKind::Address => "address",
            EntryKind::Network => "network",
            EntryKind::Name => "name",
        }
    }
}

/// A list of what is watched for.
#[derive(Clone, Debug, Default)]
pub struct WatchList {
    entries: Vec<Entry>,
    hashes: Map<InfoHash, Vec<usize>>,
    addresses: Map<IpAddr, Vec<usize>>,
    networks: Vec<(IpAddr, u8, usize)>,
    names: Vec<(String, usize)>,
    refused: Vec<(usize, &'static str)>,
}

impl WatchList {
    /// Reads a list. What is no entry is told by [`refused`](Self::refused).
    pub fn parse(text: &str, limits: &Limits) -> Self {
        let mut list = WatchList::default();
        for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let (what, note) = line.split_once(" # ").map_or((line, None), |(what, note)| (what, Some(note.trim().to_owned())));
            let what = what.trim();
            if what.is_empty() || what.starts_with('#') {
                continue;
            }
            if list.entries.len() >= limits.watch_entries {
                list.refused.push((number, "is one more than are watched for"));
                break;
            }
            if let Err(why) = list.add(number, what, note, limits) {
                list.refused.push((number, why));
            }
        }
        list
    }

    /// The entries, in the order of their lines.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Lines that are no entry, each with what is wrong, behind "line 7".
    pub fn refused(&self) -> &[(usize, &'static str)] {
        &self.refused
    }

    /// The entries that a torrent's name on the wire meets.
    pub(super) fn of_hash(&self, info_hash: InfoHash) -> impl Iterator<Item = usize> {
        self.hashes.get(&info_hash).into_iter().flatten().copied()
    }

    /// The entries that an address meets.
    pub(super) fn of_address(&self, address: IpAddr) -> impl Iterator<Item = usize> {
        let networks = self.networks.iter().filter(move |(network, bits, _)| is_in(address, *network, *bits));
        self.addresses.get(&address).into_iter().flatten().copied().chain(networks.map(|(_, _, entry)| *entry))
    }

    /// The entries that a name meets.
    pub(super) fn of_name(&self, name: &str) -> impl Iterator<Item = usize> {
        let name = if self.names.is_empty() { String::new() } else { name.to_lowercase() };
        self.names.iter().filter(move |(part, _)| name.contains(part)).map(|(_, entry)| *entry)
    }

    fn add(&mut self, line: usize, what: &str, note: Option<String>, limits: &Limits) -> Result<(), &'static str> {
        let entry = self.entries.len();
        let kind = if let Some(info_hash) = InfoHash::named(what) {
            self.hashes.entry(info_hash).or_default().push(entry);
            EntryKind::InfoHash
        } else if what.to_ascii_lowercase().starts_with("magnet:") {
            let link = magnet::parse(what, limits).map_err(|_| "is no magnet link that names a torrent")?;
            link.names().for_each(|info_hash| self.hashes.entry(info_hash).or_default().push(entry));
            EntryKind::InfoHash
        } else if let Ok(address) = what.trim_matches(['[', ']']).parse::<IpAddr>() {
            self.addresses.entry(address).or_default().push(entry);
            EntryKind::Address
        } else if let Some((network, bits)) = network(what) {
            self.networks.push((network, bits, entry));
            EntryKind::Network
        } else if what.chars().count() < NAME_LETTERS {
            return Err("is a name of fewer than three letters");
        } else {
            self.names.push((what.to_lowercase(), entry));
            EntryKind::Name
        };
        self.entries.push(Entry { line, text: what.to_owned(), note, kind });
        Ok(())
    }
}

/// Shorter names would be found everywhere.
const NAME_LETTERS: usize = 3;

/// An address and how many of its first bits count.
fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text.split_once('/')?;
    let (address, bits): (IpAddr, u8) = (address.parse().ok()?, bits.parse().ok()?);
    (bits <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, bits))
}

fn is_in(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).checked_shr(32 - u32::from(bits)).unwrap_or(0) == 0,
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).checked_shr(128 - u32::from(bits)).unwrap_or(0) == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> WatchList {
        WatchList::parse(text, &Limits::default())
    }

    #[test]
    fn a_line_is_a_hash_a_link_an_address_a_network_or_a_name() {
        let long = "ab".repeat(32);
        let text = format!(
            "# watched\n\n{}\n{long} # a leak\nmagnet:?xt=urn:btih:{}\n10.0.0.1\n[2001:db8::1]\n10.0.0.0/8\nubuntu 24\nab\n",
            "0A".repeat(20),
            "0b".repeat(20)
        );
        let list = list(&text);
        let told: Vec<_> = list.entries().iter().map(|entry| (entry.line, entry.kind)).collect();
        use EntryKind::{Address, InfoHash as Hash, Name, Network};
        assert_eq!(told, [(3, Hash), (4, Hash), (5, Hash), (6, Address), (7, Address), (8, Network), (9, Name)]);
        assert_eq!(list.entries()[1].note.as_deref(), Some("a leak"));
        assert_eq!(list.refused(), [(10, "is a name of fewer than three letters")]);
        assert_eq!(list.of_hash(InfoHash([0xab; 20])).collect::<Vec<_>>(), [1], "the first half of a hash of version 2");
        assert_eq!(list.of_hash(InfoHash([0x0b; 20])).collect::<Vec<_>>(), [2]);
        assert_eq!(list.of_address([10, 0, 0, 1].into()).collect::<Vec<_>>(), [3, 5]);
        assert_eq!(list.of_name("Ubuntu 24.04.iso").collect::<Vec<_>>(), [6]);
    }

    #[test]
    fn networks_of_every_length() {
        for (network, address, is_met) in [
            ("0.0.0.0/0", "8.8.8.8", true),
            ("8.8.8.8/32", "8.8.8.8", true),
            ("8.8.8.8/32", "8.8.8.9", false),
            ("8.8.8.0/23", "8.8.9.1", true),
            ("8.8.8.0/23", "8.8.10.1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "8.8.8.8", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
        ] {
            assert_eq!(list(network).of_address(address.parse().unwrap()).count() == 1, is_met, "{network} {address}");
        }
        assert_eq!(list("10.0.0.0/33").entries()[0].kind, EntryKind::Name);
    }

    #[test]
    fn a_list_is_as_long_as_it_may_be() {
        let limits = Limits { watch_entries: 2, ..Limits::default() };
        let list = WatchList::parse("one\ntwo\nthree\nfour", &limits);
        assert_eq!((list.entries().len(), list.refused()), (2, &[(3, "is one more than are watched for")][..]));
    }
}
