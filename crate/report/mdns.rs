//! Which clients of the network announce themselves by mDNS, and for which torrents?
//!
//! No section of its own: what is found goes to the [sources](super::sources), as that of local service discovery does. Where a client is
//! and what it has may be told in messages apart, so that both are remembered by the client's name in its network. Its host is the sender,
//! unless the message says addresses.

use std::net::IpAddr;

use smallvec::SmallVec;

use crate::base::{Endpoint, InfoHash, Limits, Recent};
use crate::protocol::Event;
use crate::protocol::mdns::{About, Message};

/// Puts together what is told apart.
#[derive(Debug)]
pub(super) struct MdnsAnalysis {
    clients: Recent<String, Client>,
    torrents_per_client: usize,
}

/// What is known of a client.
#[derive(Clone, Debug, Default)]
struct Client {
    port: u16,
    addresses: SmallVec<[IpAddr; 1]>,
    torrents: SmallVec<[InfoHash; 1]>,
}

impl MdnsAnalysis {
    pub(super) fn new(limits: &Limits) -> Self {
        MdnsAnalysis { clients: Recent::new(limits.mdns_instances), torrents_per_client: limits.namings_per_endpoint }
    }

    /// Takes a message; tells `names` the endpoints that it names for torrents.
    pub(super) fn observe(&mut self, event: &Event<'_>, message: &Message, names: &mut impl FnMut(Endpoint, InfoHash)) {
        for fact in &message.facts {
            let mut client = self.clients.get(&fact.instance).cloned().unwrap_or_default();
            let torrents = match &fact.about {
                About::There => continue,
                About::Torrent(info_hash) => {
                    if !client.torrents.contains(info_hash) && client.torrents.len() < self.torrents_per_client {
                        client.torrents.push(*info_hash);
                    }
                    SmallVec::from_elem(*info_hash, 1)
                }
                About::Port { port, addresses } => {
                    client.port = *port;
                    client.addresses.clone_from(addresses);
                    client.torrents.clone()
                }
            };
            if client.addresses.is_empty() {
                client.addresses.push(event.source.address);
            }
            for info_hash in torrents {
                for address in &client.addresses {
                    // Without its port, the host alone is named.
                    names(Endpoint { address: *address, port: client.port }, info_hash);
                }
            }
            self.clients.insert(fact.instance.clone(), client);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::mdns::Fact;
    use crate::report::sources::tests::event;
    use crate::report::sources::{Source, Sources};

    const HASH: InfoHash = InfoHash([7; 20]);

    /// What is known of `named` when a host says this, in a message each.
    fn sources(told: &[(&str, About)], named: Endpoint) -> Vec<(InfoHash, Source, u64)> {
        let limits = Limits { namings_per_endpoint: 2, ..Limits::default() };
        let (mut analysis, mut sources) = (MdnsAnalysis::new(&limits), Sources::new(&limits));
        let (host, group) = (Endpoint::new([10, 0, 0, 1], 5353), Endpoint::new([224, 0, 0, 251], 5353));
        for (frame, (instance, about)) in (1..).zip(told) {
            let fact = Fact { instance: (*instance).into(), peer_id: None, about: about.clone() };
            let message = Message { response: true, facts: vec![fact], ..Message::default() };
            let event = event(host, group, 1, frame);
            analysis.observe(&event, &message, &mut |endpoint, info_hash| {
                sources.names(&event, endpoint, info_hash, Source::Mdns, &mut |_| {});
            });
        }
        let known = sources.of_endpoint(named).map(|naming| (naming.info_hash, naming.source, naming.first.0));
        known.collect()
    }

    fn port(port: u16, addresses: &[IpAddr]) -> About {
        About::Port { port, addresses: addresses.into() }
    }

    #[test]
    fn where_a_client_is_and_what_it_has_come_in_any_order() {
        let at = Endpoint::new([10, 0, 0, 1], 6881);
        let (has, listens) = (("a", About::Torrent(HASH)), ("a", port(6881, &[])));
        assert_eq!(sources(&[has.clone(), listens.clone()], at), [(HASH, Source::Mdns, 2)]);
        assert_eq!(sources(&[listens.clone(), ("a", About::There), has.clone()], at), [(HASH, Source::Mdns, 3)]);
        assert_eq!(sources(&[("b", About::Torrent(HASH)), listens.clone()], at), [], "another client");
        let many: Vec<_> = (1..9).map(|last| ("a", About::Torrent(InfoHash([last; 20])))).chain([listens]).collect();
        assert_eq!(sources(&many, at).len(), 2, "no more than is kept");
    }

    #[test]
    fn the_addresses_of_a_client() {
        let (here, there) = (Endpoint::new([10, 0, 0, 1], 6881), Endpoint::new([10, 0, 0, 9], 6881));
        let told = [("a", About::Torrent(HASH)), ("a", port(6881, &[there.address]))];
        assert_eq!((sources(&told, here).len(), sources(&told, there).len()), (0, 1));
    }
}
