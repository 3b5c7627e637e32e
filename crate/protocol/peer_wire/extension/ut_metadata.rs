//! `ut_metadata`: the info dictionary, asked for and given piece by piece.
//!
//! BEP 9.
//!
//! ```text
//! d 8:msg_type i KIND e  5:piece i INDEX e  10:total_size i BYTES e  e  DATA      total_size and DATA in a data message only
//! ```
//!
//! What becomes of the pieces: [`crate::protocol::torrents`].

use std::fmt;

use crate::base::bencode::{Cursor, Kind as Value};
use crate::base::{Limits, Malformed};
use crate::protocol::torrents::piece_bytes;

/// The extension's name in the handshake.
pub const NAME: &str = "ut_metadata";

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// What is said.
    pub kind: Kind,
    /// Which piece of the info dictionary it is about.
    pub piece: u32,
    /// Bytes of the whole info dictionary.
    pub total_size: Option<u64>,
    /// The piece, as far as it is in the capture.
    pub data: &'a [u8],
}

/// `msg_type`: what a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The sender wants a piece.
    Request,
    /// The sender gives a piece.
    Data,
    /// The sender does not give a piece.
    Reject,
    /// No document defines it.
    Unknown(i64),
}

impl Kind {
    /// The kind's name in the report; unknown ones share one.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Request => "request",
            Kind::Data => "data",
            Kind::Reject => "reject",
            Kind::Unknown(_) => "unknown",
        }
    }
}

impl Message<'_> {
    /// Whether the payload could be nothing else: these keys only, in their order, and as much data as there must be.
    pub(super) fn is_certain(&self, payload: &[u8]) -> bool {
        let due = match (self.kind, self.total_size) {
            (Kind::Request | Kind::Reject, None) => Some(0),
            (Kind::Data, Some(total)) => usize::try_from(total).ok().and_then(|total| piece_bytes(self.piece, total)),
            _ => None,
        };
        due == Some(self.data.len()) && payload.starts_with(b"d8:msg_typei")
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} piece {}", self.kind.name(), self.piece)?;
        self.total_size.map_or(Ok(()), |total| write!(f, " of {total} bytes"))
    }
}

pub(super) fn parse<'a>(payload: &'a [u8], limits: &Limits) -> Result<Message<'a>, Malformed> {
    let mut cursor = Cursor::new(payload, limits.bencode_depth);
    let (mut kind, mut piece, mut total_size) = (None, None, None);
    cursor.enter(Value::Dictionary, "ut_metadata")?;
    while !cursor.leave("ut_metadata")? {
        match (cursor.bytes("key")?, cursor.peek("value")?) {
            (b"msg_type", Value::Integer) => kind = Some(cursor.integer("msg_type")?),
            (b"piece", Value::Integer) => piece = u32::try_from(cursor.integer("piece")?).ok(),
            (b"total_size", Value::Integer) => total_size = u64::try_from(cursor.integer("total_size")?).ok(),
            _ => drop(cursor.skip("value")?),
        }
    }
    let kind = match kind.ok_or(cursor.malformed("msg_type"))? {
        0 => Kind::Request,
        1 => Kind::Data,
        2 => Kind::Reject,
        other => Kind::Unknown(other),
    };
    Ok(Message { kind, piece: piece.ok_or(cursor.malformed("piece"))?, total_size, data: cursor.rest() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: &[u8]) -> Result<Message<'_>, &'static str> {
        parse(payload, &Limits::default()).map_err(|malformed| malformed.field)
    }

    #[test]
    fn messages() {
        let message = |kind, piece| Message { kind, piece, total_size: None, data: &[] };
        for (payload, expected, text) in [
            (&b"d8:msg_typei0e5:piecei0ee"[..], message(Kind::Request, 0), "request piece 0"),
            (b"d5:piecei3e8:msg_typei2e1:xle1:y1:ze", message(Kind::Reject, 3), "reject piece 3"),
            (b"d8:msg_typei9e5:piecei0ee", message(Kind::Unknown(9), 0), "unknown piece 0"),
            (
                b"d8:msg_typei1e5:piecei1e10:total_sizei16387eeabc",
                Message { total_size: Some(16387), data: b"abc", ..message(Kind::Data, 1) },
                "data piece 1 of 16387 bytes",
            ),
        ] {
            assert_eq!(read(payload), Ok(expected));
            assert_eq!(expected.to_string(), text);
        }
    }

    #[test]
    fn malformed_fields_are_named() {
        for (payload, field) in [
            (&b""[..], "ut_metadata"),
            (b"le", "ut_metadata"),
            (b"d8:msg_type1:05:piecei0ee", "msg_type"),
            (b"d8:msg_typei0ee", "piece"),
            (b"d8:msg_typei0e5:piecei-1ee", "piece"),
            (b"d8:msg_typei0e5:piecei4294967296ee", "piece"),
            (b"d8:msg_typei0e5:piecei1e", "ut_metadata"),
            (b"d8:msg_typei99999999999999999999e5:piecei0ee", "msg_type"),
        ] {
            assert_eq!(read(payload), Err(field), "{payload:?}");
        }
    }

    #[test]
    fn every_prefix_is_malformed() {
        let whole = b"d8:msg_typei1e5:piecei1e10:total_sizei16387ee";
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
    }
}
