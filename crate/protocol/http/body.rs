//! Bodies of messages: where they end, and what they are kept for.
//!
//! In: the bytes behind a head, and gaps in them. Out: the message of BitTorrent that head and body are, if they are one. A body is
//! kept only as far as it may be one of ours, and up to a cap; one of a web seed is counted and not kept.

use serde::{Deserialize, Serialize};

use super::Encoding;
use super::parts::{Parts, UnfinishedParts};
use crate::base::{Code, InfoHash};
use crate::flow::Missing;
use crate::protocol::http_tracker::{self, Body as TrackerBody, Kind};
use crate::protocol::info_dictionary::MetadataSource;
use crate::protocol::payload::Place;
use crate::protocol::{Mark, Message as AnyMessage, Outlet, Unread, metainfo, upnp, web_seed};

/// A body on its way.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) framing: Framing,
    /// `None` when it is nothing to us.
    pub(super) kept: Option<Box<Kept>>,
    /// `None` when it brings no bytes of a file.
    pub(super) parts: Option<Box<Parts>>,
}

/// What of a body is still to come when a capture ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnfinishedBody {
    framing: Framing,
    parts: Option<UnfinishedParts>,
    piece: Option<UnfinishedPiece>,
}

/// A piece that a server which knows torrents is sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedPiece {
    number: u32,
    info_hash: InfoHash,
    piece: u32,
    /// Where in the piece the next byte stands.
    begin: Option<u32>,
    status: u16,
}

/// What ends a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Framing {
    /// So many bytes more.
    Length(u64),
    /// The stream's end.
    Close,
    /// A chunk's size is due.
    ChunkSize,
    /// Inside a chunk.
    Chunk(u64),
    /// The line end behind a chunk is due.
    ChunkEnd,
    /// The lines behind the last chunk, of which the last is empty.
    Trailer,
    /// Nothing that can be understood.
    Broken,
}

/// A message whose body is kept, or counted.
#[derive(Debug)]
pub(super) struct Kept {
    purpose: Purpose,
    mark: Mark,
    status: u16,
    encoding: Encoding,
    /// Bytes of the message that were read.
    bytes: u64,
    body: Vec<u8>,
    /// Bytes of the body, without what stands between chunks.
    length: u64,
    /// Whether more of the body is kept: not after a gap, nor beyond a cap.
    goes_on: bool,
    too_long: bool,
    lost: u64,
    truncated: u64,
}

/// What a body is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Tracker {
        number: u32,
        kind: Kind,
    },
    WebSeed {
        number: u32,
        info_hash: InfoHash,
        piece: u32,
        begin: Option<u32>,
    },
    /// `said`: its head says that it is a torrent file. Any other may still show that it is.
    Torrent {
        said: bool,
    },
    PortRequest {
        number: u32,
        action: upnp::Action,
    },
    PortAnswer {
        number: u32,
    },
}

impl UnfinishedBody {
    /// Whether it brings a piece of a torrent that the request named.
    pub(super) fn is_of_piece(&self) -> bool {
        self.piece.is_some()
    }
}

impl Body {
    /// What of it is still to come. Only what is counted and not kept goes on.
    pub(super) fn unfinished(&self) -> UnfinishedBody {
        let parts = self.parts.as_ref().map(|parts| parts.unfinished());
        UnfinishedBody { framing: self.framing, parts, piece: self.kept.as_ref().and_then(|kept| kept.unfinished()) }
    }

    /// The body of which this is still to come.
    pub(super) fn going_on(body: UnfinishedBody) -> Self {
        let UnfinishedBody { framing, parts, piece } = body;
        let kept = piece.map(|UnfinishedPiece { number, info_hash, piece, begin, status }| {
            let (purpose, mark) = (Purpose::WebSeed { number, info_hash, piece, begin }, Mark { frame: 0, time: Default::default() });
            Box::new(Kept::new(purpose, mark, status, Encoding::Identity, 0))
        });
        Body { framing, kept, parts: parts.map(Parts::going_on) }
    }

    /// A body of an earlier capture goes on here.
    pub(super) fn resume(&mut self, mark: Mark) {
        self.kept.iter_mut().for_each(|kept| kept.mark = mark);
    }

    /// Bytes held.
    pub(super) fn held_bytes(&self) -> usize {
        self.kept.as_ref().map_or(0, |kept| kept.held_bytes()) + self.parts.as_ref().map_or(0, |parts| parts.held_bytes())
    }

