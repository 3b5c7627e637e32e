//! Which downloads over HTTP brought pieces of which torrent?
//!
//! BEP 19. Nothing in such a download names a torrent, so each is held against the torrents that its client's host takes part in, when the
//! capture is over: what proves it may come after it. It is claimed when what was fetched is proven to be the torrent's content, and the
//! one who fetched it to be the torrent's client.
//!
//! **The content** is the torrent's where
//!
//! - the info dictionary is known, and the URL ends with a file's name and folders in it, of the same length, or is that of a web seed which
//!   the torrent names (BEP 19); or
//! - the files under one folder of the server, or one file, have exactly the bytes that the client told a tracker it lacks, and one
//!   [`Layout`] only fits every block, bitfield and announced piece of the torrent. Files that lie end to end are taken in the order in which
//!   the client walked over their borders: a range that ends with a file, and the next request begins another. Files that each begin a
//!   piece are taken in that order too, and in the order of their paths (BEP 52); or
//! - one file alone fits so by one layout, its pieces are as many as a bitfield or the highest piece tells, and no other torrent of the
//!   host can have it.
//!
//! **The client** is the torrent's where
//!
//! - it announced pieces that no peer in the capture sent whole, after the web server had sent their bytes; or
//! - it calls itself to the server what its host calls itself to trackers or peers; or
//! - it asked by the piece: for two parts or more, none of them the whole file or up to an open end, each from one border of pieces to another.
//!
//! Where the capture goes on with an earlier one, what that one shows of its clients of the web ([`web_going_on`](super::web_going_on)) counts as if it
//! were at the beginning of this one, but what is told already is not told again.
//!
//! The last way of the content needs two of these. A browser that seeks in a video asks up to open ends, from anywhere,
//! so nothing of it is claimed; nor is anything where two torrents, or two layouts, fit equally. Ranges that begin or end inside a block
//! of 16 KiB exclude a torrent. Left out on purpose: torrents of which only some files were fetched, without their info dictionary, and
//! files of one torrent from servers of different names.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::download::{DownloadAnalysis, Sizes};
use super::layout::{Facts, Layout, Placed};
use super::sources::Sources;
use super::torrents::TorrentsAnalysis;
use super::trackers::TrackersAnalysis;
use super::web_files::{FrameNumber, Get, Location, Part, WebFiles, location};
use super::web_going_on::Told;
use crate::base::{Arrange, InfoHash, Map, Set, Time};
use crate::flow::Direction;
use crate::protocol::info_dictionary::{File, InfoDictionary};
use crate::protocol::peer_wire::Block;
use crate::protocol::web_file::{self, Run, Step};
use crate::protocol::{Event, Message};

/// Pieces of a torrent that came from the web.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) info_hash: InfoHash,
    pub(super) layout: Layout,
    /// Whether the layout is not told by an info dictionary.
    pub(super) is_inferred: bool,
    pub(super) gets: Vec<usize>,
    pub(super) client: IpAddr,
    pub(super) reasons: Vec<String>,
}

/// Bytes of one piece that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) index: u32,
    pub(super) begin: u32,
    pub(super) length: u32,
    pub(super) frame: FrameNumber,
    pub(super) time: Time,
}

/// What the rest of the capture says.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) download: &'a DownloadAnalysis,
    pub(super) sources: &'a Sources,
    pub(super) trackers: &'a TrackersAnalysis,
    pub(super) torrents: &'a TorrentsAnalysis,
}

/// A torrent that a client takes part in.
struct Candidate<'a> {
    info_hash: InfoHash,
    names: Vec<InfoHash>,
    facts: Facts,
    /// Bytes that the client told trackers it lacks.
    lacks: Vec<u64>,
    dictionary: Option<&'a InfoDictionary>,
}

/// What was fetched by one client, and what is known of it.
struct Desk<'a> {
    web: &'a WebFiles,
    known: Known<'a>,
    client: IpAddr,
    gets: BTreeMap<usize, Vec<usize>>,
    agents: Vec<&'a [u8]>,
    candidates: Vec<Candidate<'a>>,
}

/// A layout of a group of files that fits a torrent.
struct Fit {
    candidate: usize,
    layout: Layout,
    reasons: Vec<String>,
    is_exact: bool,
}

/// A folder of a server: the server's name, and the parts of the path.
type Folder<'a> = (&'a [u8], &'a [Box<[u8]>]);

/// All that can be claimed now, in the order of the clients.
pub(super) fn claims(web: &WebFiles, known: Known<'_>) -> Vec<Claim> {
    let clients: BTreeSet<IpAddr> = web.files.iter().map(|file| file.client).collect();
    let told = if clients.is_empty() { Vec::new() } else { told(known.trackers) };
    let told: Vec<Told<'_>> = web.earlier.told().chain(told).collect();
    let mut claims: Vec<Claim> = Vec::new();
    for client in clients {
        let desk = Desk::new(web, known, client, &told);
        if !desk.candidates.is_empty() {
            claims.extend(desk.claims());
        }
    }
    // Two clients that would have it differently are both wrong.
    let mut shapes: Map<InfoHash, Option<(u64, u64)>> = Map::default();
    for claim in claims.iter().filter(|claim| claim.is_inferred) {
        let shape = (claim.layout.piece_length, claim.layout.size());
        let known = shapes.entry(claim.info_hash).or_insert(Some(shape));
        *known = known.filter(|known| *known == shape);
    }
    claims.retain(|claim| !claim.is_inferred || shapes.get(&claim.info_hash).copied().flatten().is_some());
    claims
}

