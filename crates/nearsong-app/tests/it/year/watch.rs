use std::collections::{BTreeMap, BTreeSet};

use nearsong_app::{JobOutcome, RoundReport};
use nearsong_standin::{AnsweredCall, SpotifyPlaylist};
use nearsong_types::{Clock, Moment, Silent};

use crate::fixture::{Fixture, START};

/// What is counted, and looked at, round by round.
#[derive(Default)]
pub struct Watch {
    pub n_rounds: usize,
    pub n_failed_jobs: usize,
    /// Calls by day.
    pub calls: BTreeMap<u64, usize>,
    /// Calls of each refresh that called at all, and whether it went well.
    pub refreshes: Vec<(usize, bool)>,
    /// Calls that were struck by a fault, by what came of it.
    pub struck: BTreeMap<&'static str, usize>,
    /// Playlists that were filled at some time, and their last mark.
    filled: BTreeMap<String, String>,
}

impl Watch {
    /// Does a round; then no playlist is there twice, none is empty again, and each holds an edition, whole.
    pub fn round(&mut self, fixture: &mut Fixture) {
        self.n_rounds += 1;
        let Fixture { app, spotify, clock, .. } = fixture;
        let report: RoundReport = app
            .round(clock, &Silent, &mut |done| {
                let calls = spotify.calls();
                spotify.forget_calls();
                self.count(&calls, clock.now());
                if let Ok(JobOutcome::Synced(report)) = &done.outcome {
                    assert!(report.n_calls <= report.max_calls, "{report:?}");
                }
                if done.kind == "refresh" && !calls.is_empty() {
                    self.refreshes.push((calls.len(), done.outcome.is_ok()));
                }
            })
            .unwrap();
        self.n_failed_jobs += report.n_failed;
        self.count(&spotify.calls(), clock.now());
        spotify.forget_calls();
        self.look(fixture);
    }

    fn count(&mut self, calls: &[AnsweredCall], now: Moment) {
        *self.calls.entry(START.until(now).as_secs() / 86_400).or_default() += calls.len();
        for call in calls {
            let struck = match call.status {
                None => "no whole answer",
                Some(429) => "429",
                Some(500) => "500",
                Some(502) => "502",
                Some(400) if call.path == "/api/token" => "dead sign-in",
                Some(_) => continue,
            };
            *self.struck.entry(struck).or_default() += 1;
        }
    }

    fn look(&mut self, fixture: &Fixture) {
        let there = fixture.spotify.playlists();
        let names: BTreeSet<_> = there.iter().map(|playlist| &playlist.name).collect();
        assert_eq!(names.len(), there.len(), "a playlist is there twice: {names:?}");
        for playlist in &there {
            let mark = self.filled.get(&playlist.id);
            if mark == Some(&playlist.snapshot_id) {
                continue;
            }
            if playlist.uris.is_empty() {
                assert_eq!(mark, None, "{} was emptied", playlist.name);
                continue;
            }
            assert!(is_an_edition(fixture, playlist), "{} holds no edition", playlist.name);
            self.filled.insert(playlist.id.clone(), playlist.snapshot_id.clone());
        }
    }
}

/// Whether a playlist holds one of its two newest editions, whole and in order.
fn is_an_edition(fixture: &Fixture, playlist: &SpotifyPlaylist) -> bool {
    let views = fixture.app.playlists(None).unwrap();
    let view = views.iter().find(|view| view.recipe.title == playlist.name).unwrap();
    let editions = fixture.app.editions(None, &view.name, 2).unwrap();
    editions
        .iter()
        .any(|edition| edition.songs.iter().map(|song| song.track_id.uri()).eq(playlist.uris.iter().cloned()))
}
