//! The report as plain text: the three views laid out as the original tool laid them out, and a summary.
//!
//! In: sections of the [report](super::Report). Out: text. The layout of the three views is fixed: other people's scripts read it. Texts from the capture are
//! escaped, so that none can steer a terminal.

use std::fmt::Write;

use super::connections::{self, Connection};
use super::dht::{Dht, Lookup};
use super::download::{Attributed, Download, Torrent};
use super::encrypted::EncryptedFlow;
use super::hosts::Host;
use super::https_trackers::Hidden;
use super::init::{BootstrapNode, Init};
use super::peers::Peers;
use super::requests::{RequestGroup, Requests};
use super::sentences::sentences;
use super::swarm::{AvailabilityMoment, ConfirmedDownload, ConfirmedHour, Counts, Peer, Swarm, SwarmDigest, SwarmTorrent};
use super::trackers::{Announce, Tracker};
use super::traffic::{Traffic, TrafficTotals};
use super::{Digest, Sections, watch};
use crate::base::Endpoint;

/// `--init`: a block an address: who it is, the requests to it, its answers.
pub fn init(init: &Init) -> String {
    blocks(init.bootstrap.iter().map(bootstrap_block))
}

/// `--peers`: a line a node.
pub fn peers(peers: &Peers) -> String {
    let mut out = String::new();
    for node in &peers.nodes {
        let endpoint = Endpoint::new(node.address, node.port);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "Node ID {}: {endpoint}, {} connection(s)", node.node_id, node.responses);
    }
    out
}

/// `--download`: a block a torrent: its pieces and who sent them.
pub fn download(download: &Download) -> String {
    blocks(download.torrents.iter().map(torrent_block))
}

/// Trackers: a block a tracker, a line an announce.
pub fn trackers(trackers: &[Tracker]) -> String {
    blocks(trackers.iter().map(tracker_block))
}

/// A line an encrypted connection, and below it a line a reason.
pub fn encrypted(flows: &[EncryptedFlow]) -> String {
    let mut out = String::new();
    for flow in flows {
        let torrent = flow.info_hash.map_or_else(|| "unknown".into(), |info_hash| info_hash.to_string());
        let _ = writeln!(out, "{} -> {}: torrent {torrent}, confidence {}", flow.originator, flow.responder, flow.confidence);
        for reason in &flow.reasons {
            let _ = writeln!(out, "  {reason}");
        }
    }
    out
}

/// A line a host.
pub fn hosts(hosts: &[Host]) -> String {
    let mut out = String::new();
    for host in hosts {
        let place = if host.local { "local" } else { "remote" };
        let kinds: Vec<_> = host.evidence.iter().map(|evidence| evidence.kind.name()).collect();
        let evidence = if kinds.is_empty() { "no BitTorrent".into() } else { format!("BitTorrent: {}", kinds.join(", ")) };
        let _ = writeln!(out, "{}: {place}, {evidence}, {} torrents", host.address, host.torrents.len());
    }
    out
}

/// The DHT: a line of what became of the queries, then a line a lookup.
pub fn dht(dht: &Dht) -> String {
    let mut out = format!("{} queries answered, {} not\n", dht.answered, dht.unanswered);
    for lookup in &dht.lookups {
        let Lookup { asker, query, target, queries, answers, peers, first_frame, .. } = lookup;
        let query = printable(query);
        let _ = writeln!(out, "Frame {first_frame}: {asker} {query} {target}: {queries} queries, {answers} answers, {peers} peers");
    }
    out
}

/// Connections: a block each.
pub fn connections(connections: &[Connection]) -> String {
    blocks(connections.iter().map(connection_block))
}

/// Peers and confirmed downloads: a block a torrent.
pub fn swarm(swarm: &Swarm) -> String {
    blocks(swarm.torrents.iter().map(|torrent| swarm_block(torrent, swarm.threshold)))
}

/// The overview: a line a question.
pub fn overview(digest: &Digest) -> String {
    sentences(digest).into_iter().map(|line| line + "\n").collect()
}