    /// Takes bytes; answers how many. `room`: how many more may be kept, and of how many in all.
    pub(super) fn take(&mut self, bytes: &[u8], partial: &mut Vec<u8>, room: (usize, usize), outlet: &mut Outlet<'_>) -> usize {
        let due = match self.framing {
            Framing::Length(left) | Framing::Chunk(left) => usize::try_from(left).unwrap_or(usize::MAX),
            Framing::Close => usize::MAX,
            Framing::ChunkSize | Framing::ChunkEnd | Framing::Trailer | Framing::Broken => return self.take_line(bytes, partial),
        };
        let taken = bytes.get(..due).unwrap_or(bytes);
        self.pass(taken.len() as u64);
        if let Some(parts) = &mut self.parts {
            parts.take(taken, outlet);
        }
        if let Some(kept) = &self.kept {
            kept.payload(taken, outlet);
        }
        if self.kept.as_mut().is_some_and(|kept| !kept.keep(taken, room)) {
            self.kept = None;
        }
        if let Some(kept) = &mut self.kept {
            kept.bytes += taken.len() as u64;
        }
        taken.len()
    }

    /// Takes bytes of a line between chunks.
    fn take_line(&mut self, bytes: &[u8], partial: &mut Vec<u8>) -> usize {
        let end = bytes.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
        let taken = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or(bytes);
        if let Some(kept) = &mut self.kept {
            kept.bytes += taken.len() as u64;
        }
        if let Some(parts) = &mut self.parts {
            parts.frame(taken.len());
        }
        partial.extend_from_slice(taken.get(..LINE_BYTES).unwrap_or(taken));
        if partial.len() > LINE_BYTES {
            self.framing = Framing::Broken;
        } else if end.is_some() {
            self.framing = self.framing.after_line(partial.trim_ascii());
            partial.clear();
        }
        taken.len()
    }

    /// Some of the body went by, or is missing.
    fn pass(&mut self, bytes: u64) {
        match &mut self.framing {
            Framing::Length(left) => *left = left.saturating_sub(bytes),
            Framing::Chunk(left) if *left <= bytes => self.framing = Framing::ChunkEnd,
            Framing::Chunk(left) => *left -= bytes,
            _ => {}
        }
    }

    /// A gap: answers how much of the body is still to come, 0 for nothing, `None` where that is no longer known.
    pub(super) fn gap(&mut self, bytes: u64, missing: Missing, outlet: &mut Outlet<'_>) -> Option<u64> {
        let (within, after) = match self.framing {
            Framing::Length(left) => (bytes.min(left), left.checked_sub(bytes)),
            Framing::Chunk(left) => (bytes.min(left), left.checked_sub(bytes).map(|_| 1)),
            Framing::Close => (bytes, Some(1)),
            _ => (bytes, None),
        };
        self.pass(within);
        if let Some(parts) = &mut self.parts {
            parts.gap(within, missing, outlet);
        }
        // A torrent file with a hole cannot be read, and only that would tell it.
        if self.kept.as_ref().is_some_and(|kept| !kept.is_sure()) {
            self.kept = None;
        }
        if let Some(kept) = &mut self.kept {
            kept.goes_on = false;
            kept.length += within;
            let share = if missing == Missing::Lost { &mut kept.lost } else { &mut kept.truncated };
            *share += within;
        }
        after
    }
}

impl Framing {
    /// What follows a line between chunks.
    fn after_line(self, line: &[u8]) -> Framing {
        match self {
            Framing::ChunkSize => {
                let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
                match str::from_utf8(digits).ok().and_then(|digits| u64::from_str_radix(digits, 16).ok()) {
                    Some(0) => Framing::Trailer,
                    Some(size) => Framing::Chunk(size),
                    None => Framing::Broken,
                }
            }
            Framing::ChunkEnd if line.is_empty() => Framing::ChunkSize,
            Framing::Trailer if line.is_empty() => Framing::Length(0),
            Framing::Trailer => Framing::Trailer,
            _ => Framing::Broken,
        }
    }
}

impl Kept {
    /// Bytes held.
    pub(super) fn held_bytes(&self) -> usize {
        self.body.len()
    }

    pub(super) fn new(purpose: Purpose, mark: Mark, status: u16, encoding: Encoding, bytes: u64) -> Self {
        Kept { purpose, mark, status, encoding, bytes, body: Vec::new(), length: 0, goes_on: true, too_long: false, lost: 0, truncated: 0 }
    }

    /// What of a piece is still to come; `None` of any other message.
    fn unfinished(&self) -> Option<UnfinishedPiece> {
        let Purpose::WebSeed { number, info_hash, piece, begin } = self.purpose else { return None };
        let begin = begin.and_then(|begin| begin.checked_add(u32::try_from(self.length).ok()?));
        Some(UnfinishedPiece { number, info_hash, piece, begin, status: self.status })
    }

    /// Hands on bytes of a piece where it is known which they are.
    fn payload(&self, bytes: &[u8], outlet: &mut Outlet<'_>) {
        let Purpose::WebSeed { info_hash, piece: index, begin: Some(begin), .. } = self.purpose else { return };
        let begin = u32::try_from(self.length).ok().and_then(|passed| begin.checked_add(passed));
        if let Some(begin) = begin.filter(|_| self.status == OK) {
            outlet.payload(outlet.mark(), Place::Piece { info_hash: Some(info_hash), index, begin }, bytes);
        }
    }

