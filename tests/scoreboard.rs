//! Swarmscope and TShark on the same captures: messages found and messages invented, by kind.
//!
//! `scoreboard/numbers.json` holds what is truly in the captures of `../shared/probes` and `../shared/lab`, and what TShark counts there and
//! in `../shared/corpus`; `scoreboard/README.md` says how it came to be. Swarmscope counts anew each time. Where the truth is known it finds
//! every message and invents none; elsewhere it finds as many of each kind as TShark with its best setting, or [`EXPLAINED`] says why
//! not. The captures are not part of the repository: without them this test says so and passes. `UPDATE_SCOREBOARD=1` writes
//! `scoreboard/table.md` anew.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::analysis::report;

/// Messages by kind: `protocol.message`.
type Counts = BTreeMap<String, u64>;

/// One capture of the scoreboard.
#[derive(Default)]
struct Entry {
    /// What is in it; `None` where nobody knows.
    truth: Option<Counts>,
    /// What TShark counts, by setting.
    tshark: Vec<Counts>,
}

/// How many messages of a kind one tool found, and how many more it told of than there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Score {
    found: u64,
    invented: u64,
}

impl Entry {
    fn of(value: &Value) -> Entry {
        let tshark = value["tshark"].as_object().unwrap().values().map(counts).collect();
        Entry { truth: Some(&value["truth"]).filter(|truth| truth.is_object()).map(counts), tshark }
    }

    /// What a tool that counts so many of a kind found. Where the truth is not known, all of it.
    fn score(&self, kind: &str, count: u64) -> Score {
        let there = self.truth.as_ref().map_or(u64::MAX, |truth| of(truth, kind));
        Score { found: count.min(there), invented: count.saturating_sub(there) }
    }

    /// TShark's score with the setting that does best on this kind.
    fn best_of_tshark(&self, kind: &str) -> Score {
        let scores = self.tshark.iter().map(|counts| self.score(kind, of(counts, kind)));
        scores.max_by_key(|score| (score.found, std::cmp::Reverse(score.invented))).unwrap_or_default()
    }

    /// Every kind that anyone names.
    fn kinds<'a>(&'a self, ours: &'a Counts) -> BTreeSet<&'a str> {
        self.tshark.iter().chain(&self.truth).chain([ours]).flat_map(Counts::keys).map(String::as_str).collect()
    }

    /// The kinds of which we do not find as many as there are, or as TShark finds: ours, theirs.
    fn shortfalls<'a>(&'a self, ours: &'a Counts) -> BTreeMap<&'a str, (u64, u64)> {
        let of_kind = |kind: &'a str| {
            let theirs = self.truth.as_ref().map_or_else(|| self.best_of_tshark(kind).found, |truth| of(truth, kind));
            (kind, (of(ours, kind), theirs))
        };
        let short = |(_, (ours, theirs)): &(_, (u64, u64))| ours < theirs || self.truth.is_some() && ours > theirs;
        self.kinds(ours).into_iter().map(of_kind).filter(short).collect()
    }
}

fn of(counts: &Counts, kind: &str) -> u64 {
    counts.get(kind).copied().unwrap_or_default()
}

fn counts(value: &Value) -> Counts {
    value.as_object().unwrap().iter().map(|(kind, count)| (kind.clone(), count.as_u64().unwrap())).collect()
}

/// What a report counts.
fn of_report(report: &Value) -> Counts {
    let protocols = report["messages"].as_object().unwrap().iter();
    let kinds =
        protocols.flat_map(|(protocol, messages)| counts(messages).into_iter().map(move |(name, n)| (format!("{protocol}.{name}"), n)));
    kinds.collect()
}

/// What is wrong with our counts: every shortfall that no explanation holds for, with these very numbers.
fn judge(name: &str, entry: &Entry, ours: &Counts, explained: &[Explained]) -> Vec<String> {
    let explains = |kind: &str, counts: (u64, u64)| {
        explained.iter().any(|why| entry.truth.is_none() && why.is_of(name, kind) && (why.ours, why.tshark) == counts)
    };
    let shortfalls = entry.shortfalls(ours).into_iter().filter(|(kind, counts)| !explains(kind, *counts));
    shortfalls.map(|(kind, (ours, theirs))| format!("{name}: {ours} {kind}, and {theirs} there or found by TShark")).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared")
}

