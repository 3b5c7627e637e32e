//! Which frames does a selection need, to stand in a file of its own that tells the same?
//!
//! In: two more readings of the same files. Out: a pcapng file with some of their frames, bytes and times as they were. The first reading
//! [chooses](Choosing), because a stream may turn out to be about a torrent when most of it is over; the second [writes](Writing), and looks
//! into a frame only as far as its ports. The rules:
//!
//! - Of a stream of which any event is wanted all is taken, of both ends: opening, acknowledgements and repetitions with it.
//! - A datagram is taken alone. With an announcement go the messages that connected its sender to the tracker.
//! - Of a torrent those streams are taken too that the report says are about it although they do not name it, and attempts to reach
//!   endpoints that were named for it.
//! - DNS answers are taken that name an address of what is taken.
//! - Where only a host is asked for, it is all packets to and from it; where nothing is, all frames.
//! - Where frames are asked for by number, nothing else is taken.
//! - A packet in fragments is taken with all of them.
//!
//! Under pseudonyms a slice holds headers alone: see [`anonymous`].

mod anonymous;
mod choice;
mod choosing;
mod cut;
mod writing;

use serde::{Deserialize, Serialize};

use super::events::EventQuery;
use super::findings::FindingRow;
use crate::base::Endpoint;
use crate::decode::{Packet, Transport};
use crate::flow::utp::Header;

pub use choice::Choice;
pub use choosing::Choosing;
pub use writing::{Output, Writing};

/// What a slice is to hold, and what is said in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct SliceQuery {
    /// What is wanted.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional, as = "Option<EventQuery>"))]
    pub events: EventQuery,
    /// Only frames of these, first and last of each run; no run is no condition.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional, as = "Option<Vec<(u64, u64)>>"))]
    pub frames: Vec<(u64, u64)>,
    /// The bytes of blocks are left out.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional, as = "Option<bool>"))]
    pub cut_payload: bool,
    /// A frame's comments say what was found wrong with it, and keep those that it had.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional, as = "Option<bool>"))]
    pub findings: bool,
    /// A frame's comment says which it was of the capture.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(optional, as = "Option<bool>"))]
    pub numbers: bool,
}

impl Default for SliceQuery {
    fn default() -> Self {
        SliceQuery { events: EventQuery::default(), frames: Vec::new(), cut_payload: false, findings: true, numbers: true }
    }
}

/// What a slice came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct SliceSummary {
    /// Frames that it holds.
    pub frames: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Payload bytes that were left out, as far as their frames end before them.
    pub cut_bytes: u64,
    /// Payload bytes that were set to zero, because something else follows in their frames.
    pub zeroed_bytes: u64,
    /// Frames that were wanted and are left out, because nothing of them can be told under pseudonyms: they hold no TCP or UDP, or a part of it.
    pub left_out: u64,
    /// Caps that were reached in choosing.
    pub findings: Vec<FindingRow>,
}

/// Two endpoints, the lower one first.
type Pair = (Endpoint, Endpoint);

/// What a packet belongs to, as far as it says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Carrier {
    pair: Pair,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Tcp,
    /// It looks like uTP, with this connection ID.
    Utp(u16),
    Datagram,
}

impl Carrier {
    fn of(packet: &Packet<'_>) -> Self {
        let kind = match packet.transport {
            Transport::Tcp { .. } => Kind::Tcp,
            Transport::Udp => {
                Header::read(packet.payload, packet.cut_short).map_or(Kind::Datagram, |header| Kind::Utp(header.connection_id))
            }
        };
        Carrier { pair: pair(packet.source, packet.destination), kind }
    }
}

fn pair(one: Endpoint, other: Endpoint) -> Pair {
    (one.min(other), one.max(other))
}
