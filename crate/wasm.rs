//! Floor 8: the session for JavaScript. The only file that knows it.
//!
//! In: calls of the page's worker. Out: plain objects, as `www/engine/types.d.ts` declares them; that file is made from the Rust types
//! by a test. A capture that cannot be read throws `{ code, detail, message }`.
//!
//! What reads the same files once more has a file of its own in `wasm/`.

mod anonymous;
mod database;
mod evidence;
mod frame;
mod listing;
mod sink;
mod verification;

pub use listing::EventListing;
pub use verification::Verification;
mod slice;

use js_sys::{Object, Reflect, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::base::draw_secrets;
use crate::capture::CaptureError;
use crate::protocol::given::Refused;
use crate::report::places::PlacesError;
use crate::report::table::{RowFormat, RowQuery, torrent_of};
use crate::report::{Analyses, Observer};
use crate::session::{self, Reading, Reports, View};
use sink::sink;

/// Runs once when the module is loaded: draws what keys are hashed with, and lets a panic, which no bytes should cause, say in the
/// console what it was.
#[wasm_bindgen(start)]
pub fn start() {
    draw_secrets(js_sys::Math::random().to_bits() ^ js_sys::Math::random().to_bits().rotate_left(32));
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
}

/// One analysis of one capture.
#[wasm_bindgen]
#[derive(Default)]
pub struct Session {
    session: session::Session,
}

impl Session {
    fn reading(&mut self) -> &mut Reading<Analyses> {
        self.session.reading()
    }
}

sink!(Session);

#[wasm_bindgen]
impl Session {
    /// A session without files.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Session {
        Session::default()
    }

    /// Sets the share of a torrent's pieces, in percent from 50 to 100, at which a peer's download is confirmed.
    pub fn confirm_at(&mut self, threshold: u8) {
        self.session.confirm_at(threshold);
    }

    /// Takes a database of addresses.
    ///
    /// # Errors
    /// `{ code, detail, message }` when it is none, or cannot be read.
    pub fn add_places(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), JsValue> {
        self.session.add_places(name, bytes.into()).map_err(no_places)
    }

    /// Takes the list of public suffixes.
    ///
    /// # Errors
    /// `{ code, detail, message }` when it is none.
    pub fn set_suffixes(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.session.set_suffixes(bytes).map_err(no_places)
    }

    /// What the databases of addresses say of themselves: a `DatabaseInfo[]`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn databases(&self) -> Result<JsValue, JsValue> {
        plain(&self.session.databases())
    }

    /// Where the peers are, without its long tables: a `Geography`, or `null` without a database.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn geography(&self) -> Result<JsValue, JsValue> {
        plain(&self.session.geography())
    }

    /// Says whether a host is on the network where the capture was made; `undefined` takes that back. Text that is no address changes nothing.
    pub fn set_local(&mut self, address: &str, local: Option<bool>) {
        if let Ok(address) = address.parse() {
            self.session.set_local(address, local);
        }
    }

    /// Takes a list of what somebody watches for, an entry a line, in place of the one before: a `LinesTaken`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn watch(&mut self, text: &str) -> Result<JsValue, JsValue> {
        plain(&self.session.watch(text))
    }

    /// What of the list is in the capture: a `Watched[]`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn watched(&self) -> Result<JsValue, JsValue> {
        plain(&self.session.watched())
    }

    /// How much of a torrent was moved, and when: a `TorrentTraffic`, or `null` where that is no info hash.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn torrent_traffic(&self, info_hash: &str) -> Result<JsValue, JsValue> {
        plain(&torrent_of(Some(info_hash)).flatten().map(|info_hash| self.session.torrent_traffic(info_hash)))
    }

    /// The report without its long tables: a `Digest`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn digest(&self) -> Result<JsValue, JsValue> {
        plain(&self.session.digest())
    }

    /// Takes what a verification of the same files proved, a `Verified`; answers it with what else is known.
    ///
    /// # Errors
    /// When it is not of that form.
    pub fn prove(&mut self, verified: JsValue) -> Result<JsValue, JsValue> {
        plain(self.session.prove(serde_wasm_bindgen::from_value(verified)?))
    }

    /// A window of a table: takes a `RowQuery`, answers a `RowWindow`.
    ///
    /// # Errors
    /// When the question is not of that form.
    pub fn rows(&mut self, query: JsValue) -> Result<JsValue, JsValue> {
        let query: RowQuery = serde_wasm_bindgen::from_value(query)?;
        plain(&self.session.rows(&query))
    }

    /// A window of a table written out as a `RowFormat` says: takes a `RowQuery`. Windows that follow one another, until one is empty, are the whole.
    ///
    /// # Errors
    /// When the question or the format is not of that form.
    pub fn rows_written(&mut self, query: JsValue, format: JsValue) -> Result<String, JsValue> {
        let query: RowQuery = serde_wasm_bindgen::from_value(query)?;
        let format: RowFormat = serde_wasm_bindgen::from_value(format)?;
        let (text, matched) = self.session.rows_written(&query, format);
        Ok(if query.from > 0 && query.from >= matched { String::new() } else { text })
    }

    /// Who sent which part of a torrent: a `PieceMap`; `by_peer`: with endpoints that are known to be one peer's as one contributor.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn piece_map(&self, torrent: Option<String>, by_peer: bool) -> Result<JsValue, JsValue> {
        plain(&torrent_of(torrent.as_deref()).map(|torrent| self.session.piece_map(torrent, by_peer)).unwrap_or_default())
    }

    /// A torrent's swarm over time: a `TorrentStudy`, or `null` where there is no such torrent.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn torrent_study(&self, torrent: String) -> Result<JsValue, JsValue> {
        plain(&torrent_of(Some(&torrent)).flatten().and_then(|torrent| self.session.torrent_study(torrent)))
    }

    /// How the ends of one connection asked for blocks and were served: an `Exchange`, or `null` where nothing is known of it.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn exchange(&self, flow: f64) -> Result<JsValue, JsValue> {
        plain(&self.session.exchange(whole(flow)))
    }

    /// A view (`overview`, `init`, `peers`, `download`, `swarm`, `trackers`, `encrypted`, `hosts`, `dht`, `connections`, `geography`, `torrents`, `report`) written out as `text`, `csv` or `json`.
    ///
    /// # Errors
    /// A text when there is no such view or format.
    pub fn export(&self, view: &str, format: &str) -> Result<String, JsValue> {
        written(&self.session, view_of(view)?, format)
    }

    /// Bytes of memory that the module has.
    pub fn memory(&self) -> usize {
        memory()
    }
}

