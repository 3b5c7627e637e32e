//! Which client a peer ID names.
//!
//! BEP 20. Most clients write their make and version into the first bytes of the 20, each in one of a few customs:
//!
//! ```text
//! Azureus     - CODE:2 VERSION:4 -              -qB4520-
//! mainline    LETTER N-N-N -                    M4-20-8-     A2-1-36-0-
//! Shadow      LETTER VERSION:1-5 padding ---    S58B-----
//! ```
//!
//! The codes are those of BEP 20 with what clients that came later say of themselves and of each other: libtorrent's
//! `identify_client.cpp`, Transmission's `clients.cc`. Anyone may write what he likes there: it is what a peer claims.

use std::str;

use crate::base::PeerId;

/// The client and its version, `qBittorrent 4.5.2`; `None` where the ID follows no known custom.
///
/// A code that is not known stands for the name: `XY 1.2.3`.
pub fn client(id: PeerId) -> Option<String> {
    let id = &id.0;
    other(id).or_else(|| azureus(id)).or_else(|| mainline(id)).or_else(|| shadow(id))
}

/// What a client calls itself in its own words, at most so many bytes of them: UTF-8 (BEP 10), else Latin-1, as µTorrent once wrote its µ.
pub fn own_words(name: &[u8], longest: usize) -> String {
    let cut = name.get(..longest).unwrap_or(name);
    match str::from_utf8(cut) {
        Ok(text) => text.to_owned(),
        // The last sign goes on behind the cut, or the bytes end in it.
        Err(error) if error.error_len().is_none() && cut.len() == longest => {
            cut.get(..error.valid_up_to()).and_then(|whole| str::from_utf8(whole).ok()).unwrap_or_default().to_owned()
        }
        Err(_) => cut
            .iter()
            .map(|byte| char::from(*byte))
            .map(|sign| if sign.is_control() { char::REPLACEMENT_CHARACTER } else { sign })
            .collect(),
    }
}

/// The client of a code of two letters.
pub fn name(code: &[u8]) -> Option<&'static str> {
    AZUREUS.iter().find(|(known, ..)| known.as_bytes() == code).map(|(_, name, _)| *name)
}

/// How a version is written in four characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    /// `1234`: 1.2.3.4, the last only where it is not 0.
    Four,
    /// `123x`: 1.2.3, whatever the last is.
    Three,
    /// `0123`: 1.23
    Two,
    /// Transmission's own, which changed twice.
    Transmission,
    /// µTorrent's: as `Three`, but the third may take two places and move the last into the dash's.
    Micro,
    /// KTorrent's: `33R1` is 3.3 RC 1.
    KTorrent,
}

fn azureus(id: &[u8; 20]) -> Option<String> {
    let [b'-', one, two, version @ ..] = id else { return None };
    let (version, [dash, ..]) = version.split_first_chunk::<4>()? else { return None };
    let code = [*one, *two];
    let known = AZUREUS.iter().find(|(known, ..)| known.as_bytes() == code);
    let style = known.map_or(Version::Four, |(.., style)| *style);
    let ends = *dash == b'-' || style == Version::Micro && dash.is_ascii_alphanumeric();
    let is_code = code.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'~');
    if !ends || !is_code || !version.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let name = known.map_or_else(|| code.iter().copied().map(char::from).collect(), |(_, name, _)| (*name).to_owned());
    Some(format!("{name} {}", written(style, *version, *dash)))
}

/// The version that four characters and the one behind them say.
fn written(style: Version, version: [u8; 4], dash: u8) -> String {
    let [a, b, c, d] = version.map(digit);
    let [_, _, third, last] = version.map(char::from);
    match style {
        Version::Four if d > 0 => format!("{a}.{b}.{c}.{d}"),
        Version::Four | Version::Three => format!("{a}.{b}.{c}"),
        Version::Two => format!("{}.{c}{d}", a * 10 + b),
        Version::Transmission if (a, b, c) == (0, 0, 0) => format!("0.{d}"),
        Version::Transmission if (a, b) == (0, 0) => format!("0.{c}{d}"),
        Version::Transmission if a <= 3 => format!("{a}.{b}{c}{}", unfinished(last)),
        Version::Transmission => format!("{a}.{b}.{c}{}", unfinished(last)),
        Version::Micro if dash == b'-' => format!("{a}.{b}.{c}{}", unfinished(last)),
        Version::Micro => format!("{a}.{b}.{}{}", c * 10 + d, unfinished(char::from(dash))),
        Version::KTorrent if third == 'R' => format!("{a}.{b} RC {d}"),
        Version::KTorrent if third == 'D' => format!("{a}.{b} dev {d}"),
        Version::KTorrent => format!("{a}.{b}.{c}"),
    }
}

