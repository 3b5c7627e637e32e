//! Databases of captures for JavaScript, which runs SQLite.
//!
//! In: calls of the page's worker. Out: the text of statements, batches of rows, and hashes of files.

use js_sys::{Function, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{Session, plain, problem};
use crate::sql::{self, Addition, Batches, Opening, Staged};

/// What is to be run, in this order.
#[derive(Serialize)]
struct Statements {
    /// Makes the database one of now: several statements, or none.
    opening: String,
    /// Which capture holds the file of a SHA-256, its only parameter.
    known: &'static str,
    /// What was not over in the capture before one of which the first frame is of this time, in microseconds: its only parameter.
    earlier: &'static str,
    /// Makes the temporary tables.
    staging: String,
    /// How many parts the rows come in.
    parts: usize,
    /// Takes them into the database.
    merge: &'static str,
    /// One row: captures, torrents, peers, confirmed downloads, and the threshold in percent.
    summary: &'static str,
}

#[wasm_bindgen]
impl Session {
    /// The statements that add a capture to a database that says this of itself (`PRAGMA application_id`, `PRAGMA user_version`, and how much is
    /// in it): a `DatabaseStatements`.
    ///
    /// # Errors
    /// `{ code, detail, message }` when it is another program's, or a newer one's.
    pub fn database_statements(&self, application_id: i32, user_version: i32, objects: i32) -> Result<JsValue, JsValue> {
        let opening = Opening { application_id, user_version, objects: objects.into() };
        let opening = opening.statements().map_err(|refusal| problem(refusal.code(), None, &refusal))?;
        plain(&Statements {
            opening,
            known: sql::KNOWN,
            earlier: sql::EARLIER,
            staging: sql::staging(),
            parts: sql::PARTS,
            merge: sql::MERGE,
            summary: sql::SUMMARY,
        })
    }

    /// When the first frame was captured, in microseconds since 1970-01-01 00:00 UTC; `undefined` without one.
    pub fn database_begins(&self) -> Option<f64> {
        self.session.progress().first_time.map(|time| time.nanos().div_euclid(1000) as f64)
    }

    /// Takes a line of what an earlier capture left open, before the first bytes. Answers whether it could be read.
    pub fn go_on(&mut self, line: &str) -> bool {
        self.session.go_on(line)
    }

    /// Calls `take` with each batch of the rows of a part: the statement that writes a row, and the bytes of a JSON array of rows. `hashes`: the
    /// SHA-256 of the files in their order, empty for one that could not be read.
    ///
    /// # Errors
    /// What `take` throws.
    pub fn database_rows(&self, part: usize, hashes: Vec<String>, take: &Function) -> Result<(), JsValue> {
        let hashes: Vec<_> = hashes.into_iter().map(|hash| Some(hash).filter(|hash| !hash.is_empty())).collect();
        let mut batches = Batches::new(|table: &Staged, rows: &[u8]| {
            take.call2(&JsValue::NULL, &table.insert().into(), &Uint8Array::from(rows)).map(drop)
        });
        let (sections, unfinished) = (self.session.sections(), if part == 0 { self.session.unfinished() } else { Vec::new() });
        Addition { sections: &sections, hashes: &hashes, unfinished: &unfinished }.rows(part, &mut |table, row| batches.put(table, row))?;
        batches.finish()
    }
}
