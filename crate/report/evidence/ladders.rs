//! The ladders of peers, hosts, torrents and pieces.
//!
//! In: what the analyses keep, and what verification proved, where it was done. Out: a [`Ladder`] for each claim. Nothing is kept for this while a
//! capture is read but the first frame of each of a peer's rungs; the frames of one piece are found by
//! [one more reading](crate::report::events).

use std::borrow::Cow;
use std::net::IpAddr;

use serde::Serialize;

use super::super::Analyses;
use super::super::connections::Connection;
use super::super::download::DownloadAnalysis;
use super::super::encrypted::Claim;
use super::super::events::trails::Trails;
use super::super::hosts::{Evidence, EvidenceKind, Host};
use super::super::midstream;
use super::super::proof::VerifiedSender;
use super::super::sources::{Naming, Source};
use super::super::swarm::Deeds;
use super::super::wireshark::{DecodeAs, command, frames_filter, host_filter, info_hash_filter};
use super::pieces::PIECE_RUNGS;
use super::{Beside, Ladder, Rung, Sight};
use crate::base::{Arrange, Endpoint, InfoHash, Map, Set};
use crate::protocol::Streams;

/// What a ladder is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A peer of a torrent.
    Peer(InfoHash, Endpoint),
    /// A host.
    Host(IpAddr),
    /// A torrent.
    Torrent(InfoHash),
    /// A piece of a torrent.
    Piece(InfoHash, u32),
}

/// A ladder, and how to see what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct EvidenceAnswer {
    /// The ladder.
    pub ladder: Ladder,
    /// The rungs that a claim of its kind may stand on.
    pub rungs: Vec<Rung>,
    /// Those of them that were looked for: of a piece all needs one more reading, and the highest rung a verification.
    pub looked_for: Vec<Rung>,
    /// Wireshark's display filter.
    pub filter: String,
    /// The command for TShark.
    pub command: String,
}

impl Subject {
    /// The rungs on which a claim about it may stand. Nobody lists a piece, or has a connection with one.
    fn rungs(self) -> &'static [Rung] {
        if let Subject::Piece(..) = self { &PIECE_RUNGS } else { &Rung::ALL }
    }

    /// The display filter for what a ladder rests on.
    pub(super) fn filter(self, ladder: &Ladder) -> String {
        match self {
            Subject::Host(address) => host_filter(address),
            Subject::Torrent(info_hash) => info_hash_filter(info_hash),
            Subject::Peer(_, Endpoint { address, port }) => {
                format!("{} && (tcp.port == {port} || udp.port == {port})", host_filter(address))
            }
            Subject::Piece(..) => {
                let frames: Vec<u64> = ladder.steps.iter().flat_map(|step| step.frame.into_iter().chain(step.last_frame)).collect();
                frames_filter(&frames)
            }
        }
    }
}

/// Everything that ladders are made of, looked up once.
pub(super) struct Book<'a> {
    pub(super) all: &'a Analyses,
    pub(super) claims: Vec<Claim>,
    pub(super) hosts: Vec<Host>,
    pub(super) download: Cow<'a, DownloadAnalysis>,
    /// Connections with an endpoint, by what torrent they are about; `None` where nothing names one.
    contacts: Map<(Option<InfoHash>, Endpoint), Sight>,
    contacted: Map<IpAddr, Sight>,
    connected: Map<InfoHash, Sight>,
    /// Whether it was spoken with over TCP, and over uTP.
    transports: Map<Endpoint, (bool, bool)>,
    /// The first frame of a block of a torrent to which other facts attribute connections without a handshake: of this sender, or of any.
    attributed: Map<(InfoHash, Option<Endpoint>), u64>,
    /// The streams whose torrent other facts tell.
    pub(super) streams: Map<InfoHash, Vec<u64>>,
}

