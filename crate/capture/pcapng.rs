//! The newer container: blocks, in sections, each with its own byte order and interfaces.
//!
//! In: bytes from the start of a block. Out: a [`Step`], and what stands beside frames: comments, names of addresses, how many packets were
//! dropped. Document: draft-ietf-opsawg-pcapng. Custom blocks and secrets are stepped over. Where the file is damaged the next block is looked for that can be one.
//!
//! ```text
//! block  type 4 | length 4 | body | length 4
//! ```
//!
//! pcap-parser finds the blocks and options; the bodies are read here, because its enhanced packet gathers options in a vector (which
//! a hostile block grows to ten times its size), its interface knows no resolution in powers of two and reads `if_tsoffset` in
//! one byte order only.

mod names;

use pcap_parser::nom::{Err, IResult, Needed};
use pcap_parser::{EPB_MAGIC, IDB_MAGIC, OptionCode, PcapError, SHB_MAGIC, SPB_MAGIC};
use pcap_parser::{PcapNGOption, parse_option_be, parse_option_le, parse_unknownblock_be, parse_unknownblock_le};

use super::{Aside, Caps, Flaw, Frame, LinkType, Place, Step};
use crate::base::{Code, Time};

/// A pcapng file: the section that was begun last.
#[derive(Debug, Default)]
pub(super) struct Pcapng {
    /// Where the block should be that could not be found, and why.
    lost: Option<(u64, &'static str)>,
    asides: Vec<(u64, Aside)>,
    /// The interface of the frame before.
    interface: u32,
    order: Order,
    /// The section's interfaces by number; `None` where the block that described it is damaged.
    interfaces: Vec<Option<Interface>>,
    /// The time of the frame before.
    time: Time,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Order {
    #[default]
    Little,
    Big,
}

#[derive(Clone, Copy, Debug)]
struct Interface {
    link_type: LinkType,
    /// Most bytes of a frame that were kept; 0 means all.
    snaplen: u32,
    resolution: Resolution,
    /// Nanoseconds to add to every time.
    offset: i128,
    /// Packets that it dropped, as far as was told.
    dropped: u64,
}

/// What one unit of a time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resolution {
    /// So many nanoseconds.
    Nanos(u64),
    /// One nanosecond divided by so many.
    PerNano(u64),
    /// One second divided by two to this power.
    Binary(u8),
}

/// What a packet block says of its frame.
struct Packet<'a> {
    interface: u32,
    link_type: LinkType,
    time: Time,
    bytes: &'a [u8],
    original_len: u32,
}

/// The inside of a block contradicts itself.
struct Damaged;

/// Whether `bytes` begin a pcapng file of version 1. Of a shorter start only what is there is judged.
pub(super) fn recognised(bytes: &[u8]) -> bool {
    if bytes.len() < 12 {
        return bytes.starts_with(&SECTION);
    }
    has_magic(bytes) && section_order(bytes).is_some_and(|order| bytes.get(12..14).is_none_or(|major| order.version_1() == major))
}

/// Whether `bytes` begin with a section header whose byte order can be told.
pub(super) fn has_magic(bytes: &[u8]) -> bool {
    bytes.starts_with(&SECTION) && section_order(bytes).is_some()
}

/// The byte order of the section that `bytes` begin with.
fn section_order(bytes: &[u8]) -> Option<Order> {
    match bytes.get(8..12)? {
        [0x1a, 0x2b, 0x3c, 0x4d] => Some(Order::Big),
        [0x4d, 0x3c, 0x2b, 0x1a] => Some(Order::Little),
        _ => None,
    }
}

