//! Which connections are encrypted BitTorrent, how sure is that, and which torrent do they belong to?
//!
//! What a stream looks like comes from [`mse`]: a key exchange of the right shape, or evenly spread bytes of a connection that began
//! before the capture. What is known of its ends comes from [`Sources`], from the DHT nodes, and from the hosts that speak
//! BitTorrent in clear. Each is a reason, and each reason is worth some bits, by which the odds double; `weight`, below, has them.
//! A connection is claimed when the odds are even or better, and then only
//!
//! - with all four flights of a key exchange, or
//! - with one end that is, address and port, a peer or a DHT node by other evidence.
//!
//! So nothing is claimed from randomness alone, and a shape that other protocols without a header share by chance gets no more than
//! two in three. Other such protocols exist (obfuscated proxies, MTProto): with a peer's address and port at one end they would be
//! mistaken, without it they stay below every connection that has one.
//!
//! The torrent is the one for which an end was listed to the other, or announced itself on its network, latest before the
//! connection began; without such a listing, the only one that both ends are known to take part in; without that, the only one that a
//! local end itself says that it takes part in. Of both of these there must be one only, or there is none; where an end was listed for
//! several, the reason says so.

mod unfinished;

use std::net::IpAddr;

use serde::Serialize;

use super::cell::{Cell, list, number, text};
use super::hosts::HostsAnalysis;
use super::peers::PeersAnalysis;
use super::sources::{Naming, Source, Sources};
use crate::base::{Arrange, BINS, Code, Endpoint, InfoHash, Limits, Map, Series, Set, Time, is_private};
use crate::flow::{Both, Direction, FlowId};
use crate::protocol::Event;
use crate::protocol::mse::{self, Stage};
use unfinished::{ByNumber, EARLIER, Earlier, place};
pub use unfinished::{OpenFlow, UnfinishedFlow};

/// A connection that is taken for encrypted BitTorrent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct EncryptedFlow {
    /// The end that opened it; where that is not in the capture, the end that was seen first.
    pub originator: Endpoint,
    /// The other end.
    pub responder: Endpoint,
    /// `tcp` or `utp`.
    pub transport: &'static str,
    /// What was seen of the key exchange: `midstream` (its beginning is not in the capture), `key`, `keys` or `handshake` (all of it).
    pub stage: &'static str,
    /// How likely it is encrypted BitTorrent, from 0 to 1.
    pub confidence: f64,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
    /// The torrent; `None` where nothing names one, or several are possible.
    pub info_hash: Option<InfoHash>,
    /// What names an end for that torrent.
    pub source: Option<Source>,
    /// The frame that names it; `None` where only an earlier capture does, with which this one goes on.
    pub named_frame: Option<u64>,
    /// Seconds from then to the connection's first bytes; negative when it was named later.
    pub delay: Option<f64>,
    /// Bytes that the originator sent.
    pub sent: u64,
    /// Bytes that the responder sent.
    pub received: u64,
    /// Bytes of both that are in no frame.
    pub lost: u64,
    /// Its first frame with payload.
    pub first_frame: u64,
    /// The latest frame.
    pub last_frame: u64,
    /// When the first was captured.
    pub first_time: Time,
    /// When the latest was captured.
    pub last_time: Time,
}

/// Gathers what may be encrypted.
#[derive(Debug)]
pub struct EncryptedAnalysis {
    by_flow: Map<FlowId, u32>,
    flows: Vec<Flow>,
    /// Beside each flow, what it carried over time.
    rates: Vec<Rates>,
    /// What the capture before knew of connections that go on.
    earlier: ByNumber,
    limit: usize,
}

/// What a stream carried over time, as far as that was told.
#[derive(Debug)]
pub(super) struct Rates {
    /// Bytes that each end sent.
    pub(super) sent: Both<Series>,
    /// Bytes of both that are in no frame.
    pub(super) lost: Series,
}

/// The account of a stream that may be encrypted.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    id: FlowId,
    pub(super) ends: Both<Endpoint>,
    pub(super) bytes: Both<u64>,
    pub(super) lost: u64,
    pub(super) truncated: u64,
    pub(super) first: (u64, Time),
    pub(super) last: (u64, Time),
    stage: Stage,
    keys: [u64; 2],
    /// Its number, where the capture before knew it.
    earlier: Option<u32>,
}

