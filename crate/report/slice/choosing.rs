//! The first reading for a slice: which streams and frames are wanted?
//!
//! In: frames and events. Out: a [`Choice`], once all has been read. Every stream and whatever may have to go with one is remembered until
//! then, with a cap.

use std::net::IpAddr;

use smallvec::SmallVec;

use super::super::Record;
use super::choice::{Choice, Note, Run, Whole};
use super::{Carrier, Pair, SliceQuery, pair};
use crate::base::{Arrange, Code, Endpoint, FilePlace, Finding, InfoHash, Limits, Map, Set, Time};
use crate::capture::Frame;
use crate::decode::{Decoded, Decoder, Packet, Place, Transport};
use crate::flow::{FlowId, Flows};
use crate::protocol::given::Given;
use crate::protocol::payload::{self, Payload};
use crate::protocol::{Event, Message, dns, udp_tracker};
use crate::report::capture::Capture;
use crate::report::events::{EventQuery, Host, Rows, Scope, ScopeError};
use crate::report::{Analyses, Observer};

/// Chooses frames.
#[derive(Debug)]
pub struct Choosing {
    rows: Rows,
    choice: Choice,
    findings: bool,
    cut: bool,
    /// What the report says of torrents; `None` where none is asked for.
    analyses: Option<Box<Analyses>>,
    decoder: Decoder,
    flows: Map<FlowId, Flow>,
    /// The connections of each two ends over TCP.
    connections: Map<Pair, Connections>,
    fragmented: Vec<Fragmented>,
    companions: Vec<Companion>,
    /// The ends of what is wanted.
    addresses: Set<IpAddr>,
    /// Who asked a tracker something that is wanted.
    trackers: Set<Pair>,
    limits: Limits,
}

/// A stream, as its events tell of it.
#[derive(Debug)]
struct Flow {
    originator: Endpoint,
    responder: Endpoint,
    /// The first and the latest frame of an event.
    frames: (u64, u64),
    /// Of uTP: the IDs that its packets bear.
    ids: SmallVec<[u16; 2]>,
    wanted: bool,
    /// No event has told so far what it is about.
    open: bool,
}

/// The connections of two ends, one after another.
#[derive(Debug)]
struct Connections {
    /// The frame in which each begins.
    begins: SmallVec<[u64; 1]>,
    /// The number of the latest request for one.
    asked: Option<u32>,
}

/// A packet in fragments.
#[derive(Debug)]
struct Fragmented {
    carrier: Carrier,
    frames: Vec<u64>,
}

/// A frame that is wanted if something else is.
#[derive(Debug)]
struct Companion {
    frame: u64,
    with: With,
}

#[derive(Debug)]
enum With {
    /// With a message of these ends to a tracker.
    Tracker(Pair),
    /// With whatever has an end of these addresses.
    Addresses(SmallVec<[IpAddr; 2]>),
    /// With a torrent for which one of these was named.
    Named(Pair),
}

impl Choosing {
    /// Chooses what `query` asks for.
    ///
    /// # Errors
    /// [`ScopeError`] when it cannot be asked.
    pub fn new(query: &SliceQuery, limits: &Limits) -> Result<Self, ScopeError> {
        let events = EventQuery { from_frame: None, to_frame: None, ..query.events.clone() };
        let whole = whole(&events);
        let rows = Rows::new(Scope::new(&query.events, limits)?);
        let by_torrent = events.torrent.is_some() || !events.torrent_names.is_empty();
        Ok(Choosing {
            rows,
            choice: Choice::new(whole, runs(query), limits),
            findings: query.findings,
            cut: query.cut_payload,
            analyses: by_torrent.then(|| Box::new(Analyses::new(limits))),
            decoder: Decoder::new(limits),
            flows: Map::default(),
            connections: Map::default(),
            fragmented: Vec::new(),
            companions: Vec::new(),
            addresses: Set::default(),
            trackers: Set::default(),
            limits: limits.clone(),
        })
    }

