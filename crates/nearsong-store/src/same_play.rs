use nearsong_types::{Listen, ListenSource, Moment};
use rusqlite::{Connection, params};

use crate::{ListenerId, imports::number_of_source};

const MINUTE: i64 = 60_000_000;
/// How far Spotify and an export may be apart about one moment of one play.
const TOLERANCE: i64 = 90_000_000;
/// Longer tracks are looked for no farther away than this.
const LONGEST: i64 = 20 * MINUTE;

/// How several sources name one play.
///
/// Account data and extended history both know the minute, the length and the title. Account data has no ids and rounds the end of a play
/// down to its minute, and its artist is that of the track where the extended history gives that of the album. Spotify's recently played
/// tracks have one moment each, which is about the end or about the beginning of the play (it is not documented), and no time heard.
pub(crate) struct SamePlay<'a> {
    pub(crate) listener: ListenerId,
    pub(crate) ended_at: Moment,
    pub(crate) ms_played: u32,
    pub(crate) title: &'a str,
}

impl<'a> SamePlay<'a> {
    /// What `listen` is known by.
    pub(crate) fn of(listener: ListenerId, listen: &'a Listen) -> Self {
        Self { listener, ended_at: listen.ended_at, ms_played: listen.ms_played, title: &listen.song.title }
    }

    /// Whether the play, which Spotify told of, is kept from an export already.
    pub(crate) fn is_in_an_export(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let sql = "SELECT ended_at, song_id FROM listen
                   WHERE listener_id = ?1 AND ended_at BETWEEN ?2 AND ?3 AND source < 2";
        let mut statement = connection.prepare_cached(sql)?;
        let (from, to) = self.around();
        let mut rows = statement.query(params![self.listener.0, from, to])?;
        while let Some(row) = rows.next()? {
            let is_then = is_moment_of(self.ended_at.micros(), row.get(0)?, self.ms_played);
            if is_then && self.has_title_of(connection, row.get(1)?)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Hides the row in which Spotify told of this play, which comes from an export; gives how many there were.
    pub(crate) fn supersede_spotify_row(&self, connection: &Connection, import: i64) -> rusqlite::Result<usize> {
        let sql = "SELECT ended_at, song_id, ms_played FROM listen
                   WHERE listener_id = ?1 AND ended_at BETWEEN ?2 AND ?3 AND source = 2 AND superseded_by IS NULL";
        let hide = "UPDATE listen SET superseded_by = ?5 WHERE listener_id = ?1 AND ended_at = ?2 AND song_id = ?3
                    AND ms_played = ?4 AND source = 2";
        let (from, to) = self.around();
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![self.listener.0, from, to])?;
        let mut n_hidden = 0;
        while let Some(row) = rows.next()? {
            let (at, song, length): (i64, i64, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if is_moment_of(at, self.ended_at.micros(), length) && self.has_title_of(connection, song)? {
                let key = params![self.listener.0, at, song, length, import];
                n_hidden += connection.prepare_cached(hide)?.execute(key)?;
            }
        }
        Ok(n_hidden)
    }

    fn around(&self) -> (i64, i64) {
        let (at, far) = (self.ended_at.micros(), LONGEST + TOLERANCE);
        (at.saturating_sub(far), at.saturating_add(far))
    }

    /// Whether the play is kept from the extended history already.
    pub(crate) fn is_in_extended_history(&self, connection: &Connection) -> rusqlite::Result<bool> {
        Ok(!self.songs(connection, ListenSource::ExtendedHistory)?.is_empty())
    }

    /// Hides the row of account data that tells of this play; gives how many there were.
    pub(crate) fn supersede_account_row(&self, connection: &Connection, import: i64) -> rusqlite::Result<usize> {
        let sql = "UPDATE listen SET superseded_by = ?6 WHERE listener_id = ?1 AND ended_at >= ?2 AND ended_at < ?3
                   AND song_id = ?4 AND ms_played = ?5 AND source = 1 AND superseded_by IS NULL";
        let (from, to) = self.minute();
        let mut n_hidden = 0;
        for song in self.songs(connection, ListenSource::AccountData)? {
            let key = params![self.listener.0, from, to, song, self.ms_played, import];
            n_hidden += connection.prepare_cached(sql)?.execute(key)?;
        }
        Ok(n_hidden)
    }

    /// Songs of one source that were played in the same minute, equally long, under the same title.
    fn songs(&self, connection: &Connection, source: ListenSource) -> rusqlite::Result<Vec<i64>> {
        let sql = "SELECT song_id FROM listen WHERE listener_id = ?1 AND ended_at >= ?2 AND ended_at < ?3
                   AND ms_played = ?4 AND source = ?5";
        let (from, to) = self.minute();
        let mut statement = connection.prepare_cached(sql)?;
        let key = params![self.listener.0, from, to, self.ms_played, number_of_source(source)];
        let mut rows = statement.query(key)?;
        let mut songs = Vec::new();
        while let Some(row) = rows.next()? {
            let song = row.get(0)?;
            if self.has_title_of(connection, song)? {
                songs.push(song);
            }
        }
        Ok(songs)
    }

    fn has_title_of(&self, connection: &Connection, song: i64) -> rusqlite::Result<bool> {
        let mut statement = connection.prepare_cached("SELECT title FROM song WHERE id = ?1")?;
        statement.query_row([song], |row| Ok(is_same_title(row.get_ref(0)?.as_str()?, self.title)))
    }

    fn minute(&self) -> (i64, i64) {
        let from = self.ended_at.micros().div_euclid(MINUTE).saturating_mul(MINUTE);
        (from, from.saturating_add(MINUTE))
    }
}

/// Whether `at`, as Spotify gives it, can be the beginning or the end of a play of a track that is `length_ms` long and ended at `ended_at`.
fn is_moment_of(at: i64, ended_at: i64, length_ms: u32) -> bool {
    let began_at = ended_at.saturating_sub(i64::from(length_ms) * 1_000);
    at.abs_diff(ended_at) <= TOLERANCE.unsigned_abs() || at.abs_diff(began_at) <= TOLERANCE.unsigned_abs()
}

/// Whether two titles agree but for case and spaces.
fn is_same_title(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let letters = text.chars().filter(|letter| !letter.is_whitespace());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    one == other || plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_agree_but_for_case_and_spaces() {
        assert!(is_same_title("Calm  Down ", "calm down"));
        assert!(is_same_title("ÉTÉ", "été"));
        assert!(!is_same_title("Calm Down", "Calm Down (Live)"));
    }
}
