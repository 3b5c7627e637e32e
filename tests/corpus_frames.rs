//! Captures by many other programs, damaged ones among them: how many frames of which link types are in each, and what is wrong with it, held
//! against what TShark counts.
//!
//! `corpus/files.tsv` has a row for every file of the corpus, and for the pcapng suite in both byte orders. The captures themselves are not
//! part of the repository: the corpus lies beside the checkout, the suite where `PCAPNG_SUITE` says
//! (<https://github.com/hadrielk/pcapng-test-generator>). Without them this test says so and passes. `UPDATE_CORPUS=1` writes what was
//! found into the rows anew, and keeps their reasons.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use swarmscope::base::{Code, Limits};
use swarmscope::capture::{Advance, Input, Reader, Step};
use swarmscope::decode::{Decoded, Decoder, Place};

/// What was read of one file.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    format: String,
    frames: u64,
    packets: u64,
    link_types: BTreeSet<String>,
    findings: BTreeMap<&'static str, u64>,
    /// The file as such could not be read to its end, or not at all.
    damaged: bool,
    error: Option<&'static str>,
}

/// Reads a file of which `chunk` bytes come at a time.
fn read(file: &[u8], chunk: usize) -> Outcome {
    let mut outcome = Outcome::default();
    let limits = Limits::default();
    let (mut input, mut reader, mut decoder) = (Input::new(&limits), Reader::new(&limits), Decoder::new(&limits));
    let (mut read, mut used) = (0, 0);
    loop {
        match reader.next(input.bytes(), input.is_last()) {
            Ok(Step::Frame { used: record, frame }) => {
                assert_eq!(frame.offset, used);
                outcome.frames += 1;
                outcome.link_types.insert(frame.link_type.to_string());
                let mut place = Place::default();
                while let Some(decoded) = decoder.next(&frame, &mut place) {
                    match decoded {
                        Decoded::Packet(_) => outcome.packets += 1,
                        Decoded::Finding(finding) => outcome.found(Some(finding.code)),
                    }
                }
                used += record as u64;
                input.consume(record);
            }
            Ok(Step::Skip { used: skipped, finding }) => {
                outcome.found_in_file(finding.map(|flaw| flaw.code));
                used += skipped as u64;
                input.consume(skipped);
            }
            Ok(Step::More { .. }) => match input.advance() {
                Advance::Further => {}
                Advance::Flaw(flaw) => outcome.found_in_file(Some(flaw.code)),
                Advance::Nothing if read == file.len() => input.end(),
                Advance::Nothing => {
                    let room = input.room();
                    let count = room.len().min(chunk).min(file.len() - read);
                    room[..count].copy_from_slice(&file[read..read + count]);
                    read += input.filled(count);
                }
            },
            Ok(Step::End { finding }) => {
                outcome.found_in_file(finding.map(|flaw| flaw.code));
                decoder.finish().for_each(|finding| outcome.found(Some(finding.code)));
                break;
            }
            Err(error) => {
                outcome.error = Some(error.code());
                outcome.damaged = true;
                break;
            }
        }
    }
    outcome.format = input.format(&reader);
    outcome
}

impl Outcome {
    fn found(&mut self, code: Option<Code>) {
        if let Some(code) = code {
            *self.findings.entry(code.name()).or_default() += 1;
        }
    }

    fn found_in_file(&mut self, code: Option<Code>) {
        self.damaged |= code.is_some();
        self.found(code);
    }

    /// As the row says it: format, frames, packets, link types, findings.
    fn columns(&self) -> [String; 5] {
        let findings = self.findings.iter().map(|(code, count)| format!("{code} {count}"));
        let findings: Vec<_> = self.error.map(|error| format!("error {error}")).into_iter().chain(findings).collect();
        let link_types: Vec<_> = self.link_types.iter().cloned().collect();
        let joined = |parts: Vec<String>| if parts.is_empty() { "-".to_owned() } else { parts.join(", ") };
        let format = if self.format.is_empty() { "-".to_owned() } else { self.format.clone() };
        [format, self.frames.to_string(), self.packets.to_string(), joined(link_types), joined(findings)]
    }
}

