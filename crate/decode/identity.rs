//! What makes two frames the same packet, recorded at two places.
//!
//! In: a frame. Out: the [`Identity`] of the innermost IP packet in it, or of the fragment: a hash of what no router changes, and one of what
//! tells places of capture apart.
//!
//! - On its way a packet changes its link's header, its time to live and the header's checksum (RFC 791), and the mark for congestion
//!   (RFC 3168). Where it was sent, hardware may not have set the checksums of UDP and TCP yet. All of that is left out. The segment size
//!   that a SYN offers is changed by some routers, so options of SYNs are left out too.
//! - Not seen through: address translation, and segments that hardware cuts up or joins differently at the two places.

use std::hash::{DefaultHasher, Hasher};

use etherparse::IpNumber;

use super::layer::{Layer, Span, Walk};
use super::{Decoder, uncaptured};
use crate::capture::Frame;

/// What of a frame stays the same wherever its packet is recorded, and what does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Of the addresses, the packet's number, its transport header and the beginning of what it carries.
    pub packet: u64,
    /// Of more of what it carries; `None` where the capture has not enough of it.
    pub content: Option<u64>,
    /// Whether its sender numbered the packet, so that what it sends again is another one.
    pub numbered: bool,
    /// Of what tells two places on its way apart: the headers before it, and its time to live.
    pub place: u64,
    /// Whether it carries something, or opens or ends a connection: two acknowledgements may be equal and both be meant.
    pub carries: bool,
    /// Whether the capture cut it.
    pub cut: bool,
}

/// What an IP header says.
struct Header<'a> {
    /// What stays the same on the way.
    fixed: [u8; 40],
    protocol: u8,
    /// The sender's number of the packet; 0 is none.
    number: u16,
    time_to_live: u8,
    first_fragment: bool,
    content: Span<'a>,
}

/// The transport header's part that stays the same, the options after it, the payload, and whether there is anything in it.
type Carried<'a> = (&'a [u8], &'a [u8], &'a [u8], bool);

impl Decoder {
    /// What makes the packet of a frame the same elsewhere; `None` where the frame holds none, or several, or too little of it.
    pub fn identity(&self, frame: &Frame<'_>) -> Option<Identity> {
        let mut walk = Walk::new(self.layers);
        let mut next = (Layer::Link(frame.link_type), Span::new(frame.bytes, uncaptured(frame)));
        let mut packet = None;
        for _ in 0..self.layers {
            packet = if next.0 == Layer::Ip { Some(next.1) } else { packet };
            match walk.step(next.0, next.1) {
                Ok(further) => next = further,
                Err(_) => break,
            }
        }
        let packet = packet.filter(|_| walk.later.is_none())?;
        // Both slices begin in the frame, and a frame may be longer than its packet.
        let before = packet.captured.as_ptr().addr().saturating_sub(frame.bytes.as_ptr().addr());
        identity(packet, frame.bytes.get(..before).unwrap_or_default())
    }
}

fn identity(packet: Span<'_>, before: &[u8]) -> Option<Identity> {
    let header = match packet.captured.first()? >> 4 {
        4 => version_4(packet)?,
        6 => version_6(packet)?,
        _ => return None,
    };
    let (fixed, options, payload, carries) = header.transport()?;
    let mut packet = hasher();
    packet.write(&header.fixed);
    packet.write_usize(header.content.wire);
    packet.write(fixed);
    packet.write(payload.get(..BEGINNING).unwrap_or(payload));
    let known = header.content.captured.len();
    let content = (known >= header.content.wire).then(|| {
        let mut content = hasher();
        content.write(options);
        content.write(payload.get(..COMPARED).unwrap_or(payload));
        content.write(payload.len().checked_sub(END).and_then(|end| payload.get(end..)).unwrap_or_default());
        content.finish()
    });
    let mut place = hasher();
    place.write_u8(header.time_to_live);
    place.write(before);
    Some(Identity {
        packet: packet.finish(),
        content,
        numbered: header.number != 0,
        place: place.finish(),
        carries,
        cut: known < header.content.wire,
    })
}

