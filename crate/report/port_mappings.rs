//! Which ports did clients ask their gateways for, and what speaks BitTorrent on them?
//!
//! A row is a port of a host, over one transport, asked for in one way (NAT-PMP, PCP or UPnP); asking again is not another row.
//! What uses a port is told by what came from it, or went to it, after it was asked for.

use std::net::IpAddr;

use serde::Serialize;

use crate::base::{Code, Endpoint, Limits, Map, Time};
use crate::flow::FlowId;
use crate::protocol::nat_pmp::{self, transport_name};
use crate::protocol::upnp::{self, Action};
use crate::protocol::{Event, Message, http_tracker, udp_tracker};

/// A port of a gateway that leads to one of a client, or was asked to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct PortMapping {
    /// `tcp`, `udp`, `all` or `other`.
    pub protocol: &'static str,
    /// The client's port.
    pub internal_port: u16,
    /// The gateway's port, as it answered; `None` without a good answer.
    pub external_port: Option<u16>,
    /// The gateway's port that the client asked for.
    pub requested_port: u16,
    /// The client.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "String"))]
    pub client: IpAddr,
    /// The gateway.
    pub gateway: Endpoint,
    /// How it was asked for: `nat_pmp`, `pcp` or `upnp`.
    pub via: &'static str,
    /// The frame of the first request.
    pub frame: u64,
    /// When it was captured.
    pub time: Time,
    /// The frame of the first good answer, or of the latest refusal.
    pub answer_frame: Option<u64>,
    /// The gateway's number of why it refused; `None` where it did not.
    pub error: Option<u16>,
    /// The gateway's address outside, where the answer says it (PCP).
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "Option<String>"))]
    pub external_address: Option<IpAddr>,
    /// Seconds asked for; 0 with UPnP is for ever.
    pub lifetime: Option<u32>,
    /// The frame in which the client gave the port back.
    pub removed_frame: Option<u64>,
    /// What of BitTorrent uses the client's port: `peer_wire`, `dht`, `tracker`, `lsd`.
    pub used_by: Vec<&'static str>,
}

/// Gathers the rows.
#[derive(Debug)]
pub(super) struct PortMappings {
    rows: Vec<PortMapping>,
    by_port: Map<Key, usize>,
    /// Rows of a client's port, whatever the transport.
    by_endpoint: Map<Endpoint, Vec<usize>>,
    /// UPnP requests by stream and number.
    asked: Map<(Option<FlowId>, u32), usize>,
    limits: Limits,
}

/// The client, how it asked, the transport, and its port.
type Key = (IpAddr, &'static str, &'static str, u16);

impl PortMappings {
    pub(super) fn new(limits: &Limits) -> Self {
        PortMappings {
            rows: Vec::new(),
            by_port: Map::default(),
            by_endpoint: Map::default(),
            asked: Map::default(),
            limits: limits.clone(),
        }
    }

    pub(super) fn rows(&self) -> Vec<PortMapping> {
        self.rows.clone()
    }

    /// Takes any event: it may use a port that was asked for.
    pub(super) fn observe_use(&mut self, event: &Event<'_>) {
        if self.rows.is_empty() {
            return;
        }
        let client = |port| Endpoint { address: event.source.address, port };
        match &event.message {
            Message::PeerWire { .. } => {
                let over = if event.flow.is_some_and(FlowId::is_utp) { "udp" } else { "tcp" };
                [event.source, event.destination].iter().for_each(|end| self.uses(end, "peer_wire", Some(over)));
            }
            Message::Dht(_) => self.uses(&event.source, "dht", Some("udp")),
            Message::Lsd(message) => message.port.iter().for_each(|port| self.uses(&client(*port), "lsd", None)),
            Message::HttpTracker(http_tracker::Message { body: http_tracker::Body::Request { query, .. }, .. }) => {
                query.port.iter().for_each(|port| self.uses(&client(*port), "tracker", None));
            }
            Message::UdpTracker(udp_tracker::Message {
                body: udp_tracker::Body::AnnounceRequest { details: Some(details), .. }, ..
            }) => self.uses(&client(details.port), "tracker", None),
            _ => {}
        }
    }

    pub(super) fn observe_nat_pmp(&mut self, event: &Event<'_>, message: &nat_pmp::Message, found: &mut impl FnMut(Code)) {
        let nat_pmp::Body::Map(mapping) = message.body else { return };
        let (via, protocol) = (message.protocol(), transport_name(mapping.transport));
        match message.result {
            None if mapping.lifetime == 0 => {
                let is = |row: &PortMapping| {
                    let port = mapping.internal_port == 0 || mapping.internal_port == row.internal_port;
                    (row.client, row.via, row.protocol) == (event.source.address, via, protocol) && port
                };
                self.remove(event, is);
            }
            None => {
                let asked = (mapping.internal_port, mapping.external_port, Some(mapping.lifetime));
                self.add(event, event.source.address, via, protocol, asked, found);
            }
            // The answer to a request that gave the port back.
            Some(0) if mapping.lifetime == 0 => {}
            Some(result) => {
                let key = (event.destination.address, via, protocol, mapping.internal_port);
                let row = self.by_port.get(&key).copied();
                self.answer(event, row, Some(result).filter(|result| *result != 0), Some(mapping.external_port), mapping.external_address);
            }
        }
    }

