//! HTTP/1: what carries trackers, web seeds, `.torrent` files and the requests for ports of UPnP.
//!
//! RFC 9112 (messages, chunks), RFC 9110 (encodings), RFC 1952 (gzip). A stream is requests one way and answers the other, in the same order:
//!
//! ```text
//! GET /announce?… HTTP/1.1␍␊  Host: …␍␊ … ␍␊                        [ body ]
//!     HTTP/1.1 200 OK␍␊  Content-Length: … | Transfer-Encoding: chunked ␍␊ … ␍␊  [ body, or all until the stream ends ]
//! ```
//!
//! [`stream`] follows every stream of HTTP, whatever it carries, by its heads only; a body is kept when an earlier word says that it is
//! BitTorrent's, and let go as soon as it shows that it is not. **What counts**: of a stream of HTTP only the heads and bodies of
//! requests to trackers and web seeds (BEP 17), of their answers, and of `.torrent` files. Of every other GET is told which bytes of which
//! file it brought, in no account ([`web_file`](super::web_file)): which were a web seed's of BEP 19 only a torrent tells. All else is silent.
//! httparse reads heads, miniz_oxide inflates. Left out on purpose: HTTP/2 and later, WebSockets, and the encodings `br` and `zstd`.

mod body;
mod parts;
mod stream;

use std::borrow::Cow;

use httparse::{EMPTY_HEADER, Header, ParserConfig, Request, Response, Status};
use miniz_oxide::inflate::{decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit};

use super::Probe;
use crate::base::Reader;

pub use stream::UnfinishedWeb;
pub(super) use stream::{Connection, Fate};

/// The head of a message, borrowed from its stream: what of it is of use here.
#[derive(Clone, Debug, Default)]
struct Head<'a> {
    start: Start<'a>,
    /// `Content-Length`
    length: Option<u64>,
    /// `Transfer-Encoding: chunked`
    chunked: bool,
    /// `Content-Encoding`
    encoding: Encoding,
    /// Whether `Content-Type` says that the body is a `.torrent` file.
    is_torrent: bool,
    host: Option<&'a [u8]>,
    agent: Option<&'a [u8]>,
    soap_action: Option<&'a [u8]>,
    /// `Range`
    range: Option<&'a [u8]>,
    /// `Content-Range`
    content_range: Option<&'a [u8]>,
    /// Whether `Content-Type` says that the body is several parts of a file.
    is_several: bool,
    location: Option<&'a [u8]>,
}

/// The first line of a message.
#[derive(Clone, Copy, Debug)]
enum Start<'a> {
    Request { method: &'a str, target: &'a [u8] },
    Response { status: u16 },
}

impl Default for Start<'_> {
    fn default() -> Self {
        Start::Response { status: 0 }
    }
}

/// How a body is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Encoding {
    #[default]
    Identity,
    Gzip,
    Deflate,
    Unknown,
}

/// What bytes that should begin with a head are.
enum Parsed<'a> {
    /// A head, and its length.
    Whole(Head<'a>, usize),
    /// The beginning of one.
    Partial,
    /// None.
    Broken,
}

/// Whether bytes begin a request or an answer.
pub(super) fn probe(bytes: &[u8]) -> Probe {
    let agree = |due: &[u8]| bytes.iter().zip(due).all(|(byte, due)| byte == due);
    let Some(method) = METHODS.iter().find(|method| agree(method.as_bytes())) else { return Probe::No };
    match bytes.get(method.len()) {
        None => Probe::Maybe,
        // A path, a URL, or a digit of the version; CONNECT names a host.
        Some(b'/' | b'h' | b'1' | b'*') => Probe::Yes,
        Some(_) if *method == "CONNECT " => Probe::Yes,
        Some(_) => Probe::No,
    }
}

