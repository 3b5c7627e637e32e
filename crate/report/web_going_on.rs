//! Downloads over HTTP whose proof lies in several captures.
//!
//! What proves that a download brought pieces of a torrent is spread over its time: the announce that says how much is missing comes before it, the
//! pieces that the client has after it. In: at the end of one capture, everything by which [`web_claims`](super::web_claims) judges the clients of the web
//! that take part in torrents. Out: the same before the first bytes of the next capture, which then judges both together.
//!
//! Each byte is told in one capture: in the one that it is in, where that proves whose it is, and else in the first one that does, as if it came with its
//! first frame. Frames of earlier captures are [counted](FrameNumber) back from there, so that what came before what is still known. A client that
//! fetched nothing for an hour is forgotten.

mod dictionary;
mod telling;

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::extent::{Extent, UnfinishedExtent};
use super::web_claims::Known;
use super::web_files::{AGENT_BYTES, Bitfield, File, FrameNumber, GETS_PER_FILE, Get, Part, URL_BYTES, WebFiles};
use crate::base::{Code, Endpoint, InfoHash, Map, Time, hex_bytes};
use crate::flow::FlowId;
use crate::protocol::info_dictionary::InfoDictionary;
use dictionary::UnfinishedDictionary;

pub use telling::UnfinishedDownloads;

/// A client of the web that takes part in torrents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedClient {
    address: IpAddr,
    /// When it was last seen to fetch anything, in nanoseconds since 1970-01-01 00:00 UTC.
    heard: i64,
    /// The torrents that it takes part in.
    torrents: Vec<InfoHash>,
    /// What it told trackers.
    told: Vec<UnfinishedTold>,
    /// What it calls itself to peers.
    names: Vec<Bytes>,
    /// Pieces that it announced, each with the frame.
    haves: Vec<(InfoHash, Vec<(u32, FrameNumber)>)>,
    files: Vec<UnfinishedFile>,
}

/// What a client told a tracker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedTold {
    info_hash: InfoHash,
    lacks: Option<u64>,
    agent: Option<Box<str>>,
}

/// A file, as its client sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedFile {
    host: Bytes,
    path: Vec<Bytes>,
    /// Host and path of each URL that leads to it.
    urls: Vec<Bytes>,
    total: Option<u64>,
    is_unsteady: bool,
    gets: Vec<UnfinishedGet>,
}

/// A GET.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedGet {
    /// Stands for its connection.
    connection: u32,
    number: u32,
    client: Endpoint,
    server: Endpoint,
    ranges: Vec<(u64, Option<u64>)>,
    agent: Option<Bytes>,
    runs: Vec<UnfinishedRun>,
}

/// Neighbouring bytes of a file that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedRun {
    first: u64,
    end: u64,
    frame: FrameNumber,
    is_told: bool,
}

/// What is known of a torrent of such clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedTorrentFacts {
    /// All its names, the one that it is listed by first.
    names: Vec<InfoHash>,
    /// By each name, what peers say of all pieces at once.
    bitfields: Vec<(InfoHash, Bitfield)>,
    /// Which bytes of its pieces peers sent.
    blocks: Vec<(u32, UnfinishedExtent)>,
    web_seeds: Vec<String>,
    dictionary: Option<UnfinishedDictionary>,
}

/// Bytes that are told as hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Bytes(#[serde(with = "hex_bytes")] Vec<u8>);

/// What earlier captures tell, beside files and GETs.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    torrents: Map<IpAddr, Vec<InfoHash>>,
    told: Vec<(IpAddr, UnfinishedTold)>,
    heard: Map<IpAddr, i64>,
    /// By each name of a torrent.
    facts: Map<InfoHash, TorrentFacts>,
    /// Bytes of pieces that peers sent, of torrents of which the web's were added at the end of this capture.
    before_web: Map<InfoHash, BTreeMap<u32, Extent>>,
    block_count: usize,
    /// Connections that were not met again, by the numbers under which they go on.
    connections: Map<u32, FlowId>,
    /// The GETs of each of them.
    gets: Map<FlowId, Vec<u32>>,
    /// There was no room for something.
    left_out: bool,
}

