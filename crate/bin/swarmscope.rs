//! Floor 8: the command line. The only code that knows a file system.
//!
//! In: arguments and files. Out: text or JSON on standard output, one line a problem on standard error. `report.rs` and `text.rs` of
//! the report floor fix what is printed; exit statuses are 0 (a report was made), 1 (no report) and 2 (usage).

mod anonymise;
mod database;
mod events;
mod evidence;
mod folders;
mod frame;
mod given;
mod hashing;
mod holes;
mod input;
mod places;
mod slice;
mod table;
mod unpacking;
mod verify;
mod watch;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anonymise::AnonymiseArguments;
use clap::{ArgAction, ArgGroup, Parser};
use database::{Adding, Complained, DatabaseArguments};
use events::EventArguments;
use evidence::EvidenceArguments;
use frame::FrameArguments;
use given::GivenArguments;
use input::Input;
use places::PlaceArguments;
use slice::SliceArguments;
use swarmscope::base::{Limits, Severity};
use swarmscope::report::Observer;
use swarmscope::report::anonymous::Anonymous;
use swarmscope::report::events::Told;
use swarmscope::report::findings::FindingRow;
use swarmscope::session::{FurtherReading, Progress, Reading, Reports, Session, View};
use table::TableArguments;
use verify::VerifyArguments;
use watch::WatchArguments;

/// Reads BitTorrent traffic from packet captures (pcap, pcapng, snoop, Network Monitor; also compressed).
#[derive(Debug, Parser)]
#[command(name = "swarmscope", version, after_help = AFTER_HELP, group(ArgGroup::new("view").args(["init", "peers", "download", "swarm", "geography", "sources", "known", "events", "table", "evidence"])), group(ArgGroup::new("scoped").args(["events", "evidence", "slice"])))]
struct Arguments {
    /// Captures, or folders of them; several are read as one, in time order. `-` is standard input
    #[arg(value_name = "CAPTURE", required_unless_present = "pcap")]
    captures: Vec<PathBuf>,

    /// Bootstrap nodes, the initial requests to them, and their answers
    #[arg(long)]
    init: bool,

    /// DHT nodes that answered
    #[arg(long)]
    peers: bool,

    /// Pieces of every torrent and who sent them
    #[arg(long)]
    download: bool,

    /// Peers of every torrent, what they had, and the downloads that are confirmed
    #[arg(long)]
    swarm: bool,

    /// Countries, networks and clients of the peers
    #[arg(long)]
    geography: bool,

    #[command(flatten)]
    of_places: PlaceArguments,

    /// Where peers come from, what each request for them yielded, and what they were worth
    #[arg(long)]
    sources: bool,

    /// A peer's download is confirmed at this share of pieces
    #[arg(long, value_name = "PERCENT", default_value_t = 98, value_parser = clap::value_parser!(u8).range(50..=100))]
    threshold: u8,

    /// This host is on the network where the capture was made, whatever its address says; may be given again
    #[arg(long, value_name = "ADDRESS")]
    local: Vec<IpAddr>,

    /// This host is not on that network; may be given again
    #[arg(long, value_name = "ADDRESS")]
    remote: Vec<IpAddr>,

    /// Every message in order, a line each
    #[arg(long)]
    events: bool,

    /// Bytes that a compressed capture may unpack to; `none` lets it unpack to any number [default: 64 GiB]
    #[arg(long, value_name = "BYTES", value_parser = expanded)]
    expand: Option<u64>,

    #[command(flatten)]
    of_events: EventArguments,

    #[command(flatten)]
    of_frame: FrameArguments,

    #[command(flatten)]
    of_evidence: EvidenceArguments,

    #[command(flatten)]
    given: GivenArguments,

    #[command(flatten)]
    of_table: TableArguments,

    #[command(flatten)]
    of_watching: WatchArguments,

    #[command(flatten)]
    of_verifying: VerifyArguments,

    #[command(flatten)]
    of_database: DatabaseArguments,

    #[command(flatten)]
    of_slicing: SliceArguments,

    #[command(flatten)]
    of_anonymising: AnonymiseArguments,

    /// Torrents that are known, given or found, and who says what of them
    #[arg(long)]
    known: bool,

    /// The whole report as one JSON document; with --events a JSON object a line; with --verify the pieces and files
    #[arg(long, conflicts_with_all = ["init", "peers", "download", "swarm", "geography", "sources", "known", "table"])]
    json: bool,

    /// A capture, in the original tool's spelling
    #[arg(long, value_name = "CAPTURE", action = ArgAction::Append, hide = true)]
    pcap: Vec<PathBuf>,
}

const AFTER_HELP: &str = "\
The spelling of the original tool is accepted too: swarmscope -pcap CAPTURE -init|-peers|-download

Exit status: 0 a report was made (what was wrong is told on standard error), 1 no report, 2 usage, or a torrent or link that was \
named and cannot be taken (those in a folder or a list are told, and passed over)";

