/// A point that was found, and how far it is from the query.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Neighbor {
    /// Row of the point in the slice that the index was built from.
    pub row: u32,
    /// As the [`Metric`](crate::Metric) of the index says: smaller is nearer. Never NaN.
    pub distance: f32,
}
