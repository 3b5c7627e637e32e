//! The info dictionary: what a torrent is, in the bytes that its info hash is made of.
//!
//! BEP 3 (version 1), BEP 27 (`private`), BEP 47 (padding files), BEP 52 (version 2, and hybrids that hold both).
//!
//! ```text
//! d 4:name NAME  12:piece length i LENGTH e  7:private i1e
//!   6:pieces HASHES ( 6:length i BYTES e | 5:files l d 4:attr ATTRIBUTES 6:length i BYTES e 4:path l NAME … e e … e )       version 1
//!   12:meta version i2e  9:file tree d NAME d … 0: d 6:length i BYTES e 11:pieces root ROOT e … e e                       version 2
//! e
//! ```
//!
//! In: exactly the dictionary's bytes, whether peers sent them or a `.torrent` file holds them. Out: an [`InfoDictionary`] with both
//! hashes. Nothing is said that the two versions of a hybrid contradict each other in. The hashes of pieces are handed on as they stand.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::base::bencode::{Cursor, Kind};
use crate::base::{Excerpt, InfoHash, InfoHashV2, Limits, Malformed, PiecesRoot};

/// What a torrent is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InfoDictionary {
    /// Its hash of version 1; `None` where it holds no hashes of that version.
    pub info_hash: Option<InfoHash>,
    /// Its hash of version 2; `None` where it holds no hashes of that version.
    pub info_hash_v2: Option<InfoHashV2>,
    /// What people call it, at most [`NAME_BYTES`].
    pub name: String,
    /// Bytes of a piece.
    pub piece_length: u64,
    /// How many pieces it has. In version 2, and where padding files see to it, each file begins a piece.
    pub piece_count: u32,
    /// Bytes of all its files, padding left out.
    pub total_size: u64,
    /// Whether only peers that its trackers name are to be asked.
    pub private: bool,
    /// Its files in order, padding left out.
    pub files: Vec<File>,
    /// What its pieces hash to in version 1.
    pub hashes: PieceHashes,
}

/// The hashes of version 1; none where the torrent has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PieceHashes {
    /// SHA-1 of each piece, 20 bytes each. Shared by whoever keeps the dictionary.
    pub digests: Arc<[u8]>,
    /// Bytes of all pieces, padding among them.
    pub end: u64,
}

/// Where an info dictionary is from. Its hash is the torrent's either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MetadataSource {
    /// From pieces that peers sent each other.
    UtMetadata,
    /// From a `.torrent` file that passed by.
    TorrentFile,
}

/// A file of a torrent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct File {
    /// Its path below the folder that is named after the torrent, or its name where it is the only file; parts joined by `/`.
    pub path: String,
    /// Its bytes.
    pub length: u64,
    /// Bytes from the start of the first piece to the file.
    pub offset: u64,
    /// What names its content in version 2; `None` where it is empty, or of version 1.
    pub pieces_root: Option<PiecesRoot>,
}

impl InfoDictionary {
    /// Reads a whole info dictionary.
    ///
    /// # Errors
    /// [`Malformed`] names the field that is missing, that cannot be read, or that contradicts another.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Malformed> {
        let mut fields = Fields::default();
        fields.read(Cursor::new(bytes, limits.bencode_depth), limits)?;
        fields.conclude(bytes)
    }

    /// Whether `bytes` are what `info_hash` stands for, in either version.
    pub fn is_named(bytes: &[u8], info_hash: InfoHash) -> bool {
        v1(bytes) == info_hash || v2(bytes).truncated() == info_hash
    }

    /// The torrent's names in messages: version 1 first, then the first bytes of version 2.
    pub fn names(&self) -> impl Iterator<Item = InfoHash> + use<> {
        self.info_hash.into_iter().chain(self.info_hash_v2.map(InfoHashV2::truncated))
    }

    /// About how much memory it takes.
    pub fn memory(&self) -> usize {
        self.files.iter().map(|file| size_of::<File>() + file.path.len()).sum::<usize>() + self.hashes.digests.len()
    }
}

impl fmt::Display for InfoDictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Excerpt(self.name.as_bytes());
        write!(f, "info dictionary of {name}, {} pieces of {} bytes, {} bytes in all", self.piece_count, self.piece_length, self.total_size)
    }
}

