/// Why points, queries or a filter were refused. Nothing is half-applied.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// Points without columns have no distance.
    #[error("expected points of at least 1 column, found 0 columns")]
    ZeroDim,
    /// The slice does not hold whole rows.
    #[error("expected whole rows of {dim} values, found {found} values: {} are left over", found % dim)]
    Ragged {
        /// Values per row.
        dim: usize,
        /// Values in the slice.
        found: usize,
    },
    /// A coordinate of a point or of a query is NaN or infinite.
    #[error("row {row}, column {column}: expected a finite number, found {value}")]
    NotFinite {
        /// Row of the point, or of the query among its batch, from 0.
        row: usize,
        /// Column of the coordinate, from 0.
        column: usize,
        /// What was found there.
        value: f32,
    },
    /// Only zeros: no angle to anything.
    #[error("row {row}: expected a direction to take the cosine with, found only zeros")]
    NoDirection {
        /// Row of the point, or of the query among its batch, from 0.
        row: usize,
    },
    /// Products of such coordinates could exceed the range of `f32`.
    #[error("row {row}, column {column}: expected at most {limit:e} in size for inner products, found {value:e}")]
    TooLarge {
        /// Row of the point, or of the query among its batch, from 0.
        row: usize,
        /// Column of the coordinate, from 0.
        column: usize,
        /// What was found there.
        value: f32,
        /// The largest size for this number of columns.
        limit: f32,
    },
    /// Rows are numbered with 32 bits.
    #[error("expected at most {limit} points, found {found}: split them over several indexes")]
    TooManyPoints {
        /// The most points that one index holds.
        limit: usize,
        /// Points in the slice.
        found: usize,
    },
    /// A query has another number of columns than the points.
    #[error("expected a query of {expected} columns like the points of the index, found {found}")]
    QueryDim {
        /// Columns of the index.
        expected: usize,
        /// Values in the query.
        found: usize,
    },
    /// The bitmap of allowed rows was made for another number of rows.
    #[error("expected a bitmap over the {expected} rows of the index, found one over {found} rows")]
    BitmapLen {
        /// Rows of the index.
        expected: usize,
        /// Rows that the bitmap covers.
        found: usize,
    },
}

/// Checks that `values` are whole rows of `dim` finite numbers.
pub(crate) fn check_rows(values: &[f32], dim: usize) -> Result<(), IndexError> {
    if dim == 0 {
        return Err(IndexError::ZeroDim);
    }
    if !values.len().is_multiple_of(dim) {
        return Err(IndexError::Ragged { dim, found: values.len() });
    }
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(at) => Err(IndexError::NotFinite { row: at / dim, column: at % dim, value: values[at] }),
    }
}
