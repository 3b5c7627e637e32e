//! Which torrent does a connection belong to whose handshake is not in the capture?
//!
//! No section of its own: [`download`](super::download) puts the pieces of such a connection under the torrent that is claimed here, with the
//! reasons, and [`hosts`](super::hosts) lists the torrent. Everything is weighed anew for every report, because facts may come later.
//!
//! *Certain* is what the connection itself says: a handshake of the other end, or after a loss; the whole info dictionary, whose hash is
//! the name; a question for hashes of a file that one torrent only is known to have (BEP 52).
//!
//! Otherwise the torrents that either end's host is known to take part in are held against what the connection says of its own: an
//! index, a bitfield, a block or a size of the info dictionary that a torrent cannot have rules it out, and so does a connection for
//! it between the same ends that carried blocks at the same time, because clients keep one. Of the torrents that remain, one is claimed
//!
//! - when the same ends exchanged handshakes for it, and for no other, in another connection (a reconnection, or the other transport);
//! - when one end is known, address and port, for it and for no other, and the other end's host takes part in it;
//! - when a local host says that it takes part in no other, and either the other end's host is known for it and for no other, or the shape
//!   of what was said is the torrent's: the length of the bitfield, its last byte, its last block, its last piece, the size of its info
//!   dictionary;
//!
//! and no other torrent remains. Where others do, the shape must be that of the one and of none of them. So at least two facts agree, and
//! nothing is guessed between two. Two connections between the same ends that carried blocks at one time are of two torrents: where
//! both would be claimed for one, neither is. Peer IDs are in handshakes only and help nothing here.

use std::net::IpAddr;

use smallvec::SmallVec;

use super::download::{Attributed, DownloadAnalysis, Shape, Span};
use super::hosts::HostsAnalysis;
use super::sources::{Naming, Sources};
use crate::base::{Arrange, Code, Endpoint, InfoHash, Limits, Map, PiecesRoot, Set};
use crate::flow::{Both, Direction, FlowId};
use crate::protocol::Event;
use crate::protocol::info_dictionary::InfoDictionary;
use crate::protocol::peer_wire::extension::{self, ut_metadata};
use crate::protocol::peer_wire::{Block, Message};

/// Gathers what connections without a handshake say, and what they can be known by.
#[derive(Debug)]
pub(super) struct MidstreamAnalysis {
    flows: Map<FlowId, Facts>,
    /// Handshakes, by an end that takes connections and the other end's host.
    spoken: Map<(Endpoint, IpAddr), SmallVec<[Spoken; 1]>>,
    /// What handshaken connections said of their torrents.
    said: Map<InfoHash, Said>,
    /// Files that were asked about by their root, each with the torrent of the connection; `None` for those of several.
    roots: Map<PiecesRoot, Option<InfoHash>>,
    limits: Limits,
}

/// A connection that is claimed for a torrent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) flow: FlowId,
    pub(super) ends: Both<Endpoint>,
    pub(super) info_hash: InfoHash,
    reasons: Vec<String>,
    /// Whether the connection itself says so.
    certain: bool,
    carried: Option<Span>,
}

/// What the rest of the capture says.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) sources: &'a Sources,
    pub(super) hosts: &'a HostsAnalysis,
    pub(super) download: &'a DownloadAnalysis,
}

/// What one connection said.
#[derive(Clone, Debug)]
struct Facts {
    ends: Both<Endpoint>,
    /// When it carried blocks.
    carried: Option<Span>,
    /// A torrent that it named late, how, and the frame.
    named: Option<(InfoHash, Late, u64)>,
    highest_index: Option<u32>,
    /// Bytes from the start of a piece to the end of the last block that was spoken of.
    longest: u32,
    /// Blocks that end where a piece of a regular length cannot.
    odd: SmallVec<[Block; 1]>,
    bitfield_bytes: Option<u32>,
    metadata_size: Option<u64>,
    roots: SmallVec<[PiecesRoot; 1]>,
}

/// How a connection named its torrent late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Late {
    Handshake,
    Dictionary,
}

/// A handshake.
#[derive(Clone, Copy, Debug)]
struct Spoken {
    info_hash: InfoHash,
    flow: FlowId,
    frame: u64,
}

/// What handshaken connections said of a torrent.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    bitfield_bytes: Option<u32>,
    metadata_size: Option<u64>,
}

/// Whether what a connection said may be of a torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// It cannot.
    Never,
    /// Nothing speaks against it, or for it.
    May,
    /// It has the torrent's shape: why.
    Alike(&'static str),
}

/// A torrent that a connection may be of.
struct Candidate<'a> {
    info_hash: InfoHash,
    fit: Fit,
    /// What names each end's host for it.
    hosts: Both<Option<&'a Naming>>,
    /// What names each end, address and port, for it and for no other.
    ends: Both<Option<&'a Naming>>,
    /// Which hosts are known for it and for no other.
    only: Both<bool>,
    /// The local end that says that it takes part in no other.
    own: Option<Direction>,
    /// The frame of a handshake between the ends, who exchanged none for another torrent.
    spoken: Option<u64>,
}

