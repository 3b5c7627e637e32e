//! Frames and capture files made by hand, byte by byte, with nothing of the crate: what it reads is not written by itself.
//!
//! A frame is built from the inside out: `ethernet(IPV4, &ipv4(UDP, A, B, &udp(1, 2, b"payload")))`. Checksums are 0.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::cast_possible_truncation,
    reason = "every test uses some of this; a length that does not fit is a mistake in the test"
)]

/// The Ethernet type of IPv4.
pub const IPV4: u16 = 0x0800;
/// The Ethernet type of IPv6.
pub const IPV6: u16 = 0x86dd;
/// The IP protocol number of TCP.
pub const TCP: u8 = 6;
/// The IP protocol number of UDP.
pub const UDP: u8 = 17;

/// An Ethernet frame; the type of an outer VLAN tag goes here too.
pub fn ethernet(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2][..], &kind.to_be_bytes(), payload].concat()
}

/// What follows a VLAN type: the tag and what it holds.
pub fn vlan(id: u16, kind: u16, payload: &[u8]) -> Vec<u8> {
    [&id.to_be_bytes()[..], &kind.to_be_bytes(), payload].concat()
}

/// An IPv4 packet without options that is no fragment.
pub fn ipv4(protocol: u8, source: [u8; 4], destination: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let length = (20 + payload.len()) as u16;
    [&[0x45, 0][..], &length.to_be_bytes(), &[0, 0, 0, 0, 64, protocol, 0, 0], &source, &destination, payload].concat()
}

/// An IPv6 packet; `next` is the number of whatever `payload` begins with, extension headers included.
pub fn ipv6(next: u8, source: [u8; 16], destination: [u8; 16], payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u16;
    [&[0x60, 0, 0, 0][..], &length.to_be_bytes(), &[next, 64], &source, &destination, payload].concat()
}

/// An IPv6 extension header of eight bytes (hop-by-hop, destination options, routing: no matter) and what follows it.
pub fn extension(next: u8, payload: &[u8]) -> Vec<u8> {
    [&[next, 0, 1, 4, 0, 0, 0, 0][..], payload].concat()
}

/// A UDP datagram.
pub fn udp(source: u16, destination: u16, payload: &[u8]) -> Vec<u8> {
    let length = (8 + payload.len()) as u16;
    [&source.to_be_bytes()[..], &destination.to_be_bytes(), &length.to_be_bytes(), &[0, 0], payload].concat()
}

/// A TCP segment without options. `flags` as on the wire: FIN 1, SYN 2, RST 4, PSH 8, ACK 16.
pub fn tcp(source: u16, destination: u16, sequence: u32, acknowledgement: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let ports = [source.to_be_bytes(), destination.to_be_bytes()].concat();
    [&ports[..], &sequence.to_be_bytes(), &acknowledgement.to_be_bytes(), &[0x50, flags, 0xff, 0xff, 0, 0, 0, 0], payload].concat()
}

/// Writes numbers in one byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

impl Order {
    /// Two bytes.
    pub fn u16(self, value: u16) -> [u8; 2] {
        if self == Order::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// Four bytes.
    pub fn u32(self, value: u32) -> [u8; 4] {
        if self == Order::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// Eight bytes.
    pub fn u64(self, value: u64) -> [u8; 8] {
        if self == Order::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }
}

/// The header of a pcap file.
pub fn pcap_header(order: Order, nanoseconds: bool, link_type: u32) -> Vec<u8> {
    let magic = if nanoseconds { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
    [&order.u32(magic)[..], &order.u16(2), &order.u16(4), &[0; 8], &order.u32(0x4_0000), &order.u32(link_type)].concat()
}

/// A record of a pcap file; `fraction` in the unit of its header.
pub fn pcap_record(order: Order, seconds: u32, fraction: u32, original_len: u32, bytes: &[u8]) -> Vec<u8> {
    let captured = bytes.len() as u32;
    [&order.u32(seconds)[..], &order.u32(fraction), &order.u32(captured), &order.u32(original_len), bytes].concat()
}

/// A pcap file of whole Ethernet frames, a microsecond apart.
pub fn pcap(frames: &[Vec<u8>]) -> Vec<u8> {
    let records = (0..).zip(frames).map(|(at, frame)| pcap_record(Order::Little, 1_700_000_000, at, frame.len() as u32, frame));
    std::iter::once(pcap_header(Order::Little, false, 1)).chain(records).collect::<Vec<_>>().concat()
}

/// A pcapng block of any type; the body is padded.
pub fn block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
    let padding = [0; 3].split_at(body.len().next_multiple_of(4) - body.len()).0.to_vec();
    let length = order.u32((12 + body.len() + padding.len()) as u32);
    [&order.u32(kind)[..], &length, body, &padding, &length].concat()
}

/// An option of a pcapng block.
pub fn option(order: Order, code: u16, value: &[u8]) -> Vec<u8> {
    let padding = [0; 3].split_at(value.len().next_multiple_of(4) - value.len()).0.to_vec();
    [&order.u16(code)[..], &order.u16(value.len() as u16), value, &padding].concat()
}

/// A section header of unknown length.
pub fn section(order: Order) -> Vec<u8> {
    block(order, 0x0a0d_0d0a, &[&order.u32(0x1a2b_3c4d)[..], &order.u16(1), &order.u16(0), &[0xff; 8]].concat())
}

/// An interface. `options` as [`option`] writes them; the end of options is added.
pub fn interface(order: Order, link_type: u16, snaplen: u32, options: &[Vec<u8>]) -> Vec<u8> {
    let body = [&order.u16(link_type)[..], &[0, 0], &order.u32(snaplen), &options.concat(), &option(order, 0, &[])].concat();
    block(order, 1, &body)
}

/// The option `if_tsresol`.
pub fn resolution(order: Order, exponent: u8) -> Vec<u8> {
    option(order, 9, &[exponent])
}

/// The option `if_tsoffset`, in seconds.
pub fn offset(order: Order, seconds: i64) -> Vec<u8> {
    option(order, 14, &order.u64(seconds.cast_unsigned()))
}

/// An enhanced packet; `units` in the resolution of its interface.
pub fn enhanced(order: Order, interface: u32, units: u64, original_len: u32, bytes: &[u8]) -> Vec<u8> {
    let time = [order.u32((units >> 32) as u32), order.u32(units as u32)].concat();
    let lengths = [order.u32(bytes.len() as u32), order.u32(original_len)].concat();
    block(order, 6, &[&order.u32(interface)[..], &time, &lengths, bytes].concat())
}

/// A simple packet.
pub fn simple(order: Order, original_len: u32, bytes: &[u8]) -> Vec<u8> {
    block(order, 3, &[&order.u32(original_len)[..], bytes].concat())
}

/// The packet block that enhanced packets replaced.
pub fn obsolete(order: Order, interface: u16, units: u64, original_len: u32, bytes: &[u8]) -> Vec<u8> {
    let time = [order.u32((units >> 32) as u32), order.u32(units as u32)].concat();
    let lengths = [order.u32(bytes.len() as u32), order.u32(original_len)].concat();
    block(order, 2, &[&order.u16(interface)[..], &[0xff; 2], &time, &lengths, bytes].concat())
}
