//! `--slice`: the frames of a selection, as a file of their own.
//!
//! In: captures, read twice. Out: a pcapng file. It is never one of the captures.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use swarmscope::report::slice::{Output, SliceQuery};
use swarmscope::session::{FurtherReading, Slice};

use super::{Arguments, complain, read_all, unusable, warn};

/// What a slice holds, and where it is put.
#[derive(Debug, Args)]
pub(super) struct SliceArguments {
    /// Write the frames of a selection into this pcapng file: those that --torrent HASH, --flow, --host, --protocol, --text and --frames all ask
    /// for, of streams all that there is; every frame when none of them is given. `-` is standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = VIEWS)]
    slice: Option<PathBuf>,

    /// With --slice: only these frames, such as 7,20-31
    #[arg(long, value_name = "NUMBERS", requires = "slice", value_delimiter = ',', value_parser = run)]
    frames: Vec<(u64, u64)>,

    /// With --slice: whether the bytes of blocks are written, or left out with their frames' lengths kept
    #[arg(long, value_enum, default_value_t = Payload::Keep, requires = "slice")]
    payload: Payload,

    /// With --slice: no comments, which else say of a frame its number in the capture and what was wrong with it
    #[arg(long, requires = "slice")]
    no_comments: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Payload {
    Keep,
    Cut,
}

/// What else is printed, one at a time.
const VIEWS: [&str; 17] = [
    "init",
    "peers",
    "download",
    "swarm",
    "geography",
    "sources",
    "known",
    "events",
    "verify",
    "extract",
    "prove",
    "json",
    "csv",
    "table",
    "evidence",
    "database",
    "frame",
];

/// A file on its way out, until something goes wrong.
struct Out {
    out: Box<dyn Write>,
    outcome: io::Result<()>,
}

impl Output for Out {
    fn write(&mut self, bytes: &[u8]) {
        if self.outcome.is_ok() {
            self.outcome = self.out.write_all(bytes);
        }
    }
}

impl SliceArguments {
    /// Whether a slice is to be written.
    pub(super) fn is_asked(&self) -> bool {
        self.slice.is_some()
    }

    /// Writes it; answers the exit status.
    pub(super) fn run(&self, captures: &[PathBuf], arguments: &Arguments) -> ExitCode {
        let Some(path) = &self.slice else { return ExitCode::FAILURE };
        let pseudonyms = match arguments.of_anonymising.pseudonyms() {
            Ok(pseudonyms) => pseudonyms,
            Err(trouble) => return unusable(&trouble),
        };
        if captures.iter().any(|capture| capture == Path::new("-")) {
            return unusable("standard input cannot be read twice, as a slice needs");
        }
        let is_same =
            |capture: &PathBuf| fs::canonicalize(capture).ok().is_some_and(|capture| fs::canonicalize(path).ok() == Some(capture));
        if captures.iter().any(is_same) {
            return unusable(&format!("{}: is one of the captures", path.display()));
        }
        let query = SliceQuery {
            events: arguments.of_events.query(arguments.given.hashes()),
            frames: self.frames.clone(),
            cut_payload: self.payload == Payload::Cut,
            findings: !self.no_comments,
            numbers: !self.no_comments,
        };
        let mut choosing = match Slice::<Out>::choosing(&query, arguments.limits()) {
            Ok(choosing) => choosing,
            Err(error) => return unusable(&error.to_string()),
        };
        let reading: &mut FurtherReading<'_> = &mut choosing;
        if !arguments.given.give(reading, true) {
            return ExitCode::from(2);
        }
        if !read_all(reading, captures) {
            return ExitCode::FAILURE;
        }
        let out: io::Result<Box<dyn Write>> =
            if path == Path::new("-") { Ok(Box::new(io::stdout().lock())) } else { File::create(path).map(|file| Box::new(file) as _) };
        let out = match out {
            Ok(out) => Out { out: Box::new(BufWriter::new(out)), outcome: Ok(()) },
            Err(error) => return failed(path, &error),
        };
        let mut slice = Slice::writing(&query, choosing.into_observer(), arguments.limits(), pseudonyms, out);
        if !read_all(slice.reading(), captures) {
            return ExitCode::FAILURE;
        }
        let summary = slice.summary();
        let Out { out, outcome } = slice.output();
        if let Err(error) = std::mem::replace(outcome, Ok(())).and_then(|()| out.flush()) {
            return failed(path, &error);
        }
        warn(&summary.findings);
        if summary.left_out > 0 {
            complain(&format!("{} frames are left out: they are no TCP or UDP, or fragments of it", summary.left_out));
        }
        if path != Path::new("-") {
            println!("{}: {} frames, {} bytes", path.display(), summary.frames, summary.bytes);
        }
        ExitCode::SUCCESS
    }
}

fn failed(path: &Path, error: &io::Error) -> ExitCode {
    complain(&format!("{}: {error}", path.display()));
    ExitCode::FAILURE
}

/// A frame, or the first and the last of several.
fn run(text: &str) -> Result<(u64, u64), String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.trim().parse().map_err(|_| format!("{text:?} is no number of a frame"));
    Ok((number(first)?, number(last)?))
}
