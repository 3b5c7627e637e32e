//! The same frames in every container that is read, and the same bytes in every compression: written by hand, with nothing of the crate.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "every test uses some of this; a length that does not fit is a mistake in the test"
)]

use miniz_oxide::deflate::compress_to_vec;
use ruzstd::encoding::CompressionLevel;

use super::frames::{self, Order};

/// A name, and a file.
pub type Named = (String, Vec<u8>);

/// Seconds of the first frame: 2023-11-14 22:13:20 UTC.
const START: u32 = 1_700_000_000;

/// The frames of a pcap file in little-endian order.
pub fn frames_of(pcap: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    let mut rest = &pcap[24..];
    while rest.len() >= 16 {
        let length = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        frames.push(rest[16..16 + length].to_vec());
        rest = &rest[16 + length..];
    }
    frames
}

/// Ethernet frames, whole and a millisecond apart, in every container.
pub fn containers(frames: &[Vec<u8>]) -> Vec<Named> {
    containers_of(1, frames)
}

/// What snoop calls a link type of pcap; `None` for one that it has no number for.
fn in_snoop(link_type: u32) -> Option<u32> {
    match link_type {
        1 => Some(4),
        0 => Some(14),
        _ => None,
    }
}

/// What Network Monitor calls a link type of pcap: it has few of its own, and all of pcap's by higher numbers.
fn in_netmon(link_type: u32) -> Option<u16> {
    match link_type {
        1 => Some(1),
        101 => Some(9),
        105 => Some(0xe080),
        0..=0xfff => Some(0xe000 | link_type as u16),
        _ => None,
    }
}

/// Whole frames of a link type of pcap, a millisecond apart, in every container that has a name for it.
pub fn containers_of(link_type: u32, frames: &[Vec<u8>]) -> Vec<Named> {
    let mut files = Vec::new();
    for order in [Order::Little, Order::Big] {
        for nanoseconds in [false, true] {
            files.push((format!("pcap {order:?} nanoseconds {nanoseconds}"), pcap(link_type, frames, order, nanoseconds)));
        }
        for padding in [0, 4] {
            files.push((format!("modified pcap {order:?} {padding}"), modified(link_type, frames, order, padding)));
        }
        files.push((format!("pcapng {order:?}"), section(link_type, frames, 0, order, false)));
        files.push((format!("pcapng {order:?} obsolete"), section(link_type, frames, 0, order, true)));
    }
    let (first, second) = frames.split_at(frames.len() / 2);
    let sections = [section(link_type, first, 0, Order::Big, false), section(link_type, second, first.len(), Order::Little, true)];
    files.push(("pcapng of two sections".into(), sections.concat()));
    files.extend(in_snoop(link_type).map(|number| ("snoop".into(), snoop(number, frames))));
    for (major, minor) in [(1, 1), (2, 0), (2, 1), (2, 2), (2, 3)] {
        files.extend(in_netmon(link_type).map(|number| (format!("netmon {major}.{minor}"), netmon_of(number, frames, major, minor))));
    }
    files
}

/// When a frame was captured: seconds and milliseconds.
fn time(at: usize) -> (u32, u32) {
    (START + at as u32 / 1000, at as u32 % 1000)
}

fn pcap(link_type: u32, frames: &[Vec<u8>], order: Order, nanoseconds: bool) -> Vec<u8> {
    let mut file = frames::pcap_header(order, nanoseconds, link_type);
    for (at, frame) in frames.iter().enumerate() {
        let (seconds, millis) = time(at);
        let fraction = millis * if nanoseconds { 1_000_000 } else { 1000 };
        file.extend(frames::pcap_record(order, seconds, fraction, frame.len() as u32, frame));
    }
    file
}

/// pcap with the longer heads of Kuznetzov's patch; the longest has four bytes more.
fn modified(link_type: u32, frames: &[Vec<u8>], order: Order, padding: usize) -> Vec<u8> {
    let mut file = frames::pcap_header(order, false, link_type);
    file[..4].copy_from_slice(&order.u32(0xa1b2_cd34));
    for (at, frame) in frames.iter().enumerate() {
        let (seconds, millis) = time(at);
        let record = frames::pcap_record(order, seconds, millis * 1000, frame.len() as u32, frame);
        file.extend([&record[..16], &order.u32(3), &order.u16(0x0800), &[4, 0], &vec![0; padding], frame].concat());
    }
    file
}

