//! An anonymised export names nobody: every address, name, MAC address, peer and node ID of a capture is looked for in everything that can be
//! written of it under pseudonyms. They are gathered from the bytes of the frames, and from the ordinary report.
//!
//! The lab lies beside the checkout and is not part of the repository: without it these tests say so and look at `tests/captures` only.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use serde_json::Value;
use support::analysis::{analyse, captures, feed, json};
use support::named::Named;
use swarmscope::base::pseudonyms::Pseudonyms;
use swarmscope::base::{Hex, Limits, NodeId, PeerId};
use swarmscope::report::Analyses;
use swarmscope::report::anonymous::Anonymous;
use swarmscope::report::events::written::Format;
use swarmscope::report::events::{EventQuery, EventRow, Scope, Told};
use swarmscope::session::{EvidenceFormat, EvidenceQuery, Reading, Session, View};
use swarmscope::sql::{self, Addition, PARTS, Staged};

const KEY: [u8; 32] = *b"the key of these tests, no other";

const VIEWS: [View; 14] = [
    View::Overview,
    View::Init,
    View::Peers,
    View::Download,
    View::Swarm,
    View::Trackers,
    View::Encrypted,
    View::Hosts,
    View::Dht,
    View::Connections,
    View::Geography,
    View::Sources,
    View::Torrents,
    View::Report,
];

/// Addresses that no host has for itself, or every host has.
fn stays(address: &IpAddr) -> bool {
    let v4 = |address: &std::net::Ipv4Addr| address.is_broadcast() || [0, 127, 224, 239].contains(&address.octets()[0]);
    let v6 = |address: &std::net::Ipv6Addr| address.octets()[0] == 0xff;
    address.is_loopback()
        || address.is_unspecified()
        || matches!(address, IpAddr::V4(address) if v4(address))
        || matches!(address, IpAddr::V6(address) if v6(address))
}

/// Names that say what something is, and of whom nothing: see `base/pseudonyms/host.rs`.
const KEPT_NAMES: [&str; 6] = ["tracker", "announce", "router", "local", "arpa", "www"];

/// The captures, as far as they are here.
fn all() -> Vec<(String, Vec<u8>)> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let mut all = captures();
    for folder in ["lab", "probes"] {
        let Ok(entries) = std::fs::read_dir(shared.join(folder)) else {
            println!("skipped: no {folder} beside the checkout");
            continue;
        };
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name.contains(".pcap"));
        names.sort();
        all.extend(names.into_iter().map(|name| (name.clone(), std::fs::read(shared.join(folder).join(&name)).unwrap())));
    }
    all
}

fn anonymous(name: &str, bytes: &[u8], pseudonyms: Pseudonyms) -> Session<Anonymous<Analyses>> {
    let mut session = Session::anonymous(Limits::default(), pseudonyms);
    session.add_file(name, None);
    feed(session.reading(), &[bytes], || usize::MAX);
    session
}

/// Everything that can be written of a capture: what, and the text.
fn exports(name: &str, bytes: &[u8]) -> Vec<(String, String)> {
    let session = anonymous(name, bytes, Pseudonyms::new(&KEY));
    let mut exports = Vec::new();
    for view in VIEWS {
        exports.push((format!("{view:?} as text"), session.text(view)));
        exports.push((format!("{view:?} as CSV"), session.csv(view)));
        exports.push((format!("{view:?} as JSON"), session.json(view).unwrap()));
    }
    for (form, format) in [("page", EvidenceFormat::Html), ("JSON", EvidenceFormat::Json)] {
        exports.push((format!("evidence as {form}"), session.evidence(&EvidenceQuery::default(), format).unwrap()));
    }
    let sections = session.sections();
    let mut rows = String::new();
    let addition = Addition { sections: &sections, hashes: &[None], unfinished: &session.unfinished() };
    for part in 0..PARTS {
        let Ok(()) = addition.rows(part, &mut |table: &Staged, row: &[sql::Value]| {
            rows.push_str(&format!("{} {row:?}\n", table.insert()));
            Ok::<(), Infallible>(())
        });
    }
    exports.push(("rows of a database".into(), rows));
    let limits = Limits::default();
    let [mut text, mut csv, mut lines] = [const { String::new() }; 3];
    let told = Told::new(Scope::new(&EventQuery::default(), &limits).unwrap(), &limits, |row: &EventRow| {
        for (format, into) in [(Format::Text, &mut text), (Format::Csv, &mut csv), (Format::JsonLines, &mut lines)] {
            into.push_str(&format.line(row));
            into.push('\n');
        }
    });
    let mut reading = Reading::new(limits.clone(), Anonymous::new(told, Pseudonyms::new(&KEY), &limits));
    reading.add_file(name, None);
    feed(&mut reading, &[bytes], || usize::MAX);
    drop(reading);
    exports.extend([("events as text".into(), text), ("events as CSV".into(), csv), ("events as JSON".into(), lines)]);
    exports
}

