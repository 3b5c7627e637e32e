//! Which pieces are right, and who sent them: what a verification proved.
//!
//! In: the rows of a verification, once it is over. Out: of any piece and any sender what was proven, for whoever reports of them. Hashes are
//! computed on a later floor; here they are facts that were told, as others are told by events.

mod rows;

pub use rows::{Reason, State, Verified, VerifiedFile, VerifiedPieces, VerifiedSender, VerifiedTorrent, text};

use super::Analyses;
use super::encrypted::Claim;
use crate::base::{Endpoint, InfoHash, InfoHashV2, Map};

/// What was proven, by torrent.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    verified: Verified,
    /// Places of torrents, by each of their names in messages.
    by_name: Map<InfoHash, usize>,
    senders: Map<(usize, Endpoint), VerifiedSender>,
}

impl Proof {
    /// What a verification proved.
    pub fn of(verified: Verified) -> Self {
        let torrents = || verified.torrents.iter().enumerate();
        let by_name = torrents().flat_map(|(at, torrent)| torrent.names().map(move |name| (name, at))).collect();
        let sender = |at: usize| move |sender: &VerifiedSender| ((at, sender.endpoint), *sender);
        let senders = torrents().flat_map(|(at, torrent)| torrent.senders.iter().map(sender(at))).collect();
        Proof { verified, by_name, senders }
    }

    /// The rows of the verification.
    pub fn verified(&self) -> &Verified {
        &self.verified
    }

    /// What was proven of a torrent, by any of its names; `None` where it was not verified.
    pub fn torrent(&self, info_hash: InfoHash) -> Option<&VerifiedTorrent> {
        self.by_name.get(&info_hash).and_then(|at| self.verified.torrents.get(*at))
    }

    /// What was proven of a piece, with its neighbours of which the same is to be said.
    pub fn piece(&self, info_hash: InfoHash, index: u32) -> Option<&VerifiedPieces> {
        let pieces = &self.torrent(info_hash)?.pieces;
        let at = pieces.partition_point(|pieces| pieces.last < index);
        pieces.get(at).filter(|pieces| pieces.first <= index)
    }

    /// Whether a piece is right; `None` where that is not known.
    pub fn is_right(&self, info_hash: InfoHash, index: u32) -> Option<bool> {
        match self.piece(info_hash, index)?.state {
            State::Verified => Some(true),
            State::Failed => Some(false),
            State::Incomplete => None,
        }
    }

    /// What an endpoint sent of a torrent that was proven right.
    pub fn sender(&self, info_hash: InfoHash, endpoint: Endpoint) -> Option<&VerifiedSender> {
        self.senders.get(&(*self.by_name.get(&info_hash)?, endpoint))
    }

    /// Leaves out that bytes may have come encrypted where every such connection is another torrent's.
    fn weigh(&mut self, claims: &[Claim]) {
        for torrent in &mut self.verified.torrents {
            let names: Vec<InfoHash> = torrent.names().collect();
            let may_be = |claim: &Claim| claim.info_hash().is_none_or(|info_hash| names.contains(&info_hash));
            if !claims.is_empty() && !claims.iter().any(may_be) {
                torrent.pieces.iter_mut().for_each(|pieces| pieces.reasons.retain(|reason| *reason != Reason::MaybeEncrypted));
            }
        }
    }
}

impl VerifiedTorrent {
    /// Its names in messages.
    pub fn names(&self) -> impl Iterator<Item = InfoHash> + use<> {
        let second = self.info_hash_v2.map(InfoHashV2::truncated).filter(|name| *name != self.info_hash);
        std::iter::once(self.info_hash).chain(second)
    }
}

impl Analyses {
    /// Takes what a verification of the same captures proved; of an earlier one nothing is kept but the rungs of peers. Answers the rows as they
    /// are with what else is known here.
    pub fn prove(&mut self, verified: Verified) -> &Verified {
        let mut proof = Proof::of(verified);
        proof.weigh(&self.claims());
        self.swarm.prove(&proof);
        self.download.prove(proof)
    }

    /// What was proven; nothing where nothing was verified.
    pub fn proof(&self) -> &Proof {
        self.download.proof()
    }
}
