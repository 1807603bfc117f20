"""The command line of the installed package: `postpass check | fan-out | route | docs`, or `python3 -m postpass …`.

Arguments become the variables that the same command has inside the application; there is nothing else to it.
Exit code 1 stands for a command that cannot be understood, as for everything that could not be done.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from .messages import Refusal, printable

_CHECK = (("tech", "NAME|JSON", "technology: a name or a JSON file (default: postpass)"), ("report", "FILE.lyrdb", "write the markers"),
          ("summary", "FILE.json", "write rules, counts, nets and functions"), ("topcell", "NAME", "the cell to check"),
          ("mode", "MODE", "flat, tiled or deep (default: chosen by the layout)"), ("threads", "N", "threads of KLayout's engine (default: all)"),
          ("family", "NAME,...", "only rules of these families: technology, geometry, nets"), ("window", "L,B,R,T", "only geometry in this box, in um"),
          ("tile", "UM", "side of the tiles"))
_SPREAD = (("workers", "N", "check window by window in N processes"), ("scheduler", "tcp://HOST:PORT", "the same on the workers of a Dask scheduler"),
           ("side", "UM", "side of these windows (default: chosen by the layout)"))
_FAN_OUT = (("width", "UM", "of the traces (default: the technology's least)"), ("space", "UM", "of the traces (default: the technology's least)"),
            ("function", "NAME", "how nameless ones are paired: fan-out, relocation (default), addition, reduction"),
            ("nets", "FILE.csv", "net list: net,x_um,y_um,width_um,space_um"), ("report", "FILE.lyrdb", "write markers on open nets"),
            ("topcell", "NAME", "the cell to fan out"))


class _Parser(argparse.ArgumentParser):
    """Ends with exit code 1: 2 means violations, or open nets."""

    def error(self, message: str) -> NoReturn:
        self.exit(1, "ERROR: %s (%s --help shows more)\n" % (printable(message), self.prog))


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Runs the command of these arguments (default: the process's own). Returns the exit code."""
    given = vars(_parser().parse_args(arguments))
    return given.pop("command")({name: value for name, value in given.items() if value is not None})


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="postpass", allow_abbrev=False, description="Post-passivation interconnect: checks and fan-out, without the application.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = _command(commands, "check", _check, "check a layout by the rules of a technology", "Exit code 0: no errors, 2: violations, 1: could not check.")
    check.add_argument("input", metavar="FILE", help="the layout")
    _options(check, _CHECK)
    _options(check.add_argument_group("on several processors or machines", "needs postpass[cluster]"), _SPREAD)
    fan_out = _command(commands, "fan-out", _fan_out, "join contact points and pads by traces", "Exit code 0: all joined, 2: some nets are open, 1: nothing done.")
    fan_out.add_argument("input", metavar="IN", help="the layout")
    fan_out.add_argument("output", metavar="OUT", help="the layout with traces")
    fan_out.add_argument("--tech", metavar="NAME|JSON", required=True, help="technology: a name or a JSON file")
    _options(fan_out, _FAN_OUT)
    fan_out.add_argument("--teardrops", action="store_const", const="1", help="also draw teardrops where traces meet pads")
    route = _command(commands, "route", _route, "route a case in the neutral JSON form", "Exit code 0: complete, 2: nets open, 1: bad case.")
    route.add_argument("case", metavar="CASE.json")
    route.add_argument("result", metavar="RESULT.json")
    docs = _command(commands, "docs", _docs, "write the generated files of a checkout", "Exit code 0: written, 1: could not, or --check found drift.")
    docs.add_argument("--check", action="store_true", help="only say which files have drifted")
    return parser


def _command(commands: Any, name: str, run: Any, does: str, codes: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".", epilog=codes, allow_abbrev=False)
    parser.set_defaults(command=run)
    return parser


def _options(parser: Any, options: "tuple[tuple[str, str, str], ...]") -> None:
    for name, value, does in options:
        parser.add_argument("--" + name, metavar=value, help=does)


# each command imports what it needs: routing and docs run without KLayout

def _check(given: "dict[str, str]") -> int:
    from .drc import batch
    spread = {name: given.pop(name) for name, _, _ in _SPREAD if name in given}
    return batch.main(given, spread)


def _fan_out(given: "dict[str, str]") -> int:
    from .fanout import batch
    return batch.main(given)


def _route(given: "dict[str, str]") -> int:
    from . import console
    from .messages import guarded
    console.prepare()
    return guarded(_routed, given)


def _routed(given: "dict[str, str]") -> int:
    try:
        from .routing.__main__ import main as route
    except ImportError as error:
        raise Refusal("the router needs %s: pip install 'postpass[route]'" % error.name) from None
    return route([given["case"], given["result"]])


def _docs(given: "dict[str, Any]") -> int:
    from . import console, documents
    from .messages import guarded
    console.prepare()
    return guarded(documents.main, ["--check"] if given["check"] else [])


if __name__ == "__main__":
    sys.exit(main())
