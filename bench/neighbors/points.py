"""The points that are searched, and the queries: made once, kept as raw little-endian float32."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet

FEATURES = [
    "danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness", "valence", "tempo",
]
WIDE_CATALOGUE = "tracks_wide_491k.parquet"


class PointSet:
    """Points, queries near them, and how many neighbours are wanted."""

    def __init__(self, name, folder, points, n_queries, n_single):
        rng = np.random.default_rng(7)
        rows = rng.integers(0, len(points), n_queries)
        near = points[rows] + 0.05 * rng.standard_normal((n_queries, points.shape[1]))
        self.name = name
        self.points = np.ascontiguousarray(points, np.float32)
        self.queries = np.ascontiguousarray(near, np.float32)
        self.n = 50
        self.n_single = n_single
        self.points_file, self.queries_file = Path(folder) / f"{name}.points", Path(folder) / f"{name}.queries"
        self.points.tofile(self.points_file)
        self.queries.tofile(self.queries_file)
        self.farthest = self._farthest_neighbors()

    @property
    def dim(self):
        return self.points.shape[1]

    def _farthest_neighbors(self):
        """The true distance to the last neighbour of each single query, in double precision."""
        points, farthest = self.points.astype(np.float64), []
        squares = np.einsum("ij,ij->i", points, points)
        for query in self.queries[: self.n_single].astype(np.float64):
            near = np.argpartition(squares - 2 * points @ query, 2 * self.n)[: 2 * self.n]
            exact = np.sort(((points[near] - query) ** 2).sum(axis=1))
            farthest.append(exact[self.n - 1])
        return np.array(farthest)

    def recall(self, rows):
        """The share of what was found that is no farther than the true last neighbour, up to rounding."""
        rows = np.asarray(rows).reshape(-1, self.n)
        queries = self.queries[: len(rows), None, :].astype(np.float64)
        distances = ((self.points[rows].astype(np.float64) - queries) ** 2).sum(axis=2)
        distinct = np.mean([len(set(row)) for row in rows]) / self.n
        return distinct * np.mean(distances <= self.farthest[: len(rows), None] * (1 + 1e-5))


def clusters(folder):
    """280,000 points of 12 columns around 300 centres."""
    return PointSet("clusters", folder, _around_centres(280_000, 12, 300), n_queries=10_000, n_single=2_000)


def embeddings(folder):
    """A million points of 64 columns around 1,000 centres."""
    return PointSet("embeddings", folder, _around_centres(1_000_000, 64, 1_000), n_queries=1_000, n_single=200)


def real(folder, data):
    """The continuous features of the wide catalogue, standardised."""
    table = parquet.read_table(Path(data) / WIDE_CATALOGUE, columns=FEATURES)
    columns = np.column_stack([table[name].to_numpy().astype(np.float64) for name in FEATURES])
    columns = columns[np.isfinite(columns).all(axis=1)]
    points = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    return PointSet("real", folder, points, n_queries=10_000, n_single=2_000)


def _around_centres(n_points, dim, n_centres):
    rng = np.random.default_rng(3)
    centres = rng.standard_normal((n_centres, dim), np.float32)
    return centres[rng.integers(0, n_centres, n_points)] + 0.5 * rng.standard_normal((n_points, dim), np.float32)