/// What the capture holds, in a few lines: who runs BitTorrent, and what it costs, then what each view has.
pub fn summary(digest: &Digest, report: &Sections<'_>) -> String {
    let mut out = overview(digest);
    let names: Vec<_> = digest.capture.files.iter().map(|file| printable(&file.name)).collect();
    let seconds = digest.capture.first_time.zip(digest.capture.last_time).map_or(0.0, |(first, last)| last.since(first) as f64 / 1e9);
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    let watched = report.watched();
    if !watched.is_empty() {
        watch::text(&watched).lines().for_each(|text| line(text.to_owned()));
    }
    line(format!("Capture: {}, {} frames, {} bytes, {seconds:.3} s", names.join(", "), digest.capture.frames, digest.capture.bytes));
    let answered = digest.init.bootstrap.iter().filter(|node| node.requests.iter().any(|request| request.response.is_some())).count();
    line(format!("Init: {} bootstrap addresses, {answered} answered", digest.init.bootstrap.len()));
    line(format!("Peers: {} DHT nodes answered", digest.peers.nodes));
    line(format!("Download: {} torrents", digest.torrent_count));
    for torrent in &report.download().torrents {
        let bytes: u64 = torrent.pieces.iter().map(|piece| piece.bytes).sum();
        let name = torrent.name.as_ref().map(|name| format!(" {}", printable(name))).unwrap_or_default();
        let of = torrent.piece_count.map(|count| format!(" of {count}")).unwrap_or_default();
        // Blocks may hold padding too, so that what was seen of a torrent may be more than its files.
        let files = torrent.total_size.map(|total| format!(", files of {total} bytes")).unwrap_or_default();
        line(format!("  {}{name}: {}{of} pieces, {bytes} bytes{files}", info_hash(torrent), torrent.pieces.len()));
        for Attributed { originator, responder, bytes, reasons } in &torrent.attributed {
            line(format!("    {bytes} bytes of {originator} to {responder}, without a handshake: {}", reasons.join(" ")));
        }
    }
    if !digest.web_seeds.is_empty() {
        let (bytes, requests) =
            digest.web_seeds.iter().fold((0, 0), |(bytes, requests), seed| (bytes + seed.bytes, requests + seed.requests));
        line(format!("Web seeds: {}, {requests} requests, {bytes} bytes", digest.web_seeds.len()));
    }
    requests_lines(&report.requests()).for_each(&mut line);
    let SwarmDigest { peer_count, confirmed_count, threshold, .. } = digest.swarm;
    line(format!("Swarms: {peer_count} peers met, {confirmed_count} downloads confirmed at {threshold} %"));
    let trackers = report.trackers();
    let announces = || trackers.iter().flat_map(|tracker| &tracker.announces);
    let answered = announces().filter(|announce| announce.answer_frame.is_some()).count();
    line(format!("Trackers: {}, {} announces, {answered} answered", trackers.len(), announces().count()));
    let flows = report.encrypted_flows();
    let attributed = flows.iter().filter(|flow| flow.info_hash.is_some()).count();
    line(format!("Encrypted: {} connections, torrent known of {attributed}", flows.len()));
    let speaking = report.hosts().iter().filter(|host| host.local && host.bittorrent).count();
    line(format!("Hosts: {} local, {speaking} of them run BitTorrent", digest.local_host_count));
    traffic(&digest.traffic).into_iter().for_each(&mut line);
    let total = digest.coverage.total();
    if total > 0 {
        let share = |bytes: u64| bytes as f64 * 100.0 / total as f64;
        let coverage = digest.coverage;
        line(format!(
            "Coverage of {total} bytes of payload: {:.2} % decoded, {:.2} % resynchronised, {:.2} % lost, {:.2} % truncated, {:.2} % encrypted",
            share(coverage.decoded),
            share(coverage.resynchronised),
            share(coverage.lost),
            share(coverage.truncated),
            share(coverage.encrypted)
        ));
    }
    line("Messages:".into());
    for (protocol, names) in digest.messages.by_protocol() {
        let counts: Vec<_> = names.iter().map(|(name, count)| format!("{name} {count}")).collect();
        line(format!("  {protocol}: {}", counts.join(", ")));
    }
    for finding in &digest.findings {
        line(format!("Finding: {} ({} ×): {}", finding.code, finding.count, finding.text));
        finding.places.iter().for_each(|place| line(format!("  {place}")));
    }
    out
}

