"""Rules on nets: the Ruby deck beside the Python one on all that tests and benches draw: python -m tests.port.nets [PART ...]

Compared are markers (rule, shapes, text), the table of nets and the declared groups, in every mode; nets are read whole in
flat and tiled mode, and by cell in deep mode. The last line says how many layouts and markers were equal.
"""

import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [path for path in (ROOT, os.path.join(ROOT, "pymacros")) if path not in sys.path]

import pya  # noqa: E402

from postpass import tech as technologies  # noqa: E402
from postpass.conductors.net_table import NetTable  # noqa: E402
from postpass.drc.drawing import Drawing  # noqa: E402
from postpass.drc.kinds import KINDS  # noqa: E402
from postpass.geometry.layers import Layers  # noqa: E402
from tests.deck import support  # noqa: E402

run_ruby = support.run_deck
MODES = ("flat", "deep")
told = Counter()


def rules_of(tech):
    return [rule for rule in tech.rules if rule["check"] in KINDS and KINDS[rule["check"]].family == "nets"]


def outline(shape):
    """A polygon as nested tuples of its corners in dbu: an outline and its holes, each from its lowest left corner on."""
    polygon = pya.Polygon(shape) if isinstance(shape, pya.Box) else shape
    return (points(polygon.each_point_hull()),) + tuple(sorted(points(polygon.each_point_hole(hole)) for hole in range(polygon.holes())))


def points(some):
    corners = [(point.x, point.y) for point in some]
    first = corners.index(min(corners))
    return tuple(corners[first:] + corners[:first])


def by_ruby(report, dbu, wanted):
    """Counter of (rule, shapes, text) of a report."""
    database = pya.ReportDatabase("")
    database.load(str(report))
    names = {category.rdb_id(): category.name() for category in database.each_category()}
    found = Counter()
    for item in database.each_item():
        if names[item.category_id()] not in wanted:
            continue
        values = list(item.each_value())
        shapes = [outline(value.polygon().to_itype(dbu)) for value in values if not value.is_string()]
        found[names[item.category_id()], tuple(sorted(shapes)), next(value.string() for value in values if value.is_string())] += 1
    return found


def by_python(path, tech, topcell, mode, threads):
    """(Counter of (rule, shapes, text), [row of the net table], groups)"""
    layout = pya.Layout()
    layout.read(str(path))
    layers = Layers(layout, layout.cell(topcell), tech)
    layers.threads, layers.by_cell = threads, mode == "deep"
    drawing, found = Drawing(layers), Counter()
    for rule in rules_of(tech):
        for finding in KINDS[rule["check"]].findings(rule, drawing):
            found[rule["id"], tuple(sorted(outline(shape) for shape in finding.shapes)), finding.text] += 1
    return found, [json.dumps(row, sort_keys=True) for row in NetTable(drawing.nets, layout.dbu)], drawing.nets.groups.table()


def compared(input=None, tech="postpass", report=None, summary=None, mode=None, family=None, **rest):  # noqa: A002
    """Runs both decks, in the mode or in all; stands in for support.run_deck and gives what the Ruby deck said."""
    technology, done = technologies.load(str(tech)), None
    with tempfile.TemporaryDirectory() as folder:
        for one in [mode] if mode else MODES:
            theirs = str(report or folder + "/r.lyrdb"), str(summary or folder + "/r.json")
            done = run_ruby(input=input, tech=tech, report=theirs[0], summary=theirs[1], mode=one, **dict(rest, family=family or "nets"))
            assert done.code in (0, 2), done.err
            said = json.load(open(theirs[1]))
            tell(str(input), said, by_ruby(theirs[0], said_dbu(input), {rule["id"] for rule in rules_of(technology)}),
                 *by_python(input, technology, said["topcell"], said["mode"], said["threads"]))
    return done


def said_dbu(path):
    layout = pya.Layout()
    layout.read(str(path))
    return layout.dbu