#[derive(Debug, Default)]
struct TorrentFacts {
    blocks: BTreeMap<u32, Extent>,
    web_seeds: Vec<String>,
}

/// What a client told a tracker: of which torrent, how many bytes it lacks, what it calls itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    pub(super) client: IpAddr,
    pub(super) info_hash: InfoHash,
    pub(super) lacks: Option<u64>,
    pub(super) agent: Option<&'a str>,
}

impl Earlier {
    /// What clients told trackers.
    pub(super) fn told(&self) -> impl Iterator<Item = Told<'_>> {
        self.told.iter().map(|(client, told)| {
            let UnfinishedTold { info_hash, lacks, agent } = told;
            Told { client: *client, info_hash: *info_hash, lacks: *lacks, agent: agent.as_deref() }
        })
    }

    /// Seeds on the web that a torrent names.
    pub(super) fn web_seeds(&self, info_hash: InfoHash) -> &[String] {
        self.facts.get(&info_hash).map(|facts| facts.web_seeds.as_slice()).unwrap_or_default()
    }

    /// Keeps which bytes of pieces peers sent, before those of the web are added.
    pub(super) fn keep_blocks(&mut self, info_hash: InfoHash, blocks: BTreeMap<u32, Extent>) {
        self.before_web.entry(info_hash).or_insert(blocks);
    }

    /// The first of what was told, as many as there is room for.
    fn fitting<T>(&mut self, mut all: Vec<T>, room: usize) -> impl Iterator<Item = T> + use<T> {
        self.left_out |= all.len() > room;
        all.truncate(room);
        all.into_iter()
    }
}

impl WebFiles {
    /// Takes a client of an earlier capture. What there is no room for is left out.
    pub(super) fn expect_client(&mut self, client: UnfinishedClient, found: &mut impl FnMut(Code)) {
        let UnfinishedClient { address, heard, torrents, told, names, haves, files } = client;
        if self.earlier.torrents.len() >= self.limits.hosts {
            return found(Code::LimitWebFiles);
        }
        let torrents = self.earlier.fitting(torrents, self.limits.namings_per_endpoint).collect();
        self.earlier.torrents.insert(address, torrents);
        self.earlier.heard.insert(address, heard);
        let room = self.limits.announces.saturating_sub(self.earlier.told.len());
        let is_short = |told: &UnfinishedTold| told.agent.as_ref().is_none_or(|agent| agent.len() <= AGENT_BYTES);
        let told = self.earlier.fitting(told, room).filter(is_short);
        self.earlier.told.extend(told.map(|told| (address, told)));
        self.askers.insert(address);
        names.into_iter().for_each(|Bytes(name)| self.calls_itself(address, &name));
        for (info_hash, pieces) in haves {
            let pieces = self.earlier.fitting(pieces, self.limits.web_runs.saturating_sub(self.have_count));
            let known = self.haves.entry((info_hash, address)).or_default();
            let before = known.len();
            pieces.for_each(|(index, frame)| _ = known.entry(index).or_insert(frame.min(0)));
            self.have_count += known.len() - before;
        }
        let files = self.earlier.fitting(files, self.limits.web_files.saturating_sub(self.files.len()));
        files.for_each(|file| self.expect_file(address, file));
        if std::mem::take(&mut self.earlier.left_out) {
            found(Code::LimitWebFiles);
        }
    }

