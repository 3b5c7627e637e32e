//! Trackers over HTTP: announcing and scraping.
//!
//! BEP 3 (announces), BEP 7 (IPv6), BEP 21 (`paused`), BEP 23 (compact peers), BEP 24 (external IP), BEP 31 (retry), BEP 48 (scrapes).
//! A request is a GET whose query holds the fields, an answer a bencoded dictionary in a body:
//!
//! ```text
//! GET /announce?info_hash=%12…&peer_id=…&port=…&uploaded=…&downloaded=…&left=…&event=…&numwant=…&key=…&compact=…&ipv6=…
//!     d 8:complete N  10:incomplete N  8:interval N  12:min interval N  5:peers ( COMPACT | l d 2:ip … e e )  6:peers6 … e
//!     d 14:failure reason TEXT  8:retry in ( N | never ) e
//! GET /scrape?info_hash=%12…&info_hash=…
//!     d 5:files d 20:HASH d 8:complete N  10:downloaded N  10:incomplete N e … e e
//! ```
//!
//! Known by an `info_hash` of 20 bytes beside a peer ID, a port, or a path that says `announce` or `scrape`. `+` in a query is a space: no
//! client leaves a real one unescaped. [`http`](super::http) finds the requests and says which answer is whose. Left out on purpose: scrapes
//! that name no torrent, which nothing tells from other requests.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use smallvec::SmallVec;

use super::tracker::{Event, Peers};
use crate::base::bencode::{Cursor, Kind as Value};
use crate::base::{Endpoint, Excerpt, InfoHash, Limits, Malformed, PeerId};

/// A request or its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Which request of its stream it is, or answers: they are numbered from 0.
    pub number: u32,
    /// What is asked for.
    pub kind: Kind,
    /// The question, or the answer.
    pub body: Body<'a>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Says that a client is in a swarm, and asks for others.
    Announce,
    /// Asks how large swarms are.
    Scrape,
}

/// A question or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// The question.
    Request {
        /// Whose: the host and path of the request.
        place: Place<'a>,
        /// Its fields.
        query: Query,
    },
    /// The answer.
    Response {
        /// The status of HTTP.
        status: u16,
        /// What it says; `None` where it cannot be read, or is not all in the capture.
        answer: Option<Answer<'a>>,
    },
}

/// Where a request goes and who makes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// The target before its query: a path, or a whole URL where a proxy is asked.
    pub path: &'a [u8],
    /// `Host`
    pub host: Option<&'a [u8]>,
    /// `User-Agent`
    pub agent: Option<&'a [u8]>,
}

/// The fields of a query; `None` what is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The torrents: one of an announce, any number of a scrape.
    pub info_hashes: SmallVec<[InfoHash; 1]>,
    /// The sender's name in the swarm.
    pub peer_id: Option<PeerId>,
    /// The port on which it listens.
    pub port: Option<u16>,
    /// Bytes sent since `started`.
    pub uploaded: Option<u64>,
    /// Bytes got since `started`.
    pub downloaded: Option<u64>,
    /// Bytes that are missing.
    pub left: Option<u64>,
    /// Why it announces; `None` only where that is not in the capture.
    pub event: Option<Event>,
    /// Peers wanted.
    pub num_want: Option<i64>,
    /// By which a tracker knows it again when its address changes.
    pub key: Option<Vec<u8>>,
    /// Whether peers are wanted in the compact form.
    pub compact: Option<bool>,
    /// Where it wants to be reached: `ip`, `ipv4`, `ipv6`.
    pub addresses: SmallVec<[IpAddr; 1]>,
    /// A piece that is asked for: then this is no tracker's query (BEP 17).
    pub piece: Option<u32>,
    /// The parts of that piece that are asked for, if not all: first and last byte of each, with commas between.
    pub ranges: Option<Vec<u8>>,
    /// The first field that cannot be read.
    pub malformed: Option<Malformed>,
}

