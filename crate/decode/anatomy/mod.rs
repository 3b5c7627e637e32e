//! What a frame is made of: its layers, each with its place and fields.
//!
//! In: one frame. Out: [`Anatomy`]. The layers are found by the walk that every reading takes, which tells of each as it passes, so that there is one
//! reader of headers and not two; here they only get names and fields. Link headers that are rare have a place and no fields.

mod internet;
mod link;

use super::layer::{End, Layer, Next, Span, Walk};
use super::{Packet, Transport};
use crate::base::part::Part;
use crate::base::{Code, Endpoint, Limits};
use crate::capture::Frame;

/// The layers of a frame, and what the packets in it carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anatomy {
    /// Headers in the order of their bytes.
    pub layers: Vec<Part>,
    /// What the packets carry; mostly one.
    pub carried: Vec<Carried>,
    /// The frame has a part of an IP packet only.
    pub fragment: bool,
    /// What could not be read.
    pub problems: Vec<Code>,
}

/// What a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Bytes of the frame before it.
    pub start: usize,
    /// Bytes of the frame up to its end, as far as captured.
    pub end: usize,
    /// Who sent it.
    pub source: Endpoint,
    /// To whom.
    pub destination: Endpoint,
    /// Over TCP, and not UDP.
    pub tcp: bool,
    /// Bytes of it that the capture lacks.
    pub cut_short: u32,
}

/// Takes a frame apart.
pub fn anatomy(frame: &Frame<'_>, limits: &Limits) -> Anatomy {
    let mut anatomy = Anatomy::default();
    let uncaptured = super::uncaptured(frame);
    let mut next = Some((Layer::Link(frame.link_type), Span::new(frame.bytes, uncaptured)));
    let mut packets = 0;
    while let Some((layer, span)) = next.take() {
        let mut walk = Walk::new(limits.layers);
        let end = walk.told(layer, span, |layer, span, step| {
            anatomy.layers.extend(part(frame.bytes, layer, span, step));
        });
        match end {
            End::Packet(packet) => anatomy.carried.push(carried(frame.bytes, &anatomy.layers, &packet)),
            End::Fragment(_) | End::Part(_) => anatomy.fragment = true,
            End::Found(code) => anatomy.problems.push(code),
            End::Nothing => {}
        }
        packets += 1;
        next = walk.later.filter(|_| packets < PACKETS).map(|span| (Layer::Aggregate, span));
    }
    if let Some(trailer) = trailer(frame.bytes, &anatomy) {
        anatomy.layers.push(trailer);
    }
    anatomy
}

fn carried(frame: &[u8], layers: &[Part], packet: &Packet<'_>) -> Carried {
    let behind = layers.last().map_or(0, |layer| layer.end);
    let start = if packet.payload.is_empty() { behind } else { offset(frame, packet.payload) };
    Carried {
        start,
        end: start + packet.payload.len(),
        source: packet.source,
        destination: packet.destination,
        tcp: matches!(packet.transport, Transport::Tcp { .. }),
        cut_short: packet.cut_short,
    }
}

/// What stands behind the only packet of a frame: padding to the least length, a check sequence.
fn trailer(frame: &[u8], anatomy: &Anatomy) -> Option<Part> {
    let [carried] = anatomy.carried.as_slice() else { return None };
    let bytes = frame.get(carried.end..).filter(|bytes| !bytes.is_empty())?;
    let value = format!("{} bytes behind the packet", bytes.len());
    Some(Part::new("Padding", value, carried.end, frame.len()))
}

/// The header of a layer, and of what tunnel it leads into; nothing for what has none.
fn part<'a>(frame: &'a [u8], layer: Layer, span: Span<'a>, step: &Next<'a>) -> Vec<Part> {
    let bytes = span.captured;
    if bytes.is_empty() {
        return Vec::new();
    }
    let start = offset(frame, bytes);
    let end = match step {
        Ok((_, next)) => header_end(frame, start, bytes, next.captured),
        Err(End::Packet(packet)) if packet.payload.is_empty() => start + internet::header_length(layer, bytes),
        Err(End::Packet(packet)) => header_end(frame, start, bytes, packet.payload),
        Err(End::Fragment(fragment)) => header_end(frame, start, bytes, fragment.content.captured),
        Err(End::Part(part)) => header_end(frame, start, bytes, part.content.captured),
        Err(End::Nothing | End::Found(_)) => start + bytes.len(),
    };
    let Some(header) = frame.get(start..end).filter(|header| !header.is_empty()) else { return Vec::new() };
    match layer {
        Layer::Ip => vec![internet::ip(header, start)],
        Layer::Carried(_, protocol) => internet::carried(protocol, header, start, step.is_ok()),
        _ => vec![link::part(layer, header, start)],
    }
}

/// Where a header ends that these bytes follow. Bytes of none begin nowhere: then it ends with all there is.
fn header_end(frame: &[u8], start: usize, bytes: &[u8], behind: &[u8]) -> usize {
    if behind.is_empty() { start + bytes.len() } else { offset(frame, behind).max(start) }
}

/// How far into a frame a part of its bytes stands.
fn offset(frame: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr().saturating_sub(frame.as_ptr().addr()).min(frame.len())
}

/// Packets of one frame that are looked at: those of a wireless LAN hold a few dozen.
const PACKETS: usize = 64;
