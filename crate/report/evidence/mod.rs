//! How is it known?
//!
//! One notion for every claim about a peer, a host, a torrent or a piece: a [`Ladder`] of six rungs, weakest first, each with the first frame that
//! shows it. A rung is reached only if a frame shows it: proof above does not fill one below. What is evidence of another kind stands beside
//! the ladder ([`Beside`]): ciphertext may be a peer's or not, whatever it carries, and asking the DHT proves no torrent.
//!
//! In: what the analyses keep anyway. Out: [`ladders`] for who asks, and an evidence report ([`account`]), as JSON and as a page to print.

pub mod account;
pub mod claims;
pub mod html;
pub mod ladders;
mod pieces;
mod unknown;
pub mod words;

use serde::Serialize;

use super::hosts::EvidenceKind;
use crate::base::Time;

/// How something is known, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(rename = "EvidenceRung"))]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// A third party named it.
    Listed,
    /// Somebody had a connection with it, on which it did nothing of what follows.
    Contacted,
    /// It sent a handshake.
    Handshake,
    /// It says that it has pieces.
    ClaimsPieces,
    /// It sent blocks.
    SentBlocks,
    /// Blocks that it sent are of pieces that fit their hashes.
    BlocksVerified,
}

/// A rung that was reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(rename = "EvidenceStep"))]
pub struct Step {
    /// Which.
    pub rung: Rung,
    /// The first frame that shows it; `None` where no single frame does.
    pub frame: Option<u64>,
    /// When that was captured.
    pub time: Option<Time>,
    /// The latest frame that shows it, where that is kept.
    pub last_frame: Option<u64>,
    /// How often it was shown, where that is kept; `note` says what is counted.
    pub count: Option<u64>,
    /// What was seen, in words.
    pub note: String,
}

/// Evidence of another kind than that of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(rename = "EvidenceBeside"))]
pub struct Beside {
    /// What was done.
    pub kind: EvidenceKind,
    /// How often; of announcements, for how many torrents.
    pub count: u64,
    /// The first frame that shows it.
    pub frame: u64,
    /// When that was captured.
    pub time: Time,
    /// The latest frame that shows it.
    pub last_frame: u64,
    /// How likely it is BitTorrent, from 0 to 1, the surest of several; `None` for what is certain.
    pub confidence: Option<f64>,
}

/// The rungs that were reached, weakest first, and what stands beside them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(rename = "EvidenceLadder"))]
pub struct Ladder {
    /// The rungs.
    pub steps: Vec<Step>,
    /// What is no rung.
    pub beside: Vec<Beside>,
}

impl Rung {
    /// All of them, weakest first.
    pub const ALL: [Rung; 6] = [Rung::Listed, Rung::Contacted, Rung::Handshake, Rung::ClaimsPieces, Rung::SentBlocks, Rung::BlocksVerified];

    /// The rung's name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Rung::Listed => "listed",
            Rung::Contacted => "contacted",
            Rung::Handshake => "handshake",
            Rung::ClaimsPieces => "claims_pieces",
            Rung::SentBlocks => "sent_blocks",
            Rung::BlocksVerified => "blocks_verified",
        }
    }

    /// The rung in words.
    pub fn words(self) -> &'static str {
        match self {
            Rung::Listed => "listed by a third party",
            Rung::Contacted => "contacted",
            Rung::Handshake => "handshake",
            Rung::ClaimsPieces => "claims pieces",
            Rung::SentBlocks => "sent blocks",
            Rung::BlocksVerified => "blocks verified by hash",
        }
    }
}

impl Ladder {
    /// The strongest rung; `None` where none was reached.
    pub fn strongest(&self) -> Option<Rung> {
        self.steps.last().map(|step| step.rung)
    }

    /// A rung, if it was reached.
    pub fn step(&self, rung: Rung) -> Option<&Step> {
        self.steps.iter().find(|step| step.rung == rung)
    }

    /// Adds a rung; they come weakest first.
    fn reach(&mut self, rung: Rung, seen: Option<Sight>, note: impl FnOnce(&Sight) -> String) {
        let Some(seen) = seen else { return };
        let note = note(&seen);
        let Sight { frame, time, last, count } = seen;
        self.steps.push(Step { rung, frame, time, last_frame: last.filter(|last| Some(*last) != frame), count, note });
    }
}

/// When something was first seen, and last, and how often, as far as that is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sight {
    frame: Option<u64>,
    time: Option<Time>,
    last: Option<u64>,
    count: Option<u64>,
}

impl Sight {
    /// Seen first then.
    fn at((frame, time): (u64, Time)) -> Self {
        Sight { frame: Some(frame), time: Some(time), ..Sight::default() }
    }

    /// Seen so often from then to a frame.
    fn between(first: (u64, Time), last: u64, count: u64) -> Self {
        Sight { last: Some(last), count: Some(count), ..Sight::at(first) }
    }

    /// Seen first then, last in a frame, so often.
    fn of((first, last, count): ((u64, Time), u64, u64)) -> Self {
        Sight::between(first, last, count)
    }

    /// Takes another sight of the same thing.
    fn add(&mut self, other: Sight) {
        if other.frame.is_some() && self.frame.is_none_or(|frame| other.frame < Some(frame)) {
            (self.frame, self.time) = (other.frame, other.time);
        }
        self.last = self.last.max(other.last);
        self.count = self.count.zip(other.count).map(|(one, other)| one + other);
    }
}

#[cfg(test)]
mod tests;
