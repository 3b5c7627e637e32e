//! Connections that are open when a capture ends, and go on in the next one.
//!
//! In: at the end of one capture, the numbers by which the next bytes of each open connection will be known. Out: in the capture that follows, the
//! same connection, each byte in its place, with what its reader left with it. A packet goes on with a connection if it is between the same ends, does not
//! open one, and its number is [near](Unfinished) the one that is due; what is not met again costs a look-up for each new connection and is told
//! to nobody.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::Both;
use super::ends::Ends;
use crate::base::{Endpoint, Map};

/// A connection that was open when a capture ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// Whether it goes over uTP, and not TCP.
    pub utp: bool,
    /// The end that opened it; where that was not seen, the end that was seen first.
    pub originator: UnfinishedEnd,
    /// The other end.
    pub responder: UnfinishedEnd,
    /// When its latest packet was captured, in nanoseconds since 1970-01-01 00:00 UTC.
    pub heard: i64,
}

/// One end of a connection that was open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedEnd {
    /// Who.
    pub endpoint: Endpoint,
    /// The sequence number that its next byte will have, or over uTP its next packet; `None` where nothing tells.
    pub next: Option<u32>,
    /// The connection ID under which it sends over uTP, where that was seen.
    pub id: Option<u16>,
}

/// Connections of an earlier capture that were not met again yet, each with what its reader keeps of it.
#[derive(Debug)]
pub(super) struct Waiting<S> {
    by_ends: Map<Ends, SmallVec<[(Unfinished, S); 1]>>,
    count: usize,
    limit: usize,
}

impl Unfinished {
    /// Both ends.
    pub fn ends(&self) -> Both<Endpoint> {
        Both { originator: self.originator.endpoint, responder: self.responder.endpoint }
    }

    fn end(&self, endpoint: Endpoint) -> &UnfinishedEnd {
        if self.originator.endpoint == endpoint { &self.originator } else { &self.responder }
    }
}

impl UnfinishedEnd {
    /// The number of its next packet over uTP.
    pub(super) fn next(&self) -> Option<u16> {
        self.next.and_then(|next| u16::try_from(next).ok())
    }
}

impl<S> Waiting<S> {
    /// None yet, of at most `limit`.
    pub(super) fn new(limit: usize) -> Self {
        Waiting { by_ends: Map::default(), count: 0, limit }
    }

    /// Waits for a connection. Where there is no room for more, it is not waited for.
    pub(super) fn add(&mut self, unfinished: Unfinished, state: S) {
        if self.count < self.limit {
            self.count += 1;
            let ends = Ends::of(unfinished.originator.endpoint, unfinished.responder.endpoint);
            self.by_ends.entry(ends).or_default().push((unfinished, state));
        }
    }

    /// Those that were not met again.
    pub(super) fn left(&self) -> impl Iterator<Item = &(Unfinished, S)> {
        self.by_ends.values().flatten()
    }

    /// The connection that a packet from `source` to `destination` goes on with: that of which the sending end `fits`.
    #[inline]
    pub(super) fn take(
        &mut self,
        source: Endpoint,
        destination: Endpoint,
        fits: impl Fn(&UnfinishedEnd) -> bool,
    ) -> Option<(Unfinished, S)> {
        if self.count == 0 {
            return None;
        }
        let between = self.by_ends.get_mut(&Ends::of(source, destination))?;
        let at = between.iter().position(|(unfinished, _)| fits(unfinished.end(source)))?;
        self.count -= 1;
        Some(between.swap_remove(at))
    }
}
