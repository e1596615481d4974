"""Who ranks: the models, through `nearsong recommend --batch`, and two baselines."""

import json
import subprocess
from collections import Counter
from heapq import nlargest

from bench.playlists.metrics import N_RANKED
from bench.playlists.tasks import N_SHOWN


def ask_model(nearsong, data_dir, model, tasks, catalogue, folder):
    """One list of recordings per task, and how many seeds the model did not find."""
    requests = folder / "requests.jsonl"
    with open(requests, "w", encoding="utf-8") as file:
        for number, task in enumerate(tasks):
            file.write(json.dumps({"id": number, "seeds": task.seeds, "n": N_RANKED + N_SHOWN}) + "\n")
    command = [nearsong, "--quiet", "--data-dir", data_dir, "recommend", "--model", str(model), "--batch", requests]
    answered = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    ranked, n_unmatched = [], 0
    for number, (line, task) in enumerate(zip(answered, tasks, strict=True)):
        answer = json.loads(line)
        assert answer["id"] == number, "answers come in the order of the requests"
        recordings = [catalogue.recording_of[track] for track in answer["tracks"]]
        ranked.append([recording for recording in recordings if recording not in task.shown][:N_RANKED])
        n_unmatched += len(answer["unmatched"])
    return ranked, n_unmatched


def by_popularity(tasks, catalogue):
    """The best known recordings, whatever is shown."""
    best = nlargest(N_RANKED + N_SHOWN, catalogue.popularity, key=lambda recording: (catalogue.popularity[recording], recording))
    return [[recording for recording in best if recording not in task.shown][:N_RANKED] for task in tasks]


def by_artist_then_popularity(tasks, catalogue):
    """Recordings of the artist with the most shown songs first, the best known of them before the others; then the best known of all."""
    by_artist = {}
    for recording, artist in catalogue.main_artist.items():
        by_artist.setdefault(artist, []).append(recording)
    ranked = []
    for task, popular in zip(tasks, by_popularity(tasks, catalogue), strict=True):
        n_shown = Counter(catalogue.main_artist[recording] for recording in task.shown)
        own = [recording for artist in n_shown for recording in by_artist[artist] if recording not in task.shown]
        own.sort(key=lambda r: (n_shown[catalogue.main_artist[r]], catalogue.popularity[r], r), reverse=True)
        ranked.append(list(dict.fromkeys(own + popular))[:N_RANKED])
    return ranked