/// What the rest of the capture says about endpoints.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) sources: &'a Sources,
    pub(super) hosts: &'a HostsAnalysis,
    pub(super) peers: &'a PeersAnalysis,
}

/// A flow that is claimed, and why.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    pub(super) flow: Flow,
    /// When its first bytes were captured, in this capture or the one before.
    began: Time,
    /// The logarithm to base 2 of the odds.
    bits: i32,
    ends: Both<End>,
    pub(super) torrent: Option<Attribution>,
}

/// What is known of one end of a flow, the strongest last.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// Nothing.
    Stranger,
    /// Its host takes part in BitTorrent, on whatever port.
    Host,
    /// A DHT node has this address and port, and clients use one number for both.
    Node,
    /// This address and port were named as a peer's.
    Peer(Naming),
}

/// The torrent of a flow, and what says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Attribution {
    pub(super) info_hash: InfoHash,
    source: Source,
    named: (u64, Time),
    why: Why,
}

/// How a torrent was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// An end was listed to the other for it, and for so many other torrents before.
    Listed(Direction, usize),
    /// Both ends take part in it.
    Shared,
    /// The end takes part in no other.
    Only(Direction),
}

impl EncryptedAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        let (by_flow, earlier) = (Map::default(), ByNumber::default());
        EncryptedAnalysis { by_flow, flows: Vec::new(), rates: Vec::new(), earlier, limit: limits.encrypted_flows }
    }

    pub(super) fn observe(&mut self, event: &Event<'_>, message: &mse::Message, found: &mut impl FnMut(Code)) {
        let Some(id) = event.flow else { return };
        let [key, answer, ..] = message.flights;
        let flow = Flow {
            id,
            ends: Both { originator: event.source, responder: event.destination },
            bytes: message.bytes,
            lost: message.lost,
            truncated: message.truncated,
            first: (event.frame, event.time),
            last: (message.last_frame, message.last_time),
            stage: message.stage,
            keys: [key, answer],
            earlier: message.earlier,
        };
        let known = self.by_flow.get(&id).map(|index| *index as usize);
        if let Some((known, rates)) = known.and_then(|index| self.flows.get_mut(index).zip(self.rates.get_mut(index))) {
            rates.add(known, &flow);
            *known = flow;
        } else if message.stage != Stage::Clear {
            match u32::try_from(self.flows.len()).ok().filter(|_| self.flows.len() < self.limit) {
                Some(index) => {
                    self.by_flow.insert(id, index);
                    let mut rates = Rates::new(self.flows.len());
                    rates.add(&Flow { bytes: Both::default(), lost: 0, ..flow }, &flow);
                    self.rates.push(rates);
                    self.flows.push(flow);
                }
                None => found(Code::LimitEncrypted),
            }
        }
    }

    /// What a stream carried over time.
    pub(super) fn rates(&self, flow: FlowId) -> Option<&Rates> {
        self.rates.get(*self.by_flow.get(&flow)? as usize)
    }

    /// The flows that are claimed by what is known now, by their first frame.
    pub(super) fn claims(&self, known: Known<'_>) -> Vec<Claim> {
        let open = || self.flows.iter().filter(|flow| flow.stage != Stage::Clear);
        let ends: Set<Endpoint> = open().flat_map(|flow| flow.ends.iter().copied()).collect();
        let nodes = known.nodes_among(&ends);
        let mut claims: Vec<_> = open().filter_map(|flow| Claim::of(*flow, known, &nodes, self.earlier_of(flow))).collect();
        claims.arrange_by_key(|claim| (claim.flow.first.0, claim.flow.ends.originator, claim.flow.ends.responder));
        claims
    }
}

impl Rates {
    /// Nothing yet. The first flows get as many bins as there may be, the others some: most carry bytes for a short time, or few.
    fn new(flows_before: usize) -> Self {
        let series = || Series::of_at_most(if flows_before < FINE { BINS } else { COARSE });
        Rates { sent: Both { originator: series(), responder: series() }, lost: series() }
    }

