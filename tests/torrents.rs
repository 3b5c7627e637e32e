//! Captures of real clients read together with the torrents that they shared, against what those clients logged.
//!
//! The clients had their torrents from files, so that the captures alone do not tell how many pieces there are. The lab lies beside the
//! checkout and is not part of the repository: without it these tests say so and pass.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::analysis::{drive, json};
use swarmscope::session::Session;

/// What is told of a capture's torrents before it is read.
#[derive(Clone, Copy)]
enum Given {
    Files,
    Links,
}

/// A run of the lab, read with its torrents.
struct Run {
    report: Value,
    truth: Value,
}

fn lab() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab")
}

impl Run {
    /// `None`, and says so, where there is no lab.
    fn read(name: &str, given: Given) -> Option<Run> {
        let Ok(capture) = std::fs::read(lab().join(format!("{name}.pcapng"))) else {
            println!("skipped: {name} is not in {}", lab().display());
            return None;
        };
        let truth: Value = serde_json::from_slice(&std::fs::read(lab().join(format!("{name}.truth.json"))).unwrap()).unwrap();
        let mut session = Session::default();
        for torrent in truth["torrents"].as_array().unwrap() {
            match given {
                Given::Links => assert_eq!(session.add_magnets("links", torrent["magnet"].as_str().unwrap()).unwrap().taken, 1),
                Given::Files => {
                    let file = format!("{name}.{}.torrent", &torrent["info_hash"].as_str().unwrap()[..8]);
                    session.add_torrent(&file, &std::fs::read(lab().join(&file)).unwrap()).unwrap();
                }
            }
        }
        session.add_file(name, None);
        drive(&mut session, &[&capture], || usize::MAX);
        Some(Run { report: json(&session), truth })
    }

    fn torrents(&self) -> impl Iterator<Item = &Value> {
        self.truth["torrents"].as_array().unwrap().iter()
    }

    fn swarm(&self, info_hash: &Value) -> Option<&Value> {
        self.report["swarm"]["torrents"].as_array().unwrap().iter().find(|torrent| torrent["info_hash"] == *info_hash)
    }

    /// Sizes, files and names as they were made; all of it in one row a torrent.
    fn check_known(&self) {
        let known = self.report["torrents"].as_array().unwrap();
        assert_eq!(known.len(), self.torrents().count());
        for torrent in self.torrents() {
            let row = known.iter().find(|row| row["info_hash"] == torrent["info_hash"]).unwrap();
            for (ours, theirs) in
                [("name", "name"), ("piece_count", "num_pieces"), ("piece_length", "piece_length"), ("total_size", "total_size")]
            {
                assert_eq!(row[ours], torrent[theirs], "{ours} of {}", torrent["name"]);
            }
            assert_eq!(row["in_capture"], true);
        }
    }

    /// Progress of every peer that says what it has, and the seeds' from the start. Answers the confirmed downloads, each as a client's name
    /// and how many seconds after the client itself logged it; nobody but a leecher is among them.
    fn confirmed(&self) -> BTreeMap<String, f64> {
        let mut confirmed = BTreeMap::new();
        for (number, torrent) in self.torrents().enumerate() {
            let Some(swarm) = self.swarm(&torrent["info_hash"]) else { continue };
            assert_eq!(swarm["piece_count"], torrent["num_pieces"]);
            for peer in swarm["peers"].as_array().unwrap() {
                assert_eq!(peer["progress_last"].is_null(), peer["evidence"] == "listed", "{peer}");
            }
            let enough = usize::try_from((torrent["num_pieces"].as_u64().unwrap() * 98).div_ceil(100)).unwrap();
            for row in swarm["confirmed_downloads"].as_array().unwrap() {
                let (name, client) = self.client(address(row["endpoint"].as_str().unwrap()));
                assert_eq!(client["role"], "leech", "{name}");
                let done = client["torrents"][torrent["info_hash"].as_str().unwrap()]["piece_done"].as_object();
                let mut done: Vec<_> = done.into_iter().flat_map(|done| done.values()).filter_map(Value::as_f64).collect();
                done.sort_by(f64::total_cmp);
                let completed = client["completed_at"][torrent["info_hash"].as_str().unwrap()].as_f64();
                let logged = done.get(enough - 1).copied().or(completed).unwrap();
                confirmed.insert(format!("{name} {number}"), row["time"].as_f64().unwrap() - logged);
            }
        }
        confirmed
    }

