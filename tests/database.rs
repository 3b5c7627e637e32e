//! Databases of captures: sound, the same in whatever order captures come, and as before when adding fails.
//!
//! The lab lies beside the checkout and is not part of the repository: without it tests that need it say so and pass.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;
use support::database::{Dump, add, add_each, adding, corpus, cut, dump, lab, odd_values, query, scratch, written};
use swarmscope::sql::{APPLICATION_ID, SCHEMA, VERSION, document};

/// The captures of the lab.
const LAB: [&str; 12] = ["hybrid", "ipv6", "lan", "large", "loss", "mse", "small", "swarm", "utp", "v2", "webseed", "webseed-v2"];

/// What the command line prints of a capture.
fn printed(capture: &Path, view: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_swarmscope")).arg(capture).arg(view).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What the `sqlite3` shell answers, values parted by tabs; without the shell, what the library does.
fn asked(path: &Path, sql: &str) -> Vec<Vec<String>> {
    let shell = Command::new("sqlite3").args(["-readonly", "-separator", "\t", "-nullvalue", "NULL"]).arg(path).arg(sql).output();
    let Ok(output) = shell else { return query(path, sql) };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn endpoint(address: &str, port: &str) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

/// A piece, and who sent blocks of it.
type Contributed = (u32, Vec<String>);

/// The original tool's three answers, out of the views.
fn answers(path: &Path) -> [String; 3] {
    let plural = |count: &str| if count == "1" { "" } else { "s" };
    let init = asked(path, "SELECT address, name, port, requests, transaction_ids, responses, replies FROM bt_monitor_init");
    let init = init.iter().map(|row| {
        let [address, name, port, requests, ids, responses, replies] = row.as_slice() else { panic!("{row:?}") };
        let asked = match port.as_str() {
            "NULL" => return format!("{address} : {name}\nno initial request sent\n"),
            _ => format!("{requests} initial request{0} sent to port {port}, transaction ID{0} {ids}", plural(requests)),
        };
        let answered = match responses.as_str() {
            "0" => "no response received".to_owned(),
            _ => format!("{responses} response{} received: BitTorrent DHT Protocol {replies}", plural(responses)),
        };
        format!("{address} : {name}\n{asked}\n{answered}\n")
    });
    let peers = asked(path, "SELECT node_id, address, port, connections FROM bt_monitor_peers");
    let peers = peers.iter().map(|row| format!("Node ID {}: {}, {} connection(s)\n", row[0], endpoint(&row[1], &row[2]), row[3]));
    let mut blocks: Vec<(String, Vec<Contributed>)> = Vec::new();
    for row in asked(path, "SELECT info_hash, piece, address, port FROM bt_monitor_download") {
        if blocks.last().is_none_or(|(name, _)| *name != row[0]) {
            blocks.push((row[0].clone(), Vec::new()));
        }
        let Some((_, pieces)) = blocks.last_mut().filter(|_| row[1] != "NULL") else { continue };
        let index = row[1].parse().unwrap();
        if pieces.last().is_none_or(|(piece, _)| *piece != index) {
            pieces.push((index, Vec::new()));
        }
        pieces.last_mut().unwrap().1.push(format!("'{}'", endpoint(&row[2], &row[3])));
    }
    let blocks = blocks.iter().map(|(name, pieces)| {
        let name = if name == "NULL" { "unknown" } else { name };
        let none = format!("No Pieces messages found for info_hash {name}.\n");
        let pieces = pieces.iter().map(|(index, by)| format!("piece index 0x{index:08x}, contributors [{}]\n", by.join(", ")));
        let pieces: String = if pieces.len() == 0 { none } else { pieces.collect() };
        format!("info_hash: {name}\npieces and their contributors:\n{pieces}")
    });
    [init.collect::<Vec<_>>().join("\n"), peers.collect(), blocks.collect::<Vec<_>>().join("\n")]
}

/// Tells the first row that two databases do not share.
fn assert_same(found: &Dump, expected: &Dump, what: &str) {
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (table, rows) in found {
        let more = rows.iter().find(|row| !expected[table].contains(row));
        let less = expected[table].iter().find(|row| !rows.contains(row));
        assert!(rows == &expected[table], "{what}: {table}: found {more:?}, expected {less:?}");
    }
}

/// Captures of the repository, and those of the lab that are there.
fn every_capture() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures");
    let own = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let own = own.filter(|path| path.extension().is_some_and(|suffix| suffix.to_string_lossy().starts_with("pcap")));
    let mut captures: Vec<_> = own.chain(LAB.into_iter().filter_map(lab)).collect();
    captures.sort();
    captures
}

#[test]
fn every_capture_makes_a_sound_database_that_answers_the_original_questions() {
    let (corpus, _) = corpus();
    for capture in every_capture().into_iter().chain(corpus) {
        let path = scratch("sound.sqlite");
        add_each(&path, &[&capture]);
        dump(&path);
        assert_eq!(odd_values(&path), Vec::<String>::new(), "{}", capture.display());
        for (found, view) in answers(&path).iter().zip(["--init", "--peers", "--download"]) {
            let expected = printed(&capture, view);
            let differs = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
            assert!(*found == expected, "{} {view}: {differs:?}", capture.display());
        }
    }
}

#[test]
fn captures_by_many_other_programs_make_a_sound_database() {
    let (_, corpus) = corpus();
    let captures: Vec<&Path> = corpus.iter().map(PathBuf::as_path).collect();
    if captures.is_empty() {
        return;
    }
    let path = scratch("corpus.sqlite");
    assert!(add(&path, &captures).status.success());
    let once = dump(&path);
    assert_eq!(odd_values(&path), Vec::<String>::new());
    assert!(once["capture_files"].len() > 130, "{}", once["capture_files"].len());
    // What is left to read then is a file of a version that is not read.
    assert_eq!(add(&path, &captures).status.code(), Some(1));
    assert_same(&dump(&path), &once, "added again");
}

#[test]
fn all_captures_in_one_database_are_sound_and_their_order_does_not_matter() {
    let captures = every_capture();
    let mut captures: Vec<&Path> = captures.iter().map(PathBuf::as_path).collect();
    let path = scratch("all.sqlite");
    add_each(&path, &captures);
    let mut forwards = dump(&path);
    captures.reverse();
    let path = scratch("all-reversed.sqlite");
    add_each(&path, &captures);
    let mut backwards = dump(&path);
    // What is known of one goes on in those that follow it within the hour, as some of the lab do: hosts are met from their first bytes on.
    for table in ["unfinished", "host_activity", "host_evidence", "initial_requests"] {
        forwards.remove(table);
        backwards.remove(table);
    }
    assert_same(&backwards, &forwards, "backwards");
}

#[test]
fn the_same_file_twice_changes_no_byte() {
    let capture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/client-start.pcapng");
    let path = scratch("twice.sqlite");
    add_each(&path, &[&capture]);
    let once = std::fs::read(&path).unwrap();
    let renamed = written("another name.pcapng", &std::fs::read(&capture).unwrap());
    for captures in [&[capture.as_path()][..], &[&renamed], &[&capture, &renamed]] {
        let output = add(&path, captures);
        assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("is in the database already"));
        assert_eq!(std::fs::read(&path).unwrap(), once);
    }
    let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/dht.pcap");
    assert!(add(&path, &[&capture, &other, &other]).status.success());
    let captures = query(&path, "SELECT name FROM capture_files ORDER BY capture");
    assert_eq!(captures, [["client-start.pcapng"], ["dht.pcap"]], "what is known is left out, and the rest added");
}

