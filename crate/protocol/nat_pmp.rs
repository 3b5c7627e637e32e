//! Asking a gateway for a port: NAT-PMP and its successor PCP.
//!
//! RFC 6886 (NAT-PMP, version 0), RFC 6887 (PCP, version 2). One message is one datagram, to port 5351 of the gateway and back:
//!
//! ```text
//! NAT-PMP → 1 version 0 │ 1 opcode │ [ 2 reserved │ 2 internal port │ 2 external port │ 4 lifetime ]
//!         ← 1 version 0 │ 1 128 + opcode │ 2 result │ 4 epoch │ [ 4 external address | 2 internal │ 2 external │ 4 lifetime ]
//! PCP     → 1 version 2 │ 1 opcode │ 2 reserved │ 4 lifetime │ 16 client address │ of the opcode │ options
//!         ← 1 version 2 │ 1 128 + opcode │ 1 reserved │ 1 result │ 4 lifetime │ 4 epoch │ 12 reserved │ of the opcode │ options
//!   of MAP: 12 nonce │ 1 transport │ 3 reserved │ 2 internal port │ 2 external port │ 16 external address
//! ```
//!
//! Known by its port together with a version, an opcode and a length that fit; a gateway tells its whole network on port 5350. Not
//! BitTorrent itself: its bytes are in no account. Left out on purpose: options, and the inside of PCP's PEER.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Datagram, DatagramProtocol, Message as AnyMessage, Parsed, Probe};
use crate::base::{Code, Limits, Malformed, Reader};

pub(super) const PROTOCOL: DatagramProtocol = DatagramProtocol { probe, parse, malformed: Code::NatPmpMalformed, accounted: false };

/// A request or its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which of the two protocols it is.
    pub version: Version,
    /// The result in an answer, 0 for success; `None` in a request.
    pub result: Option<u16>,
    /// What is asked for, or was done.
    pub body: Body,
}

/// The two protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// RFC 6886
    NatPmp,
    /// RFC 6887
    Pcp,
}

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The gateway's address outside; `None` in a request.
    ExternalAddress(Option<Ipv4Addr>),
    /// A port.
    Map(Mapping),
    /// Something else, or what the capture cut off: the opcode.
    Other(u8),
}

/// A port of the gateway that leads to one inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The protocol on top of IP: 6 is TCP, 17 is UDP, 0 is every one.
    pub transport: u8,
    /// The port inside; 0 for every one.
    pub internal_port: u16,
    /// The port outside: as wished for in a request, as given in an answer.
    pub external_port: u16,
    /// The address outside, as wished for or given (PCP).
    pub external_address: Option<IpAddr>,
    /// Seconds that it holds; 0 in a request to end it.
    pub lifetime: u32,
}

impl Message {
    /// The protocol's name in the report.
    pub fn protocol(&self) -> &'static str {
        match self.version {
            Version::NatPmp => "nat_pmp",
            Version::Pcp => "pcp",
        }
    }

    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        if self.result.is_some() { "response" } else { "request" }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.name())?;
        match &self.body {
            Body::ExternalAddress(None) => write!(f, "external address"),
            Body::ExternalAddress(Some(address)) => write!(f, "external address {address}"),
            Body::Map(Mapping { transport, internal_port, external_port, lifetime, .. }) => {
                let transport = transport_name(*transport);
                write!(f, "map {transport} port {internal_port} to {external_port} for {lifetime} s")
            }
            Body::Other(opcode) => write!(f, "opcode {opcode}"),
        }?;
        self.result.filter(|result| *result != 0).map_or(Ok(()), |result| write!(f, ", result {result}"))
    }
}

/// A transport's name in the report.
pub fn transport_name(number: u8) -> &'static str {
    match number {
        TCP => "tcp",
        UDP => "udp",
        0 => "all",
        _ => "other",
    }
}

