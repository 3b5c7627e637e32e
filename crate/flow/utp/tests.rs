//! Conversations in code.

use super::*;
use crate::base::Time;
use crate::decode::Transport;
use crate::flow::Flows;

const ID: u16 = 4000;
const SYN: u16 = 1;
const ANSWER: u16 = 900;

/// Two ends, what they send, and what came out.
struct Talk {
    flows: Flows<()>,
    frame: u64,
    micros: i64,
    id: u16,
    out: Out,
}

/// What came out: of both directions bytes as they are, `_` for a lost packet, `~` for a truncated byte; of all else a word each.
#[derive(Debug, Default, PartialEq, Eq)]
struct Out {
    originator: String,
    responder: String,
    events: Vec<String>,
    datagrams: usize,
    likely: Vec<Option<u64>>,
    flows: Vec<u64>,
    measured: Vec<Measured>,
}

impl Out {
    fn take(&mut self, delivery: &Delivery<'_>) {
        let text = match delivery.direction {
            Direction::Originator => &mut self.originator,
            Direction::Responder => &mut self.responder,
        };
        match delivery.content {
            Content::Datagram { .. } => self.datagrams += 1,
            Content::Opened { midstream } => self.events.push(if midstream { "midstream" } else { "opened" }.to_owned()),
            Content::Bytes(bytes) => {
                assert!(!bytes.is_empty());
                text.push_str(std::str::from_utf8(bytes).unwrap());
            }
            Content::Gap { bytes, missing } => {
                assert_eq!(missing, Missing::Truncated);
                text.push_str(&"~".repeat(usize::try_from(bytes).unwrap()));
            }
            Content::PacketsLost { packets, likely_bytes } => {
                text.push_str(&"_".repeat(usize::try_from(packets).unwrap()));
                self.likely.push(likely_bytes);
            }
            Content::Utp { header, repeated, .. } => {
                self.events.push(format!("{}{}", header.kind.name(), if repeated { " again" } else { "" }));
            }
            Content::Measured(measured) => self.measured.push(*measured),
            Content::Closed => self.events.push("closed".to_owned()),
        }
        if let Some(FlowId(flow)) = delivery.flow
            && !self.flows.contains(&flow)
        {
            self.flows.push(flow);
        }
    }
}

fn ends() -> (Endpoint, Endpoint) {
    (Endpoint::new([10, 0, 0, 1], 6881), Endpoint::new([10, 0, 0, 2], 51413))
}

impl Talk {
    fn new() -> Self {
        Talk::with(&Limits::default())
    }

    fn with(limits: &Limits) -> Self {
        Talk { flows: Flows::new(limits), frame: 0, micros: 1_700_000_000_000_000, id: ID, out: Out::default() }
    }

    /// The handshake. The responder's data then begins at [`ANSWER`] (libutp) or behind it (BEP 29).
    fn opened() -> Self {
        let mut talk = Talk::new();
        talk.open();
        talk
    }

    fn open(&mut self) -> &mut Self {
        self.to(Kind::Syn, SYN, 0, "").fro(Kind::State, ANSWER, SYN, "")
    }

    fn datagram(&mut self, (source, destination): (Endpoint, Endpoint), payload: &[u8], cut_short: u32) -> &mut Self {
        self.frame += 1;
        self.micros += 1500;
        let packet = decode::Packet { source, destination, transport: Transport::Udp, payload, cut_short };
        self.flows.push(self.frame, Time::from_nanos(self.micros * 1000), &packet, |_, delivery| self.out.take(&delivery));
        self
    }

    fn wait(&mut self, millis: i64) -> &mut Self {
        self.micros += millis * 1000;
        self
    }

    /// The originator sends.
    fn to(&mut self, kind: Kind, sequence: u16, acknowledgement: u16, text: &str) -> &mut Self {
        let id = if kind == Kind::Syn { self.id } else { self.id.wrapping_add(1) };
        let payload = packet(kind, id, self.micros, sequence, acknowledgement, text);
        self.datagram(ends(), &payload, 0)
    }

