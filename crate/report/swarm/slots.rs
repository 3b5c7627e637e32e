//! Places of peers that prove to be others at once, for whoever comes next.
//!
//! Who opens a TCP connection is a new peer until it says who it is. Most that come back say so within a few messages, and what they were in the
//! meantime is no one: without its place being given back, the list of peers would be full of such long before there are too many peers.
//!
//! A place may go to someone else only if nothing refers to it. What refers to peers is: ends of connections; identities, by where a peer listens
//! and by its ID; pieces on their way to it; and peers that proved to be it. The last cannot be of the last place, because a peer becomes an
//! earlier one.

use std::net::IpAddr;

use super::{PeerState, SwarmAnalysis};

impl SwarmAnalysis {
    /// Notes that a peer was looked up by who it is, if it was itself that was found.
    pub(super) fn looked_up(&mut self, peer: u32, found: Option<u32>) {
        if let Some(state) = self.peers.get_mut(peer as usize).filter(|_| found == Some(peer)) {
            state.looked_up = state.looked_up.saturating_add(1);
        }
    }

    /// Whether the end of one connection is all that a peer is known by, apart from its ID: it is the last that was met, nothing was sent to it,
    /// and it did not say where it listens before.
    pub(super) fn only_here(&self, peer: u32) -> bool {
        let is_last = peer as usize + 1 == self.peers.len();
        let is_only_here = |peer: &PeerState| peer.contacts == 1 && peer.rates.is_none() && peer.merged_into.is_none();
        is_last && self.peers.last().is_some_and(is_only_here)
    }

    /// Gives the place of the last peer back, which was [only here](Self::only_here), and proved to be `into`. Its end of the connection is
    /// known to be `into`'s by now.
    pub(super) fn give_back(&mut self, address: IpAddr, into: u32) {
        let Some(last) = self.peers.last() else { return };
        let Ok(number) = u32::try_from(self.peers.len() - 1) else { return };
        let is_free = match (last.looked_up, last.peer_id) {
            (0, _) => true,
            // It gave an ID of which nobody knew, and then a port. The ID is `into`'s. As many IDs may be known as there may be peers: some take
            // one for each connection.
            (1, Some(id)) => self.identities.hand_over((last.torrent, address, id), number, into, self.limits.swarm_peers),
            _ => false,
        };
        if is_free {
            self.peers.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Line, MOST, Story, TORRENT, dictionary, handshake, host};
    use crate::base::{Limits, PeerId};
    use crate::flow::Direction;
    use crate::protocol::peer_wire::{Block, ExtensionHandshake, Message};

    /// A peer, of at most so many, that comes back and back from other ports.
    fn met(swarm_peers: usize) -> Story {
        let mut story = Story::new(&Limits { swarm_peers, ..Limits::default() });
        story.opens(0, Line(0, host(1, 40000), host(2, 6881)), 1, Some(7000), MOST);
        story
    }

    fn introduction(port: u16) -> Message<'static> {
        Message::ExtensionHandshake(Box::new(ExtensionHandshake { port: Some(port), ..ExtensionHandshake::default() }))
    }

    #[test]
    fn who_comes_back_with_its_id_takes_no_place() {
        let mut story = met(2);
        for time in 1..9_u8 {
            let line = Line(u64::from(time) * 2, host(1, 40000 + u16::from(time)), host(2, 6881));
            story.opens(time.into(), line, 1, Some(7000), MOST);
        }
        assert_eq!((story.swarm.peers.len(), story.findings.len()), (1, 0));
        assert_eq!(story.torrent().peers.iter().map(|peer| peer.contacts).collect::<Vec<_>>(), [9]);
    }

    #[test]
    fn who_comes_back_with_another_id_and_its_port_takes_no_place_and_is_known_by_the_id_then() {
        let mut story = met(3);
        for time in 1..3_u8 {
            let line = Line(u64::from(time) * 2, host(1, 40000 + u16::from(time)), host(2, 6881));
            story.say(time.into(), line, Direction::Originator, handshake(10 + time));
            assert_eq!(story.swarm.peers.len(), 2);
            story.say(time.into(), line, Direction::Originator, introduction(7000));
            assert_eq!(story.swarm.peers.len(), 1);
        }
        let line = Line(20, host(1, 50000), host(2, 6881));
        story.say(9, line, Direction::Originator, handshake(11));
        assert_eq!((story.swarm.peers.len(), story.swarm.peers[0].contacts), (1, 4));
        // As many IDs as there may be peers: the next keeps its place.
        let line = Line(22, host(1, 50001), host(2, 6881));
        story.say(9, line, Direction::Originator, handshake(99));
        story.say(9, line, Direction::Originator, introduction(7000));
        assert_eq!((story.swarm.peers.len(), story.swarm.peers[1].merged_into), (2, Some(0)));
    }

    #[test]
    fn a_place_that_something_refers_to_is_kept() {
        let mut story = met(9);
        story.swarm.observe_torrent(&dictionary(TORRENT), &mut |_| {});
        let line = Line(2, host(1, 40001), host(2, 6881));
        let part = Block { index: 0, begin: 0, length: 2 };
        story.say(1, line, Direction::Responder, Message::Piece { block: part, captured: 2 });
        story.say(2, line, Direction::Originator, handshake(1));
        assert_eq!((story.swarm.peers.len(), story.swarm.peers[2].merged_into), (3, Some(0)), "a block was sent to it");

        let mut story = met(9);
        story.say(1, line, Direction::Originator, introduction(7001));
        story.say(2, line, Direction::Originator, handshake(1));
        assert_eq!((story.swarm.peers.len(), story.swarm.peers[1].merged_into), (2, Some(0)), "it is known by where it listens");
        assert_eq!(story.swarm.peers[0].peer_id, Some(PeerId([1; 20])));
    }
}
