//! TLS: which server a connection asks for.
//!
//! RFC 8446 (records, the first message of a client), RFC 6066 (the server's name). A stream begins with records, of which the first ones
//! hold the `ClientHello`, in one piece or in several:
//!
//! ```text
//! 22 │ 3 x │ length:2 │  1 │ length:3 │ version:2 random:32 session<1> suites<2> compressions<1> extensions<2>
//!                                                    extension: type:2 length:2 …   0: server_name  0xfe0d: encrypted_client_hello
//! ```
//!
//! Nothing behind it can be read, so that the stream's bytes are in no account; they are counted by direction for whoever knows that the
//! server is a tracker. Messages are whole accounts: a later one replaces an earlier one. A name beside an encrypted ClientHello may be that
//! of a front, or be true: browsers send that extension as a decoy too. Left out on purpose: everything that the server says, and TLS that
//! begins behind words in clear.

use std::fmt;

use super::{Mark, Message as AnyMessage, Outlet, Probe};
use crate::base::{Code, Malformed, Reader, Time};
use crate::flow::{Both, Direction};

/// What was seen so far of a connection. Its event stands at the first bytes, as the client's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The name by which the client asks for the server, in lower case; `None` where it does not say or that is not in the capture.
    pub server_name: Option<String>,
    /// Whether there is an encrypted ClientHello, which may ask for another.
    pub encrypted_hello: bool,
    /// Bytes of the client's that are in the capture.
    pub sent: u64,
    /// Bytes of the server's that are in the capture.
    pub received: u64,
    /// The latest frame.
    pub last_frame: u64,
    /// When it was captured.
    pub last_time: Time,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.server_name.as_deref().unwrap_or("(no name)");
        let front = if self.encrypted_hello { ", or another" } else { "" };
        write!(f, "connection to {name}{front}, {} and {} bytes", self.sent, self.received)
    }
}

/// What a ClientHello says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hello {
    server_name: Option<String>,
    encrypted_hello: bool,
}

/// Whether bytes begin a stream of TLS, the client's half or the server's.
pub(super) fn probe(bytes: &[u8]) -> Probe {
    let [kind, major, minor, high, low, message, ..] = bytes else {
        let [kind, major, minor, high, ..] = *bytes else {
            return if b"\x16\x03".starts_with(bytes.get(..2).unwrap_or(bytes)) { Probe::Maybe } else { Probe::No };
        };
        return if is_header(kind, major, minor, high) { Probe::Maybe } else { Probe::No };
    };
    let length = u16::from_be_bytes([*high, *low]);
    let is = is_header(*kind, *major, *minor, *high) && length > 0 && matches!(*message, CLIENT_HELLO | SERVER_HELLO);
    if is { Probe::Yes } else { Probe::No }
}

/// A handshake's record of any version since SSL 3.0, of a length that a record may have.
fn is_header(kind: u8, major: u8, minor: u8, length_high: u8) -> bool {
    kind == HANDSHAKE && major == 3 && minor <= 4 && length_high <= 0x40
}

/// Goes along with a stream of TLS.
#[derive(Debug, Default)]
pub(super) struct Connection {
    /// Which end is the client; `None` before the stream is known for sure.
    client: Option<Direction>,
    /// The stream's first bytes, while the client's first message is not whole.
    begun: Vec<u8>,
    /// Which end sent them.
    begun_by: Option<Direction>,
    hello: Hello,
    bytes: Both<u64>,
    /// The first and the latest frame.
    marks: Option<(Mark, Mark)>,
    /// Bytes when it was told last.
    told: u64,
}

impl Connection {
    /// Bytes held of the client's first message.
    pub(super) fn held_bytes(&self) -> usize {
        self.begun.len()
    }

