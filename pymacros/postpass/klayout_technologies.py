"""The technologies that KLayout itself knows: their base folders may hold technology files of ours, too."""

from __future__ import annotations

import os

import pya


def base_folders() -> "list[str]":
    """The folders of KLayout's named technologies, in the order of their names; none where this KLayout has none."""
    if not hasattr(pya, "Technology"):
        return []
    found = []
    for name in sorted(pya.Technology.technology_names()):
        folder = pya.Technology.technology_by_name(name).base_path() if name else ""
        if folder and os.path.isdir(folder):
            found.append(folder)
    return list(dict.fromkeys(found))
