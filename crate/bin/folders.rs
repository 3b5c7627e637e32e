//! Folders among the captures: what of them is read.
//!
//! In: paths. Out: the captures and torrents in them, whatever the depth, in the order of their paths. Captures are known by their content,
//! torrents by theirs or their name; what else a folder holds is passed over, and told in one line.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use swarmscope::base::Limits;
use swarmscope::capture::{Advance, Input, Reader, Step};

use super::complain;

/// What is to be read.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Captures, those named themselves whatever they are.
    pub(super) captures: Vec<PathBuf>,
    /// Torrents that stand in folders.
    pub(super) torrents: Vec<PathBuf>,
}

/// What of one folder is not read.
#[derive(Debug, Default)]
struct PassedOver {
    others: usize,
    hidden: usize,
    beyond: usize,
}

/// Takes the folders among `paths` apart.
pub(super) fn open(paths: Vec<PathBuf>) -> Found {
    let mut found = Found::default();
    for path in paths {
        if path.is_dir() {
            let before = (found.captures.len(), found.torrents.len());
            let mut passed = PassedOver::default();
            walk(&path, 0, &mut found, &mut passed);
            let (captures, torrents) = (found.captures.len() - before.0, found.torrents.len() - before.1);
            complain(&format!("{}: {}", path.display(), passed.told(captures, torrents)));
        } else {
            found.captures.push(path);
        }
    }
    found
}

fn walk(folder: &Path, depth: usize, found: &mut Found, passed: &mut PassedOver) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return complain(&format!("{}: {error}", folder.display())),
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') {
            passed.hidden += 1;
        } else if found.captures.len() >= MOST_FILES || depth > MOST_DEPTH {
            passed.beyond += 1;
        } else if path.is_dir() {
            // A link to a folder may lead round in circles.
            if path.is_symlink() { passed.others += 1 } else { walk(&path, depth + 1, found, passed) }
        } else if path.is_file() {
            match kind_of(&path, &name) {
                Kind::Capture => found.captures.push(path),
                Kind::Torrent => found.torrents.push(path),
                Kind::Other => passed.others += 1,
            }
        } else {
            passed.others += 1;
        }
    }
}

enum Kind {
    Capture,
    Torrent,
    Other,
}

/// What a file is, by how it begins. One that cannot be read is taken for a capture: reading it tells why.
fn kind_of(path: &Path, name: &str) -> Kind {
    if name.to_ascii_lowercase().ends_with(".torrent") {
        return Kind::Torrent;
    }
    let Ok(mut file) = File::open(path) else { return Kind::Capture };
    let limits = Limits::default();
    let (mut input, mut reader) = (Input::new(&limits), Reader::new(&limits));
    let mut read = 0;
    loop {
        match reader.next(input.bytes(), input.is_last()) {
            _ if !reader.format().is_empty() => return Kind::Capture,
            Ok(Step::More { .. }) => {}
            Ok(_) | Err(_) => return if read > 0 && is_torrent(&input) { Kind::Torrent } else { Kind::Other },
        }
        if input.advance() != Advance::Nothing {
            continue;
        }
        let room = input.room();
        let most = room.len().min(LOOKED_AT);
        match room.get_mut(..most).map(|room| file.read(room)) {
            Some(Ok(count)) if count > 0 && read < LOOKED_AT * 4 => {
                input.filled(count);
                read += count;
            }
            _ => input.end(),
        }
    }
}

/// Whether a file begins as a bencoded dictionary does.
fn is_torrent(input: &Input) -> bool {
    matches!(input.bytes(), [b'd', b'0'..=b'9', ..])
}

impl PassedOver {
    fn told(&self, captures: usize, torrents: usize) -> String {
        let counts = [(self.others, "no captures"), (self.hidden, "hidden"), (self.beyond, "beyond what is looked at")];
        let passed: Vec<_> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        let passed = if passed.is_empty() { String::new() } else { format!("; passed over: {}", passed.join(", ")) };
        format!("captures read: {captures}, torrents: {torrents}{passed}")
    }
}

/// Captures of folders that are read: each is open until all are read.
const MOST_FILES: usize = 4096;
/// Folders in folders.
const MOST_DEPTH: usize = 32;
/// Bytes of a file read at a time to tell what it is; some more where it is compressed.
const LOOKED_AT: usize = 64 << 10;
