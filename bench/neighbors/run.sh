#!/usr/bin/env bash
# Races nearest-neighbour searches over the same points and queries, and prints one table.
#
#   bash bench/neighbors/run.sh [--only CONTENDER,...] [--sets clusters,real,embeddings] [--data FOLDER]
#
# The Python environment and the points are kept in $NEARSONG_BENCH_HOME (default: ~/.cache/nearsong-bench).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
home=${NEARSONG_BENCH_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/nearsong-bench}
target=${CARGO_TARGET_DIR:-$repository/target}
mkdir -p "$home"

if ! cmp -s "$here/requirements.txt" "$home/installed.txt"; then
    python3 -m venv "$home/venv"
    "$home/venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$home/installed.txt"
fi
(cd "$repository" && cargo build --quiet --release --package nearsong-neighbors --example race)
# kiddo chooses its instructions when it is compiled, so it is compiled for this very machine.
(cd "$here/kiddo" && RUSTFLAGS="-C target-cpu=native" cargo build --quiet --release --target-dir "$target/kiddo")

exec "$home/venv/bin/python" "$here/race.py" --home "$home" --target "$target" "$@"
