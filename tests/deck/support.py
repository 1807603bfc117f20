"""Runs the real deck in the real application and reads what it says. Coordinates of shapes are dbu of 1 nm."""

import json
import math
import os
import shutil
import subprocess
from collections import namedtuple

import pya

from tests import resident
from tests.resident import application

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DECK = os.path.join(ROOT, "drc", "postpass.lydrc")
FAN_OUT = os.path.join(ROOT, "layouts", "fan_out.py")
UM = 1000  # dbu per um in every layout of these tests

Run = namedtuple("Run", "code out err")
Marker = namedtuple("Marker", "rule box text")


def run_deck(folder=None, **variables):
    """One batch run, with the variables that `-rd name=value` gives."""
    return run_script(DECK, folder=folder, **variables)


def run_script(script, folder=None, **variables):
    """One batch run of a script in the tests' one KLayout."""
    ended = resident.run(script, variables, folder=folder)
    return Run(-ended.signal if ended.signal else ended.code, ended.out, ended.err)


def start_script(script, *options, folder=None, **variables):
    """One batch run of a script with a start of its own: `-rd name=value` for each variable."""
    command = [application(), "-b", *map(str, options), "-r", str(script)]
    for name, value in variables.items():
        command += ["-rd", "%s=%s" % (name, value)]
    done = subprocess.run(command, cwd=str(folder) if folder else None, capture_output=True, text=True, timeout=600)
    return Run(done.returncode, done.stdout, done.stderr)


def check(layout, tech, folder, **variables):
    """Writes the layout, runs the deck on it: (Run, markers, summary)."""
    path, report, summary = (os.path.join(str(folder), name) for name in ("in.gds", "out.lyrdb", "out.json"))
    layout.write(path)
    run = run_deck(input=path, report=report, summary=summary, tech=tech, **variables)
    assert run.code in (0, 2), run.err
    return run, markers(report), json.load(open(summary))


def markers(report):
    """All markers of a report file: [Marker], boxes in dbu."""
    database = pya.ReportDatabase("")
    database.load(report)
    names = {category.rdb_id(): category.name() for category in database.each_category()}
    found = []
    for item in database.each_item():
        box, text = pya.DBox(), ""
        for value in item.each_value():
            if value.is_string():
                text = value.string()
            else:
                shape = value.edge() if value.is_edge() else value.edge_pair() if value.is_edge_pair() else value.polygon()
                box += shape.bbox()
        found.append(Marker(names[item.category_id()], box.to_itype(1.0 / UM), text))
    return found


def new_layout(technology, shapes, dbu=0.001):
    """A layout of one cell TOP: shapes = {layer name: [polygon, box or path]}."""
    layout = pya.Layout()
    layout.dbu = dbu
    draw(layout.create_cell("TOP"), technology, shapes)
    return layout


def draw(cell, technology, shapes, dx=0, dy=0):
    """Adds shapes = {layer name: [...]} to the cell, moved by (dx, dy); a union is drawn on its first part."""
    for name, some in shapes.items():
        gds = technology.layers[technology.parts(name)[0]]["gds"]
        into = cell.shapes(cell.layout().layer(*gds))
        for shape in some:
            into.insert(shape.moved(dx, dy))


def square(size, x=0, y=0):
    """Lower left corner at (x, y)."""
    return pya.Box(x, y, x + size, y + size)


def round_shape(size, corners=32):
    """Corners on the circle, one on each axis, extents exactly `size` (even)."""
    points = [(0.5 * size * math.cos(2 * math.pi * i / corners), 0.5 * size * math.sin(2 * math.pi * i / corners)) for i in range(corners)]
    return pya.Polygon([pya.Point(int(round(x)), int(round(y))) for x, y in points])


def octagon(size, cut=None):
    """Regular, extents exactly `size`."""
    cut = cut if cut is not None else int(round(size / (2 + math.sqrt(2))))
    corners = [(cut, 0), (0, cut), (0, size - cut), (cut, size), (size - cut, size), (size, size - cut), (size, cut), (size - cut, 0)]
    return pya.Polygon([pya.Point(x, y) for x, y in corners])


def installed_home(folder):
    """A fresh KLAYOUT_HOME with the package in its salt folder, as `git clone` or a copy leaves it."""
    package = os.path.join(str(folder), "salt", "postpass")
    for name in ("pymacros", "drc", "tech"):
        shutil.copytree(os.path.join(ROOT, name), os.path.join(package, name), ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(os.path.join(ROOT, "grain.xml"), package)
    return str(folder)


def run_in_window(script, home, *options, **variables):
    """Runs a Python script in the real application with its main window, off the screen: Run."""
    command = [application(), "-z", *options]
    for name, value in variables.items():
        command += ["-rd", "%s=%s" % (name, value)]
    env = dict(os.environ, KLAYOUT_HOME=home, QT_QPA_PLATFORM="offscreen")
    env.pop("KLAYOUT_PATH", None)
    done = subprocess.run(command + ["-r", script], env=env, capture_output=True, text=True, timeout=300)
    return Run(done.returncode, done.stdout, done.stderr)
