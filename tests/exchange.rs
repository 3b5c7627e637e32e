//! How requests were served and who choked whom, against what the monitored client logged of its own messages, and against a plain count over
//! the messages of the capture.
//!
//! The client's log is written when its messages are read, in batches up to half a second apart, and later where the client is busy: its times hold only to that. Its order and
//! its counts are exact, and with every request it says how many are open. Blocks that come after it closed a connection
//! are in no log. The lab lies beside the checkout and is not part of the repository: without it these tests say so and pass.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::analysis::{analyse, feed, json};
use swarmscope::base::Limits;
use swarmscope::report::events::{EventQuery, EventRow, WindowQuery};
use swarmscope::session::EventListing;

/// Seconds that the log's times may be late.
const LATE: f64 = 1.5;

/// A message that the client logged: when, whether it sent it, its name, its arguments.
struct Logged {
    time: f64,
    out: bool,
    name: String,
    arguments: String,
}

fn lab(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: there is no {}", path.display());
    None
}

/// The client's log, by the other end.
fn log(path: &Path) -> BTreeMap<String, Vec<Logged>> {
    let packed = std::fs::read(path).unwrap();
    // A header of ten bytes, then a name that ends in zero where the flags say so (RFC 1952).
    let body = 10 + if packed[3] & 8 == 0 { 0 } else { packed[10..].iter().position(|byte| *byte == 0).unwrap() + 1 };
    let text = miniz_oxide::inflate::decompress_to_vec(&packed[body..packed.len() - 8]).unwrap();
    let mut log = BTreeMap::<String, Vec<Logged>>::new();
    for line in String::from_utf8(text).unwrap().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let text = |at: usize| row[at].as_str().unwrap().to_owned();
        let logged = Logged { time: row[0].as_f64().unwrap(), out: row[3] == "out", name: text(4), arguments: text(5) };
        log.entry(text(2)).or_default().push(logged);
    }
    log
}

/// The number behind a word in a message's arguments, which are written in hex.
fn number(arguments: &str, word: &str) -> u64 {
    let rest = arguments.split(word).nth(1).unwrap();
    u64::from_str_radix(rest.split_whitespace().next().unwrap(), 16).unwrap()
}

/// The value in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// The turns of one end that change something, of those that begin choked and not interested.
fn turns(log: &[Logged], out: bool) -> Vec<(f64, String)> {
    let mut on = BTreeMap::from([("choke", true), ("interested", false)]);
    let mut turns = Vec::new();
    for message in log.iter().filter(|message| message.out == out) {
        let (what, is_on) = match message.name.as_str() {
            "CHOKE" => ("choke", true),
            "UNCHOKE" => ("choke", false),
            "INTERESTED" => ("interested", true),
            "NOT_INTERESTED" => ("interested", false),
            _ => continue,
        };
        if on.insert(what, is_on) != Some(is_on) {
            turns.push((message.time, message.name.to_lowercase()));
        }
    }
    turns
}

/// How long requests of one end waited and the most that were open, by the log alone.
fn waits(log: &[Logged], out: bool) -> (Vec<f64>, u64, usize) {
    let (mut open, mut waits, mut most, mut requests) = (BTreeMap::new(), Vec::new(), 0, 0);
    for message in log {
        let block = || (number(&message.arguments, "piece:"), number(&message.arguments, " s:"));
        match message.name.as_str() {
            "REQUEST" if message.out == out => {
                requests += 1;
                open.insert(block(), message.time);
                most = most.max(open.len());
            }
            "PIECE" if message.out != out => waits.extend(open.remove(&block()).map(|asked| message.time - asked)),
            "REJECT" if message.out != out => _ = open.remove(&block()),
            "CANCEL" if message.out == out => _ = open.remove(&block()),
            _ => {}
        }
    }
    (waits, requests, most)
}

