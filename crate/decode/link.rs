//! The link layer: where in a frame the next header stands.
//!
//! In: a link type and the bytes of a frame. Out: the next layer. One function a link type, one line each in [`read`].
//! Document: <https://www.tcpdump.org/linktypes.html>.

use super::layer::{Layer, MALFORMED, NOTHING, Next, Span, UNREAD};
use super::{ether_type, point_to_point, wireless};
use crate::capture::LinkType;

/// What a frame of `link_type` begins with, behind its link's header.
pub(super) fn read(link_type: LinkType, span: Span<'_>) -> Next<'_> {
    match link_type {
        LinkType::ETHERNET => ethernet(span),
        LinkType::RAW | LinkType::RAW_12 | LinkType::RAW_14 | LinkType::IPV4 | LinkType::IPV6 => Ok((Layer::Ip, span)),
        LinkType::LINUX_SLL => linux_sll(span),
        LinkType::LINUX_SLL2 => linux_sll2(span),
        LinkType::NULL | LinkType::LOOP => loopback(span),
        LinkType::ENC => enc(span),
        LinkType::PFLOG => pflog(span),
        LinkType::NFLOG => nflog(span),
        LinkType::PKTAP => pktap(span),
        LinkType::IEEE802_11 => Ok((Layer::Wireless { padded: false }, span)),
        LinkType::IEEE802_11_RADIO => wireless::radiotap(span),
        LinkType::PPI => wireless::ppi(span),
        LinkType::PRISM_HEADER | LinkType::IEEE802_11_RADIO_AVS => wireless::prism_or_avs(span),
        LinkType::PPP | LinkType::PPP_SERIAL => point_to_point::ppp_or_hdlc(span),
        LinkType::PPP_ETHER => point_to_point::pppoe(span),
        LinkType::PPP_PPPD => point_to_point::ppp_pppd(span),
        LinkType::C_HDLC => point_to_point::cisco_hdlc(span),
        LinkType::FRELAY => point_to_point::frame_relay(span),
        LinkType::PPP_WITH_DIR => point_to_point::directed(LinkType::PPP, span),
        LinkType::C_HDLC_WITH_DIR => point_to_point::directed(LinkType::C_HDLC, span),
        LinkType::FRELAY_WITH_DIR => point_to_point::directed(LinkType::FRELAY, span),
        LinkType::MPLS => ether_type::mpls(span),
        LinkType::FDDI => fddi(span),
        LinkType::ATM_RFC1483 => Ok((Layer::Llc, span)),
        other if other != other.base() => Ok((Layer::Link(other.base()), whole(other, span))),
        _ => UNREAD,
    }
}

/// A frame without the check sequence at its end.
fn whole(link_type: LinkType, span: Span<'_>) -> Span<'_> {
    span.without_last(link_type.check_sequence())
}

/// Destination 6, source 6, type or length 2.
fn ethernet(span: Span<'_>) -> Next<'_> {
    let ([.., high, low], rest) = span.take::<14>()?;
    ether_type::typed_or_long(u16::from_be_bytes([high, low]), rest)
}

/// Frame control 1, destination 6, source 6.
fn fddi(span: Span<'_>) -> Next<'_> {
    match span.take::<13>()? {
        // Frames of LLC, synchronous or not, with addresses of six bytes.
        ([control, ..], rest) if control & 0x70 == 0x50 => Ok((Layer::Llc, rest)),
        _ => NOTHING,
    }
}

/// Packet type 2, hardware type 2, address length 2, address 8, protocol 2.
fn linux_sll(span: Span<'_>) -> Next<'_> {
    let ([.., high, low], rest) = span.take::<16>()?;
    cooked(u16::from_be_bytes([high, low]), rest)
}

/// Protocol 2, reserved 2, interface 4, hardware type 2, packet type 1, address length 1, address 8.
fn linux_sll2(span: Span<'_>) -> Next<'_> {
    let ([high, low, ..], rest) = span.take::<20>()?;
    cooked(u16::from_be_bytes([high, low]), rest)
}

/// Linux has numbers of its own where Ethernet's types are lengths: 4 for LLC.
fn cooked(protocol: u16, span: Span<'_>) -> Next<'_> {
    Ok((if protocol == 4 { Layer::Llc } else { Layer::EtherType(protocol) }, span))
}

/// Address family 4, in either byte order: the file does not say which machine wrote it.
fn loopback(span: Span<'_>) -> Next<'_> {
    match span.take()? {
        ([0, 0, 0, family] | [family, 0, 0, 0], rest) => of_family(family, rest),
        _ => NOTHING,
    }
}

/// Address family 4, index 4, flags 4.
fn enc(span: Span<'_>) -> Next<'_> {
    match span.take::<12>()? {
        ([0, 0, 0, family, ..] | [family, 0, 0, 0, ..], rest) => of_family(family, rest),
        _ => NOTHING,
    }
}

/// Length 1, address family 1, and more that grew over the years; padded to a multiple of four bytes, which the length does not count.
fn pflog(span: Span<'_>) -> Next<'_> {
    let ([length, family], _) = span.take()?;
    if length < 2 {
        return Err(MALFORMED);
    }
    of_family(family, span.skip(usize::from(length).next_multiple_of(4))?)
}

fn of_family(family: u8, span: Span<'_>) -> Next<'_> {
    if ADDRESS_FAMILIES.contains(&family) { Ok((Layer::Ip, span)) } else { NOTHING }
}

/// Address family 1, version 1, group 2; then values of a length 2, which counts itself, and a type 2, padded to multiples of four bytes, in
/// the byte order of the machine.
fn nflog(span: Span<'_>) -> Next<'_> {
    let (_, values) = span.take::<4>()?;
    match nflog_payload(values, u16::from_le_bytes) {
        Err(MALFORMED) => nflog_payload(values, u16::from_be_bytes),
        found => found,
    }
}

/// The packet among the values, which must chain in this byte order.
fn nflog_payload(mut values: Span<'_>, number: fn([u8; 2]) -> u16) -> Next<'_> {
    while values.wire > 0 {
        let ([l0, l1, k0, k1], value) = values.take()?;
        let length = usize::from(number([l0, l1]));
        if length < 4 || length > values.wire {
            return Err(MALFORMED);
        }
        if number([k0, k1]) == NFLOG_PAYLOAD {
            return Ok((Layer::Ip, value.of_length(length - 4)));
        }
        values = values.skip(length.next_multiple_of(4))?;
    }
    NOTHING
}

/// Length 4, what follows 4, link type 4, and more; least significant byte first, as all machines that write it have it.
fn pktap(span: Span<'_>) -> Next<'_> {
    let ([l0, l1, l2, l3, _, _, _, _, t0, t1, t2, t3], _) = span.take()?;
    let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
    if length < 12 {
        return Err(MALFORMED);
    }
    Ok((Layer::Link(LinkType(u32::from_le_bytes([t0, t1, t2, t3]))), span.skip(length)?))
}

/// IPv4 everywhere; IPv6 on Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS.
const ADDRESS_FAMILIES: [u8; 6] = [2, 10, 23, 24, 28, 30];

const NFLOG_PAYLOAD: u16 = 9;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Code, Endpoint};
    use crate::capture::frames::{UDP, ipv4, udp};
    use crate::decode::layer::{End, end_of};

    fn packet() -> Vec<u8> {
        ipv4(UDP, [10, 0, 0, 1], [10, 0, 0, 2], &udp(1, 2, b"data"))
    }

    fn with(header: &[u8]) -> Vec<u8> {
        [header, &packet()].concat()
    }

    fn ethernet(kinds: &[u8]) -> Vec<u8> {
        with(&[&[0xee; 12], kinds].concat())
    }

    /// Frames of wireless LAN: control and flags, then up to the body.
    fn wireless(control: [u8; 2], more: usize, body: &[u8]) -> Vec<u8> {
        with(&[&control[..], &vec![0; 22 + more], body].concat())
    }

    const SNAP: &[u8] = &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0];

    /// Frames that hold the packet: their link type, and what they are.
    fn frames() -> Vec<(u32, Vec<u8>, &'static str)> {
        let prism = [&[0x44, 0, 0, 0, 16, 0, 0, 0][..], &[0; 8]].concat();
        let avs = [&[0x80, 0x21, 0x10, 1, 0, 0, 0, 12][..], &[0; 4]].concat();
        let data = wireless([0x08, 1], 0, SNAP);
        let under = |header: &[u8]| [header, &data].concat();
        let pktap = |kind: u8, frame: &[u8]| [&[16, 0, 0, 0, 1, 0, 0, 0, kind, 0, 0, 0, 0, 0, 0, 0][..], frame].concat();
        vec![
            (1, ethernet(&[8, 0]), "Ethernet"),
            (0x2400_0001, [&ethernet(&[8, 0])[..], &[1, 2, 3, 4]].concat(), "Ethernet with a check sequence"),
            (0x0123_0001, ethernet(&[8, 0]), "Ethernet with reserved bits"),
            (1, ethernet(&[0x81, 0, 0, 5, 8, 0]), "VLAN"),
            (1, ethernet(&[0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0]), "QinQ"),
            (1, ethernet(&[0x91, 0, 0, 5, 0x81, 0, 0, 6, 0x81, 0, 0, 7, 8, 0]), "three tags"),
            (1, ethernet(&[0x88, 0x64, 0x11, 0, 0, 1, 0, 34, 0, 0x21]), "PPPoE"),
            (1, ethernet(&[0x88, 0x64, 0x11, 0, 0, 1, 0, 33, 0x21]), "PPPoE, a short protocol"),
            (1, ethernet(&[0x81, 0, 0, 5, 0x88, 0x64, 0x11, 0, 0, 1, 0, 34, 0, 0x57]), "PPPoE in a VLAN, IPv6"),
            (1, ethernet(&[&[0, 40][..], SNAP].concat()), "IEEE 802.3, SNAP"),
            (1, ethernet(&[0, 35, 6, 6, 3]), "IEEE 802.3, LLC"),
            (1, ethernet(&[&[0x81, 0, 0, 5, 0, 40][..], SNAP].concat()), "IEEE 802.3 in a VLAN"),
            (1, ethernet(&[0x88, 0x47, 0, 1, 0, 9, 0, 2, 1, 9]), "MPLS, two labels"),
            (1, ethernet(&[&[0x88, 0x47, 0, 1, 1, 9, 0, 0, 0, 0][..], &[0xee; 12], &[8, 0]].concat()), "Ethernet over MPLS"),
            (219, with(&[0, 1, 1, 9]), "MPLS"),
            (12, with(&[]), "raw"),
            (14, with(&[]), "raw"),
            (101, with(&[]), "raw"),
            (228, with(&[]), "raw IPv4"),
            (229, with(&[]), "raw IPv6"),
            (113, with(&[0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 8, 0]), "SLL"),
            (113, with(&[0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 0x81, 0, 0, 5, 8, 0]), "SLL, VLAN"),
            (113, with(&[&[0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 0, 4][..], SNAP].concat()), "SLL, LLC"),
            (276, with(&[0x86, 0xdd, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0]), "SLL2"),
            (0, with(&[2, 0, 0, 0]), "null, little-endian"),
            (0, with(&[0, 0, 0, 30]), "null, big-endian"),
            (108, with(&[0, 0, 0, 24]), "loop"),
            (109, with(&[&[2][..], &[0; 11]].concat()), "decrypted IPsec"),
            (117, with(&[&[61, 2][..], &[0; 62]].concat()), "pflog"),
            (239, with(&[2, 0, 0, 7, 5, 0, 10, 0, b'x', 0, 0, 0, 36, 0, 9, 0]), "NFLOG, little-endian"),
            (239, with(&[2, 0, 0, 7, 0, 5, 0, 10, b'x', 0, 0, 0, 0, 36, 0, 9]), "NFLOG, big-endian"),
            (258, pktap(1, &ethernet(&[8, 0])), "PKTAP, Ethernet"),
            (258, pktap(12, &packet()), "PKTAP, raw"),
            (9, with(&[0, 0x21]), "PPP"),
            (9, with(&[0xff, 3, 0, 0x21]), "PPP in HDLC"),
            (50, with(&[0xff, 3, 0x21]), "PPP in HDLC, a short protocol"),
            (50, with(&[0x0f, 0, 8, 0]), "PPP's link type, Cisco HDLC in it"),
            (9, with(&[2, 0x81, 0, 1, 1, 9]), "PPP, MPLS"),
            (9, [&[0, 0x31, 0, 1][..], &ethernet(&[8, 0])].concat(), "PPP, Ethernet"),
            (51, with(&[0x11, 0, 0, 1, 0, 34, 0, 0x21]), "PPPoE without Ethernet"),
            (166, with(&[1, 3, 0, 0x21]), "PPP, direction and control"),
            (166, with(&[0, 0, 0x21]), "PPP, direction"),
            (204, with(&[1, 0xff, 3, 0, 0x21]), "direction, PPP"),
            (104, with(&[0x0f, 0, 8, 0]), "Cisco HDLC"),
            (205, with(&[0, 0x8f, 0, 8, 0]), "direction, Cisco HDLC"),
            (107, with(&[0x18, 0x41, 3, 0xcc]), "Frame Relay"),
            (107, with(&[0x18, 0x40, 0x40, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0]), "Frame Relay, long address, SNAP"),
            (206, with(&[0, 0x18, 0x41, 8, 0]), "direction, Frame Relay, Cisco's"),
            (10, with(&[&[0x50; 13][..], SNAP].concat()), "FDDI"),
            (100, with(SNAP), "ATM"),
            (105, data.clone(), "802.11"),
            (105, wireless([0x08, 3], 6, SNAP), "802.11, four addresses"),
            (105, wireless([0x88, 1], 2, SNAP), "802.11, QoS"),
            (105, wireless([0x88, 0x81], 6, SNAP), "802.11, QoS and its control"),
            (105, wireless([0x08, 0x41], 0, SNAP), "802.11, decrypted"),
            (105, wireless([0x08, 0x41], 8, SNAP), "802.11, decrypted, the cipher's header left"),
            (127, under(&[0, 0, 8, 0, 0, 0, 0, 0]), "radiotap"),
            (127, under(&[0, 0, 9, 0, 2, 0, 0, 0, 0]), "radiotap, flags"),
            (
                127,
                under(&[0, 0, 20, 0, 1, 0, 0, 0x80, 0, 0, 0, 0x40, 0, 0, 0, 0, 0x40, 0x40, 0x40, 0x40]),
                "radiotap, more fields, no flags",
            ),
            (127, [&[0, 0, 9, 0, 2, 0, 0, 0, 0x10][..], &data, &[1, 2, 3, 4]].concat(), "radiotap, a check sequence"),
            (127, [&[0, 0, 9, 0, 2, 0, 0, 0, 0x20][..], &wireless([0x88, 1], 4, SNAP)].concat(), "radiotap, a padded header"),
            (192, under(&[0, 0, 8, 0, 105, 0, 0, 0]), "PPI, 802.11"),
            (192, [&[0, 0, 8, 0, 1, 0, 0, 0][..], &ethernet(&[8, 0])].concat(), "PPI, Ethernet"),
            (192, [&[0, 0, 14, 0, 1, 0, 0, 0, 9, 0, 2, 0, 7, 7][..], &ethernet(&[8, 0])].concat(), "PPI, a field"),
            (119, under(&prism), "Prism"),
            (119, under(&avs), "Prism's link type, AVS in it"),
            (163, under(&avs), "AVS"),
        ]
    }

    #[test]
    fn every_link_type_leads_to_the_ip_packet() {
        let packet = packet();
        let expected = end_of(Layer::Ip, &packet, 0);
        assert!(matches!(expected, End::Packet(packet) if packet.source == Endpoint::new([10, 0, 0, 1], 1)));
        for (link_type, bytes, what) in frames() {
            assert_eq!(end_of(Layer::Link(LinkType(link_type)), &bytes, 0), expected, "{what}");
        }
    }

    #[test]
    fn frames_cut_anywhere_are_malformed_or_tell_less() {
        let packet = packet();
        for (link_type, bytes, what) in frames() {
            let check_sequence = if what.ends_with("a check sequence") { 4 } else { 0 };
            for end in 0..bytes.len() {
                let cut = end_of(Layer::Link(LinkType(link_type)), &bytes[..end], bytes.len() - end);
                let packet_cut = (end + packet.len() + check_sequence).checked_sub(bytes.len()).map(|left| left.min(packet.len()));
                match (cut, packet_cut) {
                    (End::Packet(cut), Some(left @ 28..)) => {
                        assert_eq!((cut.payload, cut.cut_short as usize), (&b"data"[..left - 28], 32 - left), "{what} cut at {end}");
                    }
                    (MALFORMED, None | Some(..28)) => {}
                    (End::Found(Code::LinkEncrypted), None | Some(0)) if what.contains("decrypted") => {}
                    unexpected => panic!("{what} cut at {end}: {unexpected:?}"),
                }
            }
        }
    }

    #[test]
    fn what_is_not_ip_is_told_from_what_is_broken() {
        let (nothing, unread, encrypted) = (End::Nothing, End::Found(Code::LinkUnknown), End::Found(Code::LinkEncrypted));
        for (link_type, bytes, expected, what) in [
            (1, ethernet(&[8, 6]), nothing, "ARP"),
            (1, ethernet(&[0x88, 0x64, 0x11, 0, 0, 1, 0, 9, 0xc0, 0x21]), nothing, "PPP's own"),
            (1, ethernet(&[0x88, 0x64, 0x11, 0xa7, 0, 1, 0, 9, 0, 0x21]), nothing, "the end of a PPPoE session"),
            (1, ethernet(&[0, 40, 0x42, 0x42, 3]), nothing, "the spanning tree"),
            (1, ethernet(&[0, 0]), nothing, "no length"),
            (1, ethernet(&[0x81, 0, 0, 5, 8, 6]), nothing, "ARP in a VLAN"),
            (1, ethernet(&[0x81, 0, 0, 5].repeat(30)), End::Found(Code::LimitNesting), "too many tags"),
            (0, with(&[7, 0, 0, 0]), nothing, "another family"),
            (0, with(&[2, 0, 0, 2]), nothing, "no family"),
            (117, with(&[1, 2, 0, 0]), MALFORMED, "pflog without a length"),
            (239, with(&[2, 0, 0, 7, 0, 0, 0, 0]), MALFORMED, "NFLOG with a value of no length"),
            (239, vec![2, 0, 0, 7, 5, 0, 10, 0, b'x', 0, 0, 0], nothing, "NFLOG without a packet"),
            (258, vec![4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], MALFORMED, "PKTAP shorter than its header"),
            (258, [&[12, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0][..]; 40].concat(), End::Found(Code::LimitNesting), "PKTAP in PKTAP"),
            (9, with(&[0x80, 0x21]), nothing, "PPP's own"),
            (9, with(&[0, 0xfd]), encrypted, "PPP, compressed or encrypted"),
            (9, with(&[0, 0x2d]), unread, "PPP, compressed headers"),
            (107, with(&[0x18, 0x41, 3, 0x81]), nothing, "Frame Relay, another protocol"),
            (105, wireless([0x80, 0], 0, SNAP), nothing, "a beacon"),
            (105, wireless([0x48, 1], 0, SNAP), nothing, "no data"),
            (105, wireless([0x08, 0x41], 0, &[7; 8]), encrypted, "802.11, encrypted"),
            (127, [&[0, 0, 9, 0, 2, 0, 0, 0, 0x40][..], &wireless([0x08, 1], 0, SNAP)].concat(), End::Found(Code::FrameCorrupt), "corrupt"),
            (
                192,
                [&[0, 0, 32, 0, 105, 0, 0, 0, 2, 0, 20, 0][..], &[0; 8], &[4], &[0; 11], &wireless([0x08, 1], 0, SNAP)].concat(),
                End::Found(Code::FrameCorrupt),
                "corrupt, by PPI",
            ),
            (147, with(&[]), unread, "unknown"),
        ] {
            assert_eq!(end_of(Layer::Link(LinkType(link_type)), &bytes, 0), expected, "{what}");
        }
    }

    #[test]
    fn nothing_panics_on_a_byte_changed() {
        for (link_type, bytes, _) in frames() {
            for at in 0..bytes.len() - packet().len() {
                for value in 0..=255 {
                    let mut changed = bytes.clone();
                    changed[at] = value;
                    let _ = end_of(Layer::Link(LinkType(link_type)), &changed, 0);
                }
            }
        }
    }
}
