//! The distributed hash table: KRPC queries, responses and errors.
//!
//! BEP 5 (queries, compact nodes), BEP 32 (IPv6: `nodes6`, `want`), BEP 33 (Bloom filters of a swarm), BEP 42 (`ip`), BEP 43 (`ro`), BEP 44
//! and BEP 46 (stored items), BEP 51 (samples of info hashes). One message is one datagram: a bencoded dictionary
//!
//! ```text
//! d 1:t TRANSACTION 1:y ( 1:q  1:q NAME 1:a d 2:id NODE … e      a query
//!                       | 1:r  1:r d 2:id NODE 5:nodes … e        a response
//!                       | 1:e  1:e l i CODE e TEXT e )            an error
//!   4:v VERSION  2:ro i1e  2:ip ADDRESS … e
//! ```
//!
//! Known by structure on any port, with its keys in any order: the dictionary must begin the datagram and hold a `y`. Unknown keys are
//! stepped over. Left out on purpose: whether a stored item's signature holds.

use std::fmt;
use std::net::IpAddr;

use super::{Datagram, DatagramProtocol, Message as AnyMessage, Parsed, Probe, peer_id};
use crate::base::bencode::{Cursor, Kind};
use crate::base::{Code, Endpoint, Excerpt, Hex, Limits, Malformed, NodeId, is_private};

pub(super) const PROTOCOL: DatagramProtocol = DatagramProtocol { probe, parse, malformed: Code::DhtMalformed, accounted: true };

/// One message, borrowed from its datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// `t`: what ties a response to its query; chosen by the asker, usually 2 bytes.
    pub transaction_id: &'a [u8],
    /// `v`: the sender's client, usually two letters and two bytes of version.
    pub version: Option<&'a [u8]>,
    /// `ro` (BEP 43): the sender does not answer queries and asks not to be listed.
    pub read_only: bool,
    /// `ip` (BEP 42): the receiver's address, and often its port, as the sender sees it; 4, 6, 16 or 18 bytes.
    pub seen_as: &'a [u8],
    /// What is said.
    pub body: Body<'a>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// `y` = `q`
    Query(Query<'a>),
    /// `y` = `r`
    Response(Response<'a>),
    /// `y` = `e`
    Error {
        /// 201 generic, 202 server, 203 protocol, 204 method unknown; others by later BEPs.
        code: i64,
        /// What went wrong, in the sender's words.
        text: &'a [u8],
    },
}

/// A question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query<'a> {
    /// `q`: `ping`, `find_node`, `get_peers`, `announce_peer`, or one of a later BEP.
    pub name: &'a [u8],
    /// `id`: the asker.
    pub id: Option<NodeId>,
    /// `target` or `info_hash`: the place in the key space that is asked about. Not a torrent: clients blur their lookups.
    pub target: Option<NodeId>,
    /// `want` (BEP 32): which address families' nodes are asked for.
    pub want: Want,
    /// `bs`: the asker has no routing table yet (libtorrent).
    pub bootstrap: bool,
    /// `token`: what the receiver gave the asker in an earlier answer, so that it may announce or store.
    pub token: Option<&'a [u8]>,
    /// `scrape` (BEP 33): the asker wants Bloom filters of the swarm.
    pub scrape: bool,
    /// `k` (BEP 44): the public key of a mutable item.
    pub key: Option<&'a [u8]>,
    /// `seq` (BEP 44): the version of a mutable item.
    pub sequence: Option<i64>,
    /// `v` (BEP 44): the item to be stored, bencoded.
    pub value: Option<&'a [u8]>,
    /// `port`: in `announce_peer`, the port on which the asker takes connections.
    pub port: Option<u16>,
    /// `implied_port`: the port is the one that the query came from, whatever `port` says.
    pub implied_port: bool,
}

