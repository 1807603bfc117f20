"""What the two limits of the density share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import geometry
from ..findings import CannotCheck, Finding
from . import die as dies
from .base import Kind

if TYPE_CHECKING:
    import pya


class Density(Kind):
    family = "geometry"
    keys = ("layer", "value")
    optional = ("to", "within_um", "window_um", "step_um")

    def breaks(self, rule: dict[str, Any], density: float) -> bool:
        raise NotImplementedError

    def findings(self, rule: dict[str, Any], drawing: Any) -> list[Finding]:
        if not dies.is_drawn(rule, drawing.layers):
            return [dies.no_die(rule, drawing.layers)]
        if "window_um" not in rule:
            measured = drawing.once(("density of dies", *_same_windows(rule)), lambda: _of_dies(rule, drawing))
            return [Finding([die], "density %.7f of the whole die" % density) for die, density in measured if self.breaks(rule, density)]
        windows = drawing.once(("density windows",) + _same_windows(rule), lambda: _windows(rule, drawing))
        return [Finding([window.box], "density %.5f" % window.density) for window in windows if self.breaks(rule, window.density)]


def _same_windows(rule: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(rule.get(key)) for key in ("layer", "to", "within_um", "step_um", "window_um"))


def _of_dies(rule: dict[str, Any], drawing: Any) -> list[tuple[pya.Polygon, float]]:
    """Each connected shape of the die that belongs to the window of the run, with its density."""
    dies_here = [die for die in dies.die_of(rule, drawing.layers).each() if drawing.wants([die])]
    return [(die, geometry.density.of_die(drawing.layers, rule["layer"], die)) for die in dies_here]


def _windows(rule: dict[str, Any], drawing: Any) -> list[Any]:
    """Windows worth a look, measured once for all rules that ask for the same windows."""
    alike = [other for other in drawing.technology.rules if _same_windows(other) == _same_windows(rule)]
    lowest = max((other["value"] for other in alike if other["check"] == "density_min"), default=0.0)
    highest = min((other["value"] for other in alike if other["check"] == "density_max"), default=1.0)
    try:
        density = geometry.density.Density(drawing.layers, rule["layer"], rule["step_um"], rule["window_um"], dies.die_of(rule, drawing.layers), _owner(rule, drawing))
    except geometry.density.TooManyWindows as error:
        raise CannotCheck("rule %s: %s" % (rule["id"], error)) from None
    return density.windows(lowest, highest)


def _owner(rule: dict[str, Any], drawing: Any) -> pya.Box | None:
    """The box that holds the lower left corners of the windows that are wanted, or None for all."""
    if not (drawing.window and drawing.touching):
        return drawing.window
    side, owner = drawing.layers.limit_dbu(rule["window_um"]), drawing.window.dup()
    owner.left, owner.bottom, owner.right, owner.top = owner.left - side, owner.bottom - side, owner.right + 1, owner.top + 1
    return owner
