//! The app from outside, against the stand-in for Spotify: connect, bring listening in, write playlists, keep them fresh, disconnect.
//!
//! Time is a clock that the tests turn; sleeping turns it too, so that nothing waits.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

mod fixture;

mod connecting;
mod disconnecting;
mod kinds;
mod playlists;
mod publishing;
mod rounds;
mod status;
mod sync;
mod twelve_weeks;
mod year;