fn v1(bytes: &[u8]) -> InfoHash {
    InfoHash(Sha1::digest(bytes).into())
}

fn v2(bytes: &[u8]) -> InfoHashV2 {
    InfoHashV2(Sha256::digest(bytes).into())
}

/// What was read so far, in whatever order the keys came.
#[derive(Default)]
struct Fields<'a> {
    name: Option<&'a [u8]>,
    /// What some clients write beside a name in another encoding; it is preferred.
    name_utf8: Option<&'a [u8]>,
    piece_length: Option<u64>,
    private: bool,
    /// The piece hashes.
    pieces: Option<&'a [u8]>,
    length: Option<u64>,
    files: Option<Vec<Entry>>,
    meta_version: Option<i64>,
    tree: Option<Vec<Entry>>,
}

/// A file, before it is known where it begins.
#[derive(Default)]
struct Entry {
    path: String,
    length: u64,
    padding: bool,
    pieces_root: Option<PiecesRoot>,
}

impl<'a> Fields<'a> {
    fn read(&mut self, mut cursor: Cursor<'a>, limits: &Limits) -> Result<(), Malformed> {
        cursor.enter(Kind::Dictionary, "info")?;
        while !cursor.leave("info")? {
            match (cursor.bytes("key")?, cursor.peek("value")?) {
                (b"name", Kind::Bytes) => self.name = Some(cursor.bytes("name")?),
                (b"name.utf-8", Kind::Bytes) => self.name_utf8 = Some(cursor.bytes("name.utf-8")?),
                (b"piece length", Kind::Integer) => self.piece_length = Some(unsigned(&mut cursor, "piece length")?),
                (b"private", Kind::Integer) => self.private = cursor.integer("private")? == 1,
                (b"pieces", Kind::Bytes) => self.pieces = Some(cursor.bytes("pieces")?),
                (b"length", Kind::Integer) => self.length = Some(unsigned(&mut cursor, "length")?),
                (b"files", Kind::List) => self.files = Some(read_files(&mut cursor)?),
                (b"meta version", Kind::Integer) => self.meta_version = Some(cursor.integer("meta version")?),
                (b"file tree", Kind::Dictionary) => self.tree = Some(read_tree(&mut cursor, limits.bencode_depth)?),
                _ => drop(cursor.skip("value")?),
            }
        }
        if cursor.rest().is_empty() { Ok(()) } else { Err(cursor.malformed("end")) }
    }

    /// Brings the fields together; where one contradicts another the whole is refused.
    fn conclude(self, bytes: &[u8]) -> Result<InfoDictionary, Malformed> {
        let missing = |field| Malformed { field, offset: 0 };
        let name = text(self.name_utf8.or(self.name).ok_or(missing("name"))?, NAME_BYTES);
        let piece_length = self.piece_length.filter(|length| *length > 0).ok_or(missing("piece length"))?;
        let tree = self.tree.filter(|_| self.meta_version == Some(2));
        let single = self.length.map(|length| vec![Entry { path: name.clone(), length, ..Entry::default() }]);
        let one = match (self.pieces, self.files.or(single)) {
            (Some(hashes), Some(files)) => {
                Some(lay_out(files, piece_length, false).filter(|layout| layout.fits(hashes.len())).ok_or(missing("pieces"))?)
            }
            (None, _) => None,
            (Some(_), None) => return Err(missing("length")),
        };
        let two = match tree {
            Some(tree) => Some(lay_out(tree, piece_length, true).ok_or(missing("file tree"))?),
            None => None,
        };
        let alike = one.as_ref().zip(two.as_ref()).is_none_or(|(one, two)| one.pieces == two.pieces && one.total == two.total);
        let (info_hash, info_hash_v2) = (one.as_ref().map(|_| v1(bytes)), two.as_ref().map(|_| v2(bytes)));
        let hashes = PieceHashes { digests: self.pieces.unwrap_or_default().into(), end: one.as_ref().map_or(0, |one| one.end) };
        let Layout { files, pieces, total, .. } = two.or(one).filter(|_| alike).ok_or(missing("pieces"))?;
        let piece_count = u32::try_from(pieces).map_err(|_| missing("pieces"))?;
        Ok(InfoDictionary {
            info_hash,
            info_hash_v2,
            name,
            piece_length,
            piece_count,
            total_size: total,
            private: self.private,
            files,
            hashes,
        })
    }
}