fn version_4(packet: Span<'_>) -> Option<Header<'_>> {
    let [first, _, t0, t1, n0, n1, f0, f1, time_to_live, protocol, _, _, ends @ ..] = packet.captured.first_chunk::<20>()?;
    let total = usize::from(u16::from_be_bytes([*t0, *t1]));
    let content = if total == 0 { packet } else { packet.of_length(total) }.skip(usize::from(first & 15) * 4).ok()?;
    let mut fixed = [0; 40];
    for (into, byte) in fixed.iter_mut().zip([4, *n0, *n1, f0 & 0x3f, *f1, *protocol].iter().chain(ends)) {
        *into = *byte;
    }
    let (number, first_fragment) = (u16::from_be_bytes([*n0, *n1]), f0 & 0x1f == 0 && *f1 == 0);
    Some(Header { fixed, protocol: *protocol, number, time_to_live: *time_to_live, first_fragment, content })
}

/// The packet's extension headers count as what it carries, and it has no number but in one of them.
fn version_6(packet: Span<'_>) -> Option<Header<'_>> {
    let [_, _, _, _, l0, l1, protocol, time_to_live, ends @ ..] = packet.captured.first_chunk::<40>()?;
    let length = usize::from(u16::from_be_bytes([*l0, *l1]));
    let content = packet.skip(40).ok()?;
    let content = if length == 0 { content } else { content.of_length(length) };
    let mut fixed = [0; 40];
    for (into, byte) in fixed.iter_mut().zip([6, *protocol].iter().chain(ends)) {
        *into = *byte;
    }
    Some(Header { fixed, protocol: *protocol, number: 0, time_to_live: *time_to_live, first_fragment: true, content })
}

impl<'a> Header<'a> {
    /// What stays the same of the transport's header, the options after it, what it carries, and whether that is anything.
    fn transport(&self) -> Option<Carried<'a>> {
        let bytes = self.content.captured;
        match IpNumber(self.protocol) {
            IpNumber::TCP if self.first_fragment => {
                let fixed = bytes.get(..TCP_FIXED)?;
                let [.., offset, flags, _, _] = fixed else { return None };
                let end = usize::from(offset >> 4) * 4;
                let options = if flags & SYN != 0 { &[] } else { bytes.get(20..end).unwrap_or_default() };
                let carries = flags & (SYN | FIN | RST) != 0 || self.content.wire > end;
                Some((fixed, options, bytes.get(end..).unwrap_or_default(), carries))
            }
            IpNumber::UDP if self.first_fragment => Some((bytes.get(..UDP_FIXED)?, &[], bytes.get(8..).unwrap_or_default(), true)),
            _ => Some((&[], &[], bytes, true)),
        }
    }
}

/// Frames are compared by hashes alone, so they have 64 bits and a key: nobody can make two packets meet.
fn hasher() -> DefaultHasher {
    let mut hasher = DefaultHasher::new();
    hasher.write_u64(crate::base::secret());
    hasher
}

/// Bytes of a TCP header before its checksum: ports, numbers, flags, window.
const TCP_FIXED: usize = 16;
/// Bytes of a UDP header before its checksum: ports and length.
const UDP_FIXED: usize = 6;
const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;

/// Bytes of what a packet carries by which it is looked up: a header of uTP with its time. Captures that cut frames at 96 bytes mostly have them.
const BEGINNING: usize = 24;
/// Bytes of its beginning and end by which it is compared where both captures have all of it: two queries of the DHT differ in their last bytes.
const COMPARED: usize = 64;
const END: usize = 32;

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "the numbers of a test are small")]
mod tests {
    use super::*;
    use crate::base::{Limits, Time};
    use crate::capture::LinkType;
    use crate::capture::frames::{IPV4, IPV6, TCP, UDP, ethernet, ipv4, ipv6, tcp, udp, vlan};

    const A: [u8; 4] = [10, 0, 0, 1];
    const B: [u8; 4] = [10, 0, 0, 2];
    const A6: [u8; 16] = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    fn of(bytes: &[u8]) -> Option<Identity> {
        let original_len = bytes.len() as u32;
        cut(bytes, original_len)
    }

    fn cut(bytes: &[u8], original_len: u32) -> Option<Identity> {
        let frame = Frame { number: 1, offset: 0, time: Time::default(), link_type: LinkType::ETHERNET, bytes, original_len };
        Decoder::new(&Limits::default()).identity(&frame)
    }

