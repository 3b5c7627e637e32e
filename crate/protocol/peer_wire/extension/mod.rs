//! What extensions of the peer wire protocol say, under numbers that each peer chooses for itself.
//!
//! BEP 10. The number in a message is the one that its *receiver* gave the extension in its last handshake that named it; 0 takes it back.
//!
//! ```text
//! extended    length:4 20 extension:1 payload
//! ```
//!
//! In: [`Message::Extended`](super::Message::Extended) as it was framed, and every extension handshake of the connection. Out: the same message
//! with what its payload says. Where the handshake that gave a number is not in the capture, a payload is read only when its structure
//! leaves no doubt. Extensions of which only the name is known are named; one file holds each of the others.

pub mod lt_donthave;
pub mod upload_only;
pub mod ut_holepunch;
pub mod ut_metadata;
pub mod ut_pex;

use std::fmt;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{ExtensionHandshake, Kind, Message as PeerMessage};
use crate::base::{Limits, Malformed, Reader};
use crate::flow::{Both, Direction};

/// The message of an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// A piece of the info dictionary, or the question for it.
    UtMetadata(ut_metadata::Message<'a>),
    /// Which peers the sender is connected to.
    UtPex(ut_pex::Message<'a>),
    /// Whether the sender wants nothing more.
    UploadOnly(upload_only::Message),
    /// The sender no longer has a piece.
    LtDontHave(lt_donthave::Message),
    /// Two peers are to connect to each other at the same time.
    UtHolepunch(ut_holepunch::Message),
    /// A message of which the extension is known, and the payload is not read, not there or malformed.
    Bodiless(Extension),
    /// A message of an extension that is not known.
    Unknown,
}

/// An extension that is known by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Extension(
    /// Its place in [`NAMES`].
    u8,
);

/// The extensions that both peers of a connection speak, and what else their handshakes said of messages to come.
#[derive(Debug, Default)]
pub(in crate::protocol) struct Extensions {
    halves: Both<Numbers>,
}

/// What one peer said.
#[derive(Debug, Default)]
struct Numbers {
    /// The numbers under which it wants messages; `None` for extensions that are not known.
    chosen: SmallVec<[(u8, Option<Extension>); 8]>,
    metadata_size: Option<u64>,
}

/// What one peer said, for the capture that goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::protocol) struct ChosenNumbers {
    /// The numbers under which it wants messages, each with the extension's name; without one for extensions that are not known.
    numbers: Vec<(u8, Option<String>)>,
    metadata_size: Option<u64>,
}

impl Extension {
    /// The extension's name in the handshake.
    pub fn name(self) -> &'static str {
        NAMES.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// The extension of that name.
    pub fn named(name: &[u8]) -> Option<Self> {
        let place = NAMES.iter().position(|known| known.as_bytes() == name)?;
        u8::try_from(place).ok().map(Extension)
    }
}

impl Message<'_> {
    /// The extension's name and the message's name in it, as in the report; `None` where they are not known.
    pub fn name(&self) -> Option<(&'static str, &'static str)> {
        let name = match self {
            Message::UtMetadata(message) => (ut_metadata::NAME, message.kind.name()),
            Message::UtPex(_) => (ut_pex::NAME, "pex"),
            Message::UploadOnly(_) => (upload_only::NAME, "upload_only"),
            Message::LtDontHave(_) => (lt_donthave::NAME, "dont_have"),
            Message::UtHolepunch(message) => (ut_holepunch::NAME, message.kind.name()),
            // Of these there is one kind only.
            Message::Bodiless(extension) => match extension.name() {
                ut_pex::NAME => (ut_pex::NAME, "pex"),
                upload_only::NAME => (upload_only::NAME, "upload_only"),
                lt_donthave::NAME => (lt_donthave::NAME, "dont_have"),
                name => (name, "message"),
            },
            Message::Unknown => return None,
        };
        Some(name)
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Message::UtMetadata(message) => write!(f, "{} {message}", ut_metadata::NAME),
            Message::UtPex(message) => write!(f, "{} {message}", ut_pex::NAME),
            Message::UploadOnly(message) => write!(f, "{} {message}", upload_only::NAME),
            Message::LtDontHave(message) => write!(f, "{} {message}", lt_donthave::NAME),
            Message::UtHolepunch(message) => write!(f, "{} {message}", ut_holepunch::NAME),
            Message::Bodiless(extension) => write!(f, "{}", extension.name()),
            Message::Unknown => write!(f, "unknown"),
        }
    }
}

