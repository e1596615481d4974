"""Where the benchmarks find what they measure: the binary, the real files, a place to work in."""

import os
import platform
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
DATASET_114K = "spotify_tracks_114k.csv.gz"
DATASET_TOMIGELO = "tomigelo_april2019_partial10k.csv.gz"
DATASET_491K = "tracks_wide_491k.parquet"
PLAYLISTS = "playlists_dev.mpd.json.gz"


def add_arguments(parser):
    """The options that every benchmark has."""
    parser.add_argument("--data", type=Path, default=REPOSITORY / "../shared/data", help="folder of the real files")
    parser.add_argument("--nearsong", type=Path, default=target_folder() / "release/nearsong", help="the release binary")


def target_folder():
    """Where cargo builds."""
    return Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))


def real_file(arguments, name):
    """One of the real files; ends the benchmark where it is missing."""
    path = arguments.data.resolve() / name
    if not path.exists():
        raise SystemExit(f"{name} is not there; say where the real files are: --data FOLDER")
    return path


def binary(arguments):
    """The release binary; ends the benchmark where it has not been built."""
    if not arguments.nearsong.exists():
        raise SystemExit("there is no release binary; build it first: cargo build --release")
    return arguments.nearsong.resolve()


@contextmanager
def temporary_folder():
    """A folder that is deleted at the end, whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="nearsong-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def machine():
    """The machine in one line, with how busy it is just now."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, load {load:.1f}"