    fn set(mut bytes: Vec<u8>, at: usize, value: u8) -> Vec<u8> {
        bytes[at] = value;
        bytes
    }

    #[test]
    fn what_changes_on_the_way_changes_only_the_place() {
        let packet = ipv4(TCP, A, B, &tcp(1, 2, 3, 4, 16, b"some data"));
        let frame = ethernet(IPV4, &packet);
        let one = of(&frame).unwrap();
        assert!(!one.numbered && one.carries && !one.cut && one.content.is_some());
        for (at, what) in [(0, "an Ethernet address"), (14 + 8, "the time to live")] {
            let other = of(&set(frame.clone(), at, 9)).unwrap();
            assert_eq!((other.packet, other.content), (one.packet, one.content), "{what}");
            assert_ne!(other.place, one.place, "{what}");
        }
        for (at, what) in [(14 + 1, "congestion"), (14 + 10, "a checksum"), (14 + 20 + 16, "another"), (14 + 6, "not to be cut up")] {
            assert_eq!(of(&set(frame.clone(), at, 0x40)), Some(one), "{what}");
        }
        let tagged = of(&ethernet(0x8100, &vlan(7, IPV4, &packet))).unwrap();
        assert_eq!((tagged.packet, tagged.place == one.place), (one.packet, false));
        let inner = of(&ethernet(IPV4, &ipv4(4, B, A, &packet))).unwrap();
        assert_eq!(inner.packet, one.packet, "in a tunnel");
        assert_eq!(of(&[&frame[..], b"\0\0padding"].concat()), Some(one));
    }

    #[test]
    fn another_packet_is_another() {
        let frame = ethernet(IPV4, &ipv4(TCP, A, B, &tcp(1, 2, 3, 4, 16, b"some data")));
        let one = of(&frame).unwrap();
        for at in [14 + 4, 14 + 7, 14 + 12, 14 + 19, 14 + 20, 14 + 27, 14 + 34, 14 + 40, 14 + 48] {
            let other = of(&set(frame.clone(), at, 0x77));
            assert_ne!(other.map(|other| other.packet), Some(one.packet), "byte {at}");
        }
        assert!(of(&set(frame, 14 + 5, 1)).unwrap().numbered);
        let long = |last: u8| of(&ethernet(IPV4, &ipv4(UDP, A, B, &udp(1, 2, &[&[7; 90][..], &[last]].concat())))).unwrap();
        assert_eq!(long(1).packet, long(2).packet);
        assert_ne!(long(1).content, long(2).content);
    }

    #[test]
    fn a_cut_packet_is_the_same_as_far_as_it_goes() {
        let frame = ethernet(IPV4, &ipv4(UDP, A, B, &udp(1, 2, &[7; 90])));
        let whole = of(&frame).unwrap();
        let cut_to = |bytes: usize| cut(&frame[..bytes], frame.len() as u32);
        let cut = cut_to(96).unwrap();
        assert_eq!((cut.packet, cut.content, cut.cut), (whole.packet, None, true));
        assert_ne!(cut_to(50).unwrap().packet, whole.packet, "too little of it is there");
        assert_eq!(cut_to(36), None);
    }

    #[test]
    fn version_6_has_no_number_and_other_frames_no_identity() {
        let packet = ipv6(UDP, A6, A6, &udp(1, 2, b"data"));
        let one = of(&ethernet(IPV6, &packet)).unwrap();
        assert!(!one.numbered && one.carries);
        assert_eq!(of(&set(ethernet(IPV6, &packet), 14 + 7, 3)).unwrap().packet, one.packet, "hop limit");
        assert_eq!(of(&ethernet(0x0806, &[0; 28])), None);
        assert_eq!(of(&[]), None);
        let acknowledgement = of(&ethernet(IPV4, &ipv4(TCP, A, B, &tcp(1, 2, 3, 4, 16, b"")))).unwrap();
        assert!(!acknowledgement.carries);
        let fragment = |at: u8| of(&set(ethernet(IPV4, &ipv4(UDP, A, B, b"a fragment's bytes")), 14 + 7, at)).unwrap();
        assert_ne!(fragment(1).packet, fragment(2).packet);
    }
}
