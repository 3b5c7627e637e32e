//! What is known of torrents, whichever connection told it.
//!
//! BEP 9 (info dictionaries in pieces of 16 KiB). In: the pieces that peers send each other, or a `.torrent` file's whole dictionary. Out:
//! the [`InfoDictionary`], once, when all of it has passed by and its hash is the torrent's. Pieces may come from any peer, in any order,
//! on any connection; those that speak of another size are kept apart, so that a liar does no harm to the honest. In a connection whose
//! handshake is not in the capture the whole names the torrent: whoever asked for it goes on only if the hash is right. Half of what is not
//! complete makes way when there is too much.

use super::info_dictionary::InfoDictionary;
use crate::base::{Code, InfoHash, Limits, Map};
use crate::flow::FlowId;

/// What is known of torrents.
#[derive(Debug)]
pub(super) struct Torrents {
    /// The torrents whose info dictionary was seen or given, by every name that each has.
    known: Map<InfoHash, Known>,
    /// Info dictionaries of which pieces are missing: those heard of lately, and those not.
    newer: Shelf,
    older: Shelf,
    limits: Limits,
}

/// A torrent of which all is known.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// Its pieces; `None` where the dictionary cannot be read.
    pieces: Option<u32>,
    /// The dictionary passed by, and was told. That of a torrent that was given may still do.
    seen: bool,
}

/// Whose info dictionary it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    /// The torrent's of that name.
    Torrent(InfoHash),
    /// That of a connection of which no handshake was seen.
    Stranger(FlowId),
}

#[derive(Debug, Default)]
struct Shelf {
    gathering: Map<(Whose, usize), Gathering>,
    bytes: usize,
}

/// The pieces of one info dictionary, by index.
#[derive(Debug)]
struct Gathering {
    pieces: Vec<Option<Box<[u8]>>>,
    missing: usize,
    bytes: usize,
}

impl Torrents {
    pub(super) fn new(limits: &Limits) -> Self {
        Torrents { known: Map::default(), newer: Shelf::default(), older: Shelf::default(), limits: limits.clone() }
    }

    /// How many pieces a torrent has, where its info dictionary was seen.
    pub(super) fn piece_count(&self, info_hash: Option<InfoHash>) -> Option<u32> {
        self.known.get(&info_hash?)?.pieces
    }

    /// Takes what a torrent is from who reads the capture.
    pub(super) fn give(&mut self, dictionary: &InfoDictionary) {
        self.know(dictionary.names(), Known { pieces: Some(dictionary.piece_count), seen: false });
    }

    /// Takes the piece at `index` of an info dictionary of `total` bytes; answers the dictionary when this was all that it lacked.
    ///
    /// # Errors
    /// What is to be told of: the piece cannot be, the whole is not what its hash says, or a cap was reached.
    pub(super) fn take(&mut self, whose: Whose, index: u32, total: u64, bytes: &[u8]) -> Result<Option<Box<InfoDictionary>>, Code> {
        if matches!(whose, Whose::Torrent(info_hash) if self.is_seen(info_hash)) {
            return Ok(None);
        }
        let total = usize::try_from(total).ok().filter(|total| *total <= self.limits.metadata_bytes).ok_or(Code::LimitMetadata)?;
        let index =
            usize::try_from(index).ok().filter(|_| piece_bytes(index, total) == Some(bytes.len())).ok_or(Code::ExtensionMalformed)?;
        let key = (whose, total);
        let mut gathering = self.newer.remove(key).or_else(|| self.older.remove(key)).unwrap_or_else(|| Gathering::new(total));
        gathering.add(index, bytes);
        if gathering.missing == 0 {
            return self.conclude(whose, &gathering).map(Some);
        }
        self.newer.insert(key, gathering);
        if self.newer.bytes <= self.limits.total_metadata_bytes / 2 {
            return Ok(None);
        }
        self.older = std::mem::take(&mut self.newer);
        Err(Code::LimitMetadata)
    }

    /// Takes an info dictionary as a `.torrent` file holds it; answers it if it can be read, and whether it was not seen before.
    pub(super) fn take_whole(&mut self, bytes: &[u8]) -> Option<(Box<InfoDictionary>, bool)> {
        let dictionary = InfoDictionary::read(bytes, &self.limits).ok()?;
        let is_new = !dictionary.names().all(|name| self.is_seen(name));
        self.know(dictionary.names(), Known { pieces: Some(dictionary.piece_count), seen: true });
        Some((Box::new(dictionary), is_new))
    }

    fn is_seen(&self, info_hash: InfoHash) -> bool {
        self.known.get(&info_hash).is_some_and(|known| known.seen)
    }

    fn know(&mut self, names: impl Iterator<Item = InfoHash>, known: Known) {
        for name in names {
            if self.known.len() < self.limits.torrents.saturating_mul(2) || self.known.contains_key(&name) {
                self.known.insert(name, known);
            }
        }
    }

