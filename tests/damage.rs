//! Damaged captures in every container and inside every compression: what is whole is read, the next record is found again, and a finding says
//! where, why and how many bytes were passed over. Clocks may do what they like.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may fail by panicking; its numbers are small"
)]

mod support;

use serde_json::{Value, json};
use support::analysis::{analyse, drive, json as report_of, report};
use support::containers::{compressions, containers, frames_of};
use support::conversation::conversation;
use support::frames::{self, IPV4, Order, TCP, ethernet, ipv4, tcp};
use support::peer::{handshake, piece};
use swarmscope::base::Limits;
use swarmscope::capture::{Reader, Step};
use swarmscope::session::Session;

const COUNT: usize = 40;

/// Frames of different lengths, each with its number.
fn numbered() -> Vec<Vec<u8>> {
    let content = |number: usize| [&(number as u32).to_be_bytes()[..], &vec![0xa5; 60 + number % 7 * 100]].concat();
    (0..COUNT).map(|number| ethernet(IPV4, &content(number))).collect()
}

/// Where each frame's record begins, and where the last one ends.
fn places(file: &[u8]) -> Vec<usize> {
    let mut reader = Reader::new(&Limits::default());
    let (mut at, mut places) = (0, Vec::new());
    loop {
        match reader.next(&file[at..], true).unwrap() {
            Step::Frame { used, .. } => {
                places.push(at);
                at += used;
            }
            Step::Skip { used, .. } => at += used,
            Step::More { .. } | Step::End { .. } => {
                places.push(at);
                return places;
            }
        }
    }
}

/// Where in a record its length stands: the place, how many bytes, and whether the most significant is the first.
fn length(container: &str) -> (usize, usize, bool) {
    match container.split_once(' ').map_or(container, |(name, _)| name) {
        "snoop" => (8, 4, true),
        "pcapng" => (4, 4, container.contains("Big")),
        "netmon" if container.ends_with("1.1") => (6, 2, false),
        "netmon" => (12, 4, false),
        _ => (8, 4, container.contains("Big")),
    }
}

fn write(bytes: &mut [u8], value: u32, big: bool) {
    let width = bytes.len();
    match big {
        true => bytes.copy_from_slice(&value.to_be_bytes()[4 - width..]),
        false => bytes.copy_from_slice(&value.to_le_bytes()[..width]),
    }
}

/// Findings of a code, by their first place.
fn place<'r>(report: &'r Value, code: &str) -> Option<&'r Value> {
    let mut findings = report["findings"].as_array().unwrap().iter();
    findings.find(|finding| finding["code"] == code).map(|finding| &finding["places"][0])
}

/// What does not depend on the compression.
fn content(bytes: &[u8]) -> Value {
    let mut report = report("file", bytes);
    report["capture"]["files"] = Value::Null;
    report["capture"]["bytes"] = Value::Null;
    report
}

/// Files of every container, each without those of two byte orders.
fn files(frames: &[Vec<u8>]) -> impl Iterator<Item = (String, Vec<u8>)> {
    containers(frames).into_iter().filter(|(name, _)| name != "pcapng of two sections")
}

type Damage = fn(&mut Vec<u8>, usize, (usize, usize, bool));

/// Ways to damage a file from its tenth record on, and the last record that they reach.
const DAMAGES: &[(&str, Damage, usize)] = &[
    ("a length beyond everything", |file, at, (of, width, big)| write(&mut file[at + of..at + of + width], 0xffff_fff0, big), 10),
    ("a length somewhat too long", |file, at, (of, width, big)| write(&mut file[at + of..at + of + width], 3000, big), 10),
    ("a length too short", |file, at, (of, width, big)| write(&mut file[at + of..at + of + width], 44, big), 10),
    ("a hole over a head", |file, at, _| file[at..at + 16].fill(0), 10),
    ("a hole over many records", |file, at, _| file[at..at + 3000].fill(0), 18),
    ("a hole from inside a record on", |file, at, _| file[at + 30..at + 3030].fill(0), 18),
    ("text over a head", |file, at, _| file[at..at + 20].copy_from_slice(b"nobody expected this"), 10),
];