    /// The client of an address.
    fn client(&self, address: &str) -> (&str, &Value) {
        let me = self.truth["network"]["seen_as"] == address;
        let clients = self.truth["clients"].as_object().unwrap();
        let (name, client) = clients
            .iter()
            .find(|(name, client)| {
                me && *name == "me" || client["addrs"].as_array().is_some_and(|addrs| addrs.iter().any(|own| own == address))
            })
            .unwrap();
        (name, client)
    }

    fn check_web_seeds(&self) {
        let rows = self.report["web_seeds"].as_array().unwrap();
        let answered: u64 = rows.iter().map(|row| row["responses"].as_u64().unwrap()).sum();
        assert_eq!((rows.len(), answered), (self.torrents().count(), self.truth["web_seed"]["requests"].as_array().unwrap().len() as u64));
        assert!(rows.iter().all(|row| row["reasons"][0] == "The torrent names the server as its web seed."));
    }
}

/// The address of an endpoint.
fn address(endpoint: &str) -> &str {
    endpoint.rsplit_once(':').unwrap().0.trim_start_matches('[').trim_end_matches(']')
}

/// The downloads that are confirmed, as client and torrent. What a client received counts when its last byte is on the wire; a client that
/// limits its rate, or hashes late, knows some seconds after.
fn check(name: &str, given: Given, expected: &[&str]) {
    let Some(run) = Run::read(name, given) else { return };
    run.check_known();
    let confirmed = run.confirmed();
    assert_eq!(confirmed.keys().collect::<Vec<_>>(), expected, "{name}");
    assert!(confirmed.values().all(|late| (-3.0..2.0).contains(late)), "{name}: {confirmed:?}");
    if run.truth["web_seed"].is_object() {
        run.check_web_seeds();
    }
}

#[test]
fn with_torrent_files_downloads_are_confirmed_that_the_capture_alone_leaves_open() {
    for (name, expected) in [
        ("small", &["me 0", "me 1"][..]),
        ("large", &["me 0"]),
        ("ipv6", &["me 0", "p4 0"]),
        ("utp", &["me 0", "p3 0"]),
        ("loss", &["me 0", "p3 0"]),
        ("lan", &["l1 1", "me 0", "me 3", "p3 1"]),
        ("webseed", &["me 0", "me 1"]),
        ("webseed-v2", &["me 0", "me 1"]),
    ] {
        check(name, Given::Files, expected);
    }
}

#[test]
fn with_magnet_links_the_capture_tells_the_rest() {
    for (name, expected) in [("hybrid", &["me 0", "me 1", "p3 0", "p3 1"][..]), ("v2", &["me 0", "p3 0"])] {
        check(name, Given::Links, expected);
    }
}

#[test]
fn five_hundred_torrents_that_nothing_touches_are_no_downloads() {
    let mut session = Session::default();
    for number in 0..500 {
        let name = format!("film {number:03}");
        let info = format!("d6:lengthi20000e4:name8:{name}12:piece lengthi16384e6:pieces40:{}e", "h".repeat(40));
        session.add_torrent(&format!("{name}.torrent"), format!("d4:info{info}e").as_bytes()).unwrap();
    }
    let (name, bytes) = &support::analysis::captures()[0];
    session.add_file(name, None);
    drive(&mut session, &[bytes], || usize::MAX);
    let report = json(&session);
    let given = report["torrents"].as_array().unwrap().iter().filter(|row| row["given"] == true);
    assert!(given.clone().all(|row| row["in_capture"] == false && row["piece_count"] == 2) && given.count() == 500);
    let met = report["download"]["torrents"].as_array().unwrap().iter().filter(|row| row["name"].is_string());
    assert!(met.clone().all(|row| !row["name"].as_str().unwrap().starts_with("film ")));
    let with = support::analysis::report(name, bytes);
    assert_eq!((&report["download"], &report["coverage"], &report["swarm"]), (&with["download"], &with["coverage"], &with["swarm"]));
}

#[test]
fn what_is_given_may_be_anything() {
    let mut session = Session::default();
    assert!(session.add_torrent("x", b"hello").is_err());
    let text = format!("\u{feff}magnet:?xt=urn:btih:{}\r\n\r\n  # a note\nmagnet:?dn=x\n", "1".repeat(40));
    let taken = session.add_magnets("links.txt", &text).unwrap();
    let lines: Vec<_> = taken.lines.iter().map(|line| (line.line, line.reason.as_str())).collect();
    assert_eq!((taken.taken, taken.refused), (1, 2));
    assert_eq!(lines, [(3, "is no magnet link"), (4, "is a magnet link that names no torrent")]);
    let many = "no link\n".repeat(1000);
    let taken = session.add_magnets("links.txt", &many).unwrap();
    assert_eq!((taken.taken, taken.refused, taken.lines.len()), (0, 1000, 20));
}