impl<'a> Head<'a> {
    fn parse(text: &'a [u8]) -> Parsed<'a> {
        let mut headers = [EMPTY_HEADER; HEADERS];
        if !text.starts_with(b"HTTP/") {
            let mut request = Request::new(&mut headers);
            return match request.parse(text) {
                Ok(Status::Complete(length)) => {
                    let (method, target) = (request.method.unwrap_or_default(), request.path.unwrap_or_default().as_bytes());
                    Parsed::Whole(Head::of(Start::Request { method, target }, request.headers), length)
                }
                Ok(Status::Partial) => Parsed::Partial,
                Err(_) => Parsed::Broken,
            };
        }
        let mut config = ParserConfig::default();
        config.ignore_invalid_headers_in_responses(true).allow_multiple_spaces_in_response_status_delimiters(true);
        let mut response = Response::new(&mut headers);
        match config.parse_response(&mut response, text) {
            Ok(Status::Complete(length)) => {
                let status = response.code.unwrap_or_default();
                Parsed::Whole(Head::of(Start::Response { status }, response.headers), length)
            }
            Ok(Status::Partial) => Parsed::Partial,
            Err(_) => Parsed::Broken,
        }
    }

    fn of(start: Start<'a>, headers: &[Header<'a>]) -> Self {
        let mut head = Head { start, ..Head::default() };
        for Header { name, value } in headers {
            head.take(name, value);
        }
        head
    }

    fn take(&mut self, name: &str, value: &'a [u8]) {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let says = |word: &[u8]| value.windows(word.len()).any(|at| at.eq_ignore_ascii_case(word));
        match name.len() {
            4 if is("Host") => self.host = Some(value),
            5 if is("Range") => self.range = Some(value),
            8 if is("Location") => self.location = Some(value),
            10 if is("User-Agent") => self.agent = Some(value),
            10 if is("SOAPAction") => self.soap_action = Some(value),
            12 if is("Content-Type") => {
                self.is_torrent = says(b"application/x-bittorrent");
                self.is_several = says(b"multipart/byteranges");
            }
            13 if is("Content-Range") => self.content_range = Some(value),
            14 if is("Content-Length") => self.length = str::from_utf8(value).ok().and_then(|text| text.trim().parse().ok()),
            16 if is("Content-Encoding") => self.encoding = Encoding::of(value),
            17 if is("Transfer-Encoding") => self.chunked = says(b"chunked"),
            _ => {}
        }
    }
}

impl Encoding {
    fn of(value: &[u8]) -> Self {
        match value.trim_ascii().to_ascii_lowercase().as_slice() {
            b"" | b"identity" => Encoding::Identity,
            b"gzip" | b"x-gzip" => Encoding::Gzip,
            b"deflate" => Encoding::Deflate,
            _ => Encoding::Unknown,
        }
    }

    /// A body as it was before it was packed; `None` where that cannot be told, or is longer than `limit`.
    fn unpack(self, body: &[u8], limit: usize) -> Option<Cow<'_, [u8]>> {
        match self {
            // Some trackers pack without saying so.
            Encoding::Identity if body.starts_with(GZIP) => gunzip(body, limit),
            Encoding::Identity => Some(Cow::Borrowed(body)),
            Encoding::Gzip => gunzip(body, limit),
            // Servers send it with the frame of zlib and without.
            Encoding::Deflate => {
                decompress_to_vec_zlib_with_limit(body, limit).or_else(|_| decompress_to_vec_with_limit(body, limit)).ok().map(Cow::Owned)
            }
            Encoding::Unknown => None,
        }
    }
}

/// What a gzip file holds (RFC 1952). Its checksum is not looked at: the bytes came over TCP.
fn gunzip(bytes: &[u8], limit: usize) -> Option<Cow<'_, [u8]>> {
    let mut reader = Reader::new(bytes);
    let [_, _, _, flags, ..] = reader.array::<10>("header").ok().filter(|header| header.starts_with(GZIP))?;
    if flags & GZIP_EXTRA != 0 {
        let length = u16::from_le_bytes(reader.array("extra").ok()?);
        reader.bytes(length.into(), "extra").ok()?;
    }
    for text in [GZIP_NAME, GZIP_COMMENT] {
        while flags & text != 0 && reader.u8("text").ok()? != 0 {}
    }
    if flags & GZIP_HEADER_CHECKSUM != 0 {
        reader.u16("checksum").ok()?;
    }
    decompress_to_vec_with_limit(reader.rest(), limit).ok().map(Cow::Owned)
}

/// What a stream of HTTP begins with. `HTTP/1.`: one whose requests are not in the capture.
const METHODS: [&str; 12] =
    ["GET ", "POST ", "HEAD ", "HTTP/1.", "CONNECT ", "PUT ", "OPTIONS ", "DELETE ", "PATCH ", "SUBSCRIBE ", "UNSUBSCRIBE ", "NOTIFY "];
