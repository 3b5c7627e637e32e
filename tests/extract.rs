//! `--verify` and `--extract` of the program, as it is built.
//!
//! The lab lies beside the checkout and is not part of the repository: without it these tests say so and pass.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};

fn lab() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab")
}

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("extract-{name}"));
    drop(fs::remove_dir_all(&path));
    fs::create_dir_all(&path).unwrap();
    path
}

/// A run of the lab put together in a folder; `None`, and says so, where there is no lab.
fn extract(run: &str, into: &Path) -> Option<(Value, String)> {
    let capture = lab().join(format!("{run}.pcapng"));
    if !capture.exists() {
        println!("skipped: {run} is not in {}", lab().display());
        return None;
    }
    Some(extract_of(&capture, run, into))
}

/// A capture of a run's torrents put together in a folder.
fn extract_of(capture: &Path, run: &str, into: &Path) -> (Value, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_swarmscope"));
    command.arg(capture).args(["--verify", "--json", "--extract"]).arg(into);
    for torrent in truth(run)["torrents"].as_array().unwrap() {
        let file = format!("{run}.{}.torrent", &torrent["info_hash"].as_str().unwrap()[..8]);
        command.arg("--torrent").arg(lab().join(file));
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (serde_json::from_slice(&output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn truth(run: &str) -> Value {
    serde_json::from_slice(&fs::read(lab().join(format!("{run}.truth.json"))).unwrap()).unwrap()
}

fn is_right(file: &Value, root: &Path) -> bool {
    let bytes = fs::read(root.join(file["path"].as_str().unwrap())).unwrap_or_default();
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    file["sha256"] == hash.as_str()
}

fn counts(verified: &Value, key: &str) -> Vec<u64> {
    verified["torrents"].as_array().unwrap().iter().map(|torrent| torrent[key].as_u64().unwrap()).collect()
}

#[test]
fn files_are_what_was_shared_and_a_second_run_mends_them() {
    for run in ["small", "hybrid", "v2", "webseed-v2"] {
        let root = folder(run);
        let Some((verified, _)) = extract(run, &root) else { return };
        let truth = truth(run);
        let files: Vec<&Value> =
            truth["torrents"].as_array().unwrap().iter().flat_map(|torrent| torrent["files"].as_array().unwrap()).collect();
        assert!(files.iter().all(|file| is_right(file, &root)), "{run}");
        assert_eq!(
            (counts(&verified, "verified"), counts(&verified, "kept").iter().sum::<u64>()),
            (counts(&verified, "piece_count"), 0),
            "{run}"
        );
        // One file is damaged: the other pieces stay, and this one is written anew.
        let path = root.join(files[0]["path"].as_str().unwrap());
        let mut bytes = fs::read(&path).unwrap();
        bytes[0] ^= 1;
        fs::write(&path, bytes).unwrap();
        let (again, _) = extract(run, &root).unwrap();
        assert_eq!(counts(&again, "verified"), counts(&verified, "verified"), "{run}");
        assert_eq!(counts(&again, "kept").iter().sum::<u64>() + 1, counts(&again, "verified").iter().sum::<u64>(), "{run}");
        assert!(files.iter().all(|file| is_right(file, &root)), "{run}");
    }
}

/// The maps of holes in a folder and those below.
fn maps(folder: &Path) -> Vec<PathBuf> {
    let entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.into_iter().partition(|path| path.is_dir());
    let own = files.into_iter().filter(|path| path.to_string_lossy().ends_with(".holes.json"));
    own.chain(folders.iter().flat_map(|folder| maps(folder))).collect()
}

#[test]
fn a_map_beside_a_file_tells_what_is_missing_until_nothing_is() {
    let Ok(capture) = fs::read(lab().join("small.pcapng")) else { return };
    let root = folder("holes");
    let half = folder("holes-half").join("half.pcapng");
    fs::write(&half, &capture[..capture.len() / 2]).unwrap();
    extract_of(&half, "small", &root);
    let told: Vec<(PathBuf, Value)> =
        maps(&root).into_iter().map(|path| (path.clone(), serde_json::from_slice(&fs::read(path).unwrap()).unwrap())).collect();
    assert!(!told.is_empty(), "half of the capture has half of the pieces");
    let file_of = |map: &Path| map.to_string_lossy().strip_suffix(".holes.json").map(PathBuf::from).unwrap();
    let before: Vec<Vec<u8>> = told.iter().map(|(map, _)| fs::read(file_of(map)).unwrap()).collect();
    extract_of(&lab().join("small.pcapng"), "small", &root);
    assert_eq!(maps(&root), Vec::<PathBuf>::new(), "nothing is missing any more");
    for ((path, map), before) in told.iter().zip(before) {
        let after = fs::read(file_of(path)).unwrap();
        assert_eq!((map["length"].as_u64(), map["file"].as_str()), (Some(after.len() as u64), file_of(path).file_name().unwrap().to_str()));
        let holes: Vec<(usize, usize)> = serde_json::from_value(map["holes"].clone()).unwrap();
        let mut at = 0;
        for (from, to) in holes.iter().copied().chain([(after.len(), after.len())]) {
            assert!(at <= from && before[at..from] == after[at..from], "what is no hole is there");
            assert!(before[from..to].iter().all(|byte| *byte == 0), "a hole is empty");
            at = to;
        }
        assert!(!holes.is_empty());
    }
}

#[test]
fn the_report_has_what_is_proven() {
    if !lab().join("small.pcapng").exists() {
        return;
    }
    let report = |words: &[&str]| -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_swarmscope"));
        let output = command.arg(lab().join("small.pcapng")).args(words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let right = |report: &Value| {
        let torrents = report["download"]["torrents"].as_array().unwrap().iter();
        torrents.flat_map(|torrent| torrent["pieces"].as_array().unwrap()).filter(|piece| piece["verified"] == true).count()
    };
    let proven = report(&["--json", "--prove"]);
    assert_eq!((right(&report(&["--json"])), right(&proven)), (0, 73));
    assert!(proven["swarm"].to_string().contains("\"blocks_verified\""));
    let mut both = Command::new(env!("CARGO_BIN_EXE_swarmscope"));
    assert_eq!(both.arg("x.pcap").args(["--prove", "--verify"]).output().unwrap().status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn no_link_is_followed_and_no_longer_file_is_cut() {
    let (root, outside) = (folder("links"), folder("outside"));
    if !lab().join("small.pcapng").exists() {
        return;
    }
    let truth = truth("small");
    let (single, several) = (&truth["torrents"][0], &truth["torrents"][1]);
    std::os::unix::fs::symlink(&outside, root.join(several["name"].as_str().unwrap())).unwrap();
    let long = root.join(single["name"].as_str().unwrap());
    fs::write(&long, vec![7; 4 << 20]).unwrap();
    let (_, told) = extract("small", &root).unwrap();
    assert!(told.contains("link") && told.contains("longer"), "{told}");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    assert_eq!(fs::read(&long).unwrap(), vec![7; 4 << 20]);
}
