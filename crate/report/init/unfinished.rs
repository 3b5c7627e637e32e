//! What is known of bootstrap nodes when a capture ends, for the capture that goes on.
//!
//! In: the names that addresses have, who asked them, who answered each client, and requests without an answer. Out: the same in the next capture, so that
//! a request to a node of which DNS told in the one before is an initial one or not as it would be in both together. An answer to a request of
//! an earlier capture is told apart from the rows ([`LateAnswer`]): the request is not of this one.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Answer, BUCKET, BootstrapNode, InitAnalysis, Request};
use crate::base::{Code, Endpoint, Time};
use crate::protocol::Event;

/// What is known of bootstrap nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedInit {
    nodes: Vec<UnfinishedNode>,
    /// Which nodes that are no bootstrap nodes answered each client.
    clients: Vec<(IpAddr, Vec<Endpoint>)>,
    /// Requests without an answer.
    open: Vec<UnfinishedRequest>,
}

/// A bootstrap node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedNode {
    name: String,
    address: IpAddr,
    port: Option<u16>,
    /// Who asked it.
    asked_by: Vec<IpAddr>,
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnfinishedRequest {
    from: Endpoint,
    to: Endpoint,
    transaction_id: String,
    /// When it was captured, in nanoseconds since 1970-01-01 00:00 UTC.
    time: i64,
}

/// An answer to a request of an earlier capture.
#[derive(Clone, Debug, PartialEq)]
pub struct LateAnswer {
    /// Who asked.
    pub from: Endpoint,
    /// Who was asked.
    pub to: Endpoint,
    /// In hex.
    pub transaction_id: String,
    /// When the request was captured.
    pub asked: Time,
    /// The answer.
    pub answer: Answer,
}

/// What an earlier capture told.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// Of each node, by its place in the table, who asked it.
    pub(super) asked_by: Vec<Vec<IpAddr>>,
    open: Vec<UnfinishedRequest>,
    late: Vec<LateAnswer>,
}

impl InitAnalysis {
    /// What is to be known where the capture goes on, which ended at `now`; `None` without bootstrap nodes.
    pub(in crate::report) fn unfinished(&self, now: Time) -> Option<UnfinishedInit> {
        let is_open = |time: i64| now.since(Time::from_nanos(time)).unsigned_abs() < PATIENCE_NANOS;
        let node = |(place, node): (usize, &BootstrapNode)| {
            let mut asked_by = self.earlier.asked_by.get(place).cloned().unwrap_or_default();
            for Request { from, .. } in &node.requests {
                if !asked_by.contains(&from.address) {
                    asked_by.push(from.address);
                }
            }
            UnfinishedNode { name: node.name.clone(), address: node.address, port: node.port, asked_by }
        };
        let nodes: Vec<_> = self.nodes.iter().enumerate().map(node).collect();
        let mut open: Vec<_> = self.earlier.open.clone();
        for Request { from, to, transaction_id, time, .. } in
            self.nodes.iter().flat_map(|node| &node.requests).filter(|request| request.response.is_none())
        {
            let request = UnfinishedRequest { from: *from, to: *to, transaction_id: transaction_id.clone(), time: time.nanos() };
            // An address with two names has its requests twice.
            if is_open(request.time) && !open.contains(&request) {
                open.push(request);
            }
        }
        open.retain(|request| is_open(request.time));
        let mut clients: Vec<_> = self.answered_by.iter().map(|(client, others)| (*client, others.to_vec())).collect();
        clients.sort_unstable();
        (!nodes.is_empty()).then_some(UnfinishedInit { nodes, clients, open })
    }

    /// Takes what an earlier capture told.
    pub(in crate::report) fn expect(&mut self, unfinished: UnfinishedInit, found: &mut impl FnMut(Code)) {
        let UnfinishedInit { nodes, clients, open } = unfinished;
        for node in nodes {
            let room = self.nodes.len();
            self.add_node(&node.name, node.address, None, found);
            if let Some(added) = self.nodes.get_mut(room) {
                added.port = node.port;
                self.earlier.asked_by.push(node.asked_by.into_iter().take(self.limits.bootstrap_requests).collect());
            }
        }
        for (client, others) in clients.into_iter().take(self.limits.bootstrap_nodes) {
            self.answered_by.insert(client, others.into_iter().take(BUCKET).collect());
        }
        self.earlier.open = open.into_iter().take(self.limits.bootstrap_requests).collect();
    }

    /// Whether a client asked the node at a place of the table in an earlier capture.
    pub(super) fn asked_earlier(earlier: &Earlier, place: usize, client: IpAddr) -> bool {
        earlier.asked_by.get(place).is_some_and(|asked_by| asked_by.contains(&client))
    }

    /// Takes an answer to no request of this capture.
    pub(super) fn answers_earlier(&mut self, event: &Event<'_>, transaction_id: &str, nodes: usize) {
        let Earlier { open, late, .. } = &mut self.earlier;
        let is_it = |request: &UnfinishedRequest| {
            (request.from, request.to) == (event.destination, event.source) && request.transaction_id == transaction_id
        };
        let Some(at) = open.iter().rposition(is_it) else { return };
        let UnfinishedRequest { from, to, transaction_id, time } = open.remove(at);
        let answer = Answer { frame: event.frame, time: event.time, nodes };
        late.push(LateAnswer { from, to, transaction_id, asked: Time::from_nanos(time), answer });
    }

    /// Answers to requests of earlier captures.
    pub(in crate::report) fn late_answers(&self) -> &[LateAnswer] {
        &self.earlier.late
    }
}

/// How long an answer is waited for: no client waits longer than half a minute.
const PATIENCE_NANOS: u64 = 60_000_000_000;
