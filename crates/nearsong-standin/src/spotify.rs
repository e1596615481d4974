//! A stand-in for Spotify: its accounts service and its Web API as an app in Development Mode meets them in 2026.
//!
//! Reading order: [`SpotifyStandin`] (what a caller holds), `state` (everything it knows), `server` (the wire), then the two
//! services: `accounts` with `grants`, and `routes` with one file for each group of endpoints.
//!
//! Not stood in for: albums, shows, episodes, audiobooks, following and the player but for recent plays. They answer 404.

mod account;
mod accounts;
mod answer;
mod browser;
mod catalogue;
mod clock;
mod fault;
mod fault_rule;
mod fields;
mod grants;
mod ids;
mod library;
mod listening;
mod made_up;
mod music;
mod page;
mod playlist;
mod playlist_items;
mod playlists;
mod redirect;
mod request;
mod routes;
mod scope;
mod server;
mod setting;
mod standin;
mod state;
mod token;
mod track;
mod visit;

pub use account::{SpotifyUser, TimeRange};
pub use fault::Fault;
pub use fault_rule::FaultRule;
pub use made_up::MadeUpAccount;
pub use playlist::SpotifyPlaylist;
pub use setting::{Clock, SpotifySetting};
pub use standin::{AnsweredCall, SpotifyStandin};
pub use track::SpotifyTrack;
