//! The distributed hash table: KRPC queries, responses and errors.
//!
//! BEP 5 (queries, compact nodes), BEP 32 (IPv6: `nodes6`, `want`), BEP 43 (`ro`). One message is one datagram: a bencoded dictionary
//!
//! ```text
//! d 1:t TRANSACTION 1:y ( 1:q  1:q NAME 1:a d 2:id NODE … e      a query
//!                       | 1:r  1:r d 2:id NODE 5:nodes … e        a response
//!                       | 1:e  1:e l i CODE e TEXT e )            an error
//!   4:v VERSION  2:ro i1e  2:ip ADDRESS … e
//! ```
//!
//! Known by structure on any port, with its keys in any order: the dictionary must begin the datagram and hold a `y`. Unknown keys are
//! stepped over. Left out on purpose: what only one later BEP's reader needs (samples, stored items).

use std::fmt;

use super::{Datagram, DatagramProtocol, Message as AnyMessage, Parsed, Probe};
use crate::base::bencode::{Cursor, Kind};
use crate::base::{Code, Endpoint, Hex, Limits, Malformed, NodeId};

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
}

impl Query<'_> {
    /// Where an `announce_peer` says that its sender takes connections; `None` for any other query, or without a port.
    pub fn announced(&self, source: Endpoint) -> Option<Endpoint> {
        let port = if self.implied_port { Some(source.port) } else { self.port.filter(|port| *port > 0) };
        port.filter(|_| self.name == b"announce_peer").map(|port| Endpoint { port, ..source })
    }
}

impl<'a> Values<'a> {
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
            Body::Query(query) => {
                write!(f, "{}", query.name.escape_ascii())?;
                query.target.map_or(Ok(()), |target| write!(f, " {target}"))
            }
            Body::Response(response) => write!(f, "response, {} nodes, {} peers", response.node_count(), response.values.len()),
            Body::Error { code, text } => write!(f, "error {code} {}", text.escape_ascii()),
        }?;
        write!(f, ", transaction {}", Hex(self.transaction_id))
    }
}

/// The client that a `v` names: two letters and a version. `None` where it follows no known custom.
pub fn client(version: &[u8]) -> Option<String> {
    let [one, two, major, minor] = *version.first_chunk::<4>()?;
    if !(one.is_ascii_alphanumeric() && two.is_ascii_alphanumeric()) {
        return None;
    }
    let name = format!("{}{}", char::from(one), char::from(two));
    Some(match name.as_str() {
        // libtorrent packs minor and tiny version into one byte.
        "LT" => format!("{name} {major}.{}", minor >> 4),
        // µTorrent and BitTorrent give their build number.
        "UT" => format!("{name} {}", u16::from_be_bytes([major, minor])),
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
    let message = Message { transaction_id: fields.transaction_id, version: fields.version, read_only: fields.read_only, body };
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
        cursor.enter(Kind::Dictionary, "r")?;
        while !cursor.leave("r")? {
            match cursor.bytes("r key")? {
                b"id" => self.response.id = Some(NodeId(cursor.array("id")?)),
                b"nodes" if cursor.peek("nodes")? == Kind::Bytes => self.response.nodes = cursor.bytes("nodes")?,
                b"nodes6" if cursor.peek("nodes6")? == Kind::Bytes => self.response.nodes6 = cursor.bytes("nodes6")?,
                b"values" if cursor.peek("values")? == Kind::List => self.response.values = Values::read(cursor)?,
                _ => drop(cursor.skip("r value")?),
            }
        }
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

const NODE_BYTES: usize = 26;
const NODE6_BYTES: usize = 38;

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Reads a message that is in order and gives it away.
    pub(crate) fn with(payload: &[u8], take: impl FnOnce(&Message<'_>)) {
        take(&read(payload).unwrap().unwrap());
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
        assert_eq!(client(message.version.unwrap()).as_deref(), Some("LT 2.1"));
        let query = Query {
            name: b"get_peers",
            id: Some(NodeId(*b"abcdefghij0123456789")),
            target: Some(NodeId(*b"mnopqrstuvwxyz123456")),
            want: Want { ipv4: true, ipv6: true },
            bootstrap: true,
            port: None,
            implied_port: false,
        };
        assert_eq!(message.body, Body::Query(query));
        assert_eq!(message.to_string(), "get_peers 6d6e6f707172737475767778797a313233343536, transaction 6161");
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
    fn clients() {
        assert_eq!(client(b"UT\xb0\xd4").as_deref(), Some("UT 45268"));
        assert_eq!(client(b"A2\x00\x03").as_deref(), Some("A2 0.3"));
        assert_eq!(client(b"\0\0\0\0"), None);
        assert_eq!(client(b"LT"), None);
    }
}
