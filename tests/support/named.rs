//! Whom and what a capture names, found without the crate: frames are cut out by hand, and messages are known by the bytes that they begin with.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "every test uses some of this, and may fail by panicking"
)]

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What must be in no anonymised export.
#[derive(Debug, Default)]
pub struct Named {
    pub addresses: BTreeSet<IpAddr>,
    pub macs: BTreeSet<[u8; 6]>,
    pub peer_ids: BTreeSet<[u8; 20]>,
    pub node_ids: BTreeSet<[u8; 20]>,
    /// Names of hosts, torrents, files and folders.
    pub names: BTreeSet<Vec<u8>>,
}

impl Named {
    /// Everything that the frames of a capture of Ethernet name.
    pub fn of(capture: &[u8]) -> Self {
        let mut named = Named::default();
        for frame in frames(capture) {
            named.headers(frame);
            named.messages(frame);
        }
        named
    }

    fn headers(&mut self, frame: &[u8]) {
        let (Some(destination), Some(source)) = (frame.get(..6), frame.get(6..12)) else { return };
        self.macs.extend([destination, source].map(|mac| <[u8; 6]>::try_from(mac).unwrap()));
        match frame.get(12..14) {
            Some([8, 0]) => {
                let ends = [26, 30].iter().filter_map(|at| frame.get(*at..at + 4));
                self.addresses.extend(ends.map(|bytes| IpAddr::from(<[u8; 4]>::try_from(bytes).unwrap())));
                if frame.get(23) == Some(&17) && [frame.get(34..36), frame.get(36..38)].contains(&Some(&[0, 53])) {
                    self.question(frame.get(42..).unwrap_or_default());
                }
            }
            Some([0x86, 0xdd]) => {
                let ends = [22, 38].iter().filter_map(|at| frame.get(*at..at + 16));
                self.addresses.extend(ends.map(|bytes| IpAddr::from(<[u8; 16]>::try_from(bytes).unwrap())));
            }
            _ => {}
        }
    }

    /// The name that a message of DNS asks for.
    fn question(&mut self, message: &[u8]) {
        let (mut at, mut labels) = (12, Vec::new());
        while let Some(length) = message.get(at).copied().filter(|length| (1..64).contains(length)) {
            let Some(label) = message.get(at + 1..at + 1 + usize::from(length)) else { return };
            labels.push(label);
            at += 1 + usize::from(length);
        }
        self.names.insert(labels.join(&b'.'));
    }

    fn messages(&mut self, frame: &[u8]) {
        for at in places(frame, b"\x13BitTorrent protocol") {
            self.peer_ids.extend(frame.get(at + 48..at + 68).map(|id| <[u8; 20]>::try_from(id).unwrap()));
        }
        for at in places(frame, b"2:id20:") {
            self.node_ids.extend(frame.get(at + 7..at + 27).map(|id| <[u8; 20]>::try_from(id).unwrap()));
        }
        for (key, id, address) in
            [("5:nodes", 20, 4), ("6:nodes6", 20, 16), ("5:peers", 0, 4), ("6:peers6", 0, 16), ("5:added", 0, 4), ("6:added6", 0, 16)]
        {
            for at in places(frame, key.as_bytes()) {
                let list = text(&frame[at + key.len()..]).unwrap_or_default();
                for entry in list.chunks_exact(id + address + 2) {
                    if id == 20 {
                        self.node_ids.insert(entry[..20].try_into().unwrap());
                    }
                    self.address(&entry[id..id + address]);
                }
            }
        }
        for at in places(frame, b"6:valuesl") {
            let mut rest = &frame[at + 9..];
            while let Some(peer) = text(rest).filter(|peer| [6, 18].contains(&peer.len())) {
                self.address(&peer[..peer.len() - 2]);
                rest = &rest[peer.len() + if peer.len() == 6 { 2 } else { 3 }..];
            }
        }
        self.names_in(frame);
    }

    fn names_in(&mut self, frame: &[u8]) {
        for at in places(frame, b"4:name") {
            self.names.extend(text(&frame[at + 6..]).map(<[u8]>::to_vec));
        }
        for at in places(frame, b"4:pathl") {
            let mut rest = &frame[at + 7..];
            while let Some(part) = text(rest) {
                self.names.insert(part.to_vec());
                rest = &rest[part.len() + rest.iter().position(|byte| *byte == b':').unwrap() + 1..];
            }
        }
        for field in [&b"\r\nHost: "[..], b"\r\nhost: "] {
            for at in places(frame, field) {
                let host: Vec<_> = frame[at + 8..].iter().copied().take_while(|byte| !byte.is_ascii_control()).collect();
                // An IPv6 address stands in brackets; those are found elsewhere.
                if !host.starts_with(b"[") {
                    self.names.insert(host.split(|byte| *byte == b':').next().unwrap().to_vec());
                }
            }
        }
    }

    fn address(&mut self, bytes: &[u8]) {
        match bytes.len() {
            4 => self.addresses.insert(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).unwrap()).into()),
            _ => self.addresses.insert(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).unwrap()).into()),
        };
    }
}

/// A bencoded text that bytes begin with.
fn text(bytes: &[u8]) -> Option<&[u8]> {
    let colon = bytes.iter().take(6).position(|byte| *byte == b':')?;
    let length: usize = std::str::from_utf8(&bytes[..colon]).ok()?.parse().ok()?;
    bytes.get(colon + 1..colon + 1 + length)
}

fn places<'a>(bytes: &'a [u8], what: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(what.len()).enumerate().filter(move |(_, window)| *window == what).map(|(at, _)| at)
}

/// The frames of a pcap or pcapng file with the lowest byte first.
pub fn frames(capture: &[u8]) -> Vec<&[u8]> {
    let number = |at: usize| capture.get(at..at + 4).map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap()) as usize);
    let is_pcapng = capture.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]);
    let (mut at, mut frames) = (if is_pcapng { 0 } else { 24 }, Vec::new());
    while let (Some(first), Some(second), Some(third)) = (number(at), number(at + 4), number(at + 8)) {
        let (length, frame) = match (is_pcapng, first) {
            (true, 6) => (second, Some((at + 28, number(at + 20).unwrap()))),
            (true, _) => (second, None),
            (false, _) => (16 + third, Some((at + 16, third))),
        };
        frames.extend(frame.and_then(|(at, length)| capture.get(at..at + length)));
        at += length;
    }
    frames
}