    pub(super) fn observe_upnp(&mut self, event: &Event<'_>, message: &upnp::Message, found: &mut impl FnMut(Code)) {
        match message {
            upnp::Message::Search => {}
            upnp::Message::Request { number, action: Action::Add, mapping } => {
                let client = mapping.internal_address.unwrap_or(event.source.address);
                let Some((internal_port, external_port)) = mapping.internal_port.zip(mapping.external_port) else { return };
                let asked = (internal_port, external_port, mapping.lifetime);
                let row = self.add(event, client, "upnp", transport_name(mapping.transport), asked, found);
                if let Some(row) = row.filter(|_| self.asked.len() < self.limits.port_mappings) {
                    self.asked.insert((event.flow, *number), row);
                }
            }
            upnp::Message::Request { action: Action::Delete, mapping, .. } => {
                let protocol = transport_name(mapping.transport);
                self.remove(event, |row| {
                    let port = mapping.external_port == Some(row.external_port.unwrap_or(row.requested_port));
                    (row.gateway.address, row.via, row.protocol) == (event.destination.address, "upnp", protocol) && port
                });
            }
            upnp::Message::Response { number, error, external_port } => {
                let row = self.asked.remove(&(event.flow, *number));
                self.answer(event, row, *error, *external_port, None);
            }
        }
    }

    /// A port was asked for: answers its row.
    fn add(
        &mut self,
        event: &Event<'_>,
        client: IpAddr,
        via: &'static str,
        protocol: &'static str,
        (internal_port, requested_port, lifetime): (u16, u16, Option<u32>),
        found: &mut impl FnMut(Code),
    ) -> Option<usize> {
        let key = (client, via, protocol, internal_port);
        if let Some(known) = self.by_port.get(&key) {
            if let Some(row) = self.rows.get_mut(*known) {
                row.removed_frame = None;
            }
            return Some(*known);
        }
        if self.rows.len() >= self.limits.port_mappings {
            found(Code::LimitMappings);
            return None;
        }
        let row = self.rows.len();
        self.rows.push(PortMapping {
            protocol,
            internal_port,
            external_port: None,
            requested_port,
            client,
            gateway: event.destination,
            via,
            frame: event.frame,
            time: event.time,
            answer_frame: None,
            error: None,
            external_address: None,
            lifetime,
            removed_frame: None,
            used_by: Vec::new(),
        });
        self.by_port.insert(key, row);
        self.by_endpoint.entry(Endpoint { address: client, port: internal_port }).or_default().push(row);
        Some(row)
    }

    fn answer(&mut self, event: &Event<'_>, row: Option<usize>, error: Option<u16>, port: Option<u16>, address: Option<IpAddr>) {
        let Some(row) = row.and_then(|row| self.rows.get_mut(row)).filter(|row| row.external_port.is_none()) else { return };
        (row.answer_frame, row.error) = (Some(event.frame), error);
        if error.is_none() {
            row.external_port = Some(port.unwrap_or(row.requested_port));
            row.external_address = address;
        }
    }

    fn remove(&mut self, event: &Event<'_>, is: impl Fn(&PortMapping) -> bool) {
        for row in self.rows.iter_mut().filter(|row| is(row)) {
            row.removed_frame.get_or_insert(event.frame);
        }
    }

