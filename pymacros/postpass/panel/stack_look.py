"""What the page Stack shows: a section with the sizes of the page Draw and films as they would be. No Qt, no KLayout.

Values are what the user typed, as texts; an empty one stands for what the technology, or the page Draw, says. Lengths are um.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..messages import Refusal, sentence
from ..tech import section, variants, vias
from ..tech.words import as_text, via_intervals
from .defaults import via_cut
from .form import length_um

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .defaults import PadValues, ViaValues

_RANGES = (("allowed_um", "error"), ("recommended_um", "warning"))


class StackValues(NamedTuple):
    """Texts of the page: {film: thickness}, the size of the lowest via."""

    films: dict[str, str]
    size: str


class Look(NamedTuple):
    """What the page shows. `size_um`: of the lowest via; `films`, `size`: severities that colour the fields."""

    section: section.Section | None
    thicknesses_um: dict[str, float]
    size_um: float | None
    figures: str
    messages: list[str]
    severity: str | None
    films: dict[str, str | None]
    size: str | None


def look(tech: Technology, values: StackValues, pads: PadValues, drawn_vias: ViaValues) -> Look:
    """The Look of these values by a technology; what cannot be read is said, and drawn as if it were empty."""
    return _Look(tech).look(values, pads, drawn_vias)


class _Look:
    def __init__(self, tech: Technology) -> None:
        self.tech = tech
        self.messages: list[tuple[str, str]] = []  # (severity, sentence)

    def look(self, values: StackValues, pads: PadValues, drawn_vias: ViaValues) -> Look:
        try:
            films = section.films_of(self.tech)
        except Refusal as error:
            return Look(None, {}, None, "", [sentence(error)], "error", {}, None)
        thicknesses = {name: um for name in films for um in [self._thickness(name, values.films.get(name, ""))] if um is not None}
        thought = variants.with_films(self.tech, thicknesses)
        severities = {name: self._film(thought, name, values.films.get(name, ""), name in thicknesses) for name in films}
        via_um, size_severity = self._via_size(values.size, drawn_vias)
        drawn = section.drawn(thought, section.Sizes(via_um, *self._pad(pads)))
        for via in drawn.vias:
            self.messages += [(via.verdict.severity, reason) for reason in via.verdict.reasons]
        first = next((via for via in drawn.vias if via.cut == section.first_cut(self.tech)), None)
        size_severity = size_severity or (first.verdict.severity if first and values.size.strip() else None)
        words = [message for _, message in sorted(self.messages, key=lambda one: one[0])]
        return Look(drawn, thicknesses, first.size_um if first else None, _figures(thought, drawn), list(dict.fromkeys(words)), _worst(self.messages), severities, size_severity)

    def _thickness(self, name: str, text: str) -> float | None:
        if not text.strip():
            return None
        try:
            um = length_um("film " + name, text)
            variants.with_films(self.tech, {name: um})
        except Refusal as error:
            self.messages.append(("error", sentence(error)))
            return None
        return um

    def _film(self, thought: Technology, name: str, text: str, is_read: bool) -> str | None:
        """The severity of a film's field."""
        for key, severity in _RANGES:
            finding = thought.film_finding(name, key)
            if finding:
                self.messages.append((severity, sentence(finding)))
                return severity if text.strip() else None
        return "error" if text.strip() and not is_read else None

    def _via_size(self, text: str, drawn_vias: ViaValues) -> tuple[float | None, str | None]:
        """(size, severity): what was typed here, else what the page Draw has for the same cut."""
        if text.strip():
            try:
                return self._size("via size", text), None
            except Refusal as error:
                self.messages.append(("error", sentence(error)))
                return None, "error"
        if section.first_cut(self.tech) != via_cut(self.tech):
            return None, None
        return self._chosen("via size", drawn_vias.size), None

    def _pad(self, pads: PadValues) -> tuple[str | None, float | None]:
        """(layer, size) of the page Draw's pad."""
        layer = next((name for name in self.tech.of_kind("pad") if self.tech.function_of(name) == pads.function), None)
        return layer, self._chosen("pad size", pads.size) if layer else None

    def _chosen(self, name: str, text: str) -> float | None:
        """A size of the page Draw; what is wrong there is said."""
        if not text.strip():
            return None
        try:
            return self._size(name, text)
        except Refusal as error:
            self.messages.append(("warning", "Page Draw: %s The smallest is drawn here." % sentence(error)))
            return None

    @staticmethod
    def _size(name: str, text: str) -> float:
        um = length_um(name, text)
        variants.require_length(name, um)
        return um


def _figures(tech: Technology, drawn: section.Section) -> str:
    """Depth, ratio, capture pad or UBM, legal and recommended sizes of each via."""
    words = []
    for via in drawn.vias:
        metal = vias.metal_above(tech, via.cut)
        above = "%s %s" % ("UBM" if tech.kind_of(metal) == "ubm" else "capture pad", as_text(tech.capture_pad_um(via.cut, via.size_um, metal)))
        words += ["%s: depth %s µm, aspect ratio %.2f" % (via.cut, as_text(via.verdict.depth_um), via.verdict.ratio),
                  "Size %s µm, %s µm" % (as_text(via.size_um), above), via_intervals(tech, via.cut)]
    return "\n".join(words)


def to_save(tech: Technology, values: StackValues) -> dict[str, float]:
    """The thicknesses {film: um} that were typed. Raises Refusal for what cannot be read, and where no film is changed."""
    found = {name: length_um("film " + name, text) for name, text in values.films.items() if text.strip()}
    variants.with_films(tech, found)
    variants.require_changed(tech, found)
    return found


def ranges(tech: Technology, film: str) -> str:
    """The allowed thicknesses of a film, in words for its row; "" where the technology does not say."""
    found = tech.films[film].get("allowed_um")
    return "%s to %s" % (as_text(found[0]), as_text(found[1])) if found else ""


def advice(tech: Technology, film: str) -> str:
    """Material and ranges of a film, for a tip."""
    record = tech.films[film]
    words = ["%s: %s µm%s" % (film, as_text(record["thickness_um"]), " of " + record["material"] if "material" in record else "")]
    words += ["%s %s to %s µm" % (key[:-3], *map(as_text, record[key])) for key, _ in _RANGES if key in record]
    return "\n".join(words)


def _worst(messages: list[tuple[str, str]]) -> str | None:
    return min((severity for severity, _ in messages), default=None)  # "error" comes before "warning"
