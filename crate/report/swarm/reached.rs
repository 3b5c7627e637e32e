//! When a peer reached each rung of the ladder of evidence by what it said itself.
//!
//! In: its messages, and what a verification proved. Out: the first frame of each rung. What comes later is not kept: it costs a comparison a message.

use super::super::evidence::Rung;
use crate::base::Time;
use crate::protocol::Event;

/// The first frames that show what a peer did.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::report) struct Reached {
    /// It sent a handshake.
    pub(in crate::report) handshake: First,
    /// It said that it has pieces.
    pub(in crate::report) claims: First,
    /// It sent a block.
    pub(in crate::report) blocks: First,
    /// A verification proved bytes that it sent.
    pub(super) proven: bool,
}

/// The first frame that shows something, and when it was captured.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::report) struct First(u64, Time);

impl First {
    /// Takes that a message shows it.
    #[inline]
    pub(super) fn note(&mut self, event: &Event<'_>) {
        if self.0 == 0 {
            *self = First(event.frame, event.time);
        }
    }

    /// The frame and its time; `None` where none shows it.
    pub(in crate::report) fn get(self) -> Option<(u64, Time)> {
        (self.0 > 0).then_some((self.0, self.1))
    }

    fn absorb(&mut self, other: First) {
        if other.0 > 0 && (self.0 == 0 || other.0 < self.0) {
            *self = other;
        }
    }
}

impl Reached {
    /// Takes what the same peer did under another name.
    pub(super) fn absorb(&mut self, other: Reached) {
        self.handshake.absorb(other.handshake);
        self.claims.absorb(other.claims);
        self.blocks.absorb(other.blocks);
        self.proven |= other.proven;
    }

    /// The strongest rung that it reached. Who is met and showed none of these was spoken to, or spoke behind a handshake that is not in the
    /// capture.
    pub(in crate::report) fn rung(&self) -> Rung {
        if self.proven {
            return Rung::BlocksVerified;
        }
        let rungs = [(self.blocks, Rung::SentBlocks), (self.claims, Rung::ClaimsPieces), (self.handshake, Rung::Handshake)];
        rungs.into_iter().find(|(first, _)| first.get().is_some()).map_or(Rung::Contacted, |(_, rung)| rung)
    }
}
