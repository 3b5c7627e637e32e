//! Bytes of a stream on their way into messages, and the frames that they came in.
//!
//! What cannot be read yet is kept in a [`Window`]; an [`Input`] passes over the bytes of one, or over those of a frame where they lie.

use crate::protocol::Mark;

/// Bytes kept over several frames, and which frames those were.
#[derive(Clone, Debug, Default)]
pub(in crate::protocol) struct Window {
    bytes: Vec<u8>,
    /// Where in `bytes` each frame's begin; rising, the first at 0.
    marks: Vec<(usize, Mark)>,
}

/// Bytes on their way through a half.
pub(super) struct Input<'a> {
    pub(super) bytes: &'a [u8],
    /// As [`Window::marks`].
    pub(super) marks: &'a [(usize, Mark)],
    /// How many of them went through.
    pub(super) at: usize,
    /// Nothing will be put behind these.
    pub(super) last: bool,
}

impl Window {
    /// How many bytes are kept.
    pub(in crate::protocol) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether none are kept.
    pub(in crate::protocol) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Bytes of memory held: a flood of single bytes costs more than its bytes.
    pub(in crate::protocol) fn held_bytes(&self) -> usize {
        self.bytes.len() + size_of_val(self.marks.as_slice())
    }

    /// The bytes.
    pub(in crate::protocol) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The frame of the first byte.
    pub(in crate::protocol) fn mark(&self) -> Option<Mark> {
        self.marks.first().map(|(_, mark)| *mark)
    }

    /// Keeps more bytes.
    pub(in crate::protocol) fn push(&mut self, bytes: &[u8], mark: Mark) {
        self.marks.push((self.bytes.len(), mark));
        self.bytes.extend_from_slice(bytes);
    }

    /// Forgets the first `count` bytes.
    pub(in crate::protocol) fn forget(&mut self, count: usize) {
        if count > 0 {
            *self = Input { at: count.min(self.bytes.len()), ..self.input(false) }.keep_rest();
        }
    }

    pub(super) fn input(&self, last: bool) -> Input<'_> {
        Input { bytes: &self.bytes, marks: &self.marks, at: 0, last }
    }

    pub(super) fn append(&mut self, other: Window) {
        let begins = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.marks.extend(other.marks.into_iter().map(|(at, mark)| (begins + at, mark)));
    }
}

impl<'a> Input<'a> {
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The frame of the next byte.
    pub(super) fn mark(&self) -> Mark {
        let none = Mark { frame: 0, time: Default::default() };
        self.marks.iter().rev().find(|(at, _)| *at <= self.at).map_or(none, |(_, mark)| *mark)
    }

    /// Passes over up to `count` bytes and answers how many there were.
    pub(super) fn take_up_to(&mut self, count: u32) -> u32 {
        let taken = u32::try_from(self.rest().len()).unwrap_or(u32::MAX).min(count);
        self.at += taken as usize;
        taken
    }

    pub(super) fn keep_rest(&self) -> Window {
        let mut window = Window::default();
        if !self.rest().is_empty() {
            window.push(self.rest(), self.mark());
            let later = self.marks.iter().filter(|(at, _)| *at > self.at);
            window.marks.extend(later.map(|(at, mark)| (at - self.at, *mark)));
        }
        window
    }
}
