//! Trees of hashes of version 2 (BEP 52): each node the SHA-256 of its two children, below the data an absent leaf is 32 zero bytes.

use sha2::{Digest, Sha256};

/// A node of a tree.
pub type Hash = [u8; 32];

/// Bytes under one leaf.
pub const LEAF_BYTES: usize = 16 << 10;

/// The hash of a leaf's bytes.
pub fn leaf(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// The hashes of leaves.
pub fn leaves(pages: &[&[u8]]) -> Vec<Hash> {
    let (fours, rest) = pages.as_chunks::<4>();
    fours.iter().flat_map(|four| four_leaves(*four)).chain(rest.iter().copied().map(leaf)).collect()
}

#[cfg(target_arch = "wasm32")]
fn four_leaves(pages: [&[u8]; 4]) -> [Hash; 4] {
    super::lanes::digests(pages).unwrap_or_else(|| pages.map(leaf))
}

#[cfg(not(target_arch = "wasm32"))]
fn four_leaves(pages: [&[u8]; 4]) -> [Hash; 4] {
    pages.map(leaf)
}

/// The root of a tree with `width` leaves, a power of two, of which `leaves` are the first and `absent` is every other.
pub fn root(mut leaves: Vec<Hash>, mut width: usize, mut absent: Hash) -> Hash {
    while width > 1 {
        let pairs = leaves.chunks(2);
        leaves = pairs.map(|pair| node(pair.first().unwrap_or(&absent), pair.get(1).unwrap_or(&absent))).collect();
        absent = node(&absent, &absent);
        width /= 2;
    }
    leaves.first().copied().unwrap_or(absent)
}

/// What every other node is of the layer whose nodes have `width` leaves of zero bytes.
pub fn absent(width: usize) -> Hash {
    root(Vec::new(), width, [0; 32])
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_hashed_one_by_one_whatever_their_number() {
        let bytes: Vec<u8> = (0..100_u8).collect();
        for count in 0..10 {
            let pages: Vec<&[u8]> = (0..count).map(|page| &bytes[page..7 * page + 5]).collect();
            assert_eq!(leaves(&pages), pages.iter().map(|page| leaf(page)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_layer_has_the_root_of_its_leaves() {
        let leaves: Vec<Hash> = (0..11).map(|n| [n; 32]).collect();
        let layer = leaves.chunks(4).map(|four| root(four.to_vec(), 4, [0; 32])).collect();
        assert_eq!(root(leaves.clone(), 16, [0; 32]), root(layer, 4, absent(4)));
        assert_ne!(root(leaves.clone(), 16, [0; 32]), root(leaves, 32, [0; 32]));
        assert_eq!(root(vec![[7; 32]], 1, [0; 32]), [7; 32]);
        assert_eq!(root(vec![[1; 32], [2; 32]], 2, [0; 32]), leaf(&[[1; 32], [2; 32]].concat()));
    }
}
