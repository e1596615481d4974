"""Golden values of the evaluation's metrics, from scikit-learn where it has them and from plain loops over the formulas elsewhere.

    pip install -r bench/requirements.txt
    python3 bench/golden/metrics.py > crates/nearsong-evaluate/tests/golden/metrics.json

The catalogue and the lists are made up. scikit-learn knows no lists, only scores of everything: a rank becomes a score that falls with it.
"""

import json
import math
import platform
import random
import sys

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, ndcg_score

SEED = 20261124
N_RECORDINGS = 550
N_ARTISTS = 60
N_LISTS = 12
LENGTHS = [1, 5, 10, 20, 100, 500]


def main():
    rng = random.Random(SEED)
    artists = [rng.randrange(N_ARTISTS) for _ in range(N_RECORDINGS)]
    popularities = [min(100, int(rng.expovariate(0.05))) for _ in range(N_RECORDINGS)]
    lists = [made_up_list(rng, number) for number in range(N_LISTS)]
    golden = {
        "provenance": {
            "command": "python3 bench/golden/metrics.py",
            "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "python": platform.python_version()},
            "seed": SEED,
            "by_scikit_learn": ["ndcg", f"map_at_{N_RECORDINGS}, where a list ranks the whole catalogue"],
        },
        "artists": artists,
        "popularities": popularities,
        "lists": [dict(made, expected=expected(made, artists, popularities)) for made in lists],
        "over_all_lists": {
            f"{name}_at_{n}": figure([made["ranked"] for made in lists], n)
            for n in LENGTHS
            for name, figure in (("catalogue_coverage", coverage), ("gini", gini))
        },
    }
    write(golden)


def made_up_list(rng, number):
    """Some recordings shown, some hidden, and a list that finds some of them, early or late. Some lists are short, some rank everything."""
    order = rng.sample(range(N_RECORDINGS), N_RECORDINGS)
    n_shown, n_hidden = rng.randint(1, 12), rng.choice([1, 2, 3, 8, 25, 60, 130])
    shown, hidden, others = order[:n_shown], order[n_shown:n_shown + n_hidden], order[n_shown + n_hidden:]
    n_ranked = [N_RECORDINGS, 500, 100, 40, 3, 0][number % 6]
    # Hidden ones are drawn earlier the luckier the list is.
    luck = rng.choice([0.2, 1.0, 3.0])
    keyed = [(rng.random() / luck, item) for item in hidden] + [(rng.random(), item) for item in others]
    ranked = [item for _, item in sorted(keyed)][:n_ranked]
    return {"shown": shown, "hidden": hidden, "ranked": ranked}


def expected(made, artists, popularities):
    ranked, hidden, shown = made["ranked"], set(made["hidden"]), made["shown"]
    values = {
        "r_precision": len(hidden.intersection(ranked[:len(hidden)])) / len(hidden),
        "r_precision_with_artists": r_precision_with_artists(ranked, hidden, artists),
        "clicks": clicks(ranked, hidden),
    }
    for n in LENGTHS:
        head = ranked[:n]
        n_hits = sum(item in hidden for item in head)
        values[f"ndcg_at_{n}"] = ndcg(head, hidden, n)
        values[f"recall_at_{n}"] = n_hits / len(hidden)
        values[f"precision_at_{n}"] = n_hits / n
        values[f"map_at_{n}"] = average_precision(head, hidden, n)
        values[f"hit_rate_at_{n}"] = float(n_hits > 0)
        values[f"distinct_artists_at_{n}"] = len({artists[item] for item in head}) / len(head) if head else 0.0
        values[f"artist_diversity_at_{n}"] = diversity([artists[item] for item in head])
        values[f"popularity_percentile_at_{n}"] = float(np.mean([percentile(popularities, item) for item in head])) if head else 0.0
        listed = {artists[item] for item in head}
        values[f"new_artists_at_{n}"] = len(listed - {artists[item] for item in shown}) / len(listed) if listed else 0.0
    if len(ranked) + len(shown) == N_RECORDINGS:
        relevance = [int(item in hidden) for item in ranked]
        values[f"map_at_{N_RECORDINGS}"] = float(average_precision_score(relevance, falling(ranked)))
    return values


def falling(ranked):
    return [float(-place) for place in range(len(ranked))]


def ndcg(head, hidden, n):
    """scikit-learn's, over the head, then misses up to the cut, then the hidden ones that the head lacks."""
    found = [int(item in hidden) for item in head]
    relevance = found + [0] * n + [1] * (len(hidden) - sum(found))
    return float(ndcg_score([relevance], [falling(relevance)], k=n))


def average_precision(head, hidden, n):
    precisions = [
        sum(other in hidden for other in head[:rank]) / rank for rank, item in enumerate(head, start=1) if item in hidden
    ]
    return math.fsum(precisions) / min(len(hidden), n)


def r_precision_with_artists(ranked, hidden, artists):
    head = set(ranked[:len(hidden)])
    right_artists = {artists[item] for item in head} & {artists[item] for item in hidden}
    return (len(head & hidden) + 0.25 * len(right_artists)) / len(hidden)


def clicks(ranked, hidden):
    for rank, item in enumerate(ranked[:500], start=1):
        if item in hidden:
            return float((rank - 1) // 10)
    return 51.0


def diversity(of_songs):
    pairs = [(one, other) for place, one in enumerate(of_songs) for other in of_songs[:place]]
    return sum(one != other for one, other in pairs) / len(pairs) if pairs else 0.0


def percentile(popularities, item):
    less = sum(other < popularities[item] for other in popularities)
    equal = sum(other == popularities[item] for other in popularities)
    return (less + equal / 2) / len(popularities)


def coverage(lists, n):
    return len({item for ranked in lists for item in ranked[:n]}) / N_RECORDINGS


def gini(lists, n):
    """Mean absolute difference of all pairs, over twice the mean."""
    counts = np.zeros(N_RECORDINGS)
    for ranked in lists:
        counts[ranked[:n]] += 1
    return float(np.abs(counts[:, None] - counts[None, :]).mean() / (2 * counts.mean()))


def write(golden):
    """One line for each part and each list, so that differences can be read."""
    lines = []
    for name, value in golden.items():
        rows = ",\n".join(json.dumps(row) for row in value) if name == "lists" else None
        lines.append(f'"{name}": ' + (f"[\n{rows}\n]" if rows else json.dumps(value)))
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
