"""What a technology answers by meaning: limits, legal via sizes, depths, capture pads.

All lengths are um. Nothing here reads files or knows KLayout.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import math
import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from . import derivation, kinds
from .unions import are_closed, parts_of


class SizeInterval(NamedTuple):
    """Smallest and largest legal size in um, both on the grid."""

    smallest_um: float
    largest_um: float


class Verdict(NamedTuple):
    """What the rules say of one via size."""

    severity: str | None  # None, "warning" or "error"
    depth_um: float
    ratio: float
    reasons: list[str]  # sentences


_SLACK = 1e-9  # a size that is a limit up to rounding of binary fractions keeps it


class Technology:
    """One technology. `record` is the validated JSON object, `path` its file."""

    def __init__(self, record: dict[str, Any], path: str) -> None:
        self.record, self.path = record, path
        self.name, self.title = record["name"], record["title"]
        self.dbu_um, self.grid_um = record["dbu_um"], record["grid_um"]
        self.films = {film["name"]: film for film in record["films"]}
        self.layers = {layer["name"]: layer for layer in record["layers"]}
        self.rules = record["rules"]
        self._checksum: "str | None" = None
        self._parts, self._holders = parts_of(self.layers), {}
        self._derivations = {name: derivation.read(layer["derive"]) for name, layer in self.layers.items() if "derive" in layer}

    # identity

    @property
    def version(self) -> "str | None":
        """What the file calls this state of the rules; None where it does not say."""
        return self.record.get("version")

    @property
    def called(self) -> str:
        """Name and version: "wlcsp 1.2"."""
        return self.name if self.version is None else "%s %s" % (self.name, self.version)

    def checksum(self) -> str:
        """Twelve hex digits that tell two sets of rules apart: the begin of `full_checksum`."""
        return self.full_checksum()[:12]

    def full_checksum(self) -> str:
        """The SHA-256 (64 hex digits) of the values in their canonical form.

        The values are what the file says with everything it is based on, so a changed base changes the checksum of its variants. Words (names and
        titles of the technology, titles, sources and notes of records), the order of films and rules, and the file itself do not count.
        """
        if self._checksum is None:  # asked for with each pad that is drawn
            self._checksum = hashlib.sha256(_canonical(self.values()).encode("ascii")).hexdigest()
        return self._checksum

    def values(self) -> dict[str, Any]:
        """What the checksum is of: the record without words. The order of layers stays: it says which metal or pad is the first of its kind."""
        values = {key: value for key, value in self.record.items() if key not in kinds.WORDS_OF_TECHNOLOGY}
        for group, by in kinds.GROUPS.items():
            values[group] = [{key: value for key, value in one.items() if key not in kinds.WORDS_OF_RECORDS} for one in self.record[group]]
            if group in kinds.UNORDERED:
                values[group].sort(key=lambda one, by=by: one[by])
        return values

    def file_name(self) -> str:
        """The file's name without its folder."""
        return os.path.basename(self.path)

    def identity(self, file: str | None = None) -> str:
        """The words by which panel, deck and reports name the technology; `file`: how to call its file (default: its whole path)."""
        return "technology %s, %s (%s, rules %s)" % (self.called, self.title, file or self.path, self.checksum())

    # layers

    def drawn_layers(self) -> list[dict[str, Any]]:
        """Layers with a GDS number, in the order of the file."""
        return [layer for layer in self.layers.values() if "gds" in layer]

    def single_layers(self) -> list[dict[str, Any]]:
        """Layers that are no unions: drawn or derived, in the order of the file."""
        return [layer for layer in self.layers.values() if "union" not in layer]

    def derivations(self) -> list[tuple[str, derivation.Derivation]]:
        """(name, derivation) of the derived layers, each after those that it is derived from."""
        return [(name, self._derivations[name]) for name in derivation.in_order(self._derivations, self._parts)]

    def drawn_from(self, name: str) -> list[str]:
        """The drawn layers that a layer consists of or is derived from."""
        seen, waiting = {}, list(self._parts[name])
        while waiting:
            part = waiting.pop(0)
            if part not in seen:
                seen[part] = part not in self._derivations
                waiting += [] if seen[part] else [one for other in derivation.layers_of(self._derivations[part]) for one in self._parts[other]]
        return [part for part, is_drawn in seen.items() if is_drawn]

    def counts_labels(self, cell_name: str, is_top: bool) -> bool:
        """Do the labels drawn in a cell name nets?"""
        which = self.record.get("labels", kinds.ALL_CELLS)
        if isinstance(which, str):
            return which == kinds.ALL_CELLS or is_top
        return any(fnmatch.fnmatchcase(cell_name, pattern) for pattern in which)

    def kind_of(self, name: str) -> "str | None":
        """The kind of a layer ("cut", "metal", "pad", ...); None for plain ones and unions."""
        return self.layers[name].get("kind")

    def kinds_of(self, name: str) -> "set[str | None]":
        """The kinds of a layer's parts."""
        return set(map(self.kind_of, self.parts(name)))

    def of_kind(self, kind: str) -> list[str]:
        """Names of the drawn layers of that kind ("cut", "metal", "pad", ...), in the order of the file."""
        return [layer["name"] for layer in self.drawn_layers() if layer.get("kind") == kind]

    def read_as(self, kind: str) -> list[str]:
        """The same, derived layers included: what is read, not drawn on."""
        return [layer["name"] for layer in self.single_layers() if layer.get("kind") == kind]

    def is_kit(self) -> bool:
        """Has it pads, which panel and fan-out draw? Public rule sets, which nothing is drawn by, have none."""
        return bool(self.of_kind("pad"))

    def pad_layer(self, function: str) -> str:
        """Name of the layer of pads with that function; KeyError with a sentence when the technology has none."""
        for name in self.of_kind("pad"):
            if self.function_of(name) == function:
                return name
        raise KeyError("technology %s has no layer for %s pads" % (self.name, function))

    def function_of(self, name: str) -> str:
        """The function of a pad layer; its name where it has none."""
        return self.layers[name].get("function", name)

    def parts(self, name: str) -> list[str]:
        """The drawn layers a layer consists of: itself, or those of its union."""
        return list(self._parts[name])

    def holders(self, name: str) -> list[str]:
        """Layers that contain every shape of this one: itself and the unions it is part of."""
        if name not in self._holders:
            mine = set(self._parts[name])
            self._holders[name] = [other for other in self.layers if mine <= set(self._parts[other])]
        return self._holders[name]

    def closed_shapes(self, name: str) -> bool:
        """Are its sizes extents? Vias, pads and UBM are closed shapes and have a size; traces have a width wherever two edges face each other.

        What a layer or union says of itself ("measure") comes first.
        """
        return are_closed(self.layers, name, self._parts[name])

    def trace_layer(self) -> str:
        """The metal a pad and its traces are drawn on: the first metal that shares a union with pads."""
        for name in self.layers:
            parts = self.parts(name)
            metals = [part for part in parts if self.kind_of(part) == "metal"]
            if metals and all(self.kind_of(part) in ("metal", "pad") for part in parts) and len(parts) > 1:
                return metals[0]
        return (self.of_kind("metal") or [None])[0]

    # limits

    def limit(self, check: str, layer: str, other: str | None = None, severity: str | None = "error") -> float | None:
        """Strictest limit of that kind on a layer (um, or a plain number), or None.

        Rules on unions that contain the layer count too. `other`: the second layer (`by` or `to`) of
        enclosure and separation. `severity`: "error", "warning", or None for both.
        """
        found = [self._value(rule) for rule in self._rules(check, layer, other, severity)]
        strictest = max if kinds.KINDS[check].sense == kinds.MINIMUM else min
        return strictest(found) if found else None

    def _rules(self, check: str, layer: str, other: str | None, severity: str | None) -> Iterator[dict[str, Any]]:
        holders = self.holders(layer)
        others = None if other is None else self.holders(other)
        for rule in self.rules:
            same_severity = severity in (None, rule.get("severity", "error"))
            if rule["check"] == check and same_severity and self._about(rule, holders, others):
                yield rule

    @staticmethod
    def _about(rule: dict[str, Any], holders: Sequence[str], others: list[str] | None) -> bool:
        second = rule.get("by", rule.get("to"))
        if rule["check"] == "separation" and others is not None:
            return (rule["layer"] in holders and second in others) or (rule["layer"] in others and second in holders)
        return rule.get("layer") in holders and (others is None or second in others)

    @staticmethod
    def _value(rule: dict[str, Any]) -> float:
        return rule[kinds.limit_key(rule)]

    # vias

    def depth_um(self, cut: str) -> float:
        """Depth of a via: the sum of the films it cuts; 0 where the technology does not say which."""
        return round(sum(self.films[film]["thickness_um"] for film in self.layers[cut].get("cuts", ())), 9)

    def via_sizes(self, cut: str, recommended: bool = False) -> SizeInterval | None:
        """Legal sizes for this film stack (SizeInterval on the grid), or None when no size keeps every limit.

        Size and aspect ratio together: size >= depth / largest ratio, size <= depth / smallest ratio.
        `recommended` adds the limits of warnings.
        """
        severity = None if recommended else "error"
        depth = self.depth_um(cut)
        low = max(self.limit("width_min", cut, None, severity) or 0.0, self.grid_um)
        high = self.limit("width_max", cut, None, severity) or math.inf
        steepest, flattest = self.limit("aspect_ratio_max", cut, None, severity), self.limit("aspect_ratio_min", cut, None, severity)
        low = self.grid_up(max(low, depth / steepest if steepest else 0.0))
        high = self.grid_down(min(high, depth / flattest if flattest else math.inf))
        return SizeInterval(low, high) if low <= high + _SLACK else None

    def via_verdict(self, cut: str, size_um: float) -> Verdict:
        """Verdict on one via size: depth, aspect ratio, the worst severity and a sentence for each broken limit."""
        depth = self.depth_um(cut)
        ratio = depth / size_um if size_um > 0 else math.inf
        measured = {"width_min": size_um, "width_max": size_um, "aspect_ratio_min": ratio, "aspect_ratio_max": ratio}
        broken = [rule for check in measured for rule in self._rules(check, cut, None, None) if self._breaks(check, measured[check], rule)]
        severities = [rule.get("severity", "error") for rule in broken]
        worst = "error" if "error" in severities else ("warning" if severities else None)
        return Verdict(worst, depth, ratio, ["%s: %s, limit %g" % (rule["id"], rule["title"], self._value(rule)) for rule in broken])

    def _breaks(self, check: str, measured: float, rule: dict[str, Any]) -> bool:
        limit = self._value(rule)
        if kinds.KINDS[check].sense == kinds.MINIMUM:
            return measured < limit - _SLACK * max(1.0, limit)
        return measured > limit + _SLACK * max(1.0, limit)

    def capture_pad_um(self, cut: str, size_um: float, metal: str | None = None) -> float:
        """Smallest legal pad of the metal around a via of that size, on a grid that keeps both centred.

        The largest enclosure by that metal on both sides, and no narrower than the metal may be.
        """
        metal = metal or self.trace_layer()
        enclosure = self.limit("enclosure", cut, metal) or 0.0
        size = max(size_um + 2 * enclosure, self.limit("width_min", metal) or 0.0)
        return self.even_up(size)

    def connected_cut(self, lower_kind: str) -> str | None:
        """First cut in the connectivity whose lower side is of that kind ("contact" or "metal"/"pad"), or None."""
        for connection in self.record["connectivity"]:
            if len(connection) == 3 and self.kind_of(self.parts(connection[0])[0]) == lower_kind:
                return connection[1]
        return None

    def pad_stack(self, pad: str) -> list[tuple[str, float]]:
        """What may be drawn on a pad above it, with the smallest legal sizes: [(layer, size_um)], bottom up.

        A polymer-2 opening and its UBM for a WLCSP; empty when nothing lies above the pads.
        """
        stack = []
        for lower, cut, upper in (c for c in self.record["connectivity"] if len(c) == 3):
            if pad not in self.parts(lower) or self.kind_of(self.parts(upper)[0]) != "ubm":
                continue
            opening = self.limit("width_min", cut) or self.grid_um
            stack.append((cut, self.even_up(opening)))
            metal = self.parts(upper)[0]
            size = max(opening + 2 * (self.limit("enclosure", cut, metal) or 0.0), self.limit("width_min", metal) or 0.0)
            stack.append((metal, self.even_up(size)))
        return stack

    def pad_size_min_um(self, pad: str, cut_size_um: Any = None) -> float:
        """Smallest legal pad: its own limit, room for the openings above it and for a via below of `cut_size_um`."""
        size = self.limit("width_min", pad) or self.grid_um
        for layer, layer_size in self.pad_stack(pad):
            size = max(size, layer_size + 2 * (self.limit("enclosure", layer, pad) or 0.0))
        cut = self.connected_cut("contact")
        if cut and cut_size_um:
            size = max(size, self.capture_pad_um(cut, cut_size_um, pad))
        return self.even_up(size)

    # films and grid

    def film_findings(self, range_key: str) -> list[str]:
        """Sentences for films outside `allowed_um` or `recommended_um`."""
        found = (self.film_finding(name, range_key) for name in self.films)
        return [sentence for sentence in found if sentence]

    def film_finding(self, name: str, range_key: str) -> str:
        """The sentence for one film; "" for one that is inside."""
        film = self.films[name]
        low, high = film.get(range_key, (0, math.inf))
        if low <= film["thickness_um"] <= high:
            return ""
        return "film %s is %g um thick, %s %g to %g" % (name, film["thickness_um"], range_key[:-3], low, high)

    def on_grid(self, length_um: float) -> float:
        """The nearest multiple of the grid."""
        return round(round(length_um / self.grid_um) * self.grid_um, 9)

    def fits(self, dbu_um: float) -> bool:
        """Is the grid a whole number of database units of a layout?"""
        steps = self.grid_um / dbu_um
        return steps > 1 - 1e-6 and abs(steps - round(steps)) < 1e-6

    def grid_up(self, length_um: float) -> float:
        """The smallest multiple of the grid that is no shorter."""
        return round(math.ceil(length_um / self.grid_um - 1e-6) * self.grid_um, 9)

    def grid_down(self, length_um: float) -> float:
        """The largest multiple of the grid that is no longer (infinity stays)."""
        return length_um if math.isinf(length_um) else round(math.floor(length_um / self.grid_um + 1e-6) * self.grid_um, 9)

    def even_up(self, length_um: float) -> float:
        """The smallest multiple of two grid steps that is no shorter: a centred shape has both edges on the grid."""
        return round(math.ceil(length_um / self.grid_um / 2 - 1e-6) * self.grid_um * 2, 9)


def _canonical(value: dict[str, Any]) -> str:
    """JSON text that is the same for the same meaning: keys sorted, no blanks, ASCII alone, 10 written as 10.0."""
    return json.dumps(_with_floats(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _with_floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_floats(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_floats(part) for part in value]
    return float(value) + 0.0 if isinstance(value, (int, float)) and not isinstance(value, bool) else value  # + 0.0: no -0.0