    /// All pieces are there: are they what the hash says, and what do they say?
    fn conclude(&mut self, whose: Whose, gathering: &Gathering) -> Result<Box<InfoDictionary>, Code> {
        let bytes = gathering.pieces.iter().flatten().map(AsRef::as_ref).collect::<Vec<&[u8]>>().concat();
        let asked = match whose {
            Whose::Torrent(info_hash) => Some(info_hash),
            Whose::Stranger(_) => None,
        };
        if asked.is_some_and(|info_hash| !InfoDictionary::is_named(&bytes, info_hash)) {
            return Err(Code::MetadataMismatch);
        }
        let read = InfoDictionary::read(&bytes, &self.limits);
        // A dictionary of one version may be asked for by its hash of the other, which then is no name of it.
        let read = read.ok().filter(|dictionary| asked.is_none_or(|asked| dictionary.names().any(|name| name == asked)));
        let names = read.iter().flat_map(InfoDictionary::names).chain(asked);
        self.know(names, Known { pieces: read.as_ref().map(|dictionary| dictionary.piece_count), seen: true });
        read.map(Box::new).ok_or(Code::MetadataMalformed)
    }
}

impl Shelf {
    fn remove(&mut self, key: (Whose, usize)) -> Option<Gathering> {
        let gathering = self.gathering.remove(&key)?;
        self.bytes -= gathering.bytes;
        Some(gathering)
    }

    fn insert(&mut self, key: (Whose, usize), gathering: Gathering) {
        self.bytes += gathering.bytes;
        self.gathering.insert(key, gathering);
    }
}

impl Gathering {
    fn new(total: usize) -> Self {
        let missing = total.div_ceil(PIECE_BYTES);
        Gathering { pieces: vec![None; missing], missing, bytes: OVERHEAD_BYTES + missing * size_of::<Option<Box<[u8]>>>() }
    }

    /// Keeps a piece. The first of an index stays: which one is wrong shows only at the end.
    fn add(&mut self, index: usize, bytes: &[u8]) {
        if let Some(place) = self.pieces.get_mut(index).filter(|place| place.is_none()) {
            *place = Some(bytes.into());
            self.missing -= 1;
            self.bytes += bytes.len();
        }
    }
}

/// Bytes of the piece at `index` of an info dictionary of `total` bytes; `None` when it has no such piece.
pub(super) fn piece_bytes(index: u32, total: usize) -> Option<usize> {
    let begin = usize::try_from(index).ok()?.checked_mul(PIECE_BYTES)?;
    total.checked_sub(begin).filter(|left| *left > 0).map(|left| left.min(PIECE_BYTES))
}

/// Bytes of every piece of an info dictionary but the last.
const PIECE_BYTES: usize = 1 << 14;

