//! An address and a port: one end of a datagram or a connection.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, SocketAddr};

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One end of a packet: an IP address and a UDP or TCP port.
///
/// Ordered by address, then port. Written `1.2.3.4:5` or `[2001:db8::1]:5`, in JSON too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS), ts(type = "string"))]
pub struct Endpoint {
    /// The IP address. An IPv4 address is never written as a mapped IPv6 one.
    pub address: IpAddr,
    /// The port, 0 to 65535.
    pub port: u16,
}

impl Endpoint {
    /// The endpoint at `address` and `port`.
    pub fn new(address: impl Into<IpAddr>, port: u16) -> Self {
        Endpoint { address: address.into(), port }
    }
}

impl Hash for Endpoint {
    /// One word for IPv4 and three for IPv6: most look-ups of a packet are by endpoint.
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.address {
            IpAddr::V4(address) => state.write_u64(u64::from(address.to_bits()) << 16 | u64::from(self.port)),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, low @ ..] = address.octets();
                state.write_u64(1 << 48 | u64::from(self.port));
                state.write_u64(u64::from_be_bytes([a, b, c, d, e, f, g, h]));
                state.write_u64(u64::from_be_bytes(low));
            }
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            IpAddr::V4(address) => write!(f, "{address}:{}", self.port),
            IpAddr::V6(address) => write!(f, "[{address}]:{}", self.port),
        }
    }
}

impl Serialize for Endpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(written: D) -> Result<Self, D::Error> {
        let written: SocketAddr = Cow::<'de, str>::deserialize(written)?.parse().map_err(D::Error::custom)?;
        Ok(Endpoint { address: written.ip(), port: written.port() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_people_write_it() {
        assert_eq!(Endpoint::new([10, 0, 0, 1], 6881).to_string(), "10.0.0.1:6881");
        assert_eq!(Endpoint::new([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], 1).to_string(), "[2001:db8::1]:1");
    }
}
