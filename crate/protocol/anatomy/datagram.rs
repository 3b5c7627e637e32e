//! The fields of uTP packets (BEP 29) and of messages to and from trackers over UDP (BEP 15).

use super::bencoded::endpoint;
use crate::base::part::{Part, Parts};

/// The header of a uTP packet, and its length; `None` where it is cut.
pub(super) fn utp(payload: &[u8], base: usize) -> Option<(Part, usize)> {
    let mut parts = Parts::new(payload, base);
    let kind = parts.number_as("Type and version", 1, |both| format!("{}, {}", kind_name(both), both & 15))?;
    let mut extension = parts.number("First extension", 1)?;
    let connection = parts.number("Connection ID", 2)?;
    parts.number_as("Timestamp", 4, |time| format!("{time} µs"))?;
    parts.number_as("Timestamp difference", 4, |time| format!("{time} µs"))?;
    parts.number_as("Window", 4, |bytes| format!("{bytes} bytes"))?;
    let sequence = parts.number("Sequence number", 2)?;
    parts.number("Acknowledgement number", 2)?;
    while extension != 0 {
        let [next, length, ..] = *parts.rest() else { break };
        let name = if extension == 1 { "Selective acknowledgement" } else { "Extension" };
        parts.nest(name, "", 2 + usize::from(length), |inner| {
            let _ =
                inner.number("Next extension", 1).and_then(|_| inner.number("Length", 1)).and_then(|_| inner.hex("Bits", length.into()));
        });
        extension = next.into();
    }
    let end = parts.offset();
    let value = format!("{}, connection {connection}, sequence number {sequence}", kind_name(kind));
    Some((Part::new("uTP", value, base, end).of(parts.into_list()), end - base))
}

/// A message to or from a tracker, of which its dissector said the name.
pub(super) fn tracker(name: &str, payload: &[u8], base: usize, ipv6: bool) -> Part {
    let mut parts = Parts::new(payload, base);
    let _ = match name {
        "connect_request" => connect(&mut parts),
        "announce_request" => announce(&mut parts),
        "scrape_request" => scrape(&mut parts),
        _ => answer(name, &mut parts, if ipv6 { 18 } else { 6 }),
    };
    Part::new("UDP tracker", name.replace('_', " "), base, base + payload.len()).of(parts.into_list())
}

fn head(parts: &mut Parts<'_>) -> Option<()> {
    parts.number("Action", 4)?;
    parts.hex("Transaction ID", 4).map(drop)
}

fn connect(parts: &mut Parts<'_>) -> Option<()> {
    parts.hex("Protocol ID", 8)?;
    head(parts)
}

fn announce(parts: &mut Parts<'_>) -> Option<()> {
    parts.hex("Connection ID", 8)?;
    head(parts)?;
    parts.hex("Info hash", 20)?;
    parts.text("Peer ID", 20)?;
    parts.number_as("Downloaded", 8, |bytes| format!("{bytes} bytes"))?;
    parts.number_as("Left", 8, |bytes| format!("{bytes} bytes"))?;
    parts.number_as("Uploaded", 8, |bytes| format!("{bytes} bytes"))?;
    parts.number_as("Event", 4, |event| match event {
        0 => "none".to_owned(),
        1 => "completed".to_owned(),
        2 => "started".to_owned(),
        3 => "stopped".to_owned(),
        other => other.to_string(),
    })?;
    parts.hex("IP address", 4)?;
    parts.hex("Key", 4)?;
    parts.number("Peers wanted", 4)?;
    parts.number("Port", 2)?;
    rest(parts, "Options")
}

fn scrape(parts: &mut Parts<'_>) -> Option<()> {
    parts.hex("Connection ID", 8)?;
    head(parts)?;
    while parts.hex("Info hash", 20).is_some() {}
    Some(())
}

/// An answer, in which a peer takes so many bytes.
fn answer(name: &str, parts: &mut Parts<'_>, size: usize) -> Option<()> {
    head(parts)?;
    match name {
        "connect_response" => parts.hex("Connection ID", 8).map(drop),
        "announce_response" => {
            parts.number_as("Interval", 4, |seconds| format!("{seconds} s"))?;
            parts.number("Leechers", 4)?;
            parts.number("Seeders", 4)?;
            while let Some(end) = parts.rest().get(..size).and_then(endpoint) {
                parts.bytes("Peer", size, |_| end.to_string())?;
            }
            rest(parts, "Peers")
        }
        "scrape_response" => {
            while parts.number("Seeders", 4).is_some() {
                parts.number("Completed", 4)?;
                parts.number("Leechers", 4)?;
            }
            Some(())
        }
        _ => {
            let length = parts.rest().len();
            parts.text("Content", length).map(drop)
        }
    }
}

fn rest(parts: &mut Parts<'_>, name: &'static str) -> Option<()> {
    let length = parts.rest().len();
    if length > 0 { parts.hex(name, length).map(drop) } else { Some(()) }
}

/// The name of a packet's type, in the upper half of its first byte.
fn kind_name(first: u64) -> &'static str {
    usize::try_from(first >> 4).ok().and_then(|kind| KINDS.get(kind)).unwrap_or(&"unknown")
}

const KINDS: [&str; 5] = ["data", "fin", "state", "reset", "syn"];
