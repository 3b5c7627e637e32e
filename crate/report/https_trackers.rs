//! Which connections encrypted with TLS are to trackers, and what does DNS say of trackers?
//!
//! What is asked over HTTPS cannot be read; that somebody is asked shows, by the name that the client asks the server for, or that it had
//! a proxy lead to. A name alone tells no tracker from a web page, so that a row says how sure it is, and why:
//!
//! - *certain*: a `.torrent` file in the capture names this host and port as a tracker over HTTPS, or the host itself says in DNS that it
//!   runs a tracker on this port of TCP (BEP 34).
//! - *likely*: the host is a tracker by another protocol or port, and the port is not 443.
//! - *possible*: the same on port 443, where clients also fetch a tracker's icon; or the server has the address of a tracker over UDP,
//!   which no server shared by many sites does; or the name begins with `tracker` or `announce` and the client runs BitTorrent.
//!
//! A host whose record in DNS leaves the port out is none, unless a `.torrent` file says so. Nothing else is. Rows are made anew for every
//! report: what names a tracker may come after the connection.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Serialize;

use super::trackers::Tracker;
use crate::base::{Arrange, Code, Endpoint, Limits, Map, Recent, Time};
use crate::flow::FlowId;
use crate::protocol::dns::{self, Data};
use crate::protocol::given::Given;
use crate::protocol::metainfo::Metainfo;
use crate::protocol::{Event, tls};

/// What is known of a tracker whose requests cannot be read.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Hidden {
    /// How sure it is that this is a tracker: `certain`, `likely` or `possible`.
    pub certainty: &'static str,
    /// Why.
    pub reason: String,
    /// Connections to it.
    pub connections: u64,
    /// Bytes that its clients sent.
    pub sent: u64,
    /// Bytes that it sent.
    pub received: u64,
    /// The first frame of the first connection.
    pub first_frame: u64,
    /// When it was captured.
    pub first_time: Time,
    /// The latest frame of any.
    pub last_frame: u64,
    /// When it was captured.
    pub last_time: Time,
}

/// What DNS says of the trackers of a name.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct TrackerRecord {
    /// The name that was asked for.
    pub name: String,
    /// `txt`, by which a host says which trackers it runs (BEP 34), or `srv`, by which a network names its own (BEP 22).
    pub record: &'static str,
    /// The trackers, the best first: `udp:1337`, `tcp:443`; those of a `srv` with their host, `tcp:tracker.example:6969`.
    pub trackers: Vec<String>,
    /// The frame of the first answer.
    pub frame: u64,
    /// When it was captured.
    pub time: Time,
}

/// Gathers what tells trackers over HTTPS, and what DNS says of trackers.
#[derive(Debug)]
pub(super) struct HttpsTrackers {
    connections: Vec<Connection>,
    by_flow: Map<FlowId, u32>,
    /// Where proxies lead streams.
    tunnels: Recent<FlowId, Box<str>>,
    /// What torrents name: whether over HTTPS, the host, the port, and the frame of the `.torrent` file, or [`GIVEN`].
    named: Map<(bool, Box<str>, u16), u64>,
    records: Vec<TrackerRecord>,
    limits: Limits,
}

/// A connection encrypted with TLS.
#[derive(Debug)]
struct Connection {
    client: IpAddr,
    server: Endpoint,
    name: Box<str>,
    port: u16,
    proxied: bool,
    sent: u64,
    received: u64,
    first: (u64, Time),
    last: (u64, Time),
}

/// What the rest of the report knows.
pub(super) struct Known<'a> {
    /// Trackers that could be read.
    pub(super) trackers: &'a [Tracker],
    /// Whether a host runs BitTorrent.
    pub(super) is_client: &'a dyn Fn(IpAddr) -> bool,
}

impl HttpsTrackers {
    pub(super) fn new(limits: &Limits) -> Self {
        HttpsTrackers {
            connections: Vec::new(),
            by_flow: Map::default(),
            tunnels: Recent::new(limits.tracker_names),
            named: Map::default(),
            records: Vec::new(),
            limits: limits.clone(),
        }
    }

