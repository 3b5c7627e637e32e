//! Lists of what somebody watches for, against the sample capture and the report of it: what is in it is met, and nothing else.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "clippy allows these in unit tests only, and this whole file is a test")]

use swarmscope::base::Limits;
use swarmscope::session::Session;

const SAMPLE: &[u8] = include_bytes!("../www/public/sample.pcapng");

fn read(list: &str) -> serde_json::Value {
    let mut session = Session::new(Limits::default());
    let outcome = session.watch(list);
    assert_eq!(outcome.refused, 0, "{outcome:?}");
    let file = session.add_file("sample.pcapng", None);
    session.push(file, SAMPLE).unwrap();
    session.end(file).unwrap();
    session.finish();
    serde_json::to_value(session.report()).unwrap()
}

/// An info hash, an endpoint, a name of a torrent and a bootstrap name of the report, written as somebody else would write them.
fn met_by(report: &serde_json::Value) -> [String; 4] {
    let torrent =
        report["torrents"].as_array().unwrap().iter().find(|torrent| torrent["in_capture"] == true && torrent["name"].is_string());
    let torrent = torrent.unwrap();
    let peer = report["swarm"]["torrents"][0]["peers"][0]["endpoint"].as_str().unwrap();
    let address = peer.parse::<std::net::SocketAddr>().unwrap().ip().to_string();
    [
        torrent["info_hash"].as_str().unwrap().to_uppercase(),
        address,
        torrent["name"].as_str().unwrap()[1..].to_uppercase(),
        report["init"]["bootstrap"][0]["name"].as_str().unwrap().to_owned(),
    ]
}

#[test]
fn what_is_in_the_capture_is_met_and_nothing_else() {
    let report = read("");
    assert_eq!(report["watched"], serde_json::json!([]));
    let [hash, address, name, bootstrap] = met_by(&report);
    let list =
        format!("# ours\n{hash} # a leak\n{address}\n{name}\n{bootstrap}\n{}\n192.0.2.1\n192.0.2.0/24\nno such thing\n", "ff".repeat(20));
    let watched = read(&list)["watched"].as_array().unwrap().clone();
    let met: Vec<bool> = watched.iter().map(|entry| entry["met"].as_u64().unwrap() > 0).collect();
    assert_eq!(met, [true, true, true, true, false, false, false, false], "{list}");
    assert_eq!((&watched[0]["note"], &watched[0]["line"]), (&"a leak".into(), &2.into()));
    for entry in &watched[..2] {
        let first = entry["first_frame"].as_u64().unwrap();
        let frames = entry["rows"].as_array().unwrap().iter().filter_map(|row| row["frame"].as_u64());
        assert_eq!(frames.min(), Some(first), "{entry}");
    }
}

#[test]
fn a_network_meets_what_each_of_its_addresses_meets() {
    let report = read("");
    let [_, address, ..] = met_by(&report);
    let bits = if address.contains(':') { 128 } else { 32 };
    let watched = read(&format!("{address}\n{address}/{bits}\n0.0.0.0/0\n"))["watched"].as_array().unwrap().clone();
    assert_eq!(watched[0]["met"], watched[1]["met"]);
    assert!(watched[2]["met"].as_u64() > watched[0]["met"].as_u64());
}
