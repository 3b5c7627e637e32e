//! How much did BitTorrent move, when, and for whom?
//!
//! Bytes are those of streams of peers, in clear or taken for [encrypted](super::encrypted): with the framing of messages, and also those that are
//! cut off or missing in the capture, for they were on the wire. What came from web seeds is counted by its blocks. DHT and trackers are
//! counted in messages. *Down* is what went to hosts of the network where the capture was made, *up* what came from them; what one such host sent to
//! another is in both, and in `within`. A message counts at the time of its first frame. The bytes of an encrypted stream are known a few
//! blocks at a time, and count at the end of these.

mod exchanges;
mod sums;

use std::net::IpAddr;

use serde::Serialize;

use super::encrypted::{Claim, EncryptedAnalysis};
use crate::base::{Code, Grid, InfoHash, Limits, Series, Time};
use crate::protocol::{Event, Unread};

use exchanges::{Exchanges, Side, Subject};
pub(super) use sums::HostTraffic;

/// The section. All lists have a number for each bin, and as many as there are bins.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct Traffic {
    /// Seconds that a bin lasts: a power of two times 1/16.
    pub bin_seconds: f64,
    /// When the first bin begins; `None` without frames.
    pub first_time: Option<Time>,
    /// Bytes of BitTorrent in streams to local hosts.
    pub down: Vec<u64>,
    /// Bytes of BitTorrent in streams from local hosts.
    pub up: Vec<u64>,
    /// Those of `down` that are encrypted.
    pub down_encrypted: Vec<u64>,
    /// Those of `up` that are encrypted.
    pub up_encrypted: Vec<u64>,
    /// Bytes of BitTorrent in streams between hosts of which none is local.
    pub others: Vec<u64>,
    /// DHT messages.
    pub dht: Vec<u64>,
    /// Messages to and from trackers.
    pub trackers: Vec<u64>,
    /// Bytes of BitTorrent that were on the wire and are in no frame of the capture.
    pub lost: Vec<u64>,
    /// Bytes of all frames as they were on the wire, whatever they carried.
    pub everything: Vec<u64>,
    /// Their sums.
    pub totals: TrafficTotals,
}

/// Bytes over the whole capture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct TrafficTotals {
    /// To local hosts.
    pub down: u64,
    /// From local hosts.
    pub up: u64,
    /// From local hosts to local hosts: a part of both.
    pub within: u64,
    /// Between others.
    pub others: u64,
    /// Of all frames, whatever they carried.
    pub everything: u64,
    /// The first of these by how they went. Without those that went no bytes.
    pub by_transport: Vec<TransportTraffic>,
}

/// Bytes that went in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct TransportTraffic {
    /// `tcp` or `utp`.
    #[cfg_attr(all(test, not(target_arch = "wasm32")), ts(type = "\"tcp\" | \"utp\""))]
    pub transport: &'static str,
    /// Whether they are taken for encrypted BitTorrent.
    pub encrypted: bool,
    /// To local hosts.
    pub down: u64,
    /// From local hosts.
    pub up: u64,
    /// Between others.
    pub others: u64,
}

/// Bytes of one torrent, a number for each bin.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct TorrentTraffic {
    /// Seconds that a bin lasts.
    pub bin_seconds: f64,
    /// When the first bin begins; `None` where no bytes are known to be the torrent's.
    pub first_time: Option<Time>,
    /// To local hosts.
    pub down: Vec<u64>,
    /// From local hosts.
    pub up: Vec<u64>,
    /// Between others.
    pub others: Vec<u64>,
    /// What each of the hosts that sent most of it sent, most first; at most 8.
    pub contributors: Vec<TorrentSender>,
}

/// Bytes of a torrent that one host sent, a number for each bin.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct TorrentSender {
    /// The host.
    pub address: IpAddr,
    /// Bytes from it, with the framing of messages.
    pub sent: Vec<u64>,
}

/// Bytes of one host, a number for each bin.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct HostSeries {
    /// Seconds that a bin lasts: as in the whole capture's traffic.
    pub bin_seconds: f64,
    /// When the first bin begins.
    pub first_time: Option<Time>,
    /// Bytes of BitTorrent in streams from it.
    pub sent: Vec<u64>,
    /// Bytes of BitTorrent in streams to it.
    pub received: Vec<u64>,
}

/// Gathers the section.
#[derive(Debug)]
pub(super) struct TrafficAnalysis {
    everything: Series,
    pub(super) dht: Series,
    pub(super) trackers: Series,
    lost: Series,
    exchanges: Exchanges,
}

/// What decides whose bytes are whose.
pub(super) struct Known<'a> {
    /// Whether a host is where the capture was made.
    pub(super) is_local: &'a dyn Fn(IpAddr) -> bool,
    pub(super) encrypted: &'a EncryptedAnalysis,
    pub(super) claims: &'a [Claim],
}

