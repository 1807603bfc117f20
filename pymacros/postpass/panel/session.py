"""The panel's only way to the application: current view and cell, undo steps, layers, the deck.

Every function asks the application anew: views and layouts come and go while the panel stays.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import pya

from .. import documents, klayout_technologies, layout_file, steps, strings
from .. import tech as technologies
from ..draw import areas, commands, drawing, placed, shapes, snapping, via_fill
from ..draw.choices import CommandError
from ..exchange import drawn_list
from ..exchange.record import extents
from ..fanout import command as fanout
from ..fanout import fixed_nets, open_markers
from ..fanout.reading import Reading
from ..messages import counted, named
from . import checker, deck, guard, layer_list
from .drawn_nets import part

if TYPE_CHECKING:
    from ..draw.choices import Choices, FanOutChoices, ViaChoices
    from ..exchange.compare import Compared
    from ..exchange.record import PadList, Summary
    from ..fanout.result import Routed
    from ..tech.answers import Technology
    from ..tech.belonging import Signs
    from .dock import Dock
    from .form import NewLayout
    from .outcome import Scope

EMPTY_UM, MARGIN = 1000.0, 0.05  # what is shown of a layout without a die; beside a die, as a share of it
MOST_ELEMENTS = 2000  # selected ones that are looked at to be changed
_MANY_OBJECTS = 20_000  # of Python, made since it looked through them
_PAUSE_S = 0.05  # from one report of progress to the next
_REACH_PIXELS = 8  # from the cursor to what it snaps to


class Session:
    """guard: keeps a layout as it is while it is routed or checked, else None."""

    def __init__(self) -> None:
        self.guard: guard.Guard | None = None

    # what is there

    def view(self) -> pya.LayoutView | None:
        """The current view, or None."""
        return pya.LayoutView.current()

    def cellview(self, view: pya.LayoutView | None = None) -> pya.CellView:
        """The view's (default: the current one's) active cellview; CommandError tells what to do when there is no layout."""
        view = view or self.view()
        cellview = view.active_cellview() if view is not None else None
        if cellview is None or not cellview.is_valid() or cellview.layout() is None:
            raise CommandError("No layout is open: create one with File > New Layout, or open one.")
        return cellview

    def layout_technology(self) -> str:
        """Name of the technology of the current layout; "" for the default technology or no layout."""
        try:
            return self.cellview().technology
        except CommandError:
            return ""

    def signs(self) -> Signs:
        """Signs of the technologies of this kit that the current layout can belong to; empty ones without a layout."""
        try:
            cellview = self.cellview()
        except CommandError:
            return technologies.Signs("", [])
        return deck.signs(cellview)

    def target(self, tech: Technology, view: pya.LayoutView | None = None) -> pya.CellView:
        """The cellview whose cell can be drawn into; otherwise CommandError tells what to do."""
        cellview = self.cellview(view)
        if not pya.Application.instance().is_editable():
            raise CommandError("KLayout runs in viewer mode and cannot draw: start it with klayout -e, or choose "
                               "File > Setup > Application > Editing Mode and start it again. Check works here, too.")
        cell = self.shown_cell(view)
        if cell.is_library_cell() or cell.is_pcell_variant():
            raise CommandError("Cell %s comes from a library, and what is drawn into it would be lost: show another cell." % strings.cell_name(cell))
        commands.require_layout(cellview.layout(), tech)
        return cellview

    def has_layout(self) -> bool:
        """Whether a layout is open in the view in front."""
        try:
            return self.cellview() is not None
        except CommandError:
            return False

    def layout_path(self) -> str:
        """The file of the layout in front; "" without one."""
        try:
            return self.cellview().filename()
        except CommandError:
            return ""

    def layout(self) -> pya.Layout | None:
        """The layout in front, or None."""
        try:
            return self.cellview().layout()
        except CommandError:
            return None

    def may_apply(self, tech: Technology) -> bool:
        """Whether the layout in front has another technology than this one, or none, and can be given it."""
        return self.has_layout() and self.layout_technology() != tech.name

    # layouts

    def new_layout(self, tech: Technology, wanted: NewLayout) -> commands.Report:
        """A layout of the technology in a view of its own: top cell, die outline in the middle, layer list, window, edit grid."""
        window = pya.MainWindow.instance()
        kept_from = _introduced(tech)
        window.create_layout(tech.name, 1)
        view = self.view()
        cellview = view.active_cellview()
        layout = cellview.layout()
        layout.dbu = tech.dbu_um
        cellview.cell = layout.create_cell(wanted.cell)
        drawing.prepare_layers(layout, tech)
        width_um, height_um = wanted.die_um or (EMPTY_UM, EMPTY_UM)
        if wanted.die_um:
            drawing.insert(cellview.cell, tech, tech.of_kind("outline")[0], shapes.rectangle(width_um, height_um, 0.0, 0.0, layout.dbu, tech.grid_um))
        self._dress(view, cellview, tech)
        view.max_hier()
        view.zoom_box(pya.DBox(width_um, height_um).enlarged(MARGIN * width_um, MARGIN * height_um))
        die = "with a die of %g × %g um" % wanted.die_um if wanted.die_um else "without a die outline: draw it before you fan out"
        return commands.Report(["New layout of technology %s, cell %s, %s." % (tech.name, wanted.cell, die), *kept_from], {}, None)

    def apply(self, tech: Technology) -> commands.Report:
        """Gives the layout in front the technology, and its layer list the technology's layers, names and colours. The shapes stay as they are."""
        cellview = self.cellview()
        commands.require_layout(cellview.layout(), tech)
        view = self.view()
        kept_from = _introduced(tech)
        cellview.technology = tech.name
        drawing.prepare_layers(cellview.layout(), tech)
        view.transaction("Apply technology")
        try:
            self._dress(view, cellview, tech)
        finally:
            view.commit()
        layers = "%s have its names and colours" % counted(len(tech.drawn_layers()), "layer")
        return commands.Report(["The layout is of technology %s now; %s." % (tech.name, layers), *kept_from], {}, None)

    @staticmethod
    def _dress(view: pya.LayoutView, cellview: pya.CellView, tech: Technology) -> None:
        names = dict.fromkeys((name for name, layer in tech.layers.items() if "gds" in layer), 0)
        layer_list.show_layers(view, cellview.index(), tech, names, again=True)
        view.set_config("edit-grid", "%.12g" % tech.grid_um)

    # drawing

    def place(self, tech: Technology, choices: Choices | areas.AreaChoices, view: pya.LayoutView | None = None) -> commands.Report:
        """Draws the choices into the shown cell, as one undo step with the layers it needs. Returns the command's Report."""
        view = view or self.view()
        cellview = self.target(tech, view)
        what = {"PadChoices": "pads", "ViaChoices": "vias", "ContactChoices": "contact points"}.get(type(choices).__name__, "rectangle")

        def draw() -> commands.Report:
            return areas.place_area(cellview.cell, tech, choices) if isinstance(choices, areas.AreaChoices) else commands.place(cellview.cell, tech, choices, as_instances=True)
        return self.one_step(view, cellview, tech, "Place " + what, draw, placing=True)

    def place_list(self, tech: Technology, pads: PadList, vias: bool, in_steps: Callable[[int], AbstractContextManager[None]]) -> commands.Report:
        """Draws a list into the shown cell, as one undo step, and shows where it lies. in_steps(about how many): within them it is prepared, and may
        be cancelled. Returns the Report, whose messages are notes."""
        view = self.view()
        cellview = self.target(tech, view)
        cell = cellview.cell
        with in_steps(drawn_list.steps_of(pads, vias)):
            ready = drawn_list.prepared(cell, tech, pads, vias, as_instances=True)
        report = self.one_step(view, cellview, tech, "Place list", lambda: drawn_list.insert(cell, tech, ready), placing=True)
        left, bottom, right, top = extents(pads)
        self.zoom_to(pya.DBox(left, bottom, right, top).enlarged(MARGIN * (right - left), MARGIN * (top - bottom)))
        return report

    def list_of_cell(self, tech: Technology) -> PadList:
        """The contact points and pads below the shown cell, with their nets. Raises CommandError where there are none."""
        pads = part("exchange.drawing").pads_of(self.shown_cell(), tech)
        if not pads.places:
            raise CommandError("Cell %s holds no contact point and no pad of technology %s." % (strings.cell_name(self.shown_cell()), tech.name))
        return pads

    def has_vias(self, tech: Technology) -> bool:
        """Whether there are vias on contact points below the shown cell."""
        cell, cut = self.shown_cell(), tech.connected_cut("contact")
        return cut is not None and any(not cell.bbox_per_layer(index).empty() for index in layout_file.layer_indexes(cell.layout(), tech.layers[cut]["gds"]))

    def compare_list(self, tech: Technology, pads: PadList, summary: Summary, name: str, tolerance_um: float) -> Compared:
        """Compares a list of that name with the shown cell."""
        cell, where = self.shown_cell(), strings.shown(self.cellview().name)
        return part("exchange.compare").beside(pads, summary, name, cell, where, tech, tolerance_um)

    def show_compared(self, found: Compared, database: pya.ReportDatabase) -> None:
        """Shows what differs between a list and the shown cell, as its database holds it, in the marker browser; older markers of that give way."""
        view, compare = self.view(), part("exchange.compare")
        cellview = self.cellview(view)
        earlier = next((number for number in range(view.num_rdbs()) if compare.is_of(view.rdb(number), found.cell_name, found.where)), None)
        if not found.found.differences:
            if earlier is not None:
                view.remove_rdb(earlier)
            return
        number = view.add_rdb(database) if earlier is None else view.replace_rdb(earlier, database)
        _show_markers(number, cellview.index())

    def fill(self, tech: Technology, choices: ViaChoices) -> commands.Report:
        """Fills the selected pads with vias, as one undo step. Returns the command's Report."""
        view = self.view()
        cellview = self.target(tech, view)
        pads = self._selected_pads(view, cellview, tech)
        return self.one_step(view, cellview, tech, "Fill pads", lambda: via_fill.fill(cellview.cell, tech, choices, pads), placing=True)

    @staticmethod
    def _selected_pads(view: pya.LayoutView, cellview: pya.CellView, tech: Technology) -> list[pya.Polygon]:
        """The selected pads in the shown cell. CommandError where something else is selected."""
        numbers = {tuple(tech.layers[name]["gds"]) for name in tech.of_kind("pad")}
        found = []
        for selected in view.each_object_selected():
            if selected.is_cell_inst() and selected.cv_index == cellview.index():
                found += _pads_of(selected, numbers)
                continue
            info = None if selected.is_cell_inst() or selected.cv_index != cellview.index() else cellview.layout().get_info(selected.layer)
            if info is None or (info.layer, info.datatype) not in numbers or selected.shape.polygon is None:
                raise CommandError("Something else than pads is selected: select the pads to fill, in the layout that is shown in front.")
            found.append(selected.shape.polygon.transformed(selected.trans()))
        if not found:
            raise CommandError("No pad is selected: select the pads to fill with vias.")
        return found

    def die_box(self, tech: Technology, view: pya.LayoutView | None = None) -> areas.Box:
        """The box around the die outline of the shown cell, um. CommandError without one."""
        return areas.die_box(self.shown_cell(view), tech)

    def shown_cell(self, view: pya.LayoutView | None = None) -> pya.Cell:
        """The cell that is shown. CommandError without one."""
        cell = self.cellview(view).cell
        if cell is None:
            raise CommandError("No cell is shown: choose one in the cell list, or create one with Edit > Layout > New Cell.")
        return cell

    @staticmethod
    def outlines(tech: Technology, choices: Choices | areas.AreaChoices) -> list[pya.DPolygon]:
        """What the choices would draw, um in the cell."""
        return [pya.DPolygon(pya.DBox(*choices.box_um))] if isinstance(choices, areas.AreaChoices) else commands.preview(tech, choices)

    def snapped(self, tech: Technology, view: pya.LayoutView, point: pya.DPoint, pitch_um: tuple[float, float]) -> snapping.Snapped:
        """What a point of the view means in the shown cell: on the edit grid, or a place of what is drawn nearby."""
        place = self.to_cell_um(view, point)
        grid = snapping.edit_grid(view.get_config("edit-grid"), pya.Application.instance().get_config("grid-micron"), tech)
        return snapping.snapped(self.shown_cell(view), tech, place.x, place.y, _REACH_PIXELS / view.viewport_trans().mag, grid, pitch_um)

    def fan_out(self, tech: Technology, choices: FanOutChoices, shown: Dock) -> tuple[commands.Report, Routed]:
        """Routes the shown cell, draws the traces as one undo step, and adds markers of open nets. Returns the command's Report and the result.

        The application rests meanwhile (guard.py), `shown` shows the progress. CommandError when the user cancels or
        closes the layout, or when it was changed all the same; nothing is drawn then.
        """
        view = self.view()
        cellview = self.target(tech, view)
        held = guard.Routing(view, cellview.cell, tech, shown)
        with held:
            self.guard = held
            try:
                result = self._routed(held, choices)
                report = self.one_step(view, cellview, tech, "Fan out", lambda: fanout.draw_result(cellview.cell, tech, result, choices))
            finally:
                self.guard = None
        if held.is_there():
            self._mark(view, cellview, tech, result)
        return report, result

    @staticmethod
    def _routed(held: guard.Routing, choices: FanOutChoices) -> Routed:
        try:
            result = fanout.route_cell(held.cell, held.tech, choices, held)
        except CommandError:
            held.require_there()  # whatever else is wrong, this is what the user knows
            raise
        held.require_unchanged()
        return result

    def cancel(self) -> None:
        """Ends a fan-out or a check that is running; nothing will be drawn."""
        if self.guard is not None:
            self.guard.stop()

    def lock(self, tech: Technology) -> commands.Report:
        """Gives the selected contact points and pads one name, as one undo step. Returns the command's Report."""
        view = self.view()
        cellview = self.target(tech, view)
        found = fixed_nets.prepared(cellview.cell, tech, self._places(view, cellview))
        return self.one_step(view, cellview, tech, "Lock", lambda: fixed_nets.draw(cellview.cell, tech, found))

    def selected(self, tech: Technology) -> list[tuple[float, float]]:
        """A place (um) in each selected shape. Raises CommandError when nothing is selected."""
        view = self.view()
        places = self._places(view, self.target(tech, view))
        if not places:
            raise CommandError("Nothing is selected: select contact points, pads or traces of the nets.")
        return places

    def select(self, shapes: Iterable[pya.RecursiveShapeIterator]) -> list[pya.ObjectInstPath]:
        """Selects shapes below the shown cell, told by iterators that stand at them, in place of what was selected; of those in cells below
        the instances of the shown cell that hold them. Returns the selection."""
        view, cellview = self.view(), self.cellview()
        chosen: list[pya.ObjectInstPath] = []
        seen: dict[Any, list[pya.Instance]] = {}
        for shape in shapes:
            holders = shape.path()
            if not holders:
                chosen.append(pya.ObjectInstPath(shape, cellview.index()))
                continue
            instance = holders[0].inst()
            alike = seen.setdefault(instance.cell_inst, [])
            if instance not in alike:
                alike.append(instance)
                chosen.append(_whole(instance, cellview))
        view.object_selection = chosen
        return view.object_selection

    def rip_up(self, tech: Technology) -> commands.Report:
        """Takes away what fan-outs drew of the selected nets, as one undo step. Returns the command's Report."""
        places, view = self.selected(tech), self.view()
        cellview = self.target(tech, view)
        return self.one_step(view, cellview, tech, "Rip up", lambda: fanout.rip_up(cellview.cell, tech, places))

    def _places(self, view: pya.LayoutView, cellview: pya.CellView) -> list[tuple[float, float]]:
        found = []
        for selected in view.each_object_selected():
            if selected.cv_index != cellview.index():
                raise CommandError("Some of the selection is in another layout: select in the layout that is shown in front.")
            found += _places_of(selected, cellview.layout().dbu) if selected.is_cell_inst() else [self._place(cellview, selected)]
        return found

    def elements(self) -> list[tuple[pya.Instance, placed.Element]]:
        """The selected pads, vias or contact points of one kind that are instances of the shown cell, and what they are; [] where something
        else is selected, too, or nothing."""
        view = self.view()
        if view is None or not self.has_layout():
            return []
        cellview, found = self.cellview(view), list[tuple[pya.Instance, placed.Element]]()
        for selected in view.each_object_selected():
            one = _instance(selected) if selected.is_cell_inst() and selected.cv_index == cellview.index() and selected.path_length() == 1 else None
            element = placed.element_of(one) if one is not None else None
            if one is None or element is None:
                return []
            found.append((one, element))
            if len(found) > MOST_ELEMENTS:
                return []
        return found if len({element.name for _, element in found}) == 1 else []

    def change(self, tech: Technology, values: dict[str, Any]) -> commands.Report:
        """Gives the selected pads, vias or contact points other values, as one undo step; they stay selected."""
        found, element = self._elements_to("change")
        number = sum(placed.number(one) for one in found)
        view, cellview = self.view(), self.target(tech)
        words = "Changed %s: %s." % (element.words(number), ", ".join("%s %s" % (key, _said(value)) for key, value in values.items()))
        report = self.one_step(view, cellview, tech, "Change", lambda: commands.Report([words], dict(placed.change(cellview.cell, tech, found, values)), None))
        view.object_selection = [_whole(one, cellview) for one in found]
        return report

    def flatten(self, tech: Technology) -> commands.Report:
        """Turns the selected pads, vias or contact points into shapes, as one undo step."""
        found, element = self._elements_to("flatten")
        view, cellview = self.view(), self.target(tech)
        view.clear_object_selection()
        return self.one_step(view, cellview, tech, "Flatten", lambda: commands.Report(
            ["Flattened %s: they are plain shapes now." % element.words(placed.flatten(cellview.cell, found))], {}, None))

    def _elements_to(self, what: str) -> tuple[list[pya.Instance], placed.Element]:
        """The selected ones, and what the first is. Raises CommandError where there are none."""
        found = self.elements()
        if not found:
            raise CommandError("Select pads, vias or contact points of one kind that were placed by the panel, and nothing else, to %s them." % what)
        return [one for one, _ in found], found[0][1]

    @staticmethod
    def _place(cellview: pya.CellView, selected: pya.ObjectInstPath) -> tuple[float, float]:
        """A place in a selected shape, um of the shown cell: its middle where that lies inside."""
        middle = selected.trans() * _inside(selected.shape)  # also in a context: the path begins at the shown cell
        return middle.x * cellview.layout().dbu, middle.y * cellview.layout().dbu

    @staticmethod
    def one_step(view: pya.LayoutView, cellview: pya.CellView, tech: Technology, title: str, draw: Callable[..., Any], placing: bool = False) -> commands.Report:
        """Draws as one undo step, with entries in the layer list for the layers that are drawn on. Returns the Report of `draw()`.

        placing: layers that are hidden are shown again, and the report says so.
        """
        drawing.prepare_layers(cellview.layout(), tech)
        view.transaction(title)
        try:
            report = draw()
            layer_list.show_layers(view, cellview.index(), tech, report.counts)
            hidden = layer_list.show_again(view, cellview.index(), tech, report.counts) if placing else []
            if placing and view.max_hier_levels < 2:
                view.max_hier_levels = 2  # what is placed lies in cells
        finally:
            view.commit()
        return report._replace(messages=report.messages + ["Shown again, as %s hidden: %s." % ("it was" if len(hidden) == 1 else "they were", named(hidden))] * bool(hidden))

    @staticmethod
    def _mark(view: pya.LayoutView, cellview: pya.CellView, tech: Technology, result: Routed) -> None:
        """Adds the open nets to the view's markers, for the marker browser; they replace those of an earlier fan-out of the same cell."""
        place = strings.cell_name(cellview.cell), cellview.name
        found = open_markers.fill(pya.ReportDatabase(open_markers.DATABASE), place[0], result, tech, place[1])
        earlier = [number for number in range(view.num_rdbs()) if open_markers.of_same_cell(view.rdb(number), *place)]
        if not result.open:
            for number in reversed(earlier):
                view.remove_rdb(number)
        else:
            if earlier:
                view.replace_rdb(earlier[0], found)
            else:
                view.add_rdb(found)

    def to_cell_um(self, view: pya.LayoutView, point: pya.DPoint) -> pya.DPoint:
        """A point of the view in coordinates of the shown cell (they differ when a cell is shown in its context)."""
        return self.cellview(view).context_dtrans().inverted() * point

    def to_view(self, view: pya.LayoutView) -> pya.DCplxTrans:
        """The transformation from the shown cell to the view, um."""
        return self.cellview(view).context_dtrans()

    # what takes its time

    @contextmanager
    def steps(self, shown: Dock | None, cancelled: str, stage: str = "reading", expected: int = 0, of_cell: bool = True) -> Iterator[Reading]:
        """What tells of the steps (steps.py) of something that takes its time, and changes nothing. shown: shows the progress, and the application rests
        meanwhile; None where nobody waits. stage, expected: see Reading; of_cell: whether it needs the shown cell. Raises CommandError when the user cancels (with that sentence)
        or closes the layout."""
        if shown is None:
            yield Reading(None, cancelled)
            return
        view, cell = (self.view(), self.shown_cell()) if of_cell else (None, None)
        selection = view.object_selection if view is not None else []
        held = guard.Guard(view, cell, shown)
        reading = Reading(held, cancelled, _PAUSE_S, stage, expected)
        collects = gc.isenabled()
        gc.disable()  # Python looks through all objects for a tenth of a second, and again and again while many are made
        try:
            with held, steps.calling(reading.step):
                self.guard = held
                if view is not None:
                    view.object_selection = selection  # the guard ends what was begun, and the selection with it
                yield reading
                if collects and gc.get_count()[0] > _MANY_OBJECTS:
                    held.progress(stage, 1, 1)
                    gc.collect()  # by itself it would come in the middle of what follows
        except CommandError:
            if held.is_there():
                raise
        finally:
            reading.end()
            self.guard = None
            if collects:
                gc.enable()
        if not held.is_there():
            raise CommandError("The layout was closed meanwhile.")

    # checking

    def check(self, tech: Technology, asked: Scope, shown: Dock) -> checker.Ran:
        """Checks the shown cell, which may not be saved; `shown` shows the progress. Raises Refusal, when the user cancels, too."""
        view = self.view()
        cellview = self.cellview(view)
        cell = cellview.cell if cellview.cell is not None else layout_file.top_cell(cellview.layout())
        with guard.Guard(view, cell, shown) as self.guard:
            try:
                return checker.run(self.guard, cellview, tech, asked)
            finally:
                self.guard = None

    def region_um(self) -> tuple[float, float, float, float]:
        """What of the shown cell is visible: left, bottom, right, top."""
        view = self.view()
        self.cellview(view)
        box = view.box().transformed(self.to_view(view).inverted())
        return box.left, box.bottom, box.right, box.top

    def zoom_to(self, box: pya.DBox | None) -> None:
        """Shows a part of the shown cell (um), where there is one."""
        view = self.view()
        if box is not None and view is not None:
            view.zoom_box(box.transformed(self.to_view(view)))

    def browse(self) -> None:
        """Shows the markers of the last check of the shown cell in the marker browser. Raises CommandError where there are none."""
        view = self.view()
        cellview = self.cellview(view)
        number = deck.markers_of(view, cellview)
        if number is None:
            raise CommandError("The marker browser has no markers of a check of this cell: press Check.")
        _show_markers(number, cellview.index())


