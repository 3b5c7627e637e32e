//! Events as text, a line each, for people and for other programs.
//!
//! In: rows. Out: lines without their ends. As text the columns stand between tabs; as CSV (RFC 4180) they are those of the rows; as JSON Lines
//! a row is the object that the page is given.

use super::EventRow;
use crate::report::csv::quoted;

/// How events are written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Frame, seconds, from whom to whom, stream, protocol, and what was said.
    Text,
    /// Comma-separated values.
    Csv,
    /// A JSON object a line.
    JsonLines,
}

impl Format {
    /// The line above all others, where there is one.
    pub fn head(self) -> Option<String> {
        (self == Format::Csv).then(|| COLUMNS.join(","))
    }

    /// The line of an event.
    pub fn line(self, row: &EventRow) -> String {
        match self {
            Format::Text => text(row),
            Format::Csv => cells(row).map(|cell| quoted(&cell)).join(","),
            // A number that has no place in JSON would be left out; there is none.
            Format::JsonLines => serde_json::to_string(row).unwrap_or_default(),
        }
    }

    /// What stands behind every line: CSV has its own.
    pub fn end(self) -> &'static str {
        if self == Format::Csv { "\r\n" } else { "\n" }
    }
}

fn text(row: &EventRow) -> String {
    let [_, frame, time, source, destination, flow, _, protocol, ..] = cells(row);
    let ends = if source.is_empty() { "-".into() } else { format!("{source} > {destination}") };
    let flow = if flow.is_empty() { "-" } else { &flow };
    format!("{frame}\t{time}\t{ends}\t{flow}\t{protocol}\t{}", row.text)
}

fn cells(row: &EventRow) -> [String; COLUMNS.len()] {
    let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    [
        row.number.to_string(),
        row.frame.to_string(),
        row.time.map(|time| format!("{:.6}", time.seconds())).unwrap_or_default(),
        row.source.map(|end| end.to_string()).unwrap_or_default(),
        row.destination.map(|end| end.to_string()).unwrap_or_default(),
        number(row.flow),
        row.torrent.map(|torrent| torrent.to_string()).unwrap_or_default(),
        row.protocol.to_owned(),
        row.name.to_owned(),
        row.extension.unwrap_or_default().to_owned(),
        row.bytes.to_string(),
        row.text.clone(),
    ]
}

/// The columns of CSV: the fields of a row.
const COLUMNS: [&str; 12] =
    ["number", "frame", "time", "source", "destination", "flow", "torrent", "protocol", "name", "extension", "bytes", "text"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Endpoint, InfoHash, Time};

    #[test]
    fn a_row_in_every_format() {
        let row = EventRow {
            number: 2,
            frame: 7,
            time: Some(Time::from_nanos(1_500_000_000)),
            source: Some(Endpoint::new([10, 0, 0, 1], 6881)),
            destination: Some(Endpoint::new([10, 0, 0, 2], 7000)),
            flow: Some(4),
            torrent: Some(InfoHash([0xaa; 20])),
            protocol: "peer_wire",
            name: "have",
            extension: None,
            bytes: 9,
            text: "have piece 3".into(),
        };
        assert_eq!(Format::Text.line(&row), "7\t1.500000\t10.0.0.1:6881 > 10.0.0.2:7000\t4\tpeer_wire\thave piece 3");
        let hash = "aa".repeat(20);
        assert_eq!(Format::Csv.line(&row), format!("2,7,1.500000,10.0.0.1:6881,10.0.0.2:7000,4,{hash},peer_wire,have,,9,have piece 3"));
        let names: Vec<_> = Format::Csv.head().unwrap().split(',').map(str::to_owned).collect();
        let object: serde_json::Value = serde_json::from_str(&Format::JsonLines.line(&row)).unwrap();
        assert!(names.iter().all(|name| object.get(name).is_some()) && names.len() == object.as_object().unwrap().len());
        let finding = EventRow { time: None, source: None, destination: None, flow: None, torrent: None, ..row };
        assert_eq!(Format::Text.line(&finding), "7\t\t-\t-\tpeer_wire\thave piece 3");
        assert_eq!(Format::Csv.line(&finding), "2,7,,,,,,peer_wire,have,,9,have piece 3");
    }
}
