//! A database of captures as a file: what it holds already, and adding one more.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use swarmscope::base::Time;
use swarmscope::report::Sections;
use swarmscope::session::{Reports, Session};
use swarmscope::sql::{Addition, EARLIER, KNOWN, MERGE, Opening, PARTS, SUMMARY, Staged, Value, staging};

use super::complain;
use super::hashing::file_hash;

#[derive(Args, Debug)]
pub(crate) struct DatabaseArguments {
    /// Adds the captures to this SQLite database, as one capture, and makes it where there is none. Files that it holds already are left out
    #[arg(long, value_name = "FILE", conflicts_with_all = ["view", "json", "verify", "extract"])]
    database: Option<PathBuf>,
}

/// A database, and the captures that it does not hold yet.
pub(crate) struct Adding {
    path: PathBuf,
    captures: Vec<PathBuf>,
    hashes: Vec<String>,
    /// What was not over in the capture before.
    earlier: Vec<String>,
}

/// What was wrong has been told.
pub(crate) struct Complained;

impl DatabaseArguments {
    /// Looks which captures are to be added; `None` where no database is asked for.
    ///
    /// # Errors
    /// [`Complained`] where the database is none or a capture cannot be read.
    pub(crate) fn adding(&self, captures: &[PathBuf]) -> Result<Option<Adding>, Complained> {
        match &self.database {
            Some(path) => Adding::new(path, captures).map(Some).ok_or(Complained),
            None => Ok(None),
        }
    }
}

impl Adding {
    fn new(path: &Path, captures: &[PathBuf]) -> Option<Adding> {
        let told = |error: Trouble| complain(&format!("{}: {error}", path.display()));
        // Looked at only: a file that is refused, or to which nothing is added, stays as it is.
        let known = match path.exists() {
            true => Some(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(Trouble::from).map_err(told).ok()?),
            false => None,
        };
        // Without tables where nothing was added yet, without the latest ones where an older version made it.
        let (known, is_of_now) = match known.map(|database| Ok((opening(&database)?, statements(&database)?.is_empty(), database))) {
            None => (None, false),
            Some(Ok((opening, is_of_now, database))) => (Some(database).filter(|_| !opening.is_new()), is_of_now),
            Some(Err(error)) => {
                told(error);
                return None;
            }
        };
        let mut adding = Adding { path: path.to_owned(), captures: Vec::new(), hashes: Vec::new(), earlier: Vec::new() };
        let mut seen = BTreeSet::new();
        for capture in captures {
            let hash = match file_hash(capture, "for a database captures are read twice, which takes a file") {
                Ok(hash) => hash,
                Err(error) => {
                    complain(&format!("{}: {error}", capture.display()));
                    return None;
                }
            };
            let held = match &known {
                Some(database) => holds(database, &hash).map_err(Trouble::from).map_err(told).ok()?,
                None => false,
            };
            if held {
                println!("{}: is in the database already", capture.display());
            } else if seen.insert(hash.clone()) {
                adding.captures.push(capture.clone());
                adding.hashes.push(hash);
            } else {
                println!("{}: is the same file as another one", capture.display());
            }
        }
        if let Some(database) = known.as_ref().filter(|_| is_of_now) {
            adding.earlier = adding.earlier(database).map_err(Trouble::from).map_err(told).ok()?;
        }
        Some(adding)
    }

    /// What was not over when the capture before these ended, by the database.
    fn earlier(&self, database: &Connection) -> rusqlite::Result<Vec<String>> {
        let begins = self.captures.iter().filter_map(|path| first_time(path)).min();
        let Some(begins) = begins else { return Ok(Vec::new()) };
        let mut statement = database.prepare(EARLIER)?;
        statement.query_map([begins.nanos().div_euclid(1000)], |row| row.get(0))?.collect()
    }

    /// Tells a session what the capture before left open, before it reads.
    pub(crate) fn go_on(&self, session: &mut Session) {
        // What cannot be read is of another version: connections then go on as if nothing was known.
        self.earlier.iter().for_each(|line| _ = session.go_on(line));
    }

    /// The captures that are to be read.
    pub(crate) fn captures(&self) -> &[PathBuf] {
        &self.captures
    }

