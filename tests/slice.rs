//! Slices of captures, read again: what they must tell is what the whole tells.
//!
//! The lab lies beside the checkout and is not part of the repository, and TShark need not be there: what needs either says so and passes.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::analysis::{capture as stored, captures, feed, recognised, report};
use support::frames::{self, Order};
use support::layers::{Timed, WRAPPINGS, capture, fragments, packets};
use swarmscope::base::pseudonyms::Pseudonyms;
use swarmscope::base::{Endpoint, Limits};
use swarmscope::capture::{Reader, Step};
use swarmscope::decode::{Decoded, Decoder, Place};
use swarmscope::report::events::EventQuery;
use swarmscope::report::slice::{SliceQuery, SliceSummary};
use swarmscope::session::Slice;

/// A slice of files that are read as one.
fn slice_of(files: &[&[u8]], query: &SliceQuery, names: Option<Pseudonyms>, chunk: usize) -> (Vec<u8>, SliceSummary) {
    let limits = Limits::default();
    let mut choosing = Slice::<Vec<u8>>::choosing(query, limits.clone()).unwrap();
    (0..files.len()).for_each(|file| assert_eq!(choosing.add_file(&format!("file {file}"), None), file));
    feed(&mut choosing, files, || chunk);
    let mut slice = Slice::writing(query, choosing.into_observer(), limits.clone(), names, Vec::new());
    (0..files.len()).for_each(|file| assert_eq!(slice.reading().add_file(&format!("file {file}"), None), file));
    feed(slice.reading(), files, || chunk);
    let summary = slice.summary();
    let file = std::mem::take(slice.output());
    assert_eq!(summary.bytes, file.len() as u64);
    (file, summary)
}

fn slice(bytes: &[u8], query: &SliceQuery) -> (Vec<u8>, SliceSummary) {
    slice_of(&[bytes], query, None, 1 << 20)
}

/// A question without comments, which are findings of whoever reads the slice.
fn quiet(events: EventQuery) -> SliceQuery {
    SliceQuery { events, findings: false, numbers: false, ..SliceQuery::default() }
}

fn of_torrent(hash: &str) -> EventQuery {
    EventQuery { torrent: Some(hash.to_owned()), ..EventQuery::default() }
}

/// The captures of the lab that are there.
fn lab(names: &[&str]) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab");
    let read = |name: &&str| std::fs::read(folder.join(format!("{name}.pcapng"))).map(|bytes| ((*name).to_owned(), bytes));
    let found: Vec<_> = names.iter().filter_map(|name| read(name).ok()).collect();
    if found.len() < names.len() {
        println!("skipped: captures that are not in {}", folder.display());
    }
    found
}

/// What differs between two values, a path each.
fn differences(path: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                let (left, right) = (one.get(key).unwrap_or(&Value::Null), other.get(key).unwrap_or(&Value::Null));
                differences(&format!("{path}.{key}"), left, right, found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).enumerate().for_each(|(at, (one, other))| differences(&format!("{path}[{at}]"), one, other, found));
        }
        _ if one == other => {}
        _ => {
            let short = |value: &Value| value.to_string().chars().take(160).collect::<String>();
            found.push(format!("{path}: {} / {}", short(one), short(other)));
        }
    }
}

/// Two reports without what tells of the files.
fn differ(one: &Value, other: &Value) -> Vec<String> {
    let mut found = Vec::new();
    differences("", one, other, &mut found);
    found.retain(|path| !path.starts_with(".capture."));
    found
}

#[test]
fn a_slice_of_everything_tells_the_same() {
    for (name, bytes) in captures().into_iter().chain(lab(&["small", "utp", "mse", "lan", "webseed"])) {
        let (sliced, summary) = slice(&bytes, &quiet(EventQuery::default()));
        let (mut whole, again) = (report(&name, &bytes), report(&name, &sliced));
        // What a capture says of itself is not in a slice without comments.
        whole["findings"].as_array_mut().unwrap().retain(|finding| finding["code"] != "comment");
        assert_eq!(differ(&whole, &again), Vec::<String>::new(), "{name}");
        assert_eq!(summary.frames, whole["capture"]["frames"].as_u64().unwrap(), "{name}");
    }
}

