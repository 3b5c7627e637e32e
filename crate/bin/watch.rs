//! `--watch`: a list of what somebody watches for.
//!
//! In: a file, an entry a line. Out: a session that knows it, and a line on standard error for each line that is no entry.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use swarmscope::session::Session;

use super::complain;

/// What is watched for.
#[derive(Debug, Args)]
pub(super) struct WatchArguments {
    /// A list of what is watched for, an entry a line: info hashes, magnet links, addresses, networks (203.0.113.0/24), names. What is met of it
    /// stands in the summary and in the report
    #[arg(long, value_name = "FILE")]
    watch: Option<PathBuf>,
}

impl WatchArguments {
    /// Gives a session the list; answers whether it could be read.
    pub(super) fn give(&self, session: &mut Session) -> bool {
        let Some(path) = &self.watch else { return true };
        let text = match fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => {
                complain(&format!("{}: {error}", path.display()));
                return false;
            }
        };
        let outcome = session.watch(&text);
        outcome.lines.iter().for_each(|refused| complain(&format!("{}: line {} {}", path.display(), refused.line, refused.reason)));
        true
    }
}
