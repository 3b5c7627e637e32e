//! Floor 7: one analysis of one capture, from bytes to the report.
//!
//! In: the bytes of one or several files, in any chunking. Out: at any moment how far reading is, the report so far, and windows
//! of its tables. No I/O and no clock: whoever drives the session reads the files.
//!
//! [`Reading`] takes the bytes to whoever observes their events; a [`Session`] is what the page and the command line ask of the observer that
//! makes the report.

mod clock;
mod duplicates;
mod evidence;
mod frame;
mod given;
mod going_on;
mod listing;
mod merging;
mod reading;
mod reports;
mod slice;
mod verifying;

pub use evidence::{EvidenceFormat, EvidenceQuery, EvidenceSubject};
pub use frame::FrameReading;
pub use given::{LinesTaken, RefusedLine};
pub use listing::EventListing;
pub use reading::{FurtherReading, Progress, Reading};
pub use reports::Reports;
pub use slice::Slice;
pub use verifying::Verification;

use std::borrow::Cow;
use std::net::IpAddr;

use crate::base::pseudonyms::Pseudonyms;
use crate::base::{InfoHash, Limits};
use crate::capture::CaptureError;
use crate::protocol::Streams;
use crate::protocol::given::Refused;
use crate::report::anonymous::Anonymous;
use crate::report::capture::Capture;
use crate::report::csv::{contributions, csv};
use crate::report::download::PieceMap;
use crate::report::geography::{self, Geography};
use crate::report::places::{DatabaseInfo, Place, PlacesError};
use crate::report::proof::Verified;
use crate::report::requests::Exchange;
use crate::report::swarm::TorrentStudy;
use crate::report::table::{self, Order, RowFormat, RowQuery, RowWindow, Table};
use crate::report::traffic::TorrentTraffic;
use crate::report::watch::{WatchList, Watched};
use crate::report::{Analyses, Digest, Report, Sections, peer_sources, text, torrents};

/// One analysis. As [`Anonymous`] it reports under pseudonyms.
pub struct Session<O = Analyses> {
    reading: Reading<O>,
    order: Option<Order>,
}

/// Which part of the report is to be written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Who here runs BitTorrent, and what it costs.
    Overview,
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
    /// Where the peers are.
    Geography,
    /// Where peers come from.
    Sources,
    /// Torrents that are known by any means.
    Torrents,
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
}

impl Session<Anonymous<Analyses>> {
    /// A session without files that reports under `pseudonyms`. Questions about hosts are asked by their own addresses.
    pub fn anonymous(limits: Limits, pseudonyms: Pseudonyms) -> Self {
        let observer = reports::anonymous(&limits, pseudonyms);
        Session { reading: Reading::new(limits, observer), order: None }
    }
}

/// What speaks of hosts by their own names, and not by pseudonyms.
impl Session {
    /// Takes a database of addresses (MaxMind DB), at any time: of countries, cities or networks. One of the same name is replaced.
    ///
    /// # Errors
    /// [`PlacesError`] when the bytes are none, or cannot be read.
    pub fn add_places(&mut self, name: &str, bytes: Cow<'static, [u8]>) -> Result<(), PlacesError> {
        self.order = None;
        self.analyses_mut().places_mut().add(name, bytes)
    }

    /// Takes the list of public suffixes, by which names are reduced to what somebody registered.
    ///
    /// # Errors
    /// [`PlacesError::NotAList`] when it is none.
    pub fn set_suffixes(&mut self, bytes: &[u8]) -> Result<(), PlacesError> {
        self.order = None;
        self.analyses_mut().places_mut().set_suffixes(bytes)
    }

    /// Takes a list of what somebody watches for, an entry a line, in place of the one before: info hashes, addresses, networks, names. Changes what
    /// is reported from now on. The lines that are no entry are told.
    pub fn watch(&mut self, text: &str) -> LinesTaken {
        let list = WatchList::parse(text, &self.reading.limits);
        let outcome = LinesTaken::of(list.entries().len(), list.refused());
        self.analyses_mut().watch(list);
        outcome
    }

