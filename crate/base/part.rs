//! What bytes are made of, as a tree: every part has a name, a value in words and its place.
//!
//! In: bytes, and where they stand in the frame that is looked at. Out: [`Part`]s. Made for one frame that somebody looks at, never while a capture is
//! read. Values are escaped as [`Excerpt`] does it: they come from captures.

use std::borrow::Cow;

use serde::Serialize;

use super::{Excerpt, Hex};

/// Some bytes of a frame, and what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Part {
    /// What it is called.
    pub name: Cow<'static, str>,
    /// What it says, in words; empty where its parts say it.
    pub value: String,
    /// Bytes of the frame before it.
    pub start: usize,
    /// Bytes of the frame up to its end.
    pub end: usize,
    /// What it is made of.
    pub parts: Vec<Part>,
}

impl Part {
    /// A part without parts.
    pub fn new(name: impl Into<Cow<'static, str>>, value: impl Into<String>, start: usize, end: usize) -> Self {
        Part { name: name.into(), value: value.into(), start, end, parts: Vec::new() }
    }

    /// The same, made of these.
    #[must_use]
    pub fn of(self, parts: Vec<Part>) -> Self {
        Part { parts, ..self }
    }
}

/// Reads parts one after the other. What the bytes end too early for is no part: every reading method answers `None` then, and goes no further.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    bytes: &'a [u8],
    base: usize,
    at: usize,
    list: Vec<Part>,
}

impl<'a> Parts<'a> {
    /// Parts of `bytes`, which begin so far into the frame.
    pub fn new(bytes: &'a [u8], base: usize) -> Self {
        Parts { bytes, base, at: 0, list: Vec::new() }
    }

    /// Where in the frame the next part begins.
    pub fn offset(&self) -> usize {
        self.base + self.at
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next `size` bytes under a name, of which `show` makes words.
    pub fn bytes(&mut self, name: impl Into<Cow<'static, str>>, size: usize, show: impl FnOnce(&'a [u8]) -> String) -> Option<&'a [u8]> {
        let bytes = self.rest().get(..size)?;
        let start = self.offset();
        self.at += size;
        self.list.push(Part::new(name, show(bytes), start, start + size));
        Some(bytes)
    }

    /// A number of up to eight bytes, most significant first.
    pub fn number(&mut self, name: &'static str, size: usize) -> Option<u64> {
        self.number_as(name, size, |number| number.to_string())
    }

    /// The same, of which `show` makes words.
    pub fn number_as(&mut self, name: &'static str, size: usize, show: impl FnOnce(u64) -> String) -> Option<u64> {
        self.bytes(name, size, |bytes| show(big_endian(bytes))).map(big_endian)
    }

    /// Bytes as hex digits.
    pub fn hex(&mut self, name: &'static str, size: usize) -> Option<&'a [u8]> {
        self.bytes(name, size, hex)
    }

    /// Bytes as text.
    pub fn text(&mut self, name: &'static str, size: usize) -> Option<&'a [u8]> {
        self.bytes(name, size, |bytes| Excerpt(bytes).to_string())
    }

    /// The next `size` bytes, or as many as there are, as a part of which `read` reads the parts.
    pub fn nest(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>, size: usize, read: impl FnOnce(&mut Parts<'a>)) {
        let rest = self.rest();
        let bytes = rest.get(..size).unwrap_or(rest);
        let start = self.offset();
        let mut inner = Parts::new(bytes, start);
        read(&mut inner);
        self.at += bytes.len();
        self.list.push(Part::new(name, value, start, start + bytes.len()).of(inner.list));
    }

    /// Changes the part that was read last.
    pub fn tell_last(&mut self, change: impl FnOnce(&mut Part)) {
        if let Some(part) = self.list.last_mut() {
            change(part);
        }
    }

    /// Adds parts that were read in another way.
    pub fn add(&mut self, part: Part) {
        self.at = self.at.max(part.end.saturating_sub(self.base)).min(self.bytes.len());
        self.list.push(part);
    }

    /// All parts that were read.
    pub fn into_list(self) -> Vec<Part> {
        self.list
    }
}

/// Bytes as hex digits, of many only the first.
pub fn hex(bytes: &[u8]) -> String {
    let shown = bytes.get(..SHOWN).unwrap_or(bytes);
    let more = if shown.len() < bytes.len() { format!("… ({} bytes)", bytes.len()) } else { String::new() };
    format!("{}{more}", Hex(shown))
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Bytes that are shown of many: those of a hash.
const SHOWN: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_each_other_until_bytes_end() {
        let mut parts = Parts::new(&[1, 2, 3, b'a', b'\n', 9], 10);
        assert_eq!(parts.number("one", 1), Some(1));
        parts.nest("both", "two", 3, |inner| {
            assert_eq!(inner.hex("hex", 2), Some(&[2, 3][..]));
            assert_eq!(inner.number("too long", 2), None);
        });
        assert_eq!(parts.text("text", 1), Some(&b"\n"[..]));
        assert_eq!(parts.number("too long", 2), None);
        let expected = [
            Part::new("one", "1", 10, 11),
            Part::new("both", "two", 11, 14).of(vec![Part::new("hex", "0203", 11, 13)]),
            Part::new("text", "\\n", 14, 15),
        ];
        assert_eq!((parts.rest(), parts.into_list()), (&[9][..], expected.to_vec()));
        assert_eq!(hex(&[0xab; 40]), "ab".repeat(32) + "… (40 bytes)");
    }
}
