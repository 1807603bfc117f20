"""What must be true of a layout before anything can be checked."""

from ..geometry.layers import Layers
from .findings import CannotCheck


def inspect(layers: Layers) -> None:
    """Raises CannotCheck."""
    _fitting_grid(layers)
    _something_to_check(layers)
    _within_reach(layers)
    _drawn_with_area(layers)


def _fitting_grid(layers: Layers) -> None:
    technology = layers.technology
    steps = technology.grid_um / layers.dbu
    if steps < 1 - 1e-6 or abs(steps - round(steps)) >= 1e-6:
        raise CannotCheck("the layout's database unit is %g um, but the grid of technology %s, %g um, is no multiple of it: convert the layout first" % (
            layers.dbu, technology.name, technology.grid_um))


def _something_to_check(layers: Layers) -> None:
    drawn = layers.technology.drawn_layers()
    if len(layers.absent()) < len(drawn):
        return
    used = [str(info) for info in layers.unknown()]
    raise CannotCheck("cell %s has no shape on any layer of technology %s (its layers: %s; the layout's: %s)%s" % (
        layers.cell.name, layers.technology.name, ", ".join("%d/%d" % tuple(layer["gds"]) for layer in drawn),
        ", ".join(used) or "none", _fitting_technologies(layers)))


def _fitting_technologies(layers: Layers) -> str:
    """Which other technologies know layers of this layout."""
    from .. import tech
    others = [tech.load(name) for name in sorted(tech.installed()) if name != layers.technology.name]
    fitting = [other.name for other in others if len(Layers(layers.layout, layers.cell, other).absent()) < len(other.drawn_layers())]
    if not fitting:
        return ": check the layer map"
    return ": choose another technology (%s would find shapes) or check the layer map" % ", ".join(fitting)


def _within_reach(layers: Layers) -> None:
    """Beyond 2^30 dbu the sums and differences of coordinates leave 32 bits, and KLayout's answers are wrong or never come."""
    box = layers.hierarchy.extent()
    farthest = max(abs(side) for side in (box.left, box.bottom, box.right, box.top))
    if not box.empty() and farthest > 2**30:
        raise CannotCheck("the layout reaches %g um from the origin, too far to compute with (%g um at its database unit of %g um): check its units or move it" % (
            farthest * layers.dbu, 2**30 * layers.dbu, layers.dbu))


def _drawn_with_area(layers: Layers) -> None:
    """A line, or loops that cancel each other, would vanish when shapes are merged, and no check would see it."""
    for layer in layers.technology.drawn_layers():
        for index in layers.indexes_of(layer["name"]):
            for cell in layers.hierarchy.cells:
                flat = layers.hierarchy.own(cell, index).with_area(0, 1, False)
                if not flat.is_empty():
                    place = layers.hierarchy.placements(cell)[0] * flat.bbox().center()
                    raise CannotCheck("layer %s holds a shape without area at %s, %s um (%d in cell %s): a line, or a polygon that crosses itself" % (
                        layer["name"], layers.um(place.x), layers.um(place.y), flat.count(), cell.name))
