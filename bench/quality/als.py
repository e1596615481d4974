"""A race on the same machine, data and parameters: our `als` and the one of the Python library `implicit`.

    pip install -r bench/requirements.txt
    venv/bin/python -m bench.quality.als

Both learn from the same entries on the same number of threads, in turn; the time is that of learning alone, the median of several
runs. Both then recommend 20 items to the owners, who have four fifths of their entries left, and are judged here by the fifth
that was hidden, among all items that an owner does not have.

`implicit` takes for the whole confidence what Nearsong adds to 1, so it is given an alpha larger by 1. It recommends with
the owners' vectors from its training; Nearsong solves for them again from their entries, as it does for tastes it has never seen.
"""

import argparse
import gzip
import os
import statistics
import subprocess
import sys
import time

from bench.places import REPOSITORY, add_arguments, machine, real_file, target_folder, temporary_folder

# A fair race: numpy's linear algebra chooses for the processor at hand, and leaves the threads to `implicit`.
for setting in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(setting, None)
os.environ["OPENBLAS_NUM_THREADS"] = "1"
try:
    import implicit
    import numpy as np
    import scipy.sparse as sparse
    from implicit.als import AlternatingLeastSquares
except ImportError as missing:
    raise SystemExit(
        f"Not measured: {missing} in {sys.executable}.\n"
        "Install it into a virtual environment (pip install -r bench/requirements.txt) and say --python venv/bin/python"
    ) from None

HETREC = "hetrec2011-lastfm/user_artists.dat.gz"
#: Our side of the race.
BUILD = ["cargo", "build", "--quiet", "--release", "-p", "nearsong-recommend", "--example", "als_race"]
LENGTH = 20
SEED = 20261124


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--judged", type=int, default=5_000, help="owners who are recommended to, at most")
    arguments = parser.parse_args()
    subprocess.run(BUILD, cwd=REPOSITORY, check=True)
    print(f"{machine()}; implicit {implicit.__version__}, {arguments.threads} threads, median of {arguments.runs}")
    print(f"{'data':<28}{'factors':>8}{'':>10}{'seconds':>9}{'NDCG@20':>9}{'recall@20':>10}")
    races = [
        ("HetRec Last.fm", hetrec(real_file(arguments, HETREC)), parameters(128, 30.0, 10.0)),
        ("made up, 5 M entries", made_up(100_000, 50_000, 5_000_000), parameters(64, 10.0, 10.0)),
    ]
    for name, data, chosen in races:
        race(arguments, name, data, chosen)
    print(machine())


def parameters(factors, regularization, alpha):
    return {"factors": factors, "regularization": regularization, "alpha": alpha, "iterations": 15}


def hetrec(path):
    """Who listened to whom, 1 or 0."""
    with gzip.open(path, "rt") as lines:
        users, artists, _ = np.loadtxt(lines, dtype=np.int64, skiprows=1, unpack=True)
    return np.unique(users, return_inverse=True)[1], np.unique(artists, return_inverse=True)[1]


def made_up(n_owners, n_items, n_entries, n_scenes=250):
    """Owners with three scenes each; an entry is of one of those, or of any for one in five, and popular within it by Zipf's law."""
    rng = np.random.default_rng(SEED)
    scene_of = rng.integers(n_scenes, size=n_items)
    members = [np.flatnonzero(scene_of == scene) for scene in range(n_scenes)]
    liked = rng.integers(n_scenes, size=(n_owners, 3))
    activity = rng.lognormal(0.0, 0.8, n_owners)
    owners = rng.choice(n_owners, size=int(n_entries * 1.3), p=activity / activity.sum())
    scenes = np.where(rng.random(len(owners)) < 0.2, rng.integers(n_scenes, size=len(owners)), liked[owners, rng.integers(3, size=len(owners))])
    items = np.empty(len(owners), dtype=np.int64)
    for scene, of_scene in enumerate(members):
        chosen = np.flatnonzero(scenes == scene)
        weights = 1.0 / np.arange(3, len(of_scene) + 3)
        items[chosen] = of_scene[rng.choice(len(of_scene), size=len(chosen), p=weights / weights.sum())]
    pairs = np.unique(owners * n_items + items)
    pairs = rng.choice(pairs, size=min(n_entries, len(pairs)), replace=False)
    return pairs // n_items, pairs % n_items


