//! Why a file is not read at all, and what it is instead.
//!
//! In: the first bytes of a file in no container that is read, or in a third compression. Out: a [`CaptureError`], with a code for programs and a
//! sentence with a remedy for people. Guessing is good enough here: it chooses words, nothing rests on it.

use std::fmt;

/// The file is not a capture that is read. The only fatal error; everything later is a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaptureError(Reason);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Empty,
    Known { word: &'static str, name: &'static str, kind: Kind },
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Something that may hold a capture.
    Packed,
    /// A capture in a format that is not read.
    Capture,
    /// Something that holds no packets.
    Other,
}

impl CaptureError {
    /// The error for a file without a byte.
    pub(super) const EMPTY: CaptureError = CaptureError(Reason::Empty);

    /// The error for a file that begins with `bytes`: [`SNIFFED`] of them, or all there are.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let known = SIGNATURES.iter().find(|(.., test)| test(bytes));
        CaptureError(known.map_or(Reason::Unknown, |&(word, name, kind, _)| Reason::Known { word, name, kind }))
    }

    /// The code: `empty`, `not_a_capture` or `unsupported_format`. Other programs may rely on it.
    pub fn code(&self) -> &'static str {
        match self.0 {
            Reason::Empty => "empty",
            Reason::Known { kind: Kind::Capture, .. } => "unsupported_format",
            Reason::Known { .. } | Reason::Unknown => "not_a_capture",
        }
    }

    /// What the file looks like, in one word such as `gzip`, `torrent` or `snoop`; `None` when nothing is known.
    pub fn looks_like(&self) -> Option<&'static str> {
        match self.0 {
            Reason::Known { word, .. } => Some(word),
            Reason::Empty | Reason::Unknown => None,
        }
    }
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reason::Empty => f.write_str("The file is empty. Choose the file that the capture program wrote to."),
            Reason::Unknown => f.write_str("This is not a network capture. Open a .pcap or .pcapng file."),
            Reason::Known { name, kind: Kind::Packed, .. } => write!(f, "This is {name}. Unpack it and open the capture that is in it."),
            Reason::Known { name, kind: Kind::Other, .. } => {
                write!(f, "This is {name}, not a network capture. Open a .pcap or .pcapng file.")
            }
            Reason::Known { name, kind: Kind::Capture, .. } => {
                write!(f, "This is {name}, which is not read. Save it as pcapng with Wireshark and open that.")
            }
        }
    }
}

impl std::error::Error for CaptureError {}

fn is_torrent(bytes: &[u8]) -> bool {
    matches!(bytes, [b'd', b'1'..=b'9', ..])
        && [&b"8:announce"[..], b"4:info"].iter().any(|key| bytes.windows(key.len()).any(|at| at == *key))
}

fn is_html(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    ["<!doctype html", "<html"].iter().any(|tag| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes())))
}

fn is_text(bytes: &[u8]) -> bool {
    let valid = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // The sniffed bytes may end inside a character.
        Err(error) => error.error_len().is_none(),
    };
    valid && bytes.iter().all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace())
}

/// How many bytes of a file decide what it is: through the mark of a tar archive, and enough to tell text.
pub(super) const SNIFFED: usize = 512;

/// What a file can be instead: a word, a name, its kind, and how it is told. The first that fits is taken.
type Signature = (&'static str, &'static str, Kind, fn(&[u8]) -> bool);

