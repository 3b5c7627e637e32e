//! Conversations written by hand, and what a reader of their streams is told.

use super::*;
use crate::flow::Missing;
use crate::flow::dice::Dice;

/// One packet. Numbers count from the sender's SYN, so that the same story can be told anywhere in the number space.
#[derive(Clone, Copy)]
struct Packet {
    from: Direction,
    sequence: u32,
    acknowledgement: Option<u32>,
    flags: &'static str,
    bytes: &'static str,
    cut_short: u32,
    window: u16,
    scale: Scale,
    /// Milliseconds since the packet before.
    after: i64,
}

/// What A, who opens the connection, sends.
fn a(sequence: u32, bytes: &'static str) -> Packet {
    Packet { from: Direction::Originator, sequence, acknowledgement: None, flags: "", bytes, ..OPEN[0] }
}

/// What B sends.
fn b(sequence: u32, bytes: &'static str) -> Packet {
    Packet { from: Direction::Responder, ..a(sequence, bytes) }
}

impl Packet {
    fn ack(self, acknowledgement: u32) -> Self {
        Packet { acknowledgement: Some(acknowledgement), ..self }
    }

    /// `S`, `F` and `R`, together or alone.
    fn with(self, flags: &'static str) -> Self {
        Packet { flags, ..self }
    }

    /// Of which the capture lacks the last bytes.
    fn cut(self, cut_short: u32) -> Self {
        Packet { cut_short, ..self }
    }

    fn after(self, milliseconds: i64) -> Self {
        Packet { after: milliseconds, ..self }
    }
}

/// Two hosts, and what is told of them.
struct Talk {
    connections: Connections<()>,
    /// The number of each side's SYN.
    numbers: Both<u32>,
    ports: (u16, u16),
    frame: u64,
    time: Time,
    told: Told,
}

/// Deliveries as text: `(open) >what A said <what B said >_3 (closed)`, where `_3` are three lost bytes and `~3` three truncated ones.
#[derive(Default)]
struct Told {
    text: String,
    /// Who said what is at the end of the text.
    speaker: Option<(FlowId, Direction)>,
    frame: u64,
    measured: Vec<Measured>,
}

impl Told {
    fn take(&mut self, delivery: &Delivery<'_>) {
        let flow = delivery.flow.unwrap();
        assert!((1..=self.frame).contains(&delivery.frame), "frame {} of {}", delivery.frame, self.frame);
        assert_eq!(delivery.source.port < delivery.destination.port, delivery.direction == Direction::Originator, "who sent");
        let speaker = Some((flow, delivery.direction));
        let (speaks, words) = match delivery.content {
            Content::Bytes(bytes) => (true, std::str::from_utf8(bytes).unwrap().to_owned()),
            Content::Gap { bytes, missing: Missing::Lost } => (true, format!("_{bytes}")),
            Content::Gap { bytes, missing: Missing::Truncated } => (true, format!("~{bytes}")),
            Content::Opened { midstream: false } => (false, "(open)".to_owned()),
            Content::Opened { midstream: true } => (false, "(midstream)".to_owned()),
            Content::Closed => (false, "(closed)".to_owned()),
            Content::Measured(measured) => {
                self.measured.push(*measured);
                return;
            }
            other => panic!("this is not TCP's: {other:?}"),
        };
        if !speaks || self.speaker != speaker {
            self.text += if self.text.is_empty() { "" } else { " " };
            if flow.0 > 0 {
                // TCP has the even numbers.
                self.text += &format!("{}:", flow.0 / 2);
            }
            if speaks {
                self.text.push(if delivery.direction == Direction::Originator { '>' } else { '<' });
            }
        }
        self.text += &words;
        self.speaker = speaker.filter(|_| speaks);
    }
}

impl Talk {
    fn new(limits: &Limits) -> Self {
        Talk {
            connections: Connections::new(limits, FlowIds::TCP),
            numbers: Both { originator: 1000, responder: 2000 },
            ports: (1, 2),
            frame: 0,
            time: Time::from_nanos(0),
            told: Told::default(),
        }
    }

