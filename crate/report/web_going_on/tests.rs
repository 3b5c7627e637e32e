//! What clients of the web did in one capture and the next.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::*;
use crate::base::Limits;
use crate::protocol::info_dictionary::MetadataSource;
use crate::protocol::web_file::{Message as WebMessage, Run, Step};
use crate::protocol::{Message, Streams};
use crate::report::Observer;
use crate::report::capture::Capture;
use crate::report::swarm::Open;
use crate::report::web_claims::tests::{AGENT, PIECE, SERVER, Story};

/// The flow over which stories fetch files.
const WEB: FlowId = FlowId(77);
/// The number under which it goes on.
const NUMBER: u32 = 5;

fn through<T: Serialize + DeserializeOwned>(line: &T) -> T {
    serde_json::from_str(&serde_json::to_string(line).unwrap()).unwrap()
}

/// The next capture's story. `hours`: how long after the beginning of time this one ended.
fn next(story: &mut Story, hours: i64) -> Story {
    let last = Time::from_nanos(hours * 3_600_000_000_000);
    let downloads = story.analyses.unfinished_downloads(story.frame, last, [Open::Met(WEB), Open::Met(FlowId(1000))].into_iter());
    let mut next = Story::new();
    next.gets = story.gets;
    downloads.torrents.iter().for_each(|facts| next.analyses.expect_facts(through(facts)));
    downloads.clients.iter().for_each(|client| next.analyses.expect_client(through(client)));
    assert_eq!(downloads.connections.get(1), Some(&None), "not every connection is one of theirs");
    if let Some(Some(connection)) = downloads.connections.first() {
        next.analyses.expect_download(NUMBER, *connection);
    }
    next
}

/// Pieces that the server sent, each with its bytes and the first frame, once the capture is over.
fn told(story: &mut Story) -> Vec<(u32, u64, u64)> {
    story.analyses.finish();
    let report = story.analyses.sections(Capture::default(), &Streams::new(&Limits::default())).report();
    let pieces = report.download.torrents.iter().flat_map(|torrent| &torrent.pieces);
    let told: Vec<_> = pieces
        .filter_map(|piece| {
            let share = piece.contributors.iter().find(|share| share.endpoint == SERVER)?;
            Some((piece.index, share.bytes, piece.first_frame))
        })
        .collect();
    assert_eq!(report.web_seeds.is_empty(), told.is_empty());
    assert_eq!(report.web_seeds.iter().map(|seed| seed.bytes).sum::<u64>(), told.iter().map(|(_, bytes, _)| bytes).sum::<u64>());
    told
}

fn whole_pieces(frame: u64) -> Vec<(u32, u64, u64)> {
    (0..10).map(|index| (index, PIECE, frame)).collect()
}

#[test]
fn what_a_later_capture_proves_it_tells_and_no_other_does() {
    let mut first = Story::new();
    first.meets(1, &[]);
    first.whole(AGENT, "/a/b.bin", 10 * PIECE);
    assert_eq!(told(&mut first), [], "how much was missing is not known, nor how long pieces are");
    let mut second = next(&mut first, 0);
    second.lacks(1, 10 * PIECE);
    assert_eq!(told(&mut second), []);
    let mut third = next(&mut second, 0);
    third.meets(1, &[]);
    third.block(1, 9, 48 << 10, 16 << 10);
    assert_eq!(told(&mut third), whole_pieces(1));
    let mut fourth = next(&mut third, 0);
    assert_eq!(told(&mut fourth), [], "what is told once");
}

#[test]
fn what_was_claimed_is_told_no_more_and_what_follows_is() {
    let mut first = Story::new();
    first.lacks(1, 10 * PIECE);
    first.meets(1, &[9, 3]);
    first.get(AGENT, "/a/b.bin", (0, Some(10 * PIECE - 1)), 10 * PIECE, 4 * PIECE);
    assert_eq!(told(&mut first).len(), 4);
    let mut second = next(&mut first, 0);
    second.say(SERVER, SERVER, WEB.0 + 2, Message::WebFile(WebMessage { number: NUMBER, step: Step::GoesOn }));
    let run = Run { first: 4 * PIECE, bytes: 2 * PIECE, last_frame: 3, read: 2 * PIECE, ..Run::default() };
    second.say(SERVER, SERVER, WEB.0 + 2, Message::WebFile(WebMessage { number: 0, step: Step::Run(run) }));
    assert_eq!(told(&mut second), [(4, PIECE, 2), (5, PIECE, 2)], "neither what is told nor what is due");
    assert_eq!(second.analyses.coverage.decoded, 2 * PIECE);
    let mut third = next(&mut second, 0);
    third.whole(None, "/a/b.bin", 10 * PIECE);
    assert_eq!(told(&mut third).len(), 10, "the file is known again");
}

#[test]
fn pieces_that_a_client_announces_behind_the_seam_came_from_the_web_before_it() {
    let story = |before: bool| {
        let mut first = Story::new();
        first.lacks(1, 10 * PIECE);
        first.meets(1, &[9]);
        first.get(None, "/other", (0, None), 5, 5);
        if before {
            first.has(1, 0..9);
        }
        first.whole(None, "/f", 10 * PIECE);
        assert_eq!(told(&mut first), []);
        let mut second = next(&mut first, 0);
        second.has(1, 0..9);
        told(&mut second).len()
    };
    assert_eq!((story(false), story(true)), (10, 0), "what was announced before its bytes came is not from there");
}