/// What TShark says of a file: frames, or that it gave the file up after so many.
fn of_tshark(entry: &Value) -> String {
    let refused = if entry["tshark_rc"] == 0 { "" } else { ", gives up" };
    format!("{}{refused}", entry["packets"])
}

/// Whether a row must say why it is not what TShark says.
fn differs(tshark: &str, outcome: &Outcome) -> bool {
    let gives_up = tshark.ends_with("gives up");
    tshark.split(',').next() != Some(outcome.frames.to_string().as_str()) || gives_up != outcome.damaged
}

/// A row: the file, what TShark says, the columns of an [`Outcome`], and why the two differ, or nothing.
type Row<'a> = (&'a str, Vec<&'a str>);

fn rows(table: &str) -> Vec<Row<'_>> {
    let fields = |line| str::split(line, '\t').collect::<Vec<_>>();
    let rows = table.lines().filter(|line| !line.starts_with('#')).map(fields);
    rows.map(|row| (row[0], row[1..].to_vec())).inspect(|(file, columns)| assert_eq!(columns.len(), 7, "{file}: columns")).collect()
}

/// What is wrong with a row, given what TShark counts and what was read.
fn wrong(file: &str, row: &[&str], tshark: &str, outcome: &Outcome) -> Option<String> {
    let (reason, said) = row.split_last()?;
    let found: Vec<_> = [tshark.to_owned()].into_iter().chain(outcome.columns()).collect();
    match (said == found, differs(tshark, outcome), reason.is_empty()) {
        (false, ..) => Some(format!("{file}: the row says {said:?}, found {found:?}")),
        (true, true, true) => Some(format!("{file}: {found:?} is not what TShark says; why?")),
        (true, false, false) => Some(format!("{file}: it is what TShark says; the reason is stale")),
        _ => None,
    }
}

/// Whether the link types are those that TShark calls `encapsulation`. It names none of its own for a file of several, or of none.
fn has_links(encapsulation: &Value, outcome: &Outcome) -> bool {
    let known = LINKS.iter().find(|(name, _)| encapsulation == name);
    match known {
        Some((_, link_type)) => outcome.link_types.iter().all(|found| found == link_type),
        None if encapsulation == "per-packet" => outcome.link_types.len() > 1 || outcome.frames < 2,
        None => encapsulation.is_null() || outcome.frames == 0,
    }
}

/// TShark's words for link types.
const LINKS: &[(&str, &str)] = &[
    ("ether", "EN10MB"),
    ("linux-sll", "LINUX_SLL"),
    ("linux-sll2", "LINUX_SLL2"),
    ("rawip", "RAW"),
    ("rawip4", "IPV4"),
    ("rawip6", "IPV6"),
    ("ieee-802-11-radiotap", "IEEE802_11_RADIO"),
    ("ppi", "PPI"),
    ("pktap", "PKTAP"),
    ("nflog", "NFLOG"),
    ("netlink", "NETLINK"),
];

/// The files that are there, with TShark's word for their link types and what it says of each, where that is known from elsewhere than the row.
fn files() -> Vec<(String, PathBuf, Value, Option<String>)> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let mut files = Vec::new();
    match std::fs::read(corpus.join("index.json")) {
        Ok(index) => {
            let index: Value = serde_json::from_slice(&index).unwrap();
            files.extend(index["files"].as_array().unwrap().iter().map(|entry| {
                let name = entry["file"].as_str().unwrap();
                (name.to_owned(), corpus.join(name), entry["encapsulation"].clone(), Some(of_tshark(entry)))
            }));
        }
        Err(_) => println!("skipped: no corpus here ({})", corpus.display()),
    }
    if let Some(suite) = std::env::var_os("PCAPNG_SUITE") {
        for row in rows(TABLE).iter().filter_map(|(file, _)| file.strip_prefix(SUITE)) {
            let path = Path::new(&suite).join(row);
            if !files.iter().any(|(name, ..)| name.strip_prefix(SUITE) == Some(row)) && path.exists() {
                files.push((format!("{SUITE}{row}"), path, Value::Null, None));
            }
        }
    }
    files
}