impl Analyses {
    /// How something is known, as of now; `None` where there is nothing of that name. `captures`: the names of the files.
    pub fn ladder(&self, subject: Subject, captures: &[String], streams: &Streams) -> Option<EvidenceAnswer> {
        let book = Book::new(self, streams);
        let ladder = match subject {
            Subject::Host(address) => {
                let host = book.hosts.iter().find(|host| host.address == address)?;
                Some(book.host(host))
            }
            Subject::Torrent(info_hash) => Some(book.torrent(info_hash)),
            Subject::Peer(info_hash, endpoint) => {
                let deeds = self.swarm.deeds(Some(info_hash)).find(|deeds| deeds.endpoint == endpoint);
                Some(book.peer(info_hash, endpoint, deeds.as_ref())).filter(|ladder| !ladder.steps.is_empty() || !ladder.beside.is_empty())
            }
            Subject::Piece(info_hash, index) => book.piece(info_hash, index),
        }?;
        let filter = subject.filter(&ladder);
        let decode = if let Subject::Peer(_, endpoint) = subject { book.ports(endpoint) } else { Vec::new() };
        let rungs = subject.rungs();
        let looked_for = rungs.iter().copied().filter(|rung| self.looks_for(subject, *rung)).collect();
        Some(EvidenceAnswer { command: command(captures, &filter, &decode), filter, ladder, rungs: rungs.to_vec(), looked_for })
    }

    /// Takes what was said of each piece.
    pub fn trace(&mut self, trails: Trails) {
        self.trails = Some(trails);
    }

    /// Whether a rung would be reached if a frame of the capture showed it.
    fn looks_for(&self, subject: Subject, rung: Rung) -> bool {
        match (subject, rung) {
            (Subject::Host(_), Rung::BlocksVerified) => !self.proof().verified().torrents.is_empty(),
            (Subject::Peer(info_hash, _) | Subject::Torrent(info_hash) | Subject::Piece(info_hash, _), Rung::BlocksVerified) => {
                self.proof().torrent(info_hash).is_some()
            }
            (Subject::Piece(..), Rung::ClaimsPieces) => self.trails.is_some(),
            _ => true,
        }
    }
}

impl<'a> Book<'a> {
    pub(super) fn new(all: &'a Analyses, streams: &Streams) -> Self {
        let claims = all.claims();
        let mut book = Book {
            all,
            hosts: all.host_rows(&claims),
            download: all.download(),
            transports: Map::default(),
            contacts: Map::default(),
            contacted: Map::default(),
            connected: Map::default(),
            claims: Vec::new(),
            attributed: Map::default(),
            streams: Map::default(),
        };
        let midstream = all.midstream_claims();
        for claim in &midstream {
            book.streams.entry(claim.info_hash).or_default().push(claim.flow.number());
        }
        book.attribute(&midstream);
        for connection in all.connections.list(streams, &claims, &midstream) {
            book.connect(&connection);
        }
        book.claims = claims;
        book
    }

    /// Finds the blocks that came on connections without a handshake. Whose the first frame of a piece is, is known where one peer sent all of it;
    /// else it is looked for in what is known of the peer's host, if that has no other part in any torrent.
    fn attribute(&mut self, midstream: &[midstream::Claim]) {
        let ends: Set<(InfoHash, Endpoint)> =
            midstream.iter().flat_map(|claim| claim.ends.iter().map(|end| (claim.info_hash, *end))).collect();
        let torrents: Set<InfoHash> = midstream.iter().map(|claim| claim.info_hash).collect();
        for info_hash in torrents {
            let senders: Vec<Endpoint> = self.download.contributors(Some(info_hash)).iter().map(|sender| sender.endpoint).collect();
            for index in self.download.piece_indexes(Some(info_hash)) {
                let Some(piece) = self.download.piece_at(Some(info_hash), index) else { continue };
                let sender = if let [only] = piece.contributors.as_slice() { Some(only.endpoint) } else { None };
                for sender in [None, sender] {
                    let first = self.attributed.entry((info_hash, sender)).or_insert(piece.first_frame);
                    *first = piece.first_frame.min(*first);
                }
            }
            for sender in senders.iter().filter(|sender| ends.contains(&(info_hash, **sender))) {
                let alone = senders.iter().filter(|other| other.address == sender.address).count() == 1;
                let host = self.hosts.iter().find(|host| alone && host.address == sender.address && host.torrents == [info_hash]);
                let blocks = host.and_then(|host| host.evidence.iter().find(|evidence| evidence.kind == EvidenceKind::Blocks));
                if let Some(blocks) = blocks {
                    self.attributed.insert((info_hash, Some(*sender)), blocks.first_frame);
                }
            }
        }
    }

    fn connect(&mut self, connection: &Connection) {
        let sight = Sight::between((connection.first_frame, connection.first_seen), connection.last_frame, 1);
        let name = connection.info_hash.map(|info_hash| self.all.download.first_name(info_hash));
        for end in [connection.originator, connection.responder] {
            self.contacts.entry((name, end)).and_modify(|known| known.add(sight)).or_insert(sight);
            let (tcp, utp) = self.transports.entry(end).or_default();
            (*tcp, *utp) = (*tcp || connection.transport == "tcp", *utp || connection.transport == "utp");
            self.contacted.entry(end.address).and_modify(|known| known.add(sight)).or_insert(sight);
        }
        if let Some(name) = name {
            self.connected.entry(name).and_modify(|known| known.add(sight)).or_insert(sight);
        }
    }

