//! A capture in which every protocol has a part.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "every test uses some of this; its numbers are small"
)]

use super::frames::{IPV4, TCP, UDP, ethernet, ipv4, pcap, tcp, udp};
use super::peer::{handshake, have, message, numbers, piece, request};

/// A little of everything: a name and its address, a DHT query and its answer, and two peers, one of whose segments is late and one lost.
pub fn conversation() -> Vec<u8> {
    let (a, b) = ([10, 0, 0, 1], [10, 0, 0, 2]);
    let name = b"\x03dht\x0alibtorrent\x03org\0\0\x01\0\x01";
    let question = [&b"\0\x01\x01\0\0\x01\0\0\0\0\0\0"[..], name].concat();
    let answer = [&b"\0\x01\x81\x80\0\x01\0\x02\0\0\0\0"[..], name, b"\xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x02\xc0\x10"].concat();
    let answer = [&answer[..], b"\xc0\x10\0\x01\0\x01\0\0\0\x3c\0\x04\x0a\0\0\x02"].concat();
    let asked =
        b"d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz1234564:wantl2:n42:n6ee1:q9:find_node1:t2:aa1:v4:LT\x02\x101:y1:qe";
    let told = [&b"d2:ip6:abcdef1:rd2:id20:klmnopqrst01234567895:nodes26:"[..], &[7; 26], b"6:valuesl6:abcdefee1:t2:aa1:y1:re"].concat();
    let extensions = message(20, b"\0d1:md11:ut_metadatai2e6:ut_pexi1ee13:metadata_sizei31235e1:pi6881e4:reqqi255e1:v8:Client 1e");
    let said = [handshake(b'a'), extensions.clone(), message(5, &[0; 8]), request(7, 0, 40), have(3)].concat();
    let given = [handshake(b'b'), extensions, message(5, &[0xff; 8]), message(1, &[]), piece(7, 0, &[0xee; 40]), vec![0; 4]].concat();
    let given = [given, message(22, &[&[7; 32][..], &numbers(&[0, 0, 1, 0]), &[9; 32]].concat()), have(9)].concat();
    let datagram = |from, to, ports: (u16, u16), payload: &[u8]| ethernet(IPV4, &ipv4(UDP, from, to, &udp(ports.0, ports.1, payload)));
    let of_a = |at: usize, flags, bytes: &[u8]| ethernet(IPV4, &ipv4(TCP, a, b, &tcp(5000, 6881, 100 + at as u32, 301, flags, bytes)));
    let of_b = |at: usize, flags, bytes: &[u8]| ethernet(IPV4, &ipv4(TCP, b, a, &tcp(6881, 5000, 300 + at as u32, 101, flags, bytes)));
    pcap(&[
        datagram(a, b, (4000, 53), &question),
        datagram(b, a, (53, 4000), &answer),
        datagram(a, b, (6881, 6881), asked),
        datagram(b, a, (6881, 6881), &told),
        of_a(0, 2, b""),
        of_b(0, 18, b""),
        of_a(1, 24, &said[..60]),
        of_a(101, 24, &said[100..]),
        of_a(61, 24, &said[60..100]),
        of_b(1, 24, &given[..200]),
        of_b(221, 24, &given[220..]),
        of_a(said.len() + 1, 17, b""),
        of_b(given.len() + 1, 17, b""),
    ])
}
