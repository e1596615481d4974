//! What does a playlist look like?
//!
//! A square of concentric grooves, as on a record, in colours that come from the mood of its songs: warm and light where they are
//! positive, dark and cool where they are not; tight and rich in contrast where they are lively, wide and soft where they are quiet.
//!
//! This crate never reads a file or a clock, never writes text into a picture, and holds nobody's artwork.
//!
//! Reading order: [`Cover`], then `palette` (mood to colours), `grooves` (a cut from the middle to the rim), `picture` (the cut, turned).

mod chance;
mod colour;
mod cover;
mod grooves;
mod palette;
mod picture;

pub use cover::{Cover, CoverError, MAX_BYTES, SIDE_PX};
