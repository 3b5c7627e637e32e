//! Hosts that a capture knew when it ended, for the capture that goes on: what goes to and from them counts there from the first byte.
//!
//! In: the table of hosts. Out: the same addresses in the next capture, none of which is listed there before it is met again.

use std::collections::hash_map::Entry;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{HostsAnalysis, State, ending};
use crate::base::Time;
use crate::report::local_vote::Votes;

/// What was known of hosts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnfinishedHosts {
    /// Where the capture was made, by what went before.
    votes: Votes,
    hosts: Vec<UnfinishedHost>,
}

/// A host that was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UnfinishedHost {
    address: IpAddr,
    /// When it last sent something, in nanoseconds since 1970-01-01 00:00 UTC.
    heard: i64,
}

impl HostsAnalysis {
    /// The hosts that are known, where the capture ended at `now`.
    pub(in crate::report) fn unfinished(&self, now: Time) -> UnfinishedHosts {
        let fresh = self.hosts.iter().filter(|host| now.since(host.last.1) < FORGOTTEN_NANOS);
        let hosts = fresh.map(|host| UnfinishedHost { address: host.address, heard: host.last.1.nanos() });
        UnfinishedHosts { votes: self.votes.clone(), hosts: hosts.collect() }
    }

    /// Takes the hosts of an earlier capture.
    pub(in crate::report) fn expect(&mut self, unfinished: UnfinishedHosts) {
        self.votes = unfinished.votes.going_on();
        unfinished.hosts.into_iter().for_each(|host| self.expect_host(host));
    }

    fn expect_host(&mut self, host: UnfinishedHost) {
        let UnfinishedHost { address, heard } = host;
        let (word, bit) = ending(address);
        let index = u32::try_from(self.hosts.len()).ok().filter(|_| self.hosts.len() < self.limits.hosts);
        let Some((index, word)) = index.zip(self.endings.get_mut(word)) else { return };
        if let Entry::Vacant(entry) = self.by_address.entry(address) {
            *word |= bit;
            entry.insert(index);
            self.hosts.push(State::new(address, (NOT_YET, Time::from_nanos(heard))));
        }
    }
}

impl State {
    /// Takes that something of this capture is about it.
    #[inline]
    pub(super) fn meet(&mut self, frame: u64, time: Time) {
        if self.first.0 == NOT_YET {
            self.first = (frame, time);
            self.last.0 = frame;
        }
    }

    /// Whether anything of this capture is about it.
    pub(super) fn is_met(&self) -> bool {
        self.first.0 != NOT_YET
    }
}

/// A host that sent nothing for so long is met anew.
const FORGOTTEN_NANOS: i64 = 3_600_000_000_000;

/// In the place of a frame, which are numbered from 1.
const NOT_YET: u64 = 0;
