//! Which request of a connection was answered by which block, and when?
//!
//! In: the peer wire messages of one stream. Out: a [`Ladder`], one [`Rung`] a message, in the order of their frames, for a picture of the
//! conversation. A request is answered by the block that it asks for, by the refusal of that (BEP 6), or by its asker, who takes it back. A
//! choke answers every open request, unless both peers speak the fast extension, where each request has an answer of its own.

use serde::{Deserialize, Serialize};

use crate::base::{Arrange, Endpoint, Limits, Map, Time};
use crate::flow::{Both, Direction, FlowId};
use crate::protocol::peer_wire::{Block, Message as PeerMessage};
use crate::protocol::{Event, Message};

/// Which rungs are wanted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct LadderQuery {
    /// Not before this moment, in seconds since 1970.
    #[serde(default)]
    pub from_time: Option<f64>,
    /// Not after this moment, in seconds since 1970.
    #[serde(default)]
    pub to_time: Option<f64>,
    /// The first rung wanted of those.
    pub from: usize,
    /// How many rungs are wanted.
    pub count: usize,
}

/// What the two ends of a stream asked of each other, and got.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Ladder {
    /// The number of the stream.
    pub flow: u64,
    /// The end that opened it; `None` as long as no message was read.
    pub originator: Option<Endpoint>,
    /// The other end.
    pub responder: Option<Endpoint>,
    /// Messages of the stream.
    pub messages: u64,
    /// Whether there are more than are kept: then the first of them are rungs.
    pub truncated: bool,
    /// Rungs of the moments that were asked for.
    pub matched: usize,
    /// When the first of all rungs was captured.
    pub first_time: Option<Time>,
    /// When the last was.
    pub last_time: Option<Time>,
    /// Most requests of one end that were open at one time, over all rungs.
    pub most_outstanding: u32,
    /// The rungs that were asked for.
    pub rungs: Vec<Rung>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Rung {
    /// Its place among all rungs of the ladder, from 0.
    pub number: u32,
    /// Which end sent it.
    pub direction: Direction,
    /// What it is for the conversation.
    pub kind: RungKind,
    /// The message's name, as in the report.
    pub name: &'static str,
    /// The frame in which it begins.
    pub frame: u64,
    /// When that was captured.
    pub time: Time,
    /// The piece that it is about; `None` where it is about none.
    pub index: Option<u32>,
    /// Bytes from the piece's start to the block; `None` where it is about no block.
    pub begin: Option<u32>,
    /// Bytes of the block.
    pub length: Option<u32>,
    /// The rung that answers this request.
    pub answered_by: Option<u32>,
    /// The rung of the request that this answers.
    pub answers: Option<u32>,
    /// Seconds from a request to its answer, on both.
    pub delay: Option<f64>,
    /// How many requests of the end that asks are open after it, for requests and what answers them.
    pub outstanding: Option<u32>,
}

/// What a message is for the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RungKind {
    /// A handshake, that of the extensions included.
    Handshake,
    /// No request will be answered.
    Choke,
    /// Requests will be answered.
    Unchoke,
    /// The sender wants pieces, or wants none any more.
    Interested,
    /// The sender has pieces.
    Have,
    /// The sender asks for a block.
    Request,
    /// The sender gives a block.
    Piece,
    /// The sender no longer wants a block.
    Cancel,
    /// The sender will not give a block.
    Reject,
    /// Anything else.
    Other,
}

/// The messages of one stream.
#[derive(Debug)]
pub(super) struct Steps {
    flow: u64,
    ends: Option<(Endpoint, Endpoint)>,
    messages: u64,
    steps: Vec<Step>,
    /// How the steps answer each other, as far as it was asked for.
    links: Vec<Link>,
    /// Whether a handshake says that its sender speaks the fast extension.
    fast: Both<Option<bool>>,
    limit: usize,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    frame: u64,
    time: Time,
    name: &'static str,
    direction: Direction,
    kind: RungKind,
    piece: Option<u32>,
    /// The block's begin and length.
    part: Option<(u32, u32)>,
}

/// How a step answers others.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
    answered_by: Option<u32>,
    answers: Option<u32>,
    outstanding: Option<u32>,
}

impl Steps {
    pub(super) fn new(flow: u64, limits: &Limits) -> Self {
        let (steps, links) = (Vec::new(), Vec::new());
        Steps { flow, ends: None, messages: 0, steps, links, fast: Both::default(), limit: limits.rungs }
    }

