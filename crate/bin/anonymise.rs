//! `--anonymise`: everything that is printed is told under pseudonyms.
//!
//! In: the path of a key file, which is made where there is none. Out: pseudonyms under its key. A key is 64 hex digits, drawn and not
//! chosen: a pass phrase could be guessed by trial, since some addresses of a capture are never hard to guess.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use swarmscope::base::Hex;
use swarmscope::base::pseudonyms::{self, Pseudonyms};

use super::complain;

/// Whether and how to anonymise.
#[derive(Debug, Args)]
pub(super) struct AnonymiseArguments {
    /// Replace addresses, names, peer and node IDs, URLs and texts in whatever is printed, the same by the same under the key in this file; makes
    /// the file, with a new key, where there is none. Who has the key can trace pseudonyms back
    #[arg(long, value_name = "KEYFILE", conflicts_with_all = ["geography", "verify", "extract"])]
    anonymise: Option<PathBuf>,

    /// With --anonymise: replace info hashes too, which else say what was shared
    #[arg(long, requires = "anonymise")]
    anonymise_torrents: bool,
}

impl AnonymiseArguments {
    /// The pseudonyms under the key; `None` where nothing is to be replaced.
    ///
    /// # Errors
    /// A sentence where the file cannot be read or made, or holds no key.
    pub(super) fn pseudonyms(&self) -> Result<Option<Pseudonyms>, String> {
        let Some(path) = &self.anonymise else { return Ok(None) };
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(path),
            read => read,
        };
        let text = text.map_err(|error| format!("{}: {error}", path.display()))?;
        let key = pseudonyms::key(&text).ok_or_else(|| format!("{}: is no key (64 hex digits)", path.display()))?;
        let pseudonyms = Pseudonyms::new(&key);
        Ok(Some(if self.anonymise_torrents { pseudonyms.and_torrents() } else { pseudonyms }))
    }
}

/// Writes a new key into a new file that only its owner may read; answers its text.
fn make(path: &Path) -> io::Result<String> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let text = format!("{}\n", Hex(&key));
    options.open(path)?.write_all(text.as_bytes())?;
    complain(&format!("{}: a new key. Keep it: with it the same pseudonyms come again, and can be traced back", path.display()));
    Ok(text)
}
