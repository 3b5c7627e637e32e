//! Floor 7: one analysis of one capture, from bytes to the report.
//!
//! In: the bytes of one or several files, in any chunking. Out: at any moment how far reading is, the report so far, and windows
//! of its tables. No I/O and no clock: whoever drives the session reads the files.
//!
//! [`Reading`] takes the bytes to whoever observes their events; a [`Session`] is what the page and the command line ask of the observer that
//! makes the report.

mod listing;
mod reading;

pub use listing::EventListing;
pub use reading::{Progress, Reading};

use crate::base::{InfoHash, Limits};
use crate::capture::CaptureError;
use crate::report::csv::{contributions, csv};
use crate::report::download::PieceMap;
use crate::report::swarm::TorrentStudy;
use crate::report::table::{self, Order, RowQuery, RowWindow, Table};
use crate::report::{Analyses, Digest, Report, text};

/// One analysis.
pub struct Session {
    reading: Reading<Analyses>,
    order: Option<Order>,
}

/// Which part of the report is to be written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Bootstrap nodes.
    Init,
    /// DHT nodes.
    Peers,
    /// Torrents and their pieces.
    Download,
    /// Peers of torrents, and which downloads are confirmed.
    Swarm,
    /// Trackers and what they were asked.
    Trackers,
    /// Connections taken for encrypted BitTorrent.
    Encrypted,
    /// Hosts, with BitTorrent or without.
    Hosts,
    /// DHT lookups, and how the DHT worked.
    Dht,
    /// Connections of peers.
    Connections,
    /// Everything.
    Report,
}

impl Default for Session {
    fn default() -> Self {
        Session::new(Limits::default())
    }
}

impl Session {
    /// A session without files.
    pub fn new(limits: Limits) -> Self {
        let analyses = Analyses::new(&limits);
        Session { reading: Reading::new(limits, analyses), order: None }
    }

    /// Adds a file, before the first bytes of any; answers its number. `size` is its length in bytes where that is known.
    pub fn add_file(&mut self, name: &str, size: Option<u64>) -> usize {
        self.reading.add_file(name, size)
    }

    /// The file of which bytes, or the end, must come next; `None` when all have ended.
    pub fn wants(&self) -> Option<usize> {
        self.reading.wants()
    }

    /// Takes the next bytes of a file.
    ///
    /// # Errors
    /// [`CaptureError`] when the file is no capture; the other files go on, and more bytes of this one are ignored.
    pub fn push(&mut self, source: usize, bytes: &[u8]) -> Result<(), CaptureError> {
        self.reading.push(source, bytes)
    }

    /// The reading, for who fills its room or goes on with it in another way.
    pub fn reading(&mut self) -> &mut Reading<Analyses> {
        &mut self.reading
    }

    /// Says that a file has no more bytes.
    ///
    /// # Errors
    /// As [`push`](Self::push): a file may be too short to be a capture.
    pub fn end(&mut self, source: usize) -> Result<(), CaptureError> {
        self.reading.end(source)
    }

    /// Ends every flow: once all files have ended, or where reading is given up, which leaves the rest of the files unread. Later calls
    /// change nothing.
    pub fn finish(&mut self) {
        self.reading.finish();
    }

    /// Sets the share of a torrent's pieces, in percent from 50 to 100, at which a peer's download is confirmed. Changes what is reported from
    /// now on, whenever it is said.
    pub fn confirm_at(&mut self, threshold: u8) {
        self.reading.observer_mut().confirm_at(threshold);
        self.order = None;
    }

    /// How far reading is.
    pub fn progress(&self) -> Progress {
        self.reading.progress()
    }

    /// The report as of now, without its long tables.
    pub fn digest(&self) -> Digest {
        self.reading.observer().digest(self.reading.capture(), self.reading.streams())
    }

    /// The whole report as of now.
    pub fn report(&self) -> Report {
        self.reading.observer().report(self.reading.capture(), self.reading.streams())
    }

    /// A window of a table as of now.
    pub fn rows(&mut self, query: &RowQuery) -> RowWindow {
        table::window(self.reading.observer(), self.reading.streams(), query, self.reading.version(), &mut self.order)
    }

    /// Who sent which part of a torrent, as of now.
    pub fn piece_map(&self, torrent: Option<InfoHash>) -> PieceMap {
        self.reading.observer().download().piece_map(torrent)
    }

    /// A torrent's swarm over time, as of now; `None` when there is no such torrent.
    pub fn torrent_study(&self, torrent: InfoHash) -> Option<TorrentStudy> {
        self.reading.observer().torrent_study(torrent)
    }

    /// A view as text, laid out as the original tool laid it out; the report as a summary.
    pub fn text(&self, view: View) -> String {
        let report = self.report();
        match view {
            View::Init => text::init(&report.init),
            View::Peers => text::peers(&report.peers),
            View::Download => text::download(&report.download),
            View::Swarm => text::swarm(&report.swarm),
            View::Trackers => text::trackers(&report.trackers),
            View::Encrypted => text::encrypted(&report.encrypted_flows),
            View::Hosts => text::hosts(&report.hosts),
            View::Dht => text::dht(&report.dht),
            View::Connections => text::connections(&report.connections),
            View::Report => text::summary(&report),
        }
    }

    /// A view as JSON: the report's section of that name, or all of it.
    ///
    /// # Errors
    /// When a number has no place in JSON; none has.
    pub fn json(&self, view: View) -> serde_json::Result<String> {
        let report = self.report();
        match view {
            View::Init => serde_json::to_string_pretty(&report.init),
            View::Peers => serde_json::to_string_pretty(&report.peers),
            View::Download => serde_json::to_string_pretty(&report.download),
            View::Swarm => serde_json::to_string_pretty(&report.swarm),
            View::Trackers => serde_json::to_string_pretty(&report.trackers),
            View::Encrypted => serde_json::to_string_pretty(&report.encrypted_flows),
            View::Hosts => serde_json::to_string_pretty(&report.hosts),
            View::Dht => serde_json::to_string_pretty(&report.dht),
            View::Connections => serde_json::to_string_pretty(&report.connections),
            View::Report => serde_json::to_string_pretty(&report),
        }
    }

    /// A view as CSV: one table; for downloads the pieces of all torrents; for the report its findings.
    pub fn csv(&self, view: View) -> String {
        let rows = |table| csv(table, &table::all(self.reading.observer(), self.reading.streams(), table, None));
        match view {
            View::Init => rows(Table::Bootstrap),
            View::Peers => rows(Table::Nodes),
            View::Download => contributions(&self.report().download),
            View::Swarm => rows(Table::Peers),
            View::Trackers => rows(Table::Announces),
            View::Encrypted => rows(Table::EncryptedFlows),
            View::Hosts => rows(Table::Hosts),
            View::Dht => rows(Table::Lookups),
            View::Connections => rows(Table::Connections),
            View::Report => rows(Table::Findings),
        }
    }
}
