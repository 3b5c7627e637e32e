//! A session as its drivers use it: several files, broken ones among them, looked at while it runs, and its tables.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use serde_json::Value;
use support::analysis::{analyse, capture, captures, drive, json, recognised, report};
use support::frames::{IPV4, UDP, ethernet, ipv4, pcap, udp};
use swarmscope::base::Limits;
use swarmscope::report::table::{Row, RowQuery, Table};
use swarmscope::session::{Session, View};

/// What several files give when they are read as one, without the list of files; and the codes of what was no capture.
fn together(files: &[&[u8]], chunk: usize) -> (Value, Vec<&'static str>) {
    let mut session = Session::default();
    for (number, file) in files.iter().enumerate() {
        assert_eq!(session.add_file(&format!("{number}.pcap"), Some(file.len() as u64)), number);
    }
    let errors = drive(&mut session, files, || chunk).iter().map(|error| error.code()).collect();
    assert_eq!(session.wants(), None);
    (without_files(json(&session)), errors)
}

/// A report without what is said of the files it comes from.
fn without_files(mut report: Value) -> Value {
    let capture = report["capture"].as_object_mut().unwrap();
    capture.remove("files");
    capture.remove("bytes");
    report
}

/// The records of a little-endian pcap file, one file a part: `part` says to which a record goes.
fn split(file: &[u8], parts: usize, part: impl Fn(usize) -> usize) -> Vec<Vec<u8>> {
    let (header, mut rest) = file.split_at(24);
    let mut files = vec![header.to_vec(); parts];
    let mut number = 0;
    while !rest.is_empty() {
        let captured = u32::from_le_bytes(rest[8..12].try_into().unwrap());
        let (record, after) = rest.split_at(16 + usize::try_from(captured).unwrap());
        files[part(number)].extend_from_slice(record);
        (rest, number) = (after, number + 1);
    }
    files
}

#[test]
fn several_files_are_read_in_time_order() {
    let whole = capture("reordered.pcap");
    let expected = without_files(report("whole", &whole));
    for (run, order, what) in [
        (65, &[0, 1][..], "in order"),
        (65, &[1, 0], "in the wrong order"),
        (1, &[1, 0], "every other frame"),
        (1, &[2, 1, 0], "one of them without frames"),
    ] {
        // Runs of frames go to the first file and to the last by turns.
        let files = split(&whole, order.len(), |number| number / run % 2 * (order.len() - 1));
        let files: Vec<&[u8]> = order.iter().map(|number| &files[*number][..]).collect();
        for chunk in [97, 4096, usize::MAX] {
            assert_eq!(together(&files, chunk), (expected.clone(), vec![]), "{what}, by {chunk} bytes");
        }
    }
}

#[test]
fn the_report_names_the_files_as_they_were_given() {
    let (first, second) = (capture("dht.pcap"), capture("client-start.pcapng"));
    let mut session = Session::default();
    session.add_file("b.pcap", None);
    session.add_file("a.pcapng", Some(second.len() as u64));
    assert_eq!(session.progress().bytes_total, None, "the length of one is not known");
    drive(&mut session, &[&first, &second], || 5000);
    let files = &json(&session)["capture"]["files"];
    let of = |file: usize, field: &str| files[file][field].clone();
    assert_eq!((of(0, "name"), of(0, "format"), of(0, "frames")), ("b.pcap".into(), "pcap".into(), 12.into()));
    assert_eq!((of(1, "name"), of(1, "format"), of(1, "frames")), ("a.pcapng".into(), "pcapng".into(), 540.into()));
    assert_eq!((of(0, "bytes"), of(1, "bytes")), (first.len().into(), second.len().into()));
    assert_eq!(session.progress().bytes, (first.len() + second.len()) as u64);
}

