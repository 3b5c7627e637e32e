//! Names of files that stay in their folder, on any operating system.
//!
//! In: the paths of a torrent, which anybody may have written. Out: paths of parts that are each a plain name: none is empty, `.` or `..`, a drive or
//! a device, none holds a separator, a control character or what Windows refuses, none ends with a dot or a blank, none is longer than file
//! systems take. Two files never get one path, not even where upper and lower case are the same.

use crate::base::Map;
use crate::protocol::info_dictionary::InfoDictionary;

/// Gives each path of the torrents in one folder a safe one, in order.
#[derive(Debug, Default)]
pub struct Names {
    /// What stands where: a folder that may be shared, or a file.
    taken: Map<String, Taken>,
    /// The next number that is tried for a name that was taken.
    numbers: Map<String, u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Folder,
    File,
}

impl Names {
    /// The safe paths of a torrent's files, and whether each differs from what the torrent says.
    pub fn paths(&mut self, torrent: &InfoDictionary) -> Vec<(Vec<String>, bool)> {
        let is_alone = matches!(torrent.files.as_slice(), [only] if only.path == torrent.name);
        torrent.files.iter().map(|file| self.path(&torrent.name, &file.path, is_alone)).collect()
    }

    /// The safe path of the file that the torrent called `folder` has as `path`, in parts; `is_alone`: it is the torrent's only file, and its
    /// path its name. Answers also whether it differs from what the torrent says.
    fn path(&mut self, folder: &str, path: &str, is_alone: bool) -> (Vec<String>, bool) {
        let folder = (!is_alone).then_some(folder);
        let wanted: Vec<&str> = folder.into_iter().chain(path.split('/')).collect();
        let shown = wanted.iter().take(DEPTH - 1).chain(wanted.iter().skip(DEPTH - 1).next_back());
        let (count, mut parts, mut whole) = (wanted.len().min(DEPTH), Vec::new(), String::new());
        for (at, part) in shown.enumerate() {
            let what = if at + 1 == count { Taken::File } else { Taken::Folder };
            let name = self.free(&whole, safe(part), what);
            whole.extend(["/", &key(&name)]);
            self.taken.insert(whole.clone(), what);
            parts.push(name);
        }
        let is_renamed = parts.len() != wanted.len() || parts.iter().zip(&wanted).any(|(part, wanted)| part != wanted);
        (parts, is_renamed)
    }

    /// The name, or one with a number where it is taken.
    fn free(&mut self, folder: &str, wanted: String, what: Taken) -> String {
        let place = |name: &str| format!("{folder}/{}", key(name));
        let is_free = |taken: Option<&Taken>| taken.is_none_or(|taken| *taken == Taken::Folder && what == Taken::Folder);
        let mut name = wanted.clone();
        while !is_free(self.taken.get(&place(&name))) {
            let number = self.numbers.entry(place(&wanted)).or_insert(1);
            *number += 1;
            name = numbered(&wanted, *number);
        }
        name
    }
}

/// What file systems that mind no case take for one name.
fn key(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}

/// A part of a path as a plain name.
fn safe(part: &str) -> String {
    let plain = |letter: char| match letter {
        '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '\u{7f}' => '_',
        // What turns text around, and what cannot be seen: a name must look like what it is.
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => '_',
        letter if letter.is_control() => '_',
        letter => letter,
    };
    let mut name: String = part.chars().map(plain).collect();
    shorten(&mut name, NAME_BYTES);
    let bare = name.trim_end_matches(['.', ' ']).len();
    let ending = "_".repeat((name.len() - bare).min(1));
    name.truncate(bare);
    name.push_str(&ending);
    // Windows opens a device whatever stands behind the first dot.
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    if name.is_empty() || is_device(&stem) { format!("_{name}") } else { name }
}

fn is_device(stem: &str) -> bool {
    let numbered = |rest: &str| rest.chars().count() == 1 && rest.chars().all(|digit| matches!(digit, '0'..='9' | '¹' | '²' | '³'));
    matches!(stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$")
        || stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")).is_some_and(numbered)
}

/// `name (2).ext`
fn numbered(name: &str, number: u64) -> String {
    let at = name.rfind('.').filter(|at| *at > 0).unwrap_or(name.len());
    let (stem, ending) = name.split_at(at);
    let mut stem = stem.to_owned();
    shorten(&mut stem, NAME_BYTES.saturating_sub(ending.len()));
    format!("{stem} ({number}){ending}")
}

fn shorten(name: &mut String, longest: usize) {
    let end = (0..=longest.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
    name.truncate(end.unwrap_or(0));
}

/// Folders in folders.
const DEPTH: usize = 32;
/// Bytes of a name, with room for a number: file systems take 255.
const NAME_BYTES: usize = 220;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_its_folder() {
        for hostile in [
            "..",
            ".",
            "",
            "/",
            "\\",
            "C:",
            "..\\..",
            "a\0b",
            "con",
            "NUL.txt",
            "com1",
            "lpt9.x",
            "COM¹",
            "x.",
            "x ",
            "...",
            "a:b",
            "\u{202e}gpj",
        ] {
            let name = safe(hostile);
            assert!(!name.is_empty() && name != "." && name != "..", "{hostile:?} {name:?}");
            assert!(!name.contains(['/', '\\', ':', '\0', '\u{202e}']) && !name.ends_with(['.', ' ']), "{hostile:?} {name:?}");
            assert!(!is_device(&name.split('.').next().unwrap().to_ascii_uppercase()), "{hostile:?} {name:?}");
        }
        for harmless in ["part 0 \u{e9}.dat", ".hidden", "a.tar.gz", "console", "\u{5b57}", "com10"] {
            assert_eq!(safe(harmless), harmless);
        }
        assert!(safe(&"\u{e9}".repeat(500)).len() <= NAME_BYTES);
        let mut names = Names::default();
        let deep = names.path("t", &format!("{}x", "../".repeat(100)), false).0;
        assert!(deep.len() <= DEPTH && deep.iter().all(|part| part != ".."));
    }

    #[test]
    fn files_never_get_one_path() {
        let mut names = Names::default();
        let mut path = |path: &str| {
            let (parts, renamed) = names.path("t", path, false);
            (parts.join("/"), renamed)
        };
        assert_eq!(path("a/b.txt"), ("t/a/b.txt".into(), false));
        assert_eq!(path("A/B.TXT"), ("t/A/B (2).TXT".into(), true));
        assert_eq!(path("a/b?txt"), ("t/a/b_txt".into(), true));
        assert_eq!(path("a/b*txt"), ("t/a/b_txt (2)".into(), true));
        // A file where a folder is.
        assert_eq!(path("a"), ("t/a (2)".into(), true));
        assert_eq!(Names::default().path("t", "t", true), (vec!["t".into()], false));
    }

    #[test]
    fn a_folder_where_a_file_is_gets_another_name() {
        let mut names = Names::default();
        names.path("t", "a", false);
        let (parts, renamed) = names.path("t", "a/b", false);
        assert!(renamed && parts.join("/") != "t/a/b");
    }
}
