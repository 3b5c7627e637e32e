//! `--table`: any table of the page, as filtered and sorted.
//!
//! In: a session that has read its captures. Out: one table on standard output.

use std::io::{self, BufWriter, Write};

use clap::Args;
use swarmscope::report::table::{RowFormat, RowQuery, Table};
use swarmscope::session::{Reports, Session};

/// Which table, and which of its rows in which order.
#[derive(Debug, Args)]
pub(super) struct TableArguments {
    /// One table: the rows that the page shows, as --filter and --sort ask; --torrent HASH narrows those of pieces, contributors, peers and
    /// sources to one torrent
    #[arg(long, value_name = "NAME", value_enum)]
    table: Option<Table>,

    /// With --table: sorted by this column, the largest last; `-COLUMN` puts the largest first
    #[arg(long, value_name = "COLUMN", requires = "table", allow_hyphen_values = true)]
    sort: Option<String>,

    /// With --table: only rows of which a cell holds this text, whatever the case
    #[arg(long, value_name = "TEXT", requires = "table")]
    filter: Option<String>,

    /// With --table: comma-separated values, a JSON array, or JSON Lines
    #[arg(long, value_enum, default_value = "csv", requires = "table")]
    format: RowFormat,
}

impl TableArguments {
    /// What is asked for, of these torrents; `None` where no table is.
    ///
    /// # Errors
    /// A sentence where the table has no column of that name.
    pub(super) fn query(&self, torrents: &[String]) -> Result<Option<RowQuery>, String> {
        let Some(table) = self.table else { return Ok(None) };
        let sort = self.sort.as_deref().unwrap_or_default();
        let (column, descending) = sort.strip_prefix('-').map_or((sort, false), |column| (column, true));
        if !column.is_empty() && !table.columns().contains(&column) {
            return Err(format!("the table has no column {column}; it has {}", table.columns().join(", ")));
        }
        let filter = self.filter.clone().unwrap_or_default();
        let torrent = torrents.first().cloned();
        Ok(Some(RowQuery { table, torrent, sort: column.to_owned(), descending, filter, from: 0, count: ROWS }))
    }

    /// Prints all windows of the table.
    pub(super) fn print<O: Reports>(&self, session: &mut Session<O>, mut query: RowQuery) -> io::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        loop {
            let (text, matched) = session.rows_written(&query, self.format);
            out.write_all(text.as_bytes())?;
            query.from += ROWS;
            if query.from >= matched {
                return out.flush();
            }
        }
    }
}

/// Rows that are written at a time.
const ROWS: usize = 10_000;
