//! `--evidence`: what the captures prove, how it is known and what is not, to keep and to print.
//!
//! In: a session that read the captures, and the files once more for their hashes. Out: one page, or the same as JSON.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use swarmscope::base::Limits;
use swarmscope::report::evidence::words::Offset;
use swarmscope::session::{EventListing, EvidenceFormat, EvidenceQuery, Reports, Session};

use super::given::GivenArguments;
use super::hashing::file_hash;
use super::{complain, printed, read_all};

/// Which evidence report is wanted, and where it goes.
#[derive(Debug, Args)]
pub(super) struct EvidenceArguments {
    /// Write an evidence report: a page to print where the name ends in .html, JSON where it ends in .json; `-` is the page on standard output, or JSON with
    /// --json. With --host or an info hash as --torrent only about these; with --prove pieces are checked first. The captures are read twice more, for
    /// their SHA-256 and for what peers said of each piece
    #[arg(long, value_name = "FILE", conflicts_with_all = ["verify", "extract"], value_parser = place)]
    evidence: Option<PathBuf>,

    /// With --evidence: local time's offset from UTC, such as +02:00, by which dates are told beside UTC
    #[arg(long, value_name = "OFFSET", requires = "evidence", allow_hyphen_values = true, value_parser = Offset::read)]
    utc_offset: Option<Offset>,
}

impl EvidenceArguments {
    /// Whether a report is wanted.
    pub(super) fn is_asked(&self) -> bool {
        self.evidence.is_some()
    }

    /// Writes the report; answers the exit status.
    pub(super) fn write<O: Reports>(
        &self,
        session: &mut Session<O>,
        captures: &[PathBuf],
        host: Option<String>,
        given: &GivenArguments,
        json: bool,
    ) -> ExitCode {
        let Some(path) = &self.evidence else { return ExitCode::from(2) };
        let query = EvidenceQuery {
            host,
            torrent: given.hashes().into_iter().next(),
            utc_offset: self.utc_offset.unwrap_or_default().in_minutes(),
            hashes: hashes(session, captures),
        };
        trace(session, captures, given);
        let json = json || has_ending(path, "json");
        let Some(report) = session.evidence(&query, if json { EvidenceFormat::Json } else { EvidenceFormat::Html }) else {
            complain("--evidence is about one address, or one torrent by its info hash, or everything");
            return ExitCode::from(2);
        };
        if path == Path::new("-") {
            return printed(io::stdout().lock().write_all(report.as_bytes()));
        }
        match fs::write(path, report) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                complain(&format!("{}: {error}", path.display()));
                ExitCode::from(1)
            }
        }
    }
}

/// Looks up what was said of each piece, where the captures can be read once more.
fn trace<O: Reports>(session: &mut Session<O>, captures: &[PathBuf], given: &GivenArguments) {
    // What is no file can be read once only.
    if !captures.iter().all(|capture| capture.is_file()) {
        return;
    }
    let mut tracing = EventListing::tracing(Limits::default());
    // What is wrong with the captures was told when they were read for the report.
    if given.give(tracing.reading(), true) && read_all(tracing.reading(), captures) {
        tracing.into_trails().into_iter().for_each(|trails| session.trace(trails));
    }
}

/// The hashes of the files of a session's capture; `None` for one that cannot be read again.
fn hashes<O: Reports>(session: &Session<O>, captures: &[PathBuf]) -> Vec<Option<String>> {
    // Those that could not be opened are no files of the capture.
    let mut paths = captures.iter();
    let file = |name: &str| {
        let path = paths.find(|path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy() == name)?;
        file_hash(path, "can be read once only").inspect_err(|error| complain(&format!("{}: no SHA-256: {error}", path.display()))).ok()
    };
    session.capture().files.iter().map(|file_of| file_of.name.as_str()).map(file).collect()
}

/// Where a report may go.
fn place(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let known = text == "-" || has_ending(&path, "html") || has_ending(&path, "htm") || has_ending(&path, "json");
    if known { Ok(path) } else { Err("a name that ends in .html or .json, or - for standard output".into()) }
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending))
}
