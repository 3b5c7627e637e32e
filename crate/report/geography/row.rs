//! The rows: a sum, and an address.

use std::net::IpAddr;

use serde::Serialize;

use super::super::cell::{Cell, number, text, words};
use super::super::names::NameSource;
use super::super::places::Place;
use super::Facts;
use super::tally::Network;

/// What is summed up of a country, a network or a client.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Group {
    /// The country's code of two letters (ISO 3166-1); the network's number, `AS3320`, or what somebody registered of its hosts' names; the client. `None`
    /// for all that none is known of.
    pub key: Option<String>,
    /// Whose network it is, where a database says so.
    pub name: Option<String>,
    /// Public addresses of peers that were met; of clients not counted.
    pub addresses: u64,
    /// Peers that were met.
    pub peers: u64,
    /// Addresses that others named, and that were not met; of clients not known.
    pub listed: u64,
    /// DHT nodes that answered.
    pub nodes: u64,
    /// Downloads that are confirmed.
    pub confirmed: u64,
    /// Bytes of blocks that went to these peers.
    pub downloaded: u64,
    /// Bytes of blocks that they sent.
    pub uploaded: u64,
    /// Bytes of encrypted connections, both directions.
    pub encrypted: u64,
    /// The median of the peers' greatest speeds, in bytes a second.
    pub max_speed: Option<f64>,
}

/// A public address at which peers were met.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct PlacedAddress {
    /// The address.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "String"))]
    pub address: IpAddr,
    /// Its country's code of two letters (ISO 3166-1).
    pub country: Option<String>,
    /// Its city.
    pub city: Option<String>,
    /// The city's latitude in degrees.
    pub latitude: Option<f64>,
    /// The city's longitude in degrees.
    pub longitude: Option<f64>,
    /// Its network: a number, `AS3320`, or what somebody registered of its name.
    pub network: Option<String>,
    /// Whose network it is.
    pub organisation: Option<String>,
    /// Its name.
    pub host_name: Option<String>,
    /// What tells the name.
    pub host_name_source: Option<NameSource>,
    /// The first client that was met there.
    pub client: Option<String>,
    /// Peers that were met there.
    pub peers: u64,
    /// Downloads that are confirmed.
    pub confirmed: u64,
    /// Bytes of blocks that went there.
    pub downloaded: u64,
    /// Bytes of blocks that came from there.
    pub uploaded: u64,
    /// Bytes of encrypted connections, both directions.
    pub encrypted: u64,
    /// The greatest speed of a peer there, in bytes a second.
    pub max_speed: Option<f64>,
}

impl PlacedAddress {
    pub(super) fn of(address: IpAddr, place: &Place, name: Option<(NameSource, &str)>, network: Network<'_>, facts: &Facts) -> Self {
        let Facts { sums, client } = facts;
        PlacedAddress {
            address,
            country: place.country.clone(),
            city: place.city.clone(),
            latitude: place.position.map(|(latitude, _)| latitude),
            longitude: place.position.map(|(_, longitude)| longitude),
            network: network.key(),
            organisation: place.organisation.clone(),
            host_name: name.map(|(_, name)| name.to_owned()),
            host_name_source: name.map(|(source, _)| source),
            client: client.clone(),
            peers: sums.peers,
            confirmed: sums.confirmed,
            downloaded: sums.downloaded,
            uploaded: sums.uploaded,
            encrypted: sums.encrypted,
            max_speed: sums.speeds.iter().copied().max_by(f64::total_cmp),
        }
    }

    /// The value in `column`.
    pub(in crate::report) fn cell(&self, column: &str) -> Cell<'_> {
        let decimal = |value: Option<f64>| value.map_or(Cell::Absent, Cell::Number);
        match column {
            "address" => text(self.address),
            "country" => words(self.country.as_deref()),
            "city" => words(self.city.as_deref()),
            "latitude" => decimal(self.latitude),
            "longitude" => decimal(self.longitude),
            "network" => words(self.network.as_deref()),
            "organisation" => words(self.organisation.as_deref()),
            "host_name" => words(self.host_name.as_deref()),
            "host_name_source" => words(self.host_name_source.map(NameSource::name)),
            "client" => words(self.client.as_deref()),
            "peers" => number(self.peers),
            "confirmed" => number(self.confirmed),
            "downloaded" => number(self.downloaded),
            "uploaded" => number(self.uploaded),
            "encrypted" => number(self.encrypted),
            "max_speed" => decimal(self.max_speed),
            _ => Cell::Absent,
        }
    }
}

impl Group {
    /// The value in `column`.
    pub(in crate::report) fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "key" => words(self.key.as_deref()),
            "name" => words(self.name.as_deref()),
            "addresses" => number(self.addresses),
            "peers" => number(self.peers),
            "listed" => number(self.listed),
            "nodes" => number(self.nodes),
            "confirmed" => number(self.confirmed),
            "downloaded" => number(self.downloaded),
            "uploaded" => number(self.uploaded),
            "encrypted" => number(self.encrypted),
            "max_speed" => self.max_speed.map_or(Cell::Absent, Cell::Number),
            _ => Cell::Absent,
        }
    }
}

/// The columns of the tables of countries, networks and clients, in the order of their CSV.
pub(in crate::report) const GROUP_COLUMNS: &[&str] =
    &["key", "name", "addresses", "peers", "listed", "nodes", "confirmed", "downloaded", "uploaded", "encrypted", "max_speed"];

/// The columns of the table of addresses, in the order of its CSV.
pub(in crate::report) const ADDRESS_COLUMNS: &[&str] = &[
    "address",
    "country",
    "city",
    "latitude",
    "longitude",
    "network",
    "organisation",
    "host_name",
    "host_name_source",
    "client",
    "peers",
    "confirmed",
    "downloaded",
    "uploaded",
    "encrypted",
    "max_speed",
];
