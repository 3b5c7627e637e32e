//! Pieces of captures of real clients, verified and put together, against what those clients shared.
//!
//! The lab lies beside the checkout and is not part of the repository: without it these tests say so and pass.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::Value;
use sha2::{Digest, Sha256};
use support::analysis::{drive, feed, json, rows};
use swarmscope::base::{Endpoint, InfoHash, Limits};
use swarmscope::capture::{Reader, Step};
use swarmscope::decode::{Decoded, Decoder, Place};
use swarmscope::report::proof::{Hashed, Reason, State, Verified, VerifiedTorrent, text};
use swarmscope::session::{Reading, Session, Verification};
use swarmscope::verify::Output;
use swarmscope::verify::known::Known;

/// Files as they were put together, by torrent and place.
type Files = Rc<RefCell<BTreeMap<(usize, usize), Vec<u8>>>>;

struct Kept(Files);

impl Output for Kept {
    fn write(&mut self, torrent: usize, file: usize, at: u64, bytes: &[u8]) {
        let mut files = self.0.borrow_mut();
        let file = files.entry((torrent, file)).or_default();
        let at = usize::try_from(at).unwrap();
        file.resize(file.len().max(at + bytes.len()), 0);
        file[at..at + bytes.len()].copy_from_slice(bytes);
    }
}

fn lab() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab")
}

/// A run of the lab: the capture, its torrents, and the truth.
struct Run {
    capture: Vec<u8>,
    torrents: Vec<Vec<u8>>,
    truth: Value,
}

impl Run {
    /// `None`, and says so, where there is no lab.
    fn open(name: &str) -> Option<Run> {
        let Ok(capture) = std::fs::read(lab().join(format!("{name}.pcapng"))) else {
            println!("skipped: {name} is not in {}", lab().display());
            return None;
        };
        let truth: Value = serde_json::from_slice(&std::fs::read(lab().join(format!("{name}.truth.json"))).unwrap()).unwrap();
        let torrents = truth["torrents"].as_array().unwrap().iter();
        let file = |torrent: &Value| format!("{name}.{}.torrent", &torrent["info_hash"].as_str().unwrap()[..8]);
        let torrents = torrents.map(|torrent| std::fs::read(lab().join(file(torrent))).unwrap()).collect();
        Some(Run { capture, torrents, truth })
    }

    fn verify(&self, limits: &Limits) -> (Verified, Files) {
        self.verify_in_chunks(limits, usize::MAX)
    }

    fn verify_in_chunks(&self, limits: &Limits, chunk: usize) -> (Verified, Files) {
        let (verified, files, _) = self.verify_these(Vec::new(), limits, chunk);
        (verified, files)
    }

    /// Verifies the torrents of these names; answers too how many bytes were read before.
    fn verify_these(&self, wanted: Vec<InfoHash>, limits: &Limits, chunk: usize) -> (Verified, Files, u64) {
        let mut reading = Reading::new(limits.clone(), Known::new(wanted, limits));
        self.torrents.iter().for_each(|torrent| reading.add_torrent("t", torrent).unwrap());
        reading.add_file("capture", None);
        feed(&mut reading, &[&self.capture], || chunk);
        let (files, learned) = (Files::default(), reading.progress().bytes);
        let mut verification = Verification::new(reading.into_observer(), limits.clone(), Kept(Rc::clone(&files)));
        self.torrents.iter().for_each(|torrent| verification.reading().add_torrent("t", torrent).unwrap());
        verification.reading().add_file("capture", None);
        feed(verification.reading(), &[&self.capture], || chunk);
        (verification.verified(), files, learned)
    }

    /// What the clients shared: torrent and file by their places in the info dictionary, and what it hashes to.
    fn files(&self) -> impl Iterator<Item = (usize, &Value)> {
        let torrents = self.truth["torrents"].as_array().unwrap().iter().enumerate();
        torrents.flat_map(|(at, torrent)| torrent["files"].as_array().unwrap().iter().map(move |file| (at, file)))
    }
}

/// A row's path as the truth has it: below the torrent's name.
fn place(torrent: &VerifiedTorrent, path: &str) -> usize {
    let name = &torrent.name;
    let is = |row: &str| row == path || format!("{name}/{row}") == path;
    torrent.files.iter().position(|file| is(&file.path)).unwrap_or_else(|| panic!("{path} in {:?}", torrent.files))
}

