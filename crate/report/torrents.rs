//! Which torrents are known, what is each, and who says so?
//!
//! A torrent is known by a `.torrent` file or a magnet link that whoever reads the capture gave, by an info dictionary or a `.torrent` file that
//! passed by, by peers that take part in it, or by who announces or lists it to others. What it is, is its info dictionary's word, of which
//! [`download`](super::download) keeps one whatever its source; who told, and what else was said (names, trackers, seeds on the web,
//! peers), is kept here. Sources that contradict each other are facts beside each other. The DHT alone makes no torrent: clients blur what they look
//! up, and strangers announce thousands to every node.
//!
//! The two names of a hybrid in one magnet link make one row here, and join nothing elsewhere: only its info dictionary proves that they are
//! one torrent's.

mod row;
mod written;

use std::collections::BTreeMap;

use serde::Serialize;
use smallvec::SmallVec;

pub(super) use row::COLUMNS;
pub use row::{KnownTorrent, TorrentFile};
pub use written::text;

use super::dht::DhtAnalysis;
use super::download::DownloadAnalysis;
use super::sources::{Source, Sources};
use super::trackers::TrackersAnalysis;
use super::web_seeds::WebSeed;
use crate::base::{Arrange, Code, Endpoint, InfoHash, InfoHashV2, Limits, Map, Set};
use crate::protocol::Event;
use crate::protocol::given::{Given, What, url};
use crate::protocol::info_dictionary::{InfoDictionary, MetadataSource};
use crate::protocol::metainfo::Metainfo;

/// That something is known of a torrent, and from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct TorrentFact {
    /// What is known.
    pub fact: FactKind,
    /// Who says so.
    pub source: FactSource,
    /// What it says, of names: others may say another.
    pub value: Option<String>,
    /// What the given file is called; or the endpoint, or the URL of the tracker.
    pub origin: Option<String>,
    /// The frame that tells first; `None` where it was given.
    pub frame: Option<u64>,
}

/// What is known of a torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// What people call it.
    Name,
    /// Its pieces and files.
    Info,
    /// Trackers of it.
    Trackers,
    /// Seeds on the web.
    WebSeeds,
    /// Peers to begin with.
    Peers,
}

/// Who says something of a torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FactSource {
    /// A `.torrent` file that was given.
    TorrentFile,
    /// A magnet link that was given.
    MagnetLink,
    /// Peers, in pieces of the info dictionary.
    UtMetadata,
    /// A `.torrent` file that passed by over HTTP.
    Http,
    /// A client, by asking a tracker.
    Announce,
    /// What else the capture proves.
    Inferred,
}

/// Gathers who says what.
#[derive(Debug)]
pub struct TorrentsAnalysis {
    known: Vec<Option<Known>>,
    by_hash: Map<InfoHash, u32>,
    limits: Limits,
}

/// What was said of one torrent.
#[derive(Debug, Default)]
struct Known {
    names: SmallVec<[InfoHash; 2]>,
    v1: Option<InfoHash>,
    v2: Option<InfoHashV2>,
    given: bool,
    name: Option<String>,
    size: Option<u64>,
    trackers: Vec<String>,
    web_seeds: Vec<String>,
    peers: Vec<Endpoint>,
    facts: Vec<TorrentFact>,
}

/// What the rest of the report knows.
#[derive(Clone, Copy)]
pub(super) struct Rest<'a> {
    pub(super) download: &'a DownloadAnalysis,
    pub(super) trackers: &'a TrackersAnalysis,
    pub(super) sources: &'a Sources,
    pub(super) dht: &'a DhtAnalysis,
    pub(super) web_seeds: &'a [WebSeed],
}