/// What a letter in the place of a version's end says.
fn unfinished(letter: char) -> &'static str {
    match letter {
        'b' | 'B' => " beta",
        'x' | 'X' | 'Z' => " dev",
        _ => "",
    }
}

/// A digit of base 62: figures, capitals, small letters.
fn digit(byte: u8) -> u32 {
    u32::from(match byte {
        b'0'..=b'9' => byte - b'0',
        b'A'..=b'Z' => byte - b'A' + 10,
        b'a'..=b'z' => byte - b'a' + 36,
        _ => 0,
    })
}

fn mainline(id: &[u8; 20]) -> Option<String> {
    let (name, rest) = MAINLINE.iter().find_map(|(prefix, name)| Some((name, id.strip_prefix(prefix.as_bytes())?)))?;
    let mut parts = rest.split(|byte| *byte == b'-');
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let number = parts.next().filter(|number| matches!(number.len(), 1..=3) && number.iter().all(u8::is_ascii_digit))?;
        numbers.push(std::str::from_utf8(number).ok()?);
    }
    parts.next()?;
    Some(format!("{name} {}", numbers.join(".")))
}

fn shadow(id: &[u8; 20]) -> Option<String> {
    let [letter, version @ ..] = id.strip_suffix(id.get(9..)?)?.strip_suffix(b"---")? else { return None };
    let (_, name) = SHADOW.iter().find(|(known, _)| known == letter)?;
    let length = version.iter().position(|byte| *byte == b'-').unwrap_or(version.len());
    let (digits, padding) = version.split_at_checked(length).filter(|(digits, _)| !digits.is_empty())?;
    if !digits.iter().all(u8::is_ascii_alphanumeric) || padding.iter().any(|byte| *byte != b'-') {
        return None;
    }
    let numbers: Vec<_> = digits.iter().map(|byte| digit(*byte).to_string()).collect();
    Some(format!("{name} {}", numbers.join(".")))
}

