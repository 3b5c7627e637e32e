//! Evidence: every frame that a ladder or a report cites shows what is claimed, and both forms of the report hold the same.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::analysis::{analyse, capture, captures, captures_folder, feed};
use swarmscope::base::Limits;
use swarmscope::report::events::{EventQuery, EventRow, Scope, Told};
use swarmscope::session::{EventListing, EvidenceFormat, EvidenceQuery, EvidenceSubject, Reading, Session};

/// The evidence report on a session, as JSON.
fn account(session: &Session, query: &EvidenceQuery) -> Value {
    serde_json::from_str(&session.evidence(query, EvidenceFormat::Json).unwrap()).unwrap()
}

/// Every event of a capture.
fn events(name: &str, bytes: &[u8]) -> Vec<EventRow> {
    let mut rows = Vec::new();
    let limits = Limits::default();
    let told = Told::new(Scope::new(&EventQuery::default(), &limits).unwrap(), &limits, |row: &EventRow| rows.push(row.clone()));
    let mut reading = Reading::new(limits, told);
    reading.add_file(name, None);
    feed(&mut reading, &[bytes], || usize::MAX);
    drop(reading);
    rows
}

/// A session that has read a capture, and what one more reading told of each piece.
fn traced(name: &str, bytes: &[u8], mut chunk: impl FnMut() -> usize) -> Session {
    let (mut session, _) = analyse(name, bytes, Limits::default(), &mut chunk);
    let mut tracing = EventListing::tracing(Limits::default());
    tracing.reading().add_file(name, None);
    feed(tracing.reading(), &[bytes], chunk);
    session.trace(tracing.into_trails().unwrap());
    session
}

/// The names of what one end said in a frame: by its address, which is all that a peer behind changing ports keeps.
fn said(events: &[EventRow], frame: u64, address: &str) -> BTreeSet<&'static str> {
    let by = |row: &&EventRow| row.frame == frame && row.source.is_some_and(|source| source.address.to_string() == address);
    events.iter().filter(by).map(|row| row.name).collect()
}

/// Holds every rung of pieces against the events of its frame.
fn check_pieces(name: &str, report: &Value, events: &[EventRow]) -> usize {
    let mut checked = 0;
    for list in report["claims"].as_array().unwrap().iter().filter(|list| list["kind"] == "pieces") {
        for ladder in list["claims"].as_array().unwrap().iter().map(|claim| &claim["ladder"]) {
            let beside = ladder["beside"].as_array().unwrap().iter().map(|beside| ("requests", beside["frame"].as_u64().unwrap()));
            let steps = ladder["steps"].as_array().unwrap().iter();
            for (what, frame) in steps.map(|step| (step["rung"].as_str().unwrap(), step["frame"].as_u64().unwrap())).chain(beside) {
                let names: &[&str] = match what {
                    "claims_pieces" => &["bitfield", "have", "have_all"],
                    "requests" => &["request"],
                    _ => &["piece"],
                };
                let shows = events.iter().any(|row| row.frame == frame && names.contains(&row.name));
                assert!(shows, "{name}: frame {frame} shows no {what} of pieces");
                checked += 1;
            }
        }
    }
    checked
}

/// Holds every rung of a report against the events of its frame.
fn check(name: &str, bytes: &[u8]) -> usize {
    let session = traced(name, bytes, || usize::MAX);
    let (report, events) = (account(&session, &EvidenceQuery::default()), events(name, bytes));
    let mut checked = check_pieces(name, &report, &events);
    for list in report["claims"].as_array().unwrap().iter().filter(|list| list["kind"] == "peers" || list["kind"] == "hosts") {
        for claim in list["claims"].as_array().unwrap() {
            let subject = claim["subject"].as_str().unwrap();
            let address = if list["kind"] == "hosts" { subject } else { subject.rsplit_once(':').unwrap().0.trim_matches(['[', ']']) };
            for step in claim["ladder"]["steps"].as_array().unwrap() {
                let Some(frame) = step["frame"].as_u64() else { continue };
                let shown = said(&events, frame, address);
                let shows = |names: &[&str]| names.iter().any(|name| shown.contains(name));
                let right = match step["rung"].as_str().unwrap() {
                    "handshake" => shows(&["handshake"]),
                    "claims_pieces" => shows(&["bitfield", "have", "have_all", "lt_donthave", "extended"]),
                    "sent_blocks" => shows(&["piece"]),
                    "listed" => events.iter().any(|row| row.frame == frame),
                    _ => true,
                };
                assert!(right, "{name}: frame {frame} of {subject} does not show {}: {shown:?}", step["rung"]);
                checked += 1;
            }
        }
    }
    checked
}

