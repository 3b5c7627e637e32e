//! What analyses keep beyond the sections of the report, for a database that joins captures.

use super::Sections;
use super::swarm::{KeptIdentity, KeptPeer};
use crate::base::InfoHash;

impl Sections<'_> {
    /// The peers that were met, also those that are not identified.
    pub fn kept_peers(&self) -> impl Iterator<Item = KeptPeer<'_>> {
        self.analyses.swarm.kept_peers()
    }

    /// All that they are known by, in no order.
    pub fn kept_identities(&self) -> impl Iterator<Item = KeptIdentity> {
        self.analyses.swarm.kept_identities()
    }

    /// Calls `each` for every run of bytes that the capture shows of a piece: torrent, index, begin and end. Runs of one piece do not overlap, and rise.
    pub fn piece_runs(&self, torrent: Option<InfoHash>, each: impl FnMut(u32, u32, u32)) {
        self.analyses.download().piece_runs(torrent, each);
    }

    /// The share of its pieces, in percent, at which a peer's download is confirmed.
    pub fn threshold(&self) -> u8 {
        self.analyses.swarm.threshold()
    }
}
