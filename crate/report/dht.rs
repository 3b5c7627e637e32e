//! How did the DHT work: which questions were answered, how fast, by what clients, and how did lookups approach their targets?
//!
//! - **Answered**: a query whose response is in the capture ([`queries`](super::queries)). Delays are kept in sixteen bins for
//!   each power of two, so the median and the ninth decile are right to a thirtieth.
//! - **Lookup**: what one asker asked about one target, at most [`PAUSE_NANOS`] apart. libtorrent blurs its lookups: it asks each node about
//!   another target that shares only its first bits with the real one; so `get_peers` queries of one asker about targets that share
//!   [`BLURRED_BITS`] leading bits are one lookup too, and its target is one of them. Single queries, such as those that others send to
//!   the client, are no lookup and only counted.
//! - **Fit**: whether a node's ID is one that its address allows (BEP 42), of nodes with public addresses that answered.
//! - **Estimates** of a swarm's size come from Bloom filters (BEP 33), the largest of each swarm.

mod unfinished;

use std::collections::BTreeMap;

use serde::Serialize;

use super::cell::{Cell, number, optional, text};
use super::queries::Asked;
use crate::base::{Arrange, Code, Endpoint, InfoHash, Limits, Map, NodeId, Set, Time, is_private};
use crate::protocol::Event;
use crate::protocol::dht::{self, Body, Response, id_fits_address};
pub use unfinished::UnfinishedDht;

/// The section.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Dht {
    /// Queries by name, in alphabetical order.
    pub queries: Vec<QueryCount>,
    /// Queries of which an answer is in the capture.
    pub answered: u64,
    /// Queries of which none is.
    pub unanswered: u64,
    /// Half of the answers came within so many seconds; `None` without answers.
    pub median_delay: Option<f64>,
    /// Nine of ten answers came within so many seconds.
    pub ninth_decile_delay: Option<f64>,
    /// Nodes with public addresses that answered.
    pub public_nodes: u64,
    /// How many of them have an ID that their address allows (BEP 42).
    pub fitting_nodes: u64,
    /// What the nodes that answered run, most first; without those that do not say.
    pub clients: Vec<ClientCount>,
    /// The lookups of more than one query, in the order in which they began.
    pub lookups: Vec<Lookup>,
    /// Sizes of swarms by Bloom filters (BEP 33), by info hash.
    pub estimates: Vec<SwarmEstimate>,
    /// Distinct info hashes in samples (BEP 51).
    pub sampled_info_hashes: usize,
}

/// How often a query was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct QueryCount {
    /// Its name; those beyond [`NAMES`] different ones are gathered as `other`.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// How many nodes run a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct ClientCount {
    /// The client, as its `v` says.
    pub client: String,
    /// How many nodes.
    pub nodes: u64,
}

/// What one asker asked about one target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Lookup {
    /// Who asked.
    pub asker: Endpoint,
    /// The query's name.
    pub query: String,
    /// The target, or the first one of a blurred lookup.
    pub target: NodeId,
    /// How often another target was asked about than just before, the first included: more than one in a blurred lookup.
    pub targets: usize,
    /// Queries.
    pub queries: u64,
    /// Answers.
    pub answers: u64,
    /// Peers that the answers name, repeated ones included.
    pub peers: u64,
    /// The answers that came closer to the target than any before, oldest first.
    pub approach: Vec<Step>,
    /// The frame of the first query.
    pub first_frame: u64,
    /// When it was captured.
    pub first_time: Time,
    /// When the latest query or answer was captured.
    pub last_time: Time,
    /// How close answers of an earlier capture came that are counted here.
    #[serde(skip)]
    pub(super) reached: Option<u32>,
}

/// A DHT lookup with what it came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct LookupRow {
    /// Leading bits that the closest node that answered shares with the target; `None` without answers that came closer.
    pub closest_bits: Option<u32>,
    /// Seconds from the first query to the latest query or answer.
    pub duration: f64,
    /// The lookup.
    #[serde(flatten)]
    pub lookup: Lookup,
}

/// An answer that came closer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Step {
    /// The node that answered.
    pub node: Endpoint,
    /// Leading bits that its ID shares with the target asked about.
    pub shared_bits: u32,
    /// The frame of the answer.
    pub frame: u64,
    /// When it was captured.
    pub time: Time,
}