/// Headers of a message. Browsers and servers stay below fifty.
const HEADERS: usize = 96;
const GZIP: &[u8] = b"\x1f\x8b\x08";
const GZIP_HEADER_CHECKSUM: u8 = 2;
const GZIP_EXTRA: u8 = 4;
const GZIP_NAME: u8 = 8;
const GZIP_COMMENT: u8 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_http() {
        for (bytes, expected) in [
            ("", Probe::Maybe),
            ("GE", Probe::Maybe),
            ("GET ", Probe::Maybe),
            ("GET /", Probe::Yes),
            ("GET http://a/", Probe::Yes),
            ("GET x", Probe::No),
            ("HTTP/1.", Probe::Maybe),
            ("HTTP/1.1 200 OK", Probe::Yes),
            ("HTTP/2 200", Probe::No),
            ("CONNECT host:443 HTTP/1.1", Probe::Yes),
            ("SSH-2.0", Probe::No),
            ("get /", Probe::No),
        ] {
            assert_eq!(probe(bytes.as_bytes()), expected, "{bytes}");
        }
    }

    #[test]
    fn heads() {
        let text = b"POST /x HTTP/1.1\r\nhost: a:1\r\nSoapaction: \"u#A\"\r\nContent-Length: 5\r\nUser-Agent: me/1\r\n\r\nhello";
        let Parsed::Whole(head, length) = Head::parse(text) else { panic!("a head") };
        assert!(matches!(head.start, Start::Request { method: "POST", target: b"/x" }));
        assert_eq!((length, head.length, head.chunked), (text.len() - 5, Some(5), false));
        assert_eq!((head.host, head.agent, head.soap_action), (Some(&b"a:1"[..]), Some(&b"me/1"[..]), Some(&b"\"u#A\""[..])));
        let text = b"HTTP/1.0 404 Not Found\r\nTRANSFER-ENCODING: Chunked\r\nbad header\r\nContent-Encoding: x-gzip\r\n\
            Content-Type: Application/X-BitTorrent; x\r\n\r\n";
        let Parsed::Whole(head, length) = Head::parse(text) else { panic!("a head") };
        assert!(matches!(head.start, Start::Response { status: 404 }) && length == text.len());
        assert!(head.chunked && head.is_torrent && head.encoding == Encoding::Gzip);
    }

    #[test]
    fn every_prefix_of_a_head_is_partial() {
        for text in [&b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..], b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"] {
            assert!(matches!(Head::parse(text), Parsed::Whole(_, length) if length == text.len()));
            for end in 0..text.len() {
                assert!(matches!(Head::parse(&text[..end]), Parsed::Partial), "{end}");
            }
        }
        for text in [&b"GET\x01"[..], b"HTTP/1.1 x", b"\x13BitTorrent protocol"] {
            assert!(matches!(Head::parse(text), Parsed::Broken), "{}", text.escape_ascii());
        }
    }

    /// `de`, packed by gzip with every part that its header may have.
    const PACKED: &[u8] = b"\x1f\x8b\x08\x1e\0\0\0\0\x02\xff\x02\0xxname\0comment\0cc\x4b\x49\x05\0\x95\x69\x21\x7f\x02\0\0\0";

    #[test]
    fn packed_bodies() {
        let unpack = |encoding: Encoding, body| encoding.unpack(body, 100).map(Cow::into_owned);
        assert_eq!(unpack(Encoding::Identity, b"de").as_deref(), Some(&b"de"[..]));
        assert_eq!(unpack(Encoding::Gzip, PACKED).as_deref(), Some(&b"de"[..]));
        assert_eq!(unpack(Encoding::Identity, PACKED).as_deref(), Some(&b"de"[..]));
        assert_eq!(unpack(Encoding::Deflate, b"\x4b\x49\x05\0").as_deref(), Some(&b"de"[..]));
        assert_eq!(unpack(Encoding::Deflate, b"\x78\x9c\x4b\x49\x05\0\x01\x2f\0\xca").as_deref(), Some(&b"de"[..]));
        assert_eq!(unpack(Encoding::Unknown, b"de"), None);
        assert_eq!(Encoding::Gzip.unpack(PACKED, 1), None, "more than is wanted");
        for end in 0..30 {
            assert_eq!(unpack(Encoding::Gzip, &PACKED[..end]), None, "{end}");
        }
        for (text, encoding) in
            [("GZIP", Encoding::Gzip), ("deflate", Encoding::Deflate), ("identity", Encoding::Identity), ("br", Encoding::Unknown)]
        {
            assert_eq!(Encoding::of(text.as_bytes()), encoding);
        }
    }
}