/// What a tracker says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer<'a> {
    /// Why it says nothing else.
    pub failure: Option<&'a [u8]>,
    /// When to ask again after a failure (BEP 31).
    pub retry: Option<Retry>,
    /// What a user should know.
    pub warning: Option<&'a [u8]>,
    /// Seconds until the next announce is wanted.
    pub interval: Option<u64>,
    /// Seconds until the next announce is allowed.
    pub min_interval: Option<u64>,
    /// Peers with all pieces.
    pub seeders: Option<u64>,
    /// Peers without all pieces.
    pub leechers: Option<u64>,
    /// How often the torrent was downloaded, ever.
    pub completed: Option<u64>,
    /// Some peers; `None` where the answer has no such field.
    pub peers: Option<Peers<'a>>,
    /// The asker's address, as the tracker sees it (BEP 24).
    pub external_address: Option<IpAddr>,
    /// The swarms of a scrape.
    pub files: Vec<Swarm>,
}

/// When to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// After so many minutes.
    Minutes(u64),
    /// Never.
    Never,
}

/// How large a swarm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swarm {
    /// The torrent.
    pub info_hash: InfoHash,
    /// Peers with all pieces.
    pub seeders: Option<u64>,
    /// How often it was downloaded, ever.
    pub completed: Option<u64>,
    /// Peers without all pieces.
    pub leechers: Option<u64>,
}

impl Message<'_> {
    /// The peers that an answer lists; none of a question.
    pub fn listed(&self) -> impl Iterator<Item = Endpoint> {
        let answer = match &self.body {
            Body::Response { answer, .. } => answer.as_ref(),
            Body::Request { .. } => None,
        };
        answer.into_iter().flat_map(|answer| &answer.peers).flat_map(|peers| peers.endpoints())
    }

    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        match (self.kind, &self.body) {
            (Kind::Announce, Body::Request { .. }) => "announce_request",
            (Kind::Announce, Body::Response { .. }) => "announce_response",
            (Kind::Scrape, Body::Request { .. }) => "scrape_request",
            (Kind::Scrape, Body::Response { .. }) => "scrape_response",
        }
    }
}

impl Place<'_> {
    /// The tracker's URL without its query; `None` where the request does not name the host.
    pub fn url(&self) -> Option<String> {
        let path = String::from_utf8_lossy(self.path);
        if !path.starts_with('/') {
            return Some(path.into_owned());
        }
        Some(format!("http://{}{path}", String::from_utf8_lossy(self.host?)))
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name().replace('_', " "))?;
        match &self.body {
            Body::Request { query, .. } => {
                query.info_hashes.iter().try_for_each(|info_hash| write!(f, " {info_hash}"))?;
                query.event.filter(|_| self.kind == Kind::Announce).map_or(Ok(()), |event| write!(f, " event {event}"))?;
                query.port.map_or(Ok(()), |port| write!(f, ", port {port}"))?;
                let amounts = [("left", query.left), ("downloaded", query.downloaded), ("uploaded", query.uploaded)];
                amounts.iter().try_for_each(|(name, bytes)| bytes.map_or(Ok(()), |bytes| write!(f, ", {name} {bytes}")))
            }
            Body::Response { answer: None, status } => write!(f, ", status {status}"),
            Body::Response { answer: Some(Answer { failure: Some(failure), .. }), .. } => write!(f, ": {}", Excerpt(failure)),
            Body::Response { answer: Some(answer), .. } if self.kind == Kind::Scrape => write!(f, ", {} torrents", answer.files.len()),
            Body::Response { answer: Some(answer), .. } => {
                answer.peers.as_ref().map_or(Ok(()), |peers| write!(f, ", {} peers", peers.count()))?;
                answer.seeders.map_or(Ok(()), |seeders| write!(f, ", {seeders} seeders"))?;
                answer.leechers.map_or(Ok(()), |leechers| write!(f, ", {leechers} leechers"))?;
                answer.interval.map_or(Ok(()), |interval| write!(f, ", interval {interval} s"))?;
                answer.warning.map_or(Ok(()), |warning| write!(f, ", warning: {}", Excerpt(warning)))
            }
        }
    }
}

