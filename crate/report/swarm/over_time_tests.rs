//! A swarm over time, told by messages as peers send them.

use super::study::CURVES;
use super::tests::{ALL, LOCAL, Line, MOST, Story, TORRENT, dictionary, handshake, host, is_local};
use super::*;
use crate::decode::{Packet, Transport};
use crate::flow::utp::{Header, Kind};
use crate::flow::{Ending, Measured, Statistics};
use crate::protocol::peer_wire::Block;
use crate::protocol::{Connection, Speakers, utp};
use crate::report::sources::Source;
use crate::report::sources::tests::event;

/// A monitored host with two peers: one has the first piece, the other every piece but the last.
fn met() -> (Story, [Line; 2]) {
    let mut story = Story::known();
    let lines = [Line(0, host(LOCAL, 40000), host(5, 6881)), Line(2, host(LOCAL, 40001), host(6, 6881))];
    for (line, bits) in lines.iter().zip([&[0x80, 0], MOST]) {
        story.say(0, *line, Direction::Originator, handshake(1));
        story.say(1, *line, Direction::Responder, handshake(2));
        story.say(1, *line, Direction::Responder, Message::Bitfield(bits));
    }
    (story, lines)
}

fn study(story: &Story) -> TorrentStudy {
    story.swarm.study(TORRENT, &story.sources, &is_local).unwrap()
}

/// Second, lowest, mean times ten, peers.
fn copies(story: &Story) -> Vec<(i64, u32, f64, u32)> {
    let moments = study(story).availability.into_iter();
    moments.map(|moment| (moment.time.nanos() / 1_000_000_000, moment.minimum, moment.mean * 10.0, moment.peers)).collect()
}

fn end(story: &mut Story, second: i64, Line(flow, originator, responder): Line, ending: Ending) {
    let event = Event { flow: Some(FlowId(flow)), ..event(originator, responder, second, 99) };
    let measured = Measured {
        flow: FlowId(flow),
        ends: Both { originator, responder },
        first_frame: 1,
        first_time: event.time,
        last_frame: 99,
        last_time: event.time,
        midstream: false,
        answered: true,
        ending,
        round_trip: None,
        sent: Both { originator: Statistics::default(), responder: Statistics::default() },
    };
    story.swarm.observe_end(&event, &Connection { measured: &measured, speakers: Speakers::Unknown });
}

#[test]
fn copies_of_pieces_are_told_as_most_peers_were_there() {
    let (mut story, [one, two]) = met();
    let told = |story: &Story| {
        let TorrentStudy { copies, copies_time, copies_peers, .. } = study(story);
        (copies.iter().sum::<u32>(), copies_time.map(|time| time.nanos() / 1_000_000_000), copies_peers)
    };
    assert_eq!(told(&story), (10, Some(1), 2));
    story.say(3, one, Direction::Responder, Message::Have { index: 9 });
    end(&mut story, 5, one, Ending::Fin(Direction::Originator));
    assert_eq!(told(&story), (11, Some(5), 2), "as the first left");
    end(&mut story, 6, two, Ending::Fin(Direction::Originator));
    assert_eq!(told(&story), (11, Some(5), 2), "nobody is there");
    let again = Line(4, host(LOCAL, 40002), host(6, 6881));
    story.say(8, again, Direction::Originator, Message::HaveNone);
    story.say(8, again, Direction::Responder, Message::HaveAll);
    assert_eq!(told(&story), (10, Some(8), 2), "as many are there again");
}

#[test]
fn endpoints_of_one_peer_lead_to_it() {
    let (mut story, _) = met();
    let lines = [Line(4, host(LOCAL, 40002), host(7, 1000)), Line(6, host(LOCAL, 40003), host(7, 2000))];
    lines.into_iter().for_each(|line| story.say(9, line, Direction::Responder, Message::HaveAll));
    let at = story.swarm.peer_at(TORRENT);
    let peers = [at(host(5, 50000)), at(host(6, 6881)), at(host(7, 1000)), at(host(7, 3000)), at(host(8, 1))];
    assert_eq!(peers, [host(5, 6881), host(6, 6881), host(7, 1000), host(7, 3000), host(8, 1)]);
    assert_eq!(story.swarm.peer_at(InfoHash([9; 20]))(host(5, 50000)), host(5, 50000), "another torrent");
}