    fn expect_file(&mut self, client: IpAddr, file: UnfinishedFile) {
        let UnfinishedFile { host: Bytes(host), path, urls, total, is_unsteady, gets } = file;
        let length: usize = path.iter().map(|Bytes(part)| part.len() + 1).sum();
        if host.len() > URL_BYTES || length > URL_BYTES + 1 {
            return;
        }
        let (index, path) = (self.files.len(), path.into_iter().map(|Bytes(part)| part.into()).collect());
        self.files.push(File { client, host: host.into(), path, total: total.filter(|_| !is_unsteady), is_unsteady });
        let Ok(number) = u32::try_from(index) else { return };
        for Bytes(url) in urls {
            if self.by_url.len() < self.limits.web_files && url.len() <= 2 * URL_BYTES {
                self.by_url.entry((client, url.into())).or_insert(number);
            }
        }
        let room = (self.limits.web_files * GETS_PER_FILE).saturating_sub(self.gets.len());
        self.earlier.fitting(gets, room).for_each(|get| self.expect_get(index, get));
    }

    fn expect_get(&mut self, file: usize, get: UnfinishedGet) {
        let UnfinishedGet { connection, number, client, server, ranges, agent, runs } = get;
        let Ok(index) = u32::try_from(self.gets.len()) else { return };
        let part = |run: UnfinishedRun| {
            let UnfinishedRun { first, end, frame, is_told } = run;
            let is_run = end.checked_sub(first).is_some_and(|bytes| (1..=RUN_BYTES).contains(&bytes));
            is_run.then_some(Part { first, end, first_frame: frame.min(0), last_frame: 0, time: Time::default(), is_told })
        };
        let room = self.limits.web_runs.saturating_sub(self.run_count);
        let runs: SmallVec<[Part; 1]> = self.earlier.fitting(runs, room).filter_map(part).collect();
        self.run_count += runs.len();
        let flow = stand_in(connection);
        self.earlier.gets.entry(flow).or_default().push(index);
        self.gets.push(Get {
            flow,
            number,
            client,
            server,
            file,
            frame: 0,
            ranges: ranges.into_iter().take(RANGES).collect(),
            agent: agent.map(|Bytes(agent)| agent.into()),
            is_answered: false,
            bytes: 0,
            lost: 0,
            truncated: 0,
            runs,
        });
    }

    /// Takes what is known of a torrent; answers its info dictionary.
    pub(super) fn expect_facts(&mut self, torrent: UnfinishedTorrentFacts, found: &mut impl FnMut(Code)) -> Option<InfoDictionary> {
        let UnfinishedTorrentFacts { names, bitfields, blocks, web_seeds, dictionary } = torrent;
        let name = *names.first()?;
        // A part of what is known may fit what the whole does not.
        let room = self.limits.arriving_pieces.saturating_sub(self.earlier.block_count);
        if self.earlier.facts.len() >= self.limits.torrents || blocks.len() > room {
            found(Code::LimitWebFiles);
            return None;
        }
        for (name, said) in bitfields.into_iter().take(NAMES) {
            self.of_torrent(name).into_iter().for_each(|known| *known = said);
        }
        let blocks = blocks.into_iter().map(|(index, extent)| (index, Extent::going_on(extent)));
        let blocks: BTreeMap<u32, Extent> = blocks.collect();
        self.earlier.block_count += blocks.len();
        let web_seeds = web_seeds.into_iter().take(self.limits.facts_per_torrent).collect();
        self.earlier.facts.insert(name, TorrentFacts { blocks, web_seeds });
        dictionary?.whole()
    }

    /// Takes that a connection goes on under `number`, which the GETs know as `connection`.
    pub(super) fn expect_connection(&mut self, number: u32, connection: u32) {
        if self.earlier.connections.len() < self.limits.flows {
            self.earlier.connections.insert(number, stand_in(connection));
        }
    }

    /// A connection goes on.
    pub(super) fn goes_on(&mut self, flow: FlowId, number: u32) {
        let Some(earlier) = self.earlier.connections.remove(&number) else { return };
        let gets = self.earlier.gets.remove(&earlier).unwrap_or_default();
        for index in gets {
            let Some(get) = self.gets.get_mut(index as usize) else { continue };
            get.flow = flow;
            self.by_number.insert((flow, get.number), index);
            // The latest is what the connection said last.
            get.agent.iter().for_each(|agent| _ = self.agents.insert(flow, agent.clone()));
        }
    }

