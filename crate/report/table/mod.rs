//! The report's long lists as tables: windows of rows, sorted and filtered.
//!
//! In: a [`RowQuery`]. Out: a [`RowWindow`]. Every table has named columns and a [`Cell`] for each, which sorting, filtering and CSV
//! share. The order of a table is computed once and kept until the question or the report changes, so that scrolling costs a window only.

mod rows;
mod written;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use super::cell::Cell;

use super::Analyses;
use super::cell::{list, number, text};
use super::connections::{self, Connection};
use super::dht::{self, LookupRow};
use super::download::{Contributor, DownloadAnalysis, TorrentRow};
use super::encrypted::{Claim, EncryptedFlow};
use super::findings::FindingRow;
use super::geography::{self, Group, PlacedAddress};
use super::hosts::{self, Host};
use super::overview;
use super::peer_sources::{self, Join, SecondaryStatistic, SourceAddress, SourceRequest, SourceRow};
use super::peers::Node;
use super::swarm::{self, PeerRow};
use super::torrent_list::{self, ListedTorrent};
use super::torrents::{self, KnownTorrent};
use crate::base::InfoHash;
use crate::protocol::Streams;
use rows::{ANNOUNCE_COLUMNS, node_cell, torrent_cell};
pub use rows::{AnnounceRow, BootstrapRow, PieceRow};
pub use written::RowFormat;

/// The tables there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum), value(rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// One row a bootstrap name and address.
    Bootstrap,
    /// One row a DHT node that answered.
    Nodes,
    /// One row a torrent.
    Torrents,
    /// One row a torrent, with what the study finds of it.
    TorrentList,
    /// One row a piece of a torrent.
    Pieces,
    /// One row an endpoint that sent blocks of a torrent.
    Contributors,
    /// One row a peer of a torrent that was met.
    Peers,
    /// One row an announce to a tracker.
    Announces,
    /// One row a DHT lookup.
    Lookups,
    /// One row a connection of two peers.
    Connections,
    /// One row a connection that is taken for encrypted BitTorrent.
    EncryptedFlows,
    /// One row a host.
    Hosts,
    /// One row a source of peers: over all torrents, and for each.
    Sources,
    /// One row a request for peers.
    SourceRequests,
    /// One row an address that was named for a torrent.
    SourceAddresses,
    /// One row a figure.
    SecondaryStatistics,
    /// One row a host that the overview counts among those that run BitTorrent.
    OverviewHosts,
    /// One row a kind of finding.
    Findings,
    /// One row a country of peers.
    Countries,
    /// One row a network of peers.
    Networks,
    /// One row a client of peers.
    Clients,
    /// One row a public address of peers.
    Places,
    /// One row a torrent that is known by any means.
    KnownTorrents,
}

/// Which rows of which table are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct RowQuery {
    /// The table.
    pub table: Table,
    /// For pieces and contributors: the torrent's info hash in hex, or `None` for connections without a handshake. For peers: the same,
    /// or `None` for those of all torrents. Of torrents that are known: the one, with its files, or `None` for all, without.
    #[serde(default)]
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional = nullable))]
    pub torrent: Option<String>,
    /// The column to sort by; an unknown one, such as an empty text, leaves the table's own order.
    pub sort: String,
    /// Whether the largest comes first. Absent values come last either way.
    pub descending: bool,
    /// Only rows of which a cell holds this text, whatever the case; empty for all.
    pub filter: String,
    /// The first row wanted.
    pub from: usize,
    /// How many rows are wanted.
    pub count: usize,
}

/// The rows that were wanted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct RowWindow {
    /// Rows of the table.
    pub total: usize,
    /// Rows that pass the filter.
    pub matched: usize,
    /// The window.
    pub rows: Vec<Row>,
}

