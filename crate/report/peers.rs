//! Which DHT nodes answered?
//!
//! The original tool calls them peers. A node is an endpoint together with the ID it answers under; a response counts once for each
//! transaction ID, so that a repeated datagram does not count twice, and an answer whose query is not in the capture still does. The
//! delay is known where the query is: matched by transaction ID and both endpoints, at most one to two [`GENERATION_NANOS`] apart.

use std::collections::hash_map::Entry;
use std::net::IpAddr;

use serde::Serialize;
use smallvec::SmallVec;

use super::messages::Messages;
use crate::base::{Code, Endpoint, Limits, Map, NodeId, Time};
use crate::protocol::Event;
use crate::protocol::dht::{self, Body};

/// The section.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Peers {
    /// The nodes that answered at least once, by the frame of their first answer.
    pub nodes: Vec<Node>,
}

/// How many nodes there are to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct PeersDigest {
    /// Nodes that answered at least once.
    pub nodes: usize,
    /// DHT queries.
    pub queries: u64,
    /// DHT responses.
    pub responses: u64,
}

/// A DHT node that answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Node {
    /// Its place in the key space.
    pub node_id: NodeId,
    /// Its address.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "String"))]
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// Its client, as far as it says; `None` when it does not.
    pub client: Option<String>,
    /// Responses with distinct transaction IDs.
    pub responses: u32,
    /// Seconds from its first query that is in the capture to the response; `None` when no query is.
    pub delay: Option<f64>,
    /// The frame of its first response.
    pub first_frame: u64,
    /// The frame of its latest response.
    pub last_frame: u64,
    /// When the first was captured.
    pub first_time: Time,
    /// When the latest was captured.
    pub last_time: Time,
}

/// Gathers the section.
#[derive(Debug)]
pub struct PeersAnalysis {
    by_name: Map<(Endpoint, NodeId), u32>,
    nodes: Vec<NodeState>,
    /// Open queries: those since the last turn, and those of the turn before.
    pending: [Map<QueryKey, Asked>; 2],
    turned: Time,
    limits: Limits,
}

/// What ties an answer to its query: who asked, who was asked, and the transaction ID.
type QueryKey = (Endpoint, Endpoint, u64);

/// An open query: when it was asked, and what a `get_peers` asked about.
#[derive(Clone, Copy, Debug)]
struct Asked {
    time: Time,
    target: Option<NodeId>,
}

#[derive(Clone, Debug)]
struct NodeState {
    endpoint: Endpoint,
    id: NodeId,
    version: Option<[u8; 4]>,
    delay_nanos: Option<i64>,
    first: (u64, Time),
    last: (u64, Time),
    /// Responses beyond those in `transactions`, once that is full.
    uncounted: u32,
    transactions: SmallVec<[u64; 2]>,
}

