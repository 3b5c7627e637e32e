//! Where peers come from, against what the captures hold and what the clients logged.
//!
//! The addresses of every tracker's and DHT node's answer are counted here by a small reader of its own, which knows only what the lab's
//! captures need: Ethernet, IPv4, answers that fit one segment. The lab lies beside the checkout: without it these tests say so and pass.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::analysis::report;

/// An endpoint as the report writes it.
type End = String;

/// What one source named for one torrent: how many addresses in all, and which.
type Listed = BTreeMap<(String, &'static str), (u64, BTreeSet<End>)>;

fn lab(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab").join(name)
}

/// A run of the lab: its capture, our section, and the truth; `None`, and says so, where there is no lab.
fn run(name: &str) -> Option<(Vec<u8>, Value, Value)> {
    let Ok(capture) = std::fs::read(lab(&format!("{name}.pcapng"))) else {
        println!("skipped: {name} is not there");
        return None;
    };
    let truth = serde_json::from_slice(&std::fs::read(lab(&format!("{name}.truth.json"))).unwrap()).unwrap();
    let section = report(name, &capture)["sources"].clone();
    Some((capture, section, truth))
}

/// The UDP datagrams and TCP segments of a pcapng file: protocol, ends, payload.
fn packets(file: &[u8]) -> Vec<(u8, End, End, &[u8])> {
    let word = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    let (mut at, mut packets) = (0, Vec::new());
    while at + 12 <= file.len() {
        if word(at) == 6 {
            let frame = &file[at + 28..at + 28 + word(at + 20)];
            packets.extend(packet(frame));
        }
        at += word(at + 4);
    }
    packets
}

fn packet(frame: &[u8]) -> Option<(u8, End, End, &[u8])> {
    let ip = frame.get(14..).filter(|_| frame[12..14] == [8, 0])?;
    let (head, total) = (usize::from(ip[0] & 15) * 4, usize::from(u16::from_be_bytes([ip[2], ip[3]])));
    let inner = ip.get(head..total)?;
    let end = |host: usize, port: usize| {
        format!("{}.{}.{}.{}:{}", ip[host], ip[host + 1], ip[host + 2], ip[host + 3], u16::from_be_bytes([inner[port], inner[port + 1]]))
    };
    let payload = match ip[9] {
        17 => 8,
        6 => usize::from(inner[12] >> 4) * 4,
        _ => return None,
    };
    Some((ip[9], end(12, 0), end(16, 2), inner.get(payload..)?))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// The bytes behind `key` in a bencoded dictionary, where they are a string.
fn string<'a>(bytes: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let rest = &bytes[find(bytes, key)? + key.len()..];
    let colon = rest.iter().position(|byte| *byte == b':')?;
    let length: usize = std::str::from_utf8(&rest[..colon]).ok()?.parse().ok()?;
    rest.get(colon + 1..colon + 1 + length)
}

fn compact(peers: &[u8]) -> Vec<End> {
    let end = |peer: &[u8]| format!("{}.{}.{}.{}:{}", peer[0], peer[1], peer[2], peer[3], u16::from_be_bytes([peer[4], peer[5]]));
    peers.chunks_exact(6).map(end).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `%xx` and plain signs.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let (mut at, mut out) = (0, Vec::new());
    while at < text.len() {
        let escaped = text[at] == b'%';
        let digits = || u8::from_str_radix(std::str::from_utf8(&text[at + 1..at + 3]).unwrap(), 16).unwrap();
        out.push(if escaped { digits() } else { text[at] });
        at += if escaped { 3 } else { 1 };
    }
    out
}

/// What answers of trackers and DHT nodes list, by their bytes.
fn listed(capture: &[u8]) -> Listed {
    let mut listed = Listed::new();
    let mut asked = BTreeMap::<(End, End, Vec<u8>), String>::new();
    let is_local = |end: &End| end.starts_with("192.168.");
    for (protocol, from, to, payload) in packets(capture) {
        let (asks, answers) = match protocol {
            17 if payload.first() == Some(&b'd') => {
                // Our own reader finds transaction IDs where libtorrent and its like put them, behind the arguments.
                let behind = payload.len().saturating_sub(32);
                let transaction = string(&payload[behind..], b"1:t").unwrap_or_default().to_vec();
                let asks = string(payload, b"9:info_hash").filter(|_| find(payload, b"1:q9:get_peers").is_some());
                let values = find(payload, b"6:valuesl").map(|at| &payload[at + 9..]);
                let peers = values.map(|values| values.chunks_exact(8).take_while(|peer| peer.starts_with(b"6:")).collect::<Vec<_>>());
                let peers = peers.map(|peers| ("dht", peers.iter().flat_map(|peer| compact(&peer[2..])).collect::<Vec<_>>()));
                (asks.map(|hash| (transaction.clone(), hex(hash))), peers.map(|peers| (transaction, peers)))
            }
            17 if payload.len() >= 98 && payload[8..12] == [0, 0, 0, 1] => (Some((payload[12..16].to_vec(), hex(&payload[16..36]))), None),
            17 if payload.len() >= 20 && payload[..4] == [0, 0, 0, 1] => {
                (None, Some((payload[4..8].to_vec(), ("tracker", compact(&payload[20..])))))
            }
            6 if payload.starts_with(b"GET ") => {
                let hash = find(payload, b"info_hash=").map(|at| &payload[at + 10..]);
                let hash = hash.map(|hash| unescaped(hash.split(|byte| b"& ".contains(byte)).next().unwrap()));
                (hash.map(|hash| (Vec::new(), hex(&hash))), None)
            }
            6 if payload.starts_with(b"HTTP/1.") => {
                (None, string(payload, b"5:peers").map(|peers| (Vec::new(), ("tracker", compact(peers)))))
            }
            _ => (None, None),
        };
        if let Some((transaction, hash)) = asks {
            asked.insert((from.clone(), to.clone(), transaction), hash);
        }
        let Some((transaction, (source, peers))) = answers.filter(|_| !is_local(&from) || is_local(&to)) else { continue };
        let Some(hash) = asked.remove(&(to, from, transaction)) else { continue };
        if source == "tracker" || !peers.is_empty() {
            let (received, unique) = listed.entry((hash, source)).or_default();
            *received += peers.len() as u64;
            unique.extend(peers);
        }
    }
    listed.retain(|_, (received, _)| *received > 0);
    listed
}

/// The addresses that a source named for a torrent, as the section lists them.
fn named(section: &Value, hash: &str, source: &str) -> BTreeSet<End> {
    let rows = section["addresses"].as_array().unwrap().iter();
    let of = |row: &&Value| row["info_hash"] == hash && row["sources"].as_array().unwrap().iter().any(|by| by == source);
    rows.filter(of).map(|row| row["endpoint"].as_str().unwrap().to_owned()).collect()
}

fn number(row: &Value, column: &str) -> u64 {
    row[column].as_u64().unwrap_or_else(|| panic!("{column} of {row}"))
}

fn rows<'a>(section: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    section[list].as_array().unwrap().iter()
}