    /// Adds what was told of a flow since it was told of before, at the time of its latest bytes.
    fn add(&mut self, before: &Flow, now: &Flow) {
        for direction in Direction::BOTH {
            let bytes = now.bytes.of(direction).saturating_sub(*before.bytes.of(direction));
            if bytes > 0 {
                self.sent.of_mut(direction).add(now.last.1, bytes);
            }
        }
        let lost = now.lost.saturating_sub(before.lost);
        if lost > 0 {
            self.lost.add(now.last.1, lost);
        }
    }
}

impl Known<'_> {
    /// Those of the endpoints that are DHT nodes'.
    fn nodes_among(self, ends: &Set<Endpoint>) -> Set<Endpoint> {
        if ends.is_empty() { Set::default() } else { self.peers.endpoints().filter(|node| ends.contains(node)).collect() }
    }
}

impl Claim {
    fn of(flow: Flow, known: Known<'_>, nodes: &Set<Endpoint>, earlier: Option<&Earlier>) -> Option<Self> {
        let claim = Claim::weighed(flow, known, nodes, earlier);
        let allowed = flow.stage == Stage::Handshake || claim.is_placed();
        (allowed && claim.bits >= 0).then(|| claim.attributed(known, earlier))
    }

    /// What speaks for a flow, whatever that comes to; `earlier` is what the capture before knew.
    fn weighed(flow: Flow, known: Known<'_>, nodes: &Set<Endpoint>, earlier: Option<&Earlier>) -> Self {
        let began = earlier.map_or(flow.first.1, |earlier| earlier.began);
        let end = |direction| {
            let now = End::of(*flow.ends.of(direction), *flow.ends.of(direction.reverse()), began, known, nodes);
            earlier.map_or(now, |earlier| now.or_earlier(*earlier.ends.of(direction), began))
        };
        let ends = Both { originator: end(Direction::Originator), responder: end(Direction::Responder) };
        let shape = match flow.stage {
            Stage::Handshake => weight::HANDSHAKE,
            Stage::Keys => weight::KEYS,
            Stage::Key => weight::KEY,
            Stage::Midstream | Stage::Clear => 0,
        };
        let bits = weight::PRIOR + shape + ends.iter().map(|end| end.bits(began)).sum::<i32>();
        Claim { flow, began, bits, ends, torrent: None }
    }

    /// The same with its torrent.
    fn attributed(self, known: Known<'_>, earlier: Option<&Earlier>) -> Self {
        let torrent = earlier.and_then(|earlier| earlier.torrent).or_else(|| attribute(&self.flow, self.began, known));
        Claim { torrent, ..self }
    }

    /// Whether one end is a peer or a DHT node by other evidence, address and port.
    pub(super) fn is_placed(&self) -> bool {
        self.ends.iter().any(|end| matches!(end, End::Node | End::Peer(_)))
    }

    /// How likely the claim is true, in thousandths: never certain.
    pub(super) fn confidence(&self) -> f64 {
        let odds = f64::from(self.bits).exp2();
        ((odds / (1.0 + odds)).min(SUREST) * 1000.0).round() / 1000.0
    }

    /// The stream.
    pub(super) fn flow_id(&self) -> FlowId {
        self.flow.id
    }

    /// The torrent.
    pub(super) fn info_hash(&self) -> Option<InfoHash> {
        self.torrent.map(|torrent| torrent.info_hash)
    }

    /// The row of the report.
    pub(super) fn row(&self) -> EncryptedFlow {
        let Flow { ends, bytes, lost, first, last, stage, .. } = self.flow;
        let torrent = self.torrent;
        EncryptedFlow {
            originator: ends.originator,
            responder: ends.responder,
            transport: if self.flow.id.is_utp() { "utp" } else { "tcp" },
            stage: stage.name(),
            confidence: self.confidence(),
            reasons: self.reasons(),
            info_hash: self.info_hash(),
            source: torrent.map(|torrent| torrent.source),
            named_frame: torrent.map(|torrent| torrent.named.0).filter(|frame| *frame != EARLIER),
            delay: torrent.map(|torrent| self.began.since(torrent.named.1) as f64 / 1e9),
            sent: bytes.originator,
            received: bytes.responder,
            lost,
            first_frame: first.0,
            last_frame: last.0,
            first_time: first.1,
            last_time: last.1,
        }
    }

