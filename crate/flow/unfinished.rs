//! Connections that are open when a capture ends, and go on in the next one.
//!
//! In: at the end of one capture, the numbers by which the next bytes of each open connection will be known. Out: in the capture that follows, the
//! same connection, each byte in its place, with what its reader left with it. A packet goes on with a connection if it is between the same ends, does not
//! open one, was captured no earlier, and its number is [near](Unfinished) the one that is due; what is not met again costs a look-up for each new connection and is told
//! to nobody.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::Both;
use super::ends::Ends;
use crate::base::{Endpoint, Map, Time};

/// A connection that was open when a capture ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// Whether it goes over uTP, and not TCP.
    pub utp: bool,
    /// The end that opened it; where that was not seen, the end that was seen first.
    pub originator: UnfinishedEnd,
    /// The other end.
    pub responder: UnfinishedEnd,
    /// When its latest packet was captured, in nanoseconds since 1970-01-01 00:00 UTC.
    pub heard: i64,
}

/// One end of a connection that was open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedEnd {
    /// Who.
    pub endpoint: Endpoint,
    /// The sequence number that its next byte will have, or over uTP its next packet; `None` where nothing tells.
    pub next: Option<u32>,
    /// The connection ID under which it sends over uTP, where that was seen.
    pub id: Option<u16>,
}

/// Connections of an earlier capture that were not met again yet, each with what its reader keeps of it.
#[derive(Debug)]
pub(super) struct Waiting<S> {
    by_ends: Map<Ends, SmallVec<[(Unfinished, S); 1]>>,
    count: usize,
    limit: usize,
}

impl Unfinished {
    /// Both ends.
    pub fn ends(&self) -> Both<Endpoint> {
        Both { originator: self.originator.endpoint, responder: self.responder.endpoint }
    }

    fn end(&self, endpoint: Endpoint) -> &UnfinishedEnd {
        if self.originator.endpoint == endpoint { &self.originator } else { &self.responder }
    }
}

impl UnfinishedEnd {
    /// The number of its next packet over uTP.
    pub(super) fn next(&self) -> Option<u16> {
        self.next.and_then(|next| u16::try_from(next).ok())
    }
}

impl<S> Waiting<S> {
    /// None yet, of at most `limit`.
    pub(super) fn new(limit: usize) -> Self {
        Waiting { by_ends: Map::default(), count: 0, limit }
    }

    /// Waits for a connection. Where there is no room for more, it is not waited for.
    pub(super) fn add(&mut self, unfinished: Unfinished, state: S) {
        if self.count < self.limit {
            self.count += 1;
            let ends = Ends::of(unfinished.originator.endpoint, unfinished.responder.endpoint);
            self.by_ends.entry(ends).or_default().push((unfinished, state));
        }
    }

    /// Those that were not met again.
    pub(super) fn left(&self) -> impl Iterator<Item = &(Unfinished, S)> {
        self.by_ends.values().flatten()
    }

    /// The connection that a packet from `source` to `destination` goes on with: one that was not heard later, and of which the sending end `fits`.
    #[inline]
    pub(super) fn take(
        &mut self,
        time: Time,
        source: Endpoint,
        destination: Endpoint,
        fits: impl Fn(&UnfinishedEnd) -> bool,
    ) -> Option<(Unfinished, S)> {
        if self.count == 0 {
            return None;
        }
        let between = self.by_ends.get_mut(&Ends::of(source, destination))?;
        let is_later = |unfinished: &Unfinished| time.later(DISORDER_NANOS).nanos() >= unfinished.heard;
        let at = between.iter().position(|(unfinished, _)| is_later(unfinished) && fits(unfinished.end(source)))?;
        self.count -= 1;
        Some(between.swap_remove(at))
    }
}

/// So much earlier than what was captured before it a packet may stand in a capture.
const DISORDER_NANOS: i64 = 10_000_000;

#[cfg(test)]
mod tests {
    use crate::base::{Endpoint, Limits, Time};
    use crate::decode::{Packet, Scale, Transport};
    use crate::flow::{Content, Delivery, Direction, Flows, Unfinished};

    const FROM: u16 = 4000;

