"""Faults that are known and stay for now. A failure is one of them when its input shows the cause, and does not fail without it."""

import os
import shutil
import subprocess
import tempfile
from collections import namedtuple

import pya

from .trials import FINE, Trial

#: name, reason; kinds: of outcomes; mend(layout): takes the cause out, returns whether there was one
Known = namedtuple("Known", "name reason kinds mend")


def _slanted(layout):
    """Shapes, and instances, with edges that are no multiple of 45 degrees."""
    found = False
    for cell in layout.each_cell():
        for one in [one.dup() for one in cell.each_inst()]:
            if one.is_complex() and one.cplx_trans.angle % 45 > 1e-6:
                cell.erase(one)
                found = True
        for index in layout.layer_indexes():
            for shape in [shape.dup() for shape in cell.shapes(index).each() if not shape.is_text()]:
                if any(edge.dx() and edge.dy() and abs(edge.dx()) != abs(edge.dy()) for edge in shape.polygon.each_edge()):
                    cell.shapes(index).erase(shape)
                    found = True
    return found


KNOWN = [
    Known("slanted metal", "modes mark slanted edges in other pieces, so that they count differently", ("mode differs",), _slanted),
]


READS = Known("KLayout's own reader", "KLayout 0.28.5 crashes while it reads this broken file, with and without Postpass", ("crash",), None)
_READ = "import pya\ntry:\n    pya.Layout().read(input)\nexcept RuntimeError:\n    pass\n"


def _crashes_when_read(path):
    """Does a KLayout that does nothing but read the file end in a signal, in one of five tries?"""
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, "read.py")
        with open(script, "w", encoding="utf-8") as file:
            file.write(_READ)
        command = ["klayout", "-b", "-r", script, "-rd", "input=" + path]
        environment = dict(os.environ, KLAYOUT_HOME=folder, MALLOC_PERTURB_="165")
        return any(subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False).returncode not in (0, 1) for _ in range(5))


def known(trial, failure, run, folder):
    """The Known that a failure is, or None. run: function ([Trial]) -> [Outcome]."""
    if failure.kind in READS.kinds and os.path.exists(trial.path("in.gds")) and _crashes_when_read(trial.path("in.gds")):
        return READS
    for one in KNOWN:
        if failure.kind in one.kinds and os.path.exists(trial.path("in.gds")):
            mended = _mended(trial, one, os.path.join(folder, one.name.replace(" ", "_")))
            if mended and run([mended])[0].kind in FINE:
                return one
    return None


def _mended(trial, cause, folder):
    layout = pya.Layout()
    try:
        layout.read(trial.path("in.gds"))
    except RuntimeError:
        return None
    if not layout.top_cells() or not cause.mend(layout):
        return None
    one = Trial(trial.kind, trial.seed, folder)
    for name in ("t.json", "nets.csv"):
        if os.path.exists(trial.path(name)):
            shutil.copy(trial.path(name), folder)
    one.main, one.tech, one.jobs, one.usual = trial.main, trial.tech, trial.jobs, trial.usual
    layout.write(one.path("in.gds"))
    return one
