//! What is open when a capture ends goes on in the next one: reports of two halves, the second told what the first left open, against that of
//! the whole.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::path::Path;

use swarmscope::base::Limits;
use swarmscope::report::download::Torrent;
use swarmscope::session::Session;

/// The bytes of a capture of this repository (pcap, little-endian).
fn capture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures").join(name)).unwrap()
}

/// Where its records begin, and where the last one ends.
fn places(bytes: &[u8]) -> Vec<usize> {
    let mut places = vec![24];
    while *places.last().unwrap() < bytes.len() {
        let at = *places.last().unwrap();
        places.push(at + 16 + u32::from_le_bytes(bytes[at + 8..at + 12].try_into().unwrap()) as usize);
    }
    places
}

/// A session that was told some lines and has read a capture.
fn read(lines: &[String], bytes: &[u8], limits: Limits) -> Session {
    let mut session = Session::new(limits);
    lines.iter().for_each(|line| _ = session.go_on(line));
    let source = session.add_file("part.pcap", None);
    session.push(source, bytes).unwrap();
    session.end(source).unwrap();
    session.finish();
    session
}

/// Both halves, cut behind so many records.
fn cut(bytes: &[u8], at: usize) -> [Vec<u8>; 2] {
    [bytes[..at].to_vec(), [&bytes[..24], &bytes[at..]].concat()]
}

/// Bytes of each piece that are in captures, of a torrent that is known.
fn sums<'a>(torrents: impl IntoIterator<Item = &'a Torrent>) -> Vec<(String, u32, u64)> {
    let mut sums = std::collections::BTreeMap::new();
    for torrent in torrents.into_iter().filter(|torrent| torrent.info_hash.is_some()) {
        let name = torrent.info_hash.unwrap().to_string();
        torrent.pieces.iter().for_each(|piece| *sums.entry((name.clone(), piece.index)).or_default() += piece.bytes);
    }
    sums.into_iter().map(|((name, index), bytes)| (name, index, bytes)).collect()
}

#[test]
fn halves_add_up_wherever_a_capture_is_cut() {
    for name in ["block32k.pcap", "reordered.pcap"] {
        let bytes = capture(name);
        let places = places(&bytes);
        let whole = read(&[], &bytes, Limits::default()).report();
        let expected = sums(&whole.download.torrents);
        let mut exact = 0;
        for at in places.iter().skip(12).step_by(7) {
            let [one, other] = cut(&bytes, *at);
            let first = read(&[], &one, Limits::default());
            let (lines, first) = (first.unfinished(), first.report());
            let second = read(&lines, &other, Limits::default()).report();
            let both = sums(first.download.torrents.iter().chain(&second.download.torrents));
            let bytes = |sums: &[(String, u32, u64)]| sums.iter().map(|(.., bytes)| bytes).sum::<u64>();
            // A hole that was open at the seam is given up there: segments that come behind it are late.
            assert!(bytes(&both) <= bytes(&expected) && bytes(&both) * 100 >= bytes(&expected) * 90, "{name} at {at}");
            exact += usize::from(both == expected);
            for torrent in &second.download.torrents {
                assert_eq!((torrent.info_hash.is_some(), torrent.attributed.len()), (true, 0), "{name} at {at}: {:?}", torrent.attributed);
            }
            let missed = |report: &swarmscope::report::Report| report.coverage.resynchronised;
            assert_eq!(missed(&second), 0, "{name} at {at}: messages go on where they were cut");
        }
        assert!(exact * 10 >= places.len() / 7 * 6, "{name}: {exact} of {}", places.len() / 7);
    }
}

#[test]
fn what_is_not_met_again_is_told_by_nobody_and_left_for_the_next() {
    let bytes = capture("block32k.pcap");
    let places = places(&bytes);
    let [one, _] = cut(&bytes, places[places.len() / 2]);
    let lines = read(&[], &one, Limits::default()).unfinished();
    assert!(lines.iter().any(|line| line.starts_with("{\"connection\"")), "{lines:?}");
    let dht = capture("dht.pcap");
    let told = read(&lines, &dht, Limits::default());
    assert_eq!(told.report().swarm.torrents.iter().map(|torrent| torrent.peers.len()).sum::<usize>(), 0);
    assert_eq!(told.report().download, read(&[], &dht, Limits::default()).report().download);
    // That capture is of another time: nothing is left of what is older than an hour.
    let soon = read(&lines, &bytes[..24], Limits::default()).unfinished();
    let connections = |lines: &[String]| lines.iter().filter(|line| line.starts_with("{\"connection\"")).count();
    assert_eq!(connections(&soon), connections(&lines));
}

/// A database is somebody's file: whatever its lines say, a capture is read.
#[test]
fn broken_lines_are_left_out() {
    let bytes = capture("block32k.pcap");
    let places = places(&bytes);
    let [one, other] = cut(&bytes, places[places.len() / 2]);
    let lines = read(&[], &one, Limits::default()).unfinished();
    let mut session = Session::default();
    for line in ["", "{}", "[]", "null", "{\"connection\":{}}", "{\"peer\":{\"number\":-1}}", "\u{0}"] {
        assert!(!session.go_on(line), "{line}");
    }
    // Digits that are turned, one at a time, make other lines, or none.
    for (line, text) in lines.iter().enumerate() {
        for (at, digit) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()).step_by(5) {
            let mut turned = text.clone().into_bytes();
            turned[at] = if digit == b'9' { b'0' } else { b'9' };
            let mut broken = lines.clone();
            broken[line] = String::from_utf8(turned).unwrap();
            let limits = Limits { flows: 16, swarm_peers: 8, progress_bytes: 1 << 16, ..Limits::default() };
            read(&broken, &other, limits).report();
        }
    }
}
