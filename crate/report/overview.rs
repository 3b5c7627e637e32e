//! Who here runs BitTorrent, what do they share, and how much of that could not be read?
//!
//! In: the hosts, the torrents and the encrypted flows as their own sections tell them. Out: the few facts that stand first, before any table.
//! Plain numbers: the page and the command line make sentences of them, each in its own way. Nothing is kept while events come by.
//!
//! The facts are of the hosts of the local network. Where none of these shows BitTorrent but others do, as in a capture from somewhere
//! on the way, they are of all hosts, and [`Who::of_local`] says so.

use std::cmp::Reverse;
use std::net::IpAddr;

use serde::Serialize;

use super::coverage::Coverage;
use super::download::TorrentRow;
use super::encrypted::Claim;
use super::hosts::{EvidenceKind, Host};
use super::swarm::SwarmDigest;
use super::torrents::TorrentsAnalysis;
use crate::base::{Arrange, Endpoint, InfoHash, Set};

/// The section.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Overview {
    /// Who runs BitTorrent.
    pub who: Who,
    /// What is shared.
    pub what: What,
    /// With whom.
    pub with_whom: WithWhom,
    /// What could not be read.
    pub hidden: Unreadable,
}

/// Hosts, each counted once.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Who {
    /// Hosts of the local network, with BitTorrent or without.
    pub local: usize,
    /// Whether the counts below are of local hosts; of all hosts otherwise, where only hosts elsewhere show BitTorrent.
    pub of_local: bool,
    /// Hosts that run BitTorrent, by any evidence.
    pub showing: usize,
    /// Of these, those that exchanged messages with peers, in clear or in encrypted flows.
    pub exchanged: usize,
    /// Of the others, those that sent a handshake to a peer.
    pub contacted_only: usize,
    /// Of the others, those that used the DHT.
    pub dht_only: usize,
    /// Of the others, those that announced themselves.
    pub announced_only: usize,
    /// Of those that take part most, the one with most bytes.
    pub busiest: Option<BusiestHost>,
}

/// The host that stands for all.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct BusiestHost {
    /// Its address.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "String"))]
    pub address: IpAddr,
    /// The first client that it says it runs.
    pub client: Option<String>,
    /// Bytes of BitTorrent that it sent and got.
    pub bytes: u64,
    /// Its part of what all hosts that exchanged messages sent and got, from 0 to 1; 0 where none did.
    pub share: f64,
}

/// Torrents, each counted once.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct What {
    /// Torrents of which a connection was seen, or in which a host said that it takes part.
    pub torrents: usize,
    /// Of these, those whose names are known.
    pub named: usize,
    /// Those that stand first: named ones before others, most bytes first; at most [`TOP_TORRENTS`].
    pub top: Vec<TopTorrent>,
    /// Bytes of pieces on connections of which the torrent is not known.
    pub unknown_bytes: u64,
}

/// A torrent that stands first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct TopTorrent {
    /// Its name on the wire.
    pub info_hash: InfoHash,
    /// Its name for people.
    pub name: Option<String>,
    /// Bytes of pieces that are in the capture.
    pub bytes: u64,
}

/// The other side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct WithWhom {
    /// Peers that were met in clear, local ones left out where the facts are of local hosts. Who is in two torrents is two peers.
    pub peers: usize,
    /// Peers that were met in clear and are local, where the facts are of local hosts.
    pub local_peers: usize,
    /// Addresses elsewhere to or from which encrypted flows go.
    pub encrypted_addresses: usize,
}

/// What could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Unreadable {
    /// Flows that are taken for encrypted BitTorrent.
    pub flows: usize,
    /// Of these, those of which the torrent is likely known.
    pub attributed: usize,
    /// Encrypted bytes of BitTorrent.
    pub encrypted: u64,
    /// Bytes of BitTorrent that are not in the capture: lost, or cut off.
    pub missing: u64,
    /// All bytes of BitTorrent.
    pub total: u64,
}

/// Torrents that the section names.
pub const TOP_TORRENTS: usize = 3;

/// The columns of the table of [`hosts`].
pub(super) const HOST_COLUMNS: &[&str] = &[
    "address",
    "clients",
    "evidence",
    "torrent_count",
    "peers",
    "received",
    "sent",
    "exchanged",
    "encrypted_share",
    "listen_ports",
    "first_frame",
];

