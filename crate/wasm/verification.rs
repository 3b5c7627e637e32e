//! Verification for JavaScript: which pieces are right, and the bytes of files that they make.
//!
//! In: calls of the page's worker, which reads the same files twice: first to learn what pieces must be, then to check them. Out: plain objects,
//! and bytes of files in runs, many pieces at a time.

use js_sys::{Array, Float64Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{memory, plain, sink};
use crate::base::{Finding, InfoHash, Limits};
use crate::protocol::Event;
use crate::protocol::given::Given;
use crate::protocol::info_dictionary::InfoDictionary;
use crate::report::Observer;
use crate::session::Reading;
use crate::verify::known::Known;
use crate::verify::merkle::LEAF_BYTES;
use crate::verify::names::Names;
use crate::verify::plan::Span;
use crate::verify::{Output, Verifier};

/// One verification.
#[wasm_bindgen]
pub struct Verification {
    reading: Reading<Stage>,
    /// Whether bytes of files are handed on.
    rebuilds: bool,
}

/// Who observes which of the two readings. Both are one type that is known when this is compiled, other than further readings' elsewhere: pieces are
/// hashed as fast as blocks come.
enum Stage {
    Learning(Box<Known>),
    Checking(Box<Verifier<Runs>>),
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

impl Verification {
    fn reading(&mut self) -> &mut Reading<Stage> {
        &mut self.reading
    }

    /// Who checks, once that has begun.
    fn verifier(&self) -> Option<&Verifier<Runs>> {
        if let Stage::Checking(verifier) = self.reading.observer() { Some(verifier) } else { None }
    }

    fn verifier_mut(&mut self) -> Option<&mut Verifier<Runs>> {
        if let Stage::Checking(verifier) = self.reading.observer_mut() { Some(verifier) } else { None }
    }
}

impl Observer for Stage {
    fn wants_payload(&self) -> bool {
        match self {
            Stage::Learning(known) => known.wants_payload(),
            Stage::Checking(verifier) => verifier.wants_payload(),
        }
    }

    fn know(&mut self, given: &Given<'_>) {
        match self {
            Stage::Learning(known) => known.know(given),
            Stage::Checking(verifier) => verifier.know(given),
        }
    }

    fn observe(&mut self, event: &Event<'_>) {
        match self {
            Stage::Learning(known) => known.observe(event),
            Stage::Checking(verifier) => verifier.observe(event),
        }
    }

    fn found(&mut self, _finding: Finding) {}

    fn is_done(&self) -> bool {
        match self {
            Stage::Learning(known) => known.is_done(),
            Stage::Checking(verifier) => verifier.is_done(),
        }
    }

    fn finish(&mut self) {
        match self {
            Stage::Learning(known) => known.finish(),
            Stage::Checking(verifier) => verifier.finish(),
        }
    }
}

sink!(Verification);

#[wasm_bindgen]
impl Verification {
    /// A verification of the torrents of these info hashes, or of all where there is none. `rebuilds`: bytes of verified pieces are wanted.
    #[wasm_bindgen(constructor)]
    pub fn new(wanted: Vec<String>, rebuilds: bool) -> Verification {
        let limits = Limits::default();
        let wanted = wanted.iter().filter_map(|hash| InfoHash::named(hash)).collect();
        let known = Box::new(Known::new(wanted, &limits));
        Verification { reading: Reading::new(limits, Stage::Learning(known)), rebuilds }
    }

    /// Ends the first reading and begins the second, which is to be given the same torrents and files.
    pub fn check(&mut self) {
        let limits = self.reading.limits().clone();
        let nothing = Stage::Learning(Box::new(Known::new(Vec::new(), &limits)));
        if let Stage::Learning(known) = std::mem::replace(self.reading.observer_mut(), nothing) {
            let runs = Runs { is_wanted: self.rebuilds, ..Runs::default() };
            let verifier = Verifier::new(known.plans(), &limits, runs);
            self.reading = Reading::new(limits, Stage::Checking(Box::new(verifier)));
        }
    }

    /// What will be put together, once it is learned: a `Planned[]`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn planned(&mut self) -> Result<JsValue, JsValue> {
        let Some(verifier) = self.verifier() else { return Ok(Array::new().into()) };
        let (mut names, count) = (Names::default(), verifier.torrents());
        let plans = (0..count).filter_map(|torrent| verifier.plan(torrent));
        plain(&plans.map(|plan| Planned::of(plan.name(), &plan.dictionary, &mut names)).collect::<Vec<_>>())
    }

    /// The parts of a piece that belong to files, four numbers each: the file, where in it, and from where to where in the piece.
    pub fn spans(&mut self, torrent: usize, index: u32) -> Vec<f64> {
        let Some(verifier) = self.verifier() else { return Vec::new() };
        let plan = verifier.plan(torrent);
        let spans = plan.map(|plan| plan.spans(index)).unwrap_or_default();
        let numbers = |Span { file, at, bytes }: Span| [float(file as u64), float(at), bytes.start.into(), bytes.end.into()];
        spans.into_iter().flat_map(numbers).collect()
    }

    /// Bytes of a piece, padding among them.
    pub fn piece_length(&mut self, torrent: usize, index: u32) -> u32 {
        let Some(verifier) = self.verifier() else { return 0 };
        verifier.plan(torrent).map_or(0, |plan| plan.length(index))
    }

    /// Takes a piece as it lies in its files; if it is right it need not come. Answers whether it is.
    pub fn keep(&mut self, torrent: usize, index: u32, bytes: &[u8]) -> bool {
        let Some(verifier) = self.verifier_mut() else { return false };
        let pages: Vec<&[u8]> = bytes.chunks(LEAF_BYTES).collect();
        let right = verifier.plan(torrent).is_some_and(|plan| plan.check(index, &pages).right);
        if right {
            verifier.keep(torrent, index);
        }
        right
    }

    /// How many pieces of each torrent are right as of now.
    pub fn right(&mut self) -> Vec<u32> {
        let Some(verifier) = self.verifier() else { return Vec::new() };
        verifier.right().collect()
    }

    /// The bytes that wait, once there are at least so many: `[runs, bytes]`, four numbers a run: the torrent, the file, where in it, how many.
    pub fn take(&mut self, least: usize) -> Option<Array> {
        let waiting = self.verifier_mut()?.output_mut();
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
        let Some(verifier) = self.verifier() else { return Vec::new() };
        let holes = verifier.holes(torrent, file);
        holes.into_iter().flat_map(|hole| [float(hole.start), float(hole.end)]).collect()
    }

    /// Which pieces are right, as of now: a `Verified`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn verified(&mut self) -> Result<JsValue, JsValue> {
        plain(&self.verifier().map(Verifier::verified))
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
