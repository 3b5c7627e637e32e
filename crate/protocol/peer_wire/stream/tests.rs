//! Conversations of two peers: whole, in pieces of any size, with holes, and broken.

use super::*;
use crate::base::{Endpoint, Limits, Time};
use crate::flow::dice::Dice;
use crate::flow::{Content, Delivery, FlowId};
use crate::protocol::Event;
use crate::protocol::peer::{handshake, have, message, numbers, piece, request};
use crate::protocol::torrents::Torrents;

const A: Direction = Direction::Originator;
const B: Direction = Direction::Responder;

/// One event, as far as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    frame: u64,
    from_a: bool,
    /// The kind's name of a message, for one of which only the header was read.
    kind: &'static str,
    /// As [`Event::told`].
    text: String,
    /// Whether the text is all that can be said of a message: its body was not read.
    bodiless: bool,
    bytes: u64,
}

/// A connection, and what was told of it.
struct Talk {
    connection: Connection,
    limits: Limits,
    room: usize,
    frame: u64,
    /// Bytes put in, those in holes included.
    put: u64,
    told: Vec<Told>,
}

impl Talk {
    fn new() -> Self {
        Talk { connection: Connection::new(false), limits: Limits::default(), room: usize::MAX, frame: 0, put: 0, told: Vec::new() }
    }

    /// Calls the connection with an outlet for what `from` sends.
    fn with(&mut self, from: Direction, act: impl FnOnce(&mut Connection, &mut Outlet<'_>)) -> &mut Self {
        self.frame += 1;
        let ends = (Endpoint::new([10, 0, 0, 1], 1), Endpoint::new([10, 0, 0, 2], 2));
        let (source, destination) = if from == A { ends } else { (ends.1, ends.0) };
        let time = Time::from_nanos(0);
        let delivery =
            Delivery { time, frame: self.frame, source, destination, flow: Some(FlowId(0)), direction: from, content: Content::Closed };
        let told = &mut self.told;
        let mut sink = |event: Event<'_>| {
            assert_eq!(event.source.port == 1, event.direction == A, "who sent");
            told.push(tell(&event));
        };
        let torrents = &mut Torrents::new(&self.limits);
        act(
            &mut self.connection,
            &mut Outlet {
                delivery,
                limits: &self.limits,
                torrents,
                speakers: &mut crate::base::Recent::new(9),
                changes: &mut 0,
                payload: false,
                sink: &mut sink,
            },
        );
        self
    }

    fn say(&mut self, from: Direction, bytes: &[u8]) -> &mut Self {
        self.put += bytes.len() as u64;
        let room = self.room;
        self.with(from, |connection, outlet| connection.bytes(bytes, room, outlet))
    }

    /// Says it byte by byte.
    fn drip(&mut self, from: Direction, bytes: &[u8]) -> &mut Self {
        bytes.iter().fold(self, |talk, byte| talk.say(from, &[*byte]))
    }

    fn lose(&mut self, from: Direction, count: u64) -> &mut Self {
        self.put += count;
        self.with(from, |connection, outlet| connection.gap(count, Missing::Lost, outlet))
    }

    /// Ends the stream; then every byte must be in one account, and nothing may be held.
    fn end(&mut self) -> &mut Self {
        self.with(A, Connection::close);
        assert_eq!(self.told.iter().map(|told| told.bytes).sum::<u64>(), self.put, "every byte is accounted for once");
        let held = |half: &Half| half.partial.len() + half.window.len();
        assert!(self.connection.halves.iter().all(|half| held(half) == 0));
        self
    }

