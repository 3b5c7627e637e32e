//! The bytes of one piece, as they come.
//!
//! In: slices, and who sent them. Out: whether all are there, and every way to put them together that is worth a try. A piece lies in pages of
//! 16 KiB. Copies of a page that contradict each other are kept apart, each with who sent which bytes of it; what two senders say alike is
//! one copy. A copy with holes is filled up from the others.

use std::borrow::Cow;
use std::ops::Range;

use super::merkle::LEAF_BYTES;

/// A piece on its way.
#[derive(Debug)]
pub(super) struct Piece {
    pages: Vec<Page>,
    /// Bytes of memory held.
    held: usize,
    /// Pages of which all bytes are there.
    full: usize,
    /// Something came since the last try.
    pub(super) is_news: bool,
    /// How often it was put together.
    pub(super) tries: u32,
}

#[derive(Debug)]
struct Page {
    length: usize,
    is_full: bool,
    copies: Vec<Copy>,
}

/// One version of a page.
#[derive(Debug)]
struct Copy {
    bytes: Box<[u8]>,
    parts: Vec<Part>,
}

/// Bytes that somebody sent.
#[derive(Clone, Debug)]
struct Part {
    bytes: Range<usize>,
    /// `None` for padding.
    sender: Option<Sender>,
}

/// Who sent bytes, and the frame that brought the first of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sender {
    pub(super) number: u32,
    pub(super) frame: u64,
}

/// Bytes of one sender that are as they must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Honest {
    pub(super) sender: u32,
    pub(super) bytes: usize,
    /// The first frame of them.
    pub(super) frame: u64,
}

impl Part {
    fn number(&self) -> Option<u32> {
        self.sender.map(|sender| sender.number)
    }
}

impl Piece {
    /// A piece of `length` bytes, of which only those in `data` must come: the others are zeros.
    pub(super) fn new(length: u32, data: &[Range<u32>]) -> Piece {
        let length = length as usize;
        let pages = (0..length.div_ceil(LEAF_BYTES)).map(|page| LEAF_BYTES.min(length - page * LEAF_BYTES));
        let pages: Vec<Page> = pages.map(|length| Page { length, is_full: false, copies: Vec::new() }).collect();
        let mut piece = Piece { held: size_of_val(pages.as_slice()), pages, full: 0, is_news: false, tries: 0 };
        let mut padding = 0;
        for range in data.iter().chain([&(u32::MAX..u32::MAX)]) {
            let end = length.min(range.start as usize);
            while padding < end {
                let within = padding % LEAF_BYTES;
                let count = (LEAF_BYTES - within).min(end - padding);
                piece.put_in_page(padding / LEAF_BYTES, within, ZEROS.get(..count).unwrap_or_default(), None);
                padding += count;
            }
            padding = padding.max(range.end as usize);
        }
        piece.is_news = false;
        piece
    }

    /// Takes bytes; those behind the piece's end are left out. Answers whether all of the piece is there now and was not.
    pub(super) fn put(&mut self, begin: u32, mut bytes: &[u8], sender: Sender) -> bool {
        let was_full = self.is_full();
        let mut at = begin as usize;
        while !bytes.is_empty() && at / LEAF_BYTES < self.pages.len() {
            let within = at % LEAF_BYTES;
            let (now, later) = bytes.split_at(bytes.len().min(LEAF_BYTES - within));
            self.put_in_page(at / LEAF_BYTES, within, now, Some(sender));
            at += now.len();
            bytes = later;
        }
        self.is_full() && !was_full
    }

    fn put_in_page(&mut self, page: usize, within: usize, bytes: &[u8], sender: Option<Sender>) {
        let Some(page) = self.pages.get_mut(page) else { return };
        let bytes = bytes.get(..page.length.saturating_sub(within)).unwrap_or(bytes);
        let copies = page.copies.len();
        self.is_news |= page.put(within, bytes, sender);
        self.held += (page.copies.len() - copies) * (page.length + PARTS * size_of::<Part>());
        if !page.is_full && page.covered() == page.length {
            page.is_full = true;
            self.full += 1;
        }
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.held
    }

    pub(super) fn is_full(&self) -> bool {
        self.full == self.pages.len()
    }

    /// Bytes that are there.
    pub(super) fn covered(&self) -> usize {
        self.pages.iter().map(|page| if page.is_full { page.length } else { page.covered() }).sum()
    }

    /// Everybody who sent any of it.
    pub(super) fn senders(&self) -> Vec<u32> {
        let parts = self.pages.iter().flat_map(|page| &page.copies).flat_map(|copy| &copy.parts);
        let mut senders: Vec<u32> = parts.filter_map(Part::number).collect();
        senders.sort_unstable();
        senders.dedup();
        senders
    }