/// How much was moved, in a line; a second one says when most was.
fn traffic(traffic: &Traffic) -> Vec<String> {
    let TrafficTotals { down, up, within, others, everything, .. } = traffic.totals;
    let moved = down + up - within + others;
    if moved == 0 {
        return vec!["Traffic: no bytes between peers".into()];
    }
    let share = moved as f64 * 100.0 / everything.max(1) as f64;
    let others = if others > 0 { format!(", {others} between other hosts") } else { String::new() };
    let sum = format!("Traffic: {down} bytes down, {up} up{others}; {share:.1} % of the {everything} bytes on the wire");
    let busiest = traffic.busiest().map(|(rate, time)| format!("Busiest: {rate:.0} bytes a second at {:.3}", time.seconds()));
    [Some(sum), busiest].into_iter().flatten().collect()
}

fn blocks(blocks: impl Iterator<Item = String>) -> String {
    blocks.collect::<Vec<_>>().join("\n")
}

fn bootstrap_block(node: &BootstrapNode) -> String {
    let mut out = format!("{} : {}\n", node.address, printable(&node.name));
    let (Some(port), requests) = (node.port, node.requests.as_slice()) else {
        out.push_str("no initial request sent\n");
        return out;
    };
    let ids: Vec<_> = requests.iter().map(|request| request.transaction_id.as_str()).collect();
    let replies: Vec<_> =
        requests.iter().filter_map(|request| request.response).map(|answer| format!("reply={} nodes", answer.nodes)).collect();
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let many = plural(requests.len());
    let _ = writeln!(out, "{} initial request{many} sent to port {port}, transaction ID{many} {}", requests.len(), ids.join(", "));
    if replies.is_empty() {
        out.push_str("no response received\n");
    } else {
        let many = plural(replies.len());
        let _ = writeln!(out, "{} response{many} received: BitTorrent DHT Protocol {}", replies.len(), replies.join(", "));
    }
    out
}

fn torrent_block(torrent: &Torrent) -> String {
    let info_hash = info_hash(torrent);
    let mut out = format!("info_hash: {info_hash}\npieces and their contributors:\n");
    if torrent.pieces.is_empty() {
        let _ = writeln!(out, "No Pieces messages found for info_hash {info_hash}.");
    }
    for piece in &torrent.pieces {
        let contributors: Vec<_> = piece.contributors.iter().map(|share| format!("'{}'", share.endpoint)).collect();
        let _ = writeln!(out, "piece index 0x{:08x}, contributors [{}]", piece.index, contributors.join(", "));
    }
    out
}

fn tracker_block(tracker: &Tracker) -> String {
    let url = tracker.url.as_deref().map_or_else(|| "unknown URL".into(), printable);
    let through = if tracker.proxied { " through a proxy" } else { "" };
    let mut out = format!("{} {}{through} : {url}\n", tracker.protocol, tracker.endpoint);
    if let Some(Hidden { certainty, reason, connections, sent, received, .. }) = &tracker.hidden {
        let counted = if *connections == 1 { "connection" } else { "connections" };
        let _ = writeln!(
            out,
            "encrypted, {connections} {counted}, {sent} bytes to it, {received} from it; {certainty} to be a tracker: {}",
            printable(reason)
        );
    }
    for announce in &tracker.announces {
        let Announce { frame, info_hash, event, .. } = announce;
        let info_hash = info_hash.map_or_else(|| "unknown".into(), |info_hash| info_hash.to_string());
        let number = |number: Option<u64>| number.map_or_else(|| "?".into(), |number| number.to_string());
        let answer = match announce {
            Announce { error: Some(error), .. } => format!("error {}", printable(error)),
            Announce { answer_frame: None, .. } => "no answer".into(),
            Announce { peers, seeders, leechers, .. } => {
                let peers = number(peers.map(|peers| peers as u64));
                format!("{peers} peers, {} seeders, {} leechers", number(*seeders), number(*leechers))
            }
        };
        let _ = writeln!(out, "frame {frame}: {info_hash} {}: {answer}", event.unwrap_or("unknown"));
    }
    out
}

