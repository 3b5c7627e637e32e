//! The study of swarms, told by messages as peers send them.

use super::*;
use crate::base::is_private;
use crate::protocol::peer_wire::{Block, Handshake};
use crate::report::evidence::Rung;
use crate::report::sources::tests::event;
use crate::report::sources::{Source, Sources};

/// Connections between hosts of 10.0.0.0/24, one after another.
pub(super) struct Story {
    pub(super) swarm: SwarmAnalysis,
    pub(super) sources: Sources,
    frame: u64,
    pub(super) findings: Vec<Code>,
}

/// A connection: its number, who opened it, and who took it.
#[derive(Clone, Copy)]
pub(super) struct Line(pub(super) u64, pub(super) Endpoint, pub(super) Endpoint);

pub(super) const TORRENT: InfoHash = InfoHash([7; 20]);

impl Story {
    pub(super) fn new(limits: &Limits) -> Self {
        let (swarm, sources) = (SwarmAnalysis::new(limits), Sources::new(limits));
        Story { swarm, sources, frame: 0, findings: Vec::new() }
    }

    /// A torrent of ten pieces of four bytes, the last of three.
    pub(super) fn known() -> Self {
        let mut story = Story::new(&Limits::default());
        let mut met = Story::new(&Limits::default());
        met.say(0, Line(0, host(1, 1), host(2, 2)), Direction::Originator, Message::Choke);
        story.swarm.by_hash = met.swarm.by_hash;
        story.swarm.torrents = met.swarm.torrents;
        story.swarm.observe_torrent(&dictionary(TORRENT), &mut |_| {});
        story
    }

    pub(super) fn say(&mut self, second: i64, Line(flow, originator, responder): Line, direction: Direction, message: Message<'_>) {
        let (from, to) = if direction == Direction::Originator { (originator, responder) } else { (responder, originator) };
        self.frame += 1;
        let event = Event { flow: Some(FlowId(flow)), direction, ..event(from, to, second, self.frame) };
        let findings = &mut self.findings;
        self.swarm.observe(&event, TORRENT, &message, &is_local, &mut |code| findings.push(code));
        self.sources.observe_peer(&event, TORRENT, &message, &mut |_| {});
    }

    /// The originator's side of a connection begins.
    pub(super) fn opens(&mut self, second: i64, line: Line, peer_id: u8, listens: Option<u16>, bitfield: &[u8]) {
        self.say(second, line, Direction::Originator, handshake(peer_id));
        self.say(second, line, Direction::Originator, Message::Bitfield(bitfield));
        let introduction = ExtensionHandshake { port: listens, client: Some(b"test 1"), ..ExtensionHandshake::default() };
        self.say(second, line, Direction::Originator, Message::ExtensionHandshake(Box::new(introduction)));
    }

    pub(super) fn torrent(&self) -> SwarmTorrent {
        self.swarm.section(&self.sources, &is_local).torrents.remove(0)
    }

    fn confirmed(&self) -> Vec<(Endpoint, i64, i64)> {
        let second = |time: Time| time.nanos() / 1_000_000_000;
        self.torrent().confirmed_downloads.iter().map(|row| (row.endpoint, second(row.not_before), second(row.time))).collect()
    }
}

pub(super) fn host(last: u8, port: u16) -> Endpoint {
    Endpoint::new([10, 0, 0, last], port)
}

/// One host is local, the others are not.
pub(super) fn is_local(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(address) if address.octets()[3] == LOCAL)
}

/// The last part of the local host's address.
pub(super) const LOCAL: u8 = 99;

pub(super) fn handshake(peer_id: u8) -> Message<'static> {
    Message::Handshake(Handshake { reserved: [0; 8], info_hash: Some(TORRENT), peer_id: Some(PeerId([peer_id; 20])) })
}

pub(super) fn dictionary(info_hash: InfoHash) -> InfoDictionary {
    let file = crate::protocol::info_dictionary::File { path: "file".into(), length: 39, offset: 0, pieces_root: None };
    InfoDictionary {
        info_hash: Some(info_hash),
        info_hash_v2: None,
        name: "name".into(),
        piece_length: 4,
        piece_count: 10,
        total_size: 39,
        private: false,
        files: vec![file],
        hashes: Default::default(),
    }
}

pub(super) const MOST: &[u8] = &[0xFF, 0x80];
pub(super) const ALL: &[u8] = &[0xFF, 0xC0];

