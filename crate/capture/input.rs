//! The bytes of a file on their way to its [`Reader`]: as they are, or unpacked.
//!
//! In: the file's bytes, written into the room given for them. Out: the bytes of the capture. One that is compressed is known by its first
//! bytes, and unpacked as far as the reader has room; in it another may be, but no third. Or it is unpacked elsewhere ([`Unpacked`]).

use super::unpack::{Broken, Decoder, Packing, Progress, SNIFFED, State};
use super::unpacked::Unpacked;
use super::{CaptureError, Flaw, Reader};
use crate::base::{Code, Limits};

/// One file on its way in.
#[derive(Debug)]
pub struct Input {
    file: Buffer,
    /// No more bytes of the file will come.
    ended: bool,
    /// What takes compressions off, the outermost first.
    layers: Vec<Layer>,
    /// What was taken off elsewhere.
    unwrapped: Wrapping,
    /// Whether another layer may be found.
    sniffing: bool,
    /// Bytes that may still be unpacked.
    room: u64,
    window: usize,
}

/// Compressions around a capture, the outermost first.
pub(super) type Wrapping = [Option<Packing>; LAYERS];

/// One compression taken off.
#[derive(Debug)]
struct Layer {
    packing: Packing,
    decoder: Decoder,
    unpacked: Buffer,
    /// Bytes unpacked.
    made: u64,
    ended: bool,
}

/// Bytes that were taken in and not used yet stand at `used..filled`; the rest is room.
#[derive(Debug)]
struct Buffer {
    bytes: Vec<u8>,
    used: usize,
    filled: usize,
    /// Bytes that it begins with.
    size: usize,
}

/// What [`Input::advance`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// There are more bytes of the capture, or it is known that there are no more.
    Further,
    /// More of the file is needed first, or nothing more will come.
    Nothing,
    /// Something is wrong with what is compressed.
    Flaw(Flaw),
}

impl Input {
    /// An input at the start of a file.
    pub fn new(limits: &Limits) -> Self {
        let (room, window) = (limits.expanded_bytes, limits.window_bytes);
        let (file, unwrapped) = (Buffer::new(BUFFER_BYTES), Wrapping::default());
        Input { file, ended: false, layers: Vec::new(), unwrapped, sniffing: true, room, window }
    }

    /// Says before the first bytes how many files there are: many share what a few take.
    pub fn share(&mut self, files: usize) {
        self.file.size = (SHARED_BYTES / files.max(1)).clamp(LEAST_BYTES, BUFFER_BYTES);
    }

    /// Room for the next bytes of the file; fill its beginning, then call [`filled`](Self::filled).
    pub fn room(&mut self) -> &mut [u8] {
        self.file.room()
    }

    /// Takes the first `count` bytes of the room; answers how many there was room for.
    pub fn filled(&mut self, count: usize) -> usize {
        self.file.fill(count)
    }

    /// Says that the file has no more bytes.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// The bytes of the capture that are there and were not used.
    pub fn bytes(&self) -> &[u8] {
        match self.layers.last() {
            _ if self.sniffing => &[],
            Some(layer) => layer.unpacked.bytes(),
            None => self.file.bytes(),
        }
    }

    /// Whether no byte of the capture will follow.
    pub fn is_last(&self) -> bool {
        !self.sniffing && self.layers.last().map_or(self.ended, |layer| layer.ended)
    }

    /// Uses bytes of the capture.
    pub fn consume(&mut self, count: usize) {
        let buffer = self.layers.last_mut().map_or(&mut self.file, |layer| &mut layer.unpacked);
        buffer.used += count;
    }

    /// Bytes of the file that were taken in and not used.
    pub fn unread(&self) -> usize {
        self.file.bytes().len()
    }

    /// Whether the file is compressed.
    pub fn is_packed(&self) -> bool {
        self.packings().next().is_some()
    }

    /// Says that the file is unpacked elsewhere, of which this is next: its bytes belong into the [`room`](Self::room).
    pub fn go_on_with(&mut self, unpacked: &Unpacked) {
        (self.unwrapped, self.sniffing) = (unpacked.wrapping, false);
    }

    /// What was taken off.
    pub(super) fn wrapping(&self) -> Wrapping {
        let mut packings = self.packings();
        std::array::from_fn(|_| packings.next())
    }

    fn packings(&self) -> impl DoubleEndedIterator<Item = Packing> {
        self.unwrapped.into_iter().flatten().chain(self.layers.iter().map(|layer| layer.packing))
    }

    /// Takes the bytes of the capture that are there, of which none was used: so many at the beginning of this memory. Gives memory for others.
    pub(super) fn take(&mut self, spare: Vec<u8>) -> (Vec<u8>, usize) {
        match self.layers.last_mut().filter(|_| !self.sniffing) {
            Some(Layer { unpacked, .. }) => (std::mem::replace(&mut unpacked.bytes, spare), std::mem::take(&mut unpacked.filled)),
            None => (spare, 0),
        }
    }

    /// Uses all of the file that was taken in, unseen.
    pub fn discard(&mut self) {
        self.file.used = self.file.filled;
    }

