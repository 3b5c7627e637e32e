//! The peer wire protocol: what two peers say to each other over a stream.
//!
//! BEP 3 (handshake, messages 0 to 8), BEP 5 (port), BEP 6 (fast extension), BEP 10 (extension protocol and its handshake), BEP 21
//! (`upload_only` in that handshake), BEP 52 (hash messages of version 2). Numbers are big-endian.
//!
//! ```text
//! handshake   19 "BitTorrent protocol" reserved:8 info_hash:20 peer_id:20
//! message     length:4 [ id:1 body:length-1 ]        length 0 is a keep-alive
//! piece       length:4 7 index:4 begin:4 block:length-9
//! extended    length:4 20 extension:1 payload         extension 0 is the extension handshake, a bencoded dictionary
//! ```
//!
//! In [`stream`], ordered bytes become messages: the block of a piece is counted and never held. In [`resync`], boundaries that a loss
//! hid are found again by facts. In [`extension`], the payload of extension messages is read.

pub mod account;
pub mod exchange;
pub mod extension;
pub mod gaps;
pub(super) mod resync;
pub(super) mod stream;
pub(super) mod window;

use std::fmt;
use std::net::IpAddr;

use smallvec::SmallVec;

use super::peer_id;
use crate::base::bencode::{Cursor, Kind as Value};
use crate::base::{Excerpt, Hex, InfoHash, Limits, Malformed, PeerId, Reader};

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// The first 68 bytes of either side.
    Handshake(Handshake),
    /// A length of 0.
    KeepAlive,
    /// No request will be answered until [`Message::Unchoke`].
    Choke,
    /// Requests will be answered.
    Unchoke,
    /// The sender wants pieces that the receiver has.
    Interested,
    /// The sender wants nothing that the receiver has.
    NotInterested,
    /// The sender has this piece.
    Have {
        /// Index of the piece.
        index: u32,
    },
    /// The pieces that the sender has, one bit each, highest bit of the first byte first.
    Bitfield(&'a [u8]),
    /// The sender asks for a block.
    Request(Block),
    /// The sender gives a block.
    Piece {
        /// Which block.
        block: Block,
        /// How many of its bytes are in the capture.
        captured: u32,
    },
    /// The sender no longer wants a block.
    Cancel(Block),
    /// The sender's DHT port.
    Port(u16),
    /// The sender suggests to ask for this piece.
    Suggest {
        /// Index of the piece.
        index: u32,
    },
    /// The sender has every piece.
    HaveAll,
    /// The sender has no piece.
    HaveNone,
    /// The sender will not answer a request.
    Reject(Block),
    /// The sender answers requests for this piece even while it chokes.
    AllowedFast {
        /// Index of the piece.
        index: u32,
    },
    /// The extension handshake: which extensions the sender speaks, under which numbers, and who it is.
    ExtensionHandshake(Box<ExtensionHandshake<'a>>),
    /// A message of an extension, under the number that its receiver gave the extension.
    Extended {
        /// The extension's number.
        extension: u8,
        /// Its message, as far as it is in the capture.
        payload: &'a [u8],
        /// What that says.
        message: extension::Message<'a>,
    },
    /// The sender asks for hashes of a file's Merkle tree.
    HashRequest(Hashes<'a>),
    /// The sender gives hashes of a file's Merkle tree.
    Hashes(Hashes<'a>),
    /// The sender will not give the hashes.
    HashReject(Hashes<'a>),
    /// A message of which the kind is known and the body is not in the capture, or is longer than is read.
    Bodiless(Kind),
    /// A message of a kind that no document defines.
    Unknown(Kind),
}

/// The first 68 bytes of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// Eight bytes of flags: which extensions the sender speaks.
    pub reserved: [u8; 8],
    /// The torrent; `None` when the capture does not hold these bytes.
    pub info_hash: Option<InfoHash>,
    /// The sender; `None` when the capture does not hold these bytes.
    pub peer_id: Option<PeerId>,
}

/// A part of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Block {
    /// Index of the piece.
    pub index: u32,
    /// Bytes from the piece's start to the block.
    pub begin: u32,
    /// Bytes of the block, usually 16 KiB.
    pub length: u32,
}

/// The number of a message's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(
    /// The byte after the length.
    pub u8,
);

/// What a sender says of itself in the extension handshake (BEP 10).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtensionHandshake<'a> {
    /// `m`: the extensions it speaks and the numbers under which it wants their messages; 0 switches one off.
    pub extensions: Extensions<'a>,
    /// `v`: its client and version.
    pub client: Option<&'a [u8]>,
    /// `p`: the port on which it takes connections.
    pub port: Option<u16>,
    /// `reqq`: requests that it lets wait at one time.
    pub request_queue: Option<u32>,
    /// `metadata_size` (BEP 9): bytes of the torrent's info dictionary.
    pub metadata_size: Option<u64>,
    /// `yourip`: the receiver's address as the sender sees it.
    pub your_address: Option<IpAddr>,
    /// `ipv4`: an address of the sender.
    pub ipv4: Option<IpAddr>,
    /// `ipv6`: an address of the sender.
    pub ipv6: Option<IpAddr>,
    /// `upload_only` (BEP 21): whether the sender wants nothing more.
    pub upload_only: Option<bool>,
    /// `complete_ago`: seconds since the sender last saw every piece among its peers (libtorrent, where -1 is never).
    pub complete_ago: Option<u64>,
}