    fn reasons(&self) -> Vec<String> {
        let [key, answer] = self.flow.keys;
        let mut reasons = vec![match self.flow.stage {
            Stage::Handshake => format!(
                "It begins with a key exchange of MSE's shape: {key} bytes, an answer of {answer}, and another flight each; all of it looks random."
            ),
            Stage::Keys => {
                format!(
                    "It begins as a key exchange of MSE's shape: {key} bytes and an answer of {answer} that look random; it is not seen to its end."
                )
            }
            Stage::Key => format!("It begins with {key} bytes that look random, as MSE's first flight; nothing answers."),
            Stage::Midstream | Stage::Clear => {
                "Its beginning is not in the capture; what follows looks random and holds no other protocol's header.".to_owned()
            }
        }];
        for direction in [Direction::Responder, Direction::Originator] {
            reasons.extend(self.ends.of(direction).reason(*self.flow.ends.of(direction), self.began));
        }
        reasons.extend(self.torrent.map(|torrent| torrent.reason(&self.flow, self.began)));
        reasons
    }
}

impl End {
    /// What is known of `end`, with respect to a connection with `other` that began at `start`.
    fn of(end: Endpoint, other: Endpoint, start: Time, known: Known<'_>, nodes: &Set<Endpoint>) -> Self {
        let rank = |naming: &&Naming| (naming.before(start).is_some(), naming.told == Some(other.address), naming.last.1);
        if let Some(naming) = known.sources.of_endpoint(end).max_by_key(rank) {
            End::Peer(*naming)
        } else if nodes.contains(&end) {
            End::Node
        } else if known.hosts.speaks(end.address) || known.sources.of_address(end.address).next().is_some() {
            End::Host
        } else {
            End::Stranger
        }
    }

    fn bits(&self, start: Time) -> i32 {
        match self {
            End::Stranger => 0,
            End::Host => weight::HOST,
            End::Node => weight::NODE,
            End::Peer(naming) if naming.before(start).is_some() => weight::PEER,
            End::Peer(_) => weight::LATER,
        }
    }

    fn reason(&self, end: Endpoint, start: Time) -> Option<String> {
        match self {
            End::Stranger => None,
            End::Host => Some(format!("{} takes part in BitTorrent.", end.address)),
            End::Node => Some(format!("{end} is a DHT node.")),
            End::Peer(naming) => {
                let (frame, when) = naming.before(start).map_or((naming.first.0, "later"), |(frame, _)| (frame, "before"));
                Some(format!("{end} {} {when} ({}).", naming.source.words(), place(frame)))
            }
        }
    }
}

impl Attribution {
    fn of(naming: &Naming, start: Time, why: Why) -> Self {
        let named = naming.before(start).unwrap_or(naming.first);
        Attribution { info_hash: naming.info_hash, source: naming.source, named, why }
    }

    fn reason(&self, flow: &Flow, began: Time) -> String {
        let (info_hash, words, place) = (self.info_hash, self.source.words(), place(self.named.0));
        match self.why {
            Why::Listed(end, others) => {
                let seconds = began.since(self.named.1) as f64 / 1e9;
                let others = if others > 0 { format!("; earlier, for {others} more") } else { String::new() };
                format!("Torrent {info_hash}: {} {words} {seconds:.3} s before ({place}){others}.", flow.ends.of(end))
            }
            Why::Shared => format!("Torrent {info_hash}: no other one is known of both ends; one of them {words} ({place})."),
            Why::Only(end) => {
                format!("Torrent {info_hash}: the only one of {}, which {words} ({place}).", flow.ends.of(end).address)
            }
        }
    }
}

/// The torrent that a flow most likely belongs to.
fn attribute(flow: &Flow, start: Time, known: Known<'_>) -> Option<Attribution> {
    listed(flow, start, known).or_else(|| shared(flow, start, known)).or_else(|| only(flow, start, known))
}

/// The torrent for which an end was made known to the other latest before the flow began.
fn listed(flow: &Flow, start: Time, known: Known<'_>) -> Option<Attribution> {
    let namings = Direction::BOTH.into_iter().flat_map(|end| {
        let other = flow.ends.of(end.reverse()).address;
        let heard =
            move |naming: &&Naming| naming.told == Some(other) || matches!(naming.source, Source::Lsd | Source::Mdns) && is_private(other);
        known.sources.of_endpoint(*flow.ends.of(end)).filter(heard).map(move |naming| (end, naming))
    });
    let before = namings.filter(|(_, naming)| naming.before(start).is_some() && known.sources.is_exact(naming.info_hash));
    let before: Vec<_> = before.collect();
    let (end, naming) = before.iter().max_by_key(|(_, naming)| naming.before(start).map(|(frame, time)| (time, frame)))?;
    let torrents: Set<InfoHash> = before.iter().map(|(_, naming)| naming.info_hash).collect();
    Some(Attribution::of(naming, start, Why::Listed(*end, torrents.len() - 1)))
}