#[test]
fn every_file_is_read_as_its_row_says() {
    let rows = rows(TABLE);
    let mut table: BTreeMap<_, _> = rows.iter().map(|(file, row)| ((*file).to_owned(), row.join("\t"))).collect();
    assert_eq!(table.len(), rows.len(), "one row a file");
    let (mut problems, mut read_files) = (Vec::new(), BTreeSet::new());
    for (name, path, encapsulation, said) in files() {
        let file = std::fs::read(path).unwrap();
        let outcome = read(&file, usize::MAX);
        assert_eq!(outcome, read(&file, 1), "{name}: in small chunks");
        let row = rows.iter().find(|(file, _)| *file == name).map_or(&[][..], |(_, row)| row);
        if !has_links(&encapsulation, &outcome) {
            problems.push(format!("{name}: {:?} are not {encapsulation}", outcome.link_types));
        }
        let tshark = said.unwrap_or_else(|| row[0].to_owned());
        let reason = if differs(&tshark, &outcome) { row.last().copied().unwrap_or("") } else { "" };
        table.insert(name.clone(), [&[tshark.clone()][..], &outcome.columns(), &[reason.to_owned()]].concat().join("\t"));
        problems.extend(if row.is_empty() { Some(format!("{name}: no row")) } else { wrong(&name, row, &tshark, &outcome) });
        read_files.insert(name);
    }
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        let head = TABLE.lines().filter(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect::<String>();
        let body = table.iter().map(|(file, row)| format!("{file}\t{row}\n")).collect::<String>();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/files.tsv");
        return std::fs::write(path, head + &body).unwrap();
    }
    // The suite is in the corpus in part.
    let missing = rows.iter().map(|(file, _)| *file).filter(|file| !read_files.contains(*file) && !file.starts_with(SUITE));
    problems.extend(missing.filter(|_| !read_files.is_empty()).map(|file| format!("{file}: a row without a file")));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(rows.iter().filter(|(file, _)| file.starts_with(SUITE)).count(), 48 + 1, "the suite whole, and an empty capture");
}

/// The test tests: rows that say something else than is true, reasons that are missing, and reasons that explain nothing.
#[test]
fn a_wrong_row_and_a_stale_reason_are_told() {
    let file =
        [&b"\xd4\xc3\xb2\xa1\x02\0\x04\0"[..], &[0; 8], &[0, 0, 4, 0, 1, 0, 0, 0], &[9; 8], &[1, 0, 0, 0, 1, 0, 0, 0], b"x"].concat();
    let outcome = read(&file, usize::MAX);
    assert_eq!(outcome.frames, 1);
    let columns = outcome.columns();
    let row = |change: Option<usize>, reason| {
        let mut row: Vec<_> = ["1"].into_iter().chain(columns.iter().map(String::as_str)).chain([reason]).collect();
        if let Some(at) = change {
            row[at] = "something else";
        }
        row
    };
    assert_eq!(wrong("file", &row(None, ""), "1", &outcome), None);
    for column in 0..6 {
        assert!(wrong("file", &row(Some(column), ""), "1", &outcome).unwrap().contains("the row says"), "column {column}");
    }
    assert!(wrong("file", &row(None, "because"), "1", &outcome).unwrap().contains("stale"));
    for tshark in ["2", "1, gives up"] {
        let mut other = row(None, "");
        other[0] = tshark;
        assert!(wrong("file", &other, tshark, &outcome).unwrap().contains("why?"), "{tshark}");
        *other.last_mut().unwrap() = "because";
        assert_eq!(wrong("file", &other, tshark, &outcome), None);
    }
}

/// The rows.
const TABLE: &str = include_str!("corpus/files.tsv");

/// What the names of the suite's files begin with.
const SUITE: &str = "hadrielk+pcapng-test-generator/";
