"""A fabricated chip as a routing case: its RDL is taken away, what it joined are the nets."""
import math
import os

VIA, RDL, UBM = 5, 10, 20  # layers of caravel_gf180_bump_bond.gds.gz
FILE = os.path.join("real", "caravel_gf180_bump_bond.gds.gz")


def _octagon(x, y, size):
    r = size / 2 / math.cos(math.pi / 8)
    return [[round(x + r * math.cos(math.pi * (2 * k + 1) / 8), 3), round(y + r * math.sin(math.pi * (2 * k + 1) / 8), 3)] for k in range(8)]


def _box(box):
    return [[box.left, box.bottom], [box.right, box.bottom], [box.right, box.top], [box.left, box.top]]


def fabricated_case(path, width=40.0, spacing=30.0):
    """A case in the neutral JSON form: 57 nets of 63 chip pads (vias 40 wide) and 60 balls (RDL pads 270 wide), two nets of three
    terminals and a supply of four pads and four balls from opposite sides of the die.  Needs klayout.db."""
    import klayout.db as kdb
    layout = kdb.Layout()
    layout.read(path)
    top = layout.cell("caravel_bump_bond")

    def region(layer):
        found = kdb.Region(top.begin_shapes_rec(layout.layer(layer, 0)))
        found.merge()
        return found
    via, rdl, ubm = region(VIA), region(RDL), region(UBM)
    nets = []
    for k, polygon in enumerate(rdl.each()):
        metal, name = kdb.Region(polygon), f"n{k}"
        contacts = [_box(p.bbox().to_dtype(layout.dbu)) for p in (via & metal).merged().each()]
        pads = [_octagon(c.x, c.y, 270) for c in (p.bbox().to_dtype(layout.dbu).center() for p in ubm.interacting(metal).each())]
        nets.append({"name": name, "width": width, "spacing": spacing, "mode": "connect_all",
                     "contacts": [{"name": f"{name}.c{i}", "shape": [shape]} for i, shape in enumerate(contacts)],
                     "pads": [{"name": f"{name}.p{i}", "shape": [shape]} for i, shape in enumerate(pads)]})
    box = rdl.bbox().to_dtype(layout.dbu).enlarged(30, 30)
    return {"name": f"fabricated_w{width:g}s{spacing:g}", "units": "um", "dbu": layout.dbu, "die": [box.left, box.bottom, box.right, box.top],
            "rules": {"width": width, "spacing": spacing, "allow45": True}, "nets": nets, "obstacles": [], "reference": {}}
