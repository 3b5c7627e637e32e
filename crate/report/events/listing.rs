//! A list of events, kept as far as it may be, for windows of rows.
//!
//! In: events. Out: an [`EventWindow`] at any moment, its rows in the order of their frames. What is kept of an event is of fixed size; the texts
//! stand behind each other in one string.

use serde::Deserialize;

use super::ladder::{Ladder, LadderQuery, Steps};
use super::trails::Trails;
use super::{EventRow, EventWindow, Named, Rows, Scope};
use crate::base::{Arrange, Endpoint, Finding, InfoHash, Limits, Map, Time};
use crate::protocol::Event;
use crate::protocol::given::Given;
use crate::report::Observer;

/// Which rows are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct WindowQuery {
    /// Only rows that hold this text, whatever the case; empty for all.
    pub filter: String,
    /// The first row wanted.
    pub from: usize,
    /// How many rows are wanted.
    pub count: usize,
}

/// Keeps the events of a scope.
#[derive(Debug)]
pub struct Listing {
    rows: Rows,
    kept: Vec<Kept>,
    texts: String,
    /// What the events are called: a few dozen.
    names: Vec<Named>,
    torrents: Vec<InfoHash>,
    by_torrent: Map<InfoHash, u32>,
    /// The places of the kept events in the order of their frames, as far as it was asked for.
    order: Vec<u32>,
    /// What passes the filter that was asked for last.
    filtered: Option<Filtered>,
    steps: Option<Steps>,
    /// What is said of pieces, where that is asked for in the place of a list.
    trails: Option<Trails>,
    limit: usize,
}

/// What is kept of an event.
#[derive(Clone, Copy, Debug)]
struct Kept {
    time: Option<Time>,
    frame: u64,
    source: Option<Endpoint>,
    destination: Option<Endpoint>,
    flow: Option<u64>,
    bytes: u64,
    torrent: Option<u32>,
    name: u32,
    /// Where its text ends; it begins where that of the one before it ends.
    text_end: u32,
}

/// The places in the order of what passes a filter, and the filter.
#[derive(Debug)]
struct Filtered {
    filter: String,
    places: Vec<u32>,
}

impl Listing {
    /// A list of the events of `scope`.
    pub fn new(scope: Scope, limits: &Limits) -> Self {
        Listing {
            steps: scope.flow().map(|flow| Steps::new(flow, limits)),
            rows: Rows::new(scope),
            kept: Vec::new(),
            texts: String::new(),
            names: Vec::new(),
            torrents: Vec::new(),
            by_torrent: Map::default(),
            order: Vec::new(),
            filtered: None,
            trails: None,
            limit: limits.listed_events,
        }
    }

    /// No list, but what is said of each piece.
    pub fn tracing(limits: &Limits) -> Self {
        Listing { trails: Some(Trails::new(limits)), ..Listing::new(Scope::everything(limits), limits) }
    }

    /// What was said of each piece, where that was asked for.
    pub fn into_trails(self) -> Option<Trails> {
        self.trails
    }

    /// A window of the list as of now.
    pub fn rows(&mut self, query: &WindowQuery) -> EventWindow {
        self.arrange(&query.filter.to_lowercase());
        let places = |from: usize| (from..self.kept.len()).take(query.count);
        let (filtered, rows) = match &self.filtered {
            Some(Filtered { places, .. }) => {
                let window = places.iter().skip(query.from).take(query.count);
                (places.len(), window.filter_map(|place| self.row(*place as usize)).collect())
            }
            None => (self.kept.len(), places(query.from).filter_map(|place| self.row(place)).collect()),
        };
        EventWindow { matched: self.rows.matched, kept: self.kept.len(), filtered, rows }
    }

    /// The requests and blocks of the stream that was asked for, as of now; `None` where none was.
    pub fn ladder(&mut self, query: &LadderQuery) -> Option<Ladder> {
        self.steps.as_mut().map(|steps| steps.ladder(query))
    }

