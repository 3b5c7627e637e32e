//! Puts the packets of a capture into other links, tunnels and fragments, byte by byte and with nothing of the crate.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "every test uses some of this, and may fail by panicking; a length that does not fit is a mistake in the test"
)]

use super::frames::{IPV4, Order, UDP, ethernet, ipv4, ipv6, pcap_header, pcap_record, udp, vlan};

/// A packet and when it was captured: seconds and the fraction of the capture's unit.
#[derive(Clone)]
pub struct Timed {
    pub time: (u32, u32),
    pub bytes: Vec<u8>,
}

/// The IPv4 packets of a little-endian pcap file of whole Ethernet frames.
pub fn packets(capture: &[u8]) -> Vec<Timed> {
    let number = |bytes: &[u8], at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!((number(capture, 0), number(capture, 20)), (0xa1b2_c3d4, 1), "such a file");
    let (mut rest, mut packets) = (&capture[24..], Vec::new());
    while !rest.is_empty() {
        let (record, after) = rest.split_at(16 + number(rest, 8) as usize);
        let (time, packet) = ((number(record, 0), number(record, 4)), &record[30..]);
        assert_eq!((&record[28..30], packet[0]), (&[8, 0][..], 0x45), "IPv4 without options");
        let length = usize::from(u16::from_be_bytes([packet[2], packet[3]]));
        packets.push(Timed { time, bytes: packet[..length].to_vec() });
        rest = after;
    }
    packets
}

/// A pcap file of these frames.
pub fn capture(link_type: u32, frames: &[Timed]) -> Vec<u8> {
    let record = |frame: &Timed| pcap_record(Order::Little, frame.time.0, frame.time.1, frame.bytes.len() as u32, &frame.bytes);
    std::iter::once(pcap_header(Order::Little, false, link_type)).chain(frames.iter().map(record)).collect::<Vec<_>>().concat()
}

