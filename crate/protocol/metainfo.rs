//! `.torrent` files, on their way to a client or given by whoever asks.
//!
//! BEP 3: a bencoded dictionary with an `info` dictionary in it, whose hash names the torrent. BEP 12 adds lists of trackers,
//! BEP 17 and BEP 19 add seeds on the web, BEP 5 nodes of the DHT:
//!
//! ```text
//! d 8:announce URL  13:announce-list LISTS  9:httpseeds URLS  4:info d … e  5:nodes l l HOST PORT e … e  8:url-list URLS e
//! ```
//!
//! Left out on purpose: the inside of `info`, which is handed on as it stands: [`InfoDictionary`](super::info_dictionary::InfoDictionary)
//! reads and hashes it.

use std::fmt;

use smallvec::SmallVec;

use crate::base::bencode::{Cursor, Kind};
use crate::base::{Excerpt, InfoHash, Limits, Malformed};

/// A `.torrent` file, borrowed from where it passed by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metainfo<'a> {
    /// The `info` dictionary as it stands, with its `d` and `e`; `None` where it is not all in the capture.
    pub info: Option<&'a [u8]>,
    /// The tracker.
    pub announce: Option<&'a [u8]>,
    /// Trackers of all tiers (BEP 12).
    pub announce_list: Vec<&'a [u8]>,
    /// Seeds on the web (BEP 19).
    pub url_list: Vec<&'a [u8]>,
    /// Seeds on the web that know torrents (BEP 17).
    pub http_seeds: Vec<&'a [u8]>,
    /// Nodes to begin with in the DHT (BEP 5): host and port.
    pub nodes: Vec<(&'a [u8], u16)>,
    /// `piece layers` as they stand: for each file of more than one piece, the hashes of its pieces in version 2 (BEP 52).
    pub piece_layers: Option<&'a [u8]>,
    /// The names of the torrent in messages, where the info dictionary could be read.
    pub names: SmallVec<[InfoHash; 2]>,
}

impl<'a> Metainfo<'a> {
    /// Its trackers, each once.
    pub fn trackers(&self) -> Vec<&'a [u8]> {
        let mut trackers = Vec::new();
        for url in self.announce.iter().chain(&self.announce_list).copied() {
            if !trackers.contains(&url) {
                trackers.push(url);
            }
        }
        trackers
    }

    /// Its seeds on the web, of either kind.
    pub fn web_seeds(&self) -> impl Iterator<Item = &'a [u8]> {
        self.url_list.iter().chain(&self.http_seeds).copied()
    }
}

impl fmt::Display for Metainfo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "torrent file, info dictionary of {} bytes", self.info.map_or(0, <[u8]>::len))?;
        self.announce.map_or(Ok(()), |announce| write!(f, ", tracker {}", Excerpt(announce)))
    }
}

/// Whether a text may be the beginning of one: a dictionary with a key in it.
pub(super) fn may_begin(bytes: &[u8]) -> bool {
    bytes.iter().zip([b'd'..=b'd', b'1'..=b'9']).all(|(byte, due)| due.contains(byte))
}

/// Reads a `.torrent` file: a dictionary that holds `info`, and nothing behind it but line ends.
pub(super) fn parse<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Metainfo<'a>, Malformed> {
    let mut cursor = Cursor::new(bytes, limits.bencode_depth);
    let mut metainfo = Metainfo::default();
    cursor.enter(Kind::Dictionary, "metainfo")?;
    while !cursor.leave("metainfo")? {
        match cursor.bytes("key")? {
            b"info" if cursor.peek("info")? == Kind::Dictionary => metainfo.info = Some(cursor.skip("info")?),
            b"announce" if cursor.peek("announce")? == Kind::Bytes => metainfo.announce = Some(cursor.bytes("announce")?),
            b"announce-list" => metainfo.announce_list = read_tiers(&mut cursor, limits)?,
            b"url-list" => metainfo.url_list = read_urls(&mut cursor, limits)?,
            b"httpseeds" => metainfo.http_seeds = read_urls(&mut cursor, limits)?,
            b"nodes" if cursor.peek("nodes")? == Kind::List => metainfo.nodes = read_nodes(&mut cursor, limits)?,
            b"piece layers" if cursor.peek("piece layers")? == Kind::Dictionary => {
                metainfo.piece_layers = Some(cursor.skip("piece layers")?)
            }
            _ => drop(cursor.skip("value")?),
        }
    }
    let whole = metainfo.info.is_some() && cursor.rest().trim_ascii().is_empty();
    if whole { Ok(metainfo) } else { Err(cursor.malformed("info")) }
}

