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
                match self.base() {
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
    /// LLC, as in ATM.
    ATM_RFC1483 = 100, "ATM_RFC1483";
    /// Raw IP: the frame begins with an IPv4 or IPv6 header.
    RAW = 101, "RAW";
    /// Cisco HDLC.
    C_HDLC = 104, "C_HDLC";
    /// Wireless LAN.
    IEEE802_11 = 105, "IEEE802_11";
    /// Frame Relay.
    FRELAY = 107, "FRELAY";
    /// OpenBSD loopback: as [`NULL`](Self::NULL), in network byte order.
    LOOP = 108, "LOOP";
    /// OpenBSD's view of IPsec, decrypted.
    ENC = 109, "ENC";
    /// Linux "cooked" capture, as of the device `any`.
    LINUX_SLL = 113, "LINUX_SLL";
    /// OpenBSD's packet filter log.
    PFLOG = 117, "PFLOG";
    /// Wireless LAN after a header of Prism cards.
    PRISM_HEADER = 119, "PRISM_HEADER";
    /// Wireless LAN after a radiotap header.
    IEEE802_11_RADIO = 127, "IEEE802_11_RADIO";
    /// Wireless LAN after a header of the AVS project.
    IEEE802_11_RADIO_AVS = 163, "IEEE802_11_RADIO_AVS";
    /// PPP in HDLC-like framing, with a direction in the place of the address.
    PPP_PPPD = 166, "PPP_PPPD";
    /// Frames after a per-packet information header.
    PPI = 192, "PPI";
    /// PPP after a byte with its direction.
    PPP_WITH_DIR = 204, "PPP_WITH_DIR";
    /// Cisco HDLC after a byte with its direction.
    C_HDLC_WITH_DIR = 205, "C_HDLC_WITH_DIR";
    /// Frame Relay after a byte with its direction.
    FRELAY_WITH_DIR = 206, "FRELAY_WITH_DIR";
    /// MPLS labels, and what they lead to.
    MPLS = 219, "MPLS";
    /// USB, as Linux captures it.
    USB_LINUX_MMAPPED = 220, "USB_LINUX_MMAPPED";
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

impl LinkType {
    /// The link type alone: in pcap files the upper half of the number says how long the frames' check sequence is, and some of it is
    /// reserved.
    pub fn base(self) -> LinkType {
        LinkType(self.0 & 0xffff)
    }

    /// Bytes of a check sequence at the end of each frame, as far as the file says so.
    pub fn check_sequence(self) -> usize {
        // The length stands in the top four bits, in units of two bytes, and is there if this bit is.
        if self.0 & 0x0400_0000 == 0 { 0 } else { (self.0 >> 28) as usize * 2 }
    }
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

    #[test]
    fn the_upper_half_is_not_the_type() {
        for (number, base, check_sequence) in [
            (1, LinkType::ETHERNET, 0),
            (0x2400_0001, LinkType::ETHERNET, 4),
            (0x2000_0001, LinkType::ETHERNET, 0),
            (0xf7ff_0069, LinkType::IEEE802_11, 30),
        ] {
            let link_type = LinkType(number);
            assert_eq!((link_type.base(), link_type.check_sequence()), (base, check_sequence));
        }
        assert_eq!(LinkType(0x2400_0001).to_string(), "EN10MB");
    }
}
