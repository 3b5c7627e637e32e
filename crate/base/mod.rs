//! Floor 1: what everything above is written in, and what knows no network.
//!
//! Nothing goes in or out here; the types have no state beyond their own value. [`Time`] and the ids are the words of the
//! report, [`Limits`] holds every cap with its reason, [`Reader`] and [`bencode`] read bytes without ever panicking, and
//! [`Finding`] is how any floor says that something was wrong.

pub mod bencode;
mod endpoint;
mod excerpt;
mod finding;
mod ids;
mod limits;
mod reader;
mod recent;
mod time;

pub use endpoint::Endpoint;
pub use excerpt::Excerpt;
pub use finding::{Code, Finding, Severity};
pub use ids::{Hex, InfoHash, InfoHashV2, NodeId, PeerId, PiecesRoot};
pub use limits::Limits;
pub use reader::{Malformed, Reader};
pub use recent::Recent;
pub use time::Time;

/// A hash map whose hashing is fast and not trivial to attack: keys come from captures, and captures are hostile.
pub type Map<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// A hash set with the hashing of [`Map`].
pub type Set<K> = std::collections::HashSet<K, foldhash::fast::RandomState>;