/// Address families asked for; neither means the one that the query travels by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Want {
    /// `n4`
    pub ipv4: bool,
    /// `n6`
    pub ipv6: bool,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response<'a> {
    /// `id`: the node that answers.
    pub id: Option<NodeId>,
    /// `nodes`: 26 bytes each, ID, IPv4 address and port.
    pub nodes: &'a [u8],
    /// `nodes6` (BEP 32): 38 bytes each, ID, IPv6 address and port.
    pub nodes6: &'a [u8],
    /// `values`: peers of the torrent that was asked for.
    pub values: Values<'a>,
    /// `token`: with it the asker may announce or store here.
    pub token: Option<&'a [u8]>,
    /// `BFsd` and `BFpe` (BEP 33): Bloom filters of the swarm's seeds and of its other peers.
    pub filters: Option<(&'a [u8; FILTER_BYTES], &'a [u8; FILTER_BYTES])>,
    /// `samples` (BEP 51): info hashes that the node keeps peers for, 20 bytes each.
    pub samples: &'a [u8],
    /// `num` (BEP 51): how many info hashes it keeps in all.
    pub sampled_from: Option<i64>,
    /// `seq` (BEP 44): the version of a mutable item.
    pub sequence: Option<i64>,
    /// `v` (BEP 44): the stored item, bencoded. Under BEP 46 a dictionary with an info hash.
    pub value: Option<&'a [u8]>,
}

/// A list of peers, each a string of 6 bytes (IPv4 address and port) or of 18 (BEP 32: IPv6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Values<'a> {
    /// The strings, bencoded, one behind the other.
    list: &'a [u8],
    count: usize,
}

impl Message<'_> {
    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        match self.body {
            Body::Query(_) => "query",
            Body::Response(_) => "response",
            Body::Error { .. } => "error",
        }
    }
}

impl Response<'_> {
    /// How many nodes the answer names, of both address families.
    pub fn node_count(&self) -> usize {
        self.nodes.len() / NODE_BYTES + self.nodes6.len() / NODE6_BYTES
    }

    /// How many seeds and other peers the swarm has, by its Bloom filters (BEP 33); `None` where there are none.
    pub fn swarm_estimate(&self) -> Option<(f64, f64)> {
        self.filters.map(|(seeds, peers)| (filter_count(seeds), filter_count(peers)))
    }
}

/// How many addresses a Bloom filter of two hash functions holds (BEP 33), from the share of its bits that are not set.
fn filter_count(filter: &[u8; FILTER_BYTES]) -> f64 {
    let bits = (FILTER_BYTES * 8) as f64;
    let unset: u32 = filter.iter().map(|byte| byte.count_zeros()).sum();
    // A full filter holds any number: it is taken for one with a single bit left.
    let unset = f64::from(unset.clamp(1, u32::MAX)).min(bits - 1.0);
    let count = (unset / bits).ln() / (2.0 * (1.0 - 1.0 / bits).ln());
    if filter.iter().all(|byte| *byte == 0) { 0.0 } else { count }
}

/// Whether a node's ID is one that its address allows (BEP 42). Addresses of local networks allow any; IPv6 counts by its first 64 bits.
pub fn id_fits_address(id: &NodeId, address: IpAddr) -> bool {
    let NodeId(bytes) = id;
    let random = bytes[19] & 7;
    if is_private(address) {
        return true;
    }
    let checked = match address {
        IpAddr::V4(v4) => crc32c((u32::from(v4) & 0x030f_3fff | u32::from(random) << 29).to_be_bytes().into_iter()),
        IpAddr::V6(v6) => {
            let [a, b, c, d, e, f, g, h, ..] = v6.octets();
            let high = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
            crc32c((high & 0x0103_070f_1f3f_7fff | u64::from(random) << 61).to_be_bytes().into_iter())
        }
    };
    let [first, second, third, _] = checked.to_be_bytes();
    bytes[0] == first && bytes[1] == second && bytes[2] & 0xf8 == third & 0xf8
}

/// CRC-32C (RFC 3720, appendix B.4), four bits at a time.
fn crc32c(bytes: impl Iterator<Item = u8>) -> u32 {
    let step = |crc: u32| crc >> 4 ^ CRC32C.get(crc as usize & 15).copied().unwrap_or_default();
    !bytes.fold(u32::MAX, |crc, byte| step(step(crc ^ u32::from(byte))))
}

impl Query<'_> {
    /// Where an `announce_peer` says that its sender takes connections; `None` for any other query, or without a port.
    pub fn announced(&self, source: Endpoint) -> Option<Endpoint> {
        let port = if self.implied_port { Some(source.port) } else { self.port.filter(|port| *port > 0) };
        port.filter(|_| self.name == b"announce_peer").map(|port| Endpoint { port, ..source })
    }
}

