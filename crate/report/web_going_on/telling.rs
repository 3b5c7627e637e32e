//! What the next capture is to know of clients of the web.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{
    Bytes, RUN_BYTES, UnfinishedClient, UnfinishedDictionary, UnfinishedFile, UnfinishedGet, UnfinishedRun, UnfinishedTold,
    UnfinishedTorrentFacts,
};
use crate::base::{InfoHash, Map, Time};
use crate::flow::FlowId;
use crate::report::swarm::Open;
use crate::report::web_claims::{Known, told};
use crate::report::web_files::{Get, Part, WebFiles};

/// Clients of the web and their torrents.
#[derive(Clone, Debug, Default)]
pub struct UnfinishedDownloads {
    /// The torrents.
    pub torrents: Vec<UnfinishedTorrentFacts>,
    /// The clients.
    pub clients: Vec<UnfinishedClient>,
    /// Of each open connection the number by which the GETs of these clients know it; `None` where it is none of theirs.
    pub connections: Vec<Option<u32>>,
}

/// Gathers what is to be told.
struct Telling<'a> {
    web: &'a WebFiles,
    known: Known<'a>,
    /// Frames of this capture.
    frames: i64,
    last: Time,
    /// The files of each client.
    files: BTreeMap<IpAddr, Vec<usize>>,
    /// The GETs of each file.
    gets: Map<usize, Vec<&'a Get>>,
    urls: Map<u32, Vec<&'a [u8]>>,
    flows: Map<FlowId, u32>,
    blocks: usize,
    /// Torrents, and whether they are told.
    torrents: Map<InfoHash, bool>,
    downloads: UnfinishedDownloads,
}

impl WebFiles {
    /// What is to be known of clients of the web where the capture goes on that ended at `last` after so many frames, and of open connections.
    pub(in crate::report) fn unfinished(
        &self,
        known: Known<'_>,
        frames: u64,
        last: Time,
        open: impl Iterator<Item = Open>,
    ) -> UnfinishedDownloads {
        let mut telling = Telling::new(self, known, frames, last);
        let clients: Vec<IpAddr> = telling.files.keys().copied().collect();
        clients.into_iter().for_each(|client| telling.client(client));
        let flow = |open| match open {
            Open::Met(flow) => Some(flow),
            Open::Earlier(number) => self.earlier.connections.get(&number).copied(),
        };
        let connections = open.map(|open| telling.flows.get(&flow(open)?).copied()).collect();
        UnfinishedDownloads { connections, ..telling.downloads }
    }
}

impl<'a> Telling<'a> {
    fn new(web: &'a WebFiles, known: Known<'a>, frames: u64, last: Time) -> Self {
        let mut files: BTreeMap<IpAddr, Vec<usize>> = BTreeMap::new();
        web.files.iter().enumerate().for_each(|(index, file)| files.entry(file.client).or_default().push(index));
        let mut gets: Map<usize, Vec<&Get>> = Map::default();
        web.gets.iter().for_each(|get| gets.entry(get.file).or_default().push(get));
        let mut urls: Map<u32, Vec<&[u8]>> = Map::default();
        web.by_url.iter().for_each(|((_, url), file)| urls.entry(*file).or_default().push(url));
        urls.values_mut().for_each(|urls| urls.sort_unstable());
        let (flows, torrents, downloads) = (Map::default(), Map::default(), UnfinishedDownloads::default());
        Telling { web, known, frames: frames.cast_signed(), last, files, gets, urls, flows, blocks: 0, torrents, downloads }
    }

    /// Tells of a client that takes part in torrents, and did something lately.
    fn client(&mut self, address: IpAddr) {
        let files = self.files.remove(&address).unwrap_or_default();
        let is_new = |get: &&Get| get.frame > 0 || get.bytes > 0;
        let is_heard = files.iter().filter_map(|file| self.gets.get(file)).flatten().any(is_new);
        let before = self.web.earlier.heard.get(&address).copied();
        let heard = if is_heard { self.last.nanos() } else { before.unwrap_or(i64::MIN) };
        if self.last.since(Time::from_nanos(heard)) >= FORGOTTEN_NANOS {
            return;
        }
        let mut torrents = self.known.torrents_of(self.web, address);
        torrents.retain(|torrent| self.torrent(*torrent));
        if torrents.is_empty() {
            return;
        }
        let names: Vec<_> = torrents.iter().flat_map(|torrent| self.known.names(*torrent)).collect();
        let pieces = |name: &InfoHash| {
            let haves = self.web.haves.get(&(*name, address))?;
            Some((*name, haves.iter().map(|(index, frame)| (*index, frame.saturating_sub(self.frames))).collect()))
        };
        let haves = names.iter().filter_map(pieces).collect();
        let own_names = self.web.clients.get(&address).into_iter().flatten().map(|name| Bytes(name.to_vec())).collect();
        let told = self.told(address);
        let files = files.into_iter().filter_map(|file| self.file(file)).collect();
        self.downloads.clients.push(UnfinishedClient { address, heard, torrents, told, names: own_names, haves, files });
    }