#[test]
fn a_file_that_is_no_capture_does_not_harm_the_others() {
    let good = [capture("reordered.pcap"), capture("dht.pcap")];
    let expected = together(&[&good[0], &good[1]], 4096).0;
    for (bad, code) in [(&b"no capture at all, no capture at all"[..], "not_a_capture"), (b"", "empty"), (b"\x1f\x8b\x08", "not_a_capture")]
    {
        for files in [[bad, &good[0], &good[1]], [&good[0], bad, &good[1]], [&good[0], &good[1], bad]] {
            for chunk in [3, usize::MAX] {
                assert_eq!(together(&files, chunk), (expected.clone(), vec![code]), "{bad:?}");
            }
        }
    }
    // One that breaks off keeps what it has.
    let (cut, errors) = together(&[&good[0][..100_000], &good[1]], 4096);
    assert_eq!((cut["findings"][0]["code"].as_str(), errors), (Some("file_cut"), vec![]));
    assert_eq!(cut["messages"]["dht"], expected["messages"]["dht"]);
}

#[test]
fn where_reading_stops_does_not_depend_on_the_chunks() {
    let whole = capture("dht.pcap");
    let damaged = [&whole[..24], &[0xff; 9000]].concat();
    for (bytes, read, what) in [
        (&damaged[..], damaged.len(), "a damaged record, behind which another is looked for"),
        (&[b'x'; 9000], 0, "no capture"),
        (&whole[..2000], 2000, "a file that is cut"),
        (&whole, whole.len(), "a whole file"),
    ] {
        for chunk in [1, 7, 4096, usize::MAX] {
            let (session, _) = analyse("file", bytes, Limits::default(), || chunk);
            assert_eq!(json(&session)["capture"]["bytes"], read, "{what}, by {chunk} bytes");
        }
    }
}

#[test]
fn a_session_without_files_has_nothing_to_tell() {
    let mut session = Session::default();
    assert_eq!((session.wants(), session.reading().room(0).len()), (None, 0));
    assert!(session.push(0, b"bytes of no file").is_ok() && session.end(0).is_ok());
    session.finish();
    assert_eq!(json(&session)["capture"]["frames"], 0);
    assert_eq!(session.text(View::Peers), "");
    for table in TABLES {
        assert_eq!(rows(&mut session, &query(table)).1, [0; 0]);
    }
}

#[test]
fn finishing_twice_changes_nothing() {
    let mut session = Session::default();
    session.add_file("loss.pcap", None);
    drive(&mut session, &[&capture("loss.pcap")], || 4096);
    let report = json(&session);
    session.finish();
    assert!(session.end(0).is_ok() && session.push(0, b"more").is_ok());
    session.finish();
    assert_eq!(json(&session), report);
}

#[test]
fn at_every_moment_there_is_a_report_and_it_only_grows() {
    for (name, bytes) in captures() {
        let mut session = Session::default();
        let file = session.add_file(&name, Some(bytes.len() as u64));
        let mut before = Vec::new();
        for chunk in bytes.chunks((bytes.len() / 200).max(10)) {
            session.push(file, chunk).unwrap();
            let digest = session.digest();
            let report = json(&session);
            let now = counts(&report);
            let shrunk = before.iter().find(|(what, count)| now.iter().find(|(known, _)| known == what).is_none_or(|(_, now)| now < count));
            assert_eq!(shrunk, None, "{name}: now {now:?}");
            assert_eq!(digest.peers.nodes, report["peers"]["nodes"].as_array().unwrap().len());
            assert_eq!(digest.torrent_count, report["download"]["torrents"].as_array().unwrap().len());
            let rows = session.rows(&RowQuery { count: 5, ..query(Table::Nodes) });
            assert_eq!(rows.rows.len(), digest.peers.nodes.min(5));
            before = now;
        }
        session.end(file).unwrap();
        session.finish();
        assert_eq!(json(&session), report(&name, &bytes), "{name}: looking on changes nothing");
    }
}

