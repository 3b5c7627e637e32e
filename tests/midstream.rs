//! Captures that begin in the middle of everything: what is found behind a cut against what is found there when the beginning is known.
//!
//! Captures of the repository and, where it lies beside the checkout, of the lab are cut at many points. Behind a cut no piece may be invented,
//! nearly all must be found, and their torrent must be right or unknown, never wrong.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use support::analysis::{capture, report};
use swarmscope::base::{Endpoint, Limits};
use swarmscope::capture::{Reader, Step};
use swarmscope::decode::{Decoded, Decoder, Place};
use swarmscope::flow::Flows;
use swarmscope::protocol::peer_wire::{Block, Message as PeerMessage};
use swarmscope::protocol::{Dissector, Event, Message};

/// A block on its way: the frame in which its message begins, who sent it to whom, which one it is.
type Given = (u64, Endpoint, Endpoint, (u32, u32, u32));

/// The capture without its first `count` frames.
fn behind(capture: &[u8], count: usize) -> Vec<u8> {
    let number = |at: usize| u32::from_le_bytes(capture[at..at + 4].try_into().unwrap()) as usize;
    let is_ng = number(0) == 0x0a0d_0d0a;
    let mut at = if is_ng { 0 } else { 24 };
    let mut kept = capture[..at].to_vec();
    let mut frames = 0;
    while at < capture.len() {
        let (length, is_frame) = if is_ng { (number(at + 4), number(at) == 6) } else { (16 + number(at + 8), true) };
        frames += usize::from(is_frame);
        if !is_frame || frames > count {
            kept.extend(&capture[at..at + length]);
        }
        at += length;
    }
    kept
}

/// The blocks that a capture shows, and how many frames it has.
fn blocks(capture: &[u8]) -> (BTreeSet<Given>, u64) {
    let (limits, mut given, mut frames) = (Limits::default(), BTreeSet::new(), 0);
    let mut decoder = Decoder::new(&limits);
    let (mut reader, mut flows, mut dissector) = (Reader::new(&limits), Flows::new(&limits), Dissector::new(&limits));
    let mut observe = |event: &Event<'_>| {
        if let Message::PeerWire { message: PeerMessage::Piece { block: Block { index, begin, length }, .. }, .. } = event.message {
            given.insert((event.frame, event.source, event.destination, (index, begin, length)));
        }
    };
    let mut at = 0;
    loop {
        match reader.next(&capture[at..], true).unwrap() {
            Step::Frame { used, frame } => {
                frames = frame.number;
                if let Some(Decoded::Packet(packet)) = decoder.next(&frame, &mut Place::default()) {
                    flows.push(frame.number, frame.time, &packet, |state, delivery| {
                        dissector.dissect(state, delivery, &mut |event| observe(&event));
                    });
                }
                at += used;
            }
            Step::Skip { used, .. } => at += used,
            Step::More { .. } | Step::End { .. } => break,
        }
    }
    flows.finish(|state, delivery| dissector.dissect(state, delivery, &mut |event| observe(&event)));
    (given, frames)
}

fn is_same(one: &Given, other: &Given) -> bool {
    (one.1, one.2, one.3) == (other.1, other.2, other.3)
}

/// Torrent, piece and sender of everything in the report, and bytes with and without a torrent.
fn told(capture: &[u8]) -> (BTreeSet<(String, u64, String)>, [u64; 2]) {
    let report = report("cut", capture);
    let (mut told, mut bytes) = (BTreeSet::new(), [0; 2]);
    for torrent in report["download"]["torrents"].as_array().unwrap() {
        for piece in torrent["pieces"].as_array().unwrap() {
            bytes[usize::from(torrent["info_hash"].is_null())] += piece["bytes"].as_u64().unwrap();
            for share in piece["contributors"].as_array().unwrap() {
                let name = torrent["info_hash"].as_str().unwrap_or_default();
                told.insert((name.to_owned(), piece["index"].as_u64().unwrap(), share["endpoint"].as_str().unwrap().to_owned()));
            }
        }
    }
    (told, bytes)
}

/// Cuts a capture at so many points; `least` are the shares in a hundred that must be found of all blocks, and be given a torrent.
fn check(name: &str, capture: &[u8], cuts: u64, least: [u64; 2]) {
    let (truth, frames) = blocks(capture);
    let (torrents, _) = told(capture);
    let (mut due, mut found, mut bytes) = (0, 0, [0; 2]);
    let mut wrong = Vec::new();
    for cut in (1..=cuts).map(|part| frames * part / (cuts + 1)) {
        let rest = behind(capture, usize::try_from(cut).unwrap());
        let (seen, _) = blocks(&rest);
        let seen: BTreeSet<Given> = seen.into_iter().map(|(frame, from, to, block)| (frame + cut, from, to, block)).collect();
        let expected: BTreeSet<Given> = truth.iter().filter(|given| given.0 > cut).copied().collect();
        // A copy of a segment from before the cut may come behind it.
        let invented = seen.difference(&expected).filter(|given| !truth.iter().any(|known| is_same(known, given)));
        wrong.extend(invented.take(3).map(|given| format!("cut {cut}: invented {given:?}")));
        (due, found) = (due + expected.len() as u64, found + seen.intersection(&expected).count() as u64);
        let (named, parts) = told(&rest);
        let misnamed = named.difference(&torrents).filter(|(torrent, ..)| !torrent.is_empty());
        wrong.extend(misnamed.take(3).map(|given| format!("cut {cut}: wrong {given:?}")));
        bytes = [bytes[0] + parts[0], bytes[1] + parts[1]];
        println!("{name} cut {cut}: {} of {} blocks, bytes {parts:?}", seen.len(), expected.len());
    }
    let [known, unknown] = bytes;
    println!("{name}: {found} of {due} blocks, torrent known of {known} of {} bytes", known + unknown);
    if found * 100 < due * least[0] {
        wrong.push(format!("{found} of {due} blocks found"));
    }
    if known * 100 < (known + unknown) * least[1] {
        wrong.push(format!("torrent known of {known} of {} bytes", known + unknown));
    }
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
}

#[test]
fn captures_of_the_repository() {
    for (name, least) in
        [("client-start.pcapng", [99, 40]), ("loss.pcap", [99, 0]), ("reordered.pcap", [98, 0]), ("block32k.pcap", [99, 0])]
    {
        check(name, &capture(name), 12, least);
    }
}

/// A capture of the lab; without it the test says so and passes.
fn check_lab(name: &str, least: [u64; 2]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../shared/lab/{name}.pcapng"));
    match std::fs::read(&path) {
        Ok(capture) => check(name, &capture, 9, least),
        Err(_) => println!("skipped: no {}", path.display()),
    }
}

macro_rules! labs {
    ($($name:ident: $found:literal $named:literal;)*) => { $(#[test] fn $name() { check_lab(stringify!($name), [$found, $named]); })* };
}

// Where the client takes part in several torrents with the same peers, a connection may be of any of them: see `small`, `lan`, `hybrid`.
labs! {
    large: 99 99;
    utp: 99 99;
    swarm: 99 99;
    ipv6: 99 99;
    loss: 99 99;
    v2: 99 99;
    small: 99 40;
    lan: 99 60;
    hybrid: 99 15;
    webseed: 99 0;
}
