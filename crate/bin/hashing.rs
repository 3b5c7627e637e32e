//! By what a file is known: its SHA-256.
//!
//! In: a path. Out: 64 hex digits.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use swarmscope::sql::FileHash;

/// The SHA-256 of a file.
///
/// # Errors
/// Where it cannot be read; `else_why` where it is none, and so could not be read once more.
pub(super) fn file_hash(path: &Path, else_why: &str) -> io::Result<String> {
    let mut file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, else_why));
    }
    let (mut hash, mut room) = (FileHash::default(), vec![0; ROOM_BYTES]);
    loop {
        match file.read(&mut room)? {
            0 => return Ok(hash.finish()),
            count => hash.update(room.get(..count).unwrap_or_default()),
        }
    }
}

/// Bytes that are read at once.
const ROOM_BYTES: usize = 1 << 20;
