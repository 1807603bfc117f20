"""The routed metal of a DEF, as KLayout reads it. Lengths are um."""

from __future__ import annotations

import os
import re
import tempfile

import pya

from .. import console
from ..files import write_text
from .record import ExchangeError, Options, Trace, rounded

#: what KLayout says of sections that are read elsewhere (def_file.py)
_QUIET = ("Macro not found", "No mapping for ")


def read(path: str, text: str, options: Options, per_um: int) -> tuple[tuple[Trace, ...], list[str]]:
    """The routed metal of a DEF (its path, its text, of per_um units in a um) as KLayout reads it, and notes. Raises ExchangeError."""
    loading = pya.LoadLayoutOptions()
    config = loading.lefdef_config
    config.lef_files, config.read_lef_with_def = list(map(os.path.abspath, options.lefs)), False  # KLayout 0.28 looks beside the DEF
    config.net_property_name, config.produce_via_geometry = "net", True
    config.produce_pins = config.produce_labels = config.produce_blockages = config.produce_obstructions = False
    config.produce_regions = config.produce_placement_blockages = config.produce_cell_outlines = False
    config.dbu = 1.0 / per_um
    loading.lefdef_config = config
    layout = pya.Layout()
    try:
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "copy.def")
            write_text(copy, _without_components(text))
            said = console.said_on_stdout(lambda: layout.read(copy, loading))[1].splitlines()
    except RuntimeError as error:
        raise ExchangeError("%s: its metal cannot be read (%s)" % (path, str(error).splitlines()[0].replace(copy, path))) from None
    found: list[Trace] = []
    bare = 0
    top = next((cell for cell in layout.top_cells() if cell.child_instances() or not cell.bbox().empty()), None)
    for index in layout.layer_indexes() if top is not None else ():
        layer = layout.get_info(index).name
        for shape in top.shapes(index).each():
            net = shape.property("net")
            if not (shape.is_path() or shape.is_polygon() or shape.is_box()):
                continue
            bare += net is None
            found.append(_trace(shape, "" if net is None else str(net), layer.split(".")[0], layout.dbu))
    vias = sum(instance.size() for instance in top.each_inst()) if top is not None else 0
    warned = ["vias of the metal are not read: %d" % vias] if vias else []
    warned += ["KLayout says of the metal: %s" % line.replace("Warning: ", "") for line in said if line.strip() and not any(word in line for word in _QUIET)]
    return tuple(found), warned + (["routed metal: %d shapes have no net" % bare] if bare else [])


def _without_components(text: str) -> str:
    """A DEF for KLayout, which knows the format by its ending, and of which some versions refuse components whose macro is in no LEF file. Lines keep their numbers."""
    return re.sub(r"^[ \t]*COMPONENTS\s.*?^[ \t]*END[ \t]+COMPONENTS\b", lambda found: "\n" * found.group().count("\n"), text, count=1, flags=re.MULTILINE | re.DOTALL)


def _trace(shape: pya.Shape, net: str, layer: str, dbu: float) -> Trace:
    if shape.is_path() and not shape.round_path and shape.path_bgnext == shape.path_endext == 0:
        return Trace(net, layer, rounded(shape.path_width * dbu), tuple((rounded(point.x * dbu), rounded(point.y * dbu)) for point in shape.path.each_point()))
    return Trace(net, layer, 0.0, tuple((rounded(point.x * dbu), rounded(point.y * dbu)) for point in shape.polygon.each_point_hull()))
