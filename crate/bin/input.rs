//! The files that captures are read from.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread;

use swarmscope::capture::{CaptureError, Unpacking};
use swarmscope::report::Observer;
use swarmscope::session::Reading;

use super::unpacking::Unpacker;

/// A capture on its way in.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) size: Option<u64>,
    stage: Stage,
}

/// How far it is, and where its bytes come from.
enum Stage {
    /// Nothing of it was read.
    Unread(Box<dyn Read + Send>),
    /// It is read as it is.
    Plain(Box<dyn Read + Send>),
    /// A thread unpacks it.
    Unpacked(Unpacker),
    /// It cannot be read further.
    Ended,
}

impl Input {
    /// Opens a capture, one of so many.
    pub(super) fn open(path: &Path, files: usize) -> io::Result<Input> {
        if path == Path::new("-") {
            return Ok(Input { name: "standard input".into(), size: None, stage: Stage::Unread(Box::new(io::stdin())) });
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        // A pipe has a length of 0 and more to say.
        let size = metadata.is_file().then_some(metadata.len());
        let reader: Box<dyn Read + Send> =
            if files > OPEN_FILES { Box::new(Reopened { path: path.to_owned(), at: 0 }) } else { Box::new(file) };
        Ok(Input { name, size, stage: Stage::Unread(reader) })
    }

    /// Gives a reading of so many files what comes next, or the end.
    ///
    /// # Errors
    /// When it cannot be read further: then it ends there.
    pub(super) fn feed<O: Observer + ?Sized>(
        &mut self,
        reading: &mut Reading<O>,
        source: usize,
        files: usize,
    ) -> io::Result<Result<(), CaptureError>> {
        let stage = std::mem::replace(&mut self.stage, Stage::Ended);
        self.stage = if let Stage::Unread(file) = stage { begin(file, files, || reading.unpacking())? } else { stage };
        match &mut self.stage {
            Stage::Unpacked(unpacker) => unpacker.feed(reading, source),
            Stage::Plain(file) => match file.read(reading.room(source)) {
                Ok(count) if count > 0 => Ok(reading.filled(source, count)),
                Ok(_) => Ok(reading.end(source)),
                Err(error) => {
                    self.stage = Stage::Ended;
                    Err(error)
                }
            },
            Stage::Unread(_) | Stage::Ended => Ok(reading.end(source)),
        }
    }
}

/// Looks at the first bytes of one of so many files: what is compressed is unpacked in a thread, where there is a processor for it. Many files
/// unpack as they are read: each thread has memory of its own.
fn begin(mut file: Box<dyn Read + Send>, files: usize, unpacking: impl FnOnce() -> Unpacking) -> io::Result<Stage> {
    if files > THREADS || thread::available_parallelism().is_ok_and(|processors| processors.get() == 1) {
        return Ok(Stage::Plain(file));
    }
    let mut first = Vec::new();
    file.by_ref().take(Unpacking::SNIFFED as u64).read_to_end(&mut first)?;
    let is_packed = Unpacking::is_due(&first);
    let whole = Box::new(Cursor::new(first).chain(file));
    Ok(if is_packed { Stage::Unpacked(Unpacker::start(whole, unpacking())?) } else { Stage::Plain(whole) })
}

/// A file that is opened for each read: systems let a program have some hundred open at a time.
struct Reopened {
    path: PathBuf,
    at: u64,
}

impl Read for Reopened {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.read(into)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// Files that stay open while they are read.
const OPEN_FILES: usize = 128;

/// Files that have a thread each, if they are compressed.
const THREADS: usize = 16;
