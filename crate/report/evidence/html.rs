//! The evidence report as one page to read and to print.
//!
//! In: an [`Account`]. Out: HTML that holds everything it needs: no script, no picture, no address that a browser would fetch. Every text is escaped,
//! whoever wrote it, and letters that change the direction of others are written as what they are.

use std::fmt::Write;

use super::super::hosts::EvidenceKind;
use super::account::{Account, Fact};
use super::claims::{Claim, ClaimList};
use super::pieces::PIECE_RUNGS;
use super::words::{Offset, bytes, counted, date, grouped, percent};
use super::{Beside, Ladder, Rung, Step};
use crate::base::{FilePlace, Severity, Time};

/// The page.
pub fn page(account: &Account) -> String {
    let day = |time: Option<Time>| time.map(|time| date(time, Offset::default()).get(..10).map(str::to_owned));
    let mut page = Page(String::new(), day(account.first_time) != day(account.last_time));
    page.head(account);
    page.captures(account);
    page.settings(account);
    page.findings(account);
    page.coverage(account);
    page.meaning(account);
    for list in &account.claims {
        page.list(list);
    }
    page.unknown(account);
    page.raw("</main>\n</body>\n</html>\n");
    page.0
}

/// The page as far as it is written, and whether the capture is of several days.
struct Page(String, bool);

impl Page {
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// An element that holds a text.
    fn tell(&mut self, tag: &str, text: &str) {
        let name = tag.split(' ').next().unwrap_or(tag);
        let _ = write!(self.0, "<{tag}>{}</{name}>", escaped(text));
    }

