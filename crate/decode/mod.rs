//! Floor 3: [`Frame`] → [`Packet`].
//!
//! In: a frame of any link type. Out: the UDP datagram or TCP segment in it, with the payload that the capture has and the count of
//! what it has not; or nothing, and why. Reading is lax: lengths that lie or go beyond the snap length cost what they hide.
//! Left out on purpose: checksums (offloading leaves them unset), putting fragments together, tunnels.

mod ip;
mod link;

use crate::base::{Code, Endpoint};
use crate::capture::Frame;

/// One UDP datagram or TCP segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Who sent it.
    pub source: Endpoint,
    /// Whom it is for.
    pub destination: Endpoint,
    /// UDP, or TCP with the fields of its header that matter.
    pub transport: Transport,
    /// What it carries, as far as the capture has it.
    pub payload: &'a [u8],
    /// Bytes of payload that were on the wire by the packet's own lengths but are not in the capture.
    pub cut_short: u32,
}

/// What follows the IP header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// UDP (RFC 768).
    Udp,
    /// TCP (RFC 9293).
    Tcp {
        /// The sequence number: of the first payload byte, or of the SYN.
        sequence: u32,
        /// The next sequence number that the sender waits for; `None` without the ACK flag.
        acknowledgement: Option<u32>,
        /// The sender opens the connection.
        syn: bool,
        /// The sender has no more to send.
        fin: bool,
        /// The sender drops the connection.
        rst: bool,
        /// The room that the sender has, in units that the SYNs tell; `None` where the snap length cut it off.
        window: Option<u16>,
        /// What a SYN says of that unit.
        scale: Scale,
    },
}

/// The unit of TCP's windows (RFC 7323): bytes, unless both SYNs bring their option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Nothing: this is no SYN, or the capture lacks its options.
    #[default]
    Unknown,
    /// It has no such option.
    Bytes,
    /// The sender counts in so many powers of two, if the other end has the option too.
    Shift(u8),
}

/// What was read from a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded<'a> {
    /// A datagram or segment.
    Packet(Packet<'a>),
    /// Neither. `None` for what is in order and of no interest here, such as ARP or ICMP; otherwise why reading stopped.
    Nothing(Option<Code>),
}

/// Reads the headers of `frame`.
// Inlined into both readings that there are: a packet is large to hand over.
#[inline(always)]
pub fn decode<'a>(frame: &Frame<'a>) -> Decoded<'a> {
    let captured = frame.bytes.len();
    let uncaptured = usize::try_from(frame.original_len).unwrap_or(usize::MAX).saturating_sub(captured);
    match link::network(frame.link_type, frame.bytes).and_then(|packet| ip::transport(packet, uncaptured)) {
        Ok(packet) => Decoded::Packet(packet),
        Err(why) => Decoded::Nothing(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Time;
    use crate::capture::LinkType;
    use crate::capture::frames::{self, IPV4, UDP, ethernet, ipv4, udp, vlan};

    fn frame(bytes: &[u8], original_len: u32) -> Frame<'_> {
        Frame { number: 1, offset: 0, time: Time::from_nanos(0), link_type: LinkType::ETHERNET, bytes, original_len }
    }

    #[test]
    fn a_frame_becomes_a_packet() {
        let packet = ipv4(UDP, [10, 0, 0, 1], [10, 0, 0, 2], &udp(6881, 6882, b"payload"));
        let tagged = ethernet(0x88a8, &vlan(7, 0x8100, &vlan(8, IPV4, &packet)));
        let expected = Packet {
            source: Endpoint::new([10, 0, 0, 1], 6881),
            destination: Endpoint::new([10, 0, 0, 2], 6882),
            transport: Transport::Udp,
            payload: b"payload",
            cut_short: 0,
        };
        assert_eq!(decode(&frame(&tagged, 57)), Decoded::Packet(expected));
        assert_eq!(decode(&frame(&tagged, 3)), Decoded::Packet(expected), "an original length below the captured one means nothing");
        let cut = Packet { payload: b"pay", cut_short: 4, ..expected };
        assert_eq!(decode(&frame(&tagged[..tagged.len() - 4], 57)), Decoded::Packet(cut));
    }

    #[test]
    fn what_is_no_packet_says_why() {
        assert_eq!(decode(&frame(&ethernet(0x0806, &[0; 28]), 42)), Decoded::Nothing(None));
        assert_eq!(decode(&frame(&[], 0)), Decoded::Nothing(Some(Code::PacketMalformed)));
        let unknown = Frame { link_type: LinkType(147), ..frame(&[], 0) };
        assert_eq!(decode(&unknown), Decoded::Nothing(Some(Code::LinkUnknown)));
    }

    #[test]
    fn offloaded_packets_count_what_the_snap_length_cut() {
        let mut packet = ipv4(frames::TCP, [10, 0, 0, 1], [10, 0, 0, 2], &frames::tcp(1, 2, 3, 4, 16, b"start"));
        packet[2..4].fill(0);
        match decode(&frame(&ethernet(IPV4, &packet), 30_000)) {
            Decoded::Packet(Packet { payload, cut_short, .. }) => assert_eq!((payload, cut_short), (&b"start"[..], 30_000 - 59)),
            nothing => panic!("{nothing:?}"),
        }
    }
}