impl Claim {
    /// Tells what a GET brought and is not told yet, a part of a piece at a time, as if it came with the frame that began it. What came in an
    /// earlier capture, and only this one proves, is told as if it came with the first frame, of which `began` is the time.
    pub(super) fn tell(&self, get: &Get, began: Time, mut sink: impl FnMut(&Event<'_>, Block)) {
        for Arrival { index, begin, length, frame, time } in arrivals(&self.layout, get.file, get.untold()) {
            let (frame, time) = if frame > 0 { (frame.unsigned_abs(), time) } else { (1, began) };
            let step = Step::Run(Run { bytes: length.into(), ..Run::default() });
            let event = Event {
                time,
                frame,
                source: get.server,
                destination: get.client,
                flow: Some(get.flow),
                direction: Direction::Responder,
                bytes: 0,
                message: Message::WebFile(web_file::Message { number: get.number, step }),
            };
            sink(&event, Block { index, begin, length });
        }
    }

    /// The torrent's sizes, where no info dictionary tells them.
    pub(super) fn sizes(&self) -> Option<Sizes> {
        let layout = &self.layout;
        let sizes = Sizes { piece_length: layout.piece_length, piece_count: layout.piece_count(), total: layout.total() };
        self.is_inferred.then_some(sizes)
    }
}

/// What clients told trackers. Bytes that are missing count while nothing was got: later some may be there of which no announce tells.
pub(super) fn told(trackers: &TrackersAnalysis) -> Vec<Told<'_>> {
    let announces = (0..trackers.announce_count()).filter_map(|index| trackers.announce(index));
    let told = announces.filter_map(|(_, announce)| {
        let lacks =
            announce.left.filter(|left| announce.downloaded.is_none_or(|got| got == 0) && (1..i64::MAX.unsigned_abs()).contains(left));
        Some(Told { client: announce.client?.address, info_hash: announce.info_hash?, lacks, agent: announce.agent.as_deref() })
    });
    told.collect()
}

impl<'a> Desk<'a> {
    fn new(web: &'a WebFiles, known: Known<'a>, client: IpAddr, told: &[Told<'a>]) -> Self {
        let hashes = known.torrents_of(web, client);
        let of_client = || told.iter().filter(|told| told.client == client);
        let candidate = |info_hash| {
            let dictionary = known.download.dictionary(info_hash);
            let names = known.names(info_hash);
            let lacks = of_client().filter(|told| names.contains(&told.info_hash)).filter_map(|told| told.lacks).collect();
            let facts = facts(web, known, client, &names);
            Candidate { info_hash, names, facts, lacks, dictionary }
        };
        let candidates = hashes.into_iter().map(candidate).collect();
        let mut gets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, get) in web.gets.iter().enumerate().filter(|(_, get)| get.client.address == client) {
            gets.entry(get.file).or_default().push(index);
        }
        let to_peers = web.clients.get(&client).into_iter().flatten().map(AsRef::as_ref);
        let agents = of_client().filter_map(|told| told.agent.map(str::as_bytes)).chain(to_peers).collect();
        Desk { web, known, client, gets, agents, candidates }
    }

    fn claims(&self) -> Vec<Claim> {
        let mut claims: Vec<Claim> = self.named().into_iter().filter_map(|(fit, files)| self.claim(fit, &files)).collect();
        let taken: Set<usize> = claims.iter().flat_map(|claim| claim.layout.files.iter().map(|place| place.file)).collect();
        let mut fits: Vec<Fit> = self.groups(&taken).iter().filter_map(|group| self.only_fit(group)).collect();
        // The larger group first: the smaller may be a part of it.
        fits.arrange_by_key(|fit| std::cmp::Reverse(fit.layout.files.len()));
        let mut places: BTreeMap<usize, Vec<(InfoHash, u64, Placed)>> = BTreeMap::new();
        for fit in &fits {
            for place in &fit.layout.files {
                let info_hash = self.candidates.get(fit.candidate).map(|candidate| candidate.info_hash).unwrap_or(InfoHash([0; 20]));
                places.entry(place.file).or_default().push((info_hash, fit.layout.piece_length, *place));
            }
        }
        let agrees = |fit: &Fit| {
            let of_file = fit.layout.files.iter().filter_map(|place| places.get(&place.file));
            of_file.into_iter().all(|places| places.windows(2).all(|pair| pair.first() == pair.last()))
        };
        let mut used = Set::default();
        for fit in fits.into_iter().filter(agrees) {
            let files: Vec<usize> = fit.layout.files.iter().map(|place| place.file).collect();
            if files.iter().all(|file| used.insert(*file)) {
                claims.extend(self.claim(fit, &files));
            }
        }
        claims
    }

    fn claim(&self, fit: Fit, files: &[usize]) -> Option<Claim> {
        let candidate = self.candidates.get(fit.candidate)?;
        let gets = files.iter().filter_map(|file| self.gets.get(file)).flatten().copied().collect();
        let is_inferred = candidate.dictionary.is_none();
        let (info_hash, client) = (candidate.info_hash, self.client);
        Some(Claim { info_hash, layout: fit.layout, is_inferred, gets, client, reasons: fit.reasons })
    }

    /// Files that info dictionaries name, of one torrent each.
    fn named(&self) -> Vec<(Fit, Vec<usize>)> {
        let mut named = Vec::new();
        for (place, candidate) in self.candidates.iter().enumerate() {
            let Some(dictionary) = candidate.dictionary else { continue };
            let files: Vec<(usize, Placed)> = self.gets.keys().filter_map(|file| Some((*file, self.place_of(*file, candidate)?))).collect();
            let alone = |file: usize| {
                let mut others = self.candidates.iter().enumerate().filter(|(other, _)| *other != place);
                others.all(|(_, other)| self.place_of(file, other).is_none())
            };
            let files: Vec<(usize, Placed)> = files.into_iter().filter(|(file, _)| alone(*file)).collect();
            if files.is_empty() || dictionary.piece_count > MOST_PIECES {
                continue;
            }
            // All files of the torrent: pieces have bytes of those, too, that were not fetched.
            let all = dictionary.files.iter().map(|file| {
                let fetched = files.iter().find(|(_, place)| place.offset == file.offset && file.length > 0);
                Placed { file: fetched.map_or(usize::MAX, |(file, _)| *file), offset: file.offset, length: file.length }
            });
            let layout = Layout { piece_length: dictionary.piece_length, files: all.collect(), aligned: false };
            let ids: Vec<usize> = files.iter().map(|(file, _)| *file).collect();
            let of_seed = ids.iter().any(|file| self.seed_place_of(*file, candidate).is_some());
            let reason = match of_seed {
                true => "The torrent names the server as its web seed.".to_owned(),
                false => format!("{} in the URL and the info dictionary have the same names and lengths.", counted(ids.len(), "file")),
            };
            let of_client = self.of_client(candidate, &layout);
            if self.is_of_blocks(&layout) && !of_client.is_empty() {
                let reasons = [reason].into_iter().chain(of_client).collect();
                named.push((Fit { candidate: place, layout, reasons, is_exact: true }, ids));
            }
        }
        named
    }