    /// Every name of a torrent in messages, the first one first.
    pub(super) fn names(&self, info_hash: InfoHash) -> Vec<InfoHash> {
        let mut names = vec![self.all.download.first_name(info_hash)];
        for name in self.all.download.names(info_hash).chain([info_hash]) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What people call a torrent.
    pub(super) fn torrent_name(&self, info_hash: InfoHash) -> Option<String> {
        self.all.known_torrents(&self.download, Some(info_hash)).all().into_iter().find_map(|torrent| torrent.name)
    }

    /// What TShark must be told of an endpoint's port: it was spoken with over TCP, over uTP, or both.
    pub(super) fn ports(&self, endpoint: Endpoint) -> Vec<DecodeAs> {
        let (tcp, utp) = self.transports.get(&endpoint).copied().unwrap_or_default();
        tcp.then_some(DecodeAs::PeerWire(endpoint.port)).into_iter().chain(utp.then_some(DecodeAs::Utp(endpoint.port))).collect()
    }

    /// The ladder of a peer; `deeds`: what it did, where it was met.
    pub(super) fn peer(&self, info_hash: InfoHash, endpoint: Endpoint, deeds: Option<&Deeds>) -> Ladder {
        let mut ladder = Ladder::default();
        let names = self.names(info_hash);
        let ours: Vec<&Naming> = self.all.sources.of_endpoint(endpoint).filter(|naming| names.contains(&naming.info_hash)).collect();
        ladder.reach(Rung::Listed, sight_of(&ours), |_| listed_by(&ours));
        if ladder.steps.is_empty() && self.all.sources.linked(endpoint).any(|name| names.contains(&name)) {
            ladder.reach(Rung::Listed, Some(Sight::default()), |_| "named by a magnet link that was given, in no frame".into());
        }
        let about = [names.first().copied(), None];
        let mut contacted = sum(about.into_iter().filter_map(|name| self.contacts.get(&(name, endpoint)).copied()));
        if let Some(Deeds { first, contacts, .. }) = deeds {
            let met = Sight { count: Some((*contacts).into()), ..Sight::at(*first) };
            contacted = Some(contacted.filter(|known| known.frame <= met.frame).unwrap_or(met));
        }
        ladder.reach(Rung::Contacted, contacted, |seen| connections(seen.count));
        if let Some(Deeds { reached, uploaded, .. }) = deeds {
            let at = |first: Option<_>| first.map(Sight::at);
            ladder.reach(Rung::Handshake, at(reached.handshake.get()), |_| "sent a handshake".into());
            ladder.reach(Rung::ClaimsPieces, at(reached.claims.get()), |_| "says that it has pieces".into());
            ladder.reach(Rung::SentBlocks, at(reached.blocks.get()), |_| format!("sent blocks, {uploaded} bytes in the capture"));
        }
        if ladder.step(Rung::SentBlocks).is_none() {
            ladder.reach(Rung::SentBlocks, self.attributed_blocks(&names, Some(endpoint)), |_| UNNAMED.into());
        }
        if deeds.is_some_and(|deeds| deeds.reached.rung() == Rung::BlocksVerified) {
            let peer_at = self.all.swarm.peer_at(info_hash);
            let senders = self.all.proof().torrent(info_hash).into_iter().flat_map(|torrent| &torrent.senders);
            ladder.reach(Rung::BlocksVerified, proven(senders.filter(|sender| peer_at(sender.endpoint) == endpoint)), pieces_verified);
        }
        let is_it = |claim: &&Claim| {
            claim.flow.ends.iter().any(|end| *end == endpoint) && claim.info_hash().is_none_or(|name| names.contains(&name))
        };
        ladder.beside.extend(encrypted(self.claims.iter().filter(is_it)));
        ladder.beside.extend(announced(&ours));
        ladder
    }

    /// The ladder of a host, over all torrents.
    pub(super) fn host(&self, host: &Host) -> Ladder {
        let mut ladder = Ladder::default();
        let namings: Vec<&Naming> = self.all.sources.of_address(host.address).collect();
        ladder.reach(Rung::Listed, sight_of(&namings), |_| listed_by(&namings));
        let deed = |kind: EvidenceKind| host.evidence.iter().find(|evidence| evidence.kind == kind);
        let sight = |kind| deed(kind).map(|done| Sight::between((done.first_frame, done.first_time), done.last_frame, done.count));
        ladder.reach(Rung::Contacted, self.contacted.get(&host.address).copied(), |seen| connections(seen.count));
        ladder.reach(Rung::Handshake, sight(EvidenceKind::Handshake), |seen| times(seen, "sent a handshake", "sent handshakes"));
        let (claim, claims) = ("said once that it has pieces", "said that it has pieces, in messages");
        ladder.reach(Rung::ClaimsPieces, sight(EvidenceKind::ClaimsPieces), |seen| times(seen, claim, claims));
        ladder.reach(Rung::SentBlocks, sight(EvidenceKind::Blocks), |seen| times(seen, "sent a block", "sent blocks"));
        let senders = self.all.proof().verified().torrents.iter().flat_map(|torrent| &torrent.senders);
        ladder.reach(Rung::BlocksVerified, proven(senders.filter(|sender| sender.endpoint.address == host.address)), pieces_verified);
        let rungs = [EvidenceKind::Handshake, EvidenceKind::ClaimsPieces, EvidenceKind::Blocks];
        let other = host.evidence.iter().filter(|evidence| !rungs.contains(&evidence.kind));
        let surest = self.claims.iter().filter(|claim| claim.is_placed() && claim.flow.ends.iter().any(|end| end.address == host.address));
        let surest = surest.map(Claim::confidence).reduce(f64::max);
        ladder.beside.extend(other.map(|Evidence { kind, count, first_frame, first_time, last_frame }| Beside {
            kind: *kind,
            count: *count,
            frame: *first_frame,
            time: *first_time,
            last_frame: *last_frame,
            confidence: surest.filter(|_| *kind == EvidenceKind::EncryptedFlow),
        }));
        ladder
    }

    /// The ladder of a torrent: what any of its peers did.
    pub(super) fn torrent(&self, info_hash: InfoHash) -> Ladder {
        let mut ladder = Ladder::default();
        let names = self.names(info_hash);
        let mut listed: Set<Endpoint> = Set::default();
        let mut namings: Vec<&Naming> = Vec::new();
        for (endpoint, naming) in self.all.sources.all().filter(|(_, naming)| names.contains(&naming.info_hash)) {
            namings.push(naming);
            if !naming.source.is_own() {
                listed.insert(endpoint);
            }
        }
        let sight = sight_of(&namings).map(|sight| Sight { count: Some(listed.len() as u64), ..sight });
        ladder.reach(Rung::Listed, sight, |seen| format!("{} listed", peers(seen.count)));
        let name = names.first().copied().unwrap_or(info_hash);
        ladder.reach(Rung::Contacted, self.connected.get(&name).copied(), |seen| connections(seen.count));
        let (mut handshake, mut claims, mut blocks) = (None, None, None);
        for Deeds { reached, .. } in self.all.swarm.deeds(Some(info_hash)) {
            for (sum, first) in [(&mut handshake, reached.handshake), (&mut claims, reached.claims), (&mut blocks, reached.blocks)] {
                if let Some(first) = first.get() {
                    let sight = Sight { count: Some(1), ..Sight::at(first) };
                    sum.get_or_insert(Sight { count: Some(0), ..sight }).add(sight);
                }
            }
        }
        ladder.reach(Rung::Handshake, handshake, |seen| format!("{} sent a handshake", peers(seen.count)));
        ladder.reach(Rung::ClaimsPieces, claims, |seen| format!("{} say that they have pieces", peers(seen.count)));
        if blocks.is_some() {
            ladder.reach(Rung::SentBlocks, blocks, |seen| format!("{} sent blocks", peers(seen.count)));
        } else {
            ladder.reach(Rung::SentBlocks, self.attributed_blocks(&names, None), |_| UNNAMED.into());
        }
        if let Some(torrent) = self.all.proof().torrent(info_hash).filter(|torrent| torrent.verified > 0) {
            // What came from the web has no sender here, and no frame.
            let sight = Sight { count: Some(torrent.verified.into()), ..proven(torrent.senders.iter()).unwrap_or_default() };
            ladder.reach(Rung::BlocksVerified, Some(sight), pieces_verified);
        }
        let attributed = self.claims.iter().filter(|claim| claim.info_hash().is_some_and(|name| names.contains(&name)));
        ladder.beside.extend(encrypted(attributed));
        ladder.beside.extend(announced(&namings));
        ladder
    }

    /// When an endpoint, or any, first sent a block of a torrent on a connection that does not name it.
    fn attributed_blocks(&self, names: &[InfoHash], endpoint: Option<Endpoint>) -> Option<Sight> {
        let first = names.iter().filter_map(|name| self.attributed.get(&(*name, endpoint)).copied()).min()?;
        Some(Sight { frame: Some(first), ..Sight::default() })
    }
}

/// Of blocks on connections whose handshake is not in the capture.
const UNNAMED: &str = "sent blocks on a connection without a handshake in the capture, which other facts attribute to the torrent";

/// What a verification proved of what these sent.
fn proven<'s>(senders: impl Iterator<Item = &'s VerifiedSender>) -> Option<Sight> {
    sum(senders.map(|sender| Sight { frame: Some(sender.first_frame), count: Some(sender.pieces.into()), ..Sight::default() }))
}

