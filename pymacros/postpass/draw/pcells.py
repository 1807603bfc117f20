"""Pads, vias and contact points as PCells, in one library for each technology.

The library's name holds digits of the checksum of the technology's rules: what was placed under other values finds no library of its own any more and
keeps its geometry, instead of changing by itself when a file is opened. The origin is the middle of what is drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pya

from .. import steps, strings
from ..drawn_under import PROPERTY, note
from ..messages import is_one_line
from ..tech import vias
from . import drawing, shapes
from .choices import LONGEST_NAME, PadChoices, ViaChoices

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .choices import Choices

PAD, VIA, CONTACT = "pad", "via", "contact_point"  # names of the PCells


class Parameter(NamedTuple):
    """One of a PCell, as KLayout's property dialog offers it. choices: texts it may have, () for any."""

    name: str
    text: str
    default: Any
    choices: tuple[str, ...] = ()
    unit: str = ""


Values = Mapping[str, Any]  # of a PCell's parameters, by name


def library_name(tech: Technology) -> str:
    """The name of a technology's library."""
    return "%s@%s" % (tech.name, tech.checksum()[:8])


def is_ours(name: str) -> bool:
    """Whether a library of that name is one of these."""
    return name in _known


def library(tech: Technology) -> Library:
    """The technology's library, registered with KLayout when it is asked for first."""
    name = library_name(tech)
    if name not in _known:
        _known[name] = Library(tech, name)
    return _known[name]


class Declaration(pya.PCellDeclaration):
    """What the three have in common. drawn(cell, values): draws one around the origin of a cell."""

    name = what = ""

    def __init__(self, tech: Technology) -> None:
        super().__init__()
        self.tech, self.table = tech, (*self.parameters(tech), Parameter("net", "Net name", ""))
        self._known: dict[tuple[Any, ...], dict[str, list[pya.Polygon]]] = {}
        self._declared: list[pya.PCellParameterDeclaration] = []

    @staticmethod
    def parameters(tech: Technology) -> tuple[Parameter, ...]:
        raise NotImplementedError

    @staticmethod
    def drawn(cell: pya.Cell, tech: Technology, values: Values) -> Counter[str]:
        raise NotImplementedError

    def named(self, values: list[Any]) -> dict[str, Any]:
        """The parameters' values by name."""
        return dict(zip((parameter.name for parameter in self.table), values))

    def polygons(self, values: Values) -> dict[str, list[pya.Polygon]]:
        """{layer: polygons} of one, in database units of the technology."""
        key = tuple(values[parameter.name] for parameter in self.table[:-1])
        if key not in self._known:
            layout = pya.Layout()
            layout.dbu = self.tech.dbu_um
            cell = layout.create_cell("element")
            counts = self.drawn(cell, self.tech, values)
            self._known[key] = {name: [shape.polygon for shape in cell.shapes(drawing.ensure_layer(layout, self.tech, name)).each()] for name in counts}
        return self._known[key]

    # what KLayout calls

    def get_parameters(self) -> list[pya.PCellParameterDeclaration]:
        kinds = {bool: pya.PCellParameterDeclaration.TypeBoolean, float: pya.PCellParameterDeclaration.TypeDouble, str: pya.PCellParameterDeclaration.TypeString}
        if self._declared:
            return self._declared
        for parameter in self.table:
            one = pya.PCellParameterDeclaration(parameter.name, kinds[type(parameter.default)], parameter.text, parameter.default)
            one.unit = parameter.unit
            for choice in parameter.choices:
                one.add_choice(choice, choice)
            self._declared.append(one)
        return self._declared

    def get_layers(self, values: list[Any]) -> list[pya.LayerInfo]:
        return [pya.LayerInfo(*self.tech.layers[name]["gds"], name) for name in self._names(self.named(values))]

    def _names(self, values: Values) -> list[str]:
        return [*self.polygons(values), *(self.tech.of_kind("label")[:1] if values["net"] else ())]

    def coerce_parameters(self, layout: pya.Layout, values: list[Any]) -> list[Any]:
        return list(self.possible(self.named(values)).values())

    def possible(self, values: Values) -> dict[str, Any]:
        """The values with what cannot be drawn changed to what can: sizes on the grid, known choices, names of one line."""
        found = dict(values)
        for parameter in self.table:
            value = found[parameter.name]
            if parameter.choices and value not in parameter.choices:
                found[parameter.name] = parameter.default
            elif isinstance(parameter.default, float):
                found[parameter.name] = max(self.tech.on_grid(value), self.tech.grid_um)
        net = found["net"].strip()
        found["net"] = net[:LONGEST_NAME] if self.tech.of_kind("label") and is_one_line(net) else ""
        return found

    def display_text(self, values: list[Any]) -> str:
        named = self.named(values)
        return " ".join([self.what, *("%g um" % value if isinstance(value, float) else value for value in named.values() if isinstance(value, (str, float)) and value)])

    def produce(self, layout: pya.Layout, layers: list[int], values: list[Any], cell: pya.Cell) -> None:
        named = self.named(values)
        noted = layout.properties_id([(PROPERTY, note(self.tech))])
        for index, polygons in zip(layers, self.polygons(named).values()):
            for polygon in polygons:
                cell.shapes(index).insert(polygon, noted)
                noted = 0
        if named["net"]:
            cell.shapes(layers[-1]).insert(pya.Text(strings.raw(named["net"]), pya.Trans()))


