//! What happens with music, a listener and a Spotify that are made up?
//!
//! Made-up music ([`World`]) and a made-up listener ([`MadeUpListener`]), for `nearsong demo`, tests and benchmarks: names from
//! word lists, sounds that are typical of their genres, artists who guest on each other's tracks, and a history of plays with
//! a taste planted in it, so that a test can prove that recommendations follow taste. Both are written as the files that people
//! really have: a catalogue in the columns of the public 114k dataset and the zip of Spotify's extended streaming history.
//!
//! [`SpotifyStandin`] is Spotify's accounts service and Web API on a loopback port, with faults on demand; [`MadeUpAccount`] gives
//! a made-up listener an account there.
//!
//! The same seed gives the same music and the same plays on every machine: chance comes from ChaCha8 and is worked on with
//! integers only. This crate never reads a file or a clock, listens on 127.0.0.1 alone, and contains no artist, title or play from real data.

mod draw;
mod lexicon;
mod track_ids;

mod artist;
mod catalogue_file;
mod genre;
mod scene;
mod sound;
mod studio;
mod version;
mod world;

mod export_zip;
mod habits;
mod listener;
mod plan;
mod player;
mod row;
mod rows;
mod setting;
mod taste;

mod spotify;

mod error;
mod whole_file;

pub use catalogue_file::{CATALOGUE_COLUMNS, CatalogueSummary};
pub use error::StandinError;
pub use export_zip::ExportSummary;
pub use listener::MadeUpListener;
pub use plan::ExportPlan;
pub use spotify::{
    AnsweredCall, Clock, Fault, FaultRule, MadeUpAccount, SpotifyPlaylist, SpotifySetting, SpotifyStandin,
    SpotifyTrack, SpotifyUser, TimeRange,
};
pub use track_ids::MADE_UP_ID_PREFIX;
pub use world::World;
