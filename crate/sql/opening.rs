//! What is a database of captures, and how an older one becomes one of now?

use std::fmt;

use super::SCHEMA;

/// What stands in a database's header (`PRAGMA application_id`): the letters `Swsc`.
pub const APPLICATION_ID: i32 = 0x5377_7363;

/// The version of the schema (`PRAGMA user_version`).
pub const VERSION: i32 = 1;

/// From version to version: the step at place `n` makes `n` + 1 of version `n`, the first one the whole of nothing.
const STEPS: [&str; VERSION as usize] = [SCHEMA];

/// What a file says of itself before anything is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// `PRAGMA application_id`.
    pub application_id: i32,
    /// `PRAGMA user_version`.
    pub user_version: i32,
    /// How much is in it: `SELECT count(*) FROM sqlite_schema`.
    pub objects: i64,
}

/// Why a file is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is a database, and another program's.
    Foreign,
    /// A newer Swarmscope made it.
    Newer {
        /// Its version.
        version: i32,
    },
}

impl Opening {
    /// The statements that make it a database of now; empty where it is one. They belong in the transaction of whatever is done next.
    ///
    /// # Errors
    /// [`Refusal`], before anything is changed.
    pub fn statements(self) -> Result<String, Refusal> {
        let is_new = self == Opening { application_id: 0, user_version: 0, objects: 0 };
        if !is_new && (self.application_id != APPLICATION_ID || self.user_version < 1) {
            return Err(Refusal::Foreign);
        }
        if self.user_version > VERSION {
            return Err(Refusal::Newer { version: self.user_version });
        }
        let steps: String = STEPS.iter().skip(usize::try_from(self.user_version).unwrap_or_default()).copied().collect();
        if steps.is_empty() {
            return Ok(steps);
        }
        Ok(format!("{steps}\nPRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {VERSION};\n"))
    }
}

impl Refusal {
    /// Its code, from a closed list.
    pub fn code(self) -> &'static str {
        match self {
            Refusal::Foreign => "database_foreign",
            Refusal::Newer { .. } => "database_newer",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Foreign => out.write_str("is a database of another program"),
            Refusal::Newer { version } => {
                write!(out, "is of version {version}, which a newer Swarmscope made; this one knows versions up to {VERSION}")
            }
        }
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_old_newer_and_foreign() {
        let opening = |application_id, user_version, objects| Opening { application_id, user_version, objects }.statements();
        let made = opening(0, 0, 0).unwrap();
        assert!(made.starts_with(SCHEMA) && made.contains("PRAGMA application_id = 1400337251;\nPRAGMA user_version = 1;"));
        assert_eq!(opening(APPLICATION_ID, VERSION, 90), Ok(String::new()));
        assert_eq!(opening(APPLICATION_ID, VERSION + 1, 90), Err(Refusal::Newer { version: VERSION + 1 }));
        for (id, version, objects) in [(0, 0, 3), (0, 1, 3), (7, 1, 3), (APPLICATION_ID, 0, 3), (APPLICATION_ID, -1, 3)] {
            assert_eq!(opening(id, version, objects), Err(Refusal::Foreign), "{id} {version} {objects}");
        }
    }
}
