"""The recordings of a catalogue, as `nearsong features export` writes them."""

import csv
from dataclasses import dataclass, field

from bench.playlists.names import fold_name, fold_title


@dataclass
class Catalogue:
    """Recordings are named by the id of the track that represents them."""

    #: recording of each track id
    recording_of: dict = field(default_factory=dict)
    #: recordings of each (folded title, folded artist)
    named: dict = field(default_factory=dict)
    #: largest popularity of each recording that can be shown, -1 where unknown
    popularity: dict = field(default_factory=dict)
    #: folded name of each recording's main artist
    main_artist: dict = field(default_factory=dict)

    def find(self, track_id, title, artist):
        """The recording of a playlist's entry: by id, else by title and artist, the best known of several."""
        found = self.recording_of.get(track_id)
        if found in self.popularity:
            return found
        several = self.named.get((fold_title(title), fold_name(artist)), ())
        return max(several, key=lambda recording: (self.popularity[recording], recording), default=None)


def read_catalogue(path):
    """Reads the exported CSV. A track without title or artist can be no answer, as it cannot be shown to a person."""
    catalogue = Catalogue()
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            recording = row["recording_id"]
            catalogue.recording_of[row["track_id"]] = recording
            if row["title"] and row["artists"]:
                add_names(catalogue, recording, row)
    return catalogue


def add_names(catalogue, recording, row):
    artists = [fold_name(artist) for artist in row["artists"].split(";")]
    title = fold_title(row["title"])
    for artist in artists:
        catalogue.named.setdefault((title, artist), set()).add(recording)
    popularity = int(row["popularity"] or -1)
    catalogue.popularity[recording] = max(popularity, catalogue.popularity.get(recording, -1))
    if row["track_id"] == recording or recording not in catalogue.main_artist:
        catalogue.main_artist[recording] = artists[0]
