//! A listener's year in a minute: the clock is turned half an hour at a time, each time a round is done, against a stand-in for Spotify on which
//! faults rain. What must hold is looked at after every round and at the end; what is counted comes out as [`Figures`].

mod drift;
mod figures;
mod rain;
mod watch;

use std::time::{Duration, Instant};

use nearsong_app::{Recipe, RecipeKind, ready_made};
use nearsong_types::Clock;

use crate::fixture::START;
use drift::Drift;
pub use figures::Figures;
use rain::Rain;
use watch::Watch;

/// How the clock is turned.
const STEP: Duration = Duration::from_secs(30 * 60);
const STEPS_A_DAY: u32 = 48;
const DISCOVERY: &str = "discovery";

/// What is lived through.
pub struct Plan {
    /// Seed of the music, the listener, their plays and the faults.
    pub seed: u64,
    /// Days, at least 70; in the middle the listener's taste turns.
    pub days: u32,
    /// Tracks of the made-up catalogue.
    pub n_tracks: usize,
    /// Songs of each playlist.
    pub n_songs: usize,
    /// Songs of a genre that the listener plays again and again.
    pub n_played: usize,
    /// As in the settings.
    pub sync_every_minutes: u32,
}

/// Lives through a plan.
///
/// # Panics
/// Where something does not hold that must.
pub fn live(plan: &Plan) -> Figures {
    let started = Instant::now();
    let (mut fixture, mut drift) = Drift::begin(plan);
    for (name, recipe) in recipes(plan.n_songs) {
        fixture.app.add_playlist(None, name, recipe, START).unwrap();
    }
    let (mut rain, mut watch) = (Rain::new(plan, &fixture.spotify), Watch::default());
    for step in 0..plan.days * STEPS_A_DAY {
        // A wait within a round may have turned the clock on.
        fixture.clock.set(START.plus(STEP * step).max(fixture.clock.now()));
        drift.play(step, &fixture);
        rain.fall(step, &fixture.spotify);
        rain.sign_in(step, &mut fixture);
        watch.round(&mut fixture);
    }
    let figures = Figures::of(plan, &fixture, &drift, &rain, watch, started.elapsed());
    figures.check(plan);
    figures
}

/// Four playlists at Spotify, all made anew on Mondays; songs of the first never come again.
fn recipes(length: usize) -> [(&'static str, Recipe); 4] {
    let of = |kind, title: &str| Recipe {
        title: title.to_owned(),
        kind,
        length,
        may_repeat: kind != RecipeKind::Discovery,
        when: "every monday 06:00".to_owned(),
        spotify: true,
        ..Recipe::default()
    };
    let calm = ready_made().into_iter().find(|(name, _)| *name == "calm").unwrap().1.mood;
    [
        (DISCOVERY, of(RecipeKind::Discovery, "Discovery Monday")),
        ("calm", Recipe { mood: calm, ..of(RecipeKind::Mood, "Calm") }),
        ("forgotten", of(RecipeKind::Forgotten, "Forgotten Favourites")),
        ("loved-artists", of(RecipeKind::LovedArtists, "New to You")),
    ]
}