    /// The responder sends.
    fn fro(&mut self, kind: Kind, sequence: u16, acknowledgement: u16, text: &str) -> &mut Self {
        let payload = packet(kind, self.id, self.micros + 77_000_000, sequence, acknowledgement, text);
        let (originator, responder) = ends();
        self.datagram((responder, originator), &payload, 0)
    }

    /// The responder's data, with [`SYN`] acknowledged.
    fn data(&mut self, sequence: u16, text: &str) -> &mut Self {
        self.fro(Kind::Data, sequence, SYN, text)
    }

    /// The originator acknowledges.
    fn ack(&mut self, acknowledgement: u16) -> &mut Self {
        self.to(Kind::State, SYN + 1, acknowledgement, "")
    }

    fn finish(&mut self) -> &mut Out {
        self.flows.finish(|_, delivery| self.out.take(&delivery));
        &mut self.out
    }

    /// What the responder sent, at the end.
    fn is(&mut self, expected: &str) {
        assert_eq!(self.finish().responder, expected);
    }
}

fn packet(kind: Kind, id: u16, micros: i64, sequence: u16, acknowledgement: u16, text: &str) -> Vec<u8> {
    let first = match kind {
        Kind::Data => 0x01,
        Kind::Fin => 0x11,
        Kind::State => 0x21,
        Kind::Reset => 0x31,
        Kind::Syn => 0x41,
    };
    let stamp = u32::try_from(micros & 0xffff_ffff).unwrap();
    let numbers = [sequence.to_be_bytes(), acknowledgement.to_be_bytes()].concat();
    let fields = [stamp.to_be_bytes(), 5_000_u32.to_be_bytes(), 0x4_0000_u32.to_be_bytes()].concat();
    [&[first, 0][..], &id.to_be_bytes(), &fields, &numbers, text.as_bytes()].concat()
}

#[test]
fn both_customs_of_the_responders_first_number_are_read() {
    // BEP 29: behind the answer to the SYN, which the originator acknowledges.
    Talk::opened().to(Kind::Data, 2, ANSWER, "hello").data(ANSWER + 1, "ab").data(ANSWER + 2, "cd").is("abcd");
    // libutp and libtorrent: the same number again. The originator acknowledges the one before it.
    Talk::opened().to(Kind::Data, 2, ANSWER - 1, "hello").data(ANSWER, "ab").data(ANSWER + 1, "cd").is("abcd");
    // Nothing acknowledged by then.
    Talk::opened().data(ANSWER, "ab").data(ANSWER + 1, "cd").is("abcd");
    Talk::opened().data(ANSWER + 1, "ab").data(ANSWER + 2, "cd").is("abcd");
    // Data without bytes has a number all the same.
    Talk::opened().to(Kind::Data, 2, ANSWER - 1, "hello").data(ANSWER, "").data(ANSWER + 1, "ab").is("ab");
}

#[test]
fn packets_in_any_order_are_one_stream() {
    for first in [ANSWER, ANSWER + 1] {
        for n in 0..120 {
            let mut left = vec![0, 1, 2, 3, 4];
            let mut talk = Talk::opened();
            talk.ack(first - 1);
            for (place, base) in [(n / 24, 5), (n / 6 % 4, 4), (n / 2 % 3, 3), (n % 2, 2), (0, 1)] {
                assert_eq!(left.len(), base);
                let packet = left.remove(place);
                talk.data(first + u16::try_from(packet).unwrap(), ["a", "bc", "def", "g", "hi"][packet]);
            }
            talk.is("abcdefghi");
        }
    }
}

