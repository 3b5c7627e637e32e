//! The overview in words: the operator's questions, a line each, as the summary begins.
//!
//! In: the facts of [`overview`](super::overview), the traffic, and how many addresses were named for nothing. Out: text. The page says the same
//! with links (`www/views/overview_sentences.js`); neither says more than the facts do.

use super::Digest;
use super::overview::{Unreadable, What, Who, WithWhom};
use super::text::printable;
use super::traffic::Traffic;
use crate::base::Time;

/// A line a question, its answer behind it.
pub(super) fn sentences(digest: &Digest) -> Vec<String> {
    let overview = &digest.overview;
    let mut lines = vec![format!("Who: {}", who(&overview.who))];
    if overview.who.showing > 0 {
        lines.push(format!("What: {}", what(&overview.what)));
        lines.push(format!("How much: {}", how_much(&digest.traffic)));
        let span = digest.capture.first_time.zip(digest.capture.last_time);
        lines.push(format!("When: {}", span.and_then(|span| when(&digest.traffic, span)).unwrap_or_else(|| "at no time".into())));
        lines.push(format!("With whom: {}", with_whom(overview.with_whom, digest.sources.untouched)));
    }
    lines.push(format!("Hidden: {}", hidden(overview.hidden)));
    lines
}

fn who(who: &Who) -> String {
    let local = match who.local {
        0 => "no host known to be local".to_owned(),
        count => counted(count, "local host"),
    };
    if who.showing == 0 {
        return format!("{local}; nobody shows BitTorrent");
    }
    let mut parts = if who.of_local {
        vec![format!("{} of {local} exchanged data", who.exchanged)]
    } else {
        let none = if who.local == 0 { String::new() } else { ", without BitTorrent".to_owned() };
        vec![format!("{local}{none}"), format!("{} elsewhere exchanged data", counted(who.exchanged, "host"))]
    };
    if let Some(host) = who.busiest.as_ref().filter(|_| who.exchanged > 0) {
        let client = host.client.as_deref().map(|client| format!(" ({})", printable(client))).unwrap_or_default();
        let moved = match who.exchanged {
            1 => String::new(),
            _ if who.of_local => format!(" moved {} of it", percent(host.share)),
            _ => " moved the most".to_owned(),
        };
        parts.push(format!("{}{client}{moved}", host.address));
    }
    for (count, did) in [(who.contacted_only, "sent handshakes"), (who.dht_only, "used the DHT"), (who.announced_only, "announced")] {
        if count > 0 {
            parts.push(format!("{count} only {did}"));
        }
    }
    parts.join("; ")
}

fn what(what: &What) -> String {
    let mut parts: Vec<_> = what.top.iter().filter_map(|torrent| torrent.name.as_deref()).map(printable).collect();
    let shown = parts.len();
    let more = if shown > 0 { " more" } else { "" };
    match (what.named - shown.min(what.named), what.torrents - what.named.min(what.torrents)) {
        (0, 0) if shown == 0 => parts.push("no torrent is known".into()),
        (named, unnamed) => {
            parts.extend(Some(named).filter(|count| *count > 0).map(|count| format!("{count}{more} by name")));
            parts.extend(Some(unnamed).filter(|count| *count > 0).map(|count| format!("{count}{more} known by hash only")));
        }
    }
    if what.unknown_bytes > 0 {
        parts.push(format!("{} bytes of pieces of which it is not known", what.unknown_bytes));
    }
    parts.join(", ")
}

fn how_much(traffic: &Traffic) -> String {
    let totals = &traffic.totals;
    let moved = totals.down + totals.up - totals.within + totals.others;
    if moved == 0 {
        return match traffic.dht.iter().sum::<u64>() {
            0 => "no data".into(),
            messages => format!("no data, {messages} messages of the DHT"),
        };
    }
    let mut parts = Vec::new();
    if totals.down + totals.up > 0 {
        parts.push(format!("{} bytes down, {} bytes up", totals.down, totals.up));
    }
    if totals.others > 0 {
        parts.push(format!("{} bytes between hosts of which none is known to be local", totals.others));
    }
    if totals.everything > 0 {
        parts.push(format!("{} of everything on the wire", percent(moved as f64 / totals.everything as f64)));
    }
    parts.join("; ")
}