    fn push(&mut self, packet: Packet) -> &mut Self {
        let endpoints = (Endpoint::new([10, 0, 0, 1], self.ports.0), Endpoint::new([10, 0, 0, 2], self.ports.1));
        let (source, destination) = match packet.from {
            Direction::Originator => endpoints,
            Direction::Responder => (endpoints.1, endpoints.0),
        };
        let number = |direction, relative: u32| self.numbers.of(direction).wrapping_add(relative);
        let transport = Transport::Tcp {
            sequence: number(packet.from, packet.sequence),
            acknowledgement: packet.acknowledgement.map(|relative| number(packet.from.reverse(), relative)),
            syn: packet.flags.contains('S'),
            fin: packet.flags.contains('F'),
            rst: packet.flags.contains('R'),
            window: Some(packet.window),
            scale: if packet.flags.contains('S') { packet.scale } else { Scale::Unknown },
        };
        let payload = packet.bytes.as_bytes();
        let packet = crate::decode::Packet { source, destination, transport, payload, cut_short: packet.cut_short };
        self.frame += 1;
        self.told.frame = self.frame;
        self.connections.push(self.frame, self.time, &packet, &mut |(), delivery| self.told.take(&delivery));
        let held: usize = self.connections.slots.iter().map(Connection::held_bytes).sum();
        assert_eq!(self.connections.held_bytes, held, "what is held is known");
        self
    }

    fn tell(&mut self, packets: &[Packet]) -> &mut Self {
        for packet in packets {
            self.time = Time::from_nanos(self.time.nanos() + packet.after * 1_000_000);
            self.push(*packet);
        }
        self
    }

    /// Everything told, the end of the capture included.
    fn end(&mut self) -> &str {
        self.connections.finish(&mut |(), delivery| self.told.take(&delivery), &mut |_, (), _| {});
        &self.told.text
    }

    fn findings(&mut self) -> Vec<(&'static str, Option<u64>)> {
        self.connections.take_findings().iter().map(|finding| (finding.code.name(), finding.frame)).collect()
    }
}

/// The three packets that open a connection.
const OPEN: [Packet; 3] = {
    let quiet = Packet {
        from: Direction::Originator,
        sequence: 0,
        acknowledgement: None,
        flags: "S",
        bytes: "",
        cut_short: 0,
        window: 1000,
        scale: Scale::Bytes,
        after: 1,
    };
    [
        quiet,
        Packet { from: Direction::Responder, acknowledgement: Some(1), ..quiet },
        Packet { flags: "", sequence: 1, acknowledgement: Some(1), ..quiet },
    ]
};

/// Tells every story at several places of the number space: where the numbers wrap must not matter.
fn check(stories: &[(&str, &[Packet], &str)]) {
    for (what, packets, expected) in stories {
        for (originator, responder) in
            [(1000, 2000), (u32::MAX - 1, 0), (u32::MAX - 3, u32::MAX - 6), (1 << 31, (1 << 31) - 3), (0, u32::MAX)]
        {
            let mut talk = Talk::new(&Limits::default());
            talk.numbers = Both { originator, responder };
            assert_eq!(talk.tell(packets).end(), *expected, "{what}, numbers from {originator} and {responder}");
            assert_eq!(talk.findings(), [], "{what}");
        }
    }
}