    fn row(&mut self, name: &str, value: &str) {
        let _ = writeln!(self.0, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", escaped(name), escaped(value));
    }

    fn head(&mut self, account: &Account) {
        let _ = write!(
            self.0,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>{}</title>\n<style>\n{}{STYLE}</style>\n</head>\n<body>\n<main>\n",
            escaped(&account.title),
            margins(account)
        );
        self.tell("h1", &account.title);
        let scope = match (account.scope, &account.about) {
            ("torrent", Some(info_hash)) => {
                format!("Claims about the torrent {info_hash}; findings and coverage are those of the whole capture.")
            }
            ("host", Some(address)) => format!("Claims about the host {address}; findings and coverage are those of the whole capture."),
            _ => "Claims about everything in the capture.".to_owned(),
        };
        self.tell("p", &scope);
        let local = if account.offset.is_utc() {
            String::new()
        } else {
            format!(", and in local time, {} from UTC, where that is said", account.utc_offset)
        };
        let made = format!(
            "Made by {} {}. Times are the capture's, in UTC{local}. Frames are numbered from 1, through all files in time order.",
            account.tool.name, account.tool.version
        );
        self.tell("p class=\"small\"", &made);
        self.raw("\n");
    }

    fn captures(&mut self, account: &Account) {
        self.raw("<h2>Capture</h2>\n<table class=\"facts\">\n<tbody>\n");
        for file in &account.files {
            self.row("File", &file.name);
            self.row("Format", &format!("{}, link type {}", file.format, file.link_types.join(", ")));
            self.row("Size", &format!("{}, {}", bytes(file.bytes), counted(file.frames, "frame", "frames")));
            self.raw("<tr><th scope=\"row\">SHA-256</th><td class=\"code\">");
            let hash = escaped(file.sha256.as_deref().unwrap_or("not computed"));
            self.raw(&hash);
            self.raw("</td></tr>\n");
        }
        for (name, time) in [("First frame", account.first_time), ("Last frame", account.last_time)] {
            self.row(name, &time.map_or_else(|| "none".into(), |time| both(time, account.offset)));
        }
        self.row("Frames of all files", &grouped(account.frames));
        self.raw("</tbody>\n</table>\n");
    }

    fn settings(&mut self, account: &Account) {
        self.raw("<h2>Settings</h2>\n<table class=\"facts\">\n<tbody>\n");
        for Fact { name, value } in &account.settings {
            self.row(name, value);
        }
        self.raw("</tbody>\n</table>\n");
    }

    fn findings(&mut self, account: &Account) {
        self.raw("<h2>Findings</h2>\n");
        if account.findings.is_empty() {
            return self.raw("<p>Nothing was wrong with the capture.</p>\n");
        }
        self.raw("<table>\n<thead><tr><th>Weight</th><th>What was found</th><th class=\"figure\">Times</th><th>First frames</th></tr></thead>\n<tbody>\n");
        for finding in &account.findings {
            let severity = match finding.severity {
                Severity::Note => "note",
                Severity::Warning => "warning",
                Severity::Problem => "problem",
            };
            self.raw("<tr>");
            self.tell("td class=\"weight\"", severity);
            self.raw("<td>");
            self.tell("span", finding.text);
            self.tell("div class=\"small code\"", finding.code);
            for place in finding.places.iter().take(PLACES) {
                self.tell("div class=\"small\"", &FilePlace::to_string(place));
            }
            self.raw("</td>");
            self.tell("td class=\"figure\"", &grouped(finding.count));
            self.tell("td class=\"frames\"", &some_frames(&finding.frames, finding.count));
            self.raw("</tr>\n");
        }
        self.raw("</tbody>\n</table>\n");
    }

    fn coverage(&mut self, account: &Account) {
        let coverage = account.coverage;
        let total = coverage.total();
        self.raw("<header><h2>Coverage</h2>\n<p>Every payload byte of a recognised flow is counted once.</p></header>\n<table class=\"whole\">\n<thead><tr><th>What became of it</th><th class=\"figure\">Bytes</th><th class=\"figure\">Share</th></tr></thead>\n<tbody>\n");
        let shares = [
            ("In a message that was read", coverage.decoded),
            ("Passed over, where framing was lost or a message cannot be read", coverage.resynchronised),
            ("On the wire, in no frame", coverage.lost),
            ("Cut off when captured", coverage.truncated),
            ("Encrypted, as it seems", coverage.encrypted),
            ("All", total),
        ];
        for (what, bytes) in shares {
            self.raw("<tr>");
            self.tell("td", what);
            self.tell("td class=\"figure\"", &grouped(bytes));
            self.tell("td class=\"figure\"", &if total == 0 { "–".into() } else { percent(bytes as f64 / total as f64) });
            self.raw("</tr>\n");
        }
        self.raw("</tbody>\n</table>\n");
    }

    fn meaning(&mut self, account: &Account) {
        self.raw("<h2>How to read the claims</h2>\n<p>A claim stands on rungs, weakest first. Under each rung is the first frame that shows it; – where none in this capture does. Proof above does not fill a rung below.</p>\n<ol class=\"rungs\">\n");
        for rung in Rung::ALL {
            let means = match rung {
                Rung::Listed => "a tracker, a DHT node or a peer named it to somebody",
                Rung::Contacted => "there was a connection with it",
                Rung::Handshake => "it sent a handshake",
                Rung::ClaimsPieces => "it said that it has pieces",
                Rung::SentBlocks => "it sent blocks of pieces",
                Rung::BlocksVerified => "bytes that it sent are of pieces that fit their hashes",
            };
            self.raw("<li>");
            self.tell("b", rung.words());
            self.raw(&format!(": {means}.</li>\n"));
        }
        self.raw("</ol>\n<p>Beside the rungs stands what is evidence of another kind: encrypted connections, with a confidence, and what clients told trackers, the DHT or their network.</p>\n");
        let example = account.claims.iter().flat_map(|list| &list.claims).find(|claim| claim.ladder.is_some());
        if let Some(claim) = example {
            self.raw("<p>Each claim names the display filter with which Wireshark shows what it rests on. With TShark, a filter goes into a command such as this one:</p>\n");
            self.tell("p class=\"code\"", &claim.command);
            self.raw("\n");
        }
    }

    fn list(&mut self, list: &ClaimList) {
        self.raw("<section>\n<header>");
        let _ = write!(self.0, "<h2>{} <span class=\"count\">{}</span></h2>", escaped(list.title), grouped(list.total as u64));
        let left = if list.left_out == 0 {
            String::new()
        } else {
            format!(
                " The first {} are listed; {} are left out, and are in a report on their torrent or host.",
                grouped(list.claims.len() as u64),
                grouped(list.left_out as u64)
            )
        };
        self.tell("p", &format!("{}{left}", list.meaning));
        let with_rungs = list.claims.iter().any(|claim| claim.ladder.is_some());
        self.raw("</header>\n<table class=\"claims\">\n<thead><tr>");
        self.tell("th", subject(list.kind));
        if with_rungs {
            for rung in rungs_of(list.kind) {
                self.tell("th class=\"rung\"", head(*rung));
            }
        } else {
            self.raw("<th>Frames</th>");
        }
        self.raw("</tr></thead>\n");
        for claim in &list.claims {
            self.claim(claim, with_rungs, list.kind);
        }
        self.raw("</table>\n</section>\n");
    }

    fn claim(&mut self, claim: &Claim, with_rungs: bool, kind: &str) {
        self.raw("<tbody>\n<tr class=\"claim\"><th scope=\"row\">");
        self.tell("span", &claim.subject);
        self.raw("</th>");
        if with_rungs {
            for rung in rungs_of(kind) {
                self.rung(*rung, claim.ladder.as_ref().and_then(|ladder| ladder.step(*rung)));
            }
        } else {
            self.tell("td class=\"frames\" data-head=\"Frames\"", &some_frames(&claim.frames, claim.frames.len() as u64));
        }
        let columns = if with_rungs { rungs_of(kind).len() + 1 } else { 2 };
        self.raw(&format!("</tr>\n<tr><td colspan=\"{columns}\" class=\"small\">"));
        // The facts of torrents, and of what is encrypted, tell it themselves: the latter as what is most likely.
        let torrent = claim.info_hash.filter(|_| !matches!(kind, "torrents" | "encrypted_flows"));
        let facts = torrent.map(|info_hash| Fact::new("torrent", info_hash)).into_iter().chain(claim.facts.iter().cloned());
        let facts: Vec<_> = facts.map(|Fact { name, value }| format!("<i>{}:</i> {}", escaped(name), escaped(&value))).collect();
        self.raw(&facts.join("; "));
        if let Some(ladder) = &claim.ladder {
            self.notes(ladder);
        }
        self.tell("div class=\"code\"", &claim.filter);
        self.raw("</td></tr>\n</tbody>\n");
    }

    fn rung(&mut self, rung: Rung, step: Option<&Step>) {
        let Some(step) = step else { return self.tell(&format!("td class=\"rung\" data-head=\"{}\"", head(rung)), "–") };
        let _ = write!(self.0, "<td class=\"rung reached\" data-head=\"{}\">", head(rung));
        self.tell("b", &step.frame.map_or_else(|| "yes".into(), |frame| frame.to_string()));
        if let Some(time) = step.time {
            let words = date(time, Offset::default());
            let (day, clock) = words.split_at_checked(11).unwrap_or_default();
            if self.1 {
                self.tell("div", day);
            }
            self.tell("div", clock.get(..8).unwrap_or(clock));
        }
        self.raw("</td>");
    }

    fn notes(&mut self, ladder: &Ladder) {
        let tells_more = |step: &&Step| step.last_frame.is_some() || step.count.is_some() || step.rung >= Rung::SentBlocks;
        let note = |step: &Step| {
            let last = step.last_frame.map(|last| format!(", last in frame {last}")).unwrap_or_default();
            format!("{}{last}", step.note)
        };
        let notes: Vec<_> = ladder.steps.iter().filter(tells_more).map(note).collect();
        if !notes.is_empty() {
            self.tell("div", &format!("Rungs: {}.", notes.join("; ")));
        }
        let beside = |beside: &Beside| {
            let Beside { kind, count, frame, confidence, .. } = beside;
            let sure = confidence.map(|confidence| format!(", confidence {}", percent(confidence))).unwrap_or_default();
            format!("{} ({} ×, first in frame {frame}{sure})", done(*kind), grouped(*count))
        };
        let beside: Vec<_> = ladder.beside.iter().map(beside).collect();
        if !beside.is_empty() {
            self.tell("div", &format!("Beside them: {}.", beside.join("; ")));
        }
    }

    fn unknown(&mut self, account: &Account) {
        self.raw("<section>\n<h2>What is not known</h2>\n<ul>\n");
        for sentence in &account.unknown {
            self.tell("li", sentence);
            self.raw("\n");
        }
        self.raw("</ul>\n</section>\n");
    }
}

/// What stands in the margins of each printed page: what it is about, the capture with its hash, and which page of how many it is. Where a browser
/// prints no such margins they are on the first page.
fn margins(account: &Account) -> String {
    let capture = match account.files.as_slice() {
        [file] => {
            let hash = file.sha256.as_deref().map_or_else(|| "not computed".to_owned(), str::to_owned);
            format!("{}, SHA-256 {hash}", shortened(&file.name, MARGIN_NAME))
        }
        files => format!("{}, SHA-256 of each on page 1", counted(files.len() as u64, "capture file", "capture files")),
    };
    let title = quoted(&shortened(&account.title, MARGIN_TITLE));
    format!(
        "@page {{\n  margin: 18mm 14mm; font: 7pt system-ui, sans-serif; color: #53565c;\n  @top-left {{ content: {title} }}\n  \
         @bottom-left {{ content: {} }}\n  @bottom-right {{ content: \"page \" counter(page) \" of \" counter(pages) }}\n}}\n\
         @page :first {{ @top-left {{ content: none }} }}\n",
        quoted(&capture)
    )
}

/// A text of no more letters, its end kept, where endings stand.
fn shortened(text: &str, most: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    match (letters.get(..most / 2), letters.get(letters.len().saturating_sub(most / 2)..)) {
        (Some(first), Some(last)) if letters.len() > most => format!("{}…{}", String::from_iter(first), String::from_iter(last)),
        _ => text.to_owned(),
    }
}

/// A text as a string of a style sheet: all but plain letters by their number, so that nothing in it ends the string, or the sheet.
fn quoted(text: &str) -> String {
    let letter = |letter: char| match letter {
        ' ' | ',' | '.' | '-' | '_' => letter.to_string(),
        letter if letter.is_ascii_alphanumeric() => letter.to_string(),
        letter if is_unseen(letter) => format!("\\5b U+{:04X}\\5d ", u32::from(letter)),
        letter => format!("\\{:x} ", u32::from(letter)),
    };
    format!("\"{}\"", text.chars().map(letter).collect::<String>())
}

/// The rungs that claims of a kind may stand on.
fn rungs_of(kind: &str) -> &'static [Rung] {
    if kind == "pieces" { &PIECE_RUNGS } else { &Rung::ALL }
}

