"""How well lists continue real playlists: `python3 -m bench.playlists`. See bench/README.md."""

import argparse
import json
import subprocess
from pathlib import Path

from bench import places
from bench.playlists import rankings
from bench.playlists.catalogue import read_catalogue
from bench.playlists.metrics import METRICS, figures, interval, mean_by_playlist
from bench.playlists.tasks import make_tasks, read_playlists

CATALOGUES = {
    "A": [places.DATASET_114K],
    "B": [places.DATASET_114K, places.DATASET_TOMIGELO, places.DATASET_491K],
}
ALGORITHMS = ("content-knn", "audio-knn", "knn-regressor")
BASELINES = {"same artist, then popularity": rankings.by_artist_then_popularity, "popularity": rankings.by_popularity}


def main():
    arguments = parse_arguments()
    print(f"{places.machine()}; {arguments.draws} draws of each playlist, seed {arguments.seed}\n")
    for name in arguments.catalogues:
        with places.temporary_folder() as folder:
            measure_catalogue(arguments, name, folder)


def parse_arguments():
    parser = argparse.ArgumentParser(description="How well lists continue real playlists.")
    places.add_arguments(parser)
    parser.add_argument("--playlists", type=Path, help=f"a slice in MPD format [default: {places.PLAYLISTS} of --data]")
    parser.add_argument("--catalogues", nargs="+", choices=CATALOGUES, default=list(CATALOGUES))
    parser.add_argument("--draws", type=int, default=2, help="how often each playlist is asked, with other songs shown")
    parser.add_argument("--seed", default="1", help="another seed shows other songs")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="parameter of content-knn")
    return parser.parse_args()


def measure_catalogue(arguments, name, folder):
    """Builds one catalogue, trains every algorithm on it, and prints the table."""
    nearsong, data_dir = places.binary(arguments), folder / "data"

    def run(*command):
        done = subprocess.run([nearsong, "--quiet", "--data-dir", data_dir, *command], check=True, capture_output=True)
        return done.stdout

    run("catalog", "add", "--no-train", *(places.real_file(arguments, file) for file in CATALOGUES[name]))
    run("features", "export", "--output", folder / "features.csv")
    catalogue = read_catalogue(folder / "features.csv")
    playlists = read_playlists(arguments.playlists or places.real_file(arguments, places.PLAYLISTS))
    tasks = make_tasks(playlists, catalogue, arguments.draws, arguments.seed)
    n_recordings = len(catalogue.popularity)
    print(f"Catalogue {name}: {', '.join(CATALOGUES[name])}; {n_recordings:,} recordings with title and artist")
    ranked = {}
    for algorithm in ALGORITHMS:
        settings = arguments.set if algorithm == "content-knn" else []
        run("train", algorithm, *(f"--set={setting}" for setting in settings))
        model = max(model["id"] for model in json.loads(run("models", "list", "--json")))
        lists, n_unmatched = rankings.ask_model(nearsong, data_dir, model, tasks, catalogue, folder)
        ranked[algorithm] = lists
        if n_unmatched:
            print(f"{algorithm}: {n_unmatched} of {sum(len(task.seeds) for task in tasks)} seeds not found by Nearsong")
    ranked |= {baseline: rank(tasks, catalogue) for baseline, rank in BASELINES.items()}
    print_tables(tasks, ranked)


def print_tables(tasks, ranked):
    """All playlists, then those that are no chart."""
    for title, is_wanted in [("All playlists", lambda task: True), ("Without charts", lambda task: not task.is_chart)]:
        wanted = [task for task in tasks if is_wanted(task)]
        rows = {}
        for name, lists in ranked.items():
            values = [figures(one, task.hidden) for one, task in zip(lists, tasks, strict=True) if is_wanted(task)]
            rows[name] = mean_by_playlist(wanted, values)
        print(f"\n{title}: {len({task.playlist for task in wanted})} (95 % interval over playlists)\n")
        print(f"| ranking by | {' | '.join(METRICS)} |\n|---|{'---|' * len(METRICS)}")
        for name, row in rows.items():
            print(f"| {name} | {' | '.join(cell(row, metric) for metric in range(len(METRICS)))} |")
        gain = [tuple(a - b for a, b in zip(*pair)) for pair in zip(rows["content-knn"], rows[next(iter(BASELINES))])]
        print(f"| content-knn less same artist | {' | '.join(cell(gain, metric, '+') for metric in range(len(METRICS)))} |")
    print()


def cell(row, metric, sign=""):
    mean, low, high = interval([values[metric] for values in row])
    digits = 2 if METRICS[metric].startswith("hit") else 4
    return f"{mean:{sign}.{digits}f} ({low:{sign}.{digits}f} to {high:{sign}.{digits}f})"


if __name__ == "__main__":
    main()
