"""Shapes may carry properties, which are no geometry: metal that differs in them alone is connected, and checked, as without."""

from collections import Counter

import pya
import pytest

from tests.deck.support import check, draw, markers, new_layout, run_deck

from .test_oracle import POSTPASS
from .test_twin_layers import BROKEN, LAYOUTS


def give_properties(layout):
    """Every second and every third shape gets a property, so that neighbours differ."""
    ids = [layout.properties_id([[1, text]]) for text in ("one", "another")]
    for cell in layout.each_cell():
        for index in layout.layer_indexes():
            for number, shape in enumerate(list(cell.shapes(index).each())):
                if number % 3:
                    shape.prop_id = ids[number % 3 - 1]


@pytest.mark.parametrize("name", ["large", "repeated"])
def test_properties_change_nothing(name, tmp_path):
    layout, found = LAYOUTS[name](), []
    for kind in ("plain", "properties"):
        path, report = str(tmp_path / (kind + ".gds")), str(tmp_path / (kind + ".lyrdb"))
        layout.write(path)
        run = run_deck(input=path, report=report, tech="postpass")
        assert run.code == 2, run.err
        found.append(Counter((marker.rule, str(marker.box), marker.text) for marker in markers(report)))
        give_properties(layout)
    plain, properties = found
    assert BROKEN[name] <= {rule for rule, _, _ in plain}
    assert list((plain - properties).elements())[:5] == [] and list((properties - plain).elements())[:5] == []


def test_a_trace_of_two_halves_with_different_properties_is_as_wide_as_both(tmp_path):
    """Placed at half its size, where the deck merges without the hierarchy."""
    layout = new_layout(POSTPASS, {})
    halves = layout.create_cell("HALVES")
    draw(halves, POSTPASS, {"rdl": [pya.Box(0, 0, 200_000, 3_000), pya.Box(0, 3_000, 200_000, 6_000)]})
    layout.cell("TOP").insert(pya.CellInstArray(halves.cell_index(), pya.ICplxTrans(0.5, 0, False, 0, 0)))
    give_properties(layout)
    _, found, _ = check(layout, "postpass", tmp_path)
    assert not [marker for marker in found if marker.rule in ("RDL.W.1", "RDL.S.1")]
