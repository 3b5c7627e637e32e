//! Lookups and queries of the DHT that are not over when a capture ends, for the capture that goes on.
//!
//! In: lookups of which the latest message is less than a pause before the end, and queries without an answer. Out: the same in the next capture.
//! Each capture counts its own messages. What stands in no list where the lookup began, because it was one query there, counts in the capture
//! that goes on with it, so that the parts of a lookup add up to the whole.

use serde::{Deserialize, Serialize};

use super::{DhtAnalysis, Lookup, LookupState, PAUSE_NANOS, prefix};
use crate::base::{Endpoint, Map, NodeId, Time};
use crate::protocol::Event;
use crate::report::queries::{Queries, UnfinishedQuery};

/// What of the DHT is not over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedDht {
    lookups: Vec<UnfinishedLookup>,
    queries: Vec<UnfinishedQuery>,
}

/// A lookup that may go on. Times are in nanoseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedLookup {
    asker: Endpoint,
    query: String,
    target: NodeId,
    last_target: NodeId,
    /// Whether further queries of this asker about such targets belong to it.
    newest: bool,
    queries: u64,
    answers: u64,
    peers: u64,
    closest_bits: Option<u32>,
    first_time: i64,
    last_time: i64,
}

impl DhtAnalysis {
    /// What is not over at the end of a capture, which was at `now`; `None` if nothing is.
    pub(in crate::report) fn unfinished(&self, now: Time, queries: &Queries) -> Option<UnfinishedDht> {
        let near = (0..).zip(&self.lookups).filter(|(_, state)| now.since(state.lookup.last_time) < PAUSE_NANOS);
        let mut open: Vec<(u32, &LookupState)> = near.collect();
        open.sort_by_key(|(key, state)| (std::cmp::Reverse(state.lookup.last_time), *key));
        open.truncate(MOST);
        let places: Map<u32, u32> = open.iter().map(|(key, _)| *key).zip(0..).collect();
        let lookups: Vec<_> = open.into_iter().map(|(key, state)| self.unfinished_lookup(key, state)).collect();
        let queries = queries.unfinished(now, MOST, |lookup| places.get(&lookup).copied());
        (!lookups.is_empty() || !queries.is_empty()).then_some(UnfinishedDht { lookups, queries })
    }

    fn unfinished_lookup(&self, key: u32, state: &LookupState) -> UnfinishedLookup {
        let LookupState { lookup, last_target, listed_before, came_to } = state;
        let newest = self.by_prefix.get(&(lookup.asker, prefix(*last_target))) == Some(&key);
        UnfinishedLookup {
            asker: lookup.asker,
            query: lookup.query.clone(),
            target: lookup.target,
            last_target: *last_target,
            newest,
            queries: lookup.queries.saturating_add(*listed_before),
            answers: lookup.answers,
            peers: lookup.peers,
            closest_bits: lookup.closest_bits().max(*came_to),
            first_time: lookup.first_time.nanos(),
            last_time: lookup.last_time.nanos(),
        }
    }

    /// Takes what was not over in an earlier capture.
    pub(in crate::report) fn expect(&mut self, unfinished: UnfinishedDht, queries: &mut Queries) {
        let UnfinishedDht { lookups, queries: open } = unfinished;
        let mut keys = Vec::new();
        for lookup in lookups.into_iter().take(MOST) {
            let key = u32::try_from(self.lookups.len()).ok().filter(|_| self.lookups.len() < self.limits.lookups);
            let Some(key) = key else { break };
            keys.push(key);
            if lookup.newest {
                self.by_prefix.insert((lookup.asker, prefix(lookup.last_target)), key);
            }
            self.lookups.push(lookup.known());
        }
        for query in open.into_iter().take(MOST) {
            queries.expect(query, |place| keys.get(place as usize).copied());
        }
    }
}

impl UnfinishedLookup {
    fn known(self) -> LookupState {
        // One query alone was in no list.
        let is_listed = self.queries > 1;
        let (queries, answers, peers) = if is_listed { (0, 0, 0) } else { (self.queries.min(1), small(self.answers), small(self.peers)) };
        let lookup = Lookup {
            asker: self.asker,
            query: self.query,
            target: self.target,
            targets: usize::from(!is_listed),
            queries,
            answers,
            peers,
            approach: Vec::new(),
            first_frame: NOT_YET,
            first_time: Time::from_nanos(self.first_time),
            last_time: Time::from_nanos(self.last_time),
            reached: self.closest_bits.filter(|_| !is_listed),
        };
        let listed_before = if is_listed { small(self.queries) } else { 0 };
        LookupState { lookup, last_target: self.last_target, listed_before, came_to: self.closest_bits }
    }
}

impl LookupState {
    /// Takes that a message of this capture is of it.
    pub(super) fn meet(&mut self, event: &Event<'_>) {
        if self.lookup.first_frame == NOT_YET {
            self.lookup.first_frame = event.frame;
            if self.listed_before > 0 {
                self.lookup.first_time = event.time;
            }
        }
    }

    /// Whether any message of this capture is of it.
    pub(super) fn is_met(&self) -> bool {
        self.lookup.first_frame != NOT_YET
    }
}

/// A number from a line that is added to.
fn small(count: u64) -> u64 {
    count.min(u64::from(u32::MAX))
}

/// In the place of a frame, which are numbered from 1.
const NOT_YET: u64 = 0;

/// Lookups, and queries, that are told: the latest of a node that is asked some hundred times a second.
const MOST: usize = 1 << 13;
