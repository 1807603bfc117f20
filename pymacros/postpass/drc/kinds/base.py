"""What every kind of check declares and answers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from ..findings import Finding

if TYPE_CHECKING:
    import pya

    from ...geometry.layers import Layers
    from ..candidates import Questions
    from ..drawing import Drawing

FAMILIES = ("technology", "geometry", "nets")
MINIMUM = "minimum"  # a rule's limit is the least value allowed
MAXIMUM = "maximum"  # a rule's limit is the greatest value allowed

Rule = dict[str, Any]  # a record of a technology file


class Kind:
    """One kind of check. It keeps nothing between two calls."""

    name: ClassVar[str]  # "check" of its rules
    family: ClassVar[str]  # one of FAMILIES
    keys: ClassVar[tuple[str, ...]] = ()  # keys of its rules that must be there
    optional: ClassVar[tuple[str, ...]] = ()
    sense: ClassVar["str | None"] = None  # MINIMUM, MAXIMUM, or None where a rule has no limit
    means: ClassVar[str]  # the sentence of the table in docs/rules.md
    on_conductors: ClassVar[bool] = False  # does it ask which net a shape of its layer belongs to?

    def findings(self, rule: Rule, drawing: Drawing) -> list[Finding]:
        """Measures all that the drawing shows."""
        raise NotImplementedError

    # How to find the places to measure in a large layout. They may be too many, never too few.

    def question(self, rule: Rule, ask: Questions) -> str | None:
        """Where the rule may be broken: a region, in KLayout's expression language; None: not to be asked."""
        return None

    def judged_by_outline(self, rule: Rule, technology: Any) -> bool:
        """Is what is wrong with a single shape wrong with all of the same outline?"""
        return False

    def known_places(self, rule: Rule, layers: Layers) -> list[pya.Box] | None:
        """Where the rule may be broken, for kinds that need no search for it; None: to be searched."""
        return None

    def measured_at_places(self, rule: Rule, layers: Layers) -> bool:
        """Can a large layout be measured at some places alone?"""
        return type(self).question is not Kind.question or self.judged_by_outline(rule, layers.technology)

    def far_dbu(self, rule: Rule, layers: Layers) -> float:
        """How far from a place the question looks."""
        return layers.dbu_of(rule.get("value_um", 0)) + layers.dbu_of(rule.get("wider_than_um", 0)) / 2

    def searched_apart(self, rule: Rule, technology: Any) -> bool:
        """Does the question look far and seldom merge anything, so that the others are answered faster without it?"""
        return False

    def reach_dbu(self, rule: Rule, layers: Layers) -> int:
        """How far from a place something can matter to what is measured there."""
        lengths = [rule[key] for key in ("value_um", "wider_than_um", "tolerance_um") if key in rule]
        return 2 * math.ceil(layers.dbu_of(max(lengths, default=0))) + 20

    def needs_whole_shapes(self, rule: Rule, technology: Any) -> bool:
        """Is a finding a whole shape, or measured from the middle of one?"""
        return technology.closed_shapes(rule["layer"])

    # Two shapes near a place may be one that is joined far away. How many of those at a finding may go on beyond what was
    # looked at: 1: all but one must be known to be apart, 0: each must be known whole; None: it does not matter.
    may_go_on_unseen: ClassVar["int | None"] = None

    # outlines, for kinds that judge by them

    new_outlines_by_touching: ClassVar[bool] = True  # must shapes that touch each other be measured together?

    def outline_is_suspect(self, rule: Rule, outline: pya.Polygon) -> bool | None:
        """Is something wrong with a drawn outline? None: see what `findings` says of it alone."""
        return None

    def wrong_rectangles(self, rule: Rule, rectangles: pya.Region, layers: Layers) -> pya.Region | None:
        """Those of the drawn rectangles, not merged, that break the rule; None: a single one never does."""
        return None