    /// Adds what was read of them. Answers whether it could.
    pub(crate) fn add<O: Reports>(&self, session: &Session<O>) -> bool {
        let sections = session.sections();
        let files = sections.capture().files;
        if files.len() != self.hashes.len() {
            complain(&format!("{}: nothing is added, because a file could not be opened again", self.path.display()));
            return false;
        }
        let is_read = files.iter().map(|file| !file.format.is_empty());
        let hashes: Vec<_> = self.hashes.iter().zip(is_read).map(|(hash, is_read)| is_read.then(|| hash.clone())).collect();
        match self.write(&sections, &hashes, &session.unfinished()) {
            Ok(summary) => {
                println!("{summary}");
                true
            }
            Err(error) => {
                complain(&format!("{}: {error}. The database is as it was", self.path.display()));
                false
            }
        }
    }

    /// Adds a capture, or changes nothing; answers what there is then.
    fn write(&self, sections: &Sections<'_>, hashes: &[Option<String>], unfinished: &[String]) -> Result<String, Trouble> {
        let mut database = Connection::open(&self.path)?;
        database.pragma_update(None, "foreign_keys", true)?;
        let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(&statements(&transaction)?)?;
        for hash in hashes.iter().flatten() {
            if holds(&transaction, hash)? {
                return Err(Trouble::Meanwhile);
            }
        }
        transaction.execute_batch(&staging())?;
        let addition = Addition { sections, hashes, unfinished };
        for part in 0..PARTS {
            addition.rows(part, &mut |table: &Staged, row: &[Value]| {
                let mut statement = transaction.prepare_cached(&table.insert())?;
                statement.execute(rusqlite::params_from_iter(row.iter().map(Bound))).map(drop)
            })?;
        }
        transaction.execute_batch(MERGE)?;
        let summary = transaction.query_row(SUMMARY, [], |row| {
            let [captures, torrents, peers, confirmed, threshold]: [i64; 5] =
                [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
            Ok(format!(
                "Added. The database holds {captures} captures, {torrents} torrents, {peers} peers that were met, and {confirmed} confirmed \
                 downloads at {threshold} % of the pieces"
            ))
        })?;
        transaction.commit()?;
        Ok(summary)
    }
}

/// When the first frame of a capture was captured, as far as the beginning of the file tells.
fn first_time(path: &Path) -> Option<Time> {
    let (mut session, mut file) = (Session::default(), File::open(path).ok()?);
    let source = session.add_file("", None);
    for _ in 0..BEGINNING_ROOMS {
        let count = file.read(session.reading().room(source)).ok()?;
        if count == 0 {
            session.end(source).ok()?;
        } else {
            session.reading().filled(source, count).ok()?;
        }
        if count == 0 || session.progress().first_time.is_some() {
            break;
        }
    }
    session.progress().first_time
}

/// The statements that make an opened database one of now.
fn statements(database: &Connection) -> Result<String, Trouble> {
    opening(database)?.statements().map_err(Trouble::Refused)
}

/// What a database says of itself.
fn opening(database: &Connection) -> rusqlite::Result<Opening> {
    let number = |pragma: &str| database.pragma_query_value(None, pragma, |row| row.get(0));
    Ok(Opening {
        application_id: number("application_id")?,
        user_version: number("user_version")?,
        objects: database.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?,
    })
}

/// Whether a file is in it.
fn holds(database: &Connection, hash: &str) -> rusqlite::Result<bool> {
    Ok(database.query_row(KNOWN, [hash], |_| Ok(())).optional()?.is_some())
}

/// A value as SQLite takes it.
struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Real(number) => ValueRef::Real(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// Why a capture is not added.
#[derive(Debug)]
enum Trouble {
    Sqlite(rusqlite::Error),
    Refused(swarmscope::sql::Refusal),
    Meanwhile,
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Trouble::Sqlite(error)
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::Sqlite(error) => error.fmt(out),
            Trouble::Refused(refusal) => refusal.fmt(out),
            Trouble::Meanwhile => out.write_str("another program has added the capture meanwhile"),
        }
    }
}

/// Rooms of a reader that are filled to find a first frame: what stands before it, such as names, is rarely as much as one.
const BEGINNING_ROOMS: usize = 64;
