"""Playlists turned into questions: some songs are shown, the others are to be found."""

import gzip
import json
import random
from dataclasses import dataclass

N_SHOWN = 10
MIN_MATCHED = 20
CHART_PREFIX = "Top 50"


@dataclass
class Task:
    """One playlist, shown in part."""

    playlist: int
    is_chart: bool
    #: entries that are shown, as a request names them: track id, or title and artist
    seeds: list
    #: recordings that are shown
    shown: set
    #: recordings that are to be found
    hidden: set


def read_playlists(path):
    """The playlists of a slice in the Million Playlist Dataset's format, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return json.load(file)["playlists"]


def make_tasks(playlists, catalogue, n_draws, seed):
    """`n_draws` questions of every playlist that has enough recordings of the catalogue; the draw depends on seed, playlist and draw alone."""
    tasks = []
    for number, playlist in enumerate(playlists):
        entries = matched_entries(playlist, catalogue)
        if len(entries) < MIN_MATCHED:
            continue
        for draw in range(n_draws):
            order = sorted(entries)
            random.Random(f"{seed}/{number}/{draw}").shuffle(order)
            shown, hidden = order[:N_SHOWN], order[N_SHOWN:]
            is_chart = playlist["name"].startswith(CHART_PREFIX)
            tasks.append(Task(number, is_chart, [entries[recording] for recording in shown], set(shown), set(hidden)))
    return tasks


def matched_entries(playlist, catalogue):
    """The playlist's distinct recordings, each with the seed that asks for it."""
    entries = {}
    for track in playlist["tracks"]:
        track_id, title, artist = track["track_uri"].split(":")[-1], track["track_name"], track["artist_name"]
        recording = catalogue.find(track_id, title, artist)
        if recording is not None:
            is_known = catalogue.recording_of.get(track_id) == recording
            entries.setdefault(recording, track_id if is_known else {"title": title, "artist": artist})
    return entries
