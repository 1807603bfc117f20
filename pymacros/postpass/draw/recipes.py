"""What the recipes in layouts/ share: the layout they draw is written like every file (files.py), or the run ends with one sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NoReturn

import pya

from .. import console, files
from ..tech.sources import sources


def begin(output: str | None, technology: str | None, *read: str) -> files.Outputs:
    """The files.Outputs of a recipe that writes one layout; technology: the name of the one it draws by; read: paths of lists. Ends the run where it cannot be written."""
    console.prepare()
    inputs = [files.Input("technology file", path) for path in (sources(technology) if technology else ())] + [files.Input("list", path) for path in read]
    return _or_end(lambda: files.Outputs([files.Output("output", output or "")], inputs))


def write(outputs: files.Outputs, layout: pya.Layout) -> None:
    """Writes the layout of the recipe whole, or ends the run."""
    _or_end(lambda: outputs.write({"output": (layout.write, pya.Layout().read)}))


def _or_end(action: Callable[[], Any]) -> Any:
    sentence = None
    try:
        return action()
    except files.FileError as error:
        sentence = str(error)
    end(sentence)


def end(sentence: str) -> NoReturn:
    """Ends the run with exit code 1 and a sentence. Not to be called while an exception is handled: KLayout 0.28.5 then ends with 0."""
    print("ERROR: %s" % sentence, file=sys.stderr)
    sys.exit(1)
