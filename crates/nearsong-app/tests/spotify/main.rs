//! Spotify from the outside of the app, against the stand-in: connect, bring listening in, write playlists, disconnect.
//!
//! Time is a clock that the tests turn; sleeping turns it too, so that nothing waits.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

mod fixture;

mod connecting;
mod disconnecting;
mod publishing;
mod status;
mod sync;
