//! What is told of bytes that a test puts in: of one protocol's state by [`Heard`], of a whole stream or datagram by [`stream`] and
//! [`datagram`]. Part of the crate's own tests: it sees what the dissectors see.
#![allow(dead_code, unreachable_pub, reason = "some tests use some of this")]

use super::torrents::Torrents;
use super::{Dissector, Event, Message, Outlet, StreamState};
use crate::base::{Endpoint, Limits, Recent, Time};
use crate::flow::{Content, Delivery, Direction, FlowId};

/// Listens at the outlet of one protocol's state.
#[derive(Default)]
pub(super) struct Heard {
    /// Every event, as tests tell it.
    pub(super) told: Vec<String>,
    frame: u64,
}

impl Heard {
    /// Lets the state take something that an end of the stream sent, in a frame of its own.
    pub(super) fn with<T>(&mut self, direction: Direction, act: impl FnOnce(&mut Outlet<'_>) -> T) -> T {
        self.frame += 1;
        let limits = Limits::default();
        let told = &mut self.told;
        let delivery = delivery(direction, self.frame, Content::Closed);
        let (mut torrents, mut speakers) = (Torrents::new(&limits), Recent::new(limits.speakers));
        let sink = &mut |event: Event<'_>| told.push(event.told());
        act(&mut Outlet {
            delivery,
            limits: &limits,
            torrents: &mut torrents,
            speakers: &mut speakers,
            changes: &mut 0,
            payload: false,
            sink,
        })
    }
}

/// What is told of a stream in which the ends say this one after the other, and which then ends. What may be encrypted, or a web seed's, is left out: it
/// is no verdict. Every byte that is told must have been said.
pub(super) fn stream(parts: &[(Direction, &[u8])]) -> Vec<String> {
    let mut dissector = Dissector::new(&Limits::default());
    let mut state = StreamState::default();
    let (mut told, mut accounted) = (Vec::new(), 0);
    let contents = parts.iter().map(|(direction, bytes)| (*direction, Content::Bytes(bytes)));
    let all = std::iter::once((Direction::Originator, Content::Opened { midstream: false })).chain(contents);
    for (frame, (direction, content)) in (1..).zip(all.chain([(Direction::Originator, Content::Closed)])) {
        dissector.dissect(Some(&mut state), delivery(direction, frame, content), &mut |event: Event<'_>| {
            if !matches!(event.message, Message::Mse(_) | Message::WebFile(_)) {
                told.push(event.told());
                accounted += event.accounted();
            }
        });
    }
    let said: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(accounted <= said as u64, "{accounted} bytes of {said} are in an account");
    told
}

/// The same is told wherever one of the parts is cut in two, and when all come byte by byte.
pub(super) fn at_every_cut(parts: &[(Direction, &[u8])]) -> Vec<String> {
    let whole = stream(parts);
    for (at, (direction, bytes)) in parts.iter().enumerate() {
        for cut in 1..bytes.len() {
            let (one, other) = bytes.split_at(cut);
            let cut_parts = [&parts[..at], &[(*direction, one), (*direction, other)], &parts[at + 1..]].concat();
            assert_eq!(stream(&cut_parts), whole, "part {at} cut at {cut}");
        }
    }
    let bytes: Vec<_> = parts.iter().flat_map(|(direction, bytes)| bytes.chunks(1).map(|byte| (*direction, byte))).collect();
    assert_eq!(stream(&bytes), whole, "byte by byte");
    whole
}

/// What is told of a datagram from one port to another, of which the capture lacks `cut_short` bytes.
pub(super) fn datagram(ports: (u16, u16), payload: &[u8], cut_short: u32) -> Vec<String> {
    let mut told = Vec::new();
    let delivery = Delivery {
        source: Endpoint::new([10, 0, 0, 1], ports.0),
        destination: Endpoint::new([10, 0, 0, 2], ports.1),
        flow: None,
        ..delivery(Direction::Originator, 1, Content::Datagram { payload, cut_short })
    };
    Dissector::new(&Limits::default()).dissect(None, delivery, &mut |event| told.push(event.told()));
    told
}

fn delivery(direction: Direction, frame: u64, content: Content<'_>) -> Delivery<'_> {
    let (one, other) = (Endpoint::new([10, 0, 0, 1], 50_000), Endpoint::new([10, 0, 0, 2], 443));
    let (source, destination) = if direction == Direction::Originator { (one, other) } else { (other, one) };
    Delivery { time: Time::default(), frame, source, destination, flow: Some(FlowId(0)), direction, content }
}