/// Lists of URLs in a list.
fn read_tiers<'a>(cursor: &mut Cursor<'a>, limits: &Limits) -> Result<Vec<&'a [u8]>, Malformed> {
    let mut urls = Vec::new();
    if cursor.peek("announce-list")? != Kind::List {
        cursor.skip("announce-list")?;
        return Ok(urls);
    }
    cursor.enter(Kind::List, "announce-list")?;
    while !cursor.leave("announce-list")? {
        let tier = read_urls(cursor, limits)?;
        urls.extend(tier.into_iter().take(limits.scraped_torrents - urls.len()));
    }
    Ok(urls)
}

/// One URL, or a list of them.
fn read_urls<'a>(cursor: &mut Cursor<'a>, limits: &Limits) -> Result<Vec<&'a [u8]>, Malformed> {
    let mut urls = Vec::new();
    match cursor.peek("URLs")? {
        Kind::Bytes => urls.push(cursor.bytes("URLs")?),
        Kind::List => {
            cursor.enter(Kind::List, "URLs")?;
            while !cursor.leave("URLs")? {
                match cursor.peek("url")? {
                    Kind::Bytes if urls.len() < limits.scraped_torrents => urls.push(cursor.bytes("url")?),
                    _ => drop(cursor.skip("url")?),
                }
            }
        }
        _ => drop(cursor.skip("URLs")?),
    }
    Ok(urls)
}

/// Lists of a host and a port in a list; what is anything else is passed over.
fn read_nodes<'a>(cursor: &mut Cursor<'a>, limits: &Limits) -> Result<Vec<(&'a [u8], u16)>, Malformed> {
    let mut nodes = Vec::new();
    cursor.enter(Kind::List, "nodes")?;
    while !cursor.leave("nodes")? {
        if cursor.peek("node")? != Kind::List {
            cursor.skip("node")?;
            continue;
        }
        let (mut host, mut port) = (None, None);
        cursor.enter(Kind::List, "node")?;
        while !cursor.leave("node")? {
            match cursor.peek("node")? {
                Kind::Bytes if host.is_none() => host = Some(cursor.bytes("node")?),
                Kind::Integer if port.is_none() => port = u16::try_from(cursor.integer("node")?).ok(),
                _ => drop(cursor.skip("node")?),
            }
        }
        nodes.extend(host.zip(port).filter(|_| nodes.len() < limits.scraped_torrents));
    }
    Ok(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"d8:announce8:http://t4:infod6:lengthi5e4:name1:ae8:url-listl1:u1:vee\n";

    #[test]
    fn a_file() {
        let metainfo = parse(FILE, &Limits::default()).unwrap();
        assert_eq!(metainfo.info, Some(&b"d6:lengthi5e4:name1:ae"[..]));
        assert_eq!((metainfo.announce, metainfo.url_list.as_slice()), (Some(&b"http://t"[..]), &[&b"u"[..], b"v"][..]));
        assert_eq!(metainfo.to_string(), "torrent file, info dictionary of 22 bytes, tracker http://t");
        let tiers = parse(b"d13:announce-listll1:a1:bel1:cei1e1:de4:infodee", &Limits::default()).unwrap();
        assert_eq!(tiers.announce_list, [b"a", b"b", b"c", b"d"]);
        assert_eq!(parse(b"d13:announce-list1:x4:infodee", &Limits::default()).unwrap().announce_list, [&b""[..]; 0]);
        let one = parse(b"d4:infode8:url-list1:ue", &Limits::default()).unwrap();
        assert_eq!(one.url_list, [b"u"]);
        let more =
            b"d8:announce1:a13:announce-listll1:a1:beee9:httpseedsl1:he4:infode5:nodesll1:ni7eel1:mei1ell1:xi70000ee1:yee8:url-list1:ue";
        let more = parse(more, &Limits::default());
        assert!(more.is_err(), "a list that is not closed");
        let more = b"d8:announce1:a13:announce-listll1:a1:bee9:httpseedsl1:he4:infode5:nodesll1:ni7eel1:mei1el1:xi70000eee8:url-list1:ue";
        let more = parse(more, &Limits::default()).unwrap();
        assert_eq!((more.trackers(), more.nodes.as_slice()), (vec![&b"a"[..], b"b"], &[(&b"n"[..], 7)][..]));
        assert!(more.web_seeds().eq([&b"u"[..], b"h"]));
    }

    #[test]
    fn every_prefix_is_malformed_and_may_begin_one() {
        for end in 0..FILE.len() - 1 {
            assert!(parse(&FILE[..end], &Limits::default()).is_err() && may_begin(&FILE[..end]), "{end}");
        }
    }

    #[test]
    fn what_is_no_torrent_is_not_taken_for_one() {
        for bytes in [&b"d8:announce8:http://te"[..], b"d4:info1:ae", b"d4:infodeex", b"l4:infodee", b"<html>", b"d4:infodi1e"] {
            assert!(parse(bytes, &Limits::default()).is_err(), "{}", bytes.escape_ascii());
        }
        assert!(!may_begin(b"<html>") && !may_begin(b"do") && !may_begin(b"d0"));
    }
}