    /// Where a file lies in the torrent that names it, by its URL or by its names.
    fn place_of(&self, file: usize, candidate: &Candidate<'_>) -> Option<Placed> {
        self.seed_place_of(file, candidate).or_else(|| self.named_place_of(file, candidate.dictionary?))
    }

    /// Where a file lies in a torrent one of whose web seeds has its URL: a URL that ends with a slash, or is that of several files, has the
    /// names in the info dictionary below it.
    fn seed_place_of(&self, file: usize, candidate: &Candidate<'_>) -> Option<Placed> {
        let (asked, dictionary) = (self.web.files.get(file)?, candidate.dictionary?);
        let urls =
            candidate.names.iter().flat_map(|name| self.known.torrents.web_seeds(*name).iter().chain(self.web.earlier.web_seeds(*name)));
        let seeds = urls.filter_map(|url| location(url));
        let single = dictionary.files.len() == 1 && dictionary.files.iter().all(|file| file.path == dictionary.name);
        for Location { path, is_folder, .. } in seeds.filter(|seed| seed.host.eq_ignore_ascii_case(&asked.host)) {
            let below = asked.path.strip_prefix(path.as_slice());
            let is_seed = |known: &&File| match below {
                Some(below) if single && !is_folder => below.is_empty(),
                Some([name, below @ ..]) => {
                    let rest = known.path.split('/').map(str::as_bytes);
                    **name == *dictionary.name.as_bytes()
                        && (single && below.is_empty() || !single && below.iter().map(AsRef::as_ref).eq(rest))
                }
                _ => false,
            };
            let known = dictionary.files.iter().find(is_seed);
            let same = known.filter(|known| asked.total.is_none_or(|total| total == known.length) && known.length > 0);
            if let Some(known) = same {
                return Some(Placed { file, offset: known.offset, length: known.length });
            }
        }
        None
    }

    /// Where a file lies in the torrent of an info dictionary that names it.
    fn named_place_of(&self, file: usize, dictionary: &InfoDictionary) -> Option<Placed> {
        let asked = self.web.files.get(file)?;
        let fits = |known: &&File| {
            let own = [dictionary.name.as_bytes()];
            let below = known.path.split('/').map(str::as_bytes);
            let single = dictionary.files.len() == 1 && known.path == dictionary.name;
            let parts: Vec<&[u8]> = if single { own.to_vec() } else { own.into_iter().chain(below).collect() };
            let ends = asked.path.len().checked_sub(parts.len()).and_then(|skip| asked.path.get(skip..));
            ends.is_some_and(|ends| ends.iter().zip(&parts).all(|(one, other)| **one == **other))
        };
        let known = dictionary.files.iter().find(fits)?;
        let same = asked.total.is_none_or(|total| total == known.length) && known.length > 0;
        same.then_some(Placed { file, offset: known.offset, length: known.length })
    }

    /// The files that may be one torrent's: each alone, and all that lie below one folder of a server.
    fn groups(&self, taken: &Set<usize>) -> Vec<Vec<usize>> {
        let mut groups = Vec::new();
        let mut folders: BTreeMap<Folder<'_>, Vec<usize>> = BTreeMap::new();
        for index in self.gets.keys().filter(|file| !taken.contains(file)) {
            let Some(file) = self.web.files.get(*index) else { continue };
            groups.push(vec![*index]);
            for depth in 1..file.path.len().min(FOLDERS) {
                let folder = (&*file.host, file.path.get(..depth).unwrap_or_default());
                folders.entry(folder).or_default().push(*index);
            }
        }
        groups.extend(folders.into_values().filter(|files| files.len() > 1));
        groups.arrange();
        groups.dedup();
        groups
    }

    /// The only torrent, and layout, that a group of files fits.
    fn only_fit(&self, group: &[usize]) -> Option<Fit> {
        let mut fits = Vec::new();
        let mut possible = 0;
        for place in 0..self.candidates.len() {
            let layouts = self.layouts(group, place);
            possible += usize::from(!layouts.is_empty());
            fits.extend(self.fit(place, layouts));
        }
        let exact = fits.iter().filter(|fit| fit.is_exact).count();
        match exact {
            0 if possible > 1 => None,
            0 | 1 => fits.into_iter().find(|fit| fit.is_exact == (exact == 1)),
            _ => None,
        }
    }

