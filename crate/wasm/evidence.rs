//! Ladders and the evidence report for JavaScript, and the hash of a file.
//!
//! In: calls of the page's worker. Out: plain objects and texts.

use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;

use super::listing::EventListing;
use super::{Session, plain};
use crate::base::Hex;
use crate::session::{EvidenceFormat, EvidenceQuery, EvidenceSubject};

#[wasm_bindgen]
impl Session {
    /// How something is known: takes an `EvidenceSubject`, answers an `EvidenceAnswer`, or `null` where there is nothing of that name.
    ///
    /// # Errors
    /// When the question is not of that form.
    pub fn evidence_ladder(&self, subject: JsValue) -> Result<JsValue, JsValue> {
        let subject: EvidenceSubject = serde_wasm_bindgen::from_value(subject)?;
        plain(&self.session.ladder(&subject))
    }

    /// Takes what a reading of the same files for [`EventListing::tracing`] told of each piece.
    pub fn trace(&mut self, tracing: EventListing) {
        if let Some(trails) = tracing.listing.into_trails() {
            self.session.trace(trails);
        }
    }

    /// The evidence report: takes an `EvidenceQuery` and `html` or `json`; `undefined` where no host or torrent is written so.
    ///
    /// # Errors
    /// When the question is not of that form, or there is no such format.
    pub fn evidence(&self, query: JsValue, format: &str) -> Result<Option<String>, JsValue> {
        let query: EvidenceQuery = serde_wasm_bindgen::from_value(query)?;
        let format = match format {
            "html" => EvidenceFormat::Html,
            "json" => EvidenceFormat::Json,
            _ => return Err(JsValue::from_str("no such format")),
        };
        Ok(self.session.evidence(&query, format))
    }
}

/// The SHA-256 of a file, chunk by chunk.
#[wasm_bindgen]
#[derive(Default)]
pub struct FileHash {
    state: Sha256,
}

#[wasm_bindgen]
impl FileHash {
    /// Of no bytes so far.
    #[wasm_bindgen(constructor)]
    pub fn new() -> FileHash {
        FileHash::default()
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        self.state.update(chunk);
    }

    /// The hash in lower-case hex; afterwards it is that of no bytes again.
    pub fn finish(&mut self) -> String {
        Hex(&self.state.finalize_reset()).to_string()
    }
}