/// Every connection of a run against the log; answers how many, and how many requests they had.
fn check(name: &str) -> Option<(usize, u64)> {
    let bytes = std::fs::read(lab(&format!("{name}.pcapng"))?).unwrap();
    let log = log(&lab(&format!("{name}.wire.jsonl.gz"))?);
    let truth: Value = serde_json::from_slice(&std::fs::read(lab(&format!("{name}.truth.json"))?).unwrap()).unwrap();
    let me = truth["network"]["seen_as"].as_str().unwrap();
    let (session, _) = analyse(name, &bytes, Limits::default(), || usize::MAX);
    let report = json(&session);
    let (mut checked, mut requests) = (0, 0);
    for (endpoint, log) in &log {
        let is_it = |row: &&Value| {
            let ends = [row["originator"].as_str().unwrap(), row["responder"].as_str().unwrap()];
            ends.contains(&endpoint.as_str()) && ends.iter().any(|end| end.starts_with(me)) && row["received"]["messages"] != 0
        };
        let rows: Vec<_> = report["connections"].as_array().unwrap().iter().filter(is_it).collect();
        let [row] = rows[..] else { continue };
        let mine = if row["originator"].as_str().unwrap().starts_with(me) { "originator" } else { "responder" };
        let exchange = serde_json::to_value(session.exchange(row["flow"].as_u64().unwrap()).unwrap()).unwrap();
        for out in [true, false] {
            let end = if out == (mine == "originator") { "originator" } else { "responder" };
            let what = format!("{name}, {endpoint}, {}", if out { "asking" } else { "asked" });
            requests += check_asked(&exchange[end], log, out, &what);
            let found = exchange["changes"].as_array().unwrap().iter().filter(|change| change["end"] == end);
            let found: Vec<_> = found.map(|change| (change["time"].as_f64().unwrap(), change["turn"].as_str().unwrap())).collect();
            let logged = turns(log, out);
            // What the client says of a connection that is being closed does not always leave it.
            let (sent, unsent) = logged.split_at(found.len().min(logged.len()));
            let names = |turns: &[(f64, String)]| turns.iter().map(|(_, turn)| turn.clone()).collect::<Vec<_>>();
            assert_eq!(found.iter().map(|(_, turn)| *turn).collect::<Vec<_>>(), names(sent), "{what}");
            let closed = log.last().unwrap().time;
            assert!(unsent.iter().all(|(time, _)| *time > closed - 1.0), "{what}: {unsent:?}, last logged at {closed}");
            for ((time, turn), (late, _)) in found.iter().zip(sent) {
                assert!((time - 0.1..time + LATE).contains(late), "{what}: {turn} at {time}, logged at {late}");
            }
        }
        checked += 1;
    }
    let logged = log.values().flatten().filter(|message| message.name == "REQUEST").count() as u64;
    assert!(requests * 100 >= logged * 95, "{name}: {requests} of {logged} requests");
    Some((checked, requests))
}

/// What one end asked for against the log; answers how many requests.
fn check_asked(end: &Value, log: &[Logged], out: bool, what: &str) -> u64 {
    let asked = &end["asked"];
    let (waits, requests, most) = waits(log, out);
    let of = |name: &str| asked[name].as_u64().unwrap();
    // The client logs what it means to send; what still waits when the connection closes is never sent.
    assert!((waits.len() as u64..=requests).contains(&of("requests")), "{what}: {} of {requests}", of("requests"));
    assert!(!out || of("answered") + of("late") >= waits.len() as u64, "{what}: {} of {}", of("answered"), waits.len());
    let ends = ["answered", "cancelled", "rejected", "choked_away", "unanswered"].map(of);
    assert_eq!(ends.iter().sum::<u64>(), of("requests"), "{what}");
    if let Some(logged) = median(waits) {
        let found = asked["median_latency"].as_f64().unwrap();
        assert!((found - logged).abs() <= LATE, "{what}: median {found}, logged {logged}");
    }
    // Between the client and its log stand blocks that have passed by and were not read yet, so that the client has more open.
    let found = usize::try_from(of("pipeline")).unwrap();
    let all_sent = of("requests") == requests;
    // Of what others ask it, it logs blocks when they begin to wait for room in its connection.
    assert!(!out || found <= most + 1 && (!all_sent || found * 10 + 10 >= most * 7), "{what}: at most {found} open, logged {most}");
    of("requests")
}