impl MidstreamAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        MidstreamAnalysis {
            flows: Map::default(),
            spoken: Map::default(),
            said: Map::default(),
            roots: Map::default(),
            limits: limits.clone(),
        }
    }

    /// Takes a message between peers. Of connections that began with a handshake only a few kinds are looked at.
    pub(super) fn observe(&mut self, event: &Event<'_>, info_hash: Option<InfoHash>, message: &Message<'_>, found: &mut impl FnMut(Code)) {
        let Some(flow) = event.flow else { return };
        match info_hash {
            Some(info_hash) => self.hear(event, flow, info_hash, message, found),
            None => {
                if let Some(facts) = self.facts(event, flow, found) {
                    facts.observe(event, message);
                }
            }
        }
    }

    /// Takes a whole info dictionary, and in which connection it was completed.
    pub(super) fn observe_torrent(&mut self, event: &Event<'_>, dictionary: &InfoDictionary) {
        let facts = event.flow.and_then(|flow| self.flows.get_mut(&flow));
        if let Some((facts, name)) = facts.zip(dictionary.names().next()) {
            facts.named.get_or_insert((name, Late::Dictionary, event.frame));
        }
    }

    fn facts(&mut self, event: &Event<'_>, flow: FlowId, found: &mut impl FnMut(Code)) -> Option<&mut Facts> {
        if !self.flows.contains_key(&flow) {
            if self.flows.len() >= self.limits.midstream {
                found(Code::LimitMidstream);
                return None;
            }
            self.flows.insert(flow, Facts::new(event));
        }
        self.flows.get_mut(&flow)
    }

    /// Takes a message of a connection whose torrent is known.
    fn hear(&mut self, event: &Event<'_>, flow: FlowId, info_hash: InfoHash, message: &Message<'_>, found: &mut impl FnMut(Code)) {
        match message {
            Message::Handshake(_) => {
                if let Some(facts) = self.flows.get_mut(&flow) {
                    facts.named.get_or_insert((info_hash, Late::Handshake, event.frame));
                }
                self.speak(event, Spoken { info_hash, flow, frame: event.frame }, found);
            }
            Message::Bitfield(bits) => {
                let bytes = u32::try_from(bits.len()).ok();
                self.say(info_hash, Said { bitfield_bytes: bytes, metadata_size: None });
            }
            Message::ExtensionHandshake(handshake) if handshake.metadata_size.is_some_and(|size| size > 0) => {
                self.say(info_hash, Said { bitfield_bytes: None, metadata_size: handshake.metadata_size });
            }
            Message::HashRequest(hashes) | Message::Hashes(hashes) => {
                let room = self.roots.len() < self.limits.torrents;
                match self.roots.get_mut(&PiecesRoot(hashes.pieces_root)) {
                    Some(torrent) => *torrent = torrent.filter(|known| *known == info_hash),
                    None if room => drop(self.roots.insert(PiecesRoot(hashes.pieces_root), Some(info_hash))),
                    None => {}
                }
            }
            _ => {}
        }
    }

    fn speak(&mut self, event: &Event<'_>, spoken: Spoken, found: &mut impl FnMut(Code)) {
        let (originator, responder) = match event.direction {
            Direction::Originator => (event.source, event.destination),
            Direction::Responder => (event.destination, event.source),
        };
        // Over TCP, the originator's port is its own for this connection only.
        let back = spoken.flow.is_utp().then_some((originator, responder.address));
        for key in [Some((responder, originator.address)), back].into_iter().flatten() {
            let room = self.spoken.len() < self.limits.namings;
            let Some(known) = (if room { Some(self.spoken.entry(key).or_default()) } else { self.spoken.get_mut(&key) }) else {
                found(Code::LimitSources);
                continue;
            };
            if known.len() < HANDSHAKES && !known.iter().any(|known| (known.info_hash, known.flow) == (spoken.info_hash, spoken.flow)) {
                known.push(spoken);
            }
        }
    }

    fn say(&mut self, info_hash: InfoHash, more: Said) {
        let room = self.said.len() < self.limits.torrents;
        let said = if room { Some(self.said.entry(info_hash).or_default()) } else { self.said.get_mut(&info_hash) };
        if let Some(said) = said {
            said.bitfield_bytes = said.bitfield_bytes.or(more.bitfield_bytes);
            said.metadata_size = said.metadata_size.or(more.metadata_size);
        }
    }

    /// The connections that are claimed by what is known now.
    pub(super) fn claims(&self, known: Known<'_>) -> Vec<Claim> {
        let mut flows: Vec<_> = self.flows.iter().collect();
        flows.arrange_by_key(|(flow, _)| **flow);
        let claims = flows.into_iter().filter_map(|(flow, facts)| self.claim(*flow, facts, known)).collect();
        without_rivals(claims)
    }

    fn claim(&self, flow: FlowId, facts: &Facts, known: Known<'_>) -> Option<Claim> {
        let claim = |info_hash, reasons, certain| Claim { flow, ends: facts.ends, info_hash, reasons, certain, carried: facts.carried };
        if let Some((info_hash, late, frame)) = facts.named {
            return Some(claim(known.download.canonical(info_hash), vec![late.reason(frame)], true));
        }
        if let Some(info_hash) = self.of_roots(facts, known) {
            return Some(claim(info_hash, vec!["It asks for hashes of a file that no other torrent is known to have.".to_owned()], true));
        }
        let standing: Vec<_> = self.candidates(facts, known).into_iter().filter(|candidate| candidate.fit != Fit::Never).collect();
        let rivals = |one: &Candidate<'_>| standing.iter().filter(|other| other.info_hash != one.info_hash).collect::<Vec<_>>();
        let mut sure = standing.iter().filter(|candidate| candidate.is_backed() && candidate.is_alone(&rivals(candidate)));
        let found = sure.next()?;
        sure.next().is_none().then(|| claim(found.info_hash, found.reasons(facts.ends), false))
    }

    /// The only torrent that is known to have the files which the connection asks hashes of.
    fn of_roots(&self, facts: &Facts, known: Known<'_>) -> Option<InfoHash> {
        let mut torrents: Set<Option<InfoHash>> = Set::default();
        for root in &facts.roots {
            torrents.extend(self.roots.get(root).map(|torrent| torrent.map(|torrent| known.download.canonical(torrent))));
            torrents.extend(known.download.with_root(*root).map(Some));
        }
        let mut torrents = torrents.into_iter();
        torrents.next().filter(|_| torrents.next().is_none()).flatten()
    }

    /// The torrents that either end's host is known to take part in, in the order of their names.
    fn candidates<'a>(&'a self, facts: &Facts, known: Known<'a>) -> Vec<Candidate<'a>> {
        let hosts = each(|end| namings(known, known.sources.of_address(facts.ends.of(end).address)));
        let ends = each(|end| namings(known, known.sources.of_endpoint(*facts.ends.of(end))));
        let spoken = self.spoken_between(facts.ends, known);
        let own = each(|end| {
            let local = known.hosts.is_local(facts.ends.of(end).address);
            hosts.of(end).iter().filter(move |(_, naming)| local && naming.source.is_own()).map(|(torrent, _)| *torrent).collect::<Set<_>>()
        });
        let mut torrents: Vec<InfoHash> = hosts.iter().flatten().map(|(torrent, _)| *torrent).chain(spoken.iter().map(|of| of.0)).collect();
        torrents.arrange();
        torrents.dedup();
        let candidate = |info_hash: InfoHash| {
            let busy = spoken.iter().any(|(torrent, _, carried)| {
                *torrent == info_hash && carried.zip(facts.carried).is_some_and(|(one, other)| one.meets(other))
            });
            Candidate {
                info_hash,
                fit: if busy { Fit::Never } else { self.fit(facts, info_hash, known) },
                hosts: each(|end| first(hosts.of(end), info_hash)),
                ends: each(|end| first(ends.of(end), info_hash).filter(|_| is_only(ends.of(end), info_hash))),
                only: each(|end| is_only(hosts.of(end), info_hash)),
                own: Direction::BOTH.into_iter().find(|end| own.of(*end).len() == 1 && own.of(*end).contains(&info_hash)),
                spoken: spoken.first().filter(|_| spoken.iter().all(|of| of.0 == info_hash)).map(|of| of.1),
            }
        };
        torrents.into_iter().map(candidate).collect()
    }

    /// Handshakes between two ends in other connections: torrent, frame, and when that connection carried blocks.
    fn spoken_between(&self, ends: Both<Endpoint>, known: Known<'_>) -> Vec<(InfoHash, u64, Option<Span>)> {
        let Both { originator, responder } = ends;
        let keys = [(originator, responder.address), (responder, originator.address)];
        let spoken = keys.iter().filter_map(|key| self.spoken.get(key)).flatten();
        spoken
            .map(|spoken| {
                let torrent = known.download.canonical(spoken.info_hash);
                (torrent, spoken.frame, known.download.carried(spoken.flow, torrent))
            })
            .collect()
    }

    fn fit(&self, facts: &Facts, info_hash: InfoHash, known: Known<'_>) -> Fit {
        let shape = known.download.shape(info_hash);
        let said = self.said.get(&info_hash).copied().unwrap_or_default();
        facts.fit(&shape, said)
    }
}