#[test]
fn each_byte_is_told_once_and_in_order() {
    let [syn, answer, done] = OPEN;
    check(&[
        ("in order", &[syn, answer, done, a(1, "abc").ack(1), b(1, "xyz").ack(4), a(4, "de").ack(4)], "(open) >abc <xyz >de (closed)"),
        ("reordered", &[syn, answer, a(4, "de"), a(6, "f"), b(1, "x").ack(1), a(1, "abc")], "(open) <x >abcdef (closed)"),
        ("repeated", &[syn, answer, a(1, "abc"), a(1, "abc"), a(4, "d"), a(1, "abcd")], "(open) >abcd (closed)"),
        ("repeated with more", &[syn, answer, a(1, "ab"), a(1, "abcd"), a(4, "de")], "(open) >abcde (closed)"),
        ("repeated behind a hole", &[syn, answer, a(4, "d"), a(4, "de"), a(4, "d"), a(1, "abc")], "(open) >abcde (closed)"),
        ("overlap with other bytes: the first copy counts", &[syn, answer, a(1, "abc"), a(2, "XYZde")], "(open) >abcZde (closed)"),
        ("overlap from before", &[syn, answer, a(3, "cd"), a(1, "abX")], "(open) >abXd (closed)"),
        ("bytes with the SYN", &[syn.with("S"), a(0, "ab").with("S"), answer, a(3, "c")], "(open) >abc (closed)"),
        ("SYN repeated", &[syn, syn, answer, answer, a(1, "a"), answer, syn, a(2, "b")], "(open) >ab (closed)"),
        ("SYN after the first bytes", &[a(1, "ab"), syn, answer, a(3, "c")], "(midstream) >abc (closed)"),
        ("no bytes", &[syn, answer, done, a(1, "").with("F").ack(1), b(1, "").with("F").ack(2)], ""),
        ("SYN without an answer", &[syn, syn.after(3000)], ""),
        ("keep-alive without a byte", &[syn, answer, a(1, "abc"), a(3, ""), b(1, "").ack(4), a(4, "d")], "(open) >abcd (closed)"),
        ("keep-alive with a byte", &[syn, answer, a(1, "abc"), a(3, "\0"), b(1, "").ack(4), a(4, "d")], "(open) >abcd (closed)"),
        ("zero-window probes", &[syn, answer, a(1, "ab"), a(3, "c"), b(1, "").ack(3), a(3, "c"), a(3, "cdef")], "(open) >abcdef (closed)"),
        ("a packet without bytes from ahead", &[syn, answer, a(1, "ab"), a(9, "").ack(1), a(3, "c")], "(open) >abc (closed)"),
        ("cut by the snap length", &[syn, answer, a(1, "ab").cut(3), a(6, "f").cut(1), a(7, "").cut(2)], "(open) >ab~3f~1~1 (closed)"),
        ("cut behind a hole", &[syn, answer, a(4, "d").cut(2), a(1, "abc")], "(open) >abcd~2 (closed)"),
    ]);
}

#[test]
fn a_connection_may_be_older_than_the_capture() {
    check(&[
        ("bytes first", &[a(100, "abc"), b(50, "x").ack(103), a(103, "d").ack(51)], "(midstream) >abc <x >d (closed)"),
        (
            "what is acknowledged says where the other stream goes on",
            &[a(100, "a").ack(50), b(52, "z"), b(50, "xy")],
            "(midstream) >a <xyz (closed)",
        ),
        ("repeated from before", &[a(100, "abc"), a(97, "xyzabcd"), a(90, "old"), a(104, "e")], "(midstream) >abcde (closed)"),
        ("an acknowledgement alone opens nothing", &[a(100, "").ack(50), b(50, "").ack(100)], ""),
        ("a FIN or a reset alone opens nothing", &[a(100, "").with("F").ack(50), b(50, "").with("R")], ""),
        ("only one side is in the capture", &[a(1, "ab"), a(3, "cd"), a(5, "e").with("F")], "(midstream) >abcde (closed)"),
    ]);
}

#[test]
fn a_hole_is_given_up_when_it_arrived_and_was_not_captured() {
    let [syn, answer, done] = OPEN;
    let acknowledged = [syn, answer, done, a(1, "ab"), a(6, "fg"), b(1, "").ack(8)];
    let more = |count: usize| vec![b(1, "").ack(8).after(0); count];
    let with = |more: &[Packet]| [&acknowledged, more].concat();
    check(&[
        (
            "never, as long as it is not acknowledged",
            &[syn, answer, a(1, "ab"), a(6, "fg"), b(1, "").ack(3).after(9000), a(3, "cde")],
            "(open) >abcdefg (closed)",
        ),
        ("not at once: frames may be swapped", &with(&[a(3, "cde")]), "(open) >abcdefg (closed)"),
        ("not before 32 packets", &with(&[more(31), vec![a(3, "cde")]].concat()), "(open) >abcdefg (closed)"),
        ("after 32 packets", &with(&[more(32), vec![a(3, "cde"), a(8, "h")]].concat()), "(open) >ab_3fgh (closed)"),
        ("after a fifth of a second", &with(&[a(8, "h").after(201), a(3, "cde")]), "(open) >ab_3fgh (closed)"),
        (
            "each hole in its own time",
            &with(&[more(20), vec![a(3, "c"), a(11, "k"), b(1, "").ack(12), a(4, "de")], more(20), vec![a(8, "hij")]].concat()),
            "(open) >abcdefghijk (closed)",
        ),
        ("at the end", &with(&[]), "(open) >ab_3fg (closed)"),
        ("the part of it that came later counts", &with(&[vec![a(4, "d")], more(40)].concat()), "(open) >ab_1d_1fg (closed)"),
        ("several at once, at the end", &[syn, answer, a(2, "b"), a(4, "d"), b(3, "z")], "(open) >_1b_1d <_2z (closed)"),
        (
            "when the other side is silent, after five seconds",
            &[syn, a(1, "a"), a(3, "c"), a(4, "d").after(4900), a(5, "e").after(200)],
            "(open) >a_1cde (closed)",
        ),
        (
            "a silent side's repetition comes in time",
            &[syn, a(1, "a"), a(3, "c"), a(4, "d").after(4900), a(2, "b").after(90)],
            "(open) >abcd (closed)",
        ),
        (
            "what was acknowledged and never came is told at the end",
            &[syn, answer, a(1, "ab"), b(1, "x").ack(9)],
            "(open) >ab <x >_6 (closed)",
        ),
        ("what the FIN says was sent is told at the end", &[syn, answer, a(1, "ab"), a(9, "").with("F")], "(open) >ab_6 (closed)"),
        (
            "an acknowledgement of what cannot be is not believed",
            &[syn, answer, a(1, "ab"), b(1, "x").ack(0x7000_0000)],
            "(open) >ab <x (closed)",
        ),
        ("an acknowledged FIN is no byte", &[syn, answer, a(1, "ab").with("F"), b(1, "x").ack(4)], "(open) >ab <x (closed)"),
        ("nor is a FIN that is not in the capture", &[syn, answer, a(1, "ab"), b(1, "x").ack(4)], "(open) >ab <x (closed)"),
    ]);
}

