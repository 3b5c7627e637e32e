//! Asking a gateway for a port: UPnP's Internet Gateway Device.
//!
//! UPnP Device Architecture (SSDP, SOAP), WANIPConnection 1 and 2, as RFC 6970 retells them. A client looks for the gateway with a
//! datagram, then posts SOAP over HTTP:
//!
//! ```text
//! M-SEARCH * HTTP/1.1␍␊ … ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1␍␊ …
//! POST … SOAPAction: "urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping"
//!     … <NewExternalPort>6881</NewExternalPort><NewProtocol>TCP</NewProtocol><NewInternalPort>6881</NewInternalPort> …
//! ```
//!
//! Only what asks for ports is read, and a search only when it is for a gateway: both are other programs' words too, so that their bytes are
//! in no account. Left out on purpose: descriptions of devices, other actions, and the answers to searches.

use std::fmt;
use std::net::IpAddr;

use super::nat_pmp::{TCP, UDP, transport_name};
use super::{Datagram, DatagramProtocol, Message as AnyMessage, Parsed, Probe};
use crate::base::{Code, Limits, Malformed};

/// Searches; [`http`](super::http) finds the rest.
pub(super) const PROTOCOL: DatagramProtocol =
    DatagramProtocol { probe, parse: parse_search, malformed: Code::UpnpMalformed, accounted: false };

/// A message to a gateway, or its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Looks for a gateway.
    Search,
    /// Asks for a port, or gives one back.
    Request {
        /// Which request of its stream it is: they are numbered from 0.
        number: u32,
        /// What is to be done.
        action: Action,
        /// With which port.
        mapping: Mapping,
    },
    /// The gateway's answer.
    Response {
        /// Which request of its stream it answers.
        number: u32,
        /// UPnP's number of what went wrong, or the status of HTTP; `None` where it was done.
        error: Option<u16>,
        /// The port outside, where the gateway chose another (`AddAnyPortMapping`).
        external_port: Option<u16>,
    },
}

/// What is to be done with a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `AddPortMapping`, `AddAnyPortMapping`
    Add,
    /// `DeletePortMapping`
    Delete,
}

/// A port of the gateway that leads to one inside. `None` what a request does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The protocol on top of IP: 6 is TCP, 17 is UDP.
    pub transport: u8,
    /// Where it leads.
    pub internal_address: Option<IpAddr>,
    /// Where it leads.
    pub internal_port: Option<u16>,
    /// The port outside.
    pub external_port: Option<u16>,
    /// Seconds that it holds, 0 for ever.
    pub lifetime: Option<u32>,
}

impl Message {
    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        match self {
            Message::Search => "search",
            Message::Request { .. } => "request",
            Message::Response { .. } => "response",
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Message::Search => write!(f, "search for a gateway"),
            Message::Request { action, mapping, .. } => {
                let action = if *action == Action::Add { "map" } else { "end" };
                let port = |port: Option<u16>| port.map_or("?".into(), |port| port.to_string());
                let (internal, external) = (port(mapping.internal_port), port(mapping.external_port));
                write!(f, "request {action} {} port {internal} to {external}", transport_name(mapping.transport))
            }
            Message::Response { error: Some(error), .. } => write!(f, "response, error {error}"),
            Message::Response { external_port: Some(port), .. } => write!(f, "response, port {port}"),
            Message::Response { .. } => write!(f, "response"),
        }
    }
}

/// A search whose target is a gateway.
fn probe(datagram: &Datagram<'_>) -> Probe {
    let is_search = datagram.payload.starts_with(b"M-SEARCH * HTTP/1.");
    let holds = |word: &[u8]| datagram.payload.windows(word.len()).any(|at| at == word);
    let is = is_search && (holds(b":InternetGatewayDevice:") || holds(b":WANIPConnection:") || holds(b":WANPPPConnection:"));
    if is { Probe::Yes } else { Probe::No }
}

fn parse_search<'a>(_: &Datagram<'a>, _: &Limits) -> Parsed<'a> {
    Parsed { message: Some(AnyMessage::Upnp(Message::Search)), malformed: None }
}

/// What the value of `SOAPAction` asks a gateway to do with a port; `None` for anything else.
pub(super) fn action(soap_action: &[u8]) -> Option<Action> {
    let text = soap_action.trim_ascii();
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    let text = text.strip_suffix(b"\"").unwrap_or(text);
    let (service, action) = (text.split(|byte| *byte == b'#').next()?, text.rsplit(|byte| *byte == b'#').next()?);
    let is_gateway =
        [&b":WANIPConnection:"[..], b":WANPPPConnection:"].iter().any(|name| service.windows(name.len()).any(|at| at == *name));
    match action {
        b"AddPortMapping" | b"AddAnyPortMapping" if is_gateway => Some(Action::Add),
        b"DeletePortMapping" if is_gateway => Some(Action::Delete),
        _ => None,
    }
}

/// Reads the body of a request.
pub(super) fn parse_request(body: &[u8], action: Action) -> Result<Mapping, Malformed> {
    let text = |name| element(body, name);
    let number = |name| text(name).and_then(|text| text.parse().ok());
    let missing = |field| Malformed { field, offset: 0 };
    let transport = match text("NewProtocol").map(str::to_ascii_uppercase).as_deref() {
        Some("TCP") => TCP,
        Some("UDP") => UDP,
        _ => return Err(missing("NewProtocol")),
    };
    let mapping = Mapping {
        transport,
        internal_address: text("NewInternalClient").and_then(|text| text.parse().ok()),
        internal_port: number("NewInternalPort"),
        external_port: number("NewExternalPort"),
        lifetime: text("NewLeaseDuration").and_then(|text| text.parse().ok()),
    };
    match mapping {
        Mapping { external_port: None, .. } => Err(missing("NewExternalPort")),
        Mapping { internal_port: None, .. } if action == Action::Add => Err(missing("NewInternalPort")),
        _ => Ok(mapping),
    }
}