    fn told(&self, address: IpAddr) -> Vec<UnfinishedTold> {
        let mut list: Vec<UnfinishedTold> = Vec::new();
        for told in self.web.earlier.told().chain(told(self.known.trackers)).filter(|told| told.client == address) {
            let told = UnfinishedTold { info_hash: told.info_hash, lacks: told.lacks, agent: told.agent.map(Box::from) };
            if list.len() < self.web.limits.namings_per_endpoint && !list.contains(&told) {
                list.push(told);
            }
        }
        list
    }

    fn file(&mut self, index: usize) -> Option<UnfinishedFile> {
        let file = self.web.files.get(index)?;
        let gets = self.gets.remove(&index).unwrap_or_default();
        let bytes = |bytes: &[u8]| Bytes(bytes.to_vec());
        Some(UnfinishedFile {
            host: bytes(&file.host),
            path: file.path.iter().map(|part| bytes(part)).collect(),
            urls: self.urls.get(&u32::try_from(index).ok()?).into_iter().flatten().map(|url| bytes(url)).collect(),
            total: file.total,
            is_unsteady: file.is_unsteady,
            gets: gets.into_iter().map(|get| self.get(get)).collect(),
        })
    }

    fn get(&mut self, get: &Get) -> UnfinishedGet {
        let next = u32::try_from(self.flows.len()).unwrap_or(u32::MAX);
        let connection = *self.flows.entry(get.flow).or_insert(next);
        UnfinishedGet {
            connection,
            number: get.number,
            client: get.client,
            server: get.server,
            ranges: get.ranges.to_vec(),
            agent: get.agent.as_ref().map(|agent| Bytes(agent.to_vec())),
            runs: get.runs.iter().flat_map(|run| self.run(run)).collect(),
        }
    }

    /// A run, in parts where it is longer than any that is taken.
    fn run(&self, run: &Part) -> Vec<UnfinishedRun> {
        let Part { first, end, first_frame, is_told, .. } = *run;
        let frame = first_frame.saturating_sub(self.frames);
        let step = usize::try_from(RUN_BYTES).unwrap_or(usize::MAX);
        let parts = (first..end).step_by(step).take(PARTS);
        parts.map(|first| UnfinishedRun { first, end: end.min(first.saturating_add(RUN_BYTES)), frame, is_told }).collect()
    }

    /// Tells of a torrent; answers whether it is told. One of more than is taken is not, because a part of what is known may fit what the whole does not.
    fn torrent(&mut self, info_hash: InfoHash) -> bool {
        if let Some(is_told) = self.torrents.get(&info_hash) {
            return *is_told;
        }
        let facts = self.facts(info_hash);
        self.torrents.insert(info_hash, facts.is_some());
        self.downloads.torrents.extend(facts);
        self.torrents.get(&info_hash).copied().unwrap_or_default()
    }

    fn facts(&mut self, info_hash: InfoHash) -> Option<UnfinishedTorrentFacts> {
        let Telling { web, known, .. } = *self;
        let names = known.names(info_hash);
        let dictionary = match known.download.dictionary(info_hash) {
            Some(dictionary) => Some(UnfinishedDictionary::of(dictionary)?),
            None => None,
        };
        let blocks = match web.earlier.before_web.get(&info_hash) {
            Some(blocks) => blocks.clone(),
            None => known.blocks(web, &names),
        };
        self.blocks += blocks.len();
        if self.blocks > web.limits.arriving_pieces {
            return None;
        }
        let bitfield = |name: &InfoHash| Some((*name, *web.bitfields.get(name)?));
        let bitfields = names.iter().filter_map(bitfield).collect();
        let mut web_seeds: Vec<String> = Vec::new();
        for url in names.iter().flat_map(|name| known.torrents.web_seeds(*name).iter().chain(web.earlier.web_seeds(*name))) {
            if !web_seeds.contains(url) {
                web_seeds.push(url.clone());
            }
        }
        let blocks = blocks.iter().map(|(index, extent)| (*index, extent.unfinished())).collect();
        Some(UnfinishedTorrentFacts { names, bitfields, blocks, web_seeds, dictionary })
    }
}

/// As long as for other connections.
const FORGOTTEN_NANOS: i64 = 3_600_000_000_000;
/// Parts of one run that are told.
const PARTS: usize = 1024;
