//! The claims of an evidence report, list by list.
//!
//! In: the sections of the report, and the ladders. Out: claims, each with what shows it: rungs, frames, and how to see the same in
//! Wireshark. A list has a cap; what is left out is counted.

use std::cmp::Reverse;
use std::net::IpAddr;

use serde::Serialize;

use super::super::encrypted::EncryptedFlow;
use super::super::hosts::Host;
use super::super::proof::State;
use super::super::swarm::{ConfirmedDownload, Deeds, Peer, SwarmTorrent};
use super::super::trackers::{Announce, Tracker};
use super::super::wireshark::{DecodeAs, Over, command, frames_filter, host_filter, stream_filter};
use super::account::{About, Fact};
use super::ladders::{Book, Subject};
use super::words::{Offset, bytes, counted, date, grouped, percent};
use super::{Ladder, Rung};
use crate::base::{Arrange, Endpoint, InfoHash, Map, Time};
use crate::protocol::Streams;

/// Claims of one kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimList {
    /// What they are about: `torrents`, `hosts`, `confirmed_downloads`, `peers`, `pieces`, `encrypted_flows`, `announces`, `dht_nodes` or
    /// `connections`.
    pub kind: &'static str,
    /// A heading.
    pub title: &'static str,
    /// What such a claim means, and what it does not.
    pub meaning: &'static str,
    /// How many there are.
    pub total: usize,
    /// How many of them are left out.
    pub left_out: usize,
    /// The others.
    pub claims: Vec<Claim>,
}

/// One claim.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Claim {
    /// Who or what it is about.
    pub subject: String,
    /// The torrent, where it is about one.
    pub info_hash: Option<InfoHash>,
    /// How it is known, of peers, hosts and torrents.
    pub ladder: Option<Ladder>,
    /// What is known.
    pub facts: Vec<Fact>,
    /// Frames that show it, the first ones.
    pub frames: Vec<u64>,
    /// The display filter with which Wireshark shows what it rests on.
    pub filter: String,
    /// The same for TShark.
    pub command: String,
}

/// What lists are made of.
struct Maker<'a> {
    book: &'a Book<'a>,
    about: About,
    /// All names of the torrent that the report is about.
    names: Vec<InfoHash>,
    captures: &'a [String],
    offset: Offset,
}

/// The lists of claims; those without any are left out.
pub(super) fn lists(book: &Book<'_>, streams: &Streams, about: About, captures: &[String], offset: Offset) -> Vec<ClaimList> {
    let names = if let About::Torrent(info_hash) = about { book.names(info_hash) } else { Vec::new() };
    let maker = Maker { book, about, names, captures, offset };
    let swarms = book.all.swarm.section(&book.all.sources, &|address| book.all.hosts.is_local(address)).torrents;
    let all = [
        maker.torrents(),
        maker.hosts(),
        maker.confirmed(&swarms),
        maker.peers(&swarms),
        maker.pieces(),
        maker.encrypted(),
        maker.announces(),
        maker.nodes(),
        maker.connections(streams),
    ];
    all.into_iter().filter(|list| list.total > 0).collect()
}