fn swarm_block(torrent: &SwarmTorrent, threshold: u8) -> String {
    let Counts { peers, listed, met, progress_known, complete_at_first, met_once_below, unidentified } = torrent.counts;
    let mut out = format!("info_hash: {}\n", torrent.info_hash);
    let _ = writeln!(
        out,
        "{peers} peers: {listed} listed, {met} met, progress known of {progress_known} ({complete_at_first} complete when first met, {met_once_below} met once and below); {unidentified} connections of unknown peers"
    );
    let _ = writeln!(out, "{} downloads confirmed at {threshold} % of the pieces, a lower bound", torrent.confirmed_downloads.len());
    for ConfirmedDownload { endpoint, time, not_before, frame, local, .. } in &torrent.confirmed_downloads {
        let since = if not_before < time { format!(", not before {:.6}", not_before.seconds()) } else { String::new() };
        let place = if *local { ", a local host" } else { "" };
        let _ = writeln!(out, "{endpoint} at {:.6}{since}, frame {frame}{place}", time.seconds());
    }
    swarm_over_time(torrent, &mut out);
    out.push_str("peers:\n");
    for peer in &torrent.peers {
        let client = peer.client.as_deref().map_or_else(|| "unknown client".into(), printable);
        let percent = |share: Option<f64>| share.map_or_else(|| "?".into(), |share| format!("{:.1}", (share * 1000.0).floor() / 10.0));
        let (first, last) = (percent(peer.progress_first), percent(peer.progress_last));
        let Peer { endpoint, evidence, contacts, downloaded, uploaded, .. } = peer;
        let (evidence, place) = (evidence.name(), if peer.local { ", a local host" } else { "" });
        let rate = |rate: Option<f64>| rate.map(|rate| format!(" at up to {rate:.0} a second")).unwrap_or_default();
        let (down, up) = (rate(peer.download_rate), rate(peer.upload_rate));
        let _ = writeln!(
            out,
            "{endpoint} {client}, {evidence}, {contacts} contacts, {first} to {last} % of the pieces, {downloaded} bytes down{down}, {uploaded} up{up}{place}"
        );
    }
    out
}

/// Confirmed downloads an hour, the copies at the end, and how rare the pieces were that were asked for.
fn swarm_over_time(torrent: &SwarmTorrent, out: &mut String) {
    for ConfirmedHour { time, confirmed } in &torrent.confirmed_per_hour {
        let _ = writeln!(out, "hour from {:.0}: {confirmed} confirmed", time.seconds());
    }
    let most = torrent.availability.iter().max_by(|one, other| one.mean.total_cmp(&other.mean));
    if let Some((most, end)) = most.zip(torrent.availability.last()) {
        let told = |AvailabilityMoment { minimum, mean, peers, .. }: &AvailabilityMoment| {
            format!("{minimum} of the rarest, {mean:.2} on average, among {peers} peers")
        };
        let _ = writeln!(out, "copies of a piece at most: {}, at {:.6}", told(most), most.time.seconds());
        let _ = writeln!(out, "copies of a piece at the end: {}", told(end));
    }
    let requests: u32 = torrent.rarest_first.iter().map(|moment| moment.requests).sum();
    if requests > 0 {
        let rank = torrent.rarest_first.iter().map(|moment| moment.rank * f64::from(moment.requests)).sum::<f64>() / f64::from(requests);
        let _ = writeln!(out, "rank of {requests} pieces that were asked for: {rank:.3} (0 the rarest, 0.5 by chance, 1 the most common)");
    }
}

fn connection_block(connection: &Connection) -> String {
    let Connection { flow, transport, originator, responder, ended, sent, received, .. } = connection;
    let speaks = connection.protocol.unwrap_or("unknown protocol");
    let torrent = connection.info_hash.map_or_else(|| "unknown".into(), |info_hash| info_hash.to_string());
    let seconds = connection.last_seen.since(connection.first_seen) as f64 / 1e9;
    let mut out = format!("{transport} {originator} to {responder}: {speaks}, torrent {torrent}, {seconds:.3} s, {ended}, flow {flow}\n");
    for (endpoint, client, traffic) in
        [(originator, &connection.originator_client, sent), (responder, &connection.responder_client, received)]
    {
        let client = client.as_ref().map(|client| format!(" ({})", printable(client))).unwrap_or_default();
        let _ = writeln!(out, "{endpoint}{client}: {}", traffic_line(traffic));
    }
    out
}

