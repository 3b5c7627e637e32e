//! A second reading of the same files, for a list of the messages in them.
//!
//! In: a question, then the bytes of the files, in any chunking. Out: at any moment windows of the list, and the ladder of the stream that
//! was asked for. Frames and streams have the numbers that they have in the [`Session`](super::Session) that read the files first.

use super::{FurtherReading, Reading};
use crate::base::Limits;
use crate::report::events::ladder::{Ladder, LadderQuery};
use crate::report::events::trails::Trails;
use crate::report::events::written::Format;
use crate::report::events::{self, EventQuery, EventWindow, Scope, ScopeError, WindowQuery};

/// One list of events.
pub struct EventListing {
    reading: Reading<events::Listing>,
}

impl EventListing {
    /// A list of what `query` asks for, without files.
    ///
    /// # Errors
    /// [`ScopeError`] when the question cannot be asked.
    pub fn new(query: &EventQuery, limits: Limits) -> Result<Self, ScopeError> {
        let listing = events::Listing::new(Scope::new(query, &limits)?, &limits);
        Ok(EventListing { reading: Reading::new(limits, listing) })
    }

    /// No list, but what is said of each piece.
    pub fn tracing(limits: Limits) -> Self {
        let listing = events::Listing::tracing(&limits);
        EventListing { reading: Reading::new(limits, listing) }
    }

    /// What was said of each piece, where that was asked for: for [`Session::trace`](super::Session::trace).
    pub fn into_trails(self) -> Option<Trails> {
        self.reading.into_observer().into_trails()
    }

    /// The reading, to be fed.
    pub fn reading(&mut self) -> &mut FurtherReading<'_> {
        &mut self.reading
    }

    /// A window of the list as of now.
    pub fn rows(&mut self, query: &WindowQuery) -> EventWindow {
        self.reading.observer_mut().rows(query)
    }

    /// Every event of the list that holds this text, whatever the case, written out; all for an empty one.
    pub fn export(&mut self, format: Format, filter: &str) -> String {
        let rows = self.reading.observer_mut().all(filter);
        let lines = format.head().into_iter().chain(rows.map(|row| format.line(&row)));
        lines.fold(String::new(), |text, line| text + &line + format.end())
    }

    /// The requests and blocks of the stream that was asked for, as of now; `None` where none was.
    pub fn ladder(&mut self, query: &LadderQuery) -> Option<Ladder> {
        self.reading.observer_mut().ladder(query)
    }
}
