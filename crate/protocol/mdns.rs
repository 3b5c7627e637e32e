//! Multicast DNS: clients that tell their network where they are, and of which torrents.
//!
//! RFC 6762 (DNS by multicast), RFC 6763 (services in it), BEP 26 (what BitTorrent puts there). A client is an instance of a service, named
//! by its peer ID; that a torrent is among its own is a subtype of the service:
//!
//! ```text
//! PTR  _INFO-HASH._sub._bittorrent._tcp.local → PEER-ID._bittorrent._tcp.local           torrent
//! PTR                 _bittorrent._tcp.local → PEER-ID._bittorrent._tcp.local
//! SRV        PEER-ID._bittorrent._tcp.local → port, host                              A, AAAA  host → address
//! ```
//!
//! KTorrent writes the peer ID as it is and some characters behind it, others in hex as BEP 26 has it. BitTorrent 5 puts the info hash
//! into the instance, `PEER-ID._INFO-HASH._bittorrent._tcp.local`, and for Macs it wrote `_bittorrent-INFO-HASH._tcp.local`. The records
//! may come in several messages: each [`Fact`] names its instance. Counted are all messages of mDNS, whatever they are about. Left out on
//! purpose: what a query knows already, which others said; and records that are taken back, whose time to live is 0.

use std::fmt;
use std::net::IpAddr;

use simple_dns::rdata::RData;
use simple_dns::{Packet, PacketFlag, ResourceRecord};
use smallvec::SmallVec;

use super::dns::lower;
use super::{Datagram, DatagramProtocol, Message as AnyMessage, Parsed, Probe};
use crate::base::{Code, InfoHash, Limits, Malformed, PeerId};

pub(super) const PROTOCOL: DatagramProtocol = DatagramProtocol { probe, parse, malformed: Code::DnsMalformed, accounted: false };

/// A query or an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Whether this is an answer, or said without having been asked.
    pub response: bool,
    /// The torrents that a query asks for.
    pub wanted: SmallVec<[InfoHash; 1]>,
    /// What an answer says of clients.
    pub facts: Vec<Fact>,
}

/// Something that is said of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The client's name in its network, in lower case: an instance of the service.
    pub instance: String,
    /// Its name in the swarm, where the instance is named so.
    pub peer_id: Option<PeerId>,
    /// What is said.
    pub about: About,
}

/// What is said of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// It is there.
    There,
    /// It has this torrent.
    Torrent(InfoHash),
    /// It listens here; no address where the message has none for its host, which then is the sender.
    Port {
        /// The port.
        port: u16,
        /// Its host's addresses.
        addresses: SmallVec<[IpAddr; 1]>,
    },
}

impl Message {
    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        if self.response { "response" } else { "query" }
    }

    /// The torrents that it asks for, or that clients say they have.
    pub fn info_hashes(&self) -> impl Iterator<Item = InfoHash> {
        let told = self.facts.iter().filter_map(|fact| match fact.about {
            About::Torrent(info_hash) => Some(info_hash),
            About::There | About::Port { .. } => None,
        });
        self.wanted.iter().copied().chain(told)
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name())?;
        self.wanted.iter().try_for_each(|info_hash| write!(f, ", who has {info_hash}?"))?;
        self.facts.iter().try_for_each(|fact| match &fact.about {
            About::There => write!(f, ", {} is there", fact.instance),
            About::Torrent(info_hash) => write!(f, ", {} has {info_hash}", fact.instance),
            About::Port { port, .. } => write!(f, ", {} has port {port}", fact.instance),
        })
    }
}

/// To everybody, or from the port of mDNS with the flags that an answer must have (RFC 6762, section 18).
fn probe(datagram: &Datagram<'_>) -> Probe {
    let is_group = match datagram.destination.address {
        IpAddr::V4(address) => address.octets() == [224, 0, 0, 251],
        IpAddr::V6(address) => address.segments() == [0xff02, 0, 0, 0, 0, 0, 0, 0xfb],
    };
    let to_all = is_group && datagram.destination.port == PORT;
    let answers = datagram.source.port == PORT && datagram.payload.get(2..4) == Some(&[0x84, 0]);
    if (to_all || answers) && datagram.payload.len() >= HEADER_BYTES { Probe::Yes } else { Probe::No }
}

fn parse<'a>(datagram: &Datagram<'a>, limits: &Limits) -> Parsed<'a> {
    let Ok(packet) = Packet::parse(datagram.payload) else {
        let malformed = Malformed { field: "message", offset: 0 };
        return Parsed { message: None, malformed: (datagram.cut_short == 0).then_some(malformed) };
    };
    let mut message = Message { response: packet.has_flags(PacketFlag::RESPONSE), ..Message::default() };
    if message.response {
        let records: Vec<_> = packet.answers.iter().chain(&packet.additional_records).filter(|record| record.ttl > 0).collect();
        message.facts = records.iter().filter_map(|record| fact(record, &records)).take(limits.scraped_torrents).collect();
    } else {
        let wanted = packet.questions.iter().filter_map(|question| torrent(&lower(&question.qname)));
        message.wanted = wanted.take(limits.scraped_torrents).collect();
    }
    Parsed { message: Some(AnyMessage::Mdns(message)), malformed: None }
}