#[test]
fn a_download_is_confirmed_when_the_last_piece_is_told() {
    let mut story = Story::known();
    let line = Line(0, host(5, 50000), host(9, 6881));
    story.opens(0, line, 5, Some(6882), &[0xF0, 0]);
    for (second, index) in (10..).zip(4..10) {
        story.say(second, line, Direction::Originator, Message::Have { index });
    }
    assert_eq!(story.confirmed(), [(host(5, 6882), 15, 15)]);
    let torrent = story.torrent();
    let row = &torrent.peers[0];
    assert_eq!((row.progress_first, row.progress_last, row.evidence), (Some(0.4), Some(1.0), Rung::ClaimsPieces));
    assert_eq!((row.max_speed, row.client.as_deref(), row.contacts), (Some(6.0 * 4.0 / 15.0), Some("test 1"), 1));
    assert_eq!(row.sources, [Source::ListenPort]);
}

#[test]
fn two_contacts_confirm_with_the_time_between_them() {
    let mut story = Story::known();
    story.opens(0, Line(0, host(5, 50000), host(9, 6881)), 5, Some(6882), MOST);
    story.opens(100, Line(2, host(5, 50001), host(9, 6881)), 6, Some(6882), ALL);
    assert_eq!(story.confirmed(), [(host(5, 6882), 0, 100)], "it is the same peer by its port, though not by its ID");
    story.swarm.confirm_at(90);
    assert_eq!((story.confirmed(), story.torrent().counts.complete_at_first), (vec![], 1));
    story.swarm.confirm_at(0);
    assert_eq!(story.swarm.section(&story.sources, &is_local).threshold, 50);
}

#[test]
fn progress_is_not_known_while_the_number_of_pieces_is_not() {
    let mut story = Story::new(&Limits::default());
    story.opens(0, Line(0, host(5, 50000), host(9, 6881)), 5, Some(6882), MOST);
    let known = |story: &Story| {
        let (counts, digest) = (story.torrent().counts, story.swarm.digest(is_private));
        assert_eq!((counts.progress_known, counts.met_once_below), (digest.progress_known, digest.met_once_below));
        (digest.peer_count, digest.progress_known, digest.complete_at_first, digest.met_once_below, digest.confirmed_count)
    };
    assert_eq!((known(&story), story.torrent().peers[0].progress_last), ((1, 0, 0, 0, 0), None));
    story.swarm.observe_torrent(&dictionary(TORRENT), &mut |_| {});
    assert_eq!(known(&story), (1, 1, 0, 1, 0));
    story.opens(9, Line(2, host(6, 50000), host(9, 6881)), 6, None, ALL);
    assert_eq!(known(&story), (2, 2, 1, 1, 0));
}

#[test]
fn the_same_id_at_the_same_address_is_the_same_peer() {
    let mut story = Story::known();
    story.opens(0, Line(0, host(5, 50000), host(9, 6881)), 5, None, MOST);
    story.opens(50, Line(2, host(6, 50000), host(9, 6881)), 5, None, ALL);
    assert_eq!(story.confirmed(), [], "another address");
    story.opens(100, Line(4, host(5, 50001), host(9, 6881)), 5, None, ALL);
    assert_eq!(story.confirmed(), [(host(5, 50000), 0, 100)]);
    assert_eq!(story.torrent().counts.met, 2);
}

#[test]
fn a_peer_that_took_a_connection_is_the_one_that_opens_the_next() {
    let mut story = Story::known();
    let taken = Line(0, host(9, 40000), host(5, 6882));
    story.say(0, taken, Direction::Responder, handshake(1));
    story.say(0, taken, Direction::Responder, Message::HaveNone);
    story.opens(30, Line(2, host(5, 50000), host(9, 6881)), 2, Some(6882), ALL);
    assert_eq!(story.confirmed(), [(host(5, 6882), 0, 30)]);
    let counts = story.torrent().counts;
    assert_eq!((counts.met, counts.progress_known, counts.met_once_below), (1, 1, 0));
}

#[test]
fn what_began_before_the_capture_is_not_taken_for_nothing() {
    let mut story = Story::known();
    let line = Line(0, host(5, 50000), host(9, 6881));
    for index in 0..10 {
        story.say(1, line, Direction::Originator, Message::Have { index });
    }
    assert_eq!((story.confirmed(), story.torrent().counts.progress_known), (vec![], 0));
    let blocks = Line(2, host(9, 6881), host(6, 6882));
    for index in 0..10 {
        let block = Block { index, begin: 0, length: if index == 9 { 3 } else { 4 } };
        story.say(2, blocks, Direction::Originator, Message::Piece { block, captured: block.length });
    }
    assert_eq!((story.confirmed(), story.torrent().counts.progress_known), (vec![], 0));
}

