//! Several files read as one: rotated captures, the same file twice, the two ends of one transfer, and what a mirror port records twice.
//!
//! Captures of the lab lie beside the checkout and are not part of the repository: without them the small ones here do.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a test may fail by panicking; its numbers are small"
)]

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::analysis::{captures, drive, drive_unpacked, json as report_of};
use support::containers::gzip;
use support::dice::Dice;
use support::frames::{self, IPV4, Order, UDP, ethernet, ipv4, udp};
use support::several::{Record, hop, other_end, pcap, records, rotated};
use swarmscope::base::Limits;
use swarmscope::session::Session;

/// The report of files read as one.
fn read(files: &[(&str, &[u8])]) -> Value {
    let session = || {
        let mut session = Session::new(Limits::default());
        for (name, bytes) in files {
            session.add_file(name, Some(bytes.len() as u64));
        }
        session
    };
    let bytes: Vec<_> = files.iter().map(|(_, bytes)| *bytes).collect();
    let mut whole = session();
    assert_eq!(drive(&mut whole, &bytes, || 1 << 20), []);
    let report = report_of(&whole);
    if files.iter().any(|(name, _)| name.ends_with(".gz")) {
        let mut unpacked = session();
        assert_eq!(drive_unpacked(&mut unpacked, &bytes, || 1 << 16), []);
        assert!(report_of(&unpacked) == report, "unpacked elsewhere");
    }
    report
}

/// What does not depend on the files, and the findings but for those of these codes.
fn content(mut report: Value, codes: &[&str]) -> Value {
    report["capture"]["files"] = Value::Null;
    report["capture"]["bytes"] = Value::Null;
    report["findings"].as_array_mut().unwrap().retain(|finding| !codes.iter().any(|code| finding["code"] == *code));
    report
}

/// The same without frames' numbers and times.
fn without_frames(report: &Value) -> Value {
    match report {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| !name.contains("frame") && !name.contains("time"));
            kept.map(|(name, value)| (name.clone(), without_frames(value))).collect()
        }
        Value::Array(list) => list.iter().map(without_frames).collect(),
        other => other.clone(),
    }
}

fn finding<'r>(report: &'r Value, code: &str) -> Option<&'r Value> {
    report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == code)
}

fn places(report: &Value, code: &str) -> Vec<String> {
    let places = finding(report, code).and_then(|finding| finding["places"].as_array()).cloned().unwrap_or_default();
    places.iter().map(|place| format!("{}: {}", place["file"].as_str().unwrap(), place["text"].as_str().unwrap())).collect()
}

/// Captures of the lab; where there is none, those of the repository.
fn lab() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab");
    let entries = std::fs::read_dir(&folder).map(|entries| entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>());
    let mut paths = entries.unwrap_or_default();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "pcapng"));
    paths.sort();
    let read = |path: std::path::PathBuf| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap());
    let found: Vec<_> = paths.into_iter().map(read).collect();
    if found.is_empty() { captures() } else { found }
}

#[test]
fn rotated_captures_are_one_in_any_order() {
    for (name, bytes) in lab().into_iter().chain(captures()) {
        let records = records(&bytes);
        let whole = content(read(&[("whole", &pcap(&records))]), &[]);
        let mut dice = Dice::new(records.len() as u64);
        // Where a file's clock runs backwards over a cut, time tells another order.
        let runs_forward =
            |at: &usize| records[..*at].iter().map(|record| record.nanos).max() <= records[*at..].iter().map(|record| record.nanos).min();
        let cut = |from: usize| (from..records.len()).find(runs_forward).unwrap();
        let mut cuts = [cut(1 + dice.below(records.len() / 2)), cut(records.len() / 3)];
        cuts.sort_unstable();
        let [first, second, third] = rotated(&records, &cuts).try_into().unwrap();
        let parts = |order: [(&str, &[u8]); 3]| content(read(&order), &[]);
        for order in [[("a", &first[..]), ("b", &second), ("c", &third)], [("c", &third), ("a", &first), ("b", &second)]] {
            let found = parts(order);
            assert!(found == whole, "{name}, cut at {cuts:?}, {} first: {}", order[0].0, difference(&found, &whole));
        }
        let halves = rotated(&records, &cuts[..1]);
        let packed = gzip(&halves[0], 1);
        assert!(content(read(&[("b", &halves[1]), ("a.gz", &packed)]), &[]) == whole, "{name}, halves, one packed");
    }
}