/// The head of a rung's column.
fn head(rung: Rung) -> &'static str {
    match rung {
        Rung::Listed => "listed",
        Rung::BlocksVerified => "verified by hash",
        rung => rung.words(),
    }
}

/// The head of the column that names what claims of a kind are about.
fn subject(kind: &str) -> &'static str {
    match kind {
        "torrents" => "Torrent",
        "hosts" => "Host",
        "confirmed_downloads" | "peers" => "Peer",
        "pieces" => "Pieces",
        "announces" => "Tracker",
        "dht_nodes" => "Node",
        _ => "Connection",
    }
}

/// What stands beside the rungs, in words.
fn done(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Handshake => "handshakes",
        EvidenceKind::PeerMessages => "other messages of peers",
        EvidenceKind::ClaimsPieces => "claims of pieces",
        EvidenceKind::Blocks => "blocks",
        EvidenceKind::DhtQuery => "queries to DHT nodes",
        EvidenceKind::DhtResponse => "answers to DHT nodes",
        EvidenceKind::TrackerAnnounce => "announced itself to trackers",
        EvidenceKind::DhtAnnounce => "announced itself in the DHT",
        EvidenceKind::LsdAnnounce => "announced itself on its network",
        EvidenceKind::MdnsAnnounce => "announced itself on its network by mDNS",
        EvidenceKind::Requests => "requests for blocks of it",
        EvidenceKind::EncryptedFlow => "connections taken for encrypted BitTorrent",
    }
}

