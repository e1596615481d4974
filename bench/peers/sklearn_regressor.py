"""scikit-learn's answer to what `knn-regressor` does, timed inside one process, one thread, on the same recordings.

    nearsong features export --output features.csv
    python3 bench/peers/sklearn_regressor.py features.csv
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import StandardScaler

FEATURES = [
    "danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness", "valence", "tempo",
]
N_LIKED = 500
N_RUNS = 7

tracks = pd.read_csv(sys.argv[1], usecols=["track_id", "recording_id", *FEATURES])
recordings = tracks[tracks.track_id == tracks.recording_id].dropna(subset=FEATURES)
points = StandardScaler().fit_transform(recordings[FEATURES])
rng = np.random.default_rng(1)
liked = rng.choice(len(points), N_LIKED, replace=False)
preferences = rng.uniform(0.1, 3.0, N_LIKED)
others = np.delete(points, liked, axis=0)
times = []
for _ in range(N_RUNS):
    started = time.perf_counter()
    KNeighborsRegressor(n_neighbors=10, weights="distance").fit(points[liked], preferences).predict(others)
    times.append((time.perf_counter() - started) * 1e3)
print(json.dumps({"median_ms": float(np.median(times)), "n_recordings": len(others)}))
