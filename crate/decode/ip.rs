//! IPv4 (RFC 791) and IPv6 (RFC 8200) with their extension headers, either of them in either (RFC 2003, RFC 2473, RFC 4213), UDP (RFC 768)
//! and TCP (RFC 9293, RFC 7323).
//!
//! In: bytes from the IP header on. Out: a [`Packet`]. etherparse's lax slices find the transport header; that is read here,
//! because a header that the snap length cut in its options still says what the connection needs.

use std::net::IpAddr;

use etherparse::{IpNumber, LaxIpSlice};

use super::{Packet, Scale, Transport};
use crate::base::{Code, Endpoint};

/// The segment or datagram in the IP packet that `bytes` begin with.
///
/// `uncaptured`: bytes of the frame that were on the wire after these. They count where the packet does not give its own length:
/// TCP segmentation offload and jumbograms write 0. Of a packet in a packet it is the inner one's.
#[inline]
pub(super) fn transport(bytes: &[u8], uncaptured: usize) -> Result<Packet<'_>, Option<Code>> {
    match plain(bytes) {
        Some(packet) => packet.ok_or(MALFORMED),
        None => any(bytes, uncaptured, 0),
    }
}

/// The same of any packet, which stands in so many others.
#[cold]
#[inline(never)]
fn any(bytes: &[u8], uncaptured: usize, depth: usize) -> Result<Packet<'_>, Option<Code>> {
    let (ip, stopped) = LaxIpSlice::from_slice(bytes).map_err(|_| MALFORMED)?;
    let payload = ip.payload();
    if payload.fragmented {
        return Err(Some(Code::FragmentSkipped));
    }
    let wire = || wire_length(&ip, bytes.len().saturating_add(uncaptured)).ok_or(MALFORMED);
    let read: fn(&[u8], usize) -> Option<Contents<'_>> = match payload.ip_number {
        IpNumber::TCP => tcp,
        IpNumber::UDP => udp,
        IpNumber::IPV4 | IpNumber::IPV6 if depth >= TUNNELS => return Err(MALFORMED),
        IpNumber::IPV4 | IpNumber::IPV6 => return any(payload.payload, wire()?.saturating_sub(payload.payload.len()), depth + 1),
        _ if stopped.is_some() => return Err(MALFORMED),
        _ => return Err(None),
    };
    let contents = read(payload.payload, wire()?).ok_or(MALFORMED)?;
    Ok(contents.between(ip.source_addr(), ip.destination_addr()))
}

/// The same of what nearly every frame has, an IPv4 header without options of a packet in one piece, which needs no search for what
/// follows it; `None` for all else, and within that for a malformed one.
#[inline(always)]
fn plain(bytes: &[u8]) -> Option<Option<Packet<'_>>> {
    let ([0x45, _, t0, t1, _, _, f0, f1, _, protocol, _, _, s0, s1, s2, s3, d0, d1, d2, d3], rest) = bytes.split_first_chunk::<20>()?
    else {
        return None;
    };
    let wire = usize::from(u16::from_be_bytes([*t0, *t1])).checked_sub(20)?;
    if f0 & 0x3f != 0 || *f1 != 0 {
        return None;
    }
    let payload = rest.get(..wire).unwrap_or(rest);
    let contents = match IpNumber(*protocol) {
        IpNumber::TCP => tcp(payload, wire),
        IpNumber::UDP => udp(payload, wire),
        _ => return None,
    };
    let (source, destination) = ([*s0, *s1, *s2, *s3].into(), [*d0, *d1, *d2, *d3].into());
    Some(contents.map(|contents| contents.between(source, destination)))
}

/// Bytes that were on the wire after the IP headers, in a frame that left `most` for IP; `None` when the lengths contradict each other.
fn wire_length(ip: &LaxIpSlice<'_>, most: usize) -> Option<usize> {
    let (headers, total) = match ip {
        LaxIpSlice::Ipv4(ip) => {
            let authentication = ip.extensions().auth.map_or(0, |header| header.slice().len());
            (ip.header().slice().len() + authentication, usize::from(ip.header().total_len()))
        }
        LaxIpSlice::Ipv6(ip) => {
            let payload = usize::from(ip.header().payload_length());
            let header = ip.header().slice().len();
            (header + ip.extensions().slice().len(), if payload == 0 { 0 } else { header + payload })
        }
    };
    if total == 0 { most } else { total }.checked_sub(headers)
}

