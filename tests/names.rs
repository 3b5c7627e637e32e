//! Names on the wire, from frames to the report: trackers behind TLS and proxies, what DNS says of trackers, clients that announce themselves.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may fail by panicking, and a length that does not fit is a mistake in it"
)]

mod support;

use serde_json::{Value, json};
use support::analysis::report;
use support::frames::{IPV4, TCP, UDP, ethernet, ipv4, pcap, tcp, udp};

const CLIENT: [u8; 4] = [192, 168, 1, 2];
const RESOLVER: [u8; 4] = [192, 168, 1, 1];
const SERVER: [u8; 4] = [198, 51, 100, 7];

/// Frames of one host's conversations.
#[derive(Default)]
struct Story {
    frames: Vec<Vec<u8>>,
    /// Connections so far: each has a port of its own.
    connections: u16,
}

impl Story {
    fn datagram(&mut self, from: ([u8; 4], u16), to: ([u8; 4], u16), payload: &[u8]) -> &mut Self {
        self.frames.push(ethernet(IPV4, &ipv4(UDP, from.0, to.0, &udp(from.1, to.1, payload))));
        self
    }

    /// An answer of the resolver with one record about `name`.
    fn resolved(&mut self, name: &str, kind: u8, data: &[u8]) -> &mut Self {
        let labels: Vec<u8> = name.split('.').flat_map(|label| [&[label.len() as u8], label.as_bytes()].concat()).collect();
        let head = b"\0\x01\x81\x80\0\x01\0\x01\0\0\0\0";
        let answer = [&head[..], &labels, &[0, 0, kind, 0, 1, 0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60, 0, data.len() as u8], data].concat();
        self.datagram((RESOLVER, 53), (CLIENT, 4000), &answer)
    }

    /// A connection to `port` of the server in which the ends say this, the client first, in segments of `size` bytes, and close.
    fn connection(&mut self, port: u16, size: usize, said: &[&[u8]]) -> &mut Self {
        self.connections += 1;
        let ends = [(CLIENT, 50_000 + self.connections), (SERVER, port)];
        let mut sent = [100_u32, 900];
        let mut frame = |story: &mut Story, from: usize, flags, payload: &[u8]| {
            let ((source, source_port), (destination, destination_port)) = (ends[from], ends[1 - from]);
            let segment = tcp(source_port, destination_port, sent[from], sent[1 - from], flags, payload);
            story.frames.push(ethernet(IPV4, &ipv4(TCP, source, destination, &segment)));
            sent[from] += payload.len() as u32 + u32::from(flags & 3 != 0);
        };
        frame(self, 0, 2, &[]);
        frame(self, 1, 0x12, &[]);
        for (turn, words) in said.iter().enumerate() {
            words.chunks(size).for_each(|part| frame(self, turn % 2, 0x18, part));
        }
        frame(self, 0, 0x11, &[]);
        frame(self, 1, 0x11, &[]);
        self
    }

    fn report(&self) -> Value {
        report("story.pcap", &pcap(&self.frames))
    }
}

/// A ClientHello that asks for `name`, in one record.
fn hello(name: &str) -> Vec<u8> {
    let length = |bytes: &[u8]| (bytes.len() as u16).to_be_bytes();
    let entry = [&[0][..], &length(name.as_bytes()), name.as_bytes()].concat();
    let list = [&length(&entry)[..], &entry].concat();
    let extensions = [&[0x2a, 0x2a, 0, 0, 0, 0][..], &length(&list), &list].concat();
    let body = [&[3, 3][..], &[7; 32], &[0, 0, 2, 0x13, 1, 1, 0], &length(&extensions), &extensions].concat();
    let message = [&[1, 0][..], &length(&body), &body].concat();
    [&[0x16, 3, 1][..], &length(&message), &message].concat()
}

/// Records of application data.
fn data(bytes: usize) -> Vec<u8> {
    [&[0x17, 3, 3][..], &(bytes as u16).to_be_bytes(), &vec![0xa5; bytes]].concat()
}

fn torrent_file(trackers: &str) -> Vec<u8> {
    let file = format!("d13:announce-listll{}:{trackers}ee4:infod4:name1:aee", trackers.len());
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/x-bittorrent\r\nContent-Length: {}\r\n\r\n{file}", file.len()).into_bytes()
}

/// The rows of trackers over HTTPS: URL, certainty, connections, bytes both ways.
fn https(report: &Value) -> Vec<Value> {
    let rows = report["trackers"].as_array().unwrap().iter().filter(|row| row["protocol"] == "https");
    let told = |row: &Value| {
        let hidden = &row["hidden"];
        json!([row["url"], hidden["certainty"], hidden["connections"], hidden["sent"], hidden["received"]])
    };
    rows.map(told).collect()
}