/// The torrent that both ends take part in, if that is one.
fn shared(flow: &Flow, start: Time, known: Known<'_>) -> Option<Attribution> {
    let originator = torrents(*flow.ends.of(Direction::Originator), known);
    let responder = torrents(*flow.ends.of(Direction::Responder), known);
    let theirs: Set<InfoHash> = originator.iter().map(|naming| naming.info_hash).collect();
    let mut both = responder.iter().filter(|naming| theirs.contains(&naming.info_hash));
    let info_hash = both.next()?.info_hash;
    if both.any(|naming| naming.info_hash != info_hash) {
        return None;
    }
    let namings = originator.iter().chain(&responder).filter(|naming| naming.info_hash == info_hash);
    // What others say of an end says more than what each end says of itself.
    let naming = namings.max_by_key(|naming| (naming.before(start), !naming.source.is_own()))?;
    Some(Attribution::of(naming, start, Why::Shared))
}

/// What names an endpoint for torrents; where nothing does, what names its host.
fn torrents<'a>(end: Endpoint, known: Known<'a>) -> Vec<&'a Naming> {
    let exact = |naming: &&Naming| known.sources.is_exact(naming.info_hash);
    let of_endpoint: Vec<_> = known.sources.of_endpoint(end).filter(exact).collect();
    if of_endpoint.is_empty() { known.sources.of_address(end.address).filter(exact).collect() } else { of_endpoint }
}

/// The only torrent that a local end says that it takes part in. Of the others the capture does not show all.
fn only(flow: &Flow, start: Time, known: Known<'_>) -> Option<Attribution> {
    let own = |address: IpAddr| {
        let mut namings = known.sources.of_address(address).filter(|naming| naming.source.is_own());
        let first = namings.next()?;
        namings.all(|naming| naming.info_hash == first.info_hash).then_some(first)
    };
    let local = Direction::BOTH.into_iter().filter(|end| known.hosts.is_local(flow.ends.of(*end).address));
    let mut found = local.filter_map(|end| Some((end, own(flow.ends.of(end).address)?)));
    let (end, naming) = found.next()?;
    found.all(|(_, other)| other.info_hash == naming.info_hash).then(|| Attribution::of(naming, start, Why::Only(end)))
}

impl EncryptedFlow {
    /// The value in `column`.
    pub(super) fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "originator" => text(self.originator),
            "responder" => text(self.responder),
            "transport" => Cell::Text(self.transport.into()),
            "stage" => Cell::Text(self.stage.into()),
            "confidence" => Cell::Number(self.confidence),
            "info_hash" => self.info_hash.map_or(Cell::Absent, text),
            "source" => self.source.map_or(Cell::Absent, |source| Cell::Text(source.name().into())),
            "delay" => self.delay.map_or(Cell::Absent, Cell::Number),
            "sent" => number(self.sent),
            "received" => number(self.received),
            "first_frame" => number(self.first_frame),
            "last_frame" => number(self.last_frame),
            "reasons" => Cell::Text(list(self.reasons.iter())),
            _ => Cell::Absent,
        }
    }
}

/// What reasons are worth: bits, by which the odds double.
mod weight {
    /// Of streams that look random from their first byte on, one in sixteen is BitTorrent's before anything else is known.
    pub(super) const PRIOR: i32 = -4;
    /// Four flights in turn, of which the first two have 96 to 608 bytes: two random streams in a hundred have the sizes, and fewer the turns.
    pub(super) const HANDSHAKE: i32 = 5;
    /// The first two of the flights.
    pub(super) const KEYS: i32 = 3;
    /// The first one.
    pub(super) const KEY: i32 = 1;
    /// An end was named as a peer, address and port, before the stream began: little else is ever found there.
    pub(super) const PEER: i32 = 8;
    /// It was named later.
    pub(super) const LATER: i32 = 6;
    /// A DHT node has the address and the port.
    pub(super) const NODE: i32 = 5;
    /// The host takes part in BitTorrent.
    pub(super) const HOST: i32 = 2;
}

