//! Downloads from web seeds in captures that were rotated: added one after another they come to what they come to together.
//!
//! The lab lies beside the checkout and is not part of the repository: without it tests that need it say so and pass.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::path::{Path, PathBuf};

use support::database::{add, add_each, cut, query, scratch};

/// What is told over all captures of pieces and of who has them.
const QUERIES: [&str; 7] = [
    "SELECT info_hash, info_hash_v2, name, piece_length, piece_count, total_size FROM torrents ORDER BY 1",
    "SELECT t.info_hash, f.path, f.length FROM files AS f JOIN torrents AS t ON t.id = f.torrent ORDER BY 1, f.position",
    "SELECT info_hash, piece, bytes FROM pieces_over_captures ORDER BY 1, 2",
    "SELECT * FROM contributors_over_captures ORDER BY 1, 2, 3",
    "SELECT info_hash, piece, address, port, bytes FROM bt_monitor_download ORDER BY 1, 2, 3, 4",
    "SELECT info_hash, address, port, client, evidence, connections, first_seen, last_seen, downloaded, uploaded, progress_first, progress_last, \
     completed_at FROM peers_over_captures ORDER BY 1, 2, 3",
    "SELECT info_hash, address, port, time, not_before FROM download_analyzer_confirmed ORDER BY 1, 2, 3",
];

/// Databases of a capture of the lab that was cut: its parts one after another, and together.
fn databases(name: &str, shares: &[f64]) -> Option<(PathBuf, PathBuf)> {
    let parts = cut(name, shares)?;
    let parts: Vec<&Path> = parts.iter().map(PathBuf::as_path).collect();
    let (apart, whole) = (scratch(&format!("{name}-{shares:?}-apart.sqlite")), scratch(&format!("{name}-{shares:?}-whole.sqlite")));
    add_each(&apart, &parts);
    assert!(add(&whole, &parts).status.success());
    Some((apart, whole))
}

fn add_up(name: &str) {
    for shares in [&[0.2, 0.5][..], &[0.35, 0.7], &[0.45, 0.8], &[0.06, 0.12, 0.18, 0.24, 0.3, 0.37, 0.48, 0.61, 0.74, 0.95]] {
        let Some((apart, whole)) = databases(name, shares) else { return };
        for sql in QUERIES {
            let (found, expected) = (query(&apart, sql), query(&whole, sql));
            let more = found.iter().find(|row| !expected.contains(row));
            let less = expected.iter().find(|row| !found.contains(row));
            assert!(found == expected, "{name} {shares:?}: {sql}: found {more:?}, expected {less:?}");
        }
    }
}

#[test]
fn pieces_of_web_seeds_add_up_to_the_whole() {
    add_up("webseed");
}

#[test]
fn pieces_of_web_seeds_of_version_2_add_up_to_the_whole() {
    add_up("webseed-v2");
}
