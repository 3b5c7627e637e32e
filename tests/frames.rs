//! Whether any frame of a capture opens, and shows its bytes where they are.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::layers::{self, Timed};
use swarmscope::base::Limits;
use swarmscope::base::part::Part;
use swarmscope::report::frame::{FrameView, written};
use swarmscope::session::FrameReading;

/// A frame of captures that are read as one, in chunks of so many bytes.
fn view(captures: &[&[u8]], number: u64, chunk: usize) -> Option<FrameView> {
    let mut frame = FrameReading::new(number, Limits::default());
    let reading = frame.reading();
    let mut rest: Vec<&[u8]> = captures.to_vec();
    for (index, bytes) in captures.iter().enumerate() {
        reading.add_file(&format!("{index}.pcap"), Some(bytes.len() as u64));
    }
    while let Some(source) = reading.wants() {
        let (now, later) = rest[source].split_at(chunk.min(rest[source].len()));
        rest[source] = later;
        if now.is_empty() { reading.end(source).unwrap() } else { reading.push(source, now).unwrap() }
    }
    reading.finish();
    frame.view()
}

fn capture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures").join(name)).unwrap()
}

fn lab(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab").join(name);
    let there = path.exists();
    if !there {
        println!("skipped: there is no {}", path.display());
    }
    there.then_some(path)
}

/// Whether every part lies in the one around it, and those of a row follow each other.
fn nests(parts: &[Part], start: usize, end: usize) -> bool {
    let inside = |part: &Part| start <= part.start && part.start <= part.end && part.end <= end;
    parts.iter().all(|part| inside(part) && nests(&part.parts, part.start, part.end))
        && parts.windows(2).all(|two| two[0].end <= two[1].start)
}

/// Names of a view's layers, with their places.
fn places(view: &FrameView) -> Vec<(&str, usize, usize)> {
    view.layers.iter().map(|layer| (&*layer.name, layer.start, layer.end)).collect()
}

#[test]
fn every_frame_opens_and_its_parts_nest() {
    for (name, step) in
        [("dht.pcap", 1), ("client-start.pcapng", 7), ("block32k.pcap", 9), ("loss.pcap", 41), ("snap96.pcap", 41), ("midstream.pcap", 41)]
    {
        let bytes = capture(name);
        let mut number = 1;
        while let Some(view) = view(&[&bytes], number, 1 << 16) {
            assert_eq!((view.number, view.number_in_file), (number, number));
            assert!(nests(&view.layers, 0, view.captured), "{name} {number}: {:#?}", view.layers);
            let covered: usize = view.layers.iter().map(|layer| layer.end - layer.start).sum();
            assert_eq!(covered, view.captured, "{name} {number}: every byte is in a layer: {:?}", places(&view));
            assert_eq!(view.bytes.len(), view.captured * 2);
            assert!(written::text(&view).contains(&view.command));
            number += step;
        }
        assert!(number > 4, "{name} has frames");
    }
}

#[test]
fn the_same_in_any_chunks() {
    let bytes = capture("block32k.pcap");
    for number in [4, 6, 9, 30] {
        let whole = view(&[&bytes], number, usize::MAX);
        assert!(whole.is_some());
        for chunk in [1000, 4097, 100_000] {
            assert_eq!(view(&[&bytes], number, chunk), whole, "frame {number} in chunks of {chunk}");
        }
    }
    assert_eq!(view(&[&bytes], 1_000_000, 1 << 16), None, "there is no such frame");
}

#[test]
fn a_message_over_several_frames_says_so() {
    let bytes = capture("block32k.pcap");
    let views: Vec<FrameView> = (1..40).map_while(|number| view(&[&bytes], number, 1 << 16)).collect();
    let begun = views.iter().find(|view| view.events.iter().any(|row| row.name == "piece")).unwrap();
    let message = begun.layers.last().unwrap();
    assert!(message.value.starts_with("piece ") && message.value.ends_with("bytes in this frame"), "{message:?}");
    assert_eq!(message.parts.iter().map(|part| &*part.name).collect::<Vec<_>>(), ["Length", "Kind", "Piece", "Begin", "Block"]);
    let next = &views[usize::try_from(begun.number).unwrap()];
    let note = next.notes.iter().find(|note| note.frame == Some(begun.number));
    assert!(note.is_some_and(|note| note.text.contains("piece")), "{:?}", next.notes);
    assert!(begun.command.contains("bittorrent -Y") && begun.flow.is_some());
}

#[test]
fn frames_of_several_files_keep_both_numbers() {
    let first = capture("dht.pcap");
    // The same an hour later, which is no copy.
    let mut second = first.clone();
    let mut at = 24;
    while let Some(head) = second.get_mut(at..at + 16) {
        let seconds = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) + 3600;
        head[..4].copy_from_slice(&seconds.to_le_bytes());
        at += 16 + u32::from_le_bytes([head[8], head[9], head[10], head[11]]) as usize;
    }
    let both = view(&[&first, &second], 14, 1 << 16).unwrap();
    assert_eq!((both.number, both.number_in_file, &*both.file), (14, 2, "1.pcap"), "the first has twelve");
    assert_eq!(both.filter, "frame.number == 2");
    assert!(both.command.starts_with("tshark -r 1.pcap ") && both.command.ends_with("-Y 'frame.number == 2' -V -x"));
}

