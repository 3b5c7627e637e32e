//! `--verify` and `--extract`: pieces that are right, and the files that they make.
//!
//! In: captures, read twice. Out: rows on standard output, and files below one folder. Nothing is written outside it, whatever a torrent calls
//! its files, and no link in it is followed. What is there already is checked first: right pieces stay, and are not written again.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use swarmscope::base::{InfoHash, Limits};
use swarmscope::report::proof::{Verified, text};
use swarmscope::session::{Reading, Session, Verification};
use swarmscope::verify::known::Known;
use swarmscope::verify::merkle::LEAF_BYTES;
use swarmscope::verify::names::Names;
use swarmscope::verify::plan::Plan;
use swarmscope::verify::{Output, Verifier};

use super::given::GivenArguments;
use super::{complain, holes, read_all};

/// What is to be verified, and where it is put.
#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// Check every piece that the captures hold against its hash. What a torrent's pieces must be is in the captures, or given with --torrent
    #[arg(long, conflicts_with_all = VIEWS)]
    verify: bool,

    /// Put the files of torrents together in this folder, of verified pieces only; what is missing is left as holes, of which NAME.holes.json beside a file
    /// tells. May be done again with other captures: what is right there already stays
    #[arg(long, value_name = "FOLDER", conflicts_with_all = VIEWS)]
    extract: Option<PathBuf>,

    /// Verify pieces before the report is made, so that it says of each piece whether it is verified, and which peers sent what was. The captures are
    /// then read three times
    #[arg(long, conflicts_with_all = ["verify", "extract", "events"])]
    prove: bool,
}

/// What else is printed, one at a time.
const VIEWS: [&str; 9] = ["init", "peers", "download", "swarm", "geography", "sources", "known", "events", "table"];

/// Files below one folder.
struct Folder {
    /// Of each torrent its files.
    files: Vec<Vec<Place>>,
    /// The one that was written last.
    open: Option<((usize, usize), File)>,
    failed: bool,
}

/// Where a file is, or is to be.
struct Place {
    path: PathBuf,
    length: u64,
    /// Something was found there, or nothing may be written there.
    exists: bool,
    refused: bool,
}

impl VerifyArguments {
    /// Whether pieces are to be verified.
    pub(super) fn is_asked(&self) -> bool {
        self.verify || self.extract.is_some()
    }

    /// Verifies for the report, if that is asked for; answers whether there is nothing against making it.
    pub(super) fn prove(&self, session: &mut Session, captures: &[PathBuf], given: &GivenArguments) -> bool {
        if !self.prove {
            return true;
        }
        self.run(captures, given).map(|verified| session.prove(verified)).is_some()
    }

    /// Verifies; `None` where nothing came of it.
    pub(super) fn run(&self, captures: &[PathBuf], given: &GivenArguments) -> Option<Verified> {
        if captures.iter().any(|capture| capture == Path::new("-")) {
            complain("standard input cannot be read twice, as verifying needs");
            return None;
        }
        let limits = Limits::default();
        let wanted = given.hashes().iter().filter_map(|hash| InfoHash::named(hash)).collect();
        let mut reading = Reading::new(limits.clone(), Known::new(wanted, &limits));
        if !given.give(&mut reading, true) || !read_all(&mut reading, captures) {
            return None;
        }
        let known = reading.into_observer();
        let folder = Folder { files: Vec::new(), open: None, failed: false };
        let mut verification = Verification::new(known, limits, folder);
        if let Some(path) = &self.extract {
            prepare(&mut verification, path)?;
        }
        if !given.give(verification.reading(), true) || !read_all(verification.reading(), captures) {
            return None;
        }
        let verifier = verification.verifier();
        let whole = !verifier.output().failed && map_holes(verifier);
        whole.then(|| verification.verified())
    }

    /// The rows as they are printed.
    pub(super) fn print(verified: &Verified, json: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if json {
            serde_json::to_writer_pretty(io::BufWriter::new(&mut out), verified)?;
            return writeln!(out);
        }
        out.write_all(text(verified).as_bytes())
    }
}

/// Finds a place for every file, and keeps what is right there.
fn prepare(verification: &mut Verification<Folder>, root: &Path) -> Option<()> {
    if let Err(error) = fs::create_dir_all(root) {
        complain(&format!("{}: {error}", root.display()));
        return None;
    }
    let mut names = Names::default();
    let count = verification.verifier().torrents();
    let mut files = Vec::new();
    for torrent in 0..count {
        let Some(plan) = verification.verifier().plan(torrent) else { continue };
        let dictionary = &plan.dictionary;
        let mut places = Vec::new();
        for (file, (parts, is_renamed)) in dictionary.files.iter().zip(names.paths(dictionary)) {
            let path = parts.iter().fold(root.to_path_buf(), |path, part| path.join(part));
            if is_renamed {
                complain(&format!("{:?} of {:?} is written as {}", file.path, dictionary.name, path.display()));
            }
            places.push(Place::new(root, path, &parts, file.length));
        }
        // No piece tells of a file without bytes.
        for place in places.iter().filter(|place| place.length == 0 && !place.exists && !place.refused) {
            let made = place.path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| File::create(&place.path));
            if let Err(error) = made {
                complain(&format!("{}: {error}", place.path.display()));
            }
        }
        let right = right_pieces(plan, &places);
        right.into_iter().for_each(|index| verification.verifier_mut().keep(torrent, index));
        files.push(places);
    }
    verification.verifier_mut().output_mut().files = files;
    Some(())
}

