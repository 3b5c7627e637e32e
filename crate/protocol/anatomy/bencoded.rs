//! Bencoded values (BEP 3) as a tree, and what their strings mean in messages of the DHT (BEP 5) and of extensions (BEP 10).

use crate::base::bencode::{Cursor, Kind};
use crate::base::part::{Part, Parts, hex};
use crate::base::{Endpoint, Excerpt};

/// The value that the bytes begin with; `None` where it cannot be read.
pub(super) fn message(name: &'static str, bytes: &[u8], base: usize) -> Option<Part> {
    let mut left = VALUES;
    let mut part = value(&mut Cursor::new(bytes, DEPTH), base, b"", 0, &mut left)?;
    part.name = name.into();
    Some(part)
}

/// The next value, which stands under `key`.
fn value(cursor: &mut Cursor<'_>, base: usize, key: &[u8], depth: usize, left: &mut usize) -> Option<Part> {
    *left = left.checked_sub(1)?;
    let start = base + cursor.offset();
    let mut part = Part::new(Excerpt(key).to_string(), "", start, start);
    match cursor.peek("value").ok()? {
        Kind::Bytes => {
            let bytes = cursor.bytes("value").ok()?;
            part.end = base + cursor.offset();
            part.value = shown(bytes);
            part.parts = compact(key, bytes, part.end - bytes.len());
        }
        Kind::Integer => part.value = cursor.integer("value").ok()?.to_string(),
        kind @ (Kind::List | Kind::Dictionary) if depth < DEPTH => {
            cursor.enter(kind, "value").ok()?;
            while !cursor.leave("value").ok()? {
                let from = base + cursor.offset();
                let own = if kind == Kind::Dictionary { cursor.bytes("key").ok()? } else { key };
                let mut inner = value(cursor, base, own, depth + 1, left)?;
                if kind == Kind::List {
                    inner.name = part.parts.len().to_string().into();
                }
                inner.start = from;
                part.parts.push(inner);
            }
            part.value = match (kind, part.parts.len()) {
                (Kind::List, 1) => "1 value".to_owned(),
                (Kind::List, count) => format!("{count} values"),
                _ => part.parts.iter().map(|inner| &*inner.name).collect::<Vec<_>>().join(", "),
            };
        }
        _ => return None,
    }
    part.end = base + cursor.offset();
    Some(part)
}

/// The nodes and peers of which a string is made, by its key.
fn compact(key: &[u8], bytes: &[u8], base: usize) -> Vec<Part> {
    let (id, size) = match key {
        b"nodes" => (20, 26),
        b"nodes6" => (20, 38),
        b"added" | b"dropped" => (0, 6),
        b"added6" | b"dropped6" => (0, 18),
        b"values" if bytes.len() == 6 || bytes.len() == 18 => (0, bytes.len()),
        _ => return Vec::new(),
    };
    if !bytes.len().is_multiple_of(size) {
        return Vec::new();
    }
    let mut parts = Parts::new(bytes, base);
    while let Some(end) = parts.rest().get(..size).and_then(|entry| entry.get(id..)).and_then(endpoint) {
        let named = parts.rest().get(..id).map(hex).unwrap_or_default();
        parts.bytes(if id > 0 { "Node" } else { "Peer" }, size, |_| format!("{end} {named}").trim_end().to_owned());
    }
    parts.into_list()
}

/// An address and a port as trackers and nodes write them.
pub(super) fn endpoint(bytes: &[u8]) -> Option<Endpoint> {
    let (address, port) = bytes.split_last_chunk::<2>()?;
    let port = u16::from_be_bytes(*port);
    match address.len() {
        4 => address.first_chunk::<4>().map(|address| Endpoint { address: (*address).into(), port }),
        16 => address.first_chunk::<16>().map(|address| Endpoint { address: (*address).into(), port }),
        _ => None,
    }
}

/// A string as text where it is some, else in hex digits.
fn shown(bytes: &[u8]) -> String {
    let is_text = std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(char::is_control));
    if is_text { Excerpt(bytes).to_string() } else { hex(bytes) }
}

/// How deep values nest that are shown.
const DEPTH: usize = 12;

/// Values of one message that are shown: a datagram holds a few hundred, a large metadata message a few thousand.
const VALUES: usize = 4000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_places() {
        let bytes = b"d1:ad5:nodes26:aaaaaaaaaaaaaaaaaaaa\x0a\x00\x00\x01\x1a\xe1e1:q4:ping1:xli5e2:\x00\x01ee!";
        let part = message("M", bytes, 100).unwrap();
        assert_eq!((&*part.name, &*part.value, part.start, part.end), ("M", "a, q, x", 100, 100 + bytes.len() - 1));
        let [arguments, query, list] = &part.parts[..] else { panic!("{part:?}") };
        assert_eq!((&*query.name, &*query.value, query.end - query.start), ("q", "ping", 9));
        assert_eq!(&bytes[query.start - 100..query.end - 100], b"1:q4:ping");
        let node = &arguments.parts[0].parts[0];
        assert_eq!((&*node.name, node.end - node.start, node.value.starts_with("10.0.0.1:6881 6161")), ("Node", 26, true));
        assert_eq!(list.parts.iter().map(|part| (&*part.name, &*part.value)).collect::<Vec<_>>(), [("0", "5"), ("1", "0001")]);
    }

    #[test]
    fn hostile_values_are_none() {
        for bytes in [&b"d1:a"[..], b"", b"e", b"d1:ai5e", &b"l".repeat(100), b"di5ei5ee"] {
            assert_eq!(message("M", bytes, 0), None);
        }
        assert_eq!(message("M", &[&b"l"[..], &b"i1e".repeat(VALUES), b"e"].concat(), 0), None, "more than is shown");
    }
}
