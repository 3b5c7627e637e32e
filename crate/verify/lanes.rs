//! SHA-256 (FIPS 180-4) of four messages at a time, for WebAssembly.
//!
//! In: four messages of one length. Out: their digests. Each of a vector's four 32-bit lanes computes one message's digest, so that an instruction does
//! the work of four. WebAssembly has no instructions for SHA-256, which native processors have and the library uses: there one message
//! at a time is faster. Names are those of the standard, sections 4.1.2, 4.2.2, 5.3.3 and 6.2.2.

use core::arch::wasm32::{
    i8x16_shuffle, u32x4, u32x4_add, u32x4_extract_lane, u32x4_shl, u32x4_shr, u32x4_shuffle, u32x4_splat, u64x2_shuffle, v128, v128_and,
    v128_bitselect, v128_or, v128_xor,
};

use super::merkle::Hash;

/// Bytes of a block.
const BLOCK: usize = 64;

/// The digests of four messages; `None` where their lengths differ.
#[target_feature(enable = "simd128")]
pub(super) fn digests(messages: [&[u8]; 4]) -> Option<[Hash; 4]> {
    let length = messages.first()?.len();
    if messages.iter().any(|message| message.len() != length) {
        return None;
    }
    let mut state = INITIAL.map(|word| u32x4_splat(word));
    let split = messages.map(<[u8]>::as_chunks::<BLOCK>);
    compress_all(&mut state, split.map(|(blocks, _)| blocks));
    let ends = split.map(|(_, rest)| padded(rest, length));
    compress_all(&mut state, ends.each_ref().map(|(end, count)| end.get(..*count).unwrap_or(end)));
    Some([lane::<0>(&state), lane::<1>(&state), lane::<2>(&state), lane::<3>(&state)])
}

/// What stands behind the whole blocks of a message of `length` bytes, and how many blocks it is: the rest, a one, zeros, and the message's bits.
fn padded(rest: &[u8], length: usize) -> ([[u8; BLOCK]; 2], usize) {
    let mut end = [[0; BLOCK]; 2];
    let count = if rest.len() + 1 + size_of::<u64>() > BLOCK { 2 } else { 1 };
    let bits = (length as u64 * 8).to_be_bytes();
    let zeros = std::iter::repeat_n(&0, count * BLOCK - rest.len() - 1 - bits.len());
    let bytes = rest.iter().chain(&[0x80]).chain(zeros).chain(&bits);
    end.as_flattened_mut().iter_mut().zip(bytes).for_each(|(into, byte)| *into = *byte);
    (end, count)
}

/// One message's digest.
#[target_feature(enable = "simd128")]
fn lane<const LANE: usize>(state: &[v128; 8]) -> Hash {
    let mut digest = [0; 32];
    let words = digest.as_chunks_mut::<4>().0;
    words.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = u32x4_extract_lane::<LANE>(*word).to_be_bytes());
    digest
}

#[target_feature(enable = "simd128")]
fn compress_all(state: &mut [v128; 8], [one, two, three, four]: [&[[u8; BLOCK]]; 4]) {
    for (((one, two), three), four) in one.iter().zip(two).zip(three).zip(four) {
        compress(state, [one, two, three, four]);
    }
}