/// Flows with as many bins as there may be, and the bins of the others: some kilobytes each, a few hundred bytes each.
const FINE: usize = 1024;
const COARSE: usize = 32;

/// No claim about ciphertext is surer than that.
const SUREST: f64 = 0.99;

#[cfg(test)]
mod tests {
    use super::super::sources::tests::event;
    use super::*;
    use crate::protocol::Message;
    use crate::protocol::dht::{self, Body};

    /// `at(1, 5)` is 10.0.0.1:5, `at(101, 5)` is 203.0.113.101:5.
    fn at(last: u8, port: u16) -> Endpoint {
        if last < 100 { Endpoint::new([10, 0, 0, last], port) } else { Endpoint::new([203, 0, 113, last], port) }
    }

    fn torrent(byte: u8) -> InfoHash {
        InfoHash([byte; 20])
    }

    /// What the analyses know, told in seconds.
    struct Story {
        encrypted: EncryptedAnalysis,
        sources: Sources,
        hosts: HostsAnalysis,
        peers: PeersAnalysis,
        flows: u64,
        earlier: Option<u32>,
        codes: Vec<Code>,
    }

    impl Story {
        fn new(limits: &Limits) -> Self {
            Story {
                encrypted: EncryptedAnalysis::new(limits),
                sources: Sources::new(limits),
                hosts: HostsAnalysis::new(limits),
                peers: PeersAnalysis::new(limits),
                flows: 0,
                earlier: None,
                codes: Vec::new(),
            }
        }

        /// A stream that looks encrypted.
        fn flow(&mut self, from: Endpoint, to: Endpoint, second: i64, stage: Stage) {
            self.flows += 1;
            self.told(self.flows, from, to, second, stage);
        }

        fn told(&mut self, flow: u64, from: Endpoint, to: Endpoint, second: i64, stage: Stage) {
            let bytes = Both { originator: 1000, responder: 50 };
            let now = Time::from_nanos(second * 1_000_000_000);
            let message = mse::Message {
                stage,
                flights: [307, 169, 164, 112],
                bytes,
                lost: 7,
                truncated: 0,
                last_frame: 99,
                last_time: now,
                earlier: self.earlier,
            };
            let told = Event { flow: Some(FlowId(flow)), message: Message::Mse(message), ..event(from, to, second, 10) };
            self.encrypted.observe(&told, &message, &mut |code| self.codes.push(code));
        }

        /// `whom` hears from a stranger that `peer` is in a torrent.
        fn listed(&mut self, peer: Endpoint, byte: u8, whom: Endpoint, second: i64, source: Source) {
            self.sources.names(&event(at(200, 80), whom, second, 3), peer, torrent(byte), source, &mut |_| {});
        }

        /// `host` says itself that it is in a torrent.
        fn announced(&mut self, host: Endpoint, byte: u8, second: i64, source: Source) {
            self.sources.names(&event(host, at(200, 80), second, 4), host, torrent(byte), source, &mut |_| {});
        }

        fn rows(&self) -> Vec<EncryptedFlow> {
            let known = Known { sources: &self.sources, hosts: &self.hosts, peers: &self.peers };
            self.encrypted.claims(known).iter().map(Claim::row).collect()
        }

        /// The torrent of the first row, and what says so.
        fn torrent(&self) -> Option<(u8, Source)> {
            let row = self.rows().into_iter().next()?;
            Some((row.info_hash?.0[0], row.source?))
        }
    }

    const ME: u8 = 1;

