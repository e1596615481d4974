use std::{collections::BTreeMap, fmt, time::Duration};

use nearsong_app::{Edition, Schedule, zone};
use nearsong_types::Moment;

use super::{DISCOVERY, Plan, drift::Drift, rain::Rain, watch::Watch};
use crate::fixture::{Fixture, START};

/// Twelve syncs of ten calls.
const CALLS_A_DAY: usize = 120;
/// A refresh in which nothing goes wrong makes five calls: is it there, was it changed, description, songs, cover; and one for a token now and then.
const CALLS_A_REFRESH: f64 = 7.0;
/// The most that a refresh may make: looking, writing with all its tries, the cover.
const MAX_CALLS_A_REFRESH: usize = 12 + 10 + 2;
/// A Monday's edition that comes later than so is a late one.
const LATE: Duration = Duration::from_secs(3_600);

/// What a year came to.
pub struct Figures {
    n_mondays: usize,
    playlists: Vec<Kept>,
    n_given: usize,
    n_sign_ins: usize,
    watch: Watch,
    genres: (String, String),
    follows: Vec<Follows>,
    took: Duration,
}

/// What one playlist came to.
struct Kept {
    name: String,
    /// Editions published for each Monday.
    per_monday: Vec<usize>,
    n_late: usize,
    latest: Duration,
    /// Editions that were given up for a newer one before they were published.
    n_given_up: usize,
    newest_uris: Vec<String>,
    is_newest_published: bool,
    uris_there: Vec<String>,
}

/// How far one edition follows the turn.
struct Follows {
    weeks: f64,
    in_plays: f64,
    in_edition: f64,
}

impl Figures {
    pub(super) fn of(plan: &Plan, fixture: &Fixture, drift: &Drift, rain: &Rain, watch: Watch, took: Duration) -> Self {
        let mondays = mondays(START.minus_days(-i64::from(plan.days)));
        let discovery = fixture.app.editions(None, DISCOVERY, u32::MAX).unwrap();
        let follows = |edition: &Edition| Follows {
            weeks: edition.made_at.days_since(drift.turn) / 7.0,
            in_plays: drift.share_in_plays(edition.made_at),
            in_edition: drift.share(edition.songs.iter().map(|song| song.track_id)),
        };
        let published = discovery.iter().rev().filter(|edition| edition.published_at.is_some());
        let there: BTreeMap<_, _> =
            fixture.spotify.playlists().into_iter().map(|playlist| (playlist.name, playlist.uris)).collect();
        let views = fixture.app.playlists(None).unwrap();
        let kept = views.into_iter().map(|view| {
            let editions = fixture.app.editions(None, &view.name, u32::MAX).unwrap();
            Kept::of(view.name, &editions, &mondays, there.get(&view.recipe.title).cloned().unwrap_or_default())
        });
        Self {
            n_mondays: mondays.len() - 1,
            playlists: kept.collect(),
            n_given: rain.n_given,
            n_sign_ins: rain.n_sign_ins,
            watch,
            genres: drift.genres.clone(),
            follows: published.map(follows).filter(|follows| follows.weeks > 0.0).collect(),
            took,
        }
    }

    /// What must hold in the end.
    pub(super) fn check(&self, plan: &Plan) {
        assert_eq!(self.playlists.len(), 4);
        for kept in &self.playlists {
            let missing = kept.per_monday.iter().position(|n| *n != 1);
            assert_eq!(missing, None, "{}: editions for each Monday {:?}\n{self}", kept.name, kept.per_monday);
            assert!(kept.is_newest_published && !kept.newest_uris.is_empty(), "{}\n{self}", kept.name);
            assert_eq!(kept.uris_there, kept.newest_uris, "{} is its newest edition", kept.name);
        }
        let dies_of_age = usize::from(plan.days > 200);
        assert_eq!(self.n_sign_ins, 2 + dies_of_age, "sign-ins anew");
        assert!(self.watch.struck.len() == 5 && self.n_mondays >= 10, "faults of all kinds\n{self}");
        assert!(self.watch.calls.values().all(|n| *n <= CALLS_A_DAY), "{self}");
        assert!(self.watch.refreshes.iter().all(|(n, _)| *n <= MAX_CALLS_A_REFRESH), "{self}");
        assert!(mean(self.good_refreshes()) <= CALLS_A_REFRESH, "{self}");
        assert!(self.follows.iter().any(|follows| follows.in_edition > 0.1), "{self}");
    }

    fn good_refreshes(&self) -> impl Iterator<Item = usize> {
        self.watch.refreshes.iter().filter(|(_, is_ok)| *is_ok).map(|(n, _)| *n)
    }

