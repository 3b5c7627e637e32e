//! The section as text.

use std::fmt::Write;

use super::super::csv::quoted;
use super::super::table::Cell;
use super::super::text::printable;
use super::{GROUP_COLUMNS, Geography, Group};

/// `--geography`: the databases, then a block each for countries, networks and clients, a line a row.
pub fn text(geography: Option<&Geography>) -> String {
    let Some(geography) = geography else { return "No database of addresses was given.\n".into() };
    let mut out = String::new();
    for database in &geography.databases {
        let description = database.description.as_deref().map(|text| format!(": {}", printable(text))).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{} ({}, built {}){description}", printable(&database.name), printable(&database.kind), day(database.built));
    }
    if geography.unreadable > 0 {
        let _ = writeln!(out, "{} look-ups failed: a database is damaged", geography.unreadable);
    }
    let Geography { address_count, private_peers, .. } = geography;
    let _ = writeln!(out, "{address_count} public addresses of peers; {private_peers} peers at addresses of local networks are left out");
    for (title, groups) in [("countries", &geography.countries), ("networks", &geography.networks), ("clients", &geography.clients)] {
        let _ = writeln!(out, "\n{title}:");
        groups.iter().for_each(|group| line(&mut out, group));
    }
    out
}

fn line(out: &mut String, group: &Group) {
    let key = group.key.as_deref().map_or_else(|| "not known".into(), printable);
    let name = group.name.as_deref().map(|name| format!(" {}", printable(name))).unwrap_or_default();
    let amounts = [
        ("peer(s)", group.peers),
        ("confirmed", group.confirmed),
        ("bytes from them", group.uploaded),
        ("bytes to them", group.downloaded),
        ("bytes encrypted", group.encrypted),
        ("only listed", group.listed),
        ("DHT node(s)", group.nodes),
    ];
    let amounts = amounts.iter().filter(|(_, amount)| *amount > 0).map(|(what, amount)| format!("{amount} {what}"));
    let speed = group.max_speed.map(|speed| format!("{speed:.0} bytes/s"));
    let _ = writeln!(out, "{key}{name}: {}", amounts.chain(speed).collect::<Vec<_>>().join(", "));
}

/// The sums as one table of CSV, which says first by what each is.
pub fn groups_as_csv(geography: Option<&Geography>) -> String {
    let mut out = format!("by,{}\r\n", GROUP_COLUMNS.join(","));
    let Some(Geography { countries, networks, clients, .. }) = geography else { return out };
    for (by, groups) in [("country", countries), ("network", networks), ("client", clients)] {
        for group in groups {
            out.push_str(by);
            for column in GROUP_COLUMNS {
                let cell = match group.cell(column) {
                    Cell::Absent => String::new(),
                    Cell::Number(number) => number.to_string(),
                    Cell::Text(text) => quoted(&text),
                };
                let _ = write!(out, ",{cell}");
            }
            out.push_str("\r\n");
        }
    }
    out
}

/// The day of an instant in seconds since the Unix epoch, as 2026-06-17: the civil calendar from days, by eras of 400 years.
fn day(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year}-{month:02}-{:02}", of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        for (seconds, date) in
            [(0, "1970-01-01"), (951_782_400, "2000-02-29"), (1_781_725_461, "2026-06-17"), (4_107_542_400, "2100-03-01")]
        {
            assert_eq!(day(seconds), date);
        }
    }
}
