use crate::nearest::{Key, Nearest};
use crate::neighbor::Neighbor;
use crate::packed::GROUP;
use crate::simd::{LANES, Lanes};
use crate::sketch::Sketched;

/// Room to search in, to be used again: after a few searches no memory is asked for any more. Holds nothing that one
/// search would hand to the next, and serves any index.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(crate) work: Work,
    pub(crate) except: Vec<u32>,
    pub(crate) found: Vec<Neighbor>,
}

/// What a kernel writes to.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) nearest: Nearest,
    /// Groups yet to be visited, with the distance to their boxes.
    pub(crate) frontier: Vec<Key>,
    pub(crate) room: Box<Room>,
    /// The query as a group sees it.
    pub(crate) sketched: Sketched,
    /// The query, or those of a tile, where they have to be changed before they are compared.
    pub(crate) query: Vec<f32>,
    /// What is nearest to each query of a tile, and room for larger tiles.
    pub(crate) tile: Vec<Nearest>,
    /// For each query of a tile, the distance to every group's box.
    pub(crate) bounds: Vec<f32>,
    /// Positions of the points that a filter lets through, where these are few.
    pub(crate) listed: Vec<u32>,
}

/// Room for the points of a group.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) distances: [Lanes; GROUP / LANES],
    /// Positions of points or leaves, with space behind for the lanes that are written beyond the last.
    pub(crate) positions: [u32; GROUP + LANES],
}

impl Default for Room {
    fn default() -> Self {
        Self { distances: [Lanes::splat(0.0); GROUP / LANES], positions: [0; GROUP + LANES] }
    }
}
