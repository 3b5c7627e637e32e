//! Torrents that are given to a reading before it begins.
//!
//! In: `.torrent` files and texts of magnet links. They are told to the dissector, which then knows the pieces of a stream whose framing was
//! lost, and to the observer. The bytes of the captures are read as without them.

use serde::Serialize;

use super::Reading;
use crate::protocol::given::{Given, Refused};
use crate::report::Observer;

/// What became of a text of which each line is a magnet link, or an entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct LinesTaken {
    /// Lines that were taken.
    pub taken: usize,
    /// Lines that were not, blank ones left out.
    pub refused: usize,
    /// The first of those, at most 20.
    pub lines: Vec<RefusedLine>,
}

/// A line that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct RefusedLine {
    /// Its number, from 1.
    pub line: usize,
    /// Why, behind "line 7".
    pub reason: String,
}

impl LinesTaken {
    /// Of so many lines that were taken, and these that were not.
    pub(super) fn of(taken: usize, refused: &[(usize, &str)]) -> Self {
        let lines = refused.iter().take(REFUSED_LINES).map(|(line, reason)| RefusedLine { line: *line, reason: (*reason).to_owned() });
        LinesTaken { taken, refused: refused.len(), lines: lines.collect() }
    }
}

impl<O: Observer + ?Sized> Reading<O> {
    /// Takes a `.torrent` file, before the first bytes of any capture. `name` is what it is called.
    ///
    /// # Errors
    /// [`Refused`] where it is none, or there is no room for it.
    pub fn add_torrent(&mut self, name: &str, bytes: &[u8]) -> Result<(), Refused> {
        let given = Given::file(name, bytes, &self.limits)?;
        self.give(&given)
    }

    /// Takes magnet links, one a line, before the first bytes of any capture. `name` is what the text is called. Blank lines are passed over.
    ///
    /// # Errors
    /// [`Refused::TooLong`] where the text is longer than is read. Lines that are no links are told, and are no error.
    pub fn add_magnets(&mut self, name: &str, text: &str) -> Result<LinesTaken, Refused> {
        if text.len() > self.limits.given_bytes {
            return Err(Refused::TooLong);
        }
        let mut outcome = LinesTaken::default();
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        for (number, line) in (1..).zip(lines).filter(|(_, line)| !line.is_empty()) {
            let taken = Given::link(name, line, &self.limits).and_then(|given| self.give(&given));
            match taken {
                Ok(()) => outcome.taken += 1,
                Err(refused) => {
                    outcome.refused += 1;
                    if outcome.lines.len() < REFUSED_LINES {
                        outcome.lines.push(RefusedLine { line: number, reason: refused.to_string() });
                    }
                }
            }
        }
        Ok(outcome)
    }

    fn give(&mut self, given: &Given<'_>) -> Result<(), Refused> {
        if self.given >= self.limits.given_torrents {
            return Err(Refused::TooMany);
        }
        self.given += 1;
        self.pipeline.give(given);
        Ok(())
    }
}

/// Lines that are told one by one.
const REFUSED_LINES: usize = 20;
