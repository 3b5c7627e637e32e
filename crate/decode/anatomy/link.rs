//! The names and fields of link headers: Ethernet, VLAN tags (IEEE 802.1Q), MPLS (RFC 3032), Linux' cooked captures, PPP.

use crate::base::part::{Part, Parts};
use crate::capture::LinkType;
use crate::decode::layer::Layer;

/// A header that is not IP's, nor of what IP carries.
pub(super) fn part(layer: Layer, header: &[u8], start: usize) -> Part {
    let mut parts = Parts::new(header, start);
    let (name, read): (String, fn(&mut Parts<'_>) -> Option<()>) = match layer {
        Layer::Link(LinkType::ETHERNET) => ("Ethernet".to_owned(), ethernet),
        Layer::Link(LinkType::LINUX_SLL) => ("Linux cooked capture".to_owned(), linux_sll),
        Layer::Link(LinkType::LINUX_SLL2) => ("Linux cooked capture, version 2".to_owned(), linux_sll2),
        Layer::Link(LinkType::NULL | LinkType::LOOP) => ("Loopback".to_owned(), loopback),
        Layer::Link(LinkType::MPLS) | Layer::EtherType(0x8847 | 0x8848) => ("MPLS".to_owned(), mpls),
        Layer::Link(link_type) => (format!("Link header ({link_type})"), nothing),
        Layer::EtherType(0x8100 | 0x88a8 | 0x9100) => ("VLAN tag".to_owned(), vlan),
        Layer::EtherType(0x8864) => ("PPPoE".to_owned(), pppoe),
        Layer::EtherType(0x0806) => ("ARP".to_owned(), nothing),
        Layer::EtherType(kind) => (format!("Ethernet type 0x{kind:04x}"), nothing),
        Layer::Llc => ("LLC".to_owned(), llc),
        Layer::Wireless { .. } => ("IEEE 802.11".to_owned(), nothing),
        Layer::Aggregate => ("A-MSDU subframe".to_owned(), subframe),
        Layer::Ppp => ("PPP".to_owned(), nothing),
        Layer::Ip | Layer::Carried(..) => ("Header".to_owned(), nothing),
    };
    // Fields that the header ends too early for are left out.
    let _ = read(&mut parts);
    let parts = parts.into_list();
    let of = |name: &str| parts.iter().find(|part| part.name == name).map(|part| part.value.clone());
    let value = match (of("Source"), of("Destination")) {
        (Some(source), Some(destination)) => format!("{source} to {destination}"),
        _ => of("VLAN").or(of("Label")).unwrap_or_default(),
    };
    Part::new(name, value, start, start + header.len()).of(parts)
}

// The signature is the table's.
#[allow(clippy::unnecessary_wraps, reason = "the readers of fields in the table end where the bytes do")]
fn nothing(_: &mut Parts<'_>) -> Option<()> {
    Some(())
}

fn ethernet(parts: &mut Parts<'_>) -> Option<()> {
    parts.bytes("Destination", 6, hardware)?;
    parts.bytes("Source", 6, hardware)?;
    parts.number_as("Type", 2, kind).map(drop)
}

fn vlan(parts: &mut Parts<'_>) -> Option<()> {
    parts.number_as("VLAN", 2, |tag| format!("{}, priority {}", tag & 0xfff, tag >> 13))?;
    parts.number_as("Type", 2, kind).map(drop)
}

fn mpls(parts: &mut Parts<'_>) -> Option<()> {
    loop {
        let shown = |word: u64| format!("{}, traffic class {}, time to live {}", word >> 12, word >> 9 & 7, word & 0xff);
        if parts.number_as("Label", 4, shown)? >> 8 & 1 != 0 {
            return Some(());
        }
    }
}

fn linux_sll(parts: &mut Parts<'_>) -> Option<()> {
    parts.number("Packet type", 2)?;
    parts.number("Hardware type", 2)?;
    parts.number("Address length", 2)?;
    parts.bytes("Address", 8, hardware)?;
    parts.number_as("Protocol", 2, kind).map(drop)
}

fn linux_sll2(parts: &mut Parts<'_>) -> Option<()> {
    parts.number_as("Protocol", 2, kind)?;
    parts.hex("Reserved", 2)?;
    parts.number("Interface", 4)?;
    parts.number("Hardware type", 2)?;
    parts.number("Packet type", 1)?;
    parts.number("Address length", 1)?;
    parts.bytes("Address", 8, hardware).map(drop)
}

fn loopback(parts: &mut Parts<'_>) -> Option<()> {
    parts.hex("Address family", 4).map(drop)
}

fn pppoe(parts: &mut Parts<'_>) -> Option<()> {
    parts.number_as("Version and type", 1, |both| format!("0x{both:02x}"))?;
    parts.number("Code", 1)?;
    parts.number_as("Session", 2, |session| format!("0x{session:04x}"))?;
    parts.number("Length", 2).map(drop)
}

fn llc(parts: &mut Parts<'_>) -> Option<()> {
    parts.hex("Destination access point", 1)?;
    parts.hex("Source access point", 1)?;
    parts.hex("Control", 1)?;
    parts.hex("Organisation", 3)?;
    parts.number_as("Type", 2, kind).map(drop)
}

fn subframe(parts: &mut Parts<'_>) -> Option<()> {
    parts.bytes("Destination", 6, hardware)?;
    parts.bytes("Source", 6, hardware)?;
    parts.number("Length", 2).map(drop)
}

fn hardware(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(":")
}

fn kind(kind: u64) -> String {
    let name = match kind {
        0x0800 => "IPv4",
        0x0806 => "ARP",
        0x8100 | 0x88a8 | 0x9100 => "VLAN",
        0x86dd => "IPv6",
        0x8847 | 0x8848 => "MPLS",
        0x8864 => "PPPoE",
        0..=1500 => "a length",
        _ => "unknown",
    };
    format!("0x{kind:04x} ({name})")
}
