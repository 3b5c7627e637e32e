//! Which names have the addresses of the capture?
//!
//! Four things tell, the best first: a PTR record, by which whoever runs an address names it (RFC 1035); the name that DNS gave the address for; the
//! name by which a client asked the server there (TLS); what the capture file says, on the word of whoever wrote it. Of each address the first name of the best kind is kept. Names of addresses
//! that are no public ones are left out.

use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Serialize;

use crate::base::{Arrange, Code, Limits, Map, is_private};
use crate::protocol::dns::{self, Data};
use crate::protocol::{Event, tls};

/// What tells a name, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NameSource {
    /// The capture file has a list of names.
    CaptureFile,
    /// A client asked a server at the address by this name.
    ServerName,
    /// DNS gave the address for the name.
    Dns,
    /// DNS gave the name for the address.
    Pointer,
}

/// Gathers names.
#[derive(Debug)]
pub struct Names {
    by_address: Map<IpAddr, (NameSource, Box<str>)>,
    limit: usize,
}

impl NameSource {
    /// The source's name in the report.
    pub fn name(self) -> &'static str {
        match self {
            NameSource::CaptureFile => "capture_file",
            NameSource::ServerName => "server_name",
            NameSource::Dns => "dns",
            NameSource::Pointer => "pointer",
        }
    }
}

impl Names {
    pub(super) fn new(limits: &Limits) -> Self {
        Names { by_address: Map::default(), limit: limits.host_names }
    }

    /// The name of an address, and what tells it.
    pub fn of(&self, address: IpAddr) -> Option<(NameSource, &str)> {
        self.by_address.get(&address).map(|(source, name)| (*source, &**name))
    }

    /// Every name, in order.
    pub(super) fn all(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.by_address.values().map(|(_, name)| &**name).collect();
        names.arrange();
        names.dedup();
        names
    }

    /// Takes an answer of DNS.
    pub(super) fn observe_dns(&mut self, message: &dns::Message, found: &mut impl FnMut(Code)) {
        let Some(question) = message.question.as_deref().filter(|_| message.response) else { return };
        for record in &message.answers {
            match &record.data {
                Data::Address(address) => self.add(*address, NameSource::Dns, question, found),
                Data::Pointer(name) => {
                    if let Some(address) = reverse(&record.name) {
                        self.add(address, NameSource::Pointer, name, found);
                    }
                }
                Data::Alias(_) | Data::Service { .. } | Data::Trackers(_) => {}
            }
        }
    }

    /// Takes what was seen of a connection that is encrypted with TLS, not of one that a proxy leads elsewhere.
    pub(super) fn observe_tls(&mut self, event: &Event<'_>, message: &tls::Message, found: &mut impl FnMut(Code)) {
        if let Some(name) = &message.server_name {
            self.add(event.destination.address, NameSource::ServerName, name, found);
        }
    }

    /// Takes a name that a capture file gives an address.
    pub(super) fn observe_file(&mut self, address: IpAddr, name: &str, found: &mut impl FnMut(Code)) {
        self.add(address, NameSource::CaptureFile, name, found);
    }

    fn add(&mut self, address: IpAddr, source: NameSource, name: &str, found: &mut impl FnMut(Code)) {
        if is_private(address) || name.is_empty() {
            return;
        }
        let room = self.by_address.len() < self.limit;
        match self.by_address.entry(address) {
            Entry::Occupied(mut known) => {
                if known.get().0 < source {
                    known.insert((source, name.into()));
                }
            }
            Entry::Vacant(_) if !room => found(Code::LimitNames),
            Entry::Vacant(place) => {
                place.insert((source, name.into()));
            }
        }
    }
}

/// The address that a name of the reverse tree is about: `4.3.2.1.in-addr.arpa`, or 32 digits and `ip6.arpa` (RFC 3596).
fn reverse(name: &str) -> Option<IpAddr> {
    if let Some(bytes) = name.strip_suffix(".in-addr.arpa") {
        let mut octets = [0; 4];
        let mut parts = bytes.split('.');
        for octet in octets.iter_mut().rev() {
            *octet = parts.next()?.parse().ok()?;
        }
        return parts.next().is_none().then(|| Ipv4Addr::from(octets).into());
    }
    let digits = name.strip_suffix(".ip6.arpa")?;
    let mut bits = 0_u128;
    let mut count = 0;
    for digit in digits.split('.').rev() {
        let digit = u8::from_str_radix(digit, 16).ok().filter(|value| digit.len() == 1 && *value < 16)?;
        (bits, count) = (bits << 4 | u128::from(digit), count + 1);
    }
    (count == 32).then(|| Ipv6Addr::from(bits).into())
}

