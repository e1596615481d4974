"""How good every algorithm is, on real listeners and playlists: `python3 -m bench.quality`. See bench/README.md."""

import argparse
import gzip
import json
import statistics
import subprocess
import sys

from bench import places
from bench.quality.scale import measure_scale
from bench.quality.tables import by_algorithm, figure, print_gain, print_table
from bench.quality.used import measure_used

WORKS = ["listeners", "playlists", "used", "scale", "als"]

CATALOGUES = {
    "A": [places.DATASET_114K],
    "B": [places.DATASET_114K, places.DATASET_TOMIGELO, places.DATASET_491K],
}
HETREC = "hetrec2011-lastfm/user_artists.dat.gz"
CHART_PREFIX = "Top 50"

#: Settings for listeners and artists where they differ from the defaults, which are for playlists; those of `als` were chosen among
#: seven on seed 100. The parts of the blend have the defaults.
LISTENERS = ["rp3beta.alpha=0.8", "rp3beta.beta=0.4", "als.regularization=40"]
#: What other implementations reached on another split of HetRec less 0.005, which is about what another split changes; of `als`
#: and `blend` more than any of them reached.
LISTENER_AIMS = {
    "item-knn": ("ndcg_at_20", 0.2321),
    "rp3beta": ("ndcg_at_20", 0.2546),
    "ease": ("ndcg_at_20", 0.2743),
    "als": ("ndcg_at_20", 0.2950),
    "blend": ("ndcg_at_20", 0.2950),
}

LISTENER_METRICS = {
    "NDCG@20": ("ndcg_at_20", 4),
    "recall@20": ("recall_at_20", 4),
    "MAP@20": ("map_at_20", 4),
    "hit@10": ("hit_rate_at_10", 3),
    "coverage@10": ("catalogue_coverage_at_10", 3),
    "popularity@10": ("popularity_percentile_at_10", 3),
}
PLAYLIST_METRICS = {
    "R-precision": ("r_precision", 4),
    "NDCG@500": ("ndcg_at_500", 4),
    "clicks": ("clicks", 1),
    "hit@10": ("hit_rate_at_10", 3),
    "diversity@10": ("artist_diversity_at_10", 3),
    "new artists@10": ("new_artists_at_10", 3),
}
#: What the blend is compared by.
COMPARED = {name: PLAYLIST_METRICS[name] for name in ("R-precision", "NDCG@500")}


def main():
    arguments = parse_arguments()
    print(f"{places.machine()}\n")
    if {"listeners", "playlists"} & set(arguments.works):
        print(f"Means ± standard deviation over the seeds {', '.join(map(str, arguments.seeds))}\n")
    if "listeners" in arguments.works:
        measure_listeners(arguments)
    for name in arguments.catalogues if "playlists" in arguments.works else []:
        with places.temporary_folder() as folder:
            measure_playlists(arguments, name, folder)
    if "used" in arguments.works:
        measure_used(arguments)
    if "scale" in arguments.works:
        measure_scale()
    if "als" in arguments.works:
        race_als(arguments)
    print(places.machine())


def parse_arguments():
    parser = argparse.ArgumentParser(description="How good every algorithm is.")
    parser.add_argument("works", nargs="*", metavar="WORK", help=f"{', '.join(WORKS)} [default: all]")
    places.add_arguments(parser)
    parser.add_argument("--catalogues", nargs="+", choices=CATALOGUES, default=list(CATALOGUES))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(range(1, 11)), help="each hides others [default: 1 to 10]")
    parser.add_argument("--python", default=sys.executable, help="a Python that has `implicit`, for als [default: this one]")
    arguments = parser.parse_args()
    unknown = set(arguments.works) - set(WORKS)
    if unknown:
        parser.error(f"no such work: {', '.join(sorted(unknown))}; there are {', '.join(WORKS)}")
    arguments.works = arguments.works or WORKS
    return arguments


