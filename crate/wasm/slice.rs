//! Slices of captures for JavaScript.
//!
//! In: calls of the page's worker. Out: plain objects, and the bytes of a file.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::{memory, plain, push, refused, thrown, whole};
use crate::base::Limits;
use crate::base::pseudonyms::{self, Pseudonyms};
use crate::report::slice::{Choosing, SliceQuery, SliceSummary};
use crate::session::{self, Reading};

/// A file with some frames of a capture: two more readings of the same files.
#[wasm_bindgen]
pub struct Slice {
    query: SliceQuery,
    /// `None` only while one reading becomes the other.
    stage: Option<Stage>,
    /// Of both readings.
    limits: Limits,
}

enum Stage {
    Choosing(Box<Reading<Choosing>>),
    Writing(Box<session::Slice<Vec<u8>>>),
}

/// What both readings are asked alike.
macro_rules! either {
    ($stage:expr, $reading:ident => $do:expr) => {
        match &mut $stage {
            Some(Stage::Choosing(reading)) => {
                let $reading = &mut **reading;
                $do
            }
            Some(Stage::Writing(slice)) => {
                let $reading = slice.reading();
                $do
            }
            None => Default::default(),
        }
    };
}

#[wasm_bindgen]
impl Slice {
    /// A slice of what a `SliceQuery` asks for, without files.
    ///
    /// # Errors
    /// A text when the question is not of that form, or no torrent or host is written so.
    #[wasm_bindgen(constructor)]
    pub fn new(query: JsValue) -> Result<Slice, JsValue> {
        let query: SliceQuery = serde_wasm_bindgen::from_value(query)?;
        let choosing = session::Slice::<Vec<u8>>::choosing(&query, Limits::default());
        let choosing = choosing.map_err(|error| JsValue::from_str(&error.to_string()))?;
        Ok(Slice { query, limits: Limits::default(), stage: Some(Stage::Choosing(Box::new(choosing))) })
    }

    /// As [`super::Session::add_torrent`]: the same torrents in the same order, for the first reading.
    ///
    /// # Errors
    /// As [`super::Session::add_torrent`].
    pub fn add_torrent(&mut self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        either!(self.stage, reading => reading.add_torrent(name, bytes).map_err(refused)?);
        Ok(())
    }

    /// As [`super::Session::add_magnets`].
    ///
    /// # Errors
    /// As [`super::Session::add_magnets`].
    pub fn add_magnets(&mut self, name: &str, text: &str) -> Result<JsValue, JsValue> {
        plain(&either!(self.stage, reading => reading.add_magnets(name, text).map_err(refused)?))
    }

    /// As [`super::Session::expand_to`].
    pub fn expand_to(&mut self, bytes: Option<f64>) {
        self.limits.expanded_bytes = bytes.map_or(u64::MAX, whole);
        either!(self.stage, reading => reading.expand_to(bytes.map(whole)));
    }

    /// As [`super::Session::add_file`]: the same files in the same order, for each reading anew.
    pub fn add_file(&mut self, name: &str, size: Option<f64>) -> usize {
        either!(self.stage, reading => reading.add_file(name, size.map(whole)))
    }

    /// As [`super::Session::wants`].
    pub fn wants(&mut self) -> Option<usize> {
        either!(self.stage, reading => reading.wants())
    }

    /// As [`super::Session::push`].
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn push(&mut self, source: usize, chunk: &Uint8Array) -> Result<(), JsValue> {
        either!(self.stage, reading => push(reading, source, chunk)?);
        Ok(())
    }

    /// As [`super::Session::end`].
    ///
    /// # Errors
    /// `{ code, detail, message }` when the file is no capture.
    pub fn end(&mut self, source: usize) -> Result<(), JsValue> {
        either!(self.stage, reading => reading.end(source).map_err(thrown)?);
        Ok(())
    }

    /// Ends the reading.
    pub fn finish(&mut self) {
        either!(self.stage, reading => reading.finish());
    }

    /// Goes on from the reading that chose to the one that writes, without files. `key`: 64 hex digits, under which only headers are written;
    /// `undefined` where everything stays.
    ///
    /// # Errors
    /// A text when that is no key.
    pub fn write(&mut self, key: Option<String>) -> Result<(), JsValue> {
        let key = key.map(|key| pseudonyms::key(&key).ok_or_else(|| JsValue::from_str("A key has 64 hex digits."))).transpose()?;
        self.stage = match self.stage.take() {
            Some(Stage::Choosing(reading)) => {
                let pseudonyms = key.map(|key| Pseudonyms::new(&key));
                let slice = session::Slice::writing(&self.query, reading.into_observer(), self.limits.clone(), pseudonyms, Vec::new());
                Some(Stage::Writing(Box::new(slice)))
            }
            other => other,
        };
        Ok(())
    }

    /// The bytes that were written since this was asked last.
    pub fn take(&mut self) -> Uint8Array {
        match &mut self.stage {
            Some(Stage::Writing(slice)) => {
                let bytes = Uint8Array::from(slice.output().as_slice());
                slice.output().clear();
                bytes
            }
            _ => Uint8Array::new_with_length(0),
        }
    }

    /// How far the reading is: a `Progress`.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn progress(&mut self) -> Result<JsValue, JsValue> {
        match &self.stage {
            Some(Stage::Choosing(reading)) => plain(&reading.progress()),
            Some(Stage::Writing(slice)) => plain(&slice.progress()),
            None => Ok(JsValue::NULL),
        }
    }

    /// What was written so far: a `SliceSummary`; of the first reading an empty one.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn summary(&self) -> Result<JsValue, JsValue> {
        match &self.stage {
            Some(Stage::Writing(slice)) => plain(&slice.summary()),
            _ => plain(&SliceSummary::default()),
        }
    }

    /// Bytes of memory that the module has.
    pub fn memory(&self) -> usize {
        memory()
    }
}