fn sum(sights: impl Iterator<Item = Sight>) -> Option<Sight> {
    sights.reduce(|mut all, sight| {
        all.add(sight);
        all
    })
}

/// When third parties named something.
fn sight_of(namings: &[&Naming]) -> Option<Sight> {
    let listed = namings.iter().filter(|naming| !naming.source.is_own());
    sum(listed.map(|naming| Sight::between(naming.first, naming.last.0, 1)))
}

/// Who listed it, in words.
fn listed_by(namings: &[&Naming]) -> String {
    let mut sources: Vec<_> = namings.iter().map(|naming| naming.source).filter(|source| !source.is_own()).collect();
    sources.arrange();
    sources.dedup();
    let words = sources.iter().map(|source| match source {
        Source::Tracker => "a tracker",
        Source::Dht => "a DHT node",
        Source::Pex => "a peer",
        _ => "another",
    });
    format!("listed by {}", words.collect::<Vec<_>>().join(", "))
}

/// What something says of itself outside of connections.
fn announced(namings: &[&Naming]) -> Vec<Beside> {
    let kinds = [
        (Source::TrackerAnnounce, EvidenceKind::TrackerAnnounce),
        (Source::DhtAnnounce, EvidenceKind::DhtAnnounce),
        (Source::Lsd, EvidenceKind::LsdAnnounce),
        (Source::Mdns, EvidenceKind::MdnsAnnounce),
    ];
    let beside = kinds.into_iter().filter_map(|(source, kind)| {
        let own = namings.iter().filter(|naming| naming.source == source);
        let Sight { frame, time, last, count } = sum(own.map(|naming| Sight::between(naming.first, naming.last.0, 1)))?;
        Some(Beside { kind, count: count.unwrap_or(1), frame: frame?, time: time?, last_frame: last?, confidence: None })
    });
    beside.collect()
}