    /// What was chosen, once all has been read.
    pub fn into_choice(mut self) -> Choice {
        let torrents: Vec<InfoHash> = self.rows.scope().torrents().to_vec();
        if let Some(analyses) = self.analyses.take() {
            self.add_claimed(&analyses, &torrents);
        }
        let Choosing { choice, flows, connections, addresses, trackers, companions, fragmented, .. } = &mut self;
        for (id, flow) in flows.iter().filter(|(_, flow)| flow.wanted) {
            let ends = pair(flow.originator, flow.responder);
            addresses.extend([ends.0.address, ends.1.address]);
            if id.is_utp() {
                choice.utp.entry(ends).or_default().extend(flow.ids.iter().copied());
            } else if let Some(connections) = connections.get(&ends) {
                choice.tcp.entry(ends).or_default().push(connections.around(flow.frames));
            }
        }
        for Companion { frame, with } in companions {
            let wanted = match with {
                With::Tracker(pair) => trackers.contains(pair),
                With::Addresses(named) => named.iter().any(|address| addresses.contains(address)),
                With::Named(_) => false,
            };
            if wanted {
                choice.add(*frame);
            }
        }
        for Fragmented { carrier, frames } in fragmented {
            if frames.last().is_some_and(|last| choice.takes(*last) || choice.takes_packet(*last, *carrier)) {
                frames.iter().for_each(|frame| choice.add(*frame));
            }
        }
        choice.payload.arrange();
        self.choice
    }

    /// Takes the streams that are about a torrent by what the report knows, and attempts at who was named for it.
    fn add_claimed(&mut self, analyses: &Analyses, torrents: &[InfoHash]) {
        let none = Flows::new(&self.limits);
        let sections = analyses.sections(Capture::default(), &none);
        for row in sections.connections() {
            let about = row.info_hash.is_some_and(|torrent| torrents.contains(&torrent));
            if let Some(flow) = self.flows.get_mut(&FlowId(row.flow)).filter(|_| about) {
                flow.wanted = true;
            }
        }
        let seeds: Vec<_> = sections.web_seeds().into_iter().filter(|seed| torrents.contains(&seed.info_hash)).collect();
        let named = |end: Endpoint| analyses.sources.of_endpoint(end).any(|naming| torrents.contains(&naming.info_hash));
        for flow in self.flows.values_mut() {
            let of_web = || seeds.iter().any(|seed| (seed.endpoint, seed.client) == (flow.responder, flow.originator.address));
            flow.wanted |= flow.open && (named(flow.originator) || named(flow.responder)) || of_web();
        }
        for Companion { frame, with } in &self.companions {
            if matches!(with, With::Named((one, other)) if named(*one) || named(*other)) {
                self.choice.add(*frame);
            }
        }
    }

    /// Remembers what goes with something else.
    fn accompany(&mut self, event: &Event<'_>) {
        let ends = || pair(event.source, event.destination);
        let with = match &event.message {
            Message::Dns(message) if message.response => {
                let address = |record: &dns::Record| if let dns::Data::Address(address) = record.data { Some(address) } else { None };
                With::Addresses(message.answers.iter().filter_map(address).collect())
            }
            Message::UdpTracker(udp_tracker::Message {
                body: udp_tracker::Body::ConnectRequest | udp_tracker::Body::ConnectResponse { .. },
                ..
            }) => With::Tracker(ends()),
            Message::Attempt(_) if event.flow.is_none() && self.analyses.is_some() => With::Named(ends()),
            _ => return,
        };
        if self.companions.len() < self.limits.sliced_streams {
            self.companions.push(Companion { frame: event.frame, with });
        } else {
            self.choice.full = true;
        }
    }

    /// Takes an event of a stream; `wanted`: it is asked for.
    fn observe_flow(&mut self, id: FlowId, event: &Event<'_>, wanted: bool) {
        if self.flows.len() >= self.limits.sliced_streams && !self.flows.contains_key(&id) {
            self.choice.full = true;
            return;
        }
        let asked = self.rows.scope().flow() == Some(id.number());
        let flow = self.flows.entry(id).or_insert_with(|| {
            let (originator, responder) = match event.direction {
                crate::flow::Direction::Originator => (event.source, event.destination),
                crate::flow::Direction::Responder => (event.destination, event.source),
            };
            Flow { originator, responder, frames: (event.frame, event.frame), ids: SmallVec::new(), wanted: false, open: true }
        });
        flow.frames = (flow.frames.0.min(event.frame), flow.frames.1.max(event.frame));
        flow.wanted |= wanted || asked;
        flow.open &= says_nothing(&event.message);
        if let Message::Utp(message) = &event.message
            && !flow.ids.contains(&message.header.connection_id)
            && flow.ids.len() < IDS
        {
            flow.ids.push(message.header.connection_id);
        }
    }

