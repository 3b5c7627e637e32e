//! `--events`: every message as it is read, a line each.
//!
//! In: the events of one reading. Out: lines on standard output, in the order in which messages were complete, so that nothing need be kept.

use std::io::{self, BufWriter, Write};

use clap::Args;
use swarmscope::base::pseudonyms::Pseudonyms;
use swarmscope::base::{InfoHash, Limits};
use swarmscope::report::events::written::Format;
use swarmscope::report::events::{EventQuery, EventRow, Scope, ScopeError, Told};

/// Which events are wanted, and how they are written.
#[derive(Debug, Args)]
#[group(id = "of_events", multiple = true, requires = "scoped")]
pub(super) struct EventArguments {
    /// With --events or --slice: of the connection with this number
    #[arg(long, value_name = "N", conflicts_with = "evidence")]
    flow: Option<u64>,

    /// With --events or --slice: of what peers say of the piece with this index, best with an info hash as --torrent
    #[arg(long, value_name = "INDEX", conflicts_with = "evidence")]
    piece: Option<u32>,

    /// With --events: to or from this address, alone or with a port; with --evidence: about this address only
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,

    /// With --events or --slice: of this protocol (peer_wire, dht, utp, ut_pex, unread, finding, …)
    #[arg(long, value_name = "NAME", conflicts_with = "evidence")]
    protocol: Option<String>,

    /// With --events or --slice: of which the line holds this text, whatever the case
    #[arg(long, value_name = "TEXT", conflicts_with = "evidence")]
    text: Option<String>,

    /// With --events: as comma-separated values
    #[arg(long, conflicts_with_all = ["json", "evidence", "slice"])]
    csv: bool,
}

/// Where lines go, until somebody no longer reads them.
pub(super) struct Lines {
    format: Format,
    out: BufWriter<io::StdoutLock<'static>>,
    outcome: io::Result<()>,
}

impl EventArguments {
    /// The host that is asked about.
    pub(super) fn host(&self) -> Option<String> {
        self.host.clone()
    }

    /// What writes the events that are asked for into `lines`: those about `torrents`, or whatever they are about. Under `pseudonyms` the host
    /// and the torrents are still asked for by their own names.
    pub(super) fn told<'l>(
        &self,
        torrents: Vec<String>,
        pseudonyms: Option<&mut Pseudonyms>,
        limits: &Limits,
        lines: &'l mut Lines,
    ) -> Result<Told<impl FnMut(&EventRow) + use<'l>>, ScopeError> {
        let mut query = self.query(torrents);
        if let Some(pseudonyms) = pseudonyms {
            let replaced = |name: &String| InfoHash::named(name).map(|hash| pseudonyms.info_hash(hash).to_string());
            query.torrent_names = query.torrent_names.iter().filter_map(replaced).collect();
            query.host = query.host.map(|host| pseudonyms.host(&host));
        }
        let scope = Scope::new(&query, limits)?;
        if let Some(head) = lines.format.head() {
            lines.line(&head);
        }
        Ok(Told::new(scope, limits, |row: &EventRow| lines.write(row)))
    }

    /// The events that are asked for: those about `torrents`, or whatever they are about.
    pub(super) fn query(&self, torrents: Vec<String>) -> EventQuery {
        EventQuery {
            flow: self.flow,
            piece: self.piece,
            torrent_names: torrents,
            host: self.host.clone(),
            protocol: self.protocol.clone(),
            text: self.text.clone().unwrap_or_default(),
            ..EventQuery::default()
        }
    }

    /// The lines of these arguments.
    pub(super) fn lines(&self, json: bool) -> Lines {
        let format = match (self.csv, json) {
            (true, _) => Format::Csv,
            (_, true) => Format::JsonLines,
            _ => Format::Text,
        };
        Lines { format, out: BufWriter::new(io::stdout().lock()), outcome: Ok(()) }
    }
}

impl Lines {
    fn write(&mut self, row: &EventRow) {
        if self.outcome.is_ok() {
            self.line(&self.format.line(row));
        }
    }

    fn line(&mut self, line: &str) {
        let outcome = self.out.write_all(line.as_bytes()).and_then(|()| self.out.write_all(self.format.end().as_bytes()));
        if outcome.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            // Whoever reads has read enough: the rest of the captures need not be read.
            std::process::exit(0);
        }
        self.outcome = outcome;
    }

    /// Writes what is left, and says how writing went.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.outcome?;
        self.out.flush()
    }
}
