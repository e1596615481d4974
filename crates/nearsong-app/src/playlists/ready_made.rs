use nearsong_recommend::ListOrder;

use super::{Recipe, RecipeKind};

/// Recipes for a start: name and rules, without targets.
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
            Recipe { when: "every thursday 06:00".to_owned(), ..recipe("Forgotten Favourites", RecipeKind::Forgotten) },
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
