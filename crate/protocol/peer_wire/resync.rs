//! Finds message boundaries in bytes of which the beginning is not known.
//!
//! In: bytes after a loss, or of a connection that began before the capture. Out: where a message begins, if the bytes say so loudly
//! enough. Every place is weighed: how many bits of what stands there had to fall just so for it to be messages by chance? Lengths
//! must fit kinds, indexes must be below the number of pieces, blocks must be aligned or asked for, and each message must end where
//! another begins. A place is believed at [`KNOWN_BITS`] in a connection that is known to be peer wire, and at [`STRANGER_BITS`] in one
//! that is not, where haves alone are never enough; at an end where peer wire was spoken before, one block will do. An invented
//! message is worse than a missed one: zeros weigh nothing.

use super::account::Requests;
use super::{Block, Kind, LONGEST, PREFIX};
use crate::base::Reader;

/// What is known of the connection.
#[derive(Clone, Copy, Debug)]
pub(in crate::protocol) struct Facts<'a> {
    /// Every piece's index is below this.
    pub(in crate::protocol) index_bound: Option<u32>,
    /// Blocks that the other end asked for.
    pub(in crate::protocol) requests: &'a Requests,
    /// The number under which the other end wants `upload_only`, where its handshake is in the capture.
    pub(in crate::protocol) upload_only: Option<u8>,
    /// Where the next message should begin by the length of the block before it, when as much is missing as seems likely.
    pub(in crate::protocol) due: Option<usize>,
    /// What is known of the connection before its bytes are looked at.
    pub(in crate::protocol) standing: Standing,
}

/// What is known of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocol) enum Standing {
    /// It is peer wire.
    Peer,
    /// One of its ends, address and port, spoke peer wire in another connection.
    Acquaintance,
    /// Nothing.
    Stranger,
}

/// What a search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocol) enum Search {
    /// A message begins at `at`.
    Found {
        /// Bytes before it.
        at: usize,
    },
    /// Nothing begins before `at`; what stands there may be a message and weighs `bits` so far.
    Open {
        /// Bytes in which nothing begins.
        at: usize,
        /// Bits that speak for a message there; 0 when the bytes are too few to say.
        bits: u32,
    },
}

/// What speaks for messages at one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Weight {
    bits: u32,
    /// Whether a kind is among them that nothing else looks like.
    telling: bool,
    /// Whether more bytes could add to it.
    open: bool,
}

/// Looks for the first boundary in `bytes`. `may_wait`: more bytes will be put behind these if the answer is [`Search::Open`].
pub(in crate::protocol) fn search(bytes: &[u8], facts: &Facts<'_>, may_wait: bool) -> Search {
    for at in 0..bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        // Lengths below 16 MiB begin with a zero, a handshake with its own byte.
        if !matches!(rest, [0 | 0x13, ..]) {
            continue;
        }
        let mut weight = weigh(rest, facts);
        if facts.due == Some(at) && weight.bits > 0 {
            weight.bits += DUE_BITS;
        }
        if facts.believes(weight) {
            return Search::Found { at };
        }
        if weight.open && may_wait {
            return Search::Open { at, bits: weight.bits };
        }
    }
    Search::Open { at: bytes.len(), bits: 0 }
}

/// Bytes that a place which is not believed yet is waited for: two blocks.
pub(in crate::protocol) const WINDOW_BYTES: usize = 40 << 10;

/// What both directions of a stranger must weigh together.
pub(in crate::protocol) const STRANGER_BITS: u32 = 64;

/// What one block weighs. Hardly anything but peer wire is ever spoken where it was spoken before, and of all places in the bytes that are
/// searched not one in sixteen million looks so by chance.
const ACQUAINTANCE_BITS: u32 = 44;

const KNOWN_BITS: u32 = 40;

/// A place that was told beforehand: one in a block's 2¹⁴ bytes, and lost packets that were not as large as their neighbours are few.
const DUE_BITS: u32 = 16;

/// What a handshake weighs, and a block that was asked for.
const CERTAIN_BITS: u32 = 128;

impl Facts<'_> {
    fn believes(&self, weight: Weight) -> bool {
        match self.standing {
            Standing::Peer => weight.bits >= KNOWN_BITS,
            Standing::Acquaintance => weight.bits >= if weight.telling { ACQUAINTANCE_BITS } else { STRANGER_BITS },
            Standing::Stranger => weight.bits >= STRANGER_BITS && weight.telling,
        }
    }

    fn index_fits(&self, index: u32) -> bool {
        index < self.index_bound.unwrap_or(INDEX_BOUND)
    }
}

