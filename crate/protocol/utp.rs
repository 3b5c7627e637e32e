//! uTP: the packets that carry a stream over UDP.
//!
//! BEP 29. The [flow floor](crate::flow::utp) finds the connections and puts their bytes in order; here each packet becomes a message, with
//! the header that it came with. A packet that is sent again is the same message, so SYN, data and FIN count once; every state packet is
//! one of its own, because it acknowledges anew. Headers are no payload: the coverage sum counts what they carry.

use std::fmt;

use super::{Message as AnyMessage, Outlet};
use crate::flow::utp::{Header, Kind};

/// One packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it says.
    pub header: Header,
    /// Bytes of the stream that it carries.
    pub bytes: u64,
}

impl Message {
    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        self.header.kind.name()
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Header { kind, connection_id, window, sequence, acknowledgement, timestamp_difference, .. } = self.header;
        write!(f, "{} {sequence}", kind.name())?;
        if kind != Kind::Syn {
            write!(f, ", acknowledges {acknowledgement}")?;
        }
        if self.bytes > 0 {
            write!(f, ", {} bytes", self.bytes)?;
        }
        write!(f, ", connection {connection_id}, window {window}, time difference {timestamp_difference}")
    }
}

/// Reads a packet of a connection.
pub(super) fn dissect(header: Header, bytes: u64, repeated: bool, outlet: &mut Outlet<'_>) {
    if !repeated {
        outlet.emit(0, AnyMessage::Utp(Message { header, bytes }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_describes_itself() {
        let header = Header {
            kind: Kind::Data,
            connection_id: 7,
            timestamp: 1,
            timestamp_difference: 250,
            window: 4096,
            sequence: 3,
            acknowledgement: 2,
            length: 20,
        };
        let data = Message { header, bytes: 1400 };
        assert_eq!(data.to_string(), "data 3, acknowledges 2, 1400 bytes, connection 7, window 4096, time difference 250");
        let syn = Message { header: Header { kind: Kind::Syn, ..header }, bytes: 0 };
        assert_eq!((syn.to_string().as_str(), syn.name()), ("syn 3, connection 7, window 4096, time difference 250", "syn"));
    }
}
