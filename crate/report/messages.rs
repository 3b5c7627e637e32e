//! How many messages of each kind went by?
//!
//! A message counts once, when its header was read, however often its bytes were sent again. One of an extension counts under its
//! extension too, beside the message of the peer wire protocol that carried it.

use std::collections::BTreeMap;
use std::ptr;

use serde::{Serialize, Serializer};

use crate::protocol::Event;

/// Counts by protocol and message; what never occurred is not listed.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[cfg_attr(all(test, not(target_arch = "wasm32")), ts(type = "Record<string, Record<string, number>>"))]
pub struct Messages {
    // A short list, searched from its start, is faster than any map for the few dozen names there are.
    counts: Vec<((&'static str, &'static str), u64)>,
}

impl Messages {
    /// Takes the next event.
    pub(super) fn observe(&mut self, event: &Event<'_>) {
        event.name().into_iter().for_each(|name| self.add(name, 1));
        event.extension_name().into_iter().for_each(|name| self.add(name, 1));
    }

    /// Takes `more` messages of a name.
    pub(super) fn add(&mut self, name: (&'static str, &'static str), more: u64) {
        // A name is nearly always the same constant as before: then its place tells, without a look at its letters.
        let constant = |known: &(&str, &str)| ptr::eq(known.0, name.0) && ptr::eq(known.1, name.1);
        let place = self.counts.iter().position(|(known, _)| constant(known));
        let place = place.or_else(|| self.counts.iter().position(|(known, _)| *known == name));
        match place.and_then(|place| self.counts.get_mut(place)) {
            Some((_, count)) => *count += more,
            None if more > 0 => self.counts.push((name, more)),
            None => {}
        }
    }

    /// How many messages `name` of `protocol` there were.
    pub fn count(&self, protocol: &str, name: &str) -> u64 {
        self.counts.iter().find(|(known, _)| *known == (protocol, name)).map_or(0, |(_, count)| *count)
    }

    /// All counts by protocol and name, in alphabetical order.
    pub fn by_protocol(&self) -> BTreeMap<&'static str, BTreeMap<&'static str, u64>> {
        let mut protocols: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for ((protocol, name), count) in &self.counts {
            protocols.entry(*protocol).or_default().insert(*name, *count);
        }
        protocols
    }
}

impl Serialize for Messages {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.by_protocol().serialize(serializer)
    }
}
