//! Compressed files, unpacked on the way: the four compressions that captures come in.
//!
//! In: packed bytes in any chunking. Out: the bytes that were packed, as much as there is room for. No file is ever unpacked whole: a
//! decoder keeps its window, and what one of its blocks holds. Known by their first bytes, never by a name.
//!
//! Each file beside this one reads one format. What it is asked: [`Decoder::unpack`]. The bytes are the same in any chunking, also before
//! damage. Left out on purpose: bzip2, the older formats `.lzma`, `.lz` and `.Z`, dictionaries, and archives such as ZIP.

mod gzip;
mod lz4;
mod xz;
mod zstd;

/// The compressions that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Xz,
    Lz4,
}

impl Packing {
    /// The compression whose files begin with `bytes`: [`SNIFFED`] of them, or all there are.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        // Of gzip the method belongs to it: deflate, the only one ever defined.
        [Packing::Gzip, Packing::Zstd, Packing::Xz, Packing::Lz4].into_iter().find(|packing| bytes.starts_with(packing.magic()))
    }

    /// Its name in the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Packing::Gzip => "gzip",
            Packing::Zstd => "zstd",
            Packing::Xz => "xz",
            Packing::Lz4 => "lz4",
        }
    }

    /// What files begin with.
    pub(super) fn magic(self) -> &'static [u8] {
        match self {
            Packing::Gzip => b"\x1f\x8b\x08",
            Packing::Zstd => b"\x28\xb5\x2f\xfd",
            Packing::Xz => b"\xfd7zXZ\0",
            Packing::Lz4 => b"\x04\x22\x4d\x18",
        }
    }

    /// A decoder at the start of a file. `window` caps the bytes that it keeps to copy from.
    pub(super) fn decoder(self, window: usize) -> Decoder {
        match self {
            Packing::Gzip => Decoder::Gzip(Box::default()),
            Packing::Zstd => Decoder::Zstd(Box::new(zstd::Zstd::new(window))),
            Packing::Xz => Decoder::Xz(Box::new(xz::Xz::new(window))),
            Packing::Lz4 => Decoder::Lz4(Box::default()),
        }
    }
}

/// Bytes that tell every compression.
pub(super) const SNIFFED: usize = 6;

/// What unpacks one file.
#[derive(Debug)]
pub(super) enum Decoder {
    Gzip(Box<gzip::Gzip>),
    Zstd(Box<zstd::Zstd>),
    Xz(Box<xz::Xz>),
    Lz4(Box<lz4::Lz4>),
}

/// What one call did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    /// Bytes of the input that were used.
    pub(super) used: usize,
    /// Bytes of the room that were filled.
    pub(super) made: usize,
    /// How to go on.
    pub(super) state: State,
    /// A checksum that is not that of the bytes.
    pub(super) flaw: Option<&'static str>,
}

/// How unpacking goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Call again: there is more to do with what there is.
    Going,
    /// More input is needed behind what is there and was not used.
    Hungry,
    /// Everything is unpacked.
    Ended,
}

/// Nothing more can be unpacked, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken(pub(super) &'static str);

impl Progress {
    fn new(used: usize, made: usize, state: State) -> Self {
        Progress { used, made, state, flaw: None }
    }
}

impl Decoder {
    /// Unpacks some of `input` into `room`, which is not empty; `last` says that no byte will follow these.
    ///
    /// # Errors
    /// [`Broken`] once everything before the damage was given.
    pub(super) fn unpack(&mut self, input: &[u8], last: bool, room: &mut [u8]) -> Result<Progress, Broken> {
        match self {
            Decoder::Gzip(gzip) => gzip.unpack(input, last, room),
            Decoder::Zstd(zstd) => zstd.unpack(input, last, room),
            Decoder::Xz(xz) => xz.unpack(input, last, room),
            Decoder::Lz4(lz4) => lz4.unpack(input, last, room),
        }
    }
}

/// Asks for more input, unless none will come.
fn hungry(last: bool) -> Result<Progress, Broken> {
    if last { Err(Broken(CUT)) } else { Ok(Progress::new(0, 0, State::Hungry)) }
}

/// What stands between two members of a file: zeros that pad it, its end, or the next member.
fn between(input: &[u8], last: bool) -> Option<Progress> {
    let zeros = input.iter().take_while(|byte| **byte == 0).count();
    match input.len() - zeros {
        0 if last => Some(Progress::new(zeros, 0, State::Ended)),
        0 => Some(Progress::new(zeros, 0, State::Hungry)),
        _ if zeros > 0 => Some(Progress::new(zeros, 0, State::Going)),
        _ => None,
    }
}

/// Moves the beginning of `held[*at..]` to `room`; answers how many bytes.
fn pour(held: &[u8], at: &mut usize, room: &mut [u8]) -> usize {
    let rest = held.get(*at..).unwrap_or_default();
    let count = rest.len().min(room.len());
    if let (Some(from), Some(to)) = (rest.get(..count), room.get_mut(..count)) {
        to.copy_from_slice(from);
    }
    *at += count;
    count
}

const CUT: &str = "the compressed file ends early";
const DAMAGED: &str = "the compressed bytes are damaged";
const CHECKSUM: &str = "what was unpacked is not what was packed: its checksum differs";
const TRAILING: &str = "bytes behind the compressed ones were ignored";
const UNREAD: &str = "the compression uses something that is not read";
const WINDOW: &str = "unpacking needs more memory than is given to it";

/// What stands where a frame may begin, as zstd and LZ4 have them.
enum Ahead {
    /// Nothing that unpacks: zeros, the file's end, or too little to tell.
    Nothing(Progress),
    /// A frame of so many bytes, its head included, that holds nothing.
    Skipped(u64),
    /// A frame, or something that is none.
    Frame,
}

/// Looks at what stands where a frame may begin: `first` says that it would be the file's first.
///
/// # Errors
/// [`Broken`] when the file ends where one had begun.
fn ahead(input: &[u8], first: bool, last: bool) -> Result<Ahead, Broken> {
    if !first && let Some(progress) = between(input, last) {
        return Ok(Ahead::Nothing(progress));
    }
    match *input {
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, ..] => Ok(Ahead::Skipped(8 + u64::from(u32::from_le_bytes([a, b, c, d])))),
        [_, _, _, _, _, _, _, _, ..] => Ok(Ahead::Frame),
        _ => hungry(last).map(Ahead::Nothing),
    }
}

/// Passes over a frame that holds nothing, of which `left` bytes are left.
fn skip(left: &mut u64, input: &[u8], last: bool) -> Result<Progress, Broken> {
    let used = usize::try_from(*left).unwrap_or(usize::MAX).min(input.len());
    *left -= used as u64;
    if used == 0 && *left > 0 { hungry(last) } else { Ok(Progress::new(used, 0, State::Going)) }
}
