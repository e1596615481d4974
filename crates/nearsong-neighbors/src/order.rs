//! Puts points that lie close together next to each other.

/// Points are split at multiples of these: groups, cells and leaves with few columns, groups and blocks with many.
const UNITS: [usize; 5] = [4096, 1024, 256, 64, 16];

/// Splits of fewer points are not worth another thread.
const MIN_PARALLEL: usize = 2 * UNITS[0];

/// Points that tell which column varies most.
const SAMPLE: usize = 1024;

/// The rows of `points`, ordered by splitting at the median of the column that varies most, again and again, until a
/// leaf is left. Units are full but for the last ones.
pub(crate) fn spatial_order(points: &[f32], dim: usize) -> Vec<u32> {
    let mut keys: Vec<u64> = (0..(points.len() / dim) as u64).collect();
    split(&mut keys, points, dim);
    keys.into_iter().map(row_of).collect()
}

/// `keys` hold a row in the lower half; the upper half is the coordinate that they are sorted by, afresh each time.
fn split(keys: &mut [u64], points: &[f32], dim: usize) {
    let Some(unit) = UNITS.into_iter().find(|&unit| keys.len() > unit) else { return };
    let column = widest_column(keys, points, dim);
    for key in keys.iter_mut() {
        let row = row_of(*key);
        *key = u64::from(sortable_bits(points[row as usize * dim + column])) << 32 | u64::from(row);
    }
    let middle = (keys.len() / 2).next_multiple_of(unit);
    keys.select_nth_unstable(middle);
    let (left, right) = keys.split_at_mut(middle);
    if left.len() < MIN_PARALLEL {
        split(left, points, dim);
        split(right, points, dim);
    } else {
        rayon::join(|| split(left, points, dim), || split(right, points, dim));
    }
}

fn row_of(key: u64) -> u32 {
    key as u32
}

/// The column of largest variance, as far as a sample tells: any choice is as right, only not as quick to search.
fn widest_column(keys: &[u64], points: &[f32], dim: usize) -> usize {
    let mut sums = vec![(0.0, 0.0); dim];
    let sample = keys.iter().step_by(keys.len().div_ceil(SAMPLE));
    let n_sampled = sample.len() as f64;
    for &key in sample {
        let point = &points[row_of(key) as usize * dim..][..dim];
        for ((sum, squares), &value) in sums.iter_mut().zip(point) {
            *sum += f64::from(value);
            *squares += f64::from(value) * f64::from(value);
        }
    }
    let variances = sums.iter().map(|(sum, squares)| squares - sum * sum / n_sampled);
    variances.enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(0, |(column, _)| column)
}

/// Bits that sort as the number does.
fn sortable_bits(value: f32) -> u32 {
    let bits = value.to_bits();
    if value.is_sign_negative() { !bits } else { bits | 1 << 31 }
}