fn probe(datagram: &Datagram<'_>) -> Probe {
    let length = datagram.payload.len() + datagram.cut_short as usize;
    let (asks, answers) = (datagram.destination.port == PORT, datagram.source.port == PORT);
    let fits = match *datagram.payload {
        [0, 0, ..] => asks && length == 2,
        [0, 1 | 2, 0, 0, ..] => asks && length == 12,
        [0, 128, _, ..] => answers && (length == 12 || length == 8),
        [0, 129 | 130, _, ..] => answers && (length == 16 || length == 8),
        [2, 0..=2, 0, 0, ..] => asks && (PCP_HEADER_BYTES..=PCP_LONGEST).contains(&length) && length.is_multiple_of(4),
        [2, 128..=130, _, 0..=32, ..] => answers && (PCP_HEADER_BYTES..=PCP_LONGEST).contains(&length) && length.is_multiple_of(4),
        _ => false,
    };
    if fits { Probe::Yes } else { Probe::No }
}

fn parse<'a>(datagram: &Datagram<'a>, _: &Limits) -> Parsed<'a> {
    let mut reader = Reader::new(datagram.payload);
    let read = |reader: &mut Reader<'_>| match reader.u8("version")? {
        0 => read_nat_pmp(reader),
        _ => read_pcp(reader),
    };
    match read(&mut reader) {
        Ok((message, malformed)) => {
            Parsed { message: Some(AnyMessage::NatPmp(message)), malformed: malformed.filter(|_| datagram.cut_short == 0) }
        }
        Err(malformed) => Parsed { message: None, malformed: Some(malformed).filter(|_| datagram.cut_short == 0) },
    }
}

/// What was read, and why no more.
type Read = Result<(Message, Option<Malformed>), Malformed>;

fn read_nat_pmp(reader: &mut Reader<'_>) -> Read {
    let opcode = reader.u8("opcode")?;
    let operation = opcode & !ANSWER;
    let result = if opcode & ANSWER == 0 { None } else { Some(reader.u16("result")?) };
    let message = |body| Message { version: Version::NatPmp, result, body };
    let mut body = || match operation {
        0 if result.is_none() => Ok(Body::ExternalAddress(None)),
        0 => {
            reader.u32("epoch")?;
            Ok(Body::ExternalAddress(Some(Ipv4Addr::from(reader.u32("external address")?))))
        }
        1 | 2 => {
            reader.bytes(if result.is_none() { 2 } else { 4 }, "epoch")?;
            Ok(Body::Map(Mapping {
                transport: if operation == 1 { UDP } else { TCP },
                internal_port: reader.u16("internal port")?,
                external_port: reader.u16("external port")?,
                external_address: None,
                lifetime: reader.u32("lifetime")?,
            }))
        }
        _ => Ok(Body::Other(operation)),
    };
    // A refusal may end behind its result.
    Ok(body().map_or_else(|malformed| (message(Body::Other(operation)), Some(malformed)), |body| (message(body), None)))
}

fn read_pcp(reader: &mut Reader<'_>) -> Read {
    let opcode = reader.u8("opcode")?;
    let operation = opcode & !ANSWER;
    let [_, result] = reader.array("result")?;
    let result = (opcode & ANSWER != 0).then_some(u16::from(result));
    let message = |body| Message { version: Version::Pcp, result, body };
    let mut body = || {
        let lifetime = reader.u32("lifetime")?;
        reader.bytes(16, "client address")?;
        match operation {
            1 => read_pcp_mapping(reader, lifetime).map(Body::Map),
            _ => Ok(Body::Other(operation)),
        }
    };
    Ok(body().map_or_else(|malformed| (message(Body::Other(operation)), Some(malformed)), |body| (message(body), None)))
}

fn read_pcp_mapping(reader: &mut Reader<'_>, lifetime: u32) -> Result<Mapping, Malformed> {
    reader.bytes(12, "nonce")?;
    let [transport, ..] = reader.array::<4>("protocol")?;
    let (internal_port, external_port) = (reader.u16("internal port")?, reader.u16("external port")?);
    let address = Ipv6Addr::from(reader.array::<16>("external address")?).to_canonical();
    let external_address = Some(address).filter(|address| !address.is_unspecified());
    Ok(Mapping { transport, internal_port, external_port, external_address, lifetime })
}

