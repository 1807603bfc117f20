"""The line that derives a layer: what it means, and one sentence with the column for what cannot be meant."""

import json

import pytest

from postpass import tech as technologies
from postpass.tech import TechnologyError
from postpass.tech.derivation import FUNCTIONS, Layer, Step, layers_of, read

A, B, C = map(Layer, "abc")

UNDERSTOOD = {
    "a": A, "  a ": A, "'metal 1'": Layer("metal 1"), "a & b": Step("and", (A, B)), "a | b": Step("or", (A, B)), "a + b": Step("or", (A, B)),
    "a - b": Step("not", (A, B)), "a ^ b": Step("xor", (A, B)),
    "a - b & c": Step("and", (Step("not", (A, B)), C)),         # + and - first, then &, then ^, then |, as in Python
    "a | b & c": Step("or", (A, Step("and", (B, C)))), "a ^ b & c": Step("xor", (A, Step("and", (B, C)))), "a | b ^ c": Step("or", (A, Step("xor", (B, C)))),
    "a - b - c": Step("not", (Step("not", (A, B)), C)), "a - (b - c)": Step("not", (A, Step("not", (B, C)))),
    "sized(a, 2)": Step("sized", (A, 2.0)), "sized(a & b, -0.5)": Step("sized", (Step("and", (A, B)), -0.5)),
    "interacting(a, b, 2)": Step("interacting", (A, B, 2)), "interacting(a, b, 2, 3)": Step("interacting", (A, B, 2, 3)),
    "extents(a, 1)": Step("extents", (A, 1.0)), "extents(a, 1, 2.5)": Step("extents", (A, 1.0, 2.5)),
    "(a & b) - inside(holes(c))": Step("not", (Step("and", (A, B)), Step("inside", (Step("holes", (C,)),)))),
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_a_line_is_read_with_the_usual_precedence(text):
    assert read(text) == UNDERSTOOD[text]


def test_the_layers_of_a_line_come_in_its_order():
    assert list(layers_of(read("(c & a) - inside(holes(b), c)"))) == ["c", "a", "b", "c"]


def with_layers(tmp_path, *layers):
    record = json.loads(json.dumps(technologies.load("postpass").record))
    record["layers"] += [{"title": "t", **layer} for layer in layers]
    path = tmp_path / "t.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    return technologies.load(str(path))


MISTAKES = {
    "via &": "derive, column 6: not understood",
    "via & nothing": "derive: no layer 'nothing' (layers: ",
    "via * pad": "derive, column 1: unknown operator: known are & (and), | or + (or), - (not), ^ (xor)",
    "pad & melted(via)": "derive, column 7: unknown function 'melted': known are sized, wider, holes,",
    "pad & via.holes()": "derive, column 7: unknown function: known are sized",
    "touching(via)": "derive, column 1: touching takes a layer, a layer",
    "holes(via, pad)": "derive, column 1: holes takes a layer",
    "holes(via, x=1)": "derive, column 1: holes takes a layer",
    "interacting(via, pad)": "derive, column 1: interacting takes a layer, a layer, a whole number from 1 and perhaps a whole number from 1",
    "interacting(via, pad, 0)": "derive, column 23: a whole number from 1 is expected here",
    "interacting(via, pad, 1.5)": "derive, column 23: a whole number from 1 is expected here",
    "interacting(via, pad, True)": "derive, column 23: a whole number from 1 is expected here",
    "interacting(via, pad, 3, 2)": "derive, column 1: interacting: from 3 to 2 is no range",
    "extents(via, 3, 2)": "derive, column 1: extents: from 3 to 2 is no range",
    "sized(via, pad)": "derive, column 12: a length in um is expected here (a length in um, 0 or from 0.0001 to 100000)",
    "sized(via, 1e9)": "derive, column 12: a length in um is expected here",
    "pad & 3": "derive, column 7: a layer, an operator",
    "'µm' & [pad]": "derive, column 8: a layer, an operator",
    "pad if via else rdl": "derive, column 1: a layer, an operator",
    "not pad": "derive, column 1: a layer, an operator",
    "__import__('os').system('x')": "derive, column 1: unknown function: known are",
    "via &  pad pad": "derive, column 12: not understood",
    "(" * 450 + "via" + ")" * 450: "not understood: too many nested parentheses",
    "x": "layer 'x': derive: the layer is derived from itself",
    "union_of_x - via": "layer 'x': derive: the layer is derived from itself",
}


@pytest.mark.parametrize("text", MISTAKES, ids=lambda text: text[:40])
def test_a_mistake_names_layer_and_column(tmp_path, text):
    with pytest.raises(TechnologyError) as raised:
        with_layers(tmp_path, {"name": "x", "derive": text}, {"name": "union_of_x", "union": ["rdl", "x"]})
    assert "t.json: layer 'x': " in str(raised.value) and MISTAKES[text] in str(raised.value) and "\n" not in str(raised.value)


def test_a_circle_over_several_layers_is_one(tmp_path):
    with pytest.raises(TechnologyError, match="layer '[xyz]': derive: the layer is derived from itself"):
        with_layers(tmp_path, {"name": "x", "derive": "y - via"}, {"name": "y", "derive": "holes(z)"}, {"name": "z", "derive": "x"})


def test_layers_are_derived_after_those_they_need(tmp_path):
    found = with_layers(tmp_path, {"name": "x", "derive": "u - via"}, {"name": "y", "derive": "holes(rdl)"}, {"name": "u", "union": ["y", "pad_power"]})
    assert [name for name, _ in found.derivations()] == ["y", "x"]
    assert found.drawn_from("x") == ["pad_power", "via", "rdl"] and found.drawn_from("u") == ["pad_power", "rdl"] and found.drawn_from("via") == ["via"]
    assert [layer["name"] for layer in found.single_layers()][-2:] == ["x", "y"] and "x" not in [layer["name"] for layer in found.drawn_layers()]


def test_plain_layers_are_measured_by_edges_where_nothing_else_is_said(tmp_path):
    found = with_layers(tmp_path, {"name": "plain", "gds": [1, 0]}, {"name": "whole", "gds": [1, 0], "measure": "extent"}, {"name": "x", "derive": "via"},
                        {"name": "ubm_like", "gds": [2, 0], "kind": "ubm"}, {"name": "sides", "gds": [2, 0], "kind": "ubm", "measure": "edges"},
                        {"name": "all", "union": ["whole", "via"]}, {"name": "mixed", "union": ["whole", "plain"]}, {"name": "said", "union": ["whole", "plain"], "measure": "extent"})
    closed = {name: found.closed_shapes(name) for name in ("plain", "whole", "x", "ubm_like", "sides", "all", "mixed", "said")}
    assert closed == {"plain": False, "whole": True, "x": False, "ubm_like": True, "sides": False, "all": True, "mixed": False, "said": True}
    assert found.kind_of("plain") is None


@pytest.mark.parametrize("layer, sentence", [
    ({"name": "x", "gds": [1, 0], "derive": "via"}, "unknown key 'gds'"), ({"name": "x"}, "key 'gds' is missing"), ({"name": "x", "union": ["via"], "derive": "via"}, "unknown key 'derive'"),
    ({"name": "x", "gds": [1, 0], "measure": "edge"}, "measure must be extent or edges"), ({"name": "x", "derive": 3}, "derive must be a text"),
    ({"name": "x", "gds": [1, 0], "kind": "keepout"}, "key 'for' is missing")])
def test_a_layer_is_drawn_derived_or_a_union(tmp_path, layer, sentence):
    with pytest.raises(TechnologyError) as raised:
        with_layers(tmp_path, layer)
    assert "layer 'x': " + sentence in str(raised.value)


def test_every_function_says_what_it_gives():
    assert all(function.gives and function.takes[0] == "a layer" for function in FUNCTIONS.values())
