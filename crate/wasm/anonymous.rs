//! Anonymised exports for JavaScript.
//!
//! In: calls of the page's worker. Out: texts of views, under pseudonyms.

use wasm_bindgen::prelude::*;

use super::{memory, sink, view_of, written};
use crate::base::Limits;
use crate::base::pseudonyms::{self, Pseudonyms};
use crate::report::Analyses;
use crate::report::anonymous::Anonymous;
use crate::session::{self, FurtherReading};

/// One analysis of a capture under pseudonyms: one more reading of the same files.
#[wasm_bindgen]
pub struct AnonymousSession {
    session: session::Session<Anonymous<Analyses>>,
}

impl AnonymousSession {
    fn reading(&mut self) -> &mut FurtherReading<'_> {
        self.session.reading()
    }
}

sink!(AnonymousSession);

#[wasm_bindgen]
impl AnonymousSession {
    /// A session without files. `key`: 64 hex digits; `torrents`: info hashes are replaced too.
    ///
    /// # Errors
    /// A text when that is no key.
    #[wasm_bindgen(constructor)]
    pub fn new(key: &str, torrents: bool) -> Result<AnonymousSession, JsValue> {
        let key = pseudonyms::key(key).ok_or_else(|| JsValue::from_str("A key has 64 hex digits."))?;
        let pseudonyms = Pseudonyms::new(&key);
        let pseudonyms = if torrents { pseudonyms.and_torrents() } else { pseudonyms };
        Ok(AnonymousSession { session: session::Session::anonymous(Limits::default(), pseudonyms) })
    }

    /// As [`super::Session::confirm_at`].
    pub fn confirm_at(&mut self, threshold: u8) {
        self.session.confirm_at(threshold);
    }

    /// As [`super::Session::set_local`], by the address itself.
    pub fn set_local(&mut self, address: &str, local: Option<bool>) {
        if let Ok(address) = address.parse() {
            self.session.set_local(address, local);
        }
    }

    /// As [`super::Session::export`].
    ///
    /// # Errors
    /// As [`super::Session::export`].
    pub fn export(&self, view: &str, format: &str) -> Result<String, JsValue> {
        written(&self.session, view_of(view)?, format)
    }

    /// Bytes of memory that the module has.
    pub fn memory(&self) -> usize {
        memory()
    }
}