    /// Takes what was seen of a connection.
    pub(super) fn observe_tls(&mut self, event: &Event<'_>, message: &tls::Message, found: &mut impl FnMut(Code)) {
        let Some(flow) = event.flow else { return };
        let known = self.by_flow.get(&flow).and_then(|index| self.connections.get_mut(*index as usize));
        if let Some(connection) = known {
            (connection.sent, connection.received) = (message.sent, message.received);
            connection.last = (message.last_frame, message.last_time);
            return;
        }
        let tunnel = self.tunnels.get(&flow).and_then(|target| split_port(target, HTTPS_PORT));
        let port = tunnel.map_or(event.destination.port, |(_, port)| port);
        let Some(name) = message.server_name.as_deref().or(tunnel.map(|(host, _)| host)) else { return };
        let Some(index) = u32::try_from(self.connections.len()).ok().filter(|_| self.connections.len() < self.limits.tls_connections)
        else {
            found(Code::LimitTrackers);
            return;
        };
        self.by_flow.insert(flow, index);
        self.connections.push(Connection {
            client: event.source.address,
            server: event.destination,
            name: name.to_ascii_lowercase().into(),
            port,
            proxied: tunnel.is_some(),
            sent: message.sent,
            received: message.received,
            first: (event.frame, event.time),
            last: (message.last_frame, message.last_time),
        });
    }

    /// Takes where a proxy leads a stream.
    pub(super) fn observe_tunnel(&mut self, event: &Event<'_>, target: &str) {
        if let Some(flow) = event.flow {
            self.tunnels.insert(flow, target.into());
        }
    }

    /// Whether a proxy leads a stream somewhere.
    pub(super) fn is_tunnel(&self, flow: Option<FlowId>) -> bool {
        flow.is_some_and(|flow| self.tunnels.get(&flow).is_some())
    }

    /// Takes a `.torrent` file.
    pub(super) fn observe_torrent_file(&mut self, event: &Event<'_>, metainfo: &Metainfo<'_>, found: &mut impl FnMut(Code)) {
        for url in metainfo.trackers().into_iter().filter_map(|url| str::from_utf8(url).ok()) {
            self.name(url, event.frame, found);
        }
    }

    /// Takes the trackers of a torrent that was given.
    pub(super) fn give(&mut self, given: &Given<'_>, found: &mut impl FnMut(Code)) {
        given.trackers().iter().for_each(|url| self.name(url, GIVEN, found));
    }

    fn name(&mut self, url: &str, frame: u64, found: &mut impl FnMut(Code)) {
        let Some((https, host, port)) = split_url(url) else { return };
        if self.named.len() < self.limits.trackers {
            self.named.entry((https, host.to_ascii_lowercase().into(), port)).or_insert(frame);
        } else {
            found(Code::LimitTrackers);
        }
    }

    /// Takes an answer of DNS.
    pub(super) fn observe_dns(&mut self, event: &Event<'_>, message: &dns::Message, found: &mut impl FnMut(Code)) {
        let Some(name) = message.question.as_ref().filter(|_| message.response) else { return };
        for answer in &message.answers {
            match &answer.data {
                Data::Trackers(ports) => {
                    let trackers = ports.iter().map(|port| format!("{}:{}", transport(port.udp), port.number)).collect();
                    self.add_record(event, name, "txt", trackers, found);
                }
                Data::Service { target, port } if name.starts_with("_bittorrent") && !target.is_empty() => {
                    let tracker = format!("{}:{target}:{port}", transport(name.contains("._udp.")));
                    self.add_record(event, name, "srv", vec![tracker], found);
                }
                _ => {}
            }
        }
    }

    fn add_record(&mut self, event: &Event<'_>, name: &str, record: &'static str, trackers: Vec<String>, found: &mut impl FnMut(Code)) {
        let known = self.records.iter_mut().find(|known| known.record == record && known.name == name);
        if let Some(known) = known {
            for tracker in trackers {
                if !known.trackers.contains(&tracker) && known.trackers.len() < self.limits.dns_aliases {
                    known.trackers.push(tracker);
                }
            }
        } else if self.records.len() < self.limits.tracker_records {
            self.records.push(TrackerRecord { name: name.to_owned(), record, trackers, frame: event.frame, time: event.time });
        } else {
            found(Code::LimitTrackers);
        }
    }

