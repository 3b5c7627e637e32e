//! Hosts of captures against what their clients reported of themselves: who runs BitTorrent, in which torrents, and how much they moved.
//!
//! Clients count the payload of blocks, also of those that came twice (libtorrent), or what they got for pieces (Transmission). Streams carry the
//! framing of messages too: nine bytes and four a block, and the other messages. So blocks are held against the clients' figures within one
//! part in a hundred, and all bytes of streams, which is all that is known of encrypted ones, within two.
//! The lab lies beside the checkout and is not part of the repository: without it these tests say so and pass.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use support::analysis::{analyse, json};
use swarmscope::base::{InfoHash, Limits};
use swarmscope::session::Session;

/// A capture of the lab, read, and what its clients reported.
fn run(name: &str) -> Option<(Session, Value)> {
    let lab = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab");
    let Ok(capture) = std::fs::read(lab.join(format!("{name}.pcapng"))) else {
        println!("skipped: {name} is not in {}", lab.display());
        return None;
    };
    let truth = serde_json::from_slice(&std::fs::read(lab.join(format!("{name}.truth.json"))).unwrap()).unwrap();
    Some((analyse(name, &capture, Limits::default(), || usize::MAX).0, truth))
}

fn host<'a>(report: &'a Value, address: &Value) -> &'a Value {
    report["hosts"].as_array().unwrap().iter().find(|host| host["address"] == *address).unwrap()
}

fn sum(list: &Value) -> u64 {
    list.as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).sum()
}

/// Bytes of blocks that a host got, or sent.
fn blocks(report: &Value, info_hash: &str, address: &str, role: &str) -> u64 {
    let torrents = report["download"]["torrents"].as_array().unwrap();
    let torrent = torrents.iter().find(|torrent| torrent["info_hash"] == info_hash);
    let pieces = torrent.into_iter().flat_map(|torrent| torrent["pieces"].as_array().unwrap());
    let shares = pieces.flat_map(|piece| piece[role].as_array().unwrap());
    let its = shares.filter(|share| share["endpoint"].as_str().unwrap().starts_with(&format!("{address}:")));
    its.map(|share| share["bytes"].as_u64().unwrap()).sum()
}

fn is_within(percent: u64, found: u64, logged: u64) -> bool {
    found.abs_diff(logged) * 100 <= logged.max(found) * percent
}

#[test]
fn hosts_of_a_network_are_those_that_run_clients_with_their_torrents_and_volumes() {
    let Some((session, truth)) = run("lan") else { return };
    let report = json(&session);
    let mut seen = BTreeMap::new();
    for told in truth["local_hosts"].as_array().unwrap() {
        let host = host(&report, &told["addr"]);
        let address = told["addr"].as_str().unwrap();
        seen.insert(address, host["bittorrent"].as_bool().unwrap());
        assert_eq!((&host["bittorrent"], &host["local"], &host["local_reason"]), (&told["bittorrent"], &true.into(), &"private".into()));
        if told["bittorrent"] == false {
            assert_eq!((host["evidence"].as_array().unwrap().len(), sum(&serde_json::json!([host["tcp"], host["utp"]]))), (0, 0));
            assert_eq!((host["peers"].as_u64(), &host["series"]), (Some(0), &Value::Null));
            continue;
        }
        let mut torrents: Vec<_> = host["torrents"].as_array().unwrap().iter().map(|torrent| torrent.as_str().unwrap()).collect();
        torrents.sort_unstable();
        let mut logged: Vec<_> = told["torrents"].as_array().unwrap().iter().map(|torrent| torrent.as_str().unwrap()).collect();
        logged.sort_unstable();
        assert_eq!(torrents, logged, "{address}");
        assert_eq!(host["listen_ports"], serde_json::json!([told["port"]]), "{address}");
        let (mut down, mut up) = (0, 0);
        let encrypted = !told["encrypted_connections"].as_array().unwrap().is_empty();
        for (info_hash, bytes) in told["bytes"].as_object().unwrap() {
            let (downloaded, uploaded) = (bytes["downloaded"].as_u64().unwrap(), bytes["uploaded"].as_u64().unwrap());
            (down, up) = (down + downloaded, up + uploaded);
            for (role, logged) in [("receivers", downloaded), ("contributors", uploaded)].into_iter().filter(|_| !encrypted) {
                let found = blocks(&report, info_hash, address, role);
                assert!(is_within(1, found, logged), "{address}, {info_hash}: {found} bytes of blocks, logged: {logged}");
            }
        }
        let (received, sent) = (sum(&host["series"]["received"]), sum(&host["series"]["sent"]));
        assert_eq!(received + sent, host["tcp"].as_u64().unwrap() + host["utp"].as_u64().unwrap(), "{address}");
        assert!(is_within(2, received, down), "{address}: {received} bytes down, logged: {down}");
        // Who only downloads sends requests and haves.
        assert!(
            if up > 0 { is_within(2, sent, up) } else { is_within(2, received + sent, received) },
            "{address}: {sent} bytes up, logged: {up}"
        );
        assert_eq!(host["encrypted"].as_u64().unwrap() > 0, encrypted, "{address}");
    }
    assert_eq!(seen.values().filter(|runs| **runs).count(), 3);
    assert_eq!((seen.len(), seen["192.168.1.12"]), (4, false), "the one that only browses is told apart");
}

