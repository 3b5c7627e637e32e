//! Puts the bytes of one direction of a stream in order.
//!
//! In: runs of bytes at 64-bit offsets, in any order, repeated and overlapping. Out: [`Chunk`]s in order of offset, each byte once; of
//! two copies of a byte the one that came first is kept. Bytes that come in order are handed on without being copied. Bytes behind a
//! hole are held until the hole fills, or until [`Assembler::skip`] gives the hole up: when to do so is the transport's business,
//! which knows acknowledgements and time. Knows neither TCP nor uTP.
//!
//! Offsets need not be dense. A transport that numbers packets and not bytes gives every packet the same room, larger than any packet,
//! and fills what the packet leaves of it with [`Segment::padding`]: then order, holding back and holes are the same for both.

use std::collections::BTreeMap;

use crate::base::Time;

/// Why bytes of a stream are not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Missing {
    /// No frame with them is in the capture.
    Lost,
    /// Their frame was cut at the capture's snap length.
    Truncated,
}

/// The frame that carried some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its number.
    pub(super) frame: u64,
    /// When it was captured.
    pub(super) time: Time,
}

/// The next part of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chunk<'a> {
    /// Bytes, and the frame they came in.
    Bytes(&'a [u8], Mark),
    /// A hole, and the first frame behind it: of so many bytes where they were truncated, of so many offsets where they are lost.
    Gap(u64, Missing, Mark),
}

/// One run of bytes as it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    /// Place of the first byte in the stream.
    pub(super) offset: u64,
    /// The bytes that are in the capture.
    pub(super) bytes: &'a [u8],
    /// How many more the segment had on the wire.
    pub(super) cut_short: u32,
    /// Offsets behind its bytes that belong to it and hold nothing.
    pub(super) padding: u64,
    /// Its frame.
    pub(super) mark: Mark,
}

/// The order of one direction of a stream.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    next: u64,
    held: BTreeMap<u64, Held>,
    held_bytes: usize,
    lost: u64,
}

#[derive(Debug)]
struct Held {
    bytes: Box<[u8]>,
    cut_short: u32,
    padding: u64,
    mark: Mark,
}

impl Held {
    fn segment(&self, offset: u64) -> Segment<'_> {
        Segment { offset, bytes: &self.bytes, cut_short: self.cut_short, padding: self.padding, mark: self.mark }
    }
}

impl Assembler {
    /// The offset of the next byte to hand on.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// What is held behind a hole costs so many bytes of memory.
    pub(super) fn held_bytes(&self) -> usize {
        self.held_bytes + self.held.len() * HELD_COST
    }

    /// Where the first hole ends; `None` when nothing is held.
    pub(super) fn hole_end(&self) -> Option<u64> {
        self.held.first_key_value().map(|(offset, _)| *offset)
    }

    /// The frame behind the first hole; `None` when nothing is held.
    pub(super) fn held_since(&self) -> Option<Mark> {
        self.held.first_key_value().map(|(_, held)| held.mark)
    }

    /// How many bytes the segment behind the first hole had on the wire; `None` when nothing is held.
    pub(super) fn held_size(&self) -> Option<u64> {
        self.held.first_key_value().map(|(_, held)| held.bytes.len() as u64 + u64::from(held.cut_short))
    }

    /// Offsets of holes that were given up.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }

    /// Whether something from behind `offset` came already and is held.
    pub(super) fn is_behind(&self, offset: u64) -> bool {
        self.held.last_key_value().is_some_and(|(last, _)| *last > offset)
    }

    /// Whether a segment at `offset` came, or the hole that it would fill was given up.
    pub(super) fn knows(&self, offset: u64) -> bool {
        offset < self.next || self.held.contains_key(&offset)
    }

