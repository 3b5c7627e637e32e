//! Captures made to do harm: cut, changed, lying about lengths, nested without end, or more than memory holds. Nothing may panic, and
//! memory stays within what the limits say.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may fail by panicking; its numbers are small"
)]

mod support;

use std::sync::{Mutex, MutexGuard, PoisonError};

use peak_alloc::PeakAlloc;
use serde_json::Value;
use support::analysis::{analyse, captures, feed, json};
use support::conversation::conversation;
use support::dice::Dice;
use support::frames::{IPV4, Order, TCP, UDP, ethernet, ipv4, pcap, pcap_header, pcap_record, tcp, udp};
use support::peer::{handshake, have, message, piece, request};
use swarmscope::base::Limits;
use swarmscope::report::events::ladder::LadderQuery;
use swarmscope::report::events::{EventQuery, EventRow, WindowQuery};
use swarmscope::session::{EventListing, Session};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The allocator counts for the whole process: one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static LOCK: Mutex<()> = Mutex::new(());
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a capture, makes every kind of report of it, and holds what must be true of any.
fn survive(bytes: &[u8], what: &str) {
    let (mut session, error) = analyse("hostile", bytes, Limits::default(), || 4096);
    let report = json(&session);
    let (other, other_error) = analyse("hostile", bytes, Limits::default(), || 61);
    assert_eq!((json(&other), other_error), (report.clone(), error), "{what}: in other chunks");
    let frames = report["capture"]["frames"].as_u64().unwrap();
    for finding in report["findings"].as_array().unwrap() {
        let in_file = |frame: &Value| (1..=frames).contains(&frame.as_u64().unwrap());
        assert!(finding["frames"].as_array().unwrap().iter().all(in_file), "{what}: {finding}");
    }
    let query = serde_json::from_str(r#"{"table":"nodes","sort":"port","descending":true,"filter":"1","from":0,"count":9}"#);
    assert!(session.rows(&query.unwrap()).rows.len() <= 9, "{what}");
    assert!(!session.text(swarmscope::session::View::Report).is_empty(), "{what}");
    list(bytes, &report, what);
}

/// Lists the messages of the same bytes, all and those of one stream.
fn list(bytes: &[u8], report: &Value, what: &str) {
    let all = WindowQuery { count: usize::MAX, ..WindowQuery::default() };
    for flow in [None, Some(0)] {
        let mut listing = EventListing::new(&EventQuery { flow, ..EventQuery::default() }, Limits::default()).unwrap();
        listing.reading().add_file("hostile", None);
        feed(listing.reading(), &[bytes], || 4096);
        let rows = listing.rows(&all).rows;
        let unread = |row: &&EventRow| row.protocol == "unread";
        let decoded: u64 = rows.iter().filter(|row| !unread(row)).map(|row| row.bytes).sum();
        assert!(flow.is_some() || report["coverage"]["decoded"] == decoded, "{what}");
        let ladder = listing.ladder(&LadderQuery { count: usize::MAX, ..LadderQuery::default() });
        let rungs = ladder.map(|ladder| ladder.rungs);
        let said = rows.iter().filter(|row| row.protocol == "peer_wire").count();
        assert_eq!(rungs.map(|rungs| rungs.len()), flow.map(|_| said), "{what}");
    }
}

/// The captures of the repository, and one in which every protocol has a part.
fn all() -> impl Iterator<Item = (String, Vec<u8>)> {
    captures().into_iter().chain([("conversation".to_owned(), conversation())])
}

#[test]
fn the_conversation_holds_what_it_should() {
    let _alone = alone();
    let report = json(&analyse("conversation", &conversation(), Limits::default(), || usize::MAX).0);
    let messages = &report["messages"];
    assert_eq!(messages["dns"], serde_json::json!({ "query": 1, "response": 1 }));
    assert_eq!(messages["dht"], serde_json::json!({ "query": 1, "response": 1 }));
    assert_eq!(messages["peer_wire"]["handshake"], 2);
    assert_eq!((&messages["peer_wire"]["piece"], &messages["peer_wire"]["hashes"]), (&1.into(), &1.into()));
    assert_eq!(report["init"]["bootstrap"][0]["requests"][0]["response"]["nodes"], 1);
}

#[test]
fn every_prefix_of_a_capture_is_read() {
    let _alone = alone();
    for (name, bytes) in all() {
        // Of a large capture not every byte, but every kind of place: the step is no multiple of any length in it.
        let step = (bytes.len() / 300) | 1;
        for end in (0..bytes.len().min(300)).chain((0..bytes.len()).step_by(step)) {
            survive(&bytes[..end], &format!("{name} cut at {end}"));
        }
    }
}

#[test]
fn changed_bytes_are_survived() {
    let _alone = alone();
    for (name, bytes) in all() {
        for seed in 1..60 {
            let mut dice = Dice::new(seed);
            let mut changed = bytes.clone();
            for _ in 0..1 + dice.below(50) {
                let at = dice.below(changed.len());
                changed[at] = dice.below(256) as u8;
            }
            survive(&changed, &format!("{name} changed by {seed}"));
        }
    }
}

#[test]
fn lengths_that_lie_are_survived() {
    let _alone = alone();
    let whole = conversation();
    for at in 24..whole.len() {
        for lie in
            [&[0][..], &[0xff], &[0x7f], &[0x80], &[0, 0], &[0xff, 0xff], &[0, 0, 0, 0], &[0x7f, 0xff, 0xff, 0xff], &[0xff; 4], b"9999"]
        {
            let mut lying = whole.clone();
            let end = (at + lie.len()).min(whole.len());
            lying[at..end].copy_from_slice(&lie[..end - at]);
            survive(&lying, &format!("{lie:?} at {at}"));
        }
    }
}

#[test]
fn nesting_without_end_is_survived() {
    let _alone = alone();
    let (a, b) = ([10, 0, 0, 1], [10, 0, 0, 2]);
    for open in [&b"l"[..], b"d", b"d1:a", b"d1:rd1:x", b"ld1:q"] {
        let deep = open.repeat(60_000 / open.len());
        let query = [&b"d1:ad2:id20:abcdefghij01234567891:x"[..], &deep, b"e1:q4:ping1:t2:aa1:y1:qe"].concat();
        let extended = message(20, &[&b"\0d1:m"[..], &deep].concat());
        let said = [handshake(b'a'), extended, have(1)].concat();
        let mut frames = vec![ethernet(IPV4, &ipv4(UDP, a, b, &udp(1, 2, &query)))];
        frames.extend(
            (0..).step_by(1400).zip(said.chunks(1400)).map(|(at, part)| ethernet(IPV4, &ipv4(TCP, a, b, &tcp(1, 2, at, 0, 24, part)))),
        );
        let report = json(&analyse("deep", &pcap(&frames), Limits::default(), || usize::MAX).0);
        assert_eq!(report["messages"]["peer_wire"], serde_json::json!({ "handshake": 1, "extended": 1, "have": 1 }), "{open:?}");
        let codes: Vec<_> = report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["peer_wire_malformed", "dht_malformed"], "{open:?}");
    }
}