impl Claim {
    /// The row of the report, for a connection that carried `bytes` of pieces.
    pub(super) fn row(&self, bytes: u64) -> Attributed {
        Attributed { originator: self.ends.originator, responder: self.ends.responder, bytes, reasons: self.reasons.clone() }
    }
}

impl Late {
    fn reason(self, frame: u64) -> String {
        match self {
            Late::Handshake => format!("A handshake that came late in the connection names it (frame {frame})."),
            Late::Dictionary => format!("The connection carried an info dictionary whose hash is its name (frame {frame})."),
        }
    }
}

impl Facts {
    fn new(event: &Event<'_>) -> Self {
        let ends = match event.direction {
            Direction::Originator => Both { originator: event.source, responder: event.destination },
            Direction::Responder => Both { originator: event.destination, responder: event.source },
        };
        Facts {
            ends,
            carried: None,
            named: None,
            highest_index: None,
            longest: 0,
            odd: SmallVec::new(),
            bitfield_bytes: None,
            metadata_size: None,
            roots: SmallVec::new(),
        }
    }

    fn observe(&mut self, event: &Event<'_>, message: &Message<'_>) {
        match message {
            Message::Have { index } | Message::Suggest { index } | Message::AllowedFast { index } => self.index(*index),
            Message::Bitfield(bits) => self.bitfield_bytes = self.bitfield_bytes.or(u32::try_from(bits.len()).ok()),
            Message::Request(block) | Message::Cancel(block) | Message::Reject(block) => self.block(*block),
            Message::Piece { block, .. } => {
                let now = Span { first: event.time, last: event.time };
                self.carried = Some(self.carried.map_or(now, |span| Span { last: event.time, ..span }));
                self.block(*block);
            }
            Message::ExtensionHandshake(handshake) => self.metadata(handshake.metadata_size),
            Message::Extended { message: extension::Message::UtMetadata(piece), .. } if piece.kind == ut_metadata::Kind::Data => {
                self.metadata(piece.total_size);
            }
            Message::HashRequest(hashes) | Message::Hashes(hashes) => {
                let root = PiecesRoot(hashes.pieces_root);
                if self.roots.len() < ROOTS && !self.roots.contains(&root) {
                    self.roots.push(root);
                }
            }
            _ => {}
        }
    }

