-- Moments are BIGINT microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE listener (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    time_zone TEXT NOT NULL,
    added_at BIGINT NOT NULL
);

-- AUTOINCREMENT: the number of an import or a model is never given to another one.
CREATE TABLE import (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    listener_id BIGINT NOT NULL REFERENCES listener (id),
    imported_at BIGINT NOT NULL,
    n_new BIGINT NOT NULL,
    n_duplicates BIGINT NOT NULL,
    n_superseded BIGINT NOT NULL,
    report_json TEXT NOT NULL
);

-- identity: the track id, or ["title","artist","album"] where there is none. Exports spell the same track differently
-- over the years, so the id alone makes a song where there is one.
CREATE TABLE song (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    track_id TEXT,
    title TEXT NOT NULL,
    artist TEXT NOT NULL,
    album TEXT
);

-- source: 0 extended history, 1 account data. outcome: 0 completed, 1 partial, 2 skipped.
CREATE TABLE listen (
    listener_id BIGINT NOT NULL REFERENCES listener (id),
    ended_at BIGINT NOT NULL,
    song_id BIGINT NOT NULL REFERENCES song (id),
    ms_played BIGINT NOT NULL CHECK (ms_played BETWEEN 0 AND 4294967295),
    source SMALLINT NOT NULL CHECK (source BETWEEN 0 AND 1),
    outcome SMALLINT NOT NULL CHECK (outcome BETWEEN 0 AND 2),
    import_id BIGINT NOT NULL REFERENCES import (id),
    superseded_by BIGINT REFERENCES import (id),
    PRIMARY KEY (listener_id, ended_at, song_id, ms_played, source)
) WITHOUT ROWID;

CREATE INDEX listen_by_song ON listen (song_id);

CREATE TABLE dataset (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    schema TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    is_made_up BOOLEAN NOT NULL,
    size_bytes BIGINT NOT NULL,
    n_rows BIGINT NOT NULL,
    trust BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    source_url TEXT
);

CREATE TABLE model (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    algorithm TEXT NOT NULL,
    params_json TEXT NOT NULL,
    seed BIGINT NOT NULL,
    snapshot_version BIGINT NOT NULL,
    data_fingerprint TEXT NOT NULL,
    metrics_json TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- The champion is the model of the latest promotion that has not been rolled back.
CREATE TABLE promotion (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id BIGINT NOT NULL REFERENCES model (id),
    promoted_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    rolled_back_at BIGINT
);
