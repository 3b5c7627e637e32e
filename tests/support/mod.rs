//! What several integration tests build their input with: `mod support;`.

#[cfg(not(target_arch = "wasm32"))]
pub mod analysis;
#[cfg(not(target_arch = "wasm32"))]
pub mod containers;
pub mod conversation;
#[cfg(not(target_arch = "wasm32"))]
pub mod database;
pub mod dice;
pub mod frames;
pub mod layers;
pub mod mmdb;
#[cfg(not(target_arch = "wasm32"))]
pub mod named;
pub mod peer;
#[cfg(not(target_arch = "wasm32"))]
pub mod several;
