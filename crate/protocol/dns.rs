//! DNS (RFC 1035, RFC 3596, RFC 2782): which addresses a name has, which name an address, and which trackers a host says that it runs.
//!
//! In: datagrams to or from port 53. Out: the question and the A, AAAA, CNAME, PTR and SRV records of the answer, and those of TXT that say where
//! a host's trackers are (BEP 34):
//!
//! ```text
//! TXT  BITTORRENT UDP:1337 TCP:443     these, the best first        BITTORRENT DENY ALL     none; so does any without a port
//! SRV  _bittorrent-tracker._tcp.DOMAIN  priority weight port target  a tracker of the network that one is in (BEP 22)
//! ```
//!
//! simple-dns reads the records. Left out on purpose: every other record, and DNS over TCP or TLS: clients look their bootstrap
//! nodes and trackers up over UDP.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use simple_dns::rdata::RData;
use simple_dns::{Packet, PacketFlag};

use super::{Datagram, DatagramProtocol, Message as AnyMessage, Parsed, Probe};
use crate::base::{Code, Limits, Malformed};

pub(super) const PROTOCOL: DatagramProtocol = DatagramProtocol { probe, parse, malformed: Code::DnsMalformed, accounted: false };

/// A query or its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What ties an answer to its query.
    pub id: u16,
    /// Whether this is an answer.
    pub response: bool,
    /// The name asked for, in lower case; `None` where there is no question.
    pub question: Option<String>,
    /// The records of the answer that this crate reads, in their order.
    pub answers: Vec<Record>,
}

/// One record of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The name that it is about, in lower case.
    pub name: String,
    /// What it says of the name.
    pub data: Data,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// The name has this address (A, AAAA).
    Address(IpAddr),
    /// The name is another word for this one (CNAME).
    Alias(String),
    /// The address that the name stands for has this name (PTR).
    Pointer(String),
    /// The name is a service, and this host offers it (SRV). An empty target says that none does.
    Service {
        /// The host, in lower case.
        target: String,
        /// Its port.
        port: u16,
    },
    /// The trackers that the host runs, the best first; none where it denies that (BEP 34).
    Trackers(Vec<Port>),
}

/// A port of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Whether it is one of UDP; else of TCP.
    pub udp: bool,
    /// Its number.
    pub number: u16,
}

impl Message {
    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        if self.response { "response" } else { "query" }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let question = self.question.as_deref().unwrap_or("(no question)");
        match self.answers.len() {
            _ if !self.response => write!(f, "query {question}"),
            1 => write!(f, "response {question}: 1 record"),
            records => write!(f, "response {question}: {records} records"),
        }
    }
}

/// A header with a plausible count of questions, on the port of DNS: nothing else in the message tells it from other datagrams.
fn probe(datagram: &Datagram<'_>) -> Probe {
    let on_port = datagram.source.port == PORT || datagram.destination.port == PORT;
    if on_port && datagram.payload.len() >= HEADER_BYTES { Probe::Yes } else { Probe::No }
}

fn parse<'a>(datagram: &Datagram<'a>, limits: &Limits) -> Parsed<'a> {
    let Ok(packet) = Packet::parse(datagram.payload) else {
        let malformed = Malformed { field: "message", offset: 0 };
        return Parsed { message: None, malformed: (datagram.cut_short == 0).then_some(malformed) };
    };
    let answers = packet.answers.iter().filter_map(|record| {
        let data = match &record.rdata {
            RData::A(a) => Data::Address(Ipv4Addr::from(a.address).into()),
            RData::AAAA(aaaa) => Data::Address(Ipv6Addr::from(aaaa.address).into()),
            RData::CNAME(alias) => Data::Alias(lower(&alias.0)),
            RData::PTR(pointer) => Data::Pointer(lower(&pointer.0)),
            RData::SRV(service) => Data::Service { target: lower(&service.target), port: service.port },
            RData::TXT(text) => Data::Trackers(trackers(&String::try_from(text.clone()).ok()?, limits)?),
            _ => return None,
        };
        Some(Record { name: lower(&record.name), data })
    });
    let message = Message {
        id: packet.id(),
        response: packet.has_flags(PacketFlag::RESPONSE),
        question: packet.questions.first().map(|question| lower(&question.qname)),
        answers: answers.take(limits.dns_aliases).collect(),
    };
    Parsed { message: Some(AnyMessage::Dns(message)), malformed: None }
}

/// Where a text says that trackers are; `None` where it is about something else (BEP 34). Words that are not known say nothing.
fn trackers(text: &str, limits: &Limits) -> Option<Vec<Port>> {
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let port = |word: &str| {
        let (transport, number) = word.split_once(':')?;
        let udp = match transport {
            "UDP" => true,
            "TCP" => false,
            _ => return None,
        };
        Some(Port { udp, number: number.parse().ok()? })
    };
    (words.next()? == "BITTORRENT").then(|| words.filter_map(port).take(limits.dns_aliases).collect())
}

/// A name in lower case.
pub(super) fn lower(name: &simple_dns::Name<'_>) -> String {
    name.to_string().to_lowercase()
}

