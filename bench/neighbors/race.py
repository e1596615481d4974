"""Runs every contender over every set of points, one at a time, and prints one table per set."""

import argparse
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np

import points
from peers import PEERS

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
from places import REPOSITORY, machine

OURS, KIDDO = "nearsong-neighbors", "kiddo 6.3"
# One by one three times over, and in five batches.
SEARCHES_PER_QUERY = 8
TOO_SLOW = {"embeddings": {"scikit-learn k-d tree", KIDDO}}
COLUMNS = "| | recall | median µs | p99 µs | batch, queries/s | build s | memory × raw |\n|---|---|---|---|---|---|---|"


def main():
    arguments = parse_arguments()
    folder = arguments.home / "points"
    folder.mkdir(exist_ok=True)
    print(f"{date.today()}, {machine()}. 50 neighbours; one thread, batches on two.")
    for name in arguments.sets.split(","):
        point_set = make(name, folder, arguments)
        if point_set is None:
            continue
        count, dim = point_set.points.shape
        print(f"\n## {name}: {count:,} points of {dim} columns\n\n{COLUMNS}", flush=True)
        for contender in [OURS, KIDDO, *PEERS]:
            if contender not in TOO_SLOW.get(name, ()) and (not arguments.only or contender in arguments.only.split(",")):
                print(row(contender, point_set, arguments), flush=True)
        count_instructions(point_set, arguments)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="where the points are kept")
    parser.add_argument("--target", type=Path, required=True, help="where cargo builds")
    parser.add_argument("--data", type=Path, default=REPOSITORY / "../shared/data", help="folder of the real files")
    parser.add_argument("--sets", default="clusters,real,embeddings", help="which points")
    parser.add_argument("--only", default="", help="which contenders, all by default")
    return parser.parse_args()


def make(name, folder, arguments):
    if name != "real":
        return {"clusters": points.clusters, "embeddings": points.embeddings}[name](folder)
    if not (arguments.data / points.WIDE_CATALOGUE).exists():
        print(f"\nSKIPPED: {points.WIDE_CATALOGUE} is not there; say where: --data FOLDER", file=sys.stderr)
        return None
    return points.real(folder, arguments.data)


def command(contender, target):
    if contender == OURS:
        return [target / "release/examples/race"]
    if contender == KIDDO:
        return [target / "kiddo/release/race-kiddo"]
    return [sys.executable, HERE / "peers.py", contender]


def row(contender, point_set, arguments):
    rows = arguments.home / "rows"
    files = [point_set.points_file, point_set.queries_file, point_set.dim, point_set.n, point_set.n_single, rows]
    done = subprocess.run([*map(str, [*command(contender, arguments.target), *files])], capture_output=True, text=True)
    if done.returncode != 0:
        return f"| {contender} | failed: {done.stderr.strip().splitlines()[-1]} | | | | | |"
    told = json.loads(done.stdout)
    recall = point_set.recall(np.fromfile(rows, np.uint32))
    return (
        f"| {contender} | {recall:.4f} | {told['median_us']:,.0f} | {told['p99_us']:,.0f} "
        f"| {told['per_second']:,.0f} | {told['build_s']:.2f} | {told['memory']:.2f} |"
    )


def count_instructions(point_set, arguments):
    """How many instructions ours takes for a search: a count that a busy machine hardly changes.

    What a run with twice as many queries takes more. valgrind knows no AVX-512, so that AVX2 is chosen.
    """
    small = arguments.home / "points/small"
    point_set.points[:20_000].tofile(small)
    counts = []
    for n_queries in (100, 200):
        queries = arguments.home / "points/few"
        point_set.queries[:n_queries].tofile(queries)
        files = [small, queries, point_set.dim, point_set.n, n_queries, arguments.home / "rows"]
        tool = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        try:
            done = subprocess.run([*map(str, [*tool, *command(OURS, arguments.target), *files])], capture_output=True, text=True)
        except FileNotFoundError:
            print("\nvalgrind is not installed: instructions are not counted.")
            return
        collected = [line for line in done.stderr.splitlines() if "Collected" in line]
        if done.returncode != 0 or not collected:
            print(f"\nvalgrind could not run it: {done.stderr.strip().splitlines()[-1]}")
            return
        counts.append(int(collected[-1].split(":")[-1]))
    print(f"\nInstructions per search over the first 20,000 points, "
          f"with AVX2: {(counts[1] - counts[0]) / (100 * SEARCHES_PER_QUERY):,.0f}.")


if __name__ == "__main__":
    main()