    /// What of the list is in the capture, as of now.
    pub fn watched(&self) -> Vec<Watched> {
        self.analyses().watched(self.reading.streams())
    }

    /// Takes what a verification of the same captures proved, once they are read; answers its rows with what else is known.
    pub fn prove(&mut self, verified: Verified) -> &Verified {
        self.order = None;
        self.analyses_mut().prove(verified)
    }
}

impl<O: Reports> Session<O> {
    /// Adds a file, before the first bytes of any; answers its number. `size` is its length in bytes where that is known.
    pub fn add_file(&mut self, name: &str, size: Option<u64>) -> usize {
        self.reading.add_file(name, size)
    }

    /// Takes a `.torrent` file that is called `name`, before the first bytes of any capture.
    ///
    /// # Errors
    /// [`Refused`] where it is none, or there is no room for it.
    pub fn add_torrent(&mut self, name: &str, bytes: &[u8]) -> Result<(), Refused> {
        self.reading.add_torrent(name, bytes)
    }

    /// Takes magnet links, one a line, before the first bytes of any capture; lines that are none are told. `name` is what the text is called.
    ///
    /// # Errors
    /// [`Refused`] where the text is longer than is read.
    pub fn add_magnets(&mut self, name: &str, text: &str) -> Result<LinesTaken, Refused> {
        self.reading.add_magnets(name, text)
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
    pub fn reading(&mut self) -> &mut Reading<O> {
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
        self.analyses_mut().confirm_at(threshold);
        self.order = None;
    }

    /// What the databases of addresses say of one.
    pub fn place(&self, address: IpAddr) -> Place {
        self.analyses().places().place(address)
    }

    /// What the databases of addresses say of themselves.
    pub fn databases(&self) -> Vec<DatabaseInfo> {
        self.analyses().places().databases()
    }

    /// Where the peers are, as of now, without its long tables; `None` where no database of addresses was given.
    pub fn geography(&self) -> Option<Geography> {
        self.analyses().geography_in_short()
    }

    /// Says whether a host is on the network where the capture was made, whatever its address and its packets say; `None` takes that back. Changes
    /// what is reported from now on; said before reading, a host with a public address is listed whatever it does.
    pub fn set_local(&mut self, address: IpAddr, local: Option<bool>) {
        let observer = self.reading.observer_mut();
        let address = observer.address(address);
        observer.analyses_mut().set_local(address, local);
        self.order = None;
    }

    /// How much of a torrent was moved, and when, as of now.
    pub fn torrent_traffic(&self, info_hash: InfoHash) -> TorrentTraffic {
        self.analyses().torrent_traffic(info_hash)
    }

    fn analyses(&self) -> &Analyses {
        self.reading.observer().analyses()
    }

    fn analyses_mut(&mut self) -> &mut Analyses {
        self.reading.observer_mut().analyses_mut()
    }

    /// The streams, as far as they may be reported.
    fn streams(&self) -> &Streams {
        self.reading.observer().streams(self.reading.streams())
    }

    /// How far reading is.
    pub fn progress(&self) -> Progress {
        self.reading.progress()
    }

    /// What is known of the files.
    pub fn capture(&self) -> Capture {
        self.reading.capture()
    }

    /// The report as of now, without its long tables.
    pub fn digest(&self) -> Digest {
        self.analyses().digest(self.reading.capture(), self.streams())
    }

    /// The whole report as of now.
    pub fn report(&self) -> Report {
        self.sections().report()
    }

    /// The sections of the report as of now, one by one; together they are the report as JSON.
    pub fn sections(&self) -> Sections<'_> {
        self.analyses().sections(self.reading.capture(), self.streams())
    }

    /// A window of a table as of now.
    pub fn rows(&mut self, query: &RowQuery) -> RowWindow {
        let observer = self.reading.observer();
        table::window(observer.analyses(), observer.streams(self.reading.streams()), query, self.reading.version(), &mut self.order)
    }

    /// A window of a table as of now, written out as filtered and sorted, and how many rows pass the filter. Windows that follow one another are
    /// the whole when they are put together.
    pub fn rows_written(&mut self, query: &RowQuery, format: RowFormat) -> (String, usize) {
        let window = self.rows(query);
        (format.write(query.table, &window, query.from), window.matched)
    }

