//! Ordered bytes of a connection → the messages of HTTP that are BitTorrent's.
//!
//! In: each direction's bytes and gaps. Out: events. One direction is always in one [`State`]. An answer belongs to the oldest request that
//! has none. A gap inside a body of known length costs those bytes; a gap over a head costs the framing, and the next segment that begins
//! with a head is where it goes on. Which request that one answers is then known only where none can be missing between: requests that
//! were open when an answer was lost stay without one, and a gap among the requests is taken for one request.

mod unfinished;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::body::{Body, Framing, Kept, OK, Purpose, unread};
use super::parts::Parts;
use super::{Head, Parsed, Start};
use crate::base::{Code, InfoHash, Limits};
use crate::flow::{Both, Direction, Missing};
use crate::protocol::http_tracker::{self, Body as TrackerBody, Kind, Place, Query};
use crate::protocol::{Mark, Message as AnyMessage, Outlet, upnp, web_file, web_seed};
pub use unfinished::UnfinishedWeb;

/// A connection that speaks HTTP.
#[derive(Debug, Default)]
pub(in crate::protocol) struct Connection {
    /// Which end asks; `None` before the first head.
    client: Option<Direction>,
    halves: Both<Half>,
    /// Requests without an answer, oldest first.
    asked: VecDeque<Asked>,
    /// Requests so far.
    requests: u32,
    /// Where the latest tunnel that was asked for leads.
    tunnel: Option<Box<str>>,
    /// Its number, while it is one of an earlier capture that was not met again.
    earlier: Option<u32>,
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocol) enum Fate {
    /// It goes on.
    Goes,
    /// It is not HTTP, or no longer.
    Over,
    /// A proxy made it a tunnel: what comes after `used` bytes is a stream of its own.
    Tunnel {
        /// Bytes of the delivery that were HTTP.
        used: usize,
    },
}

/// What one end sends.
#[derive(Debug)]
struct Half {
    state: State,
    /// The beginning of a head, or of a line between chunks.
    partial: Vec<u8>,
    /// How many bytes of a head are in an earlier capture.
    before: usize,
    /// Where the message began.
    mark: Mark,
}

#[derive(Debug)]
enum State {
    /// A head is due, or has begun.
    Head,
    /// Inside a body.
    Body(Body),
    /// Where the next message begins is not known.
    Lost,
}

/// A request without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    number: u32,
    what: What,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    #[serde(skip)]
    Tracker(Kind),
    WebSeed {
        info_hash: InfoHash,
        piece: u32,
        begin: Option<u32>,
    },
    /// A port, by UPnP.
    #[serde(skip)]
    Port,
    /// A head alone: the answer has no body.
    Head,
    /// A tunnel through a proxy.
    Tunnel,
    /// A file, or parts of one.
    File,
    Other,
}

impl Default for Half {
    fn default() -> Self {
        Half { state: State::Head, partial: Vec::new(), before: 0, mark: Mark { frame: 0, time: Default::default() } }
    }
}

impl Connection {
    /// Bytes held of messages that have begun.
    pub(in crate::protocol) fn held_bytes(&self) -> usize {
        let kept = |half: &Half| if let State::Body(body) = &half.state { body.held_bytes() } else { 0 };
        self.halves.iter().map(|half| half.partial.len() + kept(half)).sum()
    }

