//! LZ4 frames, one behind the other, of blocks that may copy from the 64 KiB before them.
//!
//! lz4_flex unpacks a block. Document: the LZ4 frame format 1.6.4 (github.com/lz4/lz4, `doc/`). Left out on purpose: the legacy frames, and
//! dictionaries.
//!
//! ```text
//! frame  04 22 4d 18 | flags 1 | block size 1 | content size 0..8 | dictionary 0..4 | head's checksum 1 | blocks | 0 4 | checksum 0..4
//! block  not packed 1 bit, size 31 bits | bytes | checksum 0..4
//! ```

use std::fmt;
use std::hash::Hasher;

use lz4_flex::block::decompress_into_with_dict;
use twox_hash::XxHash32;

use super::{Ahead, Broken, CHECKSUM, CUT, DAMAGED, Progress, State, TRAILING, UNREAD, ahead, hungry, pour, skip};

/// A file of LZ4 frames.
#[derive(Default)]
pub(in crate::capture) struct Lz4 {
    part: Part,
    /// Whether a frame was read.
    begun: bool,
    frame: Frame,
    /// The bytes that the block may copy from.
    before: Vec<u8>,
    /// The block as unpacked, and how much of it was given.
    block: Vec<u8>,
    given: usize,
    checksum: XxHash32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Head,
    /// So many bytes belong to a frame that is to be skipped.
    Skipped(u64),
    Block,
}

/// What a frame's head says.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    linked: bool,
    block_checked: bool,
    checked: bool,
    block_bytes: usize,
    head: usize,
}

impl fmt::Debug for Lz4 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lz4").field("part", &self.part).field("frame", &self.frame).finish_non_exhaustive()
    }
}

impl Lz4 {
    pub(super) fn unpack(&mut self, input: &[u8], last: bool, room: &mut [u8]) -> Result<Progress, Broken> {
        match self.part {
            Part::Head => self.head(input, last),
            Part::Skipped(mut left) => {
                let progress = skip(&mut left, input, last);
                self.part = if left == 0 { Part::Head } else { Part::Skipped(left) };
                progress
            }
            Part::Block if self.given < self.block.len() => Ok(Progress::new(0, pour(&self.block, &mut self.given, room), State::Going)),
            Part::Block => self.block(input, last),
        }
    }

    fn head(&mut self, input: &[u8], last: bool) -> Result<Progress, Broken> {
        match ahead(input, !self.begun, last)? {
            Ahead::Nothing(progress) => return Ok(progress),
            Ahead::Skipped(bytes) => {
                self.part = Part::Skipped(bytes);
                return Ok(Progress::new(0, 0, State::Going));
            }
            Ahead::Frame => {}
        }
        let [0x04, 0x22, 0x4d, 0x18, flags, size, ..] = *input else { return Err(Broken(TRAILING)) };
        let frame = Frame::read(flags, size)?;
        let Some(head) = input.get(4..frame.head) else { return hungry(last) };
        if let Some((checksum, said)) = head.split_last()
            && XxHash32::oneshot(0, said).to_le_bytes()[1] != *checksum
        {
            return Err(Broken(DAMAGED));
        }
        (self.frame, self.begun, self.part) = (frame, true, Part::Block);
        self.before.clear();
        self.checksum = XxHash32::default();
        Ok(Progress::new(frame.head, 0, State::Going))
    }

    fn block(&mut self, input: &[u8], last: bool) -> Result<Progress, Broken> {
        let Some((size, rest)) = input.split_first_chunk() else { return hungry(last) };
        let size = u32::from_le_bytes(*size);
        if size == 0 {
            return self.end(rest, last);
        }
        let bytes = usize::try_from(size & 0x7fff_ffff).unwrap_or(usize::MAX);
        if bytes > self.frame.block_bytes {
            return Err(Broken(DAMAGED));
        }
        let Some((packed, rest)) = rest.split_at_checked(bytes) else { return hungry(last) };
        let mut used = 4 + bytes;
        if self.frame.block_checked {
            let Some(checksum) = rest.first_chunk() else { return hungry(last) };
            if u32::from_le_bytes(*checksum) != XxHash32::oneshot(0, packed) {
                return Err(Broken(DAMAGED));
            }
            used += 4;
        }
        self.remember();
        self.given = 0;
        if size >> 31 != 0 {
            self.block.clear();
            self.block.extend_from_slice(packed);
        } else {
            self.block.resize(self.frame.block_bytes, 0);
            let made = decompress_into_with_dict(packed, &mut self.block, &self.before).map_err(|_| {
                self.block.clear();
                Broken(DAMAGED)
            })?;
            self.block.truncate(made);
        }
        if self.frame.checked {
            self.checksum.write(&self.block);
        }
        Ok(Progress::new(used, 0, State::Going))
    }

    /// Keeps of the block before what the next may copy from.
    fn remember(&mut self) {
        if self.frame.linked {
            let block = self.block.get(self.block.len().saturating_sub(REACH)..).unwrap_or_default();
            let surplus = (self.before.len() + block.len()).saturating_sub(REACH);
            self.before.drain(..surplus.min(self.before.len()));
            self.before.extend_from_slice(block);
        }
    }

    /// Behind the last block stands the checksum of all.
    fn end(&mut self, rest: &[u8], last: bool) -> Result<Progress, Broken> {
        let mut used = 4;
        let mut flaw = None;
        if self.frame.checked {
            let Some(checksum) = rest.first_chunk() else { return if last { Err(Broken(CUT)) } else { hungry(last) } };
            flaw = (u64::from(u32::from_le_bytes(*checksum)) != self.checksum.finish()).then_some(CHECKSUM);
            used += 4;
        }
        self.block.clear();
        (self.part, self.given) = (Part::Head, 0);
        Ok(Progress { flaw, ..Progress::new(used, 0, State::Going) })
    }
}

impl Frame {
    fn read(flags: u8, size: u8) -> Result<Self, Broken> {
        if flags >> 6 != 1 || flags & 1 != 0 {
            return Err(Broken(UNREAD));
        }
        let block_bytes = match size >> 4 & 7 {
            power @ 4..=7 => 1 << (8 + 2 * power),
            _ => return Err(Broken(DAMAGED)),
        };
        Ok(Frame {
            linked: flags & 0x20 == 0,
            block_checked: flags & 0x10 != 0,
            checked: flags & 4 != 0,
            block_bytes,
            head: 7 + if flags & 8 != 0 { 8 } else { 0 },
        })
    }
}

/// How far back a block may copy from.
const REACH: usize = 64 << 10;