    /// How the ends of one connection asked for blocks and were served, as of now; `None` where nothing is known of it.
    pub fn exchange(&self, flow: u64) -> Option<Exchange> {
        self.analyses().exchange(flow, self.streams())
    }

    /// Who sent which part of a torrent, as of now; `by_peer`: endpoints that are known to be one peer's are one contributor.
    pub fn piece_map(&self, torrent: Option<InfoHash>, by_peer: bool) -> PieceMap {
        self.analyses().piece_map(torrent, by_peer)
    }

    /// A torrent's swarm over time, as of now; `None` when there is no such torrent.
    pub fn torrent_study(&self, torrent: InfoHash) -> Option<TorrentStudy> {
        self.analyses().torrent_study(torrent)
    }

    /// A view as text, laid out as the original tool laid it out; the report as a summary.
    pub fn text(&self, view: View) -> String {
        let report = self.sections();
        match view {
            View::Overview => text::overview(&self.digest()),
            View::Init => text::init(&report.init()),
            View::Peers => text::peers(&report.peers()),
            View::Download => text::download(&report.download()),
            View::Swarm => text::swarm(&report.swarm()),
            View::Trackers => text::trackers(&report.trackers()),
            View::Encrypted => text::encrypted(&report.encrypted_flows()),
            View::Hosts => text::hosts(&report.hosts()),
            View::Dht => text::dht(&report.dht()),
            View::Connections => text::connections(&report.connections()),
            View::Geography => geography::text(report.geography().as_ref()),
            View::Sources => peer_sources::text(&report.sources()),
            View::Torrents => torrents::text(&report.torrents()),
            View::Report => text::summary(&self.digest(), &report),
        }
    }

    /// A view as JSON: the report's section of that name, or all of it.
    ///
    /// # Errors
    /// When a number has no place in JSON; none has.
    pub fn json(&self, view: View) -> serde_json::Result<String> {
        let report = self.sections();
        match view {
            View::Overview => serde_json::to_string_pretty(&report.overview()),
            View::Init => serde_json::to_string_pretty(&report.init()),
            View::Peers => serde_json::to_string_pretty(&report.peers()),
            View::Download => serde_json::to_string_pretty(&report.download()),
            View::Swarm => serde_json::to_string_pretty(&report.swarm()),
            View::Trackers => serde_json::to_string_pretty(&report.trackers()),
            View::Encrypted => serde_json::to_string_pretty(&report.encrypted_flows()),
            View::Hosts => serde_json::to_string_pretty(&report.hosts()),
            View::Dht => serde_json::to_string_pretty(&report.dht()),
            View::Connections => serde_json::to_string_pretty(&report.connections()),
            View::Geography => serde_json::to_string_pretty(&report.geography()),
            View::Sources => serde_json::to_string_pretty(&report.sources()),
            View::Torrents => serde_json::to_string_pretty(&report.torrents()),
            View::Report => serde_json::to_string_pretty(&report),
        }
    }

    /// A view as CSV: one table; for downloads the pieces of all torrents; for the geography its sums; for the report its findings.
    pub fn csv(&self, view: View) -> String {
        let rows = |table| csv(table, &table::all(self.analyses(), self.streams(), table, None));
        match view {
            View::Overview => rows(Table::OverviewHosts),
            View::Init => rows(Table::Bootstrap),
            View::Peers => rows(Table::Nodes),
            View::Download => contributions(&self.sections().download()),
            View::Swarm => rows(Table::Peers),
            View::Trackers => rows(Table::Announces),
            View::Encrypted => rows(Table::EncryptedFlows),
            View::Hosts => rows(Table::Hosts),
            View::Dht => rows(Table::Lookups),
            View::Connections => rows(Table::Connections),
            View::Geography => geography::groups_as_csv(self.sections().geography().as_ref()),
            View::Sources => rows(Table::Sources),
            View::Torrents => rows(Table::KnownTorrents),
            View::Report => rows(Table::Findings),
        }
    }
}