/// A row of any table.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Row {
    /// Of [`Table::Bootstrap`].
    Bootstrap(BootstrapRow),
    /// Of [`Table::Nodes`].
    Node(Node),
    /// Of [`Table::Torrents`].
    Torrent(TorrentRow),
    /// Of [`Table::TorrentList`].
    ListedTorrent(Box<ListedTorrent>),
    /// Of [`Table::Pieces`].
    Piece(PieceRow),
    /// Of [`Table::Contributors`].
    Contributor(Contributor),
    /// Of [`Table::Peers`].
    Peer(Box<PeerRow>),
    /// Of [`Table::Announces`].
    Announce(Box<AnnounceRow>),
    /// Of [`Table::Lookups`].
    Lookup(Box<LookupRow>),
    /// Of [`Table::Connections`].
    Connection(Box<Connection>),
    /// Of [`Table::EncryptedFlows`].
    EncryptedFlow(EncryptedFlow),
    /// Of [`Table::Hosts`] and [`Table::OverviewHosts`].
    Host(Host),
    /// Of [`Table::Sources`].
    Source(Box<SourceRow>),
    /// Of [`Table::SourceRequests`].
    SourceRequest(Box<SourceRequest>),
    /// Of [`Table::SourceAddresses`].
    SourceAddress(Box<SourceAddress>),
    /// Of [`Table::SecondaryStatistics`].
    SecondaryStatistic(SecondaryStatistic),
    /// Of [`Table::Findings`].
    Finding(FindingRow),
    /// Of [`Table::Countries`], [`Table::Networks`] and [`Table::Clients`].
    Group(Box<Group>),
    /// Of [`Table::Places`].
    Place(Box<PlacedAddress>),
    /// Of [`Table::KnownTorrents`].
    KnownTorrent(Box<KnownTorrent>),
}

/// The order of a table, kept from one question to the next.
#[derive(Debug)]
pub struct Order {
    query: RowQuery,
    version: u64,
    total: usize,
    keys: Vec<u32>,
}

impl Table {
    /// The table's columns, in the order of its CSV.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Table::Bootstrap => &[
                "name",
                "address",
                "port",
                "dns_frame",
                "requests",
                "transaction_ids",
                "query",
                "request_frame",
                "nodes",
                "delay",
                "answer_frame",
            ],
            Table::Nodes => &["node_id", "address", "port", "client", "responses", "delay", "first_frame", "last_frame"],
            Table::Torrents => &[
                "info_hash",
                "name",
                "piece_count",
                "total_size",
                "pieces",
                "bytes",
                "contributors",
                "receivers",
                "connections",
                "first_frame",
            ],
            Table::TorrentList => torrent_list::COLUMNS,
            Table::Pieces => &[
                "index",
                "bytes",
                "verified",
                "contributors",
                "top_contributor",
                "receivers",
                "sent_by",
                "received_by",
                "first_frame",
                "last_frame",
            ],
            Table::Contributors => &["endpoint", "bytes", "pieces"],
            Table::Peers => swarm::COLUMNS,
            Table::Announces => ANNOUNCE_COLUMNS,
            Table::Lookups => dht::COLUMNS,
            Table::Connections => connections::COLUMNS,
            Table::EncryptedFlows => &[
                "originator",
                "responder",
                "transport",
                "stage",
                "confidence",
                "info_hash",
                "source",
                "delay",
                "sent",
                "received",
                "first_frame",
                "last_frame",
                "reasons",
            ],
            Table::OverviewHosts => overview::HOST_COLUMNS,
            Table::Hosts => hosts::COLUMNS,
            Table::Sources => peer_sources::SOURCE_COLUMNS,
            Table::SourceRequests => peer_sources::REQUEST_COLUMNS,
            Table::SourceAddresses => peer_sources::ADDRESS_COLUMNS,
            Table::SecondaryStatistics => peer_sources::STATISTIC_COLUMNS,
            Table::KnownTorrents => torrents::COLUMNS,
            Table::Findings => &["severity", "code", "text", "count", "frames"],
            Table::Countries | Table::Networks | Table::Clients => geography::GROUP_COLUMNS,
            Table::Places => geography::ADDRESS_COLUMNS,
        }
    }
}

