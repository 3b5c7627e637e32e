//! A floor beside the text and the JSON: the report of captures → rows of one database.
//!
//! In: the [`Sections`](crate::report::Sections) of a capture that was read, and the SHA-256 of its files. Out: rows of plain values, and the text of
//! every statement that takes them into a SQLite database. The statements stand once, here: the command line runs them natively, the page through
//! SQLite compiled to WebAssembly. Neither SQLite is known here.
//!
//! ```text
//! Opening::statements     a new database, or the steps from an older version; refuses what is neither
//! KNOWN                   which files are in it already
//! STAGING  rows  MERGE    temporary tables, one part of the report after the other, then everything at once
//! ```
//!
//! Whoever runs them does so in one transaction, so that a database is as before until all of it is done. Rows never become text of a statement.

mod batches;
mod document;
mod hashing;
mod opening;
mod rows;
mod rows_of_swarm;
mod staging;
mod value;

pub use batches::Batches;
pub use document::document;
pub use hashing::FileHash;
pub use opening::{APPLICATION_ID, Opening, Refusal, VERSION};
pub use rows::{Addition, PARTS};
pub use staging::{Staged, staging};
pub use value::Value;

/// What the database is: its tables and views, each column with what it means.
pub const SCHEMA: &str = include_str!("schema.sql");

/// Takes what stands in the temporary tables into the others.
pub const MERGE: &str = include_str!("merge.sql");

/// Which capture holds the file of a SHA-256, its only parameter: a row, or none.
pub const KNOWN: &str = "SELECT capture FROM capture_files WHERE sha256 = ?";

/// What was not over when the capture ended that another one goes on with, of which the parameter is the time of the first frame: a line a row. The
/// one that ended last before it, within an hour; files that are cut one after another may overlap by what their frames are out of order.
pub const EARLIER: &str = "SELECT what FROM unfinished WHERE capture = (SELECT id FROM captures \
     WHERE last_time BETWEEN ?1 - 3600000000 AND ?1 + 1000000 ORDER BY last_time DESC, id DESC LIMIT 1) ORDER BY position";

/// What adding a capture came to, as one row: captures, torrents, peers that are identified, confirmed downloads, and the threshold in percent.
pub const SUMMARY: &str = "SELECT (SELECT count(*) FROM captures), (SELECT count(*) FROM torrents), \
     (SELECT count(*) FROM peers WHERE unidentified = 0), (SELECT count(*) FROM confirmed_downloads), \
     (SELECT value FROM settings WHERE name = 'threshold')";