impl Pcapng {
    /// The block that `bytes` begin with.
    pub(super) fn next<'a>(&mut self, bytes: &'a [u8], last: bool, limits: Caps, place: Place) -> Step<'a> {
        if self.lost.is_some() {
            return self.search(bytes, last, limits, place);
        }
        if bytes.len() < SMALLEST_BLOCK {
            return Step::More { needed: SMALLEST_BLOCK };
        }
        // A section's own header is the one block whose length may be in another byte order than those before it.
        if bytes.starts_with(&SECTION) {
            match section_order(bytes) {
                Some(order) if recognised(bytes) => self.order = order,
                _ => return self.lose(VERSION, place),
            }
        }
        match self.order.block(bytes) {
            Ok((rest, block)) if bytes.len() - rest.len() <= limits.record_bytes => {
                let used = bytes.len() - rest.len();
                if block.block_len1 == block.block_len2 {
                    return self.whole(self.order.block_type(block.block_type), block.data, used, limits, place);
                }
                // Nothing in a block whose two lengths disagree can be trusted. The first is right if another block is behind it.
                match self.order.could_begin(rest, limits) {
                    _ if rest.is_empty() && last => damaged(used, LENGTHS, place),
                    Some(true) => damaged(used, LENGTHS, place),
                    None if !last => Step::More { needed: used + SMALLEST_BLOCK },
                    _ => self.lose(LENGTHS, place),
                }
            }
            Err(Err::Incomplete(Needed::Size(missing))) if bytes.len().saturating_add(missing.get()) <= limits.record_bytes => match last {
                true if (1..bytes.len()).any(|at| self.chain(bytes, at, true, limits) == Some(Ok(()))) => self.lose(LENGTHS, place),
                _ => Step::More { needed: bytes.len() + missing.get() },
            },
            _ => self.lose(IMPOSSIBLE, place),
        }
    }

    pub(super) fn has_asides(&self) -> bool {
        !self.asides.is_empty()
    }

    /// What stood beside frames in the blocks since this was asked last.
    pub(super) fn take_asides(&mut self) -> Vec<(u64, Aside)> {
        std::mem::take(&mut self.asides)
    }

    /// The interface of the frame found last.
    pub(super) fn interface_of_frame(&self) -> u32 {
        self.interface
    }

    /// A block that is whole, for all its lengths say.
    fn whole<'a>(&mut self, kind: u32, body: &'a [u8], used: usize, limits: Caps, place: Place) -> Step<'a> {
        let step = match self.content(kind, body, limits) {
            Ok(Some(packet)) => Step::Frame { used, frame: packet.frame(place) },
            Ok(None) => Step::Skip { used, finding: self.beside(kind, body, limits, place) },
            Err(Damaged) => return damaged(used, INSIDE, place),
        };
        if let Some(options) = self.options_of(kind, body) {
            self.read_comments(options, limits, place);
        }
        step
    }

    /// Takes what a block without a frame says of the others.
    fn beside(&mut self, kind: u32, body: &[u8], limits: Caps, place: Place) -> Option<Flaw> {
        match kind {
            NAMES => {
                let names = names::read(body, |bytes| self.order.u16(bytes), limits.names);
                self.asides.extend(names.known.into_iter().map(|(address, name)| (place.offset, Aside::Name(address, name))));
                names.flaw.map(|(code, reason)| Flaw { code, offset: place.offset, bytes: 0, reason })
            }
            INTERFACE_STATISTICS => {
                let dropped = self.dropped(body);
                self.asides.extend(dropped.map(|dropped| (place.offset, dropped)));
                None
            }
            SECRETS => {
                self.asides.push((place.offset, Aside::Secrets));
                None
            }
            _ => None,
        }
    }

    /// What an interface statistics block tells of packets dropped: interface 4, time 8, options. They are counted since the capture began.
    fn dropped(&mut self, body: &[u8]) -> Option<Aside> {
        let (header, mut options) = body.split_first_chunk::<12>()?;
        let number = self.order.u32(*header.first_chunk()?);
        let mut dropped = 0_u64;
        while let Ok((rest, option)) = self.order.option(options) {
            options = rest;
            match (option.code, option.as_bytes().map(<[u8; 8]>::try_from)) {
                (OptionCode::EndOfOpt, _) => break,
                (OptionCode(DROPPED_BY_INTERFACE | DROPPED_BY_SYSTEM), Ok(Ok(count))) => {
                    dropped = dropped.saturating_add(self.order.i64(count).cast_unsigned());
                }
                _ => {}
            }
        }
        let interface = self.interfaces.get_mut(usize::try_from(number).ok()?)?.as_mut()?;
        let packets = dropped.saturating_sub(interface.dropped);
        interface.dropped = interface.dropped.max(dropped);
        (packets > 0).then_some(Aside::Dropped { interface: number, packets })
    }

    /// The options of a block, if there can be a comment in them.
    #[inline]
    fn options_of<'a>(&self, kind: u32, body: &'a [u8]) -> Option<&'a [u8]> {
        let start = match kind {
            EPB_MAGIC | OBSOLETE_PACKET => {
                let captured = usize::try_from(self.order.u32(*body.get(12..16)?.first_chunk()?)).ok()?;
                20 + captured.checked_next_multiple_of(4)?
            }
            SHB_MAGIC => 16,
            IDB_MAGIC => 8,
            INTERFACE_STATISTICS => 12,
            _ => return None,
        };
        body.get(start..).filter(|options| options.len() > 4)
    }

    fn read_comments(&mut self, mut options: &[u8], limits: Caps, place: Place) {
        let mut read = 0;
        while let Ok((rest, option)) = self.order.option(options) {
            options = rest;
            match (option.code, option.as_bytes()) {
                (OptionCode::EndOfOpt, _) => break,
                (OptionCode::Comment, Ok(text)) if read < COMMENTS_OF_A_BLOCK => {
                    let text = String::from_utf8_lossy(text.get(..limits.comment_bytes).unwrap_or(text)).into_owned();
                    self.asides.push((place.offset, Aside::Comment(text)));
                    read += 1;
                }
                _ => {}
            }
        }
    }

    /// No block begins here.
    #[cold]
    fn lose<'a>(&mut self, reason: &'static str, place: Place) -> Step<'a> {
        self.lost = Some((place.offset, reason));
        Step::Skip { used: 1, finding: None }
    }

    /// Looks for the next block: one of a known type, both of whose lengths agree, and another behind it or the file's end.
    #[cold]
    fn search<'a>(&mut self, bytes: &[u8], last: bool, limits: Caps, place: Place) -> Step<'a> {
        let Some((from, reason)) = self.lost else { return Step::Skip { used: 0, finding: None } };
        let flaw = |code, at: usize| Flaw { code, offset: from, bytes: place.offset + at as u64 - from, reason };
        let given_up = limits.searched_bytes.saturating_sub(place.offset - from);
        for at in 0..bytes.len() {
            if at as u64 >= given_up {
                return Step::End { finding: Some(flaw(Code::FileDamaged, at)) };
            }
            match self.chain(bytes, at, last, limits) {
                Some(Ok(())) => {
                    self.lost = None;
                    return Step::Skip { used: at, finding: Some(flaw(Code::RecordsSkipped, at)) };
                }
                Some(Err(needed)) if at == 0 => return Step::More { needed },
                Some(Err(_)) => return Step::Skip { used: at, finding: None },
                None => {}
            }
        }
        match bytes.len() {
            rest if last => Step::End { finding: Some(flaw(Code::FileDamaged, rest)) },
            0 => Step::More { needed: 1 },
            used => Step::Skip { used, finding: None },
        }
    }

    /// Whether blocks follow each other from `at` on; `Err` when that is seen once so many bytes are there.
    fn chain(&self, bytes: &[u8], at: usize, last: bool, limits: Caps) -> Option<Result<(), usize>> {
        let more = |needed| if last { None } else { Some(Err(needed)) };
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(head) = rest.first_chunk::<SMALLEST_BLOCK>() else { return more(at + SMALLEST_BLOCK) };
        let order = if head.starts_with(&SECTION) { section_order(rest)? } else { self.order };
        let length = order.likely_block(head, limits)?;
        let Some(block) = rest.get(..length) else { return more(at + length) };
        let trailer = block.last_chunk().map(|length| order.u32(*length));
        if trailer.and_then(|length| usize::try_from(length).ok()) != Some(length) || !self.has_interface(order, block) {
            return None;
        }
        let behind = rest.get(length..).unwrap_or_default();
        match behind.first_chunk::<SMALLEST_BLOCK>() {
            Some(next) => order.likely_block(next, limits).or_else(|| next.starts_with(&SECTION).then_some(0)).map(|_| Ok(())),
            None if !last => Some(Err(at + length + SMALLEST_BLOCK)),
            None => Some(Ok(())),
        }
    }

    /// Whether a packet block is of an interface that there is.
    fn has_interface(&self, order: Order, block: &[u8]) -> bool {
        let fields = |at: usize| block.get(at..at + 4).and_then(|field| field.first_chunk()).map(|field| order.u32(*field));
        match fields(0) {
            Some(EPB_MAGIC) => fields(8).is_some_and(|number| (number as usize) < self.interfaces.len()),
            Some(SPB_MAGIC) => !self.interfaces.is_empty(),
            _ => true,
        }
    }

    /// What the body of a block says.
    fn content<'a>(&mut self, kind: u32, body: &'a [u8], limits: Caps) -> Result<Option<Packet<'a>>, Damaged> {
        let packet = match kind {
            EPB_MAGIC => self.enhanced(body),
            SPB_MAGIC => self.simple(body),
            OBSOLETE_PACKET => self.obsolete(body),
            IDB_MAGIC => return self.interface(body, limits).map(|()| None),
            SHB_MAGIC => {
                self.interfaces.clear();
                return Ok(None);
            }
            _ => return Ok(None),
        }
        .ok_or(Damaged)?;
        (self.time, self.interface) = (packet.time, packet.interface);
        Ok(Some(packet))
    }

    /// An enhanced packet block: interface 4, time 8, captured length 4, original length 4, bytes.
    fn enhanced<'a>(&self, body: &'a [u8]) -> Option<Packet<'a>> {
        let (header, body) = body.split_first_chunk::<20>()?;
        let ([interface, high, low, captured, original], _) = header.as_chunks::<4>() else { return None };
        self.packet(self.order.u32(*interface), [*high, *low], *captured, *original, body)
    }

    /// The packet block before 2009: interface 2, drops 2, then as the enhanced one.
    fn obsolete<'a>(&self, body: &'a [u8]) -> Option<Packet<'a>> {
        let (header, body) = body.split_first_chunk::<20>()?;
        let ([[first, second, ..], high, low, captured, original], _) = header.as_chunks::<4>() else { return None };
        self.packet(u32::from(self.order.u16([*first, *second])), [*high, *low], *captured, *original, body)
    }

    fn packet<'a>(
        &self,
        interface: u32,
        [high, low]: [[u8; 4]; 2],
        captured: [u8; 4],
        original: [u8; 4],
        body: &'a [u8],
    ) -> Option<Packet<'a>> {
        let number = interface;
        let interface = self.interfaces.get(usize::try_from(number).ok()?)?.as_ref()?;
        let units = u64::from(self.order.u32(high)) << 32 | u64::from(self.order.u32(low));
        Some(Packet {
            interface: number,
            link_type: interface.link_type,
            time: interface.time(units),
            bytes: body.get(..usize::try_from(self.order.u32(captured)).ok()?)?,
            original_len: self.order.u32(original),
        })
    }

    /// A simple packet block: original length 4, bytes up to the snap length of interface 0. It has no time.
    fn simple<'a>(&self, body: &'a [u8]) -> Option<Packet<'a>> {
        let (original, body) = body.split_first_chunk()?;
        let interface = self.interfaces.first()?.as_ref()?;
        let original_len = self.order.u32(*original);
        let captured = if interface.snaplen == 0 { original_len } else { original_len.min(interface.snaplen) };
        let bytes = body.get(..usize::try_from(captured).ok()?).unwrap_or(body);
        Some(Packet { interface: 0, link_type: interface.link_type, time: self.time, bytes, original_len })
    }

    /// An interface description block. A damaged one keeps its number, so that those after it keep theirs.
    fn interface(&mut self, body: &[u8], limits: Caps) -> Result<(), Damaged> {
        if self.interfaces.len() >= limits.interfaces {
            return Err(Damaged);
        }
        let interface = Interface::read(self.order, body);
        self.interfaces.push(interface);
        interface.map(|_| ()).ok_or(Damaged)
    }
}