impl Extensions {
    /// Reads the payload of a whole message that the end `sender` sent, and learns from its handshakes.
    ///
    /// # Errors
    /// [`Malformed`] when the payload does not follow its document; the message then says which extension's it is.
    pub(in crate::protocol) fn open(&mut self, message: &mut PeerMessage<'_>, sender: Direction, limits: &Limits) -> Result<(), Malformed> {
        match message {
            PeerMessage::ExtensionHandshake(handshake) => self.halves.of_mut(sender).hear(handshake),
            PeerMessage::Extended { extension, payload, message } => match self.extension(*extension, sender) {
                Chosen::Known(known) => {
                    *message = Message::Bodiless(known);
                    *message = read(known, payload, limits)?;
                }
                Chosen::Unknown => {}
                Chosen::Unheard => *message = guess(payload, limits),
            },
            _ => {}
        }
        Ok(())
    }

    /// Reads a message of which only the beginning is in the capture, header included; `None` when it is none of an extension.
    pub(in crate::protocol) fn open_cut<'a>(&self, bytes: &'a [u8], sender: Direction, limits: &Limits) -> Option<PeerMessage<'a>> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u32("length").and_then(|_| reader.u8("id")).map(Kind);
        let extension = reader.u8("extended message ID").ok().filter(|number| kind == Ok(Kind::EXTENDED) && *number > 0)?;
        let message = match self.extension(extension, sender) {
            Chosen::Known(known) => match read(known, reader.rest(), limits) {
                Ok(message @ Message::UtMetadata(_)) => message,
                _ => Message::Bodiless(known),
            },
            Chosen::Unknown | Chosen::Unheard => Message::Unknown,
        };
        Some(PeerMessage::Extended { extension, payload: reader.rest(), message })
    }

    /// The numbers that one end chose.
    pub(in crate::protocol) fn chosen_by(&self, end: Direction) -> ChosenNumbers {
        let Numbers { chosen, metadata_size } = self.halves.of(end);
        let named = |(number, extension): &(u8, Option<Extension>)| (*number, extension.map(|known| known.name().to_owned()));
        ChosenNumbers { numbers: chosen.iter().map(named).collect(), metadata_size: *metadata_size }
    }

    /// Takes the numbers that one end chose in an earlier capture.
    pub(in crate::protocol) fn choose(&mut self, end: Direction, chosen: ChosenNumbers) {
        let known = |(number, name): (u8, Option<String>)| (number, name.and_then(|name| Extension::named(name.as_bytes())));
        let numbers = chosen.numbers.into_iter().take(usize::from(u8::MAX)).map(known).collect();
        *self.halves.of_mut(end) = Numbers { chosen: numbers, metadata_size: chosen.metadata_size };
    }

    /// Bytes of the info dictionary, as the end `sender` said in its handshake.
    pub(in crate::protocol) fn metadata_size(&self, sender: Direction) -> Option<u64> {
        self.halves.of(sender).metadata_size
    }

    /// The number of a known extension in messages that the end `sender` sends.
    pub(in crate::protocol) fn number_of(&self, name: &str, sender: Direction) -> Option<u8> {
        let chosen = &self.halves.of(sender.reverse()).chosen;
        chosen.iter().find(|(_, extension)| extension.is_some_and(|known| known.name() == name)).map(|(number, _)| *number)
    }

    fn extension(&self, number: u8, sender: Direction) -> Chosen {
        let chosen = &self.halves.of(sender.reverse()).chosen;
        match chosen.iter().find(|(known, _)| *known == number) {
            Some((_, Some(extension))) => Chosen::Known(*extension),
            Some((_, None)) => Chosen::Unknown,
            None => Chosen::Unheard,
        }
    }
}

/// What a number stands for.
enum Chosen {
    Known(Extension),
    /// An extension that only its receiver knows.
    Unknown,
    /// No handshake in the capture says.
    Unheard,
}

impl Numbers {
    /// Takes a handshake, the first or a later one: what it does not name stays as it is.
    fn hear(&mut self, handshake: &ExtensionHandshake<'_>) {
        self.metadata_size = handshake.metadata_size.or(self.metadata_size);
        for (name, number) in &handshake.extensions {
            let extension = Extension::named(name);
            self.chosen.retain(|(taken, known)| *taken != *number && (extension.is_none() || *known != extension));
            if *number > 0 {
                self.chosen.push((*number, extension));
            }
        }
    }
}