/// What a record, one of `records`, says of a client.
fn fact(record: &ResourceRecord<'_>, records: &[&ResourceRecord<'_>]) -> Option<Fact> {
    let (name, about) = match &record.rdata {
        RData::PTR(pointer) => {
            let torrent = torrent(&lower(&record.name)).or_else(|| torrent(&lower(&pointer.0)));
            (&pointer.0, torrent.map_or(About::There, About::Torrent))
        }
        RData::SRV(service) => {
            let address = |record: &&ResourceRecord<'_>| match &record.rdata {
                RData::A(a) => Some(IpAddr::from(a.address.to_be_bytes())),
                RData::AAAA(aaaa) => Some(IpAddr::from(aaaa.address.to_be_bytes())),
                _ => None,
            };
            let of_host = records.iter().filter(|record| record.name == service.target);
            (&record.name, About::Port { port: service.port, addresses: of_host.filter_map(address).collect() })
        }
        _ => return None,
    };
    let peer_id = name.get_labels().first().and_then(|label| peer_id(label.as_ref()));
    let instance = lower(name);
    is_client(&instance).then_some(Fact { instance, peer_id, about })
}

/// Whether an instance is one of the service.
fn is_client(instance: &str) -> bool {
    let of_service = instance.strip_suffix(SERVICE).is_some_and(|name| name.len() > 1 && name.ends_with('.'));
    of_service || for_mac(instance).is_some()
}

/// The torrent that a name names: of a subtype, or of an instance.
fn torrent(name: &str) -> Option<InfoHash> {
    let hash = |label: &str| InfoHash::from_hex(label.strip_prefix('_')?.as_bytes());
    if let Some(hash) = for_mac(name) {
        return Some(hash);
    }
    let labels = name.strip_suffix(SERVICE)?.strip_suffix('.')?;
    hash(labels.strip_suffix("._sub").unwrap_or(labels).rsplit('.').next()?)
}

/// The torrent of a name as BitTorrent for Macs wrote it.
fn for_mac(name: &str) -> Option<InfoHash> {
    let label = name.rsplit('.').find_map(|label| label.strip_prefix("_bittorrent-"))?;
    InfoHash::from_hex(label.as_bytes()).filter(|_| name.ends_with("._tcp.local"))
}

/// The peer ID that an instance is named by: in hex, or as it is with something behind it.
fn peer_id(label: &[u8]) -> Option<PeerId> {
    let of_azureus = |id: &&[u8; 20]| id.starts_with(b"-") && id.get(7) == Some(&b'-');
    let hex = InfoHash::from_hex(label).map(|InfoHash(bytes)| PeerId(bytes));
    hex.or_else(|| label.first_chunk().filter(of_azureus).map(|id| PeerId(*id)))
}