class PadCell(Declaration):
    """A pad, with the openings above it."""

    name, what = PAD, "Pad"

    @staticmethod
    def parameters(tech: Technology) -> tuple[Parameter, ...]:
        functions = tuple(tech.function_of(name) for name in tech.of_kind("pad"))
        return (Parameter("function", "Function", functions[0], functions), Parameter("shape", "Shape", shapes.SHAPES[1], shapes.SHAPES),
                Parameter("size", "Size", float(tech.pad_size_min_um(tech.of_kind("pad")[0])), (), "um"), Parameter("openings", "With openings above", False))

    @staticmethod
    def drawn(cell: pya.Cell, tech: Technology, values: Values) -> Counter[str]:
        return drawing.draw_pad(cell, tech, values["function"], values["shape"], values["size"], 0.0, 0.0, values["openings"])


class ViaCell(Declaration):
    """A via with its capture pad (or without, inside a pad) and what it lands on."""

    name, what = VIA, "Via"

    @staticmethod
    def parameters(tech: Technology) -> tuple[Parameter, ...]:
        cuts = tuple(tech.of_kind("cut"))
        return (Parameter("cut", "Layer", cuts[0], cuts), Parameter("shape", "Shape", shapes.SHAPES[0], shapes.SHAPES),
                Parameter("size", "Size", float(tech.limit("width_min", cuts[0]) or tech.grid_um), (), "um"),
                Parameter("contact", "With what it lands on", vias.draws_contact(tech, cuts[0])), Parameter("capture", "With capture pad", True))

    @staticmethod
    def drawn(cell: pya.Cell, tech: Technology, values: Values) -> Counter[str]:
        if values["capture"]:
            return drawing.draw_via(cell, tech, values["cut"], values["size"], 0.0, 0.0, values["shape"], values["contact"])
        return drawing.draw_cut(cell, tech, values["cut"], values["size"], 0.0, 0.0, values["shape"], values["contact"])

    def via_types(self) -> list[Any]:
        """For KLayout's path tool (0.30.4 and later): one of the smallest size for each cut between two metals."""
        found = []
        for parameter in self.table[0].choices:
            below, above = (self._drawn(part) for part in vias.connection_of(self.tech, parameter))
            if below and above:
                one = pya.ViaType(parameter, self.tech.layers[parameter]["title"])
                width = self.tech.limit("width_min", parameter) or self.tech.grid_um
                one.bottom, one.cut, one.top = (pya.LayerInfo(*self.tech.layers[name]["gds"], name) for name in (below, parameter, above))
                one.wbmin = one.hbmin = one.wtmin = one.htmin = width
                one.bottom_grid = one.top_grid = self.tech.grid_um
                found.append(one)
        return found

    def _drawn(self, layer: str | None) -> str | None:
        return next((part for part in (self.tech.parts(layer) if layer else ()) if "gds" in self.tech.layers[part]), None)


