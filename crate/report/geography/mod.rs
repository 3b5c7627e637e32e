//! Where are the peers, whose networks are they in, and what do they run?
//!
//! In: the peers that were met, who sent pieces, the ends of encrypted connections, who was only named, and the DHT nodes that answered; the
//! [databases](Places) that were given, and the [names](Names) that the capture tells. Out: what is known of each public address, and sums by country,
//! network and client. Made when it is asked for, and only where there is a database.
//!
//! A *peer* is one of a torrent, as in the [swarm](super::swarm)'s table; an address that is known only by pieces or by encrypted connections
//! counts as one. A *network* is the autonomous system where a database knows it, else what somebody registered of the address's name.
//! Whatever has no country, network or client is counted in the last row of each sum, whose key is absent.

mod row;
mod tally;
mod written;

use std::net::IpAddr;
use std::rc::Rc;

use serde::Serialize;

pub(super) use row::{ADDRESS_COLUMNS, GROUP_COLUMNS};
pub use row::{Group, PlacedAddress};
pub use written::{groups_as_csv, text};

use super::download::DownloadAnalysis;
use super::encrypted::Claim;
use super::names::Names;
use super::peers::PeersAnalysis;
use super::places::{DatabaseInfo, Lookups, Place, Places};
use super::sources::Sources;
use super::swarm::{Peer, SwarmAnalysis};
use crate::base::{Arrange, Map, Set, is_private};
use crate::flow::Direction;
use tally::{Network, Tallies, Tally};

/// The section.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Geography {
    /// The databases that were looked into.
    pub databases: Vec<DatabaseInfo>,
    /// Look-ups that failed because a database is damaged.
    pub unreadable: u64,
    /// Public addresses of peers that were met.
    pub address_count: usize,
    /// Peers that were met at other addresses: they are in no sum.
    pub private_peers: u64,
    /// By country.
    pub countries: Vec<Group>,
    /// By network.
    pub networks: Vec<Group>,
    /// By client, its version left out.
    pub clients: Vec<Group>,
    /// The addresses, those with most peers first.
    pub addresses: Vec<PlacedAddress>,
}

/// What the rest of the report knows.
pub(super) struct Known<'a> {
    pub(super) swarm: &'a SwarmAnalysis,
    pub(super) download: &'a DownloadAnalysis,
    pub(super) claims: &'a [Claim],
    pub(super) nodes: &'a PeersAnalysis,
    pub(super) sources: &'a Sources,
    pub(super) names: &'a Names,
    pub(super) places: &'a Places,
}

/// What was met at one address.
#[derive(Debug, Default)]
struct Facts {
    sums: Tally,
    client: Option<String>,
}

impl Geography {
    /// What is known; `None` where there is no database.
    pub(super) fn of(known: &Known<'_>) -> Option<Self> {
        if known.places.is_empty() {
            return None;
        }
        let mut tallies = Tallies::default();
        let mut lookups = known.places.lookups();
        let (mut met, private_peers) = (Map::default(), &mut 0);
        add_peers(known, &mut met, &mut tallies, private_peers);
        add_contributors(known, &mut met, &mut tallies);
        add_encrypted(known, &mut met, &mut tallies);
        let mut addresses = Vec::with_capacity(met.len());
        for (address, facts) in &met {
            let (place, network) = located(known, &mut lookups, *address);
            tallies.country(&place).add(&facts.sums);
            tallies.network(network, &place).add(&facts.sums);
            addresses.push(PlacedAddress::of(*address, &place, known.names.of(*address), network, facts));
        }
        add_listed(known, &met, &mut lookups, &mut tallies);
        add_nodes(known, &mut lookups, &mut tallies);
        addresses.arrange_by_key(|row| (std::cmp::Reverse((row.peers, row.uploaded, row.downloaded)), row.address));
        let (countries, networks, clients) = tallies.groups();
        Some(Geography {
            databases: known.places.databases(),
            unreadable: lookups.broken,
            address_count: addresses.len(),
            private_peers: *private_peers,
            countries,
            networks,
            clients,
            addresses,
        })
    }

    /// The same with the beginnings only of lists that may be long: those are asked for in windows.
    pub(super) fn in_short(mut self) -> Self {
        for list in [&mut self.networks, &mut self.clients] {
            list.truncate(GROUPS_IN_SHORT);
        }
        self.addresses.clear();
        self
    }
}

