use crate::nearest::{Key, Nearest};
use crate::neighbor::Neighbor;
use crate::packed::{GROUP, VECTORS};
use crate::simd::{LANES, Lanes};

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
    pub(crate) group: Box<GroupRoom>,
}

/// Room for the points of one group.
#[derive(Debug)]
pub(crate) struct GroupRoom {
    pub(crate) distances: [[Lanes; VECTORS]; LANES],
    /// Positions of points in the group, with space behind for the lanes that are written beyond the last.
    pub(crate) positions: [u32; GROUP + LANES],
}

impl Default for GroupRoom {
    fn default() -> Self {
        Self { distances: [[Lanes::splat(0.0); VECTORS]; LANES], positions: [0; GROUP + LANES] }
    }
}