/// Whether bytes begin a request whose query names a torrent: what tells a tracker's stream that was open before the capture.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(b"GET ") && {
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        line.windows(FIELD.len()).any(|at| at == FIELD)
    }
}

/// What the query of a target asks a tracker or web seed for; `None` where it is another's.
pub(super) fn read_query(target: &[u8], limits: &Limits) -> Option<Query> {
    let (path, query) = split_target(target)?;
    if !query.windows(FIELD.len()).any(|at| at == FIELD) {
        return None;
    }
    let query = Query::read(query, limits);
    let named = kind_of(path).is_some();
    let known = !query.info_hashes.is_empty() && (named || query.peer_id.is_some() || query.port.is_some() || query.piece.is_some());
    (known || named && query.malformed.is_some()).then_some(query)
}

/// A target's path and query.
pub(super) fn split_target(target: &[u8]) -> Option<(&[u8], &[u8])> {
    let mark = target.iter().position(|byte| *byte == b'?')?;
    Some((target.get(..mark)?, target.get(mark + 1..)?))
}

/// What a path asks for by its last part (BEP 48).
pub(super) fn kind_of(path: &[u8]) -> Option<Kind> {
    let last = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    match last {
        _ if last.starts_with(b"announce") => Some(Kind::Announce),
        _ if last.starts_with(b"scrape") => Some(Kind::Scrape),
        _ => None,
    }
}

impl Query {
    fn read(query: &[u8], limits: &Limits) -> Self {
        let mut fields = Query { event: Some(Event::None), ..Query::default() };
        let mut offset = 0;
        for field in query.split(|byte| *byte == b'&') {
            if let Err(field) = fields.read_field(field, limits) {
                fields.malformed.get_or_insert(Malformed { field, offset });
            }
            offset += field.len() + 1;
        }
        fields
    }

    fn read_field(&mut self, field: &[u8], limits: &Limits) -> Result<(), &'static str> {
        let Some(equals) = field.iter().position(|byte| *byte == b'=') else { return Ok(()) };
        let (name, value) = field.split_at(equals);
        let value = percent_decoded(value.get(1..).unwrap_or_default());
        match name {
            b"info_hash" => {
                let info_hash = InfoHash(value.try_into().map_err(|_| "info_hash")?);
                if self.info_hashes.len() < limits.scraped_torrents {
                    self.info_hashes.push(info_hash);
                }
            }
            b"peer_id" => self.peer_id = Some(PeerId(value.try_into().map_err(|_| "peer_id")?)),
            b"port" => self.port = Some(number(&value).ok_or("port")?),
            b"uploaded" => self.uploaded = Some(number(&value).ok_or("uploaded")?),
            b"downloaded" => self.downloaded = Some(number(&value).ok_or("downloaded")?),
            // Transmission and µTorrent say -1 while they have no info dictionary.
            b"left" => self.left = if value.starts_with(b"-") { None } else { Some(number(&value).ok_or("left")?) },
            b"event" => self.event = Some(Event::of_word(&value)),
            b"numwant" | b"num_want" => self.num_want = Some(number(&value).ok_or("numwant")?),
            b"key" => self.key = Some(value),
            b"compact" => self.compact = Some(value != b"0"),
            b"ip" | b"ipv4" | b"ipv6" => self.addresses.extend(address(&value)),
            b"piece" => self.piece = Some(number(&value).ok_or("piece")?),
            b"ranges" => self.ranges = Some(value),
            _ => {}
        }
        Ok(())
    }

    /// Where in the piece the bytes begin that are asked for; `None` where they are of several places.
    pub fn begin(&self) -> Option<u32> {
        let Some(ranges) = self.ranges.as_deref() else { return Some(0) };
        let first = ranges.split(|byte| *byte == b'-').next().filter(|_| !ranges.contains(&b','))?;
        number(first)
    }
}