/// Every capture of the scoreboard that is here, by its name, with our counts.
fn played() -> Vec<(String, Entry, Counts)> {
    let numbers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scoreboard/numbers.json");
    let numbers: Value = serde_json::from_slice(&std::fs::read(numbers).unwrap()).unwrap();
    let mut entries: BTreeMap<_, _> =
        numbers["captures"].as_object().unwrap().iter().map(|(name, entry)| (name.clone(), Entry::of(entry))).collect();
    // In what is not listed TShark found nothing.
    let index = std::fs::read(folder().join("corpus/index.json")).unwrap_or_else(|_| b"{\"files\":[]}".to_vec());
    for file in serde_json::from_slice::<Value>(&index).unwrap()["files"].as_array().unwrap() {
        entries.entry(format!("corpus/{}", file["file"].as_str().unwrap())).or_default();
    }
    let known = |(name, entry): (String, Entry)| {
        let Ok(capture) = std::fs::read(folder().join(&name)) else {
            println!("skipped: {name} is not in {}", folder().display());
            return None;
        };
        let ours = of_report(&report(&name, &capture));
        Some((name, entry, ours))
    };
    entries.into_iter().filter_map(known).collect()
}

#[test]
fn nothing_is_missed_that_tshark_finds_and_nothing_is_invented() {
    let played = played();
    let wrong: Vec<_> = played.iter().flat_map(|(name, entry, ours)| judge(name, entry, ours, EXPLAINED)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if !folder().join("corpus/index.json").exists() || !folder().join("lab").exists() || !folder().join("probes").exists() {
        println!("skipped: the table, which is made of all captures");
        return;
    }
    let stale = |why: &&Explained| {
        let of_capture = |(name, entry, ours): &(String, Entry, Counts)| {
            entry.shortfalls(ours).iter().any(|(kind, counts)| why.is_of(name, kind) && *counts == (why.ours, why.tshark))
        };
        !played.iter().any(of_capture)
    };
    let stale: Vec<_> = EXPLAINED.iter().filter(stale).map(|why| format!("{} {}", why.capture, why.kind)).collect();
    assert!(stale.is_empty(), "no longer so: {}", stale.join(", "));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scoreboard/table.md");
    let table = table(&played);
    if std::env::var_os("UPDATE_SCOREBOARD").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == table, "table.md is of other numbers: UPDATE_SCOREBOARD=1 writes it anew");
}

// ------------------------------------------------------------------------------------------------------------ the table

/// The scoreboard as Markdown.
fn table(played: &[(String, Entry, Counts)]) -> String {
    let mut out = String::from(
        "# Scoreboard\n\nWritten by `UPDATE_SCOREBOARD=1 cargo test --test scoreboard`; [README.md](README.md) says what it means.\n",
    );
    let (known, unknown): (Vec<_>, Vec<_>) = played.iter().partition(|(_, entry, _)| entry.truth.is_some());
    out += "\n## Probes and lab: the truth is known\n\n";
    out += "| messages | there | Swarmscope found | invented | TShark found | invented |\n| --- | --: | --: | --: | --: | --: |\n";
    scores(&mut out, &known, |row| Some(row.kind.to_owned()));
    out += "\n| capture | there | Swarmscope found | invented | TShark found | invented |\n| --- | --: | --: | --: | --: | --: |\n";
    scores(&mut out, &known, |row| Some(row.capture.to_owned()));
    out += "\n## Corpus: nobody knows the truth\n\n| messages | Swarmscope | TShark |\n| --- | --: | --: |\n";
    tallies(&mut out, &unknown, |row| Some(row.kind.to_owned()));
    out += "\n| capture | Swarmscope | TShark |\n| --- | --: | --: |\n";
    tallies(&mut out, &unknown, |row| (row.ours.found + row.tshark.found > 0).then(|| row.capture.to_owned()));
    out += "\n## Where TShark counts more\n\n| capture | messages | Swarmscope | TShark | why |\n| --- | --- | --: | --: | --- |\n";
    for Explained { capture, kind, ours, tshark, why } in EXPLAINED {
        writeln!(out, "| `{capture}` | {kind} | {ours} | {tshark} | {why} |").unwrap();
    }
    out
}

/// One kind of message in one capture.
struct Row<'a> {
    capture: &'a str,
    kind: &'a str,
    ours: Score,
    tshark: Score,
}