#[test]
fn requests_chokes_and_interest_are_as_the_client_logged_them() {
    for (name, least) in [("large", 700), ("utp", 600), ("loss", 700)] {
        let Some((connections, requests)) = check(name) else { continue };
        println!("{name}: {connections} connections, {requests} requests");
        assert!(connections >= 3 && requests >= least, "{name}: {connections} connections, {requests} requests");
    }
}

/// The messages of one connection.
fn messages(bytes: &[u8], flow: u64) -> Vec<EventRow> {
    let query = EventQuery { flow: Some(flow), protocol: Some("peer_wire".into()), ..EventQuery::default() };
    let mut listing = EventListing::new(&query, Limits::default()).unwrap();
    listing.reading().add_file("capture", None);
    feed(listing.reading(), &[bytes], || usize::MAX);
    listing.rows(&WindowQuery { count: usize::MAX, ..WindowQuery::default() }).rows
}

/// Seconds between each request of an end and the block with the same words, one by one.
fn plain_waits(rows: &[EventRow], end: &str) -> Vec<f64> {
    let mut open = BTreeMap::<&str, f64>::new();
    let mut waits = Vec::new();
    for row in rows {
        let block = row.text.trim_start_matches("request ").trim_start_matches("cancel ");
        // Of a block that is not all in the capture that is told behind it.
        let block = block.match_indices(", ").nth(2).map_or(block, |(end, _)| &block[..end]);
        let from_end = row.source.unwrap().to_string() == end;
        match row.name {
            "request" if from_end => _ = open.insert(block, row.time.unwrap().seconds()),
            "cancel" if from_end => _ = open.remove(block),
            "piece" if !from_end => waits.extend(open.remove(block).map(|asked| row.time.unwrap().seconds() - asked)),
            _ => {}
        }
    }
    waits
}

#[test]
fn latencies_are_those_of_the_messages_one_by_one() {
    for name in ["large", "utp", "swarm"] {
        let Some(path) = lab(&format!("{name}.pcapng")) else { continue };
        let bytes = std::fs::read(path).unwrap();
        let report = json(&analyse(name, &bytes, Limits::default(), || usize::MAX).0);
        let mut rows: Vec<_> = report["connections"].as_array().unwrap().iter().collect();
        rows.sort_by_key(|row| {
            std::cmp::Reverse(row["sent"]["requests"].as_u64().unwrap() + row["received"]["requests"].as_u64().unwrap())
        });
        for row in &rows[..3] {
            let messages = messages(&bytes, row["flow"].as_u64().unwrap());
            for end in ["originator", "responder"] {
                let mut waits = plain_waits(&messages, row[end].as_str().unwrap());
                let asked = &row[format!("{end}_asked")];
                let [answered, late] = ["answered", "late"].map(|column| asked[column].as_u64().unwrap());
                // A request may be taken back while its block is under way.
                assert!((answered..=answered + late).contains(&(waits.len() as u64)), "{name}: {row}");
                if answered < 20 {
                    continue;
                }
                waits.sort_by(f64::total_cmp);
                for (share, column) in [(0.5, "median_latency"), (0.9, "ninth_decile_latency")] {
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
                    let place = (waits.len() as f64 * share) as usize;
                    // Between neighbours that lie far apart, any value in the bucket is as good.
                    let (low, high) = (waits[place.saturating_sub(2)] / 1.25, waits[(place + 2).min(waits.len() - 1)] * 1.25);
                    let found = asked[column].as_f64().unwrap();
                    assert!((low..=high).contains(&found), "{name}, flow {}: {column} {found}, not in {low} to {high}", row["flow"]);
                }
            }
        }
    }
}