#[test]
fn a_peer_below_the_threshold_in_one_capture_and_above_it_in_another_is_confirmed() {
    let Some(halves) = cut("swarm", &[0.5]) else { return };
    let confirmed = |captures: &[&Path]| {
        let path = scratch("threshold.sqlite");
        add_each(&path, captures);
        let sql = "SELECT address, port, time / 1000000, not_before < time, capture FROM download_analyzer_confirmed ORDER BY 1, 2";
        query(&path, sql).into_iter().map(|row| row[..4].join(" ")).collect::<Vec<_>>()
    };
    let (first, second) = (confirmed(&[&halves[0]]), confirmed(&[&halves[1]]));
    let both = confirmed(&[&halves[0], &halves[1]]);
    assert_eq!(confirmed(&[&halves[1], &halves[0]]).len(), both.len(), "in either order, if not at the same times");
    assert!(both.len() > first.len().max(second.len()), "{} and {} alone, {} together", first.len(), second.len(), both.len());
    assert_eq!(both.len(), 11, "as many as the whole capture confirms");
}

/// What is the same whether a capture is added whole, or in pieces one after another.
const OVER_CAPTURES: [&str; 14] = [
    "SELECT info_hash, info_hash_v2, name, piece_length, piece_count, total_size FROM torrents ORDER BY 1",
    "SELECT path, length, offset FROM files ORDER BY 1, 2",
    "SELECT info_hash, address, port, client, evidence, connections, first_seen, last_seen, downloaded, uploaded, progress_first, progress_last, \
     completed_at FROM peers_over_captures ORDER BY 1, 2, 3",
    "SELECT info_hash, address, port, time, not_before, hour FROM download_analyzer_confirmed ORDER BY 1, 2, 3",
    "SELECT * FROM confirmed_per_hour ORDER BY 1, 2",
    "SELECT * FROM pieces_over_captures ORDER BY 1, 2",
    "SELECT * FROM contributors_over_captures ORDER BY 1, 2, 3",
    "SELECT info_hash, piece, address, port, bytes FROM bt_monitor_download ORDER BY 1, 2, 3, 4",
    "SELECT * FROM bt_monitor_peers ORDER BY 1, 2, 3",
    "SELECT * FROM sources_over_captures ORDER BY 1, 2, 3, 4",
    "SELECT address, local, bittorrent, sent, received, first_time, last_time FROM hosts_over_captures ORDER BY 1",
    "SELECT time, client_address, client_port, event, answer_time, peers FROM announces ORDER BY 1, 2, 3",
    "SELECT time, client_address, client_port, answer_time FROM scrapes ORDER BY 1, 2, 3",
    "SELECT sum(decoded), sum(lost), sum(truncated) FROM captures",
];