#[test]
fn messages_are_told_once_and_bytes_too() {
    let mut talk = Talk::new();
    talk.to(Kind::Syn, SYN, 0, "").to(Kind::Syn, SYN, 0, "").fro(Kind::State, ANSWER, SYN, "").fro(Kind::State, ANSWER, SYN, "");
    talk.to(Kind::Syn, SYN, 0, "").ack(ANSWER - 1).data(ANSWER, "ab").data(ANSWER, "ab").data(ANSWER + 2, "ef").data(ANSWER + 2, "ef");
    talk.data(ANSWER + 1, "cd").data(ANSWER + 2, "ef").data(ANSWER, "ab").fro(Kind::Fin, ANSWER + 3, SYN, "").fro(
        Kind::Fin,
        ANSWER + 3,
        SYN,
        "",
    );
    let Out { responder, events, datagrams, .. } = talk.finish();
    assert_eq!(responder, "abcdef");
    assert_eq!(*datagrams, 2, "the SYN and its repetition were told as datagrams before they were answered");
    let mut due =
        vec!["syn", "syn again", "state", "state", "syn again", "state", "data", "opened", "data again", "data", "data again", "data"];
    due.extend(["data again", "data again", "fin", "fin again", "closed"]);
    assert_eq!(*events, due);
}

#[test]
fn numbers_wrap_around() {
    for first in 65_530..=65_535 {
        let mut talk = Talk::new();
        talk.to(Kind::Syn, 65_535, 0, "").fro(Kind::State, first, 65_535, "").to(Kind::Data, 0, first - 1, "x");
        for n in 0..300_u16 {
            let swapped = first.wrapping_add(n ^ 1);
            talk.fro(Kind::Data, swapped, 0, if n % 2 == 0 { "b" } else { "a" }).to(Kind::State, 1, first.wrapping_add(n | 1), "");
        }
        let out = talk.finish();
        assert_eq!((out.originator.as_str(), out.responder.as_str()), ("x", "ab".repeat(150).as_str()));
    }
    // More packets than there are numbers.
    let mut talk = Talk::opened();
    for n in 0..140_000_u32 {
        talk.data(ANSWER.wrapping_add(u16::try_from(n & 0xffff).unwrap()), "z");
    }
    talk.is(&"z".repeat(140_000));
}

#[test]
fn a_lost_packet_is_told_where_it_was_with_the_size_of_its_neighbours() {
    let packets = ["ab", "cd", "ef", "gh", "ij", "kl"];
    for first in [ANSWER, ANSWER + 1] {
        for lost in 0..packets.len() {
            let mut talk = Talk::opened();
            // The originator's handshake: what it acknowledges tells the custom.
            talk.to(Kind::Data, 2, first - 1, "x");
            for (n, text) in (0..).zip(packets) {
                let number = first + n;
                if usize::from(n) != lost {
                    talk.fro(Kind::Data, number, 2, text);
                }
                talk.to(Kind::State, 3, number, "");
            }
            let Out { responder, likely, .. } = talk.finish();
            let mut expected = packets;
            // The first under the text's custom cannot be told from the number of the answer, unless one before it was acknowledged.
            expected[lost] = "_";
            assert_eq!(*responder, expected.concat(), "{first} {lost}");
            assert_eq!(*likely, [Some(2).filter(|_| (1..5).contains(&lost))], "{first} {lost}");
        }
    }
}

#[test]
fn what_was_not_acknowledged_is_waited_for() {
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "ab");
    for n in 2..200 {
        talk.data(ANSWER + n, "x").ack(ANSWER);
    }
    assert_eq!(talk.out.responder, "ab");
    talk.data(ANSWER + 1, "cd").is(&format!("abcd{}", "x".repeat(198)));

    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "ab").data(ANSWER + 3, "gh").ack(ANSWER + 3).wait(1000).ack(ANSWER + 3);
    assert_eq!((talk.out.responder.as_str(), talk.out.likely.as_slice()), ("ab__gh", &[Some(4)][..]), "acknowledged, and time went by");
    talk.data(ANSWER + 1, "late").is("ab__gh");
}

