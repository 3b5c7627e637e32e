//! `upload_only`: whether the sender wants nothing more.
//!
//! BEP 21 defines the key of that name in the extension handshake; µTorrent and libtorrent say later changes in a message of one byte.
//!
//! ```text
//! enabled:1
//! ```

use std::fmt;

use crate::base::{Malformed, Reader};

/// The extension's name in the handshake.
pub const NAME: &str = "upload_only";

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Whether the sender only uploads from now on.
    pub enabled: bool,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.enabled { "on" } else { "off" })
    }
}

pub(super) fn parse(payload: &[u8]) -> Result<Message, Malformed> {
    Ok(Message { enabled: Reader::new(payload).u8("enabled")? != 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages() {
        assert_eq!(parse(&[1]).unwrap().to_string(), "on");
        assert_eq!(parse(&[0]).unwrap().to_string(), "off");
    }

    #[test]
    fn every_prefix_is_malformed() {
        assert_eq!(parse(&[]), Err(Malformed { field: "enabled", offset: 0 }));
    }
}
