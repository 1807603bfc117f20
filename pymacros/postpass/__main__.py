"""The command line of the installed package: `postpass check | fan-out | route | convert | compare | tech | docs`, or `python3 -m postpass …`.

Arguments become the variables that the same command has inside the application; there is nothing else to it.
Exit code 1 stands for a command that cannot be understood, as for everything that could not be done.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from .messages import Refusal, printable

CHECK = (("tech", "NAME[@VERSION]|JSON", "technology: a name or a JSON file (default: postpass)"), ("report", "FILE.lyrdb", "write the markers"),
         ("summary", "FILE.json", "write rules, counts, nets and functions"),
         ("sarif", "FILE.sarif", "write the findings as SARIF 2.1.0, for code scanning"), ("junit", "FILE.xml", "write a JUnit file, one test case for each rule"),
         ("clean", "FILE.gds", "write the layout without shapes that cover nothing"), ("topcell", "NAME", "the cell to check"),
         ("mode", "MODE", "flat, tiled or deep (default: chosen by the layout)"), ("threads", "N", "threads of KLayout's engine (default: all)"),
         ("family", "NAME,...", "only rules of these families: technology, geometry, nets"), ("window", "L,B,R,T", "only geometry in this box, in um"),
         ("tile", "UM", "side of the tiles"))
SPREAD = (("workers", "N", "check window by window in N processes"), ("scheduler", "tcp://HOST:PORT", "the same on the workers of a Dask scheduler"),
          ("side", "UM", "side of these windows (default: chosen by the layout)"))
CHECK_CODES = "Exit code 0: no errors, 2: violations, 1: could not check."
_FAN_OUT = (("width", "UM", "of the traces (default: the technology's least)"), ("space", "UM", "of the traces (default: the technology's least)"),
            ("function", "NAME", "how nameless ones are paired: fan-out, relocation (default), addition, reduction"),
            ("nets", "FILE.csv", "net list: net,x_um,y_um,width_um,space_um"),
            ("level", "NAME,...", "trace layers of the levels of metal that nets run on (default: all)"),
            ("match-tolerance", "UM", "by how much the lengths of a group of nets may differ (default: 1)"),
            ("via-cost", "UM", "length that a via between levels must save (default: one pitch)"), ("report", "FILE.lyrdb", "write markers on open nets"),
            ("topcell", "NAME", "the cell to fan out"))

_LIST = (("from", "FORMAT", "format of the list (default: told by contents and ending)"), ("unit", "UNIT", "of a list that does not say it: nm, um, mm, cm, mil, inch"),
         ("origin", "WHERE", "list (default), centre or lower-left: what of the list comes to lie at 0, 0"), ("mirror", "x|y", "mirror the list: x changes the sign of x"),
         ("topcell", "NAME", "the cell of a layout, or the macro of a LEF"))
_CONVERT = (("tech", "NAME|JSON", "technology, for layouts and the router's JSON"), ("to", "FORMAT", "format to write (default: by the ending)"),
            ("layer", "NAME", "layer of pads in DEF and LEF (default: RDL); of labels the outlines, LAYER/DATATYPE"), ("die", "L,B,R,T", "the die, um, of a list that does not say it"))
_COMPARE = (("tolerance-um", "UM", "what lies so near is the same place (default: 1)"),
            ("report", "FILE.lyrdb", "write markers on what differs"), ("html", "FILE.html", "write a page with a picture and a table"))


class Parser(argparse.ArgumentParser):
    """A reader of arguments that ends with one sentence and exit code 1: 2 means violations, or open nets."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse's; a value may begin with a minus and a digit (--window -10,-10,5,5)."""
        words: list[str] = []
        for word in sys.argv[1:] if args is None else args:
            if words and re.match(r"-[0-9.]", word) and re.fullmatch(r"--[a-z-]+", words[-1]):
                words[-1] += "=" + word
            else:
                words.append(word)
        return super().parse_known_args(words, namespace)

    def error(self, message: str) -> NoReturn:
        self.exit(1, "ERROR: %s (%s --help shows more)\n" % (printable(message), self.prog))