    /// Every layout of a group of files that contradicts nothing that is known of a torrent.
    fn layouts(&self, group: &[usize], candidate: usize) -> Vec<Layout> {
        let Some(candidate) = self.candidates.get(candidate).filter(|candidate| candidate.dictionary.is_none()) else { return Vec::new() };
        let Some(lengths) = group.iter().map(|file| Some((*file, self.length(*file)?))).collect::<Option<Vec<_>>>() else {
            return Vec::new();
        };
        let facts = &candidate.facts;
        let mut layouts = Vec::new();
        if let [_] = lengths.as_slice() {
            layouts = Layout::all(&lengths, false, facts);
        } else if !candidate.lacks.is_empty() && !self.web.leaves_out_order {
            let in_order =
                |order: &[usize]| order.iter().filter_map(|file| lengths.iter().find(|(known, _)| known == file).copied()).collect();
            if let Some(walk) = self.walk(group) {
                let walk: Vec<_> = in_order(&walk);
                layouts.extend(Layout::all(&walk, false, facts));
                layouts.extend(Layout::all(&walk, true, facts));
            }
            let mut sorted = group.to_vec();
            sorted.arrange_by_key(|file| self.web.files.get(*file).map(|file| &file.path));
            layouts.extend(Layout::all(&in_order(&sorted), true, facts));
        }
        layouts.retain(|layout| {
            self.is_of_blocks(layout)
                && candidate.lacks.iter().all(|lacks| *lacks <= layout.piece_count().saturating_mul(layout.piece_length))
        });
        let mut different: Vec<Layout> = Vec::new();
        for layout in layouts {
            if !different.iter().any(|known| known.piece_length == layout.piece_length && known.files == layout.files) {
                different.push(layout);
            }
        }
        different
    }

    /// What speaks for a torrent, if that is enough.
    fn fit(&self, place: usize, layouts: Vec<Layout>) -> Option<Fit> {
        let candidate = self.candidates.get(place)?;
        let as_told = |layout: &&Layout| candidate.lacks.iter().any(|lacks| layout.may_lack(*lacks));
        let mut told = layouts.iter().filter(as_told);
        let (layout, is_exact) = match (told.next(), told.next(), layouts.as_slice()) {
            (Some(layout), None, _) => (layout, true),
            (None, None, [layout]) if layout.files.len() == 1 => (layout, false),
            _ => return None,
        };
        let (count, length) = (layout.piece_count(), layout.piece_length);
        let of_client = self.of_client(candidate, layout);
        let mut reasons = Vec::new();
        if is_exact {
            let files = counted(layout.files.len(), "file");
            reasons.push(format!("{files} of {} bytes in all: the client told a tracker that it lacked as much.", layout.total()));
        } else {
            let is_counted = candidate.facts.bitfield.is_some() || candidate.facts.highest.map(u64::from) == count.checked_sub(1);
            if !is_counted || of_client.len() < 2 {
                return None;
            }
            reasons.push("Its length fits the number of pieces that peers tell, and no other torrent of the host can have it.".to_owned());
        }
        reasons.push(format!("Only {count} pieces of {length} bytes fit the blocks, bitfields and announced pieces of the torrent."));
        (!of_client.is_empty()).then(|| {
            reasons.extend(of_client);
            Fit { candidate: place, layout: layout.clone(), reasons, is_exact }
        })
    }

    /// What says that the torrent's client fetched the files, a sentence each.
    fn of_client(&self, candidate: &Candidate<'_>, layout: &Layout) -> Vec<String> {
        let mut reasons = Vec::new();
        let (explained, unexplained) = self.explained(candidate, layout);
        if explained > 0 && explained >= unexplained.saturating_mul(4) {
            reasons
                .push(format!("{} that no peer sent whole, announced after the server had sent their bytes.", counted(explained, "piece")));
        }
        let agent = self.gets_of(layout).find_map(|get| get.agent.as_deref().filter(|agent| self.agents.contains(agent)));
        if let Some(agent) = agent {
            reasons.push(format!("The client calls itself {} to the server as to trackers or peers.", agent.escape_ascii()));
        }
        let by_piece = self.parts_by_piece(layout);
        if by_piece >= PARTS {
            reasons.push(format!("{by_piece} parts were asked for that begin and end with pieces."));
        }
        reasons
    }

    /// Pieces that the client announced and that no peer sent whole: those of which the rest had come from the web, and others.
    fn explained(&self, candidate: &Candidate<'_>, layout: &Layout) -> (usize, usize) {
        let mut came: Map<u32, Vec<(FrameNumber, u64)>> = Map::default();
        for get in self.gets_of(layout) {
            for arrival in arrivals(layout, get.file, get.runs.iter()) {
                came.entry(arrival.index).or_default().push((arrival.frame, arrival.length.into()));
            }
        }
        let mut counts = (0, 0);
        for (index, frame) in candidate.names.iter().filter_map(|name| self.web.haves.get(&(*name, self.client))).flatten() {
            let size = layout.piece_bytes((*index).into());
            let from_peers = self.known.bytes_of_piece(self.web, &candidate.names, *index);
            if size == 0 || from_peers >= size {
                continue;
            }
            let before = came.get(index).into_iter().flatten().filter(|(came, _)| came <= frame);
            let from_web: u64 = before.map(|(_, bytes)| *bytes).sum();
            let count = if from_web > 0 && from_web.saturating_add(from_peers) >= size { &mut counts.0 } else { &mut counts.1 };
            *count += 1;
        }
        counts
    }

    /// Different parts of files that were asked for by the piece; 0 where any part was not.
    fn parts_by_piece(&self, layout: &Layout) -> usize {
        let mut parts = BTreeSet::new();
        for get in self.gets_of(layout) {
            for (first, last) in &get.ranges {
                let whole = *first == 0 && last.is_none_or(|last| Some(last.saturating_add(1)) == self.length(get.file));
                if last.is_none() || !layout.is_of_pieces(get.file, *first, *last) {
                    return 0;
                }
                if !whole {
                    parts.insert((get.file, *first));
                }
            }
        }
        parts.len()
    }

    fn is_of_blocks(&self, layout: &Layout) -> bool {
        let even = |get: &Get| get.asked().iter().all(|(first, last)| layout.is_of_blocks(get.file, *first, *last));
        self.gets_of(layout).all(even)
    }

