//! What the command line knows of addresses: the database of countries and the list of public suffixes that come with it, and the user's own.

use std::borrow::Cow;
use std::path::PathBuf;

use clap::Args;
use swarmscope::session::Session;

use crate::complain;

/// Whose addresses are where.
#[derive(Debug, Args)]
pub(crate) struct PlaceArguments {
    /// A database of addresses (MaxMind DB): countries, cities or networks. May be given several times; what it says goes before the
    /// countries that come with this program
    #[arg(long, value_name = "FILE")]
    mmdb: Vec<PathBuf>,
}

impl PlaceArguments {
    /// Gives a session what is known of addresses; answers whether all of it could be read.
    pub(crate) fn give(&self, session: &mut Session) -> bool {
        let mut given = session.add_places(COUNTRY_NAME, Cow::Borrowed(COUNTRIES)).map_err(|error| error.to_string());
        given = given.and(session.set_suffixes(SUFFIXES).map_err(|error| error.to_string()));
        if let Err(error) = given {
            complain(&error);
        }
        self.mmdb.iter().all(|path| {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            let bytes = std::fs::read(path).map_err(|error| error.to_string());
            let given = bytes.and_then(|bytes| session.add_places(&name, bytes.into()).map_err(|error| error.to_string()));
            given.inspect_err(|error| complain(&format!("{}: {error}", path.display()))).is_ok()
        })
    }
}

/// What comes with the program, see `data/README.md`.
const COUNTRIES: &[u8] = include_bytes!("../../data/country.mmdb");
const COUNTRY_NAME: &str = "country.mmdb";
const SUFFIXES: &[u8] = include_bytes!("../../data/public_suffix_list.dat");
