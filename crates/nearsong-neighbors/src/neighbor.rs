/// A point that was found, and how far it is from the query.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Neighbor {
    /// Row of the point in the slice that the index was built from.
    pub row: u32,
    /// Squared Euclidean distance: the sum over the columns, in their order, of the squared difference, each step
    /// rounded to `f32`. Never NaN; infinite where it exceeds the range of `f32`.
    pub distance: f32,
}
