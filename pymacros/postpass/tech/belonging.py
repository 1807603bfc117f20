"""Which technology of this kit a layout belongs to: told by the name it has in KLayout, else by its layer numbers.

Pure Python; the caller collects what the layout says.
"""

from .loader import TechnologyError, installed, load


def owners(named, numbers, folder=None):
    """Names of the technologies that a layout can belong to, likeliest first; none where nothing tells.

    named: the layout's technology in KLayout ("" without one); numbers: [(layer, datatype)] of its layers with shapes.
    A technology of this kit that the layout names counts while it knows a layer of it. Otherwise those that know most of
    the layers, the one with the fewest further layers first; technologies share numbers, so that there may be several.
    """
    used = {tuple(number) for number in numbers}
    known = _known(folder)
    hits = {name: len(used & known_numbers) for name, known_numbers in known.items()}
    most = max(hits.values(), default=0)
    if named in known and (hits[named] or not most):
        return [named]
    return sorted((name for name in known if most and hits[name] == most), key=lambda name: (len(known[name]), name))


def _known(folder):
    """{name: {(layer, datatype)}} of the installed technologies; those whose file has a mistake are left out."""
    known = {}
    for name, path in installed(folder).items():
        try:
            known[name] = {tuple(layer["gds"]) for layer in load(path).drawn_layers()}
        except TechnologyError:
            continue
    return known
