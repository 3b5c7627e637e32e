//! How did the client find its first DHT nodes, and which ports did it ask its gateway for?
//!
//! A bootstrap node is an address that a DNS answer in the capture gave for a bootstrap name: one of [`WELL_KNOWN`], or any name
//! beginning with `router.` or `dht.` whose address was then sent a DHT query. Its initial requests are the first query that the
//! client sent to it, and those that followed before the client's routing table filled: before [`BUCKET`] nodes that are no bootstrap
//! nodes had answered it (BEP 5: a bucket holds 8). An answer belongs to a request when it comes from the address and port asked, to
//! the asker, with the same transaction ID. A name that the capture file gives, before the first query, is as good as DNS. [`port_mappings`](super::port_mappings) tells of the ports.

mod unfinished;

use std::net::IpAddr;

use serde::Serialize;
use smallvec::SmallVec;

use super::port_mappings::{PortMapping, PortMappings};
use crate::base::{Code, Endpoint, Hex, Limits, Map, Time};
use crate::protocol::Event;
use crate::protocol::dht::{self, Body};
use crate::protocol::dns::{self, Data};
use unfinished::Earlier;
pub use unfinished::{LateAnswer, UnfinishedInit};

/// The section.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Init {
    /// One row a name and address, in the order in which DNS gave them.
    pub bootstrap: Vec<BootstrapNode>,
    /// Ports asked of gateways, in the order of the requests.
    pub port_mappings: Vec<PortMapping>,
}

/// An address that DNS gave for a bootstrap name.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct BootstrapNode {
    /// The name asked for.
    pub name: String,
    /// One address of it.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "String"))]
    pub address: IpAddr,
    /// The port that the first request went to; `None` when none was sent.
    pub port: Option<u16>,
    /// The DNS answer; `None` where only the capture file, or an earlier capture that this one goes on with, says that the address has this name.
    pub resolved: Option<Resolved>,
    /// The initial requests, oldest first.
    pub requests: Vec<Request>,
}

/// The DNS answer that gave an address.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Resolved {
    /// The frame of the answer.
    pub frame: u64,
    /// When it was captured.
    pub time: Time,
    /// Who answered.
    pub resolver: Endpoint,
    /// Who had asked.
    pub client: Endpoint,
    /// The frame of the question; `None` when it is not in the capture.
    pub asked_frame: Option<u64>,
    /// When it was captured.
    pub asked_time: Option<Time>,
}

/// A DHT query to a bootstrap node.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Request {
    /// Its frame.
    pub frame: u64,
    /// When it was captured.
    pub time: Time,
    /// Who asked.
    pub from: Endpoint,
    /// What was asked: `get_peers`, `find_node`, `ping` …
    pub query: String,
    /// In hex.
    pub transaction_id: String,
    /// The answer; `None` when none is in the capture.
    pub response: Option<Answer>,
    #[serde(skip)]
    to: Endpoint,
}

/// The answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Answer {
    /// Its frame.
    pub frame: u64,
    /// When it was captured.
    pub time: Time,
    /// How many nodes it names.
    pub nodes: usize,
}

/// Gathers the section.
#[derive(Debug)]
pub(super) struct InitAnalysis {
    nodes: Vec<BootstrapNode>,
    by_address: Map<IpAddr, SmallVec<[usize; 2]>>,
    /// Questions for bootstrap names, by who asked and the question's number.
    questions: Map<(Endpoint, u16), (u64, Time)>,
    /// Of every client that looks for bootstrap nodes: which others answered it, up to a bucket full.
    answered_by: Map<IpAddr, SmallVec<[Endpoint; BUCKET]>>,
    pub(super) mappings: PortMappings,
    /// Names that are shown whether or not they were sent a query.
    well_known: Vec<String>,
    earlier: Earlier,
    limits: Limits,
}

