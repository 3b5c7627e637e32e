//! Captures that were cut while something was going on beside connections in clear, and added to a database one after another: encrypted connections, the first
//! steps into the DHT, lookups, and what was asked of trackers are the same as where all of it is one capture.
//!
//! The lab lies beside the checkout and is not part of the repository: without it tests say so and pass.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::path::{Path, PathBuf};

use support::analysis::drive;
use support::database::{add, add_each, cut, query, scratch};
use support::dice::Dice;
use swarmscope::session::Session;

/// Shares of the frames behind which captures are cut.
const CUTS: [&[f64]; 3] = [&[0.5], &[0.36, 0.71], &[0.1, 0.2, 0.6]];

/// What is asked of databases.
const ENCRYPTED: &str = "SELECT originator_address, originator_port, responder_address, responder_port, transport, stage, confidence, info_hash, \
     sent, received, lost, first_time, last_time FROM encrypted_flows_over_captures ORDER BY 1, 2, 3, 4, 5";
const INIT: &str = "SELECT * FROM bt_monitor_init ORDER BY 1, 2";
const LOOKUPS: &str = "SELECT address, port, query, target, targets, queries, answers, peers, closest_bits, first_time, last_time \
     FROM dht_lookups_over_captures ORDER BY 1, 2, 3, 4, first_time";
const HOSTS: &str = "SELECT address, local, bittorrent, sent, received, first_time, last_time FROM hosts_over_captures ORDER BY 1";
const ANNOUNCES: &str = "SELECT time, client_address, client_port, event, sent, answer_time, peers, seeders, leechers, interval, error FROM announces \
     ORDER BY 1, 2, 3";
const SCRAPES: &str =
    "SELECT time, client_address, client_port, seeders, leechers, completed, answer_time, error FROM scrapes ORDER BY 1, 2, 3, 4";

/// Databases of a capture of the lab that is cut: all pieces added together, and one after another. `None` without a lab.
fn databases(name: &str, shares: &[f64]) -> Option<[PathBuf; 2]> {
    let pieces = cut(name, shares)?;
    let pieces: Vec<&Path> = pieces.iter().map(PathBuf::as_path).collect();
    let path = |how: &str| scratch(&format!("more-{name}-{shares:?}-{how}.sqlite"));
    let (together, apart) = (path("together"), path("apart"));
    assert!(add(&together, &pieces).status.success());
    add_each(&apart, &pieces);
    Some([together, apart])
}

fn assert_equal(name: &str, questions: &[&str]) {
    for shares in CUTS {
        let Some([together, apart]) = databases(name, shares) else { return };
        for sql in questions {
            assert_eq!(query(&apart, sql), query(&together, sql), "{name}, cut behind {shares:?}: {sql}");
        }
    }
}

#[test]
fn encrypted_connections_go_on() {
    assert_equal("mse", &[ENCRYPTED, INIT, LOOKUPS, HOSTS, ANNOUNCES, SCRAPES]);
}

#[test]
fn bootstrap_nodes_and_trackers_of_several_clients_go_on() {
    assert_equal("lan", &[ENCRYPTED, INIT, LOOKUPS, ANNOUNCES, SCRAPES]);
}

#[test]
fn hosts_that_speak_over_utp_go_on() {
    assert_equal("utp", &[ENCRYPTED, INIT, LOOKUPS, HOSTS, ANNOUNCES, SCRAPES]);
}

/// Of a swarm of many clients every encrypted connection is there with its bytes. How sure it is, and of which torrent, may rest on what only another
/// capture shows; and what a cut leaves of a key exchange may look like one that it is not.
#[test]
fn a_swarm_of_many_clients_goes_on() {
    assert_equal("swarm", &[INIT, LOOKUPS, ANNOUNCES, SCRAPES]);
    for shares in CUTS {
        let Some([together, apart]) = databases("swarm", shares) else { return };
        let ends_and_sums =
            |path: &Path| -> Vec<Vec<String>> { query(path, ENCRYPTED).into_iter().map(|row| [&row[..6], &row[8..]].concat()).collect() };
        let (found, expected) = (ends_and_sums(&apart), ends_and_sums(&together));
        for row in &expected {
            assert!(found.contains(row), "cut behind {shares:?}: {row:?}");
        }
        let more: Vec<_> = found.iter().filter(|row| !expected.contains(row)).collect();
        assert!(more.iter().all(|row| row[5] != "handshake"), "cut behind {shares:?}: {more:?}");
    }
}

/// A database is somebody's file: whatever stands in it, the next capture is read to its end.
#[test]
fn lines_that_somebody_made_up_are_taken_or_left() {
    for name in ["mse", "utp"] {
        let Some(pieces) = cut(name, &[0.3, 0.4]) else { return };
        let pieces: Vec<_> = pieces.iter().map(|piece| std::fs::read(piece).unwrap()).collect();
        let read = |lines: &[String], piece: &[u8]| {
            let mut session = Session::default();
            let taken = lines.iter().filter(|line| session.go_on(line)).count();
            drive(&mut session, &[piece], || usize::MAX);
            (session, taken)
        };
        let lines = read(&[], &pieces[0]).0.unfinished();
        assert_eq!(read(&lines, &pieces[1]).1, lines.len(), "{name}: all lines are understood");
        let mut dice = Dice::new(7);
        let mut taken = 0;
        for _ in 0..12 {
            let made_up: Vec<_> = lines.iter().map(|line| changed(line, &mut dice)).collect();
            let (session, understood) = read(&made_up, &pieces[1]);
            taken += understood;
            assert!(!session.unfinished().is_empty());
            session.sections().encrypted_flows().iter().for_each(|flow| assert!(flow.confidence < 1.0));
        }
        assert!(taken > 12 * lines.len() / 4, "{name}: many lines are still lines: {taken}");
    }
}

/// A line with some of its numbers changed for the largest, the smallest or others; now and then cut, or twice as long.
fn changed(line: &str, dice: &mut Dice) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(|digit: char| digit.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        let length = number.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(number.len());
        out.push_str(before);
        // Only what is a number by itself: the others are in texts.
        let is_number = before.ends_with([':', ',', '[']) && number[length..].starts_with([',', ']', '}']);
        out.push_str(match dice.below(24) {
            0 if is_number => "18446744073709551615",
            1 if is_number => "4294967295",
            2 if is_number => "9223372036854775807",
            3 if is_number => "0",
            4 if is_number => "255",
            5 if is_number => "1",
            _ => &number[..length],
        });
        rest = &number[length..];
    }
    out.push_str(rest);
    match dice.below(30) {
        0 => out.chars().take(out.len() / 2).collect(),
        1 => out.repeat(2),
        _ => out,
    }
}