    /// Takes bytes of the outlet's direction; answers what was taken before when these show that it is no TLS.
    pub(super) fn bytes(&mut self, bytes: &[u8], room: usize, outlet: &mut Outlet<'_>) -> Result<(), (Direction, Vec<u8>)> {
        let direction = outlet.delivery.direction;
        self.count(bytes.len() as u64, outlet);
        if self.client.is_none() {
            let before = self.begun.len();
            let begun_by = *self.begun_by.get_or_insert(direction);
            self.begun.extend_from_slice(bytes.get(..HELLO_BYTES).unwrap_or(bytes));
            match probe(&self.begun) {
                Probe::Maybe if direction == begun_by => return Ok(()),
                Probe::Yes if direction == begun_by => {}
                _ => {
                    self.begun.truncate(before);
                    return Err((begun_by, std::mem::take(&mut self.begun)));
                }
            }
            let is_client = self.begun.get(RECORD_HEADER) == Some(&CLIENT_HELLO);
            self.client = Some(if is_client { direction } else { direction.reverse() });
            outlet.emit(0, AnyMessage::Finding(Code::Tls));
            if is_client {
                self.read(room, outlet);
            } else {
                self.begun = Vec::new();
                self.tell(outlet);
            }
        } else if self.client == Some(direction) && !self.begun.is_empty() {
            let wanted = HELLO_BYTES.saturating_sub(self.begun.len());
            self.begun.extend_from_slice(bytes.get(..wanted).unwrap_or(bytes));
            self.read(room, outlet);
        } else if self.total() >= self.told.saturating_mul(2) {
            self.tell(outlet);
        }
        Ok(())
    }

    /// Bytes of the outlet's direction are missing: the client's first message with them, if it had begun.
    pub(super) fn gap(&mut self, outlet: &mut Outlet<'_>) {
        if self.client == Some(outlet.delivery.direction) && !self.begun.is_empty() {
            self.begun = Vec::new();
            self.tell(outlet);
        }
    }

    /// The connection is over.
    pub(super) fn close(&mut self, outlet: &mut Outlet<'_>) {
        if self.client.is_some() && self.total() > self.told {
            self.tell(outlet);
        }
    }

    /// Reads the client's first message, if it is whole or as whole as it gets.
    fn read(&mut self, room: usize, outlet: &mut Outlet<'_>) {
        match client_hello(&self.begun) {
            Some(hello) => self.hello = hello.unwrap_or_default(),
            None if self.begun.len() < HELLO_BYTES && self.begun.len() <= room.max(SHORT_BYTES) => return,
            None => {}
        }
        self.begun = Vec::new();
        self.tell(outlet);
    }

    fn count(&mut self, bytes: u64, outlet: &Outlet<'_>) {
        *self.bytes.of_mut(outlet.delivery.direction) += bytes;
        let first = self.marks.map_or(outlet.mark(), |(first, _)| first);
        self.marks = Some((first, outlet.mark()));
    }

    fn total(&self) -> u64 {
        self.bytes.iter().sum()
    }

    fn tell(&mut self, outlet: &mut Outlet<'_>) {
        let (Some(client), Some((first, last))) = (self.client, self.marks) else { return };
        self.told = self.total();
        let Hello { server_name, encrypted_hello } = self.hello.clone();
        let (sent, received) = (*self.bytes.of(client), *self.bytes.of(client.reverse()));
        let message = Message { server_name, encrypted_hello, sent, received, last_frame: last.frame, last_time: last.time };
        outlet.towards(client).emit_at(first, 0, AnyMessage::Tls(message));
    }
}

