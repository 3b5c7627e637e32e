//! The command line as other programs use it: what it prints, where, and its exit status.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, reason = "clippy allows it in unit tests only, and this whole file is a test")]

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use support::analysis::captures_folder;
use support::frames::{self, IPV4, Order, UDP};

fn swarmscope(arguments: &[&str], input: &[u8]) -> Output {
    let command = Command::new(env!("CARGO_BIN_EXE_swarmscope"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = command.expect("the command line starts");
    // A command that needs no input may be gone before it is written.
    let _ = child.stdin.take().expect("standard input is piped").write_all(input);
    child.wait_with_output().expect("the command line ends")
}

#[test]
fn the_user_says_who_is_local() {
    let capture = frames::pcap(&start());
    let capture = file("local.pcap", &capture);
    let path = capture.to_str().expect("a path in UTF-8");
    let hosts = |arguments: &[&str]| {
        let output = swarmscope(&[&[path, "--json"], arguments].concat(), b"");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
        let rows = report["hosts"].as_array().expect("a list").iter();
        rows.map(|row| format!("{} {} {}", row["address"], row["local"], row["local_reason"]).replace('"', "")).collect::<Vec<_>>()
    };
    let client = "10.0.0.1 true private";
    let resolver = "10.0.0.254 true private";
    assert_eq!(hosts(&[]), [client, resolver]);
    let said = ["--local", "7.7.7.7", "--remote", "10.0.0.1", "--remote", "10.0.0.254"];
    assert_eq!(hosts(&said), ["7.7.7.7 true user", "10.0.0.1 false user", "10.0.0.254 false user"]);
    assert_eq!(swarmscope(&[path, "--local", "here"], b"").status.code(), Some(2));
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is UTF-8")
}

/// Writes a file into the folder of this test run and answers its path.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{}-{name}", std::process::id()));
    std::fs::write(&path, bytes).expect("the folder for temporary files can be written to");
    path
}

const CLIENT: ([u8; 4], u16) = ([10, 0, 0, 1], 6881);
const ROUTER: ([u8; 4], u16) = ([7, 7, 7, 7], 25401);
const RESOLVER: ([u8; 4], u16) = ([10, 0, 0, 254], 53);

/// One UDP packet in an Ethernet frame.
fn packet(from: ([u8; 4], u16), to: ([u8; 4], u16), payload: &[u8]) -> Vec<u8> {
    frames::ethernet(IPV4, &frames::ipv4(UDP, from.0, to.0, &frames::udp(from.1, to.1, payload)))
}

/// A client finds a bootstrap node's address, asks it, and is answered.
fn start() -> Vec<Vec<u8>> {
    let name = b"\x03dht\x0alibtorrent\x03org\0\0\x01\0\x01";
    let question = [&b"\0\x01\x01\0\0\x01\0\0\0\0\0\0"[..], name].concat();
    let answer = [&b"\0\x01\x81\x80\0\x01\0\x01\0\0\0\0"[..], name, b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x07\x07\x07\x07"].concat();
    let query = b"d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:\x08\xca1:y1:qe";
    let response = [&b"d1:rd2:id20:klmnopqrstuvwxyz01235:nodes78:"[..], &[7; 78], b"e1:t2:\x08\xca1:y1:re"].concat();
    vec![
        packet(CLIENT, RESOLVER, &question),
        packet(RESOLVER, CLIENT, &answer),
        packet(CLIENT, ROUTER, query),
        packet(ROUTER, CLIENT, &response),
    ]
}

fn capture(packets: &[Vec<u8>]) -> Vec<u8> {
    frames::pcap(packets)
}

const INIT: &str = "7.7.7.7 : dht.libtorrent.org\n1 initial request sent to port 25401, transaction ID 08ca\n1 response received: BitTorrent DHT Protocol reply=3 nodes\n";
const PEERS: &str = "Node ID 6b6c6d6e6f707172737475767778797a30313233: 7.7.7.7:25401, 1 connection(s)\n";

#[test]
fn the_three_views_in_both_spellings() {
    let path = file("views.pcap", &capture(&start()));
    let path = path.to_str().expect("the path is UTF-8");
    for (arguments, expected) in [
        (&[path, "--init"][..], INIT),
        (&["-pcap", path, "-init"], INIT),
        (&[path, "--peers"], PEERS),
        (&["-peers", "-pcap", path], PEERS),
        (&[path, "--download"], ""),
        (&["-pcap", path, "-download"], ""),
    ] {
        let output = swarmscope(arguments, b"");
        assert_eq!((output.status.code(), text(&output.stdout), text(&output.stderr)), (Some(0), expected, ""), "{arguments:?}");
    }
}

#[test]
fn standard_input_is_a_capture_too() {
    let output = swarmscope(&["-", "--init"], &capture(&start()));
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), INIT));
}

