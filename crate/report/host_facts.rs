//! What else does the report know of each host?
//!
//! In: the rows of [`hosts`](super::hosts), and the analyses that know more. Nothing is kept here.

use std::net::IpAddr;

use serde::Serialize;

use super::hosts::Host;
use super::port_mappings::PortMappings;
use super::sources::{Source, Sources};
use super::trackers::TrackersAnalysis;
use super::traffic::HostTraffic;
use crate::base::{Map, Set};

/// Why a host is taken for local, or for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LocalReason {
    /// Its address is one of private networks.
    Private,
    /// Its address means something on its own link only.
    LinkLocal,
    /// It is one end of nearly all packets between public addresses.
    Shape,
    /// The user said so.
    User,
}

impl LocalReason {
    /// The reason's name in the report.
    pub fn name(self) -> &'static str {
        match self {
            LocalReason::Private => "private",
            LocalReason::LinkLocal => "link_local",
            LocalReason::Shape => "shape",
            LocalReason::User => "user",
        }
    }
}

/// Who knows more.
pub(super) struct Known<'a> {
    pub(super) traffic: Map<IpAddr, HostTraffic>,
    pub(super) mappings: &'a PortMappings,
    pub(super) trackers: &'a TrackersAnalysis,
    pub(super) sources: &'a Sources,
}

/// Trackers that are named of one host.
const TRACKERS: usize = 100;

/// Ports that are named of one host.
const PORTS: usize = 100;

/// Adds to the rows of hosts what others know of them.
pub(super) fn add(hosts: &mut [Host], mut known: Known<'_>) {
    let places: Map<IpAddr, usize> = hosts.iter().enumerate().map(|(place, host)| (host.address, place)).collect();
    for host in &mut *hosts {
        if let Some(traffic) = known.traffic.remove(&host.address) {
            let HostTraffic { tcp, utp, encrypted, peers, series } = traffic;
            (host.tcp, host.utp, host.encrypted, host.peers, host.series) = (tcp, utp, encrypted, peers, series);
        }
    }
    for mapping in known.mappings.rows() {
        if let Some(host) = places.get(&mapping.client).and_then(|place| hosts.get_mut(*place)) {
            host.port_mappings.push(mapping);
        }
    }
    add_trackers(hosts, &places, known.trackers);
    add_ports(hosts, &places, known.sources);
}

fn add_trackers(hosts: &mut [Host], places: &Map<IpAddr, usize>, trackers: &TrackersAnalysis) {
    let mut seen = Set::default();
    for (tracker, announce) in (0..trackers.announce_count()).filter_map(|index| trackers.announce(index)) {
        let Some(place) = announce.client.and_then(|client| places.get(&client.address)) else { continue };
        let Some(host) = hosts.get_mut(*place).filter(|host| host.trackers.len() < TRACKERS) else { continue };
        if seen.insert((*place, tracker.endpoint, tracker.url.as_deref())) {
            host.trackers.push(tracker.url.clone().unwrap_or_else(|| format!("{}://{}", tracker.protocol, tracker.endpoint)));
        }
    }
}

/// Adds the ports on which hosts say themselves that they take connections.
fn add_ports(hosts: &mut [Host], places: &Map<IpAddr, usize>, sources: &Sources) {
    for (endpoint, naming) in sources.all() {
        // What a client calls its port in the DHT is its port for UDP, and mostly the other one too.
        if !naming.source.is_own() || naming.source == Source::DhtAnnounce || endpoint.port == 0 {
            continue;
        }
        let host = places.get(&endpoint.address).and_then(|place| hosts.get_mut(*place));
        if let Some(host) = host {
            host.listen_ports.push(endpoint.port);
        }
    }
    for host in hosts {
        host.listen_ports.sort_unstable();
        host.listen_ports.dedup();
        host.listen_ports.truncate(PORTS);
    }
}
