//! Whole captures with encrypted connections: from frames to rows, with every byte counted once and whatever the chunking.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "a test may fail by panicking")]

mod support;

use support::analysis::analyse;
use support::dice::Dice;
use support::frames::{IPV4, TCP, UDP, ethernet, ipv4, pcap, tcp, udp};
use swarmscope::base::{InfoHash, Limits};
use swarmscope::report::Report;
use swarmscope::report::table::{RowQuery, Table};
use swarmscope::session::{Session, View};

const ME: [u8; 4] = [192, 168, 1, 10];
const PEER: [u8; 4] = [203, 0, 113, 9];
const NODE: [u8; 4] = [203, 0, 113, 53];
const TORRENT: [u8; 20] = *b"mnopqrstuvwxyz123456";

/// Frames of one capture.
#[derive(Default)]
struct Frames(Vec<Vec<u8>>);

impl Frames {
    fn udp(&mut self, from: [u8; 4], to: [u8; 4], payload: &[u8]) -> &mut Self {
        self.0.push(ethernet(IPV4, &ipv4(UDP, from, to, &udp(6881, 6881, payload))));
        self
    }

    /// A connection from a port of ours to the peer: what each side sends in turn, ours first; `opening`: with its SYN.
    fn connection(&mut self, port: u16, opening: bool, flights: &[Vec<u8>]) -> &mut Self {
        let mut next = [1000_u32, 5000];
        let mut segment = |from: usize, next: &[u32; 2], flags: u8, payload: &[u8]| {
            let (ports, ends) = if from == 0 { ((port, 51413), (ME, PEER)) } else { ((51413, port), (PEER, ME)) };
            let bytes = tcp(ports.0, ports.1, next[from], next[1 - from], flags, payload);
            self.0.push(ethernet(IPV4, &ipv4(TCP, ends.0, ends.1, &bytes)));
        };
        if opening {
            for (from, flags) in [(0, 2), (1, 18), (0, 16)] {
                segment(from, &next, flags, &[]);
                next[from] += u32::from(flags & 2) / 2;
            }
        }
        for (turn, flight) in flights.iter().enumerate() {
            for part in flight.chunks(1400) {
                segment(turn % 2, &next, 24, part);
                next[turn % 2] += part.len() as u32;
            }
        }
        self
    }

    fn session(&self, chunk: usize) -> Session {
        analyse("capture.pcap", &pcap(&self.0), Limits::default(), || chunk).0
    }

    fn report(&self) -> Report {
        let report = self.session(1 << 20).report();
        assert_eq!(self.session(7).report().encrypted_flows, report.encrypted_flows, "in any chunking");
        report
    }
}

fn flights(sizes: &[usize]) -> Vec<Vec<u8>> {
    (1..).zip(sizes).map(|(seed, size)| Dice::new(seed).bytes(*size)).collect()
}

/// A lookup that a node answers with the peer, and our announcement.
fn dht(frames: &mut Frames) {
    let query = |name: &str, more: &str| {
        let name = format!("{}:{name}", name.len());
        [b"d1:ad2:id20:abcdefghij01234567899:info_hash20:", &TORRENT[..], more.as_bytes(), b"e1:q", name.as_bytes(), b"1:t2:aa1:y1:qe"]
            .concat()
    };
    let peer = [&PEER[..], &51413_u16.to_be_bytes()].concat();
    let answer = [b"d1:rd2:id20:bbcdefghij01234567896:valuesl6:".as_slice(), &peer, b"ee1:t2:aa1:y1:re"].concat();
    frames.udp(ME, NODE, &query("get_peers", "")).udp(NODE, ME, &answer).udp(ME, NODE, &query("announce_peer", "4:porti6881e"));
}

#[test]
fn an_encrypted_connection_is_found_and_named() {
    let mut frames = Frames::default();
    dht(&mut frames);
    let dht_bytes: u64 = frames.report().coverage.decoded;
    let report = frames.connection(40000, true, &flights(&[307, 169, 164, 112, 68, 30_000])).report();
    let [flow] = report.encrypted_flows.as_slice() else { panic!("{:?}", report.encrypted_flows) };
    assert_eq!((flow.originator.to_string(), flow.responder.to_string()), ("192.168.1.10:40000".into(), "203.0.113.9:51413".into()));
    assert_eq!((flow.info_hash, flow.source.map(|source| source.name())), (Some(InfoHash(TORRENT)), Some("dht")));
    assert_eq!((flow.named_frame, flow.confidence, flow.stage), (Some(2), 0.99, "handshake"));
    assert_eq!((report.coverage.encrypted, report.coverage.total()), (30_820, dht_bytes + 30_820), "every byte once");
    let hosts: Vec<_> =
        report.hosts.iter().map(|host| (host.address.to_string(), host.local, host.bittorrent, host.torrents.len())).collect();
    assert_eq!(hosts, [("192.168.1.10".into(), true, true, 1), ("203.0.113.9".into(), false, true, 1)]);
    let [ours, peer] = [&report.hosts[0], &report.hosts[1]].map(|host| (host.sent, host.received));
    assert_eq!((ours.0 + ours.1, peer), (report.coverage.total(), (169 + 112 + 30_000, 307 + 164 + 68)));
}

