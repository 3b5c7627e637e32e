//! Connections whose peers speak extensions, from frames to the report: info dictionaries put together, torrents named and joined.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may fail by panicking, and a length that does not fit is a mistake in it"
)]

mod support;

use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use support::frames::{IPV4, TCP, ethernet, ipv4, pcap, tcp};
use swarmscope::base::Limits;
use swarmscope::session::{Session, View};

/// Frames of connections between two hosts, told apart by the originator's port.
#[derive(Default)]
struct Story {
    frames: Vec<Vec<u8>>,
    segment: usize,
}

/// One connection of a story.
struct Connection {
    port: u16,
    sent: [u32; 2],
}

impl Story {
    fn connect(&mut self, port: u16) -> Connection {
        let mut connection = Connection { port, sent: [1000, 5000] };
        for (from, flags) in [(0, 2), (1, 0x12)] {
            self.frame(&connection, from, flags, &[]);
            connection.sent[from] += 1;
        }
        connection
    }

    fn say(&mut self, connection: &mut Connection, from: usize, bytes: &[u8]) {
        for segment in bytes.chunks(if self.segment == 0 { 1400 } else { self.segment }) {
            self.frame(connection, from, 0x18, segment);
            connection.sent[from] += segment.len() as u32;
        }
    }

    fn frame(&mut self, connection: &Connection, from: usize, flags: u8, payload: &[u8]) {
        let hosts = [[10, 0, 0, 1], [10, 0, 0, 2]];
        let ports = [connection.port, 6881];
        let segment = tcp(ports[from], ports[1 - from], connection.sent[from], connection.sent[1 - from], flags, payload);
        self.frames.push(ethernet(IPV4, &ipv4(TCP, hosts[from], hosts[1 - from], &segment)));
    }

    fn report(&self, limits: Limits) -> Value {
        let mut session = Session::new(limits);
        let file = session.add_file("story.pcap", None);
        session.push(file, &pcap(&self.frames)).unwrap();
        session.end(file).unwrap();
        session.finish();
        serde_json::from_str(&session.json(View::Report).unwrap()).unwrap()
    }
}

fn handshake(info_hash: &[u8], peer_id: &[u8; 20]) -> Vec<u8> {
    [b"\x13BitTorrent protocol", &[0, 0, 0, 0, 0, 0x10, 0, 5][..], &info_hash[..20], peer_id].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 1).to_be_bytes()[..], &[kind], body].concat()
}

fn extended(number: u8, payload: &[u8]) -> Vec<u8> {
    message(20, &[&[number], payload].concat())
}

fn piece(index: u32, begin: u32, length: usize) -> Vec<u8> {
    message(7, &[&index.to_be_bytes()[..], &begin.to_be_bytes(), &vec![7; length]].concat())
}

/// A hybrid of one file of two pieces and a half, and a comment that makes its info dictionary longer than one message holds.
fn hybrid() -> Vec<u8> {
    let (hashes, root, padding) = ("h".repeat(60), "r".repeat(32), "x".repeat(17_000));
    format!(
        "d9:file treed5:a.bind0:d6:lengthi40960e11:pieces root32:{root}eee6:lengthi40960e12:meta versioni2e4:name5:a.bin\
         12:piece lengthi16384e6:pieces60:{hashes}7:privatei1e1:z17000:{padding}e"
    )
    .into_bytes()
}

fn data(number: u8, index: usize, dictionary: &[u8]) -> Vec<u8> {
    let header = format!("d8:msg_typei1e5:piecei{index}e10:total_sizei{}ee", dictionary.len());
    extended(number, &[header.as_bytes(), dictionary.chunks(1 << 14).nth(index).unwrap()].concat())
}

const ONE: &[u8; 20] = b"-qB4650-abcdefghijkl";
const OTHER: &[u8; 20] = b"-TR4040-mnopqrstuvwx";