class _Version(argparse.Action):
    """Prints the version and ends: which it is, is looked up then alone."""

    def __call__(self, parser: argparse.ArgumentParser, *arguments: Any) -> NoReturn:
        from .version import version
        print("postpass %s" % version())
        parser.exit()


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Runs the command of these arguments (default: the process's own). Returns the exit code."""
    given = vars(_parser().parse_args(arguments))
    return given.pop("run")({name: value for name, value in given.items() if value is not None})


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="postpass", allow_abbrev=False, description="Post-passivation interconnect: checks and fan-out, without the application.")
    parser.add_argument("--version", action=_Version, nargs=0, help="tell the version and end")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = command(commands, "check", _check, "check a layout by the rules of a technology", CHECK_CODES)
    add_check(check)
    fan_out = command(commands, "fan-out", _fan_out, "join contact points and pads by traces", "Exit code 0: all joined, 2: some nets are open, 1: nothing done.")
    fan_out.add_argument("input", metavar="IN", help="the layout")
    fan_out.add_argument("output", metavar="OUT", help="the layout with traces")
    fan_out.add_argument("--tech", metavar="NAME[@VERSION]|JSON", required=True, help="technology: a name or a JSON file")
    add_options(fan_out, _FAN_OUT)
    fan_out.add_argument("--teardrops", action="store_const", const="1", help="also draw teardrops where traces meet pads")
    fan_out.add_argument("--necks", action="store_const", const="1", help="let wide traces end in necks at narrow contact points and pads")
    add_route(commands)
    add_exchange(commands)
    add_tech(commands)
    add_docs(commands)
    return parser