const PORT: u16 = 5353;
const HEADER_BYTES: usize = 12;
const SERVICE: &str = "_bittorrent._tcp.local";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Endpoint;
    use crate::protocol::heard;

    /// A name as it stands in a message.
    fn name(labels: &[&str]) -> Vec<u8> {
        let label = |label: &&str| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat();
        labels.iter().flat_map(label).chain([0]).collect()
    }

    fn record(owner: &[&str], kind: u8, seconds: u8, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        [&name(owner)[..], &[0, kind, 0x80, 1, 0, 0, 0, seconds], &length, data].concat()
    }

    /// An answer; the last of the records are additional ones.
    fn answer(records: &[Vec<u8>], additional: u8) -> Vec<u8> {
        let answers = u8::try_from(records.len()).unwrap() - additional;
        [&[0, 0, 0x84, 0, 0, 0, 0, answers, 0, 0, 0, additional][..], &records.concat()].concat()
    }

    fn parsed(payload: &[u8], cut_short: u32) -> Parsed<'_> {
        let at = |address, port| Endpoint::new(address, port);
        let datagram = Datagram { source: at([10, 0, 0, 1], PORT), destination: at([224, 0, 0, 251], PORT), payload, cut_short };
        assert_eq!(probe(&datagram) == Probe::Yes, payload.len() >= HEADER_BYTES);
        parse(&datagram, &Limits::default())
    }

    fn read(payload: &[u8]) -> Message {
        match parsed(payload, 0) {
            Parsed { message: Some(AnyMessage::Mdns(message)), malformed: None } => message,
            _ => panic!("not read"),
        }
    }

    const HASH: &str = "32f17bbf96bdc77de85bb91ff8d56f124e817c0a";
    const ID: &str = "4d332d342d312d2d343834616435313564343437";
    const TYPE: [&str; 3] = ["_bittorrent", "_tcp", "local"];

    /// What BEP 26 has a client say: subtype, service, its port, and its host's address.
    fn announcement() -> Vec<u8> {
        let instance = name(&[ID, TYPE[0], TYPE[1], TYPE[2]]);
        let port = [&b"\0\0\0\0\x1a\xe1"[..], &name(&["Host", "local"])].concat();
        answer(
            &[
                record(&[&format!("_{HASH}"), "_sub", TYPE[0], TYPE[1], TYPE[2]], 12, 120, &instance),
                record(&TYPE, 12, 120, &instance),
                record(&[ID, TYPE[0], TYPE[1], TYPE[2]], 33, 120, &port),
                record(&["Host", "local"], 1, 120, &[192, 168, 1, 7]),
            ],
            2,
        )
    }

    #[test]
    fn a_client_announces_itself() {
        let message = read(&announcement());
        let instance = format!("{ID}._bittorrent._tcp.local");
        let fact = |about| Fact { instance: instance.clone(), peer_id: Some(PeerId(*b"M3-4-1--484ad515d447")), about };
        let port = About::Port { port: 6881, addresses: [[192, 168, 1, 7].into()].into_iter().collect() };
        let hash = InfoHash::from_hex(HASH.as_bytes()).unwrap();
        assert_eq!(message.facts, [fact(About::Torrent(hash)), fact(About::There), fact(port)]);
        let told = format!("response, {instance} has {HASH}, {instance} is there, {instance} has port 6881");
        assert_eq!((message.to_string(), message.name()), (told.clone(), "response"));
        assert_eq!(heard::datagram((PORT, 40_000), &announcement(), 0), [told], "to one who asked");
    }

    #[test]
    fn names_that_hold_a_torrent() {
        for (instance, info_hash) in [
            (vec![ID, &format!("_{HASH}"), TYPE[0], TYPE[1], TYPE[2]], Some(HASH)),
            (vec![&format!("_bittorrent-{HASH}"), "_tcp", "local"], Some(HASH)),
            (vec!["My client", TYPE[0], TYPE[1], TYPE[2]], None),
        ] {
            let [fact] = read(&answer(&[record(&TYPE, 12, 1, &name(&instance))], 0)).facts.try_into().unwrap();
            let expected = info_hash.map_or(About::There, |hash| About::Torrent(InfoHash::from_hex(hash.as_bytes()).unwrap()));
            assert_eq!(fact.about, expected, "{instance:?}");
        }
    }

    #[test]
    fn peer_ids() {
        for (label, id) in [
            (ID, Some(*b"M3-4-1--484ad515d447")),
            ("-KT3110-123456789012__6575", Some(*b"-KT3110-123456789012")),
            ("My computer's torrents", None),
            ("-KT3110-12345678901", None),
        ] {
            assert_eq!(peer_id(label.as_bytes()), id.map(PeerId), "{label}");
        }
    }

    #[test]
    fn other_services_and_what_is_taken_back_say_nothing() {
        let printer = name(&["Printer", "_ipp", "_tcp", "local"]);
        let gone = name(&[ID, TYPE[0], TYPE[1], TYPE[2]]);
        let itself = name(&TYPE);
        let records = [
            record(&["_ipp", "_tcp", "local"], 12, 9, &printer),
            record(&TYPE, 12, 0, &gone),
            record(&["_services", "_dns-sd", "_udp", "local"], 12, 9, &itself),
            record(&[ID, TYPE[0], TYPE[1], TYPE[2]], 16, 9, &[0]),
        ];
        assert_eq!(read(&answer(&records, 0)), Message { response: true, ..Message::default() });
    }

    #[test]
    fn a_query_for_a_torrent() {
        let question = [&name(&[&format!("_{HASH}"), "_sub", TYPE[0], TYPE[1], TYPE[2]])[..], &[0, 12, 0, 1]].concat();
        let other = [&name(&TYPE)[..], &[0, 12, 0x80, 1]].concat();
        let query = [&[0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0][..], &question, &other].concat();
        assert_eq!(read(&query).to_string(), format!("query, who has {HASH}?"));
    }

    #[test]
    fn every_prefix_is_malformed_or_cut() {
        let whole = announcement();
        for end in 0..whole.len() {
            assert!(parsed(&whole[..end], 0).malformed.is_some(), "{end}");
            assert!(parsed(&whole[..end], 1).malformed.is_none() && parsed(&whole[..end], 1).message.is_none(), "{end}");
        }
    }

    #[test]
    fn malformed_messages() {
        for records in [
            record(&TYPE, 12, 9, b"\xc0\xff"),
            record(&TYPE, 33, 9, b"\0\0\0\0\x1a"),
            record(&["Host", "local"], 1, 9, &[192, 168, 1]),
            record(&["Host", "local"], 28, 9, &[0; 15]),
        ] {
            assert!(parsed(&answer(&[records], 0), 0).malformed.is_some());
        }
    }

    #[test]
    fn what_is_no_mdns() {
        let elsewhere = |source, payload: &[u8]| heard::datagram((source, 9), payload, 0);
        assert_eq!(elsewhere(9, &announcement()), [""; 0], "another port");
        let mut flags = announcement();
        flags[3] = 1;
        assert_eq!(elsewhere(PORT, &flags), [""; 0], "flags that an answer cannot have");
    }
}