/// Steps over a block of which nothing can be read.
fn damaged<'a>(used: usize, reason: &'static str, place: Place) -> Step<'a> {
    let flaw = Flaw { code: Code::BlockDamaged, offset: place.offset, bytes: used as u64, reason };
    Step::Skip { used, finding: Some(flaw) }
}

impl<'a> Packet<'a> {
    fn frame(self, Place { number, offset }: Place) -> Frame<'a> {
        let Packet { link_type, time, bytes, original_len, .. } = self;
        Frame { number, offset, time, link_type, bytes, original_len }
    }
}

impl Interface {
    /// The body of an interface description block: link type 2, reserved 2, snap length 4, options.
    fn read(order: Order, body: &[u8]) -> Option<Self> {
        let ([link_0, link_1, _, _, snaplen @ ..], mut options) = body.split_first_chunk::<8>()?;
        let link_type = LinkType(u32::from(order.u16([*link_0, *link_1])));
        let mut interface =
            Interface { link_type, snaplen: order.u32(*snaplen), resolution: Resolution::Nanos(1000), offset: 0, dropped: 0 };
        while let Ok((rest, option)) = order.option(options) {
            options = rest;
            match (option.code, option.as_bytes()) {
                (OptionCode::EndOfOpt, _) => break,
                (OptionCode::IfTsresol, Ok(&[exponent])) => interface.resolution = Resolution::read(exponent),
                (OptionCode::IfTsoffset, Ok(seconds)) => {
                    interface.offset = seconds.try_into().map_or(0, |seconds| i128::from(order.i64(seconds)) * 1_000_000_000);
                }
                _ => {}
            }
        }
        Some(interface)
    }

