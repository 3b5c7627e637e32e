//! Which pieces of which torrents are in the captures whole, and right?
//!
//! In: plans of torrents, and the events of one more reading of the same captures with the bytes of blocks as they pass. Out: of every piece whether
//! it is verified, failed or incomplete, and the bytes of verified ones, once, to an [`Output`]. Blocks come from all peers, in both
//! directions, over TCP and uTP, and from seeds on the web. Memory is bounded by a cap whatever the torrents' sizes: pieces of which
//! least has come make way.
//!
//! Seeds on the web that do not know torrents (BEP 19) are asked for files by their paths. Whether a file is the torrent's is left to the
//! hashes: bytes of a file with the right path and length are tried, and blamed for nothing.

mod collection;
pub mod known;
#[cfg(target_arch = "wasm32")]
mod lanes;
pub mod merkle;
pub mod names;
mod piece;
pub mod plan;
mod web;

use std::ops::Range;

use crate::base::{Arrange, Endpoint, Finding, InfoHash, Limits, Map};
use crate::flow::{Direction, FlowId};
use crate::protocol::payload::{Payload, Place};
use crate::protocol::{Event, Message, Speakers, Unread, peer_wire};
use crate::report::Observer;
use crate::report::proof::{Reason, Verified, VerifiedTorrent};
use collection::Collection;
use piece::Sender;
use plan::Plan;
use web::WebFiles;

/// Where the bytes of verified pieces go.
pub trait Output {
    /// Takes bytes of a file: the torrent and the file by their places, and where in the file the bytes begin.
    fn write(&mut self, torrent: usize, file: usize, at: u64, bytes: &[u8]);
}

impl Output for () {
    fn write(&mut self, _torrent: usize, _file: usize, _at: u64, _bytes: &[u8]) {}
}

/// Verifies pieces as their blocks pass.
#[derive(Debug)]
pub struct Verifier<O> {
    collections: Vec<Collection>,
    by_name: Map<InfoHash, usize>,
    senders: Senders,
    web: WebFiles,
    /// Why bytes of the block that passes in a stream are missing.
    missing: Map<(FlowId, Direction), Reason>,
    /// Bytes of pieces that are held.
    held: usize,
    unattributed: u64,
    hidden: u64,
    limits: Limits,
    output: O,
}

/// Who sent blocks, by number.
#[derive(Debug, Default)]
struct Senders {
    numbers: Map<Endpoint, u32>,
    endpoints: Vec<Endpoint>,
}

/// The number of whoever is not named: one too many, or a web server that may have been asked for something else.
const NOBODY: u32 = u32::MAX;

impl<O: Output> Verifier<O> {
    /// Verifies these torrents.
    pub fn new(plans: Vec<Plan>, limits: &Limits, output: O) -> Self {
        let names = |(at, plan): (usize, &Plan)| plan.dictionary.names().map(|name| (name, at)).collect::<Vec<_>>();
        Verifier {
            by_name: plans.iter().enumerate().flat_map(names).collect(),
            web: WebFiles::new(&plans, limits.verified_senders),
            collections: plans.into_iter().map(Collection::new).collect(),
            senders: Senders::default(),
            missing: Map::default(),
            held: 0,
            unattributed: 0,
            hidden: 0,
            limits: limits.clone(),
            output,
        }
    }

    /// The plan of a torrent, by its place.
    pub fn plan(&self, torrent: usize) -> Option<&Plan> {
        self.collections.get(torrent).map(Collection::plan)
    }

    /// How many torrents there are.
    pub fn torrents(&self) -> usize {
        self.collections.len()
    }

    /// Says that a piece need not come: its right bytes lie where they belong.
    pub fn keep(&mut self, torrent: usize, index: u32) {
        if let Some(collection) = self.collections.get_mut(torrent) {
            collection.keep(index);
        }
    }

    /// How many pieces of each torrent are right as of now.
    pub fn right(&self) -> impl Iterator<Item = u32> {
        self.collections.iter().map(Collection::right)
    }

    /// Which bytes of a file are in no verified piece: ranges, rising.
    pub fn holes(&self, torrent: usize, file: usize) -> Vec<Range<u64>> {
        self.collections.get(torrent).map(|collection| collection.holes(file)).unwrap_or_default()
    }

    /// What came of it, as of now.
    pub fn verified(&self) -> Verified {
        Verified {
            torrents: self.collections.iter().map(|collection| self.row(collection)).collect(),
            unattributed_bytes: self.unattributed,
            hidden_connections: self.hidden,
        }
    }

    fn row(&self, collection: &Collection) -> VerifiedTorrent {
        let perhaps = [(self.hidden > 0, Reason::MaybeEncrypted), (self.unattributed > 0, Reason::MaybeUnattributed)];
        let perhaps: Vec<Reason> = perhaps.into_iter().filter(|(may_be, _)| *may_be).map(|(_, reason)| reason).collect();
        collection.row(&self.senders.endpoints, &perhaps)
    }

    /// Where the bytes went.
    pub fn output(&self) -> &O {
        &self.output
    }

    /// Where the bytes go, to be told of places.
    pub fn output_mut(&mut self) -> &mut O {
        &mut self.output
    }

    /// The torrent of a block: where the stream does not tell, the only one there is.
    fn torrent(&self, info_hash: Option<InfoHash>) -> Option<usize> {
        match info_hash {
            Some(info_hash) => self.by_name.get(&info_hash).copied(),
            None => (self.collections.len() == 1).then_some(0),
        }
    }