#[test]
fn a_client_that_fetched_nothing_for_an_hour_is_forgotten() {
    let mut first = Story::new();
    first.lacks(1, 10 * PIECE);
    first.whole(AGENT, "/a/b.bin", 10 * PIECE);
    assert_eq!(told(&mut first), []);
    let mut second = next(&mut first, 0);
    assert_eq!(told(&mut second), []);
    for (hours, expected) in [(0, 10), (1, 0)] {
        let mut third = next(&mut second, hours);
        third.meets(1, &[9, 3]);
        assert_eq!(told(&mut third).len(), expected, "{hours}");
    }
}

#[test]
fn who_takes_part_in_no_torrent_is_not_told_of() {
    let mut story = Story::new();
    story.whole(AGENT, "/a/b.bin", 10 * PIECE);
    story.analyses.finish();
    let downloads = story.analyses.unfinished_downloads(story.frame, Time::default(), [Open::Met(WEB)].into_iter());
    assert_eq!((downloads.clients, downloads.torrents, downloads.connections), (vec![], vec![], vec![None]));
}

#[test]
fn an_info_dictionary_names_files_behind_the_seam() {
    let file = crate::protocol::info_dictionary::File { path: "f".into(), length: 3 * PIECE, offset: 0, pieces_root: None };
    let dictionary = InfoDictionary {
        info_hash: Some(InfoHash([1; 20])),
        info_hash_v2: None,
        name: "f".into(),
        piece_length: PIECE,
        piece_count: 3,
        total_size: 3 * PIECE,
        private: false,
        files: vec![file],
        hashes: Default::default(),
    };
    let mut first = Story::new();
    first.meets(1, &[]);
    first.lacks(1, 3 * PIECE);
    first.say(SERVER, SERVER, 5, Message::Torrent { dictionary: &dictionary, source: MetadataSource::TorrentFile });
    first.whole(AGENT, "/other", 5);
    assert_eq!(told(&mut first), []);
    let mut second = next(&mut first, 0);
    second.whole(AGENT, "/mirror/f", 3 * PIECE);
    assert_eq!(told(&mut second).len(), 3);
}

/// Lines that nobody told take no more than there is room for, and nothing panics.
#[test]
fn clients_that_were_made_up() {
    let mut first = Story::new();
    first.lacks(1, 10 * PIECE);
    first.meets(1, &[9, 3]);
    first.whole(AGENT, "/a/b.bin", 10 * PIECE);
    first.has(1, 0..3);
    first.analyses.finish();
    let downloads = first.analyses.unfinished_downloads(first.frame, Time::default(), [Open::Met(WEB)].into_iter());
    let (client, facts) = (downloads.clients.first().unwrap(), downloads.torrents.first().unwrap());
    let limits = Limits { web_files: 3, web_runs: 4, hosts: 2, arriving_pieces: 3, torrents: 2, announces: 1, ..Limits::default() };
    let mut web = WebFiles::new(&limits);
    let mut codes = Vec::new();
    for last in 0..9 {
        web.expect_client(UnfinishedClient { address: [10, 0, 0, last].into(), ..client.clone() }, &mut |code| codes.push(code));
        let names = vec![InfoHash([last; 20])];
        web.expect_facts(UnfinishedTorrentFacts { names, ..facts.clone() }, &mut |code| codes.push(code));
    }
    let Earlier { torrents, told: announced, facts: known, block_count, .. } = &web.earlier;
    assert_eq!((torrents.len(), announced.len(), known.len(), *block_count), (2, 1, 1, 2), "all of what is known of a torrent, or nothing");
    assert!(codes.len() > 9 && codes.iter().all(|code| *code == Code::LimitWebFiles));
    assert!(web.files.len() <= 3 && web.gets.len() <= 12 && web.run_count <= 4 && web.have_count <= 4);
    let extremes = ["0", "1", "18446744073709551615", "4294967295", "9223372036854775807", "-9223372036854775808"];
    for line in [serde_json::to_string(client).unwrap(), serde_json::to_string(facts).unwrap()] {
        let places: Vec<_> = line.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
        for (at, extreme) in places.iter().flat_map(|at| extremes.map(|extreme| (*at, extreme))) {
            let end = line[at..].find(|c: char| !c.is_ascii_digit()).map_or(line.len(), |length| at + length);
            let line = [&line[..at], extreme, &line[end..]].concat();
            let mut story = Story::new();
            if let Ok(changed) = serde_json::from_str(&line) {
                story.analyses.expect_client(changed);
                story.analyses.expect_facts(through(facts));
            } else if let Ok(changed) = serde_json::from_str(&line) {
                story.analyses.expect_client(through(client));
                story.analyses.expect_facts(changed);
            } else {
                continue;
            }
            story.analyses.expect_download(NUMBER, 0);
            story.say(SERVER, SERVER, 3, Message::WebFile(WebMessage { number: NUMBER, step: Step::GoesOn }));
            story.meets(1, &[9]);
            told(&mut story);
            next(&mut story, 0);
        }
    }
}
