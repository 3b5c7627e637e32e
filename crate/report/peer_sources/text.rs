//! The section as text.

use std::fmt::Write;

use super::section::{MessageGaps, PeerSources, SourceHour, SourceRow};
use super::{SecondaryStatistic, SourceRequest};

/// Where peers come from: a line a source, for all torrents and for each, then requests, hours, silences and figures.
pub fn text(section: &PeerSources) -> String {
    let mut out = String::new();
    let mut torrent = None;
    for row in &section.sources {
        if torrent != Some(row.info_hash) {
            torrent = Some(row.info_hash);
            let _ = match row.info_hash {
                Some(info_hash) => writeln!(out, "\ninfo_hash: {info_hash}"),
                None => writeln!(out, "all torrents"),
            };
        }
        source(&mut out, row);
    }
    part(&mut out, "requests:", &section.requests, request);
    part(&mut out, "hours:", &section.hours, hour);
    if section.gaps.openings > 0 {
        gaps(&mut out, &section.gaps);
    }
    part(&mut out, "secondary statistics:", &section.statistics, figure);
    out
}

/// A headline and a line an item; nothing without items.
fn part<T>(out: &mut String, head: &str, items: &[T], line: impl Fn(&mut String, &T)) {
    if !items.is_empty() {
        let _ = writeln!(out, "\n{head}");
        items.iter().for_each(|item| line(out, item));
    }
}

fn source(out: &mut String, row: &SourceRow) {
    let SourceRow { messages, received, unique, first, elsewhere, repeated_in_message, repeated_later, handshakes, useful, .. } = row;
    let _ = write!(
        out,
        "{}: {received} received in {messages} messages, {unique} unique ({first} first, {elsewhere} known from elsewhere), {repeated_in_message} repeated in a message, {repeated_later} later; ",
        row.source.name()
    );
    if let SourceRow { tried: Some(tried), answered: Some(answered), failed: Some(failed), refused: Some(refused), .. } = row {
        let _ = write!(out, "{tried} tried, {answered} answered, {failed} failed ({refused} refused); ");
    }
    let _ = writeln!(out, "{handshakes} sent a handshake, {useful} exchanged blocks");
}

fn request(out: &mut String, row: &SourceRequest) {
    let SourceRequest { frame, messages, answers, received, new, duplicate, .. } = row;
    let torrent = row.info_hash.map_or_else(|| "unknown".to_owned(), |info_hash| info_hash.to_string());
    let asked = row.asked.map_or_else(|| "many".to_owned(), |asked| asked.to_string());
    let client = row.client.map_or_else(|| "unknown".to_owned(), |client| client.to_string());
    let duration = row.duration.map_or_else(|| "no answer".to_owned(), |seconds| format!("{seconds:.6} s"));
    let _ = writeln!(
        out,
        "{} {torrent}, {client} of {asked}, frame {frame}, {duration}, {messages} messages, {answers} with peers: {received} received, {new} new, {duplicate} known",
        row.source.name()
    );
}

fn hour(out: &mut String, row: &SourceHour) {
    let _ = writeln!(out, "{:.0} {}: {} new, {} known", row.time.seconds(), row.source.name(), row.new, row.duplicate);
}

fn gaps(out: &mut String, section: &MessageGaps) {
    let MessageGaps { openings, gaps, shares, mean_longest, mean_duration } = section;
    let _ = writeln!(out, "\nsilences between messages: {gaps} in {openings} openings of connections");
    for share in shares {
        let (all, longest) = (share.share * 100.0, share.longest_share * 100.0);
        let _ = writeln!(out, "below {} s: {all:.1} % of them, {longest:.1} % of the longest of each opening", share.below);
    }
    if let Some((longest, duration)) = mean_longest.zip(*mean_duration) {
        let _ = writeln!(out, "on average the longest took {longest:.3} s, an opening {duration:.3} s");
    }
}

fn figure(out: &mut String, row: &SecondaryStatistic) {
    let decimals = if row.unit.is_some() { 3 } else { 0 };
    let value = row.value.map_or_else(|| "not known".to_owned(), |value| format!("{value:.decimals$}"));
    let _ = writeln!(out, "{}: {value}{}: {}", row.name, row.unit.map(|unit| format!(" {unit}")).unwrap_or_default(), row.meaning);
}
