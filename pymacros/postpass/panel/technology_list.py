"""The technologies that are known, as header and window list them: told apart by name, version and place. No Qt, no KLayout."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ..archive import unpacking
from ..draw.choices import CommandError
from ..messages import counted, shortened
from ..tech import TechnologyError, differences, places
from ..tech.answers import Technology
from ..tech.loader import load
from ..tech.read_once import technology_in

COLUMNS = ("Technology", "Version", "Owner", "Issued", "Rules", "File")
UNUSABLE = "cannot be used"
NONE = "–"
_MOST_NAMES, _LONGEST_NAME = 8, 60  # of technologies that were found, and letters of one


class Listed(NamedTuple):
    """A technology that is known. label: what it is called here, and nothing else is; problem: why it cannot be used, or None."""

    label: str
    place: places.Place
    tech: Technology | None
    problem: str | None = None

    @property
    def path(self) -> str:
        """Of its file, absolute."""
        return os.path.abspath(self.place.path)

    @property
    def text(self) -> str:
        """For a list of one column."""
        return "%s: %s" % (self.label, UNUSABLE) if self.problem else self.label

    def tip(self) -> str:
        """Where it is and how it was found, or why it cannot be used."""
        where = "%s\nfound in %s, %s" % (self.path, self.place.folder, self.place.origin)
        return "%s\n%s" % (self.problem, where) if self.problem else where

    def cells(self) -> list[str]:
        """By COLUMNS."""
        record = self.tech.record if self.tech else {}
        return [self.label, self.place.version or NONE, record.get("owner", NONE), record.get("issued", NONE), self.tech.checksum() if self.tech else UNUSABLE, self.path]


def listed() -> list[Listed]:
    """All that are known: first those to draw by, by name; of one name that which the name alone means first."""
    known = places.known()
    found = [_listed(place, label) for place, label in zip(known, labels(known))]
    return sorted(found, key=lambda one: (one.tech is None or not one.tech.is_kit(), one.place.name))


def with_used(found: Sequence[Listed], tech: Technology | None) -> list[Listed]:
    """The same, and at the end the technology in use where it is not among them: a file of its own, or one that is gone."""
    if tech is None or tech.path in [one.path for one in found]:
        return list(found)
    place = places.Place(tech.name, tech.version, tech.path, "which is not searched", os.path.dirname(tech.path))
    label = place.called if place.called not in [one.label for one in found] else "%s (%s)" % (place.called, place.path)
    return [*found, Listed(label, place, tech)]


def _listed(place: places.Place, label: str) -> Listed:
    try:
        return Listed(label, place, technology_in(place.path))
    except TechnologyError as error:
        return Listed(label, place, None, str(error))


def labels(known: Sequence[places.Place]) -> list[str]:
    """A text for each: its name, NAME@VERSION where others have the name, with as much of its folder or path as it takes where others have both."""
    folders = [os.path.dirname(os.path.abspath(place.path)).split(os.sep) for place in known]
    deepest = max(map(len, folders), default=0)
    ends = [[os.sep.join(parts[-number:]) for number in range(1, deepest + 1)] for parts in folders]
    texts = [(place.name, place.called, *("%s (%s)" % (place.called, end) for end in (*some, place.path))) for place, some in zip(known, ends)]
    counts = [Counter(column) for column in zip(*texts)]
    return [next((text for text, count in zip(row, counts) if count[text] == 1), row[-1]) for row in texts]


def some(names: Sequence[str]) -> str:
    """Names for a message: each as far as it can be read at a glance, and the first of many."""
    shown = [shortened(name, _LONGEST_NAME) for name in names[:_MOST_NAMES]]
    return ", ".join(shown) + (" and %d more" % (len(names) - _MOST_NAMES) if len(names) > _MOST_NAMES else "")


def comparison(one: Listed, other: Listed) -> str:
    """What differs between two, from the older version to the newer one. Raises TechnologyError."""
    before, after = (other, one) if one.place.name == other.place.name and places.is_newer(one.place.version, other.place.version) else (one, other)
    was, now = load(before.path), load(after.path)
    return "\n".join(differences.lines(was, now, differences.differences(was, now)))


class Package(NamedTuple):
    """An archive that was looked into. held: {path in it: content}; folder: a name for its own folder; words: what it would write."""

    path: str
    held: dict[str, bytes]
    folder: str
    words: str


def package(path: str) -> Package:
    """The archive at a path. Raises Refusal where it would not be imported."""
    held = unpacking.looked_into(path)
    manifest = unpacking.manifest_of(held)
    called = "%s %s" % (manifest.name, manifest.version) if manifest.version else manifest.name
    lines = ["Technology %s, rules %s, exported by Postpass %s" % (called, manifest.checksum[:12], manifest.postpass), *_known_already(manifest.name, manifest.version, manifest.checksum)]
    lines += ["", "%s would be written, %d bytes:" % (counted(len(held), "file"), sum(map(len, held.values())))]
    lines += ["%s, %d bytes" % (name, len(data)) for name, data in sorted(held.items())]
    lines += ["", "The macro of its 2.5D view is made here, from its films."]
    return Package(path, held, folder_name(manifest.name, manifest.version), "\n".join(lines))


def _known_already(name: str, version: str | None, checksum: str) -> list[str]:
    """Sentences on technologies of that name and version that are known."""
    found = []
    for one in listed():
        if (one.place.name, one.place.version) == (name, version):
            same = one.tech is not None and one.tech.full_checksum() == checksum
            found.append("Known already, %s: %s" % ("with the same rules" if same else "with other rules" if one.tech else UNUSABLE, one.path))
    return found


def folder_name(name: str, version: str | None) -> str:
    """A name of a folder for a technology, that every system takes."""
    return re.sub(r"[^A-Za-z0-9._+-]", "_", name if version is None else "%s-%s" % (name, version)).strip("._") or "technology"


def target(folder: str, name: str) -> str:
    """The folder NAME in a folder that is searched for technologies. Raises CommandError for a name by which none is found."""
    name = name.strip()
    if not folder:
        raise CommandError("Choose the folder that the technology goes into.")
    if not name or name.startswith(".") or name == places.BASES or any(letter in name for letter in "/\\:\0"):
        raise CommandError("Give the technology's own folder a name without / \\ : and leading dots, other than %s." % places.BASES)
    return os.path.join(folder, name)