#[test]
fn what_hosts_and_torrents_moved_adds_up_to_the_traffic() {
    let Some((session, truth)) = run("lan") else { return };
    let report = json(&session);
    let (traffic, totals) = (&report["traffic"], &report["traffic"]["totals"]);
    let local: Vec<_> =
        report["hosts"].as_array().unwrap().iter().filter(|host| host["local"] == true && !host["series"].is_null()).collect();
    for (bins, of_host) in [("down", "received"), ("up", "sent")] {
        assert_eq!(sum(&traffic[bins]), totals[bins].as_u64().unwrap());
        assert_eq!(sum(&traffic[bins]), local.iter().map(|host| sum(&host["series"][of_host])).sum::<u64>());
        let torrents = truth["torrents"].as_array().unwrap().iter().map(|torrent| torrent["info_hash"].as_str().unwrap());
        let of_torrents = torrents.map(|info_hash| {
            let bytes: Vec<u8> = (0..20).map(|at| u8::from_str_radix(&info_hash[2 * at..2 * at + 2], 16).unwrap()).collect();
            let traffic = session.torrent_traffic(InfoHash(bytes.try_into().unwrap()));
            (if bins == "down" { traffic.down } else { traffic.up }).iter().sum::<u64>()
        });
        assert_eq!(of_torrents.sum::<u64>(), sum(&traffic[bins]));
    }
    assert_eq!(sum(&traffic["everything"]), totals["everything"].as_u64().unwrap());
    let messages = &report["messages"];
    assert_eq!(sum(&traffic["dht"]), messages["dht"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum::<u64>());
}

#[test]
fn a_host_becomes_local_by_the_user_s_word_and_everything_follows() {
    let Some((mut session, _)) = run("swarm") else { return };
    let before = json(&session);
    assert_eq!((before["traffic"]["totals"]["down"].as_u64(), before["traffic"]["totals"]["up"].as_u64()), (Some(0), Some(0)));
    let others = before["traffic"]["totals"]["others"].as_u64().unwrap();
    let truth = run("swarm").unwrap().1;
    let me = &truth["network"]["seen_as"];
    session.set_local(me.as_str().unwrap().parse().unwrap(), Some(true));
    let after = json(&session);
    let row = host(&after, me);
    assert_eq!((&row["local"], &row["local_reason"]), (&true.into(), &"user".into()));
    let totals = &after["traffic"]["totals"];
    let (down, up) = (totals["down"].as_u64().unwrap(), totals["up"].as_u64().unwrap());
    assert_eq!((down, up), (sum(&row["series"]["received"]), sum(&row["series"]["sent"])));
    assert_eq!(down + up + totals["others"].as_u64().unwrap(), others);
    let mine = truth["clients"]["me"]["bytes"].as_object().unwrap();
    let [downloaded, uploaded] = ["downloaded", "uploaded"].map(|way| mine.values().map(|bytes| bytes[way].as_u64().unwrap()).sum::<u64>());
    assert!(is_within(2, down, downloaded), "{down} bytes down, logged: {downloaded}");
    assert!(is_within(2, up, uploaded), "{up} bytes up, logged: {uploaded}");
    session.set_local(me.as_str().unwrap().parse().unwrap(), None);
    assert_eq!(json(&session), before);
}
