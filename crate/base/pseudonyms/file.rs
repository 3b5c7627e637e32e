//! Pseudonyms of names that people gave: of torrents, files and folders.

use super::{Kind, Pseudonyms};

/// The pseudonym of one name, no path: `name-3fa9c2d1e07b.mkv`. An empty one is its own.
pub(super) fn pseudonym(pseudonyms: &Pseudonyms, name: &str) -> String {
    if matches!(name, "" | "." | "..") {
        return name.to_owned();
    }
    let digits = pseudonyms.digits(Kind::Name, name.as_bytes());
    extension(name).map_or_else(|| format!("name-{digits}"), |extension| format!("name-{digits}.{extension}"))
}

/// The extension, where it says no more than what kind of file it is.
fn extension(name: &str) -> Option<&'static str> {
    let (_, last) = name.rsplit_once('.')?;
    EXTENSIONS.iter().copied().find(|known| known.eq_ignore_ascii_case(last))
}

/// Extensions that many files have. Any other might be part of a name.
#[rustfmt::skip]
const EXTENSIONS: [&str; 53] = [
    "7z", "aac", "apk", "ape", "avi", "azw3", "bin", "bz2", "cbr", "cbz", "cue", "dat", "deb", "dmg", "doc", "epub", "exe", "flac", "gif", "gz",
    "htm", "html", "img", "iso", "jpeg", "jpg", "js", "log", "m2ts", "m3u", "m4a", "m4v", "md", "mka", "mkv", "mobi", "mov", "mp3", "mp4", "mpg",
    "msi", "nfo", "ogg", "pdf", "png", "rar", "srt", "torrent", "ts", "txt", "webm", "wmv", "zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_well_known_extensions_stay() {
        let pseudonyms = Pseudonyms::new(&[1; 32]);
        let ending = |name: &str| {
            let pseudonym = pseudonym(&pseudonyms, name);
            assert!(pseudonym.starts_with("name-") && pseudonym.len() >= 17, "{pseudonym}");
            pseudonym.get(17..).unwrap().to_owned()
        };
        for (name, expected) in [
            ("A Film (2024).MKV", ".mkv"),
            ("report.alice", ""),
            ("alice", ""),
            (".txt", ".txt"),
            ("x.tar.gz", ".gz"),
            ("a.b.", ""),
            ("ü", ""),
        ] {
            assert_eq!(ending(name), expected, "{name}");
        }
        assert_eq!((pseudonym(&pseudonyms, ""), pseudonym(&pseudonyms, "..")), (String::new(), "..".to_owned()));
        assert_ne!(pseudonym(&pseudonyms, "a.txt"), pseudonym(&pseudonyms, "b.txt"));
    }
}
