//! One database of addresses in the format of MaxMind (<https://maxmind.github.io/MaxMind-DB/>): of countries, cities or networks.
//!
//! In: the bytes of a file. Out: what it says of an address. What its records are called differs by maker; those of MaxMind and DB-IP, of
//! ip-location-db and of IPinfo are known. A file may be broken in any way: the crate that reads it bounds what one look-up may cost, and what
//! cannot be read is counted.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use maxminddb::{LookupResult, MaxMindDbError, Reader};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The bytes of a database: those that come with the program are not copied.
type Bytes = Cow<'static, [u8]>;

/// A database.
#[derive(Debug)]
pub(super) struct Database {
    pub(super) name: String,
    reader: Reader<Bytes>,
}

/// What a database says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct DatabaseInfo {
    /// Its file.
    pub name: String,
    /// What kind it calls itself, such as `GeoLite2-City`.
    pub kind: String,
    /// When it was built, in seconds since the Unix epoch.
    pub built: u64,
    /// What it says that it is, in English where it says so; `None` where it says nothing.
    pub description: Option<String>,
    /// The addresses that it knows: 4, or 6 for both.
    pub ip_version: u16,
}

/// What databases say of one address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// The country's code of two letters (ISO 3166-1).
    pub country: Option<String>,
    /// The city, in English where its name is there in several languages.
    pub city: Option<String>,
    /// The city's latitude and longitude in degrees.
    pub position: Option<(f64, f64)>,
    /// The number of the network, an autonomous system.
    pub asn: Option<u32>,
    /// Whose network it is.
    pub organisation: Option<String>,
}

/// Why a file is no database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacesError {
    /// It has not the mark of one.
    NotADatabase,
    /// It is one, and cannot be read.
    Broken(String),
    /// There are as many as may be.
    TooMany,
    /// It is no list of public suffixes.
    NotAList,
}

impl PlacesError {
    /// A word for it from a closed list.
    pub fn code(&self) -> &'static str {
        match self {
            PlacesError::NotADatabase => "not_a_database",
            PlacesError::Broken(_) => "database_broken",
            PlacesError::TooMany => "too_many_databases",
            PlacesError::NotAList => "not_a_suffix_list",
        }
    }

    /// What exactly is wrong, where that is known.
    pub fn detail(&self) -> Option<&str> {
        if let PlacesError::Broken(detail) = self { Some(detail) } else { None }
    }
}

impl fmt::Display for PlacesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlacesError::NotADatabase => f.write_str("not a database of addresses (MaxMind DB)"),
            PlacesError::Broken(detail) => write!(f, "a database of addresses that cannot be read: {detail}"),
            PlacesError::TooMany => f.write_str("too many databases of addresses"),
            PlacesError::NotAList => f.write_str("not a list of public suffixes"),
        }
    }
}

impl Database {
    /// Reads what a database says of itself.
    pub(super) fn open(name: &str, bytes: Bytes) -> Result<Self, PlacesError> {
        let tail = bytes.len().saturating_sub(MARK_WITHIN);
        if !bytes.get(tail..).is_some_and(|tail| tail.windows(MARK.len()).any(|at| at == MARK)) {
            return Err(PlacesError::NotADatabase);
        }
        let reader = Reader::from_source(bytes).map_err(|error| PlacesError::Broken(detail(&error)))?;
        Ok(Database { name: name.to_owned(), reader })
    }

    pub(super) fn info(&self) -> DatabaseInfo {
        let metadata = self.reader.metadata();
        let description = metadata.description.get("en").or_else(|| metadata.description.values().next());
        DatabaseInfo {
            name: self.name.clone(),
            kind: short(metadata.database_type.clone()),
            built: metadata.build_epoch.min(u64::from(u32::MAX)),
            description: description.filter(|text| !text.is_empty()).cloned().map(short),
            ip_version: metadata.ip_version,
        }
    }

    /// Where the record of an address stands; `None` where there is none, which `broken` counts if the tree that leads to it is damaged.
    pub(super) fn find(&self, address: IpAddr, broken: &mut u64) -> Option<LookupResult<'_, Bytes>> {
        if address.is_ipv6() && self.reader.metadata().ip_version == 4 {
            return None;
        }
        let result = self.reader.lookup(address);
        *broken += u64::from(result.is_err());
        result.ok().filter(LookupResult::has_data)
    }
}

