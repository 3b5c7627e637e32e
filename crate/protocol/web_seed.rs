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
    /// The status of HTTP and the bytes that came; `None` in a request.
    pub answer: Option<(u16, u64)>,
}

impl Message {
    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        if self.answer.is_some() { "response" } else { "request" }
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
    fn messages_in_one_line() {
        let request = Message { number: 0, info_hash: InfoHash([7; 20]), piece: 8, answer: None };
        assert_eq!(request.to_string(), format!("request {} piece 8", "07".repeat(20)));
        let response = Message { answer: Some((200, 5)), ..request };
        assert_eq!(response.to_string(), format!("response {} piece 8, status 200, 5 bytes", "07".repeat(20)));
    }
}
