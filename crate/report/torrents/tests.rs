//! Torrents that are given and those that come by, and who is told to have said what.

use super::*;
use crate::base::Endpoint;
use crate::flow::{Direction, FlowId};
use crate::protocol::Message;
use crate::protocol::info_dictionary::InfoDictionary;
use crate::protocol::peer_wire::{self, Handshake};
use crate::report::{Analyses, Observer};

/// A `.torrent` file with a name, and what stands behind its info dictionary.
fn file(name: &str, behind: &str) -> Vec<u8> {
    let info = format!("d6:lengthi40000e4:name{}:{name}12:piece lengthi16384e6:pieces60:{}e", name.len(), "h".repeat(60));
    format!("d8:announce10:udp://t:804:info{info}{behind}e").into_bytes()
}

/// What was given, and what came by.
struct Story(Analyses);

impl Story {
    fn new() -> Self {
        Story(Analyses::new(&Limits::default()))
    }

    fn file(&mut self, origin: &str, bytes: &[u8]) -> InfoDictionary {
        let given = Given::file(origin, bytes, &Limits::default()).unwrap();
        self.0.know(&given);
        given.dictionary().unwrap().clone()
    }

    fn link(&mut self, link: &str) {
        self.0.know(&Given::link("links.txt", link, &Limits::default()).unwrap());
    }

    fn event(&mut self, frame: u64, message: Message<'_>) {
        let (source, destination) = (Endpoint::new([10, 0, 0, 2], 6881), Endpoint::new([10, 0, 0, 1], 5000));
        let time = crate::base::Time::from_nanos(0);
        let (flow, direction) = (Some(FlowId(1)), Direction::Originator);
        self.0.observe(&Event { time, frame, source, destination, flow, direction, bytes: 0, message });
    }

    fn handshake(&mut self, frame: u64, info_hash: InfoHash) {
        let handshake = Handshake { reserved: [0; 8], info_hash: Some(info_hash), peer_id: None };
        self.event(frame, Message::PeerWire { info_hash: Some(info_hash), message: peer_wire::Message::Handshake(handshake) });
    }

    fn rows(&self) -> Vec<KnownTorrent> {
        self.0.known_torrents(&self.0.download(), None).all()
    }

    fn facts(&self) -> Vec<String> {
        let fact = |fact: &TorrentFact| {
            let value = fact.value.clone().map(|value| format!("={value}")).unwrap_or_default();
            let from = fact.origin.clone().into_iter().chain(fact.frame.map(|frame| frame.to_string())).collect::<Vec<_>>().join(" ");
            format!("{}{value} {} {from}", fact.fact.name(), fact.source.name())
        };
        self.rows().remove(0).facts.iter().map(fact).collect()
    }
}

#[test]
fn a_file_tells_all_and_only_a_met_torrent_is_listed_as_a_download() {
    let mut story = Story::new();
    let dictionary = story.file("a.torrent", &file("film", "8:url-list9:http://w/"));
    let row = story.rows().remove(0);
    assert_eq!((row.name.as_deref(), row.piece_count, row.total_size, row.file_count), (Some("film"), Some(3), Some(40_000), Some(1)));
    assert_eq!((row.trackers, row.web_seeds), (vec!["udp://t:80".to_owned()], vec!["http://w/".to_owned()]));
    assert_eq!((row.given, row.in_capture, story.0.download().torrents().count()), (true, false, 0));
    let told = ["name=film", "info", "trackers", "web_seeds"].map(|fact| format!("{fact} torrent_file a.torrent"));
    assert_eq!(story.facts(), told);

    story.handshake(7, dictionary.info_hash.unwrap());
    let download = story.0.download().torrents().collect::<Vec<_>>();
    assert_eq!((download.len(), download[0].piece_count, download[0].metadata_frame), (1, Some(3), None));
    assert!(story.rows()[0].in_capture);
    story.event(9, Message::Torrent { dictionary: &dictionary, source: MetadataSource::UtMetadata });
    assert_eq!(story.0.download().torrents().next().unwrap().metadata_frame, Some(9));
    assert_eq!(story.facts()[4..], ["name=film ut_metadata 10.0.0.2:6881 9", "info ut_metadata 10.0.0.2:6881 9"]);
    assert_eq!(story.rows().len(), 1);
}

