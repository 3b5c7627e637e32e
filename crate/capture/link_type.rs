//! What a frame begins with: the link type, a number that the capture file gives.
//!
//! Document: <https://www.tcpdump.org/linktypes.html>. Any number is a value; whether it can be read is for the floor
//! above to say.

use std::fmt;

/// The number of a link-layer header type, as in the file.
///
/// Written as tcpdump writes it (`EN10MB`); a number without a name here as `LINKTYPE_147`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkType(
    /// The number in tcpdump's registry.
    pub u32,
);

macro_rules! link_types {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal;)*) => {
        impl LinkType {
            $($(#[$doc])* pub const $name: LinkType = LinkType($number);)*

            /// The name that tcpdump prints; `None` for a number that is not in the list.
            pub fn name(self) -> Option<&'static str> {
                match self {
                    $(LinkType::$name => Some($text),)*
                    _ => None,
                }
            }
        }
    };
}

link_types! {
    /// BSD loopback: a four-byte address family in the byte order of the machine that captured.
    NULL = 0, "NULL";
    /// Ethernet, all speeds.
    ETHERNET = 1, "EN10MB";
    /// PPP.
    PPP = 9, "PPP";
    /// FDDI.
    FDDI = 10, "FDDI";
    /// Raw IP, by the number that most systems use for it in memory; some wrote it to files.
    RAW_12 = 12, "RAW";
    /// Raw IP, by the number that OpenBSD uses for it in memory; some wrote it to files.
    RAW_14 = 14, "RAW";
    /// PPP in HDLC-like framing.
    PPP_SERIAL = 50, "PPP_SERIAL";
    /// PPPoE session packets without their Ethernet header.
    PPP_ETHER = 51, "PPP_ETHER";
    /// Raw IP: the frame begins with an IPv4 or IPv6 header.
    RAW = 101, "RAW";
    /// Cisco HDLC.
    C_HDLC = 104, "C_HDLC";
    /// Wireless LAN.
    IEEE802_11 = 105, "IEEE802_11";
    /// OpenBSD loopback: as [`NULL`](Self::NULL), in network byte order.
    LOOP = 108, "LOOP";
    /// Linux "cooked" capture, as of the device `any`.
    LINUX_SLL = 113, "LINUX_SLL";
    /// OpenBSD's packet filter log.
    PFLOG = 117, "PFLOG";
    /// Wireless LAN after a radiotap header.
    IEEE802_11_RADIO = 127, "IEEE802_11_RADIO";
    /// USB, as Linux captures it.
    USB_LINUX_MMAPPED = 220, "USB_LINUX_MMAPPED";
    /// Frames after a per-packet information header.
    PPI = 192, "PPI";
    /// Raw IPv4.
    IPV4 = 228, "IPV4";
    /// Raw IPv6.
    IPV6 = 229, "IPV6";
    /// Linux netfilter log.
    NFLOG = 239, "NFLOG";
    /// USB, as USBPcap captures it.
    USBPCAP = 249, "USBPCAP";
    /// Linux netlink messages.
    NETLINK = 253, "NETLINK";
    /// macOS: frames of several link types, each after a header that names it.
    PKTAP = 258, "PKTAP";
    /// Linux "cooked" capture, second version.
    LINUX_SLL2 = 276, "LINUX_SLL2";
}

impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "LINKTYPE_{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_tcpdump_writes_it() {
        assert_eq!(LinkType::ETHERNET.to_string(), "EN10MB");
        assert_eq!(LinkType(276).to_string(), "LINUX_SLL2");
        assert_eq!(LinkType(147).to_string(), "LINKTYPE_147");
    }
}