#[test]
fn every_piece_of_whole_captures_is_right_and_every_file_is_what_was_shared() {
    for name in ["small", "large", "ipv6", "utp", "hybrid", "v2", "webseed", "webseed-v2"] {
        let Some(run) = Run::open(name) else { return };
        let (verified, files) = run.verify(&Limits::default());
        for torrent in &verified.torrents {
            let by: Vec<_> = torrent.pieces.iter().flat_map(|pieces| pieces.by.clone()).collect();
            println!("{name} {}: {} of {} by {by:?}", torrent.info_hash, torrent.verified, torrent.piece_count);
        }
        for torrent in &verified.torrents {
            assert_eq!((torrent.verified, torrent.piece_count), (torrent.piece_count, torrent.piece_count), "{name}\n{}", text(&verified));
            let [one] = torrent.pieces.as_slice() else { panic!("{name}\n{}", text(&verified)) };
            let by = [(torrent.info_hash_v1.is_some(), Hashed::Sha1), (torrent.info_hash_v2.is_some(), Hashed::Sha256)];
            assert_eq!(one.by, by.into_iter().filter(|(has, _)| *has).map(|(_, by)| by).collect::<Vec<_>>(), "{name}");
            assert!(torrent.files.iter().all(|file| file.verified_bytes == file.length), "{name}");
        }
        for (torrent, file) in run.files() {
            let place = place(&verified.torrents[torrent], file["path"].as_str().unwrap());
            let bytes = files.borrow().get(&(torrent, place)).cloned().unwrap_or_default();
            let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hash, file["sha256"].as_str().unwrap(), "{name} {file}");
        }
    }
}

#[test]
fn the_report_says_which_pieces_are_right_and_who_sent_them() {
    for name in ["small", "utp", "hybrid"] {
        let Some(run) = Run::open(name) else { return };
        let mut session = Session::default();
        session.add_file("capture", None);
        drive(&mut session, &[&run.capture], || usize::MAX);
        let before = json(&session);
        let verified = run.verify(&Limits::default()).0;
        let senders: Vec<_> = verified.torrents.iter().flat_map(|torrent| torrent.senders.clone()).collect();
        let bytes: u64 = verified.torrents.iter().flat_map(|torrent| &torrent.files).map(|file| file.verified_bytes).sum();
        assert!(senders.iter().map(|sender| sender.bytes).sum::<u64>() >= bytes && senders.iter().all(|sender| sender.first_frame > 0));
        session.prove(verified);
        let after = json(&session);
        for (torrent, old) in rows(&after["download"]["torrents"]).zip(rows(&before["download"]["torrents"])) {
            assert!(rows(&old["pieces"]).all(|piece| piece["verified"].is_null()));
            assert!(rows(&torrent["pieces"]).all(|piece| piece["verified"] == true), "{name}");
        }
        let peers = || rows(&after["swarm"]["torrents"]).flat_map(|torrent| rows(&torrent["peers"]));
        // Those that sent only what was there already prove nothing more by it.
        let sent: Vec<_> = peers().filter(|peer| peer["evidence"] == "blocks_verified").map(|peer| peer["uploaded"].as_u64()).collect();
        assert!(!sent.is_empty() && sent.iter().all(|bytes| *bytes > Some(0)), "{name}");
    }
}

#[test]
fn what_pieces_must_be_is_learned_from_the_capture_alone() {
    // Metadata of version 2 without layers: those are in messages that answer for hashes.
    let Some(mut run) = Run::open("v2") else { return };
    run.torrents.clear();
    let (verified, _) = run.verify(&Limits::default());
    let counts: Vec<_> = verified.torrents.iter().map(|torrent| (torrent.verified, torrent.piece_count)).collect();
    assert_eq!(counts, [(62, 62)], "{}", text(&verified));
}

#[test]
fn of_torrents_that_are_asked_for_no_more_is_read_than_tells_their_pieces() {
    for name in ["small", "hybrid", "v2"] {
        let Some(mut run) = Run::open(name) else { return };
        let limits = Limits::default();
        let (all, _) = run.verify(&limits);
        let names = || all.torrents.iter().map(|torrent| torrent.info_hash).collect::<Vec<_>>();
        let (these, _, learned) = run.verify_these(names(), &limits, 4096);
        assert_eq!((text(&these), learned), (text(&all), 0), "{name}: they were given");
        run.torrents.clear();
        let (all, _) = run.verify(&limits);
        let (these, _, learned) = run.verify_these(names(), &limits, 4096);
        println!("{name}: {learned} bytes of {} told the pieces", run.capture.len());
        assert_eq!(text(&these), text(&all), "{name}: the capture tells them");
        let (none, _, learned) = run.verify_these(vec![InfoHash([7; 20])], &limits, 4096);
        assert_eq!((none.torrents.len(), learned), (0, run.capture.len() as u64), "{name}: another is looked for to the end");
    }
}

