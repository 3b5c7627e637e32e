//! UDP (RFC 768) and TCP (RFC 9293, RFC 7323).
//!
//! In: what an IP packet carries. Out: the fields that matter, and the payload. A header that the snap length cut in its options still
//! says what the connection needs.

use std::net::IpAddr;

use super::{Packet, Scale, Transport};
use crate::base::Endpoint;

/// What a transport header says.
pub(super) struct Contents<'a> {
    pub(super) source: u16,
    pub(super) destination: u16,
    transport: Transport,
    /// The captured part of the payload.
    pub(super) payload: &'a [u8],
    /// Bytes of payload on the wire.
    pub(super) wire: usize,
}

impl<'a> Contents<'a> {
    #[inline(always)]
    pub(super) fn between(self, source: IpAddr, destination: IpAddr) -> Packet<'a> {
        Packet {
            source: Endpoint { address: source, port: self.source },
            destination: Endpoint { address: destination, port: self.destination },
            transport: self.transport,
            payload: self.payload,
            cut_short: u32::try_from(self.wire.saturating_sub(self.payload.len())).unwrap_or(u32::MAX),
        }
    }
}

/// Reads a TCP segment, of which `wire` bytes were on the wire.
#[inline(always)]
pub(super) fn tcp(bytes: &[u8], wire: usize) -> Option<Contents<'_>> {
    let [s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, offset, flags] = *bytes.first_chunk()?;
    let header = usize::from(offset >> 4) * 4;
    if header < 20 {
        return None;
    }
    let acknowledgement = (flags & ACK != 0).then_some(u32::from_be_bytes([a0, a1, a2, a3]));
    Some(Contents {
        source: u16::from_be_bytes([s0, s1]),
        destination: u16::from_be_bytes([d0, d1]),
        transport: Transport::Tcp {
            sequence: u32::from_be_bytes([q0, q1, q2, q3]),
            acknowledgement,
            syn: flags & SYN != 0,
            fin: flags & FIN != 0,
            rst: flags & RST != 0,
            window: bytes.get(14..16).and_then(|window| window.first_chunk()).copied().map(u16::from_be_bytes),
            scale: if flags & SYN == 0 { Scale::Unknown } else { scale(bytes.get(20..header)) },
        },
        payload: bytes.get(header..).unwrap_or_default(),
        wire: wire.checked_sub(header)?,
    })
}

/// Looks for the window's unit among the options of a SYN; `None` where they are cut.
fn scale(options: Option<&[u8]>) -> Scale {
    let Some(mut options) = options else { return Scale::Unknown };
    loop {
        options = match *options {
            [NO_OPERATION, ref rest @ ..] => rest,
            [WINDOW_SCALE, 3, shift, ..] => return Scale::Shift(shift.min(MAX_SHIFT)),
            [kind, length @ 2..=u8::MAX, ..] if kind != END_OF_OPTIONS => options.get(usize::from(length)..).unwrap_or_default(),
            _ => return Scale::Bytes,
        };
    }
}

/// Reads a UDP datagram, of which `wire` bytes were on the wire by the IP header.
#[inline(always)]
pub(super) fn udp(bytes: &[u8], wire: usize) -> Option<Contents<'_>> {
    let [s0, s1, d0, d1, l0, l1, _, _] = *bytes.first_chunk()?;
    let length = usize::from(u16::from_be_bytes([l0, l1]));
    // Segmentation offload and broken senders leave lengths here that cannot be; IP's is as good.
    let wire = if (8..=wire).contains(&length) { length } else { wire }.checked_sub(8)?;
    let payload = bytes.get(8..)?;
    Some(Contents {
        source: u16::from_be_bytes([s0, s1]),
        destination: u16::from_be_bytes([d0, d1]),
        transport: Transport::Udp,
        payload: payload.get(..wire).unwrap_or(payload),
        wire,
    })
}

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;

const END_OF_OPTIONS: u8 = 0;
const NO_OPERATION: u8 = 1;
const WINDOW_SCALE: u8 = 3;

/// The largest shift that RFC 7323 has.
const MAX_SHIFT: u8 = 14;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_of_windows_is_among_the_options_of_a_syn() {
        for (options, expected) in [
            (&[][..], Scale::Bytes),
            (&[2, 4, 5, 180, 1, 3, 3, 7], Scale::Shift(7)),
            (&[1, 3, 3, 0], Scale::Shift(0)),
            (&[3, 3, 255, 0], Scale::Shift(14)),
            (&[0, 3, 3, 7], Scale::Bytes),
            (&[2, 0, 3, 3], Scale::Bytes),
            (&[2, 1, 3, 3], Scale::Bytes),
            (&[8, 200, 3, 3], Scale::Bytes),
            (&[1, 1, 1, 3], Scale::Bytes),
        ] {
            assert_eq!(scale(Some(options)), expected, "{options:?}");
        }
        assert_eq!(scale(None), Scale::Unknown);
    }
}