/// What the facts are drawn from.
pub(super) struct Known<'a> {
    pub(super) hosts: &'a [Host],
    pub(super) torrents: &'a [TorrentRow],
    /// What else tells the name of a torrent: magnet links.
    pub(super) names: &'a TorrentsAnalysis,
    pub(super) swarm: SwarmDigest,
    pub(super) claims: &'a [Claim],
    pub(super) coverage: Coverage,
}

impl Overview {
    /// The facts, as of now.
    pub(super) fn of(known: &Known<'_>) -> Self {
        let ends: Vec<_> = known.claims.iter().map(|claim| [claim.flow.ends.originator, claim.flow.ends.responder]).collect();
        let attributed = known.claims.iter().filter(|claim| claim.torrent.is_some()).count();
        let who = Who::of(known.hosts);
        Overview {
            what: What::of(known, who.of_local),
            with_whom: WithWhom::of(known.swarm, &ends, known.hosts, who.of_local),
            hidden: Unreadable::of(ends.len(), attributed, known.coverage),
            who,
        }
    }
}

/// The hosts that the facts count among those that run BitTorrent.
pub(super) fn hosts(all: Vec<Host>) -> impl Iterator<Item = Host> {
    let of_local = tells_of_local(&all);
    all.into_iter().filter(move |host| counts(host, of_local))
}

/// Whether the facts are of local hosts.
fn tells_of_local(hosts: &[Host]) -> bool {
    hosts.iter().any(|host| host.local && host.bittorrent) || !hosts.iter().any(|host| host.bittorrent)
}

/// Whether a host is among those that run BitTorrent here.
fn counts(host: &Host, of_local: bool) -> bool {
    host.bittorrent && (host.local || !of_local)
}

impl Who {
    fn of(hosts: &[Host]) -> Self {
        let of_local = tells_of_local(hosts);
        let mut who = Who { local: hosts.iter().filter(|host| host.local).count(), of_local, ..Who::default() };
        let mut busiest: Option<((Part, u64), &Host)> = None;
        let mut bytes = 0;
        for host in hosts.iter().filter(|host| counts(host, of_local)) {
            let (part, volume) = (Part::of(host), volume(host));
            who.showing += 1;
            bytes += if part == Part::Exchanged { volume } else { 0 };
            *match part {
                Part::Announced => &mut who.announced_only,
                Part::Dht => &mut who.dht_only,
                Part::Contacted => &mut who.contacted_only,
                Part::Exchanged => &mut who.exchanged,
            } += 1;
            if busiest.is_none_or(|(most, _)| (part, volume) > most) {
                busiest = Some(((part, volume), host));
            }
        }
        who.busiest = busiest.map(|((_, volume), host)| BusiestHost {
            address: host.address,
            client: host.clients.first().map(|client| client.trim_end_matches(" (DHT)").to_owned()),
            bytes: volume,
            share: if bytes == 0 { 0.0 } else { volume as f64 / bytes as f64 },
        });
        who
    }
}

/// How a host takes part, the least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Announced,
    Dht,
    Contacted,
    Exchanged,
}

impl Part {
    fn of(host: &Host) -> Self {
        let did = |kinds: &[EvidenceKind]| host.evidence.iter().any(|evidence| kinds.contains(&evidence.kind));
        if did(&[EvidenceKind::PeerMessages, EvidenceKind::ClaimsPieces, EvidenceKind::Blocks, EvidenceKind::EncryptedFlow]) {
            Part::Exchanged
        } else if did(&[EvidenceKind::Handshake]) {
            Part::Contacted
        } else if did(&[EvidenceKind::DhtQuery, EvidenceKind::DhtResponse]) {
            Part::Dht
        } else {
            Part::Announced
        }
    }
}

/// Bytes that a host sent and got.
fn volume(host: &Host) -> u64 {
    host.sent.saturating_add(host.received)
}

