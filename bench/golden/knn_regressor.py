"""Golden values of `knn-regressor` from scikit-learn's KNeighborsRegressor(weights="distance").

    pip install -r bench/requirements.txt
    python3 bench/golden/knn_regressor.py > crates/nearsong-recommend/tests/golden/knn_regressor.json

The catalogue is made up. It holds exact copies, so that distances of 0 occur: recordings that sound like one that was
listened to, and like two that were listened to with different preferences.
"""

import json
import platform
import sys

import numpy as np
import sklearn
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import StandardScaler

SEED = 20261123
N_RECORDINGS = 300
N_LISTENED = 40
MAX_NEIGHBORS = 10
# Features in the order in which Nearsong stores them.
FEATURES = [
    "danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness", "valence", "tempo",
]


def main():
    rng = np.random.default_rng(SEED)
    audio = made_up_audio(rng)
    listened = np.sort(rng.choice(N_RECORDINGS, N_LISTENED, replace=False))
    others = np.setdiff1d(np.arange(N_RECORDINGS), listened)
    copy_some(rng, audio, listened, others)
    preferences = np.round(rng.normal(0.8, 1.0, N_LISTENED), 2)
    preferences[preferences == 0] = 0.5
    points = StandardScaler().fit_transform(audio.astype(np.float64))
    regressor = KNeighborsRegressor(n_neighbors=MAX_NEIGHBORS, weights="distance", algorithm="kd_tree")
    regressor.fit(points[listened], preferences)
    is_clear = has_clear_neighbors(regressor, points[others])
    predicted = regressor.predict(points[others])
    n_at_zero = int((regressor.kneighbors(points[others])[0][:, 0] == 0).sum())
    golden = {
        "provenance": {
            "command": "python3 bench/golden/knn_regressor.py",
            "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "python": platform.python_version()},
            "seed": SEED,
            "n_at_distance_zero": n_at_zero,
            "n_left_out": int((~is_clear).sum()),
            "left_out": "recordings whose last neighbour lies as far as the first one beyond it: either may be taken",
        },
        "features": FEATURES,
        "max_neighbors": MAX_NEIGHBORS,
        "audio": [[float(str(value)) for value in row] for row in audio],
        "preferences": [[int(row), float(value)] for row, value in zip(listened, preferences)],
        "expected": [[int(row), float(value)] for row, value in zip(others[is_clear], predicted[is_clear])],
    }
    write(golden)


def made_up_audio(rng):
    """Values within their ranges, rounded as datasets round them, in the precision in which Nearsong keeps them."""
    audio = np.round(rng.beta(1.5, 1.8, (N_RECORDINGS, len(FEATURES))), 3)
    audio[:, FEATURES.index("loudness")] = np.round(rng.normal(-9, 4, N_RECORDINGS).clip(-40, 1), 3)
    audio[:, FEATURES.index("tempo")] = np.round(rng.normal(120, 28, N_RECORDINGS).clip(50, 220), 3)
    return audio.astype(np.float32)


def copy_some(rng, audio, listened, others):
    """Three pairs of listened recordings sound the same, three others like each pair, and nine others like one listened recording."""
    for one, other in zip(listened[:3], listened[3:6]):
        audio[other] = audio[one]
    copies = rng.choice(others, 18, replace=False)
    audio[copies] = audio[np.concatenate([np.repeat(listened[:3], 3), listened[6:15]])]


def has_clear_neighbors(regressor, points):
    """Whether the nearest neighbours are a matter of fact and not of the order of equals."""
    distances, _ = regressor.kneighbors(points, n_neighbors=MAX_NEIGHBORS + 1)
    return distances[:, -1] - distances[:, -2] > 1e-5


def write(golden):
    """One line for each part and each recording, so that differences can be read."""
    lines = []
    for name, value in golden.items():
        rows = ",\n".join(json.dumps(row) for row in value) if name in ("audio", "preferences", "expected") else None
        lines.append(f'"{name}": ' + (f"[\n{rows}\n]" if rows else json.dumps(value)))
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