fn traffic_line(traffic: &connections::Traffic) -> String {
    let connections::Traffic { packets, bytes, repeated_packets, blocks, block_bytes, .. } = traffic;
    let lost = match (traffic.lost_packets, traffic.lost_bytes) {
        (Some(packets), _) => format!("{packets} packets"),
        (None, bytes) => format!("{} bytes", bytes.unwrap_or(0)),
    };
    let delay = traffic.mean_delay_micros.map(|micros| format!(", {:.1} ms of delay", micros as f64 / 1e3)).unwrap_or_default();
    format!(
        "{bytes} bytes in {packets} packets ({repeated_packets} repeated, {lost} not captured), {blocks} blocks of {block_bytes} bytes{delay}"
    )
}

/// How requests were served: a line for those of local hosts, one for those of all others.
fn requests_lines(requests: &Requests) -> impl Iterator<Item = String> {
    let within = |group: &RequestGroup| {
        let times = group.median_latency.zip(group.ninth_decile_latency);
        times.map(|(median, ninth)| format!("half within {:.1} ms, nine of ten within {:.1} ms", median * 1e3, ninth * 1e3))
    };
    [("Requests of local hosts", &requests.local), ("Requests of others", &requests.remote)]
        .into_iter()
        .filter(|(_, group)| group.requests > 0)
        .map(move |(whose, group)| {
            let by_transport = requests.by_transport.iter().filter(|part| part.local == group.local && part.answered > 0);
            let parts: Vec<_> =
                by_transport.filter_map(|part| Some(format!("{} {:.1} ms", part.transport?, part.median_latency? * 1e3))).collect();
            let parts = if parts.len() > 1 { format!(" ({})", parts.join(", ")) } else { String::new() };
            let within = within(group).map(|within| format!("; {within}{parts}")).unwrap_or_default();
            format!("{whose}: {}, {} answered{within}; at most {} open at one time", group.requests, group.answered, group.pipeline)
        })
}

fn info_hash(torrent: &Torrent) -> String {
    torrent.info_hash.map_or_else(|| "unknown".into(), |info_hash| info_hash.to_string())
}