    /// Takes the next bytes of the outlet's direction. `room`: how many more may be held.
    pub(in crate::protocol) fn bytes(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) -> Fate {
        let direction = outlet.delivery.direction;
        if matches!(self.halves.of(direction).state, State::Lost) {
            if super::probe(bytes) != super::Probe::Yes {
                return Fate::Goes;
            }
            self.halves.of_mut(direction).state = State::Head;
        }
        let mut used = 0;
        while let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
            let step = match self.halves.of(direction).state {
                State::Head => self.head(rest, room, outlet),
                State::Body(_) => Ok(self.body(rest, room, outlet)),
                State::Lost => return Fate::Goes,
            };
            match step {
                Ok(taken) => used += taken,
                Err(Fate::Tunnel { used: taken }) => return Fate::Tunnel { used: used + taken },
                Err(fate) => {
                    self.close(outlet);
                    return fate;
                }
            }
        }
        Fate::Goes
    }

    /// Takes a gap in the outlet's direction.
    pub(in crate::protocol) fn gap(&mut self, bytes: u64, missing: Missing, outlet: &mut Outlet<'_>) {
        let direction = outlet.delivery.direction;
        let half = self.halves.of_mut(direction);
        match &mut half.state {
            State::Lost => {}
            State::Head if half.partial.is_empty() => self.lose(direction),
            State::Head => {
                let (partial, mark) = (std::mem::take(&mut half.partial), half.mark);
                half.state = State::Lost;
                let length = half.of_this_capture(partial.len() as u64);
                self.cut_head(&partial, (length, mark), (bytes, missing), outlet);
            }
            State::Body(body) => {
                let left = body.gap(bytes, missing, outlet);
                if left == Some(0) || left.is_none() {
                    half.partial.clear();
                    self.finish(direction, outlet);
                }
                if left.is_none() {
                    self.lose(direction);
                }
            }
        }
    }

    /// The connection is over, or no longer HTTP: what has begun ends here.
    pub(in crate::protocol) fn close(&mut self, outlet: &mut Outlet<'_>) {
        for direction in Direction::BOTH {
            self.finish(direction, &mut outlet.towards(direction));
        }
    }

    /// Reads the head of the next message, or as much of it as there is; answers how many bytes of it are in `bytes`.
    fn head(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) -> Result<usize, Fate> {
        let direction = outlet.delivery.direction;
        let half = self.halves.of_mut(direction);
        let mut partial = std::mem::take(&mut half.partial);
        if partial.is_empty() {
            // Some end a body with a line too many.
            let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if blank > 0 {
                return Ok(blank);
            }
            half.mark = outlet.mark();
        }
        let begun = partial.len();
        let wanted = bytes.get(..HEAD_BYTES.saturating_sub(begun)).unwrap_or(bytes);
        if begun > 0 {
            partial.extend_from_slice(wanted);
        }
        let text = if begun > 0 { partial.as_slice() } else { wanted };
        // A head ends with a line end: without one among the new bytes there is nothing to try.
        let parsed = if begun > 0 && !wanted.contains(&b'\n') { Parsed::Partial } else { Head::parse(text) };
        match parsed {
            Parsed::Whole(head, length) => {
                let used = length.saturating_sub(begun).max(1);
                let counted = self.halves.of_mut(direction).of_this_capture(length as u64);
                match self.begin(&head, counted, outlet) {
                    Fate::Goes => Ok(used),
                    Fate::Tunnel { .. } => Err(Fate::Tunnel { used }),
                    Fate::Over => Err(Fate::Over),
                }
            }
            Parsed::Partial if text.len() < HEAD_BYTES && wanted.len() <= room.max(SHORT_BYTES) => {
                self.halves.of_mut(direction).partial = if begun > 0 { partial } else { wanted.to_vec() };
                Ok(bytes.len())
            }
            _ if self.client.is_none() => Err(Fate::Over),
            _ => {
                self.lose(direction);
                Ok(bytes.len())
            }
        }
    }

    /// A head of `length` bytes was read.
    fn begin(&mut self, head: &Head<'_>, length: u64, outlet: &mut Outlet<'_>) -> Fate {
        let direction = outlet.delivery.direction;
        let mark = self.halves.of(direction).mark;
        let mut parts = None;
        let (kept, is_bodiless) = match head.start {
            Start::Request { method, target } => {
                if *self.client.get_or_insert(direction) != direction || self.asked.len() >= OPEN_REQUESTS {
                    return Fate::Over;
                }
                (self.request(method, target, head, (length, mark), outlet), false)
            }
            Start::Response { status } => {
                if *self.client.get_or_insert(direction.reverse()) == direction || status == SWITCHING_PROTOCOLS {
                    return Fate::Over;
                }
                if status < 200 {
                    return Fate::Goes;
                }
                let asked = self.asked.pop_front().unwrap_or(Asked { number: u32::MAX, what: What::Other });
                if asked.what == What::Tunnel && status < 300 {
                    if let Some(target) = self.tunnel.take() {
                        outlet.towards(direction.reverse()).emit_at(mark, 0, AnyMessage::Tunnel(&target));
                    }
                    return Fate::Tunnel { used: 0 };
                }
                if asked.what == What::File {
                    parts = Parts::begin(asked.number, status, head, length, outlet);
                }
                let purpose = asked.answer(status, head);
                let kept = purpose.map(|purpose| Box::new(Kept::new(purpose, mark, status, head.encoding, length)));
                (kept, asked.what == What::Head || matches!(status, NO_CONTENT | NOT_MODIFIED))
            }
        };
        let framing = match head.start {
            _ if is_bodiless => Framing::Length(0),
            _ if head.chunked => Framing::ChunkSize,
            Start::Request { .. } => Framing::Length(head.length.unwrap_or(0)),
            Start::Response { .. } => head.length.map_or(Framing::Close, Framing::Length),
        };
        self.halves.of_mut(direction).state = State::Body(Body { framing, kept, parts });
        if framing == Framing::Length(0) {
            self.finish(direction, outlet);
        }
        Fate::Goes
    }

    /// A request's head: hands on what is whole with it, and answers what of its body is wanted.
    fn request(
        &mut self,
        method: &str,
        target: &[u8],
        head: &Head<'_>,
        (length, mark): (u64, Mark),
        outlet: &mut Outlet<'_>,
    ) -> Option<Box<Kept>> {
        let number = self.requests;
        self.requests = self.requests.wrapping_add(1);
        let mut kept = None;
        let what = match method {
            "GET" => match http_tracker::read_query(target, outlet.limits) {
                Some(query) => query_asked(number, target, query, head, (length, mark), outlet),
                None => {
                    let ranges = head.range.map(web_file::read_ranges).unwrap_or_default();
                    let asked = web_file::Asked { host: head.host, target, agent: head.agent, ranges, head: length };
                    let step = web_file::Step::Asked(asked);
                    outlet.emit_at(mark, 0, AnyMessage::WebFile(web_file::Message { number, step }));
                    What::File
                }
            },
            "POST" => match head.soap_action.and_then(upnp::action) {
                Some(action) => {
                    kept = Some(Box::new(Kept::new(Purpose::PortRequest { number, action }, mark, 0, head.encoding, length)));
                    What::Port
                }
                None => What::Other,
            },
            "HEAD" => What::Head,
            "CONNECT" => {
                self.tunnel = str::from_utf8(target).ok().filter(|target| target.len() <= AUTHORITY_BYTES).map(Box::from);
                What::Tunnel
            }
            _ => What::Other,
        };
        self.asked.push_back(Asked { number, what });
        kept
    }

    /// Takes bytes of a body; answers how many.
    fn body(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) -> usize {
        let direction = outlet.delivery.direction;
        let Half { state, partial, .. } = self.halves.of_mut(direction);
        let State::Body(body) = state else { return bytes.len() };
        let used = body.take(bytes, partial, (room, outlet.limits.http_body_bytes), outlet);
        match body.framing {
            Framing::Length(0) => self.finish(direction, outlet),
            Framing::Broken => {
                self.finish(direction, outlet);
                self.lose(direction);
                return bytes.len();
            }
            _ => {}
        }
        used
    }

    /// The message of a direction ends: hands it on if it is one of ours. A head is due.
    fn finish(&mut self, direction: Direction, outlet: &mut Outlet<'_>) {
        let half = self.halves.of_mut(direction);
        if let State::Body(Body { kept, framing, parts }) = std::mem::replace(&mut half.state, State::Head) {
            // A body that ends early was cut by the connection's end.
            let is_whole = matches!(framing, Framing::Length(0) | Framing::Close | Framing::Trailer);
            kept.into_iter().for_each(|kept| kept.hand_on(is_whole, outlet));
            parts.into_iter().for_each(|mut parts| parts.finish(outlet));
        }
    }

    /// Where the next message of a direction begins is not known, nor what is missing before it.
    fn lose(&mut self, direction: Direction) {
        let half = self.halves.of_mut(direction);
        (half.state, half.before) = (State::Lost, 0);
        if self.client == Some(direction) {
            self.asked.push_back(Asked { number: u32::MAX, what: What::Other });
        } else {
            self.asked.clear();
        }
    }

    /// A head of which the rest is not in the capture: it is counted when what there is tells what it was.
    fn cut_head<'a>(&mut self, partial: &'a [u8], (length, mark): (u64, Mark), (gap, missing): (u64, Missing), outlet: &mut Outlet<'_>) {
        let message: Option<AnyMessage<'a>> = if partial.starts_with(b"HTTP/1.") {
            let asked = self.asked.pop_front();
            self.asked.clear();
            let status = partial.get(9..12).and_then(|digits| str::from_utf8(digits).ok()?.parse().ok());
            asked.zip(status).and_then(|(asked, status)| asked.cut_answer(status))
        } else {
            let asked = cut_request(partial, self.requests, outlet.limits);
            let what = asked.as_ref().map_or(What::Other, |(kind, _)| What::Tracker(*kind));
            self.asked.push_back(Asked { number: self.requests, what });
            self.requests = self.requests.wrapping_add(1);
            asked.map(|(_, message)| AnyMessage::HttpTracker(message))
        };
        if let Some(message) = message {
            outlet.emit_at(mark, length, message);
            outlet.unread(gap.min(HEAD_BYTES as u64), unread(missing));
        }
    }
}