impl InitAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        InitAnalysis {
            nodes: Vec::new(),
            by_address: Map::default(),
            questions: Map::default(),
            answered_by: Map::default(),
            mappings: PortMappings::new(limits),
            well_known: WELL_KNOWN.map(str::to_owned).to_vec(),
            earlier: Earlier::default(),
            limits: limits.clone(),
        }
    }

    /// Lets well-known names be told by others.
    pub(super) fn call_well_known(&mut self, name: impl FnMut(&str) -> String) {
        self.well_known = WELL_KNOWN.into_iter().map(name).collect();
    }

    pub(super) fn section(&self) -> Init {
        let asked_for = |node: &BootstrapNode| node.resolved.is_some() && self.well_known.contains(&node.name);
        let shown = |node: &&BootstrapNode| !node.requests.is_empty() || asked_for(node);
        Init { bootstrap: self.nodes.iter().filter(shown).cloned().collect(), port_mappings: self.mappings.rows() }
    }

    /// Whether a name is, or may turn out to be, one of bootstrap nodes.
    fn may_be_bootstrap(&self, name: &str) -> bool {
        name.starts_with("router.") || name.starts_with("dht.") || self.well_known.iter().any(|known| known == name)
    }

    pub(super) fn observe_dns(&mut self, event: &Event<'_>, message: &dns::Message, found: &mut impl FnMut(Code)) {
        let Some(question) = message.question.as_deref().filter(|name| self.may_be_bootstrap(name)) else { return };
        if !message.response {
            if self.questions.len() < self.limits.bootstrap_nodes {
                self.questions.insert((event.source, message.id), (event.frame, event.time));
            }
            return;
        }
        let asked = self.questions.remove(&(event.destination, message.id));
        let resolved = Resolved {
            frame: event.frame,
            time: event.time,
            resolver: event.source,
            client: event.destination,
            asked_frame: asked.map(|(frame, _)| frame),
            asked_time: asked.map(|(_, time)| time),
        };
        for address in addresses(question, &message.answers) {
            self.add_node(question, address, Some(resolved), found);
        }
    }

    /// Takes a name that the capture file gives an address.
    pub(super) fn name(&mut self, address: IpAddr, name: &str, found: &mut impl FnMut(Code)) {
        if self.may_be_bootstrap(name) {
            self.add_node(name, address, None, found);
        }
    }

    pub(super) fn observe_dht(&mut self, event: &Event<'_>, message: &dht::Message<'_>, found: &mut impl FnMut(Code)) {
        if self.nodes.is_empty() {
            return;
        }
        match &message.body {
            Body::Query(query) => self.observe_query(event, query, message.transaction_id, found),
            Body::Response(response) => self.observe_answer(event, message.transaction_id, response.node_count()),
            Body::Error { .. } => self.observe_answer(event, message.transaction_id, 0),
        }
    }

    fn add_node(&mut self, name: &str, address: IpAddr, resolved: Option<Resolved>, found: &mut impl FnMut(Code)) {
        let mut known = self.by_address.get(&address).into_iter().flatten().copied();
        let known = known.find(|node| self.nodes.get(*node).is_some_and(|node| node.name == name));
        if let Some(node) = known.and_then(|node| self.nodes.get_mut(node)) {
            node.resolved = node.resolved.or(resolved);
            return;
        }
        if self.nodes.len() >= self.limits.bootstrap_nodes {
            found(Code::LimitBootstrap);
            return;
        }
        self.by_address.entry(address).or_default().push(self.nodes.len());
        self.nodes.push(BootstrapNode { name: name.into(), address, port: None, resolved, requests: Vec::new() });
        // There are no more clients here than nodes.
        if let Some(resolved) = resolved {
            self.answered_by.entry(resolved.client.address).or_default();
        }
    }

    fn observe_query(&mut self, event: &Event<'_>, query: &dht::Query<'_>, transaction_id: &[u8], found: &mut impl FnMut(Code)) {
        let Some(nodes) = self.by_address.get(&event.destination.address) else { return };
        if !self.answered_by.contains_key(&event.source.address) && self.answered_by.len() < self.limits.bootstrap_nodes {
            self.answered_by.insert(event.source.address, SmallVec::new());
        }
        // Whose table is not followed has one that is never full: its requests have a cap of their own.
        let filled = self.answered_by.get(&event.source.address).is_some_and(|others| others.len() >= BUCKET);
        for place in nodes {
            let Some(node) = self.nodes.get_mut(*place) else { continue };
            let first = !node.requests.iter().any(|request| request.from.address == event.source.address)
                && !Self::asked_earlier(&self.earlier, *place, event.source.address);
            if filled && !first {
                continue;
            }
            if node.requests.len() >= self.limits.bootstrap_requests {
                found(Code::LimitBootstrap);
                continue;
            }
            node.port.get_or_insert(event.destination.port);
            node.requests.push(Request {
                frame: event.frame,
                time: event.time,
                from: event.source,
                query: String::from_utf8_lossy(query.name).into_owned(),
                transaction_id: Hex(transaction_id).to_string(),
                response: None,
                to: event.destination,
            });
        }
    }

    fn observe_answer(&mut self, event: &Event<'_>, transaction_id: &[u8], nodes: usize) {
        let Some(known) = self.by_address.get(&event.source.address) else {
            let Some(others) = self.answered_by.get_mut(&event.destination.address) else { return };
            if others.len() < BUCKET && !others.contains(&event.source) {
                others.push(event.source);
            }
            return;
        };
        let transaction_id = Hex(transaction_id).to_string();
        let mut is_answered = false;
        for node in known {
            let Some(node) = self.nodes.get_mut(*node) else { continue };
            let asked = node.requests.iter_mut().rev().find(|request| {
                request.response.is_none()
                    && (request.from, request.to) == (event.destination, event.source)
                    && request.transaction_id == transaction_id
            });
            if let Some(request) = asked {
                request.response = Some(Answer { frame: event.frame, time: event.time, nodes });
                is_answered = true;
            }
        }
        if !is_answered {
            self.answers_earlier(event, &transaction_id, nodes);
        }
    }
}

