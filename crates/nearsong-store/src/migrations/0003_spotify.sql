-- A third source of plays, 2: Spotify's recently played tracks. They belong to no import.
CREATE TABLE listen_of_any_source (
    listener_id BIGINT NOT NULL REFERENCES listener (id),
    ended_at BIGINT NOT NULL,
    song_id BIGINT NOT NULL REFERENCES song (id),
    ms_played BIGINT NOT NULL CHECK (ms_played BETWEEN 0 AND 4294967295),
    source SMALLINT NOT NULL CHECK (source BETWEEN 0 AND 2),
    outcome SMALLINT NOT NULL CHECK (outcome BETWEEN 0 AND 2),
    import_id BIGINT REFERENCES import (id) CHECK ((import_id IS NULL) = (source = 2)),
    superseded_by BIGINT REFERENCES import (id),
    PRIMARY KEY (listener_id, ended_at, song_id, ms_played, source)
) WITHOUT ROWID;

INSERT INTO listen_of_any_source
SELECT listener_id, ended_at, song_id, ms_played, source, outcome, import_id, superseded_by FROM listen;

DROP TABLE listen;
ALTER TABLE listen_of_any_source RENAME TO listen;
CREATE INDEX listen_by_song ON listen (song_id);

-- kind: 0 saved, 1 to 3 among the most played of four weeks, six months, a year. at: when it was saved, or read.
CREATE TABLE favourite (
    listener_id BIGINT NOT NULL REFERENCES listener (id),
    kind SMALLINT NOT NULL CHECK (kind BETWEEN 0 AND 3),
    song_id BIGINT NOT NULL REFERENCES song (id),
    rank BIGINT,
    at BIGINT NOT NULL,
    PRIMARY KEY (listener_id, kind, song_id)
) WITHOUT ROWID;

CREATE INDEX favourite_by_song ON favourite (song_id);

-- How far a list at Spotify has been read. next_offset: where the rest of it begins, while there is a rest.
CREATE TABLE spotify_reading (
    listener_id BIGINT NOT NULL REFERENCES listener (id),
    list TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    next_offset BIGINT,
    PRIMARY KEY (listener_id, list)
) WITHOUT ROWID;

-- sealed_*: encrypted with the key that is kept outside the database; NULL once they are of no use any more.
CREATE TABLE spotify_connection (
    listener_id BIGINT PRIMARY KEY REFERENCES listener (id),
    account TEXT NOT NULL,
    scopes TEXT NOT NULL,
    consented_at BIGINT NOT NULL,
    access_expires_at BIGINT NOT NULL,
    sealed_access BLOB,
    sealed_refresh BLOB
);

-- status: HTTP status; 0 no answer; NULL not known, the process ended before.
CREATE TABLE spotify_call (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    family TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    status SMALLINT
);

CREATE INDEX spotify_call_by_time ON spotify_call (begun_at);

CREATE TABLE spotify_cooldown (
    family TEXT PRIMARY KEY,
    until BIGINT NOT NULL,
    reason TEXT NOT NULL,
    n_in_a_row BIGINT NOT NULL
);

-- handle: how Nearsong calls it; spotify_id: NULL until it is known to have been made. tracks: ids with spaces between.
CREATE TABLE spotify_playlist (
    listener_id BIGINT NOT NULL REFERENCES listener (id),
    handle TEXT NOT NULL,
    spotify_id TEXT UNIQUE,
    is_creating BOOLEAN NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    tracks TEXT NOT NULL,
    has_details BOOLEAN NOT NULL,
    n_written BIGINT NOT NULL,
    is_adding BOOLEAN NOT NULL,
    snapshot_id TEXT,
    written_at BIGINT,
    PRIMARY KEY (listener_id, handle)
);
