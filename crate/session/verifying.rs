//! Verifies pieces, by two more readings of the same files.
//!
//! In: the bytes of the files, in any chunking: first to a [`Reading`] of [`Known`], which finds out what the pieces must be, then to a
//! [`Verification`]. Out: which pieces are right, and their bytes as soon as they are.

use super::Reading;
use crate::base::Limits;
use crate::report::proof::Verified;
use crate::verify::known::Known;
use crate::verify::{Output, Verifier};

/// One verification.
pub struct Verification<O> {
    reading: Reading<Verifier<O>>,
}

impl<O: Output> Verification<O> {
    /// A verification of the torrents that are known, without files. `output` takes the bytes of right pieces.
    pub fn new(known: Known, limits: Limits, output: O) -> Self {
        let verifier = Verifier::new(known.plans(), &limits, output);
        Verification { reading: Reading::new(limits, verifier) }
    }

    /// The reading, to be fed.
    pub fn reading(&mut self) -> &mut Reading<Verifier<O>> {
        &mut self.reading
    }

    /// Who verifies.
    pub fn verifier(&self) -> &Verifier<O> {
        self.reading.observer()
    }

    /// Who verifies, to be told something, or asked for what it holds.
    pub fn verifier_mut(&mut self) -> &mut Verifier<O> {
        self.reading.observer_mut()
    }

    /// Which pieces are right, as of now.
    pub fn verified(&self) -> Verified {
        self.reading.observer().verified()
    }
}
