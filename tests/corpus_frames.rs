//! Frame counts on captures by many other programs, held against what TShark counts.
//!
//! The corpus lies beside the checkout and is not part of the repository: without it this test says so and passes.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use swarmscope::base::{Code, Limits};
use swarmscope::capture::{Advance, Input, Reader, Step};
use swarmscope::decode::{Decoded, Decoder, Place};

/// What was read of one file.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    frames: u64,
    packets: u64,
    findings: BTreeMap<&'static str, u64>,
    error: Option<&'static str>,
}

/// Reads a file of which `chunk` bytes come at a time.
fn read(file: &[u8], chunk: usize) -> Outcome {
    let mut outcome = Outcome { frames: 0, packets: 0, findings: BTreeMap::new(), error: None };
    let mut found = |finding: Option<Code>| {
        if let Some(code) = finding {
            *outcome.findings.entry(code.name()).or_default() += 1;
        }
    };
    let limits = Limits::default();
    let (mut input, mut reader, mut decoder) = (Input::new(&limits), Reader::new(&limits), Decoder::new(&limits));
    let (mut read, mut used) = (0, 0);
    loop {
        match reader.next(input.bytes(), input.is_last()) {
            Ok(Step::Frame { used: record, frame }) => {
                assert_eq!(frame.offset, used);
                outcome.frames += 1;
                let mut place = Place::default();
                while let Some(decoded) = decoder.next(&frame, &mut place) {
                    match decoded {
                        Decoded::Packet(_) => outcome.packets += 1,
                        Decoded::Finding(finding) => found(Some(finding.code)),
                    }
                }
                used += record as u64;
                input.consume(record);
            }
            Ok(Step::Skip { used: skipped, finding }) => {
                found(finding.map(|flaw| flaw.code));
                used += skipped as u64;
                input.consume(skipped);
            }
            Ok(Step::More { .. }) => match input.advance() {
                Advance::Further => {}
                Advance::Flaw(flaw) => found(Some(flaw.code)),
                Advance::Nothing if read == file.len() => input.end(),
                Advance::Nothing => {
                    let room = input.room();
                    let count = room.len().min(chunk).min(file.len() - read);
                    room[..count].copy_from_slice(&file[read..read + count]);
                    read += input.filled(count);
                }
            },
            Ok(Step::End { finding }) => {
                found(finding.map(|flaw| flaw.code));
                return outcome;
            }
            Err(error) => {
                outcome.error = Some(error.code());
                return outcome;
            }
        }
    }
}

#[test]
fn frame_counts_are_those_of_tshark() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(index) = std::fs::read(corpus.join("index.json")) else {
        println!("skipped: no corpus here ({})", corpus.display());
        return;
    };
    let index: serde_json::Value = serde_json::from_slice(&index).unwrap();
    let mut wrong = Vec::new();
    for entry in index["files"].as_array().unwrap() {
        let name = entry["file"].as_str().unwrap();
        let file = std::fs::read(corpus.join(name)).unwrap();
        let outcome = read(&file, usize::MAX);
        assert_eq!(outcome, read(&file, 1), "{name}: in small chunks");
        let expected = match DIFFERENCES.iter().find(|(end, ..)| name.ends_with(end)) {
            Some(&(_, frames, error, _)) => (frames, error),
            None => (entry["packets"].as_u64().unwrap(), None),
        };
        println!("{name}: {outcome:?}");
        if (outcome.frames, outcome.error) != expected {
            wrong.push(format!("{name}: expected {expected:?}, found {outcome:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The files of which we read something else than TShark, by the end of their name: frames, error code, reason.
const DIFFERENCES: &[(&str, u64, Option<&str>, &str)] = &[
    ("pcap-invalid-version-1.pcap", 0, Some("unsupported_format"), "version 1.4, which nobody has defined; TShark refuses it too"),
    ("pcapng-invalid-vers-2.pcapng", 1, None, "version 1.1: TShark refuses it, but a minor version does not change the layout"),
    ("brcm-tag.pcap", 23, None, "TShark refuses the whole file for its link type; for us that is a finding on each frame"),
    ("complex.pcapng", 5, None, "TShark counts the 3 custom blocks as packets"),
    ("advanced/test102.pcapng", 5, None, "3 custom blocks"),
    ("basic/test017.pcapng", 0, None, "4 custom blocks"),
    ("basic/test018.pcapng", 4, None, "4 custom blocks"),
    ("difficult/test202.pcapng", 8, None, "3 custom blocks"),
];