/// Names of extensions, each with the number under which its messages are wanted.
pub type Extensions<'a> = SmallVec<[(&'a [u8], u8); 8]>;

/// Where in a file's Merkle tree, and the hashes (BEP 52).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashes<'a> {
    /// Root of the file's tree.
    pub pieces_root: [u8; 32],
    /// The layer asked about; 0 are the blocks of 16 KiB.
    pub base_layer: u32,
    /// The first hash in the layer.
    pub index: u32,
    /// How many hashes of the layer.
    pub length: u32,
    /// How many layers of proof.
    pub proof_layers: u32,
    /// 32 bytes each; empty in requests and rejects.
    pub hashes: &'a [u8],
}

impl Handshake {
    /// What the flags say that the sender speaks.
    pub fn speaks(&self) -> impl Iterator<Item = &'static str> {
        let [.., sixth, _, eighth] = self.reserved;
        let flags = [(sixth & 0x10, "extended"), (eighth & 1, "dht"), (eighth & 4, FAST), (eighth & 0x10, "v2")];
        flags.into_iter().filter(|(flag, _)| *flag != 0).map(|(_, word)| word)
    }

    /// Whether the sender speaks the fast extension.
    pub fn is_fast(&self) -> bool {
        self.speaks().any(|word| word == FAST)
    }

    /// Whether the sender speaks version 2 too, and takes the name of version 2 for an answer (BEP 52).
    pub fn speaks_v2(&self) -> bool {
        matches!(self.reserved, [.., last] if last & 0x10 != 0)
    }
}

impl Kind {
    /// The kind of a message that carries a block.
    pub const PIECE: Kind = Kind(7);
    /// The kind of a message of an extension.
    pub const EXTENDED: Kind = Kind(20);

    /// The kind's name in the report; unknown ones share one.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|kind| kind.0 == self.0).map_or("unknown", |kind| kind.1)
    }

    /// The lengths that a message of this kind may have, its own byte included; `None` for an unknown kind.
    fn lengths(self) -> Option<std::ops::RangeInclusive<u32>> {
        KINDS.iter().find(|kind| kind.0 == self.0).map(|kind| kind.2..=kind.3)
    }
}

