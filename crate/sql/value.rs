//! One value of a row, as SQLite knows values.

use std::net::IpAddr;

use serde::{Serialize, Serializer};

use crate::base::Time;

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not known.
    Null,
    /// A whole number. What is more than fits is the largest.
    Integer(i64),
    /// A number.
    Real(f64),
    /// A text.
    Text(String),
}

/// The values of one row: anything that a [`Value`] can be made of.
macro_rules! row {
    ($($value:expr),* $(,)?) => { [$($crate::sql::value::Value::from($value)),*] };
}
pub(super) use row;

impl Value {
    /// A text that is written as `value` is.
    pub(super) fn written(value: impl ToString) -> Self {
        Value::Text(value.to_string())
    }

    /// Several values: a JSON array.
    pub(super) fn list<T: Serialize>(values: &[T]) -> Self {
        // Texts and numbers can always be written.
        Value::Text(serde_json::to_string(values).unwrap_or_default())
    }

    /// One of a closed list, by its name in JSON.
    pub(super) fn named(value: impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(serde_json::Value::String(name)) => Value::Text(name),
            _ => Value::Null,
        }
    }

    /// Seconds as whole microseconds.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "beyond what fits the conversion saturates, and a duration of a capture is far from that"
    )]
    pub(super) fn micros(seconds: Option<f64>) -> Self {
        seconds.map_or(Value::Null, |seconds| Value::Integer((seconds * 1e6).round() as i64))
    }
}

/// As JSON: null, a number or a text.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Real(number) => serializer.serialize_f64(*number),
            Value::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Value::Integer(number.try_into().unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Value::Integer(number.try_into().unwrap_or(i64::MAX))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Integer(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Value::Integer(number.into())
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Value::Integer(number.into())
    }
}

impl From<u8> for Value {
    fn from(number: u8) -> Self {
        Value::Integer(number.into())
    }
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Value::Integer(is.into())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Real(number)
    }
}

/// Whole microseconds since the epoch.
impl From<Time> for Value {
    fn from(time: Time) -> Self {
        Value::Integer(time.nanos().div_euclid(1000))
    }
}

impl From<IpAddr> for Value {
    fn from(address: IpAddr) -> Self {
        Value::written(address)
    }
}

/// A text of a capture may hold a zero, at which much that reads a database would end: it is left out.
impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() })
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_they_are_made_of() {
        let text = |text: &str| Value::Text(text.into());
        let values = row!(u64::MAX, 7_u16, true, Some("a\0b"), None::<u32>, Time::from_nanos(-1), 0.5);
        assert_eq!(
            values,
            [Value::Integer(i64::MAX), Value::Integer(7), Value::Integer(1), text("ab"), Value::Null, Value::Integer(-1), Value::Real(0.5)]
        );
        assert_eq!(serde_json::to_string(&values[..5]).unwrap(), r#"[9223372036854775807,7,1,"ab",null]"#);
        assert_eq!((Value::micros(Some(-0.25)), Value::micros(None)), (Value::Integer(-250_000), Value::Null));
        assert_eq!((Value::list(&["a\"", "b"]), Value::named(3)), (text(r#"["a\"","b"]"#), Value::Null));
    }
}