    /// What the file is: the reader's container, and the compressions around it, such as `pcap in gzip`.
    pub fn format(&self, reader: &Reader) -> String {
        let inner_first = self.packings().rev();
        inner_first.fold(reader.format().to_owned(), |format, packing| {
            let name = packing.name();
            if format.is_empty() { name.to_owned() } else { format!("{format} in {name}") }
        })
    }

    /// Why the file is not read, by what the reader says of what came out of it: a compressed file is not empty, if nothing came out.
    pub fn refused(&self, error: CaptureError) -> CaptureError {
        match self.packings().next() {
            Some(packing) if error == CaptureError::EMPTY => CaptureError::of(packing.magic()),
            _ => error,
        }
    }

    /// Brings more bytes of the capture, of what there is of the file.
    pub fn advance(&mut self) -> Advance {
        if self.sniffing {
            let (bytes, last) = match self.layers.last() {
                Some(layer) => (layer.unpacked.bytes(), layer.ended),
                None => (self.file.bytes(), self.ended),
            };
            if bytes.len() >= SNIFFED || last {
                let packing = Packing::of(bytes);
                self.sniffing = packing.is_some() && self.layers.len() + 1 < LAYERS;
                self.layers.extend(packing.map(|packing| Layer::new(packing, self.window, self.file.size)));
                return Advance::Further;
            }
        }
        match self.layers.len().checked_sub(1) {
            Some(innermost) => self.pump(innermost),
            None => Advance::Nothing,
        }
    }

    /// Unpacks more of one layer.
    fn pump(&mut self, index: usize) -> Advance {
        loop {
            let Some((outer, [layer, ..])) = self.layers.split_at_mut_checked(index) else { return Advance::Nothing };
            if layer.ended {
                return Advance::Nothing;
            }
            let (packed, last) = match outer.last_mut() {
                Some(outer) => (&mut outer.unpacked, outer.ended),
                None => (&mut self.file, self.ended),
            };
            match layer.unpack(packed, last, &mut self.room) {
                Ok(Progress { flaw: Some(reason), .. }) => return Advance::Flaw(layer.flaw(Code::PackedDamaged, reason)),
                Ok(Progress { made: 0, state: State::Going, .. }) => {}
                Ok(Progress { made: 0, state: State::Hungry, .. }) => match index.checked_sub(1).map(|outer| self.pump(outer)) {
                    Some(Advance::Further) => {}
                    Some(other) => return other,
                    None => return Advance::Nothing,
                },
                Ok(_) => return Advance::Further,
                Err(flaw) => {
                    layer.ended = true;
                    return Advance::Flaw(flaw);
                }
            }
        }
    }
}

impl Layer {
    fn new(packing: Packing, window: usize, buffer: usize) -> Self {
        Layer { packing, decoder: packing.decoder(window), unpacked: Buffer::new(buffer), made: 0, ended: false }
    }

    fn unpack(&mut self, packed: &mut Buffer, last: bool, left: &mut u64) -> Result<Progress, Flaw> {
        let room = self.unpacked.room();
        let count = room.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
        let Some(room) = room.get_mut(..count).filter(|room| !room.is_empty()) else {
            return Err(self.flaw(Code::LimitExpanded, "it unpacks to more than is read"));
        };
        match self.decoder.unpack(packed.bytes(), last, room) {
            Ok(progress) => {
                packed.used += progress.used;
                self.made += progress.made as u64;
                self.unpacked.fill(progress.made);
                *left -= progress.made as u64;
                self.ended = progress.state == State::Ended;
                Ok(progress)
            }
            Err(Broken(reason)) => Err(self.flaw(Code::PackedDamaged, reason)),
        }
    }

    fn flaw(&self, code: Code, reason: &'static str) -> Flaw {
        Flaw { code, offset: self.made, bytes: 0, reason }
    }
}

impl Buffer {
    fn new(size: usize) -> Self {
        Buffer { bytes: Vec::new(), used: 0, filled: 0, size }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(self.used..self.filled).unwrap_or_default()
    }

    fn room(&mut self) -> &mut [u8] {
        if self.used > 0 {
            self.bytes.copy_within(self.used..self.filled, 0);
            (self.used, self.filled) = (0, self.filled - self.used);
        }
        // A record larger than the buffer makes it grow, up to what the reader takes for a record.
        if self.bytes.len() < self.filled + self.size / 4 {
            self.bytes.resize((self.bytes.len() * 2).max(self.size), 0);
        }
        self.bytes.get_mut(self.filled..).unwrap_or_default()
    }

    fn fill(&mut self, count: usize) -> usize {
        let count = count.min(self.bytes.len() - self.filled);
        self.filled += count;
        count
    }
}

/// Compressions that are taken off: one, and one more in it.
const LAYERS: usize = 2;

/// Bytes of a file taken in at a time. They pass twice, into the buffer and through the floors: a processor's second cache holds them.
const BUFFER_BYTES: usize = 256 << 10;

/// Bytes that the buffers of many files take together, and each at least.
const SHARED_BYTES: usize = 32 << 20;
const LEAST_BYTES: usize = 16 << 10;