/// A value of a query as the bytes that were meant.
fn percent_decoded(value: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value;
    while let [first, after @ ..] = rest {
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        let escaped = match rest {
            [b'%', high, low, ..] => digit(high).zip(digit(low)).and_then(|(high, low)| u8::try_from(high << 4 | low).ok()),
            _ => None,
        };
        decoded.push(escaped.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = if escaped.is_some() { rest.get(3..).unwrap_or_default() } else { after };
    }
    decoded
}

fn number<N: std::str::FromStr>(value: &[u8]) -> Option<N> {
    str::from_utf8(value).ok()?.parse().ok()
}

/// An address, alone or with a port (BEP 7).
fn address(value: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(value).ok()?;
    let socket = || text.parse().ok().map(|socket: std::net::SocketAddr| socket.ip());
    text.parse().ok().or_else(socket)
}

/// Reads an answer: as much of it as follows the documents, and what does not.
pub(super) fn parse_answer<'a>(body: &'a [u8], limits: &Limits) -> (Option<Answer<'a>>, Option<Malformed>) {
    let mut cursor = Cursor::new(body, limits.bencode_depth);
    if let Err(malformed) = cursor.enter(Value::Dictionary, "answer") {
        return (None, Some(malformed));
    }
    let mut answer = Answer::default();
    let malformed = answer.read(&mut cursor, limits).err();
    (Some(answer), malformed)
}

impl<'a> Answer<'a> {
    fn read(&mut self, cursor: &mut Cursor<'a>, limits: &Limits) -> Result<(), Malformed> {
        while !cursor.leave("answer")? {
            let key = cursor.bytes("key")?;
            match (key, cursor.peek("value")?) {
                (b"failure reason", Value::Bytes) => self.failure = Some(cursor.bytes("failure reason")?),
                (b"warning message", Value::Bytes) => self.warning = Some(cursor.bytes("warning message")?),
                (b"retry in", Value::Bytes) => self.retry = retry(cursor.bytes("retry in")?),
                (b"retry in", Value::Integer) => self.retry = natural(cursor, "retry in")?.map(Retry::Minutes),
                (b"interval", Value::Integer) => self.interval = natural(cursor, "interval")?,
                (b"min interval", Value::Integer) => self.min_interval = natural(cursor, "min interval")?,
                (b"complete", Value::Integer) => self.seeders = natural(cursor, "complete")?,
                (b"incomplete", Value::Integer) => self.leechers = natural(cursor, "incomplete")?,
                (b"downloaded", Value::Integer) => self.completed = natural(cursor, "downloaded")?,
                (b"peers", Value::Bytes) => self.peers.get_or_insert_default().ipv4 = cursor.bytes("peers")?,
                (b"peers", Value::List) => read_peers(cursor, self.peers.get_or_insert_default())?,
                (b"peers6", Value::Bytes) => self.peers.get_or_insert_default().ipv6 = cursor.bytes("peers6")?,
                (b"external ip", Value::Bytes) => self.external_address = packed_address(cursor.bytes("external ip")?),
                (b"files", Value::Dictionary) => self.read_files(cursor, limits)?,
                _ => drop(cursor.skip("value")?),
            }
        }
        Ok(())
    }

    fn read_files(&mut self, cursor: &mut Cursor<'a>, limits: &Limits) -> Result<(), Malformed> {
        cursor.enter(Value::Dictionary, "files")?;
        while !cursor.leave("files")? {
            let name = <[u8; 20]>::try_from(cursor.bytes("info_hash")?);
            match name {
                Ok(info_hash) if self.files.len() < limits.scraped_torrents => {
                    self.files.push(read_swarm(cursor, InfoHash(info_hash))?);
                }
                _ => drop(cursor.skip("file")?),
            }
        }
        Ok(())
    }
}