impl What {
    fn of(known: &Known<'_>, of_local: bool) -> Self {
        let Known { torrents, hosts, names, .. } = *known;
        let given = |info_hash| names.name(info_hash).map(str::to_owned);
        let mut top: Vec<TopTorrent> = Vec::with_capacity(torrents.len());
        let mut known: Set<InfoHash> = Set::default();
        for torrent in torrents {
            let Some(info_hash) = torrent.info_hash else { continue };
            known.insert(info_hash);
            known.extend(torrent.info_hash_v2.map(|long| long.truncated()));
            top.push(TopTorrent { info_hash, name: torrent.name.clone().or_else(|| given(info_hash)), bytes: torrent.bytes });
        }
        for info_hash in hosts.iter().filter(|host| counts(host, of_local)).flat_map(|host| &host.torrents) {
            if known.insert(*info_hash) {
                top.push(TopTorrent { info_hash: *info_hash, name: given(*info_hash), bytes: 0 });
            }
        }
        let named = top.iter().filter(|torrent| torrent.name.is_some()).count();
        let count = top.len();
        top.arrange_by_key(|torrent| (torrent.name.is_none(), Reverse(torrent.bytes), torrent.info_hash));
        top.truncate(TOP_TORRENTS);
        let unknown = torrents.iter().filter(|torrent| torrent.info_hash.is_none());
        What { torrents: count, named, top, unknown_bytes: unknown.map(|torrent| torrent.bytes).sum() }
    }
}

impl WithWhom {
    fn of(swarm: SwarmDigest, ends: &[[Endpoint; 2]], hosts: &[Host], of_local: bool) -> Self {
        let own: Set<IpAddr> = hosts.iter().filter(|host| host.local && of_local).map(|host| host.address).collect();
        let elsewhere: Set<IpAddr> = ends.iter().flatten().map(|end| end.address).filter(|address| !own.contains(address)).collect();
        let local_peers = if of_local { swarm.local_count } else { 0 };
        WithWhom { peers: swarm.peer_count.saturating_sub(local_peers), local_peers, encrypted_addresses: elsewhere.len() }
    }
}