    /// Takes a segment and hands on what is now in order. One that covers nothing says nothing, wherever it claims to stand.
    pub(super) fn insert(&mut self, segment: Segment<'_>, sink: &mut impl FnMut(Chunk<'_>)) {
        if segment.end() == segment.offset {
            return;
        }
        if segment.offset > self.next {
            self.hold(segment);
            return;
        }
        self.hand_on(segment, sink);
        self.drain(sink);
    }

    /// Moves on to `offset` without a word, because nothing was ever sent before it.
    pub(super) fn advance(&mut self, offset: u64, sink: &mut impl FnMut(Chunk<'_>)) {
        self.next = self.next.max(offset);
        self.drain(sink);
    }

    /// Gives the first hole up and hands on what stands behind it, as far as the next hole.
    pub(super) fn skip(&mut self, sink: &mut impl FnMut(Chunk<'_>)) {
        let Some((end, mark)) = self.hole_end().zip(self.held_since()) else { return };
        self.skip_to(end, mark, sink);
        self.drain(sink);
    }

    /// Says that everything up to `end` that did not come is not in the capture.
    pub(super) fn skip_to(&mut self, end: u64, mark: Mark, sink: &mut impl FnMut(Chunk<'_>)) {
        if end > self.next {
            sink(Chunk::Gap(end - self.next, Missing::Lost, mark));
            self.lost += end - self.next;
            self.next = end;
        }
    }

    fn hold(&mut self, segment: Segment<'_>) {
        let known = self.held.get(&segment.offset);
        if known.is_some_and(|known| known.bytes.len() >= segment.bytes.len()) {
            return;
        }
        let Segment { cut_short, padding, mark, .. } = segment;
        let held = Held { bytes: segment.bytes.into(), cut_short, padding, mark };
        self.held_bytes += held.bytes.len();
        // The longer of two that begin alike holds the shorter one's bytes too: the same ones, unless someone lies.
        if let Some(shorter) = self.held.insert(segment.offset, held) {
            self.held_bytes -= shorter.bytes.len();
        }
    }

    fn drain(&mut self, sink: &mut impl FnMut(Chunk<'_>)) {
        while let Some(first) = self.held.first_entry().filter(|first| *first.key() <= self.next) {
            let (offset, held) = first.remove_entry();
            self.held_bytes -= held.bytes.len();
            self.hand_on(held.segment(offset), sink);
        }
    }

    /// Hands on what of a run that begins at or before `next` is new.
    fn hand_on(&mut self, segment: Segment<'_>, sink: &mut impl FnMut(Chunk<'_>)) {
        let Segment { offset, bytes, cut_short, mark, .. } = segment;
        let known = self.next - offset;
        let new = usize::try_from(known).ok().and_then(|known| bytes.get(known..)).unwrap_or_default();
        if !new.is_empty() {
            self.next += new.len() as u64;
            sink(Chunk::Bytes(new, mark));
        }
        let end = offset.saturating_add(bytes.len() as u64).saturating_add(cut_short.into());
        if cut_short > 0 && end > self.next {
            sink(Chunk::Gap(end - self.next, Missing::Truncated, mark));
        }
        self.next = self.next.max(segment.end());
    }
}

impl Segment<'_> {
    fn end(&self) -> u64 {
        self.offset.saturating_add(self.bytes.len() as u64).saturating_add(self.cut_short.into()).saturating_add(self.padding)
    }
}

/// What a held run costs beside its bytes: its entry, and what the allocator adds. Without it a flood of single bytes would be free.
const HELD_COST: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: Mark = Mark { frame: 1, time: Time::from_nanos(0) };

    /// What came out: bytes as they are, a lost byte as `_`, a truncated one as `~`.
    #[derive(Default)]
    struct Stream(Assembler, String);

    impl Stream {
        fn put(&mut self, offset: u64, bytes: &str, cut_short: u32) -> &mut Self {
            self.0.insert(Segment { offset, bytes: bytes.as_bytes(), cut_short, padding: 0, mark: MARK }, &mut |chunk| {
                show(&mut self.1, chunk)
            });
            self
        }

        fn skip(&mut self) -> &mut Self {
            self.0.skip(&mut |chunk| show(&mut self.1, chunk));
            self
        }

        fn is(&self, expected: &str) {
            assert_eq!((self.1.as_str(), self.0.next()), (expected, expected.len() as u64));
        }
    }

    fn show(out: &mut String, chunk: Chunk<'_>) {
        match chunk {
            Chunk::Bytes(bytes, _) => out.push_str(std::str::from_utf8(bytes).unwrap()),
            Chunk::Gap(bytes, Missing::Lost, _) => out.push_str(&"_".repeat(usize::try_from(bytes).unwrap())),
            Chunk::Gap(bytes, Missing::Truncated, _) => out.push_str(&"~".repeat(usize::try_from(bytes).unwrap())),
        }
    }

    #[test]
    fn bytes_come_out_in_order_whatever_order_they_came_in() {
        Stream::default().put(0, "ab", 0).put(2, "cd", 0).is("abcd");
        Stream::default().put(2, "cd", 0).put(4, "ef", 0).put(0, "ab", 0).is("abcdef");
        Stream::default().put(4, "ef", 0).put(2, "cd", 0).put(0, "ab", 0).is("abcdef");
    }

    #[test]
    fn the_first_copy_of_a_byte_is_kept() {
        Stream::default().put(0, "abcd", 0).put(0, "XXXX", 0).put(2, "XXef", 0).is("abcdef");
        Stream::default().put(2, "cdef", 0).put(0, "abX", 0).is("abXdef");
        Stream::default().put(3, "d", 0).put(3, "def", 0).put(2, "c", 0).put(0, "ab", 0).is("abcdef");
        Stream::default().put(3, "def", 0).put(4, "X", 0).put(0, "abc", 0).is("abcdef");
    }

    #[test]
    fn a_hole_is_told_once_given_up() {
        let mut stream = Stream::default();
        stream.put(0, "a", 0).put(3, "d", 0).put(6, "g", 0).is("a");
        assert_eq!((stream.0.hole_end(), stream.0.held_bytes()), (Some(3), 2 + 2 * HELD_COST));
        stream.skip().is("a__d");
        stream.skip().is("a__d__g");
        stream.skip().put(1, "late", 0).is("a__d__g");
        assert_eq!((stream.0.held_bytes(), stream.0.lost()), (0, 4));
    }

    #[test]
    fn cut_segments_leave_their_tail_missing() {
        Stream::default().put(0, "ab", 2).put(4, "ef", 1).is("ab~~ef~");
        Stream::default().put(4, "ef", 0).put(0, "ab", 2).is("ab~~ef");
        Stream::default().put(0, "ab", 2).put(0, "abcd", 0).put(4, "e", 0).is("ab~~e");
    }

    #[test]
    fn padding_is_room_that_holds_nothing() {
        let mut stream = Stream::default();
        let mut put = |packet: u64, bytes: &str| {
            let padding = 10 - bytes.len() as u64;
            let segment = Segment { offset: packet * 10, bytes: bytes.as_bytes(), cut_short: 0, padding, mark: MARK };
            stream.0.insert(segment, &mut |chunk| show(&mut stream.1, chunk));
        };
        put(0, "abc");
        put(2, "f");
        put(2, "f");
        put(0, "abcXX");
        put(1, "de");
        put(3, "");
        put(4, "g");
        assert_eq!((stream.1.as_str(), stream.0.next()), ("abcdefg", 50));
        assert!(stream.0.knows(49) && !stream.0.knows(50));
        stream.0.advance(60, &mut |_| panic!("nothing is held"));
        assert_eq!(stream.0.next(), 60);
    }

    #[test]
    fn segments_that_cover_nothing_make_no_hole() {
        let mut stream = Stream::default();
        stream.put(0, "a", 0).put(9, "", 0).put(1, "b", 0).skip().is("ab");
        assert_eq!((stream.0.hole_end(), stream.0.held_bytes()), (None, 0));
    }

    /// Every arrival order of four overlapping segments gives the same stream.
    #[test]
    fn all_orders_agree() {
        let segments = [(0, "abc"), (2, "cde"), (4, "efg"), (1, "bcdef")];
        for n in 0..256 {
            let order = [n & 3, n >> 2 & 3, n >> 4 & 3, n >> 6 & 3];
            let mut stream = Stream::default();
            for i in order.iter().chain(&[0, 1, 2, 3]) {
                stream.put(segments[*i].0, segments[*i].1, 0);
            }
            stream.is("abcdefg");
        }
    }
}
