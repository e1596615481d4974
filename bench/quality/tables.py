"""Figures of several seeds as one table."""

import statistics


def by_algorithm(answers):
    """The models of each answer of `nearsong evaluate --json` (first table), by algorithm: one entry per seed."""
    models = {}
    for answer in answers:
        for model in answer["points"][0]["models"]:
            models.setdefault(model["algorithm"], []).append(model)
    return models


def figure(model, name):
    """One figure of a model; None where it was not measured."""
    return next((figure["value"] for figure in model["figures"] if figure["name"] == name), None)


def print_table(models, metrics, aims=None):
    """A row per algorithm: mean and standard deviation over the seeds, and what is aimed at, where anything is."""
    headings = [*metrics, "ms a list", "training"] + (["aim"] if aims else [])
    print(f"| algorithm | {' | '.join(headings)} |\n|---|{'---|' * len(headings)}")
    for algorithm, runs in models.items():
        cells = [spread([figure(run, name) for run in runs], digits) for name, digits in metrics.values()]
        cells.append(f"{statistics.median(run['latency']['median_ms'] for run in runs):.1f}")
        cells.append(f"{statistics.median(run['training_seconds'] for run in runs):.1f} s")
        if aims:
            cells.append(verdict(runs, *aims[algorithm]) if algorithm in aims else "")
        print(f"| `{algorithm}` | {' | '.join(cells)} |")
    print(flush=True)


def spread(values, digits):
    """Mean ± standard deviation over seeds."""
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    return f"{statistics.mean(values):.{digits}f} ± {statistics.stdev(values):.{digits}f}"


def verdict(runs, name, aim):
    """What was to be reached, and whether it was."""
    reached = statistics.mean(figure(run, name) for run in runs) >= aim
    return f"{aim:.4f} {'reached' if reached else 'missed'}"


def print_gain(models, first, second, heading, name, digits):
    """How much one model is above another over the same questions, and in how many seeds."""
    pairs = zip(models[first], models[second], strict=True)
    gains = [figure(a, name) - figure(b, name) for a, b in pairs]
    n_above = sum(gain > 0 for gain in gains)
    print(f"- `{first}` less `{second}`, {heading}: {spread(gains, digits)}, above in {n_above} of {len(gains)}")