    /// What DNS said.
    pub(super) fn records(&self) -> Vec<TrackerRecord> {
        self.records.clone()
    }

    /// The trackers that are asked over HTTPS, by their first frame.
    pub(super) fn section(&self, known: &Known<'_>) -> Vec<Tracker> {
        let mut rows: BTreeMap<(Endpoint, &str, u16), Tracker> = BTreeMap::new();
        if self.connections.is_empty() {
            return Vec::new();
        }
        let index = Index::of(self, known.trackers);
        for connection in &self.connections {
            let key = (connection.server, &*connection.name, connection.port);
            if let Some(hidden) = rows.get_mut(&key).and_then(|row| row.hidden.as_mut()) {
                hidden.add(connection);
            } else if let Some((certainty, reason)) = self.judge(connection, known, &index) {
                rows.insert(key, connection.row(certainty, reason));
            }
        }
        let mut rows: Vec<_> = rows.into_values().collect();
        rows.arrange_by_key(|row| row.hidden.as_ref().map(|hidden| hidden.first_frame));
        rows
    }

    /// Whether a connection is to a tracker: how sure that is, and why.
    fn judge(&self, connection: &Connection, known: &Known<'_>, index: &Index<'_>) -> Option<(&'static str, String)> {
        let Connection { name, port, .. } = connection;
        if let Some(frame) = self.named.get(&(true, name.clone(), *port)) {
            return Some(("certain", format!("{} {name} as a tracker over HTTPS{}.", namer(*frame), in_frame(*frame))));
        }
        if let Some(record) = index.records.get(&**name) {
            let is_there = record.trackers.contains(&format!("tcp:{port}"));
            let reason = || format!("{name} says in DNS that it runs a tracker on port {port} of TCP (frame {}).", record.frame);
            return is_there.then(|| ("certain", reason()));
        }
        let reason = match (index.hosts.get(&**name), index.named.get(&**name)) {
            (Some(protocol), _) => format!("{name} is asked as a tracker over {protocol} too."),
            (None, Some(frame)) => format!("{} {name} as a tracker, on another port{}.", namer(*frame), in_frame(*frame)),
            (None, None) => return guess(connection, known, index).map(|reason| ("possible", reason)),
        };
        if *port == HTTPS_PORT {
            return Some(("possible", format!("{reason} It may also be the icon of its site that was fetched.")));
        }
        Some(("likely", reason))
    }
}

impl Connection {
    fn row(&self, certainty: &'static str, reason: String) -> Tracker {
        let port = if self.port == HTTPS_PORT { String::new() } else { format!(":{}", self.port) };
        let mut hidden = Hidden {
            certainty,
            reason,
            connections: 0,
            sent: 0,
            received: 0,
            first_frame: self.first.0,
            first_time: self.first.1,
            last_frame: self.last.0,
            last_time: self.last.1,
        };
        hidden.add(self);
        Tracker {
            url: Some(format!("https://{}{port}", self.name)),
            endpoint: self.server,
            protocol: "https",
            proxied: self.proxied,
            connect_requests: 0,
            connect_responses: 0,
            announces: Vec::new(),
            scrapes: Vec::new(),
            hidden: Some(hidden),
        }
    }
}

impl Hidden {
    fn add(&mut self, connection: &Connection) {
        self.connections += 1;
        self.sent += connection.sent;
        self.received += connection.received;
        (self.last_frame, self.last_time) = (self.last_frame, self.last_time).max(connection.last);
    }
}

/// What names a tracker.
fn namer(frame: u64) -> &'static str {
    if frame == GIVEN { "A torrent that was given names" } else { "A .torrent file names" }
}

fn in_frame(frame: u64) -> String {
    if frame == GIVEN { String::new() } else { format!(" (frame {frame})") }
}

/// The frame of what was given: frames are numbered from 1.
const GIVEN: u64 = 0;

