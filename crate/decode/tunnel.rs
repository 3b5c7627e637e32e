//! Tunnels: GRE (RFC 2784, RFC 2890, for PPP RFC 2637), ERSPAN (draft-foschiano-erspan), Ethernet in IP (RFC 3378); and over UDP VXLAN (RFC 7348),
//! Geneve (RFC 8926), GTP-U (3GPP TS 29.281) and Teredo (RFC 4380).
//!
//! In: what an IP packet or a UDP datagram carries. Out: the next layer. Nothing in a datagram says that it is a tunnel's, and peers
//! choose any port. So it is one only if port (or with Teredo addresses), header and lengths fit, and if what is inside is Ethernet or IP that fits
//! too: a datagram of BitTorrent would have to agree by chance in more than fifty bits.

use super::ether_type::BRIDGED;
use super::layer::{Layer, MALFORMED, NOTHING, Next, Span};
use super::transport::Contents;
use crate::capture::LinkType;

/// Flags 2, of which three bits are the version, and an Ethernet type 2; then 4 bytes for each of some flags.
pub(super) fn gre(span: Span<'_>) -> Next<'_> {
    let ([flags, version, high, low], rest) = span.take()?;
    let kind = u16::from_be_bytes([high, low]);
    let words = |bits: u8| (flags & bits).count_ones() as usize * 4;
    match (version & 7, kind) {
        // A routing field would follow, which RFC 2784 gave up.
        (0, _) if flags & 0x40 != 0 => NOTHING,
        (0, ERSPAN_2) if flags & SEQUENCE == 0 => Ok((Layer::Link(LinkType::ETHERNET), rest.skip(words(0xb0))?)),
        (0, ERSPAN_2) => Ok((Layer::Link(LinkType::ETHERNET), rest.skip(words(0xb0) + 8)?)),
        (0, ERSPAN_3) => erspan_3(rest.skip(words(0xb0))?),
        (0, CACHES) => caches(rest.skip(words(0xb0))?),
        (0, kind) => Ok((Layer::EtherType(kind), rest.skip(words(0xb0))?)),
        // Without a number of its own it only acknowledges.
        (1, kind) if flags & SEQUENCE != 0 => {
            Ok((Layer::EtherType(kind), rest.skip(words(0x30) + if version & 0x80 != 0 { 4 } else { 0 })?))
        }
        _ => NOTHING,
    }
}

/// Version and the like 8, then the kind of frame in the upper half of the next but one byte, and a flag in the last that four times two
/// bytes more follow.
fn erspan_3(span: Span<'_>) -> Next<'_> {
    let (header, rest) = span.take::<12>()?;
    let [.., kind, last] = header;
    let rest = if last & 1 != 0 { rest.skip(8)? } else { rest };
    match kind >> 2 & 0x1f {
        0 => Ok((Layer::Link(LinkType::ETHERNET), rest)),
        2 => Ok((Layer::Ip, rest)),
        _ => NOTHING,
    }
}

/// What routers send web caches: IP, in newer versions after 4 bytes.
fn caches(span: Span<'_>) -> Next<'_> {
    match span.captured.first().ok_or(MALFORMED)? >> 4 {
        4 => Ok((Layer::Ip, span)),
        _ => Ok((Layer::Ip, span.skip(4)?)),
    }
}

/// Version 3 in the upper four bits of 2, of which the others are 0, then a frame.
pub(super) fn ethernet(span: Span<'_>) -> Next<'_> {
    match span.take()? {
        ([0x30, 0], rest) => Ok((Layer::Link(LinkType::ETHERNET), rest)),
        _ => NOTHING,
    }
}

/// Whether a datagram may be a tunnel's, at the least cost that lets nearly all others go.
#[inline(always)]
pub(super) fn is_possible(datagram: &Contents<'_>) -> bool {
    (GTP..=VXLAN_LINUX).contains(&datagram.destination) && matches!(datagram.destination, VXLAN | VXLAN_TYPED | VXLAN_LINUX | GENEVE | GTP)
        || is_version_6(datagram.payload, datagram.wire)
}

/// What is in a datagram that is a tunnel's.
pub(super) fn udp<'a>(datagram: &Contents<'a>) -> Option<(Layer, Span<'a>)> {
    let span = Span { captured: datagram.payload, wire: datagram.wire };
    let known = match datagram.destination {
        VXLAN | VXLAN_TYPED | VXLAN_LINUX => vxlan(span),
        GENEVE => geneve(span),
        GTP => gtp(span),
        _ => None,
    };
    known.or_else(|| teredo(span))
}

/// Flags 1, of which one says that the network's number stands behind them; 3 that are 0 unless another flag gives the second half of them
/// to a policy, or the last of them to a type; the number 3, and 1 that is 0. Then an Ethernet frame, or what the type says.
fn vxlan(span: Span<'_>) -> Option<(Layer, Span<'_>)> {
    match span.take().ok()? {
        ([0x08, 0, 0, 0, _, _, _, 0] | [0x88, _, _, _, _, _, _, 0], frame) => frame_of(frame),
        ([0x0c, 0, 0, 3, _, _, _, 0], frame) => frame_of(frame),
        ([0x0c, 0, 0, 1 | 2, _, _, _, 0], packet) => packet_of(packet),
        _ => None,
    }
}

/// Version 2 bits and the length of options in words 6, flags 1, Ethernet type 2, the network's number 3, and 1 that is 0; options.
fn geneve(span: Span<'_>) -> Option<(Layer, Span<'_>)> {
    let ([options @ 0..=0x3f, flags, high, low, _, _, _, 0], rest) = span.take().ok()? else { return None };
    let inner = rest.skip(usize::from(options) * 4).ok()?;
    match u16::from_be_bytes([high, low]) {
        BRIDGED if flags & 0x3f == 0 => frame_of(inner),
        IPV4 | IPV6 if flags & 0x3f == 0 => packet_of(inner),
        _ => None,
    }
}

/// Version 1 and type 1 in the upper four bits of 1, with flags; the message 1, length 2, tunnel 4; 4 more if any flag is there, of which the
/// last names the kind of a further header.
fn gtp(span: Span<'_>) -> Option<(Layer, Span<'_>)> {
    let ([flags @ 0x30..=0x37, 0xff, l0, l1, _, _, _, _], mut rest) = span.take().ok()? else { return None };
    if rest.wire != usize::from(u16::from_be_bytes([l0, l1])) {
        return None;
    }
    if flags & 7 != 0 {
        let ([_, _, _, mut following], after) = rest.take().ok()?;
        rest = after;
        while flags & 4 != 0 && following != 0 {
            // A header counts its words, itself included, and ends with the kind of the next.
            let length = usize::from(*rest.captured.first().filter(|words| **words != 0)?) * 4;
            following = *rest.captured.get(length - 1)?;
            rest = rest.skip(length).ok()?;
        }
    }
    packet_of(rest)
}

/// A packet of IPv6 and nothing else, to or from an address that only Teredo has, on any port: its clients choose theirs. What they say with
/// servers only, to get such an address, has more headers and carries nothing else.
fn teredo(span: Span<'_>) -> Option<(Layer, Span<'_>)> {
    let address = |at| span.captured.get(at..at + 4).is_some_and(|prefix| prefix == TEREDO_PREFIX);
    (is_version_6(span.captured, span.wire) && (address(8) || address(24))).then_some((Layer::Ip, span))
}

/// Whether a packet of IPv6 may fill `wire` bytes.
#[inline(always)]
fn is_version_6(packet: &[u8], wire: usize) -> bool {
    packet.first().is_some_and(|first| first >> 4 == 6) && length_6(packet) == Some(wire)
}

/// The length of a packet of IPv6.
#[inline(always)]
fn length_6(packet: &[u8]) -> Option<usize> {
    let length = packet.get(4..6)?.first_chunk::<2>()?;
    Some(usize::from(u16::from_be_bytes(*length)) + 40)
}

/// An IP packet that fits.
fn packet_of(span: Span<'_>) -> Option<(Layer, Span<'_>)> {
    let fits = match *span.captured {
        [version @ 0x45..=0x4f, _, t0, t1, ..] => {
            let total = usize::from(u16::from_be_bytes([t0, t1]));
            (usize::from(version & 15) * 4..=span.wire).contains(&total) && !super::ip::checksum_wrong(span.captured)
        }
        [0x60..=0x6f, ..] => length_6(span.captured).is_some_and(|length| length <= span.wire),
        _ => false,
    };
    fits.then_some((Layer::Ip, span))
}

/// An Ethernet frame with an IP packet that fits, or with what keeps networks going.
fn frame_of(span: Span<'_>) -> Option<(Layer, Span<'_>)> {
    let (header, mut inner) = span.take::<14>().ok()?;
    let [.., high, low] = header;
    let mut kind = [high, low];
    while let VLAN | SERVICE_VLAN = u16::from_be_bytes(kind) {
        let ([_, _, high, low], rest) = inner.take().ok()?;
        (kind, inner) = ([high, low], rest);
    }
    let fits = match u16::from_be_bytes(kind) {
        IPV4 | IPV6 => packet_of(inner).is_some(),
        ADDRESSES => true,
        _ => false,
    };
    fits.then_some((Layer::Link(LinkType::ETHERNET), span))
}

const VXLAN: u16 = 4789;
/// Of VXLAN whose packets name the type of what they carry (draft-ietf-nvo3-vxlan-gpe).
const VXLAN_TYPED: u16 = 4790;
/// What Linux used before VXLAN had a port.
const VXLAN_LINUX: u16 = 8472;
const GENEVE: u16 = 6081;
const GTP: u16 = 2152;
const TEREDO_PREFIX: [u8; 4] = [0x20, 1, 0, 0];

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
/// ARP.
const ADDRESSES: u16 = 0x0806;
const VLAN: u16 = 0x8100;
const SERVICE_VLAN: u16 = 0x88a8;
const ERSPAN_2: u16 = 0x88be;
const ERSPAN_3: u16 = 0x22eb;
/// WCCP.
const CACHES: u16 = 0x883e;
/// The flag of GRE that a number of the packet follows. In ERSPAN it tells the second version from the first, which has no header.
const SEQUENCE: u8 = 0x10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Code;
    use crate::capture::frames::{self, UDP, extension, ipv4, ipv6};
    use crate::decode::ip;
    use crate::decode::layer::{End, end_of};

    const A: [u8; 4] = [10, 0, 0, 1];
    const B: [u8; 4] = [10, 0, 0, 2];
    const TEREDO_A: [u8; 16] = [0x20, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    const OTHER_A: [u8; 16] = [0x20, 1, 0x0d, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    fn inner() -> Vec<u8> {
        ipv4(UDP, [192, 168, 0, 1], [192, 168, 0, 2], &frames::udp(1, 2, b"data"))
    }

    fn inner_frame() -> Vec<u8> {
        frames::ethernet(IPV4, &inner())
    }

    fn over_gre(header: &[u8], inner: &[u8]) -> Vec<u8> {
        ipv4(47, A, B, &[header, inner].concat())
    }

    fn over_udp(port: u16, header: &[u8], inner: &[u8]) -> Vec<u8> {
        ipv4(UDP, A, B, &frames::udp(50_000, port, &[header, inner].concat()))
    }

    /// Packets around a packet, and what they are.
    fn tunnels() -> Vec<(Vec<u8>, &'static str)> {
        let (ip, frame) = (inner(), inner_frame());
        let with = |flags: u8, length: u8, more: &[u8]| [&[flags, 0xff, 0, length, 0, 0, 0, 1][..], more].concat();
        vec![
            (over_gre(&[0, 0, 8, 0], &ip), "GRE"),
            (over_gre(&[0xb0, 0, 8, 0, 1, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2], &ip), "GRE, checksum, key and number"),
            (over_gre(&[0, 0, 0x65, 0x58], &frame), "GRE, Ethernet"),
            (over_gre(&[0, 0, 0x88, 0x47, 0, 0, 0x11, 9], &ip), "GRE, MPLS"),
            (over_gre(&[0x30, 0x81, 0x88, 0x0b, 0, 36, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 3, 0, 0x21], &ip), "PPTP"),
            (over_gre(&[0x30, 0x01, 0x88, 0x0b, 0, 33, 0, 1, 0, 0, 0, 1, 0x21], &ip), "PPTP, the least"),
            (over_gre(&[0, 0, 0x88, 0xbe], &frame), "ERSPAN, first version"),
            (over_gre(&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 1, 0, 0, 0, 0, 0, 0], &frame), "ERSPAN, second version"),
            (over_gre(&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0], &frame), "ERSPAN, third version"),
            (
                over_gre(&[&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1][..], &[0; 8]].concat(), &frame),
                "ERSPAN, third version, of a platform",
            ),
            (over_gre(&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0], &ip), "ERSPAN, third version, IP"),
            (over_gre(&[0, 0, 0x88, 0x3e], &ip), "WCCP"),
            (over_gre(&[0, 0, 0x88, 0x3e, 0, 0, 0, 0], &ip), "WCCP, second version"),
            (ipv4(97, A, B, &[&[0x30, 0][..], &frame].concat()), "Ethernet in IP"),
            (ipv4(137, A, B, &[&[0, 0, 0x11, 9][..], &ip].concat()), "MPLS in IP"),
            (over_udp(4789, &[8, 0, 0, 0, 1, 2, 3, 0], &frame), "VXLAN"),
            (over_udp(8472, &[8, 0, 0, 0, 1, 2, 3, 0], &frame), "VXLAN, the old port"),
            (over_udp(4789, &[0x88, 9, 9, 9, 1, 2, 3, 0], &frame), "VXLAN, with a policy"),
            (over_udp(4789, &[8, 0, 0, 0, 1, 2, 3, 0], &frames::ethernet(VLAN, &frames::vlan(5, IPV4, &ip))), "VXLAN, a VLAN in it"),
            (over_udp(4790, &[0x0c, 0, 0, 3, 1, 2, 3, 0], &frame), "VXLAN, with a type"),
            (over_udp(4789, &[0x0c, 0, 0, 1, 1, 2, 3, 0], &ip), "VXLAN, with a type, IP"),
            (over_udp(6081, &[0, 0, 0x65, 0x58, 1, 2, 3, 0], &frame), "Geneve"),
            (over_udp(6081, &[2, 0x40, 8, 0, 1, 2, 3, 0, 1, 1, 1, 1, 0, 0, 0, 0], &ip), "Geneve, options, IP"),
            (over_udp(2152, &with(0x30, 32, &[]), &ip), "GTP"),
            (over_udp(2152, &with(0x32, 36, &[0, 1, 0, 0]), &ip), "GTP, numbered"),
            (over_udp(2152, &with(0x34, 44, &[0, 0, 0, 0x85, 1, 0, 9, 0x40, 1, 0, 0, 0]), &ip), "GTP, two headers more"),
        ]
    }

    #[test]
    fn what_is_in_a_tunnel_is_the_packet() {
        let packet = inner();
        let expected = end_of(Layer::Ip, &packet, 0);
        assert!(matches!(expected, End::Packet(_)));
        for (bytes, what) in tunnels() {
            assert_eq!(end_of(Layer::Ip, &bytes, 0), expected, "{what}");
            assert_eq!(ip::plain(&bytes), None, "{what}");
            let six = ipv6(bytes[9], OTHER_A, OTHER_A, &bytes[20..]);
            assert_eq!(end_of(Layer::Ip, &six, 0), expected, "{what} over IPv6");
        }
        let six = ipv6(UDP, TEREDO_A, OTHER_A, &frames::udp(1, 2, b"data"));
        let back = ipv6(UDP, OTHER_A, TEREDO_A, &frames::udp(1, 2, b"data"));
        for six in [six, back] {
            assert_eq!(end_of(Layer::Ip, &over_udp(51_000, &[], &six), 0), end_of(Layer::Ip, &six, 0));
            assert_eq!(ip::plain(&over_udp(51_000, &[], &six)), None);
        }
    }

    #[test]
    fn tunnels_cut_anywhere_are_malformed_or_the_packet_around_them() {
        for (bytes, what) in tunnels() {
            for end in 0..bytes.len() {
                match end_of(Layer::Ip, &bytes[..end], bytes.len() - end) {
                    End::Packet(cut) if cut.source.address == std::net::IpAddr::from(A) => {
                        assert!(what.starts_with(['V', 'G']) && end >= 28, "{what} cut at {end}");
                        assert_eq!(cut.payload.len() + cut.cut_short as usize, bytes.len() - 28, "{what} cut at {end}");
                    }
                    End::Packet(cut) => assert_eq!(cut.payload.len() + bytes.len() - end, 4, "{what} cut at {end}"),
                    MALFORMED => {}
                    unexpected => panic!("{what} cut at {end}: {unexpected:?}"),
                }
            }
        }
    }

    #[test]
    fn a_datagram_that_does_not_fit_is_no_tunnel() {
        let frame = inner_frame();
        let six = |length: u16, address| [&[0x60, 0, 0, 0][..], &length.to_be_bytes(), &[17, 1], &OTHER_A, address, &[0; 8]].concat();
        for (port, bytes, what) in [
            (4789, b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe".to_vec(), "a message of the DHT"),
            (4789, [&[8, 0, 0, 1, 1, 2, 3, 0][..], &frame].concat(), "reserved bits"),
            (4789, [&[8, 0, 0, 0, 1, 2, 3, 1][..], &frame].concat(), "reserved bits at the end"),
            (4789, [&[8, 0, 0, 0, 1, 2, 3, 0][..], &frames::ethernet(IPV4, &[0x45; 40])].concat(), "IP that does not fit"),
            (4789, [&[8, 0, 0, 0, 1, 2, 3, 0][..], &frames::ethernet(0x1234, &inner())].concat(), "a strange type"),
            (4791, [&[8, 0, 0, 0, 1, 2, 3, 0][..], &frame].concat(), "another port"),
            (6081, [&[0x40, 0, 0x65, 0x58, 1, 2, 3, 0][..], &frame].concat(), "another version"),
            (6081, [&[0, 1, 0x65, 0x58, 1, 2, 3, 0][..], &frame].concat(), "reserved bits"),
            (6081, [&[0x3f, 0, 0x65, 0x58, 1, 2, 3, 0][..], &frame].concat(), "longer options than the datagram"),
            (6081, [&[0x01, 0, 0x65, 0x58][..], &[7; 40]].concat(), "a packet of uTP by an unlikely name"),
            (2152, [&[0x30, 0xff, 0, 31, 0, 0, 0, 1][..], &inner()].concat(), "another length"),
            (2152, [&[0x30, 1, 0, 32, 0, 0, 0, 1][..], &inner()].concat(), "another message"),
            (2152, [&[0x34, 0xff, 0, 36, 0, 0, 0, 1, 0, 0, 0, 0x85][..], &[0; 32]].concat(), "a header of no length"),
            (51_000, six(8, &OTHER_A), "IPv6 between others"),
            (51_000, six(9, &TEREDO_A), "IPv6 of another length"),
        ] {
            let bytes = over_udp(port, &bytes, &[]);
            match end_of(Layer::Ip, &bytes, 0) {
                End::Packet(packet) => assert_eq!(packet.payload, &bytes[28..], "{what}"),
                end => panic!("{what}: {end:?}"),
            }
        }
    }

    #[test]
    fn what_tunnels_say_themselves_is_no_packet() {
        for (bytes, expected, what) in [
            (over_gre(&[0x40, 0, 8, 0, 0, 0, 0, 0], &inner()), End::Nothing, "GRE with routes"),
            (over_gre(&[0, 2, 8, 0], &inner()), End::Nothing, "GRE of another version"),
            (over_gre(&[0, 0, 0, 0], &[]), End::Nothing, "GRE to keep alive"),
            (over_gre(&[0x30, 1, 0x88, 0x0b, 0, 2, 0, 1, 0, 0, 0, 1, 0xc0, 0x21], &[]), End::Nothing, "PPTP, PPP's own"),
            (
                over_gre(&[0x30, 1, 0x88, 0x0b, 0, 4, 0, 1, 0, 0, 0, 1, 0, 0xfd, 1, 2], &[]),
                End::Found(Code::LinkEncrypted),
                "PPTP, encrypted",
            ),
            (over_gre(&[0x20, 0x81, 0x88, 0x0b, 0, 0, 0, 1, 0, 0, 0, 2], &[]), End::Nothing, "PPTP, an acknowledgement"),
            (ipv4(97, A, B, &[0x40, 0]), End::Nothing, "Ethernet in IP of another version"),
            (over_udp(4789, &[8, 0, 0, 0, 1, 2, 3, 0], &frames::ethernet(ADDRESSES, &[0; 28])), End::Nothing, "VXLAN, ARP"),
            (over_udp(51_000, &[], &ipv6(0, TEREDO_A, OTHER_A, &extension(59, &[]))), End::Nothing, "Teredo, nothing in it"),
        ] {
            assert_eq!(end_of(Layer::Ip, &bytes, 0), expected, "{what}");
        }
        let nested = (0..30).fold(inner(), |packet, _| over_gre(&[0, 0, 8, 0], &packet));
        assert_eq!(end_of(Layer::Ip, &nested, 0), End::Found(Code::LimitNesting));
    }

    #[test]
    fn nothing_panics_on_a_byte_changed() {
        for (bytes, _) in tunnels() {
            for at in 20..bytes.len() {
                for value in 0..=255 {
                    let mut changed = bytes.clone();
                    changed[at] = value;
                    let _ = end_of(Layer::Ip, &changed, 0);
                    let _ = end_of(Layer::Ip, &changed[..bytes.len() - 7], 7);
                }
            }
        }
    }
}
