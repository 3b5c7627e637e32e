//! Which files of torrents web servers were asked for, as far as paths tell (BEP 19).
//!
//! A URL ends with the torrent's name and the file's path in it, percent-encoded.

use super::plan::Plan;
use crate::base::Map;
use crate::flow::FlowId;
use crate::protocol::web_file::{Message, Step};

/// What was asked for, by stream and request.
#[derive(Debug)]
pub(super) struct WebFiles {
    /// The files of all torrents: path with the torrent's name, length, and their places.
    files: Map<Vec<u8>, (u64, usize, usize)>,
    asked: Map<FlowId, Vec<(u32, usize, usize)>>,
    most: usize,
}

impl WebFiles {
    pub(super) fn new(plans: &[Plan], most: usize) -> Self {
        let mut files = Map::default();
        for (torrent, plan) in plans.iter().enumerate() {
            for (at, file) in plan.dictionary.files.iter().enumerate() {
                let name = plan.dictionary.name.as_str();
                let is_single = plan.dictionary.files.len() == 1 && file.path == name;
                let path = if is_single { file.path.clone() } else { format!("{name}/{}", file.path) };
                files.insert(path.into_bytes(), (file.length, torrent, at));
            }
        }
        WebFiles { files, asked: Map::default(), most }
    }

    pub(super) fn observe(&mut self, flow: FlowId, message: &Message<'_>) {
        match &message.step {
            Step::Asked(asked) => {
                let Some((torrent, file)) = self.find(asked.target) else { return };
                if self.asked.len() < self.most || self.asked.contains_key(&flow) {
                    let requests = self.asked.entry(flow).or_default();
                    if requests.len() >= REQUESTS {
                        requests.remove(0);
                    }
                    requests.push((message.number, torrent, file));
                }
            }
            Step::Answered { total: Some(total), .. } => {
                let length = |torrent, file| self.files.values().find(|(_, t, f)| (*t, *f) == (torrent, file)).map(|(length, ..)| *length);
                let wrong = self.file(flow, message.number).is_some_and(|(torrent, file)| length(torrent, file) != Some(*total));
                if let Some(requests) = self.asked.get_mut(&flow).filter(|_| wrong) {
                    requests.retain(|(number, ..)| *number != message.number);
                }
            }
            _ => {}
        }
    }

    /// The file that a request asked for: torrent, and file.
    pub(super) fn file(&self, flow: FlowId, number: u32) -> Option<(usize, usize)> {
        self.asked.get(&flow)?.iter().find(|(asked, ..)| *asked == number).map(|(_, torrent, file)| (*torrent, *file))
    }

    pub(super) fn forget(&mut self, flow: FlowId) {
        self.asked.remove(&flow);
    }

    /// The longest end of a path that names a file.
    fn find(&self, target: &[u8]) -> Option<(usize, usize)> {
        let path = target.split(|byte| matches!(byte, b'?' | b'#')).next().unwrap_or_default();
        let path = decode(path);
        let begins = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at + 1);
        begins.into_iter().find_map(|begin| self.files.get(path.get(begin..)?)).map(|(_, torrent, file)| (*torrent, *file))
    }
}

/// Percent-encoding undone (RFC 3986).
fn decode(path: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let [first, after @ ..] = rest {
        match (first, after) {
            (b'%', [high, low, behind @ ..]) if digit(high).is_some() && digit(low).is_some() => {
                decoded.push(digit(high).unwrap_or(0) << 4 | digit(low).unwrap_or(0));
                rest = behind;
            }
            _ => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    decoded
}

/// Requests of one stream that are remembered.
const REQUESTS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_is_undone() {
        assert_eq!(decode(b"/a%20b/%C3%A9%2x%"), "/a b/\u{e9}%2x%".as_bytes());
    }
}
