//! Downloads against a server on this machine that breaks off, stalls, lies and redirects.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod answers;
mod breaks;
mod datasets;
mod disk;
mod fixture;
mod limits;
mod redirects;
mod server;