#[test]
fn a_packet_sent_again_with_another_size_counts_as_it_was_sent_last() {
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "abcdef").data(ANSWER, "abc").data(ANSWER + 1, "defgh").data(ANSWER + 2, "ij").is("abcdefghij");
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "abcdef").data(ANSWER, "a").data(ANSWER + 1, "bc").data(ANSWER + 2, "defg").is("abcdefg");
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "ab").data(ANSWER, "abcd").data(ANSWER, "abcd").data(ANSWER + 1, "ef").is("abcdef");
    // What was acknowledged stays as it was.
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "abcdef").ack(ANSWER).data(ANSWER, "abc").data(ANSWER + 1, "gh").is("abcdefgh");
}

#[test]
fn extensions_are_stepped_over() {
    let mut talk = Talk::opened();
    for (number, extensions) in
        [(ANSWER, &[0, 4, 9, 9, 9, 9][..]), (ANSWER + 1, &[3, 1, 9, 0, 4, 8, 8, 8, 8]), (ANSWER + 2, &[200, 0, 0, 0])]
    {
        let mut payload = packet(Kind::Data, ID, talk.micros, number, SYN, "");
        payload[1] = 1;
        payload.extend(extensions);
        payload.extend(b"text ");
        let (originator, responder) = ends();
        talk.datagram((responder, originator), &payload, 0);
    }
    talk.is("text text text ");
}

#[test]
fn a_reset_gives_holes_up() {
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "a").data(ANSWER + 2, "c");
    let payload = packet(Kind::Reset, ID, talk.micros, 7, ANSWER + 2, "");
    talk.datagram(ends(), &payload, 0);
    assert_eq!(talk.out.responder, "a_c", "under the id that it was sent");
}

#[test]
fn a_fin_ends_the_stream_and_closes_nothing() {
    let mut talk = Talk::opened();
    talk.to(Kind::Data, 2, ANSWER - 1, "x").data(ANSWER, "a").to(Kind::Fin, 3, ANSWER, "").fro(Kind::Fin, ANSWER + 1, 3, "");
    talk.to(Kind::State, 4, ANSWER + 1, "").fro(Kind::Fin, ANSWER + 1, 3, "").to(Kind::State, 4, ANSWER + 1, "");
    let Out { originator, responder, events, .. } = talk.finish();
    assert_eq!((originator.as_str(), responder.as_str()), ("x", "a"), "what acknowledges a FIN acknowledges no data");
    assert_eq!(events[5..], ["fin", "fin", "state", "fin again", "state", "closed"]);
    // libtorrent: the FIN was sent at once, data of the same number later. em1smaller1.pcapng, frames 380 and 510.
    let mut talk = Talk::opened();
    talk.to(Kind::Data, 2, ANSWER - 1, "x").fro(Kind::Fin, ANSWER, 2, "").fro(Kind::Data, ANSWER, 2, "late").is("late");
    // A FIN that carries data, and one behind a hole.
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "a").fro(Kind::Fin, ANSWER + 3, SYN, "bye").data(ANSWER + 1, "b").ack(ANSWER + 3).is("ab_bye");
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "a").fro(Kind::Fin, ANSWER + 2, SYN, "").is("a_");
}

#[test]
fn an_end_that_never_came_is_told() {
    let mut talk = Talk::opened();
    talk.to(Kind::Data, 2, ANSWER - 1, "x").data(ANSWER, "a").to(Kind::State, 3, ANSWER + 3, "").is("a___");
    let mut talk = Talk::opened();
    talk.to(Kind::Data, 2, ANSWER - 1, "x").to(Kind::State, 3, ANSWER - 1, "").is("");
    let mut talk = Talk::opened();
    talk.to(Kind::Data, 2, ANSWER, "x").is("");
}

