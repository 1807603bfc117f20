"""Postpass: post-passivation interconnect for KLayout.

The parts depend on each other in one direction only (a test holds it):
tech, geometry -> conductors -> drc, routing -> draw -> fanout -> panel.

`postpass.check(layout_or_cell, tech)` checks from Python and returns a `postpass.Report`; what cannot be checked raises
`postpass.Refusal`. These names are imported when they are asked for: the panel starts without the deck.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import Refusal, Report, check

__all__ = ["Refusal", "Report", "check"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    from . import api
    return getattr(api, name)
