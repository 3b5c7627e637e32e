//! What was said of each piece, and where first?
//!
//! In: the messages between peers of one more reading of the same files. Out: [`Trails`], which the report takes ([`Analyses::trace`]) for the ladders of
//! pieces: when a peer first said that it has a piece, when one first asked for it, when its first block began. The first reading keeps no more of a
//! piece than its blocks.
//!
//! [`Analyses::trace`]: crate::report::Analyses::trace

use crate::base::{InfoHash, Limits, Map, Time};
use crate::protocol::peer_wire::Message;
use crate::protocol::{Event, Message as Any};

/// Of every piece what was said of it, as far as there is room.
#[derive(Clone, Debug)]
pub struct Trails {
    trails: Map<(Whose, u32), Trail>,
    /// What was said of all pieces of a torrent at once.
    all: Map<Whose, Seen>,
    most: usize,
    left_out: u64,
}

/// What a message is about: a torrent, or what a connection is about that does not name one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::report) enum Whose {
    Torrent(InfoHash),
    Stream(u64),
}

/// What was said of one piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct Trail {
    /// Peers said that they have it.
    pub(in crate::report) claims: Seen,
    /// Peers asked for blocks of it.
    pub(in crate::report) requests: Seen,
    /// Blocks of it began.
    pub(in crate::report) blocks: Seen,
}

/// When something was seen first and last, and how often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct Seen {
    first: Option<(u64, Time)>,
    last: u64,
    count: u64,
}

impl Trails {
    /// Nothing said so far.
    pub fn new(limits: &Limits) -> Self {
        Trails { trails: Map::default(), all: Map::default(), most: limits.pieces / LARGER, left_out: 0 }
    }

    pub(super) fn observe(&mut self, event: &Event<'_>) {
        let Any::PeerWire { info_hash, message } = &event.message else { return };
        let Some(whose) = info_hash.map(Whose::Torrent).or(event.flow.map(|flow| Whose::Stream(flow.number()))) else { return };
        match message {
            Message::Have { index } => self.say(whose, *index, event, |trail| &mut trail.claims),
            Message::HaveAll => self.say_all(whose, event),
            Message::Bitfield(bits) => {
                for (index, byte) in (0..).step_by(8).zip(*bits) {
                    for bit in (0..8).filter(|bit| byte & (0x80 >> bit) != 0) {
                        self.say(whose, index + bit, event, |trail| &mut trail.claims);
                    }
                }
            }
            Message::Request(block) => self.say(whose, block.index, event, |trail| &mut trail.requests),
            Message::Piece { block, .. } => self.say(whose, block.index, event, |trail| &mut trail.blocks),
            _ => {}
        }
    }

    fn say_all(&mut self, whose: Whose, event: &Event<'_>) {
        let has_room = self.all.len() < self.most;
        match self.all.get_mut(&whose) {
            Some(seen) => seen.add(event),
            None if has_room => self.all.entry(whose).or_default().add(event),
            None => self.left_out += 1,
        }
    }

    fn say(&mut self, whose: Whose, index: u32, event: &Event<'_>, seen: impl FnOnce(&mut Trail) -> &mut Seen) {
        let has_room = self.trails.len() < self.most;
        match self.trails.get_mut(&(whose, index)) {
            Some(trail) => seen(trail).add(event),
            None if has_room => seen(self.trails.entry((whose, index)).or_default()).add(event),
            None => self.left_out += 1,
        }
    }

    /// The same with other names of torrents.
    pub(crate) fn renamed(self, mut name: impl FnMut(InfoHash) -> InfoHash) -> Self {
        let mut renamed = |whose| if let Whose::Torrent(info_hash) = whose { Whose::Torrent(name(info_hash)) } else { whose };
        Trails {
            trails: self.trails.into_iter().map(|((whose, index), trail)| ((renamed(whose), index), trail)).collect(),
            all: self.all.into_iter().map(|(whose, seen)| (renamed(whose), seen)).collect(),
            ..self
        }
    }

    /// What was said of a piece, under several names and on several connections.
    pub(in crate::report) fn of(&self, whose: &[Whose], index: u32) -> Trail {
        let mut sum = Trail::default();
        for whose in whose {
            let trail = self.trails.get(&(*whose, index)).copied().unwrap_or_default();
            sum.claims.join(trail.claims);
            sum.requests.join(trail.requests);
            sum.blocks.join(trail.blocks);
            sum.claims.join(self.all.get(whose).copied().unwrap_or_default());
        }
        sum
    }

    /// How often something was said of pieces for which there was no room.
    pub(in crate::report) fn left_out(&self) -> u64 {
        self.left_out
    }
}

/// By so much a trail is larger than what the report keeps of a piece.
const LARGER: usize = 16;

impl Seen {
    fn add(&mut self, event: &Event<'_>) {
        self.join(Seen { first: Some((event.frame, event.time)), last: event.frame, count: 1 });
    }

    fn join(&mut self, other: Seen) {
        self.first = match (self.first, other.first) {
            (Some(one), Some(other)) => Some(if other.0 < one.0 { other } else { one }),
            (one, other) => one.or(other),
        };
        self.last = self.last.max(other.last);
        self.count += other.count;
    }

    /// The first frame with its time, the last frame, and how often; `None` where it was not seen.
    pub(in crate::report) fn told(self) -> Option<((u64, Time), u64, u64)> {
        self.first.map(|first| (first, self.last, self.count))
    }
}
