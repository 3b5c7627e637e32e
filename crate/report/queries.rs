//! Which DHT query does an answer belong to?
//!
//! One place matches them, by transaction ID and both endpoints, and the analyses are told. A query waits for its answer between one and
//! two [`GENERATION_NANOS`]; what is not answered by then was not answered.

mod unfinished;

use crate::base::{Code, Endpoint, Limits, Map, NodeId, Time};
use crate::protocol::Event;
use crate::protocol::dht::{self, Body};
pub(super) use unfinished::UnfinishedQuery;

/// Open queries: those since the last turn, and those of the turn before.
#[derive(Debug)]
pub(super) struct Queries {
    newer: Map<Key, Asked>,
    older: Map<Key, Asked>,
    turned: Time,
    half: usize,
}

/// Who asked, who was asked, and the transaction ID.
type Key = (Endpoint, Endpoint, u64);

/// The query that an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// When it was captured.
    pub(super) time: Time,
    /// What place in the key space it asked about.
    pub(super) target: Option<NodeId>,
    /// The lookup it belongs to, by its key in [`dht`](super::dht).
    pub(super) lookup: Option<u32>,
    /// Whether it was a `get_peers`.
    gets_peers: bool,
    /// It is of an earlier capture, which this one goes on with.
    pub(super) is_earlier: bool,
}

impl Asked {
    /// Whose peers the answer lists: what a `get_peers` asked about.
    pub(super) fn for_peers(self) -> Option<NodeId> {
        self.target.filter(|_| self.gets_peers)
    }
}

impl Queries {
    pub(super) fn new(limits: &Limits) -> Self {
        Queries { newer: Map::default(), older: Map::default(), turned: Time::default(), half: (limits.pending_queries / 2).max(1) }
    }

    /// Keeps a query, which is of `lookup`; answers the query that a response or an error belongs to, where that is in the capture.
    pub(super) fn observe(
        &mut self,
        event: &Event<'_>,
        message: &dht::Message<'_>,
        lookup: Option<u32>,
        found: &mut impl FnMut(Code),
    ) -> Option<Asked> {
        let transaction = transaction_key(message.transaction_id);
        let Body::Query(query) = &message.body else {
            let key = (event.destination, event.source, transaction);
            return self.newer.remove(&key).or_else(|| self.older.remove(&key));
        };
        self.turn(event.time, found);
        let asked = Asked { time: event.time, target: query.target, lookup, gets_peers: query.name == b"get_peers", is_earlier: false };
        self.newer.insert((event.source, event.destination, transaction), asked);
        None
    }

    /// Forgets the older half of the open queries when their time is over, or when there are too many.
    fn turn(&mut self, now: Time, found: &mut impl FnMut(Code)) {
        let full = self.newer.len() >= self.half;
        if !full && now.since(self.turned).unsigned_abs() < GENERATION_NANOS {
            return;
        }
        if full {
            found(Code::LimitQueries);
        }
        std::mem::swap(&mut self.newer, &mut self.older);
        self.newer.clear();
        self.turned = now;
    }
}

/// A transaction ID as a number: itself up to seven bytes, which no client exceeds in practice, a hash (FNV-1a) beyond.
pub(super) fn transaction_key(id: &[u8]) -> u64 {
    if id.len() < 8 {
        return id.iter().fold(id.len() as u64, |key, byte| key << 8 | u64::from(*byte));
    }
    id.iter().fold(0xcbf2_9ce4_8422_2325, |key, byte| (key ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// How long a query that was open when a capture ended may be answered in the next.
const PATIENCE_NANOS: i64 = 30_000_000_000;

/// How long a query is kept waiting at least: no client waits longer than half a minute.
const GENERATION_NANOS: u64 = 60_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_to_get_peers_says_what_was_asked() {
        let (target, endpoint) = (Some(NodeId([9; 20])), |last| Endpoint::new([10, 0, 0, last], 6881));
        for (name, expected) in [(&b"get_peers"[..], target), (b"find_node", None)] {
            let mut queries = Queries::new(&Limits::default());
            let mut say = |from, to, body| {
                let event = crate::report::sources::tests::event(endpoint(from), endpoint(to), 0, 1);
                let message = dht::Message { transaction_id: b"aa", version: None, read_only: false, seen_as: b"", body };
                queries.observe(&event, &message, None, &mut |_| {})
            };
            let answer = || Body::Response(dht::Response::default());
            assert_eq!(say(1, 2, Body::Query(dht::Query { name, target, ..dht::Query::default() })), None);
            assert_eq!(say(3, 1, answer()), None, "another node");
            let asked = say(2, 1, answer()).unwrap();
            assert_eq!((asked.target, asked.for_peers()), (target, expected));
            assert_eq!(say(2, 1, answer()), None, "a repetition");
        }
    }

    #[test]
    fn transaction_ids_of_different_lengths_differ() {
        let keys = [&b""[..], b"\0", b"\0\0", b"a", b"\0a", b"1234567", b"12345678", b"12345679"].map(transaction_key);
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
    }
}
