"""A technology with other films: as it would be, and as a file that names what it is based on. Pure Python; lengths are um."""

from __future__ import annotations

import os
from typing import Any

from .. import bounds, files
from ..messages import Refusal
from .answers import Technology
from .commands import text_of
from .loader import installed, load
from .sources import sources
from .words import as_text

_ENDING = ".json"


def require_changed(tech: Technology, thicknesses_um: dict[str, float]) -> dict[str, float]:
    """Those of the thicknesses {film: um} that are not the technology's. Raises Refusal when there is none."""
    films = {name: um for name, um in thicknesses_um.items() if um != tech.films[name]["thickness_um"]}
    if not films:
        raise Refusal("No film is changed: type other thicknesses first")
    return films


def with_films(tech: Technology, thicknesses_um: dict[str, float]) -> Technology:
    """The technology with these thicknesses {film: um}. Raises Refusal for one that no technology can have."""
    for name, um in thicknesses_um.items():
        require_length("film %s: thickness" % name, um)
    films = [dict(film, thickness_um=thicknesses_um.get(film["name"], film["thickness_um"])) for film in tech.record["films"]]
    return Technology({**tech.record, "films": films}, tech.path)


def require_length(name: str, um: float) -> None:
    """Raises Refusal unless it is a length that files may hold."""
    if not bounds.keeps(bounds.LENGTH, um):
        raise Refusal("%s must be %s, not %g" % (name, bounds.words(bounds.LENGTH), um))


def write(tech: Technology, thicknesses_um: dict[str, float], path: str) -> str:
    """Writes a variant with these thicknesses {film: um}, whole or not at all. Returns its path. Raises Refusal in one sentence.

    It names its base by the file's name where both lie in one folder, else by the whole path, and holds the changed films alone.
    """
    with_films(tech, thicknesses_um)
    films = require_changed(tech, thicknesses_um)
    path = path if path.lower().endswith(_ENDING) else path + _ENDING
    name = os.path.basename(path)[:-len(_ENDING)]
    if not name:
        raise Refusal("%s: give the technology a name" % path)
    inputs = [files.Input("base", source) for source in sources(tech.path)]
    output = files.Output("technology", path)
    files.require_apart([output], inputs)
    known = installed().get(name)
    if known is not None and not files.same(known, path):  # one that lies there already is written anew
        raise Refusal("Technology %s is installed: give the variant another name" % name)
    text = text_of(_record(tech, films, name, path))
    files.Outputs([output], inputs).write({"technology": (lambda part: files.write_text(part, text), load)})
    return path


def _record(tech: Technology, films: dict[str, float], name: str, path: str) -> dict[str, Any]:
    words = ", ".join("%s %s um" % (film, as_text(um)) for film, um in films.items())
    return {"schema": 1, "based_on": _base(tech.path, path), "name": name, "title": "%s, with %s" % (tech.title, words),
            "films": [_film(tech.films[film], um) for film, um in films.items()]}


def _film(film: dict[str, Any], um: float) -> dict[str, Any]:
    """The record of a changed film; where its values come from would no longer be true."""
    was = "thickness: chosen, was %s" % as_text(film["thickness_um"])
    return {"name": film["name"], "thickness_um": um, "source": "; ".join([was] + [film["source"]] * ("source" in film))}


def _base(base: str, path: str) -> str:
    folders = [os.path.realpath(os.path.dirname(os.path.abspath(one))) for one in (base, path)]
    return os.path.basename(base) if folders[0] == folders[1] else os.path.abspath(base)
