"""All limit cases of a technology in one layout, a tile each, and the markers that belong to each of them."""

import pya

from . import cases, net_cases
from .support import draw, markers, run_deck

TILE = 4000 * 1000  # dbu, 4 mm between cases: further than any rule looks
COLUMNS = 40
GENERATORS = dict(cases.GENERATORS, **net_cases.GENERATORS)


def all_cases(technology):
    """[(rule, Case)] in a fixed order."""
    found = [(rule, case) for rule in technology.rules if rule["check"] in GENERATORS for case in GENERATORS[rule["check"]](technology, rule)]
    return [(rule, net_cases.named(case, "n%d_" % number)) for number, (rule, case) in enumerate(found)]


def tile_of(number):
    """Where the case with that number has its (0, 0)."""
    return number % COLUMNS * TILE, number // COLUMNS * TILE


def directly(layout, top, technology, shapes, x, y):
    draw(top, technology, shapes, x, y)


def layout_of(technology, place=directly, spots=None):
    """A layout of all cases in cell TOP; `place` says how each gets there, `spots` by what (x, y) it is moved to the left and down."""
    layout = pya.Layout()
    layout.dbu = 0.001
    top = layout.create_cell("TOP")
    for number, (_, case) in enumerate(all_cases(technology)):
        (x, y), (dx, dy) = tile_of(number), spots[number] if spots else (0, 0)
        place(layout, top, technology, case.shapes, x - dx, y - dy)
    return layout


def texts_of_numbered(numbered, technology, folder, apart, **variables):
    """{number of the case: [marker texts of its rule]} of [(rule id, Case)], so far (dbu) apart, ten in a row: one run of the deck."""
    layout = pya.Layout()
    layout.dbu = 0.001
    top = layout.create_cell("TOP")
    for number, (_, case) in enumerate(numbered):
        draw(top, technology, case.shapes, number % 10 * apart, number // 10 * apart)
    layout.write(str(folder / "a.gds"))
    run = run_deck(input=folder / "a.gds", report=folder / "a.lyrdb", tech=technology.path, **variables)
    assert run.code == 2, run.err
    texts = {}
    for marker in markers(str(folder / "a.lyrdb")):
        centre = marker.box.center()
        number = round(centre.x / apart) + 10 * round(centre.y / apart)
        if numbered[number][0] == marker.rule:
            texts.setdefault(number, []).append(marker.text)
    return texts


def named_by_number(numbered):
    """Names of these cases, for pytest."""
    return ["%s-%s" % (rule, case.name.replace(" ", "_")) for rule, case in numbered]


def require_as_expected(case, texts):
    assert len(texts) == case.count, texts
    assert all(case.text in text for text in texts), texts


def markers_by_case(technology, report):
    """For each case the markers of its rule that lie in its tile: [[Marker]]. What two tiles share belongs to neither."""
    numbered = all_cases(technology)
    found = [[] for _ in numbered]
    for marker in markers(report):
        corners = {(round(x / TILE), round(y / TILE)) for x, y in ((marker.box.left, marker.box.bottom), (marker.box.right, marker.box.top))}
        column, row = corners.pop()
        number = column + COLUMNS * row
        if not corners and 0 <= column < COLUMNS and number < len(numbered) and numbered[number][0]["id"] == marker.rule:
            found[number].append(marker)
    return found