#[test]
fn what_may_be_encrypted_is_said_to_be_so_perhaps() {
    let Some(run) = Run::open("mse") else { return };
    let (mut session, verified) = (Session::default(), run.verify(&Limits::default()).0);
    session.add_file("capture", None);
    drive(&mut session, &[&run.capture], || usize::MAX);
    let reasons = |verified: &Verified| -> BTreeSet<Vec<Reason>> {
        verified.torrents.iter().flat_map(|torrent| &torrent.pieces).map(|pieces| pieces.reasons.clone()).collect()
    };
    assert!(reasons(&verified).iter().any(|reasons| reasons.contains(&Reason::MaybeEncrypted)), "{}", text(&verified));
    // The report knows that the connections are this torrent's, so that it stays.
    assert_eq!(reasons(session.prove(verified.clone())), reasons(&verified));
    // None is any other's.
    let mut other = verified.clone();
    other.torrents.iter_mut().for_each(|torrent| {
        torrent.info_hash = swarmscope::base::InfoHash([7; 20]);
        torrent.info_hash_v2 = None;
    });
    let claimed = json(&session)["encrypted_flows"].as_array().unwrap().iter().all(|flow| !flow["info_hash"].is_null());
    let told = reasons(session.prove(other)).iter().any(|reasons| reasons.contains(&Reason::MaybeEncrypted));
    assert_eq!(told, !claimed);
}

/// Who sent the frame that holds this byte of a capture.
fn sender(capture: &[u8], at: usize) -> Endpoint {
    let (mut reader, mut decoder, mut used) = (Reader::new(&Limits::default()), Decoder::new(&Limits::default()), 0);
    loop {
        match reader.next(&capture[used..], true).unwrap() {
            Step::Frame { used: record, frame } => {
                let begin = frame.bytes.as_ptr().addr() - capture.as_ptr().addr();
                if (begin..begin + frame.bytes.len()).contains(&at) {
                    let Some(Decoded::Packet(packet)) = decoder.next(&frame, &mut Place::default()) else { panic!("no packet") };
                    return packet.source;
                }
                used += record;
            }
            Step::Skip { used: record, .. } => used += record,
            Step::More { .. } | Step::End { .. } => panic!("no frame"),
        }
    }
}

#[test]
fn a_flipped_byte_fails_its_piece_and_names_who_sent_it() {
    let Some(mut run) = Run::open("ipv6") else { return };
    let (before, files) = run.verify(&Limits::default());
    let length = usize::try_from(before.torrents[0].piece_length).unwrap();
    let mut certain = 0;
    for piece in (0..before.torrents[0].piece_count).step_by(8) {
        // Bytes of the middle of a piece that pass once.
        let begin = piece as usize * length + length / 2;
        let bytes = files.borrow()[&(0, 0)][begin..begin + 32].to_vec();
        let places: Vec<usize> = run.capture.windows(32).enumerate().filter(|(_, window)| *window == bytes).map(|(at, _)| at).collect();
        let [at] = places.as_slice() else { continue };
        run.capture[*at] ^= 0x40;
        let (after, _) = run.verify(&Limits::default());
        let source = sender(&run.capture, *at);
        run.capture[*at] ^= 0x40;
        let torrent = &after.torrents[0];
        assert_eq!((torrent.failed, torrent.verified), (1, torrent.piece_count - 1), "{}", text(&after));
        let row = torrent.pieces.iter().find(|row| row.state == State::Failed).unwrap();
        assert_eq!((row.first, row.last), (piece, piece));
        assert!(row.wrong_senders.contains(&source), "{row:?} {source}");
        assert_eq!(row.certain, row.wrong_senders.len() == 1);
        certain += usize::from(row.certain);
    }
    assert!(certain > 0);
}

#[test]
fn a_wrong_copy_beside_a_right_one_is_passed_over_and_its_sender_named() {
    let Some(mut run) = Run::open("loss") else { return };
    let (before, files) = run.verify(&Limits::default());
    let length = usize::try_from(before.torrents[0].piece_length).unwrap();
    let mut found = 0;
    for piece in 0..before.torrents[0].piece_count {
        let begin = piece as usize * length + length / 2;
        let bytes = files.borrow()[&(0, 0)][begin..begin + 32].to_vec();
        let places: Vec<usize> = run.capture.windows(32).enumerate().filter(|(_, window)| *window == bytes).map(|(at, _)| at).collect();
        let [first, .., _] = places.as_slice() else { continue };
        run.capture[*first] ^= 0x40;
        let (after, _) = run.verify(&Limits::default());
        let source = sender(&run.capture, *first);
        run.capture[*first] ^= 0x40;
        let row = after.torrents[0].pieces.iter().find(|row| (row.first..=row.last).contains(&piece)).unwrap();
        if row.state == State::Verified && !row.wrong_senders.is_empty() {
            assert_eq!((row.certain, row.wrong_senders.as_slice()), (true, &[source][..]));
            found += 1;
        }
        if found == 2 {
            return;
        }
    }
    println!("{found} pieces passed twice before they were whole");
}

