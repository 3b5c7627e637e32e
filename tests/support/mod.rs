//! What several integration tests build their input with: `mod support;`.

pub mod frames;
