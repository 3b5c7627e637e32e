//! The torrents that are known, as plain text. Texts from captures and files are escaped, so that none can steer a terminal.

use super::{KnownTorrent, TorrentFact};
use crate::report::text::printable;

/// A block a torrent: what it is, and a line for everything that says so.
pub fn text(torrents: &[KnownTorrent]) -> String {
    torrents.iter().map(block).collect::<Vec<_>>().join("\n")
}

fn block(torrent: &KnownTorrent) -> String {
    let name = torrent.name.as_deref().map_or_else(|| "name unknown".to_owned(), printable);
    let mut lines = vec![format!("{}: {name}", torrent.info_hash)];
    if let (Some(count), Some(length), Some(size)) = (torrent.piece_count, torrent.piece_length, torrent.total_size) {
        let files = torrent.file_count.map(|files| format!(" in {files} file(s)")).unwrap_or_default();
        lines.push(format!("  {count} pieces of {length} bytes, {size} bytes{files}"));
    }
    lines.extend(torrent.info_hash_v2.map(|hash| format!("  version 2: {hash}")));
    lines.extend(torrent.trackers.iter().map(|url| format!("  tracker {}", printable(url))));
    lines.extend(torrent.web_seeds.iter().map(|url| format!("  web seed {}", printable(url))));
    lines.extend(Some(torrent.peers_named).filter(|peers| *peers > 0).map(|peers| format!("  {peers} peer(s) named by links")));
    lines.extend(torrent.facts.iter().map(|fact| format!("  {}", line(fact))));
    if !torrent.in_capture {
        lines.push("  nothing in the capture is about it".to_owned());
    }
    lines.push(String::new());
    lines.join("\n")
}

/// `name "film" by the peer 1.2.3.4:5 (frame 6)`.
fn line(fact: &TorrentFact) -> String {
    let value = fact.value.as_deref().map(|value| format!(" \"{}\"", printable(value))).unwrap_or_default();
    let origin = fact.origin.as_deref().map(|origin| format!(" {}", printable(origin))).unwrap_or_default();
    let frame = fact.frame.map(|frame| format!(" (frame {frame})")).unwrap_or_default();
    let kind = fact.fact.name().replace('_', " ");
    format!("{kind}{value} by {}{origin}{frame}", fact.source.words())
}