fn read_swarm(cursor: &mut Cursor<'_>, info_hash: InfoHash) -> Result<Swarm, Malformed> {
    let mut swarm = Swarm { info_hash, seeders: None, completed: None, leechers: None };
    cursor.enter(Value::Dictionary, "file")?;
    while !cursor.leave("file")? {
        let key = cursor.bytes("file key")?;
        match (key, cursor.peek("file value")?) {
            (b"complete", Value::Integer) => swarm.seeders = natural(cursor, "complete")?,
            (b"downloaded", Value::Integer) => swarm.completed = natural(cursor, "downloaded")?,
            (b"incomplete", Value::Integer) => swarm.leechers = natural(cursor, "incomplete")?,
            _ => drop(cursor.skip("file value")?),
        }
    }
    Ok(swarm)
}

/// Peers of which each has a dictionary (BEP 3).
fn read_peers(cursor: &mut Cursor<'_>, peers: &mut Peers<'_>) -> Result<(), Malformed> {
    cursor.enter(Value::List, "peers")?;
    while !cursor.leave("peers")? {
        let (mut host, mut port) = (None, None);
        cursor.enter(Value::Dictionary, "peer")?;
        while !cursor.leave("peer")? {
            let key = cursor.bytes("peer key")?;
            match (key, cursor.peek("peer value")?) {
                (b"ip", Value::Bytes) => host = address(cursor.bytes("ip")?),
                (b"port", Value::Integer) => port = u16::try_from(cursor.integer("port")?).ok(),
                _ => drop(cursor.skip("peer value")?),
            }
        }
        match host.zip(port) {
            Some((address, port)) => peers.listed.push(Endpoint { address, port }),
            None => peers.others += 1,
        }
    }
    Ok(())
}

/// An integer; `None` for a negative one, by which trackers say that they do not know.
fn natural(cursor: &mut Cursor<'_>, field: &'static str) -> Result<Option<u64>, Malformed> {
    cursor.integer(field).map(|number| u64::try_from(number).ok())
}

fn retry(text: &[u8]) -> Option<Retry> {
    if text == b"never" { Some(Retry::Never) } else { number(text).map(Retry::Minutes) }
}

fn packed_address(bytes: &[u8]) -> Option<IpAddr> {
    let four = || <[u8; 4]>::try_from(bytes).ok().map(|bytes| Ipv4Addr::from(bytes).into());
    let sixteen = || <[u8; 16]>::try_from(bytes).ok().map(|bytes| Ipv6Addr::from(bytes).into());
    four().or_else(sixteen)
}

/// What names a torrent in a query.
const FIELD: &[u8] = b"info_hash=";

#[cfg(test)]
mod tests {
    use super::*;

    fn query(target: &str) -> Option<Query> {
        read_query(target.as_bytes(), &Limits::default())
    }

    const TARGET: &str = "/announce?info_hash=%078%ea%a8%b4%99%ef%7d%df%01%bf%b8%1a%ae%a7%dfN%f7%260&peer_id=-LT2110-0F3U3nOjk7Vw\
        &port=6883&uploaded=1&downloaded=2&left=3145728&key=378E1941&event=started&numwant=200&compact=1&ipv6=[2001:db8::1]:6&x";

    #[test]
    fn an_announce() {
        let query = query(TARGET).unwrap();
        assert_eq!(query.info_hashes.as_slice(), [InfoHash(*b"\x078\xea\xa8\xb4\x99\xef\x7d\xdf\x01\xbf\xb8\x1a\xae\xa7\xdfN\xf7\x260")]);
        assert_eq!((query.peer_id, query.port, query.event), (Some(PeerId(*b"-LT2110-0F3U3nOjk7Vw")), Some(6883), Some(Event::Started)));
        assert_eq!((query.uploaded, query.downloaded, query.left), (Some(1), Some(2), Some(3_145_728)));
        assert_eq!((query.num_want, query.compact, query.key.as_deref()), (Some(200), Some(true), Some(&b"378E1941"[..])));
        assert_eq!((query.addresses.as_slice(), query.malformed), (&["2001:db8::1".parse().unwrap()][..], None));
        assert!(begins(format!("GET {TARGET} HTTP/1.1\r\n").as_bytes()));
        assert!(!begins(b"GET / HTTP/1.1\r\nCookie: info_hash=\r\n"));
    }

