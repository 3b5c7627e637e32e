//! Ladders of events written by hand.

use super::ladders::Subject;
use super::*;
use crate::base::{Endpoint, InfoHash, Limits};
use crate::flow::{Direction, FlowId, Flows};
use crate::protocol::peer_wire::{Block, Handshake, Message};
use crate::protocol::{Event, Message as Any, Streams};
use crate::report::events::Listing;
use crate::report::events::trails::Whose;
use crate::report::proof::{Verified, VerifiedSender, VerifiedTorrent};
use crate::report::sources::Source;
use crate::report::sources::tests::event;
use crate::report::{Analyses, Observer};

const TORRENT: InfoHash = InfoHash([7; 20]);
const LOCAL: Endpoint = Endpoint { address: std::net::IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1)), port: 50000 };

fn peer(last: u8) -> Endpoint {
    Endpoint::new([203, 0, 113, last], 6881)
}

/// A peer that takes connections speaks.
fn says(analyses: &mut Analyses, from: Endpoint, frame: u64, message: Message<'_>) {
    let flow = Some(FlowId(u64::from(from.port) * 2));
    let message = Any::PeerWire { info_hash: Some(TORRENT), message };
    analyses.observe(&Event { flow, direction: Direction::Responder, message, ..event(from, LOCAL, 5, frame) });
}

fn story() -> Analyses {
    let mut analyses = Analyses::new(&Limits::default());
    let told = event(Endpoint::new([203, 0, 113, 80], 80), LOCAL, 1, 1);
    analyses.sources.names(&told, peer(9), TORRENT, Source::Tracker, &mut |_| {});
    analyses.sources.names(&event(peer(9), LOCAL, 2, 2), peer(9), TORRENT, Source::TrackerAnnounce, &mut |_| {});
    says(&mut analyses, peer(9), 3, Message::Handshake(Handshake { reserved: [0; 8], info_hash: Some(TORRENT), peer_id: None }));
    says(&mut analyses, peer(9), 4, Message::Bitfield(&[0x80]));
    says(&mut analyses, peer(9), 5, Message::Have { index: 3 });
    let block = Block { index: 0, begin: 0, length: 16 };
    says(&mut analyses, peer(9), 6, Message::Piece { block, captured: 16 });
    analyses
}

fn rungs(analyses: &Analyses, subject: Subject) -> Vec<(Rung, Option<u64>)> {
    let streams: Streams = Flows::new(&Limits::default());
    let ladder = analyses.ladder(subject, &["a.pcap".into()], &streams).unwrap().ladder;
    ladder.steps.iter().map(|step| (step.rung, step.frame)).collect()
}

#[test]
fn each_rung_has_the_first_frame_that_shows_it() {
    let mut analyses = story();
    let mut expected = vec![
        (Rung::Listed, Some(1)),
        (Rung::Contacted, Some(3)),
        (Rung::Handshake, Some(3)),
        (Rung::ClaimsPieces, Some(4)),
        (Rung::SentBlocks, Some(6)),
    ];
    let subject = Subject::Peer(TORRENT, peer(9));
    assert_eq!(rungs(&analyses, subject), expected);
    let of_host: Vec<_> = expected.iter().copied().filter(|(rung, _)| *rung != Rung::Contacted).collect();
    assert_eq!(rungs(&analyses, Subject::Host(peer(9).address)), of_host, "no connection of it is listed here");
    assert_eq!(rungs(&analyses, Subject::Torrent(TORRENT)), of_host);
    assert_eq!(rungs(&analyses, Subject::Piece(TORRENT, 0)), [(Rung::SentBlocks, Some(6))]);
    assert_eq!(looked_for(&analyses, Subject::Piece(TORRENT, 0)), [Rung::SentBlocks], "the first reading keeps no more");
    analyses.prove(Verified { torrents: vec![proven()], ..Verified::default() });
    expected.push((Rung::BlocksVerified, Some(6)));
    assert_eq!(rungs(&analyses, subject), expected);
    assert_eq!(rungs(&analyses, Subject::Torrent(TORRENT)).last(), expected.last());
    assert_eq!(rungs(&analyses, Subject::Host(peer(9).address)).last(), expected.last());
}

fn looked_for(analyses: &Analyses, subject: Subject) -> Vec<Rung> {
    let streams: Streams = Flows::new(&Limits::default());
    analyses.ladder(subject, &[], &streams).unwrap().looked_for
}

