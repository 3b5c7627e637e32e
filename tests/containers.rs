//! The same conversation in every container and every compression gives the same report; a damaged file gives what of it is whole, and
//! says where the rest was.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may fail by panicking; its numbers are small"
)]

mod support;

use serde_json::{Value, json};
use support::analysis::{analyse, capture, captures_folder, drive_unpacked, json as report_of};
use support::containers::{compressions, containers, frames_of, gzip, lz4, netmon, xz, zstd};
use support::dice::Dice;
use support::frames::{self, Order};
use swarmscope::base::Limits;
use swarmscope::session::Session;

/// The report of a file, without what the file is; read in chunks of which each is at most so large. It is the same if the file is unpacked elsewhere.
fn told(bytes: &[u8], limits: &Limits, chunk: usize) -> (Value, Option<&'static str>) {
    let mut dice = Dice::new(7);
    let (session, error) = analyse("file", bytes, limits.clone(), || 1 + dice.below(chunk));
    let told = (report_of(&session), error.map(|error| error.code()));
    let mut session = Session::new(limits.clone());
    session.add_file("file", Some(bytes.len() as u64));
    let error = drive_unpacked(&mut session, &[bytes], || 1 + dice.below(chunk)).pop();
    assert_eq!((report_of(&session), error.map(|error| error.code())), told, "unpacked elsewhere");
    told
}

/// The same in two chunkings, which must agree.
fn report(bytes: &[u8]) -> Value {
    let limits = Limits::default();
    let (report, error) = told(bytes, &limits, 1 << 20);
    assert_eq!(told(bytes, &limits, 700), (report.clone(), error), "in other chunks");
    report
}

/// What does not depend on the file's format; keys of encrypted connections only pcapng has room for.
fn content(mut report: Value) -> Value {
    report["findings"].as_array_mut().unwrap().retain(|finding| finding["code"] != "secrets_skipped");
    report["capture"]["files"] = Value::Null;
    report["capture"]["bytes"] = Value::Null;
    report
}

fn codes(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

fn finding<'r>(report: &'r Value, code: &str) -> &'r Value {
    let mut findings = report["findings"].as_array().unwrap().iter();
    findings.find(|finding| finding["code"] == code).unwrap_or_else(|| panic!("{code} is not in {:?}", codes(report)))
}

#[test]
fn every_container_in_every_compression_gives_the_same_report() {
    for name in ["dht.pcap", "midstream.pcap"] {
        let files = containers(&frames_of(&capture(name)));
        let expected = content(report(&files[0].1));
        assert!(expected["capture"]["frames"].as_u64().unwrap() > 5);
        for (container, file) in files {
            let plain = report(&file);
            assert_eq!(plain["capture"]["files"][0]["bytes"], file.len());
            assert_eq!(content(plain), expected, "{name}, {container}");
            for (compression, packed) in compressions(&file) {
                let report = report(&packed);
                let format = report["capture"]["files"][0]["format"].as_str().unwrap().to_owned();
                assert_eq!(report["capture"]["files"][0]["bytes"], packed.len());
                assert_eq!(content(report), expected, "{name}, {container}, {compression}");
                let word = compression.split(' ').next().unwrap();
                assert!(format.ends_with(&format!(" in {word}")), "{format}");
            }
        }
    }
}

#[test]
fn files_packed_by_the_usual_programs_open() {
    let expected = content(report(&capture("dht.pcap")));
    for name in ["dht.gz", "dht.zst", "dht.xz", "dht.lz4", "blocks.xz", "linked.lz4"] {
        let packed = std::fs::read(captures_folder().join("packed").join(name)).unwrap();
        assert_eq!(content(report(&packed)), expected, "{name}");
    }
}