impl Maker<'_> {
    fn torrents(&self) -> ClaimList {
        let rows: Vec<_> = self
            .book
            .all
            .known_torrents(&self.book.download, None)
            .all()
            .into_iter()
            .filter(|row| row.in_capture && self.has_torrent(Some(row.info_hash)))
            .collect();
        let make = |row: super::super::torrents::KnownTorrent| {
            let ladder = self.book.torrent(row.info_hash);
            let mut facts = vec![Fact::new("info hash", row.info_hash)];
            facts.extend(row.info_hash_v2.map(|hash| Fact::new("info hash of version 2", hash)));
            facts.extend(row.total_size.map(|size| Fact::new("size", bytes(size))));
            let pieces = row.piece_count.zip(row.piece_length);
            facts.extend(pieces.map(|(count, length)| Fact::new("pieces", format!("{} of {}", grouped(count), bytes(length)))));
            facts.extend(row.private.map(|private| Fact::new("private", if private { "yes" } else { "no" })));
            let told = row.facts.iter().filter(|fact| fact.value.is_some() || fact.fact == super::super::torrents::FactKind::Info);
            let told: Vec<_> = told
                .take(FEW)
                .map(|fact| match (fact.frame, &fact.origin) {
                    (Some(frame), Some(origin)) => format!("{origin}, frame {frame}"),
                    (Some(frame), None) => format!("frame {frame}"),
                    (None, Some(origin)) => format!("{origin}, given"),
                    (None, None) => "given".to_owned(),
                })
                .collect();
            if !told.is_empty() {
                facts.push(Fact::new("known from", told.join("; ")));
            }
            facts.extend(
                (!row.trackers.is_empty())
                    .then(|| Fact::new("trackers", row.trackers.iter().take(FEW).cloned().collect::<Vec<_>>().join(", "))),
            );
            let frames = row.facts.iter().filter_map(|fact| fact.frame).take(FRAMES).collect();
            let subject = row.name.unwrap_or_else(|| row.info_hash.to_string());
            let filter = Subject::Torrent(row.info_hash).filter(&ladder);
            self.claim(
                Claim { subject, info_hash: Some(row.info_hash), ladder: Some(ladder), facts, frames, filter, ..Claim::default() },
                &[],
            )
        };
        list(
            "torrents",
            "Torrents",
            "A torrent is what its info hash names. Its rungs are the strongest that any of its peers reached.",
            rows,
            make,
        )
    }

    fn hosts(&self) -> ClaimList {
        let mut rows: Vec<&Host> = self.book.hosts.iter().filter(|host| self.has_host(host)).collect();
        rows.arrange_by_key(|host| (!host.bittorrent, !host.local));
        let make = |host: &Host| {
            let ladder = self.book.host(host);
            let mut facts = vec![Fact::new("where", if host.local { "on the network of the capture" } else { "elsewhere" })];
            if let Some(reason) = host.local_reason {
                facts.push(Fact::new(
                    "because",
                    match reason.name() {
                        "private" => "its address is one of private networks",
                        "link_local" => "its address means something on its own link only",
                        "shape" => "it is one end of nearly all packets between public addresses",
                        _ => "whoever read the capture said so",
                    },
                ));
            }
            facts.extend((!host.bittorrent).then(|| Fact::new("BitTorrent", "nothing that it did shows any")));
            facts.extend((!host.clients.is_empty()).then(|| Fact::new("clients, as it says", host.clients.join(", "))));
            facts.extend((!host.torrents.is_empty()).then(|| Fact::new("torrents", some(host.torrents.iter()))));
            facts.push(Fact::new("BitTorrent payload sent", bytes(host.sent)));
            facts.push(Fact::new("received", bytes(host.received)));
            facts.extend((!host.listen_ports.is_empty()).then(|| Fact::new("takes connections on", some(host.listen_ports.iter()))));
            facts.push(seen((host.first_frame, host.first_time), (host.last_frame, host.last_time)));
            let frames = vec![host.first_frame, host.last_frame];
            let filter = Subject::Host(host.address).filter(&ladder);
            self.claim(Claim { subject: host.address.to_string(), ladder: Some(ladder), facts, frames, filter, ..Claim::default() }, &[])
        };
        list(
            "hosts",
            "Hosts",
            "A host is an address. Its rungs count what it did itself, over all torrents; what others say of it is the first rung only.",
            rows,
            make,
        )
    }

    fn confirmed(&self, swarms: &[SwarmTorrent]) -> ClaimList {
        let of = |swarm| move |download| (swarm, download);
        let rows: Vec<(&SwarmTorrent, &ConfirmedDownload)> = swarms
            .iter()
            .filter(|swarm| self.has_torrent(Some(swarm.info_hash)))
            .flat_map(|swarm| swarm.confirmed_downloads.iter().map(of(swarm)))
            .filter(|(_, download)| self.has_address(download.endpoint.address))
            .collect();
        let make = |(swarm, download): (&SwarmTorrent, &ConfirmedDownload)| {
            let mut facts = if download.not_before == download.time {
                vec![Fact::new("reached the threshold", self.time(download.time))]
            } else {
                vec![
                    Fact::new("last known below the threshold", self.time(download.not_before)),
                    Fact::new("known to have reached it", self.time(download.time)),
                ]
            };
            facts.extend(download.client.as_ref().map(|client| Fact::new("client, as it says", client)));
            facts.push(Fact::new("where", if download.local { "on the network of the capture" } else { "elsewhere" }));
            let frames = vec![download.frame];
            let filter = frames_filter(&frames);
            let claim = Claim {
                subject: download.endpoint.to_string(),
                info_hash: Some(swarm.info_hash),
                facts,
                frames,
                filter,
                ..Claim::default()
            };
            self.claim(claim, &self.book.ports(download.endpoint))
        };
        list(
            "confirmed_downloads",
            "Confirmed downloads",
            "A peer that was seen with less than the threshold of the pieces, and later with as much or more. The frame shows the later of both.",
            rows,
            make,
        )
    }

    fn peers(&self, swarms: &[SwarmTorrent]) -> ClaimList {
        let of = |swarm| move |peer| (swarm, peer);
        let wanted =
            |(swarm, peer): &(&SwarmTorrent, &Peer)| self.has_torrent(Some(swarm.info_hash)) && self.has_address(peer.endpoint.address);
        let mut rows: Vec<(&SwarmTorrent, &Peer)> =
            swarms.iter().flat_map(|swarm| swarm.peers.iter().map(of(swarm))).filter(wanted).collect();
        rows.arrange_by_key(|(_, peer)| (Reverse(peer.evidence), Reverse(peer.uploaded), peer.first_seen, peer.endpoint));
        let mut deeds: Map<(InfoHash, Endpoint), Deeds> = Map::default();
        for swarm in swarms.iter().filter(|swarm| self.has_torrent(Some(swarm.info_hash))) {
            deeds.extend(self.book.all.swarm.deeds(Some(swarm.info_hash)).map(|deeds| ((swarm.info_hash, deeds.endpoint), deeds)));
        }
        let make = |(swarm, peer): (&SwarmTorrent, &Peer)| {
            let ladder = self.book.peer(swarm.info_hash, peer.endpoint, deeds.get(&(swarm.info_hash, peer.endpoint)));
            let mut facts = Vec::new();
            facts.extend(peer.client.as_ref().map(|client| Fact::new("client, as it says", client)));
            facts.extend(peer.peer_id.map(|id| Fact::new("peer ID", id)));
            let progress = peer.progress_first.zip(peer.progress_last);
            facts.extend(progress.map(|(first, last)| {
                Fact::new("share of the pieces", format!("{} when first known, {} when last", percent(first), percent(last)))
            }));
            facts.extend((peer.uploaded > 0).then(|| Fact::new("blocks sent", bytes(peer.uploaded))));
            facts.extend((peer.downloaded > 0).then(|| Fact::new("blocks received", bytes(peer.downloaded))));
            facts.push(Fact::new("seen", span(peer.first_seen, peer.last_seen)));
            let filter =
                format!("{} && (tcp.port == {port} || udp.port == {port})", host_filter(peer.endpoint.address), port = peer.endpoint.port);
            let frames = frames_of(&ladder);
            let claim = Claim {
                subject: peer.endpoint.to_string(),
                info_hash: Some(swarm.info_hash),
                ladder: Some(ladder),
                facts,
                frames,
                filter,
                ..Claim::default()
            };
            self.claim(claim, &self.book.ports(peer.endpoint))
        };
        list("peers", "Peers", "A peer is an endpoint that takes part in a torrent, or is said to: the rungs tell which.", rows, make)
    }

    fn pieces(&self) -> ClaimList {
        let proof = self.book.all.proof();
        let torrents = self
            .book
            .download
            .torrents()
            .filter_map(|row| row.info_hash)
            .filter(|info_hash| self.has_torrent(Some(*info_hash)) && !matches!(self.about, About::Host(_)));
        let mut rows: Vec<(InfoHash, (u32, u32), String)> = Vec::new();
        for info_hash in torrents {
            let Some(torrent) = proof.torrent(info_hash) else {
                let runs = runs_of(self.book.download.piece_indexes(Some(info_hash)));
                rows.extend(
                    runs.into_iter().map(|run| (info_hash, run, "blocks were sent; whether they are right was not checked".into())),
                );
                continue;
            };
            for run in &torrent.pieces {
                let mut words = run.state.name().to_owned();
                if run.state == State::Verified && !run.by.is_empty() {
                    words += &format!(", by hashes of {}", run.by.iter().map(|hashed| hashed.name()).collect::<Vec<_>>().join(" and "));
                }
                if run.missing_bytes > 0 {
                    words += &format!(", {} missing", bytes(run.missing_bytes));
                }
                if !run.wrong_senders.is_empty() {
                    let certain = if run.certain { "wrong bytes came from" } else { "wrong bytes may have come from" };
                    words += &format!("; {certain} {}", some(run.wrong_senders.iter()));
                }
                rows.push((info_hash, (run.first, run.last), words));
            }
        }
        list(
            "pieces",
            "Pieces",
            "Runs of pieces of which the same is to be said. Verified: all bytes came, and fit the hash. A run stands on a rung if each of its pieces does; the frame is the first of all.",
            rows,
            |(info_hash, run, state)| self.pieces_claim(info_hash, run, Fact::new("state", state)),
        )
    }

    fn pieces_claim(&self, info_hash: InfoHash, (first, last): (u32, u32), state: Fact) -> Claim {
        let subject = if first == last { format!("Piece {first}") } else { format!("Pieces {first} to {last}") };
        let (ladder, partly) = self.book.pieces(info_hash, first..=last);
        let ends = [first, last].map(|index| self.book.download.piece_at(Some(info_hash), index));
        let mut frames: Vec<u64> = ends.iter().flatten().flat_map(|piece| [piece.first_frame, piece.last_frame]).collect();
        frames.extend(ladder.steps.iter().filter_map(|step| step.frame));
        frames.sort_unstable();
        frames.dedup();
        let filter = frames_filter(&frames);
        let facts = std::iter::once(state).chain(partly).collect();
        self.claim(Claim { subject, info_hash: Some(info_hash), ladder: Some(ladder), facts, frames, filter, ..Claim::default() }, &[])
    }

    fn encrypted(&self) -> ClaimList {
        let rows = self.book.claims.iter().map(super::super::encrypted::Claim::row);
        let ends = |flow: &EncryptedFlow| self.has_address(flow.originator.address) || self.has_address(flow.responder.address);
        let rows: Vec<_> = rows.filter(|flow| ends(flow) && self.has_torrent(flow.info_hash)).collect();
        let make = |flow: EncryptedFlow| {
            let mut facts = vec![Fact::new("confidence", percent(flow.confidence))];
            facts.extend(flow.info_hash.map(|info_hash| Fact::new("most likely torrent", info_hash)));
            facts.push(Fact::new("why", flow.reasons.join(" ").trim_end_matches('.')));
            facts.push(payload(flow.sent, flow.received));
            facts.push(seen((flow.first_frame, flow.first_time), (flow.last_frame, flow.last_time)));
            let mut frames = vec![flow.first_frame, flow.last_frame];
            frames.extend(flow.named_frame);
            let over = if flow.transport == "tcp" { Over::Tcp } else { Over::Udp };
            let filter = stream_filter(over, flow.originator, flow.responder);
            let subject = format!("{} to {} ({})", flow.originator, flow.responder, transport(flow.transport));
            self.claim(Claim { subject, info_hash: flow.info_hash, facts, frames, filter, ..Claim::default() }, &[])
        };
        list(
            "encrypted_flows",
            "Connections taken for encrypted BitTorrent",
            "Evidence of its own kind, beside the ladder: what such a connection carried cannot be read. The confidence is never certainty.",
            rows,
            make,
        )
    }

    fn announces(&self) -> ClaimList {
        let trackers = self.book.all.trackers.section(&|address| self.book.all.is_client(address));
        let wanted = |announce: &&Announce| {
            self.has_torrent(announce.info_hash) && announce.client.is_none_or(|client| self.has_address(client.address))
        };
        let mut rows: Vec<(&Tracker, &Announce)> = Vec::new();
        for tracker in &trackers {
            rows.extend(tracker.announces.iter().filter(wanted).map(|announce| (tracker, announce)));
        }
        rows.arrange_by_key(|(_, announce)| announce.frame);
        let make = |(tracker, announce): (&Tracker, &Announce)| {
            let mut facts = vec![Fact::new("told at", self.time(announce.time))];
            facts.extend(announce.client.map(|client| Fact::new("by", client)));
            facts.extend(announce.event.map(|event| Fact::new("event", event)));
            facts.extend(announce.port.map(|port| Fact::new("takes connections on", port)));
            facts.extend(announce.downloaded.map(|count| Fact::new("downloaded, as it says", bytes(count))));
            facts.extend(announce.uploaded.map(|count| Fact::new("uploaded, as it says", bytes(count))));
            facts.extend(announce.left.map(|count| Fact::new("left, as it says", bytes(count))));
            facts.extend(announce.seeders.zip(announce.leechers).map(|(seeders, leechers)| {
                Fact::new(
                    "the tracker counts",
                    format!("{} and {}", counted(seeders, "seeder", "seeders"), counted(leechers, "leecher", "leechers")),
                )
            }));
            facts.extend(announce.peers.map(|peers| Fact::new("peers listed", peers)));
            facts.extend(announce.error.as_ref().map(|error| Fact::new("answer", error)));
            facts.extend(announce.answer_frame.is_none().then(|| Fact::new("answer", "not in the capture")));
            let frames: Vec<u64> = std::iter::once(announce.frame).chain(announce.answer_frame).collect();
            let filter = frames_filter(&frames);
            let subject = tracker.url.clone().unwrap_or_else(|| format!("{}://{}", tracker.protocol, tracker.endpoint));
            self.claim(Claim { subject, info_hash: announce.info_hash, facts, frames, filter, ..Claim::default() }, &[])
        };
        list(
            "announces",
            "Announces to trackers",
            "What clients told trackers of themselves, and what those answered. Figures are their words.",
            rows,
            make,
        )
    }

    fn nodes(&self) -> ClaimList {
        let nodes = &self.book.all.peers;
        let wanted = |node: &super::super::peers::Node| !matches!(self.about, About::Torrent(_)) && self.has_address(node.address);
        let rows: Vec<_> = (0..nodes.len()).filter_map(|index| nodes.node(index)).filter(wanted).collect();
        let make = |node: super::super::peers::Node| {
            let mut facts = vec![Fact::new("node ID", node.node_id), Fact::new("answers", grouped(node.responses.into()))];
            facts.extend(node.client.map(|client| Fact::new("client, as it says", client)));
            facts.push(seen((node.first_frame, node.first_time), (node.last_frame, node.last_time)));
            let endpoint = Endpoint { address: node.address, port: node.port };
            let filter = format!("{} && udp.port == {}", host_filter(node.address), node.port);
            let frames = vec![node.first_frame, node.last_frame];
            self.claim(Claim { subject: endpoint.to_string(), facts, frames, filter, ..Claim::default() }, &[DecodeAs::Dht(node.port)])
        };
        list("dht_nodes", "DHT nodes that answered", "Answering proves that something speaks the DHT there, and no torrent.", rows, make)
    }

    fn connections(&self, streams: &Streams) -> ClaimList {
        let all = self.book.all;
        let connections = all.connections.list(streams, &self.book.claims, &all.midstream_claims());
        let ends = |one: Endpoint, other: Endpoint| self.has_address(one.address) || self.has_address(other.address);
        // Encrypted ones have a list of their own.
        let rows: Vec<_> = connections
            .into_iter()
            .filter(|row| row.protocol == Some("peer_wire") && ends(row.originator, row.responder) && self.has_torrent(row.info_hash))
            .collect();
        let make = |row: std::borrow::Cow<'_, super::super::connections::Connection>| {
            let mut facts = vec![payload(row.sent.bytes, row.received.bytes)];
            facts.extend(row.midstream.then(|| Fact::new("beginning", "not in the capture")));
            facts.push(Fact::new(
                "end",
                match row.ended {
                    "fin" => "closed",
                    "reset" => "dropped",
                    "open" => "not seen",
                    other => other,
                },
            ));
            facts.push(seen((row.first_frame, row.first_seen), (row.last_frame, row.last_seen)));
            let (over, decode) = match row.transport {
                "tcp" => (Over::Tcp, DecodeAs::PeerWire(row.responder.port)),
                _ => (Over::Udp, DecodeAs::Utp(row.responder.port)),
            };
            let subject = format!("{} to {} ({})", row.originator, row.responder, transport(row.transport));
            let filter = stream_filter(over, row.originator, row.responder);
            let frames = vec![row.first_frame, row.last_frame];
            self.claim(Claim { subject, info_hash: row.info_hash, facts, frames, filter, ..Claim::default() }, &[decode])
        };
        list("connections", "Connections of peers in clear", "Connections on which messages of peers were read.", rows, make)
    }
}

