//! Zstandard: frames one behind the other, each of blocks of at most 128 KiB.
//!
//! ruzstd reads heads and blocks; here they are found, so that it is only ever given whole ones. Document: RFC 8878.
//!
//! ```text
//! frame  28 b5 2f fd | descriptor 1 | window 0..1 | dictionary 0..4 | content size 0..8 | blocks | checksum 0..4
//! block  last 1 bit | type 2 bits | size 21 bits | bytes
//! ```

use std::fmt;

use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use ruzstd::io::Read;

use super::{Ahead, Broken, CHECKSUM, DAMAGED, Progress, State, TRAILING, UNREAD, WINDOW, ahead, hungry, skip};

/// A Zstandard file.
pub(in crate::capture) struct Zstd {
    decoder: FrameDecoder,
    part: Part,
    /// Whether a frame was read.
    begun: bool,
    /// Whether the frame ends with a checksum.
    checked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Head,
    /// So many bytes belong to a frame that is to be skipped.
    Skipped(u64),
    Blocks,
    /// The last block was read, and its bytes may not have been given yet.
    Rest {
        /// What is wrong, to be said behind them.
        broken: Option<Broken>,
    },
}

impl fmt::Debug for Zstd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zstd").field("part", &self.part).finish_non_exhaustive()
    }
}

impl Zstd {
    pub(super) fn new(window: usize) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(window as u64);
        Zstd { decoder, part: Part::Head, begun: false, checked: false }
    }

    pub(super) fn unpack(&mut self, input: &[u8], last: bool, room: &mut [u8]) -> Result<Progress, Broken> {
        match self.part {
            Part::Head => self.head(input, last),
            Part::Skipped(mut left) => {
                let progress = skip(&mut left, input, last);
                self.part = if left == 0 { Part::Head } else { Part::Skipped(left) };
                progress
            }
            Part::Blocks => match self.drain(room) {
                0 => self.block(input, last),
                made => Ok(Progress::new(0, made, State::Going)),
            },
            Part::Rest { broken } => match (self.drain(room), broken) {
                (0, Some(broken)) => Err(broken),
                (0, None) => Ok(self.end()),
                (made, _) => Ok(Progress::new(0, made, State::Going)),
            },
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
        let [0x28, 0xb5, 0x2f, 0xfd, descriptor, ..] = *input else { return Err(Broken(TRAILING)) };
        let Some(head) = input.get(..head_length(descriptor)) else { return hungry(last) };
        self.begun = true;
        self.checked = descriptor & 4 != 0;
        self.decoder.reset(head).map_err(|error| match error {
            FrameDecoderError::WindowSizeTooBig { .. } => Broken(WINDOW),
            FrameDecoderError::DictNotProvided { .. } => Broken(UNREAD),
            _ => Broken(DAMAGED),
        })?;
        self.part = Part::Blocks;
        Ok(Progress::new(head.len(), 0, State::Going))
    }

    fn block(&mut self, input: &[u8], last: bool) -> Result<Progress, Broken> {
        let block = block_length(input, self.checked).and_then(|length| input.get(..length));
        match (block, last) {
            (Some(block), _) => {
                if self.decode(block) == Some(false) {
                    return Ok(Progress::new(block.len(), 0, State::Going));
                }
                let broken = if self.decoder.is_finished() { None } else { Some(Broken(DAMAGED)) };
                self.rest(broken);
                Ok(Progress::new(block.len(), 0, State::Going))
            }
            (None, false) => Ok(Progress::new(0, 0, State::Hungry)),
            (None, true) => {
                self.rest(Some(Broken(super::CUT)));
                Ok(Progress::new(0, 0, State::Going))
            }
        }
    }

    /// Decodes one whole block; answers whether it is the frame's last, `None` when it is damaged.
    fn decode(&mut self, block: &[u8]) -> Option<bool> {
        self.decoder.decode_blocks(block, BlockDecodingStrategy::UptoBlocks(1)).ok()
    }

    /// Goes over to giving what is left. A frame that broke off holds its window back: an empty last block makes it give that too.
    fn rest(&mut self, broken: Option<Broken>) {
        if broken.is_some() {
            self.decode(&EMPTY_LAST_BLOCK);
        }
        self.part = Part::Rest { broken };
    }

    fn end(&mut self) -> Progress {
        self.part = Part::Head;
        let whole = self.decoder.get_checksum_from_data().is_none_or(|said| Some(said) == self.decoder.get_calculated_checksum());
        Progress { flaw: (!whole).then_some(CHECKSUM), ..Progress::new(0, 0, State::Going) }
    }

    fn drain(&mut self, room: &mut [u8]) -> usize {
        self.decoder.read(room).unwrap_or(0)
    }
}

/// The bytes of a frame's head, by its descriptor.
fn head_length(descriptor: u8) -> usize {
    let single = descriptor & 0x20 != 0;
    let dictionary = [0, 1, 2, 4].get(usize::from(descriptor & 3)).copied().unwrap_or(0);
    let size = match descriptor >> 6 {
        0 => usize::from(single),
        power => 1 << power,
    };
    5 + usize::from(!single) + dictionary + size
}

/// The bytes of the block that `input` begins with, and of the checksum behind a last one; `None` when its head is not there.
fn block_length(input: &[u8], checked: bool) -> Option<usize> {
    let [low, middle, high, ..] = *input else { return None };
    let head = u32::from_le_bytes([low, middle, high, 0]);
    // A block of one byte repeated holds that byte, and its size is what it becomes.
    let content = if head >> 1 & 3 == 1 { 1 } else { usize::try_from(head >> 3).ok()? };
    // The library refuses what is larger than a block can be; it need not be there whole for that.
    let content = content.min(BLOCK_BYTES);
    Some(3 + content + if checked && head & 1 != 0 { 4 } else { 0 })
}

/// Most bytes of a block's content.
const BLOCK_BYTES: usize = 128 << 10;

/// An empty raw block that is the last, and room for a checksum.
const EMPTY_LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];
