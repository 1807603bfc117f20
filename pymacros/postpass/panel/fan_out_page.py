"""The page Fan out: how contact points and pads are paired, the traces, the buttons that route, and what came of it. Qt widgets, no arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pya

from ..draw.choices import FanOutChoices
from ..tech.functions import FUNCTIONS
from . import canvas, defaults, form, rule_tips
from .fan_out_more import More
from .fields import Fields, colour_text, paint
from .kept import of_kind

if TYPE_CHECKING:
    from ..fanout.result import Open, Routed
    from ..tech.answers import Technology
    from .panel import Panel

_MORE = "fan_out_more"
_FIRST = defaults.FanOutValues("relocation", "", "", False, False, "", False, "", "")
_LIST_LINES = 5
_LEVELS_A_ROW = 2
_PITCHES = 40  # what is shown around the place of the trouble, in pitches of traces
_MARGIN = 0.2  # what is shown around an open net whose trouble has no place, as a share of its size


class FanOutPage(Fields):
    """Fields of defaults.FanOutValues, the buttons that route, the figures of the last fan-out and its open nets."""

    title = "&Fan out"

    def __init__(self, panel: Panel) -> None:
        super().__init__("fan_out", panel.handler(self._edited))
        self.panel, self.widget = panel, self.page
        self.open: list[Open] = []
        self.shown_in: Any = None  # where the open nets are
        self.markers: list[Any] = []
        self.sentence("Joins contact points and pads by traces: those of one label become one net, nameless ones are paired.")
        self.function = self.combo("Pairin&g", "function")
        self.meaning = self.sentence("")
        self.function.addItems(list(FUNCTIONS))
        self.width, self.space = self.edit("width"), self.edit("space")
        for edit in (self.width, self.space):
            edit.setPlaceholderText("smallest legal")
        self.row("&Width", self.width, defaults.UM)
        self.row("&Space", self.space, defaults.UM)
        self._levels()
        self.limits = self.sentence("")
        self.teardrops = self.check("Teard&rops at the pads", "teardrops")
        self.anew = self.check("Draw all traces &anew", "anew")
        self.anew.setToolTip("Otherwise traces of earlier fan-outs stay where they are still right; those drawn by hand stay in any case")
        self.more = More(panel, panel.handler(self._edited))
        for widget in (self.more.unfold, self.more.page):
            self.rows.addRow(widget)
        self._buttons()
        self._result()
        self.filling = False

    def _levels(self) -> None:
        """A box for each level of metal, made as technologies need them."""
        box = pya.QWidget(self.page)
        self.level_grid = pya.QGridLayout(box)
        self.level_grid.setContentsMargins(0, 0, 0, 0)
        self.level_row = [pya.QLabel("Levels", self.page), box]
        self.rows.addRow(*self.level_row)
        self.level_boxes: list[pya.QCheckBox] = []

    def _show_levels(self, tech: Technology, without: list[str]) -> None:
        levels = form.levels(tech)
        while len(self.level_boxes) < len(levels):
            number = len(self.level_boxes)
            check = self.check_box("", "level_%d" % number)
            self.level_grid.addWidget(check, number // _LEVELS_A_ROW, number % _LEVELS_A_ROW)
            self.level_boxes.append(check)
        for number, check in enumerate(self.level_boxes):
            trace = levels[number].trace if number < len(levels) else ""
            check.text, check.checked = trace, trace not in without
            check.setToolTip("%s: nets may run on it" % tech.layers[trace]["title"] if trace else "")
            check.setVisible(bool(trace))
        for widget in self.level_row:
            widget.setVisible(len(levels) > 1)

    def _buttons(self) -> None:
        def button(text: str, key: str, function: Any, tip: str) -> pya.QPushButton:
            return self.button(text, key, self.panel.handler(function), tip)
        self.go = button("&Route", "go", self.fan_out_clicked, "Route all nets of the shown cell together; what cannot be routed is named and marked")
        self.changed_only = button("Re-route chan&ged", "changed", self.changed_clicked,
                                   "Route what is open or no longer right, as after a pad was moved; all other traces stay as they are")
        self.buttons(self.go, self.changed_only)
        self.sentence("Nets of what is selected:")
        self.selected = button("R&oute", "selected", self.selected_clicked, "Route the nets of the selected contact points, pads or traces; all others stay as they are")
        self.rip_up = button("Rip &up", "rip_up", self.rip_up_clicked, "Take away the traces that fan-outs drew of the selected nets; those drawn by hand stay")
        self.lock = button("&Lock", "lock", self.lock_clicked, "Give the selected contact points and pads one net name, so that they are joined whatever would be paired")
        self.buttons(self.selected, self.rip_up, self.lock)
        self.actions = [("fan_out", "Fan out", self.fan_out_clicked), ("reroute", "Re-route what changed", self.changed_clicked),
                        ("route_selected", "Route selected", self.selected_clicked), ("rip_up", "Rip up selected", self.rip_up_clicked), ("lock", "Lock selected", self.lock_clicked)]

    def _result(self) -> None:
        self.figures = self.sentence("")
        self.figures.setObjectName("postpass_fan_out_figures")
        self.open_list = self._named(pya.QListWidget(self.page), "open")
        self.open_list.setWordWrap(True)
        self.open_list.setToolTip("The nets that stayed open, with the reason: a click shows the place")
        self.open_list.setMinimumHeight(_LIST_LINES * 20)
        self.open_list.itemSelectionChanged = self.panel.handler(self.open_chosen)
        self.rows.addRow(self.open_list)
        self._show_result(None)

    # the frame

    def show_technology(self, tech: Technology) -> None:
        """Shows what was chosen for another technology."""
        values = of_kind(self.panel.kept.of(tech.name, self.name), _FIRST)
        self.filling = True
        try:
            self.function.currentText = values.function if values.function in FUNCTIONS else _FIRST.function
            self.width.text, self.space.text = values.width, values.space
            self.teardrops.checked, self.anew.checked = values.teardrops, values.anew
            self._show_levels(tech, values.without.split(","))
            self.more.put(tech, values, self.panel.kept.of(tech.name, _MORE).get("open") is True)
        finally:
            self.filling = False
        self._show_hints()

    def follow(self) -> None:
        """The page came to the front, or another layout did: the result of one that is closed is shown no more."""
        if self.shown_in is not None and (self.shown_in._destroyed() or self.panel.session.view() is None):
            self._show_result(None)
        self.more.follow()

    def rest(self, on: bool) -> None:
        """Whether nothing can be used."""
        self.widget.enabled = not on

    # fields

    def _edited(self) -> None:
        self.panel.say("")
        self.panel.kept.put(self.panel.tech.name, self.name, self.values()._asdict())
        self.panel.kept.put(self.panel.tech.name, _MORE, {"open": bool(self.more.unfold.checked)})
        self._show_hints()

    def _show_hints(self) -> None:
        """What the chosen function does with nameless contact points and pads, and what the rules say of width and space."""
        self.meaning.setText(form.FUNCTION_WORDS[self.function.currentText])
        hints = form.trace_hints(self.panel.tech, self.values())
        limited = rule_tips.fan_out(self.panel.tech, form.used_levels(self.panel.tech, self.values()))
        self.explain({name: rules for name, rules in limited.items() if name not in ("necks", "choose")})
        self.more.explain({name: rules for name, rules in limited.items() if name in ("necks", "choose")})
        self.limits.setText(form.breakable("\n".join([hints.size, *hints.messages])))
        colour_text(self.limits, hints.severity)
        edits = {"width": self.width, "space": self.space, "tolerance": self.more.tolerance, "via_cost": self.more.via_cost}
        for name, severity in form.field_severities(self.panel.tech, self.values()).items():
            paint(edits[name], severity)

    def values(self) -> defaults.FanOutValues:
        """What the fields hold."""
        without = [check.text for check in self.level_boxes if check.text and not check.checked]
        return defaults.FanOutValues(self.function.currentText, self.width.text, self.space.text, self.teardrops.checked, self.anew.checked, ",".join(without),
                                     self.more.necks.checked, self.more.tolerance.text, self.more.via_cost.text)

    def choices(self) -> FanOutChoices:
        """What the fields and the net list of the layout say. Raises CommandError."""
        return form.fan_out_choices(self.panel.tech, self.values())._replace(entries=self.more.entries())

    # actions

    def fan_out_clicked(self) -> None:
        """Routes what is drawn and draws the traces; nothing but Cancel can be used meanwhile."""
        self._fan_out(self.choices())

    def changed_clicked(self) -> None:
        """The same; earlier traces that are still right stay in any case."""
        self._fan_out(self.choices()._replace(anew=False))

    def selected_clicked(self) -> None:
        """The same for the nets of what is selected alone."""
        self._fan_out(self.choices()._replace(only=self.panel.session.selected(self.panel.tech)))

    def _fan_out(self, choices: FanOutChoices) -> None:
        self._show_result(None)
        with self.panel.working("Routing …") as shown:
            report, routed = self.panel.session.fan_out(self.panel.tech, choices, shown)
        self.panel.report(report._replace(messages=form.shortened(report.messages)))
        self._show_result(routed)

    def rip_up_clicked(self) -> None:
        """Takes away what fan-outs drew of the selected nets."""
        self._show_result(None)
        self.panel.report(self.panel.session.rip_up(self.panel.tech))

    def lock_clicked(self) -> None:
        """Gives what is selected one net name."""
        self.panel.report(self.panel.session.lock(self.panel.tech))

    # what came of it

    def _show_result(self, routed: Routed | None) -> None:
        canvas.clear(self.markers)
        self.open = list(routed.open) if routed else []
        self.shown_in = self.panel.session.view() if routed else None
        self.figures.setText(form.breakable(form.fan_out_figures(routed)) if routed else "")
        self.figures.setVisible(routed is not None)
        with self.panel.quiet():
            self.open_list.clear()
            self.open_list.addItems(["%s: %s" % (one.net, form.reason(one.net, one.reason)) for one in self.open])
        self.open_list.setVisible(bool(self.open))

    def open_chosen(self) -> None:
        """Shows an open net where it lies: its terminals, and the place of the trouble."""
        canvas.clear(self.markers)
        row = self.open_list.currentRow
        if not 0 <= row < len(self.open) or self.shown_in is None or self.shown_in._destroyed():
            return
        one, to_view = self.open[row], self.panel.session.to_view(self.shown_in)
        outlines = [polygon.transformed(to_view) for polygon in one.polygons]
        if one.place is not None:
            near_um = _PITCHES * form.pitch_um(self.panel.tech)
            place = pya.DVector(*map(float, one.place))
            outlines.append(pya.DPolygon(pya.DBox(2.0, 2.0).moved(place)).transformed(to_view))
            box = to_view * pya.DBox(near_um, near_um).moved(place)
        else:
            box = sum((outline.bbox() for outline in outlines), pya.DBox())
            box = box.enlarged(_MARGIN * canvas.size_um(box))
        if box.empty():
            self.panel.say("The place of net %s is not known." % one.net, "warning")
            return
        self.markers = canvas.marked(self.shown_in, outlines)
        self.shown_in.zoom_box(box)
