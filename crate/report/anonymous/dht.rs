//! Messages of the DHT.

use super::{LEFT_OUT, Mapping};
use crate::base::{InfoHash, NodeId};
use crate::protocol::dht::{Body, Message, Query, Response, Values};

impl<'k> Mapping<'_, 'k> {
    pub(super) fn dht(&mut self, message: &Message<'_>) -> Message<'k> {
        let Message { transaction_id, version, read_only, seen_as, body } = message;
        Message {
            transaction_id: self.transaction(transaction_id),
            // Two letters and two bytes of version; what is longer may say more.
            version: version.map(|version| self.keep(version.get(..VERSION_BYTES).unwrap_or(version))),
            read_only: *read_only,
            seen_as: self.seen_as(seen_as),
            body: match body {
                Body::Query(query) => Body::Query(self.dht_query(query)),
                Body::Response(response) => Body::Response(self.dht_response(response)),
                Body::Error { code, text: _ } => Body::Error { code: *code, text: LEFT_OUT.as_bytes() },
            },
        }
    }

    /// Most count, or draw, two or four bytes. In more there is room for other things.
    fn transaction(&self, id: &[u8]) -> &'k [u8] {
        if id.len() <= TRANSACTION_BYTES { self.keep(id) } else { self.opaque(id) }
    }

    fn seen_as(&mut self, seen_as: &[u8]) -> &'k [u8] {
        let mut bytes = seen_as.to_vec();
        let length = if bytes.len() < 16 { 4 } else { 16 };
        match bytes.get_mut(..length) {
            Some(address) => self.address_bytes(address),
            None => bytes.clear(),
        }
        bytes.truncate(length + 2);
        self.keep(bytes)
    }

    fn dht_query(&mut self, query: &Query<'_>) -> Query<'k> {
        let Query { name, id, target, want, bootstrap, token, scrape, key, sequence, value, port, implied_port } = query;
        Query {
            name: QUERIES.into_iter().find(|known| known == name).unwrap_or_else(|| self.opaque(name)),
            id: id.map(|id| self.pseudonyms.node_id(id)),
            target: target.map(|target| self.target(query, target)),
            want: *want,
            bootstrap: *bootstrap,
            token: token.map(|token| self.opaque(token)),
            scrape: *scrape,
            key: key.map(|key| self.opaque(key)),
            sequence: *sequence,
            value: value.map(|value| self.blank(value.len())),
            port: *port,
            implied_port: *implied_port,
        }
    }

    /// A torrent's name where the query is about one. Else it is a node's, or a place near one.
    fn target(&self, query: &Query<'_>, target: NodeId) -> NodeId {
        let about_torrent = [&b"get_peers"[..], b"announce_peer"].contains(&query.name) && query.id != Some(target);
        if about_torrent { NodeId(self.pseudonyms.info_hash(InfoHash(target.0)).0) } else { self.pseudonyms.node_id(target) }
    }

    fn dht_response(&mut self, response: &Response<'_>) -> Response<'k> {
        let Response { id, nodes, nodes6, values, token, filters, samples, sampled_from, sequence, value } = response;
        Response {
            id: id.map(|id| self.pseudonyms.node_id(id)),
            nodes: self.compact(nodes, NODE_BYTES, Self::node_bytes),
            nodes6: self.compact(nodes6, NODE6_BYTES, Self::node_bytes),
            values: self.values(*values),
            token: token.map(|token| self.opaque(token)),
            filters: filters.map(|(seeds, peers)| {
                let [seeds, peers] = self.kept.filters.get_or_init(|| [as_full(seeds), as_full(peers)]);
                (seeds, peers)
            }),
            samples: self.samples(samples),
            sampled_from: *sampled_from,
            sequence: *sequence,
            value: value.map(|value| self.blank(value.len())),
        }
    }

    fn node_bytes(&mut self, bytes: &mut [u8]) {
        match <[u8; 20]>::try_from(&*bytes) {
            Ok(id) => bytes.copy_from_slice(&self.pseudonyms.node_id(NodeId(id)).0),
            Err(_) => bytes.fill(0),
        }
    }

    /// Peers as strings again. Those that are none are left out, and still counted.
    fn values(&mut self, values: Values<'_>) -> Values<'k> {
        let mut list = Vec::new();
        for peer in values.iter() {
            let endpoint = self.endpoint(peer);
            match endpoint.address {
                std::net::IpAddr::V4(v4) => {
                    list.extend(b"6:");
                    list.extend(v4.octets());
                }
                std::net::IpAddr::V6(v6) => {
                    list.extend(b"18:");
                    list.extend(v6.octets());
                }
            }
            list.extend(endpoint.port.to_be_bytes());
        }
        Values::new(self.keep(list), values.len())
    }

    fn samples(&self, samples: &[u8]) -> &'k [u8] {
        let hash = |sample: &[u8; 20]| self.pseudonyms.info_hash(InfoHash(*sample)).0;
        self.keep(samples.as_chunks::<20>().0.iter().flat_map(hash).collect::<Vec<_>>())
    }
}

/// A filter with as many bits, all at its beginning: which they are can be tried for any address.
fn as_full(filter: &[u8; 256]) -> [u8; 256] {
    let mut left: u32 = filter.iter().map(|byte| byte.count_ones()).sum();
    filter.map(|_| {
        let bits = left.min(8);
        left -= bits;
        u8::try_from((1_u16 << bits) - 1).unwrap_or(u8::MAX)
    })
}

/// The queries of the documents, and one that µTorrent asks.
const QUERIES: [&[u8]; 8] = [b"ping", b"find_node", b"get_peers", b"announce_peer", b"get", b"put", b"sample_infohashes", b"vote"];

const TRANSACTION_BYTES: usize = 4;

const VERSION_BYTES: usize = 4;

/// ID, address and port.
const NODE_BYTES: usize = 26;
const NODE6_BYTES: usize = 38;