def tell(name, said, theirs, mine, rows, groups):
    told["layouts"] += 1
    told["markers"] += sum(theirs.values())
    told["nets"] += len(rows)
    told["groups"] += len(groups)
    their_rows = [json.dumps(row, sort_keys=True) for row in said["nets"]]
    wrong = []
    theirs, mine = without_said_once(theirs, mine)
    if theirs != mine:
        wrong.append("markers: %d ruby alone %s\n  %d python alone %s" % (sum((theirs - mine).values()), list((theirs - mine).items())[:3], sum((mine - theirs).values()), list((mine - theirs).items())[:3]))
    if their_rows != rows:
        one, other = Counter(their_rows), Counter(rows)
        wrong.append("nets: ruby alone %s\n  python alone %s%s" % (list((one - other))[:3], list((other - one))[:3], " (order alone)" if one == other else ""))
    if grouped(said["functions"]) != grouped(groups):  # in the order of the areas from left to right, not as they are read
        wrong.append("groups: %s\n  not %s" % (said["functions"][:2], groups[:2]))
    told["different"] += bool(wrong)
    print("%-60s %s: %d markers of %d rules, %d nets, %d groups%s" % (name[-60:], said["mode"], sum(theirs.values()), len({key[0] for key in theirs}), len(rows), len(groups),
                                                                   "" if not wrong else "\nDIFFERENT " + "\n".join(wrong)), flush=True)


def without_said_once(theirs, mine):
    """Without the rules of which one finding says what the Ruby deck says of each shape: that nothing of the other kind is drawn."""
    once = {key[0] for key in mine if key[2].endswith(" is drawn")}
    return [Counter({key: count for key, count in some.items() if key[0] not in once}) for some in (theirs, mine)]


def grouped(records):
    return Counter(json.dumps(record, sort_keys=True) for record in records)


# what is drawn

def oracle_layouts(folder):
    from tests.trust import test_net_oracle as drawn
    drawn.run_deck = compared
    for name in sorted(vars(drawn)):
        if name.startswith("test_"):
            vars(drawn)[name](folder)


def repeated_cells(folder, seeds=range(8)):
    from tests.nets import test_blocks as drawn
    for seed in seeds:
        for make in (drawn.repeated_cells, drawn.neighbours_across_cells):
            path = folder / ("%s_%d.gds" % (make.__name__, seed))
            make(seed).write(str(path))
            rules = drawn.RULES if make is drawn.repeated_cells else {name: drawn.RULES[name] for name in ("distance", "near", "net_open")}
            compared(input=path, tech=drawn.technology(folder, rules))


def limit_cases(folder):
    from tests.deck import limits
    for name in sorted(technologies.installed()):
        path = folder / (name + ".gds")
        limits.layout_of(technologies.load(name)).write(str(path))
        compared(input=path, tech=name)


def kinds(folder):
    from tests.nets import test_net_kinds as drawn
    layout = support.new_layout(drawn.POSTPASS, {})
    for number, (_, case) in enumerate(drawn.NUMBERED):
        support.draw(layout.top_cell(), drawn.POSTPASS, case.shapes, *drawn.tile_of(number))
    layout.write(str(folder / "kinds.gds"))
    compared(input=folder / "kinds.gds", tech=drawn.technology(folder))


def net_faults(folder):
    from tests.trust import net_faults as drawn
    drawn.run_deck = compared
    for kit in drawn.KITS:
        drawn.run(kit, 4, 1, str(folder))


def demo_chips(folder):
    build = os.environ.get("POSTPASS_DEMOS", os.path.join(ROOT, "build"))
    for path in sorted(Path(build).rglob("*.gds")) if os.path.isdir(build) else []:
        if "bench" not in path.parts:
            compared(input=path, tech=tech_of(path))


def tech_of(path):
    layout = pya.Layout()
    layout.read(str(path))
    numbers = {(info.layer, info.datatype) for info in map(layout.get_info, layout.layer_indexes())}
    if (79, 0) in numbers:
        return "wlcsp_two_level"
    return "postpass" if (52, 0) in numbers else "wlcsp"


def real_chip(folder):
    from tests.deck import test_real_chip as drawn
    path = folder / "variant.json"
    path.write_text(json.dumps(drawn.VARIANT))
    compared(input=drawn.LAYOUT, tech=str(path))


def bench(folder):
    from tests.bench import layouts
    for kind, vias in (("flat", 10_000), ("array", 10_000), ("flat", 100_000), ("array", 100_000)):
        path = str(folder / ("%s_%d.gds" % (kind, vias)))
        layouts.build(path, vias, kind, faults=0.02)
        for mode in ("flat", "tiled", "deep"):
            compared(input=path, mode=mode)


PARTS = {function.__name__: function for function in (kinds, limit_cases, repeated_cells, net_faults, oracle_layouts, real_chip, demo_chips, bench)}


def main(names):
    for name in names or PARTS:
        print("== " + name, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](Path(folder))
    print("%d layouts by mode, %d markers, %d nets, %d groups; %d layouts differ" % tuple(told[key] for key in ("layouts", "markers", "nets", "groups", "different")))
    return 1 if told["different"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