/// A request whose query names a torrent: hands it on, and answers what it asks for.
fn query_asked(number: u32, target: &[u8], query: Query, head: &Head<'_>, (length, mark): (u64, Mark), outlet: &mut Outlet<'_>) -> What {
    let path = http_tracker::split_target(target).map_or(target, |(path, _)| path);
    if let (Some(piece), Some(info_hash)) = (query.piece, query.info_hashes.first().copied()) {
        let begin = query.begin();
        outlet.emit_at(mark, length, AnyMessage::WebSeed(web_seed::Message { number, info_hash, piece, begin, answer: None }));
        return What::WebSeed { info_hash, piece, begin };
    }
    let kind = http_tracker::kind_of(path).unwrap_or(Kind::Announce);
    let malformed = query.malformed.is_some();
    let place = Place { path, host: head.host, agent: head.agent };
    let body = TrackerBody::Request { place, query };
    outlet.emit_at(mark, length, AnyMessage::HttpTracker(http_tracker::Message { number, kind, body }));
    if malformed {
        outlet.emit_at(mark, 0, AnyMessage::Finding(Code::HttpMalformed));
    }
    What::Tracker(kind)
}

/// What the beginning of a request asks a tracker, as far as it goes.
fn cut_request<'a>(partial: &'a [u8], number: u32, limits: &Limits) -> Option<(Kind, http_tracker::Message<'a>)> {
    let target = partial.strip_prefix(b"GET ").filter(|_| http_tracker::begins(partial))?;
    let end = target.iter().position(|byte| *byte == b' ');
    let (path, _) = http_tracker::split_target(target)?;
    let kind = http_tracker::kind_of(path)?;
    // The last field is whole only where something stands behind it.
    let whole = end.or_else(|| target.iter().rposition(|byte| *byte == b'&')).and_then(|end| target.get(..end));
    let mut query = whole.and_then(|target| http_tracker::read_query(target, limits)).unwrap_or_default();
    if end.is_none() {
        query.event = None;
    }
    let place = Place { path, ..Place::default() };
    Some((kind, http_tracker::Message { number, kind, body: TrackerBody::Request { place, query } }))
}

impl Asked {
    /// What the body of the answer with this head is wanted for.
    fn answer(&self, status: u16, head: &Head<'_>) -> Option<Purpose> {
        let number = self.number;
        match self.what {
            What::Tracker(kind) => Some(Purpose::Tracker { number, kind }),
            What::WebSeed { info_hash, piece, begin } => Some(Purpose::WebSeed { number, info_hash, piece, begin }),
            What::Port => Some(Purpose::PortAnswer { number }),
            What::File | What::Other if status == OK => Some(Purpose::Torrent { said: head.is_torrent }),
            What::File | What::Other | What::Head | What::Tunnel => None,
        }
    }

    /// The answer of which only the beginning of the head is there.
    fn cut_answer<'a>(&self, status: u16) -> Option<AnyMessage<'a>> {
        let number = self.number;
        match self.what {
            What::Tracker(kind) => {
                let body = TrackerBody::Response { status, answer: None };
                Some(AnyMessage::HttpTracker(http_tracker::Message { number, kind, body }))
            }
            What::WebSeed { info_hash, piece, begin } => {
                Some(AnyMessage::WebSeed(web_seed::Message { number, info_hash, piece, begin, answer: Some((status, 0)) }))
            }
            _ => None,
        }
    }
}

