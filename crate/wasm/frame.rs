//! One frame for JavaScript.
//!
//! In: calls of the page's worker. Out: plain objects.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::{plain, push, refused, thrown, whole};
use crate::base::Limits;
use crate::session;

/// A frame that is looked for, by one more reading of the same files.
#[wasm_bindgen]
pub struct FrameReading {
    frame: session::FrameReading,
}

#[wasm_bindgen]
impl FrameReading {
    /// A reading that looks for the frame with this number, without files.
    #[wasm_bindgen(constructor)]
    pub fn new(number: f64) -> FrameReading {
        FrameReading { frame: session::FrameReading::new(whole(number), Limits::default()) }
    }

    /// As [`super::Session::add_torrent`]: the same torrents in the same order.
    ///
    /// # Errors
    /// As [`super::Session::add_torrent`].
    pub fn add_torrent(&mut self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.frame.reading().add_torrent(name, bytes).map_err(refused)
    }

    /// As [`super::Session::add_magnets`].
    ///
    /// # Errors
    /// As [`super::Session::add_magnets`].
    pub fn add_magnets(&mut self, name: &str, text: &str) -> Result<JsValue, JsValue> {
        plain(&self.frame.reading().add_magnets(name, text).map_err(refused)?)
    }

    /// As [`super::Session::expand_to`].
    pub fn expand_to(&mut self, bytes: Option<f64>) {
        self.frame.reading().expand_to(bytes.map(whole));
    }

    /// As [`super::Session::add_file`]: the same files in the same order.
    pub fn add_file(&mut self, name: &str, size: Option<f64>) -> usize {
        self.frame.reading().add_file(name, size.map(whole))
    }

    /// As [`super::Session::wants`]: nothing any more once all of the frame is known.
    pub fn wants(&mut self) -> Option<usize> {
        self.frame.reading().wants()
    }

    /// As [`super::Session::push`].
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn push(&mut self, source: usize, chunk: &Uint8Array) -> Result<(), JsValue> {
        push(self.frame.reading(), source, chunk)
    }

    /// As [`super::Session::end`].
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn end(&mut self, source: usize) -> Result<(), JsValue> {
        self.frame.reading().end(source).map_err(thrown)
    }

    /// As [`super::Session::finish`].
    pub fn finish(&mut self) {
        self.frame.reading().finish();
    }

    /// How far reading is: a `Progress`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn progress(&mut self) -> Result<JsValue, JsValue> {
        plain(&self.frame.reading().progress())
    }

    /// The frame as far as it is known: a `FrameView`, or `null` where it has not come.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn view(&self) -> Result<JsValue, JsValue> {
        plain(&self.frame.view())
    }
}
