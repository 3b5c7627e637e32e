//! What two peers made of their connection: who they are, and how much they said.
//!
//! In: the messages of a connection, as they are read. Out: sums of fixed size, kept with the stream, so that they cost no look-up. A block's
//! delay is the time from its request to its first bytes, wherever between the peers the capture was made.

use std::collections::VecDeque;

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
}

/// How a connection that can be read began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Blocks that one end asked for and did not get yet, oldest first.
#[derive(Debug, Default)]
pub(in crate::protocol) struct Requests(VecDeque<(Block, Ticks)>);

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
        if !room || self.0.len() >= REQUESTS {
            self.0.pop_front();
        }
        self.0.push_back((block, Ticks::of(time)));
    }

    /// Whether a block was asked for.
    pub(super) fn contains(&self, block: &Block) -> bool {
        self.0.iter().any(|(request, _)| request == block)
    }

    /// Forgets one; answers how many nanoseconds it was waited for.
    pub(super) fn take(&mut self, block: &Block, now: Time) -> Option<i64> {
        let at = self.0.iter().position(|(request, _)| request == block)?;
        self.0.remove(at).map(|(_, asked)| Ticks::of(now).since(asked))
    }

    /// Bytes of memory held.
    pub(super) fn held_bytes(&self) -> usize {
        self.0.len() * size_of::<(Block, Ticks)>()
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
        let mut take = |n| requests.take(&block(n), Time::from_nanos(9 * TICK));
        assert_eq!((take(0), take(2), take(2)), (None, Some(7 * TICK), None));
        assert!(requests.contains(&block(3)) && !requests.contains(&block(2)));
        assert_eq!(requests.held_bytes(), 2 * size_of::<(Block, Ticks)>());
        (0..5000).for_each(|n| requests.push(block(n), Time::default(), true));
        assert_eq!(requests.held_bytes(), REQUESTS * size_of::<(Block, Ticks)>());
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
