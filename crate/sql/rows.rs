//! The rows of one capture, a part of the report after the other.

use super::rows_of_swarm::{named_endpoints, peers, pieces};
use super::staging::{self, Staged};
use super::value::{Value, row};
use crate::base::{Endpoint, InfoHash};
use crate::report::Sections;
use crate::report::trackers::{Announce, Scrape, Tracker};

/// A capture that is to be added.
pub struct Addition<'a> {
    /// Its report.
    pub sections: &'a Sections<'a>,
    /// The SHA-256 of each of its files, in their order; `None` of a file that could not be read.
    pub hashes: &'a [Option<String>],
    /// What was not over at its end, a line each; see [`Session::unfinished`](crate::session::Session::unfinished).
    pub unfinished: &'a [String],
}

/// How many parts there are: each is asked for once, in any order.
pub const PARTS: usize = 8;

/// Whatever takes rows. An error of its own ends the part.
pub(super) trait Put<E> {
    fn put(&mut self, table: &'static Staged, row: &[Value]) -> Result<(), E>;
}

impl<E, F: FnMut(&'static Staged, &[Value]) -> Result<(), E>> Put<E> for F {
    fn put(&mut self, table: &'static Staged, row: &[Value]) -> Result<(), E> {
        self(table, row)
    }
}

impl Addition<'_> {
    /// Gives the rows of a part to `put`, each with its table.
    ///
    /// # Errors
    /// Those of `put`, which is called no more then.
    pub fn rows<E>(&self, part: usize, put: &mut impl FnMut(&'static Staged, &[Value]) -> Result<(), E>) -> Result<(), E> {
        match part {
            0 => self.capture(put),
            1 => hosts(self.sections, put),
            2 => pieces(self.sections, put),
            3 => known_torrents(self.sections, put),
            4 => peers(self.sections, put),
            5 => trackers(self.sections, put),
            6 => dht(self.sections, put),
            7 => named_endpoints(self.sections, put).and_then(|()| encrypted_flows(self.sections, put)),
            _ => Ok(()),
        }
    }

    fn capture<E>(&self, put: &mut impl Put<E>) -> Result<(), E> {
        let (capture, coverage) = (self.sections.capture(), self.sections.coverage());
        let program = concat!("swarmscope ", env!("CARGO_PKG_VERSION"));
        put.put(
            &staging::CAPTURES,
            &row!(
                capture.frames,
                capture.bytes,
                capture.first_time,
                capture.last_time,
                coverage.decoded,
                coverage.resynchronised,
                coverage.lost,
                coverage.truncated,
                coverage.encrypted,
                program,
                self.sections.threshold(),
            ),
        )?;
        for ((position, file), hash) in capture.files.iter().enumerate().zip(self.hashes) {
            let Some(hash) = hash else { continue };
            let link_types = Value::list(&file.link_types);
            let row = row!(position, hash, &file.name, &file.format, file.bytes, file.frames);
            put.put(&staging::CAPTURE_FILES, &[row.as_slice(), &[link_types]].concat())?;
        }
        for (position, line) in self.unfinished.iter().enumerate() {
            put.put(&staging::UNFINISHED, &row!(position, line))?;
        }
        for finding in self.sections.findings() {
            let [code, text, count] = row!(finding.code, finding.text, finding.count);
            put.put(&staging::FINDINGS, &[code, Value::named(finding.severity), text, count, Value::list(&finding.frames)])?;
        }
        Ok(())
    }
}

fn hosts<E>(sections: &Sections<'_>, put: &mut impl Put<E>) -> Result<(), E> {
    for host in sections.hosts() {
        let head =
            [host.address.into(), host.local.into(), Value::named(host.local_reason), host.bittorrent.into(), Value::list(&host.clients)];
        let tail = row!(
            host.sent,
            host.received,
            host.tcp,
            host.utp,
            host.encrypted,
            host.first_frame,
            host.last_frame,
            host.first_time,
            host.last_time,
        );
        put.put(&staging::HOSTS, &[head.as_slice(), &tail].concat())?;
        for evidence in &host.evidence {
            let row = row!(host.address, evidence.kind.name(), evidence.count, evidence.first_frame, evidence.first_time);
            put.put(&staging::HOST_EVIDENCE, &row)?;
        }
    }
    Ok(())
}

/// Torrents that are known by any means. What connections show of them is another part.
fn known_torrents<E>(sections: &Sections<'_>, put: &mut impl Put<E>) -> Result<(), E> {
    for torrent in sections.torrents() {
        let hash = torrent.info_hash.to_string();
        let names = [torrent.info_hash_v1, torrent.info_hash_v2.map(|name| name.truncated())];
        for name in names.into_iter().flatten().chain([torrent.info_hash]) {
            put.put(&staging::TORRENT_NAMES, &row!(&name.to_string(), &hash))?;
        }
        let is_told = torrent.file_count.is_some();
        let v2 = torrent.info_hash_v2.map(Value::written).unwrap_or(Value::Null);
        let both = torrent.info_hash_v1.is_some() && torrent.info_hash_v2.is_some();
        let certainty = if is_told { 2_u8 } else { both.into() };
        let rest = row!(torrent.name.as_ref(), torrent.piece_length, torrent.piece_count, torrent.total_size, torrent.private, certainty,);
        put.put(&staging::TORRENTS, &[&[Value::Text(hash.clone()), v2], rest.as_slice()].concat())?;
        for (position, file) in torrent.files.iter().enumerate() {
            put.put(&staging::FILES, &row!(&hash, position, &file.path, file.length, None::<u64>, None::<&str>))?;
        }
    }
    Ok(())
}

fn trackers<E>(sections: &Sections<'_>, put: &mut impl Put<E>) -> Result<(), E> {
    for (number, tracker) in sections.trackers().iter().enumerate() {
        let Tracker { url, endpoint, protocol, proxied, announces, scrapes, hidden, .. } = tracker;
        let head = row!(number, url.as_ref(), endpoint.address, endpoint.port, *protocol, *proxied);
        let tail = hidden.as_ref().map_or(std::array::from_fn(|_| Value::Null), |h| {
            row!(h.certainty, &h.reason, h.connections, h.sent, h.received, h.first_frame, h.first_time, h.last_frame, h.last_time)
        });
        put.put(&staging::TRACKERS, &[head.as_slice(), &tail].concat())?;
        announces.iter().try_for_each(|announce| put.put(&staging::ANNOUNCES, &announced(number, announce)))?;
        scrapes.iter().try_for_each(|scrape| scraped(number, scrape, put))?;
    }
    late_answers(sections, put)
}

/// What is in this capture of requests to trackers of the one before.
fn late_answers<E>(sections: &Sections<'_>, put: &mut impl Put<E>) -> Result<(), E> {
    for (tracker, announce) in sections.late_announces() {
        let (address, port) = ends(announce.client);
        let asked = row!(tracker.address, tracker.port, announce.time, address, port, announce.sent);
        let answered =
            row!(announce.answer_time, announce.peers, announce.seeders, announce.leechers, announce.interval, announce.error.as_ref());
        put.put(&staging::LATE_ANNOUNCES, &[asked.as_slice(), &answered].concat())?;
    }
    for (tracker, scrape) in sections.late_scrapes() {
        let (address, port) = ends(scrape.client);
        let asked = row!(tracker.address, tracker.port, scrape.time, address, port);
        for torrent in &scrape.torrents {
            let counted = row!(hash(Some(torrent.info_hash)), torrent.seeders, torrent.leechers, torrent.completed);
            let answered = row!(scrape.answer_time, scrape.error.as_ref());
            put.put(&staging::LATE_SCRAPES, &[asked.as_slice(), &counted, &answered].concat())?;
        }
    }
    Ok(())
}

fn announced(tracker: usize, announce: &Announce) -> Vec<Value> {
    let (address, port) = ends(announce.client);
    let said = row!(
        announce.event,
        announce.peer_id.as_ref().map(ToString::to_string).as_deref(),
        announce.agent.as_ref(),
        announce.port,
        announce.uploaded,
        announce.downloaded,
        announce.left,
        announce.num_want,
        announce.sent,
    );
    let answered = row!(
        announce.answer_frame,
        announce.answer_time,
        announce.peers,
        announce.seeders,
        announce.leechers,
        announce.completed,
        announce.interval,
        announce.min_interval,
        announce.external_address,
        announce.error.as_ref(),
        announce.retry.as_ref(),
        announce.warning.as_ref(),
    );
    let asked = row!(tracker, announce.frame, announce.time, address, port, hash(announce.info_hash));
    [asked.as_slice(), &said, &answered].concat()
}

/// A scrape: a row for each torrent asked about, one without where none is named.
fn scraped<E>(tracker: usize, scrape: &Scrape, put: &mut impl Put<E>) -> Result<(), E> {
    let (address, port) = ends(scrape.client);
    let asked = row!(tracker, scrape.frame, scrape.time, address, port);
    let answered = row!(scrape.answer_frame, scrape.answer_time, scrape.error.as_ref());
    let counts: Vec<[Value; 4]> = if scrape.torrents.is_empty() {
        vec![std::array::from_fn(|_| Value::Null)]
    } else {
        let of = scrape.torrents.iter();
        of.map(|torrent| row!(hash(Some(torrent.info_hash)), torrent.seeders, torrent.leechers, torrent.completed)).collect()
    };
    counts.iter().try_for_each(|counted| put.put(&staging::SCRAPES, &[asked.as_slice(), counted, &answered].concat()))
}

fn dht<E>(sections: &Sections<'_>, put: &mut impl Put<E>) -> Result<(), E> {
    for (position, node) in sections.init().bootstrap.iter().enumerate() {
        let row = row!(
            position,
            &node.name,
            node.address,
            node.port,
            node.resolved.map(|resolved| resolved.frame),
            node.resolved.map(|resolved| resolved.time)
        );
        put.put(&staging::BOOTSTRAP_NODES, &row)?;
        for (place, request) in node.requests.iter().enumerate() {
            let answer = request.response;
            let row = row!(
                position,
                place,
                request.frame,
                request.time,
                request.from.address,
                request.from.port,
                &request.query,
                &request.transaction_id,
                answer.map(|answer| answer.frame),
                answer.map(|answer| answer.time),
                answer.map(|answer| answer.nodes),
            );
            put.put(&staging::INITIAL_REQUESTS, &row)?;
        }
    }
    for late in sections.late_answers() {
        let client = row!(late.to.address, late.from.address, late.from.port, &late.transaction_id, late.asked);
        put.put(&staging::LATE_ANSWERS, &[client.as_slice(), &row!(late.answer.time, late.answer.nodes)].concat())?;
    }
    for (index, node) in sections.peers().nodes.into_iter().enumerate() {
        // SQLite has no unsigned numbers of 64 bits.
        let transactions: Vec<_> = sections.transactions(index).iter().map(|key| key.cast_signed()).collect();
        let answers = [node.responses.into(), Value::list(&transactions), Value::micros(node.delay)];
        let head = [Value::written(node.node_id), node.address.into(), node.port.into(), node.client.as_ref().into()];
        let tail = row!(node.first_frame, node.last_frame, node.first_time, node.last_time);
        put.put(&staging::DHT_NODES, &[head.as_slice(), &answers, &tail].concat())?;
    }
    for lookup in sections.dht().lookups {
        let row = row!(
            lookup.asker.address,
            lookup.asker.port,
            &lookup.query,
            &lookup.target.to_string(),
            lookup.targets,
            lookup.queries,
            lookup.answers,
            lookup.peers,
            lookup.closest_bits(),
            lookup.first_frame,
            lookup.first_time,
            lookup.last_time,
        );
        put.put(&staging::DHT_QUERIES, &row)?;
    }
    Ok(())
}

fn encrypted_flows<E>(sections: &Sections<'_>, put: &mut impl Put<E>) -> Result<(), E> {
    for flow in sections.encrypted_flows() {
        let head = row!(
            flow.originator.address,
            flow.originator.port,
            flow.responder.address,
            flow.responder.port,
            flow.transport,
            flow.stage,
            flow.confidence,
        );
        let source = flow.source.map(|source| source.name());
        let named = [Value::list(&flow.reasons), hash(flow.info_hash), source.into(), flow.named_frame.into(), Value::micros(flow.delay)];
        let tail = row!(flow.sent, flow.received, flow.lost, flow.first_frame, flow.last_frame, flow.first_time, flow.last_time);
        put.put(&staging::ENCRYPTED_FLOWS, &[head.as_slice(), &named, &tail].concat())?;
    }
    Ok(())
}

/// An info hash, or that there is none.
pub(super) fn hash(info_hash: Option<InfoHash>) -> Value {
    info_hash.map_or(Value::Null, Value::written)
}

/// An endpoint in two columns.
fn ends(endpoint: Option<Endpoint>) -> (Value, Value) {
    endpoint.map_or((Value::Null, Value::Null), |endpoint| (endpoint.address.into(), endpoint.port.into()))
}
