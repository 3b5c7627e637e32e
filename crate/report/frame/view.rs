//! A frame that was found, as it is shown.

use super::{BYTES, EVENTS, Found, FrameNote, FrameView, Speech};
use crate::base::part::Part;
use crate::base::{Arrange, Hex};
use crate::decode::anatomy::Carried;
use crate::flow::{Direction, FlowId};
use crate::protocol::anatomy::{Begun, CONTINUED, messages};
use crate::report::wireshark::{self, DecodeAs};

impl Found {
    /// The frame with this number.
    pub(super) fn view(&self, number: u64, files: &[String]) -> FrameView {
        let file = files.get(self.file).cloned().unwrap_or_default();
        FrameView {
            number,
            number_in_file: self.number_in_file,
            offset: self.offset,
            time: self.time,
            seconds: self.time.seconds() - self.first_time.seconds(),
            link_type: self.link_type.clone(),
            captured: self.captured,
            original: self.original,
            bytes: Hex(&self.bytes).to_string(),
            left_out: self.captured.saturating_sub(BYTES),
            layers: self.layers(),
            notes: self.notes(),
            events: self.events.clone(),
            flow: self.speeches().find_map(|speech| speech.flow).map(FlowId::number),
            filter: wireshark::frames_filter(&[self.number_in_file]),
            command: wireshark::frame_command(&file, self.number_in_file, &self.decode()),
            file,
        }
    }

    /// Who speaks in the frame, as far as messages tell.
    fn speeches(&self) -> impl Iterator<Item = Speech> {
        self.begun.iter().map(|(speech, _)| *speech)
    }

    fn layers(&self) -> Vec<Part> {
        let mut layers = self.anatomy.layers.clone();
        for carried in &self.anatomy.carried {
            layers.extend(self.payload(carried));
        }
        let behind = layers.last().map_or(0, |layer| layer.end);
        if self.anatomy.fragment && behind < self.captured {
            let value = format!("{} bytes of a packet that came in several", self.captured - behind);
            layers.push(Part::new("Fragment", value, behind, self.captured));
        }
        layers.arrange_by_key(|layer| layer.start);
        layers
    }

    /// What a packet carries: the messages in it, and what is in none.
    fn payload(&self, carried: &Carried) -> Vec<Part> {
        let Carried { start, end, .. } = *carried;
        let Some(payload) = self.bytes.get(start..end.min(self.bytes.len())).filter(|payload| !payload.is_empty()) else {
            return Vec::new();
        };
        let of = |speech: &Speech| (speech.source, speech.destination) == (carried.source, carried.destination);
        let begun: Vec<Begun> = self.begun.iter().filter(|(speech, _)| of(speech)).map(|(_, begun)| *begun).collect();
        let mut parts = messages(&begun, payload, start, carried.source.address.is_ipv6());
        for part in &mut parts {
            if let Some((frame, name)) = self.before.filter(|_| part.name == CONTINUED) {
                part.value = format!("{} bytes of the {} that began in frame {frame}", part.end - part.start, name.replace('_', " "));
            }
        }
        let told = parts.last().map_or(start, |part| part.end);
        if told < end {
            parts.push(Part::new("Payload", format!("{} bytes", end - told), told, end));
        }
        parts
    }

    fn notes(&self) -> Vec<FrameNote> {
        let mut notes = Vec::new();
        let mut note = |text: &str, frame| notes.push(FrameNote { text: text.to_owned(), frame });
        if self.anatomy.fragment {
            note("This frame has a part of an IP packet. Messages in that packet are told with its last part.", None);
        }
        let shown = self.begun.iter().any(|(speech, _)| self.is_of(*speech));
        if let Some((frame, name)) = self.before.filter(|_| !self.begun.iter().any(|(_, begun)| begun.protocol != "utp")) {
            note(
                &format!("No message begins in this frame. The one that was open, {}, began in frame", name.replace('_', " ")),
                Some(frame),
            );
        } else if !self.begun.is_empty() && !shown {
            note(
                "The messages came in an IP packet of several parts, of which this frame has the last: they have no place in it alone.",
                None,
            );
        } else if let Some((frame, name)) = self.before.filter(|_| self.continues()) {
            note(&format!("Its first bytes belong to the {} that began in frame", name.replace('_', " ")), Some(frame));
        }
        for carried in self.anatomy.carried.iter().filter(|carried| carried.cut_short > 0) {
            note(&format!("The capture lacks the last {} bytes of the packet.", carried.cut_short), None);
        }
        if self.events.len() >= EVENTS {
            note("More was read from it than is listed.", None);
        }
        for code in &self.anatomy.problems {
            note(code.text(), None);
        }
        notes
    }

    /// Whether bytes of an earlier message stand before those that begin here.
    fn continues(&self) -> bool {
        self.anatomy.carried.iter().any(|carried| self.payload(carried).iter().any(|part| part.name == CONTINUED))
    }

    /// What TShark must be told to see the same.
    fn decode(&self) -> Vec<DecodeAs> {
        let told = self.begun.iter().filter_map(|(speech, begun)| {
            // Who was asked has the port that tells the protocol.
            let asked = match speech.direction {
                Direction::Originator => speech.destination.port,
                Direction::Responder => speech.source.port,
            };
            let utp = speech.flow.is_some_and(FlowId::is_utp);
            match begun.protocol {
                "peer_wire" if !utp => Some(DecodeAs::PeerWire(asked)),
                "peer_wire" | "utp" => Some(DecodeAs::Utp(asked)),
                "dht" => Some(DecodeAs::Dht(asked)),
                "http_tracker" | "web_seed" | "http" if speech.flow.is_some() => Some(DecodeAs::Http(asked)),
                _ => None,
            }
        });
        let mut all: Vec<DecodeAs> = told.collect();
        all.arrange();
        all.dedup();
        all
    }
}