/// Reads a payload of a known extension.
fn read<'a>(extension: Extension, payload: &'a [u8], limits: &Limits) -> Result<Message<'a>, Malformed> {
    Ok(match extension.name() {
        ut_metadata::NAME => Message::UtMetadata(ut_metadata::parse(payload, limits)?),
        ut_pex::NAME => Message::UtPex(ut_pex::parse(payload, limits)?),
        upload_only::NAME => Message::UploadOnly(upload_only::parse(payload)?),
        lt_donthave::NAME => Message::LtDontHave(lt_donthave::parse(payload)?),
        ut_holepunch::NAME => Message::UtHolepunch(ut_holepunch::parse(payload)?),
        _ => Message::Bodiless(extension),
    })
}

/// Reads a payload of which the number says nothing, if it can only be one thing.
fn guess<'a>(payload: &'a [u8], limits: &Limits) -> Message<'a> {
    let metadata = ut_metadata::parse(payload, limits).ok().filter(|message| message.is_certain(payload));
    let pex = || ut_pex::parse(payload, limits).ok().filter(|message| message.is_certain(payload));
    metadata.map(Message::UtMetadata).or_else(|| pex().map(Message::UtPex)).unwrap_or(Message::Unknown)
}

/// The extensions that documents define or that clients were seen to name in captures.
const NAMES: [&str; 14] = [
    ut_metadata::NAME,
    ut_pex::NAME,
    upload_only::NAME,
    lt_donthave::NAME,
    ut_holepunch::NAME,
    // libtorrent
    "share_mode",
    "LT_metadata",
    "lt_tex",
    // µTorrent
    "ut_comment",
    "ut_recommend",
    "ut_bid",
    "ut_bid_response",
    "ut_payment_address",
    // BEP 30
    "Tr_hashpiece",
];

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Direction = Direction::Originator;
    const OTHER: Direction = Direction::Responder;

    fn handshake<'a>(extensions: &[(&'a str, u8)]) -> PeerMessage<'a> {
        let extensions = extensions.iter().map(|(name, number)| (name.as_bytes(), *number)).collect();
        PeerMessage::ExtensionHandshake(Box::new(ExtensionHandshake { extensions, ..ExtensionHandshake::default() }))
    }

    fn open<'a>(extensions: &mut Extensions, sender: Direction, number: u8, payload: &'a [u8]) -> Result<Message<'a>, Message<'a>> {
        let mut message = PeerMessage::Extended { extension: number, payload, message: Message::Unknown };
        let opened = extensions.open(&mut message, sender, &Limits::default());
        let PeerMessage::Extended { message, .. } = message else { panic!() };
        opened.map(|()| message.clone()).map_err(|_| message)
    }

    #[test]
    fn the_number_is_the_receivers() {
        let mut extensions = Extensions::default();
        extensions.open(&mut handshake(&[("upload_only", 3), ("lt_donthave", 7)]), ONE, &Limits::default()).unwrap();
        extensions.open(&mut handshake(&[("upload_only", 7)]), OTHER, &Limits::default()).unwrap();
        let upload_only = Message::UploadOnly(upload_only::Message { enabled: true });
        assert_eq!(open(&mut extensions, OTHER, 3, &[1]), Ok(upload_only.clone()));
        assert_eq!(open(&mut extensions, ONE, 7, &[1]), Ok(upload_only));
        assert_eq!(open(&mut extensions, OTHER, 7, &[0, 0, 0, 9]), Ok(Message::LtDontHave(lt_donthave::Message { index: 9 })));
        assert_eq!(open(&mut extensions, ONE, 3, &[1]), Ok(Message::Unknown));
    }

    #[test]
    fn later_handshakes_change_only_what_they_name() {
        let mut extensions = Extensions::default();
        for numbers in [&[("upload_only", 3), ("share_mode", 4), ("own", 5)][..], &[("share_mode", 0), ("upload_only", 5)]] {
            extensions.open(&mut handshake(numbers), ONE, &Limits::default()).unwrap();
        }
        assert_eq!(open(&mut extensions, OTHER, 3, &[1]), Ok(Message::Unknown));
        assert_eq!(open(&mut extensions, OTHER, 4, &[1]), Ok(Message::Unknown));
        assert_eq!(open(&mut extensions, OTHER, 5, &[1]).unwrap().name(), Some(("upload_only", "upload_only")));
        for number in 1..=255 {
            extensions.open(&mut handshake(&[("own", number), ("other", number)]), ONE, &Limits::default()).unwrap();
        }
        assert_eq!(extensions.halves.of(ONE).chosen.len(), 255);
    }

    #[test]
    fn names_are_shown_of_what_is_not_read() {
        let mut extensions = Extensions::default();
        extensions.open(&mut handshake(&[("ut_comment", 6), ("ut_pex", 1)]), ONE, &Limits::default()).unwrap();
        let comment = open(&mut extensions, OTHER, 6, b"anything").unwrap();
        assert_eq!((comment.name(), comment.to_string().as_str()), (Some(("ut_comment", "message")), "ut_comment"));
        let broken = open(&mut extensions, OTHER, 1, b"anything").unwrap_err();
        assert_eq!(broken.name(), Some(("ut_pex", "pex")));
    }

    #[test]
    fn without_a_handshake_only_what_is_certain_is_read() {
        let mut extensions = Extensions::default();
        for (payload, name) in [
            (&b"d8:msg_typei0e5:piecei3ee"[..], Some(("ut_metadata", "request"))),
            (b"d8:msg_typei1e5:piecei0e10:total_sizei4eeabcd", Some(("ut_metadata", "data"))),
            (b"d8:msg_typei1e5:piecei0e10:total_sizei5eeabcd", None),
            (b"d8:msg_typei0e5:piecei3eex", None),
            (b"d8:msg_typei7e5:piecei3ee", None),
            (b"d5:added6:abcdef7:added.f1:\0e", Some(("ut_pex", "pex"))),
            (b"d5:added0:e", None),
            (b"de", None),
            (&[1], None),
            (&[0, 0, 0, 9], None),
        ] {
            assert_eq!(open(&mut extensions, ONE, 2, payload).unwrap().name(), name, "{payload:?}");
        }
        extensions.open(&mut handshake(&[("own", 2)]), OTHER, &Limits::default()).unwrap();
        assert_eq!(open(&mut extensions, ONE, 2, b"d8:msg_typei0e5:piecei3ee"), Ok(Message::Unknown), "it is known to be another's");
    }

    #[test]
    fn no_malformed_payload_of_any_extension_does_harm() {
        let payloads = [
            &b"d8:msg_typei1e5:piecei0e10:total_sizei4eeabcd"[..],
            b"d5:added6:abcdef7:added.f1:\0e",
            &[2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2],
        ];
        for payload in payloads {
            for at in 0..payload.len() {
                for byte in 0..=255 {
                    let mut flipped = payload.to_vec();
                    flipped[at] = byte;
                    for extension in (0..14).map(Extension) {
                        let _ = read(extension, &flipped, &Limits::default()).map(|message| message.to_string());
                        let _ = read(extension, &flipped[..at], &Limits::default());
                    }
                    let _ = guess(&flipped, &Limits::default());
                }
            }
        }
    }

    #[test]
    fn cut_messages_say_what_they_are() {
        let mut extensions = Extensions::default();
        extensions.open(&mut handshake(&[("ut_metadata", 2), ("ut_pex", 1)]), ONE, &Limits::default()).unwrap();
        let cut = |number, payload: &[u8]| {
            let bytes = [&[0, 0, 64, 0, 20, number], payload].concat();
            let message = extensions.open_cut(&bytes, OTHER, &Limits::default());
            message.map(|message| match message {
                PeerMessage::Extended { message, .. } => message.name(),
                other => panic!("{other}"),
            })
        };
        assert_eq!(cut(2, b"d8:msg_typei1e5:piecei0e10:total_sizei9eeab"), Some(Some(("ut_metadata", "data"))));
        assert_eq!(cut(2, b"d8:msg_typei1e"), Some(Some(("ut_metadata", "message"))));
        assert_eq!(cut(1, b""), Some(Some(("ut_pex", "pex"))));
        assert_eq!((cut(9, b""), cut(0, b"d")), (Some(None), None));
        assert_eq!(extensions.open_cut(&[0, 0, 64, 0, 20], OTHER, &Limits::default()), None);
        assert_eq!(extensions.open_cut(&[0, 0, 64, 0, 22, 1], OTHER, &Limits::default()), None);
    }
}