impl Message<'_> {
    /// The message's name in the report.
    pub fn name(&self) -> &'static str {
        match self {
            Message::Handshake(_) => "handshake",
            Message::KeepAlive => "keep_alive",
            Message::Bodiless(kind) | Message::Unknown(kind) => kind.name(),
            Message::Choke => Kind(0).name(),
            Message::Unchoke => Kind(1).name(),
            Message::Interested => Kind(2).name(),
            Message::NotInterested => Kind(3).name(),
            Message::Have { .. } => Kind(4).name(),
            Message::Bitfield(_) => Kind(5).name(),
            Message::Request(_) => Kind(6).name(),
            Message::Piece { .. } => Kind::PIECE.name(),
            Message::Cancel(_) => Kind(8).name(),
            Message::Port(_) => Kind(9).name(),
            Message::Suggest { .. } => Kind(13).name(),
            Message::HaveAll => Kind(14).name(),
            Message::HaveNone => Kind(15).name(),
            Message::Reject(_) => Kind(16).name(),
            Message::AllowedFast { .. } => Kind(17).name(),
            Message::ExtensionHandshake(_) | Message::Extended { .. } => Kind::EXTENDED.name(),
            Message::HashRequest(_) => Kind(21).name(),
            Message::Hashes(_) => Kind(22).name(),
            Message::HashReject(_) => Kind(23).name(),
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "piece {}, begin {}, length {}", self.index, self.begin, self.length)
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name())?;
        match self {
            Message::Handshake(handshake) => write!(f, "{handshake}"),
            Message::Have { index } | Message::Suggest { index } | Message::AllowedFast { index } => write!(f, " piece {index}"),
            Message::Bitfield(bits) => {
                write!(f, " {} of {} bits", bits.iter().map(|byte| byte.count_ones()).sum::<u32>(), bits.len() * 8)
            }
            Message::Request(block) | Message::Cancel(block) | Message::Reject(block) => write!(f, " {block}"),
            Message::Piece { block: Block { index, begin, length }, captured } => {
                write!(f, " {index}, begin {begin}, length {length}")?;
                if captured < length { write!(f, ", {captured} in the capture") } else { Ok(()) }
            }
            Message::Port(port) => write!(f, " {port}"),
            Message::ExtensionHandshake(handshake) => write!(f, " handshake{handshake}"),
            Message::Bodiless(_) => f.write_str(", not read"),
            Message::Extended { extension, payload, message: extension::Message::Unknown } => {
                write!(f, " {extension}, {} bytes", payload.len())
            }
            Message::Extended { extension, payload, message } => write!(f, " {extension}, {message}, {} bytes", payload.len()),
            Message::HashRequest(hashes) | Message::Hashes(hashes) | Message::HashReject(hashes) => {
                let Hashes { base_layer, index, length, proof_layers, pieces_root, .. } = hashes;
                write!(f, " layer {base_layer}, index {index}, length {length}, proof layers {proof_layers}, root {}", Hex(pieces_root))
            }
            Message::Unknown(kind) => write!(f, " {}", kind.0),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.info_hash.map_or(Ok(()), |info_hash| write!(f, " {info_hash}"))?;
        self.peer_id.map_or(Ok(()), |peer_id| write!(f, ", peer ID {}", Excerpt(&peer_id.0)))?;
        self.peer_id.and_then(peer_id::client).map_or(Ok(()), |client| write!(f, " ({})", Excerpt(client.as_bytes())))?;
        self.speaks().try_for_each(|word| write!(f, ", {word}"))
    }
}

impl fmt::Display for ExtensionHandshake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.map_or(Ok(()), |client| write!(f, " {}", Excerpt(client)))?;
        self.port.map_or(Ok(()), |port| write!(f, ", port {port}"))?;
        self.request_queue.map_or(Ok(()), |count| write!(f, ", takes {count} requests"))?;
        self.metadata_size.map_or(Ok(()), |bytes| write!(f, ", metadata of {bytes} bytes"))?;
        self.your_address.map_or(Ok(()), |address| write!(f, ", sees {address}"))?;
        f.write_str(if self.upload_only == Some(true) { ", upload only" } else { "" })?;
        self.extensions.iter().try_for_each(|(name, number)| write!(f, ", {} {number}", Excerpt(name)))
    }
}

/// Reads a handshake of which at least the reserved bytes are there.
fn parse_handshake(bytes: &[u8]) -> Result<Handshake, Malformed> {
    let mut reader = Reader::new(bytes);
    if reader.bytes(PREFIX.len(), "protocol")? != PREFIX {
        return Err(Malformed { field: "protocol", offset: 0 });
    }
    Ok(Handshake {
        reserved: reader.array("reserved")?,
        info_hash: reader.array("info_hash").ok().map(InfoHash),
        peer_id: reader.array("peer_id").ok().map(PeerId),
    })
}

