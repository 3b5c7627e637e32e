//! Floor 2: the bytes of a capture file → [`Frame`]s.
//!
//! In: a file's bytes, from its start, in any chunking. Out: frames, numbered and placed. The format is sniffed from the first
//! bytes, never taken from a name. [`Input`] takes compressions off. [`Reader::next`] is a pull: it looks at the bytes there are and says
//! what it found and how many it used, so whoever holds the bytes decides where they live and no byte is copied here.
//! Documents: the pcap and pcapng drafts of the IETF's opsawg, RFC 1761; each file names its own.

mod asides;
mod error;
mod input;
mod link_type;
mod netmon;
mod pcap;
mod pcapng;
mod records;
mod snoop;
mod unpack;
mod unpacked;
mod written;

pub use asides::Aside;
pub use error::CaptureError;
pub use input::{Advance, Input};
pub use link_type::LinkType;
pub use unpacked::{Unpacked, Unpacking};
pub use written::PcapngWriter;

use crate::base::{Code, Limits, Time};

/// One captured frame, borrowed from the bytes given to [`Reader::next`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The frame's number, from 1, within its file.
    pub number: u64,
    /// Bytes from the start of the file to the frame's record.
    pub offset: u64,
    /// When it was captured. A pcapng simple packet has no time: it gets that of the frame before.
    pub time: Time,
    /// What `bytes` begin with.
    pub link_type: LinkType,
    /// The frame as captured.
    pub bytes: &'a [u8],
    /// Its length on the wire, in bytes: more than `bytes` when the snap length cut it. Some writers (sharppcap, on Windows)
    /// give less; then this number means nothing.
    pub original_len: u32,
}

/// What [`Reader::next`] found at the start of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A frame.
    Frame {
        /// Bytes of its record: the next call begins after them.
        used: usize,
        /// The frame.
        frame: Frame<'a>,
    },
    /// Something without a frame: a header, an interface, a block of an unknown type.
    Skip {
        /// Its bytes: the next call begins after them.
        used: usize,
        /// What was wrong with it, if anything was.
        finding: Option<Flaw>,
    },
    /// The bytes end inside a record.
    More {
        /// How many are wanted next time, counted from the start of these; always more than these.
        needed: usize,
    },
    /// Nothing more can be read from this file.
    End {
        /// Why, unless the file simply ends.
        finding: Option<Flaw>,
    },
}

/// What is wrong with a file, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// What it is.
    pub code: Code,
    /// Bytes from the start of the capture to it, unpacked.
    pub offset: u64,
    /// Bytes that could not be read because of it.
    pub bytes: u64,
    /// What was seen there, in a few words.
    pub reason: &'static str,
}

/// Reads one capture file.
#[derive(Debug)]
pub struct Reader {
    container: Container,
    limits: Caps,
    place: Place,
    ended: bool,
}

#[derive(Debug)]
enum Container {
    Unknown,
    Pcap(pcap::Pcap),
    Pcapng(pcapng::Pcapng),
    Snoop(snoop::Snoop),
    Netmon(netmon::Netmon),
}

/// The caps that matter to this floor; their reasons are in [`Limits`].
#[derive(Clone, Copy, Debug)]
struct Caps {
    record_bytes: usize,
    searched_bytes: u64,
    comment_bytes: usize,
    interfaces: usize,
    names: usize,
}

/// Where the next record stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The number of the next frame.
    number: u64,
    /// Bytes before it in the file.
    offset: u64,
}

impl Reader {
    /// A reader at the start of a file.
    pub fn new(limits: &Limits) -> Self {
        let limits = Caps {
            record_bytes: limits.record_bytes,
            searched_bytes: limits.searched_bytes,
            comment_bytes: limits.comment_bytes,
            interfaces: limits.interfaces,
            names: limits.host_names,
        };
        Reader { container: Container::Unknown, limits, place: Place { number: 1, offset: 0 }, ended: false }
    }

