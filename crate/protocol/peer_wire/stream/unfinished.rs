//! What two peers were saying when a capture ended, for the capture that goes on.
//!
//! In: a connection behind the last bytes of a capture. Out: the same connection before the first bytes of the next: its torrent, the numbers of
//! its extensions, and where in a message each direction stands. A block that was cut in two goes on as the rest of it; the beginning of any other
//! message is kept, and the message told where it ends. Open requests and times are left behind.

use serde::{Deserialize, Serialize};

use super::{Connection, Half, PIECE_HEADER_BYTES, State};
use crate::base::{InfoHash, hex_bytes};
use crate::flow::{Both, Direction};
use crate::protocol::peer_wire::Block;
use crate::protocol::peer_wire::account::Encryption;
use crate::protocol::peer_wire::extension::ChosenNumbers;
use crate::protocol::{Message, Outlet};

/// Two peers who were not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedTalk {
    /// The torrent.
    pub info_hash: InfoHash,
    /// How it began; `None` where that was not seen.
    encryption: Option<Encryption>,
    /// As many pieces as the longest bitfield has room for.
    index_bound: Option<u32>,
    originator: UnfinishedHalf,
    responder: UnfinishedHalf,
}

/// What one of them was saying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedHalf {
    state: UnfinishedState,
    /// The beginning of a message.
    #[serde(with = "hex_bytes")]
    begun: Vec<u8>,
    numbers: ChosenNumbers,
}

/// Where in a message the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UnfinishedState {
    Handshake,
    Message,
    /// In a block, of which this is the rest.
    Block {
        index: u32,
        begin: u32,
        length: u32,
    },
    Body {
        left: u64,
    },
    Lost,
}

impl Connection {
    /// What is to be known where it goes on; `None` where its torrent is not known.
    pub(in crate::protocol) fn unfinished(&self) -> Option<UnfinishedTalk> {
        let half = |direction| {
            let half = self.halves.of(direction);
            let begun = if half.state == State::Lost { Vec::new() } else { half.partial.clone() };
            UnfinishedHalf { state: half.state.into(), begun, numbers: self.extensions.chosen_by(direction) }
        };
        Some(UnfinishedTalk {
            info_hash: self.info_hash?,
            encryption: self.encryption,
            index_bound: self.index_bound,
            originator: half(Direction::Originator),
            responder: half(Direction::Responder),
        })
    }

    /// The connection that goes on with `talk`, which whoever is told of it knows by `number`.
    pub(in crate::protocol) fn going_on(talk: UnfinishedTalk, number: u32) -> Self {
        let UnfinishedTalk { info_hash, encryption, index_bound, originator, responder } = talk;
        let mut connection = Connection { info_hash: Some(info_hash), encryption, index_bound, ..Connection::new(true) };
        connection.earlier = Some(number);
        let halves = [(Direction::Originator, originator), (Direction::Responder, responder)];
        for (direction, UnfinishedHalf { state, begun, numbers }) in halves {
            connection.extensions.choose(direction, numbers);
            let half = connection.halves.of_mut(direction);
            half.state = state.into();
            let header = if let State::Block { .. } = half.state { PIECE_HEADER_BYTES } else { 0 };
            half.before = begun.len() + header;
            half.partial = begun;
        }
        connection
    }

    /// Says how many of the first bytes an earlier capture has accounted for.
    pub(in crate::protocol) fn accounted_for(&mut self, before: Both<usize>) {
        let Both { originator, responder } = before;
        (self.halves.originator.before, self.halves.responder.before) = (originator, responder);
    }

    /// Its number, while it is not met again.
    pub(in crate::protocol) fn earlier(&self) -> Option<u32> {
        self.earlier
    }

    /// The connection is met again.
    pub(in crate::protocol) fn opened(&mut self, outlet: &mut Outlet<'_>) {
        let Some(number) = self.earlier.take() else { return };
        let mark = outlet.mark();
        let Both { originator, responder } = &mut self.halves;
        (originator.mark, responder.mark) = (mark, mark);
        outlet.speaks(&Direction::BOTH);
        outlet.emit(0, Message::GoesOn { number });
    }
}

impl Half {
    /// How many of `bytes` bytes that are accounted for are of this capture.
    pub(super) fn of_this_capture(&mut self, bytes: u64) -> u64 {
        let before = bytes.min(self.before as u64);
        #[expect(clippy::cast_possible_truncation, reason = "at most what it is taken off")]
        let taken = before as usize;
        self.before -= taken;
        bytes - before
    }
}

impl From<State> for UnfinishedState {
    fn from(state: State) -> Self {
        match state {
            State::Handshake => UnfinishedState::Handshake,
            State::Message => UnfinishedState::Message,
            State::Block { block, left, .. } => {
                let passed = block.length.saturating_sub(left);
                UnfinishedState::Block { index: block.index, begin: block.begin.saturating_add(passed), length: left }
            }
            State::Body { left } => UnfinishedState::Body { left },
            State::Lost => UnfinishedState::Lost,
        }
    }
}

impl From<UnfinishedState> for State {
    fn from(state: UnfinishedState) -> Self {
        match state {
            UnfinishedState::Handshake => State::Handshake,
            UnfinishedState::Block { index, begin, length: left @ 1.. } => {
                State::Block { block: Block { index, begin, length: left }, left, captured: 0 }
            }
            UnfinishedState::Message | UnfinishedState::Block { .. } => State::Message,
            UnfinishedState::Body { left } => State::Body { left },
            UnfinishedState::Lost => State::Lost,
        }
    }
}
