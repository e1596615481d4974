//! How do we talk to Spotify?
//!
//! Sign-in by Authorization Code with PKCE, the few calls of the Web API that Nearsong needs, its quota, and errors sorted by what a caller can
//! do about them. Everything follows what a new app in Development Mode can do in 2026.
//!
//! This crate never knows listeners, SQL or playlists' purposes. What has to be remembered between calls and restarts (tokens, cooldowns, how many
//! calls were made) it hands to the caller's [`Memory`]; the time comes from the caller's [`Clock`](nearsong_types::Clock). It opens a connection only
//! to the two addresses of [`Hosts`].
//!
//! Reading order: what is asked for ([`Scopes`], [`SignIn`], [`Callback`]), what comes of it ([`Tokens`]), calls ([`Client`], [`Family`], [`Memory`]),
//! what they answer ([`Profile`], [`Track`], [`Page`], [`Playlist`]), and how they fail ([`SpotifyError`]).

mod callback;
mod draw;
mod pkce;
mod scopes;
mod sign_in;

mod accounts;
mod hosts;
mod tokens;

mod backoff;
mod client;
mod cover;
mod error;
mod family;
mod http;
mod judge;
mod listening;
mod memory;
mod playlists;

mod page;
mod playlist;
mod profile;
mod track;
mod wire;

pub use accounts::exchange;
pub use callback::Callback;
pub use client::{Client, Limits};
pub use cover::MAX_COVER_BYTES;
pub use error::{OwnerProblem, SignInReason, SpotifyError, WaitReason};
pub use family::Family;
pub use hosts::{App, Hosts};
pub use listening::TimeRange;
pub use memory::{CallOutcome, Cooldown, Memory, MemoryError};
pub use page::Page;
pub use playlist::Playlist;
pub use playlists::MAX_ITEMS_A_CALL;
pub use profile::Profile;
pub use scopes::{Scope, Scopes};
pub use sign_in::{Landing, SignIn, SignInError};
pub use tokens::Tokens;
pub use track::{Artist, PlayedTrack, SavedTrack, Track};