/// What rests on the bytes of blocks that are in the capture: sums of them, and which pieces a peer had by what it was seen to get.
const OF_BYTES: &[&str] = &[
    "bytes",
    "rate",
    "loaded",
    "speed",
    "useful",
    "progress",
    "complete",
    "confirmed",
    "availability",
    ".coverage.decoded",
    ".coverage.truncated",
    ".findings",
    ".traffic",
    ".hosts",
    ".overview",
];

#[test]
fn without_payload_messages_are_still_counted() {
    for (name, bytes) in captures().into_iter().chain(lab(&["small", "utp", "mse", "lan", "loss"])) {
        let query = SliceQuery { cut_payload: true, ..quiet(EventQuery::default()) };
        let (sliced, summary) = slice(&bytes, &query);
        let (whole, again) = (report(&name, &bytes), report(&name, &sliced));
        let mut found = differ(&whole, &again);
        found.retain(|line| !OF_BYTES.iter().any(|part| line.split(':').next().unwrap().contains(part)));
        assert_eq!(found, Vec::<String>::new(), "{name}");
        assert_eq!(recognised(&whole), recognised(&again), "{name}: every byte is in the account");
        let cut = again["coverage"]["truncated"].as_u64().unwrap() - whole["coverage"]["truncated"].as_u64().unwrap();
        assert!(cut <= summary.cut_bytes, "{name}");
        // What is left of blocks stands before something else in its frame, or was held when it was read.
        let blocks = whole["coverage"]["decoded"].as_u64().unwrap();
        assert!(cut * 10 >= blocks * 9 || !["small", "utp", "loss", "midstream.pcap"].contains(&&*name), "{name}: {cut} of {blocks}");
    }
}

/// The rows of a section that are about a torrent, without what changes with the frames around: their numbers, and those of streams.
fn about(report: &Value, section: &str, torrent: &str) -> Value {
    let rows = report.pointer(section).unwrap().as_array().unwrap().iter();
    let rows = rows.filter(|row| row["info_hash"] == torrent);
    Value::Array(rows.map(without_numbers).collect())
}

fn without_numbers(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(key, _)| !key.contains("frame") && *key != "flow" && *key != "flows");
            kept.map(|(key, value)| (key.clone(), without_numbers(value))).collect()
        }
        Value::Array(values) => values.iter().map(without_numbers).collect(),
        Value::String(text) if text.contains("frame ") => {
            text.split("frame ").map(|part| part.trim_start_matches(char::is_numeric)).collect()
        }
        value => value.clone(),
    }
}

/// What differs although all that names the torrent is in its slice, by the frames of others: a tracker goes by the longest URL that anybody
/// named it by, and a hybrid torrent's peer may have been named by its other hash.
const BY_OTHERS: &[&str] = &[".origin", ".trackers[0]", "].first_seen"];

#[test]
fn a_slice_of_a_torrent_tells_the_same_of_it() {
    for (name, bytes) in lab(&["small", "lan", "utp", "ipv6", "hybrid", "webseed", "loss"]) {
        let whole = report(&name, &bytes);
        for torrent in whole["download"]["torrents"].as_array().unwrap().iter().map(|row| row["info_hash"].as_str().unwrap()) {
            let (sliced, summary) = slice(&bytes, &quiet(of_torrent(torrent)));
            assert!(summary.frames < whole["capture"]["frames"].as_u64().unwrap() && summary.findings.is_empty());
            let again = report(&name, &sliced);
            let mut found = Vec::new();
            for section in [
                "/download/torrents",
                "/swarm/torrents",
                "/connections",
                "/encrypted_flows",
                "/torrents",
                "/web_seeds",
                "/requests/by_torrent",
            ] {
                differences(section, &about(&whole, section, torrent), &about(&again, section, torrent), &mut found);
            }
            found.retain(|line| !BY_OTHERS.iter().any(|part| line.split(':').next().unwrap().ends_with(part)));
            assert_eq!(found, Vec::<String>::new(), "{name}, {torrent}");
        }
    }
}

