//! What was wrong with the capture, its packets and its messages?
//!
//! Findings of one code are one row, with their number and the first frames that show them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::{Arrange, Code, FilePlace, Finding, Limits, Severity};

/// All findings of one code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct FindingRow {
    /// What it is; from a closed list.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence for a person.
    pub text: &'static str,
    /// How often it was found.
    pub count: u64,
    /// The first frames that show it, numbered from 1.
    pub frames: Vec<u64>,
    /// The first places of files that show it; left out when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional, as = "Option<Vec<FilePlace>>"))]
    pub places: Vec<FilePlace>,
}

/// Gathers findings.
#[derive(Debug)]
pub(super) struct Findings {
    by_code: BTreeMap<Code, OfCode>,
    frames_limit: usize,
}

/// What was found of one code.
#[derive(Debug, Default)]
struct OfCode {
    count: u64,
    frames: Vec<u64>,
    places: Vec<FilePlace>,
}

impl Findings {
    pub(super) fn new(limits: &Limits) -> Self {
        Findings { by_code: BTreeMap::new(), frames_limit: limits.frames_per_finding }
    }

    pub(super) fn add(&mut self, finding: Finding) {
        let OfCode { count, frames, .. } = self.by_code.entry(finding.code).or_default();
        *count += 1;
        if let Some(frame) = finding.frame.filter(|frame| frames.len() < self.frames_limit && frames.last() != Some(frame)) {
            frames.push(frame);
        }
    }

    pub(super) fn add_in_file(&mut self, finding: Finding, place: FilePlace) {
        self.add(finding);
        self.add_place(finding.code, place);
    }

    /// Adds a place to findings that are counted already.
    pub(super) fn add_place(&mut self, code: Code, place: FilePlace) {
        if let Some(of_code) = self.by_code.get_mut(&code).filter(|of_code| of_code.places.len() < self.frames_limit) {
            of_code.places.push(place);
        }
    }

    /// One row a code, the weightiest first.
    pub(super) fn rows(&self) -> Vec<FindingRow> {
        let row = |(code, of_code): (&Code, &OfCode)| FindingRow {
            code: code.name(),
            severity: code.severity(),
            text: code.text(),
            count: of_code.count,
            frames: of_code.frames.clone(),
            places: of_code.places.clone(),
        };
        let mut rows: Vec<_> = self.by_code.iter().map(row).collect();
        rows.arrange_by_key(|row| std::cmp::Reverse(row.severity));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_of_one_code_are_one_row() {
        let mut findings = Findings::new(&Limits { frames_per_finding: 2, ..Limits::default() });
        for frame in [3, 3, 4, 5] {
            findings.add(Finding::at(Code::DhtMalformed, frame));
        }
        findings.add(Finding::anywhere(Code::FileCut));
        let rows = findings.rows();
        assert_eq!((rows[0].code, rows[0].count, rows[0].frames.as_slice()), ("file_cut", 1, &[][..]));
        assert_eq!((rows[1].code, rows[1].count, rows[1].frames.as_slice()), ("dht_malformed", 4, &[3, 4][..]));
    }
}
