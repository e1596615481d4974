"""The least that a script does with the 114k dataset: read, one row per id, scale, fit nearest neighbours.

    python3 bench/peers/pandas_catalogue.py spotify_tracks_114k.csv.gz
"""

import sys

import pandas as pd
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

FEATURES = [
    "danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness", "valence", "tempo",
]

tracks = pd.read_csv(sys.argv[1]).drop_duplicates("track_id")
points = StandardScaler().fit_transform(tracks[FEATURES])
index = NearestNeighbors(n_neighbors=10).fit(points)
print(f"{index.n_samples_fit_} tracks")
