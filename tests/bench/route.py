#!/usr/bin/env python3
"""Benchmark of the router: ./run bench route [CASES_FOLDER] [--quick] [--planted [SEEDS] | --product | --large]

Prints the table of all cases with the references beside ours (length to the sum of straight connections, and to what is forced), denser variants of the 237-pad floorplan, a fabricated chip, and
the growth of the run time on random problems with a planted solution, problems with notched, hollow and slanted terminals, planted
crossings on two levels; with
--planted also floorplans of many strange kinds (so many seeds of each, 3 by default); with --large also 5,000 nets; with --product
it fans the cases out in the application instead, layout in, layout out, and lets the deck judge.  Seconds are those of the processor.  The
folder holds cases in the neutral JSON form and, beside them, judge.py; where the judge cannot run, the independent checker of the tests decides what is legal.  Every result is looked
at with the metal alone besides: one that is called complete and is not ends the benchmark with a missed bar.
"""
import json
import math
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [ROOT, os.path.join(ROOT, "pymacros"), os.path.join(ROOT, "tests", "engine")]
REFERENCE_BENDS = {"rdl_route": 1269, "rdl_route_45": 1675, "rdl_route_single_target": 733,
                   "rdl_route_assignments": 192, "rdl_route_skip_iterm": 78, "rdl_route_probe": 22}
# Bars: exposed length to bound that a case must not exceed (of the shared ones what was reached before, of a chip drawn by hand
# 1.08), seconds for the 237 pads, for a chip drawn by hand, and for others.
RATIOS = {"rdl_route": 1.0151, "rdl_route_45": 1.0066, "rdl_route_single_target": 1.0142, "rdl_route_assignments": 1.0181,
          "rdl_route_skip_iterm": 1.0156, "rdl_route_probe": 1.0201}
BY_HAND, SECONDS_237, SECONDS_CHIP, SECONDS = 1.08, 3.0, 20.0, 30.0
MEGABYTES = 1024
SECONDS_OF = {1000: 30.0, 5000: 240.0}  # of planted nets
GROWTH = 1.15
PLANTED_EACH, PLANTED_MEAN = 1.04, 1.02
CROSSING = 1.05
WRONG = []  # sentences on results that are called complete and are not
_CHILD = """
import resource, runpy, sys
try:
    sys.argv = ["route"] + sys.argv[1:]
    runpy.run_module("postpass.routing", run_name="__main__")
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print("used", used.ru_maxrss // 1024, used.ru_utime + used.ru_stime, file=sys.stderr)
"""


def run(case):
    """Route a case in a process of its own: (result, seconds of the processor, MB)."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "case.json"), os.path.join(folder, "result.json")
        with open(source, "w", encoding="utf-8") as stream:
            json.dump(case, stream)
        done = subprocess.run([sys.executable, "-c", _CHILD, source, target], capture_output=True, text=True,
                              env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "pymacros")}, check=False)
        if not os.path.exists(target):
            raise SystemExit(f"{case['name']}: {done.stderr}")
        with open(target, encoding="utf-8") as stream:
            result = json.load(stream)
    megabytes, seconds = done.stderr.split("used")[-1].split()[:2]
    return result, float(seconds), int(megabytes)


def load_judge(folder):
    """The judge function of the cases' folder, or None where it cannot run."""
    try:
        sys.path.insert(0, folder)
        from judge import judge
        return judge
    except ImportError:
        return None


def measure(case, judge):
    """Row of figures of a case."""
    result, seconds, memory = run(case)
    row = {"name": case["name"], "seconds": seconds, "memory": memory}
    bound = case.get("reference", {}).get("lower_bound_um") or result["figures"]["lower_bound_um"]
    if judge:
        got = judge(case, result["routes"])
        row.update(exposed=got["exposed_um"], bends=got["bends"], open=got["open"],
                   faults=sum(got["violations"].values()))
    else:
        from checker import violations
        found = violations(case, result["routes"])
        row.update(exposed=result["figures"]["exposed_um"], bends=result["figures"]["bends"],
                   open=len(result["failures"]), faults=len(found))
    row["ratio"] = row["exposed"] / bound if bound else math.nan
    forced = max(bound, result["figures"]["forced_bound_um"])
    row["forced"] = row["exposed"] / forced if forced else math.nan
    row["legal"] = not row["open"] and not row["faults"] and result["complete"]
    row["wrong"] = wrong(case, result, row["open"])
    return row


def wrong(case, result, left):
    """Sentences on what is called complete and is not, or touches; left: what the judge found open."""
    from postpass.routing import Problem, verify
    done = {net["net"] for net in result["nets"] if net["complete"]}
    routes = [(route["net"], route["width"], route["path"]) for route in result["routes"]]
    found = [fault.reason for fault in verify.faults(Problem.from_json(case), routes) if fault.net in done or fault.kind == "touching"]
    return found + ([f"{left} terminals are open"] if left and result["complete"] else [])