#[test]
fn a_capture_and_its_copy_give_the_report_of_one() {
    for (name, bytes) in lab().into_iter().chain(captures()) {
        let one = content(read(&[("one", &bytes)]), &[]);
        let frames = one["capture"]["frames"].as_u64().unwrap();
        let packed = gzip(&bytes, 1);
        let copies: [(&str, &[u8]); 3] = [("plain", &bytes), ("again", &bytes), ("packed.gz", &packed)];
        for files in [vec![copies[0], copies[1]], vec![copies[0], copies[2]], vec![copies[2], copies[0]], copies.to_vec()] {
            let report = read(&files);
            let copied = finding(&report, "frame_copied").unwrap();
            assert_eq!(copied["count"], frames * (files.len() as u64 - 1), "{name}");
            let told = places(&report, "frame_copied");
            let expected = |file: &str| format!("{file}: it is a copy of {}: each of its {frames} frames stands there too", files[0].0);
            assert_eq!(told, files[1..].iter().map(|(file, _)| expected(file)).collect::<Vec<_>>(), "{name}");
            let each = report["capture"]["files"].as_array().unwrap().iter().map(|file| file["frames"].as_u64().unwrap());
            assert!(each.eq(files.iter().map(|_| frames)));
            let mut rest = content(report, &["frame_copied"]);
            // What stands in a file stands in its copy too.
            for finding in rest["findings"].as_array_mut().unwrap() {
                if finding.get("places").is_some() {
                    *finding = Value::Null;
                }
            }
            let mut one = one.clone();
            for finding in one["findings"].as_array_mut().unwrap() {
                if finding.get("places").is_some() {
                    *finding = Value::Null;
                }
            }
            assert!(rest == one, "{name} beside its copy is another: {}", difference(&rest, &one));
        }
    }
}

/// Where two reports differ first.
fn difference(one: &Value, other: &Value) -> String {
    match (one, other) {
        (Value::Object(fields), Value::Object(others)) => {
            let differing = fields.iter().find(|(name, value)| others.get(*name) != Some(value));
            differing.map_or("a field is missing".into(), |(name, value)| {
                format!("{name}.{}", others.get(name).map_or("nothing".into(), |other| difference(value, other)))
            })
        }
        (Value::Array(list), Value::Array(others)) if list.len() == others.len() => {
            let at = list.iter().zip(others).position(|(one, other)| one != other).unwrap();
            format!("{at}.{}", difference(&list[at], &others[at]))
        }
        _ => format!("{one:.300} and {other:.300}"),
    }
}

#[test]
fn files_that_overlap_count_once_what_they_share() {
    let (_, bytes) = captures().into_iter().find(|(name, _)| name == "dht.pcap").unwrap();
    let records = records(&bytes);
    let whole = content(read(&[("whole", &bytes)]), &[]);
    let (first, second) = (pcap(&records[..records.len() - 2]), pcap(&records[3..]));
    let report = read(&[("first", &first), ("second", &second)]);
    let shared = records.len() - 5;
    assert_eq!(places(&report, "frame_copied"), [format!("second: {shared} of its {} frames stand in first too", records.len() - 3)]);
    assert_eq!(content(report, &["frame_copied"]), whole);
}

/// The address that the lab's captures were made at.
fn me(name: &str) -> Option<Vec<u8>> {
    let truth = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab").join(Path::new(name).with_extension("truth.json"));
    let truth: Value = serde_json::from_slice(&std::fs::read(truth).ok()?).unwrap();
    let address: std::net::IpAddr = truth["network"]["seen_as"].as_str()?.parse().ok()?;
    Some(match address {
        std::net::IpAddr::V4(address) => address.octets().to_vec(),
        std::net::IpAddr::V6(address) => address.octets().to_vec(),
    })
}

