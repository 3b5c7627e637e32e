//! Hands events on with pseudonyms in the place of whom and what they name.
//!
//! In: packets, events, findings, as any [`Observer`] is told them. Out: the same to another observer, with every address, name, ID and word
//! of somebody's own replaced by [`Pseudonyms`]. So whatever is made of events is anonymous without doing anything for it, and all of it
//! agrees with each other. Analyses never look at bytes, so nothing else reaches them.
//!
//! What stays: frames, times, lengths, ports, flags and counts; transaction IDs of up to four bytes; the makes and versions of clients; and
//! the names of torrents on the wire, unless the pseudonyms are to replace these too. Texts that people or servers wrote, such as comments in
//! a capture and trackers' errors, are [left out](LEFT_OUT); a client's name for itself stays where it is made of known words and numbers.
//!
//! Nothing here may be forgotten when a message learns to say more: messages are taken apart field by field, without a rest, so that this
//! does not compile until somebody has thought of it.

mod dht;
mod discovery;
mod kept;
mod message;
mod peer_wire;
mod texts;
mod torrent;
mod trackers;

use std::net::IpAddr;

use crate::base::pseudonyms::Pseudonyms;
use crate::base::{Code, Endpoint, FilePlace, Finding, Limits, Time};
use crate::decode::Packet;
use crate::protocol::given::Given;
use crate::protocol::{Event, Streams};
use crate::report::Observer;
use kept::Kept;

/// What stands for a text that somebody wrote.
pub const LEFT_OUT: &str = "(left out)";

/// Tells `O` everything under pseudonyms.
pub struct Anonymous<O> {
    observer: O,
    pseudonyms: Pseudonyms,
    /// The streams to be shown beside what was observed: none, since open streams hold what was read.
    streams: Streams,
}

/// Replaces what one event names. What it makes lives as long as `'k`.
struct Mapping<'m, 'k> {
    pseudonyms: &'m mut Pseudonyms,
    kept: &'k Kept,
}

impl<O: Observer> Anonymous<O> {
    /// Lets `observer` observe under `pseudonyms`.
    pub fn new(observer: O, pseudonyms: Pseudonyms, limits: &Limits) -> Self {
        let mut anonymous = Anonymous { observer, pseudonyms, streams: Streams::new(limits) };
        anonymous.observer.found(Finding::anywhere(Code::Pseudonyms));
        anonymous
    }

    /// Who observes.
    pub fn inner(&self) -> &O {
        &self.observer
    }

    /// Who observes, to be asked something that it must look up.
    pub fn inner_mut(&mut self) -> &mut O {
        &mut self.observer
    }

    /// The pseudonyms.
    pub fn pseudonyms(&mut self) -> &mut Pseudonyms {
        &mut self.pseudonyms
    }

    /// Streams of which nothing is known: what is open holds what was read.
    pub fn streams(&self) -> &Streams {
        &self.streams
    }

    /// Who observes, and how to replace what an event names.
    fn parts<'m, 'k>(&'m mut self, kept: &'k Kept) -> (&'m mut O, Mapping<'m, 'k>) {
        (&mut self.observer, Mapping { pseudonyms: &mut self.pseudonyms, kept })
    }
}

impl<O: Observer> Observer for Anonymous<O> {
    fn file_name(&mut self, name: &str) -> String {
        self.pseudonyms.name(name)
    }

    fn observe_frame(&mut self, frame: u64, time: Time, bytes: u32) {
        self.observer.observe_frame(frame, time, bytes);
    }

    fn observe_packet(&mut self, frame: u64, time: Time, packet: &Packet<'_>) {
        let kept = Kept::default();
        let (observer, mut mapping) = self.parts(&kept);
        let Packet { source, destination, transport, payload, cut_short } = *packet;
        let (source, destination) = (mapping.endpoint(source), mapping.endpoint(destination));
        observer.observe_packet(frame, time, &Packet { source, destination, transport, payload, cut_short });
    }

    fn observe(&mut self, event: &Event<'_>) {
        let kept = Kept::default();
        let (observer, mut mapping) = self.parts(&kept);
        let Event { time, frame, source, destination, flow, direction, bytes, message } = event;
        observer.observe(&Event {
            time: *time,
            frame: *frame,
            source: mapping.endpoint(*source),
            destination: mapping.endpoint(*destination),
            flow: *flow,
            direction: *direction,
            bytes: *bytes,
            message: mapping.message(message),
        });
    }

    fn know(&mut self, given: &Given<'_>) {
        let kept = Kept::default();
        let (observer, mut mapping) = self.parts(&kept);
        observer.know(&mapping.given(given));
    }

    fn found(&mut self, finding: Finding) {
        self.observer.found(finding);
    }

    fn found_in_file(&mut self, finding: Finding, place: FilePlace) {
        let FilePlace { file, offset, bytes, text } = place;
        // The reading called it by its pseudonym. A comment may say anything.
        let text = if texts::is_ours(finding.code) { text } else { LEFT_OUT.to_owned() };
        self.observer.found_in_file(finding, FilePlace { file, offset, bytes, text });
    }

    fn name(&mut self, address: IpAddr, name: &str) {
        let (address, name) = (self.pseudonyms.address(address), self.pseudonyms.host(name));
        self.observer.name(address, &name);
    }

    /// What is said of such places names files, which are called by their pseudonyms.
    fn placed(&mut self, code: Code, place: FilePlace) {
        self.observer.placed(code, place);
    }

    fn finish(&mut self) {
        self.observer.finish();
    }
}

impl<'k> Mapping<'_, 'k> {
    fn endpoint(&mut self, endpoint: Endpoint) -> Endpoint {
        let Endpoint { address, port } = endpoint;
        Endpoint { address: self.pseudonyms.address(address), port }
    }

    fn keep(&self, bytes: impl Into<Vec<u8>>) -> &'k [u8] {
        self.kept.keep(bytes.into())
    }

    /// So many bytes that say nothing.
    fn blank(&self, length: usize) -> &'k [u8] {
        self.keep(vec![0; length])
    }

    /// The pseudonym of bytes that somebody chose, of eight bytes.
    fn opaque(&self, bytes: &[u8]) -> &'k [u8] {
        self.keep(self.pseudonyms.opaque::<8>(bytes))
    }

    /// Compact endpoints: 4 or 16 bytes of address and two of port, each behind `before` bytes that `prefix` replaces.
    fn compact(&mut self, bytes: &[u8], size: usize, prefix: impl Fn(&mut Self, &mut [u8])) -> &'k [u8] {
        let mut bytes = bytes.to_vec();
        let address_bytes = if size > 26 || size == 18 { 16 } else { 4 };
        for entry in bytes.chunks_mut(size) {
            let before = entry.len().saturating_sub(address_bytes + 2);
            let Some((first, place)) = entry.split_at_mut_checked(before) else { continue };
            prefix(self, first);
            if let Some(address) = place.get_mut(..address_bytes) {
                self.address_bytes(address);
            }
        }
        self.keep(bytes)
    }

    /// Replaces the address that 4 or 16 bytes are; others become zeros.
    fn address_bytes(&mut self, bytes: &mut [u8]) {
        let v4 = <[u8; 4]>::try_from(&*bytes).map(IpAddr::from);
        match v4.or_else(|_| <[u8; 16]>::try_from(&*bytes).map(IpAddr::from)) {
            Ok(address) => match self.pseudonyms.address(address) {
                IpAddr::V4(v4) => bytes.copy_from_slice(&v4.octets()),
                IpAddr::V6(v6) => bytes.copy_from_slice(&v6.octets()),
            },
            Err(_) => bytes.fill(0),
        }
    }
}