/// The view of that name.
fn view_of(name: &str) -> Result<View, JsValue> {
    Ok(match name {
        "overview" => View::Overview,
        "init" => View::Init,
        "peers" => View::Peers,
        "download" => View::Download,
        "swarm" => View::Swarm,
        "trackers" => View::Trackers,
        "encrypted" => View::Encrypted,
        "hosts" => View::Hosts,
        "dht" => View::Dht,
        "connections" => View::Connections,
        "geography" => View::Geography,
        "sources" => View::Sources,
        "torrents" => View::Torrents,
        "report" => View::Report,
        _ => return Err(JsValue::from_str("no such view")),
    })
}

/// A view written out as `text`, `csv` or `json`.
fn written<O: Reports>(session: &session::Session<O>, view: View, format: &str) -> Result<String, JsValue> {
    match format {
        "text" => Ok(session.text(view)),
        "csv" => Ok(session.csv(view)),
        "json" => session.json(view).map_err(|error| JsValue::from_str(&error.to_string())),
        _ => Err(JsValue::from_str("no such format")),
    }
}

fn memory() -> usize {
    core::arch::wasm32::memory_size(0) << 16
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size is a whole number below 2^53")]
fn whole(size: f64) -> u64 {
    size as u64
}

/// Fills the room of a reading from a JavaScript array.
fn push<O: Observer + ?Sized>(reading: &mut Reading<O>, source: usize, chunk: &Uint8Array) -> Result<(), JsValue> {
    let mut at = 0;
    while at < chunk.length() {
        let room = reading.room(source);
        let count = u32::try_from(room.len()).unwrap_or(u32::MAX).min(chunk.length() - at);
        let Some(into) = room.get_mut(..count as usize).filter(|_| count > 0) else { return Ok(()) };
        chunk.subarray(at, at + count).copy_to(into);
        reading.filled(source, count as usize).map_err(thrown)?;
        at += count;
    }
    Ok(())
}

fn plain(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}

fn thrown(error: CaptureError) -> JsValue {
    problem(error.code(), error.looks_like(), &error)
}

fn no_places(error: PlacesError) -> JsValue {
    problem(error.code(), error.detail(), &error)
}

fn refused(refused: Refused) -> JsValue {
    problem(refused.code(), refused.field(), &refused)
}

fn problem(code: &str, detail: Option<&str>, message: &impl ToString) -> JsValue {
    let object = Object::new();
    let detail = detail.map_or(JsValue::NULL, JsValue::from_str);
    for (key, value) in [("code", code.into()), ("detail", detail), ("message", message.to_string().into())] {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&object, &key.into(), &value);
    }
    object.into()
}
