//! Every kind of message, each to what replaces its names.

use super::Mapping;
use crate::flow::Both;
use crate::flow::Measured;
use crate::protocol::payload::{Payload, Place};
use crate::protocol::peer_wire::account::{Account, Peers};
use crate::protocol::{Attempt, Connection, Message, Speakers, mse, tls, utp, web_seed};

impl<'k> Mapping<'_, 'k> {
    /// The message under pseudonyms. Of each kind, and no rest: a new one is thought of here, or does not compile.
    pub(super) fn message(&mut self, message: &Message<'_>) -> Message<'k> {
        match message {
            Message::Dns(message) => Message::Dns(self.dns(message)),
            Message::Dht(message) => Message::Dht(self.dht(message)),
            Message::PeerWire { info_hash, message } => {
                Message::PeerWire { info_hash: info_hash.map(|hash| self.pseudonyms.info_hash(hash)), message: self.peer_wire(message) }
            }
            Message::Mdns(message) => Message::Mdns(self.mdns(message)),
            Message::Tls(message) => Message::Tls(self.tls(message)),
            Message::Tunnel(target) => Message::Tunnel(self.tunnel(target)),
            Message::Mse(message) => Message::Mse(anonymous_mse(*message)),
            Message::Torrent { dictionary, source } => Message::Torrent { dictionary: self.kept_dictionary(dictionary), source: *source },
            Message::Utp(message) => Message::Utp(anonymous_utp(*message)),
            Message::GoesOn { number } => Message::GoesOn { number: *number },
            Message::Connection(connection) => Message::Connection(self.connection(*connection)),
            Message::Attempt(attempt) => Message::Attempt(anonymous_attempt(*attempt)),
            Message::UdpTracker(message) => Message::UdpTracker(self.udp_tracker(message)),
            Message::HttpTracker(message) => Message::HttpTracker(self.http_tracker(message)),
            Message::WebSeed(message) => Message::WebSeed(self.web_seed(*message)),
            Message::WebFile(message) => Message::WebFile(self.web_file(message)),
            Message::TorrentFile(metainfo) => Message::TorrentFile(self.metainfo(metainfo)),
            Message::Lsd(message) => Message::Lsd(self.lsd(message)),
            Message::NatPmp(message) => Message::NatPmp(self.nat_pmp(message)),
            Message::Upnp(message) => Message::Upnp(self.upnp(message)),
            Message::Payload(payload) => Message::Payload(self.payload(*payload)),
            Message::Unread { reason, bytes } => Message::Unread { reason: *reason, bytes: *bytes },
            Message::Finding(code) => Message::Finding(*code),
        }
    }

    fn tls(&mut self, message: &tls::Message) -> tls::Message {
        let tls::Message { server_name, encrypted_hello, sent, received, last_frame, last_time } = message;
        tls::Message {
            server_name: server_name.as_ref().map(|name| self.pseudonyms.host(name)),
            encrypted_hello: *encrypted_hello,
            sent: *sent,
            received: *received,
            last_frame: *last_frame,
            last_time: *last_time,
        }
    }

    fn tunnel(&mut self, target: &str) -> &'k str {
        let target = self.pseudonyms.host(target);
        std::str::from_utf8(self.keep(target)).unwrap_or_default()
    }

    fn connection(&mut self, connection: Connection<'_>) -> Connection<'k> {
        let Connection { measured, speakers } = connection;
        let Measured { flow, ends, first_frame, first_time, last_frame, last_time, midstream, answered, ending, round_trip, sent } =
            *measured;
        let ends = Both { originator: self.endpoint(ends.originator), responder: self.endpoint(ends.responder) };
        let measured =
            Measured { flow, ends, first_frame, first_time, last_frame, last_time, midstream, answered, ending, round_trip, sent };
        let speakers = match speakers {
            Speakers::Peers(peers) => Speakers::Peers(self.peers(peers)),
            Speakers::Hidden => Speakers::Hidden,
            Speakers::Unknown => Speakers::Unknown,
            Speakers::Others => Speakers::Others,
        };
        Connection { measured: self.kept.measured.get_or_init(|| measured), speakers }
    }

    /// What of requests and blocks is told names nobody. It is taken as a copy.
    fn peers(&mut self, peers: Peers<'_>) -> Peers<'k> {
        let Peers { info_hash, encryption, said, exchange } = peers;
        let said = Both { originator: self.account(&said.originator), responder: self.account(&said.responder) };
        Peers {
            info_hash: info_hash.map(|hash| self.pseudonyms.info_hash(hash)),
            encryption,
            said: self.kept.said.get_or_init(|| said),
            exchange: exchange.map(|exchange| self.kept.exchange.get_or_init(|| exchange.clone())),
        }
    }

    fn account(&self, account: &Account) -> Account {
        let Account { peer_id, client, messages, requests, blocks, block_bytes, answered, waited, gaps } = account.clone();
        Account {
            peer_id: peer_id.map(|id| self.pseudonyms.peer_id(id)),
            client: client.map(|client| self.client(&client).into()),
            messages,
            requests,
            blocks,
            block_bytes,
            answered,
            waited,
            gaps,
        }
    }

    fn web_seed(&self, message: web_seed::Message) -> web_seed::Message {
        let web_seed::Message { number, info_hash, piece, begin, answer } = message;
        web_seed::Message { number, info_hash: self.pseudonyms.info_hash(info_hash), piece, begin, answer }
    }

    /// The bytes themselves are left out: they are what was shared.
    fn payload(&self, payload: Payload<'_>) -> Payload<'k> {
        let Payload { place, carried, bytes: _ } = payload;
        let place = match place {
            Place::Piece { info_hash, index, begin } => {
                Place::Piece { info_hash: info_hash.map(|hash| self.pseudonyms.info_hash(hash)), index, begin }
            }
            Place::File { number, at } => Place::File { number, at },
        };
        Payload { place, carried, bytes: &[] }
    }
}

/// Counts and times.
fn anonymous_mse(message: mse::Message) -> mse::Message {
    let mse::Message { stage, flights, bytes, lost, truncated, last_frame, last_time, earlier } = message;
    mse::Message { stage, flights, bytes, lost, truncated, last_frame, last_time, earlier }
}

/// Numbers of a connection.
fn anonymous_utp(message: utp::Message) -> utp::Message {
    let utp::Message { header, bytes } = message;
    utp::Message { header, bytes }
}

/// What became of it.
fn anonymous_attempt(attempt: Attempt) -> Attempt {
    let Attempt { answered, refused, id } = attempt;
    Attempt { answered, refused, id }
}