def evaluate(arguments, folder, *options):
    """The answers of `nearsong evaluate`, one per seed."""
    command = [places.binary(arguments), "--quiet", "--data-dir", folder / "data", "evaluate", "--json", *options]
    runs = [[*command, "--seed", str(seed)] for seed in arguments.seeds]
    return [json.loads(subprocess.run(run, check=True, capture_output=True).stdout) for run in runs]


def measure_listeners(arguments):
    """HetRec: a fifth of each listener's artists hidden, the set as its own catalogue."""
    file = places.real_file(arguments, HETREC)
    settings = [option for setting in LISTENERS for option in ("--set", setting)]
    with places.temporary_folder() as folder:
        answers = evaluate(arguments, folder, file, "--protocol", "per-owner", "--n", "20", *settings)
    point, data = answers[0]["points"][0], answers[0]["data"]
    print(f"Listeners: HetRec 2011 (Last.fm), {point['n_owners']:,} listeners, {data['n_items']:,} artists, a fifth hidden of each;")
    print(f"{', '.join(LISTENERS)}, defaults otherwise\n")
    print_table(by_algorithm(answers), LISTENER_METRICS, LISTENER_AIMS)


def measure_playlists(arguments, name, folder):
    """Playlists held out whole on one catalogue, with charts and without."""
    nearsong = [places.binary(arguments), "--quiet", "--data-dir", folder / "data"]
    datasets = [places.real_file(arguments, file) for file in CATALOGUES[name]]
    subprocess.run([*nearsong, "catalog", "add", "--no-train", *datasets], check=True, capture_output=True)
    for title, is_wanted in [("All playlists", lambda _: True), ("Without charts", is_no_chart)]:
        file = folder / "playlists.json"
        n_playlists = write_playlists(places.real_file(arguments, places.PLAYLISTS), file, is_wanted)
        answers = evaluate(arguments, folder, file)
        n_asked = statistics.mean(answer["points"][0]["n_owners"] for answer in answers)
        print(f"{title}, catalogue {name} ({', '.join(CATALOGUES[name])}): {n_playlists} playlists, a fifth of them held out,")
        print(f"10 random songs shown of each that has at least 20 in the catalogue: {n_asked:.0f} questions a seed\n")
        models = by_algorithm(answers)
        print_table(models, PLAYLIST_METRICS)
        print_gains(models)


def race_als(arguments):
    """In a process of its own, as it needs another Python where this one has no `implicit`."""
    print("`als` beside the Python library `implicit`\n", flush=True)
    # What it says on the side belongs to the table: above all, that `implicit` is not there.
    subprocess.run([arguments.python, "-m", "bench.quality.als", "--data", arguments.data], stderr=subprocess.STDOUT, cwd=places.REPOSITORY)
    print()


def is_no_chart(playlist):
    return not playlist["name"].startswith(CHART_PREFIX)


def write_playlists(source, target, is_wanted):
    """Writes the wanted playlists in the form in which they came; says how many."""
    with gzip.open(source, "rt", encoding="utf-8") as file:
        slice_ = json.load(file)
    slice_["playlists"] = [playlist for playlist in slice_["playlists"] if is_wanted(playlist)]
    target.write_text(json.dumps(slice_), encoding="utf-8")
    return len(slice_["playlists"])


def print_gains(models):
    """The blend beside the best of the others by each figure, and content beside sound alone."""
    for heading, (name, digits) in COMPARED.items():
        best = max((other for other in models if other != "blend"), key=lambda other: mean_of(models[other], name))
        print_gain(models, "blend", best, heading, name, digits)
    content, sound = (mean_of(models[algorithm], "r_precision") for algorithm in ("content-knn", "audio-knn"))
    print(f"- R-precision of `content-knn` over that of `audio-knn`: {content / sound:.0f} times\n" if sound else "")


def mean_of(runs, name):
    return statistics.mean(figure(run, name) for run in runs)


if __name__ == "__main__":
    main()
