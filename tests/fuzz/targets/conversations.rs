//! Any words as conversations over TCP and uTP and as datagrams on the ports that mean something: the report must be made, and no byte
//! may be in an account that nobody said.
//!
//! The input is a script: who speaks where, what of the words below comes first, and the bytes that follow. So whatever is said stands in
//! packets that are right, and reaches the dissectors of streams: HTTP, TLS, peers with their extensions, and what is searched midstream.
#![no_main]

#[path = "../../support/frames.rs"]
mod frames;
#[path = "../../support/peer.rs"]
mod peer;

use frames::{IPV4, TCP, UDP, ethernet, ipv4, pcap, tcp, udp};
use libfuzzer_sys::fuzz_target;
use swarmscope::session::Session;

const HOSTS: [[u8; 4]; 2] = [[10, 0, 0, 1], [10, 0, 0, 2]];
/// Ports of the connections' responders, and of datagrams.
const PORTS: [u16; 4] = [6881, 80, 443, 3128];
const DATAGRAM_PORTS: [u16; 8] = [53, 5353, 1900, 5351, 6771, 6881, 6969, 50_000];

/// What may be said before the script's own bytes.
fn words(number: u8) -> Vec<u8> {
    let extension = |number: u8, payload: &[u8]| peer::message(20, &[&[number], payload].concat());
    match number {
        1 => peer::handshake(b'a'),
        2 => [peer::handshake(b'b'), extension(0, b"d1:md11:lt_donthavei4e11:upload_onlyi5e12:ut_holepunchi3e11:ut_metadatai2e6:ut_pexi1eee")].concat(),
        3 => peer::request(1, 0, 0x4000),
        4 => peer::piece(1, 0, &[7; 0x4000]),
        5 => extension(2, b"d8:msg_typei1e5:piecei0e10:total_sizei64ee"),
        6 => extension(1, b"d5:added"),
        7 => b"GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=1&".to_vec(),
        8 => b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n".to_vec(),
        9 => b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n\x1f\x8b\x08".to_vec(),
        10 => b"CONNECT tracker.example:443 HTTP/1.1\r\n\r\n".to_vec(),
        11 => b"HTTP/1.1 200 OK\r\nContent-Type: application/x-bittorrent\r\n\r\nd8:announce".to_vec(),
        12 => b"POST / HTTP/1.1\r\nSOAPAction: u:WANIPConnection:1#AddPortMapping\r\nContent-Length: 90\r\n\r\n".to_vec(),
        13 => b"\x16\x03\x01\0\x68\x01\0\0\x64\x03\x03".to_vec(),
        14 => b"d1:ad2:id20:aaaaaaaaaaaaaaaaaaaa".to_vec(),
        15 => b"\0\0\x84\0\0\0\0\x01\0\0\0\0".to_vec(),
        _ => Vec::new(),
    }
}

/// A connection over either transport.
#[derive(Default)]
struct Connection {
    opened: bool,
    /// Bytes that each end sent over TCP, packets over uTP.
    sent: [u32; 2],
}

impl Connection {
    fn segment(&mut self, number: u16, from: usize, flags: u8, words: &[u8], skipped: u32) -> Vec<u8> {
        let ends = [40_000 + number, PORTS[usize::from(number) % PORTS.len()]];
        self.sent[from] = self.sent[from].wrapping_add(skipped);
        let segment = tcp(ends[from], ends[1 - from], self.sent[from], self.sent[1 - from], flags, words);
        self.sent[from] = self.sent[from].wrapping_add(words.len() as u32 + u32::from(flags & 3 != 0));
        ethernet(IPV4, &ipv4(TCP, HOSTS[from], HOSTS[1 - from], &segment))
    }

    fn packet(&mut self, number: u16, from: usize, kind: u8, words: &[u8], skipped: u32) -> Vec<u8> {
        let id = 1000 + 10 * number + u16::from(from == 0 && kind != 4);
        self.sent[from] = self.sent[from].wrapping_add(skipped + u32::from(kind != 2));
        let numbers = [self.sent[from] as u16, self.sent[1 - from] as u16].map(u16::to_be_bytes).concat();
        let head = [&[kind << 4 | 1, 0][..], &id.to_be_bytes(), &[0; 8], &[0, 1, 0, 0], &numbers].concat();
        let datagram = udp(30_000 + from as u16, 30_001 - from as u16, &[&head[..], words].concat());
        ethernet(IPV4, &ipv4(UDP, HOSTS[from], HOSTS[1 - from], &datagram))
    }

    fn open(&mut self, number: u16, over_utp: bool, frames: &mut Vec<Vec<u8>>) {
        if self.opened {
            return;
        }
        self.opened = true;
        if over_utp {
            frames.push(self.packet(number, 0, 4, &[], 0));
            frames.push(self.packet(number, 1, 2, &[], 0));
        } else {
            frames.push(self.segment(number, 0, 2, &[], 0));
            frames.push(self.segment(number, 1, 0x12, &[], 0));
        }
    }
}

fuzz_target!(|script: &[u8]| {
    let mut frames = Vec::new();
    let mut connections: [Connection; 8] = Default::default();
    let mut said = 0;
    let mut rest = script;
    while let [action, what, length, more @ ..] = rest {
        let (own, after) = more.split_at(usize::from(*length).min(more.len()));
        rest = after;
        let words = [&words(what & 15), own].concat();
        said += words.len() as u64;
        // Where, from whom; then whether it is a datagram, the connection's end, or behind a hole, and whether its beginning is there.
        let (number, from, odd) = (u16::from(action & 7), usize::from(action >> 3 & 1), what >> 4);
        if odd == 15 {
            let port = DATAGRAM_PORTS[usize::from(number)];
            let group = if port == 5353 { [224, 0, 0, 251] } else { HOSTS[1 - from] };
            frames.push(ethernet(IPV4, &ipv4(UDP, HOSTS[from], group, &udp(port, port, &words))));
            continue;
        }
        let over_utp = number >= 4;
        let connection = &mut connections[usize::from(number)];
        if odd == 14 {
            connection.opened = true;
        }
        connection.open(number, over_utp, &mut frames);
        let skipped = if odd == 13 { u32::from(*length) } else { 0 };
        let ends = odd == 12;
        frames.push(if over_utp {
            connection.packet(number, from, u8::from(ends), &words, skipped)
        } else {
            connection.segment(number, from, if ends { 0x19 } else { 0x18 }, &words, skipped)
        });
    }
    let mut session = Session::default();
    let file = session.add_file("fuzz", None);
    session.push(file, &pcap(&frames)).expect("the file is right");
    session.end(file).expect("the file is whole");
    session.finish();
    let report = serde_json::to_value(session.report()).expect("a report is plain data");
    let share = |name: &str| report["coverage"][name].as_u64().expect("a share is a number");
    let read = share("decoded") + share("resynchronised") + share("encrypted");
    assert!(read <= said, "{read} bytes of {said} are in an account");
});