    /// Takes bytes as they pass. Whether a file of a web server is a torrent's is told by its bytes, so those are kept.
    fn observe_payload(&mut self, payload: &Payload<'_>) {
        if matches!(payload.place, payload::Place::File { .. }) {
            return;
        }
        let sizes = payload.carried.behind.and_then(|behind| u32::try_from(behind).ok()).zip(u32::try_from(payload.bytes.len()).ok());
        let Some((behind, bytes)) = sizes.filter(|_| self.cut) else { return };
        if self.choice.payload.len() < self.limits.sliced_payload {
            self.choice.payload.push(Run { frame: payload.carried.frame, behind, bytes });
        } else {
            self.choice.full = true;
        }
    }

    fn note(&mut self, frame: u64, note: Note) {
        if !self.findings {
            return;
        }
        let full = self.choice.notes.len() >= self.limits.sliced_comments && !self.choice.notes.contains_key(&frame);
        if full {
            self.choice.full = true;
            return;
        }
        let notes = self.choice.notes.entry(frame).or_default();
        if notes.len() < NOTES && !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// Takes a packet that a frame holds or completes.
    fn observe_carrier(&mut self, frame: u64, carrier: Carrier, asks: Option<u32>) {
        let parts = self.decoder.fragments(frame);
        if !parts.is_empty() {
            if self.fragmented.len() < self.limits.sliced_streams {
                self.fragmented.push(Fragmented { carrier, frames: parts.to_vec() });
            } else {
                self.choice.full = true;
            }
        }
        if carrier.kind != super::Kind::Tcp || self.choice.whole != Whole::Nothing {
            return;
        }
        let full = self.connections.len() >= self.limits.sliced_streams && !self.connections.contains_key(&carrier.pair);
        if full {
            self.choice.full = true;
            return;
        }
        let new = || Connections { begins: SmallVec::new(), asked: None };
        self.connections.entry(carrier.pair).or_insert_with(new).take(frame, asks);
    }
}

impl Connections {
    /// Takes a packet; `asks` is the number of one that asks for a connection.
    fn take(&mut self, frame: u64, asks: Option<u32>) {
        let again = asks.is_none() || asks == self.asked;
        if self.begins.is_empty() || !again && self.begins.len() < BEGINS {
            self.begins.push(frame);
        }
        self.asked = asks.or(self.asked);
    }

    /// The frames of those connections that have frames of this run.
    fn around(&self, (first, last): (u64, u64)) -> (u64, u64) {
        let begin = self.begins.iter().rfind(|begin| **begin <= first).copied().unwrap_or(first);
        let end = self.begins.iter().find(|begin| **begin > last).map_or(u64::MAX, |next| next - 1);
        (begin, end)
    }
}

impl Observer for Choosing {
    fn wants_payload(&self) -> bool {
        true
    }

    fn observe_record(&mut self, frame: &Frame<'_>, _record: Record<'_>) {
        if self.choice.whole == Whole::Everything {
            return;
        }
        let mut place = Place::default();
        loop {
            let packet = match self.decoder.next(frame, &mut place) {
                Some(Decoded::Packet(packet)) => packet,
                Some(Decoded::Finding(_)) => continue,
                None => return,
            };
            let asks = match packet.transport {
                Transport::Tcp { sequence, acknowledgement: None, syn: true, .. } => Some(sequence),
                _ => None,
            };
            let carrier = Carrier::of(&packet);
            self.observe_carrier(frame.number, carrier, asks);
        }
    }

    fn observe_frame(&mut self, frame: u64, time: Time, bytes: u32) {
        if let Some(analyses) = &mut self.analyses {
            analyses.observe_frame(frame, time, bytes);
        }
    }

    fn observe_packet(&mut self, frame: u64, time: Time, packet: &Packet<'_>) {
        if let Some(analyses) = &mut self.analyses {
            analyses.observe_packet(frame, time, packet);
        }
    }

    fn observe(&mut self, event: &Event<'_>) {
        match &event.message {
            Message::Payload(payload) => return self.observe_payload(payload),
            Message::Finding(code) => self.note(event.frame, Note::Found(*code)),
            _ => {}
        }
        if let Some(analyses) = &mut self.analyses {
            analyses.observe(event);
        }
        if self.choice.whole != Whole::Nothing {
            return;
        }
        let wanted = self.rows.takes(event);
        if let Some(flow) = event.flow {
            self.observe_flow(flow, event, wanted);
        } else if wanted {
            self.choice.add(event.frame);
            self.addresses.extend([event.source.address, event.destination.address]);
        }
        if wanted && matches!(event.message, Message::UdpTracker(_)) {
            self.trackers.insert(pair(event.source, event.destination));
        }
        self.accompany(event);
    }

