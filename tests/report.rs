//! Small captures and the report of each, which lies beside it: `NAME.pcap` and `NAME.json`. `UPDATE_GOLDEN=1` writes the reports anew.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use support::analysis::{analyse, captures, captures_folder, json, recognised, report};
use support::dice::Dice;
use swarmscope::base::{Endpoint, Limits};
use swarmscope::capture::{Reader, Step};
use swarmscope::decode::{Decoded, Decoder, Packet, Place, Transport};

/// Holds everything against one capture that must be true of any.
fn check(name: &str, bytes: &[u8]) {
    let found = report(name, bytes);
    check_golden(&captures_folder().join(Path::new(name).with_extension("json")), &found);
    assert_eq!(report(name, bytes), found, "{name}: a second run");
    let mut dice = Dice::new(7);
    for (shortest, longest) in [(1, 1), (7, 7), (4096, 4096), (1, 3000)] {
        let chunk = || shortest + dice.below(longest - shortest + 1);
        let (session, _) = analyse(name, bytes, Limits::default(), chunk);
        assert_eq!(json(&session), found, "{name}: in chunks of {shortest} to {longest} bytes");
        let one_by_one = serde_json::to_string(&session.sections()).unwrap();
        assert_eq!(one_by_one, serde_json::to_string(&session.report()).unwrap(), "{name}: section by section");
    }
    let mut renamed = report("another name.txt", bytes);
    assert_eq!(renamed["capture"]["files"][0]["name"], "another name.txt");
    renamed["capture"]["files"][0]["name"] = name.into();
    assert_eq!(renamed, found, "{name}: under another name");
    assert_eq!(recognised(&found), payload(bytes), "{name}: every byte is in one share");
    let frames = found["capture"]["frames"].as_u64().unwrap();
    for finding in found["findings"].as_array().unwrap() {
        let in_file = |frame: &Value| (1..=frames).contains(&frame.as_u64().unwrap());
        assert!(finding["frames"].as_array().unwrap().iter().all(in_file), "{name}: {finding}");
    }
}

/// Compares a report with the one on disk; with `UPDATE_GOLDEN=1` writes it there.
fn check_golden(path: &Path, found: &Value) {
    let found = serde_json::to_string_pretty(&shortened(found)).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return std::fs::write(path, found).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    let differs = |(_, (golden, found)): &(usize, (Option<&str>, Option<&str>))| golden != found;
    let most = golden.lines().count().max(found.lines().count());
    let lines = |text| std::iter::Iterator::chain(str::lines(text).map(Some), std::iter::repeat(None));
    if let Some((line, (golden, found))) = (1..=most).zip(lines(&golden).zip(lines(&found))).find(differs) {
        panic!("{}:{line}: expected {golden:?}, found {found:?}", path.display());
    }
}

/// The same, with every long list of numbers as one text, in which "9*0" stands for nine times 0.
fn shortened(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), shortened(field))).collect(),
        Value::Array(list) if list.len() > 16 && list.iter().all(Value::is_number) => {
            let runs = list.chunk_by(|one, next| one == next);
            let run = |run: &[Value]| if run.len() == 1 { run[0].to_string() } else { format!("{}*{}", run.len(), run[0]) };
            runs.map(run).collect::<Vec<_>>().join(" ").into()
        }
        Value::Array(list) => list.iter().map(shortened).collect(),
        other => other.clone(),
    }
}

/// Payload bytes of a capture's BitTorrent flows, from its packets alone: what each side of a connection sent from its first to its last
/// byte, and the datagrams that are bencoded dictionaries, local announcements or a tracker's; with a tracker also over HTTP.
fn payload(bytes: &[u8]) -> u64 {
    let mut sides = BTreeMap::<(Endpoint, Endpoint), (u64, u64)>::new();
    let mut of_torrents = Vec::new();
    let mut of_trackers = Vec::new();
    let mut datagrams = 0;
    packets(bytes, |packet| {
        let length = packet.payload.len() as u64 + u64::from(packet.cut_short);
        let ends = (packet.source, packet.destination);
        match packet.transport {
            Transport::Udp if is_dht(packet.payload) || packet.payload.starts_with(b"BT-SEARCH") => datagrams += length,
            Transport::Udp if packet.payload.starts_with(TRACKER_MAGIC) || of_trackers.contains(&ends) => {
                of_trackers.extend([ends, (ends.1, ends.0)]);
                datagrams += length;
            }
            Transport::Tcp { sequence, syn, .. } => {
                let first = u64::from(sequence) + u64::from(syn);
                let (begin, end) = sides.entry(ends).or_insert((first, first));
                // What carries nothing may stand behind a FIN, which has a number too.
                let last = if length > 0 { first + length } else { *end };
                (*begin, *end) = ((*begin).min(first), (*end).max(last));
                let begins = [&b"\x13BitTorrent"[..], &[0, 0, 0, 13, 6], b"GET /announce?"];
                if begins.iter().any(|begin| packet.payload.starts_with(begin)) {
                    of_torrents.extend([ends, (ends.1, ends.0)]);
                }
            }
            Transport::Udp => {}
        }
    });
    sides.iter().filter(|(ends, _)| of_torrents.contains(ends)).map(|(_, (begin, end))| end - begin).sum::<u64>() + datagrams
}

/// What begins the first request to a tracker over UDP.
const TRACKER_MAGIC: &[u8] = &[0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80];

/// A dictionary with a `y`, which only the messages of the DHT are.
fn is_dht(payload: &[u8]) -> bool {
    payload.starts_with(b"d") && payload.windows(5).any(|key| key == b"1:y1:")
}

fn packets(bytes: &[u8], mut each: impl FnMut(&Packet<'_>)) {
    let (mut reader, mut decoder) = (Reader::new(&Limits::default()), Decoder::new(&Limits::default()));
    let mut rest = bytes;
    loop {
        let used = match reader.next(rest, true).unwrap() {
            Step::Frame { used, frame } => {
                if let Some(Decoded::Packet(packet)) = decoder.next(&frame, &mut Place::default()) {
                    each(&packet);
                }
                used
            }
            Step::Skip { used, .. } => used,
            Step::More { .. } | Step::End { .. } => return,
        };
        rest = &rest[used..];
    }
}

#[test]
fn every_capture_gives_its_report() {
    let captures = captures();
    assert!(captures.len() >= 7);
    captures.iter().for_each(|(name, bytes)| check(name, bytes));
}

#[test]
fn every_capture_says_where_it_is_from() {
    let sources = std::fs::read_to_string(captures_folder().join("SOURCES.md")).unwrap();
    for (name, bytes) in captures() {
        let row = sources.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        assert!(row.is_some_and(|row| row.split('|').filter(|cell| cell.trim().len() > 3).count() >= 4), "{name} has no row in SOURCES.md");
        assert!(bytes.len() < 1 << 20, "{name} is too large for the repository");
    }
}
