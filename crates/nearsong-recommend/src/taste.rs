use std::collections::BTreeMap;

use nearsong_types::{ArtistIdx, FavouriteKind, ItemIdx, Moment, Outcome};
use serde::{Deserialize, Serialize};

/// What a play was of, once it has been matched against the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// A recording of the catalogue.
    Item(ItemIdx),
    /// A song that the catalogue lacks, by an artist whom it knows.
    Artist(ArtistIdx),
}

/// One play, as far as taste is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Play {
    /// What was heard.
    pub heard: Heard,
    /// When the play stopped.
    pub ended_at: Moment,
    /// How it went.
    pub outcome: Outcome,
}

/// That somebody likes a song, other than by plays of it.
#[derive(Debug, Clone, Copy)]
pub struct Favourite {
    /// What is liked.
    pub heard: Heard,
    /// In what way.
    pub kind: FavouriteKind,
    /// Its place among the most played, from 1.
    pub rank: Option<u32>,
    /// When it was saved, or the list of the most played was read.
    pub at: Moment,
}

/// How plays become weights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TasteConfig {
    /// Days after which a play counts half.
    pub half_life_days: f64,
    /// Worth of a play that was stopped early without a sign of dislike; a completed one is worth 1.
    pub partial: f64,
    /// Worth of a skip; below 0.
    pub skipped: f64,
    /// Worth of saving a song, in completed plays.
    pub saved: f64,
    /// Completed plays that the first of the most played songs of a time stands for; the fiftieth stands for one.
    pub most_played: f64,
    /// How many recordings with the largest weights are kept, liked ones; disliked ones are kept to a tenth of it.
    pub max_items: usize,
}

impl Default for TasteConfig {
    fn default() -> Self {
        Self { half_life_days: 365.0, partial: 0.25, skipped: -0.5, saved: 2.0, most_played: 6.0, max_items: 500 }
    }
}

/// What we know of a listener at one moment: weighted recordings and, where only the artist is in the catalogue, weighted artists.
///
/// # Range
/// Weights are finite and not 0; above 0 means liked, below 0 disliked. One entry per recording and per artist.
///
/// # Order
/// Both lists ascend by row number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taste {
    items: Vec<(ItemIdx, f32)>,
    artists: Vec<(ArtistIdx, f32)>,
}

impl Taste {
    /// From weighted recordings and artists; repeated ones are added up, zero and non-finite weights left out.
    pub fn new(
        items: impl IntoIterator<Item = (ItemIdx, f32)>,
        artists: impl IntoIterator<Item = (ArtistIdx, f32)>,
    ) -> Self {
        Self { items: add_up(items), artists: add_up(artists) }
    }

    /// From plays that ended before `as_of`; later ones are not looked at, so that nothing leaks from the future.
    ///
    /// A recording's weight is `√s` where `s` is the sum of its plays' worths, each halved once per half-life of its age
    /// (`-√-s` where the sum is negative): the tenth play says less than the first.
    pub fn from_plays(plays: impl IntoIterator<Item = Play>, as_of: Moment, config: &TasteConfig) -> Self {
        Self::from_listening(plays, [], as_of, config)
    }

    /// From plays and favourites, of which later ones than `as_of` are not looked at either.
    ///
    /// Saving a song is an act, so its worth is added to the plays'. Being among the most played tells of plays that may be known already, so it
    /// counts only as far as it goes beyond them.
    pub fn from_listening(
        plays: impl IntoIterator<Item = Play>,
        favourites: impl IntoIterator<Item = Favourite>,
        as_of: Moment,
        config: &TasteConfig,
    ) -> Self {
        let (mut items, mut artists) = (BTreeMap::new(), BTreeMap::new());
        let mut add = |heard, worth: f64, most_played: f64| {
            let sums: &mut Sums = match heard {
                Heard::Item(item) => items.entry(item).or_default(),
                Heard::Artist(artist) => artists.entry(artist).or_default(),
            };
            sums.worth += worth;
            sums.most_played = sums.most_played.max(most_played);
        };
        for play in plays.into_iter().filter(|play| play.ended_at < as_of) {
            add(play.heard, worth(&play, as_of, config), 0.0);
        }
        for favourite in favourites.into_iter().filter(|favourite| favourite.at < as_of) {
            let (saved, most_played) = favourite.worths(as_of, config);
            add(favourite.heard, saved, most_played);
        }
        let items = items.into_iter().map(|(item, sums)| (item, damped(sums.in_all())));
        let artists = artists.into_iter().map(|(artist, sums)| (artist, damped(sums.in_all())));
        Self {
            items: strongest(add_up(items), config.max_items),
            artists: strongest(add_up(artists), config.max_items),
        }
    }

