"""What a second worker gains when one layout is checked window by window: `./run bench scale [VIAS] [ROUNDS]`.

The same check with one worker and with two, by turns; and the deck in one run. Efficiency is the gain over one worker, divided by two:
of the times on the clock, which mean something on two idle processors alone, and of processor time, which others on the
machine change little: what the busiest worker spends on windows and, as if it all came before and after them, whatever
the command itself and the start of the workers take.
"""

import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, ROOT)

from tests.bench import layouts  # noqa: E402

FOLDER = os.path.join(ROOT, "build", "bench")
_LINE = re.compile(r"window \d+ of (\d+), (\w+): .* ([0-9.]+) s of the processor, on .*process (\d+)")


def measured(path, *options):
    """(seconds on the clock, seconds of processor time from the begin to the end, sentence)"""
    start = time.monotonic()
    with open(os.path.join(FOLDER, "scale.log"), "w+", encoding="utf-8") as said:
        run = subprocess.Popen([sys.executable, "-m", "postpass", "check", path, "--report", os.path.join(FOLDER, "scale.lyrdb"), *options],
                               env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "pymacros")}, stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(run.pid, 0)
        seconds = time.monotonic() - start
        said.seek(0)
        text = said.read()
    assert os.waitstatus_to_exitcode(status) in (0, 2), text[-1000:]
    windows = _LINE.findall(text)
    by_worker, by_kind = {}, {}
    for _, kind, processor, worker in windows:
        by_worker[worker] = by_worker.get(worker, 0.0) + float(processor)
        by_kind[kind] = by_kind.get(kind, 0.0) + float(processor)
    rest = used.ru_utime + used.ru_stime - sum(by_worker.values())
    told = ", ".join("%s %.1f s" % kind for kind in by_kind.items())
    return seconds, rest + max(by_worker.values(), default=0.0), "%s windows: %s; the rest %.1f s" % (windows[0][0] if windows else "no", told, rest)


def main():
    vias, rounds = ([int(word) for word in sys.argv[1:3]] + [200_000, 2][len(sys.argv[1:3]):])
    os.makedirs(FOLDER, exist_ok=True)
    path = os.path.join(FOLDER, "flat_%d.gds" % vias)
    layouts.build(path, vias, "flat")
    for number in range(rounds):
        found = {}
        for workers in (1, 2):
            seconds, processor, told = found[workers] = measured(path, "--workers", str(workers))
            print("round %d, %d worker%s: %6.1f s, %6.1f s of processor time from begin to end (%s)" % (number + 1, workers, "s" * (workers > 1), seconds, processor, told), flush=True)
        for name, place in (("on the clock", 0), ("of processor time", 1)):
            one, two = found[1][place], found[2][place]
            print("round %d, efficiency %s: %.1f / (2 x %.1f) = %.0f %%" % (number + 1, name, one, two, 50 * one / two), flush=True)
    print("one run, one thread: %.1f s, %.1f s of processor time" % measured(path, "--threads", "1")[:2])


if __name__ == "__main__":
    main()