impl<'a> Values<'a> {
    /// The `count` strings of `list`, bencoded one behind the other.
    pub fn new(list: &'a [u8], count: usize) -> Self {
        Values { list, count }
    }

    /// How many peers there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The peers; strings of another length are none.
    pub fn iter(&self) -> impl Iterator<Item = Endpoint> + use<'a> {
        let mut cursor = Cursor::new(self.list, 1);
        std::iter::from_fn(move || (!cursor.rest().is_empty()).then(|| cursor.bytes("values").ok()).flatten()).filter_map(peer)
    }

    fn read(cursor: &mut Cursor<'a>) -> Result<Self, Malformed> {
        let mut count = 0;
        cursor.enter(Kind::List, "values")?;
        let rest = cursor.rest();
        let begin = cursor.offset();
        let mut end = begin;
        while !cursor.leave("values")? {
            cursor.skip("values")?;
            end = cursor.offset();
            count += 1;
        }
        Ok(Values { list: rest.get(..end - begin).unwrap_or_default(), count })
    }
}

/// The peer that a string of `values` names.
fn peer(bytes: &[u8]) -> Option<Endpoint> {
    if let [a, b, c, d, high, low] = *bytes {
        return Some(Endpoint::new([a, b, c, d], u16::from_be_bytes([high, low])));
    }
    let (address, port) = bytes.split_first_chunk::<16>()?;
    Some(Endpoint::new(*address, u16::from_be_bytes(port.try_into().ok()?)))
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.body {
            Body::Query(query) => query.fmt(f),
            Body::Response(response) => response.fmt(f),
            Body::Error { code, text } => write!(f, "error {code} {}", Excerpt(text)),
        }?;
        f.write_str(if self.read_only { ", read only" } else { "" })?;
        write!(f, ", transaction {}", Hex(self.transaction_id))
    }
}

impl fmt::Display for Query<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Excerpt(self.name))?;
        self.target.map_or(Ok(()), |target| write!(f, " {target}"))?;
        match self.port {
            _ if self.implied_port => f.write_str(", the port it came from")?,
            Some(port) => write!(f, ", port {port}")?,
            None => {}
        }
        self.sequence.map_or(Ok(()), |sequence| write!(f, ", version {sequence}"))?;
        self.value.map_or(Ok(()), |value| write!(f, ", value of {} bytes", value.len()))?;
        let words = [(self.want.ipv4, "n4"), (self.want.ipv6, "n6"), (self.bootstrap, "bootstrap"), (self.scrape, "scrape")];
        words.iter().filter(|(said, _)| *said).try_for_each(|(_, word)| write!(f, ", {word}"))
    }
}

impl fmt::Display for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("response")?;
        let counts = [(self.node_count(), "nodes"), (self.values.len(), "peers"), (self.samples.len() / SAMPLE_BYTES, "samples")];
        counts.iter().filter(|(count, _)| *count > 0).try_for_each(|(count, what)| write!(f, ", {count} {what}"))?;
        self.sampled_from.map_or(Ok(()), |count| write!(f, ", {count} torrents in all"))?;
        if let Some((seeds, peers)) = self.swarm_estimate() {
            write!(f, ", about {seeds:.0} seeds and {peers:.0} others")?;
        }
        self.sequence.map_or(Ok(()), |sequence| write!(f, ", version {sequence}"))?;
        self.value.map_or(Ok(()), |value| write!(f, ", value of {} bytes", value.len()))?;
        f.write_str(if self.token.is_some() { ", token" } else { "" })
    }
}

/// The client that a `v` names: two letters, as in peer IDs (BEP 20), and a version. `None` where it follows no known custom.
pub fn client(version: &[u8]) -> Option<String> {
    let [one, two, major, minor] = *version.first_chunk::<4>()?;
    if !(one.is_ascii_alphanumeric() && two.is_ascii_alphanumeric()) {
        return None;
    }
    let code = [one, two];
    let name = peer_id::name(&code).map_or_else(|| code.map(char::from).iter().collect(), str::to_owned);
    Some(match &code {
        // libtorrent packs minor and tiny version into one byte.
        b"LT" => format!("{name} {major}.{}.{}", minor >> 4, minor & 15),
        // µTorrent and BitTorrent give their build number.
        b"UT" => format!("{name} {}", u16::from_be_bytes([major, minor])),
        _ => format!("{name} {major}.{minor}"),
    })
}