/// Of those, what may lack a little behind many seams: bytes that hosts sent before they were known to run BitTorrent, and trackers' answers to
/// requests in another piece, or in two.
const ROUGHLY: [usize; 3] = [10, 12, 13];

/// Of those, what needs nothing that an earlier capture knew, and is the same in whatever order the pieces are added.
const IN_ANY_ORDER: [usize; 3] = [0, 1, 11];

#[test]
fn pieces_of_a_rotated_capture_give_the_tables_of_the_whole_one_after_another() {
    for name in ["swarm", "small", "hybrid", "ipv6", "large", "utp", "v2"] {
        let Some(whole) = cut(name, &[]) else { return };
        let path = |how: &str| scratch(&format!("{name}-{how}.sqlite"));
        let (at_once, apart) = (path("whole"), path("apart"));
        add_each(&at_once, &[&whole[0]]);
        // In some pieces of the latter nothing of most connections passes by.
        for cuts in [&[0.35, 0.7][..], &[0.1, 0.15, 0.5, 0.501, 0.9]] {
            let Some(pieces) = cut(name, cuts) else { return };
            let _ = std::fs::remove_file(&apart);
            add_each(&apart, &pieces.iter().map(PathBuf::as_path).collect::<Vec<_>>());
            dump(&apart);
            let few = cuts.len() < 3;
            for (_, sql) in OVER_CAPTURES.iter().enumerate().filter(|(at, _)| few || !ROUGHLY.contains(at)) {
                let (found, expected) = (query(&apart, sql), query(&at_once, sql));
                let differs = found.iter().zip(&expected).find(|(found, expected)| found != expected);
                assert!(found == expected, "{name}, {cuts:?}: {sql}: {} and {} rows, {differs:?}", found.len(), expected.len());
            }
        }
    }
}

