"""As it is used: playlists come in through `nearsong interactions add`, lists go out through `nearsong recommend --batch`.

Two parts: how long that takes with as many playlists as a large public collection has in one file, made up; and how good the lists
are on real playlists, a fifth of which is kept back at a time, with the matching and the figures of `bench.playlists`.
"""

import json
import subprocess

from bench import places
from bench.playlists import rankings
from bench.playlists.catalogue import read_catalogue
from bench.playlists.metrics import METRICS, figures, interval, mean_by_playlist
from bench.playlists.tasks import make_tasks, read_playlists
from bench.quality.made_up import write_playlists
from bench.speed.measure import run

N_PLAYLISTS = 5_900
N_QUESTIONS = 600
N_FOLDS = 5


def measure_used(arguments):
    print("As it is used: `nearsong catalog add` of the 114k dataset, `nearsong interactions add`, `nearsong recommend --batch`\n")
    with places.temporary_folder() as folder:
        prepared = Nearsong(arguments, folder / "data")
        prepared.run("catalog", "add", places.real_file(arguments, places.DATASET_114K))
        prepared.run("features", "export", "--output", folder / "features.csv")
        time_made_up(prepared, folder)
        measure_real(arguments, folder)


class Nearsong:
    """The program with a data directory of its own."""

    def __init__(self, arguments, data_dir):
        self.binary, self.data_dir = places.binary(arguments), data_dir

    def command(self, *options):
        return [self.binary, "--quiet", "--data-dir", self.data_dir, *options]

    def run(self, *options):
        return subprocess.run(self.command(*options), check=True, capture_output=True, text=True).stdout


def time_made_up(nearsong, folder):
    """How long adding takes, training and measuring included, and how long the answers."""
    file = folder / "made_up.json"
    n_entries = write_playlists(folder / "features.csv", file, N_PLAYLISTS)
    added = run(nearsong.command("interactions", "add", "--name", "made up", file))
    in_use = json.loads(nearsong.run("status", "--json"))["model"]["algorithm"]
    questions = folder / "questions.jsonl"
    with open(questions, "w", encoding="utf-8") as lines:
        for number, playlist in enumerate(json.loads(file.read_text())["playlists"][:N_QUESTIONS]):
            seeds = [track["track_uri"].split(":")[-1] for track in playlist["tracks"][:10]]
            lines.write(json.dumps({"id": number, "seeds": seeds, "n": 500}) + "\n")
    answered = run(nearsong.command("recommend", "--batch", questions))
    print(f"- {N_PLAYLISTS:,} made-up playlists of {n_entries:,} entries, half of them in the catalogue: added and learned from in {added}")
    print(f"- put into use by that alone: `{in_use}`")
    print(f"- {N_QUESTIONS} requests of 10 seeds, 500 songs each: {answered}\n", flush=True)


def measure_real(arguments, folder):
    """Every playlist is asked about once, by a model that learned from four fifths of the others."""
    catalogue = read_catalogue(folder / "features.csv")
    playlists = read_playlists(places.real_file(arguments, places.PLAYLISTS))
    all_tasks = make_tasks(playlists, catalogue, 1, "1")
    tasks, ranked, in_use = [], {}, set()
    for fold in range(N_FOLDS):
        nearsong = Nearsong(arguments, folder / f"fold{fold}")
        nearsong.run("catalog", "add", places.real_file(arguments, places.DATASET_114K))
        others = folder / "others.json"
        learned_from = [playlist for number, playlist in enumerate(playlists) if number % N_FOLDS != fold]
        others.write_text(json.dumps({"info": {"version": "v1"}, "playlists": learned_from}), encoding="utf-8")
        nearsong.run("interactions", "add", others)
        nearsong.run("train", "item-knn")
        in_use.add(json.loads(nearsong.run("status", "--json"))["model"]["algorithm"])
        asked = [task for task in all_tasks if task.playlist % N_FOLDS == fold]
        for model, name in ((2, "blend"), (3, "item-knn"), (1, "content-knn")):
            lists, _ = rankings.ask_model(nearsong.binary, nearsong.data_dir, model, asked, catalogue, folder)
            ranked.setdefault(name, []).extend(lists)
        tasks += asked
    print(f"{N_FOLDS} parts of the {len(playlists)} real playlists; in use after `interactions add` of the others: {', '.join(in_use)}\n")
    print(f"| {len(tasks)} playlists, 10 songs of each shown | {' | '.join(METRICS)} |\n|---|{'---|' * len(METRICS)}")
    for title, is_wanted in (("all", lambda _: True), ("without charts", lambda task: not task.is_chart)):
        wanted = [task for task in tasks if is_wanted(task)]
        for name, lists in ranked.items():
            values = [figures(one, task.hidden) for one, task in zip(lists, tasks, strict=True) if is_wanted(task)]
            means = [interval([row[metric] for row in mean_by_playlist(wanted, values)]) for metric in range(len(METRICS))]
            cells = " | ".join(f"{mean:.3f} ({low:.3f} to {high:.3f})" for mean, low, high in means)
            print(f"| {title} ({len(wanted)}), `{name}` | {cells} |")
    print(flush=True)