def show(row, reference="", bends="", met=True):
    """One line of the table."""
    print(f"{row['name']:<28} {reference:>9} {row['ratio']:>7.4f} {row['forced']:>7.4f} {bends:>6} {row['bends']:>6} {row['seconds']:>7.1f} "
          f"{row['memory']:>6} {'yes' if row['legal'] else 'NO':>6} {row['open']:>5} {'met' if met and not row['wrong'] else 'MISSED':>7}",
          flush=True)
    for sentence in row["wrong"]:
        print(f"    WRONGLY COMPLETE: {sentence}")
    WRONG.extend(row["wrong"])


def dense(case, width, spacing):
    """A case with wider rules on the same floorplan."""
    out = json.loads(json.dumps(case))
    out["name"] += f"_w{width:g}s{spacing:g}"
    out["rules"].update(width=width, spacing=spacing)
    for net in out["nets"]:
        net["width"], net["spacing"] = width, spacing
    return out


def table(cases, judge):
    """The table of all cases; True when all bars are met."""
    print(f"{'case':<28} {'ref e/b':>9} {'bound':>7} {'forced':>7} {'ref b':>6} {'bends':>6} {'s':>7} {'MB':>6} {'legal':>6} {'open':>5} "
          f"{'bars':>7}")
    good, ours, theirs = True, 0, 0
    for case in cases:
        row = measure(case, judge)
        reference = case.get("reference", {})
        before = REFERENCE_BENDS.get(case["name"])
        pads = sum(len(n["pads"]) for n in case["nets"])
        by_hand = bool(case["rules"].get("any_angle"))
        most = SECONDS_CHIP if by_hand else SECONDS_237 if pads <= 237 else SECONDS
        met = row["legal"] and row["ratio"] <= (BY_HAND if by_hand else RATIOS.get(case["name"], 1.03)) and row["memory"] <= MEGABYTES and row["seconds"] <= most
        ratio = ""
        if reference.get("exposed_wirelength_um") and reference.get("lower_bound_um"):
            ratio = f"{reference['exposed_wirelength_um'] / reference['lower_bound_um']:.4f}"
        if before:
            ours, theirs = ours + row["bends"], theirs + before
        show(row, ratio, before or "", met)
        good &= met
    print(f"bends of the cases with a reference: {ours} of {theirs} ({ours / max(theirs, 1):.2f}, bar 0.50)")
    return good and ours <= theirs / 2


def variants(cases, judge):
    """Denser variants of the largest 90-degree and 45-degree floorplans; bar: complete."""
    good = True
    for case in cases:
        if sum(len(n["pads"]) for n in case["nets"]) == 237:
            row = measure(dense(case, 10.0, 10.0), judge)
            met = row["legal"] and row["seconds"] <= SECONDS
            show(row, met=met)
            good &= met
    return good


def chip(folder, judge):
    """A fabricated chip with its RDL taken away, traces 40 wide at space 30; bars: complete, as long as by hand, 20 s. Says why it is left out."""
    from fabricated import FILE, fabricated_case
    path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(folder))), FILE)
    if not os.path.exists(path) or judge is None:
        print(f"left out: no fabricated chip at {path}, or no klayout module to read it with")
        return True
    row = measure(fabricated_case(path), judge)
    met = row["legal"] and row["ratio"] <= BY_HAND and row["seconds"] <= SECONDS_CHIP
    show(row, met=met)
    return met


def all_legal(cases, judge, each=None, mean=None):
    """Rows of cases whose bar is to be complete and, where they are given, no longer than `each` times the bound and `mean` on the average;
    True when all are."""
    good, ratios, legal = True, [], 0
    for case in cases:
        row = measure(case, judge)
        met = row["legal"] and (each is None or row["ratio"] <= each)
        show(row, met=met)
        good &= met
        legal += row["legal"]
        ratios.append(row["ratio"])
    print(f"complete and legal: {legal} of {len(ratios)}; length to bound {sum(ratios) / len(ratios):.4f} on the average, {max(ratios):.4f} at most"
          + (f" (bars {mean} and {each})" if mean else ""))
    return good and (mean is None or sum(ratios) <= mean * len(ratios))


def in_the_product(cases):
    """The cases layout in, layout out; bars: as complete as in the neutral form, no violation. True when they are met."""
    from tests.bench import product
    print(f"{'in the product':<28} {'neutral':>9} {'drawn':>7} {'open':>6} {'s':>7} {'violations':>11} {'bars':>7}")
    good = True
    for case in cases:
        result, _, _ = run(case)
        with tempfile.TemporaryDirectory() as folder:
            row = product.row(case, result, folder)
        met = (row["open"] == 0 or not result["complete"]) and not row["violations"]
        words = ", ".join("%s %d" % one for one in sorted(row["violations"].items())) or "0"
        print(f"{case['name']:<28} {'complete' if result['complete'] else 'open':>9} {row['drawn']:>7} {row['open']:>6} {row['seconds']:>7.1f} {words:>11} {'met' if met else 'MISSED':>7}", flush=True)
        print(f"    {row['said']}")
        good &= met
    return good


