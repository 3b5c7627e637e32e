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
use crate::report::Observer;
use crate::report::places::PlacesError;
use crate::report::table::{RowFormat, RowQuery, torrent_of};
use crate::session::{self, Reading, Reports, View};

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

#[wasm_bindgen]
impl Session {
    /// A session without files.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Session {
        Session::default()
    }

    /// Lets the compressed files that are added from now on unpack to so many bytes; without a number to any.
    pub fn expand_to(&mut self, bytes: Option<f64>) {
        self.session.reading().expand_to(bytes.map(whole));
    }

    /// Adds a file and answers its number. `size` is its length in bytes where that is known.
    pub fn add_file(&mut self, name: &str, size: Option<f64>) -> usize {
        self.session.add_file(name, size.map(whole))
    }

    /// Takes a `.torrent` file, before the first bytes of any capture.
    ///
    /// # Errors
    /// `{ code, detail, message }` when it is none, or there is no room for it.
    pub fn add_torrent(&mut self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.session.add_torrent(name, bytes).map_err(refused)
    }

    /// Takes magnet links, one a line, before the first bytes of any capture: a `LinesTaken`.
    ///
    /// # Errors
    /// `{ code, detail, message }` when the text is too long.
    pub fn add_magnets(&mut self, name: &str, text: &str) -> Result<JsValue, JsValue> {
        plain(&self.session.add_magnets(name, text).map_err(refused)?)
    }

    /// The file of which bytes, or the end, must come next; `undefined` when all have ended.
    pub fn wants(&self) -> Option<usize> {
        self.session.wants()
    }

    /// Takes the next bytes of a file.
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn push(&mut self, source: usize, chunk: &Uint8Array) -> Result<(), JsValue> {
        push(self.session.reading(), source, chunk)
    }

    /// Says that a file has no more bytes.
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn end(&mut self, source: usize) -> Result<(), JsValue> {
        self.session.end(source).map_err(thrown)
    }

    /// Ends every flow: once all files have ended, or where reading is given up.
    pub fn finish(&mut self) {
        self.session.finish();
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
    /// As [`progress`](Self::progress).
    pub fn databases(&self) -> Result<JsValue, JsValue> {
        plain(&self.session.databases())
    }

    /// Where the peers are, without its long tables: a `Geography`, or `null` without a database.
    ///
    /// # Errors
    /// As [`progress`](Self::progress).
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
    /// As [`progress`](Self::progress).
    pub fn watch(&mut self, text: &str) -> Result<JsValue, JsValue> {
        plain(&self.session.watch(text))
    }

    /// What of the list is in the capture: a `Watched[]`.
    ///
    /// # Errors
    /// As [`progress`](Self::progress).
    pub fn watched(&self) -> Result<JsValue, JsValue> {
        plain(&self.session.watched())
    }

    /// How much of a torrent was moved, and when: a `TorrentTraffic`, or `null` where that is no info hash.
    ///
    /// # Errors
    /// As [`progress`](Self::progress).
    pub fn torrent_traffic(&self, info_hash: &str) -> Result<JsValue, JsValue> {
        plain(&torrent_of(Some(info_hash)).flatten().map(|info_hash| self.session.torrent_traffic(info_hash)))
    }

    /// How far reading is: a `Progress`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn progress(&self) -> Result<JsValue, JsValue> {
        plain(&self.session.progress())
    }

    /// The report without its long tables: a `Digest`.
    ///
    /// # Errors
    /// As [`progress`](Self::progress).
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
    /// As [`progress`](Self::progress).
    pub fn piece_map(&self, torrent: Option<String>, by_peer: bool) -> Result<JsValue, JsValue> {
        plain(&torrent_of(torrent.as_deref()).map(|torrent| self.session.piece_map(torrent, by_peer)).unwrap_or_default())
    }

    /// A torrent's swarm over time: a `TorrentStudy`, or `null` where there is no such torrent.
    ///
    /// # Errors
    /// As [`progress`](Self::progress).
    pub fn torrent_study(&self, torrent: String) -> Result<JsValue, JsValue> {
        plain(&torrent_of(Some(&torrent)).flatten().and_then(|torrent| self.session.torrent_study(torrent)))
    }

    /// How the ends of one connection asked for blocks and were served: an `Exchange`, or `null` where nothing is known of it.
    ///
    /// # Errors
    /// As [`progress`](Self::progress).
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
fn push<O: Observer>(reading: &mut Reading<O>, source: usize, chunk: &Uint8Array) -> Result<(), JsValue> {
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
