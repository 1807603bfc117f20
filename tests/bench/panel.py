#!/usr/bin/env python3
"""Benchmark of the panel: ./run bench panel [--quick]

Inside the real application, without a screen: cells of 10,000 and of 100,000 objects (pads with a label each). Prints the time of each
action of the panel beside KLayout's own for opening the file, and the longest time in it without a look at the user's input.  Beside it, in
the same run, a bare action of KLayout itself: one shape drawn into the cell as an undo step.
"""
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, ROOT)
from tests.panel.application import Application  # noqa: E402

OBJECTS = (10000, 100000)
LONGEST_S = 0.2  # that nothing without progress may block the window at the first number


def main(argv):
    """Prints the table; exit code 0 when the bar is kept."""
    good = True
    for objects in OBJECTS[:1] if "--quick" in argv else OBJECTS:
        with tempfile.TemporaryDirectory() as folder:
            told = os.path.join(folder, "told.json")
            done = Application(folder).start(os.path.join(HERE, "panel_script.py"), "home", "-e", POSTPASS_TOLD=told, POSTPASS_OBJECTS=str(objects), POSTPASS_FOLDER=folder)
            if not os.path.exists(told):
                sys.stderr.write(done.stdout + done.stderr)
                return 1
            with open(told, encoding="utf-8") as file:
                rows = json.load(file)
        good &= table(objects, rows)
    return 0 if good else 1


def table(objects, rows):
    """Prints the rows [(action, seconds, longest silence, with progress)] for one number of objects."""
    opening = rows[0][1]
    print("%d objects%s" % (objects, ""))
    print("%-44s %8s %10s %10s  %s" % ("action", "s", "to opening", "silence s", "bar"))
    good = True
    for action, seconds, silence, has_progress in rows:
        judged = objects == OBJECTS[0] and action.startswith("panel:") and not has_progress
        kept = silence <= LONGEST_S
        good &= kept or not judged
        print("%-44s %8.3f %10.2f %10.3f  %s" % (action, seconds, seconds / opening, silence, ("met" if kept else "MISSED") if judged else "with progress" if has_progress else ""))
    return good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
