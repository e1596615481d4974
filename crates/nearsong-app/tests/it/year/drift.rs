use std::collections::{BTreeMap, BTreeSet};

use nearsong_app::{App, Origin, Scopes};
use nearsong_standin::{ExportPlan, MadeUpAccount, MadeUpListener, SpotifyStandin, SpotifyTrack, TimeRange, World};
use nearsong_types::{Clock, Moment, Silent, TrackId};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::IndexedRandom};

use super::{Plan, STEPS_A_DAY};
use crate::fixture::{ANA, Fixture, START};

/// Steps of a day, in UTC from six o'clock on, in which a song is played: ten in the evening.
const EVENING: std::ops::Range<u32> = 22..32;
/// Plays in a hundred that are of any genre.
const STRAY_PERCENT: u32 = 10;
/// Weeks from the turn until the old genre is not played any more.
const WEEKS_OF_TURNING: f64 = 4.0;
const RANGE_DAYS: [i64; 3] = [28, 182, 365];

/// A listener whose taste moves in the middle of the plan, within four weeks, from a genre that they know well to one that they never heard.
pub struct Drift {
    rng: ChaCha8Rng,
    old: Vec<SpotifyTrack>,
    new: Vec<SpotifyTrack>,
    all: Vec<SpotifyTrack>,
    of_new: BTreeSet<TrackId>,
    plays: Vec<(Moment, TrackId)>,
    pub turn: Moment,
    /// The genres before and after.
    pub genres: (String, String),
}

impl Drift {
    /// A world of music, the listener's history until now, and their account, connected.
    pub fn begin(plan: &Plan) -> (Fixture, Self) {
        let world = World::new(plan.seed, plan.n_tracks);
        let listener = MadeUpListener::new(&world, plan.seed);
        let until_now = ExportPlan { ends_at: START, days: 500, n_plays: 3_000 };
        let folder = tempfile::tempdir().unwrap();
        let (catalogue, zip) = (folder.path().join("made-up.csv.gz"), folder.path().join("my_spotify_data.zip"));
        world.write_catalogue(&catalogue).unwrap();
        listener.write_export(&zip, &until_now).unwrap();
        let mut app = App::open(folder.path()).unwrap();
        app.add_datasets(&[catalogue], &Origin { is_made_up: true, source_url: None }, START, &Silent).unwrap();
        app.import(&[zip], None, Some("Europe/Berlin"), START, &Silent).unwrap();
        let account = MadeUpAccount::new(&listener, &until_now).unwrap();
        let drift = Self::new(plan, &world, &account);
        let mut fixture =
            Fixture::in_folder(folder, &format!("sync_every_minutes = {}", plan.sync_every_minutes), |_| {});
        fixture.spotify.fill(ANA, account);
        fixture.connect(&scopes(), ANA).unwrap();
        fixture.spotify.forget_calls();
        (fixture, drift)
    }

    fn new(plan: &Plan, world: &World, account: &MadeUpAccount) -> Self {
        let known: BTreeSet<TrackId> =
            account.saved.iter().map(|(_, id)| *id).chain(account.top_tracks.concat()).collect();
        let mut by_genre: BTreeMap<&str, (usize, Vec<SpotifyTrack>)> = BTreeMap::new();
        for track in &world.tracks {
            for genre in &track.genres {
                let (n_known, tracks) = by_genre.entry(genre).or_default();
                *n_known += usize::from(known.contains(&track.id));
                tracks.push(SpotifyTrack::from_catalogue(track, None));
            }
        }
        let (old_name, (_, old)) = by_genre.iter().max_by_key(|(_, (n_known, _))| *n_known).unwrap();
        let never_heard = by_genre.iter().filter(|(_, (n_known, _))| *n_known == 0);
        let (new_name, (_, new)) = never_heard.max_by_key(|(_, (_, tracks))| tracks.len()).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
        Self {
            old: old.sample(&mut rng, plan.n_played).cloned().collect(),
            new: new.sample(&mut rng, plan.n_played).cloned().collect(),
            all: world.tracks.iter().map(|track| SpotifyTrack::from_catalogue(track, None)).collect(),
            of_new: new.iter().map(|track| track.id).collect(),
            plays: Vec::new(),
            turn: START.minus_days(-i64::from(plan.days / 2)),
            genres: ((*old_name).to_owned(), (*new_name).to_owned()),
            rng,
        }
    }

    /// The listener plays a song, where it is the time of day; once a week Spotify reckons anew what they play most.
    pub fn play(&mut self, step: u32, fixture: &Fixture) {
        let now = fixture.clock.now();
        if EVENING.contains(&(step % STEPS_A_DAY)) {
            let turned = now.days_since(self.turn) / 7.0 / WEEKS_OF_TURNING;
            let from = match self.rng.random_range(0..100) {
                percent if percent < STRAY_PERCENT => &self.all,
                _ if self.rng.random_range(0.0..1.0) < turned => &self.new,
                _ => &self.old,
            };
            let track = from.choose(&mut self.rng).unwrap().clone();
            self.plays.push((now, track.id));
            fixture.spotify.add_play(ANA, now, track);
        }
        if step > 0 && step.is_multiple_of(7 * STEPS_A_DAY) {
            self.reckon(now, &fixture.spotify);
        }
    }

    fn reckon(&self, now: Moment, spotify: &SpotifyStandin) {
        let tracks: BTreeMap<TrackId, &SpotifyTrack> = self.all.iter().map(|track| (track.id, track)).collect();
        for (range, days) in TimeRange::ALL.into_iter().zip(RANGE_DAYS) {
            let mut counts: BTreeMap<TrackId, usize> = BTreeMap::new();
            for (_, id) in self.plays.iter().filter(|(at, _)| *at > now.minus_days(days)) {
                *counts.entry(*id).or_default() += 1;
            }
            let mut most: Vec<_> = counts.into_iter().collect();
            most.sort_by_key(|(id, n)| (std::cmp::Reverse(*n), *id));
            spotify.set_top_tracks(ANA, range, most.into_iter().take(50).map(|(id, _)| tracks[&id].clone()));
        }
    }

    /// The share of the new genre in what was played in the week before a moment.
    pub fn share_in_plays(&self, before: Moment) -> f64 {
        let week = self.plays.iter().filter(|(at, _)| *at > before.minus_days(7) && *at <= before);
        self.share(week.map(|(_, id)| *id))
    }

    /// The share of the new genre in some songs.
    pub fn share(&self, songs: impl Iterator<Item = TrackId>) -> f64 {
        let (mut n, mut n_new) = (0, 0);
        for id in songs {
            (n, n_new) = (n + 1, n_new + usize::from(self.of_new.contains(&id)));
        }
        n_new as f64 / n.max(1) as f64
    }
}

pub fn scopes() -> Scopes {
    Scopes::reading().and(Scopes::writing()).and(Scopes::covers())
}
