"""The works that are timed, each a function that gives rows: work, aim, found, remark."""

import json
import os
import subprocess

from bench import places
from bench.speed.history import write_history
from bench.speed.measure import median_of, output_of, run

PEERS = places.REPOSITORY / "bench/peers"
N_EXPORT_PLAYS = 394_000
N_EXPORT_DAYS = 3_650


def nearsong(arguments, folder, *command):
    """A command line of Nearsong on the data directory in a folder."""
    return [places.binary(arguments), "--quiet", "--data-dir", folder / "data", *command]


def catalogue(arguments):
    """Adding a dataset to trained and promoted, whole process, an empty data directory each time; beside pandas and scikit-learn."""
    rows = []
    for file, n_runs, aim in [(places.DATASET_114K, 7, "2 s, 300 MB"), (places.DATASET_491K, 3, "10 s, 1000 MB")]:
        path = places.real_file(arguments, file)
        ours, theirs = [], []
        for _ in range(n_runs):
            with places.temporary_folder() as folder:
                ours.append(run(nearsong(arguments, folder, "catalog", "add", path)))
            if file == places.DATASET_114K and arguments.python:
                theirs.append(run([arguments.python, PEERS / "pandas_catalogue.py", path]))
        remark = f"median of {n_runs}"
        if theirs:
            peer = median_of(theirs)
            remark += f"; pandas + scikit-learn, same run: {peer}; {peer.wall_s / median_of(ours).wall_s:.1f} x as long"
        rows.append((f"add {file}, to trained and promoted", aim, str(median_of(ours)), remark))
    return rows


def regressor(arguments):
    """knn-regressor inside a running process, one thread; beside scikit-learn on the same points."""
    with places.temporary_folder() as folder:
        run(nearsong(arguments, folder, "catalog", "add", "--no-train", places.real_file(arguments, places.DATASET_114K)))
        run(nearsong(arguments, folder, "train", "knn-regressor", "--promote"))
        ours = in_process(folder, "regressor")
        remark = f"{ours['n_recordings']:,} recordings, median of {ours['n']}"
        if arguments.python:
            run(nearsong(arguments, folder, "features", "export", "--output", folder / "features.csv"))
            script = [arguments.python, PEERS / "sklearn_regressor.py", folder / "features.csv"]
            peer = json.loads(output_of(script))
            remark += f"; scikit-learn on {peer['n_recordings']:,}: {peer['median_ms']:.0f} ms"
            remark += f", {peer['median_ms'] / ours['median_ms']:.0f} x as long"
    found = f"{ours['median_ms']:.1f} ms (p99 {ours['p99_ms']:.1f} ms)"
    return [("knn-regressor: 500 liked, preference of every recording, one thread", "20 ms", found, remark)]


def history(arguments):
    """Import of 400,000 rows that the demo's generator wrote, the catalogue in place."""
    with places.temporary_folder() as folder:
        made = ["run", "--quiet", "--release", "-p", "nearsong-standin", "--example", "browse", "--", folder]
        cargo(*made, "24000", str(N_EXPORT_PLAYS), str(N_EXPORT_DAYS))
        run(nearsong(arguments, folder, "catalog", "add", folder / "catalogue.csv.gz"))
        runs = []
        for number in range(5):
            # A listener of its own each time, so that every row is new.
            options = ["--listener", f"listener {number}", "import", "--time-zone", "UTC", folder / "my_spotify_data.zip"]
            runs.append(run(nearsong(arguments, folder, *options)))
        options = ["--listener", "counted", "import", "--time-zone", "UTC", "--json", folder / "my_spotify_data.zip"]
        report = json.loads(output_of(nearsong(arguments, folder, *options)))
    n_rows = report["read"]["total"]["n_rows"]
    return [(f"import of {n_rows:,} rows, extended export", "5 s, 200 MB", str(median_of(runs)), "median of 5")]


def recommend(arguments):
    """One recommendation inside a running process, and the whole command, on the 491k catalogue."""
    with places.temporary_folder() as folder:
        run(nearsong(arguments, folder, "catalog", "add", places.real_file(arguments, places.DATASET_491K)))
        ours = in_process(folder, "recommend")
        found = f"median {ours['median_ms']:.1f} ms, p99 {ours['p99_ms']:.1f} ms"
        remark = f"{ours['n']} different tastes, {ours['n_recordings']:,} recordings, with the reasons of 30 songs"
        rows = [("one recommendation in a running process, 500 liked", "20 ms, p99 50 ms", found, remark)]
        run(nearsong(arguments, folder, "features", "export", "--output", folder / "features.csv"))
        run(nearsong(arguments, folder, "import", write_history(folder / "features.csv", folder)))
        whole = median_of([run(nearsong(arguments, folder, "recommend")) for _ in range(11)])
    return [*rows, ("`nearsong recommend`, whole process, 500 songs heard", "0.5 s", str(whole), "median of 11")]


def demo(arguments):
    """The whole demo."""
    runs = []
    for _ in range(5):
        with places.temporary_folder() as folder:
            runs.append(run(nearsong(arguments, folder, "demo")))
    return [("the whole `nearsong demo`", "15 s", str(median_of(runs)), "median of 5")]


def crates(_arguments):
    """How much a cold build compiles; the build itself is a command in the README."""
    locked = (places.REPOSITORY / "Cargo.lock").read_text().count("[[package]]")
    tree = cargo("tree", "-e", "normal,build", "--prefix", "none", "--format", "{p}")
    compiled = len({line.removesuffix(" (*)") for line in tree.splitlines() if line})
    return [("crates of the release build", "", f"{compiled}", f"{locked} in Cargo.lock")]


WORKS = {
    "catalogue": catalogue,
    "regressor": regressor,
    "import": history,
    "recommend": recommend,
    "demo": demo,
    "crates": crates,
}


def in_process(folder, what):
    """Figures of the bench target that runs inside one process."""
    bench = ["bench", "--quiet", "-p", "nearsong-app", "--bench", "recommend", "--", what, folder / "data"]
    return json.loads(cargo(*bench).splitlines()[-1])


def cargo(*command):
    """What cargo prints."""
    binary = os.environ.get("CARGO", "cargo")
    done = subprocess.run([binary, *command], cwd=places.REPOSITORY, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"cargo {command[0]} failed:\n{done.stderr}")
    return done.stdout
