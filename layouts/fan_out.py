"""Fans out a layout in batch: joins its contact points and pads by traces.

`klayout -b -r layouts/fan_out.py -rd input=FILE -rd output=FILE -rd tech=NAME|JSON [-rd width=UM] [-rd space=UM]
[-rd function=fan-out|relocation|addition|reduction] [-rd nets=FILE.csv] [-rd teardrops=1] [-rd report=FILE.lyrdb]
[-rd topcell=NAME]`

Nets are told by labels, or by a list (postpass/netlist.py: net,x_um,y_um,width_um,space_um); a name fixes who is joined to
whom, nameless contact points and pads are paired by the function. Exit code 0: all joined, 2: some nets are open (named
with the reason, with markers in the report; the rest is drawn), 1: nothing could be done and no file is written.
"""

import os
import sys

import pya

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pymacros"))

from postpass import bounds, console, fanout, files, layout_file, netlist, opens, strings  # noqa: E402
from postpass import tech as technologies  # noqa: E402 (tech is a variable of the command line)
from postpass.choices import CommandError, FanOutChoices  # noqa: E402
from postpass.messages import guarded  # noqa: E402
from postpass.tech.sources import sources  # noqa: E402

REQUIRED = ("input", "output", "tech")
ON, OFF = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


def text(variables, name):
    """The value of a variable of the command line; "" where it is not given (the name may be a module of this script)."""
    return variables[name] if isinstance(variables.get(name), str) else ""


def number(variables, name):
    value = text(variables, name)
    if not value:
        return None
    try:
        length = float(value)
    except ValueError:
        length = None
    if not bounds.keeps(bounds.LENGTH, length):
        raise CommandError("%s must be %s, not '%s'" % (name, bounds.words(bounds.LENGTH), value))
    return length


def switch(variables, name):
    value = text(variables, name).lower()
    if value not in ON + OFF:
        raise CommandError("%s must be 1 or 0, not '%s'" % (name, value))
    return value in ON


def chosen(variables):
    """FanOutChoices of the command line."""
    entries = netlist.read(text(variables, "nets")) if text(variables, "nets") else ()
    return FanOutChoices(number(variables, "width"), number(variables, "space"), text(variables, "function") or "relocation", entries, switch(variables, "teardrops"))


def require_technology(cell, technology):
    """Refuses a layout that has nothing on any layer of the technology."""
    def finds(tech):
        indexes = [cell.layout().find_layer(*layer["gds"]) for layer in tech.drawn_layers()]
        return any(index is not None and not cell.begin_shapes_rec(index).at_end() for index in indexes)
    if not finds(technology):
        others = [name for name in sorted(technologies.installed()) if finds(technologies.load(name))]
        raise CommandError("no shape on any layer of technology %s%s" % (
            technology.name, ": choose another technology (%s would find shapes)" % ", ".join(others) if others else ""))


def announced(variables):
    """The files.Outputs of this run."""
    outputs = [files.Output("output", text(variables, "output"))]
    if text(variables, "report"):
        outputs.append(files.Output("report", text(variables, "report"), True))
    inputs = [files.Input("input file", text(variables, "input")), files.Input("net list", text(variables, "nets"))]
    inputs += [files.Input("technology file", path) for path in sources(text(variables, "tech"))]
    return files.Outputs(outputs, [one for one in inputs if one.path])


def main(variables):
    if not all(text(variables, name) for name in REQUIRED):
        raise CommandError("give -rd input=FILE -rd output=FILE -rd tech=NAME")
    outputs = announced(variables)
    with outputs.older_aside():
        return fan_out(variables, outputs)


def fan_out(variables, outputs):
    technology = technologies.load(text(variables, "tech"))
    choices = chosen(variables)
    layout = layout_file.read(text(variables, "input"))
    cell = layout_file.top_cell(layout, text(variables, "topcell"))
    require_technology(cell, technology)
    routed = fanout.route_cell(cell, technology, choices, fanout.PrintedStages())
    report = fanout.draw_result(cell, technology, routed, choices)
    writers = {"output": (layout.write, pya.Layout().read)}
    if text(variables, "report"):
        database = opens.fill(pya.ReportDatabase("Fan-out"), strings.cell_name(cell), routed, technology, os.path.abspath(text(variables, "input")))
        writers["report"] = (database.save, pya.ReportDatabase("again").load)
    outputs.write(writers)
    print("\n".join(report.messages + ["By %s." % technology.identity()]))
    return 2 if report.severity == "error" else 0


console.prepare()
sys.exit(guarded(main, globals()))
