"""Golden values of `ease` and of what `als` makes of a taste, computed with numpy in 64 bits.

    pip install -r bench/requirements.txt
    python3 bench/golden/factors.py

writes `ease.json` and `als.json` into crates/nearsong-recommend/tests/golden. `ease` is its closed form on a small made-up matrix. For `als` the
vectors of the recordings are made up too: what is compared is the vector of a taste and the scores that follow, by the normal
equations written out over all recordings, and for a recording that was heard by solving them again without it.
"""

import json
import platform
from pathlib import Path

import numpy as np

SEED = 20261124
N_OWNERS = 90
N_ITEMS = 40
N_TASTES = 4
WIDTH = 6
FOLDER = Path(__file__).resolve().parents[2] / "crates/nearsong-recommend/tests/golden"

EASE = [{"max_items": N_ITEMS, "regularization": value, "max_neighbors": N_ITEMS} for value in (0.5, 10.0, 200.0)]
ALS = [
    {"factors": WIDTH, "regularization": 2.0, "frequency_scaling": 0.0, "alpha": 4.0, "iterations": 1, "gradient_steps": 1},
    {"factors": WIDTH, "regularization": 5.0, "frequency_scaling": 0.8, "alpha": 15.0, "iterations": 1, "gradient_steps": 1},
]


def main():
    rng = np.random.default_rng(SEED)
    matrix = made_up_matrix(rng)
    tastes = [made_up_taste(rng) for _ in range(N_TASTES)]
    cases = [{"config": config, "scores": [rounded(score_ease(matrix, config, taste)) for taste in tastes]} for config in EASE]
    owners = [np.flatnonzero(row).tolist() for row in matrix]
    write("ease.json", {"n_items": N_ITEMS, "owners": owners, "tastes": tastes, "cases": cases})
    vectors = rng.normal(0.0, 0.4, (N_ITEMS, WIDTH)).astype(np.float32)
    mean_size = 60.0
    cases = [
        {"config": config, "scores": [rounded(score_als(vectors, mean_size, config, taste)) for taste in tastes]} for config in ALS
    ]
    vectors = [[float(value) for value in vector] for vector in vectors]
    write("als.json", {"n_items": N_ITEMS, "mean_size": mean_size, "vectors": vectors, "tastes": tastes, "cases": cases})


def made_up_matrix(rng):
    """Owners × items of 0 and 1; every item has an owner."""
    popularity = 1 / np.arange(1, N_ITEMS + 1)
    matrix = np.zeros((N_OWNERS, N_ITEMS))
    for owner in range(N_OWNERS):
        matrix[owner, rng.choice(N_ITEMS, rng.integers(3, 16), replace=False, p=popularity / popularity.sum())] = 1
    matrix[np.arange(N_ITEMS), np.arange(N_ITEMS)] = 1
    return matrix


def made_up_taste(rng):
    """Liked and disliked items; at least one is liked."""
    items = np.sort(rng.choice(N_ITEMS, 7, replace=False))
    weights = np.round(np.append(rng.uniform(0.2, 3.0, 5), rng.uniform(-2.0, -0.2, 2)), 2)
    return [[int(item), float(weight)] for item, weight in zip(items, rng.permutation(weights))]


def score_ease(matrix, config, taste):
    inverse = np.linalg.inv(matrix.T @ matrix + config["regularization"] * np.eye(N_ITEMS))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return sum(weight * weights[item] for item, weight in taste)


def score_als(vectors, mean_size, config, taste):
    vectors = vectors.astype(np.float64)
    mean = np.mean([weight for _, weight in taste if weight > 0])
    strengths = {item: weight / mean for item, weight in taste}
    size = config["alpha"] * sum(map(abs, strengths.values())) + N_ITEMS
    penalty = config["regularization"] * (size / mean_size) ** config["frequency_scaling"]

    def solve(known):
        left, right = penalty * np.eye(WIDTH), np.zeros(WIDTH)
        for item, vector in enumerate(vectors):
            strength = known.get(item, 0.0)
            confidence = 1 + config["alpha"] * abs(strength)
            left += confidence * np.outer(vector, vector)
            right += confidence * vector * (strength > 0)
        return np.linalg.solve(left, right)

    scores = vectors @ solve(strengths)
    for item in strengths:
        scores[item] = vectors[item] @ solve({other: strength for other, strength in strengths.items() if other != item})
    return scores


def rounded(values):
    return [float(f"{value:.9g}") for value in values]


def write(name, parts):
    """One line for each owner, vector and list of scores, so that differences can be read."""
    provenance = {
        "command": "python3 bench/golden/factors.py",
        "versions": {"numpy": np.__version__, "python": platform.python_version()},
        "seed": SEED,
    }
    texts = [f'"provenance": {json.dumps(provenance)}']
    texts += [f'"{key}": ' + (lines(value) if isinstance(value, list) else json.dumps(value)) for key, value in parts.items()]
    (FOLDER / name).write_text("{\n" + ",\n".join(texts) + "\n}\n", encoding="utf-8")


def lines(values):
    return "[\n" + ",\n".join(json.dumps(value) for value in values) + "\n]"


if __name__ == "__main__":
    main()