/// Reads the whole body of a message of any kind but [`Kind::PIECE`].
fn parse<'a>(kind: Kind, body: &'a [u8], limits: &Limits) -> Result<Message<'a>, Malformed> {
    let mut reader = Reader::new(body);
    let message = match kind.0 {
        0 => Message::Choke,
        1 => Message::Unchoke,
        2 => Message::Interested,
        3 => Message::NotInterested,
        4 => Message::Have { index: reader.u32("index")? },
        5 => Message::Bitfield(body),
        6 => Message::Request(parse_block(&mut reader)?),
        8 => Message::Cancel(parse_block(&mut reader)?),
        9 => Message::Port(reader.u16("listen-port")?),
        13 => Message::Suggest { index: reader.u32("index")? },
        14 => Message::HaveAll,
        15 => Message::HaveNone,
        16 => Message::Reject(parse_block(&mut reader)?),
        17 => Message::AllowedFast { index: reader.u32("index")? },
        20 => match reader.u8("extended message ID")? {
            0 => Message::ExtensionHandshake(Box::new(parse_extension_handshake(reader.rest(), limits)?)),
            extension => Message::Extended { extension, payload: reader.rest(), message: extension::Message::Unknown },
        },
        21 => Message::HashRequest(parse_hashes(&mut reader)?),
        22 => Message::Hashes(parse_hashes(&mut reader)?),
        23 => Message::HashReject(parse_hashes(&mut reader)?),
        _ => Message::Unknown(kind),
    };
    Ok(message)
}

fn parse_block(reader: &mut Reader<'_>) -> Result<Block, Malformed> {
    Ok(Block { index: reader.u32("index")?, begin: reader.u32("begin")?, length: reader.u32("length")? })
}

fn parse_hashes<'a>(reader: &mut Reader<'a>) -> Result<Hashes<'a>, Malformed> {
    Ok(Hashes {
        pieces_root: reader.array("pieces root")?,
        base_layer: reader.u32("base layer")?,
        index: reader.u32("index")?,
        length: reader.u32("length")?,
        proof_layers: reader.u32("proof layers")?,
        hashes: reader.rest(),
    })
}

fn parse_extension_handshake<'a>(bytes: &'a [u8], limits: &Limits) -> Result<ExtensionHandshake<'a>, Malformed> {
    let mut handshake = ExtensionHandshake::default();
    let mut cursor = Cursor::new(bytes, limits.bencode_depth);
    cursor.enter(Value::Dictionary, "extension handshake")?;
    while !cursor.leave("extension handshake")? {
        let key = cursor.bytes("key")?;
        match (key, cursor.peek("value")?) {
            (b"m", Value::Dictionary) => handshake.extensions = parse_extensions(&mut cursor)?,
            (b"v", Value::Bytes) => handshake.client = Some(cursor.bytes("v")?),
            // A number that does not fit says nothing, and does not cost the rest.
            (b"p", Value::Integer) => handshake.port = u16::try_from(cursor.integer("p")?).ok(),
            (b"reqq", Value::Integer) => handshake.request_queue = u32::try_from(cursor.integer("reqq")?).ok(),
            (b"metadata_size", Value::Integer) => handshake.metadata_size = u64::try_from(cursor.integer("metadata_size")?).ok(),
            (b"yourip", Value::Bytes) => handshake.your_address = address(cursor.bytes("yourip")?),
            (b"ipv4", Value::Bytes) => handshake.ipv4 = address(cursor.bytes("ipv4")?).filter(IpAddr::is_ipv4),
            (b"ipv6", Value::Bytes) => handshake.ipv6 = address(cursor.bytes("ipv6")?).filter(IpAddr::is_ipv6),
            (b"upload_only", Value::Integer) => handshake.upload_only = Some(cursor.integer("upload_only")? != 0),
            (b"complete_ago", Value::Integer) => handshake.complete_ago = u64::try_from(cursor.integer("complete_ago")?).ok(),
            _ => drop(cursor.skip("value")?),
        }
    }
    Ok(handshake)
}

/// An address of 4 or 16 bytes.
fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

fn parse_extensions<'a>(cursor: &mut Cursor<'a>) -> Result<Extensions<'a>, Malformed> {
    let mut extensions = Extensions::new();
    cursor.enter(Value::Dictionary, "m")?;
    while !cursor.leave("m")? {
        let name = cursor.bytes("m key")?;
        if cursor.peek("m value")? != Value::Integer {
            cursor.skip("m value")?;
        } else if let Ok(number) = u8::try_from(cursor.integer("m value")?) {
            extensions.push((name, number));
        }
    }
    Ok(extensions)
}