/// What a transport header says.
struct Contents<'a> {
    source: u16,
    destination: u16,
    transport: Transport,
    /// The captured part of the payload.
    payload: &'a [u8],
    /// Bytes of payload on the wire.
    wire: usize,
}

impl<'a> Contents<'a> {
    #[inline(always)]
    fn between(self, source: IpAddr, destination: IpAddr) -> Packet<'a> {
        Packet {
            source: Endpoint { address: source, port: self.source },
            destination: Endpoint { address: destination, port: self.destination },
            transport: self.transport,
            payload: self.payload,
            cut_short: u32::try_from(self.wire.saturating_sub(self.payload.len())).unwrap_or(u32::MAX),
        }
    }
}

/// Reads a TCP segment, of which `wire` bytes were on the wire.
#[inline(always)]
fn tcp(bytes: &[u8], wire: usize) -> Option<Contents<'_>> {
    let [s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, offset, flags] = *bytes.first_chunk()?;
    let header = usize::from(offset >> 4) * 4;
    if header < 20 {
        return None;
    }
    let acknowledgement = (flags & ACK != 0).then_some(u32::from_be_bytes([a0, a1, a2, a3]));
    Some(Contents {
        source: u16::from_be_bytes([s0, s1]),
        destination: u16::from_be_bytes([d0, d1]),
        transport: Transport::Tcp {
            sequence: u32::from_be_bytes([q0, q1, q2, q3]),
            acknowledgement,
            syn: flags & SYN != 0,
            fin: flags & FIN != 0,
            rst: flags & RST != 0,
            window: bytes.get(14..16).and_then(|window| window.first_chunk()).copied().map(u16::from_be_bytes),
            scale: if flags & SYN == 0 { Scale::Unknown } else { scale(bytes.get(20..header)) },
        },
        payload: bytes.get(header..).unwrap_or_default(),
        wire: wire.checked_sub(header)?,
    })
}

/// Looks for the window's unit among the options of a SYN; `None` where they are cut.
fn scale(options: Option<&[u8]>) -> Scale {
    let Some(mut options) = options else { return Scale::Unknown };
    loop {
        options = match *options {
            [NO_OPERATION, ref rest @ ..] => rest,
            [WINDOW_SCALE, 3, shift, ..] => return Scale::Shift(shift.min(MAX_SHIFT)),
            [kind, length @ 2..=u8::MAX, ..] if kind != END_OF_OPTIONS => options.get(usize::from(length)..).unwrap_or_default(),
            _ => return Scale::Bytes,
        };
    }
}

/// Reads a UDP datagram, of which `wire` bytes were on the wire by the IP header.
#[inline(always)]
fn udp(bytes: &[u8], wire: usize) -> Option<Contents<'_>> {
    let [s0, s1, d0, d1, l0, l1, _, _] = *bytes.first_chunk()?;
    let length = usize::from(u16::from_be_bytes([l0, l1]));
    // Segmentation offload and broken senders leave lengths here that cannot be; IP's is as good.
    let wire = if (8..=wire).contains(&length) { length } else { wire }.checked_sub(8)?;
    let payload = bytes.get(8..)?;
    Some(Contents {
        source: u16::from_be_bytes([s0, s1]),
        destination: u16::from_be_bytes([d0, d1]),
        transport: Transport::Udp,
        payload: payload.get(..wire).unwrap_or(payload),
        wire,
    })
}

const MALFORMED: Option<Code> = Some(Code::PacketMalformed);

/// Packets around a packet. Tunnels in tunnels are rare, and three are an attack.
const TUNNELS: usize = 4;

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;

const END_OF_OPTIONS: u8 = 0;
const NO_OPERATION: u8 = 1;
const WINDOW_SCALE: u8 = 3;

