//! Words of clients, servers and captures.

use super::Mapping;
use crate::base::{Code, Hex};

/// Whether a text says a client's make and version, and nothing else.
fn is_client(text: &str) -> bool {
    let mut words = text.split([' ', '/', '-', '_', '(', ')', ',', ';']).filter(|word| !word.is_empty());
    words.all(|word| {
        let lower = word.trim_end_matches('.').to_lowercase();
        WORDS.contains(&lower.as_str()) || is_version(&lower)
    })
}

/// `2.0.11.0`, `v3.5.5`, `4.0.0b1`
fn is_version(word: &str) -> bool {
    let number = word.strip_prefix('v').unwrap_or(word);
    let letters = number.bytes().filter(u8::is_ascii_alphabetic).count();
    number.len() <= VERSION_BYTES
        && number.starts_with(|first: char| first.is_ascii_digit())
        && letters <= 2
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+'))
        && number.parse::<std::net::IpAddr>().is_err()
}

impl<'k> Mapping<'_, 'k> {
    /// A client's name for itself, or its pseudonym where it may say anything else.
    pub(super) fn client(&self, text: &[u8]) -> Vec<u8> {
        let cut = text.get(..CLIENT_BYTES).unwrap_or(text);
        match std::str::from_utf8(cut) {
            Ok(text) if is_client(text) => text.into(),
            _ => format!("client-{}", Hex(&self.pseudonyms.opaque::<6>(cut))).into(),
        }
    }

    /// A host's name as it stands in a message.
    pub(super) fn host(&mut self, host: &[u8]) -> &'k [u8] {
        let host = self.pseudonyms.host(&String::from_utf8_lossy(host));
        self.keep(host)
    }

    /// A URL or a path as it stands in a message.
    pub(super) fn url(&mut self, url: &[u8]) -> &'k [u8] {
        let url = self.pseudonyms.url(&String::from_utf8_lossy(url));
        self.keep(url)
    }
}

/// Whether what is said of a place in a file is this crate's own sentence, and nothing of the file.
pub(super) fn is_ours(code: Code) -> bool {
    use Code::{BlockDamaged, FileCut, FileDamaged, FramesUnordered, LimitExpanded, PackedDamaged, RecordsSkipped};
    matches!(code, BlockDamaged | FileCut | FileDamaged | FramesUnordered | LimitExpanded | PackedDamaged | RecordsSkipped)
}

/// Bytes of a client's name that are looked at, as many as are kept of it.
const CLIENT_BYTES: usize = 64;

const VERSION_BYTES: usize = 12;

/// Words of clients' names, in lower case.
#[rustfmt::skip]
const WORDS: [&str; 59] = [
    "alpha", "anacrolix", "aria2", "azureus", "beta", "biglybt", "bitcomet", "bitlord", "bitspirit", "bittornado", "bittorrent", "build", "classic",
    "client", "ctorrent", "deluge", "dev", "download", "embedded", "flud", "folx", "frostwire", "fdm", "free", "git", "go", "ktorrent", "libre",
    "libretorrent", "libtorrent", "lite", "lphant", "lt", "mac", "mainline", "manager", "monotorrent", "motrix", "picotorrent", "qbittorrent",
    "rasterbar", "rc", "release", "rqbit", "rtorrent", "shareaza", "tixati", "torrent", "transmission", "tribler", "utorrent", "vuze", "web",
    "webtorrent", "xunlei", "µtorrent", "μtorrent", "wget", "curl",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_makes_and_versions_are_known() {
        for (text, known) in [
            ("qBittorrent/4.5.2", true),
            ("libtorrent/2.0.11.0", true),
            ("Transmission 4.0.6", true),
            ("Deluge/2.1.1 libtorrent/2.0.6.0", true),
            ("µTorrent 3.5.5", true),
            ("rtorrent/0.9.8/0.13.8", true),
            ("aria2/1.37.0", true),
            ("Transmission 4.0.0-beta.2+r1", false),
            ("", true),
            ("qBittorrent/4.5.2 alice", false),
            ("alice/1.0", false),
            ("libtorrent 198.51.100.7", false),
            ("Torrent 4a1ice", false),
        ] {
            assert_eq!(is_client(text), known, "{text}");
        }
    }
}