#[test]
fn a_tracker_over_https_that_a_torrent_file_names() {
    for size in [1, 3, 20, 1400] {
        let (hello, request, answer) = (hello("t.example.org"), data(300), data(900));
        let mut story = Story::default();
        story.connection(443, size, &[&hello, &answer, &request, &answer]);
        story.connection(80, size, &[b"GET /a.torrent HTTP/1.1\r\nHost: x\r\n\r\n", &torrent_file("https://t.example.org/announce")]);
        story.connection(443, size, &[&hello, &answer]);
        story.connection(443, size, &[&self::hello("www.example.org"), &answer]);
        let report = story.report();
        let sent = 2 * hello.len() + request.len();
        assert_eq!(https(&report), [json!(["https://t.example.org", "certain", 2, sent, 3 * answer.len()])], "segments of {size}");
        assert_eq!(report["trackers"][0]["hidden"]["first_frame"], 3);
        assert_eq!(report["findings"].as_array().unwrap().iter().find(|row| row["code"] == "tls").unwrap()["count"], 3);
        assert_eq!(report["encrypted_flows"], json!([]));
    }
}

#[test]
fn a_proxy_hides_where_a_tracker_is() {
    let connect = b"CONNECT t.example.org:443 HTTP/1.1\r\nHost: t.example.org:443\r\n\r\n";
    let announce = b"GET http://u.example.org/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=6881 HTTP/1.1\r\nHost: u.example.org\r\n\r\n";
    let mut story = Story::default();
    story.connection(3128, 1400, &[connect, b"HTTP/1.1 200 Connection established\r\n\r\n", &hello("t.example.org"), &data(40)]);
    story.connection(3128, 1400, &[announce, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nde"]);
    story.connection(80, 1400, &[b"GET /a HTTP/1.1\r\n\r\n", &torrent_file("https://t.example.org/announce")]);
    let report = story.report();
    let rows: Vec<_> =
        report["trackers"].as_array().unwrap().iter().map(|row| json!([row["url"], row["endpoint"], row["proxied"]])).collect();
    assert_eq!(
        rows,
        [json!(["http://u.example.org/announce", "198.51.100.7:3128", true]), json!(["https://t.example.org", "198.51.100.7:3128", true]),]
    );
}

#[test]
fn what_dns_says_of_trackers() {
    let mut story = Story::default();
    story.resolved("t.example.org", 16, b"\x16BITTORRENT UDP:6969 UD").resolved("no.example.org", 16, b"\x13BITTORRENT DENY ALL");
    story.resolved("tls.example.org", 16, b"\x12BITTORRENT TCP:443").resolved("mail.example.org", 16, b"\x0bv=spf1 -all");
    story.connection(443, 1400, &[&hello("tls.example.org"), &data(9)]);
    story.connection(443, 1400, &[&hello("no.example.org"), &data(9)]);
    let report = story.report();
    let records: Vec<_> = report["tracker_records"].as_array().unwrap().iter().map(|row| json!([row["name"], row["trackers"]])).collect();
    let expected = [json!(["t.example.org", ["udp:6969"]]), json!(["no.example.org", []]), json!(["tls.example.org", ["tcp:443"]])];
    assert_eq!(records, expected);
    let rows = https(&report);
    assert_eq!((rows.len(), &rows[0][0], &rows[0][1]), (1, &json!("https://tls.example.org"), &json!("certain")));
    assert_eq!((&report["messages"]["dns"]["response"], support::analysis::recognised(&report)), (&json!(4), 0));
}

#[test]
fn a_client_that_announces_itself_by_mdns() {
    let name = |labels: &[&str]| -> Vec<u8> {
        labels.iter().flat_map(|label| [&[label.len() as u8], label.as_bytes()].concat()).chain([0]).collect()
    };
    let record =
        |owner: &[&str], kind: u8, data: &[u8]| [&name(owner)[..], &[0, kind, 0x80, 1, 0, 0, 0, 120, 0, data.len() as u8], data].concat();
    let hash = "32f17bbf96bdc77de85bb91ff8d56f124e817c0a";
    let instance = ["-KT5210-123456789012__6575", "_bittorrent", "_tcp", "local"];
    let said = [
        record(&[&format!("_{hash}"), "_sub", "_bittorrent", "_tcp", "local"], 12, &name(&instance)),
        record(&instance, 33, &[&[0, 0, 0, 0, 0x1a, 0xe1][..], &name(&["host", "local"])].concat()),
    ];
    let mut story = Story::default();
    for record in said {
        story.datagram((CLIENT, 5353), ([224, 0, 0, 251], 5353), &[&b"\0\0\x84\0\0\0\0\x01\0\0\0\0"[..], &record].concat());
    }
    let report = story.report();
    let host = &report["hosts"][0];
    assert_eq!((&host["address"], &host["bittorrent"], &host["torrents"]), (&json!("192.168.1.2"), &json!(true), &json!([hash])));
    assert_eq!((&host["evidence"][0]["kind"], &host["clients"]), (&json!("mdns_announce"), &json!(["KTorrent 5.2.1"])));
    assert_eq!((&report["messages"]["mdns"]["response"], support::analysis::recognised(&report)), (&json!(2), 0));
}