class ContactCell(Declaration):
    """A contact point without a via."""

    name, what = CONTACT, "Contact point"

    @staticmethod
    def parameters(tech: Technology) -> tuple[Parameter, ...]:
        layers = tuple(tech.of_kind("contact"))
        return (Parameter("layer", "Layer", layers[0], layers), Parameter("shape", "Shape", shapes.SHAPES[0], shapes.SHAPES),
                Parameter("size", "Size", float(tech.limit("width_min", layers[0]) or tech.grid_um), (), "um"))

    @staticmethod
    def drawn(cell: pya.Cell, tech: Technology, values: Values) -> Counter[str]:
        outline = shapes.polygon(values["shape"], values["size"], 0.0, 0.0, cell.layout().dbu, tech.grid_um)
        return drawing.insert(cell, tech, values["layer"], outline)


class Library(pya.Library):
    """A technology's PCells. declarations: {name: Declaration}"""

    def __init__(self, tech: Technology, name: str) -> None:
        super().__init__()
        self.description = "Pads, vias and contact points of technology %s" % tech.called
        self.technology = tech.name
        self.layout().dbu = tech.dbu_um
        self.declarations: dict[str, Declaration] = {}
        for kind, declaration in (("pad", PadCell), ("cut", ViaCell), ("contact", ContactCell)):
            if any("gds" in tech.layers[layer] for layer in tech.of_kind(kind)):
                self.declarations[declaration.name] = declaration(tech)
                self.layout().register_pcell(declaration.name, self.declarations[declaration.name])
        self.register(name)

    def variants(self, layout: pya.Layout, wanted: Sequence[tuple[str, Values]]) -> list[int]:
        """Indexes of the layout's cells for PCells [(name, values)]."""
        return self.shown_in(layout, self.own(wanted))

    def own(self, wanted: Sequence[tuple[str, Values]]) -> list[int]:
        """Indexes of the library's own cells for PCells [(name, values)]: made before any of them is shown in another layout, as each new one
        makes the next step with that as long as all its cells."""
        return [self.layout().add_pcell_variant(self.layout().pcell_id(name), dict(values)) for name, values in steps.each(wanted)]

    def shown_in(self, layout: pya.Layout, own: Sequence[int]) -> list[int]:
        """Indexes of the layout's cells that show cells of the library."""
        return [layout.add_lib_cell(self, index) for index in own]

    @contextmanager
    def unless_ended(self) -> Iterator[None]:
        """What is made within goes again where that is ended by an exception."""
        before = {cell.cell_index() for cell in self.layout().each_cell()}
        try:
            yield
        except BaseException:
            for index in [cell.cell_index() for cell in self.layout().each_cell() if cell.cell_index() not in before]:
                self.layout().delete_cell(index)
            raise


_known: dict[str, Library] = {}  # they live as long as the application


def values_of(choices: Choices, tech: Technology, function: str = "", capture: bool = True) -> tuple[str, dict[str, Any]]:
    """(name of the PCell, values) of one of the choices, without a net name. function: another one than that of the choices; capture: see ViaCell."""
    common = {"shape": choices.shape, "size": float(tech.on_grid(choices.size_um)), "net": ""}
    if isinstance(choices, PadChoices):
        return PAD, {"function": function or choices.function, "openings": bool(choices.openings), **common}
    if isinstance(choices, ViaChoices):
        return VIA, {"cut": choices.cut, "contact": vias.draws_contact(tech, choices.cut, choices.contact), "capture": capture, **common}
    return CONTACT, {"layer": choices.layer, **common}