#[test]
fn pieces_that_arrive_whole_count_though_nobody_is_told() {
    let mut story = Story::known();
    let line = Line(0, host(9, 40000), host(5, 6882));
    story.say(0, line, Direction::Responder, handshake(1));
    for index in 0..10 {
        let length = if index == 9 { 3 } else { 4 };
        for (begin, length) in [(0, 2), (2, length - 2)] {
            let block = Block { index, begin, length };
            story.say(5 + i64::from(index), line, Direction::Originator, Message::Piece { block, captured: length });
        }
    }
    assert_eq!(story.confirmed(), [(host(5, 6882), 14, 14)]);
    let torrent = story.torrent();
    let row = |endpoint| torrent.peers.iter().find(|peer| peer.endpoint == endpoint).unwrap();
    assert_eq!((row(host(5, 6882)).downloaded, row(host(9, 40000)).uploaded), (39, 39));
    assert_eq!(row(host(9, 40000)).evidence, Rung::SentBlocks);
}

#[test]
fn seeds_that_hide_a_piece_download_nothing() {
    let mut story = Story::known();
    let line = Line(0, host(5, 50000), host(9, 6881));
    story.opens(0, line, 5, Some(6882), MOST);
    story.say(0, line, Direction::Originator, Message::Have { index: 9 });
    assert_eq!((story.confirmed(), story.torrent().counts.complete_at_first), (vec![], 1));
}

#[test]
fn peers_that_were_only_listed_stand_last() {
    let mut story = Story::known();
    story.opens(0, Line(0, host(5, 50000), host(9, 6881)), 5, Some(6882), MOST);
    let naming = event(host(3, 80), host(1, 5), 7, 99);
    story.sources.names(&naming, host(77, 7), TORRENT, Source::Tracker, &mut |_| {});
    let torrent = story.torrent();
    let last = torrent.peers.last().unwrap();
    assert_eq!((last.endpoint, last.evidence, last.sources.as_slice()), (host(77, 7), Rung::Listed, &[Source::Tracker][..]));
    assert_eq!((torrent.counts.peers, torrent.counts.met), (torrent.peers.len(), torrent.peers.len() - 1));
}

#[test]
fn a_handshake_alone_is_nobody_new_where_others_are_known() {
    let mut story = Story::known();
    story.opens(0, Line(0, host(5, 50000), host(9, 6881)), 5, Some(6882), MOST);
    story.say(1, Line(2, host(5, 50001), host(9, 6881)), Direction::Originator, handshake(8));
    story.say(1, Line(4, host(6, 50001), host(9, 6881)), Direction::Originator, handshake(8));
    let counts = story.torrent().counts;
    assert_eq!((counts.met, counts.unidentified), (2, 1));
    assert_eq!(story.swarm.keys(Some(TORRENT)).count(), 2);
    assert_eq!(story.swarm.keys(Some(InfoHash([9; 20]))).count(), 0);
}

#[test]
fn a_torrent_of_two_names_is_one() {
    let mut story = Story::new(&Limits::default());
    story.opens(0, Line(0, host(5, 50000), host(9, 6881)), 5, Some(6882), MOST);
    let event = Event { flow: Some(FlowId(2)), ..event(host(5, 50001), host(9, 6881), 60, 100) };
    let other = InfoHash([8; 20]);
    let introduction = ExtensionHandshake { port: Some(6882), ..ExtensionHandshake::default() };
    for message in [handshake(6), Message::ExtensionHandshake(Box::new(introduction)), Message::Bitfield(ALL)] {
        story.swarm.observe(&event, other, &message, &is_local, &mut |_| {});
    }
    let v2 = crate::base::InfoHashV2(std::array::from_fn(|index| if index < 20 { 8 } else { 0 }));
    story.swarm.observe_torrent(&InfoDictionary { info_hash_v2: Some(v2), ..dictionary(TORRENT) }, &mut |_| {});
    assert_eq!((story.confirmed(), story.swarm.section(&story.sources, &is_local).torrents.len()), (vec![(host(5, 6882), 0, 60)], 1));
}

#[test]
fn caps_are_told() {
    let mut story = Story::new(&Limits { swarm_peers: 1, progress_bytes: 1, ..Limits::default() });
    let line = Line(0, host(5, 50000), host(9, 6881));
    story.opens(0, line, 5, None, MOST);
    assert_eq!(story.findings, []);
    story.say(1, line, Direction::Originator, Message::Bitfield(ALL));
    story.say(1, Line(2, host(6, 50000), host(9, 6881)), Direction::Originator, handshake(8));
    assert_eq!(story.findings, [Code::LimitSwarm, Code::LimitSwarm]);
    let mut story = Story::known();
    story.say(1, line, Direction::Originator, Message::Have { index: u32::MAX });
    assert_eq!((story.findings.as_slice(), story.swarm.memory), (&[][..], 0));
}