/// How large a swarm is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct SwarmEstimate {
    /// The info hash asked about.
    pub info_hash: InfoHash,
    /// Seeds.
    pub seeds: f64,
    /// Other peers.
    pub peers: f64,
    /// The frame of the answer with the largest filters.
    pub frame: u64,
}

/// Gathers the section.
#[derive(Debug)]
pub(super) struct DhtAnalysis {
    /// Queries by name: few, of which the first are asked for most.
    names: Vec<(String, u64)>,
    asked: u64,
    answered: u64,
    /// Answers by [`bin`] of their delay.
    delays: Vec<u64>,
    public_nodes: u64,
    fitting_nodes: u64,
    clients: Map<[u8; 4], u64>,
    lookups: Vec<LookupState>,
    by_prefix: Map<(Endpoint, u16), u32>,
    estimates: BTreeMap<InfoHash, SwarmEstimate>,
    samples: Set<[u8; 20]>,
    /// Whether IDs are not to be compared with addresses and with each other: they are pseudonyms.
    leaves_out_ids: bool,
    limits: Limits,
}

#[derive(Debug)]
struct LookupState {
    lookup: Lookup,
    last_target: NodeId,
    /// Its queries in earlier captures, which list them.
    listed_before: u64,
    /// How close answers of earlier captures came.
    came_to: Option<u32>,
}

impl Lookup {
    /// Leading bits that the closest node that answered shares with the target; `None` without answers that came closer.
    pub fn closest_bits(&self) -> Option<u32> {
        self.approach.iter().map(|step| step.shared_bits).max().max(self.reached)
    }
}

impl LookupRow {
    pub(super) fn of(lookup: &Lookup) -> Self {
        LookupRow {
            closest_bits: lookup.closest_bits(),
            duration: lookup.last_time.since(lookup.first_time) as f64 / 1e9,
            lookup: lookup.clone(),
        }
    }

    /// The value in `column`.
    pub(super) fn cell(&self, column: &str) -> Cell<'_> {
        let lookup = &self.lookup;
        match column {
            "first_frame" => number(lookup.first_frame),
            "asker" => text(lookup.asker),
            "query" => Cell::Text(lookup.query.as_str().into()),
            "target" => text(lookup.target),
            "targets" => number(lookup.targets as u64),
            "queries" => number(lookup.queries),
            "answers" => number(lookup.answers),
            "peers" => number(lookup.peers),
            "closest_bits" => optional(self.closest_bits.map(u64::from)),
            "duration" => Cell::Number(self.duration),
            _ => Cell::Absent,
        }
    }
}

