//! Lists of events against the report of the same captures: one reading counts, the other tells one by one, and both must agree.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use support::analysis::{capture, captures, feed, report};
use support::dice::Dice;
use swarmscope::base::{Endpoint, Limits};
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
            "mse" | "tls" | "torrent" | "connection" | "finding" => assert_eq!(row.bytes, 0, "{name}: {row:?}"),
            protocol => {
                *counts.entry(protocol).or_default().entry(row.name).or_default() += 1;
                decoded += row.bytes;
            }
        }
    });
    // What was a web seed's, the report knows only when the capture is over.
    let web_seeds = !report["web_seeds"].as_array().unwrap().is_empty();
    let messages = report["messages"].as_object().unwrap();
    for (protocol, names) in &counts {
        assert_eq!(json!(names), messages[*protocol], "{name}: {protocol}");
    }
    // What is not among them are extensions, which the rows of the peer wire protocol name.
    for (extension, names) in messages.iter().filter(|(protocol, _)| !counts.contains_key(protocol.as_str())) {
        if web_seeds && extension == "web_seed" {
            continue;
        }
        let all: u64 = names.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        let mut listed = 0;
        let query = EventQuery { protocol: Some(extension.clone()), ..EventQuery::default() };
        told(bytes, &query, |row| listed += u64::from(row.extension == Some(extension) && row.name == "extended"));
        assert_eq!(listed, all, "{name}: {extension}");
    }
    if web_seeds {
        return;
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
    // They are too large for the repository, and not everywhere.
    let Ok(entries) = std::fs::read_dir(&lab) else { return println!("skipped: there is no {}", lab.display()) };
    let paths = entries.map(|entry| entry.unwrap().path());
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "pcapng")) {
        check(&path.display().to_string(), &std::fs::read(&path).unwrap());
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

#[test]
fn what_is_not_kept_is_counted() {
    let bytes = capture("client-start.pcapng");
    let all = rows(&bytes, &EventQuery::default());
    let few = list(&bytes, &EventQuery::default(), Limits { listed_events: 5, ..Limits::default() }, || usize::MAX);
    assert_eq!((few.matched, few.kept, few.rows.as_slice()), (all.len() as u64, 5, &all[..5]));
    let text = EventQuery { text: "GET_peers".into(), ..EventQuery::default() };
    let few = list(&bytes, &text, Limits { listed_events: 1, ..Limits::default() }, || usize::MAX);
    assert_eq!((few.matched, few.kept), (rows(&bytes, &text).len() as u64, 1));
    assert!(few.matched > 1 && few.rows[0].text.starts_with("get_peers"));
}

#[test]
fn a_window_shows_what_passes_its_filter() {
    let bytes = capture("client-start.pcapng");
    let mut listing = EventListing::new(&EventQuery::default(), Limits::default()).unwrap();
    listing.reading().add_file("capture", None);
    feed(listing.reading(), &[&bytes], || 1000);
    let mut window = |filter: &str, from, count| listing.rows(&WindowQuery { filter: filter.into(), from, count });
    let all = window("", 0, usize::MAX);
    assert_eq!(window("", 3, 2).rows, all.rows[3..5]);
    let dns = window("DNS", 0, 3);
    assert!(dns.rows.iter().all(|row| row.protocol == "dns") && dns.filtered > 3 && dns.matched == all.matched);
    assert_eq!(window("dns", 1, 2).rows, dns.rows[1..]);
    assert_eq!((window("nobody says this", 0, 9).filtered, window("", 0, 0).filtered), (0, all.rows.len()));
}

#[test]
fn a_scope_takes_what_is_in_it() {
    let bytes = capture("client-start.pcapng");
    let all = rows(&bytes, &EventQuery::default());
    let holds = |query: EventQuery, what: &dyn Fn(&EventRow) -> bool| {
        let strip = |row: &EventRow| EventRow { number: 0, ..row.clone() };
        let expected: Vec<_> = all.iter().filter(|row| what(row)).map(strip).collect();
        let found: Vec<_> = rows(&bytes, &query).iter().map(strip).collect();
        assert!(!found.is_empty() && found == expected, "{query:?}: {} of {}", found.len(), expected.len());
    };
    let of = EventQuery::default;
    holds(EventQuery { protocol: Some("lsd".into()), ..of() }, &|row| row.protocol == "lsd");
    holds(EventQuery { from_frame: Some(30), to_frame: Some(40), ..of() }, &|row| (30..=40).contains(&row.frame));
    let router = |row: &EventRow, port: Option<u16>| {
        let is = |end: &Endpoint| end.address.to_string() == "192.168.1.1" && port.is_none_or(|port| end.port == port);
        row.source.iter().chain(&row.destination).any(is)
    };
    holds(EventQuery { host: Some("192.168.1.1".into()), ..of() }, &|row| router(row, None));
    holds(EventQuery { host: Some("192.168.1.1:53".into()), ..of() }, &|row| router(row, Some(53)));
    let torrent = "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630";
    holds(EventQuery { torrent: Some(torrent.to_uppercase()), ..of() }, &|row| row.torrent.is_some_and(|t| t.to_string() == torrent));
    for wrong in [EventQuery { torrent: Some("0738".into()), ..of() }, EventQuery { host: Some("somewhere".into()), ..of() }] {
        assert!(EventListing::new(&wrong, Limits::default()).is_err());
    }
}

#[test]
fn a_stream_without_a_handshake_is_a_torrents_where_somebody_says_so() {
    let bytes = capture("midstream.pcap");
    let stream = rows(&bytes, &EventQuery { flow: Some(0), ..EventQuery::default() });
    assert!(stream.iter().any(|row| row.name == "piece") && stream.iter().all(|row| row.flow == Some(0) && row.torrent.is_none()));
    let of_torrent = |torrent_flows| EventQuery { torrent: Some("aa".repeat(20)), torrent_flows, ..EventQuery::default() };
    assert_eq!(rows(&bytes, &of_torrent(vec![])), []);
    assert_eq!(rows(&bytes, &of_torrent(vec![0])), stream);
}

/// The lab's torrent of both versions: its connections name it by the one or the other.
#[test]
fn a_torrent_with_two_names_is_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab/hybrid.pcapng");
    let Ok(bytes) = std::fs::read(&path) else { return println!("skipped: there is no {}", path.display()) };
    let report = report("hybrid", &bytes);
    let torrents = report["download"]["torrents"].as_array().unwrap();
    let torrent = torrents.iter().find(|torrent| !torrent["info_hash"].is_null() && !torrent["info_hash_v2"].is_null()).unwrap();
    let name = |field: &str| torrent[field].as_str().unwrap().to_owned();
    let (one, two) = (name("info_hash"), name("info_hash_v2"));
    let of = |torrent: &String, other: &String| {
        let query = EventQuery { torrent: Some(torrent.clone()), torrent_names: vec![other.clone()], ..EventQuery::default() };
        list(&bytes, &query, Limits::default(), || usize::MAX)
    };
    let both = of(&one, &two);
    assert!(of(&two, &one).rows == both.rows);
    let named = |row: &EventRow| row.torrent.map(|torrent| torrent.to_string());
    assert!(both.rows.iter().all(|row| named(row).is_some_and(|name| name == one || two.starts_with(&name))));
    let blocks = |window: &EventWindow| window.rows.iter().filter(|row| row.name == "piece").map(|row| row.bytes).sum::<u64>();
    assert!(blocks(&both) > 0 && of(&one, &one).matched <= both.matched);
}
