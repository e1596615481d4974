"""Training at the Million Playlist Dataset's size: runs the benchmark of the crate and judges what it prints."""

import re
import subprocess

from bench import places

#: Seconds and GB; one of the two algorithms has to reach both.
MOST_SECONDS, MOST_GB = 900.0, 12.0
ROW = re.compile(r"^(\S+)\s+([\d.]+) s\s+[\d.]+ GB\s+([\d.]+) GB")


def measure_scale():
    command = ["cargo", "bench", "--quiet", "-p", "nearsong-recommend", "--bench", "mpd_size"]
    print(f"Training at the Million Playlist Dataset's size, `{' '.join(command)}`\n", flush=True)
    finished = subprocess.run(command, cwd=places.REPOSITORY, capture_output=True, text=True)
    if finished.returncode != 0:
        raise SystemExit(finished.stderr)
    for line in finished.stdout.strip().splitlines():
        print(f"    {line}{judgement(line)}")
    print(f"\n- aim: within {MOST_SECONDS / 60:.0f} minutes and {MOST_GB:.0f} GB\n", flush=True)


def judgement(line):
    """Whether an algorithm's row is within what is aimed at; nothing where it is no such row."""
    row = ROW.match(line)
    if not row:
        return ""
    is_within = float(row[2]) <= MOST_SECONDS and float(row[3]) <= MOST_GB
    return "  reached" if is_within else "  missed"