#[test]
fn a_piece_is_traced_by_one_more_reading() {
    let mut analyses = story();
    let mut listing = Listing::tracing(&Limits::default());
    let tell = |listing: &mut Listing, frame, message: Message<'_>| {
        let message = Any::PeerWire { info_hash: Some(TORRENT), message };
        listing.observe(&Event { flow: Some(FlowId(1)), message, ..event(peer(9), LOCAL, 5, frame) });
    };
    tell(&mut listing, 4, Message::Bitfield(&[0x81]));
    tell(&mut listing, 5, Message::Request(Block { index: 0, begin: 0, length: 16 }));
    tell(&mut listing, 6, Message::Piece { block: Block { index: 0, begin: 0, length: 16 }, captured: 16 });
    tell(&mut listing, 9, Message::HaveAll);
    tell(&mut listing, 10, Message::Have { index: 1 });
    analyses.trace(listing.into_trails().unwrap());
    let streams: Streams = Flows::new(&Limits::default());
    let answer = analyses.ladder(Subject::Piece(TORRENT, 0), &["a.pcap".into()], &streams).unwrap();
    let steps: Vec<_> = answer.ladder.steps.iter().map(|step| (step.rung, step.frame, step.last_frame, step.count)).collect();
    assert_eq!(steps, [(Rung::ClaimsPieces, Some(4), Some(9), Some(2)), (Rung::SentBlocks, Some(6), None, Some(1))]);
    let beside: Vec<_> = answer.ladder.beside.iter().map(|beside| (beside.kind.name(), beside.frame, beside.count)).collect();
    assert_eq!(beside, [("requests", 5, 1)]);
    assert_eq!(answer.filter, "frame.number in {4, 6, 9}");
    assert_eq!((answer.rungs.len(), answer.looked_for.as_slice()), (3, &[Rung::ClaimsPieces, Rung::SentBlocks][..]));
}

#[test]
fn what_is_said_of_more_pieces_than_there_is_room_for_is_counted() {
    let mut listing = Listing::tracing(&Limits { pieces: 2 * 16, ..Limits::default() });
    for index in [7, 8, 9, 7, u32::MAX] {
        let message = Any::PeerWire { info_hash: None, message: Message::Have { index } };
        listing.observe(&Event { flow: Some(FlowId(1)), message, ..event(peer(9), LOCAL, 5, 3) });
    }
    let trails = listing.into_trails().unwrap();
    let of = |index| trails.of(&[Whose::Stream(1)], index).claims.told().map(|(.., count)| count);
    assert_eq!((trails.left_out(), of(7), of(8), of(9)), (2, Some(2), Some(1), None));
}

fn proven() -> VerifiedTorrent {
    VerifiedTorrent {
        info_hash: TORRENT,
        info_hash_v1: None,
        info_hash_v2: None,
        name: String::new(),
        piece_length: 16,
        piece_count: 1,
        verified: 1,
        kept: 0,
        failed: 0,
        incomplete: 0,
        pieces: Vec::new(),
        files: Vec::new(),
        senders: vec![VerifiedSender { endpoint: peer(9), bytes: 16, pieces: 1, first_frame: 6 }],
    }
}

#[test]
fn proof_above_fills_no_rung_below() {
    let mut analyses = story();
    let other = Endpoint { port: 7000, ..peer(10) };
    says(&mut analyses, other, 7, Message::Piece { block: Block { index: 0, begin: 0, length: 16 }, captured: 16 });
    assert_eq!(rungs(&analyses, Subject::Peer(TORRENT, other)), [(Rung::Contacted, Some(7)), (Rung::SentBlocks, Some(7))]);
    let streams: Streams = Flows::new(&Limits::default());
    assert!(analyses.ladder(Subject::Peer(TORRENT, peer(11)), &[], &streams).is_none());
}

#[test]
fn what_a_peer_says_of_itself_stands_beside() {
    let streams: Streams = Flows::new(&Limits::default());
    let answer = story().ladder(Subject::Peer(TORRENT, peer(9)), &["a.pcap".into()], &streams).unwrap();
    let beside: Vec<_> = answer.ladder.beside.iter().map(|beside| (beside.kind.name(), beside.frame, beside.confidence)).collect();
    assert_eq!(beside, [("tracker_announce", 2, None)]);
    assert_eq!(answer.filter, "ip.addr == 203.0.113.9 && (tcp.port == 6881 || udp.port == 6881)");
    assert!(answer.command.starts_with("tshark -r a.pcap"));
}