#[test]
fn every_frame_shows_what_is_claimed() {
    let checked: usize = captures().iter().map(|(name, bytes)| check(name, bytes)).sum();
    assert!(checked > 50, "{checked} rungs");
    // Captures that are not in the repository, where they are at hand.
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let lab = ["small", "utp", "loss", "lan", "mse", "hybrid"].map(|name| format!("lab/{name}.pcapng"));
    let corpus = ["pedrofran12+BitTorrentDetector/capturas/small_bit_torrent.pcap", "ntop+nDPI/tests/cfgs/default/pcap/bittorrent.pcap"];
    for path in lab.into_iter().chain(corpus.map(|path| format!("corpus/{path}"))) {
        if let Ok(bytes) = std::fs::read(shared.join(&path)) {
            check(&path, &bytes);
        }
    }
}

/// Holds a report against the one that is stored, but for the version of the program; or stores it, with `UPDATE_GOLDEN`.
fn compare(name: &str, found: &str) {
    let version = env!("CARGO_PKG_VERSION");
    let found = found.replace(&format!("Swarmscope {version}"), "Swarmscope VERSION");
    let found = found.replace(&format!("\"version\": \"{version}\""), "\"version\": \"VERSION\"");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evidence").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = golden.lines().zip(found.lines()).zip(1..).find(|((golden, found), _)| golden != found);
    assert!(golden == found, "{} differs: {differs:?}; UPDATE_GOLDEN=1 writes it anew", path.display());
}

#[test]
fn the_report_of_a_capture_is_the_one_that_is_stored() {
    let name = "client-start.pcapng";
    let session = traced(name, &capture(name), || usize::MAX);
    let query = EvidenceQuery { utc_offset: 120, hashes: vec![Some("ab".repeat(32))], ..EvidenceQuery::default() };
    compare("client-start.json", &session.evidence(&query, EvidenceFormat::Json).unwrap());
    compare("client-start.html", &session.evidence(&query, EvidenceFormat::Html).unwrap());
}

#[test]
fn both_forms_hold_the_same_claims() {
    for (name, bytes) in captures() {
        let (session, _) = analyse(&name, &bytes, Limits::default(), || usize::MAX);
        let query = EvidenceQuery { utc_offset: -210, ..EvidenceQuery::default() };
        let page = session.evidence(&query, EvidenceFormat::Html).unwrap();
        let report = account(&session, &query);
        let lists = report["claims"].as_array().unwrap();
        assert_eq!(page.matches("<table class=\"claims\">").count(), lists.len(), "{name}");
        let claims: Vec<&Value> = lists.iter().flat_map(|list| list["claims"].as_array().unwrap()).collect();
        assert_eq!(page.matches("<tr class=\"claim\">").count(), claims.len(), "{name}");
        for claim in claims {
            let filter = claim["filter"].as_str().unwrap().replace('&', "&amp;").replace('"', "&quot;");
            assert!(page.contains(&filter), "{name}: {filter}");
        }
        let reached =
            lists.iter().flat_map(|list| list["claims"].as_array().unwrap()).filter_map(|claim| claim["ladder"]["steps"].as_array());
        assert_eq!(page.matches("class=\"rung reached\"").count(), reached.map(Vec::len).sum::<usize>(), "{name}");
        assert!(page.contains("-03:30") && !page.contains("<script") && page.contains("@media print"), "{name}");
    }
}

#[test]
fn a_narrower_report_is_about_less() {
    let name = "client-start.pcapng";
    let (session, _) = analyse(name, &capture(name), Limits::default(), || usize::MAX);
    let whole = account(&session, &EvidenceQuery::default());
    let first = |kind: &str| whole["claims"].as_array().unwrap().iter().find(|list| list["kind"] == kind).unwrap()["claims"][0].clone();
    let torrent = first("torrents")["info_hash"].as_str().unwrap().to_owned();
    let host = first("hosts")["subject"].as_str().unwrap().to_owned();
    let about = account(&session, &EvidenceQuery { torrent: Some(torrent.clone()), ..EvidenceQuery::default() });
    let claims = |report: &Value| {
        report["claims"].as_array().unwrap().iter().flat_map(|list| list["claims"].as_array().unwrap().clone()).collect::<Vec<_>>()
    };
    let others = |claim: &&Value| claim["info_hash"].is_string() && claim["info_hash"] != torrent.as_str();
    assert_eq!((about["scope"].as_str(), about["about"].as_str()), (Some("torrent"), Some(torrent.as_str())));
    assert_eq!(claims(&about).iter().filter(others).count(), 0);
    let about = account(&session, &EvidenceQuery { host: Some(host.clone()), ..EvidenceQuery::default() });
    let hosts: Vec<_> = about["claims"].as_array().unwrap().iter().filter(|list| list["kind"] == "hosts").collect();
    assert_eq!((hosts.len(), hosts[0]["total"].as_u64(), hosts[0]["claims"][0]["subject"].as_str()), (1, Some(1), Some(host.as_str())));
    for query in [
        EvidenceQuery { host: Some("nowhere".into()), ..EvidenceQuery::default() },
        EvidenceQuery { torrent: Some("ff".into()), ..EvidenceQuery::default() },
        EvidenceQuery { host: Some(host), torrent: Some(torrent), ..EvidenceQuery::default() },
    ] {
        assert!(session.account(&query).is_none(), "{query:?}");
    }
}