/// Sums of rows, by what `name` calls them: there, and both tools' found and invented. The last is of all.
fn sums(played: &[&(String, Entry, Counts)], name: impl Fn(&Row<'_>) -> Option<String>) -> Vec<(String, [u64; 5])> {
    let mut by_name = BTreeMap::<String, [u64; 5]>::new();
    let mut all = [0; 5];
    for (capture, entry, ours) in played {
        for kind in entry.kinds(ours) {
            let there = entry.truth.as_ref().map_or(0, |truth| of(truth, kind));
            let (ours, tshark) = (entry.score(kind, of(ours, kind)), entry.best_of_tshark(kind));
            let row = Row { capture, kind, ours, tshark };
            let Some(name) = name(&row) else { continue };
            let new = [there, ours.found, ours.invented, tshark.found, tshark.invented];
            let sum = by_name.entry(name).or_default();
            sum.iter_mut().zip(&mut all).zip(new).for_each(|((sum, all), new)| {
                *sum += new;
                *all += new;
            });
        }
    }
    by_name.into_iter().chain([("**all**".to_owned(), all)]).collect()
}

fn scores(out: &mut String, played: &[&(String, Entry, Counts)], name: impl Fn(&Row<'_>) -> Option<String>) {
    for (name, [there, found, invented, tshark, by_tshark]) in sums(played, name) {
        writeln!(out, "| {name} | {there} | {found} | {invented} | {tshark} | {by_tshark} |").unwrap();
    }
}

fn tallies(out: &mut String, played: &[&(String, Entry, Counts)], name: impl Fn(&Row<'_>) -> Option<String>) {
    for (name, [_, ours, _, tshark, _]) in sums(played, name) {
        writeln!(out, "| {name} | {ours} | {tshark} |").unwrap();
    }
}

// --------------------------------------------------------------------------------------------- what the judge must notice

fn some(kinds: &[(&str, u64)]) -> Counts {
    kinds.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect()
}

#[test]
fn a_planted_number_is_noticed() {
    let truth = Entry { truth: Some(some(&[("a.b", 5)])), tshark: vec![some(&[("a.b", 3)]), some(&[("a.b", 5), ("a.c", 1)])] };
    let unknown = Entry { truth: None, tshark: vec![some(&[("a.b", 3)]), some(&[("a.b", 4)])] };
    let why = Explained { capture: "x.pcap", kind: "a.b", ours: 2, tshark: 4, why: "" };
    for (entry, ours, explained, wrong) in [
        (&truth, some(&[("a.b", 5)]), None, 0),
        (&truth, some(&[("a.b", 4)]), None, 1),
        (&truth, some(&[("a.b", 6)]), None, 1),
        (&truth, some(&[("a.b", 5), ("a.d", 1)]), None, 1),
        (&truth, some(&[("a.b", 2)]), Some(&why), 1),
        (&unknown, some(&[("a.b", 4), ("a.d", 1)]), None, 0),
        (&unknown, some(&[("a.b", 3)]), None, 1),
        (&unknown, some(&[("a.b", 2)]), Some(&why), 0),
        (&unknown, some(&[("a.b", 1)]), Some(&why), 1),
        (&unknown, some(&[]), None, 1),
    ] {
        let explained = explained.map_or(&[][..], std::slice::from_ref);
        assert_eq!(judge("corpus/x.pcap", entry, &ours, explained).len(), wrong, "{ours:?}");
    }
}

#[test]
fn the_best_setting_is_the_one_that_finds_most_and_then_invents_least() {
    let tshark = [3, 9, 6, 5].map(|count| some(&[("a.b", count)])).to_vec();
    let entry = Entry { truth: Some(some(&[("a.b", 5)])), tshark };
    assert_eq!(entry.best_of_tshark("a.b"), Score { found: 5, invented: 0 });
    let unknown = Entry { truth: None, ..entry };
    assert_eq!(unknown.best_of_tshark("a.b"), Score { found: 9, invented: 0 });
}

// ------------------------------------------------------------------------------------------------ where TShark counts more

/// Why TShark counts more messages of a kind in a capture of which nobody knows the truth.
#[derive(Clone, Debug)]
struct Explained {
    /// The end of the capture's name.
    capture: &'static str,
    kind: &'static str,
    ours: u64,
    tshark: u64,
    why: &'static str,
}

impl Explained {
    fn is_of(&self, name: &str, kind: &str) -> bool {
        name.ends_with(self.capture) && self.kind == kind
    }
}

const fn explained(capture: &'static str, kind: &'static str, ours: u64, tshark: u64, why: &'static str) -> Explained {
    Explained { capture, kind, ours, tshark, why }
}

/// Each was read packet by packet.
const EXPLAINED: &[Explained] = &[
    explained("pcaps/em1smaller1.pcapng", "utp.syn", 13, 60, "SYNs that nobody answers: contacts, and no connections"),
    explained("pcaps/small_torrent.pcap", "utp.syn", 7, 29, "SYNs that nobody answers: contacts, and no connections"),
    explained("recovered/6.93k.pcap", "utp.syn", 0, 13, "SYNs that nobody answers: contacts, and no connections"),
    explained("recovered/6.93k.pcap", "utp.fin", 0, 1, "one packet to an address that sends none: no connection"),
    explained("in_the_middle.partial.pcap", "utp.syn", 3, 22, "SYNs that nobody answers: contacts, and no connections"),
    explained(
        "in_the_middle.partial.pcap",
        "peer_wire.choke",
        0,
        1,
        "an invention: a \"choke\" of 8462 bytes, which are zeros inside a block",
    ),
    explained("navegar_na_net_vpn.pcap", "utp.syn", 0, 17, "SYNs that nobody answers: contacts, and no connections"),
    explained("small_bit_torrent.pcap", "utp.syn", 44, 159, "SYNs that nobody answers: contacts, and no connections"),
    explained(
        "small_bit_torrent.pcap",
        "utp.fin",
        106,
        129,
        "connections of which the capture has no more than a FIN each way, or one alone: too little to tell",
    ),
    explained(
        "small_bit_torrent.pcap",
        "utp.data",
        1566,
        1567,
        "sent again, from before the first packet that the capture has of its connection: the bytes around it are not there",
    ),
    explained("small_bit_torrent.pcap", "utp.state", 899, 900, "it answers a FIN, and no more of the connection is in the capture"),
    explained("small_bit_torrent.pcap", "utp.reset", 15, 16, "it answers a FIN, and no more of the connection is in the capture"),
    explained(
        "small_bit_torrent.pcap",
        "peer_wire.interested",
        5,
        6,
        "five bytes, and no other payload of their connection: no evidence that it is one",
    ),
    explained(
        "default/pcap/bittorrent.pcap",
        "peer_wire.port",
        20,
        21,
        "in 14 bytes behind a loss, beside a message of an extension whose number the capture does not tell",
    ),
    explained("badpackets.pcap", "dns.response", 0, 91, "first fragments of datagrams whose others are not in the capture"),
    explained(
        "fuzz-2006-06-26-2594.pcap",
        "dns.query",
        163,
        344,
        "bytes were changed at random: what is malformed is a finding, and no message; and NetBIOS names are no DNS",
    ),
    explained(
        "fuzz-2006-06-26-2594.pcap",
        "dns.response",
        22,
        49,
        "bytes were changed at random: what is malformed is a finding, and no message",
    ),
    explained("Traces/radiotap.pcap", "dns.response", 1, 2, "the other is of mDNS, which is counted apart"),
    explained(
        "unit_tests/pcaps/capture2.pcap",
        "dns.query",
        396,
        425,
        "names of NetBIOS and LLMNR: with its heuristics first TShark takes them for DNS; and one stands in the file twice",
    ),
    explained(
        "unit_tests/pcaps/capture2.pcap",
        "dht.query",
        8,
        10,
        "two packets stand in the file twice, at the same time, and count once",
    ),
    explained("unit_tests/pcaps/capture2.pcap", "utp.data", 0, 2, "an invention: DHCPv6, with its heuristics first"),
    explained(
        "pcaps/small_torrent.pcap",
        "dns.query",
        21,
        61,
        "names of NetBIOS and LLMNR: with its heuristics first TShark takes them for DNS",
    ),
    explained("tunnels/Teredo.pcap", "dns.query", 5, 8, "names of NetBIOS and LLMNR: with its heuristics first TShark takes them for DNS"),
    explained("PcapExamples/solaris.snoop", "dns.query", 0, 32, "the format of snoop, which is not read; and names of NetBIOS are no DNS"),
];