/// What a record says, by whatever names.
pub(super) fn place(record: &LookupResult<'_, Bytes>) -> Place {
    let Ok(Some(told)) = record.decode::<Told>() else { return Place::default() };
    let text = |paths: &[&[&str]]| paths.iter().find_map(|path| told.text(path)).filter(|text| !text.is_empty()).map(short);
    let degrees = |paths: &[&[&str]], most: f64| paths.iter().find_map(|path| told.number(path)).filter(|degrees| degrees.abs() <= most);
    let country = text(&[&["country", "iso_code"], &["country_code"], &["country"], &["registered_country", "iso_code"]]);
    let latitude = degrees(&[&["location", "latitude"], &["latitude"]], 90.0);
    let longitude = degrees(&[&["location", "longitude"], &["longitude"]], 180.0);
    let asn = asn(&told);
    Place {
        country: country.filter(|code| code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_alphabetic())),
        city: text(&[&["city", "names", "en"], &["city", "name"], &["city"]]),
        position: latitude.zip(longitude),
        asn,
        organisation: text(&[&["autonomous_system_organization"], &["as_name"], &["organization"]]).or_else(|| asn.and(text(&[&["name"]]))),
    }
    .in_capitals()
}

/// The number of the network: as such, or as `AS3320`.
fn asn(told: &Told) -> Option<u32> {
    let written = || told.text(&["asn"])?.trim_start_matches("AS").parse().ok();
    let number = told.number(&["autonomous_system_number"]).or_else(|| told.number(&["asn"]));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is no number of a network becomes 0 or the largest, and goes"
    )]
    let number = number.map(|number| number as u32);
    number.or_else(written).filter(|number| !matches!(*number, 0 | u32::MAX))
}

impl Place {
    /// The country's code as the standard writes it.
    fn in_capitals(mut self) -> Self {
        self.country.iter_mut().for_each(|code| code.make_ascii_uppercase());
        self
    }
}

/// A record, as far as it matters. One type that takes whatever comes costs a fifth of the code that one for each kind of value does.
enum Told {
    Text(String),
    Number(f64),
    Map(Vec<(String, Told)>),
    Other,
}

impl Told {
    /// What stands at the end of a path.
    fn at(&self, path: &[&str]) -> Option<&Told> {
        path.iter().try_fold(self, |told, key| match told {
            Told::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, told)| told),
            _ => None,
        })
    }

    fn text(&self, path: &[&str]) -> Option<String> {
        if let Told::Text(text) = self.at(path)? { Some(text.clone()) } else { None }
    }

    fn number(&self, path: &[&str]) -> Option<f64> {
        if let Told::Number(number) = self.at(path)? { Some(*number) } else { None }
    }
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(record: D) -> Result<Self, D::Error> {
        record.deserialize_any(Whatever)
    }
}

/// Takes any value.
struct Whatever;

impl<'de> Visitor<'de> for Whatever {
    type Value = Told;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Told, E> {
        Ok(Told::Text(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Told, E> {
        Ok(Told::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Told, E> {
        Ok(Told::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Told, E> {
        Ok(Told::Number(number as f64))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Told, E> {
        Ok(Told::Other)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Told, E> {
        Ok(Told::Other)
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Told, E> {
        Ok(Told::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Told, A::Error> {
        while values.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Told::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Told, A::Error> {
        let mut told = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            told.push(entry);
        }
        Ok(Told::Map(told))
    }
}

fn detail(error: &MaxMindDbError) -> String {
    short(error.to_string())
}

/// A text of a length that a table bears.
fn short(text: String) -> String {
    if text.chars().nth(TEXT_CHARACTERS).is_none() { text } else { text.chars().take(TEXT_CHARACTERS).collect() }
}

/// What stands before what a database says of itself.
const MARK: &[u8] = b"\xab\xcd\xefMaxMind.com";

/// The end of the file, in bytes, within which the mark stands.
const MARK_WITHIN: usize = 128 << 10;

const TEXT_CHARACTERS: usize = 120;
