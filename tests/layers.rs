//! The same conversations in every link layer, in tunnels and in fragments: the report is that of the plain capture.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may fail by panicking; its numbers are small"
)]

mod support;

use serde_json::Value;
use support::analysis;
use support::dice::Dice;
use support::frames::{IPV6, ethernet};
use support::layers::{Timed, WRAPPINGS, aggregate, bombs, capture, fragments, fragments_6, packets, quotes, wireless_fragments};
use swarmscope::base::Limits;
use swarmscope::capture::{Reader, Step};
use swarmscope::decode::{Decoded, Decoder, Place};

/// Captures of TCP, one with late segments and one with lost ones, and of the DHT.
const CAPTURES: [&str; 3] = ["reordered.pcap", "loss.pcap", "dht.pcap"];

/// A report without what the bytes around a packet change: sizes of files and frames.
fn report(bytes: &[u8]) -> Value {
    let mut report = analysis::report("capture", bytes);
    let capture = report["capture"].as_object_mut().unwrap();
    capture.remove("files");
    capture.remove("bytes");
    for of in ["/traffic", "/traffic/totals"] {
        report.pointer_mut(of).and_then(Value::as_object_mut).unwrap().remove("everything");
    }
    report
}

/// A report without what the number of frames changes too.
fn unnumbered(bytes: &[u8]) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|name, _| !name.contains("frame"));
                fields.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut report = report(bytes);
    // Of what comes twice it is told that it does.
    report["findings"].as_array_mut().unwrap().retain(|finding| finding["code"] != "packet_duplicate");
    strip(&mut report);
    report
}

/// Datagrams and segments of a capture.
fn count(bytes: &[u8]) -> u64 {
    let (mut reader, mut decoder) = (Reader::new(&Limits::default()), Decoder::new(&Limits::default()));
    let (mut rest, mut count) = (bytes, 0);
    loop {
        let used = match reader.next(rest, true).unwrap() {
            Step::Frame { used, frame } => {
                let mut place = Place::default();
                while let Some(decoded) = decoder.next(&frame, &mut place) {
                    count += u64::from(matches!(decoded, Decoded::Packet(_)));
                }
                used
            }
            Step::Skip { used, .. } => used,
            Step::More { .. } | Step::End { .. } => return count,
        };
        rest = &rest[used..];
    }
}

fn finding(report: &Value, code: &str) -> u64 {
    let rows = report["findings"].as_array().unwrap();
    rows.iter().find(|row| row["code"] == code).map_or(0, |row| row["count"].as_u64().unwrap())
}

/// The packets of a capture, each in as many frames as `cut` makes of it.
fn cut(packets: &[Timed], mut cut: impl FnMut(u16, &[u8]) -> Vec<Vec<u8>>) -> Vec<Vec<Timed>> {
    let frames =
        |(number, packet): (u16, &Timed)| cut(number, &packet.bytes).into_iter().map(|bytes| Timed { time: packet.time, bytes }).collect();
    (1..).zip(packets).map(frames).collect()
}

#[test]
fn the_report_is_the_same_in_every_layer() {
    for name in CAPTURES {
        let packets = packets(&analysis::capture(name));
        let plain = report(&capture(101, &packets));
        assert!(finding(&plain, "packet_malformed") == 0 && !plain["messages"].as_object().unwrap().is_empty(), "{name}");
        for (link_type, wrap, what) in WRAPPINGS {
            let frames: Vec<_> = packets.iter().map(|packet| Timed { bytes: wrap(&packet.bytes), ..*packet }).collect();
            assert!(report(&capture(*link_type, &frames)) == plain, "{name} in {what}");
        }
    }
}

#[test]
fn several_packets_in_a_frame_are_all_read() {
    for name in CAPTURES {
        let packets = packets(&analysis::capture(name));
        let timed: Vec<_> =
            packets.chunks(2).flat_map(|pair| pair.iter().map(|packet| Timed { time: pair[0].time, ..packet.clone() })).collect();
        let frames = timed.chunks(2).map(|pair| Timed {
            time: pair[0].time,
            bytes: aggregate(&pair.iter().map(|packet| packet.bytes.clone()).collect::<Vec<_>>()),
        });
        assert!(unnumbered(&capture(105, &frames.collect::<Vec<_>>())) == unnumbered(&capture(101, &timed)), "{name}");
    }
}