/// Where files lie in the pieces.
struct Layout {
    files: Vec<File>,
    pieces: u64,
    /// Bytes of the files, padding left out.
    total: u64,
    /// Bytes of the pieces.
    end: u64,
}

impl Layout {
    /// Whether so many bytes of hashes are one for each piece.
    fn fits(&self, hashes: usize) -> bool {
        self.pieces.checked_mul(20) == u64::try_from(hashes).ok()
    }
}

/// Lays the files out one behind another, each at the beginning of a piece when `aligned`. `None` where the sum is no number.
fn lay_out(entries: Vec<Entry>, piece_length: u64, aligned: bool) -> Option<Layout> {
    let mut files = Vec::with_capacity(entries.len());
    let (mut end, mut total) = (0_u64, 0_u64);
    for Entry { path, length, padding, pieces_root } in entries {
        let offset = if aligned { end.checked_next_multiple_of(piece_length)? } else { end };
        // An empty file takes no room, and its place no padding.
        end = if length > 0 { offset.checked_add(length)? } else { end };
        if !padding {
            total = total.checked_add(length)?;
            files.push(File { path, length, offset, pieces_root });
        }
    }
    Some(Layout { files, pieces: end.div_ceil(piece_length), total, end })
}

/// `files`: a list of dictionaries.
fn read_files(cursor: &mut Cursor<'_>) -> Result<Vec<Entry>, Malformed> {
    let mut files = Vec::new();
    cursor.enter(Kind::List, "files")?;
    while !cursor.leave("files")? {
        let mut file = Entry::default();
        let mut length = None;
        let mut preferred = false;
        cursor.enter(Kind::Dictionary, "file")?;
        while !cursor.leave("file")? {
            match (cursor.bytes("file key")?, cursor.peek("file value")?) {
                (b"length", Kind::Integer) => length = Some(unsigned(cursor, "length")?),
                (b"path.utf-8", Kind::List) => (file.path, preferred) = (read_path(cursor)?, true),
                (b"path", Kind::List) if !preferred => file.path = read_path(cursor)?,
                (b"attr", Kind::Bytes) => file.padding = cursor.bytes("attr")?.contains(&b'p'),
                _ => drop(cursor.skip("file value")?),
            }
        }
        // A link to another file may have none.
        file.length = length.unwrap_or(0);
        files.push(file);
    }
    Ok(files)
}

fn read_path(cursor: &mut Cursor<'_>) -> Result<String, Malformed> {
    let mut parts = Vec::new();
    cursor.enter(Kind::List, "path")?;
    while !cursor.leave("path")? {
        parts.push(cursor.bytes("path")?);
    }
    Ok(text(&parts.join(&b'/'), usize::MAX))
}

/// `file tree`: dictionaries in dictionaries, walked without recursion.
fn read_tree(cursor: &mut Cursor<'_>, depth_limit: usize) -> Result<Vec<Entry>, Malformed> {
    let mut files = Vec::new();
    let mut path: Vec<&[u8]> = Vec::new();
    cursor.enter(Kind::Dictionary, "file tree")?;
    loop {
        if cursor.leave("file tree")? {
            if path.pop().is_none() {
                return Ok(files);
            }
            continue;
        }
        let name = cursor.bytes("file tree")?;
        if !name.is_empty() && path.len() < depth_limit {
            path.push(name);
            cursor.enter(Kind::Dictionary, "file tree")?;
        } else if name.is_empty() && !path.is_empty() {
            files.push(read_leaf(cursor, &path)?);
        } else {
            return Err(cursor.malformed("file tree"));
        }
    }
}

