"""What is written is read again as it was, as far as the format holds it: random lists for every format."""

import random

import pytest

from postpass.exchange import formats, outlines
from postpass.exchange.record import CONTACT, PAD, Options, PadList, Place, Trace, sized

#: um: what places lie on, and sizes
GRID = 0.005
LETTERS = "ABCxyz019_/"
#: what of a Place each word of HOLDS stands for
FIELDS = {**{what: (what,) for what in ("name", "net", "kind", "function", "shape", "side", "cell", "port")}, "size": ("width_um", "height_um")}
SIMPLE = ("square", "rectangle", "circle", "oblong", "octagon")
ENDINGS = {"csv": "csv", "aif": "aif", "amkor": "txt", "bmap": "bmap", "def": "def", "lef": "lef", "kicad": "kicad_pcb", "pos": "pos", "layout": "gds", "labels": "gds", "json": "json"}


def word(dice):
    return dice.choice("ABCabc") + "".join(dice.choice(LETTERS) for _ in range(dice.randrange(6)))


def random_list(seed, name):
    """A list that the format can hold: names of their own, functions by net, one shape for each cell."""
    dice = random.Random(seed)
    names = list(dict.fromkeys(word(dice) + str(count) for count in range(60)))
    nets = [word(dice) for _ in range(12)]
    functions = {net: dice.choice(("power", "ground", "signal")) for net in nets}
    cells = {kind: [random_cell(dice, "%s%d" % (kind[0].upper(), count), kind) for count in range(3)] for kind in (CONTACT, PAD)}
    places = []
    for count, one in enumerate(names):
        kind = "" if name == "labels" else PAD if name in ("bmap", "pos", "lef") else CONTACT if name == "amkor" else dice.choice((CONTACT, PAD))
        net = dice.choice(nets)
        function = dice.choice(("", "power", "ground", "signal", "flip-chip")) if name == "def" else functions[net] if name in ("csv", "def", "lef") or (name == "layout" and kind == PAD) else ""
        x_um, y_um = (count % 8) * 400 + 2 * GRID * dice.randrange(20000), (count // 8) * 400 - 1500 + 2 * GRID * dice.randrange(20000)
        place = dice.choice(cells[kind or PAD])._replace(kind=kind, name=str(count + 1) if name == "amkor" else one, x_um=round(x_um, 6), y_um=round(y_um, 6), net=one if name == "lef" else net,
                                                  function=function, port=dice.choice(("", one + "p")), side=dice.choice(("top", "bottom")))
        places.append(place)
    if name == "amkor":
        places = [place._replace(shape="square", width_um=40.0, height_um=40.0, outline=()) for place in places]
    if name in ("json", "def", "layout", "labels", "lef"):  # outlines around a centre that all corners share exactly
        places = [place for place in places if place.shape != "polygon"]
    traces = tuple(Trace(net, "RDL", 20.0, ((0.0, -3000.0 - 50 * count), (900.0, -3000.0 - 50 * count))) for count, net in enumerate(nets)) if name == "def" else ()
    half = 4000.0 + dice.randrange(50)
    return PadList(tuple(places), (-half, -half, half, half) if name == "amkor" else (-500.0, -8000.5, 2 * half, half), "chip_%d" % seed, traces=traces)


def random_cell(dice, cell, kind):
    shape = dice.choice((*SIMPLE, "polygon"))
    width = 2 * GRID * dice.randrange(1000, 9000)
    height = width if shape in ("square", "circle", "octagon") else 2 * GRID * dice.randrange(1000, 9000)
    if shape in ("rectangle", "oblong") and height == width:
        height += 4 * GRID
    width, height = round(width, 6), round(height, 6)
    corners = ((-width / 2, -height / 2), (width / 2, -height / 2), (width / 2, 0.0), (0.0, height / 2), (-width / 2, height / 2)) if shape == "polygon" else ()
    return Place("", 0.0, 0.0, kind=kind, shape=shape, width_um=width, height_um=height, cell=cell, outline=tuple((round(x, 6), round(y, 6)) for x, y in corners))


def held(pads, format_):
    """What the format holds of a list, in an order of its own."""
    holds = format_.of_module(format_.holds)
    fields = [field for what, some in FIELDS.items() if what in holds for field in some]
    places = sorted(tuple(round(getattr(place, field), 3) if isinstance(getattr(place, field), float) else getattr(place, field) for field in ("x_um", "y_um", *fields)) for place in pads.places)
    outlines_ = sorted((place.x_um, tuple(sorted(place.outline))) for place in pads.places if place.shape == "polygon") if "outline" in holds else []
    return places, outlines_, pads.die if "die" in holds else None, pads.title if "title" in holds else "", sorted(pads.traces) if "traces" in holds else []


def options_for(name, folder):
    tech = {"layout": "wlcsp", "json": "wlcsp"}.get(name)
    return Options(tech=tech, layer="81/0" if name == "labels" else None, lefs=(str(folder / "bumps.lef"),) if name == "def" else ())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ENDINGS)
