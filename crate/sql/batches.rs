//! Rows on their way to a SQLite that is not in this program: batches of one table each, as JSON.

use super::{Staged, Value};

/// Gathers rows, and gives them on a batch at a time.
pub struct Batches<F> {
    /// Of each table the rows that were not given on.
    open: Vec<(&'static Staged, Vec<u8>)>,
    give: F,
}

impl<E, F: FnMut(&Staged, &[u8]) -> Result<(), E>> Batches<F> {
    /// Batches that are given to `give`: the table, and an array of rows, each an array of values.
    pub fn new(give: F) -> Self {
        Batches { open: Vec::new(), give }
    }

    /// Takes a row.
    ///
    /// # Errors
    /// Those of who takes the batches.
    pub fn put(&mut self, table: &'static Staged, row: &[Value]) -> Result<(), E> {
        let place = self.open.iter().position(|(known, _)| *known == table);
        let place = place.unwrap_or_else(|| {
            self.open.push((table, Vec::new()));
            self.open.len() - 1
        });
        let Some((_, batch)) = self.open.get_mut(place) else { return Ok(()) };
        batch.push(if batch.is_empty() { b'[' } else { b',' });
        // Writing values to memory cannot fail.
        let _ = serde_json::to_writer(&mut *batch, row);
        if batch.len() < BYTES { Ok(()) } else { Self::give_on(&mut self.give, table, batch) }
    }

    /// Gives on what is left.
    ///
    /// # Errors
    /// Those of who takes the batches.
    pub fn finish(mut self) -> Result<(), E> {
        let mut left = self.open.iter_mut().filter(|(_, batch)| !batch.is_empty());
        left.try_for_each(|(table, batch)| Self::give_on(&mut self.give, table, batch))
    }

    fn give_on(give: &mut F, table: &Staged, batch: &mut Vec<u8>) -> Result<(), E> {
        batch.push(b']');
        let outcome = give(table, batch);
        batch.clear();
        outcome
    }
}

/// Bytes of a batch, at least, of a table with more: some thousand rows.
const BYTES: usize = 1 << 18;

#[cfg(test)]
mod tests {
    use super::super::staging::{FILES, FINDINGS};
    use super::*;

    #[test]
    fn batches_are_of_one_table_each() {
        let mut given = Vec::new();
        let mut batches = Batches::new(|table: &Staged, bytes: &[u8]| {
            let rows: Vec<Vec<serde_json::Value>> = serde_json::from_slice(bytes).unwrap();
            given.push((table.name, rows.len(), rows[0][0].clone()));
            if given.len() < 4 { Ok(()) } else { Err("enough") }
        });
        let long = Value::Text("\"x".repeat(BYTES / 5));
        assert_eq!(batches.put(&FINDINGS, &[Value::Integer(1)]), Ok(()));
        for number in 0..3 {
            assert_eq!(batches.put(&FILES, &[Value::Integer(number), long.clone()]), Ok(()));
        }
        assert_eq!(batches.put(&FINDINGS, &[Value::Null]), Ok(()));
        assert_eq!(batches.finish(), Ok(()));
        assert_eq!(given, [("new_files", 2, 0.into()), ("new_findings", 2, 1.into()), ("new_files", 1, 2.into())]);
    }
}
