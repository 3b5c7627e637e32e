//! The TypeScript declarations of what `wasm` hands to JavaScript: `www/engine/types.d.ts`, made from the Rust types.
//!
//! Only tests hold this file: one fails when the declarations in the tree are not those of the types. `UPDATE_TYPES=1 cargo test typescript`
//! writes them anew.

use ts_rs::{Config, TS};

use crate::base::{Endpoint, FilePlace, InfoHash, InfoHashV2, NodeId, PeerId, PiecesRoot, Severity, Time};
use crate::flow::Direction;
use crate::protocol::info_dictionary;
use crate::report::{
    Digest, Report, capture, connections, coverage, dht, download, encrypted, events, evidence, findings, geography, hosts, https_trackers,
    init, messages, names, overview, peer_sources, peers, places, port_mappings, proof, requests, slice, sources, swarm, table, torrents,
    trackers, traffic,
};
use crate::session::{EvidenceQuery, EvidenceSubject, LinesTaken, Progress, RefusedLine};

/// One type: its documentation and its declaration.
fn declaration<T: TS>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    format!("{}export {}\n", docs, T::decl(config))
}

/// The declarations of types, in the order in which they are listed.
macro_rules! declared {
    ($($type:ty),* $(,)?) => {{
        let config = Config::new().with_large_int("number");
        vec![$(declaration::<$type>(&config)),*]
    }};
}

/// What sections are made of.
fn sections() -> Vec<String> {
    declared![
        // Base
        Endpoint,
        InfoHash,
        InfoHashV2,
        PiecesRoot,
        NodeId,
        PeerId,
        Time,
        Severity,
        FilePlace,
        // Sections
        capture::Capture,
        capture::CaptureFile,
        overview::Overview,
        overview::Who,
        overview::BusiestHost,
        overview::What,
        overview::TopTorrent,
        overview::WithWhom,
        overview::Unreadable,
        coverage::Coverage,
        messages::Messages,
        findings::FindingRow,
        init::Init,
        init::BootstrapNode,
        init::Resolved,
        init::Request,
        init::Answer,
        port_mappings::PortMapping,
        dht::Dht,
        dht::QueryCount,
        dht::ClientCount,
        dht::Lookup,
        dht::LookupRow,
        dht::Step,
        dht::SwarmEstimate,
        peers::Peers,
        peers::PeersDigest,
        peers::Node,
        download::Download,
        download::Torrent,
        download::MetadataSource,
        info_dictionary::File,
        download::Attributed,
        download::Piece,
        download::Share,
        download::TorrentRow,
        download::Contributor,
        download::PieceMap,
        download::PieceRun,
        connections::Connection,
        connections::Traffic,
    ]
}

/// What the study of swarms, peers and hosts is made of.
fn study() -> Vec<String> {
    declared![
        // Verification
        proof::Verified,
        proof::VerifiedTorrent,
        proof::VerifiedPieces,
        proof::VerifiedFile,
        proof::VerifiedSender,
        proof::Hashed,
        proof::State,
        proof::Reason,
        requests::Requests,
        requests::RequestGroup,
        requests::LatencyBucket,
        requests::Asked,
        requests::Exchange,
        requests::ExchangeEnd,
        requests::Stretch,
        requests::Change,
        swarm::Swarm,
        swarm::SwarmTorrent,
        swarm::Counts,
        swarm::Peer,
        swarm::PeerRow,
        evidence::Rung,
        evidence::Step,
        evidence::Beside,
        evidence::Ladder,
        evidence::ladders::EvidenceAnswer,
        swarm::ConfirmedDownload,
        swarm::ConfirmedHour,
        swarm::AvailabilityMoment,
        swarm::RarityMoment,
        swarm::TorrentStudy,
        swarm::ProgressCurve,
        swarm::CurvePoint,
        swarm::SwarmDigest,
        trackers::Tracker,
        trackers::Announce,
        trackers::Scrape,
        trackers::Scraped,
        trackers::TrackersDigest,
        https_trackers::Hidden,
        https_trackers::TrackerRecord,
        sources::Source,
        peer_sources::PeerSources,
        peer_sources::SourcesDigest,
        peer_sources::SourceRow,
        peer_sources::SourceRequest,
        peer_sources::SourceHour,
        peer_sources::MessageGaps,
        peer_sources::GapShare,
        peer_sources::SourceAddress,
        peer_sources::SecondaryStatistic,
        torrents::KnownTorrent,
        torrents::TorrentFile,
        torrents::TorrentFact,
        torrents::FactKind,
        torrents::FactSource,
        encrypted::EncryptedFlow,
        crate::report::web_seeds::WebSeed,
        hosts::Host,
        hosts::Evidence,
        hosts::EvidenceKind,
        geography::Geography,
        geography::Group,
        geography::PlacedAddress,
        places::DatabaseInfo,
        names::NameSource,
        crate::report::host_facts::LocalReason,
        traffic::Traffic,
        traffic::TrafficTotals,
        traffic::TransportTraffic,
        traffic::TorrentSender,
        traffic::TorrentTraffic,
        traffic::HostSeries,
    ]
}

/// What the page asks for.
fn answers() -> Vec<String> {
    declared![
        // Wholes
        Report,
        Digest,
        Progress,
        LinesTaken,
        crate::report::watch::Watched,
        crate::report::watch::WatchedRow,
        crate::report::watch::EntryKind,
        RefusedLine,
        // Tables
        table::Table,
        table::RowQuery,
        table::RowFormat,
        table::RowWindow,
        table::Row,
        table::BootstrapRow,
        table::PieceRow,
        crate::report::torrent_list::ListedTorrent,
        table::AnnounceRow,
        // Events
        Direction,
        events::EventQuery,
        events::EventRow,
        events::EventWindow,
        events::WindowQuery,
        events::ladder::LadderQuery,
        events::ladder::Ladder,
        events::ladder::Rung,
        events::ladder::RungKind,
        // One frame
        crate::base::part::Part,
        crate::report::frame::FrameNote,
        crate::report::frame::FrameView,
        // Evidence
        EvidenceSubject,
        EvidenceQuery,
        // Slices
        slice::SliceQuery,
        slice::SliceSummary,
    ]
}

fn declarations() -> String {
    let types = [sections(), study(), answers()].concat();
    format!("// Made from the Rust types by `UPDATE_TYPES=1 cargo test typescript`. Changes by hand do not last.\n\n{}", types.join("\n"))
}

#[test]
fn the_declarations_in_the_tree_are_those_of_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/engine/types.d.ts");
    let made = declarations();
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == made, "www/engine/types.d.ts is stale: UPDATE_TYPES=1 cargo test typescript");
}