#[test]
fn a_compressed_capture_shows_the_same() {
    let plain = capture("dht.pcap");
    let packed = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/packed")).unwrap();
    for path in packed.map(|entry| entry.unwrap().path()) {
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| name.starts_with("dht.pcap")) else { continue };
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(view(&[&bytes], 5, 1 << 16), view(&[&plain], 5, 1 << 16), "{name}");
    }
}

#[test]
fn whatever_is_around_a_message_it_is_found() {
    let packets = layers::packets(&capture("block32k.pcap"));
    let plain = capture("block32k.pcap");
    let message = |view: &FrameView| view.layers.iter().find(|layer| layer.name == "Peer wire message").cloned();
    let shown = (1..20).find_map(|number| message(&view(&[&plain], number, 1 << 16)?).map(|message| (number, message)));
    let (number, expected) = shown.unwrap();
    assert_eq!(expected.value, "handshake");
    for (link_type, wrap, what) in layers::WRAPPINGS {
        let wrapped: Vec<_> = packets.iter().map(|packet| Timed { bytes: wrap(&packet.bytes), ..packet.clone() }).collect();
        let view = view(&[&layers::capture(*link_type, &wrapped)], number, 1 << 16).unwrap();
        assert!(nests(&view.layers, 0, view.captured), "{what}: {:#?}", view.layers);
        let found = message(&view).unwrap_or_else(|| panic!("{what}: {:?}", places(&view)));
        assert_eq!((found.end - found.start, found.parts.len()), (68, 5), "{what}");
        assert_eq!(&view.bytes[found.start * 2 + 2..][..38], "426974546f7272656e742070726f746f636f6c", "{what}: its bytes are there");
    }
}

#[test]
fn a_frame_may_hold_anything() {
    let bytes = capture("dht.pcap");
    let mut dice = support::dice::Dice::new(7);
    for _ in 0..400 {
        let mut changed = bytes.clone();
        for _ in 0..4 {
            // Behind the head of the file and of the first record, so that there is a frame.
            let at = 40 + dice.below(200);
            changed[at] = u8::try_from(dice.below(256)).unwrap();
        }
        for number in [1, 2, 3] {
            let shown = view(&[&changed], number, 1 << 16);
            assert!(shown.is_none_or(|view| nests(&view.layers, 0, view.captured)));
        }
    }
}

/// The places of layers and of messages between peers as TShark has them: name, start and end.
fn of_tshark(path: &Path, number: u64) -> Vec<(String, usize, usize)> {
    let path = path.to_string_lossy();
    let asked = ["-r", &*path, "--enable-heuristic", "bt_utp_udp", "-Y", &format!("frame.number == {number}"), "-T", "pdml"];
    let output = Command::new("tshark").args(asked).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let attribute = |line: &str, name: &str| Some(line.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.to_owned());
    let mut found = Vec::new();
    for line in text.lines().filter(|line| line.trim_start().starts_with("<proto ")) {
        let (Some(name), Some(start), Some(size)) = (attribute(line, "name"), attribute(line, "pos"), attribute(line, "size")) else {
            continue;
        };
        let known = [("eth", "Ethernet"), ("ip", "IPv4"), ("ipv6", "IPv6"), ("tcp", "TCP"), ("udp", "UDP")];
        if let Some((_, ours)) = known.iter().find(|(theirs, _)| *theirs == name) {
            let start: usize = start.parse().unwrap();
            found.push(((*ours).to_owned(), start, start + size.parse::<usize>().unwrap()));
        }
    }
    for line in text.lines().filter(|line| line.contains("name=\"bittorrent.msg.length\"")) {
        let start: usize = attribute(line, "pos").unwrap().parse().unwrap();
        found.push(("message".to_owned(), start, start + 4));
    }
    found
}

#[test]
fn layers_and_messages_stand_where_tshark_has_them() {
    if Command::new("tshark").arg("--version").output().is_err() {
        return println!("skipped: TShark is not installed");
    }
    for (name, frames) in
        [("small.pcapng", &[4, 62, 112, 114, 174, 187][..]), ("ipv6.pcapng", &[1, 40, 200]), ("utp.pcapng", &[92, 168, 398])]
    {
        let Some(path) = lab(name) else { return };
        let bytes = std::fs::read(&path).unwrap();
        for number in frames {
            let view = view(&[&bytes], *number, 1 << 16).unwrap();
            let mut ours: Vec<(String, usize, usize)> = Vec::new();
            for layer in &view.layers {
                if ["Ethernet", "IPv4", "IPv6", "TCP", "UDP"].contains(&&*layer.name) {
                    ours.push((layer.name.to_string(), layer.start, layer.end));
                }
            }
            let messages = view.layers.iter().filter(|layer| layer.name == "Peer wire message" && layer.value != "handshake");
            ours.extend(messages.map(|layer| ("message".to_owned(), layer.start, layer.start + 4)));
            assert_eq!(ours, of_tshark(&path, *number), "{name}, frame {number}");
        }
    }
}
