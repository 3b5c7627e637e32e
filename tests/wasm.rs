//! The session where it is used: as wasm, in a dedicated worker of a browser, through JavaScript values.
//!
//! What the core finds in captures is tested natively; here is tested that it crosses the border whole.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "clippy allows it in functions marked as tests only, and this whole file is a test")]

mod support;

use js_sys::{Float64Array, JSON, Reflect, Uint8Array};
use sha1::{Digest, Sha1};
use support::frames::{IPV4, TCP, UDP, ethernet, ipv4, pcap, tcp, udp};
use swarmscope::verify::merkle;
use swarmscope::wasm::{EventListing, Session, Verification};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const CLIENT: [u8; 4] = [10, 0, 0, 1];
const OTHER: [u8; 4] = [10, 0, 0, 2];
const SYN: u8 = 2;
const SYN_ACK: u8 = 18;
const PSH_ACK: u8 = 24;

/// A ping that a DHT node answers, and a connection over which a peer sends a block of piece 7.
fn capture() -> Vec<u8> {
    capture_of([0xaa; 20], 7)
}

/// The same, of another torrent and another piece.
fn capture_of(info_hash: [u8; 20], index: u8) -> Vec<u8> {
    let datagram = |from, to, ports: (u16, u16), payload: &[u8]| ethernet(IPV4, &ipv4(UDP, from, to, &udp(ports.0, ports.1, payload)));
    let segment = |from, to, segment: &[u8]| ethernet(IPV4, &ipv4(TCP, from, to, segment));
    let shake = |name: &[u8; 20]| [b"\x13BitTorrent protocol\0\0\0\0\0\0\0\0", &info_hash[..], name].concat();
    let request = [b"\0\0\0\x0d\x06\0\0\0", &[index][..], b"\0\0\0\0\0\0\0\x10"].concat();
    let piece = [b"\0\0\0\x19\x07\0\0\0", &[index][..], b"\0\0\0\0sixteen bytes of"].concat();
    pcap(&[
        datagram(CLIENT, OTHER, (6881, 7000), b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"),
        datagram(OTHER, CLIENT, (7000, 6881), b"d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re"),
        segment(CLIENT, OTHER, &tcp(50000, 7001, 99, 0, SYN, b"")),
        segment(OTHER, CLIENT, &tcp(7001, 50000, 499, 100, SYN_ACK, b"")),
        segment(CLIENT, OTHER, &tcp(50000, 7001, 100, 500, PSH_ACK, &shake(b"-XX0001-originator--"))),
        segment(OTHER, CLIENT, &tcp(7001, 50000, 500, 168, PSH_ACK, &shake(b"-XX0001-responder---"))),
        segment(CLIENT, OTHER, &tcp(50000, 7001, 168, 568, PSH_ACK, &request)),
        segment(OTHER, CLIENT, &tcp(7001, 50000, 568, 185, PSH_ACK, &piece)),
    ])
}

/// A session that was given the capture in chunks of `length` bytes.
fn session(length: usize) -> Session {
    let capture = capture();
    let mut session = Session::new();
    #[expect(clippy::cast_precision_loss, reason = "the capture is small")]
    let file = session.add_file("small.pcap", Some(capture.len() as f64));
    for chunk in capture.chunks(length) {
        assert_eq!(session.wants(), Some(file), "before the end it wants more");
        session.push(file, &Uint8Array::from(chunk)).unwrap();
    }
    session.end(file).unwrap();
    assert_eq!(session.wants(), None);
    session.finish();
    session
}

/// The value at a path such as `files.0.name`.
fn at(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, key| Reflect::get(&value, &key.into()).unwrap())
}

fn number(value: &JsValue, path: &str) -> f64 {
    at(value, path).as_f64().unwrap_or_else(|| panic!("{path} is no number in {}", JSON::stringify(value).unwrap()))
}

#[wasm_bindgen_test]
fn it_runs_in_a_dedicated_worker() {
    let scope = at(&js_sys::global().into(), "constructor.name");
    assert_eq!(scope.as_string().as_deref(), Some("DedicatedWorkerGlobalScope"));
}

#[wasm_bindgen_test]
fn views_are_written_as_on_the_command_line() {
    let session = session(usize::MAX);
    assert_eq!(
        session.export("peers", "text").unwrap().trim(),
        "Node ID 6d6e6f707172737475767778797a313233343536: 10.0.0.2:7000, 1 connection(s)"
    );
    let info_hash = "aa".repeat(20);
    assert_eq!(
        session.export("download", "text").unwrap().trim(),
        format!("info_hash: {info_hash}\npieces and their contributors:\npiece index 0x00000007, contributors ['10.0.0.2:7001']")
    );
    assert!(session.export("peers", "xml").is_err());
    assert!(session.export("weather", "text").is_err());
}