/// Everything in a report that is counted.
fn counts(report: &Value) -> Vec<(String, u64)> {
    let mut counts = vec![("frames".to_owned(), report["capture"]["frames"].as_u64().unwrap()), ("bytes".to_owned(), recognised(report))];
    for (protocol, messages) in report["messages"].as_object().unwrap() {
        counts.extend(messages.as_object().unwrap().iter().map(|(name, count)| (format!("{protocol} {name}"), count.as_u64().unwrap())));
    }
    for node in report["peers"]["nodes"].as_array().unwrap() {
        counts.push((node["node_id"].to_string(), node["responses"].as_u64().unwrap()));
    }
    for torrent in report["download"]["torrents"].as_array().unwrap() {
        for piece in torrent["pieces"].as_array().unwrap() {
            counts.push((format!("{} {}", torrent["info_hash"], piece["index"]), piece["bytes"].as_u64().unwrap()));
        }
    }
    counts
}

const TABLES: [Table; 11] = [
    Table::Bootstrap,
    Table::Nodes,
    Table::Torrents,
    Table::Pieces,
    Table::Contributors,
    Table::Announces,
    Table::Lookups,
    Table::Connections,
    Table::EncryptedFlows,
    Table::Hosts,
    Table::Findings,
];

fn query(table: Table) -> RowQuery {
    RowQuery { table, torrent: None, sort: String::new(), descending: false, filter: String::new(), from: 0, count: usize::MAX }
}

/// How many rows a table has, and the ports of the nodes in a window of it.
fn rows(session: &mut Session, query: &RowQuery) -> ([usize; 2], Vec<u16>) {
    let window = session.rows(query);
    let port = |row: &Row| if let Row::Node(node) = row { node.port } else { 0 };
    ([window.total, window.matched], window.rows.iter().map(port).collect())
}