/// What tells trackers, by what a connection shows.
struct Index<'a> {
    /// Hosts of trackers that could be read, and over which protocol they were asked.
    hosts: Map<&'a str, &'static str>,
    /// Hosts that `.torrent` files name, and the first frame that does.
    named: Map<&'a str, u64>,
    /// What hosts say of themselves.
    records: Map<&'a str, &'a TrackerRecord>,
    /// Trackers over UDP.
    addresses: Map<IpAddr, &'a Tracker>,
}

impl<'a> Index<'a> {
    fn of(https: &'a HttpsTrackers, trackers: &'a [Tracker]) -> Self {
        let protocol = |tracker: &Tracker| if tracker.protocol == "udp" { "UDP" } else { "HTTP" };
        let host = |tracker: &'a Tracker| Some((split_url(tracker.url.as_deref()?)?.1, protocol(tracker)));
        let over_udp = trackers.iter().filter(|tracker| tracker.protocol == "udp");
        let of_hosts = https.records.iter().filter(|record| record.record == "txt");
        let mut named = Map::default();
        for ((_, host, _), frame) in &https.named {
            let first = named.entry(&**host).or_insert(*frame);
            *first = (*first).min(*frame);
        }
        Index {
            hosts: trackers.iter().filter_map(host).collect(),
            named,
            records: of_hosts.map(|record| (record.name.as_str(), record)).collect(),
            addresses: over_udp.map(|tracker| (tracker.endpoint.address, tracker)).collect(),
        }
    }
}

/// What speaks for a tracker of which nothing else says that it is one.
fn guess(connection: &Connection, known: &Known<'_>, index: &Index<'_>) -> Option<String> {
    let Connection { name, server, client, proxied, .. } = connection;
    if let Some(tracker) = index.addresses.get(&server.address).filter(|_| !proxied) {
        return Some(format!("{name} has the address of the tracker {}.", tracker.url.clone().unwrap_or(tracker.endpoint.to_string())));
    }
    let label = name.split('.').next()?.trim_end_matches(|end: char| end.is_ascii_digit() || end == '-');
    let is_named_so = matches!(label, "tracker" | "announce");
    (is_named_so && (known.is_client)(*client)).then(|| format!("The name says so, and {client} runs BitTorrent."))
}

/// Whether a URL is one of HTTPS, its host, and its port; `None` where it is none of a tracker.
fn split_url(url: &str) -> Option<(bool, &str, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (https, port) = match scheme {
        "https" | "wss" => (true, HTTPS_PORT),
        "http" | "ws" => (false, 80),
        "udp" => (false, 0),
        _ => return None,
    };
    let (host, port) = split_port(authority, port)?;
    Some((https, host, port))
}

/// A host and its port; the port is this one where there is none.
fn split_port(authority: &str, port: u16) -> Option<(&str, u16)> {
    match authority.rsplit_once(':') {
        Some((host, digits)) if !digits.ends_with(']') => Some((host, digits.parse().ok()?)),
        _ if authority.is_empty() => None,
        _ => Some((authority, port)),
    }
}

fn transport(udp: bool) -> &'static str {
    if udp { "udp" } else { "tcp" }
}

