"""A table of many layouts: `./run bench table [LAYOUTS] [ROUNDS]`, by turns in one run, with one worker and with two.

Prints seconds on the clock, seconds of processor time and the largest process of each, and what the second worker gains: the time with one worker
divided by that with two. On the clock that means something on two idle processors alone. The tables must be the same. Layouts are of many sizes; of
each hundred, one is no layout and one holds no cell.
"""

import os
import random
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, ROOT)

import pya  # noqa: E402

from tests.bench import layouts  # noqa: E402

FOLDER = os.path.join(ROOT, "build", "bench", "table")
SIZES = (4, 16, 64, 64, 256, 256, 1024, 4096)  # vias


def build(count):
    """Paths of so many layouts."""
    chance, paths = random.Random(17), []
    os.makedirs(FOLDER, exist_ok=True)
    for number in range(count):
        paths.append(os.path.join(FOLDER, "layout_%03d.gds" % number))
        if number % 100 == 50:
            with open(paths[-1], "w", encoding="ascii") as file:
                file.write("no layout")
        elif number % 100 == 51:
            pya.Layout().write(paths[-1])
        else:
            layouts.build(paths[-1], chance.choice(SIZES), "flat", seed=number, faults=0.02)
    return paths


def measured(paths, table, *options):
    """(seconds on the clock, seconds of processor time, MB of the largest process)"""
    start = time.monotonic()
    run = subprocess.Popen([sys.executable, "-m", "postpass", "check", *paths, "--table", table, *options],
                           env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "pymacros")}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(run.pid, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 1, 2)
    return time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main():
    count, rounds = ([int(word) for word in sys.argv[1:3]] + [200, 2][len(sys.argv[1:3]):])
    paths = build(count)
    for number in range(rounds):
        found, texts = {}, set()
        for workers in (0, 1, 2):
            table = os.path.join(FOLDER, "table_%d.csv" % workers)
            if os.path.exists(table):
                os.remove(table)
            found[workers] = measured(paths, table, *(["--workers", str(workers)] if workers else []))
            with open(table, encoding="utf-8") as file:
                texts.add(file.read())
            name = "%d worker%s" % (workers, "s" * (workers > 1)) if workers else "one run"
            print("round %d, %-9s: %6.1f s, %6.1f s of processor time, %4.0f MB" % (number + 1, name, *found[workers]), flush=True)
        load = ", load %.1f on %d processors" % (os.getloadavg()[0], os.cpu_count()) if hasattr(os, "getloadavg") else ""
        print("round %d, %d layouts: two workers / one: %.2f times as fast; two workers / one run: %.2f%s; tables %s" % (
            number + 1, count, found[1][0] / found[2][0], found[0][0] / found[2][0], load, "the same" if len(texts) == 1 else "DIFFER"), flush=True)


if __name__ == "__main__":
    main()