#[test]
fn fragments_in_any_order_give_the_report_of_the_whole() {
    for name in CAPTURES {
        let packets = packets(&analysis::capture(name));
        let plain = unnumbered(&capture(101, &packets));
        let same = |frames: Vec<Vec<Timed>>, what| {
            assert!(unnumbered(&capture(101, &frames.concat())) == plain, "{name}, {what}");
        };
        let mut dice = Dice::new(7);
        same(cut(&packets, |number, packet| fragments(number, packet, 3, 0)), "in order");
        same(cut(&packets, |number, packet| fragments(number, packet, 5, 8)), "overlapping");
        same(cut(&packets, |number, packet| fragments(number, packet, 3, 0).into_iter().rev().collect()), "reversed");
        let shuffled = |number, packet: &[u8]| {
            let mut parts = fragments(number, packet, 9, 0);
            for last in (1..parts.len()).rev() {
                parts.swap(last, dice.below(last + 1));
            }
            parts
        };
        same(cut(&packets, shuffled), "in any order");
        // A packet that stays in one piece would be another packet if it came twice.
        let once = |parts: Vec<Vec<u8>>, repeated: Vec<Vec<u8>>| if parts.len() == 1 { parts } else { repeated };
        let twice = |number, packet: &[u8]| {
            let parts = fragments(number, packet, 3, 0);
            once(parts.clone(), parts.into_iter().flat_map(|part| [part.clone(), part]).collect())
        };
        same(cut(&packets, twice), "each twice");
        let again = |number, packet: &[u8]| {
            let parts = fragments(number, packet, 2, 0);
            once(parts.clone(), [parts.clone(), parts].concat())
        };
        same(cut(&packets, again), "all twice");
        let mut tunnelled = cut(&packets, |number, packet| fragments_6(number.into(), packet));
        tunnelled.iter_mut().flatten().for_each(|frame| frame.bytes = ethernet(IPV6, &frame.bytes));
        assert!(unnumbered(&capture(1, &tunnelled.concat())) == plain, "{name}, in IPv6");
        let nested = cut(&packets, |number, packet| {
            let outer = |(at, part): (u16, &Vec<u8>)| fragments_6(u32::from(number) << 8 | u32::from(at), part);
            (0..).zip(&fragments(number, packet, 2, 0)).flat_map(outer).map(|frame| ethernet(IPV6, &frame)).collect()
        });
        assert!(unnumbered(&capture(1, &nested.concat())) == plain, "{name}, fragments of fragments");
    }
}

#[test]
fn fragments_of_several_packets_may_come_by_turns() {
    for name in CAPTURES {
        let packets = packets(&analysis::capture(name));
        let cut = cut(&packets, |number, packet| fragments(number, packet, 2, 0));
        let mut frames = Vec::new();
        // Four packets at a time: all their first parts, then all their second ones. Those that are in one piece wait for the others.
        for group in cut.chunks(4) {
            frames.extend(group.iter().filter(|parts| parts.len() > 1).map(|parts| parts[0].clone()));
            frames.extend(group.iter().map(|parts| parts[parts.len() - 1].clone()));
        }
        assert!(unnumbered(&capture(101, &frames)) == unnumbered(&capture(101, &packets)), "{name}");
    }
}

#[test]
fn parts_of_wireless_frames_give_the_report_of_the_whole() {
    for name in CAPTURES {
        let packets = packets(&analysis::capture(name));
        let plain = unnumbered(&capture(101, &packets));
        for count in [2, 3, 16] {
            let mut cut = cut(&packets, |number, packet| wireless_fragments(number & 0xfff, packet, count));
            assert!(unnumbered(&capture(105, &cut.concat())) == plain, "{name}, {count} parts");
            // Each was not acknowledged at first.
            cut.iter_mut().for_each(|parts| *parts = parts.iter().flat_map(|part| [part.clone(), part.clone()]).collect());
            assert!(count == 16 || unnumbered(&capture(105, &cut.concat())) == plain, "{name}, {count} parts, each twice");
        }
        let mut holed = cut(&packets, |number, packet| wireless_fragments(number & 0xfff, packet, 3));
        holed[3].remove(1);
        assert_eq!(finding(&report(&capture(105, &holed.concat())), "fragment_skipped"), 1, "{name}");
    }
}

#[test]
fn reserved_bits_of_a_link_type_are_passed_over() {
    let packets = packets(&analysis::capture("dht.pcap"));
    let frames: Vec<_> = packets.iter().map(|packet| Timed { bytes: ethernet(0x0800, &packet.bytes), ..*packet }).collect();
    let plain = report(&capture(1, &frames));
    for link_type in [0x0001_0001, 0x03ff_0001, 0x0800_0001, 0x0bff_0001] {
        assert!(report(&capture(link_type, &frames)) == plain, "{link_type:#x}");
    }
}

#[test]
fn an_error_that_quotes_a_packet_never_counts_as_that_packet() {
    for name in CAPTURES {
        let frames = packets(&analysis::capture(name));
        let quoted = frames.iter().flat_map(|packet| quotes(&packet.bytes).map(|bytes| Timed { bytes, ..*packet }));
        let report = report(&capture(1, &quoted.collect::<Vec<_>>()));
        assert_eq!((&report["messages"], &report["coverage"]["decoded"]), (&serde_json::json!({}), &0.into()), "{name}");
    }
}

