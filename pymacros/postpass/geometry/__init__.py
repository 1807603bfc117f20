"""Shapes of one layout: cells and placements, merged layers, outlines, distances. Knows no rules.

Its modules are loaded when they are first asked for, so that the kinds of checks, which the technology reads its keys
from, can be imported without KLayout's classes and without numpy.
"""

from importlib import import_module
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    try:
        return import_module("." + name, __name__)
    except ModuleNotFoundError as error:
        if error.name != "%s.%s" % (__name__, name):
            raise
        raise AttributeError("module %s has no attribute %s" % (__name__, name)) from None