const HTTPS_PORT: u16 = 443;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::dns::{Port, Record};
    use crate::report::sources::tests::event;

    const CLIENT: [u8; 4] = [10, 0, 0, 1];
    const SERVER: [u8; 4] = [10, 0, 0, 9];
    const NAME: &str = "tracker.example";

    struct Story {
        analysis: HttpsTrackers,
        frame: u64,
        found: Vec<Code>,
    }

    impl Story {
        fn new(limits: Limits) -> Self {
            Story { analysis: HttpsTrackers::new(&limits), frame: 0, found: Vec::new() }
        }

        /// An event of the flow whose originator has port `flow`.
        fn event(&mut self, flow: u64, port: u16) -> Event<'static> {
            self.frame += 1;
            let client = Endpoint::new(CLIENT, 1000);
            let at = event(client, Endpoint::new(SERVER, port), i64::try_from(self.frame).unwrap(), self.frame);
            Event { flow: Some(FlowId(flow)), ..at }
        }

        fn tls(&mut self, flow: u64, name: Option<&str>, port: u16, bytes: u64) -> &mut Self {
            let event = self.event(flow, port);
            let message = tls::Message {
                server_name: name.map(str::to_owned),
                encrypted_hello: false,
                sent: bytes,
                received: 2 * bytes,
                last_frame: self.frame,
                last_time: event.time,
            };
            self.analysis.observe_tls(&event, &message, &mut |code| self.found.push(code));
            self
        }

        fn torrent(&mut self, announce: &str, list: &[&str]) -> &mut Self {
            let announce_list = list.iter().map(|url| url.as_bytes()).collect();
            let metainfo = Metainfo { announce: Some(announce.as_bytes()), announce_list, ..Metainfo::default() };
            let event = self.event(99, 80);
            self.analysis.observe_torrent_file(&event, &metainfo, &mut |code| self.found.push(code));
            self
        }

        fn dns(&mut self, name: &str, data: Data) -> &mut Self {
            let answers = vec![Record { name: name.into(), data }];
            let message = dns::Message { id: 1, response: true, question: Some(name.into()), answers };
            let event = self.event(99, 53);
            self.analysis.observe_dns(&event, &message, &mut |code| self.found.push(code));
            self
        }

        fn rows(&self, trackers: &[Tracker], is_client: bool) -> Vec<Tracker> {
            self.analysis.section(&Known { trackers, is_client: &|_| is_client })
        }

        /// The certainty of each row, and its URL.
        fn told(&self, trackers: &[Tracker], is_client: bool) -> Vec<(&'static str, String)> {
            let rows = self.rows(trackers, is_client).into_iter();
            rows.map(|row| (row.hidden.unwrap().certainty, row.url.unwrap())).collect()
        }
    }

    fn story() -> Story {
        Story::new(Limits::default())
    }

    fn tracker(url: &str, protocol: &'static str, address: [u8; 4]) -> Tracker {
        Tracker {
            url: Some(url.into()),
            endpoint: Endpoint::new(address, 6969),
            protocol,
            proxied: false,
            connect_requests: 1,
            connect_responses: 0,
            announces: Vec::new(),
            scrapes: Vec::new(),
            hidden: None,
        }
    }

    fn row(certainty: &'static str, url: &str) -> Vec<(&'static str, String)> {
        vec![(certainty, url.into())]
    }

    #[test]
    fn what_a_torrent_names_is_certain_also_when_it_comes_later() {
        let mut story = story();
        story.tls(1, Some("T.example"), 8443, 10).torrent("udp://u.example:1", &["http://t.example/a", "https://t.example:8443/a"]);
        assert_eq!(story.told(&[], false), row("certain", "https://t.example:8443"));
        assert_eq!(
            story.rows(&[], false)[0].hidden.as_ref().unwrap().reason,
            "A .torrent file names t.example as a tracker over HTTPS (frame 2)."
        );
        let mut other = self::story();
        other.torrent("https://t.example/a", &["https://[2001:db8::1]:1/", "https://", "ftp://x/", "nonsense"]);
        other.tls(1, Some("t.example"), 443, 10).tls(2, Some("t.example"), 8443, 10).tls(3, Some("u.example"), 443, 10);
        assert_eq!(other.told(&[], false), [("certain", "https://t.example".into()), ("likely", "https://t.example:8443".into())]);
    }

    #[test]
    fn a_host_says_itself_which_trackers_it_runs() {
        let ports = |ports: &[(bool, u16)]| Data::Trackers(ports.iter().map(|(udp, number)| Port { udp: *udp, number: *number }).collect());
        let told = |data: Data| {
            let mut story = story();
            story.tls(1, Some(NAME), 443, 10).dns(NAME, data.clone()).dns(NAME, data);
            (story.told(&[tracker("udp://tracker.example:1", "udp", SERVER)], true), story.analysis.records().remove(0).trackers)
        };
        assert_eq!(
            told(ports(&[(true, 1), (false, 443)])),
            (row("certain", "https://tracker.example"), vec!["udp:1".into(), "tcp:443".into()])
        );
        assert_eq!(told(ports(&[(true, 443)])), (vec![], vec!["udp:443".into()]));
        assert_eq!(told(ports(&[])), (vec![], vec![]), "it denies");
    }

    #[test]
    fn a_tracker_by_another_protocol_may_have_a_site_too() {
        let known = |port| {
            let mut story = story();
            story.tls(1, Some(NAME), port, 10);
            story.told(&[tracker("udp://tracker.example:1/announce", "udp", [10, 0, 0, 3])], false)
        };
        assert_eq!(known(443), row("possible", "https://tracker.example"));
        assert_eq!(known(2710), row("likely", "https://tracker.example:2710"));
    }

    #[test]
    fn names_and_addresses_are_guesses() {
        let told = |name: &str, trackers: &[Tracker], is_client| {
            let mut story = story();
            story.tls(1, Some(name), 443, 10);
            story.told(trackers, is_client).len()
        };
        for (name, guessed) in [
            ("tracker.a", 1),
            ("tracker2.a", 1),
            ("announce.a", 1),
            ("tracker", 1),
            ("trackers.a", 0),
            ("a.tracker.b", 0),
            ("www.tracker.a", 0),
        ] {
            assert_eq!((told(name, &[], true), told(name, &[], false)), (guessed, 0), "{name}");
        }
        assert_eq!(told("www.a", &[tracker("udp://b:1", "udp", SERVER)], false), 1);
        assert_eq!(told("www.a", &[tracker("http://b/a", "http", SERVER)], true), 0, "sites share servers");
    }

    #[test]
    fn connections_are_added_up() {
        let mut story = story();
        story.torrent("https://t.example/a", &[]);
        story.tls(1, Some("t.example"), 443, 10).tls(2, Some("t.example"), 443, 5).tls(1, Some("t.example"), 443, 20).tls(3, None, 443, 9);
        let [row] = <[Tracker; 1]>::try_from(story.rows(&[], false)).unwrap();
        let hidden = row.hidden.unwrap();
        assert_eq!((hidden.connections, hidden.sent, hidden.received), (2, 25, 50));
        assert_eq!((hidden.first_frame, hidden.last_frame, row.endpoint.to_string()), (2, 4, "10.0.0.9:443".into()));
    }

    #[test]
    fn a_proxy_is_told_whom_it_leads_to() {
        let mut story = story();
        story.torrent("https://t.example/a", &["https://u.example:99/a"]);
        for (flow, target) in [(1, "t.example:443"), (2, "U.example:99"), (3, "v.example")] {
            let at = story.event(flow, 3128);
            story.analysis.observe_tunnel(&at, target);
        }
        story.tls(1, Some("t.example"), 3128, 10).tls(2, None, 3128, 10).tls(3, None, 3128, 10);
        let rows = story.rows(&[], true);
        assert_eq!(rows.iter().map(|row| row.url.as_deref().unwrap()).collect::<Vec<_>>(), ["https://t.example", "https://u.example:99"]);
        assert!(rows.iter().all(|row| row.proxied && row.endpoint.port == 3128) && story.analysis.is_tunnel(Some(FlowId(3))));
    }

    #[test]
    fn networks_name_their_trackers() {
        let mut story = story();
        let service = |target: &str| Data::Service { target: target.into(), port: 6969 };
        story.dns("_bittorrent-tracker._tcp.isp.example", service("t.isp.example")).dns("_sip._tcp.isp.example", service("s.example"));
        story.dns("_bittorrent-tracker._tcp.none.example", service(""));
        let records = story.analysis.records();
        assert_eq!(records.len(), 1);
        assert_eq!((records[0].record, records[0].trackers.as_slice()), ("srv", &["tcp:t.isp.example:6969".to_owned()][..]));
    }

    #[test]
    fn caps_are_told() {
        let mut story = Story::new(Limits { tls_connections: 1, trackers: 1, tracker_records: 1, ..Limits::default() });
        story.tls(1, Some("a"), 443, 1).tls(2, Some("b"), 443, 1);
        story.torrent("https://a/", &["https://b/"]);
        story.dns("a", Data::Trackers(vec![])).dns("b", Data::Trackers(vec![]));
        assert_eq!(story.found, [Code::LimitTrackers; 3]);
    }
}
