//! What do peers say of their pieces, and which do they get?
//!
//! In: the messages that tell it, and blocks. Out: the progress of peers, the copies of pieces, and bytes to and from each peer.

use super::progress::MOST_PIECES;
use super::{Contact, SwarmAnalysis};
use crate::base::{Code, InfoHash, Time};
use crate::flow::FlowId;
use crate::protocol::Event;
use crate::protocol::peer_wire::extension;
use crate::protocol::peer_wire::{Block, Message};

impl SwarmAnalysis {
    /// A peer says what it has: the copies change with it.
    pub(super) fn claims(
        &mut self,
        event: &Event<'_>,
        flow: FlowId,
        contact: Contact,
        message: &Message<'_>,
        found: &mut impl FnMut(Code),
    ) {
        let one = if let Message::Have { index } = message { Some(*index) } else { None };
        if let (None, Some((peer, torrent))) = (one, self.peer_and_torrent(contact.peer)) {
            torrent.take_off(peer, event.time);
        }
        let new = self.learns(event, flow, contact, message, found);
        let Some((peer, torrent)) = self.peer_and_torrent(contact.peer) else { return };
        match one {
            Some(index) if new => torrent.count_one(peer, index, event.time),
            Some(_) => return,
            None => torrent.count(peer, event.time),
        }
        self.account(contact.peer);
    }

    /// Takes what a peer says that it has. Answers whether that may be more than before.
    fn learns(
        &mut self,
        event: &Event<'_>,
        flow: FlowId,
        mut contact: Contact,
        message: &Message<'_>,
        found: &mut impl FnMut(Code),
    ) -> bool {
        let room = self.memory < self.limits.progress_bytes;
        let Some(peer) = self.peers.get_mut(contact.peer as usize) else { return false };
        let Some(torrent) = self.torrents.get_mut(peer.torrent as usize) else { return false };
        let most = torrent.geometry.as_ref().map_or(MOST_PIECES, |geometry| geometry.pieces.min(MOST_PIECES));
        let (before, since) = (peer.progress.memory(), contact.before.unwrap_or(event.time));
        let mut exact = false;
        match message {
            _ if !room => found(Code::LimitSwarm),
            Message::Bitfield(bits) if bits.len() <= most.div_ceil(8) as usize => {
                torrent.least_pieces = torrent.least_pieces.max(highest(bits));
                peer.progress.add_bitfield(bits);
            }
            Message::Have { index } if *index < most => {
                torrent.least_pieces = torrent.least_pieces.max(index + 1);
                exact = true;
                if !peer.progress.add(*index) {
                    return false;
                }
            }
            Message::HaveAll => peer.progress.add_all(),
            Message::Extended { message: extension::Message::LtDontHave(lost), .. } => peer.progress.remove(lost.index),
            Message::HaveNone => {}
            _ => return false,
        }
        peer.last = peer.last.max(event.time);
        if !matches!(message, Message::HaveNone) {
            peer.reached.claims.note(event);
        }
        let lazy = exact && contact.lazy_until.is_some_and(|until| event.time <= until);
        if lazy {
            peer.progress.note_first();
        }
        let since = if exact && !lazy { event.time } else { since };
        if !exact || contact.began || peer.progress.is_known() {
            peer.progress.note(event.time, since, event.frame, torrent.bound());
        }
        self.memory = (self.memory + peer.progress.memory()).saturating_sub(before);
        if !exact {
            contact.lazy_until = Some(Time::from_nanos(event.time.nanos().saturating_add(LAZY_NANOS)));
            self.keep(flow, event.direction, contact);
        }
        true
    }

    /// A peer sends a block to the other.
    pub(super) fn sends(
        &mut self,
        event: &Event<'_>,
        flow: FlowId,
        info_hash: InfoHash,
        sender: Contact,
        (block, captured): (Block, u32),
        found: &mut impl FnMut(Code),
    ) {
        let Some(peer) = self.heard(event, sender.peer) else { return };
        peer.uploaded += u64::from(captured);
        peer.rates_since(event.time).uploads(event.time, captured);
        peer.reached.blocks.note(event);
        let Some(receiver) = self.contact(event, flow, info_hash, event.direction.reverse(), found) else { return };
        let Some(peer) = self.heard(event, receiver.peer) else { return };
        peer.downloaded += u64::from(captured);
        peer.rates_since(event.time).downloads(event.time, captured);
        self.arrives(event, receiver, block, captured, found);
    }

    /// A block arrives at a peer.
    fn arrives(&mut self, event: &Event<'_>, contact: Contact, block: Block, captured: u32, found: &mut impl FnMut(Code)) {
        let Some(peer) = self.peers.get_mut(contact.peer as usize) else { return };
        let Some(torrent) = self.torrents.get(peer.torrent as usize) else { return };
        let Some(length) = torrent.geometry.as_ref().and_then(|geometry| geometry.length(block.index)) else { return };
        if self.memory >= self.limits.progress_bytes {
            found(Code::LimitSwarm);
            return;
        }
        let key = (contact.peer, block.index);
        if self.arriving.len() >= self.limits.arriving_pieces && !self.arriving.contains_key(&key) {
            found(Code::LimitSwarm);
            return;
        }
        let extent = self.arriving.entry(key).or_default();
        extent.add(block, captured);
        if extent.bytes() < length {
            return;
        }
        self.arriving.remove(&key);
        let (before, bound) = (peer.progress.memory(), torrent.bound());
        let known = contact.began || peer.progress.is_known();
        if known {
            peer.progress.note(event.time, event.time, event.frame, bound);
        }
        let new = peer.progress.add(block.index);
        if new && known {
            peer.progress.note(event.time, event.time, event.frame, bound);
        }
        self.memory = (self.memory + peer.progress.memory()).saturating_sub(before);
        if let Some((peer, torrent)) = self.peer_and_torrent(contact.peer).filter(|_| new) {
            torrent.count_one(peer, block.index, event.time);
            self.account(contact.peer);
        }
    }
}

/// One more than the highest piece of a bitfield.
fn highest(bits: &[u8]) -> u32 {
    let last = bits.iter().enumerate().rev().find(|(_, byte)| **byte != 0);
    last.map_or(0, |(at, byte)| u32::try_from(at * 8).unwrap_or(u32::MAX).saturating_add(8 - byte.trailing_zeros()))
}

/// For so long after a bitfield, pieces that a peer names belong to it. Clients leave pieces out of it on purpose and name them at once.
const LAZY_NANOS: i64 = 1_000_000_000;
