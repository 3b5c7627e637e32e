//! The link layer: where in a frame the IP packet begins.
//!
//! In: a link type and a frame's bytes. Out: the bytes from the IP header on, padding included. One function a link type, one line
//! each in [`network`]. Documents: <https://www.tcpdump.org/linktypes.html>, IEEE 802.1Q, RFC 2516 (PPP over Ethernet).

use crate::base::Code;
use crate::capture::LinkType;

/// Bytes from the IP header on; or why there is none, `None` when the frame carries something else in good order.
type Network<'a> = Result<&'a [u8], Option<Code>>;

/// The IP packet in a frame of `link_type`.
#[inline]
pub(super) fn network(link_type: LinkType, bytes: &[u8]) -> Network<'_> {
    match link_type {
        LinkType::ETHERNET => match bytes {
            // What nearly every frame has.
            [_, _, _, _, _, _, _, _, _, _, _, _, 0x08, 0x00, rest @ ..] => Ok(rest),
            _ => ethernet(bytes),
        },
        LinkType::RAW | LinkType::RAW_12 | LinkType::RAW_14 | LinkType::IPV4 | LinkType::IPV6 => Ok(bytes),
        LinkType::LINUX_SLL => linux_sll(bytes),
        LinkType::LINUX_SLL2 => linux_sll2(bytes),
        LinkType::NULL | LinkType::LOOP => loopback(bytes),
        _ => Err(Some(Code::LinkUnknown)),
    }
}

/// Destination 6, source 6, type 2.
fn ethernet(bytes: &[u8]) -> Network<'_> {
    let ([.., high, low], rest) = bytes.split_first_chunk::<14>().ok_or(MALFORMED)?;
    ether_type([*high, *low], rest)
}

/// Packet type 2, hardware type 2, address length 2, address 8, protocol 2.
fn linux_sll(bytes: &[u8]) -> Network<'_> {
    let ([.., high, low], rest) = bytes.split_first_chunk::<16>().ok_or(MALFORMED)?;
    ether_type([*high, *low], rest)
}

/// Protocol 2, reserved 2, interface 4, hardware type 2, packet type 1, address length 1, address 8.
fn linux_sll2(bytes: &[u8]) -> Network<'_> {
    let ([high, low, ..], rest) = bytes.split_first_chunk::<20>().ok_or(MALFORMED)?;
    ether_type([*high, *low], rest)
}

/// Address family 4, in either byte order: the file does not say which machine wrote it.
fn loopback(bytes: &[u8]) -> Network<'_> {
    let (family, rest) = bytes.split_first_chunk::<4>().ok_or(MALFORMED)?;
    match family {
        [0, 0, 0, family] | [family, 0, 0, 0] if ADDRESS_FAMILIES.contains(family) => Ok(rest),
        _ => Err(None),
    }
}

/// What follows an Ethernet type, through any VLAN tags (control 2, type 2).
fn ether_type(mut kind: [u8; 2], mut rest: &[u8]) -> Network<'_> {
    for _ in 0..=TAGS {
        match u16::from_be_bytes(kind) {
            IPV4 | IPV6 => return Ok(rest),
            PPPOE_SESSION => return pppoe(rest),
            VLAN | SERVICE_VLAN | OLD_SERVICE_VLAN => {
                let ([_, _, high, low], inner) = rest.split_first_chunk::<4>().ok_or(MALFORMED)?;
                (kind, rest) = ([*high, *low], inner);
            }
            _ => return Err(None),
        }
    }
    Err(MALFORMED)
}

/// Version and type 1, code 1 (0 for what is said in the session), session 2, length 2, and PPP's protocol 2.
fn pppoe(bytes: &[u8]) -> Network<'_> {
    let ([_, code, _, _, _, _, high, low], rest) = bytes.split_first_chunk::<8>().ok_or(MALFORMED)?;
    match (code, u16::from_be_bytes([*high, *low])) {
        (0, PPP_IPV4 | PPP_IPV6) => Ok(rest),
        _ => Err(None),
    }
}

const MALFORMED: Option<Code> = Some(Code::PacketMalformed);

