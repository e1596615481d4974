//! The stand-in for Spotify, asked over the wire by a client that knows nothing of its insides.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

mod client;

mod accounts;
mod faults;
mod library;
mod listening;
mod made_up;
mod playlists;
mod refusals;