#[test]
fn connections_between_the_same_ends_are_told_apart_by_their_ids() {
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "one ");
    talk.id = ID + 2;
    talk.open().data(ANSWER, "two ");
    talk.id = ID;
    talk.data(ANSWER + 1, "three ").is("one two three ");
    assert_eq!(talk.out.flows, [1, 3]);
    // The other end opens one too.
    let mut talk = Talk::opened();
    let (originator, responder) = ends();
    for (back, kind, id, sequence, acknowledgement, text) in
        [(true, Kind::Syn, 7, 50, 0, ""), (false, Kind::State, 7, 60, 50, ""), (true, Kind::Data, 8, 51, 59, "back")]
    {
        let payload = packet(kind, id, talk.micros, sequence, acknowledgement, text);
        talk.datagram(if back { (responder, originator) } else { (originator, responder) }, &payload, 0);
    }
    assert_eq!((talk.out.originator.as_str(), talk.out.flows.as_slice()), ("back", &[1, 3][..]));
}

#[test]
fn a_syn_with_another_number_begins_anew() {
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "old ").data(ANSWER + 2, "held ");
    talk.to(Kind::Syn, 500, 0, "")
        .fro(Kind::State, 70, 500, "")
        .to(Kind::State, 501, 69, "")
        .fro(Kind::Data, 70, 500, "new")
        .is("old _held new");
    assert_eq!(talk.out.flows, [1, 3]);
}

#[test]
fn a_syn_that_nobody_answers_is_no_connection() {
    let mut talk = Talk::new();
    talk.to(Kind::Syn, SYN, 0, "").wait(1000).to(Kind::Syn, SYN, 0, "").wait(2000).to(Kind::Syn, SYN, 0, "");
    talk.fro(Kind::State, ANSWER, SYN + 5, "");
    let out = talk.finish();
    assert_eq!((out.datagrams, out.events.len(), out.flows.len()), (4, 0, 0));
    // A refusal is an answer, but opens nothing.
    let mut talk = Talk::new();
    talk.to(Kind::Syn, SYN, 0, "").fro(Kind::Reset, 77, SYN, "");
    assert_eq!(talk.finish().events, ["syn", "reset"]);
}

#[test]
fn a_connection_that_was_open_before_the_capture_is_found() {
    let mut talk = Talk::new();
    for n in 0..4 {
        talk.data(ANSWER + n, ["a", "b", "c", "d"][usize::from(n)]).to(Kind::State, 2, ANSWER + n, "");
    }
    let out = talk.finish();
    assert_eq!((out.responder.as_str(), out.datagrams), ("abcd", 2));
    assert_eq!(out.events[..3], ["data", "midstream", "state"]);

    // One direction only, until the other is seen.
    let mut talk = Talk::new();
    talk.data(ANSWER, "a").data(ANSWER + 1, "b").data(ANSWER + 2, "c").to(Kind::Data, 2, ANSWER + 2, "x").data(ANSWER + 3, "d");
    let out = talk.finish();
    assert_eq!((out.originator.as_str(), out.responder.as_str()), ("abcd", "x"), "who was seen first is the originator");
    assert_eq!((out.datagrams, out.flows.len()), (2, 1));
}

#[test]
fn a_connection_of_which_many_packets_pass_in_no_time_is_found() {
    let mut talk = Talk::new();
    for n in 0..600 {
        talk.micros -= 1498;
        talk.data(ANSWER + n, "a");
        if n % 10 == 0 {
            talk.micros -= 1498;
            talk.to(Kind::State, 2, ANSWER + n, "");
        }
    }
    let out = talk.finish();
    assert!(out.datagrams < 510, "a millisecond after the first packet, which was forgotten: {}", out.datagrams);
    assert!(out.responder.len() > 300 && !out.responder.contains('_'), "no hole, and all that was remembered");
}