    fn know(&mut self, given: &Given<'_>) {
        self.rows.scope().know(given);
        if let Some(analyses) = &mut self.analyses {
            analyses.know(given);
        }
    }

    fn found(&mut self, finding: Finding) {
        if let Some(frame) = finding.frame {
            self.note(frame, Note::Found(finding.code));
        }
    }

    fn found_in_file(&mut self, finding: Finding, place: FilePlace) {
        match finding {
            Finding { code: Code::Comment, frame: Some(frame) } => self.note(frame, Note::Comment(place.text)),
            Finding { code: Code::Comment, frame: None } => {
                if self.findings && self.choice.comments.len() < FILE_COMMENTS {
                    self.choice.comments.push(place.text);
                }
            }
            finding => self.found(finding),
        }
    }

    fn finish(&mut self) {
        if let Some(analyses) = &mut self.analyses {
            analyses.finish();
        }
    }
}

/// What a question asks for without a look at what frames are about.
fn whole(events: &EventQuery) -> Whole {
    let without_host = EventQuery { host: None, ..events.clone() };
    if without_host != EventQuery::default() {
        return Whole::Nothing;
    }
    events.host.as_deref().and_then(Host::read).map_or(Whole::Everything, Whole::Host)
}

/// The runs of frames that a question asks for.
fn runs(query: &SliceQuery) -> Vec<(u64, u64)> {
    let EventQuery { from_frame, to_frame, .. } = query.events;
    let (from, to) = (from_frame.unwrap_or(0), to_frame.unwrap_or(u64::MAX));
    if query.frames.is_empty() {
        let all = from_frame.is_none() && to_frame.is_none();
        return if all { Vec::new() } else { vec![(from, to)] };
    }
    query.frames.iter().map(|(first, last)| ((*first).max(from), (*last).min(to))).collect()
}

/// Whether a message leaves open what its stream is about.
fn says_nothing(message: &Message<'_>) -> bool {
    matches!(
        message,
        Message::Attempt(_) | Message::Mse(_) | Message::Utp(_) | Message::Connection(_) | Message::Unread { .. } | Message::Finding(_)
    )
}

/// IDs of one uTP connection: each end sends under one, and a SYN under its sender's.
const IDS: usize = 4;

/// Things said of one frame.
const NOTES: usize = 8;

/// Connections of the same two ends and ports that are told apart.
const BEGINS: usize = 1 << 10;

/// Comments about files that are kept.
const FILE_COMMENTS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_of_the_same_ends_are_told_apart() {
        let mut connections = Connections { begins: SmallVec::new(), asked: None };
        for (frame, asks) in [(3, None), (10, Some(7)), (11, None), (12, Some(7)), (20, Some(9)), (30, None)] {
            connections.take(frame, asks);
        }
        assert_eq!(connections.around((5, 5)), (3, 9));
        assert_eq!(connections.around((12, 19)), (10, 19));
        assert_eq!(connections.around((30, 30)), (20, u64::MAX));
        assert_eq!(connections.around((5, 12)), (3, 19), "what is one stream for the reader is one here");
    }

    #[test]
    fn what_is_asked_for_says_how_it_is_chosen() {
        let of = |query: EventQuery| whole(&query);
        assert_eq!(of(EventQuery::default()), Whole::Everything);
        let host = EventQuery { host: Some("10.0.0.1".into()), ..EventQuery::default() };
        assert!(matches!(of(host.clone()), Whole::Host(_)));
        assert_eq!(of(EventQuery { text: "choke".into(), ..host }), Whole::Nothing);
        let frames = SliceQuery { frames: vec![(3, 3), (7, 20)], ..SliceQuery::default() };
        assert_eq!(runs(&frames), [(3, 3), (7, 20)]);
        let events = EventQuery { from_frame: Some(5), to_frame: Some(9), ..EventQuery::default() };
        assert_eq!(runs(&SliceQuery { events: events.clone(), ..SliceQuery::default() }), [(5, 9)]);
        assert_eq!(runs(&SliceQuery { events, ..frames }), [(5, 3), (7, 9)], "one of them has no frame");
    }
}
