//! Bytes of a capture that should be words, for a line that people read.

use std::fmt::{self, Write};

/// The beginning of a text from the capture. Written on one line: signs that cannot be seen, or could steer a terminal or turn the line
/// around, are escaped, as are bytes that are not UTF-8. A longer one ends in `…`.
#[derive(Clone, Copy, Debug)]
pub struct Excerpt<'a>(
    /// The text, if it is one.
    pub &'a [u8],
);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = LONGEST;
        for chunk in self.0.utf8_chunks() {
            for sign in chunk.valid().chars() {
                if left == 0 {
                    return f.write_char('…');
                }
                left -= 1;
                match sign {
                    '"' | '\'' => f.write_char(sign)?,
                    _ => write!(f, "{}", sign.escape_debug())?,
                }
            }
            if left == 0 && !chunk.invalid().is_empty() {
                return f.write_char('…');
            }
            left = left.saturating_sub(chunk.invalid().len());
            chunk.invalid().iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))?;
        }
        Ok(())
    }
}

/// Signs of a text that are written: names of clients and reasons of trackers have fewer.
const LONGEST: usize = 96;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line() {
        for (bytes, text) in [
            ("µTorrent 3.5".as_bytes(), "µTorrent 3.5"),
            (b"it's \"x\"", "it's \"x\""),
            (b"a\nb\x1b[31m\0", "a\\nb\\u{1b}[31m\\0"),
            ("\u{202e}gpj".as_bytes(), "\\u{202e}gpj"),
            (b"\xff\xfeab\xc2", "\\xff\\xfeab\\xc2"),
            (b"", ""),
        ] {
            assert_eq!(Excerpt(bytes).to_string(), text);
        }
        assert_eq!(Excerpt(&[b'x'; 96]).to_string(), "x".repeat(96));
        assert_eq!(Excerpt(&[b'x'; 97]).to_string(), "x".repeat(96) + "…");
        assert!(Excerpt(&[0xff; 10_000]).to_string().len() < 500);
    }
}
