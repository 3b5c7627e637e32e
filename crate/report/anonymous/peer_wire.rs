//! Messages between peers.

use super::Mapping;
use crate::base::PiecesRoot;
use crate::protocol::peer_wire::extension::{self, Extension, ut_holepunch, ut_metadata, ut_pex};
use crate::protocol::peer_wire::{ExtensionHandshake, Handshake, Hashes, Message};

impl<'k> Mapping<'_, 'k> {
    pub(super) fn peer_wire(&mut self, message: &Message<'_>) -> Message<'k> {
        match message {
            Message::Handshake(handshake) => Message::Handshake(self.handshake(*handshake)),
            Message::KeepAlive => Message::KeepAlive,
            Message::Choke => Message::Choke,
            Message::Unchoke => Message::Unchoke,
            Message::Interested => Message::Interested,
            Message::NotInterested => Message::NotInterested,
            Message::Have { index } => Message::Have { index: *index },
            Message::Bitfield(bits) => Message::Bitfield(self.keep(*bits)),
            Message::Request(block) => Message::Request(*block),
            Message::Piece { block, captured } => Message::Piece { block: *block, captured: *captured },
            Message::Cancel(block) => Message::Cancel(*block),
            Message::Port(port) => Message::Port(*port),
            Message::Suggest { index } => Message::Suggest { index: *index },
            Message::HaveAll => Message::HaveAll,
            Message::HaveNone => Message::HaveNone,
            Message::Reject(block) => Message::Reject(*block),
            Message::AllowedFast { index } => Message::AllowedFast { index: *index },
            Message::ExtensionHandshake(handshake) => Message::ExtensionHandshake(Box::new(self.extension_handshake(handshake))),
            Message::Extended { extension, payload, message } => {
                Message::Extended { extension: *extension, payload: self.blank(payload.len()), message: self.extended(message) }
            }
            Message::HashRequest(hashes) => Message::HashRequest(self.hashes(*hashes)),
            Message::Hashes(hashes) => Message::Hashes(self.hashes(*hashes)),
            Message::HashReject(hashes) => Message::HashReject(self.hashes(*hashes)),
            Message::Bodiless(kind) => Message::Bodiless(*kind),
            Message::Unknown(kind) => Message::Unknown(*kind),
        }
    }

    fn handshake(&self, handshake: Handshake) -> Handshake {
        let Handshake { reserved, info_hash, peer_id } = handshake;
        Handshake {
            reserved,
            info_hash: info_hash.map(|hash| self.pseudonyms.info_hash(hash)),
            peer_id: peer_id.map(|id| self.pseudonyms.peer_id(id)),
        }
    }

    fn extension_handshake(&mut self, handshake: &ExtensionHandshake<'_>) -> ExtensionHandshake<'k> {
        let ExtensionHandshake {
            extensions,
            client,
            port,
            request_queue,
            metadata_size,
            your_address,
            ipv4,
            ipv6,
            upload_only,
            complete_ago,
        } = handshake;
        let name = |name: &[u8]| Extension::named(name).map_or_else(|| self.opaque(name), |known| known.name().as_bytes());
        let extensions = extensions.iter().map(|(extension, number)| (name(extension), *number)).collect();
        let mut address = |address: &Option<std::net::IpAddr>| address.map(|address| self.pseudonyms.address(address));
        let (your_address, ipv4, ipv6) = (address(your_address), address(ipv4), address(ipv6));
        ExtensionHandshake {
            extensions,
            client: client.map(|client| self.keep(self.client(client))),
            port: *port,
            request_queue: *request_queue,
            metadata_size: *metadata_size,
            your_address,
            ipv4,
            ipv6,
            upload_only: *upload_only,
            complete_ago: *complete_ago,
        }
    }

    fn extended(&mut self, message: &extension::Message<'_>) -> extension::Message<'k> {
        match message {
            extension::Message::UtMetadata(message) => {
                let ut_metadata::Message { kind, piece, total_size, data } = *message;
                let data = self.blank(data.len());
                extension::Message::UtMetadata(ut_metadata::Message { kind, piece, total_size, data })
            }
            extension::Message::UtPex(message) => extension::Message::UtPex(self.pex(*message)),
            extension::Message::UploadOnly(message) => extension::Message::UploadOnly(*message),
            extension::Message::LtDontHave(message) => extension::Message::LtDontHave(*message),
            extension::Message::UtHolepunch(message) => {
                let ut_holepunch::Message { kind, peer, error } = *message;
                extension::Message::UtHolepunch(ut_holepunch::Message { kind, peer: self.endpoint(peer), error })
            }
            extension::Message::Bodiless(extension) => extension::Message::Bodiless(*extension),
            extension::Message::Unknown => extension::Message::Unknown,
        }
    }

    fn pex(&mut self, message: ut_pex::Message<'_>) -> ut_pex::Message<'k> {
        let ut_pex::Message { added, added_flags, added6, added6_flags, dropped, dropped6 } = message;
        ut_pex::Message {
            added: self.peers4(added),
            added_flags: self.keep(added_flags),
            added6: self.peers6(added6),
            added6_flags: self.keep(added6_flags),
            dropped: self.peers4(dropped),
            dropped6: self.peers6(dropped6),
        }
    }

    /// Compact peers of IPv4.
    pub(super) fn peers4(&mut self, bytes: &[u8]) -> &'k [u8] {
        self.compact(bytes, 6, |_, _| {})
    }

    /// Compact peers of IPv6.
    pub(super) fn peers6(&mut self, bytes: &[u8]) -> &'k [u8] {
        self.compact(bytes, 18, |_, _| {})
    }

    fn hashes(&self, message: Hashes<'_>) -> Hashes<'k> {
        let Hashes { pieces_root, base_layer, index, length, proof_layers, hashes } = message;
        let PiecesRoot(pieces_root) = self.pseudonyms.pieces_root(PiecesRoot(pieces_root));
        Hashes { pieces_root, base_layer, index, length, proof_layers, hashes: self.blank(hashes.len()) }
    }
}