#[test]
fn behind_damage_the_next_record_is_found_in_every_container_and_compression() {
    for (container, whole) in files(&numbered()) {
        let places = places(&whole);
        assert_eq!(places.len(), COUNT + 1, "{container}");
        for (what, damage, last) in DAMAGES {
            let mut file = whole.clone();
            damage(&mut file, places[10], length(&container));
            let report = content(&file);
            let frames = report["capture"]["frames"].as_u64().unwrap() as usize;
            assert!((COUNT - (last - 9) - 2..=COUNT).contains(&frames), "{what} in {container}: {frames} frames");
            let told = place(&report, "records_skipped").unwrap_or_else(|| panic!("{what} in {container}: {}", report["findings"]));
            let [offset, bytes] = ["offset", "bytes"].map(|field| told[field].as_u64().unwrap() as usize);
            assert!((places[9]..=places[11]).contains(&offset), "{what} in {container}: {offset} of {places:?}");
            assert!(!told["text"].as_str().unwrap().is_empty());
            // Blocks of pcapng that hold no frame are good to go on from too.
            let goes_on = places.contains(&(offset + bytes)) || container.starts_with("pcapng");
            assert!(goes_on && (1..=places[*last + 2] - places[9]).contains(&bytes), "{what} in {container}: {bytes} bytes");
            for (compression, packed) in compressions(&file) {
                assert!(content(&packed) == report, "{what} in {container} in {compression}");
            }
        }
    }
}

#[test]
fn a_file_cut_inside_a_record_keeps_what_is_whole_and_says_where() {
    for (container, whole) in files(&numbered()) {
        let places = places(&whole);
        for end in [places[30] + 5, places[30] + 40] {
            let report = content(&whole[..end]);
            assert_eq!(report["capture"]["frames"], 30, "{container}");
            let told = place(&report, "file_cut").unwrap_or_else(|| panic!("{container}: {}", report["findings"]));
            let expected = (json!(places[30]), json!(end - places[30]));
            assert_eq!((&told["offset"], &told["bytes"]), (&expected.0, &expected.1), "{container}");
            for (compression, packed) in compressions(&whole[..end]) {
                assert!(content(&packed) == report, "{container} in {compression}");
            }
        }
    }
}

/// Some writers give the length on the wire as less than what they kept.
#[test]
fn more_bytes_than_there_were_on_the_wire_are_read_all_the_same() {
    let frames = frames_of(&conversation());
    for (container, whole) in files(&frames) {
        let expected = content(&whole);
        let (at, width, big) = match container.split(' ').next().unwrap() {
            "pcapng" => (24, 4, container.contains("Big")),
            "snoop" => (0, 4, true),
            "netmon" if container.ends_with("1.1") => (4, 2, false),
            "netmon" => (8, 4, false),
            _ => (12, 4, container.contains("Big")),
        };
        let mut file = whole.clone();
        let places = places(&whole);
        for place in &places[..frames.len()] {
            write(&mut file[place + at..place + at + width], 20, big);
        }
        let found = content(&file);
        assert_eq!(found["capture"]["frames"], frames.len(), "{container}");
        assert_eq!((&found["messages"], &found["findings"]), (&expected["messages"], &expected["findings"]), "{container}");
    }
}

/// A time that no clock can have: its lengths show that the record is one.
#[test]
fn a_fraction_of_more_than_a_second_costs_nothing() {
    let record = |fraction| frames::pcap_record(Order::Little, 1_418_145_370, fraction, 64, &[0xa5; 64]);
    let records = [999_999_999, 1_000_000_000, 2_000_000_000].map(record);
    let file = [frames::pcap_header(Order::Little, true, 1), records.concat()].concat();
    for end in 24 + 80..=file.len() {
        let report = report("odd", &file[..end]);
        assert_eq!(report["capture"]["frames"], (end - 24) / 80, "cut at {end}");
        assert_eq!(place(&report, "records_skipped"), None, "cut at {end}");
    }
}

/// The conversation in a pcap file, its frames at these times in seconds.
fn timed(times: impl Fn(usize) -> u32) -> Vec<u8> {
    let records = frames_of(&conversation()).into_iter().enumerate();
    let records = records.map(|(at, frame)| frames::pcap_record(Order::Little, times(at), at as u32, frame.len() as u32, &frame));
    std::iter::once(frames::pcap_header(Order::Little, false, 1)).chain(records).collect::<Vec<_>>().concat()
}

/// How many times the clocks of a capture jumped, and in which frames.
fn jumps(report: &Value) -> (u64, Vec<u64>) {
    let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "clock_jumped");
    let frames = |finding: &Value| finding["frames"].as_array().unwrap().iter().map(|frame| frame.as_u64().unwrap()).collect();
    finding.map_or((0, Vec::new()), |finding| (finding["count"].as_u64().unwrap(), frames(finding)))
}

