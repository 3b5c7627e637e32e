//! Bencoded values (BEP 3), read in place.
//!
//! In: bytes. Out: a [`Cursor`] that walks them: strings are borrowed, every value's place is known, nothing is copied and
//! nothing recurses, so a message of a million opening brackets costs a loop and not the stack. Keys may come in any
//! order, and unknown keys are stepped over: clients sort them as the document says, but not all do.
//! Left out on purpose: building trees, and writing.

use super::Malformed;

/// What the next value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `4:spam`
    Bytes,
    /// `i42e`
    Integer,
    /// `l…e`
    List,
    /// `d…e`
    Dictionary,
    /// `e`: the end of the list or dictionary that the cursor is in.
    End,
}

/// A place in bencoded bytes.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    depth_limit: usize,
}

impl<'a> Cursor<'a> {
    /// A cursor before the first value of `bytes`; values nest at most `depth_limit` deep.
    pub fn new(bytes: &'a [u8], depth_limit: usize) -> Self {
        Cursor { bytes, at: 0, depth_limit }
    }

    /// Bytes from the start to here.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Everything after this place.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// What the next value is, without reading it.
    ///
    /// # Errors
    /// [`Malformed`] with `field` at the end of the bytes or at a byte that begins no value.
    pub fn peek(&self, field: &'static str) -> Result<Kind, Malformed> {
        match self.bytes.get(self.at) {
            Some(b'0'..=b'9') => Ok(Kind::Bytes),
            Some(b'i') => Ok(Kind::Integer),
            Some(b'l') => Ok(Kind::List),
            Some(b'd') => Ok(Kind::Dictionary),
            Some(b'e') => Ok(Kind::End),
            _ => Err(self.malformed(field)),
        }
    }

    /// The next value, which must be a string.
    ///
    /// # Errors
    /// [`Malformed`] with `field`; the cursor has not moved.
    pub fn bytes(&mut self, field: &'static str) -> Result<&'a [u8], Malformed> {
        let (length, prefix) = match *self.rest() {
            // Nearly every length.
            [one @ b'0'..=b'9', b':', ..] => (usize::from(one - b'0'), 2),
            [ten @ b'0'..=b'9', one @ b'0'..=b'9', b':', ..] => (usize::from(ten - b'0') * 10 + usize::from(one - b'0'), 3),
            _ => self.length().ok_or_else(|| self.malformed(field))?,
        };
        let start = self.at + prefix;
        let end = start.checked_add(length);
        let string = end.and_then(|end| self.bytes.get(start..end)).ok_or_else(|| self.malformed(field))?;
        self.at = start + string.len();
        Ok(string)
    }

    /// The length that a string at this place says to have, and the bytes that say so.
    fn length(&self) -> Option<(usize, usize)> {
        let (length, digits) = self.decimal().filter(|(_, digits)| *digits > 0)?;
        let prefix = (self.rest().get(digits) == Some(&b':')).then_some(digits + 1)?;
        Some((usize::try_from(length).ok()?, prefix))
    }

    /// The next value, which must be a string of `N` bytes.
    ///
    /// # Errors
    /// [`Malformed`] with `field`; the cursor has not moved.
    pub fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], Malformed> {
        let start = self.at;
        <[u8; N]>::try_from(self.bytes(field)?).map_err(|_| {
            self.at = start;
            self.malformed(field)
        })
    }

    /// The next value, which must be an integer that fits 64 bits.
    ///
    /// # Errors
    /// [`Malformed`] with `field`; the cursor has not moved.
    pub fn integer(&mut self, field: &'static str) -> Result<i64, Malformed> {
        let mut ahead = self.clone();
        ahead.at += 1;
        let negative = ahead.bytes.get(ahead.at) == Some(&b'-');
        ahead.at += usize::from(negative);
        let (value, digits) = ahead.decimal().filter(|(_, digits)| *digits > 0).ok_or_else(|| self.malformed(field))?;
        ahead.at += digits;
        if self.bytes.get(self.at) != Some(&b'i') || ahead.bytes.get(ahead.at) != Some(&b'e') {
            return Err(self.malformed(field));
        }
        let value = i64::try_from(value).map_err(|_| self.malformed(field))?;
        self.at = ahead.at + 1;
        Ok(if negative { -value } else { value })
    }

    /// Steps into the next value, which must be of the container `kind`. Read on until [`Kind::End`], then [`leave`](Self::leave).
    ///
    /// # Errors
    /// [`Malformed`] with `field`; the cursor has not moved.
    pub fn enter(&mut self, kind: Kind, field: &'static str) -> Result<(), Malformed> {
        if self.peek(field)? != kind {
            return Err(self.malformed(field));
        }
        self.at += 1;
        Ok(())
    }

