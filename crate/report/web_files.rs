//! Which bytes of which files did clients get from web servers?
//!
//! In: the GETs of [`web_file`](crate::protocol::web_file). Kept: for each client its files by URL, for each GET what it asked for and the runs of bytes that came.
//! Whether they were pieces of a torrent, [`web_claims`](super::web_claims) says at the end. A URL that another moved to is the same file. Kept too
//! is what says later that a client of the web takes part in a torrent: the pieces that it announces, and what it calls itself.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::web_going_on::Earlier;
use crate::base::{Code, Endpoint, InfoHash, Limits, Map, Set, Time};
use crate::flow::FlowId;
use crate::protocol::Event;
use crate::protocol::peer_wire::{self, Message as PeerMessage};
use crate::protocol::web_file::{Asked, Message, Ranges, Run, Step};

/// Files of web servers, and what clients of the web say to peers.
#[derive(Debug)]
pub(super) struct WebFiles {
    pub(super) files: Vec<File>,
    pub(super) by_url: Map<(IpAddr, Box<[u8]>), u32>,
    /// Whether the order of paths says nothing: they are pseudonyms. How several files lie in the pieces is not known then.
    pub(super) leaves_out_order: bool,
    /// The clients.
    pub(super) askers: Set<IpAddr>,
    pub(super) gets: Vec<Get>,
    pub(super) by_number: Map<(FlowId, u32), u32>,
    /// What the client of a stream called itself last: some say it once.
    pub(super) agents: Map<FlowId, Box<[u8]>>,
    /// What hosts call themselves to peers.
    pub(super) clients: Map<IpAddr, SmallVec<[Box<[u8]>; 1]>>,
    /// Pieces that clients of the web announced, each with the frame that did so first.
    pub(super) haves: Map<(InfoHash, IpAddr), BTreeMap<u32, FrameNumber>>,
    pub(super) have_count: usize,
    /// What peers say of each torrent's pieces at once.
    pub(super) bitfields: Map<InfoHash, Bitfield>,
    pub(super) run_count: usize,
    /// What else earlier captures tell.
    pub(super) earlier: Earlier,
    pub(super) limits: Limits,
}

/// A frame. One of an earlier capture has a number below 1: 0 is its last.
pub(super) type FrameNumber = i64;

/// A file, as one client sees it.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) client: IpAddr,
    /// Host and port as the URL has them.
    pub(super) host: Box<[u8]>,
    /// The path's parts, escapes undone.
    pub(super) path: Vec<Box<[u8]>>,
    /// Bytes; `None` while no answer says, or answers contradict each other.
    pub(super) total: Option<u64>,
    pub(super) is_unsteady: bool,
}

/// One GET.
#[derive(Clone, Debug)]
pub(super) struct Get {
    pub(super) flow: FlowId,
    pub(super) number: u32,
    pub(super) client: Endpoint,
    pub(super) server: Endpoint,
    pub(super) file: usize,
    /// The frame that asks; 0 where that is in an earlier capture.
    pub(super) frame: u64,
    pub(super) ranges: Ranges,
    /// What its client calls itself, in this request or an earlier one of the stream.
    pub(super) agent: Option<Box<[u8]>>,
    /// An answer began in this capture.
    pub(super) is_answered: bool,
    /// Bytes of heads and body that were read in this capture.
    pub(super) bytes: u64,
    pub(super) lost: u64,
    pub(super) truncated: u64,
    pub(super) runs: SmallVec<[Part; 1]>,
}

/// Neighbouring bytes of a file that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) first: u64,
    pub(super) end: u64,
    pub(super) first_frame: FrameNumber,
    /// 0 where they came in an earlier capture.
    pub(super) last_frame: u64,
    pub(super) time: Time,
    /// They are among the pieces of a torrent that an earlier capture tells, or this one.
    pub(super) is_told: bool,
}

/// What bitfields and requests for hashes say of a torrent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bitfield {
    /// Bytes of the shortest and of the longest; 0 before the first.
    pub(super) bytes: (u32, u32),
    /// The highest piece that anyone has.
    pub(super) highest: Option<u32>,
    /// Hashes of version 2 were asked for.
    pub(super) version_2: bool,
}