#[test]
fn copies_rise_with_pieces_and_fall_with_connections() {
    let (mut story, [one, two]) = met();
    assert_eq!(copies(&story), [(1, 0, 10.0, 2)]);
    story.say(3, one, Direction::Responder, Message::Have { index: 9 });
    story.say(5, two, Direction::Originator, Message::HaveNone);
    assert_eq!(copies(&story), [(1, 0, 10.0, 2), (3, 1, 11.0, 2), (5, 1, 11.0, 3)]);
    assert_eq!(study(&story).copies, [2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    story.say(6, two, Direction::Responder, Message::HaveAll);
    assert_eq!(copies(&story).last(), Some(&(6, 1, 12.0, 3)));
    end(&mut story, 7, one, Ending::Open);
    assert_eq!(copies(&story).last(), Some(&(6, 1, 12.0, 3)), "the capture ends, not the connection");
    end(&mut story, 8, one, Ending::Fin(Direction::Originator));
    assert_eq!(copies(&story).last(), Some(&(8, 1, 10.0, 2)));
    end(&mut story, 9, two, Ending::Reset(Direction::Originator));
    assert_eq!(copies(&story).last(), Some(&(9, 0, 0.0, 0)));
    assert_eq!(study(&story).copies, [2, 1, 1, 1, 1, 1, 1, 1, 1, 2], "as the first left");
}

#[test]
fn a_reset_ends_a_connection_when_it_comes() {
    let (mut story, [one, _]) = met();
    let transport = Transport::Tcp {
        sequence: 0,
        acknowledgement: None,
        syn: false,
        fin: false,
        rst: true,
        window: None,
        scale: crate::decode::Scale::Unknown,
    };
    let reset = Packet { source: one.2, destination: one.1, transport, payload: &[], cut_short: 0 };
    story.swarm.observe_packet(Time::from_nanos(4_000_000_000), &reset);
    story.swarm.observe_packet(Time::from_nanos(5_000_000_000), &reset);
    assert_eq!(copies(&story).last(), Some(&(4, 0, 9.0, 1)));
    story.say(6, one, Direction::Responder, Message::Have { index: 9 });
    end(&mut story, 7, one, Ending::Reset(Direction::Responder));
    assert_eq!((copies(&story).last(), story.torrent().peers.len()), (Some(&(4, 0, 9.0, 1)), 3), "what comes late opens nothing");
}

#[test]
fn a_utp_connection_ends_with_its_fin() {
    let mut story = Story::known();
    let line = Line(1, host(LOCAL, 6881), host(5, 6881));
    let flow = FlowId(line.0);
    story.say(0, line, Direction::Responder, Message::Bitfield(MOST));
    let header = Header {
        kind: Kind::Fin,
        connection_id: 7,
        timestamp: 0,
        timestamp_difference: 0,
        window: 0,
        sequence: 1,
        acknowledgement: 1,
        length: 20,
    };
    let event = Event { flow: Some(flow), ..event(line.1, line.2, 9, 50) };
    story.swarm.observe_utp(&event, &utp::Message { header: Header { kind: Kind::State, ..header }, bytes: 0 });
    assert_eq!(copies(&story).last().map(|moment| moment.3), Some(1));
    story.swarm.observe_utp(&event, &utp::Message { header, bytes: 0 });
    assert_eq!(copies(&story).last().map(|moment| moment.3), Some(0));
}

#[test]
fn a_peer_with_two_connections_is_counted_until_both_end() {
    let mut story = Story::known();
    let lines = [Line(0, host(5, 50000), host(9, 6881)), Line(2, host(5, 50001), host(9, 6881))];
    lines.iter().for_each(|line| story.opens(0, *line, 5, Some(6882), MOST));
    assert_eq!(copies(&story).last(), Some(&(0, 0, 9.0, 1)), "by its port it is one");
    end(&mut story, 3, lines[0], Ending::Fin(Direction::Originator));
    assert_eq!(copies(&story).last(), Some(&(0, 0, 9.0, 1)));
    end(&mut story, 4, lines[1], Ending::Fin(Direction::Originator));
    assert_eq!(copies(&story).last(), Some(&(4, 0, 0.0, 0)));
    story.opens(6, Line(4, host(5, 50002), host(9, 6881)), 5, Some(6882), MOST);
    assert_eq!(copies(&story).last(), Some(&(6, 0, 9.0, 1)), "what it had it has again");
}

#[test]
fn a_piece_that_was_taken_back_or_received_changes_the_copies() {
    let (mut story, [one, two]) = met();
    let lost = extension::Message::LtDontHave(extension::lt_donthave::Message { index: 0 });
    story.say(2, two, Direction::Responder, Message::Extended { extension: 7, payload: &[], message: lost });
    let block = Block { index: 0, begin: 0, length: 4 };
    assert_eq!(study(&story).copies[0], 1);
    story.say(3, one, Direction::Originator, Message::HaveNone);
    story.say(4, one, Direction::Responder, Message::Piece { block, captured: 4 });
    assert_eq!(study(&story).copies[0], 2);
}

#[test]
fn the_rank_of_a_piece_is_among_those_that_may_be_asked_for() {
    let (mut story, [one, two]) = met();
    story.say(2, two, Direction::Originator, Message::HaveNone);
    let ask = |story: &mut Story, second, line, direction, index| {
        for begin in [0, 2] {
            story.say(second, line, direction, Message::Request(Block { index, begin, length: 2 }));
        }
        let told = study(story).rarest_first;
        told.iter().map(|moment| (moment.requests, moment.rank)).collect::<Vec<_>>()
    };
    // A peer asks too: it is not told once a local host asked.
    story.say(2, two, Direction::Originator, Message::Have { index: 1 });
    story.say(2, two, Direction::Originator, Message::Have { index: 9 });
    assert_eq!(ask(&mut story, 3, one, Direction::Responder, 9), [(1, 0.0)], "one copy of 9, two of 1");
    // Of what the second has, piece 0 has two copies, the local host has 1: so 2 to 8 are equally rare.
    assert_eq!(ask(&mut story, 10, two, Direction::Originator, 5), [(1, 3.0 / 7.0)]);
    assert_eq!(ask(&mut story, 20, two, Direction::Originator, 0), [(1, 3.0 / 7.0), (1, 1.0)]);
    assert_eq!(ask(&mut story, 30, one, Direction::Originator, 0).len(), 2, "asked for before");
    assert_eq!(ask(&mut story, 40, two, Direction::Originator, 9).len(), 2, "what the other does not have is no choice");
    assert_eq!(ask(&mut story, 50, two, Direction::Originator, 77).len(), 2, "no piece of the torrent");
    assert_eq!(study(&story).rarest_first, story.torrent().rarest_first);
}

#[test]
fn payload_is_measured_in_windows() {
    let (mut story, [one, two]) = met();
    for second in [10, 12, 30] {
        let block = Block { index: 3, begin: 0, length: 4 };
        story.say(second, two, Direction::Responder, Message::Piece { block, captured: 4 });
    }
    let torrent = story.torrent();
    let row = |endpoint| torrent.peers.iter().find(|peer| peer.endpoint == endpoint).unwrap();
    // By its ID the local host is one peer, known by the port that it first opened a connection from.
    let (own, other) = (row(one.1), row(two.2));
    assert_eq!((own.download_rate, own.upload_rate, own.local), (Some(0.8), None, true));
    assert_eq!((other.download_rate, other.upload_rate, other.local), (None, Some(0.8), false));
}

#[test]
fn a_study_has_the_curves_and_the_hours() {
    let mut story = Story::known();
    let hour = 3600;
    for (peer, second) in [(5, hour - 1), (6, hour), (7, 2 * hour - 1), (8, 9 * hour)] {
        let line = Line(u64::from(peer) * 2, host(peer, 50000), host(LOCAL, 6881));
        story.opens(second - 100, line, peer, Some(6882), MOST);
        story.say(second, line, Direction::Originator, Message::Have { index: 9 });
    }
    story.opens(0, Line(20, host(9, 50000), host(LOCAL, 6881)), 9, None, &[0xF0, 0]);
    let naming = event(host(3, 80), host(1, 5), 7, 99);
    story.sources.names(&naming, host(77, 7), TORRENT, Source::Tracker, &mut |_| {});
    let told = study(&story);
    let hours: Vec<_> = told.confirmed_per_hour.iter().map(|hour| (hour.time.nanos() / 3_600_000_000_000, hour.confirmed)).collect();
    assert_eq!((hours, told.confirmed.len()), (vec![(0, 1), (1, 2), (9, 1)], 4));
    let curves: Vec<_> = told.curves.iter().map(|curve| (curve.endpoint, curve.points.len(), curve.completed_at.is_some())).collect();
    let expected = [(5, true), (6, true), (7, true), (8, true), (9, false)];
    assert_eq!(curves[..4], expected[..4].iter().map(|(peer, known)| (host(*peer, 6882), 2, *known)).collect::<Vec<_>>());
    assert_eq!(curves[4], (host(9, 50000), 1, false));
    assert_eq!(told.curves[0].points[1].share, 1.0);
    assert_eq!((told.piece_count, told.piece_length, told.threshold), (Some(10), Some(4), 98));
    // The four that told their ports named themselves.
    assert_eq!((told.counts.listed, told.counts.peers, told.counts.met), (5, 6, 5));
    assert_eq!(story.swarm.study(InfoHash([9; 20]), &story.sources, &is_local), None);
}

#[test]
fn there_are_as_many_curves_and_copies_as_can_be_drawn() {
    let mut story = Story::new(&Limits::default());
    let bits = vec![0xFF; 300];
    let ends = |peer: u8| Endpoint::new([10, 1, 0, peer], 50000);
    (0..250).for_each(|peer| story.opens(0, Line(u64::from(peer) * 2, ends(peer), host(LOCAL, 6881)), 1, None, &bits));
    story.say(1, Line(998, host(8, 1), host(LOCAL, 6881)), Direction::Originator, Message::HaveAll);
    let told = study(&story);
    assert_eq!((told.curves.len(), told.piece_count), (0, None), "how many pieces there are is not known");
    assert_eq!((told.copies.len(), told.copies.iter().max(), told.copies.iter().min()), (1200, Some(&251), Some(&251)));
    let mut whole = dictionary(TORRENT);
    (whole.piece_count, whole.total_size) = (2400, 9600);
    story.swarm.observe_torrent(&whole, &mut |_| {});
    assert_eq!(study(&story).curves.len(), CURVES);
}

#[test]
fn copies_are_given_up_when_there_is_no_room() {
    let mut story = Story::new(&Limits { availability_bytes: 60, ..Limits::default() });
    let line = Line(0, host(5, 50000), host(LOCAL, 6881));
    story.opens(0, line, 5, None, &[0xFF; 16]);
    assert_eq!((story.findings.as_slice(), study(&story).copies.len()), (&[][..], 128));
    story.opens(1, Line(2, host(6, 50000), host(LOCAL, 6881)), 6, None, &[0xFF; 16]);
    story.say(2, line, Direction::Originator, Message::Have { index: 5 });
    assert_eq!((story.findings.as_slice(), study(&story).copies.len()), (&[Code::LimitAvailability][..], 0));
}

#[test]
fn torrents_that_are_one_count_their_copies_together() {
    let mut story = Story::new(&Limits::default());
    let (one, other) = (Line(0, host(5, 50000), host(LOCAL, 6881)), Line(2, host(6, 50000), host(LOCAL, 6881)));
    story.opens(0, one, 5, None, MOST);
    let event = Event { flow: Some(FlowId(2)), ..event(other.1, other.2, 1, 100) };
    for message in [handshake(6), Message::Bitfield(ALL)] {
        story.swarm.observe(&event, InfoHash([8; 20]), &message, &is_local, &mut |_| {});
    }
    let v2 = crate::base::InfoHashV2(std::array::from_fn(|index| if index < 20 { 8 } else { 0 }));
    story.swarm.observe_torrent(&InfoDictionary { info_hash_v2: Some(v2), ..dictionary(TORRENT) }, &mut |_| {});
    assert_eq!(study(&story).copies, [2, 2, 2, 2, 2, 2, 2, 2, 2, 1]);
    assert_eq!(story.swarm.study(InfoHash([8; 20]), &story.sources, &is_local), Some(study(&story)), "by either name");
}

/// A million peers are within the limits: what each of them takes is on purpose. Of it 24 bytes are the study over time's; rates (40 bytes
/// more) are kept of peers that blocks went to or came from, and what was asked for of peers that ask.
#[test]
fn a_peer_is_as_large_as_it_was_meant_to_be() {
    assert_eq!(size_of::<PeerState>(), 248);
    assert_eq!(size_of::<Rates>(), 40);
}