#[test]
fn several_captures_are_one_in_time_order() {
    let packets = start();
    let (questions, answers) = packets.split_at(3);
    let late: Vec<u8> = answers.iter().flat_map(|bytes| frames::pcap_record(Order::Little, 1_700_000_010, 0, 0, bytes)).collect();
    let late = [frames::pcap_header(Order::Little, false, 1), late].concat();
    let (early, late) = (file("early.pcap", &capture(questions)), file("late.pcap", &late));
    let output = swarmscope(&[late.to_str().expect("UTF-8"), early.to_str().expect("UTF-8"), "--init"], b"");
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), INIT));
}

#[test]
fn the_summary_and_the_json_say_the_same() {
    let path = file("json.pcap", &capture(&start()));
    let path = path.to_str().expect("the path is UTF-8");
    let summary = swarmscope(&[path], b"");
    assert!(text(&summary.stdout).contains("dht: query 1, response 1"), "{}", text(&summary.stdout));
    let json = swarmscope(&[path, "--json"], b"");
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).expect("one JSON document");
    assert_eq!(report["messages"]["dht"], serde_json::json!({ "query": 1, "response": 1 }));
    assert_eq!(report["init"]["bootstrap"][0]["requests"][0]["response"]["nodes"], 3);
    assert_eq!(report["capture"]["files"][0]["format"], "pcap");
}

#[test]
fn every_message_is_printed_in_order() {
    let path = file("events.pcap", &capture(&start()));
    let path = path.to_str().expect("the path is UTF-8");
    let printed = |arguments: &[&str]| {
        let output = swarmscope(&[&[path, "--events"], arguments].concat(), b"");
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""), "{arguments:?}");
        text(&output.stdout).to_owned()
    };
    let all = printed(&[]);
    let query =
        "3\t1700000000.000002\t10.0.0.1:6881 > 7.7.7.7:25401\t-\tdht\tget_peers 6d6e6f707172737475767778797a313233343536, transaction 08ca";
    assert_eq!((all.lines().count(), all.lines().nth(2)), (4, Some(query)));
    assert_eq!(printed(&["--protocol", "dht", "--text", "GET_PEERS"]).trim_end(), query);
    assert_eq!(printed(&["--torrent", "6d6e6f707172737475767778797a313233343536"]).lines().count(), 2, "the answer too");
    assert_eq!(printed(&["--host", "10.0.0.254"]).lines().count(), 2);
    assert_eq!(printed(&["--flow", "0"]), "");
    let rows: Vec<serde_json::Value> =
        printed(&["--json"]).lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    assert_eq!((rows.len(), &rows[3]["name"], &rows[3]["frame"]), (4, &"response".into(), &4.into()));
    let csv = printed(&["--csv"]);
    assert!(csv.starts_with("number,frame,time,") && csv.lines().count() == 5, "{csv}");
}

#[test]
fn a_torrent_is_named_by_40_digits_or_by_the_64_of_version_2() {
    let path = captures_folder().join("client-start.pcapng");
    let path = path.to_str().expect("a path in UTF-8");
    let printed = |arguments: &[&str], hash: &str| {
        let output = swarmscope(&[&[path, "--torrent", hash], arguments].concat(), b"");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
        output.stdout
    };
    let report: serde_json::Value = serde_json::from_slice(&swarmscope(&[path, "--json"], b"").stdout).expect("it is JSON");
    let short = report["download"]["torrents"][0]["info_hash"].as_str().expect("there is a torrent");
    let long = format!("{short}{}", "0C".repeat(12));
    for arguments in [&["--events"][..], &["--table", "peers"], &["--evidence", "-", "--json"], &["--slice", "-"], &["--verify", "--json"]]
    {
        assert!(printed(arguments, short) == printed(arguments, &long), "{arguments:?}");
    }
    assert!(printed(&["--events"], short).len() > 1000 && printed(&["--table", "peers"], short).len() > 100);
    assert_eq!(swarmscope(&[path, "--events", "--torrent", &long[1..]], b"").status.code(), Some(2), "no hash, and no file");
}