fn probe(datagram: &Datagram<'_>) -> Probe {
    match datagram.payload {
        [b'd', b'1'..=b'9', ..] if has_kind(datagram) => Probe::Yes,
        _ => Probe::No,
    }
}

/// Whether a `y` of a known kind stands somewhere, usually at the very end. A cut datagram's may be cut off.
fn has_kind(datagram: &Datagram<'_>) -> bool {
    let is_kind = |bytes: &[u8]| matches!(bytes, [b'1', b':', b'y', b'1', b':', b'q' | b'r' | b'e']);
    let payload = datagram.payload;
    let at_end = payload.len().checked_sub(7).and_then(|at| payload.get(at..at + 6));
    at_end.is_some_and(is_kind) || payload.windows(6).any(is_kind) || datagram.cut_short > 0 && cut_kind(payload).is_some()
}

/// The kind that the dictionaries at the beginning of a cut datagram show. Their keys are unlike any other protocol's.
fn cut_kind(payload: &[u8]) -> Option<u8> {
    [(&b"d1:ad2:id20:"[..], b'q'), (b"d1:rd2:id20:", b'r'), (b"d1:eli20", b'e'), (b"d2:ip", b'r')]
        .iter()
        .find(|(start, _)| payload.starts_with(start))
        .map(|(_, kind)| *kind)
}

fn parse<'a>(datagram: &Datagram<'a>, limits: &Limits) -> Parsed<'a> {
    let mut fields = Fields::default();
    let read = fields.read(Cursor::new(datagram.payload, limits.bencode_depth));
    let malformed = read.err().filter(|_| datagram.cut_short == 0);
    let kind = match malformed {
        Some(_) => framed_kind(datagram.payload),
        None => fields.kind.or_else(|| cut_kind(datagram.payload)),
    };
    let body = match kind {
        Some(b'q') => Body::Query(fields.query),
        Some(b'r') => Body::Response(fields.response),
        Some(b'e') => Body::Error { code: fields.error.0, text: fields.error.1 },
        _ => return Parsed { message: None, malformed: malformed.or(Some(Malformed { field: "y", offset: 0 })) },
    };
    let message = Message {
        transaction_id: fields.transaction_id,
        version: fields.version,
        read_only: fields.read_only,
        seen_as: fields.seen_as,
        body,
    };
    Parsed { message: Some(AnyMessage::Dht(message)), malformed }
}

/// The kind of a message with a wrong length inside, which hides the keys behind it: its beginning and its end must agree.
fn framed_kind(payload: &[u8]) -> Option<u8> {
    let kind = cut_kind(payload)?;
    payload.ends_with(&[b'1', b':', b'y', b'1', b':', kind, b'e']).then_some(kind)
}

/// What was read of a message so far, in whatever order its keys came.
#[derive(Default)]
struct Fields<'a> {
    kind: Option<u8>,
    transaction_id: &'a [u8],
    version: Option<&'a [u8]>,
    read_only: bool,
    seen_as: &'a [u8],
    query: Query<'a>,
    response: Response<'a>,
    error: (i64, &'a [u8]),
}

impl<'a> Fields<'a> {
    fn read(&mut self, mut cursor: Cursor<'a>) -> Result<(), Malformed> {
        cursor.enter(Kind::Dictionary, "message")?;
        while !cursor.leave("message")? {
            match cursor.bytes("key")? {
                b"a" if cursor.peek("a")? == Kind::Dictionary => self.read_arguments(&mut cursor)?,
                b"r" if cursor.peek("r")? == Kind::Dictionary => self.read_response(&mut cursor)?,
                b"e" if cursor.peek("e")? == Kind::List => self.read_error(&mut cursor)?,
                b"q" => self.query.name = cursor.bytes("q")?,
                b"t" => self.transaction_id = cursor.bytes("t")?,
                b"v" if cursor.peek("v")? == Kind::Bytes => self.version = Some(cursor.bytes("v")?),
                b"y" => self.kind = cursor.bytes("y")?.first().copied(),
                b"ro" if cursor.peek("ro")? == Kind::Integer => self.read_only = cursor.integer("ro")? != 0,
                b"ip" if cursor.peek("ip")? == Kind::Bytes => self.seen_as = cursor.bytes("ip")?,
                _ => drop(cursor.skip("value")?),
            }
        }
        Ok(())
    }