/// The longest head that is read. Servers take 8 to 16 KiB; a scrape of many torrents needs more.
const HEAD_BYTES: usize = 32 << 10;
/// Beginnings of heads up to this size are held whatever others hold.
const SHORT_BYTES: usize = 1024;
/// Requests that may wait for an answer at one time. Browsers do not pipeline, web seeds ask for a few pieces ahead.
const OPEN_REQUESTS: usize = 1024;
/// A host's name in DNS, with a port.
const AUTHORITY_BYTES: usize = 255 + 6;
const SWITCHING_PROTOCOLS: u16 = 101;
const NO_CONTENT: u16 = 204;
const NOT_MODIFIED: u16 = 304;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Endpoint, Time};
    use crate::flow::dice::Dice;
    use crate::flow::{Content, Delivery, FlowId};
    use crate::protocol::Event;
    use crate::protocol::torrents::Torrents;

    use Direction::{Originator as CLIENT, Responder as SERVER};

    /// A connection, and what was heard of it, a line an event.
    struct Talk {
        connection: Connection,
        heard: Vec<String>,
        /// What was heard of files, which is not an account.
        files: Vec<String>,
        frame: u64,
        limits: Limits,
    }

    impl Talk {
        fn new() -> Self {
            Talk { connection: Connection::default(), heard: Vec::new(), files: Vec::new(), frame: 0, limits: Limits::default() }
        }

        fn with<T>(&mut self, direction: Direction, act: impl FnOnce(&mut Connection, &mut Outlet<'_>) -> T) -> T {
            self.frame += 1;
            let at = |port| Endpoint::new([10, 0, 0, 1], port);
            let (source, destination) = if direction == CLIENT { (at(1), at(80)) } else { (at(80), at(1)) };
            let time = Time::default();
            let content = Content::Closed;
            let delivery = Delivery { time, frame: self.frame, source, destination, flow: Some(FlowId(0)), direction, content };
            let (heard, files) = (&mut self.heard, &mut self.files);
            let mut sink = |event: Event<'_>| match &event.message {
                AnyMessage::WebFile(message) => files.push(told_of_file(event.frame, message)),
                _ => heard.push(told(&event)),
            };
            let torrents = &mut Torrents::new(&self.limits);
            act(
                &mut self.connection,
                &mut Outlet {
                    delivery,
                    limits: &self.limits,
                    torrents,
                    speakers: &mut crate::base::Recent::new(9),
                    changes: &mut 0,
                    payload: false,
                    sink: &mut sink,
                },
            )
        }

        fn say(&mut self, direction: Direction, bytes: &[u8]) -> Fate {
            self.with(direction, |connection, outlet| connection.bytes(bytes, 1 << 20, outlet))
        }

        fn gap(&mut self, direction: Direction, bytes: u64, missing: Missing) {
            self.with(direction, |connection, outlet| connection.gap(bytes, missing, outlet));
        }

        fn close(&mut self) {
            self.with(CLIENT, |connection, outlet| connection.close(outlet));
        }

        /// What was heard since the last time.
        fn heard(&mut self) -> Vec<String> {
            std::mem::take(&mut self.heard)
        }
    }

    fn told(event: &Event<'_>) -> String {
        let text = match &event.message {
            AnyMessage::HttpTracker(message) => format!("#{} {message}", message.number),
            AnyMessage::WebSeed(message) => message.to_string(),
            AnyMessage::TorrentFile(message) => message.to_string(),
            AnyMessage::Torrent { dictionary, .. } => format!("torrent {}", dictionary.name),
            AnyMessage::Upnp(message) => message.to_string(),
            AnyMessage::Unread { reason, bytes } => return format!("{reason:?} {bytes}"),
            AnyMessage::Finding(code) => return code.name().into(),
            AnyMessage::Tunnel(target) => return format!("tunnel to {target}"),
            other => unreachable!("{other:?}"),
        };
        format!("{}+{} {text}", event.frame, event.bytes)
    }

    /// What is told of a file: `first+bytes` of a run with what was read, `_` lost and `~` truncated of the body.
    fn told_of_file(frame: u64, message: &web_file::Message<'_>) -> String {
        let told = match &message.step {
            web_file::Step::Asked(asked) => format!("GET {} {:?}", asked.target.escape_ascii(), asked.ranges.as_slice()),
            web_file::Step::Moved(to) => format!("moved {}", to.escape_ascii()),
            web_file::Step::Answered { total, .. } => format!("of {total:?}"),
            web_file::Step::Run(run) => {
                format!("{}+{} read {} _{} ~{} until {}", run.first, run.bytes, run.read, run.lost, run.truncated, run.last_frame)
            }
            web_file::Step::GoesOn => "goes on".into(),
        };
        format!("{frame} #{} {told}", message.number)
    }

    const HASH: &str = "aaaaaaaaaaaaaaaaaaaa";
    const HEX: &str = "6161616161616161616161616161616161616161";

    fn announce(port: u16) -> Vec<u8> {
        format!("GET /announce?info_hash={HASH}&port={port} HTTP/1.1\r\nHost: t\r\n\r\n").into_bytes()
    }

    fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
        [format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n").as_bytes(), body].concat()
    }

    const PEERS: &[u8] = b"d8:intervali9e5:peers6:\x0a\0\0\x02\xc8\xd5e";

    fn sized() -> Vec<u8> {
        answer("Content-Length: 30", PEERS)
    }

    #[test]
    fn answers_belong_to_requests_in_order_also_pipelined() {
        let mut talk = Talk::new();
        talk.say(CLIENT, &[announce(1), b"GET /logo HTTP/1.1\r\n\r\n".to_vec(), announce(2)].concat());
        talk.say(SERVER, &[sized(), answer("Content-Length: 2", b"de"), answer("Content-Length: 2", b"de")].concat());
        let expected = [
            format!("1+73 #0 announce request {HEX} event none, port 1"),
            format!("1+73 #2 announce request {HEX} event none, port 2"),
            "2+69 #0 announce response, 1 peers, interval 9 s".into(),
            "2+40 #2 announce response".into(),
        ];
        assert_eq!(talk.heard(), expected);
    }

    #[test]
    fn bodies_end_in_every_way() {
        let chunked = [b"B;x=1\r\nd8:interval\r\n13\r\n".as_slice(), &PEERS[11..], b"\r\n0\r\nTrailer: x\r\n\r\n"].concat();
        for (headers, body, closes) in [
            ("Content-Length: 30", PEERS, false),
            ("Transfer-Encoding: chunked", chunked.as_slice(), false),
            ("Connection: close", PEERS, true),
        ] {
            let whole = answer(headers, body);
            for split in 0..=whole.len() {
                let mut talk = Talk::new();
                talk.say(CLIENT, &announce(1));
                talk.heard();
                let (one, other) = whole.split_at(split);
                talk.say(SERVER, one);
                talk.say(SERVER, other);
                if closes {
                    assert_eq!(talk.heard(), [""; 0]);
                    talk.close();
                }
                let begins = if split == 0 { 3 } else { 2 };
                let expected = format!("{begins}+{} #0 announce response, 1 peers, interval 9 s", whole.len());
                assert_eq!(talk.heard(), [expected], "{headers}, {split}");
                assert_eq!(talk.connection.held_bytes(), 0);
            }
        }
    }

    #[test]
    fn requests_may_come_byte_by_byte() {
        let mut talk = Talk::new();
        for byte in announce(7) {
            assert_eq!(talk.say(CLIENT, &[byte]), Fate::Goes);
        }
        assert_eq!(talk.heard(), [format!("1+73 #0 announce request {HEX} event none, port 7")]);
    }

    #[test]
    fn a_gap_in_a_body_costs_its_bytes_only() {
        let mut talk = Talk::new();
        talk.say(CLIENT, &[announce(1), announce(2)].concat());
        talk.heard();
        talk.say(SERVER, &sized()[..60]);
        talk.gap(SERVER, 9, Missing::Lost);
        talk.say(SERVER, &sized());
        let expected = ["2+60 #0 announce response, interval 9 s", "Lost 9", "4+69 #1 announce response, 1 peers, interval 9 s"];
        assert_eq!(talk.heard(), expected);
    }

    #[test]
    fn after_a_lost_head_only_later_requests_are_answered() {
        let mut talk = Talk::new();
        talk.say(CLIENT, &[announce(1), announce(2)].concat());
        talk.gap(SERVER, 100, Missing::Lost);
        talk.say(SERVER, b"rest of a body");
        talk.say(SERVER, &sized());
        talk.say(CLIENT, &announce(3));
        talk.heard();
        talk.say(SERVER, &sized());
        assert_eq!(talk.heard(), ["6+69 #2 announce response, 1 peers, interval 9 s"]);
    }

    #[test]
    fn a_gap_among_requests_is_taken_for_one() {
        let mut talk = Talk::new();
        talk.say(CLIENT, &announce(1));
        talk.gap(CLIENT, 73, Missing::Lost);
        talk.say(CLIENT, &announce(2));
        talk.heard();
        talk.say(SERVER, &[answer("Content-Length: 2", b"de"), answer("Content-Length: 2", b"xx"), sized()].concat());
        let expected = ["4+40 #0 announce response", "4+69 #1 announce response, 1 peers, interval 9 s"];
        assert_eq!(talk.heard(), expected);
    }

    #[test]
    fn heads_that_the_capture_cut_are_counted() {
        let mut talk = Talk::new();
        talk.say(CLIENT, &announce(1)[..50]);
        talk.gap(CLIENT, 23, Missing::Truncated);
        talk.say(SERVER, &sized()[..30]);
        talk.gap(SERVER, 39, Missing::Truncated);
        let heard = talk.heard();
        assert_eq!(
            heard,
            [&format!("1+50 #0 announce request {HEX}"), "Truncated 23", "3+30 #0 announce response, status 200", "Truncated 39"]
        );
    }

    #[test]
    fn other_traffic_is_silent_and_costs_nothing() {
        let mut talk = Talk::new();
        let post = b"POST /form HTTP/1.1\r\nContent-Length: 5\r\n\r\nd4:inGET /?info_hash=x HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\n\r\n";
        talk.say(CLIENT, post);
        talk.say(SERVER, &answer("Content-Length: 1000000", &[b'x'; 5000]));
        assert_eq!(talk.connection.held_bytes(), 0);
        talk.gap(SERVER, 995_000, Missing::Lost);
        talk.say(SERVER, &answer("Content-Length: 5", b"d4:in"));
        talk.say(SERVER, &answer("Content-Length: 5", b""));
        talk.say(SERVER, b"HTTP/1.1 304 Not Modified\r\n\r\n");
        talk.close();
        assert_eq!(talk.heard(), [""; 0]);
    }

    #[test]
    fn torrent_files() {
        let get = b"GET /x HTTP/1.1\r\n\r\n";
        let file = b"d4:infod4:name1:aee";
        let talk = |headers: &str, body: &[u8]| {
            let mut talk = Talk::new();
            talk.say(CLIENT, get);
            talk.say(SERVER, &answer(headers, body));
            talk.close();
            talk.heard()
        };
        assert_eq!(talk("Content-Length: 19", file), ["2+58 torrent file, info dictionary of 11 bytes"]);
        assert_eq!(talk("Content-Type: text/html", file), ["2+63 torrent file, info dictionary of 11 bytes"]);
        assert_eq!(talk("Content-Type: text/html", b"d4:other"), [""; 0]);
        let said = "Content-Type: application/x-bittorrent";
        assert_eq!(talk(said, b"<html>"), ["2+65 torrent file, info dictionary of 0 bytes", "http_malformed"]);
    }

    #[test]
    fn a_body_longer_than_is_read_is_let_go() {
        let mut talk = Talk::new();
        talk.limits.http_body_bytes = 10;
        talk.say(CLIENT, &announce(1));
        talk.heard();
        talk.say(SERVER, &sized());
        assert_eq!(talk.heard(), ["2+69 #0 announce response, status 200", "limit_body"]);
    }

    #[test]
    fn errors_of_http_and_answers_that_are_none() {
        let mut talk = Talk::new();
        talk.say(CLIENT, &[announce(1), announce(2), announce(3)].concat());
        talk.heard();
        talk.say(SERVER, b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\n<html>");
        talk.say(SERVER, &answer("Content-Length: 6", b"<html>"));
        talk.say(SERVER, &answer("Content-Encoding: br\r\nContent-Length: 2", b"xx"));
        let heard = talk.heard();
        assert_eq!(heard[0], "2+51 #0 announce response, status 404");
        assert_eq!(heard[1..3], ["3+44 #1 announce response, status 200", "http_malformed"]);
        assert_eq!(heard[3..], ["4+62 #2 announce response, status 200", "http_malformed"]);
    }

    #[test]
    fn web_seeds_are_counted_and_not_kept() {
        let mut talk = Talk::new();
        talk.say(CLIENT, format!("GET /s?info_hash={HASH}&piece=3&ranges=0-9 HTTP/1.1\r\n\r\n").as_bytes());
        talk.say(SERVER, &answer("Content-Length: 10", b"abcd"));
        assert_eq!(talk.connection.held_bytes(), 0);
        talk.gap(SERVER, 2, Missing::Lost);
        talk.say(SERVER, b"wxyz");
        let heard = talk.heard();
        assert_eq!(heard[..2], [format!("1+69 request {HEX} piece 3"), format!("2+47 response {HEX} piece 3, status 200, 8 bytes")]);
        assert_eq!(heard[2..], ["Lost 2"]);
    }

    fn get(ranges: &str) -> Vec<u8> {
        format!("GET /d/f HTTP/1.1\r\nRange: bytes={ranges}\r\n\r\n").into_bytes()
    }

    fn part(first: u64, total: u64, body: &[u8]) -> Vec<u8> {
        let length = body.len() as u64;
        let range = format!("bytes {first}-{}/{total}", first + length - 1);
        [format!("HTTP/1.1 206 Partial Content\r\nContent-Length: {length}\r\nContent-Range: {range}\r\n\r\n").as_bytes(), body].concat()
    }

    #[test]
    fn parts_of_files_pipelined_and_cut_anywhere() {
        let several = b"\r\n--x\r\nContent-Type: a/b\r\ncontent-range: bytes 8-9/50\r\n\r\nab\r\n--x\r\nContent-Range: bytes 20-22/50\r\n\r\n\r\n-\r\n--x--\r\n";
        let (one, other) = (part(3, 9, b"abcd"), answer("Transfer-Encoding: chunked", b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"));
        let head = format!("HTTP/1.1 206 x\r\nContent-Type: multipart/byteranges; boundary=x\r\nContent-Length: {}\r\n\r\n", several.len());
        let all = [one, other, head.into_bytes(), several.to_vec(), answer("Content-Length: 2", b"yz")].concat();
        for split in 0..all.len() {
            let mut talk = Talk::new();
            talk.say(CLIENT, &[get("3-6"), get("0-"), get("8-9, 20-22"), b"GET /d/f HTTP/1.1\r\n\r\n".to_vec()].concat());
            let (one, other) = all.split_at(split);
            talk.say(SERVER, one);
            talk.say(SERVER, other);
            let files = std::mem::take(&mut talk.files);
            let asked = [
                "1 #0 GET /d/f [(3, Some(6))]",
                "1 #1 GET /d/f [(0, None)]",
                "1 #2 GET /d/f [(8, Some(9)), (20, Some(22))]",
                "1 #3 GET /d/f []",
            ];
            assert_eq!(files[..4], asked);
            // What the runs of each answer add up to, whichever way they are cut.
            let sum = |number: u32, place: usize| -> u64 {
                let of_number = files.iter().filter(|told| told.contains(&format!(" #{number} ")) && told.contains(" read "));
                of_number.map(|told| told.split(['+', ' ']).nth(place).unwrap().parse::<u64>().unwrap()).sum()
            };
            let bytes: Vec<_> = (0..4).map(|number| sum(number, 3)).collect();
            let read: Vec<_> = (0..4).map(|number| sum(number, 5)).collect();
            assert_eq!((bytes, read), (vec![4, 3, 5, 2], vec![4, 18, several.len() as u64, 2]), "{split}");
            let totals: Vec<_> = files.iter().filter_map(|told| told.split_once(" of ")).map(|(_, total)| total).collect();
            assert_eq!(totals, ["Some(9)", "None", "None", "Some(50)", "Some(50)", "Some(2)"]);
            assert_eq!((talk.heard(), talk.connection.held_bytes()), (vec![], 0));
        }
    }

    #[test]
    fn gaps_break_runs_of_files() {
        let mut talk = Talk::new();
        talk.say(CLIENT, &[get("0-9"), get("0-9")].concat());
        talk.say(SERVER, &part(0, 100, b"0123456789")[..84]);
        talk.gap(SERVER, 3, Missing::Lost);
        talk.say(SERVER, b"5");
        talk.gap(SERVER, 1, Missing::Truncated);
        talk.say(SERVER, &[b"789".to_vec(), part(5, 100, b"xy")].concat());
        let runs: Vec<_> = talk.files.iter().filter(|told| told.contains(" read ")).cloned().collect();
        let begun = part(0, 100, b"0123456789").len() - 10;
        assert!(begun < 84, "{begun}");
        let first = 84 - begun as u64;
        let expected = [
            format!("2 #0 0+{first} read {first} _0 ~0 until 2"),
            format!("4 #0 {}+1 read 1 _3 ~0 until 4", first + 3),
            format!("6 #0 {}+3 read 3 _0 ~1 until 6", first + 5),
        ];
        assert_eq!(runs[..3], expected);
    }

    #[test]
    fn what_brings_no_bytes_of_a_file() {
        for (answer, told) in [
            ("HTTP/1.1 416 x\r\nContent-Length: 2\r\n\r\nab", &[][..]),
            ("HTTP/1.1 206 x\r\nContent-Length: 2\r\n\r\nab", &[]),
            ("HTTP/1.1 206 x\r\nContent-Range: bytes 5-4/9\r\nContent-Length: 2\r\n\r\nab", &[]),
            ("HTTP/1.1 200 x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab", &[]),
            ("HTTP/1.1 302 x\r\nLocation: http://h/x\r\nContent-Length: 2\r\n\r\nab", &["2 #0 moved http://h/x"]),
            (
                "HTTP/1.1 206 x\r\nContent-Range: bytes 1-1/9\r\nContent-Length: 2\r\n\r\nab",
                &["2 #0 of Some(9)", "2 #0 1+1 read 1 _0 ~0 until 2", "2 #0 0+0 read 1 _0 ~0 until 0"],
            ),
            (
                "HTTP/1.1 206 x\r\nContent-Type: multipart/byteranges\r\nContent-Length: 2\r\n\r\nab",
                &["2 #0 of None", "2 #0 0+0 read 2 _0 ~0 until 0"],
            ),
        ] {
            let mut talk = Talk::new();
            talk.say(CLIENT, &get("0-9"));
            talk.files.clear();
            talk.say(SERVER, answer.as_bytes());
            talk.close();
            assert_eq!(talk.files, told, "{answer}");
        }
        let mut talk = Talk::new();
        talk.say(CLIENT, b"HEAD /d/f HTTP/1.1\r\n\r\nPOST /d/f HTTP/1.1\r\n\r\n");
        talk.say(SERVER, &answer("Content-Length: 2", b""));
        talk.say(SERVER, &answer("Content-Length: 2", b"ab"));
        assert_eq!(talk.files, [""; 0]);
    }

    #[test]
    fn a_torrent_file_tells_its_torrent_once() {
        let file = b"d4:infod6:lengthi5e4:name1:n12:piece lengthi16384e6:pieces20:hhhhhhhhhhhhhhhhhhhhee";
        let mut talk = Talk::new();
        talk.say(CLIENT, b"GET /x HTTP/1.1\r\n\r\n");
        talk.say(SERVER, &answer(&format!("Content-Length: {}", file.len()), file));
        let heard = talk.heard();
        assert_eq!(heard[1..], ["2+0 torrent n"], "{heard:?}");
    }

    #[test]
    fn ports_asked_of_a_gateway() {
        let body = b"<NewExternalPort>5</NewExternalPort><NewProtocol>TCP</NewProtocol><NewInternalPort>6</NewInternalPort>";
        let head = "POST /c HTTP/1.1\r\nSOAPAction: \"u:WANIPConnection:1#AddPortMapping\"\r\nContent-Length: 102\r\n\r\n";
        let mut talk = Talk::new();
        talk.say(CLIENT, head.as_bytes());
        talk.say(CLIENT, body);
        talk.say(SERVER, b"HTTP/1.1 500 Error\r\nContent-Length: 26\r\n\r\n<errorCode>718</errorCode>");
        assert_eq!(talk.heard(), ["1+0 request map tcp port 6 to 5", "3+0 response, error 718"]);
    }

    #[test]
    fn what_is_no_longer_http() {
        let connect = b"CONNECT peer:6881 HTTP/1.1\r\n\r\n";
        let established = b"HTTP/1.1 200 OK\r\n\r\n\x13BitTorrent";
        let mut talk = Talk::new();
        talk.say(CLIENT, connect);
        assert_eq!(talk.say(SERVER, established), Fate::Tunnel { used: 19 });
        assert_eq!(talk.heard(), ["tunnel to peer:6881"]);
        let mut talk = Talk::new();
        talk.say(CLIENT, connect);
        talk.say(SERVER, b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(talk.heard(), [""; 0], "the proxy refuses");
        assert_eq!(Talk::new().say(CLIENT, b"GET /\x01"), Fate::Over);
        let mut talk = Talk::new();
        talk.say(CLIENT, b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");
        assert_eq!(talk.say(SERVER, b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), Fate::Over);
        let mut talk = Talk::new();
        talk.say(CLIENT, &announce(1));
        assert_eq!(talk.say(SERVER, b"GET / HTTP/1.1\r\n\r\n"), Fate::Over, "both ends ask");
        let mut talk = Talk::new();
        talk.say(CLIENT, &announce(1));
        talk.heard();
        talk.say(SERVER, &answer("Transfer-Encoding: chunked", b"zz\r\n"));
        assert_eq!(talk.heard(), ["2+51 #0 announce response, status 200"]);
    }

    #[test]
    fn heads_without_end_are_given_up() {
        let mut talk = Talk::new();
        assert_eq!(talk.say(CLIENT, b"GET / HTTP/1.1\r\n"), Fate::Goes);
        let given_up = (0..HEAD_BYTES).position(|_| talk.say(CLIENT, &[b'x'; 64]) == Fate::Over);
        assert_eq!((given_up, talk.connection.held_bytes()), (Some(HEAD_BYTES / 64 - 1), 0));
    }

    /// What was heard of files and pieces, however their runs are cut.
    #[derive(Debug, Default, PartialEq, Eq)]
    struct Sum {
        /// Each GET, and what its answers say of the file.
        asked: Vec<String>,
        /// Runs of bytes of each request, neighbours joined.
        runs: std::collections::BTreeMap<u32, Vec<(u64, u64)>>,
        /// Bytes of bodies that were read.
        read: std::collections::BTreeMap<u32, u64>,
        pieces: Vec<String>,
        piece_bytes: u64,
    }

    impl Sum {
        fn add(&mut self, talk: &mut Talk) {
            for told in std::mem::take(&mut talk.files) {
                let (_, told) = told.split_once(' ').unwrap();
                let (number, step) = told.split_once(' ').unwrap();
                let Some((run, read)) = step.split_once(" read ") else {
                    self.asked.extend(Some(told.to_owned()).filter(|_| step != "goes on"));
                    continue;
                };
                let number = number[1..].parse().unwrap();
                let (first, bytes) = run.split_once('+').unwrap();
                let (first, bytes): (u64, u64) = (first.parse().unwrap(), bytes.parse().unwrap());
                *self.read.entry(number).or_default() += read.split(' ').next().unwrap().parse::<u64>().unwrap();
                let runs = self.runs.entry(number).or_default();
                match runs.last_mut().filter(|(_, end)| *end == first) {
                    Some((_, end)) => *end += bytes,
                    None if bytes > 0 => runs.push((first, first + bytes)),
                    None => {}
                }
            }
            for heard in talk.heard() {
                let (_, told) = heard.split_once(' ').unwrap();
                match told.split_once(", status 200, ") {
                    Some((_, bytes)) => self.piece_bytes += bytes.trim_end_matches(" bytes").parse::<u64>().unwrap(),
                    None => self.pieces.push(told.to_owned()),
                }
            }
        }
    }

    /// What is said over one connection whose requests wait for each other, in segments.
    fn long_talk() -> Vec<(Direction, Vec<u8>)> {
        let several = b"--x\r\nContent-Range: bytes 8-9/50\r\n\r\nab\r\n--x\r\nContent-Range: bytes 20-22/50\r\n\r\n\r\n-\r\n--x--\r\n";
        let head = format!("HTTP/1.1 206 x\r\nContent-Type: multipart/byteranges; boundary=x\r\nContent-Length: {}\r\n\r\n", several.len());
        let piece = format!("GET /s?info_hash={HASH}&piece=3&ranges=100-109 HTTP/1.1\r\n\r\n").into_bytes();
        let asked = [get("3-6"), get("0-"), b"HEAD /d/f HTTP/1.1\r\n\r\n".to_vec(), get("8-9, 20-22"), piece.clone()].concat();
        let answers = [
            part(3, 9, b"abcd"),
            answer("Transfer-Encoding: chunked", b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
            b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n".to_vec(),
            [head.as_bytes(), several].concat(),
            answer("Content-Length: 10", b"0123456789"),
        ];
        let last = answer("Connection: close", b"to the end");
        vec![(CLIENT, asked), (SERVER, answers.concat()), (CLIENT, [piece, get("0-9")].concat()), (SERVER, sized_piece()), (SERVER, last)]
    }

    fn sized_piece() -> Vec<u8> {
        answer("Content-Length: 10", b"9876543210")
    }

    /// A connection behind the seam, as a line of text takes it there.
    fn behind(talk: &Talk) -> Option<Talk> {
        let line = serde_json::to_string(&talk.connection.unfinished()?).unwrap();
        let mut next = Talk::new();
        next.connection = Connection::going_on(serde_json::from_str(&line).unwrap(), 7);
        assert_eq!(next.connection.unfinished(), talk.connection.unfinished(), "not met again, it is told as it was");
        assert_eq!(next.connection.earlier(), Some(7));
        next.with(SERVER, |connection, outlet| connection.opened(outlet));
        assert_eq!((next.files.concat().as_str(), next.connection.earlier()), ("1 #7 goes on", None));
        Some(next)
    }

    #[test]
    fn a_connection_goes_on_wherever_the_capture_is_cut() {
        let whole = {
            let (mut talk, mut sum) = (Talk::new(), Sum::default());
            long_talk().iter().for_each(|(direction, bytes)| _ = talk.say(*direction, bytes));
            talk.close();
            sum.add(&mut talk);
            sum
        };
        assert_eq!((whole.asked.len(), whole.runs.len(), whole.piece_bytes), (10, 4, 20), "{whole:?}");
        let segments: Vec<(Direction, Vec<u8>)> =
            long_talk().into_iter().flat_map(|(direction, bytes)| bytes.into_iter().map(move |byte| (direction, vec![byte]))).collect();
        // Who asks is known with the first head.
        let first_head = get("3-6").len();
        for seam in first_head..segments.len() {
            let (mut talk, mut sum) = (Talk::new(), Sum::default());
            segments[..seam].iter().for_each(|(direction, byte)| _ = talk.say(*direction, byte));
            let mut next = behind(&talk).unwrap();
            talk.close();
            sum.add(&mut talk);
            segments[seam..].iter().for_each(|(direction, byte)| _ = next.say(*direction, byte));
            next.close();
            sum.add(&mut next);
            assert_eq!(sum, whole, "cut before byte {seam}");
        }
    }

    #[test]
    fn bytes_of_a_head_that_an_earlier_capture_has_are_not_counted() {
        let request = format!("GET /s?info_hash={HASH}&piece=3 HTTP/1.1\r\n\r\n").into_bytes();
        let mut talk = Talk::new();
        talk.say(CLIENT, &[&request[..], &request[..20]].concat());
        let mut next = behind(&talk).unwrap();
        next.say(CLIENT, &request[20..]);
        assert_eq!(next.heard(), [format!("1+{} request {HEX} piece 3", request.len() - 20)]);
        let mut cut = behind(&talk).unwrap();
        cut.gap(CLIENT, 9, Missing::Lost);
        cut.say(CLIENT, &announce(1));
        assert_eq!(cut.heard(), [format!("3+73 #2 announce request {HEX} event none, port 1")], "the lost head was a request of some kind");
        assert!(Talk::new().connection.unfinished().is_none());
    }

    /// Lines that nobody told: nothing panics, and no more is held than is allowed.
    #[test]
    fn connections_that_were_made_up_go_on() {
        let mut talk = Talk::new();
        long_talk().iter().for_each(|(direction, bytes)| _ = talk.say(*direction, &bytes[..bytes.len() * 2 / 3]));
        let line = serde_json::to_string(&talk.connection.unfinished().unwrap()).unwrap();
        let states = [
            r#"{"body":{"framing":{"length":0},"parts":null,"piece":null}}"#,
            r#"{"body":{"framing":{"chunk":0},"parts":{"number":1,"place":{"inside":{"at":18446744073709551615,"left":0,"several":true}}},"piece":null}}"#,
            r#"{"body":{"framing":{"chunk":18446744073709551615},"parts":{"number":1,"place":{"before":{"line":"0d","part":[18446744073709551615,0]}}},"piece":null}}"#,
            r#"{"body":{"framing":"broken","parts":{"number":1,"place":"unknown"},"piece":null}}"#,
            r#"{"body":{"framing":"close","parts":null,"piece":{"number":1,"info_hash":"6161616161616161616161616161616161616161","piece":4294967295,"begin":4294967295,"status":200}}}"#,
            r#""lost""#,
            r#""head""#,
        ];
        for state in states {
            let half = format!(r#"{{"state":{state},"begun":"{}"}}"#, "41".repeat(3));
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            for (side, requests) in [("originator", 0), ("responder", u32::MAX)] {
                let mut value = value.clone();
                value[side] = serde_json::from_str(&half).unwrap();
                value["requests"] = requests.into();
                let mut talk = Talk::new();
                talk.connection = Connection::going_on(serde_json::from_value(value).unwrap(), 0);
                talk.with(CLIENT, |connection, outlet| connection.opened(outlet));
                for direction in Direction::BOTH {
                    let bytes = [b"5\r\nabc\r\n--x\r\n\r\n".to_vec(), sized(), get("1-2"), vec![b'x'; 70_000]].concat();
                    if talk.say(direction, &bytes) == Fate::Goes {
                        talk.gap(direction, u32::MAX.into(), Missing::Lost);
                    }
                }
                assert!(talk.connection.held_bytes() <= 2 * HEAD_BYTES);
                talk.close();
            }
        }
    }

    /// Whatever the ends say and the capture lacks: nothing panics, and no more is held than is allowed.
    #[test]
    fn any_order_of_fragments() {
        let fragments = [
            announce(1),
            sized(),
            answer("Transfer-Encoding: chunked", b"1e\r\n"),
            PEERS.to_vec(),
            b"\r\n0\r\n\r\n".to_vec(),
            answer("Content-Type: application/x-bittorrent", b"d4:infod"),
            b"ffffffffffffffff\r\n".to_vec(),
            answer("Content-Length: 18446744073709551615", b"d"),
            b"POST /c HTTP/1.1\r\nSOAPAction: u:WANIPConnection:1#AddPortMapping\r\nContent-Length: 9\r\n\r\n".to_vec(),
            b"\x1f\x8b\x08\xff".to_vec(),
        ];
        for seed in 1..1000 {
            let mut dice = Dice::new(seed);
            let mut talk = Talk::new();
            for _ in 0..dice.below(40) {
                let (direction, fragment, end) = (Direction::BOTH[dice.below(2)], dice.below(12), dice.below(200));
                match fragments.get(fragment) {
                    Some(bytes) if talk.say(direction, &bytes[..end.min(bytes.len())]) != Fate::Goes => talk = Talk::new(),
                    Some(_) => {}
                    None if fragment == 10 => talk.gap(direction, end as u64 + 1, Missing::Lost),
                    None => talk.gap(direction, u32::MAX.into(), Missing::Truncated),
                }
                assert!(talk.connection.held_bytes() <= 40 * 200);
            }
            talk.close();
        }
    }
}
