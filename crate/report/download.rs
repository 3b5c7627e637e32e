//! Which pieces of which torrent came from whom?
//!
//! A torrent is known by the handshake of a connection. The pieces of a connection without one are kept apart, and go to the torrent that
//! [`midstream`](super::midstream) finds for it when the report is made, or stay under no info hash. DHT lookups make no torrent: clients
//! blur them. A contributor is the endpoint that sent a block of a piece, a receiver the one that it
//! went to; their bytes are those in the capture, repeated ones included, a piece's are counted once. Once its info dictionary passed by,
//! a torrent has a name and a size; if that shows that it has two info hashes, what was met under the one and the other becomes one. What
//! came from the web is added at the end ([`web_claims`](super::web_claims)), and may tell the sizes of a torrent without info dictionary.

mod given;
mod join;
mod kept;
mod map;
mod shape;
pub(super) mod volumes;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use smallvec::SmallVec;

pub use map::{PieceMap, PieceRun, RANKS};
pub(super) use shape::{Shape, Span};

use super::extent::Extent;
use super::proof::{Proof, Verified};
use super::shares::{Added, Shares, add_share};
use given::kept;

use crate::base::{Arrange, Code, Endpoint, InfoHash, InfoHashV2, Limits, Map, Recent, Set, Time};
use crate::flow::FlowId;
use crate::protocol::Event;
pub use crate::protocol::info_dictionary::MetadataSource;
use crate::protocol::info_dictionary::{File, InfoDictionary};
use crate::protocol::peer_wire::{Block, Message};

/// The section.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Download {
    /// The torrents, in the order in which they were met.
    pub torrents: Vec<Torrent>,
}

/// A torrent and its pieces.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Torrent {
    /// Its name on the wire; `None` for connections whose handshake is not in the capture. Of two, that of version 1.
    pub info_hash: Option<InfoHash>,
    /// Its whole name of version 2; `None` where it has none, and until the info dictionary is known.
    pub info_hash_v2: Option<InfoHashV2>,
    /// What stands for its name of version 2 on the wire; `None` where it has none, and until that is known.
    pub info_hash_v2_truncated: Option<InfoHash>,
    /// Its name for people; `None` until the info dictionary is known.
    pub name: Option<String>,
    /// Bytes of a piece; `None` until the info dictionary is known, or a web seed's files prove it.
    pub piece_length: Option<u64>,
    /// How many pieces it has; `None` as long as `piece_length` is.
    pub piece_count: Option<u64>,
    /// Bytes of all its files, padding left out; `None` as long as `piece_length` is.
    pub total_size: Option<u64>,
    /// Whether peers are to be had from its trackers only; `None` until the info dictionary is known.
    pub private: Option<bool>,
    /// Its files, padding left out; empty until the info dictionary is known.
    pub files: Vec<File>,
    /// Where the info dictionary is from; `None` until it is known.
    pub metadata_source: Option<MetadataSource>,
    /// The frame that completed it.
    pub metadata_frame: Option<u64>,
    /// The pieces of which the capture shows a block, by index.
    pub pieces: Vec<Piece>,
    /// Connections among its own whose handshake is not in the capture, and why they are its.
    pub attributed: Vec<Attributed>,
}

/// A connection whose handshake is not in the capture, and which carried blocks of a torrent by other evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Attributed {
    /// The end that opened it; where that is not in the capture, the end that was seen first.
    pub originator: Endpoint,
    /// The other end.
    pub responder: Endpoint,
    /// Bytes of pieces that it carried, each counted once.
    pub bytes: u64,
    /// Why it is this torrent's, a sentence each.
    pub reasons: Vec<String>,
}

/// A piece of which the capture shows at least the header of a block.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Piece {
    /// Its index in the torrent, from 0.
    pub index: u32,
    /// Bytes of it that are in the capture, each counted once.
    pub bytes: u64,
    /// Whether its bytes fit its hash; `None` while that was not tried.
    pub verified: Option<bool>,
    /// Who sent blocks of it, in order of their first block.
    pub contributors: Vec<Share>,
    /// Whom they went to.
    pub receivers: Vec<Share>,
    /// The first frame that shows it.
    pub first_frame: u64,
    /// The last frame in which a block of it begins.
    pub last_frame: u64,
}

