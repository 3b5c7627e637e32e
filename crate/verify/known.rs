//! What must be known before pieces can be verified.
//!
//! In: the torrents that are given, and one reading of the captures. Out: a [`Plan`] for each torrent. The layers of version 2 come from a
//! `.torrent` file, or from what peers tell each other in `hashes` messages (BEP 52); only those are taken whose root is the file's. Clients
//! may have had a torrent's metadata long before they asked each other for it, so that it stands behind the pieces in a capture. Where certain torrents
//! are asked for, reading ends as soon as all is known of them: of a `.torrent` file that was given, before it begins.

use super::merkle::Hash;
use super::plan::Plan;
use crate::base::bencode::{Cursor, Kind};
use crate::base::{Finding, InfoHash, Limits, Malformed, Map};
use crate::protocol::given::{Given, What};
use crate::protocol::info_dictionary::InfoDictionary;
use crate::protocol::{Event, Message, peer_wire};
use crate::report::Observer;

/// What is known of torrents.
#[derive(Debug)]
pub struct Known {
    /// The torrents that are asked for; all where there is none.
    wanted: Vec<InfoHash>,
    /// Whether all is known of those.
    is_enough: bool,
    plans: Vec<Plan>,
    by_name: Map<InfoHash, usize>,
    /// Hashes of layers as somebody told them: by root, layer and place of the first.
    told: Map<(Hash, u32, u32), Vec<Hash>>,
    /// Bytes of those and of the dictionaries.
    bytes: usize,
    limits: Limits,
}

impl Known {
    /// Nothing is known of these torrents, or of all when none is named.
    pub fn new(wanted: Vec<InfoHash>, limits: &Limits) -> Self {
        Known {
            wanted,
            is_enough: false,
            plans: Vec::new(),
            by_name: Map::default(),
            told: Map::default(),
            bytes: 0,
            limits: limits.clone(),
        }
    }

    /// The plans of the torrents, in the order in which those were met, with the layers that are known.
    pub fn plans(mut self) -> Vec<Plan> {
        self.settle();
        let wanted = &self.wanted;
        self.plans.retain(|plan| wanted.is_empty() || plan.dictionary.names().any(|name| wanted.contains(&name)));
        self.plans
    }

    fn learn(&mut self, dictionary: &InfoDictionary) {
        let names = || dictionary.names();
        // A byte is kept of each piece, and version 2 makes many pieces of few bytes.
        let bytes = dictionary.memory() + dictionary.piece_count as usize;
        let room = self.plans.len() < self.limits.torrents && self.bytes + bytes <= self.limits.total_metadata_bytes;
        if !room || names().any(|name| self.by_name.contains_key(&name)) {
            return;
        }
        if let Some(plan) = Plan::new(dictionary.clone(), self.limits.verified_piece_bytes) {
            self.bytes += bytes;
            self.by_name.extend(names().map(|name| (name, self.plans.len())));
            self.plans.push(plan);
            self.weigh();
        }
    }

    /// Looks whether anything is still to be learned.
    fn weigh(&mut self) {
        let known = |name| self.by_name.get(name).and_then(|at| self.plans.get(*at)).is_some_and(Plan::is_whole);
        self.is_enough = !self.wanted.is_empty() && self.wanted.iter().all(known);
    }

    /// Takes `piece layers` of a `.torrent` file.
    fn learn_layers(&mut self, info_hash: Option<InfoHash>, layers: &[u8]) {
        let plan = info_hash.and_then(|info_hash| self.plans.get_mut(*self.by_name.get(&info_hash)?));
        if let (Some(plan), Ok(layers)) = (plan, read_layers(layers, &self.limits)) {
            let wanted: Vec<_> = plan.wanted_layers().collect();
            for (file, root, _) in wanted {
                if let Some(layer) = layers.get(&root) {
                    plan.take_layer(file, hashes(layer));
                }
            }
            self.weigh();
        }
    }

    fn hear(&mut self, told: &peer_wire::Hashes<'_>) {
        let layer: Vec<Hash> = hashes(told.hashes).into_iter().take(told.length as usize).collect();
        let bytes = size_of_val(layer.as_slice());
        let key = (told.pieces_root, told.base_layer, told.index);
        if layer.len() == told.length as usize && !layer.is_empty() && self.bytes + bytes <= self.limits.total_metadata_bytes {
            self.bytes += bytes;
            self.told.insert(key, layer);
        }
    }

    /// Puts together what was told of layers.
    fn settle(&mut self) {
        for plan in &mut self.plans {
            let number = plan.piece_layer();
            let wanted: Vec<_> = plan.wanted_layers().collect();
            for (file, root, pieces) in wanted {
                let mut layer: Vec<Hash> = Vec::new();
                while layer.len() < pieces {
                    let next = u32::try_from(layer.len()).ok().and_then(|at| self.told.get(&(root, number, at)));
                    let Some(more) = next else { break };
                    layer.extend(more);
                }
                layer.truncate(pieces);
                plan.take_layer(file, layer);
            }
        }
    }
}

impl Observer for Known {
    fn know(&mut self, given: &Given<'_>) {
        if let What::File(metainfo, dictionary) = &given.what {
            self.learn(dictionary);
            if let Some(layers) = metainfo.piece_layers {
                self.learn_layers(dictionary.names().next(), layers);
            }
        }
    }

    fn observe(&mut self, event: &Event<'_>) {
        match &event.message {
            Message::Torrent { dictionary, .. } => self.learn(dictionary),
            // The file comes before what it says the torrent is, so its layers are read of the dictionary in it.
            Message::TorrentFile(metainfo) => {
                if let (Some(info), Some(layers)) = (metainfo.info, metainfo.piece_layers)
                    && let Ok(dictionary) = InfoDictionary::read(info, &self.limits)
                {
                    self.learn(&dictionary);
                    self.learn_layers(dictionary.names().next(), layers);
                }
            }
            Message::PeerWire { message: peer_wire::Message::Hashes(told), .. } => self.hear(told),
            _ => {}
        }
    }

    fn found(&mut self, _finding: Finding) {}

    fn is_done(&self) -> bool {
        self.is_enough
    }
}

fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks::<32>().0.to_vec()
}

/// Roots, and the hashes behind each.
fn read_layers<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Map<Hash, &'a [u8]>, Malformed> {
    let mut cursor = Cursor::new(bytes, limits.bencode_depth);
    let mut layers = Map::default();
    cursor.enter(Kind::Dictionary, "piece layers")?;
    while !cursor.leave("piece layers")? {
        let root = cursor.array("pieces root")?;
        layers.insert(root, cursor.bytes("piece layer")?);
    }
    Ok(layers)
}
