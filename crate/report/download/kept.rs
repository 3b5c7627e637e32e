//! Which bytes of pieces are in the capture, for a database that lays captures over each other.

use super::DownloadAnalysis;
use crate::base::InfoHash;

impl DownloadAnalysis {
    /// Calls `each` for every run of bytes of a torrent's pieces: index, begin and end. Runs of one piece do not overlap, and rise.
    pub(in crate::report) fn piece_runs(&self, torrent: Option<InfoHash>, mut each: impl FnMut(u32, u32, u32)) {
        let Some(state) = self.torrent(torrent) else { return };
        for (index, piece) in &state.pieces {
            for (begin, end) in piece.extent.runs() {
                each(*index, begin, end);
            }
        }
    }
}
