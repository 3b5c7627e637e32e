//! One value of a table's row.

use std::borrow::Cow;
use std::cmp::Ordering;

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Not known.
    Absent,
    /// A number.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
}

impl Cell<'_> {
    /// Smaller numbers and texts first; what is absent is equal to itself only.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Cell::Number(one), Cell::Number(other)) => one.total_cmp(other),
            (Cell::Text(one), Cell::Text(other)) => one.cmp(other),
            _ => Ordering::Equal,
        }
    }

    /// The same value, borrowed from nothing.
    pub(super) fn into_owned(self) -> Cell<'static> {
        match self {
            Cell::Text(text) => Cell::Text(text.into_owned().into()),
            Cell::Number(number) => Cell::Number(number),
            Cell::Absent => Cell::Absent,
        }
    }
}

/// A value as text.
pub(super) fn text(value: impl ToString) -> Cell<'static> {
    Cell::Text(value.to_string().into())
}

/// A text that may be absent.
pub(super) fn words(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Absent, |text| Cell::Text(text.into()))
}

/// A number.
pub(super) fn number(value: u64) -> Cell<'static> {
    Cell::Number(value as f64)
}

/// A number that may be absent.
pub(super) fn optional(value: Option<u64>) -> Cell<'static> {
    value.map_or(Cell::Absent, number)
}

/// Values with a space between them.
pub(super) fn list(values: impl Iterator<Item: ToString>) -> Cow<'static, str> {
    values.map(|value| value.to_string()).collect::<Vec<_>>().join(" ").into()
}