    fn index(&mut self, index: u32) {
        self.highest_index = self.highest_index.max(Some(index));
    }

    fn block(&mut self, block: Block) {
        self.index(block.index);
        let end = block.begin.saturating_add(block.length);
        self.longest = self.longest.max(end);
        if !end.is_multiple_of(BLOCK_BYTES) && self.odd.len() < ROOTS && !self.odd.contains(&block) {
            self.odd.push(block);
        }
    }

    fn metadata(&mut self, size: Option<u64>) {
        self.metadata_size = self.metadata_size.or(size.filter(|size| *size > 0));
    }

    /// Whether what was said may be of a torrent of this shape.
    fn fit(&self, shape: &Shape, said: Said) -> Fit {
        let bitfield_bytes = shape.piece_count.map(|count| count.div_ceil(8)).or(said.bitfield_bytes);
        let bound = shape.piece_count.map(u64::from).or(bitfield_bytes.map(|bytes| u64::from(bytes) * 8));
        let own_bound = self.bitfield_bytes.map(|bytes| u64::from(bytes) * 8);
        let beyond = |index: Option<u32>, bound: Option<u64>| index.zip(bound).is_some_and(|(index, bound)| u64::from(index) >= bound);
        let differ = |one: Option<u64>, other: Option<u64>| one.zip(other).is_some_and(|(one, other)| one != other);
        let (own_bitfield, its_bitfield) = (self.bitfield_bytes.map(u64::from), bitfield_bytes.map(u64::from));
        if beyond(self.highest_index, bound)
            || beyond(shape.highest_index, own_bound)
            || differ(own_bitfield, its_bitfield)
            || differ(self.metadata_size, said.metadata_size)
            || shape.piece_length.is_some_and(|length| u64::from(self.longest) > length)
        {
            return Fit::Never;
        }
        let last = self.odd.iter().any(|block| shape.tail == Some((block.index, block.begin.saturating_add(block.length))));
        let whole = shape.piece_length.is_some_and(|length| u64::from(self.longest) == length)
            && self.highest_index.is_some_and(|index| index > 0 && index.checked_add(1) == shape.piece_count);
        // Of torrents of another size not one in a hundred is alike in that by chance, unless they are small.
        let last_byte =
            bitfield_bytes.is_some_and(|bytes| bytes >= LONG_BITFIELD && self.highest_index.is_some_and(|index| index / 8 + 1 == bytes));
        if self.metadata_size.is_some() && self.metadata_size == said.metadata_size {
            Fit::Alike("Its info dictionary has the size that is spoken of.")
        } else if last {
            Fit::Alike("Its last piece ends where the connection's last block does.")
        } else if self.bitfield_bytes.is_some() && own_bitfield == its_bitfield {
            Fit::Alike("Its bitfield has the length of the connection's.")
        } else if whole {
            Fit::Alike("It has as many pieces as the connection speaks of, and they are as long.")
        } else if last_byte {
            Fit::Alike("The highest piece that the connection speaks of is in the last byte of its bitfield.")
        } else {
            Fit::May
        }
    }
}