#[test]
fn a_slice_of_a_connection_or_a_host_holds_all_of_it() {
    for (name, bytes) in lab(&["small", "utp"]) {
        let whole = report(&name, &bytes);
        for row in whole["connections"].as_array().unwrap() {
            let query = quiet(EventQuery { flow: row["flow"].as_u64(), ..EventQuery::default() });
            let again = report(&name, &slice(&bytes, &query).0);
            let rows = again["connections"].as_array().unwrap();
            let alike = |of: &&Value| {
                ["originator", "responder", "transport", "first_seen", "last_seen", "ended"].iter().all(|key| of[*key] == row[*key])
            };
            let same = rows.iter().find(alike).unwrap_or_else(|| panic!("{name}: {row} / {rows:?}"));
            assert_eq!((&same["sent"], &same["received"]), (&row["sent"], &row["received"]), "{name}");
        }
        for row in whole["hosts"].as_array().unwrap() {
            let query = quiet(EventQuery { host: row["address"].as_str().map(str::to_owned), ..EventQuery::default() });
            let again = report(&name, &slice(&bytes, &query).0);
            let same = again["hosts"].as_array().unwrap().iter().find(|other| other["address"] == row["address"]);
            for key in ["sent", "received", "first_time", "last_time", "clients", "tcp", "utp"] {
                assert_eq!(same.unwrap()[key], row[key], "{name}, {}: {key}", row["address"]);
            }
        }
    }
}

/// The frames of a pcapng file: nanoseconds, link type, bytes and length on the wire.
fn frames_in(file: &[u8]) -> Vec<(i64, u32, Vec<u8>, u32)> {
    let (mut reader, mut rest, mut frames) = (Reader::new(&Limits::default()), file, Vec::new());
    loop {
        let used = match reader.next(rest, true).unwrap() {
            Step::Frame { used, frame } => {
                frames.push((frame.time.nanos(), frame.link_type.0, frame.bytes.to_vec(), frame.original_len));
                used
            }
            Step::Skip { used, finding } => {
                assert_eq!(finding, None);
                used
            }
            Step::More { .. } => panic!("the file is whole"),
            Step::End { finding } => {
                assert_eq!(finding, None);
                return frames;
            }
        };
        rest = &rest[used..];
    }
}

fn of_protocol(protocol: &str) -> EventQuery {
    EventQuery { protocol: Some(protocol.to_owned()), ..EventQuery::default() }
}

#[test]
fn every_link_type_and_tunnel_stays_as_it_was() {
    for (name, protocol) in [("dht.pcap", "dht"), ("reordered.pcap", "peer_wire")] {
        let packets = packets(&stored(name));
        for (link_type, wrap, what) in WRAPPINGS {
            let wrapped: Vec<Timed> = packets.iter().map(|packet| Timed { time: packet.time, bytes: wrap(&packet.bytes) }).collect();
            let file = capture(*link_type, &wrapped);
            let (sliced, summary) = slice(&file, &quiet(of_protocol(protocol)));
            let frames = frames_in(&sliced);
            assert_eq!(summary.frames, frames.len() as u64);
            if protocol == "peer_wire" {
                assert_eq!(frames.len(), wrapped.len(), "{what}: a stream is taken whole");
            }
            for (_, link, bytes, _) in &frames {
                assert_eq!(*link, link_type & 0xffff, "{what}");
                assert!(wrapped.iter().any(|frame| frame.bytes == *bytes), "{what}");
            }
            let (whole, again) = (report(name, &file), report(name, &sliced));
            assert_eq!(whole["messages"][protocol], again["messages"][protocol], "{what}");
        }
    }
}