/// What the section says of itself must add up.
fn check_sums(name: &str, section: &Value) {
    for row in rows(section, "sources") {
        let [received, unique, first, elsewhere] = ["received", "unique", "first", "elsewhere"].map(|column| number(row, column));
        let repeated = number(row, "repeated_in_message") + number(row, "repeated_later");
        assert_eq!((received, unique), (unique + repeated, first + elsewhere), "{name}: {row}");
        if let Some(hash) = row["info_hash"].as_str() {
            let source = row["source"].as_str().unwrap();
            assert_eq!(named(section, hash, source).len() as u64, unique, "{name}: {row}");
        } else {
            let of_source = |other: &&Value| other["source"] == row["source"] && !other["info_hash"].is_null();
            for column in ["received", "first", "useful"] {
                let sum: u64 = rows(section, "sources").filter(of_source).map(|row| number(row, column)).sum();
                assert_eq!(sum, number(row, column), "{name}: {column} of {row}");
            }
        }
        if !row["tried"].is_null() {
            let [tried, answered, failed, handshakes, useful] =
                ["tried", "answered", "failed", "handshakes", "useful"].map(|column| number(row, column));
            assert!(unique >= tried && tried == answered + failed && answered >= handshakes && handshakes >= useful, "{name}: {row}");
        }
    }
    for source in ["tracker", "dht", "pex"] {
        let all = rows(section, "sources").find(|row| row["info_hash"].is_null() && row["source"] == source);
        let sum = |list, column| rows(section, list).filter(|row| row["source"] == source).map(|row| number(row, column)).sum::<u64>();
        let expected = all.map_or((0, 0), |row| (number(row, "received"), number(row, "first")));
        assert_eq!((sum("requests", "received"), sum("requests", "new")), expected, "{name}: {source}");
        assert_eq!((sum("hours", "new") + sum("hours", "duplicate"), sum("hours", "new")), expected, "{name}: {source} by hour");
    }
}

