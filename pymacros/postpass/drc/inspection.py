"""What must be true of a layout before anything can be checked."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import layout_file, strings
from ..bounds import REACH_DBU
from ..geometry.layers import Layers
from ..tech.values import longest_um
from .findings import CannotCheck

if TYPE_CHECKING:
    from ..tech.answers import Technology


def inspect(layers: Layers) -> None:
    """Raises CannotCheck, or files.FileError where a part of the layout cannot be computed with."""
    _fitting_grid(layers)
    _lengths_within_reach(layers)
    _something_to_check(layers)
    layout_file.require_reach(layers.cell)


def _fitting_grid(layers: Layers) -> None:
    technology = layers.technology
    if not technology.fits(layers.dbu):
        raise CannotCheck("the layout's database unit is %g um, but the grid of technology %s, %g um, is no multiple of it: convert the layout first" % (
            layers.dbu, technology.name, technology.grid_um))


def _lengths_within_reach(layers: Layers) -> None:
    """What a rule asks for must be a number of dbu that KLayout can compute with."""
    rule, longest = longest_um(layers.technology.record)
    if longest / layers.dbu > REACH_DBU:
        where = "rule '%s'" % rule if rule else "technology"
        raise CannotCheck("%s: %g um is more than KLayout can compute with at the layout's database unit of %g um: check the units of both" % (where, longest, layers.dbu))


def _something_to_check(layers: Layers) -> None:
    if has_shapes(layers):
        return
    drawn = layers.technology.drawn_layers()
    used = [str(info) for info in layers.unknown()]
    raise CannotCheck("cell %s has no shape on any layer of technology %s (its layers: %s; the layout's: %s)%s" % (
        strings.cell_name(layers.cell), layers.technology.name, ", ".join("%d/%d" % tuple(layer["gds"]) for layer in drawn),
        ", ".join(used) or "none", _advice(fitting_technologies(layers))))


def has_shapes(layers: Layers) -> bool:
    """Is anything drawn on a layer of the technology?"""
    return len(layers.absent()) < len(layers.technology.drawn_layers())


def fitting_technologies(layers: Layers) -> "list[str]":
    """Names of the other technologies that would find shapes."""
    others = [other for other in _installed() if other.name != layers.technology.name]
    return [other.name for other in others if has_shapes(Layers(layers.layout, layers.cell, other))]


def _installed() -> "Iterator[Technology]":
    """The technologies that can be used: a mistake in another file is no matter of this layout."""
    from .. import tech
    for _, path in sorted(tech.installed().items()):
        with contextlib.suppress(tech.TechnologyError):
            yield tech.load(path)


def _advice(fitting: "list[str]") -> str:
    if not fitting:
        return ": check the layer map"
    return ": choose another technology (%s would find shapes) or check the layer map" % ", ".join(fitting)
