"""`postpass compare`: a list beside a drawing. Needs KLayout and numpy; lengths are um."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import pya

from .. import bounds, files, layout_file, strings
from ..messages import printable
from ..tech.sources import sources
from . import compare_report, drawing, formats
from .commands import MOST_TOLD, options_of, placed_as
from .matching import Comparison, compared
from .record import ExchangeError, Options, require_places, sized

TOLERANCE_UM = 1.0


def _tolerance(texts: Mapping[str, str]) -> float:
    try:
        value = float(texts.get("tolerance_um", TOLERANCE_UM))
    except ValueError:
        value = -1.0
    if not bounds.keeps(bounds.LIMIT, value):
        raise ExchangeError("--tolerance-um must be %s, not '%s'" % (bounds.words(bounds.LIMIT), texts.get("tolerance_um")))
    return value


def compare(texts: Mapping[str, str], lefs: Sequence[str] = (), cells: Sequence[str] = ()) -> int:
    """Compares as the texts say (input, layout, tech, tolerance_um, report, html and those of convert). Returns 0 for the same, 2 for differences. Raises Refusal."""
    options, tolerance = options_of(texts, lefs, cells), _tolerance(texts)
    tech = drawing.technology_of(options)
    reader = formats.to_read(texts["input"], texts.get("from"))
    outputs = _announced(texts, options)
    with outputs.older_aside():
        listed, summary = reader.read(texts["input"], options._replace(topcell=None))
        listed = placed_as(sized(listed, options), texts)
        cell = layout_file.top_cell(layout := layout_file.read(texts["layout"]), texts.get("topcell"))  # noqa: F841  (a cell lives as long as its layout)
        drawn = drawing.pads_of(cell, tech)
        require_places(texts["layout"], drawn.places, ["by %s" % tech.identity(tech.file_name())])
        found = compared(listed, drawn, tolerance, [tech.function_of(layer) for layer in tech.of_kind("pad")])
        about = ["List %s beside cell %s of %s." % (texts["input"], strings.cell_name(cell), strings.path(texts["layout"])), "By %s, within %g um." % (tech.identity(), tolerance), *summary.read]
        _write(outputs, found, about, strings.cell_name(cell))
    for line in [*about, *("Not understood: " + one for one in summary.left[:MOST_TOLD]), found.summary(), *found.notes]:
        print(printable(line))
    for one in found.differences[:MOST_TOLD]:
        print(printable("%s: %s" % (one.state, one.sentence)))
    if len(found.differences) > MOST_TOLD:
        print("and %d more differences%s" % (len(found.differences) - MOST_TOLD, "" if texts.get("report") else " (--report FILE.lyrdb has them all)"))
    return 2 if found.differences else 0


def _announced(texts: Mapping[str, str], options: Options) -> files.Outputs:
    outputs = [files.Output(role, texts[role], True) for role in ("report", "html") if texts.get(role)]
    inputs = [files.Input("list", texts["input"]), files.Input("layout", texts["layout"]), *(files.Input("LEF file", name) for name in options.lefs)]
    return files.Outputs(outputs, inputs + [files.Input("technology file", path) for path in sources(options.tech or "")])


def _write(outputs: files.Outputs, found: Comparison, about: Sequence[str], cell_name: str) -> None:
    writers = {}
    if "report" in outputs.outputs:
        database = compare_report.fill(pya.ReportDatabase("Compared"), cell_name, found, " ".join(about[:2]))
        writers["report"] = (database.save, files.require_ending(b"</report-database>"))
    if "html" in outputs.outputs:
        text = compare_report.page(found, "Pad list and drawing: %s" % os.path.basename(outputs.outputs["html"].path), about)
        writers["html"] = (lambda path: files.write_text(path, text), files.require_ending(b"</html>"))
    outputs.write(writers)
