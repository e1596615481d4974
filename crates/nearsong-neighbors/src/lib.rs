//! Which points are nearest? Exact k-nearest-neighbour search by Euclidean distance, cosine or inner product; slices
//! in, slices out.
//!
//! The answer is what a plain loop over all points would give: the `n` points of smallest distance, equal distances
//! in order of row. It does not depend on the number of threads, nor on the processor: distances are rounded alike,
//! bit for bit, with AVX-512, with AVX2 and without either. This crate has never heard of music, does no IO and
//! starts no threads of its own.
//!
//! ```
//! use nearsong_neighbors::{Allow, NeighborIndex, Scratch};
//!
//! let corners = [0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0];
//! let index = NeighborIndex::build(&corners, 2)?;
//!
//! let mut scratch = Scratch::default();
//! let nearest = index.search(&[0.9, 0.2], 2, Allow::default(), &mut scratch)?;
//! assert_eq!(nearest.iter().map(|neighbor| neighbor.row).collect::<Vec<_>>(), [1, 3]);
//!
//! let others = index.search(&[0.9, 0.2], 2, Allow { except: &[1], ..Allow::default() }, &mut scratch)?;
//! assert_eq!(others.iter().map(|neighbor| neighbor.row).collect::<Vec<_>>(), [3, 0]);
//! # Ok::<(), nearsong_neighbors::IndexError>(())
//! ```
//!
//! # How it works, and why it is exact
//! Points are put in order by splitting them at the median of their widest column until 16 are left: a leaf, stored
//! column by column. Sixteen leaves are a cell, sixteen cells a group. Of each the bounding box is kept. A search
//! measures the distance to every group's box, scans the nearest cell of the nearest group, and then goes through the
//! groups from the nearest on, without the groups, cells and leaves whose box is farther away than the `n`-th point
//! found so far.
//!
//! The distance to a box is computed by the same steps, in the same order, as that to a point, with each column's part
//! replaced by the least that it can be in the box. Rounding keeps order (`a <= b` makes `round(a) <= round(b)`), so
//! the rounded distance to a box is never above the rounded distance to a point in it: skipping is exact without any
//! safety margin.
//!
//! From 24 columns on, small boxes skip little. There each point has a sketch of one byte per column besides,
//! on a grid of its group; a search goes through the sketches, which are a quarter of the points, and reads only the
//! points that these cannot rule out. How far a sketch may be from its point is known, all bounds are computed in
//! `f64` and eased by more than they can be rounded, and what is kept is measured as everywhere: by the steps that
//! [`Metric`] states. So the answer has the same bits as a plain loop's.
//!
//! A filter ([`Allow`]) is looked at where a point would be gathered; where it lets through few points, these alone
//! are measured. For many searches with one filter, [`NeighborIndex::subset`] sets apart what it lets through, and
//! [`NeighborIndex::search_batch`] does so by itself. [`NeighborIndex::open`] reads a saved index in place.
//!
//! `docs/neighbors.md` has the picture and the figures.

mod error;

mod allow;
mod bitmap;
mod metric;
mod neighbor;

mod array;
mod boxes;
mod order;
mod packed;
mod sketch;

mod simd;

mod leaves;
mod nearest;
mod scattered;
mod scratch;
mod search;
mod tile;

mod kernel;

mod batch;
mod index;
mod saved;

pub use allow::Allow;
pub use batch::Batch;
pub use bitmap::Bitmap;
pub use error::IndexError;
pub use index::NeighborIndex;
pub use metric::Metric;
pub use neighbor::Neighbor;
pub use saved::SavedError;
pub use scratch::Scratch;

#[cfg(test)]
mod tests;