    pub(super) fn observe(&mut self, event: &Event<'_>) {
        let Message::PeerWire { message, .. } = &event.message else { return };
        if event.flow.map(FlowId::number) != Some(self.flow) {
            return;
        }
        self.messages += 1;
        self.ends.get_or_insert(match event.direction {
            Direction::Originator => (event.source, event.destination),
            Direction::Responder => (event.destination, event.source),
        });
        if let PeerMessage::Handshake(handshake) = message {
            *self.fast.of_mut(event.direction) = Some(handshake.is_fast());
        }
        if self.steps.len() < self.limit {
            let (kind, piece, part) = read(message);
            let Event { frame, time, direction, .. } = *event;
            self.steps.push(Step { frame, time, name: message.name(), direction, kind, piece, part });
        }
    }

    pub(super) fn ladder(&mut self, query: &LadderQuery) -> Ladder {
        if self.links.len() < self.steps.len() {
            self.steps.arrange_by_key(|step| step.frame);
            self.links = self.link();
        }
        let from = query.from_time.unwrap_or(f64::NEG_INFINITY);
        let to = query.to_time.unwrap_or(f64::INFINITY);
        let asked_for = |rung: &Rung| (from..=to).contains(&rung.time.seconds());
        let rungs = || (0..).zip(&self.steps).zip(&self.links).map(|((number, step), link)| self.rung(number, step, link));
        let times = || self.steps.iter().map(|step| step.time);
        Ladder {
            flow: self.flow,
            originator: self.ends.map(|(originator, _)| originator),
            responder: self.ends.map(|(_, responder)| responder),
            messages: self.messages,
            truncated: self.messages > self.steps.len() as u64,
            matched: rungs().filter(asked_for).count(),
            first_time: times().min(),
            last_time: times().max(),
            most_outstanding: self.links.iter().filter_map(|link| link.outstanding).max().unwrap_or(0),
            rungs: rungs().filter(asked_for).skip(query.from).take(query.count).collect(),
        }
    }

    fn rung(&self, number: u32, step: &Step, link: &Link) -> Rung {
        let other = link.answered_by.or(link.answers).and_then(|other| self.steps.get(other as usize));
        Rung {
            number,
            direction: step.direction,
            kind: step.kind,
            name: step.name,
            frame: step.frame,
            time: step.time,
            index: step.piece,
            begin: step.part.map(|(begin, _)| begin),
            length: step.part.map(|(_, length)| length),
            answered_by: link.answered_by,
            answers: link.answers,
            delay: other.map(|other| step.time.since(other.time).unsigned_abs() as f64 / 1e9),
            outstanding: link.outstanding,
        }
    }

    /// Finds out what answers what.
    fn link(&self) -> Vec<Link> {
        let mut links = vec![Link::default(); self.steps.len()];
        let mut open: Both<Open> = Both::default();
        // Without the fast extension a choke is the answer to everything; where a handshake is missing, nobody knows.
        let silent = self.fast.iter().any(|fast| *fast == Some(false));
        for (number, step) in (0..).zip(&self.steps) {
            let asker = match step.kind {
                RungKind::Request | RungKind::Cancel => step.direction,
                _ => step.direction.reverse(),
            };
            let open = open.of_mut(asker);
            match (step.kind, step.block()) {
                (RungKind::Request, Some(block)) => open.ask(block, number),
                (RungKind::Cancel, Some(block)) => open.take_back(block, number, &mut links),
                (RungKind::Piece | RungKind::Reject, Some(block)) => open.answer(block, number, &mut links),
                (RungKind::Choke, _) if silent => open.choke(number, &mut links),
                _ => continue,
            }
            if let Some(link) = links.get_mut(number as usize) {
                link.outstanding = Some(open.count);
            }
        }
        links
    }
}

impl Step {
    fn block(&self) -> Option<Block> {
        let (begin, length) = self.part?;
        Some(Block { index: self.piece?, begin, length })
    }
}

/// What one end asked for and did not get yet.
#[derive(Debug, Default)]
struct Open {
    /// The request for a block, and whether it was taken back: the block may come all the same.
    requests: Map<Block, (u32, bool)>,
    /// Those that were not taken back.
    count: u32,
}

impl Open {
    fn ask(&mut self, block: Block, number: u32) {
        if self.requests.insert(block, (number, false)).is_none_or(|(_, taken_back)| taken_back) {
            self.count += 1;
        }
    }

    fn take_back(&mut self, block: Block, number: u32, links: &mut [Link]) {
        if let Some((request, taken_back)) = self.requests.get_mut(&block).filter(|(_, taken_back)| !taken_back) {
            *taken_back = true;
            self.count -= 1;
            join(links, *request, number);
        }
    }

    fn answer(&mut self, block: Block, number: u32, links: &mut [Link]) {
        if let Some((request, taken_back)) = self.requests.remove(&block) {
            self.count -= u32::from(!taken_back);
            join(links, request, number);
        }
    }

