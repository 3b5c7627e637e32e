//! Swarmscope reads packet captures and says what BitTorrent did in them.
//!
//! # The way of the data
//!
//! ```text
//! file bytes → Frame → Packet → Delivery → Event → Report → rows on a page
//!            capture  decode   flow      protocol  report   session · wasm · bin
//! ```
//!
//! One direction, one pass, constant memory: aggregates are kept, packets are not. What a later question needs of a packet is its frame
//! number, and that is in every row. Be a packet: [`capture::Reader`] finds your frame in the file, [`decode::Decoder`] takes your headers
//! off, [`flow::Flows`] puts your bytes where they belong in their stream, [`protocol::Dissector`] reads the message that you carry, and
//! [`report::Analyses`] remembers what of it answers a question. [`session::Session`] runs the whole. Who wants to see every message
//! reads the files again: [`session::EventListing`]; who wants to see one frame, too: [`session::FrameReading`].
//!
//! # Floors
//!
//! The folders are floors, in alphabetical order. A file imports from its own folder and from folders earlier in the alphabet, never
//! later, so that a plain listing shows the flow. A test holds the rule.
//!
//! # Invariants
//!
//! - Below [`session`] there is no I/O and no clock: time comes from frames. Only `wasm` knows JavaScript, only `bin` a file system.
//! - Nothing panics on any bytes. A broken message costs that message, at most its flow, never the run.
//! - Every buffer, table and recursion has a cap in [`base::Limits`]; reaching one is a finding in the report.
//! - Dissectors never look at the report; analyses never look at bytes.
//! - Numbers from the wire that no document defines are values, not errors.
//! - The same bytes in any chunking, under any name, give the same report.
//! - Every payload byte of a recognised flow is counted once: decoded, resynchronised over, lost, truncated or encrypted.
//!
//! Trouble has three tiers. *Not yet* is a value, such as [`capture::Step::More`]. *Malformed* is [`base::Malformed`], and becomes a
//! [`base::Finding`]. *Not a capture* is [`capture::CaptureError`], the only error.
//!
//! # Glossary
//!
//! The words of the BEPs, Wireshark and Zeek; one word a thing.
//!
//! | word | meaning |
//! | --- | --- |
//! | frame | one record of a capture, numbered from 1 |
//! | packet | the IP packet in a frame |
//! | flow, stream | what two endpoints send each other; a stream is a flow of ordered bytes |
//! | originator, responder | the end that opened a stream, and the other |
//! | gap | bytes of a stream that are not in the capture |
//! | dissector | what turns bytes into messages |
//! | finding | something that was wrong, told in the report |
//! | node | a participant of the DHT. The original tool calls nodes peers, and so does the view of that name |
//! | peer | a participant of a swarm |
//! | torrent, info_hash | what is shared, and its 20-byte name |
//! | info dictionary, metadata | what a torrent is, name, files and hashes; the bytes that the info_hash is the hash of |
//! | extension | a protocol inside the peer wire protocol, under a number that each peer chooses for itself |
//! | piece, block | the unit that is hashed, and the part of it that one message carries |
//! | source | what named an endpoint for a torrent: a tracker, a DHT node, a peer, itself |
//! | claim | a stream taken for encrypted BitTorrent, with how likely that is and why |
//! | web seed | a web server that sends pieces |
//! | contributor, receiver | an endpoint that sent a block, or got one |
//! | bootstrap node | an address that DNS gave for a name by which clients enter the DHT |

pub mod base;
pub mod capture;
pub mod decode;
pub mod flow;
pub mod protocol;
pub mod report;
pub mod session;
pub mod sql;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod typescript;
pub mod verify;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