/// Not inlined, so that the state waits in memory while all registers are needed.
#[inline(never)]
#[target_feature(enable = "simd128")]
fn compress(state: &mut [v128; 8], blocks: [&[u8; BLOCK]; 4]) {
    let mut w = words(blocks);
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    // Maj(a, b, c) = b ^ ((a ^ b) & (b ^ c)), and this round's a ^ b is the next one's b ^ c.
    let mut b_c = v128_xor(b, c);
    macro_rules! round {
        ($k:expr, $w:expr, $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident) => {
            let t1 = add($h, parity(rotr::<6>($e), rotr::<11>($e), rotr::<25>($e)));
            let t1 = add(t1, add(v128_bitselect($f, $g, $e), add(u32x4_splat($k), $w)));
            $d = add($d, t1);
            let a_b = v128_xor($a, $b);
            let t2 = parity(rotr::<2>($a), rotr::<13>($a), rotr::<22>($a));
            $h = add(t1, add(t2, v128_xor($b, v128_and(a_b, b_c))));
            b_c = a_b;
        };
    }
    // Instead of moving the eight variables on by one, each round gives them other names.
    macro_rules! eight_rounds {
        ($k:ident, $from:literal) => {
            round!($k[$from], w[$from], a b c d e f g h);
            round!($k[$from + 1], w[$from + 1], h a b c d e f g);
            round!($k[$from + 2], w[$from + 2], g h a b c d e f);
            round!($k[$from + 3], w[$from + 3], f g h a b c d e);
            round!($k[$from + 4], w[$from + 4], e f g h a b c d);
            round!($k[$from + 5], w[$from + 5], d e f g h a b c);
            round!($k[$from + 6], w[$from + 6], c d e f g h a b);
            round!($k[$from + 7], w[$from + 7], b c d e f g h a);
        };
    }
    for (sixteen, k) in K.iter().enumerate() {
        if sixteen > 0 {
            extend(&mut w);
        }
        eight_rounds!(k, 0);
        eight_rounds!(k, 8);
    }
    state.iter_mut().zip([a, b, c, d, e, f, g, h]).for_each(|(before, now)| *before = add(*before, now));
}

/// The words of four blocks, transposed: each vector holds the words of one place.
#[inline]
#[target_feature(enable = "simd128")]
fn words(blocks: [&[u8; BLOCK]; 4]) -> [v128; 16] {
    let mut words = [u32x4_splat(0); 16];
    for (at, words) in words.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let [one, two, three, four] = blocks.map(|block| four_words(block, at));
        let (low, high) = (u32x4_shuffle::<0, 4, 1, 5>(one, two), u32x4_shuffle::<2, 6, 3, 7>(one, two));
        let (other_low, other_high) = (u32x4_shuffle::<0, 4, 1, 5>(three, four), u32x4_shuffle::<2, 6, 3, 7>(three, four));
        *words = [
            u64x2_shuffle::<0, 2>(low, other_low),
            u64x2_shuffle::<1, 3>(low, other_low),
            u64x2_shuffle::<0, 2>(high, other_high),
            u64x2_shuffle::<1, 3>(high, other_high),
        ];
    }
    words
}

/// Four neighbouring words of a block: one load and one shuffle, which turns their bytes round.
#[inline]
#[target_feature(enable = "simd128")]
fn four_words(block: &[u8; BLOCK], at: usize) -> v128 {
    let [one, two, three, four] = *block.as_chunks::<4>().0.as_chunks::<4>().0.get(at).unwrap_or(&[[0; 4]; 4]);
    let little = u32x4(u32::from_le_bytes(one), u32::from_le_bytes(two), u32::from_le_bytes(three), u32::from_le_bytes(four));
    i8x16_shuffle::<3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12>(little, little)
}

/// The next sixteen words of the message schedule, each in the place of the one sixteen before it.
#[inline]
#[target_feature(enable = "simd128")]
fn extend(w: &mut [v128; 16]) {
    macro_rules! each {
        ($($t:literal)*) => {
            $(
                let (early, late) = (w[($t + 1) % 16], w[($t + 14) % 16]);
                let s0 = parity(rotr::<7>(early), rotr::<18>(early), u32x4_shr(early, 3));
                let s1 = parity(rotr::<17>(late), rotr::<19>(late), u32x4_shr(late, 10));
                w[$t] = add(add(w[$t], s0), add(w[($t + 9) % 16], s1));
            )*
        };
    }
    each!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
}

#[inline]
#[target_feature(enable = "simd128")]
fn add(one: v128, other: v128) -> v128 {
    u32x4_add(one, other)
}

#[inline]
#[target_feature(enable = "simd128")]
fn parity(one: v128, two: v128, three: v128) -> v128 {
    v128_xor(v128_xor(one, two), three)
}

#[inline]
#[target_feature(enable = "simd128")]
fn rotr<const BITS: u32>(word: v128) -> v128 {
    v128_or(u32x4_shr(word, BITS), u32x4_shl(word, 32 - BITS))
}

const INITIAL: [u32; 8] = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

#[rustfmt::skip]
const K: [[u32; 16]; 4] = [
    [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    ], [
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    ], [
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    ], [
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ],
];
