"""How fast, how small: `python3 -m bench.speed [WORK…]`. See bench/README.md."""

import argparse
import subprocess
import sys

from bench import places
from bench.speed.works import WORKS


def main():
    parser = argparse.ArgumentParser(description="How fast and how small Nearsong is, beside what it aims at.")
    places.add_arguments(parser)
    parser.add_argument("works", nargs="*", metavar="WORK", help=f"which to time: {', '.join(WORKS)} [default: all]")
    parser.add_argument("--python", default=sys.executable, help="a Python with bench/requirements.txt, for the peers")
    arguments = parser.parse_args()
    unknown = set(arguments.works) - set(WORKS)
    if unknown:
        parser.error(f"there is no work {', '.join(sorted(unknown))}; there are {', '.join(WORKS)}")
    if subprocess.run([arguments.python, "-c", "import pandas, sklearn"], capture_output=True).returncode != 0:
        print("The peers are left out: --python names no Python with pandas and scikit-learn.", file=sys.stderr)
        arguments.python = None
    print(f"{places.machine()}\n\n| work | aim | found | how |\n|---|---|---|---|")
    for name in arguments.works or WORKS:
        for row in WORKS[name](arguments):
            print(f"| {' | '.join(row)} |", flush=True)
    print(f"\nAt the end: {places.machine()}")


if __name__ == "__main__":
    main()