#[test]
fn all_fragments_of_a_wanted_packet_are_taken() {
    let packets = packets(&stored("dht.pcap"));
    let mut frames = Vec::new();
    for (number, packet) in (1..).zip(&packets) {
        let parts = fragments(number, &packet.bytes, 3, 0);
        frames.extend(parts.into_iter().map(|part| Timed { time: packet.time, bytes: frames::ethernet(frames::IPV4, &part) }));
    }
    let file = capture(1, &frames);
    let whole = report("fragments", &file);
    for query in [quiet(of_protocol("dht")), SliceQuery { cut_payload: true, ..quiet(of_protocol("dht")) }] {
        let (sliced, _) = slice(&file, &query);
        assert_eq!(report("slice", &sliced)["messages"]["dht"], whole["messages"]["dht"]);
        assert!(frames_in(&sliced).len().is_multiple_of(3));
    }
}

#[test]
fn frames_are_taken_by_their_numbers_and_told_by_them() {
    let bytes = stored("dht.pcap");
    let all = frames_in(&slice(&bytes, &quiet(EventQuery::default())).0);
    let query = SliceQuery { frames: vec![(2, 2), (4, 6), (900, 901)], ..SliceQuery::default() };
    let (sliced, summary) = slice(&bytes, &query);
    assert_eq!(frames_in(&sliced), [&all[1..2], &all[3..6]].concat());
    assert_eq!(summary.frames, 4);
    let text = String::from_utf8_lossy(&sliced);
    for number in [2, 4, 5, 6] {
        assert!(text.contains(&format!("frame {number} of the capture")), "{number}");
    }
    assert!(!text.contains("frame 3 of") && text.contains("Swarmscope"));
    // What was wrong with a frame is said of it.
    let mut damaged = bytes.clone();
    damaged[24 + 16 + 24] ^= 1;
    let text = slice(&damaged, &SliceQuery::default()).0;
    assert!(String::from_utf8_lossy(&text).contains("checksum_wrong: "));
    // What is read in other chunks is the same.
    assert_eq!(slice_of(&[&bytes], &query, None, 7).0, sliced);
}

#[test]
fn nanoseconds_and_several_files_are_kept() {
    let order = Order::Big;
    let file = |link: u16, times: &[u64]| {
        let packets = times.iter().map(|time| frames::enhanced(order, 0, *time, 99, b"frame"));
        let interface = frames::interface(order, link, 0, &[frames::resolution(order, 9)]);
        [frames::section(order), interface].into_iter().chain(packets).collect::<Vec<_>>().concat()
    };
    let files = [file(1, &[1_000_000_001, 3_000_000_003]), file(101, &[2_000_000_002]), file(1, &[4_000_000_004])];
    let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    let (sliced, _) = slice_of(&files, &quiet(EventQuery::default()), None, 1000);
    let expected = [(1_000_000_001, 1), (2_000_000_002, 101), (3_000_000_003, 1), (4_000_000_004, 1)];
    assert_eq!(frames_in(&sliced), expected.map(|(time, link)| (time, link, b"frame".to_vec(), 99)));
    let text = String::from_utf8_lossy(&sliced);
    assert!((0..3).all(|file| text.contains(&format!("file {file}"))), "an interface for each file");
}

#[test]
fn nothing_panics_on_the_prefixes_of_a_capture() {
    let stored = stored("dht.pcap");
    let long = &packets_only(20_000);
    for (bytes, step) in [(&stored[..], 5), (long, 331)] {
        for end in (0..bytes.len()).step_by(step) {
            let query = SliceQuery { cut_payload: true, events: of_protocol("peer_wire"), ..SliceQuery::default() };
            let whole = SliceQuery::default();
            for (query, names) in [(&query, None), (&whole, None), (&whole, Some(Pseudonyms::new(&[1; 32])))] {
                let (sliced, summary) = slice_of(&[&bytes[..end]], query, names, 1 << 20);
                assert_eq!(frames_in(&sliced).len() as u64, summary.frames);
            }
        }
    }
}

/// The beginning of a capture of peers.
fn packets_only(bytes: usize) -> Vec<u8> {
    stored("reordered.pcap")[..bytes].to_vec()
}