/// One endpoint's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Share {
    /// Who.
    pub endpoint: Endpoint,
    /// Bytes of blocks that are in the capture, repeated ones included.
    pub bytes: u64,
}

/// A torrent without its pieces.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct TorrentRow {
    /// Its name on the wire; `None` for connections whose handshake is not in the capture. Of two, that of version 1.
    pub info_hash: Option<InfoHash>,
    /// Its whole name of version 2.
    pub info_hash_v2: Option<InfoHashV2>,
    /// Its name for people.
    pub name: Option<String>,
    /// Bytes of a piece.
    pub piece_length: Option<u64>,
    /// How many pieces it has.
    pub piece_count: Option<u64>,
    /// Bytes of all its files.
    pub total_size: Option<u64>,
    /// The frame that completed its info dictionary.
    pub metadata_frame: Option<u64>,
    /// Pieces of which the capture shows a block.
    pub pieces: usize,
    /// Bytes of pieces that are in the capture, each counted once.
    pub bytes: u64,
    /// Bytes that came by connections whose handshake is not in the capture, and which are this torrent's by other evidence.
    pub attributed_bytes: u64,
    /// Endpoints that sent blocks.
    pub contributors: usize,
    /// Endpoints that blocks went to.
    pub receivers: usize,
    /// Connections.
    pub connections: usize,
    /// The first frame that shows it.
    pub first_frame: u64,
    /// When that was captured.
    pub first_time: Time,
    /// When it was last heard of.
    pub last_time: Time,
}

/// An endpoint that sent blocks of a torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Contributor {
    /// Who.
    pub endpoint: Endpoint,
    /// Bytes of blocks that are in the capture, repeated ones included.
    pub bytes: u64,
    /// Pieces of which it sent a block.
    pub pieces: u32,
}

/// Gathers the section.
#[derive(Clone, Debug)]
pub struct DownloadAnalysis {
    by_hash: Map<Option<InfoHash>, u32>,
    /// What connections without a handshake carried, each for itself.
    by_flow: Map<FlowId, u32>,
    /// In the order in which they were met. `None` for one that proved to be another's second name.
    torrents: Vec<Option<TorrentState>>,
    endpoints: Vec<Endpoint>,
    by_endpoint: Map<Endpoint, u32>,
    /// Connections that were counted, each with its torrent, and when it carried blocks.
    counted: Recent<(FlowId, u32), Option<Span>>,
    upgrades: join::Upgrades,
    pieces: usize,
    shares: usize,
    /// Which pieces are right, as far as that was tried.
    proof: Arc<Proof>,
    /// Torrents that are known and were not met, by each of their names.
    given: Map<InfoHash, Arc<InfoDictionary>>,
    /// What all lists of files take.
    files_memory: usize,
    limits: Limits,
}

#[derive(Clone, Debug)]
struct TorrentState {
    info_hash: Option<InfoHash>,
    /// Its second name on the wire, where a connection showed that it has two.
    upgraded: Option<InfoHash>,
    attributed: Vec<Attributed>,
    /// What it is, and the frame and the source that told; no frame where it was given.
    dictionary: Option<(Arc<InfoDictionary>, Option<u64>, MetadataSource)>,
    /// What else proves its sizes.
    sizes: Option<Sizes>,
    pieces: BTreeMap<u32, PieceState>,
    contributors: Map<u32, Contribution>,
    receivers: Set<u32>,
    connections: usize,
    bytes: u64,
    first_frame: u64,
    first_time: Time,
    last_time: Time,
}

/// Sizes of a torrent that no info dictionary tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    pub(super) piece_length: u64,
    pub(super) piece_count: u64,
    /// Bytes of all files.
    pub(super) total: u64,
}

#[derive(Clone, Debug, Default)]
struct Contribution {
    bytes: u64,
    pieces: u32,
}

#[derive(Clone, Debug)]
struct PieceState {
    extent: Extent,
    contributors: Shares,
    receivers: Shares,
    first_frame: u64,
    last_frame: u64,
}

