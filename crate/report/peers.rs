//! Which DHT nodes answered?
//!
//! The original tool calls them peers. A node is an endpoint together with the ID it answers under; a response counts once for each
//! transaction ID, so that a repeated datagram does not count twice, and an answer whose query is not in the capture still does. The
//! delay is known where the query is ([`queries`](super::queries)).

use std::net::IpAddr;

use serde::Serialize;
use smallvec::SmallVec;

use super::messages::Messages;
use super::queries::{Asked, transaction_key};
use crate::base::{Code, Endpoint, Index, Limits, NodeId, Runs, Time};
use crate::protocol::Event;
use crate::protocol::dht::{self, Body, Response};

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
    by_name: Index,
    nodes: Runs<NodeState>,
    limits: Limits,
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
        PeersAnalysis { by_name: Index::default(), nodes: Runs::default(), limits: limits.clone() }
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

    /// What the transaction IDs of the node at `index` are known by, as many as are kept.
    pub(super) fn transactions(&self, index: usize) -> &[u64] {
        self.nodes.get(index).map(|node| node.transactions.as_slice()).unwrap_or_default()
    }

    /// The endpoints of the nodes that answered, some several times.
    pub(super) fn endpoints(&self) -> impl Iterator<Item = Endpoint> {
        self.nodes.iter().map(|node| node.endpoint)
    }

    /// Takes a DHT message; `asked` is the query that it answers. Answers whether this is a node's first answer.
    pub(super) fn observe(
        &mut self,
        event: &Event<'_>,
        message: &dht::Message<'_>,
        asked: Option<Asked>,
        found: &mut impl FnMut(Code),
    ) -> bool {
        let Body::Response(Response { id: Some(id), .. }) = message.body else { return false };
        let known = self.nodes.len();
        let delay_nanos = asked.map(|asked| event.time.since(asked.time));
        self.answered(event, id, message.version, transaction_key(message.transaction_id), delay_nanos, found);
        self.nodes.len() > known
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
        let nodes = &self.nodes;
        let is = |at: u32| nodes.get(at as usize).is_some_and(|node| (node.endpoint, node.id) == (event.source, id));
        let next = u32::try_from(nodes.len()).ok().filter(|_| nodes.len() < self.limits.nodes);
        let known = self.by_name.find_or_insert((event.source, id), next, is);
        let Some(index) = known.or(next) else {
            found(Code::LimitNodes);
            return;
        };
        if known.is_none() {
            self.nodes.push(NodeState {
                endpoint: event.source,
                id,
                version,
                delay_nanos,
                first: now,
                last: now,
                uncounted: 0,
                transactions: SmallVec::new(),
            });
        }
        let Some(node) = self.nodes.get_mut(index as usize) else { return };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Direction;
    use crate::protocol::Message;
    use crate::protocol::dht::Query;
    use crate::report::queries::Queries;

    fn endpoint(last: u8) -> Endpoint {
        Endpoint::new([10, 0, 0, last], 6881)
    }

    struct Story(PeersAnalysis, u64, Vec<Code>, Queries);

    impl Story {
        fn new(limits: Limits) -> Self {
            Story(PeersAnalysis::new(&limits), 0, Vec::new(), Queries::new(&limits))
        }

        fn say(&mut self, from: u8, to: u8, millis: i64, transaction_id: &[u8], body: Body<'_>) {
            self.1 += 1;
            let message = dht::Message { transaction_id, version: Some(b"LT\x02\x10"), read_only: false, seen_as: &[], body };
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
            let asked = self.3.observe(&event, &message, None, &mut |code| self.2.push(code));
            self.0.observe(&event, &message, asked, &mut |code| self.2.push(code));
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
        assert_eq!(story.0.node(0).unwrap().client.as_deref(), Some("libtorrent 2.1.0"));
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
}