#[test]
fn a_table_is_printed_as_filtered_and_sorted() {
    let capture = file("table.pcap", &frames::pcap(&start()));
    let path = capture.to_str().expect("a path in UTF-8");
    let lines = |arguments: &[&str]| {
        let output = swarmscope(&[&[path, "--table"], arguments].concat(), b"");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let addresses = |arguments: &[&str]| {
        let rows = lines(&[&["hosts", "--format", "jsonl"], arguments].concat());
        let rows = rows.iter().map(|row| serde_json::from_str::<serde_json::Value>(row).expect("each line is JSON"));
        rows.map(|row| row["address"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(addresses(&["--sort", "address"]), ["10.0.0.1", "10.0.0.254"]);
    assert_eq!(addresses(&["--sort", "-address"]), ["10.0.0.254", "10.0.0.1"]);
    assert_eq!(addresses(&["--filter", ".254"]), ["10.0.0.254"]);
    assert!(lines(&["hosts"]).first().is_some_and(|head| head.starts_with("address,")));
    for wrong in [&["hosts", "--sort", "size"][..], &["guests"], &["hosts", "--init"], &["hosts", "--json"]] {
        assert_eq!(swarmscope(&[&[path, "--table"], wrong].concat(), b"").status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn a_damaged_capture_gives_a_report_and_a_line() {
    let whole = capture(&start());
    let path = file("cut.pcap", &whole[..whole.len() - 1]);
    let output = swarmscope(&[path.to_str().expect("UTF-8"), "--init"], b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).ends_with("no response received\n"), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("file_cut"), "{}", text(&output.stderr));
}

#[test]
fn what_is_no_capture_gives_no_report() {
    let missing = file("missing", b"");
    std::fs::remove_file(&missing).expect("it was just written");
    let torrent = file("x.torrent", b"d8:announce3:abc4:infod6:lengthi1eee");
    for path in [missing, torrent, file("empty.pcap", b""), folder("nothing", &[])] {
        let output = swarmscope(&[path.to_str().expect("UTF-8"), "--json"], b"");
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), ""), "{}", path.display());
        assert_eq!(text(&output.stderr).lines().count(), 1, "{}", text(&output.stderr));
    }
}

/// A folder with these files, whose names may lead below.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = file(name, b"").with_extension("folder");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder can be made");
        std::fs::write(path, bytes).expect("a file can be written");
    }
    folder
}

#[test]
fn a_folder_stands_for_the_captures_and_torrents_in_it() {
    let packets = start();
    let (whole, packed) = (capture(&packets), support::containers::gzip(&capture(&packets), 6));
    let (torrent, text_file) = (torrent("film"), &b"notes"[..]);
    let files: [(&str, &[u8]); 7] = [
        ("b/whole", &whole),
        ("b/packed.gz", &packed),
        ("notes.txt", text_file),
        (".hidden.pcap", &whole),
        ("notes.gz", &support::containers::gzip(text_file, 6)),
        ("film.torrent", &torrent),
        ("film of another name", &torrent),
    ];
    let folder = folder("all", &files);
    let path = folder.to_str().expect("UTF-8");
    let output = swarmscope(&[path, "--json"], b"");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let names = report["capture"]["files"].as_array().expect("a list").iter().map(|file| file["name"].as_str().unwrap_or_default());
    assert_eq!(names.collect::<Vec<_>>(), ["packed.gz", "whole"], "in the order of their paths");
    assert_eq!((&report["capture"]["frames"], &report["messages"]["dht"]["query"]), (&4.into(), &1.into()), "one is a copy of the other");
    assert_eq!(report["torrents"][0]["name"], "film");
    let told = format!("swarmscope: {path}: captures read: 2, torrents: 2; passed over: 2 no captures, 1 hidden\n");
    assert_eq!(text(&output.stderr), told);
}

#[test]
fn one_bad_file_does_not_cost_the_others() {
    let (good, bad) = (file("good.pcap", &capture(&start())), file("bad.txt", b"no capture at all, but some words in a row"));
    let output = swarmscope(&[bad.to_str().expect("UTF-8"), good.to_str().expect("UTF-8"), "--peers"], b"");
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), PEERS));
    assert!(text(&output.stderr).contains("bad.txt"), "{}", text(&output.stderr));
}

#[test]
fn what_is_not_understood_is_a_usage_error() {
    for arguments in [
        &[][..],
        &["--init"],
        &["x.pcap", "--flow", "0"],
        &["x.pcap", "--events", "--host", "x"],
        &["x.pcap", "--nonsense"],
        &["x.pcap", "--init", "--peers"],
    ] {
        let output = swarmscope(arguments, b"");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
    }
    assert_eq!(swarmscope(&["--help"], b"").status.code(), Some(0));
}

