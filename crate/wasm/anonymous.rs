//! Anonymised exports for JavaScript.
//!
//! In: calls of the page's worker. Out: texts of views, under pseudonyms.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::{memory, plain, push, refused, thrown, view_of, whole, written};
use crate::base::Limits;
use crate::base::pseudonyms::{self, Pseudonyms};
use crate::report::Analyses;
use crate::report::anonymous::Anonymous;
use crate::session;

/// One analysis of a capture under pseudonyms: one more reading of the same files.
#[wasm_bindgen]
pub struct AnonymousSession {
    session: session::Session<Anonymous<Analyses>>,
}

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

    /// As [`super::Session::add_torrent`]: the same torrents in the same order.
    ///
    /// # Errors
    /// As [`super::Session::add_torrent`].
    pub fn add_torrent(&mut self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.session.add_torrent(name, bytes).map_err(refused)
    }

    /// As [`super::Session::add_magnets`].
    ///
    /// # Errors
    /// As [`super::Session::add_magnets`].
    pub fn add_magnets(&mut self, name: &str, text: &str) -> Result<JsValue, JsValue> {
        plain(&self.session.add_magnets(name, text).map_err(refused)?)
    }

    /// As [`super::Session::expand_to`].
    pub fn expand_to(&mut self, bytes: Option<f64>) {
        self.session.reading().expand_to(bytes.map(whole));
    }

    /// As [`super::Session::add_file`]: the same files in the same order.
    pub fn add_file(&mut self, name: &str, size: Option<f64>) -> usize {
        self.session.add_file(name, size.map(whole))
    }

    /// As [`super::Session::wants`].
    pub fn wants(&self) -> Option<usize> {
        self.session.wants()
    }

    /// As [`super::Session::push`].
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn push(&mut self, source: usize, chunk: &Uint8Array) -> Result<(), JsValue> {
        push(self.session.reading(), source, chunk)
    }

    /// As [`super::Session::end`].
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn end(&mut self, source: usize) -> Result<(), JsValue> {
        self.session.end(source).map_err(thrown)
    }

    /// As [`super::Session::finish`].
    pub fn finish(&mut self) {
        self.session.finish();
    }

    /// How far reading is: a `Progress`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn progress(&self) -> Result<JsValue, JsValue> {
        plain(&self.session.progress())
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
