-- file_name: beneath the directory interactions; sha256: of that file, which is the same for the same set in any container.
CREATE TABLE interaction_set (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    format TEXT NOT NULL,
    kind TEXT NOT NULL,
    licence TEXT,
    origin TEXT,
    is_made_up BOOLEAN NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    size_bytes BIGINT NOT NULL,
    n_owners BIGINT NOT NULL,
    n_items BIGINT NOT NULL,
    n_entries BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    file_name TEXT NOT NULL
);
