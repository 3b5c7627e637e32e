//! IPv4 (RFC 791) and IPv6 (RFC 8200, jumbograms by RFC 2675) with their extension headers, and what they carry.
//!
//! In: the bytes of an IP packet, or of what one carries. Out: the next layer, a fragment, or a packet. etherparse reads the headers; of what
//! nearly every frame has, the few fields that matter are read at once. Lengths: the packet's own, also
//! beyond what the frame had. Where it has none, all that the frame had on the wire: segmentation offload writes 0, and so do jumbograms that
//! Linux makes of large segments (BIG TCP), some without telling their length.

use std::net::IpAddr;

use etherparse::{IpAuthHeaderSlice, IpNumber, Ipv4HeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice, Ipv6RawExtHeaderSlice};

use super::layer::{End, Fragment, Fragmented, Layer, MALFORMED, NOTHING, Next, Span};
use super::transport::{tcp, udp};
use super::{Packet, tunnel};

/// Between which addresses an IP packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ends {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
}

/// The packet in what nearly every frame has: an IPv4 header without options and of the right checksum, of a packet in one piece that is
/// UDP or TCP and no tunnel. It needs no search for what follows. `None` for all else.
#[inline(always)]
pub(super) fn plain(bytes: &[u8]) -> Option<Packet<'_>> {
    let (header, rest) = bytes.split_first_chunk::<20>()?;
    let [0x45, _, t0, t1, _, _, f0, f1, _, protocol, _, _, s0, s1, s2, s3, d0, d1, d2, d3] = *header else { return None };
    let wire = usize::from(u16::from_be_bytes([t0, t1])).checked_sub(20)?;
    if f0 & 0x3f != 0 || f1 != 0 || wrong(header) {
        return None;
    }
    let payload = rest.get(..wire).unwrap_or(rest);
    let contents = match IpNumber(protocol) {
        IpNumber::TCP => tcp(payload, wire),
        IpNumber::UDP => udp(payload, wire).filter(|datagram| !tunnel::is_possible(datagram)),
        _ => None,
    }?;
    Some(contents.between([s0, s1, s2, s3].into(), [d0, d1, d2, d3].into()))
}

/// Whether an IPv4 header has a wrong checksum. One that hardware was to fill in is 0, or counts no length, and says nothing.
pub(super) fn checksum_wrong(packet: &[u8]) -> bool {
    let Some((header, _)) = packet.split_first_chunk::<20>() else { return false };
    let options = packet.get(20..usize::from(header[0] & 15) * 4);
    header[0] >> 4 == 4 && options.is_some_and(|options| options.is_empty()) && header[2..4] != [0, 0] && wrong(header)
}

/// The same of a header without options.
#[inline(always)]
fn wrong(header: &[u8; 20]) -> bool {
    // The sum of RFC 1071 is the same in either byte order, and in words of any width, which it is folded from.
    let (words, _) = header.as_chunks::<4>();
    let sum: u64 = words.iter().map(|word| u64::from(u32::from_ne_bytes(*word))).sum();
    let sum = (sum >> 32) + (sum & 0xffff_ffff);
    let sum = (sum >> 16) + (sum & 0xffff);
    let sum = (sum >> 16) + (sum & 0xffff);
    sum != 0xffff && header[10..12] != [0, 0]
}

