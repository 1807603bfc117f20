"""The technologies that KLayout itself knows: their base folders may hold technology files of ours, too; and how it comes to know one of ours."""

from __future__ import annotations

import os

import pya

#: folders of a technology's base folder whose macros KLayout would run or offer
_OF_MACROS = ("macros", "pymacros", "ruby", "python", "drc", "lvs")

_introduced: "set[str]" = set()  # names: not found by KLayout, so that nothing is to be looked for in their folders


def base_folders() -> "list[str]":
    """The folders of KLayout's named technologies, in the order of their names; none where this KLayout has none."""
    if not hasattr(pya, "Technology"):
        return []
    found = []
    for name in sorted(pya.Technology.technology_names()):
        folder = pya.Technology.technology_by_name(name).base_path() if name and name not in _introduced else ""
        if folder and os.path.isdir(folder):
            found.append(folder)
    return list(dict.fromkeys(found))


def introduce(name: str, lyt: str, generated: str) -> "list[str]":
    """Lets KLayout know a technology until it ends, where it does not yet.

    lyt: the path of its .lyt, which brings what lies beside it (layer properties, 2.5D script); generated: the text of one, for where there is none, where
    it is another technology's, or where macros lie beside it: nobody who gives a layout a technology expects that something is run.
    Returns the folders of macros that KLayout is kept from.
    """
    if name in pya.Technology.technology_names():
        return []
    folder = os.path.dirname(lyt)
    macros = [one for one in _OF_MACROS if os.path.isdir(os.path.join(folder, one))]
    if macros or not _is_of(name, lyt):
        pya.Technology.create_technology(name).assign(pya.Technology.technology_from_xml(generated))
    else:
        pya.Technology.create_technology(name).load(lyt)
    _introduced.add(name)
    return macros


def _is_of(name: str, lyt: str) -> bool:
    read = pya.Technology()
    try:
        read.load(lyt)
    except RuntimeError:  # absent, or damaged
        return False
    return read.name == name