impl TorrentsAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        TorrentsAnalysis { known: Vec::new(), by_hash: Map::default(), limits: limits.clone() }
    }

    /// Takes a torrent that was given.
    pub(super) fn give(&mut self, given: &Given<'_>, found: &mut impl FnMut(Code)) {
        let (limit, urls) = (self.limits.facts_per_torrent, self.limits.scraped_torrents);
        let Some(known) = self.meet(&given.names(), found) else { return };
        known.given = true;
        let (source, name) = match &given.what {
            What::File(_, dictionary) => {
                known.identify(dictionary);
                (FactSource::TorrentFile, Some(dictionary.name.clone()))
            }
            What::Link(magnet) => {
                (known.v1, known.v2) = (known.v1.or(magnet.info_hash), known.v2.or(magnet.info_hash_v2));
                known.name = known.name.take().or_else(|| magnet.name.clone());
                known.size = known.size.or(magnet.size);
                add_all(&mut known.peers, magnet.peers.iter().copied(), limit, found);
                (FactSource::MagnetLink, magnet.name.clone())
            }
        };
        let (trackers, web_seeds) = (given.trackers(), given.web_seeds());
        let peers = matches!(&given.what, What::Link(magnet) if !magnet.peers.is_empty());
        let kinds = [
            (FactKind::Name, name.is_some()),
            (FactKind::Info, given.dictionary().is_some()),
            (FactKind::Trackers, !trackers.is_empty()),
            (FactKind::WebSeeds, !web_seeds.is_empty()),
            (FactKind::Peers, peers),
        ];
        let origin = Some(given.origin).filter(|origin| !origin.is_empty()).map(str::to_owned);
        for (fact, _) in kinds.into_iter().filter(|(_, is_told)| *is_told) {
            let value = name.clone().filter(|_| fact == FactKind::Name);
            known.tell(TorrentFact { fact, source, value, origin: origin.clone(), frame: None }, limit, found);
        }
        // A link without more than a hash is a source, too.
        if kinds.iter().all(|(_, is_told)| !is_told) {
            known.tell(TorrentFact { fact: FactKind::Name, source, value: None, origin, frame: None }, limit, found);
        }
        add_all(&mut known.trackers, trackers, urls, found);
        add_all(&mut known.web_seeds, web_seeds, limit, found);
    }

    /// Takes an info dictionary that passed by.
    pub(super) fn observe_torrent(
        &mut self,
        event: &Event<'_>,
        dictionary: &InfoDictionary,
        source: MetadataSource,
        found: &mut impl FnMut(Code),
    ) {
        let limit = self.limits.facts_per_torrent;
        let names: SmallVec<[InfoHash; 2]> = dictionary.names().collect();
        let Some(known) = self.meet(&names, found) else { return };
        known.identify(dictionary);
        let source = match source {
            MetadataSource::UtMetadata => FactSource::UtMetadata,
            MetadataSource::TorrentFile => FactSource::Http,
        };
        for fact in [FactKind::Name, FactKind::Info] {
            let value = Some(dictionary.name.clone()).filter(|_| fact == FactKind::Name);
            known.tell(TorrentFact::seen(fact, source, value, event), limit, found);
        }
    }

    /// Takes a `.torrent` file that passed by.
    pub(super) fn observe_torrent_file(&mut self, event: &Event<'_>, metainfo: &Metainfo<'_>, found: &mut impl FnMut(Code)) {
        let (limit, urls) = (self.limits.facts_per_torrent, self.limits.scraped_torrents);
        if metainfo.names.is_empty() {
            return;
        }
        let Some(known) = self.meet(&metainfo.names, found) else { return };
        let (trackers, web_seeds) = (metainfo.trackers(), metainfo.web_seeds().map(url).collect::<Vec<_>>());
        for (fact, is_told) in [(FactKind::Trackers, !trackers.is_empty()), (FactKind::WebSeeds, !web_seeds.is_empty())] {
            if is_told {
                known.tell(TorrentFact::seen(fact, FactSource::Http, None, event), limit, found);
            }
        }
        add_all(&mut known.trackers, trackers.into_iter().map(url), urls, found);
        add_all(&mut known.web_seeds, web_seeds, limit, found);
    }

    /// Seeds on the web that `.torrent` files and links name for a torrent.
    pub(super) fn web_seeds(&self, info_hash: InfoHash) -> &[String] {
        self.of(info_hash).map(|known| known.web_seeds.as_slice()).unwrap_or_default()
    }

    /// The name that a link that was given has for a torrent.
    pub(super) fn name(&self, info_hash: InfoHash) -> Option<&str> {
        self.of(info_hash)?.name.as_deref()
    }

    fn of(&self, info_hash: InfoHash) -> Option<&Known> {
        self.known.get(*self.by_hash.get(&info_hash)? as usize)?.as_ref()
    }

    /// The torrent of these names, met now if not before; two that prove to be one become one.
    fn meet(&mut self, names: &[InfoHash], found: &mut impl FnMut(Code)) -> Option<&mut Known> {
        let mut places: SmallVec<[u32; 2]> = names.iter().filter_map(|name| self.by_hash.get(name).copied()).collect();
        places.arrange();
        let place = match places.first() {
            Some(place) => *place,
            None if self.known.len() >= self.limits.torrents => {
                found(Code::LimitGiven);
                return None;
            }
            None => {
                self.known.push(Some(Known::default()));
                u32::try_from(self.known.len() - 1).ok()?
            }
        };
        for later in places.into_iter().filter(|later| *later != place) {
            let absorbed = self.known.get_mut(later as usize).and_then(Option::take);
            if let Some((known, absorbed)) = self.known.get_mut(place as usize).and_then(Option::as_mut).zip(absorbed) {
                self.by_hash.extend(absorbed.names.iter().map(|name| (*name, place)));
                known.absorb(absorbed, &self.limits, found);
            }
        }
        self.by_hash.extend(names.iter().map(|name| (*name, place)));
        let known = self.known.get_mut(place as usize)?.as_mut()?;
        add_all(&mut known.names, names.iter().copied(), NAMES, found);
        Some(known)
    }
}