impl PeersAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        PeersAnalysis {
            by_name: Map::default(),
            nodes: Vec::new(),
            pending: Default::default(),
            turned: Time::default(),
            limits: limits.clone(),
        }
    }

    pub(super) fn section(&self) -> Peers {
        Peers { nodes: (0..self.len()).filter_map(|index| self.node(index)).collect() }
    }

    pub(super) fn digest(&self, messages: &Messages) -> PeersDigest {
        PeersDigest { nodes: self.len(), queries: messages.count("dht", "query"), responses: messages.count("dht", "response") }
    }

    /// How many nodes answered.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether none did.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The node at `index`, in the order of their first answers.
    pub fn node(&self, index: usize) -> Option<Node> {
        self.nodes.get(index).map(NodeState::row)
    }

    /// The endpoints of the nodes that answered, some several times.
    pub(super) fn endpoints(&self) -> impl Iterator<Item = Endpoint> {
        self.nodes.iter().map(|node| node.endpoint)
    }

    /// Takes a DHT message. Of an answer to a `get_peers` that is in the capture it says what that asked about.
    pub(super) fn observe(&mut self, event: &Event<'_>, message: &dht::Message<'_>, found: &mut impl FnMut(Code)) -> Option<NodeId> {
        let transaction = transaction_key(message.transaction_id);
        match &message.body {
            Body::Query(query) => {
                self.turn(event.time, found);
                let asked = Asked { time: event.time, target: query.target.filter(|_| query.name == b"get_peers") };
                self.pending[0].insert((event.source, event.destination, transaction), asked);
                None
            }
            Body::Response(response) => {
                let key = (event.destination, event.source, transaction);
                let asked = self.pending.iter_mut().find_map(|pending| pending.remove(&key));
                if let Some(id) = response.id {
                    let delay_nanos = asked.map(|asked| event.time.since(asked.time));
                    self.answered(event, id, message.version, transaction, delay_nanos, found);
                }
                asked.and_then(|asked| asked.target)
            }
            Body::Error { .. } => None,
        }
    }

    fn answered(
        &mut self,
        event: &Event<'_>,
        id: NodeId,
        version: Option<&[u8]>,
        transaction: u64,
        delay_nanos: Option<i64>,
        found: &mut impl FnMut(Code),
    ) {
        let now = (event.frame, event.time);
        let version = version.and_then(|version| version.first_chunk::<4>()).copied();
        let index = match self.by_name.entry((event.source, id)) {
            Entry::Occupied(known) => *known.get() as usize,
            Entry::Vacant(vacant) => {
                let Some(index) = u32::try_from(self.nodes.len()).ok().filter(|_| self.nodes.len() < self.limits.nodes) else {
                    found(Code::LimitNodes);
                    return;
                };
                vacant.insert(index);
                let node = NodeState {
                    endpoint: event.source,
                    id,
                    version,
                    delay_nanos,
                    first: now,
                    last: now,
                    uncounted: 0,
                    transactions: SmallVec::new(),
                };
                self.nodes.push(node);
                index as usize
            }
        };
        let Some(node) = self.nodes.get_mut(index) else { return };
        node.last = now;
        node.version = node.version.or(version);
        node.delay_nanos = node.delay_nanos.or(delay_nanos);
        if node.transactions.contains(&transaction) {
            return;
        }
        if node.transactions.len() < self.limits.transactions_per_node {
            node.transactions.push(transaction);
        } else {
            node.uncounted = node.uncounted.saturating_add(1);
        }
    }

    /// Forgets the older half of the open queries when their time is over, or when there are too many.
    fn turn(&mut self, now: Time, found: &mut impl FnMut(Code)) {
        let [newer, older] = &mut self.pending;
        let full = newer.len() >= self.limits.pending_queries / 2;
        if !full && now.since(self.turned).unsigned_abs() < GENERATION_NANOS {
            return;
        }
        if full {
            found(Code::LimitQueries);
        }
        std::mem::swap(newer, older);
        newer.clear();
        self.turned = now;
    }
}

impl NodeState {
    fn row(&self) -> Node {
        Node {
            node_id: self.id,
            address: self.endpoint.address,
            port: self.endpoint.port,
            client: self.version.and_then(|version| dht::client(&version)),
            responses: u32::try_from(self.transactions.len()).unwrap_or(u32::MAX).saturating_add(self.uncounted),
            delay: self.delay_nanos.map(|nanos| nanos as f64 / 1e9),
            first_frame: self.first.0,
            last_frame: self.last.0,
            first_time: self.first.1,
            last_time: self.last.1,
        }
    }
}