impl DhtAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        DhtAnalysis {
            names: Vec::new(),
            asked: 0,
            answered: 0,
            delays: vec![0; BINS],
            public_nodes: 0,
            fitting_nodes: 0,
            clients: Map::default(),
            lookups: Vec::new(),
            by_prefix: Map::default(),
            estimates: BTreeMap::new(),
            samples: Set::default(),
            leaves_out_ids: false,
            limits: limits.clone(),
        }
    }

    /// Says nothing of what IDs have in common with addresses and with each other.
    pub(super) fn leave_out_ids(&mut self) {
        self.leaves_out_ids = true;
    }

    pub(super) fn section(&self) -> Dht {
        Dht { lookups: self.lookup_keys().filter_map(|key| self.lookup(key)).cloned().collect(), ..self.digest() }
    }

    /// The section without its lookups.
    pub(super) fn digest(&self) -> Dht {
        let count = |(name, count): &(String, u64)| QueryCount { name: name.clone(), count: *count };
        let mut queries: Vec<_> = self.names.iter().map(count).collect();
        queries.arrange_by(|one, other| one.name.cmp(&other.name));
        let mut clients = BTreeMap::<String, u64>::new();
        for (version, nodes) in &self.clients {
            *clients.entry(dht::client(version).unwrap_or_else(|| OTHER.to_owned())).or_default() += nodes;
        }
        let mut clients: Vec<_> = clients.into_iter().map(|(client, nodes)| ClientCount { client, nodes }).collect();
        clients.arrange_by_key(|client| std::cmp::Reverse(client.nodes));
        Dht {
            queries,
            answered: self.answered,
            unanswered: self.asked - self.answered.min(self.asked),
            median_delay: self.delay_of(5, 10),
            ninth_decile_delay: self.delay_of(9, 10),
            public_nodes: self.public_nodes,
            fitting_nodes: self.fitting_nodes,
            clients,
            lookups: Vec::new(),
            estimates: self.estimates.values().copied().collect(),
            sampled_info_hashes: self.samples.len(),
        }
    }

    /// The keys of the lookups of more than one query, in the order in which they began.
    pub(super) fn lookup_keys(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.lookups).filter(|(_, state)| state.is_met() && state.lookup.queries + state.listed_before > 1).map(|(key, _)| key)
    }

    /// All lookups, also those of one query, with their keys.
    pub(super) fn lookups(&self) -> impl Iterator<Item = (u32, &Lookup)> {
        (0..).zip(&self.lookups).filter(|(_, state)| state.is_met()).map(|(key, state)| (key, &state.lookup))
    }

    /// A lookup by its key.
    pub(super) fn lookup(&self, key: u32) -> Option<&Lookup> {
        self.lookups.get(key as usize).map(|state| &state.lookup)
    }

    /// Takes a DHT message if it is a query; answers the lookup that it belongs to.
    pub(super) fn observe_query(&mut self, event: &Event<'_>, message: &dht::Message<'_>, found: &mut impl FnMut(Code)) -> Option<u32> {
        let Body::Query(query) = &message.body else { return None };
        self.asked += 1;
        let name = std::str::from_utf8(query.name).unwrap_or(OTHER);
        count(&mut self.names, name, NAMES);
        self.look_up(event, name, query.target?, found)
    }

    /// Takes a DHT message if it is a response: `asked` is the query that it answers, `new` whether its sender answers for the first time.
    pub(super) fn observe_answer(
        &mut self,
        event: &Event<'_>,
        message: &dht::Message<'_>,
        asked: Option<Asked>,
        new: bool,
        found: &mut impl FnMut(Code),
    ) {
        let Body::Response(response) = &message.body else { return };
        if new {
            self.observe_node(event.source, response, message.version);
        }
        if let Some(asked) = asked {
            self.observe_answer_to(asked, event, response, found);
        }
    }

    fn look_up(&mut self, event: &Event<'_>, query: &str, target: NodeId, found: &mut impl FnMut(Code)) -> Option<u32> {
        let key = (event.source, prefix(target));
        let known = self.by_prefix.get(&key).and_then(|index| Some((*index, self.lookups.get_mut(*index as usize)?)));
        let of_it = |(_, state): &(u32, &mut LookupState)| {
            let near = event.time.since(state.lookup.last_time) < PAUSE_NANOS && state.lookup.query == query;
            near && (state.lookup.target == target || query == "get_peers")
        };
        if let Some((index, state)) = known.filter(of_it) {
            state.meet(event);
            state.lookup.queries += 1;
            state.lookup.last_time = event.time;
            state.lookup.targets += usize::from(state.last_target != target);
            state.last_target = target;
            return Some(index);
        }
        let Some(index) = u32::try_from(self.lookups.len()).ok().filter(|_| self.lookups.len() < self.limits.lookups) else {
            found(Code::LimitLookups);
            return None;
        };
        self.by_prefix.insert(key, index);
        let lookup = Lookup {
            asker: event.source,
            query: query.to_owned(),
            target,
            targets: 1,
            queries: 1,
            answers: 0,
            peers: 0,
            approach: Vec::new(),
            first_frame: event.frame,
            first_time: event.time,
            last_time: event.time,
            reached: None,
        };
        self.lookups.push(LookupState { lookup, last_target: target, listed_before: 0, came_to: None });
        Some(index)
    }

    fn observe_answer_to(&mut self, asked: Asked, event: &Event<'_>, response: &Response<'_>, found: &mut impl FnMut(Code)) {
        // Of the queries of an earlier capture these are none.
        if !asked.is_earlier {
            self.answered += 1;
            if let Some(count) = self.delays.get_mut(bin(event.time.since(asked.time))) {
                *count += 1;
            }
        }
        for sample in response.samples.chunks_exact(20) {
            if self.samples.len() < self.limits.nodes {
                self.samples.extend(<[u8; 20]>::try_from(sample));
            } else {
                found(Code::LimitLookups);
            }
        }
        let Some(target) = asked.target else { return };
        if let Some((seeds, peers)) = response.swarm_estimate() {
            let info_hash = InfoHash(target.0);
            let estimate = SwarmEstimate { info_hash, seeds, peers, frame: event.frame };
            let known = self.estimates.get(&info_hash).is_some_and(|known| known.seeds + known.peers >= seeds + peers);
            if !known && self.estimates.len() < self.limits.torrents {
                self.estimates.insert(info_hash, estimate);
            }
        }
        let lookup = asked.lookup.and_then(|index| self.lookups.get_mut(index as usize));
        let Some(state) = lookup else { return };
        state.meet(event);
        let LookupState { lookup, came_to, .. } = state;
        lookup.answers += 1;
        lookup.peers += response.values.len() as u64;
        lookup.last_time = event.time;
        if self.leaves_out_ids {
            return;
        }
        let shared_bits = response.id.map_or(0, |id| shared_bits(id, target));
        let closer = lookup.approach.last().map(|last| last.shared_bits).max(*came_to).is_none_or(|closest| closest < shared_bits);
        if closer {
            lookup.approach.push(Step { node: event.source, shared_bits, frame: event.frame, time: event.time });
        }
    }

    fn observe_node(&mut self, node: Endpoint, response: &Response<'_>, version: Option<&[u8]>) {
        if let Some(id) = response.id.filter(|_| !is_private(node.address) && !self.leaves_out_ids) {
            self.public_nodes += 1;
            self.fitting_nodes += u64::from(id_fits_address(&id, node.address));
        }
        if let Some(version) = version.and_then(|version| version.first_chunk::<4>()) {
            let room = self.clients.len() < CLIENTS;
            let version = if room || self.clients.contains_key(version) { *version } else { OTHER_CLIENT };
            *self.clients.entry(version).or_default() += 1;
        }
    }

    /// The delay below which `part` of `whole` answers lie, in seconds.
    fn delay_of(&self, part: u64, whole: u64) -> Option<f64> {
        let due = (self.answered * part).div_ceil(whole).max(1);
        let mut passed = 0;
        let bin = self.delays.iter().position(|count| {
            passed += *count;
            passed >= due
        })?;
        Some(middle(bin))
    }
}