    /// Weighted recordings, ascending by row.
    pub fn items(&self) -> &[(ItemIdx, f32)] {
        &self.items
    }

    /// Weighted artists beyond those of the recordings, ascending by row.
    pub fn artists(&self) -> &[(ArtistIdx, f32)] {
        &self.artists
    }

    /// Whether nothing is liked, so that nothing can be recommended from it.
    pub fn is_empty(&self) -> bool {
        !self.items.iter().any(|&(_, weight)| weight > 0.0) && !self.artists.iter().any(|&(_, weight)| weight > 0.0)
    }

    /// Sum of the weights above 0, of recordings and artists.
    pub fn liked_weight(&self) -> f32 {
        let items = self.items.iter().map(|&(_, weight)| weight);
        let artists = self.artists.iter().map(|&(_, weight)| weight);
        items.chain(artists).filter(|&weight| weight > 0.0).sum()
    }
}

/// What is known of one recording or artist, in completed plays.
#[derive(Default)]
struct Sums {
    worth: f64,
    most_played: f64,
}

impl Sums {
    fn in_all(&self) -> f64 {
        self.worth.max(self.most_played)
    }
}

impl Favourite {
    /// Worth as a saved song and as one of the most played, in completed plays; one of them is 0.
    fn worths(&self, as_of: Moment, config: &TasteConfig) -> (f64, f64) {
        const LISTED: f64 = 50.0;
        let place = f64::from(self.rank.unwrap_or(1).clamp(1, 50)) - 1.0;
        let plays = 1.0 + (config.most_played - 1.0) * (1.0 - place / (LISTED - 1.0));
        // The plays lie in the middle of the time counted, on average.
        let days_before = match self.kind {
            FavouriteKind::Saved => 0,
            FavouriteKind::TopOfMonth => 14,
            FavouriteKind::TopOfHalfYear => 91,
            FavouriteKind::TopOfYear => 182,
        };
        let aged = aged(self.at.minus_days(days_before), as_of, config);
        if self.kind == FavouriteKind::Saved { (config.saved * aged, 0.0) } else { (0.0, plays * aged) }
    }
}

/// What is left of a sign after its age.
fn aged(at: Moment, as_of: Moment, config: &TasteConfig) -> f64 {
    (-as_of.days_since(at) / config.half_life_days).exp2()
}

fn worth(play: &Play, as_of: Moment, config: &TasteConfig) -> f64 {
    let value = match play.outcome {
        Outcome::Completed => 1.0,
        Outcome::Partial => config.partial,
        Outcome::Skipped => config.skipped,
    };
    value * aged(play.ended_at, as_of, config)
}

fn damped(sum: f64) -> f32 {
    (sum.signum() * sum.abs().sqrt()) as f32
}

fn add_up<K: Ord + Copy>(weighted: impl IntoIterator<Item = (K, f32)>) -> Vec<(K, f32)> {
    let mut sums: BTreeMap<K, f32> = BTreeMap::new();
    for (key, weight) in weighted {
        *sums.entry(key).or_default() += weight;
    }
    sums.into_iter().filter(|&(_, weight)| weight.is_finite() && weight != 0.0).collect()
}