/// A section of pcapng with a little of everything that holds no packet, from frame `from` on. Its link types have no bits for check sequences.
fn section(link_type: u32, frames: &[Vec<u8>], from: usize, order: Order, obsolete: bool) -> Vec<u8> {
    let mut file = [
        frames::section(order),
        frames::interface(order, 147, 0, &[]),
        frames::interface(order, link_type as u16, 0x4_0000, &[frames::option(order, 2, b"eth0"), frames::resolution(order, 3)]),
    ]
    .concat();
    for (at, frame) in frames.iter().enumerate() {
        let units = u64::from(START) * 1000 + (from + at) as u64;
        let length = frame.len() as u32;
        file.extend(match obsolete {
            true => frames::obsolete(order, 1, units, length, frame),
            false => frames::enhanced(order, 1, units, length, frame),
        });
        file.extend(match at % 5 {
            0 => frames::block(order, 4, &[&order.u16(1)[..], &order.u16(9), &[192, 0, 2, 77], b"host\0\0\0\0", &[0; 4]].concat()),
            1 => frames::block(order, 5, &[&order.u32(1)[..], &[0; 8]].concat()),
            2 => frames::block(order, 10, &[&order.u32(0x544c_534b)[..], &order.u32(4), b"keys"].concat()),
            3 => frames::block(order, 0x4000_0bad, b"\0\0\x7e\xd9custom"),
            _ => frames::block(order, 0x7777_7777, b"nobody knows"),
        });
    }
    file
}

fn snoop(link_type: u32, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file = [&b"snoop\0\0\0"[..], &[0, 0, 0, 2], &link_type.to_be_bytes()].concat();
    for (at, frame) in frames.iter().enumerate() {
        let (seconds, millis) = time(at);
        let size = (24 + frame.len()).next_multiple_of(4);
        let length = frame.len() as u32;
        let head: Vec<u8> = [length, length, size as u32, 0, seconds, millis * 1000].iter().flat_map(|field| field.to_be_bytes()).collect();
        file.extend([&head[..], frame, &vec![0; size - 24 - frame.len()]].concat());
    }
    file
}

/// A file of Network Monitor with Ethernet frames.
pub fn netmon(frames: &[Vec<u8>], major: u8, minor: u8) -> Vec<u8> {
    netmon_of(1, frames, major, minor)
}

/// A file of Network Monitor, its table behind the frames.
fn netmon_of(link_type: u16, frames: &[Vec<u8>], major: u8, minor: u8) -> Vec<u8> {
    let mut file = vec![0; 128];
    let mut table = Vec::new();
    for (at, frame) in frames.iter().enumerate() {
        table.extend((file.len() as u32).to_le_bytes());
        let length = frame.len();
        if major == 1 {
            file.extend([&(at as u32).to_le_bytes()[..], &[(length as u16).to_le_bytes(); 2].concat(), frame].concat());
        } else {
            let length = (length as u32).to_le_bytes();
            file.extend([&(at as u64 * 1000).to_le_bytes()[..], &length, &length, frame].concat());
            // 100 ns since the year 1601.
            let ticks = (u64::from(START) * 1000 + at as u64) * 10_000 + 116_444_736_000_000_000;
            let trailer = [&link_type.to_le_bytes()[..], &[0xff; 4], &ticks.to_le_bytes(), &[0]].concat();
            file.extend(&trailer[..[0, 2, 6, 15][usize::from(minor)]]);
        }
    }
    let halves = [link_type, 2023, 11, 2, 14, 22, 13, 20, 0];
    let header: Vec<u8> = halves.iter().flat_map(|half| half.to_le_bytes()).collect();
    let place = [(file.len() as u32).to_le_bytes(), (table.len() as u32).to_le_bytes()].concat();
    let magic: &[u8] = if major == 1 { b"RTSS" } else { b"GMBU" };
    let header = [magic, &[minor, major], &header, &place].concat();
    file[..header.len()].copy_from_slice(&header);
    file.extend(table);
    file
}

