//! Connections that may be encrypted and are not over when a capture ends, for the capture that goes on.
//!
//! In: what is known of their ends, and of their torrents, when a capture ends. Out: the same in the next capture, where nothing else may say it again. Frames
//! of one capture are none of another's: what an earlier one shows has no frame there ([`EARLIER`]).

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Attribution, Claim, EncryptedAnalysis, End, Flow, Known, Why};
use crate::base::{Endpoint, InfoHash, Map, Set, Time};
use crate::flow::{Both, Direction, FlowId};
use crate::protocol::mse::Stage;
use crate::report::sources::{Naming, Source};
use crate::report::swarm::Open;

/// What was known of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedFlow {
    /// When its first bytes were captured, in nanoseconds since 1970-01-01 00:00 UTC.
    began: i64,
    originator: UnfinishedEnd,
    responder: UnfinishedEnd,
    torrent: Option<UnfinishedAttribution>,
}

/// What was known of one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UnfinishedEnd {
    Stranger,
    Host,
    Node,
    Peer { info_hash: InfoHash, source: Source, told: Option<IpAddr>, first: i64, last: i64 },
}

/// Its torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedAttribution {
    info_hash: InfoHash,
    source: Source,
    named: i64,
    why: UnfinishedWhy,
}

/// How that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UnfinishedWhy {
    /// Whether the originator was listed, and not the responder; and for how many others.
    Listed(bool, u32),
    Shared,
    /// Whether it is the originator's.
    Only(bool),
}

/// What an earlier capture knew of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Earlier {
    pub(super) began: Time,
    pub(super) ends: Both<End>,
    pub(super) torrent: Option<Attribution>,
}

/// A connection that is open when a capture ends.
#[derive(Clone, Copy, Debug)]
pub struct OpenFlow {
    /// Which.
    pub open: Open,
    /// Both ends.
    pub ends: Both<Endpoint>,
    /// When it was last heard of.
    pub heard: Time,
}

impl EncryptedAnalysis {
    /// What is known of open connections that may be encrypted, in their order; nothing of others.
    pub(in crate::report) fn unfinished(&self, open: &[Option<OpenFlow>], known: Known<'_>) -> Vec<Option<UnfinishedFlow>> {
        let ends: Set<Endpoint> = open.iter().flatten().flat_map(|flow| flow.ends.iter().copied()).collect();
        let nodes = known.nodes_among(&ends);
        let told = |flow: &OpenFlow| match flow.open {
            Open::Earlier(number) => self.earlier.get(&number).map(UnfinishedFlow::of),
            Open::Met(id) => {
                let met = self.by_flow.get(&id).and_then(|index| self.flows.get(*index as usize));
                // Of the others nothing is told yet, which may be for want of bytes.
                let flow = met.copied().unwrap_or_else(|| Flow::silent(id, flow));
                let claim = Claim::weighed(flow, known, &nodes, self.earlier_of(&flow)).attributed(known, self.earlier_of(&flow));
                Some(UnfinishedFlow::of(&Earlier { began: claim.began, ends: claim.ends, torrent: claim.torrent }))
            }
        };
        open.iter().map(|flow| flow.as_ref().and_then(told)).collect()
    }

    /// Takes what an earlier capture knew of a connection that goes on under this number.
    pub(in crate::report) fn expect(&mut self, number: u32, flow: &UnfinishedFlow) {
        if self.earlier.len() < self.limit {
            self.earlier.insert(number, flow.known());
        }
    }

    /// What an earlier capture knew of a flow.
    pub(super) fn earlier_of(&self, flow: &Flow) -> Option<&Earlier> {
        flow.earlier.and_then(|number| self.earlier.get(&number))
    }
}

/// What earlier captures knew, by the numbers under which connections go on.
pub(super) type ByNumber = Map<u32, Earlier>;

impl Flow {
    /// One of which nothing was told.
    fn silent(id: FlowId, flow: &OpenFlow) -> Self {
        let at = (EARLIER, flow.heard);
        let bytes = Both::default();
        Flow { id, ends: flow.ends, bytes, lost: 0, truncated: 0, first: at, last: at, stage: Stage::Clear, keys: [0; 2], earlier: None }
    }
}

impl End {
    /// What both captures know of it, for a connection that began at `start`.
    pub(super) fn or_earlier(self, earlier: End, start: Time) -> End {
        if self.bits(start) > earlier.bits(start) { self } else { earlier }
    }
}

impl UnfinishedFlow {
    fn of(flow: &Earlier) -> Self {
        UnfinishedFlow {
            began: flow.began.nanos(),
            originator: flow.ends.originator.into(),
            responder: flow.ends.responder.into(),
            torrent: flow.torrent.map(|torrent| UnfinishedAttribution {
                info_hash: torrent.info_hash,
                source: torrent.source,
                named: torrent.named.1.nanos(),
                why: torrent.why.into(),
            }),
        }
    }

    fn known(&self) -> Earlier {
        Earlier {
            began: Time::from_nanos(self.began),
            ends: Both { originator: self.originator.into(), responder: self.responder.into() },
            torrent: self.torrent.map(|torrent| Attribution {
                info_hash: torrent.info_hash,
                source: torrent.source,
                named: (EARLIER, Time::from_nanos(torrent.named)),
                why: torrent.why.into(),
            }),
        }
    }
}

impl From<End> for UnfinishedEnd {
    fn from(end: End) -> Self {
        match end {
            End::Stranger => UnfinishedEnd::Stranger,
            End::Host => UnfinishedEnd::Host,
            End::Node => UnfinishedEnd::Node,
            End::Peer(Naming { info_hash, source, told, first, last }) => {
                UnfinishedEnd::Peer { info_hash, source, told, first: first.1.nanos(), last: last.1.nanos() }
            }
        }
    }
}

impl From<UnfinishedEnd> for End {
    fn from(end: UnfinishedEnd) -> Self {
        match end {
            UnfinishedEnd::Stranger => End::Stranger,
            UnfinishedEnd::Host => End::Host,
            UnfinishedEnd::Node => End::Node,
            UnfinishedEnd::Peer { info_hash, source, told, first, last } => {
                let [first, last] = [first, last].map(|nanos| (EARLIER, Time::from_nanos(nanos)));
                End::Peer(Naming { info_hash, source, told, first, last })
            }
        }
    }
}

impl From<Why> for UnfinishedWhy {
    fn from(why: Why) -> Self {
        match why {
            Why::Listed(end, others) => UnfinishedWhy::Listed(end == Direction::Originator, u32::try_from(others).unwrap_or(u32::MAX)),
            Why::Shared => UnfinishedWhy::Shared,
            Why::Only(end) => UnfinishedWhy::Only(end == Direction::Originator),
        }
    }
}

impl From<UnfinishedWhy> for Why {
    fn from(why: UnfinishedWhy) -> Self {
        let end = |originator| if originator { Direction::Originator } else { Direction::Responder };
        match why {
            UnfinishedWhy::Listed(originator, others) => Why::Listed(end(originator), others as usize),
            UnfinishedWhy::Shared => Why::Shared,
            UnfinishedWhy::Only(originator) => Why::Only(end(originator)),
        }
    }
}

/// Where a frame of an earlier capture would stand: frames are numbered from 1.
pub(super) const EARLIER: u64 = 0;

/// A frame in words.
pub(super) fn place(frame: u64) -> String {
    if frame == EARLIER { "in an earlier capture".to_owned() } else { format!("frame {frame}") }
}