    fn gets_of(&self, layout: &Layout) -> impl Iterator<Item = &'a Get> {
        let of_file = |place: &Placed| self.gets.get(&place.file).into_iter().flatten();
        layout.files.iter().flat_map(of_file).filter_map(|get| self.web.gets.get(*get)).collect::<Vec<_>>().into_iter()
    }

    /// Bytes of a file: as an answer says, or as far as the client, which knows, asked for.
    fn length(&self, file: usize) -> Option<u64> {
        let asked = self.gets.get(&file)?.iter().filter_map(|get| self.web.gets.get(*get)).flat_map(|get| &get.ranges);
        let last = asked.filter_map(|(_, last)| *last).max().map(|last| last.saturating_add(1));
        self.web.files.get(file)?.total.or(last)
    }

    /// The order of files in which the client walked over all their borders.
    fn walk(&self, group: &[usize]) -> Option<Vec<usize>> {
        let mut gets: Vec<&Get> =
            group.iter().filter_map(|file| self.gets.get(file)).flatten().filter_map(|get| self.web.gets.get(*get)).collect();
        gets.arrange_by_key(|get| (get.flow, get.number));
        let (mut after, mut before) = (Map::default(), Map::default());
        for (get, next) in gets.iter().zip(gets.iter().skip(1)).filter(|(get, next)| get.flow == next.flow && get.file != next.file) {
            let (asked, then) = (get.asked(), next.asked());
            let (Some((_, last)), Some((first, _))) = (asked.last(), then.first()) else { continue };
            let ends = last.is_none_or(|last| Some(last.saturating_add(1)) == self.length(get.file));
            if ends && *first == 0 {
                let same =
                    *after.entry(get.file).or_insert(next.file) == next.file && *before.entry(next.file).or_insert(get.file) == get.file;
                if !same {
                    return None;
                }
            }
        }
        let mut order = vec![*group.iter().find(|file| !before.contains_key(file))?];
        while let Some(next) = order.last().and_then(|last| after.get(last)) {
            order.push(*next);
        }
        (order.len() == group.len()).then_some(order)
    }
}

/// What the capture says of the pieces of a torrent under any of its names.
fn facts(web: &WebFiles, known: Known<'_>, client: IpAddr, names: &[InfoHash]) -> Facts {
    let mut facts = Facts::default();
    for name in names {
        if let Some(said) = web.bitfields.get(name) {
            facts.highest = facts.highest.max(said.highest);
            facts.bitfield = facts.bitfield.or(Some(said.bytes.0).filter(|bytes| *bytes > 0 && *bytes == said.bytes.1));
            facts.version_2 |= said.version_2;
        }
        let announced = web.haves.get(&(*name, client)).and_then(|haves| haves.keys().last().copied());
        facts.highest = facts.highest.max(announced);
    }
    facts.ends = known.block_ends(web, names);
    facts.highest = facts.highest.max(facts.ends.last().map(|(index, _)| *index));
    facts
}

