"""The kinds of checks: every module of this folder holds one, and a technology's rules name them.

The registry is found by looking into the folder: a new kind is a new file. Importing it needs neither KLayout nor numpy.
"""

from importlib import import_module
from pkgutil import iter_modules

from .base import FAMILIES, MAXIMUM, MINIMUM, Kind

__all__ = ["FAMILIES", "KINDS", "MAXIMUM", "MINIMUM", "Kind"]


def _collected() -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for module in iter_modules(__path__):
        for thing in vars(import_module("%s.%s" % (__name__, module.name))).values():
            if isinstance(thing, type) and issubclass(thing, Kind) and "name" in vars(thing) and thing.__module__ == "%s.%s" % (__name__, module.name):
                found[thing.name] = thing()
    return dict(sorted(found.items(), key=lambda entry: (FAMILIES.index(entry[1].family), entry[0])))


#: {name of the kind, as "check" of a rule gives it: the kind}
KINDS = _collected()