    fn read_arguments(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Malformed> {
        cursor.enter(Kind::Dictionary, "a")?;
        while !cursor.leave("a")? {
            match cursor.bytes("a key")? {
                b"id" => self.query.id = Some(NodeId(cursor.array("id")?)),
                b"target" | b"info_hash" => self.query.target = Some(NodeId(cursor.array("target")?)),
                b"want" if cursor.peek("want")? == Kind::List => self.query.want = read_want(cursor)?,
                b"bs" if cursor.peek("bs")? == Kind::Integer => self.query.bootstrap = cursor.integer("bs")? != 0,
                b"token" if cursor.peek("token")? == Kind::Bytes => self.query.token = Some(cursor.bytes("token")?),
                b"scrape" if cursor.peek("scrape")? == Kind::Integer => self.query.scrape = cursor.integer("scrape")? != 0,
                b"k" if cursor.peek("k")? == Kind::Bytes => self.query.key = Some(cursor.bytes("k")?),
                b"seq" if cursor.peek("seq")? == Kind::Integer => self.query.sequence = Some(cursor.integer("seq")?),
                b"v" => self.query.value = Some(cursor.skip("v")?),
                b"port" if cursor.peek("port")? == Kind::Integer => self.query.port = u16::try_from(cursor.integer("port")?).ok(),
                b"implied_port" if cursor.peek("implied_port")? == Kind::Integer => {
                    self.query.implied_port = cursor.integer("implied_port")? != 0;
                }
                _ => drop(cursor.skip("a value")?),
            }
        }
        Ok(())
    }

    fn read_response(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Malformed> {
        let (mut seeds, mut peers) = (None, None);
        cursor.enter(Kind::Dictionary, "r")?;
        while !cursor.leave("r")? {
            match cursor.bytes("r key")? {
                b"id" => self.response.id = Some(NodeId(cursor.array("id")?)),
                b"nodes" if cursor.peek("nodes")? == Kind::Bytes => self.response.nodes = cursor.bytes("nodes")?,
                b"nodes6" if cursor.peek("nodes6")? == Kind::Bytes => self.response.nodes6 = cursor.bytes("nodes6")?,
                b"values" if cursor.peek("values")? == Kind::List => self.response.values = Values::read(cursor)?,
                b"token" if cursor.peek("token")? == Kind::Bytes => self.response.token = Some(cursor.bytes("token")?),
                b"BFsd" if cursor.peek("BFsd")? == Kind::Bytes => seeds = cursor.bytes("BFsd")?.first_chunk(),
                b"BFpe" if cursor.peek("BFpe")? == Kind::Bytes => peers = cursor.bytes("BFpe")?.first_chunk(),
                b"samples" if cursor.peek("samples")? == Kind::Bytes => self.response.samples = cursor.bytes("samples")?,
                b"num" if cursor.peek("num")? == Kind::Integer => self.response.sampled_from = Some(cursor.integer("num")?),
                b"seq" if cursor.peek("seq")? == Kind::Integer => self.response.sequence = Some(cursor.integer("seq")?),
                b"v" => self.response.value = Some(cursor.skip("v")?),
                _ => drop(cursor.skip("r value")?),
            }
        }
        self.response.filters = seeds.zip(peers);
        Ok(())
    }

    fn read_error(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Malformed> {
        cursor.enter(Kind::List, "e")?;
        while !cursor.leave("e")? {
            match cursor.peek("e")? {
                Kind::Integer => self.error.0 = cursor.integer("e")?,
                Kind::Bytes => self.error.1 = cursor.bytes("e")?,
                _ => drop(cursor.skip("e")?),
            }
        }
        Ok(())
    }
}

fn read_want(cursor: &mut Cursor<'_>) -> Result<Want, Malformed> {
    let mut want = Want::default();
    cursor.enter(Kind::List, "want")?;
    while !cursor.leave("want")? {
        match cursor.skip("want")? {
            b"2:n4" => want.ipv4 = true,
            b"2:n6" => want.ipv6 = true,
            _ => {}
        }
    }
    Ok(want)
}

/// Bytes of a Bloom filter (BEP 33).
pub const FILTER_BYTES: usize = 256;

const NODE_BYTES: usize = 26;
const NODE6_BYTES: usize = 38;
const SAMPLE_BYTES: usize = 20;

/// What four bits leave in a CRC-32C.
const CRC32C: [u32; 16] = [
    0x0000_0000,
    0x105e_c76f,
    0x20bd_8ede,
    0x30e3_49b1,
    0x417b_1dbc,
    0x5125_dad3,
    0x61c6_9362,
    0x7198_540d,
    0x82f6_3b78,
    0x92a8_fc17,
    0xa24b_b5a6,
    0xb215_72c9,
    0xc38d_26c4,
    0xd3d3_e1ab,
    0xe330_a81a,
    0xf36e_6f75,
];

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Reads a message that is in order and gives it away.
    pub(crate) fn with(payload: &[u8], take: impl FnOnce(&Message<'_>)) {
        take(&read(payload).unwrap().unwrap());
    }

    /// A list of peers, bencoded.
    pub(crate) fn values(list: &[u8]) -> Values<'_> {
        Values::read(&mut Cursor::new(list, 2)).unwrap()
    }

    fn read_cut(payload: &[u8], cut_short: u32) -> Option<Result<Message<'_>, Malformed>> {
        let at = Endpoint::new([10, 0, 0, 1], 51413);
        let datagram = Datagram { source: at, destination: at, payload, cut_short };
        (probe(&datagram) == Probe::Yes).then(|| match parse(&datagram, &Limits::default()) {
            Parsed { malformed: Some(malformed), .. } => Err(malformed),
            Parsed { message: Some(AnyMessage::Dht(message)), .. } => Ok(message),
            _ => unreachable!("parse answers DHT"),
        })
    }

    fn read(payload: &[u8]) -> Option<Result<Message<'_>, Malformed>> {
        read_cut(payload, 0)
    }

