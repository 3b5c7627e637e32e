//! What the reader of a stream is told of the next packet in order.
//!
//! In: chunks of the assembler, whose offsets are packets' rooms. Out: contents of deliveries. What the packet before had tells two things: which
//! bytes the next one repeats because a shorter copy took that one's place, and how large lost ones likely were.

use super::ROOM;
use crate::flow::Content;
use crate::flow::assembler::{Chunk, Mark, Missing};

/// The last packet whose bytes were handed on.
#[derive(Clone, Copy, Default)]
pub(super) struct Last {
    /// Its bytes on the wire, by the latest copy; 0 when that is not known.
    pub(super) size: u64,
    /// How many were handed on, with those of an earlier and longer copy, which the next packet repeats.
    pub(super) handed_on: u64,
}

impl Last {
    /// What a chunk is for the reader of the stream, and its frame.
    pub(super) fn content<'a>(&mut self, behind: Option<u64>, chunk: Chunk<'a>) -> (Content<'a>, Mark) {
        match chunk {
            Chunk::Bytes(bytes, mark) => {
                let (size, repeated) = (bytes.len() as u64, self.handed_on - self.size);
                *self = Last { size, handed_on: size.max(repeated) };
                let new = usize::try_from(repeated).ok().and_then(|known| bytes.get(known..)).unwrap_or_default();
                (Content::Bytes(new), mark)
            }
            Chunk::Gap(bytes, Missing::Truncated, mark) => {
                self.size += bytes;
                self.handed_on += bytes;
                (Content::Gap { bytes, missing: Missing::Truncated }, mark)
            }
            Chunk::Gap(offsets, Missing::Lost, mark) => {
                let packets = offsets / ROOM;
                let likely_bytes = behind.filter(|size| *size > 0 && *size == self.size).map(|size| size * packets);
                *self = Last::default();
                (Content::PacketsLost { packets, likely_bytes }, mark)
            }
        }
    }
}
