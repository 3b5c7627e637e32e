//! Slices of captures, read again: what they must tell is what the whole tells.
//!
//! The lab lies beside the checkout and is not part of the repository, and TShark need not be there: what needs either says so and passes.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::path::Path;

use serde_json::Value;
use support::analysis::{captures, feed, report};
use swarmscope::base::Limits;
use swarmscope::report::events::EventQuery;
use swarmscope::report::slice::{SliceQuery, SliceSummary};
use swarmscope::session::Slice;

/// A slice of files that are read as one.
fn slice_of(files: &[&[u8]], query: &SliceQuery, limits: &Limits, chunk: usize) -> (Vec<u8>, SliceSummary) {
    let mut choosing = Slice::<Vec<u8>>::choosing(query, limits.clone()).unwrap();
    (0..files.len()).for_each(|file| drop(choosing.add_file(&format!("file {file}"), None)));
    feed(&mut choosing, files, || chunk);
    let mut slice = Slice::writing(query, choosing.into_observer(), limits.clone(), None, Vec::new());
    (0..files.len()).for_each(|file| drop(slice.reading().add_file(&format!("file {file}"), None)));
    feed(slice.reading(), files, || chunk);
    let summary = slice.summary();
    let file = std::mem::take(slice.output());
    assert_eq!(summary.bytes, file.len() as u64);
    (file, summary)
}

fn slice(bytes: &[u8], query: &SliceQuery) -> (Vec<u8>, SliceSummary) {
    slice_of(&[bytes], query, &Limits::default(), 1 << 20)
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
        let (whole, again) = (report(&name, &bytes), report(&name, &sliced));
        let found = differ(&whole, &again);
        println!("{name}: {} differences; {:?}", found.len(), &found[..found.len().min(12)]);
        println!("{summary:?}");
    }
}

#[test]
fn cut() {
    for (name, bytes) in captures().into_iter().chain(lab(&["small", "utp", "mse", "lan", "webseed", "loss"])) {
        let query = SliceQuery { cut_payload: true, ..quiet(EventQuery::default()) };
        let (sliced, summary) = slice(&bytes, &query);
        let (whole, again) = (report(&name, &bytes), report(&name, &sliced));
        let found = differ(&whole, &again);
        println!("{name}: {} of {}: {} differences; {:#?}", sliced.len(), bytes.len(), found.len(), &found[..found.len().min(12)]);
        println!("{summary:?}");
    }
}
