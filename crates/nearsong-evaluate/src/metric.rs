use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Listed, Relevance};

/// What is measured of every list; the number is how many of its songs are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Metric {
    /// [`Relevance::r_precision`].
    RPrecision,
    /// [`Listed::r_precision_with_artists`].
    RPrecisionWithArtists,
    /// [`Relevance::clicks`].
    Clicks,
    /// [`Relevance::ndcg`].
    Ndcg(usize),
    /// [`Relevance::recall`].
    Recall(usize),
    /// [`Relevance::precision`].
    Precision(usize),
    /// [`Relevance::average_precision`]; its mean is MAP, and so is its name.
    AveragePrecision(usize),
    /// [`Relevance::hit_rate`].
    HitRate(usize),
    /// [`Listed::distinct_artists`].
    DistinctArtists(usize),
    /// [`Listed::artist_diversity`].
    ArtistDiversity(usize),
    /// [`Listed::popularity_percentile`].
    PopularityPercentile(usize),
    /// [`Listed::new_artists`].
    NewArtists(usize),
}

/// A word that names no metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{word}” is no metric; there are r_precision, r_precision_with_artists, clicks, and with a length such as ndcg_at_20: {}",
    at_names()
)]
pub struct UnknownMetric {
    /// The word.
    pub word: String,
}

/// Those that look at as many songs as the question says.
const WHOLE: [Metric; 3] = [Metric::RPrecision, Metric::RPrecisionWithArtists, Metric::Clicks];

/// Those that look at the first songs.
const AT: [fn(usize) -> Metric; 9] = [
    Metric::Ndcg,
    Metric::Recall,
    Metric::Precision,
    Metric::AveragePrecision,
    Metric::HitRate,
    Metric::DistinctArtists,
    Metric::ArtistDiversity,
    Metric::PopularityPercentile,
    Metric::NewArtists,
];

fn at_names() -> String {
    AT.map(|metric| metric(0).parts().0).join(", ")
}

impl Metric {
    /// Everything that is measured by default: accuracy at 10, 20, 100 and 500, what lists are made of at 10 and 100.
    pub fn all() -> Vec<Self> {
        let accuracy = [10, 20, 100, 500].into_iter().flat_map(|n| {
            [Self::Ndcg(n), Self::Recall(n), Self::Precision(n), Self::AveragePrecision(n), Self::HitRate(n)]
        });
        let lists = [10, 100].into_iter().flat_map(|n| {
            [Self::DistinctArtists(n), Self::ArtistDiversity(n), Self::PopularityPercentile(n), Self::NewArtists(n)]
        });
        WHOLE.into_iter().chain(accuracy).chain(lists).collect()
    }

    /// Whether a smaller value is better: clicks, and popularity, of which less is more to discover.
    pub const fn is_better_where_smaller(self) -> bool {
        matches!(self, Self::Clicks | Self::PopularityPercentile(_))
    }

    /// Its value for one list.
    pub(crate) fn of(self, relevance: &Relevance, listed: &Listed<'_>) -> f64 {
        match self {
            Self::RPrecision => relevance.r_precision(),
            Self::RPrecisionWithArtists => listed.r_precision_with_artists(),
            Self::Clicks => relevance.clicks(),
            Self::Ndcg(n) => relevance.ndcg(n),
            Self::Recall(n) => relevance.recall(n),
            Self::Precision(n) => relevance.precision(n),
            Self::AveragePrecision(n) => relevance.average_precision(n),
            Self::HitRate(n) => relevance.hit_rate(n),
            Self::DistinctArtists(n) => listed.distinct_artists(n),
            Self::ArtistDiversity(n) => listed.artist_diversity(n),
            Self::PopularityPercentile(n) => listed.popularity_percentile(n),
            Self::NewArtists(n) => listed.new_artists(n),
        }
    }

    /// Whether lists of `n` songs are long enough for it.
    pub(crate) const fn fits(self, n: usize) -> bool {
        match (self, self.parts().1) {
            (Self::Clicks, _) => n >= Relevance::CLICK_DEPTH,
            (_, Some(at)) => n >= at,
            (_, None) => true,
        }
    }

    const fn parts(self) -> (&'static str, Option<usize>) {
        match self {
            Self::RPrecision => ("r_precision", None),
            Self::RPrecisionWithArtists => ("r_precision_with_artists", None),
            Self::Clicks => ("clicks", None),
            Self::Ndcg(n) => ("ndcg", Some(n)),
            Self::Recall(n) => ("recall", Some(n)),
            Self::Precision(n) => ("precision", Some(n)),
            Self::AveragePrecision(n) => ("map", Some(n)),
            Self::HitRate(n) => ("hit_rate", Some(n)),
            Self::DistinctArtists(n) => ("distinct_artists", Some(n)),
            Self::ArtistDiversity(n) => ("artist_diversity", Some(n)),
            Self::PopularityPercentile(n) => ("popularity_percentile", Some(n)),
            Self::NewArtists(n) => ("new_artists", Some(n)),
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            (name, None) => f.write_str(name),
            (name, Some(n)) => write!(f, "{name}_at_{n}"),
        }
    }
}

impl FromStr for Metric {
    type Err = UnknownMetric;

    fn from_str(word: &str) -> Result<Self, UnknownMetric> {
        let at = word.split_once("_at_").and_then(|(_, n)| n.parse().ok());
        let known = WHOLE.into_iter().chain(at.into_iter().flat_map(|n| AT.map(|metric| metric(n))));
        known
            .into_iter()
            .find(|metric| metric.to_string() == word)
            .ok_or_else(|| UnknownMetric { word: word.to_owned() })
    }
}

impl From<Metric> for String {
    fn from(metric: Metric) -> Self {
        metric.to_string()
    }
}

impl TryFrom<String> for Metric {
    type Error = UnknownMetric;

    fn try_from(word: String) -> Result<Self, UnknownMetric> {
        word.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_back() {
        for metric in Metric::all() {
            assert_eq!(metric.to_string().parse(), Ok(metric));
        }
        assert_eq!(Metric::AveragePrecision(20).to_string(), "map_at_20");
        assert_eq!("ndcg_at_7".parse(), Ok(Metric::Ndcg(7)));
        for word in ["ndcg", "ndcg_at_", "ndcg_at_x", "r_precision_at_3", ""] {
            let error = word.parse::<Metric>().unwrap_err().to_string();
            assert!(error.contains("hit_rate"), "{error}");
        }
    }
}
