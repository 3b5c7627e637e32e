//! A compressed file that is unpacked away from its [`Input`]: in a thread of its own, where there are threads.
//!
//! In: the bytes of the file. Out: [`Unpacked`], one after another, for an [`Input`] to take as if it had unpacked them itself: the same bytes,
//! the same findings between the same bytes, and the same words for what the file is.

use super::Flaw;
use super::input::{Advance, Input, Wrapping};
use super::unpack::{Packing, SNIFFED};
use crate::base::Limits;

/// Unpacks one file.
#[derive(Debug)]
pub struct Unpacking {
    input: Input,
    /// Bytes of the file that were taken in and not told yet.
    read: u64,
}

/// What comes next of a file.
#[derive(Debug)]
pub struct Unpacked {
    /// Begins with bytes of the capture.
    memory: Vec<u8>,
    count: usize,
    /// Something that is wrong behind those.
    pub flaw: Option<Flaw>,
    /// No byte of the capture will follow; bytes of the file may.
    pub is_last: bool,
    /// Bytes of the file that were taken in for it.
    pub read: u64,
    /// What was taken off.
    pub(super) wrapping: Wrapping,
}

impl Unpacking {
    /// How many bytes tell whether a file is compressed.
    pub const SNIFFED: usize = SNIFFED;

    /// Whether a file that begins with these bytes, all there are or [`SNIFFED`](Self::SNIFFED), is compressed.
    pub fn is_due(bytes: &[u8]) -> bool {
        Packing::of(bytes).is_some()
    }

    /// One at the start of a file, of so many.
    pub fn new(limits: &Limits, files: usize) -> Self {
        let mut input = Input::new(limits);
        input.share(files);
        Unpacking { input, read: 0 }
    }

    /// As [`Input::room`].
    pub fn room(&mut self) -> &mut [u8] {
        self.input.room()
    }

    /// As [`Input::filled`].
    pub fn filled(&mut self, count: usize) {
        self.read += self.input.filled(count) as u64;
    }

    /// As [`Input::end`].
    pub fn end(&mut self) {
        self.input.end();
    }

    /// What comes next; `None` where more of the file is needed first, and after its end. `spare` is memory to use again.
    pub fn next(&mut self, spare: Vec<u8>) -> Option<Unpacked> {
        let flaw = loop {
            match self.input.advance() {
                Advance::Further if self.input.bytes().is_empty() && !self.input.is_last() => {}
                Advance::Further => break None,
                Advance::Flaw(flaw) => break Some(flaw),
                Advance::Nothing if self.input.is_last() && self.read > 0 => {
                    self.input.discard();
                    break None;
                }
                Advance::Nothing => return None,
            }
        };
        let (is_last, wrapping) = (self.input.is_last(), self.input.wrapping());
        let (memory, count) = self.input.take(spare);
        Some(Unpacked { memory, count, flaw, is_last, read: std::mem::take(&mut self.read), wrapping })
    }
}

impl Unpacked {
    /// Bytes of the capture.
    pub fn bytes(&self) -> &[u8] {
        self.memory.get(..self.count).unwrap_or_default()
    }

    /// The memory, to be used again.
    pub fn into_memory(self) -> Vec<u8> {
        self.memory
    }
}
