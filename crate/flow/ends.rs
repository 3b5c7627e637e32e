//! Endpoints as keys of tables.

use std::net::IpAddr;

use crate::base::Endpoint;

/// Two endpoints, in an order that both directions share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ends {
    low: u128,
    high: u128,
    ports: u32,
}

/// Two endpoints and the way between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Way {
    source: u128,
    destination: u128,
    ports: u32,
}

impl Ends {
    pub(super) fn of(one: Endpoint, other: Endpoint) -> Self {
        let mut ends = [(number(one.address), one.port), (number(other.address), other.port)];
        if ends[0] > ends[1] {
            ends.swap(0, 1);
        }
        let [(low, low_port), (high, high_port)] = ends;
        Ends { low, high, ports: ports(low_port, high_port) }
    }
}

impl Way {
    pub(super) fn of(source: Endpoint, destination: Endpoint) -> Self {
        Way { source: number(source.address), destination: number(destination.address), ports: ports(source.port, destination.port) }
    }

    /// The way back.
    pub(super) fn reverse(self) -> Self {
        Way { source: self.destination, destination: self.source, ports: self.ports.rotate_left(16) }
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn ports(one: u16, other: u16) -> u32 {
    u32::from(one) << 16 | u32::from(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_share_ends_and_not_the_way() {
        let (one, other) = (Endpoint::new([10, 0, 0, 1], 5), Endpoint::new([10, 0, 0, 2], 6));
        assert_eq!(Ends::of(one, other), Ends::of(other, one));
        assert_ne!(Way::of(one, other), Way::of(other, one));
        assert_eq!(Way::of(one, other).reverse(), Way::of(other, one));
    }
}