#[test]
fn countries_come_with_it_and_databases_of_ones_own_may_be_given() {
    let capture = frames::pcap(&start());
    let output = swarmscope(&["--geography", "-"], &capture);
    assert!(output.status.success());
    assert!(text(&output.stdout).starts_with("country.mmdb (country ipvAll, built 2026-06-17)\n"), "{}", text(&output.stdout));
    let report: serde_json::Value = serde_json::from_slice(&swarmscope(&["--json", "-"], &capture).stdout).expect("JSON");
    assert_eq!(report["geography"]["databases"][0]["name"], "country.mmdb");
    let own = file("own.mmdb", &support::mmdb::mmdb("Own-City", vec![]));
    let own = own.to_str().expect("the folder's name is UTF-8");
    let output = swarmscope(&["--geography", "--mmdb", own, "-"], &capture);
    assert!(text(&output.stdout).contains("(Own-City, built 2023-11-14): For tests\n"), "{}", text(&output.stdout));
    let broken = file("broken.mmdb", b"no database");
    let output = swarmscope(&["--json", "--mmdb", broken.to_str().expect("UTF-8"), "-"], &capture);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert!(text(&output.stderr).contains("broken.mmdb: not a database of addresses"), "{}", text(&output.stderr));
}

/// A `.torrent` file.
fn torrent(name: &str) -> Vec<u8> {
    format!("d8:announce3:abc4:infod6:lengthi5e4:name{}:{name}12:piece lengthi16384e6:pieces20:{}ee", name.len(), "h".repeat(20))
        .into_bytes()
}

#[test]
fn torrents_and_links_are_known() {
    let folder = file("folder", b"").with_extension("torrents");
    std::fs::create_dir_all(folder.join("below.torrent")).expect("a folder can be made");
    for (name, bytes) in
        [("a.torrent", torrent("one")), ("b.TORRENT", torrent("two")), ("c.torrent", b"no".to_vec()), ("d.txt", torrent("no"))]
    {
        std::fs::write(folder.join(name), bytes).expect("a file can be written");
    }
    let hash = "1".repeat(40);
    let links = file("links.txt", format!("magnet:?xt=urn:btih:{hash}&dn=three\nhello\n").as_bytes());
    let (folder, links) = (folder.to_str().expect("the path is UTF-8"), links.to_str().expect("the path is UTF-8"));
    let link = format!("magnet:?xt=urn:btih:{}&dn=four", "2".repeat(40));
    let output = swarmscope(&["-", "--known", "--torrent", folder, "--magnet", links, "--magnet", &link], &capture(&start()));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let names: Vec<_> =
        text(&output.stdout).lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(": ").nth(1)).collect();
    assert_eq!(names, ["one", "two", "three", "four"]);
    assert!(text(&output.stdout).contains("name \"three\" by the magnet link"));
    let told: Vec<_> = text(&output.stderr).lines().filter(|line| line.contains(" is no ")).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|line| line.ends_with("c.torrent: is no .torrent file (its metainfo cannot be read)")));
    assert!(told.iter().any(|line| line.ends_with("links.txt, line 2: is no magnet link")));
}

#[test]
fn a_torrent_that_is_named_must_be_one() {
    let broken = file("broken.torrent", b"no");
    let broken = broken.to_str().expect("the path is UTF-8");
    for arguments in [["--torrent", broken], ["--torrent", "/nowhere.torrent"], ["--magnet", "magnet:?dn=x"], ["--magnet", "/nowhere.txt"]]
    {
        for events in [None, Some("--events")] {
            let output = swarmscope(&[&["-"][..], &arguments, events.as_slice()].concat(), &capture(&start()));
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
            assert!(text(&output.stderr).starts_with(&format!("swarmscope: {}: ", arguments[1])), "{}", text(&output.stderr));
        }
    }
}

#[test]
fn a_frame_is_shown_with_its_place_and_how_wireshark_shows_it() {
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures/dht.pcap");
    let output = swarmscope(&["--frame", "3", capture], b"");
    let text = String::from_utf8(output.stdout).expect("it is text");
    assert!(output.status.success() && text.starts_with("Frame 3: "), "{text}");
    for part in ["\nUDP: ", "\nDHT message: ", "\n000000  ", "\nEvent: 3\t", "\nWireshark: frame.number == 3\nTShark: tshark -r dht.pcap "]
    {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    let output = swarmscope(&["--frame", "3", "--json", capture], b"");
    let view: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!((view["number"].as_u64(), view["layers"][0]["name"].as_str()), (Some(3), Some("Ethernet")));
    let output = swarmscope(&["--frame", "999", capture], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no frame 999"));
    assert_eq!(swarmscope(&["--frame", "0", capture], b"").status.code(), Some(2));
}
