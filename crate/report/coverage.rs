//! What share of the payload could be read, and what became of the rest?
//!
//! Every payload byte of a recognised flow is counted once: the five add up to all of it. DNS and requests for ports are not counted: they
//! are not BitTorrent. Of HTTP only the messages of trackers and web seeds and `.torrent` files are, those of BEP 19 from when they are
//! known at the end. The payload of a uTP packet
//! is what follows its header. How much of it a packet had that is not in the capture, nobody knows: such bytes are counted as lost only
//! where the length of the block they were in tells.
//! The bytes of an encrypted flow are recognised when the flow is: they are added as often as the report is made, from the flows that
//! [`encrypted`](super::encrypted) claims then, because what claims them may come after them.

use serde::Serialize;

use super::encrypted::Claim;
use crate::protocol::{Event, Message, Unread};

/// Bytes of recognised payload by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Coverage {
    /// In a message that was read.
    pub decoded: u64,
    /// Passed over: between the place where framing was lost and the one where it was found again, or in a message that cannot be read.
    pub resynchronised: u64,
    /// On the wire, but in no frame of the capture.
    pub lost: u64,
    /// Cut off at the capture's snap length.
    pub truncated: u64,
    /// Encrypted.
    pub encrypted: u64,
}

impl Coverage {
    /// Takes the next event.
    pub(super) fn observe(&mut self, event: &Event<'_>) {
        self.decoded += event.bytes;
        if let Message::Unread { reason, bytes } = event.message {
            let share = match reason {
                Unread::Resynchronised => &mut self.resynchronised,
                Unread::Lost => &mut self.lost,
                Unread::Truncated => &mut self.truncated,
                Unread::Encrypted => &mut self.encrypted,
            };
            *share += bytes;
        }
    }

    /// These bytes and those of the encrypted flows that are claimed.
    pub(super) fn with(mut self, claims: &[Claim]) -> Self {
        for claim in claims {
            self.encrypted += claim.flow.bytes.originator + claim.flow.bytes.responder;
            self.lost += claim.flow.lost;
            self.truncated += claim.flow.truncated;
        }
        self
    }

    /// Takes bytes of a download that proved to be a web seed's.
    pub(super) fn claim_web(&mut self, decoded: u64, lost: u64, truncated: u64) {
        self.decoded += decoded;
        self.lost += lost;
        self.truncated += truncated;
    }

    /// All recognised payload.
    pub fn total(&self) -> u64 {
        self.decoded + self.resynchronised + self.lost + self.truncated + self.encrypted
    }
}
