//! The fields of messages between peers (BEP 3, BEP 6, BEP 10, BEP 52), found again in the bytes in which they begin.
//!
//! A dissector says which messages begin in a frame, in order, and how long they are; not where. They stand one behind the other, so there is one
//! place, mostly, at which the first of them must begin for all of them to be there, byte by byte: lengths and kinds. Where there is none the
//! messages are told without places.

use super::Begun;
use super::bencoded;
use crate::base::part::{Part, Parts};
use crate::protocol::peer_wire::Kind;

/// The messages that begin in a payload; what stands before the first of them belongs to one that began earlier.
pub(super) fn chain(begun: &[Begun], payload: &[u8], base: usize) -> Vec<Part> {
    let best = best_start(begun, payload);
    let Some(start) = best else { return Vec::new() };
    let mut parts = Parts::new(payload, base);
    if start > 0 {
        parts.bytes(CONTINUED, start, |bytes| format!("{} bytes of a message that began earlier", bytes.len()));
    }
    for message in begun {
        let rest = parts.rest();
        let length = length_at(rest, message).unwrap_or(rest.len());
        let here = rest.len();
        parts.nest("Peer wire message", "", length, |inner| {
            let _ = if message.name == "handshake" { handshake(inner) } else { fields(inner, length) };
        });
        let more = if length > here { format!(", {here} of {length} bytes in this frame") } else { String::new() };
        parts.tell_last(|part| {
            let told = part.parts.iter().filter(|field| matches!(&*field.name, "Piece" | "Port" | "Extension"));
            let told: String = told.map(|field| told_of(message.name, field)).collect();
            part.value = format!("{}{told}{more}", words(message.name));
        });
    }
    parts.into_list()
}

/// What stands before the first message of a frame.
pub const CONTINUED: &str = "Continuation";

/// Where the first message begins: where all fit and no byte is left behind them, else where all fit first.
fn best_start(begun: &[Begun], payload: &[u8]) -> Option<usize> {
    let mut steps = STEPS;
    let mut first = None;
    for start in 0..payload.len() {
        let Some(end) = chain_from(start, begun, payload, &mut steps) else { continue };
        if end >= payload.len() {
            return Some(start);
        }
        first.get_or_insert(start);
    }
    first
}

/// Where the messages end if the first begins at `start`; `None` where they cannot, and once all steps are taken.
fn chain_from(start: usize, begun: &[Begun], payload: &[u8], steps: &mut usize) -> Option<usize> {
    let mut at = start;
    for message in begun {
        *steps = steps.checked_sub(1)?;
        let rest = payload.get(at..).filter(|rest| !rest.is_empty())?;
        at = at.checked_add(length_at(rest, message)?)?;
    }
    Some(at)
}

/// The length of a message if these bytes may begin it.
fn length_at(bytes: &[u8], message: &Begun) -> Option<usize> {
    let told = usize::try_from(message.bytes).ok()?;
    if message.name == "handshake" {
        let shown = bytes.get(..HANDSHAKE.len()).unwrap_or(bytes);
        return HANDSHAKE.starts_with(shown).then_some(68);
    }
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else {
        // The frame ends in the message's length.
        let expected = u32::try_from(told.checked_sub(4)?).ok()?.to_be_bytes();
        return expected.starts_with(bytes).then_some(told);
    };
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let kind = match rest.first() {
        _ if length == 0 => "keep_alive",
        Some(kind) => Kind(*kind).name(),
        None => message.name,
    };
    // Of a message that is not all in the capture the dissector accounts for less.
    let fits = length.checked_add(4)? == told || message.name == "piece" && length + 4 > told;
    (fits && kind == message.name).then_some(length + 4)
}

fn handshake(parts: &mut Parts<'_>) -> Option<()> {
    parts.number("Protocol name length", 1)?;
    parts.text("Protocol name", 19)?;
    parts.hex("Reserved", 8)?;
    parts.hex("Info hash", 20)?;
    parts.text("Peer ID", 20).map(drop)
}

/// The fields of a message of so many bytes.
fn fields(parts: &mut Parts<'_>, length: usize) -> Option<()> {
    parts.number("Length", 4)?;
    let kind = parts.number_as("Kind", 1, |kind| {
        let name = u8::try_from(kind).map_or("unknown", |kind| Kind(kind).name());
        format!("{kind} ({})", words(name))
    })?;
    match kind {
        4 | 13 | 17 => parts.number("Piece", 4).map(drop),
        5 => parts.hex("Bits", parts.rest().len()).map(drop),
        6 | 8 | 16 => block(parts),
        7 => {
            parts.number("Piece", 4)?;
            parts.number_as("Begin", 4, |begin| format!("byte {begin} of the piece"))?;
            let (here, all) = (parts.rest().len(), length.saturating_sub(13));
            parts.bytes("Block", here, |_| if here < all { format!("{here} of {all} bytes") } else { format!("{all} bytes") }).map(drop)
        }
        9 => parts.number("Port", 2).map(drop),
        20 => extended(parts),
        21..=23 => hashes(parts),
        _ if parts.rest().is_empty() => Some(()),
        _ => parts.hex("Content", parts.rest().len()).map(drop),
    }
}