impl Maker<'_> {
    fn claim(&self, claim: Claim, decode: &[DecodeAs]) -> Claim {
        let mut frames = claim.frames;
        frames.sort_unstable();
        frames.dedup();
        Claim { command: command(self.captures, &claim.filter, decode), frames, ..claim }
    }

    /// Whether a claim about a torrent belongs in the report.
    fn has_torrent(&self, info_hash: Option<InfoHash>) -> bool {
        match self.about {
            About::Everything => true,
            About::Torrent(_) => info_hash.is_some_and(|info_hash| self.names.contains(&info_hash)),
            // Told by its ends.
            About::Host(_) => true,
        }
    }

    /// Whether a claim about an address does.
    fn has_address(&self, address: IpAddr) -> bool {
        if let About::Host(host) = self.about { host == address } else { true }
    }

    fn has_host(&self, host: &Host) -> bool {
        match self.about {
            About::Everything => host.local || host.bittorrent,
            About::Torrent(_) => host.torrents.iter().any(|info_hash| self.names.contains(info_hash)),
            About::Host(address) => host.address == address,
        }
    }

    /// A time in UTC, and at the offset if there is one.
    fn time(&self, time: Time) -> String {
        let utc = format!("{} UTC", date(time, Offset::default()));
        if self.offset.is_utc() { utc } else { format!("{utc} ({} {})", date(time, self.offset), self.offset.words()) }
    }
}