#[test]
fn under_pseudonyms_nobody_is_named() {
    for (name, bytes) in captures().into_iter().chain(lab(&["small", "ipv6", "utp"])) {
        let mut pseudonyms = Pseudonyms::new(&[9; 32]);
        let (sliced, summary) = slice_of(&[&bytes], &SliceQuery::default(), Some(Pseudonyms::new(&[9; 32])), 1 << 20);
        let frames = frames_in(&sliced);
        assert!(frames.len() as u64 == summary.frames && summary.frames > 0);
        let (addresses, macs) = told(&bytes);
        assert!(!addresses.is_empty());
        let hidden = addresses.iter().filter(|address| pseudonyms.address(**address) != **address);
        let hidden: Vec<Vec<u8>> = hidden
            .map(|address| match address {
                std::net::IpAddr::V4(address) => address.octets().to_vec(),
                std::net::IpAddr::V6(address) => address.octets().to_vec(),
            })
            .chain(macs.into_iter().filter(|mac| mac[0] & 1 == 0 && *mac != [0; 6]).map(|mac| mac.to_vec()))
            .collect();
        for (_, link, frame, original) in &frames {
            assert_eq!(*link, 101);
            assert!(frame.len() <= 100 && frame.len() as u64 <= u64::from(*original), "headers alone");
            // What is searched for is in no header but as an address.
            let ends = if frame[0] >> 4 == 4 { &frame[12..20] } else { &frame[8..40] };
            assert!(hidden.iter().all(|hidden| ends.chunks(hidden.len().clamp(4, 16)).all(|end| end != hidden)), "{name}");
            assert!(hidden.iter().filter(|hidden| hidden.len() > 4).all(|hidden| !holds(frame, hidden)), "{name}");
        }
        let whole = report(&name, &bytes);
        for text in texts(&whole) {
            assert!(!holds(&sliced, text.as_bytes()), "{name}: {text}");
        }
        // The same packets between the same number of hosts.
        let others: BTreeSet<_> = told(&sliced).0;
        assert_eq!(others.len(), addresses.len(), "{name}");
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The addresses of a capture's packets, and of its Ethernet frames.
fn told(bytes: &[u8]) -> (BTreeSet<std::net::IpAddr>, BTreeSet<[u8; 6]>) {
    let mut decoder = Decoder::new(&Limits::default());
    let (mut addresses, mut macs) = (BTreeSet::new(), BTreeSet::new());
    let whole = slice(bytes, &quiet(EventQuery::default())).0;
    for (number, (nanos, link, bytes, original_len)) in (1..).zip(frames_in(&whole)) {
        let time = swarmscope::base::Time::from_nanos(nanos);
        let link_type = swarmscope::capture::LinkType(link);
        let frame = swarmscope::capture::Frame { number, offset: 0, time, link_type, bytes: &bytes, original_len };
        let mut place = Place::default();
        while let Some(decoded) = decoder.next(&frame, &mut place) {
            if let Decoded::Packet(packet) = decoded {
                let Endpoint { address: one, .. } = packet.source;
                addresses.extend([one, packet.destination.address]);
            }
        }
        if link == 1 && bytes.len() >= 14 {
            macs.extend([0, 6].map(|at| <[u8; 6]>::try_from(&bytes[at..at + 6]).unwrap()));
        }
    }
    (addresses, macs)
}

/// Names of torrents, files and hosts, info hashes and peer IDs of a report, as far as they are long enough to be nothing else.
fn texts(report: &Value) -> Vec<String> {
    fn gather(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    match value.as_str() {
                        Some(text) if ["name", "info_hash", "host", "url", "peer_id", "path"].contains(&key.as_str()) => {
                            found.push(text.to_owned())
                        }
                        _ => gather(value, found),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| gather(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    ["torrents", "trackers", "hosts", "swarm", "init"].iter().for_each(|section| gather(&report[*section], &mut found));
    found.retain(|text| text.len() > 8);
    found
}

/// What TShark says of a file; `None`, and says so, where there is none.
fn tshark(file: &Path, arguments: &[&str]) -> Option<String> {
    let Ok(output) = Command::new("tshark").arg("-r").arg(file).args(arguments).output() else {
        println!("skipped: there is no TShark");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn written(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("slice-{}-{name}", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn tshark_reads_what_is_written() {
    for (name, bytes) in captures().into_iter().chain(lab(&["small"])) {
        let original = written(&name, &bytes);
        let malformed = ["-Y", "_ws.malformed", "-T", "fields", "-e", "frame.number"];
        let Some(before) = tshark(&original, &malformed) else { return };
        let (sliced, summary) = slice(&bytes, &SliceQuery::default());
        let whole = written(&format!("{name}.whole.pcapng"), &sliced);
        assert_eq!(tshark(&whole, &malformed).unwrap(), before, "{name}: the same frames are malformed");
        let times = ["-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.cap_len", "-e", "frame.protocols"];
        assert_eq!(tshark(&whole, &times), tshark(&original, &times), "{name}");
        let comments = tshark(&whole, &["-T", "fields", "-e", "frame.comment"]).unwrap();
        assert_eq!(comments.lines().count() as u64, summary.frames);
        assert!((1..).zip(comments.lines()).all(|(number, line)| line.contains(&format!("frame {number} of the capture"))), "{name}");

        let query = SliceQuery { cut_payload: true, ..SliceQuery::default() };
        let cut = written(&format!("{name}.cut.pcapng"), &slice(&bytes, &query).0);
        let malformed_then = tshark(&cut, &malformed).unwrap();
        assert!(malformed_then.lines().count() <= before.lines().count(), "{name}: {malformed_then}");
        let lengths = ["-T", "fields", "-e", "frame.len"];
        assert_eq!(tshark(&cut, &lengths), tshark(&original, &lengths), "{name}");

        let (hidden, _) = slice_of(&[&bytes], &SliceQuery::default(), Some(Pseudonyms::new(&[9; 32])), 1 << 20);
        let hidden = written(&format!("{name}.hidden.pcapng"), &hidden);
        assert_eq!(tshark(&hidden, &malformed).unwrap(), "", "{name}");
        let check = ["-o", "ip.check_checksum:TRUE", "-T", "fields", "-e", "ip.checksum.status"];
        let wrong = |path: &Path| tshark(path, &check).unwrap().lines().filter(|line| line.trim() == "0").count();
        assert!(wrong(&hidden) <= wrong(&original), "{name}");
        for path in [original, whole, cut, hidden] {
            std::fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn the_command_line_writes_slices() {
    let capture = written("cli.pcap", &stored("dht.pcap"));
    let out = capture.with_extension("slice.pcapng");
    let (capture, slice) = (capture.to_str().unwrap(), out.to_str().unwrap());
    let run = |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_swarmscope")).args(arguments).output().unwrap();
    let made = run(&[capture, "--slice", slice, "--protocol", "dht", "--frames", "1-5,8", "--payload", "cut"]);
    assert!(made.status.success(), "{made:?}");
    let frames = frames_in(&std::fs::read(&out).unwrap());
    assert!(!frames.is_empty() && frames.len() <= 6);
    assert_eq!(
        String::from_utf8(made.stdout).unwrap(),
        format!("{slice}: {} frames, {} bytes\n", frames.len(), std::fs::read(&out).unwrap().len())
    );
    assert_eq!(frames_in(&run(&[capture, "--slice", "-", "--protocol", "dht", "--frames", "1-5,8"]).stdout), frames);
    for refused in [
        vec![capture, "--slice", capture],
        vec!["-", "--slice", slice],
        vec![capture, "--slice", slice, "--host", "nobody"],
        vec![capture, "--slice", slice, "--frames", "one"],
        vec![capture, "--slice", slice, "--events"],
        vec![capture, "--frames", "1"],
    ] {
        assert_eq!(run(&refused).status.code(), Some(2), "{refused:?}");
    }
    assert_eq!(std::fs::read(capture).unwrap(), stored("dht.pcap"));
    let key = out.with_extension("key");
    let hidden = run(&[capture, "--slice", "-", "--anonymise", key.to_str().unwrap()]);
    assert!(frames_in(&hidden.stdout).iter().all(|(_, link, bytes, _)| *link == 101 && bytes.len() == 28));
    [Path::new(capture), &out, &key].into_iter().for_each(|path| std::fs::remove_file(path).unwrap());
}
