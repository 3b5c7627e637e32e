//! Lists of events against the report of the same captures: one reading counts, the other tells one by one, and both must agree.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use support::analysis::{capture, captures, feed, report};
use support::dice::Dice;
use swarmscope::base::Limits;
use swarmscope::report::events::{EventQuery, EventRow, EventWindow, Scope, Told, WindowQuery};
use swarmscope::session::{EventListing, Reading};

/// What a question lists of a capture.
fn list(bytes: &[u8], query: &EventQuery, limits: Limits, chunk: impl FnMut() -> usize) -> EventWindow {
    let mut listing = EventListing::new(query, limits).unwrap();
    listing.reading().add_file("capture", None);
    feed(listing.reading(), &[bytes], chunk);
    listing.rows(&WindowQuery { count: usize::MAX, ..WindowQuery::default() })
}

fn rows(bytes: &[u8], query: &EventQuery) -> Vec<EventRow> {
    let window = list(bytes, query, Limits::default(), || usize::MAX);
    assert_eq!((window.kept, window.filtered, window.rows.len() as u64), (window.rows.len(), window.rows.len(), window.matched));
    window.rows
}

/// Counts rows one by one, without keeping them.
fn told(bytes: &[u8], query: &EventQuery, mut tell: impl FnMut(&EventRow)) {
    let limits = Limits::default();
    let mut reading = Reading::new(limits.clone(), Told::new(Scope::new(query, &limits).unwrap(), &limits, &mut tell));
    reading.add_file("capture", None);
    feed(&mut reading, &[bytes], || usize::MAX);
}

/// Holds the events of a capture against its report: as many of each name, and every byte in one row.
fn check(name: &str, bytes: &[u8]) {
    let report = report(name, bytes);
    let mut counts = BTreeMap::<&str, BTreeMap<&str, u64>>::new();
    let mut unread = BTreeMap::<&str, u64>::new();
    let mut decoded = 0;
    told(bytes, &EventQuery::default(), |row| {
        assert!(!row.text.is_empty() && row.text.len() < 400 && !row.text.contains(['\n', '\0', '\u{202e}']), "{name}: {row:?}");
        match row.protocol {
            "unread" => *unread.entry(row.name).or_default() += row.bytes,
            "mse" | "torrent" | "connection" | "finding" => assert_eq!(row.bytes, 0, "{name}: {row:?}"),
            protocol => {
                *counts.entry(protocol).or_default().entry(row.name).or_default() += 1;
                decoded += row.bytes;
            }
        }
    });
    let messages = report["messages"].as_object().unwrap();
    for (protocol, names) in &counts {
        assert_eq!(json!(names), messages[*protocol], "{name}: {protocol}");
    }
    // What is not among them are extensions, which the rows of the peer wire protocol name.
    for (extension, names) in messages.iter().filter(|(protocol, _)| !counts.contains_key(protocol.as_str())) {
        let all: u64 = names.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        let mut listed = 0;
        let query = EventQuery { protocol: Some(extension.clone()), ..EventQuery::default() };
        told(bytes, &query, |row| listed += u64::from(row.extension == Some(extension) && row.name == "extended"));
        assert_eq!(listed, all, "{name}: {extension}");
    }
    assert_eq!(decoded, report["coverage"]["decoded"], "{name}");
    // The report adds the bytes of encrypted connections, which it knows only when it is made.
    if report["encrypted_flows"].as_array().unwrap().is_empty() {
        for reason in ["resynchronised", "lost", "truncated", "encrypted"] {
            assert_eq!(unread.get(reason).copied().unwrap_or(0), report["coverage"][reason], "{name}: {reason}");
        }
    }
}

#[test]
fn there_are_as_many_events_of_each_name_as_the_report_counts() {
    for (name, bytes) in captures() {
        check(&name, &bytes);
    }
}

#[test]
fn there_are_as_many_in_captures_of_real_clients() {
    let lab = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab");
    for name in ["small", "hybrid", "v2", "webseed", "loss", "mse", "utp"] {
        // They are too large for the repository, and not everywhere.
        if let Ok(bytes) = std::fs::read(lab.join(format!("{name}.pcapng"))) {
            check(name, &bytes);
        }
    }
}

#[test]
fn any_chunking_gives_the_same_list() {
    let mut dice = Dice::new(7);
    for (name, bytes) in captures() {
        let whole = list(&bytes, &EventQuery::default(), Limits::default(), || usize::MAX);
        assert!(whole.rows.is_sorted_by_key(|row| row.frame), "{name}");
        let numbers = whole.rows.iter().map(|row| row.number);
        assert!(numbers.eq(1..=whole.matched), "{name}");
        for (shortest, longest) in [(7, 7), (1, 3000)] {
            let chunk = || shortest + dice.below(longest - shortest + 1);
            assert!(list(&bytes, &EventQuery::default(), Limits::default(), chunk) == whole, "{name}");
        }
    }
}
