"""The redistribution layers of a fabricated chip (caravel_gf180), checked with a variant of `wlcsp` that maps its layers.

The layout is not part of this repository: it is looked for in $POSTPASS_SHARED, or in a folder `shared` beside the checkout.
"""

import json
import os
from collections import Counter

import pytest

from .support import ROOT, markers, run_deck

SHARED = os.environ.get("POSTPASS_SHARED", os.path.join(ROOT, "..", "shared"))
LAYOUT = os.path.join(SHARED, "real", "caravel_gf180_bump_bond.gds.gz")

pytestmark = pytest.mark.skipif(not os.path.exists(LAYOUT), reason="the real layout is not here: set POSTPASS_SHARED to the folder that has real/")

#: the layout's own layers, and what differs by its making
VARIANT = {
    "schema": 1, "based_on": os.path.join(ROOT, "tech", "wlcsp", "wlcsp.json"), "name": "caravel_gf180", "title": "Caravel, GF180 bumping",
    "layers": [{"name": "pi1", "gds": [5, 0]}, {"name": "rdl", "gds": [10, 0]}, {"name": "pi2", "gds": [15, 0]}, {"name": "ubm", "gds": [20, 0]}],
}

EDGES = 1893  # at no multiple of 45 degrees

#: rule: (count, why the fabricated layout has it)
EXPLAINED = {
    "PI1.SH.1": (63, "the openings are squares of 40 with corners cut by 5.3: neither square nor regular octagon"),
    "PI1.E.1": (63, "the file holds no chip pads, so each opening has no contact at all"),
    "RDL.A.2": (3, "wedges where a 45 degree trace joins another trace end in a corner sharper than 90 degrees"),
    "PI2.E.2": (60, "the pads of 270 have 36 corners: their sides lie up to 0.52 inside the circle, so 24.48 of 25 are left"),
    "UBM.E.1": (60, "the same sides leave 9.48 of 10 around the UBM"),
    "RDL.W.2": (60, "the landing pads, 270 wide, are drawn on the trace layer, which allows 150 without slots"),
    "RDL.D.1": (1, "the file holds no die outline"),
    "RDL.D.2": (1, "the file holds no die outline"),
    "DIE.C.1": (1, "the file holds no die outline"),
    "DIE.C.2": (1, "the file holds no die outline"),
    "FN.D.1": (4, "neighbouring balls are 500 apart, these neighbouring chip pads 550, or their edges are farther apart than the balls'"),
    "NET.U.1": (1, "the landing pads are drawn on the trace layer, and none on a pad layer: one sentence for all 60 UBM"),
}


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("caravel")
    (folder / "caravel_gf180.json").write_text(json.dumps(VARIANT))
    run = run_deck(input=LAYOUT, tech=folder / "caravel_gf180.json", report=folder / "r.lyrdb", summary=folder / "s.json")
    return run, markers(str(folder / "r.lyrdb")), json.load(open(folder / "s.json"))


def test_every_violation_of_the_fabricated_layout_is_explained(checked):
    run, found, _ = checked
    assert run.code == 2
    counts = Counter(marker.rule for marker in found)
    angles = counts.pop("RDL.A.1")
    assert counts == {rule: count for rule, (count, _) in EXPLAINED.items()}
    assert angles == 191  # a warning: escapes run at any angle, and the facets of a pad merged with its trace are a curve
    curves = [int(marker.text.split()[2]) for marker in found if marker.text.startswith("curve of ")]
    assert angles - len(curves) + sum(curves) == EDGES


def test_arcs_of_pads_merged_with_their_traces_may_be_allowed(tmp_path):
    """59 of the 60 landing pads are one curve each; 132 findings on traces stay."""
    (tmp_path / "caravel_gf180.json").write_text(json.dumps(dict(VARIANT, rules=[{"id": "RDL.A.1", "round": "arcs"}])))
    run_deck(input=LAYOUT, tech=tmp_path / "caravel_gf180.json", report=tmp_path / "r.lyrdb", family="geometry")
    assert Counter(marker.rule for marker in markers(str(tmp_path / "r.lyrdb")))["RDL.A.1"] == 132


def test_the_round_shapes_measure_what_they_were_drawn_with(checked):
    """Openings of 220 and UBM of 250 at a pitch of 500 keep limits of 220, 250, 500 and 15 exactly, as facetted circles."""
    _, _, summary = checked
    counts = {rule["id"]: rule["count"] for rule in summary["rules"]}
    assert [counts[rule] for rule in ("PI2.W.1", "UBM.W.1", "PI2.E.1", "UBM.P.1")] == [0] * 4


def test_the_nets_of_the_fabricated_layout(checked):
    """63 chip pads and 60 balls on 57 nets; without pad and contact layers, UBM and openings stand for them."""
    nets = checked[2]["nets"]
    assert [len(nets), sum(net["contact_points"] for net in nets), sum(net["pads"]["ubm"] for net in nets)] == [57, 63, 60]
    assert Counter(net["function"] for net in nets) == {"one to one": 53, "reduction": 3, "addition and reduction": 1}