    /// Takes bytes of the body; answers whether it may still be what it is kept for.
    fn keep(&mut self, bytes: &[u8], (room, longest): (usize, usize)) -> bool {
        self.length += bytes.len() as u64;
        let is_counted_only = matches!(self.purpose, Purpose::WebSeed { .. });
        if !self.goes_on || is_counted_only {
            return true;
        }
        if bytes.len() > room || self.body.len() + bytes.len() > longest {
            (self.goes_on, self.too_long, self.body) = (false, true, Vec::new());
            return self.is_sure();
        }
        self.body.extend_from_slice(bytes);
        // What does not say that it is a torrent must look like one from its first byte.
        self.is_sure() || self.encoding == Encoding::Identity && metainfo::may_begin(&self.body)
    }

    /// Whether the message is one of ours whatever its body holds.
    fn is_sure(&self) -> bool {
        self.purpose != Purpose::Torrent { said: false }
    }

    /// The message is over: hands it on.
    pub(super) fn hand_on(&self, is_whole: bool, outlet: &mut Outlet<'_>) {
        let limit = outlet.limits.http_body_bytes;
        let is_whole = is_whole && self.lost + self.truncated == 0 && !self.too_long;
        // Of a body that is not whole the beginning is read, unless it is packed.
        let body = if is_whole { self.encoding.unpack(&self.body, limit) } else { Some(self.body.as_slice().into()) };
        let is_malformed = match self.purpose {
            Purpose::Tracker { number, kind } => self.hand_on_answer(number, kind, body.as_deref(), outlet) && is_whole,
            Purpose::WebSeed { number, info_hash, piece, begin } => {
                let answer = Some((self.status, self.length - self.lost - self.truncated));
                self.emit(AnyMessage::WebSeed(web_seed::Message { number, info_hash, piece, begin, answer }), outlet);
                false
            }
            Purpose::Torrent { said } => {
                let metainfo = body.as_deref().filter(|_| is_whole).and_then(|body| metainfo::parse(body, outlet.limits).ok());
                let is_malformed = metainfo.is_none() && said && is_whole;
                let Some(mut metainfo) = metainfo.or(said.then(Default::default)) else { return };
                let dictionary = metainfo.info.and_then(|info| outlet.torrents.take_whole(info));
                metainfo.names.extend(dictionary.iter().flat_map(|(dictionary, _)| dictionary.names()));
                self.emit(AnyMessage::TorrentFile(metainfo), outlet);
                if let Some((dictionary, _)) = dictionary.filter(|(_, is_new)| *is_new) {
                    let source = MetadataSource::TorrentFile;
                    outlet.emit_at(self.mark, 0, AnyMessage::Torrent { dictionary: &dictionary, source });
                }
                is_malformed
            }
            Purpose::PortRequest { number, action } => match upnp::parse_request(&self.body, action) {
                Ok(mapping) => {
                    outlet.emit_at(self.mark, 0, AnyMessage::Upnp(upnp::Message::Request { number, action, mapping }));
                    return;
                }
                Err(_) => {
                    if is_whole {
                        outlet.emit_at(self.mark, 0, AnyMessage::Finding(Code::UpnpMalformed));
                    }
                    return;
                }
            },
            Purpose::PortAnswer { number } => {
                let (error, external_port) = upnp::parse_response(&self.body, self.status);
                outlet.emit_at(self.mark, 0, AnyMessage::Upnp(upnp::Message::Response { number, error, external_port }));
                return;
            }
        };
        for (wrong, code) in [(is_malformed, Code::HttpMalformed), (self.too_long, Code::LimitBody)] {
            if wrong {
                outlet.emit_at(self.mark, 0, AnyMessage::Finding(code));
            }
        }
        outlet.unread(self.lost, Unread::Lost);
        outlet.unread(self.truncated, Unread::Truncated);
    }

    /// Hands on a tracker's answer; says whether something is wrong with it.
    fn hand_on_answer(&self, number: u32, kind: Kind, body: Option<&[u8]>, outlet: &mut Outlet<'_>) -> bool {
        let (answer, malformed) = match body {
            Some([]) => (None, None),
            Some(body) => http_tracker::parse_answer(body, outlet.limits),
            None => (None, Some(crate::base::Malformed { field: "body", offset: 0 })),
        };
        let body = TrackerBody::Response { status: self.status, answer };
        self.emit(AnyMessage::HttpTracker(http_tracker::Message { number, kind, body }), outlet);
        // A page that says what went wrong with HTTP need not be a tracker's.
        malformed.is_some() && self.status == OK
    }

    fn emit(&self, message: AnyMessage<'_>, outlet: &mut Outlet<'_>) {
        outlet.emit_at(self.mark, self.bytes, message);
    }
}

/// What missing bytes are in the account.
pub(super) fn unread(missing: Missing) -> Unread {
    match missing {
        Missing::Lost => Unread::Lost,
        Missing::Truncated => Unread::Truncated,
    }
}

/// The longest line between chunks.
const LINE_BYTES: usize = 4096;
/// The status of an answer that is what was asked for.
pub(super) const OK: u16 = 200;