impl TorrentFact {
    fn seen(fact: FactKind, source: FactSource, value: Option<String>, event: &Event<'_>) -> Self {
        TorrentFact { fact, source, value, origin: Some(event.source.to_string()), frame: Some(event.frame) }
    }
}

impl Known {
    fn identify(&mut self, dictionary: &InfoDictionary) {
        (self.v1, self.v2) = (dictionary.info_hash, dictionary.info_hash_v2);
    }

    /// Keeps a fact: of each source that speaks of it the first.
    fn tell(&mut self, fact: TorrentFact, limit: usize, found: &mut impl FnMut(Code)) {
        let same = |known: &TorrentFact| {
            (known.fact, known.source, &known.origin, &known.value) == (fact.fact, fact.source, &fact.origin, &fact.value)
        };
        if self.facts.iter().any(same) {
            return;
        }
        if self.facts.len() < limit { self.facts.push(fact) } else { found(Code::LimitGiven) }
    }

    fn absorb(&mut self, other: Known, limits: &Limits, found: &mut impl FnMut(Code)) {
        (self.v1, self.v2) = (self.v1.or(other.v1), self.v2.or(other.v2));
        (self.given, self.size) = (self.given || other.given, self.size.or(other.size));
        self.name = self.name.take().or(other.name);
        add_all(&mut self.names, other.names, NAMES, found);
        add_all(&mut self.trackers, other.trackers, limits.scraped_torrents, found);
        add_all(&mut self.web_seeds, other.web_seeds, limits.facts_per_torrent, found);
        add_all(&mut self.peers, other.peers, limits.facts_per_torrent, found);
        other.facts.into_iter().for_each(|fact| self.tell(fact, limits.facts_per_torrent, found));
    }
}

/// Adds what is not there yet.
fn add_all<T: PartialEq>(
    into: &mut (impl Extend<T> + AsRef<[T]>),
    more: impl IntoIterator<Item = T>,
    limit: usize,
    found: &mut impl FnMut(Code),
) {
    for item in more {
        if into.as_ref().contains(&item) {
            continue;
        }
        if into.as_ref().len() < limit { into.extend([item]) } else { found(Code::LimitGiven) }
    }
}