/// A time in UTC, and at the offset if there is one.
fn both(time: Time, offset: Offset) -> String {
    let utc = format!("{} UTC", date(time, Offset::default()));
    if offset.is_utc() { utc } else { format!("{utc}; {} {}", date(time, offset), offset.words()) }
}

/// The first of some frames, as one looks them up, and whether there are more.
fn some_frames(frames: &[u64], count: u64) -> String {
    let shown: Vec<_> = frames.iter().take(FRAMES).map(u64::to_string).collect();
    let more = if count > shown.len() as u64 && !shown.is_empty() { " …" } else { "" };
    shown.join(", ") + more
}

/// A text as a page holds it: markup is none, and letters that do not show or change the direction of others are told by their number.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter if is_unseen(letter) => {
                let _ = write!(out, "[U+{:04X}]", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out
}

/// Whether a letter is a control character, ends lines, or changes the direction of others.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Frames that a cell names.
const FRAMES: usize = 12;

/// Places of files that a finding names.
const PLACES: usize = 10;

/// Letters of a capture's name, and of the title, that fit into a margin.
const MARGIN_NAME: usize = 40;
const MARGIN_TITLE: usize = 90;

/// How it looks, on a screen and on A4 or Letter: sizes in points, and what may break where.
const STYLE: &str = include_str!("page.css");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        let hostile = "<script>alert('x')</script>&\"\u{202e}gpj\u{7}\n\u{feff}é";
        let expected = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;[U+202E]gpj[U+0007][U+000A][U+FEFF]é";
        assert_eq!(escaped(hostile), expected);
        let account = Account { title: hostile.into(), ..crate::report::evidence::account::tests::account() };
        let page = page(&account);
        assert!(page.contains(&format!("<title>{expected}</title>")) && !page.contains("<script") && !page.contains('\u{202e}'));
    }

    #[test]
    fn no_text_ends_the_style_that_holds_it() {
        assert_eq!(quoted("a-b_1.pcap, 2"), "\"a-b_1.pcap, 2\"");
        assert_eq!(quoted("\"}</style>\\é"), "\"\\22 \\7d \\3c \\2f style\\3e \\5c \\e9 \"");
        assert_eq!(quoted("\n\u{202e}"), "\"\\5b U+000A\\5d \\5b U+202E\\5d \"");
        assert_eq!((shortened("name.pcap", 9), shortened("longname.pcap", 9)), ("name.pcap".into(), "long…pcap".into()));
        let long = format!("{}.pcap", "x".repeat(500));
        let page = page(&Account { title: long, ..crate::report::evidence::account::tests::account() });
        let margin = page.split("@top-left").nth(1).and_then(|rest| rest.lines().next()).unwrap();
        assert!(margin.contains("pcap") && margin.len() < 120, "{margin}");
    }

    #[test]
    fn frames_beyond_the_first_are_told() {
        assert_eq!(
            (some_frames(&[1, 2000], 2), some_frames(&[1], 2), some_frames(&[], 3)),
            ("1, 2000".into(), "1 …".into(), String::new())
        );
    }
}