def test_missing_layers_are_named(checked):
    run, _, summary = checked
    assert "contact" in summary["absent_layers"] and "die" in summary["absent_layers"]
    assert "layers of the technology without a shape: die, contact" in run.out


def test_the_sides_of_the_pads_are_measured(checked):
    assert {marker.text for marker in checked[1] if marker.rule == "UBM.E.1"} == {"enclosure 9.4831 um", "enclosure 9.9618 um", "enclosure 9.9619 um"}


#: pads and traces told apart by what lies on them, as docs/technology.md shows; what the arcs of the cut would break is measured on the metal as drawn
DERIVED = dict(VARIANT, layers=[layer for layer in VARIANT["layers"] if layer["name"] != "rdl"] + [
    {"name": "copper", "gds": [10, 0], "title": "Traces and landing pads as drawn"},
    {"name": "pad_signal", "gds": None, "derive": "touching(wider(copper, 60), ubm)"}, {"name": "rdl", "gds": None, "derive": "wider(copper - pad_signal, 1)"},
    {"name": "drawn", "union": ["pi1", "copper", "pi2", "ubm"]}], rules=[{"id": "RDL.W.1", "layer": "copper"}, {"id": "RDL.A.2", "layer": "copper"}])


def test_pads_on_the_layer_of_the_traces_become_pads(tmp_path):
    """They are counted, named and sized as pads, and their facets are no slanted traces."""
    (tmp_path / "caravel_gf180.json").write_text(json.dumps(DERIVED))
    found = []
    for mode in ("flat", "tiled"):
        run = run_deck(input=LAYOUT, tech=tmp_path / "caravel_gf180.json", report=tmp_path / "r.lyrdb", summary=tmp_path / "s.json", mode=mode)
        assert run.code == 2, run.err
        found.append(sorted(markers(str(tmp_path / "r.lyrdb"))))
    assert found[0] == found[1]
    counts, summary = Counter(marker.rule for marker in found[0]), json.load(open(tmp_path / "s.json"))
    assert counts["NET.U.1"] == counts["RDL.W.2"] == counts["RDL.W.1"] == counts["GRID.1"] == 0
    assert counts["PAD.W.1"] == 60, "36 corners of a circle of 270: 268.97 between two sides"
    assert counts["RDL.A.1"] == 234
    assert [len(summary["nets"]), sum(net["pads"].get("signal", 0) for net in summary["nets"])] == [57, 60]


#: public rules on the layers of the chip: its landing pads stand for top metal, its polymer-2 openings for passivation openings
GF180 = {"schema": 1, "based_on": os.path.join(ROOT, "tech", "gf180mcu", "gf180mcu_solder_bump.json"), "name": "caravel_gf180", "title": "Caravel, GF180MCU solder bumps",
         "layers": [{"name": "metal_top", "gds": [10, 0]}, {"name": "pad", "gds": [15, 0]}, {"name": "ubm_plated", "gds": [20, 0]}]}
SKYWATER = {"schema": 1, "based_on": os.path.join(ROOT, "tech", "skywater", "skywater_amkor500.json"), "name": "caravel_amkor", "title": "Caravel, SkyWater's rules for Amkor",
            "layers": [{"name": "pi1", "gds": [5, 0]}, {"name": "rdl", "gds": [10, 0]}, {"name": "pi2", "gds": [15, 0]}, {"name": "ubm", "gds": [20, 0]}]}


#: (count by rule, why the fabricated layout has it)
BY_SKYWATER = {
    "pi1.3": (63, "the file holds no chip pads"),
    "rdl.2": (9, "beside slanted traces: wedges below a right angle, slots of 0.12 and 0.19, and corners 9.22 from a trace; RDL.S.1 of wlcsp looks at notches below 45 degrees alone"),
    "ubm.4": (60, "the sides of the pads leave 9.48 of 10 around the UBM"),
    "ubm.6": (1, "the file holds no seal ring"),
    "bump.3": (1, "the file holds no seal ring"),
}


@pytest.mark.parametrize("record, explained", [(GF180, {}), (SKYWATER, BY_SKYWATER)], ids=["gf180mcu", "skywater"])
def test_public_rules_on_the_fabricated_layout(tmp_path, record, explained):
    (tmp_path / "variant.json").write_text(json.dumps(record))
    run = run_deck(input=LAYOUT, tech=tmp_path / "variant.json", report=tmp_path / "r.lyrdb")
    assert run.code in (0, 2), run.err
    table = run.out[run.out.index("\nrule ") + 1:run.out.index("\ntotal: ")].splitlines()
    checked = [line for line in table if "not run" not in line]
    assert {len(line) for line in checked} == {len(table[0])}, "as wide as the longest id and title ask for"
    assert any("guideline, not run" in line and "; " in line for line in table), "a guideline says why it is not checked"
    assert Counter(marker.rule for marker in markers(str(tmp_path / "r.lyrdb"))) == {rule: count for rule, (count, _) in explained.items()}


def test_the_layout_has_none_of_the_foundry_s_own_layers(tmp_path):
    run = run_deck(input=LAYOUT, tech="gf180mcu_solder_bump", report=tmp_path / "r.lyrdb")
    assert run.code == 1 and "has no shape on any layer of technology gf180mcu_solder_bump" in run.err, run.err
