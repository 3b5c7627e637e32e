//! Torrents that whoever reads a capture gives: `.torrent` files (BEP 3) and magnet links (BEP 9).
//!
//! In: the bytes of a file, or a line of text, neither of which is to be trusted. Out: [`Given`], which says what the torrent is as far as the
//! file or the link does. An info dictionary is as certain as one of the capture, because its hash is the torrent's name; whatever else
//! stands beside it is what somebody wrote.

use std::fmt;

use super::info_dictionary::InfoDictionary;
use super::magnet::{self, Magnet};
use super::metainfo::{self, Metainfo};
use crate::base::{Excerpt, InfoHash, Limits};

/// A torrent that was given.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    /// What the file is called that it stands in.
    pub origin: &'a str,
    /// What was given.
    pub what: What<'a>,
}

/// What was given.
#[derive(Clone, Debug)]
pub enum What<'a> {
    /// A `.torrent` file: what it says, and its info dictionary.
    File(Metainfo<'a>, InfoDictionary),
    /// A magnet link.
    Link(Magnet),
}

/// Why what was given is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is no `.torrent` file: this field is missing, or cannot be read.
    NotATorrent(&'static str),
    /// It is no magnet link: this field is missing, or cannot be read.
    NotALink(&'static str),
    /// It is longer than any is.
    TooLong,
    /// There is no room for more.
    TooMany,
}

impl Refused {
    /// A name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Refused::NotATorrent(_) => "not_a_torrent",
            Refused::NotALink(_) => "not_a_link",
            Refused::TooLong => "torrent_too_long",
            Refused::TooMany => "too_many_torrents",
        }
    }

    /// The field that is missing, or cannot be read.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Refused::NotATorrent(field) | Refused::NotALink(field) => Some(field),
            Refused::TooLong | Refused::TooMany => None,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::NotATorrent(field) => write!(f, "is no .torrent file (its {field} cannot be read)"),
            Refused::NotALink("magnet") => write!(f, "is no magnet link"),
            Refused::NotALink("xt") => write!(f, "is a magnet link that names no torrent"),
            Refused::NotALink(field) => write!(f, "is a magnet link whose {field} hash cannot be read"),
            Refused::TooLong => write!(f, "is longer than torrents and lists of links are"),
            Refused::TooMany => write!(f, "is one torrent more than there is room for"),
        }
    }
}

impl std::error::Error for Refused {}

impl<'a> Given<'a> {
    /// Reads a `.torrent` file.
    ///
    /// # Errors
    /// [`Refused`] where it is none.
    pub fn file(origin: &'a str, bytes: &'a [u8], limits: &Limits) -> Result<Self, Refused> {
        if bytes.len() > limits.given_bytes {
            return Err(Refused::TooLong);
        }
        let mut metainfo = metainfo::parse(bytes, limits).map_err(|malformed| Refused::NotATorrent(malformed.field))?;
        let info = metainfo.info.ok_or(Refused::NotATorrent("info"))?;
        let dictionary = InfoDictionary::read(info, limits).map_err(|malformed| Refused::NotATorrent(malformed.field))?;
        metainfo.names = dictionary.names().collect();
        if metainfo.names.is_empty() {
            Err(Refused::NotATorrent("pieces"))
        } else {
            Ok(Given { origin, what: What::File(metainfo, dictionary) })
        }
    }

    /// Reads a magnet link.
    ///
    /// # Errors
    /// [`Refused`] where it is none.
    pub fn link(origin: &'a str, link: &str, limits: &Limits) -> Result<Self, Refused> {
        let magnet = magnet::parse(link, limits).map_err(|malformed| Refused::NotALink(malformed.field))?;
        Ok(Given { origin, what: What::Link(magnet) })
    }

    /// The torrent's names in messages: version 1 first.
    pub fn names(&self) -> Vec<InfoHash> {
        match &self.what {
            What::File(metainfo, _) => metainfo.names.to_vec(),
            What::Link(magnet) => magnet.names().collect(),
        }
    }

    /// What the torrent is, where that was given.
    pub fn dictionary(&self) -> Option<&InfoDictionary> {
        match &self.what {
            What::File(_, dictionary) => Some(dictionary),
            What::Link(_) => None,
        }
    }

    /// The trackers that were given.
    pub fn trackers(&self) -> Vec<String> {
        match &self.what {
            What::File(metainfo, _) => metainfo.trackers().into_iter().map(url).collect(),
            What::Link(magnet) => magnet.trackers.clone(),
        }
    }

    /// The seeds on the web that were given.
    pub fn web_seeds(&self) -> Vec<String> {
        match &self.what {
            What::File(metainfo, _) => metainfo.web_seeds().map(url).collect(),
            What::Link(magnet) => magnet.web_seeds.clone(),
        }
    }
}

/// A URL as text; bytes that are none stand escaped.
pub fn url(bytes: &[u8]) -> String {
    str::from_utf8(bytes).map_or_else(|_| Excerpt(bytes).to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] =
        b"d8:announce8:udp://t:4:infod6:lengthi5e4:name1:a12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaae8:url-list4:\xff://e";

    #[test]
    fn a_file_is_named_by_the_hash_of_its_own_bytes() {
        let limits = Limits::default();
        let given = Given::file("a.torrent", FILE, &limits).unwrap();
        let dictionary = given.dictionary().unwrap();
        assert_eq!((given.names(), dictionary.piece_count), (dictionary.names().collect(), 1));
        assert_eq!((given.trackers(), given.web_seeds()), (vec!["udp://t:".to_owned()], vec!["\\xff://".to_owned()]));
        for end in 0..FILE.len() {
            assert!(Given::file("a", &FILE[..end], &limits).is_err(), "{end}");
        }
    }

    #[test]
    fn what_is_none_is_refused_with_a_reason() {
        let small = Limits { given_bytes: 10, ..Limits::default() };
        let file = |bytes: &[u8], limits: &Limits| Given::file("", bytes, limits).unwrap_err();
        for (refused, words) in [
            (file(b"hello", &Limits::default()), "is no .torrent file (its metainfo cannot be read)"),
            (file(b"d4:infod4:name1:aee", &Limits::default()), "is no .torrent file (its piece length cannot be read)"),
            (file(b"d4:infod4:name1:a12:piece lengthi1eee", &Limits::default()), "is no .torrent file (its pieces cannot be read)"),
            (file(FILE, &small), "is longer than torrents and lists of links are"),
            (Given::link("", "hello", &small).unwrap_err(), "is no magnet link"),
            (Given::link("", "magnet:?dn=a", &small).unwrap_err(), "is a magnet link that names no torrent"),
            (Given::link("", "magnet:?xt=urn:btih:a", &small).unwrap_err(), "is a magnet link whose btih hash cannot be read"),
        ] {
            assert_eq!(refused.to_string(), words);
        }
    }
}