impl Row {
    /// The value in `column`; absent where the table has no such column.
    pub fn cell(&self, column: &str) -> Cell<'_> {
        match self {
            Row::Bootstrap(row) => row.cell(column),
            Row::Node(row) => node_cell(row, column),
            Row::Torrent(row) => torrent_cell(row, column),
            Row::ListedTorrent(row) => row.cell(column),
            Row::Piece(row) => row.cell(column),
            Row::Contributor(row) => match column {
                "endpoint" => text(row.endpoint),
                "bytes" => number(row.bytes),
                "pieces" => number(row.pieces.into()),
                _ => Cell::Absent,
            },
            Row::Peer(row) => row.cell(column),
            Row::Announce(row) => row.cell(column),
            Row::Lookup(row) => row.cell(column),
            Row::Connection(row) => row.cell(column),
            Row::EncryptedFlow(row) => row.cell(column),
            Row::Host(row) => row.cell(column),
            Row::Group(row) => row.cell(column),
            Row::Place(row) => row.cell(column),
            Row::Source(row) => row.cell(column),
            Row::SourceRequest(row) => row.cell(column),
            Row::SourceAddress(row) => row.cell(column),
            Row::SecondaryStatistic(row) => row.cell(column),
            Row::KnownTorrent(row) => row.cell(column),
            Row::Finding(row) => match column {
                "severity" => Cell::Text(format!("{:?}", row.severity).to_lowercase().into()),
                "code" => Cell::Text(row.code.into()),
                "text" => Cell::Text(row.text.into()),
                "count" => number(row.count),
                "frames" => Cell::Text(list(row.frames.iter())),
                _ => Cell::Absent,
            },
        }
    }

    /// Rows of a lower group come first, in whatever order: of torrents, those that moved something.
    fn group(&self) -> u8 {
        if let Row::ListedTorrent(row) = self { row.group() } else { 0 }
    }

    fn holds(&self, table: Table, filter: &str) -> bool {
        table.columns().iter().any(|column| match self.cell(column) {
            Cell::Text(text) => text.to_lowercase().contains(filter),
            Cell::Number(number) => number.to_string().contains(filter),
            Cell::Absent => false,
        })
    }
}

/// Answers a question about a table. `version` must differ when the report has changed since `order` was kept.
pub fn window(analyses: &Analyses, streams: &Streams, query: &RowQuery, version: u64, order: &mut Option<Order>) -> RowWindow {
    let torrent = torrent_of(query.torrent.as_deref());
    let Some(torrent) = torrent else { return RowWindow { total: 0, matched: 0, rows: Vec::new() } };
    let lookup = Lookup::new(analyses, streams, query.table, torrent);
    let kept = order.take().filter(|order| order.version == version && same_order(&order.query, query));
    let kept = kept.unwrap_or_else(|| arrange(&lookup, query, version));
    let keys = kept.keys.iter().skip(query.from).take(query.count);
    let window = RowWindow { total: kept.total, matched: kept.keys.len(), rows: keys.filter_map(|key| lookup.row(*key)).collect() };
    *order = Some(kept);
    window
}

/// Every row of a table in its own order, for export.
pub fn all(analyses: &Analyses, streams: &Streams, table: Table, torrent: Option<InfoHash>) -> Vec<Row> {
    let lookup = Lookup::new(analyses, streams, table, torrent);
    lookup.keys().into_iter().filter_map(|key| lookup.row(key)).collect()
}

/// The torrent that a text names: `None` for a text that names none.
pub fn torrent_of(text: Option<&str>) -> Option<Option<InfoHash>> {
    let Some(text) = text else { return Some(None) };
    InfoHash::named(text).map(Some)
}

fn same_order(one: &RowQuery, other: &RowQuery) -> bool {
    let order = |query: &RowQuery| RowQuery { from: 0, count: 0, ..query.clone() };
    order(one) == order(other)
}

fn arrange(lookup: &Lookup<'_>, query: &RowQuery, version: u64) -> Order {
    let mut keys = lookup.keys();
    let total = keys.len();
    let filter = query.filter.to_lowercase();
    if !filter.is_empty() {
        keys.retain(|key| lookup.row(*key).is_some_and(|row| row.holds(query.table, &filter)));
    }
    if query.table.columns().contains(&query.sort.as_str()) {
        let cell = |key: u32| lookup.row(key).map_or((0, Cell::Absent), |row| (row.group(), row.cell(&query.sort).into_owned()));
        let mut cells: Vec<_> = keys.iter().map(|key| (cell(*key), *key)).collect();
        cells.sort_by(|((group, one), _), ((other_group, other), _)| {
            let absent = (*one == Cell::Absent).cmp(&(*other == Cell::Absent));
            let order = one.compare(other);
            group.cmp(other_group).then(absent).then(if query.descending { order.reverse() } else { order })
        });
        keys = cells.into_iter().map(|(_, key)| key).collect();
    }
    Order { query: query.clone(), version, total, keys }
}

/// The rows of a table of the geography; none where no database was given.
fn geography_rows(analyses: &Analyses, table: Table) -> Vec<Row> {
    let geography = analyses.geography(&analyses.claims()).unwrap_or_default();
    let groups = match table {
        Table::Countries => geography.countries,
        Table::Networks => geography.networks,
        Table::Clients => geography.clients,
        _ => return geography.addresses.into_iter().map(Box::new).map(Row::Place).collect(),
    };
    groups.into_iter().map(Box::new).map(Row::Group).collect()
}

