"""The questions that find, in a large layout, where rules may be broken: candidates, too many perhaps, never too few.

Each kind of check asks for variables and puts one question in KLayout's expression language. search.py asks them all in one
pass, in tiles or on the cells of the hierarchy; places.py then measures at the places found, with the checks of a
small layout. So the mode of a run decides about its time, never about its result.

Merging takes longest of all, so that questions on vias and pads are asked of their boxes, and only metal is merged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from ..geometry.layers import Layers
from ..geometry.spacing import SHORT, STEEP
from .kinds import KINDS, Kind
from .kinds.base import Rule
from .kinds.space import Space, half_of

AT_LEAST = 10  # dbu around a tile that its questions look, too
MANY_CORNERS = 80  # of a shape no larger than LARGE times the limit
LARGE = 12
MANY_PAIRS = 200
_NODE = "CompoundRegionOperationNode."
_WITH_CORNERS = "%s.complex_op({0}new_case([{0}new_count_filter({0}new_edges({0}new_primary), false, %d, 1000000000), {0}new_primary]))".format(_NODE)


class Questions:
    """`inputs`: {name: layer indexes}; `statements` define the variables, in order; `questions`: {key: text of a region}."""

    def __init__(self, layers: Layers, rules: Iterable[Rule]) -> None:
        self.layers, self.technology = layers, layers.technology
        self.inputs: dict[str, list[int]] = {}
        self.statements: list[str] = []
        self.questions: dict[str, str] = {}
        self._defined: set[str] = set()
        self._rules = list(rules)
        asked = [rule for rule in self._rules if self._ask(rule)]
        self.border = AT_LEAST + math.ceil(max((KINDS[rule["check"]].far_dbu(rule, layers) for rule in asked), default=0))

    def _ask(self, rule: Rule) -> bool:
        kind = KINDS[rule["check"]]
        if kind.judged_by_outline(rule, self.technology) and kind.new_outlines_by_touching:
            self.questions.setdefault(touching_key(rule["layer"]), self.touching_shapes(rule["layer"]))
        question = kind.question(rule, self)
        if question:
            self.questions[rule["id"]] = question
        return kind.measured_at_places(rule, self.layers) and type(kind).known_places is Kind.known_places

    # variables: each is defined when it is first asked for

    def define(self, name: str, text: str) -> str:
        """The name, of word characters, of a variable that holds this."""
        name = re.sub(r"\W", "_", name)
        if name not in self._defined:
            self._defined.add(name)
            self.statements.append("var %s = %s" % (name, text))
        return name

    def unmerged(self, name: str, text: str) -> str:
        """A variable of shapes, or edges, that count one by one."""
        known = len(self._defined)
        name = self.define(name, text)
        if len(self._defined) > known:
            self.statements.append("%s.merged_semantics = false" % name)
        return name

    def drawn(self, layer: str) -> str:
        """The layer's shapes as they are drawn, of all its parts."""
        return self.unmerged("all_" + layer, " + ".join(self._input(part) for part in self.technology.parts(layer)))

    def drawn_parts(self, layer: str) -> list[str]:
        return [self.drawn(part) for part in self.technology.parts(layer)]

    def _input(self, part: str) -> str:
        name = re.sub(r"\W", "_", "input_" + part)
        self.inputs.setdefault(name, self.layers.indexes_of(part))
        return name

    def connected(self, layer: str) -> str:
        """The layer's connected shapes as one polygon each. Derived layers are; vias and pads mostly lie apart and need no merging then."""
        if layer in self.layers.derived:
            return self.drawn(layer)
        if not self.technology.closed_shapes(layer):
            return self.define("connected_" + layer, "(%s).merged(false, 0)" % " + ".join(self._pieces(layer)))
        touching, drawn = self.touching_shapes(layer), self.drawn(layer)
        return self.define("connected_" + layer, "%s.is_empty ? %s : %s.merged(false, 0)" % (touching, drawn, drawn))

    def _pieces(self, layer: str) -> list[str]:
        """Parts of a layer; those that are merged for their own sake in any case come merged."""
        parts = self.technology.parts(layer)
        if parts == [layer]:
            return [self.drawn(layer)]
        return [self.drawn(part) if self.technology.closed_shapes(part) else self.connected(part) for part in parts]

    def overlapping(self, layer: str, by: int) -> str:
        """Where the boxes of the drawn shapes overlap, larger by so much on each side."""
        return self.define("overlapping_%s_%d" % (layer, by), "%s.extents(%d, %d).merged(false, 2)" % (self.drawn(layer), by, by))

    def touching_shapes(self, layer: str) -> str:
        """Boxes a dbu larger overlap where shapes touch, or nearly: not where boxes do not that a rule makes larger still."""
        by = max((half_of(self.limit(rule)) for rule in self._rules if rule["check"] == Space.name and rule["layer"] == layer), default=1)
        if by == 1:
            return self.overlapping(layer, 1)
        near = self.overlapping(layer, by)
        return self.define("touching_" + layer, "%s.is_empty ? %s : %s.extents(1, 1).merged(false, 2)" % (near, near, self.drawn(layer)))

    # edges that are too near. KLayout's checks take long where shapes of many corners lie within the limit: these are places themselves

    def few_corners(self, layer: str, limit: int) -> str:
        """The layer's connected shapes without those of `many_corners`."""
        return self.few_of(layer, self.connected(layer), limit)

    def many_corners(self, layer: str, limit: int) -> str:
        """Connected shapes of very many corners that are no larger than some times the limit."""
        return self.many_of(layer, self.connected(layer), limit)

    def few_of(self, name: str, shapes: str, limit: int) -> str:
        """The same of any shapes; the name tells them from others."""
        many = self.many_of(name, shapes, limit)
        return self.unmerged("few_corners_%s_%d" % (name, limit), "%s.is_empty ? %s : %s.not_members_of(%s)" % (many, shapes, shapes, many))

    def many_of(self, name: str, shapes: str, limit: int) -> str:
        """Counting the corners of each shape takes long: not where there are few edges that are short beside the limit."""
        short = "%s.with_length(0, %d, false)" % (self._edges_of(name, shapes), max(limit // 2, 1))
        many = _WITH_CORNERS % ("%s.with_bbox_max(0, %d, false)" % (shapes, LARGE * limit), MANY_CORNERS + 1)
        return self.define("many_corners_%s_%d" % (name, limit), "%s.count > %d ? %s : Region.new" % (short, MANY_CORNERS, many))

    def short_edges(self, layer: str) -> str:
        """Short edges at about 45 degrees, which checks of older versions may pass over."""
        return self.short_edges_of(layer, self.connected(layer))

    def _edges_of(self, name: str, shapes: str) -> str:
        return self.unmerged("edges_" + name, "%s.edges" % shapes)

    def short_edges_of(self, name: str, shapes: str) -> str:
        """The same of any shapes; the name tells them from others."""
        short = self.define("short_edges_" + name, "%s.with_length(0, %d, false)" % (self._edges_of(name, shapes), SHORT + 1))
        return "(%s)" % " + ".join("%s.with_angle(%r, %r, false)" % (short, *angles) for angles in (STEEP, (-STEEP[1], -STEEP[0])))

    def around(self, name: str, pairs: str) -> str:
        """Boxes around pairs of edges; where they are very many, around one edge of each: the others lie near these."""
        name = self.define("pairs_" + name, pairs)
        return "(%s.count > %d ? %s.first_edges.extents(1, 1) : %s.extents(1))" % (name, MANY_PAIRS, name, name)

    def limit(self, rule: Rule) -> int:
        return self.layers.limit_dbu(rule["value_um"])


def touching_key(layer: str) -> str:
    """Key of the question where shapes of a layer touch each other."""
    return "touching " + layer
