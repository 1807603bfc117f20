"""Small judges of what the router and the fan-out call complete. They share nothing with the product but the file formats."""

import math
import re
from collections import Counter

import pya

DBU = 1e-4      # um, of the judge of routes
TOLERANCE = 40  # of these: rounding of the traces' corners


def _polygon(points):
    return pya.Polygon([pya.Point(int(round(x / DBU)), int(round(y / DBU))) for x, y in points])


def _trace(path, width):
    """A trace with round joins and flush ends."""
    region, half = pya.Region(), width / 2
    for (x1, y1), (x2, y2) in zip(path, path[1:]):
        length = math.hypot(x2 - x1, y2 - y1)
        if length:
            dx, dy = -(y2 - y1) / length * half, (x2 - x1) / length * half
            region.insert(_polygon([(x1 + dx, y1 + dy), (x1 - dx, y1 - dy), (x2 - dx, y2 - dy), (x2 + dx, y2 + dy)]))
    for x, y in path[1:-1]:
        region.insert(_polygon([(x + half * math.cos(math.pi * k / 16), y + half * math.sin(math.pi * k / 16)) for k in range(32)]))
    return region


def _region(polygons):
    region = pya.Region()
    for points in polygons:
        region.insert(_polygon(points))
    return region.merged()


class Groups:
    """Which of some things are one piece (union-find)."""

    def __init__(self, count):
        self.above = list(range(count))

    def top(self, one):
        while self.above[one] != one:
            one = self.above[one]
        return one

    def join(self, one, other):
        self.above[self.top(one)] = self.top(other)


def _net_fault(net, routes, obstacles):
    """What is open in a net that is called complete, or None."""
    things = [("contact", _region(t["shape"])) for t in net["contacts"]] + [("pad", _region(t["shape"])) for t in net["pads"]]
    things += [("metal", trace) for trace in routes] + [("metal", _region([one["shape"]])) for one in obstacles if one.get("net") == net["name"]]
    groups = Groups(len(things))
    for one in range(len(things)):
        for other in range(one):
            if not things[one][1].interacting(things[other][1]).is_empty():
                groups.join(one, other)
    found = {}
    for number, (kind, _) in enumerate(things):
        found.setdefault(groups.top(number), []).append(kind)
    found = [kinds for kinds in found.values() if "contact" in kinds or "pad" in kinds]
    if net.get("mode") == "connect_all":
        return None if len(found) == 1 else "net in %d pieces" % len(found)
    return next(("pad without contact" for kinds in found if kinds.count("pad") > kinds.count("contact")), None)


def route_fault(case, result):
    """A word on what is wrong with a result of the router, or None."""
    traces = {}
    for one in result["routes"]:
        traces.setdefault(one["net"], []).append(_trace(one["path"], one["width"]))
    metal = {net["name"]: _region([p for t in net["contacts"] + net["pads"] for p in t["shape"]]) for net in case["nets"]}
    others = [(one.get("net"), _region([one["shape"]])) for one in case.get("obstacles") or []]
    open_nets = {one["net"] for one in result["failures"]}
    for net in case["nets"]:
        fault = _net_fault(net, traces.get(net["name"], []), case.get("obstacles") or []) if net["name"] not in open_nets else None
        if fault:
            return "open and called complete: " + fault
        mine = sum(traces.get(net["name"], []), pya.Region()).merged()
        foreign = [(region, name) for name, region in metal.items() if name != net["name"]] + [(region, name) for name, region in others if name != net["name"]]
        foreign += [(sum(some, pya.Region()).merged(), name) for name, some in traces.items() if name != net["name"]]
        spacing = net["spacing"] if net.get("spacing") is not None else case["rules"]["spacing"]
        for region, _ in foreign:
            if not mine.interacting(region).is_empty():
                return "touches another net"
            if spacing / DBU > TOLERANCE and not mine.separation_check(region, int(spacing / DBU) - TOLERANCE).is_empty():
                return "too near to another net"
    return None