/// What is looked for, in lower case, and what it is.
#[derive(Default)]
struct Wanted(BTreeMap<Vec<u8>, String>);

impl Wanted {
    fn add(&mut self, what: &str, spelling: impl Into<Vec<u8>>) {
        let spelling = spelling.into().to_ascii_lowercase();
        if spelling.len() >= 4 {
            self.0.insert(spelling, what.to_owned());
        }
    }

    /// Bytes as they are, in hex digits, escaped as in URLs, and as in JSON and in lines of text.
    fn bytes(&mut self, what: &str, bytes: &[u8]) {
        self.add(what, bytes);
        self.add(what, Hex(bytes).to_string());
        self.add(what, bytes.iter().map(|byte| format!("%{byte:02x}")).collect::<String>());
        let in_urls = |byte: &u8| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) { char::from(*byte).to_string() } else { format!("%{byte:02x}") }
        };
        self.add(what, bytes.iter().map(in_urls).collect::<String>());
        self.add(what, String::from_utf8_lossy(bytes).into_owned());
        self.add(what, bytes.escape_ascii().to_string());
        self.add(what, serde_json::to_string(&String::from_utf8_lossy(bytes)).unwrap().trim_matches('"'));
    }

    fn address(&mut self, address: IpAddr) {
        match address {
            IpAddr::V4(v4) => {
                self.add("address", v4.to_string());
                self.add("address in hex", Hex(&v4.octets()).to_string());
                let [a, b, c, d] = v4.octets();
                self.add("address turned around", format!("{d}.{c}.{b}.{a}.in-addr.arpa"));
                self.add("address with dashes", format!("{a}-{b}-{c}-{d}"));
            }
            IpAddr::V6(v6) => {
                self.add("address", v6.to_string());
                self.add("address in full", v6.segments().map(|word| format!("{word:x}")).join(":"));
                self.add("address in full", v6.segments().map(|word| format!("{word:04x}")).join(":"));
                self.add("address in hex", Hex(&v6.octets()).to_string());
            }
        }
    }

    fn of(named: &Named) -> Self {
        let mut wanted = Wanted::default();
        named.addresses.iter().filter(|address| !stays(address)).for_each(|address| wanted.address(*address));
        for mac in named.macs.iter().filter(|mac| mac[0] & 1 == 0 && **mac != [0; 6]) {
            wanted.add("MAC address", mac.map(|byte| format!("{byte:02x}")).join(":"));
            wanted.add("MAC address", mac.map(|byte| format!("{byte:02x}")).join("-"));
            wanted.add("MAC address", Hex(mac).to_string());
        }
        // Of a peer ID the beginning names a client: the rest is looked for.
        named.peer_ids.iter().for_each(|id| wanted.bytes("peer ID", &id[10..]));
        named.node_ids.iter().for_each(|id| wanted.bytes("node ID", id));
        let names = named.names.iter().filter(|name| !KEPT_NAMES.iter().any(|kept| kept.as_bytes() == name.as_slice()));
        names.for_each(|name| wanted.bytes("name", name));
        wanted
    }

    /// What stands in a text.
    fn found_in(&self, text: &str) -> BTreeSet<String> {
        let mut by_start: BTreeMap<[u8; 4], Vec<(&[u8], &str)>> = BTreeMap::new();
        let mut may_start = vec![false; 1 << 16];
        let short = |start: &[u8]| (usize::from(start[0]) << 8 | usize::from(start[2])) ^ usize::from(start[3]) << 4 & 0xffff;
        for (spelling, what) in &self.0 {
            may_start[short(spelling)] = true;
            by_start.entry(*spelling.first_chunk().unwrap()).or_default().push((spelling, what));
        }
        let text = text.to_ascii_lowercase().into_bytes();
        let mut found = BTreeSet::new();
        for (at, start) in text.windows(4).enumerate().filter(|(_, start)| may_start[short(start)]) {
            for (spelling, what) in by_start.get(start).into_iter().flatten() {
                let before = at.checked_sub(1).map(|at| text[at]);
                let after = text.get(at + spelling.len()).copied();
                // Digits that go on are another number.
                let goes_on = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
                if text[at..].starts_with(spelling) && !goes_on(before) && !goes_on(after) {
                    found.insert(format!("{what} {}", spelling.escape_ascii()));
                }
            }
        }
        found
    }
}