    fn time(&self, units: u64) -> Time {
        let nanos = self.offset + self.resolution.nanos(units);
        Time::from_nanos(i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX }))
    }
}

impl Resolution {
    /// The option `if_tsresol`: the negative power of ten, or of two when the highest bit is set.
    fn read(exponent: u8) -> Self {
        let power = exponent & 0x7f;
        match exponent {
            0x80.. => Resolution::Binary(power),
            0..=9 => Resolution::Nanos(10_u64.pow(u32::from(9 - power))),
            // Of a divisor beyond 64 bits, which no time reaches, nothing is left.
            _ => Resolution::PerNano(10_u64.checked_pow(u32::from(power - 9)).unwrap_or(u64::MAX)),
        }
    }

    fn nanos(self, units: u64) -> i128 {
        match self {
            Resolution::Nanos(nanos) => i128::from(units) * i128::from(nanos),
            Resolution::PerNano(parts) => i128::from(units / parts),
            Resolution::Binary(power) => (i128::from(units) * 1_000_000_000) >> power,
        }
    }
}

impl Order {
    fn block(self, bytes: &[u8]) -> IResult<&[u8], pcap_parser::UnknownBlock<'_>, PcapError<&[u8]>> {
        match self {
            Order::Little => parse_unknownblock_le(bytes),
            Order::Big => parse_unknownblock_be(bytes),
        }
    }

    /// Whether a block of any type can begin with `bytes`; `None` when they are too few to tell.
    fn could_begin(self, bytes: &[u8], limits: Caps) -> Option<bool> {
        let head = bytes.first_chunk::<SMALLEST_BLOCK>()?;
        Some(head.starts_with(&SECTION) || self.block_length(head, limits).is_some())
    }

    /// The length of the block that begins so, if it is one that can be.
    fn block_length(self, head: &[u8; SMALLEST_BLOCK], limits: Caps) -> Option<usize> {
        let [_, _, _, _, a, b, c, d, ..] = *head;
        let length = usize::try_from(self.u32([a, b, c, d])).ok()?;
        (length % 4 == 0 && (SMALLEST_BLOCK..=limits.record_bytes).contains(&length)).then_some(length)
    }

    /// The same, if it is a block of a known type and not larger than those of links.
    fn likely_block(self, head: &[u8; SMALLEST_BLOCK], limits: Caps) -> Option<usize> {
        let [a, b, c, d, ..] = *head;
        KNOWN_BLOCKS.contains(&self.u32([a, b, c, d])).then_some(())?;
        self.block_length(head, limits).filter(|length| *length <= LARGEST_FOUND)
    }

    /// The type of a block; pcap-parser reads it in little-endian order whatever the section's is.
    fn block_type(self, little: u32) -> u32 {
        self.u32(little.to_le_bytes())
    }

    fn option(self, bytes: &[u8]) -> IResult<&[u8], PcapNGOption<'_>, PcapError<&[u8]>> {
        match self {
            Order::Little => parse_option_le(bytes),
            Order::Big => parse_option_be(bytes),
        }
    }

    fn u16(self, bytes: [u8; 2]) -> u16 {
        if self == Order::Big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        if self == Order::Big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    fn i64(self, bytes: [u8; 8]) -> i64 {
        if self == Order::Big { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) }
    }

    /// The major version 1, which is the only one.
    fn version_1(self) -> [u8; 2] {
        if self == Order::Big { [0, 1] } else { [1, 0] }
    }
}

