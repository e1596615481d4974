//! The client against the stand-in for Spotify: over the wire, with a clock that is turned by hand.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

mod any_call;
mod clock;
mod fixture;
mod recorder;

mod budget;
mod cooldowns;
mod faults;
mod odd_answers;
mod reading;
mod refreshing;
mod refusals;
mod retries;
mod secrets;
mod sign_in;
mod token_faults;
mod writing;
