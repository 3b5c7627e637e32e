//! What peers say, byte by byte (BEP 3, 5 and 10), with nothing of the crate: what it reads is not written by itself.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::cast_possible_truncation,
    reason = "every test uses some of this; a length that does not fit is a mistake in the test"
)]

/// The torrent of every handshake.
pub const INFO_HASH: [u8; 20] = [0xaa; 20];

/// Numbers as they stand in messages.
pub fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A message of any kind.
pub fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&numbers(&[body.len() as u32 + 1])[..], &[kind], body].concat()
}

/// A handshake of the peer whose ID is `name` twenty times.
pub fn handshake(name: u8) -> Vec<u8> {
    [&b"\x13BitTorrent protocol\0\0\0\0\0\x10\0\x05"[..], &INFO_HASH, &[name; 20]].concat()
}

/// A have.
pub fn have(index: u32) -> Vec<u8> {
    message(4, &numbers(&[index]))
}

/// A request.
pub fn request(index: u32, begin: u32, length: u32) -> Vec<u8> {
    message(6, &numbers(&[index, begin, length]))
}

/// A piece.
pub fn piece(index: u32, begin: u32, block: &[u8]) -> Vec<u8> {
    message(7, &[&numbers(&[index, begin])[..], block].concat())
}
