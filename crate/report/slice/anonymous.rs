//! Packets under pseudonyms: headers of IP and its transports, and nothing else.
//!
//! In: the innermost packet of a frame. Out: the same with other addresses. Links and tunnels around it are left away, with their own addresses, and
//! so are options of IP and headers between IPv6 and the transport. Of TCP's options those stay that say nothing of hosts; the others become
//! padding. All that follows the transport's header is cut. Checksums are those that the packet with its payload would have under its new
//! addresses (RFC 1624): one that was right is right, one that was wrong is wrong, and no checksum stays none. Ports, sequence numbers, the
//! times and lengths of packets stay: who knows of a connection from elsewhere may recognise it.

use std::net::IpAddr;

use crate::base::pseudonyms::Pseudonyms;
use crate::decode::Innermost;

/// A packet under pseudonyms.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rewritten {
    pub(super) bytes: Vec<u8>,
    /// Bytes that it had on the wire.
    pub(super) wire: usize,
}

/// Rewrites a packet; `None` where its headers are not all there.
pub(super) fn rewritten(innermost: &Innermost<'_>, pseudonyms: &mut Pseudonyms) -> Option<Rewritten> {
    let mut header = match innermost.packet.first()? >> 4 {
        4 => Header::V4(*innermost.packet.first_chunk()?),
        6 => Header::V6(*innermost.packet.first_chunk()?),
        _ => return None,
    };
    let before = header.addresses().to_vec();
    header.rename(pseudonyms);
    let mut transport = transport(innermost)?;
    let unchanged = innermost.carried.get(..transport.len())?;
    let at = if innermost.protocol == TCP { 16 } else { 6 };
    let removed = sum(&before) + sum(unchanged);
    let added = sum(header.addresses()) + sum(&transport);
    let field = transport.get_mut(at..at + 2)?;
    // A datagram may have none.
    if innermost.protocol == TCP || field != [0, 0] {
        let old = u16::from_be_bytes([*field.first()?, *field.get(1)?]);
        let new = match adjusted(old, removed, added) {
            0 if innermost.protocol != TCP => 0xffff,
            new => new,
        };
        field.copy_from_slice(&new.to_be_bytes());
    }
    let mut bytes = header.finished(innermost);
    let wire = bytes.len() + innermost.wire;
    bytes.append(&mut transport);
    Some(Rewritten { bytes, wire })
}

/// The header of one version of IP.
enum Header {
    V4([u8; 20]),
    V6([u8; 40]),
}

impl Header {
    fn addresses(&self) -> &[u8] {
        match self {
            Header::V4(header) => header.get(12..).unwrap_or_default(),
            Header::V6(header) => header.get(8..).unwrap_or_default(),
        }
    }

    fn rename(&mut self, pseudonyms: &mut Pseudonyms) {
        match self {
            Header::V4(header) => {
                let (addresses, _) = header.get_mut(12..).unwrap_or_default().as_chunks_mut::<4>();
                addresses.iter_mut().for_each(|address| {
                    if let IpAddr::V4(renamed) = pseudonyms.address((*address).into()) {
                        *address = renamed.octets();
                    }
                });
            }
            Header::V6(header) => {
                let (addresses, _) = header.get_mut(8..).unwrap_or_default().as_chunks_mut::<16>();
                addresses.iter_mut().for_each(|address| {
                    // An address that holds one of IPv4 has the pseudonym of that.
                    *address = match pseudonyms.address((*address).into()) {
                        IpAddr::V6(renamed) => renamed.octets(),
                        IpAddr::V4(renamed) => renamed.to_ipv6_mapped().octets(),
                    };
                });
            }
        }
    }

    /// The header of a packet without options.
    fn finished(self, innermost: &Innermost<'_>) -> Vec<u8> {
        let length = |bytes: usize| u16::try_from(bytes).unwrap_or(0).to_be_bytes();
        match self {
            Header::V4(mut header) => {
                let was_wrong = is_wrong(innermost.packet);
                header[0] = 0x45;
                header[2..4].copy_from_slice(&length(20 + innermost.wire));
                header[10..12].fill(0);
                let right = !folded(sum(&header));
                let checksum = if was_wrong { right ^ 1 } else { right };
                header[10..12].copy_from_slice(&checksum.to_be_bytes());
                header.to_vec()
            }
            Header::V6(mut header) => {
                header[4..6].copy_from_slice(&length(innermost.wire));
                header[6] = innermost.protocol;
                header.to_vec()
            }
        }
    }
}

/// Whether the checksum of an IPv4 header is. One that is left to the hardware is not.
fn is_wrong(packet: &[u8]) -> bool {
    let length = packet.first().map_or(0, |first| usize::from(first & 15) * 4);
    let is_set = packet.get(10..12) != Some(&[0, 0]);
    is_set && packet.get(..length).is_some_and(|header| folded(sum(header)) != 0xffff)
}