#[test]
fn both_ends_of_a_transfer_count_once() {
    for (name, bytes) in lab().into_iter().chain(captures()) {
        let here = records(&bytes);
        let me = me(&name).unwrap_or_else(|| here[0].bytes[26..30].to_vec());
        let there = other_end(&here, &me, 4_000);
        let one = read(&[("here", &pcap(&here))]);
        let (here_file, there_file) = (pcap(&here), pcap(&there));
        for files in [[("here", &here_file[..]), ("there", &there_file[..])], [("there", &there_file), ("here", &here_file)]] {
            let both = read(&files);
            assert_eq!(both["capture"]["frames"], 2 * here.len(), "{name}");
            assert_eq!((&both["messages"], &both["coverage"]), (&one["messages"], &one["coverage"]), "{name}");
            let (download, expected) = (without_frames(&both["download"]), without_frames(&one["download"]));
            assert!(download == expected, "{name}: {}", difference(&download, &expected));
            let duplicates = finding(&both, "packet_duplicate").unwrap()["count"].as_u64().unwrap();
            let ip = here.iter().filter(|record| matches!(record.bytes.get(12..14), Some([8, 0] | [0x86, 0xdd]))).count() as u64;
            assert_eq!(duplicates, ip, "{name}: every packet of IP was recorded twice");
            let [place] = &*places(&both, "packet_duplicate") else { panic!("{name}: one pair of files") };
            assert!(place.starts_with(&format!("{}: {ip} packets stand in {} too: ", files[1].0, files[0].0)), "{place}");
        }
        // Each end lost others: together they have all.
        let lossy = |records: &[Record], phase: usize| {
            let kept = records.iter().enumerate().filter(|(at, _)| at % 50 != phase).map(|(_, record)| record.clone());
            pcap(&kept.collect::<Vec<_>>())
        };
        let mut late: Vec<_> = here.iter().zip(0..).map(|(record, at)| (record.clone(), at)).collect();
        late.retain(|(_, at)| at % 50 != 23);
        let kept: Vec<_> = late.into_iter().map(|(record, _)| record).collect();
        let both = read(&[("here", &lossy(&here, 7)), ("there", &pcap(&other_end(&kept, &me, 4_000)))]);
        assert_eq!((&both["messages"], &both["coverage"]), (&one["messages"], &one["coverage"]), "{name}, each with losses");
    }
}

fn datagram(number: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = ipv4(UDP, [10, 0, 0, 1], [10, 0, 0, 2], &udp(6881, 6882, payload));
    packet[4..6].copy_from_slice(&number.to_be_bytes());
    ethernet(IPV4, &packet)
}

fn query(transaction: &str) -> Vec<u8> {
    format!("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t{}:{transaction}1:y1:qe", transaction.len()).into_bytes()
}

fn at(millis: i64, bytes: Vec<u8>) -> Record {
    Record { nanos: 1_700_000_000_000_000_000 + millis * 1_000_000, link: 1, wire: bytes.len() as u32, bytes }
}

fn queries(report: &Value) -> Value {
    report["messages"]["dht"]["query"].clone()
}

#[test]
fn what_is_sent_again_counts_again() {
    let again = |number: u16| vec![at(0, datagram(number, &query("aa"))), at(400, datagram(number, &query("aa")))];
    let once = read(&[("one", &pcap(&again(0)))]);
    assert_eq!(queries(&once), 2, "the same datagram by a sender that numbers none");
    let hopped = |mut records: Vec<Record>| {
        records.iter_mut().for_each(|record| {
            hop(&mut record.bytes);
            record.nanos += 2_000_000;
        });
        pcap(&records)
    };
    let report = read(&[("one", &pcap(&again(0))), ("other", &hopped(again(0)))]);
    assert_eq!(queries(&report), 2, "each end tells by itself how often it was sent");
    let once = [again(0).remove(0), at(800, datagram(0, b"no query"))];
    let report = read(&[("one", &pcap(&once)), ("other", &hopped(again(0)))]);
    assert_eq!(queries(&report), 2, "one of them was lost at one end");
    let report = read(&[("one", &pcap(&again(0)[..1])), ("next", &pcap(&again(0)[1..]))]);
    assert_eq!(queries(&report), 2, "files that follow each other");
    assert_eq!(finding(&report, "packet_duplicate"), None);
}