/// Packed by xz 5.4.1: frames full of what looks like branches of programs. Checksums behind them say whether what comes out is what went in.
#[test]
fn filters_of_xz_are_taken_off() {
    let folder = captures_folder().join("packed");
    for name in ["x86", "arm", "armthumb", "arm64", "powerpc", "ia64", "sparc", "delta", "chain"] {
        let packed = std::fs::read(folder.join(name).with_extension("xz")).unwrap();
        let found = report(&packed);
        assert_eq!((&found["capture"]["frames"], codes(&found)), (&json!(8), vec![]), "{name}");
        for end in (1..packed.len()).step_by(23) {
            let (whole, error) = told(&packed[..end], &Limits::default(), 1 << 16);
            assert!(told(&packed[..end], &Limits::default(), 13) == (whole, error), "{name} to {end} in other chunks");
        }
        // Behind the payload and before the index, which is of 12 bytes, and the footer.
        let mut damaged = packed;
        let at = damaged.len() - 30;
        damaged[at] ^= 1;
        assert_eq!(finding(&report(&damaged), "packed_damaged")["count"], 1, "{name}");
    }
}

#[test]
fn a_compression_in_a_compression_opens_and_a_third_does_not() {
    let plain = capture("dht.pcap");
    let expected = content(report(&plain));
    let twice = gzip(&zstd(&plain), 6);
    let found = report(&twice);
    assert_eq!(found["capture"]["files"][0]["format"], "pcap in zstd in gzip");
    assert_eq!(content(found), expected);
    let (found, error) = told(&lz4(&twice, true), &Limits::default(), 100);
    assert_eq!((error, &found["capture"]["frames"]), (Some("not_a_capture"), &json!(0)));
    for (what, packed) in compressions(b"no capture at all, but some text that is packed") {
        assert_eq!(told(&packed, &Limits::default(), 9).1, Some("not_a_capture"), "{what}");
    }
    for (what, packed) in compressions(b"") {
        assert_eq!(told(&packed, &Limits::default(), 9).1, Some("not_a_capture"), "{what}: not empty itself");
    }
}

/// Packets of the frames that a cut file has are those of the whole one.
#[test]
fn every_prefix_of_a_packed_file_gives_frames_of_the_whole() {
    let plain = capture("dht.pcap");
    let limits = Limits::default();
    let whole = report(&plain)["capture"]["frames"].as_u64().unwrap();
    for (what, packed) in compressions(&plain) {
        let mut most = 0;
        for end in 1..=packed.len() {
            let (report, error) = told(&packed[..end], &limits, 1 << 16);
            assert_eq!(told(&packed[..end], &limits, 11), (report.clone(), error), "{what} to {end} in other chunks");
            let frames = report["capture"]["frames"].as_u64().unwrap();
            assert!((most..=whole).contains(&frames), "{what} to {end}: {frames} frames, {most} before");
            most = frames;
            if error.is_none() && frames < whole {
                assert!(codes(&report).iter().any(|code| ["packed_damaged", "file_cut"].contains(code)), "{what} to {end}");
            }
        }
        assert_eq!(most, whole, "{what}");
    }
}

#[test]
fn every_byte_of_a_file_may_be_changed() {
    let frames = frames_of(&capture("dht.pcap"));
    let limits = Limits { record_bytes: 1 << 16, ..Limits::default() };
    let mut dice = Dice::new(3);
    let files = containers(&frames).into_iter().chain(compressions(&capture("dht.pcap")));
    for (what, file) in files {
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1 << dice.below(8);
            let (report, error) = told(&changed, &limits, 1 << 16);
            assert_eq!(told(&changed, &limits, 97), (report, error), "{what}, byte {at} in other chunks");
        }
    }
}

/// A capture of numbered frames, as pcap and as pcapng, and where each frame's record begins.
fn numbered(count: u32) -> Vec<(Vec<u8>, Vec<usize>)> {
    let payload =
        |number: u32| frames::ethernet(frames::IPV4, &[&number.to_be_bytes()[..], &vec![0xa5; 60 + number as usize % 7 * 100]].concat());
    let order = Order::Little;
    let start = [frames::section(order), frames::interface(order, 1, 0, &[])].concat();
    let mut files = vec![(frames::pcap_header(order, false, 1), vec![]), (start, vec![])];
    for number in 0..count {
        let frame = payload(number);
        let micros = 1_700_000_000_000_000 + u64::from(number) * 1000;
        let (seconds, fraction) = ((micros / 1_000_000) as u32, (micros % 1_000_000) as u32);
        let length = frame.len() as u32;
        for (file, places) in &mut files {
            places.push(file.len());
            file.extend(match file[0] {
                0x0a => frames::enhanced(order, 0, micros, length, &frame),
                _ => frames::pcap_record(order, seconds, fraction, length, &frame),
            });
        }
    }
    files
}