impl Candidate<'_> {
    /// Whether at least two facts speak for it.
    fn is_backed(&self) -> bool {
        let placed = |end: Direction| self.ends.of(end).is_some() && self.hosts.of(end.reverse()).is_some();
        let own = self.own.is_some_and(|end| matches!(self.fit, Fit::Alike(_)) || *self.only.of(end.reverse()));
        self.spoken.is_some() || Direction::BOTH.into_iter().any(placed) || own
    }

    /// Whether none of those that remain beside it may be meant.
    fn is_alone(&self, rivals: &[&Candidate<'_>]) -> bool {
        let alike = |candidate: &Candidate<'_>| matches!(candidate.fit, Fit::Alike(_));
        rivals.is_empty() || alike(self) && !rivals.iter().any(|rival| alike(rival))
    }

    fn reasons(&self, ends: Both<Endpoint>) -> Vec<String> {
        let mut reasons = Vec::new();
        reasons.extend(self.spoken.map(|frame| format!("Its ends exchanged handshakes for it in another connection (frame {frame}).")));
        for direction in [Direction::Responder, Direction::Originator] {
            let end = ends.of(direction);
            reasons.extend(match (self.ends.of(direction), self.hosts.of(direction)) {
                (Some(naming), _) => Some(format!("{end} {}, and for no other torrent (frame {}).", said(naming), naming.first.0)),
                (None, Some(naming)) => Some(format!("{} {} (frame {}).", end.address, said(naming), naming.first.0)),
                (None, None) => None,
            });
        }
        reasons.extend(self.own.map(|end| format!("{} says of no other torrent that it takes part in it.", ends.of(end).address)));
        if let Fit::Alike(why) = self.fit {
            reasons.push(why.to_owned());
        }
        reasons
    }
}

/// What a naming says of whom it names.
fn said(naming: &Naming) -> String {
    format!("{} for it", naming.source.words())
}

/// One thing for each end.
fn each<T>(of: impl Fn(Direction) -> T) -> Both<T> {
    Both { originator: of(Direction::Originator), responder: of(Direction::Responder) }
}

/// Namings by the torrent that they mean, whichever of its names they use.
fn namings<'a>(known: Known<'_>, namings: impl Iterator<Item = &'a Naming>) -> Vec<(InfoHash, &'a Naming)> {
    let exact = namings.filter(|naming| known.sources.is_exact(naming.info_hash));
    exact.map(|naming| (known.download.canonical(naming.info_hash), naming)).collect()
}

fn first<'a>(namings: &[(InfoHash, &'a Naming)], info_hash: InfoHash) -> Option<&'a Naming> {
    namings.iter().find(|(torrent, _)| *torrent == info_hash).map(|(_, naming)| *naming)
}

fn is_only(namings: &[(InfoHash, &Naming)], info_hash: InfoHash) -> bool {
    !namings.is_empty() && namings.iter().all(|(torrent, _)| *torrent == info_hash)
}

/// Two connections between the same ends that carried blocks at one time are of two torrents. Where both are claimed for one, what is not
/// certain is dropped.
fn without_rivals(mut claims: Vec<Claim>) -> Vec<Claim> {
    let mut groups: Map<(InfoHash, Endpoint, IpAddr), Vec<(Span, usize)>> = Map::default();
    for (place, claim) in claims.iter().enumerate() {
        let Both { originator, responder } = claim.ends;
        for (end, host) in [(originator, responder.address), (responder, originator.address)] {
            groups.entry((claim.info_hash, end, host)).or_default().extend(claim.carried.map(|carried| (carried, place)));
        }
    }
    let mut dropped = Set::default();
    for mut group in groups.into_values() {
        group.arrange_by_key(|(carried, place)| (carried.first, *place));
        let mut latest: Option<(Span, usize)> = None;
        for (carried, place) in group {
            match latest {
                Some((before, other)) if before.meets(carried) => {
                    dropped.extend([other, place]);
                    latest = Some(if before.last >= carried.last { (before, other) } else { (carried, place) });
                }
                _ => latest = Some((carried, place)),
            }
        }
    }
    let mut place = 0;
    claims.retain(|claim| {
        place += 1;
        claim.certain || !dropped.contains(&(place - 1))
    });
    claims
}

/// Handshakes remembered of two ends.
const HANDSHAKES: usize = 16;

/// Bytes of a bitfield in which the place of the last says something.
const LONG_BITFIELD: u32 = 16;

/// Files, and odd blocks, remembered of a connection.
const ROOTS: usize = 4;

/// What clients ask for at one time.
const BLOCK_BYTES: u32 = 1 << 14;

#[cfg(test)]
mod tests {
    use super::super::Analyses;
    use super::super::capture::Capture;
    use super::super::sources::Source;
    use super::*;
    use crate::base::{InfoHashV2, Time};
    use crate::protocol::Streams;
    use crate::protocol::info_dictionary::{File, MetadataSource};
    use crate::protocol::peer_wire::{Handshake, Hashes};
    use crate::report::Observer;

