//! The pieces of one torrent, as far as they have come.

use std::ops::Range;

use super::NOBODY;
use super::piece::{Piece, Sender};
use super::plan::Plan;
use crate::base::{Arrange, Endpoint, Map};
use crate::report::proof::{Reason, State, VerifiedFile, VerifiedPieces, VerifiedSender, VerifiedTorrent};

/// One torrent.
#[derive(Debug)]
pub(super) struct Collection {
    plan: Plan,
    states: Vec<Progress>,
    coming: Map<u32, Piece>,
    /// What else is to be said of pieces.
    notes: Map<u32, Note>,
    held: usize,
    kept: u32,
    /// Pieces that are right.
    right: u32,
    /// What each sender sent of verified pieces: bytes, pieces, first frame.
    honest: Map<u32, (u64, u32, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Nothing of it is there, or some.
    Open,
    /// It is right.
    Verified,
    /// All of it was there and wrong when it made way.
    Failed,
}

#[derive(Debug, Default)]
struct Note {
    reasons: Vec<Reason>,
    liars: Vec<u32>,
}

impl Collection {
    pub(super) fn new(plan: Plan) -> Self {
        let states = vec![Progress::Open; plan.dictionary.piece_count as usize];
        Collection { plan, states, coming: Map::default(), notes: Map::default(), held: 0, kept: 0, right: 0, honest: Map::default() }
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.held
    }

    /// A piece lies where it belongs.
    pub(super) fn keep(&mut self, index: u32) {
        if let Some(state) = self.states.get_mut(index as usize).filter(|state| **state == Progress::Open) {
            *state = Progress::Verified;
            self.kept += 1;
            self.right += 1;
        }
    }

    /// Takes bytes; answers whether the piece is all there with them.
    pub(super) fn put(&mut self, index: u32, begin: u32, bytes: &[u8], sender: Sender) -> bool {
        if self.states.get(index as usize) != Some(&Progress::Open) {
            return false;
        }
        let piece = self.coming.entry(index).or_insert_with(|| {
            let data: Vec<_> = self.plan.spans(index).into_iter().map(|span| span.bytes).collect();
            let piece = Piece::new(self.plan.length(index), &data);
            self.held += piece.held_bytes();
            piece
        });
        let before = piece.held_bytes();
        let is_full = piece.put(begin, bytes, sender);
        self.held += piece.held_bytes() - before;
        is_full
    }

    /// Bytes of a block are missing.
    pub(super) fn miss(&mut self, index: u32, reason: Reason) {
        if (index as usize) < self.states.len() {
            let note = self.notes.entry(index).or_default();
            if !note.reasons.contains(&reason) {
                note.reasons.push(reason);
            }
        }
    }

    /// Whether a piece that was wrong may be right with what has come since.
    pub(super) fn wants_try(&self, index: u32) -> bool {
        self.coming.get(&index).is_some_and(|piece| piece.is_full() && piece.is_news && piece.tries < TRIES)
    }

    /// Pieces that are all there and were not tried as they are.
    pub(super) fn waiting(&self) -> Vec<u32> {
        self.coming.iter().filter(|(_, piece)| piece.is_full() && piece.is_news).map(|(index, _)| *index).collect()
    }

