use nearsong_types::{MatchedInteractions, RecordingTable};

/// How popular each recording is beside the others: the share of the catalogue that is less popular, equals counting half.
///
/// Popularity is the number of owners in `train`; where nobody is in it, the catalogue's popularity, unknown being lowest.
///
/// # Shapes
/// One entry per item.
///
/// # Range
/// Above 0 and below 1; 1 is most popular. The mean over the catalogue is ½.
pub fn popularity_percentiles(train: &MatchedInteractions, table: &RecordingTable) -> Vec<f64> {
    let popularity: Vec<u32> = if train.by_item.n_entries() > 0 {
        train.by_item.owners_per_item()
    } else {
        table.items().map(|item| table.popularity(item).map_or(0, |popularity| u32::from(popularity) + 1)).collect()
    };
    let mut sorted = popularity.clone();
    sorted.sort_unstable();
    let percentile = |value: u32| {
        let n_less = sorted.partition_point(|&other| other < value);
        let n_not_more = sorted.partition_point(|&other| other <= value);
        (n_less + n_not_more) as f64 / (2 * sorted.len()) as f64
    };
    popularity.into_iter().map(percentile).collect()
}

#[cfg(test)]
mod tests {
    use nearsong_types::Interactions;

    use super::*;
    use crate::fixture::{interactions, table_by_artists};

    #[test]
    fn equals_share_the_middle_of_their_places() {
        let mut table = table_by_artists(&[Some(0); 4]);
        let train = interactions(&table, &[&[0, 1], &[0, 1], &[0, 2]]);
        assert_eq!(popularity_percentiles(&train, &table), [0.875, 0.625, 0.375, 0.125]);
        table.popularities = vec![255, 0, 90, 90];
        let nobody =
            MatchedInteractions { by_item: Interactions::new(4), by_artist: Interactions::new(table.n_artists()) };
        assert_eq!(popularity_percentiles(&nobody, &table), [0.125, 0.375, 0.75, 0.75]);
    }
}
