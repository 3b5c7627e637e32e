//! Messages by which a client finds others, or its way out.

use super::Mapping;
use crate::protocol::dns::Data;
use crate::protocol::{dns, lsd, mdns, nat_pmp, upnp};

impl<'k> Mapping<'_, 'k> {
    pub(super) fn dns(&mut self, message: &dns::Message) -> dns::Message {
        let dns::Message { id, response, question, answers } = message;
        dns::Message {
            id: *id,
            response: *response,
            question: question.as_ref().map(|name| self.pseudonyms.host(name)),
            answers: answers.iter().map(|record| self.record(record)).collect(),
        }
    }

    fn record(&mut self, record: &dns::Record) -> dns::Record {
        let dns::Record { name, data } = record;
        let data = match data {
            Data::Address(address) => Data::Address(self.pseudonyms.address(*address)),
            Data::Alias(name) => Data::Alias(self.pseudonyms.host(name)),
            Data::Pointer(name) => Data::Pointer(self.pseudonyms.host(name)),
            Data::Service { target, port } => Data::Service { target: self.pseudonyms.host(target), port: *port },
            Data::Trackers(ports) => Data::Trackers(ports.clone()),
        };
        dns::Record { name: self.pseudonyms.host(name), data }
    }

    pub(super) fn mdns(&mut self, message: &mdns::Message) -> mdns::Message {
        let mdns::Message { response, wanted, facts } = message;
        mdns::Message {
            response: *response,
            wanted: wanted.iter().map(|hash| self.pseudonyms.info_hash(*hash)).collect(),
            facts: facts.iter().map(|fact| self.fact(fact)).collect(),
        }
    }

    fn fact(&mut self, fact: &mdns::Fact) -> mdns::Fact {
        use mdns::About;
        let mdns::Fact { instance, peer_id, about } = fact;
        let about = match about {
            About::There => About::There,
            About::Torrent(info_hash) => About::Torrent(self.pseudonyms.info_hash(*info_hash)),
            About::Port { port, addresses } => {
                let addresses = addresses.iter().map(|address| self.pseudonyms.address(*address)).collect();
                About::Port { port: *port, addresses }
            }
        };
        let peer_id = peer_id.map(|id| self.pseudonyms.peer_id(id));
        mdns::Fact { instance: self.pseudonyms.name(instance), peer_id, about }
    }

    pub(super) fn lsd(&mut self, message: &lsd::Message<'_>) -> lsd::Message<'k> {
        let lsd::Message { port, info_hashes, cookie } = message;
        lsd::Message {
            port: *port,
            info_hashes: info_hashes.iter().map(|hash| self.pseudonyms.info_hash(*hash)).collect(),
            cookie: cookie.map(|cookie| self.opaque(cookie)),
        }
    }

    pub(super) fn nat_pmp(&mut self, message: &nat_pmp::Message) -> nat_pmp::Message {
        use nat_pmp::{Body, Mapping as Map};
        let nat_pmp::Message { version, result, body } = message;
        let body = match body {
            Body::ExternalAddress(address) => Body::ExternalAddress(address.map(|address| self.v4(address))),
            Body::Map(Map { transport, internal_port, external_port, external_address, lifetime }) => Body::Map(Map {
                transport: *transport,
                internal_port: *internal_port,
                external_port: *external_port,
                external_address: external_address.map(|address| self.pseudonyms.address(address)),
                lifetime: *lifetime,
            }),
            Body::Other(operation) => Body::Other(*operation),
        };
        nat_pmp::Message { version: *version, result: *result, body }
    }

    pub(super) fn upnp(&mut self, message: &upnp::Message) -> upnp::Message {
        match message {
            upnp::Message::Search => upnp::Message::Search,
            upnp::Message::Request { number, action, mapping } => {
                let upnp::Mapping { transport, internal_address, internal_port, external_port, lifetime } = *mapping;
                let internal_address = internal_address.map(|address| self.pseudonyms.address(address));
                let mapping = upnp::Mapping { transport, internal_address, internal_port, external_port, lifetime };
                upnp::Message::Request { number: *number, action: *action, mapping }
            }
            upnp::Message::Response { number, error, external_port } => {
                upnp::Message::Response { number: *number, error: *error, external_port: *external_port }
            }
        }
    }
}
