//! Floor 3: [`Frame`] → [`Packet`].
//!
//! In: frames of any link type, in capture order. Out: the UDP datagrams and TCP segments in them, with the payload that the capture has and
//! the count of what it has not; and what could not be read. Most frames hold one, those of a wireless LAN may hold several, and a
//! fragment holds none until the others are there. Reading is lax: lengths that lie or go beyond the snap length cost what they hide.
//! Left out on purpose: the checksums of UDP and TCP, which offloading leaves unset.

pub mod anatomy;
mod ether_type;
mod fragment;
mod identity;
mod innermost;
mod ip;
mod layer;
mod link;
mod msdu;
mod point_to_point;
mod transport;
mod tunnel;
mod wireless;

use crate::base::{Code, Endpoint, Finding, Limits, Time};
use crate::capture::{Frame, LinkType};

use fragment::{Fragments, Whole};
pub use identity::Identity;
pub use innermost::{Innermost, innermost};
use layer::{End, Layer, Span, Walk};

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

/// Something that was read from a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded<'a> {
    /// A datagram or segment.
    Packet(Packet<'a>),
    /// Why something was not read, or not as it should be.
    Finding(Finding),
}

/// How far a frame was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place<'a>(Rest<'a>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rest<'a> {
    #[default]
    All,
    /// Packets in one frame of a wireless LAN.
    Aggregate(Span<'a>),
    /// What was found wrong.
    Findings,
    Nothing,
}

/// Reads the headers of frames.
#[derive(Debug)]
pub struct Decoder {
    fragments: Fragments,
    /// The packet that was put together last.
    whole: Option<Whole>,
    checksum_wrong: bool,
    layers: usize,
}

impl Decoder {
    /// A decoder that has seen no frame.
    pub fn new(limits: &Limits) -> Self {
        Decoder { fragments: Fragments::new(limits), whole: None, checksum_wrong: false, layers: limits.layers }
    }

    /// The next thing in `frame`, of which the beginning has been read up to `place`; `None` when there is no more.
    // Inlined into both readings that there are: a packet is large to hand over.
    #[inline(always)]
    pub fn next<'d, 'f: 'd>(&'d mut self, frame: &Frame<'f>, place: &mut Place<'f>) -> Option<Decoded<'d>> {
        match place.0 {
            Rest::Nothing => return None,
            Rest::All => {
                if let Some(packet) = plain(frame) {
                    place.0 = Rest::Nothing;
                    return Some(Decoded::Packet(packet));
                }
            }
            Rest::Aggregate(_) | Rest::Findings => {}
        }
        self.any(frame, place)
    }

    /// The frames of the fragments that made the packet which was read in `frame`, the last; none where it came in one piece.
    pub fn fragments(&self, frame: u64) -> &[u64] {
        self.whole.as_ref().map(|whole| &*whole.frames).filter(|frames| frames.last() == Some(&frame)).unwrap_or_default()
    }

    /// The capture is over: what no frame will complete is told.
    pub fn finish(&mut self) -> impl Iterator<Item = Finding> {
        self.fragments.finish();
        std::iter::from_fn(|| self.fragments.take_finding())
    }

    /// The same as [`next`](Self::next) for any frame.
    #[cold]
    #[inline(never)]
    fn any<'d, 'f: 'd>(&'d mut self, frame: &Frame<'f>, place: &mut Place<'f>) -> Option<Decoded<'d>> {
        loop {
            let (layer, span) = match place.0 {
                Rest::All => (Layer::Link(frame.link_type), Span::new(frame.bytes, uncaptured(frame))),
                Rest::Aggregate(span) => (Layer::Aggregate, span),
                Rest::Findings if self.checksum_wrong => {
                    self.checksum_wrong = false;
                    return Some(Decoded::Finding(Finding::at(Code::ChecksumWrong, frame.number)));
                }
                Rest::Findings => {
                    let finding = self.fragments.take_finding();
                    place.0 = if finding.is_some() { Rest::Findings } else { Rest::Nothing };
                    return finding.map(Decoded::Finding);
                }
                Rest::Nothing => return None,
            };
            let mut walk = Walk::new(self.layers);
            let end = walk.end_of(layer, span);
            self.checksum_wrong |= walk.checksum_wrong;
            place.0 = walk.later.map_or(Rest::Findings, Rest::Aggregate);
            match end {
                End::Packet(packet) => return Some(Decoded::Packet(packet)),
                End::Found(code) => return Some(Decoded::Finding(Finding::at(code, frame.number))),
                End::Nothing => {}
                End::Fragment(fragment) => {
                    self.whole = self.fragments.push(frame.number, frame.time, &fragment);
                    if self.is_readable(frame.number, frame.time) {
                        break;
                    }
                }
                End::Part(part) => {
                    self.whole = self.fragments.push_part(frame.number, frame.time, &part);
                    if self.is_readable(frame.number, frame.time) {
                        break;
                    }
                }
            }
        }
        let whole = self.whole.as_ref()?;
        match Walk::new(self.layers).end_of(whole.layer, whole.span()) {
            End::Packet(packet) => Some(Decoded::Packet(packet)),
            End::Found(code) => Some(Decoded::Finding(Finding::at(code, frame.number))),
            End::Nothing | End::Fragment(_) | End::Part(_) => None,
        }
    }

    /// Whether a packet was put together and has something to tell. What it carries may be a fragment again.
    fn is_readable(&mut self, frame: u64, time: Time) -> bool {
        for _ in 0..self.layers {
            let Some(whole) = &self.whole else { return false };
            self.whole = match Walk::new(self.layers).end_of(whole.layer, whole.span()) {
                End::Fragment(fragment) => self.fragments.push(frame, time, &fragment),
                end => return end != End::Nothing,
            }
        }
        false
    }
}