#[test]
fn pieces_of_a_rotated_capture_together_are_one_capture() {
    for name in ["swarm", "webseed"] {
        let (Some(whole), Some(pieces)) = (cut(name, &[]), cut(name, &[0.35, 0.7])) else { return };
        let pieces: Vec<&Path> = pieces.iter().map(PathBuf::as_path).collect();
        let path = |how: &str| scratch(&format!("{name}-{how}-once.sqlite"));
        let (at_once, together) = (path("whole"), path("together"));
        add_each(&at_once, &[&whole[0]]);
        assert!(add(&together, &pieces).status.success());
        // But for the files, nothing differs.
        let told = |path: &Path| {
            let mut dump = dump(path);
            let capture = dump.remove("captures").unwrap().remove(0);
            dump.remove("capture_files");
            dump.values_mut().flatten().for_each(|row| *row = row.replace(&capture, "the capture"));
            dump
        };
        assert_same(&told(&together), &told(&at_once), name);
    }
}

#[test]
fn pieces_of_a_rotated_capture_in_another_order_lack_what_was_open_and_nothing_else() {
    for name in ["swarm", "hybrid"] {
        let Some(pieces) = cut(name, &[0.3, 0.6]) else { return };
        let pieces: Vec<&Path> = pieces.iter().map(PathBuf::as_path).collect();
        let answers = [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]].map(|order| {
            let path = scratch(&format!("disordered-{name}.sqlite"));
            add_each(&path, &order.map(|at| pieces[at]));
            dump(&path);
            IN_ANY_ORDER.map(|at| query(&path, OVER_CAPTURES[at]))
        });
        assert!(answers.iter().all(|answer| answer == &answers[0]), "{name}");
    }
}

/// Two captures in which the same blocks pass by: each piece's bytes count once, what was sent counts as often as it was.
#[test]
fn bytes_of_a_piece_count_once_over_captures() {
    let Some(whole) = cut("swarm", &[]) else { return };
    let Some(parts) = cut("swarm", &[0.5]) else { return };
    let path = scratch("overlapping.sqlite");
    add_each(&path, &[&whole[0], &parts[0]]);
    let alone = scratch("alone.sqlite");
    add_each(&alone, &[&whole[0]]);
    let of = "SELECT info_hash, piece, bytes FROM pieces_over_captures WHERE info_hash IS NOT NULL ORDER BY 1, 2";
    assert_eq!(query(&path, of), query(&alone, of));
    let sent = |path: &Path| query(path, "SELECT sum(bytes) FROM contributors")[0][0].parse::<u64>().unwrap();
    assert!(sent(&path) > sent(&alone));
}