/// DHT nodes on these ports: each answers as often as is said, those of which the query is there after so many microseconds.
fn nodes(nodes: &[(u16, u8, Option<usize>)]) -> Session {
    let packet = |from: u16, to: u16, payload: &[u8]| ethernet(IPV4, &ipv4(UDP, [10, 0, 0, 1], [10, 0, 0, 1], &udp(from, to, payload)));
    let mut frames = Vec::new();
    for (port, answers, delay) in nodes {
        for answer in 0..*answers {
            let query = [&b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t1:"[..], &[answer], b"1:y1:qe"].concat();
            let response = [&b"d1:rd2:id20:klmnopqrst0123456789e1:t1:"[..], &[answer], b"1:y1:re"].concat();
            if let Some(delay) = delay {
                frames.push(packet(9999, *port, &query));
                frames.extend(vec![packet(9999, 9998, b"anything"); delay - 1]);
            }
            frames.push(packet(*port, 9999, &response));
        }
    }
    let mut session = Session::default();
    session.add_file("nodes.pcap", None);
    drive(&mut session, &[&pcap(&frames)], || usize::MAX);
    session
}

#[test]
fn tables_are_sorted_filtered_and_shown_in_windows() {
    let mut session = nodes(&[(30, 1, Some(5)), (4, 2, None), (200, 3, Some(2)), (1, 1, None), (5, 2, Some(9))]);
    let by = |sort: &str, descending| RowQuery { sort: sort.into(), descending, ..query(Table::Nodes) };
    let all = [5, 5];
    for (what, query, expected) in [
        ("as they came", by("", false), (all, vec![30, 4, 200, 1, 5])),
        ("by a column that is not there", by("nothing", true), (all, vec![30, 4, 200, 1, 5])),
        ("by a number", by("port", false), (all, vec![1, 4, 5, 30, 200])),
        ("the other way", by("port", true), (all, vec![200, 30, 5, 4, 1])),
        ("equal ones stay as they came", by("responses", false), (all, vec![30, 1, 4, 5, 200])),
        ("equal ones stay as they came the other way too", by("responses", true), (all, vec![200, 4, 5, 30, 1])),
        ("absent values come last", by("delay", false), (all, vec![200, 30, 5, 4, 1])),
        ("absent values come last the other way too", by("delay", true), (all, vec![5, 30, 200, 4, 1])),
        ("a filter", RowQuery { filter: "200".into(), ..by("port", false) }, ([5, 1], vec![200])),
        ("a filter that none passes", RowQuery { filter: "xyz".into(), ..by("port", false) }, ([5, 0], vec![])),
        ("a filter in the other case", RowQuery { filter: "6B6C6D".into(), ..by("port", false) }, (all, vec![1, 4, 5, 30, 200])),
        ("a window", RowQuery { from: 1, count: 2, ..by("port", false) }, (all, vec![4, 5])),
        ("a window over the end", RowQuery { from: 4, count: 2, ..by("port", false) }, (all, vec![200])),
        ("a window behind the end", RowQuery { from: usize::MAX, count: usize::MAX, ..by("port", false) }, (all, vec![])),
        ("a window of nothing", RowQuery { count: 0, ..by("port", false) }, (all, vec![])),
    ] {
        assert_eq!(rows(&mut session, &query), expected, "{what}");
        assert_eq!(rows(&mut session, &query), expected, "{what}, asked again");
    }
}

#[test]
fn tables_of_a_torrent_are_those_of_that_torrent() {
    let mut session = Session::default();
    session.add_file("loss.pcap", None);
    drive(&mut session, &[&capture("loss.pcap")], || usize::MAX);
    let torrent = json(&session)["download"]["torrents"][0]["info_hash"].as_str().unwrap().to_owned();
    for (table, torrent, expected) in [
        (Table::Torrents, None, 1),
        (Table::Pieces, Some(torrent.clone()), 14),
        (Table::Contributors, Some(torrent.clone()), 1),
        (Table::Pieces, Some(torrent.to_uppercase()), 14),
        (Table::Pieces, None, 0),
        (Table::Pieces, Some("0".repeat(40)), 0),
        (Table::Pieces, Some("no hash".into()), 0),
        (Table::Findings, None, 1),
    ] {
        let window = session.rows(&RowQuery { torrent: torrent.clone(), ..query(table) });
        assert_eq!((window.total, window.rows.len()), (expected, expected), "{table:?} of {torrent:?}");
    }
}

#[test]
fn the_list_of_torrents_says_what_the_report_says_of_each() {
    for (name, bytes) in captures() {
        let (mut session, _) = analyse(&name, &bytes, Limits::default(), || 65_536);
        let report = json(&session);
        let hosts = report["hosts"].as_array().unwrap();
        let is_local = |endpoint: &Value| {
            let address = endpoint.as_str().unwrap().rsplit_once(':').unwrap().0.trim_matches(['[', ']']);
            hosts.iter().any(|host| host["address"] == address && host["local"] == true)
        };
        let torrents: Vec<_> =
            report["download"]["torrents"].as_array().unwrap().iter().filter(|torrent| !torrent["info_hash"].is_null()).collect();
        let rows = session.rows(&query(Table::TorrentList)).rows;
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                let Row::ListedTorrent(row) = row else { panic!("{name}: another table") };
                row
            })
            .collect();
        assert_eq!(rows.iter().filter(|row| row.first_frame.is_some()).count(), torrents.len(), "{name}");
        let is_sorted = rows.iter().is_sorted_by_key(|row| (row.pieces == 0, row.first_frame.is_none(), !row.in_capture));
        assert!(is_sorted, "{name}: what moved something comes first");
        let known = report["torrents"].as_array().unwrap();
        for torrent in known {
            assert!(rows.iter().any(|row| row.info_hash.to_string() == torrent["info_hash"]), "{name}: {}", torrent["info_hash"]);
        }
        for torrent in torrents {
            let row = rows.iter().find(|row| row.info_hash.to_string() == torrent["info_hash"]).unwrap();
            let shares = torrent["pieces"].as_array().unwrap().iter().flat_map(|piece| {
                let of = |key: &str| piece[key].as_array().unwrap().clone();
                let told = |share: Value, up| (is_local(&share["endpoint"]), share["bytes"].as_u64().unwrap(), up);
                let received = of("receivers").into_iter().map(move |share| told(share, false));
                received.chain(of("contributors").into_iter().map(move |share| told(share, true))).collect::<Vec<_>>()
            });
            let (up, down): (Vec<_>, Vec<_>) = shares.filter(|(local, ..)| *local).partition(|(.., up)| *up);
            let sum = |shares: Vec<(bool, u64, bool)>| shares.into_iter().map(|(_, bytes, _)| bytes).sum::<u64>();
            assert_eq!((row.down, row.up), (sum(down), sum(up)), "{name}");
            let swarm = report["swarm"]["torrents"].as_array().unwrap().iter().find(|swarm| swarm["info_hash"] == torrent["info_hash"]);
            let told = swarm.map(|swarm| {
                let count = |key: &str| usize::try_from(swarm["counts"][key].as_u64().unwrap()).unwrap();
                (count("met"), count("progress_known"), swarm["confirmed_downloads"].as_array().unwrap().len())
            });
            assert_eq!((row.met, row.progress_known, row.confirmed), told.unwrap_or_default(), "{name}");
        }
    }
}