#[wasm_bindgen_test]
fn any_chunking_gives_the_same_report() {
    let whole = session(usize::MAX).export("report", "json").unwrap();
    assert!(whole.contains("small.pcap"), "{whole}");
    for length in [1, 7, 100] {
        assert_eq!(session(length).export("report", "json").unwrap(), whole, "chunks of {length}");
    }
}

#[wasm_bindgen_test]
fn progress_and_digest_are_plain_objects() {
    let mut session = session(64);
    let bytes = capture().len();
    let progress = session.progress().unwrap();
    #[expect(clippy::cast_precision_loss, reason = "the capture is small")]
    for path in ["bytes", "bytes_total"] {
        assert_eq!(number(&progress, path), bytes as f64);
    }
    let digest = session.digest().unwrap();
    for (path, expected) in [
        ("capture.frames", 8.0),
        ("messages.dht.query", 1.0),
        ("messages.peer_wire.handshake", 2.0),
        ("messages.peer_wire.piece", 1.0),
        ("peers.nodes", 1.0),
        ("torrent_count", 1.0),
        ("torrents.0.bytes", 16.0),
    ] {
        assert_eq!(number(&digest, path), expected, "{path}");
    }
    assert!(at(&digest, "torrents.0.name").is_null(), "absent knowledge is null, not undefined");
}

