"""Both decks on the same jobs: markers (rule, shapes, text) as multisets.

python tests/port/compare.py FOLDER [PART_OF_THE_NAMES] [PYTHON]: the new deck runs in the application, or with that Python.
What the Ruby deck found is kept in FOLDER/old.json.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter

import pya

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [ROOT, os.path.join(ROOT, "pymacros")]

from tests.deck.support import run_deck  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def key_of(value, dbu):
    if value.is_edge():
        edge = value.edge().to_itype(dbu)
        return ["edge", edge.x1, edge.y1, edge.x2, edge.y2]
    shape = pya.Polygon(value.box().to_itype(dbu)) if value.is_box() else value.polygon().to_itype(dbu)
    contours = [shape.each_point_hull()] + [shape.each_point_hole(number) for number in range(shape.holes())]
    return ["polygon"] + [[[p.x, p.y] for p in contour] for contour in contours]


def markers_of(report, dbu=0.001):
    database = pya.ReportDatabase("")
    database.load(report)
    names = {category.rdb_id(): category.name() for category in database.each_category()}
    found = []
    for item in database.each_item():
        values = list(item.each_value())
        shapes = sorted(key_of(value, dbu) for value in values if not value.is_string())
        found.append([names[item.category_id()], shapes, next(value.string() for value in values if value.is_string())])
    return found


def old(folder, job, known):
    if job["name"] not in known:
        report = os.path.join(folder, "old.lyrdb")
        options = {key: value for key, value in job["variables"].items() if not (key == "family" and "window" in job["variables"])}
        start = time.monotonic()
        run = run_deck(input=job["path"], tech=job["tech"], report=report, threads=2, **options)
        seconds = time.monotonic() - start
        known[job["name"]] = {"markers": markers_of(report), "seconds": seconds} if run.code in (0, 2) else {"error": run.err.strip(), "seconds": seconds}
    return known[job["name"]]


def counted(markers):
    return Counter(json.dumps(marker) for marker in markers)


def without_last_digits(before, after):
    """Both without markers that differ in the last digit of a density alone: Ruby rounds some numbers wrongly, 0.500025000000000050 to 0.50002."""
    rest = Counter(after)
    for word, count in list((before - after).items()):
        rule, shapes, text = json.loads(word)
        if text.startswith("density "):
            for last in (-1, 1):
                other = json.dumps([rule, shapes, "density %.5f" % (float(text[8:]) + last * 1e-5)])
                if rest[other] > before[other]:
                    before, rest = before - Counter({word: count}), rest - Counter({other: count})
                    break
    return before, rest


def box_of(marker):
    points = [point for shape in json.loads(marker)[1] for contour in shape[1:] for point in contour] if '"polygon"' in marker else [[0, 0]]
    return min(x for x, _ in points), min(y for _, y in points), max(x for x, _ in points), max(y for _, y in points)


def alike(before, after):
    """Markers of both that differ in their outline alone: same rule and text, boxes that overlap. What is left of both."""
    for word in list(before):
        box, (rule, _, text) = box_of(word), json.loads(word)
        for other in list(after):
            there, (other_rule, _, other_text) = box_of(other), json.loads(other)
            if (rule, text) == (other_rule, other_text) and box[0] <= there[2] and there[0] <= box[2] and box[1] <= there[3] and there[1] <= box[3]:
                before, after = before - Counter({word: 1}), after - Counter({other: 1})
                break
    return before, after


def compare(folder, only="", python=None):
    jobs = [job for job in json.load(open(os.path.join(folder, "jobs.json"))) if only in job["name"]]
    kept = os.path.join(folder, "old.json")
    known = json.load(open(kept)) if os.path.exists(kept) else {}
    for job in jobs:
        old(folder, job, known)
    json.dump(known, open(kept, "w"))
    script = os.path.join(HERE, "new_deck.py")
    command = [python, script, folder, only] if python else ["klayout", "-b", "-r", script, "-rd", "folder=" + folder, "-rd", "only=" + only]
    os.environ.get("POSTPASS_KEEP_NEW") or subprocess.run(command, check=True)
    new = json.load(open(os.path.join(folder, "new.json")))
    markers = differing = outlines = 0
    for job in jobs:
        one, other = known[job["name"]], new[job["name"]]
        if "error" in one or "error" in other:
            print(job["name"], "old:", one.get("error"), "new:", other.get("error"))
            continue
        before, after = counted(one["markers"]), counted(other["markers"])
        markers += sum(before.values())
        before, after = without_last_digits(before, after)
        if before != after and os.environ.get("POSTPASS_OUTLINES"):
            count = sum((before - after).values())
            before, after = alike(before - after, after - before)
            outlines += count - sum(before.values())
        if before != after:
            differing += 1
            print("DIFFERENT %s: %d only old, %d only new" % (job["name"], sum((before - after).values()), sum((after - before).values())))
            for word, some in (("old", before - after), ("new", after - before)):
                for marker in sorted(some)[:int(os.environ.get("POSTPASS_SHOWN", 2))]:
                    print("   only %s: %s" % (word, marker[:300]))
    print("%d jobs, %d layouts, %d markers, %d jobs differ, %d markers differ in outline alone; new deck %.0f s (CPU %.0f)" % (
        len(jobs), sum({job["path"]: job["layouts"] for job in jobs}.values()), markers, differing, outlines, sum(r["seconds"] for r in new.values()), sum(r["cpu"] for r in new.values())))


if __name__ == "__main__":
    compare(*sys.argv[1:])
