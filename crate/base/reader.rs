//! A cursor over borrowed bytes that names the field it could not read.

/// A message that does not follow its document: which field, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The field's name as the document spells it.
    pub field: &'static str,
    /// Bytes from the start of the message to the field.
    pub offset: usize,
}

/// Reads big-endian fields one after another; never panics, never copies.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// A cursor at the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, at: 0 }
    }

    /// Bytes read so far.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Everything not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next `length` bytes.
    ///
    /// # Errors
    /// [`Malformed`] with `field` when fewer are left.
    pub fn bytes(&mut self, length: usize, field: &'static str) -> Result<&'a [u8], Malformed> {
        let taken = self.rest().get(..length).ok_or_else(|| self.malformed(field))?;
        self.at += length;
        Ok(taken)
    }

    /// The next `N` bytes as an array.
    ///
    /// # Errors
    /// [`Malformed`] with `field` when fewer are left.
    pub fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], Malformed> {
        let taken = *self.rest().first_chunk::<N>().ok_or_else(|| self.malformed(field))?;
        self.at += N;
        Ok(taken)
    }

    /// The next byte.
    ///
    /// # Errors
    /// [`Malformed`] with `field` when none is left.
    pub fn u8(&mut self, field: &'static str) -> Result<u8, Malformed> {
        self.array(field).map(u8::from_be_bytes)
    }

    /// The next two bytes.
    ///
    /// # Errors
    /// [`Malformed`] with `field` when fewer are left.
    pub fn u16(&mut self, field: &'static str) -> Result<u16, Malformed> {
        self.array(field).map(u16::from_be_bytes)
    }

    /// The next four bytes.
    ///
    /// # Errors
    /// [`Malformed`] with `field` when fewer are left.
    pub fn u32(&mut self, field: &'static str) -> Result<u32, Malformed> {
        self.array(field).map(u32::from_be_bytes)
    }

    /// The next eight bytes.
    ///
    /// # Errors
    /// [`Malformed`] with `field` when fewer are left.
    pub fn u64(&mut self, field: &'static str) -> Result<u64, Malformed> {
        self.array(field).map(u64::from_be_bytes)
    }

    /// The failure of `field` at this place, for a value that was read but cannot be.
    pub fn malformed(&self, field: &'static str) -> Malformed {
        Malformed { field, offset: self.at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_fields_in_order_and_names_the_missing_one() {
        let mut reader = Reader::new(&[1, 0, 2, 0, 0, 0, 3, 9]);
        assert_eq!(reader.u8("a"), Ok(1));
        assert_eq!(reader.u16("b"), Ok(2));
        assert_eq!(reader.u32("c"), Ok(3));
        assert_eq!(reader.u16("d"), Err(Malformed { field: "d", offset: 7 }));
        assert_eq!(reader.rest(), [9], "a failed read takes nothing");
        assert_eq!(reader.bytes(2, "e"), Err(Malformed { field: "e", offset: 7 }));
        assert_eq!(reader.bytes(1, "e"), Ok(&[9][..]));
    }
}