/// Weighs the messages that chain from the first byte on.
fn weigh(bytes: &[u8], facts: &Facts<'_>) -> Weight {
    if let Some(weight) = weigh_handshake(bytes) {
        return weight;
    }
    let mut weight = Weight::default();
    let mut rest = bytes;
    let mut keep_alives = 0;
    for place in 0..CHAIN {
        let mut reader = Reader::new(rest);
        let Ok(length) = reader.u32("length") else {
            // No length begins with more than a one: see LONGEST.
            let may_begin = rest.first().is_none_or(|byte| *byte <= 1);
            return if may_begin { Weight { open: true, ..weight } } else { Weight::default() };
        };
        if length == 0 {
            keep_alives += 1;
            // Four zeros before a message are the end of anything, rather than a keep-alive.
            if place == 0 || keep_alives > KEEP_ALIVES {
                return Weight::default();
            }
        } else {
            let Ok(kind) = reader.u8("id") else { return Weight { open: true, ..weight } };
            match weigh_message(Kind(kind), length, &mut reader, facts) {
                Some(message) if message.open => return Weight { open: true, ..weight },
                Some(message) => {
                    weight.bits += message.bits;
                    weight.telling |= message.telling;
                    // A message of a strange kind may follow: what is certain does not hang on it.
                    if message.bits >= CERTAIN_BITS {
                        return weight;
                    }
                }
                None => return Weight::default(),
            }
        }
        let total = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(4);
        match rest.get(total..) {
            Some(after) if !after.is_empty() => rest = after,
            _ => return Weight { open: true, ..weight },
        }
    }
    weight
}

fn weigh_handshake(bytes: &[u8]) -> Option<Weight> {
    if bytes.first() != PREFIX.first() {
        return None;
    }
    let whole = bytes.len() >= PREFIX.len();
    let alike = PREFIX.iter().zip(bytes).all(|(due, byte)| due == byte);
    Some(Weight { bits: if whole && alike { CERTAIN_BITS } else { 0 }, telling: true, open: alike && !whole })
}

/// Weighs one message, its header read; `None` when it cannot be one.
fn weigh_message(kind: Kind, length: u32, body: &mut Reader<'_>, facts: &Facts<'_>) -> Option<Weight> {
    if !kind.lengths()?.contains(&length) || length >= LONGEST {
        return None;
    }
    let plain = |bits| Some(Weight { bits, telling: false, open: false });
    let telling = |bits| Some(Weight { bits, telling: true, open: false });
    let open = Some(Weight { open: true, ..Weight::default() });
    let bound_bits = if facts.index_bound.is_some() { 10 } else { 0 };
    match kind.0 {
        4 | 13 | 17 => match body.u32("index") {
            Ok(index) if facts.index_fits(index) => plain(24 + bound_bits),
            Ok(_) => None,
            Err(_) => open,
        },
        6 | 8 | 16 => match block(body, None) {
            Some(block) if facts.index_fits(block.index) && is_regular(block) => {
                if is_whole(block) {
                    telling(48 + bound_bits)
                } else {
                    telling(ODD_BITS)
                }
            }
            Some(_) => None,
            None => open,
        },
        7 => match block(body, Some(length - 9)) {
            Some(block) if facts.requests.contains(&block) => telling(CERTAIN_BITS),
            Some(block) if facts.index_fits(block.index) && is_regular(block) => {
                if is_whole(block) {
                    telling(44 + bound_bits)
                } else {
                    telling(ODD_BITS)
                }
            }
            Some(_) => None,
            None => open,
        },
        20 => match (body.u8("extended message ID"), body.u8("dictionary")) {
            (Ok(_), Ok(b'd')) => match body.rest() {
                [b'1'..=b'9', b':' | b'0'..=b'9', ..] => telling(KEY_BITS),
                _ => telling(40),
            },
            (Ok(0), Ok(_)) => None,
            (Ok(number), Ok(0 | 1)) if length == 3 => plain(if facts.upload_only == Some(number) { 28 } else { 24 }),
            (Ok(_), Ok(_)) => plain(0),
            _ => open,
        },
        21 | 23 => plain(40),
        // A bitfield of the size that the number of pieces asks for.
        5 => plain(if facts.index_bound.is_some_and(|bound| bound.div_ceil(8) == length - 1) { 32 } else { 0 }),
        _ => plain(12),
    }
}