/// What the ordinary report names.
fn add_reported(value: &Value, key: &str, named: &mut Named) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| add_reported(item, key, named)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| add_reported(value, key, named)),
        Value::String(text) => {
            let address = text.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|place| place.ip()));
            named.addresses.extend(address);
            if ["name", "server_name", "url", "host", "path", "query_path"].contains(&key) && address.is_none() && !text.is_empty() {
                named.names.insert(text.clone().into_bytes());
            }
        }
        _ => {}
    }
}

fn is_address(name: &[u8]) -> bool {
    std::str::from_utf8(name).is_ok_and(|name| name.parse::<IpAddr>().is_ok() || name.parse::<SocketAddr>().is_ok())
}

#[test]
fn no_export_names_anybody() {
    let mut wrong = Vec::new();
    for (name, bytes) in all() {
        let (ordinary, _) = analyse(&name, &bytes, Limits::default(), || usize::MAX);
        let report = json(&ordinary);
        let mut named = Named::of(&bytes);
        // The names in the others are of statistics and queries.
        for section in ["init", "peers", "download", "swarm", "trackers", "hosts", "encrypted_flows", "torrents", "web_seeds"] {
            add_reported(&report[section], section, &mut named);
        }
        // Some hosts are called by their addresses.
        named.names.retain(|name| !is_address(name));
        named.names.insert(name.clone().into_bytes());
        let wanted = Wanted::of(&named);
        // The ordinary export shows them: what is found in nothing proves nothing.
        let shown = wanted.found_in(&ordinary.json(View::Report).unwrap()).len();
        assert!(shown > 2, "{name}: the ordinary report names {shown} of {}", wanted.0.len());
        for (export, text) in exports(&name, &bytes) {
            wrong.extend(wanted.found_in(&text).into_iter().take(8).map(|found| format!("{name}, {export}: {found}")));
        }
    }
    assert!(wrong.is_empty(), "{} places:\n{}", wrong.len(), wrong[..wrong.len().min(120)].join("\n"));
}

/// Every number, truth and endpoint of a report under the names of the fields that lead to it, without the places in lists. Left out are what is
/// calculated from addresses and IDs, names, and the finding that tells of pseudonyms.
fn facts(value: &Value, path: &str, pseudonyms: &mut Option<Pseudonyms>, into: &mut BTreeMap<String, u64>) {
    let last = path.rsplit('.').next().unwrap_or_default();
    if ["priority", "approach", "fitting_nodes", "public_nodes", "findings", "shared_bits"].contains(&last) {
        return;
    }
    let fact = match value {
        Value::Array(items) => return items.iter().for_each(|item| facts(item, path, pseudonyms, into)),
        Value::Object(fields) => return fields.iter().for_each(|(key, value)| facts(value, &format!("{path}.{key}"), pseudonyms, into)),
        Value::String(text) => {
            let mut replaced = |address: IpAddr| pseudonyms.as_mut().map_or(address, |pseudonyms| pseudonyms.address(address));
            match (last, text.parse::<IpAddr>(), text.parse::<SocketAddr>()) {
                (_, Ok(address), _) => replaced(address).to_string(),
                (_, _, Ok(place)) => SocketAddr::new(replaced(place.ip()), place.port()).to_string(),
                ("peer_id" | "node_id" | "evidence" | "encryption" | "certainty" | "event" | "info_hash", ..) => {
                    replaced_id(last, text, pseudonyms)
                }
                _ => "text".into(),
            }
        }
        other => other.to_string(),
    };
    *into.entry(format!("{path} = {fact}")).or_default() += 1;
}

