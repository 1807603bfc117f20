"""Which version of this package it is."""

from __future__ import annotations

import os
import re


def version() -> str:
    """Of the installed wheel, else of the grain that it lies in; "unknown" for files that somebody has copied."""
    grain = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "grain.xml")
    if os.path.exists(grain):
        with open(grain, encoding="utf-8") as file:
            found = re.search("<version>([^<]+)</version>", file.read())
        if found:
            return found.group(1)
    import importlib.metadata
    try:
        return importlib.metadata.version("postpass")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
