//! Sums by country, network and client.

use super::super::places::Place;
use super::row::Group;
use crate::base::{Arrange, Map};

/// What is summed.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Whose network it is.
    pub(super) name: Option<String>,
    pub(super) addresses: u64,
    pub(super) peers: u64,
    pub(super) listed: u64,
    pub(super) nodes: u64,
    pub(super) confirmed: u64,
    pub(super) downloaded: u64,
    pub(super) uploaded: u64,
    pub(super) encrypted: u64,
    pub(super) speeds: Vec<f64>,
}

/// A network, by what names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Network<'a> {
    /// The number of an autonomous system.
    System(u32),
    /// What somebody registered.
    Domain(&'a str),
    /// Nothing names it.
    Unknown,
}

/// Every sum. An empty text is the key of what is not known.
#[derive(Debug, Default)]
pub(super) struct Tallies<'a> {
    countries: Map<String, Tally>,
    networks: Map<Network<'a>, Tally>,
    clients: Map<String, Tally>,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Tally) {
        self.addresses += other.addresses;
        self.peers += other.peers;
        self.confirmed += other.confirmed;
        self.downloaded += other.downloaded;
        self.uploaded += other.uploaded;
        self.encrypted += other.encrypted;
        self.speeds.extend(&other.speeds);
    }

    /// The middle one of the speeds; of two, the lower.
    fn median_speed(&mut self) -> Option<f64> {
        self.speeds.sort_unstable_by(f64::total_cmp);
        self.speeds.get(self.speeds.len().saturating_sub(1) / 2).copied()
    }

    fn group(mut self, key: Option<String>) -> Group {
        Group {
            key,
            max_speed: self.median_speed(),
            name: self.name,
            addresses: self.addresses,
            peers: self.peers,
            listed: self.listed,
            nodes: self.nodes,
            confirmed: self.confirmed,
            downloaded: self.downloaded,
            uploaded: self.uploaded,
            encrypted: self.encrypted,
        }
    }
}

impl Network<'_> {
    /// It in the report.
    pub(super) fn key(self) -> Option<String> {
        match self {
            Network::System(number) => Some(format!("AS{number}")),
            Network::Domain(name) => Some(name.to_owned()),
            Network::Unknown => None,
        }
    }
}

impl<'a> Tallies<'a> {
    pub(super) fn country(&mut self, place: &Place) -> &mut Tally {
        of(&mut self.countries, place.country.as_deref().unwrap_or_default())
    }

    pub(super) fn network(&mut self, network: Network<'a>, place: &Place) -> &mut Tally {
        self.networks.entry(network).or_insert_with(|| Tally { name: place.organisation.clone(), ..Tally::default() })
    }

    pub(super) fn client(&mut self, client: Option<&str>) -> &mut Tally {
        of(&mut self.clients, client.map(family).unwrap_or_default())
    }

    /// The sums, the largest first, and last what is not known.
    pub(super) fn groups(self) -> (Vec<Group>, Vec<Group>, Vec<Group>) {
        let known = |key: String| Some(key).filter(|key| !key.is_empty());
        let countries = self.countries.into_iter().map(|(key, tally)| tally.group(known(key)));
        let networks = self.networks.into_iter().map(|(network, tally)| tally.group(network.key()));
        let clients = self.clients.into_iter().map(|(key, tally)| tally.group(known(key)));
        (sorted(countries.collect()), sorted(networks.collect()), sorted(clients.collect()))
    }
}

fn of<'a>(tallies: &'a mut Map<String, Tally>, key: &str) -> &'a mut Tally {
    tallies.entry(key.to_owned()).or_default()
}

fn sorted(mut groups: Vec<Group>) -> Vec<Group> {
    let size = |group: &Group| (group.peers, group.nodes, group.listed);
    groups.arrange_by(|one, other| {
        let known = one.key.is_none().cmp(&other.key.is_none());
        known.then_with(|| size(other).cmp(&size(one))).then_with(|| one.key.cmp(&other.key))
    });
    groups
}

/// A client without its version: `libtorrent/2.1.1.0` → `libtorrent`, `Transmission 3.00` → `Transmission`.
fn family(client: &str) -> &str {
    let name = client.split('/').next().unwrap_or(client);
    let is_version = |word: &str| word.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit());
    let end = name.match_indices(' ').find(|(at, _)| name.get(at + 1..).is_some_and(is_version)).map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or(name).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_without_their_versions() {
        for (client, name) in [
            ("libtorrent/2.1.1.0", "libtorrent"),
            ("Transmission 3.00", "Transmission"),
            ("libTorrent 0.13.8", "libTorrent"),
            ("aria2/1.36.0", "aria2"),
            ("µTorrent 3.5.5", "µTorrent"),
            ("Deluge v2.1 beta", "Deluge"),
            ("Free Download Manager 6.1", "Free Download Manager"),
            ("client", "client"),
            (" ", ""),
            ("1.0", "1.0"),
            ("", ""),
        ] {
            assert_eq!(family(client), name, "{client}");
        }
    }

    #[test]
    fn the_middle_speed() {
        for (speeds, middle) in [(&[][..], None), (&[5.0], Some(5.0)), (&[9.0, 1.0], Some(1.0)), (&[9.0, 1.0, 4.0], Some(4.0))] {
            assert_eq!(Tally { speeds: speeds.to_vec(), ..Tally::default() }.median_speed(), middle);
        }
    }
}
