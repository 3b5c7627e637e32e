//! Every protocol on literal bytes, as the whole dissector tells it: whole, in two pieces wherever they are parted, byte by byte, and cut by
//! the capture. What BEP 3, RFC 9112 and the others say of fields is in the tests of each file.

use super::heard::{at_every_cut, datagram};
use super::peer::{handshake, have, message, numbers, piece, request};
use crate::flow::Direction::{self, Originator as A, Responder as B};

/// What two ends say one after the other, and what is told of it wherever it is parted.
type Conversation = (&'static str, Vec<(Direction, Vec<u8>)>, Vec<String>);

/// An answer over HTTP.
fn http(headers: &str, body: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\n", headers.as_bytes(), b"\r\nConnection: keep-alive\r\n\r\n", body].concat()
}

fn sized(body: &[u8]) -> Vec<u8> {
    http(&format!("Content-Length: {}", body.len()), body)
}

fn told(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn peers() -> Conversation {
    let hash = "aa".repeat(20);
    let extended = |number: u8, payload: &[u8]| message(20, &[&[number], payload].concat());
    let names = extended(0, b"d1:md11:ut_metadatai3e6:ut_pexi1eee");
    let said = vec![
        (A, [handshake(b'a'), names.clone(), message(5, &[0xc0]), have(1), vec![0; 4]].concat()),
        (B, [handshake(b'b'), names, message(15, &[]), extended(3, b"d8:msg_typei0e5:piecei0ee")].concat()),
        (A, [request(1, 0, 5), extended(1, b"d5:added6:\x0a\0\0\x01\x1a\xe1e")].concat()),
        (B, [piece(1, 0, &[7; 5]), message(9, &[0x1a, 0xe1]), message(21, &[&[7; 32][..], &numbers(&[0, 1, 2, 3])].concat())].concat()),
    ];
    let expected = [
        &format!("handshake {hash}"),
        "extended handshake",
        "bitfield 2 of 8 bits",
        "have piece 1",
        "keep_alive",
        &format!("handshake {hash}"),
        "extended handshake",
        "have_none",
        "extended 3, ut_metadata request piece 0",
        "request piece 1, begin 0, length 5",
        "extended 1, ut_pex 1 added, 0 dropped",
        "piece piece 1, begin 0, length 5",
        "port 6881",
        "hash_request layer 0, index 1, length 2",
    ];
    ("peers", said, told(&expected))
}

fn conversations() -> Vec<Conversation> {
    let hash = "6161616161616161616161616161616161616161";
    let soap = b"<NewExternalPort>5</NewExternalPort><NewProtocol>TCP</NewProtocol><NewInternalPort>6</NewInternalPort>";
    let post = b"POST /c HTTP/1.1\r\nSOAPAction: \"u:WANIPConnection:1#AddPortMapping\"\r\nContent-Length: 102\r\n\r\n";
    let announce = b"GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=7&event=started HTTP/1.1\r\nHost: t\r\n\r\n";
    let peers = b"d8:intervali9e5:peers6:\x0a\0\0\x02\x1a\xe1e";
    let chunked =
        [&b"5\r\n"[..], &peers[..5], b"\r\n18;x=y\r\n", &peers[5..29], b"\r\n", b"4\r\n", &peers[29..], b"\r\n0\r\n\r\n"].concat();
    let asked = format!("announce request {hash} event started, port 7");
    let answered = "announce response, 1 peers, interval 9 s";
    let scrape = b"GET /scrape?info_hash=aaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\n\r\n";
    let seed = b"GET /s?info_hash=aaaaaaaaaaaaaaaaaaaa&piece=3 HTTP/1.1\r\n\r\n";
    let hello =
        [&b"\x16\x03\x01\0\x41\x01\0\0\x3d\x03\x03"[..], &[7; 32], b"\0\0\x02\x13\x01\x01\0\0\x12\0\0\0\x0e\0\x0c\0\0\x09t.example"]
            .concat();
    vec![
        ("a tracker", vec![(A, announce.to_vec()), (B, sized(peers)), (A, scrape.to_vec()), (B, sized(b"d5:filesdee"))], {
            told(&[&asked, answered, &format!("scrape request {hash}"), "scrape response, 0 torrents"])
        }),
        ("chunks", vec![(A, announce.to_vec()), (B, http("Transfer-Encoding: chunked", &chunked))], told(&[&asked, answered])),
        (
            "chunks that are none",
            vec![(A, announce.to_vec()), (B, http("Transfer-Encoding: chunked", b"zz\r\nd"))],
            told(&[&asked, "announce response, status 200"]),
        ),
        ("a malformed answer", vec![(A, announce.to_vec()), (B, sized(b"<html>"))], {
            told(&[&asked, "announce response, status 200", "!http_malformed"])
        }),
        ("a web seed", vec![(A, seed.to_vec()), (B, sized(b"01234"))], {
            told(&[&format!("request {hash} piece 3"), &format!("response {hash} piece 3, status 200, 5 bytes")])
        }),
        ("a file", vec![(A, b"GET /a HTTP/1.1\r\n\r\n".to_vec()), (B, sized(b"d4:infod4:name1:aee"))], {
            told(&["torrent file, info dictionary of 11 bytes"])
        }),
        ("a port", vec![(A, [&post[..], soap].concat()), (B, sized(b"<errorCode>718</errorCode>"))], {
            told(&["request map tcp port 6 to 5", "response, error 718"])
        }),
        (
            "a tunnel",
            vec![(A, b"CONNECT t:1 HTTP/1.1\r\n\r\n".to_vec()), (B, b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), (A, hello.clone())],
            told(&["tunnel to t:1", "!tls", "connection to t.example, 70 and 0 bytes"]),
        ),
        ("another's", vec![(A, b"GET / HTTP/1.1\r\n\r\n".to_vec()), (B, sized(b"<html>")), (A, b"\0\x01".to_vec())], vec![]),
        self::peers(),
    ]
}

#[test]
fn conversations_are_told_alike_wherever_they_are_cut() {
    for (what, said, expected) in conversations() {
        let parts: Vec<_> = said.iter().map(|(direction, bytes)| (*direction, bytes.as_slice())).collect();
        let told = at_every_cut(&parts);
        let alike = told.len() == expected.len() && told.iter().zip(&expected).all(|(told, expected)| told.starts_with(expected));
        assert!(alike, "{what}: {told:#?}");
    }
}

/// Ports, payload, and what is told.
const DATAGRAMS: &[((u16, u16), &[u8], &str)] = &[
    ((6881, 6881), b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe", "ping, transaction 6161"),
    ((6881, 6881), b"d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re", "response"),
    ((6881, 6881), b"d1:eli201e5:wronge1:t2:aa1:y1:ee", "error"),
    ((5000, 6969), b"\0\0\x04\x17\x27\x10\x19\x80\0\0\0\0\0\0\0\x07", "connect request"),
    ((6771, 6771), b"BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: 6d6e6f707172737475767778797a313233343536\r\n\r\n\r\n", "announce 6d"),
    ((5000, 5351), b"\0\x01\0\0\x1a\xe1\x1a\xe1\0\0\x0e\x10", "request"),
    ((5000, 1900), b"M-SEARCH * HTTP/1.1\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n", "search"),
    ((5000, 53), b"\0\x01\x01\0\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01", "query a"),
    ((5353, 5000), b"\0\0\x84\0\0\0\0\x01\0\0\0\0\x01a\0\0\x0c\0\x01\0\0\0\x09\0\x02\xc0\x0c", "response"),
];

#[test]
fn datagrams_are_told_and_are_malformed_only_where_the_capture_has_them_whole() {
    for (ports, payload, expected) in DATAGRAMS {
        let whole = datagram(*ports, payload, 0);
        assert!(whole.len() == 1 && whole[0].starts_with(expected), "{expected}: {whole:?}");
        for end in 0..payload.len() {
            let cut = datagram(*ports, &payload[..end], u32::try_from(payload.len() - end).unwrap());
            assert!(cut.iter().all(|told| !told.starts_with('!')), "{expected} cut at {end}: {cut:?}");
            let short = datagram(*ports, &payload[..end], 0);
            assert!(short.len() <= 3, "{expected} of {end} bytes: {short:?}");
        }
    }
}