    /// A segment from a port to 6881, or back.
    fn segment<'a>(port: u16, back: bool, sequence: u32, syn: bool, payload: &'a [u8]) -> Packet<'a> {
        let ends = [Endpoint::new([10, 0, 0, 1], port), Endpoint::new([10, 0, 0, 2], 6881)];
        let [source, destination] = if back { [ends[1], ends[0]] } else { ends };
        let transport =
            Transport::Tcp { sequence, acknowledgement: None, syn, fin: false, rst: false, window: Some(1000), scale: Scale::Unknown };
        Packet { source, destination, transport, payload, cut_short: 0 }
    }

    fn datagram<'a>(back: bool, payload: &'a [u8]) -> Packet<'a> {
        Packet { transport: Transport::Udp, ..segment(FROM, back, 0, false, payload) }
    }

    /// A packet of uTP that carries three bytes (BEP 29).
    fn utp(id: u16, sequence: u16, text: &str) -> Vec<u8> {
        [&[1, 0][..], &id.to_be_bytes(), &[0; 8], &[0, 1, 0, 0], &sequence.to_be_bytes(), &[0, 9], text.as_bytes()].concat()
    }

    /// What is delivered of packets: bytes, and when a stream opens, with its state.
    fn delivered(flows: &mut Flows<u32>, packets: &[Packet<'_>]) -> Vec<String> {
        let mut told = Vec::new();
        for (frame, packet) in (1..).zip(packets) {
            flows.push(frame, Time::from_nanos(0), packet, |state, delivery: Delivery<'_>| match delivery.content {
                Content::Bytes(bytes) => told.push(String::from_utf8_lossy(bytes).into_owned()),
                Content::Opened { midstream } => {
                    let from = if delivery.direction == Direction::Originator { delivery.source.port } else { delivery.destination.port };
                    told.push(format!("opened {} {midstream} from {from}", *state.unwrap()));
                }
                Content::Gap { bytes, .. } => told.push(format!("gap {bytes}")),
                _ => {}
            });
        }
        told
    }

    /// What is left when some packets have come.
    fn left(packets: &[Packet<'_>]) -> Vec<Unfinished> {
        let mut flows: Flows<u32> = Flows::new(&Limits::default());
        delivered(&mut flows, packets);
        let mut left = Vec::new();
        flows.finish_leaving(|_, _| {}, |_, _, unfinished| left.push(unfinished));
        left.iter().map(|left| serde_json::from_str(&serde_json::to_string(left).unwrap()).unwrap()).collect()
    }

    fn going_on(left: &[Unfinished]) -> Flows<u32> {
        let mut flows = Flows::new(&Limits::default());
        left.iter().for_each(|unfinished| flows.go_on(unfinished.clone(), 5));
        flows
    }

    #[test]
    fn a_connection_over_tcp_goes_on_behind_its_last_bytes() {
        let opened =
            [segment(FROM, false, 100, true, b""), segment(FROM, false, 101, false, b"abc"), segment(FROM, true, 900, false, b"xyz")];
        let left = left(&opened);
        assert_eq!((left.len(), left[0].originator.next, left[0].responder.next), (1, Some(104), Some(903)));
        // The other end is heard first, and repeats what it had said; it is the originator's connection all the same.
        let on =
            [segment(FROM, true, 902, false, b"zuv"), segment(FROM, false, 107, false, b"ghi"), segment(FROM, false, 104, false, b"def")];
        assert_eq!(delivered(&mut going_on(&left), &on), ["opened 5 true from 4000", "uv", "def", "ghi"]);
    }

    #[test]
    fn what_is_another_connection_does_not_go_on() {
        let left = left(&[segment(FROM, false, 100, true, b""), segment(FROM, false, 101, false, b"abc")]);
        let others = [
            segment(FROM, false, 100, true, b"abc"),
            segment(FROM, false, 104 + (1 << 23), false, b"def"),
            segment(FROM + 1, false, 104, false, b"def"),
            segment(FROM, true, 904, false, b"def"),
        ];
        for other in others {
            let told = delivered(&mut going_on(&left), &[other]);
            assert!(told[0].starts_with("opened 0"), "{told:?}");
        }
        // What is not met again is left for the next capture.
        let mut again = Vec::new();
        going_on(&left).finish_leaving(|_, _| {}, |flow, state, unfinished| again.push((flow, *state, unfinished)));
        assert_eq!(again, [(None, 5, left[0].clone())]);
    }

    #[test]
    fn a_connection_over_utp_goes_on_behind_its_last_packet() {
        let syn = [&[0x41, 0][..], &7_u16.to_be_bytes(), &[0; 8], &[0, 1, 0, 0], &[0, 1], &[0, 0]].concat();
        let state = [&[0x21, 0][..], &7_u16.to_be_bytes(), &[0; 8], &[0, 1, 0, 0], &[0, 9], &[0, 1]].concat();
        let first = [utp(8, 2, "abc"), utp(8, 3, "def")];
        let opened = [datagram(false, &syn), datagram(true, &state), datagram(false, &first[0]), datagram(false, &first[1])];
        let left = left(&opened);
        assert_eq!((left.len(), left[0].utp, left[0].originator.next, left[0].originator.id), (1, true, Some(4), Some(8)));
        let on = [utp(8, 4, "ghi"), utp(8, 3, "def"), utp(8, 5, "jkl")];
        let on = on.iter().map(|packet| datagram(false, packet)).collect::<Vec<_>>();
        assert_eq!(delivered(&mut going_on(&left), &on), ["opened 5 true from 4000", "ghi", "jkl"]);
        for other in [utp(9, 4, "ghi"), utp(8, 9000, "ghi")] {
            assert_eq!(delivered(&mut going_on(&left), &[datagram(false, &other)]), [""; 0], "one packet alone proves nothing");
        }
    }

    #[test]
    fn no_more_than_a_limit_are_waited_for() {
        let ports = [1, 2, 3].map(|port| left(&[segment(port, false, 100, true, b""), segment(port, false, 101, false, b"abc")]).remove(0));
        let mut flows: Flows<u32> = Flows::new(&Limits { flows: 2, ..Limits::default() });
        ports.into_iter().for_each(|unfinished| flows.go_on(unfinished, 5));
        let mut again = 0;
        flows.finish_leaving(|_, _| {}, |_, _, _| again += 1);
        assert_eq!(again, 2);
    }
}
