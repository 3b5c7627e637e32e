//! The bytes of blocks, and of files of web servers, as they pass.
//!
//! BEP 3 (`piece`), BEP 17 and BEP 19 (seeds on the web). No message holds them: blocks are the bulk of a capture, and what is said about them
//! needs none. Who verifies pieces asks the dissector [for them](super::Dissector::carry_payload), and is handed slices where they lie, in the
//! order of their stream, each before the message that accounts for it. Bytes that are not in the capture are in no slice.

use crate::base::InfoHash;

/// Neighbouring bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload<'a> {
    /// Where they belong.
    pub place: Place,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// Where the first of some bytes belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a piece.
    Piece {
        /// The torrent; `None` where the capture does not tell.
        info_hash: Option<InfoHash>,
        /// Index of the piece.
        index: u32,
        /// Bytes from the piece's start.
        begin: u32,
    },
    /// In the file that this GET of the stream asked for: see [`web_file::Message`](super::web_file::Message).
    File {
        /// Which request of its stream it is.
        number: u32,
        /// Bytes from the file's start.
        at: u64,
    },
}
