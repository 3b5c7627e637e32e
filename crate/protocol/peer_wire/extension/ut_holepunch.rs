//! `ut_holepunch`: a peer that both others know brings them to connect to each other at the same time.
//!
//! BEP 55.
//!
//! ```text
//! msg_type:1  addr_type:1  addr:4 or 16  port:2  err_code:4
//! ```
//!
//! libtorrent leaves `err_code` out where there is no error.

use std::fmt;

use crate::base::{Endpoint, Malformed, Reader};

/// The extension's name in the handshake.
pub const NAME: &str = "ut_holepunch";

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// What is said.
    pub kind: Kind,
    /// The other peer.
    pub peer: Endpoint,
    /// 1 no such peer, 2 not connected, 3 no support, 4 the relaying peer itself; 0 where nothing is wrong.
    pub error: u32,
}

/// `msg_type`: what a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The sender wants to be brought together with a peer.
    Rendezvous,
    /// The receiver is to connect to a peer.
    Connect,
    /// The rendezvous is impossible.
    Error,
    /// No document defines it.
    Unknown(u8),
}

impl Kind {
    /// The kind's name in the report; unknown ones share one.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Rendezvous => "rendezvous",
            Kind::Connect => "connect",
            Kind::Error => "error",
            Kind::Unknown(_) => "unknown",
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.name(), self.peer)?;
        if self.error == 0 { Ok(()) } else { write!(f, ", error {}", self.error) }
    }
}

pub(super) fn parse(payload: &[u8]) -> Result<Message, Malformed> {
    let mut reader = Reader::new(payload);
    let kind = match reader.u8("msg_type")? {
        0 => Kind::Rendezvous,
        1 => Kind::Connect,
        2 => Kind::Error,
        other => Kind::Unknown(other),
    };
    let unknown_type = reader.malformed("addr_type");
    let peer = match reader.u8("addr_type")? {
        0 => Endpoint::new(reader.array::<4>("addr")?, reader.u16("port")?),
        1 => Endpoint::new(reader.array::<16>("addr")?, reader.u16("port")?),
        _ => return Err(unknown_type),
    };
    let error = if reader.rest().is_empty() { 0 } else { reader.u32("err_code")? };
    Ok(Message { kind, peer, error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages() {
        for (payload, text) in [
            (&[0, 0, 10, 0, 0, 1, 0x1a, 0xe1, 0, 0, 0, 0][..], "rendezvous 10.0.0.1:6881"),
            (&[1, 0, 10, 0, 0, 1, 0x1a, 0xe1], "connect 10.0.0.1:6881"),
            (&[2, 0, 10, 0, 0, 1, 0, 1, 0, 0, 0, 2], "error 10.0.0.1:1, error 2"),
            (&[9, 1, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1], "unknown [2001:db8::1]:1"),
        ] {
            assert_eq!(parse(payload).unwrap().to_string(), text);
        }
    }

    #[test]
    fn every_prefix_is_malformed() {
        let whole = [2, 0, 10, 0, 0, 1, 0, 1, 0, 0, 0, 2];
        for end in (0..8).chain(9..12) {
            let field =
                ["msg_type", "addr_type", "addr", "addr", "addr", "addr", "port", "port", "", "err_code", "err_code", "err_code"][end];
            assert_eq!(parse(&whole[..end]).unwrap_err().field, field, "{end}");
        }
    }

    #[test]
    fn malformed_fields_are_named() {
        assert_eq!(parse(&[0, 2, 10, 0, 0, 1, 0, 1]), Err(Malformed { field: "addr_type", offset: 1 }));
    }
}