/// Keeps the `max` largest liked weights and a tenth as many disliked ones, in row order.
fn strongest<K: Ord + Copy>(weighted: Vec<(K, f32)>, max: usize) -> Vec<(K, f32)> {
    let (mut liked, mut disliked): (Vec<_>, Vec<_>) = weighted.into_iter().partition(|&(_, weight)| weight > 0.0);
    liked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    disliked.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    liked.truncate(max);
    disliked.truncate(max.div_ceil(10));
    liked.append(&mut disliked);
    liked.sort_by_key(|&(key, _)| key);
    liked
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_seconds(1_700_000_000);

    fn play(item: u32, days_ago: i64, outcome: Outcome) -> Play {
        Play { heard: Heard::Item(ItemIdx(item)), ended_at: NOW.minus_days(days_ago), outcome }
    }

    fn weight(taste: &Taste, item: u32) -> Option<f32> {
        taste.items().iter().find(|&&(found, _)| found == ItemIdx(item)).map(|&(_, weight)| weight)
    }

    #[test]
    fn recent_plays_weigh_more_and_skips_weigh_down() {
        let plays = [
            play(1, 1, Outcome::Completed),
            play(2, 700, Outcome::Completed),
            play(3, 1, Outcome::Skipped),
            play(4, 1, Outcome::Partial),
        ];
        let taste = Taste::from_plays(plays, NOW, &TasteConfig::default());
        assert!(weight(&taste, 1) > weight(&taste, 2));
        assert!(weight(&taste, 2) > Some(0.0));
        assert!(weight(&taste, 3) < Some(0.0));
        assert!(weight(&taste, 4) < weight(&taste, 1));
    }

    #[test]
    fn half_life_halves_a_play() {
        let config = TasteConfig { half_life_days: 10.0, ..TasteConfig::default() };
        let taste = Taste::from_plays([play(1, 10, Outcome::Completed)], NOW, &config);
        assert!((weight(&taste, 1).unwrap() - 0.5f32.sqrt()).abs() < 1e-6);
    }

    #[test]
    fn plays_at_or_after_the_moment_change_nothing() {
        let past = [play(1, 5, Outcome::Completed), play(2, 3, Outcome::Skipped)];
        let future = [play(1, 0, Outcome::Completed), play(9, -4, Outcome::Completed)];
        let with = Taste::from_plays(past.into_iter().chain(future), NOW, &TasteConfig::default());
        assert_eq!(with, Taste::from_plays(past, NOW, &TasteConfig::default()));
    }

    #[test]
    fn saved_songs_add_to_plays_and_most_played_ones_stand_in_for_them() {
        let favourite = |item: u32, kind, rank, days_ago| Favourite {
            heard: Heard::Item(ItemIdx(item)),
            kind,
            rank,
            at: NOW.minus_days(days_ago),
        };
        let month = FavouriteKind::TopOfMonth;
        let plays = (0..9).map(|_| play(1, 14, Outcome::Completed)).chain([play(2, 1, Outcome::Completed)]);
        let favourites = [
            favourite(1, month, Some(1), 1),
            favourite(2, FavouriteKind::Saved, None, 1),
            favourite(3, month, Some(1), 1),
            favourite(4, month, Some(50), 1),
            favourite(5, FavouriteKind::Saved, None, 1),
            favourite(6, FavouriteKind::Saved, None, -1),
        ];
        let config = TasteConfig { half_life_days: 1e9, ..TasteConfig::default() };
        let taste = Taste::from_listening(plays, favourites, NOW, &config);
        let squares: Vec<_> =
            (1..=6).map(|item| weight(&taste, item).map(|weight| (weight * weight).round())).collect();
        assert_eq!(squares, [Some(9.0), Some(3.0), Some(6.0), Some(1.0), Some(2.0), None]);
    }

    #[test]
    fn the_strongest_are_kept() {
        let plays = (0..50u32).flat_map(|item| (0..=item).map(move |_| play(item, 1, Outcome::Completed)));
        let config = TasteConfig { max_items: 10, ..TasteConfig::default() };
        let taste = Taste::from_plays(plays, NOW, &config);
        let kept: Vec<u32> = taste.items().iter().map(|&(item, _)| item.0).collect();
        assert_eq!(kept, (40..50).collect::<Vec<_>>());
    }
}
