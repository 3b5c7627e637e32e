//! What torrents are, whoever tells it.

use std::sync::Arc;

use super::Mapping;
use crate::protocol::given::{Given, What};
use crate::protocol::info_dictionary::{File, InfoDictionary, PieceHashes};
use crate::protocol::magnet::Magnet;
use crate::protocol::metainfo::Metainfo;

impl<'k> Mapping<'_, 'k> {
    pub(super) fn kept_dictionary(&self, dictionary: &InfoDictionary) -> &'k InfoDictionary {
        self.kept.dictionary.get_or_init(|| self.dictionary(dictionary))
    }

    fn dictionary(&self, dictionary: &InfoDictionary) -> InfoDictionary {
        let InfoDictionary { info_hash, info_hash_v2, name, piece_length, piece_count, total_size, private, files, hashes } = dictionary;
        let PieceHashes { digests, end } = hashes;
        let digests = if self.pseudonyms.hides_torrents() { Arc::default() } else { Arc::clone(digests) };
        InfoDictionary {
            info_hash: info_hash.map(|hash| self.pseudonyms.info_hash(hash)),
            info_hash_v2: info_hash_v2.map(|hash| self.pseudonyms.info_hash_v2(hash)),
            name: self.pseudonyms.name(name),
            piece_length: *piece_length,
            piece_count: *piece_count,
            total_size: *total_size,
            private: *private,
            files: files.iter().map(|file| self.file(file)).collect(),
            hashes: PieceHashes { digests, end: *end },
        }
    }

    fn file(&self, file: &File) -> File {
        let File { path, length, offset, pieces_root } = file;
        let path = path.split('/').map(|part| self.pseudonyms.name(part)).collect::<Vec<_>>().join("/");
        File { path, length: *length, offset: *offset, pieces_root: pieces_root.map(|root| self.pseudonyms.pieces_root(root)) }
    }

    pub(super) fn metainfo(&mut self, metainfo: &Metainfo<'_>) -> Metainfo<'k> {
        let Metainfo { info, announce, announce_list, url_list, http_seeds, nodes, piece_layers, names } = metainfo;
        Metainfo {
            info: info.map(|info| self.blank(info.len())),
            announce: announce.map(|url| self.url(url)),
            announce_list: announce_list.iter().map(|url| self.url(url)).collect(),
            url_list: url_list.iter().map(|url| self.url(url)).collect(),
            http_seeds: http_seeds.iter().map(|url| self.url(url)).collect(),
            nodes: nodes.iter().map(|(host, port)| (self.host(host), *port)).collect(),
            piece_layers: piece_layers.map(|layers| self.blank(layers.len())),
            names: names.iter().map(|hash| self.pseudonyms.info_hash(*hash)).collect(),
        }
    }

    pub(super) fn given(&mut self, given: &Given<'_>) -> Given<'k> {
        let Given { origin, what } = given;
        let origin = self.pseudonyms.name(origin);
        Given {
            origin: std::str::from_utf8(self.keep(origin)).unwrap_or_default(),
            what: match what {
                What::File(metainfo, dictionary) => What::File(self.metainfo(metainfo), self.dictionary(dictionary)),
                What::Link(magnet) => What::Link(self.magnet(magnet)),
            },
        }
    }

    fn magnet(&mut self, magnet: &Magnet) -> Magnet {
        let Magnet { info_hash, info_hash_v2, name, size, trackers, web_seeds, peers } = magnet;
        Magnet {
            info_hash: info_hash.map(|hash| self.pseudonyms.info_hash(hash)),
            info_hash_v2: info_hash_v2.map(|hash| self.pseudonyms.info_hash_v2(hash)),
            name: name.as_ref().map(|name| self.pseudonyms.name(name)),
            size: *size,
            trackers: trackers.iter().map(|url| self.pseudonyms.url(url)).collect(),
            web_seeds: web_seeds.iter().map(|url| self.pseudonyms.url(url)).collect(),
            peers: peers.iter().map(|peer| self.endpoint(*peer)).collect(),
        }
    }
}
