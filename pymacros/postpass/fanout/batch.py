"""The fan-out in batch: joins the contact points and pads of a layout file by traces.

The variables of `klayout -b -r layouts/fan_out.py -rd NAME=TEXT` are those of `main`: input, output, tech, width, space
(um), function (fan-out, relocation, addition, reduction), nets, teardrops, necks, match_tolerance, via_cost (um), level, anew, reroute,
report, topcell.

Nets are told by labels, or by a list (netlist.py: net,x_um,y_um and more); a name fixes who is joined to
whom, nameless contact points and pads are paired by the function. Traces of an earlier fan-out stay where they are still right, but for
those of the nets of `reroute` (names, commas between), and with `anew` all of them. `level` names the trace
layers that nets run on, where the technology has several levels of metal. Exit code 0: all joined, 2: some nets are open (named
with the reason, with markers in the report; the rest is drawn), 1: nothing could be done and no file is written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import pya

from .. import bounds, console, files, layout_file, strings
from .. import tech as technologies
from ..draw.choices import CommandError, FanOutChoices
from ..drc.batch import look_for_technologies
from ..drc.inspection import fitting_technologies, has_shapes
from ..geometry.layers import Layers
from ..messages import guarded
from ..tech.sources import sources
from . import command as fanout
from . import netlist, open_markers

REQUIRED = ("input", "output", "tech")
ON, OFF = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
Texts = Mapping[str, str]


def main(variables: Mapping[str, object]) -> int:
    """Fans out as the variables say (texts; others are no variables of the command line). Returns the exit code."""
    console.prepare()
    return guarded(_run, {name: value for name, value in variables.items() if isinstance(value, str)})


def _number(texts: Texts, name: str, bound: bounds.Bound = bounds.LENGTH) -> "float | None":
    value = texts.get(name)
    if not value:
        return None
    try:
        length = float(value)
    except ValueError:
        length = None
    if not bounds.keeps(bound, length):
        raise CommandError("%s must be %s, not '%s'" % (name, bounds.words(bound), value))
    return length


def _switch(texts: Texts, name: str) -> bool:
    value = texts.get(name, "").lower()
    if value not in ON + OFF:
        raise CommandError("%s must be 1 or 0, not '%s'" % (name, value))
    return value in ON


def _names(texts: Texts, name: str) -> list[str]:
    """The names of a variable, commas between."""
    return [one.strip() for one in texts.get(name, "").split(",") if one.strip()]


def _chosen(texts: Texts) -> FanOutChoices:
    """FanOutChoices of the command line."""
    entries = netlist.read(texts["nets"]) if texts.get("nets") else ()
    return FanOutChoices(_number(texts, "width"), _number(texts, "space"), texts.get("function") or "relocation", entries, _switch(texts, "teardrops"),
                         _switch(texts, "anew"), _names(texts, "reroute"), _switch(texts, "necks"), _number(texts, "match_tolerance"),
                         _number(texts, "via_cost", bounds.LIMIT), _names(texts, "level"))


def _require_technology(cell: pya.Cell, technology: Any) -> None:
    """Refuses a layout that has nothing on any layer of the technology."""
    layers = Layers(cell.layout(), cell, technology)
    if not has_shapes(layers):
        others = fitting_technologies(layers)
        raise CommandError("no shape on any layer of technology %s%s" % (
            technology.name, ": choose another technology (%s would find shapes)" % ", ".join(others) if others else ""))


def _announced(texts: Texts) -> files.Outputs:
    """The files.Outputs of this run."""
    outputs = [files.Output("output", texts["output"])]
    if texts.get("report"):
        outputs.append(files.Output("report", texts["report"], True))
    inputs = [files.Input("input file", texts["input"]), files.Input("net list", texts.get("nets", ""))]
    inputs += [files.Input("technology file", path) for path in sources(texts["tech"])]
    return files.Outputs(outputs, [one for one in inputs if one.path])


def _run(texts: Texts) -> int:
    if not all(texts.get(name) for name in REQUIRED):
        raise CommandError("give -rd input=FILE -rd output=FILE -rd tech=NAME")
    look_for_technologies(texts["tech"])
    outputs = _announced(texts)
    with outputs.older_aside():
        return _fan_out(texts, outputs)


def _fan_out(texts: Texts, outputs: files.Outputs) -> int:
    technology = technologies.load(texts["tech"])
    choices = _chosen(texts)
    layout = layout_file.read(texts["input"])
    cell = layout_file.top_cell(layout, texts.get("topcell"))
    _require_technology(cell, technology)
    routed = fanout.route_cell(cell, technology, choices, fanout.PrintedStages())
    report = fanout.draw_result(cell, technology, routed, choices)
    writers = {"output": (layout.write, pya.Layout().read)}
    if texts.get("report"):
        database = open_markers.fill(pya.ReportDatabase("Fan-out"), strings.cell_name(cell), routed, technology, os.path.abspath(texts["input"]))
        writers["report"] = (database.save, pya.ReportDatabase("again").load)
    outputs.write(writers)
    print("\n".join(report.messages + ["By %s." % technology.identity()]))
    return 2 if report.severity == "error" else 0