#[test]
fn a_table_that_was_asked_for_before_is_not_stale() {
    let whole = capture("dht.pcap");
    let mut session = Session::default();
    let file = session.add_file("dht.pcap", None);
    let by_port = RowQuery { sort: "port".into(), ..query(Table::Nodes) };
    session.push(file, &whole[..24]).unwrap();
    assert_eq!(rows(&mut session, &by_port).0, [0, 0]);
    session.push(file, &whole[24..]).unwrap();
    assert_eq!(rows(&mut session, &by_port).0, [1, 1]);
    assert_eq!(session.rows(&query(Table::Findings)).total, 1);
    session.push(file, b"the beginning of another record").unwrap();
    session.end(file).unwrap();
    assert_eq!(session.rows(&query(Table::Findings)).total, 2, "the file is cut");
}

#[test]
fn an_open_connection_is_listed_from_the_moment_it_is_recognised() {
    let whole = capture("reordered.pcap");
    let mut session = Session::default();
    session.add_file("reordered.pcap", None);
    let mut last = 0;
    for (number, chunk) in whole.chunks(4096).enumerate() {
        session.push(0, chunk).unwrap();
        let report = json(&session);
        let rows = report["connections"].as_array().unwrap();
        assert_eq!(session.digest().connection_count, rows.len(), "after chunk {number}");
        let query = RowQuery {
            table: Table::Connections,
            torrent: None,
            sort: "flow".into(),
            descending: false,
            filter: String::new(),
            from: 0,
            count: 9,
        };
        assert_eq!(session.rows(&query).rows.len(), rows.len());
        let [row] = &rows[..] else { panic!("after chunk {number}: {rows:?}") };
        assert_eq!((&row["ended"], &row["protocol"], &row["flow"]), (&"open".into(), &"peer_wire".into(), &0.into()));
        assert!(!row["info_hash"].is_null() && !row["responder_client"].is_null());
        let bytes = row["received"]["block_bytes"].as_u64().unwrap();
        assert!(bytes >= last);
        last = bytes;
    }
    let before = json(&session)["connections"].clone();
    session.end(0).unwrap();
    session.finish();
    let after = json(&session)["connections"].clone();
    assert_eq!((before[0]["flow"].clone(), before[0]["sent"].clone()), (after[0]["flow"].clone(), after[0]["sent"].clone()));
    assert!(after[0]["received"]["block_bytes"].as_u64().unwrap() >= last && last > 0);
}
