//! Lists of messages for JavaScript.
//!
//! In: calls of the page's worker. Out: plain objects.

use wasm_bindgen::prelude::*;

use super::{memory, plain, sink};
use crate::base::Limits;
use crate::report::events::ladder::LadderQuery;
use crate::report::events::written::Format;
use crate::report::events::{EventQuery, WindowQuery};
use crate::session::{self, FurtherReading};

/// A list of the messages of a capture, and the requests and blocks of one connection: one more reading of the same files.
#[wasm_bindgen]
pub struct EventListing {
    pub(super) listing: session::EventListing,
}

impl EventListing {
    fn reading(&mut self) -> &mut FurtherReading<'_> {
        self.listing.reading()
    }
}

sink!(EventListing);

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
