//! Verification for JavaScript: which pieces are right, and the bytes of files that they make.
//!
//! In: calls of the page's worker, which reads the same files twice: first to learn what pieces must be, then to check them. Out: plain objects,
//! and bytes of files in runs, many pieces at a time.

use js_sys::{Array, Float64Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{memory, plain, push, refused, thrown, whole};
use crate::base::{InfoHash, Limits};
use crate::protocol::info_dictionary::InfoDictionary;
use crate::session::{self, Reading};
use crate::verify::Output;
use crate::verify::known::Known;
use crate::verify::merkle::LEAF_BYTES;
use crate::verify::names::Names;
use crate::verify::plan::Span;

/// One verification.
#[wasm_bindgen]
pub struct Verification {
    stage: Stage,
    /// Whether bytes of files are handed on.
    rebuilds: bool,
    /// Of both readings.
    limits: Limits,
}

/// Which of the two readings is on.
enum Stage {
    Learning(Box<Reading<Known>>),
    Checking(Box<session::Verification<Runs>>),
}

/// Bytes of files that wait to be taken.
#[derive(Default)]
struct Runs {
    is_wanted: bool,
    bytes: Vec<u8>,
    runs: Vec<Run>,
}

/// Neighbouring bytes of one file.
struct Run {
    torrent: usize,
    file: usize,
    at: u64,
    length: usize,
}

/// A torrent as it will be put together.
#[derive(Serialize)]
struct Planned<'a> {
    info_hash: InfoHash,
    name: &'a str,
    piece_count: u32,
    files: Vec<PlannedFile<'a>>,
}

/// A file, and where it goes: parts of a path, each a plain name.
#[derive(Serialize)]
struct PlannedFile<'a> {
    path: &'a str,
    length: u64,
    place: Vec<String>,
    renamed: bool,
}

#[wasm_bindgen]
impl Verification {
    /// A verification of the torrents of these info hashes, or of all where there is none. `rebuilds`: bytes of verified pieces are wanted.
    #[wasm_bindgen(constructor)]
    pub fn new(wanted: Vec<String>, rebuilds: bool) -> Verification {
        let limits = Limits::default();
        let wanted = wanted.iter().filter_map(|hash| InfoHash::from_hex(hash.as_bytes())).collect();
        let known = Known::new(wanted, &limits);
        Verification { stage: Stage::Learning(Box::new(Reading::new(limits.clone(), known))), rebuilds, limits }
    }

    /// Ends the first reading and begins the second, which is to be given the same torrents and files.
    pub fn check(&mut self) {
        let fresh = Verification::new(Vec::new(), false).stage;
        if let Stage::Learning(learned) = std::mem::replace(&mut self.stage, fresh) {
            let runs = Runs { is_wanted: self.rebuilds, ..Runs::default() };
            let verification = session::Verification::new(learned.into_observer(), self.limits.clone(), runs);
            self.stage = Stage::Checking(Box::new(verification));
        }
    }

    /// As [`super::Session::add_torrent`]: the same torrents in the same order.
    ///
    /// # Errors
    /// As [`super::Session::add_torrent`].
    pub fn add_torrent(&mut self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        match &mut self.stage {
            Stage::Learning(reading) => reading.add_torrent(name, bytes),
            Stage::Checking(verification) => verification.reading().add_torrent(name, bytes),
        }
        .map_err(refused)
    }

    /// As [`super::Session::add_magnets`].
    ///
    /// # Errors
    /// As [`super::Session::add_magnets`].
    pub fn add_magnets(&mut self, name: &str, text: &str) -> Result<JsValue, JsValue> {
        let taken = match &mut self.stage {
            Stage::Learning(reading) => reading.add_magnets(name, text),
            Stage::Checking(verification) => verification.reading().add_magnets(name, text),
        };
        plain(&taken.map_err(refused)?)
    }

    /// As [`super::Session::expand_to`].
    pub fn expand_to(&mut self, bytes: Option<f64>) {
        self.limits.expanded_bytes = bytes.map_or(u64::MAX, whole);
        match &mut self.stage {
            Stage::Learning(reading) => reading.expand_to(bytes.map(whole)),
            Stage::Checking(verification) => verification.reading().expand_to(bytes.map(whole)),
        }
    }

    /// As [`super::Session::add_file`]: the same files in the same order.
    pub fn add_file(&mut self, name: &str, size: Option<f64>) -> usize {
        let size = size.map(whole);
        match &mut self.stage {
            Stage::Learning(reading) => reading.add_file(name, size),
            Stage::Checking(verification) => verification.reading().add_file(name, size),
        }
    }

    /// As [`super::Session::wants`].
    pub fn wants(&mut self) -> Option<usize> {
        match &mut self.stage {
            Stage::Learning(reading) => reading.wants(),
            Stage::Checking(verification) => verification.reading().wants(),
        }
    }

    /// As [`super::Session::push`].
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn push(&mut self, source: usize, chunk: &Uint8Array) -> Result<(), JsValue> {
        match &mut self.stage {
            Stage::Learning(reading) => push(reading, source, chunk),
            Stage::Checking(verification) => push(verification.reading(), source, chunk),
        }
    }

    /// As [`super::Session::end`].
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn end(&mut self, source: usize) -> Result<(), JsValue> {
        match &mut self.stage {
            Stage::Learning(reading) => reading.end(source),
            Stage::Checking(verification) => verification.reading().end(source),
        }
        .map_err(thrown)
    }

    /// As [`super::Session::finish`].
    pub fn finish(&mut self) {
        match &mut self.stage {
            Stage::Learning(reading) => reading.finish(),
            Stage::Checking(verification) => verification.reading().finish(),
        }
    }

