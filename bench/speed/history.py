"""A listening history of songs of a real catalogue: who heard what when is made up."""

import csv
import json
import random
from datetime import datetime, timedelta, timezone

N_SONGS = 500
N_GENRES = 8
N_PLAYS = 6_000


def write_history(features_csv, folder, seed=1):
    """Writes one file of an extended streaming history: plays of 500 songs, most of them of a few genres."""
    rng = random.Random(seed)
    songs = draw_songs(features_csv, rng)
    started = datetime(2024, 1, 1, tzinfo=timezone.utc)
    rows = []
    for play in range(N_PLAYS):
        ended = started + timedelta(minutes=play * 600 * 24 * 60 // N_PLAYS + rng.randrange(60))
        rows.append(history_row(rng.choice(songs), ended, rng))
    path = folder / "Streaming_History_Audio_2024-2025.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def draw_songs(features_csv, rng):
    """Songs of a few genres, topped up with any songs."""
    by_genre, all_songs = {}, []
    with open(features_csv, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not (row["title"] and row["artists"]):
                continue
            song = (row["track_id"], row["title"], row["artists"].split(";")[0], row["album"])
            all_songs.append(song)
            for genre in filter(None, row["genres"].split(";")):
                by_genre.setdefault(genre, []).append(song)
    large = sorted(genre for genre, songs in by_genre.items() if len(songs) >= 100)
    songs = [song for genre in rng.sample(large, min(N_GENRES, len(large))) for song in rng.sample(by_genre[genre], 50)]
    return (songs + rng.sample(all_songs, N_SONGS))[:N_SONGS]


def history_row(song, ended, rng):
    track_id, title, artist, album = song
    return {
        "ts": ended.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ms_played": rng.randrange(60_000, 300_000),
        "master_metadata_track_name": title,
        "master_metadata_album_artist_name": artist,
        "master_metadata_album_album_name": album or None,
        "spotify_track_uri": f"spotify:track:{track_id}",
        "episode_name": None,
        "reason_start": "trackdone",
        "reason_end": "trackdone",
        "shuffle": False,
        "skipped": False,
        "incognito_mode": False,
    }
