//! What is a database of captures, and how an older one becomes one of now?

use std::fmt;

use super::SCHEMA;

/// What stands in a database's header (`PRAGMA application_id`): the letters `Swsc`.
pub const APPLICATION_ID: i32 = 0x5377_7363;

/// The version of the schema (`PRAGMA user_version`).
pub const VERSION: i32 = 2;

/// From version to version: the step at place `n` makes the tables of `n` + 2 of those of version `n` + 1, and drops views that are no more.
const STEPS: [&str; VERSION as usize - 1] = [include_str!("from_version_1.sql")];

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
    /// Whether nothing is in it, not even what it is.
    pub fn is_new(self) -> bool {
        self == Opening { application_id: 0, user_version: 0, objects: 0 }
    }

    /// The statements that make it a database of now; empty where it is one. They belong in the transaction of whatever is done next.
    ///
    /// # Errors
    /// [`Refusal`], before anything is changed.
    pub fn statements(self) -> Result<String, Refusal> {
        if !self.is_new() && (self.application_id != APPLICATION_ID || self.user_version < 1) {
            return Err(Refusal::Foreign);
        }
        if self.user_version > VERSION {
            return Err(Refusal::Newer { version: self.user_version });
        }
        let steps = match usize::try_from(self.user_version) {
            Ok(version @ 1..) if self.user_version < VERSION => STEPS.iter().skip(version - 1).copied().chain([&*views()]).collect(),
            Ok(1..) => return Ok(String::new()),
            _ => SCHEMA.to_owned(),
        };
        Ok(format!("{steps}\nPRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {VERSION};\n"))
    }
}

/// The statements that make every view as it is now: views hold nothing, so that no step needs to change one.
fn views() -> String {
    let bodies = SCHEMA.split("\nCREATE VIEW ").skip(1).filter_map(|rest| rest.split(";\n").next());
    let anew = |body: &str| format!("DROP VIEW IF EXISTS {};\nCREATE VIEW {body};\n", body.split_whitespace().next().unwrap_or_default());
    bodies.map(anew).collect()
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
        assert!(made.starts_with(SCHEMA) && made.contains("PRAGMA application_id = 1400337251;\nPRAGMA user_version = 2;"));
        assert_eq!(opening(APPLICATION_ID, VERSION, 90), Ok(String::new()));
        let older = opening(APPLICATION_ID, 1, 90).unwrap();
        assert!(
            older.contains("CREATE TABLE unfinished") && !older.contains("CREATE TABLE captures") && older.ends_with("user_version = 2;\n")
        );
        assert_eq!(opening(APPLICATION_ID, VERSION + 1, 90), Err(Refusal::Newer { version: VERSION + 1 }));
        for (id, version, objects) in [(0, 0, 3), (0, 1, 3), (7, 1, 3), (APPLICATION_ID, 0, 3), (APPLICATION_ID, -1, 3)] {
            assert_eq!(opening(id, version, objects), Err(Refusal::Foreign), "{id} {version} {objects}");
        }
    }
}
