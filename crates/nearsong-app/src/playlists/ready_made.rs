use std::collections::BTreeMap;

use nearsong_recommend::ListOrder;
use nearsong_types::{GenreIdx, Silent};

use super::{Recipe, RecipeKind};
use crate::{App, AppError, MatchedListening};

/// Genres that get a recipe of their own.
const MAX_GENRES: usize = 5;

impl App {
    /// Recipes for a start, without targets: those for everybody, and one for each of the listener's favourite genres.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub fn ready_made(&self, listener: Option<&str>) -> Result<Vec<(String, Recipe)>, AppError> {
        let mut all: Vec<_> = ready_made().into_iter().map(|(name, recipe)| (name.to_owned(), recipe)).collect();
        for genre in self.favourite_genres(listener)? {
            let recipe = Recipe {
                title: format!("Mostly {genre}"),
                kind: RecipeKind::Genre,
                genres: vec![genre.clone()],
                when: "every saturday 06:00".to_owned(),
                ..Recipe::default()
            };
            all.push((format!("genre-{}", plain(&genre)), recipe));
        }
        Ok(all)
    }

    /// The genres that a listener played most; none where there is no catalogue or no listening.
    fn favourite_genres(&self, listener: Option<&str>) -> Result<Vec<String>, AppError> {
        let (Some(latest), Ok(listener)) = (self.catalogue_if_any()?, self.listener(listener)) else {
            return Ok(Vec::new());
        };
        let table = self.table(latest.version, &Silent)?;
        let matched = MatchedListening::new(&table, &self.store.listening(listener.id, None)?);
        let mut plays: BTreeMap<GenreIdx, u64> = BTreeMap::new();
        for (item, n_plays) in &matched.n_plays {
            for genre in table.genres_of(*item) {
                *plays.entry(genre).or_default() += u64::from(*n_plays);
            }
        }
        let mut plays: Vec<_> = plays.into_iter().filter(|(_, n)| *n > 0).collect();
        plays.sort_by_key(|(genre, n)| (std::cmp::Reverse(*n), *genre));
        Ok(plays.iter().take(MAX_GENRES).map(|(genre, _)| table.genre_name(*genre).to_owned()).collect())
    }
}

/// A genre as part of a name.
fn plain(genre: &str) -> String {
    genre.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect()
}

/// Recipes for a start, for everybody: name and rules, without targets.
pub fn ready_made() -> Vec<(&'static str, Recipe)> {
    let recipe = |title: &str, kind| Recipe { title: title.to_owned(), kind, ..Recipe::default() };
    let mood = |title: &str, mood: &str, order| Recipe {
        mood: Some(mood.to_owned()),
        may_repeat: true,
        order,
        when: "every friday 06:00".to_owned(),
        ..recipe(title, RecipeKind::Mood)
    };
    vec![
        ("discovery-monday", recipe("Discovery Monday", RecipeKind::Discovery)),
        (
            "forgotten-favourites",
            Recipe {
                when: "every thursday 06:00".to_owned(),
                may_repeat: true,
                ..recipe("Forgotten Favourites", RecipeKind::Forgotten)
            },
        ),
        (
            "loved-artists",
            Recipe {
                when: "every wednesday 06:00".to_owned(),
                ..recipe("New to You, by Artists You Love", RecipeKind::LovedArtists)
            },
        ),
        ("calm", mood("Calm", "calm", ListOrder::SmoothEnergy)),
        ("focus", mood("Focus", "focus", ListOrder::SmoothEnergy)),
        ("energy", mood("Energy", "energetic", ListOrder::TempoSteps)),
        ("melancholy", mood("Melancholy", "melancholy", ListOrder::SmoothEnergy)),
        ("party", mood("Party", "party", ListOrder::RiseAndFall)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ready_made_recipe_is_sound_once_it_has_a_target() {
        let mut names = Vec::new();
        for (name, recipe) in ready_made() {
            Recipe { spotify: true, ..recipe }.check().unwrap();
            names.push(name);
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ready_made().len());
    }
}