    #[test]
    fn a_part_of_a_piece_is_asked_for_by_its_ranges() {
        let begin = |more: &str| {
            let target = format!("/seed.php?info_hash=aaaaaaaaaaaaaaaaaaaa&piece=3{more}");
            read_query(target.as_bytes(), &Limits::default()).unwrap().begin()
        };
        let begins = ["", "&ranges=49152-131071", "&ranges=0-9,20-29", "&ranges=x"].map(begin);
        assert_eq!(begins, [Some(0), Some(49152), None, None]);
    }

    #[test]
    fn what_tells_a_trackers_query() {
        let hash = "info_hash=aaaaaaaaaaaaaaaaaaaa";
        for (target, known) in [
            (format!("/announce.php?{hash}"), true),
            (format!("/x/scrape?{hash}"), true),
            (format!("http://t.example/announce?{hash}"), true),
            (format!("/t.php?{hash}&port=1"), true),
            (format!("/seed.php?{hash}&piece=3"), true),
            (format!("/details?{hash}"), false),
            ("/announce?info_hash=aa".into(), true),
            ("/details?info_hash=aa&port=1".into(), false),
            ("/announce".into(), false),
            ("/announce?x=1".into(), false),
        ] {
            assert_eq!(query(&target).is_some(), known, "{target}");
        }
        assert_eq!(query("/announce?info_hash=aa").unwrap().malformed, Some(Malformed { field: "info_hash", offset: 0 }));
        assert_eq!(
            (kind_of(b"/a/announce"), kind_of(b"/scrape.php"), kind_of(b"/announce/x")),
            (Some(Kind::Announce), Some(Kind::Scrape), None)
        );
    }

    #[test]
    fn malformed_fields_are_named() {
        for field in ["peer_id=short", "port=70000", "uploaded=x", "downloaded=-1", "left=x", "numwant=", "piece=x"] {
            let query = query(&format!("/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&{field}")).unwrap();
            assert_eq!(query.malformed.unwrap().field, field.split('=').next().unwrap());
        }
        assert_eq!(query("/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&left=-1").unwrap().malformed, None);
    }

    #[test]
    fn escapes() {
        for (text, bytes) in [("a%2Bb+c", &b"a+b c"[..]), ("%", b"%"), ("%4", b"%4"), ("%zz", b"%zz"), ("%00%ff", b"\0\xff")] {
            assert_eq!(percent_decoded(text.as_bytes()), bytes);
        }
    }

    fn answer(body: &[u8]) -> (Option<Answer<'_>>, Option<Malformed>) {
        parse_answer(body, &Limits::default())
    }

    const ANSWER: &[u8] = b"d8:completei5e10:downloadedi9e11:external ip4:\x01\x02\x03\x0410:incompletei3e8:intervali1800e\
        12:min intervali900e5:peers6:\x0a\0\0\x02\xc8\xd56:peers618:\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x1a\xe115:warning message2:hme";

    #[test]
    fn a_compact_answer() {
        let (Some(answer), None) = answer(ANSWER) else { panic!("an answer") };
        assert_eq!((answer.seeders, answer.leechers, answer.completed), (Some(5), Some(3), Some(9)));
        assert_eq!((answer.interval, answer.min_interval, answer.warning), (Some(1800), Some(900), Some(&b"hm"[..])));
        assert_eq!(answer.external_address, Some([1, 2, 3, 4].into()));
        let peers: Vec<_> = answer.peers.unwrap().endpoints().map(|peer| peer.to_string()).collect();
        assert_eq!(peers, ["10.0.0.2:51413", "[2001:db8::1]:6881"]);
    }

