//! The section, told of events written by hand.

use super::super::sources::tests::event;
use super::*;
use crate::base::Limits;

const TORRENT: InfoHash = InfoHash([7; 20]);

struct Story(PeerSourcesAnalysis, HostsAnalysis, Vec<Code>);

impl Story {
    fn new(limits: &Limits) -> Self {
        Story(PeerSourcesAnalysis::new(limits), HostsAnalysis::new(limits), Vec::new())
    }

    /// A message of `source` names the peers with these last numbers.
    fn lists(&mut self, source: Source, frame: u64, peers: &[u8]) -> (u64, u64) {
        let codes = &mut self.2;
        let torrent = self.0.torrent(TORRENT, &mut |code| codes.push(code)).unwrap();
        let at = (frame, Time::from_nanos(5 * HOUR_NANOS + 7));
        let Yield { received, new } =
            self.0.lists(at, torrent, source, peers.iter().map(|last| endpoint(*last)), &mut |code| codes.push(code));
        (received, new)
    }

    fn counts(&mut self, source: Source) -> Counts {
        self.0.torrents[0].counts(place(source).unwrap()).copied().unwrap()
    }

    fn handshake(&mut self, from: Endpoint, to: Endpoint, flow: u64, direction: Direction) {
        let handshake = peer_wire::Message::Handshake(peer_wire::Handshake { reserved: [0; 8], info_hash: None, peer_id: None });
        let at = Event { flow: Some(FlowId(flow)), direction, ..event(from, to, 9, 9) };
        self.0.observe_peer(&at, TORRENT, &handshake, &self.1, &mut |_| {});
    }
}

fn endpoint(last: u8) -> Endpoint {
    Endpoint::new([10, 0, 0, last], 6881)
}

#[test]
fn what_is_received_is_unique_or_a_duplicate() {
    let mut story = Story::new(&Limits::default());
    assert_eq!(story.lists(Source::Tracker, 1, &[1, 2, 2, 3]), (4, 3));
    assert_eq!(story.lists(Source::Tracker, 2, &[3, 4]), (2, 1));
    assert_eq!(story.lists(Source::Dht, 3, &[4, 5]), (2, 1));
    let tracker = Counts { messages: 2, received: 6, first: 4, elsewhere: 0, repeated_in_message: 1, repeated_later: 1 };
    let dht = Counts { messages: 1, received: 2, first: 1, elsewhere: 1, repeated_in_message: 0, repeated_later: 0 };
    assert_eq!((story.counts(Source::Tracker), story.counts(Source::Dht)), (tracker, dht));
    let hours: Vec<_> = story.0.hours.iter().map(|(hour, sum)| (*hour, sum.received, sum.new)).collect();
    assert_eq!(hours, [((5, 0), 6, 4), ((5, 1), 2, 1)]);
    story.lists(Source::Magnet, 0, &[9]);
    assert_eq!((story.counts(Source::Magnet).first, story.0.hours.len()), (1, 2), "before the capture there are no hours");
}

#[test]
fn a_cap_is_told_and_what_is_beyond_is_neither_new_nor_known() {
    let mut story = Story::new(&Limits { source_addresses: 2, ..Limits::default() });
    assert_eq!(story.lists(Source::Pex, 1, &[1, 2, 3, 1]), (4, 2));
    let Counts { received, first, repeated_in_message, .. } = story.counts(Source::Pex);
    assert_eq!((received, first, repeated_in_message), (4, 2, 1));
    assert_eq!(story.2, [Code::LimitPeerSources]);
}

#[test]
fn what_a_local_host_tells_outside_is_not_counted() {
    let mut story = Story::new(&Limits::default());
    let (local, outside) = (endpoint(1), Endpoint::new([8, 8, 8, 8], 6881));
    story.handshake(local, outside, 0, Direction::Originator);
    assert!(story.0.incoming.is_empty());
    story.handshake(outside, local, 0, Direction::Responder);
    assert!(story.0.incoming.is_empty(), "an answer");
    story.handshake(outside, local, 2, Direction::Originator);
    story.handshake(Endpoint { port: 50_000, ..outside }, local, 4, Direction::Originator);
    let incoming: Vec<_> = story.0.incoming.values().map(|incoming| (incoming.connections, incoming.port)).collect();
    assert_eq!(incoming, [(2, 0)], "over TCP, ports are the connections' own");
    story.handshake(Endpoint::new([8, 8, 4, 4], 6999), local, 1, Direction::Originator);
    let Counts { received, first, repeated_later, .. } = story.counts(Source::Incoming);
    assert_eq!((received, first, repeated_later), (3, 2, 1));
    assert!(story.0.incoming.values().any(|incoming| incoming.port == 6999), "over uTP it listens there");
}

#[test]
fn an_answer_of_the_dht_counts_by_what_was_asked() {
    use crate::base::NodeId;
    use crate::report::queries::Queries;
    let mut story = Story::new(&Limits::default());
    let mut queries = Queries::new(&Limits::default());
    let (asker, node) = (endpoint(1), Endpoint::new([8, 8, 8, 8], 6881));
    for (name, lookup) in [(&b"find_node"[..], 0), (b"get_peers", 1)] {
        let query = dht::Query { name, target: Some(NodeId(TORRENT.0)), ..dht::Query::default() };
        let said = |body| dht::Message { transaction_id: b"aa", version: None, read_only: false, seen_as: b"", body };
        queries.observe(&event(asker, node, 1, 1), &said(Body::Query(query)), Some(lookup), &mut |_| {});
        let response = dht::Response { values: dht::tests::values(b"l6:abcdef6:ghijkle"), ..dht::Response::default() };
        let (at, answer) = (event(node, asker, 2, 2), said(Body::Response(response)));
        let asked = queries.observe(&at, &answer, None, &mut |_| {}).unwrap();
        story.0.observe_dht(&at, &answer, asked, &story.1, &mut |_| {});
    }
    let lookups: Vec<_> = story.0.lookups.iter().map(|(key, row)| (*key, row.answers, row.brought)).collect();
    assert_eq!(lookups, [(1, 1, Yield { received: 2, new: 2 })]);
}

#[test]
fn silences_add_up() {
    let mut sums = GapSums::default();
    sums.add(&Gaps::default());
    assert_eq!(sums.openings, 0);
}
