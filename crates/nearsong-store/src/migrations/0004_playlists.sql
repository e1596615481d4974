-- recipe_json: the rules that editions are made by.
CREATE TABLE playlist (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    listener_id BIGINT NOT NULL REFERENCES listener (id),
    name TEXT NOT NULL,
    recipe_json TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    UNIQUE (listener_id, name)
);

-- One refresh of a playlist. number: from 1, per playlist. due_at: the moment of the schedule that it was made for; NULL where it was asked
-- for by hand. published_at: NULL while not all targets have it.
CREATE TABLE edition (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    playlist_id BIGINT NOT NULL REFERENCES playlist (id),
    number BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    due_at BIGINT,
    published_at BIGINT,
    model_id BIGINT,
    features_version BIGINT,
    recipe_json TEXT NOT NULL,
    songs_json TEXT NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (playlist_id, number)
);

-- why: empty where it was said; else what the listener did at Spotify.
CREATE TABLE pinned_song (
    playlist_id BIGINT NOT NULL REFERENCES playlist (id),
    track_id TEXT NOT NULL,
    title TEXT NOT NULL,
    artists TEXT NOT NULL,
    pinned_at BIGINT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (playlist_id, track_id)
) WITHOUT ROWID;

-- Songs that a listener wants in no playlist; why: said, or taken out at Spotify.
CREATE TABLE banned_song (
    listener_id BIGINT NOT NULL REFERENCES listener (id),
    track_id TEXT NOT NULL,
    title TEXT NOT NULL,
    artists TEXT NOT NULL,
    banned_at BIGINT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (listener_id, track_id)
) WITHOUT ROWID;

-- Something that is done again and again. state: waiting, signin (needs a sign-in), paused. next_run: NULL for never by itself. slot: the moment of the
-- schedule that is being done. attempts: since it last went well. started_at without finished_at: the process ended in the middle.
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    next_run BIGINT,
    slot BIGINT,
    attempts BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    last_ok_at BIGINT,
    last_error TEXT,
    n_ok BIGINT NOT NULL,
    n_failed BIGINT NOT NULL,
    UNIQUE (kind, subject)
);
