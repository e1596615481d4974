use std::{collections::VecDeque, io};

use nearsong_types::{Moment, Track};

use crate::{
    ExportPlan, MadeUpListener,
    draw::Draw,
    habits::Calendar,
    lexicon::Lexicon,
    row::Row,
    rows::Rows,
    setting::Setting,
    taste::{Motive, Song},
    track_ids::TrackIds,
};

/// How many songs pass before one is put on again.
const N_RECENT: usize = 12;

/// Plays through a whole history, day by day.
pub(crate) struct Player<'p, 'w> {
    listener: &'p MadeUpListener<'w>,
    draw: Draw,
    lexicon: Lexicon,
    calendar: Calendar,
    ends_at: i64,
    /// Nothing before this moment is played any more.
    cursor: i64,
    /// The song of the moment, played again and again for a while.
    on_repeat: Option<Song>,
    /// The last songs, which are not put on again at once.
    recent: VecDeque<Song>,
}

/// How one play went.
struct Ending {
    ms_played: u32,
    reason: &'static str,
}

impl<'p, 'w> Player<'p, 'w> {
    pub(crate) fn new(listener: &'p MadeUpListener<'w>, plan: &ExportPlan, mut draw: Draw) -> Self {
        let calendar = Calendar::new(plan, &mut draw);
        let ends_at = plan.ends_at.seconds();
        Self {
            listener,
            draw,
            lexicon: Lexicon::new(),
            calendar,
            ends_at,
            cursor: 0,
            on_repeat: None,
            recent: VecDeque::new(),
        }
    }

    pub(crate) fn play_all(mut self, rows: &mut impl Rows) -> io::Result<()> {
        for day in 0..self.calendar.n_days() {
            for session in self.calendar.sessions(day, &mut self.draw) {
                let setting = Setting::new(session, day as u64, self.calendar.n_days() as u64, &mut self.draw);
                self.cursor = self.cursor.max(session.starts_at);
                if session.is_first_of_workday && self.draw.percent(15) {
                    self.podcast(&setting, rows)?;
                }
                self.session(session.n_plays, &setting, rows)?;
            }
        }
        Ok(())
    }

    /// An album from its beginning, or one song after the other as they come to mind.
    fn session(&mut self, n_plays: usize, setting: &Setting, rows: &mut impl Rows) -> io::Result<()> {
        let mut album = if self.draw.percent(22) { self.album(setting) } else { Vec::new() }.into_iter();
        let mut reason_start = if self.draw.percent(70) { "clickrow" } else { "playbtn" };
        for left in (0..n_plays).rev() {
            let (song, motive) = match album.next() {
                Some(song) => (song, Motive::Loved),
                None => self.next_song(setting),
            };
            let ending = self.ending(song, motive, left == 0);
            self.play(song, reason_start, &ending, setting, rows)?;
            reason_start = follow_up(ending.reason);
        }
        Ok(())
    }

    fn next_song(&mut self, setting: &Setting) -> (Song, Motive) {
        if let Some(song) = self.on_repeat.filter(|song| !self.recent.contains(song) && self.draw.percent(7)) {
            return (song, Motive::Loved);
        }
        let mut choose = || self.listener.taste.choose(setting.occasion, &mut self.draw);
        let (song, motive) =
            (0..4).map(|_| choose()).find(|(song, _)| !self.recent.contains(song)).unwrap_or_else(choose);
        if motive == Motive::Loved && (self.on_repeat.is_none() || self.draw.permille(12)) {
            self.on_repeat = Some(song);
        }
        (song, motive)
    }

    /// A loved song's album, from that song on, as far as the catalogue has it.
    fn album(&mut self, setting: &Setting) -> Vec<Song> {
        let (Song::Listed(first), Motive::Loved) = self.listener.taste.choose(setting.occasion, &mut self.draw) else {
            return Vec::new();
        };
        let tracks = &self.listener.world.tracks;
        let is_same_album =
            |track: &Track| track.album == tracks[first].album && track.artists[0] == tracks[first].artists[0];
        let length = tracks[first..].iter().take_while(|track| is_same_album(track)).count();
        (first..first + length).map(Song::Listed).collect()
    }

