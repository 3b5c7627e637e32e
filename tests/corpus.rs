//! Captures by many other programs: what TShark counts in them, and captures without BitTorrent, in which nothing may be found.
//!
//! The corpus lies beside the checkout and is not part of the repository: without it this test says so and passes. Its index holds TShark's
//! counts and those of a reference reader, which tells TCP from uTP. Every difference is in [`DIFFERENCES`], with its reason.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::analysis::{analyse, json};
use swarmscope::base::Limits;

/// Handshakes, pieces and DHT messages.
type Counts = [u64; 3];

/// What TShark counts in a file of the index.
fn of_tshark(entry: &Value) -> Counts {
    [&entry["tshark4_handshakes"], &entry["tshark4_pieces"], &entry["tshark4_frames"]["dht"]].map(|count| count.as_u64().unwrap())
}

/// What the report counts.
fn of_ours(report: &Value) -> Counts {
    let count = |protocol: &str, name: &str| report["messages"][protocol][name].as_u64().unwrap_or(0);
    let dht = count("dht", "query") + count("dht", "response") + count("dht", "error");
    [count("peer_wire", "handshake"), count("peer_wire", "piece"), dht]
}

#[test]
fn nothing_is_missed_and_nothing_invented() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(index) = std::fs::read(corpus.join("index.json")) else {
        println!("skipped: no corpus here ({})", corpus.display());
        return;
    };
    let index: Value = serde_json::from_slice(&index).unwrap();
    let mut wrong = Vec::new();
    let mut told = 0;
    for entry in index["files"].as_array().unwrap() {
        let name = entry["file"].as_str().unwrap();
        let bytes = std::fs::read(corpus.join(name)).unwrap();
        let begun = Instant::now();
        let (session, _) = analyse(name, &bytes, Limits::default(), || usize::MAX);
        assert!(begun.elapsed() < Duration::from_secs(20), "{name} takes too long");
        let report = json(&session);
        let found = of_ours(&report);
        let known = DIFFERENCES.iter().find(|(end, ..)| name.ends_with(end));
        told += usize::from(known.is_some());
        let without = if entry["category"] == "bittorrent" { (of_tshark(entry), "TShark") } else { ([0; 3], "nothing") };
        let (expected, what) = known.map_or(without, |(_, expected, _)| (*expected, "the table of differences"));
        if known.is_some() && expected == without.0 {
            wrong.push(format!("{name}: its row explains no difference"));
        }
        if found != expected {
            wrong.push(format!("{name}: {found:?}, {what} says {expected:?}"));
        }
        let peers = report["peers"]["nodes"].as_array().unwrap().len();
        let torrents = report["download"]["torrents"].as_array().unwrap().len();
        if found == [0; 3] && peers + torrents > 0 {
            wrong.push(format!("{name}: {peers} nodes and {torrents} torrents of no message"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(told, DIFFERENCES.len(), "every difference is of one file");
}

/// The files in which we count something else than TShark, by the end of their name: our handshakes, pieces and DHT messages, and why.
///
/// Read packet by packet, with TShark 4.0.17. TShark counts frames in which a DHT message stands, also inside an ICMP error.
const DIFFERENCES: &[(&str, Counts, &str)] = &[
    ("unit_tests/pcaps/capture2.pcap", [0, 0, 12], "two packets stand in the file twice, at the same time, and count once"),
    ("odovzdavka/pcaps/em1smaller1.pcapng", [20, 23, 691], "over uTP: as many as the reference reader finds, where TShark counts 25 and 4"),
    ("tests/pcap/bt-udp.pcap", [0, 0, 3], "frame 3 is a response that begins with a `q`: TShark goes by the first key"),
    ("tests/pcap/ip-boundaries.pcap", [0, 0, 1], "not listed as BitTorrent, but its one packet is a find_node from 255.255.255.255"),
    (
        "unit_tests/pcaps/bittorrent.pcap",
        [2, 22, 5],
        "22 headers of requested blocks stand inside segments after a loss: TShark has lost its place",
    ),
    ("peer-to-peer-protocols/BITTORRENT.pcap", [2, 22, 0], "the same connection"),
    ("default/pcap/bittorrent.pcap", [41, 40, 0], "40 headers of requested blocks inside segments after a loss"),
    ("360BitScoping/pcaps/small_torrent.pcap", [16, 2, 160], "5 DHT queries are quoted in ICMP errors"),
    ("360BitScoping/recovered/6.93k.pcap", [4, 1, 90], "one DHT query is quoted in an ICMP error"),
    (
        "recovered/in_the_middle.partial.pcap",
        [9, 43, 30],
        "over uTP the reference reader finds 17 pieces, without the connection whose beginning is missing; a DHT query in an ICMP error",
    ),
    ("default/pcap/bittorrent_utp.pcap", [2, 2, 3], "the header of a piece stands inside a packet of uTP"),
    (
        "capturas/small_bit_torrent.pcap",
        [34, 68, 148],
        "30 handshakes over uTP, as the reference reader. It cannot read connections that were open before: 63 of their 68 blocks end where \
         the next message begins, one begins where the block before it ends, three were asked for, and the header of one, in frame 660, was \
         read by hand",
    ),
    ("true-positive/mippo.pcap", [2, 3, 1], "the DHT query is quoted in an ICMP error too"),
    (
        "peer-to-peer-protocols/BitTorrent.Transfer1.cap",
        [9, 0, 0],
        "two of the handshakes are on ports that TShark takes for other protocols'",
    ),
    ("ipv6-and-tunneling-mechanism/6in4.pcap.gz", [1, 0, 0], "the handshake behind a key exchange that ends in plain text"),
];