    const QUERY: &[u8] = b"d1:ad2:bsi1e2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:wantl2:n42:n6ee1:q9:get_peers2:roi1e1:t2:aa1:v4:LT\x02\x101:y1:qe";

    #[test]
    fn a_query() {
        let message = read(QUERY).unwrap().unwrap();
        assert_eq!((message.transaction_id, message.read_only), (&b"aa"[..], true));
        assert_eq!(client(message.version.unwrap()).as_deref(), Some("libtorrent 2.1.0"));
        let query = Query {
            name: b"get_peers",
            id: Some(NodeId(*b"abcdefghij0123456789")),
            target: Some(NodeId(*b"mnopqrstuvwxyz123456")),
            want: Want { ipv4: true, ipv6: true },
            bootstrap: true,
            ..Query::default()
        };
        assert_eq!(message.body, Body::Query(query));
        assert_eq!(
            message.to_string(),
            "get_peers 6d6e6f707172737475767778797a313233343536, n4, n6, bootstrap, read only, transaction 6161"
        );
    }

    #[test]
    fn a_response() {
        let payload =
            [b"d1:rd2:id20:abcdefghij01234567895:nodes52:".as_slice(), &[7; 52], b"6:valuesl6:abcdef6:ghijklee1:t1:x1:y1:re"].concat();
        let message = read(&payload).unwrap().unwrap();
        let Body::Response(response) = &message.body else { panic!("{message:?}") };
        assert_eq!((response.node_count(), response.values.len(), response.id), (2, 2, Some(NodeId(*b"abcdefghij0123456789"))));
        let peers: Vec<_> = response.values.iter().map(|peer| peer.to_string()).collect();
        assert_eq!(peers, ["97.98.99.100:25958", "103.104.105.106:27500"]);
        assert_eq!(message.name(), "response");
    }

