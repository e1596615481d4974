use std::collections::HashMap;

use nearsong_types::{FavouriteKind, ListenSource, Moment, Outcome, Song};
use rusqlite::{Row, params};

use crate::{ListenerId, Store, StoreError, favourites::kind_of, songs::song_of};

/// What one listener has heard up to a moment.
///
/// The same listens give the same value, in whatever order they were imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listening {
    /// The songs, each once, in the order of [`Song`].
    pub songs: Vec<Song>,
    /// The plays in the order of time; plays that ended together in the order of their songs.
    pub plays: Vec<Play>,
    /// What was saved or much played as Spotify told, in the order of kind and song.
    pub favourites: Vec<Favourite>,
}

/// One of [`Listening::songs`] that Spotify named as liked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Favourite {
    /// In what way.
    pub kind: FavouriteKind,
    /// Row of the song in [`Listening::songs`].
    pub song: u32,
    /// Its place among the most played, from 1; none for what was saved.
    pub rank: Option<u32>,
    /// When it was saved, or read.
    pub at: Moment,
}

/// One play of one of [`Listening::songs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Play {
    /// When it stopped.
    pub ended_at: Moment,
    /// Row of the song in [`Listening::songs`].
    pub song: u32,
    /// How long it was heard, in milliseconds.
    pub ms_played: u32,
    /// How it went.
    pub outcome: Outcome,
    /// Where the row came from.
    pub source: ListenSource,
}

/// How much of one listener is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListenCounts {
    /// Plays that count.
    pub n_plays: u64,
    /// Distinct songs among them.
    pub n_songs: u64,
    /// Plays left soon for another song.
    pub n_skipped: u64,
    /// Rows hidden behind others that tell more of the same plays.
    pub n_superseded: u64,
    /// End of the first play.
    pub first: Option<Moment>,
    /// End of the last play.
    pub last: Option<Moment>,
}

impl Store {
    /// A listener's plays that ended, and favourites that were known, at `as_of` or before; all of them where `as_of` is `None`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::Database`].
    pub fn listening(&self, listener: ListenerId, as_of: Option<Moment>) -> Result<Listening, StoreError> {
        let mut rows = SongRows::default();
        let mut plays = self.plays(listener, as_of, &mut rows).map_err(self.failed())?;
        let mut favourites = self.favourites(listener, as_of, &mut rows).map_err(self.failed())?;
        let songs = self.songs(&rows).map_err(self.failed())?;

        let mut order: Vec<u32> = (0..songs.len() as u32).collect();
        order.sort_unstable_by(|&one, &other| songs[one as usize].cmp(&songs[other as usize]));
        let mut rank = vec![0; songs.len()];
        for (place, &row) in order.iter().enumerate() {
            rank[row as usize] = place as u32;
        }
        for play in &mut plays {
            play.song = rank[play.song as usize];
        }
        plays.sort();
        for favourite in &mut favourites {
            favourite.song = rank[favourite.song as usize];
        }
        favourites.sort();
        let mut songs: Vec<_> = songs.into_iter().map(Some).collect();
        let songs = order.iter().filter_map(|&row| songs[row as usize].take()).collect();
        Ok(Listening { songs, plays, favourites })
    }

    fn plays(&self, listener: ListenerId, as_of: Option<Moment>, songs: &mut SongRows) -> rusqlite::Result<Vec<Play>> {
        let sql = "SELECT ended_at, song_id, ms_played, outcome, source FROM listen
                   WHERE listener_id = ?1 AND ended_at <= ?2 AND superseded_by IS NULL
                   ORDER BY ended_at, song_id, ms_played, source";
        let until = as_of.map_or(i64::MAX, Moment::micros);
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![listener.0, until])?;
        let mut plays = Vec::new();
        while let Some(row) = rows.next()? {
            plays.push(Play {
                ended_at: Moment::from_micros(row.get(0)?),
                song: songs.row_of(row.get(1)?),
                ms_played: row.get(2)?,
                outcome: outcome_of(row, 3)?,
                source: source_of(row, 4)?,
            });
        }
        Ok(plays)
    }

    fn favourites(
        &self,
        listener: ListenerId,
        as_of: Option<Moment>,
        songs: &mut SongRows,
    ) -> rusqlite::Result<Vec<Favourite>> {
        let sql =
            "SELECT kind, song_id, rank, at FROM favourite WHERE listener_id = ?1 AND at <= ?2 ORDER BY kind, song_id";
        let until = as_of.map_or(i64::MAX, Moment::micros);
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![listener.0, until])?;
        let mut favourites = Vec::new();
        while let Some(row) = rows.next()? {
            let (song, at) = (songs.row_of(row.get(1)?), Moment::from_micros(row.get(3)?));
            favourites.push(Favourite { kind: kind_of(row, 0)?, song, rank: row.get(2)?, at });
        }
        Ok(favourites)
    }

    fn songs(&self, rows: &SongRows) -> rusqlite::Result<Vec<Song>> {
        let sql = "SELECT track_id, title, artist, album FROM song WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        rows.ids.iter().map(|id| statement.query_row([id], song_of)).collect()
    }

    /// How much of a listener is kept.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn listen_counts(&self, listener: ListenerId) -> Result<ListenCounts, StoreError> {
        let sql = "SELECT count(*) FILTER (WHERE superseded_by IS NULL),
                   count(DISTINCT song_id) FILTER (WHERE superseded_by IS NULL),
                   count(*) FILTER (WHERE superseded_by IS NULL AND outcome = 2),
                   count(*) FILTER (WHERE superseded_by IS NOT NULL),
                   min(ended_at) FILTER (WHERE superseded_by IS NULL), max(ended_at) FILTER (WHERE superseded_by IS NULL)
                   FROM listen WHERE listener_id = ?1";
        let counted = self.connection.query_row(sql, [listener.0], |row| {
            let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
            let moment = |column| row.get::<_, Option<i64>>(column).map(|micros| micros.map(Moment::from_micros));
            Ok(ListenCounts {
                n_plays: count(0)?,
                n_songs: count(1)?,
                n_skipped: count(2)?,
                n_superseded: count(3)?,
                first: moment(4)?,
                last: moment(5)?,
            })
        });
        counted.map_err(self.failed())
    }
}

/// Dense rows for the songs of the database, in the order in which they are met.
#[derive(Default)]
struct SongRows {
    row_of_id: HashMap<i64, u32>,
    ids: Vec<i64>,
}

impl SongRows {
    fn row_of(&mut self, id: i64) -> u32 {
        *self.row_of_id.entry(id).or_insert_with(|| {
            self.ids.push(id);
            (self.ids.len() - 1) as u32
        })
    }
}

fn outcome_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Outcome> {
    match row.get(column)? {
        0 => Ok(Outcome::Completed),
        1 => Ok(Outcome::Partial),
        2 => Ok(Outcome::Skipped),
        other => Err(rusqlite::Error::IntegralValueOutOfRange(column, other)),
    }
}

fn source_of(row: &Row<'_>, column: usize) -> rusqlite::Result<ListenSource> {
    match row.get(column)? {
        0 => Ok(ListenSource::ExtendedHistory),
        1 => Ok(ListenSource::AccountData),
        2 => Ok(ListenSource::SpotifyRecent),
        other => Err(rusqlite::Error::IntegralValueOutOfRange(column, other)),
    }
}