/// The same bytes in every compression: gzip of one member and of several, Zstandard of one frame and of two, with one between that is skipped,
/// xz and LZ4.
pub fn compressions(bytes: &[u8]) -> Vec<Named> {
    let (first, second) = bytes.split_at(bytes.len() / 3);
    vec![
        ("gzip".into(), gzip(bytes, 6)),
        ("gzip of three members".into(), [gzip(first, 1), gzip(b"", 6), gzip(second, 9), vec![0; 512]].concat()),
        ("zstd".into(), zstd(bytes)),
        ("zstd of two frames".into(), [zstd(first), b"\x5a\x2a\x4d\x18\x03\0\0\0abc".to_vec(), zstd(second)].concat()),
        ("xz".into(), xz(bytes)),
        ("xz of two streams".into(), [xz(first), vec![0; 8], xz(second)].concat()),
        ("lz4".into(), lz4(bytes, false)),
        ("lz4 of linked blocks".into(), lz4(bytes, true)),
    ]
}

/// One member, with a name and a comment.
pub fn gzip(bytes: &[u8], level: u8) -> Vec<u8> {
    let head = b"\x1f\x8b\x08\x1c\0\0\0\0\0\xff\x04\0\x41\x42\0\0name\0comment\0";
    let length = (bytes.len() as u32).to_le_bytes();
    [&head[..], &compress_to_vec(bytes, level), &crc32fast::hash(bytes).to_le_bytes(), &length].concat()
}

/// One frame.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// One stream of one block that is stored and not packed: LZMA itself is tried on files that xz made.
pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let sealed = |bytes: &[u8]| [bytes, &crc32fast::hash(bytes).to_le_bytes()].concat();
    let flags = [0, 1];
    let header = sealed(&[2, 0, 0x21, 1, 0x10, 0, 0, 0]);
    let mut data = Vec::new();
    for (at, chunk) in bytes.chunks(1 << 16).enumerate() {
        data.extend([&[if at == 0 { 1 } else { 2 }][..], &((chunk.len() - 1) as u16).to_be_bytes(), chunk].concat());
    }
    data.push(0);
    let unpadded = header.len() + data.len() + 4;
    data.resize(data.len().next_multiple_of(4), 0);
    let check = crc32fast::hash(bytes).to_le_bytes();
    let mut index = [&[0, 1][..], &variable(unpadded), &variable(bytes.len())].concat();
    index.resize(index.len().next_multiple_of(4), 0);
    let index = sealed(&index);
    let footer = [&(index.len() as u32 / 4 - 1).to_le_bytes()[..], &flags].concat();
    let footer = [&crc32fast::hash(&footer).to_le_bytes()[..], &footer, b"YZ"].concat();
    [b"\xfd7zXZ\0", &sealed(&flags)[..], &header, &data, &check, &index, &footer].concat()
}

/// A number as xz writes it: seven bits a byte.
fn variable(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// One frame of blocks of 64 KiB with all checksums, the second block not packed.
pub fn lz4(bytes: &[u8], linked: bool) -> Vec<u8> {
    let checksum = |bytes: &[u8]| twox_hash::XxHash32::oneshot(0, bytes);
    let said = [if linked { 0x5c } else { 0x7c }, 0x40];
    let size = (bytes.len() as u64).to_le_bytes();
    let said = [&said[..], &size].concat();
    let mut file = [b"\x04\x22\x4d\x18", &said[..], &[(checksum(&said) >> 8) as u8]].concat();
    for (at, block) in bytes.chunks(1 << 16).enumerate() {
        let before = if linked { &bytes[(at << 16).saturating_sub(1 << 16)..at << 16] } else { &[] };
        let packed = lz4_flex::block::compress_with_dict(block, before);
        let (flag, packed) = if at == 1 || packed.len() > 1 << 16 { (1 << 31, block.to_vec()) } else { (0, packed) };
        file.extend([&(packed.len() as u32 | flag).to_le_bytes()[..], &packed, &checksum(&packed).to_le_bytes()].concat());
    }
    [&file[..], &[0; 4], &checksum(bytes).to_le_bytes()].concat()
}