    #[test]
    fn values_are_peers_of_both_address_families_and_nothing_else() {
        let values = [b"l6:abcdef18:".as_slice(), &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 80], b"3:abci7ee"].concat();
        let payload = [b"d1:rd2:id20:abcdefghij01234567896:values", values.as_slice(), b"e1:t1:x1:y1:re"].concat();
        let message = read(&payload).unwrap().unwrap();
        let Body::Response(response) = &message.body else { panic!("{message:?}") };
        let peers: Vec<_> = response.values.iter().map(|peer| peer.to_string()).collect();
        assert_eq!((peers, response.values.len()), (vec!["97.98.99.100:25958".into(), "[2001:db8::1]:80".into()], 4));
    }

    #[test]
    fn an_announce_names_a_port_or_implies_it() {
        let from = Endpoint::new([10, 0, 0, 1], 7);
        for (name, arguments, port) in [
            ("13:announce_peer", "4:porti6881e", Some(6881)),
            ("13:announce_peer", "12:implied_porti1e4:porti6881e", Some(7)),
            ("13:announce_peer", "12:implied_porti0e4:porti0e", None),
            ("13:announce_peer", "4:porti99999e", None),
            ("9:get_peers", "4:porti6881e", None),
        ] {
            let payload = format!("d1:ad2:id20:abcdefghij0123456789{arguments}e1:q{name}1:t2:aa1:y1:qe");
            let message = read(payload.as_bytes()).unwrap().unwrap();
            let Body::Query(query) = &message.body else { panic!("{message:?}") };
            assert_eq!(query.announced(from).map(|endpoint| endpoint.port), port, "{payload}");
        }
    }

    #[test]
    fn an_error() {
        let message = read(b"d1:eli203e4:oopse1:t2:aa1:y1:ee").unwrap().unwrap();
        assert_eq!(message.body, Body::Error { code: 203, text: b"oops" });
    }

    #[test]
    fn keys_in_any_order() {
        let message = read(b"d1:y1:q1:t2:zz1:q4:ping1:ad2:id20:abcdefghij0123456789ee").unwrap().unwrap();
        let Body::Query(query) = &message.body else { panic!("{message:?}") };
        assert_eq!((query.name, query.id, message.transaction_id), (&b"ping"[..], Some(NodeId(*b"abcdefghij0123456789")), &b"zz"[..]));
    }

    #[test]
    fn what_is_no_dht_message_is_not_taken_for_one() {
        for payload in [&b""[..], b"d", b"de", b"hello", b"d4:spam4:eggse", b"l1:y1:qe", b"d1:y1:xe"] {
            assert_eq!(read(payload), None, "{payload:?}");
        }
    }

    #[test]
    fn a_malformed_message_names_its_field() {
        for (payload, field) in [
            (&b"d1:ad2:id19:abcdefghij012345678e1:q4:ping1:t2:aa1:y1:qe"[..], "id"),
            (b"d1:t3:aa1:y1:qe", "message"),
            (b"d1:q4:ping1:t2:aa1:y1:q", "message"),
            (b"d1:ti5e1:y1:qe", "t"),
        ] {
            assert_eq!(read(payload).unwrap().unwrap_err().field, field, "{}", payload.escape_ascii());
        }
    }

    #[test]
    fn a_wrong_length_inside_does_not_hide_the_kind() {
        let at = Endpoint::new([10, 0, 0, 1], 51413);
        let read = |payload| parse(&Datagram { source: at, destination: at, payload, cut_short: 0 }, &Limits::default());
        let Parsed { message: Some(AnyMessage::Dht(message)), malformed: Some(_) } = read(b"d1:eli203e14:invalid tokene1:t2:aa1:y1:ee")
        else {
            panic!("an error message with a finding")
        };
        assert_eq!(message.name(), "error");
        assert!(read(b"d1:eli203e14:invalid tokene1:t2:aa1:y1:qe").message.is_none(), "an error at one end and a query at the other");
    }

    /// A datagram cut at the snap length is still a query, however little of it is left.
    #[test]
    fn every_cut_of_a_message_keeps_its_kind() {
        for end in 12..QUERY.len() {
            if !QUERY.starts_with(b"d1:ad2:id20:") && !QUERY[..end].windows(6).any(|w| w == b"1:y1:q") {
                continue;
            }
            let cut = u32::try_from(QUERY.len() - end).unwrap();
            assert_eq!(read_cut(&QUERY[..end], cut).unwrap().unwrap().name(), "query", "{end}");
        }
        let plain = b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe";
        for end in 12..plain.len() {
            let message = read_cut(&plain[..end], u32::try_from(plain.len() - end).unwrap());
            assert_eq!(message.unwrap().unwrap().name(), "query", "{end}");
        }
    }

    #[test]
    fn a_stored_item() {
        let payload = b"d1:ad2:id20:abcdefghij01234567891:k3:key3:seqi4e5:token2:tk1:vd2:ih20:mnopqrstuvwxyz123456ee1:q3:put1:t1:x1:y1:qe";
        let message = read(payload).unwrap().unwrap();
        let Body::Query(query) = &message.body else { panic!("{message:?}") };
        assert_eq!((query.key, query.sequence, query.token), (Some(&b"key"[..]), Some(4), Some(&b"tk"[..])));
        assert_eq!(query.value, Some(&b"d2:ih20:mnopqrstuvwxyz123456e"[..]));
    }

    #[test]
    fn samples_and_filters() {
        let filter = |byte: u8| [b"256:".as_slice(), &[byte; 256]].concat();
        let payload = [
            &b"d1:rd4:BFpe"[..],
            &filter(0x0f),
            b"4:BFsd",
            &filter(0),
            b"2:id20:abcdefghij01234567893:numi90e7:samples40:",
            &[7; 40],
            b"5:token1:te1:t1:x1:y1:re",
        ]
        .concat();
        let message = read(&payload).unwrap().unwrap();
        let Body::Response(response) = &message.body else { panic!("{message:?}") };
        assert_eq!((response.samples.len() / 20, response.sampled_from, response.token), (2, Some(90), Some(&b"t"[..])));
        let text = "response, 2 samples, 90 torrents in all, about 0 seeds and 710 others, token, transaction 78";
        assert_eq!(message.to_string(), text);
        let (seeds, peers) = response.swarm_estimate().unwrap();
        assert_eq!((seeds, peers.round()), (0.0, 710.0), "half the bits: ln 2 times half the filter");
    }

    /// The examples of BEP 42.
    #[test]
    fn ids_fit_addresses() {
        for (address, id) in [
            ([124, 31, 75, 21], *b"\x5f\xbf\xbf\xf1\x0c\x5d\x6a\x4e\xc8\xa8\x8e\x4c\x6a\xb4\xc2\x8b\x95\xee\xe4\x01"),
            ([21, 75, 31, 124], *b"\x5a\x3c\xe9\xc1\x4e\x7a\x08\x64\x56\x77\xbb\xd1\xcf\xe7\xd8\xf9\x56\xd5\x32\x56"),
            ([65, 23, 51, 170], *b"\xa5\xd4\x32\x20\xbc\x8f\x11\x2a\x3d\x42\x6c\x84\x76\x4f\x8c\x2a\x11\x50\xe6\x16"),
            ([84, 124, 73, 14], *b"\x1b\x03\x21\xdd\x1b\xb1\xfe\x51\x81\x01\xce\xef\x99\x46\x2b\x94\x7a\x01\xff\x41"),
            ([43, 213, 53, 83], *b"\xe5\x6f\x6c\xbf\x5b\x7c\x4b\xe0\x23\x79\x86\xd5\x24\x3b\x87\xaa\x6d\x51\x30\x5a"),
        ] {
            assert!(id_fits_address(&NodeId(id), address.into()), "{address:?}");
            assert!(!id_fits_address(&NodeId(id), [9, 9, 9, 9].into()));
        }
        assert!(id_fits_address(&NodeId([0; 20]), [192, 168, 0, 1].into()), "a local address allows any");
    }

    #[test]
    fn clients() {
        assert_eq!(client(b"UT\xb0\xd4").as_deref(), Some("µTorrent 45268"));
        assert_eq!(client(b"A2\x00\x03").as_deref(), Some("A2 0.3"));
        assert_eq!(client(b"\0\0\0\0"), None);
        assert_eq!(client(b"LT"), None);
    }
}
