//! How long a hole in a stream is waited for.
//!
//! In: what a transport knows of a hole. Out: whether it will still fill. What the other end acknowledged did arrive, and only the
//! capture lacks it: such a hole is given up when neither [`PACKETS`] more packets nor [`NANOS`] brought it (captures on several
//! queues swap frames). What it did not acknowledge may still come. Where the other end was never seen to acknowledge, time alone decides.

use super::assembler::{Assembler, Mark};
use crate::base::Time;

/// What the first hole of one direction was waited for, since it was known to be acknowledged.
#[derive(Debug, Default)]
pub(super) struct Patience(Option<Waited>);

#[derive(Clone, Copy, Debug)]
struct Waited {
    /// Where the hole begins.
    hole: u64,
    /// Packets of the connection since.
    packets: u32,
    since: Time,
}

impl Patience {
    /// Whether the first hole of `assembler` should be given up now. `acknowledged`: the offset behind all that the other end has
    /// received; `None` when it was never seen to say. Asked once a packet.
    pub(super) fn is_over(&mut self, assembler: &Assembler, acknowledged: Option<u64>, now: Mark) -> bool {
        let Some((hole_end, held_since)) = assembler.hole_end().zip(assembler.held_since()) else {
            return false;
        };
        match acknowledged {
            None => now.time.since(held_since.time) > SILENT_NANOS,
            Some(acknowledged) if acknowledged < hole_end => false,
            Some(_) => {
                let hole = assembler.next();
                let begun = self.0.filter(|waited| waited.hole == hole).unwrap_or(Waited { hole, packets: 0, since: now.time });
                let waited = self.0.insert(Waited { packets: begun.packets + 1, ..begun });
                waited.packets > PACKETS || now.time.since(waited.since) > NANOS
            }
        }
    }
}

/// Packets of the connection that may pass before an acknowledged hole is given up.
const PACKETS: u32 = 32;

/// Capture time that may pass before an acknowledged hole is given up: frames swapped by the capture are closer together.
const NANOS: i64 = 200_000_000;

/// Capture time that may pass before a hole is given up when the other end is not in the capture: a repetition comes sooner.
const SILENT_NANOS: i64 = 5_000_000_000;
