//! gzip: members one behind the other, each a head, a deflated body, a checksum and a length.
//!
//! miniz_oxide inflates. Document: RFC 1952.
//!
//! ```text
//! head     1f 8b | method 1 | flags 1 | time 4 | extra flags 1 | system 1 | extra: length 2, bytes | name, 0 | comment, 0 | CRC 2
//! trailer  CRC-32 4 | length modulo 2³² 4
//! ```

use std::fmt;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::{Broken, CHECKSUM, CUT, DAMAGED, Progress, State, TRAILING, between, hungry, pour};

/// A gzip file.
pub(in crate::capture) struct Gzip {
    part: Part,
    /// Whether a member was read.
    begun: bool,
    inflater: DecompressorOxide,
    /// What was inflated last, which later bytes are copied from.
    window: Vec<u8>,
    /// What of it was not given yet: from here...
    given: usize,
    /// ...to where the next bytes go.
    filled: usize,
    /// Why nothing follows what is in the window.
    broken: Option<Broken>,
    checksum: crc32fast::Hasher,
    length: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Head,
    Body,
    Trailer,
}

impl Default for Gzip {
    fn default() -> Self {
        Gzip {
            part: Part::Head,
            begun: false,
            inflater: DecompressorOxide::default(),
            window: vec![0; WINDOW_BYTES],
            given: 0,
            filled: 0,
            broken: None,
            checksum: crc32fast::Hasher::new(),
            length: 0,
        }
    }
}

impl fmt::Debug for Gzip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gzip").field("part", &self.part).finish_non_exhaustive()
    }
}

impl Gzip {
    pub(super) fn unpack(&mut self, input: &[u8], last: bool, room: &mut [u8]) -> Result<Progress, Broken> {
        match self.part {
            Part::Head => self.head(input, last),
            Part::Body => self.body(input, last, room),
            Part::Trailer => self.trailer(input, last),
        }
    }

    fn head(&mut self, input: &[u8], last: bool) -> Result<Progress, Broken> {
        if self.begun {
            if let Some(progress) = between(input, last) {
                return Ok(progress);
            }
            if !b"\x1f\x8b".starts_with(input.get(..2).unwrap_or(input)) {
                return Err(Broken(TRAILING));
            }
        }
        match head_length(input) {
            Some(length) => {
                (self.part, self.begun) = (Part::Body, true);
                self.inflater = DecompressorOxide::default();
                (self.given, self.filled) = (0, 0);
                (self.checksum, self.length) = (crc32fast::Hasher::new(), 0);
                Ok(Progress::new(length, 0, State::Going))
            }
            None if input.len() > HEAD_BYTES => Err(Broken(DAMAGED)),
            None => hungry(last),
        }
    }

    fn body(&mut self, input: &[u8], last: bool, room: &mut [u8]) -> Result<Progress, Broken> {
        let mut used = 0;
        let mut state = State::Going;
        if self.given == self.filled {
            if let Some(broken) = self.broken {
                return Err(broken);
            }
            let at = self.filled % WINDOW_BYTES;
            let more = if last { 0 } else { TINFL_FLAG_HAS_MORE_INPUT };
            let (status, taken, made) = decompress(&mut self.inflater, input, &mut self.window, at, more);
            used = taken;
            (self.given, self.filled) = (at, at + made);
            let made = self.window.get(self.given..self.filled).unwrap_or_default();
            self.checksum.update(made);
            self.length = self.length.wrapping_add(u32::try_from(made.len()).unwrap_or(0));
            match status {
                TINFLStatus::Done => self.part = Part::Trailer,
                TINFLStatus::NeedsMoreInput => state = State::Hungry,
                TINFLStatus::HasMoreOutput => {}
                TINFLStatus::FailedCannotMakeProgress => self.broken = Some(Broken(CUT)),
                _ => self.broken = Some(Broken(DAMAGED)),
            }
        }
        let made = pour(self.window.get(..self.filled).unwrap_or_default(), &mut self.given, room);
        if self.given < self.filled {
            state = State::Going;
        }
        Ok(Progress::new(used, made, state))
    }

    fn trailer(&mut self, input: &[u8], last: bool) -> Result<Progress, Broken> {
        let Some((trailer, _)) = input.split_first_chunk::<8>() else { return hungry(last) };
        let ([checksum, length], _) = trailer.as_chunks::<4>() else { return hungry(last) };
        let whole = u32::from_le_bytes(*checksum) == self.checksum.clone().finalize() && u32::from_le_bytes(*length) == self.length;
        self.part = Part::Head;
        Ok(Progress { flaw: (!whole).then_some(CHECKSUM), ..Progress::new(trailer.len(), 0, State::Going) })
    }
}

/// The bytes of the head that `input` begins with; `None` when it goes on behind them.
fn head_length(input: &[u8]) -> Option<usize> {
    let flags = input.get(..10)?.get(3)?;
    let mut at = 10;
    if flags & 4 != 0 {
        let [low, high] = input.get(at..at + 2)?.try_into().ok()?;
        at += 2 + usize::from(u16::from_le_bytes([low, high]));
    }
    for text in [8, 16] {
        if flags & text != 0 {
            at += 1 + input.get(at..)?.iter().position(|byte| *byte == 0)?;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    (at <= input.len()).then_some(at)
}

/// A power of two, as miniz_oxide needs it. Deflate copies from no more than 32 KiB back.
const WINDOW_BYTES: usize = 64 << 10;

/// A head longer than this is damage: extra bytes are at most 64 KiB, and a name and a comment are lines.
const HEAD_BYTES: usize = 128 << 10;
