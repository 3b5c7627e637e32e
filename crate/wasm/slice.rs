//! Slices of captures for JavaScript.
//!
//! In: calls of the page's worker. Out: plain objects, and the bytes of a file.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::{memory, plain, sink};
use crate::base::Limits;
use crate::base::pseudonyms::{self, Pseudonyms};
use crate::report::slice::{Choosing, SliceQuery, SliceSummary};
use crate::session::{self, FurtherReading, Reading};

/// A file with some frames of a capture: two more readings of the same files.
#[wasm_bindgen]
pub struct Slice {
    query: SliceQuery,
    stage: Stage,
}

enum Stage {
    Choosing(Box<Reading<Choosing>>),
    Writing(Box<session::Slice<Vec<u8>>>),
}

impl Slice {
    fn reading(&mut self) -> &mut FurtherReading<'_> {
        match &mut self.stage {
            Stage::Choosing(reading) => &mut **reading,
            Stage::Writing(slice) => slice.reading(),
        }
    }
}

sink!(Slice);

#[wasm_bindgen]
impl Slice {
    /// A slice of what a `SliceQuery` asks for, without files.
    ///
    /// # Errors
    /// A text when the question is not of that form, or no torrent or host is written so.
    #[wasm_bindgen(constructor)]
    pub fn new(query: JsValue) -> Result<Slice, JsValue> {
        let query: SliceQuery = serde_wasm_bindgen::from_value(query)?;
        Ok(Slice { stage: choosing(&query)?, query })
    }

    /// Goes on from the reading that chose to the one that writes, without files. `key`: 64 hex digits, under which only headers are written;
    /// `undefined` where everything stays.
    ///
    /// # Errors
    /// A text when that is no key.
    pub fn write(&mut self, key: Option<String>) -> Result<(), JsValue> {
        let key = key.map(|key| pseudonyms::key(&key).ok_or_else(|| JsValue::from_str("A key has 64 hex digits."))).transpose()?;
        let fresh = choosing(&self.query)?;
        self.stage = match std::mem::replace(&mut self.stage, fresh) {
            Stage::Choosing(reading) => {
                let (limits, pseudonyms) = (reading.limits().clone(), key.map(|key| Pseudonyms::new(&key)));
                let slice = session::Slice::writing(&self.query, reading.into_observer(), limits, pseudonyms, Vec::new());
                Stage::Writing(Box::new(slice))
            }
            writing => writing,
        };
        Ok(())
    }

    /// The bytes that were written since this was asked last.
    pub fn take(&mut self) -> Uint8Array {
        match &mut self.stage {
            Stage::Writing(slice) => {
                let bytes = Uint8Array::from(slice.output().as_slice());
                slice.output().clear();
                bytes
            }
            Stage::Choosing(_) => Uint8Array::new_with_length(0),
        }
    }

    /// What was written so far: a `SliceSummary`; of the first reading an empty one.
    ///
    /// # Errors
    /// When a number has no JavaScript equal; none has.
    pub fn summary(&self) -> Result<JsValue, JsValue> {
        match &self.stage {
            Stage::Writing(slice) => plain(&slice.summary()),
            Stage::Choosing(_) => plain(&SliceSummary::default()),
        }
    }

    /// Bytes of memory that the module has.
    pub fn memory(&self) -> usize {
        memory()
    }
}

/// The reading that chooses what is asked for.
fn choosing(query: &SliceQuery) -> Result<Stage, JsValue> {
    let choosing = session::Slice::<Vec<u8>>::choosing(query, Limits::default());
    Ok(Stage::Choosing(Box::new(choosing.map_err(|error| JsValue::from_str(&error.to_string()))?)))
}