#[test]
fn a_connection_ends_with_both_fins_and_not_with_a_reset() {
    let [syn, answer, _] = OPEN;
    let over = [syn, answer, a(1, "ab").with("F"), b(1, "x").with("F").ack(4)];
    let with = |more: &[Packet]| [&over, more].concat();
    check(&[
        ("both FINs", &with(&[]), "(open) >ab <x (closed)"),
        ("one FIN", &[syn, answer, a(1, "ab").with("F"), b(1, "x"), b(2, "y")], "(open) >ab <xy (closed)"),
        ("a FIN ahead of a hole waits", &[syn, answer, b(1, "").with("F"), a(3, "c").with("F"), a(1, "ab")], "(open) >abc (closed)"),
        (
            "late repetitions are no new connection",
            &with(&[a(1, "ab"), b(1, "x").with("F"), a(4, "").ack(3), a(3, "more")]),
            "(open) >ab <x (closed)",
        ),
        (
            "a new SYN between the same ends is one",
            &with(&[a(5000, "").with("S"), b(7000, "").with("S").ack(5001), a(5001, "new")]),
            "(open) >ab <x (closed) 1:(open) 1:>new 1:(closed)",
        ),
        (
            "so is a new SYN while it is open",
            &[syn, answer, a(1, "ab"), a(9, "i"), a(5000, "n").with("S")],
            "(open) >ab_6i (closed) 1:(open) 1:>n 1:(closed)",
        ),
        (
            "so are bytes from quite elsewhere",
            &with(&[a(50_000_000, "new"), a(50_000_003, "er")]),
            "(open) >ab <x (closed) 1:(midstream) 1:>newer 1:(closed)",
        ),
        (
            "a reset ends nothing, it may be forged",
            &[syn, answer, a(1, "ab"), b(1, "").with("R"), a(3, "c"), b(1, "x")],
            "(open) >abc <x (closed)",
        ),
        (
            "but no hole fills after it",
            &[syn, answer, a(1, "ab"), a(4, "d"), b(1, "").with("R"), a(3, "c"), a(5, "e")],
            "(open) >ab_1de (closed)",
        ),
        (
            "a reset from anywhere tells of no bytes",
            &[syn, answer, a(1, "ab").with("F"), a(4, "").with("R"), a(500, "").with("R")],
            "(open) >ab (closed)",
        ),
        (
            "a refused SYN, and a second attempt",
            &[syn, b(u32::MAX - 77, "").with("R").ack(1), syn, answer, b(1, "x"), a(1, "a")],
            "1:(open) 1:<x 1:>a 1:(closed)",
        ),
    ]);
}

/// What is measured of a story, while it is open and after it.
fn measured(packets: &[Packet]) -> (Measured, Measured) {
    let mut talk = Talk::new(&Limits::default());
    talk.tell(packets);
    let open: Vec<_> = talk.connections.open().map(|((), measured)| measured).collect();
    talk.end();
    let [over] = talk.told.measured[..] else { panic!("{:?}", talk.told.measured) };
    (open.first().copied().unwrap_or(over), over)
}

