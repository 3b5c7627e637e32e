//! How often a claim of encrypted BitTorrent is wrong, and how often there should have been one: against what the lab's clients say, and on
//! captures without BitTorrent. Shown with `--nocapture`:
//!
//! | captures | encrypted connections | claimed | with the right torrent | other flows | claimed |
//! | --- | --: | --: | --: | --: | --: |
//! | `mse` | 5 | 5 | 5 | 0 | 0 |
//! | `lan` | 2 | 2 | 2 | 25 of control, 8 in clear | 0 |
//! | `swarm` | 4 | 4 | 4 | 118 in clear | 0 |
//! | nine more of the lab | 0 | | | 43 in clear | 0 |
//! | corpus without BitTorrent | 0 | | | 483 | 0 |
//!
//! A connection counts as encrypted when both clients went on under RC4. Rows about key exchanges that came to no end are true of what
//! the capture shows, and judged by another rule: both ends are clients, and no client says that the connection was encrypted.
//!
//! Lab and corpus lie beside the checkout and are not part of the repository: without them these tests say so and pass.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::analysis::report;
use swarmscope::base::{Endpoint, Limits};
use swarmscope::capture::{Reader, Step};
use swarmscope::decode::{Decoded, Decoder, Place, Transport};

fn shared(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path)
}

/// The two ends of a connection, in no order.
fn ends(one: &Value, other: &Value) -> BTreeSet<String> {
    [one, other].map(|end| end.as_str().unwrap().to_owned()).into()
}

fn address(endpoint: &str) -> &str {
    endpoint.rsplit_once(':').unwrap().0.trim_matches(['[', ']'])
}

/// What was claimed in a capture of the lab.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rates {
    /// Connections in the capture that the clients call encrypted; those claimed; those claimed with their torrent.
    encrypted: [usize; 3],
    /// Flows that are not BitTorrent's, or that the clients say were in clear; those claimed to be encrypted from end to end.
    clear: [usize; 2],
    /// Claims of a key exchange without end.
    unfinished: usize,
    /// Claims of a whole key exchange of which the clients say nothing: their states were polled, and it was short.
    unlogged: usize,
}

/// Holds the claims in a capture of the lab against its truth; `None` where there is no lab.
fn rates(name: &str) -> Option<Rates> {
    let Ok(capture) = std::fs::read(shared(&format!("lab/{name}.pcapng"))) else {
        println!("skipped: {name} is not in {}", shared("lab").display());
        return None;
    };
    let truth: Value = serde_json::from_slice(&std::fs::read(shared(&format!("lab/{name}.truth.json"))).unwrap()).unwrap();
    let report = report(name, &capture);
    let rows = report["encrypted_flows"].as_array().unwrap();
    let me = truth["network"]["seen_as"].as_str().unwrap();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    // Whose connections the capture shows: the monitored host's, all local hosts', or those of everyone.
    let mut seen = vec![truth["network"]["monitored"].clone()];
    seen.extend(list(&truth["local_hosts"]).iter().map(|host| host["addr"].clone()));
    let everyone = truth["network"]["monitored"] != me;
    let mut rates = Rates::default();
    let mut clear = BTreeSet::new();
    for connection in &list(&truth["connections"]) {
        let between = ends(&connection["endpoints"][0], &connection["endpoints"][1]);
        if !everyone && !between.iter().any(|end| seen.iter().any(|host| host == address(end))) {
            continue;
        }
        let claim = rows.iter().find(|row| ends(&row["originator"], &row["responder"]) == between);
        if connection["rc4"] == true {
            // Not every client says which torrent a connection is for: where there is one only, it is that.
            let torrents = list(&truth["torrents"]);
            let torrent = if connection["info_hash"].is_null() && torrents.len() == 1 { &torrents[0] } else { connection };
            let named = claim.is_some_and(|row| !row["info_hash"].is_null() && row["info_hash"] == torrent["info_hash"]);
            let more = [true, claim.is_some(), named].map(usize::from);
            rates.encrypted.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        } else if connection["rc4"] == false {
            clear.insert(between);
        }
    }
    clear.extend(list(&truth["control_flows"]).iter().map(|flow| ends(&flow["endpoints"][0], &flow["endpoints"][1])));
    let clients = truth["clients"].as_object().unwrap().values();
    let mut hosts: BTreeSet<_> = clients.flat_map(|client| list(&client["addrs"])).map(|host| host.as_str().unwrap().to_owned()).collect();
    hosts.insert(me.to_owned());
    rates.clear = [clear.len(), 0];
    for row in rows {
        let between = ends(&row["originator"], &row["responder"]);
        assert!(between.iter().all(|end| hosts.contains(address(end))), "{name}: not between clients: {row}");
        let unfinished = row["stage"] == "key" || row["stage"] == "keys";
        let logged =
            |connection: &Value| connection["rc4"] == true && ends(&connection["endpoints"][0], &connection["endpoints"][1]) == between;
        rates.clear[1] += usize::from(!unfinished && clear.contains(&between));
        rates.unfinished += usize::from(unfinished);
        rates.unlogged += usize::from(!unfinished && !clear.contains(&between) && !list(&truth["connections"]).iter().any(logged));
    }
    println!("{name}: {rates:?}");
    Some(rates)
}

