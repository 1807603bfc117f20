"""What is drawn in a cell as pieces of connected metal, over all levels of the technology, each with the name on it."""

from collections import namedtuple

import pya

from ..draw.choices import CommandError
from ..geometry.drawn_shapes import Finder, labels, region
from ..tech import metal_levels

#: shapes: {level number: [pya.Polygon in dbu]}; name: its net or None; whether a via from the chip and a pad are on it
Piece = namedtuple("Piece", "shapes name has_contact has_pad")


def read(cell, tech, entries=()):
    """[Piece] of a cell. Names come from labels and from the entries of a net list (netlist.Entry).

    Raises CommandError for a via without metal, two names on a piece, and entries that meet no contact point or pad.
    """
    return Extracted(cell, tech).pieces(entries)


class Extracted:
    """Numbers every merged polygon of every level, joins them through cuts, and names what comes out."""

    def __init__(self, cell, tech):
        self.cell, self.tech, self.dbu = cell, tech, cell.layout().dbu
        self.levels = metal_levels.levels(tech)
        self.polygons, self.groups = [], []  # [(level, polygon)]; group number of each
        self.contacts, self.pads = set(), set()  # numbers of polygons
        contact_cut = tech.connected_cut("contact")
        for number, level in enumerate(self.levels):
            self._level(number, level, contact_cut if number == 0 else None)
        self.finder = Finder(polygon for _, polygon in self.polygons)
        for number, level in enumerate(self.levels[:-1]):
            self._through(number, level.cut)

    def _level(self, number, level, contact_cut):
        metal = region(self.cell, self.tech, self.tech.parts(level.conductor)).merged()
        pads = set(metal.interacting(region(self.cell, self.tech, metal_levels.pads_of(self.tech, level))).each())
        vias = pya.Region()
        if contact_cut:
            vias = region(self.cell, self.tech, [contact_cut]).merged()
            self._no_bare(vias, metal, "capture pad")
        contacts = set(metal.interacting(vias).each())
        for polygon in metal.each():
            self.contacts |= {len(self.polygons)} if polygon in contacts else set()
            self.pads |= {len(self.polygons)} if polygon in pads else set()
            self.groups.append(len(self.polygons))
            self.polygons.append((number, polygon))

    def _no_bare(self, vias, metal, what):
        bare = vias.not_inside(metal)
        if not bare.is_empty():
            centre = bare.bbox().center()
            raise CommandError("%d vias have no %s, one at %g, %g um: draw vias with the panel, which adds it."
                               % (bare.count(), what, centre.x * self.dbu, centre.y * self.dbu))

    def _through(self, number, cut):
        """Joins what a cut between two levels connects."""
        vias = region(self.cell, self.tech, [cut]).merged()
        for side in (number, number + 1):
            metal = pya.Region([polygon for level, polygon in self.polygons if level == side])
            self._no_bare(vias, metal, "metal on level %s" % self.levels[side].trace)
        for via in vias.each():
            touched = [k for k, (level, polygon) in enumerate(self.polygons)
                       if level in (number, number + 1) and polygon.bbox().touches(via.bbox()) and polygon.touches(via)]
            for other in touched[1:]:
                self._join(touched[0], other)

    def _join(self, one, other):
        keep, drop = sorted((self.groups[one], self.groups[other]))
        self.groups = [keep if group == drop else group for group in self.groups]

    def piece_at(self, level, point):
        """Number of the piece that a point (dbu) of a level lies on, None where there is no metal."""
        return next((self.groups[k] for k in self.finder.at(point) if self.polygons[k][0] == level), None)

    def pieces(self, entries=()):
        """[Piece], see `read`."""
        names = self._labelled()
        self._listed(names, entries)
        members = {}
        for number, group in enumerate(self.groups):
            members.setdefault(group, []).append(number)
        return [self._piece(numbers, names.get(group)) for group, numbers in sorted(members.items())]

    def _piece(self, numbers, name):
        shapes = {}
        for number in numbers:
            shapes.setdefault(self.polygons[number][0], []).append(self.polygons[number][1])
        return Piece(shapes, name, bool(self.contacts & set(numbers)), bool(self.pads & set(numbers)))

    def _labelled(self):
        """{group: name} by labels; each names the first conductor under it, in the order of the connectivity."""
        names = {}
        for text, point in labels(self.cell, self.tech):
            under = self.finder.at(point)
            if under:
                names.setdefault(self.groups[under[0]], set()).add(text)
        for found in names.values():
            if len(found) > 1:
                raise CommandError("One piece of metal carries two names, %s." % " and ".join(sorted(found)))
        return {group: found.pop() for group, found in names.items()}

    def _listed(self, names, entries):
        """Adds the names of the list; each entry must name a contact point or pad that has no other name."""
        taken = {}
        for entry in entries:
            group = self._terminal(entry)
            if group in taken:
                raise CommandError("%s: names the same contact point or pad as %s." % (entry.where, taken[group].where))
            if names.get(group, entry.net) != entry.net:
                raise CommandError("%s: the metal at %g, %g um carries the label %s, not %s." % (
                    entry.where, entry.x_um, entry.y_um, names[group], entry.net))
            taken[group], names[group] = entry, entry.net

    def _terminal(self, entry):
        place = "%s: net %s: at %g, %g um" % (entry.where, entry.net, entry.x_um, entry.y_um)
        under = self.finder.at(pya.Point(int(round(entry.x_um / self.dbu)), int(round(entry.y_um / self.dbu))))
        wanted = {"chip_pad": self.contacts, "ball": self.pads}.get(entry.kind, self.contacts | self.pads)
        if not under:
            raise CommandError("%s there is no metal." % place)
        found = [k for k in under if k in wanted]
        if not found:
            raise CommandError("%s there is %s." % (place, {"chip_pad": "no contact point", "ball": "no pad"}.get(entry.kind, "neither a contact point nor a pad")))
        if len({self.groups[k] for k in found}) > 1:
            raise CommandError("%s there are several, one above the other: give the column kind (chip_pad or ball)." % place)
        return self.groups[found[0]]
