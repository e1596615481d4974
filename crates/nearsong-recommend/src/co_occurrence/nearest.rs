/// The nearest of many places, seen one after another; equal ones by place.
pub(super) struct Nearest {
    max: usize,
    /// Up to twice as many as are wanted, cut down when full.
    kept: Vec<(u32, f32)>,
    /// Nothing below it can be among the nearest.
    least: f32,
}

impl Nearest {
    pub fn new(max: usize) -> Self {
        Self { max, kept: Vec::new(), least: f32::MIN_POSITIVE }
    }

    #[inline]
    pub fn offer(&mut self, place: u32, nearness: f32) {
        if nearness >= self.least {
            self.kept.push((place, nearness));
            if self.kept.len() >= 2 * self.max {
                self.cut();
            }
        }
    }

    /// In no order.
    pub fn into_found(mut self) -> Vec<(u32, f32)> {
        self.cut();
        self.kept
    }

    fn cut(&mut self) {
        if self.kept.len() > self.max {
            let last = self.max - 1;
            self.kept.select_nth_unstable_by(last, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            self.kept.truncate(self.max);
            self.least = self.kept[last].1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_nearest_are_those_of_a_full_sort(
            offered in prop::collection::vec((0u8..6).prop_map(f32::from), 0..60),
            max in 1usize..9,
        ) {
            let mut nearest = Nearest::new(max);
            let all: Vec<(u32, f32)> = (0..).zip(offered).collect();
            all.iter().for_each(|&(place, nearness)| nearest.offer(place, nearness));
            let mut found = nearest.into_found();
            found.sort_unstable_by_key(|&(place, _)| place);
            let mut expected: Vec<(u32, f32)> = all.into_iter().filter(|&(_, nearness)| nearness > 0.0).collect();
            expected.sort_by(|a, b| b.1.total_cmp(&a.1));
            expected.truncate(max);
            expected.sort_unstable_by_key(|&(place, _)| place);
            prop_assert_eq!(found, expected);
        }
    }
}
