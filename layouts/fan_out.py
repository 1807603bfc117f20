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

from postpass import bounds, fanout, netlist, opens  # noqa: E402
from postpass import tech as technologies  # noqa: E402 (tech is a variable of the command line)
from postpass.choices import CommandError, FanOutChoices  # noqa: E402
from postpass.messages import guarded  # noqa: E402

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


def top_cell(layout, name):
    names = sorted(cell.name for cell in layout.top_cells())
    if name:
        if not layout.has_cell(name):
            raise CommandError("no cell named %s; top cells are %s" % (name, ", ".join(names)))
        return layout.cell(name)
    if len(names) != 1:
        raise CommandError("%d top cells (%s): choose one with topcell=NAME" % (len(names), ", ".join(names)))
    return layout.top_cell()


def read(path):
    layout = pya.Layout()
    try:
        layout.read(path)
    except RuntimeError as error:
        raise CommandError("%s: cannot be read (%s)" % (path, str(error).splitlines()[0])) from None
    return layout


def require_technology(cell, technology):
    """Refuses a layout that has nothing on any layer of the technology."""
    def finds(tech):
        indexes = [cell.layout().find_layer(*layer["gds"]) for layer in tech.drawn_layers()]
        return any(index is not None and not cell.begin_shapes_rec(index).at_end() for index in indexes)
    if not finds(technology):
        others = [name for name in sorted(technologies.installed()) if finds(technologies.load(name))]
        raise CommandError("no shape on any layer of technology %s%s" % (
            technology.name, ": choose another technology (%s would find shapes)" % ", ".join(others) if others else ""))


def require_folder(path):
    """Refuses a file that cannot be written there, before the routing takes its time."""
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise CommandError("cannot write %s (no such folder)" % path)
    if os.path.isdir(path):
        raise CommandError("cannot write %s (a folder of that name is there)" % path)
    if not os.access(folder, os.W_OK):
        raise CommandError("cannot write %s (the folder is write-protected)" % path)


def write_all(files):
    """Writes all files or none: [(path, function that writes to the path it is given, function that reads it)].

    Each is read again before it takes its name: KLayout does not report every failed write.
    """
    partial = [(path, os.path.join(os.path.dirname(path), ".part-%d-%s" % (os.getpid(), os.path.basename(path))), write, read_again)
               for path, write, read_again in files]
    try:
        for path, part, write, read_again in partial:
            write(part)
            read_again(part)
        for path, part, _, _ in partial:
            os.replace(part, path)
    except (RuntimeError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]
        raise CommandError("cannot write %s (%s)" % (path, reason)) from None
    finally:
        for _, part, _, _ in partial:
            if os.path.exists(part):
                os.remove(part)


def main(variables):
    if not all(text(variables, name) for name in REQUIRED):
        raise CommandError("give -rd input=FILE -rd output=FILE -rd tech=NAME")
    source, target = text(variables, "input"), text(variables, "output")
    if os.path.realpath(source) == os.path.realpath(target):
        raise CommandError("output is the input file, %s: give another name, so that the input stays as it is" % source)
    for name in ("output", "report"):
        if text(variables, name):
            require_folder(text(variables, name))
    technology = technologies.load(text(variables, "tech"))
    choices = chosen(variables)
    layout = read(source)
    cell = top_cell(layout, text(variables, "topcell"))
    require_technology(cell, technology)
    routed = fanout.route_cell(cell, technology, choices, fanout.PrintedStages())
    report = fanout.draw_result(cell, technology, routed, choices)
    files = [(target, layout.write, pya.Layout().read)]
    if text(variables, "report"):
        files.append((text(variables, "report"), opens.fill(pya.ReportDatabase("Fan-out"), cell.name, routed, technology, os.path.abspath(source)).save, pya.ReportDatabase("again").load))
    write_all(files)
    print("\n".join(report.messages + ["By %s." % technology.identity()]))
    return 2 if report.severity == "error" else 0


sys.exit(guarded(main, globals()))