impl Unreadable {
    fn of(flows: usize, attributed: usize, coverage: Coverage) -> Self {
        let missing = coverage.lost + coverage.truncated;
        Unreadable { flows, attributed, encrypted: coverage.encrypted, missing, total: coverage.total() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::hosts::Evidence;
    use super::*;
    use crate::base::{InfoHashV2, Limits, Time};
    use crate::protocol::given::Given;

    /// A host 192.168.1.x, or 80.0.0.x where it is not local.
    fn host(number: u8, local: bool, kinds: &[EvidenceKind], bytes: u64) -> Host {
        let evidence = |kind: &EvidenceKind| Evidence { kind: *kind, count: 1, first_frame: 1, first_time: Time::default(), last_frame: 1 };
        Host {
            address: if local { [192, 168, 1, number].into() } else { [80, 0, 0, number].into() },
            local,
            bittorrent: !kinds.is_empty(),
            evidence: kinds.iter().map(evidence).collect(),
            clients: if kinds.is_empty() { vec![] } else { vec!["Client 1 (DHT)".into()] },
            torrents: vec![InfoHash([number; 20])],
            sent: bytes / 2,
            received: bytes - bytes / 2,
            first_frame: 1,
            last_frame: 1,
            first_time: Time::default(),
            last_time: Time::default(),
            local_reason: None,
            peers: 0,
            tcp: 0,
            utp: 0,
            encrypted: 0,
            series: None,
            listen_ports: Vec::new(),
            port_mappings: Vec::new(),
            trackers: Vec::new(),
        }
    }

    fn torrent(number: u8, name: Option<&str>, bytes: u64) -> TorrentRow {
        TorrentRow {
            info_hash: (number > 0).then_some(InfoHash([number; 20])),
            info_hash_v2: None,
            name: name.map(str::to_owned),
            piece_length: None,
            piece_count: None,
            total_size: None,
            metadata_frame: None,
            pieces: 0,
            bytes,
            attributed_bytes: 0,
            contributors: 0,
            receivers: 0,
            connections: 1,
            first_frame: 1,
            first_time: Time::default(),
            last_time: Time::default(),
        }
    }

    const SWARM: SwarmDigest = SwarmDigest {
        threshold: 98,
        peer_count: 9,
        local_count: 2,
        progress_known: 0,
        complete_at_first: 0,
        met_once_below: 0,
        confirmed_count: 0,
    };

    fn overview(hosts: &[Host], torrents: &[TorrentRow]) -> Overview {
        named_overview(hosts, torrents, &TorrentsAnalysis::new(&Limits::default()))
    }

    fn named_overview(hosts: &[Host], torrents: &[TorrentRow], names: &TorrentsAnalysis) -> Overview {
        Overview::of(&Known {
            hosts,
            torrents,
            names,
            swarm: SWARM,
            claims: &[],
            coverage: Coverage { decoded: 3, lost: 1, ..Coverage::default() },
        })
    }

    #[test]
    fn local_hosts_are_counted_by_the_most_that_they_did() {
        use EvidenceKind::{DhtQuery, EncryptedFlow, Handshake, PeerMessages, TrackerAnnounce};
        let hosts = [
            host(1, true, &[Handshake, PeerMessages, DhtQuery], 60),
            host(2, true, &[EncryptedFlow], 140),
            host(3, true, &[Handshake, DhtQuery], 900),
            host(4, true, &[DhtQuery, TrackerAnnounce], 0),
            host(5, true, &[TrackerAnnounce], 0),
            host(6, true, &[], 0),
            host(7, false, &[PeerMessages], 5000),
        ];
        let told = overview(&hosts, &[]);
        let busiest = BusiestHost { address: [192, 168, 1, 2].into(), client: Some("Client 1".into()), bytes: 140, share: 0.7 };
        let who = Who {
            local: 6,
            of_local: true,
            showing: 5,
            exchanged: 2,
            contacted_only: 1,
            dht_only: 1,
            announced_only: 1,
            busiest: Some(busiest),
        };
        assert_eq!(told.who, who);
        assert_eq!((told.with_whom.peers, told.with_whom.local_peers), (7, 2));
        assert_eq!((told.hidden.missing, told.hidden.total), (1, 4));
        assert_eq!(super::hosts(hosts.to_vec()).count(), 5);
    }

    #[test]
    fn who_is_seen_to_send_blocks_only_exchanged_data() {
        let told = overview(&[host(1, true, &[EvidenceKind::Blocks], 9)], &[]).who;
        assert_eq!((told.exchanged, told.announced_only), (1, 0));
    }

    #[test]
    fn hosts_elsewhere_are_told_of_where_no_local_one_shows_anything() {
        let hosts = [host(1, true, &[], 0), host(2, false, &[EvidenceKind::PeerMessages], 8), host(3, false, &[], 9)];
        let told = overview(&hosts, &[]);
        assert_eq!((told.who.local, told.who.of_local, told.who.showing, told.who.exchanged), (1, false, 1, 1));
        assert_eq!((told.with_whom.peers, told.what.torrents), (9, 1));
        assert_eq!(super::hosts(hosts.to_vec()).count(), 1);
        let nobody = overview(&hosts[..1], &[]).who;
        assert_eq!(nobody, Who { local: 1, of_local: true, ..Who::default() });
    }

    #[test]
    fn torrents_are_counted_once_under_either_name_and_named_ones_stand_first() {
        let hybrid = TorrentRow { info_hash_v2: Some(InfoHashV2([1; 32])), ..torrent(9, Some("hybrid"), 5) };
        let rows = [torrent(0, None, 70), torrent(8, None, 900), hybrid, torrent(7, Some("b"), 6), torrent(6, Some("c"), 6)];
        let told = overview(&[host(1, true, &[EvidenceKind::Handshake], 0), host(2, true, &[EvidenceKind::Handshake], 0)], &rows).what;
        assert_eq!((told.torrents, told.named, told.unknown_bytes), (5, 3, 70));
        let names: Vec<_> = told.top.iter().map(|torrent| torrent.name.as_deref().unwrap_or_default()).collect();
        assert_eq!(names, ["c", "b", "hybrid"]);
    }

    #[test]
    fn links_name_torrents_that_nothing_else_names() {
        let mut names = TorrentsAnalysis::new(&Limits::default());
        for (number, name) in [(1, "mine"), (2, "host's"), (3, "nobody's"), (4, "another")] {
            let link = format!("magnet:?xt=urn:btih:{}&dn={name}", InfoHash([number; 20]));
            names.give(&Given::link("", &link, &Limits::default()).unwrap(), &mut |_| {});
        }
        let rows = [torrent(1, None, 5), torrent(4, Some("its own"), 9)];
        let told = named_overview(&[host(2, true, &[EvidenceKind::Handshake], 0)], &rows, &names).what;
        let top: Vec<_> = told.top.iter().map(|torrent| torrent.name.as_deref().unwrap_or_default()).collect();
        assert_eq!((told.torrents, told.named, top), (3, 3, vec!["its own", "mine", "host's"]));
    }
}
