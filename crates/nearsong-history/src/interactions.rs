//! Interactions of others: playlists and listening histories that were published as datasets.
//!
//! Reading order: what to call ([`read_interactions`]), the formats, where bytes come from (`sources`, `unpacking`, `tar`),
//! one file per format, and what they gather (`items`, `playlists`, `plays`).

mod columns;
mod error;
mod fault;
mod format;
mod gauge;
mod hetrec;
mod items;
mod limits;
mod listenbrainz;
mod parquet_rows;
mod playlists;
mod plays;
mod read;
mod recognise;
mod slices;
mod sources;
mod table;
mod tar;
mod text_rows;
mod unpacking;

pub use error::{InteractionsError, RowPlace};
pub use fault::InteractionFault;
pub use format::InteractionFormat;
pub use limits::InteractionLimits;
pub use read::{ReadInteractions, read_interactions};