/// From when to when bytes were exchanged, and when most in a second; `None` where none were.
fn when(traffic: &Traffic, (first, last): (Time, Time)) -> Option<String> {
    let start = traffic.first_time?;
    let sides = [("down", &traffic.down), ("up", &traffic.up), ("between others", &traffic.others)];
    let bins = sides.iter().flat_map(|(_, bytes)| bytes.iter().enumerate()).filter(|(_, bytes)| **bytes > 0);
    let (from, to) = bins.fold(None, |span: Option<(usize, usize)>, (bin, _)| match span {
        Some((from, to)) => Some((from.min(bin), to.max(bin))),
        None => Some((bin, bin)),
    })?;
    // Clients send in bursts: over less than a second a rate says little.
    let together = [1, 2, 4, 8, 16].into_iter().find(|bins: &u32| traffic.bin_seconds * f64::from(*bins) >= 1.0).unwrap_or(16) as usize;
    let seconds = traffic.bin_seconds * together as f64;
    let sums = |bytes: &[u64]| bytes.chunks(together).map(|bins| bins.iter().sum::<u64>()).zip(0_usize..).collect::<Vec<_>>();
    let all = sides.iter().flat_map(|(side, bytes)| sums(bytes).into_iter().map(move |(bytes, place)| (bytes, place, *side)));
    let (bytes, place, side) = all.max_by_key(|(bytes, place, _)| (*bytes, std::cmp::Reverse(*place)))?;
    let ahead = start.since(first) as f64 / 1e9;
    let length = last.since(first) as f64 / 1e9;
    let at = |bins: usize| (ahead + bins as f64 * traffic.bin_seconds).clamp(0.0, length);
    let rate = bytes as f64 / seconds;
    Some(format!("from {:.1} s to {:.1} s; busiest at {:.1} s with {rate:.0} bytes/s {side}", at(from), at(to + 1), at(place * together)))
}

fn with_whom(with: WithWhom, untouched: u64) -> String {
    let peers = counted(with.peers, "peer");
    let met = match with.encrypted_addresses {
        0 if with.peers == 0 && with.local_peers > 1 => "only with one another".into(),
        0 => peers,
        addresses => format!("{peers} in clear; encrypted flows with {}", counted(addresses, "address")),
    };
    match untouched {
        0 => met,
        1 => format!("{met}; 1 more address was named and never contacted"),
        more => format!("{met}; {more} more addresses were named and never contacted"),
    }
}

fn hidden(hidden: Unreadable) -> String {
    if hidden.total == 0 {
        return "no payload of BitTorrent was recognised; what goes through a tunnel would look like this too".into();
    }
    let share = |bytes: u64| percent(bytes as f64 / hidden.total as f64);
    let flows = match hidden.flows {
        0 => String::new(),
        flows => format!(", in {} of which {} probably belong to a known torrent", counted(flows, "flow"), hidden.attributed),
    };
    format!("{} encrypted{flows}; {} missing from the capture", share(hidden.encrypted), share(hidden.missing))
}

/// A share from 0 to 1, never as nothing or all unless it is.
fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent <= 0.0 || percent >= 100.0 => format!("{percent:.0} %"),
        percent if percent < 0.1 => "less than 0.1 %".into(),
        percent if percent > 99.9 => "more than 99.9 %".into(),
        percent => format!("{percent:.1} %"),
    }
}

/// A number with its noun.
fn counted(count: usize, noun: &str) -> String {
    let end = match (count, noun.ends_with('s')) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{count} {noun}{end}")
}

#[cfg(test)]
mod tests {
    use super::super::overview::{BusiestHost, TopTorrent};
    use super::super::traffic::TrafficTotals;
    use super::*;
    use crate::base::InfoHash;

    fn busiest(share: f64) -> Option<BusiestHost> {
        Some(BusiestHost { address: [192, 168, 1, 10].into(), client: Some("libtorrent\n2.1.1".into()), bytes: 9, share })
    }

    #[test]
    fn who_is_told_of_local_hosts_and_of_others() {
        let base = Who { local: 14, of_local: true, showing: 6, exchanged: 5, dht_only: 1, busiest: busiest(0.63), ..Who::default() };
        assert_eq!(
            who(&base),
            "5 of 14 local hosts exchanged data; 192.168.1.10 (libtorrent\\n2.1.1) moved 63.0 % of it; 1 only used the DHT"
        );
        let none = Who { local: 1, of_local: true, ..Who::default() };
        assert_eq!(who(&none), "1 local host; nobody shows BitTorrent");
        assert_eq!(who(&Who { local: 0, ..none.clone() }), "no host known to be local; nobody shows BitTorrent");
        let quiet = Who { showing: 3, contacted_only: 1, announced_only: 2, busiest: busiest(1.0), ..none };
        assert_eq!(who(&quiet), "0 of 1 local host exchanged data; 1 only sent handshakes; 2 only announced");
        let away = Who { of_local: false, local: 1, dht_only: 0, exchanged: 13, ..base };
        let most = "13 hosts elsewhere exchanged data; 192.168.1.10 (libtorrent\\n2.1.1) moved the most";
        assert_eq!(who(&away), format!("1 local host, without BitTorrent; {most}"));
        assert_eq!(who(&Who { local: 0, ..away }), format!("no host known to be local; {most}"));
    }