/// Clients with customs of their own.
fn other(id: &[u8; 20]) -> Option<String> {
    let digits = |range: std::ops::Range<usize>| {
        let digits = id.get(range).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
        std::str::from_utf8(digits).ok()
    };
    match id {
        [b'e', b'x', b'b', b'c', major, minor, b'L', b'O', b'R', b'D', ..] => Some(format!("BitLord {major}.{minor:02}")),
        [b'e', b'x', b'b', b'c', major, minor, ..] | [b'F', b'U', b'T', b'B', major, minor, ..] => {
            Some(format!("BitComet {major}.{minor:02}"))
        }
        [b'X', b'B', b'T', a, b, c, b'd' | b'-', b'-', ..] if digits(3..6).is_some() => {
            Some(format!("XBT Client {}.{}.{}", char::from(*a), char::from(*b), char::from(*c)))
        }
        [b'T', b'I', b'X', ..] => {
            digits(3..7).and_then(|version| Some(format!("Tixati {}.{}", version.get(..2)?.parse::<u8>().ok()?, version.get(2..)?)))
        }
        [b'O', b'P', ..] => digits(2..6).map(|build| format!("Opera {build}")),
        [b'-', b'F', b'G', a, b, c, d, ..] if digits(3..7).is_some() => {
            Some(format!("FlashGet {}", written(Version::Two, [*a, *b, *c, *d], b'-')))
        }
        [b'-', b'M', b'L', version @ ..] => {
            let length = version.iter().position(|byte| *byte == b'-')?;
            let version = version.get(..length).filter(|version| version.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.'))?;
            Some(format!("MLDonkey {}", std::str::from_utf8(version).ok()?))
        }
        [0, major @ (2 | 3), b'B', b'S', ..] => Some(format!("BitSpirit {major}")),
        _ => OTHERS.iter().find(|(prefix, _)| id.starts_with(prefix.as_bytes())).map(|(_, name)| (*name).to_owned()),
    }
}

/// Beginnings of IDs in mainline style.
const MAINLINE: [(&str, &str); 4] = [("M", "BitTorrent"), ("Q", "Queen Bee"), ("A2-", "aria2"), ("S3-", "Amazon S3")];

/// First letters of IDs in Shadow style.
const SHADOW: [(u8, &str); 7] = [
    (b'A', "ABC"),
    (b'O', "Osprey Permaseed"),
    (b'Q', "BTQueue"),
    (b'R', "Tribler"),
    (b'S', "Shadow's client"),
    (b'T', "BitTornado"),
    (b'U', "UPnP NAT Bit Torrent"),
];

/// Beginnings of IDs that say no version, or none that is understood.
const OTHERS: [(&str, &str); 13] = [
    ("-BOW", "Bits on Wheels"),
    ("-G3", "G3 Torrent"),
    ("346------", "TorrenTopia"),
    ("AZ2500BT", "BitTyrant"),
    ("DNA", "BitTorrent DNA"),
    ("FD6", "Free Download Manager 6"),
    ("LIME", "LimeWire"),
    ("Mbrst", "burst!"),
    ("Pando", "Pando"),
    ("QVOD", "QVOD"),
    ("btpd/", "btpd"),
    ("martini", "Martini Man"),
    ("turbobt", "TurboBT"),
];

use Version::{Four, KTorrent, Micro, Three, Transmission, Two};

/// Codes of IDs in Azureus style.
#[rustfmt::skip]
const AZUREUS: [(&str, &str, Version); 112] = [
    ("7T", "aTorrent", Four), ("A~", "Ares", Three), ("AB", "AnyEvent BitTorrent", Four), ("AD", "Advanced Download Manager", Three),
    ("AG", "Ares", Four), ("AR", "Arctic", Four), ("AT", "Artemis", Four), ("AV", "Avicora", Four),
    ("AX", "BitPump", Two), ("AZ", "Vuze", Four), ("BB", "BitBuddy", Four), ("BC", "BitComet", Two),
    ("BE", "baretorrent", Four), ("BF", "Bitflu", Four), ("BG", "BTG", Four), ("BH", "BitZilla", Four),
    ("BI", "BiglyBT", Four), ("BL", "BitLord", Four), ("BM", "BitMagnet", Four), ("BN", "Baidu Netdisk", Four),
    ("BP", "BitTorrent Pro", Four), ("BR", "BitRocket", Four), ("BS", "BTSlave", Four), ("BT", "BitTorrent", Micro),
    ("BW", "BitTorrent Web", Micro), ("BX", "Bittorrent X", Four), ("CD", "Enhanced CTorrent", Two), ("CT", "CTorrent", Four),
    ("DE", "Deluge", Three), ("DP", "Propagate Data Client", Four), ("EB", "EBit", Four), ("ES", "electric sheep", Three),
    ("FC", "FileCroc", Four), ("FD", "Free Download Manager", Three), ("FL", "Folx", Four), ("FT", "FoxTorrent", Four),
    ("FW", "FrostWire", Three), ("FX", "Freebox BitTorrent", Four), ("GR", "GetRight", Four), ("GS", "GSTorrent", Four),
    ("HK", "Hekate", Four), ("HL", "Halite", Three), ("HN", "Hydranode", Four), ("IL", "iLivid", Four),
    ("KC", "Koinonein", Four), ("KG", "KGet", Four), ("KT", "KTorrent", KTorrent), ("LC", "LeechCraft", Four),
    ("LH", "LH-ABC", Four), ("LK", "Linkage", Four), ("LP", "Lphant", Two), ("LR", "LibreTorrent", Three),
    ("LT", "libtorrent", Three), ("LW", "LimeWire", Four), ("Lr", "LibreTorrent", Three), ("MG", "MediaGet", Four),
    ("MK", "Meerkat", Four), ("MO", "MonoTorrent", Four), ("MP", "MooPolice", Three), ("MR", "Miro", Four),
    ("MT", "MoonlightTorrent", Four), ("NE", "BT Next Evolution", Four), ("NX", "Net Transport", Four), ("OS", "OneSwarm", Four),
    ("OT", "OmegaTorrent", Four), ("PD", "Pando", Four), ("PI", "PicoTorrent", Four), ("QD", "QQDownload", Four),
    ("QT", "Qt 4 Torrent example", Four), ("RS", "Rufus", Four), ("RT", "Retriever", Four), ("RZ", "RezTorrent", Four),
    ("S~", "Shareaza beta", Four), ("SB", "Swiftbit", Four), ("SD", "Xunlei", Four), ("SK", "spark", Four),
    ("SM", "SoMud", Four), ("SN", "ShareNet", Four), ("SP", "BitSpirit", Three), ("SS", "SwarmScope", Four),
    ("ST", "SymTorrent", Four), ("SZ", "Shareaza", Four), ("TB", "Torch", Four), ("TL", "Tribler", Four),
    ("TN", "Torrent.NET", Four), ("TR", "Transmission", Transmission), ("TS", "Torrentstorm", Four), ("TT", "TuoTu", Four),
    ("UE", "µTorrent Embedded", Micro), ("UL", "uLeecher!", Four), ("UM", "µTorrent Mac", Micro), ("UT", "µTorrent", Micro),
    ("UW", "µTorrent Web", Micro), ("VG", "Vagaa", Four), ("WD", "WebTorrent Desktop", Four), ("WT", "BitLet", Four),
    ("WW", "WebTorrent", Four), ("WY", "FireTorrent", Four), ("XC", "Xtorrent", Four), ("XF", "Xfplay", Four),
    ("XL", "Xunlei", Four), ("XS", "XSwifter", Four), ("XT", "XanTorrent", Four), ("XX", "Xtorrent", Four),
    ("ZO", "Zona", Four), ("ZT", "ZipTorrent", Four), ("bk", "BitKitten", Four), ("lt", "libTorrent", Three),
    ("pX", "pHoeniX", Four), ("pb", "pbTorrent", Three), ("qB", "qBittorrent", Three), ("st", "sharktorrent", Four),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn named(start: &[u8]) -> Option<String> {
        let mut id = [b'\xf3'; 20];
        id[..start.len()].copy_from_slice(start);
        client(PeerId(id))
    }

    #[test]
    fn names_are_utf_8_or_latin_1() {
        for (bytes, words) in [
            (&b"libtorrent/2.0"[..], "libtorrent/2.0"),
            ("µTorrent 3.5".as_bytes(), "µTorrent 3.5"),
            (b"\xb5Torrent 1.6.1", "µTorrent 1.6.1"),
            (b"\x85\xb5", "\u{fffd}µ"),
            (b"Torrent \xc2", "Torrent Â"),
            (b"", ""),
        ] {
            assert_eq!(own_words(bytes, 64), words, "{bytes:?}");
        }
        assert_eq!((own_words("aµ".as_bytes(), 2), own_words(b"a\xb5b", 2)), ("a".to_owned(), "aµ".to_owned()));
    }

    #[test]
    fn clients() {
        for (start, name) in [
            // As peers wrote them on the wire, with the version that they said elsewhere.
            ("-LT2110-", "libtorrent 2.1.1"),
            ("-LT2080-", "libtorrent 2.0.8"),
            ("-TR3000-", "Transmission 3.00"),
            ("-qB4520-", "qBittorrent 4.5.2"),
            ("-lt0D80-", "libTorrent 0.13.8"),
            ("A2-1-36-0-", "aria2 1.36.0"),
            // As documents and other clients' sources have them.
            ("-AZ2060-", "Vuze 2.0.6"),
            ("-AZ5751-", "Vuze 5.7.5.1"),
            ("-TR0006-", "Transmission 0.6"),
            ("-TR0072-", "Transmission 0.72"),
            ("-TR111Z-", "Transmission 1.11 dev"),
            ("-TR4040-", "Transmission 4.0.4"),
            ("-TR400B-", "Transmission 4.0.0 beta"),
            ("-UT355S-", "µTorrent 3.5.5"),
            ("-UT3310B", "µTorrent 3.3.10 beta"),
            ("-BC0171-", "BitComet 1.71"),
            ("-DE13F0-", "Deluge 1.3.15"),
            ("-KT33R1-", "KTorrent 3.3 RC 1"),
            ("-KT33D2-", "KTorrent 3.3 dev 2"),
            ("-KT5200-", "KTorrent 5.2.0"),
            ("-A~1230-", "Ares 1.2.3"),
            ("-XY1203-", "XY 1.2.0.3"),
            ("-FG0180", "FlashGet 1.80"),
            ("-ML2.7.2-kgjjfkd", "MLDonkey 2.7.2"),
            ("M4-3-6--", "BitTorrent 4.3.6"),
            ("M4-20-8-", "BitTorrent 4.20.8"),
            ("Q1-10-0-", "Queen Bee 1.10.0"),
            ("S58B-----", "Shadow's client 5.8.11"),
            ("T03I-----", "BitTornado 0.3.18"),
            ("exbc\0\x3b", "BitComet 0.59"),
            ("exbc\x01\x02LORD", "BitLord 1.02"),
            ("XBT054d-", "XBT Client 0.5.4"),
            ("TIX0255-", "Tixati 2.55"),
            ("OP7685", "Opera 7685"),
            ("-BOWA0C-", "Bits on Wheels"),
            ("\0\x03BS", "BitSpirit 3"),
            ("AZ2500BT", "BitTyrant"),
        ] {
            assert_eq!(named(start.as_bytes()).as_deref(), Some(name), "{start}");
        }
    }

    #[test]
    fn what_follows_no_custom_has_no_name() {
        for start in [
            &b""[..],
            &[0; 20],
            b"-LT21",
            b"-LT2110x",
            b"-L\x002110-",
            b"-LT2\x1b10-",
            b"M4-3-",
            b"M-3-6--",
            b"M1234-3-6-",
            b"S-------",
            b"S5\x1bB-----",
        ] {
            assert_eq!(named(start), None, "{start:?}");
        }
        assert_eq!(named(b"OPabcd"), None);
    }

    #[test]
    fn no_bytes_make_it_write_what_a_terminal_would_obey() {
        for first in 0..=255 {
            for start in
                [&[first, 1, 2, 3][..], &[b'-', first, b'A', b'1', b'2', b'3', b'4', b'-'], &[b'M', first, b'-', b'1', b'-', b'1', b'-']]
            {
                assert!(named(start).is_none_or(|name| !name.chars().any(char::is_control)));
            }
        }
    }
}
