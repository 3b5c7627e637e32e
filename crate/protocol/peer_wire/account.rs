//! What two peers made of their connection: who they are, and how much they said.
//!
//! In: the messages of a connection, as they are read. Out: sums of fixed size, kept with the stream, so that they cost no look-up. A block's
//! delay is the time from its request to its first bytes, wherever between the peers the capture was made.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::exchange::Exchange;
use super::gaps::Gaps;
use super::{Block, Message};
use crate::base::{InfoHash, PeerId, Time};
use crate::flow::Both;

/// A connection of two peers, as far as it went.
#[derive(Clone, Copy, Debug)]
pub struct Peers<'a> {
    /// The torrent; `None` where the capture does not tell.
    pub info_hash: Option<InfoHash>,
    /// How it began; `None` where that is not in the capture.
    pub encryption: Option<Encryption>,
    /// What each end said.
    pub said: &'a Both<Account>,
    /// How they asked for blocks and were served; `None` where nothing of it is known.
    pub exchange: Option<&'a Exchange>,
}

/// How a connection that can be read began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// In clear.
    None,
    /// With a key exchange, after which both went on in clear.
    Plaintext,
}

/// What one end said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Its name for itself.
    pub peer_id: Option<PeerId>,
    /// What it calls its client, cut to [`CLIENT_BYTES`].
    pub client: Option<Box<[u8]>>,
    /// Messages, the handshake and keep-alives too.
    pub messages: u64,
    /// Blocks that it asked for.
    pub requests: u64,
    /// Blocks that it sent.
    pub blocks: u64,
    /// Bytes of those that are in the capture.
    pub block_bytes: u64,
    /// Blocks that it sent of which the request was seen.
    pub answered: u64,
    /// Nanoseconds from those requests to their blocks, summed up.
    pub waited: u64,
    /// How long it was silent between messages, as the connection began.
    pub gaps: Gaps,
}

impl Account {
    /// Takes the next message.
    pub(super) fn observe(&mut self, message: &Message<'_>) {
        self.messages += 1;
        match message {
            Message::Piece { captured, .. } => {
                self.blocks += 1;
                self.block_bytes += u64::from(*captured);
            }
            Message::Request(_) => self.requests += 1,
            Message::Handshake(handshake) => self.peer_id = handshake.peer_id.or(self.peer_id),
            Message::ExtensionHandshake(handshake) => {
                if let Some(client) = handshake.client.filter(|client| !client.is_empty()) {
                    self.client = Some(client.get(..CLIENT_BYTES).unwrap_or(client).into());
                }
            }
            _ => {}
        }
    }

    /// A block that it sends was asked for so many nanoseconds ago.
    pub(super) fn answer(&mut self, nanos: i64) {
        self.answered += 1;
        self.waited = self.waited.saturating_add(u64::try_from(nanos).unwrap_or(0));
    }

    /// Nanoseconds from a request to its block, on average; `None` where no request was seen.
    pub fn mean_wait(&self) -> Option<u64> {
        self.waited.checked_div(self.answered)
    }
}

/// Blocks that one end asked for and did not get yet, oldest first: those that were cancelled, or dropped by a choke, and may come all the same;
/// behind them those that are open.
#[derive(Debug, Default)]
pub(in crate::protocol) struct Requests {
    asked: VecDeque<(Block, Ticks)>,
    /// How many of them are not open.
    void: usize,
}

/// A request whose block came, or that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// Nanoseconds that it was waited for.
    pub(super) waited: i64,
    /// Whether it was open.
    pub(super) is_open: bool,
}

/// A moment in a third of the room that [`Time`] takes with what stands beside it: a flood of requests is held by the thousand.
///
/// Units of [`TICK`], which begin anew after twelve hours.
#[derive(Clone, Copy, Debug)]
struct Ticks(u32);

impl Ticks {
    fn of(time: Time) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the low 32 bits are what is kept")]
        Ticks((time.nanos() / TICK) as u32)
    }

    /// Nanoseconds from then to here.
    fn since(self, earlier: Ticks) -> i64 {
        i64::from(self.0.wrapping_sub(earlier.0)) * TICK
    }
}

impl Requests {
    /// Remembers one; the oldest makes way where there are [`REQUESTS`], or no `room`.
    pub(super) fn push(&mut self, block: Block, time: Time, room: bool) {
        // What was dropped and is asked for anew is waited for once.
        if self.void > 0 && self.void_at(&block).is_some_and(|at| self.asked.remove(at).is_some()) {
            self.void -= 1;
        }
        if !room || self.asked.len() >= REQUESTS {
            self.asked.pop_front();
            self.void = self.void.saturating_sub(1);
        }
        self.asked.push_back((block, Ticks::of(time)));
    }