#[test]
fn behind_damage_the_next_record_is_found_and_the_place_is_told() {
    for (whole, places) in numbered(40) {
        let pcapng = whole[0] == 0x0a;
        // Where the length that matters stands in a record.
        let length_at = if pcapng { 4 } else { 8 };
        let lie = |value: u32| {
            move |file: &mut Vec<u8>, at: usize| file[at + length_at..at + length_at + 4].copy_from_slice(&value.to_le_bytes())
        };
        let hole = |from: usize, bytes: usize| move |file: &mut Vec<u8>, at: usize| file[at + from..at + from + bytes].fill(0);
        type Damage = Box<dyn Fn(&mut Vec<u8>, usize)>;
        let damages: [(&str, Damage, u64, u64); 8] = [
            ("a length beyond everything", Box::new(lie(u32::MAX)), 10, 10),
            ("a length somewhat too long", Box::new(lie(3000)), 10, 10),
            ("a length beyond the end", Box::new(lie(90_000)), 10, 10),
            ("a length too short", Box::new(lie(40)), 10, 10),
            ("a hole over a head", Box::new(hole(0, 16)), 10, 10),
            ("a hole over many records", Box::new(hole(0, 4000)), 10, 20),
            ("a hole from inside a record on", Box::new(hole(40, 4000)), 10, 20),
            ("text over a head", Box::new(|file, at| file[at..at + 20].copy_from_slice(b"nobody expected this")), 10, 10),
        ];
        for (what, damage, first, last) in damages {
            let mut file = whole.clone();
            damage(&mut file, places[10]);
            let report = report(&file);
            let frames = report["capture"]["frames"].as_u64().unwrap();
            let least = 40 - (last - first) - 2;
            assert!((least..=40).contains(&frames), "{what}, pcapng {pcapng}: {frames} frames");
            let place = &finding(&report, "records_skipped")["places"][0];
            let offset = place["offset"].as_u64().unwrap() as usize;
            let bytes = place["bytes"].as_u64().unwrap() as usize;
            assert!((places[9]..=places[11]).contains(&offset), "{what}, pcapng {pcapng}: {offset}, {places:?}");
            assert!(places.contains(&(offset + bytes)), "{what}: reading goes on at a record");
            assert_eq!(place["file"], "file");
            assert_eq!(codes(&report).iter().filter(|code| code.starts_with("file_")).count(), 0, "{what}");
        }
    }
}

#[test]
fn a_file_cut_inside_a_record_says_where() {
    for (whole, places) in numbered(5) {
        let report = report(&whole[..places[4] + 30]);
        assert_eq!(report["capture"]["frames"], 4);
        let place = &finding(&report, "file_cut")["places"][0];
        assert_eq!((&place["offset"], &place["bytes"]), (&json!(places[4]), &json!(30)));
    }
}

/// A clock that jumps by years is odd, and no damage.
#[test]
fn clocks_may_jump() {
    let order = Order::Big;
    let seconds = [1_700_000_000, 1_700_000_001, 5, 6, 4_000_000_000, 4_000_000_001, 1_700_000_002, 1_700_000_003];
    let records = seconds.map(|seconds| frames::pcap_record(order, seconds, 0, 60, &[0xa5; 60]));
    let report = report(&[frames::pcap_header(order, false, 1), records.concat()].concat());
    assert_eq!(report["capture"]["frames"], 8);
    assert_eq!(report["capture"]["last_time"], 4_000_000_001.0);
    assert!(!codes(&report).contains(&"records_skipped"));
}

