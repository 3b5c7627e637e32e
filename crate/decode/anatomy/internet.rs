//! The names and fields of IP (RFC 791, RFC 8200), TCP (RFC 9293, RFC 7323, RFC 2018), UDP (RFC 768), ICMP (RFC 792, RFC 4443) and tunnels' headers.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::base::part::{Part, Parts};
use crate::decode::layer::Layer;

/// An IP header, with what stands between it and what it carries.
pub(super) fn ip(header: &[u8], start: usize) -> Part {
    let mut parts = Parts::new(header, start);
    let version_4 = header.first().is_some_and(|first| first >> 4 == 4);
    let _ = if version_4 { version_4_fields(&mut parts) } else { version_6_fields(&mut parts) };
    let parts = parts.into_list();
    let of = |name: &str| parts.iter().find(|part| part.name == name).map(|part| part.value.clone()).unwrap_or_default();
    let value = format!("{} to {}", of("Source"), of("Destination"));
    Part::new(if version_4 { "IPv4" } else { "IPv6" }, value, start, start + header.len()).of(parts)
}

fn version_4_fields(parts: &mut Parts<'_>) -> Option<()> {
    parts.number_as("Version and header length", 1, |both| format!("{}, {} bytes", both >> 4, (both & 15) * 4))?;
    parts.number_as("Traffic class", 1, |class| format!("0x{class:02x}"))?;
    parts.number("Total length", 2)?;
    parts.number_as("Identification", 2, |number| format!("0x{number:04x}"))?;
    parts.number_as("Flags and fragment offset", 2, |both| {
        let flags = [(0x4000, "don't fragment"), (0x2000, "more fragments")];
        let set: Vec<&str> = flags.into_iter().filter(|(bit, _)| both & bit != 0).map(|(_, name)| name).collect();
        format!("{}, offset {}", if set.is_empty() { "none".to_owned() } else { set.join(", ") }, (both & 0x1fff) * 8)
    })?;
    parts.number("Time to live", 1)?;
    parts.number_as("Protocol", 1, |number| protocol(u8::try_from(number).unwrap_or(u8::MAX)))?;
    parts.number_as("Header checksum", 2, |sum| format!("0x{sum:04x}"))?;
    parts.bytes("Source", 4, address)?;
    parts.bytes("Destination", 4, address)?;
    rest(parts, "Options")
}

fn version_6_fields(parts: &mut Parts<'_>) -> Option<()> {
    parts.number_as("Version, traffic class, flow label", 4, |word| {
        format!("{}, 0x{:02x}, 0x{:05x}", word >> 28, word >> 20 & 0xff, word & 0xf_ffff)
    })?;
    parts.number("Payload length", 2)?;
    parts.number_as("Next header", 1, |number| protocol(u8::try_from(number).unwrap_or(u8::MAX)))?;
    parts.number("Hop limit", 1)?;
    parts.bytes("Source", 16, address)?;
    parts.bytes("Destination", 16, address)?;
    rest(parts, "Hop-by-hop options")
}

