//! Which web servers sent pieces of torrents?
//!
//! BEP 19. One row for each server, client and torrent of the downloads that [`web_claims`](super::web_claims) claims, with the reasons. It is
//! filled when the capture is over.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::Serialize;

use super::web_claims::Claim;
use super::web_files::{Get, WebFiles};
use crate::base::{Endpoint, InfoHash, Time};

/// A web server that sent pieces of a torrent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct WebSeed {
    /// The server.
    pub endpoint: Endpoint,
    /// The host that asked it.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(as = "String"))]
    pub client: IpAddr,
    /// The server as the URL names it, with the folder that the files have in common.
    pub url: String,
    /// The torrent.
    pub info_hash: InfoHash,
    /// Why it is taken for a web seed of that torrent, a sentence each.
    pub reasons: Vec<String>,
    /// Requests for the torrent's files.
    pub requests: u64,
    /// How many were answered with bytes of the file.
    pub responses: u64,
    /// Bytes of files that are in the capture, repeated ones included.
    pub bytes: u64,
    /// Pieces of which these are a part.
    pub pieces: usize,
    /// The frame of the first request.
    pub first_frame: u64,
    /// The frame of the latest bytes.
    pub last_frame: u64,
}

/// The section: one row for each server, client and torrent.
pub(super) fn section(web: &WebFiles, claims: &[Claim]) -> Vec<WebSeed> {
    let mut rows: Vec<WebSeed> = Vec::new();
    let mut pieces: Vec<BTreeSet<u32>> = Vec::new();
    for claim in claims {
        for get in claim.gets.iter().filter_map(|get| web.gets.get(*get)).filter(|get| get.is_of_this_capture()) {
            let last_frame = get.runs.iter().map(|run| run.last_frame).fold(get.frame.max(1), u64::max);
            let known =
                rows.iter().position(|row| (row.endpoint, row.client, row.info_hash) == (get.server, claim.client, claim.info_hash));
            let bytes = get.untold().map(|run| run.end - run.first).fold(0, u64::saturating_add);
            let first_frame = if get.frame > 0 { get.frame } else { first_frame(get) };
            let at = known.unwrap_or(rows.len());
            pieces.resize_with(pieces.len().max(at + 1), BTreeSet::new);
            if let Some(seen) = pieces.get_mut(at) {
                claim.tell(get, Time::default(), |_, block| {
                    seen.insert(block.index);
                });
            }
            match rows.get_mut(at) {
                Some(row) => {
                    row.requests += u64::from(get.frame > 0);
                    row.responses += u64::from(get.is_answered);
                    row.bytes = row.bytes.saturating_add(bytes);
                    (row.first_frame, row.last_frame) = (row.first_frame.min(first_frame), row.last_frame.max(last_frame));
                }
                None => rows.push(WebSeed {
                    endpoint: get.server,
                    client: claim.client,
                    url: url(web, claim),
                    info_hash: claim.info_hash,
                    reasons: claim.reasons.clone(),
                    requests: u64::from(get.frame > 0),
                    responses: u64::from(get.is_answered),
                    bytes,
                    pieces: 0,
                    first_frame,
                    last_frame,
                }),
            }
        }
    }
    for (row, pieces) in rows.iter_mut().zip(&pieces) {
        row.pieces = pieces.len();
    }
    rows
}

/// The first frame of this capture that brought anything of a GET that an earlier one began.
fn first_frame(get: &Get) -> u64 {
    let frames = get.untold().filter_map(|run| u64::try_from(run.first_frame).ok());
    frames.min().unwrap_or(1).max(1)
}

/// The host, and what the paths of a claim's files have in common.
fn url(web: &WebFiles, claim: &Claim) -> String {
    let mut files = claim.layout.files.iter().filter_map(|place| web.files.get(place.file));
    let Some(first) = files.next() else { return String::new() };
    let mut common = first.path.as_slice();
    for file in files {
        let same = common.iter().zip(&file.path).take_while(|(one, other)| one == other).count();
        common = common.get(..same).unwrap_or_default();
    }
    let mut url = format!("http://{}", String::from_utf8_lossy(&first.host));
    for part in common {
        url.push('/');
        url.push_str(&String::from_utf8_lossy(part));
    }
    url
}