#[test]
fn a_bomb_of_tunnels_ends_with_a_finding() {
    let packets = packets(&analysis::capture("dht.pcap"));
    for depth in [2, 30, 200] {
        for (bytes, what) in bombs(&packets[0].bytes, depth) {
            let report = report(&capture(1, &[Timed { bytes, ..packets[0] }]));
            let expected = if depth == 2 { (0, 1) } else { (1, 0) };
            let messages = report["messages"].as_object().unwrap().len();
            // A datagram that holds no tunnel that is read to its end is one itself.
            let ended = finding(&report, "limit_nesting");
            assert_eq!((ended, messages), expected, "{what}, {depth} deep");
        }
    }
}

#[test]
fn a_packet_with_a_hole_is_missing_and_said_so() {
    let packets = packets(&analysis::capture("dht.pcap"));
    let whole = report(&capture(101, &packets));
    let mut cut = cut(&packets, |number, packet| fragments(number, packet, 3, 0));
    let without: Vec<_> = (0..).zip(&packets).filter(|(at, _)| *at != 3).map(|(_, packet)| packet.clone()).collect();
    cut[3].remove(1);
    let holed = report(&capture(101, &cut.concat()));
    assert_eq!((finding(&holed, "fragment_skipped"), finding(&whole, "fragment_skipped")), (1, 0));
    assert_eq!(holed["messages"], report(&capture(101, &without))["messages"]);
}

#[test]
fn fragments_without_end_stay_within_the_limits() {
    // First fragments only: 40 000 packets of 1 KiB.
    let packet = support::frames::ipv4(17, [10, 0, 0, 1], [10, 0, 0, 2], &[0; 1032]);
    let flood = |number: u32| {
        let mut first = fragments(number as u16, &packet, 2, 0).swap_remove(0);
        first[12] = (number >> 16) as u8;
        Timed { time: (1_700_000_000, number), bytes: first }
    };
    let report = report(&capture(101, &(0..40_000).map(flood).collect::<Vec<_>>()));
    assert_eq!(finding(&report, "fragment_skipped") + finding(&report, "limit_fragments"), 40_000);
    assert!(finding(&report, "limit_fragments") > 30_000);
}

/// Captures by other programs, by the end of their name, and how many datagrams and segments TShark 4.0.17 shows in them that are not quoted
/// in an error; by hand what differs.
const OTHERS: &[(&str, u64, &str)] = &[
    ("pcap/80211http.pcap", 26, "radiotap"),
    ("Traces/radiotap.pcap", 3, "radiotap"),
    ("filter/http_PPI.pcap", 3, "PPI; two more frames are acknowledgements of the link's own"),
    ("pcap/gre-erspan-vxlan.pcap", 7, "VXLAN in ERSPAN"),
    ("pcap/mpls-basic.pcap", 31, "MPLS"),
    ("pcaps/pppoe_double_vlan_tagging.pcap", 30, "PPPoE in QinQ"),
    ("Traces/pppoe-over-qinq.pcap", 86, "PPPoE in QinQ"),
    ("tests/LINKTYPE_PKTAP.pcap", 1, "PKTAP"),
    ("tests/bigtcp-ipv6-hbh.pcap", 1, "a jumbogram of Linux"),
    ("Traces/nflog-bad-tlv-len.pcap", 0, "NFLOG with a length that cannot be"),
    ("filesamples/simple_http_sll2.pcap", 24, "SLL2"),
    ("tunnels/gre-sample.pcap", 30, "GRE; two errors quote a packet"),
    ("tunnels/vxlan-encapsulated-http.pcap", 12, "VXLAN"),
    ("tunnels/vxlan-triple-v2.pcap", 1, "VXLAN in VXLAN in VXLAN"),
    ("tunnels/geneve.pcap", 0, "Geneve, pings in it"),
    ("tunnels/Teredo.pcap", 74, "Teredo; what its server says stays a datagram"),
    ("capturas/navegar_na_net_vpn.pcap", 121, "PPTP, encrypted"),
    ("PcapExamples/ip4_fragments.pcap", 9, "fragments"),
    ("ipv4/fragmented-3.pcap", 0, "fragments without the last"),
    ("Traces/ipv6-fragmented-dns.pcap", 5, "fragments of IPv6"),
    ("Traces/ipv6-http-atomic-frag.pcap", 36, "fragments that are all of their packet"),
    ("ip_fragmentation/teardrop.pcap", 0, "fragments that no host may believe"),
];

#[test]
fn captures_of_other_programs_hold_the_packets_that_tshark_finds() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(index) = std::fs::read(corpus.join("index.json")) else {
        println!("skipped: no corpus here ({})", corpus.display());
        return;
    };
    let index: Value = serde_json::from_slice(&index).unwrap();
    let names: Vec<_> = index["files"].as_array().unwrap().iter().map(|entry| entry["file"].as_str().unwrap()).collect();
    let found = |(end, ..): &(&'static str, u64, &'static str)| {
        let name = names.iter().find(|name| name.ends_with(end)).unwrap_or_else(|| panic!("no {end}"));
        (*end, count(&std::fs::read(corpus.join(name)).unwrap()))
    };
    let found: Vec<_> = OTHERS.iter().map(found).collect();
    assert_eq!(found, OTHERS.iter().map(|(end, count, _)| (*end, *count)).collect::<Vec<_>>());
}
