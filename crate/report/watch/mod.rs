//! Which of what somebody watches for is in the capture?
//!
//! In: a [`WatchList`], and the tables of the report. Out: of each entry the rows that meet it, with the first frame of each. Looked up when
//! somebody asks: nothing is kept while events come by.

mod list;

use std::net::{IpAddr, SocketAddr};

use serde::Serialize;

pub use list::{Entry, EntryKind, WatchList};

use super::Analyses;
use super::cell::Cell;
use super::table::{self, Row, Table};
use super::text::printable;
use crate::base::{Arrange, InfoHash, InfoHashV2};
use crate::protocol::Streams;

/// An entry of the list, and what meets it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Watched {
    /// What is watched for, as it was written.
    pub entry: String,
    /// What it is.
    pub kind: EntryKind,
    /// What the list notes of it.
    pub note: Option<String>,
    /// The line of the list, from 1.
    pub line: usize,
    /// Rows that meet it.
    pub met: usize,
    /// The first frame of all of them; `None` where none is known.
    pub first_frame: Option<u64>,
    /// The rows, by table; at most 200 are listed, fewer where all entries together are met by more rows than are listed.
    pub rows: Vec<WatchedRow>,
}

/// A row that meets an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct WatchedRow {
    /// Its table; `None` for a name that DNS or a client gave an address.
    pub table: Option<Table>,
    /// The value that meets the entry: an info hash, an address or endpoint, a name.
    pub value: String,
    /// The torrent of the row.
    pub torrent: Option<InfoHash>,
    /// The row's first frame.
    pub frame: Option<u64>,
}

/// Rows that are listed of one entry.
const ROWS: usize = 200;

/// Rows that are listed of all entries: 150 bytes each. Whoever made the capture may have every entry met over and over.
const ALL_ROWS: usize = 1 << 16;

/// Where to look in a table.
struct Place {
    table: Table,
    addresses: &'static [&'static str],
    hashes: &'static [&'static str],
    names: &'static [&'static str],
    /// The column with a row's first frame.
    frame: &'static str,
}

const fn place(
    table: Table,
    addresses: &'static [&'static str],
    hashes: &'static [&'static str],
    names: &'static [&'static str],
    frame: &'static str,
) -> Place {
    Place { table, addresses, hashes, names, frame }
}

/// The tables, and their columns with addresses, with info hashes and with names.
const PLACES: [Place; 9] = [
    place(Table::Hosts, &["address"], &["torrents"], &[], "first_frame"),
    place(Table::Peers, &["endpoint"], &["info_hash"], &[], "first_frame"),
    place(Table::Nodes, &["address"], &[], &[], "first_frame"),
    place(Table::Bootstrap, &["address"], &[], &["name"], "dns_frame"),
    place(Table::Announces, &["endpoint"], &["info_hash"], &["url"], "frame"),
    place(Table::Lookups, &["asker"], &["target"], &[], "first_frame"),
    place(Table::Connections, &["originator", "responder"], &["info_hash"], &[], "first_frame"),
    place(Table::EncryptedFlows, &["originator", "responder"], &["info_hash"], &[], "first_frame"),
    place(Table::SourceAddresses, &["endpoint"], &["info_hash"], &[], "frame"),
];

/// What of the list is met, by entry.
struct Found<'a> {
    list: &'a WatchList,
    watched: Vec<Watched>,
    listed: usize,
}

impl Analyses {
    /// Takes a list of what somebody watches for, in place of the one before.
    pub fn watch(&mut self, list: WatchList) {
        self.watch = list;
    }

    /// What of the list is in the capture, as of now.
    pub fn watched(&self, streams: &Streams) -> Vec<Watched> {
        let list = &self.watch;
        let watched = list.entries().iter().map(Watched::of).collect();
        let mut found = Found { list, watched, listed: 0 };
        if list.entries().is_empty() {
            return found.watched;
        }
        found.torrents(self);
        self.names.all().into_iter().for_each(|name| found.name(None, name, None, None));
        for place in &PLACES {
            for row in table::all(self, streams, place.table, None) {
                found.row(place, &row);
            }
        }
        found.watched
    }
}

impl Watched {
    fn of(entry: &Entry) -> Self {
        let Entry { line, text, note, kind } = entry.clone();
        Watched { entry: text, kind, note, line, met: 0, first_frame: None, rows: Vec::new() }
    }
}