/// A tracker that was asked; beside it stands the first frame that did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Tracked<'a> {
    url: Option<&'a str>,
    endpoint: Endpoint,
    protocol: &'static str,
}

/// Which rows there are, and what each is made of.
pub(super) struct Section<'a> {
    analysis: &'a TorrentsAnalysis,
    rest: Rest<'a>,
    /// The names of each row's torrent.
    pub(super) rows: Vec<SmallVec<[InfoHash; 2]>>,
    /// Trackers that were asked about a torrent.
    asked: Map<InfoHash, BTreeMap<Tracked<'a>, u64>>,
    /// Torrents that the capture touches.
    touched: Set<InfoHash>,
}

impl<'a> Section<'a> {
    /// All torrents, or the one of a name.
    pub(super) fn new(analysis: &'a TorrentsAnalysis, rest: Rest<'a>, only: Option<InfoHash>) -> Self {
        let mut section = Section { analysis, rest, rows: Vec::new(), asked: Map::default(), touched: Set::default() };
        for (tracker, announce) in (0..rest.trackers.announce_count()).filter_map(|index| rest.trackers.announce(index)) {
            if let Some(info_hash) = announce.info_hash {
                let tracked = Tracked { url: tracker.url.as_deref(), endpoint: tracker.endpoint, protocol: tracker.protocol };
                section.asked.entry(info_hash).or_default().entry(tracked).or_insert(announce.frame);
            }
        }
        section.touched.extend(section.asked.keys());
        section.touched.extend(rest.sources.exact());
        section.touched.extend(rest.dht.lookup_keys().filter_map(|key| rest.dht.lookup(key)).map(|lookup| InfoHash(lookup.target.0)));
        section.list(only);
        section
    }

    /// Names the rows: first the torrents of the capture, in the order in which they were met, then those that were only given.
    fn list(&mut self, only: Option<InfoHash>) {
        let mut listed: Set<InfoHash> = Set::default();
        let known = self.analysis.known.iter().flatten().map(|known| known.names.clone());
        let met = self.rest.download.torrents().filter_map(|row| row.info_hash).map(|name| SmallVec::from_slice(&[name]));
        let by_dht = |source| matches!(source, Source::Dht | Source::DhtAnnounce);
        let named = self.rest.sources.all().filter(|(_, naming)| !by_dht(naming.source)).map(|(_, naming)| naming.info_hash);
        let mut named: Vec<_> = named.chain(self.asked.keys().copied()).collect();
        named.arrange();
        named.dedup();
        let named = named.into_iter().map(|name| SmallVec::from_slice(&[name]));
        let mut rows: Vec<SmallVec<[InfoHash; 2]>> = Vec::new();
        for mut names in known.chain(met).chain(named) {
            let more: SmallVec<[InfoHash; 2]> = names.iter().flat_map(|name| self.rest.download.names(*name)).collect();
            names.extend(more.into_iter().filter(|name| !names.contains(name)).collect::<SmallVec<[InfoHash; 2]>>());
            if !names.iter().any(|name| listed.contains(name)) {
                listed.extend(names.iter().copied());
                rows.push(names);
            }
        }
        rows.retain(|names| only.is_none_or(|only| names.contains(&only)));
        rows.arrange_by_key(|names| !self.is_touched(names));
        self.rows = rows;
    }

    /// Whether anything in the capture is about the torrent.
    fn is_touched(&self, names: &[InfoHash]) -> bool {
        let passed = |known: &Known| known.facts.iter().any(|fact| fact.frame.is_some());
        names
            .iter()
            .any(|name| self.touched.contains(name) || self.rest.download.is_met(*name) || self.analysis.of(*name).is_some_and(passed))
    }

    /// Every row, with its files.
    pub(super) fn all(&self) -> Vec<KnownTorrent> {
        self.rows.iter().map(|names| self.row(names, true)).collect()
    }
}

/// Names of one torrent: two, and more only where somebody says so who is wrong.
const NAMES: usize = 8;

#[cfg(test)]
mod tests;
