//! Where is an address, and whose network is it in?
//!
//! In: databases of addresses and the list of public suffixes, which whoever drives the session reads: nothing here is looked up anywhere else.
//! Out: the place of an address. Where several databases know one, the one that was given last is believed, and those before it fill in what
//! it does not say.

mod database;
mod suffixes;

use std::borrow::Cow;
use std::net::IpAddr;
use std::rc::Rc;

pub use database::{DatabaseInfo, Place, PlacesError};
pub use suffixes::Suffixes;

use crate::base::{Limits, Map};
use database::{Database, place};

/// Databases of addresses, and the list of public suffixes.
#[derive(Debug, Default)]
pub struct Places {
    databases: Vec<Database>,
    suffixes: Suffixes,
    limits: Limits,
}

/// Look-ups one after another: what a record says is read once, whatever the number of its addresses.
pub(super) struct Lookups<'a> {
    places: &'a Places,
    read: Map<(usize, usize), Rc<Place>>,
    /// Look-ups that failed because a database is damaged.
    pub(super) broken: u64,
}

impl Places {
    pub(super) fn new(limits: &Limits) -> Self {
        Places { limits: limits.clone(), ..Places::default() }
    }

    /// Takes a database; one of the same name is replaced.
    ///
    /// # Errors
    /// [`PlacesError`] when the bytes are none, or cannot be read.
    pub fn add(&mut self, name: &str, bytes: Cow<'static, [u8]>) -> Result<(), PlacesError> {
        let database = Database::open(name, bytes)?;
        self.databases.retain(|known| known.name != name);
        if self.databases.len() >= self.limits.databases {
            return Err(PlacesError::TooMany);
        }
        self.databases.push(database);
        Ok(())
    }

    /// Takes the list of public suffixes in place of the one before.
    ///
    /// # Errors
    /// [`PlacesError::NotAList`] when it is no text, or holds no rule.
    pub fn set_suffixes(&mut self, bytes: &[u8]) -> Result<(), PlacesError> {
        let suffixes = Suffixes::of(str::from_utf8(bytes).map_err(|_| PlacesError::NotAList)?, &self.limits);
        if suffixes.is_empty() {
            return Err(PlacesError::NotAList);
        }
        self.suffixes = suffixes;
        Ok(())
    }

    /// Whether there is no database.
    pub fn is_empty(&self) -> bool {
        self.databases.is_empty()
    }

    /// What the databases say of themselves, in the order in which they were given.
    pub fn databases(&self) -> Vec<DatabaseInfo> {
        self.databases.iter().map(Database::info).collect()
    }

    /// The list of public suffixes.
    pub fn suffixes(&self) -> &Suffixes {
        &self.suffixes
    }

    /// What the databases say of one address.
    pub fn place(&self, address: IpAddr) -> Place {
        Place::clone(&self.lookups().place(address))
    }

    pub(super) fn lookups(&self) -> Lookups<'_> {
        Lookups { places: self, read: Map::default(), broken: 0 }
    }
}

impl Lookups<'_> {
    /// What the databases say of an address.
    pub(super) fn place(&mut self, address: IpAddr) -> Rc<Place> {
        let mut known: Option<Rc<Place>> = None;
        for (number, database) in self.places.databases.iter().enumerate().rev() {
            let Some(record) = database.find(address, &mut self.broken) else { continue };
            let Some(offset) = record.offset() else { continue };
            let read = self.read.entry((number, offset)).or_insert_with(|| Rc::new(place(&record)));
            known = Some(match known {
                None => Rc::clone(read),
                Some(known) => Rc::new(known.filled(read)),
            });
        }
        known.unwrap_or_default()
    }
}

impl Place {
    /// This place, with what it lacks from another.
    fn filled(&self, other: &Place) -> Place {
        let mut place = self.clone();
        // A city of one database and the position of another would contradict each other.
        if place.city.is_none() && place.position.is_none() {
            (place.city, place.position) = (other.city.clone(), other.position);
        }
        if place.asn.is_none() && place.organisation.is_none() {
            (place.asn, place.organisation) = (other.asn, other.organisation.clone());
        }
        place.country = place.country.or_else(|| other.country.clone());
        place
    }
}