/// Of one direction: packets, bytes, repeated packets and bytes, packets out of order, lost bytes.
fn fared(statistics: &Statistics) -> [u64; 6] {
    let Statistics { packets, bytes, repeated_packets, repeated_bytes, out_of_order_packets, lost_bytes, .. } = *statistics;
    [packets, bytes, repeated_packets, repeated_bytes, out_of_order_packets, lost_bytes.unwrap()]
}

#[test]
fn what_came_again_is_no_new_byte() {
    let [syn, answer, ack] = OPEN;
    let story = |packets: &[Packet]| fared(&measured(&[&[syn, answer, ack], packets].concat()).0.sent.originator);
    assert_eq!(story(&[a(1, "ab"), a(3, "cd")]), [4, 4, 0, 0, 0, 0]);
    assert_eq!(story(&[a(1, "ab"), a(1, "ab"), a(3, "cd")]), [5, 4, 1, 2, 0, 0], "sent again");
    assert_eq!(story(&[a(1, "ab"), a(1, "abcd")]), [4, 4, 0, 2, 0, 0], "together with what follows");
    assert_eq!(story(&[a(1, "ab"), a(5, "ef"), a(3, "cd")]), [5, 6, 0, 0, 1, 0], "overtaken");
    assert_eq!(story(&[a(1, "ab"), a(5, "ef"), a(5, "ef"), a(3, "cd"), a(3, "cd")]), [7, 6, 2, 4, 1, 0], "sent again behind a hole");
    assert_eq!(story(&[a(1, "abcd").cut(4), a(1, "abcd").cut(4)]), [4, 8, 1, 8, 0, 0], "cut when captured");
    assert_eq!(story(&[a(1, "ab"), a(2, "b"), a(2, "b")]), [5, 2, 0, 0, 0, 0], "asked whether anyone is there");
    assert_eq!(story(&[a(1, "ab").with("F"), a(3, "").with("F")]), [4, 2, 0, 0, 0, 0], "a FIN is no byte");
}

#[test]
fn bytes_that_are_not_in_the_capture_are_counted_once_they_are_given_up() {
    let [syn, answer, ack] = OPEN;
    let (open, over) = measured(&[syn, answer, ack, a(1, "ab"), a(6, "f"), b(1, "x").ack(7)]);
    assert_eq!((fared(&open.sent.originator)[5], fared(&over.sent.originator)[5]), (0, 3));
    let (open, over) = measured(&[syn, answer, ack, a(1, "ab"), a(6, "f"), b(1, "x").ack(7), a(7, "g").after(300), b(2, "y").ack(12)]);
    assert_eq!((fared(&open.sent.originator)[5], fared(&over.sent.originator)[5]), (3, 7), "acknowledged and never seen");
}

#[test]
fn the_opening_tells_the_round_trip() {
    let [syn, answer, ack] = OPEN;
    let round_trip = |packets: &[Packet]| measured(packets).0.round_trip;
    assert_eq!(round_trip(&[syn, answer.after(20), ack.after(5), a(1, "a").after(9)]), Some(25_000_000));
    assert_eq!(round_trip(&[syn, answer.after(20), a(1, "a").after(5)]), Some(25_000_000), "the ACK brings data");
    assert_eq!(round_trip(&[syn, answer, ack, syn, answer, a(1, "a")]), Some(2_000_000), "late copies");
    assert_eq!(round_trip(&[syn, syn.after(1000), answer, ack, a(1, "a")]), None, "which SYN was answered?");
    assert_eq!(round_trip(&[syn, answer, answer.after(1000), ack, a(1, "a")]), None, "which answer arrived?");
    assert_eq!(round_trip(&[answer, ack, a(1, "a")]), None, "the SYN is not in the capture");
    assert_eq!(round_trip(&[syn, ack, a(1, "a")]), None, "nor is the answer");
}