#[test]
fn a_connection_goes_on_after_silence() {
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "a").wait(3_600_000).data(ANSWER + 1, "b").is("ab");
    // It was let go in the meantime, for there is room for one.
    let mut talk = Talk::with(&Limits { flows: 1, ..Limits::default() });
    talk.open().ack(ANSWER - 1).data(ANSWER, "a");
    talk.id = 77;
    talk.open();
    talk.id = ID;
    for n in 1..4 {
        talk.data(ANSWER + n, ["", "b", "c", "d"][usize::from(n)]).ack(ANSWER + n);
    }
    talk.is("abcd");
    assert_eq!(talk.flows.take_findings().iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::LimitFlows; 2]);
}

#[test]
fn what_only_looks_like_utp_is_not_claimed() {
    let dns = |id: u16, flags: u16| {
        let header = [id.to_be_bytes(), flags.to_be_bytes(), [0, 1], [0, 0], [0, 0], [0, 0]].concat();
        [&header[..], b"\x07example\x03org\x00\x00\x01\x00\x01"].concat()
    };
    let (client, server) = ends();
    let mut talk = Talk::new();
    for id in [0x0100, 0x1100, 0x2100, 0x3100, 0x4100] {
        // The query that passes for a SYN (XTLS/Xray-core#6735), its answer, and neighbours.
        talk.datagram((client, server), &dns(id, 0x0100), 0).datagram((server, client), &dns(id, 0x8180), 0);
        talk.datagram((client, server), &dns(id, 0x8181), 0).datagram((client, server), &dns(id, 0x0100), 0);
    }
    // STUN answers pass for data, WireGuard's handshake too.
    let stun = |tail: u8| [&[1, 1, 0, 12, 0x21, 0x12, 0xa4, 0x42][..], &[tail; 12], &[0, 0x20, 0, 8], &[7; 8]].concat();
    let wireguard = |index: u8| [&[1, 0, 0, 0][..], &[index; 4], &[0x5a; 140]].concat();
    for n in 0..40 {
        talk.datagram((client, server), &stun(n), 0).datagram((server, client), &stun(n), 0).datagram((server, client), &wireguard(n), 0);
    }
    // A counter where the time stamp would be, in both directions.
    for n in 0..40_u16 {
        let payload = |id: u16| packet(Kind::Data, id, i64::from(n), n, n, "text");
        talk.datagram((client, server), &payload(7), 0).datagram((server, client), &payload(8), 0);
    }
    let out = talk.finish();
    assert_eq!((out.flows.len(), out.datagrams), (0, 5 * 4 + 40 * 3 + 40 * 2));
}

#[test]
fn other_datagrams_pass_between_the_same_ends() {
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "a").datagram(ends(), b"d1:ad2:id20:", 0).datagram(ends(), &[], 0).data(ANSWER + 1, "b").is("ab");
    assert_eq!(talk.out.datagrams, 1 + 2);
}

#[test]
fn cut_packets_leave_their_tail_missing() {
    let mut talk = Talk::opened();
    let (originator, responder) = ends();
    for (number, captured) in [(ANSWER, 4), (ANSWER + 2, 4), (ANSWER + 1, 0)] {
        let payload = packet(Kind::Data, ID, talk.micros, number, SYN, "text");
        talk.datagram((responder, originator), &payload[..20 + captured], u32::try_from(4 - captured).unwrap() + 1);
    }
    talk.is("text~~~~~~text~");
}

#[test]
fn what_was_measured_is_told_at_the_end() {
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "ab").data(ANSWER, "ab").data(ANSWER + 2, "ef").ack(ANSWER + 2).wait(1000).ack(ANSWER + 2);
    let out = talk.finish();
    let [Measured { sent: Both { originator, responder }, .. }] = out.measured[..] else { panic!("{:?}", out.measured) };
    assert_eq!(
        (responder.packets, responder.bytes, responder.repeated_packets, responder.repeated_bytes, responder.lost_packets),
        (4, 4, 1, 2, Some(1))
    );
    assert_eq!((originator.packets, originator.bytes, originator.window.latest, originator.delay.samples), (4, 0, 0x4_0000, 4));
    assert_eq!(responder.delay.mean_micros(), Some(0));
}