    /// Whether a block was asked for.
    pub(super) fn contains(&self, block: &Block) -> bool {
        self.asked.iter().any(|(request, _)| request == block)
    }

    /// How many are open.
    pub(super) fn open(&self) -> usize {
        self.asked.len() - self.void
    }

    /// Forgets one.
    pub(super) fn take(&mut self, block: &Block, now: Time) -> Option<Taken> {
        let at = self.open_at(block).or_else(|| self.void_at(block))?;
        let (_, asked) = self.asked.remove(at)?;
        let is_open = at >= self.void;
        self.void -= usize::from(!is_open);
        Some(Taken { waited: Ticks::of(now).since(asked), is_open })
    }

    /// One is no longer wanted, which the other end may not know yet. Answers whether it was open.
    pub(super) fn cancel(&mut self, block: &Block) -> bool {
        let Some(request) = self.open_at(block).and_then(|at| self.asked.remove(at)) else { return false };
        self.asked.insert(self.void, request);
        self.void += 1;
        true
    }

    /// The other end drops all that are open. Answers how many those were.
    pub(super) fn drop_open(&mut self) -> usize {
        let dropped = self.open();
        self.void = self.asked.len();
        dropped
    }

    fn open_at(&self, block: &Block) -> Option<usize> {
        self.asked.range(self.void..).position(|(request, _)| request == block).map(|at| self.void + at)
    }

    fn void_at(&self, block: &Block) -> Option<usize> {
        self.asked.range(..self.void).position(|(request, _)| request == block)
    }

    /// Bytes of memory held.
    pub(super) fn held_bytes(&self) -> usize {
        self.asked.len() * size_of::<(Block, Ticks)>()
    }
}

/// Open requests remembered of each side. Clients keep up to 500 (libtorrent) or 1000 under way.
const REQUESTS: usize = 1024;

/// Nanoseconds.
const TICK: i64 = 10_000;

/// Bytes of a client's name that are kept.
pub const CLIENT_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn block(index: u32) -> Block {
        Block { index, begin: 0, length: 9 }
    }

    #[test]
    fn requests_are_taken_once_and_the_oldest_makes_way() {
        let mut requests = Requests::default();
        (0..4).for_each(|n| requests.push(block(n), Time::from_nanos(i64::from(n) * TICK), n != 3));
        let mut take = |n| requests.take(&block(n), Time::from_nanos(9 * TICK)).map(|taken| taken.waited);
        assert_eq!((take(0), take(2), take(2)), (None, Some(7 * TICK), None));
        assert!(requests.contains(&block(3)) && !requests.contains(&block(2)));
        assert_eq!(requests.held_bytes(), 2 * size_of::<(Block, Ticks)>());
        (0..5000).for_each(|n| requests.push(block(n), Time::default(), true));
        assert_eq!(requests.held_bytes(), REQUESTS * size_of::<(Block, Ticks)>());
    }

    #[test]
    fn a_request_that_was_dropped_is_not_open_and_its_block_may_come() {
        let now = Time::from_nanos(9 * TICK);
        let taken = |waited, is_open| Some(Taken { waited: waited * TICK, is_open });
        let mut requests = Requests::default();
        (0..5).for_each(|n| requests.push(block(n), Time::from_nanos(i64::from(n) * TICK), true));
        assert_eq!(
            (requests.cancel(&block(2)), requests.cancel(&block(2)), requests.cancel(&block(7)), requests.open()),
            (true, false, false, 4)
        );
        assert_eq!(requests.take(&block(1), now), taken(8, true));
        assert_eq!((requests.take(&block(2), now), requests.open()), (taken(7, false), 3));
        assert_eq!((requests.drop_open(), requests.open(), requests.contains(&block(3))), (3, 0, true));
        requests.push(block(3), Time::from_nanos(8 * TICK), true);
        assert_eq!((requests.open(), requests.take(&block(3), now), requests.take(&block(3), now)), (1, taken(1, true), None));
        requests.push(block(9), now, false);
        assert_eq!((requests.open(), requests.take(&block(0), now), requests.take(&block(4), now)), (1, None, taken(5, false)));
    }

    #[test]
    fn a_client_s_name_is_cut_and_an_empty_one_is_none() {
        let mut account = Account::default();
        for (name, kept) in [(&b""[..], None), (&[b'x'; 100][..], Some(64)), (b"", Some(64)), (b"new", Some(3))] {
            let handshake = super::super::ExtensionHandshake { client: Some(name), ..Default::default() };
            account.observe(&Message::ExtensionHandshake(Box::new(handshake)));
            assert_eq!(account.client.as_ref().map(|client| client.len()), kept);
        }
        assert_eq!((account.messages, account.mean_wait()), (4, None));
    }
}