/// What encrypted connections are beside the ladder.
fn encrypted<'c>(claims: impl Iterator<Item = &'c Claim>) -> Option<Beside> {
    let beside = claims.map(|claim| Beside {
        kind: EvidenceKind::EncryptedFlow,
        count: 1,
        frame: claim.flow.first.0,
        time: claim.flow.first.1,
        last_frame: claim.flow.last.0,
        confidence: Some(claim.confidence()),
    });
    beside.reduce(|all, one| Beside {
        count: all.count + 1,
        frame: all.frame.min(one.frame),
        time: all.time.min(one.time),
        last_frame: all.last_frame.max(one.last_frame),
        confidence: all.confidence.into_iter().chain(one.confidence).reduce(f64::max),
        ..all
    })
}

fn connections(count: Option<u64>) -> String {
    match count {
        Some(1) => "1 connection".into(),
        Some(count) => format!("{count} connections"),
        None => "connections".into(),
    }
}

pub(super) fn peers(count: Option<u64>) -> String {
    match count {
        Some(1) => "1 endpoint".into(),
        Some(count) => format!("{count} endpoints"),
        None => "endpoints".into(),
    }
}

pub(super) fn times(seen: &Sight, once: &str, often: &str) -> String {
    match seen.count {
        Some(1) | None => once.into(),
        Some(count) => format!("{often}, {count} times"),
    }
}

fn pieces_verified(seen: &Sight) -> String {
    match seen.count {
        Some(1) => "1 piece that fits its hash".into(),
        Some(count) => format!("{count} pieces that fit their hashes"),
        None => "pieces that fit their hashes".into(),
    }
}