/// The packet in what nearly every frame is: Ethernet with IPv4 and nothing unusual.
#[inline(always)]
fn plain<'a>(frame: &Frame<'a>) -> Option<Packet<'a>> {
    match frame.bytes {
        [_, _, _, _, _, _, _, _, _, _, _, _, 0x08, 0x00, packet @ ..] if frame.link_type == LinkType::ETHERNET => ip::plain(packet),
        _ => None,
    }
}

/// Bytes of a frame that were on the wire and are not in the capture.
fn uncaptured(frame: &Frame<'_>) -> usize {
    usize::try_from(frame.original_len).unwrap_or(usize::MAX).saturating_sub(frame.bytes.len())
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "the numbers of a test are small")]
mod tests {
    use super::*;
    use crate::base::Time;
    use crate::capture::LinkType;
    use crate::capture::frames::{self, IPV4, UDP, ethernet, ipv4, udp, vlan};

    /// Source, payload and what is missing of it; or what was found wrong.
    type Read = Result<(Endpoint, Vec<u8>, u32), Code>;

    /// All that a frame holds.
    fn decode<'a>(decoder: &'a mut Decoder, frame: &Frame<'a>) -> Vec<Read> {
        let mut place = Place::default();
        let mut all = Vec::new();
        while let Some(decoded) = decoder.next(frame, &mut place) {
            all.push(match decoded {
                Decoded::Packet(packet) => Ok((packet.source, packet.payload.to_vec(), packet.cut_short)),
                Decoded::Finding(finding) => {
                    assert_eq!(finding.frame, Some(frame.number));
                    Err(finding.code)
                }
            });
        }
        all
    }

    fn read(frame: &Frame<'_>) -> Vec<Read> {
        decode(&mut Decoder::new(&Limits::default()), frame)
    }

    fn frame(bytes: &[u8], original_len: u32) -> Frame<'_> {
        Frame { number: 1, offset: 0, time: Time::from_nanos(0), link_type: LinkType::ETHERNET, bytes, original_len }
    }

    #[test]
    fn a_frame_becomes_a_packet() {
        let packet = ipv4(UDP, [10, 0, 0, 1], [10, 0, 0, 2], &udp(6881, 6882, b"payload"));
        let tagged = ethernet(0x88a8, &vlan(7, 0x8100, &vlan(8, IPV4, &packet)));
        let expected = |payload: &[u8], cut_short| vec![Ok((Endpoint::new([10, 0, 0, 1], 6881), payload.to_vec(), cut_short))];
        for bytes in [tagged, ethernet(IPV4, &packet)] {
            let length = bytes.len();
            assert_eq!(read(&frame(&bytes, length as u32)), expected(b"payload", 0));
            assert_eq!(read(&frame(&bytes, 3)), expected(b"payload", 0), "an original length below the captured one means nothing");
            assert_eq!(read(&frame(&bytes[..length - 4], length as u32)), expected(b"pay", 4));
        }
    }

    #[test]
    fn what_is_no_packet_says_why() {
        assert_eq!(read(&frame(&ethernet(0x0806, &[0; 28]), 42)), []);
        assert_eq!(read(&frame(&[], 0)), [Err(Code::PacketMalformed)]);
        let unknown = Frame { link_type: LinkType(147), ..frame(&[], 0) };
        assert_eq!(read(&unknown), [Err(Code::LinkUnknown)]);
    }

    #[test]
    fn offloaded_packets_count_what_the_snap_length_cut() {
        let mut packet = ipv4(frames::TCP, [10, 0, 0, 1], [10, 0, 0, 2], &frames::tcp(1, 2, 3, 4, 16, b"start"));
        packet[2..4].fill(0);
        let expected = (Endpoint::new([10, 0, 0, 1], 1), b"start".to_vec(), 30_000 - 59);
        assert_eq!(read(&frame(&ethernet(IPV4, &packet), 30_000)), [Ok(expected)]);
    }

    #[test]
    fn a_wireless_frame_may_hold_several_packets() {
        let snap = |payload: &[u8]| {
            let packet = ipv4(UDP, [10, 0, 0, 1], [10, 0, 0, 2], &udp(1, 2, payload));
            [&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0][..], &packet].concat()
        };
        let part = |payload: &[u8]| {
            let content = snap(payload);
            let length = 14 + content.len();
            [&[0; 12][..], &(content.len() as u16).to_be_bytes(), &content, &vec![0; length.next_multiple_of(4) - length]].concat()
        };
        let control = [&[0x88, 1][..], &[0; 22], &[0x80, 0]].concat();
        let whole = [&control[..], &part(b"one"), &part(b"second"), &[0; 16], &part(b"third"), &[1, 2, 3, 4]].concat();
        let read = |bytes| read(&Frame { link_type: LinkType::IEEE802_11, ..frame(bytes, whole.len() as u32) });
        let packet = |payload: &[u8]| Ok((Endpoint::new([10, 0, 0, 1], 1), payload.to_vec(), 0));
        let nothing = Err(Code::PacketMalformed);
        assert_eq!(read(&whole), [packet(b"one"), packet(b"second"), nothing.clone(), packet(b"third")]);
        let first = control.len() + part(b"one").len();
        for end in 0..=first {
            assert!(read(&whole[..end]).len() <= 1);
        }
        assert_eq!(read(&whole[..first + 13]), [packet(b"one")]);
        assert_eq!(read(&whole[..first + 14]), [packet(b"one"), nothing]);
    }

    #[test]
    fn a_wrong_checksum_is_told_beside_the_packet() {
        let mut bytes = ethernet(IPV4, &ipv4(UDP, [10, 0, 0, 1], [10, 0, 0, 2], &udp(1, 2, b"data")));
        bytes[24..26].copy_from_slice(&[1, 2]);
        let packet = Ok((Endpoint::new([10, 0, 0, 1], 1), b"data".to_vec(), 0));
        assert_eq!(read(&frame(&bytes, 46)), [packet, Err(Code::ChecksumWrong)]);
    }
}