/// Bytes of a block without a body; also through the byte-order magic of a section header.
const SMALLEST_BLOCK: usize = 12;

/// The type of a section header block, the same in both byte orders.
const SECTION: [u8; 4] = SHB_MAGIC.to_be_bytes();

/// The type of the obsolete packet block, which pcap-parser does not name.
const OBSOLETE_PACKET: u32 = 2;

/// The type of a name resolution block.
const NAMES: u32 = 4;

/// The type of an interface statistics block.
const INTERFACE_STATISTICS: u32 = 5;

/// Its options that count packets dropped: by the interface, and by the operating system.
const DROPPED_BY_INTERFACE: u16 = 5;
const DROPPED_BY_SYSTEM: u16 = 7;

/// The type of a decryption secrets block.
const SECRETS: u32 = 10;

/// The blocks that are looked for behind damage: packets, interfaces, names, statistics, systemd's journal, secrets, custom ones, sections.
const KNOWN_BLOCKS: [u32; 11] = [1, 2, 3, 4, 5, 6, 9, 10, 0xbad, 0x4000_0bad, SHB_MAGIC];

/// Bytes of the largest block that is looked for: Wireshark's bound for frames of most links.
const LARGEST_FOUND: usize = 256 << 10;

/// Comments of one block that are read; programs write one.
const COMMENTS_OF_A_BLOCK: usize = 16;

