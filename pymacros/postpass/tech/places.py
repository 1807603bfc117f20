"""Where technologies are found: folders of the user beside those of this package, looked at anew whenever they are asked for.

Folders are taken in this order: those of the environment variable POSTPASS_TECH_PATH, those that a program sets (`set_folders`: the panel's
setting, the base folders of KLayout's technologies), last the package's own. Each holds technology files, or folders that do.
Of several technologies of one name the first folder's is taken, in one folder the newest version; `NAME@VERSION` or a path names another one.
Nothing here is ever written. Pure Python.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .. import records
from ..messages import Refusal, printable

VARIABLE = "POSTPASS_TECH_PATH"
SETTING = "the folders of the setting"
KLAYOUT = "the base folder of a technology of KLayout"
PACKAGE = "this package"
ENDING = ".json"
BASES = "bases"  # a folder of what the technologies beside it are based on: none of its own

_MOST_BYTES = 16 * 2 ** 20  # no technology is as large; other tools' files may be

_set: "dict[str, tuple[str, ...]]" = {SETTING: (), KLAYOUT: ()}  # folders by origin, in the order in which they are searched
_told: "set[str]" = set()  # what was reported: once in a process
_looked_at: "dict[str, tuple[Any, Peeked | None]]" = {}  # path: (what the file system says of it, what it holds)


class Peeked(NamedTuple):
    """What a technology file says of itself. `fault`: why it cannot be read, or None."""

    name: str
    version: "str | None"
    fault: "str | None" = None


class Place(NamedTuple):
    """A technology that is known: its file, and by which folder it was found (`folder` of `origin`)."""

    name: str
    version: "str | None"
    path: str
    origin: str
    folder: str
    fault: "str | None" = None

    @property
    def called(self) -> str:
        """The words that name it on a command line: NAME@VERSION."""
        return self.name if self.version is None else "%s@%s" % (self.name, self.version)


def technology_folder() -> str:
    """The folder of this package's technologies (absolute, symbolic links resolved).

    In an installed wheel they lie inside the package, in a checkout or KLayout's salt beside `pymacros/`, as `tech/`.
    """
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    inside = os.path.join(package, "technologies")
    return inside if os.path.isdir(inside) else os.path.normpath(os.path.join(package, "..", "..", "tech"))


def set_folders(folders: "Iterable[str]", origin: str = SETTING) -> None:
    """Folders to search from now on, instead of those set before for that origin (SETTING or KLAYOUT)."""
    if origin not in _set:
        raise ValueError("folders are set for %s, not for %s" % (" or ".join(_set), origin))
    _set[origin] = tuple(os.path.expanduser(folder) for folder in folders if folder.strip())


def folders() -> "list[tuple[str, str]]":
    """[(folder, origin)] in the order in which they are searched."""
    named = [(os.path.expanduser(one), VARIABLE) for one in os.environ.get(VARIABLE, "").split(os.pathsep) if one.strip()]
    named += [(folder, origin) for origin, some in _set.items() for folder in some]
    return [*named, (technology_folder(), PACKAGE)]


def is_path(text: str) -> bool:
    """Is it a path, not a name? Anything with a path separator or ending in `.json`."""
    return os.sep in text or "/" in text or text.endswith(ENDING)


def known() -> "list[Place]":
    """Every technology there is, in the order in which names are looked up; a file that is reached twice counts once."""
    found: "list[Place]" = []
    seen: "set[str]" = set()
    own = os.path.realpath(technology_folder()) + os.sep
    for folder, origin in folders():
        here = []
        for path in _files(folder):
            peeked, real = _peeked(path), os.path.realpath(path)
            if peeked is None or (origin == KLAYOUT and (peeked.fault or real.startswith(own))):  # other tools' files, and those of this package
                continue
            if real not in seen:
                seen.add(real)
                here.append(Place(peeked.name, peeked.version, path, origin, folder, peeked.fault))
        found += sorted(sorted(here, key=lambda place: place.path), key=lambda place: _newness(place.version), reverse=True)
    return found


def in_folder_of(path: str) -> "Iterator[Place]":
    """The technologies in the folder of a file, which need not be among those that are known."""
    folder = os.path.dirname(os.path.abspath(path))
    for one in _entries(folder):
        peeked = _peeked(one) if one.endswith(ENDING) and os.path.isfile(one) else None
        if peeked:
            yield Place(peeked.name, peeked.version, one, folder, folder, peeked.fault)


def choices(text: str) -> "list[Place]":
    """The technologies that a name, or NAME@VERSION, may mean: that which is taken first."""
    every = known()
    named = [place for place in every if place.name == text]
    if named or "@" not in text:
        return named
    name, _, version = text.rpartition("@")
    return [place for place in every if (place.name, place.version) == (name, version)]


def is_there(text: str) -> bool:
    """Whether a name, NAME@VERSION or path means a technology that is there."""
    return os.path.isfile(text) if is_path(text) else bool(text and choices(text))


def missing_folders() -> "list[str]":
    """Sentences on folders that are not there, each once in a process."""
    found = []
    for folder, origin in folders():
        problem = problem_of(folder) if origin in (VARIABLE, SETTING) else None
        if problem and folder not in _told:
            _told.add(folder)
            found.append("%s of %s %s: no technologies are found there" % (folder, origin, problem))
    return found


def ambiguity(text: str) -> "list[str]":
    """[a sentence] on which of several technologies a name means."""
    places = [] if is_path(text) else choices(text)
    if len(places) < 2:
        return []
    taken, *others = places
    return ["%d technologies are called %s: taken is %s of %s, %s; the others are %s" % (
        len(places), text, taken.called, taken.origin, taken.path, ", ".join("%s, %s" % (other.called, other.path) for other in others))]


def tell_remarks(*texts: str) -> None:
    """Prints the remarks on standard error, so that what is read by programs stays clean."""
    for remark in [*missing_folders(), *(remark for text in dict.fromkeys(texts) for remark in ambiguity(text))]:
        print("NOTE: %s" % printable(remark), file=sys.stderr)


def words_for(path: str) -> str:
    """By what a technology's file is found again, whatever other versions come: its path, or the name of one of this package, which may lie elsewhere then."""
    wanted = os.path.abspath(path)
    taken: "dict[str, Place]" = {}
    for place in known():
        taken.setdefault(place.name, place)
    return next((name for name, place in taken.items() if place.origin == PACKAGE and os.path.abspath(place.path) == wanted), wanted)


