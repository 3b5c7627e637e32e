//! What a client and a web server were saying when a capture ended, for the capture that goes on.
//!
//! In: a connection behind the last bytes of a capture. Out: the same connection before the first bytes of the next: which requests wait for an answer,
//! and where in a message each end stands. The body of a file, or of a piece, goes on with its next byte. Other bodies are passed over to their end, and
//! answers of trackers with their heads: what they answer is in no list of the next capture.

use serde::{Deserialize, Serialize};

use super::{AUTHORITY_BYTES, Asked, Connection, HEAD_BYTES, Half, OPEN_REQUESTS, State, What};
use crate::base::hex_bytes;
use crate::flow::{Both, Direction};
use crate::protocol::http::body::{Body, UnfinishedBody};
use crate::protocol::{Message as AnyMessage, Outlet, web_file};

/// A client and a web server that were not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedWeb {
    /// Whether the originator is the one that asks.
    originator_asks: bool,
    /// Requests so far.
    requests: u32,
    /// Those without an answer, oldest first.
    asked: Vec<Asked>,
    /// Where the latest tunnel that was asked for leads.
    tunnel: Option<Box<str>>,
    originator: UnfinishedHalf,
    responder: UnfinishedHalf,
}

/// What one of them was saying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedHalf {
    state: UnfinishedState,
    /// The beginning of a head, or of a line between chunks.
    #[serde(with = "hex_bytes")]
    begun: Vec<u8>,
}

/// Where in a message the next byte stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UnfinishedState {
    Head,
    Body(UnfinishedBody),
    Lost,
}

impl UnfinishedWeb {
    /// Whether pieces of a torrent are under way by a request that names it (BEP 17).
    pub fn brings_pieces(&self) -> bool {
        let bodies =
            [&self.originator, &self.responder].map(|half| matches!(&half.state, UnfinishedState::Body(body) if body.is_of_piece()));
        bodies.contains(&true) || self.asked.iter().any(|asked| matches!(asked.what, What::WebSeed { .. }))
    }
}

impl Connection {
    /// What is to be known where it goes on; `None` where it is not known who asks.
    pub(in crate::protocol) fn unfinished(&self) -> Option<UnfinishedWeb> {
        let half = |direction| {
            let Half { state, partial, .. } = self.halves.of(direction);
            let state = match state {
                State::Head => UnfinishedState::Head,
                State::Body(body) => UnfinishedState::Body(body.unfinished()),
                State::Lost => UnfinishedState::Lost,
            };
            UnfinishedHalf { state, begun: partial.clone() }
        };
        let asked = self.asked.iter().map(|asked| match asked.what {
            What::Tracker(_) | What::Port => Asked { what: What::Other, ..*asked },
            _ => *asked,
        });
        Some(UnfinishedWeb {
            originator_asks: self.client? == Direction::Originator,
            requests: self.requests,
            asked: asked.collect(),
            tunnel: self.tunnel.clone(),
            originator: half(Direction::Originator),
            responder: half(Direction::Responder),
        })
    }

    /// The connection that goes on with `talk`, which whoever is told of it knows by `number`.
    pub(in crate::protocol) fn going_on(talk: UnfinishedWeb, number: u32) -> Self {
        let UnfinishedWeb { originator_asks, requests, asked, tunnel, originator, responder } = talk;
        let half = |UnfinishedHalf { state, begun }: UnfinishedHalf| {
            let state = match state {
                UnfinishedState::Head if begun.len() < HEAD_BYTES => State::Head,
                UnfinishedState::Body(body) if begun.len() < HEAD_BYTES => State::Body(Body::going_on(body)),
                _ => return Half { state: State::Lost, ..Half::default() },
            };
            let before = if let State::Head = state { begun.len() } else { 0 };
            Half { state, partial: begun, before, ..Half::default() }
        };
        Connection {
            client: Some(if originator_asks { Direction::Originator } else { Direction::Responder }),
            halves: Both { originator: half(originator), responder: half(responder) },
            asked: asked.into_iter().take(OPEN_REQUESTS).collect(),
            requests,
            tunnel: tunnel.filter(|target| target.len() <= AUTHORITY_BYTES),
            earlier: Some(number),
        }
    }

    /// Its number, while it is not met again.
    pub(in crate::protocol) fn earlier(&self) -> Option<u32> {
        self.earlier
    }

    /// The connection is met again.
    pub(in crate::protocol) fn opened(&mut self, outlet: &mut Outlet<'_>) {
        let Some(number) = self.earlier.take() else { return };
        let mark = outlet.mark();
        for half in [&mut self.halves.originator, &mut self.halves.responder] {
            half.mark = mark;
            if let State::Body(body) = &mut half.state {
                body.resume(mark);
            }
        }
        let client = self.client.unwrap_or(Direction::Originator);
        outlet.towards(client).emit(0, AnyMessage::WebFile(web_file::Message { number, step: web_file::Step::GoesOn }));
    }
}

impl Half {
    /// How many of the `bytes` bytes of a head are of this capture.
    pub(super) fn of_this_capture(&mut self, bytes: u64) -> u64 {
        bytes.saturating_sub(std::mem::take(&mut self.before) as u64)
    }
}
