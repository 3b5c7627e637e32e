//! The innermost IP packets of a frame, below links and tunnels.
//!
//! In: a frame. Out: for each datagram or segment in it the IP header that it came in, and what follows that. For who writes packets
//! without what is around them. Packets in fragments are none here.

use super::layer::{End, Layer, Span, Walk};
use super::{Frame, uncaptured};

/// One packet, from its IP header on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Innermost<'a> {
    /// The packet, as far as it is captured.
    pub packet: &'a [u8],
    /// Its TCP or UDP header and payload, as far as they are captured.
    pub carried: &'a [u8],
    /// Bytes of those on the wire.
    pub wire: usize,
    /// The number of the transport.
    pub protocol: u8,
}

/// The packets of a frame, of which so many layers are read.
pub fn innermost<'a>(frame: &Frame<'a>, layers: usize) -> Vec<Innermost<'a>> {
    let mut packets = Vec::new();
    let mut next = Some((Layer::Link(frame.link_type), Span::new(frame.bytes, uncaptured(frame))));
    while let Some((layer, span)) = next {
        let mut walk = Walk::new(layers);
        packets.extend(walk.innermost(layer, span));
        next = walk.later.map(|later| (Layer::Aggregate, later));
    }
    packets
}

impl<'a> Walk<'a> {
    /// The packet in `span`, which begins with `layer`.
    fn innermost(&mut self, layer: Layer, span: Span<'a>) -> Option<Innermost<'a>> {
        let mut next = (layer, span);
        let (mut packet, mut carried) = (None, None);
        for _ in 0..self.layers {
            match next {
                (Layer::Ip, span) => packet = Some(span.captured),
                (Layer::Carried(_, protocol), span) => carried = Some((protocol, span)),
                _ => {}
            }
            next = match self.step(next.0, next.1) {
                Ok(next) => next,
                Err(End::Packet(_)) => {
                    let (protocol, span) = carried?;
                    return Some(Innermost { packet: packet?, carried: span.captured, wire: span.wire, protocol });
                }
                Err(_) => return None,
            };
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Time;
    use crate::capture::LinkType;
    use crate::capture::frames::{IPV4, UDP, ethernet, ipv4, udp, vlan};

    #[test]
    fn what_is_around_a_packet_is_not_in_it() {
        let datagram = udp(1, 2, b"payload");
        let inner = ipv4(UDP, [10, 0, 0, 1], [10, 0, 0, 2], &datagram);
        let tunnel = ipv4(4, [192, 0, 2, 1], [192, 0, 2, 2], &inner);
        for packet in [&inner, &tunnel] {
            let bytes = ethernet(0x8100, &vlan(7, IPV4, packet));
            let original_len = u32::try_from(bytes.len()).unwrap() + 10;
            let frame =
                Frame { number: 1, offset: 0, time: Time::from_nanos(0), link_type: LinkType::ETHERNET, bytes: &bytes, original_len };
            assert_eq!(innermost(&frame, 24), [Innermost { packet: &inner, carried: &datagram, wire: datagram.len(), protocol: UDP }]);
            for end in 0..bytes.len() {
                let _ = innermost(&Frame { bytes: &bytes[..end], ..frame }, 24);
            }
        }
    }
}
