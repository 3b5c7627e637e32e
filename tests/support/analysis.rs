//! Runs sessions: bytes in, reports out.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "every test uses some of this, and may fail by panicking"
)]

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use serde_json::Value;
use swarmscope::base::Limits;
use swarmscope::capture::{CaptureError, Unpacked, Unpacking};
use swarmscope::report::Observer;
use swarmscope::session::{Reading, Session};

/// Lets a session read these files to their ends, each by `chunk` bytes at a time, and answers what it said of them.
pub fn drive(session: &mut Session, files: &[&[u8]], chunk: impl FnMut() -> usize) -> Vec<CaptureError> {
    feed(session.reading(), files, chunk)
}

/// The same for whatever reads.
pub fn feed<O: Observer + ?Sized>(reading: &mut Reading<O>, files: &[&[u8]], mut chunk: impl FnMut() -> usize) -> Vec<CaptureError> {
    let mut rests = files.to_vec();
    let mut errors = Vec::new();
    while let Some(file) = reading.wants() {
        let (bytes, rest) = rests[file].split_at(chunk().min(rests[file].len()));
        rests[file] = rest;
        let outcome = if bytes.is_empty() { reading.end(file) } else { reading.push(file, bytes) };
        errors.extend(outcome.err());
    }
    reading.finish();
    errors
}

/// As [`drive`], but for compressed files, which are unpacked elsewhere, as the command line does.
pub fn drive_unpacked(session: &mut Session, files: &[&[u8]], mut chunk: impl FnMut() -> usize) -> Vec<CaptureError> {
    let reading = session.reading();
    let due = |file: &&[u8]| Unpacking::is_due(&file[..file.len().min(Unpacking::SNIFFED)]);
    let mut elsewhere: Vec<_> = files.iter().map(|file| due(file).then(|| reading.unpacking())).collect();
    let mut pieces: Vec<VecDeque<Unpacked>> = files.iter().map(|_| VecDeque::new()).collect();
    let (mut rests, mut ended, mut errors) = (files.to_vec(), vec![false; files.len()], Vec::new());
    while let Some(file) = reading.wants() {
        if let Some(piece) = pieces[file].pop_front() {
            errors.extend(reading.unpacked(file, &piece).err());
            continue;
        }
        if ended[file] {
            errors.extend(reading.end(file).err());
            continue;
        }
        let most = elsewhere[file].as_mut().map_or(usize::MAX, |unpacking| unpacking.room().len());
        let (bytes, rest) = rests[file].split_at(chunk().min(most).min(rests[file].len()));
        (rests[file], ended[file]) = (rest, bytes.is_empty());
        let Some(unpacking) = &mut elsewhere[file] else {
            errors.extend(reading.push(file, bytes).err());
            continue;
        };
        unpacking.room()[..bytes.len()].copy_from_slice(bytes);
        unpacking.filled(bytes.len());
        if bytes.is_empty() {
            unpacking.end();
        }
        pieces[file].extend(std::iter::from_fn(|| unpacking.next(Vec::new())));
    }
    reading.finish();
    errors
}

/// A session that has read one file.
pub fn analyse(name: &str, bytes: &[u8], limits: Limits, chunk: impl FnMut() -> usize) -> (Session, Option<CaptureError>) {
    let mut session = Session::new(limits);
    session.add_file(name, Some(bytes.len() as u64));
    let error = drive(&mut session, &[bytes], chunk).pop();
    (session, error)
}

/// The report of one file, read at once.
pub fn report(name: &str, bytes: &[u8]) -> Value {
    json(&analyse(name, bytes, Limits::default(), || usize::MAX).0)
}

/// A session's report as other programs see it.
pub fn json(session: &Session) -> Value {
    serde_json::to_value(session.report()).unwrap()
}

/// The rows of a part of a report.
pub fn rows(of: &Value) -> impl Iterator<Item = &Value> {
    of.as_array().into_iter().flatten()
}

/// Payload bytes of recognised flows: the sum of the shares of `coverage`.
pub fn recognised(report: &Value) -> u64 {
    report["coverage"].as_object().unwrap().values().map(|share| share.as_u64().unwrap()).sum()
}

/// The captures of `tests/captures`: name and bytes.
pub fn captures() -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(captures_folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = entries.filter(|name| name.contains(".pcap")).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), capture(&name))).collect()
}

/// One capture of `tests/captures`.
pub fn capture(name: &str) -> Vec<u8> {
    std::fs::read(captures_folder().join(name)).unwrap()
}

/// Where the captures of the repository lie.
pub fn captures_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures")
}
