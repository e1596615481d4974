/// Sums kept side by side: enough to hide the latency of an addition.
const LANES: usize = 16;

/// Inner product of two vectors of one length.
#[inline]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len(), "vectors of one length");
    let (a_lanes, a_rest) = a.as_chunks::<LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0f32; LANES];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// Adds `scale` times a vector to another of the same length.
#[inline]
pub(crate) fn add_scaled(to: &mut [f32], scale: f32, vector: &[f32]) {
    assert_eq!(to.len(), vector.len(), "vectors of one length");
    to.iter_mut().zip(vector).for_each(|(to, value)| *to += scale * value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_any_length_are_whole() {
        for n in [0, 1, 15, 16, 17, 128, 131] {
            let a: Vec<f32> = (0..n).map(|i| (i % 7) as f32).collect();
            let b: Vec<f32> = (0..n).map(|i| (i % 5) as f32 - 2.0).collect();
            let expected: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            assert_eq!(dot(&a, &b), expected, "{n}");
            let mut sum = a.clone();
            add_scaled(&mut sum, 2.0, &b);
            assert!((0..n).all(|i| sum[i] == a[i] + 2.0 * b[i]), "{n}");
        }
    }
}
