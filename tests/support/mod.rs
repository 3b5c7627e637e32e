//! What several integration tests build their input with: `mod support;`.

#[cfg(not(target_arch = "wasm32"))]
pub mod analysis;
#[cfg(not(target_arch = "wasm32"))]
pub mod containers;
pub mod conversation;
pub mod dice;
pub mod frames;
pub mod layers;
pub mod mmdb;
pub mod peer;