    /// Takes note that `what` uses a port, `over` a transport where that is said: a tracker or a local announcement names only the port.
    fn uses(&mut self, client: &Endpoint, what: &'static str, over: Option<&str>) {
        for row in self.by_endpoint.get(client).into_iter().flatten() {
            let Some(row) = self.rows.get_mut(*row) else { continue };
            let other = over.map(|over| if over == "udp" { "tcp" } else { "udp" });
            if other != Some(row.protocol) && !row.used_by.contains(&what) {
                row.used_by.push(what);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Direction;
    use crate::protocol::nat_pmp::{Mapping, Version};
    use crate::protocol::{dht, lsd, peer_wire};

    fn client(port: u16) -> Endpoint {
        Endpoint::new([10, 0, 0, 1], port)
    }

    fn gateway(port: u16) -> Endpoint {
        Endpoint::new([10, 0, 0, 254], port)
    }

    struct Story(PortMappings, u64);

    impl Story {
        fn new() -> Self {
            Story(PortMappings::new(&Limits { port_mappings: 2, ..Limits::default() }), 0)
        }

        /// Answers whether a cap was reached.
        fn event(&mut self, source: Endpoint, destination: Endpoint, message: Message<'_>) -> bool {
            self.event_of(FlowId(0), source, destination, message)
        }

        fn event_of(&mut self, flow: FlowId, source: Endpoint, destination: Endpoint, message: Message<'_>) -> bool {
            self.1 += 1;
            let (flow, direction) = (Some(flow), Direction::Originator);
            let event = Event { time: Time::default(), frame: self.1, source, destination, flow, direction, bytes: 0, message };
            let mut full = false;
            match &event.message {
                Message::NatPmp(message) => self.0.observe_nat_pmp(&event, message, &mut |_| full = true),
                Message::Upnp(message) => self.0.observe_upnp(&event, message, &mut |_| full = true),
                _ => self.0.observe_use(&event),
            }
            full
        }

        fn nat_pmp(&mut self, result: Option<u16>, transport: u8, ports: (u16, u16), lifetime: u32) -> bool {
            let mapping = Mapping { transport, internal_port: ports.0, external_port: ports.1, external_address: None, lifetime };
            let message = nat_pmp::Message { version: Version::NatPmp, result, body: nat_pmp::Body::Map(mapping) };
            let (from, to) = if result.is_none() { (client(9), gateway(5351)) } else { (gateway(5351), client(9)) };
            self.event(from, to, Message::NatPmp(message))
        }

        fn upnp(&mut self, message: upnp::Message) {
            let answers = matches!(message, upnp::Message::Response { .. });
            let (from, to) = if answers { (gateway(80), client(9)) } else { (client(9), gateway(80)) };
            self.event(from, to, Message::Upnp(message));
        }
    }

    #[test]
    fn a_port_asked_for_given_used_and_given_back() {
        let mut story = Story::new();
        story.nat_pmp(None, 6, (51413, 51413), 3600);
        story.nat_pmp(None, 6, (51413, 51413), 3600);
        story.nat_pmp(Some(0), 6, (51413, 60000), 3600);
        let lsd = lsd::Message { port: Some(51413), ..Default::default() };
        story.event(client(6771), gateway(6771), Message::Lsd(lsd));
        let body = dht::Body::Error { code: 0, text: b"" };
        let dht = dht::Message { transaction_id: b"", version: None, read_only: false, seen_as: b"", body };
        story.event(client(51413), gateway(1), Message::Dht(dht));
        story.nat_pmp(None, 6, (51413, 0), 0);
        let rows = story.0.rows();
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!((row.protocol, row.via, row.internal_port, row.external_port), ("tcp", "nat_pmp", 51413, Some(60000)));
        assert_eq!((row.frame, row.answer_frame, row.removed_frame), (1, Some(3), Some(6)));
        assert_eq!((row.used_by.as_slice(), row.error), (&["lsd"][..], None), "the DHT does not use TCP");
    }

    #[test]
    fn peers_use_the_transport_that_they_speak_over() {
        for (flow, used_by) in [(0, [&["peer_wire"][..], &[]]), (1, [&[], &["peer_wire"]])] {
            let mut story = Story::new();
            story.nat_pmp(None, 6, (51413, 51413), 3600);
            story.nat_pmp(None, 17, (51413, 51413), 3600);
            let message = Message::PeerWire { info_hash: None, message: peer_wire::Message::Choke };
            story.event_of(FlowId(flow), gateway(7), client(51413), message);
            let rows = story.0.rows();
            assert_eq!(
                rows.iter().map(|row| (row.protocol, row.used_by.as_slice())).collect::<Vec<_>>(),
                [("tcp", used_by[0]), ("udp", used_by[1])]
            );
        }
    }

    #[test]
    fn a_refusal_and_the_cap() {
        let mut story = Story::new();
        story.nat_pmp(None, 17, (1, 1), 60);
        story.nat_pmp(Some(3), 17, (1, 0), 0);
        let rows = story.0.rows();
        assert_eq!((rows[0].external_port, rows[0].error, rows[0].answer_frame), (None, Some(3), Some(2)));
        story.nat_pmp(Some(0), 17, (1, 5), 60);
        assert_eq!((story.0.rows()[0].external_port, story.0.rows()[0].error), (Some(5), None));
        assert!(!story.nat_pmp(None, 17, (2, 2), 60) && story.nat_pmp(None, 17, (3, 3), 60));
    }

    #[test]
    fn upnp_by_stream_and_number() {
        let mapping = |external| upnp::Mapping {
            transport: 6,
            internal_address: Some(client(0).address),
            internal_port: Some(6883),
            external_port: Some(external),
            lifetime: Some(0),
        };
        let mut story = Story::new();
        story.upnp(upnp::Message::Request { number: 4, action: Action::Add, mapping: mapping(7000) });
        story.upnp(upnp::Message::Response { number: 3, error: None, external_port: None });
        assert_eq!(story.0.rows()[0].external_port, None);
        story.upnp(upnp::Message::Response { number: 4, error: None, external_port: None });
        story.upnp(upnp::Message::Request { number: 5, action: Action::Delete, mapping: mapping(1) });
        assert_eq!((story.0.rows()[0].external_port, story.0.rows()[0].removed_frame), (Some(7000), None));
        story.upnp(upnp::Message::Request { number: 6, action: Action::Delete, mapping: mapping(7000) });
        assert_eq!((story.0.rows()[0].via, story.0.rows()[0].removed_frame), ("upnp", Some(5)));
    }
}
