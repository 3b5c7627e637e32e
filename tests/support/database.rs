//! Databases of captures: made by the command line, and told as texts that two of them can be compared by.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "every test uses some of this, and may fail by panicking"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};
use swarmscope::base::Limits;
use swarmscope::capture::{Reader, Step};

use super::frames::{Order, pcap_header, pcap_record};

/// The rows of every table by its name, sorted, with what rows refer to in the place of numbers, which depend on the order of adding.
pub type Dump = BTreeMap<String, Vec<String>>;

/// A file of this name for one test, which is not there.
pub fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_file(&path);
    let _ = std::fs::remove_file(path.with_extension("sqlite-journal"));
    path
}

/// Writes a capture for one test.
pub fn written(name: &str, bytes: &[u8]) -> PathBuf {
    let path = scratch(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The command line that adds captures to a database.
pub fn adding(database: &Path, captures: &[&Path]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_swarmscope"));
    command.args(captures).arg("--database").arg(database);
    command
}

pub fn add(database: &Path, captures: &[&Path]) -> Output {
    adding(database, captures).output().unwrap()
}

/// Adds captures one after another, each on its own.
pub fn add_each(database: &Path, captures: &[&Path]) {
    for capture in captures {
        let output = add(database, &[capture]);
        assert!(output.status.success(), "{}: {}", capture.display(), String::from_utf8_lossy(&output.stderr));
    }
}

/// Every table of a database. What is not sound fails.
pub fn dump(path: &Path) -> Dump {
    let database = Connection::open(path).unwrap();
    assert_eq!(rows(&database, "PRAGMA integrity_check"), [["ok"]], "{}", path.display());
    assert_eq!(rows(&database, "PRAGMA foreign_key_check"), Vec::<Vec<String>>::new(), "{}", path.display());
    let tables = rows(&database, "SELECT name FROM sqlite_schema WHERE type = 'table'").concat();
    let mut described = BTreeMap::new();
    let all = tables.iter().map(|table| {
        let mut told: Vec<_> = descriptions(&database, table, &mut described).into_iter().map(|(_, row)| row).collect();
        told.sort();
        (table.clone(), told)
    });
    all.collect()
}

/// The rows of a table, each with its number, if it has one.
fn descriptions(database: &Connection, table: &str, known: &mut BTreeMap<String, BTreeMap<String, String>>) -> Vec<(String, String)> {
    let columns: Vec<_> = rows(database, &format!("PRAGMA table_info({table})")).into_iter().map(|column| column[1].clone()).collect();
    let mut refers: BTreeMap<String, String> = BTreeMap::new();
    for key in rows(database, &format!("PRAGMA foreign_key_list({table})")) {
        let has_number = rows(database, &format!("PRAGMA table_info({})", key[2])).iter().any(|column| column[1] == "id");
        if has_number {
            refers.insert(key[3].clone(), key[2].clone());
        }
    }
    for target in refers.values() {
        if !known.contains_key(target) {
            let told = descriptions(database, target, known).into_iter().collect();
            known.insert(target.clone(), told);
        }
    }
    let told = rows(database, &format!("SELECT * FROM {table}")).into_iter().map(|row| {
        let mut number = String::new();
        let mut texts = Vec::new();
        for (column, value) in columns.iter().zip(row) {
            match refers.get(column) {
                _ if column == "id" => number = value,
                Some(target) if value != "NULL" => texts.push(format!("{column}=({})", known[target][&value])),
                _ => texts.push(format!("{column}={value}")),
            }
        }
        (number, texts.join(" "))
    });
    told.collect()
}

/// Values of a database that no capture should give: text that is no UTF-8 or holds a NUL, numbers that are none, negative ones and times before 1970
/// where there can be none.
pub fn odd_values(path: &Path) -> Vec<String> {
    let database = Connection::open(path).unwrap();
    let mut odd = Vec::new();
    for table in rows(&database, "SELECT name FROM sqlite_schema WHERE type = 'table'").concat() {
        let mut statement = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for (at, column) in columns.iter().enumerate() {
                let may_be_negative = MAY_BE_NEGATIVE.contains(&(table.as_str(), column.as_str()));
                let is_odd = match row.get_ref(at).unwrap() {
                    ValueRef::Text(text) => std::str::from_utf8(text).map_or(true, |text| text.contains('\0')),
                    ValueRef::Real(number) => !number.is_finite() || number < 0.0 && !may_be_negative,
                    ValueRef::Integer(number) => number < 0 && !may_be_negative,
                    ValueRef::Null | ValueRef::Blob(_) => false,
                };
                if is_odd {
                    odd.push(format!("{table}.{column}: {:?}", row.get_ref(at).unwrap()));
                }
            }
        }
    }
    odd
}

/// What is told with a sign: as many peers as the tracker likes, and from when it was named to its first bytes, of what was named later.
const MAY_BE_NEGATIVE: [(&str, &str); 2] = [("announces", "num_want"), ("encrypted_flows", "delay")];

/// The captures of BitTorrent in the corpus, and all that give a report; none, and says so, where it is not beside the checkout.
pub fn corpus() -> (Vec<PathBuf>, Vec<PathBuf>) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(index) = std::fs::read(corpus.join("index.json")) else {
        println!("skipped: no corpus here ({})", corpus.display());
        return (Vec::new(), Vec::new());
    };
    let index: serde_json::Value = serde_json::from_slice(&index).unwrap();
    let files = index["files"].as_array().unwrap().iter();
    let (of_bittorrent, others): (Vec<_>, Vec<_>) = files.partition(|file| file["category"] == "bittorrent");
    let path = |file: &&serde_json::Value| corpus.join(file["file"].as_str().unwrap());
    let of_bittorrent: Vec<PathBuf> = of_bittorrent.iter().map(path).collect();
    let all = of_bittorrent.iter().cloned().chain(others.iter().map(path)).collect();
    (of_bittorrent, all)
}