/// Counts one more of `name`; those beyond `limit` different ones are gathered.
fn count(counts: &mut Vec<(String, u64)>, name: &str, limit: usize) {
    if let Some((_, count)) = counts.iter_mut().find(|(known, _)| known == name) {
        *count += 1;
    } else if counts.len() < limit || name == OTHER {
        counts.push((name.to_owned(), 1));
    } else {
        count(counts, OTHER, limit);
    }
}

/// Leading bits that two places in the key space share.
fn shared_bits(one: NodeId, other: NodeId) -> u32 {
    let mut shared = 0;
    for (one, other) in one.0.iter().zip(other.0) {
        let zeros = (one ^ other).leading_zeros();
        shared += zeros;
        if zeros < 8 {
            break;
        }
    }
    shared
}

/// The leading bits by which blurred targets are taken for one lookup's.
fn prefix(target: NodeId) -> u16 {
    let [first, second, ..] = target.0;
    u16::from_be_bytes([first, second]) >> (16 - BLURRED_BITS)
}

/// The bin of a delay in nanoseconds: its power of two, and its [`BIN_BITS`] bits behind the first.
fn bin(nanos: i64) -> usize {
    let nanos = nanos.max(1).cast_unsigned();
    let power = nanos.ilog2();
    let behind = nanos.rotate_right(power.wrapping_sub(BIN_BITS)) & ((1 << BIN_BITS) - 1);
    (power as usize) << BIN_BITS | usize::try_from(behind).unwrap_or_default()
}

/// The seconds in the middle of a bin.
fn middle(bin: usize) -> f64 {
    let bins = f64::from(1_u32 << BIN_BITS);
    let (power, behind) = ((bin >> BIN_BITS) as f64, (bin & ((1 << BIN_BITS) - 1)) as f64);
    power.exp2() * (1.0 + (behind + 0.5) / bins) / 1e9
}