/// Ways to put a packet into one frame: the link type, the frame, and what it is.
pub type Wrapping = (u32, fn(&[u8]) -> Vec<u8>, &'static str);

const SNAP: [u8; 8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];
const A: [u8; 4] = [172, 16, 0, 1];
const B: [u8; 4] = [172, 16, 0, 2];
const A6: [u8; 16] = [0x20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const B6: [u8; 16] = [0x20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

fn on(header: &[u8], packet: &[u8]) -> Vec<u8> {
    [header, packet].concat()
}

fn in_ethernet(packet: &[u8]) -> Vec<u8> {
    ethernet(IPV4, packet)
}

fn long(header: &[u8], packet: &[u8]) -> Vec<u8> {
    let content = on(header, packet);
    ethernet(content.len() as u16, &content)
}

fn in_ip(protocol: u8, header: &[u8], inner: &[u8]) -> Vec<u8> {
    in_ethernet(&ipv4(protocol, A, B, &on(header, inner)))
}

fn in_udp(port: u16, header: &[u8], inner: &[u8]) -> Vec<u8> {
    in_ethernet(&ipv4(UDP, A, B, &udp(50_000, port, &on(header, inner))))
}

fn wireless(control: &[u8], packet: &[u8]) -> Vec<u8> {
    [control, &[0; 22], &SNAP, packet].concat()
}

/// Every wrapping that holds packets up to 1500 bytes.
pub const WRAPPINGS: &[Wrapping] = &[
    (1, |packet| in_ethernet(packet), "Ethernet"),
    (0x2400_0001, |packet| on(&in_ethernet(packet), &[1, 2, 3, 4]), "Ethernet with check sequences"),
    (1, |packet| ethernet(0x8100, &vlan(5, IPV4, packet)), "a VLAN"),
    (1, |packet| ethernet(0x88a8, &vlan(5, 0x8100, &vlan(6, IPV4, packet))), "QinQ"),
    (1, |packet| long(&SNAP, packet), "IEEE 802.3"),
    (1, |packet| ethernet(0x8847, &on(&[0, 1, 0, 9, 0, 2, 1, 9], packet)), "MPLS"),
    (1, |packet| ethernet(0x8847, &on(&[0, 1, 1, 9, 0, 0, 0, 0], &in_ethernet(packet))), "Ethernet over MPLS"),
    (1, |packet| ethernet(0x8864, &on(&[0x11, 0, 0, 1, 9, 9, 0, 0x21], packet)), "PPPoE"),
    (0, |packet| on(&[2, 0, 0, 0], packet), "null"),
    (108, |packet| on(&[0, 0, 0, 2], packet), "loop"),
    (101, <[u8]>::to_vec, "raw"),
    (228, <[u8]>::to_vec, "raw IPv4"),
    (113, |packet| on(&[0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 8, 0], packet), "SLL"),
    (276, |packet| on(&[8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0], packet), "SLL2"),
    (9, |packet| on(&[0, 0x21], packet), "PPP"),
    (50, |packet| on(&[0xff, 3, 0x21], packet), "PPP in HDLC"),
    (51, |packet| on(&[0x11, 0, 0, 1, 9, 9, 0, 0x21], packet), "PPPoE alone"),
    (104, |packet| on(&[0x0f, 0, 8, 0], packet), "Cisco HDLC"),
    (107, |packet| on(&[0x18, 0x41, 3, 0xcc], packet), "Frame Relay"),
    (219, |packet| on(&[0, 1, 1, 9], packet), "MPLS alone"),
    (117, |packet| [&[61, 2][..], &[0; 62], packet].concat(), "pflog"),
    (239, |packet| nflog(packet), "NFLOG"),
    (258, |packet| on(&[16, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], &in_ethernet(packet)), "PKTAP"),
    (105, |packet| wireless(&[0x08, 1], packet), "802.11"),
    (105, |packet| [&[0x88, 1][..], &[0; 22], &[0, 0], &SNAP, packet].concat(), "802.11, QoS"),
    (127, |packet| on(&[0, 0, 9, 0, 2, 0, 0, 0, 0], &wireless(&[0x08, 2], packet)), "radiotap"),
    (192, |packet| on(&[0, 0, 8, 0, 105, 0, 0, 0], &wireless(&[0x08, 2], packet)), "PPI"),
    (163, |packet| on(&[0x80, 0x21, 0x10, 1, 0, 0, 0, 8], &wireless(&[0x08, 2], packet)), "AVS"),
    (119, |packet| on(&[0x44, 0, 0, 0, 8, 0, 0, 0], &wireless(&[0x08, 2], packet)), "Prism"),
    (1, |packet| in_ip(4, &[], packet), "IP in IP"),
    (1, |packet| ethernet(0x86dd, &ipv6(4, A6, B6, packet)), "IP in IPv6"),
    (1, |packet| in_ip(47, &[0, 0, 8, 0], packet), "GRE"),
    (1, |packet| in_ip(47, &[0, 0, 0x65, 0x58], &in_ethernet(packet)), "Ethernet over GRE"),
    (1, |packet| in_ip(47, &[0x30, 1, 0x88, 0x0b, 9, 9, 0, 1, 0, 0, 0, 1, 0x21], packet), "PPTP"),
    (1, |packet| in_ip(47, &[0, 0, 0x88, 0xbe], &in_ethernet(packet)), "ERSPAN, first version"),
    (1, |packet| in_ip(47, &[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 1, 0, 0, 0, 0, 0, 0], &in_ethernet(packet)), "ERSPAN, second version"),
    (
        1,
        |packet| in_ip(47, &[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &in_ethernet(packet)),
        "ERSPAN, third version",
    ),
    (1, |packet| in_udp(4789, &[8, 0, 0, 0, 1, 2, 3, 0], &in_ethernet(packet)), "VXLAN"),
    (1, |packet| in_udp(6081, &[1, 0, 0x65, 0x58, 1, 2, 3, 0, 1, 1, 1, 0], &in_ethernet(packet)), "Geneve"),
    (1, |packet| in_udp(2152, &gtp(packet), packet), "GTP-U"),
    (1, |packet| in_udp(51_000, &[], &ipv6(4, A6, B6, packet)), "Teredo, IP in IPv6 in it"),
    (1, |packet| in_udp(4789, &[8, 0, 0, 0, 1, 2, 3, 0], &in_ip(47, &[0, 0, 8, 0], packet)), "GRE in VXLAN"),
];

fn nflog(packet: &[u8]) -> Vec<u8> {
    let length = (packet.len() as u16 + 4).to_le_bytes();
    [&[2, 0, 0, 7, 5, 0, 10, 0, b'x', 0, 0, 0, length[0], length[1], 9, 0][..], packet].concat()
}

fn gtp(packet: &[u8]) -> [u8; 8] {
    let length = (packet.len() as u16).to_be_bytes();
    [0x30, 0xff, length[0], length[1], 0, 0, 0, 1]
}

/// Two packets in one frame of wireless LAN.
pub fn aggregate(packets: &[Vec<u8>]) -> Vec<u8> {
    let part = |packet: &Vec<u8>| {
        let content = on(&SNAP, packet);
        let padding = vec![0; (14 + content.len()).next_multiple_of(4) - 14 - content.len()];
        [&[7; 12][..], &(content.len() as u16).to_be_bytes(), &content, &padding].concat()
    };
    [&[0x88, 1][..], &[0; 22], &[0x80, 0], &packets.iter().flat_map(part).collect::<Vec<_>>()].concat()
}

/// An IPv4 packet without options in about `count` fragments, in order; each but the first begins `overlap` bytes (a multiple of eight)
/// earlier than it would have to.
pub fn fragments(number: u16, packet: &[u8], count: usize, overlap: usize) -> Vec<Vec<u8>> {
    let content = &packet[20..];
    let size = content.len().div_ceil(count).next_multiple_of(8);
    (0..content.len().div_ceil(size))
        .map(|part| {
            let from = (part * size).saturating_sub(if part > 0 { overlap } else { 0 });
            let to = content.len().min((part + 1) * size);
            let mut fragment = ipv4(packet[9], packet[12..16].try_into().unwrap(), packet[16..20].try_into().unwrap(), &content[from..to]);
            fragment[4..6].copy_from_slice(&number.to_be_bytes());
            let more = if to < content.len() { 0x2000 } else { 0 };
            fragment[6..8].copy_from_slice(&(more | (from / 8) as u16).to_be_bytes());
            fragment
        })
        .collect()
}

/// An IPv4 packet in IPv6, in two fragments.
pub fn fragments_6(number: u32, packet: &[u8]) -> Vec<Vec<u8>> {
    let (first, last) = packet.split_at(packet.len() / 2 / 8 * 8);
    let header = |offset: usize, more: u16| [&[4, 0][..], &((offset as u16) | more).to_be_bytes(), &number.to_be_bytes()].concat();
    [(first, header(0, 1)), (last, header(first.len(), 0))].map(|(part, header)| ipv6(44, A6, B6, &on(&header, part))).to_vec()
}

/// A packet in about `count` frames of wireless LAN, in order.
pub fn wireless_fragments(number: u16, packet: &[u8], count: usize) -> Vec<Vec<u8>> {
    let content = on(&SNAP, packet);
    let size = content.len().div_ceil(count).next_multiple_of(2);
    let parts = content.chunks(size).collect::<Vec<_>>();
    let part = |(at, part): (usize, &&[u8])| {
        let more = if at + 1 < parts.len() { 0x04 } else { 0 };
        let sequence = (number << 4 | at as u16).to_le_bytes();
        [&[0x08, 0x01 | more, 0, 0][..], &A6, &[0, 0], &sequence, part].concat()
    };
    parts.iter().enumerate().map(part).collect()
}

/// Packets in one another, deeper than any network has them: the same tunnel, or all kinds by turns.
pub fn bombs(packet: &[u8], depth: usize) -> Vec<(Vec<u8>, &'static str)> {
    let nested = |wrap: &dyn Fn(usize, &[u8]) -> Vec<u8>| (0..depth).fold(packet.to_vec(), |inner, at| wrap(at, &inner));
    vec![
        (in_ethernet(&nested(&|_, inner| ipv4(4, A, B, inner))), "IP in IP"),
        (in_ethernet(&nested(&|_, inner| ipv4(47, A, B, &on(&[0, 0, 8, 0], inner)))), "GRE"),
        (nested(&|at, inner| if at == 0 { in_ethernet(inner) } else { in_udp(4789, &[8, 0, 0, 0, 1, 2, 3, 0], inner) }), "VXLAN"),
        (ethernet(0x8100, &nested(&|at, inner| vlan(5, if at == 0 { IPV4 } else { 0x8100 }, inner))), "VLANs"),
        (
            in_ethernet(&nested(&|at, inner| match at % 3 {
                0 => ipv4(4, A, B, inner),
                1 => ipv4(47, A, B, &on(&[0, 0, 8, 0], inner)),
                _ => ipv4(UDP, A, B, &udp(50_000, 2152, &on(&gtp(inner), inner))),
            })),
            "several by turns",
        ),
    ]
}

/// An error that quotes a packet: of ICMP, and of ICMP for IPv6 (which may quote what came in a tunnel).
pub fn quotes(packet: &[u8]) -> [Vec<u8>; 2] {
    let error = [&[3, 3, 0, 0, 0, 0, 0, 0][..], packet].concat();
    let error_6 = [&[1, 4, 0, 0, 0, 0, 0, 0][..], packet].concat();
    [in_ethernet(&ipv4(1, B, A, &error)), ethernet(0x86dd, &ipv6(58, B6, A6, &error_6))]
}
