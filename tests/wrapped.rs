//! The same conversation in each container, each link layer that it has a name for, and each compression: one report.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use serde_json::Value;
use support::analysis;
use support::containers::{compressions, containers_of};
use support::conversation::conversation;
use support::layers::{WRAPPINGS, packets};

/// A report without what the file's format and the bytes around a packet change: its size and that of its frames.
fn content(bytes: &[u8]) -> Value {
    let mut report = analysis::report("capture", bytes);
    let capture = report["capture"].as_object_mut().unwrap();
    capture.remove("files");
    capture.remove("bytes");
    // Only pcapng has room for the keys of encrypted connections.
    report["findings"].as_array_mut().unwrap().retain(|finding| finding["code"] != "secrets_skipped");
    for of in ["/traffic", "/traffic/totals"] {
        report.pointer_mut(of).and_then(Value::as_object_mut).unwrap().remove("everything");
    }
    report
}

#[test]
fn every_container_of_every_layer_in_every_compression_gives_the_same_report() {
    let packets: Vec<_> = packets(&conversation()).into_iter().map(|packet| packet.bytes).collect();
    let expected = content(&containers_of(101, &packets)[0].1);
    assert_eq!(expected["messages"]["dht"]["query"], 1);
    assert_eq!(expected["messages"]["peer_wire"]["piece"], 1);
    let (mut files, mut packed_files) = (0, 0);
    for (link_type, wrap, layer) in WRAPPINGS {
        let frames: Vec<_> = packets.iter().map(|packet| wrap(packet)).collect();
        for (container, file) in containers_of(*link_type, &frames) {
            assert!(content(&file) == expected, "{layer} in {container}");
            files += 1;
            for (compression, packed) in compressions(&file) {
                assert!(content(&packed) == expected, "{layer} in {container} in {compression}");
                packed_files += 1;
            }
        }
    }
    assert!(files > 600 && packed_files == 8 * files, "{files} files, packed {packed_files}");
}