    #[test]
    fn peers_in_dictionaries() {
        let body = b"d8:intervali-1e5:peersld2:ip8:10.0.0.27:peer id1:x4:porti6eed2:ip3:::14:porti7eed2:ip4:host4:porti8eeee";
        let (Some(answer), None) = answer(body) else { panic!("an answer") };
        let peers = answer.peers.unwrap();
        assert_eq!((peers.count(), peers.others, answer.interval), (3, 1, None));
        assert_eq!(peers.endpoints().map(|peer| peer.to_string()).collect::<Vec<_>>(), ["10.0.0.2:6", "[::1]:7"]);
    }

    #[test]
    fn failures_and_when_to_ask_again() {
        for (body, retry) in [
            (&b"d14:failure reason2:no8:retry ini5ee"[..], Some(Retry::Minutes(5))),
            (b"d14:failure reason2:no8:retry in1:5e", Some(Retry::Minutes(5))),
            (b"d14:failure reason2:no8:retry in5:nevere", Some(Retry::Never)),
            (b"d14:failure reason2:noe", None),
        ] {
            let (Some(answer), None) = answer(body) else { panic!("an answer") };
            assert_eq!((answer.failure, answer.retry), (Some(&b"no"[..]), retry));
        }
    }

    #[test]
    fn a_scrape() {
        let body = b"d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:completei5e10:downloadedi50e10:incompletei10e4:name1:xe3:baddee5:flagsdee";
        let (Some(answer), None) = answer(body) else { panic!("an answer") };
        let swarm = Swarm { info_hash: InfoHash([b'a'; 20]), seeders: Some(5), completed: Some(50), leechers: Some(10) };
        assert_eq!(answer.files, [swarm]);
    }

    #[test]
    fn every_prefix_of_an_answer_is_malformed() {
        for end in 0..ANSWER.len() {
            let (read, malformed) = answer(&ANSWER[..end]);
            assert!(malformed.is_some() && read.is_some() == (end > 0), "{end}");
        }
        assert_eq!(answer(b"<html>").0, None);
    }

    #[test]
    fn malformed_answers_name_their_field_and_keep_what_stands_before_it() {
        for (body, field) in [
            (&b"d8:completei5e8:intervalixee"[..], "interval"),
            (b"d8:completei5e8:intervali1", "interval"),
            (b"d8:completei5ei1ei2ee", "key"),
            (b"d8:completei5e5:peersli1eee", "peer"),
            (b"d8:completei5e5:peersld4:porti1e", "peer"),
            (b"d8:completei5e5:peers7:abc", "peers"),
            (b"d8:completei5e5:filesd20:aaaaaaaaaaaaaaaaaaaai1eee", "file"),
            (b"d8:completei5e8:retry in9:x", "retry in"),
        ] {
            let (read, malformed) = answer(body);
            assert_eq!((malformed.unwrap().field, read.unwrap().seeders), (field, Some(5)), "{}", body.escape_ascii());
        }
    }

    #[test]
    fn messages_in_one_line() {
        let place = Place { path: b"/announce", host: Some(b"t.example:69"), agent: None };
        assert_eq!(place.url().as_deref(), Some("http://t.example:69/announce"));
        assert_eq!(Place { path: b"http://p/a", ..place }.url().as_deref(), Some("http://p/a"));
        assert_eq!(Place { host: None, ..place }.url(), None);
        let message = |kind, body| Message { number: 0, kind, body }.to_string();
        let request = Body::Request { place, query: query("/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=5").unwrap() };
        assert_eq!(message(Kind::Announce, request), format!("announce request {} event none, port 5", "61".repeat(20)));
        let response = |body| Body::Response { status: 200, answer: answer(body).0 };
        assert_eq!(
            message(Kind::Announce, response(ANSWER)),
            "announce response, 2 peers, 5 seeders, 3 leechers, interval 1800 s, warning: hm"
        );
        assert_eq!(message(Kind::Scrape, response(b"de")), "scrape response, 0 torrents");
        assert_eq!(message(Kind::Announce, response(b"d14:failure reason2:noe")), "announce response: no");
        assert_eq!(message(Kind::Announce, Body::Response { status: 404, answer: None }), "announce response, status 404");
    }
}