    fn ending(&mut self, song: Song, motive: Motive, is_last: bool) -> Ending {
        let duration = i64::from(self.track(song).duration_ms.unwrap_or(180_000));
        let skips = match motive {
            Motive::Loved => 6,
            Motive::Exploring => 20,
            Motive::Stray => 46,
        };
        let (ms_played, reason) = match self.draw.below(1000) {
            0..4 => (0, "trackerror"),
            4..10 => (self.draw.between(0, duration / 2), "unexpected-exit-while-paused"),
            roll if roll < 10 + 10 * skips => {
                let until = if self.draw.percent(80) { 28_000 } else { duration / 2 };
                let reason = *self
                    .draw
                    .pick(&["fwdbtn", "fwdbtn", "fwdbtn", "fwdbtn", "fwdbtn", "fwdbtn", "clickrow", "backbtn"]);
                (self.draw.between(1_100, until), reason)
            }
            _ if is_last && self.draw.percent(60) => (self.draw.between(duration / 5, duration * 19 / 20), "endplay"),
            _ => (duration, "trackdone"),
        };
        Ending { ms_played: ms_played as u32, reason }
    }

    fn play(
        &mut self,
        song: Song,
        reason_start: &str,
        ending: &Ending,
        setting: &Setting,
        rows: &mut impl Rows,
    ) -> io::Result<()> {
        self.recent.push_back(song);
        if self.recent.len() > N_RECENT {
            self.recent.pop_front();
        }
        let starts_at = self.cursor;
        self.advance(i64::from(ending.ms_played.div_ceil(1000)));
        let track = self.track(song);
        let row = Row {
            ms_played: ending.ms_played,
            master_metadata_track_name: track.title.as_deref(),
            master_metadata_album_artist_name: track.artists.first().map(String::as_str),
            master_metadata_album_album_name: track.album.as_deref(),
            spotify_track_uri: Some(self.listener.played_id(song).uri()),
            reason_start,
            reason_end: ending.reason,
            skipped: (!setting.is_old).then_some(matches!(ending.reason, "fwdbtn" | "backbtn")),
            ..setting.row(starts_at, self.cursor)
        };
        let n_repeats = usize::from(self.draw.permille(8));
        rows.music(&row, n_repeats, self.listener.coverage(song), Moment::from_seconds(self.cursor))?;
        if self.draw.permille(1) {
            let uri = TrackIds::default().next(&mut self.draw).uri();
            rows.nameless(&Row { spotify_track_uri: Some(uri), ..setting.row(starts_at, self.cursor) })?;
        }
        if self.draw.permille(7) {
            self.video(starts_at, setting, rows)?;
        }
        let pause = self.draw.between(0, 2);
        self.advance(pause);
        Ok(())
    }

    fn podcast(&mut self, setting: &Setting, rows: &mut impl Rows) -> io::Result<()> {
        let starts_at = self.cursor;
        let seconds = self.draw.between(300, 2_400);
        self.advance(seconds);
        let show = self.lexicon.text("show", &mut Draw::new(self.draw.below(4), 0));
        let episode = self.lexicon.text("episode", &mut self.draw);
        let uri = TrackIds::default().next(&mut self.draw);
        rows.podcast(&Row {
            ms_played: (seconds * 1000) as u32,
            episode_name: Some(&episode),
            episode_show_name: Some(&show),
            spotify_episode_uri: Some(format!("spotify:episode:{uri}")),
            ..setting.row(starts_at, self.cursor)
        })
    }

    fn video(&mut self, starts_at: i64, setting: &Setting, rows: &mut impl Rows) -> io::Result<()> {
        let title = self.lexicon.text("video", &mut self.draw);
        let uri = TrackIds::default().next(&mut self.draw);
        rows.video(&Row {
            ms_played: self.draw.between(5_000, 240_000) as u32,
            master_metadata_track_name: Some(&title),
            master_metadata_album_artist_name: self.listener.favourite_artists().first().copied(),
            master_metadata_album_album_name: Some(&title),
            spotify_track_uri: Some(uri.uri()),
            ..setting.row(starts_at, self.cursor)
        })
    }

    fn advance(&mut self, seconds: i64) {
        self.cursor = (self.cursor + seconds).min(self.ends_at);
    }

    fn track(&self, song: Song) -> &'w Track {
        match song {
            Song::Listed(track) => &self.listener.world.tracks[track],
            Song::Unlisted(track) => &self.listener.world.unlisted[track],
        }
    }
}

/// Why the next song starts, by why the last one ended.
fn follow_up(reason_end: &'static str) -> &'static str {
    match reason_end {
        "fwdbtn" | "backbtn" | "clickrow" => reason_end,
        "trackerror" => "trackerror",
        "unexpected-exit-while-paused" => "appload",
        _ => "trackdone",
    }
}
