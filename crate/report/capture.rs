//! What was read: the files, their frames and the time they span.

use serde::Serialize;

use crate::base::Time;

/// The capture: one file, or several read as one in time order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Capture {
    /// The files, in the order in which they were given.
    pub files: Vec<CaptureFile>,
    /// Frames of all files; those that two files have count once.
    pub frames: u64,
    /// Bytes read of all files.
    pub bytes: u64,
    /// The earliest frame's time; `None` before the first frame.
    pub first_time: Option<Time>,
    /// The latest frame's time.
    pub last_time: Option<Time>,
}

/// One file of a capture.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct CaptureFile {
    /// Its name, without folders.
    pub name: String,
    /// `pcap` or `pcapng`, by content; empty before it is known.
    pub format: String,
    /// Bytes read.
    pub bytes: u64,
    /// Frames read, also those that another file has too.
    pub frames: u64,
    /// The link types of its frames, as tcpdump names them, in order of appearance.
    pub link_types: Vec<String>,
}