    /// Weeks from the turn until the new genre's share in an edition is half of that in the plays of the week before, and until it stays so.
    fn weeks_until_followed(&self) -> (Option<f64>, Option<f64>) {
        let begun: Vec<_> = self.follows.iter().skip_while(|follows| follows.in_plays == 0.0).collect();
        let is_followed = |follows: &&&Follows| follows.in_edition >= follows.in_plays / 2.0;
        let first = begun.iter().find(is_followed);
        let for_good = begun.iter().rev().take_while(is_followed).last();
        (first.map(|follows| follows.weeks), for_good.map(|follows| follows.weeks))
    }
}

impl Kept {
    fn of(name: String, editions: &[Edition], mondays: &[Moment], uris_there: Vec<String>) -> Self {
        let published: Vec<_> = editions.iter().filter_map(|it| Some((it.made_at, it.published_at?))).collect();
        let of_week = |week: &[Moment]| published.iter().filter(|(at, _)| (week[0]..week[1]).contains(at)).count();
        let delay = |(made_at, published_at): &(Moment, Moment)| {
            mondays.iter().rev().find(|monday| *monday <= made_at).map(|monday| monday.until(*published_at))
        };
        let delays: Vec<_> = published.iter().filter_map(delay).collect();
        Self {
            name,
            per_monday: mondays.windows(2).map(of_week).collect(),
            n_late: delays.iter().filter(|delay| **delay > LATE).count(),
            latest: delays.into_iter().max().unwrap_or_default(),
            n_given_up: editions.len() - published.len(),
            newest_uris: editions[0].songs.iter().map(|song| song.track_id.uri()).collect(),
            is_newest_published: editions[0].published_at.is_some(),
            uris_there,
        }
    }
}

/// All Mondays until the end, and the one after.
fn mondays(end: Moment) -> Vec<Moment> {
    let (schedule, zone): (Schedule, _) = ("every monday 06:00".parse().unwrap(), zone("Europe/Berlin"));
    let mut mondays = vec![schedule.next_after(START, &zone).unwrap()];
    while mondays[mondays.len() - 1] < end {
        mondays.push(schedule.next_after(mondays[mondays.len() - 1], &zone).unwrap());
    }
    mondays
}

fn mean(all: impl Iterator<Item = usize>) -> f64 {
    let (n, sum) = all.fold((0, 0), |(n, sum), one| (n + 1, sum + one));
    sum as f64 / f64::from(n.max(1))
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let watch = &self.watch;
        writeln!(f, "{} Mondays, {} rounds, {} jobs that failed", self.n_mondays, watch.n_rounds, watch.n_failed_jobs)?;
        writeln!(
            f,
            "{} rules for faults; calls struck: {:?}; signed in anew {} times",
            self.n_given, watch.struck, self.n_sign_ins
        )?;
        for kept in &self.playlists {
            let (n, hours) = (kept.per_monday.iter().sum::<usize>(), kept.latest.as_secs_f64() / 3_600.0);
            writeln!(
                f,
                "{:14} {n} editions for {} Mondays, {} of them late, the latest {hours:.1} h; {} given up before they were there; {} songs at the end",
                kept.name,
                self.n_mondays,
                kept.n_late,
                kept.n_given_up,
                kept.uris_there.len()
            )?;
        }
        let max = |all: &mut dyn Iterator<Item = usize>| all.max().unwrap_or_default();
        writeln!(
            f,
            "calls a day: mean {:.1}, most {} (budget {CALLS_A_DAY}); a refresh that went well: mean {:.1} (budget {CALLS_A_REFRESH:.0}), most of any {} (budget {MAX_CALLS_A_REFRESH})",
            mean(watch.calls.values().copied()),
            max(&mut watch.calls.values().copied()),
            mean(self.good_refreshes()),
            max(&mut watch.refreshes.iter().map(|(n, _)| *n)),
        )?;
        writeln!(
            f,
            "from {} to {}:\nweeks after the turn  share in plays  in the edition",
            self.genres.0, self.genres.1
        )?;
        for follows in &self.follows {
            writeln!(f, "{:20.1} {:15.2} {:15.2}", follows.weeks, follows.in_plays, follows.in_edition)?;
        }
        let weeks = |weeks: Option<f64>| weeks.map_or("not within it".to_owned(), |weeks| format!("{weeks:.1} weeks"));
        let (first, for_good) = self.weeks_until_followed();
        writeln!(f, "half of the share in plays: first after {}, for good after {}", weeks(first), weeks(for_good))?;
        write!(f, "{:.1} s", self.took.as_secs_f64())
    }
}