class Drawn:
    """The pieces of conducting metal of a layout: names, contact points and pads of each."""

    def __init__(self, path, tech):
        self.layout = pya.Layout()
        self.layout.read(path)
        self.cell, self.tech = self.layout.top_cell(), tech
        ends = [name for connection in tech.record["connectivity"] for name in (connection[0], connection[-1])]
        levels = {name: self.region(name) for name in ends if tech.layers[tech.parts(name)[0]]["kind"] in ("metal", "pad")}
        self.shapes = [(name, polygon) for name, level in levels.items() for polygon in level.each()]
        self.groups = Groups(len(self.shapes))
        shared = {part for name in levels for part in tech.parts(name) if sum(part in tech.parts(other) for other in levels) > 1}
        for between, joined in [(part, list(levels)) for part in shared] + [(c[1], (c[0], c[2])) for c in tech.record["connectivity"] if len(c) == 3]:
            for one in self.region(between).each():
                found = self.touching(one, joined)
                for number in found[1:]:
                    self.groups.join(number, found[0])
        self.names = self.having_names()

    def region(self, name):
        region = pya.Region()
        for part in self.tech.parts(name):
            index = self.layout.find_layer(*self.tech.layers[part]["gds"])
            if index is not None:
                region.insert(self.cell.begin_shapes_rec(index))
        if hasattr(region, "remove_properties"):  # shapes of different properties would not merge
            region.remove_properties()
        return region.merged(False, 0)

    def touching(self, polygon, levels):
        """Numbers of the shapes on these levels that a polygon touches."""
        box, alone = polygon.bbox(), pya.Region(polygon)
        return [number for number, (level, other) in enumerate(self.shapes)
                if level in levels and other.bbox().touches(box) and not pya.Region(other).interacting(alone).is_empty()]

    def pieces_at(self, polygon, levels):
        return {self.groups.top(number) for number in self.touching(polygon, levels)}

    def having_names(self):
        names = {}
        for layer in self.tech.of_kind("label"):
            index = self.layout.find_layer(*self.tech.layers[layer]["gds"])
            places = self.cell.begin_shapes_rec(index) if index is not None else None
            while places is not None and not places.at_end():
                if places.shape().is_text() and places.shape().text.string.strip():
                    point = places.trans() * places.shape().text.trans.disp
                    for piece in self.under(pya.Point(point.x, point.y)):
                        names.setdefault(piece, set()).add(places.shape().text.string)
                places.next()
        return names

    def under(self, point):
        return {self.groups.top(number) for number, (_, polygon) in enumerate(self.shapes) if polygon.bbox().contains(point) and polygon.inside(point)}

    def ends(self):
        """({piece: contact points}, {piece: pads})."""
        cut, levels = self.tech.connected_cut("contact"), {level for level, _ in self.shapes}
        upper = next(c[2] for c in self.tech.record["connectivity"] if len(c) == 3 and c[1] == cut)
        pads = [(polygon, [level for level in levels if name in self.tech.parts(level)]) for name in self.tech.of_kind("pad") for polygon in self.region(name).each()]
        found = []
        for some in ([(polygon, [upper]) for polygon in self.region(cut).each()], pads):
            count = {}
            for polygon, on in some:
                for piece in self.pieces_at(polygon, on):
                    count[piece] = count.get(piece, 0) + 1
            found.append(count)
        return found


def fan_out_fault(before, after, tech, said, complete):
    """A word on what is wrong with a fan-out from file to file, or None."""
    old, new = Drawn(before, tech), Drawn(after, tech)
    contacts, pads = old.ends()
    home = {}  # piece of the result: the pieces it holds
    for piece in {old.groups.top(number) for number in range(len(old.shapes))}:
        inside = set()
        for number, (level, polygon) in enumerate(old.shapes):
            if old.groups.top(number) == piece:
                inside |= new.pieces_at(polygon, [level])
        if len(inside) != 1:
            return "metal of the input fell apart"
        home.setdefault(inside.pop(), []).append(piece)
    for group in home.values():
        if len(group) > 1:
            names = [frozenset(old.names.get(piece, ())) for piece in group]
            if len(set(names)) > 1:
                return "joins metal of different names"
            if not names[0] and any(bool(contacts.get(piece)) == bool(pads.get(piece)) for piece in group):
                return "joins metal that is no terminal"
    return _left_open(old, home, contacts, pads, said) if complete else None


def _left_open(old, home, contacts, pads, said):
    where = {piece: top for top, group in home.items() for piece in group}
    by_name = {}
    for piece, names in old.names.items():
        for name in names:
            by_name.setdefault(name, set()).add(piece)
    for pieces in by_name.values():
        if any(map(contacts.get, pieces)) and any(map(pads.get, pieces)) and len({where[piece] for piece in pieces}) > 1:
            return "open and called complete"
    left = sum(int(count) for count in re.findall(r"(\d+) (?:contact points?|pads?) without name stay", said))
    lonely = [group for group in home.values() if len(group) == 1 and not old.names.get(group[0]) and bool(contacts.get(group[0])) != bool(pads.get(group[0]))]
    return "%d terminals without name are open, %d are told" % (len(lonely), left) if len(lonely) > left else None


def markers(report):
    """{rule: Counter of markers, each the texts of its shapes and words} of a report of the deck."""
    database, found = pya.ReportDatabase("report"), {}
    database.load(report)
    for category in database.each_category():
        items = database.each_item_per_category(category.rdb_id())
        found[category.name()] = Counter(tuple(str(value) for value in item.each_value()) for item in items)
    return found