#[test]
fn clocks_that_jump_or_run_backwards_cost_no_message() {
    let expected = report("capture", &timed(|_| 1_700_000_000));
    assert_eq!(jumps(&expected), (0, vec![]));
    let count = expected["capture"]["frames"].as_u64().unwrap();
    type Clock = fn(usize) -> u32;
    let clocks: [(&str, Clock, Vec<u64>); 6] = [
        ("ahead by years, and on", |at| 1_500_000_000 + if at >= 8 { 200_000_000 } else { 0 }, vec![9]),
        ("back by years, and on", |at| 1_700_000_000 - if at >= 8 { 200_000_000 } else { 0 }, vec![9]),
        ("to zero and back", |at| if at == 9 { 0 } else { 1_700_000_000 }, vec![10, 11]),
        ("to the end of time and back", |at| if at == 9 { u32::MAX } else { 1_700_000_000 }, vec![10, 11]),
        ("backwards all the time", |at| 1_700_000_000 - 3 * at as u32, (2..=count).collect()),
        ("to and fro", |at| if at % 2 == 0 { 1 } else { u32::MAX }, (2..=count).collect()),
    ];
    for (what, clock, frames) in clocks {
        let found = report("capture", &timed(clock));
        assert_eq!(found["messages"], expected["messages"], "{what}");
        assert_eq!(found["coverage"], expected["coverage"], "{what}");
        assert_eq!(jumps(&found), (frames.len() as u64, frames), "{what}");
    }
    let text = place(&report("capture", &timed(|at| 1_700_000_000 - 86_400 * at as u32)), "clock_jumped").unwrap().to_string();
    assert!(text.contains("the clock goes back by 24.0 h"), "{text}");
}

/// A connection of many frames, of which some are late: holes are waited for by time, and by frames.
#[test]
fn a_clock_that_jumps_within_a_connection_loses_no_block() {
    let (a, b) = ([10, 0, 0, 1], [10, 0, 0, 2]);
    let given = [handshake(b'b'), (0..40).flat_map(|index| piece(index, 0, &[7; 1000])).collect()].concat();
    let mut segments: Vec<_> = (0..).step_by(500).zip(given.chunks(500)).collect();
    for late in (3..segments.len() - 1).step_by(7) {
        segments.swap(late, late + 1);
    }
    let said = ethernet(IPV4, &ipv4(TCP, a, b, &tcp(5000, 6881, 100, 301, 24, &handshake(b'a'))));
    let answers = segments.iter().map(|(at, bytes)| ethernet(IPV4, &ipv4(TCP, b, a, &tcp(6881, 5000, 301 + at, 168, 24, bytes))));
    let packets: Vec<_> = std::iter::once(said).chain(answers).collect();
    let blocks = |clock: &dyn Fn(usize) -> u32| {
        let record = |(at, frame): (usize, &Vec<u8>)| frames::pcap_record(Order::Big, clock(at), 0, frame.len() as u32, frame);
        let records: Vec<_> = packets.iter().enumerate().map(record).collect();
        let report = report("capture", &[frames::pcap_header(Order::Big, false, 1), records.concat()].concat());
        (report["messages"]["peer_wire"]["piece"].as_u64().unwrap(), report["coverage"]["decoded"].clone())
    };
    let expected = blocks(&|_| 1_700_000_000);
    assert_eq!(expected.0, 40);
    assert_eq!(blocks(&|at| 1_700_000_000 - 60 * at as u32), expected, "backwards");
    assert_eq!(blocks(&|at| 1_700_000_000 - if at > 40 { 1_000_000_000 } else { 0 }), expected, "back once");
    assert_eq!(blocks(&|at| 1_000_000_000 + if at > 42 { 1_000_000_000 } else { 0 }), expected, "ahead once, with nothing missing");
}

/// Files are merged by time: one whose clock runs backwards is read to its end, and so is the other.
#[test]
fn a_file_whose_clock_runs_backwards_is_merged_with_another() {
    let frames = frames_of(&conversation());
    let file = |frames: &[Vec<u8>], clock: &dyn Fn(u32) -> u32| {
        let records = (0..).zip(frames).map(|(at, frame)| frames::pcap_record(Order::Little, clock(at), 0, frame.len() as u32, frame));
        std::iter::once(frames::pcap_header(Order::Little, false, 1)).chain(records).collect::<Vec<_>>().concat()
    };
    let backwards = file(&frames, &|at| 1_700_000_000 - 100 * at);
    let other = vec![ethernet(0x0806, &[0; 28]); 50];
    let other = file(&other, &|at| 1_699_999_000 + 40 * at);
    let alone = report("backwards", &backwards);
    for chunk in [1, 100, usize::MAX] {
        let mut session = Session::new(Limits::default());
        session.add_file("backwards", None);
        session.add_file("other", None);
        assert!(drive(&mut session, &[&backwards, &other], || chunk).is_empty());
        let report = report_of(&session);
        assert_eq!(report["capture"]["frames"], frames.len() + 50);
        assert_eq!(report["messages"], alone["messages"]);
        assert_eq!(jumps(&report).0, frames.len() as u64 - 1);
        assert_eq!(place(&report, "clock_jumped").unwrap()["file"], "backwards");
    }
    let (single, _) = analyse("other", &other, Limits::default(), || usize::MAX);
    assert_eq!(jumps(&report_of(&single)), (0, vec![]), "silences of seconds are no jumps");
}