#[test]
fn queries_that_differ_behind_their_beginning_are_two() {
    let (aa, bb) = (datagram(0, &query("aa")), datagram(0, &query("bb")));
    let mut there = bb.clone();
    hop(&mut there);
    let report = read(&[("one", &pcap(&[at(0, aa.clone()), at(50, aa)])), ("other", &pcap(&[at(10, there)]))]);
    assert_eq!(queries(&report), 3);
}

#[test]
fn a_port_that_mirrors_both_ways_counts_once() {
    let file = |number: fn(i64) -> u16, times: i64, hops: bool| {
        let copies = |packet: i64| {
            (0..times).map(move |copy| {
                let mut frame = datagram(number(packet), &query(&format!("{packet:04}")));
                if hops && copy > 0 {
                    hop(&mut frame);
                }
                let mut record = at(packet * 20, frame);
                record.nanos += copy * 30_000;
                record
            })
        };
        pcap(&(0..600).flat_map(copies).collect::<Vec<_>>())
    };
    let mirrored = |number, times, hops| read(&[("mirror", &file(number, times, hops))]);
    let report = mirrored(|packet| packet as u16 + 1, 2, false);
    assert_eq!((&queries(&report), &report["capture"]["frames"]), (&json!(600), &json!(1200)));
    let expected =
        "mirror: 600 of its 1200 frames are packets that stand in it before; nearly each stands in it 2 times, 0.030 ms apart in the mean";
    assert_eq!(places(&report, "packet_duplicate"), [expected]);
    let copied = read(&[("mirror", &file(|packet| packet as u16 + 1, 2, false)), ("copy", &file(|packet| packet as u16 + 1, 2, false))]);
    assert_eq!(content(copied, &["frame_copied"]), content(report, &[]), "its copy is one too");
    let thrice = mirrored(|packet| packet as u16 + 1, 3, false);
    assert_eq!(queries(&thrice), 600);
    assert!(places(&thrice, "packet_duplicate")[0].contains("stands in it 3 times"));
    assert_eq!(queries(&mirrored(|_| 0, 2, true)), 600, "without a number, a hop apart");
    let equal = queries(&mirrored(|_| 0, 2, false)).as_u64().unwrap();
    assert!((600..620).contains(&equal), "without a number or a hop it takes some to tell: {equal}");
}

#[test]
fn a_file_in_which_packets_begin_to_stand_twice_is_found_out() {
    let copies = |packet: i64| {
        (0..if packet < 10_000 { 1 } else { 2 }).map(move |_| at(packet, datagram(packet as u16 + 1, &query(&format!("{packet:05}")))))
    };
    let report = read(&[("late", &pcap(&(0..20_000).flat_map(copies).collect::<Vec<_>>()))]);
    let found = queries(&report).as_u64().unwrap();
    assert!((20_000..22_100).contains(&found), "{found}");
}

#[test]
fn interfaces_of_one_file_are_places_of_their_own() {
    let order = Order::Little;
    let mut file = [frames::section(order), frames::interface(order, 1, 0, &[]), frames::interface(order, 1, 0, &[])].concat();
    for packet in 0..300_u64 {
        let frame = datagram(0, &query(&format!("{packet:04}")));
        for interface in [0, 1] {
            file.extend(frames::enhanced(order, interface, packet * 1000 + u64::from(interface) * 100, frame.len() as u32, &frame));
        }
    }
    assert_eq!(queries(&read(&[("bridge", &file)])), 300);
}