    /// Steps out of the container when the cursor stands at its end.
    ///
    /// Answers whether it did: `while !cursor.leave("field")? { … }` reads every element.
    ///
    /// # Errors
    /// [`Malformed`] with `field` at the end of the bytes or at a byte that begins no value.
    pub fn leave(&mut self, field: &'static str) -> Result<bool, Malformed> {
        let ended = self.peek(field)? == Kind::End;
        self.at += usize::from(ended);
        Ok(ended)
    }

    /// Steps over the next value, whatever it is, and answers its bytes.
    ///
    /// # Errors
    /// [`Malformed`] with `field` where it ends early, or nests too deep.
    pub fn skip(&mut self, field: &'static str) -> Result<&'a [u8], Malformed> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek(field)? {
                Kind::Bytes => {
                    self.bytes(field)?;
                }
                Kind::Integer => {
                    self.integer(field)?;
                }
                Kind::List | Kind::Dictionary if depth < self.depth_limit => {
                    self.at += 1;
                    depth += 1;
                }
                Kind::End if depth > 0 => {
                    self.at += 1;
                    depth -= 1;
                }
                Kind::List | Kind::Dictionary | Kind::End => return Err(self.malformed(field)),
            }
            if depth == 0 {
                return Ok(self.bytes.get(start..self.at).unwrap_or_default());
            }
        }
    }

    /// The failure of `field` at this place.
    pub fn malformed(&self, field: &'static str) -> Malformed {
        Malformed { field, offset: self.at }
    }

    /// The unsigned decimal number at this place and its count of digits; `None` when it overflows.
    fn decimal(&self) -> Option<(u64, usize)> {
        let mut value = 0_u64;
        let mut digits = 0;
        for byte in self.rest().iter().take_while(|byte| byte.is_ascii_digit()) {
            // Not `checked_mul`, which takes a product of 128 bits.
            value = (value <= u64::MAX / 10).then(|| value * 10)?.checked_add(u64::from(byte - b'0'))?;
            digits += 1;
        }
        Some((value, digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(bytes: &[u8]) -> Cursor<'_> {
        Cursor::new(bytes, 4)
    }

    #[test]
    fn values() {
        assert_eq!(cursor(b"4:spam").bytes("s"), Ok(&b"spam"[..]));
        assert_eq!(cursor(b"0:").bytes("s"), Ok(&b""[..]));
        assert_eq!(cursor(b"i42e").integer("n"), Ok(42));
        assert_eq!(cursor(b"i-7e").integer("n"), Ok(-7));
        assert_eq!(cursor(b"2:ab").array::<2>("s"), Ok(*b"ab"));
        for whole in [&b"de"[..], b"le", b"d1:ai1e1:bl2:xxee", b"llllee"] {
            assert_eq!(cursor(whole).skip("v").is_ok(), whole != b"llllee", "{whole:?}");
        }
    }

    #[test]
    fn a_dictionary_is_walked_in_any_order() {
        let mut cursor = cursor(b"d1:bi2e1:a3:xyze");
        cursor.enter(Kind::Dictionary, "d").unwrap();
        let mut keys = Vec::new();
        while !cursor.leave("d").unwrap() {
            keys.push(cursor.bytes("key").unwrap());
            cursor.skip("value").unwrap();
        }
        assert_eq!(keys, [b"b", b"a"]);
        assert!(cursor.rest().is_empty());
    }

    #[test]
    fn malformed_values_do_not_move_the_cursor() {
        for (bytes, what) in [
            (&b""[..], "nothing"),
            (b"5:spam", "too short"),
            (b"99999999999999999999:a", "length overflows"),
            (b"18446744073709551615:a", "end overflows"),
            (b"4spam", "no colon"),
            (b"x", "no value"),
        ] {
            let mut cursor = cursor(bytes);
            assert_eq!(cursor.bytes("f"), Err(Malformed { field: "f", offset: 0 }), "{what}");
            assert!(cursor.skip("f").is_err(), "{what}");
        }
        for bytes in [&b"ie"[..], b"i-e", b"i1", b"i9223372036854775808e", b"1e", b"i1x"] {
            let mut cursor = cursor(bytes);
            assert_eq!(cursor.integer("n"), Err(Malformed { field: "n", offset: 0 }));
        }
    }

    #[test]
    fn depth_is_bounded_and_nothing_recurses() {
        assert_eq!(cursor(&b"l".repeat(1 << 20)).skip("v"), Err(Malformed { field: "v", offset: 4 }));
        assert!(Cursor::new(&b"l".repeat(1 << 20), usize::MAX).skip("v").is_err(), "ends early");
    }

    #[test]
    fn every_prefix_of_a_value_is_malformed() {
        let whole = b"d1:ad2:id3:abce1:q4:ping1:t2:aa1:y1:qe";
        assert_eq!(Cursor::new(whole, 4).skip("v"), Ok(&whole[..]));
        for end in 0..whole.len() {
            assert!(Cursor::new(&whole[..end], 4).skip("v").is_err(), "{end}");
        }
    }
}