#[test]
fn every_encrypted_connection_of_the_lab_is_claimed_and_no_other() {
    for (name, expected) in [
        ("mse", Rates { encrypted: [5, 5, 5], clear: [0, 0], unfinished: 1, unlogged: 0 }),
        ("lan", Rates { encrypted: [2, 2, 2], clear: [33, 0], unfinished: 0, unlogged: 0 }),
        ("swarm", Rates { encrypted: [4, 4, 4], clear: [118, 0], unfinished: 26, unlogged: 8 }),
    ] {
        if let Some(found) = rates(name) {
            assert_eq!(found, expected, "{name}");
        }
    }
}

#[test]
fn nothing_is_claimed_in_the_captures_of_clients_in_clear() {
    for name in ["small", "large", "loss", "ipv6", "utp", "hybrid", "v2", "webseed", "webseed-v2"] {
        if let Some(found) = rates(name) {
            assert_eq!(found, Rates { clear: [found.clear[0], 0], ..Rates::default() }, "{name}");
        }
    }
}

#[test]
fn nothing_is_claimed_in_captures_without_bittorrent() {
    let Ok(index) = std::fs::read(shared("corpus/index.json")) else {
        println!("skipped: no corpus here ({})", shared("corpus").display());
        return;
    };
    let index: Value = serde_json::from_slice(&index).unwrap();
    let mut flows = 0;
    let mut captures = 0;
    for entry in index["files"].as_array().unwrap().iter().filter(|entry| entry["category"] != "bittorrent") {
        let name = entry["file"].as_str().unwrap();
        let bytes = std::fs::read(shared("corpus").join(name)).unwrap();
        assert_eq!(report(name, &bytes)["encrypted_flows"].as_array().unwrap().len(), 0, "{name}");
        captures += 1;
        flows += flows_with_payload(&bytes);
    }
    println!("{captures} captures without BitTorrent: {flows} flows with payload, none claimed");
    assert!(flows >= 483, "as many as the table says");
}

/// Pairs of endpoints of a capture that sent each other payload.
fn flows_with_payload(bytes: &[u8]) -> usize {
    let mut found = BTreeSet::<(bool, [Endpoint; 2])>::new();
    let (mut reader, mut decoder) = (Reader::new(&Limits::default()), Decoder::new(&Limits::default()));
    let mut rest = bytes;
    loop {
        let used = match reader.next(rest, true) {
            Ok(Step::Frame { used, frame }) => {
                if let Some(Decoded::Packet(packet)) = decoder.next(&frame, &mut Place::default())
                    && !packet.payload.is_empty()
                {
                    let mut ends = [packet.source, packet.destination];
                    ends.sort();
                    found.insert((matches!(packet.transport, Transport::Udp), ends));
                }
                used
            }
            Ok(Step::Skip { used, .. }) => used,
            Ok(Step::More { .. } | Step::End { .. }) | Err(_) => return found.len(),
        };
        rest = &rest[used..];
    }
}