    #[test]
    fn torrents_are_told_by_name_then_counted() {
        let torrent = |name: Option<&str>| TopTorrent { info_hash: InfoHash([7; 20]), name: name.map(str::to_owned), bytes: 1 };
        let told = |torrents, named, top: &[TopTorrent], unknown_bytes| what(&What { torrents, named, top: top.to_vec(), unknown_bytes });
        let names = [torrent(Some("a")), torrent(Some("b")), torrent(Some("c\x1b"))];
        assert_eq!(told(9, 5, &names, 0), "a, b, c\\u{1b}, 2 more by name, 4 more known by hash only");
        assert_eq!(told(1, 0, &[torrent(None)], 0), "1 known by hash only");
        assert_eq!(told(0, 0, &[], 0), "no torrent is known");
        assert_eq!(told(0, 0, &[], 7), "no torrent is known, 7 bytes of pieces of which it is not known");
    }

    fn traffic(down: &[u64], up: &[u64], others: &[u64]) -> Traffic {
        let sum = |bytes: &[u64]| bytes.iter().sum();
        let totals = TrafficTotals { down: sum(down), up: sum(up), others: sum(others), everything: 200, ..TrafficTotals::default() };
        let [down, up, others] = [down, up, others].map(<[u64]>::to_vec);
        Traffic { bin_seconds: 0.5, first_time: Some(Time::default()), down, up, others, totals, ..Traffic::default() }
    }

    #[test]
    fn volumes_are_told_with_their_share_of_the_wire() {
        assert_eq!(how_much(&traffic(&[9], &[1], &[])), "9 bytes down, 1 bytes up; 5.0 % of everything on the wire");
        assert_eq!(
            how_much(&traffic(&[], &[], &[200])),
            "200 bytes between hosts of which none is known to be local; 100 % of everything on the wire"
        );
        let mut within = traffic(&[50], &[50], &[]);
        within.totals.within = 50;
        assert_eq!(how_much(&within), "50 bytes down, 50 bytes up; 25.0 % of everything on the wire");
        assert_eq!(how_much(&Traffic::default()), "no data");
        assert_eq!(how_much(&Traffic { dht: vec![2, 3], ..Traffic::default() }), "no data, 5 messages of the DHT");
    }

    #[test]
    fn times_are_those_of_bytes_exchanged_and_no_burst_is_the_load() {
        let span = (Time::from_nanos(250_000_000), Time::from_nanos(4_000_000_000));
        let told = |down: &[u64], up: &[u64]| when(&traffic(down, up, &[]), span);
        assert_eq!(told(&[0, 0, 0], &[0]), None);
        let most = "from 0.2 s to 3.8 s; busiest at 1.8 s with 5 bytes/s down";
        assert_eq!(told(&[0, 0, 0, 1, 3, 2, 1, 0], &[0, 2, 2, 0, 0, 0, 0, 4]).as_deref(), Some(most));
    }

    #[test]
    fn the_other_side_and_what_is_hidden_are_told() {
        let with = |peers, local_peers, encrypted_addresses| with_whom(WithWhom { peers, local_peers, encrypted_addresses }, 0);
        assert_eq!((with(1, 2, 0), with(0, 2, 0)), ("1 peer".to_owned(), "only with one another".to_owned()));
        assert_eq!(with(0, 1, 5), "0 peers in clear; encrypted flows with 5 addresses");
        assert_eq!(with_whom(WithWhom::default(), 1), "0 peers; 1 more address was named and never contacted");
        assert_eq!(with_whom(WithWhom::default(), 7), "0 peers; 7 more addresses were named and never contacted");
        let some = Unreadable { flows: 12, attributed: 9, encrypted: 89, missing: 1, total: 2000 };
        assert_eq!(
            hidden(some),
            "4.5 % encrypted, in 12 flows of which 9 probably belong to a known torrent; less than 0.1 % missing from the capture"
        );
        assert_eq!(hidden(Unreadable { total: 5, ..Unreadable::default() }), "0 % encrypted; 0 % missing from the capture");
        assert!(hidden(Unreadable::default()).starts_with("no payload"));
        assert_eq!(percent(0.99999), "more than 99.9 %");
    }
}
