//! Windows of tables, written out for other programs: as filtered and sorted.
//!
//! In: a table's rows. Out: text. Windows that follow one another are the whole when they are put together, so that a table of a million rows
//! need not stand in memory as one text.

use serde::Deserialize;

use super::{Row, RowWindow, Table};
use crate::report::csv;

/// How a table is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum RowFormat {
    /// Comma-separated values (RFC 4180), the first line the columns' names.
    Csv,
    /// One JSON array of objects, as the report has them.
    Json,
    /// The same objects, one a line.
    Jsonl,
}

impl RowFormat {
    /// A window that begins with row `from`: with what stands before the first row and behind the last one, where it holds these.
    pub fn write(self, table: Table, window: &RowWindow, from: usize) -> String {
        let (is_first, is_last) = (from == 0, from + window.rows.len() >= window.matched);
        let mut out = String::new();
        match self {
            RowFormat::Csv => {
                if is_first {
                    csv::head(&mut out, table);
                }
                csv::body(&mut out, table, &window.rows);
            }
            RowFormat::Json => {
                out.push_str(if is_first { "[" } else { "" });
                for (place, row) in window.rows.iter().enumerate() {
                    out.push_str(if from + place == 0 { "\n" } else { ",\n" });
                    out.push_str(&object(row));
                }
                out.push_str(if is_last { "\n]\n" } else { "" });
            }
            RowFormat::Jsonl => {
                for row in &window.rows {
                    out.push_str(&object(row));
                    out.push('\n');
                }
            }
        }
        out
    }
}

/// A number that has no place in JSON would be left out; there is none.
fn object(row: &Row) -> String {
    serde_json::to_string(row).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Severity;
    use crate::report::findings::FindingRow;

    fn window(rows: std::ops::Range<usize>, matched: usize) -> RowWindow {
        let row = |number: usize| FindingRow {
            code: "file_cut",
            severity: Severity::Problem,
            text: "=early",
            count: number as u64,
            frames: vec![],
            places: vec![],
        };
        RowWindow { total: matched, matched, rows: rows.map(row).map(Row::Finding).collect() }
    }

    fn whole(format: RowFormat, matched: usize, step: usize) -> String {
        let froms = (0..matched.max(1)).step_by(step);
        froms.map(|from| format.write(Table::Findings, &window(from..(from + step).min(matched), matched), from)).collect()
    }

    #[test]
    fn windows_put_together_are_the_whole() {
        for format in [RowFormat::Csv, RowFormat::Json, RowFormat::Jsonl] {
            for matched in 0..6 {
                let at_once = whole(format, matched, 10);
                assert!((1..4).all(|step| whole(format, matched, step) == at_once), "{format:?} {matched}");
            }
        }
    }

    #[test]
    fn every_format_holds_every_row() {
        assert_eq!(
            whole(RowFormat::Csv, 2, 1),
            "severity,code,text,count,frames\r\nproblem,file_cut,'=early,0,\r\nproblem,file_cut,'=early,1,\r\n"
        );
        let parsed: serde_json::Value = serde_json::from_str(&whole(RowFormat::Json, 3, 2)).unwrap();
        assert_eq!(parsed.as_array().map(Vec::len), Some(3));
        assert_eq!(parsed[2]["count"], 2);
        let lines = whole(RowFormat::Jsonl, 3, 2);
        assert_eq!(
            lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["count"].clone()).collect::<Vec<_>>(),
            [0, 1, 2]
        );
        assert_eq!(whole(RowFormat::Json, 0, 1), "[\n]\n");
    }
}