    /// Ways to put the piece together, the likeliest first: of each page, which copy.
    pub(super) fn choices(&self) -> Vec<Vec<usize>> {
        let counts: Vec<usize> = self.pages.iter().map(|page| page.copies.len().max(1)).collect();
        let first = vec![0; counts.len()];
        let mut choices = vec![first.clone()];
        let open: Vec<usize> = (0..counts.len()).filter(|page| counts.get(*page).is_some_and(|count| *count > 1)).collect();
        if open.is_empty() {
            return choices;
        }
        // One sender may be the liar: whatever others sent is taken instead.
        for sender in self.senders() {
            let honest = |page: &Page| page.copies.iter().position(|copy| copy.parts.iter().all(|part| part.number() != Some(sender)));
            choices.push(self.pages.iter().map(|page| honest(page).unwrap_or(0)).collect());
        }
        choices.push(counts.iter().map(|count| count - 1).collect());
        let mut choice = first;
        // Counting through all of them, as far as it goes.
        while choices.len() < CHOICES {
            let counted = open.iter().any(|page| {
                let (Some(at), Some(count)) = (choice.get_mut(*page), counts.get(*page)) else { return false };
                *at = (*at + 1) % count;
                *at != 0
            });
            if !counted {
                break;
            }
            choices.push(choice.clone());
        }
        choices.truncate(CHOICES);
        choices
    }

    /// The pages that a choice makes.
    pub(super) fn assemble(&self, choice: &[usize]) -> Vec<Cow<'_, [u8]>> {
        self.pages.iter().zip(choice).map(|(page, copy)| page.filled_up(*copy)).collect()
    }

    /// Those who sent other bytes than `right`.
    pub(super) fn liars(&self, right: &[Cow<'_, [u8]>]) -> Vec<u32> {
        let mut liars = Vec::new();
        for (page, right) in self.pages.iter().zip(right) {
            for copy in &page.copies {
                let lies = copy.parts.iter().filter(|part| copy.bytes.get(part.bytes.clone()) != right.get(part.bytes.clone()));
                liars.extend(lies.filter_map(Part::number));
            }
        }
        liars.sort_unstable();
        liars.dedup();
        liars
    }

    /// Those who sent what is `right`, and how much of it.
    pub(super) fn honest(&self, right: &[Cow<'_, [u8]>]) -> Vec<Honest> {
        let mut honest: Vec<Honest> = Vec::new();
        for (page, right) in self.pages.iter().zip(right) {
            for part in page.copies.iter().flat_map(|copy| copy.parts.iter().map(move |part| (copy, part))) {
                let (copy, part) = part;
                let Some(Sender { number, frame }) = part.sender else { continue };
                // Of the only copy there is, the bytes are those of the page.
                if page.copies.len() > 1 && copy.bytes.get(part.bytes.clone()) != right.get(part.bytes.clone()) {
                    continue;
                }
                match honest.iter_mut().find(|honest| honest.sender == number) {
                    Some(known) => (known.bytes, known.frame) = (known.bytes + part.bytes.len(), known.frame.min(frame)),
                    None => honest.push(Honest { sender: number, bytes: part.bytes.len(), frame }),
                }
            }
        }
        honest
    }
}

impl Page {
    /// Takes bytes into the first copy that they do not contradict; answers whether they are news.
    fn put(&mut self, within: usize, bytes: &[u8], sender: Option<Sender>) -> bool {
        let range = within..within + bytes.len();
        if let Some(copy) = self.copies.iter_mut().find(|copy| copy.agrees(&range, bytes)) {
            return copy.take(range, bytes, sender);
        }
        if self.copies.len() >= COPIES || bytes.is_empty() {
            return false;
        }
        let mut copy = Copy { bytes: vec![0; self.length].into(), parts: Vec::new() };
        copy.take(range, bytes, sender);
        self.copies.push(copy);
        true
    }

    /// How many bytes are in any copy.
    fn covered(&self) -> usize {
        if let [Copy { parts, .. }] = self.copies.as_slice()
            && let [part] = parts.as_slice()
        {
            return part.bytes.len();
        }
        let mut ranges: Vec<Range<usize>> = self.copies.iter().flat_map(|copy| &copy.parts).map(|part| part.bytes.clone()).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        let (mut end, mut covered) = (0, 0);
        for range in ranges {
            covered += range.end.saturating_sub(range.start.max(end));
            end = end.max(range.end);
        }
        covered
    }

    /// A copy, its holes filled up from the others.
    fn filled_up(&self, choice: usize) -> Cow<'_, [u8]> {
        let Some(chosen) = self.copies.get(choice) else { return Cow::Borrowed(&[]) };
        if self.copies.len() == 1 {
            return Cow::Borrowed(&chosen.bytes);
        }
        let mut bytes = vec![0; self.length];
        let others = self.copies.iter().enumerate().rev().filter(|(at, _)| *at != choice).map(|(_, copy)| copy);
        for copy in others.chain([chosen]) {
            for part in &copy.parts {
                if let (Some(into), Some(from)) = (bytes.get_mut(part.bytes.clone()), copy.bytes.get(part.bytes.clone())) {
                    into.copy_from_slice(from);
                }
            }
        }
        Cow::Owned(bytes)
    }
}

