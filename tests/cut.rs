//! Every small capture cut at every byte, and with every byte changed: nothing panics, nothing hangs, memory stays within the limits, and what
//! is read of a beginning is the beginning of what is read of the whole.
//!
//! The captures are those of the repository and of the corpus beside the checkout, where there is one. `cargo test` tries some places of each;
//! `make test-cut` tries all.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use serde_json::Value;
use support::analysis::{analyse, captures, captures_folder, json};
use support::conversation::conversation;
use support::dice::Dice;
use swarmscope::base::{FilePlace, Finding, Limits, Time};
use swarmscope::decode::Packet;
use swarmscope::protocol::Event;
use swarmscope::report::Observer;
use swarmscope::report::events::{EventQuery, EventRow, Scope, Told};
use swarmscope::session::Reading;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The allocator counts for the whole process: one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static LOCK: Mutex<()> = Mutex::new(());
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A number for each frame, packet, event and finding that was observed, in order.
type Seen = Rc<RefCell<Vec<u64>>>;

/// Notes all that it observes.
struct Trace<F> {
    seen: Seen,
    told: Told<F>,
}

fn note(seen: &Seen, what: impl Hash) {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    seen.borrow_mut().push(hasher.finish());
}

impl<F: FnMut(&EventRow)> Observer for Trace<F> {
    fn observe_frame(&mut self, frame: u64, time: Time, bytes: u32) {
        note(&self.seen, (frame, time, bytes));
        self.told.observe_frame(frame, time, bytes);
    }

    fn observe_packet(&mut self, frame: u64, _time: Time, packet: &Packet<'_>) {
        note(&self.seen, (frame, packet.source, packet.destination, packet.payload, packet.cut_short));
    }

    fn observe(&mut self, event: &Event<'_>) {
        self.told.observe(event);
    }

    fn found(&mut self, finding: Finding) {
        self.told.found(finding);
    }

    /// What is wrong with the file is another matter in one that is cut.
    fn found_in_file(&mut self, _finding: Finding, _place: FilePlace) {}
}

/// What was seen of a file before flows were ended, and how many frames that were.
fn trace(bytes: &[u8]) -> (Vec<u64>, u64) {
    let seen = Seen::default();
    let scope = Scope::new(&EventQuery::default(), &Limits::default()).unwrap();
    let noted = Rc::clone(&seen);
    let tell = move |row: &EventRow| note(&noted, (row.number, row.frame, row.source, row.protocol, row.name, row.bytes, &row.text));
    let told = Told::new(scope, &Limits::default(), tell);
    let mut reading = Reading::new(Limits::default(), Trace { seen: Rc::clone(&seen), told });
    let file = reading.add_file("cut", None);
    let _ = reading.push(file, bytes).and_then(|()| reading.end(file));
    let frames = reading.progress().frames;
    let events = seen.borrow().clone();
    reading.finish();
    (events, frames)
}

/// The captures to try: name and bytes, the smallest first.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = captures();
    files.push(("conversation".to_owned(), conversation()));
    let packed = ["dht.gz", "dht.zst", "dht.xz", "dht.lz4", "blocks.xz", "linked.lz4", "x86.xz", "chain.xz"];
    files.extend(packed.map(|name| (name.to_owned(), std::fs::read(captures_folder().join("packed").join(name)).unwrap())));
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    match std::fs::read(corpus.join("index.json")) {
        Ok(index) => {
            let index: Value = serde_json::from_slice(&index).unwrap();
            let names = index["files"].as_array().unwrap().iter().map(|entry| entry["file"].as_str().unwrap().to_owned());
            files.extend(names.map(|name| (name.clone(), std::fs::read(corpus.join(name)).unwrap())));
        }
        Err(_) => println!("without the corpus, which is not here ({})", corpus.display()),
    }
    files.sort_by_key(|(_, bytes)| bytes.len());
    files
}

/// The places of a file to try: all of a small one, else about `most` of them, the beginning always.
fn places(length: usize, most: usize) -> impl Iterator<Item = usize> {
    let step = if length <= SMALL && most == usize::MAX { 1 } else { (length / most.min(MOST_OF_A_LARGE_FILE)) | 1 };
    let beginning = if step == 1 { 0 } else { length.min(most.min(MOST_OF_A_LARGE_FILE) / 2) };
    (0..beginning).chain((beginning..length).step_by(step))
}

/// What is read of a beginning is the beginning of what is read of the whole.
fn cut(most: usize) {
    let _alone = alone();
    let mut count = 0;
    for (name, bytes) in files() {
        let (whole, all_frames) = trace(&bytes);
        let mut before = 0;
        for end in places(bytes.len(), most) {
            let begun = Instant::now();
            let (beginning, frames) = trace(&bytes[..end]);
            assert!(whole.starts_with(&beginning), "{name} cut at {end}: something else than in the whole");
            assert!((before..=all_frames).contains(&frames), "{name} cut at {end}: {frames} frames, {before} before");
            assert!(begun.elapsed() < PATIENCE, "{name} cut at {end} takes too long");
            (before, count) = (frames, count + 1);
        }
    }
    println!("{count} beginnings");
}

/// Whatever byte is another, a report comes of it, the same in any chunks, of memory that is bounded.
fn change(files_at_most: usize, most: usize) {
    let _alone = alone();
    let mut dice = Dice::new(11);
    let (mut count, mut peak) = (0, 0);
    for (name, mut bytes) in files().into_iter().filter(|(_, bytes)| !bytes.is_empty()).take(files_at_most) {
        for at in places(bytes.len(), most) {
            let flipped = 1 << dice.below(8);
            bytes[at] ^= flipped;
            let begun = Instant::now();
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            let (session, error) = analyse("changed", &bytes, Limits::default(), || usize::MAX);
            let used = MEMORY.peak_usage() - before;
            assert!(used < MEMORY_BYTES, "{name}, byte {at} changed by {flipped}: {used} bytes");
            let (other, other_error) = analyse("changed", &bytes, Limits::default(), || 4999);
            assert_eq!((json(&session), error), (json(&other), other_error), "{name}, byte {at} changed by {flipped}: in other chunks");
            assert!(begun.elapsed() < PATIENCE, "{name}, byte {at} changed by {flipped} takes too long");
            bytes[at] ^= flipped;
            (count, peak) = (count + 1, peak.max(used));
        }
    }
    println!("{count} changes, {} KiB at most", peak >> 10);
}

#[test]
fn what_a_cut_capture_holds_is_read_as_in_the_whole() {
    cut(40);
}

#[test]
fn a_changed_byte_is_survived() {
    change(usize::MAX, 16);
}

#[test]
#[ignore = "some minutes: make test-cut"]
fn every_beginning_is_read_as_in_the_whole() {
    cut(usize::MAX);
}

#[test]
#[ignore = "some minutes: make test-cut"]
fn every_changed_byte_of_a_hundred_captures_is_survived() {
    change(100, usize::MAX);
}

/// Bytes of a capture of which every place is tried.
const SMALL: usize = 64 << 10;

const MOST_OF_A_LARGE_FILE: usize = 400;

/// No file of the corpus takes a tenth of this.
const PATIENCE: Duration = Duration::from_secs(20);

/// The largest window of a compression, and as much as small captures take.
const MEMORY_BYTES: usize = (128 + 32) << 20;
