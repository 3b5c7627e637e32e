//! Compressed captures are unpacked in a thread of their own, while what came out of them before is read.
//!
//! In: a file that is compressed. Out: what an [`Unpacking`] makes of it, for the reading to take in turn. The thread is ahead by [`AHEAD`] pieces at
//! most, each as large as one of the buffers that the reading itself has, and it ends when nobody takes any more.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use swarmscope::capture::{CaptureError, Unpacked, Unpacking};
use swarmscope::report::Observer;
use swarmscope::session::Reading;

/// A file that is being unpacked.
pub(super) struct Unpacker {
    pieces: Receiver<io::Result<Unpacked>>,
    /// Memory to be used again.
    spares: Sender<Vec<u8>>,
}

impl Unpacker {
    /// Begins with a file.
    pub(super) fn start(file: Box<dyn Read + Send>, unpacking: Unpacking) -> io::Result<Unpacker> {
        let (pieces_in, pieces) = sync_channel(AHEAD);
        let (spares, spares_out) = channel();
        thread::Builder::new().name("unpacking".to_owned()).spawn(move || unpack(file, unpacking, &pieces_in, &spares_out))?;
        Ok(Unpacker { pieces, spares })
    }

    /// Gives a reading what comes next, or the end.
    ///
    /// # Errors
    /// When the file could not be read further: it ends there, and what came before is given by the next calls.
    pub(super) fn feed<O: Observer + ?Sized>(&self, reading: &mut Reading<O>, source: usize) -> io::Result<Result<(), CaptureError>> {
        let Ok(piece) = self.pieces.recv() else { return Ok(reading.end(source)) };
        let piece = piece?;
        let outcome = reading.unpacked(source, &piece);
        // Near its end the thread takes none back.
        let _ = self.spares.send(piece.into_memory());
        Ok(outcome)
    }
}

/// Unpacks all of a file, as long as somebody takes it; `None` when nobody does.
fn unpack(
    mut file: Box<dyn Read + Send>,
    mut unpacking: Unpacking,
    pieces: &SyncSender<io::Result<Unpacked>>,
    spares: &Receiver<Vec<u8>>,
) -> Option<()> {
    let mut ended = false;
    while !ended {
        match file.read(unpacking.room()) {
            Ok(count) if count > 0 => unpacking.filled(count),
            Ok(_) => ended = true,
            Err(error) => {
                ended = true;
                pieces.send(Err(error)).ok()?;
            }
        }
        if ended {
            unpacking.end();
        }
        while let Some(piece) = unpacking.next(spares.try_recv().unwrap_or_default()) {
            pieces.send(Ok(piece)).ok()?;
        }
    }
    Some(())
}

/// Pieces that are unpacked ahead of the reading: one mebibyte of a file.
const AHEAD: usize = 4;