impl Copy {
    fn agrees(&self, range: &Range<usize>, bytes: &[u8]) -> bool {
        self.parts.iter().all(|part| {
            let common = part.bytes.start.max(range.start)..part.bytes.end.min(range.end);
            common.is_empty() || self.bytes.get(common.clone()) == bytes.get(common.start - range.start..common.end - range.start)
        })
    }

    /// Takes bytes that contradict none; answers whether they are news.
    fn take(&mut self, range: Range<usize>, bytes: &[u8], sender: Option<Sender>) -> bool {
        let number = sender.map(|sender| sender.number);
        let knows = |part: &Part| part.number() == number && part.bytes.start <= range.start && range.end <= part.bytes.end;
        if self.parts.iter().any(knows) {
            return false;
        }
        let count = self.parts.len();
        match self.parts.last_mut() {
            Some(last) if last.number() == number && last.bytes.end == range.start => last.bytes.end = range.end,
            _ if count < PARTS => self.parts.push(Part { bytes: range.clone(), sender }),
            _ => return false,
        }
        if let Some(into) = self.bytes.get_mut(range) {
            into.copy_from_slice(bytes);
        }
        true
    }
}

/// Versions of a page that are kept apart.
const COPIES: usize = 8;
/// Neighbouring bytes of one sender in a version of a page.
const PARTS: usize = 64;
/// Ways to put a piece together that are tried at a time.
const CHOICES: usize = 64;
const ZEROS: [u8; LEAF_BYTES] = [0; LEAF_BYTES];

#[cfg(test)]
mod tests {
    use super::*;

    fn with_data(length: u32, data: u32) -> Piece {
        Piece::new(length, std::slice::from_ref(&(0..data)))
    }

    fn from(number: u32) -> Sender {
        Sender { number, frame: u64::from(number) + 10 }
    }

    fn bytes(piece: &Piece, choice: &[usize]) -> Vec<u8> {
        piece.assemble(choice).concat()
    }

    #[test]
    fn slices_in_any_order_make_the_piece_and_padding_need_not_come() {
        let data: Vec<u8> = (0..40_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let mut piece = with_data(50_000, 40_000);
        let mut full = Vec::new();
        for begin in [0, 16_000, 8_000, 32_000, 24_000, 24_000] {
            full.push(piece.put(begin, &data[begin as usize..begin as usize + 8_000], from(1)));
        }
        assert_eq!(full, [false, false, false, false, true, false]);
        assert_eq!(bytes(&piece, &[0; 4]), [&data[..], &[0; 10_000]].concat());
        assert_eq!((piece.covered(), piece.senders()), (50_000, vec![1]));
    }

    #[test]
    fn copies_that_contradict_are_kept_apart_and_the_liar_is_found() {
        let right: Vec<u8> = (0..30_000_u32).map(|n| n.to_le_bytes()[1]).collect();
        let mut wrong = right.clone();
        wrong[20_000] ^= 1;
        let mut piece = with_data(30_000, 30_000);
        assert!(piece.put(0, &wrong, from(1)));
        assert!(!piece.put(16_000, &right[16_000..21_000], from(2)));
        let choice = piece.choices().into_iter().find(|choice| bytes(&piece, choice) == right).unwrap();
        assert_eq!(piece.liars(&piece.assemble(&choice)), [1]);
        // The page that is wrong is not the first sender's merit.
        let honest = piece.honest(&piece.assemble(&choice));
        assert_eq!(honest.iter().map(|honest| (honest.sender, honest.frame)).collect::<Vec<_>>(), [(1, 11), (2, 12)]);
        assert_eq!(piece.senders(), [1, 2]);
    }

    #[test]
    fn a_flood_of_copies_is_bounded() {
        let mut piece = with_data(16_384, 16_384);
        for byte in 0..=255 {
            piece.put(0, &[byte; 16_384], from(byte.into()));
        }
        assert!(piece.held_bytes() < COPIES * (16_384 + 4096), "{}", piece.held_bytes());
        assert!(piece.choices().len() <= CHOICES);
        let mut piece = with_data(16_384, 16_384);
        for at in 0..8_000 {
            piece.put(at * 2, &[1], from(at));
        }
        assert!(piece.covered() <= COPIES * PARTS);
    }
}
