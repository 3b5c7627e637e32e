//! Tables as comma-separated values (RFC 4180).
//!
//! In: rows. Out: one text, its first line the column names. Texts come from captures and are hostile: a cell that a spreadsheet
//! would take for a formula is given an apostrophe in front.

use super::download::{Download, Piece};
use super::table::{Cell, Row, Table};

/// The rows of one table as CSV.
pub fn csv(table: Table, rows: &[Row]) -> String {
    let mut out = String::new();
    head(&mut out, table);
    body(&mut out, table, rows);
    out
}

/// The names of a table's columns.
pub(super) fn head(out: &mut String, table: Table) {
    line(out, table.columns().iter().map(|column| (*column).to_owned()));
}

/// A line a row.
pub(super) fn body(out: &mut String, table: Table, rows: &[Row]) {
    for row in rows {
        line(out, table.columns().iter().map(|column| cell(&row.cell(column))));
    }
}

/// Every piece of every torrent with each of its contributors, a line each.
pub fn contributions(download: &Download) -> String {
    let mut out = String::new();
    let columns = ["info_hash", "piece", "piece_bytes", "contributor", "contributor_bytes", "first_frame", "last_frame"];
    line(&mut out, columns.into_iter().map(str::to_owned));
    for torrent in &download.torrents {
        let info_hash = torrent.info_hash.map(|info_hash| info_hash.to_string()).unwrap_or_default();
        for piece in &torrent.pieces {
            for share in &piece.contributors {
                let Piece { index, bytes, first_frame, last_frame, .. } = piece;
                let numbers = [bytes, &share.bytes, first_frame, last_frame].map(u64::to_string);
                let [bytes, share_bytes, first, last] = numbers;
                line(
                    &mut out,
                    [info_hash.clone(), index.to_string(), bytes, share.endpoint.to_string(), share_bytes, first, last].into_iter(),
                );
            }
        }
    }
    out
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    out.push_str(&cells.collect::<Vec<_>>().join(","));
    out.push_str("\r\n");
}

fn cell(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Absent => String::new(),
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => quoted(text),
    }
}

/// A text as a cell: in quotes where it holds what separates cells, and never a formula.
pub fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = if formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\r', '\n']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Severity;
    use crate::report::findings::FindingRow;

    #[test]
    fn texts_are_quoted_and_never_formulas() {
        for (text, cell) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "'=1+1"),
            ("@x,\r\n", "\"'@x,\r\n\""),
            ("", ""),
        ] {
            assert_eq!(quoted(text), cell);
        }
    }

    #[test]
    fn a_table_begins_with_its_columns() {
        let row = FindingRow {
            code: "file_cut",
            severity: Severity::Problem,
            text: "It ends, early.",
            count: 2,
            frames: vec![7],
            places: vec![],
        };
        assert_eq!(
            csv(Table::Findings, &[Row::Finding(row)]),
            "severity,code,text,count,frames\r\nproblem,file_cut,\"It ends, early.\",2,7\r\n"
        );
    }
}
