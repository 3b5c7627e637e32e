//! Bytes of any number as a string of hex digits, for `#[serde(with = "hex_bytes")]`.

use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

use super::Hex;

/// Writes them.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Hex(bytes))
}

/// Reads them.
///
/// # Errors
/// Those of the deserializer, and where something else than pairs of hex digits stands.
pub fn deserialize<'de, D: Deserializer<'de>>(written: D) -> Result<Vec<u8>, D::Error> {
    let digits = Cow::<'de, str>::deserialize(written)?;
    let (pairs, odd) = digits.as_bytes().as_chunks::<2>();
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok();
    let bytes = pairs.iter().map(byte).collect::<Option<Vec<u8>>>().filter(|_| odd.is_empty());
    bytes.ok_or_else(|| D::Error::custom("pairs of hex digits are due"))
}