/// A transaction ID as a number: itself up to seven bytes, which no client exceeds in practice, a hash (FNV-1a) beyond.
fn transaction_key(id: &[u8]) -> u64 {
    if id.len() < 8 {
        return id.iter().fold(id.len() as u64, |key, byte| key << 8 | u64::from(*byte));
    }
    id.iter().fold(0xcbf2_9ce4_8422_2325, |key, byte| (key ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// How long a query is kept waiting at least: no client waits longer than half a minute.
const GENERATION_NANOS: u64 = 60_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Direction;
    use crate::protocol::Message;
    use crate::protocol::dht::{Query, Response};

    fn endpoint(last: u8) -> Endpoint {
        Endpoint::new([10, 0, 0, last], 6881)
    }

    struct Story(PeersAnalysis, u64, Vec<Code>);

    impl Story {
        fn new(limits: Limits) -> Self {
            Story(PeersAnalysis::new(&limits), 0, Vec::new())
        }

        fn say(&mut self, from: u8, to: u8, millis: i64, transaction_id: &[u8], body: Body<'_>) {
            self.1 += 1;
            let message = dht::Message { transaction_id, version: Some(b"LT\x02\x10"), read_only: false, body };
            let event = Event {
                time: Time::from_nanos(millis * 1_000_000),
                frame: self.1,
                source: endpoint(from),
                destination: endpoint(to),
                flow: None,
                direction: Direction::Originator,
                bytes: 0,
                message: Message::Dht(message.clone()),
            };
            self.0.observe(&event, &message, &mut |code| self.2.push(code));
        }

        fn ask(&mut self, to: u8, millis: i64, transaction_id: &[u8]) {
            self.say(1, to, millis, transaction_id, Body::Query(Query::default()));
        }

        fn answer(&mut self, from: u8, millis: i64, transaction_id: &[u8], id: u8) {
            self.say(from, 1, millis, transaction_id, Body::Response(Response { id: Some(NodeId([id; 20])), ..Response::default() }));
        }

        /// First frame, ID's first byte, responses, delay.
        fn rows(&self) -> Vec<(u64, u8, u32, Option<f64>)> {
            let rows = self.0.section().nodes;
            rows.iter().map(|node| (node.first_frame, node.node_id.0[0], node.responses, node.delay)).collect()
        }
    }

    #[test]
    fn answers_count_once_a_transaction_and_stand_alone_without_a_query() {
        let mut story = Story::new(Limits::default());
        story.ask(2, 0, b"aa");
        story.answer(2, 30, b"aa", 7);
        story.answer(2, 31, b"aa", 7);
        story.answer(2, 32, b"bb", 7);
        story.answer(3, 33, b"aa", 8);
        story.answer(2, 34, b"cc", 9);
        assert_eq!(story.rows(), [(2, 7, 2, Some(0.03)), (5, 8, 1, None), (6, 9, 1, None)]);
        assert_eq!(story.0.node(0).unwrap().client.as_deref(), Some("LT 2.1"));
    }

    #[test]
    fn an_answer_to_get_peers_says_what_was_asked() {
        let target = Some(NodeId([9; 20]));
        for (name, expected) in [(&b"get_peers"[..], target), (b"find_node", None)] {
            let mut analysis = PeersAnalysis::new(&Limits::default());
            let mut say = |from, to, body| {
                let at = crate::report::sources::tests::event(endpoint(from), endpoint(to), 0, 1);
                let message = dht::Message { transaction_id: b"aa", version: None, read_only: false, body };
                analysis.observe(&at, &message, &mut |_| {})
            };
            assert_eq!(say(1, 2, Body::Query(Query { name, target, ..Query::default() })), None);
            assert_eq!(say(3, 1, Body::Response(Response::default())), None, "another node");
            assert_eq!(say(2, 1, Body::Response(Response::default())), expected);
            assert_eq!(say(2, 1, Body::Response(Response::default())), None, "a repetition");
        }
    }

    #[test]
    fn queries_wait_for_one_to_two_generations() {
        let mut story = Story::new(Limits::default());
        story.ask(2, 0, b"aa");
        story.ask(3, 61_000, b"bb");
        story.answer(2, 62_000, b"aa", 7);
        story.ask(2, 63_000, b"cc");
        story.ask(3, 130_000, b"dd");
        story.ask(3, 200_000, b"ee");
        story.answer(2, 200_001, b"cc", 8);
        assert_eq!(story.rows(), [(3, 7, 1, Some(62.0)), (7, 8, 1, None)]);
        assert_eq!(story.2, []);
    }

    #[test]
    fn caps_are_told() {
        let mut story = Story::new(Limits { nodes: 1, pending_queries: 2, transactions_per_node: 1, ..Limits::default() });
        story.answer(2, 0, b"aa", 1);
        story.answer(2, 0, b"bb", 1);
        story.answer(2, 0, b"aa", 2);
        assert_eq!((story.rows(), story.2.as_slice()), (vec![(1, 1, 2, None)], &[Code::LimitNodes][..]));
        story.ask(2, 0, b"aa");
        story.ask(2, 0, b"bb");
        assert_eq!(story.2, [Code::LimitNodes, Code::LimitQueries]);
    }

    #[test]
    fn transaction_ids_of_different_lengths_differ() {
        let keys = [&b""[..], b"\0", b"\0\0", b"a", b"\0a", b"1234567", b"12345678", b"12345679"].map(transaction_key);
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
    }
}
