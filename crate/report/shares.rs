//! How many bytes of a piece are whose?
//!
//! Most pieces have one sender and one receiver, so a short list is all there is.

use smallvec::SmallVec;

/// Endpoints, by number, each with its bytes.
pub(super) type Shares = SmallVec<[(u32, u64); 1]>;

/// Whether a share was its endpoint's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    /// It was.
    First,
    /// It had one.
    More,
    /// There is no room for its first.
    Full,
}

/// Adds bytes to the share of an endpoint; one that has none yet gets one while there are less than `limit`.
pub(super) fn add_share(shares: &mut Shares, endpoint: u32, bytes: u64, limit: usize) -> Added {
    if let Some((_, sum)) = shares.iter_mut().find(|(known, _)| *known == endpoint) {
        *sum += bytes;
        return Added::More;
    }
    if shares.len() >= limit {
        return Added::Full;
    }
    shares.push((endpoint, bytes));
    Added::First
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_up_to_a_limit() {
        let mut shares = Shares::new();
        let added = [(1, 5), (2, 6), (1, 7), (3, 8)].map(|(endpoint, bytes)| add_share(&mut shares, endpoint, bytes, 2));
        assert_eq!(added, [Added::First, Added::First, Added::More, Added::Full]);
        assert_eq!(shares.as_slice(), [(1, 12), (2, 6)]);
    }
}