/// What two hosts exchanged, in clear or not.
struct Carried<'a> {
    ends: [Side; 2],
    subject: Option<Subject>,
    utp: bool,
    encrypted: bool,
    /// Bytes that each end sent.
    sent: [&'a Series; 2],
}

impl TrafficAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        TrafficAnalysis {
            everything: Series::default(),
            dht: Series::default(),
            trackers: Series::default(),
            lost: Series::default(),
            exchanges: Exchanges::new(limits),
        }
    }

    /// Takes a frame, whatever it carries, of so many bytes on the wire.
    pub(super) fn observe_frame(&mut self, time: Time, bytes: u32) {
        self.everything.add(time, bytes.into());
    }

    /// About when the first frame was captured.
    pub(super) fn began(&self) -> Time {
        Grid::over([&self.everything].into_iter(), None).map(|grid| grid.first_time()).unwrap_or_default()
    }

    /// Takes a message of peers.
    pub(super) fn observe_peer(&mut self, event: &Event<'_>, info_hash: Option<InfoHash>, found: &mut impl FnMut(Code)) {
        self.exchanges.add(event, info_hash, event.bytes, found);
    }

    /// Takes a block of a torrent that a web seed sent.
    pub(super) fn observe_web(&mut self, event: &Event<'_>, info_hash: InfoHash, bytes: u32, found: &mut impl FnMut(Code)) {
        self.exchanges.add(event, Some(info_hash), bytes.into(), found);
    }

    /// Takes bytes that are in no message.
    pub(super) fn observe_unread(&mut self, event: &Event<'_>, reason: Unread, bytes: u64) {
        if reason == Unread::Lost {
            self.lost.add(event.time, bytes);
        }
        self.exchanges.add_unread(event, bytes);
    }

    /// Everything that hosts exchanged, as far as it is known to be BitTorrent.
    fn carried<'a>(&'a self, known: &'a Known<'_>) -> impl Iterator<Item = Carried<'a>> {
        let clear = self.exchanges.iter().map(|exchange| {
            let [lower, higher] = &exchange.sent;
            let (ends, subject, utp) = (exchange.ends, exchange.subject, exchange.utp);
            Carried { ends, subject, utp, encrypted: false, sent: [lower, higher] }
        });
        let hidden = known.claims.iter().filter_map(|claim| {
            let rates = known.encrypted.rates(claim.flow_id())?;
            let ends = [claim.flow.ends.originator, claim.flow.ends.responder].map(|end| Side::of(end.address));
            let subject = claim.info_hash().map(Subject::Torrent);
            let sent = [&rates.sent.originator, &rates.sent.responder];
            Some(Carried { ends, subject, utp: claim.flow_id().is_utp(), encrypted: true, sent })
        });
        clear.chain(hidden)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sources::tests::event;
    use super::*;
    use crate::base::{Endpoint, Set, is_private};
    use crate::flow::FlowId;
    use crate::protocol::peer_wire;
    use crate::protocol::{Event, Message};

    fn local(last: u8) -> Endpoint {
        Endpoint::new([192, 168, 1, last], 6881)
    }

    fn remote(last: u8) -> Endpoint {
        Endpoint::new([203, 0, 113, last], 6881)
    }

    struct Story(TrafficAnalysis, EncryptedAnalysis, Vec<Code>);

    impl Story {
        fn new(limits: &Limits) -> Self {
            Story(TrafficAnalysis::new(limits), EncryptedAnalysis::new(limits), Vec::new())
        }

        /// One end sends the other bytes of a torrent, or of one that its stream does not tell.
        fn say(&mut self, flow: u64, from: Endpoint, to: Endpoint, seconds: i64, torrent: Option<u8>, bytes: u64) {
            let info_hash = torrent.map(|byte| InfoHash([byte; 20]));
            let message = Message::PeerWire { info_hash, message: peer_wire::Message::Choke };
            let event = Event { flow: Some(FlowId(flow)), bytes, message, ..event(from, to, seconds, 1) };
            self.0.observe_frame(event.time, 1000);
            self.0.observe_peer(&event, info_hash, &mut |code| self.2.push(code));
        }

        fn lose(&mut self, flow: u64, seconds: i64, reason: Unread, bytes: u64) {
            let event = Event { flow: Some(FlowId(flow)), ..event(remote(1), local(1), seconds, 1) };
            self.0.observe_unread(&event, reason, bytes);
        }

        fn known(&self) -> Known<'_> {
            Known { is_local: &is_private, encrypted: &self.1, claims: &[] }
        }

        fn section(&self) -> Traffic {
            self.0.section(&self.known())
        }
    }

    #[test]
    fn bytes_go_down_up_within_and_between_others() {
        let mut story = Story::new(&Limits::default());
        story.say(0, remote(1), local(1), 100, Some(7), 50);
        story.say(0, local(1), remote(1), 100, Some(7), 3);
        story.say(2, local(1), local(2), 101, Some(7), 20);
        story.say(1, remote(1), remote(2), 102, None, 9);
        let traffic = story.section();
        let sums = [&traffic.down, &traffic.up, &traffic.others, &traffic.everything].map(|bins| bins.iter().sum::<u64>());
        assert_eq!(sums, [70, 23, 9, 4000]);
        assert_eq!((traffic.bin_seconds, traffic.first_time, traffic.down.len()), (0.0625, Some(Time::from_nanos(100_000_000_000)), 33));
        assert_eq!((traffic.down[0], traffic.down[16], traffic.others[32]), (50, 20, 9));
        let ways: Vec<_> = traffic.totals.by_transport.iter().map(|way| (way.transport, way.down, way.up, way.others)).collect();
        assert_eq!(ways, [("tcp", 70, 23, 0), ("utp", 0, 0, 9)]);
        assert_eq!((traffic.totals.within, traffic.totals.down), (20, 70));
        assert_eq!(traffic.busiest(), Some((53.0, Time::from_nanos(100_000_000_000))));
    }

    #[test]
    fn bytes_in_no_message_belong_to_the_stream_that_was_recognised() {
        let mut story = Story::new(&Limits::default());
        story.lose(0, 99, Unread::Lost, 1);
        story.say(0, remote(1), local(1), 100, Some(7), 50);
        story.lose(0, 100, Unread::Truncated, 4);
        story.lose(4, 100, Unread::Truncated, 1000);
        let traffic = story.section();
        assert_eq!((traffic.totals.down, traffic.lost.iter().sum::<u64>()), (54, 1));
    }

    #[test]
    fn hosts_and_torrents_have_their_part() {
        let mut story = Story::new(&Limits::default());
        story.say(0, remote(1), local(1), 100, Some(7), 50);
        story.say(2, remote(2), local(1), 200, Some(8), 6);
        story.say(3, local(1), remote(2), 300, None, 1);
        let hosts = story.0.of_hosts(&story.known());
        let host = &hosts[&local(1).address];
        assert_eq!((host.tcp, host.utp, host.encrypted, host.peers), (56, 1, 0, 2));
        let series = host.series.as_ref().unwrap();
        assert_eq!((series.received.iter().sum::<u64>(), series.sent.iter().sum::<u64>()), (56, 1));
        assert!(hosts[&remote(1).address].series.is_none(), "only local ones have theirs");
        let of = |byte, streams: &[u64]| {
            let streams = streams.iter().map(|flow| FlowId(*flow)).collect();
            let traffic = story.0.of_torrent(&story.known(), |name| name == InfoHash([byte; 20]), &streams);
            (traffic.first_time.map(Time::seconds), traffic.down.iter().sum::<u64>(), traffic.up.iter().sum::<u64>())
        };
        assert_eq!((of(7, &[]), of(9, &[])), ((Some(100.0), 50, 0), (None, 0, 0)));
        assert_eq!(of(8, &[3]), (Some(200.0), 6, 1), "a stream without a handshake that is its by other evidence");
    }

    #[test]
    fn the_hosts_that_sent_most_of_a_torrent_are_told_over_time() {
        let mut story = Story::new(&Limits::default());
        story.say(0, remote(1), local(1), 100, Some(7), 50);
        story.say(2, remote(1), local(2), 101, Some(7), 5);
        story.say(3, local(1), remote(1), 100, Some(7), 3);
        story.say(4, remote(2), local(1), 100, Some(8), 999);
        (3..20).for_each(|last| story.say(u64::from(last) * 2, remote(last), local(1), 100, Some(7), 1));
        let traffic = story.0.of_torrent(&story.known(), |name| name == InfoHash([7; 20]), &Set::default());
        let [first, second, ..] = traffic.contributors.as_slice() else { panic!("nobody sent") };
        assert_eq!((first.address, first.sent[0], first.sent[16]), (remote(1).address, 50, 5));
        assert_eq!((second.address, second.sent[0], traffic.contributors.len()), (local(1).address, 3, 8));
    }

    #[test]
    fn what_exceeds_the_cap_is_counted_by_scope() {
        let mut story = Story::new(&Limits { exchanges: 1, ..Limits::default() });
        story.say(0, remote(1), local(1), 100, Some(7), 50);
        story.say(2, remote(2), local(1), 100, Some(7), 6);
        story.say(2, local(1), remote(2), 100, Some(7), 5);
        story.say(4, remote(2), remote(3), 100, Some(7), 4);
        let TrafficTotals { down, up, others, .. } = story.section().totals;
        assert_eq!((down, up, others, story.2.as_slice()), (56, 5, 4, &[Code::LimitTraffic; 3][..]));
    }

    #[test]
    fn nothing_has_no_bins() {
        let traffic = Story::new(&Limits::default()).section();
        assert_eq!((traffic.first_time, traffic.everything.len(), traffic.busiest()), (None, 0, None));
    }
}