def shaped(seeds, judge):
    """Notched, hollow and slanted terminals and obstacles, with contact points in their notches; bar: complete."""
    from planted import planted_shapes, scattered_shapes
    cases = [planted_shapes(60, seed)[0] for seed in seeds] + [scattered_shapes(seed) for seed in range(1, 1 + 4 * len(seeds))]
    return all_legal(cases, judge)


def planted_kinds(seeds, judge):
    """Floorplans of many kinds with a planted solution, and pad arrays whose contact points stand at or near the least
    distance; bar: complete."""
    from channels import channel_case
    from strange import KINDS
    cases = [make(seed)[0] for make in KINDS.values() for seed in seeds]
    cases += [channel_case(side, tracks, spread=spread)[0]
              for side, tracks, spread in ((8, 3, 1.0), (8, 2, 1.5), (10, 3, 2.0), (12, 4, 0), (12, 4, 2.0))]
    return all_legal(cases, judge, PLANTED_EACH, PLANTED_MEAN)


def two_levels(seeds):
    """Planted crossings on two levels; bars: complete, legal, each no longer than `CROSSING` times the lengths between the terminals, whatever their
    levels.  True when they are met."""
    from level_checker import level_violations, straight
    from planted import crossing_case
    print(f"{'two levels':<28} {'length':>9} {'vias':>7} {'up':>6} {'s':>7} {'MB':>6} {'legal':>6} {'open':>5} {'bars':>7}")
    good, ratios = True, []
    for through in (False, True):
        for nets in (20, 40, 60):
            for seed in seeds:
                case, _ = crossing_case(nets, seed, through)
                result, seconds, memory = run(case)
                faults, left = level_violations(case, result), len({failure["net"] for failure in result["failures"]})
                ratios.append(result["figures"]["exposed_um"] / straight(case))
                met = not faults and result["complete"] and ratios[-1] <= CROSSING
                up = sum(net["level"] != "m0" for net in result["nets"])
                print(f"{case['name']:<28} {ratios[-1]:>9.4f} {result['figures']['vias']:>7} {up:>6} {seconds:>7.1f} {memory:>6} "
                      f"{'NO' if faults else 'yes':>6} {left:>5} {'met' if met else 'MISSED':>7}", flush=True)
                if faults and result["complete"]:
                    WRONG.extend(faults)
                good &= met
    print(f"length to that between the terminals {sum(ratios) / len(ratios):.4f} on the average, {max(ratios):.4f} at most (bar {CROSSING})")
    return good


def growth(sizes, judge):
    """Random problems with a planted solution; bars: complete, seconds as in SECONDS_OF, the exponent of the growth, memory."""
    from planted import planted_case
    points, good = [], True
    for size in sizes:
        row = measure(planted_case(size, 7)[0], judge)
        met = row["legal"] and row["seconds"] <= SECONDS_OF.get(size, SECONDS) and row["memory"] <= MEGABYTES
        show(row, met=met)
        points.append((math.log(size), math.log(row["seconds"])))
        good &= met
    n = len(points)
    mx, my = sum(p[0] for p in points) / n, sum(p[1] for p in points) / n
    slope = sum((x - mx) * (y - my) for x, y in points) / sum((x - mx) ** 2 for x, _ in points)
    print(f"growth: run time goes with n^{slope:.2f} (bar {GROWTH})")
    return good and slope <= GROWTH


def main(argv):
    """Print everything; exit status 0 when every bar is met."""
    if not argv or not os.path.isdir(argv[0]):
        print(__doc__, file=sys.stderr)
        return 1
    cases = []
    for name in sorted(os.listdir(argv[0])):
        if name.endswith(".json"):
            with open(os.path.join(argv[0], name), encoding="utf-8") as stream:
                cases.append(json.load(stream))
    if "--product" in argv:
        return 0 if in_the_product(cases) else 2
    judge = load_judge(argv[0])
    if judge is None:
        print("the judge cannot run here (it needs klayout); legality is decided by the tests' own checker")
    good = table(cases, judge)
    good &= variants(cases, judge)
    good &= chip(argv[0], judge)
    good &= shaped((1,) if "--quick" in argv else (1, 2, 3), judge)
    if "--planted" in argv:
        after = argv[argv.index("--planted") + 1:][:1]
        good &= planted_kinds(range(1, 1 + int(after[0]) if after and after[0].isdigit() else 4), judge)
    good &= two_levels((1,) if "--quick" in argv else (1, 2, 3))
    good &= growth((125, 250) if "--quick" in argv else (125, 250, 500, 1000, *((5000,) if "--large" in argv else ())), judge)
    good &= not WRONG
    print("every bar is met" if good else "some bars are missed")
    return 0 if good else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
