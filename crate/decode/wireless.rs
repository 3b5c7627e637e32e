//! Wireless LAN (IEEE 802.11), and what receivers write before its frames: radiotap (<https://www.radiotap.org>), PPI, AVS, Prism.
//!
//! In: the bytes of a frame. Out: the next layer, which is LLC, or several packets in one (A-MSDU). Repeated frames are read again: whoever reads TCP sees one sequence
//! anyway.

use super::layer::{ENCRYPTED, End, Layer, MALFORMED, NOTHING, Next, Span};
use super::msdu::{Part, Sent};
use crate::base::Code;
use crate::capture::LinkType;

/// Version 1, padding 1, length 2, which fields there are 4 (and 4 more for each that has its top bit), then those; least significant byte
/// first.
pub(super) fn radiotap(span: Span<'_>) -> Next<'_> {
    let ([_, _, l0, l1], mut rest) = span.take()?;
    let frame = span.skip(usize::from(u16::from_le_bytes([l0, l1])).max(8))?;
    let mut first = None;
    loop {
        let (present, fields) = rest.take()?;
        let present = u32::from_le_bytes(present);
        first.get_or_insert(present);
        rest = fields;
        if present >> 31 == 0 {
            break;
        }
    }
    // The only field before the flags is a clock, aligned to eight bytes.
    let flags = first.filter(|present| present & 2 != 0).and_then(|present| {
        let fields = span.captured.len() - rest.captured.len();
        let at = if present & 1 != 0 { fields.next_multiple_of(8) + 8 } else { fields };
        span.captured.get(at).copied()
    });
    received(flags.unwrap_or(0), frame)
}

/// A frame with radiotap's flags.
fn received(flags: u8, frame: Span<'_>) -> Next<'_> {
    if flags & 0x40 != 0 {
        return Err(End::Found(Code::FrameCorrupt));
    }
    let frame = if flags & 0x10 != 0 { frame.without_last(CHECK_SEQUENCE) } else { frame };
    Ok((Layer::Wireless { padded: flags & 0x20 != 0 }, frame))
}

/// Version 1, flags 1, length 2, link type 4, then fields of a type 2 and a length 2; least significant byte first.
pub(super) fn ppi(span: Span<'_>) -> Next<'_> {
    let ([_, _, l0, l1, t0, t1, t2, t3], mut fields) = span.take()?;
    let length = usize::from(u16::from_le_bytes([l0, l1]));
    let frame = span.skip(length.max(8))?;
    let link_type = LinkType(u32::from_le_bytes([t0, t1, t2, t3]));
    while fields.captured.len() > frame.captured.len() {
        let ([k0, k1, l0, l1], field) = fields.take()?;
        let common = u16::from_le_bytes([k0, k1]) == 2;
        // What is common to all frames of 802.11: a clock 8, flags 2.
        if let Some(flags) = field.captured.get(8).filter(|_| common && link_type == LinkType::IEEE802_11) {
            let (check_sequence, corrupt) = (u8::from(flags & 1 != 0), u8::from(flags & 4 != 0));
            return received(check_sequence << 4 | corrupt << 6, frame);
        }
        fields = field.skip(u16::from_le_bytes([l0, l1]).into())?;
    }
    Ok((Layer::Link(link_type), frame))
}

/// Prism: the message's code 4, length 4, in the byte order of the machine. Some drivers write AVS' header under the same number: its
/// version 4, length 4, most significant byte first.
pub(super) fn prism_or_avs(span: Span<'_>) -> Next<'_> {
    let ([v0, v1, v2, _, l0, l1, l2, l3], _) = span.take()?;
    let (big, little) = (u32::from_be_bytes([l0, l1, l2, l3]), u32::from_le_bytes([l0, l1, l2, l3]));
    let length = if [v0, v1, v2] == [0x80, 0x21, 0x10] { big } else { big.min(little) };
    let frame = span.skip(usize::try_from(length).unwrap_or(usize::MAX).max(8))?;
    Ok((Layer::Wireless { padded: false }, frame))
}

/// Control 2, duration 2, three addresses, sequence 2; for what one access point sends another a fourth address; in frames with a quality
/// of service that 2, and a control of 4 where the order flag stands.
pub(super) fn frame(padded: bool, span: Span<'_>) -> Next<'_> {
    let ([control, flags], _) = span.take()?;
    if control & 0x0f != DATA || control & NO_DATA != 0 {
        return NOTHING;
    }
    let quality = control & QUALITY_OF_SERVICE != 0;
    let addresses = 24 + if flags & 3 == 3 { 6 } else { 0 };
    let length = addresses + if quality { 2 } else { 0 } + if quality && flags & ORDER != 0 { 4 } else { 0 };
    let aggregate = quality && span.captured.get(addresses).is_some_and(|quality| quality & AGGREGATE != 0);
    let body = span.skip(if padded { length.next_multiple_of(4) } else { length })?;
    if flags & PROTECTED != 0 {
        return decrypted(body);
    }
    if let Some(part) = part(flags, span, body)? {
        // Several packets in a frame are never cut up.
        return Err(if aggregate { MALFORMED } else { End::Part(part) });
    }
    Ok((if aggregate { Layer::Aggregate } else { Layer::Llc }, body))
}

/// What of a frame that was cut up for the air this is; `None` where it was not. Its number in the lower four bits of the sequence.
fn part<'a>(flags: u8, span: Span<'a>, content: Span<'a>) -> Result<Option<Part<'a>>, End<'a>> {
    let (header, _) = span.take::<24>()?;
    let [_, _, _, _, t0, t1, t2, t3, t4, t5, f0, f1, f2, f3, f4, f5, _, _, _, _, _, _, low, high] = header;
    let (more, number) = (flags & MORE_FRAGMENTS != 0, low & 0x0f);
    let sequence = u16::from_le_bytes([low, high]) >> 4;
    let of = Sent { to: [t0, t1, t2, t3, t4, t5], from: [f0, f1, f2, f3, f4, f5], sequence };
    Ok((more || number > 0).then_some(Part { of, number, more, content }))
}

/// Drivers that decrypt may leave the flag, and before the packet what the cipher began with: SNAP's six fixed bytes show it.
fn decrypted(body: Span<'_>) -> Next<'_> {
    let bare = [Ok(body), body.skip(CIPHER_HEADER)].into_iter().flatten().find(|body| body.captured.starts_with(&SNAP));
    bare.map_or(ENCRYPTED, |body| Ok((Layer::Llc, body)))
}

/// The first packet of several, and what follows it: two addresses, length 2, the packet, and padding to a multiple of four bytes.
pub(super) fn first_of(span: Span<'_>) -> Result<(Span<'_>, Option<Span<'_>>), End<'_>> {
    let ([.., high, low], rest) = span.take::<SUBFRAME>()?;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if length > rest.wire {
        return Err(MALFORMED);
    }
    let later = span.skip((SUBFRAME + length).next_multiple_of(4)).ok();
    Ok((rest.of_length(length), later.filter(|later| later.captured.len() >= SUBFRAME)))
}

/// A frame's type and version, by the lower bits of its control.
const DATA: u8 = 0x08;
/// Bits of the subtype.
const NO_DATA: u8 = 0x40;
const QUALITY_OF_SERVICE: u8 = 0x80;
/// Bits of the flags.
const MORE_FRAGMENTS: u8 = 0x04;
const PROTECTED: u8 = 0x40;
const ORDER: u8 = 0x80;
/// In the quality of service.
const AGGREGATE: u8 = 0x80;

const SUBFRAME: usize = 14;
const SNAP: [u8; 6] = [0xaa, 0xaa, 3, 0, 0, 0];
/// Of TKIP, CCMP and GCMP; WEP has half of it, and is gone.
const CIPHER_HEADER: usize = 8;
const CHECK_SEQUENCE: usize = 4;
