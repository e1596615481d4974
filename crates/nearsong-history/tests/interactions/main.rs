//! Interactions of others: every format, in every container, whole, broken and hostile.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

mod bad_input;
mod containers;
mod formats;
mod properties;
mod real_files;
mod support;