#[test]
fn life_and_order_are_told_while_it_is_open() {
    let mut talk = Talk::opened();
    talk.ack(ANSWER - 1).data(ANSWER, "ab").data(ANSWER + 2, "ef").data(ANSWER + 1, "cd").ack(ANSWER + 2);
    let open: Vec<_> = talk.flows.open().map(|(_, measured)| measured).collect();
    let [Measured { sent: Both { originator, responder }, ending, round_trip, midstream, first_frame, last_frame, .. }] = open[..] else {
        panic!("{open:?}")
    };
    assert_eq!((responder.bytes, responder.out_of_order_packets, responder.repeated_packets), (6, 1, 0));
    assert_eq!((originator.bytes, originator.window.samples), (0, 2), "a SYN tells no window");
    assert_eq!((ending, midstream, first_frame), (Ending::Open, false, 1));
    assert!(round_trip.is_some() && last_frame > 5);
    let out = talk.finish();
    assert_eq!(out.measured, open, "nothing changed to the end");
}

#[test]
fn caps_are_findings() {
    let mut talk = Talk::with(&Limits { candidate_bytes: 1000, stream_held_bytes: 10, ..Limits::default() });
    for n in 0..20 {
        let payload = packet(Kind::Syn, n, talk.micros, 1, 0, "");
        talk.datagram((Endpoint::new([10, 9, 9, 9], n), ends().1), &payload, 0);
    }
    talk.open().ack(ANSWER - 1).data(ANSWER, "a").data(ANSWER + 2, "123456").data(ANSWER + 4, "789012").data(ANSWER + 5, "x");
    let codes: Vec<_> = talk.flows.take_findings().iter().map(|finding| finding.code).collect();
    assert!(codes.contains(&Code::LimitCandidates) && codes.ends_with(&[Code::LimitHeld]), "{codes:?}");
    talk.is("a_123456_789012x");
}

/// Nothing panics, and what is held stays bounded, whatever comes.
#[test]
fn any_packets() {
    let limits = Limits { flows: 8, candidate_bytes: 4000, stream_held_bytes: 500, total_held_bytes: 900, ..Limits::default() };
    let mut talk = Talk::with(&limits);
    let mut state = 0x1234_5678_u64;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u16::try_from((state >> 20) % below).unwrap()
    };
    for _ in 0..200_000 {
        let kind = [Kind::Data, Kind::Fin, Kind::State, Kind::Reset, Kind::Syn, Kind::Data, Kind::State][usize::from(random(7))];
        let near = |random: &mut dyn FnMut(u64) -> u16| if random(9) == 0 { random(65_536) } else { 65_530_u16.wrapping_add(random(12)) };
        let (sequence, acknowledgement) = (near(&mut random), near(&mut random));
        let text = "0123456789".repeat(usize::from(random(5)));
        let mut payload = packet(kind, random(5), talk.micros, sequence, acknowledgement, &text);
        payload[1] = if random(20) == 0 { u8::try_from(random(256)).unwrap() } else { 0 };
        payload.truncate(if random(10) == 0 { usize::from(random(40)) } else { 99 });
        let cut_short = if random(10) == 0 { u32::from(random(3)) * 30_000 } else { 0 };
        let (one, other) = (Endpoint::new([10, 0, 0, 1], random(3)), Endpoint::new([10, 0, 0, 2], 1));
        talk.datagram(if random(2) == 0 { (one, other) } else { (other, one) }, &payload, cut_short);
        if random(1000) == 0 {
            talk.wait(10_000).out = Out::default();
        }
        assert!(talk.flows.utp.held_bytes <= 1000 + 65_536, "{}", talk.flows.utp.held_bytes);
    }
    talk.finish();
    assert_eq!(talk.flows.utp.held_bytes, 0);
}
