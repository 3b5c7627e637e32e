//! Maps of holes: which bytes of a file that was put together are missing.
//!
//! In: a file's ranges without verified pieces. Out: `NAME.holes.json` beside the file, in the form that the page writes too; nothing, and no map from
//! before, where nothing is missing. What stands there and is no such map is left alone.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

/// A map as it is written.
#[derive(Serialize)]
struct Map<'a> {
    /// What its pairs of numbers mean, under the key by which a map is known.
    #[serde(rename = "holes of a file rebuilt by Swarmscope")]
    form: &'static str,
    /// The file's name.
    file: &'a str,
    /// Its bytes when it is whole.
    length: u64,
    /// From, and up to but without.
    holes: Vec<[u64; 2]>,
}

/// Where the map of a file is; `None` for a path without a name.
pub(super) fn place_of(file: &Path) -> Option<PathBuf> {
    let name = file.file_name()?.to_string_lossy();
    Some(file.with_file_name(format!("{name}.holes.json")))
}

/// Writes the map of a file beside it, in place of the one before; takes that away where nothing is missing.
///
/// # Errors
/// Where something else stands in its place, or the file system refuses.
pub(super) fn write(file: &Path, length: u64, holes: &[Range<u64>]) -> io::Result<()> {
    let Some((place, name)) = place_of(file).zip(file.file_name()) else { return Ok(()) };
    let found = match fs::symlink_metadata(&place) {
        Ok(_) => Some(is_map(&place)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    match found {
        Some(true) if holes.is_empty() => return fs::remove_file(&place),
        Some(false) if !holes.is_empty() => {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} is no map of holes: none is written", place.display())));
        }
        _ if holes.is_empty() => return Ok(()),
        _ => {}
    }
    let holes = holes.iter().map(|hole| [hole.start, hole.end]).collect();
    let map = Map { form: "bytes from, and up to but without", file: &name.to_string_lossy(), length, holes };
    let mut text = Vec::new();
    map.serialize(&mut Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b" ")))?;
    fs::write(place, text)
}

/// Whether a file is such a map. A link is none, wherever it leads.
fn is_map(path: &Path) -> io::Result<bool> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Ok(false);
    }
    let mut start = Vec::new();
    File::open(path)?.take(LOOKED_AT).read_to_end(&mut start)?;
    Ok(String::from_utf8_lossy(&start).contains(MARK))
}

/// The first key of a map.
const MARK: &str = "holes of a file rebuilt by Swarmscope";

/// Bytes of a file that tell whether it is a map.
const LOOKED_AT: u64 = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_is_that_of_the_page() {
        let folder = std::env::temp_dir().join(format!("swarmscope-holes-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (file, place) = (folder.join("a.bin"), folder.join("a.bin.holes.json"));
        write(&file, 9, &[2..4, 8..9]).unwrap();
        let expected = "{\n \"holes of a file rebuilt by Swarmscope\": \"bytes from, and up to but without\",\n \"file\": \"a.bin\",\n \"length\": 9,\n \"holes\": [\n  [\n   2,\n   4\n  ],\n  [\n   8,\n   9\n  ]\n ]\n}";
        assert_eq!(fs::read_to_string(&place).unwrap(), expected);
        write(&file, 9, &[]).unwrap();
        write(&file, 9, &[]).unwrap();
        assert!(!place.exists());
        fs::write(&place, "mine").unwrap();
        assert!(write(&file, 9, &[0..1, 3..4]).is_err());
        write(&file, 9, &[]).unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "mine");
        fs::remove_dir_all(folder).unwrap();
    }
}