/// Reads the body of an answer: UPnP's error, and the port that the gateway chose.
pub(super) fn parse_response(body: &[u8], status: u16) -> (Option<u16>, Option<u16>) {
    let number = |name| element(body, name).and_then(|text| text.parse().ok());
    let failed = !(200..300).contains(&status);
    let error = number("errorCode").or(failed.then_some(status));
    (error, number("NewReservedPort"))
}

/// The text of the first element `name`. SOAP's few flat elements need no more of XML.
fn element<'a>(body: &'a [u8], name: &str) -> Option<&'a str> {
    let body = str::from_utf8(body).ok()?;
    let (_, after) = body.match_indices(name).map(|(at, _)| body.split_at(at)).find(|(before, after)| {
        let opens = before.ends_with(['<', ':']);
        opens && after.get(name.len()..).is_some_and(|rest| rest.starts_with(['>', ' ', '\t', '\r', '\n']))
    })?;
    let (_, text) = after.split_once('>')?;
    text.split_once('<').map(|(text, _)| text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Endpoint;

    const ADD: &[u8] = br#"<?xml version="1.0"?><s:Envelope><s:Body><u:AddPortMapping xmlns:u="urn:x"><NewRemoteHost></NewRemoteHost>
        <NewExternalPort>6884</NewExternalPort><NewProtocol>TCP</NewProtocol><NewInternalPort dt="ui2"> 6883 </NewInternalPort>
        <NewInternalClient>192.168.1.10</NewInternalClient><NewLeaseDuration>3600</NewLeaseDuration></u:AddPortMapping></s:Body></s:Envelope>"#;

    fn is_search(payload: &[u8]) -> bool {
        let at = Endpoint::new([10, 0, 0, 1], 1900);
        probe(&Datagram { source: at, destination: at, payload, cut_short: 0 }) == Probe::Yes
    }

    #[test]
    fn searches_for_a_gateway() {
        let search = b"M-SEARCH * HTTP/1.1\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n";
        assert!(is_search(search));
        assert!(!is_search(b"M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n") && !is_search(&search[1..]) && !is_search(b""));
        assert_eq!(Message::Search.to_string(), "search for a gateway");
    }

    #[test]
    fn actions() {
        for (value, expected) in [
            (r#""urn:schemas-upnp-org:service:WANIPConnection:2#AddPortMapping""#, Some(Action::Add)),
            ("urn:schemas-upnp-org:service:WANPPPConnection:1#AddAnyPortMapping", Some(Action::Add)),
            (r#" "urn:schemas-upnp-org:service:WANIPConnection:1#DeletePortMapping""#, Some(Action::Delete)),
            (r#""urn:schemas-upnp-org:service:WANIPConnection:1#GetExternalIPAddress""#, None),
            (r#""urn:example:service:Bank:1#AddPortMapping""#, None),
            ("", None),
        ] {
            assert_eq!(action(value.as_bytes()), expected, "{value}");
        }
    }

    #[test]
    fn a_request() {
        let mapping = parse_request(ADD, Action::Add).unwrap();
        let expected = Mapping {
            transport: TCP,
            internal_address: Some([192, 168, 1, 10].into()),
            internal_port: Some(6883),
            external_port: Some(6884),
            lifetime: Some(3600),
        };
        assert_eq!(mapping, expected);
        assert_eq!(Message::Request { number: 0, action: Action::Add, mapping }.to_string(), "request map tcp port 6883 to 6884");
        let delete = b"<u:NewExternalPort>6884</u:NewExternalPort><NewProtocol>udp</NewProtocol>";
        let mapping = parse_request(delete, Action::Delete).unwrap();
        assert_eq!(Message::Request { number: 0, action: Action::Delete, mapping }.to_string(), "request end udp port ? to 6884");
    }

    #[test]
    fn every_prefix_of_a_request_is_malformed_or_lacks_its_end() {
        let port_ends = ADD.windows(8).position(|at| at == b"</NewInt").unwrap();
        for end in 0..ADD.len() {
            assert_eq!(parse_request(&ADD[..end], Action::Add).is_err(), end <= port_ends, "{end}");
        }
    }

    #[test]
    fn malformed_requests_name_their_field() {
        for (from, to, field) in [
            ("TCP", "SCTP", "NewProtocol"),
            ("6884", "66884", "NewExternalPort"),
            ("6883", "", "NewInternalPort"),
            ("NewProtocol>", "Protocol>", "NewProtocol"),
        ] {
            let body = String::from_utf8(ADD.to_vec()).unwrap().replace(from, to);
            assert_eq!(parse_request(body.as_bytes(), Action::Add).unwrap_err().field, field);
        }
    }

    #[test]
    fn answers() {
        let refused = b"<UPnPError><errorCode>718</errorCode></UPnPError>";
        for (body, status, expected, text) in [
            (&b"<u:AddPortMappingResponse/>"[..], 200, (None, None), "response"),
            (refused, 500, (Some(718), None), "response, error 718"),
            (b"", 404, (Some(404), None), "response, error 404"),
            (b"<NewReservedPort>7</NewReservedPort>", 200, (None, Some(7)), "response, port 7"),
        ] {
            let (error, external_port) = parse_response(body, status);
            assert_eq!((error, external_port), expected);
            assert_eq!(Message::Response { number: 0, error, external_port }.to_string(), text);
        }
    }
}