/// The largest shift that RFC 7323 has.
const MAX_SHIFT: u8 = 14;

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;
    use crate::capture::frames::{self, TCP, UDP, extension, ipv4, ipv6, tcp, udp};

    const A4: [u8; 4] = [10, 0, 0, 1];
    const B4: [u8; 4] = [10, 0, 0, 2];
    const A6: [u8; 16] = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    const B6: [u8; 16] = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

    const IPV4_IN: u8 = 4;
    const IPV6_IN: u8 = 41;
    const HOP_BY_HOP: u8 = 0;
    const ROUTING: u8 = 43;
    const FRAGMENT: u8 = 44;
    const AUTHENTICATION: u8 = 51;
    const DESTINATION: u8 = 60;

    /// The payload and what was cut off, of a packet captured whole.
    fn payload(bytes: &[u8]) -> Result<(&[u8], u32), Option<Code>> {
        transport(bytes, 0).map(|packet| (packet.payload, packet.cut_short))
    }

    fn set(mut bytes: Vec<u8>, at: usize, values: &[u8]) -> Vec<u8> {
        bytes[at..at + values.len()].copy_from_slice(values);
        bytes
    }

    #[test]
    fn udp_and_tcp_over_both() {
        let bytes = ipv4(UDP, A4, B4, &udp(6881, 53, b"data"));
        let (source, destination) = (Endpoint::new(A4, 6881), Endpoint::new(B4, 53));
        let expected = Packet { source, destination, transport: Transport::Udp, payload: b"data", cut_short: 0 };
        assert_eq!(transport(&bytes, 0), Ok(expected));

        let (source, destination) = (Endpoint::new(Ipv6Addr::from(A6), 1), Endpoint::new(Ipv6Addr::from(B6), 2));
        for (flags, acknowledgement, syn, fin, rst) in [
            (16 | 1, Some(4), false, true, false),
            (2, None, true, false, false),
            (16 | 4, Some(4), false, false, true),
            (8, None, false, false, false),
        ] {
            let bytes = ipv6(TCP, A6, B6, &tcp(1, 2, u32::MAX, 4, flags, b"data"));
            let scale = if syn { Scale::Bytes } else { Scale::Unknown };
            let tcp = Transport::Tcp { sequence: u32::MAX, acknowledgement, syn, fin, rst, window: Some(u16::MAX), scale };
            assert_eq!(transport(&bytes, 0), Ok(Packet { source, destination, transport: tcp, payload: b"data", cut_short: 0 }));
        }
    }

    #[test]
    fn a_packet_in_a_packet_is_the_inner_one() {
        let inner = ipv6(UDP, A6, B6, &udp(1, 2, b"data"));
        let (source, destination) = (Endpoint::new(Ipv6Addr::from(A6), 1), Endpoint::new(Ipv6Addr::from(B6), 2));
        let expected = Packet { source, destination, transport: Transport::Udp, payload: b"data", cut_short: 0 };
        let six_in_four = ipv4(IPV6_IN, A4, B4, &inner);
        assert_eq!(transport(&six_in_four, 0), Ok(expected));
        assert_eq!(transport(&ipv6(IPV4_IN, A6, B6, &six_in_four), 0), Ok(expected));
        let cut = Packet { payload: b"da", cut_short: 2, ..expected };
        assert_eq!(transport(&six_in_four[..six_in_four.len() - 2], 2), Ok(cut));
        assert_eq!(transport(&six_in_four[..30], 0), Err(MALFORMED));
        let nested =
            |times| (0..times).fold(inner.clone(), |packet, deep| ipv4(if deep == 0 { IPV6_IN } else { IPV4_IN }, A4, B4, &packet));
        assert_eq!((transport(&nested(TUNNELS), 0), transport(&nested(TUNNELS + 1), 0)), (Ok(expected), Err(MALFORMED)));
    }

    #[test]
    fn the_unit_of_windows_is_among_the_options_of_a_syn() {
        for (options, expected) in [
            (&[][..], Scale::Bytes),
            (&[2, 4, 5, 180, 1, 3, 3, 7], Scale::Shift(7)),
            (&[1, 3, 3, 0], Scale::Shift(0)),
            (&[3, 3, 255, 0], Scale::Shift(14)),
            (&[0, 3, 3, 7], Scale::Bytes),
            (&[2, 0, 3, 3], Scale::Bytes),
            (&[2, 1, 3, 3], Scale::Bytes),
            (&[8, 200, 3, 3], Scale::Bytes),
            (&[1, 1, 1, 3], Scale::Bytes),
        ] {
            assert_eq!(scale(Some(options)), expected, "{options:?}");
        }
        assert_eq!(scale(None), Scale::Unknown);
    }

    #[test]
    fn extension_headers_are_stepped_over() {
        let segment = tcp(1, 2, 3, 4, 16, b"data");
        let atomic = [&[TCP, 0, 0, 0, 1, 2, 3, 4][..], &segment].concat();
        let chain = extension(DESTINATION, &extension(ROUTING, &extension(FRAGMENT, &atomic)));
        assert_eq!(payload(&ipv6(HOP_BY_HOP, A6, B6, &chain)), Ok((&b"data"[..], 0)));
        let authenticated = [&[TCP, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1][..], &segment].concat();
        assert_eq!(payload(&ipv4(AUTHENTICATION, A4, B4, &authenticated)), Ok((&b"data"[..], 0)));
        assert_eq!(
            payload(&ipv6(AUTHENTICATION, A6, B6, &[&authenticated[..1], &[2], &authenticated[2..12], &[0; 4], &segment].concat())),
            Ok((&b"data"[..], 0))
        );
        assert_eq!(payload(&ipv6(HOP_BY_HOP, A6, B6, &extension(HOP_BY_HOP, &segment))), Err(MALFORMED));
    }

    #[test]
    fn fragments_are_told() {
        let datagram = udp(1, 2, b"data");
        for (flags, what) in [([0x20, 0], "the first"), ([0x20, 9], "a middle one"), ([0, 9], "the last")] {
            assert_eq!(payload(&set(ipv4(UDP, A4, B4, &datagram), 6, &flags)), Err(Some(Code::FragmentSkipped)), "{what}");
        }
        assert!(payload(&set(ipv4(UDP, A4, B4, &datagram), 6, &[0x40, 0])).is_ok(), "not to be fragmented");
        for offset in [[0, 1], [0, 9], [0, 8]] {
            let fragment = [&[UDP, 0, offset[0], offset[1], 0, 0, 0, 1][..], &datagram].concat();
            assert_eq!(payload(&ipv6(FRAGMENT, A6, B6, &fragment)), Err(Some(Code::FragmentSkipped)));
        }
    }

    #[test]
    fn a_packet_cut_anywhere_keeps_what_it_has() {
        let options = |segment: Vec<u8>| [&set(segment, 12, &[0x70])[..20], b"\x01\x01\x01\x01\x01\x01\x01\x01data"].concat();
        for (packet, headers, wanted, what) in [
            (ipv4(UDP, A4, B4, &udp(1, 2, b"data")), 28, 28, "UDP"),
            (ipv4(TCP, A4, B4, &tcp(1, 2, 3, 4, 16, b"data")), 40, 34, "TCP"),
            (ipv4(TCP, A4, B4, &options(tcp(1, 2, 3, 4, 16, b""))), 48, 34, "TCP with options"),
            (ipv6(UDP, A6, B6, &udp(1, 2, b"data")), 48, 48, "UDP over IPv6"),
            (
                ipv6(HOP_BY_HOP, A6, B6, &extension(DESTINATION, &extension(TCP, &tcp(1, 2, 3, 4, 16, b"data")))),
                76,
                70,
                "TCP after extensions",
            ),
        ] {
            let whole = transport(&packet, 0).unwrap();
            assert_eq!((whole.payload, whole.cut_short), (&b"data"[..], 0), "{what}");
            for end in 0..packet.len() {
                let cut = transport(&packet[..end], packet.len() - end);
                assert_eq!(cut.is_ok(), end >= wanted, "{what} cut at {end}");
                if let Ok(cut) = cut {
                    assert_eq!((cut.source, cut.destination), (whole.source, whole.destination), "{what} cut at {end}");
                    match (cut.transport, whole.transport) {
                        (Transport::Tcp { window: None, .. }, Transport::Tcp { .. }) => assert!(end < wanted + 2, "{what} cut at {end}"),
                        (cut, whole) => assert_eq!(cut, whole, "{what} cut at {end}"),
                    }
                    assert_eq!(cut.payload, &b"data"[..end.saturating_sub(headers)], "{what} cut at {end}");
                    assert_eq!(cut.cut_short as usize, 4 - cut.payload.len(), "{what} cut at {end}");
                } else {
                    assert_eq!(cut, Err(MALFORMED), "{what} cut at {end}");
                }
            }
        }
    }

    #[test]
    fn lengths_that_were_never_set() {
        let segment = tcp(1, 2, 3, 4, 16, b"data");
        let offloaded = set(ipv4(TCP, A4, B4, &segment), 2, &[0, 0]);
        assert_eq!(payload(&offloaded), Ok((&b"data"[..], 0)));
        assert_eq!(
            transport(&offloaded, 7).map(|packet| (packet.payload, packet.cut_short)),
            Ok((&b"data"[..], 7)),
            "cut by the snap length"
        );
        assert_eq!(payload(&set(ipv6(TCP, A6, B6, &segment), 4, &[0, 0])), Ok((&b"data"[..], 0)), "a jumbogram");
        assert_eq!(payload(&set(ipv4(UDP, A4, B4, &udp(1, 2, b"data")), 24, &[0, 0])), Ok((&b"data"[..], 0)), "UDP offload");
    }

    #[test]
    fn what_follows_the_packet_is_not_payload() {
        for packet in [ipv4(UDP, A4, B4, &udp(1, 2, b"data")), ipv6(TCP, A6, B6, &tcp(1, 2, 3, 4, 16, b"data"))] {
            assert_eq!(payload(&[&packet[..], b"padding"].concat()), Ok((&b"data"[..], 0)));
        }
        assert_eq!(
            payload(&ipv4(UDP, A4, B4, &set(udp(1, 2, b"data and more"), 4, &[0, 12]))),
            Ok((&b"data"[..], 0)),
            "by the length of UDP"
        );
    }

    #[test]
    fn headers_that_contradict_themselves() {
        let segment = tcp(1, 2, 3, 4, 16, b"data");
        let whole = ipv4(TCP, A4, B4, &segment);
        for (packet, what) in [
            (vec![], "nothing"),
            (set(whole.clone(), 0, &[0x50]), "version 5"),
            (set(whole.clone(), 0, &[0x44]), "header of 16 bytes"),
            (set(whole.clone(), 0, &[0x4f]), "header of 60 bytes"),
            (set(whole.clone(), 2, &[0, 19]), "length below the header's"),
            (set(whole.clone(), 2, &[0, 39]), "length that ends in TCP's header"),
            (set(whole.clone(), 32, &[0x40]), "TCP header of 16 bytes"),
            (set(whole.clone(), 32, &[0xf0]), "TCP header of 60 bytes"),
            (ipv4(UDP, A4, B4, &[0; 7]), "UDP header of 7 bytes"),
            (ipv4(AUTHENTICATION, A4, B4, &segment[..8]), "authentication header of 8 bytes"),
            (ipv6(HOP_BY_HOP, A6, B6, &[TCP, 9, 0, 0, 0, 0, 0, 0]), "extension longer than the packet"),
        ] {
            assert_eq!(payload(&packet), Err(MALFORMED), "{what}");
        }
        assert_eq!(payload(&set(whole, 2, &[0xff, 0xff])), Ok((&b"data"[..], 65_535 - 44)), "a length beyond the frame");
        for (protocol, what) in [(1, "ICMP"), (50, "ESP"), (59, "no next header"), (47, "GRE")] {
            assert_eq!(payload(&ipv4(protocol, A4, B4, &segment)), Err(None), "{what}");
            assert_eq!(payload(&ipv6(protocol, A6, B6, &segment)), Err(None), "{what}");
        }
    }

    #[test]
    fn nothing_panics_on_a_byte_changed() {
        let chain = extension(DESTINATION, &extension(ROUTING, &tcp(1, 2, 3, 4, 16, b"data")));
        for packet in [ipv6(HOP_BY_HOP, A6, B6, &chain), ipv4(UDP, A4, B4, &frames::udp(1, 2, b"data"))] {
            for at in 0..packet.len() {
                for value in 0..=255 {
                    let changed = set(packet.clone(), at, &[value]);
                    for end in [packet.len(), packet.len() - 5, at + 1] {
                        let _ = transport(&changed[..end], packet.len() - end);
                    }
                }
            }
        }
    }
}