/// The rows of one table, each by its key.
struct Lookup<'a> {
    analyses: &'a Analyses,
    download: Cow<'a, DownloadAnalysis>,
    table: Table,
    torrent: Option<InfoHash>,
    /// The rows of a short table; long ones make theirs one by one.
    rows: Vec<Row>,
    claims: Vec<Claim>,
    connections: Vec<Cow<'a, Connection>>,
    sources: Option<Join<'a>>,
    /// Which torrents are known.
    known: Vec<KnownTorrent>,
}

impl<'a> Lookup<'a> {
    fn new(analyses: &'a Analyses, streams: &Streams, table: Table, torrent: Option<InfoHash>) -> Self {
        let claims = if matches!(table, Table::EncryptedFlows | Table::Connections) { analyses.claims() } else { Vec::new() };
        let connections = if table == Table::Connections {
            analyses.connections.list(streams, &claims, &analyses.midstream_claims())
        } else {
            Vec::new()
        };
        let is_download = matches!(table, Table::Torrents | Table::Pieces | Table::Contributors);
        let download = if is_download { analyses.download() } else { Cow::Borrowed(&analyses.download) };
        let rows = match table {
            Table::Bootstrap => analyses.init.section().bootstrap.iter().map(BootstrapRow::of).map(Row::Bootstrap).collect(),
            Table::Torrents => download.torrents().map(Row::Torrent).collect(),
            Table::TorrentList => analyses.torrent_list().into_iter().map(Box::new).map(Row::ListedTorrent).collect(),
            Table::Contributors => download.contributors(torrent).into_iter().map(Row::Contributor).collect(),
            Table::Hosts => analyses.host_rows(&analyses.claims()).into_iter().map(Row::Host).collect(),
            Table::OverviewHosts => overview::hosts(analyses.host_rows(&analyses.claims())).map(Row::Host).collect(),
            Table::Findings => analyses.findings.rows().into_iter().map(Row::Finding).collect(),
            Table::Countries | Table::Networks | Table::Clients | Table::Places => geography_rows(analyses, table),
            Table::Sources | Table::SourceRequests | Table::SecondaryStatistics => source_rows(analyses, table, torrent),
            Table::Nodes
            | Table::Pieces
            | Table::Peers
            | Table::Announces
            | Table::Lookups
            | Table::Connections
            | Table::EncryptedFlows
            | Table::SourceAddresses
            | Table::KnownTorrents => Vec::new(),
        };
        let sources = (table == Table::SourceAddresses).then(|| analyses.peer_sources.join(analyses.known_of_sources()));
        let known = if table == Table::KnownTorrents { known_torrents(analyses, torrent) } else { Vec::new() };
        Lookup { analyses, download, table, torrent, rows, claims, connections, sources, known }
    }