#[test]
fn how_far_a_key_exchange_goes_is_told() {
    for (sizes, stage, words) in [
        (&[307][..], "key", "nothing answers"),
        (&[307, 169], "keys", "it is not seen to its end"),
        (&[165, 428, 518], "keys", "it is not seen to its end"),
        (&[165, 428, 518, 266], "handshake", "165 bytes, an answer of 428, and another flight each"),
    ] {
        let mut frames = Frames::default();
        dht(&mut frames);
        let flows = frames.connection(40000, true, &flights(sizes)).report().encrypted_flows;
        assert_eq!((flows.len(), flows[0].stage), (1, stage), "{sizes:?}");
        assert!(flows[0].reasons[0].contains(words), "{:?}", flows[0].reasons);
    }
}

#[test]
fn ciphertext_of_a_connection_that_was_open_before_needs_a_named_peer() {
    let conversation = flights(&[40, 9000, 60, 9000]);
    let mut frames = Frames::default();
    let report = frames.connection(40000, false, &conversation).report();
    assert_eq!((report.encrypted_flows.len(), report.coverage.total()), (0, 0));
    dht(&mut frames);
    let report = frames.report();
    assert_eq!((report.encrypted_flows[0].stage, report.coverage.encrypted), ("midstream", 18_100));
}

#[test]
fn a_connection_that_goes_on_in_clear_is_none() {
    let handshake = |peer: u8| [b"\x13BitTorrent protocol", &[0; 8][..], &TORRENT, &[peer; 20]].concat();
    let conversation = [flights(&[307, 169, 72, 47]), vec![handshake(1), handshake(2)]].concat();
    let report = Frames::default().connection(40000, true, &conversation).report();
    assert_eq!((report.encrypted_flows.len(), report.messages.count("peer_wire", "handshake")), (0, 2));
    assert_eq!((report.coverage.decoded, report.coverage.encrypted, report.coverage.total()), (136, 595, 731));
    assert_eq!(report.findings, []);
}

#[test]
fn what_is_said_before_the_answer_lets_go_on_in_clear_is_encrypted() {
    let handshake = [b"\x13BitTorrent protocol", &[0; 8][..], &TORRENT, &[2; 20]].concat();
    let [first, second, third, fourth] = &flights(&[307, 169, 232, 47])[..] else { panic!("four flights") };
    let requests: Vec<u8> = (0..2_u8).flat_map(|piece| [0, 0, 0, 13, 6, 0, 0, 0, piece, 0, 0, 0, 0, 0, 0, 0x40, 0]).collect();
    let conversation = [first.clone(), second.clone(), third.clone(), [&fourth[..], &handshake].concat(), requests];
    let report = Frames::default().connection(40000, true, &conversation).report();
    assert_eq!(["handshake", "request"].map(|name| report.messages.count("peer_wire", name)), [1, 2]);
    assert_eq!((report.coverage.decoded, report.coverage.encrypted, report.coverage.total()), (102, 755, 857));
    assert_eq!((report.encrypted_flows.len(), report.findings), (0, vec![]));
}

#[test]
fn tables_and_texts_hold_the_rows() {
    let mut frames = Frames::default();
    dht(&mut frames);
    let mut session = frames.connection(40000, true, &flights(&[307, 169, 164, 112])).session(1 << 20);
    for (table, view, rows) in [(Table::EncryptedFlows, View::Encrypted, 1), (Table::Hosts, View::Hosts, 2)] {
        let query =
            RowQuery { table, torrent: None, sort: "sent".into(), descending: true, filter: "203.0.113".into(), from: 0, count: 10 };
        assert_eq!(session.rows(&query).matched, 1);
        let csv = session.csv(view);
        assert_eq!(csv.lines().count(), 1 + rows);
        let columns = table.columns();
        assert_eq!(csv.lines().next(), Some(columns.join(",").as_str()));
        let window = session.rows(&RowQuery { filter: String::new(), ..query });
        assert!(window.rows.iter().all(|row| columns.iter().any(|column| row.cell(column) != swarmscope::report::table::Cell::Absent)));
        assert!(session.text(view).contains("203.0.113.9") && session.json(view).unwrap().contains("203.0.113.9"));
    }
    let digest = session.digest();
    assert_eq!((digest.encrypted_flow_count, digest.local_host_count, digest.coverage), (1, 1, session.report().coverage));
}
