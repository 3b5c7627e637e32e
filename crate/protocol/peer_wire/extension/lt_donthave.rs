//! `lt_donthave`: the sender no longer has a piece that it said it had.
//!
//! BEP 54.
//!
//! ```text
//! index:4
//! ```

use std::fmt;

use crate::base::{Malformed, Reader};

/// The extension's name in the handshake.
pub const NAME: &str = "lt_donthave";

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Index of the piece.
    pub index: u32,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "piece {}", self.index)
    }
}

pub(super) fn parse(payload: &[u8]) -> Result<Message, Malformed> {
    let mut reader = Reader::new(payload);
    let index = reader.u32("index")?;
    if reader.rest().is_empty() { Ok(Message { index }) } else { Err(reader.malformed("end")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages() {
        assert_eq!(parse(&[0, 0, 1, 2]).unwrap().to_string(), "piece 258");
    }

    #[test]
    fn every_prefix_is_malformed() {
        for end in 0..4 {
            assert_eq!(parse(&[0, 0, 1, 2][..end]), Err(Malformed { field: "index", offset: 0 }));
        }
        assert_eq!(parse(&[0; 5]), Err(Malformed { field: "end", offset: 4 }));
    }
}