/// Writes beside each file of which some bytes are there which are missing; answers whether that could be done.
fn map_holes(verifier: &Verifier<Folder>) -> bool {
    let places = &verifier.output().files;
    let taken: HashSet<&Path> = places.iter().flatten().map(|place| place.path.as_path()).collect();
    let mut all = true;
    for (torrent, files) in places.iter().enumerate() {
        for (file, place) in files.iter().enumerate().filter(|(_, place)| !place.refused) {
            let holes = verifier.holes(torrent, file);
            let missing: u64 = holes.iter().map(|hole| hole.end - hole.start).sum();
            // A torrent may have a file of that name, and that is right as it is.
            let is_taken = holes::place_of(&place.path).is_some_and(|map| taken.contains(map.as_path()));
            if is_taken || missing >= place.length && place.length > 0 {
                continue;
            }
            if let Err(error) = holes::write(&place.path, place.length, &holes) {
                complain(&format!("{}: {error}", place.path.display()));
                all = false;
            }
        }
    }
    all
}

impl Place {
    fn new(root: &Path, path: PathBuf, parts: &[String], length: u64) -> Place {
        let found = fs::metadata(&path).ok();
        let refused = if is_odd(root, parts) {
            Some("is a link, or leads over one, or is no file")
        } else {
            found.as_ref().filter(|found| found.len() > length).map(|_| "is longer than the torrent's file")
        };
        if let Some(why) = refused {
            complain(&format!("{}: {why}: not written", path.display()));
        }
        Place { path, length, exists: refused.is_none() && found.is_some(), refused: refused.is_some() }
    }
}

/// Whether something stands at a path, or on the way to it, that is neither a folder nor a file, as they must be.
fn is_odd(root: &Path, parts: &[String]) -> bool {
    let mut path = root.to_path_buf();
    parts.iter().enumerate().any(|(at, part)| {
        path.push(part);
        let is_last = at + 1 == parts.len();
        fs::symlink_metadata(&path).is_ok_and(|found| if is_last { !found.is_file() } else { !found.is_dir() })
    })
}

/// Pieces that lie in files already.
fn right_pieces(plan: &Plan, places: &[Place]) -> Vec<u32> {
    let mut right = Vec::new();
    if !places.iter().any(|place| place.exists) {
        return right;
    }
    for index in 0..plan.dictionary.piece_count {
        let mut bytes = vec![0; plan.length(index) as usize];
        let whole = plan.spans(index).iter().all(|span| {
            let place = places.get(span.file).filter(|place| place.exists);
            let into = bytes.get_mut(span.bytes.start as usize..span.bytes.end as usize);
            place.zip(into).is_some_and(|(place, into)| read_at(&place.path, span.at, into).is_ok())
        });
        let pages: Vec<&[u8]> = bytes.chunks(LEAF_BYTES).collect();
        if whole && plan.check(index, &pages).right {
            right.push(index);
        }
    }
    right
}

fn read_at(path: &Path, at: u64, into: &mut [u8]) -> io::Result<()> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(into)
}

impl Folder {
    fn write_at(&mut self, key: (usize, usize), at: u64, bytes: &[u8]) -> io::Result<()> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != key) {
            let Some(place) = self.files.get(key.0).and_then(|files| files.get(key.1)).filter(|place| !place.refused) else {
                return Ok(());
            };
            if let Some(folder) = place.path.parent() {
                fs::create_dir_all(folder)?;
            }
            let file = OpenOptions::new().write(true).create(true).truncate(false).open(&place.path)?;
            if file.metadata()?.len() != place.length {
                // What was not written is a hole.
                file.set_len(place.length)?;
            }
            self.open = Some((key, file));
        }
        let Some((_, file)) = &mut self.open else { return Ok(()) };
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)
    }
}

impl Output for Folder {
    fn write(&mut self, torrent: usize, file: usize, at: u64, bytes: &[u8]) {
        if self.failed || self.files.is_empty() {
            return;
        }
        if let Err(error) = self.write_at((torrent, file), at, bytes) {
            let place = self.files.get(torrent).and_then(|files| files.get(file));
            complain(&format!("{}: {error}", place.map(|place| place.path.display().to_string()).unwrap_or_default()));
            self.failed = true;
        }
    }
}