/// A capture without every `nth` of its large frames.
fn without(capture: &[u8], nth: usize) -> Vec<u8> {
    let (mut kept, mut rest, mut large) = (Vec::new(), capture, 0);
    while let Some(length) = rest.get(4..8) {
        let length = u32::from_le_bytes(length.try_into().unwrap()) as usize;
        let (block, behind) = rest.split_at(length);
        large += usize::from(length > 1000);
        if length <= 1000 || large % nth != 0 {
            kept.extend_from_slice(block);
        }
        rest = behind;
    }
    kept
}

#[test]
fn where_frames_are_missing_exactly_the_pieces_that_are_all_there_are_right() {
    for name in ["loss", "ipv6"] {
        let Some(mut run) = Run::open(name) else { return };
        let (whole, files) = run.verify(&Limits::default());
        let capture = without(&run.capture, 97);
        // Bytes of every 16th place of the files, and whether they are still in the capture.
        let needles = |torrent: usize, piece: usize, length: usize| {
            let bytes = files.borrow()[&(torrent, 0)].clone();
            let end = bytes.len().min((piece + 1) * length);
            (piece * length..end.saturating_sub(16)).step_by(16).map(|at| bytes[at..at + 16].to_vec()).collect::<Vec<_>>()
        };
        let singles: Vec<usize> = (0..whole.torrents.len()).filter(|at| whole.torrents[*at].files.len() == 1).collect();
        let shape =
            |torrent: usize| (whole.torrents[torrent].piece_count as usize, usize::try_from(whole.torrents[torrent].piece_length).unwrap());
        let all: HashSet<Vec<u8>> =
            singles.iter().flat_map(|at| (0..shape(*at).0).flat_map(|piece| needles(*at, piece, shape(*at).1))).collect();
        let in_capture = |capture: &[u8]| -> HashSet<Vec<u8>> {
            capture.windows(16).filter(|window| all.contains(*window)).map(<[u8]>::to_vec).collect()
        };
        let (before, after) = (in_capture(&run.capture), in_capture(&capture));
        run.capture = capture;
        let (verified, _) = run.verify(&Limits::default());
        let mut incomplete = 0;
        for torrent in singles {
            for row in &verified.torrents[torrent].pieces {
                assert_ne!(row.state, State::Failed, "{name}\n{}", text(&verified));
                for piece in row.first..=row.last {
                    let lost = needles(torrent, piece as usize, shape(torrent).1)
                        .iter()
                        .any(|needle| before.contains(needle) && !after.contains(needle));
                    // That a verified one is all there its hash says.
                    assert!(row.state == State::Verified || lost, "{name} {piece}\n{}", text(&verified));
                }
                if row.state == State::Incomplete {
                    assert!(row.missing_bytes > 0 && !row.reasons.is_empty(), "{row:?}");
                    incomplete += 1;
                }
            }
        }
        assert!(incomplete > 3, "{name}");
    }
}

#[test]
fn the_same_in_any_chunks_and_without_room_told() {
    let Some(run) = Run::open("small") else { return };
    let whole = run.verify(&Limits::default()).0;
    assert_eq!(run.verify_in_chunks(&Limits::default(), 1337).0, whole);
    let narrow = Limits { verified_bytes: 40 << 10, ..Limits::default() };
    let (verified, _) = run.verify(&narrow);
    let reasons: Vec<Reason> = verified.torrents.iter().flat_map(|torrent| &torrent.pieces).flat_map(|row| row.reasons.clone()).collect();
    assert!(reasons.contains(&Reason::MadeWay), "{}", text(&verified));
    assert!(verified.torrents.iter().all(|torrent| torrent.failed == 0));
}

#[test]
fn nothing_panics_on_damaged_captures_and_torrents_that_lie() {
    let Some(run) = Run::open("hybrid") else { return };
    let mut chance = 7_u64;
    let mut draw = |below: usize| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(chance >> 33).unwrap() % below
    };
    for _ in 0..8 {
        let mut capture = run.capture.clone();
        for _ in 0..2000 {
            let at = draw(capture.len());
            capture[at] ^= 1 << draw(8);
        }
        let damaged = Run { capture, torrents: run.torrents.clone(), truth: Value::Null };
        let (verified, _) = damaged.verify(&Limits { verified_bytes: 1 << 20, ..Limits::default() });
        let whole = |torrent: &VerifiedTorrent| torrent.verified + torrent.failed + torrent.incomplete == torrent.piece_count;
        assert!(verified.torrents.iter().all(whole));
    }
}
