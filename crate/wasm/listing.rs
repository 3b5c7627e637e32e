//! Lists of messages for JavaScript.
//!
//! In: calls of the page's worker. Out: plain objects.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::{memory, plain, push, refused, thrown, whole};
use crate::base::Limits;
use crate::report::events::ladder::LadderQuery;
use crate::report::events::written::Format;
use crate::report::events::{EventQuery, WindowQuery};
use crate::session;

/// A list of the messages of a capture, and the requests and blocks of one connection: one more reading of the same files.
#[wasm_bindgen]
pub struct EventListing {
    pub(super) listing: session::EventListing,
}

#[wasm_bindgen]
impl EventListing {
    /// A list of what an `EventQuery` asks for, without files.
    ///
    /// # Errors
    /// A text when the question is not of that form, or no torrent or host is written so.
    #[wasm_bindgen(constructor)]
    pub fn new(query: JsValue) -> Result<EventListing, JsValue> {
        let query: EventQuery = serde_wasm_bindgen::from_value(query)?;
        let listing = session::EventListing::new(&query, Limits::default());
        listing.map(|listing| EventListing { listing }).map_err(|error| JsValue::from_str(&error.to_string()))
    }

    /// No list, but what is said of each piece, for [`super::Session::trace`].
    pub fn tracing() -> EventListing {
        EventListing { listing: session::EventListing::tracing(Limits::default()) }
    }

    /// As [`super::Session::add_torrent`]: the same torrents in the same order.
    ///
    /// # Errors
    /// As [`super::Session::add_torrent`].
    pub fn add_torrent(&mut self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.listing.reading().add_torrent(name, bytes).map_err(refused)
    }

    /// As [`super::Session::add_magnets`].
    ///
    /// # Errors
    /// As [`super::Session::add_magnets`].
    pub fn add_magnets(&mut self, name: &str, text: &str) -> Result<JsValue, JsValue> {
        plain(&self.listing.reading().add_magnets(name, text).map_err(refused)?)
    }

    /// As [`super::Session::expand_to`].
    pub fn expand_to(&mut self, bytes: Option<f64>) {
        self.listing.reading().expand_to(bytes.map(whole));
    }

    /// As [`super::Session::add_file`]: the same files in the same order.
    pub fn add_file(&mut self, name: &str, size: Option<f64>) -> usize {
        self.listing.reading().add_file(name, size.map(whole))
    }

    /// As [`super::Session::wants`].
    pub fn wants(&mut self) -> Option<usize> {
        self.listing.reading().wants()
    }

    /// As [`super::Session::push`].
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn push(&mut self, source: usize, chunk: &Uint8Array) -> Result<(), JsValue> {
        push(self.listing.reading(), source, chunk)
    }

    /// As [`super::Session::end`].
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn end(&mut self, source: usize) -> Result<(), JsValue> {
        self.listing.reading().end(source).map_err(thrown)
    }

    /// As [`super::Session::finish`].
    pub fn finish(&mut self) {
        self.listing.reading().finish();
    }

    /// How far reading is: a `Progress`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn progress(&mut self) -> Result<JsValue, JsValue> {
        plain(&self.listing.reading().progress())
    }

    /// A window of the list as of now: takes a `WindowQuery`, answers an `EventWindow`.
    ///
    /// # Errors
    /// When the question is not of that form.
    pub fn rows(&mut self, query: JsValue) -> Result<JsValue, JsValue> {
        let query: WindowQuery = serde_wasm_bindgen::from_value(query)?;
        plain(&self.listing.rows(&query))
    }

    /// Some rungs of the connection that was asked for by `flow`, as of now: takes a `LadderQuery`, answers a `Ladder`, or `null` where no
    /// connection was asked for.
    ///
    /// # Errors
    /// When the question is not of that form.
    pub fn ladder(&mut self, query: JsValue) -> Result<JsValue, JsValue> {
        let query: LadderQuery = serde_wasm_bindgen::from_value(query)?;
        plain(&self.listing.ladder(&query))
    }

    /// Every event of the list that holds the text `filter`, written out as `text`, `csv` or `json` (an object a line).
    ///
    /// # Errors
    /// A text when there is no such format.
    pub fn export(&mut self, format: &str, filter: &str) -> Result<String, JsValue> {
        let format = match format {
            "text" => Format::Text,
            "csv" => Format::Csv,
            "json" => Format::JsonLines,
            _ => return Err(JsValue::from_str("no such format")),
        };
        Ok(self.listing.export(format, filter))
    }

    /// Bytes of memory that the module has.
    pub fn memory(&self) -> usize {
        memory()
    }
}