def add_check(check: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command `check` to its parser."""
    check.add_argument("input", metavar="FILE", nargs="+", help="the layout; several make a table, one line each")
    check.add_argument("--table", metavar="FILE.csv", nargs="?", const="", help="a line for each layout, and what changed since this table, which is written anew")
    add_options(check, CHECK)
    add_options(check.add_argument_group("on several processors or machines", "needs postpass[cluster]"), SPREAD)


def add_route(commands: Any) -> None:
    """Adds the command `route` to a parser's commands."""
    route = command(commands, "route", _route, "route a case in the neutral JSON form", "Exit code 0: complete, 2: nets open, 1: bad case.")
    route.add_argument("case", metavar="CASE.json")
    route.add_argument("result", metavar="RESULT.json")


def add_exchange(commands: Any) -> None:
    """Adds the commands `convert` and `compare` to a parser's commands."""
    convert = command(commands, "convert", _convert, "convert pad lists, bump maps and net lists",
                      "Exit code 0: written, 1: not. Formats: csv, netlist, aif, amkor, bmap, def, lef, kicad, pos, layout, labels, json.")
    convert.add_argument("input", metavar="IN", help="the list or layout")
    convert.add_argument("output", metavar="OUT", help="the file to write")
    add_options(convert, _CONVERT)
    convert.add_argument("--vias", action="store_const", const="1", help="into a layout: also draw vias with capture pads on contact points, and the openings above pads")
    compare = command(commands, "compare", _compare, "compare a list with a layout", "Exit code 0: the same, 2: differences, 1: could not compare.")
    compare.add_argument("input", metavar="LIST", help="the list")
    compare.add_argument("layout", metavar="LAYOUT", help="the layout")
    compare.add_argument("--tech", metavar="NAME|JSON", required=True, help="technology: a name or a JSON file")
    add_options(compare, _COMPARE)
    for one in (convert, compare):
        add_options(one, _LIST)
        one.add_argument("--lef", metavar="FILE", action="append", help="macros of bumps and pads (may be given several times)")
        one.add_argument("--cell", metavar="NAME=[SHAPE:]W[xH]", action="append", help="size of a bump cell, or of all (*) that have none, in um (may be given several times)")
        one.add_argument("--column", metavar="WHAT=TITLE", action="append", help="column of a CSV for x, y, net, name, ..., by its title or number (may be given several times)")


def add_tech(commands: Any) -> None:
    """Adds the command `tech` to a parser's commands."""
    tech = commands.add_parser("tech", help="write and examine technology files", description="Write and examine technology files.", allow_abbrev=False)
    its = tech.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command(its, "list", _list, "list all technologies with version, checksum of the rules, and file", "Exit code 0: all can be used, 2: some cannot.")
    check = command(its, "validate", _validate, "list all mistakes of a technology file, with their lines", "Exit code 0: it can be used, 2: mistakes, 1: it cannot be read.")
    check.add_argument("file", metavar="NAME|JSON")
    new = command(its, "new", _new, "write NAME.json, a technology to begin with", "Exit code 0: written, 1: not.")
    new.add_argument("name", metavar="NAME")
    new.add_argument("--from", dest="base", metavar="NAME|JSON|empty", required=True, help="a technology to copy, or 'empty'")
    new.add_argument("--layers", metavar="FILE.lyp|FILE.lef", help="take names and numbers of layers from this file")
    coverage = command(its, "coverage", _coverage, "compare a list of rules with a technology: checked, guideline, missing", "Exit code 0: none is missing, 2: some are, 1: cannot tell.")
    coverage.add_argument("rules", metavar="RULES.csv", help="the ids of the rules, one a line, perhaps with words behind a comma")
    coverage.add_argument("file", metavar="NAME|JSON")
    diff = command(its, "diff", _diff, "tell what differs between two technologies, rule by rule", "Exit code 0: nothing, 2: something, 1: cannot tell.")
    diff.add_argument("one", metavar="NAME[@VERSION]|JSON")
    diff.add_argument("other", metavar="NAME[@VERSION]|JSON")
    diff.add_argument("--json", dest="as_json", action="store_true", help="as JSON, with the values themselves")
    export = command(its, "export", _export, "write a technology and all that it needs into one archive", "Exit code 0: written, 1: not.")
    export.add_argument("file", metavar="NAME[@VERSION]|JSON")
    export.add_argument("archive", metavar="FILE.zip")
    importing = command(its, "import", _import, "make a folder of an archive: whole or not at all, and nothing of it is run", "Exit code 0: imported, 1: refused, nothing changed.")
    importing.add_argument("archive", metavar="FILE.zip")
    importing.add_argument("folder", metavar="FOLDER", help="the new folder of the technology")
    importing.add_argument("--replace", action="store_true", help="take the place of a folder that an earlier import made")
    section = command(its, "section", _section, "draw a cross-section of a technology's films, vias and metals to scale", "Exit code 0: written, 1: not.")
    section.add_argument("file", metavar="NAME|JSON")
    section.add_argument("--svg", metavar="FILE.svg", required=True, help="write the picture")
    stack = command(its, "stack", _stack, "write the macro that shows a technology's stack in KLayout's 2.5D view", "Exit code 0: written, 1: not.")
    stack.add_argument("file", metavar="NAME[@VERSION]|JSON")
    stack.add_argument("--lyd25", metavar="FILE.lyd25", required=True, help="write the macro; KLayout finds it in the folder d25/ beside the technology")
    manual = command(its, "manual", _manual, "write the rule manual of a technology, a page to be read or printed", "Exit code 0: written, 1: not.")
    manual.add_argument("file", metavar="NAME[@VERSION]|JSON")
    manual.add_argument("--html", metavar="FILE.html", required=True, help="write the page")


def add_docs(commands: Any) -> argparse.ArgumentParser:
    """Adds the command `docs` to a parser's commands."""
    docs = command(commands, "docs", _docs, "write the generated files of a checkout", "Exit code 0: written, 1: could not, or --check found drift.")
    docs.add_argument("--check", action="store_true", help="only say which files have drifted")
    return docs


def command(commands: Any, name: str, run: Any, does: str, codes: str = "") -> argparse.ArgumentParser:
    """Adds a command that is done by run(values of its arguments by name) -> exit code. Returns its parser."""
    parser = commands.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".", epilog=codes, allow_abbrev=False)
    parser.set_defaults(run=run)
    return parser


def add_options(parser: Any, options: "tuple[tuple[str, str, str], ...]") -> None:
    """Adds options that take a value: (name, value, what it does)."""
    for name, value, does in options:
        parser.add_argument("--" + name, metavar=value, help=does)