/// An IP packet, to what it carries.
pub(super) fn header(span: Span<'_>) -> Next<'_> {
    match span.captured.first().map(|first| first >> 4) {
        Some(4) => version_4(span),
        Some(6) => version_6(span),
        _ => Err(MALFORMED),
    }
}

fn version_4(span: Span<'_>) -> Next<'_> {
    let header = Ipv4HeaderSlice::from_slice(span.captured).map_err(|_| MALFORMED)?;
    let (length, total) = (header.slice().len(), usize::from(header.total_len()));
    let content = if total == 0 { span } else { span.of_length(total) }.skip(length)?;
    let ends = Ends { source: header.source_addr().into(), destination: header.destination_addr().into() };
    let (protocol, more, offset) = (header.protocol().0, header.more_fragments(), header.fragments_offset().byte_offset().into());
    if more || offset > 0 {
        let of = Fragmented { ends, protocol, number: header.identification().into() };
        return Err(End::Fragment(Fragment { of, offset, more, content }));
    }
    Ok((Layer::Carried(ends, protocol), content))
}

fn version_6(span: Span<'_>) -> Next<'_> {
    let header = Ipv6HeaderSlice::from_slice(span.captured).map_err(|_| MALFORMED)?;
    let content = span.skip(header.slice().len())?;
    let ends = Ends { source: header.source_addr().into(), destination: header.destination_addr().into() };
    let (next, length) = (header.next_header(), usize::from(header.payload_length()));
    if next != IpNumber::IPV6_HEADER_HOP_BY_HOP {
        return Ok((Layer::Carried(ends, next.0), if length == 0 { content } else { content.of_length(length) }));
    }
    let options = Ipv6RawExtHeaderSlice::from_slice(content.captured).map_err(|_| MALFORMED)?;
    let content = match jumbo_length(options.payload()).filter(|_| length == 0) {
        Some(length) => content.of_length(length),
        None if length == 0 => content,
        None => content.of_length(length),
    };
    Ok((Layer::Carried(ends, options.next_header().0), content.skip(options.slice().len())?))
}

/// The length of a jumbogram, among hop-by-hop options.
fn jumbo_length(mut options: &[u8]) -> Option<usize> {
    loop {
        options = match *options {
            [0, ref rest @ ..] => rest,
            [0xc2, 4, l0, l1, l2, l3, ..] => return usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).ok(),
            [_, length, ref rest @ ..] => rest.get(length.into()..)?,
            _ => return None,
        };
    }
}

/// What an IP packet between `ends` carries under a protocol's number. Errors that quote a packet (ICMP) are not that packet.
pub(super) fn contents(ends: Ends, protocol: u8, span: Span<'_>) -> Next<'_> {
    let read = match IpNumber(protocol) {
        IpNumber::TCP => tcp,
        IpNumber::UDP => udp,
        IpNumber::IPV4 | IpNumber::IPV6 => return Ok((Layer::Ip, span)),
        IpNumber::GRE => return tunnel::gre(span),
        IpNumber::ETHER_IP => return tunnel::ethernet(span),
        IpNumber::MPLS_IN_IP => return super::ether_type::mpls(span),
        IpNumber::AUTHENTICATION_HEADER => {
            let header = IpAuthHeaderSlice::from_slice(span.captured).map_err(|_| MALFORMED)?;
            return Ok((Layer::Carried(ends, header.next_header().0), span.skip(header.slice().len())?));
        }
        number if ends.source.is_ipv6() => return extension(ends, number, span),
        _ => return NOTHING,
    };
    let contents = read(span.captured, span.wire).ok_or(MALFORMED)?;
    match tunnel::udp(&contents).filter(|_| protocol == IpNumber::UDP.0) {
        Some(next) => Ok(next),
        None => Err(End::Packet(contents.between(ends.source, ends.destination))),
    }
}

/// An extension header of IPv6.
fn extension(ends: Ends, number: IpNumber, span: Span<'_>) -> Next<'_> {
    match number {
        IpNumber::IPV6_ROUTE_HEADER | IpNumber::IPV6_DESTINATION_OPTIONS | IpNumber::MOBILITY_HEADER | IpNumber::HIP | IpNumber::SHIM6 => {
            let header = Ipv6RawExtHeaderSlice::from_slice(span.captured).map_err(|_| MALFORMED)?;
            Ok((Layer::Carried(ends, header.next_header().0), span.skip(header.slice().len())?))
        }
        IpNumber::IPV6_FRAGMENTATION_HEADER => {
            let header = Ipv6FragmentHeaderSlice::from_slice(span.captured).map_err(|_| MALFORMED)?;
            let content = span.skip(header.slice().len())?;
            let (protocol, more, offset) = (header.next_header().0, header.more_fragments(), header.fragment_offset().byte_offset().into());
            // One that is all of its packet (RFC 6946): translators make them.
            if !more && offset == 0 {
                return Ok((Layer::Carried(ends, protocol), content));
            }
            let of = Fragmented { ends, protocol, number: header.identification() };
            Err(End::Fragment(Fragment { of, offset, more, content }))
        }
        // Only the first header may be this one.
        IpNumber::IPV6_HEADER_HOP_BY_HOP => Err(MALFORMED),
        _ => NOTHING,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;
    use crate::base::{Code, Endpoint};
    use crate::capture::frames::{self, TCP, UDP, extension, ipv4, ipv6, tcp, udp};
    use crate::decode::layer::{Walk, end_of};
    use crate::decode::{Scale, Transport};

    const A4: [u8; 4] = [10, 0, 0, 1];
    const B4: [u8; 4] = [10, 0, 0, 2];
    const A6: [u8; 16] = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    const B6: [u8; 16] = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

    /// The packet, of whose frame `uncaptured` bytes more were on the wire. The short way must say the same.
    fn transport(bytes: &[u8], uncaptured: usize) -> Result<Packet<'_>, End<'_>> {
        let end = end_of(Layer::Ip, bytes, uncaptured);
        if let Some(packet) = plain(bytes) {
            assert_eq!(end, End::Packet(packet));
        }
        match end {
            End::Packet(packet) => Ok(packet),
            end => Err(end),
        }
    }

    /// The payload and what was cut off, of a packet captured whole.
    fn payload(bytes: &[u8]) -> Result<(&[u8], u32), End<'_>> {
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
        let six_in_four = ipv4(IpNumber::IPV6.0, A4, B4, &inner);
        assert_eq!(transport(&six_in_four, 0), Ok(expected));
        assert_eq!(transport(&ipv6(IpNumber::IPV4.0, A6, B6, &six_in_four), 0), Ok(expected));
        let cut = Packet { payload: b"da", cut_short: 2, ..expected };
        assert_eq!(transport(&six_in_four[..six_in_four.len() - 2], 2), Ok(cut));
        assert_eq!(transport(&six_in_four[..30], 0), Err(MALFORMED));
        let nested = |times| {
            (0..times)
                .fold(inner.clone(), |packet, deep| ipv4(if deep == 0 { IpNumber::IPV6.0 } else { IpNumber::IPV4.0 }, A4, B4, &packet))
        };
        for (times, end) in [(2, End::Packet(expected)), (3, End::Found(Code::LimitNesting))] {
            assert_eq!(Walk::new(6).end_of(Layer::Ip, Span::new(&nested(times), 0)), end);
        }
    }

    #[test]
    fn extension_headers_are_stepped_over() {
        let segment = tcp(1, 2, 3, 4, 16, b"data");
        let atomic = [&[TCP, 0, 0, 0, 1, 2, 3, 4][..], &segment].concat();
        let chain = extension(
            IpNumber::IPV6_DESTINATION_OPTIONS.0,
            &extension(IpNumber::IPV6_ROUTE_HEADER.0, &extension(IpNumber::IPV6_FRAGMENTATION_HEADER.0, &atomic)),
        );
        assert_eq!(payload(&ipv6(IpNumber::IPV6_HEADER_HOP_BY_HOP.0, A6, B6, &chain)), Ok((&b"data"[..], 0)));
        let authenticated = [&[TCP, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1][..], &segment].concat();
        assert_eq!(payload(&ipv4(IpNumber::AUTHENTICATION_HEADER.0, A4, B4, &authenticated)), Ok((&b"data"[..], 0)));
        assert_eq!(
            payload(&ipv6(
                IpNumber::AUTHENTICATION_HEADER.0,
                A6,
                B6,
                &[&authenticated[..1], &[2], &authenticated[2..12], &[0; 4], &segment].concat()
            )),
            Ok((&b"data"[..], 0))
        );
        assert_eq!(
            payload(&ipv6(IpNumber::IPV6_HEADER_HOP_BY_HOP.0, A6, B6, &extension(IpNumber::IPV6_HEADER_HOP_BY_HOP.0, &segment))),
            Err(MALFORMED)
        );
    }

    #[test]
    fn fragments_are_told() {
        let datagram = udp(1, 2, b"data");
        let told = |bytes: &[u8]| match end_of(Layer::Ip, bytes, 0) {
            End::Fragment(Fragment { of, offset, more, content }) => {
                assert_eq!((of.protocol, content), (UDP, Span::new(&datagram, 0)));
                Some((of.number, offset, more))
            }
            _ => None,
        };
        for (flags, expected, what) in [
            ([0x20, 0], Some((0x102, 0, true)), "the first"),
            ([0x20, 9], Some((0x102, 72, true)), "a middle one"),
            ([0x1f, 0xff], Some((0x102, 65_528, false)), "the last"),
            ([0x40, 0], None, "not to be fragmented"),
        ] {
            let fragment = set(ipv4(UDP, A4, B4, &datagram), 4, &[1, 2, flags[0], flags[1]]);
            assert_eq!(told(&fragment), expected, "{what}");
            assert_eq!(plain(&fragment).is_some(), expected.is_none(), "{what}");
        }
        for (offset, expected) in
            [([0, 1], Some((1, 0, true))), ([0, 9], Some((1, 8, true))), ([0, 8], Some((1, 8, false))), ([0, 6], None)]
        {
            let fragment = [&[UDP, 0, offset[0], offset[1], 0, 0, 0, 1][..], &datagram].concat();
            assert_eq!(told(&ipv6(IpNumber::IPV6_FRAGMENTATION_HEADER.0, A6, B6, &fragment)), expected);
        }
    }

    #[test]
    fn jumbograms_tell_their_length() {
        let segment = tcp(1, 2, 3, 4, 16, b"data");
        let options = |length: u32| [&[TCP, 0, 0xc2, 4][..], &length.to_be_bytes(), &segment].concat();
        let jumbo = |length| set(ipv6(IpNumber::IPV6_HEADER_HOP_BY_HOP.0, A6, B6, &options(length)), 4, &[0, 0]);
        assert_eq!(payload(&jumbo(32)), Ok((&b"data"[..], 0)));
        assert_eq!(payload(&[&jumbo(32)[..], b"padding"].concat()), Ok((&b"data"[..], 0)));
        assert_eq!(payload(&jumbo(100_028)), Ok((&b"data"[..], 100_000 - 4)), "cut by the snap length");
        assert_eq!(payload(&jumbo(27)), Err(MALFORMED));
        let padded = [&[TCP, 1, 1, 0, 5, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], &segment].concat();
        assert_eq!(
            payload(&set(ipv6(IpNumber::IPV6_HEADER_HOP_BY_HOP.0, A6, B6, &padded), 4, &[0, 0])),
            Ok((&b"data"[..], 0)),
            "no jumbogram"
        );
        assert_eq!(
            payload(&ipv6(IpNumber::IPV6_HEADER_HOP_BY_HOP.0, A6, B6, &options(9))),
            Ok((&b"data"[..], 0)),
            "the header's own length comes first"
        );
    }

    #[test]
    fn a_wrong_checksum_is_told_unless_hardware_was_to_set_it() {
        let packet = ipv4(UDP, A4, B4, &udp(1, 2, b"data"));
        let right = set(packet.clone(), 10, &[0x66, 0xcb]);
        for (packet, expected, what) in [
            (packet.clone(), false, "not set"),
            (right.clone(), false, "right"),
            (set(right.clone(), 8, &[63]), true, "wrong"),
            (set(right.clone(), 2, &[0, 0]), false, "of a segment that hardware was to cut up"),
            (ipv6(UDP, A6, B6, &udp(1, 2, b"data")), false, "IPv6 has none"),
            (right[..19].to_vec(), false, "cut"),
        ] {
            assert_eq!(checksum_wrong(&packet), expected, "{what}");
            assert!(!expected || plain(&packet).is_none(), "{what}");
        }
        assert!(plain(&right).is_some());
    }

    #[test]
    fn an_error_that_quotes_a_packet_is_not_that_packet() {
        let quoted = ipv4(UDP, B4, A4, &udp(1, 2, b"data"));
        assert_eq!(payload(&ipv4(1, A4, B4, &[&[3, 3, 0, 0, 0, 0, 0, 0], &quoted[..]].concat())), Err(End::Nothing));
        assert_eq!(payload(&ipv6(58, A6, B6, &[&[1, 3, 0, 0, 0, 0, 0, 0], &quoted[..]].concat())), Err(End::Nothing));
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
                ipv6(
                    IpNumber::IPV6_HEADER_HOP_BY_HOP.0,
                    A6,
                    B6,
                    &extension(IpNumber::IPV6_DESTINATION_OPTIONS.0, &extension(TCP, &tcp(1, 2, 3, 4, 16, b"data"))),
                ),
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
            (ipv4(IpNumber::AUTHENTICATION_HEADER.0, A4, B4, &segment[..8]), "authentication header of 8 bytes"),
            (ipv6(IpNumber::IPV6_HEADER_HOP_BY_HOP.0, A6, B6, &[TCP, 9, 0, 0, 0, 0, 0, 0]), "extension longer than the packet"),
        ] {
            assert_eq!(payload(&packet), Err(MALFORMED), "{what}");
        }
        assert_eq!(payload(&set(whole, 2, &[0xff, 0xff])), Ok((&b"data"[..], 65_535 - 44)), "a length beyond the frame");
        for (protocol, what) in [(1, "ICMP"), (50, "ESP"), (59, "no next header")] {
            assert_eq!(payload(&ipv4(protocol, A4, B4, &segment)), Err(End::Nothing), "{what}");
            assert_eq!(payload(&ipv6(protocol, A6, B6, &segment)), Err(End::Nothing), "{what}");
        }
    }

    #[test]
    fn nothing_panics_on_a_byte_changed() {
        let chain =
            extension(IpNumber::IPV6_DESTINATION_OPTIONS.0, &extension(IpNumber::IPV6_ROUTE_HEADER.0, &tcp(1, 2, 3, 4, 16, b"data")));
        for packet in [ipv6(IpNumber::IPV6_HEADER_HOP_BY_HOP.0, A6, B6, &chain), ipv4(UDP, A4, B4, &frames::udp(1, 2, b"data"))] {
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
