//! The command line as people meet it: the real binary, in a data directory of its own, with a clean environment.
//!
//! One module for each thing that Nearsong can do. What is proven here is proven from the outside; how it is done is the
//! crates' own tests' affair.
#![allow(clippy::unwrap_used, reason = "a test fails where a step of it does")]

mod made_up;
mod nearsong;
mod server;

mod bad_input;
mod batch;
mod care;
mod catalog;
mod demo;
mod disk;
mod evaluate;
mod features;
mod fetch;
mod filters;
mod import;
mod interactions;
mod killed;
mod likes;
mod models;
mod playlists;
mod real_files;
mod recommend;
mod report;
mod shell;
mod spotify;
mod status;