#[test]
fn ladders_are_those_of_the_report() {
    let name = "client-start.pcapng";
    let (session, _) = analyse(name, &capture(name), Limits::default(), || usize::MAX);
    let report = account(&session, &EvidenceQuery::default());
    for list in report["claims"].as_array().unwrap() {
        for claim in list["claims"].as_array().unwrap().iter().filter(|claim| claim["ladder"].is_object()) {
            let (subject, torrent) = (claim["subject"].as_str().map(str::to_owned), claim["info_hash"].as_str().map(str::to_owned));
            let asked = match list["kind"].as_str().unwrap() {
                // Runs of pieces have one together.
                "pieces" => continue,
                "hosts" => EvidenceSubject { host: subject, ..EvidenceSubject::default() },
                "torrents" => EvidenceSubject { torrent, ..EvidenceSubject::default() },
                _ => EvidenceSubject { endpoint: subject, torrent, ..EvidenceSubject::default() },
            };
            let answer = serde_json::to_value(session.ladder(&asked).unwrap()).unwrap();
            assert_eq!(
                [&answer["ladder"], &answer["filter"], &answer["command"]],
                [&claim["ladder"], &claim["filter"], &claim["command"]],
                "{asked:?}"
            );
        }
    }
    let piece = |torrent: &str, piece| {
        session.ladder(&EvidenceSubject { torrent: Some(torrent.into()), piece: Some(piece), ..EvidenceSubject::default() })
    };
    let torrents = &serde_json::to_value(session.report()).unwrap()["download"]["torrents"];
    let torrent = torrents.as_array().unwrap().iter().find(|torrent| !torrent["pieces"].as_array().unwrap().is_empty()).unwrap();
    let (info_hash, shown) = (torrent["info_hash"].as_str().unwrap(), &torrent["pieces"][0]);
    let index = u32::try_from(shown["index"].as_u64().unwrap()).unwrap();
    let ladder = piece(info_hash, index).unwrap().ladder;
    assert_eq!((ladder.steps.len(), ladder.steps[0].frame), (1, shown["first_frame"].as_u64()), "not verified here");
    assert!(piece(info_hash, u32::MAX).is_none());
}

#[test]
fn the_command_line_writes_both_forms_with_the_hash_of_the_file() {
    let folder = std::env::temp_dir().join(format!("swarmscope-evidence-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let name = "client-start.pcapng";
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_swarmscope"));
        command.arg(captures_folder().join(name)).args(arguments).output().unwrap()
    };
    let page = folder.join("report.html");
    assert!(run(&["--evidence", page.to_str().unwrap(), "--utc-offset", "-05:00"]).status.success());
    let json: Value = serde_json::from_slice(&run(&["--evidence", "-", "--json", "--utc-offset", "-05:00"]).stdout).unwrap();
    let hash = json["files"][0]["sha256"].as_str().unwrap();
    // By another program.
    let summed = Command::new("sha256sum").arg(captures_folder().join(name)).output().unwrap().stdout;
    assert_eq!(Some(hash), String::from_utf8(summed).unwrap().split(' ').next());
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains(hash) && page.starts_with("<!doctype html>"));
    let session = traced(name, &capture(name), || 4096);
    let query = EvidenceQuery { utc_offset: -300, hashes: vec![Some(hash.into())], ..EvidenceQuery::default() };
    assert!(session.evidence(&query, EvidenceFormat::Html).unwrap() == page, "the page's worker gets the same bytes");
    let host =
        json["claims"].as_array().unwrap().iter().find(|list| list["kind"] == "hosts").unwrap()["claims"][0]["subject"].as_str().unwrap();
    let about: Value = serde_json::from_slice(&run(&["--evidence", "-", "--json", "--host", host]).stdout).unwrap();
    assert_eq!(about["about"], host);
    for wrong in [
        &["--evidence", "report.pdf"][..],
        &["--evidence", "-", "--utc-offset", "2"],
        &["--evidence", "-", "--host", "x"],
        &["--host", "10.0.0.1"],
    ] {
        assert_eq!(run(wrong).status.code(), Some(2), "{wrong:?}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