    /// The container: `pcap`, `pcapng`, `snoop` or `netmon`; empty until the first bytes have been seen.
    pub fn format(&self) -> &'static str {
        match self.container {
            Container::Unknown => "",
            Container::Pcap(_) => "pcap",
            Container::Pcapng(_) => "pcapng",
            Container::Snoop(_) => "snoop",
            Container::Netmon(_) => "netmon",
        }
    }

    /// The number of the interface that recorded the frame found last; 0 where the container does not say.
    pub fn interface(&self) -> u32 {
        match &self.container {
            Container::Pcapng(pcapng) => pcapng.interface_of_frame(),
            _ => 0,
        }
    }

    /// Whether [`take_asides`](Self::take_asides) has any to give.
    pub fn has_asides(&self) -> bool {
        matches!(&self.container, Container::Pcapng(pcapng) if pcapng.has_asides())
    }

    /// What stood beside frames in what was stepped over since this was asked last, each with the bytes from the start of the file to its
    /// block. What was found with a frame is about that frame.
    pub fn take_asides(&mut self) -> Vec<(u64, Aside)> {
        match &mut self.container {
            Container::Pcapng(pcapng) => pcapng.take_asides(),
            _ => Vec::new(),
        }
    }

    /// Looks at what comes next in the file.
    ///
    /// `bytes` is everything from the end of what was used before; `last` says that no byte will follow these. The frames do not
    /// depend on how the file is cut into calls.
    ///
    /// # Errors
    /// [`CaptureError`] when the first bytes are those of no capture that is read. It stays so.
    // Inlined into both readings that there are: calls for each frame and the copies that they need are a fiftieth of all the time.
    #[inline(always)]
    pub fn next<'a>(&mut self, bytes: &'a [u8], last: bool) -> Result<Step<'a>, CaptureError> {
        if self.ended {
            return Ok(Step::End { finding: None });
        }
        let step = match &mut self.container {
            Container::Pcap(pcap) => pcap.next(bytes, last, self.limits, self.place),
            Container::Pcapng(pcapng) => pcapng.next(bytes, last, self.limits, self.place),
            Container::Snoop(snoop) => snoop.next(bytes, last, self.limits, self.place),
            Container::Netmon(netmon) => netmon.next(bytes, last, self.limits, self.place),
            Container::Unknown => self.sniff(bytes, last)?,
        };
        let step = match step {
            Step::More { .. } if last => {
                let flaw =
                    Flaw { code: Code::FileCut, offset: self.place.offset, bytes: bytes.len() as u64, reason: "a record ends early" };
                Step::End { finding: (!bytes.is_empty()).then_some(flaw) }
            }
            step => step,
        };
        match step {
            Step::Frame { used, .. } => {
                self.place.number += 1;
                self.place.offset += used as u64;
            }
            Step::Skip { used, .. } => self.place.offset += used as u64,
            Step::More { .. } => {}
            Step::End { .. } => self.ended = true,
        }
        Ok(step)
    }

    /// Chooses the container by the first bytes.
    fn sniff<'a>(&mut self, bytes: &[u8], last: bool) -> Result<Step<'a>, CaptureError> {
        if bytes.len() < HEADER_BYTES && !last {
            return Ok(Step::More { needed: HEADER_BYTES });
        }
        if pcap::recognised(bytes) {
            self.container = Container::Pcap(pcap::Pcap::default());
        } else if pcapng::recognised(bytes) {
            self.container = Container::Pcapng(pcapng::Pcapng::default());
        } else if snoop::recognised(bytes) {
            self.container = Container::Snoop(snoop::Snoop::default());
        } else if netmon::recognised(bytes) {
            self.container = Container::Netmon(netmon::Netmon::default());
        } else if bytes.is_empty() {
            return Err(CaptureError::EMPTY);
        } else if bytes.len() < error::SNIFFED && !last {
            return Ok(Step::More { needed: error::SNIFFED });
        } else {
            return Err(CaptureError::of(bytes.get(..error::SNIFFED).unwrap_or(bytes)));
        }
        Ok(Step::Skip { used: 0, finding: None })
    }
}