def test_what_is_written_is_read_again(name, seed, tmp_path):
    format_ = formats.named(name)
    pads, path, options = random_list(seed, name), str(tmp_path / ("list." + ENDINGS[name])), options_for(name, tmp_path)
    more = {"lef_path": str(tmp_path / "bumps.lef")} if name == "def" else {}
    format_.write(pads, path, options, **more)
    assert formats.to_read(path, name if name == "labels" else None) is format_
    again, summary = format_.read(path, options)
    assert held(again, format_) == held(pads, format_)
    assert summary.left == []
    other = str(tmp_path / ("again." + ENDINGS[name]))
    format_.write(again, other, options, **more)
    assert held(format_.read(other, options)[0], format_) == held(pads, format_)


def plain_list():
    """A list that every format can hold, around 0, 0: each place is a pad of its own net, pads of one shape are of one cell."""
    looks = [("square", 40.0, 40.0), ("circle", 60.0, 60.0), ("rectangle", 30.0, 50.0), ("octagon", 50.0, 50.0)]
    spots = [(x, y) for x in (-300.5, -100.0, 100.0, 300.5) for y in (-250.0, -100.0, 100.0, 250.0)]
    places = [Place(str(count), x, y, str(count), PAD, ("signal", "ground")[count % 2], *looks[int(abs(x) > 200) + 2 * int(abs(y) > 200)], "top", "C%d%d" % (abs(x) > 200, abs(y) > 200), str(count))
              for count, (x, y) in enumerate(spots, 1)]
    return PadList(tuple(places), (-400.0, -350.0, 400.0, 350.0), "chip")


@pytest.mark.parametrize("second", ENDINGS)
@pytest.mark.parametrize("first", ENDINGS)
def test_from_one_format_to_another(first, second, tmp_path):
    """What both hold is the same in the end; places without a size get one."""
    pads, one, other = plain_list(), formats.named(first), formats.named(second)
    again = pads
    for format_, part in ((one, "one"), (other, "other")):
        path, lef = str(tmp_path / ("%s.%s" % (part, ENDINGS[format_.name]))), str(tmp_path / (part + ".lef_"))
        options = Options(tech="wlcsp", cells={"*": ("square", 40.0, 40.0)})
        format_.write(sized(again, options), path, options, **({"lef_path": lef} if format_.name == "def" else {}))
        again, _ = format_.read(path, options._replace(lefs=(lef,) if format_.name == "def" else (), layer="1/0" if format_.name == "labels" else None))
    both = [field for what, some in FIELDS.items() if what in one.of_module(one.holds) & other.of_module(other.holds) for field in some]

    def short(some):
        return sorted(tuple(getattr(place, field) for field in ("x_um", "y_um", *both)) for place in some.places)
    assert short(again) == short(pads)
    holds = one.of_module(one.holds) & other.of_module(other.holds)
    assert "die" not in holds or again.die == pads.die
    assert "title" not in holds or again.title == pads.title


@pytest.mark.parametrize("shape", SIMPLE)
@pytest.mark.parametrize("width, height", [(40.0, 40.0), (80.0, 30.0), (0.5, 0.9)])
def test_a_shape_is_known_by_its_corners(shape, width, height):
    if (shape in ("square", "circle")) != (width == height) and shape != "octagon":
        return
    place = Place("", 0.0, 0.0, shape=shape, width_um=width, height_um=height)
    corners = [(x + 7.0, y - 3.0) for x, y in outlines.corners(place)]
    found = outlines.shaped(Place("", 0.0, 0.0), corners[3:] + corners[:3])
    assert (found.shape, found.width_um, found.height_um, found.x_um, found.y_um) == (shape, width, height, 7.0, -3.0)