/// The block of a request, or of a piece, which says its own length.
fn block(body: &mut Reader<'_>, length: Option<u32>) -> Option<Block> {
    let (index, begin) = (body.u32("index").ok()?, body.u32("begin").ok()?);
    let length = length.or_else(|| body.u32("length").ok())?;
    Some(Block { index, begin, length })
}

/// Blocks as clients ask for them: aligned, and no longer than any client gives.
fn is_regular(block: Block) -> bool {
    block.begin.is_multiple_of(BLOCK_BYTES) && (1..=LONGEST_BLOCK).contains(&block.length)
}

/// Blocks of the usual size or a multiple of it. A few numbers among zeros look like blocks of any other: the last one of a torrent, or
/// no block at all.
fn is_whole(block: Block) -> bool {
    block.length.is_multiple_of(BLOCK_BYTES)
}

/// What a block of an odd length weighs: too little to be believed alone.
const ODD_BITS: u32 = 32;

/// A dictionary that begins with a key: its length is a number.
const KEY_BITS: u32 = 52;

/// What clients ask for at one time.
const BLOCK_BYTES: u32 = 1 << 14;

/// The longest block that was seen in the wild.
const LONGEST_BLOCK: u32 = 1 << 17;

/// Where the number of pieces is not known: torrents have fewer.
const INDEX_BOUND: u32 = 1 << 22;

/// Messages of a chain that are weighed.
const CHAIN: usize = 8;