fn block(parts: &mut Parts<'_>) -> Option<()> {
    parts.number("Piece", 4)?;
    parts.number_as("Begin", 4, |begin| format!("byte {begin} of the piece"))?;
    parts.number_as("Block length", 4, |length| format!("{length} bytes")).map(drop)
}

fn extended(parts: &mut Parts<'_>) -> Option<()> {
    parts.number_as("Extension", 1, |number| if number == 0 { "0 (handshake)".to_owned() } else { number.to_string() })?;
    if let Some(part) = bencoded::message("Content", parts.rest(), parts.offset()) {
        parts.add(part);
    }
    let left = parts.rest().len();
    if left > 0 { parts.hex("Data", left).map(drop) } else { Some(()) }
}

fn hashes(parts: &mut Parts<'_>) -> Option<()> {
    parts.hex("Pieces root", 32)?;
    for name in ["Base layer", "Index", "Length of the run", "Proof layers"] {
        parts.number(name, 4)?;
    }
    while parts.hex("Hash", 32).is_some() {}
    Some(())
}

/// A field in its message's line: "have, piece 9", "piece 9".
fn told_of(message: &str, field: &Part) -> String {
    let name = field.name.to_lowercase();
    if name == message { format!(" {}", field.value) } else { format!(", {name} {}", field.value) }
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// Messages that are looked at until their place is found. Each start is given up at once in a frame that peers made; one that was made for it would
/// need the square of its length.
const STEPS: usize = 1 << 20;

const HANDSHAKE: &[u8] = b"\x13BitTorrent protocol";

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(name: &'static str, bytes: u64) -> Begun {
        Begun { protocol: "peer_wire", name, bytes }
    }

    fn told(parts: &[Part]) -> Vec<(&str, &str, usize, usize)> {
        parts.iter().map(|part| (&*part.name, &*part.value, part.start, part.end)).collect()
    }

    #[test]
    fn messages_are_found_where_all_of_them_fit() {
        let have = [0, 0, 0, 5, 4, 0, 0, 0, 9];
        let piece = [&[0, 0, 0x40, 9, 7, 0, 0, 0, 1, 0, 0, 0, 0][..], &[0xee; 30]].concat();
        let payload = [&[0xaa; 6][..], &have, &[0; 4], &piece].concat();
        let asked = [begun("have", 9), begun("keep_alive", 4), begun("piece", 16_397)];
        let parts = chain(&asked, &payload, 100);
        assert_eq!(
            told(&parts),
            [
                ("Continuation", "6 bytes of a message that began earlier", 100, 106),
                ("Peer wire message", "have, piece 9", 106, 115),
                ("Peer wire message", "keep alive", 115, 119),
                ("Peer wire message", "piece 1, 43 of 16397 bytes in this frame", 119, 162),
            ]
        );
        assert_eq!(told(&parts[1].parts), [("Length", "5", 106, 110), ("Kind", "4 (have)", 110, 111), ("Piece", "9", 111, 115)]);
        assert_eq!(told(&parts[3].parts)[4], ("Block", "30 of 16384 bytes", 132, 162));
        assert_eq!(chain(&[begun("request", 17)], &payload, 0), [], "what is not there is not shown");
        for end in 0..payload.len() {
            chain(&asked, &payload[..end], 0);
        }
    }

    #[test]
    fn bytes_that_fit_everywhere_cost_little() {
        let asked = vec![begun("keep_alive", 4); 5000];
        let parts = chain(&asked, &[0; 60_000], 0);
        assert_eq!(parts.first().map(|part| (part.start, part.end)), Some((0, 4)));
    }

    #[test]
    fn a_message_may_begin_with_the_last_bytes_of_a_frame() {
        let payload = [&[1; 5][..], &[0, 0]].concat();
        assert_eq!(
            told(&chain(&[begun("request", 17)], &payload, 0))[1],
            ("Peer wire message", "request, 2 of 17 bytes in this frame", 5, 7)
        );
        let handshake = [HANDSHAKE, &[0; 8], &[1; 20], &[b'-'; 20]].concat();
        let parts = chain(&[begun("handshake", 68)], &handshake, 54);
        assert_eq!(told(&parts[0].parts)[4], ("Peer ID", "--------------------", 102, 122));
    }
}