/// What a handshake begins with: the length of the protocol's name, and the name.
pub(super) const PREFIX: &[u8; 20] = b"\x13BitTorrent protocol";

/// The fast extension (BEP 6) among what a handshake says.
const FAST: &str = "fast";

/// Bytes of a handshake.
const HANDSHAKE_BYTES: usize = 68;

/// Number, name, and the shortest and longest length of every kind of message that a document defines.
const KINDS: [(u8, &str, u32, u32); 19] = [
    (0, "choke", 1, 1),
    (1, "unchoke", 1, 1),
    (2, "interested", 1, 1),
    (3, "not_interested", 1, 1),
    (4, "have", 5, 5),
    (5, "bitfield", 1, LONGEST),
    (6, "request", 13, 13),
    (7, "piece", 9, LONGEST),
    (8, "cancel", 13, 13),
    (9, "port", 3, 3),
    (13, "suggest_piece", 5, 5),
    (14, "have_all", 1, 1),
    (15, "have_none", 1, 1),
    (16, "reject_request", 13, 13),
    (17, "allowed_fast", 5, 5),
    (20, "extended", 2, LONGEST),
    (21, "hash_request", 49, 49),
    (22, "hashes", 49, LONGEST),
    (23, "hash_reject", 49, 49),
];

/// The longest message that is believed: longer ones were never seen, and four bytes of anything else look like them.
const LONGEST: u32 = 1 << 25;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: u8, body: &[u8]) -> Result<Message<'_>, Malformed> {
        parse(Kind(kind), body, &Limits::default())
    }

    #[test]
    fn bodies() {
        let block = Block { index: 1, begin: 2, length: 3 };
        let block_bytes = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
        for (kind, body, message) in [
            (0, &[][..], Message::Choke),
            (1, &[], Message::Unchoke),
            (2, &[], Message::Interested),
            (3, &[], Message::NotInterested),
            (4, &[0, 0, 0, 9], Message::Have { index: 9 }),
            (5, &[0xf0], Message::Bitfield(&[0xf0])),
            (6, &block_bytes, Message::Request(block)),
            (8, &block_bytes, Message::Cancel(block)),
            (9, &[0x1a, 0xe1], Message::Port(6881)),
            (13, &[0, 0, 0, 9], Message::Suggest { index: 9 }),
            (14, &[], Message::HaveAll),
            (15, &[], Message::HaveNone),
            (16, &block_bytes, Message::Reject(block)),
            (17, &[0, 0, 0, 9], Message::AllowedFast { index: 9 }),
            (20, &[3, 1, 2], Message::Extended { extension: 3, payload: &[1, 2], message: extension::Message::Unknown }),
            (99, &[1], Message::Unknown(Kind(99))),
        ] {
            assert_eq!(read(kind, body), Ok(message));
        }
    }

    #[test]
    fn an_extension_handshake() {
        let body = b"\0d1:md11:ut_metadatai2e6:ut_pexi1e3:badi999ee13:metadata_sizei31235e1:pi6881e4:reqqi255e1:v5:Client6:yourip4:abcde";
        assert!(read(20, body).is_err(), "a length that lies");
        let body = b"\0d1:md11:ut_metadatai2e6:ut_pexi1e3:badi999ee13:metadata_sizei31235e1:pi6881e4:reqqi255e1:v6:Client6:yourip4:abcde";
        let Ok(Message::ExtensionHandshake(handshake)) = read(20, body) else { panic!() };
        assert_eq!(handshake.extensions.as_slice(), [(&b"ut_metadata"[..], 2), (b"ut_pex", 1)]);
        assert_eq!((handshake.client, handshake.port), (Some(&b"Client"[..]), Some(6881)));
        assert_eq!(
            (handshake.request_queue, handshake.metadata_size, handshake.your_address),
            (Some(255), Some(31235), Some([97, 98, 99, 100].into()))
        );
        let body = b"\0d12:complete_agoi-1e4:ipv416:abcdefghijklmnop4:ipv616:abcdefghijklmnop11:upload_onlyi1e6:yourip4:\x0a\0\0\x01e";
        let Ok(Message::ExtensionHandshake(handshake)) = read(20, body) else { panic!() };
        let (ipv6, ipv4) = (IpAddr::from(*b"abcdefghijklmnop"), IpAddr::from([10, 0, 0, 1]));
        assert_eq!((handshake.your_address, handshake.ipv4, handshake.ipv6), (Some(ipv4), None, Some(ipv6)));
        assert_eq!((handshake.upload_only, handshake.complete_ago), (Some(true), None));
    }

    #[test]
    fn handshakes_in_one_line() {
        let handshake = Handshake {
            reserved: [0, 0, 0, 0, 0, 0x10, 0, 0x15],
            info_hash: Some(InfoHash([0xaa; 20])),
            peer_id: Some(PeerId(*b"-qB4520-abc\n\xff'ghijkl")),
        };
        let text =
            format!("handshake {}, peer ID -qB4520-abc\\n\\xff'ghijkl (qBittorrent 4.5.2), extended, dht, fast, v2", "aa".repeat(20));
        assert_eq!(Message::Handshake(handshake).to_string(), text);
        let bare = Handshake { reserved: [0; 8], info_hash: None, peer_id: None };
        assert_eq!((Message::Handshake(bare).to_string().as_str(), bare.is_fast(), handshake.is_fast()), ("handshake", false, true));
        let body = b"\0d1:md11:ut_metadatai2ee13:metadata_sizei31235e1:pi6881e4:reqqi255e11:upload_onlyi1e1:v6:Client6:yourip4:abcde";
        let text = "extended handshake Client, port 6881, takes 255 requests, metadata of 31235 bytes, sees 97.98.99.100, upload only, ut_metadata 2";
        assert_eq!(read(20, body).unwrap().to_string(), text);
        let block = Block { index: 7, begin: 16384, length: 16384 };
        assert_eq!(Message::Request(block).to_string(), "request piece 7, begin 16384, length 16384");
        let piece = Message::Piece { block, captured: 100 };
        assert_eq!(piece.to_string(), "piece 7, begin 16384, length 16384, 100 in the capture");
        assert_eq!(Message::Bodiless(Kind(5)).to_string(), "bitfield, not read");
    }

    #[test]
    fn hash_messages() {
        let body = [&[7; 32][..], &[0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4], &[9; 64]].concat();
        let hashes = Hashes { pieces_root: [7; 32], base_layer: 1, index: 2, length: 3, proof_layers: 4, hashes: &[9; 64] };
        assert_eq!(read(22, &body), Ok(Message::Hashes(hashes)));
        let text = format!("hashes layer 1, index 2, length 3, proof layers 4, root {}", "07".repeat(32));
        assert_eq!(Message::Hashes(hashes).to_string(), text);
        assert_eq!(read(21, &body[..48]), Ok(Message::HashRequest(Hashes { hashes: &[], ..hashes })));
        assert_eq!(read(23, &body[..40]), Err(Malformed { field: "length", offset: 40 }));
    }

    #[test]
    fn malformed_bodies_name_their_field() {
        for (kind, body, field) in [
            (4, &[0, 0, 0][..], "index"),
            (6, &[0, 0, 0, 1, 0, 0], "begin"),
            (8, &[0, 0, 0, 1, 0, 0, 0, 2], "length"),
            (9, &[1], "listen-port"),
            (20, &[], "extended message ID"),
            (20, b"\0le", "extension handshake"),
        ] {
            assert_eq!(read(kind, body).unwrap_err().field, field);
        }
    }

    #[test]
    fn a_handshake_and_every_cut_of_it() {
        let whole = [PREFIX.as_slice(), &[0, 0, 0, 0, 0, 0x10, 0, 5], &[0xaa; 20], b"-LT2110-abcdefghijkl"].concat();
        let handshake = parse_handshake(&whole).unwrap();
        assert_eq!((handshake.info_hash, handshake.peer_id), (Some(InfoHash([0xaa; 20])), Some(PeerId(*b"-LT2110-abcdefghijkl"))));
        for end in 0..whole.len() {
            let cut = parse_handshake(&whole[..end]);
            assert_eq!(cut.is_ok(), end >= 28, "{end}");
            if let Ok(cut) = cut {
                assert_eq!((cut.info_hash.is_some(), cut.peer_id), (end >= 48, None), "{end}");
            }
        }
    }
}
