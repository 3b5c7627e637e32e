//! The ladders of pieces.
//!
//! In: what the analyses keep of a piece's blocks, what a verification proved, and what [one more reading](super::super::events::trails) told of who said
//! that he has it and who asked for it. Out: the [`Ladder`] of a piece, or of several together.

use std::ops::RangeInclusive;

use super::super::events::trails::{Trail, Whose};
use super::super::hosts::EvidenceKind;
use super::account::Fact;
use super::ladders::{Book, peers, times};
use super::{Beside, Ladder, Rung, Sight};
use crate::base::InfoHash;

impl Book<'_> {
    /// The ladder of a piece: who says that he has it and asks for it, where that was looked up, and who sent its blocks.
    pub(super) fn piece(&self, info_hash: InfoHash, index: u32) -> Option<Ladder> {
        let piece = self.download.piece_at(Some(info_hash), index)?;
        let mut ladder = Ladder::default();
        let trail = self.trail(info_hash, index);
        ladder.reach(Rung::ClaimsPieces, trail.claims.told().map(Sight::of), |seen| times(seen, HAD, OFTEN_HAD));
        let senders = peers(Some(piece.contributors.len() as u64));
        // A seed on the web sends no blocks: what shows the piece is then not among what peers said.
        let blocks = trail.blocks.told().filter(|((frame, _), ..)| *frame == piece.first_frame).map(Sight::of);
        let sight = Sight { frame: Some(piece.first_frame), last: Some(piece.last_frame), ..blocks.unwrap_or_default() };
        let length = self.piece_length(info_hash, index);
        ladder.reach(Rung::SentBlocks, Some(sight), |_| match length {
            Some(length) if piece.bytes >= length => format!("blocks came, all {length} bytes of it in the capture, from {senders}"),
            Some(length) => format!("blocks came, {} of its {length} bytes in the capture, from {senders}", piece.bytes),
            None => format!("blocks came, {} bytes of it in the capture, from {senders}", piece.bytes),
        });
        let right = (piece.verified == Some(true)).then(|| Sight { frame: Some(piece.last_frame), ..Sight::default() });
        ladder.reach(Rung::BlocksVerified, right, |_| "its bytes fit its hash".into());
        ladder.beside.extend(trail.requests.told().map(|((frame, time), last_frame, count)| Beside {
            kind: EvidenceKind::Requests,
            count,
            frame,
            time,
            last_frame,
            confidence: None,
        }));
        Some(ladder)
    }

    /// The ladder of several pieces: rungs that each of them reached, and facts of those that only some did.
    pub(super) fn pieces(&self, info_hash: InfoHash, indexes: RangeInclusive<u32>) -> (Ladder, Vec<Fact>) {
        if indexes.start() == indexes.end() {
            return (self.piece(info_hash, *indexes.start()).unwrap_or_default(), Vec::new());
        }
        let count = indexes.clone().count() as u64;
        let mut sums: [Option<(Sight, u64)>; PIECE_RUNGS.len()] = Default::default();
        let mut requests: Option<Beside> = None;
        for ladder in indexes.filter_map(|index| self.piece(info_hash, index)) {
            for (sum, step) in sums.iter_mut().zip(PIECE_RUNGS).filter_map(|(sum, rung)| Some((sum, ladder.step(rung)?))) {
                let sight = Sight { frame: step.frame, time: step.time, last: step.last_frame.or(step.frame), count: None };
                let (all, pieces) = sum.get_or_insert((sight, 0));
                all.add(sight);
                *pieces += 1;
            }
            for one in ladder.beside {
                requests = Some(requests.map_or(one, |all| both(all, one)));
            }
        }
        let (mut ladder, mut partly) = (Ladder { beside: requests.into_iter().collect(), ..Ladder::default() }, Vec::new());
        for (rung, sum) in PIECE_RUNGS.into_iter().zip(sums) {
            let Some((sight, pieces)) = sum else { continue };
            let (each, some) = match rung {
                Rung::ClaimsPieces => ("peers said that they have each of them", "peers said that they have"),
                Rung::SentBlocks => ("blocks of each of them came", "blocks came of"),
                _ => ("the bytes of each fit its hash", "bytes fit the hashes of"),
            };
            if pieces == count {
                ladder.reach(rung, Some(sight), |_| each.into());
            } else {
                partly.push(Fact::new(some, format!("{pieces} of these {count} pieces")));
            }
        }
        (ladder, partly)
    }

    /// What was said of a piece, on every connection that is known to be about its torrent.
    fn trail(&self, info_hash: InfoHash, index: u32) -> Trail {
        let Some(trails) = &self.all.trails else { return Trail::default() };
        let names = self.names(info_hash);
        let streams = names.iter().filter_map(|name| self.streams.get(name)).flatten();
        let whose: Vec<Whose> = names.iter().copied().map(Whose::Torrent).chain(streams.copied().map(Whose::Stream)).collect();
        trails.of(&whose, index)
    }

    /// Bytes of a piece, where the torrent's size is known.
    fn piece_length(&self, info_hash: InfoHash, index: u32) -> Option<u64> {
        let row = self.download.torrents().find(|row| row.info_hash == Some(info_hash))?;
        let (length, size) = row.piece_length.zip(row.total_size)?;
        let rest = size.checked_sub(length.checked_mul(index.into())?)?;
        Some(rest.min(length)).filter(|length| *length > 0)
    }
}

/// Two of a kind together.
fn both(one: Beside, other: Beside) -> Beside {
    let (frame, time) = if other.frame < one.frame { (other.frame, other.time) } else { (one.frame, one.time) };
    Beside { count: one.count + other.count, frame, time, last_frame: one.last_frame.max(other.last_frame), ..one }
}

/// What a claim about a piece may stand on.
pub(super) const PIECE_RUNGS: [Rung; 3] = [Rung::ClaimsPieces, Rung::SentBlocks, Rung::BlocksVerified];

/// Of a piece that peers have, as they say.
const HAD: &str = "a peer said once that it has it";
const OFTEN_HAD: &str = "peers said that they have it, in messages";
