//! `--frame`: one frame, taken apart.
//!
//! In: a frame's number and the captures. Out: its layers, bytes and events on standard output.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use swarmscope::base::Limits;
use swarmscope::report::frame::written;
use swarmscope::session::FrameReading;

use super::given::GivenArguments;

/// Which frame is wanted.
#[derive(Debug, Args)]
pub(super) struct FrameArguments {
    /// One frame: its layers and messages with their places, its bytes, and how Wireshark and TShark show it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..),
        conflicts_with_all = ["init", "peers", "download", "swarm", "geography", "sources", "known", "events", "verify"])]
    frame: Option<u64>,
}

impl FrameArguments {
    /// The frame that is asked for.
    pub(super) fn asked(&self) -> Option<u64> {
        self.frame
    }

    /// Prints the frame with this number.
    pub(super) fn run(number: u64, captures: &[PathBuf], given: &GivenArguments, limits: Limits, json: bool) -> ExitCode {
        let mut frame = FrameReading::new(number, limits);
        if !given.give(frame.reading(), true) {
            return ExitCode::from(2);
        }
        if !super::read_all(frame.reading(), captures) {
            return ExitCode::from(1);
        }
        let Some(view) = frame.view() else {
            super::complain(&format!("there is no frame {number}: the last is {}", frame.reading().progress().frames));
            return ExitCode::from(1);
        };
        let print = || {
            let mut out = io::stdout().lock();
            if json {
                serde_json::to_writer(io::BufWriter::new(&mut out), &view)?;
                return writeln!(out);
            }
            out.write_all(written::text(&view).as_bytes())
        };
        super::printed(print())
    }
}