/// The frame of the record that `bytes` begin with, whose head is so long.
#[inline(always)]
fn frame<'a>(bytes: &'a [u8], head: &records::Head, head_bytes: usize, link_type: LinkType, place: Place) -> Step<'a> {
    let Place { number, offset } = place;
    let end = head_bytes.saturating_add(usize::try_from(head.captured).unwrap_or(usize::MAX));
    let bytes = bytes.get(head_bytes..end).unwrap_or_default();
    let frame = Frame { number, offset, time: head.time, link_type, bytes, original_len: head.original };
    Step::Frame { used: usize::try_from(head.size).unwrap_or(usize::MAX), frame }
}

/// Bytes that tell the containers from everything else: a pcap file's header, the shortest but for that of snoop, which one record makes longer.
const HEADER_BYTES: usize = 24;

#[cfg(test)]
#[path = "../../tests/support/frames.rs"]
pub(crate) mod frames;

#[cfg(test)]
mod tests {
    use super::frames::{self, Order};
    use super::*;

    /// What a file gives: its frames, each as number, offset, nanoseconds, link type, bytes and original length; and its findings.
    type Found = (Vec<(u64, u64, i64, u32, Vec<u8>, u32)>, Vec<&'static str>);

    /// Reads a file of which `chunk` bytes more are there whenever more are wanted.
    pub(super) fn read_in_chunks(file: &[u8], chunk: usize) -> Found {
        let limits = Limits { record_bytes: 1000, interfaces: 4, ..Limits::default() };
        let mut reader = Reader::new(&limits);
        let (mut frames, mut findings, mut start, mut end) = (Vec::new(), Vec::new(), 0, 0);
        loop {
            match reader.next(&file[start..end], end == file.len()).unwrap() {
                Step::Frame { used, frame: Frame { number, offset, time, link_type, bytes, original_len } } => {
                    frames.push((number, offset, time.nanos(), link_type.0, bytes.to_vec(), original_len));
                    start += used;
                }
                Step::Skip { used, finding } => {
                    findings.extend(finding.map(|flaw| flaw.code.name()));
                    start += used;
                }
                Step::More { needed } => {
                    assert!(needed > end - start && end < file.len());
                    end = file.len().min(end + chunk);
                }
                Step::End { finding } => {
                    findings.extend(finding.map(|flaw| flaw.code.name()));
                    assert_eq!(reader.next(&file[start..], true), Ok(Step::End { finding: None }), "it stays so");
                    return (frames, findings);
                }
            }
        }
    }

    /// Reads a file whole and in chunks of every size, which must give the same.
    pub(super) fn read(file: &[u8]) -> Found {
        let found = read_in_chunks(file, usize::MAX / 2);
        for chunk in 1..file.len() {
            assert_eq!(read_in_chunks(file, chunk), found, "in chunks of {chunk}");
        }
        found
    }

    #[test]
    fn pcap_in_both_byte_orders_and_resolutions() {
        for order in [Order::Little, Order::Big] {
            for (nanoseconds, expected) in [(false, 1_700_000_000_000_007_000), (true, 1_700_000_000_000_000_007)] {
                let header = frames::pcap_header(order, nanoseconds, 0xf400_0071);
                let file = [
                    header,
                    frames::pcap_record(order, 1_700_000_000, 7, 99, b"frame"),
                    frames::pcap_record(order, u32::MAX, 0, 2, b"odd"),
                ];
                let (frames, findings) = read(&file.concat());
                assert_eq!(frames[0], (1, 24, expected, 0xf400_0071, b"frame".to_vec(), 99));
                assert_eq!(frames[1], (2, 45, 4_294_967_295_000_000_000, 0xf400_0071, b"odd".to_vec(), 2), "longer than it was");
                assert!(findings.is_empty());
            }
        }
    }

    #[test]
    fn pcapng_sections_of_either_byte_order() {
        let part = |order| {
            [
                frames::section(order),
                frames::interface(order, 1, 0, &[]),
                frames::interface(order, 101, 3, &[frames::option(order, 2, b"lo"), frames::resolution(order, 9)]),
                frames::block(order, 5, b"statistics"),
                frames::enhanced(order, 0, 5, 5, b"first"),
                frames::block(order, 0xbad, b"custom"),
                frames::simple(order, 6, b"second"),
                frames::obsolete(order, 1, 7, 9, b"third"),
                frames::block(order, 0x7777_7777, b""),
            ]
            .concat()
        };
        for (one, other) in [(Order::Little, Order::Big), (Order::Big, Order::Little)] {
            let (frames, findings) = read(&[part(one), part(other)].concat());
            let seen: Vec<_> =
                frames.iter().map(|(number, _, time, link, bytes, original)| (*number, *time, *link, &bytes[..], *original)).collect();
            assert_eq!(
                seen,
                [
                    (1, 5000, 1, &b"first"[..], 5),
                    (2, 5000, 1, b"second", 6),
                    (3, 7, 101, b"third", 9),
                    (4, 5000, 1, b"first", 5),
                    (5, 5000, 1, b"second", 6),
                    (6, 7, 101, b"third", 9),
                ]
            );
            assert!(findings.is_empty(), "{findings:?}");
            assert_eq!(frames[3].1 - frames[0].1, part(one).len() as u64, "places are those of the file");
        }
    }

    #[test]
    fn a_simple_packet_ends_at_the_snap_length() {
        for (snaplen, kept) in [(0, &b"whole"[..]), (3, b"who"), (9, b"whole")] {
            let file = [frames::section(Order::Big), frames::interface(Order::Big, 1, snaplen, &[]), frames::simple(Order::Big, 5, kept)];
            assert_eq!(read(&file.concat()).0[0].4, kept);
        }
        let order = Order::Little;
        let file = [frames::section(order), frames::interface(order, 1, 0, &[]), frames::simple(order, 500, b"not all there")];
        assert_eq!(read(&file.concat()).0[0].4, b"not all there\0\0\0", "a writer that cut without saying so: padding cannot be told");
    }

    #[test]
    fn damaged_blocks_cost_themselves() {
        let order = Order::Little;
        let interface = frames::interface(order, 1, 0, &[]);
        let good = frames::enhanced(order, 1, 0, 4, b"good");
        let captured_too_long = {
            let mut block = good.clone();
            block[20] = 200;
            block
        };
        let lengths_disagree = {
            let mut block = good.clone();
            *block.last_mut().unwrap() = 1;
            block
        };
        for (damaged, what) in [
            (frames::enhanced(order, 2, 0, 4, b"lost"), "no such interface"),
            (frames::enhanced(order, u32::MAX, 0, 4, b"lost"), "no such interface"),
            (frames::obsolete(order, 9, 0, 4, b"lost"), "no such interface"),
            (frames::block(order, 6, b"short"), "too short for its fields"),
            (frames::block(order, 3, b""), "too short for its fields"),
            (frames::block(order, 1, b"\x01\0\0\0"), "too short for its fields"),
            (captured_too_long, "captured length"),
            (lengths_disagree, "lengths"),
        ] {
            let file = [frames::section(order), interface.clone(), interface.clone(), damaged, good.clone()].concat();
            let (frames, findings) = read(&file);
            assert_eq!((frames.len(), &findings[..]), (1, &["block_damaged"][..]), "{what}");
        }
        let (frames, findings) = read(&[frames::section(order), frames::block(order, 1, b""), interface, good].concat());
        assert_eq!((frames.len(), &findings[..]), (1, &["block_damaged"][..]), "a damaged interface keeps its number");
    }

    #[test]
    fn interfaces_are_capped() {
        let order = Order::Big;
        let file =
            [vec![frames::section(order)], vec![frames::interface(order, 1, 0, &[]); 5], vec![frames::enhanced(order, 3, 0, 1, b"x")]];
        let (frames, findings) = read(&file.concat().concat());
        assert_eq!((frames.len(), &findings[..]), (1, &["block_damaged"][..]));
    }

    #[test]
    fn absurd_lengths_end_the_file() {
        let order = Order::Little;
        let pcap = [frames::pcap_header(order, false, 1), frames::pcap_record(order, 0, 0, 4, b"good")].concat();
        let pcapng = [frames::section(order), frames::interface(order, 1, 0, &[]), frames::enhanced(order, 0, 0, 4, b"good")].concat();
        let record = |captured: u32| [&[0; 8][..], &captured.to_le_bytes(), &[0; 4]].concat();
        let block = |length: u32| [&6_u32.to_le_bytes()[..], &length.to_le_bytes(), &[0; 1000]].concat();
        for (start, rest) in [
            (&pcap, record(u32::MAX)),
            (&pcap, [record(985), vec![0; 985]].concat()),
            (&pcapng, block(u32::MAX)),
            (&pcapng, block(1001)),
            (&pcapng, block(11)),
            (&pcapng, block(0)),
            (&pcapng, b"\x0a\x0d\x0d\x0a\x1c\0\0\0?+<M".to_vec()),
            (&pcapng, frames::section(order).iter().enumerate().map(|(at, byte)| if at == 12 { 2 } else { *byte }).collect()),
        ] {
            let (frames, findings) = read_in_chunks(&[&start[..], &rest].concat(), 7);
            assert_eq!((frames.len(), &findings[..]), (1, &["file_damaged"][..]), "{:?}", &rest[..12]);
        }
    }

    #[test]
    fn a_file_cut_anywhere_keeps_what_it_has() {
        let order = Order::Big;
        let pcap = [
            frames::pcap_header(order, true, 1),
            frames::pcap_record(order, 1, 2, 5, b"first"),
            frames::pcap_record(order, 1, 3, 6, b"second"),
        ];
        let pcapng = [
            [frames::section(order), frames::interface(order, 1, 0, &[])].concat(),
            frames::enhanced(order, 0, 0, 3, b"one"),
            frames::simple(order, 3, b"two"),
        ];
        for parts in [pcap, pcapng] {
            let file = parts.concat();
            let mut boundaries = vec![parts[0].len(), parts[0].len() + parts[1].len(), file.len()];
            if file[0] == 0x0a {
                boundaries.push(frames::section(order).len());
            }
            for end in 4..=file.len() {
                let (frames, findings) = read_in_chunks(&file[..end], 1);
                assert_eq!(frames.len(), boundaries[1..3].iter().filter(|boundary| end >= **boundary).count());
                assert_eq!(findings.is_empty(), boundaries.contains(&end), "cut at {end}");
            }
        }
    }

    #[test]
    fn what_is_no_capture_is_an_error_in_any_chunking() {
        let text = b"no capture at all, ".repeat(99);
        for (file, code) in [
            (&b""[..], "empty"),
            (b"\xd4\xc3\xb2", "not_a_capture"),
            (b"\x0a\x0d\x0d\x0a\0\0\0\0\0\0\0\0", "not_a_capture"),
            (&text, "not_a_capture"),
        ] {
            let whole = Reader::new(&Limits::default()).next(file, true).unwrap_err();
            assert_eq!(whole.code(), code);
            let mut reader = Reader::new(&Limits::default());
            for end in 0..file.len() {
                match reader.next(&file[..end], false) {
                    Ok(Step::More { needed }) => assert!(needed > end),
                    other => assert_eq!(other, Err(whole)),
                }
            }
            assert_eq!(reader.next(file, true), Err(whole), "and stays so");
            assert_eq!(reader.format(), "");
        }
        assert_eq!(Reader::new(&Limits::default()).next(b"", false), Ok(Step::More { needed: HEADER_BYTES }));
    }

    #[test]
    fn nothing_panics_on_a_byte_changed() {
        let order = Order::Little;
        let pcapng = [
            frames::section(order),
            frames::interface(order, 1, 0, &[frames::resolution(order, 6), frames::offset(order, 3600)]),
            frames::enhanced(order, 0, 77, 5, b"first"),
            frames::simple(order, 6, b"second"),
            frames::obsolete(order, 0, 7, 9, b"third"),
        ]
        .concat();
        for file in [pcapng, frames::pcap(&[b"frame".to_vec(), b"another".to_vec()])] {
            for at in 8..file.len() {
                for value in [0, 1, 0x7f, 0x80, 0xff, file[at].wrapping_add(1), file[at].wrapping_sub(1)] {
                    let mut changed = file.clone();
                    changed[at] = value;
                    if Reader::new(&Limits::default()).next(&changed, true).is_ok() {
                        assert_eq!(read_in_chunks(&changed, 1), read_in_chunks(&changed, 1 << 20), "byte {at} is {value}");
                    }
                }
            }
        }
    }
}