const PORT: u16 = 5351;
const ANSWER: u8 = 0x80;
const PCP_HEADER_BYTES: usize = 24;
const PCP_LONGEST: usize = 1100;
/// TCP on top of IP.
pub(super) const TCP: u8 = 6;
/// UDP on top of IP.
pub(super) const UDP: u8 = 17;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Endpoint;

    fn read_cut(payload: &[u8], answer: bool, cut_short: u32) -> Option<Parsed<'_>> {
        let (client, gateway) = (Endpoint::new([10, 0, 0, 1], 40010), Endpoint::new([10, 0, 0, 254], PORT));
        let (source, destination) = if answer { (gateway, client) } else { (client, gateway) };
        let datagram = Datagram { source, destination, payload, cut_short };
        (probe(&datagram) == Probe::Yes).then(|| parse(&datagram, &Limits::default()))
    }

    fn text(payload: &[u8], answer: bool) -> Option<String> {
        match read_cut(payload, answer, 0)?.message? {
            AnyMessage::NatPmp(message) => Some(format!("{} {message}", message.protocol())),
            _ => unreachable!("parse answers NAT-PMP"),
        }
    }

    const PCP_REQUEST: &[u8] = b"\x02\x01\0\0\0\0\x0e\x10\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\xa8\x01\x0a\
        NONCENONCENO\x06\0\0\0\x1a\xe3\x1a\xe4\0\0\0\0\0\0\0\0\0\0\xff\xff\0\0\0\0";

    #[test]
    fn messages_of_both_protocols() {
        for (payload, answer, expected) in [
            (&b"\0\0"[..], false, "nat_pmp request external address"),
            (b"\0\x80\0\0\0\0\0\x07\x01\x02\x03\x04", true, "nat_pmp response external address 1.2.3.4"),
            (b"\0\x02\0\0\xc8\xd5\xc8\xd6\0\0\x1c\x20", false, "nat_pmp request map tcp port 51413 to 51414 for 7200 s"),
            (b"\0\x81\0\0\0\0\0\x07\xc8\xd5\xc8\xd6\0\0\x1c\x20", true, "nat_pmp response map udp port 51413 to 51414 for 7200 s"),
            (b"\0\x82\0\x02\0\0\0\x07", true, "nat_pmp response opcode 2, result 2"),
            (PCP_REQUEST, false, "pcp request map tcp port 6883 to 6884 for 3600 s"),
        ] {
            assert_eq!(text(payload, answer).as_deref(), Some(expected));
        }
    }

    #[test]
    fn an_answer_of_pcp() {
        let mut payload = PCP_REQUEST.to_vec();
        (payload[1], payload[56], payload[59]) = (0x81, 7, 9);
        let Some(AnyMessage::NatPmp(message)) = read_cut(&payload, true, 0).unwrap().message else { panic!("an answer") };
        let Body::Map(mapping) = message.body else { panic!("{message:?}") };
        assert_eq!((message.result, mapping.external_address), (Some(0), Some([7, 0, 0, 9].into())));
        payload[3] = 8;
        assert_eq!(text(&payload, true).unwrap(), "pcp response map tcp port 6883 to 6884 for 3600 s, result 8");
    }

    #[test]
    fn what_does_not_fit_is_none() {
        for (payload, answer) in [
            (&b""[..], false),
            (b"\0", false),
            (b"\0\0", true),
            (b"\0\0\0", false),
            (b"\0\x03\0\0\xc8\xd5\xc8\xd6\0\0\x1c\x20", false),
            (b"\x01\x01\0\0\xc8\xd5\xc8\xd6\0\0\x1c\x20", false),
            (b"\0\x80\0\0\0\0\0\x07\x01\x02\x03\x04", false),
            (&PCP_REQUEST[..58], false),
            (PCP_REQUEST, true),
        ] {
            assert_eq!(text(payload, answer), None, "{payload:?} {answer}");
        }
    }

    #[test]
    fn every_prefix_is_none_malformed_or_cut() {
        for end in 0..PCP_REQUEST.len() {
            let prefix = &PCP_REQUEST[..end];
            assert!(read_cut(prefix, false, 0).is_none_or(|parsed| parsed.malformed.is_some() && parsed.message.is_some()), "{end}");
            let cut = u32::try_from(PCP_REQUEST.len() - end).unwrap();
            assert!(read_cut(prefix, false, cut).is_none_or(|parsed| parsed.malformed.is_none()), "{end}");
        }
    }
}
