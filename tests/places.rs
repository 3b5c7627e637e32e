//! Where addresses are: look-ups in databases, whole and broken, and what the report makes of them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};
use support::analysis::{analyse, json as report_of};
use support::dice::Dice;
use support::mmdb::Value::{Degrees, Map, Number, Text};
use support::mmdb::mmdb;
use swarmscope::base::Limits;
use swarmscope::report::places::PlacesError;
use swarmscope::session::{Session, View};

fn file(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A session that has read the sample: peers at 93.246.191.174 and other addresses, all of our own lab.
fn sample() -> Session {
    analyse("sample.pcapng", &file("www/public/sample.pcapng"), Limits::default(), || usize::MAX).0
}

/// The addresses of the sample's peers, with this database; each as its row.
fn placed(session: &mut Session, database: Vec<u8>) -> BTreeMap<String, Json> {
    session.add_places("test.mmdb", database.into()).unwrap();
    let report = report_of(session);
    let rows = report["geography"]["addresses"].as_array().unwrap().iter();
    rows.map(|row| (row["address"].as_str().unwrap().to_owned(), row.clone())).collect()
}

/// The addresses of the sample's peers.
fn addresses(session: &mut Session) -> Vec<String> {
    placed(session, mmdb("Empty", vec![])).into_keys().collect()
}

/// What one field of a group comes to over all groups.
fn total(groups: &Json, field: &str) -> u64 {
    groups.as_array().unwrap().iter().map(|group| group[field].as_u64().unwrap()).sum()
}

#[test]
fn without_a_database_nothing_is_told() {
    let session = sample();
    assert_eq!(report_of(&session)["geography"], Json::Null);
    assert_eq!((session.geography(), session.databases()), (None, vec![]));
    assert!(session.text(View::Geography).starts_with("No database"));
}

/// The countries by another reader of the same file (npm `mmdb-lib` 3).
#[test]
fn the_countries_that_come_with_it_are_those_that_another_reader_finds() {
    let (mut session, database) = (sample(), file("data/country.mmdb"));
    session.add_places("country.mmdb", database.into()).unwrap();
    let known = session.databases().remove(0);
    assert_eq!(
        (known.kind.as_str(), known.built, known.ip_version),
        ("country ipvAll", 1_781_726_061, 6),
        "data/README.md and the page name its day"
    );
    let expected = [
        ("8.8.8.8", Some("US")),
        ("5.12.113.137", Some("RO")),
        ("81.2.69.142", Some("GB")),
        ("133.11.0.1", Some("JP")),
        ("203.0.113.9", None),
        ("2001:41d0::1", Some("FR")),
        ("2a00:1450:4001::1", Some("US")),
    ];
    for (address, country) in expected {
        assert_eq!(session.place(address.parse().unwrap()).country.as_deref(), country, "{address}");
    }
}

#[test]
fn what_databases_call_things() {
    let city = Map(vec![
        ("city", Map(vec![("names", Map(vec![("de", Text("Köln")), ("en", Text("Cologne"))]))])),
        ("country", Map(vec![("iso_code", Text("DE")), ("names", Map(vec![("en", Text("Germany"))]))])),
        ("location", Map(vec![("latitude", Degrees(50.9)), ("longitude", Degrees(6.95))])),
    ]);
    let flat = Map(vec![
        ("city", Text("Lyon")),
        ("country_code", Text("fr")),
        ("latitude", Degrees(45.7)),
        ("longitude", Degrees(400.0)),
        ("state1", Text("a text of more than twenty-nine letters that nobody asks for")),
    ]);
    let system = Map(vec![("autonomous_system_number", Number(3320)), ("autonomous_system_organization", Text("Telekom"))]);
    let written = Map(vec![("asn", Text("AS65001")), ("name", Text("Example")), ("country", Text("NO"))]);
    let odd = Map(vec![("country", Number(5)), ("city", Map(vec![])), ("location", Text("x")), ("country_code", Text("Utopia"))]);
    let networks = vec![
        ("192.0.2.0", 26, city),
        ("192.0.2.64", 26, flat),
        ("192.0.2.128", 26, system),
        ("192.0.2.192", 26, written),
        ("2001:db8::", 32, odd),
    ];
    let mut session = Session::default();
    session.add_places("all.mmdb", mmdb("Test-City", networks).into()).unwrap();
    let told = |address: &str| {
        let place = session.place(address.parse().unwrap());
        json!([place.country, place.city, place.position.map(|(latitude, longitude)| [latitude, longitude]), place.asn, place.organisation])
    };
    assert_eq!(told("192.0.2.1"), json!(["DE", "Cologne", [50.9, 6.95], null, null]));
    assert_eq!(told("192.0.2.65"), json!(["FR", "Lyon", null, null, null]), "no such longitude");
    assert_eq!(told("192.0.2.129"), json!([null, null, null, 3320, "Telekom"]));
    assert_eq!(told("192.0.2.193"), json!(["NO", null, null, 65001, "Example"]));
    for nowhere in ["2001:db8::1", "2001:db9::1", "198.51.100.1"] {
        assert_eq!(told(nowhere), json!([null, null, null, null, null]), "{nowhere}");
    }
}

#[test]
fn the_database_that_was_given_last_is_believed_and_the_others_fill_in() {
    let mut session = Session::default();
    let country = |code| mmdb("Country", vec![("192.0.2.0", 24, Map(vec![("country_code", Text(code))]))]);
    let network = mmdb("ASN", vec![("192.0.2.0", 24, Map(vec![("autonomous_system_number", Number(7))]))]);
    let country_of = |session: &Session| session.place("192.0.2.1".parse().unwrap()).country;
    session.add_places("one.mmdb", country("DE").into()).unwrap();
    session.add_places("other.mmdb", country("FR").into()).unwrap();
    session.add_places("asn.mmdb", network.into()).unwrap();
    assert_eq!((country_of(&session).as_deref(), session.place("192.0.2.1".parse().unwrap()).asn), (Some("FR"), Some(7)));
    session.add_places("one.mmdb", country("NO").into()).unwrap();
    assert_eq!(country_of(&session).as_deref(), Some("NO"), "one of the same name is replaced, and is the last now");
    assert_eq!(session.databases().len(), 3);
    for number in 0..Limits::default().databases - 3 {
        session.add_places(&number.to_string(), country("IT").into()).unwrap();
    }
    assert_eq!(session.add_places("more", country("IT").into()), Err(PlacesError::TooMany));
}

#[test]
fn sums_are_those_of_the_rest_of_the_report() {
    let mut session = sample();
    let all = addresses(&mut session);
    assert!(all.len() > 2, "{all:?}");
    let networks = all.iter().step_by(2).map(|address| {
        let value = Map(vec![("country_code", Text("IS")), ("autonomous_system_number", Number(64_500))]);
        (address.as_str(), 32, value)
    });
    let rows = placed(&mut session, mmdb("Test", networks.collect()));
    let report = report_of(&session);
    let geography = &report["geography"];
    let peers: Vec<&Json> =
        report["swarm"]["torrents"].as_array().unwrap().iter().flat_map(|torrent| torrent["peers"].as_array().unwrap()).collect();
    let is_public = |peer: &&&Json| !peer["endpoint"].as_str().unwrap().starts_with("192.168.") && peer["evidence"] != "listed";
    let sum = |field: &str| peers.iter().filter(is_public).map(|peer| peer[field].as_u64().unwrap()).sum::<u64>();
    let listed = report["peers"]["nodes"].as_array().unwrap().iter();
    let nodes = listed.filter(|node| !node["address"].as_str().unwrap().starts_with("192.168.")).count() as u64;
    for groups in ["countries", "networks", "clients"] {
        let groups = &geography[groups];
        assert_eq!(total(groups, "peers"), peers.iter().filter(is_public).count() as u64 + only_encrypted(&rows));
        assert_eq!((total(groups, "downloaded"), total(groups, "uploaded")), (sum("downloaded"), sum("uploaded")));
        assert_eq!(total(groups, "nodes"), nodes);
        assert_eq!(total(groups, "encrypted"), rows.values().map(|row| row["encrypted"].as_u64().unwrap()).sum::<u64>());
    }
    let keys: Vec<&Json> = geography["networks"].as_array().unwrap().iter().map(|group| &group["key"]).collect();
    assert_eq!(keys, [&json!("AS64500"), &Json::Null], "what is not known stands last");
    assert_eq!(total(&geography["countries"], "addresses"), all.len() as u64);
    let short = session.geography().unwrap();
    assert!(short.addresses.is_empty() && serde_json::to_value(&short.countries).unwrap() == geography["countries"]);
}

/// Addresses of peers that are known by encrypted connections only.
fn only_encrypted(rows: &BTreeMap<String, Json>) -> u64 {
    rows.values()
        .filter(|row| row["encrypted"].as_u64() > Some(0) && row["uploaded"] == 0 && row["downloaded"] == 0 && row["client"].is_null())
        .count() as u64
}

#[test]
fn tables_and_csv_hold_the_same_rows() {
    let mut session = sample();
    session.add_places("country.mmdb", file("data/country.mmdb").into()).unwrap();
    session.set_suffixes(&file("data/public_suffix_list.dat")).unwrap();
    let report = report_of(&session);
    for (table, section) in [("countries", "countries"), ("networks", "networks"), ("clients", "clients"), ("places", "addresses")] {
        let query = json!({"table": table, "sort": "peers", "descending": true, "filter": "", "from": 0, "count": 999});
        let window = session.rows(&serde_json::from_value(query).unwrap());
        assert_eq!(window.total, report["geography"][section].as_array().unwrap().len(), "{table}");
        assert!(window.total > 0, "{table}");
    }
    let csv = session.csv(View::Geography);
    assert!(csv.starts_with("by,key,name,addresses,peers,"), "{csv}");
    let sums: usize =
        ["countries", "networks", "clients"].iter().map(|groups| report["geography"][*groups].as_array().unwrap().len()).sum();
    assert_eq!(csv.lines().count(), 1 + sums);
    assert!(session.text(View::Geography).contains("\ncountries:\n"));
    assert!(csv.contains("network,libtorrent.org,"), "the name of a bootstrap node, cut to what was registered");
}

#[test]
fn what_is_no_database_is_refused() {
    let mut session = Session::default();
    let mut refused = |bytes: Vec<u8>| session.add_places("x", bytes.into()).map_err(|error| error.code());
    assert_eq!(refused(vec![]), Err("not_a_database"));
    assert_eq!(refused(file("www/public/sample.pcapng")), Err("not_a_database"));
    let whole = mmdb("Test", vec![("192.0.2.0", 24, Map(vec![]))]);
    assert_eq!(refused(whole[..whole.len() - 9].to_vec()), Err("database_broken"));
    assert_eq!(refused(whole), Ok(()));
    for (bytes, list) in [(&b"\xff"[..], false), (b"// nothing\n", false), (b"com\n", true)] {
        assert_eq!(session.set_suffixes(bytes).is_ok(), list);
    }
}

#[test]
fn broken_databases_neither_panic_nor_take_long() {
    let city = |name| {
        Map(vec![("city", Map(vec![("names", Map(vec![("en", Text(name))]))])), ("location", Map(vec![("latitude", Degrees(1.0))]))])
    };
    let networks = vec![("192.0.2.0", 24, city("A")), ("198.51.100.0", 24, city("B")), ("2001:db8::", 32, city("C"))];
    let whole = mmdb("Test", networks);
    let look = |bytes: Vec<u8>| {
        let mut session = Session::default();
        if session.add_places("broken", bytes.into()).is_ok() {
            for address in ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "::1", "255.255.255.255"] {
                session.place(address.parse().unwrap());
            }
            session.geography();
        }
    };
    (0..whole.len()).for_each(|end| look(whole[..end].to_vec()));
    for at in 0..whole.len() {
        for bits in [1, 0x10, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= bits;
            look(bytes);
        }
    }
    let mut dice = Dice::new(7);
    for _ in 0..20_000 {
        let mut bytes = whole.clone();
        for _ in 0..1 + dice.below(8) {
            let at = dice.below(bytes.len());
            bytes[at] = u8::try_from(dice.below(256)).unwrap();
        }
        look(bytes);
    }
}