impl Found<'_> {
    /// Torrents that anything in the capture is about; what is only given is no news.
    fn torrents(&mut self, analyses: &Analyses) {
        let download = analyses.download();
        for torrent in analyses.known_torrents(&download, None).all().into_iter().filter(|torrent| torrent.in_capture) {
            let frame = torrent.facts.iter().filter_map(|fact| fact.frame).min();
            let own = Some(torrent.info_hash);
            let long = torrent.info_hash_v2.map(InfoHashV2::truncated);
            let mut hashes: Vec<InfoHash> = own.into_iter().chain(torrent.info_hash_v1).chain(long).collect();
            hashes.arrange();
            hashes.dedup();
            hashes.into_iter().for_each(|hash| self.hash(Some(Table::KnownTorrents), hash, own, frame));
            let files = torrent.files.iter().map(|file| &file.path);
            for name in torrent.name.iter().chain(files).chain(&torrent.trackers).chain(&torrent.web_seeds) {
                self.name(Some(Table::KnownTorrents), name, own, frame);
            }
        }
    }

    fn row(&mut self, place: &Place, row: &Row) {
        let table = Some(place.table);
        let frame = match row.cell(place.frame) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "frames are numbers below 2^53")]
            Cell::Number(number) => Some(number as u64),
            _ => None,
        };
        let texts = |columns: &[&str]| -> Vec<String> {
            let text = |column: &&str| if let Cell::Text(text) = row.cell(column) { Some(text.into_owned()) } else { None };
            columns.iter().filter_map(text).collect()
        };
        let hashes: Vec<InfoHash> = texts(place.hashes).iter().flat_map(|text| text.split(' ')).filter_map(InfoHash::named).collect();
        let torrent = hashes.first().copied();
        hashes.into_iter().for_each(|hash| self.hash(table, hash, torrent, frame));
        for text in texts(place.addresses) {
            if let Some(address) = address(&text) {
                let entries: Vec<usize> = self.list.of_address(address).collect();
                self.met(&entries, table, &text, torrent, frame);
            }
        }
        texts(place.names).iter().for_each(|name| self.name(table, name, torrent, frame));
    }

    fn hash(&mut self, table: Option<Table>, hash: InfoHash, torrent: Option<InfoHash>, frame: Option<u64>) {
        let entries: Vec<usize> = self.list.of_hash(hash).collect();
        self.met(&entries, table, &hash, torrent, frame);
    }

    fn name(&mut self, table: Option<Table>, name: &str, torrent: Option<InfoHash>, frame: Option<u64>) {
        let entries: Vec<usize> = self.list.of_name(name).collect();
        self.met(&entries, table, &name, torrent, frame);
    }

    fn met(&mut self, entries: &[usize], table: Option<Table>, value: &impl ToString, torrent: Option<InfoHash>, frame: Option<u64>) {
        for entry in entries {
            let Some(watched) = self.watched.get_mut(*entry) else { continue };
            watched.met += 1;
            watched.first_frame = watched.first_frame.into_iter().chain(frame).min();
            if watched.rows.len() < ROWS && self.listed < ALL_ROWS {
                self.listed += 1;
                watched.rows.push(WatchedRow { table, value: value.to_string(), torrent, frame });
            }
        }
    }
}

/// The list as text: what is met, a line each with its first rows, and how many are not.
pub fn text(watched: &[Watched]) -> String {
    let mut out = String::new();
    let met = watched.iter().filter(|entry| entry.met > 0).count();
    out.push_str(&format!("Watch list: {met} of {} entries met\n", watched.len()));
    for entry in watched.iter().filter(|entry| entry.met > 0) {
        let note = entry.note.as_ref().map(|note| format!(" ({})", printable(note))).unwrap_or_default();
        let frame = entry.first_frame.map(|frame| format!(", first in frame {frame}")).unwrap_or_default();
        out.push_str(&format!("  {} {}{note}: {} row(s){frame}\n", entry.kind.name(), printable(&entry.entry), entry.met));
        for row in entry.rows.iter().take(ROWS_OF_TEXT) {
            let frame = row.frame.map(|frame| format!(", frame {frame}")).unwrap_or_default();
            let table = row.table.and_then(|table| serde_json::to_value(table).ok());
            let table = table.as_ref().and_then(|name| name.as_str()).unwrap_or("names");
            out.push_str(&format!("    {}: {}{frame}\n", table.replace('_', " "), printable(&row.value)));
        }
    }
    out
}

/// Rows of an entry that stand in the text.
const ROWS_OF_TEXT: usize = 5;

/// The address of a cell: alone, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|end| end.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_addresses_with_and_without_ports() {
        for (text, is) in
            [("10.0.0.1", true), ("10.0.0.1:6881", true), ("[2001:db8::1]:6881", true), ("2001:db8::1", true), ("tracker.example", false)]
        {
            assert_eq!(address(text).is_some(), is, "{text}");
        }
    }

    #[test]
    fn the_text_tells_what_is_met() {
        let rows = vec![WatchedRow { table: Some(Table::SourceAddresses), value: "10.0.0.1:6881".into(), torrent: None, frame: Some(7) }];
        let entry = |entry: &str, rows: Vec<WatchedRow>| Watched {
            entry: entry.into(),
            kind: EntryKind::Address,
            note: (!rows.is_empty()).then(|| "the\nlab".into()),
            line: 1,
            met: rows.len(),
            first_frame: rows.first().and_then(|row| row.frame),
            rows,
        };
        assert_eq!(
            text(&[entry("10.0.0.1", rows), entry("10.0.0.2", vec![])]),
            "Watch list: 1 of 2 entries met\n  address 10.0.0.1 (the\\nlab): 1 row(s), first in frame 7\n    source addresses: 10.0.0.1:6881, frame 7\n"
        );
    }
}