const VERSION: &str = "a section begins that cannot be read";
const LENGTHS: &str = "the two lengths of a block differ";
const IMPOSSIBLE: &str = "a block's length cannot be";
const INSIDE: &str = "the inside of a block contradicts itself";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::frames;

    /// The time that an interface with these options gives to `units`, in nanoseconds.
    fn nanos(exponent: Option<u8>, offset: i64, units: u64) -> i64 {
        let mut times = [(frames::Order::Little, Order::Little), (frames::Order::Big, Order::Big)].map(|(written, order)| {
            let mut options: Vec<_> = exponent.map(|exponent| frames::resolution(written, exponent)).into_iter().collect();
            options.push(frames::offset(written, offset));
            let block = frames::interface(written, 1, 0, &options);
            Interface::read(order, &block[8..block.len() - 4]).unwrap().time(units).nanos()
        });
        times.sort_unstable();
        assert_eq!(times[0], times[1], "the byte order makes no difference");
        times[0]
    }

    #[test]
    fn resolutions_and_offsets() {
        for (exponent, offset, units, expected) in [
            (None, 0, 1_700_000_000_123_456, 1_700_000_000_123_456_000),
            (Some(6), 0, 1, 1000),
            (Some(9), 0, 1_700_000_000_123_456_789, 1_700_000_000_123_456_789),
            (Some(0), 0, 1_700_000_000, 1_700_000_000_000_000_000),
            (Some(3), 0, 1_500, 1_500_000_000),
            (Some(12), 0, 1_234_567, 1234),
            (Some(19), 0, u64::MAX, 1_844_674_407),
            (Some(28), 0, u64::MAX, 1),
            (Some(127), 0, u64::MAX - 1, 0),
            (Some(0x80), 0, 3, 3_000_000_000),
            (Some(0x81), 0, 3, 1_500_000_000),
            (Some(0x80 | 32), 0, 5 << 31, 2_500_000_000),
            (Some(0xff), 0, u64::MAX, 0),
            (Some(6), 3600, 1, 3_600_000_001_000),
            (Some(9), -1, 1, -999_999_999),
            (Some(0), 0, u64::MAX, i64::MAX),
            (Some(0), i64::MIN, 0, i64::MIN),
            (Some(0), i64::MAX, u64::MAX, i64::MAX),
        ] {
            assert_eq!(nanos(exponent, offset, units), expected, "10^-{exponent:?} + {offset}");
        }
    }

    #[test]
    fn options_after_the_end_or_of_a_wrong_length_count_for_nothing() {
        let order = frames::Order::Little;
        let read = |options: &[Vec<u8>]| {
            let block = frames::interface(order, 1, 0, options);
            Interface::read(Order::Little, &block[8..block.len() - 4]).unwrap().resolution
        };
        assert_eq!(read(&[frames::option(order, 0, &[]), frames::resolution(order, 9)]), Resolution::Nanos(1000));
        assert_eq!(read(&[frames::option(order, 9, &[9, 9])]), Resolution::Nanos(1000));
        assert_eq!(read(&[frames::option(order, 14, &[9]), frames::resolution(order, 9)]), Resolution::Nanos(1));
        assert_eq!(read(&[vec![9, 0, 0xff, 0xff, 9]]), Resolution::Nanos(1000));
    }
}
