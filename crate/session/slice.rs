//! Two more readings of the same files, for a file with some of their frames.
//!
//! In: a question, then the bytes of the files, in any chunking, twice: [`choosing`](Slice::choosing) reads them first, and what
//! [`writing`](Slice::writing) makes of it reads them again. Out: the bytes of a pcapng file, as soon as they are written. Frames have the
//! numbers that they have in the [`Session`](super::Session) that read the files first.

use super::{FurtherReading, Reading};
use crate::base::Limits;
use crate::base::pseudonyms::Pseudonyms;
use crate::report::events::ScopeError;
use crate::report::slice::{Choosing, Output, SliceQuery, SliceSummary, Writing};

/// One slice, of which it is known what it is to hold.
pub struct Slice<O> {
    reading: Reading<Writing<O>>,
}

impl<O: Output> Slice<O> {
    /// The reading that chooses what `query` asks for, without files.
    ///
    /// # Errors
    /// [`ScopeError`] when that cannot be asked.
    pub fn choosing(query: &SliceQuery, limits: Limits) -> Result<Reading<Choosing>, ScopeError> {
        let choosing = Choosing::new(query, &limits)?;
        Ok(Reading::new(limits, choosing))
    }

    /// The reading that writes what was chosen into `output`, without files. Under pseudonyms only headers are written.
    pub fn writing(query: &SliceQuery, chosen: Choosing, limits: Limits, pseudonyms: Option<Pseudonyms>, output: O) -> Self {
        let writing = Writing::new(query, chosen.into_choice(), &limits, output);
        let writing = if let Some(pseudonyms) = pseudonyms { writing.under(pseudonyms) } else { writing };
        Slice { reading: Reading::new(limits, writing) }
    }

    /// The reading, to be fed with the same files in the same order.
    pub fn reading(&mut self) -> &mut FurtherReading<'_> {
        &mut self.reading
    }

    /// What was written so far.
    pub fn summary(&self) -> SliceSummary {
        self.reading.observer().summary()
    }

    /// Where the file goes.
    pub fn output(&mut self) -> &mut O {
        self.reading.observer_mut().output_mut()
    }
}
