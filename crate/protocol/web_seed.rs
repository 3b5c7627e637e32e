//! Pieces from a web server that knows torrents.
//!
//! BEP 17. A request is a GET whose query names a torrent and a piece, an answer the bytes:
//!
//! ```text
//! GET /seed.php?info_hash=%12…&piece=8&ranges=49152-131071,180224-262143
//! ```
//!
//! The seeds of BEP 19 are asked as any web server is: see [`web_file`](super::web_file).

use std::fmt;

use super::peer_wire::Block;
use crate::base::InfoHash;

/// A request or its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which request of its stream it is, or answers: they are numbered from 0.
    pub number: u32,
    /// The torrent.
    pub info_hash: InfoHash,
    /// The piece.
    pub piece: u32,
    /// Where in the piece the bytes that are asked for begin; `None` where they are of several places.
    pub begin: Option<u32>,
    /// The status of HTTP and the bytes that came; `None` in a request.
    pub answer: Option<(u16, u64)>,
}

impl Message {
    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        if self.answer.is_some() { "response" } else { "request" }
    }

    /// The part of the piece that came, where it is known which it is. Bytes that are not in the capture make it shorter.
    pub fn block(&self) -> Option<Block> {
        let (200, bytes @ 1..) = self.answer? else { return None };
        Some(Block { index: self.piece, begin: self.begin?, length: u32::try_from(bytes).ok()? })
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} piece {}", self.name(), self.info_hash, self.piece)?;
        self.answer.map_or(Ok(()), |(status, bytes)| write!(f, ", status {status}, {bytes} bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_part_of_its_piece() {
        let part = |begin, answer| Message { number: 0, info_hash: InfoHash([7; 20]), piece: 8, begin, answer }.block();
        assert_eq!(part(Some(4), Some((200, 5))), Some(Block { index: 8, begin: 4, length: 5 }));
        for none in [part(None, Some((200, 5))), part(Some(4), Some((503, 5))), part(Some(4), Some((200, 0))), part(Some(4), None)] {
            assert_eq!(none, None);
        }
    }

    #[test]
    fn messages_in_one_line() {
        let request = Message { number: 0, info_hash: InfoHash([7; 20]), piece: 8, begin: Some(0), answer: None };
        assert_eq!(request.to_string(), format!("request {} piece 8", "07".repeat(20)));
        let response = Message { answer: Some((200, 5)), ..request };
        assert_eq!(response.to_string(), format!("response {} piece 8, status 200, 5 bytes", "07".repeat(20)));
    }
}