    /// How far the reading is that is on: a `Progress`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn progress(&mut self) -> Result<JsValue, JsValue> {
        plain(&match &mut self.stage {
            Stage::Learning(reading) => reading.progress(),
            Stage::Checking(verification) => verification.progress(),
        })
    }

    /// What will be put together, once it is learned: a `Planned[]`.
    ///
    /// # Errors
    /// As [`progress`](Self::progress).
    pub fn planned(&mut self) -> Result<JsValue, JsValue> {
        let Stage::Checking(verification) = &mut self.stage else { return Ok(Array::new().into()) };
        let verifier = verification.reading().observer();
        let (mut names, count) = (Names::default(), verifier.torrents());
        let plans = (0..count).filter_map(|torrent| verifier.plan(torrent));
        plain(&plans.map(|plan| Planned::of(plan.name(), &plan.dictionary, &mut names)).collect::<Vec<_>>())
    }

    /// The parts of a piece that belong to files, four numbers each: the file, where in it, and from where to where in the piece.
    pub fn spans(&mut self, torrent: usize, index: u32) -> Vec<f64> {
        let Stage::Checking(verification) = &mut self.stage else { return Vec::new() };
        let plan = verification.reading().observer().plan(torrent);
        let spans = plan.map(|plan| plan.spans(index)).unwrap_or_default();
        let numbers = |Span { file, at, bytes }: Span| [float(file as u64), float(at), bytes.start.into(), bytes.end.into()];
        spans.into_iter().flat_map(numbers).collect()
    }

    /// Bytes of a piece, padding among them.
    pub fn piece_length(&mut self, torrent: usize, index: u32) -> u32 {
        let Stage::Checking(verification) = &mut self.stage else { return 0 };
        verification.reading().observer().plan(torrent).map_or(0, |plan| plan.length(index))
    }

    /// Takes a piece as it lies in its files; if it is right it need not come. Answers whether it is.
    pub fn keep(&mut self, torrent: usize, index: u32, bytes: &[u8]) -> bool {
        let Stage::Checking(verification) = &mut self.stage else { return false };
        let pages: Vec<&[u8]> = bytes.chunks(LEAF_BYTES).collect();
        let verifier = verification.reading().observer_mut();
        let right = verifier.plan(torrent).is_some_and(|plan| plan.check(index, &pages).right);
        if right {
            verifier.keep(torrent, index);
        }
        right
    }

    /// How many pieces of each torrent are right as of now.
    pub fn right(&mut self) -> Vec<u32> {
        let Stage::Checking(verification) = &mut self.stage else { return Vec::new() };
        verification.reading().observer().right().collect()
    }

    /// The bytes that wait, once there are at least so many: `[runs, bytes]`, four numbers a run: the torrent, the file, where in it, how many.
    pub fn take(&mut self, least: usize) -> Option<Array> {
        let Stage::Checking(verification) = &mut self.stage else { return None };
        let waiting = verification.reading().observer_mut().output_mut();
        if waiting.bytes.len() < least.max(1) {
            return None;
        }
        let numbers = |run: &Run| [float(run.torrent as u64), float(run.file as u64), float(run.at), float(run.length as u64)];
        let runs: Vec<f64> = waiting.runs.iter().flat_map(numbers).collect();
        let taken = Array::of2(&Float64Array::from(runs.as_slice()).into(), &Uint8Array::from(waiting.bytes.as_slice()).into());
        waiting.runs.clear();
        waiting.bytes.clear();
        Some(taken)
    }

    /// Which bytes of a file are in no verified piece: from and to, again and again.
    pub fn holes(&mut self, torrent: usize, file: usize) -> Vec<f64> {
        let Stage::Checking(verification) = &mut self.stage else { return Vec::new() };
        let holes = verification.reading().observer().holes(torrent, file);
        holes.into_iter().flat_map(|hole| [float(hole.start), float(hole.end)]).collect()
    }

    /// Which pieces are right, as of now: a `Verified`.
    ///
    /// # Errors
    /// As [`progress`](Self::progress).
    pub fn verified(&mut self) -> Result<JsValue, JsValue> {
        match &mut self.stage {
            Stage::Learning(_) => Ok(JsValue::NULL),
            Stage::Checking(verification) => plain(&verification.verified()),
        }
    }

    /// Bytes of memory that the module has.
    pub fn memory(&self) -> usize {
        memory()
    }
}

impl Output for Runs {
    fn write(&mut self, torrent: usize, file: usize, at: u64, bytes: &[u8]) {
        if !self.is_wanted {
            return;
        }
        self.bytes.extend_from_slice(bytes);
        match self.runs.last_mut() {
            Some(last) if (last.torrent, last.file, last.at + last.length as u64) == (torrent, file, at) => last.length += bytes.len(),
            _ => self.runs.push(Run { torrent, file, at, length: bytes.len() }),
        }
    }
}

impl<'a> Planned<'a> {
    fn of(info_hash: InfoHash, dictionary: &'a InfoDictionary, names: &mut Names) -> Self {
        let files = dictionary.files.iter().zip(names.paths(dictionary));
        let file = |(file, (place, renamed)): (&'a crate::protocol::info_dictionary::File, _)| PlannedFile {
            path: &file.path,
            length: file.length,
            place,
            renamed,
        };
        Planned { info_hash, name: &dictionary.name, piece_count: dictionary.piece_count, files: files.map(file).collect() }
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes and places of files are below 2^53")]
fn float(number: u64) -> f64 {
    number as f64
}
