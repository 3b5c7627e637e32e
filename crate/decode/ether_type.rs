//! What Ethernet types and IEEE 802.2 (LLC, SNAP) lead to: IP, VLAN tags (IEEE 802.1Q, 802.1ad), MPLS (RFC 3032, RFC 4385, RFC 4448), PPPoE.
//!
//! In: a type, and the bytes after it. Out: the next layer.

use super::layer::{Layer, MALFORMED, NOTHING, Next, Span};
use super::point_to_point;
use crate::capture::LinkType;

/// What follows the Ethernet type `kind`.
pub(super) fn read(kind: u16, span: Span<'_>) -> Next<'_> {
    match kind {
        IPV4 | IPV6 => Ok((Layer::Ip, span)),
        VLAN | SERVICE_VLAN | OLD_SERVICE_VLAN => {
            let ([_, _, high, low], rest) = span.take()?;
            typed_or_long(u16::from_be_bytes([high, low]), rest)
        }
        MPLS | MPLS_MULTICAST => mpls(span),
        PPPOE_SESSION => point_to_point::pppoe(span),
        PPP => Ok((Layer::Ppp, span)),
        BRIDGED => Ok((Layer::Link(LinkType::ETHERNET), span)),
        _ => NOTHING,
    }
}

/// What stands behind a field that is a type, or in IEEE 802.3 a length.
pub(super) fn typed_or_long(field: u16, span: Span<'_>) -> Next<'_> {
    match field {
        0 => NOTHING,
        1..=LONGEST => Ok((Layer::Llc, span.of_length(span.wire.min(field.into())))),
        kind => Ok((Layer::EtherType(kind), span)),
    }
}

/// IEEE 802.2: two access points, control 1; if those say SNAP, an organisation 3 and its type 2.
pub(super) fn llc(span: Span<'_>) -> Next<'_> {
    let ([to, from, control], rest) = span.take()?;
    match (to, from, control) {
        (0xaa, 0xaa, 3) => snap(rest),
        (6, 6, 3) => Ok((Layer::Ip, rest)),
        _ => NOTHING,
    }
}

/// Organisation 3, type 2: Ethernet's own, unless the organisation has others.
pub(super) fn snap(span: Span<'_>) -> Next<'_> {
    let ([o0, o1, o2, high, low], rest) = span.take()?;
    match ([o0, o1, o2], u16::from_be_bytes([high, low])) {
        ([0, 0, 0] | [0, 0, 0xf8], kind) => Ok((Layer::EtherType(kind), rest)),
        // RFC 2427: bridged Ethernet with its check sequence, or without.
        ([0, 0x80, 0xc2], 1 | 7) => Ok((Layer::Link(LinkType::ETHERNET), rest)),
        _ => NOTHING,
    }
}

/// Labels of 20 bits with 3 for traffic and 1 that marks the last, and 8 of time to live. What they lead to is known to who gave the
/// labels only; packets that are not IP begin with a zero nibble, so that nobody takes them for it (RFC 4385).
pub(super) fn mpls(mut span: Span<'_>) -> Next<'_> {
    loop {
        let ([_, _, last, _], rest) = span.take()?;
        span = rest;
        if last & 1 != 0 {
            break;
        }
    }
    match span.captured.first().map(|first| first >> 4) {
        Some(4 | 6) => Ok((Layer::Ip, span)),
        Some(0) => Ok((Layer::Link(LinkType::ETHERNET), span.skip(CONTROL_WORD)?)),
        Some(_) => NOTHING,
        None => Err(MALFORMED),
    }
}

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
const VLAN: u16 = 0x8100;
const SERVICE_VLAN: u16 = 0x88a8;
/// What QinQ used before IEEE 802.1ad.
const OLD_SERVICE_VLAN: u16 = 0x9100;
const MPLS: u16 = 0x8847;
const MPLS_MULTICAST: u16 = 0x8848;
const PPPOE_SESSION: u16 = 0x8864;
/// PPP in GRE (RFC 2637).
const PPP: u16 = 0x880b;
/// An Ethernet frame as what a tunnel carries.
pub(super) const BRIDGED: u16 = 0x6558;

/// The largest length of IEEE 802.3; larger numbers are types.
const LONGEST: u16 = 1500;

/// What Ethernet begins with behind MPLS labels.
const CONTROL_WORD: usize = 4;
