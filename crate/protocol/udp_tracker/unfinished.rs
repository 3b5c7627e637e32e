//! What was asked of trackers when a capture ends, for the capture that goes on: by it answers are known there.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Action, Memory};
use crate::base::Endpoint;

/// What was asked of trackers, and the connection IDs that they gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedAsking {
    /// Client, tracker, transaction ID and action.
    requests: Vec<(Endpoint, Endpoint, u32, u32)>,
    /// Client, tracker and connection ID.
    connections: Vec<(IpAddr, Endpoint, u64)>,
}

impl Memory {
    /// What is to be known where the capture goes on; `None` if nothing is.
    pub(in crate::protocol) fn unfinished(&self) -> Option<UnfinishedAsking> {
        let action = |action: Action| match action {
            Action::Connect => 0,
            Action::Announce => 1,
            Action::Scrape => 2,
            Action::Error => 3,
        };
        let asked = |key: &(Endpoint, Endpoint, u32)| Some((key.0, key.1, key.2, action(*self.requests.get(key)?)));
        let mut requests: Vec<_> = self.requests.keys().filter_map(asked).collect();
        let mut connections: Vec<_> = self.connections.keys().copied().collect();
        requests.sort_unstable();
        requests.dedup();
        connections.sort_unstable();
        connections.dedup();
        (!requests.is_empty() || !connections.is_empty()).then_some(UnfinishedAsking { requests, connections })
    }

    /// Takes what was asked in an earlier capture.
    pub(in crate::protocol) fn expect(&mut self, asking: UnfinishedAsking) {
        for (client, tracker, transaction_id, action) in asking.requests {
            if let Some(action) = Action::of(action) {
                self.requests.insert((client, tracker, transaction_id), action);
            }
        }
        for connection in asking.connections {
            self.connections.insert(connection, ());
        }
    }
}
