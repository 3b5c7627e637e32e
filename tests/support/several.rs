//! What becomes of one capture before it is read as several files: cut apart, recorded at another place.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "every test uses some of this; a length that does not fit is a mistake in the test"
)]

use super::dice::Dice;

/// One frame of a capture.
#[derive(Clone, Debug)]
pub struct Record {
    /// Nanoseconds since 1970.
    pub nanos: i64,
    /// Its link type.
    pub link: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its length on the wire.
    pub wire: u32,
}

/// The records of a capture of any container.
pub fn records(file: &[u8]) -> Vec<Record> {
    use swarmscope::capture::{Reader, Step};
    let mut reader = Reader::new(&swarmscope::base::Limits::default());
    let (mut found, mut at) = (Vec::new(), 0);
    loop {
        match reader.next(&file[at..], true).unwrap() {
            Step::Frame { used, frame } => {
                at += used;
                let (nanos, link, wire) = (frame.time.nanos(), frame.link_type.0, frame.original_len);
                found.push(Record { nanos, link, bytes: frame.bytes.to_vec(), wire });
            }
            Step::Skip { used, .. } => at += used,
            Step::End { .. } | Step::More { .. } => return found,
        }
    }
}

/// A pcap file of nanoseconds.
pub fn pcap(records: &[Record]) -> Vec<u8> {
    use super::frames::{Order, pcap_header, pcap_record};
    let order = Order::Little;
    let mut file = pcap_header(order, true, records.first().map_or(1, |record| record.link));
    for Record { nanos, bytes, wire, .. } in records {
        file.extend(pcap_record(order, (nanos / 1_000_000_000) as u32, (nanos % 1_000_000_000) as u32, *wire, bytes));
    }
    file
}

/// The same frames in several files, cut at these frames.
pub fn rotated(records: &[Record], cuts: &[usize]) -> Vec<Vec<u8>> {
    let ends = cuts.iter().copied().chain([records.len()]);
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    starts.zip(ends).map(|(from, to)| pcap(&records[from..to])).collect()
}

/// The same packets as the other end recorded them, which sees what `me` sends `delay` nanoseconds later and everything else so much earlier:
/// other Ethernet addresses, one hop further, checksums set. Some of it is held up, never overtaken in its direction.
pub fn other_end(records: &[Record], me: &[u8], delay: i64) -> Vec<Record> {
    let mut dice = Dice::new(11);
    let mut elsewhere: Vec<_> = records
        .iter()
        .map(|record| {
            let mut record = record.clone();
            let sent = is_sent_by(&record.bytes, me);
            let held_up = dice.below(delay as usize / 4 + 1) as i64;
            record.nanos += if sent { delay + held_up } else { -delay };
            hop(&mut record.bytes);
            record
        })
        .collect();
    elsewhere.sort_by_key(|record| record.nanos);
    elsewhere
}

fn is_sent_by(frame: &[u8], me: &[u8]) -> bool {
    match frame.get(12..14) {
        Some([8, 0]) => frame.get(26..30) == Some(me),
        Some([0x86, 0xdd]) => frame.get(22..38) == Some(me),
        _ => false,
    }
}

/// Sends an Ethernet frame one hop further.
pub fn hop(frame: &mut [u8]) {
    match frame.get(12..14) {
        Some([8, 0]) if frame.len() >= 34 => {
            frame[14 + 8] = frame[14 + 8].wrapping_sub(1);
            frame[14 + 10..14 + 12].fill(0);
            let words = frame[14..34].chunks(2).map(|word| u32::from(word[0]) << 8 | u32::from(word[1]));
            let sum = words.sum::<u32>();
            let sum = (sum & 0xffff) + (sum >> 16);
            let sum = !((sum & 0xffff) + (sum >> 16)) as u16;
            frame[14 + 10..14 + 12].copy_from_slice(&sum.to_be_bytes());
            match frame[14 + 9] {
                6 if frame.len() >= 54 => frame[14 + 20 + 16] ^= 0x55,
                17 if frame.len() >= 42 => frame[14 + 20 + 6] ^= 0x55,
                _ => {}
            }
        }
        Some([0x86, 0xdd]) if frame.len() >= 54 => frame[14 + 7] = frame[14 + 7].wrapping_sub(1),
        _ => return,
    }
    frame[..6].copy_from_slice(&[2, 9, 9, 9, 9, 9]);
}
