//! Who exchanged bytes with whom, over which transport, for which torrent, and when?
//!
//! Which hosts are local is decided when the report is made, and by its reader's word. So bytes over time are kept for each two hosts, and added
//! up then. A torrent's other names, and the torrents of connections without a handshake, are known only then too: what such a connection
//! carried is kept for itself.

use std::net::IpAddr;

use crate::base::{BINS, Code, Index, InfoHash, Limits, Recent, Series, is_private};
use crate::flow::FlowId;
use crate::protocol::Event;

/// Gathers what hosts exchanged.
#[derive(Debug)]
pub(super) struct Exchanges {
    list: Vec<Exchange>,
    by_key: Index,
    /// Where in the list each stream is that spoke last.
    by_flow: Recent<FlowId, u32>,
    /// The same of a few streams, each at a place that its number tells: mostly one of them speaks next.
    at_hand: [(FlowId, u32); AT_HAND],
    /// What exceeds the list: by how many of the two hosts have private addresses, and by transport.
    beyond: [[Exchange; 2]; 3],
    limit: usize,
}

/// What two hosts exchanged about one thing.
#[derive(Debug)]
pub(super) struct Exchange {
    /// The lower address first.
    pub(super) ends: [Side; 2],
    pub(super) subject: Option<Subject>,
    pub(super) utp: bool,
    /// Bytes that each end sent.
    pub(super) sent: [Series; 2],
}

/// One end of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Side {
    /// `None` for any host.
    pub(super) address: Option<IpAddr>,
    /// Whether its address is no public one.
    pub(super) private: bool,
}

/// What an exchange is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    /// A torrent.
    Torrent(InfoHash),
    /// That of a stream whose handshake is not in the capture.
    Stream(FlowId),
}

/// Exchanges whose bytes are kept in as many bins as there may be; those after them have [`COARSE`]. A peer mostly exchanges bytes for a part
/// of the capture only, and needs few; hosts that do all along are few.
const FINE: usize = 2048;

/// The most bins of the others: with 2 KiB at most for each end, all together take 32 MB.
const COARSE: usize = 32;

/// Streams at hand, a power of two.
const AT_HAND: usize = 32;

/// The only place at which a stream can be at hand. Streams of one transport have every other number.
fn place_of(flow: FlowId) -> usize {
    (flow.0 / 2) as usize % AT_HAND
}

impl Side {
    pub(super) fn of(address: IpAddr) -> Self {
        Side { address: Some(address), private: is_private(address) }
    }
}

impl Exchange {
    fn new(ends: [Side; 2], subject: Option<Subject>, utp: bool, bins: usize) -> Self {
        Exchange { ends, subject, utp, sent: [Series::of_at_most(bins), Series::of_at_most(bins)] }
    }
}

impl Exchanges {
    pub(super) fn new(limits: &Limits) -> Self {
        let beyond = [[false, false], [false, true], [true, true]].map(|private| {
            let ends = private.map(|private| Side { address: None, private });
            [false, true].map(|utp| Exchange::new(ends, None, utp, BINS))
        });
        Exchanges {
            list: Vec::new(),
            by_key: Index::default(),
            by_flow: Recent::new(limits.flows),
            at_hand: [(FlowId(u64::MAX), 0); AT_HAND],
            beyond,
            limit: limits.exchanges,
        }
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Exchange> {
        let beyond = self.beyond.iter().flatten().filter(|exchange| exchange.sent.iter().any(|series| !series.is_empty()));
        self.list.iter().chain(beyond)
    }

    /// Takes bytes of a stream; `info_hash` is its torrent. A stream stays with what it was about first: another name is the same torrent's.
    pub(super) fn add(&mut self, event: &Event<'_>, info_hash: Option<InfoHash>, bytes: u64, found: &mut impl FnMut(Code)) {
        let Some(flow) = event.flow else { return };
        match self.of_flow(flow).or_else(|| self.find(event, flow, info_hash, found)) {
            Some(at) => self.add_at(at, event, bytes),
            None => self.add_beyond(event, flow, bytes),
        }
    }

    /// Takes bytes of a stream that are in no message, if it is known to be peers'.
    pub(super) fn add_unread(&mut self, event: &Event<'_>, bytes: u64) {
        if let Some(at) = event.flow.and_then(|flow| self.of_flow(flow)) {
            self.add_at(at, event, bytes);
        }
    }

    #[inline]
    fn of_flow(&mut self, flow: FlowId) -> Option<u32> {
        let place = self.at_hand.get_mut(place_of(flow))?;
        if place.0 == flow {
            return Some(place.1);
        }
        let at = *self.by_flow.get(&flow)?;
        *place = (flow, at);
        Some(at)
    }

    #[inline]
    fn add_at(&mut self, at: u32, event: &Event<'_>, bytes: u64) {
        if let Some(exchange) = self.list.get_mut(at as usize) {
            let [lower, higher] = &mut exchange.sent;
            let series = if event.source.address <= event.destination.address { lower } else { higher };
            series.add(event.time, bytes);
        }
    }

    /// The exchange of an event, met now if it was not before; `None` where there is no room for it.
    #[cold]
    fn find(&mut self, event: &Event<'_>, flow: FlowId, info_hash: Option<InfoHash>, found: &mut impl FnMut(Code)) -> Option<u32> {
        let subject = info_hash.map_or(Subject::Stream(flow), Subject::Torrent);
        let (one, other) = (event.source.address, event.destination.address);
        let ends = [one.min(other), one.max(other)].map(Side::of);
        let utp = flow.is_utp();
        let next = u32::try_from(self.list.len()).ok().filter(|_| self.list.len() < self.limit);
        let list = &self.list;
        let is = |at: u32| list.get(at as usize).is_some_and(|known| (known.ends, known.subject, known.utp) == (ends, Some(subject), utp));
        let at = match self.by_key.find_or_insert((ends, subject, utp), next, is) {
            Some(at) => at,
            None => {
                let Some(next) = next else {
                    found(Code::LimitTraffic);
                    return None;
                };
                let bins = if self.list.len() < FINE { BINS } else { COARSE };
                self.list.push(Exchange::new(ends, Some(subject), utp, bins));
                next
            }
        };
        self.by_flow.insert(flow, at);
        Some(at)
    }

    fn add_beyond(&mut self, event: &Event<'_>, flow: FlowId, bytes: u64) {
        let [source, destination] = [event.source, event.destination].map(|end| is_private(end.address));
        let of_scopes = self.beyond.get_mut(usize::from(source) + usize::from(destination));
        let exchange = of_scopes.and_then(|by_transport| by_transport.get_mut(usize::from(flow.is_utp())));
        if let Some(exchange) = exchange {
            // The end with the private address stands second.
            let [first, second] = &mut exchange.sent;
            let series = if source { second } else { first };
            series.add(event.time, bytes);
        }
    }
}