/// What one entry of the tables costs beside its bytes, about.
const OVERHEAD_BYTES: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use sha1::{Digest, Sha1};

    /// An info dictionary of three pieces, and its hash.
    fn example() -> (Vec<u8>, InfoHash) {
        let hashes = "h".repeat(20 * 2000);
        let bytes = format!("d6:lengthi{}e4:name1:n12:piece lengthi16384e6:pieces40000:{hashes}e", 2000 * 16384).into_bytes();
        let info_hash = InfoHash(Sha1::digest(&bytes).into());
        (bytes, info_hash)
    }

    fn give(torrents: &mut Torrents, info_hash: InfoHash, bytes: &[u8], index: usize) -> Result<Option<Box<InfoDictionary>>, Code> {
        let piece = bytes.chunks(PIECE_BYTES).nth(index).unwrap();
        torrents.take(Whose::Torrent(info_hash), u32::try_from(index).unwrap(), bytes.len() as u64, piece)
    }

    #[test]
    fn pieces_in_any_order_become_the_dictionary_once() {
        let (bytes, info_hash) = example();
        let mut torrents = Torrents::new(&Limits::default());
        for index in [2, 0, 0, 2] {
            assert_eq!(give(&mut torrents, info_hash, &bytes, index), Ok(None));
        }
        assert_eq!(torrents.piece_count(Some(info_hash)), None);
        let dictionary = give(&mut torrents, info_hash, &bytes, 1).unwrap().unwrap();
        assert_eq!((dictionary.info_hash, dictionary.piece_count), (Some(info_hash), 2000));
        assert_eq!(torrents.piece_count(Some(info_hash)), Some(2000));
        assert_eq!(give(&mut torrents, info_hash, &bytes, 1), Ok(None));
        assert_eq!((torrents.newer.bytes, torrents.piece_count(None)), (0, None));
    }

    #[test]
    fn a_connection_without_a_name_is_named_by_its_dictionary() {
        let (bytes, info_hash) = example();
        let mut torrents = Torrents::new(&Limits::default());
        let mut give = |flow, index: usize| {
            let piece = bytes.chunks(PIECE_BYTES).nth(index).unwrap();
            torrents.take(Whose::Stranger(FlowId(flow)), u32::try_from(index).unwrap(), bytes.len() as u64, piece)
        };
        for (flow, index) in [(0, 0), (0, 1), (2, 2)] {
            assert_eq!(give(flow, index), Ok(None), "each connection for itself");
        }
        assert_eq!(give(0, 2).unwrap().unwrap().info_hash, Some(info_hash));
        assert_eq!(torrents.piece_count(Some(info_hash)), Some(2000));
        let noise = torrents.take(Whose::Stranger(FlowId(4)), 0, 11, b"d4:name1:ne");
        assert_eq!(noise, Err(Code::MetadataMalformed));
    }

    #[test]
    fn what_does_not_fit_its_hash_is_dropped_and_may_come_again() {
        let (bytes, info_hash) = example();
        let mut torrents = Torrents::new(&Limits::default());
        let mut forged = bytes.clone();
        forged[20_000] ^= 1;
        assert_eq!(give(&mut torrents, info_hash, &forged, 1), Ok(None));
        assert_eq!(
            torrents.take(Whose::Torrent(info_hash), 0, 100, &[0; 100]),
            Err(Code::MetadataMismatch),
            "another size is another dictionary"
        );
        assert_eq!(give(&mut torrents, info_hash, &bytes, 0), Ok(None));
        assert_eq!(give(&mut torrents, info_hash, &bytes, 2), Err(Code::MetadataMismatch));
        for index in 0..2 {
            assert_eq!(give(&mut torrents, info_hash, &bytes, index), Ok(None));
        }
        assert!(give(&mut torrents, info_hash, &bytes, 2).unwrap().is_some());
    }

    #[test]
    fn a_whole_dictionary_is_told_unless_its_torrent_is_known() {
        let (bytes, info_hash) = example();
        let mut torrents = Torrents::new(&Limits::default());
        assert_eq!(torrents.take_whole(&bytes[..100]), None);
        let (dictionary, is_new) = torrents.take_whole(&bytes).unwrap();
        assert_eq!((dictionary.info_hash, is_new), (Some(info_hash), true));
        assert_eq!(torrents.piece_count(Some(info_hash)), Some(2000));
        let (_, is_new) = torrents.take_whole(&bytes).unwrap();
        assert_eq!((is_new, give(&mut torrents, info_hash, &bytes, 0)), (false, Ok(None)));
    }

    #[test]
    fn a_torrent_that_was_given_is_told_when_it_passes_by() {
        let (bytes, info_hash) = example();
        let mut torrents = Torrents::new(&Limits::default());
        torrents.give(&InfoDictionary::read(&bytes, &Limits::default()).unwrap());
        assert_eq!(torrents.piece_count(Some(info_hash)), Some(2000));
        for index in 0..2 {
            assert_eq!(give(&mut torrents, info_hash, &bytes, index), Ok(None));
        }
        assert!(give(&mut torrents, info_hash, &bytes, 2).unwrap().is_some());
        assert_eq!(give(&mut torrents, info_hash, &bytes, 2), Ok(None));
    }

    #[test]
    fn a_dictionary_that_cannot_be_read_is_told_once() {
        let bytes = b"d4:name1:ne";
        let info_hash = InfoHash(Sha1::digest(bytes).into());
        let mut torrents = Torrents::new(&Limits::default());
        assert_eq!(give(&mut torrents, info_hash, bytes, 0), Err(Code::MetadataMalformed));
        assert_eq!(give(&mut torrents, info_hash, bytes, 0), Ok(None));
    }

    #[test]
    fn pieces_that_cannot_be() {
        let mut torrents = Torrents::new(&Limits { metadata_bytes: 100_000, ..Limits::default() });
        for (index, total, length, code) in [
            (0, 100_001, PIECE_BYTES, Code::LimitMetadata),
            (0, u64::MAX, PIECE_BYTES, Code::LimitMetadata),
            (0, 0, 0, Code::ExtensionMalformed),
            (1, 16_384, 0, Code::ExtensionMalformed),
            (0, 16_385, 16_383, Code::ExtensionMalformed),
            (1, 16_385, 2, Code::ExtensionMalformed),
            (u32::MAX, 16_385, 1, Code::ExtensionMalformed),
        ] {
            assert_eq!(torrents.take(Whose::Torrent(InfoHash([1; 20])), index, total, &vec![0; length]), Err(code));
        }
    }

    #[test]
    fn what_is_held_is_bounded() {
        let mut torrents = Torrents::new(&Limits { total_metadata_bytes: 100_000, ..Limits::default() });
        let mut told = 0;
        for round in 0..1000_u32 {
            let [a, b, ..] = round.to_le_bytes();
            let mut name = [0; 20];
            (name[0], name[1]) = (a, b);
            told += usize::from(torrents.take(Whose::Torrent(InfoHash(name)), 0, 20_000, &[0; PIECE_BYTES]).is_err());
            assert!(torrents.newer.bytes + torrents.older.bytes <= 100_000 + 2 * (PIECE_BYTES + 512));
        }
        assert!(told > 100);
    }
}