fn main() -> ExitCode {
    let mut arguments = Arguments::parse_from(std::env::args_os().map(modern_spelling));
    let named = arguments.pcap.iter().chain(&arguments.captures).cloned().collect();
    let folders::Found { captures, torrents } = folders::open(named);
    arguments.given.found = torrents;
    if arguments.events {
        return list(&captures, &arguments);
    }
    if let Some(number) = arguments.of_frame.asked() {
        return FrameArguments::run(number, &captures, &arguments.given, arguments.limits(), arguments.json);
    }
    if arguments.of_slicing.is_asked() {
        return arguments.of_slicing.run(&captures, &arguments);
    }
    if arguments.of_verifying.is_asked() {
        return match arguments.of_verifying.run(&captures, &arguments.given) {
            Some(verified) => printed(VerifyArguments::print(&verified, arguments.json)),
            None => ExitCode::from(1),
        };
    }
    let adding = match arguments.of_database.adding(&captures) {
        Ok(Some(adding)) if adding.captures().is_empty() => return ExitCode::SUCCESS,
        Ok(adding) => adding,
        Err(Complained) => return ExitCode::from(1),
    };
    let (captures, adding) = (adding.as_ref().map_or(&*captures, Adding::captures), adding.as_ref());
    match arguments.of_anonymising.pseudonyms() {
        Ok(None) => report(Session::new(arguments.limits()), captures, &arguments, adding, |session, moment| match moment {
            Moment::Begun => {
                adding.into_iter().for_each(|adding| adding.go_on(session));
                arguments.of_watching.give(session)
            }
            Moment::Read => arguments.of_verifying.prove(session, captures, &arguments.given),
            Moment::Located => arguments.of_places.give(session),
        }),
        // Neither proof nor places nor lists are under pseudonyms.
        Ok(Some(pseudonyms)) => report(Session::anonymous(arguments.limits(), pseudonyms), captures, &arguments, adding, |_, _| true),
        Err(trouble) => unusable(&trouble),
    }
}

/// When a session may be told what speaks of hosts by their own names.
enum Moment {
    /// Before the first bytes.
    Begun,
    /// After the last ones.
    Read,
    /// When it is asked where addresses are.
    Located,
}

/// Reads the captures, and prints what is asked for or adds it to a database. `tell` tells the session more, and answers whether it could.
fn report<O: Reports>(
    mut session: Session<O>,
    captures: &[PathBuf],
    arguments: &Arguments,
    adding: Option<&Adding>,
    tell: impl Fn(&mut Session<O>, Moment) -> bool,
) -> ExitCode {
    let table = match arguments.of_table.query(&arguments.given.hashes()) {
        Ok(table) => table,
        Err(error) => return unusable(&error),
    };
    session.confirm_at(arguments.threshold);
    let scoped = table.is_some() || arguments.of_evidence.is_asked();
    if !arguments.given.give(session.reading(), scoped) || !tell(&mut session, Moment::Begun) {
        return ExitCode::from(2);
    }
    arguments.local.iter().for_each(|address| session.set_local(*address, Some(true)));
    arguments.remote.iter().for_each(|address| session.set_local(*address, Some(false)));
    if !read_all(session.reading(), captures) {
        return ExitCode::from(1);
    }
    warn(&session.digest().findings);
    if let Some(adding) = adding {
        return if adding.add(&session) { ExitCode::SUCCESS } else { ExitCode::from(1) };
    }
    if !tell(&mut session, Moment::Read) {
        return ExitCode::from(1);
    }
    if arguments.of_evidence.is_asked() {
        return arguments.of_evidence.write(&mut session, captures, arguments.of_events.host(), &arguments.given, arguments.json);
    }
    // Whoever asks for neither waits for no look-up.
    if (arguments.geography || arguments.json || table.is_some()) && !tell(&mut session, Moment::Located) {
        return ExitCode::from(1);
    }
    printed(match table {
        Some(query) => arguments.of_table.print(&mut session, query),
        None => print(&session, arguments),
    })
}

/// Prints the events that are asked for.
fn list(captures: &[PathBuf], arguments: &Arguments) -> ExitCode {
    let mut pseudonyms = match arguments.of_anonymising.pseudonyms() {
        Ok(pseudonyms) => pseudonyms,
        Err(trouble) => return unusable(&trouble),
    };
    let limits = arguments.limits();
    let mut lines = arguments.of_events.lines(arguments.json);
    let told = match arguments.of_events.told(arguments.given.hashes(), pseudonyms.as_mut(), &limits, &mut lines) {
        Ok(told) => told,
        Err(error) => return unusable(&error.to_string()),
    };
    let read = match pseudonyms {
        None => tell(Reading::new(limits, told), captures, arguments, Told::findings),
        Some(pseudonyms) => {
            let anonymous = Anonymous::new(told, pseudonyms, &limits);
            tell(Reading::new(limits, anonymous), captures, arguments, |anonymous| anonymous.inner().findings())
        }
    };
    read.unwrap_or_else(|| printed(lines.finish()))
}