def race(arguments, name, data, chosen):
    learned, hidden = split(*data)
    judged = min(arguments.judged, learned.shape[0])
    ours, theirs = [], []
    with temporary_folder() as folder:
        entries, lists = folder / "entries", folder / "lists"
        write(entries, learned)
        for _ in range(arguments.runs):
            seconds, their_lists = run_implicit(learned, chosen, judged, arguments.threads)
            theirs.append(seconds)
            ours.append(run_ours(arguments, entries, lists, judged, chosen))
        our_lists = np.fromfile(lists, dtype="<u4").reshape(judged, LENGTH)
    for who, seconds, recommended in (("implicit", theirs, their_lists), ("nearsong", ours, our_lists)):
        ndcg, recall = judge(recommended, hidden)
        print(f"{name:<28}{chosen['factors']:>8}{who:>10}{statistics.median(seconds):>9.2f}{ndcg:>9.4f}{recall:>10.4f}", flush=True)


def split(owners, items):
    """Hides a fifth of every owner's entries, drawn at random; owners with fewer than five keep them all."""
    rng = np.random.default_rng(SEED)
    shape = (owners.max() + 1, items.max() + 1)
    order = np.lexsort((rng.random(len(owners)), owners))
    owners, items = owners[order], items[order]
    starts = np.searchsorted(owners, owners)
    lengths = np.bincount(owners)[owners]
    is_hidden = (np.arange(len(owners)) - starts < np.round(lengths / 5)) & (lengths >= 5)
    return tuple(
        sparse.csr_matrix((np.ones(part.sum(), dtype=np.float32), (owners[part], items[part])), shape=shape)
        for part in (~is_hidden, is_hidden)
    )


def write(path, matrix):
    """The form that the example reads."""
    matrix.sort_indices()
    owners = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    numbers = np.concatenate([matrix.shape, np.column_stack([owners, matrix.indices]).ravel()])
    numbers.astype("<u4").tofile(path)


def run_implicit(matrix, chosen, judged, threads):
    model = AlternatingLeastSquares(**chosen | {"alpha": chosen["alpha"] + 1}, num_threads=threads, random_state=SEED)
    started = time.perf_counter()
    model.fit(matrix, show_progress=False)
    seconds = time.perf_counter() - started
    return seconds, model.recommend(np.arange(judged), matrix[:judged], N=LENGTH)[0]


def run_ours(arguments, entries, lists, judged, chosen):
    options = [f"{name}={value}" for name, value in chosen.items()]
    command = [target_folder() / "release/examples/als_race", entries, lists, str(judged), "frequency_scaling=0", *options]
    finished = subprocess.run(command, env={"RAYON_NUM_THREADS": str(arguments.threads)}, capture_output=True, text=True)
    if finished.returncode != 0:
        raise SystemExit(finished.stderr)
    return float(finished.stdout)


def judge(lists, hidden):
    """Means over the owners from whom something was hidden."""
    discounts = 1.0 / np.log2(np.arange(2, LENGTH + 2))
    ndcg, recall = [], []
    for owner, recommended in enumerate(lists):
        wanted = hidden.indices[hidden.indptr[owner]:hidden.indptr[owner + 1]]
        if len(wanted):
            hits = np.isin(recommended, wanted)
            ndcg.append((hits * discounts).sum() / discounts[:len(wanted)].sum())
            recall.append(hits.sum() / len(wanted))
    return np.mean(ndcg), np.mean(recall)


if __name__ == "__main__":
    main()
