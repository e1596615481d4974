"""The peers from Python's world, each in a process of its own: python peers.py NAME POINTS QUERIES COLUMNS N SINGLE ROWS."""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "2"

import numpy as np

N_BATCHES = 3
# As many queries as the slowest can be asked for in a batch without anyone waiting for long.
BATCH_OF_SLOW = 500


class SklearnTree:
    """scikit-learn's k-d tree."""

    is_slow = True

    def __init__(self, points):
        from sklearn.neighbors import NearestNeighbors

        self.search = NearestNeighbors(algorithm="kd_tree", leaf_size=40).fit(points)

    def rows(self, queries, n, threads):
        self.search.n_jobs = threads
        return self.search.kneighbors(queries, n, return_distance=False)


class SklearnBrute(SklearnTree):
    """scikit-learn's comparison with every point."""

    def __init__(self, points):
        from sklearn.neighbors import NearestNeighbors

        self.search = NearestNeighbors(algorithm="brute").fit(points)


class FaissFlat:
    """faiss's comparison with every point."""

    def __init__(self, points):
        import faiss

        self.index = faiss.IndexFlatL2(points.shape[1])
        self.index.add(points)

    def rows(self, queries, n, threads):
        import faiss

        faiss.omp_set_num_threads(threads)
        return self.index.search(queries, n)[1]


class FaissIvf(FaissFlat):
    """faiss's inverted lists, 1,024 of them, 32 looked at."""

    probes = 32

    def __init__(self, points):
        import faiss

        faiss.omp_set_num_threads(2)
        coarse = faiss.IndexFlatL2(points.shape[1])
        self.index = faiss.IndexIVFFlat(coarse, points.shape[1], 1024)
        self.index.train(points[:: max(1, len(points) // 100_000)])
        self.index.add(points)
        self.index.nprobe = self.probes
        self.coarse = coarse


class FaissIvf8(FaissIvf):
    """faiss's inverted lists, 8 looked at."""

    probes = 8


class Hnswlib:
    """hnswlib's graph."""

    def __init__(self, points):
        import hnswlib

        self.index = hnswlib.Index("l2", points.shape[1])
        self.index.init_index(len(points), M=16, ef_construction=200, random_seed=1)
        self.index.add_items(points, num_threads=2)
        self.index.set_ef(100)

    def rows(self, queries, n, threads):
        return self.index.knn_query(queries, n, num_threads=threads)[0]


class Usearch:
    """usearch's graph."""

    def __init__(self, points):
        from usearch.index import Index

        self.index = Index(ndim=points.shape[1], metric="l2sq", dtype="f32", connectivity=16, expansion_search=128)
        self.index.add(np.arange(len(points)), points, threads=2)

    def rows(self, queries, n, threads):
        return self.index.search(queries, n, threads=threads).keys.reshape(len(queries), n)


PEERS = {
    "faiss flat": FaissFlat,
    "faiss IVF 32 of 1024": FaissIvf,
    "faiss IVF 8 of 1024": FaissIvf8,
    "hnswlib": Hnswlib,
    "usearch": Usearch,
    "scikit-learn k-d tree": SklearnTree,
    "scikit-learn brute": SklearnBrute,
}


def resident_bytes():
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * 4096


def main():
    name, points, queries, dim, n, n_single, rows = sys.argv[1:]
    dim, n, n_single = int(dim), int(n), int(n_single)
    points = np.fromfile(points, np.float32).reshape(-1, dim)
    queries = np.fromfile(queries, np.float32).reshape(-1, dim)
    PEERS[name](points[:2_000]).rows(queries[:2], n, 1)  # so that what is loaded on first use is not counted
    before = resident_bytes()
    started = time.perf_counter()
    peer = PEERS[name](points)
    build_s = time.perf_counter() - started
    memory = (resident_bytes() - before) / points.nbytes
    times, found = single(peer, queries[:n_single], n)
    batch = queries[:BATCH_OF_SLOW] if getattr(peer, "is_slow", False) else queries
    rates = []
    for _ in range(N_BATCHES):
        started = time.perf_counter()
        peer.rows(batch, n, 2)
        rates.append(len(batch) / (time.perf_counter() - started))
    np.array(found, np.uint32).tofile(rows)
    print(json.dumps({
        "build_s": build_s, "memory": memory, "per_second": float(np.median(rates)),
        "median_us": float(np.median(times)), "p99_us": float(np.quantile(times, 0.99)),
    }))


def single(peer, queries, n):
    """The median time of three searches of each query, in microseconds, and the rows found."""
    times, found = [[] for _ in queries], []
    for round_number in range(3):
        for at, query in enumerate(queries):
            query = query[None]
            started = time.perf_counter()
            rows = peer.rows(query, n, 1)
            times[at].append((time.perf_counter() - started) * 1e6)
            if round_number == 0:
                found.append(rows[0])
    return np.median(times, axis=1), found


if __name__ == "__main__":
    main()