impl DownloadAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        DownloadAnalysis {
            by_hash: Map::default(),
            by_flow: Map::default(),
            torrents: Vec::new(),
            endpoints: Vec::new(),
            by_endpoint: Map::default(),
            counted: Recent::new(limits.flows),
            upgrades: join::Upgrades::new(limits),
            pieces: 0,
            shares: 0,
            proof: Arc::default(),
            given: Map::default(),
            files_memory: 0,
            limits: limits.clone(),
        }
    }

    pub(super) fn section(&self) -> Download {
        let torrent = |state: &TorrentState| {
            let TorrentRow { info_hash, info_hash_v2, name, piece_length, piece_count, total_size, metadata_frame, .. } = state.row();
            let truncated = info_hash_v2.map(InfoHashV2::truncated).or(state.upgraded);
            let dictionary = state.dictionary.as_ref().map(|(dictionary, ..)| dictionary);
            Torrent {
                info_hash,
                info_hash_v2,
                info_hash_v2_truncated: truncated,
                name,
                piece_length,
                piece_count,
                total_size,
                private: dictionary.map(|dictionary| dictionary.private),
                files: dictionary.map(|dictionary| dictionary.files.clone()).unwrap_or_default(),
                metadata_source: state.dictionary.as_ref().map(|(.., source)| *source),
                metadata_frame,
                pieces: state.pieces.iter().map(|(index, piece)| self.piece(info_hash, *index, piece)).collect(),
                attributed: state.attributed.clone(),
            }
        };
        Download { torrents: self.torrents.iter().flatten().map(torrent).collect() }
    }

    /// The torrents without their pieces, in the order in which they were met.
    pub fn torrents(&self) -> impl Iterator<Item = TorrentRow> {
        self.torrents.iter().flatten().map(TorrentState::row)
    }

    /// The indexes of a torrent's pieces that the capture shows, rising; none when there is no such torrent.
    pub fn piece_indexes(&self, torrent: Option<InfoHash>) -> impl Iterator<Item = u32> {
        self.torrent(torrent).into_iter().flat_map(|state| state.pieces.keys().copied())
    }

    /// One piece of a torrent; `None` when the capture does not show it.
    pub fn piece_at(&self, torrent: Option<InfoHash>, index: u32) -> Option<Piece> {
        self.torrent(torrent)?.pieces.get(&index).map(|piece| self.piece(torrent, index, piece))
    }

    /// The contributors of a torrent, those of most bytes first; none when there is no such torrent.
    pub fn contributors(&self, torrent: Option<InfoHash>) -> Vec<Contributor> {
        let Some(state) = self.torrent(torrent) else { return Vec::new() };
        let contributor = |(endpoint, contribution): (&u32, &Contribution)| {
            let endpoint = self.endpoint(*endpoint)?;
            Some(Contributor { endpoint, bytes: contribution.bytes, pieces: contribution.pieces })
        };
        let mut contributors: Vec<_> = state.contributors.iter().filter_map(contributor).collect();
        contributors.arrange_by_key(|contributor| (std::cmp::Reverse(contributor.bytes), contributor.endpoint));
        contributors
    }

    pub(super) fn observe(&mut self, event: &Event<'_>, info_hash: Option<InfoHash>, message: &Message<'_>, found: &mut impl FnMut(Code)) {
        match message {
            Message::Handshake(handshake) => {
                self.torrent_of(event, info_hash, found);
                self.observe_handshake(event, handshake);
            }
            Message::Bitfield(_) | Message::HaveAll | Message::HaveNone | Message::ExtensionHandshake(_) => {
                self.confirm_upgrade(event, found);
            }
            Message::Piece { block, captured } => self.observe_block(event, info_hash, *block, *captured, found),
            _ => {}
        }
    }

    /// A torrent's info dictionary passed by.
    pub(super) fn observe_torrent(
        &mut self,
        event: &Event<'_>,
        dictionary: &InfoDictionary,
        source: MetadataSource,
        found: &mut impl FnMut(Code),
    ) {
        let known = dictionary.names().filter_map(|name| self.by_hash.get(&Some(name)).copied()).min();
        let first = dictionary.names().next();
        let Some(index) = known.or_else(|| self.meet(event, first, found)) else { return };
        for name in dictionary.names() {
            if let Some(other) = self.by_hash.insert(Some(name), index).filter(|other| *other != index) {
                self.absorb(index, other, found);
            }
        }
        let Some(torrent) = self.torrents.get_mut(index as usize).and_then(Option::as_mut) else { return };
        if let Some((_, frame @ None, of)) = &mut torrent.dictionary {
            // It was given, and is in the capture too.
            (*frame, *of) = (Some(event.frame), source);
        }
        if torrent.dictionary.is_none() {
            let dictionary = kept(dictionary, &mut self.files_memory, &self.limits, found);
            torrent.info_hash = first;
            torrent.dictionary = Some((dictionary, Some(event.frame), source));
        }
    }

    /// Takes a part of a piece that came from the web.
    pub(super) fn observe_web(&mut self, event: &Event<'_>, info_hash: InfoHash, block: Block, found: &mut impl FnMut(Code)) {
        self.observe_block(event, Some(info_hash), block, block.length, found);
    }

    /// Takes which pieces are right.
    pub(super) fn prove(&mut self, proof: Proof) -> &Verified {
        self.proof = Arc::new(proof);
        self.proof.verified()
    }

    /// Which pieces are right.
    pub(super) fn proof(&self) -> &Proof {
        &self.proof
    }

    /// Takes sizes that are proven without an info dictionary.
    pub(super) fn measured(&mut self, info_hash: InfoHash, sizes: Sizes) {
        let index = self.by_hash.get(&Some(info_hash));
        if let Some(torrent) = index.and_then(|index| self.torrents.get_mut(*index as usize)?.as_mut()) {
            torrent.sizes = Some(sizes);
        }
    }

    /// The name under which a torrent is listed.
    pub(super) fn first_name(&self, info_hash: InfoHash) -> InfoHash {
        let met = self.torrent(Some(info_hash)).and_then(|torrent| torrent.info_hash);
        met.or_else(|| self.given.get(&info_hash)?.names().next()).unwrap_or(info_hash)
    }

    /// What a torrent is, where the capture tells, or it was given.
    pub(super) fn dictionary(&self, info_hash: InfoHash) -> Option<&InfoDictionary> {
        let met = self.torrent(Some(info_hash)).and_then(|torrent| torrent.dictionary.as_ref());
        met.map(|(dictionary, ..)| dictionary).or_else(|| self.given.get(&info_hash)).map(AsRef::as_ref)
    }

    /// Which bytes of a piece are in the capture.
    pub(super) fn extent(&self, info_hash: InfoHash, index: u32) -> Option<&Extent> {
        Some(&self.torrent(Some(info_hash))?.pieces.get(&index)?.extent)
    }

    /// The same of every piece, with its index, which rises.
    pub(super) fn extents(&self, info_hash: InfoHash) -> impl Iterator<Item = (u32, &Extent)> {
        let pieces = self.torrent(Some(info_hash)).into_iter().flat_map(|torrent| &torrent.pieces);
        pieces.map(|(index, piece)| (*index, &piece.extent))
    }

    /// Ends of blocks, each with the index of its piece, which rises.
    pub(super) fn block_ends(&self, info_hash: InfoHash) -> Vec<(u32, u32)> {
        self.extents(info_hash).flat_map(|(index, extent)| extent.ends().map(move |end| (index, end))).collect()
    }

    fn observe_block(&mut self, event: &Event<'_>, info_hash: Option<InfoHash>, block: Block, captured: u32, found: &mut impl FnMut(Code)) {
        let room = self.shares.max(self.endpoints.len()) < self.limits.shares;
        let endpoints = self.intern(event.source, room).zip(self.intern(event.destination, room));
        let piece_room = self.pieces < self.limits.pieces;
        let share_limit = if room { self.limits.endpoints_per_piece } else { 0 };
        let Some((torrent, carried)) = self.torrent_of(event, info_hash, found) else { return };
        *carried = Some(carried.map_or(Span::at(event.time), |span| span.with(event.time)));
        let new = !torrent.pieces.contains_key(&block.index);
        let Some((source, destination)) = endpoints.filter(|_| piece_room || !new) else {
            found(Code::LimitPieces);
            return;
        };
        let piece = torrent.pieces.entry(block.index).or_insert_with(|| PieceState {
            extent: Extent::default(),
            contributors: SmallVec::new(),
            receivers: SmallVec::new(),
            first_frame: event.frame,
            last_frame: event.frame,
        });
        (piece.first_frame, piece.last_frame) = (piece.first_frame.min(event.frame), piece.last_frame.max(event.frame));
        torrent.bytes += piece.extent.add(block, captured);
        let sent = add_share(&mut piece.contributors, source, captured.into(), share_limit);
        if sent == Added::First {
            torrent.contributors.entry(source).or_default().pieces += 1;
        }
        if let Some(contribution) = torrent.contributors.get_mut(&source) {
            contribution.bytes += u64::from(captured);
        }
        let received = add_share(&mut piece.receivers, destination, captured.into(), share_limit);
        if received == Added::First {
            torrent.receivers.insert(destination);
        }
        let added = [sent, received];
        if added.contains(&Added::Full) {
            found(Code::LimitPieces);
        }
        self.shares += added.iter().filter(|added| **added == Added::First).count();
        self.pieces += usize::from(new);
    }

    /// The torrent of an event, met now if not before, and when its connection carried blocks; `None` when no more torrents are listed.
    fn torrent_of(
        &mut self,
        event: &Event<'_>,
        info_hash: Option<InfoHash>,
        found: &mut impl FnMut(Code),
    ) -> Option<(&mut TorrentState, &mut Option<Span>)> {
        let flow = event.flow?;
        let index = if info_hash.is_some() { self.by_hash.get(&info_hash) } else { self.by_flow.get(&flow) };
        let index = index.copied().or_else(|| self.meet(event, info_hash, found))?;
        let torrent = self.torrents.get_mut(index as usize)?.as_mut()?;
        torrent.last_time = torrent.last_time.max(event.time);
        let connection = (flow, index);
        if self.counted.get(&connection).is_none() {
            self.counted.insert(connection, None);
            torrent.connections += 1;
        }
        Some((torrent, self.counted.get_mut(&connection)?))
    }

    /// Meets a torrent for the first time; `None` when no more are listed.
    fn meet(&mut self, event: &Event<'_>, info_hash: Option<InfoHash>, found: &mut impl FnMut(Code)) -> Option<u32> {
        let apart = event.flow.filter(|_| info_hash.is_none());
        let full = apart.is_some() && self.by_flow.len() >= self.limits.midstream;
        if full {
            found(Code::LimitMidstream);
        }
        if let Some(known) = self.by_hash.get(&None).filter(|_| full) {
            return Some(*known);
        }
        if self.torrents.len() >= self.limits.torrents {
            found(Code::LimitPieces);
            return None;
        }
        let index = u32::try_from(self.torrents.len()).ok()?;
        match apart.filter(|_| !full) {
            Some(flow) => self.by_flow.insert(flow, index),
            None => self.by_hash.insert(info_hash, index),
        };
        self.torrents.push(Some(TorrentState {
            info_hash,
            upgraded: None,
            attributed: Vec::new(),
            dictionary: None,
            sizes: None,
            pieces: BTreeMap::new(),
            contributors: Map::default(),
            receivers: Set::default(),
            connections: 0,
            bytes: 0,
            first_frame: event.frame,
            first_time: event.time,
            last_time: event.time,
        }));
        if let Some(info_hash) = info_hash {
            self.recognise(index, info_hash);
        }
        Some(index)
    }

    fn torrent(&self, info_hash: Option<InfoHash>) -> Option<&TorrentState> {
        self.by_hash.get(&info_hash).and_then(|index| self.torrents.get(*index as usize)?.as_ref())
    }

    fn piece(&self, torrent: Option<InfoHash>, index: u32, piece: &PieceState) -> Piece {
        let shares = |shares: &[(u32, u64)]| {
            shares.iter().filter_map(|(endpoint, bytes)| Some(Share { endpoint: self.endpoint(*endpoint)?, bytes: *bytes })).collect()
        };
        Piece {
            index,
            bytes: piece.extent.bytes(),
            verified: torrent.and_then(|info_hash| self.proof.is_right(info_hash, index)),
            contributors: shares(&piece.contributors),
            receivers: shares(&piece.receivers),
            first_frame: piece.first_frame,
            last_frame: piece.last_frame,
        }
    }

    fn endpoint(&self, index: u32) -> Option<Endpoint> {
        self.endpoints.get(index as usize).copied()
    }

    /// A number for an endpoint: pieces name theirs four bytes at a time. `None` for one not met before when there is no room.
    fn intern(&mut self, endpoint: Endpoint, room: bool) -> Option<u32> {
        if let Some(known) = self.by_endpoint.get(&endpoint) {
            return Some(*known);
        }
        let number = u32::try_from(self.endpoints.len()).ok().filter(|_| room)?;
        self.endpoints.push(endpoint);
        self.by_endpoint.insert(endpoint, number);
        Some(number)
    }
}