    /// Puts a piece together; if it is right, hands it on: file, place in the file, bytes.
    pub(super) fn try_piece(&mut self, index: u32, write: &mut dyn FnMut(usize, u64, &[u8])) {
        let Some(piece) = self.coming.get_mut(&index) else { return };
        piece.is_news = false;
        let choices = piece.choices();
        piece.tries += 1;
        let piece = &*piece;
        let right = choices.iter().map(|choice| piece.assemble(choice)).find(|pages| {
            let pages: Vec<&[u8]> = pages.iter().map(AsRef::as_ref).collect();
            self.plan.check(index, &pages).right
        });
        let Some(pages) = right else { return };
        for span in self.plan.spans(index) {
            let mut begin = 0;
            for page in &pages {
                let end = begin + page.len();
                let (from, to) = (begin.max(span.bytes.start as usize), end.min(span.bytes.end as usize));
                if from < to {
                    write(
                        span.file,
                        span.at + (from - span.bytes.start as usize) as u64,
                        page.get(from - begin..to - begin).unwrap_or_default(),
                    );
                }
                begin = end;
            }
        }
        let liars = piece.liars(&pages);
        for honest in piece.honest(&pages) {
            let (bytes, pieces, frame) = self.honest.entry(honest.sender).or_insert((0, 0, honest.frame));
            (*bytes, *pieces, *frame) = (*bytes + honest.bytes as u64, *pieces + 1, (*frame).min(honest.frame));
        }
        self.held -= piece.held_bytes();
        self.coming.remove(&index);
        self.notes.remove(&index);
        if liars.iter().any(|liar| *liar != NOBODY) {
            self.notes.insert(index, Note { reasons: Vec::new(), liars });
        }
        if let Some(state) = self.states.get_mut(index as usize) {
            *state = Progress::Verified;
            self.right += 1;
        }
    }

    /// How many pieces are right as of now.
    pub(super) fn right(&self) -> u32 {
        self.right
    }

    /// Which bytes of a file are in no verified piece: ranges, rising.
    pub(super) fn holes(&self, file: usize) -> Vec<Range<u64>> {
        let (mut holes, dictionary): (Vec<Range<u64>>, _) = (Vec::new(), &self.plan.dictionary);
        let Some(file) = dictionary.files.get(file).filter(|file| file.length > 0) else { return holes };
        let (begin, end) = (file.offset, file.offset + file.length);
        for index in begin / dictionary.piece_length..=(end - 1) / dictionary.piece_length {
            let state = usize::try_from(index).ok().and_then(|index| self.states.get(index));
            if state == Some(&Progress::Verified) {
                continue;
            }
            let from = (index * dictionary.piece_length).max(begin) - begin;
            let to = ((index + 1) * dictionary.piece_length).min(end) - begin;
            match holes.last_mut() {
                Some(last) if last.end == from => last.end = to,
                _ => holes.push(from..to),
            }
        }
        holes
    }

    /// The pieces that are coming, by how far they are in parts of 1024.
    pub(super) fn progress(&self, torrent: usize) -> impl Iterator<Item = (u64, usize, u32)> {
        self.coming.iter().map(move |(index, piece)| {
            let length = u64::from(self.plan.length(*index)).max(1);
            (piece.covered() as u64 * 1024 / length, torrent, *index)
        })
    }

    /// Drops a piece; answers how many bytes of memory are free then.
    pub(super) fn make_way(&mut self, index: u32) -> usize {
        let Some(piece) = self.coming.remove(&index) else { return 0 };
        if piece.is_full() && self.plan.checks(index).known() {
            self.notes.entry(index).or_default().liars = piece.blamed();
            if let Some(state) = self.states.get_mut(index as usize) {
                *state = Progress::Failed;
            }
        } else {
            self.miss(index, Reason::MadeWay);
        }
        self.held -= piece.held_bytes();
        piece.held_bytes()
    }

