"""Figures of the RecSys Challenge 2018, on recordings instead of track ids, and how sure they are."""

import random
from math import log2
from statistics import fmean

N_RANKED = 500
METRICS = ("R-precision", "NDCG@500", "hit@10")


def figures(ranked, hidden):
    """R-precision, NDCG@500 and hit@10 of one list.

    R-precision: how many of the first |hidden| are hidden ones, over |hidden| (no credit for artists alone).
    NDCG: sum of 1/log2(1 + rank) over the hits, over the same sum of a list that has all hits first.
    """
    hits = [recording in hidden for recording in ranked[:N_RANKED]]
    gain = sum(1 / log2(rank + 2) for rank, hit in enumerate(hits) if hit)
    ideal = sum(1 / log2(rank + 2) for rank in range(min(len(hidden), N_RANKED)))
    return sum(hits[: len(hidden)]) / len(hidden), gain / ideal, float(any(hits[:10]))


def mean_by_playlist(tasks, values):
    """One row of figures per playlist, its draws averaged: draws of one playlist say the same twice."""
    rows = {}
    for task, value in zip(tasks, values, strict=True):
        rows.setdefault(task.playlist, []).append(value)
    return [tuple(map(fmean, zip(*draws))) for draws in rows.values()]


def interval(values, n_resamples=2000, seed=7):
    """Mean and 95 % interval of it, by resampling playlists."""
    rng = random.Random(seed)
    means = sorted(fmean(rng.choices(values, k=len(values))) for _ in range(n_resamples))
    return fmean(values), means[int(0.025 * n_resamples)], means[int(0.975 * n_resamples) - 1]