/// A text of the capture as one line that is safe to print.
pub(super) fn printable(text: &str) -> String {
    text.chars().flat_map(|char| if char.is_control() { char.escape_default().collect::<Vec<_>>() } else { vec![char] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{InfoHash, NodeId, Time};
    use crate::report::download::{Piece, Share};
    use crate::report::peers::Node;

    #[test]
    fn a_node_is_a_line() {
        let node = Node {
            node_id: NodeId([0x88; 20]),
            address: [20, 29, 93, 225].into(),
            port: 25000,
            client: None,
            responses: 6,
            delay: None,
            first_frame: 1,
            last_frame: 2,
            first_time: Time::default(),
            last_time: Time::default(),
        };
        assert_eq!(peers(&Peers { nodes: vec![node] }), format!("Node ID {}: 20.29.93.225:25000, 6 connection(s)\n", "88".repeat(20)));
    }

    #[test]
    fn torrents_are_blocks() {
        let piece = Piece {
            index: 7,
            bytes: 1,
            verified: None,
            contributors: vec![Share { endpoint: Endpoint::new([5, 12, 113, 137], 21897), bytes: 1 }],
            receivers: vec![],
            first_frame: 1,
            last_frame: 1,
        };
        let torrent = |byte, pieces| Torrent {
            info_hash: Some(InfoHash([byte; 20])),
            info_hash_v2: None,
            info_hash_v2_truncated: None,
            name: None,
            piece_length: None,
            piece_count: None,
            total_size: None,
            private: None,
            files: vec![],
            metadata_source: None,
            metadata_frame: None,
            pieces,
            attributed: vec![],
        };
        let text = download(&Download { torrents: vec![torrent(0x13, vec![piece]), torrent(0x8c, vec![])] });
        let (one, other) = ("13".repeat(20), "8c".repeat(20));
        assert_eq!(
            text,
            format!(
                "info_hash: {one}\npieces and their contributors:\npiece index 0x00000007, contributors ['5.12.113.137:21897']\n\n\
                 info_hash: {other}\npieces and their contributors:\nNo Pieces messages found for info_hash {other}.\n"
            )
        );
    }

    #[test]
    fn lookups_are_lines_and_connections_are_blocks() {
        let [asker, other] = [1, 2].map(|host| Endpoint::new([10, 0, 0, host], 6881));
        let time = Time::from_nanos(0);
        let lookup = Lookup {
            asker,
            query: "get\npeers".into(),
            target: NodeId([7; 20]),
            targets: 1,
            queries: 3,
            answers: 2,
            peers: 4,
            approach: vec![],
            first_frame: 9,
            first_time: time,
            last_time: time,
            reached: None,
        };
        let section = Dht { answered: 2, unanswered: 1, lookups: vec![lookup], ..Dht::default() };
        let line = format!("Frame 9: 10.0.0.1:6881 get\\npeers {}: 3 queries, 2 answers, 4 peers", "07".repeat(20));
        assert_eq!(dht(&section), format!("2 queries answered, 1 not\n{line}\n"));
        let sent =
            connections::Traffic { packets: 2, bytes: 9, repeated_packets: 1, lost_packets: Some(3), ..connections::Traffic::default() };
        let received = connections::Traffic {
            lost_packets: None,
            lost_bytes: Some(70),
            mean_delay_micros: Some(1250),
            blocks: 1,
            block_bytes: 8,
            ..sent
        };
        let connection = Connection { originator_client: Some("evil\x1b".to_owned()), sent, received, ..Connection::between(asker, other) };
        assert_eq!(
            connections(&[connection]),
            "tcp 10.0.0.1:6881 to 10.0.0.2:6881: unknown protocol, torrent unknown, 0.000 s, open, flow 0\n\
             10.0.0.1:6881 (evil\\u{1b}): 9 bytes in 2 packets (1 repeated, 3 packets not captured), 0 blocks of 0 bytes\n\
             10.0.0.2:6881: 9 bytes in 2 packets (1 repeated, 70 bytes not captured), 1 blocks of 8 bytes, 1.2 ms of delay\n"
        );
    }

    #[test]
    fn trackers_are_blocks() {
        let frame = |frame| Announce { frame, info_hash: Some(InfoHash([7; 20])), event: Some("started"), ..Announce::default() };
        let answered = Announce { answer_frame: Some(2), peers: Some(4), seeders: Some(1), ..frame(1) };
        let refused = Announce { answer_frame: Some(4), error: Some("no\n".into()), ..frame(3) };
        let tracker = Tracker {
            url: None,
            endpoint: Endpoint::new([10, 0, 0, 9], 6969),
            protocol: "udp",
            proxied: false,
            connect_requests: 1,
            connect_responses: 1,
            announces: vec![answered, refused, Announce { info_hash: None, event: None, ..frame(5) }],
            scrapes: vec![],
            hidden: None,
        };
        let hidden = Hidden {
            certainty: "possible",
            reason: "So\nit is.".into(),
            connections: 1,
            sent: 2,
            received: 3,
            first_frame: 4,
            first_time: Time::default(),
            last_frame: 5,
            last_time: Time::default(),
        };
        let https = Tracker { protocol: "https", proxied: true, announces: vec![], hidden: Some(hidden), ..tracker.clone() };
        assert_eq!(
            trackers(&[https]),
            "https 10.0.0.9:6969 through a proxy : unknown URL\n\
             encrypted, 1 connection, 2 bytes to it, 3 from it; possible to be a tracker: So\\nit is.\n"
        );
        let hash = "07".repeat(20);
        assert_eq!(
            trackers(&[tracker]),
            format!(
                "udp 10.0.0.9:6969 : unknown URL\nframe 1: {hash} started: 4 peers, 1 seeders, ? leechers\n\
                 frame 3: {hash} started: error no\\n\nframe 5: unknown unknown: no answer\n"
            )
        );
    }

    #[test]
    fn texts_of_a_capture_cannot_steer_a_terminal() {
        assert_eq!(printable("a\x1b[2Jb\né"), "a\\u{1b}[2Jb\\né");
    }
}