/// A list of the first claims.
fn list<R>(kind: &'static str, title: &'static str, meaning: &'static str, rows: Vec<R>, make: impl FnMut(R) -> Claim) -> ClaimList {
    let total = rows.len();
    let claims: Vec<_> = rows.into_iter().take(CLAIMS).map(make).collect();
    ClaimList { kind, title, meaning, total, left_out: total - claims.len(), claims }
}

/// Indexes that rise, as runs without gaps.
fn runs_of(indexes: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for index in indexes {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(index) => *last = index,
            _ => runs.push((index, index)),
        }
    }
    runs
}

/// What the ends of a connection sent each other.
fn payload(sent: u64, received: u64) -> Fact {
    Fact::new("payload", format!("{} from its first end, {} from the other", bytes(sent), bytes(received)))
}

/// When something was seen, in UTC.
fn seen((first_frame, first): (u64, Time), (last_frame, last): (u64, Time)) -> Fact {
    let frames = if first_frame == last_frame { format!("frame {first_frame}") } else { format!("frames {first_frame} to {last_frame}") };
    Fact::new("seen", format!("{}, {frames}", span(first, last)))
}

/// From when to when, in UTC; the day is told once where it is one.
fn span(first: Time, last: Time) -> String {
    let (first, last) = (date(first, Offset::default()), date(last, Offset::default()));
    match (first.split_once(' '), last.split_once(' ')) {
        _ if first == last => format!("{first} UTC"),
        (Some((day, _)), Some((same, clock))) if day == same => format!("{first} to {clock} UTC"),
        _ => format!("{first} to {last} UTC"),
    }
}

/// The frames of rungs.
fn frames_of(ladder: &Ladder) -> Vec<u64> {
    ladder.steps.iter().filter(|step| step.rung >= Rung::Listed).filter_map(|step| step.frame).collect()
}

/// The first few of some values, and how many more there are.
fn some<T: ToString>(values: impl ExactSizeIterator<Item = T>) -> String {
    let more = values.len().saturating_sub(FEW);
    let shown: Vec<_> = values.take(FEW).map(|value| value.to_string()).collect();
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

fn transport(name: &str) -> &'static str {
    if name == "tcp" { "TCP" } else { "uTP" }
}

/// Claims of one list: more would fill hundreds of pages. A narrower report shows the others.
pub const CLAIMS: usize = 250;

/// Values of one fact.
const FEW: usize = 8;

/// Frames of one claim.
const FRAMES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_at_gaps() {
        assert_eq!(runs_of([0, 1, 4, u32::MAX].into_iter()), [(0, 1), (4, 4), (u32::MAX, u32::MAX)]);
        assert_eq!(runs_of(std::iter::empty()), []);
    }
}