/// A database with one capture, and what is in it.
fn begun(name: &str) -> (PathBuf, Dump) {
    let path = scratch(name);
    add_each(&path, &[&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/client-start.pcapng")]);
    let dump = dump(&path);
    (path, dump)
}

#[test]
fn killed_in_the_middle_the_database_is_as_before() {
    let Some(capture) = lab("swarm") else { return };
    let (path, before) = begun("killed.sqlite");
    let journal = path.with_extension("sqlite-journal");
    let mut killed = 0;
    for delay in 0..12 {
        let mut child = adding(&path, &[&capture]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !journal.exists() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_millis(delay * 3));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            break;
        }
        killed += usize::from(journal.exists());
        assert_eq!(dump(&path), before, "killed after {delay} steps");
    }
    assert!(killed > 0, "it was killed while it wrote, at least once");
}

#[test]
fn a_statement_that_fails_in_the_middle_changes_nothing() {
    let capture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/dht.pcap");
    for table in ["captures", "hosts", "torrents", "dht_nodes"] {
        let (path, before) = begun("failing.sqlite");
        let fails = format!("CREATE TRIGGER fails BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no more room'); END");
        Connection::open(&path).unwrap().execute_batch(&fails).unwrap();
        let output = add(&path, &[&capture]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{table}");
        assert!(told.contains("no more room") && told.contains("The database is as it was"), "{told}");
        assert_eq!(dump(&path), before, "{table}");
    }
}

#[test]
fn what_is_no_database_of_captures_is_refused_and_left_alone() {
    let capture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/dht.pcap");
    let made = |name: &str, sql: &str| {
        let path = scratch(name);
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        path
    };
    let newer = format!("{SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {}", VERSION + 1);
    let refused = [
        (made("newer.sqlite", &newer), "is of version 3, which a newer Swarmscope made; this one knows versions up to 2"),
        (made("foreign.sqlite", "CREATE TABLE notes (text)"), "is a database of another program"),
        (written("text.sqlite", b"this is a text, and no database at all"), "file is not a database"),
    ];
    for (path, words) in refused {
        let before = std::fs::read(&path).unwrap();
        let output = add(&path, &[&capture]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(words), "{told}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
    let missing = scratch("missing.sqlite");
    assert_eq!(add(&missing, &[Path::new("/dev/null/nothing.pcap")]).status.code(), Some(1));
    assert!(!missing.exists(), "no database is made of nothing");
}

#[test]
fn an_empty_file_becomes_a_database() {
    let path = written("empty.sqlite", b"");
    add_each(&path, &[&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/dht.pcap")]);
    let header = [query(&path, "PRAGMA application_id"), query(&path, "PRAGMA user_version")].concat().concat();
    assert_eq!(header, [APPLICATION_ID.to_string(), VERSION.to_string()]);
}

/// A database that the version before made is one of now once a capture is added, and holds what it held.
#[test]
fn a_database_of_the_version_before_becomes_one_of_now() {
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures");
    let (older, newer) = (scratch("older.sqlite"), scratch("newer.sqlite"));
    let made = std::fs::read_to_string(captures.with_file_name("databases").join("version_1.sql")).unwrap();
    Connection::open(&older).unwrap().execute_batch(&made).unwrap();
    let held = add(&older, &[&captures.join("client-start.pcapng")]);
    assert!(String::from_utf8_lossy(&held.stdout).contains("is in the database already"), "it is asked what it holds as it is");
    add_each(&older, &[&captures.join("block32k.pcap")]);
    add_each(&newer, &[&captures.join("client-start.pcapng"), &captures.join("block32k.pcap")]);
    // A column that was added stands last.
    let shape = |path: &Path| {
        let views = query(path, "SELECT name, sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY 1");
        let columns = "SELECT t.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c \
                       WHERE t.type = 'table' ORDER BY 1, 2";
        (views, query(path, columns), query(path, "SELECT * FROM rungs ORDER BY rank"), query(path, "PRAGMA user_version"))
    };
    assert_eq!(shape(&older), shape(&newer));
    let (mut older, mut newer) = (dump(&older), dump(&newer));
    for table in ["unfinished", "dht_nodes"] {
        // What version 1 did not keep.
        older.remove(table);
        newer.remove(table);
    }
    assert_same(&older, &newer, "rows");
}

/// Every table, column and view is described, and the page of them is of this schema.
#[test]
fn the_schema_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/database.md");
    let page = document();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &page).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap_or_default() == page, "docs/database.md: UPDATE_GOLDEN=1 writes it anew");
    let (database, _) = begun("documented.sqlite");
    for table in query(&database, "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'") {
        let kind = if table[1] == "view" { "View" } else { "Table" };
        let part = page.split("\n## ").find(|part| part.starts_with(&format!("{kind} `{}`\n", table[0])));
        let part = part.unwrap_or_else(|| panic!("{} is not described", table[0]));
        for column in query(&database, &format!("PRAGMA table_info({})", table[0])) {
            assert!(part.contains(&format!("\n| `{}`", column[1])), "{}.{}", table[0], column[1]);
        }
    }
}