/// What a query answers, as texts.
pub fn query(path: &Path, sql: &str) -> Vec<Vec<String>> {
    rows(&Connection::open(path).unwrap(), sql)
}

fn rows(database: &Connection, sql: &str) -> Vec<Vec<String>> {
    let mut statement = database.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let columns = statement.column_count();
    let text = |value: Value| match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("{bytes:?}"),
    };
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column).map(text)).collect();
    statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
}

/// A capture of the lab, cut behind these shares of its frames, as rotating writes it; `None`, and says so, where there is no lab.
pub fn cut(name: &str, shares: &[f64]) -> Option<Vec<PathBuf>> {
    let path = lab(name)?;
    let records = records(&std::fs::read(path).unwrap());
    let mut ends: Vec<_> = shares.iter().map(|share| (records.len() as f64 * share) as usize).collect();
    ends.push(records.len());
    let mut begin = 0;
    let mut pieces = Vec::new();
    for end in ends {
        let file = [pcap_header(Order::Little, true, 1), records[begin..end].concat()].concat();
        pieces.push(written(&format!("{name}-{:?}-{}.pcap", shares, pieces.len()), &file));
        begin = end;
    }
    Some(pieces)
}

/// A capture of the lab; `None`, and says so, where there is none.
pub fn lab(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../shared/lab/{name}.pcapng"));
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
    }
    path.exists().then_some(path)
}

/// The frames of a capture as records of a pcap file.
fn records(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = Reader::new(&Limits::default());
    let mut records = Vec::new();
    loop {
        match reader.next(bytes, true).unwrap() {
            Step::Frame { frame, used } => {
                let nanos = frame.time.nanos();
                let (seconds, rest) = (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
                records.push(pcap_record(Order::Little, seconds as u32, rest as u32, frame.original_len, frame.bytes));
                bytes = &bytes[used..];
            }
            Step::Skip { used, .. } => bytes = &bytes[used..],
            _ => return records,
        }
    }
}