/// Peers that were met in clear. At other than public addresses they are only counted.
fn add_peers(known: &Known<'_>, met: &mut Map<IpAddr, Facts>, tallies: &mut Tallies<'_>, private: &mut u64) {
    for Peer { endpoint, client, completed_at, max_speed, downloaded, uploaded, .. } in known.swarm.met(known.sources) {
        if !is_public(endpoint.address) {
            *private += 1;
            continue;
        }
        let sums = Tally {
            peers: 1,
            confirmed: u64::from(completed_at.is_some()),
            downloaded,
            uploaded,
            speeds: max_speed.into_iter().collect(),
            ..Tally::default()
        };
        tallies.client(client.as_deref()).add(&sums);
        let facts = met.entry(endpoint.address).or_insert_with(Facts::here);
        facts.sums.add(&sums);
        facts.client = facts.client.take().or(client);
    }
}

/// Who sent pieces and was not met: web seeds, and peers of connections without a handshake.
fn add_contributors(known: &Known<'_>, met: &mut Map<IpAddr, Facts>, tallies: &mut Tallies<'_>) {
    let mut others: Map<IpAddr, u64> = Map::default();
    for torrent in known.download.torrents() {
        for contributor in known.download.contributors(torrent.info_hash) {
            let address = contributor.endpoint.address;
            if is_public(address) && !met.contains_key(&address) {
                *others.entry(address).or_default() += contributor.bytes;
            }
        }
    }
    for (address, uploaded) in others {
        let sums = Tally { peers: 1, uploaded, ..Tally::default() };
        tallies.client(None).add(&sums);
        met.entry(address).or_insert_with(Facts::here).sums.add(&sums);
    }
}

/// The ends of encrypted connections.
fn add_encrypted(known: &Known<'_>, met: &mut Map<IpAddr, Facts>, tallies: &mut Tallies<'_>) {
    for claim in known.claims.iter().filter(|claim| claim.is_placed()) {
        let encrypted = Direction::BOTH.iter().map(|direction| claim.flow.bytes.of(*direction)).sum();
        for direction in Direction::BOTH {
            let address = claim.flow.ends.of(direction).address;
            if !is_public(address) {
                continue;
            }
            let facts = met.entry(address).or_insert_with(Facts::here);
            let sums = Tally { encrypted, peers: u64::from(facts.sums.peers == 0), ..Tally::default() };
            tallies.client(facts.client.as_deref()).add(&sums);
            facts.sums.add(&sums);
        }
    }
}

/// Addresses that others named, and that were not met.
fn add_listed<'a>(known: &Known<'a>, met: &Map<IpAddr, Facts>, lookups: &mut Lookups<'_>, tallies: &mut Tallies<'a>) {
    let is_new = |address: &IpAddr| is_public(*address) && !met.contains_key(address);
    let listed: Set<IpAddr> = known.sources.all().map(|(endpoint, _)| endpoint.address).filter(is_new).collect();
    for address in listed {
        let (place, network) = located(known, lookups, address);
        tallies.country(&place).listed += 1;
        tallies.network(network, &place).listed += 1;
    }
}

/// DHT nodes that answered.
fn add_nodes<'a>(known: &Known<'a>, lookups: &mut Lookups<'_>, tallies: &mut Tallies<'a>) {
    for node in (0..known.nodes.len()).filter_map(|index| known.nodes.node(index)) {
        if is_public(node.address) {
            let (place, network) = located(known, lookups, node.address);
            tallies.country(&place).nodes += 1;
            tallies.network(network, &place).nodes += 1;
            tallies.client(node.client.as_deref()).nodes += 1;
        }
    }
}

/// Where an address is, and in which network.
fn located<'a>(known: &Known<'a>, lookups: &mut Lookups<'_>, address: IpAddr) -> (Rc<Place>, Network<'a>) {
    let place = lookups.place(address);
    let registered = || known.places.suffixes().registrable(known.names.of(address)?.1);
    let network = match place.asn {
        Some(number) => Network::System(number),
        None => registered().map_or(Network::Unknown, Network::Domain),
    };
    (place, network)
}

/// Whether an address is one host's on the internet.
fn is_public(address: IpAddr) -> bool {
    let is_broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    !is_private(address) && !address.is_unspecified() && !address.is_multicast() && !is_broadcast
}

impl Facts {
    /// Those of an address of which nothing is known yet.
    fn here() -> Self {
        Facts { sums: Tally { addresses: 1, ..Tally::default() }, client: None }
    }
}

/// Networks, and clients, of the section in short.
const GROUPS_IN_SHORT: usize = 200;