    /// Every row that is kept and holds this text, whatever the case, in the order of their frames; all for an empty one.
    pub fn all(&mut self, filter: &str) -> impl Iterator<Item = EventRow> {
        self.arrange(&filter.to_lowercase());
        let listing = &*self;
        let passing = listing.filtered.as_ref().map(|filtered| &*filtered.places);
        let place = move |at: usize| passing.map_or(Some(at), |places| places.get(at).map(|place| *place as usize));
        (0..passing.map_or(listing.kept.len(), <[u32]>::len)).filter_map(move |at| listing.row(place(at)?))
    }

    /// Brings the order up to date with the events, and what passes the filter with both.
    fn arrange(&mut self, filter: &str) {
        if self.order.len() < self.kept.len() {
            self.order = (0..).take(self.kept.len()).collect();
            self.order.arrange_by_key(|index| self.kept.get(*index as usize).map(|kept| kept.frame));
            self.filtered = None;
        }
        if filter.is_empty() {
            self.filtered = None;
        } else if self.filtered.as_ref().is_none_or(|filtered| filtered.filter != filter) {
            let passes = |place: &u32| self.row(*place as usize).is_some_and(|row| row.holds(filter));
            let places = (0..).take(self.kept.len()).filter(passes).collect();
            self.filtered = Some(Filtered { filter: filter.to_owned(), places });
        }
    }

    /// The row at a place in the order.
    fn row(&self, place: usize) -> Option<EventRow> {
        let index = *self.order.get(place)? as usize;
        let kept = self.kept.get(index)?;
        let begin = index.checked_sub(1).and_then(|before| self.kept.get(before)).map_or(0, |before| before.text_end as usize);
        let Named { protocol, name, extension } = *self.names.get(kept.name as usize)?;
        Some(EventRow {
            number: place as u64 + 1,
            frame: kept.frame,
            time: kept.time,
            source: kept.source,
            destination: kept.destination,
            flow: kept.flow,
            torrent: kept.torrent.and_then(|torrent| self.torrents.get(torrent as usize).copied()),
            protocol,
            name,
            extension,
            bytes: kept.bytes,
            text: self.texts.get(begin..kept.text_end as usize).unwrap_or_default().to_owned(),
        })
    }

    fn keep(&mut self, row: EventRow) {
        let text_end = u32::try_from(self.texts.len() + row.text.len());
        let Some(text_end) = text_end.ok().filter(|_| self.kept.len() < self.limit) else { return };
        self.texts.push_str(&row.text);
        let named = Named { protocol: row.protocol, name: row.name, extension: row.extension };
        let name = self.names.iter().position(|known| *known == named).unwrap_or_else(|| {
            self.names.push(named);
            self.names.len() - 1
        });
        let torrent = row.torrent.map(|torrent| self.torrent(torrent));
        let EventRow { frame, time, source, destination, flow, bytes, .. } = row;
        let name = u32::try_from(name).unwrap_or(u32::MAX);
        self.kept.push(Kept { time, frame, source, destination, flow, bytes, torrent, name, text_end });
    }

    fn torrent(&mut self, torrent: InfoHash) -> u32 {
        *self.by_torrent.entry(torrent).or_insert_with(|| {
            self.torrents.push(torrent);
            u32::try_from(self.torrents.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

impl Observer for Listing {
    fn observe_frame(&mut self, frame: u64, time: Time, _bytes: u32) {
        self.rows.last = Some((frame, time));
    }

    fn observe(&mut self, event: &Event<'_>) {
        if let Some(trails) = &mut self.trails {
            return trails.observe(event);
        }
        if let Some(steps) = &mut self.steps {
            steps.observe(event);
        }
        if self.kept.len() == self.limit && self.rows.scope.text.is_empty() {
            // Only counted: its row would be made for nothing.
            self.rows.matched += u64::from(self.rows.scope.takes(event).is_some());
        } else if let Some(row) = self.rows.of_event(event) {
            self.keep(row);
        }
    }

    fn know(&mut self, given: &Given<'_>) {
        self.rows.scope.know(given);
    }

    fn found(&mut self, finding: Finding) {
        if let Some(row) = self.rows.of_finding(finding) {
            self.keep(row);
        }
    }
}