    const ME: Endpoint = Endpoint { address: IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 10)), port: 6881 };
    const PEER: Endpoint = Endpoint { address: IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9)), port: 51413 };
    const A: Direction = Direction::Originator;
    const B: Direction = Direction::Responder;

    fn torrent(byte: u8) -> InfoHash {
        InfoHash([byte; 20])
    }

    /// A torrent of `count` pieces of 32 KiB, the last of which has 100 bytes.
    fn dictionary(byte: u8, count: u32) -> InfoDictionary {
        let length = u64::from(count - 1) * 32_768 + 100;
        let file = File { path: "a".into(), length, offset: 0, pieces_root: Some(PiecesRoot([byte; 32])) };
        InfoDictionary {
            info_hash: Some(torrent(byte)),
            info_hash_v2: None,
            name: "n".into(),
            piece_length: 32_768,
            piece_count: count,
            total_size: length,
            private: false,
            files: vec![file],
            hashes: Default::default(),
        }
    }

    /// What peers say, a second an event.
    struct Story {
        analyses: Analyses,
        seconds: i64,
    }

    impl Story {
        fn new(limits: &Limits) -> Self {
            Story { analyses: Analyses::new(limits), seconds: 0 }
        }

        fn event(&mut self, flow: u64, direction: Direction, message: crate::protocol::Message<'_>) {
            self.seconds += 1;
            // We open connections over TCP from a port of their own, and over uTP from ours.
            let me = if flow % 2 == 1 { ME } else { Endpoint { port: 40_000 + u16::try_from(flow).unwrap(), ..ME } };
            let (source, destination) = if direction == A { (me, PEER) } else { (PEER, me) };
            let (frame, time) = (self.seconds.unsigned_abs(), Time::from_nanos(self.seconds * 1_000_000_000));
            self.analyses.observe(&Event { time, frame, source, destination, flow: Some(FlowId(flow)), direction, bytes: 0, message });
        }

        fn say(&mut self, flow: u64, direction: Direction, info_hash: Option<u8>, message: Message<'_>) -> &mut Self {
            self.event(flow, direction, crate::protocol::Message::PeerWire { info_hash: info_hash.map(torrent), message });
            self
        }

        fn handshake(&mut self, flow: u64, byte: u8) -> &mut Self {
            let handshake = Handshake { reserved: [0; 8], info_hash: Some(torrent(byte)), peer_id: None };
            self.say(flow, A, Some(byte), Message::Handshake(handshake)).say(flow, B, Some(byte), Message::Handshake(handshake))
        }

        /// The peer gives a block.
        fn block(&mut self, flow: u64, info_hash: Option<u8>, index: u32, length: u32) -> &mut Self {
            let block = Block { index, begin: 0, length };
            self.say(flow, B, info_hash, Message::Piece { block, captured: length })
        }

        fn tell(&mut self, flow: u64, dictionary: &InfoDictionary) -> &mut Self {
            self.event(flow, B, crate::protocol::Message::Torrent { dictionary, source: MetadataSource::UtMetadata });
            self
        }

        fn names(&mut self, endpoint: Endpoint, byte: u8, source: Source) -> &mut Self {
            let event = super::super::sources::tests::event(endpoint, ME, self.seconds, 7);
            self.analyses.sources.names(&event, endpoint, torrent(byte), source, &mut |_| {});
            self
        }

        /// The torrents in the report: name, pieces, connections without a handshake that were put under it.
        fn rows(&mut self) -> Vec<(Option<u8>, usize, usize)> {
            let rows = |analyses: &Analyses| {
                let report = analyses.sections(Capture::default(), &Streams::new(&Limits::default())).report();
                let row = |torrent: &super::super::download::Torrent| {
                    (torrent.info_hash.map(|name| name.0[0]), torrent.pieces.len(), torrent.attributed.len())
                };
                report.download.torrents.iter().map(row).collect::<Vec<_>>()
            };
            let before = rows(&self.analyses);
            self.analyses.finish();
            assert_eq!(rows(&self.analyses), before, "the same while reading and at the end");
            before
        }

        fn reasons(&self) -> Vec<String> {
            let torrents = self.analyses.sections(Capture::default(), &Streams::new(&Limits::default())).report().download.torrents;
            torrents.into_iter().flat_map(|torrent| torrent.attributed).flat_map(|connection| connection.reasons).collect()
        }
    }

    fn story() -> Story {
        Story::new(&Limits::default())
    }

    #[test]
    fn a_reconnection_names_the_connection_before_it() {
        for later in [2, 3] {
            let mut story = story();
            story.block(0, None, 5, 9).handshake(later, 7).block(later, Some(7), 5, 9).block(later, Some(7), 6, 9);
            assert_eq!(story.rows(), [(Some(7), 2, 1)], "TCP or uTP");
            assert_eq!(story.reasons()[0], "Its ends exchanged handshakes for it in another connection (frame 2).");
            let download = story.analyses.download();
            let row = download.torrents().next().unwrap();
            assert_eq!((row.bytes, row.attributed_bytes, row.connections), (18, 9, 2));
            assert_eq!(download.contributors(Some(torrent(7)))[0].bytes, 27);
            let hosts = story.analyses.sections(Capture::default(), &Streams::new(&Limits::default())).report().hosts;
            assert!(hosts.iter().all(|host| host.torrents == [torrent(7)]), "{hosts:?}");
        }
    }

    #[test]
    fn a_connection_at_the_same_time_is_for_another_torrent() {
        let mut story = story();
        story.block(0, None, 5, 9).handshake(2, 7).block(2, Some(7), 6, 9).block(0, None, 7, 9);
        assert_eq!(story.rows(), [(None, 2, 0), (Some(7), 1, 0)]);
        let mut story = self::story();
        story.block(0, None, 5, 9).block(2, None, 6, 9).block(0, None, 7, 9).handshake(4, 7);
        assert_eq!(story.rows(), [(None, 3, 0), (Some(7), 0, 0)], "two connections at one time are of two torrents");
        let mut story = self::story();
        story.block(0, None, 5, 9).block(2, None, 6, 9).handshake(4, 7);
        assert_eq!(story.rows(), [(Some(7), 2, 2)], "one after the other");
    }

    #[test]
    fn nothing_is_guessed_between_two() {
        let mut story = story();
        story.block(0, None, 5, 9).handshake(2, 7).handshake(4, 8);
        assert_eq!(story.rows(), [(None, 1, 0), (Some(7), 0, 0), (Some(8), 0, 0)]);
        let mut story = self::story();
        story.block(0, None, 5, 9).handshake(2, 7).names(ME, 8, Source::TrackerAnnounce);
        assert_eq!(story.rows(), [(None, 1, 0), (Some(7), 0, 0)], "we are in another one too, and so may the peer be");
        story = self::story();
        story.block(0, None, 5, 9).handshake(2, 7).handshake(4, 8).tell(4, &dictionary(8, 5));
        assert_eq!(story.rows(), [(None, 1, 0), (Some(7), 0, 0), (Some(8), 0, 0)], "both were spoken of");
    }

    #[test]
    fn a_named_endpoint_and_a_host_that_takes_part() {
        let mut story = story();
        story.block(0, None, 5, 9).names(PEER, 7, Source::Tracker);
        assert_eq!(story.rows(), [(None, 1, 0)], "one fact is not enough");
        let mut story = self::story();
        story.block(0, None, 5, 9).names(PEER, 7, Source::Tracker).names(ME, 7, Source::TrackerAnnounce);
        assert_eq!(story.rows(), [(Some(7), 1, 1)], "a torrent that no handshake shows");
        assert_eq!(story.reasons()[0], "203.0.113.9:51413 was listed by a tracker for it, and for no other torrent (frame 7).");
        let mut story = self::story();
        story.block(0, None, 5, 9).names(PEER, 7, Source::Tracker).names(ME, 7, Source::TrackerAnnounce).names(PEER, 8, Source::Pex);
        assert_eq!(story.rows(), [(None, 1, 0)], "the peer is in two");
        let mut story = self::story();
        story.block(0, None, 5, 9).names(PEER, 7, Source::Dht).names(ME, 7, Source::Dht);
        assert_eq!(story.rows(), [(None, 1, 0)], "a blurred lookup");
    }

    #[test]
    fn shapes_tell_torrents_apart() {
        let two = |story: &mut Story| {
            story.handshake(2, 7).tell(2, &dictionary(7, 10)).handshake(4, 8).tell(4, &dictionary(8, 20));
            story.names(PEER, 7, Source::Tracker);
        };
        for (index, length, expected) in
            [(10, 16_384, Some(8)), (9, 100, Some(7)), (9, 101, None), (19, 100, Some(8)), (20, 9, None), (9, 40_000, None)]
        {
            let mut story = story();
            story.block(0, None, index, length).handshake(6, expected.unwrap_or(7));
            two(&mut story);
            let expected: Vec<_> = if index == 10 || index == 19 { vec![8] } else { expected.into_iter().collect() };
            let found: Vec<_> = story.rows().into_iter().filter(|row| row.2 > 0).filter_map(|row| row.0).collect();
            // Handshakes were exchanged for both: only what the shape leaves, or is alike, may be claimed, and it needs a backing.
            assert!(found.is_empty() || found == expected, "{index} {length}: {found:?}");
        }
        let mut story = story();
        story.block(0, None, 9, 100).names(ME, 7, Source::TrackerAnnounce).handshake(2, 7).tell(2, &dictionary(7, 10));
        story.names(ME, 8, Source::TrackerAnnounce);
        assert_eq!(story.rows(), [(Some(7), 1, 1)], "of the other nothing is known, but this is alike");
        assert_eq!(story.reasons().last().unwrap(), "Its last piece ends where the connection's last block does.");
        let mut story = self::story();
        story.block(0, None, 10, 9).handshake(2, 7).tell(2, &dictionary(7, 10));
        assert_eq!(story.rows(), [(None, 1, 0), (Some(7), 0, 0)], "it has no such piece");
        for (index, expected) in [(159, Some(7)), (152, Some(7)), (151, None), (160, None)] {
            let mut story = self::story();
            story.block(0, None, 5, 9).say(0, B, None, Message::Have { index });
            story.names(ME, 7, Source::Lsd).say(2, A, Some(7), Message::Bitfield(&[0; 20]));
            assert_eq!(story.rows().iter().any(|row| row.0.is_none()), expected.is_none(), "{index}");
        }
        for (mine, its, expected) in [(2, 2, Some(7)), (2, 3, None)] {
            let mut story = self::story();
            story.block(0, None, 5, 9).say(0, A, None, Message::Bitfield(&[0; 3][..mine]));
            story.names(ME, 7, Source::Lsd).handshake(2, 7).say(2, A, Some(7), Message::Bitfield(&[0; 3][..its]));
            assert_eq!(story.rows().iter().any(|row| row.0.is_none()), expected.is_none());
        }
    }

    #[test]
    fn the_only_torrent_of_a_local_host_needs_a_second_fact() {
        let mut story = story();
        story.block(0, None, 5, 9).names(ME, 7, Source::TrackerAnnounce);
        assert_eq!(story.rows(), [(None, 1, 0)]);
        let mut story = self::story();
        story.block(0, None, 5, 9).names(ME, 7, Source::TrackerAnnounce).names(Endpoint { port: 1, ..PEER }, 7, Source::Pex);
        assert_eq!(story.rows(), [(Some(7), 1, 1)], "the other host is known for it, on another port");
        assert_eq!(story.reasons().last().unwrap(), "192.168.1.10 says of no other torrent that it takes part in it.");
    }

    #[test]
    fn what_the_connection_says_itself_is_certain() {
        let mut story = story();
        story.block(0, None, 5, 9).handshake(0, 7).block(0, Some(7), 6, 9).names(ME, 8, Source::Lsd);
        assert_eq!(story.rows(), [(Some(7), 2, 1)]);
        assert_eq!(story.analyses.download().torrents().next().unwrap().connections, 1);
        let mut story = self::story();
        story.block(0, None, 5, 9).tell(0, &dictionary(7, 10));
        assert_eq!(story.rows(), [(Some(7), 1, 1)]);
        let hashes = |byte| Hashes { pieces_root: [byte; 32], base_layer: 0, index: 0, length: 1, proof_layers: 0, hashes: &[] };
        for (asked, expected) in [(7, (Some(7), 1, 1)), (8, (None, 1, 0))] {
            let mut story = self::story();
            story.block(0, None, 5, 9).say(0, A, None, Message::HashRequest(hashes(asked))).tell(2, &dictionary(7, 10));
            assert!(story.rows().contains(&expected), "in its info dictionary");
            let mut story = self::story();
            story.block(0, None, 5, 9).say(0, A, None, Message::HashRequest(hashes(asked)));
            story.handshake(3, 7).say(3, A, Some(7), Message::HashRequest(hashes(7)));
            story.block(3, Some(7), 1, 9).block(0, None, 6, 9);
            assert!(story.rows().contains(&if asked == 7 { (Some(7), 3, 1) } else { (None, 2, 0) }), "asked of in another connection");
            let mut story = self::story();
            story.block(0, None, 5, 9).say(0, A, None, Message::HashRequest(hashes(7)));
            story.tell(2, &dictionary(7, 10)).tell(4, &InfoDictionary { files: dictionary(7, 10).files, ..dictionary(9, 10) });
            assert!(story.rows().contains(&(None, 1, 0)), "two torrents have the file");
        }
    }

    #[test]
    fn two_names_of_a_torrent_are_no_two_torrents() {
        let mut story = story();
        let both = InfoDictionary { info_hash_v2: Some(InfoHashV2([8; 32])), ..dictionary(7, 10) };
        story.block(0, None, 5, 9).handshake(2, 7).handshake(4, 8).tell(4, &both);
        assert_eq!(story.rows(), [(Some(7), 1, 1)]);
    }

    #[test]
    fn connections_beyond_the_cap_stay_without_a_torrent() {
        let mut story = Story::new(&Limits { midstream: 1, ..Limits::default() });
        story.block(0, None, 5, 9).block(2, None, 6, 9).block(4, None, 7, 9).handshake(6, 7);
        assert_eq!(story.rows(), [(None, 2, 0), (Some(7), 1, 1)]);
        assert!(
            story
                .analyses
                .sections(Capture::default(), &Streams::new(&Limits::default()))
                .report()
                .findings
                .iter()
                .any(|finding| finding.code == "limit_midstream")
        );
    }
}