    /// The pieces that a GET brought are told from now on.
    pub(super) fn tell(&mut self, get: usize) {
        self.gets.get_mut(get).into_iter().flat_map(|get| &mut get.runs).for_each(|run| run.is_told = true);
    }
}

impl Known<'_> {
    /// The torrents that a host takes part in, each by the name under which it is listed.
    pub(super) fn torrents_of(&self, web: &WebFiles, client: IpAddr) -> Vec<InfoHash> {
        let own = self.sources.of_address(client).filter(|naming| naming.source.is_own()).map(|naming| naming.info_hash);
        let mut hashes: Vec<InfoHash> = Vec::new();
        for info_hash in own.chain(web.earlier.torrents.get(&client).into_iter().flatten().copied()) {
            let info_hash = self.download.first_name(info_hash);
            if !hashes.contains(&info_hash) {
                hashes.push(info_hash);
            }
        }
        hashes
    }

    /// All names of a torrent, this one first.
    pub(super) fn names(&self, info_hash: InfoHash) -> Vec<InfoHash> {
        let more = self.download.dictionary(info_hash).into_iter().flat_map(InfoDictionary::names).filter(|name| *name != info_hash);
        [info_hash].into_iter().chain(more).collect()
    }

    /// Which bytes of its pieces peers sent in earlier captures.
    fn earlier_blocks<'w>(web: &'w WebFiles, names: &[InfoHash]) -> Option<&'w BTreeMap<u32, Extent>> {
        names.iter().find_map(|name| web.earlier.facts.get(name)).map(|facts| &facts.blocks).filter(|blocks| !blocks.is_empty())
    }

    /// Which bytes of its pieces peers sent, in earlier captures and in this one.
    pub(super) fn blocks(&self, web: &WebFiles, names: &[InfoHash]) -> BTreeMap<u32, Extent> {
        let mut blocks = Self::earlier_blocks(web, names).cloned().unwrap_or_default();
        for (index, extent) in names.first().into_iter().flat_map(|name| self.download.extents(*name)) {
            blocks.entry(index).or_default().absorb(extent.clone());
        }
        blocks
    }

    /// Ends of blocks, each with the index of its piece, which rises.
    pub(super) fn block_ends(&self, web: &WebFiles, names: &[InfoHash]) -> Vec<(u32, u32)> {
        if Self::earlier_blocks(web, names).is_none() {
            return names.first().map(|name| self.download.block_ends(*name)).unwrap_or_default();
        }
        let blocks = self.blocks(web, names);
        blocks.iter().flat_map(|(index, extent)| extent.ends().map(|end| (*index, end))).collect()
    }

    /// Bytes of a piece that peers sent.
    pub(super) fn bytes_of_piece(&self, web: &WebFiles, names: &[InfoHash], index: u32) -> u64 {
        let now = names.first().and_then(|name| self.download.extent(*name, index));
        let Some(earlier) = Self::earlier_blocks(web, names).and_then(|blocks| blocks.get(&index)) else {
            return now.map_or(0, Extent::bytes);
        };
        let mut both = earlier.clone();
        now.into_iter().for_each(|now| both.absorb(now.clone()));
        both.bytes()
    }
}

/// What stands for a connection of an earlier capture until it goes on. No capture has so many.
fn stand_in(connection: u32) -> FlowId {
    FlowId((1 << 63) + 2 * u64::from(connection))
}

/// The longest run that is taken: none is told as more than a few hundred KiB, and each piece in one takes time.
const RUN_BYTES: u64 = 1 << 20;
/// Parts of one request that are taken.
const RANGES: usize = 64;
/// Names of one torrent on the wire, at most: one of each version.
const NAMES: usize = 2;

#[cfg(test)]
mod tests;