/// What stands under the empty name: the file that the path leads to.
fn read_leaf(cursor: &mut Cursor<'_>, path: &[&[u8]]) -> Result<Entry, Malformed> {
    let mut file = Entry { path: text(&path.join(&b'/'), usize::MAX), ..Entry::default() };
    cursor.enter(Kind::Dictionary, "file")?;
    while !cursor.leave("file")? {
        match (cursor.bytes("file key")?, cursor.peek("file value")?) {
            (b"length", Kind::Integer) => file.length = unsigned(cursor, "length")?,
            (b"pieces root", Kind::Bytes) => file.pieces_root = Some(PiecesRoot(cursor.array("pieces root")?)),
            _ => drop(cursor.skip("file value")?),
        }
    }
    Ok(file)
}

fn unsigned(cursor: &mut Cursor<'_>, field: &'static str) -> Result<u64, Malformed> {
    let at = cursor.clone();
    u64::try_from(cursor.integer(field)?).map_err(|_| at.malformed(field))
}

/// Bytes as text, what is no UTF-8 replaced, at most `longest` bytes of it.
fn text(bytes: &[u8], longest: usize) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    let end = (0..=longest.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.truncate(end.unwrap_or(0));
    text
}

/// The longest name that is kept: what file systems take.
pub const NAME_BYTES: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<InfoDictionary, Malformed> {
        InfoDictionary::read(bytes, &Limits::default())
    }

    /// A dictionary of the parts; each is a key and its value.
    fn dictionary(parts: &[&str]) -> Vec<u8> {
        format!("d{}e", parts.concat()).into_bytes()
    }

    const HASH: &str = "aaaaaaaaaaaaaaaaaaaa";
    const ROOT: &str = "11:pieces root32:rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr";

    fn pieces(count: usize) -> String {
        format!("6:pieces{}:{}", count * 20, HASH.repeat(count))
    }

    #[test]
    fn one_file() {
        let bytes = dictionary(&["6:lengthi70000e", "4:name5:a.bin", "12:piece lengthi65536e", &pieces(2), "7:privatei1e"]);
        let info = read(&bytes).unwrap();
        assert_eq!(info.files, [File { path: "a.bin".into(), length: 70000, offset: 0, pieces_root: None }]);
        assert_eq!((info.piece_count, info.piece_length, info.total_size, info.private), (2, 65536, 70000, true));
        assert_eq!((info.info_hash, info.info_hash_v2), (Some(v1(&bytes)), None));
        assert!(info.names().eq([v1(&bytes)]));
        assert!(InfoDictionary::is_named(&bytes, v1(&bytes)) && !InfoDictionary::is_named(&bytes, InfoHash([7; 20])));
    }

    #[test]
    fn many_files_with_padding() {
        let files =
            "5:filesld6:lengthi10e4:pathl1:d1:aeed4:attr1:p6:lengthi6e4:pathl4:.pad1:6eed6:lengthi5e4:pathl1:b10:path.utf-8l2:\u{e9}eee";
        let files = files.replace("l1:b10:path.utf-8l", "l1:be10:path.utf-8l");
        let info = read(&dictionary(&[&files, "4:name1:n", "12:piece lengthi16e", &pieces(2)])).unwrap();
        let rows: Vec<_> = info.files.iter().map(|file| (file.path.as_str(), file.length, file.offset)).collect();
        assert_eq!(rows, [("d/a", 10, 0), ("\u{e9}", 5, 16)]);
        assert_eq!((info.total_size, info.piece_count), (15, 2));
    }

    /// `a` with 20 bytes, `d/b` with none, `d/c` with 5.
    fn tree() -> String {
        let leaf = |length: usize, root| format!("d0:d6:lengthi{length}e{root}ee");
        format!("9:file treed1:a{}1:dd1:b{}1:c{}ee", leaf(20, ROOT), leaf(0, ""), leaf(5, ROOT))
    }

    #[test]
    fn a_tree() {
        let bytes = dictionary(&[&tree(), "12:meta versioni2e", "4:name1:n", "12:piece lengthi16e"]);
        let info = read(&bytes).unwrap();
        let rows: Vec<_> =
            info.files.iter().map(|file| (file.path.as_str(), file.length, file.offset, file.pieces_root.is_some())).collect();
        assert_eq!(rows, [("a", 20, 0, true), ("d/b", 0, 32, false), ("d/c", 5, 32, true)]);
        assert_eq!((info.piece_count, info.total_size, info.info_hash, info.info_hash_v2), (3, 25, None, Some(v2(&bytes))));
        assert!(InfoDictionary::is_named(&bytes, v2(&bytes).truncated()));
    }

    #[test]
    fn a_hybrid_has_both_names_and_contradicts_itself_nowhere() {
        let files = "5:filesld6:lengthi20e4:pathl1:aeed4:attr1:p6:lengthi12e4:pathl4:.pad2:12eed6:lengthi0e4:pathl1:d1:beed6:lengthi5e4:pathl1:d1:ceee";
        let tree = tree();
        let parts = [files, &tree, "12:meta versioni2e", "4:name1:n", "12:piece lengthi16e"];
        let info = read(&dictionary(&[&parts[..], &[&pieces(3)]].concat())).unwrap();
        assert_eq!((info.names().count(), info.files.len(), info.total_size), (2, 3, 25));
        let shorter = files.replace("lengthi5e", "lengthi4e");
        let contradicting = dictionary(&[&[shorter.as_str()], &parts[1..], &[&pieces(3)]].concat());
        assert_eq!(read(&contradicting).unwrap_err().field, "pieces");
    }

    #[test]
    fn malformed() {
        let (name, length, two) = ("4:name1:n", "12:piece lengthi16e", pieces(2));
        let v2 = "12:meta versioni2e";
        for (parts, field) in [
            (&["6:lengthi20e", length, two.as_str()][..], "name"),
            (&["6:lengthi20e", name, &two], "piece length"),
            (&["6:lengthi20e", name, "12:piece lengthi0e", &two], "piece length"),
            (&["6:lengthi20e", name, "12:piece lengthi-1e", &two], "piece length"),
            (&["6:lengthi20e", name, length], "pieces"),
            (&["6:lengthi40e", name, length, &two], "pieces"),
            (&["6:lengthi20e", name, length, "6:pieces39:", &"a".repeat(39)], "pieces"),
            (&["6:lengthi-1e", name, length, &two], "length"),
            (&[name, length, &two], "length"),
            (&["5:filesli1ee", name, length, &two], "file"),
            (&["5:filesld6:lengthi9223372036854775807eed6:lengthi9223372036854775807eed6:lengthi9eee", name, length, &two], "pieces"),
            (&["9:file treed0:dee", v2, name, length], "file tree"),
            (&["9:file treed1:ad0:d11:pieces root1:aeeee", v2, name, length], "pieces root"),
            (&["9:file treed1:ad0:d6:lengthi-1e", ROOT, "eeee", v2, name, length], "length"),
            (&["9:file treede", "12:meta versioni3e", name, length], "pieces"),
        ] {
            assert_eq!(read(&dictionary(parts)).map_err(|malformed| malformed.field), Err(field), "{parts:?}");
        }
        assert_eq!(read(b"d4:name1:nex").unwrap_err().field, "end");
    }

    #[test]
    fn every_prefix_and_every_flip_is_read_or_refused() {
        let whole = dictionary(&[&tree(), "6:lengthi20e", "12:meta versioni2e", "4:name1:n", "12:piece lengthi16e", &pieces(2)]);
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
        for at in 0..whole.len() {
            for byte in 0..=255 {
                let mut flipped = whole.clone();
                flipped[at] = byte;
                let _ = read(&flipped);
            }
        }
    }

    #[test]
    fn a_tree_is_as_deep_as_it_may_be() {
        let deep = |levels: usize| dictionary(&["9:file tree", &"d1:a".repeat(levels), "d0:de", &"e".repeat(levels), "e"]);
        let field = |levels| read(&deep(levels)).unwrap_err().field;
        assert_eq!((field(32), field(33), field(200_000)), ("name", "file tree", "file tree"));
    }

    #[test]
    fn names_are_text_of_bounded_length() {
        let name = |name: &[u8]| {
            let (before, behind) = (format!("d6:lengthi1e4:name{}:", name.len()), format!("12:piece lengthi16e{}e", pieces(1)));
            read(&[before.as_bytes(), name, behind.as_bytes()].concat()).unwrap().name
        };
        assert_eq!(name(b"a\xffb"), "a\u{fffd}b");
        assert_eq!(name("\u{e9}".repeat(200).as_bytes()).len(), 254);
    }
}
