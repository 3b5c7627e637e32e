//! Every endpoint that was named for a torrent, or that somebody tried to reach.
//!
//! An endpoint takes about 75 bytes, with its place in the index: most are named for one torrent, and never tried. What more there is to
//! say of the few others stands in lists of its own.

use super::super::swarm::Meetings;
use crate::base::{Endpoint, Index, Set, Time};

/// All of them.
#[derive(Debug)]
pub(super) struct Addresses {
    index: Index,
    endpoints: Vec<Known>,
    /// Namings of endpoints for other torrents than their first.
    more: Vec<(u32, Naming)>,
    more_index: Index,
    attempts: Vec<Attempts>,
    limit: usize,
}

#[derive(Debug)]
struct Known {
    endpoint: Endpoint,
    /// The place of its attempts; [`NONE`] where there were none.
    attempts: u32,
    naming: Naming,
}

/// Who named an endpoint for a torrent, and when first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Naming {
    /// Which torrent; [`NONE`] of an endpoint that nobody named.
    pub(super) torrent: u32,
    /// The message that named it last: the same again in one message is another thing than the same again later.
    message: u32,
    /// A bit for each source.
    pub(super) by: u8,
    /// The source that named it first.
    pub(super) source: u8,
    /// Frame and time of the first.
    pub(super) first: (u64, Time),
}

/// What was new when an endpoint was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Nobody had named it for the torrent.
    New,
    /// Only other sources had.
    Elsewhere,
    /// The source had, in an earlier message.
    Before,
    /// The message had.
    Again,
    /// There is no room to know.
    Full,
}

/// Attempts to connect to one endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Attempts {
    first: Time,
    /// All of them.
    pub(super) count: u32,
    /// Those that it took.
    pub(super) answered: u32,
    /// Those that it refused.
    pub(super) refused: u32,
    first_answered: bool,
    /// A SYN of uTP that was not answered so far: the port that it came from and its connection ID.
    waiting: Option<(u16, u16)>,
}

impl Attempts {
    /// Takes an attempt that began at `time`.
    pub(super) fn note(&mut self, time: Time, answered: bool, refused: bool) {
        if self.count == 0 || time <= self.first {
            (self.first, self.first_answered) = (time, answered);
        }
        self.count = self.count.saturating_add(1);
        self.answered = self.answered.saturating_add(answered.into());
        self.refused = self.refused.saturating_add(refused.into());
    }

    /// Takes a SYN of uTP that nobody has answered: another attempt, unless it is the last one sent again.
    pub(super) fn wait(&mut self, time: Time, syn: (u16, u16)) {
        if self.waiting != Some(syn) {
            self.note(time, false, false);
            self.waiting = Some(syn);
        }
    }

    /// That SYN was answered after all; its connection will tell.
    pub(super) fn heard(&mut self, syn: (u16, u16)) {
        if self.waiting == Some(syn) {
            self.waiting = None;
            self.count -= self.count.min(1);
        }
    }

    /// Whether the first one failed.
    pub(super) fn first_failed(&self) -> u32 {
        u32::from(self.count > 0 && !self.first_answered)
    }

    /// How many failed behind the first.
    pub(super) fn later_failed(&self) -> u32 {
        (self.count - self.answered.min(self.count)).saturating_sub(self.first_failed())
    }
}

impl Addresses {
    pub(super) fn new(limit: usize) -> Self {
        Addresses {
            index: Index::default(),
            endpoints: Vec::new(),
            more: Vec::new(),
            more_index: Index::default(),
            attempts: Vec::new(),
            limit,
        }
    }