    #[test]
    fn what_the_capture_before_knew_of_a_connection_still_holds() {
        let mut story = Story::new(&Limits::default());
        let ends = Both { originator: at(ME, 40000), responder: at(101, 5) };
        story.listed(ends.responder, 7, at(ME, 1), 5, Source::Tracker);
        story.flow(ends.originator, ends.responder, 9, Stage::Handshake);
        let whole = story.rows().remove(0);
        let open = OpenFlow { open: crate::report::swarm::Open::Met(FlowId(1)), ends, heard: Time::default() };
        let known = Known { sources: &story.sources, hosts: &story.hosts, peers: &story.peers };
        let left = story.encrypted.unfinished(&[None, Some(open)], known);
        let left: Vec<Option<UnfinishedFlow>> = serde_json::from_str(&serde_json::to_string(&left).unwrap()).unwrap();
        assert_eq!(left[0], None);
        let mut next = Story { earlier: Some(3), ..Story::new(&Limits::default()) };
        next.encrypted.expect(3, &left[1].unwrap());
        assert!(next.rows().is_empty(), "it is not of this capture before it is met again");
        next.flow(ends.originator, ends.responder, 20, Stage::Handshake);
        let row = next.rows().remove(0);
        assert_eq!((row.confidence, row.info_hash, row.source, row.delay), (whole.confidence, whole.info_hash, whole.source, whole.delay));
        assert_eq!((row.named_frame, row.first_time), (None, Time::from_nanos(20_000_000_000)));
        assert!(row.reasons.iter().any(|reason| reason.ends_with("before (in an earlier capture).")), "{:?}", row.reasons);
    }
    const PEER: u8 = 101;

    #[test]
    fn nothing_is_claimed_from_randomness_alone() {
        let mut story = Story::new(&Limits::default());
        for stage in [Stage::Midstream, Stage::Key, Stage::Keys, Stage::Handshake] {
            story.flow(at(ME, 40000), at(PEER, 6881), 5, stage);
        }
        let rows = story.rows();
        assert_eq!(rows.iter().map(|row| (row.stage, row.confidence, row.info_hash)).collect::<Vec<_>>(), [("handshake", 0.667, None)]);
        assert_eq!(rows[0].reasons.len(), 1);
    }

    #[test]
    fn an_endpoint_by_other_evidence_makes_a_claim() {
        for (stage, before, later) in [(Stage::Midstream, 0.941, 0.8), (Stage::Key, 0.97, 0.889), (Stage::Keys, 0.99, 0.97)] {
            for (second, confidence) in [(4, before), (6, later)] {
                let mut story = Story::new(&Limits::default());
                story.flow(at(ME, 40000), at(PEER, 6881), 5, stage);
                story.listed(at(PEER, 6881), 7, at(ME, 0), second, Source::Tracker);
                assert_eq!(story.rows().iter().map(|row| row.confidence).collect::<Vec<_>>(), [confidence], "{stage:?} {second}");
            }
        }
        let mut other_port = Story::new(&Limits::default());
        other_port.flow(at(ME, 40000), at(PEER, 443), 5, Stage::Midstream);
        other_port.listed(at(PEER, 6881), 7, at(ME, 0), 4, Source::Tracker);
        other_port.announced(at(ME, 6881), 7, 3, Source::TrackerAnnounce);
        assert_eq!(other_port.rows(), [], "another port of a peer is no evidence for ciphertext");
    }

    #[test]
    fn a_dht_node_has_the_port_of_its_client() {
        let mut story = Story::new(&Limits::default());
        story.flow(at(ME, 40000), at(PEER, 6881), 5, Stage::Key);
        let response = dht::Response { id: Some(crate::base::NodeId([1; 20])), ..dht::Response::default() };
        let message = dht::Message { transaction_id: b"a", version: None, read_only: false, seen_as: b"", body: Body::Response(response) };
        story.peers.observe(&event(at(PEER, 6881), at(ME, 6881), 1, 1), &message, None, &mut |_| {});
        let rows = story.rows();
        assert_eq!((rows.len(), rows[0].info_hash, rows[0].reasons[1].as_str()), (1, None, "203.0.113.101:6881 is a DHT node."));
    }

    #[test]
    fn what_turned_out_to_be_in_clear_is_dropped() {
        let mut story = Story::new(&Limits::default());
        story.told(1, at(ME, 40000), at(PEER, 6881), 5, Stage::Handshake);
        assert_eq!(story.rows().len(), 1);
        story.told(1, at(ME, 40000), at(PEER, 6881), 5, Stage::Clear);
        assert_eq!(story.rows(), []);
    }

