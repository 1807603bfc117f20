"""What a fan-out found. Lengths are um."""

from collections import namedtuple

#: what the router found: routes [{"net", "level", "width", "path"}], vias [(number of the lower level, x, y, sizes of both capture pads)], open [Open],
#: exposed, bound (um) and bends of the traces; moved: {net: level} of nets above the first level; notes: sentences on the
#: assignment and on what is left; places: [confirm.Place] on all metal that is there
Routed = namedtuple("Routed", "routes vias open exposed bound bends moved notes places")
#: an open net: kind and reason as the router says, place (x, y) in um or None, polygons: [pya.DPolygon] of its terminals
Open = namedtuple("Open", "net kind reason place polygons")
