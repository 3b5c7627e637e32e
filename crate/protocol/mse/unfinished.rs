//! Streams that may be encrypted and are not over when a capture ends, for the capture that goes on.
//!
//! In: a watch behind the last bytes of a capture. Out: the same watch before the first bytes of the next, which counts its bytes from there on. What was
//! kept because a handshake in clear may be in it goes with it.

use serde::{Deserialize, Serialize};

use super::{CLEAR_BYTES, FLIGHT_BYTES, Half, Phase, Spread, Watch, Window};
use crate::base::hex_bytes;
use crate::flow::{Both, Direction};
use crate::protocol::{Mark, Outlet};

/// A stream that may be encrypted and was not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedWatch {
    phase: UnfinishedPhase,
    /// Bytes of the flights.
    flights: [u32; 4],
    /// Whether anything was told of it.
    told: bool,
    originator: UnfinishedHalf,
    responder: UnfinishedHalf,
}

/// Where in the key exchange it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UnfinishedPhase {
    Flight(u8),
    Done,
    Midstream,
}

/// What one end sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedHalf {
    /// Whether it sent anything.
    began: bool,
    /// Bytes that were looked at, ones in them, pairs of equal bytes, and all pairs.
    spread: [u32; 4],
    /// What a handshake in clear may be in.
    #[serde(with = "hex_bytes")]
    since: Vec<u8>,
    searched: u32,
}

impl Watch {
    /// What is to be known where it goes on.
    pub(in crate::protocol) fn unfinished(&self) -> UnfinishedWatch {
        let half = |half: &Half| {
            let Spread { bytes, ones, equal, pairs } = half.spread;
            UnfinishedHalf {
                began: half.began,
                spread: [bytes, ones, equal, pairs].map(small),
                since: half.since.bytes().to_vec(),
                searched: u32::try_from(half.searched).unwrap_or(u32::MAX),
            }
        };
        UnfinishedWatch {
            phase: match self.phase {
                Phase::Flight(at) => UnfinishedPhase::Flight(u8::try_from(at).unwrap_or(u8::MAX)),
                Phase::Done => UnfinishedPhase::Done,
                Phase::Midstream => UnfinishedPhase::Midstream,
            },
            flights: self.flights.map(small),
            told: self.is_told(),
            originator: half(&self.seen.originator),
            responder: half(&self.seen.responder),
        }
    }

    /// The watch that goes on, which whoever is told of it knows by `number`.
    pub(in crate::protocol) fn going_on(unfinished: UnfinishedWatch, number: u32) -> Self {
        let UnfinishedWatch { phase, flights, told, originator, responder } = unfinished;
        let half = |half: UnfinishedHalf| {
            let [bytes, ones, equal, pairs] = half.spread.map(u64::from);
            let mut since = Window::default();
            let kept = half.since.get(..half.since.len().min(KEPT_BYTES)).unwrap_or_default();
            since.push(kept, Mark { frame: 0, time: Default::default() });
            Half {
                began: half.began,
                spread: Spread { bytes, ones, equal, pairs },
                before: since.len(),
                since,
                searched: (half.searched as usize).min(CLEAR_BYTES),
                ..Half::default()
            }
        };
        let phase = match phase {
            UnfinishedPhase::Flight(at) => Phase::Flight(usize::from(at).min(FLIGHT_BYTES.len() - 1)),
            UnfinishedPhase::Done => Phase::Done,
            UnfinishedPhase::Midstream => Phase::Midstream,
        };
        let watch = Watch { phase, flights: flights.map(u64::from), earlier: Some(number), ..Watch::default() };
        let seen = Both { originator: half(originator), responder: half(responder) };
        let mut watch = Watch { seen, ..watch };
        watch.told = watch.stage().filter(|_| told).map(|stage| (stage, 0));
        watch
    }

    /// Its number, where it is one of an earlier capture.
    pub(in crate::protocol) fn earlier(&self) -> Option<u32> {
        self.earlier
    }

    /// The stream is met again: what was kept counts as if it came now.
    pub(in crate::protocol) fn opened(&mut self, outlet: &Outlet<'_>) {
        for direction in Direction::BOTH {
            let half = self.seen.of_mut(direction);
            let kept = std::mem::take(&mut half.since);
            if !kept.is_empty() {
                half.since.push(kept.bytes(), outlet.mark());
            }
        }
    }
}

/// What is counted of a sample, or of flights, which is little.
fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Bytes that are taken over of those that were kept: a little more than are searched.
const KEPT_BYTES: usize = 4 * CLEAR_BYTES;
