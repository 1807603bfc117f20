"""The page Draw: what is placed in which pattern, by mouse or by coordinates. Qt widgets, no arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pya

from ..draw import commands, pointlist
from ..draw.choices import CommandError
from ..messages import counted, shortened
from . import canvas, defaults, draw_form, form, rule_tips, tool
from .draw_fields import AreaFields, ContactFields, ListFields, RingFields
from .draw_form import CONTACT, DIE, FILL, KEEPOUT, LIST, PAD, RING, VIA
from .fields import MARGINS, PadFields, UndoKeys, ViaFields, colour_text
from .kept import of_kind
from .list_dialog import ListDialog
from .pad_list_row import PadListRow
from .selected_elements import SelectedElements

if TYPE_CHECKING:
    from ..draw.snapping import Snapped
    from ..tech.answers import Technology
    from .panel import Panel

_NET_TIP = "Each gets this name as a label; # is a number that goes on after those that are there"
_LONGEST_LIST = 28  # letters on a button
#: the button that places, where no coordinates are needed
_WITHOUT_COORDINATES = {FILL: "&Place in the selected pads", RING: "&Place along the die outline",
                        draw_form.BY_SHAPES: "&Place around all shapes", draw_form.BY_CORNERS: "&Place between the corners"}


class DrawPage:
    """The page's widgets, and the mouse tool."""

    title = "&Draw"

    def __init__(self, panel: Panel) -> None:
        self.panel, self.guarded = panel, panel.guarded
        self.outlines: tuple[Any, list[pya.DPolygon]] = (None, [])  # of the choices
        self.points: pointlist.Points | None = None  # of the list
        self.of_list: tuple[Any, Any] = (None, None)  # what its places were made of, and they
        self.dialog: ListDialog | None = None
        self.explained: Any = None  # whose rules the tips name
        self.corner: tuple[float, float] | None = None  # of a rectangle, where the mouse was pressed first
        self.widget = pya.QWidget()
        self.column = pya.QVBoxLayout(self.widget)
        self.column.setContentsMargins(*MARGINS)
        self._object_row()
        self._pattern_rows()
        self._placing()
        self.column.addStretch(1)
        self.actions = [("place_mouse", "Place with mouse", self.tool.click), ("place", "Place at coordinates", self.place_clicked),
                        *(("draw_" + name.replace(" ", "_").replace("-", "_").lower(), "Draw %s" % name.lower(), self._turns_to(name)) for name in (PAD, VIA, CONTACT, DIE, KEEPOUT)),
                        ("place_list", "Choose list of places", self.list_clicked),
                        ("change", "Change selected", self.selected.change_clicked), ("flatten", "Flatten selected", self.selected.flatten), *self.lists.actions]

    def _turns_to(self, name: str) -> Any:
        def turn() -> None:
            if self.object.findText(name) < 0:
                raise CommandError("Technology %s has no layer for it: %s" % (self.panel.tech.name, name.lower()))
            self.object.currentText = name
        return turn

    def _named(self, widget: Any, name: str) -> Any:
        widget.setObjectName("postpass_" + name)
        return widget

    def _row(self, title: str, widget: Any, name: str) -> pya.QWidget:
        """A row of the page that can be hidden."""
        box = pya.QWidget(self.widget)
        rows = pya.QFormLayout(box)
        rows.setContentsMargins(*MARGINS)
        rows.setFieldGrowthPolicy(pya.QFormLayout.AllNonFixedFieldsGrow)
        rows.addRow(title, self._named(widget, name))
        self.column.addWidget(box, 0)
        return box

    def _object_row(self) -> None:
        self.object = pya.QComboBox(self.widget)
        self.object.currentTextChanged = self.panel.handler(self.object_chosen)
        self._row("&Object", self.object, "object")
        edited = self.panel.handler(self.edited)
        self.pads, self.vias, self.contacts = PadFields(edited), ViaFields(edited), ContactFields(edited)
        self.dies, self.keepouts = AreaFields("die", edited), AreaFields("keepout", edited)
        self.elements: dict[str, Any] = {PAD: self.pads, VIA: self.vias, CONTACT: self.contacts}
        self.areas: dict[str, Any] = {DIE: self.dies, KEEPOUT: self.keepouts}
        for fields in (*self.elements.values(), *self.areas.values()):
            self.column.addWidget(fields.page, 0)

    def _pattern_rows(self) -> None:
        self.pattern = pya.QComboBox(self.widget)
        self.pattern.setToolTip("An array of 1 × 1 is one")
        self.pattern.currentTextChanged = self.panel.handler(self.edited)
        self.pattern_box = self._row("Patte&rn", self.pattern, "pattern")
        self.ring = RingFields(self.panel.handler(self.edited))
        self.list = ListFields(self.panel.handler(self.list_clicked))
        for fields in (self.ring, self.list):
            self.column.addWidget(fields.page, 0)
        self.net = pya.QLineEdit(self.widget)
        self.net.setPlaceholderText("none; # counts: io[#]")
        self.net.setToolTip(_NET_TIP)
        self.net.textChanged = self.panel.handler(self.edited)
        UndoKeys(self.net)
        self.net_box = self._row("Net na&me", self.net, "net")
        self.findings = self._named(pya.QLabel("", self.widget), "findings")
        self.findings.setWordWrap(True)
        self.column.addWidget(self.findings, 0)

    def _placing(self) -> None:
        self.tool = self._named(pya.QPushButton("Place &with mouse", self.widget), "tool")
        self.tool.checkable = True
        self.tool.setToolTip("Click in the layout to place what is described above; Esc ends it")
        self.tool.clicked = self.panel.handler(self.tool_clicked)
        self.column.addWidget(self.tool, 0)
        row = pya.QHBoxLayout()
        self.place_text = self._named(pya.QLineEdit(self.widget), "place_text")
        self.place_text.setPlaceholderText("x, y in µm")
        self.place_text.returnPressed = self.panel.handler(self.place_entered)
        UndoKeys(self.place_text)
        self.place = self._named(pya.QPushButton("&Place", self.widget), "place")
        self.place.clicked = self.panel.handler(self.place_clicked)
        self.place_label = pya.QLabel("P&lace at", self.widget)
        self.place_label.setBuddy(self.place_text)
        for widget, stretch in ((self.place_label, 0), (self.place_text, 2), (self.place, 1)):
            row.addWidget(widget, stretch)
        self.column.addLayout(row)
        self.selected = SelectedElements(self)
        self.lists = PadListRow(self)
        for part in (self.selected, self.lists):
            self.column.addWidget(part.widget, 0)

    # the frame

    def show_technology(self, tech: Technology) -> None:
        """Shows the fields by another technology, with what was chosen for it before."""
        self.selected.forget()
        self.lists.show_technology()

        def kept(page: str, default: Any) -> Any:
            return of_kind(self.panel.kept.of(tech.name, page), default)
        with self.panel.quiet():
            self.pads.fill(tech, kept("pads", defaults.pad_defaults(tech)))
            self.vias.fill(tech, kept("vias", defaults.via_defaults(tech)))
            self.contacts.fill(tech, kept("contacts", draw_form.contact_defaults(tech)))
            self.ring.put(kept("ring", draw_form.RingValues()))
            self.dies.fill(tech, kept("die", draw_form.AreaValues()))
            self.keepouts.fill(tech, kept("keepout", draw_form.AreaValues()))
            chosen = self.panel.kept.of(tech.name, "draw")
            self.object.clear()
            self.object.addItems(draw_form.objects(tech))
            self._choose(self.object, chosen.get("object"))
            self._offer_patterns(chosen.get("pattern"))
            self.net.text = str(chosen.get("net", ""))
        self.show_hints()

    @staticmethod
    def _choose(combo: Any, text: Any) -> None:
        combo.currentIndex = max(combo.findText(text), 0) if isinstance(text, str) else 0

    def _offer_patterns(self, chosen: Any) -> None:
        self.pattern.clear()
        self.pattern.addItems(draw_form.patterns_of(self.object.currentText))
        self._choose(self.pattern, chosen)

    def follow(self) -> None:
        """The page came to the front, another layout did, or something was drawn: a ring may have another die outline around it."""
        if self.panel.tech is not None:
            self.show_hints()
            self.selected.follow()

    def fields_now(self) -> tuple[Any, ...]:
        """What the fields say, for `put_back`."""
        return self.object.currentText, self.pattern.currentText, self.net.text, {name: fields.values() for name, fields in self.elements.items()}

    def put_back(self, fields: Any) -> None:
        """Shows what the fields said before; arrays stay as they are, as no element shows one."""
        name, pattern, net, values = fields
        for one, each in self.elements.items():
            now = each.values()
            each.fill(self.panel.tech, values[one]._replace(columns=now.columns, rows=now.rows, pitch_x=now.pitch_x, pitch_y=now.pitch_y))
        self._choose(self.object, name)
        self._offer_patterns(pattern)
        self.net.text = net

    def show_element(self, name: str, values: dict[str, Any]) -> None:
        """Shows the values of an element, as texts and choices, in the fields of its kind."""
        fields = self.elements[name]
        shown = fields.values()
        fields.fill(self.panel.tech, shown._replace(**{key: value for key, value in values.items() if key in shown._fields}))
        self._choose(self.object, name)
        self._offer_patterns(self.pattern.currentText)
        self.net.text = values["net"]

    def element_choices(self) -> Any:
        """What the fields say of one element. Raises CommandError."""
        name = self.object.currentText
        if name not in self.elements:
            raise CommandError("A %s is no pad, via or contact point." % name.lower())
        return draw_form.element_choices(self.panel.tech, name, self.elements[name].values()._replace(columns="1", rows="1"), 0.0, 0.0)

    def left(self) -> None:
        """Another page came to the front: the mouse tool ends."""
        if self.tool.checked:
            tool.leave()

    def recolour(self) -> None:
        """The application has another palette."""
        if self.dialog is not None:
            self.dialog.recolour()
        self.lists.recolour()

    def rest(self, on: bool) -> None:
        """Whether nothing can be used."""
        self.widget.enabled = not on

    # fields

    def object_chosen(self) -> None:
        """Another object: its patterns, and its fields."""
        with self.panel.quiet():
            self._offer_patterns(self.pattern.currentText)
        self.edited()

    def edited(self) -> None:
        """The user changed a field: an older message no longer concerns it."""
        self.panel.say("")
        self.corner = None
        kept: dict[str, Any] = {"pads": self.pads, "vias": self.vias, "contacts": self.contacts, "ring": self.ring, "die": self.dies, "keepout": self.keepouts}
        for page, fields in kept.items():
            self.panel.kept.put(self.panel.tech.name, page, fields.values()._asdict())
        self.panel.kept.put(self.panel.tech.name, "draw", {"object": self.object.currentText, "pattern": self.pattern.currentText, "net": self.net.text})
        self.show_hints()

    def show_hints(self) -> None:
        """Shows what the rules say to the choices, and the fields that they need."""
        self.outlines = (None, [])
        name, pattern = self.object.currentText, self.pattern.currentText
        for one, fields in (*self.elements.items(), *self.areas.items()):
            fields.page.setVisible(one == name)
        is_element = name in self.elements
        self.pattern_box.setVisible(is_element)
        self.net_box.setVisible(is_element and pattern != FILL)
        self.ring.page.setVisible(is_element and pattern == RING)
        self.list.page.setVisible(is_element and pattern == LIST)
        for fields in self.elements.values():
            fields.show_array(pattern not in (RING, LIST, FILL))
        self._show_ways()
        self._explain()
        front = self._element_hints() if is_element else self._area_hints()
        self.findings.setText(form.breakable("\n".join(front.messages)))
        self.findings.setVisible(bool(front.messages))
        colour_text(self.findings, front.severity)
        self.column.activate()  # what was hidden gets its height

    def _show_ways(self) -> None:
        """What the coordinates mean, and whether the mouse can place."""
        way = self._way()
        self.place.text = _WITHOUT_COORDINATES.get(way, "&Place")
        for widget in (self.place_label, self.place_text):
            widget.setVisible(way not in _WITHOUT_COORDINATES)
        self.tool.enabled = way != FILL

    def _explain(self) -> None:
        """Tips with the rules that limit the fields of the object."""
        tech, name = self.panel.tech, self.object.currentText
        key = tech, name, self.pads.function.currentText
        if self.explained == key:
            return
        self.explained = key
        of_object = draw_form.limited(tech, name, self.pads.function.currentText)
        if name in self.elements:
            self.elements[name].explain(of_object)
            self.ring.explain(rule_tips.ring(tech, of_object, draw_form.layers_of(tech, name, self.pads.function.currentText)))
            self.net.setToolTip(rule_tips.tip(_NET_TIP, rule_tips.net(tech).get("net", [])))
        elif name in self.areas:
            self.areas[name].explain(of_object)

    def _way(self) -> str:
        """What says where it is placed, when that is not the coordinates: a key of _WITHOUT_COORDINATES, else ""."""
        name = self.object.currentText
        if name in self.areas:
            return self.areas[name].how.currentText
        pattern = self.pattern.currentText
        return pattern if pattern == FILL or (pattern == RING and self.ring.around.currentText == draw_form.AROUND_DIE) else ""

    def _element_hints(self) -> form.Hints:
        tech, name = self.panel.tech, self.object.currentText
        texts = {"distance": "", "words": ""}

        def choices() -> Any:
            plain = self._element(0.0, 0.0)
            texts["distance"] = defaults.as_text(draw_form.ring_distance_um(tech, plain, self.ring.around.currentText))
            found = self._in_pattern(plain)
            texts["words"] = draw_form.places_in_words(found) if found.places else ""
            return found
        for one, fields in self.elements.items():
            fields.show_hints(draw_form.element_hints(tech, one, draw_form.as_array(fields.values(), self.pattern.currentText)))
        shown = draw_form.element_hints(tech, name, self.elements[name].values(), choices)
        self.ring.show_distance(texts["distance"])
        self.list.show_list(shortened(self._list_words(), _LONGEST_LIST))
        return shown._replace(messages=[texts["words"]] * bool(texts["words"] and self.pattern.currentText == RING) + shown.messages)

    def _list_words(self) -> str:
        return "%s of %s" % (counted(len(self.points.points), "place"), self.list_source) if self.points else ""

    def _area_hints(self) -> form.Hints:
        return form.Hints("", "", [], None, True)

    def choices(self, x_um: float = 0.0, y_um: float = 0.0, corners: Any = None) -> Any:
        """What the fields say, at x, y (a rectangle also between two corners). Raises CommandError."""
        name = self.object.currentText
        if name in self.areas:
            return draw_form.area_choices(self.panel.tech, name, self.areas[name].values(), x_um, y_um, self.panel.session.shown_cell, corners)
        return self._in_pattern(self._element(x_um, y_um))

    def _element(self, x_um: float, y_um: float) -> Any:
        name = self.object.currentText
        return draw_form.element_choices(self.panel.tech, name, draw_form.as_array(self.elements[name].values(), self.pattern.currentText), x_um, y_um)

    def _in_pattern(self, choices: Any) -> Any:
        pattern = self.pattern.currentText
        return draw_form.in_pattern(self.panel.tech, choices, pattern, "" if pattern == FILL else self.net.text, self._ring if pattern == RING else self._listed)

    def _ring(self, choices: Any) -> Any:
        return draw_form.ring_places(self.panel.tech, choices, self.ring.values(), lambda: self.panel.session.die_box(self.panel.tech))

    def _is_of_list(self) -> bool:
        return self.object.currentText in self.elements and self.pattern.currentText == LIST

    def _listed(self, choices: Any) -> Any:
        """The places of the list for the object; made once for all moves of the mouse."""
        if self.points is None:
            raise CommandError("Choose a list of places first")
        functions = defaults.functions(self.panel.tech) if self.object.currentText == PAD else []
        key = (self.points, self.object.currentText, tuple(functions))
        if self.of_list[0] is None or any(one is not other and one != other for one, other in zip(key[1:], self.of_list[0][1:])) or key[0] is not self.of_list[0][0]:
            self.of_list = key, draw_form.refused(pointlist.places, self.points, draw_form.FUNCTIONS[self.object.currentText], functions)
        return self.of_list[1][0]

    # the list

    def list_clicked(self) -> None:
        """Opens the dialog of the list."""
        if self.dialog is None:
            self.dialog = ListDialog(self.panel.window, self.panel, self.use_list, _KeptList(self.panel))
        self.dialog.open()

    def use_list(self, points: pointlist.Points, source: str) -> None:
        """Takes a list that was read."""
        self.points, self.list_source = points, source
        with self.panel.quiet():
            self._choose(self.pattern, LIST)
        self.edited()

    # placing

    def place_clicked(self) -> None:
        """Places at the coordinates in the field, or where the choices say."""
        way = self._way()
        if way == FILL:
            self._report(self.panel.session.fill(self.panel.tech, self.choices()))
            return
        x_um, y_um = (0.0, 0.0) if way in _WITHOUT_COORDINATES else form.place_um(self.place_text.text)
        self._report(self.panel.session.place(self.panel.tech, self.choices(x_um, y_um)))

    def place_entered(self) -> None:
        """The same by Enter; the keys go to the drawing area then."""
        self.place_clicked()
        canvas.focus()

    def place_at(self, view: Any, point: pya.DPoint) -> None:
        """Places at a point of a view; of a rectangle between two corners the first click is one of them."""
        snapped = self._snapped(view, point)
        if self._way() == draw_form.BY_CORNERS:
            if self.corner is None:
                self.corner = snapped.x_um, snapped.y_um
                self.panel.say("Click the opposite corner; Esc ends it.")
                return
            corners, self.corner = (self.corner, (snapped.x_um, snapped.y_um)), None
            self._report(self.panel.session.place(self.panel.tech, self.choices(corners=corners), view))
            return
        self._report(self.panel.session.place(self.panel.tech, self.choices(snapped.x_um, snapped.y_um), view))

    def _snapped(self, view: Any, point: pya.DPoint) -> Snapped:
        return self.panel.session.snapped(self.panel.tech, view, point, self._pitch())

    def _pitch(self) -> tuple[float, float]:
        """The pitch in the fields, um; 0 where there is none."""
        fields = self.elements.get(self.object.currentText)
        try:
            return (form.length_um("pitch", fields.pitch_x.text), form.length_um("pitch", fields.pitch_y.text)) if fields else (0.0, 0.0)
        except CommandError:
            return 0.0, 0.0

    def _report(self, report: commands.Report) -> None:
        seen = self.findings.text.split("\n")  # what stands above the buttons already
        notes = self.of_list[1][1] if self._is_of_list() else []
        self.panel.report(report._replace(messages=[message for message in report.messages + notes if form.breakable(message) not in seen]))

    def ghost(self, view: Any, point: pya.DPoint) -> tool.Ghost:
        """What is shown under the cursor: the outlines at the place that the cursor snaps to, and that place."""
        snapped, way = self._snapped(view, point), self._way()
        words, at = snapped.words(), pya.DPoint(snapped.x_um, snapped.y_um)
        shift = pya.DCplxTrans(1.0, 0.0, False, pya.DVector(at.x, at.y) if way not in (RING, draw_form.BY_CORNERS, draw_form.BY_SHAPES) else pya.DVector())
        to_view = self.panel.session.to_view(view)
        if way == draw_form.BY_CORNERS:
            if self.corner in (None, (at.x, at.y)) or at.x == self.corner[0] or at.y == self.corner[1]:
                return tool.Ghost([], to_view, words, to_view * at)
            choices = self.choices(corners=(self.corner, (at.x, at.y)))
        else:
            choices = self.choices()
        if self.outlines[0] != choices:
            self.outlines = (choices, self.panel.session.outlines(self.panel.tech, choices))
        return tool.Ghost(self.outlines[1], to_view * shift, words, to_view * at)

    def tool_clicked(self) -> None:
        """The mouse button: on when there is something to draw into, off again at the second click."""
        if not self.tool.checked:
            tool.leave()
            return
        try:
            self.panel.session.target(self.panel.tech)
            if self._way() != draw_form.BY_CORNERS:
                self.choices()
            tool.enter()
        except CommandError:
            self.tool.checked = False
            raise

    def tool_is_on(self, on: bool) -> None:
        """The tool came or went, by whatever way."""
        self.tool.checked = on
        self.corner = None
        if on:
            self.panel.bring_forward(self)
            self.panel.say("Click %s; Esc ends it." % ("one corner in the layout" if self._way() == draw_form.BY_CORNERS else "in the layout to place"))


class _KeptList:
    """What the dialog of lists keeps for the technology."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel

    def of(self) -> dict[str, Any]:
        return self.panel.kept.of(self.panel.tech.name, "list")

    def put(self, values: dict[str, Any]) -> None:
        self.panel.kept.put(self.panel.tech.name, "list", values)
