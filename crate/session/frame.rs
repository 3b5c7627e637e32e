//! One more reading of the same files, up to one frame.
//!
//! In: a frame's number, then the bytes of the files, in any chunking. Out: that frame, taken apart. Streams need their past, so the files are
//! read from their beginning; behind the frame only as far as what begins in it goes on. Frames have the numbers that they have in the
//! [`Session`](super::Session) that read the files first.

use super::{FurtherReading, Reading};
use crate::base::Limits;
use crate::report::frame::{FrameAnalysis, FrameView};

/// One frame that is looked for.
pub struct FrameReading {
    reading: Reading<FrameAnalysis>,
}

impl FrameReading {
    /// A reading that looks for the frame with this number, without files.
    pub fn new(number: u64, limits: Limits) -> Self {
        let analysis = FrameAnalysis::new(number, &limits);
        FrameReading { reading: Reading::new(limits, analysis) }
    }

    /// The reading, to be fed as long as it wants more.
    pub fn reading(&mut self) -> &mut FurtherReading<'_> {
        &mut self.reading
    }

    /// The frame as far as it is known now: its layers once it has come, its messages once they are told. `None` until then.
    pub fn view(&self) -> Option<FrameView> {
        let files: Vec<String> = self.reading.names().map(str::to_owned).collect();
        self.reading.observer().view(&files)
    }
}