#[cfg(test)]
mod tests {
    use super::super::sources::tests::event;
    use super::*;
    use crate::base::{Endpoint, Time};
    use crate::protocol::dns::Record;

    fn answer(question: &str, records: Vec<(&str, Data)>) -> dns::Message {
        let answers = records.into_iter().map(|(name, data)| Record { name: name.into(), data }).collect();
        dns::Message { id: 1, response: true, question: Some(question.into()), answers }
    }

    fn hello(name: &str) -> tls::Message {
        tls::Message {
            server_name: Some(name.into()),
            encrypted_hello: false,
            sent: 1,
            received: 1,
            last_frame: 1,
            last_time: Time::default(),
        }
    }

    #[test]
    fn addresses_of_the_reverse_tree() {
        let v6 = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
        for (name, address) in [
            ("9.113.0.203.in-addr.arpa", Some("203.0.113.9")),
            (v6, Some("2001:db8::1")),
            ("113.0.203.in-addr.arpa", None),
            ("1.9.113.0.203.in-addr.arpa", None),
            ("256.113.0.203.in-addr.arpa", None),
            ("1.0.ip6.arpa", None),
            (&v6.replace("b.", "bb."), None),
            (&v6.replace("b.", "+."), None),
            (&format!("0.{v6}"), None),
            ("example.com", None),
        ] {
            assert_eq!(reverse(name), address.map(|address| address.parse().unwrap()), "{name}");
        }
    }

    #[test]
    fn the_best_name_of_an_address_is_kept() {
        let mut names = Names::new(&Limits::default());
        let server = Endpoint::new([203, 0, 113, 9], 443);
        let told = |names: &Names| names.of(server.address).map(|(source, name)| (source.name(), name.to_owned()));
        let at = event(Endpoint::new([10, 0, 0, 1], 5), server, 0, 1);
        names.observe_file(server.address, "file.example", &mut |_| {});
        assert_eq!(told(&names), Some(("capture_file", "file.example".into())));
        names.observe_tls(&at, &hello("front.example"), &mut |_| {});
        assert_eq!(told(&names), Some(("server_name", "front.example".into())));
        let chain = vec![("www.example", Data::Alias("a.example".into())), ("a.example", Data::Address(server.address))];
        names.observe_dns(&answer("www.example", chain), &mut |_| {});
        names.observe_dns(&answer("other.example", vec![("other.example", Data::Address(server.address))]), &mut |_| {});
        assert_eq!(told(&names), Some(("dns", "www.example".into())), "the first of its kind");
        let pointer = |to: &str| answer("9.113.0.203.in-addr.arpa", vec![("9.113.0.203.in-addr.arpa", Data::Pointer(to.into()))]);
        names.observe_dns(&pointer("host-9.isp.example"), &mut |_| {});
        names.observe_dns(&pointer("later.isp.example"), &mut |_| {});
        names.observe_tls(&at, &hello("front.example"), &mut |_| {});
        assert_eq!(told(&names), Some(("pointer", "host-9.isp.example".into())));
    }

    #[test]
    fn private_addresses_and_queries_have_no_name_and_the_cap_is_told() {
        let mut names = Names::new(&Limits { host_names: 1, ..Limits::default() });
        let mut told = Vec::new();
        let mut say = |address: [u8; 4], response| {
            let message = dns::Message { response, ..answer("a.example", vec![("a.example", Data::Address(address.into()))]) };
            names.observe_dns(&message, &mut |code| told.push(code));
        };
        say([192, 168, 1, 1], true);
        say([203, 0, 113, 1], false);
        say([203, 0, 113, 2], true);
        say([203, 0, 113, 3], true);
        assert_eq!((names.by_address.len(), told), (1, vec![Code::LimitNames]));
    }
}
