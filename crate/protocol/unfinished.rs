//! Streams that are not over when a capture ends, each by what it speaks (BEP 3, what encrypts it, or HTTP), for the capture that goes on.

use serde::{Deserialize, Serialize};

use super::http::UnfinishedWeb;
use super::mse::UnfinishedWatch;
use super::peer_wire::stream::UnfinishedTalk;

/// A stream that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnfinishedStream {
    /// Two peers.
    Peers(UnfinishedTalk),
    /// A client and a web server.
    Web(UnfinishedWeb),
    /// What may be two peers that encrypt.
    Hidden(UnfinishedWatch),
    /// What began before the first capture, and is searched for messages, after so many bytes of both directions in vain.
    Searched(UnfinishedWatch, u32),
}
