//! The secondary statistics of the *BitTorrent Download Analyzer*, by which it showed that its results are sound.
//!
//! Its thesis names them (section 3.2). It made the contacts itself; a capture shows those of the clients in it. What no capture tells is left
//! out: the length of the queue of peers, that of the queue of visited peers, and the workload of the threads that contacted them.

use serde::Serialize;

use super::super::cell::{Cell, words};
use super::super::sources::Source;
use super::section::{Join, SourceRow};

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct SecondaryStatistic {
    /// What it is called.
    pub name: String,
    /// Its value; `None` where the capture has nothing to tell it by.
    pub value: Option<f64>,
    /// Its unit; `None` of a count.
    pub unit: Option<&'static str>,
    /// What it means.
    pub meaning: String,
}

impl Join<'_> {
    /// The figures, given the rows of all sources.
    pub(super) fn statistics(&self, rows: &[SourceRow]) -> Vec<SecondaryStatistic> {
        let (mut answered, mut first, mut later) = (0, 0, 0);
        for attempts in self.attempts() {
            answered += u64::from(attempts.answered);
            first += u64::from(attempts.first_failed());
            later += u64::from(attempts.later_failed());
        }
        let sums = || rows.iter().filter(|row| row.info_hash.is_none());
        let came = sums().find(|row| row.source == Source::Incoming).map_or(0, |row| row.unique);
        let gaps = self.gaps();
        let mut figures = vec![
            count("unique_incoming_peers", came, "Peers that opened a connection by themselves, told apart by address and torrent"),
            count("evaluated_incoming_peers", self.evaluated_incoming() as u64, "Of these, peers that told which pieces they have"),
            count("successful_contacts", answered, "Connections that endpoints which were named before or after took"),
            count("failed_contacts_first_try", first, "Endpoints that were named, of which the first attempt was refused or not answered"),
            count("failed_contacts_later_try", later, "Later attempts to reach them that were refused or not answered"),
            seconds(
                "mean_receive_time",
                gaps.mean_duration,
                "From a peer's handshake to its last message before a silence of 30 s, on average",
            ),
            seconds("mean_longest_gap", gaps.mean_longest, "The longest silence between two of these messages, on average"),
        ];
        for row in sums() {
            let name = row.source.name();
            figures.push(count(&format!("received_{name}"), row.received, &format!("Addresses from the source {name}, repetitions too")));
            let known = row.received - row.first.min(row.received);
            let meaning = format!("Of these, addresses that this or another source had named for the torrent before: {name}");
            figures.push(count(&format!("duplicates_{name}"), known, &meaning));
        }
        figures
    }
}

impl SecondaryStatistic {
    /// The value in `column`.
    pub(in crate::report) fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "name" => words(Some(&self.name)),
            "value" => self.value.map_or(Cell::Absent, Cell::Number),
            "unit" => words(self.unit),
            "meaning" => words(Some(&self.meaning)),
            _ => Cell::Absent,
        }
    }
}

fn count(name: &str, value: u64, meaning: &str) -> SecondaryStatistic {
    SecondaryStatistic { name: name.to_owned(), value: Some(value as f64), unit: None, meaning: meaning.to_owned() }
}

fn seconds(name: &str, value: Option<f64>, meaning: &str) -> SecondaryStatistic {
    SecondaryStatistic { name: name.to_owned(), value, unit: Some("s"), meaning: meaning.to_owned() }
}

/// The columns of the table of figures, in the order of its CSV.
pub(in crate::report) const COLUMNS: &[&str] = &["name", "value", "unit", "meaning"];