impl WebFiles {
    pub(super) fn new(limits: &Limits) -> Self {
        WebFiles {
            files: Vec::new(),
            by_url: Map::default(),
            leaves_out_order: false,
            askers: Set::default(),
            gets: Vec::new(),
            by_number: Map::default(),
            agents: Map::default(),
            clients: Map::default(),
            haves: Map::default(),
            have_count: 0,
            bitfields: Map::default(),
            run_count: 0,
            earlier: Earlier::default(),
            limits: limits.clone(),
        }
    }

    /// Takes a step of a GET.
    pub(super) fn observe(&mut self, event: &Event<'_>, message: &Message<'_>, found: &mut impl FnMut(Code)) {
        let Some(flow) = event.flow else { return };
        let key = (flow, message.number);
        match &message.step {
            Step::Asked(asked) => return self.ask(event, key, asked, found),
            Step::GoesOn => return self.goes_on(flow, message.number),
            _ => {}
        }
        let get = self.by_number.get(&key).and_then(|get| self.gets.get_mut(*get as usize));
        let Some((get, file)) = get.and_then(|get| self.files.get_mut(get.file).map(|file| (get, file))) else { return };
        match &message.step {
            Step::Asked(_) | Step::GoesOn => {}
            Step::Moved(location) => {
                if let Some(url) = moved_to(&file.host, location)
                    && self.by_url.len() < self.limits.web_files
                    && let Ok(index) = u32::try_from(get.file)
                {
                    self.by_url.entry((file.client, url)).or_insert(index);
                }
            }
            Step::Answered { total, head } => {
                (get.is_answered, get.bytes) = (true, get.bytes + head);
                file.is_unsteady |= total.is_some() && file.total.is_some() && file.total != *total;
                file.total = if file.is_unsteady { None } else { file.total.or(*total) };
            }
            Step::Run(run) => {
                get.bytes = get.bytes.saturating_add(run.read);
                get.lost = get.lost.saturating_add(run.lost);
                get.truncated = get.truncated.saturating_add(run.truncated);
                let room = self.run_count < self.limits.web_runs;
                match get.add(event, *run, room) {
                    Some(added) => self.run_count += usize::from(added),
                    None => found(Code::LimitWebFiles),
                }
            }
        }
    }

    /// A GET was sent.
    fn ask(&mut self, event: &Event<'_>, key: (FlowId, u32), asked: &Asked<'_>, found: &mut impl FnMut(Code)) {
        let Some((host, path)) = split_url(asked.target, asked.host.unwrap_or_default()) else { return };
        if path.len() > URL_BYTES || host.len() > URL_BYTES {
            return;
        }
        let room = self.gets.len() < self.limits.web_files.saturating_mul(GETS_PER_FILE);
        let client = event.source.address;
        let url: Box<[u8]> = [host, path].concat().into();
        let file = match self.by_url.get(&(client, url.clone())) {
            Some(file) => *file as usize,
            None if room && self.files.len() < self.limits.web_files => {
                let file = File { client, host: host.into(), path: parts_of(path), total: None, is_unsteady: false };
                self.files.push(file);
                self.askers.insert(client);
                let index = self.files.len() - 1;
                self.by_url.insert((client, url), u32::try_from(index).unwrap_or(u32::MAX));
                index
            }
            None => return found(Code::LimitWebFiles),
        };
        if !room {
            return found(Code::LimitWebFiles);
        }
        if let Some(agent) = asked.agent.filter(|agent| agent.len() <= AGENT_BYTES) {
            self.agents.insert(key.0, agent.into());
        }
        self.by_number.insert(key, u32::try_from(self.gets.len()).unwrap_or(u32::MAX));
        self.gets.push(Get {
            flow: key.0,
            number: key.1,
            client: event.source,
            server: event.destination,
            file,
            frame: event.frame,
            ranges: asked.ranges.clone(),
            agent: self.agents.get(&key.0).cloned(),
            is_answered: false,
            bytes: asked.head,
            lost: 0,
            truncated: 0,
            runs: SmallVec::new(),
        });
    }

