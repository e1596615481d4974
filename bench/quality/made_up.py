"""Made-up playlists of the songs of a real catalogue: as many as one likes, in the Million Playlist Dataset's form."""

import bisect
import csv
import itertools
import json
import random

#: An entry is of one of the playlist's genres, or for one in so many of any.
ANY_GENRE_ONE_IN = 6
#: One in so many is a song that no catalogue has.
UNKNOWN_ONE_IN = 2
SEED = 20261124


class Songs:
    """Songs to draw from: popular ones more often."""

    def __init__(self, rows):
        self.rows = rows
        self.sums = list(itertools.accumulate(1.0 + int(row["popularity"] or 0) ** 2 for row in rows))

    def draw(self, rng):
        return self.rows[bisect.bisect(self.sums, rng.random() * self.sums[-1])]


def write_playlists(features, target, n_playlists):
    """Writes playlists of one to three genres each, half of them with more than 80 entries; `features` is what `features export` wrote."""
    with open(features, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["title"] and row["artists"]]
    by_genre = {}
    for row in rows:
        for genre in filter(None, row["genres"].split(";")):
            by_genre.setdefault(genre, []).append(row)
    everything, genres = Songs(rows), [Songs(of_genre) for of_genre in by_genre.values()]
    rng = random.Random(SEED)
    playlists = [playlist(rng, number, everything, genres) for number in range(n_playlists)]
    target.write_text(json.dumps({"info": {"slice": f"0-{n_playlists - 1}", "version": "v1"}, "playlists": playlists}))
    return sum(len(playlist["tracks"]) for playlist in playlists)


def playlist(rng, number, everything, genres):
    length = min(max(int(rng.lognormvariate(4.4, 0.7)), 20), 700)
    liked = rng.sample(genres, rng.randint(1, 3))
    songs = [(everything if rng.randrange(ANY_GENRE_ONE_IN) == 0 else rng.choice(liked)).draw(rng) for _ in range(length)]
    tracks = [entry(rng, position, song) for position, song in enumerate(songs)]
    return {"name": f"made up {number}", "pid": number, "num_tracks": length, "tracks": tracks}


def entry(rng, position, song):
    track_id, title, artist = song["track_id"], song["title"], song["artists"].split(";")[0]
    if rng.randrange(UNKNOWN_ONE_IN) == 0:
        track_id, title, artist = f"{rng.getrandbits(64):022}", f"No song {rng.getrandbits(16)}", f"Nobody {rng.getrandbits(12)}"
    return {
        "pos": position,
        "track_uri": f"spotify:track:{track_id}",
        "track_name": title,
        "artist_name": artist,
    }