#[test]
fn windows_are_bytes_where_both_ends_told_their_unit() {
    let with = |packet: Packet, window, scale| Packet { window, scale, ..packet };
    let [syn, answer, _] = OPEN;
    let story = |own, other| {
        let packets = [
            with(syn, 9, own),
            with(answer, 9, other),
            with(a(1, "a"), 10, Scale::Unknown),
            with(a(2, "b"), 0, Scale::Unknown),
            with(b(1, "x"), 5, Scale::Unknown),
            with(a(3, "").with("R"), 7, Scale::Unknown),
        ];
        let sent = measured(&packets).0.sent;
        let told = |window: super::super::Window| (window.samples > 0).then_some((window.latest, window.lowest, window.total));
        assert_eq!((sent.originator.window.zeros, sent.responder.window.zeros), (1, 0));
        (told(sent.originator.window), told(sent.responder.window))
    };
    let plain = (Some((0, 0, 10)), Some((5, 5, 5)));
    assert_eq!(story(Scale::Shift(3), Scale::Shift(1)), (Some((0, 0, 80)), Some((10, 10, 10))));
    assert_eq!(story(Scale::Shift(3), Scale::Bytes), plain, "both have the option, or neither does");
    assert_eq!(story(Scale::Bytes, Scale::Unknown), plain);
    assert_eq!(story(Scale::Shift(3), Scale::Unknown), (None, None), "the other end's options were cut");
}

#[test]
fn how_a_connection_ended_is_told_with_who_said_so() {
    let [syn, answer, ack] = OPEN;
    let ending = |packets: &[Packet]| measured(&[&[syn, answer, ack, a(1, "ab")], packets].concat()).1.ending;
    assert_eq!(ending(&[b(1, "x")]), Ending::Open);
    assert_eq!(ending(&[b(1, "x").with("F"), a(3, "")]), Ending::Fin(Direction::Responder));
    assert_eq!(ending(&[b(1, "x").with("F"), a(3, "").with("F")]), Ending::Fin(Direction::Responder), "first");
    assert_eq!(ending(&[b(1, "x").with("F"), a(3, "").with("R")]), Ending::Reset(Direction::Originator));
    assert_eq!(ending(&[b(1, "x").with("F"), a(3, "").with("F"), a(4, "").with("R")]), Ending::Fin(Direction::Responder), "it was over");
    let mut talk = Talk::new(&Limits::default());
    talk.tell(&[syn, answer, ack, a(1, "ab"), a(5000, "").with("S")]);
    assert_eq!(talk.told.measured[0].ending, Ending::Unseen, "another one took its place");
    let (open, over) = measured(&[syn, answer, ack, a(1, "ab").after(7)]);
    assert_eq!(open, over);
    assert_eq!((open.first_frame, open.last_frame, open.last_time.since(open.first_time), open.midstream), (1, 4, 9_000_000, false));
    assert!(measured(&[a(1, "ab")]).0.midstream);
}

#[test]
fn the_answer_to_a_syn_tells_who_opened() {
    let mut talk = Talk::new(&Limits::default());
    assert_eq!(talk.tell(&[OPEN[1], b(1, "x"), a(1, "a")]).end(), "(open) <x >a (closed)");
}

#[test]
fn connections_between_other_ends_are_other_connections() {
    let mut talk = Talk::new(&Limits::default());
    talk.tell(&OPEN).push(a(1, "one"));
    talk.ports = (1, 3);
    talk.tell(&OPEN).push(a(1, "two"));
    talk.ports = (1, 2);
    talk.push(a(4, "more"));
    assert_eq!(talk.connections.count(), 2);
    assert_eq!(talk.end(), "(open) >one 1:(open) 1:>two >more (closed) 1:(closed)");
}

#[test]
fn too_many_connections_cost_those_idle_longest() {
    let mut talk = Talk::new(&Limits { flows: 4, ..Limits::default() });
    for port in 10..14 {
        talk.ports = (1, port);
        talk.tell(&[a(1, "a"), a(3, "c")]);
    }
    talk.ports = (1, 10);
    talk.tell(&[a(4, "d")]);
    assert_eq!(talk.findings(), []);
    talk.ports = (1, 14);
    talk.tell(&[a(1, "a")]);
    assert_eq!(talk.findings(), [("limit_flows", Some(10))]);
    assert_eq!(talk.connections.slots.len(), 4);
    talk.ports = (1, 10);
    talk.tell(&[a(2, "b")]);
    let begun = "(midstream) >a 1:(midstream) 1:>a 2:(midstream) 2:>a 3:(midstream) 3:>a";
    let rest = "1:_1c 1:(closed) 4:(midstream) 4:>a >bcd 2:>_1c 2:(closed) 3:>_1c 3:(closed) (closed) 4:(closed)";
    assert_eq!(talk.end(), format!("{begun} {}", rest.replacen("1:_1c", "1:>_1c", 1)));
}

