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
    /// Where they were captured.
    pub carried: Carried,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// The place of bytes in the packet that brought them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The packet's frame.
    pub frame: u64,
    /// Captured bytes of the packet behind them; `None` where they were held together with others before they were read.
    pub behind: Option<usize>,
}

impl Carried {
    /// Of some bytes of a packet's `content`, which is all that was new of it to its end.
    pub(super) fn new(frame: u64, content: &[u8], bytes: &[u8]) -> Self {
        // A part lies in memory where the whole does.
        let (whole, part) = (content.as_ptr_range(), bytes.as_ptr_range());
        let inside = whole.start <= part.start && part.end <= whole.end;
        Carried { frame, behind: inside.then(|| whole.end.addr() - part.end.addr()) }
    }
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