const PORT: u16 = 53;
const HEADER_BYTES: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Endpoint;

    fn read(payload: &[u8]) -> Result<Message, Malformed> {
        let at = Endpoint::new([10, 0, 0, 1], PORT);
        let datagram = Datagram { source: at, destination: at, payload, cut_short: 0 };
        assert_eq!(probe(&datagram) == Probe::Yes, payload.len() >= HEADER_BYTES);
        match parse(&datagram, &Limits::default()) {
            Parsed { malformed: Some(malformed), .. } => Err(malformed),
            Parsed { message: Some(AnyMessage::Dns(message)), .. } => Ok(message),
            _ => unreachable!("parse answers DNS"),
        }
    }

    /// `Router.example` → CNAME `dht.example` → 10.1.2.3 and 2001:db8::1.
    const ANSWER: &[u8] = b"\x12\x34\x81\x80\0\x01\0\x03\0\0\0\0\
        \x06Router\x07example\0\0\x01\0\x01\
        \xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x06\x03dht\xc0\x13\
        \xc0\x2c\0\x01\0\x01\0\0\0\x3c\0\x04\x0a\x01\x02\x03\
        \xc0\x2c\0\x1c\0\x01\0\0\0\x3c\0\x10\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01";

    #[test]
    fn an_answer_is_read_with_its_aliases() {
        let message = read(ANSWER).unwrap();
        assert_eq!((message.id, message.name(), message.question.as_deref()), (0x1234, "response", Some("router.example")));
        let record = |name: &str, data| Record { name: name.into(), data };
        assert_eq!(
            message.answers,
            [
                record("router.example", Data::Alias("dht.example".into())),
                record("dht.example", Data::Address([10, 1, 2, 3].into())),
                record("dht.example", Data::Address([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into())),
            ]
        );
        assert_eq!(message.to_string(), "response router.example: 3 records");
    }

    #[test]
    fn a_query_is_read() {
        let message = read(b"\0\x01\x01\0\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01").unwrap();
        assert_eq!((message.name(), message.question.as_deref(), message.answers.len()), ("query", Some("a"), 0));
    }

    /// An answer with one record of this type and data, about `t`.
    fn answer(kind: u8, data: &[u8]) -> Vec<u8> {
        let head = b"\0\x01\x81\x80\0\x01\0\x01\0\0\0\0\x01t\0\0\xff\0\x01\xc0\x0c\0";
        [&head[..], &[kind, 0, 1, 0, 0, 0, 60, 0, u8::try_from(data.len()).unwrap()], data].concat()
    }

    #[test]
    fn where_a_host_says_that_its_trackers_are() {
        let (udp, tcp) = (|number| Port { udp: true, number }, |number| Port { udp: false, number });
        for (data, expected) in [
            (&b"\x1eBITTORRENT UDP:1337 TCP:80 x:1"[..], Some(vec![udp(1337), tcp(80)])),
            (b"\x13BITTORRENT DENY ALL", Some(vec![])),
            (b"\x0aBITTORRENT", Some(vec![])),
            (b"\x0bBITTORRENT \x05TCP:1", Some(vec![tcp(1)])),
            (b"\x1cBITTORRENT UDP:70000 udp:1 U", Some(vec![])),
            (b"\x10bittorrent TCP:1", None),
            (b"\x0bv=spf1 -all", None),
            (b"\0", None),
        ] {
            let answers = read(&answer(16, data)).unwrap().answers;
            let expected: Vec<_> = expected.into_iter().map(|ports| Record { name: "t".into(), data: Data::Trackers(ports) }).collect();
            assert_eq!(answers, expected, "{}", data.escape_ascii());
        }
    }

    #[test]
    fn names_of_addresses() {
        assert_eq!(read(&answer(12, b"\x04Host\x03isp\0")).unwrap().answers.remove(0).data, Data::Pointer("host.isp".into()));
    }

    #[test]
    fn services() {
        let record = |data: &[u8]| read(&answer(33, data)).unwrap().answers.remove(0).data;
        assert_eq!(record(b"\0\x01\0\x02\x1a\xe1\x01A\x01b\0"), Data::Service { target: "a.b".into(), port: 6881 });
        assert_eq!(record(b"\0\0\0\0\0\0\0"), Data::Service { target: String::new(), port: 0 });
    }

    #[test]
    fn malformed_records() {
        for (kind, data) in
            [(1, &b"\x0a\0\0"[..]), (28, b"\0"), (33, b"\0\0\0\0\0"), (33, b"\0\0\0\0\0\0"), (16, b"\x05abc"), (5, b"\xc0\xff")]
        {
            assert!(read(&answer(kind, data)).is_err(), "{kind}");
        }
    }

    #[test]
    fn every_prefix_is_an_error_and_not_a_panic() {
        for end in 0..ANSWER.len() {
            assert!(read(&ANSWER[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn a_message_that_the_capture_cut_is_not_malformed() {
        let at = Endpoint::new([10, 0, 0, 1], PORT);
        let datagram = Datagram { source: at, destination: at, payload: &ANSWER[..40], cut_short: 50 };
        let Parsed { message: None, malformed: None } = parse(&datagram, &Limits::default()) else { panic!("nothing can be said of it") };
    }

    #[test]
    fn only_the_port_of_dns_is_asked() {
        let elsewhere = Endpoint::new([10, 0, 0, 1], 6881);
        let datagram = Datagram { source: elsewhere, destination: elsewhere, payload: ANSWER, cut_short: 0 };
        assert_eq!(probe(&datagram), Probe::No);
    }
}