/// One piece goes by under the first name, then the info dictionary and another piece under the second, then one more under the first.
fn two_names(story: &mut Story) -> (String, String) {
    let dictionary = hybrid();
    let (v1, v2) = (Sha1::digest(&dictionary), Sha256::digest(&dictionary));
    let mut first = story.connect(1001);
    for (from, id) in [(0, ONE), (1, OTHER)] {
        story.say(&mut first, from, &handshake(&v1, id));
    }
    story.say(&mut first, 1, &[piece(0, 0, 16384), piece(1, 0, 8192)].concat());
    let mut second = story.connect(1002);
    for (from, id, m) in [(0, ONE, &b"d1:md11:ut_metadatai3e6:ut_pexi1eee"[..]), (1, OTHER, b"d1:md11:ut_metadatai9eee")] {
        story.say(&mut second, from, &[handshake(&v2, id), extended(0, m)].concat());
    }
    for index in 0..2 {
        story.say(&mut second, 0, &extended(9, format!("d8:msg_typei0e5:piecei{index}ee").as_bytes()));
        story.say(&mut second, 1, &data(3, index, &dictionary));
    }
    story.say(&mut second, 1, &extended(1, b"d5:added6:\x0a\0\0\x03\x1a\xe17:added.f1:\x10e"));
    story.say(&mut second, 1, &piece(1, 8192, 8192));
    story.say(&mut first, 1, &piece(2, 0, 8192));
    (v1.iter().map(|byte| format!("{byte:02x}")).collect(), v2.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[test]
fn a_hybrid_is_one_torrent_under_both_names() {
    let mut story = Story::default();
    let (v1, v2) = two_names(&mut story);
    let report = story.report(Limits::default());
    let torrents = report["download"]["torrents"].as_array().unwrap();
    assert_eq!(torrents.len(), 1, "{torrents:#?}");
    let torrent = &torrents[0];
    for (key, value) in [
        ("info_hash", json!(v1)),
        ("info_hash_v2", json!(v2)),
        ("name", json!("a.bin")),
        ("piece_length", json!(16384)),
        ("piece_count", json!(3)),
        ("total_size", json!(40960)),
        ("private", json!(true)),
        ("metadata_source", json!("ut_metadata")),
        ("files", json!([{ "path": "a.bin", "length": 40960, "offset": 0, "pieces_root": "72".repeat(32) }])),
    ] {
        assert_eq!(torrent[key], value, "{key}");
    }
    let pieces: Vec<_> = torrent["pieces"].as_array().unwrap().iter().map(|piece| (&piece["index"], &piece["bytes"])).collect();
    assert_eq!(format!("{pieces:?}"), "[(Number(0), Number(16384)), (Number(1), Number(16384)), (Number(2), Number(8192))]");
    assert_eq!(torrent["pieces"][1]["contributors"], json!([{ "endpoint": "10.0.0.2:6881", "bytes": 16384 }]));
    assert_eq!(report["findings"], json!([]));
}

#[test]
fn extension_messages_count_twice_and_bytes_once_in_any_segments() {
    for segment in [0, 1, 7, 1000] {
        let mut story = Story { segment, ..Story::default() };
        two_names(&mut story);
        let report = story.report(Limits::default());
        assert_eq!(
            report["messages"],
            json!({
                "peer_wire": { "handshake": 4, "extended": 7, "piece": 4 },
                "ut_metadata": { "request": 2, "data": 2 },
                "ut_pex": { "pex": 1 },
            })
        );
        assert_eq!((&report["coverage"]["resynchronised"], &report["coverage"]["lost"]), (&json!(0), &json!(0)));
    }
}

#[test]
fn a_lost_segment_costs_the_info_dictionary_and_not_the_count() {
    let mut story = Story::default();
    let (v1, _) = two_names(&mut story);
    let full = story.frames.iter().rposition(|frame| frame.ends_with(b"xxxx") && frame.len() > 1400).unwrap();
    story.frames.remove(full);
    let report = story.report(Limits::default());
    assert_eq!(report["messages"]["ut_metadata"], json!({ "request": 2, "data": 2 }));
    assert_eq!(report["messages"]["peer_wire"]["piece"], 4);
    let torrents = report["download"]["torrents"].as_array().unwrap();
    assert_eq!((torrents.len(), &torrents[0]["info_hash"], &torrents[0]["name"]), (2, &json!(v1), &Value::Null));
}

#[test]
fn what_peers_forge_is_told() {
    let dictionary = hybrid();
    let codes = |info_hash: &[u8], message: Vec<u8>| {
        let mut story = Story::default();
        let mut connection = story.connect(1001);
        let hello = extended(0, b"d1:md11:ut_metadatai3e6:ut_pexi1eee");
        story.say(&mut connection, 0, &[handshake(info_hash, ONE), hello].concat());
        story.say(&mut connection, 1, &[handshake(info_hash, OTHER), message].concat());
        let report = story.report(Limits { metadata_bytes: 30_000, ..Limits::default() });
        let findings: Vec<_> = report["findings"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect();
        findings.join(" ")
    };
    let both = [data(3, 0, &dictionary), data(3, 1, &dictionary)].concat();
    assert_eq!(codes(&Sha1::digest(&dictionary), both.clone()), "");
    assert_eq!(codes(&[9; 20], both), "metadata_mismatch");
    assert_eq!(codes(&Sha1::digest(b"de"), data(3, 0, b"de")), "metadata_malformed");
    assert_eq!(codes(&[9; 20], data(3, 0, &vec![0; 30_001])), "limit_metadata");
    assert_eq!(codes(&[9; 20], extended(3, b"d8:msg_typei1e5:piecei5e10:total_sizei5eehello")), "extension_malformed");
    assert_eq!(codes(&[9; 20], extended(1, b"d5:added5:helloe")), "extension_malformed");
}

#[test]
fn no_flipped_byte_and_no_cut_does_harm() {
    let mut story = Story { segment: 700, ..Story::default() };
    two_names(&mut story);
    let payload = |frames: &[Vec<u8>]| frames.iter().map(|frame| frame.len() as u64 - 54).sum::<u64>();
    for seed in 0_usize..300 {
        let mut broken = Story { frames: story.frames.clone(), segment: 0 };
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        for _ in 0..1 + seed % 4 {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let at = state >> 33;
            let frame = at % broken.frames.len();
            if let [_, .., last] = broken.frames[frame].as_mut_slice().get_mut(54..).unwrap_or_default() {
                *last ^= 1 << (at % 8);
            }
            let place = 54 + (state >> 20) % 700;
            if let Some(byte) = broken.frames[frame].get_mut(place) {
                *byte = (state >> 40) as u8;
            }
        }
        let coverage = &broken.report(Limits::default())["coverage"];
        let sum: u64 = coverage.as_object().unwrap().values().map(|bytes| bytes.as_u64().unwrap()).sum();
        assert!(sum <= payload(&broken.frames), "{seed}");
    }
}