    /// Everything told, in words.
    fn words(&self) -> String {
        self.told.iter().map(|told| told.text.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What was told, however it was cut: without frames, by side, bytes in no message and findings at the end.
    fn gist(&self) -> (Vec<Told>, Vec<(bool, char, u64)>) {
        let is_message = |told: &&Told| !told.kind.is_empty();
        let mut messages: Vec<_> = self.told.iter().filter(is_message).map(|told| Told { frame: 0, ..told.clone() }).collect();
        messages.sort_by_key(|told| !told.from_a);
        let mut rest = Vec::<(bool, char, u64)>::new();
        for told in self.told.iter().filter(|told| !is_message(told)) {
            let key = (told.from_a, told.text.chars().next().unwrap());
            match rest.iter_mut().find(|(from_a, sign, _)| (*from_a, *sign) == key) {
                Some((.., bytes)) => *bytes += told.bytes,
                None => rest.push((key.0, key.1, told.bytes)),
            }
        }
        rest.sort_unstable();
        (messages, rest)
    }
}

fn tell(event: &Event<'_>) -> Told {
    let (kind, bodiless) = match &event.message {
        AnyMessage::PeerWire { message: Message::Handshake(handshake), .. } => ("handshake", handshake.info_hash.is_none()),
        AnyMessage::PeerWire { message, .. } => (message.name(), is_bodiless(message)),
        _ => ("", false),
    };
    Told { frame: event.frame, from_a: event.direction == A, kind, text: event.told(), bodiless, bytes: event.accounted() }
}

fn is_bodiless(message: &Message<'_>) -> bool {
    use extension::Message::{Bodiless, Unknown};
    matches!(message, Message::Bodiless(_) | Message::Extended { message: Bodiless(_) | Unknown, .. })
}

impl Told {
    /// Whether this may be what was told of `whole`, in which nothing was missing.
    fn is_of(&self, whole: &Told) -> bool {
        let begins_as = self.text.split(',').next().is_some_and(|begin| whole.text.starts_with(begin));
        self.text == whole.text || self.bodiless && self.kind == whole.kind && begins_as && self.bytes <= whole.bytes
    }
}

/// What a leecher says, message by message.
fn leecher() -> Vec<Vec<u8>> {
    let extension_handshake = b"\0d1:md11:ut_metadatai2e6:ut_pexi1ee1:pi6881e1:v8:Client 1e";
    let mut said = vec![handshake(b'a'), message(20, extension_handshake), message(5, &[0; 8]), message(2, &[]), message(9, &[0x1a, 0xe1])];
    said.extend((0..6).map(|index| request(index, 0, 600)));
    said.extend([vec![0; 4], have(7), have(8), message(8, &numbers(&[5, 0, 600])), message(99, b"of no kind"), message(3, &[])]);
    said.push(message(21, &[&[7; 32][..], &numbers(&[0, 0, 16, 0])].concat()));
    said
}

/// What a seeder says, message by message.
fn seeder(block: &mut dyn FnMut() -> Vec<u8>) -> Vec<Vec<u8>> {
    let mut said = vec![handshake(b'b'), message(5, &[0xff; 8]), message(20, b"\0d1:md6:ut_pexi3ee1:v8:Client 2e"), message(1, &[])];
    said.extend((0..5).map(|index| piece(index, 0, &block())));
    said.extend([message(20, b"\x01d5:added0:e"), have(9), have(10), have(11), message(16, &numbers(&[5, 0, 600])), message(0, &[])]);
    said.push(message(22, &[&[7; 32][..], &numbers(&[0, 0, 2, 0]), &[9; 64]].concat()));
    said.extend([message(17, &numbers(&[12])), message(13, &numbers(&[13])), vec![0; 4], piece(40, 0, &block()), piece(41, 0, &block())]);
    said
}

/// What goes astray and comes back, with a block that the leecher asked for: what is less certain depends on how much of what follows is seen.
fn broken() -> Vec<Vec<u8>> {
    let astray = [&b"\xff\xff\0\0\0\x05\x04 astray \0\0\0\x02\x0e\x07\0\0\0"[..], &[0; 9], b"\x13BitTorrent"].concat();
    vec![
        handshake(b'c'),
        have(1),
        astray,
        piece(3, 0, &[0xee; 600]),
        request(2, 0, 600),
        have(3),
        message(4, b"long have"),
        have(4),
        have(5),
        have(6),
    ]
}

fn whole(a: &[u8], b: &[u8]) -> Talk {
    let mut talk = Talk::new();
    talk.say(A, a).say(B, b).end();
    talk
}

#[test]
fn every_message_is_read() {
    let mut dice = Dice::new(1);
    let talk = whole(&leecher().concat(), &seeder(&mut || dice.bytes(600)).concat());
    let of = |from_a| talk.told.iter().filter(move |told| told.from_a == from_a).map(|told| told.kind).collect::<Vec<_>>().join(" ");
    assert_eq!(
        of(true),
        "handshake extended bitfield interested port request request request request request request \
        keep_alive have have cancel unknown not_interested hash_request"
    );
    assert_eq!(
        of(false),
        "handshake bitfield extended unchoke piece piece piece piece piece extended have have have reject_request choke \
        hashes allowed_fast suggest_piece keep_alive piece piece"
    );
    assert!(talk.told.iter().all(|told| !told.bodiless));
}

#[test]
fn where_the_bytes_are_cut_does_not_matter() {
    let mut dice = Dice::new(2);
    let (a, b, c) = (leecher().concat(), seeder(&mut || dice.bytes(600)).concat(), broken().concat());
    for (first, then) in [(&a, &b), (&b, &a), (&a, &c)] {
        let expected = whole(first, then);
        for at in 0..=then.len() {
            let mut talk = Talk::new();
            talk.say(A, first).say(B, &then[..at]).say(B, &then[at..]).end();
            assert_eq!(talk.gist(), expected.gist(), "cut at {at}");
        }
        let mut talk = Talk::new();
        talk.drip(A, first).drip(B, then);
        assert_eq!(talk.end().gist(), expected.gist(), "byte by byte");
    }
}

#[test]
fn a_message_is_told_of_the_frame_in_which_it_begins() {
    let mut dice = Dice::new(3);
    let said = seeder(&mut || dice.bytes(600));
    let mut talk = Talk::new();
    talk.drip(B, &said.concat());
    let begins = said.iter().scan(1, |next, message| Some(std::mem::replace(next, *next + message.len() as u64)));
    assert_eq!(talk.told.iter().map(|told| told.frame).collect::<Vec<_>>(), begins.collect::<Vec<_>>());
}

/// Lets the seeder speak with a hole of `length` bytes at `at`, and answers which of its messages were told, by their number.
///
/// No message may be told that was not said.
fn with_hole(a: &[u8], b: &[u8], whole: &Talk, at: usize, length: usize) -> Vec<usize> {
    let end = (at + length).min(b.len());
    let mut talk = Talk::new();
    talk.say(A, a).say(B, &b[..at]).lose(B, (end - at) as u64).say(B, &b[end..]).end();
    let mut all: Vec<_> = whole.told.iter().filter(|told| !told.from_a).map(Some).collect();
    let mut told_of = Vec::new();
    for told in talk.told.iter().filter(|told| !told.from_a && !told.kind.is_empty()) {
        let found = all
            .iter()
            .position(|whole| whole.is_some_and(|whole| told.is_of(whole)))
            .unwrap_or_else(|| panic!("a hole of {length} at {at} invents {told:?}"));
        all[found] = None;
        told_of.push(found);
    }
    told_of
}

#[test]
fn a_hole_costs_what_it_covers_and_nothing_is_invented() {
    let a = leecher().concat();
    let mut dice = Dice::new(4);
    for block in
        [&mut || dice.bytes(600), &mut || vec![0; 600], &mut || numbers(&(0..150).collect::<Vec<_>>())] as [&mut dyn FnMut() -> _; 3]
    {
        let said = seeder(block);
        let begins: Vec<_> = said.iter().scan(0, |next, message| Some(std::mem::replace(next, *next + message.len()))).collect();
        let b = said.concat();
        let whole = whole(&a, &b);
        for at in 0..b.len() {
            for length in [1, 4, 13, 100, 700] {
                let told = with_hole(&a, &b, &whole, at, length);
                for (number, message) in said.iter().enumerate() {
                    let (begin, end) = (begins[number], begins[number] + message.len());
                    let header_is_read = at >= begin + if message.get(4) == Some(&7) { 13 } else { 5.min(message.len()) };
                    let inside = number > 0 && header_is_read && at + length <= end;
                    assert!(at < end || told.contains(&number), "{length} at {at}: message {number} came before it");
                    assert!(!inside || told.len() == said.len(), "{length} at {at} is inside message {number}: nothing else is lost");
                }
                // Behind a hole the first messages may be too short to be sure of; a block that was asked for is not.
                let known = (4..9).find(|number| begins[*number] >= at + length);
                assert!(known.is_none_or(|known| told.contains(&known)), "{length} at {at}: {known:?} is missing of {told:?}");
            }
        }
    }
}

#[test]
fn many_holes_invent_nothing() {
    let a = leecher().concat();
    for seed in 1..300 {
        let mut dice = Dice::new(seed);
        let b = seeder(&mut || dice.bytes(600)).concat();
        let mut texts: Vec<_> = whole(&a, &b).told;
        let mut talk = Talk::new();
        talk.say(A, &a);
        let mut rest = &b[..];
        while !rest.is_empty() {
            let (said, then) = rest.split_at((1 + dice.below(500)).min(rest.len()));
            let (lost, then) = then.split_at(dice.below(200).min(then.len()));
            talk.say(B, said);
            if !lost.is_empty() {
                talk.lose(B, lost.len() as u64);
            }
            rest = then;
        }
        for told in talk.end().told.iter().filter(|told| !told.kind.is_empty()) {
            let found = texts.iter().position(|whole| told.is_of(whole));
            texts.remove(found.unwrap_or_else(|| panic!("seed {seed} invents {told:?}")));
        }
    }
}

#[test]
fn broken_messages_cost_themselves() {
    let after = || [have(1), have(2)].concat();
    let extended = |payload: &[u8]| message(20, payload);
    let unknown = |length: u32| [&length.to_be_bytes()[..], &[99]].concat();
    for (bytes, expected, what) in [
        (message(4, &[0; 5]), "!peer_wire_malformed, ?1+9, !resynchronised, have piece 1, have piece 2", "a have of six bytes"),
        (message(6, &[0; 11]), "!peer_wire_malformed, ?1+15, !resynchronised, have piece 1, have piece 2", "a request cut short"),
        (message(0, b"x"), "!peer_wire_malformed, ?1+5, !resynchronised, have piece 1, have piece 2", "a choke with a body"),
        (vec![0xff; 9], "!peer_wire_malformed, ?1+8, !resynchronised, have piece 1, have piece 2", "a length of four gigabytes"),
        (numbers(&[1 << 26, 0x0500_0000]), "!peer_wire_malformed, ?1+7, !resynchronised, have piece 1, have piece 2", "a vast bitfield"),
        (unknown((1 << 17) + 1), "!peer_wire_malformed, ?1+4, !resynchronised, have piece 1, have piece 2", "a long unknown kind"),
        (message(99, b"xyz"), "unknown 99, have piece 1, have piece 2", "an unknown kind"),
        (extended(b"\0d1:v9:shorte"), "extended, !peer_wire_malformed, have piece 1, have piece 2", "a broken extension handshake"),
        (extended(b"\0le"), "extended, !peer_wire_malformed, have piece 1, have piece 2", "an extension handshake that is a list"),
        (extended(b"\x07?"), "extended 7, 1 bytes, have piece 1, have piece 2", "an unknown extension"),
        (piece(3, 4, b""), "piece piece 3, begin 4, length 0, have piece 1, have piece 2", "an empty block"),
        (message(5, b""), "bitfield 0 of 0 bits, have piece 1, have piece 2", "an empty bitfield"),
        (message(22, &[0; 47]), "!peer_wire_malformed, ?1+51, !resynchronised, have piece 1, have piece 2", "hashes without their place"),
    ] {
        let mut talk = Talk::new();
        talk.say(A, &handshake(b'a')).say(A, &[bytes, after()].concat()).end();
        let words = talk.words().replace("?1, ?", "?1+");
        assert_eq!(words.split_once(", ").unwrap().1, expected, "{what}");
    }
}

#[test]
fn a_handshake_may_be_missing_or_cut() {
    let said = [request(1, 0, 600), have(1)].concat();
    let hash = "aa".repeat(20);
    let known = "request piece 1, begin 0, length 600, have piece 1";
    for (cut, expected) in [
        (0, format!("_68, !resynchronised, {known}")),
        (27, format!("?27, _41, !resynchronised, {known}")),
        (28, format!("handshake, _40, {known}")),
        (47, format!("handshake, _21, {known}")),
        (48, format!("handshake {hash}, _20, {known}")),
        (67, format!("handshake {hash}, _1, {known}")),
    ] {
        let mut talk = Talk::new();
        if cut > 0 {
            talk.say(A, &handshake(b'a')[..cut]);
        }
        talk.lose(A, 68 - cut as u64).say(A, &said).end();
        let words = talk.words().replace("_40, handshake", "handshake, _40");
        let order = |words: &str| {
            let mut words: Vec<_> = words.split(", ").map(str::to_owned).collect();
            words.sort();
            words
        };
        assert_eq!(order(&words), order(&expected), "cut after {cut}");
    }
    let mut talk = Talk::new();
    talk.say(A, &handshake(b'a')).say(B, &said).end();
    assert_eq!(talk.words(), format!("handshake {hash}, !resynchronised, {known}"), "one side never sent its own");
    let mut talk = Talk::new();
    talk.say(A, &handshake(b'a')).say(B, b"HTTP/1.1 400 Bad Request\r\n\r\n").end();
    assert_eq!(talk.words(), format!("handshake {hash}, ?28"), "the other side is no peer");
}

#[test]
fn a_message_beyond_the_limits_is_counted_and_stepped_over() {
    let bitfield = message(5, &[0xff; 999]);
    let said = [handshake(b'a'), bitfield.clone(), have(1)].concat();
    for at in 0..said.len() {
        let mut talk = Talk::new();
        talk.limits.message_bytes = 1000;
        talk.say(A, &said[..at]).say(A, &said[at..]).end();
        let (messages, rest) = talk.gist();
        assert_eq!(messages.iter().map(|told| told.kind).collect::<Vec<_>>(), ["handshake", "bitfield", "have"], "cut at {at}");
        assert_eq!(rest, [(true, '!', 0), (true, '?', 999)], "cut at {at}");
    }
    // Others took the room while the message was coming in.
    for at in 68..68 + bitfield.len() {
        let mut talk = Talk::new();
        talk.say(A, &said[..at]);
        talk.room = 0;
        talk.say(A, &said[at..at + 1]).say(A, &said[at + 1..]).end();
        let (messages, rest) = talk.gist();
        assert_eq!(messages.iter().map(|told| told.kind).collect::<Vec<_>>(), ["handshake", "bitfield", "have"], "room went at {at}");
        assert!(rest.is_empty() || rest == [(true, '!', 0), (true, '?', 999)], "room went at {at}: {rest:?}");
    }
    let mut talk = Talk::new();
    talk.room = 0;
    talk.say(A, &said).end();
    assert!(talk.words().ends_with("bitfield, !limit_message, ?999, have piece 1"), "what needs no room is read without");
}

#[test]
fn blocks_are_counted_and_not_held() {
    let block = Dice::new(5).bytes(1 << 17);
    let mut talk = Talk::new();
    talk.say(B, &handshake(b'b'));
    for part in piece(1, 0, &block).chunks(100) {
        talk.say(B, part);
        assert!(talk.connection.held_bytes() <= PIECE_HEADER_BYTES);
    }
    talk.lose(B, 1).say(B, &piece(2, 0, &block[..10])[..20]).end();
    assert!(talk.words().contains("piece piece 1, begin 0, length 131072"));
}

#[test]
fn what_is_held_while_searching_is_bounded() {
    let noise = Dice::new(6).bytes(1 << 19);
    for (room, most) in [(usize::MAX, resync::WINDOW_BYTES * 2), (1000, 2000), (0, 100)] {
        let mut talk = Talk::new();
        talk.room = room;
        talk.say(B, &handshake(b'b')).lose(B, 1);
        for part in noise.chunks(100) {
            talk.say(B, part);
            assert!(talk.connection.held_bytes() <= most, "{} with room for {room}", talk.connection.held_bytes());
        }
        talk.end();
        assert!(talk.told.iter().skip(1).all(|told| told.kind.is_empty()), "noise holds no message");
    }
}

#[test]
fn the_last_messages_of_a_stream_are_found_without_waiting_for_more() {
    // What stands before them looks like the beginning of a message that is longer than the stream.
    let lure = [0, 0, 0x4e, 0x20, 22, 0xff];
    let asked = [handshake(b'a'), request(3, 0, 600)].concat();
    let piece = piece(3, 0, &[0xee; 600]);
    for last in [true, false] {
        let mut talk = Talk::new();
        talk.say(A, &asked).say(B, &handshake(b'b')).lose(B, 100).say(B, &lure).say(B, &piece);
        assert!(!talk.words().contains("piece piece"), "it is waited for more");
        if !last {
            talk.lose(B, 50);
        }
        assert!(talk.end().words().contains("piece piece 3, begin 0, length 600"), "{}", talk.words());
    }
}

#[test]
fn a_choke_drops_what_is_open_unless_both_are_fast_and_blocks_come_late_or_unasked() {
    let slow = |name: u8| {
        let mut handshake = handshake(name);
        handshake[27] = 0;
        handshake
    };
    for (fast, hello) in [(true, handshake as fn(u8) -> Vec<u8>), (false, slow)] {
        let mut talk = Talk::new();
        talk.say(A, &[hello(b'a'), message(2, &[])].concat()).say(B, &[hello(b'b'), message(1, &[])].concat());
        talk.say(A, &[request(1, 0, 4), request(1, 4, 4), request(1, 8, 4), request(1, 12, 4)].concat());
        talk.say(A, &message(8, &numbers(&[1, 8, 4]))).say(B, &[piece(1, 0, &[7; 4]), message(0, &[])].concat());
        talk.say(B, &[piece(1, 4, &[7; 4]), piece(1, 8, &[7; 4]), piece(9, 0, &[7; 4]), piece(9, 0, &[7; 4])].concat());
        if fast {
            talk.say(B, &message(16, &numbers(&[1, 12, 4])));
        }
        let exchange = talk.connection.exchange.clone().unwrap();
        let asked = exchange.ends.originator.asked.as_deref().unwrap();
        let ends = [asked.requests, asked.answered, asked.cancelled, asked.rejected, asked.choked_away, asked.unanswered()];
        assert_eq!(ends, if fast { [4, 2, 1, 1, 0, 0] } else { [4, 1, 1, 0, 2, 0] }, "fast: {fast}");
        assert_eq!([asked.late, asked.unasked, asked.duplicates], if fast { [1, 2, 1] } else { [2, 2, 1] }, "fast: {fast}");
        assert_eq!((asked.pipeline.highest, exchange.ends.responder.asked), (4, None));
        let turns: Vec<_> = exchange.changes.iter().map(|change| (change.frame, change.end == A, change.turn.name())).collect();
        assert_eq!(turns, [(1, true, "interested"), (2, false, "unchoke"), (5, false, "choke")], "fast: {fast}");
    }
}

#[test]
fn changes_have_a_cap_and_reaching_it_is_a_finding() {
    let mut talk = Talk::new();
    talk.limits.changes_per_connection = 2;
    talk.say(A, &handshake(b'a'));
    for kind in [1, 0, 1, 0, 1] {
        talk.say(A, &message(kind, &[]));
    }
    let exchange = talk.connection.exchange.as_ref().unwrap();
    assert_eq!((exchange.changes.len(), exchange.is_cut, exchange.ends.originator.choking.turned_off), (2, true, 3));
    assert_eq!(talk.words().matches("!limit_changes").count(), 1);
}

/// A conversation that is cut in two: what the first capture tells of it, and the second, which is given what the first left.
fn cut(a: &[&[u8]; 2], b: &[&[u8]; 2]) -> Option<[Talk; 2]> {
    let mut first = Talk::new();
    first.say(A, a[0]).say(B, b[0]);
    let left = first.connection.unfinished();
    first.end();
    let written = serde_json::to_string(&left?).unwrap();
    let mut second = Talk { connection: Connection::going_on(serde_json::from_str(&written).unwrap(), 7), ..Talk::new() };
    second.with(A, Connection::opened).say(A, a[1]).say(B, b[1]).end();
    Some([first, second])
}

#[test]
fn what_is_cut_in_two_goes_on_wherever_that_is() {
    let mut dice = Dice::new(5);
    let (a, b) = (leecher().concat(), seeder(&mut || dice.bytes(60)).concat());
    let whole = whole(&a, &b);
    let count = |talks: &[Talk], text: &str| talks.iter().flat_map(|talk| &talk.told).filter(|told| told.text == text).count();
    let of_blocks =
        |talks: &[Talk]| talks.iter().flat_map(|talk| &talk.told).filter(|told| told.kind == "piece").map(|told| told.bytes).sum::<u64>();
    let mut gone_on = 0;
    for at in 0..a.len().max(b.len()) {
        let (a, b) = (a.split_at(at.min(a.len())), b.split_at(at.min(b.len())));
        let Some(both) = cut(&[a.0, a.1], &[b.0, b.1]) else { continue };
        gone_on += 1;
        assert_eq!(both[1].told[0].text, "goes on as 7");
        // What a message begins with is of no kind while its kind is not there.
        let missing = of_blocks(std::slice::from_ref(&whole)).checked_sub(of_blocks(&both));
        assert!(missing.is_some_and(|bytes| bytes <= 4), "each byte of a block once, cut at {at}");
        for told in whole.told.iter().filter(|told| !told.kind.is_empty() && told.kind != "piece") {
            // The beginning of a message may be told where it was cut, and all of it where it ends.
            let (found, expected) = (count(&both, &told.text), count(std::slice::from_ref(&whole), &told.text));
            assert!((expected..=expected + 1).contains(&found), "{} cut at {at}: {} and {}", told.text, both[0].words(), both[1].words());
        }
        assert!(!both[1].words().contains('?'), "nothing is passed over, cut at {at}: {}", both[1].words());
    }
    assert!(gone_on > 300, "{gone_on}");
}

#[test]
fn of_the_rest_of_a_block_of_which_nothing_comes_nothing_is_told() {
    let b = [handshake(b'b'), piece(1, 0, &[7; 60])].concat();
    let [first, second] = cut(&[&handshake(b'a'), &have(2)], &[&b[..100], &[]]).unwrap();
    assert!(first.words().ends_with("piece piece 1, begin 0, length 60"), "{}", first.words());
    assert_eq!(second.words(), "goes on as 7, have piece 2");
    let [_, second] = cut(&[&handshake(b'a'), &[]], &[&b[..100], &b[100..]]).unwrap();
    assert_eq!(second.words(), "goes on as 7, piece piece 1, begin 19, length 41");
}
