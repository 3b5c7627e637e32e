//! What does the capture not tell?
//!
//! In: the coverage, the findings, the torrents. Out: sentences. An evidence report that leaves these out would claim more than it proves.

use super::account::Question;
use super::ladders::Book;
use super::words::{bytes, counted, percent};

/// What is not known, a sentence each.
pub(super) fn unknown(book: &Book<'_>, question: &Question) -> Vec<String> {
    let mut sentences = Vec::new();
    let coverage = book.all.coverage.with(&book.claims);
    let total = coverage.total().max(1);
    let shares = [
        (coverage.encrypted, "of recognised payload are taken for encrypted BitTorrent: what they carried cannot be read"),
        (coverage.lost, "of recognised payload were on the wire and are in no frame of the capture"),
        (coverage.truncated, "of recognised payload were cut off when captured"),
        (coverage.resynchronised, "of recognised payload were passed over between messages, or in messages that cannot be read"),
    ];
    for (share, what) in shares.into_iter().filter(|(share, _)| *share > 0) {
        sentences.push(format!("{}, {}, {what}.", bytes(share), percent(share as f64 / total as f64)));
    }
    sentences.extend(torrents(book));
    for finding in book.all.findings.rows().into_iter().filter(|finding| finding.code.starts_with("limit_")) {
        sentences.push(format!("A cap was reached, {}: {}", counted(finding.count, "time", "times"), finding.text));
    }
    match &book.all.trails {
        None if book.download.torrents().any(|torrent| torrent.bytes > 0) => {
            sentences.push("Which peers said that they have a piece, and asked for it, was not looked up.".into());
        }
        Some(trails) if trails.left_out() > 0 => {
            let messages = counted(trails.left_out(), "message", "messages");
            sentences.push(format!("There was no room for all pieces: {messages} of peers about some of them are in no rung."));
        }
        _ => {}
    }
    if book.all.proof().verified().torrents.is_empty() {
        sentences.push("No piece was checked against its hash: whether the bytes of blocks are right is not told.".into());
    }
    if question.hashes.iter().all(Option::is_none) {
        sentences.push("The SHA-256 of the capture files was not computed.".into());
    }
    sentences.push(
        "Who uses a host, and who is behind an address that several share, no capture tells. Confirmed downloads are a lower bound: peers met once, or complete when first met, confirm nothing.".into(),
    );
    sentences
}

fn torrents(book: &Book<'_>) -> Vec<String> {
    let rows = book.all.known_torrents(&book.download, None).all();
    let rows = || rows.iter().filter(|row| row.in_capture);
    let (nameless, sizeless) = (rows().filter(|row| row.name.is_none()).count(), rows().filter(|row| row.total_size.is_none()).count());
    let apart = book.download.torrents().filter(|row| row.info_hash.is_none()).count();
    let sentences = [
        (nameless, "has no name in the capture", "have no name in the capture"),
        (
            sizeless,
            "is of unknown size: the share that a peer has of it is not known",
            "are of unknown size: the share that a peer has of them is not known",
        ),
    ];
    let mut told: Vec<String> = sentences
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{} {}.", counted(count as u64, "torrent", "torrents"), if count == 1 { one } else { many }))
        .collect();
    if apart > 0 {
        told.push(format!(
            "{} without a handshake carried blocks of torrents that nothing names.",
            counted(apart as u64, "group of connections", "groups of connections")
        ));
    }
    told
}