/// Reads the captures; answers the exit status where that went wrong.
fn tell<O: Observer>(
    mut reading: Reading<O>,
    captures: &[PathBuf],
    arguments: &Arguments,
    findings: impl FnOnce(&O) -> Vec<FindingRow>,
) -> Option<ExitCode> {
    let further: &mut FurtherReading<'_> = &mut reading;
    if !arguments.given.give(further, true) {
        return Some(ExitCode::from(2));
    }
    if !read_all(further, captures) {
        return Some(ExitCode::from(1));
    }
    warn(&findings(reading.observer()));
    None
}

/// Tells why the arguments cannot be followed.
fn unusable(trouble: &str) -> ExitCode {
    complain(trouble);
    ExitCode::from(2)
}

impl Arguments {
    fn limits(&self) -> Limits {
        let limits = Limits::default();
        Limits { expanded_bytes: self.expand.unwrap_or(limits.expanded_bytes), ..limits }
    }
}

/// The number of bytes that `--expand` gives.
fn expanded(text: &str) -> Result<u64, String> {
    if text == "none" { Ok(u64::MAX) } else { text.parse().map_err(|_| "a number of bytes, or none".to_owned()) }
}

/// Tells what was wrong with the captures, unless the report is as good as without it.
fn warn(findings: &[FindingRow]) {
    for finding in findings.iter().filter(|finding| finding.severity > Severity::Note) {
        complain(&format!("{} ({} ×): {}", finding.code, finding.count, finding.text));
        finding.places.iter().for_each(|place| complain(&format!("  {place}")));
    }
}

/// The exit status that printing deserves.
fn printed(outcome: io::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("standard output: {error}"));
            ExitCode::from(1)
        }
    }
}

/// `-init` as `--init`: the original tool's spelling.
fn modern_spelling(argument: OsString) -> OsString {
    match argument.to_str() {
        Some("-pcap" | "-init" | "-peers" | "-download") => {
            let mut modern = OsString::from("-");
            modern.push(argument);
            modern
        }
        _ => argument,
    }
}

/// Reads the captures; answers whether any could be read.
fn read_all<O: Observer + ?Sized>(reading: &mut Reading<O>, captures: &[PathBuf]) -> bool {
    let mut inputs: Vec<Input> = Vec::new();
    for path in captures {
        match Input::open(path, captures.len()) {
            Ok(input) => {
                reading.add_file(&input.name, input.size);
                inputs.push(input);
            }
            Err(error) => complain(&format!("{}: {error}", path.display())),
        }
    }
    let mut readable = inputs.len();
    let mut reporter = Reporter::new();
    while let Some(source) = reading.wants() {
        let Some(input) = inputs.get_mut(source) else { break };
        let outcome = match input.feed(reading, source, captures.len()) {
            Ok(outcome) => outcome,
            Err(error) => {
                reporter.clear();
                complain(&format!("{}: {error}", input.name));
                continue;
            }
        };
        if let Err(error) = outcome {
            readable -= 1;
            reporter.clear();
            complain(&format!("{}: {error}", input.name));
        }
        reporter.show(|| reading.progress());
    }
    reporter.clear();
    reading.finish();
    readable > 0
}

fn print<O: Reports>(session: &Session<O>, arguments: &Arguments) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let view = match arguments {
        Arguments { json: true, .. } => {
            serde_json::to_writer(io::BufWriter::new(&mut out), &session.sections())?;
            return writeln!(out);
        }
        Arguments { init: true, .. } => View::Init,
        Arguments { peers: true, .. } => View::Peers,
        Arguments { download: true, .. } => View::Download,
        Arguments { swarm: true, .. } => View::Swarm,
        Arguments { geography: true, .. } => View::Geography,
        Arguments { sources: true, .. } => View::Sources,
        Arguments { known: true, .. } => View::Torrents,
        _ => View::Report,
    };
    out.write_all(session.text(view).as_bytes())
}

fn complain(problem: &str) {
    eprintln!("swarmscope: {problem}");
}

/// A line that tells how far reading is, on a terminal.
struct Reporter {
    begun: Instant,
    shown: Option<Instant>,
    terminal: bool,
}

impl Reporter {
    fn new() -> Self {
        Reporter { begun: Instant::now(), shown: None, terminal: io::stderr().is_terminal() }
    }

    fn show(&mut self, progress: impl Fn() -> Progress) {
        if !self.terminal || self.shown.unwrap_or(self.begun).elapsed() < EVERY {
            return;
        }
        self.shown = Some(Instant::now());
        let Progress { bytes, bytes_total, frames, .. } = progress();
        let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        let rate = mebibytes(bytes) / self.begun.elapsed().as_secs_f64();
        let total = bytes_total.map(|total| format!(" of {:.0}", mebibytes(total))).unwrap_or_default();
        eprint!("\r\x1b[K{:.0}{total} MiB, {frames} frames, {rate:.0} MiB/s", mebibytes(bytes));
    }

    fn clear(&mut self) {
        if self.shown.take().is_some() {
            eprint!("\r\x1b[K");
        }
    }
}

/// How often the line changes.
const EVERY: Duration = Duration::from_millis(200);
