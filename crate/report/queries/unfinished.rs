//! Queries without an answer when a capture ends, for the capture that goes on.

use serde::{Deserialize, Serialize};

use super::{Asked, PATIENCE_NANOS, Queries};
use crate::base::{Endpoint, NodeId, Time};

/// A query without an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::report) struct UnfinishedQuery {
    from: Endpoint,
    to: Endpoint,
    /// What its transaction ID is known by.
    transaction: u64,
    /// When it was captured, in nanoseconds since 1970-01-01 00:00 UTC.
    time: i64,
    target: Option<NodeId>,
    /// The place of its lookup among those that are told.
    lookup: Option<u32>,
    gets_peers: bool,
}

impl Queries {
    /// The latest `most` that may be answered yet after `now`; `place` says where a lookup is told.
    pub(in crate::report) fn unfinished(&self, now: Time, most: usize, place: impl Fn(u32) -> Option<u32>) -> Vec<UnfinishedQuery> {
        let open = self.older.iter().chain(&self.newer).filter(|(_, asked)| now.since(asked.time) < PATIENCE_NANOS);
        let query = |(&(from, to, transaction), asked): (&super::Key, &Asked)| UnfinishedQuery {
            from,
            to,
            transaction,
            time: asked.time.nanos(),
            target: asked.target,
            lookup: asked.lookup.and_then(&place),
            gets_peers: asked.gets_peers,
        };
        let mut open: Vec<_> = open.map(query).collect();
        open.sort_by_key(|query| (std::cmp::Reverse(query.time), query.from, query.to, query.transaction));
        open.truncate(most);
        open
    }

    /// Takes a query of an earlier capture; `key` says by what a lookup that was told is known here.
    pub(in crate::report) fn expect(&mut self, query: UnfinishedQuery, key: impl Fn(u32) -> Option<u32>) {
        let UnfinishedQuery { from, to, transaction, time, target, lookup, gets_peers } = query;
        if self.newer.len() < self.half {
            let asked = Asked { time: Time::from_nanos(time), target, lookup: lookup.and_then(key), gets_peers, is_earlier: true };
            self.newer.insert((from, to, transaction), asked);
            self.turned = self.turned.max(asked.time);
        }
    }
}