    /// Takes that the message of that number names an endpoint for a torrent.
    pub(super) fn name(&mut self, endpoint: Endpoint, torrent: u32, source: u8, message: u32, now: (u64, Time)) -> Told {
        let naming = Naming { torrent, message, by: 1 << source, source, first: now };
        let Some(at) = self.place(endpoint) else { return Told::Full };
        let Some(known) = self.endpoints.get_mut(at as usize) else { return Told::Full };
        if known.naming.torrent == NONE {
            known.naming = naming;
            return Told::New;
        }
        if known.naming.torrent == torrent {
            return known.naming.again(source, message);
        }
        let Addresses { more, more_index, limit, .. } = self;
        let next = u32::try_from(more.len()).ok().filter(|_| more.len() < *limit);
        let is = |place: u32| more.get(place as usize).is_some_and(|(of, naming)| (*of, naming.torrent) == (at, torrent));
        match more_index.find_or_insert((at, torrent), next, is) {
            Some(place) => more.get_mut(place as usize).map_or(Told::Full, |(_, known)| known.again(source, message)),
            None if next.is_some() => {
                more.push((at, naming));
                Told::New
            }
            None => Told::Full,
        }
    }

    /// The attempts to reach an endpoint, to be added to; `None` where there is no room.
    pub(super) fn attempts(&mut self, endpoint: Endpoint) -> Option<&mut Attempts> {
        let at = self.place(endpoint)?;
        let known = self.endpoints.get_mut(at as usize)?;
        if known.attempts == NONE {
            known.attempts = u32::try_from(self.attempts.len()).ok()?;
            self.attempts.push(Attempts::default());
        }
        self.attempts.get_mut(known.attempts as usize)
    }

    /// The naming of an endpoint for a torrent, with the attempts to reach it.
    pub(super) fn find(&self, endpoint: Endpoint, torrent: u32) -> Option<(&Naming, Option<&Attempts>)> {
        let at = self.index.find(endpoint, |at| self.endpoints.get(at as usize).is_some_and(|known| known.endpoint == endpoint))?;
        let is = |place: u32| self.more.get(place as usize).is_some_and(|(of, naming)| (*of, naming.torrent) == (at, torrent));
        let first = self.endpoints.get(at as usize).is_some_and(|known| known.naming.torrent == torrent);
        let key = if first { at as usize } else { self.endpoints.len() + self.more_index.find((at, torrent), is)? as usize };
        self.get(key).map(|(_, naming, attempts)| (naming, attempts))
    }

    /// How many keys there are: places of namings, not all of which hold one.
    pub(super) fn len(&self) -> usize {
        self.endpoints.len() + self.more.len()
    }

    /// The naming of a key, with the attempts to reach its endpoint.
    pub(super) fn get(&self, key: usize) -> Option<(Endpoint, &Naming, Option<&Attempts>)> {
        let (known, naming) = match self.endpoints.get(key) {
            Some(known) => (known, &known.naming),
            None => {
                let (at, naming) = self.more.get(key - self.endpoints.len())?;
                (self.endpoints.get(*at as usize)?, naming)
            }
        };
        let attempts = self.attempts.get(known.attempts as usize).filter(|attempts| attempts.count > 0);
        (naming.torrent != NONE).then_some((known.endpoint, naming, attempts))
    }

    /// All namings.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Endpoint, &Naming, Option<&Attempts>)> {
        (0..self.len()).filter_map(|key| self.get(key))
    }

    /// The attempts to reach each endpoint that was named, with `None` where there were none.
    pub(super) fn named(&self) -> impl Iterator<Item = Option<&Attempts>> {
        (0..self.endpoints.len()).filter_map(|key| self.get(key)).map(|(_, _, attempts)| attempts)
    }

    /// How many endpoints were named that nobody tried to reach, and where no peer was met.
    pub(super) fn untouched(&self, meetings: &Meetings<'_>) -> u64 {
        let met: Set<Endpoint> = meetings.places().map(|(_, endpoint)| endpoint).collect();
        let is = |known: &&Known| known.naming.torrent != NONE && known.attempts == NONE && !met.contains(&known.endpoint);
        self.endpoints.iter().filter(is).count() as u64
    }

    /// Where an endpoint stands, from now on if not before.
    fn place(&mut self, endpoint: Endpoint) -> Option<u32> {
        let Addresses { index, endpoints, limit, .. } = self;
        let next = u32::try_from(endpoints.len()).ok().filter(|_| endpoints.len() < *limit);
        let is = |place: u32| endpoints.get(place as usize).is_some_and(|known| known.endpoint == endpoint);
        if let Some(known) = index.find_or_insert(endpoint, next, is) {
            return Some(known);
        }
        if next.is_some() {
            endpoints.push(Known { endpoint, attempts: NONE, naming: Naming::NOBODY });
        }
        next
    }
}