#[test]
fn comments_are_told_with_their_frames() {
    let order = Order::Big;
    let comment = |text: &str| frames::option(order, 1, text.as_bytes());
    let with_options = |block: Vec<u8>, options: Vec<u8>| {
        let kind = u32::from_be_bytes(block[..4].try_into().unwrap());
        frames::block(order, kind, &[&block[8..block.len() - 4], &options].concat())
    };
    let file = [
        with_options(frames::section(order), comment("the section")),
        frames::interface(order, 1, 0, &[comment("the interface")]),
        frames::enhanced(order, 0, 1, 3, b"one"),
        with_options(frames::enhanced(order, 0, 2, 3, b"two"), [comment("second frame"), comment("said\u{1b}[2J twice")].concat()),
        // Longer than the block: what is there is no option.
        with_options(frames::enhanced(order, 0, 3, 3, b"six"), vec![0, 1, 0xff, 0xff, b'x', b'x', b'x', b'x']),
    ];
    let report = report(&file.concat());
    assert_eq!(report["capture"]["frames"], 3);
    let comments = finding(&report, "comment");
    assert_eq!((&comments["count"], &comments["frames"]), (&json!(4), &json!([2])));
    let texts: Vec<_> = comments["places"].as_array().unwrap().iter().map(|place| place["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["the section", "the interface", "second frame", "said\u{1b}[2J twice"]);
}

#[test]
fn a_bomb_ends_with_a_finding() {
    let order = Order::Little;
    let record = frames::pcap_record(order, 1_700_000_000, 0, 600, &[0; 600]);
    let plain = [frames::pcap_header(order, false, 1), record.repeat(20_000)].concat();
    for (what, bomb) in compressions(&plain) {
        let limits = Limits { expanded_bytes: 1 << 20, ..Limits::default() };
        let (report, error) = told(&bomb, &limits, 1 << 16);
        assert_eq!((told(&bomb, &limits, 999), error), ((report.clone(), error), None), "{what} in other chunks");
        let frames = ((1 << 20) - 24) / record.len();
        assert_eq!(report["capture"]["frames"], frames, "{what}");
        assert_eq!(finding(&report, "limit_expanded")["count"], 1, "{what}");
        assert_eq!(report["capture"]["files"][0]["bytes"], bomb.len(), "{what}");
        let raised = Limits { expanded_bytes: u64::MAX, ..limits };
        assert_eq!(told(&bomb, &raised, 1 << 16).0["capture"]["frames"], 20_000, "{what}");
    }
}

#[test]
fn what_a_compression_checks_is_checked() {
    let plain = capture("dht.pcap");
    let frames = report(&plain)["capture"]["frames"].clone();
    for (what, mut packed, at) in
        [("gzip", gzip(&plain, 6), 8), ("lz4", lz4(&plain, false), 4), ("xz", xz(&plain), 0), ("zstd", zstd(&plain), 4)]
    {
        match at {
            // The checksum of xz stands before its index.
            0 => {
                let checksum = crc32fast::hash(&plain).to_le_bytes();
                let place = packed.windows(4).rposition(|bytes| bytes == checksum).unwrap();
                packed[place] ^= 1;
            }
            _ => {
                let place = packed.len() - at;
                packed[place] ^= 1;
            }
        }
        let report = report(&packed);
        assert_eq!(finding(&report, "packed_damaged")["count"], 1, "{what}");
        assert!(what == "xz" || report["capture"]["frames"] == frames, "{what}");
    }
    let trailing = [gzip(&plain, 6), b"something else".to_vec()].concat();
    let found = report(&trailing);
    assert_eq!((&found["capture"]["frames"], codes(&found).contains(&"packed_damaged")), (&frames, true));
}

#[test]
fn a_table_that_names_other_frames_is_told() {
    let frames = frames_of(&capture("dht.pcap"));
    for (major, minor) in [(1, 0), (2, 0), (2, 3)] {
        let mut file = netmon(&frames, major, minor);
        let end = file.len();
        file[end - 8..].rotate_left(4);
        let report = report(&file);
        assert_eq!(report["capture"]["frames"], frames.len());
        assert_eq!(finding(&report, "frames_unordered")["count"], 1);
    }
}