    fn choke(&mut self, number: u32, links: &mut [Link]) {
        self.count = 0;
        for (request, _) in self.requests.drain().map(|(_, request)| request).filter(|(_, taken_back)| !taken_back) {
            if let Some(link) = links.get_mut(request as usize) {
                link.answered_by = Some(number);
            }
        }
    }
}

/// A request, and what answers it. Of several the last counts: a block that came although it was taken back.
fn join(links: &mut [Link], request: u32, answer: u32) {
    if let Some(link) = links.get_mut(request as usize) {
        link.answered_by = Some(answer);
    }
    if let Some(link) = links.get_mut(answer as usize) {
        link.answers = Some(request);
    }
}

/// What a message is for the conversation, the piece, and the begin and length of the block that it is about.
fn read(message: &PeerMessage<'_>) -> (RungKind, Option<u32>, Option<(u32, u32)>) {
    let block = |kind, block: &Block| (kind, Some(block.index), Some((block.begin, block.length)));
    match message {
        PeerMessage::Handshake(_) | PeerMessage::ExtensionHandshake(_) => (RungKind::Handshake, None, None),
        PeerMessage::Choke => (RungKind::Choke, None, None),
        PeerMessage::Unchoke => (RungKind::Unchoke, None, None),
        PeerMessage::Interested | PeerMessage::NotInterested => (RungKind::Interested, None, None),
        PeerMessage::Have { index } => (RungKind::Have, Some(*index), None),
        PeerMessage::Bitfield(_) | PeerMessage::HaveAll | PeerMessage::HaveNone => (RungKind::Have, None, None),
        PeerMessage::Request(asked) => block(RungKind::Request, asked),
        PeerMessage::Piece { block: given, .. } => block(RungKind::Piece, given),
        PeerMessage::Cancel(asked) => block(RungKind::Cancel, asked),
        PeerMessage::Reject(asked) => block(RungKind::Reject, asked),
        PeerMessage::Suggest { index } | PeerMessage::AllowedFast { index } => (RungKind::Other, Some(*index), None),
        _ => (RungKind::Other, None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{InfoHash, PeerId};
    use crate::protocol::peer_wire::Handshake;
    use crate::report::Observer;
    use crate::report::events::{EventQuery, Listing, Scope, WindowQuery};

    const A: Direction = Direction::Originator;
    const B: Direction = Direction::Responder;

    /// Tells what two peers say, a frame and a second each.
    fn told(says: &[(Direction, PeerMessage<'_>)], limits: &Limits) -> Listing {
        let query = EventQuery { flow: Some(6), ..EventQuery::default() };
        let mut listing = Listing::new(Scope::new(&query, limits).unwrap(), limits);
        for (frame, (direction, message)) in (1..).zip(says) {
            for flow in [FlowId(6), FlowId(8)] {
                listing.observe(&event(frame, flow, *direction, message.clone()));
            }
        }
        listing
    }

    fn event(frame: i64, flow: FlowId, direction: Direction, message: PeerMessage<'_>) -> Event<'_> {
        let (a, b) = (Endpoint::new([10, 0, 0, 1], 1), Endpoint::new([10, 0, 0, 2], 2));
        let (source, destination) = if direction == A { (a, b) } else { (b, a) };
        let (time, message) = (Time::from_nanos(frame * 1_000_000_000), Message::PeerWire { info_hash: None, message });
        Event { time, frame: frame.unsigned_abs(), source, destination, flow: Some(flow), direction, bytes: 9, message }
    }

    fn ladder(says: &[(Direction, PeerMessage<'_>)]) -> Ladder {
        let all = LadderQuery { count: usize::MAX, ..LadderQuery::default() };
        told(says, &Limits::default()).ladder(&all).unwrap()
    }

    /// Of each rung: what answers it, what it answers, and how many requests are open.
    fn links(ladder: &Ladder) -> Vec<(Option<u32>, Option<u32>, Option<u32>)> {
        ladder.rungs.iter().map(|rung| (rung.answered_by, rung.answers, rung.outstanding)).collect()
    }

    fn block(index: u32) -> Block {
        Block { index, begin: 16384, length: 16384 }
    }

    fn request(index: u32) -> PeerMessage<'static> {
        PeerMessage::Request(block(index))
    }

    fn piece(index: u32) -> PeerMessage<'static> {
        PeerMessage::Piece { block: block(index), captured: 16384 }
    }

    fn handshake(fast: bool) -> PeerMessage<'static> {
        let reserved = [0, 0, 0, 0, 0, 0, 0, if fast { 5 } else { 1 }];
        PeerMessage::Handshake(Handshake { reserved, info_hash: Some(InfoHash([1; 20])), peer_id: Some(PeerId([2; 20])) })
    }

    #[test]
    fn blocks_answer_requests_in_any_order() {
        let ladder = ladder(&[(A, request(1)), (A, request(2)), (B, piece(2)), (B, request(2)), (B, piece(1)), (A, piece(3))]);
        let answered = (Some(4), None, Some(1));
        assert_eq!(
            links(&ladder),
            [
                answered,
                (Some(2), None, Some(2)),
                (None, Some(1), Some(1)),
                (None, None, Some(1)),
                (None, Some(0), Some(0)),
                (None, None, Some(1))
            ]
        );
        let delays: Vec<_> = ladder.rungs.iter().map(|rung| rung.delay).collect();
        assert_eq!(delays, [Some(4.0), Some(1.0), Some(1.0), None, Some(4.0), None]);
        assert_eq!((ladder.flow, ladder.messages, ladder.truncated, ladder.most_outstanding), (6, 6, false, 2));
        assert_eq!(ladder.originator, Some(Endpoint::new([10, 0, 0, 1], 1)));
        let Rung { kind, name, frame, index, begin, length, direction, .. } = ladder.rungs[2];
        assert_eq!((kind, name, frame, index), (RungKind::Piece, "piece", 3, Some(2)));
        assert_eq!((begin, length, direction), (Some(16384), Some(16384), B));
    }

    #[test]
    fn a_request_is_taken_back_or_refused() {
        let cancel = |index| PeerMessage::Cancel(block(index));
        // The second block was on its way when it was taken back; nobody answers what was never asked.
        let says = [
            (A, request(1)),
            (A, request(2)),
            (A, cancel(1)),
            (A, cancel(2)),
            (B, piece(2)),
            (A, request(3)),
            (B, PeerMessage::Reject(block(3))),
            (B, PeerMessage::Reject(block(9))),
            (A, cancel(9)),
        ];
        assert_eq!(
            links(&ladder(&says)),
            [
                (Some(2), None, Some(1)),
                (Some(4), None, Some(2)),
                (None, Some(0), Some(1)),
                (None, Some(1), Some(0)),
                (None, Some(1), Some(0)),
                (Some(6), None, Some(1)),
                (None, Some(5), Some(0)),
                (None, None, Some(0)),
                (None, None, Some(0)),
            ]
        );
    }

    #[test]
    fn a_choke_answers_all_unless_each_request_has_its_answer() {
        let says = |fast| [(A, handshake(true)), (B, handshake(fast)), (A, request(1)), (A, request(2)), (B, PeerMessage::Choke)];
        let none = (None, None, None);
        assert_eq!(links(&ladder(&says(false)))[2..], [(Some(4), None, Some(1)), (Some(4), None, Some(2)), (None, None, Some(0))]);
        assert_eq!(links(&ladder(&says(true)))[2..], [(None, None, Some(1)), (None, None, Some(2)), none]);
        assert_eq!(links(&ladder(&says(true)[2..]))[2], none, "nobody knows what they speak");
    }

    #[test]
    fn a_block_that_was_read_before_its_request_is_behind_it() {
        let limits = Limits::default();
        let query = EventQuery { flow: Some(0), ..EventQuery::default() };
        let mut listing = Listing::new(Scope::new(&query, &limits).unwrap(), &limits);
        listing.observe(&event(2, FlowId(0), B, piece(1)));
        listing.observe(&event(1, FlowId(0), A, request(1)));
        let ladder = listing.ladder(&LadderQuery { count: 9, ..LadderQuery::default() }).unwrap();
        assert_eq!((ladder.rungs[0].kind, ladder.rungs[0].answered_by), (RungKind::Request, Some(1)));
        let rows = listing.rows(&WindowQuery { count: 9, ..WindowQuery::default() }).rows;
        assert_eq!(rows.iter().map(|row| (row.number, row.frame)).collect::<Vec<_>>(), [(1, 1), (2, 2)]);
    }

    #[test]
    fn windows_and_caps() {
        let says: Vec<_> = (0..10).map(|index| (A, request(index))).collect();
        let limits = Limits { rungs: 6, ..Limits::default() };
        let mut listing = told(&says, &limits);
        let query = LadderQuery { from_time: Some(2.0), to_time: Some(5.0), from: 1, count: 2 };
        let ladder = listing.ladder(&query).unwrap();
        assert_eq!((ladder.messages, ladder.truncated, ladder.matched, ladder.most_outstanding), (10, true, 4, 6));
        assert_eq!((ladder.first_time, ladder.last_time), (Some(Time::from_nanos(1_000_000_000)), Some(Time::from_nanos(6_000_000_000))));
        assert_eq!(ladder.rungs.iter().map(|rung| (rung.number, rung.frame)).collect::<Vec<_>>(), [(2, 3), (3, 4)]);
        let everything = Scope::new(&EventQuery::default(), &limits).unwrap();
        assert_eq!(Listing::new(everything, &limits).ladder(&query), None);
    }
}
