//! xz: streams one behind the other, of blocks packed with LZMA2, some of which passed a filter first: for programs of processors, or of differences.
//!
//! xz4rust unpacks a stream. Document: the .xz file format 1.2 (tukaani.org).

use std::fmt;

use xz4rust::{XzDecoder, XzError, XzNextBlockResult};

use super::{Broken, CHECKSUM, CUT, DAMAGED, Progress, State, TRAILING, UNREAD, WINDOW, between, hungry, pour};

/// An xz file.
pub(in crate::capture) struct Xz {
    decoder: Box<XzDecoder<'static>>,
    part: Part,
    /// Bytes of the input that the decoder may see. It is fed by units, so that what comes before damage does not depend on chunks: filters
    /// hold back some bytes at the end of what they see.
    unit: usize,
    /// What was unpacked is given in whole pieces of this size, because the decoder does not say how far it came when it fails.
    piece: Vec<u8>,
    filled: usize,
    given: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Stream,
    /// The stream is over; its last bytes may not have been given yet.
    Rest {
        /// What is wrong, to be said behind them.
        broken: Option<Broken>,
    },
    /// Between two streams.
    Between,
}

impl fmt::Debug for Xz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Xz").field("part", &self.part).finish_non_exhaustive()
    }
}

impl Xz {
    pub(super) fn new(window: usize) -> Self {
        let decoder = XzDecoder::in_heap_with_alloc_dict_size(0, window);
        Xz { decoder, part: Part::Stream, unit: UNIT_BYTES, piece: vec![0; PIECE_BYTES], filled: 0, given: 0 }
    }

    pub(super) fn unpack(&mut self, input: &[u8], last: bool, room: &mut [u8]) -> Result<Progress, Broken> {
        match self.part {
            Part::Stream if self.filled < PIECE_BYTES => self.stream(input, last),
            Part::Stream => Ok(self.give(room)),
            Part::Rest { broken } if self.given == self.filled => {
                (self.given, self.filled, self.part) = (0, 0, Part::Between);
                broken.map_or(Ok(Progress::new(0, 0, State::Going)), Err)
            }
            Part::Rest { .. } => Ok(self.give(room)),
            Part::Between => {
                if let Some(progress) = between(input, last) {
                    return Ok(progress);
                }
                let there = input.get(..MAGIC.len()).unwrap_or(input);
                if !MAGIC.starts_with(there) {
                    return Err(Broken(TRAILING));
                }
                if there.len() < MAGIC.len() {
                    return hungry(last);
                }
                self.decoder.reset();
                (self.part, self.unit) = (Part::Stream, UNIT_BYTES);
                Ok(Progress::new(0, 0, State::Going))
            }
        }
    }

    fn stream(&mut self, input: &[u8], last: bool) -> Result<Progress, Broken> {
        let unit = match input.get(..self.unit) {
            Some(unit) => unit,
            None if last => input,
            None => return hungry(last),
        };
        let room = self.piece.get_mut(self.filled..).unwrap_or_default();
        let (used, made) = match self.decoder.decode(unit, room) {
            Ok(XzNextBlockResult::NeedMoreData(used, made)) => (used, made),
            Ok(XzNextBlockResult::EndOfStream(used, made)) => {
                self.filled += made;
                self.part = Part::Rest { broken: None };
                return Ok(Progress::new(used, 0, State::Going));
            }
            Err(XzError::NeedsLargerInputBuffer) => (0, 0),
            Err(error) => {
                // Nothing says how much of the piece was made.
                self.filled = 0;
                self.part = Part::Rest { broken: Some(reason(&error)) };
                return Ok(Progress::new(0, 0, State::Going));
            }
        };
        self.filled += made;
        self.unit -= used.min(self.unit);
        if used + made == 0 && last && unit.len() == input.len() {
            self.part = Part::Rest { broken: Some(Broken(CUT)) };
        } else if used + made == 0 || self.unit == 0 {
            self.unit += UNIT_BYTES;
        }
        Ok(Progress::new(used, 0, State::Going))
    }

    fn give(&mut self, room: &mut [u8]) -> Progress {
        let made = pour(self.piece.get(..self.filled).unwrap_or_default(), &mut self.given, room);
        if self.part == Part::Stream && self.given == self.filled {
            (self.given, self.filled) = (0, 0);
        }
        Progress::new(0, made, State::Going)
    }
}

fn reason(error: &XzError) -> Broken {
    Broken(match error {
        XzError::ContentCrc32Mismatch(..) | XzError::ContentCrc64Mismatch(..) | XzError::ContentSha256Mismatch(..) => CHECKSUM,
        XzError::DictionaryTooLarge(_) => WINDOW,
        XzError::UnsupportedBcjFilter(_)
        | XzError::UnsupportedCheckType(_)
        | XzError::UnsupportedStreamHeaderOption
        | XzError::UnsupportedBlockHeaderOption => UNREAD,
        _ => DAMAGED,
    })
}

const MAGIC: [u8; 6] = *b"\xfd7zXZ\0";
const PIECE_BYTES: usize = 1 << 10;

/// More than any head of xz takes.
const UNIT_BYTES: usize = 4 << 10;
