//! What stands in a capture file beside frames.

use std::net::IpAddr;

/// Something beside frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aside {
    /// A comment for a person to read, or its beginning.
    Comment(String),
    /// A name of an address, as whoever wrote the file knew it.
    Name(IpAddr, String),
    /// Packets that were dropped while capturing, since it was told last.
    Dropped {
        /// The number of the interface, in its section.
        interface: u32,
        /// How many.
        packets: u64,
    },
    /// Keys of encrypted connections, which are not read.
    Secrets,
}