def unknown(text: str) -> str:
    """A sentence on a name that no technology has."""
    every = known()
    versions = [place.called for place in every if "@" in text and place.name == text.rpartition("@")[0]]
    if versions:
        return "unknown technology '%s': known are %s, or give the path of a JSON file" % (text, ", ".join(versions))
    return "unknown technology '%s': known are %s, or give the path of a JSON file" % (text, ", ".join(sorted({place.name for place in every})))


def _files(folder: str) -> "Iterator[str]":
    """The JSON files of a folder and of the folders in it; no pipes and devices, which may have no end."""
    for path in _entries(folder):
        if path.endswith(ENDING) and os.path.isfile(path):
            yield path
        elif os.path.isdir(path) and os.path.basename(path) != BASES:
            yield from (inner for inner in _entries(path) if inner.endswith(ENDING) and os.path.isfile(inner))


def _entries(folder: str) -> "list[str]":
    try:
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if not name.startswith(".")]
    except OSError:  # `missing_folders` says so
        return []


def problem_of(folder: str) -> "str | None":
    """Why no technologies are found in a folder ("is no folder"), or None."""
    if not os.path.isdir(folder):
        return "is no folder"
    return None if os.access(folder, os.R_OK | os.X_OK) else "cannot be read"


def _peeked(path: str) -> "Peeked | None":
    """What a technology file says of itself; None for a file of other content. Read again only when it changed."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    if state.st_size > _MOST_BYTES:
        return None
    stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
    if path not in _looked_at or _looked_at[path][0] != stamp:
        _looked_at[path] = stamp, _peek(path)
    return _looked_at[path][1]


def _peek(path: str) -> "Peeked | None":
    stem = os.path.basename(path)[:-len(ENDING)]
    try:
        own = records.read_json(path, "technology file", Refusal)
    except Refusal as error:
        return Peeked(stem, None, str(error))
    if not isinstance(own, dict) or not ("based_on" in own or {"layers", "rules"} <= set(own)):
        return None
    name, version = own.get("name"), own.get("version")
    return Peeked(name if isinstance(name, str) and name else stem, version if isinstance(version, str) else None)


def is_newer(version: "str | None", other: "str | None") -> bool:
    """Whether a version is a newer one: 1.10 is newer than 1.9."""
    return _newness(version) > _newness(other)


def _newness(version: "str | None") -> "list[tuple[int, int, str]]":
    """By which versions are ordered: 1.10 is newer than 1.9, 1.0 than 1.0-rc1, and any than none."""
    if version is None:
        return []
    parts = re.findall("[0-9]+|[^0-9.]+", version)
    return [(1, int(part), "") if part[0] in "0123456789" else (0, 0, part) for part in parts] + [(1, -1, "")]  # the end: 1.0 is newer than 1.0-rc1

