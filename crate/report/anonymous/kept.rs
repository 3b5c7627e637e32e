//! What was made for one event: messages borrow what they say.

use std::cell::OnceCell;

use crate::flow::{Both, Measured};
use crate::protocol::info_dictionary::InfoDictionary;
use crate::protocol::peer_wire::account::Account;
use crate::protocol::peer_wire::exchange::Exchange;

/// Holds it while the event is observed. An event has at most one of each, and any number of texts.
#[derive(Default)]
pub(super) struct Kept {
    texts: Chain,
    pub(super) dictionary: OnceCell<InfoDictionary>,
    pub(super) measured: OnceCell<Measured>,
    pub(super) said: OnceCell<Both<Account>>,
    pub(super) exchange: OnceCell<Exchange>,
    pub(super) filters: OnceCell<[[u8; 256]; 2]>,
}

/// Texts that may be added to while others are borrowed.
#[derive(Default)]
struct Chain(OnceCell<(Vec<u8>, Box<Chain>)>);

impl Kept {
    /// Keeps `bytes`.
    pub(super) fn keep(&self, bytes: Vec<u8>) -> &[u8] {
        let mut place = &self.texts;
        while let Some((_, next)) = place.0.get() {
            place = next;
        }
        &place.0.get_or_init(|| (bytes, Box::default())).0
    }
}