/// Reads the message that a client's stream begins with; `None` while it is not whole.
fn client_hello(stream: &[u8]) -> Option<Result<Hello, Malformed>> {
    let mut reader = Reader::new(stream);
    let mut wanted = usize::MAX;
    // First only their lengths: most of the time one record holds all.
    let (mut held, mut length_bytes) = (0, Vec::new());
    while held < wanted {
        let [kind, .., high, low] = reader.array::<RECORD_HEADER>("record").ok()?;
        if kind != HANDSHAKE {
            return Some(Err(reader.malformed("record")));
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let part = reader.rest().get(..length).unwrap_or(reader.rest());
        held += part.len();
        if length_bytes.len() < MESSAGE_HEADER {
            length_bytes.extend(part.iter().take(MESSAGE_HEADER - length_bytes.len()));
        }
        if let [_, high, middle, low] = *length_bytes.as_slice() {
            wanted = MESSAGE_HEADER + usize::from(high) * 0x1_0000 + usize::from(u16::from_be_bytes([middle, low]));
        }
        if held < wanted {
            reader.bytes(length, "record").ok()?;
        }
    }
    let message: Vec<u8> = records(stream).flatten().copied().take(wanted).collect();
    Some(read_hello(message.get(MESSAGE_HEADER..).unwrap_or_default()))
}

/// What the records of a stream hold.
fn records(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let ([.., high, low], after) = rest.split_first_chunk::<RECORD_HEADER>()?;
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (part, next) = after.split_at_checked(length).unwrap_or((after, &[]));
        rest = next;
        Some(part)
    })
}

/// Reads the body of a ClientHello.
fn read_hello(body: &[u8]) -> Result<Hello, Malformed> {
    let mut reader = Reader::new(body);
    reader.bytes(2 + 32, "random")?;
    let session = reader.u8("session")?;
    reader.bytes(session.into(), "session")?;
    let suites = reader.u16("cipher_suites")?;
    reader.bytes(suites.into(), "cipher_suites")?;
    let compressions = reader.u8("compression_methods")?;
    reader.bytes(compressions.into(), "compression_methods")?;
    let mut hello = Hello::default();
    if reader.rest().is_empty() {
        return Ok(hello); // As clients did before there were extensions.
    }
    let length = reader.u16("extensions")?;
    let mut extensions = Reader::new(reader.bytes(length.into(), "extensions")?);
    while !extensions.rest().is_empty() {
        let kind = extensions.u16("extension_type")?;
        let length = extensions.u16("extension")?;
        let data = extensions.bytes(length.into(), "extension")?;
        match kind {
            SERVER_NAME => hello.server_name = read_server_name(data)?,
            ENCRYPTED_HELLO => hello.encrypted_hello = true,
            _ => {}
        }
    }
    Ok(hello)
}

/// Reads the names of the extension, of which there is one that is a host's (RFC 6066, section 3).
fn read_server_name(data: &[u8]) -> Result<Option<String>, Malformed> {
    let mut reader = Reader::new(data);
    let length = reader.u16("server_name_list")?;
    let mut names = Reader::new(reader.bytes(length.into(), "server_name_list")?);
    while !names.rest().is_empty() {
        let kind = names.u8("name_type")?;
        let length = names.u16("host_name")?;
        let name = names.bytes(length.into(), "host_name")?;
        let is_name = !name.is_empty() && name.len() <= NAME_BYTES && name.iter().all(u8::is_ascii_graphic);
        if kind == HOST_NAME {
            return Ok(str::from_utf8(name).ok().filter(|_| is_name).map(str::to_ascii_lowercase));
        }
    }
    Ok(None)
}

