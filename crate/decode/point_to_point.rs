//! Links between two: PPP (RFC 1661, RFC 1662), PPP over Ethernet (RFC 2516), Cisco's HDLC, Frame Relay (RFC 2427).
//!
//! In: the bytes of a frame. Out: the next layer. Left out on purpose: headers compressed by Van Jacobson's way (RFC 1144) or newer ones,
//! and packets cut up for several links (RFC 1990), which nobody has captured with BitTorrent in them.

use super::ether_type;
use super::layer::{ENCRYPTED, Layer, MALFORMED, NOTHING, Next, Span, UNREAD};
use crate::capture::LinkType;

/// PPP with or without HDLC's address and control: frames of link types whose writers did either.
pub(super) fn ppp_or_hdlc(span: Span<'_>) -> Next<'_> {
    match span.take()?.0 {
        [CISCO_UNICAST | CISCO_MULTICAST, 0] => cisco_hdlc(span),
        _ => Ok((Layer::Ppp, span)),
    }
}

/// PPP behind a byte that says who sent, in the place of HDLC's address: control 1 may follow.
pub(super) fn ppp_pppd(span: Span<'_>) -> Next<'_> {
    let rest = span.skip(1)?;
    Ok((Layer::Ppp, if rest.captured.first() == Some(&UNNUMBERED) { rest.skip(1)? } else { rest }))
}

/// Whatever `inner` says, behind a byte that says who sent.
pub(super) fn directed<'a>(inner: LinkType, span: Span<'a>) -> Next<'a> {
    Ok((Layer::Link(inner), span.skip(1)?))
}

/// PPP's protocol 2, or 1 where that is enough (an odd byte ends it); before it the address and control of HDLC, unless both ends agreed to
/// leave them out.
pub(super) fn ppp(span: Span<'_>) -> Next<'_> {
    let span = if span.captured.starts_with(&[ALL_STATIONS, UNNUMBERED]) { span.skip(2)? } else { span };
    let (protocol, rest) = match *span.captured {
        [low, ..] if low & 1 != 0 && low != ALL_STATIONS => (u16::from(low), span.skip(1)?),
        _ => {
            let (protocol, rest) = span.take()?;
            (u16::from_be_bytes(protocol), rest)
        }
    };
    match protocol {
        PPP_IPV4 | PPP_IPV6 => Ok((Layer::Ip, rest)),
        PPP_MPLS | PPP_MPLS_MULTICAST => ether_type::mpls(rest),
        PPP_BRIDGED => bridged(rest),
        PPP_ENCRYPTED | PPP_ENCRYPTED_LINK | PPP_COMPRESSED | PPP_COMPRESSED_LINK => ENCRYPTED,
        PPP_HEADER_COMPRESSED | PPP_HEADER_UNCOMPRESSED | PPP_SEVERAL_LINKS => UNREAD,
        _ => NOTHING,
    }
}

/// Bridging (RFC 3518): flags 1, the kind of network 1, and a frame of it.
fn bridged(span: Span<'_>) -> Next<'_> {
    match span.take()? {
        ([_, 1], rest) => Ok((Layer::Link(LinkType::ETHERNET), rest)),
        _ => UNREAD,
    }
}

/// Version and type 1, code 1 (0 for what is said in the session), session 2, length 2; then PPP from its protocol on.
pub(super) fn pppoe(span: Span<'_>) -> Next<'_> {
    let ([_, code, ..], rest) = span.take::<6>()?;
    if code == 0 { Ok((Layer::Ppp, rest)) } else { NOTHING }
}

/// Address 1, control 1, Ethernet type 2.
pub(super) fn cisco_hdlc(span: Span<'_>) -> Next<'_> {
    let (header, rest) = span.take::<4>()?;
    match header {
        [ALL_STATIONS, UNNUMBERED, ..] => Ok((Layer::Ppp, span)),
        [_, _, high, low] => Ok((Layer::EtherType(u16::from_be_bytes([high, low])), rest)),
    }
}

/// An address of two to four bytes, of which the last is odd; then what RFC 2427 has, or with Cisco an Ethernet type.
pub(super) fn frame_relay(span: Span<'_>) -> Next<'_> {
    let address = span.captured.iter().take(4).position(|byte| byte & 1 != 0).ok_or(MALFORMED)? + 1;
    let span = span.skip(address)?;
    match *span.captured {
        [UNNUMBERED, 0, ..] => network_id(span.skip(2)?),
        [UNNUMBERED, ..] => network_id(span.skip(1)?),
        _ => {
            let (kind, rest) = span.take()?;
            Ok((Layer::EtherType(u16::from_be_bytes(kind)), rest))
        }
    }
}

/// The network layer's number (ISO/IEC TR 9577) 1.
fn network_id(span: Span<'_>) -> Next<'_> {
    match span.take()? {
        ([0xcc | 0x8e], rest) => Ok((Layer::Ip, rest)),
        ([0x80], rest) => ether_type::snap(rest),
        _ => NOTHING,
    }
}

const ALL_STATIONS: u8 = 0xff;
const UNNUMBERED: u8 = 3;
const CISCO_UNICAST: u8 = 0x0f;
const CISCO_MULTICAST: u8 = 0x8f;

const PPP_IPV4: u16 = 0x0021;
const PPP_HEADER_COMPRESSED: u16 = 0x002d;
const PPP_HEADER_UNCOMPRESSED: u16 = 0x002f;
const PPP_BRIDGED: u16 = 0x0031;
const PPP_SEVERAL_LINKS: u16 = 0x003d;
const PPP_ENCRYPTED: u16 = 0x0053;
const PPP_ENCRYPTED_LINK: u16 = 0x0055;
const PPP_IPV6: u16 = 0x0057;
const PPP_COMPRESSED_LINK: u16 = 0x00fb;
/// Also what Microsoft's encryption writes (RFC 3078).
const PPP_COMPRESSED: u16 = 0x00fd;
const PPP_MPLS: u16 = 0x0281;
const PPP_MPLS_MULTICAST: u16 = 0x0283;
