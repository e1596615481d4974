"""Golden values of `item-knn` and `rp3beta`, computed with scipy on a small made-up matrix.

    pip install -r bench/requirements.txt
    python3 bench/golden/collaborative.py

writes `item_knn.json` and `rp3beta.json` into crates/nearsong-recommend/tests/golden. The formulas are written down here a second time, as
products of whole matrices in 64 bits.
"""

import json
import platform
from pathlib import Path

import numpy as np
import scipy
from scipy import sparse

SEED = 20261126
N_OWNERS = 80
N_ITEMS = 50
N_TASTES = 4
FOLDER = Path(__file__).resolve().parents[2] / "crates/nearsong-recommend/tests/golden"

ITEM_KNN = [
    {"owner_weight": "equal", "alpha": 0.5, "shrinkage": 0.0, "locality": 1.0, "idf": False, "max_neighbors": N_ITEMS},
    {"owner_weight": "equal", "alpha": 0.3, "shrinkage": 4.0, "locality": 2.0, "idf": False, "max_neighbors": N_ITEMS},
    {"owner_weight": "square_root", "alpha": 0.5, "shrinkage": 5.0, "locality": 0.7, "idf": True, "max_neighbors": N_ITEMS},
    {"owner_weight": "square_root", "alpha": 0.6, "shrinkage": 1.5, "locality": 0.7, "idf": True, "max_neighbors": 9},
]
RP3BETA = [
    {"alpha": 1.0, "beta": 0.0, "max_neighbors": N_ITEMS},
    {"alpha": 0.6, "beta": 0.3, "max_neighbors": N_ITEMS},
    {"alpha": 0.8, "beta": 0.4, "max_neighbors": 9},
]


def main():
    rng = np.random.default_rng(SEED)
    matrix = made_up_matrix(rng)
    tastes = [made_up_taste(rng) for _ in range(N_TASTES)]
    write("item_knn.json", matrix, tastes, [(config, item_knn(matrix, config)) for config in ITEM_KNN])
    write("rp3beta.json", matrix, tastes, [(config, rp3beta(matrix, config)) for config in RP3BETA])


def made_up_matrix(rng):
    """Owners × items of 0 and 1: few popular items, owners of many lengths. The last item has no owner."""
    popularity = 1 / np.arange(1, N_ITEMS)
    matrix = np.zeros((N_OWNERS, N_ITEMS))
    places = rng.permutation(N_ITEMS - 1)
    for owner in range(N_OWNERS):
        items = rng.choice(places, rng.integers(2, 20), replace=False, p=popularity / popularity.sum())
        matrix[owner, items] = 1
    return sparse.csr_array(matrix)


def made_up_taste(rng):
    items = np.sort(rng.choice(N_ITEMS, 6, replace=False))
    return [[int(item), float(weight)] for item, weight in zip(items, np.round(rng.normal(0.8, 1.0, 6), 2)) if weight]


def item_knn(matrix, config):
    """Rows: heard; columns: spoken for. `idf · (c / (c_heard^alpha · c_other^(1-alpha) + shrinkage))^locality`."""
    lengths = matrix.sum(axis=1)
    weights = np.ones(N_OWNERS) if config["owner_weight"] == "equal" else lengths.mean() / lengths
    together = (matrix.T @ sparse.diags_array(weights) @ matrix).toarray()
    own = together.diagonal()
    cosine = divide(together, np.outer(own ** config["alpha"], own ** (1 - config["alpha"])) + config["shrinkage"])
    idf = np.log1p(divide(N_OWNERS, matrix.sum(axis=0))) if config["idf"] else np.ones(N_ITEMS)
    return idf[:, None] * nearest(cosine, config["max_neighbors"]) ** config["locality"]


def rp3beta(matrix, config):
    """Rows: heard; columns: where the walk ends. `(D_item^-1 Rᵀ)^alpha · (D_owner^-1 R)^alpha / d_other^beta`."""
    of_item, of_owner = matrix.sum(axis=0), matrix.sum(axis=1)
    to_owner = (sparse.diags_array(divide(1, of_item)) @ matrix.T).power(config["alpha"])
    to_item = (sparse.diags_array(divide(1, of_owner)) @ matrix).power(config["alpha"])
    walk = (to_owner @ to_item).toarray() * divide(1, of_item ** config["beta"])
    return nearest(walk, config["max_neighbors"])


def divide(numerator, denominator):
    """0 where nothing is known."""
    numerator, denominator = np.broadcast_arrays(np.asarray(numerator, float), denominator)
    return np.divide(numerator, denominator, out=np.zeros(denominator.shape), where=denominator > 0)


def nearest(rows, n):
    """Keeps the `n` largest values of each row but the diagonal; fails where it is a matter of taste which they are."""
    rows = rows.copy()
    np.fill_diagonal(rows, 0)
    for row in rows:
        order = np.argsort(-row, kind="stable")
        if n < len(row):
            last, first_left_out = row[order[n - 1]], row[order[n]]
            assert first_left_out == 0 or last - first_left_out > 1e-5 * last, "another seed: the last neighbour is one of several"
        row[order[n:]] = 0
    return rows


def write(name, matrix, tastes, rows_by_config):
    """One line for each owner and each list of scores, so that differences can be read."""
    cases = []
    for config, rows in rows_by_config:
        scores = [[float(f"{score:.9g}") for score in sum(weight * rows[item] for item, weight in taste)] for taste in tastes]
        cases.append({"config": config, "scores": scores})
    provenance = {
        "command": "python3 bench/golden/collaborative.py",
        "versions": {"scipy": scipy.__version__, "numpy": np.__version__, "python": platform.python_version()},
        "seed": SEED,
    }
    parts = [f'"provenance": {json.dumps(provenance)}', f'"n_items": {N_ITEMS}']
    parts.append('"owners": ' + lines(matrix[[owner]].indices.tolist() for owner in range(N_OWNERS)))
    parts.append('"tastes": ' + lines(tastes))
    parts.append('"cases": ' + lines(cases))
    (FOLDER / name).write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def lines(values):
    return "[\n" + ",\n".join(json.dumps(value) for value in values) + "\n]"


if __name__ == "__main__":
    main()