/// The addresses that the records give `name`, its aliases followed in whatever order they stand.
fn addresses(name: &str, records: &[dns::Record]) -> Vec<IpAddr> {
    let mut names = vec![name];
    let mut at = 0;
    while let Some(name) = names.get(at).copied() {
        for record in records.iter().filter(|record| record.name == name) {
            if let Data::Alias(alias) = &record.data
                && !names.contains(&alias.as_str())
            {
                names.push(alias);
            }
        }
        at += 1;
    }
    let address = |record: &dns::Record| match record.data {
        Data::Address(address) if names.contains(&record.name.as_str()) => Some(address),
        _ => None,
    };
    records.iter().filter_map(address).collect()
}

/// Names that clients are built with: BitTorrent, µTorrent, libtorrent, Transmission, Vuze and BiglyBT, BitComet.
const WELL_KNOWN: [&str; 10] = [
    "dht.aelitis.com",
    "dht.libtorrent.org",
    "dht.transmissionbt.com",
    "dht.vuze.com",
    "dht6.aelitis.com",
    "dht6.vuze.com",
    "router.bitcomet.com",
    "router.bittorrent.com",
    "router.silotis.us",
    "router.utorrent.com",
];

/// Nodes of a full bucket (BEP 5).
const BUCKET: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Direction;
    use crate::protocol::Message;
    use crate::protocol::dht::{Query, Response};

    const CLIENT: Endpoint = Endpoint { address: IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1)), port: 6881 };

    fn node(last: u8) -> Endpoint {
        Endpoint::new([7, 7, 7, last], 25401)
    }

    /// Name, address, and each request's transaction ID with the number of nodes answered.
    type Told = (String, String, Vec<(String, Option<usize>)>);

    struct Story(InitAnalysis, u64);

    impl Story {
        fn new() -> Self {
            Story(InitAnalysis::new(&Limits::default()), 0)
        }

        fn event(&mut self, source: Endpoint, destination: Endpoint, message: Message<'_>) {
            self.1 += 1;
            let event = Event {
                time: Time::default(),
                frame: self.1,
                source,
                destination,
                flow: None,
                direction: Direction::Originator,
                bytes: 0,
                message,
            };
            match &event.message {
                Message::Dns(message) => self.0.observe_dns(&event, message, &mut |_| {}),
                Message::Dht(message) => self.0.observe_dht(&event, message, &mut |_| {}),
                _ => unreachable!("only these are told"),
            }
        }

        fn resolve(&mut self, name: &str, records: &[(&str, Data)]) {
            let record = |(name, data): &(&str, Data)| dns::Record { name: (*name).into(), data: data.clone() };
            let resolver = Endpoint::new([10, 0, 0, 254], 53);
            let question = |response, answers| dns::Message { id: 1, response, question: Some(name.into()), answers };
            self.event(CLIENT, resolver, Message::Dns(question(false, vec![])));
            self.event(resolver, CLIENT, Message::Dns(question(true, records.iter().map(record).collect())));
        }

        fn ask(&mut self, to: Endpoint, transaction_id: &[u8]) {
            let body = Body::Query(Query { name: b"get_peers", ..Query::default() });
            self.event(CLIENT, to, Message::Dht(dht::Message { transaction_id, version: None, read_only: false, seen_as: &[], body }));
        }

        fn answer(&mut self, from: Endpoint, transaction_id: &[u8]) {
            let body = Body::Response(Response { nodes: &[0; 52], ..Response::default() });
            self.event(from, CLIENT, Message::Dht(dht::Message { transaction_id, version: None, read_only: false, seen_as: &[], body }));
        }

        fn rows(&self) -> Vec<Told> {
            let requests = |node: &BootstrapNode| {
                node.requests.iter().map(|request| (request.transaction_id.clone(), request.response.map(|answer| answer.nodes))).collect()
            };
            self.0.section().bootstrap.iter().map(|node| (node.name.clone(), node.address.to_string(), requests(node))).collect()
        }
    }

    fn row(name: &str, address: &str, requests: &[(&str, Option<usize>)]) -> Told {
        (name.into(), address.into(), requests.iter().map(|(id, nodes)| ((*id).into(), *nodes)).collect())
    }

    #[test]
    fn a_name_of_the_file_is_as_good_as_dns_and_shown_once_asked() {
        let mut story = Story::new();
        for name in ["router.utorrent.com", "www.example.org"] {
            story.0.name(node(1).address, name, &mut |_| {});
        }
        assert!(story.0.section().bootstrap.is_empty());
        story.ask(node(1), b"aa");
        story.answer(node(1), b"aa");
        let section = story.0.section();
        let [known] = &*section.bootstrap else { panic!("{section:?}") };
        assert_eq!((known.resolved, known.requests.len(), known.requests[0].response.is_some()), (None, 1, true));
        story.resolve("router.utorrent.com", &[("router.utorrent.com", Data::Address(node(1).address))]);
        assert!(story.0.section().bootstrap[0].resolved.is_some());
    }

    #[test]
    fn an_answer_belongs_to_its_request_by_id_and_both_ends() {
        let mut story = Story::new();
        story.resolve("router.utorrent.com", &[("router.utorrent.com", Data::Address(node(1).address))]);
        story.ask(node(1), b"aa");
        story.answer(node(2), b"aa");
        story.answer(Endpoint { port: 1, ..node(1) }, b"aa");
        story.answer(node(1), b"bb");
        assert_eq!(story.rows(), [row("router.utorrent.com", "7.7.7.1", &[("6161", None)])]);
        story.answer(node(1), b"aa");
        assert_eq!(story.rows(), [row("router.utorrent.com", "7.7.7.1", &[("6161", Some(2))])]);
    }

    #[test]
    fn other_names_count_only_once_their_address_is_asked() {
        let mut story = Story::new();
        story.resolve("dht.example.org", &[("dht.example.org", Data::Address(node(1).address))]);
        story.resolve("www.example.org", &[("www.example.org", Data::Address(node(2).address))]);
        story.resolve("dht.vuze.com", &[("dht.vuze.com", Data::Address(node(3).address))]);
        story.ask(node(2), b"aa");
        assert_eq!(story.rows(), [row("dht.vuze.com", "7.7.7.3", &[])]);
        story.ask(node(1), b"bb");
        assert_eq!(story.rows(), [row("dht.example.org", "7.7.7.1", &[("6262", None)]), row("dht.vuze.com", "7.7.7.3", &[])]);
    }

    #[test]
    fn what_was_resolved_and_asked_in_the_capture_before_is_known() {
        let mut story = Story::new();
        story
            .resolve("dht.vuze.com", &[("dht.vuze.com", Data::Address(node(1).address)), ("dht.vuze.com", Data::Address(node(2).address))]);
        story.ask(node(1), b"aa");
        (10..18).for_each(|other| story.answer(node(other), b"xx"));
        let written = serde_json::to_string(&story.0.unfinished(Time::default())).unwrap();
        let mut next = Story::new();
        next.0.expect(serde_json::from_str(&written).unwrap(), &mut |_| {});
        assert!(next.rows().is_empty(), "they are not of this capture");
        next.ask(node(1), b"bb");
        next.ask(node(2), b"cc");
        assert_eq!(next.rows(), [row("dht.vuze.com", "7.7.7.2", &[("6363", None)])]);
        (0..2).for_each(|_| next.answer(node(1), b"aa"));
        let late = next.0.late_answers();
        assert_eq!((late.len(), &*late[0].transaction_id, late[0].answer.nodes), (1, "6161", 2));
    }

    #[test]
    fn aliases_are_followed_in_any_order_and_in_circles() {
        let mut story = Story::new();
        let alias = |to: &str| Data::Alias(to.into());
        let records = [
            ("c.net", Data::Address(node(1).address)),
            ("b.net", alias("c.net")),
            ("dht.vuze.com", alias("b.net")),
            ("c.net", alias("b.net")),
            ("d.net", Data::Address(node(9).address)),
        ];
        story.resolve("dht.vuze.com", &records);
        assert_eq!(story.rows(), [row("dht.vuze.com", "7.7.7.1", &[])]);
    }

    #[test]
    fn requests_are_initial_until_the_table_fills_but_the_first_to_each_always_is() {
        let mut story = Story::new();
        story
            .resolve("dht.vuze.com", &[("dht.vuze.com", Data::Address(node(1).address)), ("dht.vuze.com", Data::Address(node(2).address))]);
        story.ask(node(1), b"aa");
        story.ask(node(1), b"bb");
        for other in 10..18 {
            story.answer(node(other), b"xx");
        }
        story.ask(node(1), b"cc");
        story.ask(node(2), b"dd");
        story.ask(node(2), b"ee");
        let rows = [row("dht.vuze.com", "7.7.7.1", &[("6161", None), ("6262", None)]), row("dht.vuze.com", "7.7.7.2", &[("6464", None)])];
        assert_eq!(story.rows(), rows);
    }
}
