//! A file of a web server, and the parts of it that a client gets.
//!
//! BEP 19: the pieces of a torrent may come from any web server that has its files. Such a client asks as any other of HTTP's does
//! (RFC 9110: ranges), and nothing in what it says names a torrent:
//!
//! ```text
//! GET /seed/name/folder/file HTTP/1.1␍␊  Range: bytes=0-65535 ␍␊ …
//!     HTTP/1.1 206 …␍␊  Content-Range: bytes 0-65535/1258298 ␍␊ … ␍␊ bytes
//! ```
//!
//! So these messages tell of every GET, in no account: which of them were a web seed's is found out by the report, which then also counts
//! their bytes. [`http`](super::http) follows the streams; bodies are counted and never held.

use std::fmt;

use smallvec::SmallVec;

use crate::base::Excerpt;

/// What is told of one GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Which request of its stream it is: they are numbered from 0. Of a stream that goes on, by which number it was told.
    pub number: u32,
    /// What happened.
    pub step: Step<'a>,
}

/// A step of a GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// It was sent.
    Asked(Asked<'a>),
    /// The file is elsewhere: the URL that the answer gives.
    Moved(&'a [u8]),
    /// The file, or a part of it, follows.
    Answered {
        /// Bytes of the file; `None` where the head does not say.
        total: Option<u64>,
        /// Bytes of the head.
        head: u64,
    },
    /// Bytes that followed.
    Run(Run),
    /// A stream of an earlier capture goes on, of which whoever told of it knows more by the message's number.
    GoesOn,
}

/// What a GET asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked<'a> {
    /// `Host`
    pub host: Option<&'a [u8]>,
    /// A path, with its query if it has one; a whole URL where a proxy is asked.
    pub target: &'a [u8],
    /// `User-Agent`
    pub agent: Option<&'a [u8]>,
    /// The parts wanted; empty for the whole file.
    pub ranges: Ranges,
    /// Bytes of the head.
    pub head: u64,
}

/// First and last byte of each part; no last one where the file's end is meant, or the range is counted from there.
pub type Ranges = SmallVec<[(u64, Option<u64>); 1]>;

/// Neighbouring bytes of a file, and what the body held beside them since the last run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Place of the first in the file.
    pub first: u64,
    /// How many. 0 where there is only an account to tell.
    pub bytes: u64,
    /// The frame of the last.
    pub last_frame: u64,
    /// Bytes of the body that were read, those of the run and those that frame it.
    pub read: u64,
    /// Bytes of the body that are in no frame.
    pub lost: u64,
    /// Bytes of the body that were cut off.
    pub truncated: u64,
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.step {
            Step::Asked(asked) => {
                write!(f, "GET {}", Excerpt(asked.target))?;
                asked.ranges.iter().try_for_each(|(first, last)| match last {
                    Some(last) => write!(f, ", bytes {first} to {last}"),
                    None => write!(f, ", bytes from {first}"),
                })
            }
            Step::Moved(url) => write!(f, "moved to {}", Excerpt(url)),
            Step::Answered { total: Some(total), .. } => write!(f, "answer from a file of {total} bytes"),
            Step::Answered { total: None, .. } => write!(f, "answer"),
            Step::Run(run) => write!(f, "{} bytes from {}", run.bytes, run.first),
            Step::GoesOn => write!(f, "goes on"),
        }
    }
}

/// Reads `Range`: `bytes=0-99,200-`.
pub(super) fn read_ranges(value: &[u8]) -> Ranges {
    let Some(list) = str::from_utf8(value).ok().and_then(|text| text.trim().strip_prefix("bytes=")) else { return Ranges::new() };
    let range = |text: &str| {
        let (first, last) = text.trim().split_once('-')?;
        match (first.trim().parse(), last.trim().parse()) {
            (Ok(first), last) => Some((first, last.ok())),
            _ => Some((0, None)),
        }
    };
    list.split(',').take(RANGES).map(|text| range(text).unwrap_or((0, None))).collect()
}

/// Reads `Content-Range`: `bytes 0-99/1000`. Answers the first byte, how many, and how many the file has.
pub(super) fn read_content_range(value: &[u8]) -> Option<(u64, u64, Option<u64>)> {
    let text = str::from_utf8(value).ok()?.trim();
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.trim().split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    let total = if total == "*" { None } else { Some(total.parse().ok().filter(|total| last < *total)?) };
    Some((first, last.checked_sub(first)?.checked_add(1)?, total))
}

/// Parts of one request. Clients ask for a handful; more are left out.
const RANGES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_requests() {
        for (text, expected) in [
            ("bytes=0-99", vec![(0, Some(99))]),
            (" bytes=0-99, 200- ,300-400", vec![(0, Some(99)), (200, None), (300, Some(400))]),
            ("bytes=-500", vec![(0, None)]),
            ("bytes=", vec![(0, None)]),
            ("bytes=1-99999999999999999999", vec![(1, None)]),
            ("lines=1-2", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(read_ranges(text.as_bytes()).to_vec(), expected, "{text}");
        }
        assert_eq!(read_ranges("bytes=".to_owned().as_bytes()).len(), 1);
        assert_eq!(read_ranges(format!("bytes={}", "0-1,".repeat(1000)).as_bytes()).len(), RANGES);
        assert!(read_ranges(b"bytes=\xff").is_empty());
    }

    #[test]
    fn ranges_of_answers() {
        for (text, expected) in [
            ("bytes 0-99/1000", Some((0, 100, Some(1000)))),
            ("bytes 5-5/*", Some((5, 1, None))),
            ("bytes 16384-19999/20000", Some((16384, 3616, Some(20000)))),
            ("bytes 5-4/10", None),
            ("bytes 0-10/10", None),
            ("bytes */10", None),
            ("bytes 0-18446744073709551615/*", None),
            ("bytes 0-1", None),
            ("items 0-1/2", None),
        ] {
            assert_eq!(read_content_range(text.as_bytes()), expected, "{text}");
        }
        let text = b"bytes 16384-19999/20000";
        for end in 0..text.len() - 5 {
            assert_eq!(read_content_range(&text[..end]), None, "{end}");
        }
    }
}