impl Naming {
    const NOBODY: Naming = Naming { torrent: NONE, message: 0, by: 0, source: 0, first: (0, Time::from_nanos(0)) };

    /// The endpoint is named for the same torrent again.
    fn again(&mut self, source: u8, message: u32) -> Told {
        let bit = 1 << source;
        let told = match (self.by & bit != 0, self.message == message) {
            (false, _) => Told::Elsewhere,
            (true, false) => Told::Before,
            (true, true) => Told::Again,
        };
        self.by |= bit;
        self.message = message;
        told
    }
}

/// No torrent, and no place.
const NONE: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(last: u8) -> Endpoint {
        Endpoint::new([10, 0, 0, last], 6881)
    }

    #[test]
    fn what_is_new_depends_on_torrent_source_and_message() {
        let mut addresses = Addresses::new(9);
        let mut name = |torrent, source, message| addresses.name(endpoint(1), torrent, source, message, (7, Time::default()));
        let told = [name(0, 0, 1), name(0, 0, 1), name(0, 0, 2), name(0, 1, 3), name(0, 1, 3), name(0, 0, 4)];
        assert_eq!(told, [Told::New, Told::Again, Told::Before, Told::Elsewhere, Told::Again, Told::Before]);
        let told = [name(5, 0, 5), name(5, 1, 6), name(6, 1, 6), name(5, 1, 6)];
        assert_eq!(told, [Told::New, Told::Elsewhere, Told::New, Told::Again]);
        let find = |last, torrent| addresses.find(endpoint(last), torrent).map(|(naming, _)| (naming.torrent, naming.by));
        assert_eq!([find(1, 0), find(1, 6), find(1, 7), find(2, 0)], [Some((0, 3)), Some((6, 2)), None, None]);
        let known: Vec<_> = addresses.iter().map(|(_, naming, _)| (naming.torrent, naming.by, naming.source)).collect();
        assert_eq!(known, [(0, 3, 0), (5, 3, 0), (6, 2, 1)]);
    }

    #[test]
    fn a_million_endpoints_take_some_tens_of_bytes_each() {
        assert!(size_of::<Known>() <= 56);
    }

    #[test]
    fn an_endpoint_that_was_only_tried_is_not_named() {
        let mut addresses = Addresses::new(2);
        addresses.attempts(endpoint(1)).unwrap().note(Time::default(), true, false);
        assert_eq!(addresses.iter().count(), 0);
        assert_eq!(addresses.name(endpoint(1), 0, 0, 1, (1, Time::default())), Told::New);
        assert_eq!(addresses.name(endpoint(2), 0, 0, 1, (1, Time::default())), Told::New);
        assert_eq!(addresses.name(endpoint(3), 0, 0, 1, (1, Time::default())), Told::Full);
        assert!(addresses.attempts(endpoint(3)).is_none());
        assert_eq!(addresses.named().map(|attempts| attempts.map_or(0, |attempts| attempts.answered)).collect::<Vec<_>>(), [1, 0]);
    }

    #[test]
    fn attempts_fail_at_first_and_later() {
        let mut attempts = Attempts::default();
        let at = |seconds: i64| Time::from_nanos(seconds * 1_000_000_000);
        attempts.wait(at(2), (1, 7));
        attempts.wait(at(5), (1, 7));
        attempts.wait(at(9), (1, 8));
        attempts.heard((1, 8));
        attempts.note(at(9), true, false);
        attempts.note(at(20), false, true);
        assert_eq!((attempts.count, attempts.answered, attempts.refused), (3, 1, 1));
        assert_eq!((attempts.first_failed(), attempts.later_failed()), (1, 1));
        attempts.note(at(1), true, false);
        assert_eq!((attempts.first_failed(), attempts.later_failed()), (0, 2), "connections are told when they are over");
        let mut answered = Attempts::default();
        answered.wait(at(1), (1, 7));
        answered.heard((1, 7));
        answered.note(at(1), true, false);
        assert_eq!((answered.count, answered.first_failed()), (1, 0));
    }
}
