"""One process measured as the kernel saw it, and medians of several."""

import os
import subprocess
import time
from dataclasses import dataclass
from statistics import median


@dataclass
class Run:
    """What one process, or the median of several, took."""

    wall_s: float
    cpu_s: float
    peak_mb: float

    def __str__(self):
        return f"{self.wall_s:.2f} s, {self.cpu_s:.2f} s of processor, {self.peak_mb:.0f} MB"


def run(command, environment=None):
    """Runs one process to its end; fails where it does. The peak is that of its resident memory."""
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall_s = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{command[0]} failed: {said.decode(errors='replace').strip()}")
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def median_of(runs):
    """Median times and the largest peak."""
    return Run(
        median(run.wall_s for run in runs), median(run.cpu_s for run in runs), max(run.peak_mb for run in runs)
    )


def output_of(command):
    """What a process prints, where only that matters."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