/// Reads as many frames as come, and answers the most memory that was in use at one time, in bytes, and the report.
fn flood(limits: Limits, frames: impl Iterator<Item = Vec<u8>>) -> (usize, Value) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let mut session = Session::new(limits);
    let file = session.add_file("flood", None);
    session.push(file, &pcap_header(Order::Little, false, 101)).unwrap();
    for (number, frame) in (0_u32..).zip(frames) {
        session.push(file, &pcap_record(Order::Little, number / 1000, number % 1000 * 1000, frame.len() as u32, &frame)).unwrap();
    }
    session.end(file).unwrap();
    session.finish();
    let peak = MEMORY.peak_usage() - before;
    println!("{} KiB at most", peak >> 10);
    (peak, json(&session))
}

fn has_finding(report: &Value, code: &str) -> bool {
    report["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == code)
}

fn address(number: u32) -> [u8; 4] {
    (0x0b00_0000 + number).to_be_bytes()
}

/// A packet of one of many connections with the same peer.
fn segment(connection: u32, sequence: u32, flags: u8, bytes: &[u8]) -> Vec<u8> {
    ipv4(TCP, address(connection), [10, 0, 0, 2], &tcp(5000, 6881, sequence, 1, flags, bytes))
}

/// Limits that a test reaches soon.
fn small() -> Limits {
    Limits {
        flows: 1000,
        stream_held_bytes: 1 << 16,
        total_held_bytes: 1 << 18,
        reading_bytes: 1 << 18,
        message_bytes: 1 << 12,
        pending_queries: 1000,
        nodes: 1000,
        transactions_per_node: 100,
        torrents: 100,
        pieces: 1000,
        endpoints_per_piece: 100,
        shares: 1000,
        candidate_bytes: 1 << 18,
        connections: 1000,
        lookups: 1000,
        tracker_requests: 1000,
        trackers: 100,
        announces: 1000,
        tracker_names: 1000,
        namings: 1000,
        swarm_peers: 100,
        progress_bytes: 1 << 17,
        arriving_pieces: 100,
        namings_per_endpoint: 10,
        encrypted_flows: 1000,
        hosts: 1000,
        source_addresses: 1000,
        source_requests: 1000,
        exchanges: 100,
        availability_bytes: 1 << 17,
        host_names: 1000,
        changes: 1000,
        midstream: 1000,
        speakers: 1000,
        web_files: 100,
        web_runs: 1000,
        tls_connections: 100,
        tracker_records: 10,
        mdns_instances: 100,
        listed_events: 1000,
        rungs: 1000,
        bootstrap_nodes: 100,
        bootstrap_requests: 100,
        compared_packets: 1000,
        ..Limits::default()
    }
}

/// What reading takes however little there is to keep: above all the buffer for the file.
const READING: usize = 384 << 10;

/// What a thousand of anything take, of which each may be a connection that is open, or over and in the report, with its peers, their pieces
/// and rates, and what the two hosts exchanged over time.
const FLOOD: usize = 6 << 20;

#[test]
fn a_million_bytes_that_never_join_are_bounded() {
    let _alone = alone();
    for (first, step, what) in [(2_000_000, -1, "from the end"), (2, 2, "every other"), (2, 4000, "far apart")] {
        let opened = [segment(0, 0, 2, b""), segment(0, 1, 24, &handshake(b'a'))].into_iter();
        let place = |number: i64| u32::try_from(100 + first + number * step).unwrap();
        let (peak, report) = flood(small(), opened.chain((0..1_000_000).map(|number| segment(0, place(number), 24, b"x"))));
        assert!(peak < READING + (1 << 19), "{what}: {peak}");
        assert!(has_finding(&report, "limit_held"), "{what}");
        assert_eq!(report["messages"]["peer_wire"], serde_json::json!({ "handshake": 1 }), "{what}");
    }
}

#[test]
fn a_million_bytes_one_by_one_are_bounded() {
    let _alone = alone();
    // The beginning of a message that never ends, of a connection older than the capture, and of one whose framing was lost.
    for (begins, what) in [(vec![], "a stranger's"), (handshake(b'a'), "a peer's")] {
        let lure = [&20_000_u32.to_be_bytes()[..], &[22, 0]].concat();
        let opened = std::iter::once(segment(0, 1, 24, &[begins, vec![0xff; 3]].concat()));
        let bytes = lure.into_iter().chain(std::iter::repeat(0xee));
        let (peak, _) = flood(small(), opened.chain((0..1_000_000).zip(bytes).map(|(at, byte)| segment(0, 72 + at, 24, &[byte]))));
        assert!(peak < READING + (1 << 20), "{what}: {peak}");
    }
}

#[test]
fn two_hundred_thousand_connections_are_bounded() {
    let _alone = alone();
    let handshake = handshake(b'a');
    for (bytes, what) in
        [(&b"\0"[..], "what may become a message"), (&handshake, "a handshake"), (b"SSH-2.0", "anything else"), (b"", "nothing")]
    {
        let frames = || (0..200_000).map(|connection| segment(connection, 0, if bytes.is_empty() { 2 } else { 24 }, bytes));
        let (peak, report) = flood(small(), frames());
        assert!(peak < READING + FLOOD, "{what}: {peak}");
        assert!(has_finding(&report, "limit_flows"), "{what}");
    }
}

#[test]
fn the_default_limits_bound_connections_too() {
    let _alone = alone();
    let asked = [&handshake(b'a')[..], &request(1, 0, 0x4000).repeat(60), &[0, 0, 0x10]].concat();
    let (peak, report) = flood(Limits::default(), (0..100_000).map(|connection| segment(connection, 0, 24, &asked)));
    assert!(peak < 400 << 20, "{peak}");
    assert!(has_finding(&report, "limit_flows"));
}

#[test]
fn two_hundred_thousand_of_anything_are_bounded() {
    let _alone = alone();
    let (here, router) = ([10, 0, 0, 1], [10, 9, 9, 9]);
    let id = |number: u32| [&b"abcdefghijklmnop"[..], &number.to_be_bytes()].concat();
    let answer = move |number| [&b"d1:rd2:id20:"[..], &id(number), b"e1:t4:", &number.to_be_bytes(), b"1:y1:re"].concat();
    let ask = move |number: u32| [&b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t4:"[..], &number.to_be_bytes(), b"1:y1:qe"].concat();
    let datagram = |from, to, payload: &[u8]| ipv4(UDP, from, to, &udp(6881, 6881, payload));
    let shake = move |number| [&b"\x13BitTorrent protocol\0\0\0\0\0\0\0\0"[..], &id(number), &[b'a'; 20]].concat();
    let block = |index| [handshake(b'a'), piece(index, 0, b"block")].concat();
    let resolve = move |name: &[u8], address: [u8; 4]| {
        let head = [&b"\0\x01\x81\x80\0\x01\0\x01\0\0\0\0\x03dht"[..], &[name.len() as u8], name, b"\0\0\x01\0\x01"].concat();
        let answer = [&head[..], b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04", &address].concat();
        ipv4(UDP, [10, 0, 0, 254], here, &udp(53, 4000, &answer))
    };
    type Frame<'a> = Box<dyn Fn(u32) -> Vec<u8> + 'a>;
    let floods: [(&str, Frame<'_>, Option<&str>); 11] = [
        ("nodes", Box::new(move |number| datagram(address(number), here, &answer(number))), Some("limit_nodes")),
        ("answers of one node", Box::new(move |number| datagram(router, here, &[&answer(1)[..46], &answer(number)[46..]].concat())), None),
        ("queries", Box::new(move |number| datagram(here, address(number), &ask(number))), Some("limit_queries")),
        ("torrents", Box::new(move |number| segment(number, 1, 24, &shake(number))), Some("limit_pieces")),
        ("pieces", Box::new(move |number| segment(number % 10, number / 10 * 86 + 1, 24, &block(number))), Some("limit_pieces")),
        ("senders of one piece", Box::new(move |number| segment(number, 1, 24, &block(7))), Some("limit_pieces")),
        ("senders of a piece each", Box::new(move |number| segment(number, 1, 24, &block(number))), Some("limit_pieces")),
        ("bootstrap names", Box::new(move |number| resolve(format!("n{number}").as_bytes(), router)), Some("limit_bootstrap")),
        ("bootstrap addresses", Box::new(move |number| resolve(b"example", address(number))), Some("limit_bootstrap")),
        (
            "requests to a bootstrap node",
            Box::new(move |number| if number == 0 { resolve(b"example", router) } else { datagram(here, router, &ask(number)) }),
            Some("limit_bootstrap"),
        ),
        (
            "clients of a bootstrap node",
            Box::new(move |number| if number == 0 { resolve(b"example", router) } else { datagram(address(number), router, &ask(number)) }),
            Some("limit_bootstrap"),
        ),
    ];
    let mut over = Vec::new();
    for (what, frame, finding) in floods {
        let (peak, report) = flood(small(), (0..200_000).map(frame));
        if peak >= READING + FLOOD {
            over.push(format!("{what}: {} KiB", peak >> 10));
        }
        if let Some(code) = finding {
            assert!(has_finding(&report, code), "{what}: {}", report["findings"]);
        }
    }
    assert!(over.is_empty(), "more memory than the limits say: {}", over.join(", "));
}