/// VLAN tags on one frame. Providers stack two, laboratories three.
const TAGS: usize = 8;

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
const PPPOE_SESSION: u16 = 0x8864;
const PPP_IPV4: u16 = 0x0021;
const PPP_IPV6: u16 = 0x0057;
const VLAN: u16 = 0x8100;
const SERVICE_VLAN: u16 = 0x88a8;
/// What QinQ used before IEEE 802.1ad.
const OLD_SERVICE_VLAN: u16 = 0x9100;

/// IPv4 everywhere; IPv6 on Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS.
const ADDRESS_FAMILIES: [u8; 6] = [2, 10, 23, 24, 28, 30];

#[cfg(test)]
mod tests {
    use super::*;

    const IP: &[u8] = b"\x45 the packet";

    fn with(header: &[u8]) -> Vec<u8> {
        [header, IP].concat()
    }

    #[test]
    fn every_link_type_leads_to_the_ip_packet() {
        let ethernet = |kinds: &[u8]| with(&[&[0xee; 12], kinds].concat());
        for (link_type, bytes, what) in [
            (1, ethernet(&[8, 0]), "Ethernet"),
            (1, ethernet(&[0x86, 0xdd]), "Ethernet, IPv6"),
            (1, ethernet(&[0x81, 0, 0, 5, 8, 0]), "VLAN"),
            (1, ethernet(&[0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0]), "QinQ"),
            (1, ethernet(&[0x91, 0, 0, 5, 0x81, 0, 0, 6, 0x81, 0, 0, 7, 0x86, 0xdd]), "three tags"),
            (1, ethernet(&[0x88, 0x64, 0x11, 0, 0, 1, 0, 9, 0, 0x21]), "PPPoE"),
            (1, ethernet(&[0x81, 0, 0, 5, 0x88, 0x64, 0x11, 0, 0, 1, 0, 9, 0, 0x57]), "PPPoE in a VLAN, IPv6"),
            (12, with(&[]), "raw"),
            (14, with(&[]), "raw"),
            (101, with(&[]), "raw"),
            (228, with(&[]), "raw IPv4"),
            (229, with(&[]), "raw IPv6"),
            (113, with(&[0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 8, 0]), "SLL"),
            (113, with(&[0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 0x81, 0, 0, 5, 8, 0]), "SLL, VLAN"),
            (276, with(&[0x86, 0xdd, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0]), "SLL2"),
            (0, with(&[2, 0, 0, 0]), "null, little-endian"),
            (0, with(&[0, 0, 0, 30]), "null, big-endian"),
            (108, with(&[0, 0, 0, 24]), "loop"),
        ] {
            assert_eq!(network(LinkType(link_type), &bytes), Ok(IP), "{what}");
            for end in 0..bytes.len() - IP.len() {
                assert_eq!(network(LinkType(link_type), &bytes[..end]), Err(MALFORMED), "{what} cut at {end}");
            }
        }
    }

    #[test]
    fn what_is_not_ip_is_told_from_what_is_broken() {
        let ethernet = |kinds: &[u8]| with(&[&[0xee; 12], kinds].concat());
        for (link_type, bytes, expected, what) in [
            (1, ethernet(&[8, 6]), None, "ARP"),
            (1, ethernet(&[0x88, 0x64, 0x11, 0, 0, 1, 0, 9, 0xc0, 0x21]), None, "PPP's own"),
            (1, ethernet(&[0x88, 0x64, 0x11, 0xa7, 0, 1, 0, 9, 0, 0x21]), None, "the end of a PPPoE session"),
            (1, ethernet(&[0, 40]), None, "an IEEE 802.3 length"),
            (1, ethernet(&[0x81, 0, 0, 5, 8, 6]), None, "ARP in a VLAN"),
            (1, ethernet(&[0x81, 0, 0, 5].repeat(TAGS + 1)), MALFORMED, "too many tags"),
            (0, with(&[7, 0, 0, 0]), None, "another family"),
            (0, with(&[2, 0, 0, 2]), None, "no family"),
            (147, with(&[]), Some(Code::LinkUnknown), "unknown"),
        ] {
            assert_eq!(network(LinkType(link_type), &bytes), Err(expected), "{what}");
        }
    }
}