    #[test]
    fn the_latest_listing_before_the_connection_names_the_torrent() {
        let mut story = Story::new(&Limits::default());
        story.flow(at(ME, 40000), at(PEER, 6881), 10, Stage::Handshake);
        // By a handshake with somebody else, before: says nothing of this connection.
        story.announced(at(PEER, 6881), 5, 9, Source::Handshake);
        assert_eq!(story.torrent(), None);
        story.listed(at(PEER, 6881), 6, at(2, 0), 9, Source::Tracker);
        assert_eq!(story.torrent(), None, "told another host");
        story.listed(at(PEER, 6881), 7, at(ME, 0), 5, Source::Tracker);
        assert_eq!(story.torrent(), Some((7, Source::Tracker)));
        story.listed(at(PEER, 6881), 8, at(ME, 0), 7, Source::Pex);
        story.listed(at(PEER, 6881), 9, at(ME, 0), 11, Source::Pex);
        assert_eq!(story.torrent(), Some((8, Source::Pex)));
        let row = &story.rows()[0];
        assert_eq!((row.delay, row.named_frame), (Some(3.0), Some(3)));
        assert!(row.reasons.last().unwrap().ends_with("3.000 s before (frame 3); earlier, for 1 more."), "{:?}", row.reasons);
    }

    #[test]
    fn a_dht_answer_names_known_torrents_only() {
        let mut story = Story::new(&Limits::default());
        story.flow(at(ME, 40000), at(PEER, 6881), 10, Stage::Handshake);
        story.listed(at(PEER, 6881), 7, at(ME, 0), 5, Source::Dht);
        assert_eq!((story.torrent(), story.rows()[0].confidence), (None, 0.99), "a peer all the same");
        story.announced(at(50, 1), 7, 60, Source::DhtAnnounce);
        assert_eq!(story.torrent(), Some((7, Source::Dht)));
    }

    #[test]
    fn a_neighbour_announces_itself_to_neighbours() {
        let mut story = Story::new(&Limits::default());
        story.flow(at(2, 40000), at(ME, 6881), 10, Stage::Handshake);
        story.announced(at(ME, 6881), 7, 5, Source::Lsd);
        assert_eq!(story.torrent(), Some((7, Source::Lsd)));
        let mut from_outside = Story::new(&Limits::default());
        from_outside.flow(at(PEER, 40000), at(ME, 6881), 10, Stage::Handshake);
        from_outside.announced(at(ME, 6881), 7, 5, Source::Lsd);
        from_outside.announced(at(ME, 6881), 8, 5, Source::Lsd);
        assert_eq!(from_outside.torrent(), None, "no neighbour, and two torrents");
    }

    #[test]
    fn the_only_torrent_of_both_ends_is_theirs() {
        let mut story = Story::new(&Limits::default());
        story.flow(at(PEER, 40000), at(ME, 6881), 10, Stage::Handshake);
        story.announced(at(ME, 6881), 7, 5, Source::TrackerAnnounce);
        story.announced(at(ME, 6881), 8, 5, Source::TrackerAnnounce);
        assert_eq!(story.torrent(), None);
        story.listed(at(PEER, 6881), 8, at(2, 0), 4, Source::Tracker);
        assert_eq!(story.torrent(), Some((8, Source::TrackerAnnounce)), "listed elsewhere, under another port");
        story.listed(at(PEER, 6881), 7, at(2, 0), 4, Source::Tracker);
        assert_eq!(story.torrent(), None, "two are possible");
    }

    #[test]
    fn the_only_torrent_of_a_local_end_is_its_connections() {
        let mut story = Story::new(&Limits::default());
        story.flow(at(ME, 40000), at(PEER, 6881), 10, Stage::Handshake);
        story.announced(at(PEER, 6881), 9, 5, Source::DhtAnnounce);
        assert_eq!(story.torrent(), None, "of a remote end the capture does not show all");
        story.announced(at(ME, 6881), 7, 5, Source::TrackerAnnounce);
        assert_eq!(story.torrent(), Some((7, Source::TrackerAnnounce)));
        story.announced(at(ME, 6881), 8, 5, Source::TrackerAnnounce);
        assert_eq!(story.torrent(), None);
    }

    #[test]
    fn rows_stand_by_their_first_frame_and_caps_are_told() {
        let mut story = Story::new(&Limits { encrypted_flows: 2, ..Limits::default() });
        for port in [3, 2, 1] {
            story.flow(at(ME, port), at(PEER, 6881), 5, Stage::Handshake);
        }
        assert_eq!(story.rows().iter().map(|row| row.originator.port).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(story.codes, [Code::LimitEncrypted]);
    }
}
