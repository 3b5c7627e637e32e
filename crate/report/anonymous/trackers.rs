//! Messages to trackers and web servers.

use std::net::{IpAddr, Ipv4Addr};

use super::{LEFT_OUT, Mapping};
use crate::protocol::tracker::Peers;
use crate::protocol::{http_tracker, udp_tracker, web_file};

impl<'k> Mapping<'_, 'k> {
    pub(super) fn udp_tracker(&mut self, message: &udp_tracker::Message<'_>) -> udp_tracker::Message<'k> {
        use udp_tracker::Body;
        let udp_tracker::Message { transaction_id, body } = message;
        let body = match body {
            Body::ConnectRequest => Body::ConnectRequest,
            Body::ConnectResponse { connection_id } => Body::ConnectResponse { connection_id: self.number(*connection_id) },
            Body::AnnounceRequest { connection_id, info_hash, details } => Body::AnnounceRequest {
                connection_id: self.number(*connection_id),
                info_hash: self.pseudonyms.info_hash(*info_hash),
                details: details.as_ref().map(|details| self.details(details)),
            },
            Body::AnnounceResponse { interval, leechers, seeders, peers } => {
                Body::AnnounceResponse { interval: *interval, leechers: *leechers, seeders: *seeders, peers: self.named(peers) }
            }
            Body::ScrapeRequest { connection_id, info_hashes } => Body::ScrapeRequest {
                connection_id: self.number(*connection_id),
                info_hashes: info_hashes.iter().map(|hash| self.pseudonyms.info_hash(*hash)).collect(),
            },
            Body::ScrapeResponse(swarms) => Body::ScrapeResponse(swarms.clone()),
            Body::Error(_) => Body::Error(LEFT_OUT.as_bytes()),
            Body::Cut(action, answers) => Body::Cut(*action, *answers),
        };
        udp_tracker::Message { transaction_id: *transaction_id, body }
    }

    /// Trackers make the number of a connection of its client's address.
    fn number(&self, number: u64) -> u64 {
        u64::from_be_bytes(self.pseudonyms.opaque(&number.to_be_bytes()))
    }

    fn details(&mut self, details: &udp_tracker::Details) -> udp_tracker::Details {
        let udp_tracker::Details { peer_id, downloaded, left, uploaded, event, address, key, num_want, port, url_data } = details;
        udp_tracker::Details {
            peer_id: self.pseudonyms.peer_id(*peer_id),
            downloaded: *downloaded,
            left: *left,
            uploaded: *uploaded,
            event: *event,
            address: address.map(|address| self.v4(address)),
            key: u32::from_be_bytes(self.pseudonyms.opaque(&key.to_be_bytes())),
            num_want: *num_want,
            port: *port,
            url_data: self.url(url_data).to_vec(),
        }
    }

    pub(super) fn v4(&mut self, address: Ipv4Addr) -> Ipv4Addr {
        match self.pseudonyms.address(address.into()) {
            IpAddr::V4(address) => address,
            IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
        }
    }

    fn named(&mut self, peers: &Peers<'_>) -> Peers<'k> {
        let Peers { ipv4, ipv6, listed, others } = peers;
        Peers {
            ipv4: self.peers4(ipv4),
            ipv6: self.peers6(ipv6),
            listed: listed.iter().map(|peer| self.endpoint(*peer)).collect(),
            others: *others,
        }
    }

    pub(super) fn http_tracker(&mut self, message: &http_tracker::Message<'_>) -> http_tracker::Message<'k> {
        use http_tracker::Body;
        let http_tracker::Message { number, kind, body } = message;
        let body = match body {
            Body::Request { place, query } => Body::Request { place: self.place(*place), query: self.query(query) },
            Body::Response { status, answer } => {
                Body::Response { status: *status, answer: answer.as_ref().map(|answer| self.answer(answer)) }
            }
        };
        http_tracker::Message { number: *number, kind: *kind, body }
    }

    fn place(&mut self, place: http_tracker::Place<'_>) -> http_tracker::Place<'k> {
        let http_tracker::Place { path, host, agent } = place;
        http_tracker::Place {
            path: self.url(path),
            host: host.map(|host| self.host(host)),
            agent: agent.map(|agent| self.keep(self.client(agent))),
        }
    }

    fn query(&mut self, query: &http_tracker::Query) -> http_tracker::Query {
        let http_tracker::Query {
            info_hashes,
            peer_id,
            port,
            uploaded,
            downloaded,
            left,
            event,
            num_want,
            key,
            compact,
            addresses,
            piece,
            ranges,
            malformed,
        } = query.clone();
        http_tracker::Query {
            info_hashes: info_hashes.into_iter().map(|hash| self.pseudonyms.info_hash(hash)).collect(),
            peer_id: peer_id.map(|id| self.pseudonyms.peer_id(id)),
            port,
            uploaded,
            downloaded,
            left,
            event,
            num_want,
            key: key.map(|key| self.pseudonyms.opaque::<8>(&key).to_vec()),
            compact,
            addresses: addresses.into_iter().map(|address| self.pseudonyms.address(address)).collect(),
            piece,
            ranges: ranges.map(|text| text.into_iter().filter(|sign| sign.is_ascii_digit() || b"-,".contains(sign)).collect()),
            malformed,
        }
    }

    fn answer(&mut self, answer: &http_tracker::Answer<'_>) -> http_tracker::Answer<'k> {
        let http_tracker::Answer {
            failure,
            retry,
            warning,
            interval,
            min_interval,
            seeders,
            leechers,
            completed,
            peers,
            external_address,
            files,
        } = answer;
        let swarm = |swarm: &http_tracker::Swarm| {
            let http_tracker::Swarm { info_hash, seeders, completed, leechers } = *swarm;
            http_tracker::Swarm { info_hash: self.pseudonyms.info_hash(info_hash), seeders, completed, leechers }
        };
        let files = files.iter().map(swarm).collect();
        http_tracker::Answer {
            failure: failure.map(|_| LEFT_OUT.as_bytes()),
            retry: *retry,
            warning: warning.map(|_| LEFT_OUT.as_bytes()),
            interval: *interval,
            min_interval: *min_interval,
            seeders: *seeders,
            leechers: *leechers,
            completed: *completed,
            peers: peers.as_ref().map(|peers| self.named(peers)),
            external_address: external_address.map(|address| self.pseudonyms.address(address)),
            files,
        }
    }

    pub(super) fn web_file(&mut self, message: &web_file::Message<'_>) -> web_file::Message<'k> {
        use web_file::Step;
        let web_file::Message { number, step } = message;
        let step = match step {
            Step::Asked(asked) => Step::Asked(self.asked(asked)),
            Step::Moved(url) => Step::Moved(self.url(url)),
            Step::Answered { total, head } => Step::Answered { total: *total, head: *head },
            Step::Run(run) => Step::Run(*run),
            Step::GoesOn => Step::GoesOn,
        };
        web_file::Message { number: *number, step }
    }

    fn asked(&mut self, asked: &web_file::Asked<'_>) -> web_file::Asked<'k> {
        let web_file::Asked { host, target, agent, ranges, head } = asked;
        web_file::Asked {
            host: host.map(|host| self.host(host)),
            target: self.url(target),
            agent: agent.map(|agent| self.keep(self.client(agent))),
            ranges: ranges.clone(),
            head: *head,
        }
    }
}