    /// Takes a message between peers: of those that carry blocks and requests it knows nothing.
    pub(super) fn observe_peer(&mut self, event: &Event<'_>, info_hash: InfoHash, message: &PeerMessage<'_>, found: &mut impl FnMut(Code)) {
        match message {
            // Pieces matter once their host was seen to ask the web for something.
            PeerMessage::Have { index } if !self.askers.is_empty() => self.announces(event, info_hash, *index, found),
            PeerMessage::Bitfield(bits) => {
                let bytes = u32::try_from(bits.len()).unwrap_or(u32::MAX);
                let highest = bits.iter().rposition(|byte| *byte != 0).and_then(|at| {
                    let lowest_bit = bits.get(at)?.trailing_zeros();
                    u32::try_from(at).ok()?.checked_mul(8)?.checked_add(7_u32.checked_sub(lowest_bit)?)
                });
                if let Some(known) = self.of_torrent(info_hash) {
                    let (shortest, longest) = known.bytes;
                    known.bytes = (if longest == 0 { bytes } else { shortest.min(bytes) }, longest.max(bytes));
                    known.highest = known.highest.max(highest);
                }
            }
            PeerMessage::HashRequest(_) | PeerMessage::Hashes(_) | PeerMessage::HashReject(_) => {
                if let Some(known) = self.of_torrent(info_hash) {
                    known.version_2 = true;
                }
            }
            PeerMessage::ExtensionHandshake(handshake) => {
                let peer_wire::ExtensionHandshake { client: Some(client), .. } = &**handshake else { return };
                self.calls_itself(event.source.address, client);
            }
            _ => {}
        }
    }

    /// A host says which client it runs, to a peer or to a tracker.
    pub(super) fn calls_itself(&mut self, address: IpAddr, client: &[u8]) {
        let room = self.clients.len() < self.limits.hosts;
        if client.len() > AGENT_BYTES || !room && !self.clients.contains_key(&address) {
            return;
        }
        let known = self.clients.entry(address).or_default();
        if known.len() < self.limits.clients_per_host && !known.iter().any(|known| **known == *client) {
            known.push(client.into());
        }
    }

    /// A client of the web has a piece.
    fn announces(&mut self, event: &Event<'_>, info_hash: InfoHash, index: u32, found: &mut impl FnMut(Code)) {
        let key = (info_hash, event.source.address);
        if !self.askers.contains(&key.1) {
            return;
        }
        if self.have_count >= self.limits.web_runs {
            return found(Code::LimitWebFiles);
        }
        let before = self.haves.entry(key).or_default();
        let known = before.len();
        before.entry(index).or_insert(event.frame.cast_signed());
        self.have_count += before.len() - known;
    }

    pub(super) fn of_torrent(&mut self, info_hash: InfoHash) -> Option<&mut Bitfield> {
        let room = self.bitfields.len() < self.limits.torrents;
        if !room && !self.bitfields.contains_key(&info_hash) {
            return None;
        }
        Some(self.bitfields.entry(info_hash).or_default())
    }
}

impl Get {
    /// Adds a run; answers whether it is one more to keep, `None` where it is not kept.
    fn add(&mut self, event: &Event<'_>, run: Run, room: bool) -> Option<bool> {
        if run.bytes == 0 {
            return Some(false);
        }
        let end = run.first.saturating_add(run.bytes);
        if !room {
            let last = self.runs.last_mut().filter(|last| last.end == run.first && !last.is_told)?;
            (last.end, last.last_frame) = (end, run.last_frame);
            return Some(false);
        }
        let (first_frame, last_frame) = (event.frame.cast_signed(), run.last_frame);
        self.runs.push(Part { first: run.first, end, first_frame, last_frame, time: event.time, is_told: false });
        Some(true)
    }

    /// The runs that are told of now, where they are a torrent's.
    pub(super) fn untold(&self) -> impl Iterator<Item = &Part> {
        self.runs.iter().filter(|run| !run.is_told)
    }

    /// Whether anything of it is in this capture, or is told of now.
    pub(super) fn is_of_this_capture(&self) -> bool {
        self.frame > 0 || self.is_answered || self.bytes > 0 || self.untold().next().is_some()
    }

    /// The parts that it asked for, the whole file as one.
    pub(super) fn asked(&self) -> Ranges {
        if self.ranges.is_empty() { [(0, None)].into_iter().collect() } else { self.ranges.clone() }
    }
}

/// Host and path of a request's target, which is a whole URL where a proxy is asked.
fn split_url<'a>(target: &'a [u8], host: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    if target.starts_with(b"/") {
        return Some((host, target));
    }
    let rest = target.strip_prefix(b"http://")?;
    let slash = rest.iter().position(|byte| *byte == b'/')?;
    rest.split_at_checked(slash)
}