    fn keys(&self) -> Vec<u32> {
        let count = |count: usize| (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        match self.table {
            Table::Nodes => count(self.analyses.peers.len()),
            Table::Peers => self.analyses.swarm.keys(self.torrent).collect(),
            Table::Announces => count(self.analyses.trackers.announce_count()),
            Table::Lookups => self.analyses.dht.lookup_keys().collect(),
            Table::Connections => count(self.connections.len()),
            Table::EncryptedFlows => count(self.claims.len()),
            Table::KnownTorrents => count(self.known.len()),
            Table::Pieces => self.download.piece_indexes(self.torrent).collect(),
            Table::SourceAddresses => self.sources.iter().flat_map(|sources| sources.keys(self.torrent)).collect(),
            _ => count(self.rows.len()),
        }
    }

    fn row(&self, key: u32) -> Option<Row> {
        match self.table {
            Table::Nodes => self.analyses.peers.node(key as usize).map(Row::Node),
            Table::Peers => self.analyses.peer_of_torrent(key).map(Box::new).map(Row::Peer),
            Table::Announces => self.analyses.trackers.announce(key as usize).map(AnnounceRow::of).map(Box::new).map(Row::Announce),
            Table::Lookups => self.analyses.dht.lookup(key).map(LookupRow::of).map(Box::new).map(Row::Lookup),
            Table::Connections => self.connections.get(key as usize).map(|row| Row::Connection(Box::new(Connection::clone(row)))),
            Table::EncryptedFlows => self.claims.get(key as usize).map(Claim::row).map(Row::EncryptedFlow),
            Table::KnownTorrents => self.known.get(key as usize).cloned().map(Box::new).map(Row::KnownTorrent),
            Table::Pieces => self.download.piece_at(self.torrent, key).as_ref().map(PieceRow::of).map(Row::Piece),
            Table::SourceAddresses => self.sources.as_ref()?.address(key as usize).map(Box::new).map(Row::SourceAddress),
            _ => self.rows.get(key as usize).cloned(),
        }
    }
}

/// The rows of a table of where peers come from, but of that of addresses.
fn source_rows(analyses: &Analyses, table: Table, torrent: Option<InfoHash>) -> Vec<Row> {
    let (sources, known) = (&analyses.peer_sources, analyses.known_of_sources());
    let of = |info_hash: Option<InfoHash>| torrent.is_none() || info_hash == torrent;
    match table {
        Table::Sources => {
            let rows = sources.join(known).rows().into_iter().filter(|row| of(row.info_hash));
            rows.map(Box::new).map(Row::Source).collect()
        }
        Table::SourceRequests => {
            let rows = sources.requests(known).into_iter().filter(|row| of(row.info_hash));
            rows.map(Box::new).map(Row::SourceRequest).collect()
        }
        _ => sources.digest(known).statistics.into_iter().map(Row::SecondaryStatistic).collect(),
    }
}

/// The torrents that are known, or the one of a name, with its files.
fn known_torrents(analyses: &Analyses, torrent: Option<InfoHash>) -> Vec<KnownTorrent> {
    let download = analyses.download();
    let section = analyses.known_torrents(&download, torrent);
    (0..section.rows.len()).filter_map(|place| section.at(place, torrent.is_some())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::trackers::Announce;
    use super::*;
    use crate::base::{Endpoint, NodeId, Time};

    #[test]
    fn a_torrent_is_named_by_forty_digits_or_not_at_all() {
        assert_eq!(torrent_of(None), Some(None));
        assert_eq!(torrent_of(Some(&"0A".repeat(20))), Some(Some(InfoHash([10; 20]))));
        for wrong in ["", "0a", &"zz".repeat(20), &"é".repeat(20)] {
            assert_eq!(torrent_of(Some(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn every_column_of_every_table_has_a_cell() {
        let finding = FindingRow {
            code: "file_cut",
            severity: crate::base::Severity::Problem,
            text: "cut",
            count: 1,
            frames: vec![1, 2],
            places: vec![],
        };
        let row = Row::Finding(finding);
        assert!(Table::Findings.columns().iter().all(|column| row.cell(column) != Cell::Absent));
        assert_eq!(row.cell("frames"), Cell::Text("1 2".into()));
        assert_eq!(row.cell("severity"), Cell::Text("problem".into()));
        let announce = Announce { frame: 7, sent: 1, error: Some("=full".into()), ..Announce::default() };
        let endpoint = Endpoint::new([10, 0, 0, 9], 6969);
        let row = Row::Announce(Box::new(AnnounceRow { url: None, endpoint, protocol: "udp", delay: None, announce }));
        let cells = Table::Announces.columns().iter().filter(|column| row.cell(column) != Cell::Absent);
        assert_eq!(cells.collect::<Vec<_>>(), [&"frame", &"protocol", &"endpoint", &"sent", &"error"]);
        let last_seen = Time::from_nanos(0);
        let lookup = dht::Lookup {
            asker: endpoint,
            query: "get_peers".into(),
            target: NodeId([1; 20]),
            targets: 1,
            queries: 3,
            answers: 2,
            peers: 0,
            approach: [3, 9].map(|shared_bits| dht::Step { node: endpoint, shared_bits, frame: 5, time: last_seen }).into(),
            first_frame: 4,
            first_time: Time::from_nanos(0),
            last_time: Time::from_nanos(2_500_000_000),
            reached: None,
        };
        let row = Row::Lookup(Box::new(LookupRow::of(&lookup)));
        assert!(Table::Lookups.columns().iter().all(|column| row.cell(column) != Cell::Absent));
        assert_eq!((row.cell("closest_bits"), row.cell("duration")), (Cell::Number(9.0), Cell::Number(2.5)));
        let row = Row::Finding(FindingRow {
            code: "file_cut",
            severity: crate::base::Severity::Problem,
            text: "",
            count: 1,
            frames: vec![],
            places: vec![],
        });
        assert!(row.holds(Table::Findings, "problem") && !row.holds(Table::Findings, "zzz"));
    }
}
