//! Playlists that keep themselves fresh: recipes, and the editions that are made by them.

mod cover;
mod deciding;
mod edition;
mod history;
mod keeping;
mod picking;
mod ready_made;
mod recipe;
mod refreshing;
mod schedule;

pub use edition::{Edition, EditionSong, Turnover};
pub(crate) use keeping::subject;
pub use keeping::{PlaylistView, RemovedPlaylist};
pub use ready_made::ready_made;
pub use recipe::{Recipe, RecipeKind};
pub use refreshing::Refreshed;
pub use schedule::Schedule;
