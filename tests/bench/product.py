"""A case of the router in the neutral form as a layout: fanned out by the product, and judged by the deck."""

import json
import os
import time

import pya

from tests.deck.support import FAN_OUT, markers, run_deck, run_script

LAYERS = [{"name": "die", "gds": [1, 0], "kind": "outline"}, {"name": "contact", "gds": [2, 0], "kind": "contact"},
          {"name": "via", "gds": [3, 0], "kind": "cut", "cuts": ["polymer"], "fill": "copper"}, {"name": "rdl", "gds": [4, 0], "kind": "metal"},
          {"name": "pad_signal", "gds": [5, 0], "kind": "pad", "function": "signal"}, {"name": "keepout", "gds": [6, 0], "kind": "keepout", "for": "metal"},
          {"name": "label", "gds": [7, 0], "kind": "label"},
          {"name": "landing", "gds": [8, 0], "kind": "metal"}, {"name": "metal", "union": ["rdl", "landing", "pad_signal"]}]  # a landing may be narrower than a trace
DBU, VIA = 0.001, 0.5  # um


def technology(case, folder):
    """The case's rules as a technology file."""
    width, space = case["rules"]["width"], case["rules"]["spacing"]
    rules = [{"id": "WIDTH", "check": "width_min", "layer": "rdl", "value_um": width}, {"id": "SPACE", "check": "space", "layer": "metal", "value_um": space, "notch_deg": 45},
             {"id": "ANGLE", "check": "angle", "layer": "rdl", "value_deg": 45}, {"id": "SHORT", "check": "net_short"}]
    record = {"schema": 1, "name": "case", "title": case["name"], "dbu_um": DBU, "grid_um": 0.001,
              "films": [{"name": "polymer", "material": "polyimide", "thickness_um": 5.0, "allowed_um": [1.0, 30.0], "recommended_um": [1.0, 30.0], "eps_r": 3.0}],
              "layers": [dict(layer, title=layer["name"]) for layer in LAYERS], "connectivity": [["contact", "via", "metal"]],
              "rules": [dict(rule, title=rule["id"]) for rule in rules]}
    path = os.path.join(folder, "case.json")
    with open(path, "w", encoding="utf-8") as stream:
        json.dump(record, stream)
    return path


def polygon(points):
    return pya.DPolygon([pya.DPoint(float(x), float(y)) for x, y in points]).to_itype(DBU)


def layout_of(case, pairs):
    """The terminals, with one name for each pair that the neutral form's result joins: {net: [(contact, pad) names]}; nets of one tree have one name."""
    layout = pya.Layout()
    layout.dbu = DBU
    top = layout.create_cell("TOP")
    shapes = {layer["name"]: top.shapes(layout.layer(*layer["gds"])) for layer in LAYERS if "gds" in layer}
    shapes["die"].insert(pya.DBox(*case["die"]).to_itype(DBU))
    for obstacle in case.get("obstacles", []):
        shapes["landing" if obstacle.get("net") else "keepout"].insert(polygon(obstacle["shape"]))
    for net in case["nets"]:
        is_tree = net.get("mode") == "connect_all"
        named = {}
        for number, (contact, pad) in enumerate(pairs.get(net["name"], [])):
            named["contacts", contact] = named["pads", pad] = "%s#%d" % (net["name"], number)
        for kind, layer in (("contacts", "landing"), ("pads", "pad_signal")):
            for terminal in net[kind]:
                metal = pya.Region([polygon(points) for points in terminal["shape"]]).merged()
                for piece in metal.each():
                    shapes[layer].insert(piece)
                inner = max(metal.decompose_trapezoids_to_region().each(), key=lambda part: part.area()).bbox().center()
                name = net["name"] if is_tree else named.get((kind, terminal["name"]))
                if name:
                    shapes["label"].insert(pya.Text(name, pya.Trans(inner.x, inner.y)))
                if kind == "contacts":
                    via = pya.DBox(-VIA / 2, -VIA / 2, VIA / 2, VIA / 2).to_itype(DBU).moved(inner.x, inner.y)
                    shapes["via"].insert(via)
                    shapes["contact"].insert(via)
    return layout


def row(case, result, folder):
    """{"drawn", "open": nets, "seconds", "violations": {rule: number} that the traces brought} of the case in the product. result: of the neutral form."""
    tech, before, after = technology(case, folder), os.path.join(folder, "before.gds"), os.path.join(folder, "after.gds")
    layout_of(case, {net["net"]: net["pairs"] for net in result["nets"]}).write(before)
    start = time.monotonic()
    done = run_script(FAN_OUT, input=before, output=after, tech=tech, width=str(case["rules"]["width"]))
    seconds = time.monotonic() - start
    if done.code not in (0, 2):
        return {"drawn": 0, "open": "all", "seconds": seconds, "violations": {}, "said": done.err.strip() or "no answer in %.0f s" % seconds}
    found = []
    for layout in (before, after):
        report = os.path.join(folder, "report.lyrdb")
        run = run_deck(input=layout, report=report, tech=tech)
        assert run.code in (0, 2), run.err
        found.append({(marker.rule, str(marker.box)) for marker in markers(report)})
    violations = {}
    for rule, _ in found[1] - found[0]:
        violations[rule] = violations.get(rule, 0) + 1
    first = next((line for line in done.out.splitlines() if "Drew " in line), "")
    return {"drawn": int(first.split("Drew ")[1].split()[0]), "open": int(first.split("INCOMPLETE, ")[1].split()[0]) if "INCOMPLETE" in first else 0,
            "seconds": seconds, "violations": violations, "said": first}