/// The header of TCP or UDP without what might tell of hosts; `None` where it is cut.
fn transport(innermost: &Innermost<'_>) -> Option<Vec<u8>> {
    let carried = innermost.carried;
    if innermost.protocol != TCP {
        return carried.get(..8).map(<[u8]>::to_vec);
    }
    let length = usize::from(carried.get(12)? >> 4) * 4;
    let mut header = carried.get(..length).filter(|header| header.len() >= 20)?.to_vec();
    let mut at = 20;
    while let Some((kind, bytes)) = option(header.get(at..).unwrap_or_default()) {
        if !HARMLESS.contains(&kind) {
            header.get_mut(at..at + bytes)?.fill(1);
        }
        at += bytes;
    }
    // Behind the end of the options, or behind one that cannot be, may stand anything.
    header.get_mut(at..)?.fill(0);
    Some(header)
}

/// The kind and the length of the first of TCP's options; `None` behind the last, and where none can be.
fn option(options: &[u8]) -> Option<(u8, usize)> {
    match *options {
        [0, ..] => None,
        [1, ..] => Some((1, 1)),
        [kind, length, ..] => Some((kind, usize::from(length))).filter(|(_, length)| (2..=options.len()).contains(length)),
        _ => None,
    }
}

/// A checksum after some bytes were taken away and others added, each as their sum.
fn adjusted(checksum: u16, removed: u64, added: u64) -> u16 {
    !folded(u64::from(!checksum) + u64::from(!folded(removed)) + added)
}

/// The sum of 16-bit numbers (RFC 1071), not cut to 16 bits.
fn sum(bytes: &[u8]) -> u64 {
    let (pairs, last) = bytes.as_chunks::<2>();
    let last = last.first().map_or(0, |last| u64::from(*last) << 8);
    pairs.iter().map(|pair| u64::from(u16::from_be_bytes(*pair))).sum::<u64>() + last
}

fn folded(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    u16::try_from(sum).unwrap_or(u16::MAX)
}

const TCP: u8 = 6;

/// Options of TCP that say nothing of hosts: padding, segment size, window scale, selective acknowledgements, time stamps.
const HARMLESS: &[u8] = &[1, 2, 3, 4, 5, 8];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::frames::{self, UDP, ipv4, udp};

    fn pseudonyms() -> Pseudonyms {
        Pseudonyms::new(&[7; 32])
    }

    /// A packet with a right checksum of its transport, and what of it is a packet's.
    fn packet(protocol: u8, carried: &[u8], at: usize) -> Vec<u8> {
        let (a, b) = ([81, 2, 3, 4], [92, 4, 3, 2]);
        let mut carried = carried.to_vec();
        carried[at..at + 2].fill(0);
        let total = sum(&a) + sum(&b) + u64::from(protocol) + carried.len() as u64 + sum(&carried);
        carried[at..at + 2].copy_from_slice(&(!folded(total)).to_be_bytes());
        ipv4(protocol, a, b, &carried)
    }

    fn rewrite(packet: &[u8], protocol: u8) -> Vec<u8> {
        let innermost = Innermost { packet, carried: &packet[20..], wire: packet.len() - 20, protocol };
        let rewritten = rewritten(&innermost, &mut pseudonyms()).unwrap();
        assert_eq!(rewritten.wire, packet.len());
        rewritten.bytes
    }

    #[test]
    fn checksums_fit_the_packet_with_its_payload() {
        let payload = b"anything, of odd length";
        let datagram = udp(6881, 6882, payload);
        let mut segment = frames::tcp(6881, 6882, 7, 8, 16, b"");
        // Options: a segment size, a cookie of fast open, the end, and something behind it.
        segment[12] = 9 << 4;
        segment.extend([2, 4, 5, 180, 34, 6, 1, 2, 3, 4, 1, 0, 9, 9, 9, 9]);
        segment.extend(payload);
        for (protocol, carried, at) in [(UDP, &datagram, 6), (frames::TCP, &segment, 16)] {
            let whole = packet(protocol, carried, at);
            let bytes = rewrite(&whole, protocol);
            let header = if protocol == UDP { 8 } else { 36 };
            assert_eq!(bytes.len(), 20 + header, "nothing behind the header");
            assert!(!is_wrong(&bytes));
            assert!(bytes[12..16] != [81, 2, 3, 4] && bytes[16..20] != [92, 4, 3, 2]);
            let again = [&bytes[20..], &whole[20 + header..]].concat();
            let total = sum(&bytes[12..20]) + u64::from(protocol) + again.len() as u64 + sum(&again);
            assert_eq!(folded(total), 0xffff, "right with the payload");
            if protocol == frames::TCP {
                assert_eq!(bytes[40..], [2, 4, 5, 180, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
            }
        }
    }

    #[test]
    fn a_wrong_checksum_stays_wrong_and_none_stays_none() {
        let mut whole = packet(UDP, &udp(1, 2, b"payload"), 6);
        whole[10] ^= 1;
        whole[26..28].fill(0);
        let bytes = rewrite(&whole, UDP);
        assert!(is_wrong(&bytes));
        assert_eq!(bytes[26..28], [0, 0]);
    }

    #[test]
    fn a_header_that_is_cut_is_no_packet() {
        let whole = packet(frames::TCP, &frames::tcp(1, 2, 3, 4, 16, b"payload"), 16);
        for end in 0..40 {
            let packet = &whole[..end];
            let innermost = Innermost { packet, carried: packet.get(20..).unwrap_or_default(), wire: 27, protocol: frames::TCP };
            assert_eq!(rewritten(&innermost, &mut pseudonyms()), None);
        }
    }
}