    fn payload(&mut self, event: &Event<'_>, payload: &Payload<'_>) {
        match payload.place {
            Place::Piece { info_hash, index, begin } => match self.torrent(info_hash) {
                Some(torrent) => {
                    let sender = self.senders.number(event.source, self.limits.verified_senders);
                    self.put(
                        torrent,
                        (index, begin),
                        payload.bytes,
                        Sender { number: sender, frame: event.frame, is_told: info_hash.is_some() },
                    );
                }
                None if info_hash.is_none() => self.unattributed += payload.bytes.len() as u64,
                None => {}
            },
            Place::File { number, mut at } => {
                let Some((torrent, file)) = event.flow.and_then(|flow| self.web.file(flow, number)) else { return };
                let mut bytes = payload.bytes;
                while !bytes.is_empty() {
                    let Some(plan) = self.plan(torrent) else { return };
                    let Some((index, begin)) = plan.place(file, at) else { return };
                    let within =
                        plan.spans(index).into_iter().find(|span| span.file == file).map(|span| span.bytes.end.saturating_sub(begin));
                    let count = within.map_or(0, |within| bytes.len().min(within as usize));
                    if count == 0 {
                        return;
                    }
                    let (now, later) = bytes.split_at(count);
                    self.put(torrent, (index, begin), now, Sender { number: NOBODY, frame: event.frame, is_told: false });
                    (at, bytes) = (at + count as u64, later);
                }
            }
        }
    }

    fn put(&mut self, torrent: usize, (index, begin): (u32, u32), bytes: &[u8], sender: Sender) {
        let Some(collection) = self.collections.get_mut(torrent) else { return };
        let before = collection.held_bytes();
        let is_full = collection.put(index, begin, bytes, sender);
        self.held = self.held + collection.held_bytes() - before;
        if is_full {
            self.try_piece(torrent, index);
        }
        if self.held > self.limits.verified_bytes {
            self.make_way(torrent, index);
        }
    }

    fn try_piece(&mut self, torrent: usize, index: u32) {
        let Some(collection) = self.collections.get_mut(torrent) else { return };
        let before = collection.held_bytes();
        let output = &mut self.output;
        collection.try_piece(index, &mut |file, at, bytes| output.write(torrent, file, at, bytes));
        self.held = self.held + collection.held_bytes() - before;
    }

    /// Drops pieces of which least has come, until there is room again.
    fn make_way(&mut self, torrent: usize, index: u32) {
        let all = self.collections.iter().enumerate();
        let mut pieces: Vec<(u64, usize, u32)> = all.flat_map(|(at, collection)| collection.progress(at)).collect();
        pieces.arrange();
        for (_, at, piece) in pieces.into_iter().filter(|(_, at, piece)| (*at, *piece) != (torrent, index)) {
            if self.held <= self.limits.verified_bytes / 8 * 7 {
                return;
            }
            if let Some(collection) = self.collections.get_mut(at) {
                self.held -= collection.make_way(piece);
            }
        }
    }

    /// A block is over.
    fn block(&mut self, event: &Event<'_>, info_hash: Option<InfoHash>, block: peer_wire::Block, captured: u32) {
        let reason = event.flow.and_then(|flow| self.missing.remove(&(flow, event.direction)));
        let Some(torrent) = self.torrent(info_hash) else { return };
        let Some(collection) = self.collections.get_mut(torrent) else { return };
        if captured < block.length {
            collection.miss(block.index, reason.unwrap_or(Reason::NotCaptured));
        }
        if collection.wants_try(block.index) {
            self.try_piece(torrent, block.index);
        }
    }
}

impl<O: Output> Observer for Verifier<O> {
    fn wants_payload(&self) -> bool {
        true
    }

    fn observe(&mut self, event: &Event<'_>) {
        match &event.message {
            Message::Payload(payload) => self.payload(event, payload),
            Message::PeerWire { info_hash, message: peer_wire::Message::Piece { block, captured } } => {
                self.block(event, *info_hash, *block, *captured);
            }
            Message::Unread { reason, .. } => {
                let reason = if *reason == Unread::Truncated { Reason::Truncated } else { Reason::NotCaptured };
                if let Some(flow) = event.flow.filter(|_| self.missing.len() < self.limits.verified_senders) {
                    self.missing.insert((flow, event.direction), reason);
                }
            }
            Message::WebFile(message) => {
                if let Some(flow) = event.flow {
                    self.web.observe(flow, message);
                }
            }
            Message::Connection(connection) => {
                self.hidden += u64::from(matches!(connection.speakers, Speakers::Hidden));
                if let Some(flow) = event.flow {
                    for direction in Direction::BOTH {
                        self.missing.remove(&(flow, direction));
                    }
                    self.web.forget(flow);
                }
            }
            _ => {}
        }
    }

    fn found(&mut self, _finding: Finding) {}

    fn finish(&mut self) {
        for torrent in 0..self.collections.len() {
            let waiting = self.collections.get(torrent).map(Collection::waiting).unwrap_or_default();
            waiting.into_iter().for_each(|index| self.try_piece(torrent, index));
        }
    }
}

impl Senders {
    fn number(&mut self, endpoint: Endpoint, most: usize) -> u32 {
        if let Some(number) = self.numbers.get(&endpoint) {
            return *number;
        }
        match u32::try_from(self.endpoints.len()) {
            Ok(number) if self.endpoints.len() < most => {
                self.endpoints.push(endpoint);
                self.numbers.insert(endpoint, number);
                number
            }
            _ => NOBODY,
        }
    }
}