/// The header of what IP carries under a protocol's number; of a datagram that is a tunnel's, two.
pub(super) fn carried(number: u8, header: &[u8], start: usize, leads_on: bool) -> Vec<Part> {
    let (name, read): (_, fn(&mut Parts<'_>) -> Option<()>) = match number {
        TCP => ("TCP", tcp),
        UDP => ("UDP", udp),
        1 => ("ICMP", icmp),
        58 => ("ICMPv6", icmp),
        47 => ("GRE", gre),
        _ => ("", other),
    };
    let name = if name.is_empty() { protocol(number) } else { name.to_owned() };
    let length = if number == UDP && leads_on { UDP_HEADER.min(header.len()) } else { header.len() };
    let (own, tunnel) = header.split_at_checked(length).unwrap_or((header, &[]));
    let mut parts = Parts::new(own, start);
    let _ = read(&mut parts);
    let parts = parts.into_list();
    let of = |name: &str| parts.iter().find(|part| part.name == name).map(|part| part.value.clone());
    let value = match (of("Source port"), of("Destination port"), of("Flags")) {
        (Some(source), Some(destination), Some(flags)) => format!("{source} to {destination}, {flags}"),
        (Some(source), Some(destination), None) => format!("{source} to {destination}"),
        _ => of("Type").map(|kind| format!("type {kind}")).unwrap_or_default(),
    };
    let mut all = vec![Part::new(name, value, start, start + own.len()).of(parts)];
    if !tunnel.is_empty() {
        let port = own.get(2..4).and_then(|port| port.first_chunk()).map_or(0, |port| u16::from_be_bytes(*port));
        all.push(Part::new(tunnel_name(port), "", start + length, start + header.len()));
    }
    all
}

/// The length of a header behind which nothing is.
pub(super) fn header_length(layer: Layer, bytes: &[u8]) -> usize {
    let length = match (layer, bytes.get(12)) {
        (Layer::Carried(_, TCP), Some(offset)) => usize::from(offset >> 4) * 4,
        (Layer::Carried(_, UDP), _) => UDP_HEADER,
        _ => bytes.len(),
    };
    length.min(bytes.len())
}

fn tcp(parts: &mut Parts<'_>) -> Option<()> {
    parts.number("Source port", 2)?;
    parts.number("Destination port", 2)?;
    parts.number("Sequence number", 4)?;
    parts.number("Acknowledgement number", 4)?;
    parts.number_as("Header length", 1, |offset| format!("{} bytes", (offset >> 4) * 4))?;
    parts.number_as("Flags", 1, |flags| {
        let set: Vec<&str> = FLAGS.iter().enumerate().filter(|(bit, _)| flags >> bit & 1 != 0).map(|(_, name)| *name).collect();
        if set.is_empty() { "none".to_owned() } else { set.join(", ") }
    })?;
    parts.number("Window", 2)?;
    parts.number_as("Checksum", 2, |sum| format!("0x{sum:04x}"))?;
    parts.number("Urgent pointer", 2)?;
    let length = parts.rest().len();
    if length > 0 {
        parts.nest("Options", format!("{length} bytes"), length, |options| while option(options).is_some() {});
    }
    Some(())
}

/// The next option of TCP.
fn option(parts: &mut Parts<'_>) -> Option<()> {
    let kind = *parts.rest().first()?;
    if kind < 2 {
        return parts.bytes(if kind == 0 { "End of options" } else { "No operation" }, 1, |_| String::new()).map(drop);
    }
    let length = usize::from(*parts.rest().get(1)?).max(2);
    let number = |bytes: &[u8]| bytes.iter().skip(2).fold(0_u64, |number, byte| number << 8 | u64::from(*byte)).to_string();
    let words = |bytes: &[u8]| {
        let (words, _) = bytes.get(2..).unwrap_or_default().as_chunks::<4>();
        words.iter().map(|word| u32::from_be_bytes(*word).to_string()).collect::<Vec<_>>().join(", ")
    };
    match kind {
        2 => parts.bytes("Maximum segment size", length, number),
        3 => parts.bytes("Window scale", length, number),
        4 => parts.bytes("Selective acknowledgement permitted", length, |_| String::new()),
        5 => parts.bytes("Selective acknowledgement", length, words),
        8 => parts.bytes("Timestamps", length, words),
        kind => parts.bytes("Option", length, |_| format!("kind {kind}")),
    }
    .map(drop)
}

fn udp(parts: &mut Parts<'_>) -> Option<()> {
    parts.number("Source port", 2)?;
    parts.number("Destination port", 2)?;
    parts.number("Length", 2)?;
    parts.number_as("Checksum", 2, |sum| format!("0x{sum:04x}"))?;
    Some(())
}

fn icmp(parts: &mut Parts<'_>) -> Option<()> {
    parts.number("Type", 1)?;
    parts.number("Code", 1)?;
    parts.number_as("Checksum", 2, |sum| format!("0x{sum:04x}"))?;
    parts.hex("Rest of the header", 4)?;
    rest(parts, "What it quotes or carries")
}

fn gre(parts: &mut Parts<'_>) -> Option<()> {
    parts.number_as("Flags and version", 2, |both| format!("0x{both:04x}"))?;
    parts.number_as("Type", 2, |kind| format!("0x{kind:04x}"))?;
    rest(parts, "Options")
}

fn other(parts: &mut Parts<'_>) -> Option<()> {
    rest(parts, "Content")
}

/// All that is left, if anything is.
fn rest(parts: &mut Parts<'_>, name: &'static str) -> Option<()> {
    let length = parts.rest().len();
    if length > 0 { parts.hex(name, length).map(drop) } else { Some(()) }
}

fn address(bytes: &[u8]) -> String {
    match (bytes.first_chunk::<16>(), bytes.first_chunk::<4>()) {
        (Some(six), _) => Ipv6Addr::from(*six).to_string(),
        (None, Some(four)) => Ipv4Addr::from(*four).to_string(),
        _ => String::new(),
    }
}

fn protocol(number: u8) -> String {
    let name = match number {
        0 => "hop-by-hop options",
        1 => "ICMP",
        4 => "IPv4",
        TCP => "TCP",
        UDP => "UDP",
        41 => "IPv6",
        43 => "routing header",
        44 => "fragment header",
        47 => "GRE",
        50 => "ESP",
        51 => "authentication header",
        58 => "ICMPv6",
        59 => "nothing more",
        60 => "destination options",
        97 => "Ethernet in IP",
        _ => return format!("IP protocol {number}"),
    };
    format!("{name} ({number})")
}

/// What is between UDP and a packet in it.
fn tunnel_name(port: u16) -> &'static str {
    match port {
        4789 | 4790 | 8472 => "VXLAN",
        6081 => "Geneve",
        2152 => "GTP-U",
        _ => "Tunnel",
    }
}

const TCP: u8 = 6;
const UDP: u8 = 17;
const UDP_HEADER: usize = 8;

/// TCP's flags, the lowest bit first.
const FLAGS: [&str; 8] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];
