//! The temporary tables that the rows of one capture are written to, before they are taken into the others.
//!
//! A row names torrents by info hash, hosts by address, and others of its capture by a number that counts from 0. What number each has in the
//! database is found out by [`MERGE`](super::MERGE).

use std::fmt::Write;

/// One temporary table.
#[derive(Debug, PartialEq, Eq)]
pub struct Staged {
    /// Its name.
    pub name: &'static str,
    columns: &'static str,
}

impl Staged {
    /// How many values its rows have.
    pub fn columns(&self) -> usize {
        self.columns.split(',').count()
    }

    /// The statement that writes a row.
    pub fn insert(&self) -> String {
        format!("INSERT INTO temp.{} VALUES ({})", self.name, vec!["?"; self.columns()].join(", "))
    }
}

/// The statements that make them.
pub fn staging() -> String {
    let mut statements = String::new();
    for Staged { name, columns } in ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(statements, "CREATE TEMP TABLE {name} ({columns});");
    }
    statements
}

/// Declares the tables.
macro_rules! staged {
    ($($name:ident = $text:literal, $columns:literal;)*) => {
        $(pub(super) const $name: Staged = Staged { name: $text, columns: $columns };)*

        /// All of them.
        const ALL: &[Staged] = &[$($name),*];
    };
}

staged! {
    CAPTURES = "new_captures",
        "frames, bytes, first_time, last_time, decoded, resynchronised, lost, truncated, encrypted, program, threshold";
    CAPTURE_FILES = "new_capture_files", "position, sha256, name, format, bytes, frames, link_types";
    UNFINISHED = "new_unfinished", "position, what";
    FINDINGS = "new_findings", "code, severity, text, count, frames";
    HOSTS = "new_hosts",
        "address, local, local_reason, bittorrent, clients, sent, received, tcp, utp, encrypted, first_frame, last_frame, first_time, last_time";
    HOST_EVIDENCE = "new_host_evidence", "address, kind, count, first_frame, first_time";
    TORRENTS = "new_torrents",
        "info_hash, info_hash_v2, name, piece_length, piece_count, total_size, private, certainty";
    TORRENT_NAMES = "new_torrent_names", "name, torrent";
    FILES = "new_files", "info_hash, position, path, length, offset, pieces_root";
    DOWNLOADS = "new_downloads", "position, info_hash, attributed, metadata_source, metadata_frame";
    PIECES = "new_pieces", "number, download, piece, bytes, first_frame, last_frame";
    PIECE_RUNS = "new_piece_runs", "piece, begin, end";
    CONTRIBUTORS = "new_contributors", "piece, position, address, port, bytes";
    RECEIVERS = "new_receivers", "piece, position, address, port, bytes";
    PEERS = "new_peers",
        "number, info_hash, address, port, listens, peer_id, client, evidence, connections, first_frame, first_seen, last_seen, downloaded, uploaded, download_rate, upload_rate";
    IDENTITIES = "new_identities", "number, address, port, peer_id";
    PROGRESS = "new_progress", "number, position, time, since, frame, pieces";
    TRACKERS = "new_trackers",
        "number, url, address, port, protocol, proxied, certainty, reason, connections, sent, received, first_frame, first_time, last_frame, last_time";
    ANNOUNCES = "new_announces",
        "tracker, frame, time, client_address, client_port, info_hash, event, peer_id, agent, listen_port, uploaded, downloaded, missing, num_want, sent, answer_frame, answer_time, peers, seeders, leechers, completed, interval, min_interval, external_address, error, retry, warning";
    SCRAPES = "new_scrapes",
        "tracker, frame, time, client_address, client_port, info_hash, seeders, leechers, completed, answer_frame, answer_time, error";
    LATE_ANNOUNCES = "new_late_announces",
        "address, port, time, client_address, client_port, sent, answer_time, peers, seeders, leechers, interval, error";
    LATE_SCRAPES = "new_late_scrapes",
        "address, port, time, client_address, client_port, info_hash, seeders, leechers, completed, answer_time, error";
    BOOTSTRAP_NODES = "new_bootstrap_nodes", "position, name, address, port, dns_frame, dns_time";
    INITIAL_REQUESTS = "new_initial_requests",
        "node, position, frame, time, client_address, client_port, query, transaction_id, answer_frame, answer_time, answer_nodes";
    LATE_ANSWERS = "new_late_answers", "address, client_address, client_port, transaction_id, time, answer_time, answer_nodes";
    DHT_NODES = "new_dht_nodes",
        "node_id, address, port, client, responses, transactions, delay, first_frame, last_frame, first_time, last_time";
    DHT_QUERIES = "new_dht_queries",
        "address, port, query, target, targets, queries, answers, peers, closest_bits, first_frame, first_time, last_time";
    NAMED_ENDPOINTS = "new_named_endpoints", "number, info_hash, address, port, attempts, answered, refused, met, useful";
    SOURCES = "new_sources", "endpoint, source, frame, time";
    ENCRYPTED_FLOWS = "new_encrypted_flows",
        "originator_address, originator_port, responder_address, responder_port, transport, stage, confidence, reasons, info_hash, source, named_frame, delay, sent, received, lost, first_frame, last_frame, first_time, last_time";
}