#[test]
fn connections_that_are_over_make_way_first() {
    let mut talk = Talk::new(&Limits { flows: 2, ..Limits::default() });
    talk.tell(&[a(1, "a")]);
    talk.ports = (1, 3);
    talk.tell(&[a(1, "a").with("F"), b(1, "b").with("F")]);
    talk.ports = (1, 4);
    talk.tell(&[a(1, "a")]);
    talk.ports = (1, 2);
    talk.tell(&[a(2, "b")]);
    assert_eq!(talk.end(), "(midstream) >a 1:(midstream) 1:>a 1:<b 1:(closed) 2:(midstream) 2:>a >b (closed) 2:(closed)");
}

/// A stream of which every other byte is missing, up to `last`.
fn every_other(last: u32) -> impl Iterator<Item = Packet> {
    (2..last).step_by(2).map(|sequence| a(sequence, "x").after(0))
}

#[test]
fn what_is_held_of_a_stream_is_bounded() {
    let limit = 10_000;
    let mut talk = Talk::new(&Limits { stream_held_bytes: limit, ..Limits::default() });
    talk.tell(&OPEN);
    for packet in every_other(2000) {
        talk.push(packet);
        assert!(talk.connections.held_bytes <= limit);
    }
    let findings = talk.findings();
    assert!(findings.iter().all(|(code, _)| *code == "limit_held") && !findings.is_empty(), "{findings:?}");
    assert_eq!(talk.end(), format!("(open) >{} (closed)", "_1x".repeat(999)));
}

#[test]
fn what_is_held_of_all_streams_is_bounded() {
    let limit = 10_000;
    let mut talk = Talk::new(&Limits { total_held_bytes: limit, ..Limits::default() });
    for port in 10..100 {
        talk.ports = (1, port);
        for packet in every_other(20) {
            talk.push(packet);
            assert!(talk.connections.held_bytes <= limit);
        }
    }
    assert!(talk.findings().iter().any(|(code, _)| *code == "limit_held"));
}

/// The alphabet over and over, in pieces that overlap, each in its place or a few places off.
fn shuffled(dice: &mut Dice, length: usize) -> Vec<Packet> {
    let text: &'static str = "abcdefghijklmnopqrstuvwxyz".repeat(length / 26 + 1).leak();
    let mut packets = Vec::new();
    let mut at = 0;
    while at < length {
        let end = (at + 1 + dice.below(9)).min(length);
        packets.push(a(u32::try_from(at + 1).unwrap(), &text[at..end]).after(0));
        at = end - dice.below(end - at).min(if end < length { 3 } else { 0 });
    }
    for at in 1..packets.len() {
        packets.swap(at, at.saturating_sub(dice.below(4)));
    }
    packets
}

#[test]
fn any_order_of_overlapping_packets_gives_the_stream() {
    for seed in 1..200 {
        let mut dice = Dice::new(seed);
        let mut talk = Talk::new(&Limits::default());
        talk.numbers.originator = u32::MAX - 100;
        talk.tell(&OPEN).tell(&shuffled(&mut dice, 300));
        assert_eq!(talk.end(), format!("(open) >{} (closed)", &"abcdefghijklmnopqrstuvwxyz".repeat(12)[..300]), "seed {seed}");
    }
}

#[test]
fn whatever_is_lost_the_rest_keeps_its_place() {
    for seed in 1..200 {
        let mut dice = Dice::new(seed);
        let mut talk = Talk::new(&Limits::default());
        let mut packets = shuffled(&mut dice, 300);
        packets.retain(|_| dice.below(4) > 0);
        // The other end has it all: what is missing is told, at the end of the stream too.
        packets.insert(packets.len() / 2, b(1, "").ack(301));
        packets.push(a(301, "").with("F"));
        talk.tell(&OPEN).tell(&packets);
        let told = talk.end().trim_start_matches("(open) >").trim_end_matches(" (closed)").to_owned();
        let mut place = 0;
        for run in told.split('_') {
            let digits = run.bytes().take_while(u8::is_ascii_digit).count();
            place += run[..digits].parse().unwrap_or(0);
            for letter in run[digits..].bytes() {
                assert_eq!(usize::from(letter - b'a'), place % 26, "seed {seed}: {told}");
                place += 1;
            }
        }
        assert_eq!(place, 300, "seed {seed}: {told}");
    }
}
