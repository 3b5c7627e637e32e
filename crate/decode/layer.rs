//! One header after the other, until a packet stands there.
//!
//! In: what of a frame is left from some place on, and what it begins with. Out: the [`End`] of it. Each kind of header is a function from
//! a [`Span`] to [`Next`], in a file of its kind; what leads to which function stands here and, for link types, in [`link`].

use super::ip::{self, Ends};
use super::msdu::Part;
use super::{Packet, ether_type, link, point_to_point, wireless};
use crate::base::Code;
use crate::capture::LinkType;

/// What is left of a frame from some place on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span<'a> {
    /// The part that the capture has.
    pub(super) captured: &'a [u8],
    /// Bytes that there were on the wire; no fewer than captured.
    pub(super) wire: usize,
}

/// What a span begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    /// A frame of this link type.
    Link(LinkType),
    /// What follows this Ethernet type.
    EtherType(u16),
    /// IEEE 802.2: what follows a length where Ethernet has its type.
    Llc,
    /// A frame of IEEE 802.11. `padded`: its header was lengthened to a multiple of four bytes.
    Wireless {
        /// Whether it was.
        padded: bool,
    },
    /// Several packets in one frame of IEEE 802.11 (A-MSDU).
    Aggregate,
    /// PPP, from its protocol on.
    Ppp,
    /// IPv4 or IPv6, whichever its version says.
    Ip,
    /// What an IP packet between these ends carries.
    Carried(Ends, u8),
}

/// The layer that follows, or the end of reading: a packet if all went well.
pub(super) type Next<'a> = Result<(Layer, Span<'a>), End<'a>>;

/// Where reading a frame ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End<'a> {
    /// A datagram or segment.
    Packet(Packet<'a>),
    /// A part of an IP packet.
    Fragment(Fragment<'a>),
    /// A part of a wireless frame.
    Part(Part<'a>),
    /// Something else, in good order.
    Nothing,
    /// Something that could not be read.
    Found(Code),
}

/// A part of an IP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fragment<'a> {
    /// Which packet.
    pub(super) of: Fragmented,
    /// Bytes of the packet's content before this part.
    pub(super) offset: usize,
    /// Whether other parts follow this one.
    pub(super) more: bool,
    /// The part.
    pub(super) content: Span<'a>,
}

/// What parts of one IP packet have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fragmented {
    pub(super) ends: Ends,
    pub(super) protocol: u8,
    /// The number that the sender gave the packet.
    pub(super) number: u32,
}

/// One way through the layers of a frame.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    /// How many layers are read.
    pub(super) layers: usize,
    /// What follows the first packet of an [`Layer::Aggregate`].
    pub(super) later: Option<Span<'a>>,
    /// An IPv4 header on the way had a wrong checksum.
    pub(super) checksum_wrong: bool,
}

impl<'a> Span<'a> {
    /// All of a frame, of which `uncaptured` bytes are not in the capture.
    pub(super) fn new(captured: &'a [u8], uncaptured: usize) -> Self {
        Span { captured, wire: captured.len().saturating_add(uncaptured) }
    }

    /// The next `N` bytes, and what follows them.
    pub(super) fn take<const N: usize>(self) -> Result<([u8; N], Span<'a>), End<'a>> {
        let bytes = self.captured.first_chunk().ok_or(MALFORMED)?;
        Ok((*bytes, self.skip(N)?))
    }

    /// What follows the next `bytes` bytes, which must be captured.
    pub(super) fn skip(self, bytes: usize) -> Result<Span<'a>, End<'a>> {
        match (self.captured.get(bytes..), self.wire.checked_sub(bytes)) {
            (Some(captured), Some(wire)) => Ok(Span { captured, wire }),
            _ => Err(MALFORMED),
        }
    }

    /// The first `wire` bytes, by a length that overrules that of the frame.
    pub(super) fn of_length(self, wire: usize) -> Span<'a> {
        Span { captured: self.captured.get(..wire).unwrap_or(self.captured), wire }
    }

    /// Without the last `bytes` bytes on the wire.
    pub(super) fn without_last(self, bytes: usize) -> Span<'a> {
        self.of_length(self.wire.saturating_sub(bytes))
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(layers: usize) -> Self {
        Walk { layers, later: None, checksum_wrong: false }
    }

    /// Reads `span`, which begins with `layer`.
    pub(super) fn end_of(&mut self, layer: Layer, span: Span<'a>) -> End<'a> {
        self.told(layer, span, |_, _, _| {})
    }

    /// The same, telling of every layer what it begins with and what follows it.
    pub(super) fn told(&mut self, layer: Layer, span: Span<'a>, mut tell: impl FnMut(Layer, Span<'a>, &Next<'a>)) -> End<'a> {
        let mut next = (layer, span);
        for _ in 0..self.layers {
            let step = self.step(next.0, next.1);
            tell(next.0, next.1, &step);
            next = match step {
                Ok(next) => next,
                Err(end) => return end,
            };
        }
        End::Found(Code::LimitNesting)
    }

    /// Reads one layer.
    pub(super) fn step(&mut self, layer: Layer, span: Span<'a>) -> Next<'a> {
        match layer {
            Layer::Link(link_type) => link::read(link_type, span),
            Layer::EtherType(kind) => ether_type::read(kind, span),
            Layer::Llc => ether_type::llc(span),
            Layer::Wireless { padded } => wireless::frame(padded, span),
            Layer::Aggregate => {
                let (first, later) = wireless::first_of(span)?;
                self.later = later;
                Ok((Layer::Llc, first))
            }
            Layer::Ppp => point_to_point::ppp(span),
            Layer::Ip => {
                self.checksum_wrong |= ip::checksum_wrong(span.captured);
                ip::header(span)
            }
            Layer::Carried(ends, protocol) => ip::contents(ends, protocol, span),
        }
    }
}

/// Headers that end early or contradict themselves.
pub(super) const MALFORMED: End<'static> = End::Found(Code::PacketMalformed);

/// What is in order and of no interest here.
pub(super) const NOTHING: Next<'static> = Err(End::Nothing);

/// A form of a link type that is not read.
pub(super) const UNREAD: Next<'static> = Err(End::Found(Code::LinkUnknown));

/// What its link encrypted.
pub(super) const ENCRYPTED: Next<'static> = Err(End::Found(Code::LinkEncrypted));

/// Where a frame's bytes from some layer on end, if `uncaptured` bytes more were on the wire.
#[cfg(test)]
pub(super) fn end_of(layer: Layer, bytes: &[u8], uncaptured: usize) -> End<'_> {
    Walk::new(24).end_of(layer, Span::new(bytes, uncaptured))
}
