//! Any bytes as deliveries of one stream, with holes, and as datagrams: every byte must be in one account, and none invented.
//!
//! The input is a script: an action, a length, and the bytes that are delivered.
#![no_main]

use libfuzzer_sys::fuzz_target;
use swarmscope::base::{Endpoint, Limits, Time};
use swarmscope::flow::{Content, Delivery, Direction, FlowId, Missing};
use swarmscope::protocol::{Dissector, Event, Message, StreamState};

fuzz_target!(|script: &[u8]| {
    let mut dissector = Dissector::new(&Limits { message_bytes: 1 << 12, reading_bytes: 1 << 14, ..Limits::default() });
    let mut state = StreamState::default();
    // Bytes put in, and bytes accounted for.
    let (mut put, mut accounted) = (0, 0);
    // Whether the stream was ever taken for something else, or for what may be encrypted: what it said until then is in no account.
    let mut foreign = false;
    let (one, other) = (Endpoint::new([10, 0, 0, 1], 1), Endpoint::new([10, 0, 0, 2], 53));
    let mut frame = 0;
    let mut deliver = |direction: Direction, content: Content<'_>| {
        frame += 1;
        let from_one = direction == Direction::Originator;
        let (source, destination) = if from_one { (one, other) } else { (other, one) };
        let flow = Some(FlowId(0));
        let delivery =
            Delivery { time: Time::from_nanos(frame), frame: frame.unsigned_abs(), source, destination, flow, direction, content };
        let datagram = matches!(content, Content::Datagram { .. });
        dissector.dissect((!datagram).then_some(&mut state), delivery, &mut |event: Event<'_>| {
            let unread = if let Message::Unread { bytes, .. } = event.message { bytes } else { 0 };
            if !datagram {
                accounted += event.bytes + unread;
            }
            if let Message::PeerWire { message, .. } = &event.message {
                assert!(!message.to_string().is_empty());
            }
        });
        foreign |= !matches!(state, StreamState::Fresh | StreamState::Searching(_) | StreamState::PeerWire(_));
    };
    let mut rest = script;
    while let [action, length, more @ ..] = rest {
        let direction = if action & 1 == 0 { Direction::Originator } else { Direction::Responder };
        let (bytes, after) = more.split_at(usize::from(*length).min(more.len()));
        rest = after;
        let count = u64::from(*length) * u64::from(action >> 3) + 1;
        let missing = if action & 4 == 0 { Missing::Lost } else { Missing::Truncated };
        match (action >> 1) & 3 {
            0 | 1 if bytes.is_empty() => continue,
            0 | 1 => deliver(direction, Content::Bytes(bytes)),
            2 => deliver(direction, Content::Gap { bytes: count, missing }),
            _ => deliver(direction, Content::Datagram { payload: bytes, cut_short: u32::from(action >> 3) }),
        }
        put += match (action >> 1) & 3 {
            0 | 1 => bytes.len() as u64,
            2 => count,
            _ => 0,
        };
    }
    deliver(Direction::Originator, Content::Closed);
    let recognised = matches!(state, StreamState::PeerWire(_));
    assert!(accounted <= put && (foreign || !recognised || accounted == put), "{accounted} bytes of {put} are in an account");
});
