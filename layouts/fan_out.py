"""Fans out a layout in batch: joins its contact points and pads by traces.

`klayout -b -r layouts/fan_out.py -rd input=FILE -rd output=FILE -rd tech=NAME|JSON [-rd width=UM] [-rd space=UM]
[-rd function=fan-out|relocation|addition|reduction] [-rd topcell=NAME]`

Nets are told by labels; nameless contact points and pads are paired by the function. Exit code 0: all joined, 2: some
nets are open (named with the reason; the rest is drawn), 1: nothing could be done and no file is written.
"""

import os
import sys

import pya

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pymacros"))

from postpass import fanout  # noqa: E402
from postpass import tech as technologies  # noqa: E402 (tech is a variable of the command line)
from postpass.commands import CommandError  # noqa: E402


def number(variables, name):
    try:
        return float(variables[name]) if variables.get(name) else None
    except ValueError:
        raise CommandError("%s must be a length in um, not '%s'" % (name, variables[name])) from None


def top_cell(layout, name):
    names = [cell.name for cell in layout.top_cells()]
    if name:
        if not layout.has_cell(name):
            raise CommandError("no cell named %s; top cells are %s" % (name, ", ".join(names)))
        return layout.cell(name)
    if len(names) != 1:
        raise CommandError("%d top cells (%s): choose one with topcell=NAME" % (len(names), ", ".join(names)))
    return layout.top_cell()


def main(variables):
    for name in ("input", "output", "tech"):
        if not isinstance(variables.get(name), str) or not variables[name]:
            raise CommandError("give -rd input=FILE -rd output=FILE -rd tech=NAME")
    technology = technologies.load(variables["tech"])
    layout = pya.Layout()
    try:
        layout.read(variables["input"])
    except RuntimeError as error:
        raise CommandError("%s: cannot be read (%s)" % (variables["input"], str(error).splitlines()[0])) from None
    cell = top_cell(layout, variables.get("topcell"))
    report = fanout.fan_out(cell, technology, number(variables, "width"), number(variables, "space"), variables.get("function") or "relocation", fanout.PrintedStages())
    partial = "%s.part%s" % os.path.splitext(variables["output"])
    try:
        layout.write(partial)
        os.replace(partial, variables["output"])
    except (RuntimeError, OSError) as error:
        raise CommandError("cannot write %s (%s)" % (variables["output"], str(error).splitlines()[0])) from None
    print("\n".join(report.messages))
    return 2 if report.severity else 0


try:
    code = main(globals())
except (CommandError, technologies.TechnologyError) as error:
    sys.stderr.write("ERROR: %s\n" % error)
    code = 1
sys.exit(code)
