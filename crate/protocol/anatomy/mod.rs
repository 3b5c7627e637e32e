//! What the messages in a frame are made of: their fields, each with its place.
//!
//! In: the payload of a packet, where it stands in its frame, and what the dissectors said begins in it ([`Begun`]). Out: [`Part`]s. The dissectors decide
//! what a message is; here its fields are only found again, in bytes that are known to be that message, for somebody who looks at one frame. So
//! nothing of it is in a reading that nobody looks at. What the bytes do not bear out is not shown.
//! Documents: BEP 3, BEP 5, BEP 10, BEP 15, BEP 29, BEP 52, RFC 9112.

mod bencoded;
mod datagram;
mod lines;
mod messages;

pub use messages::CONTINUED;

use crate::base::part::Part;

/// A message that begins in a frame, as its dissector told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The protocol, as in the report's `messages`.
    pub protocol: &'static str,
    /// The message's name in it.
    pub name: &'static str,
    /// Payload bytes that it accounts for.
    pub bytes: u64,
}

/// The messages in a payload, which begins so far into its frame and came over IPv6 or not. Those that begin in the frame are `begun`, in the order
/// of the stream.
pub fn messages(begun: &[Begun], payload: &[u8], base: usize, ipv6: bool) -> Vec<Part> {
    let speaks = |protocol: &str| begun.iter().find(|message| message.protocol == protocol);
    if speaks("utp").is_some() {
        let Some((header, length)) = datagram::utp(payload, base) else { return Vec::new() };
        let inside = payload.get(length..).unwrap_or_default();
        return std::iter::once(header).chain(stream(begun, inside, base + length)).collect();
    }
    match begun.first() {
        Some(Begun { protocol: "dht", name, .. }) => {
            let named = |part| Part { value: (*name).to_owned(), ..part };
            bencoded::message("DHT message", payload, base).into_iter().map(named).collect()
        }
        Some(Begun { protocol: "udp_tracker", name, .. }) => vec![datagram::tracker(name, payload, base, ipv6)],
        Some(Begun { protocol: "dns", name, .. }) => vec![whole("DNS message", name, payload, base)],
        Some(Begun { protocol: "mdns", name, .. }) => vec![whole("mDNS message", name, payload, base)],
        Some(Begun { protocol: "lsd", .. }) => vec![lines::head("Local service discovery", payload, base)],
        Some(Begun { protocol: "nat_pmp" | "pcp", name, .. }) => vec![whole("Port mapping message", name, payload, base)],
        _ => stream(begun, payload, base),
    }
}

/// The messages in bytes of a stream.
fn stream(begun: &[Begun], payload: &[u8], base: usize) -> Vec<Part> {
    let spoken: Vec<Begun> = begun.iter().copied().filter(|message| message.protocol == "peer_wire").collect();
    if !spoken.is_empty() {
        return messages::chain(&spoken, payload, base);
    }
    let http = begun.iter().any(|message| matches!(message.protocol, "http_tracker" | "web_seed" | "http" | "upnp"));
    if http && lines::is_head(payload) { vec![lines::head("HTTP", payload, base)] } else { Vec::new() }
}

fn whole(name: &'static str, value: &str, payload: &[u8], base: usize) -> Part {
    Part::new(name, value.replace('_', " "), base, base + payload.len())
}