#[test]
fn what_contradicts_is_kept() {
    let mut story = Story::new();
    let dictionary = story.file("a.torrent", &file("film", ""));
    let hash = dictionary.info_hash.unwrap();
    story.link(&format!("magnet:?xt=urn:btih:{hash}&dn=other&xl=7&tr=udp://u&x.pe=1.2.3.4:5"));
    story.link(&format!("magnet:?xt=urn:btih:{hash}&dn=other"));
    let row = story.rows().remove(0);
    assert_eq!((row.name.as_deref(), row.total_size, row.peers_named, row.trackers.len()), (Some("film"), Some(40_000), 1, 2));
    let names = story.facts().into_iter().filter(|fact| fact.starts_with("name")).collect::<Vec<_>>();
    assert_eq!(names, ["name=film torrent_file a.torrent", "name=other magnet_link links.txt"]);
    assert!(story.0.sources.linked(Endpoint::new([1, 2, 3, 4], 5)).eq([hash]));
}

#[test]
fn two_names_of_one_link_are_one_row() {
    let mut story = Story::new();
    let (one, two) = ("11".repeat(20), "22".repeat(32));
    story.link(&format!("magnet:?xt=urn:btih:{one}"));
    story.link(&format!("magnet:?xt=urn:btmh:1220{two}&dn=second"));
    assert_eq!(story.rows().len(), 2);
    assert_eq!(story.facts(), ["name magnet_link links.txt"]);
    story.link(&format!("magnet:?xt=urn:btih:{one}&xt=urn:btmh:1220{two}"));
    let row = story.rows().remove(0);
    assert_eq!((story.rows().len(), row.info_hash, row.name.as_deref()), (1, InfoHash([0x11; 20]), Some("second")));
    assert_eq!((row.info_hash_v1, row.info_hash_v2), (Some(InfoHash([0x11; 20])), Some(InfoHashV2([0x22; 32]))));
}

#[test]
fn torrents_of_the_capture_come_first() {
    let mut story = Story::new();
    story.file("a.torrent", &file("film", ""));
    story.handshake(3, InfoHash([5; 20]));
    let rows: Vec<_> = story.rows().iter().map(|row| (row.info_hash, row.in_capture, row.given, row.facts.len())).collect();
    assert_eq!((rows.len(), rows[0]), (2, (InfoHash([5; 20]), true, false, 0)));
    let only = story.0.known_torrents(&story.0.download(), Some(InfoHash([5; 20]))).all();
    assert_eq!(only.len(), 1);
}

#[test]
fn what_is_kept_is_bounded() {
    let limits = Limits { facts_per_torrent: 3, torrents: 2, ..Limits::default() };
    let mut torrents = TorrentsAnalysis::new(&limits);
    let mut told = 0;
    for number in 0..9 {
        let (hash, name) = (InfoHash([number % 3; 20]), number);
        let link = format!("magnet:?xt=urn:btih:{hash}&dn={name}&tr=udp://{name}");
        torrents.give(&Given::link("", &link, &limits).unwrap(), &mut |code| told += usize::from(code == Code::LimitGiven));
    }
    let facts: Vec<_> = torrents.known.iter().flatten().map(|known| known.facts.len()).collect();
    assert_eq!((facts, told > 3), (vec![3, 3], true));
}

#[test]
fn the_text_tells_who_says_what() {
    let mut story = Story::new();
    let dictionary = story.file("a\u{1b}.torrent", &file("film", ""));
    let hash = dictionary.info_hash.unwrap();
    let told = format!(
        "{hash}: film\n  3 pieces of 16384 bytes, 40000 bytes in 1 file(s)\n  tracker udp://t:80\n  name \"film\" by the .torrent file a\\u{{1b}}.torrent\n  \
         info by the .torrent file a\\u{{1b}}.torrent\n  trackers by the .torrent file a\\u{{1b}}.torrent\n  nothing in the capture is about it\n"
    );
    assert_eq!(text(&story.rows()), told);
}

#[test]
fn every_column_has_a_cell() {
    let mut story = Story::new();
    story.file("a.torrent", &file("film", ""));
    let row = story.rows().remove(0);
    let absent: Vec<_> = COLUMNS.iter().filter(|column| row.cell(column) == crate::report::cell::Cell::Absent).collect();
    assert_eq!(absent, [&"info_hash_v2"]);
}