const SIGNATURES: &[Signature] = &[
    ("gzip", "a gzip file", Kind::Packed, |bytes| bytes.starts_with(b"\x1f\x8b")),
    ("zstd", "a Zstandard file", Kind::Packed, |bytes| bytes.starts_with(b"\x28\xb5\x2f\xfd")),
    ("lz4", "an LZ4 file", Kind::Packed, |bytes| bytes.starts_with(b"\x04\x22\x4d\x18")),
    ("xz", "an xz file", Kind::Packed, |bytes| bytes.starts_with(b"\xfd7zXZ\0")),
    ("bzip2", "a bzip2 file", Kind::Packed, |bytes| bytes.starts_with(b"BZh")),
    ("zip", "a ZIP archive", Kind::Packed, |bytes| bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")),
    ("7z", "a 7z archive", Kind::Packed, |bytes| bytes.starts_with(b"7z\xbc\xaf\x27\x1c")),
    ("rar", "a RAR archive", Kind::Packed, |bytes| bytes.starts_with(b"Rar!\x1a\x07")),
    ("tar", "a tar archive", Kind::Packed, |bytes| bytes.get(257..262) == Some(b"ustar")),
    ("snoop", "a snoop capture of a version other than 2", Kind::Capture, super::snoop::has_magic),
    ("netmon", "a Microsoft Network Monitor capture of a version other than 1 and 2", Kind::Capture, super::netmon::has_magic),
    ("pcap_version", "a pcap file of a version other than 2", Kind::Capture, super::pcap::has_magic),
    ("pcapng_version", "a pcapng file of a version other than 1", Kind::Capture, super::pcapng::has_magic),
    ("btsnoop", "a Bluetooth log", Kind::Capture, |bytes| bytes.starts_with(b"btsnoop\0")),
    ("iptrace", "an AIX iptrace capture", Kind::Capture, |bytes| bytes.starts_with(b"iptrace ")),
    ("netxray", "a NetXRay or Windows Sniffer capture", Kind::Capture, |bytes| bytes.starts_with(b"XCP\0")),
    ("sniffer", "a DOS Sniffer capture", Kind::Capture, |bytes| bytes.starts_with(b"TRSNIFF data")),
    ("observer", "a Network Instruments Observer capture", Kind::Capture, |bytes| bytes.starts_with(b"ObserverPktBuffe")),
    ("pdf", "a PDF document", Kind::Other, |bytes| bytes.starts_with(b"%PDF-")),
    ("png", "a PNG picture", Kind::Other, |bytes| bytes.starts_with(b"\x89PNG\r\n")),
    ("jpeg", "a JPEG picture", Kind::Other, |bytes| bytes.starts_with(b"\xff\xd8\xff")),
    ("torrent", "a torrent file", Kind::Other, is_torrent),
    ("html", "a web page", Kind::Other, is_html),
    ("text", "a text file", Kind::Other, is_text),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_first_bytes() {
        let mut tar = vec![0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        for (bytes, code, looks_like) in [
            (&b"\x1f\x8b\x08\x08"[..], "not_a_capture", Some("gzip")),
            (b"PK\x03\x04\x14\0", "not_a_capture", Some("zip")),
            (&tar, "not_a_capture", Some("tar")),
            (b"snoop\0\0\0\0\0\0\x07", "unsupported_format", Some("snoop")),
            (b"GMBU\0\x03", "unsupported_format", Some("netmon")),
            (b"\x34\xcd\xb2\xa1\x01\0\x04\0", "unsupported_format", Some("pcap_version")),
            (b"\xd4\xc3\xb2\xa1\x01\0\x04\0", "unsupported_format", Some("pcap_version")),
            (b"%PDF-1.7\n", "not_a_capture", Some("pdf")),
            (b"d8:announce3:urle", "not_a_capture", Some("torrent")),
            (b"d10:created by3:abc4:infodee", "not_a_capture", Some("torrent")),
            (b"d1:xi1ee", "not_a_capture", Some("text")),
            (b"\n <!DOCTYPE HTML>\n", "not_a_capture", Some("html")),
            ("d\u{e9}j\u{e0} vu\r\n".as_bytes(), "not_a_capture", Some("text")),
            ("d\u{e9}j\u{e0}".as_bytes().split_last().unwrap().1, "not_a_capture", Some("text")),
            (b"\x0a\x0d\x0d\x0a\x01\x02\x03\x04\x05\x06\x07\x08", "not_a_capture", None),
            (b"\0\0\0\0", "not_a_capture", None),
        ] {
            let error = CaptureError::of(bytes);
            assert_eq!((error.code(), error.looks_like()), (code, looks_like), "{error}");
        }
    }

    #[test]
    fn every_error_is_a_sentence_and_a_remedy() {
        for error in SIGNATURES.iter().map(|&(word, name, kind, _)| CaptureError(Reason::Known { word, name, kind })) {
            assert_eq!(error.to_string().matches(". ").count(), 1, "{error}");
        }
        assert_eq!(CaptureError::EMPTY.code(), "empty");
    }
}
