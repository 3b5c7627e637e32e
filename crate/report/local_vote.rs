//! Where was the capture made, by the shape of its traffic?
//!
//! In: both ends of every packet between public addresses. Out: the address that is one end of nine in ten of them, for each version of IP by
//! itself: a host has an address of either, and packets of neither say anything of the other. Two that only speak with each other are as good as each
//! other, so that none is where the capture was made.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// The votes for addresses of both versions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Votes {
    v4: Vote,
    v6: Vote,
}

/// Finds the address that is one end of nearly all packets between public addresses: the majority vote of Boyer and Moore.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Vote {
    candidate: Option<IpAddr>,
    lead: u64,
    /// Packets with the candidate since it stands, and all.
    with: u64,
    all: u64,
    /// The candidate's partner, and how often that changed.
    partner: Option<IpAddr>,
    partners: u64,
}

impl Votes {
    /// Takes a packet between public addresses.
    pub(super) fn count(&mut self, source: IpAddr, destination: IpAddr) {
        if source.is_ipv4() { self.v4.count(source, destination) } else { self.v6.count(source, destination) }
    }

    /// Whether an address stands first of its version, as of now.
    pub(super) fn leads(&self, address: IpAddr) -> bool {
        self.of(address).candidate == Some(address)
    }

    /// Whether the capture was made at an address.
    pub(super) fn elects(&self, address: IpAddr) -> bool {
        self.of(address).winner() == Some(address)
    }

    /// The votes of an earlier capture, from which counting goes on.
    pub(super) fn going_on(self) -> Self {
        Votes { v4: self.v4.going_on(), v6: self.v6.going_on() }
    }

    fn of(&self, address: IpAddr) -> &Vote {
        if address.is_ipv4() { &self.v4 } else { &self.v6 }
    }
}

impl Vote {
    fn count(&mut self, source: IpAddr, destination: IpAddr) {
        let partner = match self.candidate {
            Some(candidate) if candidate == source => destination,
            Some(candidate) if candidate == destination => source,
            _ => {
                self.all += 1;
                self.lead = self.lead.saturating_sub(1);
                if self.lead == 0 {
                    // One end of the packet before this one is likelier than any other.
                    let candidate = if self.partner == Some(destination) { destination } else { source };
                    let all = self.all;
                    *self = Vote { candidate: Some(candidate), lead: 1, with: 1, all, partner: None, partners: 0 };
                }
                return;
            }
        };
        (self.all, self.with, self.lead) = (self.all + 1, self.with + 1, self.lead + 1);
        if self.partner != Some(partner) {
            (self.partner, self.partners) = (Some(partner), self.partners + 1);
        }
    }

    /// Numbers from elsewhere are no larger than what can be added to.
    fn going_on(self) -> Self {
        let [lead, with, all, partners] = [self.lead, self.with, self.all, self.partners].map(|count| count.min(u64::MAX / 2));
        Vote { lead, with, all, partners, ..self }
    }

    /// The address that is one end of nine in ten packets, if it has enough of them and with more than one other.
    fn winner(&self) -> Option<IpAddr> {
        let enough = self.with >= VOTES && self.partners >= PARTNERS && self.with.saturating_mul(10) >= self.all.saturating_mul(9);
        self.candidate.filter(|_| enough)
    }
}

/// Packets without which nothing is said.
const VOTES: u64 = 20;

/// Changes of the partner without which one end of a conversation is as good as the other.
const PARTNERS: u64 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn v4(last: u8) -> IpAddr {
        [203, 0, 113, last].into()
    }

    fn v6(last: u16) -> IpAddr {
        [0x2001, 0xdb8, 0, 0, 0, 0, 0, last].into()
    }

    #[test]
    fn a_host_is_where_the_capture_was_made_under_both_its_addresses() {
        let mut votes = Votes::default();
        for other in 1..=30 {
            votes.count(v4(200), v4(other));
            votes.count(v6(other.into()), v6(200));
            votes.count(v6(200), v6(other.into()));
        }
        assert!(votes.elects(v4(200)) && votes.elects(v6(200)));
        assert!(!votes.elects(v4(1)) && !votes.elects(v6(1)));
    }

    #[test]
    fn packets_of_one_version_decide_nothing_for_the_other() {
        let mut votes = Votes::default();
        for other in 1..=30 {
            votes.count(v4(200), v4(other));
            votes.count(v6(other.into()), v6(u16::from(other) + 100));
        }
        votes.count(v6(200), v6(1));
        assert!(votes.elects(v4(200)));
        assert!((1..=200).all(|last| !votes.elects(v6(last))));
    }

    #[test]
    fn too_few_packets_decide_nothing() {
        let mut votes = Votes::default();
        (1..20).for_each(|other| votes.count(v4(200), v4(other)));
        assert!(votes.leads(v4(200)) && !votes.elects(v4(200)));
        votes.count(v4(200), v4(20));
        assert!(votes.elects(v4(200)));
    }
}