#[wasm_bindgen_test]
fn windows_of_tables_are_plain_rows() {
    let mut session = session(64);
    let nodes = JSON::parse(r#"{ "table": "nodes", "sort": "responses", "descending": true, "filter": "", "from": 0, "count": 10 }"#);
    let window = session.rows(nodes.unwrap()).unwrap();
    assert_eq!((number(&window, "total"), number(&window, "matched")), (1.0, 1.0));
    assert_eq!(at(&window, "rows.0.address").as_string().as_deref(), Some("10.0.0.2"));
    let none = JSON::parse(r#"{ "table": "nodes", "sort": "", "descending": false, "filter": "nobody", "from": 0, "count": 10 }"#);
    assert_eq!(number(&session.rows(none.unwrap()).unwrap(), "matched"), 0.0);
    assert!(session.rows(JSON::parse(r#"{ "table": "weather" }"#).unwrap()).is_err());

    let map = session.piece_map(Some("aa".repeat(20)), true).unwrap();
    assert_eq!(at(&map, "contributors.0.endpoint").as_string().as_deref(), Some("10.0.0.2:7001"));

    let study = session.torrent_study("aa".repeat(20)).unwrap();
    assert_eq!((number(&study, "threshold"), number(&study, "counts.met")), (98.0, 2.0));
    assert!(session.torrent_study("bb".repeat(20)).unwrap().is_null() && session.torrent_study(String::new()).unwrap().is_null());
}

/// A list that was given the same capture.
fn listing(question: &str) -> EventListing {
    let mut listing = EventListing::new(JSON::parse(question).unwrap()).unwrap();
    let file = listing.add_file("small.pcap", None);
    assert_eq!(listing.wants(), Some(file));
    listing.push(file, &Uint8Array::from(capture().as_slice())).unwrap();
    listing.end(file).unwrap();
    listing.finish();
    assert_eq!(number(&listing.progress().unwrap(), "frames"), 8.0);
    listing
}

#[wasm_bindgen_test]
fn messages_are_listed_by_one_more_reading() {
    let all = |listing: &mut EventListing| listing.rows(JSON::parse(r#"{ "filter": "", "from": 0, "count": 99 }"#).unwrap()).unwrap();
    let window = all(&mut listing("{}"));
    assert_eq!((number(&window, "matched"), number(&window, "kept"), number(&window, "filtered")), (7.0, 7.0, 7.0));
    assert_eq!(at(&window, "rows.0.text").as_string().as_deref(), Some("ping, transaction 6161"));
    assert!(at(&window, "rows.0.flow").is_null());
    let rungs = JSON::parse(r#"{ "from": 0, "count": 99 }"#).unwrap();
    assert!(listing("{}").ladder(rungs.clone()).unwrap().is_null(), "no connection was asked for");

    let mut listing = listing(r#"{ "flow": 0, "torrent": null }"#);
    assert_eq!(number(&all(&mut listing), "matched"), 5.0, "four messages, and the end");
    let ladder = listing.ladder(rungs).unwrap();
    assert_eq!((number(&ladder, "rungs.2.answered_by"), number(&ladder, "rungs.3.answers")), (3.0, 2.0));
    assert_eq!(at(&ladder, "rungs.3.kind").as_string().as_deref(), Some("piece"));
    assert_eq!(listing.export("json", "").unwrap().lines().count(), 5);
    assert!(listing.export("csv", "").unwrap().starts_with("number,frame,"));
    assert!(listing.export("xml", "").is_err());
    assert!(EventListing::new(JSON::parse(r#"{ "torrent": "no hash" }"#).unwrap()).is_err());
}

/// Four leaves of one length are hashed side by side: against the library, of every length up to some blocks, and of real leaves.
#[wasm_bindgen_test]
fn leaves_side_by_side_have_the_hashes_of_each_alone() {
    let mut chance = 1_u64;
    let mut byte = || {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        chance.to_be_bytes()[0]
    };
    for length in (0..=330).chain([1000, 16_383, 16_384]) {
        let pages: Vec<Vec<u8>> = (0..9).map(|_| (0..length).map(|_| byte()).collect()).collect();
        // Of one length, and one of them shorter.
        for shorter in [0, length / 2] {
            let pages = pages.iter().enumerate();
            let pages: Vec<&[u8]> = pages.map(|(at, page)| page.get(if at == 2 { shorter } else { 0 }..).unwrap()).collect();
            let alone: Vec<_> = pages.iter().map(|page| merkle::leaf(page)).collect();
            assert_eq!(merkle::leaves(&pages), alone, "{length} bytes, one of them without {shorter}");
        }
    }
}

#[wasm_bindgen_test]
fn pieces_are_verified_and_their_bytes_handed_on_in_runs() {
    let digest: [u8; 20] = Sha1::digest(b"sixteen bytes of").into();
    let info = [b"d6:lengthi16e4:name3:a/b12:piece lengthi16384e6:pieces20:", &digest[..], b"e"].concat();
    let torrent = [b"d4:info", &info[..], b"e"].concat();
    let capture = capture_of(Sha1::digest(&info).into(), 0);
    let mut verification = Verification::new(Vec::new(), true);
    let read = |verification: &mut Verification| {
        verification.add_torrent("a.torrent", &torrent).unwrap();
        let file = verification.add_file("small.pcap", None);
        verification.push(file, &Uint8Array::from(capture.as_slice())).unwrap();
        verification.end(file).unwrap();
        assert_eq!(verification.wants(), None);
        verification.finish();
    };
    read(&mut verification);
    assert!(verification.verified().unwrap().is_null() && verification.take(1).is_none());
    verification.check();
    read(&mut verification);
    let planned = verification.planned().unwrap();
    assert_eq!((number(&planned, "0.piece_count"), number(&planned, "0.files.0.length")), (1.0, 16.0));
    assert_eq!(verification.right(), [1]);
    assert!(verification.take(17).is_none(), "fewer bytes wait");
    let taken = verification.take(1).unwrap();
    assert_eq!(Float64Array::from(taken.get(0)).to_vec(), [0.0, 0.0, 0.0, 16.0]);
    assert_eq!(Uint8Array::from(taken.get(1)).to_vec(), b"sixteen bytes of");
    assert!(verification.take(1).is_none() && verification.holes(0, 0).is_empty());
    let verified = verification.verified().unwrap();
    assert_eq!(at(&verified, "torrents.0.senders.0.endpoint").as_string().as_deref(), Some("10.0.0.2:7001"));

    let mut session = session(64);
    let proved = session.prove(verified.clone()).unwrap();
    assert_eq!(JSON::stringify(&proved).unwrap(), JSON::stringify(&verified).unwrap());
    assert!(session.prove(JSON::parse(r#"{ "torrents": 7 }"#).unwrap()).is_err());
}

#[wasm_bindgen_test]
fn what_is_no_capture_is_thrown_with_a_code() {
    let mut session = Session::new();
    let file = session.add_file("page.html", None);
    let pushed = session.push(file, &Uint8Array::from(&b"<!doctype html><title>no capture</title>"[..]));
    let thrown = pushed.and_then(|()| session.end(file)).unwrap_err();
    assert_eq!(at(&thrown, "code").as_string().as_deref(), Some("not_a_capture"));
    assert_eq!(at(&thrown, "detail").as_string().as_deref(), Some("html"));
}

#[wasm_bindgen_test]
fn memory_is_told_in_bytes() {
    let pages = session(64).memory() / 65536;
    assert!((1..1024).contains(&pages), "{pages} pages");
}
