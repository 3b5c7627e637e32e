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
    fn both_directions_share_ends() {
        let (one, other) = (Endpoint::new([10, 0, 0, 1], 5), Endpoint::new([10, 0, 0, 2], 6));
        assert_eq!(Ends::of(one, other), Ends::of(other, one));
    }
}