/// What libtorrent says of where it has its peers from: a bit a source.
const FLAGS: [(u64, &str); 5] = [(1, "tracker"), (2, "dht"), (4, "pex"), (8, "lsd"), (32, "incoming")];

/// Every peer that a client has from a source must be among those that the source named; answers how many were looked for.
fn check_flags(section: &Value, truth: &Value, clients: &[&str], wrong: &mut Vec<String>) -> usize {
    let mut checked = 0;
    for client in clients {
        for (hash, torrent) in truth["clients"][client]["torrents"].as_object().into_iter().flatten() {
            let names = rows(truth, "torrents").find(|torrent| torrent["info_hash"] == **hash).unwrap();
            let names: BTreeSet<_> = ["info_hash", "info_hash_v1", "info_hash_v2"]
                .iter()
                .filter_map(|key| Some(names[key].as_str()?[..40].to_owned()))
                .collect();
            for (peer, said) in torrent["peers"].as_object().into_iter().flatten() {
                // Who named a peer of an encrypted connection that came by itself cannot be read.
                for (_, source) in FLAGS
                    .iter()
                    .filter(|(flag, source)| number(said, "source") & flag != 0 && (*source != "incoming" || said["rc4"] == false))
                {
                    let named: BTreeSet<_> = names.iter().flat_map(|name| named(section, name, source)).collect();
                    let host = |end: &str| end.rsplit_once(':').unwrap().0.to_owned();
                    // Of a connection that came by itself the client tells the port that it came from, and not the one it was named with.
                    let came = said["outgoing"] == false;
                    let is = named.contains(peer) || came && named.iter().any(|end| host(end) == host(peer));
                    checked += 1;
                    if !is {
                        wrong.push(format!("{client} has {peer} of {hash} from {source}"));
                    }
                }
            }
        }
    }
    checked
}

fn check(name: &str, clients: &[&str]) {
    let Some((capture, section, truth)) = run(name) else { return };
    check_sums(name, &section);
    let told: Listed = rows(&section, "sources")
        .filter_map(|row| {
            let source = ["tracker", "dht"].into_iter().find(|source| row["source"] == *source)?;
            let hash = row["info_hash"].as_str()?.to_owned();
            Some(((hash.clone(), source), (number(row, "received"), named(&section, &hash, source))))
        })
        .collect();
    let listed = listed(&capture);
    assert!(!listed.is_empty(), "{name}: the reader of this test finds answers");
    assert_eq!(told, listed, "{name}");
    let mut wrong = Vec::new();
    let checked = check_flags(&section, &truth, clients, &mut wrong);
    println!("{name}: {} lists, {checked} sources of peers", listed.len());
    assert!(wrong.is_empty() && checked > 0, "{name}: {wrong:#?}");
}

#[test]
fn small() {
    check("small", &["me"]);
}

#[test]
fn swarm() {
    check("swarm", &["me", "p0", "p2", "p3", "p4", "p11"]);
}

#[test]
fn lan() {
    check("lan", &["me"]);
}

#[test]
fn hybrid() {
    check("hybrid", &["me"]);
}

#[test]
fn the_section_is_told_as_text_too() {
    use support::analysis::analyse;
    use swarmscope::base::Limits;
    use swarmscope::session::View;
    let Ok(capture) = std::fs::read(lab("small.pcapng")) else { return };
    let (session, _) = analyse("small", &capture, Limits::default(), || usize::MAX);
    let text = session.text(View::Sources);
    for words in ["all torrents\ntracker: ", "requests:\n", "hours:\n", "silences between messages: ", "failed_contacts_first_try: 1: "] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    let lines = session.csv(View::Sources);
    assert!(lines.starts_with("info_hash,source,messages,received,unique,"), "{lines}");
}