# each command imports what it needs: routing and docs run without KLayout

def _check(given: "dict[str, Any]") -> int:
    from .drc import batch, table
    spread = {name: given.pop(name) for name, _, _ in SPREAD if name in given}
    paths = table.paths_of(given.pop("input"))
    if len(paths) > 1 or "table" in given:
        return table.main(paths, given, spread)
    return batch.main({**given, "input": paths[0]}, spread)


def _fan_out(given: "dict[str, str]") -> int:
    from .fanout import batch
    return batch.main(given)


def _route(given: "dict[str, str]") -> int:
    return _guarded(_routed, given)


def _routed(given: "dict[str, str]") -> int:
    try:
        from .routing.__main__ import main as route
    except ImportError as error:
        raise Refusal("the router needs %s: pip install 'postpass[route]'" % error.name) from None
    return route([given["case"], given["result"]])


def _list(given: "dict[str, str]") -> int:
    from .tech import commands
    return _of_technologies(commands.tell_known)


def _convert(given: "dict[str, Any]") -> int:
    from .exchange import commands
    return _guarded(commands.convert, given, given.pop("lef", ()), given.pop("cell", ()), given.pop("column", ()))


def _compare(given: "dict[str, Any]") -> int:
    return _guarded(_compared, given, given.pop("lef", ()), given.pop("cell", ()), given.pop("column", ()))


def _compared(given: "dict[str, str]", lefs: "Sequence[str]", cells: "Sequence[str]", columns: "Sequence[str]") -> int:
    from .drc.batch import require_numpy
    require_numpy()
    from .exchange.compare import compare
    return compare(given, lefs, cells, columns)


def _validate(given: "dict[str, str]") -> int:
    from .tech import commands
    return _of_technologies(commands.tell_mistakes, given["file"])


def _new(given: "dict[str, str]") -> int:
    from .tech import commands
    return _guarded(_with_remarks, commands.write_new, [given["base"]], given["name"], given["base"], given.get("layers"))


def _coverage(given: "dict[str, str]") -> int:
    from .tech import commands
    return _guarded(_with_remarks, commands.tell_coverage, [given["file"]], given["rules"], given["file"])


def _diff(given: "dict[str, Any]") -> int:
    from .tech import differences
    return _guarded(_with_remarks, differences.tell_differences, [given["one"], given["other"]], given["one"], given["other"], given["as_json"])


def _export(given: "dict[str, str]") -> int:
    from .archive import packing
    return _guarded(_with_remarks, packing.export, [given["file"]], given["file"], given["archive"])


def _import(given: "dict[str, Any]") -> int:
    from .archive import unpacking
    return _guarded(unpacking.import_, given["archive"], given["folder"], given["replace"])


def _section(given: "dict[str, str]") -> int:
    from .tech import section_svg
    return _guarded(_with_remarks, section_svg.write_section, [given["file"]], given["file"], given["svg"])


def _manual(given: "dict[str, str]") -> int:
    from .tech import manual
    return _guarded(_with_remarks, manual.write_manual, [given["file"]], given["file"], given["html"])


def _stack(given: "dict[str, str]") -> int:
    from .tech import stack_view
    return _guarded(_with_remarks, stack_view.write_macro, [given["file"]], given["file"], given["lyd25"])


def _of_technologies(run: Any, *names: str) -> int:
    """A command whose arguments are all names of technologies."""
    return _guarded(_with_remarks, run, names, *names)


def _with_remarks(run: Any, names: "Sequence[str]", *arguments: Any) -> int:
    """Runs a command after the remarks on what its names of technologies mean, and on folders that are not there."""
    from .tech import places
    places.tell_remarks(*names)
    return run(*arguments)


def _guarded(run: Any, *arguments: Any) -> int:
    from . import console
    from .messages import guarded
    console.prepare()
    return guarded(run, *arguments)


def _docs(given: "dict[str, Any]") -> int:
    from . import documents
    return _guarded(documents.main, ["--check"] if given["check"] else [])


if __name__ == "__main__":
    sys.exit(main())