def _whole(instance: pya.Instance, cellview: pya.CellView) -> pya.ObjectInstPath:
    """An instance of the shown cell, with all members where it is an array, as something to be selected."""
    path = pya.ObjectInstPath()
    path.cv_index, path.top = cellview.index(), cellview.cell.cell_index()
    path.append_path(pya.InstElement(instance))
    return path


def _said(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else "%g um" % value if isinstance(value, float) else value or "none"


def _instance(selected: pya.ObjectInstPath) -> pya.Instance:
    return selected.path_nth(selected.path_length() - 1).inst()


def _outer(selected: pya.ObjectInstPath) -> pya.ICplxTrans:
    """From the cell that holds a selected instance to the shown one."""
    outer = pya.ICplxTrans()
    for number in range(selected.path_length() - 1):
        outer = outer * selected.path_nth(number).specific_cplx_trans()
    return outer


def _places_of(selected: pya.ObjectInstPath, dbu: float) -> list[tuple[float, float]]:
    """The middle (um) of each member of a selected pad, via or contact point; [] for other instances."""
    one = _instance(selected)
    if placed.element_of(one) is None:
        return []
    outer, middle = _outer(selected), one.cell.bbox().center()
    points = [outer * (member * middle) for member in placed.members(one)]
    return [(point.x * dbu, point.y * dbu) for point in points]


def _pads_of(selected: pya.ObjectInstPath, numbers: set[tuple[int, ...]]) -> list[pya.Polygon]:
    """The pads that a selected instance shows, in the shown cell. numbers: of the layers of pads."""
    one, outer, found = _instance(selected), _outer(selected), []
    layout = one.cell.layout()
    for index in layout.layer_indexes():
        info = layout.get_info(index)
        if (info.layer, info.datatype) in numbers:
            outlines = [polygon.dup() for polygon in pya.Region(one.cell.begin_shapes_rec(index)).each_merged()]
            found += [polygon.transformed(outer * member) for member in placed.members(one) for polygon in outlines]
    if not found:
        raise CommandError("Something else than pads is selected: select the pads to fill, in the layout that is shown in front.")
    return found


def _inside(shape: pya.Shape) -> pya.Point:
    """A point of a shape, in its cell: the middle of its box, or, where a bent shape does not hold that, of its largest part."""
    middle = shape.bbox().center()
    if shape.is_text() or shape.polygon.inside(middle):
        return middle
    return max((part.bbox() for part in shape.polygon.decompose_trapezoids()), key=lambda box: box.area(), default=shape.bbox()).center()


def _introduced(tech: Technology) -> list[str]:
    """Lets KLayout know the technology, with its layers for readers, its connectivity and its 2.5D view. Returns what is to be said of that."""
    macros = klayout_technologies.introduce(tech.name, documents.beside(tech, ".lyt"), documents.technology_xml(tech))
    return ["Beside the technology lie macros, in %s, which are not run: Tools > Manage Technologies > Import of its .lyt lets KLayout run them." % named(macros)] if macros else []


def _show_markers(number: int, layout: int) -> None:
    """Opens the marker browser of the current view. With any Python tool registered, KLayout 0.28.5 knows show_rdb in Ruby alone."""
    macro = pya.Macro()
    macro.interpreter = pya.Macro.Ruby
    macro.text = "RBA::LayoutView::current.show_rdb(%d, %d)" % (number, layout)
    macro.run()