const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const RECORD_HEADER: usize = 5;
const MESSAGE_HEADER: usize = 4;
const SERVER_NAME: u16 = 0;
const HOST_NAME: u8 = 0;
const ENCRYPTED_HELLO: u16 = 0xfe0d;
/// A host's name in DNS.
const NAME_BYTES: usize = 255;
/// The longest ClientHello that is read, records and all: with keys for after quantum computers they have about two KiB.
const HELLO_BYTES: usize = 16 << 10;
/// Beginnings up to this size are held whatever others hold.
const SHORT_BYTES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::heard::{Heard, at_every_cut};

    use Direction::{Originator as CLIENT, Responder as SERVER};

    /// A ClientHello: TLS 1.2 by its header, a session, two cipher suites, GREASE, `server_name`, ALPN.
    const HELLO: &[u8] = b"\x16\x03\x01\0\x68\x01\0\0\x64\x03\x03\
        rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\x04sess\0\x04\x13\x01\xc0\x2f\x01\0\0\x33\
        \x0a\x0a\0\0\
        \0\0\0\x18\0\x16\0\0\x13Tracker.Example.Org\
        \0\x10\0\x0b\0\x09\x08http/1.1\
        \x1a\x1a\0\0";

    /// The hello with other extensions, in records of `size` bytes.
    fn hello(extensions: &[u8], size: usize) -> Vec<u8> {
        let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_be_bytes();
        let body = [&HELLO[9..56], &length(extensions), extensions].concat();
        let message = [&[1, 0][..], &length(&body), &body].concat();
        message.chunks(size).flat_map(|part| [&[22, 3, 1][..], &length(part), part].concat()).collect()
    }

    fn name(extensions: &[u8]) -> Option<Result<Hello, Malformed>> {
        client_hello(&hello(extensions, 1000))
    }

    #[test]
    fn the_name_of_the_server() {
        let expected = Hello { server_name: Some("tracker.example.org".into()), encrypted_hello: false };
        assert_eq!(client_hello(HELLO), Some(Ok(expected.clone())));
        assert_eq!(client_hello(&[HELLO, b"\x16\x03\x03\0\x01x"].concat()), Some(Ok(expected)), "and what follows");
        for (extensions, server_name, encrypted_hello) in [
            (&b""[..], None, false),
            (b"\x0a\x0a\0\0", None, false),
            (b"\0\0\0\x06\0\x04\0\0\x01A", Some("a"), false),
            (b"\0\0\0\x0a\0\x08\x01\0\x01x\0\0\x01b", Some("b"), false),
            (b"\0\0\0\x05\0\x03\x01\0\0", None, false),
            (b"\0\0\0\x06\0\x04\0\0\x01\xff", None, false),
            (b"\xfe\x0d\0\x01x\0\0\0\x0a\0\x08\0\0\x05front", Some("front"), true),
        ] {
            let expected = Hello { server_name: server_name.map(str::to_owned), encrypted_hello };
            assert_eq!(name(extensions), Some(Ok(expected)), "{}", extensions.escape_ascii());
        }
        let old = [b"\x16\x03\0\0\x33\x01\0\0\x2f", &HELLO[9..56]].concat();
        assert_eq!(client_hello(&old), Some(Ok(Hello::default())), "without extensions");
    }

    #[test]
    fn a_message_may_be_in_any_number_of_records() {
        for size in 1..HELLO.len() {
            let Some(Ok(read)) = client_hello(&hello(&HELLO[58..], size)) else { panic!("records of {size}") };
            assert_eq!(read.server_name.as_deref(), Some("tracker.example.org"));
        }
    }

    #[test]
    fn every_prefix_is_not_whole() {
        for end in 0..HELLO.len() {
            assert_eq!(client_hello(&HELLO[..end]), None, "{end}");
            let expected = if end < 6 { Probe::Maybe } else { Probe::Yes };
            assert_eq!(probe(&HELLO[..end]), expected, "{end}");
        }
    }

    #[test]
    fn malformed_hellos_name_their_field() {
        for (extensions, field) in [
            (&b"\0"[..], "extension_type"),
            (b"\0\0\0", "extension"),
            (b"\0\0\0\x09", "extension"),
            (b"\0\0\0\x01\0", "server_name_list"),
            (b"\0\0\0\x02\0\x01", "server_name_list"),
            (b"\0\0\0\x04\0\x02\0\0", "host_name"),
            (b"\0\0\0\x05\0\x03\0\0\x01", "host_name"),
        ] {
            assert_eq!(name(extensions).unwrap().unwrap_err().field, field, "{}", extensions.escape_ascii());
        }
        for (at, value, field) in
            [(43, 255, "session"), (48, 255, "cipher_suites"), (54, 255, "compression_methods"), (56, 9, "extensions")]
        {
            let mut bytes = HELLO.to_vec();
            bytes[at] = value;
            assert_eq!(client_hello(&bytes).unwrap().unwrap_err().field, field);
        }
        assert_eq!(client_hello(b"\x16\x03\x01\0\x01\x01\x17\x03\x03\0\x09").unwrap().unwrap_err().field, "record");
    }

    #[test]
    fn what_does_not_begin_tls() {
        for bytes in [
            &b"\x17\x03\x03\0\x10\x01"[..],
            b"\x16\x02",
            b"\x16\x03\x05\0",
            b"\x16\x03\x01\x41",
            b"\x16\x03\x01\0\0\x01",
            b"\x16\x03\x01\0\x10\x05",
            b"GET",
        ] {
            assert_eq!(probe(bytes), Probe::No, "{}", bytes.escape_ascii());
        }
        assert_eq!(probe(b"\x16\x03\x03\0\x7a\x02"), Probe::Yes, "a server's answer");
    }

    /// What is told of these bytes, the last of each telling first.
    fn told(parts: &[(Direction, &[u8])]) -> Vec<String> {
        let mut heard = Heard::default();
        let mut connection = Connection::default();
        for (direction, bytes) in parts {
            heard.with(*direction, |outlet| connection.bytes(bytes, 0, outlet)).unwrap();
        }
        heard.with(CLIENT, |outlet| connection.close(outlet));
        assert_eq!(connection.held_bytes(), 0);
        heard.told
    }

    #[test]
    fn a_connection_is_told_wherever_its_first_message_is_cut() {
        let expected = |text: &str| ["!tls".to_owned(), text.to_owned()];
        assert_eq!(at_every_cut(&[(CLIENT, HELLO)]), expected("connection to tracker.example.org, 109 and 0 bytes"));
        let records = hello(&HELLO[58..], 40);
        assert_eq!(at_every_cut(&[(CLIENT, &records)]), expected("connection to tracker.example.org, 119 and 0 bytes"));
    }

    #[test]
    fn bytes_are_counted_both_ways_and_told_when_they_double() {
        let more = [0x17; 100];
        let all = told(&[(CLIENT, HELLO), (SERVER, &more), (SERVER, &more), (CLIENT, &more)]);
        let name = "connection to tracker.example.org";
        let expected = [format!("{name}, 109 and 0 bytes"), format!("{name}, 109 and 200 bytes"), format!("{name}, 209 and 200 bytes")];
        assert_eq!(all[1..], expected);
        let answer = b"\x16\x03\x03\0\x02\x02\0";
        assert_eq!(told(&[(SERVER, answer)])[1..], ["connection to (no name), 0 and 7 bytes"]);
    }

    #[test]
    fn a_first_message_that_is_not_all_there_costs_the_name() {
        let mut heard = Heard::default();
        let mut connection = Connection::default();
        heard.with(CLIENT, |outlet| connection.bytes(&HELLO[..50], 0, outlet)).unwrap();
        heard.with(CLIENT, |outlet| connection.gap(outlet));
        assert_eq!(heard.told, ["!tls", "connection to (no name), 50 and 0 bytes"]);
        let mut connection = Connection::default();
        heard.with(CLIENT, |outlet| connection.bytes(b"\x16", 0, outlet)).unwrap();
        let back = heard.with(CLIENT, |outlet| connection.bytes(b"xyz", 0, outlet));
        assert_eq!(back, Err((CLIENT, b"\x16".to_vec())), "it is none");
        let mut connection = Connection::default();
        heard.with(SERVER, |outlet| connection.bytes(&HELLO[..5], 0, outlet)).unwrap();
        let back = heard.with(CLIENT, |outlet| connection.bytes(&HELLO[5..], 0, outlet));
        assert_eq!(back, Err((SERVER, HELLO[..5].to_vec())), "two ends do not begin one record");
        let mut connection = Connection::default();
        heard.with(CLIENT, |outlet| connection.bytes(b"\x16\x03\x01\x40\0\x01\xff\xff\xff", 0, outlet)).unwrap();
        for _ in 0..HELLO_BYTES {
            heard.with(CLIENT, |outlet| connection.bytes(&[0; 64], usize::MAX, outlet)).unwrap();
        }
        assert_eq!(connection.held_bytes(), 0, "it has no end");
    }
}
