//! Connections that go on in the next capture: see [`unfinished`](crate::flow::Unfinished).

use super::candidates::{Packet, are_near};
use super::header::{Header, Kind};
use super::{Connection, Connections, Half};
use crate::flow::unfinished::{Unfinished, UnfinishedEnd};
use crate::flow::{Both, Delivery, Direction};

impl<S: Default> Connections<S> {
    /// The connection of an earlier capture that a packet goes on with.
    pub(super) fn go_on(&mut self, packet: &Packet<'_>, sink: &mut impl FnMut(&mut S, Delivery<'_>)) -> Option<(usize, Direction)> {
        let Header { kind, connection_id, sequence, .. } = packet.header;
        let fits = |end: &UnfinishedEnd| end.id == Some(connection_id) && end.next().is_some_and(|next| are_near(next, sequence));
        let fits = |end: &UnfinishedEnd| !matches!(kind, Kind::Syn | Kind::Reset) && fits(end);
        let (earlier, state) = self.waiting.take(packet.mark.time, packet.source, packet.destination, fits)?;
        let Unfinished { originator, responder, .. } = &earlier;
        let ids = Both { originator: originator.id, responder: responder.id };
        let slot = self.open_slot(earlier.ends(), ids, packet.mark, packet.mark, sink);
        let connection = self.slots.get_mut(slot)?;
        let half = |end: &UnfinishedEnd| Half { base: end.next(), ..Half::default() };
        connection.halves = Both { originator: half(originator), responder: half(responder) };
        connection.state = state;
        Some((slot, if packet.source == originator.endpoint { Direction::Originator } else { Direction::Responder }))
    }
}

impl<S> Connection<S> {
    /// What it is known by where it goes on.
    pub(super) fn unfinished(&self) -> Unfinished {
        let end = |direction| {
            let next = self.halves.of(direction).last_sequence().map(|last| last.wrapping_add(1).into());
            UnfinishedEnd { endpoint: *self.ends.of(direction), next, id: *self.ids.of(direction) }
        };
        Unfinished {
            utp: true,
            originator: end(Direction::Originator),
            responder: end(Direction::Responder),
            heard: self.last_seen.time.nanos(),
        }
    }
}