/// What runs of a file brought, piece by piece.
pub(super) fn arrivals<'r>(layout: &Layout, file: usize, runs: impl Iterator<Item = &'r Part>) -> Vec<Arrival> {
    let Some(place) = layout.files.iter().find(|place| place.file == file) else { return Vec::new() };
    let mut arrivals = Vec::new();
    for run in runs {
        // A server may send more than the file has, or the client asked for.
        let (mut at, end) = (place.offset.saturating_add(run.first), place.offset.saturating_add(run.end.min(place.length)));
        while at < end {
            let (index, begin) = (at / layout.piece_length, at % layout.piece_length);
            let length = (layout.piece_length - begin).min(end - at);
            let (Ok(index), Ok(begin), Ok(short)) = (u32::try_from(index), u32::try_from(begin), u32::try_from(length)) else { break };
            arrivals.push(Arrival { index, begin, length: short, frame: run.first_frame, time: run.time });
            at += length;
        }
    }
    arrivals
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Pieces of a torrent of which anything may be claimed. The largest have some hundred thousand; an info dictionary can say that each byte is
/// one, and each would take more memory than it has bytes.
const MOST_PIECES: u32 = 1 << 20;
/// Parts of a file that must have been asked for by the piece, to say that a torrent's client asks.
const PARTS: usize = 2;
/// Folders that files may have in common and be one torrent's: deeper ones are that of a part.
const FOLDERS: usize = 16;

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::base::{Endpoint, Limits};
    use crate::flow::FlowId;
    use crate::protocol::Streams;
    use crate::protocol::http_tracker::{self, Body, Kind, Place, Query};
    use crate::protocol::info_dictionary::MetadataSource;
    use crate::protocol::peer_wire::{self, Handshake};
    use crate::protocol::web_file::Asked;
    use crate::report::capture::Capture;
    use crate::report::download::Torrent;
    use crate::report::web_seeds::WebSeed;
    use crate::report::{Analyses, Observer};

    pub(in crate::report) const PIECE: u64 = 64 << 10;
    const CLIENT: Endpoint = Endpoint { address: IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 10)), port: 5000 };
    const PEER: Endpoint = Endpoint { address: IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 2)), port: 6881 };
    pub(in crate::report) const SERVER: Endpoint = Endpoint { address: IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 3)), port: 80 };

    /// A client with torrents, named by a byte, and a web server.
    pub(in crate::report) struct Story {
        pub(in crate::report) analyses: Analyses,
        pub(in crate::report) frame: u64,
        pub(in crate::report) gets: u32,
    }

    impl Story {
        pub(in crate::report) fn new() -> Self {
            Story { analyses: Analyses::new(&Limits::default()), frame: 0, gets: 0 }
        }

        pub(in crate::report) fn say(&mut self, source: Endpoint, destination: Endpoint, flow: u64, message: Message<'_>) {
            self.frame += 1;
            let (time, flow, direction) = (Time::default(), Some(FlowId(flow)), Direction::Originator);
            self.analyses.observe(&Event { time, frame: self.frame, source, destination, flow, direction, bytes: 0, message });
        }

        fn peer(&mut self, from: Endpoint, to: Endpoint, torrent: u8, message: peer_wire::Message<'_>) {
            let info_hash = Some(InfoHash([torrent; 20]));
            self.say(from, to, torrent.into(), Message::PeerWire { info_hash, message });
        }

        /// Both ends shake hands, and the peer sends the last block of each of these pieces.
        pub(in crate::report) fn meets(&mut self, torrent: u8, pieces: &[u32]) {
            let handshake = Handshake { reserved: [0; 8], info_hash: Some(InfoHash([torrent; 20])), peer_id: None };
            self.peer(CLIENT, PEER, torrent, peer_wire::Message::Handshake(handshake));
            self.peer(PEER, CLIENT, torrent, peer_wire::Message::Handshake(handshake));
            for index in pieces {
                self.block(torrent, *index, 48 << 10, 16 << 10);
            }
        }

        pub(in crate::report) fn block(&mut self, torrent: u8, index: u32, begin: u32, length: u32) {
            let block = Block { index, begin, length };
            self.peer(PEER, CLIENT, torrent, peer_wire::Message::Piece { block, captured: length });
        }

        pub(in crate::report) fn has(&mut self, torrent: u8, pieces: std::ops::Range<u32>) {
            pieces.for_each(|index| self.peer(CLIENT, PEER, torrent, peer_wire::Message::Have { index }));
        }

        /// The client starts with a tracker.
        pub(in crate::report) fn lacks(&mut self, torrent: u8, left: u64) {
            let info_hashes = [InfoHash([torrent; 20])].into_iter().collect();
            let query = Query { info_hashes, left: Some(left), downloaded: Some(0), port: Some(5000), ..Query::default() };
            let place = Place { path: b"/announce", host: None, agent: Some(b"torrenter/1") };
            let number = self.gets;
            let body = Body::Request { place, query };
            self.say(CLIENT, PEER, 99, Message::HttpTracker(http_tracker::Message { number, kind: Kind::Announce, body }));
        }

        /// Asks for a part of a file that has `total` bytes, and gets as many bytes of it as are given.
        pub(in crate::report) fn get(&mut self, agent: Option<&str>, url: &str, range: (u64, Option<u64>), total: u64, bytes: u64) {
            let number = self.gets;
            self.gets += 1;
            let ranges = if range == (0, None) { [].into_iter().collect() } else { [range].into_iter().collect() };
            let (host, agent) = (Some(&b"example.org"[..]), agent.map(str::as_bytes));
            let asked = Asked { host, target: url.as_bytes(), agent, ranges, head: 100 };
            let file = |step| Message::WebFile(web_file::Message { number, step });
            self.say(CLIENT, SERVER, 77, file(Step::Asked(asked)));
            self.say(SERVER, CLIENT, 77, file(Step::Answered { total: Some(total), head: 50 }));
            let run = Run { first: range.0, bytes, last_frame: self.frame + 2, read: bytes, lost: 3, truncated: 4 };
            self.say(SERVER, CLIENT, 77, file(Step::Run(run)));
        }

        pub(in crate::report) fn whole(&mut self, agent: Option<&str>, url: &str, total: u64) {
            self.get(agent, url, (0, Some(total - 1)), total, total);
        }

        fn end(mut self) -> (Vec<WebSeed>, Vec<Torrent>) {
            self.analyses.finish();
            let report = self.analyses.sections(Capture::default(), &Streams::new(&Limits::default())).report();
            let sent: u64 = report.web_seeds.iter().map(|seed| seed.bytes).sum();
            let claimed = report.messages.count("web_seed", "response");
            assert_eq!(report.coverage.decoded, sent + 100 * report.messages.count("web_seed", "request") + 50 * claimed);
            assert_eq!((report.coverage.lost, report.coverage.truncated), (3 * claimed, 4 * claimed));
            (report.web_seeds, report.download.torrents)
        }

        /// The indices of the pieces that the web server sent, by torrent.
        fn pieces(self) -> Vec<(u8, Vec<u32>)> {
            let (seeds, torrents) = self.end();
            let from_web = |torrent: &Torrent| -> Vec<u32> {
                let web = torrent.pieces.iter().filter(|piece| piece.contributors.iter().any(|share| share.endpoint == SERVER));
                web.map(|piece| piece.index).collect()
            };
            let rows: Vec<_> = torrents.iter().map(|torrent| (torrent.info_hash.unwrap().0[0], from_web(torrent))).collect();
            let rows: Vec<_> = rows.into_iter().filter(|(_, pieces)| !pieces.is_empty()).collect();
            assert_eq!(seeds.len(), rows.len());
            let sent: usize = rows.iter().map(|(_, pieces)| pieces.len()).sum();
            assert_eq!(seeds.iter().map(|seed| seed.pieces).sum::<usize>(), sent);
            rows
        }
    }

    pub(in crate::report) const AGENT: Option<&str> = Some("torrenter/1");
    const BROWSER: Option<&str> = Some("Mozilla/5.0");

    #[test]
    fn a_file_of_the_length_that_the_client_lacks() {
        let mut story = Story::new();
        story.lacks(1, 10 * PIECE);
        story.meets(1, &[9, 3]);
        story.lacks(2, 10 * PIECE + 1);
        story.meets(2, &[9]);
        story.whole(AGENT, "/a/b.bin", 10 * PIECE);
        let (seeds, torrents) = story.end();
        assert_eq!(
            (seeds[0].info_hash, seeds[0].endpoint, seeds[0].url.as_str()),
            (InfoHash([1; 20]), SERVER, "http://example.org/a/b.bin")
        );
        assert_eq!((seeds.len(), seeds[0].bytes, seeds[0].requests, seeds[0].reasons.len()), (1, 10 * PIECE, 1, 3));
        let sizes = |torrent: &Torrent| (torrent.piece_length, torrent.piece_count, torrent.total_size);
        assert_eq!((sizes(&torrents[0]), sizes(&torrents[1])), ((Some(PIECE), Some(10), Some(10 * PIECE)), (None, None, None)));
        let last = torrents[0].pieces.last().unwrap();
        assert_eq!((last.contributors.len(), last.bytes, last.receivers[0].endpoint), (2, PIECE, CLIENT));
    }

    #[test]
    fn a_part_of_a_piece_counts_as_what_it_is() {
        let mut story = Story::new();
        story.lacks(1, 10 * PIECE);
        story.meets(1, &[9]);
        story.get(AGENT, "/f", (0, Some(10 * PIECE - 1)), 10 * PIECE, PIECE + 100);
        let (_, torrents) = story.end();
        let bytes: Vec<_> = torrents[0].pieces.iter().map(|piece| (piece.index, piece.bytes)).collect();
        assert_eq!(bytes, [(0, PIECE), (1, 100), (9, 16 << 10)]);
    }

    /// What a browser of the same host fetches is its own.
    #[test]
    fn a_browser_is_no_client() {
        for (range, bytes) in [((0, None), 10 * PIECE), ((3 * PIECE, None), 100), ((0, Some(10 * PIECE - 1)), 10 * PIECE)] {
            let mut story = Story::new();
            story.lacks(1, 10 * PIECE);
            story.meets(1, &[9]);
            story.get(BROWSER, "/video.mp4", range, 10 * PIECE, bytes);
            assert_eq!(story.pieces(), [], "{range:?}");
        }
        // Seeking: neither open ends nor places inside a block are a torrent client's, whatever it announces.
        let mut story = Story::new();
        story.lacks(1, 10 * PIECE);
        story.meets(1, &[9]);
        for first in [0, 2 * PIECE, 5_000_001, 7 * PIECE] {
            story.get(BROWSER, "/video.mp4", (first.min(9 * PIECE + 5), None), 10 * PIECE, 1000);
        }
        story.has(1, 0..9);
        assert_eq!(story.pieces(), []);
    }

    #[test]
    fn the_client_shows_by_pieces_that_no_peer_sent() {
        let story = |before: bool, agent| {
            let mut story = Story::new();
            story.lacks(1, 10 * PIECE);
            story.meets(1, &[9]);
            if before {
                story.get(agent, "/other", (0, None), 5, 5);
                story.has(1, 0..9);
            }
            story.whole(agent, "/f", 10 * PIECE);
            if !before {
                story.has(1, 0..9);
            }
            story.pieces()
        };
        assert_eq!(story(false, None), [(1, (0..10).collect())]);
        assert_eq!(story(true, None), [], "announced before its bytes came");
        assert_eq!(story(true, AGENT), [(1, (0..10).collect())]);
    }

    #[test]
    fn pieces_that_peers_sent_whole_prove_nothing() {
        let mut story = Story::new();
        story.lacks(1, 4 * PIECE);
        story.meets(1, &[]);
        (0..4).for_each(|index| story.block(1, index, 0, 64 << 10));
        story.whole(BROWSER, "/f", 4 * PIECE);
        story.has(1, 0..4);
        assert_eq!(story.pieces(), []);
    }

    #[test]
    fn parts_by_the_piece() {
        let story = |parts: &[(u64, u64)]| {
            let mut story = Story::new();
            story.lacks(1, 10 * PIECE - 7);
            story.meets(1, &[8]);
            for (first, end) in parts {
                story.get(None, "/f", (*first, Some(end - 1)), 10 * PIECE - 7, end - first);
            }
            story.pieces()
        };
        assert_eq!(story(&[(0, PIECE), (7 * PIECE, 10 * PIECE - 7)]), [(1, vec![0, 7, 8, 9])]);
        assert_eq!(story(&[(0, PIECE)]), [], "one is too few");
        assert_eq!(story(&[(0, PIECE), (7 * PIECE, 10 * PIECE - 8)]), [], "an end inside a piece");
        assert_eq!(story(&[(0, PIECE), (7 * PIECE + (16 << 10), 8 * PIECE)]), [], "by the block only");
        assert_eq!(story(&[(0, 10 * PIECE - 7), (0, 10 * PIECE - 7)]), [], "the whole is no part");
    }

    #[test]
    fn without_a_tracker_more_must_agree() {
        let story = |other: bool, highest: u32, agent| {
            let mut story = Story::new();
            story.meets(1, &[highest]);
            if other {
                story.meets(2, &[]);
            }
            story.whole(None, "/f", 10 * PIECE);
            let handshake = peer_wire::ExtensionHandshake { client: Some(b"torrenter/1"), ..Default::default() };
            story.peer(CLIENT, PEER, 1, peer_wire::Message::ExtensionHandshake(Box::new(handshake)));
            story.get(agent, "/f", (0, Some(PIECE - 1)), 10 * PIECE, PIECE);
            story.has(1, 0..highest);
            story.pieces()
        };
        assert_eq!(story(false, 9, AGENT), [(1, (0..10).collect())]);
        assert_eq!(story(false, 9, BROWSER), []);
        assert_eq!(story(true, 9, AGENT), [], "another torrent may have the file");
        assert_eq!(story(false, 8, AGENT), [], "a piece less than the file has");
        assert_eq!(story(false, 10, AGENT), [], "a piece more than the file has");
    }

    #[test]
    fn equals_are_not_told_apart() {
        let mut story = Story::new();
        for torrent in [1, 2] {
            story.lacks(torrent, 10 * PIECE);
            story.meets(torrent, &[9]);
        }
        story.whole(AGENT, "/f", 10 * PIECE);
        assert_eq!(story.pieces(), []);
        let mut story = Story::new();
        story.lacks(1, 10 * PIECE);
        story.meets(1, &[]);
        story.whole(AGENT, "/f", 10 * PIECE);
        assert_eq!(story.pieces(), [], "nothing tells the length of a piece");
    }

    #[test]
    fn files_end_to_end_in_the_order_of_the_walk() {
        let story = |order: [(&str, u64); 3], pause: bool| {
            let mut story = Story::new();
            story.lacks(1, 3 * PIECE + 500);
            story.meets(1, &[2]);
            story.block(1, 3, 0, 500);
            for (path, length) in order {
                story.whole(AGENT, path, length);
                if pause {
                    story.get(AGENT, "/elsewhere/x", (5, None), 10, 5);
                    story.gets += 1;
                }
            }
            story.end()
        };
        let files = [("/t/z", 1000), ("/t/a", 2 * PIECE), ("/t/b", PIECE - 500)];
        let (seeds, torrents) = story(files, false);
        assert_eq!((seeds[0].url.as_str(), seeds[0].requests), ("http://example.org/t", 3));
        let pieces: Vec<_> = torrents[0].pieces.iter().map(|piece| piece.bytes).collect();
        assert_eq!(pieces, [PIECE, PIECE, PIECE, 500]);
        assert_eq!((torrents[0].total_size, torrents[0].piece_count), (Some(3 * PIECE + 500), Some(4)));
        let (seeds, _) = story([files[0], files[1], ("/t/b", PIECE)], false);
        assert_eq!(seeds, [], "other files");
        assert_eq!(story(files, true).0.len(), 1, "what is below another folder is no border");
    }

    #[test]
    fn files_that_begin_pieces_in_the_order_of_their_paths() {
        let (b, x, a) = (("/t/b%20c", 70_000), ("/t/x", 20_000), ("/t/a/z", 5000));
        let story = |order: [(&str, u64); 3], ends: &[(u32, u32)]| {
            let mut story = Story::new();
            story.lacks(1, 4 * PIECE);
            story.meets(1, &[1]);
            ends.iter().for_each(|(index, end)| story.block(1, *index, 0, *end));
            order.iter().for_each(|(path, length)| story.whole(AGENT, path, *length));
            story.pieces()
        };
        let all = [(1, vec![0, 1, 2, 3])];
        assert_eq!(story([a, b, x], &[]), all);
        assert_eq!(story([b, x, a], &[]), [], "walked over in one order, and sorted in another");
        assert_eq!(story([b, x, a], &[(0, 5000)]), all, "the first piece is as short as the first file by path");
        assert_eq!(story([b, x, a], &[(3, 5000)]), all, "the last is as short as the last that was asked for");
        assert_eq!(story([a, b, x], &[(3, 5000)]), [], "neither");
    }

    #[test]
    fn a_torrent_of_pieces_beyond_number_is_claimed_nothing() {
        let story = |length: u64, piece_length: u64| {
            let dictionary = InfoDictionary {
                info_hash: None,
                info_hash_v2: Some(crate::base::InfoHashV2([1; 32])),
                name: "f".into(),
                piece_length,
                piece_count: u32::try_from(length / piece_length).unwrap(),
                total_size: length,
                private: false,
                files: vec![File { path: "f".into(), length, offset: 0, pieces_root: None }],
                hashes: Default::default(),
            };
            let mut story = Story::new();
            story.meets(1, &[]);
            story.lacks(1, length);
            story.say(PEER, CLIENT, 5, Message::Torrent { dictionary: &dictionary, source: MetadataSource::TorrentFile });
            story.whole(AGENT, "/f", length);
            story.pieces()
        };
        assert_eq!(story(2 << 20, 1 << 20), [(1, vec![0, 1])]);
        assert_eq!(story(2 << 20, 1), []);
    }

    #[test]
    fn a_known_torrent_names_its_files() {
        let file = |path: &str, offset, length| File { path: path.into(), length, offset, pieces_root: None };
        let dictionary = InfoDictionary {
            info_hash: Some(InfoHash([1; 20])),
            info_hash_v2: None,
            name: "n".into(),
            piece_length: PIECE,
            piece_count: 3,
            total_size: 3 * PIECE,
            private: false,
            files: vec![file("d/a", 0, PIECE + 1000), file("d/b c", PIECE + 1000, 2 * PIECE - 1000)],
            hashes: Default::default(),
        };
        let story = |url: &str, agent, total| {
            let mut story = Story::new();
            story.meets(1, &[]);
            story.lacks(1, 3 * PIECE);
            let source = MetadataSource::TorrentFile;
            story.say(PEER, CLIENT, 5, Message::Torrent { dictionary: &dictionary, source });
            story.whole(agent, url, total);
            story.pieces()
        };
        assert_eq!(story("/mirror/n/d/b%20c", AGENT, 2 * PIECE - 1000), [(1, vec![1, 2])]);
        assert_eq!(story("/mirror/n/d/b%20c", BROWSER, 2 * PIECE - 1000), []);
        assert_eq!(story("/mirror/n/d/b%20c", AGENT, 2 * PIECE), [], "another length");
        assert_eq!(story("/mirror/d/b%20c", AGENT, 2 * PIECE - 1000), [], "another name");
    }

    #[test]
    fn lengths_that_no_number_holds() {
        let mut story = Story::new();
        story.lacks(1, i64::MAX.unsigned_abs() - 1);
        story.meets(1, &[u32::MAX]);
        for (range, total) in [((u64::MAX - 1, Some(u64::MAX)), u64::MAX), ((0, Some(u64::MAX)), u64::MAX), ((5, Some(4)), 1)] {
            story.get(AGENT, "/t/f", range, total, 10);
            story.get(AGENT, "/t/g", range, u64::MAX, 10);
        }
        story.has(1, u32::MAX - 1..u32::MAX);
        assert_eq!(story.analyses.web_seeds.len(), 0);
        story.analyses.finish();
        assert_eq!(story.analyses.web_seeds, []);
    }
}