/// Where a URL leads.
pub(super) struct Location {
    /// Host and port, the usual one left out.
    pub(super) host: Box<[u8]>,
    /// The path's parts, escapes undone.
    pub(super) path: Vec<Box<[u8]>>,
    /// It ends as a folder's does.
    pub(super) is_folder: bool,
}

/// Where a URL leads; `None` for one of another protocol.
pub(super) fn location(url: &str) -> Option<Location> {
    let (host, path) = split_url(url.as_bytes(), b"").filter(|(host, _)| !host.is_empty())?;
    let host = host.strip_suffix(b":80").unwrap_or(host);
    Some(Location { host: host.into(), path: parts_of(path), is_folder: path.ends_with(b"/") })
}

/// Where a file is that is not here, as host and path together.
fn moved_to(host: &[u8], location: &[u8]) -> Option<Box<[u8]>> {
    let (host, path) = split_url(location, host).filter(|(_, path)| path.len() <= URL_BYTES)?;
    Some([host, path].concat().into())
}

/// The parts of a path, without its query, escapes undone.
fn parts_of(path: &[u8]) -> Vec<Box<[u8]>> {
    let path = path.split(|byte| *byte == b'?').next().unwrap_or_default();
    path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).map(unescape).collect()
}

fn unescape(part: &[u8]) -> Box<[u8]> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part;
    while let [byte, after @ ..] = rest {
        let code = after.get(..2).and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        match code.filter(|_| *byte == b'%') {
            Some(code) => {
                bytes.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    bytes.into()
}

/// The longest path, and name of a host, that are kept: longer ones are scripts' and no files'.
pub(super) const URL_BYTES: usize = 1024;
/// GETs that are kept for each file that may be kept.
pub(super) const GETS_PER_FILE: usize = 4;
/// The longest name of a client that is kept.
pub(super) const AGENT_BYTES: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sources::tests::event;

    fn at(last: u8) -> Endpoint {
        Endpoint::new([10, 0, 0, last], 80)
    }

    struct Story(WebFiles, u64, Vec<Code>);

    impl Story {
        fn new(limits: Limits) -> Self {
            Story(WebFiles::new(&limits), 0, Vec::new())
        }

        fn step(&mut self, number: u32, step: Step<'_>) {
            self.1 += 1;
            let event = Event { flow: Some(FlowId(1)), ..event(at(1), at(2), 0, self.1) };
            self.0.observe(&event, &Message { number, step }, &mut |code| self.2.push(code));
        }

        fn ask(&mut self, number: u32, host: &[u8], target: &[u8], agent: Option<&[u8]>) {
            self.step(number, Step::Asked(Asked { host: Some(host), target, agent, ranges: Ranges::new(), head: 10 }));
        }

        fn peer(&mut self, from: u8, message: &PeerMessage<'_>) {
            self.1 += 1;
            let event = event(at(from), at(9), 0, self.1);
            self.0.observe_peer(&event, InfoHash([7; 20]), message, &mut |code| self.2.push(code));
        }
    }

    fn run(first: u64, bytes: u64) -> Step<'static> {
        Step::Run(Run { first, bytes, last_frame: 9, read: bytes + 2, lost: 1, truncated: 0 })
    }

    #[test]
    fn files_by_url_and_what_came_of_them() {
        let mut story = Story::new(Limits::default());
        story.ask(0, b"h", b"/a%20b/%C3%a9%2?x=/1", Some(b"me"));
        story.ask(1, b"h", b"/a%20b/%C3%a9%2?x=/1", None);
        story.ask(2, b"other", b"http://h/a%20b/%C3%a9%2?x=/1", None);
        story.ask(3, b"other", b"/a%20b/%C3%a9%2?x=/1", None);
        story.ask(4, b"h", b"*", None);
        let files: Vec<_> = story.0.gets.iter().map(|get| get.file).collect();
        assert_eq!(files, [0, 0, 0, 1]);
        let parts: Vec<_> = story.0.files[0].path.iter().map(AsRef::as_ref).collect();
        assert_eq!(parts, [&b"a b"[..], b"\xc3\xa9%2"]);
        assert_eq!(story.0.gets[1].agent.as_deref(), Some(&b"me"[..]), "said once for the stream");
        story.step(1, Step::Answered { total: Some(500), head: 20 });
        story.step(1, run(5, 10));
        story.step(8, run(5, 10));
        let get = &story.0.gets[1];
        assert_eq!((get.is_answered, get.bytes, get.lost, story.0.files[0].total), (true, 42, 1, Some(500)));
        assert_eq!((get.runs[0].first, get.runs[0].end, get.runs[0].first_frame, get.runs[0].last_frame), (5, 15, 7, 9));
        story.step(0, Step::Answered { total: Some(501), head: 20 });
        story.step(3, Step::Answered { total: None, head: 20 });
        story.step(2, Step::Answered { total: Some(500), head: 20 });
        assert_eq!(story.0.files[0].total, None, "it contradicted itself");
        assert_eq!(story.0.gets[0].asked().as_slice(), [(0, None)]);
    }

    #[test]
    fn a_file_that_moved_is_the_same() {
        let mut story = Story::new(Limits::default());
        story.ask(0, b"h", b"/f", None);
        story.step(0, Step::Moved(b"http://mirror/x/g"));
        story.ask(1, b"h", b"/e", None);
        story.step(1, Step::Moved(b"/f2"));
        story.step(1, Step::Moved(b"https://h/f3"));
        story.ask(2, b"mirror", b"/x/g", None);
        story.ask(3, b"h", b"/f2", None);
        story.ask(4, b"h", b"/f3", None);
        assert_eq!(story.0.gets.iter().map(|get| get.file).collect::<Vec<_>>(), [0, 1, 0, 1, 2]);
    }

    #[test]
    fn what_clients_of_the_web_say_to_peers() {
        let mut story = Story::new(Limits::default());
        story.peer(1, &PeerMessage::Have { index: 5 });
        story.ask(0, b"h", b"/f", None);
        for (from, index) in [(1, 6), (1, 7), (1, 6), (2, 8)] {
            story.peer(from, &PeerMessage::Have { index });
        }
        let haves: Vec<_> = story.0.haves[&(InfoHash([7; 20]), at(1).address)].clone().into_iter().collect();
        assert_eq!((haves.as_slice(), story.0.haves.len()), (&[(6, 3), (7, 4)][..], 1));
        let said = |story: &Story| story.0.bitfields[&InfoHash([7; 20])];
        story.peer(
            2,
            &PeerMessage::HashRequest(peer_wire::Hashes {
                pieces_root: [0; 32],
                base_layer: 0,
                index: 0,
                length: 1,
                proof_layers: 0,
                hashes: b"",
            }),
        );
        story.peer(2, &PeerMessage::Bitfield(b"\xff\x20\0"));
        assert_eq!(said(&story), Bitfield { bytes: (3, 3), highest: Some(10), version_2: true });
        story.peer(3, &PeerMessage::Bitfield(b"\0\0"));
        assert_eq!(said(&story), Bitfield { bytes: (2, 3), highest: Some(10), version_2: true });
        let client = |client| PeerMessage::ExtensionHandshake(Box::new(peer_wire::ExtensionHandshake { client, ..Default::default() }));
        for name in [Some(&b"a"[..]), None, Some(b"a"), Some(b"b")] {
            story.peer(1, &client(name));
        }
        assert_eq!(story.0.clients[&at(1).address].len(), 2);
    }

    #[test]
    fn caps_are_told() {
        let mut story = Story::new(Limits { web_files: 1, web_runs: 2, ..Limits::default() });
        (0..5).for_each(|number| story.ask(number, b"h", b"/f", None));
        story.ask(5, b"h", b"/g", None);
        assert_eq!((story.0.gets.len(), story.0.files.len(), story.2.len()), (4, 1, 2));
        for first in [0, 10, 20, 25] {
            story.step(0, run(first, 10));
        }
        let get = &story.0.gets[0];
        assert_eq!((get.runs.len(), get.runs[1].end, get.bytes, story.2.len()), (2, 30, 58, 3));
        for index in 0..4 {
            story.peer(1, &PeerMessage::Have { index });
        }
        assert_eq!((story.0.haves[&(InfoHash([7; 20]), at(1).address)].len(), story.2.len()), (2, 5));
        story.ask(9, b"h", &[b'/'; 2000], None);
        assert_eq!(story.2.len(), 5, "what is no file is not missed");
        assert!(story.2.iter().all(|code| *code == Code::LimitWebFiles));
    }
}