/// Bits that part the bins of one power of two: each is at most a sixteenth as wide as its delays are long.
const BIN_BITS: u32 = 4;

/// Bins up to the longest time there is.
const BINS: usize = 64 << BIN_BITS;

/// Time between two queries of one lookup.
const PAUSE_NANOS: i64 = 30_000_000_000;

/// By so many leading bits libtorrent's targets of one lookup agree, and those of two lookups hardly ever.
const BLURRED_BITS: u16 = 12;

/// Names of queries, and of clients, that are told apart: texts from the wire must not fill a table.
const NAMES: usize = 32;
const CLIENTS: usize = 512;
const OTHER: &str = "other";
const OTHER_CLIENT: [u8; 4] = [0; 4];

/// The columns of the table of lookups, in the order of its CSV.
pub(super) const COLUMNS: &[&str] =
    &["first_frame", "asker", "query", "target", "targets", "queries", "answers", "peers", "closest_bits", "duration"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Direction;
    use crate::protocol::Message;
    use crate::protocol::dht::Query;
    use crate::report::queries::Queries;

    const ASKER: Endpoint = Endpoint { address: std::net::IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1)), port: 6881 };

    struct Story(DhtAnalysis, Queries, u64);

    impl Story {
        fn new() -> Self {
            Story(DhtAnalysis::new(&Limits::default()), Queries::new(&Limits::default()), 0)
        }

        fn say(&mut self, source: Endpoint, destination: Endpoint, millis: i64, body: Body<'_>) {
            self.2 += 1;
            let message = dht::Message { transaction_id: b"aa", version: Some(b"LT\x02\x10"), read_only: false, seen_as: &[], body };
            let event = Event {
                time: Time::from_nanos(millis * 1_000_000),
                frame: self.2,
                source,
                destination,
                flow: None,
                direction: Direction::Originator,
                bytes: 0,
                message: Message::Dht(message.clone()),
            };
            let lookup = self.0.observe_query(&event, &message, &mut |_| {});
            let asked = self.1.observe(&event, &message, lookup, &mut |_| {});
            self.0.observe_answer(&event, &message, asked, true, &mut |_| {});
        }

        fn ask(&mut self, node: u8, millis: i64, name: &[u8], target: [u8; 3]) {
            let body = Body::Query(Query { name, target: Some(id(target)), ..Query::default() });
            self.say(ASKER, endpoint(node), millis, body);
        }

        fn answer(&mut self, node: u8, millis: i64, node_id: [u8; 3]) {
            let body = Body::Response(Response {
                id: Some(id(node_id)),
                values: dht::tests::values(b"l6:abcdef6:ghijkle"),
                ..Response::default()
            });
            self.say(endpoint(node), ASKER, millis, body);
        }
    }

    fn endpoint(last: u8) -> Endpoint {
        Endpoint::new([7, 7, 7, last], 6881)
    }

    fn id([first, second, third]: [u8; 3]) -> NodeId {
        let mut id = [0; 20];
        (id[0], id[1], id[2]) = (first, second, third);
        NodeId(id)
    }

    #[test]
    fn a_lookup_approaches_its_target() {
        let mut story = Story::new();
        for (node, node_id) in [(1, [0; 3]), (2, [0xff, 0, 0]), (3, [0xf0, 0, 0]), (4, [0xff, 0xf0, 0])] {
            story.ask(node, 0, b"find_node", [0xff, 0xff, 0xff]);
            story.answer(node, 10, node_id);
        }
        story.ask(5, 20, b"find_node", [0xff, 0xff, 0xfe]);
        let dht = story.0.section();
        assert_eq!(dht.lookups.len(), 1, "another target begins another lookup, and a single query is none");
        let lookup = &dht.lookups[0];
        assert_eq!((lookup.queries, lookup.answers, lookup.peers, lookup.targets), (4, 4, 8, 1));
        assert_eq!(lookup.approach.iter().map(|step| step.shared_bits).collect::<Vec<_>>(), [0, 8, 12]);
    }

    #[test]
    fn blurred_targets_are_one_lookup_unless_a_pause_parts_them() {
        let mut story = Story::new();
        for (node, third) in (1..=3).zip(7..) {
            story.ask(node, 0, b"get_peers", [0x3b, 0xc0, third]);
        }
        story.ask(4, 31_000, b"get_peers", [0x3b, 0xc0, 9]);
        story.ask(5, 32_000, b"get_peers", [0x3b, 0xcf, 9]);
        story.ask(6, 32_000, b"get_peers", [0x3b, 0xd0, 9]);
        let lookups = story.0.section().lookups;
        assert_eq!(lookups.iter().map(|lookup| (lookup.queries, lookup.targets)).collect::<Vec<_>>(), [(3, 3), (2, 2)]);
    }

    #[test]
    fn parts_of_a_lookup_add_up_to_the_whole_wherever_it_is_cut() {
        let act = |story: &mut Story, step: u8| {
            let (node, millis) = (step / 2 + 1, i64::from(step) * 1000);
            if step.is_multiple_of(2) {
                story.ask(node, millis, b"get_peers", [0x3b, 0xc0, node]);
            } else {
                story.answer(node, millis, [0x3b, 0xc0 ^ (0x80 >> node), 0]);
            }
        };
        for at in 0..=8 {
            let mut parts = [Story::new(), Story::new()];
            (0..at).for_each(|step| act(&mut parts[0], step));
            let now = Time::from_nanos(i64::from(at) * 1_000_000_000);
            if let Some(left) = parts[0].0.unfinished(now, &parts[0].1) {
                let left = serde_json::from_str(&serde_json::to_string(&left).unwrap()).unwrap();
                let Story(dht, queries, _) = &mut parts[1];
                dht.expect(left, queries);
            }
            assert_eq!(parts[1].0.section().lookups, [], "nothing is told before it is met again");
            (at..8).for_each(|step| act(&mut parts[1], step));
            let lookups: Vec<_> = parts.iter().flat_map(|part| part.0.section().lookups).collect();
            let sum = |of: fn(&Lookup) -> u64| lookups.iter().map(of).sum::<u64>();
            let sums = [sum(|lookup| lookup.queries), sum(|lookup| lookup.answers), sum(|lookup| lookup.peers)];
            assert_eq!(sums, [4, 4, 8], "cut at {at}");
            assert_eq!(lookups.iter().map(|lookup| lookup.targets).sum::<usize>(), 4, "cut at {at}");
            assert_eq!(lookups.iter().map(Lookup::closest_bits).max(), Some(Some(12)), "cut at {at}");
            assert!(lookups.iter().all(|lookup| lookup.target == id([0x3b, 0xc0, 1])), "cut at {at}");
            assert_eq!(lookups.iter().map(|lookup| lookup.first_time).min(), Some(Time::default()), "cut at {at}");
        }
    }

    #[test]
    fn delays_are_right_to_a_thirtieth() {
        let mut story = Story::new();
        for (node, millis) in (0..10).zip([1, 2, 3, 4, 100, 200, 300, 400, 500, 5000]) {
            story.ask(node, 0, b"ping", [0; 3]);
            story.answer(node, millis, [0; 3]);
        }
        story.ask(99, 0, b"ping", [0; 3]);
        let dht = story.0.section();
        assert_eq!((dht.answered, dht.unanswered), (10, 1));
        assert!((0.097..0.103).contains(&dht.median_delay.unwrap()), "{:?}", dht.median_delay);
        assert!((0.484..0.516).contains(&dht.ninth_decile_delay.unwrap()), "{:?}", dht.ninth_decile_delay);
        assert_eq!(dht.clients, [ClientCount { client: "libtorrent 2.1.0".into(), nodes: 10 }]);
    }

    #[test]
    fn names_of_queries_cannot_fill_the_table() {
        let mut story = Story::new();
        for n in 0..100_u8 {
            story.ask(1, 0, &[b'a' + n / 26, b'a' + n % 26], [n; 3]);
        }
        let queries = story.0.section().queries;
        assert_eq!(queries.len(), NAMES + 1);
        assert_eq!(queries.iter().find(|query| query.name == OTHER).unwrap().count, 100 - NAMES as u64);
    }
}