    /// What is to be said of the torrent. `perhaps`: why else bytes may be missing.
    pub(super) fn row(&self, senders: &[Endpoint], perhaps: &[Reason]) -> VerifiedTorrent {
        let dictionary = &self.plan.dictionary;
        let mut pieces: Vec<VerifiedPieces> = Vec::new();
        let mut counts = [0; 3];
        let mut files: Vec<VerifiedFile> =
            dictionary.files.iter().map(|file| VerifiedFile { path: file.path.clone(), length: file.length, verified_bytes: 0 }).collect();
        for index in 0..dictionary.piece_count {
            let row = self.piece_row(index, senders, perhaps);
            if let Some(count) = counts.get_mut(row.state as usize) {
                *count += 1;
            }
            if row.state == State::Verified {
                for span in self.plan.spans(index) {
                    if let Some(file) = files.get_mut(span.file) {
                        file.verified_bytes += u64::from(span.bytes.end - span.bytes.start);
                    }
                }
            }
            match pieces.last_mut() {
                Some(last) if alike(last, &row) => {
                    last.last = index;
                    last.missing_bytes += row.missing_bytes;
                }
                _ => pieces.push(row),
            }
        }
        let ((info_hash_v1, info_hash_v2), [verified, failed, incomplete]) = (self.plan.names(), counts);
        VerifiedTorrent {
            info_hash: self.plan.name(),
            info_hash_v1,
            info_hash_v2,
            name: dictionary.name.clone(),
            piece_length: dictionary.piece_length,
            piece_count: dictionary.piece_count,
            verified,
            kept: self.kept,
            failed,
            incomplete,
            pieces,
            files,
            senders: self.honest(senders),
        }
    }

    /// Who sent what was proven right.
    fn honest(&self, senders: &[Endpoint]) -> Vec<VerifiedSender> {
        let named = self.honest.iter().filter_map(|(number, (bytes, pieces, first_frame))| {
            let endpoint = *senders.get(*number as usize)?;
            Some(VerifiedSender { endpoint, bytes: *bytes, pieces: *pieces, first_frame: *first_frame })
        });
        let mut named: Vec<_> = named.collect();
        named.arrange_by_key(|sender| (std::cmp::Reverse(sender.bytes), sender.endpoint));
        named
    }

    fn piece_row(&self, index: u32, senders: &[Endpoint], perhaps: &[Reason]) -> VerifiedPieces {
        let note = self.notes.get(&index);
        let piece = self.coming.get(&index);
        let checks = self.plan.checks(index);
        let is_full = piece.is_some_and(Piece::is_full);
        let state = match self.states.get(index as usize) {
            Some(Progress::Verified) => State::Verified,
            Some(Progress::Failed) => State::Failed,
            _ if is_full && checks.known() => State::Failed,
            _ => State::Incomplete,
        };
        let data: u32 = self.plan.spans(index).iter().map(|span| span.bytes.end - span.bytes.start).sum();
        let missing =
            piece.map_or(data, |piece| self.plan.length(index).saturating_sub(u32::try_from(piece.covered()).unwrap_or(u32::MAX)));
        let missing_bytes = if state == State::Incomplete { missing.into() } else { 0 };
        let mut reasons = Vec::new();
        if state == State::Incomplete {
            reasons.extend(note.iter().flat_map(|note| &note.reasons));
            if !checks.known() {
                reasons.push(Reason::NoHashes);
            } else if reasons.is_empty() {
                reasons.push(Reason::NotSeen);
            }
            if missing_bytes > 0 {
                reasons.extend(perhaps);
            }
        }
        reasons.arrange();
        let liars = match note.filter(|note| !note.liars.is_empty()) {
            Some(note) => note.liars.clone(),
            None if state == State::Failed => piece.map(Piece::blamed).unwrap_or_default(),
            None => Vec::new(),
        };
        // Of a piece that is wrong whoever put it together, the only sender sent what is wrong.
        let certain = !liars.is_empty() && !liars.contains(&NOBODY) && (state == State::Verified || liars.len() == 1);
        let wrong_senders = liars.iter().filter_map(|number| senders.get(*number as usize).copied()).collect();
        let by = if state == State::Verified { checks.names() } else { Vec::new() };
        VerifiedPieces { first: index, last: index, state, by, missing_bytes, reasons, wrong_senders, certain }
    }
}

/// Whether the same is to be said of two rows.
fn alike(one: &VerifiedPieces, other: &VerifiedPieces) -> bool {
    let said = |row: &VerifiedPieces| (row.state, row.by.clone(), row.reasons.clone(), row.wrong_senders.clone(), row.certain);
    said(one) == said(other)
}

/// How often a piece that is wrong is put together anew.
const TRIES: u32 = 64;