/// Keep-alives that a chain may hold: more are a run of zeros.
const KEEP_ALIVES: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 1).unwrap();
        [&length.to_be_bytes()[..], &[kind], body].concat()
    }

    fn request(index: u32) -> Vec<u8> {
        message(6, &[&index.to_be_bytes()[..], &0x4000_u32.to_be_bytes(), &0x4000_u32.to_be_bytes()].concat())
    }

    fn look(bytes: &[u8], of_peer: bool) -> Search {
        look_as(bytes, if of_peer { Standing::Peer } else { Standing::Stranger })
    }

    fn look_as(bytes: &[u8], standing: Standing) -> Search {
        let mut requests = Requests::default();
        requests.push(Block { index: 5, begin: 77, length: 100 }, crate::base::Time::default(), true);
        let upload_only = (standing == Standing::Peer).then_some(3);
        search(bytes, &Facts { index_bound: None, requests: &requests, upload_only, due: None, standing }, true)
    }

    #[test]
    fn one_request_is_enough_for_a_peer_and_two_for_a_stranger() {
        let noise = b"\xff\x00\x07noise";
        let one = [noise.as_slice(), &request(3)].concat();
        assert_eq!(look(&one, true), Search::Found { at: 8 });
        assert_eq!(look(&one, false), Search::Open { at: 8, bits: 48 });
        assert_eq!(look(&[one, request(4)].concat(), false), Search::Found { at: 8 });
    }

    #[test]
    fn one_block_is_enough_where_peers_spoke_before() {
        let look = |bytes: &[u8]| look_as(&[&b"\xff\x00\x07noise"[..], bytes].concat(), Standing::Acquaintance);
        assert_eq!(look(&request(3)), Search::Found { at: 8 });
        let have = message(4, &[0, 0, 0, 3]);
        assert_eq!(look(&have.repeat(2)), Search::Open { at: 8, bits: 48 }, "haves could be anything");
        assert_eq!(look(&have.repeat(3)), Search::Found { at: 8 });
        assert_eq!(look(&message(20, b"\x03dead")), Search::Open { at: 8, bits: 40 });
        assert_eq!(look(&message(20, b"\x03d1:ae")), Search::Found { at: 8 }, "a dictionary with a key is as good as a block");
    }

    #[test]
    fn numbers_among_zeros_are_no_block() {
        let mut zeros = vec![0; 2000];
        for (at, number) in [(2, 2), (3, 0x0e), (4, 7), (1003, 0x0d), (1004, 6), (1016, 1)] {
            zeros[at] = number;
        }
        let requests = Requests::default();
        let facts = Facts { index_bound: Some(64), requests: &requests, upload_only: None, due: None, standing: Standing::Peer };
        for may_wait in [true, false] {
            assert!(matches!(search(&zeros, &facts, may_wait), Search::Open { .. }));
        }
    }

    #[test]
    fn a_length_that_has_begun_is_waited_for() {
        for begun in [&[0][..], &[0, 0, 0x40], &[0, 0, 0x40, 9], &[0, 0, 0x40, 9, 7, 0]] {
            assert_eq!(look(&[&[0xff][..], begun].concat(), true), Search::Open { at: 1, bits: 0 });
        }
        let have = message(4, &[0, 0, 0, 3]);
        assert_eq!(look(&[&have[..], &[0]].concat(), true), Search::Open { at: 0, bits: 24 });
        assert_eq!(look(&[&have[..], &[0xff]].concat(), true), Search::Open { at: 6, bits: 0 }, "no length begins so");
    }

    #[test]
    fn one_have_is_not_enough_for_a_peer() {
        let have = message(4, &[0, 0, 0, 3]);
        assert_eq!(look(&have, true), Search::Open { at: 0, bits: 24 });
        assert_eq!(look(&[&[0xff][..], &have, &have].concat(), true), Search::Found { at: 1 });
    }

    #[test]
    fn the_small_messages_behind_a_lost_extension_handshake_are_known() {
        let port = message(9, &[0x9f, 0xff]);
        let interested = message(2, &[]);
        for (number, value, more, found) in [
            (3, 0, &[][..], true),
            (3, 2, &[], false),
            (4, 1, &[], false),
            (4, 1, &interested, true),
            (4, 2, &interested, false),
            (0, 1, &interested, false),
        ] {
            let bytes = [&port, &message(20, &[number, value])[..], more].concat();
            assert_eq!(look(&bytes, true) == Search::Found { at: 0 }, found, "{bytes:?}");
            assert!(matches!(look(&bytes, false), Search::Open { .. }));
        }
        assert!(matches!(look(&message(20, &[3, 0]), true), Search::Open { at: 0, bits: 28 }), "alone it is not enough");
    }

    #[test]
    fn a_message_of_an_extension_needs_one_more_for_a_stranger() {
        let pex = message(20, b"\x01d5:added0:e");
        assert_eq!(look(&pex, false), Search::Open { at: 0, bits: 52 });
        assert_eq!(look(&[&pex[..], &message(2, &[])].concat(), false), Search::Found { at: 0 });
        let no_key = message(20, b"\x01dead");
        assert_eq!(look(&[no_key, message(2, &[])].concat(), false), Search::Open { at: 0, bits: 52 });
    }

    #[test]
    fn haves_are_never_enough_for_a_stranger() {
        let haves = (0..8).flat_map(|index: u32| message(4, &index.to_be_bytes())).collect::<Vec<_>>();
        assert_eq!(look(&haves, true), Search::Found { at: 0 });
        assert!(matches!(look(&haves, false), Search::Open { .. }));
    }

    #[test]
    fn zeros_weigh_nothing() {
        assert!(matches!(look(&[0; 20_000], true), Search::Open { at: 19_989.., bits: 0 }));
        assert!(matches!(look(&[&[0; 100][..], &[1; 100]].concat(), true), Search::Open { at: 200, bits: 0 }));
    }

    #[test]
    fn no_chain_begins_with_a_keep_alive() {
        let haves = [message(4, &[0, 0, 0, 1]), vec![0; 4], message(4, &[0, 0, 0, 2])].concat();
        assert_eq!(look(&[&[9, 0, 0, 0, 0][..], &haves].concat(), true), Search::Found { at: 5 });
    }

    #[test]
    fn a_block_that_was_asked_for_is_known_however_odd() {
        let piece = [&message(7, &[0, 0, 0, 5, 0, 0, 0, 77])[4..], &[0xee; 100]].concat();
        let piece = [&109_u32.to_be_bytes()[..], &piece].concat();
        assert_eq!(look(&[&[9, 9][..], &piece].concat(), true), Search::Found { at: 2 });
        let other = [&109_u32.to_be_bytes()[..], &[7, 0, 0, 0, 6, 0, 0, 0, 77], &[0xee; 100]].concat();
        assert!(matches!(look(&other, true), Search::Open { bits: 0, .. }));
    }

    #[test]
    fn a_chain_that_breaks_is_no_chain_but_for_what_is_certain() {
        let asked = [&109_u32.to_be_bytes()[..], &[7, 0, 0, 0, 5, 0, 0, 0, 77], &[0xee; 100], &[0xff; 40]].concat();
        assert_eq!(look(&asked, true), Search::Found { at: 0 });
        let broken = [request(1), request(2), vec![0xff; 40]].concat();
        assert!(matches!(look(&broken, true), Search::Open { bits: 0, .. }));
    }

    #[test]
    fn a_handshake_is_found_and_waited_for() {
        let bytes = [&[7; 5][..], PREFIX].concat();
        assert_eq!(look(&bytes, false), Search::Found { at: 5 });
        assert_eq!(look(&bytes[..20], false), Search::Open { at: 5, bits: 0 });
    }
}
