/// Sums kept side by side: enough to hide the latency of an addition.
const LANES: usize = 16;
/// Vectors that are added together, so that what they are added to is read and written once.
pub(crate) const TOGETHER: usize = 4;

/// Inner product of two vectors of one length.
#[inline(always)]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len(), "vectors of one length");
    let (a_lanes, a_rest) = a.as_chunks::<LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let mut rest = 0.0;
    for (a, b) in a_rest.iter().zip(b_rest) {
        rest += a * b;
    }
    sum(sums) + rest
}

/// Adds up by halves, which takes four steps instead of sixteen.
#[inline(always)]
fn sum(lanes: [f32; LANES]) -> f32 {
    // Else the compiler lays the loop out for this sum, in pieces of two.
    let mut lanes = std::hint::black_box(lanes);
    for half in [8, 4, 2, 1] {
        for lane in 0..half {
            lanes[lane] += lanes[lane + half];
        }
    }
    lanes[0]
}

/// Adds `scale` times a vector to another of the same length.
#[inline(always)]
pub(crate) fn add_scaled(to: &mut [f32], scale: f32, vector: &[f32]) {
    assert_eq!(to.len(), vector.len(), "vectors of one length");
    for (to, value) in to.iter_mut().zip(vector) {
        *to += scale * value;
    }
}

/// Adds a few vectors of the same length, each times its scale.
#[inline(always)]
pub(crate) fn add_all_scaled(to: &mut [f32], scales: [f32; TOGETHER], vectors: [&[f32]; TOGETHER]) {
    let n = to.len();
    let (to, to_rest) = to.as_chunks_mut::<LANES>();
    let [a, b, c, d] = vectors.map(|vector| vector[..n].as_chunks::<LANES>());
    for ((((to, a), b), c), d) in to.iter_mut().zip(a.0).zip(b.0).zip(c.0).zip(d.0) {
        for lane in 0..LANES {
            to[lane] += (scales[0] * a[lane] + scales[1] * b[lane]) + (scales[2] * c[lane] + scales[3] * d[lane]);
        }
    }
    for (at, to) in to_rest.iter_mut().enumerate() {
        *to += (scales[0] * a.1[at] + scales[1] * b.1[at]) + (scales[2] * c.1[at] + scales[3] * d.1[at]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_any_length_are_whole() {
        for n in [0, 1, 15, 16, 17, 128, 131] {
            let vector = |factor: usize| (0..n).map(|i| (i * factor % 7) as f32 - 2.0).collect::<Vec<f32>>();
            let (to, of) = (vector(1), [vector(2), vector(3), vector(4), vector(5)]);
            let few = [&of[0][..], &of[1], &of[2], &of[3]];
            for vector in few {
                assert_eq!(dot(vector, &to), to.iter().zip(vector).map(|(a, b)| a * b).sum::<f32>(), "{n}");
            }
            let (mut at_once, mut one_by_one) = (to.clone(), to);
            add_all_scaled(&mut at_once, [1.0, 2.0, 3.0, 4.0], few);
            few.iter().zip([1.0, 2.0, 3.0, 4.0]).for_each(|(few, scale)| add_scaled(&mut one_by_one, scale, few));
            assert_eq!(at_once, one_by_one, "{n}");
        }
    }
}