/// Captures in which a web seed of several files is known by nothing but how these lie in the pieces. That takes the order of their paths, which
/// pseudonyms do not keep: nothing is claimed.
const ORDER_OF_PATHS: [&str; 2] = ["webseed.pcapng", "webseed-v2.pcapng"];

fn replaced_id(kind: &str, text: &str, pseudonyms: &Option<Pseudonyms>) -> String {
    let bytes: Vec<u8> =
        text.as_bytes().chunks(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    match (kind, pseudonyms, <[u8; 20]>::try_from(bytes)) {
        ("peer_id", Some(pseudonyms), Ok(id)) => pseudonyms.peer_id(PeerId(id)).to_string(),
        ("node_id", Some(pseudonyms), Ok(id)) => pseudonyms.node_id(NodeId(id)).to_string(),
        _ => text.to_owned(),
    }
}

#[test]
fn the_report_is_the_same_but_for_names() {
    let mut wrong = Vec::new();
    for (name, bytes) in all() {
        let ordinary = json(&analyse(&name, &bytes, Limits::default(), || usize::MAX).0);
        let anonymous = serde_json::to_value(anonymous(&name, &bytes, Pseudonyms::new(&KEY)).report()).unwrap();
        let [mut expected, mut found] = [const { BTreeMap::new() }; 2];
        facts(&ordinary, "", &mut Some(Pseudonyms::new(&KEY)), &mut expected);
        facts(&anonymous, "", &mut None, &mut found);
        let differ = |one: &BTreeMap<String, u64>, other: &BTreeMap<String, u64>| {
            one.iter()
                .filter(|(fact, count)| other.get(*fact) != Some(count))
                .map(|(fact, count)| format!("{count} × {fact}"))
                .collect::<Vec<_>>()
        };
        if ORDER_OF_PATHS.contains(&name.as_str()) {
            continue;
        }
        wrong.extend(differ(&expected, &found).into_iter().take(12).map(|fact| format!("{name}: ordinary only {fact}")));
        wrong.extend(differ(&found, &expected).into_iter().take(12).map(|fact| format!("{name}: anonymous only {fact}")));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong[..wrong.len().min(120)].join("\n"));
}

/// What takes messages apart has no rest: a new kind of message, or a new field, does not compile until somebody has thought of it.
#[test]
fn nothing_is_passed_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crate/report/anonymous");
    for file in ["message", "dht", "discovery", "peer_wire", "torrent", "trackers", "mod"] {
        let text = std::fs::read_to_string(folder.join(file).with_extension("rs")).unwrap();
        for rest in [", .. }", "{ .. }", "_ =>", "..message", "..*", "..Default"] {
            assert!(!text.contains(rest), "{file}.rs has `{rest}`");
        }
    }
}

#[test]
fn one_key_gives_the_same_pseudonyms_in_two_captures_and_another_key_others() {
    let hosts = |name: &str, key: &[u8; 32]| -> BTreeSet<String> {
        let session = anonymous(name, &support::analysis::capture(name), Pseudonyms::new(key));
        let report = serde_json::to_value(session.report()).unwrap();
        report["hosts"].as_array().unwrap().iter().map(|host| host["address"].as_str().unwrap().to_owned()).collect()
    };
    // Both have the same hosts.
    let (one, other) = (hosts("loss.pcap", &KEY), hosts("reordered.pcap", &KEY));
    assert!(one.intersection(&other).next().is_some(), "{one:?} {other:?}");
    assert!(one.is_disjoint(&hosts("loss.pcap", &[3; 32])));
}

#[test]
fn torrents_are_replaced_where_that_is_asked_for() {
    let bytes = support::analysis::capture("loss.pcap");
    let ordinary = json(&analyse("loss.pcap", &bytes, Limits::default(), || usize::MAX).0);
    let torrents = ordinary["download"]["torrents"].as_array().unwrap();
    let kept = anonymous("loss.pcap", &bytes, Pseudonyms::new(&KEY)).json(View::Report).unwrap();
    let hidden = anonymous("loss.pcap", &bytes, Pseudonyms::new(&KEY).and_torrents()).json(View::Report).unwrap();
    assert!(!torrents.is_empty());
    for torrent in torrents {
        let info_hash = torrent["info_hash"].as_str().unwrap();
        assert!(kept.contains(info_hash) && !hidden.contains(info_hash));
    }
}
