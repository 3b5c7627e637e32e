//! Floor 1: what everything above is written in, and what knows no network.
//!
//! Nothing goes in or out here; the types have no state beyond their own value. [`Time`] and the ids are the words of the
//! report, [`Limits`] holds every cap with its reason, [`Reader`] and [`bencode`] read bytes without ever panicking, and
//! [`Finding`] is how any floor says that something was wrong.

mod address_scope;
mod arrange;
pub mod bencode;
mod endpoint;
mod excerpt;
mod finding;
mod hashing;
pub mod hex_bytes;
mod ids;
mod index;
mod limits;
pub mod part;
pub mod pseudonyms;
mod reader;
mod recent;
mod runs;
mod series;
mod time;

pub use address_scope::{is_link_local, is_private};
pub use arrange::Arrange;
pub use endpoint::Endpoint;
pub use excerpt::Excerpt;
pub use finding::{Code, FilePlace, Finding, Severity};
pub use hashing::{Hashing, draw_secrets, secret};
pub use ids::{Hex, InfoHash, InfoHashV2, NodeId, PeerId, PiecesRoot};
pub use index::Index;
pub use limits::Limits;
pub use reader::{Malformed, Reader};
pub use recent::Recent;
pub use runs::Runs;
pub use series::{BINS, Grid, Series};
pub use time::Time;

/// A hash map whose hashing is fast and cannot be attacked: keys come from captures, and captures are hostile.
pub type Map<K, V> = std::collections::HashMap<K, V, Hashing>;

/// A hash set with the hashing of [`Map`].
pub type Set<K> = std::collections::HashSet<K, Hashing>;