impl TorrentState {
    fn row(&self) -> TorrentRow {
        let dictionary = self.dictionary.as_ref().map(|(dictionary, ..)| dictionary);
        let sizes = dictionary.map(|dictionary| Sizes::of(dictionary)).or(self.sizes);
        TorrentRow {
            info_hash: self.info_hash,
            info_hash_v2: dictionary.and_then(|dictionary| dictionary.info_hash_v2),
            name: dictionary.map(|dictionary| dictionary.name.clone()),
            piece_length: sizes.map(|sizes| sizes.piece_length),
            piece_count: sizes.map(|sizes| sizes.piece_count),
            total_size: sizes.map(|sizes| sizes.total),
            metadata_frame: self.dictionary.as_ref().and_then(|(_, frame, _)| *frame),
            pieces: self.pieces.len(),
            bytes: self.bytes,
            attributed_bytes: self.attributed.iter().map(|connection| connection.bytes).sum(),
            contributors: self.contributors.len(),
            receivers: self.receivers.len(),
            connections: self.connections,
            first_frame: self.first_frame,
            first_time: self.first_time,
            last_time: self.last_time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Direction;
    use crate::protocol::peer_wire::Handshake;

    fn endpoint(last: u8) -> Endpoint {
        Endpoint::new([10, 0, 0, last], 6881)
    }

    struct Story(DownloadAnalysis, u64, Vec<Code>);

    impl Story {
        fn new(limits: Limits) -> Self {
            Story(DownloadAnalysis::new(&limits), 0, Vec::new())
        }

        fn say(&mut self, from: u8, to: u8, torrent: Option<u8>, message: &Message<'_>) {
            self.1 += 1;
            let info_hash = torrent.map(|byte| InfoHash([byte; 20]));
            let event = Event {
                time: Time::default(),
                frame: self.1,
                source: endpoint(from),
                destination: endpoint(to),
                flow: Some(FlowId(u64::from(from.min(to)))),
                direction: if from < to { Direction::Originator } else { Direction::Responder },
                bytes: 0,
                message: crate::protocol::Message::PeerWire { info_hash, message: message.clone() },
            };
            self.0.observe(&event, info_hash, message, &mut |code| self.2.push(code));
        }

        fn tell(&mut self, dictionary: &InfoDictionary) {
            self.1 += 1;
            let source = MetadataSource::UtMetadata;
            let message = crate::protocol::Message::Torrent { dictionary, source };
            let (from, destination, direction) = (endpoint(2), endpoint(1), Direction::Originator);
            let event = Event { time: Time::default(), frame: self.1, source: from, destination, flow: None, direction, bytes: 0, message };
            self.0.observe_torrent(&event, dictionary, source, &mut |code| self.2.push(code));
        }

        fn block(&mut self, from: u8, index: u32, begin: u32, length: u32, captured: u32) {
            self.say(from, 1, Some(7), &Message::Piece { block: Block { index, begin, length }, captured });
        }
    }

    #[test]
    fn pieces_name_their_contributors_in_order() {
        let mut story = Story::new(Limits::default());
        story.block(3, 5, 0, 100, 100);
        story.block(2, 5, 100, 100, 100);
        story.block(3, 4, 0, 100, 60);
        let torrent = &story.0.section().torrents[0];
        assert_eq!(torrent.info_hash, Some(InfoHash([7; 20])));
        let rows: Vec<_> = torrent
            .pieces
            .iter()
            .map(|piece| (piece.index, piece.bytes, piece.contributors.iter().map(|share| share.endpoint.to_string()).collect::<Vec<_>>()))
            .collect();
        assert_eq!(rows, [(4, 60, vec!["10.0.0.3:6881".into()]), (5, 200, vec!["10.0.0.3:6881".into(), "10.0.0.2:6881".into()])]);
        assert_eq!(torrent.pieces[0].receivers, [Share { endpoint: endpoint(1), bytes: 60 }]);
    }

    #[test]
    fn repeated_bytes_count_for_the_sender_and_once_for_the_piece() {
        let mut story = Story::new(Limits::default());
        story.block(2, 0, 0, 100, 40);
        story.block(2, 0, 0, 100, 100);
        story.block(3, 0, 0, 100, 70);
        let row = story.0.torrents().next().unwrap();
        assert_eq!((row.bytes, row.pieces, row.contributors, row.receivers, row.connections), (100, 1, 2, 1, 1));
        assert_eq!(story.0.contributors(Some(InfoHash([7; 20])))[0], Contributor { endpoint: endpoint(2), bytes: 140, pieces: 1 });
    }

    #[test]
    fn a_torrent_is_known_by_its_handshake_alone() {
        let mut story = Story::new(Limits::default());
        let handshake = Handshake { reserved: [0; 8], info_hash: None, peer_id: None };
        story.say(1, 2, Some(9), &Message::Handshake(handshake));
        story.say(1, 2, Some(9), &Message::Choke);
        story.say(1, 3, None, &Message::Choke);
        let rows: Vec<_> = story.0.torrents().map(|row| (row.info_hash, row.pieces, row.connections)).collect();
        assert_eq!(rows, [(Some(InfoHash([9; 20])), 0, 1)]);
    }

    /// A hybrid of four pieces, known as 7 and as 8.
    fn hybrid() -> InfoDictionary {
        let file = File { path: "a".into(), length: 400, offset: 0, pieces_root: None };
        InfoDictionary {
            info_hash: Some(InfoHash([7; 20])),
            info_hash_v2: Some(InfoHashV2([8; 32])),
            name: "n".into(),
            piece_length: 100,
            piece_count: 4,
            total_size: 400,
            private: false,
            files: vec![file],
            hashes: Default::default(),
        }
    }

    #[test]
    fn two_names_of_one_torrent_become_one() {
        for order in [[7, 8], [8, 7]] {
            let mut story = Story::new(Limits::default());
            for (torrent, sender, index, begin) in [(0, 2, 0, 0), (1, 2, 0, 50), (1, 3, 0, 50), (1, 3, 1, 0), (0, 2, 2, 0)] {
                let block = Block { index, begin, length: 50 };
                story.say(sender, 1, Some(order[torrent]), &Message::Piece { block, captured: 50 });
            }
            story.tell(&hybrid());
            for torrent in order {
                story.say(2, 1, Some(torrent), &Message::Piece { block: Block { index: 3, begin: 0, length: 50 }, captured: 50 });
            }
            let rows: Vec<_> = story.0.torrents().collect();
            let [row] = rows.as_slice() else { panic!("{rows:?}") };
            assert_eq!((row.info_hash, row.info_hash_v2), (Some(InfoHash([7; 20])), Some(InfoHashV2([8; 32]))));
            assert_eq!((row.pieces, row.bytes, row.contributors, row.connections, row.first_frame), (4, 250, 2, 1, 1));
            assert_eq!(
                (row.name.as_deref(), row.piece_count, row.total_size, row.metadata_frame),
                (Some("n"), Some(4), Some(400), Some(6))
            );
            for name in [7, 8] {
                let map = story.0.piece_map(Some(InfoHash([name; 20])));
                assert_eq!(map.pieces, 4);
                assert_eq!(map.contributors[0], Contributor { endpoint: endpoint(2), bytes: 250, pieces: 3 });
                assert_eq!(map.contributors[1], Contributor { endpoint: endpoint(3), bytes: 100, pieces: 2 });
            }
            assert_eq!((story.0.pieces, story.2.len()), (4, 0));
        }
    }

    /// A connection whose ends call the torrent 7 and, in the answer, 8; whether the first speaks version 2, and goes on.
    fn upgrade(story: &mut Story, speaks: bool, goes_on: bool) {
        let reserved = [0, 0, 0, 0, 0, 0, 0, if speaks { 0x10 } else { 0x0f }];
        for (from, to, torrent) in [(1, 2, 7), (2, 1, 8)] {
            let handshake = Handshake { reserved, info_hash: Some(InfoHash([torrent; 20])), peer_id: None };
            story.say(from, to, Some(torrent), &Message::Handshake(handshake));
        }
        story.say(2, 1, Some(8), &Message::HaveAll);
        if goes_on {
            story.say(1, 2, Some(8), &Message::HaveNone);
        }
        story.say(2, 1, Some(8), &Message::Piece { block: Block { index: 0, begin: 0, length: 50 }, captured: 50 });
    }

    #[test]
    fn a_connection_that_is_upgraded_shows_two_names_of_one_torrent() {
        let mut story = Story::new(Limits::default());
        story.say(3, 1, Some(7), &Message::Piece { block: Block { index: 1, begin: 0, length: 50 }, captured: 50 });
        upgrade(&mut story, true, true);
        let rows: Vec<_> = story.0.torrents().map(|row| (row.info_hash.unwrap().0[0], row.pieces, row.connections)).collect();
        assert_eq!(rows, [(7, 2, 1)]);
        assert_eq!(story.0.section().torrents[0].info_hash_v2_truncated, Some(InfoHash([8; 20])));
        assert_eq!(story.0.canonical(InfoHash([8; 20])), InfoHash([7; 20]));
        story.tell(&hybrid());
        assert_eq!(story.0.torrents().count(), 1);
    }

    #[test]
    fn an_answer_with_another_name_is_no_proof_by_itself() {
        for (speaks, goes_on) in [(false, true), (true, false)] {
            let mut story = Story::new(Limits::default());
            upgrade(&mut story, speaks, goes_on);
            assert_eq!(story.0.torrents().count(), 2);
        }
        let mut story = Story::new(Limits::default());
        story.tell(&InfoDictionary { info_hash_v2: None, ..hybrid() });
        upgrade(&mut story, true, true);
        assert_eq!(story.0.torrents().count(), 2, "its info dictionary has one name only");
    }

    #[test]
    fn lists_of_files_are_bounded_and_a_second_telling_changes_nothing() {
        let mut story = Story::new(Limits { total_metadata_bytes: 1, ..Limits::default() });
        story.tell(&hybrid());
        story.tell(&hybrid());
        assert_eq!(story.2, [Code::LimitMetadata]);
        let torrent = &story.0.section().torrents[0];
        assert_eq!((torrent.files.len(), torrent.total_size, torrent.metadata_source), (0, Some(400), Some(MetadataSource::UtMetadata)));
        assert_eq!(torrent.metadata_frame, Some(1));
    }

    #[test]
    fn the_map_ranks_senders_and_joins_neighbours() {
        let mut story = Story::new(Limits::default());
        for index in [0, 1, 2, 5] {
            story.block(2, index, 0, 10, 10);
        }
        for (sender, index) in (3..=10).zip(3..) {
            story.block(sender, index + 10, 0, 10, u32::from(13 - sender).min(10));
        }
        let map = story.0.piece_map(Some(InfoHash([7; 20])));
        assert_eq!((map.pieces, map.contributors.len(), map.others, map.other_bytes), (21, 8, 1, 3));
        assert_eq!(map.runs[..2], [PieceRun { first: 0, count: 3, rank: 1 }, PieceRun { first: 5, count: 1, rank: 1 }]);
        assert_eq!(map.runs.last(), Some(&PieceRun { first: 20, count: 1, rank: 0 }));
    }

    #[test]
    fn endpoints_of_one_peer_are_one_in_the_map_by_peers() {
        let mut story = Story::new(Limits::default());
        for (sender, captured) in [(2, 4), (3, 3), (4, 3)] {
            story.block(sender, 0, 0, 10, captured);
        }
        let by_endpoint = story.0.piece_map(Some(InfoHash([7; 20])));
        assert_eq!((by_endpoint.contributors[0].endpoint, by_endpoint.contributors.len()), (endpoint(2), 3));
        let map = story.0.piece_map_by(Some(InfoHash([7; 20])), |known| if known == endpoint(4) { endpoint(3) } else { known });
        assert_eq!(map.contributors[0], Contributor { endpoint: endpoint(3), bytes: 6, pieces: 1 });
        assert_eq!((map.runs[0].rank, map.contributors.len(), map.others), (1, 2, 0));
    }

    #[test]
    fn caps_are_told() {
        let mut story = Story::new(Limits { pieces: 1, torrents: 1, endpoints_per_piece: 1, ..Limits::default() });
        story.block(2, 0, 0, 10, 10);
        story.block(2, 1, 0, 10, 10);
        story.block(3, 0, 0, 10, 10);
        story.say(2, 1, Some(8), &Message::Piece { block: Block { index: 0, begin: 0, length: 1 }, captured: 1 });
        assert_eq!(story.2, [Code::LimitPieces; 3]);
        assert_eq!(story.0.section().torrents[0].pieces.len(), 1);
    }
}
