//! What is asked for and served, as messages are read: open requests, and with them the connection's [`Exchange`].

use super::Connection;
use crate::base::{Code, Time};
use crate::protocol::peer_wire::exchange::{Change, Exchange, Turn};
use crate::protocol::peer_wire::{Block, Message};
use crate::protocol::{Mark, Message as AnyMessage, Outlet};

impl Connection {
    pub(super) fn exchange(&mut self) -> &mut Exchange {
        self.exchange.get_or_insert_default()
    }

    /// How many changes of choke and interest are kept.
    pub(in crate::protocol) fn change_count(&self) -> usize {
        self.exchange.as_ref().map_or(0, |exchange| exchange.changes.len())
    }

    /// Takes a message that asks for blocks, or says that they will not come. `room`: how many more bytes may be held.
    pub(super) fn exchanged(&mut self, message: &Message<'_>, mark: Mark, room: usize, outlet: &mut Outlet<'_>) {
        let direction = outlet.delivery.direction;
        match message {
            Message::Request(block) => {
                let requests = &mut self.halves.of_mut(direction).requests;
                requests.push(*block, mark.time, room > 0);
                let open = requests.open();
                let asked = self.exchange().asked(direction);
                asked.requests += 1;
                asked.pipeline.set(open, mark.time);
            }
            Message::Cancel(block) => {
                let requests = &mut self.halves.of_mut(direction).requests;
                if requests.cancel(block) {
                    let open = requests.open();
                    let asked = self.exchange().asked(direction);
                    asked.cancelled += 1;
                    asked.pipeline.set(open, mark.time);
                }
            }
            Message::Reject(block) => {
                let asker = direction.reverse();
                let requests = &mut self.halves.of_mut(asker).requests;
                if requests.take(block, mark.time).is_some_and(|taken| taken.is_open) {
                    let open = requests.open();
                    let asked = self.exchange().asked(asker);
                    asked.rejected += 1;
                    asked.pipeline.set(open, mark.time);
                }
            }
            Message::Choke => {
                self.turned(Turn::Choke, mark, outlet);
                self.drop_open(mark.time, outlet);
            }
            Message::Unchoke => self.turned(Turn::Unchoke, mark, outlet),
            Message::Interested => self.turned(Turn::Interested, mark, outlet),
            Message::NotInterested => self.turned(Turn::NotInterested, mark, outlet),
            _ => {}
        }
    }

    /// A choke drops what is open, unless both speak the fast extension, where each request is answered or rejected (BEP 6).
    fn drop_open(&mut self, time: Time, outlet: &Outlet<'_>) {
        let asker = outlet.delivery.direction.reverse();
        if self.exchange().is_fast() {
            return;
        }
        let dropped = self.half(asker).requests.drop_open();
        if dropped > 0 {
            let asked = self.exchange().asked(asker);
            asked.choked_away += dropped as u64;
            asked.pipeline.set(0, time);
        }
    }

    /// A block came, its first byte at `time`.
    pub(super) fn served(&mut self, block: &Block, time: Time, outlet: &Outlet<'_>) {
        let sender = outlet.delivery.direction;
        let requests = &mut self.halves.of_mut(sender.reverse()).requests;
        let taken = requests.take(block, time);
        let open = requests.open();
        let asked = self.exchange.get_or_insert_default().asked(sender.reverse());
        match taken {
            Some(taken) if taken.is_open => {
                asked.answered += 1;
                asked.waits.add(taken.waited);
                // It was under way until its last byte.
                asked.pipeline.set(open, outlet.delivery.time);
                self.said.of_mut(sender).answer(taken.waited);
            }
            Some(_) => asked.late += 1,
            None => asked.unasked += 1,
        }
        asked.got(block.index, block.begin);
    }

    /// The outlet's end says how it stands.
    fn turned(&mut self, turn: Turn, mark: Mark, outlet: &mut Outlet<'_>) {
        let end = outlet.delivery.direction;
        let most = outlet.limits.changes_per_connection;
        let exchange = self.exchange();
        if !exchange.turn(end, turn, mark.time) || exchange.is_cut {
            return;
        }
        if exchange.changes.len() < most && *outlet.changes < outlet.limits.changes {
            *outlet.changes += 1;
            exchange.changes.push(Change { frame: mark.frame, time: mark.time, end, turn });
        } else {
            exchange.is_cut = true;
            outlet.emit(0, AnyMessage::Finding(Code::LimitChanges));
        }
    }
}
